//! The sheet *Summary*: cost, people and decisions at a glance.
//!
//! Three small tables and three charts. Figures that can be counted on other
//! sheets are formulas; figures only the calculation knows are written as
//! they are, and the last column says which is which.

use rust_xlsxwriter::{ChartType, XlsxError};

use super::{devices, files, licences, money_head, requirements, true_up, users};
use crate::money::Cents;
use crate::output::TenantOutput;
use crate::report::book::Book;
use crate::report::catalogue::tenant::SUMMARY;
use crate::report::cell::{Outcome, Value};
use crate::report::charts::{self, Series, Spec};
use crate::report::column::{Column, Kind};
use crate::report::figures::{DECISIONS, Figures, TIERS};
use crate::report::style::{AMBER, GREY, NAVY, TEAL};
use crate::report::table::{self, Written};

/// Where the sheets stand that the summary looks at.
pub(crate) struct Sources<'w> {
    pub(crate) users: &'w Written,
    pub(crate) devices: &'w Written,
    pub(crate) plan: &'w Written,
    pub(crate) true_up: &'w Written,
    pub(crate) requirements: &'w Written,
    pub(crate) files: &'w Written,
}

/// A figure: its name, what it holds, how it is found.
struct Line {
    name: String,
    value: Value<'static>,
    of: i128,
    of_cell: String,
    how: &'static str,
}

/// Where the summary's own figures stand.
pub(crate) struct Summary {
    costs: Written,
    month: String,
    plan: u32,
}

impl Summary {
    /// The cell that holds the cost of the plan per month.
    pub(crate) fn plan_cell(&self) -> String {
        self.costs.cell(&self.month, self.plan)
    }
}

/// Zero-based row of the first table's header.
const FIRST: u32 = 4;
/// Zero-based column of the charts.
const CHARTS: u16 = 5;

/// Writes *Summary*.
pub(crate) fn write(
    book: &mut Book,
    out: &TenantOutput,
    figures: &Figures,
    from: &Sources<'_>,
) -> Result<Summary, XlsxError> {
    let mut page = book.open(&SUMMARY, 0, false)?;
    for (col, width) in [(0, 38), (1, 17), (2, 17), (3, 50), (4, 3)] {
        page.set_column_width(col, width)?;
    }
    let currency = &out.tenant.currency;
    let styles = &book.styles;

    let (costs, compared) = costs(out, figures, from);
    page.write_string_with_format(FIRST - 1, 0, "Cost", &styles.section)?;
    let month = money_head(currency, "Cost");
    let year = money_head(currency, "Cost").replace("month", "year");
    let month_at = month.clone();
    let columns: Vec<Column<'_, Line>> = vec![
        Column::new("Figure", Kind::Label, |l: &Line, _: &_| Value::text(&l.name)),
        Column::new(&month, Kind::Money, |l: &Line, _: &_| l.value.clone()),
        Column::new(&year, Kind::Money, move |l: &Line, at| {
            let text = format!("{}*12", at.cell(&month_at));
            Value::Formula(text, Outcome::Money(l.value.amount() * 12))
        }),
        Column::wrap("How it is found", |l: &Line| l.how),
    ];
    let cost_table = table::block(&mut page, styles, (FIRST, 0), "Costs", &columns, &costs)?;

    let row = FIRST + rows(&costs) + 3;
    let people = people(out, figures, from, row);
    page.write_string_with_format(row - 1, 0, "People and devices", &styles.section)?;
    let columns: Vec<Column<'_, Line>> = vec![
        Column::new("Figure", Kind::Label, |l: &Line, _: &_| Value::text(&l.name)),
        Column::new("Number", Kind::Count, |l: &Line, _: &_| l.value.clone()),
        Column::new("Share", Kind::Share, |l: &Line, at| {
            if l.of == 0 {
                return Value::Blank;
            }
            let text = format!("{}/{}", at.cell("Number"), l.of_cell);
            Value::Formula(text, Outcome::Share(l.value.amount(), l.of))
        }),
        Column::wrap("How it is found", |l: &Line| l.how),
    ];
    let people_table =
        table::block(&mut page, styles, (row, 0), "PeopleFigures", &columns, &people)?;

    let row = row + rows(&people) + 3;
    page.write_string_with_format(row - 1, 0, "Decisions", &styles.section)?;
    if out.totals.assigned_known {
        let lines = decisions(figures, from, currency, row);
        let columns: Vec<Column<'_, Decision>> = vec![
            Column::new("Decision", Kind::Label, |d: &Decision, _: &_| Value::text(d.name)),
            Column::new("People", Kind::Count, |d: &Decision, _: &_| d.people.clone()),
            Column::new(money_head(currency, "Saving"), Kind::Money, |d: &Decision, _: &_| {
                d.saving.clone()
            }),
            Column::wrap("How it is found", |d: &Decision| d.how),
        ];
        table::block(&mut page, styles, (row, 0), "DecisionTotals", &columns, &lines)?;
    } else {
        let text =
            "The input does not say what is assigned: there is nothing to decide per person.";
        page.write_string_with_format(row, 0, text, &styles.about)?;
    }

    let money = if currency.is_empty() {
        "money / month".to_owned()
    } else {
        format!("{currency} / month")
    };
    charts::insert(
        &mut page,
        (FIRST - 1, CHARTS),
        &Spec {
            kind: ChartType::Column,
            title: "Cost today, with user licences only, and under the plan",
            categories_title: "Way of licensing",
            values_title: &money,
            alt: "Columns: monthly cost of what is owned, of what is assigned, of user licences alone, of the plan, and the lower bound.",
            categories: cost_table.rows("Figure", 0, compared - 1),
            series: vec![Series {
                name: "Cost",
                values: cost_table.rows(&month, 0, compared - 1),
                colour: NAVY,
            }],
            labels: true,
            number_format: "#,##0",
            size: (640, 330),
            points: &compared_colours(out),
        },
    )?;
    charts::insert(
        &mut page,
        (FIRST + 18, CHARTS),
        &Spec {
            kind: ChartType::Bar,
            title: "People by tier",
            categories_title: "Tier",
            values_title: "People",
            alt: "Bars: number of people per tier, from none to full.",
            categories: people_table.rows("Figure", 2, 6),
            series: vec![Series {
                name: "People",
                values: people_table.rows("Number", 2, 6),
                colour: TEAL,
            }],
            labels: true,
            number_format: "#,##0",
            size: (640, 300),
            points: &[],
        },
    )?;
    if !out.true_up.is_empty() {
        let series = |name, colour| Series { name, values: from.true_up.range(name), colour };
        charts::insert(
            &mut page,
            (FIRST + 35, CHARTS),
            &Spec {
                kind: ChartType::Column,
                title: "Seats: owned and planned per licence",
                categories_title: "Licence",
                values_title: "Seats",
                alt: "Clustered columns: seats owned and seats of the plan per licence.",
                categories: from.true_up.range(true_up::LICENCE),
                series: vec![series(true_up::OWNED, GREY), series(true_up::PLAN, NAVY)],
                labels: false,
                number_format: "#,##0",
                size: (640, 360),
                points: &[],
            },
        )?;
    }
    page.set_print_fit_to_pages(1, 1);
    page.set_freeze_panes(3, 0)?;
    book.close(&SUMMARY, 0, page, None);
    Ok(Summary { costs: cost_table, month, plan: compared - 2 })
}

/// Today grey, user licences only teal, the plan navy, its bound amber.
fn compared_colours(out: &TenantOutput) -> Vec<u32> {
    let today = usize::from(out.totals.owned_known) + usize::from(out.totals.assigned_known);
    [vec![GREY; today], vec![TEAL, NAVY, AMBER]].concat()
}

fn rows<T>(lines: &[T]) -> u32 {
    u32::try_from(lines.len()).unwrap_or(u32::MAX)
}

const CALCULATED: &str = "Result of the calculation";

/// The costs, those a chart compares first, and how many these are.
fn costs(out: &TenantOutput, figures: &Figures, from: &Sources<'_>) -> (Vec<Line>, u32) {
    let currency = &out.tenant.currency;
    let totals = &out.totals;
    let line = |name: &str, value, how| Line {
        name: name.to_owned(),
        value,
        of: 0,
        of_cell: String::new(),
        how,
    };
    let fixed = |name: &str, cents: Cents| line(name, Value::money(cents), CALCULATED);
    let live = |name: &str, text: String, cents, how| {
        line(name, Value::Formula(text, Outcome::Money(cents)), how)
    };
    let mut lines = Vec::new();
    if totals.owned_known {
        let text = from.true_up.sum(&money_head(currency, true_up::OWNED_COST));
        lines.push(live(
            "Owned today",
            text,
            figures.owned,
            "Sum of True-up: owned seats at the prices of this run",
        ));
    }
    if totals.assigned_known {
        let text = from.users.sum(&money_head(currency, users::ASSIGNED));
        lines.push(live(
            "Assigned today",
            text,
            figures.assigned,
            "Sum of Users: assigned licences at the prices of this run",
        ));
    }
    lines.push(fixed("User licences only", totals.user_only_cents));
    let plan = from.plan.sum(&money_head(currency, licences::TOTAL));
    lines.push(live("Plan", plan.clone(), figures.plan, "Sum of Licences"));
    lines.push(fixed("Lower bound", out.certificate.bound_cents));
    let compared = rows(&lines);
    // The rows above stand from the row below the header on.
    let cell = |index: u32| format!("$B${}", FIRST + 2 + index);
    let bound = i128::from(out.certificate.bound_cents.0);
    let (plan_cell, bound_cell, only_cell) =
        (cell(compared - 2), cell(compared - 1), cell(compared - 3));
    lines.push(live(
        "Gap to the lower bound",
        format!("{plan_cell}-{bound_cell}"),
        figures.plan - bound,
        "Plan less lower bound; zero means proven cheapest",
    ));
    let saved = i128::from(totals.user_only_cents.0) - figures.plan;
    lines.push(live(
        "Saved by device licences",
        format!("{only_cell}-{plan_cell}"),
        saved,
        "User licences only less plan",
    ));
    if totals.assigned_known {
        let at = cell(u32::from(totals.owned_known));
        lines.push(live(
            "Saving against assigned today",
            format!("{at}-{plan_cell}"),
            figures.assigned - figures.plan,
            "Assigned today less plan",
        ));
    }
    if totals.owned_known {
        lines.push(live(
            "Saving against owned today",
            format!("{}-{plan_cell}", cell(0)),
            figures.owned - figures.plan,
            "Owned today less plan",
        ));
    }
    lines.push(fixed("Plan under the other device policy", totals.other_policy_cents));
    lines.push(fixed("Plan resting on unverified prices", totals.unverified_cents));
    lines.push(fixed("Plan resting on unknown roles", totals.unknown_role_cents));
    (lines, compared)
}

/// Counts of people, devices, requirements and rows.
fn people(out: &TenantOutput, figures: &Figures, from: &Sources<'_>, header: u32) -> Vec<Line> {
    let people_cell = format!("$B${}", header + 2);
    let line = |name: &str, text: String, count, share: bool, how| Line {
        name: name.to_owned(),
        value: Value::Formula(text, Outcome::Count(count)),
        of: if share { figures.people } else { 0 },
        of_cell: people_cell.clone(),
        how,
    };
    let users = from.users;
    let mut lines = vec![
        line("People", users.filled(users::ID), figures.people, false, "Rows of Users"),
        line(
            "Need a licence",
            users.count_ifs(&[(users::NEEDS, "\"yes\"")]),
            figures.need,
            true,
            "Users with a requirement",
        ),
    ];
    for (tier, count) in TIERS.iter().zip(figures.tiers) {
        let text = users.count_ifs(&[(users::TIER, &format!("\"{tier}\""))]);
        lines.push(line(&format!("Tier: {tier}"), text, count, true, "Users of that tier"));
    }
    lines.push(line(
        "Served by device licences only",
        users.count_ifs(&[(users::DEVICE_ONLY, "\"yes\"")]),
        figures.by_device_only,
        true,
        "Users with a requirement and no licence of their own",
    ));
    lines.push(line(
        "Accounts",
        users.sum(users::ACCOUNTS),
        figures.accounts,
        false,
        "Sum of Users; several accounts may be one person",
    ));
    lines.push(line(
        "Devices",
        from.devices.filled(devices::ID),
        figures.devices,
        false,
        "Rows of Devices",
    ));
    lines.push(line(
        "Devices licensed",
        from.devices.count_ifs(&[(devices::LICENSED, "\"yes\"")]),
        figures.devices_licensed,
        false,
        "Devices the plan licenses",
    ));
    lines.push(line(
        "Distinct requirements",
        format!("COUNT({})", from.requirements.ranges(requirements::NUMBER).join(",")),
        figures.signatures,
        false,
        "Rows of Requirements",
    ));
    let [read, _, _, rejected] = files::sums(&out.files);
    lines.push(line("Rows read", from.files.sum(files::READ), read, false, "Sum of Files"));
    lines.push(line(
        "Rows rejected",
        from.files.sum(files::REJECTED),
        rejected,
        false,
        "Sum of Files; each is listed on Rejected",
    ));
    lines
}

struct Decision {
    name: &'static str,
    people: Value<'static>,
    saving: Value<'static>,
    how: &'static str,
}

fn decisions(figures: &Figures, from: &Sources<'_>, currency: &str, header: u32) -> Vec<Decision> {
    let saving_head = money_head(currency, users::SAVING);
    let mut lines: Vec<Decision> = (header + 2..)
        .zip(DECISIONS)
        .map(|(row, name)| {
            let criteria = format!("$A{row}");
            let criteria = [(users::DECISION, criteria.as_str())];
            let (people, saving) =
                if name == DECISIONS[0] { (figures.changes, figures.saving) } else { (0, 0) };
            Decision {
                name,
                people: Value::Formula(from.users.count_ifs(&criteria), Outcome::Count(people)),
                saving: Value::Formula(
                    from.users.sum_ifs(&saving_head, &criteria),
                    Outcome::Money(saving),
                ),
                how: "Users with this decision: assigned cost less plan cost",
            }
        })
        .collect();
    let first = header + 2;
    let devices = from.devices.sum(&money_head(currency, devices::COST));
    lines.push(Decision {
        name: "Device licences of the plan",
        people: Value::Blank,
        saving: Value::Formula(format!("-{devices}"), Outcome::Money(-figures.device_cost)),
        how: "Sum of Devices, as a cost",
    });
    lines.push(Decision {
        name: "Saving counted",
        people: Value::Formula(format!("B{first}+B{}", first + 1), Outcome::Count(figures.changes)),
        saving: Value::Formula(
            format!("C{first}+C{}+C{}", first + 1, first + 4),
            Outcome::Money(figures.saving - figures.device_cost),
        ),
        how: "Proposed and accepted, less the device licences",
    });
    lines
}
