//! The edition file as it is written.
//!
//! Takes TOML text, gives the structs of this module and nothing else: no
//! reference is followed here, no price understood. Every value that can be
//! wrong keeps its place in the file ([`Spanned`]), so that the checker can
//! point at it. Words of a closed list (metric, class, mark, program) stay
//! text for the same reason: a wrong one is then a problem among others
//! instead of the end of the reading.

mod entitled;

pub(super) use entitled::{Capacity, Enforcement, Gate, Integration, Pack, Support, UseRightGroup};

use serde::Deserialize;
use toml::Spanned;

/// Text with its place.
pub(super) type Text = Spanned<String>;
/// A list of texts, each with its place.
pub(super) type Texts = Vec<Text>;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edition {
    /// Version of the file format.
    pub schema: Spanned<u32>,
    pub edition: About,
    pub sources: Vec<Source>,
    #[serde(default)]
    pub naming: Naming,
    pub flags: Flags,
    #[serde(default)]
    pub rights: Vec<Right>,
    #[serde(default)]
    pub skus: Vec<Sku>,
    #[serde(default)]
    pub attach: Vec<AttachRow>,
    #[serde(default)]
    pub roles: Vec<RoleGroup>,
    #[serde(default)]
    pub device_kinds: Vec<DeviceKind>,
    #[serde(default)]
    pub minimums: Vec<Minimum>,
    #[serde(default)]
    pub exclusions: Vec<Exclusion>,
    #[serde(default)]
    pub price_tiers: Vec<PriceTier>,
    #[serde(default)]
    pub use_rights: Vec<UseRightGroup>,
    #[serde(default)]
    pub gates: Vec<Gate>,
    #[serde(default)]
    pub capacity: Vec<Capacity>,
    #[serde(default)]
    pub support: Vec<Support>,
    pub integration: Option<Integration>,
    #[serde(default)]
    pub enforcement: Vec<Enforcement>,
    #[serde(default)]
    pub words: Vec<Words>,
    #[serde(default)]
    pub foreign: Foreign,
}

/// Metadata.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct About {
    pub id: Text,
    pub title: Text,
    pub valid_from: Text,
    pub currency: Text,
    /// `price-rule` or `none` (the default): what holds for cells of the
    /// attach matrix that are not listed.
    pub attach_default: Option<Text>,
    /// SKUs of which one seat is needed before additional users are bought.
    #[serde(default)]
    pub full_user_skus: Texts,
}

/// A document the edition rests on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub id: Text,
    pub title: String,
}

/// Spellings that all product names share.
#[derive(Debug, Default, Deserialize)]
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

/// Switches of the algorithm.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flags {
    pub read_grant_is_team_members: Spanned<bool>,
    pub read_right: Option<Text>,
    pub admins_exempt: bool,
    pub base_is_dearest: bool,
    pub device_policy: Text,
    pub unknown_full: Text,
    pub unknown_team_members: Text,
    pub unlicensed_menu_item: Text,
}

/// What a piece of work needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Right {
    pub id: Text,
    pub name: Text,
    pub tier: Text,
}

/// A price with its evidence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Price {
    /// Text such as `"180.00"`; anything else is refused by the checker.
    pub price: Spanned<toml::Value>,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// A product.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sku {
    pub id: Text,
    pub name: Text,
    pub metric: Text,
    pub class: Text,
    /// `professional` or `enterprise`, where a product has both; the default
    /// attach rule keeps them apart.
    pub grade: Option<Text>,
    #[serde(default)]
    pub covers: Texts,
    /// SKUs whose rights it gives too.
    #[serde(default)]
    pub includes: Texts,
    pub list: Option<Price>,
    pub attach: Option<Price>,
    #[serde(default)]
    pub requires: Texts,
    #[serde(default = "yes")]
    pub plannable: bool,
    /// Programs it is sold in; absent: all.
    pub programs: Option<Spanned<Texts>>,
    /// Segments it is sold to; absent: all.
    pub segments: Option<Spanned<Texts>>,
    /// No longer sold from that day on.
    pub withdrawn: Option<Text>,
    /// What takes its place at renewal, all of these together.
    #[serde(default)]
    pub renews_as: Texts,
    /// Dual use right, in our words.
    pub on_premises: Option<Text>,
    pub mark: Option<Text>,
    pub source: Option<Text>,
    #[serde(default)]
    pub product_ids: Texts,
    #[serde(default)]
    pub aliases: Texts,
    /// Names, part numbers and GUIDs of its attach variant.
    #[serde(default)]
    pub attach_names: Texts,
}

fn yes() -> bool {
    true
}

/// What may be attached to one base.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AttachRow {
    pub base: Text,
    /// Mark and source of cells that give none.
    pub mark: Option<Text>,
    pub source: Option<Text>,
    /// The row is complete: `attach_default` adds nothing to it.
    #[serde(default)]
    pub only: bool,
    pub to: Vec<AttachCell>,
}

/// One cell of the matrix.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AttachCell {
    pub sku: Text,
    pub mark: Option<Text>,
    pub source: Option<Text>,
    /// The source states this cell although the base is the cheaper one.
    #[serde(default)]
    pub despite_price: bool,
}

/// Roles that share area, rights and evidence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleGroup {
    pub area: Text,
    pub any_of: Texts,
    pub mark: Option<Text>,
    pub source: Option<Text>,
    pub rows: Vec<Role>,
}

/// One role; what it says itself overrides its group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    pub name: Text,
    pub identifier: Option<Text>,
    /// Other identifiers of the same role.
    #[serde(default)]
    pub identifiers: Texts,
    #[serde(default)]
    pub aliases: Texts,
    /// `false`: another role once had this name, so it is known by its
    /// identifier only.
    #[serde(default = "yes")]
    pub by_name: bool,
    pub any_of: Option<Texts>,
    #[serde(default)]
    pub kinds: Texts,
    #[serde(default)]
    pub admin: bool,
    /// The role only lets its holder in and needs no licence of its own.
    #[serde(default)]
    pub technical: bool,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// A kind of device.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceKind {
    pub id: Text,
    pub name: Text,
    pub sku: Text,
    /// Default: the rights of the SKU.
    pub covers: Option<Texts>,
    pub must_be_dedicated: bool,
    pub shared_login: bool,
    pub individual_login: bool,
    pub source: Option<Text>,
}

/// A minimum quantity.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Minimum {
    pub id: Text,
    pub name: Text,
    pub applies_to: Texts,
    pub counts: Texts,
    pub quantity: Spanned<u32>,
    pub programs: Option<Spanned<Texts>>,
    pub segments: Option<Spanned<Texts>>,
    #[serde(default)]
    pub per_sku: bool,
    #[serde(default)]
    pub device_skus: Texts,
    #[serde(default)]
    pub device_seats: u32,
    #[serde(default)]
    pub device_users: u32,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// SKUs that may not stand together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exclusion {
    pub id: Text,
    pub name: Text,
    pub left: Texts,
    pub right: Texts,
    pub tenant_wide: bool,
    pub segments: Option<Spanned<Texts>>,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// The price steps of one SKU.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceTier {
    pub sku: Text,
    pub counts: Texts,
    pub programs: Option<Spanned<Texts>>,
    pub segments: Option<Spanned<Texts>>,
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub from: Spanned<u32>,
    pub price: Spanned<toml::Value>,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// Licence words of the applications and what they stand for: a right, a SKU,
/// or nothing when neither is named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub right: Option<Text>,
    pub sku: Option<Text>,
    pub words: Spanned<Texts>,
}

/// Products that are none of Dynamics 365's.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Foreign {
    /// Whole names; needed for names that contain joiners.
    #[serde(default)]
    pub names: Texts,
    /// How the other names begin.
    #[serde(default)]
    pub prefixes: Vec<String>,
}
