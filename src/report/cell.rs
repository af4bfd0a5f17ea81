//! What one cell holds, and the edge where money and text become Excel's.
//!
//! Money stays in integer cents until the very last step; text that came from
//! a customer is always written as a string, never as a formula, and is cut at
//! Excel's limit with a mark that says so.

use std::borrow::Cow;

use super::language::Said;
use crate::money::Cents;

/// Longest text of a cell, in UTF-16 units.
pub const CELL_LIMIT: usize = 32_767;

/// What a formula yields; stored beside it so that viewers which do not
/// calculate show the same figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A count.
    Count(i128),
    /// Cents.
    Money(i128),
    /// TRUE or FALSE.
    Flag(bool),
    /// Words; never empty.
    Text(String),
    /// A part of a whole, printed in percent.
    Share(i128, i128),
}

impl Outcome {
    /// The text Excel stores as the value of the formula.
    #[must_use]
    pub fn stored(&self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Money(cents) => decimal(*cents),
            Self::Flag(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
            Self::Text(text) => text.clone(),
            Self::Share(part, whole) => share(*part, *whole).to_string(),
        }
    }
}

/// What one cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing.
    Blank,
    /// Words, cut at [`CELL_LIMIT`] when written.
    Text(Cow<'a, str>),
    /// A count.
    Count(i128),
    /// Cents.
    Money(i128),
    /// An ISO date; what cannot be read as one is written as text.
    Date(&'a str),
    /// A formula without the leading `=`, and what it yields.
    Formula(String, Outcome),
    /// A sentence that a formula puts together.
    Said(Said),
    /// A link inside the workbook: sheet and words.
    Link(String, String),
}

impl<'a> Value<'a> {
    /// Borrowed words.
    #[must_use]
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// Owned words.
    #[must_use]
    pub fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    /// A count.
    #[must_use]
    pub fn count(count: impl Into<i128>) -> Self {
        Self::Count(count.into())
    }

    /// Money.
    #[must_use]
    pub fn money(cents: Cents) -> Self {
        Self::Money(i128::from(cents.0))
    }

    /// Money where it is known.
    #[must_use]
    pub fn maybe_money(cents: Option<Cents>) -> Self {
        cents.map_or(Self::Blank, Self::money)
    }

    /// `yes` or `no`.
    #[must_use]
    pub const fn yes_no(flag: bool) -> Self {
        Self::Text(Cow::Borrowed(if flag { "yes" } else { "no" }))
    }

    /// What the cell adds to a total: itself, or what its formula yields.
    #[must_use]
    pub fn amount(&self) -> i128 {
        match self {
            Self::Count(amount)
            | Self::Money(amount)
            | Self::Formula(_, Outcome::Count(amount) | Outcome::Money(amount)) => *amount,
            _ => 0,
        }
    }
}

/// Cents as the number of a cell. The only place where money becomes a
/// floating-point number: both operands are exact below 2^53 cents, so the
/// quotient is the double nearest to the decimal, the one Excel itself stores
/// for `1234.56`.
#[must_use]
#[expect(clippy::cast_precision_loss, clippy::float_arithmetic, reason = "documented above")]
pub fn money_cell(cents: i128) -> f64 {
    cents as f64 / 100.0
}

/// A share as the number of a cell. A ratio of counts, never of money that is
/// added up.
#[expect(
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    reason = "the number of a cell; both stay far below 2^53"
)]
pub(crate) fn share(part: i128, whole: i128) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Cents as plain decimal text, `-1234.56`.
#[must_use]
pub fn decimal(cents: i128) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let magnitude = cents.unsigned_abs();
    format!("{sign}{}.{:02}", magnitude / 100, magnitude % 100)
}

/// Cuts text at Excel's limit and says how much is missing.
#[must_use]
pub fn capped(text: &str) -> Cow<'_, str> {
    if text.len() <= CELL_LIMIT {
        return Cow::Borrowed(text);
    }
    let units = text.encode_utf16().count();
    if units <= CELL_LIMIT {
        return Cow::Borrowed(text);
    }
    // Twice the digits of a usize would fit in the room kept for the mark.
    let room = CELL_LIMIT - 64;
    let mut used = 0;
    let cut = text
        .char_indices()
        .find(|(_, letter)| {
            used += letter.len_utf16();
            used > room
        })
        .map_or(text.len(), |(at, _)| at);
    let left: usize = text[cut..].encode_utf16().count();
    Cow::Owned(format!("{} [cut: {left} more characters]", &text[..cut]))
}

/// Joins at most `most` items; the rest is counted, never dropped in silence.
#[must_use]
pub fn joined(items: &[String], most: usize, separator: &str) -> String {
    let mut text = items[..items.len().min(most)].join(separator);
    if items.len() > most {
        text.push_str(&format!("{separator}and {} more", items.len() - most));
    }
    text
}

/// The serial number of an ISO date as Excel counts days; `None` when the
/// text is no date or before 1 March 1900, where Excel's calendar is wrong.
#[must_use]
pub fn date_serial(text: &str) -> Option<u32> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let (year, month, day): (i64, i64, i64) =
        (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Days from civil, with March as the first month of the year.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    // 1899-12-30 is day 693,899 of this count.
    u32::try_from(days - 693_899).ok().filter(|serial| *serial > 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_money_cell_is_the_double_nearest_to_its_decimal_text() {
        for cents in
            [0, 1, 5, 10, 29, 1_234_567, -1, -250, 99_999_999_999_999, i128::from(u32::MAX)]
        {
            let text: f64 = decimal(cents).parse().unwrap();
            assert_eq!(money_cell(cents).to_bits(), text.to_bits(), "{cents}");
        }
        assert_eq!(decimal(-5), "-0.05");
        assert_eq!(decimal(123_456), "1234.56");
    }

    #[test]
    fn dates_are_counted_as_excel_counts_them() {
        assert_eq!(date_serial("1900-03-01"), Some(61));
        assert_eq!(date_serial("2000-01-01"), Some(36_526));
        assert_eq!(date_serial("2024-02-29"), Some(45_351));
        for wrong in
            ["", "2023-02-29", "2023-13-01", "2023-1-1", "1900-01-01", "soon", "2023-00-10"]
        {
            assert_eq!(date_serial(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn long_text_is_cut_with_a_mark_and_counted_in_utf_16_units() {
        let short = "x".repeat(CELL_LIMIT);
        assert_eq!(capped(&short), short);
        let long = "\u{1f600}".repeat(20_000);
        let cut = capped(&long);
        assert!(cut.encode_utf16().count() <= CELL_LIMIT);
        assert!(cut.ends_with("more characters]"));
    }

    #[test]
    fn a_long_list_ends_with_the_number_of_the_rest() {
        let items: Vec<String> = (1..=5).map(|n| n.to_string()).collect();
        assert_eq!(joined(&items, 3, ", "), "1, 2, 3, and 2 more");
        assert_eq!(joined(&items, 9, ", "), "1, 2, 3, 4, 5");
    }
}
