//! The rows of one sheet, whatever kind of workbook it comes from.
//!
//! A sheet is kept as the list of its filled cells with their text in one
//! buffer, so that a stray mark in the last row costs one cell. Readers of
//! workbooks let any position through, so a [`SheetBuilder`] checks that each
//! cell lies inside the sheet and after the one before it, and counts what
//! cannot be read.

use calamine::ExcelDateTime;

use super::dates::write_date;
use super::limits::{Limits, SUSPECT, option};
use super::rows::{Epoch, RowBuf, RowSource};
use super::xlsx::{CellValue, Number};

/// One sheet of a workbook.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) content: Content,
}

/// What could be had of a sheet.
#[derive(Debug)]
pub(crate) enum Content {
    Rows {
        rows: SheetRows,
        bad: Vec<BadCell>,
        bad_count: u64,
    },
    /// Not a table: why.
    NoTable(String),
    /// Given up: why, with the rows seen so far.
    GivenUp {
        rows: SheetRows,
        reason: String,
    },
}

/// A cell that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadCell {
    /// As Excel numbers it, from 1; `None` when even that cannot be told.
    pub(crate) row: Option<u32>,
    pub(crate) what: String,
}

/// Filled cells of a sheet in order.
#[derive(Debug, Clone)]
pub(crate) struct SheetRows {
    epoch: Epoch,
    rows: Vec<SheetRow>,
    cells: Vec<(u16, u32)>,
    text: String,
    at: usize,
    number: u32,
}

#[derive(Debug, Clone, Copy)]
struct SheetRow {
    number: u32,
    first_cell: usize,
    first_byte: usize,
}

impl SheetRows {
    pub(crate) fn new(epoch: Epoch) -> Self {
        Self { epoch, rows: Vec::new(), cells: Vec::new(), text: String::new(), at: 0, number: 0 }
    }

    /// Adds a cell; `row` and `column` from 0, in rising order. A cell
    /// longer than 4 GiB does not exist.
    fn push(&mut self, row: u32, column: u16, text: &str) {
        let number = row + 1;
        if self.rows.last().is_none_or(|last| last.number != number) {
            self.rows.push(SheetRow {
                number,
                first_cell: self.cells.len(),
                first_byte: self.text.len(),
            });
        }
        self.text.push_str(text);
        self.cells.push((column, u32::try_from(text.len()).unwrap_or(u32::MAX)));
    }
}

impl RowSource for SheetRows {
    fn next_row(&mut self, row: &mut RowBuf) -> bool {
        let Some(&SheetRow { number, first_cell, first_byte }) = self.rows.get(self.at) else {
            return false;
        };
        self.number += 1;
        row.start(self.number);
        if self.number < number {
            return true; // a row without cells
        }
        let end = self.rows.get(self.at + 1).map_or(self.cells.len(), |next| next.first_cell);
        let mut byte = first_byte;
        for &(column, length) in &self.cells[first_cell..end] {
            while row.width() < usize::from(column) {
                row.push("");
            }
            let next = byte + length as usize;
            row.push(&self.text[byte..next]);
            byte = next;
        }
        self.at += 1;
        true
    }

    fn rewind(&mut self) {
        self.at = 0;
        self.number = 0;
    }

    fn has_width(&self) -> bool {
        false
    }

    fn serial_dates(&self) -> Option<Epoch> {
        Some(self.epoch)
    }
}

/// Takes the cells of a sheet one by one.
pub(crate) struct SheetBuilder<'l> {
    limits: &'l Limits,
    rows: SheetRows,
    bad: Vec<BadCell>,
    bad_count: u64,
    defects: u64,
    last: Option<(u32, u32)>,
    scratch: String,
}

impl<'l> SheetBuilder<'l> {
    pub(crate) fn new(epoch: Epoch, limits: &'l Limits) -> Self {
        Self {
            limits,
            rows: SheetRows::new(epoch),
            bad: Vec::new(),
            bad_count: 0,
            defects: 0,
            last: None,
            scratch: String::new(),
        }
    }

    /// Whether so much is wrong that the sheet is given up.
    pub(crate) fn hopeless(&self) -> bool {
        self.defects > self.limits.bad_cells || self.too_long()
    }

    /// One shared text can stand in a million cells.
    fn too_long(&self) -> bool {
        self.rows.text.len() as u64 > self.limits.entry_bytes
    }

    /// Filled cells so far.
    pub(crate) fn cells(&self) -> u64 {
        self.rows.cells.len() as u64
    }

    /// Row of the last cell, from 1.
    pub(crate) fn last_row(&self) -> Option<u32> {
        self.last.map(|(row, _)| row + 1)
    }

    /// Notes a cell that cannot be read. A `defect` speaks against the sheet.
    pub(crate) fn bad(&mut self, row: Option<u32>, what: String, defect: bool) {
        self.bad_count += 1;
        self.defects += u64::from(defect);
        if self.bad.len() < 10 {
            self.bad.push(BadCell { row, what });
        }
    }

    /// The column of a cell that may stand where it says; `row` and `column`
    /// from 0.
    fn place(&mut self, row: u32, column: u32) -> Option<u16> {
        let in_order = self.last.is_none_or(|last| (row, column) > last);
        let inside = row < self.limits.rows && column < self.limits.columns;
        let place = u16::try_from(column).ok().filter(|_| inside && in_order);
        if place.is_some() {
            self.last = Some((row, column));
            return place;
        }
        let what = if in_order {
            format!(
                "a cell in row {}, column {} lies outside the sheet",
                u64::from(row) + 1,
                u64::from(column) + 1
            )
        } else {
            format!("a cell in row {} stands out of order", u64::from(row) + 1)
        };
        self.bad(Some(row.saturating_add(1)), what, true);
        None
    }

    /// Takes a cell as the readers give it.
    pub(crate) fn cell(&mut self, row: u32, column: u32, value: &CellValue<'_>) {
        let Some(column) = self.place(row, column) else { return };
        let text: &str = match value {
            CellValue::Empty => return,
            CellValue::Text(text) => text,
            CellValue::Number(Number { plain: Some(plain), .. }) => plain,
            CellValue::Number(number) => {
                self.scratch.clear();
                number_text(number.value, &mut self.scratch);
                &self.scratch
            }
            CellValue::Date(date) => {
                self.scratch.clear();
                date_text(date, &mut self.scratch);
                &self.scratch
            }
            CellValue::Bool(true) => "true",
            CellValue::Bool(false) => "false",
            CellValue::Error(error) => {
                self.bad(Some(row + 1), format!("the cell shows {error}"), false);
                return;
            }
        };
        if !text.is_empty() {
            self.rows.push(row, column, text);
        }
    }

    /// Takes the text of a cell.
    pub(crate) fn text(&mut self, row: u32, column: u32, text: &str) {
        if let Some(column) = self.place(row, column)
            && !text.is_empty()
        {
            self.rows.push(row, column, text);
        }
    }

    pub(crate) fn finish(self) -> Content {
        if self.too_long() {
            let (limit, option) = (self.limits.entry_bytes, option::ENTRY);
            let reason =
                format!("its texts take more than {limit} bytes, the limit ({option}); {SUSPECT}");
            return Content::GivenUp { rows: self.rows, reason };
        }
        if self.hopeless() {
            let reason = format!(
                "more than {} cells cannot be read; open and save it in Excel",
                self.limits.bad_cells
            );
            return Content::GivenUp { rows: self.rows, reason };
        }
        Content::Rows { rows: self.rows, bad: self.bad, bad_count: self.bad_count }
    }
}

/// A number as Excel would show it: 15 significant digits at most, and the
/// shortest text that means them.
pub(crate) fn number_text(number: f64, out: &mut String) {
    use std::fmt::Write as _;
    // Writing to a string does not fail. Negative zero is zero.
    if number.fract().abs() < f64::MIN_POSITIVE && number.abs() < 1e15 {
        let whole = if number.abs() < 1.0 { 0.0 } else { number };
        let _ = write!(out, "{whole:.0}");
        return;
    }
    let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    if (1e-7..1e21).contains(&rounded.abs()) {
        let _ = write!(out, "{rounded}");
    } else {
        let _ = write!(out, "{rounded:e}");
    }
}

pub(crate) fn date_text(date: &ExcelDateTime, out: &mut String) {
    use std::fmt::Write as _;
    let serial = date.as_f64();
    // Durations, times of day and serials no calendar has stay numbers.
    if date.is_duration() || !(1.0..2_958_466.0).contains(&serial) {
        number_text(serial, out);
        return;
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    write_date((year, month, day), out);
    if serial.fract() > 0.0 {
        let _ = write!(out, " {hour:02}:{minute:02}:{second:02}");
    }
}
