//! The plan against what is assigned and what is owned, in people, seats and
//! money.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{Sources, rows};
use crate::output::{AssignmentStatus, TenantOutput, UserLine};
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::figures::by_device_only;
use crate::report::sheets::{devices, money_head, true_up, users};
use crate::report::style::Styles;
use crate::report::table;

/// A line: what, how many, how much.
struct Row {
    name: &'static str,
    count: Value<'static>,
    money: Value<'static>,
    of: i128,
    about: &'static str,
}

/// People of a status, by what they work at.
struct Case {
    name: &'static str,
    status: AssignmentStatus,
    device: Option<bool>,
    about: &'static str,
}

const CASES: [Case; 6] = [
    Case {
        name: "release",
        status: AssignmentStatus::Release,
        device: None,
        about: "Hold a licence and need none: release it at renewal",
    },
    Case {
        name: "over-licensed: licensed devices do",
        status: AssignmentStatus::Over,
        device: Some(true),
        about: "Need no licence of their own at licensed devices: release theirs",
    },
    Case {
        name: "over-licensed: a cheaper licence does",
        status: AssignmentStatus::Over,
        device: Some(false),
        about: "Hold a dearer licence than they need: change it at renewal",
    },
    Case {
        name: "under-licensed",
        status: AssignmentStatus::Under,
        device: None,
        about: "Hold less than they need: assign what is missing",
    },
    Case {
        name: "fits",
        status: AssignmentStatus::Fits,
        device: None,
        about: "Hold what they need at no more than the plan's cost",
    },
    Case {
        name: "none needed",
        status: AssignmentStatus::None,
        device: None,
        about: "Hold nothing and need nothing",
    },
];

impl Case {
    fn takes(&self, user: &UserLine) -> bool {
        user.status == self.status
            && self.device.is_none_or(|device| device == by_device_only(user))
    }
}

/// Writes the comparison with what is assigned: the saving, by its reason.
pub(super) fn assigned(
    page: &mut Worksheet,
    styles: &Styles,
    out: &TenantOutput,
    from: &Sources<'_>,
    header: u32,
) -> Result<u32, XlsxError> {
    let currency = &out.tenant.currency;
    let saving_head = money_head(currency, users::SAVING);
    let people = out.users.len() as i128;
    let mut lines: Vec<Row> = CASES
        .iter()
        .filter(|case| out.users.iter().any(|user| case.takes(user)))
        .map(|case| {
            let status = format!("\"{}\"", case.status.word());
            let mut criteria = vec![(users::STATUS_HEAD, status.as_str())];
            if let Some(device) = case.device {
                criteria.push((users::DEVICE_ONLY, if device { "\"yes\"" } else { "\"no\"" }));
            }
            let taken = || out.users.iter().filter(|user| case.takes(user));
            let saving = taken()
                .map(|user| i128::from(user.assigned_cents.0) - i128::from(user.cents.0))
                .sum();
            Row {
                name: case.name,
                count: Value::Formula(
                    from.users.count_ifs(&criteria),
                    Outcome::Count(taken().count() as i128),
                ),
                money: Value::Formula(
                    from.users.sum_ifs(&saving_head, &criteria),
                    Outcome::Money(saving),
                ),
                of: people,
                about: case.about,
            }
        })
        .collect();
    let device_cost: i128 = out
        .devices
        .iter()
        .filter(|device| device.licensed)
        .map(|device| i128::from(device.unit_cents.0))
        .sum();
    if device_cost != 0 {
        lines.push(Row {
            name: "device licences of the plan",
            count: Value::Blank,
            money: Value::Formula(
                format!("-{}", from.devices.sum(&money_head(currency, devices::COST))),
                Outcome::Money(-device_cost),
            ),
            of: 0,
            about: "What they cost: taken off the saving",
        });
    }
    total(&mut lines, header, people, "Saving against what is assigned");
    block(page, styles, "ComparedWithAssigned", &money_head(currency, "Saving"), (header, &lines))
}

/// Writes the comparison with what is owned.
pub(super) fn owned(
    page: &mut Worksheet,
    styles: &Styles,
    out: &TenantOutput,
    from: &Sources<'_>,
    header: u32,
) -> Result<u32, XlsxError> {
    const ABOUT: [&str; 7] = [
        "Missing beside what is owned: buy before they are assigned",
        "The renewal plan has more of them than are owned",
        "Base seats take the place of attach seats",
        "Attach seats take the place of base seats",
        "Fewer seats at the renewal, unassign them first",
        "None of them in the renewal plan, unassign them first",
        "Seats owned as needed",
    ];
    let currency = &out.tenant.currency;
    let money = money_head(currency, true_up::MONEY);
    let mut lines: Vec<Row> = true_up::ACTIONS
        .iter()
        .zip(ABOUT)
        .filter(|((action, _), _)| out.true_up.iter().any(|line| line.action == *action))
        .map(|((action, _), about)| {
            let taken = || out.true_up.iter().filter(|line| line.action == *action);
            let word = format!("\"{action}\"");
            let criteria = [(true_up::ACTION, word.as_str())];
            let gap = |line| true_up::planned(out, line) - i128::from(line.owned);
            let saving: i128 = taken().map(|line| -gap(line) * i128::from(line.unit_cents.0)).sum();
            Row {
                name: action,
                count: Value::Formula(
                    from.true_up.sum_ifs(true_up::GAP, &criteria),
                    Outcome::Count(taken().map(gap).sum()),
                ),
                money: Value::Formula(
                    format!("-({})", from.true_up.sum_ifs(&money, &criteria)),
                    Outcome::Money(saving),
                ),
                of: 0,
                about,
            }
        })
        .collect();
    total(&mut lines, header, 0, "Saving against what is owned");
    block(page, styles, "ComparedWithOwned", &money_head(currency, "Saving"), (header, &lines))
}

/// The last line: the sum of those above it.
fn total(lines: &mut Vec<Row>, header: u32, of: i128, name: &'static str) {
    let (first, last) = (header + 2, header + 1 + rows(lines));
    let sum = |column: &str| format!("SUM({column}{first}:{column}{last})");
    let count = lines.iter().map(|row| row.count.amount()).sum();
    let money = lines.iter().map(|row| row.money.amount()).sum();
    if lines.is_empty() {
        return;
    }
    let row = Row {
        name,
        count: Value::Formula(sum("B"), Outcome::Count(count)),
        money: Value::Formula(sum("C"), Outcome::Money(money)),
        of,
        about: "Sum of the lines above",
    };
    lines.push(row);
}

fn block(
    page: &mut Worksheet,
    styles: &Styles,
    table: &str,
    money: &str,
    (header, lines): (u32, &[Row]),
) -> Result<u32, XlsxError> {
    let counted = if table.ends_with("Owned") { "Seats to add" } else { "People" };
    let total_row = format!("$B${}", header + 1 + rows(lines));
    let columns: Vec<Column<'_, Row>> = vec![
        Column::new("Today", Kind::Label, |r: &Row, _: &_| Value::text(r.name)).words(),
        Column::new(counted, Kind::Count, |r: &Row, _: &_| r.count.clone()),
        Column::new(money, Kind::Money, |r: &Row, _: &_| r.money.clone()),
        Column::new("Share", Kind::Share, |r: &Row, at| {
            if r.of == 0 {
                return Value::Blank;
            }
            let text = format!("{}/{total_row}", at.cell(counted));
            Value::Formula(text, Outcome::Share(r.count.amount(), r.of))
        }),
        Column::wrap("What it means", |r: &Row| r.about).words().widest(66),
    ];
    table::block(page, styles, (header, 0), table, &columns, lines)?;
    Ok(header + rows(lines).max(1) + 3)
}
