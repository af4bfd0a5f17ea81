//! One connected component: minimum cuts, and branching where a person's cost
//! cannot be cut.

use rayon::prelude::*;

use super::candidate::{CENT, Candidate, LICENCE, Measure, Weight, as_cents, whole_cents};
use super::device::{Charge, ComponentPlan, Leaf, Proof, Term};
use super::flow::{INFINITE, Network};
use super::problem::Problem;
use crate::money::Cents;

/// Branching stops once it has looked at this many people, all nodes of the
/// tree together, and the gap is printed.
const MOST_WORK: usize = 20_000_000;

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
    candidates: Vec<&'a Candidate>,
    seats: Vec<u32>,
    /// Position of each seat within `seats`, by seat of the problem.
    position: &'a [u32],
    /// Terms of each person by the full weight and by cents; relaxed ones
    /// where `g` has no exact terms.
    terms: Vec<[Vec<(u32, Weight)>; 2]>,
    exact: Vec<bool>,
    /// What is minimised first.
    measure: Measure,
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
    pub(super) fn new(
        problem: &'a Problem<'a>,
        candidates: &'a [Candidate],
        position: &'a [u32],
        (people, seats): (Vec<u32>, Vec<u32>),
        measure: Measure,
    ) -> Self {
        let candidates: Vec<&Candidate> =
            people.iter().map(|&person| &candidates[person as usize]).collect();
        let (terms, exact) = candidates
            .par_iter()
            .map(|candidate| {
                let full = |terms: &dyn Fn(Measure) -> Option<Vec<(u32, Weight)>>| match measure {
                    Measure::Full => terms(Measure::Full),
                    Measure::Cents => Some(Vec::new()),
                };
                let exact = |measure| candidate.terms(problem, measure);
                if let (Some(full), Some(cents)) = (full(&exact), exact(Measure::Cents)) {
                    ([full, cents], true)
                } else {
                    let relaxed = |measure| Some(candidate.relaxed(problem, measure));
                    let both = [full(&relaxed), relaxed(Measure::Cents)];
                    (both.map(Option::unwrap_or_default), false)
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
            measure,
            incumbent: INFINITE,
            nodes: 0,
        }
    }

    pub(super) fn solve(mut self) -> (ComponentPlan, Vec<u32>) {
        let mut modes: Vec<Mode> = self
            .exact
            .iter()
            .map(|&exact| if exact { Mode::Exact } else { Mode::Relaxed })
            .collect();
        let proof = self.search(&mut modes, 0);
        let cents = Cents(match self.measure {
            Measure::Full => whole_cents(self.incumbent),
            Measure::Cents => as_cents(self.incumbent),
        });
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
    fn search(&mut self, modes: &mut [Mode], depth: usize) -> Proof {
        self.nodes += 1;
        let (solved, leaf) = self.relaxation(modes);
        let (weight, worst) = self.true_weight(&solved.licensed, modes);
        if weight < self.incumbent {
            self.incumbent = weight;
            self.chosen.clone_from(&solved.licensed);
        }
        let spent = self.nodes * (1 + self.candidates.len()) >= MOST_WORK || depth >= MOST_DEPTH;
        let settled = solved.weight >= self.incumbent || spent;
        let Some(at) = worst.filter(|_| !settled) else {
            return Proof::Leaf(leaf.unwrap_or_else(|| self.cut(modes, Measure::Cents).leaf));
        };
        let candidate = self.candidates[at];
        let children = (0..=candidate.everything())
            .map(|open| {
                modes[at] = Mode::Split(open);
                let proof = self.search(modes, depth + 1);
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
                total += self.seat_weight(seat, self.measure);
            }
        }
        let mut worst: Option<(Weight, usize)> = None;
        for (at, candidate) in self.candidates.iter().enumerate() {
            let open = candidate.open(&|seat| licensed[self.position[seat as usize] as usize]);
            let weight = candidate.weight(self.problem, self.measure, open);
            total += weight;
            if modes[at] == Mode::Relaxed {
                let which = usize::from(self.measure == Measure::Cents);
                let terms: Weight = self.terms[at][which]
                    .iter()
                    .filter(|(groups, _)| groups & open != 0)
                    .map(|(_, weight)| weight)
                    .sum();
                let error = weight - candidate.weight(self.problem, self.measure, 0) - terms;
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
        if self.measure == Measure::Cents {
            let solved = self.cut(modes, Measure::Cents);
            let leaf = solved.leaf.clone();
            return (solved, Some(leaf));
        }
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
        let usage: usize = self.candidates.iter().flat_map(|c| c.seats.iter()).map(Vec::len).sum();
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
