//! The sheet *Compare*: what Microsoft's own report asks for, beside the plan.

use rust_xlsxwriter::XlsxError;

use super::money_head;
use crate::output::{CompareLine, TenantOutput, UserLine};
use crate::report::book::Book;
use crate::report::catalogue::tenant::COMPARE;
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::table::{self, Written};

/// Headers other sheets refer to.
pub(crate) const ASKED: &str = "Report asks for, by priority: cost";
pub(crate) const OUTSIDE: &str = "Not seen by the report: cost";
pub(crate) const PLAN: &str = "Plan cost";
pub(crate) const MORE: &str = "Report less plan";

type Row<'o> = (&'o UserLine, &'o CompareLine);

/// Cost of following the report for a person, what it does not see included.
pub(crate) fn following(out: &TenantOutput, line: &CompareLine) -> i128 {
    i128::from(out.compare.answer(line.priority).cents.0) + i128::from(line.outside_cents.0)
}

fn licences(user: &UserLine) -> String {
    let names = user.licences.iter().map(|l| format!("{} ({})", l.name, l.kind.word()));
    let mut words: Vec<String> = names.collect();
    if !user.by_device.is_empty() {
        words.push("licensed devices".to_owned());
    }
    words.join(" + ")
}

/// Writes *Compare*: one row per person with a need.
pub(crate) fn write(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let currency = &out.tenant.currency;
    let compare = &out.compare;
    let money = |words: &str| money_head(currency, words);
    let (asked, outside, plan) = (money(ASKED), money(OUTSIDE), money(PLAN));
    let (asked_at, outside_at, plan_at) = (asked.clone(), outside.clone(), plan.clone());
    let rows: Vec<Row<'_>> = compare
        .lines
        .iter()
        .filter_map(|line| out.users.get(line.user as usize).map(|user| (user, line)))
        .collect();
    let columns: Vec<Column<'_, Row<'_>>> = vec![
        Column::id("User id", |r: &Row<'_>| &r.0.id),
        Column::text("Name", |r: &Row<'_>| &r.0.name),
        Column::text("Department", |r: &Row<'_>| &r.0.department).if_any(),
        Column::wrap("Requirement", |r: &Row<'_>| &r.0.requirement).widest(40),
        Column::new("Report asks for, by priority", Kind::Wrap, |r: &Row<'_>, _: &_| {
            Value::owned(compare.answer(r.1.priority).words.clone())
        })
        .lists()
        .widest(44),
        Column::new(asked, Kind::Money, |r: &Row<'_>, _: &_| {
            Value::money(compare.answer(r.1.priority).cents)
        })
        .summed(),
        Column::money(outside, |r: &Row<'_>| r.1.outside_cents).summed(),
        Column::new("Licences of the plan", Kind::Wrap, |r: &Row<'_>, _: &_| {
            Value::owned(licences(r.0))
        })
        .lists()
        .widest(44),
        Column::money(plan, |r: &Row<'_>| r.1.plan_cents).summed(),
        Column::new(money(MORE), Kind::Money, move |r: &Row<'_>, at| {
            let text =
                format!("{}+{}-{}", at.cell(&asked_at), at.cell(&outside_at), at.cell(&plan_at));
            let more = following(out, r.1) - i128::from(r.1.plan_cents.0);
            Value::Formula(text, Outcome::Money(more))
        })
        .summed(),
        Column::new("Why", Kind::Wrap, |r: &Row<'_>, _: &_| Value::text(r.1.reason.sentence()))
            .words()
            .widest(60),
        Column::new("Report asks for, greedily", Kind::Wrap, |r: &Row<'_>, _: &_| {
            Value::owned(compare.answer(r.1.greedy).words.clone())
        })
        .lists()
        .widest(44),
        Column::new(money("Report asks for, greedily: cost"), Kind::Money, |r: &Row<'_>, _: &_| {
            Value::money(compare.answer(r.1.greedy).cents)
        })
        .summed(),
        Column::new("Both rules agree", Kind::Text, |r: &Row<'_>, _: &_| {
            Value::yes_no(r.1.priority == r.1.greedy)
        })
        .words(),
        Column::text("Tier", |r: &Row<'_>| r.0.tier.word()).words(),
        Column::text("Reason", |r: &Row<'_>| r.1.reason.word()).words(),
    ];
    table::sheet(book, &COMPARE, "Compare", columns, &rows, super::plain)
}
