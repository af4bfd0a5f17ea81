//! Which devices to license, decided for all connected people at once.
//!
//! A person whose device work is carried by licensed devices needs user
//! licences for the rest only. Let `Z` be the groups of a person's
//! device-coverable clauses that devices do *not* carry; the person then
//! costs `g(Z)`, the cheapest cover of everything else plus `Z`. A group is
//! carried when every one of its seats is licensed. The task is to choose the
//! licensed seats so that their price plus all `g` is least.
//!
//! Every set function can be written as `g(Z) = g(0) + sum over T of w(T)` for
//! the `T` that meet `Z`. Where no `w` is negative, each `w(T)` becomes a node
//! that is either paid or needs every seat of its groups licensed, and the
//! whole component is one minimum cut: exact, with the flow as its proof.
//! Licence ladders (Team Members, Activity, full), sums and base-and-attach
//! all have that form. A person whose `g` has not is relaxed from below and
//! branched on, so the answer stays exact; the tree is part of the proof.
//!
//! The weight that is minimised packs three numbers, cents first, then the
//! number of licences, then the number of licences not assigned today, which
//! are the tie-breakers of the design, into one integer.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::cover::{Buy, Covers, Market, canonical, mentioned, solve};
use super::flow::{INFINITE, Network};
use super::problem::{Person, Problem};
use crate::money::Cents;
use crate::rulebook::{DevicePolicy, SkuSet};

/// Groups of one person above this number are not offered to devices, which
/// the checker then refuses; no shipped edition has so many device kinds.
const MOST_GROUPS: usize = 12;

/// Branching stops here and the gap is printed.
const MOST_NODES: usize = 20_000;

/// Cents, licences and new licences in one number, compared in that order;
/// or cents alone (see [`Measure`]).
type Weight = i128;

/// What is minimised: the full weight to choose, cents alone to prove.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Full,
    Cents,
}

const LICENCE: Weight = 1 << 32;
const CENT: Weight = 1 << 64;

/// What the plan gives one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonPlan {
    /// User licences.
    pub buys: Vec<Buy>,
    /// Seats that carry part of the need, ascending.
    pub carried_by: Vec<u32>,
    /// Equally cheap covers of what user licences must satisfy.
    pub alternatives: u32,
    /// What user licences alone would cost this person; `None` where some
    /// need has no licence that can be bought: the person is not planned.
    pub alone: Option<Cents>,
}

/// One connected component of people and seats.
#[derive(Debug, Clone)]
pub struct ComponentPlan {
    /// People, ascending.
    pub people: Vec<u32>,
    /// Seats, ascending.
    pub seats: Vec<u32>,
    /// Cost with user licences alone.
    pub alone: Cents,
    /// Cost of the plan.
    pub cents: Cents,
    /// Lower bound.
    pub bound: Cents,
    /// Why the bound holds.
    pub proof: Proof,
}

/// Why no licensing of a component costs less than its bound.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A packing: charges that every solution of this leaf must pay.
    Leaf(Leaf),
    /// Every way a person's groups can be split, each with its own proof.
    /// `children[z]` is the case that exactly the groups in `z` are covered
    /// by user licences and the seats of all others are licensed.
    Branch {
        /// The person, as in the problem.
        person: u32,
        /// Proofs by `z`.
        children: Vec<Proof>,
    },
}

/// The proof of a leaf.
#[derive(Debug, Clone, Default)]
pub struct Leaf {
    /// What each person pays at least.
    pub charges: Vec<Charge>,
}

/// Part of the cost of one person: `floor`, whatever happens, and terms.
#[derive(Debug, Clone)]
pub struct Charge {
    /// The person, as in the problem.
    pub person: u32,
    /// Paid in any case, in cents.
    pub floor: i64,
    /// Paid by the person or by seats.
    pub terms: Vec<Term>,
}

/// `cents` fall due unless every seat of the groups in `groups` is licensed.
/// `to_seats` says how much of that is charged to which seat; no seat may be
/// charged more than its price.
#[derive(Debug, Clone)]
pub struct Term {
    /// Groups, as a bit mask.
    pub groups: u32,
    /// Weight in cents.
    pub cents: i64,
    /// (seat, cents).
    pub to_seats: Vec<(u32, i64)>,
}

/// The plan of a tenant.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// One entry per person of the problem.
    pub people: Vec<PersonPlan>,
    /// One entry per seat of the problem.
    pub licensed: Vec<bool>,
    /// Components that hold a decision.
    pub components: Vec<ComponentPlan>,
    /// Cost of the plan.
    pub cents: Cents,
    /// Lower bound: no lawful plan costs less.
    pub bound: Cents,
    /// Cost with user licences alone.
    pub alone: Cents,
}

/// A person's clauses split into what only user licences satisfy and groups
/// that seats could carry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shape {
    fixed: Vec<SkuSet>,
    groups: Vec<Vec<SkuSet>>,
    /// SKUs that the person's needs mention, whoever satisfies them.
    mentioned: SkuSet,
}

/// The cheapest covers of a shape for every set of groups left to licences.
type Table = Vec<Option<Arc<Covers>>>;

struct Candidate {
    person: u32,
    /// Seats of each group.
    seats: Vec<Vec<u32>>,
    table: Arc<Table>,
}

/// Solves a tenant.
#[must_use]
pub fn plan(problem: &Problem<'_>) -> Plan {
    let split: Vec<(Shape, Vec<Vec<u32>>)> =
        problem.people.par_iter().map(|person| split(problem, person)).collect();
    let tables = tables(problem.market, &split);
    let candidates: Vec<Candidate> = split
        .into_iter()
        .enumerate()
        .map(|(at, (shape, seats))| Candidate {
            person: narrow(at),
            table: Arc::clone(&tables[&shape]),
            seats,
        })
        .collect();

    let components = components(problem, &candidates);
    let mut position = vec![0; problem.seats.len()];
    for (_, seats) in &components {
        for (at, &seat) in (0_u32..).zip(seats) {
            position[seat as usize] = at;
        }
    }
    let solved: Vec<(ComponentPlan, Vec<u32>)> = components
        .into_par_iter()
        .map(|members| Component::new(problem, &candidates, &position, members).solve())
        .collect();

    let mut plan = Plan::default();
    let mut licensed = vec![false; problem.seats.len()];
    let mut in_component = vec![false; candidates.len()];
    for (component, seats) in solved {
        for seat in seats {
            licensed[seat as usize] = true;
        }
        for &person in &component.people {
            in_component[person as usize] = true;
        }
        plan.components.push(component);
    }
    let people: Vec<PersonPlan> = candidates
        .par_iter()
        .zip(&in_component)
        .map(|(candidate, &inside)| {
            let open = if inside {
                candidate.open(&|seat| licensed[seat as usize])
            } else {
                candidate.everything()
            };
            candidate.planned(problem, open, &licensed)
        })
        .collect();
    let outside: Cents = people
        .iter()
        .zip(&in_component)
        .filter(|(_, inside)| !**inside)
        .map(|(person, _)| person.cents())
        .sum();
    plan.cents = outside + plan.components.iter().map(|c| c.cents).sum();
    plan.bound = outside + plan.components.iter().map(|c| c.bound).sum();
    plan.alone = people.iter().filter_map(|person| person.alone).sum();
    plan.people = people;
    plan.licensed = licensed;
    plan
}

impl PersonPlan {
    /// What the person's user licences cost.
    #[must_use]
    pub fn cents(&self) -> Cents {
        self.buys.iter().map(|buy| buy.cents).sum()
    }
}

/// Splits a person's clauses. Under the strict policy a device licence
/// serves only people who need no user licence at all, so either everything
/// is one group or nothing is coverable.
fn split(problem: &Problem<'_>, person: &Person) -> (Shape, Vec<Vec<u32>>) {
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
    let mentioned = mentioned(problem.market, person.clauses.iter().map(|clause| clause.skus));
    (Shape { fixed: canonical(fixed), groups, mentioned }, seats)
}

/// Solves every distinct shape once, for every set of its groups.
fn tables(market: &Market, split: &[(Shape, Vec<Vec<u32>>)]) -> FxHashMap<Shape, Arc<Table>> {
    /// Clauses, and what the person's needs mention.
    type Requirement = (Vec<SkuSet>, SkuSet);
    let mut shapes: IndexMap<&Shape, Vec<Requirement>, FxBuildHasher> = IndexMap::default();
    for (shape, _) in split {
        shapes.entry(shape).or_insert_with(|| {
            let all = 0..1_u32 << shape.groups.len();
            all.map(|open| (shape.clauses(open), shape.mentioned)).collect()
        });
    }
    let mut requirements: Vec<&Requirement> = shapes.values().flatten().collect();
    requirements.sort_unstable();
    requirements.dedup();
    let solved: HashMap<&Requirement, Option<Arc<Covers>>> = requirements
        .into_par_iter()
        .map(|one| (one, solve(market, &one.0, one.1).map(Arc::new)))
        .collect();
    shapes
        .iter()
        .map(|(&shape, requirements)| {
            let table = requirements.iter().map(|clauses| solved[clauses].clone()).collect();
            (shape.clone(), Arc::new(table))
        })
        .collect()
}

impl Shape {
    /// What user licences must satisfy when the groups in `open` are theirs.
    fn clauses(&self, open: u32) -> Vec<SkuSet> {
        let groups = self.groups.iter().enumerate().filter(|(at, _)| open & (1 << at) != 0);
        canonical(self.fixed.iter().copied().chain(groups.flat_map(|(_, group)| group.clone())))
    }
}

impl Candidate {
    /// The mask of all groups.
    fn everything(&self) -> u32 {
        (1 << self.seats.len()) - 1
    }

    /// The groups that the licensed seats leave to user licences.
    fn open(&self, licensed: &dyn Fn(u32) -> bool) -> u32 {
        let mut open = 0;
        for (at, seats) in self.seats.iter().enumerate() {
            if !seats.iter().all(|&seat| licensed(seat)) {
                open |= 1 << at;
            }
        }
        open
    }

    /// Whether user licences alone can satisfy everything.
    fn feasible(&self) -> bool {
        self.table.iter().all(Option::is_some)
    }

    fn covers(&self, open: u32) -> Option<&Covers> {
        self.table[open as usize].as_deref()
    }

    /// `g(open)`.
    fn weight(&self, problem: &Problem<'_>, measure: Measure, open: u32) -> Weight {
        let Some(covers) = self.covers(open) else { return INFINITE / 4 };
        if measure == Measure::Cents {
            return Weight::from(covers.cents.0);
        }
        let assigned = problem.people[self.person as usize].assigned;
        let (cover, fresh) = covers.best_for(assigned);
        Weight::from(covers.cents.0) * CENT
            + Weight::from(narrow(cover.buys.len())) * LICENCE
            + Weight::from(fresh)
    }

    fn planned(&self, problem: &Problem<'_>, open: u32, licensed: &[bool]) -> PersonPlan {
        let alone = self.covers(self.everything()).map(|covers| covers.cents);
        if !self.feasible() {
            return PersonPlan::default();
        }
        let Some(covers) = self.covers(open) else { return PersonPlan::default() };
        let assigned = problem.people[self.person as usize].assigned;
        let mut carried_by: Vec<u32> = self
            .seats
            .iter()
            .enumerate()
            .filter(|(at, _)| open & (1 << at) == 0)
            .flat_map(|(_, seats)| seats.iter().copied())
            .collect();
        carried_by.sort_unstable();
        carried_by.dedup();
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
    fn terms(&self, problem: &Problem<'_>, measure: Measure) -> Option<Vec<(u32, Weight)>> {
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
    fn relaxed(&self, problem: &Problem<'_>, measure: Measure) -> Vec<(u32, Weight)> {
        let count = self.everything();
        let floor = self.weight(problem, measure, 0);
        let rise =
            (1..=count).map(|open| self.weight(problem, measure, open) - floor).min().unwrap_or(0);
        if rise > 0 { vec![(count, rise)] } else { Vec::new() }
    }
}

/// People and seats connected through groups. Only people whose device work
/// can be carried connect anything.
fn components(problem: &Problem<'_>, candidates: &[Candidate]) -> Vec<(Vec<u32>, Vec<u32>)> {
    let mut parent: Vec<u32> = (0..narrow(problem.seats.len())).collect();
    let deciding = |candidate: &&Candidate| !candidate.seats.is_empty() && candidate.feasible();
    for candidate in candidates.iter().filter(deciding) {
        let mut seats = candidate.seats.iter().flatten().copied();
        let Some(first) = seats.next() else { continue };
        let mut first = root(&mut parent, first);
        for seat in seats {
            let other = root(&mut parent, seat);
            // The smaller number is the root, so numbering follows the input.
            let (low, high) = (first.min(other), first.max(other));
            parent[high as usize] = low;
            first = low;
        }
    }
    let mut numbers: HashMap<u32, usize> = HashMap::new();
    let mut members: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
    let mut used = vec![false; problem.seats.len()];
    for candidate in candidates.iter().filter(deciding) {
        let Some(&first) = candidate.seats.iter().flatten().next() else { continue };
        let number = *numbers.entry(root(&mut parent, first)).or_insert_with(|| {
            members.push((Vec::new(), Vec::new()));
            members.len() - 1
        });
        members[number].0.push(candidate.person);
        for &seat in candidate.seats.iter().flatten() {
            if !used[seat as usize] {
                used[seat as usize] = true;
                members[number].1.push(seat);
            }
        }
    }
    for (_, seats) in &mut members {
        seats.sort_unstable();
    }
    members
}

/// The seat that stands for a component, with the path to it halved.
fn root(parent: &mut [u32], mut seat: u32) -> u32 {
    while parent[seat as usize] != seat {
        parent[seat as usize] = parent[parent[seat as usize] as usize];
        seat = parent[seat as usize];
    }
    seat
}

/// How a person takes part in a subproblem.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// By the exact terms.
    Exact,
    /// By the relaxed terms.
    Relaxed,
    /// Exactly these groups are left to user licences.
    Split(u32),
}

struct Component<'a> {
    problem: &'a Problem<'a>,
    candidates: Vec<&'a Candidate>,
    seats: Vec<u32>,
    /// Position of each seat within `seats`, by seat of the problem.
    position: &'a [u32],
    /// Terms of each person by the full weight and by cents; relaxed ones
    /// where `g` has no exact terms.
    terms: Vec<[Vec<(u32, Weight)>; 2]>,
    exact: Vec<bool>,
    incumbent: Weight,
    chosen: Vec<bool>,
    nodes: usize,
}

struct Solved {
    weight: Weight,
    licensed: Vec<bool>,
    leaf: Leaf,
}

impl<'a> Component<'a> {
    fn new(
        problem: &'a Problem<'a>,
        candidates: &'a [Candidate],
        position: &'a [u32],
        (people, seats): (Vec<u32>, Vec<u32>),
    ) -> Self {
        let candidates: Vec<&Candidate> =
            people.iter().map(|&person| &candidates[person as usize]).collect();
        let (terms, exact) = candidates
            .par_iter()
            .map(|candidate| {
                let by = |measure| candidate.terms(problem, measure);
                if let (Some(full), Some(cents)) = (by(Measure::Full), by(Measure::Cents)) {
                    ([full, cents], true)
                } else {
                    let by = |measure| candidate.relaxed(problem, measure);
                    ([by(Measure::Full), by(Measure::Cents)], false)
                }
            })
            .unzip();
        Self {
            problem,
            position,
            chosen: vec![false; seats.len()],
            seats,
            candidates,
            terms,
            exact,
            incumbent: INFINITE,
            nodes: 0,
        }
    }

    fn solve(mut self) -> (ComponentPlan, Vec<u32>) {
        let mut modes: Vec<Mode> = self
            .exact
            .iter()
            .map(|&exact| if exact { Mode::Exact } else { Mode::Relaxed })
            .collect();
        let proof = self.search(&mut modes);
        let cents = Cents(whole_cents(self.incumbent));
        let bound = Cents(proof.bound(self.problem));
        let alone =
            self.candidates.iter().filter_map(|c| c.covers(c.everything())).map(|c| c.cents).sum();
        let licensed: Vec<u32> = self
            .seats
            .iter()
            .zip(&self.chosen)
            .filter(|(_, chosen)| **chosen)
            .map(|(&seat, _)| seat)
            .collect();
        let component = ComponentPlan {
            people: self.candidates.iter().map(|c| c.person).collect(),
            seats: self.seats,
            alone,
            cents,
            bound: bound.min(cents),
            proof,
        };
        (component, licensed)
    }

    /// Solves the relaxation, takes its seats as a solution, and branches on
    /// the person it misjudges most.
    fn search(&mut self, modes: &mut [Mode]) -> Proof {
        self.nodes += 1;
        let (solved, leaf) = self.relaxation(modes);
        let (weight, worst) = self.true_weight(&solved.licensed, modes);
        if weight < self.incumbent {
            self.incumbent = weight;
            self.chosen.clone_from(&solved.licensed);
        }
        let settled = solved.weight >= self.incumbent || self.nodes >= MOST_NODES;
        let Some(at) = worst.filter(|_| !settled) else {
            return Proof::Leaf(leaf.unwrap_or_else(|| self.cut(modes, Measure::Cents).leaf));
        };
        let candidate = self.candidates[at];
        let children = (0..=candidate.everything())
            .map(|open| {
                modes[at] = Mode::Split(open);
                let proof = self.search(modes);
                modes[at] = Mode::Relaxed;
                proof
            })
            .collect();
        Proof::Branch { person: candidate.person, children }
    }

    /// What licensing these seats really costs, and the relaxed person whose
    /// real cost is furthest above the relaxation.
    fn true_weight(&self, licensed: &[bool], modes: &[Mode]) -> (Weight, Option<usize>) {
        let mut total: Weight = 0;
        for (at, &seat) in self.seats.iter().enumerate() {
            if licensed[at] {
                total += self.seat_weight(seat, Measure::Full);
            }
        }
        let mut worst: Option<(Weight, usize)> = None;
        for (at, candidate) in self.candidates.iter().enumerate() {
            let open = candidate.open(&|seat| licensed[self.position[seat as usize] as usize]);
            let weight = candidate.weight(self.problem, Measure::Full, open);
            total += weight;
            if modes[at] == Mode::Relaxed {
                let terms: Weight = self.terms[at][0]
                    .iter()
                    .filter(|(groups, _)| groups & open != 0)
                    .map(|(_, weight)| weight)
                    .sum();
                let error = weight - candidate.weight(self.problem, Measure::Full, 0) - terms;
                if worst.is_none_or(|(most, _)| error > most) {
                    worst = Some((error, at));
                }
            }
        }
        (total, worst.map(|(_, at)| at))
    }

    /// A seat costs its price, is one licence, and is never assigned to a
    /// person.
    fn seat_weight(&self, seat: u32, measure: Measure) -> Weight {
        let cents = self.problem.seats[seat as usize].cents.map_or(0, |cents| cents.0);
        match measure {
            Measure::Full => Weight::from(cents) * CENT + LICENCE,
            Measure::Cents => Weight::from(cents),
        }
    }

    /// The cut by the full weight, and the leaf where it is sure to be wanted.
    fn relaxation(&self, modes: &[Mode]) -> (Solved, Option<Leaf>) {
        if modes.contains(&Mode::Relaxed) {
            return (self.cut(modes, Measure::Full), None);
        }
        let by = |measure| move || self.cut(modes, measure);
        let (full, cents) = rayon::join(by(Measure::Full), by(Measure::Cents));
        (full, Some(cents.leaf))
    }

    fn cut(&self, modes: &[Mode], measure: Measure) -> Solved {
        let which = usize::from(measure == Measure::Cents);
        let terms: usize = self.terms.iter().map(|terms| terms[which].len()).sum();
        let first_seat = 2 + terms;
        let usage: usize = self.candidates.iter().flat_map(|c| &c.seats).map(Vec::len).sum();
        let nodes = first_seat + self.seats.len();
        let mut network = Network::new(nodes, nodes + usage);
        let node_of = |seat: u32| first_seat + self.position[seat as usize] as usize;
        let (source, sink) = (0, 1);
        for (at, &seat) in self.seats.iter().enumerate() {
            network.edge(first_seat + at, sink, self.seat_weight(seat, measure));
        }
        let mut constant: Weight = 0;
        let mut node = 2;
        let mut charges = Vec::with_capacity(self.candidates.len());
        let mut edges = Vec::new();
        for (at, candidate) in self.candidates.iter().enumerate() {
            let mut charge = Charge { person: candidate.person, floor: 0, terms: Vec::new() };
            let mut at_least = 0;
            let mut terms: &[(u32, Weight)] = &self.terms[at][which];
            if let Mode::Split(open) = modes[at] {
                at_least = open;
                terms = &[];
                for (group, seats) in candidate.seats.iter().enumerate() {
                    if open & (1 << group) == 0 {
                        for seat in seats {
                            network.edge(source, node_of(*seat), INFINITE);
                        }
                    }
                }
            }
            let floor = candidate.weight(self.problem, measure, at_least);
            constant += floor;
            charge.floor = as_cents(floor);
            for &(groups, weight) in terms {
                network.edge(source, node, weight);
                let mut seats: Vec<u32> = candidate
                    .seats
                    .iter()
                    .enumerate()
                    .filter(|(group, _)| groups & (1 << group) != 0)
                    .flat_map(|(_, seats)| seats.iter().copied())
                    .collect();
                seats.sort_unstable();
                seats.dedup();
                for seat in seats {
                    let edge = network.edge(node, node_of(seat), INFINITE);
                    edges.push((charges.len(), charge.terms.len(), seat, edge));
                }
                charge.terms.push(Term { groups, cents: as_cents(weight), to_seats: Vec::new() });
                node += 1;
            }
            charges.push(charge);
        }
        let total = network.maximise(source, sink) + constant;
        let side = network.source_side(source);
        let licensed = (0..self.seats.len()).map(|at| side[first_seat + at]).collect();
        for (charge, term, seat, edge) in edges {
            let flow = network.flow(edge);
            if flow > 0 {
                charges[charge].terms[term].to_seats.push((seat, as_cents(flow)));
            }
        }
        Solved { weight: total, licensed, leaf: Leaf { charges } }
    }
}

impl Proof {
    /// The bound the proof claims for the component.
    fn bound(&self, problem: &Problem<'_>) -> i64 {
        self.bound_within(problem, &mut Vec::new())
    }

    fn bound_within(&self, problem: &Problem<'_>, forced: &mut Vec<(u32, u32)>) -> i64 {
        match self {
            Self::Branch { person, children } => {
                let mut least = i64::MAX;
                for (open, child) in children.iter().enumerate() {
                    forced.push((*person, narrow(open)));
                    least = least.min(child.bound_within(problem, forced));
                    forced.pop();
                }
                least
            }
            Self::Leaf(leaf) => {
                let mut bound: i64 = 0;
                let mut charged: HashMap<u32, i64> = HashMap::new();
                for charge in &leaf.charges {
                    bound += charge.floor;
                    for &(seat, cents) in charge.terms.iter().flat_map(|term| &term.to_seats) {
                        bound += cents;
                        *charged.entry(seat).or_default() += cents;
                    }
                }
                let mut seats: Vec<u32> = Vec::new();
                for &(person, open) in forced.iter() {
                    let (_, groups) = split(problem, &problem.people[person as usize]);
                    for (group, members) in groups.iter().enumerate() {
                        if open & (1 << group) == 0 {
                            seats.extend(members);
                        }
                    }
                }
                seats.sort_unstable();
                seats.dedup();
                for seat in seats {
                    let price = problem.seats[seat as usize].cents.map_or(0, |cents| cents.0);
                    bound += price - charged.get(&seat).copied().unwrap_or_default();
                }
                bound
            }
        }
    }
}

/// The cents of a full weight; its tie-breakers are not negative.
fn whole_cents(weight: Weight) -> i64 {
    i64::try_from(weight / CENT).unwrap_or(i64::MAX)
}

/// A weight by [`Measure::Cents`] as what it is. The leaf of a run by the full
/// weight is dropped, so that its overflow does not matter.
fn as_cents(weight: Weight) -> i64 {
    i64::try_from(weight).unwrap_or(i64::MAX)
}

/// Counts of people, seats, groups and covers fit 32 bits by construction.
fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::Clause;
    use crate::optimize::problem::Seat;
    use crate::rulebook::{KindSet, SkuId};

    #[test]
    fn a_person_joins_all_the_components_of_their_seats() {
        let market = Market {
            list: vec![Some(5_000)],
            attach: vec![None],
            full: SkuSet::of(SkuId(0)),
            add_on: SkuSet::EMPTY,
            attachable: vec![SkuSet::EMPTY],
            requires: vec![SkuSet::EMPTY],
        };
        let seat = Seat { kinds: KindSet(1), sku: SkuId(0), cents: Some(Cents(2_000)) };
        let clause = Clause { skus: SkuSet::of(SkuId(0)), kinds: KindSet(1) };
        // The last person finds seat 5 under 1 and seat 6 under 2, both below 4.
        let people = [vec![1, 5], vec![2, 6], vec![4, 5, 6]].map(|seats| Person {
            clauses: vec![clause],
            seats,
            assigned: SkuSet::EMPTY,
        });
        let problem = Problem {
            market: &market,
            people: people.into(),
            seats: vec![seat; 7],
            policy: DevicePolicy::Guide,
        };
        let plan = plan(&problem);
        assert_eq!(plan.components.len(), 1);
        assert_eq!(plan.components[0].seats, [1, 2, 4, 5, 6]);
        assert_eq!((plan.cents, plan.bound), (Cents(10_000), Cents(10_000)));
    }
}
