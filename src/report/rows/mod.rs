//! Writes the rows of large tables: the same cells the workbook library would
//! write, in a fraction of its time, and without keeping any of them.
//!
//! The library writes the sheet around them ([`super::table`]). The rows are
//! written as XML ([`xml`]), packed at once ([`pack`]) and put into their sheet
//! when the workbook is saved ([`splice`]). Tests hold the cells and looks of
//! both ways against each other.

mod pack;
mod splice;
#[cfg(test)]
mod tests;
mod xml;

use std::collections::HashMap;
use std::path::Path;

use rust_xlsxwriter::{XlsxError, utility};

pub(crate) use splice::{Packed, Tabled, assemble};

use self::pack::Packer;
use self::xml::Cells;
use super::cell::{Outcome, Value, capped, date_serial};
use super::column::{At, Column, Kind, Says, Total, Width};
use super::language::Language;
use super::style::Styles;

/// Rows whose text is measured for the width of a column.
pub(super) const MEASURED: usize = 500;

/// Highest row, in lines.
pub(super) const MOST_LINES: usize = 10;

/// Points of a line.
const LINE: u32 = 15;

/// XML that is packed at a time.
const BATCH: usize = 1 << 16;

/// Different texts of a column whose translations are remembered.
const REMEMBERED: usize = 10_000;

/// What the row of totals says: of each column the sum of its amounts, and
/// whether none of its formulas yields FALSE.
pub(crate) struct Totals {
    /// Sums.
    pub(crate) amounts: Vec<i128>,
    /// None is FALSE.
    pub(crate) all: Vec<bool>,
}

impl Totals {
    fn new(columns: usize) -> Self {
        Self { amounts: vec![0; columns], all: vec![true; columns] }
    }

    /// Goes through all rows.
    pub(crate) fn of<T>(columns: &[Column<'_, T>], rows: &[T], headers: &[String]) -> Self {
        let mut totals = Self::new(columns.len());
        for (at, column) in columns.iter().enumerate().filter(|(_, c)| c.total != Total::None) {
            for (row, item) in (1..).zip(rows) {
                totals.add(at, column.total, &(column.get)(item, &At::new(row, headers, 0)));
            }
        }
        totals
    }

    fn add(&mut self, at: usize, total: Total, value: &Value<'_>) {
        match total {
            Total::None => {}
            Total::Sum => self.amounts[at] += value.amount(),
            Total::All => {
                self.all[at] &= !matches!(value, Value::Formula(_, Outcome::Flag(false)));
            }
        }
    }
}

/// Whether the rows of a table can be written here: its formats belong to
/// columns, and no chart stands on them.
pub(crate) fn takes<T>(columns: &[Column<'_, T>]) -> bool {
    columns.iter().all(|column| column.kind != Kind::Figure && !column.charted)
}

/// Where rows stand, and what their sheet is like.
pub(crate) struct Place<'p> {
    /// First row of data as a spreadsheet numbers it.
    pub(crate) first: u32,
    /// Zero-based first column.
    pub(crate) first_col: u16,
    /// Rows have one line, and empty cells are not written: their column has
    /// the format.
    pub(crate) streamed: bool,
    /// For what has no room in memory.
    pub(crate) scratch: &'p Path,
}

/// Writes rows and measures them; gives the rows and their totals.
///
/// # Errors
/// What the workbook library would refuse, and failures of the scratch file.
pub(crate) fn write<T>(
    place: &Place<'_>,
    styles: &Styles,
    (columns, headers): (&[Column<'_, T>], &[String]),
    rows: &[T],
    widths: &mut [Width],
) -> Result<(Packed, Totals), XlsxError> {
    let mut writer = Writer::new(place, styles, columns);
    // How high a row is depends on the widths, and these on the first rows.
    let (measured, rest) = rows.split_at(rows.len().min(MEASURED));
    let mut kept = Vec::with_capacity(measured.len() * columns.len());
    for (row, item) in (place.first..).zip(measured) {
        let at = At::new(row, headers, place.first_col);
        for ((col, column), width) in columns.iter().enumerate().zip(&mut *widths) {
            let value = writer.value(col, column, item, &at);
            width.see(&value, column.kind);
            kept.push(value);
        }
    }
    let mut row = place.first;
    for values in kept.chunks(columns.len().max(1)) {
        writer.row(row, values, widths)?;
        row += 1;
    }
    drop(kept);
    let mut values = Vec::with_capacity(columns.len());
    for item in rest {
        let at = At::new(row, headers, place.first_col);
        for ((col, column), width) in columns.iter().enumerate().zip(&mut *widths) {
            let value = writer.value(col, column, item, &at);
            if matches!(column.kind, Kind::Money | Kind::Count) {
                width.see(&value, column.kind);
            }
            values.push(value);
        }
        writer.row(row, &values, widths)?;
        values.clear();
        row += 1;
    }
    writer.finish(row - 1)
}

/// Rows being written.
struct Writer<'w, T> {
    styles: &'w Styles,
    streamed: bool,
    columns: &'w [Column<'w, T>],
    letters: Vec<String>,
    cells: Cells,
    packer: Packer,
    totals: Totals,
    told: Vec<HashMap<String, String>>,
}

impl<'w, T> Writer<'w, T> {
    fn new(place: &Place<'_>, styles: &'w Styles, columns: &'w [Column<'w, T>]) -> Self {
        let letters: Vec<String> = (place.first_col..)
            .zip(columns)
            .map(|(col, _)| utility::column_number_to_name(col))
            .collect();
        let looks = columns.iter().map(|column| {
            // Rows of one line do not wrap.
            let plain = place.streamed && column.kind == Kind::Wrap;
            styles.look(if plain { Kind::Text } else { column.kind })
        });
        Self {
            styles,
            streamed: place.streamed,
            columns,
            cells: Cells::new(letters.iter().cloned().zip(looks)),
            letters,
            packer: Packer::new(place.scratch),
            totals: Totals::new(columns.len()),
            told: columns.iter().map(|_| HashMap::new()).collect(),
        }
    }

    fn language(&self) -> Language {
        self.styles.language
    }

    /// The value of a cell; what is translated is translated once.
    fn value<'r>(
        &mut self,
        col: usize,
        column: &Column<'_, T>,
        item: &'r T,
        at: &At<'_>,
    ) -> Value<'r> {
        let language = self.language();
        let value = (column.get)(item, at);
        self.totals.add(col, column.total, &value);
        if language == Language::English || column.says == Says::Data {
            return column.say(value, language);
        }
        let Value::Text(text) = value else { return value };
        let told = &mut self.told[col];
        if let Some(said) = told.get(text.as_ref()) {
            return Value::owned(said.clone());
        }
        let english = text.as_ref().to_owned();
        let said = column.say(Value::Text(text), language);
        if let Value::Text(said) = &said
            && told.len() < REMEMBERED
        {
            told.insert(english, said.as_ref().to_owned());
        }
        said
    }

    fn row(&mut self, row: u32, values: &[Value<'_>], widths: &[Width]) -> Result<(), XlsxError> {
        let height = if self.streamed { None } else { self.height(values, widths) };
        self.cells.open(row, height);
        for (col, value) in values.iter().enumerate() {
            self.cell(col, value)?;
        }
        self.cells.close();
        if self.cells.out.len() >= BATCH {
            self.pack()?;
        }
        Ok(())
    }

    fn pack(&mut self) -> Result<(), XlsxError> {
        self.packer.write(&self.cells.out).map_err(XlsxError::IoError)?;
        self.cells.out.clear();
        Ok(())
    }

    /// The height of a row whose wrapped text needs more than a line.
    fn height(&self, values: &[Value<'_>], widths: &[Width]) -> Option<u32> {
        let wrapped =
            self.columns.iter().zip(values).zip(widths).filter(|((c, _), _)| c.kind == Kind::Wrap);
        let lines = wrapped.map(|((_, value), width)| match value {
            Value::Text(text) => width.lines(text),
            _ => 1,
        });
        let lines = lines.max().unwrap_or(1).min(MOST_LINES);
        if lines > 1 { u32::try_from(lines).ok().map(|lines| lines * LINE) } else { None }
    }

    fn cell(&mut self, col: usize, value: &Value<'_>) -> Result<(), XlsxError> {
        let cells = &mut self.cells;
        match value {
            Value::Blank => self.blank(col),
            Value::Text(text) if text.is_empty() => self.blank(col),
            Value::Text(text) => cells.text(col, &capped(text)),
            Value::Count(count) => cells.count(col, *count),
            Value::Money(cents) => cells.money(col, *cents),
            Value::Date(text) => match date_serial(text) {
                Some(serial) => cells.count(col, serial.into()),
                None if text.is_empty() => {}
                None => cells.text(col, &capped(text)),
            },
            Value::Formula(text, outcome) => {
                let language = self.styles.language;
                let text = language.formula(text);
                match outcome {
                    Outcome::Text(words) => {
                        let words = Outcome::Text(language.tell(words).into_owned());
                        cells.formula(col, &text, &words);
                    }
                    figure => cells.formula(col, &text, figure),
                }
            }
            Value::Said(said) => {
                let (text, shown) = said.compose(self.styles.language);
                cells.formula(col, &text, &Outcome::Text(shown));
            }
            Value::Link(..) => {
                let reason = "a link stands in a sheet of its own only".to_owned();
                return Err(XlsxError::ParameterError(reason));
            }
        }
        Ok(())
    }

    fn blank(&mut self, col: usize) {
        if !self.streamed {
            self.cells.blank(col);
        }
    }

    fn finish(mut self, last: u32) -> Result<(Packed, Totals), XlsxError> {
        self.pack()?;
        let piece = self.packer.finish().map_err(XlsxError::IoError)?;
        let wide = self.letters.pop().unwrap_or_else(|| "A".to_owned());
        Ok((Packed { piece, end: (wide, last), table: None }, self.totals))
    }
}
