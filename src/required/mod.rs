//! Which licences the vendor's own report asks for.
//!
//! Microsoft's report looks at single objects, each entitled by a set of
//! licences, and chooses licences until everything is entitled. Two rules are
//! told of it, and which one runs is not established, so both are emulated:
//!
//! - *by priority*: the fewest licences, then those of lower priority;
//! - *greedily*: the licence that covers most of what is left, the cheaper one
//!   where several cover as much, until nothing is left.
//!
//! Neither is a search for the least cost, neither knows prices of a customer,
//! devices, owned seats or rules of an agreement. Priorities and groups are
//! data of the edition ([`VendorReport`](crate::rulebook::VendorReport)); the
//! greedy rule takes them for the order of cost, since nobody tells which
//! prices it uses and the two orders agree.

#[cfg(test)]
mod tests;

use crate::money::Cents;
use crate::output::LicenceKind;
use crate::prices::Prices;
use crate::rulebook::{Class, Rulebook, SkuId, SkuSet};

/// The licences of a report, and how it chooses among them.
#[derive(Debug)]
pub struct Report {
    /// Highest priority first: SKU, priority, group.
    ranks: Vec<(SkuId, u32, String)>,
    all: SkuSet,
}

impl Report {
    /// The report of an edition; `None` where its period had none.
    #[must_use]
    pub fn of(rulebook: &Rulebook) -> Option<Self> {
        let report = rulebook.vendor_report.as_ref()?;
        let ranks: Vec<_> =
            report.ranks.iter().map(|rank| (rank.sku, rank.priority, rank.group.clone())).collect();
        let all = ranks.iter().map(|(sku, ..)| *sku).collect();
        Some(Self { ranks, all })
    }

    /// The licences it knows.
    #[must_use]
    pub fn known(&self) -> SkuSet {
        self.all
    }

    /// What of a clause it sees: `None` where it knows no licence for it.
    #[must_use]
    pub fn seen(&self, clause: SkuSet) -> Option<SkuSet> {
        Some(clause.intersection(self.all)).filter(|seen| !seen.is_empty())
    }

    fn priority(&self, sku: SkuId) -> u32 {
        self.ranks.iter().find(|(known, ..)| *known == sku).map_or(0, |(_, priority, _)| *priority)
    }

    /// Priorities of a set, highest first: what sets of one size are compared
    /// by. The highest comes first because it is bought as the base.
    fn order(&self, set: SkuSet) -> Vec<u32> {
        let ranks = self.ranks.iter().filter(|(sku, ..)| set.contains(*sku));
        ranks.map(|(_, priority, _)| *priority).collect()
    }

    /// The rule by priority: the fewest licences that satisfy every clause,
    /// then the lowest priorities. Clauses are as [`Report::seen`] gives them.
    #[must_use]
    pub fn by_priority(&self, clauses: &[SkuSet]) -> SkuSet {
        (1..=clauses.len())
            .find_map(|size| {
                let mut best = None;
                self.choose(clauses, SkuSet::EMPTY, size, &mut best);
                best
            })
            .unwrap_or(SkuSet::EMPTY)
    }

    /// Tries every set of at most `left` more licences, an open clause at a
    /// time.
    fn choose(&self, clauses: &[SkuSet], chosen: SkuSet, left: usize, best: &mut Option<SkuSet>) {
        let open = clauses.iter().find(|clause| clause.intersection(chosen).is_empty());
        let Some(open) = open else {
            if best.is_none_or(|known| self.order(chosen) < self.order(known)) {
                *best = Some(chosen);
            }
            return;
        };
        if left > 0 {
            for sku in open.iter() {
                self.choose(clauses, chosen.union(SkuSet::of(sku)), left - 1, best);
            }
        }
    }

    /// The greedy rule. `asked` gives how many permissions each clause stands
    /// for.
    #[must_use]
    pub fn greedily(&self, asked: &[(SkuSet, u64)]) -> SkuSet {
        let mut chosen = SkuSet::EMPTY;
        loop {
            let open = |sku: SkuId| -> u64 {
                let left = asked.iter().filter(|(skus, _)| skus.intersection(chosen).is_empty());
                left.filter(|(skus, _)| skus.contains(sku))
                    .map(|(_, permissions)| permissions)
                    .sum()
            };
            // The lowest priority comes first and keeps its place among equals.
            let best = self
                .ranks
                .iter()
                .rev()
                .map(|(sku, ..)| (open(*sku), *sku))
                .reduce(|best, next| if next.0 > best.0 { next } else { best });
            match best.filter(|(covered, _)| *covered > 0) {
                Some((_, sku)) => chosen.insert(sku),
                None => return chosen,
            }
        }
    }

    /// The licences of a set as the report counts them: one base, that of the
    /// highest priority, the other full ones attached to it, at the prices of
    /// this run. What does not attach to that base is bought as another one.
    #[must_use]
    pub fn licences(
        &self,
        rulebook: &Rulebook,
        prices: &Prices,
        set: SkuSet,
    ) -> Vec<(SkuId, LicenceKind, Cents)> {
        let mut held: Vec<SkuId> = set.iter().collect();
        held.sort_by_key(|sku| std::cmp::Reverse(self.priority(*sku)));
        let full = |sku: &SkuId| rulebook.sku(*sku).class == Class::Full;
        let base = held.iter().copied().find(full);
        let cents =
            |price: Option<&crate::prices::InForce>| price.map_or(Cents::ZERO, |price| price.cents);
        held.iter()
            .map(|&sku| {
                let attach = base.filter(|&base| {
                    base != sku && rulebook.attachable[usize::from(base.0)].contains(sku)
                });
                match (full(&sku), attach.and_then(|_| prices.attach(sku))) {
                    (true, Some(price)) => (sku, LicenceKind::Attach, price.cents),
                    (true, None) => (sku, LicenceKind::Base, cents(prices.list(sku))),
                    (false, _) => (sku, LicenceKind::Additional, cents(prices.list(sku))),
                }
            })
            .collect()
    }

    /// Other licences of its group that would do as well as `sku` in `set`:
    /// who holds one of them is compliant.
    #[must_use]
    pub fn instead(&self, clauses: &[SkuSet], set: SkuSet, sku: SkuId) -> SkuSet {
        let group = |sku: SkuId| {
            let rank = self.ranks.iter().find(|(known, ..)| *known == sku);
            rank.map_or("", |(.., group)| group.as_str())
        };
        if group(sku).is_empty() {
            return SkuSet::EMPTY;
        }
        let others = SkuSet(set.0 & !SkuSet::of(sku).0);
        self.all
            .iter()
            .filter(|&other| !set.contains(other) && group(other) == group(sku))
            .filter(|&other| {
                let with = others.union(SkuSet::of(other));
                clauses.iter().all(|clause| !clause.intersection(with).is_empty())
            })
            .collect()
    }
}
