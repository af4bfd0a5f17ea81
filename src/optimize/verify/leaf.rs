//! The checker's part for the leaves of the tree of choices: the tenant that
//! the choices and multipliers leave, and what it costs at least there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::coupling::TreeLeaf;
use super::super::cover::Market;
use super::super::rules::{Rules, SeatKind};
use super::Checker;
use super::folk::Folk;
use super::tenant::{Choices, Tenant, WITHOUT_END};
use crate::rulebook::{SkuId, SkuSet};

/// Exclusions of one environment that are looked at together.
const MOST_SIDES: usize = 4;

impl<'a> Tenant<'a> {
    /// What a leaf proves of every plan under its choices.
    pub(super) fn leaf(
        &self,
        checker: &mut Checker<'_>,
        rules: &Rules,
        leaf: &TreeLeaf,
        made: &Choices,
    ) -> i128 {
        let folk = &Arc::clone(&checker.folk);
        let mut usable = made.clone();
        let paid = self.paid(rules, &mut usable);
        let made = &usable;
        let nothing = vec![0; made.rows.len()];
        let (scale, multipliers) = match leaf {
            TreeLeaf::Impossible { .. } => (1, &nothing),
            TreeLeaf::Rows { scale, multipliers } | TreeLeaf::Priced { scale, multipliers, .. } => {
                (*scale, multipliers)
            }
        };
        let signs = made.rows.iter().zip(multipliers);
        let lawful = scale > 0
            && multipliers.len() == made.rows.len()
            && signs.clone().all(|(row, y)| if row.lower { *y >= 0 } else { *y <= 0 });
        checker.claim(lawful, || "multipliers have the wrong sign or number".into());
        if !lawful {
            return 0;
        }
        let (mut inner, mut value) = self.changed(rules, made, scale, multipliers, checker, folk);
        value -= paid * i128::from(scale);
        for (row, multiplier) in signs {
            value += i128::from(*multiplier) * i128::from(row.bound);
        }
        let (proven, claimed) = match leaf {
            TreeLeaf::Impossible { person } => {
                let at = *person as usize;
                let known = self.planned.get(at) == Some(&true);
                // Devices may carry everything they can.
                let hopeless = known && inner.every_split(at)[0].is_none();
                checker.claim(hopeless, || format!("person {at} could be served after all"));
                return if hopeless { WITHOUT_END } else { 0 };
            }
            TreeLeaf::Rows { .. } => (0, None),
            TreeLeaf::Priced { parts, bound, .. } => {
                let mut total: i128 = 0;
                for part in parts {
                    total += inner.component(&part.people, &part.proof);
                }
                if let Some(rest) = self.outside(&mut inner)
                    && let Some(sides) = self.sides(&mut inner, rules, made)
                {
                    total += rest + sides;
                } else {
                    total = WITHOUT_END;
                }
                (total, Some(i128::from(bound.0)))
            }
        };
        checker.verdict.checked += inner.verdict.checked;
        for failure in inner.verdict.failures {
            checker.claim(false, || format!("in a leaf of the tree: {failure}"));
        }
        let scale = i128::from(scale);
        let cents = (value + proven + scale - 1).div_euclid(scale);
        // A plan costs a sum of prices, and so a multiple of what divides all.
        let cents = cents + (-cents).rem_euclid(self.divisor);
        if let Some(claimed) = claimed {
            checker.claim(cents >= claimed, || {
                format!("a leaf claims {claimed} cents, its proof gives {cents}")
            });
        }
        cents
    }

    /// What the owned seats that may be used cost under the choices. Those
    /// that may not are there in any case: their row says nothing more, and
    /// other rows have so much less to reach.
    fn paid(&self, rules: &Rules, made: &mut Choices) -> i128 {
        let market = self.problem.market;
        let mut paid = 0;
        for (at, owned) in rules.owned.iter().enumerate() {
            let (kind, quantity) = (owned.kind, i64::from(owned.quantity));
            let number = usize::from(kind.sku.0);
            let gone = made.gone.contains(kind.sku);
            let device = rules.devices.iter().find(|(sku, _)| *sku == kind.sku);
            let price = if gone {
                None
            } else if kind.attach {
                market.attach[number]
            } else if made.no_list.contains(kind.sku) {
                None
            } else if let Some((_, cents)) = device {
                Some(*cents)
            } else {
                market.list[number].map(|list| least_price(rules, made, kind.sku, list))
            };
            if let Some(price) = price {
                paid += i128::from(price) * i128::from(quantity);
                continue;
            }
            let own = &mut made.rows[at];
            (own.counts, own.bound) = (BTreeMap::new(), 0);
            for row in made.rows.iter_mut().filter(|row| row.people.is_none()) {
                row.bound -= row.counts.get(&kind).copied().unwrap_or_default() * quantity;
            }
        }
        paid
    }

    /// What people pay who stand in no part; `None` where one of them cannot
    /// be served.
    fn outside(&self, inner: &mut Checker<'_>) -> Option<i128> {
        let folk = Arc::clone(&inner.folk);
        let mut total: i128 = 0;
        for (cell, about) in folk.cells.iter().enumerate() {
            let people = about.people.iter().map(|person| *person as usize);
            let count = people.filter(|&at| self.planned[at] && !inner.inside[at]).count();
            if count == 0 {
                continue;
            }
            let groups = &folk.needs[about.needs as usize].groups;
            inner.claim(groups.is_empty(), || {
                format!("people of cell {cell} could be served by devices and are in no part")
            });
            let least = inner.splits_in(inner.market_of[cell], about.needs);
            total += i128::from((*least.last()?)?) * i128::try_from(count).ok()?;
        }
        Some(total)
    }

    /// What the exclusions of environments cost at least that no choice has
    /// decided. Whichever sides an environment gives up, each of its people
    /// pays at least the least rise that this brings, over all sets of groups
    /// that devices could carry. Who works in several environments counts in
    /// the first alone. `None` where an environment can give up no side.
    fn sides(&self, inner: &mut Checker<'_>, rules: &Rules, made: &Choices) -> Option<i128> {
        let folk = Arc::clone(&inner.folk);
        let mut rises: BTreeMap<u32, Vec<Option<i128>>> = BTreeMap::new();
        for (cell, about) in folk.cells.iter().enumerate() {
            let Some(&place) = about.environments.first() else { continue };
            let open = rules.apart.iter().enumerate().filter(|(rule, apart)| {
                let chosen = made.gone_in.iter().any(|(r, p, _)| r == rule && *p == place);
                !apart.tenant_wide && !chosen
            });
            let open: Vec<[SkuSet; 2]> =
                open.take(MOST_SIDES).map(|(_, apart)| [apart.left, apart.right]).collect();
            let people = about.people.iter().filter(|at| self.planned[**at as usize]).count();
            if open.is_empty() || people == 0 {
                continue;
            }
            let before = inner.splits_in(inner.market_of[cell], about.needs);
            let all = rises.entry(place).or_insert_with(|| vec![Some(0); 1 << open.len()]);
            for (number, total) in all.iter_mut().enumerate() {
                let sides = open.iter().enumerate().map(|(at, sides)| sides[number >> at & 1]);
                let barred = sides.fold(SkuSet::EMPTY, SkuSet::union);
                let market = inner.without(inner.market_of[cell], barred);
                let after = inner.splits_in(market, about.needs);
                let rise = before
                    .iter()
                    .zip(after.iter())
                    .filter_map(|(before, after)| Some((before.as_ref()?, after)))
                    .map(|(before, after)| after.map(|after| i128::from(after - before)))
                    .min_by_key(|rise| rise.unwrap_or(WITHOUT_END));
                let count = i128::try_from(people).ok()?;
                *total = match rise {
                    None => *total,
                    Some(rise) => total.zip(rise).map(|(total, rise)| total + rise.max(0) * count),
                };
            }
        }
        rises.into_values().map(|all| all.into_iter().flatten().min()).sum()
    }

    /// The tenant at the changed prices, and what is paid there in any case.
    fn changed(
        &self,
        rules: &Rules,
        made: &Choices,
        scale: i64,
        multipliers: &[i64],
        checker: &mut Checker<'_>,
        folk: &Arc<Folk>,
    ) -> (Checker<'a>, i128) {
        let base = self.problem;
        let rows = made.rows.iter().filter_map(|row| row.people.as_ref());
        let first_mark = rows.clone().count();
        let scoped: Vec<&Vec<u32>> =
            rows.chain(made.marks.iter().map(|mark| &mark.people)).collect();
        // Of the rows that count some people's seats alone: which count these;
        // then of the marks: which are theirs.
        let inside = |person: u32| -> Vec<bool> {
            scoped.iter().map(|people| people.binary_search(&person).is_ok()).collect()
        };
        let cheaper = |kind: SeatKind, rows: &[bool]| -> i64 {
            let mut rows = rows.iter();
            let counted = made.rows.iter().zip(multipliers).filter(|(row, _)| {
                row.people.is_none() || rows.next().copied().unwrap_or_default()
            });
            counted.map(|(row, y)| y * row.counts.get(&kind).copied().unwrap_or_default()).sum()
        };
        let mut negative = false;
        // People alike: the same SKUs barred, in the same rows, marked alike.
        let mut kinds: BTreeMap<(SkuSet, Vec<bool>), usize> = BTreeMap::new();
        let mut markets: Vec<Market> = Vec::new();
        let mut musts: Vec<SkuSet> = Vec::new();
        let mut of_kind = |barred: SkuSet, rows: Vec<bool>| -> usize {
            if let Some(&known) = kinds.get(&(barred, rows.clone())) {
                return known;
            }
            let mut market = base.market.clone();
            for at in 0..market.list.len() {
                let Ok(number) = u8::try_from(at) else { continue };
                let sku = SkuId(number);
                let gone = made.gone.contains(sku) || barred.contains(sku);
                let list = if gone || made.no_list.contains(sku) { None } else { market.list[at] };
                let discount = cheaper(SeatKind::list(sku), &rows);
                market.list[at] =
                    list.map(|list| least_price(rules, made, sku, list) * scale - discount);
                let discount = cheaper(SeatKind::attach(sku), &rows);
                market.attach[at] =
                    market.attach[at].filter(|_| !gone).map(|cents| cents * scale - discount);
                let prices = [market.list[at], market.attach[at]];
                negative |= prices.iter().flatten().any(|cents| *cents < 0);
            }
            let mut must = SkuSet::EMPTY;
            for (mark, _) in made.marks.iter().zip(&rows[first_mark..]).filter(|(_, own)| **own) {
                let at = usize::from(mark.kind.sku.0);
                let (Some(list), Some(attach)) =
                    (market.list.get_mut(at), market.attach.get_mut(at))
                else {
                    continue;
                };
                // Held at one price, it is not bought at the other as well.
                if mark.holds {
                    must.insert(mark.kind.sku);
                }
                *(if mark.holds == mark.kind.attach { list } else { attach }) = None;
            }
            markets.push(market);
            musts.push(must);
            kinds.insert((barred, rows), markets.len() - 1);
            markets.len() - 1
        };
        // The first kind is nobody's: seats for nobody.
        let nobody = vec![false; scoped.len()];
        of_kind(SkuSet::EMPTY, nobody.clone());
        let mut paid: i128 = 0;
        let mut below = false;
        let mut prices: Vec<Option<i64>> = Vec::with_capacity(base.seats.len());
        let mut discounts: BTreeMap<SkuId, i64> = BTreeMap::new();
        for (at, seat) in (0_u32..).zip(&base.seats) {
            let gone = made.gone.contains(seat.sku) || made.no_list.contains(seat.sku);
            let cents = seat.cents.filter(|_| !gone).map(|cents| cents.0);
            let discount = *discounts
                .entry(seat.sku)
                .or_insert_with(|| cheaper(SeatKind::list(seat.sku), &nobody));
            let price = match made.seats.get(&at) {
                Some(false) => None,
                Some(true) => {
                    // Paid and counted in any case.
                    paid += cents.map_or(WITHOUT_END / 4, |c| i128::from(c) * i128::from(scale));
                    paid -= i128::from(discount);
                    cents.map(|_| 0)
                }
                None => cents.map(|cents| cents * scale - discount),
            };
            below |= price.is_some_and(|cents| cents < 0);
            prices.push(price);
        }
        for &(sku, cents) in &rules.devices {
            let gone = made.gone.contains(sku) || made.no_list.contains(sku);
            below |= !gone && cents * scale < cheaper(SeatKind::list(sku), &nobody);
        }
        let mut folk =
            if folk.fits(&prices) { Arc::clone(folk) } else { Arc::new(Folk::new(base, &prices)) };
        if !scoped.is_empty() {
            folk = Arc::new(folk.divided(&inside));
        }
        let market_of = folk
            .cells
            .iter()
            .map(|cell| {
                let there = made.gone_in.iter().filter(|(_, p, _)| cell.environments.contains(p));
                let barred = there.fold(SkuSet::EMPTY, |all, (_, _, side)| all.union(*side));
                let rows = cell.people.first().map_or(nobody.clone(), |&person| inside(person));
                of_kind(barred, rows)
            })
            .collect();
        checker.claim(!below && !negative, || {
            "at the multipliers a seat costs less than nothing".into()
        });
        (Checker::at(base, folk, (markets, musts), market_of, prices), paid)
    }
}

/// The list price under the choices; the least there is where none is made.
fn least_price(rules: &Rules, made: &Choices, sku: SkuId, list: i64) -> i64 {
    let mut price = list;
    for (at, steps) in rules.steps.iter().enumerate().filter(|(_, steps)| steps.sku == sku) {
        price = match made.step.get(&at) {
            Some(0) => list,
            Some(number) => steps.steps.get(number - 1).map_or(0, |(_, cents)| *cents),
            None => steps.steps.iter().map(|(_, cents)| *cents).chain([list]).min().unwrap_or(list),
        };
    }
    price
}
