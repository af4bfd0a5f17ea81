//! *What to do next*: the handful of things a reader has to do, in the order
//! in which they are due, each in a sentence with its money, its date and the
//! sheet that holds the detail.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{breaches, rows};
use crate::finding::Severity;
use crate::output::{Cause, TenantOutput, TrueUpLine};
use crate::report::cell::{Value, joined};
use crate::report::column::{Column, Kind};
use crate::report::sheets::{money_head, true_up};
use crate::report::style::Styles;
use crate::report::table;

/// Licences a sentence names; the rest is counted.
const NAMED: usize = 4;

/// A step: what, how much, by when, where, and the sentence.
struct Step<'o> {
    name: &'static str,
    cents: Option<i128>,
    by: &'o str,
    sheet: &'static str,
    sentence: String,
}

/// Writes the table; gives the row of the next table's header.
pub(super) fn write(
    page: &mut Worksheet,
    styles: &Styles,
    out: &TenantOutput,
    header: u32,
) -> Result<u32, XlsxError> {
    let steps = steps(out);
    let columns: Vec<Column<'_, Step<'_>>> = vec![
        Column::new("What to do next", Kind::Label, |s: &Step<'_>, _: &_| Value::text(s.name))
            .words(),
        Column::new(
            money_head(&out.tenant.currency, "Effect on cost"),
            Kind::Money,
            |s: &Step<'_>, _: &_| s.cents.map_or(Value::Blank, Value::Money),
        ),
        Column::new("By", Kind::Date, |s: &Step<'_>, _: &_| Value::Date(s.by)),
        Column::new("See", Kind::Text, |s: &Step<'_>, _: &_| {
            Value::Link(s.sheet.to_owned(), s.sheet.to_owned())
        }),
        Column::wrap("In a sentence", |s: &Step<'_>| &s.sentence).words().widest(66),
    ];
    table::block(page, styles, (header, 0), "NextSteps", &columns, &steps)?;
    Ok(header + rows(&steps).max(1) + 3)
}

/// `35 Supply Chain Management, 94 Activity (additional)`.
fn seats<'o>(lines: impl Iterator<Item = (u64, &'o TrueUpLine)>) -> String {
    let words: Vec<String> = lines
        .map(|(seats, line)| format!("{seats} {}", true_up::label(&line.name, line.kind)))
        .collect();
    joined(&words, NAMED, ", ")
}

fn money(lines: &[(u64, &TrueUpLine)]) -> i128 {
    lines.iter().map(|(seats, line)| i128::from(*seats) * i128::from(line.unit_cents.0)).sum()
}

fn steps(out: &TenantOutput) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let renewal = match out.tenant.renewal_date.as_str() {
        "" => "renewal",
        date => date,
    };
    for rule in breaches(out) {
        steps.push(Step {
            name: "Meet the agreement",
            cents: Some(i128::from(rule.cents.0)),
            by: "now",
            sheet: "Agreement rules",
            sentence: format!("Settle this first, it is not in the plan: {}.", rule.name),
        });
    }
    let owned = out.totals.owned_known;
    let bought: Vec<(u64, &TrueUpLine)> =
        out.true_up.iter().filter(|l| owned && l.buy_now > 0).map(|l| (l.buy_now, l)).collect();
    if !bought.is_empty() {
        steps.push(Step {
            name: "Buy what is missing",
            cents: Some(money(&bought)),
            by: "now",
            sheet: "True-up",
            sentence: format!("Buy {} beside what is owned.", seats(bought.iter().copied())),
        });
    }
    let of =
        |cause: Cause| out.savings.totals.causes.iter().find(|total| total.cause == cause).copied();
    let unneeded = [Cause::Disabled, Cause::Exempt, Cause::NotNeeded];
    let idle: Vec<_> = unneeded.into_iter().filter_map(of).collect();
    let accounts: u64 = idle.iter().map(|total| total.decisions).sum();
    if accounts > 0 {
        steps.push(Step {
            name: "Release licences nobody needs",
            cents: Some(-idle.iter().map(|total| i128::from(total.cents.0)).sum::<i128>()),
            by: renewal,
            sheet: "Savings",
            sentence: format!("Take the licences from {accounts} accounts that need none."),
        });
    }
    if let Some(short) = of(Cause::UnderLicensed) {
        steps.push(Step {
            name: "License who holds too little",
            cents: Some(-i128::from(short.cents.0)),
            by: "now",
            sheet: "Savings",
            sentence: format!(
                "{} rows of Savings need more than is held or owned: assign what the plan gives.",
                short.decisions
            ),
        });
    }
    let more: Vec<(u64, &TrueUpLine)> = out
        .true_up
        .iter()
        .filter(|line| owned && line.gap > 0 && line.buy_now == 0)
        .map(|line| (line.gap.unsigned_abs(), line))
        .collect();
    if !more.is_empty() {
        steps.push(Step {
            name: "Add at renewal",
            cents: Some(money(&more)),
            by: renewal,
            sheet: "Schedule",
            sentence: format!("Order {} with the renewal.", seats(more.iter().copied())),
        });
    }
    let fewer: Vec<(u64, &TrueUpLine)> = out
        .true_up
        .iter()
        .filter(|line| owned && line.gap < 0)
        .map(|line| (line.gap.unsigned_abs(), line))
        .collect();
    if !fewer.is_empty() {
        steps.push(Step {
            name: "Reduce at renewal",
            cents: Some(-money(&fewer)),
            by: renewal,
            sheet: "Schedule",
            sentence: format!("Do not renew {}.", seats(fewer.iter().copied())),
        });
    }
    if let Some(idle) = of(Cause::Inactive) {
        steps.push(Step {
            name: "Ask about inactive people",
            cents: Some(-i128::from(idle.potential_cents.0)),
            by: renewal,
            sheet: "Savings",
            sentence: format!(
                "{} people have not signed in for 90 days: at most that much less if they need nothing.",
                idle.decisions
            ),
        });
    }
    let totals = &out.totals;
    if totals.unverified_cents.0 != 0 {
        steps.push(Step {
            name: "Enter the prices of the agreement",
            cents: None,
            by: "",
            sheet: "Prices",
            sentence: "Part of the plan rests on prices nobody has verified: replace them in the price list and run again, or change them on Prices.".to_owned(),
        });
    }
    if totals.unknown_role_cents.0 != 0 {
        steps.push(Step {
            name: "Say what unknown roles may do",
            cents: None,
            by: "",
            sheet: "Roles",
            sentence: format!(
                "Roles that the edition does not know count as {}: add their permissions to the input.",
                out.options.unknown_roles
            ),
        });
    }
    let count = |severity| out.findings.iter().filter(|f| f.code.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if errors + warnings > 0 {
        steps.push(Step {
            name: "Read the findings",
            cents: None,
            by: "",
            sheet: "Findings",
            sentence: format!("{errors} errors and {warnings} warnings, each with what to do."),
        });
    }
    if !out.savings.lines.is_empty() {
        steps.push(Step {
            name: "Decide",
            cents: None,
            by: "",
            sheet: "Savings",
            sentence:
                "Accept, reject or defer each saving: the table of causes and its chart follow."
                    .to_owned(),
        });
    }
    steps
}
