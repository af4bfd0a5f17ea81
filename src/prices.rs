//! The prices in force for one tenant.
//!
//! An edition brings list prices; a customer's own net prices replace them
//! SKU by SKU. Which price a result rests on is printed beside it, so each
//! price keeps its source.

use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::rulebook::{Mark, Named, PricePoint, Rulebook, SkuId};
use crate::tenant::{OwnPrice, TenantInput};

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
            attach: rulebook
                .skus
                .iter()
                .map(|sku| sku.attach.as_ref().map(InForce::from))
                .collect(),
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

/// The prices in force for a tenant: the edition's, replaced by the customer's
/// own where their list names a licence in the tenant's currency and program.
/// Of several rows for one licence the latest `valid_from` wins; there is no
/// clock here, so a price list holds what is in force at the renewal looked
/// at.
#[must_use]
pub fn in_force(rulebook: &Rulebook, tenant: &TenantInput) -> (Prices, Vec<Finding>) {
    let mut prices = Prices::of_edition(rulebook);
    let mut findings = Vec::new();
    let mut rows: Vec<&OwnPrice> = tenant.prices.iter().collect();
    rows.sort_by(|a, b| a.valid_from.cmp(&b.valid_from));
    let currency =
        if tenant.info.currency.is_empty() { &rulebook.currency } else { &tenant.info.currency };
    let mut own = false;
    for row in rows {
        let sku = match rulebook.named(&row.license) {
            Some(Named::Sku(sku)) => Ok(*sku),
            Some(_) => Err("names no Dynamics 365 licence"),
            None => Err("names no licence of the edition"),
        };
        let other_currency =
            !row.currency.is_empty() && !row.currency.eq_ignore_ascii_case(currency);
        let other_program = !row.program.is_empty() && row.program != tenant.info.program.word();
        let sku = match sku {
            Ok(_) if other_currency => Err("is in another currency than the tenant"),
            Ok(_) if other_program => Err("is for another program"),
            result => result,
        };
        let sku = match sku {
            Ok(sku) => sku,
            Err(why) => {
                let message = format!("price row \u{201c}{}\u{201d} {why}", row.license);
                findings.push(Finding::new(Code::PriceUnused, &row.license, message));
                continue;
            }
        };
        own = true;
        let point = |cents| InForce { cents, mark: None, source: row.source.clone() };
        let attach_only = rulebook.is_attach_name(&row.license);
        if let Some(price) = row.price {
            if attach_only {
                prices.set_attach(sku, point(price));
            } else {
                prices.set_list(sku, point(price));
            }
        }
        if let Some(attach) = row.attach {
            prices.set_attach(sku, point(attach));
        }
    }
    if !own && !currency.eq_ignore_ascii_case(&rulebook.currency) {
        findings.push(Finding::new(
            Code::CurrencyMismatch,
            currency,
            format!(
                "the tenant pays in {currency}, the edition's prices are in {}; all money is in {}",
                rulebook.currency, rulebook.currency
            ),
        ));
    }
    (prices, findings)
}
