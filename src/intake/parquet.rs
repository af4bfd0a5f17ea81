//! From a Parquet file to rows.
//!
//! The header is row 1 and the first record row 2, as the same table would
//! have them in a sheet. A file is read in slices of bounded size, because a
//! kilobyte of Parquet can hold a hundred million equal rows. Values become
//! the text an export in CSV would hold: dates as `YYYY-MM-DD`, times after
//! a blank, numbers in their shortest form.

use std::io::Cursor;

use polars::prelude::{AnyValue, DataFrame, ParquetReader, SerReader as _, TimeUnit};

use super::dates::civil;
use super::guard::guarded;
use super::limits::{Limits, Refusal, SPLIT, option, over};
use super::pages;
use super::rows::{Epoch, RowBuf, RowSource};
use super::sheet::number_text;

/// Values decoded at a time.
const SLICE_CELLS: usize = 4 << 20;

/// Rows of a Parquet file.
#[derive(Debug)]
pub(crate) struct ParquetRows<'b> {
    bytes: &'b [u8],
    columns: Vec<String>,
    rows: usize,
    /// First row, from 0, and content of the slice in memory.
    slice: (usize, DataFrame),
    /// Next row, from 0; the header comes before it.
    at: usize,
    header_given: bool,
    /// Why reading stopped before the end, if it did.
    failure: Option<String>,
    scratch: String,
}

impl<'b> ParquetRows<'b> {
    /// Opens a file.
    ///
    /// # Errors
    /// It is damaged or over a limit.
    pub(crate) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, Refusal> {
        let mut reader = ParquetReader::new(Cursor::new(bytes));
        let rows = reader.num_rows().map_err(|error| Refusal::Unreadable(damaged(&error)))?;
        if rows as u64 > limits.table_rows {
            let what = "number of rows of the file";
            return Err(over(what, rows as u64, limits.table_rows, option::TABLE_ROWS, SPLIT));
        }
        let schema = reader.schema().map_err(|error| Refusal::Unreadable(damaged(&error)))?;
        let columns: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
        if columns.len() > limits.columns as usize {
            let (found, limit) = (columns.len() as u64, u64::from(limits.columns));
            return Err(over("number of columns", found, limit, option::COLUMNS, SPLIT));
        }
        check_pages(&mut reader, bytes, limits)?;
        Ok(Self {
            bytes,
            columns,
            rows,
            slice: (0, DataFrame::empty()),
            at: 0,
            header_given: false,
            failure: None,
            scratch: String::new(),
        })
    }

    /// Why not all rows could be read.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    fn load(&mut self) -> Result<(), String> {
        let length = (SLICE_CELLS / self.columns.len().max(1)).max(1).min(self.rows - self.at);
        let frame = ParquetReader::new(Cursor::new(self.bytes))
            .with_slice(Some((self.at, length)))
            .finish()
            .map_err(|error| damaged(&error))?;
        if frame.height() != length || frame.width() != self.columns.len() {
            return Err(damaged(&"it holds fewer rows than it says"));
        }
        self.slice = (self.at, frame);
        Ok(())
    }
}

/// A Parquet file as a whole, with the words its writer left beside the table,
/// for tables that this program wrote.
///
/// # Errors
/// It is damaged or has more than `rows` rows.
pub(crate) fn whole(bytes: &[u8], rows: u64) -> Result<(DataFrame, Vec<(String, String)>), String> {
    let limits = Limits { table_rows: rows, ..Limits::default() };
    let read = || {
        ParquetRows::open(bytes, &limits).map_err(|refusal| refusal.to_string())?;
        let mut reader = ParquetReader::new(Cursor::new(bytes));
        let metadata = reader.get_metadata().map_err(|error| damaged(&error))?;
        let words = metadata.key_value_metadata().iter().flatten();
        let words =
            words.map(|pair| (pair.key.clone(), pair.value.clone().unwrap_or_default())).collect();
        let frame = reader.finish().map_err(|error| damaged(&error))?;
        Ok((frame, words))
    };
    guarded(read).unwrap_or_else(|| Err(damaged(&"its reader gave up")))
}

/// Holds every page against what its reader would believe.
fn check_pages(
    reader: &mut ParquetReader<Cursor<&[u8]>>,
    bytes: &[u8],
    limits: &Limits,
) -> Result<(), Refusal> {
    let metadata = reader.get_metadata().map_err(|error| Refusal::Unreadable(damaged(&error)))?;
    let lies = || Refusal::Unreadable(damaged(&"a page is not what its header says"));
    let mut rows = 0_usize;
    for group in &metadata.row_groups {
        rows = rows.checked_add(group.num_rows()).ok_or_else(lies)?;
        for column in group.parquet_columns() {
            let range = column.byte_range();
            let range = usize::try_from(range.start)
                .and_then(|start| Ok(start..usize::try_from(range.end)?))
                .map_err(|_| lies())?;
            let chunk = bytes.get(range).ok_or_else(lies)?;
            pages::check(chunk, group.num_rows() as u64, limits.part_bytes).ok_or_else(lies)?;
        }
    }
    if rows == metadata.num_rows { Ok(()) } else { Err(lies()) }
}

fn damaged(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    format!("the Parquet file is damaged or of a kind that is not read ({line}); export it again")
}

impl RowSource for ParquetRows<'_> {
    fn next_row(&mut self, row: &mut RowBuf) -> bool {
        if !self.header_given {
            self.header_given = true;
            row.start(1);
            for column in &self.columns {
                row.push(column);
            }
            return true;
        }
        if self.at >= self.rows || self.failure.is_some() {
            return false;
        }
        let loaded = self.slice.0..self.slice.0 + self.slice.1.height();
        if !loaded.contains(&self.at)
            && let Err(problem) = self.load()
        {
            self.failure = Some(problem);
            return false;
        }
        let at = self.at - self.slice.0;
        row.start(u32::try_from(self.at + 2).unwrap_or(u32::MAX));
        for column in self.slice.1.columns() {
            self.scratch.clear();
            match column.get(at) {
                Ok(value) => write(&value, &mut self.scratch),
                Err(error) => {
                    self.failure = Some(damaged(&error));
                    return false;
                }
            }
            row.push(&self.scratch);
        }
        self.at += 1;
        true
    }

    fn rewind(&mut self) {
        self.at = 0;
        self.header_given = false;
    }

    fn has_width(&self) -> bool {
        false
    }

    fn serial_dates(&self) -> Option<Epoch> {
        None
    }
}

/// Appends a value as text.
fn write(value: &AnyValue<'_>, out: &mut String) {
    use std::fmt::Write as _;
    match value {
        AnyValue::Null => {}
        AnyValue::String(text) => out.push_str(text),
        AnyValue::StringOwned(text) => out.push_str(text),
        AnyValue::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        AnyValue::Float32(number) => number_text(f64::from(*number), out),
        AnyValue::Float64(number) => number_text(*number, out),
        AnyValue::Date(days) => {
            date(i64::from(*days), out);
        }
        AnyValue::Datetime(time, unit, _) | AnyValue::DatetimeOwned(time, unit, _) => {
            moment(*time, *unit, out);
        }
        AnyValue::Binary(bytes) => out.push_str(&String::from_utf8_lossy(bytes)),
        AnyValue::BinaryOwned(bytes) => out.push_str(&String::from_utf8_lossy(bytes)),
        // Whole numbers, categories, decimals. Writing to a string does not fail.
        other => {
            let _ = match other.get_str() {
                Some(text) => write!(out, "{text}"),
                None => write!(out, "{other}"),
            };
        }
    }
}

fn date(days: i64, out: &mut String) {
    use std::fmt::Write as _;
    // Writing to a string does not fail.
    let _ = match civil(days) {
        Some((year, month, day)) => write!(out, "{year:04}-{month:02}-{day:02}"),
        None => write!(out, "{days}"),
    };
}

fn moment(time: i64, unit: TimeUnit, out: &mut String) {
    use std::fmt::Write as _;
    let per_second = match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    };
    let seconds = time.div_euclid(per_second);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    date(days, out);
    if second > 0 {
        // Writing to a string does not fail.
        let _ = write!(out, " {:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    }
}
