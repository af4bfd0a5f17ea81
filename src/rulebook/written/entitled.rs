//! Sections about the tenant as a whole, and the guide's use-right tables, as
//! they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::at::{Date, Quantity, QuantityOrUnlimited};
use super::{At, Price, Text, Texts};
use crate::rulebook::{Mark, Opens, Period, Program, Segment};

/// Rows of a use-right table that share table, area, rights and evidence.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct UseRightGroup {
    /// Where the guide prints them.
    pub table: Text,
    /// Application area of the table.
    pub area: Text,
    /// Rights any one of which suffices.
    pub any_of: Texts,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
    /// The rows.
    pub rows: Vec<UseRight>,
}

/// One row; what it says itself overrides its group.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct UseRight {
    /// Unique among the use rights; a table of needs may name it.
    pub id: Text,
    /// The guide's name of the row.
    pub name: Text,
    /// Other names of the row.
    #[serde(default)]
    pub aliases: Texts,
    /// Rights any one of which suffices, instead of the group's.
    pub any_of: Option<Texts>,
    /// External users need it too.
    #[serde(default)]
    pub externals: bool,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// What opens only from a number of seats on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Gate {
    /// Unique in the section.
    pub id: Text,
    /// Words for a reader.
    pub name: Text,
    /// The SKUs it is about.
    pub opens: Texts,
    /// What it opens: their attach price, or buying them at all.
    #[schemars(with = "Opens")]
    pub what: Text,
    /// User SKUs whose seats count.
    pub counts: Texts,
    /// Attach seats count too.
    #[serde(default)]
    pub counts_attach: bool,
    /// How many seats are needed.
    pub quantity: At<u32>,
    /// One SKU of `counts` must reach the quantity alone.
    #[serde(default)]
    pub of_one: bool,
    /// Programs it is for; leave it out for all.
    #[schemars(with = "Option<Vec<Program>>")]
    pub programs: Option<At<Texts>>,
    /// Segments it is for; leave it out for all.
    #[schemars(with = "Option<Vec<Segment>>")]
    pub segments: Option<At<Texts>>,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// A pool or quantity of the tenant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Capacity {
    /// Unique in the section.
    pub id: Text,
    /// Words for a reader.
    pub name: Text,
    /// What it is counted in, such as GB.
    pub unit: Text,
    /// Words of the capacity table's metric column that are measured against it.
    pub metrics: Texts,
    /// The time the quantity is for.
    #[schemars(with = "Period")]
    pub per: Text,
    /// What is included; the largest that applies counts, never the sum.
    #[serde(default)]
    pub default: Vec<Included>,
    /// What comes with seats.
    #[serde(default)]
    pub accrues: Vec<Accrual>,
    /// Default and accruals together never exceed it.
    #[schemars(with = "Option<Quantity>")]
    pub accrual_cap: Option<At<toml::Value>>,
    /// Nothing beyond it can be had, packs included.
    #[schemars(with = "Option<Quantity>")]
    pub cap: Option<At<toml::Value>>,
    /// What can be bought on top.
    #[serde(default)]
    pub packs: Vec<Pack>,
    /// Only one kind of the packs that stand by themselves may be held.
    #[serde(default)]
    pub one_of: bool,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// A default amount.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Included {
    /// Text such as "10" or "0.25", or "unlimited".
    #[schemars(with = "QuantityOrUnlimited")]
    pub amount: At<toml::Value>,
    /// It applies when seats of these SKUs are held; always when left out.
    #[serde(default)]
    pub skus: Texts,
    /// How many seats of them together, 1 unless said.
    pub seats: Option<At<u32>>,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// An amount for every so many seats.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Accrual {
    /// Text such as "5" or "0.25".
    #[schemars(with = "Quantity")]
    pub amount: At<toml::Value>,
    /// For every complete so many seats.
    pub per: At<u32>,
    /// SKUs whose seats count, together.
    pub skus: Texts,
    /// Attach seats count too.
    #[serde(default)]
    pub attach: bool,
    /// Once for each of these that is held.
    #[serde(default)]
    pub each: Texts,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// What can be bought on top.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Pack {
    /// The tenant SKU that is bought.
    pub sku: Text,
    /// What each adds, as text.
    #[schemars(with = "Quantity")]
    pub amount: At<toml::Value>,
    /// No more than so many.
    pub most: Option<At<u32>>,
    /// From so many on the pool has no limit.
    pub unlimited_from: Option<At<u32>>,
    /// Only together with this pack.
    pub after: Option<Text>,
}

/// A support plan.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Support {
    /// Unique in the section.
    pub id: Text,
    /// Words for a reader.
    pub name: Text,
    /// What is bought.
    pub sku: Text,
    /// Least money per month, whatever the count.
    pub floor: Option<Price>,
    /// Every licensed user must be covered.
    #[serde(default)]
    pub everyone: bool,
    /// Only one premium plan per customer.
    #[serde(default)]
    pub premium: bool,
    /// User SKUs whose seats need it; all when left out.
    #[serde(default)]
    pub counts: Texts,
    /// Programs it is for; leave it out for all.
    #[schemars(with = "Option<Vec<Program>>")]
    pub programs: Option<At<Texts>>,
    /// Segments it is for; leave it out for all.
    #[schemars(with = "Option<Vec<Segment>>")]
    pub segments: Option<At<Texts>>,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// What integration accounts can be licensed by.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Integration {
    /// What is bought instead of user licences.
    pub sku: Text,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// What a way of paying adds to the list prices, which are those of a year paid
/// in advance.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct PaymentTerm {
    /// Unique in the section.
    pub id: Text,
    /// The way of paying, in words.
    pub name: Text,
    /// Months of the term: 1, 12 or 36.
    pub months: At<u32>,
    /// Whether it is billed every month; else in advance.
    pub billed_monthly: bool,
    /// Prices in per cent of the list: 105.
    pub percent: At<u32>,
    /// Programs it is for; leave it out for all.
    #[schemars(with = "Option<Vec<Program>>")]
    pub programs: Option<At<Texts>>,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// A day from which something is enforced.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct Enforcement {
    /// Unique in the section.
    pub id: Text,
    /// From that day on, such as 2026-01-15.
    #[schemars(with = "Date")]
    pub date: Text,
    /// What is enforced, in words.
    pub what: Text,
    /// How far it is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}

/// The vendor's own report of who needs which licence.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct VendorReport {
    /// What the report is called.
    pub name: Text,
    /// How far the rule by priority is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where the rule by priority was read.
    pub source: Option<Text>,
    /// How far the greedy rule is verified.
    #[schemars(with = "Option<Mark>")]
    pub greedy_mark: Option<Text>,
    /// Where the greedy rule was read.
    pub greedy_source: Option<Text>,
    /// The licences the report knows.
    pub ranks: Vec<VendorRank>,
}

/// A licence of the vendor's report.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rulebook) struct VendorRank {
    /// The user SKU.
    pub sku: Text,
    /// Its priority: the higher, the dearer the report takes it to be.
    pub priority: At<u32>,
    /// The group the report names where any licence of it will do.
    pub group: Option<Text>,
    /// How far the priority is verified.
    #[schemars(with = "Option<Mark>")]
    pub mark: Option<Text>,
    /// Where it was read.
    pub source: Option<Text>,
}
