//! Owned, assigned and planned seats per SKU and kind.

use std::collections::BTreeMap;

use super::held::{Held, kind_of, price};
use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::output::{LicenceKind, TrueUpLine};
use crate::prices::Prices;
use crate::rulebook::{Class, Named, Rulebook, SkuId};
use crate::tenant::{Subscription, TenantInput};

/// The true-up of a tenant.
#[derive(Debug)]
pub struct TrueUp {
    /// Lines in edition order.
    pub lines: Vec<TrueUpLine>,
    /// Cost of what is owned at the prices in force.
    pub owned: Cents,
    /// What was found.
    pub findings: Vec<Finding>,
}

#[derive(Default)]
struct Seats {
    owned: u64,
    assigned: u64,
    plan: u64,
    end: String,
}

/// Sets owned, assigned and planned seats side by side. `people` are the
/// licences of everybody who is listed.
#[must_use]
pub fn true_up<'h>(
    tenant: &TenantInput,
    rulebook: &Rulebook,
    prices: &Prices,
    people: impl Iterator<Item = &'h Held>,
    plan: &BTreeMap<(SkuId, LicenceKind), u64>,
) -> TrueUp {
    let mut seats: BTreeMap<(SkuId, LicenceKind), Seats> = BTreeMap::new();
    let mut findings = Vec::new();
    for subscription in &tenant.subscriptions {
        let Some((key, end)) = owned(rulebook, subscription, &mut findings) else { continue };
        let seat = seats.entry(key).or_default();
        seat.owned += u64::try_from(subscription.quantity).unwrap_or_default();
        if !end.is_empty() && (seat.end.is_empty() || end < seat.end.as_str()) {
            end.clone_into(&mut seat.end);
        }
    }
    for held in people {
        for key in &held.licences {
            seats.entry(*key).or_default().assigned += 1;
        }
    }
    for (key, quantity) in plan {
        seats.entry(*key).or_default().plan = *quantity;
    }
    let owned_known = !tenant.subscriptions.is_empty();
    let mut total = Cents::ZERO;
    let lines: Vec<TrueUpLine> = seats
        .into_iter()
        .map(|((sku, kind), seats)| {
            let unit = price(prices, sku, kind);
            let gap = signed(seats.plan) - signed(seats.owned);
            total += unit * signed(seats.owned);
            TrueUpLine {
                sku: rulebook.sku(sku).id.clone(),
                name: rulebook.sku(sku).name.clone(),
                kind,
                owned: seats.owned,
                assigned: seats.assigned,
                plan: seats.plan,
                gap,
                unit_cents: unit,
                money: unit * gap,
                end: seats.end,
                action: match gap {
                    _ if !owned_known => "owned seats unknown",
                    1.. => "buy",
                    0 => "keep",
                    _ => "reduce at renewal",
                }
                .into(),
            }
        })
        .collect();
    if owned_known {
        findings.extend(lines.iter().filter(|line| line.gap != 0).map(|line| {
            let (code, word) =
                if line.gap > 0 { (Code::SeatsShort, "fewer") } else { (Code::SeatsSpare, "more") };
            let message = format!(
                "{} ({}): {} owned, {} in the plan: {} {word} than needed",
                line.name,
                line.kind.word(),
                line.owned,
                line.plan,
                line.gap.unsigned_abs()
            );
            Finding::new(code, &line.name, message)
                .times(line.gap.unsigned_abs())
                .costing(Cents(line.money.0.abs()))
        }));
    }
    TrueUp { lines, owned: total, findings }
}

/// The SKU, kind and end of a subscription that counts as owned.
fn owned<'s>(
    rulebook: &Rulebook,
    subscription: &'s Subscription,
    findings: &mut Vec<Finding>,
) -> Option<((SkuId, LicenceKind), &'s str)> {
    let name = &subscription.license;
    let mut note = |code, message: String| {
        findings.push(Finding::new(code, name, message));
        None
    };
    if matches!(rulebook.named(name), Some(Named::Foreign | Named::Nothing)) {
        return None;
    }
    let Some(sku) = sku_of(rulebook, subscription) else {
        let message = format!(
            "subscription \u{201c}{name}\u{201d} ({} seats) is not in the edition; it was not counted",
            subscription.quantity
        );
        return note(Code::LicenseUnknown, message);
    };
    if !is_usable(subscription) {
        let message = format!(
            "{} seats of {name} are {}: not counted as owned",
            subscription.quantity, subscription.status
        );
        return note(Code::SubscriptionUnusable, message);
    }
    let class = rulebook.sku(sku).class;
    let attach = is_attach(rulebook, subscription);
    let Some(kind) = kind_of(class, attach && class == Class::Full) else {
        let message = format!("{name} is licensed for the whole tenant and stands beside the plan");
        return note(Code::SubscriptionUnusable, message);
    };
    Some(((sku, kind), &subscription.end))
}

/// The SKU a subscription is of.
pub(super) fn sku_of(rulebook: &Rulebook, subscription: &Subscription) -> Option<SkuId> {
    match rulebook.named(&subscription.license)? {
        Named::Sku(sku) => Some(*sku),
        Named::Right(right) => rulebook.sku_of(*right),
        Named::Foreign | Named::Nothing => None,
    }
}

/// Whether its seats can be used.
pub(super) fn is_usable(subscription: &Subscription) -> bool {
    matches!(subscription.status.as_str(), "" | "active" | "enabled" | "ok" | "warning")
}

/// Whether it was bought at the attach price.
pub(super) fn is_attach(rulebook: &Rulebook, subscription: &Subscription) -> bool {
    subscription.kind == "attach" || rulebook.is_attach_name(&subscription.license)
}

/// Seat counts fit `i64` by construction.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
