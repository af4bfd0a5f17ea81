//! Owned, assigned and planned seats per SKU and kind.

use std::collections::BTreeMap;

use super::held::{Held, price};
use super::running::Running;
use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::output::{LicenceKind, TrueUpLine};
use crate::prices::Prices;
use crate::rulebook::{Rulebook, SkuId};

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
    now: Now,
    plan: u64,
    end: String,
}

/// Seats of one kind until owned ones end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Now {
    /// Held by people and devices.
    pub used: u64,
    /// Bought beyond the owned ones.
    pub bought: u64,
}

/// What is owned, and what is used of it until it ends.
#[derive(Debug, Clone, Copy)]
pub struct Owned<'o> {
    /// Whether the input says what is owned.
    pub known: bool,
    /// What is running today.
    pub running: &'o [Running],
    /// The plan beside it.
    pub now: &'o BTreeMap<(SkuId, LicenceKind), Now>,
}

/// Sets owned, assigned and planned seats side by side. `people` are the
/// licences of everybody who is listed.
#[must_use]
pub fn true_up<'h>(
    rulebook: &Rulebook,
    prices: &Prices,
    people: impl Iterator<Item = &'h Held>,
    owned: Owned<'_>,
    plan: &BTreeMap<(SkuId, LicenceKind), u64>,
) -> TrueUp {
    let mut seats: BTreeMap<(SkuId, LicenceKind), Seats> = BTreeMap::new();
    let mut findings = Vec::new();
    for one in owned.running {
        let seat = seats.entry((one.sku, one.kind)).or_default();
        seat.owned += one.quantity;
        if !one.end.is_empty() && (seat.end.is_empty() || one.end < seat.end) {
            seat.end.clone_from(&one.end);
        }
    }
    for (key, now) in owned.now {
        seats.entry(*key).or_default().now = *now;
    }
    for held in people {
        for key in held.licences.iter() {
            seats.entry(*key).or_default().assigned += 1;
        }
    }
    for (key, quantity) in plan {
        seats.entry(*key).or_default().plan = *quantity;
    }
    let mut total = Cents::ZERO;
    let swapped = swaps(&seats);
    let lines: Vec<TrueUpLine> = seats
        .into_iter()
        .map(|((sku, kind), seats)| {
            let unit = price(prices, sku, kind);
            let gap = signed(seats.plan) - signed(seats.owned);
            total += unit * signed(seats.owned);
            TrueUpLine {
                sku: rulebook.sku(sku).id.as_str().into(),
                name: rulebook.sku(sku).name.as_str().into(),
                kind,
                owned: seats.owned,
                assigned: seats.assigned,
                used_now: seats.now.used,
                buy_now: seats.now.bought,
                idle_now: seats.owned.saturating_sub(seats.now.used),
                plan: seats.plan,
                gap,
                unit_cents: unit,
                money: unit * gap,
                end: seats.end.into(),
                action: match (gap, kind) {
                    _ if !owned.known => "owned seats unknown",
                    _ if seats.now.bought > 0 => "buy now",
                    (..0, LicenceKind::Base) if swapped.contains(&(sku, LicenceKind::Base)) => {
                        "swap to attach at renewal"
                    }
                    (..0, LicenceKind::Attach) if swapped.contains(&(sku, LicenceKind::Attach)) => {
                        "swap to base at renewal"
                    }
                    (1.., _) => "add at renewal",
                    (0, _) => "keep",
                    _ if seats.plan == 0 => "drop at renewal",
                    _ => "reduce at renewal",
                },
            }
        })
        .collect();
    if owned.known {
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
            Finding::new(code, line.name.as_ref(), message)
                .times(line.gap.unsigned_abs())
                .costing(Cents(line.money.0.abs()))
        }));
    }
    TrueUp { lines, owned: total, findings }
}

/// Kinds of which there are too many seats while the same licence lacks seats
/// of the other: base where attach would do, or the other way round.
fn swaps(
    seats: &BTreeMap<(SkuId, LicenceKind), Seats>,
) -> std::collections::BTreeSet<(SkuId, LicenceKind)> {
    let gap = |sku: SkuId, kind: LicenceKind| {
        let seats = seats.get(&(sku, kind));
        seats.map_or(0, |seats| signed(seats.plan) - signed(seats.owned))
    };
    let other = |kind: LicenceKind| match kind {
        LicenceKind::Base => Some(LicenceKind::Attach),
        LicenceKind::Attach => Some(LicenceKind::Base),
        _ => None,
    };
    let keys = seats.keys().copied();
    keys.filter(|&(sku, kind)| {
        other(kind).is_some_and(|other| gap(sku, kind) < 0 && gap(sku, other) > 0)
    })
    .collect()
}

/// Seat counts fit `i64` by construction.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
