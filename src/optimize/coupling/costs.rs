//! What each rule of a tenant costs, each cent once.
//!
//! The rules that decided anything stand in the tree of the plan. They are
//! switched on one after the other, exclusions first, then minimums, then the
//! full user; what the optimum rises by is the cost of the rule. Price tiers
//! hold from the start: they lower costs.

use std::collections::BTreeSet;

use super::{Choice, Tree, every_rule, plan, without};
use crate::money::Cents;
use crate::optimize::device::Plan;
use crate::optimize::problem::Problem;
use crate::optimize::rules::RuleRef;

/// Costs of the rules that bind in `plan`, in the order in which they are
/// switched on. They add up to the difference between the plan and the
/// optimum without rules.
#[must_use]
pub fn rule_costs(problem: &Problem<'_>, found: &Plan) -> Vec<(RuleRef, Cents)> {
    let mut chosen = BTreeSet::new();
    if let Some(tree) = &found.coupling {
        rules_of(tree, &mut chosen);
    }
    let all = every_rule(&problem.rules);
    let unmet = |rule: &RuleRef| found.unmet.iter().any(|(other, _)| other == rule);
    let binding: Vec<RuleRef> =
        all.iter().copied().filter(|rule| chosen.contains(rule) && !unmet(rule)).collect();
    let cents_without = |off: &[RuleRef]| {
        plan(&Problem {
            variants: Vec::new(),
            people: problem.people.clone(),
            seats: problem.seats.clone(),
            rules: without(&problem.rules, off),
            ..*problem
        })
        .cents
    };
    if binding.is_empty() {
        return Vec::new();
    }
    let mut off = all;
    let mut before =
        if problem.rules.steps.is_empty() { found.uncoupled } else { cents_without(&off) };
    let mut costs = Vec::with_capacity(binding.len());
    for (at, &rule) in binding.iter().enumerate() {
        off.retain(|other| *other != rule);
        let now = if at + 1 == binding.len() { found.cents } else { cents_without(&off) };
        costs.push((rule, now - before));
        before = now;
    }
    costs
}

fn rules_of(tree: &Tree, chosen: &mut BTreeSet<RuleRef>) {
    let Tree::Choice { choice, children } = tree else { return };
    match choice {
        Choice::Floor(at) => {
            chosen.insert(RuleRef::Floor(*at));
        }
        Choice::Apart { rule, .. } => {
            chosen.insert(RuleRef::Apart(*rule));
        }
        Choice::FullUser => {
            chosen.insert(RuleRef::FullUser);
        }
        Choice::Steps(_)
        | Choice::Count { .. }
        | Choice::Seat(_)
        | Choice::Holders { .. }
        | Choice::Alike { .. } => {}
    }
    for child in children {
        rules_of(child, chosen);
    }
}
