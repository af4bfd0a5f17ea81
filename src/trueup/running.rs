//! Owned seats that can be used on a day, and until when.

use std::collections::{BTreeMap, BTreeSet};

use super::held::kind_of;
use crate::finding::{Code, Finding};
use crate::optimize::SeatKind;
use crate::output::LicenceKind;
use crate::rulebook::{Class, Named, Rulebook, SkuId};
use crate::tenant::{Subscription, TenantInput};

/// A subscription that counts as owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its SKU.
    pub sku: SkuId,
    /// How it was bought.
    pub kind: LicenceKind,
    /// Seats, more than none.
    pub quantity: u64,
    /// The day on which they end, ISO: on that day they are gone. The tenant's
    /// renewal where the subscription names no end; blank where neither is
    /// known.
    pub end: String,
}

impl Running {
    /// What its seats are to the optimiser.
    #[must_use]
    pub const fn seat(&self) -> SeatKind {
        SeatKind { sku: self.sku, attach: matches!(self.kind, LicenceKind::Attach) }
    }

    /// Whether its seats can be used on a day.
    #[must_use]
    pub fn runs(&self, day: &str) -> bool {
        self.end.is_empty() || self.end.as_str() > day
    }
}

/// The subscriptions that are running on `as_of` (ISO), in input order, and
/// what was not counted, with the reason.
#[must_use]
pub fn running(
    tenant: &TenantInput,
    rulebook: &Rulebook,
    as_of: &str,
) -> (Vec<Running>, Vec<Finding>) {
    let mut findings = Vec::new();
    let all = tenant.subscriptions.iter();
    let days = (tenant.info.renewal_date.as_str(), as_of);
    let running = all.filter_map(|one| counted(rulebook, one, days, &mut findings)).collect();
    (running, findings)
}

/// Seats by kind that are running on a day.
#[must_use]
pub fn seats_on(running: &[Running], day: &str) -> BTreeMap<(SkuId, LicenceKind), u64> {
    let mut seats = BTreeMap::new();
    for one in running.iter().filter(|one| one.runs(day)) {
        *seats.entry((one.sku, one.kind)).or_default() += one.quantity;
    }
    seats
}

/// The days on which owned seats end, ascending.
#[must_use]
pub fn ends(running: &[Running]) -> BTreeSet<&str> {
    running.iter().map(|one| one.end.as_str()).filter(|end| !end.is_empty()).collect()
}

/// The last day on which the data says that something happened: a sign-in, or
/// the use of a device. A program without a clock takes it for today.
#[must_use]
pub fn last_day(tenant: &TenantInput) -> &str {
    let people = tenant.people.iter().map(|person| person.last_login.as_str());
    let devices = tenant.devices.iter().map(|device| device.last_seen.as_str());
    people.chain(devices).max().unwrap_or_default()
}

fn counted(
    rulebook: &Rulebook,
    subscription: &Subscription,
    (renewal, as_of): (&str, &str),
    findings: &mut Vec<Finding>,
) -> Option<Running> {
    let name = &subscription.license;
    let mut note = |code, message: String| {
        findings.push(Finding::new(code, name, message));
        None
    };
    if matches!(rulebook.named(name), Some(Named::Foreign | Named::Nothing)) {
        return None;
    }
    let seats = subscription.quantity;
    let Some(sku) = sku_of(rulebook, subscription) else {
        let message = format!(
            "subscription \u{201c}{name}\u{201d} ({seats} seats) is not in the edition; it was not counted"
        );
        return note(Code::LicenseUnknown, message);
    };
    if !is_usable(subscription) {
        let message =
            format!("{seats} seats of {name} are {}: not counted as owned", subscription.status);
        return note(Code::SubscriptionUnusable, message);
    }
    let class = rulebook.sku(sku).class;
    let attach = is_attach(rulebook, subscription);
    let Some(kind) = kind_of(class, attach && class == Class::Full) else {
        let message = format!("{name} is licensed for the whole tenant and stands beside the plan");
        return note(Code::SubscriptionUnusable, message);
    };
    let one = Running {
        sku,
        kind,
        quantity: u64::try_from(seats).unwrap_or_default(),
        end: if subscription.end.is_empty() && renewal > as_of {
            renewal.to_owned()
        } else {
            subscription.end.clone()
        },
    };
    if !one.runs(as_of) {
        let message = format!(
            "{seats} seats of {name} ended on {}, and the data is of {as_of}: not counted as owned",
            one.end
        );
        return note(Code::SubscriptionEnded, message);
    }
    (one.quantity > 0).then_some(one)
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
