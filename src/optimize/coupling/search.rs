//! The search over choices: bound, plan, divide.

use std::collections::BTreeSet;

use super::super::candidate::tables;
use super::super::problem::Problem;
use super::super::rules::SeatKind;
use super::check::{Broken, Solution, Tally};
use super::dual::{Answer, bound};
use super::master::Column;
use super::node::{Node, Sub};
use super::primal::{pure, repair};
use super::{Choice, Tree, TreeLeaf, branch};
use crate::money::Cents;

/// The search stops dividing once its parts have looked at this many people
/// and seats, all multipliers together, and the gap is printed.
const MOST_WORK: usize = 20_000_000;

/// Nor does it make more parts than this.
const MOST_NODES: usize = 2_000;

/// Nor does it go deeper: the tree is walked by recursion.
const MOST_DEPTH: usize = 150;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// The cheapest plan.
    Cheapest,
    /// Any plan.
    Any,
}

/// What was found.
pub(super) enum Outcome {
    /// The best plan, and the bound under it.
    Found { cents: i64, bound: i64, solution: Solution },
    /// No plan keeps the rules.
    Impossible,
    /// The search was stopped before it found a plan.
    Unknown { bound: i64 },
}

pub(super) struct Search<'p, 'a> {
    pub(super) problem: &'p Problem<'a>,
    scope: &'p [bool],
    penalty: i64,
    goal: Goal,
    incumbent: Option<(i64, Solution)>,
    work: usize,
    nodes: usize,
}

/// Searches, with a plan that is known already, if any.
pub(super) fn search(
    problem: &Problem<'_>,
    scope: &[bool],
    known: Option<(i64, Solution)>,
    goal: Goal,
) -> (Outcome, Tree) {
    let mut search = Search {
        problem,
        scope,
        penalty: penalty(problem),
        goal,
        incumbent: known,
        work: 0,
        nodes: 0,
    };
    let root = Node::root(&problem.rules);
    let (tree, bound) = search.explore(root, &(1, start(problem)), 0);
    let outcome = match search.incumbent {
        Some((cents, solution)) => Outcome::Found { cents, bound, solution },
        None if bound >= search.penalty => Outcome::Impossible,
        None => Outcome::Unknown { bound },
    };
    (outcome, tree)
}

/// Where the search for multipliers starts: what is owned is free to use.
fn start(problem: &Problem<'_>) -> Vec<i64> {
    let market = problem.market;
    let price = |kind: SeatKind| {
        let at = usize::from(kind.sku.0);
        let devices = &problem.rules.devices;
        let device = devices.iter().find(|(sku, _)| *sku == kind.sku && !kind.attach);
        let price = if kind.attach { market.attach[at] } else { market.list[at] };
        device.map(|(_, cents)| *cents).or(price).unwrap_or_default()
    };
    problem.rules.owned.iter().map(|owned| price(owned.kind)).collect()
}

/// More than any plan without idle seats costs: every SKU and every device
/// for everybody, and every minimum and step on top.
fn penalty(problem: &Problem<'_>) -> i64 {
    let market = problem.market;
    let prices = market.list.iter().chain(&market.attach).flatten();
    let all: i64 = prices.chain(problem.rules.devices.iter().map(|(_, cents)| cents)).sum();
    let seats: i64 = problem.seats.iter().filter_map(|seat| seat.cents).map(|cents| cents.0).sum();
    let rules = &problem.rules;
    let most: u64 = rules.floors.iter().map(|floor| u64::from(floor.quantity)).sum::<u64>()
        + rules.steps.iter().flat_map(|steps| &steps.steps).map(|(from, _)| *from).sum::<u64>()
        + 1;
    let people = i64::try_from(problem.people.len()).unwrap_or(i64::MAX);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    all.saturating_mul(people.saturating_add(most)).saturating_add(seats).clamp(1, 1 << 46)
}

impl Search<'_, '_> {
    /// A part whose bound reaches this needs no further look.
    fn cutoff(&self) -> i64 {
        match (&self.incumbent, self.goal) {
            (Some((cents, _)), Goal::Cheapest) => *cents,
            (Some(_), Goal::Any) => i64::MIN,
            (None, _) => self.penalty,
        }
    }

    /// The proof of a part and its bound in cents.
    fn explore(&mut self, node: Node, start: &(i64, Vec<i64>), depth: usize) -> (Tree, i64) {
        self.nodes += 1;
        let mut sub = Sub::new(self.problem, node, self.scope, self.penalty);
        let plain = tables(&sub.problem, &sub.prepared.shapes);
        if let Some(person) = sub.impossible(&plain) {
            return (Tree::Leaf(TreeLeaf::Impossible { person }), self.penalty);
        }
        if let Some((leaf, cents)) = rows_alone(&sub, self.cutoff()) {
            return (Tree::Leaf(leaf), cents);
        }
        let mut dual = bound(&mut sub, start, self.cutoff());
        self.work +=
            dual.answers.len() * (1 + self.problem.people.len() + self.problem.seats.len());
        let reached = dual.answers[dual.best].bound();
        if reached < self.cutoff() {
            let best = &dual.answers[dual.best];
            let mut found: Vec<Solution> = devices(&dual.answers, &dual.mix, dual.best)
                .iter()
                .filter_map(|licensed| repair(self.problem, &sub, &dual.answers, licensed, best))
                .collect();
            found.extend(pure(&sub, &dual));
            let mut plans: Vec<(i64, Vec<Broken>, Solution)> = found
                .into_iter()
                .map(|solution| {
                    let tally = Tally::of(self.problem, &solution);
                    let broken = tally.broken(self.problem, &solution);
                    (tally.cents(self.problem, &solution), broken, solution)
                })
                .collect();
            plans.sort_by_key(|(cents, ..)| *cents);
            for (cents, broken, solution) in &plans {
                let better = self.incumbent.as_ref().is_none_or(|(known, _)| cents < known);
                if broken.is_empty() && better {
                    self.incumbent = Some((*cents, solution.clone()));
                }
            }
            let spent = self.work >= MOST_WORK || self.nodes >= MOST_NODES || depth >= MOST_DEPTH;
            if reached < self.cutoff() && !spent {
                let divided = plans
                    .iter()
                    .find_map(|(_, broken, found)| branch::on_rule(self, &sub, broken, found))
                    .or_else(|| branch::on_gap(self.problem, &sub, &dual))
                    .or_else(|| branch::on_any(self.problem, &sub.node));
                if let Some((choice, children)) = divided {
                    let best = &dual.answers[dual.best];
                    let start = (best.scale, best.multipliers.clone());
                    drop(dual);
                    drop(sub);
                    return self.divide(choice, children, &start, depth);
                }
            }
        }
        let best = dual.answers.swap_remove(dual.best);
        let Answer { scale, multipliers, parts, .. } = best;
        let leaf = TreeLeaf::Priced { scale, multipliers, parts, bound: Cents(reached) };
        (Tree::Leaf(leaf), reached)
    }

    fn divide(
        &mut self,
        choice: Choice,
        children: Vec<Node>,
        start: &(i64, Vec<i64>),
        depth: usize,
    ) -> (Tree, i64) {
        // The last case first: it is the one that buys what is missing.
        let mut done: Vec<(Tree, i64)> =
            children.into_iter().rev().map(|child| self.explore(child, start, depth + 1)).collect();
        done.reverse();
        let least = done.iter().map(|(_, bound)| *bound).min().unwrap_or(self.penalty);
        let children = done.into_iter().map(|(tree, _)| tree).collect();
        (Tree::Choice { choice, children }, least)
    }
}

/// The leaf that needs no more than one row: as many of its cheapest seats as
/// it asks for cost the cutoff already.
fn rows_alone(sub: &Sub<'_>, cutoff: i64) -> Option<(TreeLeaf, i64)> {
    for (at, row) in sub.node.rows.iter().enumerate() {
        let due = row.bound - sub.forced_activity(row);
        if !row.at_least || due <= 0 {
            continue;
        }
        let counting = sub.idle.iter().filter(|idle| idle.activity[at] > 0);
        let cheapest = counting.min_by(|a, b| {
            let left = i128::from(a.cents) * i128::from(b.activity[at]);
            left.cmp(&(i128::from(b.cents) * i128::from(a.activity[at])))
        });
        let (scale, multiplier) =
            cheapest.map_or((1, sub.penalty()), |idle| (idle.activity[at], idle.cents));
        let value = i128::from(multiplier) * i128::from(due);
        let cents =
            (value + i128::from(scale) - 1).div_euclid(i128::from(scale)) + i128::from(sub.forced);
        if cents >= i128::from(cutoff) {
            let mut multipliers = vec![0; sub.node.rows.len()];
            multipliers[at] = multiplier;
            let cents = i64::try_from(cents).unwrap_or(i64::MAX).min(sub.penalty());
            return Some((TreeLeaf::Rows { scale, multipliers }, cents));
        }
    }
    None
}

/// Device decisions worth completing to plans: the best answer's and those of
/// the mix.
fn devices(
    answers: &[Answer],
    mix: &[(Column, super::ratio::Ratio)],
    best: usize,
) -> Vec<Vec<bool>> {
    let mixed = mix.iter().filter_map(|(column, _)| match column {
        Column::Point(at) => Some(*at),
        _ => None,
    });
    let mut all: Vec<&Vec<bool>> = Vec::new();
    let mut seen: BTreeSet<&Vec<bool>> = BTreeSet::new();
    for at in std::iter::once(best).chain(mixed) {
        if seen.insert(&answers[at].licensed) {
            all.push(&answers[at].licensed);
        }
    }
    all.into_iter().take(6).cloned().collect()
}
