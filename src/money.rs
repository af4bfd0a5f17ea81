//! Money in integer cents.
//!
//! Every price in Seatwise is a whole number of cents **per month**, in the
//! currency of the tenant it belongs to. A decision never touches floating
//! point; totals over a portfolio are summed in `i128` so that no portfolio
//! can overflow them.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Sub};

use serde::{Deserialize, Serialize};

/// An amount in cents per month. Arithmetic is checked in every build profile
/// (`overflow-checks` is on in release), so an overflow is a bug report, never
/// a wrong total.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cents(pub i64);

impl Cents {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Reads an amount such as `180`, `30.5` or `1,250.00` into cents.
    ///
    /// One of `.` and `,` may separate decimals (at most two of them), the
    /// other or a blank may group thousands. Three digits after a lone comma
    /// or point are ambiguous (`1,250`): they are read as thousands after a
    /// comma and refused after a point, because `1.250` has three decimals in
    /// one half of the world.
    ///
    /// # Errors
    /// A sentence that says what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected =
            || format!("expected an amount such as 180 or 1250.00, found \u{201c}{text}\u{201d}");
        let mut body: String = text
            .trim()
            .trim_start_matches(['$', '\u{20ac}', '\u{a3}'])
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '\u{a0}' && *c != '\'')
            .collect();
        let negative = body.starts_with('-');
        if negative {
            body.remove(0);
        }
        let decimal_at = match (body.rfind('.'), body.rfind(',')) {
            (Some(point), Some(comma)) => Some(point.max(comma)),
            (Some(point), None) => Some(point),
            // A lone comma before exactly three digits groups thousands.
            (None, Some(comma)) if body.len() - comma - 1 != 3 => Some(comma),
            (None, _) => None,
        };
        let (whole, decimals) = match decimal_at {
            Some(at) => (&body[..at], &body[at + 1..]),
            None => (body.as_str(), ""),
        };
        let groups: Vec<&str> = whole.split(['.', ',']).collect();
        let grouped = groups.len() == 1
            || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
        let whole: String = whole.chars().filter(|c| *c != ',' && *c != '.').collect();
        let decimals = decimals.trim_end_matches('0');
        // 1.250 has three decimals in one half of the world and none in the other.
        let ambiguous = body.rfind(',').is_none()
            && groups.len() == 1
            && decimal_at.is_some_and(|at| body.len() - at - 1 == 3);
        if !grouped
            || ambiguous
            || (whole.is_empty() && decimals.is_empty() && !body.contains('0'))
            || decimals.len() > 2
            || !whole.chars().all(|c| c.is_ascii_digit())
            || !decimals.chars().all(|c| c.is_ascii_digit())
        {
            return Err(expected());
        }
        let units: i64 =
            if whole.is_empty() { 0 } else { whole.parse().map_err(|_| expected())? };
        let cents: i64 = format!("{decimals:0<2}").parse().map_err(|_| expected())?;
        let total =
            units.checked_mul(100).and_then(|c| c.checked_add(cents)).ok_or_else(expected)?;
        Ok(Self(if negative { -total } else { total }))
    }
}

impl fmt::Display for Cents {
    /// `1234567` cents print as `12,345.67`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_cents(i128::from(self.0)))
    }
}

/// Prints cents with grouped thousands and two decimals.
#[must_use]
pub fn format_cents(cents: i128) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let magnitude = cents.unsigned_abs();
    let digits = (magnitude / 100).to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 4);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{:02}", magnitude % 100)
}

impl Add for Cents {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Cents {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl AddAssign for Cents {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Mul<i64> for Cents {
    type Output = Self;
    fn mul(self, count: i64) -> Self {
        Self(self.0 * count)
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_the_spellings_of_both_halves_of_the_world() {
        for (text, cents) in [
            ("180", 18_000),
            ("30.5", 3_050),
            ("1,250.00", 125_000),
            ("1.250,00", 125_000),
            ("1,250", 125_000),
            ("8,5", 850),
            ("$ 95.00", 9_500),
            ("1 500", 150_000),
            ("-24", -2_400),
            ("0", 0),
            ("162.000000", 16_200),
            ("162,000000", 16_200),
            ("1,234,567", 123_456_700),
        ] {
            assert_eq!(Cents::parse(text), Ok(Cents(cents)), "{text}");
        }
    }

    #[test]
    fn an_amount_that_is_not_whole_cents_or_not_a_number_is_refused() {
        for text in ["", "abc", "1.2345", "12a", "1.250", "--3", ".", "1,2345", "1,25,000.00"] {
            assert!(Cents::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn amounts_print_with_grouped_thousands() {
        assert_eq!(Cents(1_234_567).to_string(), "12,345.67");
        assert_eq!(Cents(-5).to_string(), "-0.05");
    }
}
