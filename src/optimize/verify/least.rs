//! The least that licences for some clauses can cost: the checker's own
//! search, over base sets with a table over clauses.

use super::super::cover::Market;
use crate::rulebook::{SkuId, SkuSet};

/// What a base admits for a person whose needs mention `mentioned`.
pub(super) fn admits(market: &Market, base: SkuId, mentioned: SkuSet) -> SkuSet {
    let pairs = if mentioned.contains(base) { &market.attachable } else { &market.verified };
    pairs[usize::from(base.0)]
}

/// Most clauses for which a table over their sets is made: a megabyte.
const WIDEST_TABLE: usize = 16;

/// Tries every set of bases; for each, a table over the sets of satisfied
/// clauses finds the cheapest rest.
pub(super) struct BaseSearch<'a> {
    pub(super) market: &'a Market,
    pub(super) mentioned: SkuSet,
    pub(super) open: &'a [SkuSet],
    pub(super) best: Option<i64>,
}

impl BaseSearch<'_> {
    /// Bases that satisfy an open clause or admit something that does.
    pub(super) fn useful(&self) -> Vec<SkuId> {
        let asked = self.open.iter().fold(SkuSet::EMPTY, |all, clause| all.union(*clause));
        let reach =
            |base: SkuId| self.market.attachable[usize::from(base.0)].union(SkuSet::of(base));
        let full = self.market.full.iter();
        full.filter(|&base| !reach(base).intersection(asked).is_empty()).collect()
    }

    pub(super) fn extend(&mut self, bases: SkuSet, spent: i64, further: &[SkuId]) {
        if self.best.is_some_and(|best| spent >= best) {
            return;
        }
        self.finish(bases, spent);
        // Of the licences of a cheapest answer without idle ones, each
        // satisfies a clause that no other does, or is a base that alone
        // admits such a one: no more bases than clauses.
        if bases.len() as usize >= self.open.len() {
            return;
        }
        for (at, &base) in further.iter().enumerate() {
            if let Some(list) = self.market.list[usize::from(base.0)] {
                self.extend(bases.union(SkuSet::of(base)), spent + list, &further[at + 1..]);
            }
        }
    }

    /// What a licence that is no base costs beside bases that admit
    /// `admitted`; add-ons were bought before.
    fn price(&self, sku: SkuId, admitted: SkuSet) -> Option<i64> {
        let at = usize::from(sku.0);
        if self.market.add_on.contains(sku) {
            None
        } else if self.market.full.contains(sku) {
            self.market.attach[at].filter(|_| admitted.contains(sku))
        } else {
            self.market.list[at]
        }
    }

    /// As the table of [`Self::finish`], for more clauses than a table holds:
    /// clause by clause, dropping what costs too much already.
    fn rest(&mut self, open: &[SkuSet], admitted: SkuSet, spent: i64) {
        if self.best.is_some_and(|best| spent >= best) {
            return;
        }
        let Some(clause) = open.iter().min_by_key(|clause| clause.len()) else {
            self.best = Some(spent);
            return;
        };
        for sku in clause.iter() {
            if let Some(price) = self.price(sku, admitted) {
                let left: Vec<SkuSet> =
                    open.iter().copied().filter(|other| !other.contains(sku)).collect();
                self.rest(&left, admitted, spent + price);
            }
        }
    }

    fn finish(&mut self, bases: SkuSet, spent: i64) {
        let open: Vec<SkuSet> =
            self.open.iter().copied().filter(|c| c.intersection(bases).is_empty()).collect();
        let admitted = bases
            .iter()
            .fold(SkuSet::EMPTY, |all, base| all.union(admits(self.market, base, self.mentioned)));
        if open.len() > WIDEST_TABLE {
            self.rest(&open, admitted, spent);
            return;
        }
        let mut table: Vec<Option<i64>> = vec![None; 1 << open.len()];
        table[0] = Some(spent);
        for at in 0..self.market.list.len() {
            let Ok(number) = u8::try_from(at) else { continue };
            let sku = SkuId(number);
            let Some(price) = self.price(sku, admitted) else { continue };
            let mut hits = 0_usize;
            for (bit, clause) in open.iter().enumerate() {
                if clause.contains(sku) {
                    hits |= 1 << bit;
                }
            }
            if hits == 0 {
                continue;
            }
            for done in 0..table.len() {
                if let Some(cost) = table[done] {
                    let next = &mut table[done | hits];
                    if next.is_none_or(|known| cost + price < known) {
                        *next = Some(cost + price);
                    }
                }
            }
        }
        if let Some(total) = table.last().copied().flatten()
            && self.best.is_none_or(|best| total < best)
        {
            self.best = Some(total);
        }
    }
}
