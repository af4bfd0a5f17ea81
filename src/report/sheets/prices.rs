//! The sheets *Prices and rules*, *Agreement rules* and *Capacity*.

use rust_xlsxwriter::XlsxError;

use super::licences::mark_words;
use super::money_head;
use super::status::{self, Tone};
use crate::output::{CapacityLine, PriceLine, RuleCheck, TenantOutput};
use crate::report::book::Book;
use crate::report::catalogue::tenant::{CAPACITY, PRICES, RULES};
use crate::report::cell::Value;
use crate::report::column::{Column, Kind};
use crate::report::table::{self, Written};

/// Writes *Prices and rules*.
pub(crate) fn write(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let currency = &out.tenant.currency;
    let columns: Vec<Column<'_, PriceLine>> = vec![
        Column::id("SKU", |p: &PriceLine| &p.sku),
        Column::text("Product", |p: &PriceLine| &p.name).widest(52),
        Column::text("Metric", |p: &PriceLine| &p.metric),
        Column::text("Class", |p: &PriceLine| &p.class),
        Column::new(money_head(currency, "List price"), Kind::Money, |p: &PriceLine, _: &_| {
            Value::maybe_money(p.list)
        }),
        Column::new("Mark", Kind::Text, |p: &PriceLine, _: &_| {
            Value::text(if p.list.is_some() { mark_words(p.list_mark) } else { "unknown" })
        }),
        Column::wrap("Source", |p: &PriceLine| &p.list_source),
        Column::new(money_head(currency, "Attach price"), Kind::Money, |p: &PriceLine, _: &_| {
            Value::maybe_money(p.attach)
        }),
        Column::new("Attach mark", Kind::Text, |p: &PriceLine, _: &_| {
            if p.attach.is_some() { Value::text(mark_words(p.attach_mark)) } else { Value::Blank }
        }),
        Column::wrap("Attach source", |p: &PriceLine| &p.attach_source),
        Column::count("Seats in the plan", |p: &PriceLine| p.used).summed(),
    ];
    table::sheet(book, &PRICES, "Prices", &columns, &out.prices, |page, _, first, last| {
        for col in [5, 8] {
            let words = [("M", Tone::Attention), ("unknown", Tone::Bad), ("own price", Tone::Good)];
            status::words(page, (first, last, col), &words)?;
        }
        Ok(())
    })
}

/// Writes *Agreement rules*.
pub(crate) fn write_rules(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let columns: Vec<Column<'_, RuleCheck>> = vec![
        Column::id("Rule", |r: &RuleCheck| &r.rule),
        Column::wrap("In words", |r: &RuleCheck| &r.name),
        Column::text("Result", |r: &RuleCheck| &r.result),
        Column::wrap("Figures", |r: &RuleCheck| &r.detail),
        Column::money(money_head(&out.tenant.currency, "Cost to meet it"), |r: &RuleCheck| r.cents),
        Column::text("Mark", |r: &RuleCheck| r.mark.word()),
        Column::wrap("Source", |r: &RuleCheck| &r.source),
    ];
    table::sheet(
        book,
        &RULES,
        "AgreementRules",
        &columns,
        &out.rule_checks,
        |page, _, first, last| {
            let words =
                [("met", Tone::Good), ("not met", Tone::Bad), ("does not apply", Tone::Neutral)];
            status::words(page, (first, last, 2), &words)
        },
    )
}

/// Writes *Capacity*.
pub(crate) fn write_capacity(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let columns: Vec<Column<'_, CapacityLine>> = vec![
        Column::text("Metric", |c: &CapacityLine| &c.metric),
        Column::id("Value", |c: &CapacityLine| &c.value),
    ];
    table::sheet(book, &CAPACITY, "Capacity", &columns, &out.capacity, super::plain)
}
