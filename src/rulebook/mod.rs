//! Licensing guides as data.
//!
//! A *rulebook* is one dated edition of the licensing guide: rights, SKUs and
//! what they cover, prices, base-and-attach qualification, roles, device
//! kinds, minimums. It takes two steps, as in cargo-deny: the TOML file as it
//! is written (`written`), every value with its place, and the checked
//! rulebook of this module, which the rest of the program uses. Checking
//! reports all problems at once ([`check`]).
//!
//! No licence name stands in Rust code: whatever the program knows about a
//! product, it knows from an edition file.

mod audience;
mod check;
mod diff;
mod editions;
mod entitled;
mod lookup;
mod names;
mod schema;
mod sets;
mod split;
mod text;
mod view;
mod written;

use std::collections::{HashMap, HashSet};

use serde::Serialize;

pub use audience::{Program, Segment, is_for};
pub(crate) use check::hex;
pub use check::{Problem, check, check_bytes, is_date};
pub use diff::Difference;
pub use editions::{DEFAULT_EDITION, shipped, shipped_ids, shipped_text};
pub use entitled::{
    Accrual, Capacity, Enforcement, Gate, Included, Integration, Opens, Pack, PaymentTerm, Period,
    Support, UseRight, VendorRank, VendorReport,
};
pub use names::fold_name;
pub use schema::{rulebook_schema, rulebook_template};
pub use sets::{KindId, KindSet, RightId, SkuId, SkuSet};
pub use split::LicenseMention;
pub use text::{render_summary, render_text};
pub use view::RulebookView;

use crate::money::Cents;

/// Where a need stands on the ladder of the guides. The order is the ladder.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// No licence needed.
    #[default]
    None,
    /// Human Resources Self Service.
    SelfService,
    /// Team Members.
    TeamMembers,
    /// Operations - Activity.
    Activity,
    /// A full user.
    Full,
}

impl Tier {
    /// The word the reports print.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SelfService => "self-service",
            Self::TeamMembers => "team-members",
            Self::Activity => "activity",
            Self::Full => "full",
        }
    }
}

/// How far a fact has been verified. Printed beside every figure.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
pub enum Mark {
    /// Verified in one of the two guides the project starts from.
    #[serde(rename = "V-seed")]
    VerifiedGuide,
    /// Verified in a Microsoft document.
    #[serde(rename = "V-MS")]
    VerifiedMicrosoft,
    /// Verified in a third-party copy of Microsoft material.
    #[serde(rename = "V-3P")]
    VerifiedThirdParty,
    /// Derived from verified figures.
    #[serde(rename = "D")]
    Derived,
    /// From memory only: unverified.
    #[serde(rename = "M")]
    Unverified,
}

impl Mark {
    /// The short mark, as in the edition file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::VerifiedGuide => "V-seed",
            Self::VerifiedMicrosoft => "V-MS",
            Self::VerifiedThirdParty => "V-3P",
            Self::Derived => "D",
            Self::Unverified => "M",
        }
    }

    /// Whether nobody has verified the figure.
    #[must_use]
    pub const fn is_unverified(self) -> bool {
        matches!(self, Self::Unverified)
    }
}

/// What a piece of work needs, for example `fo.activity`.
#[derive(Debug, Clone)]
pub struct Right {
    /// `fo.activity`
    pub id: String,
    /// Words for a reader.
    pub name: String,
    /// Where it stands on the ladder.
    pub tier: Tier,
}

/// What a SKU is counted by.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// A named user.
    User,
    /// A device.
    Device,
    /// The tenant.
    Tenant,
}

/// What class of licence a SKU is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A full user licence: can be a base, and an attach where it has an
    /// attach price.
    Full,
    /// An additional (in 2017 "other") user licence: never base, never attach.
    Additional,
    /// An add-on to a user licence: needs one of [`Sku::requires`].
    AddOn,
    /// A device licence.
    Device,
    /// A licence, pack or capacity of the whole tenant.
    Tenant,
}

/// A price and how far to trust it.
#[derive(Debug, Clone)]
pub struct PricePoint {
    /// Cents per month in the edition's currency.
    pub cents: Cents,
    /// How far it is verified.
    pub mark: Mark,
    /// Where it was read.
    pub source: String,
}

/// A product one can buy.
#[derive(Debug, Clone)]
pub struct Sku {
    /// `finance`, unique in the edition.
    pub id: String,
    /// The official product name.
    pub name: String,
    /// What it is counted by.
    pub metric: Metric,
    /// What class of licence it is.
    pub class: Class,
    /// Rights it gives, closed over `includes` of the edition file.
    pub covers: Vec<RightId>,
    /// List price. `None`: nobody has found one, so it is never chosen.
    pub list: Option<PricePoint>,
    /// Price as an attach licence, where it exists as one.
    pub attach: Option<PricePoint>,
    /// Add-ons only: the licences of the same user of which one is needed.
    pub requires: SkuSet,
    /// Whether it may be chosen for a plan (bundles that only exist as stock,
    /// and tenant SKUs, may not).
    pub plannable: bool,
    /// Programs it is sold in; empty means all.
    pub programs: Vec<Program>,
    /// Segments it is sold to; empty means all.
    pub segments: Vec<Segment>,
    /// ISO date from which on it is no longer sold; blank: still sold.
    pub withdrawn: String,
    /// Withdrawn SKUs: what takes its place at renewal, all of these together.
    pub renews_as: SkuSet,
    /// What it gives on the customer's own servers (dual use right); blank
    /// where it gives nothing.
    pub on_premises: String,
    /// Where what it covers was read.
    pub source: String,
    /// How far that is verified.
    pub mark: Mark,
    /// Part numbers and GUIDs.
    pub product_ids: Vec<String>,
}

/// What a name in a customer's file stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A product.
    Sku(SkuId),
    /// A right (licence words of the applications, such as `Universal`).
    Right(RightId),
    /// A word that means no licence is needed.
    Nothing,
    /// A product outside Dynamics 365: known, and of no concern here.
    Foreign,
}

/// One row of the role table of a guide.
#[derive(Debug, Clone)]
pub struct RoleRule {
    /// The guide's name of the role.
    pub name: String,
    /// Its identifier in the application, where known.
    pub identifier: Option<String>,
    /// The rights any one of which suffices.
    pub any_of: Vec<RightId>,
    /// Device kinds on which this role's work can be done under a device
    /// licence.
    pub kinds: KindSet,
    /// Whether it administers the system (see [`Flags::admins_exempt`]).
    pub admin: bool,
    /// Application area of the guide's table.
    pub area: String,
    /// How far it is verified.
    pub mark: Mark,
    /// Guide and section.
    pub source: String,
}

/// A kind of device and the licence for it.
#[derive(Debug, Clone)]
pub struct DeviceKind {
    /// `warehouse`, as in the `kind` column of the devices table.
    pub id: String,
    /// Words for a reader.
    pub name: String,
    /// The device SKU.
    pub sku: SkuId,
    /// Rights the device licence covers by itself, whoever uses it. Work that
    /// carries another right is covered only where its role or menu item is
    /// marked with the kind.
    pub covers: Vec<RightId>,
    /// Whether a device used for other purposes too cannot be licensed so.
    pub must_be_dedicated: bool,
    /// Whether a shared login is allowed.
    pub shared_login: bool,
    /// Whether individual logins are allowed.
    pub individual_login: bool,
    /// Guide and section.
    pub source: String,
}

/// A minimum quantity. Met when the seats counted reach `quantity`, with
/// `device_seats` device licences counting as `device_users` users. Applies
/// only when at least one seat of `applies_to` is in the plan.
#[derive(Debug, Clone)]
pub struct Minimum {
    /// `fo-20`
    pub id: String,
    /// Words for a reader.
    pub name: String,
    /// The minimum binds when one of these is in the plan.
    pub applies_to: SkuSet,
    /// Seats that count.
    pub counts: SkuSet,
    /// How many are needed.
    pub quantity: u32,
    /// Programs it is for; empty means all.
    pub programs: Vec<Program>,
    /// Segments it is for; empty means all.
    pub segments: Vec<Segment>,
    /// Whether each SKU must reach the quantity by itself (CSP).
    pub per_sku: bool,
    /// Device SKUs that count in part.
    pub device_skus: SkuSet,
    /// `device_seats` devices count as `device_users` users (5 and 2 for 2.5
    /// devices to a user). Zero devices: they do not count.
    pub device_seats: u32,
    /// See `device_seats`.
    pub device_users: u32,
    /// How far it is verified.
    pub mark: Mark,
    /// Guide and section.
    pub source: String,
}

/// SKUs that may not stand together.
#[derive(Debug, Clone)]
pub struct Exclusion {
    /// `professional-enterprise`
    pub id: String,
    /// Words for a reader.
    pub name: String,
    /// One side.
    pub left: SkuSet,
    /// The other side.
    pub right: SkuSet,
    /// `true`: in one tenant; `false`: in one environment.
    pub tenant_wide: bool,
    /// Segments it is for; empty means all.
    pub segments: Vec<Segment>,
    /// How far it is verified.
    pub mark: Mark,
    /// Guide and section.
    pub source: String,
}

/// A price that falls with the number of seats in the tenant.
#[derive(Debug, Clone)]
pub struct PriceTier {
    /// The SKU whose price falls.
    pub sku: SkuId,
    /// Seats that count toward the tier.
    pub counts: SkuSet,
    /// From how many seats on.
    pub from: u32,
    /// Price per seat in the tier.
    pub price: PricePoint,
    /// Programs it is for; empty means all.
    pub programs: Vec<Program>,
    /// Segments it is for; empty means all.
    pub segments: Vec<Segment>,
}

/// How device licences and user licences may be combined.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DevicePolicy {
    /// A device licence covers the device work of anyone who uses the device;
    /// the rest of a person's work takes a user licence.
    Guide,
    /// A device licence serves only people who need no user licence at all.
    Strict,
}

impl DevicePolicy {
    /// The word of the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Guide => "guide",
            Self::Strict => "strict",
        }
    }
}

/// Switches of the algorithm that differ between editions.
#[derive(Debug, Clone)]
pub struct Flags {
    /// A Read grant needs Team Members at most, whatever the menu item says.
    pub read_grant_is_team_members: bool,
    /// The right that such a Read grant takes.
    pub read_right: Option<RightId>,
    /// Whether a system administrator needs no licence.
    pub admins_exempt: bool,
    /// Whether a base must be at least as dear as its attaches.
    pub base_is_dearest: bool,
    /// Default device policy.
    pub device_policy: DevicePolicy,
    /// The right an unknown role takes with `--unknown-roles full`.
    pub unknown_full: RightId,
    /// The right an unknown role takes with `--unknown-roles team-members`.
    pub unknown_team_members: RightId,
    /// The right of a custom menu item that carries no licence.
    pub unlicensed_menu_item: RightId,
}

/// An edition, checked.
#[derive(Debug, Clone)]
pub struct Rulebook {
    /// `2021-09`
    pub id: String,
    /// Words for a reader.
    pub title: String,
    /// First day it is in force, ISO.
    pub valid_from: String,
    /// ISO currency code of its prices.
    pub currency: String,
    /// Documents it rests on, as (id, description).
    pub sources: Vec<(String, String)>,
    /// SHA-256 of the edition file, hex.
    pub hash: String,
    /// Rights.
    pub rights: Vec<Right>,
    /// SKUs in the edition's order.
    pub skus: Vec<Sku>,
    /// For each SKU as a base: the SKUs that may be attached to it.
    pub attachable: Vec<SkuSet>,
    /// Cells of `attachable` that nobody has verified.
    pub unverified_attach: Vec<SkuSet>,
    /// Role table.
    pub roles: Vec<RoleRule>,
    /// Device kinds.
    pub device_kinds: Vec<DeviceKind>,
    /// Minimum quantities.
    pub minimums: Vec<Minimum>,
    /// Exclusions.
    pub exclusions: Vec<Exclusion>,
    /// Price tiers, each SKU's by rising `from`.
    pub price_tiers: Vec<PriceTier>,
    /// Rows of the guide's use-right tables.
    pub use_rights: Vec<UseRight>,
    /// What opens only from a number of seats on.
    pub gates: Vec<Gate>,
    /// Pools and quantities of the tenant, in the order they are worked out.
    pub capacity: Vec<Capacity>,
    /// Support plans.
    pub support: Vec<Support>,
    /// What integration accounts can be licensed by.
    pub integration: Option<Integration>,
    /// What ways of paying add to the list prices, in the edition's order.
    pub payment_terms: Vec<PaymentTerm>,
    /// Days from which something is enforced, in the edition's order.
    pub enforcement: Vec<Enforcement>,
    /// The vendor's own report; `None` where the period had none that names
    /// the licences of a person by the rules emulated here.
    pub vendor_report: Option<VendorReport>,
    /// SKUs of which at least one seat is needed to buy additional-user
    /// licences; empty where the edition asks for none.
    pub full_user_skus: SkuSet,
    /// Switches.
    pub flags: Flags,
    /// Folded names, part numbers, GUIDs and licence words.
    pub(crate) names: HashMap<String, Named>,
    /// Those of `names` that say "attach".
    pub(crate) attach_names: HashSet<String>,
    /// What may stand before and behind a product's name.
    pub(crate) naming: names::Naming,
    /// Folded role identifiers and names, onto [`Rulebook::roles`].
    pub(crate) role_identifiers: HashMap<String, usize>,
    pub(crate) role_names: HashMap<String, usize>,
    /// Folded ids, names and aliases, onto [`Rulebook::use_rights`].
    pub(crate) use_right_names: HashMap<String, usize>,
}

impl Rulebook {
    /// The SKU behind an index.
    #[must_use]
    pub fn sku(&self, sku: SkuId) -> &Sku {
        &self.skus[usize::from(sku.0)]
    }

    /// The right behind an index.
    #[must_use]
    pub fn right(&self, right: RightId) -> &Right {
        &self.rights[usize::from(right.0)]
    }
}
