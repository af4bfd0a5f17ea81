//! The rules of the whole tenant: minimum quantities, exclusions, price tiers,
//! the full user beside additional users.
//!
//! Without rules a tenant falls apart into people and device components, and
//! [`super::device`] solves each exactly. Where that plan keeps every rule and
//! no price tier exists, it is the optimum and nothing more is done. Else the
//! rules are decided by a search over the few choices they leave:
//!
//! * a minimum is *avoided* (no seat of its SKUs is bought) or *met* (a
//!   counting row: its seats, devices in part, reach the quantity);
//! * of two sides that may not stand together one is barred, in the tenant or
//!   for the people of one environment;
//! * a tier price holds together with the row that reaches the tier;
//! * no additional user is licensed, or one full seat is bought.
//!
//! Seats may be bought for nobody, at the price of any seat. A seat that is
//! bought anyway is then free for whoever it serves, so "a lighter user takes
//! over a spare seat" is no rule of its own: it is one seat for nobody fewer.
//!
//! Under given choices what couples people are only the counting rows, and a
//! row has a price. With multipliers `y >= 0` for "at least" rows (`y <= 0`
//! for "at most")
//!
//! ```text
//! cost of any plan >= sum of y x bound
//!                     + optimum of the tenant without rows
//!                       whose seats cost  price - sum of y x what they count
//! ```
//!
//! as long as no seat for nobody gets cheaper than nothing. The right side is
//! again a tenant without rules, solved and proven exactly by minimum cuts;
//! `dual` finds the multipliers that make it largest, `primal` a plan
//! beside it. Where the two do not meet, the search divides further: the
//! seats of one SKU are at most `n` or at least `n + 1`, a device is licensed
//! or not, so many people of a kind hold a SKU or more. That a person holds a
//! SKU is no row: a seat that is free would meet it and decide nothing; the
//! person needs the SKU as they need what satisfies a clause. The tree of choices
//! with multipliers and cut proofs at its leaves is the proof of the plan
//! ([`Tree`]), and [`mod@super::verify`] checks it without this code.
//!
//! All numbers are integers: multipliers are whole numbers of a stated
//! fraction of a cent, and a bound is rounded up to the next multiple of what
//! divides every price, because every plan costs such a multiple.
//!
//! What is alike is worked out once: people with the same needs, devices and
//! environments are one bundle with a count (`bundle`), devices that a few
//! people decide are settled before any flow is sought (`cut`), and answers
//! found in one part of the search are points of every other that admits them.
//! An exclusion of an environment is decided inside the bound, where the
//! environment gives up the side that costs its people less (`answer`); it is
//! divided on only where the answers behind a bound disagree about it.

mod answer;
mod branch;
mod branched;
mod bundle;
mod check;
mod costs;
mod cut;
mod draft;
mod dual;
mod fill;
mod fixed;
mod grain;
mod master;
mod node;
mod piece;
mod polish;
mod primal;
mod residual;
mod search;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::candidate::{Candidates, Measure, narrow, tables};
use super::cover::Buy;
use super::device::{PersonPlan, Plan, Proof, uncoupled};
use super::prepare::Prepared;
use super::problem::{Person, Problem};
use super::rules::{FullUser, RuleRef, Rules, SeatKind};
use crate::money::Cents;
use crate::output::LicenceKind;
use crate::rulebook::{DevicePolicy, SkuId, SkuSet};
pub use costs::rule_costs;

use check::{Solution, Tally};
use search::{Goal, Outcome, search};

/// Why no plan under the rules costs less.
#[derive(Debug, Clone)]
pub enum Tree {
    /// A bound under the choices made above.
    Leaf(TreeLeaf),
    /// All ways to make one choice, each with its own proof.
    Choice {
        /// What is chosen.
        choice: Choice,
        /// Proofs, in the order that [`Choice`] states.
        children: Vec<Tree>,
    },
}

/// What is chosen at a place of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// A minimum (entry of [`Rules::floors`]): avoided, or met by a row.
    Floor(usize),
    /// An exclusion (entry of [`Rules::apart`]), in an environment or in the
    /// tenant: its left side is barred, or its right one.
    Apart {
        /// Entry of [`Rules::apart`].
        rule: usize,
        /// The environment; `None`: the tenant.
        environment: Option<u32>,
    },
    /// No additional user, or a row for one full seat.
    FullUser,
    /// A tier price (entry of [`Rules::steps`]): the list price, or the price
    /// of each step with the row that reaches it.
    Steps(usize),
    /// The seats of a kind: at most `most` (a row), or more (a row).
    Count {
        /// The kind of seat.
        kind: SeatKind,
        /// The seats.
        most: i64,
    },
    /// A device seat: not licensed, or licensed.
    Seat(u32),
    /// The seats of a kind that these people hold: at most `most` (a row that
    /// counts theirs alone), or more (such a row).
    Holders {
        /// People, ascending.
        people: Arc<Vec<u32>>,
        /// The kind of seat.
        kind: SeatKind,
        /// The seats.
        most: i64,
    },
    /// Of people who are alike at most `most` hold a seat of a kind, and the
    /// others hold none; or more do, and the first `most + 1` each hold one.
    /// Who of them it is makes no difference.
    Alike {
        /// People, ascending.
        people: Arc<Vec<u32>>,
        /// The kind of seat.
        kind: SeatKind,
        /// The seats; fewer than people.
        most: i64,
    },
}

/// The end of a branch.
#[derive(Debug, Clone)]
pub enum TreeLeaf {
    /// Under these choices no licences exist for a need of this person.
    Impossible {
        /// The person, as in the problem.
        person: u32,
    },
    /// The rows alone cost as much: `sum of multiplier x bound / scale`.
    Rows {
        /// What the multipliers are divided by.
        scale: i64,
        /// One per row, in the order of the choices that made them.
        multipliers: Vec<i64>,
    },
    /// The rows, and the tenant without them at the changed prices.
    Priced {
        /// What the multipliers are divided by.
        scale: i64,
        /// One per row, in the order of the choices that made them.
        multipliers: Vec<i64>,
        /// Proofs of the components, in `1/scale` cents.
        parts: Vec<Part>,
        /// The bound, in cents.
        bound: Cents,
    },
}

/// The proof of one component at the prices of a leaf.
#[derive(Debug, Clone)]
pub struct Part {
    /// People, ascending.
    pub people: Vec<u32>,
    /// Why they and their devices cost no less.
    pub proof: Proof,
}

/// Solves a tenant under its rules.
#[must_use]
pub fn plan(problem: &Problem<'_>) -> Plan {
    let mut free = uncoupled(problem);
    free.uncoupled = free.cents;
    if problem.rules.is_empty() {
        return free;
    }
    let scope: Vec<bool> = free.people.iter().map(|person| person.alone.is_some()).collect();
    let first = solution_of(&free);
    let tally = Tally::of(problem, &first);
    let lawful = tally.broken(problem).is_empty();
    if lawful && problem.rules.steps.is_empty() && problem.rules.owned.is_empty() {
        return free;
    }
    let unlawful = tally.cents(problem);
    let known = lawful.then_some((unlawful, first));
    let (outcome, tree) = search(problem, &scope, known, Goal::Cheapest);
    match outcome {
        Outcome::Found { cents, bound, solution } => {
            assembled(problem, free, &solution, cents, bound, tree)
        }
        Outcome::Impossible => without_impossible(problem, free, &scope),
        Outcome::Unknown { bound } => {
            // Nothing lawful was found before the search was stopped: the
            // plan stands without its rules, and its checker says so.
            free.cents = Cents(unlawful);
            free.bound = Cents(bound).min(free.cents);
            free.coupling = Some(tree);
            free
        }
    }
}

/// The rules in the order in which they are tried where not all can be met.
fn every_rule(rules: &Rules) -> Vec<RuleRef> {
    let mut all: Vec<RuleRef> = (0..rules.apart.len()).map(RuleRef::Apart).collect();
    all.extend((0..rules.floors.len()).map(RuleRef::Floor));
    all.extend(rules.full_user.iter().map(|_| RuleRef::FullUser));
    all
}

/// Rules of which those in `off` bind nobody; numbers stay as they are.
fn without(rules: &Rules, off: &[RuleRef]) -> Rules {
    let mut left = rules.clone();
    for rule in off {
        match *rule {
            RuleRef::Apart(at) => left.apart[at].left = SkuSet::EMPTY,
            RuleRef::Floor(at) => left.floors[at].switch_off(),
            RuleRef::FullUser => left.full_user = None::<FullUser>,
            RuleRef::Steps(at) => left.steps[at].steps.clear(),
        }
    }
    left
}

/// Leaves out, one after the other, the rules that cannot be met together
/// with those before them, and plans under the rest.
fn without_impossible(problem: &Problem<'_>, free: Plan, scope: &[bool]) -> Plan {
    let all = every_rule(&problem.rules);
    let mut unmet = Vec::new();
    let mut off: Vec<RuleRef> = all.clone();
    for rule in all {
        off.retain(|other| *other != rule);
        let tried = Problem {
            variants: Vec::new(),
            people: problem.people.clone(),
            seats: problem.seats.clone(),
            rules: without(&problem.rules, &off),
            ..*problem
        };
        let (outcome, tree) = search(&tried, scope, None, Goal::Any);
        if matches!(outcome, Outcome::Impossible) {
            unmet.push((rule, tree));
            off.push(rule);
        }
    }
    if unmet.is_empty() {
        return free;
    }
    let kept = Problem {
        variants: Vec::new(),
        people: problem.people.clone(),
        seats: problem.seats.clone(),
        rules: without(&problem.rules, &off),
        ..*problem
    };
    let mut plan = plan(&kept);
    plan.unmet = unmet;
    plan
}

/// A plan of the device decision as a solution.
fn solution_of(plan: &Plan) -> Solution {
    let mut numbers: FxHashMap<&[Buy], u32> = FxHashMap::default();
    let mut covers = Vec::new();
    let people = plan
        .people
        .iter()
        .map(|person| {
            *numbers.entry(&person.buys).or_insert_with(|| {
                covers.push(person.buys.iter().map(|buy| (buy.sku, buy.kind)).collect());
                u32::try_from(covers.len() - 1).unwrap_or(u32::MAX)
            })
        })
        .collect();
    Solution {
        covers,
        people,
        licensed: plan.licensed.clone(),
        spare: std::collections::BTreeMap::new(),
    }
}

/// Whether licences alone satisfy everything a person needs.
fn serve(buys: &[Buy], person: &Person) -> bool {
    let held: SkuSet = buys.iter().map(|buy| buy.sku).collect();
    person.clauses.iter().all(|clause| !clause.skus.intersection(held).is_empty())
}

/// The plan that a solution is.
fn assembled(
    problem: &Problem<'_>,
    free: Plan,
    solution: &Solution,
    cents: i64,
    bound: i64,
    tree: Tree,
) -> Plan {
    let market = problem.market;
    let tally = Tally::of(problem, solution);
    let price = |sku: SkuId, kind: LicenceKind| match kind {
        LicenceKind::Attach => market.attach[usize::from(sku.0)].unwrap_or_default(),
        _ => tally.price(problem, sku).unwrap_or_default(),
    };
    let prepared = Prepared::new(problem);
    let tables = tables(problem, &prepared.shapes);
    let candidates = Candidates::new(problem, &prepared, &tables, Measure::Full);
    let buys: Vec<Vec<Buy>> = solution
        .covers
        .iter()
        .map(|held| {
            let buy = |&(sku, kind): &(SkuId, LicenceKind)| Buy {
                sku,
                kind,
                cents: Cents(price(sku, kind)),
            };
            let mut buys: Vec<Buy> = held.iter().map(buy).collect();
            buys.sort_unstable();
            buys
        })
        .collect();
    let people: Vec<PersonPlan> = free
        .people
        .into_iter()
        .zip(&solution.people)
        .enumerate()
        .map(|(at, (free, &cover))| {
            if free.alone.is_none() {
                return free;
            }
            let person = narrow(at);
            let mut planned = candidates.carried(person, &solution.licensed);
            let buys = &buys[cover as usize];
            // Seats that are paid for may serve people whose devices are
            // licensed for others: then it is the seats that serve them.
            if problem.policy == DevicePolicy::Strict && serve(buys, &problem.people[at]) {
                planned.carried_by.clear();
            }
            planned.alone = free.alone;
            planned.alternatives = candidates.alternatives(person, &solution.licensed, buys);
            planned.buys.clone_from(buys);
            planned
        })
        .collect();
    let mut components = free.components;
    for component in &mut components {
        let users: Cents = component.people.iter().map(|&at| people[at as usize].cents()).sum();
        let seats = component.seats.iter().filter(|&&seat| solution.licensed[seat as usize]);
        component.cents =
            users + seats.filter_map(|&seat| problem.seats[seat as usize].cents).sum();
        // It is proven as a part of the whole, if at all.
        component.bound = if bound >= cents { component.cents } else { Cents::ZERO };
    }
    let tiers = problem
        .rules
        .steps
        .iter()
        .filter(|steps| tally.seats(steps.sku) > 0)
        .filter_map(|steps| Some((steps.sku, Cents(tally.price(problem, steps.sku)?))))
        .filter(|(sku, cents)| market.list[usize::from(sku.0)] != Some(cents.0))
        .collect();
    Plan {
        people,
        licensed: solution.licensed.clone(),
        components,
        cents: Cents(cents),
        bound: Cents(bound.min(cents)),
        alone: free.alone,
        spare: tally.spare(),
        tiers,
        uncoupled: free.uncoupled,
        unmet: Vec::new(),
        coupling: Some(tree),
    }
}
