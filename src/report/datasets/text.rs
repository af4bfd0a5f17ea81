//! The tables as CSV and as lines of JSON, for programs that read no Parquet.
//!
//! CSV: UTF-8, commas, a header, lines that end with LF, amounts in cents as
//! in Parquet, ISO dates, `true` and `false`; what is unknown is an empty
//! field. A text that a spreadsheet would take for a formula (it starts with
//! `=`, `+`, `-`, `@`, a tab or a carriage return) gets an apostrophe in
//! front, as OWASP advises; figures and dates never need one.
//!
//! JSON: one object a line, members in the order of the columns; what is
//! unknown is `null`. Nothing is put in front of anything.

use std::borrow::Cow;
use std::io::{self, Write};

use super::table::{Get, TableOf};
use super::tables::list;
use crate::report::cell::date_serial;

/// The form of a file of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Parquet.
    Parquet,
    /// Comma-separated values.
    Csv,
    /// One JSON object a line.
    Json,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Parquet, Self::Csv, Self::Json];

    /// The ending of its files.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Json => "jsonl",
        }
    }
}

/// One value of a row.
enum Cell<'r> {
    Nothing,
    Text(Cow<'r, str>),
    Number(i64),
    Flag(bool),
}

fn cell<'r, T>(get: &Get<T>, row: &'r T) -> Cell<'r> {
    match get {
        Get::Text(get) => match get(row) {
            text if text.is_empty() => Cell::Nothing,
            text => Cell::Text(text),
        },
        Get::List(get) => match list(get(row)) {
            text if text.is_empty() => Cell::Nothing,
            text => Cell::Text(text),
        },
        Get::Number(get) => get(row).map_or(Cell::Nothing, Cell::Number),
        Get::Cents(get) => get(row).map_or(Cell::Nothing, |cents| Cell::Number(cents.0)),
        Get::Flag(get) => Cell::Flag(get(row)),
        // What is no date is nothing in Parquet, and so it is here.
        Get::Date(get) => match get(row) {
            date if date_serial(date).is_some() => Cell::Text(Cow::Borrowed(date)),
            _ => Cell::Nothing,
        },
    }
}

/// Text that no spreadsheet takes for a formula.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

impl<T> TableOf<T> {
    /// Writes the rows as CSV.
    pub(crate) fn csv(&self, tenant: &str, rows: &[T], file: &mut dyn Write) -> io::Result<()> {
        let mut lines = csv::Writer::from_writer(file);
        let names = self.fields.iter().map(|field| field.name);
        lines.write_record(std::iter::once("tenant").chain(names))?;
        let tenant = guarded(tenant);
        for row in rows {
            lines.write_field(tenant.as_bytes())?;
            for field in &self.fields {
                match cell(&field.get, row) {
                    Cell::Nothing => lines.write_field("")?,
                    Cell::Text(text) => lines.write_field(guarded(&text).as_bytes())?,
                    Cell::Number(number) => lines.write_field(number.to_string())?,
                    Cell::Flag(flag) => lines.write_field(if flag { "true" } else { "false" })?,
                }
            }
            lines.write_record(None::<&[u8]>)?;
        }
        lines.flush()
    }

    /// Writes the rows as lines of JSON.
    pub(crate) fn json(&self, tenant: &str, rows: &[T], file: &mut dyn Write) -> io::Result<()> {
        for row in rows {
            file.write_all(b"{\"tenant\":")?;
            serde_json::to_writer(&mut *file, tenant)?;
            for field in &self.fields {
                write!(file, ",\"{}\":", field.name)?;
                match cell(&field.get, row) {
                    Cell::Nothing => file.write_all(b"null")?,
                    Cell::Text(text) => serde_json::to_writer(&mut *file, text.as_ref())?,
                    Cell::Number(number) => write!(file, "{number}")?,
                    Cell::Flag(flag) => write!(file, "{flag}")?,
                }
            }
            file.write_all(b"}\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_calculate_gets_an_apostrophe() {
        for (text, safe) in [
            ("=3+1", "'=3+1"),
            ("+49 30 1", "'+49 30 1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("plain", "plain"),
            ("a=b", "a=b"),
            ("'x", "'x"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), safe);
        }
    }
}
