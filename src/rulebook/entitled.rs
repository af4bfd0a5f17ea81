//! What a tenant is entitled to beyond seats, checked: use rights, gates,
//! capacity, support plans, dates of enforcement.
//!
//! Amounts are [`Amount`]s (whole thousandths of the unit of their entry),
//! money is cents per month in the edition's currency.

use serde::Serialize;

use super::{Mark, PricePoint, Program, RightId, Segment, SkuId, SkuSet};
use crate::amount::Amount;

/// A row of a guide's use-right tables: one thing a person does.
#[derive(Debug, Clone)]
pub struct UseRight {
    /// `b-lead-convert`, unique in the edition.
    pub id: String,
    /// The guide's name of the row.
    pub name: String,
    /// The rights any one of which suffices.
    pub any_of: Vec<RightId>,
    /// Whether external users, who need no licence else, need it too.
    pub externals: bool,
    /// The table it stands in.
    pub table: String,
    /// Application area of the table.
    pub area: String,
    /// How far it is verified.
    pub mark: Mark,
    /// Guide and section.
    pub source: String,
}

/// What a gate opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Opens {
    /// The attach price of its SKUs.
    Attach,
    /// Buying its SKUs at all.
    Purchase,
}

impl Opens {
    /// The word of the edition file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Attach => "attach",
            Self::Purchase => "purchase",
        }
    }
}

/// What opens only from a number of seats on.
#[derive(Debug, Clone)]
pub struct Gate {
    /// `marketing-attach`
    pub id: String,
    /// Words for a reader.
    pub name: String,
    /// The SKUs it is about.
    pub opens: SkuSet,
    /// What of them it opens.
    pub what: Opens,
    /// Seats that count.
    pub counts: SkuSet,
    /// Whether attach seats count too.
    pub counts_attach: bool,
    /// How many are needed.
    pub quantity: u32,
    /// Whether one SKU of `counts` must reach the quantity alone.
    pub of_one: bool,
    /// Programs it is for; empty means all.
    pub programs: Vec<Program>,
    /// Segments it is for; empty means all.
    pub segments: Vec<Segment>,
    /// How far it is verified.
    pub mark: Mark,
    /// Guide and section.
    pub source: String,
}

/// The time a quantity is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// It is there at any time.
    Standing,
    /// Each month anew.
    Month,
    /// Each month anew; the month with most use decides.
    PeakMonth,
    /// Each year anew.
    Year,
}

impl Period {
    /// The word of the edition file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::Month => "month",
            Self::PeakMonth => "peak-month",
            Self::Year => "year",
        }
    }
}

/// A pool or quantity the tenant is entitled to: the largest default that
/// applies, what accrues with seats, and packs on top.
#[derive(Debug, Clone)]
pub struct Capacity {
    /// `ce-database`
    pub id: String,
    /// Words for a reader.
    pub name: String,
    /// `GB`
    pub unit: String,
    /// Words of the capacity table's metric column that are measured against
    /// it.
    pub metrics: Vec<String>,
    /// The time it is for.
    pub per: Period,
    /// Defaults: the largest that applies counts, never their sum.
    pub default: Vec<Included>,
    /// What accrues.
    pub accrues: Vec<Accrual>,
    /// What default and accruals together never exceed.
    pub accrual_cap: Option<Amount>,
    /// What cannot be exceeded, packs included.
    pub cap: Option<Amount>,
    /// What can be bought on top.
    pub packs: Vec<Pack>,
    /// Whether only one kind of the packs that stand by themselves may be
    /// held.
    pub one_of: bool,
    /// How far it is verified.
    pub mark: Mark,
    /// Guide and section.
    pub source: String,
}

/// A default amount. It applies when at least `seats` of `skus` together are
/// held, or always where `skus` is empty.
#[derive(Debug, Clone)]
pub struct Included {
    /// How much; `None`: without limit.
    pub amount: Option<Amount>,
    /// Seats that open it.
    pub skus: SkuSet,
    /// How many of them.
    pub seats: u32,
    /// How far it is verified.
    pub mark: Mark,
    /// Guide and section.
    pub source: String,
}

/// `amount` for every complete `per` seats of `skus` counted together.
#[derive(Debug, Clone)]
pub struct Accrual {
    /// How much.
    pub amount: Amount,
    /// For every so many seats; at least 1.
    pub per: u32,
    /// Seats that count.
    pub skus: SkuSet,
    /// Whether attach seats count.
    pub attach: bool,
    /// Granted once for each of these that is held; empty: once.
    pub each: SkuSet,
    /// How far it is verified.
    pub mark: Mark,
    /// Guide and section.
    pub source: String,
}

/// A licence that adds to a capacity.
#[derive(Debug, Clone)]
pub struct Pack {
    /// What is bought.
    pub sku: SkuId,
    /// What each adds, more than nothing.
    pub amount: Amount,
    /// No more than that many.
    pub most: Option<u32>,
    /// From that many on the capacity is without limit.
    pub unlimited_from: Option<u32>,
    /// Only together with this SKU, which is a pack of the same entry.
    pub after: Option<SkuId>,
}

/// A support plan.
#[derive(Debug, Clone)]
pub struct Support {
    /// `professional-direct`
    pub id: String,
    /// Words for a reader.
    pub name: String,
    /// What is bought.
    pub sku: SkuId,
    /// Least money per month, whatever the count.
    pub floor: Option<PricePoint>,
    /// Whether everybody who holds one of `counts` must be covered.
    pub everyone: bool,
    /// Whether it is one of those of which a customer has only one.
    pub premium: bool,
    /// User SKUs whose seats need it; empty: all user SKUs.
    pub counts: SkuSet,
    /// Programs it is sold in; empty means all.
    pub programs: Vec<Program>,
    /// Segments it is sold to; empty means all.
    pub segments: Vec<Segment>,
    /// How far it is verified.
    pub mark: Mark,
    /// Guide and section.
    pub source: String,
}

/// The licence that stands in for those of integration accounts.
#[derive(Debug, Clone)]
pub struct Integration {
    /// What is bought.
    pub sku: SkuId,
    /// How far it is verified.
    pub mark: Mark,
    /// Guide and section.
    pub source: String,
}

/// What a way of paying adds to the list prices, which are those of a year paid
/// in advance.
#[derive(Debug, Clone)]
pub struct PaymentTerm {
    /// Unique in the edition.
    pub id: String,
    /// The way of paying, in words.
    pub name: String,
    /// Months of the term.
    pub months: u32,
    /// Whether it is billed every month; else in advance.
    pub billed_monthly: bool,
    /// Prices in per cent of the list.
    pub percent: u32,
    /// Programs it is for; empty means all.
    pub programs: Vec<Program>,
    /// How far it is verified.
    pub mark: Mark,
    /// Where it was read.
    pub source: String,
}

/// A day from which something is enforced.
#[derive(Debug, Clone)]
pub struct Enforcement {
    /// Unique in the edition.
    pub id: String,
    /// ISO date.
    pub date: String,
    /// What happens from then on.
    pub what: String,
    /// How far it is verified.
    pub mark: Mark,
    /// Where it was read.
    pub source: String,
}

/// The vendor's own report of who needs which licence, and how it chooses.
#[derive(Debug, Clone)]
pub struct VendorReport {
    /// What the report is called.
    pub name: String,
    /// How far the rule by priority is verified.
    pub mark: Mark,
    /// Where it was read.
    pub source: String,
    /// How far the greedy rule is verified.
    pub greedy_mark: Mark,
    /// Where it was read.
    pub greedy_source: String,
    /// The licences the report knows, highest priority first.
    pub ranks: Vec<VendorRank>,
}

/// A licence of the vendor's report.
#[derive(Debug, Clone)]
pub struct VendorRank {
    /// The licence.
    pub sku: SkuId,
    /// Its priority, unique: the higher, the dearer the report takes it to be.
    pub priority: u32,
    /// The group the report names where any licence of it will do; blank for
    /// a licence that stands alone.
    pub group: String,
    /// How far the priority is verified.
    pub mark: Mark,
    /// Where it was read.
    pub source: String,
}
