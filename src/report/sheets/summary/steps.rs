//! *From today to the plan*: the savings as a staircase, a step a cause. The
//! steps follow the decisions on *Savings*.

use rust_xlsxwriter::{ChartType, Worksheet, XlsxError};

use super::{CHARTS, rows};
use crate::output::{Cause, TenantOutput};
use crate::report::cell::{Outcome, Value};
use crate::report::charts::{self, CLEAR, Look, Series, Spec};
use crate::report::column::{Column, Kind};
use crate::report::sheets::money_head;
use crate::report::style::{AMBER, NAVY, SLATE, Styles, TEAL};
use crate::report::table;

const STANDS: &str = "Stands at";
const LESS: &str = "Less";
const MORE: &str = "More";

struct Step {
    name: &'static str,
    stands: Value<'static>,
    less: Value<'static>,
    more: Value<'static>,
    about: &'static str,
}

/// Writes the table and its chart. `causes` is the zero-based row of the
/// header of the savings by cause, whose third column the steps read, and
/// `beside` the first row that is free for the chart.
pub(super) fn write(
    page: &mut Worksheet,
    (styles, look): (&Styles, Look),
    out: &TenantOutput,
    (header, causes, beside): (u32, u32, u32),
) -> Result<(), XlsxError> {
    let steps = steps(out, header + 2, causes + 2);
    let currency = &out.tenant.currency;
    let columns: Vec<Column<'_, Step>> = vec![
        Column::new("Step", Kind::Label, |s: &Step, _: &_| Value::text(s.name)).words(),
        Column::new(money_head(currency, STANDS), Kind::Money, |s: &Step, _: &_| s.stands.clone()),
        Column::new(money_head(currency, LESS), Kind::Money, |s: &Step, _: &_| s.less.clone()),
        Column::new(money_head(currency, MORE), Kind::Money, |s: &Step, _: &_| s.more.clone()),
        Column::wrap("How it is found", |s: &Step| s.about).words().widest(66),
    ];
    let written = table::block(page, styles, (header, 0), "SavingsSteps", &columns, &steps)?;
    let unit = money_head(currency, "Cost");
    let mut points = vec![CLEAR; steps.len()];
    if let [first, .., last] = points.as_mut_slice() {
        (*first, *last) = (SLATE, NAVY);
    }
    let series =
        |name, colour| Series { name, values: written.range(&money_head(currency, name)), colour };
    charts::insert(
        page,
        look,
        (beside.max(causes - 1), CHARTS),
        &Spec {
            kind: ChartType::ColumnStacked,
            title: "From today to the plan, by cause",
            categories_title: "Cause",
            values_title: &unit,
            alt: "Staircase: the cost of today, what each cause takes off or adds, and the cost that is left.",
            categories: written.range("Step"),
            series: vec![series(STANDS, NAVY), series(LESS, TEAL), series(MORE, AMBER)],
            labels: true,
            number_format: "#,##0;-#,##0;",
            size: (640, 360),
            points: &points,
        },
    )
}

/// `first` and `causes` are the spreadsheet's rows of the first step and of
/// the first cause.
fn steps(out: &TenantOutput, first: u32, causes: u32) -> Vec<Step> {
    let totals = &out.savings.totals;
    let counted: Vec<_> = totals.causes.iter().filter(|t| t.cause != Cause::Inactive).collect();
    let today = i128::from(totals.today_cents.0);
    let money = |text: String, cents| Value::Formula(text, Outcome::Money(cents));
    let nothing = || Value::Money(0);
    let mut steps = vec![Step {
        name: "Today",
        stands: Value::Money(today),
        less: nothing(),
        more: nothing(),
        about: if totals.basis == "owned" { "What is owned" } else { "What is assigned" },
    }];
    let mut left = today;
    for (row, total) in (causes..).zip(&counted) {
        let cents = i128::from(total.cents.0);
        let before = match row - causes {
            0 => format!("$B${first}"),
            _ => format!("$B${first}-SUM($C${causes}:$C${})", row - 1),
        };
        let after = format!("$B${first}-SUM($C${causes}:$C${row})");
        steps.push(Step {
            name: total.cause.word(),
            stands: money(format!("MIN({before},{after})"), left.min(left - cents)),
            less: money(format!("MAX($C${row},0)"), cents.max(0)),
            more: money(format!("MAX(-$C${row},0)"), (-cents).max(0)),
            about: "What is proposed or accepted of this cause",
        });
        left -= cents;
    }
    let end = match rows(&counted) {
        0 => format!("$B${first}"),
        lines => format!("$B${first}-SUM($C${causes}:$C${})", causes + lines - 1),
    };
    steps.push(Step {
        name: "After these decisions",
        stands: money(end, left),
        less: nothing(),
        more: nothing(),
        about: "The plan, where nothing is rejected or deferred; at the prices of the calculation",
    });
    steps
}
