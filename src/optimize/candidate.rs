//! One person as a part of the device decision.
//!
//! A person's clauses fall into what only user licences satisfy and groups
//! that seats could carry. For every set of groups left to user licences the
//! cheapest covers are known ([`tables`]); from them come the person's cost
//! `g` and, where it has that form, its terms. All this is the same for people
//! of one [`Kind`] and worked out once.

use std::sync::Arc;

use indexmap::IndexSet;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::cover::{Buy, Covers, canonical, mentioned, solve};
use super::device::PersonPlan;
use super::flow::INFINITE;
use super::prepare::{Groups, Prepared};
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

/// People of one shape who are assigned the same of what it may take.
pub(super) struct Kind {
    table: Arc<Table>,
    /// Of each set of groups left to licences: `g`, by the measure.
    weights: Vec<Weight>,
    /// And the number of the cover that is taken.
    best: Vec<u32>,
    /// Groups and weights of the terms; relaxed ones where `g` has no exact
    /// terms.
    pub(super) terms: Vec<(u32, Weight)>,
    pub(super) exact: bool,
}

/// People as parts of the device decision.
pub(super) struct Candidates<'a> {
    pub(super) groups: &'a Groups,
    pub(super) kinds: Vec<Kind>,
    /// For each person: the kind.
    pub(super) kind: Vec<u32>,
    /// Where a need may stay unmet at a price, devices decide about those too
    /// who have such a need.
    penalty: bool,
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
    let (seats, groups): (_, Vec<Vec<SkuSet>>) = groups.into_iter().unzip();
    (shape(problem, person, fixed, groups), seats)
}

/// The shape of a person whose groups are known: `group` gives that of each
/// clause.
pub(super) fn shape_of(
    problem: &Problem<'_>,
    person: &Person,
    groups: usize,
    group: impl Fn(usize) -> Option<usize>,
) -> Shape {
    let mut fixed = Vec::new();
    let mut parts = vec![Vec::new(); groups];
    for (at, clause) in person.clauses.iter().enumerate() {
        group(at).and_then(|group| parts.get_mut(group)).unwrap_or(&mut fixed).push(clause.skus);
    }
    shape(problem, person, fixed, parts)
}

fn shape(
    problem: &Problem<'_>,
    person: &Person,
    fixed: Vec<SkuSet>,
    groups: Vec<Vec<SkuSet>>,
) -> Shape {
    let market = problem.market_of(person);
    let mentioned = mentioned(market, person.clauses.iter().map(|clause| clause.skus));
    let groups = groups.into_iter().map(canonical).collect();
    Shape { fixed: canonical(fixed), groups, mentioned, variant: person.variant }
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

impl Kind {
    /// `assigned`: what the people are assigned today.
    fn new(
        problem: &Problem<'_>,
        table: Arc<Table>,
        assigned: SkuSet,
        measure: Measure,
        groups: usize,
    ) -> Self {
        let (weights, best) = table
            .iter()
            .map(|covers| {
                let Some(covers) = covers else {
                    return match (problem.penalty, measure) {
                        (Some(cents), Measure::Cents) => (Weight::from(cents), 0),
                        (Some(cents), Measure::Full) => (Weight::from(cents) * CENT, 0),
                        (None, _) => (INFINITE / 4, 0),
                    };
                };
                let (number, fresh) = covers.best_number(assigned);
                let cents = Weight::from(covers.cents.0);
                if measure == Measure::Cents {
                    return (cents, narrow(number));
                }
                let licences = covers.all.get(number).map_or(0, |cover| cover.buys.len());
                let ties = Weight::from(narrow(licences)) * LICENCE + Weight::from(fresh);
                (cents * CENT + ties, narrow(number))
            })
            .unzip();
        let mut kind = Self { table, weights, best, terms: Vec::new(), exact: true };
        if problem.penalty.is_some() || kind.feasible() {
            let exact = kind.exact_terms(groups);
            kind.exact = exact.is_some();
            kind.terms = exact.unwrap_or_else(|| kind.relaxed());
        }
        kind
    }

    /// The mask of all groups.
    pub(super) fn everything(&self) -> u32 {
        narrow(self.table.len() - 1)
    }

    /// Whether user licences alone can satisfy everything.
    fn feasible(&self) -> bool {
        self.table.iter().all(Option::is_some)
    }

    pub(super) fn covers(&self, open: u32) -> Option<&Covers> {
        self.table[open as usize].as_deref()
    }

    /// The licences taken where the groups in `open` are left to them.
    fn buys(&self, open: u32) -> &[Buy] {
        let number = self.best[open as usize] as usize;
        let cover = self.covers(open).and_then(|covers| covers.all.get(number));
        cover.map_or(&[], |cover| &cover.buys)
    }

    /// `g(open)`.
    pub(super) fn weight(&self, open: u32) -> Weight {
        self.weights[open as usize]
    }

    /// The terms `w(T)` of `g`, by mask; `None` when one is negative. Terms of
    /// the full weight that are not negative have cents that are not either.
    fn exact_terms(&self, groups: usize) -> Option<Vec<(u32, Weight)>> {
        let count = self.everything();
        let total = self.weight(count);
        // h(Y) = g(all) - g(all \ Y) = sum of w(T) over nonempty T within Y,
        // so w is the Moebius inverse of h over subsets.
        let mut inverse: Vec<Weight> =
            (0..=count).map(|inside| total - self.weight(count & !inside)).collect();
        for bit in 0..groups {
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
    fn relaxed(&self) -> Vec<(u32, Weight)> {
        let count = self.everything();
        let floor = self.weight(0);
        let rise = (1..=count).map(|open| self.weight(open) - floor).min().unwrap_or(0);
        if rise > 0 { vec![(count, rise)] } else { Vec::new() }
    }

    fn planned(&self, open: u32, carried_by: Vec<u32>) -> PersonPlan {
        if !self.feasible() {
            return PersonPlan::default();
        }
        let alone = self.covers(self.everything()).map(|covers| covers.cents);
        let Some(covers) = self.covers(open) else { return PersonPlan::default() };
        PersonPlan {
            buys: self.buys(open).to_vec(),
            carried_by,
            alternatives: if covers.all.iter().all(|cover| cover.buys.is_empty()) {
                0
            } else {
                narrow(covers.all.len())
            },
            alone,
        }
    }
}

impl<'a> Candidates<'a> {
    /// The people of a problem, with the tables of their shapes.
    pub(super) fn new(
        problem: &Problem<'_>,
        prepared: &'a Prepared,
        tables: &[Arc<Table>],
        measure: Measure,
    ) -> Self {
        // What is assigned matters as far as it may be taken.
        let taken: Vec<SkuSet> = tables
            .par_iter()
            .map(|table| {
                let covers = table.iter().flatten().flat_map(|covers| &covers.all);
                covers.fold(SkuSet::EMPTY, |all, cover| all.union(cover.skus()))
            })
            .collect();
        let mut kinds: IndexSet<(u32, SkuSet), FxBuildHasher> = IndexSet::default();
        let kind = prepared
            .shape
            .iter()
            .zip(&problem.people)
            .map(|(&shape, person)| {
                let assigned = person.assigned.intersection(taken[shape as usize]);
                narrow(kinds.insert_full((shape, assigned)).0)
            })
            .collect();
        let kinds: Vec<(u32, SkuSet)> = kinds.into_iter().collect();
        let kinds = kinds
            .into_par_iter()
            .map(|(shape, assigned)| {
                let groups = prepared.shapes[shape as usize].groups.len();
                let table = Arc::clone(&tables[shape as usize]);
                Kind::new(problem, table, assigned, measure, groups)
            })
            .collect();
        Self { groups: &prepared.groups, kinds, kind, penalty: problem.penalty.is_some() }
    }

    /// People with tables of their own, assigned nothing: for each of them the
    /// number of the table.
    pub(super) fn by_cents(
        problem: &Problem<'_>,
        groups: &'a Groups,
        tables: Vec<Arc<Table>>,
        kind: Vec<u32>,
    ) -> Self {
        let kinds = tables
            .into_iter()
            .map(|table| {
                let count = table.len().trailing_zeros() as usize;
                Kind::new(problem, table, SkuSet::EMPTY, Measure::Cents, count)
            })
            .collect();
        Self { groups, kinds, kind, penalty: problem.penalty.is_some() }
    }

    pub(super) fn kind_of(&self, person: u32) -> &Kind {
        &self.kinds[self.kind[person as usize] as usize]
    }

    /// Whether devices may decide about a person.
    pub(super) fn deciding(&self, person: u32) -> bool {
        self.groups.count(person as usize) > 0 && (self.penalty || self.kind_of(person).feasible())
    }

    /// The groups that the licensed seats leave to user licences.
    pub(super) fn open(&self, person: u32, licensed: impl Fn(u32) -> bool) -> u32 {
        let mut open = 0;
        for (at, seats) in self.groups.of(person as usize).enumerate() {
            if !seats.iter().all(|&seat| licensed(seat)) {
                open |= 1 << at;
            }
        }
        open
    }

    /// The seats that carry what is not in `open`.
    fn carried_by(&self, person: u32, open: u32) -> Vec<u32> {
        let groups = self.groups.of(person as usize).enumerate();
        let mut carried = groups.filter(|(at, _)| open & (1 << at) == 0).map(|(_, seats)| seats);
        let Some(first) = carried.next() else { return Vec::new() };
        let mut carried_by = first.to_vec();
        carried.for_each(|seats| carried_by.extend_from_slice(seats));
        carried_by.sort_unstable();
        carried_by.dedup();
        carried_by
    }

    /// The person's part in a plan with these devices, licences left out.
    pub(super) fn carried(&self, person: u32, licensed: &[bool]) -> PersonPlan {
        let open = self.open(person, |seat| licensed[seat as usize]);
        PersonPlan { carried_by: self.carried_by(person, open), ..PersonPlan::default() }
    }

    /// How many sets of licences serve the person as cheaply as `buys`, as far
    /// as known: one where a rule made them dearer than need be.
    pub(super) fn alternatives(&self, person: u32, licensed: &[bool], buys: &[Buy]) -> u32 {
        let open = self.open(person, |seat| licensed[seat as usize]);
        let Some(covers) = self.kind_of(person).covers(open) else {
            return 1;
        };
        let cents: Cents = buys.iter().map(|buy| buy.cents).sum();
        match covers.all.iter().all(|cover| cover.buys.is_empty()) {
            true if buys.is_empty() => 0,
            _ if covers.cents == cents => narrow(covers.all.len()),
            _ => 1,
        }
    }

    /// The person's part in a plan where the groups in `open` are left to
    /// licences.
    pub(super) fn planned(&self, person: u32, open: u32) -> PersonPlan {
        self.kind_of(person).planned(open, self.carried_by(person, open))
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
