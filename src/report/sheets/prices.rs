//! The sheets *Prices* and *Agreement rules*.

use rust_xlsxwriter::{DataValidation, DataValidationRule, Worksheet, XlsxError};

use super::licences::{MARKS, mark_words, source_words};
use super::money_head;
use super::status::{self, Tone};
use crate::output::{PriceLine, RuleCheck, TenantOutput};
use crate::report::book::{Book, Sheet};
use crate::report::catalogue::tenant::{PRICES, RULES};
use crate::report::cell::Value;
use crate::report::column::{Column, Kind};
use crate::report::price_names::PriceNames;
use crate::report::table::{self, Written};

const READ: &str = "Price read from";
const ATTACH_READ: &str = "Attach price read from";
const RESULT: &str = "Result";
const RULE_READ: &str = "Rule read from";

/// The results of a rule and how they look.
const RESULTS: [(&str, Tone); 3] =
    [("not met", Tone::Bad), ("met", Tone::Good), ("does not apply", Tone::Neutral)];

const LIST: &str = "List price";
const ATTACH: &str = "Attach price";
/// What both were in the calculation.
const LIST_THEN: &str = "List price of the calculation";
const ATTACH_THEN: &str = "Attach price of the calculation";

/// The number of prices a reader has changed.
pub(crate) fn changed(out: &TenantOutput, prices: &Written) -> String {
    let money = |words: &str| money_head(&out.tenant.currency, words);
    let mut terms = Vec::new();
    for (now, then) in [(LIST, LIST_THEN), (ATTACH, ATTACH_THEN)] {
        let (now, then) = (money(now), money(then));
        if prices.col(&now).is_none() {
            continue;
        }
        for (now, then) in prices.ranges(&now).into_iter().zip(prices.ranges(&then)) {
            terms.push(format!("SUMPRODUCT(--(ROUND({now}-{then},2)<>0))"));
        }
    }
    terms.join("+")
}

/// Writes *Prices* and gives every price its name.
pub(crate) fn write(
    book: &mut Book,
    out: &TenantOutput,
    names: &PriceNames<'_>,
) -> Result<Written, XlsxError> {
    let currency = &out.tenant.currency;
    let columns: Vec<Column<'_, PriceLine>> = vec![
        Column::text("Product", |p: &PriceLine| &p.name).widest(72),
        Column::count("Seats in the plan", |p: &PriceLine| p.used).summed(),
        Column::text("Metric", |p: &PriceLine| &p.metric).words(),
        Column::text("Class", |p: &PriceLine| &p.class).words(),
        Column::new(money_head(currency, LIST), Kind::Price, |p: &PriceLine, _: &_| {
            Value::maybe_money(p.list)
        }),
        Column::new(READ, Kind::Text, |p: &PriceLine, _: &_| {
            Value::text(if p.list.is_some() { mark_words(p.list_mark) } else { "unknown" })
        })
        .words(),
        Column::new("Source", Kind::Wrap, |p: &PriceLine, _: &_| source_words(out, &p.list_source)),
        Column::new(money_head(currency, ATTACH), Kind::Price, |p: &PriceLine, _: &_| {
            Value::maybe_money(p.attach)
        })
        .if_any(),
        Column::new(ATTACH_READ, Kind::Text, |p: &PriceLine, _: &_| {
            if p.attach.is_some() { Value::text(mark_words(p.attach_mark)) } else { Value::Blank }
        })
        .words()
        .if_any(),
        Column::new("Attach source", Kind::Wrap, |p: &PriceLine, _: &_| {
            source_words(out, &p.attach_source)
        })
        .if_any(),
        Column::text("Not for sale", |p: &PriceLine| &p.limits).words().if_any(),
        Column::wrap("On the customer's own servers", |p: &PriceLine| &p.on_premises)
            .words()
            .if_any(),
        Column::id("SKU", |p: &PriceLine| &p.sku),
        Column::new(money_head(currency, LIST_THEN), Kind::Money, |p: &PriceLine, _: &_| {
            Value::maybe_money(p.list)
        }),
        Column::new(money_head(currency, ATTACH_THEN), Kind::Money, |p: &PriceLine, _: &_| {
            Value::maybe_money(p.attach)
        })
        .if_any(),
    ];
    let sheet = Sheet { legend: &MARKS, ..PRICES };
    let (list, attach) = (money_head(currency, LIST), money_head(currency, ATTACH));
    let inputs = [list.clone(), attach.clone()];
    let written =
        table::sheet(book, &sheet, "Prices", columns, &out.prices, |page, here, first, last| {
            status::words_under(page, here, READ, (first, last), &MARKS)?;
            status::words_under(page, here, ATTACH_READ, (first, last), &MARKS)?;
            inputs.iter().try_for_each(|header| amounts(page, here, header, (first, last)))
        })?;
    for (row, (of_list, of_attach)) in (0_u32..).zip(&names.lines) {
        for (name, header) in [(of_list, &list), (of_attach, &attach)] {
            if let Some(name) = name {
                book.name(name, &written.cell(header, row))?;
            }
        }
    }
    Ok(written)
}

/// Lets a column take amounts of money only.
fn amounts(
    page: &mut Worksheet,
    here: &Written,
    header: &str,
    (first, last): (u32, u32),
) -> Result<(), XlsxError> {
    let Some(col) = here.col(header) else { return Ok(()) };
    let language = here.language;
    let amount = DataValidation::new()
        .allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0))
        .set_input_title(language.tell("Price"))?
        .set_input_message(
            language
                .tell("Licences, true-up, people's cost and Summary follow a price changed here."),
        )?
        .set_error_title(language.tell("Not a price"))?
        .set_error_message(language.tell("Enter an amount per month, 0 or more."))?;
    page.add_data_validation(first, col, last, col, &amount)?;
    Ok(())
}

/// Writes *Agreement rules*.
pub(crate) fn write_rules(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let columns: Vec<Column<'_, &RuleCheck>> = vec![
        Column::wrap("Rule", |r: &&RuleCheck| &r.name).words(),
        Column::text(RESULT, |r: &&RuleCheck| &r.result).words(),
        Column::wrap("Figures", |r: &&RuleCheck| &r.detail).words(),
        Column::money(money_head(&out.tenant.currency, "Cost to meet it"), |r: &&RuleCheck| {
            r.cents
        }),
        Column::text(RULE_READ, |r: &&RuleCheck| mark_words(Some(r.mark))).words(),
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
