//! Capacity as the reports print it.

use serde::Serialize;

use crate::amount::Amount;
use crate::money::Cents;
use crate::rulebook::Mark;

/// How the capacity of a tenant stands to its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CapacityStatus {
    /// What is included and owned covers the use.
    Covered,
    /// Packs must be bought.
    Buy,
    /// The use is beyond what can be had at all.
    BeyondTheCap,
    /// The use is not covered and nothing (more) can be bought for it.
    NoPack,
    /// The input has no figure for it.
    NotMeasured,
    /// Packs must be bought, and nobody knows the price of one of them.
    PriceUnknown,
    /// A figure that no capacity of the edition is measured by.
    UnknownMetric,
}

impl CapacityStatus {
    /// The words the reports print.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Buy => "buy",
            Self::BeyondTheCap => "beyond the cap",
            Self::NoPack => "no pack",
            Self::NotMeasured => "not measured",
            Self::PriceUnknown => "price unknown",
            Self::UnknownMetric => "unknown metric",
        }
    }
}

/// Packs of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackLine {
    /// SKU id.
    pub sku: String,
    /// Product name.
    pub name: String,
    /// How many.
    pub quantity: u64,
    /// Cents per pack and month; `None`: unknown.
    pub unit_cents: Option<Cents>,
    /// Whether the price is the attach price.
    pub attach: bool,
}

/// One capacity of the edition, or a figure of the customer that belongs to
/// none.
#[derive(Debug, Clone, Serialize)]
pub struct CapacityLine {
    /// Words of the metric column: as in the input where it has figures, else
    /// as in the edition; several joined by `; `.
    pub metric: String,
    /// Figures as in the input, joined by `; `; blank without any.
    pub value: String,
    /// Id of the capacity in the edition; blank for an unknown metric.
    pub capacity: String,
    /// Its name.
    pub name: String,
    /// Unit of every amount.
    pub unit: String,
    /// `standing`, `month`, `peak-month` or `year`.
    pub per: String,
    /// The largest default that applies; `None`: without limit.
    pub default: Option<Amount>,
    /// What the seats of the plan add to it.
    pub accrued: Amount,
    /// Both together, caps observed; `None`: without limit.
    pub included: Option<Amount>,
    /// What owned packs add.
    pub owned: Amount,
    /// Owned packs.
    pub packs_owned: Vec<PackLine>,
    /// Included and owned, caps observed; `None`: without limit.
    pub available: Option<Amount>,
    /// Measured use, summed over environments; `None`: not measured.
    pub used: Option<Amount>,
    /// The cheapest packs to buy.
    pub buy: Vec<PackLine>,
    /// What they cost per month, as far as prices are known.
    pub cents: Cents,
    /// How capacity and use compare.
    pub status: CapacityStatus,
    /// What the plan's seats include less than the owned seats do.
    pub lost: Amount,
    /// What of `cents` is due to that.
    pub lost_cents: Cents,
    /// The figures in a sentence.
    pub detail: String,
    /// How far the rule is verified; `None` for an unknown metric.
    pub mark: Option<Mark>,
    /// Guide and section.
    pub source: String,
}

impl CapacityLine {
    /// Packs of one SKU to buy.
    #[must_use]
    pub fn to_buy(&self, sku: &str) -> u64 {
        self.buy.iter().filter(|pack| pack.sku == sku).map(|pack| pack.quantity).sum()
    }
}
