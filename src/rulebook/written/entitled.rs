//! Sections about the tenant as a whole, and the guide's use-right tables, as
//! they are written.

use serde::Deserialize;
use toml::Spanned;

use super::{Price, Text, Texts};

/// Rows of a use-right table that share table, area, rights and evidence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct UseRightGroup {
    /// Where the guide prints them.
    pub table: Text,
    pub area: Text,
    pub any_of: Texts,
    pub mark: Option<Text>,
    pub source: Option<Text>,
    pub rows: Vec<UseRight>,
}

/// One row; what it says itself overrides its group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct UseRight {
    pub id: Text,
    pub name: Text,
    #[serde(default)]
    pub aliases: Texts,
    pub any_of: Option<Texts>,
    /// External users need it too.
    #[serde(default)]
    pub externals: bool,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// What opens only from a number of seats on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Gate {
    pub id: Text,
    pub name: Text,
    pub opens: Texts,
    /// `attach` or `purchase`.
    pub what: Text,
    pub counts: Texts,
    #[serde(default)]
    pub counts_attach: bool,
    pub quantity: Spanned<u32>,
    #[serde(default)]
    pub of_one: bool,
    pub programs: Option<Spanned<Texts>>,
    pub segments: Option<Spanned<Texts>>,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// A pool or quantity of the tenant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Capacity {
    pub id: Text,
    pub name: Text,
    pub unit: Text,
    pub metrics: Texts,
    /// `standing`, `month`, `peak-month` or `year`.
    pub per: Text,
    #[serde(default)]
    pub default: Vec<Included>,
    #[serde(default)]
    pub accrues: Vec<Accrual>,
    pub accrual_cap: Option<Spanned<toml::Value>>,
    pub cap: Option<Spanned<toml::Value>>,
    #[serde(default)]
    pub packs: Vec<Pack>,
    #[serde(default)]
    pub one_of: bool,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// A default amount.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Included {
    /// Text such as `"10"` or `"0.25"`, or `"unlimited"`.
    pub amount: Spanned<toml::Value>,
    #[serde(default)]
    pub skus: Texts,
    pub seats: Option<Spanned<u32>>,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// An amount for every so many seats.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Accrual {
    pub amount: Spanned<toml::Value>,
    pub per: Spanned<u32>,
    pub skus: Texts,
    #[serde(default)]
    pub attach: bool,
    /// Once for each of these that is held.
    #[serde(default)]
    pub each: Texts,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// What can be bought on top.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Pack {
    pub sku: Text,
    pub amount: Spanned<toml::Value>,
    pub most: Option<Spanned<u32>>,
    pub unlimited_from: Option<Spanned<u32>>,
    pub after: Option<Text>,
}

/// A support plan.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Support {
    pub id: Text,
    pub name: Text,
    pub sku: Text,
    pub floor: Option<Price>,
    #[serde(default)]
    pub everyone: bool,
    #[serde(default)]
    pub premium: bool,
    #[serde(default)]
    pub counts: Texts,
    pub programs: Option<Spanned<Texts>>,
    pub segments: Option<Spanned<Texts>>,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// What integration accounts can be licensed by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Integration {
    pub sku: Text,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}

/// A day from which something is enforced.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Enforcement {
    pub id: Text,
    pub date: Text,
    pub what: Text,
    pub mark: Option<Text>,
    pub source: Option<Text>,
}
