//! What stands in a cell of a sheet, whoever read it.
//!
//! Text is lent, so that a sheet of millions of cells costs no allocation
//! for each. A number also remembers how the file spells it, if that is how
//! it would be shown: then nobody needs to print it.

use calamine::{CellErrorType, DataRef, ExcelDateTime};

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CellValue<'c> {
    /// Nothing.
    Empty,
    /// A text.
    Text(&'c str),
    /// A number.
    Number(Number<'c>),
    /// A number in a date format.
    Date(ExcelDateTime),
    /// True or false.
    Bool(bool),
    /// An error that the cell shows.
    Error(CellErrorType),
}

/// A number in a cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number<'c> {
    /// Its value.
    pub(crate) value: f64,
    /// The text of the value as it would be shown, if the file has it.
    pub(crate) plain: Option<&'c str>,
}

impl PartialEq for Number<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.value.to_bits() == other.value.to_bits()
    }
}

impl<'c> From<&'c DataRef<'_>> for CellValue<'c> {
    fn from(value: &'c DataRef<'_>) -> Self {
        match value {
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                Self::Text(text)
            }
            DataRef::SharedString(text) => Self::Text(text),
            // No whole number of a sheet is that long.
            #[allow(clippy::cast_precision_loss)]
            DataRef::Int(number) => Self::Number(Number { value: *number as f64, plain: None }),
            DataRef::Float(value) => Self::Number(Number { value: *value, plain: None }),
            DataRef::Bool(value) => Self::Bool(*value),
            DataRef::DateTime(date) => Self::Date(*date),
            DataRef::Error(error) => Self::Error(error.clone()),
            DataRef::Empty => Self::Empty,
        }
    }
}
