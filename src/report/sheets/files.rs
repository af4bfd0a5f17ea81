//! The sheet *Files*: what became of every row that was read.

use rust_xlsxwriter::XlsxError;

use super::status;
use crate::finding::Code;
use crate::intake::{FileReport, Reason, TableReport};
use crate::report::book::{Book, Sheet};
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::table::{self, Written};

pub(crate) const FILE: &str = "File";
pub(crate) const READ: &str = "Rows read";
pub(crate) const USED: &str = "Rows used";
pub(crate) const IGNORED: &str = "Rows ignored";
pub(crate) const REJECTED: &str = "Rows rejected";
pub(crate) const ADDS_UP: &str = "Adds up";

/// A table of a file; a file without tables has one row all the same.
type Row<'o> = (&'o FileReport, Option<&'o TableReport>);

/// The rows of the sheet.
pub(crate) fn rows(files: &[FileReport]) -> Vec<Row<'_>> {
    files
        .iter()
        .flat_map(|file| {
            let empty = file.tables.is_empty().then_some((file, None));
            file.tables.iter().map(move |table| (file, Some(table))).chain(empty)
        })
        .collect()
}

/// Rows read, used, ignored, rejected over all tables.
pub(crate) fn sums(files: &[FileReport]) -> [i128; 4] {
    let tables = || files.iter().flat_map(|file| &file.tables);
    [
        tables().map(|t| i128::from(t.rows_read)).sum(),
        tables().map(|t| i128::from(t.rows_used)).sum(),
        tables().map(|t| i128::from(t.rows_ignored())).sum(),
        tables().map(|t| t.rejected.len() as i128).sum(),
    ]
}

fn of(row: &Row<'_>, count: impl Fn(&TableReport) -> u64) -> u64 {
    row.1.map_or(0, count)
}

/// The name of a canonical table as its documentation spells it.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

fn reasons(table: &TableReport) -> String {
    let lines: Vec<String> = table
        .ignored
        .iter()
        .map(|(reason, count)| match reason {
            Reason::Header => format!("{count} header"),
            Reason::Finding(code) => format!("{count} {} ({})", Code::title(*code), code.id()),
        })
        .collect();
    lines.join("; ")
}

/// Writes *Files*.
pub(crate) fn write(
    book: &mut Book,
    sheet: &Sheet<'_>,
    files: &[FileReport],
) -> Result<Written, XlsxError> {
    let rows = rows(files);
    let columns: Vec<Column<'_, Row<'_>>> = vec![
        Column::text(FILE, |r: &Row<'_>| &r.0.path).widest(44),
        Column::new("Sheet", Kind::Text, |r: &Row<'_>, _: &_| {
            r.1.map_or(Value::Blank, |t| Value::text(&t.sheet))
        })
        .if_any(),
        Column::new("Format", Kind::Text, |r: &Row<'_>, _: &_| {
            let known =
                |t: &TableReport| t.format.clone().unwrap_or_else(|| "not recognised".into());
            r.1.map_or(Value::Blank, |t| Value::owned(known(t)))
        })
        .words(),
        Column::new("Read as", Kind::Text, |r: &Row<'_>, _: &_| {
            let feeds = |t: &TableReport| {
                let names: Vec<String> =
                    t.feeds.iter().map(|kind| snake(&format!("{kind:?}"))).collect();
                names.join(", ")
            };
            r.1.map_or(Value::Blank, |t| Value::owned(feeds(t)))
        }),
        Column::new("Header row", Kind::Count, |r: &Row<'_>, _: &_| {
            r.1.and_then(|t| t.header_row).map_or(Value::Blank, Value::count)
        }),
        Column::new("Recognised how", Kind::Wrap, |r: &Row<'_>, _: &_| {
            r.1.map_or(Value::Blank, |t| Value::text(&t.recognition))
        })
        .words()
        .widest(36),
        Column::count(READ, |r: &Row<'_>| of(r, |t| t.rows_read)).summed(),
        Column::count(USED, |r: &Row<'_>| of(r, |t| t.rows_used)).summed(),
        Column::count(IGNORED, |r: &Row<'_>| of(r, TableReport::rows_ignored)).summed(),
        Column::count(REJECTED, |r: &Row<'_>| of(r, |t| t.rejected.len() as u64)).summed(),
        Column::new(ADDS_UP, Kind::Flag, |r: &Row<'_>, at| {
            let text = format!(
                "{}={}+{}+{}",
                at.cell(READ),
                at.cell(USED),
                at.cell(IGNORED),
                at.cell(REJECTED)
            );
            Value::Formula(text, Outcome::Flag(r.1.is_none_or(TableReport::adds_up)))
        })
        .all_true(),
        Column::new("Ignored because", Kind::Wrap, |r: &Row<'_>, _: &_| {
            r.1.map_or(Value::Blank, |t| Value::owned(reasons(t)))
        })
        .words()
        .widest(40)
        .if_any(),
        Column::new("Columns not used", Kind::Wrap, |r: &Row<'_>, _: &_| {
            r.1.map_or(Value::Blank, |t| Value::owned(t.unused_columns.join(", ")))
        })
        .widest(36)
        .if_any(),
        Column::new("Failure", Kind::Wrap, |r: &Row<'_>, _: &_| {
            r.0.failure.as_deref().map_or(Value::Blank, Value::text)
        })
        .widest(36)
        .if_any(),
        Column::count("Bytes", |r: &Row<'_>| r.0.bytes),
        Column::id("SHA-256", |r: &Row<'_>| &r.0.sha256).widest(66),
    ];
    table::sheet(book, sheet, "Files", columns, &rows, |page, here, first, last| {
        here.col(ADDS_UP).map_or(Ok(()), |col| status::flags(page, (first, last, col)))
    })
}
