//! The sheet *Summary*: what is needed, what it costs, what it saves and why,
//! how sure that is. Then people, and the decisions that live totals follow.
//!
//! Figures that a sheet can yield are formulas over it; figures only the
//! calculation knows are written as they are, and *How it is found* says
//! which.

mod answer;
mod compared;
mod next;
mod people;
mod steps;
mod sure;

use rust_xlsxwriter::{ChartType, Worksheet, XlsxError};

use super::status::{self, Tone};
use super::{money_head, savings, true_up};
use crate::output::TenantOutput;
use crate::report::book::{Book, Sheet};
use crate::report::catalogue::tenant::SUMMARY;
use crate::report::cell::{Outcome, Value, decimal};
use crate::report::charts::{self, Look, Series, Spec};
use crate::report::column::{Column, Kind};
use crate::report::figures::Figures;
use crate::report::language::Language;
use crate::report::style::{GREY, NAVY, TEAL, status as format_of};
use crate::report::table::{self, Written};

pub(crate) use answer::{breaches, needed, percent};

/// Where the sheets stand that the summary looks at.
pub(crate) struct Sources<'w> {
    pub(crate) users: &'w Written,
    pub(crate) devices: &'w Written,
    pub(crate) plan: &'w Written,
    pub(crate) true_up: &'w Written,
    pub(crate) requirements: &'w Written,
    pub(crate) files: &'w Written,
    /// Where the tenant has any capacity.
    pub(crate) capacity: Option<&'w Written>,
    /// Where the edition knows the vendor's own report.
    pub(crate) compare: Option<&'w Written>,
    /// Where there is something to decide.
    pub(crate) savings: Option<&'w Written>,
}

/// A figure: its name, what it holds, what it is a share of, how it is found.
struct Line {
    name: String,
    value: Value<'static>,
    of: i128,
    of_cell: String,
    how: &'static str,
    /// What is counted.
    unit: &'static str,
}

/// Where the summary's own figures stand.
pub(crate) struct Summary {
    costs: Written,
    month: String,
    plan: u32,
    saving: Option<u32>,
}

impl Summary {
    /// The cell that holds the cost of the plan per month.
    pub(crate) fn plan_cell(&self) -> String {
        self.costs.cell(&self.month, self.plan)
    }

    /// The cell that holds the saving against today, where today is known.
    pub(crate) fn saving_cell(&self) -> Option<String> {
        self.saving.map(|row| self.costs.cell(&self.month, row))
    }
}

/// Zero-based row of the first table's header.
const FIRST: u32 = 4;
/// Zero-based column of the charts.
const CHARTS: u16 = 6;

fn rows<T>(lines: &[T]) -> u32 {
    u32::try_from(lines.len()).unwrap_or(u32::MAX)
}

/// A share of what stands in another cell; blank where that is nothing.
fn share(line: &Line, cell: &str) -> Value<'static> {
    if line.of == 0 {
        return Value::Blank;
    }
    let text = format!("{cell}/{}", line.of_cell);
    Value::Formula(text, Outcome::Share(line.value.amount(), line.of))
}

/// Writes *Summary*.
pub(crate) fn write(
    book: &mut Book,
    out: &TenantOutput,
    figures: &Figures,
    from: &Sources<'_>,
) -> Result<Summary, XlsxError> {
    let sheet = Sheet { title: &format!("Summary: {}", out.tenant.name), ..SUMMARY };
    let mut page = book.open(&sheet, 0, false)?;
    // English names of licences and figures are the shortest.
    let names = if book.styles.language == Language::English { 52 } else { 60 };
    for (col, width) in [(0, names), (1, 17), (2, 17), (3, 16), (4, 66), (5, 2)] {
        page.set_column_width(col, width)?;
    }
    let language = book.styles.language;
    banner(&mut page, language, out)?;
    let section = |page: &mut Worksheet, row: u32, words: &str| {
        page.write_string_with_format(row - 1, 0, language.tell(words), &book.styles.section)
            .map(|_| ())
    };
    let currency = &out.tenant.currency;
    let styles = &book.styles;

    let costs = answer::costs(out, figures, from);
    section(&mut page, FIRST, "What it costs and what it saves")?;
    let month = money_head(currency, "Cost");
    let year = money_head(currency, "Cost").replace("month", "year");
    let (month_at, share_at) = (month.clone(), month.clone());
    let columns: Vec<Column<'_, Line>> = vec![
        Column::new("Figure", Kind::Label, |l: &Line, _: &_| Value::text(&l.name)).words(),
        Column::new(&month, Kind::Money, |l: &Line, _: &_| l.value.clone()),
        Column::new(&year, Kind::Money, move |l: &Line, at| {
            let text = format!("{}*12", at.cell(&month_at));
            Value::Formula(text, Outcome::Money(l.value.amount() * 12))
        }),
        Column::new("Share", Kind::Share, move |l: &Line, at| share(l, &at.cell(&share_at))),
        Column::wrap("How it is found", |l: &Line| l.how).words().widest(66),
    ];
    let cost_table = table::block(&mut page, styles, (FIRST, 0), "Costs", &columns, &costs.lines)?;
    let plan_row = FIRST + 1 + costs.plan;
    page.write_string_with_format(plan_row, 0, language.tell(answer::PLAN), &styles.total_label)?;
    for breach in costs.breaches.clone() {
        let row = FIRST + 1 + breach;
        if let Some(line) = costs.lines.get(breach as usize) {
            let format = format_of(Tone::Bad.colours());
            page.write_string_with_format(row, 0, language.tell(&line.name), &format)?;
        }
    }

    let mut row = FIRST + rows(&costs.lines) + 3;
    section(&mut page, row, "What to do next")?;
    row = next::write(&mut page, styles, out, row)?;
    section(&mut page, row, "Licences to hold")?;
    row = answer::licences(&mut page, styles, out, from, row)?;
    section(&mut page, row, "How sure this is")?;
    row = sure::write(&mut page, styles, out, figures, row)?;
    if out.totals.assigned_known {
        section(&mut page, row, "Compared with what is assigned to people today")?;
        row = compared::assigned(&mut page, styles, out, from, row)?;
    }
    if out.totals.owned_known && !out.true_up.is_empty() {
        section(&mut page, row, "Compared with what is owned today")?;
        row = compared::owned(&mut page, styles, out, from, row)?;
    }

    let people = people::people(out, figures, from, row);
    section(&mut page, row, "People and devices")?;
    let columns: Vec<Column<'_, Line>> = vec![
        Column::new("Figure", Kind::Label, |l: &Line, _: &_| Value::text(&l.name)).words(),
        Column::new("Number", Kind::Count, |l: &Line, _: &_| l.value.clone()),
        Column::new("Share", Kind::Share, |l: &Line, at| share(l, &at.cell("Number"))),
        Column::text("Counted", |l: &Line| l.unit).words(),
        Column::wrap("How it is found", |l: &Line| l.how).words().widest(66),
    ];
    let people_table =
        table::block(&mut page, styles, (row, 0), "PeopleFigures", &columns, &people)?;
    let people_row = row;
    let row = row + rows(&people) + 3;
    section(
        &mut page,
        row,
        "Savings by cause: this table follows the column Decision on Savings, at the prices of the calculation",
    )?;
    if let Some(sheet) = from.savings {
        let lines = savings::by_cause(out, sheet, row);
        let saving = money_head(currency, savings::SAVING);
        let saving_at = saving.clone();
        let today = i128::from(out.savings.totals.today_cents.0);
        let columns: Vec<Column<'_, savings::Total>> = vec![
            Column::new("Cause", Kind::Label, |t: &savings::Total, _: &_| Value::text(t.name))
                .words(),
            Column::new("Decisions", Kind::Count, |t: &savings::Total, _: &_| t.decisions.clone()),
            Column::new(saving, Kind::Money, |t: &savings::Total, _: &_| t.saving.clone()),
            Column::new("Of today", Kind::Share, move |t: &savings::Total, at| {
                if today == 0 {
                    return Value::Blank;
                }
                let text = format!("{}/{}", at.cell(&saving_at), decimal(today));
                Value::Formula(text, Outcome::Share(t.saving.amount(), today))
            }),
            Column::wrap("What it means", |t: &savings::Total| t.about).words().widest(66),
        ];
        table::block(&mut page, styles, (row, 0), "SavingsByCause", &columns, &lines)?;
        let below = row + rows(&lines) + 3;
        section(&mut page, below, "From today to the plan: this table follows the one above")?;
        let beside = chart_rows(out, people_row).1 + 16;
        steps::write(&mut page, (styles, book.look()), out, (below, row, beside))?;
    } else {
        let text = "The input does not say what is assigned or owned: there is nothing to decide.";
        page.write_string_with_format(row, 0, language.tell(text), &styles.about)?;
    }

    let at = Charted {
        costs: &cost_table,
        month: &month,
        compared: costs.compared,
        people: &people_table,
        people_row,
        look: book.look(),
    };
    draw(&mut page, out, from, &at)?;
    page.set_print_fit_to_pages(1, 1);
    page.set_freeze_panes(3, 0)?;
    book.close(&SUMMARY, 0, page, None);
    Ok(Summary { costs: cost_table, month, plan: costs.plan, saving: costs.saving })
}

/// The third row: what must not be overlooked, in red.
fn banner(page: &mut Worksheet, language: Language, out: &TenantOutput) -> Result<(), XlsxError> {
    let Some(words) = answer::breach_words(out) else { return Ok(()) };
    let format = format_of(Tone::Bad.colours()).set_bold();
    for col in 2..=4 {
        page.write_blank(2, col, &format)?;
    }
    page.write_string_with_format(2, 1, language.tell(&words), &format)?;
    Ok(())
}

/// What the charts are drawn from.
struct Charted<'w> {
    costs: &'w Written,
    month: &'w str,
    compared: u32,
    people: &'w Written,
    people_row: u32,
    look: Look,
}

fn draw(
    page: &mut Worksheet,
    out: &TenantOutput,
    from: &Sources<'_>,
    at: &Charted<'_>,
) -> Result<(), XlsxError> {
    let currency = &out.tenant.currency;
    let money = if currency.is_empty() {
        "money / month".to_owned()
    } else {
        format!("{currency} / month")
    };
    let last = at.compared - 1;
    charts::insert(
        page,
        at.look,
        (FIRST - 1, CHARTS),
        &Spec {
            kind: ChartType::Column,
            title: "Cost today and under the plan",
            categories_title: "Way of licensing",
            values_title: &money,
            alt: "Columns: monthly cost of what is owned, of what is assigned, of user licences alone, and of the plan.",
            categories: at.costs.rows("Figure", 0, last),
            series: vec![Series {
                name: "Cost",
                values: at.costs.rows(at.month, 0, last),
                colour: NAVY,
            }],
            labels: true,
            number_format: "#,##0",
            size: (640, 340),
            points: &compared_colours(out),
        },
    )?;
    if !out.true_up.is_empty() {
        let series = |name, colour| Series { name, values: from.true_up.range(name), colour };
        let mut seats = vec![series(true_up::OWNED, GREY), series(true_up::PLAN, NAVY)];
        if out.totals.assigned_known {
            seats.insert(1, series(true_up::ASSIGNED, TEAL));
        }
        let height = 150 + 52 * u32::try_from(out.true_up.len().min(16)).unwrap_or(16);
        charts::insert(
            page,
            at.look,
            (chart_rows(out, at.people_row).0, CHARTS),
            &Spec {
                kind: ChartType::Bar,
                title: "Seats today and needed, per licence",
                categories_title: "Licence",
                values_title: "Seats",
                alt: "Bars per licence: seats owned and seats needed.",
                categories: from.true_up.range(true_up::LICENCE),
                series: seats,
                labels: true,
                number_format: "#,##0",
                size: (640, height),
                points: &[],
            },
        )?;
    }
    charts::insert(
        page,
        at.look,
        (chart_rows(out, at.people_row).1, CHARTS),
        &Spec {
            kind: ChartType::Bar,
            title: "People by tier of the licence they need",
            categories_title: "Tier",
            values_title: "People",
            alt: "Bars: number of people per tier, from none to full.",
            categories: at.people.rows("Figure", 2, 6),
            series: vec![Series {
                name: "People",
                values: at.people.rows("Number", 2, 6),
                colour: TEAL,
            }],
            labels: true,
            number_format: "#,##0",
            size: (640, 280),
            points: &[],
        },
    )
}

/// Rows of the charts of seats and of people: beside the table they are drawn
/// from, or below the chart before.
fn chart_rows(out: &TenantOutput, people_row: u32) -> (u32, u32) {
    let lines = rows(&out.true_up).min(16);
    let below = if lines == 0 { FIRST + 18 } else { FIRST + 27 + 3 * lines };
    (FIRST + 18, below.max(people_row - 1))
}

/// Today grey, user licences only teal, the plan navy.
fn compared_colours(out: &TenantOutput) -> Vec<u32> {
    let today = usize::from(out.totals.owned_known) + usize::from(out.totals.assigned_known);
    [vec![GREY; today], vec![TEAL, NAVY]].concat()
}

/// Colours the words of the second column of a block.
fn tones(
    page: &mut Worksheet,
    language: Language,
    (header, lines): (u32, u32),
    words: &[(&str, Tone)],
) -> Result<(), XlsxError> {
    status::words(page, language, (header + 1, header + lines.max(1), 1), words)
}
