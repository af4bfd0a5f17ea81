//! One connected component: minimum cuts, and branching where a person's cost
//! cannot be cut.
//!
//! The cut is found in two steps. By cents alone it is a maximum flow
//! ([`super::transport`]), which is the proof as well. The cuts that cost as
//! few cents are then known: seats on the near side of each are licensed,
//! seats on the far side are not, and what lies between is decided by licences
//! and new licences (`ties`), in a network that has nothing but the seats
//! still open. Both together are the minimum cut by the full weight with the
//! fewest seats, whichever flow was found.

use rayon::prelude::*;

use super::candidate::{
    CENT, Candidates, Kind, LICENCE, Measure, Weight, as_cents, narrow, whole_cents,
};
use super::device::{Charge, ComponentPlan, Leaf, Proof, Term};
use super::flow::{INFINITE, Network};
use super::problem::Problem;
use super::transport::{Transport, Users};
use crate::money::Cents;

/// Branching stops once it has looked at this many people, all nodes of the
/// tree together, and the gap is printed.
const MOST_WORK: usize = 20_000_000;

/// So many people's charges are written at a time.
const LEAST_AT_ONCE: usize = 1 << 12;

/// Nor does it go deeper than this: the tree is walked by recursion.
const MOST_DEPTH: usize = 200;

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

pub(super) struct Component<'a> {
    problem: &'a Problem<'a>,
    all: &'a Candidates<'a>,
    people: Vec<u32>,
    seats: Vec<u32>,
    /// Position of each seat within `seats`, by seat of the problem.
    position: &'a [u32],
    terms: Terms,
    users: Users,
    /// What is minimised first.
    measure: Measure,
    incumbent: Weight,
    chosen: Vec<bool>,
    nodes: usize,
}

/// The terms of all people of a component, one after the other; relaxed ones
/// where `g` has no exact terms.
#[derive(Default)]
struct Terms {
    /// Where the terms of each person begin.
    of: Vec<u32>,
    groups: Vec<u32>,
    /// The weight, taken apart: whole cents, and the ties, which may be
    /// negative.
    cents: Vec<i64>,
    ties: Vec<i64>,
    /// Where the seats of each term begin.
    first: Vec<u32>,
    /// Seats by position, each once.
    seat: Vec<u32>,
}

struct Solved<'a> {
    weight: Weight,
    licensed: Vec<bool>,
    flow: Transport<'a>,
}

/// Where a seat lies beside the cuts that cost the fewest cents.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Near,
    Far,
    /// Some of the cuts have it on the one side, some on the other.
    Open,
}

impl Terms {
    fn new(all: &Candidates<'_>, position: &[u32], people: &[u32], measure: Measure) -> Self {
        let mut terms = Self { of: vec![0], first: vec![0], ..Self::default() };
        let mut seats: Vec<u32> = Vec::new();
        for &person in people {
            for &(groups, weight) in &all.kind_of(person).terms {
                let cents = match measure {
                    Measure::Full => (weight + CENT / 2).div_euclid(CENT),
                    Measure::Cents => weight,
                };
                let ties = match measure {
                    Measure::Full => weight - cents * CENT,
                    Measure::Cents => 0,
                };
                seats.clear();
                let of_person = all.groups.of(person as usize).enumerate();
                let mut parts = 0;
                for (_, part) in of_person.filter(|(at, _)| groups & (1 << at) != 0) {
                    seats.extend_from_slice(part);
                    parts += 1;
                }
                if parts > 1 {
                    seats.sort_unstable();
                }
                // A seat may stand in several groups.
                seats.dedup();
                terms.seat.extend(seats.iter().map(|&seat| position[seat as usize]));
                terms.first.push(narrow(terms.seat.len()));
                terms.groups.push(groups);
                terms.cents.push(as_cents(cents));
                terms.ties.push(as_cents(ties));
            }
            terms.of.push(narrow(terms.groups.len()));
        }
        terms
    }

    /// The terms of a person, by the number within the component.
    fn of(&self, at: usize) -> std::ops::Range<usize> {
        self.of[at] as usize..self.of[at + 1] as usize
    }

    /// The edges of a term.
    fn edges(&self, term: usize) -> std::ops::Range<usize> {
        self.first[term] as usize..self.first[term + 1] as usize
    }

    /// The seats of a term.
    fn seats(&self, term: usize) -> &[u32] {
        &self.seat[self.edges(term)]
    }
}

impl<'a> Component<'a> {
    pub(super) fn new(
        problem: &'a Problem<'a>,
        all: &'a Candidates<'a>,
        position: &'a [u32],
        (people, seats): (Vec<u32>, Vec<u32>),
        measure: Measure,
    ) -> Self {
        let terms = Terms::new(all, position, &people, measure);
        Self {
            problem,
            all,
            position,
            users: Users::new(&terms.first, &terms.seat, seats.len()),
            terms,
            chosen: vec![false; seats.len()],
            people,
            seats,
            measure,
            incumbent: INFINITE,
            nodes: 0,
        }
    }

    fn kind(&self, at: usize) -> &'a Kind {
        self.all.kind_of(self.people[at])
    }

    pub(super) fn solve(mut self) -> (ComponentPlan, Vec<u32>) {
        let mut modes: Vec<Mode> = (0..self.people.len())
            .map(|at| if self.kind(at).exact { Mode::Exact } else { Mode::Relaxed })
            .collect();
        let proof = self.search(&mut modes, 0);
        let cents = Cents(self.cents(self.incumbent));
        let bound = Cents(proof.bound(self.problem));
        let kinds = (0..self.people.len()).map(|at| self.kind(at));
        let alone = kinds.filter_map(|kind| kind.covers(kind.everything())).map(|c| c.cents).sum();
        let licensed: Vec<u32> = self
            .seats
            .iter()
            .zip(&self.chosen)
            .filter(|(_, chosen)| **chosen)
            .map(|(&seat, _)| seat)
            .collect();
        let component = ComponentPlan {
            people: self.people,
            seats: self.seats,
            alone,
            cents,
            bound: bound.min(cents),
            proof,
        };
        (component, licensed)
    }

    /// The cents of a weight.
    fn cents(&self, weight: Weight) -> i64 {
        match self.measure {
            Measure::Full => whole_cents(weight),
            Measure::Cents => as_cents(weight),
        }
    }

    /// Solves the relaxation, takes its seats as a solution, and branches on
    /// the person it misjudges most.
    fn search(&mut self, modes: &mut [Mode], depth: usize) -> Proof {
        self.nodes += 1;
        let solved = self.cut(modes);
        let (weight, worst) = self.true_weight(&solved, modes);
        let better = weight < self.incumbent;
        let least = self.incumbent.min(weight);
        let spent = self.nodes * (1 + self.people.len()) >= MOST_WORK || depth >= MOST_DEPTH;
        let settled = solved.weight >= least || spent;
        let branch = worst.filter(|_| !settled);
        let leaf = branch.is_none().then(|| self.leaf(modes, &solved.flow));
        let licensed = solved.licensed;
        if better {
            (self.incumbent, self.chosen) = (weight, licensed);
        }
        if let Some(leaf) = leaf {
            return Proof::Leaf(leaf);
        }
        let Some(at) = branch else { return Proof::Leaf(Leaf::default()) };
        let children = (0..=self.kind(at).everything())
            .map(|open| {
                modes[at] = Mode::Split(open);
                let proof = self.search(modes, depth + 1);
                modes[at] = Mode::Relaxed;
                proof
            })
            .collect();
        Proof::Branch { person: self.people[at], children }
    }

    /// What licensing these seats really costs, and the relaxed person whose
    /// real cost is furthest above the relaxation.
    fn true_weight(&self, solved: &Solved<'_>, modes: &[Mode]) -> (Weight, Option<usize>) {
        let mut total = solved.weight;
        let mut worst: Option<(Weight, usize)> = None;
        let licensed = |seat: u32| solved.licensed[self.position[seat as usize] as usize];
        for (at, &mode) in modes.iter().enumerate().filter(|(_, mode)| **mode != Mode::Exact) {
            let kind = self.kind(at);
            let open = self.all.open(self.people[at], licensed);
            if let Mode::Split(taken) = mode {
                total += kind.weight(open) - kind.weight(taken);
                continue;
            }
            let due = kind.terms.iter().filter(|(groups, _)| groups & open != 0);
            let terms: Weight = due.map(|(_, weight)| weight).sum();
            let error = kind.weight(open) - kind.weight(0) - terms;
            total += error;
            if worst.is_none_or(|(most, _)| error > most) {
                worst = Some((error, at));
            }
        }
        (total, worst.map(|(_, at)| at))
    }

    /// A seat costs its price, is one licence, and is never assigned to a
    /// person.
    fn seat_weight(&self, at: usize) -> Weight {
        let cents = Weight::from(self.seat_cents(at));
        match self.measure {
            Measure::Full => cents * CENT + LICENCE,
            Measure::Cents => cents,
        }
    }

    fn seat_cents(&self, at: usize) -> i64 {
        self.problem.seats[self.seats[at] as usize].cents.map_or(0, |cents| cents.0)
    }

    /// The cut with the least weight, and of those the one with the fewest
    /// seats.
    fn cut(&self, modes: &[Mode]) -> Solved<'_> {
        let mut asked = self.terms.cents.clone();
        let mut price: Vec<i64> = (0..self.seats.len()).map(|at| self.seat_cents(at)).collect();
        // Of people who are split no term decides anything: the seats that
        // carry the rest of them are licensed and take nothing any more.
        let mut forced = vec![false; self.seats.len()];
        let mut idle = vec![false; asked.len()];
        for (at, &mode) in modes.iter().enumerate() {
            let Mode::Split(open) = mode else { continue };
            for term in self.terms.of(at) {
                (asked[term], idle[term]) = (0, true);
            }
            for (group, seats) in self.all.groups.of(self.people[at] as usize).enumerate() {
                for &seat in seats.iter().filter(|_| open & (1 << group) == 0) {
                    let seat = self.position[seat as usize] as usize;
                    (price[seat], forced[seat]) = (0, true);
                }
            }
        }
        let edges = (&self.terms.first[..], &self.terms.seat[..]);
        let mut flow = Transport::new(edges, &self.users, asked, price);
        let far = flow.maximise();
        let near = flow.near();
        let sides: Vec<Side> = far
            .into_iter()
            .zip(near)
            .zip(&forced)
            .map(|((far, near), &forced)| match (far, near || forced) {
                (_, true) => Side::Near,
                (true, false) => Side::Far,
                (false, false) => Side::Open,
            })
            .collect();
        let mut licensed: Vec<bool> = sides.iter().map(|side| *side == Side::Near).collect();
        if self.measure == Measure::Full && sides.contains(&Side::Open) {
            self.ties(&sides, &idle, &flow, &mut licensed);
        }
        let mut weight: Weight = 0;
        for at in (0..self.seats.len()).filter(|&at| licensed[at]) {
            weight += self.seat_weight(at);
        }
        for (at, &mode) in modes.iter().enumerate() {
            let kind = self.kind(at);
            if let Mode::Split(open) = mode {
                weight += kind.weight(open);
                continue;
            }
            weight += kind.weight(0);
            for (term, (_, due)) in self.terms.of(at).zip(&kind.terms) {
                if !self.terms.seats(term).iter().all(|&seat| licensed[seat as usize]) {
                    weight += due;
                }
            }
        }
        Solved { weight, licensed, flow }
    }

    /// Licenses those of the open seats that make licences and new licences
    /// the fewest. What the flow of cents binds together stays together: a
    /// term gives way only with all its seats licensed, and a seat that it
    /// sends something to only with the term.
    fn ties(&self, sides: &[Side], idle: &[bool], flow: &Transport<'_>, licensed: &mut [bool]) {
        let mut node = vec![usize::MAX; sides.len()];
        let mut nodes = 2;
        for at in (0..sides.len()).filter(|&at| sides[at] == Side::Open) {
            node[at] = nodes;
            nodes += 1;
        }
        let side = |seat: &u32| sides[*seat as usize];
        let open: Vec<usize> = (0..idle.len())
            .filter(|&term| {
                let seats = self.terms.seats(term);
                !idle[term]
                    && seats.iter().any(|seat| side(seat) == Side::Open)
                    && seats.iter().all(|seat| side(seat) != Side::Far)
            })
            .collect();
        let (source, sink, first) = (0, 1, nodes);
        let mut network = Network::new(nodes + open.len(), nodes + 4 * open.len());
        for seat in 2..nodes {
            network.edge(seat, sink, LICENCE);
        }
        for (at, &term) in open.iter().enumerate() {
            let ties = Weight::from(self.terms.ties[term]);
            if ties > 0 {
                network.edge(source, first + at, ties);
            } else if ties < 0 {
                network.edge(first + at, sink, -ties);
            }
            for edge in self.terms.edges(term) {
                let seat = node[self.terms.seat[edge] as usize];
                if seat != usize::MAX {
                    network.edge(first + at, seat, INFINITE);
                    if flow.flow(edge) > 0 {
                        network.edge(seat, first + at, INFINITE);
                    }
                }
            }
        }
        network.maximise(source, sink);
        let near = network.source_side(source);
        for (at, &node) in node.iter().enumerate().filter(|(_, node)| **node != usize::MAX) {
            licensed[at] = near[node];
        }
    }

    /// What a flow charges to everybody.
    fn leaf(&self, modes: &[Mode], flow: &Transport<'_>) -> Leaf {
        let people = modes.par_iter().with_min_len(LEAST_AT_ONCE).enumerate();
        let charges = people.map(|(at, &mode)| {
            let (open, terms) = match mode {
                Mode::Split(open) => (open, 0..0),
                _ => (0, self.terms.of(at)),
            };
            let terms = terms.filter(|&term| self.terms.cents[term] > 0).map(|term| {
                let edges = self.terms.edges(term).filter(|&edge| flow.flow(edge) > 0);
                let seat = |edge: usize| self.seats[self.terms.seat[edge] as usize];
                Term {
                    groups: self.terms.groups[term],
                    cents: self.terms.cents[term],
                    to_seats: edges.map(|edge| (seat(edge), flow.flow(edge))).collect(),
                }
            });
            Charge {
                person: self.people[at],
                floor: self.cents(self.kind(at).weight(open)),
                terms: terms.collect(),
            }
        });
        Leaf { charges: charges.collect() }
    }
}

#[cfg(test)]
mod tests;
