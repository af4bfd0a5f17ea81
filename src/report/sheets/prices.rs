//! The sheets *Prices* and *Agreement rules*.

use rust_xlsxwriter::XlsxError;

use super::licences::{MARKS, mark_words, source_words};
use super::money_head;
use super::status::{self, Tone};
use crate::output::{PriceLine, RuleCheck, TenantOutput};
use crate::report::book::{Book, Sheet};
use crate::report::catalogue::tenant::{PRICES, RULES};
use crate::report::cell::Value;
use crate::report::column::{Column, Kind};
use crate::report::table::{self, Written};

const READ: &str = "Price read from";
const ATTACH_READ: &str = "Attach price read from";
const RESULT: &str = "Result";
const RULE_READ: &str = "Rule read from";

/// The results of a rule and how they look.
const RESULTS: [(&str, Tone); 3] =
    [("not met", Tone::Bad), ("met", Tone::Good), ("does not apply", Tone::Neutral)];

/// Writes *Prices*.
pub(crate) fn write(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let currency = &out.tenant.currency;
    let columns: Vec<Column<'_, PriceLine>> = vec![
        Column::text("Product", |p: &PriceLine| &p.name).widest(72),
        Column::count("Seats in the plan", |p: &PriceLine| p.used).summed(),
        Column::text("Metric", |p: &PriceLine| &p.metric),
        Column::text("Class", |p: &PriceLine| &p.class),
        Column::new(money_head(currency, "List price"), Kind::Money, |p: &PriceLine, _: &_| {
            Value::maybe_money(p.list)
        }),
        Column::new(READ, Kind::Text, |p: &PriceLine, _: &_| {
            Value::text(if p.list.is_some() { mark_words(p.list_mark) } else { "unknown" })
        }),
        Column::new("Source", Kind::Wrap, |p: &PriceLine, _: &_| source_words(out, &p.list_source)),
        Column::new(money_head(currency, "Attach price"), Kind::Money, |p: &PriceLine, _: &_| {
            Value::maybe_money(p.attach)
        })
        .if_any(),
        Column::new(ATTACH_READ, Kind::Text, |p: &PriceLine, _: &_| {
            if p.attach.is_some() { Value::text(mark_words(p.attach_mark)) } else { Value::Blank }
        })
        .if_any(),
        Column::new("Attach source", Kind::Wrap, |p: &PriceLine, _: &_| {
            source_words(out, &p.attach_source)
        })
        .if_any(),
        Column::text("Not for sale", |p: &PriceLine| &p.limits).if_any(),
        Column::wrap("On the customer's own servers", |p: &PriceLine| &p.on_premises).if_any(),
        Column::id("SKU", |p: &PriceLine| &p.sku),
    ];
    let sheet = Sheet { legend: &MARKS, ..PRICES };
    table::sheet(book, &sheet, "Prices", columns, &out.prices, |page, here, first, last| {
        status::words_under(page, here, READ, (first, last), &MARKS)?;
        status::words_under(page, here, ATTACH_READ, (first, last), &MARKS)
    })
}

/// Writes *Agreement rules*.
pub(crate) fn write_rules(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let columns: Vec<Column<'_, &RuleCheck>> = vec![
        Column::wrap("Rule", |r: &&RuleCheck| &r.name),
        Column::text(RESULT, |r: &&RuleCheck| &r.result),
        Column::wrap("Figures", |r: &&RuleCheck| &r.detail),
        Column::money(money_head(&out.tenant.currency, "Cost to meet it"), |r: &&RuleCheck| {
            r.cents
        }),
        Column::text(RULE_READ, |r: &&RuleCheck| mark_words(Some(r.mark))),
        Column::new("Source", Kind::Wrap, |r: &&RuleCheck, _: &_| source_words(out, &r.source)),
        Column::id("Rule id", |r: &&RuleCheck| &r.rule),
    ];
    // What is not met first, what does not apply last.
    let mut rules: Vec<&RuleCheck> = out.rule_checks.iter().collect();
    rules.sort_by_key(|rule| RESULTS.iter().position(|(word, _)| *word == rule.result));
    let sheet = Sheet { legend: &RESULTS, ..RULES };
    table::sheet(book, &sheet, "AgreementRules", columns, &rules, |page, here, first, last| {
        status::words_under(page, here, RESULT, (first, last), &RESULTS)?;
        status::words_under(page, here, RULE_READ, (first, last), &MARKS)
    })
}
