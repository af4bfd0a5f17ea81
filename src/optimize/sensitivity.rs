//! At which price the advice changes, and what comes second.
//!
//! Three questions, each answered exactly, in whole cents:
//!
//! * [`second_best`]: the cheapest licences for a requirement that are none of
//!   the cheapest ones;
//! * [`Flips::prices`]: how far the price of a user licence of the plan may
//!   rise until somebody's licences without it cost as little, and how far it
//!   may fall until somebody else would take it;
//! * [`Flips::devices`]: between which prices of a device licence the devices
//!   of a component stay licensed as they are.
//!
//! A price *flips* the advice one cent beyond what is given here; there another
//! answer costs as much. All other prices stay, so does which base admits which
//! attach, and the rules of the whole tenant are left aside: people and
//! components that such a rule has decided are not looked at.
//!
//! The cost of an answer is a line in one price, and the least cost a concave
//! chain of such lines. A person buys a SKU once, so that leaving it out, or
//! having it for nothing, gives the crossing at once; a component walks from
//! line to line until the plan's own line is the lowest.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::cover::{Covers, Market, canonical, mentioned, solve};
use super::device::{ComponentPlan, Plan, uncoupled};
use super::problem::{Clause, Person, Problem};
use crate::money::Cents;
use crate::output::LicenceKind;
use crate::rulebook::{SkuId, SkuSet};

/// Searches for covers that the prices of user licences may take.
const MOST_SOLVES: usize = 1_000;

/// Sets that are tried for the second-best cover of a requirement.
const MOST_SETS: usize = 64;

/// A device licence that costs more than anything it could save.
const NEVER: i64 = 1_000_000_000_000;

/// Steps from line to line; a component has no more lines than device seats.
const MOST_STEPS: usize = 40;

/// What the price of a user licence decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceFlip {
    /// The licence.
    pub sku: SkuId,
    /// How it is bought; its list price, or its attach price.
    pub kind: LicenceKind,
    /// Its price, in cents.
    pub cents: i64,
    /// Highest price at which everybody's licences stay the cheapest; `None`:
    /// whatever it costs.
    pub up: Option<i64>,
    /// People whose licences change beyond that.
    pub up_people: u64,
    /// Lowest such price; `None`: even for nothing nobody else takes it.
    pub down: Option<i64>,
    /// People whose licences change below that.
    pub down_people: u64,
}

/// What the price of a device licence decides in one component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceFlip {
    /// Index into [`Plan::components`].
    pub component: u32,
    /// The device SKU.
    pub sku: SkuId,
    /// Its price, in cents.
    pub cents: i64,
    /// Devices licensed with it.
    pub licensed: u64,
    /// Highest price at which the component stays as it is; `None`: whatever it
    /// costs, since none is licensed.
    pub up: Option<i64>,
    /// Lowest such price; `None`: even for nothing no further device is
    /// licensed.
    pub down: Option<i64>,
}

/// Everything that was worked out, and how much was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flips {
    /// User licences of the plan, in edition order.
    pub prices: Vec<PriceFlip>,
    /// Distinct requirements that were looked at for them.
    pub needs: u64,
    /// Distinct requirements there are.
    pub all_needs: u64,
    /// Components and device SKUs.
    pub devices: Vec<DeviceFlip>,
    /// Components that were looked at.
    pub components: u64,
}

/// People with the same requirement whom no device can serve.
#[derive(Debug, Default)]
struct Group {
    people: u64,
    /// What they hold, with how many people hold it.
    held: BTreeMap<(SkuId, LicenceKind), u64>,
}

impl Flips {
    /// Looks at the plan of a problem. `most` is how many people and devices in
    /// components are looked at; 0 leaves everything out.
    #[must_use]
    pub fn of(problem: &Problem<'_>, plan: &Plan, most: usize) -> Self {
        let mut flips = Self::default();
        if most == 0 {
            return flips;
        }
        flips.of_prices(problem, plan);
        let mut left = most;
        for (number, part) in (0_u32..).zip(&plan.components) {
            let size = part.people.len() + part.seats.len();
            if size <= left {
                left -= size;
                flips.components += 1;
                flips.devices.extend(of_component(problem, plan, number, part));
            }
        }
        flips
    }

    fn of_prices(&mut self, problem: &Problem<'_>, plan: &Plan) {
        let mut inside = vec![false; problem.people.len()];
        for &person in plan.components.iter().flat_map(|part| &part.people) {
            inside[person as usize] = true;
        }
        let mut found: IndexMap<&[Clause], Group, FxBuildHasher> = IndexMap::default();
        for ((person, planned), inside) in problem.people.iter().zip(&plan.people).zip(inside) {
            // Whoever pays more than alone was decided by a rule.
            if inside || planned.buys.is_empty() || planned.alone != Some(planned.cents()) {
                continue;
            }
            let group = found.entry(&person.clauses).or_default();
            group.people += 1;
            for buy in &planned.buys {
                *group.held.entry((buy.sku, buy.kind)).or_default() += 1;
            }
        }
        // The same need may be written in several ways.
        let mut groups: BTreeMap<Vec<SkuSet>, Group> = BTreeMap::new();
        for (clauses, more) in found {
            let group = groups.entry(canonical(clauses.iter().map(|one| one.skus))).or_default();
            group.people += more.people;
            for (bought, people) in more.held {
                *group.held.entry(bought).or_default() += people;
            }
        }
        let mut groups: Vec<(Vec<SkuSet>, Group)> = groups.into_iter().collect();
        groups.sort_by(|a, b| b.1.people.cmp(&a.1.people).then_with(|| a.0.cmp(&b.0)));
        self.all_needs = groups.len() as u64;
        let prices: BTreeSet<(SkuId, LicenceKind)> =
            groups.iter().flat_map(|(_, group)| group.held.keys().copied()).collect();
        groups.truncate(MOST_SOLVES / prices.len().max(1));
        self.needs = groups.len() as u64;
        for (sku, kind) in prices {
            let at = usize::from(sku.0);
            let of = |market: &Market| match kind {
                LicenceKind::Attach => market.attach[at],
                _ => market.list[at],
            };
            let with = |price: Option<i64>| {
                let mut market = problem.market.clone();
                match kind {
                    LicenceKind::Attach => market.attach[at] = price,
                    _ => market.list[at] = price,
                }
                market
            };
            let Some(cents) = of(problem.market) else { continue };
            let (without, free) = (with(None), with(Some(0)));
            let mut flip =
                PriceFlip { sku, kind, cents, up: None, up_people: 0, down: None, down_people: 0 };
            for (clauses, group) in &groups {
                let Some(now) = cost(problem.market, clauses) else { continue };
                if let Some(people) = group.held.get(&(sku, kind)) {
                    let Some(other) = cost(&without, clauses) else { continue };
                    nearest(&mut flip.up, &mut flip.up_people, cents + other - now, *people, true);
                } else if let Some(least) = cost(&free, clauses).filter(|least| *least < now) {
                    let price = now - least;
                    nearest(&mut flip.down, &mut flip.down_people, price, group.people, false);
                }
            }
            self.prices.push(flip);
        }
    }
}

/// Keeps the price that comes first on the way up (or down), and counts its
/// people.
fn nearest(known: &mut Option<i64>, count: &mut u64, price: i64, people: u64, up: bool) {
    match *known {
        Some(old) if old == price => *count += people,
        Some(old) if (old < price) == up => {}
        _ => (*known, *count) = (Some(price), people),
    }
}

fn cost(market: &Market, clauses: &[SkuSet]) -> Option<i64> {
    let mentioned = mentioned(market, clauses.iter().copied());
    solve(market, clauses, mentioned).map(|covers| covers.cents.0)
}

/// The cheapest covers of `clauses` that cost more than the cheapest, and do
/// not hold all licences of one of those. `None` where there is no other.
#[must_use]
pub fn second_best(market: &Market, clauses: &[SkuSet]) -> Option<Covers> {
    let mentioned = mentioned(market, clauses.iter().copied());
    let best = solve(market, clauses, mentioned)?;
    let mut search =
        Second { market, clauses, mentioned, best: best.cents, seen: BTreeSet::new(), found: None };
    search.without(SkuSet::EMPTY);
    search.found
}

struct Second<'a> {
    market: &'a Market,
    clauses: &'a [SkuSet],
    mentioned: SkuSet,
    best: Cents,
    seen: BTreeSet<SkuSet>,
    found: Option<Covers>,
}

impl Second<'_> {
    /// Every other set lacks a licence of each of the cheapest ones.
    fn without(&mut self, barred: SkuSet) {
        if self.seen.len() >= MOST_SETS || !self.seen.insert(barred) {
            return;
        }
        let mut market = self.market.clone();
        for sku in barred.iter() {
            market.list[usize::from(sku.0)] = None;
            market.attach[usize::from(sku.0)] = None;
        }
        let Some(covers) = solve(&market, self.clauses, self.mentioned) else { return };
        if covers.cents > self.best {
            if self.found.as_ref().is_none_or(|found| covers.cents < found.cents) {
                self.found = Some(covers);
            }
            return;
        }
        let first = covers.all.first().map_or(SkuSet::EMPTY, super::cover::Cover::skus);
        for sku in first.iter() {
            self.without(barred.union(SkuSet::of(sku)));
        }
    }
}

/// One component by itself, with the price of one device SKU left open.
struct Alone<'a> {
    problem: Problem<'a>,
    sku: SkuId,
}

impl Alone<'_> {
    /// Cost and licensed devices at a price.
    fn at(&mut self, cents: i64) -> (i64, i64) {
        for seat in self.problem.seats.iter_mut().filter(|seat| seat.sku == self.sku) {
            seat.cents = seat.cents.map(|_| Cents(cents));
        }
        let plan = uncoupled(&self.problem);
        (plan.cents.0, licensed(&self.problem, &plan.licensed, self.sku))
    }
}

fn licensed(problem: &Problem<'_>, licensed: &[bool], sku: SkuId) -> i64 {
    let seats = problem.seats.iter().zip(licensed);
    let count = seats.filter(|(seat, licensed)| **licensed && seat.sku == sku).count();
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn of_component(
    problem: &Problem<'_>,
    plan: &Plan,
    number: u32,
    part: &ComponentPlan,
) -> Vec<DeviceFlip> {
    let members = || part.people.iter().map(|&person| &problem.people[person as usize]);
    // Devices that cannot be licensed stand in no component, but keep a group
    // from being carried.
    let seats: BTreeSet<u32> = members().flat_map(|person| person.seats.iter().copied()).collect();
    let seats: Vec<u32> = seats.into_iter().collect();
    let local = |seat: &u32| {
        let at = seats.binary_search(seat).unwrap_or_default();
        u32::try_from(at).unwrap_or(u32::MAX)
    };
    let people: Vec<Person> = members()
        .map(|person| Person { seats: person.seats.iter().map(local).collect(), ..person.clone() })
        .collect();
    let own: Vec<_> = seats.iter().map(|&seat| problem.seats[seat as usize].clone()).collect();
    let now: Vec<bool> = seats.iter().map(|&seat| plan.licensed[seat as usize]).collect();
    let devices: i64 = own
        .iter()
        .zip(&now)
        .filter(|(_, licensed)| **licensed)
        .map(|(seat, _)| seat.cents.map_or(0, |cents| cents.0))
        .sum();
    let users: Cents = part.people.iter().map(|&person| plan.people[person as usize].cents()).sum();
    let total = devices + users.0;
    let mut skus: Vec<(SkuId, i64)> =
        own.iter().filter_map(|seat| Some((seat.sku, seat.cents?.0))).collect();
    skus.sort_unstable();
    skus.dedup_by_key(|(sku, _)| *sku);
    skus.into_iter()
        .filter_map(|(sku, cents)| {
            let mut alone = Alone {
                problem: Problem::new(problem.market, people.clone(), own.clone(), problem.policy),
                sku,
            };
            let count = licensed(&alone.problem, &now, sku);
            // Another answer than by itself: a rule of the tenant decided.
            if alone.at(cents).0 != total {
                return None;
            }
            let line = (count, total - count * cents);
            Some(DeviceFlip {
                component: number,
                sku,
                cents,
                licensed: u64::try_from(count).unwrap_or_default(),
                up: if count == 0 { None } else { walk(&mut alone, line, NEVER) },
                down: walk(&mut alone, line, 0),
            })
        })
        .collect()
}

/// From a price where another answer is cheaper toward the plan's own, to the
/// last whole price on the way at which the plan's line is the lowest. `None`
/// where it is the lowest at `from`, too.
fn walk(alone: &mut Alone<'_>, (count, rest): (i64, i64), from: i64) -> Option<i64> {
    let mut price = from;
    for _ in 0..MOST_STEPS {
        let (cost, others) = alone.at(price);
        if cost == count * price + rest {
            return (price != from).then_some(price);
        }
        // Both lines cross where count x p + rest = others x p + theirs.
        let theirs = cost - others * price;
        let (above, below) = (theirs - rest, count - others);
        price = match below {
            // Cheaper answers at higher prices license fewer devices ...
            1.. => above.div_euclid(below),
            // ... and at lower prices more; the next whole price above.
            ..=-1 => -((above).div_euclid(-below)),
            0 => return None,
        };
    }
    None
}

#[cfg(test)]
mod tests;
