//! The workbook that asks a customer for exports.
//!
//! Three sheets in plain words: what to export and where it is found, what
//! can and cannot be concluded until then, and what has come so far. It is
//! made to be sent away: no codes, and no paths but those of the files given.

use std::path::Path;

use anyhow::Context as _;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::batch::{Inspection, Part};
use crate::intake::TableKind;
use crate::report::write_atomically;

/// Header and width, in letters, of each column.
type Columns<'c> = &'c [(&'c str, u16)];

/// Writes the workbook.
pub(super) fn write(found: &Inspection, path: &Path) -> anyhow::Result<()> {
    let bytes = bytes(found).context("the workbook cannot be made")?;
    write_atomically(path, |file| std::io::Write::write_all(file, &bytes))
        .with_context(|| format!("{}: cannot be written", path.display()))
}

/// Name of a table as in docs/input.md.
pub(super) fn word(kind: TableKind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn bytes(found: &Inspection) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let mut requests = Vec::new();
    let mut answers = Vec::new();
    let mut files = Vec::new();
    for part in &found.tenants {
        add_requests(part, &mut requests);
        add_answers(part, &mut answers);
    }
    for part in found.parts() {
        add_files(part, &mut files);
    }
    sheet(
        book.add_worksheet().set_name("Please export")?,
        "Please export",
        "One of the exports named for each question is enough. Send each file as it was downloaded.",
        &[
            ("Tenant", 22),
            ("Needed", 10),
            ("Question it answers", 42),
            ("Product", 38),
            ("Export", 34),
            ("Where it is found", 70),
            ("Done", 8),
        ],
        &requests,
    )?;
    sheet(
        book.add_worksheet().set_name("What can be said")?,
        "What can be said from what is there",
        "A question without an answer, or a column that is missing, takes something from the result.",
        &[("Tenant", 22), ("Question", 42), ("Answered", 10), ("What follows", 90)],
        &answers,
    )?;
    sheet(
        book.add_worksheet().set_name("What has come")?,
        "What has come so far",
        "Rows used, rejected and ignored add up to the rows read.",
        &[
            ("Tenant", 22),
            ("File", 46),
            ("Sheet", 20),
            ("What it is", 44),
            ("Rows read", 11),
            ("Rows used", 11),
            ("Rejected", 11),
            ("Ignored", 11),
            ("Columns missing", 60),
        ],
        &files,
    )?;
    book.save_to_buffer()
}

/// A cell: text, or a count.
enum Cell {
    Text(String),
    Count(u64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

fn add_requests(part: &Part, rows: &mut Vec<Vec<Cell>>) {
    for request in &part.advice.requests {
        for (number, export) in request.exports.iter().enumerate() {
            let needed = if request.required { "required" } else { "wanted" };
            rows.push(vec![
                part.tenant.as_str().into(),
                if number == 0 { needed } else { "or" }.into(),
                request.why.as_str().into(),
                export.product.as_str().into(),
                export.name.as_str().into(),
                export.path.as_str().into(),
                "".into(),
            ]);
        }
    }
}

fn add_answers(part: &Part, rows: &mut Vec<Vec<Cell>>) {
    for answer in &part.advice.answers {
        let answered = if answer.answered { "yes" } else { "no" };
        let mut add = |consequence: &str| {
            rows.push(vec![
                part.tenant.as_str().into(),
                answer.question.as_str().into(),
                answered.into(),
                consequence.into(),
            ]);
        };
        add(&answer.consequence);
        for (column, gap) in &answer.gaps {
            add(&format!("Without the column {column}: {gap}"));
        }
    }
}

fn add_files(part: &Part, rows: &mut Vec<Vec<Cell>>) {
    let tenant = if part.tenant.is_empty() { "(all tenants)" } else { &part.tenant };
    for file in &part.files {
        if let Some(failure) = &file.failure {
            let what = format!("cannot be used: {failure}");
            rows.push(vec![tenant.into(), file.path.as_str().into(), "".into(), Cell::Text(what)]);
        }
        for table in &file.tables {
            rows.push(vec![
                tenant.into(),
                file.path.as_str().into(),
                table.sheet.as_str().into(),
                table.recognition.as_str().into(),
                Cell::Count(table.rows_read),
                Cell::Count(table.rows_used),
                Cell::Count(table.rejected.len() as u64),
                Cell::Count(table.rows_ignored()),
                table.missing.join(", ").as_str().into(),
            ]);
        }
    }
}

/// A title, a note, a header and the rows below it, as text that nobody
/// takes for a formula.
fn sheet(
    sheet: &mut Worksheet,
    title: &str,
    note: &str,
    columns: Columns<'_>,
    rows: &[Vec<Cell>],
) -> Result<(), XlsxError> {
    const HEADER: u32 = 3;
    /// Letters a cell can hold.
    const LONGEST: usize = 32_000;
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let head = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00D9_E2F3))
        .set_border_bottom(FormatBorder::Thin);
    sheet.write_with_format(0, 0, title, &Format::new().set_bold().set_font_size(14))?;
    sheet.write(1, 0, note)?;
    for (at, (name, width)) in (0_u16..).zip(columns) {
        sheet.set_column_width(at, f64::from(*width))?;
        sheet.write_with_format(HEADER, at, *name, &head)?;
    }
    let mut last = HEADER;
    for (row, cells) in (HEADER + 1..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) => {
                    let shown: String = text.chars().take(LONGEST).collect();
                    sheet.write_string_with_format(row, column, shown, &wrap)?;
                }
                Cell::Count(count) => {
                    let number = u32::try_from(*count).unwrap_or(u32::MAX);
                    sheet.write_number_with_format(row, column, number, &wrap)?;
                }
            }
        }
        last = row;
    }
    sheet.set_freeze_panes(HEADER + 1, 1)?;
    let width = u16::try_from(columns.len()).unwrap_or(1);
    sheet.autofilter(HEADER, 0, last.max(HEADER + 1), width - 1)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}
