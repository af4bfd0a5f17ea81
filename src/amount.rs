//! Quantities of capacity: gigabytes, invoices, machines.
//!
//! An [`Amount`] is a whole number of thousandths of its unit, so that a
//! quarter of a gigabyte is exact and no decision touches floating point.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Units above which nothing is read; far beyond any tenant.
const MOST_UNITS: u64 = 1_000_000_000_000;

/// An amount in thousandths of a unit, never negative.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Amount(pub u64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The largest amount; sums and products stop here.
    pub const MAX: Self = Self(MOST_UNITS * 1000);

    /// Reads the text of an edition: digits, and at most three decimals
    /// after a point.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || (text.contains('.') && decimals.is_empty())
            || decimals.len() > 3
            || !digits(whole)
            || !digits(decimals)
        {
            return None;
        }
        let units: u64 = whole.parse().ok().filter(|units| *units <= MOST_UNITS)?;
        let thousandths: u64 = format!("{decimals:0<3}").parse().ok()?;
        Some(Self(units * 1000 + thousandths))
    }

    /// Reads a customer's figure. Blanks, apostrophes and commas may group
    /// thousands; what is finer than a thousandth is rounded up, because use
    /// is never less than what was measured.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let plain: String =
            text.chars().filter(|c| !c.is_whitespace() && *c != '\u{a0}' && *c != '\'').collect();
        let groups: Vec<&str> = plain.split(',').collect();
        // A lone comma that groups nothing separates decimals.
        let plain = match groups.as_slice() {
            [whole, decimals] if !decimals.contains('.') && decimals.len() != 3 => {
                format!("{whole}.{decimals}")
            }
            [first, rest @ ..] => {
                let grouped = |part: &&str| part.split('.').next().is_some_and(|p| p.len() == 3);
                if !rest.iter().all(grouped) || (!rest.is_empty() && first.len() > 3) {
                    return None;
                }
                groups.concat()
            }
            [] => return None,
        };
        let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
        if !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let finer = decimals.get(3..).is_some_and(|rest| rest.bytes().any(|byte| byte != b'0'));
        let kept = decimals.get(..3).unwrap_or(decimals);
        let text = if kept.is_empty() { whole.to_owned() } else { format!("{whole}.{kept}") };
        Self::parse(&text).map(|amount| amount.plus(Self(u64::from(finer))))
    }

    /// For a reader: `1,234.5`.
    #[must_use]
    pub fn grouped(self) -> String {
        let plain = self.to_string();
        let whole = plain.split('.').next().unwrap_or_default().len();
        let mut text = String::with_capacity(plain.len() + whole / 3);
        for (at, c) in plain.chars().enumerate() {
            if at > 0 && at < whole && (whole - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(c);
        }
        text
    }

    /// The sum, at most [`Self::MAX`].
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0)).min(Self::MAX)
    }

    /// What is left above `other`, nothing where it is larger.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// So many of it, at most [`Self::MAX`].
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count)).min(Self::MAX)
    }
}

impl fmt::Display for Amount {
    /// `1234500` thousandths print as `1234.5`: as an edition writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 / 1000)?;
        match self.0 % 1000 {
            0 => Ok(()),
            rest => write!(f, ".{}", format!("{rest:03}").trim_end_matches('0')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_writes_plain_decimals() {
        assert_eq!(Amount::parse("10"), Some(Amount(10_000)));
        assert_eq!(Amount::parse("0.25"), Some(Amount(250)));
        for text in ["", ".5", "5.", "1,000", "-1", "1.2345", "x", "1000000000001"] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_customer_writes_figures_in_many_ways() {
        for (text, thousandths) in [
            ("1,234", 1_234_000),
            ("1 234,5", 1_234_500),
            ("12.3456", 12_346),
            ("0,5", 500),
            ("1,234,567.25", 1_234_567_250),
            ("7.0000", 7_000),
        ] {
            assert_eq!(Amount::read(text), Some(Amount(thousandths)), "{text}");
        }
        for text in ["", "-3", "many", "1,23,456", "1.2.3", "12 GB", "1234,567"] {
            assert_eq!(Amount::read(text), None, "{text}");
        }
    }

    #[test]
    fn amounts_print_as_short_as_they_are_and_grouped_for_a_reader() {
        for (amount, text) in [
            (0, "0"),
            (250, "0.25"),
            (1_234_500, "1,234.5"),
            (5_000_000, "5,000"),
            (128, "0.128"),
            (999_000, "999"),
            (1_234_567_000, "1,234,567"),
        ] {
            assert_eq!(Amount(amount).grouped(), text);
            assert_eq!(Amount(amount).to_string(), text.replace(',', ""));
        }
    }
}
