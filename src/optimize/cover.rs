//! The cheapest user licences for one requirement, exactly, with every tie.
//!
//! A requirement is a list of clauses, each a set of SKUs any one of which
//! will do. A person's full licences are bought as one base and attaches that
//! qualify for it, or as several bases where nothing qualifies or that is
//! cheaper; a base nobody needs for itself may still pay when it opens attach
//! prices. Additional-user licences never attach (guide of September 2021,
//! "Attach licensing details").
//!
//! Requirements are small (a handful of clauses) and few (hundreds of
//! distinct ones for millions of people), so the search is a plain
//! branch-and-bound over clauses: pick the clause with the fewest choices,
//! try each, forbid the ones tried before. What it returns is checked by
//! [`mod@super::verify`], which searches in another order for another quantity.

use crate::money::Cents;
use crate::output::LicenceKind;
use crate::prices::Prices;
use crate::rulebook::{Class, Metric, Rulebook, SkuId, SkuSet};

/// At most this many equally cheap covers are kept.
pub const MOST_TIES: usize = 256;

/// What user SKUs can be bought and how.
#[derive(Debug, Clone)]
pub struct Market {
    /// List price in cents, per SKU; `None`: not for sale.
    pub list: Vec<Option<i64>>,
    /// Attach price in cents, per SKU.
    pub attach: Vec<Option<i64>>,
    /// Full licences: they can be bases.
    pub full: SkuSet,
    /// Add-ons.
    pub add_on: SkuSet,
    /// For each SKU as a base: what may be attached to it.
    pub attachable: Vec<SkuSet>,
    /// The part of `attachable` that is verified. A base that nobody needs
    /// for itself, bought only because it opens attach prices, must be
    /// verified: no advice rests on a guess twice.
    pub verified: Vec<SkuSet>,
    /// For each add-on: one of these must be held by the same person.
    pub requires: Vec<SkuSet>,
}

impl Market {
    /// The market of an edition at the prices in force: plannable user SKUs
    /// that have a price.
    #[must_use]
    pub fn new(rulebook: &Rulebook, prices: &Prices) -> Self {
        let for_sale = |id: SkuId| {
            let sku = rulebook.sku(id);
            sku.plannable && sku.metric == Metric::User
        };
        let of_class = |class| {
            rulebook
                .sku_ids()
                .filter(|&id| for_sale(id) && rulebook.sku(id).class == class)
                .collect()
        };
        let cents = |id, price: Option<&crate::prices::InForce>| {
            if for_sale(id) { price.map(|price| price.cents.0) } else { None }
        };
        // Where the base must be the dearest licence of its user, it must be at
        // the prices in force, not only at the edition's; a pair that the
        // edition admits although its base is the cheaper one stays.
        let admitted = |base: SkuId| -> SkuSet {
            let pairs = rulebook.attachable[usize::from(base.0)];
            if !rulebook.flags.base_is_dearest {
                return pairs;
            }
            let edition = |id| rulebook.sku(id).list.as_ref().map(|price| price.cents);
            let now = |id| prices.list(id).map(|price| price.cents);
            pairs
                .iter()
                .filter(|&attach| now(base) >= now(attach) || edition(base) < edition(attach))
                .collect()
        };
        Self {
            list: rulebook.sku_ids().map(|id| cents(id, prices.list(id))).collect(),
            attach: rulebook.sku_ids().map(|id| cents(id, prices.attach(id))).collect(),
            full: of_class(Class::Full),
            add_on: of_class(Class::AddOn),
            verified: rulebook
                .sku_ids()
                .map(|base| {
                    let unverified = rulebook.unverified_attach[usize::from(base.0)];
                    SkuSet(admitted(base).0 & !unverified.0)
                })
                .collect(),
            attachable: rulebook.sku_ids().map(admitted).collect(),
            requires: rulebook.skus.iter().map(|sku| sku.requires).collect(),
        }
    }

    fn list(&self, sku: SkuId) -> Option<i64> {
        self.list[usize::from(sku.0)]
    }

    fn attach(&self, sku: SkuId) -> Option<i64> {
        self.attach[usize::from(sku.0)]
    }

    /// The least a SKU can cost, whatever stands beside it.
    fn least(&self, sku: SkuId) -> Option<i64> {
        match (self.list(sku), self.attach(sku)) {
            (Some(list), Some(attach)) if self.full.contains(sku) => Some(list.min(attach)),
            (None, Some(attach)) if self.full.contains(sku) => Some(attach),
            (list, _) => list,
        }
    }

    /// Every SKU with a price.
    #[must_use]
    pub fn for_sale(&self) -> SkuSet {
        self.list
            .iter()
            .enumerate()
            .filter(|(_, price)| price.is_some())
            .filter_map(|(at, _)| u8::try_from(at).ok().map(SkuId))
            .collect()
    }
}

/// One licence bought for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Buy {
    /// What.
    pub sku: SkuId,
    /// How.
    pub kind: LicenceKind,
    /// Cents per month.
    pub cents: Cents,
}

/// A set of licences that satisfies a requirement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cover {
    /// Licences in edition order.
    pub buys: Vec<Buy>,
}

impl Cover {
    /// The SKUs in it.
    #[must_use]
    pub fn skus(&self) -> SkuSet {
        self.buys.iter().map(|buy| buy.sku).collect()
    }
}

/// All cheapest covers of a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covers {
    /// What each of them costs.
    pub cents: Cents,
    /// All of them, fewest licences first, then in edition order.
    pub all: Vec<Cover>,
}

impl Covers {
    /// The cover for a person who is assigned `assigned` today: fewest
    /// licences, then fewest new ones, then edition order.
    #[must_use]
    pub fn best_for(&self, assigned: SkuSet) -> (&Cover, u32) {
        static NOTHING: Cover = Cover { buys: Vec::new() };
        let (number, fresh) = self.best_number(assigned);
        (self.all.get(number).unwrap_or(&NOTHING), fresh)
    }

    /// The same by its number within [`Self::all`].
    pub(super) fn best_number(&self, assigned: SkuSet) -> (usize, u32) {
        let fresh = |cover: &Cover| cover.skus().len() - cover.skus().intersection(assigned).len();
        let fewest = self.all.first().map_or(0, |cover| cover.buys.len());
        self.all
            .iter()
            .take_while(|cover| cover.buys.len() == fewest)
            .map(fresh)
            .enumerate()
            .min_by_key(|&(_, fresh)| fresh)
            .unwrap_or_default()
    }
}

/// Drops clauses that another clause implies, sorts and dedupes the rest: the
/// canonical form of a requirement that user licences must satisfy.
#[must_use]
pub fn canonical(clauses: impl IntoIterator<Item = SkuSet>) -> Vec<SkuSet> {
    let mut kept: Vec<SkuSet> = clauses.into_iter().collect();
    kept.sort_by_key(|clause| (clause.len(), clause.0));
    kept.dedup();
    let mut minimal: Vec<SkuSet> = Vec::with_capacity(kept.len());
    for clause in kept {
        if !minimal.iter().any(|smaller| smaller.is_subset(clause)) {
            minimal.push(clause);
        }
    }
    minimal.sort_unstable();
    minimal
}

/// The SKUs that a person's needs mention: those of clauses that no other
/// clause implies, and what add-ons among them require.
#[must_use]
pub fn mentioned(market: &Market, clauses: impl IntoIterator<Item = SkuSet>) -> SkuSet {
    let asked = canonical(clauses).into_iter().fold(SkuSet::EMPTY, SkuSet::union);
    asked
        .intersection(market.add_on)
        .iter()
        .fold(asked, |all, add_on| all.union(market.requires[usize::from(add_on.0)]))
}

/// The cheapest covers of `clauses` for a person whose needs mention
/// `mentioned`. `None` when some clause has no SKU that can be bought.
#[must_use]
pub fn solve(market: &Market, clauses: &[SkuSet], mentioned: SkuSet) -> Option<Covers> {
    let mut search = Search { market, mentioned, best: i64::MAX, found: Vec::new() };
    search.choose(&canonical(clauses.iter().copied()), SkuSet::EMPTY, SkuSet::EMPTY, 0);
    if search.best == i64::MAX {
        return None;
    }
    let mut all = search.found;
    all.sort();
    all.dedup();
    let sets: Vec<SkuSet> = all.iter().map(Cover::skus).collect();
    // A licence without a price of its own may ride along unneeded.
    let needed =
        |at: usize| !sets.iter().any(|other| *other != sets[at] && other.is_subset(sets[at]));
    let mut all: Vec<Cover> =
        all.iter().enumerate().filter(|(at, _)| needed(*at)).map(|(_, c)| c.clone()).collect();
    all.sort_by(|a, b| a.buys.len().cmp(&b.buys.len()).then_with(|| a.buys.cmp(&b.buys)));
    all.truncate(MOST_TIES);
    Some(Covers { cents: Cents(search.best), all })
}

struct Search<'a> {
    market: &'a Market,
    mentioned: SkuSet,
    best: i64,
    found: Vec<Cover>,
}

impl Search<'_> {
    /// Extends `chosen` until no clause is open, then prices it. `spent` is
    /// the least that `chosen` can cost.
    fn choose(&mut self, open: &[SkuSet], chosen: SkuSet, barred: SkuSet, spent: i64) {
        if spent > self.best {
            return;
        }
        let choices = |clause: &SkuSet| SkuSet(clause.0 & !barred.0);
        let Some(clause) = open.iter().min_by_key(|clause| choices(clause).len()) else {
            self.price(chosen);
            return;
        };
        let mut barred_here = barred;
        for sku in choices(clause).iter() {
            if let Some(least) = self.market.least(sku) {
                let mut rest: Vec<SkuSet> =
                    open.iter().copied().filter(|other| !other.contains(sku)).collect();
                let requires = self.market.requires[usize::from(sku.0)];
                let mut with = chosen;
                with.insert(sku);
                if !requires.is_empty() && requires.intersection(with).is_empty() {
                    rest.push(requires);
                }
                self.choose(&rest, with, barred_here, spent + least);
            }
            barred_here.insert(sku);
        }
    }

    /// Finds the cheapest ways to buy exactly `chosen`, extra bases allowed.
    fn price(&mut self, chosen: SkuSet) {
        let full: Vec<SkuId> = chosen.intersection(self.market.full).iter().collect();
        let mut buys = Vec::new();
        let mut fixed = 0;
        for sku in SkuSet(chosen.0 & !self.market.full.0).iter() {
            let Some(cents) = self.market.list(sku) else { return };
            let kind = if self.market.add_on.contains(sku) {
                LicenceKind::AddOn
            } else {
                LicenceKind::Additional
            };
            buys.push(Buy { sku, kind, cents: Cents(cents) });
            fixed += cents;
        }
        for pattern in 0..(1_u32 << full.len().min(20)) {
            let mut bases = SkuSet::EMPTY;
            let mut attached = SkuSet::EMPTY;
            for (at, &sku) in full.iter().enumerate() {
                if pattern & (1 << at) == 0 { bases.insert(sku) } else { attached.insert(sku) }
            }
            let base_cost: Option<i64> = bases.iter().map(|sku| self.market.list(sku)).sum();
            let attach_cost: Option<i64> = attached.iter().map(|sku| self.market.attach(sku)).sum();
            if let (Some(base), Some(attach)) = (base_cost, attach_cost) {
                self.open_bases(bases, attached, chosen, fixed + base + attach, &buys);
            }
        }
    }

    /// Adds bases from outside `chosen` until every attach has one.
    fn open_bases(
        &mut self,
        bases: SkuSet,
        attached: SkuSet,
        chosen: SkuSet,
        cents: i64,
        rest: &[Buy],
    ) {
        if cents > self.best {
            return;
        }
        let (market, mentioned) = (self.market, self.mentioned);
        let admits = |base: SkuId| {
            let idle = !mentioned.contains(base);
            let pairs = if idle { &market.verified } else { &market.attachable };
            pairs[usize::from(base.0)]
        };
        let orphan =
            attached.iter().find(|&sku| !bases.iter().any(|base| admits(base).contains(sku)));
        let Some(orphan) = orphan else {
            self.record(bases, attached, cents, rest);
            return;
        };
        for base in SkuSet(self.market.full.0 & !chosen.0 & !bases.0).iter() {
            if let (true, Some(list)) = (admits(base).contains(orphan), self.market.list(base)) {
                self.open_bases(
                    bases.union(SkuSet::of(base)),
                    attached,
                    chosen,
                    cents + list,
                    rest,
                );
            }
        }
    }

    fn record(&mut self, bases: SkuSet, attached: SkuSet, cents: i64, rest: &[Buy]) {
        if cents < self.best {
            self.best = cents;
            self.found.clear();
        }
        let price = |price: Option<i64>| Cents(price.unwrap_or_default());
        let mut buys = rest.to_vec();
        buys.extend(bases.iter().map(|sku| Buy {
            sku,
            kind: LicenceKind::Base,
            cents: price(self.market.list(sku)),
        }));
        buys.extend(attached.iter().map(|sku| Buy {
            sku,
            kind: LicenceKind::Attach,
            cents: price(self.market.attach(sku)),
        }));
        buys.sort_unstable();
        self.found.push(Cover { buys });
    }
}
