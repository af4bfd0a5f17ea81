//! From a workbook to the rows of its sheets.
//!
//! Sheets are read cell by cell: the dense form a reader offers would ask for
//! memory for every cell between two far ones. A sheet is kept as the list of
//! its filled cells with their text in one buffer, so that a stray mark in
//! the last row of a sheet costs one cell. Positions are checked here, as the
//! reader lets any through.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};

use super::guard::Limits;
use super::rows::{Epoch, RowBuf, RowSource};

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
    fn new(epoch: Epoch) -> Self {
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

/// Reads all sheets of a workbook that [`super::guard::check_workbook`] let
/// pass, and hands them over one by one.
///
/// # Errors
/// A sentence, when the workbook is damaged or protected: then nothing of it
/// may be used, since what was read is not all of it.
pub(crate) fn read(
    bytes: &[u8],
    limits: &Limits,
    mut take: impl FnMut(Sheet),
) -> Result<(), String> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| explain(&error))?;
    let epoch = if workbook.has_1904_epoch() { Epoch::Y1904 } else { Epoch::Y1900 };
    let sheets = workbook.sheets_metadata().to_vec();
    if sheets.is_empty() {
        return Err("the workbook has no sheets; export it again".to_owned());
    }
    for (at, sheet) in sheets.iter().enumerate() {
        let name = sheet.name.clone();
        let content = if sheets[..at].iter().any(|earlier| earlier.name == sheet.name) {
            let reason = "a second sheet of this name; rename it".to_owned();
            Content::GivenUp { rows: SheetRows::new(epoch), reason }
        } else if sheet.typ != SheetType::WorkSheet {
            Content::NoTable("not a worksheet (chart, dialog or macro sheet)".to_owned())
        } else {
            read_sheet(&mut workbook, &name, epoch, limits)?
        };
        take(Sheet { name, content });
    }
    Ok(())
}

fn read_sheet(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    epoch: Epoch,
    limits: &Limits,
) -> Result<Content, String> {
    let mut reader = match workbook.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        Err(XlsxError::NotAWorksheet(kind)) => {
            return Ok(Content::NoTable(format!("not a worksheet ({kind})")));
        }
        Err(error) => return Err(format!("sheet \u{201c}{name}\u{201d}: {}", explain(&error))),
    };
    let mut rows = SheetRows::new(epoch);
    let mut bad = Vec::new();
    let (mut bad_count, mut defects) = (0_u64, 0_u64);
    let mut last: Option<(u32, u32)> = None;
    let mut scratch = String::new();
    loop {
        let mut note = |row: Option<u32>, what: String| {
            bad_count += 1;
            if bad.len() < 10 {
                bad.push(BadCell { row, what });
            }
        };
        match reader.next_cell() {
            Ok(None) => break,
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                let in_order = last.is_none_or(|last| (row, column) > last);
                let position = u16::try_from(column)
                    .ok()
                    .filter(|_| row < limits.rows && column < limits.columns && in_order);
                let Some(column) = position else {
                    defects += 1;
                    let what = if in_order {
                        format!(
                            "a cell in row {}, column {} lies outside the sheet",
                            u64::from(row) + 1,
                            u64::from(column) + 1
                        )
                    } else {
                        format!("a cell in row {} stands out of order", u64::from(row) + 1)
                    };
                    note(Some(row.saturating_add(1)), what);
                    if defects > limits.bad_cells {
                        break;
                    }
                    continue;
                };
                last = Some((row, u32::from(column)));
                if let DataRef::Error(error) = cell.get_value() {
                    note(Some(row + 1), format!("the cell shows {error}"));
                    continue;
                }
                scratch.clear();
                let text = cell_text(cell.get_value(), &mut scratch);
                if !text.is_empty() {
                    rows.push(row, column, text);
                }
            }
            Err(error) if is_fatal(&error) => {
                return Err(format!("sheet \u{201c}{name}\u{201d}: {}", explain(&error)));
            }
            Err(error) => {
                // The reader goes on with the next cell. New kinds of error
                // value (#SPILL!) come this way too and are no defect.
                if !matches!(error, XlsxError::CellError(_)) {
                    defects += 1;
                }
                let row = last.map(|(row, _)| row + 1);
                note(row, format!("{error}, in or after this row"));
                if defects > limits.bad_cells {
                    break;
                }
            }
        }
    }
    if defects > limits.bad_cells {
        let reason = format!(
            "more than {} cells cannot be read; open and save it in Excel",
            limits.bad_cells
        );
        return Ok(Content::GivenUp { rows, reason });
    }
    Ok(Content::Rows { rows, bad, bad_count })
}

/// After these there is no next cell.
fn is_fatal(error: &XlsxError) -> bool {
    matches!(error, XlsxError::Io(_) | XlsxError::Zip(_) | XlsxError::Xml(_) | XlsxError::XmlEof(_))
}

fn explain(error: &XlsxError) -> String {
    match error {
        XlsxError::Password => {
            "the workbook is protected by a password; save it without one".to_owned()
        }
        other => format!("the workbook is damaged ({other}); export it again"),
    }
}

/// The text of a cell. Strings are lent as they are, the rest is written to
/// `scratch`.
fn cell_text<'c>(value: &'c DataRef<'_>, scratch: &'c mut String) -> &'c str {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text,
        DataRef::SharedString(text) => text,
        DataRef::Int(number) => {
            scratch.push_str(&number.to_string());
            scratch
        }
        DataRef::Float(number) => {
            number_text(*number, scratch);
            scratch
        }
        DataRef::Bool(value) => {
            if *value {
                "true"
            } else {
                "false"
            }
        }
        DataRef::DateTime(date) => {
            date_text(date, scratch);
            scratch
        }
        DataRef::Error(_) | DataRef::Empty => "",
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

fn date_text(date: &ExcelDateTime, out: &mut String) {
    use std::fmt::Write as _;
    let serial = date.as_f64();
    // Durations, times of day and serials no calendar has stay numbers.
    if date.is_duration() || !(1.0..2_958_466.0).contains(&serial) {
        number_text(serial, out);
        return;
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
    if serial.fract() > 0.0 {
        let _ = write!(out, " {hour:02}:{minute:02}:{second:02}");
    }
}
