//! Seats that are worth buying because they open a gate.
//!
//! What a gate opens is a licence of the tenant, which stands beside the plan;
//! what it is worth is the difference in what those licences cost with the gate
//! open and with it shut ([`crate::capacity`]).

use std::collections::BTreeMap;

use super::devices::Seats;
use super::{buying_day, plan_seats};
use crate::capacity::{Basis, Held, Shown, entitled};
use crate::money::Cents;
use crate::optimize::{self, Plan, Problem};
use crate::output::RuleCheck;
use crate::prices::Prices;
use crate::rulebook::{Opens, Rulebook, is_for};
use crate::tenant::TenantInput;
use crate::trueup::stock;

/// A gate that seats are bought for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Opened {
    /// Its number in the edition.
    gate: usize,
    /// What the licences it opens cost less, a month.
    saves: Cents,
}

/// The gates that seats are bought for.
#[derive(Debug, Clone, Default)]
pub(super) struct Gates {
    opened: Vec<Opened>,
    /// What those seats add to the plan, a month, all gates together.
    adds: Cents,
}

impl Gates {
    /// Solves the tenant of `problem`, whose plan without a thought of gates is
    /// `free`. Minimums that stand for a gate are left in the problem.
    pub(super) fn open(
        tenant: &TenantInput,
        rulebook: &Rulebook,
        prices: &Prices,
        seats: &Seats,
        problem: &mut Problem<'_>,
        free: Plan,
    ) -> (Plan, Self) {
        let gates = worth(tenant, rulebook, prices, seats, &free);
        let (before, own) = (free.cents, problem.rules.floors.len());
        let plan = optimize::gates::open(problem, free, &gates);
        let opened = problem.rules.floors[own..].iter().filter_map(|floor| {
            let gate = gates.iter().find(|gate| gate.rule == floor.rule)?;
            let number = floor.rule.checked_sub(rulebook.minimums.len())?;
            Some(Opened { gate: number, saves: Cents(gate.cents) })
        });
        let result = Self { opened: opened.collect(), adds: plan.cents - before };
        (plan, result)
    }

    /// Says in the checks of the gates that seats are bought for them.
    pub(super) fn say(&self, rulebook: &Rulebook, checks: &mut [RuleCheck]) {
        let together = if self.opened.len() > 1 { " with the other gates" } else { "" };
        for opened in &self.opened {
            let id = &rulebook.gates[opened.gate].id;
            let Some(check) = checks.iter_mut().find(|check| check.rule == *id) else { continue };
            check.detail.push_str(&format!(
                "; seats are bought to reach it: {} a month more{together}, {} less for what it opens",
                self.adds, opened.saves
            ));
        }
    }
}

/// The gates to an attach price, and what each is worth to this tenant.
fn worth(
    tenant: &TenantInput,
    rulebook: &Rulebook,
    prices: &Prices,
    candidates: &Seats,
    plan: &Plan,
) -> Vec<optimize::Gate> {
    let info = &tenant.info;
    let about = |gate: &&crate::rulebook::Gate| {
        // Attach seats that count toward a gate are not bought for it.
        gate.what == Opens::Attach
            && !gate.counts_attach
            && is_for(&gate.programs, &gate.segments, info.program, &info.segment)
    };
    if !rulebook.gates.iter().any(|gate| about(&gate)) {
        return Vec::new();
    }
    let (stock, day) = (stock(tenant, rulebook), buying_day(tenant, rulebook));
    let prices = &prices.at_tiers(rulebook, &plan.tiers);
    let seats = plan_seats(rulebook, plan, candidates);
    let held = Held::of_plan(rulebook, &seats, &stock, day);
    let beside = Held::of_plan(rulebook, &BTreeMap::new(), &stock, day);
    let owned = Held::of_stock(&stock);
    let cost = |shown: Shown| {
        let entitled = entitled(&Basis {
            rulebook,
            prices,
            tenant: info,
            measured: &tenant.capacity,
            plan: &held,
            owned: &owned,
            owned_known: !tenant.subscriptions.is_empty(),
            people: &BTreeMap::new(),
            day,
            shown: Some(shown),
        });
        let id = &rulebook.gates[shown.gate].id;
        let check = entitled.checks.iter().find(|check| check.rule == *id);
        entitled.cents + check.map_or(Cents::ZERO, |check| check.cents)
    };
    let all = rulebook.gates.iter().enumerate().filter(|(_, gate)| about(gate));
    all.filter_map(|(number, gate)| {
        let shut = cost(Shown { gate: number, open: false });
        let cents = (shut - cost(Shown { gate: number, open: true })).0;
        let there = |sku| beside.count(crate::rulebook::SkuSet::of(sku), false);
        let there: u64 = if gate.of_one { 0 } else { gate.counts.iter().map(there).sum() };
        (cents > 0).then(|| optimize::Gate {
            counts: gate.counts,
            quantity: gate.quantity.saturating_sub(u32::try_from(there).unwrap_or(u32::MAX)),
            of_one: gate.of_one,
            cents,
            rule: rulebook.minimums.len() + number,
        })
    })
    .collect()
}
