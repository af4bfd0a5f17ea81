//! The search over choices: bound, plan, divide. The part with the lowest
//! bound comes next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use rayon::prelude::*;

use super::super::problem::Problem;
use super::super::rules::SeatKind;
use super::answer::Point;
use super::bundle::{Bundles, Met, Shared};
use super::check::{Broken, Solution, Tally};
use super::draft::Draft;
use super::dual::{Dual, bound};
use super::master::Column;
use super::node::{Node, Sub};
use super::primal::{pure, repair};
use super::{Choice, Tree, TreeLeaf, branch};
use crate::money::Cents;

/// The search stops dividing once its parts have looked at this many people
/// and seats, all multipliers together, and the gap is printed.
const MOST_WORK: usize = 200_000_000;

/// Nor once its small linear programs have looked at this many entries of
/// columns: with dozens of rules and kinds of owned seats they take longer
/// than people and seats do.
const MOST_LOOKED: u64 = 300_000_000;

/// After this much work a gap is left as it is that is no more than one part
/// in [`NEGLIGIBLE`] of the plan: in a tenant of a hundred thousand people the
/// last seat of a few dollars may take longer to prove than all the rest.
const EASY_WORK: usize = 4_000_000;

/// See [`EASY_WORK`]: 0.002 percent.
const NEGLIGIBLE: i64 = 50_000;

/// Nor does it make more parts than this.
const MOST_NODES: usize = 1_500;

/// Nor does it go deeper: the tree is walked by recursion.
const MOST_DEPTH: usize = 150;

/// Points of a part that are completed to plans.
const MOST_COMPLETED: usize = 4;

/// Points that are kept for other parts.
const MOST_POOLED: usize = 300;

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

/// The best plan so far.
enum Incumbent {
    /// As it was given.
    Known(Solution),
    Draft(Draft),
}

struct Search<'s, 'p, 'a> {
    bundles: &'s Bundles<'p, 'a>,
    met: Met,
    penalty: i64,
    goal: Goal,
    incumbent: Option<(i64, Incumbent)>,
    pool: Vec<Arc<Point>>,
    work: usize,
    /// See [`MOST_LOOKED`].
    looked: u64,
    nodes: usize,
    /// The tree, as far as it is known.
    places: Vec<Place>,
}

/// A place of the tree.
enum Place {
    /// Not looked at yet.
    Open,
    Leaf(TreeLeaf, i64),
    Choice(Choice, Vec<usize>),
}

/// A part that is still to be looked at.
struct Part<'p, 'a> {
    node: Node,
    /// The bundles of the part that was divided.
    bundles: Arc<Bundles<'p, 'a>>,
    start: (i64, Vec<i64>),
    layout: Option<Shared>,
}

/// Searches, with a plan that is known already, if any.
pub(super) fn search(
    problem: &Problem<'_>,
    scope: &[bool],
    known: Option<(i64, Solution)>,
    goal: Goal,
) -> (Outcome, Tree) {
    let bundles = Arc::new(Bundles::new(problem, scope));
    let mut search = Search {
        bundles: &bundles,
        met: Met::default(),
        penalty: penalty(problem),
        goal,
        incumbent: known.map(|(cents, solution)| (cents, Incumbent::Known(solution))),
        pool: Vec::new(),
        work: 0,
        looked: 0,
        nodes: 0,
        places: vec![Place::Open],
    };
    let layout = search.run(&bundles);
    let (tree, bound) = tree(&mut search.places, 0, search.penalty);
    let outcome = match search.incumbent {
        Some((cents, Incumbent::Known(solution))) => Outcome::Found { cents, bound, solution },
        Some((cents, Incumbent::Draft(draft))) => {
            let solution = draft.written(&bundles, &search.met, &layout);
            Outcome::Found { cents, bound, solution }
        }
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

/// The proof at a place of the tree and its bound in cents.
fn tree(places: &mut [Place], at: usize, penalty: i64) -> (Tree, i64) {
    match std::mem::replace(&mut places[at], Place::Open) {
        // Every place is looked at before the search ends.
        Place::Open => {
            let leaf = TreeLeaf::Rows { scale: 1, multipliers: Vec::new() };
            (Tree::Leaf(leaf), 0)
        }
        Place::Leaf(leaf, bound) => (Tree::Leaf(leaf), bound),
        Place::Choice(choice, children) => {
            let mut least = penalty;
            let mut trees = Vec::with_capacity(children.len());
            for child in children {
                let (tree, bound) = tree(places, child, penalty);
                least = least.min(bound);
                trees.push(tree);
            }
            (Tree::Choice { choice, children: trees }, least)
        }
    }
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

impl<'p, 'a> Search<'_, 'p, 'a> {
    /// A part whose bound reaches this needs no further look.
    fn cutoff(&self) -> i64 {
        match (&self.incumbent, self.goal) {
            (Some((cents, _)), Goal::Cheapest) => *cents,
            (Some(_), Goal::Any) => i64::MIN,
            (None, _) => self.penalty,
        }
    }

    /// Whether what may still be saved under a bound is not worth its proof.
    fn is_negligible(&self, reached: i64) -> bool {
        let cents = self.incumbent.as_ref().map(|(cents, _)| *cents);
        self.work >= EASY_WORK
            && cents.is_some_and(|cents| (cents - reached).saturating_mul(NEGLIGIBLE) <= cents)
    }

    /// Looks at parts until none is left; returns the layout of the whole.
    fn run(&mut self, all: &Arc<Bundles<'p, 'a>>) -> Shared {
        // Lowest bound first, then the deepest, then the latest.
        let mut queue: BinaryHeap<(Reverse<i64>, usize, usize)> = BinaryHeap::new();
        let mut parts: Vec<Option<Part<'p, 'a>>> = Vec::new();
        let problem = self.bundles.problem;
        let root = Part {
            node: Node::root(&problem.rules),
            bundles: Arc::clone(all),
            start: (1, start(problem)),
            layout: None,
        };
        parts.push(Some(root));
        queue.push((Reverse(i64::MIN), 0, 0));
        let mut whole = None;
        while let Some((Reverse(known), depth, at)) = queue.pop() {
            let Some(part) = parts.get_mut(at).and_then(Option::take) else { continue };
            let Part { node, mut bundles, start, mut layout } = part;
            self.nodes += 1;
            let marked = node.marks.last();
            if let Some(parted) = marked.and_then(|mark| bundles.parted(&mark.people)) {
                (bundles, layout) = (Arc::new(parted), None);
            }
            let sub = Sub::new(&bundles, &mut self.met, layout, node, self.penalty);
            whole.get_or_insert_with(|| Arc::clone(&sub.layout));
            let (place, children) = self.explore(&sub, &bundles, &start, (known, depth));
            let mut numbers = Vec::new();
            for (bound, child) in children {
                numbers.push(parts.len());
                queue.push((Reverse(bound), depth + 1, parts.len()));
                parts.push(Some(child));
                self.places.push(Place::Open);
            }
            self.places[at] = match place {
                Place::Choice(choice, _) => Place::Choice(choice, numbers),
                other => other,
            };
        }
        whole.unwrap_or_else(|| {
            let seats = self.bundles.problem.seats.clone();
            Shared::new(super::bundle::Layout::new(self.bundles, &mut self.met, seats))
        })
    }

    /// What a part comes to, with the parts it is divided into and the bound
    /// that each has already.
    fn explore(
        &mut self,
        sub: &Sub<'_, 'p, 'a>,
        bundles: &Arc<Bundles<'p, 'a>>,
        start: &(i64, Vec<i64>),
        (known, depth): (i64, usize),
    ) -> (Place, Vec<(i64, Part<'p, 'a>)>) {
        let parts = |start: (i64, Vec<i64>), reached: i64, children: Vec<Node>| {
            let part = |node| Part {
                node,
                bundles: Arc::clone(bundles),
                start: start.clone(),
                layout: Some(Arc::clone(&sub.layout)),
            };
            children.into_iter().map(|node| (reached, part(node))).collect()
        };
        if let Some(person) = impossible(sub, &mut self.met) {
            return (Place::Leaf(TreeLeaf::Impossible { person }, self.penalty), Vec::new());
        }
        if let Some((leaf, cents)) = rows_alone(sub, self.cutoff()) {
            return (Place::Leaf(leaf, cents), Vec::new());
        }
        let small = branch::is_small(sub);
        // Where a bound is dear, what can be known without is.
        if !small
            && depth < MOST_DEPTH
            && let Some((choice, children)) = branch::on_forced(sub, &mut self.met)
        {
            return (Place::Choice(choice, Vec::new()), parts(start.clone(), known, children));
        }
        let mut dual = self.dual(sub, start, None);
        let mut reached = dual.best.bound();
        if reached < self.cutoff() {
            let mut plans = self.plans(sub, &dual);
            // With a better plan at hand, what was given up may be enough.
            if dual.least.is_some_and(|least| reached < self.cutoff() && self.cutoff() <= least) {
                let start = (dual.best.scale, dual.best.multipliers.clone());
                dual = self.dual(sub, &start, Some(&dual.points));
                reached = reached.max(dual.best.bound());
                plans.extend(self.plans(sub, &dual));
            }
            let spent = self.work >= MOST_WORK
                || self.looked >= MOST_LOOKED
                || self.nodes >= MOST_NODES
                || depth >= MOST_DEPTH
                || self.is_negligible(reached);
            if reached < self.cutoff() && !spent {
                let divided = branch::on_forced(sub, &mut self.met)
                    .or_else(|| {
                        let mut plans = plans.iter();
                        plans.find_map(|(_, broken, tally)| branch::on_rule(sub, broken, tally))
                    })
                    .or_else(|| if small { branch::on_mix(sub, &dual) } else { None })
                    .or_else(|| branch::on_gap(sub, &self.met, &dual))
                    .or_else(|| branch::on_mix(sub, &dual))
                    .or_else(|| branch::on_any(sub.bundles.problem, &sub.node))
                    .or_else(|| branch::on_whole(sub, &self.met, &dual));
                if let Some((choice, children)) = divided {
                    let start = (dual.best.scale, dual.best.multipliers.clone());
                    return (Place::Choice(choice, Vec::new()), parts(start, reached, children));
                }
            }
        }
        let parts = dual.best.parts(sub);
        let super::answer::Answer { scale, multipliers, .. } = dual.best;
        let leaf = TreeLeaf::Priced { scale, multipliers, parts, bound: Cents(reached) };
        (Place::Leaf(leaf, reached), Vec::new())
    }

    /// The bound of a part; `own`: points of the part itself, where it was
    /// looked at before.
    fn dual(
        &mut self,
        sub: &Sub<'_, 'p, 'a>,
        start: &(i64, Vec<i64>),
        own: Option<&[Arc<Point>]>,
    ) -> Dual {
        let cutoff = self.cutoff();
        let pool = own.unwrap_or(if sub.is_scoped() { &[] } else { &self.pool });
        let dual = bound(sub, &mut self.met, pool, start, cutoff, own.is_some());
        self.looked += dual.looked;
        self.work += dual.tries * (1 + self.bundles.people.len() + sub.seat_cents.len());
        if !sub.is_scoped() {
            self.pool.extend(dual.points[dual.taken..].iter().cloned());
        }
        if self.pool.len() > MOST_POOLED {
            let over = self.pool.len() - MOST_POOLED;
            self.pool.drain(..over);
        }
        dual
    }

    /// Plans beside a bound, cheapest first, with what they break; the best
    /// lawful one is kept.
    fn plans(&mut self, sub: &Sub<'_, '_, '_>, dual: &Dual) -> Vec<(i64, Vec<Broken>, Tally)> {
        let problem = self.bundles.problem;
        let mut found: Vec<Draft> = worth(dual)
            .into_par_iter()
            .flat_map_iter(|point| repair(sub, &self.met, dual, point))
            .collect();
        found.extend(pure(sub, dual));
        let mut plans: Vec<(i64, Vec<Broken>, Tally)> = Vec::with_capacity(found.len());
        for draft in found {
            let tally = Tally::of_draft(self.bundles, &self.met, &draft);
            let (cents, broken) = (tally.cents(problem), tally.broken(problem));
            let better = self.incumbent.as_ref().is_none_or(|(known, _)| cents < *known);
            if broken.is_empty() && better {
                self.incumbent = Some((cents, Incumbent::Draft(draft)));
            }
            plans.push((cents, broken, tally));
        }
        plans.sort_by_key(|(cents, ..)| *cents);
        plans
    }
}

/// The first person whom no choice of devices can serve.
fn impossible(sub: &Sub<'_, '_, '_>, met: &mut Met) -> Option<u32> {
    let lost = super::answer::lost(sub, met);
    let at = sub.group.iter().position(|group| lost[*group as usize])?;
    sub.bundles.members[at].first().copied()
}

/// The leaf that needs no more than one row: as many of its cheapest seats as
/// it asks for cost the cutoff already.
fn rows_alone(sub: &Sub<'_, '_, '_>, cutoff: i64) -> Option<(TreeLeaf, i64)> {
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

/// Points worth completing to plans: the best answer's and those of the mix.
fn worth(dual: &Dual) -> Vec<&Point> {
    let mut mixed: Vec<_> = dual
        .mix
        .iter()
        .filter_map(|(column, share)| match column {
            Column::Point(at) => Some((Reverse(*share), *at)),
            _ => None,
        })
        .collect();
    mixed.sort_unstable();
    let mixed = mixed.into_iter().map(|(_, at)| &*dual.points[at]);
    let mut all: Vec<&Point> = Vec::new();
    for point in std::iter::once(&*dual.best.point).chain(mixed) {
        let same =
            |known: &&Point| known.licensed == point.licensed && known.barred == point.barred;
        if all.len() < MOST_COMPLETED && !all.iter().any(same) {
            all.push(point);
        }
    }
    all
}
