//! One person as a part of the device decision.
//!
//! A person's clauses fall into what only user licences satisfy and groups
//! that seats could carry. For every set of groups left to user licences the
//! cheapest covers are known ([`tables`]); from them come the person's cost
//! `g` and, where it has that form, its terms.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::cover::{Buy, Covers, canonical, mentioned, solve};
use super::device::PersonPlan;
use super::flow::INFINITE;
use super::problem::{Person, Problem};
use crate::money::Cents;
use crate::rulebook::{DevicePolicy, SkuSet};

/// Groups of one person above this number are not offered to devices, which
/// the checker then refuses; no shipped edition has so many device kinds.
pub(super) const MOST_GROUPS: usize = 12;

/// Cents, licences and new licences in one number, compared in that order;
/// or cents alone (see [`Measure`]).
pub(super) type Weight = i128;

/// What is minimised: the full weight to choose, cents alone to prove.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Full,
    Cents,
}

pub(super) const LICENCE: Weight = 1 << 24;

/// Room for sixteen million licences below, and for `2^79` cents above.
pub(super) const CENT: Weight = 1 << 48;

/// A person's clauses split into what only user licences satisfy and groups
/// that seats could carry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    pub(super) fixed: Vec<SkuSet>,
    pub(super) groups: Vec<Vec<SkuSet>>,
    /// SKUs that the person's needs mention, whoever satisfies them.
    pub(super) mentioned: SkuSet,
    /// The market, as [`Person::variant`].
    pub(super) variant: u32,
}

/// The cheapest covers of a shape for every set of groups left to licences.
pub(super) type Table = Vec<Option<Arc<Covers>>>;

pub(super) struct Candidate {
    pub(super) person: u32,
    /// Seats of each group.
    pub(super) seats: Arc<Vec<Vec<u32>>>,
    pub(super) table: Arc<Table>,
}

/// Splits a person's clauses. Under the strict policy a device licence
/// serves only people who need no user licence at all, so either everything
/// is one group or nothing is coverable.
pub(super) fn split(problem: &Problem<'_>, person: &Person) -> (Shape, Vec<Vec<u32>>) {
    let mut fixed = Vec::new();
    let mut groups: Vec<(Vec<u32>, Vec<SkuSet>)> = Vec::new();
    for clause in &person.clauses {
        let seats: Vec<u32> = person
            .seats
            .iter()
            .copied()
            .filter(|&seat| {
                !problem.seats[seat as usize].kinds.intersection(clause.kinds).is_empty()
            })
            .collect();
        let coverable = !seats.is_empty()
            && seats.iter().all(|&seat| problem.seats[seat as usize].cents.is_some());
        let known = groups.iter().position(|(known, _)| coverable && *known == seats);
        if let Some(at) = known {
            groups[at].1.push(clause.skus);
        } else if coverable && groups.len() < MOST_GROUPS {
            groups.push((seats, vec![clause.skus]));
        } else {
            fixed.push(clause.skus);
        }
    }
    if problem.policy == DevicePolicy::Strict && !groups.is_empty() {
        if fixed.is_empty() {
            let mut seats: Vec<u32> = groups.iter().flat_map(|(s, _)| s).copied().collect();
            seats.sort_unstable();
            seats.dedup();
            groups = vec![(seats, groups.into_iter().flat_map(|(_, c)| c).collect())];
        } else {
            fixed.extend(groups.drain(..).flat_map(|(_, clauses)| clauses));
        }
    }
    groups.sort();
    let (seats, groups) =
        groups.into_iter().map(|(seats, clauses)| (seats, canonical(clauses))).unzip();
    let market = problem.market_of(person);
    let mentioned = mentioned(market, person.clauses.iter().map(|clause| clause.skus));
    (Shape { fixed: canonical(fixed), groups, mentioned, variant: person.variant }, seats)
}

/// Solves every shape, for every set of its groups.
pub(super) fn tables(problem: &Problem<'_>, shapes: &[Shape]) -> Vec<Arc<Table>> {
    /// Clauses, what the person's needs mention, and the market.
    type Requirement = (Vec<SkuSet>, SkuSet, u32);
    let asked: Vec<Vec<Requirement>> = shapes
        .par_iter()
        .map(|shape| {
            let all = 0..1_u32 << shape.groups.len();
            all.map(|open| (shape.clauses(open), shape.mentioned, shape.variant)).collect()
        })
        .collect();
    let mut requirements: Vec<&Requirement> = asked.iter().flatten().collect();
    requirements.sort_unstable();
    requirements.dedup();
    let market = |variant: u32| match variant {
        0 => problem.market,
        variant => &problem.variants[variant as usize - 1],
    };
    let solved: FxHashMap<&Requirement, Option<Arc<Covers>>> = requirements
        .into_par_iter()
        .map(|one| (one, solve(market(one.2), &one.0, one.1).map(Arc::new)))
        .collect();
    asked
        .iter()
        .map(|requirements| {
            Arc::new(requirements.iter().map(|clauses| solved[clauses].clone()).collect())
        })
        .collect()
}

impl Shape {
    /// What user licences must satisfy when the groups in `open` are theirs.
    pub(super) fn clauses(&self, open: u32) -> Vec<SkuSet> {
        let groups = self.groups.iter().enumerate().filter(|(at, _)| open & (1 << at) != 0);
        canonical(self.fixed.iter().copied().chain(groups.flat_map(|(_, group)| group.clone())))
    }
}

impl Candidate {
    /// The mask of all groups.
    pub(super) fn everything(&self) -> u32 {
        (1 << self.seats.len()) - 1
    }

    /// The groups that the licensed seats leave to user licences.
    pub(super) fn open(&self, licensed: &dyn Fn(u32) -> bool) -> u32 {
        let mut open = 0;
        for (at, seats) in self.seats.iter().enumerate() {
            if !seats.iter().all(|&seat| licensed(seat)) {
                open |= 1 << at;
            }
        }
        open
    }

    /// Whether user licences alone can satisfy everything.
    pub(super) fn feasible(&self) -> bool {
        self.table.iter().all(Option::is_some)
    }

    /// Whether devices may decide about the person.
    pub(super) fn deciding(&self, problem: &Problem<'_>) -> bool {
        !self.seats.is_empty() && (problem.penalty.is_some() || self.feasible())
    }

    pub(super) fn covers(&self, open: u32) -> Option<&Covers> {
        self.table[open as usize].as_deref()
    }

    /// `g(open)`.
    pub(super) fn weight(&self, problem: &Problem<'_>, measure: Measure, open: u32) -> Weight {
        let Some(covers) = self.covers(open) else {
            return match (problem.penalty, measure) {
                (Some(cents), Measure::Cents) => Weight::from(cents),
                (Some(cents), Measure::Full) => Weight::from(cents) * CENT,
                (None, _) => INFINITE / 4,
            };
        };
        if measure == Measure::Cents {
            return Weight::from(covers.cents.0);
        }
        let assigned = problem.people[self.person as usize].assigned;
        let (cover, fresh) = covers.best_for(assigned);
        Weight::from(covers.cents.0) * CENT
            + Weight::from(narrow(cover.buys.len())) * LICENCE
            + Weight::from(fresh)
    }

    /// The seats that carry what is not in `open`.
    fn carried_by(&self, open: u32) -> Vec<u32> {
        let mut carried_by: Vec<u32> = self
            .seats
            .iter()
            .enumerate()
            .filter(|(at, _)| open & (1 << at) == 0)
            .flat_map(|(_, seats)| seats.iter().copied())
            .collect();
        carried_by.sort_unstable();
        carried_by.dedup();
        carried_by
    }

    /// The person's part in a plan with these devices, licences left out.
    pub(super) fn carried(&self, licensed: &[bool]) -> PersonPlan {
        let carried_by = self.carried_by(self.open(&|seat| licensed[seat as usize]));
        PersonPlan { carried_by, ..PersonPlan::default() }
    }

    /// How many sets of licences serve the person as cheaply as `buys`, as far
    /// as known: one where a rule made them dearer than need be.
    pub(super) fn alternatives(&self, licensed: &[bool], buys: &[Buy]) -> u32 {
        let Some(covers) = self.covers(self.open(&|seat| licensed[seat as usize])) else {
            return 1;
        };
        let cents: Cents = buys.iter().map(|buy| buy.cents).sum();
        match covers.all.iter().all(|cover| cover.buys.is_empty()) {
            true if buys.is_empty() => 0,
            _ if covers.cents == cents => narrow(covers.all.len()),
            _ => 1,
        }
    }

    pub(super) fn planned(
        &self,
        problem: &Problem<'_>,
        open: u32,
        licensed: &[bool],
    ) -> PersonPlan {
        let alone = self.covers(self.everything()).map(|covers| covers.cents);
        if !self.feasible() {
            return PersonPlan::default();
        }
        let Some(covers) = self.covers(open) else { return PersonPlan::default() };
        let assigned = problem.people[self.person as usize].assigned;
        let carried_by = self.carried_by(open);
        debug_assert!(carried_by.iter().all(|&seat| licensed[seat as usize]));
        PersonPlan {
            buys: covers.best_for(assigned).0.buys.clone(),
            carried_by,
            alternatives: if covers.all.iter().all(|cover| cover.buys.is_empty()) {
                0
            } else {
                narrow(covers.all.len())
            },
            alone,
        }
    }

    /// The terms `w(T)` of `g`, by mask; `None` when one is negative. Terms of
    /// the full weight that are not negative have cents that are not either.
    pub(super) fn terms(
        &self,
        problem: &Problem<'_>,
        measure: Measure,
    ) -> Option<Vec<(u32, Weight)>> {
        let count = self.everything();
        let total = self.weight(problem, measure, count);
        // h(Y) = g(all) - g(all \ Y) = sum of w(T) over nonempty T within Y,
        // so w is the Moebius inverse of h over subsets.
        let mut inverse: Vec<Weight> = (0..=count)
            .map(|inside| total - self.weight(problem, measure, count & !inside))
            .collect();
        for bit in 0..self.seats.len() {
            for mask in 0..inverse.len() {
                if mask & (1 << bit) != 0 {
                    inverse[mask] -= inverse[mask ^ (1 << bit)];
                }
            }
        }
        if inverse.iter().any(|&weight| weight < 0) {
            return None;
        }
        Some(
            inverse
                .into_iter()
                .enumerate()
                .filter(|(_, weight)| *weight > 0)
                .map(|(mask, weight)| (narrow(mask), weight))
                .collect(),
        )
    }

    /// A term system that nowhere exceeds `g`.
    pub(super) fn relaxed(&self, problem: &Problem<'_>, measure: Measure) -> Vec<(u32, Weight)> {
        let count = self.everything();
        let floor = self.weight(problem, measure, 0);
        let rise =
            (1..=count).map(|open| self.weight(problem, measure, open) - floor).min().unwrap_or(0);
        if rise > 0 { vec![(count, rise)] } else { Vec::new() }
    }
}

/// The cents of a full weight; its tie-breakers are not negative.
pub(super) fn whole_cents(weight: Weight) -> i64 {
    i64::try_from(weight / CENT).unwrap_or(i64::MAX)
}

/// A weight by [`Measure::Cents`] as what it is. The leaf of a run by the full
/// weight is dropped, so that its overflow does not matter.
pub(super) fn as_cents(weight: Weight) -> i64 {
    i64::try_from(weight).unwrap_or(i64::MAX)
}

/// Counts of people, seats, groups and covers fit 32 bits by construction.
pub(super) fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
