//! The made-up answers beside the plan: Microsoft's report, savings, prices at
//! which the advice changes.

use super::{ACTIVITY, DEVICE, FINANCE, Product, licence};
use crate::money::Cents;
use crate::output::*;
use crate::rulebook::{Mark, Tier};
use std::collections::BTreeMap;

/// The report asks everybody with a need for a user licence; devices it does
/// not see.
pub(super) fn compare(users: &[UserLine], plan_cents: Cents) -> Compare {
    let asked = |product: &Product, words: &str| Asked {
        licences: vec![licence(product)],
        words: words.into(),
        cents: Cents(product.3),
    };
    let answers = vec![
        asked(&FINANCE, "Dynamics 365 Finance (base)"),
        asked(&ACTIVITY, "Dynamics 365 Operations - Activity (additional)"),
    ];
    let mut totals = CompareTotals { known: true, plan_cents, ..CompareTotals::default() };
    let mut by_reason: BTreeMap<CompareReason, (u64, Cents)> = BTreeMap::new();
    let mut lines = Vec::new();
    for (user, line) in (0_u32..).zip(users).filter(|(_, line)| line.signature.is_some()) {
        let priority = u32::from(line.tier != Tier::Full);
        let cents = answers[priority as usize].cents;
        let reason = match (line.by_device.is_empty(), cents == line.cents) {
            (false, _) => CompareReason::Device,
            (true, true) => CompareReason::Same,
            (true, false) => CompareReason::CheaperSet,
        };
        totals.people += 1;
        totals.priority_cents += cents;
        totals.greedy_cents += cents;
        totals.shared_cents = totals.shared_cents - line.cents;
        let total = by_reason.entry(reason).or_default();
        (total.0, total.1) = (total.0 + 1, total.1 + cents - line.cents);
        lines.push(CompareLine {
            user,
            priority,
            greedy: priority,
            outside_cents: Cents::ZERO,
            plan_cents: line.cents,
            reason,
        });
    }
    totals.shared_cents += plan_cents;
    totals.reasons = by_reason
        .into_iter()
        .map(|(reason, (people, cents))| CompareTotal { reason, people, cents })
        .collect();
    Compare {
        name: "License usage summary".into(),
        mark: Some(Mark::VerifiedThirdParty),
        source: "RYS".into(),
        greedy_mark: Some(Mark::VerifiedMicrosoft),
        greedy_source: "FAQ25".into(),
        answers,
        lines,
        totals,
    }
}

/// Assigned less plan per person, and the device licences as one row.
pub(super) fn savings(users: &[UserLine], plan_cents: Cents) -> Savings {
    let line = |user, quantity, cause, cents, potential_cents| SavingsLine {
        user,
        sku: if user.is_none() { "device".into() } else { String::new() },
        name: if user.is_none() { DEVICE.1.into() } else { String::new() },
        kind: user.is_none().then_some(LicenceKind::Device),
        quantity,
        cause,
        cents,
        potential_cents,
        verified: true,
    };
    let mut lines = Vec::new();
    let (mut today, mut planned) = (Cents::ZERO, Cents::ZERO);
    for (at, user) in (0_u32..).zip(users) {
        today += user.assigned_cents;
        planned += user.cents;
        let saved = user.assigned_cents - user.cents;
        let cause = match user.status {
            AssignmentStatus::Over => Cause::OverLicensed,
            AssignmentStatus::Release => Cause::NotNeeded,
            _ => Cause::UnderLicensed,
        };
        if saved != Cents::ZERO {
            lines.push(line(Some(at), 1, cause, saved, Cents::ZERO));
        }
        if at % 20 == 2 {
            lines.push(line(Some(at), 1, Cause::Inactive, Cents::ZERO, user.cents));
        }
    }
    lines.push(line(None, 3, Cause::DeviceInsteadOfUser, planned - plan_cents, Cents::ZERO));
    let mut causes: BTreeMap<Cause, CauseTotal> = BTreeMap::new();
    for line in &lines {
        let nothing = CauseTotal {
            cause: line.cause,
            decisions: 0,
            cents: Cents::ZERO,
            potential_cents: Cents::ZERO,
        };
        let total = causes.entry(line.cause).or_insert(nothing);
        total.decisions += 1;
        total.cents += line.cents;
        total.potential_cents += line.potential_cents;
    }
    Savings {
        lines,
        totals: SavingsTotals {
            basis: "assigned".into(),
            today_cents: today,
            plan_cents,
            causes: causes.into_values().collect(),
        },
    }
}

/// Finance until it costs what the next licence does, and a device of group 1.
pub(super) fn sensitivity() -> Sensitivity {
    let finance = SensitivityLine {
        sku: FINANCE.0.into(),
        name: FINANCE.1.into(),
        kind: LicenceKind::Base,
        group: None,
        cents: Cents(18_000),
        devices: None,
        up_cents: Some(Cents(27_000)),
        up_people: Some(12),
        down_cents: Some(Cents(5_000)),
        down_people: Some(24),
    };
    let device = SensitivityLine {
        sku: DEVICE.0.into(),
        name: DEVICE.1.into(),
        kind: LicenceKind::Device,
        group: Some(1),
        cents: Cents(7_500),
        devices: Some(1),
        up_cents: Some(Cents(15_000)),
        up_people: None,
        down_cents: None,
        down_people: None,
    };
    Sensitivity {
        limit: 2_000,
        needs: 4,
        all_needs: 4,
        groups: 1,
        all_groups: 2,
        lines: vec![finance, device],
    }
}
