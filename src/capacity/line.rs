//! One capacity of one tenant.

use super::packs::{self, Kind};
use super::{Basis, Held, gates};
use crate::amount::Amount;
use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::output::{CapacityLine, CapacityStatus, PackLine};
use crate::rulebook::{Capacity, SkuId};

/// Packs bought: SKU, whether at the attach price, how many.
pub(super) type Bought = Vec<(SkuId, bool, u64)>;

/// What seats include.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Included {
    /// The largest default that applies; `None`: without limit.
    default: Option<Amount>,
    /// What accrues on top.
    accrued: Amount,
}

impl Included {
    fn all(self) -> Option<Amount> {
        self.default.map(|default| default.plus(self.accrued))
    }

    /// What default and accruals give, caps observed.
    fn of(entry: &Capacity, held: &Held) -> Self {
        let (mut default, mut unlimited) = (Amount::ZERO, false);
        for one in &entry.default {
            if one.skus.is_empty() || held.count(one.skus, true) >= u64::from(one.seats) {
                match one.amount {
                    Some(amount) => default = default.max(amount),
                    None => unlimited = true,
                }
            }
        }
        let mut accrued = Amount::ZERO;
        for accrual in &entry.accrues {
            let steps = held.count(accrual.skus, accrual.attach) / u64::from(accrual.per);
            let times = if accrual.each.is_empty() { 1 } else { held.count(accrual.each, true) };
            accrued = accrued.plus(accrual.amount.times(steps.saturating_mul(times)));
        }
        for cap in [entry.accrual_cap, entry.cap].into_iter().flatten() {
            default = default.min(cap);
            accrued = accrued.min(cap.less(default));
        }
        // The technical limit holds for what is without limit, too.
        match (unlimited, entry.cap) {
            (true, None) => Self { default: None, accrued: Amount::ZERO },
            (true, Some(cap)) => Self { default: Some(cap), accrued: Amount::ZERO },
            (false, _) => Self { default: Some(default), accrued },
        }
    }
}

/// The packs of an entry as they can be had with these licences.
fn kinds(basis: &Basis<'_>, entry: &Capacity, held: &Held) -> (Vec<Kind>, Vec<PackLine>) {
    let (mut kinds, mut lines) = (Vec::new(), Vec::new());
    for pack in &entry.packs {
        let attach =
            basis.prices.attach(pack.sku).filter(|_| gates::attach_is_open(basis, pack.sku, held));
        let price = attach.or_else(|| basis.prices.list(pack.sku)).map(|price| price.cents);
        let sku = basis.rulebook.sku(pack.sku);
        kinds.push(Kind {
            amount: pack.amount.0,
            price: price.and_then(|cents| u64::try_from(cents.0).ok()),
            owned: held.of(pack.sku),
            most: pack.most.map(u64::from),
            unlimited_from: pack.unlimited_from.map(u64::from),
            after: pack.after.and_then(|sku| entry.packs.iter().position(|p| p.sku == sku)),
            for_sale: gates::can_buy(basis, pack.sku, held),
        });
        lines.push(PackLine {
            sku: sku.id.clone(),
            name: sku.name.clone(),
            quantity: 0,
            unit_cents: price,
            attach: attach.is_some(),
        });
    }
    (kinds, lines)
}

/// What is used of an entry: the figures of its metrics summed.
struct Use {
    metrics: Vec<String>,
    values: Vec<String>,
    sum: Option<Amount>,
}

impl Use {
    fn of(basis: &Basis<'_>, entry: &Capacity, findings: &mut Vec<Finding>) -> Self {
        let mut found = Self { metrics: Vec::new(), values: Vec::new(), sum: None };
        for (metric, value) in basis.measured {
            let mine = basis.rulebook.capacity_of(metric).is_some_and(|known| known.id == entry.id);
            if !mine {
                continue;
            }
            if !found.metrics.contains(metric) {
                found.metrics.push(metric.clone());
            }
            found.values.push(value.clone());
            if let Some(amount) = Amount::read(value) {
                found.sum = Some(found.sum.unwrap_or_default().plus(amount));
            } else {
                let message =
                    format!("\u{201c}{value}\u{201d} of {metric} is no amount; it was not counted");
                findings.push(Finding::new(Code::ValueInvalid, metric, message));
            }
        }
        if found.metrics.is_empty() {
            found.metrics.clone_from(&entry.metrics);
        }
        found
    }
}

/// Packs needed under some licences.
struct Packs {
    included: Included,
    /// What owned packs add; `None`: without limit.
    owned: Option<u64>,
    kinds: Vec<Kind>,
    lines: Vec<PackLine>,
    choice: Option<packs::Choice>,
}

impl Packs {
    fn of(basis: &Basis<'_>, entry: &Capacity, held: &Held, used: Option<Amount>) -> Self {
        let included = Included::of(entry, held);
        let (kinds, lines) = kinds(basis, entry, held);
        let target = used.map(|used| entry.cap.map_or(used, |cap| used.min(cap)));
        let need = match (included.all(), target) {
            (Some(included), Some(target)) => target.less(included),
            _ => Amount::ZERO,
        };
        let choice = packs::cheapest(&kinds, entry.one_of, need.0);
        Self { included, owned: packs::owned(&kinds), kinds, lines, choice }
    }

    /// Included and owned, the cap observed; `None`: without limit.
    fn available(&self, entry: &Capacity) -> Option<Amount> {
        let have = match (self.included.all(), self.owned) {
            (Some(included), Some(owned)) => Some(included.plus(Amount(owned))),
            _ => None,
        };
        match (have, entry.cap) {
            (Some(have), Some(cap)) => Some(have.min(cap)),
            (have, cap) => have.or(cap),
        }
    }

    fn cents(&self) -> Cents {
        let cents = self.choice.as_ref().map_or(0, |choice| choice.cents);
        Cents(i64::try_from(cents).unwrap_or(i64::MAX))
    }
}

/// The line of an entry and what it buys; `None` where the tenant neither
/// has, uses nor owns any of it.
pub(super) fn line(
    basis: &Basis<'_>,
    entry: &Capacity,
    plan: &Held,
    owned: &Held,
    findings: &mut Vec<Finding>,
) -> Option<(CapacityLine, Bought)> {
    let used = Use::of(basis, entry, findings);
    let now = Packs::of(basis, entry, plan, used.sum);
    let before = Packs::of(basis, entry, owned, used.sum);
    let nothing = now.included.all() == Some(Amount::ZERO) && now.owned == Some(0);
    let lost = match (before.included.all(), now.included.all()) {
        _ if !basis.owned_known => Amount::ZERO,
        (Some(before), Some(now)) => before.less(now),
        _ => Amount::ZERO,
    };
    if nothing && used.values.is_empty() && lost == Amount::ZERO {
        return None;
    }
    let available = now.available(entry);
    let status = status(entry, &now, available, used.sum);
    let buys = matches!(
        status,
        CapacityStatus::Buy | CapacityStatus::PriceUnknown | CapacityStatus::BeyondTheCap
    );
    let with = |quantity: &dyn Fn(usize) -> u64| -> Vec<PackLine> {
        let lines = now
            .lines
            .iter()
            .enumerate()
            .map(|(at, pack)| PackLine { quantity: quantity(at), ..pack.clone() });
        lines.filter(|pack| pack.quantity > 0).collect()
    };
    let choice = now.choice.as_ref().filter(|_| buys);
    let buy = with(&|at| choice.and_then(|c| c.counts.get(at).copied()).unwrap_or(0));
    let bought = entry
        .packs
        .iter()
        .zip(&now.lines)
        .enumerate()
        .filter_map(|(at, (pack, line))| {
            let count = choice?.counts.get(at).copied().filter(|count| *count > 0)?;
            Some((pack.sku, line.attach, count))
        })
        .collect();
    let cents = if buys { now.cents() } else { Cents::ZERO };
    let lost_cents = if lost == Amount::ZERO || !buys {
        Cents::ZERO
    } else {
        (cents - before.cents()).max(Cents::ZERO)
    };
    let mut line = CapacityLine {
        metric: used.metrics.join("; "),
        value: used.values.join("; "),
        capacity: entry.id.clone(),
        name: entry.name.clone(),
        unit: entry.unit.clone(),
        per: entry.per.word().into(),
        default: now.included.default,
        accrued: now.included.accrued,
        included: now.included.all(),
        owned: now.owned.map_or(Amount::ZERO, Amount),
        packs_owned: with(&|at| now.kinds[at].owned),
        available,
        used: used.sum,
        buy,
        cents,
        status,
        lost,
        lost_cents,
        detail: String::new(),
        mark: Some(entry.mark),
        source: entry.source.clone(),
    };
    line.detail = detail(entry, &line, &now);
    Some((line, bought))
}

fn status(
    entry: &Capacity,
    packs: &Packs,
    available: Option<Amount>,
    used: Option<Amount>,
) -> CapacityStatus {
    let Some(used) = used else { return CapacityStatus::NotMeasured };
    if entry.cap.is_some_and(|cap| used > cap) {
        return CapacityStatus::BeyondTheCap;
    }
    if available.is_none_or(|available| used <= available) {
        return CapacityStatus::Covered;
    }
    match &packs.choice {
        None => CapacityStatus::NoPack,
        Some(choice) if choice.unpriced > 0 => CapacityStatus::PriceUnknown,
        Some(_) => CapacityStatus::Buy,
    }
}

/// An amount, or that there is no limit.
fn limit(amount: Option<Amount>) -> String {
    amount.map_or_else(|| "unlimited".to_owned(), Amount::grouped)
}

fn packs_in_words(packs: &[PackLine]) -> String {
    let each = packs.iter().map(|pack| {
        let attach = if pack.attach { " at the attach price" } else { "" };
        format!("{} {}{attach}", pack.quantity, pack.name)
    });
    each.collect::<Vec<_>>().join(" and ")
}

/// The figures in a sentence.
fn detail(entry: &Capacity, line: &CapacityLine, packs: &Packs) -> String {
    let mut words = format!("{} {} included", limit(line.default), entry.unit);
    if line.accrued > Amount::ZERO {
        words.push_str(&format!(" and {} accrued", line.accrued.grouped()));
    }
    if !line.packs_owned.is_empty() {
        let owned = packs.owned.map_or_else(|| limit(None), |owned| Amount(owned).grouped());
        words.push_str(&format!(", {owned} by {}", packs_in_words(&line.packs_owned)));
    }
    if let Some(cap) = entry.cap {
        words.push_str(&format!(", at most {}", cap.grouped()));
    }
    match line.used {
        Some(used) => words.push_str(&format!("; {} used", used.grouped())),
        None => words.push_str("; nobody measured the use"),
    }
    if !line.buy.is_empty() {
        words.push_str(&format!(": buy {}", packs_in_words(&line.buy)));
        let replaced = packs.choice.iter().flat_map(|choice| &choice.replaced);
        let replaced: Vec<&str> =
            replaced.filter_map(|&at| packs.lines.get(at)).map(|pack| pack.name.as_str()).collect();
        if !replaced.is_empty() {
            words.push_str(&format!(" in place of {}", replaced.join(" and ")));
        }
        if packs.choice.as_ref().is_some_and(|choice| !choice.proven) {
            words.push_str(" (not proven cheapest)");
        }
    }
    match line.status {
        CapacityStatus::BeyondTheCap => words.push_str("; no more can be had"),
        CapacityStatus::NoPack => words.push_str(": nothing this tenant can buy adds as much"),
        CapacityStatus::PriceUnknown => words.push_str(", whose price is unknown in part"),
        _ => {}
    }
    if line.lost > Amount::ZERO {
        words.push_str(&format!(
            "; the owned seats include {} more than those of the plan",
            line.lost.grouped()
        ));
        if line.lost_cents > Cents::ZERO {
            words.push_str(&format!(", worth {} a month in packs", line.lost_cents));
        }
    }
    words
}

/// What a line gives reason to say.
pub(super) fn findings(basis: &Basis<'_>, line: &CapacityLine, findings: &mut Vec<Finding>) {
    let message = format!("{}: {}", line.name, line.detail);
    let mut note = |code, cents| {
        findings.push(Finding::new(code, &line.name, message.clone()).costing(cents));
    };
    match line.status {
        CapacityStatus::Buy => note(Code::CapacityShort, line.cents),
        CapacityStatus::BeyondTheCap | CapacityStatus::NoPack => {
            note(Code::CapacityBeyond, line.cents);
        }
        CapacityStatus::PriceUnknown => note(Code::CapacityUnpriced, line.cents),
        _ => {}
    }
    if line.lost > Amount::ZERO && basis.owned_known {
        note(Code::CapacityLost, line.lost_cents);
    }
}

/// A figure that nothing is measured by.
pub(super) fn unknown(metric: &str, value: &str) -> CapacityLine {
    CapacityLine {
        metric: metric.to_owned(),
        value: value.to_owned(),
        capacity: String::new(),
        name: String::new(),
        unit: String::new(),
        per: String::new(),
        default: Some(Amount::ZERO),
        accrued: Amount::ZERO,
        included: Some(Amount::ZERO),
        owned: Amount::ZERO,
        packs_owned: Vec::new(),
        available: Some(Amount::ZERO),
        used: Amount::read(value),
        buy: Vec::new(),
        cents: Cents::ZERO,
        status: CapacityStatus::UnknownMetric,
        lost: Amount::ZERO,
        lost_cents: Cents::ZERO,
        detail: "no capacity of the edition is measured by it".into(),
        mark: None,
        source: String::new(),
    }
}
