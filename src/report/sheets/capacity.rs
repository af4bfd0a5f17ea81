//! The sheet *Capacity*.

use rust_xlsxwriter::XlsxError;

use super::licences::{MARKS, mark_words, source_words};
use super::money_head;
use super::status::{self, Tone};
use crate::amount::Amount;
use crate::output::{CapacityLine, CapacityStatus, PackLine, TenantOutput};
use crate::report::book::{Book, Sheet};
use crate::report::catalogue::tenant::CAPACITY;
use crate::report::cell::Value;
use crate::report::column::{Column, Kind};
use crate::report::table::{self, Written};

const STATUS: &str = "Status";
const RULE_READ: &str = "Rule read from";
/// Cost of the packs to buy, which *Summary* adds up.
pub(crate) const COST: &str = "Packs to buy";

/// What is done about a capacity, and how that looks.
const STATUSES: [(&str, Tone); 7] = [
    (CapacityStatus::BeyondTheCap.word(), Tone::Bad),
    (CapacityStatus::NoPack.word(), Tone::Bad),
    (CapacityStatus::PriceUnknown.word(), Tone::Attention),
    (CapacityStatus::Buy.word(), Tone::Attention),
    (CapacityStatus::UnknownMetric.word(), Tone::Attention),
    (CapacityStatus::Covered.word(), Tone::Good),
    (CapacityStatus::NotMeasured.word(), Tone::Neutral),
];

/// A whole amount is a number, any other its decimals.
fn amount(amount: Amount) -> Value<'static> {
    if amount.0.is_multiple_of(1000) {
        Value::Count(i128::from(amount.0 / 1000))
    } else {
        Value::owned(amount.grouped())
    }
}

fn limit(limit: Option<Amount>) -> Value<'static> {
    limit.map_or(Value::text("unlimited"), amount)
}

fn packs(packs: &[PackLine]) -> Value<'static> {
    let each: Vec<String> = packs
        .iter()
        .map(|pack| {
            let price = pack.unit_cents.map_or_else(
                || "price unknown".to_owned(),
                |cents| format!("{cents} each{}", if pack.attach { ", attach" } else { "" }),
            );
            format!("{} {} ({price})", pack.quantity, pack.name)
        })
        .collect();
    Value::owned(each.join("; "))
}

/// Writes *Capacity*: what must be dealt with first, then the edition's
/// order.
pub(crate) fn write(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    type C<'o> = &'o CapacityLine;
    let known = |line: &C<'_>| line.status != CapacityStatus::UnknownMetric;
    let of = move |line: &C<'_>, value: Value<'static>| {
        if known(line) { value } else { Value::Blank }
    };
    let columns: Vec<Column<'_, C<'_>>> = vec![
        Column::new("Capacity", Kind::Label, |c: &C<'_>, _: &_| {
            Value::text(if c.name.is_empty() { &c.metric } else { &c.name })
        }),
        Column::new(STATUS, Kind::Text, |c: &C<'_>, _: &_| Value::text(c.status.word())).words(),
        Column::text("Unit", |c: &C<'_>| &c.unit).words(),
        Column::text("Per", |c: &C<'_>| &c.per).words(),
        Column::new("Default", Kind::Count, move |c: &C<'_>, _: &_| of(c, limit(c.default)))
            .words(),
        Column::new("Accrued", Kind::Count, move |c: &C<'_>, _: &_| of(c, amount(c.accrued))),
        Column::new("By owned packs", Kind::Count, move |c: &C<'_>, _: &_| of(c, amount(c.owned))),
        Column::new("Available", Kind::Count, move |c: &C<'_>, _: &_| of(c, limit(c.available)))
            .words(),
        Column::new("Used", Kind::Count, |c: &C<'_>, _: &_| c.used.map_or(Value::Blank, amount)),
        Column::new("Buy", Kind::Wrap, |c: &C<'_>, _: &_| packs(&c.buy)).lists(),
        Column::money(money_head(&out.tenant.currency, COST), |c: &C<'_>| c.cents).summed(),
        Column::new("Lost against owned seats", Kind::Count, |c: &C<'_>, _: &_| {
            if c.lost == Amount::ZERO { Value::Blank } else { amount(c.lost) }
        })
        .if_any(),
        Column::money(money_head(&out.tenant.currency, "Packs due to that"), |c: &C<'_>| {
            c.lost_cents
        })
        .if_any(),
        Column::wrap("Figures", |c: &C<'_>| &c.detail).words(),
        Column::text("Metric", |c: &C<'_>| &c.metric),
        Column::id("Value in the input", |c: &C<'_>| &c.value),
        Column::new(RULE_READ, Kind::Text, |c: &C<'_>, _: &_| {
            c.mark.map_or(Value::Blank, |mark| Value::text(mark_words(Some(mark))))
        })
        .words(),
        Column::new("Source", Kind::Wrap, |c: &C<'_>, _: &_| source_words(out, &c.source)),
        Column::id("Capacity id", |c: &C<'_>| &c.capacity),
    ];
    let mut lines: Vec<C<'_>> = out.capacity.iter().collect();
    lines.sort_by_key(|line| STATUSES.iter().position(|(word, _)| *word == line.status.word()));
    let sheet = Sheet { legend: &STATUSES, ..CAPACITY };
    table::sheet(book, &sheet, "Capacity", columns, &lines, |page, here, first, last| {
        status::words_under(page, here, STATUS, (first, last), &STATUSES)?;
        status::words_under(page, here, RULE_READ, (first, last), &MARKS)
    })
}
