//! The prices in force for one tenant.
//!
//! An edition brings list prices; a customer's own net prices replace them
//! SKU by SKU. Which price a result rests on is printed beside it, so each
//! price keeps its source.

use crate::money::Cents;
use crate::rulebook::{Mark, PricePoint, Rulebook, SkuId};

/// A price in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// Cents per month.
    pub cents: Cents,
    /// How far it is verified; `None` for the customer's own price.
    pub mark: Option<Mark>,
    /// Where it was read.
    pub source: String,
}

impl From<&PricePoint> for InForce {
    fn from(point: &PricePoint) -> Self {
        Self { cents: point.cents, mark: Some(point.mark), source: point.source.clone() }
    }
}

/// Prices of every SKU of one rulebook, in edition order.
#[derive(Debug, Clone)]
pub struct Prices {
    list: Vec<Option<InForce>>,
    attach: Vec<Option<InForce>>,
}

impl Prices {
    /// The edition's own prices.
    #[must_use]
    pub fn of_edition(rulebook: &Rulebook) -> Self {
        Self {
            list: rulebook.skus.iter().map(|sku| sku.list.as_ref().map(InForce::from)).collect(),
            attach: rulebook.skus.iter().map(|sku| sku.attach.as_ref().map(InForce::from)).collect(),
        }
    }

    /// Replaces the list price of a SKU.
    pub fn set_list(&mut self, sku: SkuId, price: InForce) {
        self.list[usize::from(sku.0)] = Some(price);
    }

    /// Replaces the attach price of a SKU.
    pub fn set_attach(&mut self, sku: SkuId, price: InForce) {
        self.attach[usize::from(sku.0)] = Some(price);
    }

    /// List price of a SKU.
    #[must_use]
    pub fn list(&self, sku: SkuId) -> Option<&InForce> {
        self.list[usize::from(sku.0)].as_ref()
    }

    /// Attach price of a SKU.
    #[must_use]
    pub fn attach(&self, sku: SkuId) -> Option<&InForce> {
        self.attach[usize::from(sku.0)].as_ref()
    }
}
