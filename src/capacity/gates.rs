//! What opens only from a number of seats on.

use super::{Basis, Entitled, Held};
use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::output::RuleCheck;
use crate::rulebook::{Gate, Opens, Segment, SkuId, SkuSet, is_for};

/// The seats that count toward a gate; the best single SKU where one must
/// reach the quantity alone.
pub(super) fn seats(gate: &Gate, held: &Held) -> u64 {
    if gate.of_one {
        let each = gate.counts.iter().map(|sku| held.count(SkuSet::of(sku), gate.counts_attach));
        return each.max().unwrap_or(0);
    }
    held.count(gate.counts, gate.counts_attach)
}

fn is_open(basis: &Basis<'_>, gate: &Gate, held: &Held) -> bool {
    let shown = basis.shown.filter(|shown| {
        basis.rulebook.gates.get(shown.gate).is_some_and(|known| known.id == gate.id)
    });
    if let Some(shown) = shown {
        return shown.open;
    }
    seats(gate, held) >= u64::from(gate.quantity)
}

/// The gates of a kind that are about a SKU and for this tenant.
fn gates<'b>(basis: &'b Basis<'_>, sku: SkuId, what: Opens) -> impl Iterator<Item = &'b Gate> {
    let tenant = basis.tenant;
    basis.rulebook.gates.iter().filter(move |gate| {
        gate.what == what
            && gate.opens.contains(sku)
            && is_for(&gate.programs, &gate.segments, tenant.program, &tenant.segment)
    })
}

/// Whether the attach price of a tenant SKU can be had: some gate opens it,
/// and every one that is about it is open.
pub(super) fn attach_is_open(basis: &Basis<'_>, sku: SkuId, held: &Held) -> bool {
    let mut about = gates(basis, sku, Opens::Attach).peekable();
    about.peek().is_some() && about.all(|gate| is_open(basis, gate, held))
}

/// Whether a SKU can be bought by this tenant with these seats.
pub(super) fn can_buy(basis: &Basis<'_>, sku: SkuId, held: &Held) -> bool {
    let tenant = basis.tenant;
    basis.rulebook.sku(sku).is_for_sale(tenant.program, &tenant.segment, basis.day)
        && gates(basis, sku, Opens::Purchase).all(|gate| is_open(basis, gate, held))
}

/// One check per gate.
pub(super) fn checks(basis: &Basis<'_>, held: &Held, result: &mut Entitled) {
    for gate in &basis.rulebook.gates {
        let mut check = RuleCheck {
            rule: gate.id.clone(),
            name: gate.name.clone(),
            result: "does not apply".into(),
            detail: String::new(),
            cents: Cents::ZERO,
            mark: gate.mark,
            source: gate.source.clone(),
        };
        let tenant = basis.tenant;
        if is_for(&gate.programs, &gate.segments, tenant.program, &tenant.segment) {
            judge(basis, gate, held, &mut check);
        } else {
            let segment = Segment::of_tenant(&tenant.segment).word();
            check.detail =
                format!("not for program {} and segment {segment}", tenant.program.word());
        }
        if check.result == "not met" {
            let message = format!("{}: {}", gate.name, check.detail);
            result
                .findings
                .push(Finding::new(Code::GateClosed, &gate.id, message).costing(check.cents));
        }
        result.checks.push(check);
    }
}

fn judge(basis: &Basis<'_>, gate: &Gate, held: &Held, check: &mut RuleCheck) {
    let count = seats(gate, held);
    let one = if gate.of_one { " of one licence" } else { "" };
    check.detail = format!("{count} of {} seats that count{one}", gate.quantity);
    // Seats that the gate should have kept shut.
    let inside: Vec<(SkuId, u64)> = gate
        .opens
        .iter()
        .map(|sku| match gate.what {
            Opens::Attach => (sku, held.of(sku) - held.count(SkuSet::of(sku), false)),
            Opens::Purchase => (sku, held.of(sku)),
        })
        .filter(|(_, seats)| *seats > 0)
        .collect();
    if is_open(basis, gate, held) {
        check.result = "met".into();
        return;
    }
    let price = match gate.what {
        Opens::Attach => "attach price",
        Opens::Purchase => "purchase",
    };
    if inside.is_empty() {
        check.detail.push_str(&format!(": no {price} yet, and none is held"));
        return;
    }
    check.result = "not met".into();
    let names: Vec<String> = inside
        .iter()
        .map(|(sku, seats)| format!("{seats} {}", basis.rulebook.sku(*sku).name))
        .collect();
    check.detail.push_str(&format!(": no {price} for {}", names.join(", ")));
    match gate.what {
        // What the list price adds.
        Opens::Attach => {
            for (sku, seats) in inside {
                if let (Some(list), Some(attach)) =
                    (basis.prices.list(sku), basis.prices.attach(sku))
                {
                    let more = (list.cents.0 - attach.cents.0).max(0);
                    check.cents +=
                        Cents(more.saturating_mul(i64::try_from(seats).unwrap_or(i64::MAX)));
                }
            }
            check.detail.push_str("; the list price holds");
        }
        // What the missing seats cost.
        Opens::Purchase => {
            let missing = u64::from(gate.quantity) - count;
            let cheapest = gate
                .counts
                .iter()
                .filter_map(|sku| basis.prices.list(sku).map(|price| (price.cents, sku)))
                .min();
            check.detail.push_str(&format!("; {missing} seats short"));
            if let Some((cents, sku)) = cheapest {
                check.cents = cents * i64::try_from(missing).unwrap_or(i64::MAX);
                let name = &basis.rulebook.sku(sku).name;
                check.detail.push_str(&format!(", at {cents} each with {name}"));
            }
        }
    }
}
