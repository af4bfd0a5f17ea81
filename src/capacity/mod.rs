//! What a tenant is entitled to beyond seats, what it uses, and what it must
//! buy.
//!
//! Takes an edition, prices, the seats of the plan and the owned ones, and
//! the customer's capacity table; gives one line per capacity of the edition
//! ([`CapacityLine`]), the checks of gates and support plans, and findings.
//! The largest default that applies counts, never the sum (guide of September
//! 2021, "Default subscription capacity"); what accrues counts complete steps
//! over all its licences together (guide of July 2017, p.21).
//!
//! The money stands beside the plan, not in it. Seats are bought for what is
//! bought here in one case, where they open a gate to a lower price; the engine
//! asks what a gate is worth by showing it open and shut ([`Shown`]).

mod gates;
mod line;
mod packs;
mod reductions;
mod support;

pub use reductions::reductions;

use std::collections::BTreeMap;

use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::output::{CapacityLine, LicenceKind, RuleCheck, TenantInfo};
use crate::prices::Prices;
use crate::rulebook::{Metric, Rulebook, SkuId, SkuSet};
use crate::trueup::Stock;

/// Licences of a tenant by SKU: those at list price, and attach licences.
#[derive(Debug, Clone, Default)]
pub struct Held(BTreeMap<SkuId, (u64, u64)>);

impl Held {
    /// The owned licences.
    #[must_use]
    pub fn of_stock(stock: &Stock) -> Self {
        let mut held = Self::default();
        for (&(sku, attach), &quantity) in stock {
            held.add(sku, attach, quantity);
        }
        held
    }

    /// The seats of a plan, and beside them the owned licences no plan
    /// decides on: those of the tenant, and stock that is never planned, as
    /// far as either is still sold on `day` (ISO).
    #[must_use]
    pub fn of_plan(
        rulebook: &Rulebook,
        plan: &BTreeMap<(SkuId, LicenceKind), u64>,
        stock: &Stock,
        day: &str,
    ) -> Self {
        let mut held = Self::default();
        for (&(sku, kind), &quantity) in plan {
            held.add(sku, kind == LicenceKind::Attach, quantity);
        }
        for (&(id, attach), &quantity) in stock {
            let sku = rulebook.sku(id);
            let beside = sku.metric == Metric::Tenant || !sku.plannable;
            if beside && !sku.is_withdrawn(day) {
                held.add(id, attach, quantity);
            }
        }
        held
    }

    fn add(&mut self, sku: SkuId, attach: bool, quantity: u64) {
        let (list, attached) = self.0.entry(sku).or_default();
        let seats = if attach { attached } else { list };
        *seats = seats.saturating_add(quantity);
    }

    /// Licences of a set of SKUs: those at list price and, with `attach`, the
    /// attach licences too.
    #[must_use]
    pub fn count(&self, skus: SkuSet, attach: bool) -> u64 {
        let held = self.0.iter().filter(|(sku, _)| skus.contains(**sku));
        held.fold(0, |sum, (_, (list, attached))| {
            sum.saturating_add(*list).saturating_add(if attach { *attached } else { 0 })
        })
    }

    /// Licences of one SKU, however bought.
    fn of(&self, sku: SkuId) -> u64 {
        self.count(SkuSet::of(sku), true)
    }
}

/// What the calculation stands on.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The edition.
    pub rulebook: &'a Rulebook,
    /// Prices in force.
    pub prices: &'a Prices,
    /// Who.
    pub tenant: &'a TenantInfo,
    /// The capacity table, as (metric, value).
    pub measured: &'a [(String, String)],
    /// Licences under the plan.
    pub plan: &'a Held,
    /// Owned licences.
    pub owned: &'a Held,
    /// Whether the input says what is owned.
    pub owned_known: bool,
    /// People by the user licences they hold under the plan.
    pub people: &'a BTreeMap<SkuSet, u64>,
    /// The day licences are bought, ISO.
    pub day: &'a str,
    /// A gate that is taken as open or shut whatever is held.
    pub shown: Option<Shown>,
}

/// A gate and how it is taken, to see what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Its number in the edition.
    pub gate: usize,
    /// Open, or shut.
    pub open: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Entitled {
    /// One line per capacity that the tenant has, uses or owns packs of, in
    /// the edition's order; then figures nobody knows.
    pub lines: Vec<CapacityLine>,
    /// One check per gate and support plan.
    pub checks: Vec<RuleCheck>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Cost of the packs to buy.
    pub cents: Cents,
}

/// Works out capacity, gates and support plans of a tenant.
#[must_use]
pub fn entitled(basis: &Basis<'_>) -> Entitled {
    let mut result = Entitled::default();
    // What this calculation buys counts as held from the next entry on.
    let (mut plan, mut owned) = (basis.plan.clone(), basis.owned.clone());
    for entry in &basis.rulebook.capacity {
        let Some((line, bought)) = line::line(basis, entry, &plan, &owned, &mut result.findings)
        else {
            continue;
        };
        for (sku, attach, quantity) in bought {
            plan.add(sku, attach, quantity);
            owned.add(sku, attach, quantity);
        }
        result.cents += line.cents;
        line::findings(basis, &line, &mut result.findings);
        result.lines.push(line);
    }
    unknown(basis, &mut result);
    gates::checks(basis, &plan, &mut result);
    support::checks(basis, &mut result);
    result
}

/// Figures that nothing is measured by.
fn unknown(basis: &Basis<'_>, result: &mut Entitled) {
    for (metric, value) in basis.measured {
        if basis.rulebook.capacity_of(metric).is_some() {
            continue;
        }
        let message = format!(
            "\u{201c}{metric}\u{201d} ({value}) is measured against no capacity of edition {}; \
             it is shown and not judged",
            basis.rulebook.id
        );
        result.findings.push(Finding::new(Code::CapacityUnknown, metric, message));
        result.lines.push(line::unknown(metric, value));
    }
}

#[cfg(test)]
mod tests;
