//! The sheets *Schedule* and *Schedule seats*: from what is owned to the
//! renewal plan, date by date.

use rust_xlsxwriter::{ChartType, XlsxError};

use super::money_head;
use super::true_up::label;
use crate::money::Cents;
use crate::output::{Stage, StageLine, TenantOutput};
use crate::report::book::Book;
use crate::report::catalogue::tenant::{SCHEDULE, SCHEDULE_SEATS};
use crate::report::cell::{Outcome, Value};
use crate::report::charts::{Series, Spec, insert};
use crate::report::column::{At, Column, Kind};
use crate::report::style::{GREY, NAVY};
use crate::report::table;

const STAGE: &str = "Step";
const FROM: &str = "From";
const RUNNING: &str = "Owned and running";
const BOUGHT: &str = "To buy";
const IDLE: &str = "Idle";

/// Writes both sheets.
pub(crate) fn write(book: &mut Book, out: &TenantOutput) -> Result<(), XlsxError> {
    let currency = &out.tenant.currency;
    let unit = money_head(currency, "Unit price");
    let paid = money_head(currency, "Running seats");
    let new = money_head(currency, "Seats to buy");
    let (paid_unit, new_unit) = (unit.clone(), unit.clone());
    let columns: Vec<Column<'_, StageLine>> = vec![
        Column::count(STAGE, |l: &StageLine| u64::from(l.stage)),
        Column::date(FROM, |l: &StageLine| &l.from),
        Column::new("Licence", Kind::Text, |l: &StageLine, _: &_| {
            Value::owned(label(&l.name, l.kind))
        })
        .lists()
        .widest(84),
        Column::count(RUNNING, |l: &StageLine| l.running),
        Column::count("Used", |l: &StageLine| l.used),
        Column::count(BOUGHT, |l: &StageLine| l.bought),
        Column::count(IDLE, |l: &StageLine| l.idle),
        Column::new("More or fewer than before", Kind::Count, |l: &StageLine, _: &_| {
            Value::Count(i128::from(l.change))
        }),
        Column::money(&unit, |l: &StageLine| l.unit_cents),
        Column::new(&paid, Kind::Money, move |l: &StageLine, at| {
            let text = format!("{}*{}", at.cell(RUNNING), at.cell(&paid_unit));
            Value::Formula(text, Outcome::Money(i128::from(l.running_cents.0)))
        }),
        Column::new(&new, Kind::Money, move |l: &StageLine, at| {
            let text = format!("{}*{}", at.cell(BOUGHT), at.cell(&new_unit));
            Value::Formula(text, Outcome::Money(i128::from(l.bought_cents.0)))
        }),
        Column::text("Bought as", |l: &StageLine| l.kind.word()).words(),
        Column::id("SKU", |l: &StageLine| &l.sku),
    ];
    let lines = &out.schedule.lines;
    let seats =
        table::sheet(book, &SCHEDULE_SEATS, "ScheduleSeats", columns, lines, |_, _, _, _| Ok(()))?;
    let total = money_head(currency, "Together a month");
    let (paid_at, new_at) = (paid.clone(), new.clone());
    let of = |head: &str, at: &At<'_>| seats.sum_ifs(head, &[(STAGE, &at.cell(STAGE))]);
    let count = |value: u64| Outcome::Count(i128::from(value));
    let money = |value: Cents| Outcome::Money(i128::from(value.0));
    let columns: Vec<Column<'_, Stage>> = vec![
        Column::count(STAGE, |s: &Stage| u64::from(s.number)),
        Column::date(FROM, |s: &Stage| &s.from).charted(),
        Column::wrap("What changes", |s: &Stage| &s.changes).words(),
        Column::new(RUNNING, Kind::Count, |s: &Stage, at| {
            Value::Formula(of(RUNNING, at), count(s.running))
        }),
        Column::new(IDLE, Kind::Count, |s: &Stage, at| Value::Formula(of(IDLE, at), count(s.idle))),
        Column::new(BOUGHT, Kind::Count, |s: &Stage, at| {
            Value::Formula(of(BOUGHT, at), count(s.bought))
        }),
        Column::new(&paid, Kind::Money, |s: &Stage, at| {
            Value::Formula(of(&paid, at), money(s.running_cents))
        }),
        Column::new(&new, Kind::Money, |s: &Stage, at| {
            Value::Formula(of(&new, at), money(s.bought_cents))
        }),
        Column::new(&total, Kind::Money, move |s: &Stage, at| {
            let text = format!("{}+{}", at.cell(&paid_at), at.cell(&new_at));
            Value::Formula(text, Outcome::Money(i128::from(s.total_cents.0)))
        })
        .bars(),
        Column::money(money_head(currency, "Not below for new seats"), |s: &Stage| s.bound_cents),
        Column::text("Plan", |s: &Stage| &s.plan).words(),
    ];
    let stages = &out.schedule.stages;
    let look = book.look();
    table::sheet(book, &SCHEDULE, "Schedule", columns, stages, |page, here, _, last| {
        let series = |name, head: &str, colour| Series { name, values: here.range(head), colour };
        insert(
            page,
            look,
            (last + 2, 0),
            &Spec {
                kind: ChartType::ColumnStacked,
                title: "Cost a month from each date on",
                categories_title: "From",
                values_title: currency,
                alt: "Stacked columns: cost a month of running seats and of seats to buy, by date.",
                categories: here.range(FROM),
                series: vec![
                    series("Running seats", &paid, GREY),
                    series("Seats to buy", &new, NAVY),
                ],
                labels: false,
                number_format: "#,##0",
                size: (900, 340),
                points: &[],
            },
        )
    })?;
    Ok(())
}
