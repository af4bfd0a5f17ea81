//! The top of *Summary*: costs, savings, and the licences of the plan.

use std::ops::Range;

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{Line, Sources, rows};
use crate::money::{Cents, format_cents};
use crate::output::{PlanLine, RuleCheck, TenantOutput};
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::figures::Figures;
use crate::report::language::{Part, Said};
use crate::report::sheets::licences::mark_words;
use crate::report::sheets::status::{self, Tone};
use crate::report::sheets::{capacity, compare, licences, money_head, true_up, users};
use crate::report::style::Styles;
use crate::report::table;
use crate::rulebook::DevicePolicy;

/// The figure everything else is held against.
pub(super) const PLAN: &str = "Plan: the cheapest lawful licences";

const CALCULATED: &str = "Result of the calculation";

/// The costs, and which lines are which.
pub(super) struct Costs {
    pub(super) lines: Vec<Line>,
    /// How many of the first lines a chart compares.
    pub(super) compared: u32,
    /// The line of the plan.
    pub(super) plan: u32,
    /// The line of the saving against today.
    pub(super) saving: Option<u32>,
    /// The lines of agreement rules that are not met.
    pub(super) breaches: Range<u32>,
}

/// Rules of the agreement that the plan does not meet.
pub(crate) fn breaches(out: &TenantOutput) -> impl Iterator<Item = &RuleCheck> {
    out.rule_checks.iter().filter(|rule| rule.result == "not met")
}

/// One line on the rules that are not met; `None` where all are.
pub(super) fn breach_words(out: &TenantOutput) -> Option<String> {
    let first = breaches(out).next()?;
    let more = breaches(out).count() - 1;
    let mut words = format!(
        "Agreement rule not met: {}; {} {} a month not in the plan",
        first.name,
        out.tenant.currency,
        format_cents(i128::from(first.cents.0)),
    );
    if more > 0 {
        words.push_str(&format!("; and {more} more: see Agreement rules"));
    }
    Some(words)
}

/// `45.1 %`, rounded half up; blank without a whole.
pub(crate) fn percent(part: i128, whole: i128) -> String {
    if whole <= 0 {
        return String::new();
    }
    let sign = if part < 0 { "-" } else { "" };
    let tenths = (part.abs() * 2_000 + whole) / (whole * 2);
    format!("{sign}{}.{} %", tenths / 10, tenths % 10)
}

/// The costs, those a chart compares first.
pub(super) fn costs(out: &TenantOutput, figures: &Figures, from: &Sources<'_>) -> Costs {
    let currency = &out.tenant.currency;
    let totals = &out.totals;
    let line = |name: &str, value, how| Line {
        name: name.to_owned(),
        value,
        of: 0,
        of_cell: String::new(),
        how,
        unit: "",
    };
    let fixed = |name: &str, cents: Cents, how| line(name, Value::money(cents), how);
    let live = |name: &str, text: String, cents, how| {
        line(name, Value::Formula(text, Outcome::Money(cents)), how)
    };
    let mut lines = Vec::new();
    if totals.owned_known {
        let text = from.true_up.sum(&money_head(currency, true_up::OWNED_COST));
        let how = "Sum of True-up: owned seats at the prices of this report";
        lines.push(live("Owned today", text, figures.owned, how));
    }
    if totals.assigned_known {
        let text = from.users.sum(&money_head(currency, users::ASSIGNED));
        let how = "Sum of Users: assigned licences at the prices of this report";
        lines.push(live("Assigned today", text, figures.assigned, how));
    }
    lines.push(fixed(
        "User licences only",
        totals.user_only_cents,
        "Result of the calculation without any device licence",
    ));
    let plan = from.plan.sum(&money_head(currency, licences::TOTAL));
    lines.push(live(PLAN, plan, figures.plan, "Sum of Licences"));
    let compared = rows(&lines);
    // The rows above stand from the row below the header on.
    let cell = |index: u32| format!("$B${}", super::FIRST + 2 + index);
    let (plan_cell, only_cell) = (cell(compared - 1), cell(compared - 2));
    let saved = |name: &str, at: String, before: i128, how| Line {
        of: before,
        of_cell: at.clone(),
        ..live(name, format!("{at}-{plan_cell}"), before - figures.plan, how)
    };
    let mut saving = None;
    if totals.assigned_known {
        saving = Some(rows(&lines));
        let at = cell(u32::from(totals.owned_known));
        let how = "Assigned today less plan; share of assigned";
        lines.push(saved("Saving against assigned today", at, figures.assigned, how));
    }
    if totals.owned_known {
        saving = saving.or(Some(rows(&lines)));
        let how = "Owned today less plan; share of owned";
        lines.push(saved("Saving against owned today", cell(0), figures.owned, how));
    }
    if !out.devices.is_empty() {
        let only = i128::from(totals.user_only_cents.0);
        let how = "User licences only less plan; share of user licences only";
        lines.push(saved("Saved by device licences", only_cell, only, how));
    }
    if let Some(sheet) = from.compare {
        let asked = sheet.sum(&money_head(currency, compare::ASKED));
        let outside = sheet.sum(&money_head(currency, compare::OUTSIDE));
        let following: i128 =
            out.compare.lines.iter().map(|line| compare::following(out, line)).sum();
        let at = cell(rows(&lines));
        let how =
            "Sum of Compare: its answers by priority, and the cheapest for what it does not see";
        lines.push(live(
            "Following Microsoft's report",
            format!("{asked}+{outside}"),
            following,
            how,
        ));
        let how = "Following the report less plan; share of following the report";
        lines.push(saved("Saved by not following the report", at, following, how));
    }
    let first_breach = rows(&lines);
    for rule in breaches(out) {
        let name = "NOT IN THE PLAN: agreement rule not met";
        let how = "What meeting it adds: see the line in red above";
        lines.push(Line {
            of: figures.plan,
            of_cell: plan_cell.clone(),
            ..fixed(name, rule.cents, how)
        });
    }
    let breaches = first_breach..rows(&lines);
    if let Some(sheet) = from.capacity.filter(|_| totals.capacity_cents != Cents::ZERO) {
        let text = sheet.sum(&money_head(currency, capacity::COST));
        let cents = i128::from(totals.capacity_cents.0);
        let how = "Sum of Capacity: packs to buy beside the plan";
        lines.push(live("Capacity packs, not in the plan", text, cents, how));
    }
    if totals.other_policy_cents != totals.plan_cents {
        lines.push(fixed(
            match out.options.device_policy {
                DevicePolicy::Guide => "Plan if devices serve only who needs nothing else",
                DevicePolicy::Strict => "Plan if devices carry the device work of anyone",
            },
            totals.other_policy_cents,
            CALCULATED,
        ));
    }
    Costs { lines, compared, plan: compared - 1, saving, breaches }
}

/// Writes the licences to hold; gives the row of the next table's header.
pub(super) fn licences(
    page: &mut Worksheet,
    styles: &Styles,
    out: &TenantOutput,
    from: &Sources<'_>,
    header: u32,
) -> Result<u32, XlsxError> {
    type Row<'o> = (u32, &'o PlanLine);
    let currency = &out.tenant.currency;
    let cost = money_head(currency, licences::TOTAL);
    let cost_at = cost.clone();
    let whole = from.plan.sum(&cost);
    let total: i128 = out.plan.iter().map(money_of).sum();
    let mut lines: Vec<Row<'_>> = (0..).zip(&out.plan).collect();
    lines.sort_by_key(|(_, line)| std::cmp::Reverse(money_of(line)));
    let columns: Vec<Column<'_, Row<'_>>> = vec![
        Column::new("Licence", Kind::Label, |row: &Row<'_>, _: &_| {
            Value::owned(true_up::label(&row.1.name, row.1.kind))
        })
        .lists(),
        Column::new("Seats", Kind::Count, |row: &Row<'_>, _: &_| {
            let text = from.plan.cell(licences::SEATS, row.0);
            Value::Formula(text, Outcome::Count(i128::from(row.1.quantity)))
        }),
        Column::new(&cost, Kind::Money, move |row: &Row<'_>, _: &_| {
            let text = from.plan.cell(&cost_at, row.0);
            Value::Formula(text, Outcome::Money(money_of(row.1)))
        }),
        Column::new("Share", Kind::Share, move |row: &Row<'_>, at| {
            if total == 0 {
                return Value::Blank;
            }
            let text = format!("{}/{whole}", at.cell(&cost));
            Value::Formula(text, Outcome::Share(money_of(row.1), total))
        }),
        Column::new("Price and what to do", Kind::Wrap, |row: &Row<'_>, _: &_| {
            remark(
                out,
                row.1,
                &from.plan.cell(&money_head(&out.tenant.currency, licences::UNIT), row.0),
            )
        })
        .widest(66),
    ];
    table::block(page, styles, (header, 0), "LicencesToHold", &columns, &lines)?;
    let range = (header + 1, header + rows(&lines).max(1), 4);
    status::containing(page, styles.language, range, licences::UNVERIFIED, Tone::Attention)?;
    Ok(header + rows(&lines).max(1) + 3)
}

fn money_of(line: &PlanLine) -> i128 {
    i128::from(line.quantity) * i128::from(line.unit_cents.0)
}

/// `180.00 each (third-party copy); 34 owned: reduce by 9 at renewal`.
fn remark(out: &TenantOutput, line: &PlanLine, unit: &str) -> Value<'static> {
    let price = format_cents(i128::from(line.unit_cents.0));
    let mut parts = vec![
        Part::Live(format!("FIXED({unit},2)"), price),
        Part::Word(mark_words(line.mark).to_owned()),
    ];
    let owned = out.true_up.iter().find(|at| at.sku == line.sku && at.kind == line.kind);
    let Some(at) = owned.filter(|_| out.totals.owned_known) else {
        return Value::Said(Said { template: "{m} each ({w})", parts });
    };
    parts.push(Part::Fixed(at.owned.to_string()));
    let gap = i128::from(line.quantity) - i128::from(at.owned);
    if gap != 0 {
        parts.push(Part::Fixed(gap.abs().to_string()));
    }
    let template = match gap {
        0 => "{m} each ({w}); {n} owned: keep",
        1.. => "{m} each ({w}); {n} owned: buy {n2}",
        _ => "{m} each ({w}); {n} owned: reduce by {n2} at renewal",
    };
    Value::Said(Said { template, parts })
}

/// The licences in a sentence: `88 user licences and 129 device licences for
/// 600 of 616 people`.
pub(crate) fn needed(out: &TenantOutput, figures: &Figures) -> String {
    let devices = figures.devices_licensed;
    let seats: i128 = out.plan.iter().map(|line| i128::from(line.quantity)).sum();
    let users = seats - devices;
    let by_device = match devices {
        0 => String::new(),
        devices => format!(" and {devices} device licences"),
    };
    format!("{users} user licences{by_device} for {} of {} people", figures.need, figures.people)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_percentage_is_rounded_half_up() {
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!(percent(2, 3), "66.7 %");
        assert_eq!(percent(1, 2_000), "0.1 %");
        assert_eq!(percent(-1, 8), "-12.5 %");
        assert_eq!(percent(1, 0), "");
    }
}
