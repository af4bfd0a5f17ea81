//! The edition file as it is written.
//!
//! Takes TOML text, gives the structs of this module and nothing else: no
//! reference is followed here, no price understood. Every value that can be
//! wrong keeps its place in the file ([`At`]), so that the checker can point
//! at it. Words of a closed list (metric, class, mark, program) stay text for
//! the same reason: a wrong one is then a problem among others instead of the
//! end of the reading.
//!
//! The JSON Schema of the format is made from these structs
//! ([`rulebook_schema`](super::rulebook_schema)): what stands as a comment at
//! a key is what an editor shows.

mod at;
mod entitled;

pub(super) use at::{At, Text, Texts};
pub(super) use entitled::{
    Capacity, Enforcement, Gate, Integration, Pack, PaymentTerm, Support, UseRightGroup,
    VendorReport,
};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Class, DevicePolicy, Mark, Metric, Program, Segment, Tier};

/// One dated edition of the licensing guide, as data for Seatwise.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Edition {
    /// Version of the file format.
    #[schemars(extend("const" = 1))]
    pub schema: At<u32>,
    /// What the edition is called, when it is in force, in which currency.
    pub edition: About,
    /// The documents the edition rests on.
    pub sources: Vec<Source>,
    /// What may stand around a product's own name.
    #[serde(default)]
    pub naming: Naming,
    /// Switches of the calculation.
    pub flags: Flags,
    /// What a piece of work can need.
    #[serde(default)]
    pub rights: Vec<Right>,
    /// The products; the order is the last tie-breaker between equal choices.
    #[serde(default)]
    pub skus: Vec<Sku>,
    /// Which base admits which attach licence; one row per base.
    #[serde(default)]
    pub attach: Vec<AttachRow>,
    /// The role table of the guide.
    #[serde(default)]
    pub roles: Vec<RoleGroup>,
    /// Kinds of device and the licence for each.
    #[serde(default)]
    pub device_kinds: Vec<DeviceKind>,
    /// Minimum quantities.
    #[serde(default)]
    pub minimums: Vec<Minimum>,
    /// What may not stand together.
    #[serde(default)]
    pub exclusions: Vec<Exclusion>,
    /// Prices that fall with the number of seats.
    #[serde(default)]
    pub price_tiers: Vec<PriceTier>,
    /// Rows of the guide's use-right tables, which a customer's table of needs
    /// can name.
    #[serde(default)]
    pub use_rights: Vec<UseRightGroup>,
    /// What opens only from a number of seats on.
    #[serde(default)]
    pub gates: Vec<Gate>,
    /// Pools and quantities of the tenant, in the order they are worked out.
    #[serde(default)]
    pub capacity: Vec<Capacity>,
    /// Support plans.
    #[serde(default)]
    pub support: Vec<Support>,
    /// The licence that stands in for those of integration accounts.
    pub integration: Option<Integration>,
    /// What ways of paying add to the list prices.
    #[serde(default)]
    pub payment_terms: Vec<PaymentTerm>,
    /// Days from which something is enforced.
    #[serde(default)]
    pub enforcement: Vec<Enforcement>,
    /// How the vendor's own report chooses the licences it asks for; leave it
    /// out where there was no such report.
    pub vendor_report: Option<VendorReport>,
    /// Licence words of the applications and what they stand for.
    #[serde(default)]
    pub words: Vec<Words>,
    /// Products of no concern, so that they are recognised and left alone.
    #[serde(default)]
    pub foreign: Foreign,
}

/// Metadata.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct About {
    /// How the edition is named on the command line and in reports.
    pub id: Text,
    /// Words for a reader.
    pub title: Text,
    /// First day in force, such as 2021-09-01.
    #[schemars(with = "at::Date")]
    pub valid_from: Text,
    /// Currency of all prices in the file, three capital letters.
    #[schemars(regex(pattern = "^[A-Z]{3}$"))]
    pub currency: Text,
    /// What holds for attach cells that are not listed: nothing, or a cell,
    /// marked M, wherever the attach has an attach price and is not dearer.
    #[schemars(extend("enum" = ["none", "price-rule"]))]
    pub attach_default: Option<Text>,
    /// SKUs of which one seat is needed before additional-user licences can be
    /// bought; leave it out where there is no such rule.
    #[serde(default)]
    pub full_user_skus: Texts,
}

/// A document the edition rests on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    /// One word, with which every `source` begins.
    pub id: Text,
    /// What the document is called.
    pub title: String,
}

/// Spellings that all product names share.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Naming {
    /// Words in front of a product's own name.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// Words behind it that change nothing.
    #[serde(default)]
    pub suffixes: Vec<String>,
    /// Words behind it that say: the attach licence.
    #[serde(default)]
    pub attach_suffixes: Vec<String>,
}

/// Switches of the calculation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Flags {
    /// A Read grant takes `read_right`, whatever the menu item says.
    pub read_grant_is_team_members: At<bool>,
    /// The right a Read grant takes.
    pub read_right: Option<Text>,
    /// Roles with `admin = true` need no licence.
    pub admins_exempt: bool,
    /// A base must cost at least as much as what is attached to it.
    pub base_is_dearest: bool,
    /// How device and user licences may be combined.
    #[schemars(with = "DevicePolicy")]
    pub device_policy: Text,
    /// The right an unknown role takes under `--unknown-roles full`.
    pub unknown_full: Text,
    /// The right an unknown role takes under `--unknown-roles team-members`.
    pub unknown_team_members: Text,
    /// The right of a menu item that carries no licence.
    pub unlicensed_menu_item: Text,
}

/// What a piece of work needs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Right {
    /// By this it is named elsewhere in the file.
    pub id: Text,
    /// Words for a reader.
    pub name: Text,
    /// Where it stands on the ladder.
    #[schemars(with = "Tier")]
    pub tier: Text,
}

/// A price with its evidence.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Price {
    /// Per month, as text such as "180.00", so that no cent is rounded.
    #[schemars(with = "at::Money")]
    pub price: At<toml::Value>,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read; only mark M may go without.
    pub source: Option<Text>,
}

/// A product.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Sku {
    /// By this it is named elsewhere in the file.
    pub id: Text,
    /// The official product name.
    pub name: Text,
    /// What it is counted by.
    #[schemars(with = "Metric")]
    pub metric: Text,
    /// What class of licence it is.
    #[schemars(with = "Class")]
    pub class: Text,
    /// Where a product has both; the price rule keeps them apart.
    #[schemars(extend("enum" = ["professional", "enterprise"]))]
    pub grade: Option<Text>,
    /// Rights it gives.
    #[serde(default)]
    pub covers: Texts,
    /// SKUs all of whose rights it gives too.
    #[serde(default)]
    pub includes: Texts,
    /// List price; without one it is never chosen.
    pub list: Option<Price>,
    /// Price as an attach licence.
    pub attach: Option<Price>,
    /// Add-ons: the user must hold one of these SKUs.
    #[serde(default)]
    pub requires: Texts,
    /// `false` for stock that can no longer be bought and for tenant licences.
    #[serde(default = "yes")]
    pub plannable: bool,
    /// Programs it is sold in; leave it out for all.
    #[schemars(with = "Option<Vec<Program>>")]
    pub programs: Option<At<Texts>>,
    /// Segments it is sold to; leave it out for all.
    #[schemars(with = "Option<Vec<Segment>>")]
    pub segments: Option<At<Texts>>,
    /// No longer sold from that day on.
    #[schemars(with = "Option<at::Date>")]
    pub withdrawn: Option<Text>,
    /// What takes its place at renewal, all of these together.
    #[serde(default)]
    pub renews_as: Texts,
    /// Dual use right: what it gives on the customer's own servers.
    pub on_premises: Option<Text>,
    /// How far what it covers is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where what it covers was read; only mark M may go without.
    pub source: Option<Text>,
    /// Part numbers and GUIDs.
    #[serde(default)]
    pub product_ids: Texts,
    /// Other names in customers' files.
    #[serde(default)]
    pub aliases: Texts,
    /// Names, part numbers and GUIDs of its attach licence.
    #[serde(default)]
    pub attach_names: Texts,
}

fn yes() -> bool {
    true
}

/// What may be attached to one base.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AttachRow {
    /// The base SKU, a full user licence.
    pub base: Text,
    /// Mark of cells that give none.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Source of cells that give none.
    pub source: Option<Text>,
    /// The row is complete: `attach_default` adds nothing to it.
    #[serde(default)]
    pub only: bool,
    /// What may be attached.
    pub to: Vec<AttachCell>,
}

/// One cell of the matrix.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AttachCell {
    /// The SKU that may be attached; it has an attach price.
    pub sku: Text,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
    /// The source states this cell although the base is the cheaper one.
    #[serde(default)]
    pub despite_price: bool,
}

/// Roles that share area, rights and evidence.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleGroup {
    /// Application area of the guide's table.
    pub area: Text,
    /// Rights any one of which suffices.
    pub any_of: Texts,
    /// How far the table is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
    /// The roles.
    pub rows: Vec<Role>,
}

/// One role; what it says itself overrides its group.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    /// The guide's name of the role.
    pub name: Text,
    /// Its identifier in the application, looked up before the name.
    pub identifier: Option<Text>,
    /// Other identifiers of the same role.
    #[serde(default)]
    pub identifiers: Texts,
    /// Other names of the same role.
    #[serde(default)]
    pub aliases: Texts,
    /// `false`: another role once had this name, so it is known by its
    /// identifier only.
    #[serde(default = "yes")]
    pub by_name: bool,
    /// Rights any one of which suffices, instead of the group's.
    pub any_of: Option<Texts>,
    /// Device kinds on which its work can be done under a device licence.
    #[serde(default)]
    pub kinds: Texts,
    /// It administers the system (see `flags.admins_exempt`).
    #[serde(default)]
    pub admin: bool,
    /// It only lets its holder in and needs no licence of its own.
    #[serde(default)]
    pub technical: bool,
    /// How far it is verified, instead of the group's mark.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read, instead of the group's source.
    pub source: Option<Text>,
}

/// A kind of device.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceKind {
    /// A word of the `kind` column of the devices table.
    pub id: Text,
    /// Words for a reader.
    pub name: Text,
    /// The device SKU.
    pub sku: Text,
    /// Rights the device gives to whoever uses it; by default those of its SKU.
    pub covers: Option<Texts>,
    /// A device used for other purposes too cannot be licensed so.
    pub must_be_dedicated: bool,
    /// A shared login is allowed.
    pub shared_login: bool,
    /// Individual logins are allowed.
    pub individual_login: bool,
    /// Where it was read.
    pub source: Option<Text>,
}

/// A minimum quantity.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Minimum {
    /// Unique in the section.
    pub id: Text,
    /// Words for a reader.
    pub name: Text,
    /// The minimum binds when one of these SKUs is in the plan.
    pub applies_to: Texts,
    /// SKUs whose base seats count toward it.
    pub counts: Texts,
    /// How many are needed.
    pub quantity: At<u32>,
    /// Programs it is for; leave it out for all.
    #[schemars(with = "Option<Vec<Program>>")]
    pub programs: Option<At<Texts>>,
    /// Segments it is for; leave it out for all.
    #[schemars(with = "Option<Vec<Segment>>")]
    pub segments: Option<At<Texts>>,
    /// Each SKU must reach the quantity by itself.
    #[serde(default)]
    pub per_sku: bool,
    /// Device SKUs that count in part.
    #[serde(default)]
    pub device_skus: Texts,
    /// So many device licences ...
    #[serde(default)]
    pub device_seats: u32,
    /// ... count as so many users.
    #[serde(default)]
    pub device_users: u32,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// SKUs that may not stand together.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Exclusion {
    /// Unique in the section.
    pub id: Text,
    /// Words for a reader.
    pub name: Text,
    /// One side.
    pub left: Texts,
    /// The other side.
    pub right: Texts,
    /// `true`: not in one tenant; `false`: not in one environment.
    pub tenant_wide: bool,
    /// Segments it is for; leave it out for all.
    #[schemars(with = "Option<Vec<Segment>>")]
    pub segments: Option<At<Texts>>,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// The price steps of one SKU.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceTier {
    /// The SKU whose price falls.
    pub sku: Text,
    /// SKUs whose seats decide which step is reached.
    pub counts: Texts,
    /// Programs it is for; leave it out for all.
    #[schemars(with = "Option<Vec<Program>>")]
    pub programs: Option<At<Texts>>,
    /// Segments it is for; leave it out for all.
    #[schemars(with = "Option<Vec<Segment>>")]
    pub segments: Option<At<Texts>>,
    /// Rising in `from`, falling in price.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// From how many seats on.
    pub from: At<u32>,
    /// Price per seat and month, as text.
    #[schemars(with = "at::Money")]
    pub price: At<toml::Value>,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// Licence words of the applications and what they stand for: a right, a SKU,
/// or no licence when neither is named.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// The right they stand for.
    pub right: Option<Text>,
    /// The SKU they stand for.
    pub sku: Option<Text>,
    /// The words.
    pub words: At<Texts>,
}

/// Products of no concern.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Foreign {
    /// Whole names; needed for names that contain joiners (`+`, a comma).
    #[serde(default)]
    pub names: Texts,
    /// How the other names begin.
    #[serde(default)]
    pub prefixes: Vec<String>,
}
