//! A complete plan held against the rules: what it really costs at the price
//! tiers it reaches, and which rules it breaks.

use std::collections::BTreeMap;

use super::super::problem::Problem;
use super::super::rules::{Floor, Rules, SeatKind, Steps};
use super::bundle::{Bundles, Held, Met};
use super::draft::Draft;
use crate::output::LicenceKind;
use crate::rulebook::{SkuId, SkuSet};

/// A complete plan.
#[derive(Debug, Clone)]
pub(super) struct Solution {
    /// Distinct sets of licences.
    pub(super) covers: Vec<Held>,
    /// For each person: which of them.
    pub(super) people: Vec<u32>,
    pub(super) licensed: Vec<bool>,
    /// Seats at list price for nobody; of what is owned and not used they may
    /// name all, some or none.
    pub(super) spare: BTreeMap<SkuId, i64>,
}

/// Seats of a plan, by SKU.
pub(super) struct Tally {
    /// At list price, for users and devices.
    used: Vec<i64>,
    /// At list price, for nobody, as the solution names them.
    spare: Vec<i64>,
    /// At attach price.
    attached: Vec<i64>,
    /// Owned at list price.
    owned: Vec<i64>,
    /// What licensed devices cost beyond the list prices of their SKUs, and
    /// device seats for nobody.
    devices: i64,
    /// What people of an environment hold together.
    environments: BTreeMap<u32, SkuSet>,
}

/// A rule that a plan breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Broken {
    Apart(usize, Option<u32>),
    Floor(usize),
    FullUser,
}

impl Tally {
    pub(super) fn of(problem: &Problem<'_>, solution: &Solution) -> Self {
        let mut tally = Self::empty(problem);
        let mut holders = vec![0_i64; solution.covers.len()];
        for &cover in &solution.people {
            holders[cover as usize] += 1;
        }
        for (cover, holders) in solution.covers.iter().zip(holders) {
            tally.add(cover, holders);
        }
        if problem.rules.apart.iter().any(|apart| !apart.tenant_wide) {
            let sets: Vec<SkuSet> =
                solution.covers.iter().map(|c| c.iter().map(|(sku, _)| *sku).collect()).collect();
            for (person, &cover) in problem.people.iter().zip(&solution.people) {
                for &environment in &person.environments {
                    let held = tally.environments.entry(environment).or_default();
                    *held = held.union(sets[cover as usize]);
                }
            }
        }
        tally.rest(problem, &solution.licensed, &solution.spare);
        tally
    }

    /// The seats of a plan by kinds of people.
    pub(super) fn of_draft(bundles: &Bundles<'_, '_>, met: &Met, draft: &Draft) -> Self {
        let problem = bundles.problem;
        let mut tally = Self::empty(problem);
        for taken in &draft.taken {
            let held = met.held(taken.cover);
            tally.add(held, taken.count);
            for &place in &bundles.sets[taken.set as usize] {
                let known = tally.environments.entry(bundles.places[place]).or_default();
                *known = held.iter().fold(*known, |all, (sku, _)| all.union(SkuSet::of(*sku)));
            }
        }
        tally.rest(problem, &draft.licensed, &draft.spare);
        tally
    }

    fn empty(problem: &Problem<'_>) -> Self {
        let skus = problem.market.list.len();
        let owned = (0..skus).map(|at| {
            let number = u8::try_from(at).map(SkuId);
            number.map_or(0, |sku| problem.rules.owned(SeatKind::list(sku)))
        });
        let none = vec![0; skus];
        Self {
            used: none.clone(),
            spare: none.clone(),
            attached: none,
            owned: owned.collect(),
            devices: 0,
            environments: BTreeMap::new(),
        }
    }

    fn add(&mut self, held: &[(SkuId, LicenceKind)], holders: i64) {
        for (sku, kind) in held {
            let count = match kind {
                LicenceKind::Attach => &mut self.attached,
                _ => &mut self.used,
            };
            count[usize::from(sku.0)] += holders;
        }
    }

    fn rest(&mut self, problem: &Problem<'_>, licensed: &[bool], spare: &BTreeMap<SkuId, i64>) {
        for (seat, licensed) in problem.seats.iter().zip(licensed) {
            self.used[usize::from(seat.sku.0)] += i64::from(*licensed);
        }
        for (sku, count) in spare {
            self.spare[usize::from(sku.0)] += count;
        }
        // Counted at list price where a device SKU stands in the market.
        let list: Vec<i64> = (0..self.used.len())
            .map(|at| u8::try_from(at).map_or(0, |at| self.price(problem, SkuId(at)).unwrap_or(0)))
            .collect();
        let more = |sku: SkuId, cents: i64| cents - list[usize::from(sku.0)];
        for (seat, licensed) in problem.seats.iter().zip(licensed) {
            if let (true, Some(cents)) = (*licensed, seat.cents) {
                self.devices += more(seat.sku, cents.0);
            }
        }
        for (sku, count) in spare {
            let device = problem.rules.devices.iter().find(|(known, _)| known == sku);
            self.devices += device.map_or(0, |(_, cents)| count * more(*sku, *cents));
        }
    }

    /// Seats at list price, owned ones that nobody uses among them.
    pub(super) fn seats(&self, sku: SkuId) -> i64 {
        let at = usize::from(sku.0);
        (self.used[at] + self.spare[at]).max(self.owned[at])
    }

    /// Seats at list price beyond what is owned.
    pub(super) fn bought(&self, sku: SkuId) -> i64 {
        self.seats(sku) - self.owned[usize::from(sku.0)]
    }

    /// Seats for nobody that are bought, by SKU.
    pub(super) fn spare(&self) -> Vec<(SkuId, u64)> {
        let ids = (0..self.used.len()).filter_map(|at| u8::try_from(at).ok().map(SkuId));
        let beyond = |sku: SkuId| {
            let at = usize::from(sku.0);
            self.seats(sku) - self.used[at].max(self.owned[at])
        };
        ids.filter_map(|sku| Some((sku, u64::try_from(beyond(sku)).ok()?)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    pub(super) fn seats_in(&self, skus: SkuSet) -> i64 {
        skus.iter().map(|sku| self.seats(sku)).sum()
    }

    /// Whether somebody uses a seat or one is bought.
    fn any_in(&self, skus: SkuSet) -> bool {
        skus.iter().any(|sku| {
            let at = usize::from(sku.0);
            self.used[at] + self.attached[at] + self.bought(sku) > 0
        })
    }

    /// The step that is reached: 0 below all of them.
    pub(super) fn step(&self, steps: &Steps) -> usize {
        let count = u64::try_from(self.seats_in(steps.counts)).unwrap_or_default();
        steps.steps.iter().filter(|(from, _)| *from <= count).count()
    }

    /// The list price of a SKU at the step that is reached.
    pub(super) fn price(&self, problem: &Problem<'_>, sku: SkuId) -> Option<i64> {
        let list = problem.market.list[usize::from(sku.0)]?;
        let steps = problem.rules.steps.iter().find(|steps| steps.sku == sku);
        Some(steps.map_or(list, |steps| match self.step(steps) {
            0 => list,
            step => steps.steps[step - 1].1,
        }))
    }

    /// What the floor lacks, in its own count.
    fn lacks(&self, floor: &Floor) -> i64 {
        let per = i64::from(floor.device_seats);
        let have = per * self.seats_in(floor.counts)
            + i64::from(floor.device_users) * self.seats_in(floor.devices);
        per * i64::from(floor.quantity) - have
    }

    /// The cost of the plan.
    pub(super) fn cents(&self, problem: &Problem<'_>) -> i64 {
        let mut total = self.devices;
        for at in 0..self.used.len() {
            let Ok(number) = u8::try_from(at) else { continue };
            let sku = SkuId(number);
            if let Some(price) = self.price(problem, sku) {
                total += price * (self.used[at] + self.spare[at]);
            }
            total += problem.market.attach[at].unwrap_or_default() * self.attached[at];
        }
        // What is owned is paid for.
        for owned in &problem.rules.owned {
            let (sku, at) = (owned.kind.sku, usize::from(owned.kind.sku.0));
            let device = problem.rules.devices.iter().find(|(known, _)| *known == sku);
            let (held, price) = if owned.kind.attach {
                (self.attached[at], problem.market.attach[at])
            } else {
                let listed = device.map(|(_, cents)| *cents).or(self.price(problem, sku));
                (self.used[at] + self.spare[at], listed)
            };
            total -= price.unwrap_or_default() * held.min(i64::from(owned.quantity));
        }
        total
    }

    /// The rules that are broken, in the order in which the search decides
    /// them.
    pub(super) fn broken(&self, problem: &Problem<'_>) -> Vec<Broken> {
        let rules: &Rules = &problem.rules;
        let mut broken = Vec::new();
        for (at, apart) in rules.apart.iter().enumerate() {
            if apart.tenant_wide {
                if self.any_in(apart.left) && self.any_in(apart.right) {
                    broken.push(Broken::Apart(at, None));
                }
                continue;
            }
            let both = |held: &SkuSet| {
                !held.intersection(apart.left).is_empty()
                    && !held.intersection(apart.right).is_empty()
            };
            let places = self.environments.iter().filter(|(_, held)| both(held));
            broken.extend(places.map(|(&place, _)| Broken::Apart(at, Some(place))));
        }
        for (at, floor) in rules.floors.iter().enumerate() {
            let mut seats = floor.applies_to.iter();
            let binds = floor.always || seats.any(|sku| self.bought(sku) > 0);
            if binds && self.lacks(floor) > 0 {
                broken.push(Broken::Floor(at));
            }
        }
        if let Some(rule) = &rules.full_user
            && self.any_in(rule.additional)
            && self.seats_in(rule.full) == 0
        {
            broken.push(Broken::FullUser);
        }
        broken
    }
}
