//! The tenant without rules at given multipliers, solved and proven.
//!
//! Cheapest licences per requirement, then the devices of each component as a
//! cut. An exclusion of an environment that is still open is decided inside:
//! whichever side the environment gives up, each of its people pays at least
//! what barring that side makes their cheapest licences dearer, whatever the
//! devices do; the least sum over the sides is paid in any case. A person in
//! several environments counts in the first.

use std::sync::Arc;

use indexmap::IndexSet;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::super::cover::{Cover, Covers, Market, solve};
use super::super::device::Proof;
use super::super::rules::SeatKind;
use super::Part;
use super::branched::branched;
use super::bundle::{Connected, Held, Met, kind_of};
use super::cut::{Cut, Terms, terms};
use super::node::{Group, Made, Sub};
use crate::output::LicenceKind;
use crate::rulebook::SkuSet;

/// So many equally cheap sets of licences are remembered as options.
const MOST_OPTIONS: usize = 32;

/// People who are served alike in a point.
pub(super) struct Taken {
    pub(super) requirement: u32,
    /// Their set of environments.
    pub(super) set: u32,
    /// As in [`Group::scope`].
    pub(super) scope: u32,
    pub(super) cover: u32,
    pub(super) count: i64,
    /// The seats in it.
    pub(super) seats: Vec<SeatKind>,
}

/// A complete answer to a part of the search, prices left out.
pub(super) struct Point {
    /// Seats for users, attaches, licensed devices, by SKU.
    pub(super) users: Vec<i64>,
    pub(super) attached: Vec<i64>,
    pub(super) devices: Vec<i64>,
    /// What the licensed devices cost.
    pub(super) device_cents: i64,
    /// People for whom there are no licences.
    pub(super) unserved: i64,
    /// What people of each environment hold.
    pub(super) held_in: Vec<SkuSet>,
    /// For each set of environments: what its open exclusions bar here.
    pub(super) barred: Vec<SkuSet>,
    pub(super) licensed: Arc<Vec<bool>>,
    pub(super) taken: Vec<Taken>,
}

impl Point {
    /// Seats of a kind.
    pub(super) fn seats(&self, kind: SeatKind) -> i64 {
        let at = usize::from(kind.sku.0);
        if kind.attach { self.attached[at] } else { self.users[at] + self.devices[at] }
    }
}

/// Why a component costs no less.
enum Proved {
    Cut(Cut),
    Branched(Proof),
}

/// A point with the multipliers at which it is the answer.
pub(super) struct Answer {
    pub(super) scale: i64,
    pub(super) multipliers: Vec<i64>,
    /// The bound in `1/scale` cents.
    pub(super) value: i128,
    pub(super) point: Arc<Point>,
    /// The bound in whole cents.
    bound: i64,
    proved: Vec<Proved>,
    /// For each group: what a person pays whatever is licensed.
    floors: Vec<i128>,
}

impl Answer {
    /// The bound in whole cents, rounded up to what a plan can cost.
    pub(super) fn bound(&self) -> i64 {
        self.bound
    }

    /// The proofs of the components.
    pub(super) fn parts(&self, sub: &Sub<'_, '_, '_>) -> Vec<Part> {
        let bundles = sub.bundles;
        let floor = |bundle: u32| self.floors[sub.group[bundle as usize] as usize];
        sub.layout
            .connected
            .par_iter()
            .zip(&self.proved)
            .map(|(part, proved)| {
                let members = part.bundles.iter().map(|&at| &bundles.members[at as usize]);
                let mut people: Vec<u32> = members.flatten().copied().collect();
                people.sort_unstable();
                let proof = match proved {
                    Proved::Cut(cut) => cut.proof(bundles, part, &floor),
                    Proved::Branched(proof) => proof.clone(),
                };
                Part { people, proof }
            })
            .collect()
    }
}

/// Prices and the cheapest licences at given multipliers.
struct Prices<'x, 's, 'p, 'a> {
    sub: &'x Sub<'s, 'p, 'a>,
    met: &'x mut Met,
    scale: i64,
    multipliers: Vec<i64>,
    /// What is barred, and the scope.
    variants: IndexSet<(SkuSet, u32), FxBuildHasher>,
    markets: Vec<Market>,
    solved: FxHashMap<(u32, u32), Option<Arc<Covers>>>,
}

impl<'x, 's, 'p, 'a> Prices<'x, 's, 'p, 'a> {
    /// Nothing solved yet.
    fn new(sub: &'x Sub<'s, 'p, 'a>, met: &'x mut Met, scale: i64, multipliers: Vec<i64>) -> Self {
        Self {
            sub,
            met,
            scale,
            multipliers,
            variants: IndexSet::default(),
            markets: Vec::new(),
            solved: FxHashMap::default(),
        }
    }

    fn variant(&mut self, barred: SkuSet, scope: u32) -> u32 {
        let (at, new) = self.variants.insert_full((barred, scope));
        if new {
            self.markets.push(self.sub.market(barred, scope, self.scale, &self.multipliers));
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// Solves requirements in variants that are not solved yet.
    fn solve(&mut self, mut asked: Vec<(u32, u32)>) {
        asked.sort_unstable();
        asked.dedup();
        asked.retain(|key| !self.solved.contains_key(key));
        let found: Vec<Option<Arc<Covers>>> = asked
            .par_iter()
            .map(|&(requirement, variant)| {
                let about = self.met.requirements.get_index(requirement as usize)?;
                let market = &self.markets[variant as usize];
                let (_, scope) = self.variants.get_index(variant as usize)?;
                let must = self.sub.scopes[*scope as usize].must();
                if must.is_empty() {
                    return solve(market, &about.clauses, about.mentioned).map(Arc::new);
                }
                // What must be held decides nothing about which pairs the
                // person's needs admit.
                let mut clauses = about.clauses.clone();
                clauses.extend(must.iter().map(SkuSet::of));
                solve(market, &clauses, about.mentioned).map(Arc::new)
            })
            .collect();
        for (key, covers) in asked.into_iter().zip(found) {
            for cover in covers.iter().flat_map(|covers| &covers.all).take(MOST_OPTIONS) {
                let number = self.met.cover(held(cover));
                self.met.options[key.0 as usize].insert(number);
            }
            self.solved.insert(key, covers);
        }
    }

    fn covers(&self, requirement: u32, variant: u32) -> Option<&Covers> {
        self.solved.get(&(requirement, variant))?.as_deref()
    }

    /// What a person pays, in `1/scale` cents.
    fn cost(&self, requirement: u32, variant: u32) -> i128 {
        let penalty = i128::from(self.sub.penalty()) * i128::from(self.scale);
        self.covers(requirement, variant).map_or(penalty, |covers| i128::from(covers.cents.0))
    }

    /// A cheapest set of licences without `barred`, if there is one.
    fn spared(&self, requirement: u32, variant: u32, barred: SkuSet) -> Option<&Cover> {
        let mut all = self.covers(requirement, variant)?.all.iter();
        all.find(|cover| cover.skus().intersection(barred).is_empty())
    }
}

fn held(cover: &Cover) -> Held {
    cover.buys.iter().map(|buy| (buy.sku, buy.kind)).collect()
}

/// Solves a part of the search at the given multipliers.
pub(super) fn answer(
    sub: &Sub<'_, '_, '_>,
    met: &mut Met,
    scale: i64,
    multipliers: Vec<i64>,
) -> Answer {
    let layout = &sub.layout;
    let mut prices = Prices::new(sub, met, scale, multipliers);
    let variants: Vec<u32> =
        sub.groups.iter().map(|group| prices.variant(group.barred, group.scope)).collect();
    let requirements = |group: &Group| &layout.kinds[group.kind as usize].requirements;
    let asked = sub.groups.iter().zip(&variants);
    let asked =
        asked.flat_map(|(group, variant)| requirements(group).iter().map(|r| (*r, *variant)));
    prices.solve(asked.collect());
    let (more, barred) = sides(&mut prices, &variants);
    let mut value = more;
    let costs: Vec<Vec<i128>> = sub
        .groups
        .iter()
        .zip(&variants)
        .map(|(group, &variant)| {
            requirements(group).iter().map(|&r| prices.cost(r, variant)).collect()
        })
        .collect();
    for (group, costs) in sub.groups.iter().zip(&costs) {
        value += i128::from(group.outside) * costs[0];
    }
    let (proved, licensed, inside) = devices(&prices, &variants, &costs);
    for (number, proved) in proved.iter().enumerate() {
        if let Proved::Cut(cut) = proved {
            prices.met.cuts.keep(layout, number, cut);
        }
    }
    value += inside + i128::from(scale) * i128::from(sub.forced);
    for (row, &multiplier) in sub.node.rows.iter().zip(&prices.multipliers) {
        let due = row.bound - sub.forced_activity(row);
        value += i128::from(multiplier) * i128::from(due);
    }
    let point = point(&mut prices, barred, licensed);
    let whole = (value + i128::from(scale) - 1).div_euclid(i128::from(scale));
    let whole = i64::try_from(whole).unwrap_or(i64::MAX);
    Answer {
        scale,
        value,
        point: Arc::new(point),
        bound: sub.grain.up(whole).unwrap_or(i64::MAX),
        proved,
        floors: costs.iter().map(|costs| costs[0]).collect(),
        multipliers: prices.multipliers,
    }
}

/// For each group: whether no licences exist for what no device can carry.
pub(super) fn lost(sub: &Sub<'_, '_, '_>, met: &mut Met) -> Vec<bool> {
    let mut prices = Prices::new(sub, met, 1, vec![0; sub.node.rows.len()]);
    let asked: Vec<(u32, u32)> = sub
        .groups
        .iter()
        .map(|group| {
            let variant = prices.variant(group.barred, group.scope);
            (sub.layout.kinds[group.kind as usize].requirements[0], variant)
        })
        .collect();
    prices.solve(asked.clone());
    asked
        .into_iter()
        .map(|(requirement, variant)| prices.covers(requirement, variant).is_none())
        .collect()
}

/// An exclusion of which one side cannot be given up, because somebody could
/// not be served then: the rule and the environment, none for the tenant.
pub(super) fn forced(sub: &Sub<'_, '_, '_>, met: &mut Met) -> Option<(usize, Option<u32>)> {
    let mut prices = Prices::new(sub, met, 1, vec![0; sub.node.rows.len()]);
    for (rule, apart) in sub.bundles.problem.rules.apart.iter().enumerate() {
        let places: Vec<Option<usize>> = if apart.tenant_wide {
            vec![None]
        } else {
            (0..sub.bundles.places.len()).map(Some).collect()
        };
        for position in places {
            let place = position.map(|at| sub.bundles.places[at]);
            if sub.node.made.contains(&Made::Apart(rule, place)) {
                continue;
            }
            for side in [apart.left, apart.right] {
                let there = sub.groups.iter().filter(|group| {
                    position.is_none_or(|at| sub.bundles.sets[group.set as usize].contains(&at))
                });
                let asked: Vec<(u32, u32)> = there
                    .map(|group| {
                        let variant = prices.variant(group.barred.union(side), group.scope);
                        (sub.layout.kinds[group.kind as usize].requirements[0], variant)
                    })
                    .collect();
                prices.solve(asked.clone());
                if asked.iter().any(|&(requirement, at)| prices.covers(requirement, at).is_none()) {
                    return Some((rule, place));
                }
            }
        }
    }
    None
}

/// What open exclusions of environments cost at least, and for each set of
/// environments what they bar where they cost that.
fn sides(prices: &mut Prices<'_, '_, '_, '_>, variants: &[u32]) -> (i128, Vec<SkuSet>) {
    let sub = prices.sub;
    let layout = &sub.layout;
    let mut chosen = vec![SkuSet::EMPTY; sub.sides.len()];
    let mut total = 0;
    for (place, sides) in sub.sides.iter().enumerate().filter(|(_, sides)| !sides.is_empty()) {
        let mut more = vec![0; sides.len()];
        for (group, &variant) in sub.groups.iter().zip(variants) {
            if sub.bundles.sets[group.set as usize].first() != Some(&place) {
                continue;
            }
            let all = &layout.kinds[group.kind as usize].requirements;
            for (side, more) in sides.iter().zip(&mut more) {
                let possible: Vec<u32> =
                    all.iter().copied().filter(|&r| prices.covers(r, variant).is_some()).collect();
                if possible.iter().any(|&r| prices.spared(r, variant, *side).is_some()) {
                    continue;
                }
                let without = prices.variant(group.barred.union(*side), group.scope);
                prices.solve(possible.iter().map(|&r| (r, without)).collect());
                let rise = |r: &u32| prices.cost(*r, without) - prices.cost(*r, variant);
                let least = possible.iter().map(rise).min().unwrap_or(0).max(0);
                *more += i128::from(group.people) * least;
            }
        }
        if let Some((least, side)) = more.into_iter().zip(sides).min_by_key(|(more, _)| *more) {
            total += least;
            chosen[place] = *side;
        }
    }
    let union = |set: &Vec<usize>| set.iter().fold(SkuSet::EMPTY, |all, &at| all.union(chosen[at]));
    (total, sub.bundles.sets.iter().map(union).collect())
}

/// Decides every component: its proof, the licensed seats of all, and what
/// they and their people cost.
fn devices(
    prices: &Prices<'_, '_, '_, '_>,
    variants: &[u32],
    costs: &[Vec<i128>],
) -> (Vec<Proved>, Vec<bool>, i128) {
    let sub = prices.sub;
    let layout = &sub.layout;
    let seat_prices = sub.seat_prices(prices.scale, &prices.multipliers);
    let terms: Vec<Option<Terms>> = costs.iter().map(|costs| terms(costs)).collect();
    let group = |bundle: u32| sub.group[bundle as usize] as usize;
    let one = |(number, part): (usize, &Connected)| -> (Proved, Vec<u32>, i128) {
        let price: Vec<i64> = part.seats.iter().map(|&at| seat_prices[at as usize]).collect();
        let exact = part.bundles.iter().all(|&bundle| terms[group(bundle)].is_some());
        if exact {
            static NOTHING: Terms = Vec::new();
            let terms = |bundle: u32| terms[group(bundle)].as_ref().unwrap_or(&NOTHING);
            let cut = Cut::new(sub.bundles, layout, number, &terms, &price, &prices.met.cuts);
            let floor = |&bundle: &u32| {
                i128::from(sub.bundles.count(bundle as usize)) * costs[group(bundle)][0]
            };
            let value = cut.value() + part.bundles.iter().map(floor).sum::<i128>();
            let licensed = cut.licensed().to_vec();
            return (Proved::Cut(cut), licensed, value);
        }
        let table = |at: usize| {
            let all = &layout.kinds[sub.groups[at].kind as usize].requirements;
            let covers = |r: &u32| prices.solved.get(&(*r, variants[at])).cloned().flatten();
            all.iter().map(covers).collect()
        };
        let penalty = sub.penalty().saturating_mul(prices.scale);
        let (bound, licensed, proof) = branched(sub, part, &seat_prices, &table, penalty);
        (Proved::Branched(proof), licensed, bound)
    };
    let all: Vec<(Proved, Vec<u32>, i128)> =
        layout.connected.par_iter().enumerate().map(one).collect();
    let mut licensed = vec![false; sub.seat_cents.len()];
    let mut proved = Vec::with_capacity(all.len());
    let mut total = 0;
    for (one, seats, value) in all {
        for seat in seats {
            licensed[seat as usize] = true;
        }
        proved.push(one);
        total += value;
    }
    for (&seat, &chosen) in &sub.node.seats {
        licensed[seat as usize] = chosen;
    }
    (proved, licensed, total)
}

/// The answer as a whole, with open exclusions of environments as chosen.
fn point(prices: &mut Prices<'_, '_, '_, '_>, barred: Vec<SkuSet>, licensed: Vec<bool>) -> Point {
    let sub = prices.sub;
    let layout = &sub.layout;
    // People by group and open device groups.
    let mut counts: Vec<Vec<i64>> = sub
        .groups
        .iter()
        .map(|group| vec![0; layout.kinds[group.kind as usize].requirements.len()])
        .collect();
    for (counts, group) in counts.iter_mut().zip(&sub.groups) {
        counts[0] = group.outside;
    }
    for &bundle in layout.connected.iter().flat_map(|part| &part.bundles) {
        let bundle = bundle as usize;
        let open = layout.open(bundle, &licensed);
        counts[sub.group[bundle] as usize][open] += sub.bundles.count(bundle);
    }
    let skus = sub.list.len();
    let mut point = Point {
        users: vec![0; skus],
        attached: vec![0; skus],
        devices: vec![0; skus],
        device_cents: 0,
        unserved: 0,
        held_in: vec![SkuSet::EMPTY; sub.bundles.places.len()],
        barred: Vec::new(),
        licensed: Arc::new(Vec::new()),
        taken: Vec::new(),
    };
    for (group, counts) in sub.groups.iter().zip(&counts) {
        let base = prices.variant(group.barred, group.scope);
        let side = barred[group.set as usize];
        let all = &layout.kinds[group.kind as usize].requirements;
        for (&requirement, &count) in all.iter().zip(counts).filter(|(_, count)| **count > 0) {
            let mut cover = prices.spared(requirement, base, side).map(held);
            if cover.is_none() && prices.covers(requirement, base).is_some() {
                let variant = prices.variant(group.barred.union(side), group.scope);
                prices.solve(vec![(requirement, variant)]);
                cover = prices.spared(requirement, variant, SkuSet::EMPTY).map(held);
            }
            let Some(cover) = cover else {
                point.unserved += count;
                continue;
            };
            for &(sku, kind) in &cover {
                if kind == LicenceKind::Attach {
                    point.attached[usize::from(sku.0)] += count;
                } else {
                    point.users[usize::from(sku.0)] += count;
                }
                for &place in &sub.bundles.sets[group.set as usize] {
                    point.held_in[place].insert(sku);
                }
            }
            let (set, scope) = (group.set, group.scope);
            let seats = cover.iter().copied().map(kind_of).collect();
            let cover = prices.met.cover(cover);
            point.taken.push(Taken { requirement, set, scope, cover, count, seats });
        }
    }
    for ((at, seat), licensed) in (0_u32..).zip(&sub.bundles.problem.seats).zip(&licensed) {
        if *licensed {
            point.devices[usize::from(seat.sku.0)] += 1;
            let paid = sub.node.seats.get(&at) == Some(&true);
            let own =
                if paid { seat.cents.map(|cents| cents.0) } else { sub.seat_cents[at as usize] };
            point.device_cents += own.unwrap_or_default();
        }
    }
    point.barred = barred;
    point.licensed = Arc::new(licensed);
    point
}
