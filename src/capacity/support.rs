//! Support plans: who must be covered, the least money, one premium plan.

use super::{Basis, Entitled};
use crate::finding::{Code, Finding};
use crate::money::{Cents, format_cents};
use crate::output::RuleCheck;
use crate::rulebook::{Mark, Metric, Segment, SkuSet, Support, is_for};

/// One check per support plan, and one for having two premium ones.
pub(super) fn checks(basis: &Basis<'_>, result: &mut Entitled) {
    for plan in &basis.rulebook.support {
        let mut check = RuleCheck {
            rule: plan.id.clone(),
            name: plan.name.clone(),
            result: "does not apply".into(),
            detail: String::new(),
            cents: Cents::ZERO,
            mark: plan.mark,
            source: plan.source.clone(),
        };
        judge(basis, plan, &mut check);
        push(check, result);
    }
    let premium = |plan: &&Support| plan.premium;
    let known: SkuSet =
        basis.rulebook.support.iter().filter(premium).map(|plan| plan.sku).collect();
    if known.len() < 2 {
        return;
    }
    let owned: Vec<&str> = known
        .iter()
        .filter(|sku| basis.owned.of(*sku) > 0)
        .map(|sku| basis.rulebook.sku(sku).name.as_str())
        .collect();
    let first = basis.rulebook.support.iter().find(premium);
    let (word, detail) = match owned.as_slice() {
        [] => ("does not apply", "none is owned".to_owned()),
        [one] => ("met", format!("{one} only")),
        several => ("not met", format!("{} side by side", several.join(" and "))),
    };
    push(
        RuleCheck {
            rule: "support-one-premium".into(),
            name: "Only one premium support plan per customer".into(),
            result: word.into(),
            detail,
            cents: Cents::ZERO,
            mark: first.map_or(Mark::Unverified, |plan| plan.mark),
            source: first.map_or_else(String::new, |plan| plan.source.clone()),
        },
        result,
    );
}

fn push(check: RuleCheck, result: &mut Entitled) {
    if check.result == "not met" {
        let message = format!("{}: {}", check.name, check.detail);
        result
            .findings
            .push(Finding::new(Code::SupportShort, &check.rule, message).costing(check.cents));
    }
    result.checks.push(check);
}

fn judge(basis: &Basis<'_>, plan: &Support, check: &mut RuleCheck) {
    let seats = basis.owned.of(plan.sku);
    let tenant = basis.tenant;
    if seats == 0 {
        check.detail = "none is owned".into();
        return;
    }
    if !is_for(&plan.programs, &plan.segments, tenant.program, &tenant.segment) {
        check.result = "not met".into();
        check.detail = format!(
            "{seats} seats; not sold in program {} to segment {}",
            tenant.program.word(),
            Segment::of_tenant(&tenant.segment).word()
        );
        return;
    }
    check.result = "met".into();
    check.detail = format!("{seats} seats");
    let mut needed = seats;
    if plan.everyone {
        let counts = |held: &SkuSet| {
            if plan.counts.is_empty() {
                held.iter().any(|sku| basis.rulebook.sku(sku).metric == Metric::User)
            } else {
                !held.intersection(plan.counts).is_empty()
            }
        };
        let people: u64 =
            basis.people.iter().filter(|(held, _)| counts(held)).map(|(_, people)| people).sum();
        check.detail.push_str(&format!(" for {people} people the plan licenses"));
        if people > seats {
            check.result = "not met".into();
            check.detail.push_str(&format!(": {} short", people - seats));
            needed = people;
        }
    }
    let Some(price) = basis.prices.list(plan.sku) else { return };
    let cost = |seats: u64| i128::from(price.cents.0) * i128::from(seats);
    let mut due = cost(needed);
    // The floor is money of the edition, so it says nothing where the tenant
    // pays in another currency.
    let comparable = price.mark.is_some()
        || tenant.currency.is_empty()
        || tenant.currency.eq_ignore_ascii_case(&basis.rulebook.currency);
    if let Some(floor) = plan.floor.as_ref().filter(|_| comparable) {
        let least = i128::from(floor.cents.0);
        if cost(seats) < least {
            check.result = "not met".into();
            check.detail.push_str(&format!(
                "; {} a month is below the least of {}",
                format_cents(cost(seats)),
                floor.cents
            ));
        }
        due = due.max(least);
    }
    check.cents = Cents(i64::try_from(due - cost(seats)).unwrap_or(i64::MAX));
}
