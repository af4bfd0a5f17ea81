//! The sheet *Savings*: one row a decision, and its totals by cause.

use rust_xlsxwriter::{DataValidation, Worksheet, XlsxError};

use super::money_head;
use super::true_up::label;
use crate::output::{Cause, SavingsLine, TenantOutput, UserLine};
use crate::report::book::Book;
use crate::report::catalogue::tenant::SAVINGS;
use crate::report::cell::{Outcome, Value, joined};
use crate::report::column::{Column, Kind};
use crate::report::figures::DECISIONS;
use crate::report::table::{self, Written};

/// Headers other sheets refer to.
pub(crate) const CAUSE: &str = "Cause";
pub(crate) const SAVING: &str = "Saving";
pub(crate) const POTENTIAL: &str = "Potential, not counted";
pub(crate) const DECISION: &str = "Decision";

/// Licences listed in a cell; the rest is counted.
const LISTED: usize = 25;

type Row<'o> = (Option<&'o UserLine>, &'o SavingsLine);

fn planned(user: &UserLine) -> String {
    let names = user.licences.iter().map(|l| format!("{} ({})", l.name, l.kind.word()));
    let mut words: Vec<String> = names.collect();
    if !user.by_device.is_empty() {
        words.push("licensed devices".to_owned());
    }
    joined(&words, LISTED, " + ")
}

/// The seats of a licence, in words.
fn seats(line: &SavingsLine) -> String {
    line.kind.map_or_else(String::new, |kind| label(&line.name, kind))
}

/// Writes *Savings*, most money first.
pub(crate) fn write(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let currency = &out.tenant.currency;
    let rows: Vec<Row<'_>> = out
        .savings
        .lines
        .iter()
        .map(|line| (line.user.and_then(|at| out.users.get(at as usize)), line))
        .collect();
    let columns: Vec<Column<'_, Row<'_>>> = vec![
        Column::new("Person or licence", Kind::Id, |r: &Row<'_>, _: &_| match r.0 {
            Some(user) => Value::text(&user.id),
            None => Value::owned(seats(r.1)),
        })
        .widest(60),
        Column::new("Name", Kind::Text, |r: &Row<'_>, _: &_| {
            r.0.map_or(Value::Blank, |user| Value::text(&user.name))
        }),
        Column::new("Department", Kind::Text, |r: &Row<'_>, _: &_| {
            r.0.map_or(Value::Blank, |user| Value::text(&user.department))
        })
        .if_any(),
        Column::text(CAUSE, |r: &Row<'_>| r.1.cause.word()).words(),
        Column::count("People or seats", |r: &Row<'_>| r.1.quantity),
        Column::new("Today", Kind::Wrap, |r: &Row<'_>, _: &_| {
            r.0.map_or(Value::Blank, |user| Value::owned(joined(&user.assigned, LISTED, " + ")))
        })
        .widest(40),
        Column::new("Plan", Kind::Wrap, |r: &Row<'_>, _: &_| {
            r.0.map_or(Value::Blank, |user| Value::owned(planned(user)))
        })
        .lists()
        .widest(40),
        Column::money(money_head(currency, SAVING), |r: &Row<'_>| r.1.cents).summed(),
        Column::new(money_head(currency, POTENTIAL), Kind::Money, |r: &Row<'_>, _: &_| {
            match r.1.cause {
                Cause::Inactive => Value::money(r.1.potential_cents),
                _ => Value::Blank,
            }
        })
        .summed(),
        Column::new(DECISION, Kind::Input, |r: &Row<'_>, _: &_| {
            Value::text(DECISIONS[if r.1.cause == Cause::Inactive { 3 } else { 0 }])
        })
        .words(),
        Column::text("Prices", |r: &Row<'_>| if r.1.verified { "verified" } else { "UNVERIFIED" })
            .words(),
        Column::wrap("What to do", |r: &Row<'_>| r.1.cause.sentence()).words().widest(60),
        Column::new("Last sign-in", Kind::Date, |r: &Row<'_>, _: &_| {
            r.0.map_or(Value::Blank, |user| Value::Date(&user.last_login))
        })
        .if_any(),
    ];
    table::sheet(book, &SAVINGS, "Savings", columns, &rows, choices)
}

fn choices(page: &mut Worksheet, here: &Written, first: u32, last: u32) -> Result<(), XlsxError> {
    let Some(col) = here.col(DECISION) else { return Ok(()) };
    let language = here.language;
    let words = DECISIONS.map(|word| language.tell(word));
    let choices = DataValidation::new()
        .allow_list_strings(&words)?
        .set_input_title(language.tell("Decision"))?
        .set_input_message(
            language.tell("Savings by cause on Summary follow what is chosen here."),
        )?
        .set_error_title(language.tell("Not a decision"))?
        .set_error_message(language.tell("Choose Proposed, Accepted, Rejected or Deferred."))?;
    page.add_data_validation(first, col, last, col, &choices)?;
    Ok(())
}

/// A line of the totals by cause.
pub(crate) struct Total {
    pub(crate) name: &'static str,
    pub(crate) decisions: Value<'static>,
    pub(crate) saving: Value<'static>,
    pub(crate) about: &'static str,
}

/// The savings by cause: what is proposed or accepted counts. `header` is the
/// zero-based row of the header of the table.
pub(crate) fn by_cause(out: &TenantOutput, sheet: &Written, header: u32) -> Vec<Total> {
    let currency = &out.tenant.currency;
    let (saving, potential) = (money_head(currency, SAVING), money_head(currency, POTENTIAL));
    let quoted = |at: usize| format!("\"{}\"", DECISIONS[at]);
    let under = |money: &str, cause: Option<&str>, decisions: [usize; 2]| {
        let terms = decisions.map(|at| {
            let decision = quoted(at);
            let mut criteria = vec![(DECISION, decision.as_str())];
            criteria.extend(cause.map(|cell| (CAUSE, cell)));
            sheet.sum_ifs(money, &criteria)
        });
        terms.join("+")
    };
    let counted = |cause: &&crate::output::CauseTotal| cause.cause != Cause::Inactive;
    let mut lines: Vec<Total> = (header + 2..)
        .zip(out.savings.totals.causes.iter().filter(counted))
        .map(|(row, total)| {
            let cell = format!("$A{row}");
            let count = sheet.count_ifs(&[(CAUSE, &cell)]);
            let cents = i128::from(total.cents.0);
            Total {
                name: total.cause.word(),
                decisions: Value::Formula(count, Outcome::Count(i128::from(total.decisions))),
                saving: Value::Formula(under(&saving, Some(&cell), [0, 1]), Outcome::Money(cents)),
                about: total.cause.sentence(),
            }
        })
        .collect();
    let (first, last) = (header + 2, header + 1 + u32::try_from(lines.len()).unwrap_or(0));
    let sum = |column: char, lines: &[Total], of: fn(&Total) -> &Value<'static>| {
        let amount: i128 = lines.iter().map(|line| of(line).amount()).sum();
        let text = if lines.is_empty() {
            "0".to_owned()
        } else {
            format!("SUM({column}{first}:{column}{last})")
        };
        (text, amount)
    };
    let (decisions, count) = sum('B', &lines, |line| &line.decisions);
    let (total, cents) = sum('C', &lines, |line| &line.saving);
    lines.push(Total {
        name: "Saving counted",
        decisions: Value::Formula(decisions, Outcome::Count(count)),
        saving: Value::Formula(total, Outcome::Money(cents)),
        about: "What is proposed or accepted on Savings",
    });
    lines.push(Total {
        name: "Rejected or deferred",
        decisions: Value::Blank,
        saving: Value::Formula(under(&saving, None, [2, 3]), Outcome::Money(0)),
        about: "Not counted above",
    });
    if let Some(idle) = out.savings.totals.causes.iter().find(|total| !counted(total)) {
        let word = format!("\"{}\"", Cause::Inactive.word());
        let text = sheet.count_ifs(&[(CAUSE, &word)]);
        lines.push(Total {
            name: "Inactive people, beside the plan",
            decisions: Value::Formula(text, Outcome::Count(i128::from(idle.decisions))),
            saving: Value::Formula(
                sheet.sum(&potential),
                Outcome::Money(i128::from(idle.potential_cents.0)),
            ),
            about: "At most that much less if they need nothing: the plan keeps them, and minimums may hold the seats",
        });
    }
    lines
}
