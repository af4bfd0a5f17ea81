//! From the text of a cell to the one spelling of its column.
//!
//! Takes a cell as the file has it and the [`FieldType`] of its column, gives
//! the canonical text or says that there is none to be had. Nothing is
//! guessed: what is not in the vocabulary and not a number is a defect, and
//! the caller decides whether it costs the value or the row.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::dates::{DateColumn, DateValue, write_date};
use super::rows::{Epoch, is_blank_char};
use super::vocabulary::{GrantWord, Vocabulary};
use super::{Field, FieldType};
use crate::money::Cents;

/// Why a cell has no canonical value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    /// It is not of the type.
    Invalid,
    /// A date that can be read two ways.
    Ambiguous,
    /// An amount of which nobody knows for how many months it is.
    Term,
}

/// Cleans the values of one column.
#[derive(Debug)]
pub(crate) struct Cleaner<'v> {
    pub(crate) field: Field,
    pub(crate) vocabulary: &'v Vocabulary,
    /// What all values of the column together show.
    pub(crate) dates: DateColumn,
    pub(crate) serial: Option<Epoch>,
    /// Whether a Boolean column says the opposite.
    pub(crate) invert: bool,
}

/// Seats nobody can own more of; sums of them cannot overflow.
const MOST_SEATS: u64 = 99_999_999;

/// People who can share one login.
const MOST_HEADS: u64 = 10_000;

/// A price per month nobody asks: a hundred million.
const MOST_CENTS: i64 = 10_000_000_000;

impl Cleaner<'_> {
    /// Appends the canonical value of `text` to `out`: nothing for a blank.
    /// `text` is trimmed and not a word for a missing value.
    pub(crate) fn clean(&self, text: &str, out: &mut String) -> Result<(), Defect> {
        if text.is_empty() {
            return Ok(());
        }
        match self.field.field_type() {
            FieldType::Text => {
                let synonym = (self.field == Field::Status)
                    .then(|| self.vocabulary.synonym(self.field, text))
                    .flatten();
                let text = synonym.unwrap_or(text);
                if text.is_ascii() || is_nfc(text) {
                    out.push_str(text);
                } else {
                    out.extend(text.nfc());
                }
            }
            FieldType::Bool => {
                let value = self.vocabulary.bool(text).ok_or(Defect::Invalid)?;
                out.push_str(if value == self.invert { "false" } else { "true" });
            }
            FieldType::Grant => match self.vocabulary.grant(text).ok_or(Defect::Invalid)? {
                GrantWord::Allow => out.push_str("allow"),
                GrantWord::Deny => out.push_str("deny"),
                GrantWord::Unset => {}
            },
            FieldType::Date => match self.dates.read(text, self.serial, self.vocabulary) {
                DateValue::Date(year, month, day) => {
                    write_date((year, month, day), out);
                }
                DateValue::Blank => {}
                DateValue::Ambiguous => return Err(Defect::Ambiguous),
                DateValue::Invalid => return Err(Defect::Invalid),
            },
            FieldType::Integer => {
                let number = integer(text).ok_or(Defect::Invalid)?;
                let most = if self.field == Field::Headcount { MOST_HEADS } else { MOST_SEATS };
                match number.parse::<u64>() {
                    Ok(count) if count <= most => out.push_str(&number),
                    _ => return Err(Defect::Invalid),
                }
            }
            FieldType::Decimal => out.push_str(&decimal(text).ok_or(Defect::Invalid)?),
            FieldType::Money => {
                let Cents(cents) = Cents::parse(text).map_err(|_| Defect::Invalid)?;
                // A price below zero or above all reason is a slip of the key.
                if !(0..=MOST_CENTS).contains(&cents) {
                    return Err(Defect::Invalid);
                }
                out.push_str(&format!("{}.{:02}", cents / 100, cents % 100));
            }
            FieldType::Word(list) => {
                out.push_str(self.vocabulary.word(self.field, list, text).ok_or(Defect::Invalid)?);
            }
        }
        Ok(())
    }
}

/// What a value of a type looks like, for the reader of a finding.
pub(crate) fn expected(field: Field) -> String {
    match field.field_type() {
        FieldType::Text => "text".to_owned(),
        FieldType::Bool => "true or false".to_owned(),
        FieldType::Grant => "allow, deny or blank".to_owned(),
        FieldType::Date => "a date such as 2026-09-30".to_owned(),
        FieldType::Integer if field == Field::Headcount => {
            format!("a whole number up to {MOST_HEADS}")
        }
        FieldType::Integer => "a whole number, not negative".to_owned(),
        FieldType::Decimal => "a number such as 12.5".to_owned(),
        FieldType::Money => "an amount such as 180 or 1250.00, not negative".to_owned(),
        FieldType::Word(list) => format!("one of {}", list.join(", ")),
    }
}

/// A month's part of an amount in canonical spelling, to the nearest cent.
pub(crate) fn divide_money(amount: &mut String, months: i64) {
    let Ok(Cents(cents)) = Cents::parse(amount) else { return };
    let cents = (2 * cents + months).div_euclid(2 * months);
    *amount = format!("{}.{:02}", cents / 100, cents % 100);
}

/// Blanks at both ends do not count, whichever they are.
pub(crate) fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(is_blank_char),
    }
}

/// Digits with a sign where negative. Thousands may be grouped by commas,
/// blanks or apostrophes in threes; decimals must be zeros. `1.250` has three
/// decimals in one half of the world and is refused.
fn integer(text: &str) -> Option<String> {
    let (sign, body) = signed(text);
    let (whole, decimals) = match body.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => return None,
        Some((whole, decimals)) => (whole, decimals),
        None => (body, ""),
    };
    if !decimals.bytes().all(|b| b == b'0') {
        return None;
    }
    let digits = ungrouped(whole)?;
    let digits = significant(&digits);
    // A number nobody can own is a slip of the key, and must not overflow later.
    if digits.len() > 15 {
        return None;
    }
    Some(if digits == "0" { digits.to_owned() } else { format!("{sign}{digits}") })
}

/// A decimal number with a point. A lone comma is a decimal comma unless
/// three digits follow it; of point and comma together the last one is the
/// decimal sign.
fn decimal(text: &str) -> Option<String> {
    let (sign, body) = signed(text);
    let cut = match (body.rfind('.'), body.rfind(',')) {
        (Some(point), Some(comma)) => Some(point.max(comma)),
        (Some(point), None) => Some(point),
        (None, Some(comma)) if body.len() - comma - 1 != 3 => Some(comma),
        _ => None,
    };
    let (whole, decimals) = cut.map_or((body, ""), |at| (&body[..at], &body[at + 1..]));
    if !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits =
        if whole.is_empty() && !decimals.is_empty() { "0".to_owned() } else { ungrouped(whole)? };
    let (digits, decimals) = (significant(&digits), decimals.trim_end_matches('0'));
    if digits.len() + decimals.len() > 18 {
        return None;
    }
    let sign = if digits == "0" && decimals.is_empty() { "" } else { sign };
    Some(if decimals.is_empty() {
        format!("{sign}{digits}")
    } else {
        format!("{sign}{digits}.{decimals}")
    })
}

fn signed(text: &str) -> (&'static str, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    }
}

fn significant(digits: &str) -> &str {
    let kept = digits.trim_start_matches('0');
    if kept.is_empty() { "0" } else { kept }
}

/// The digits of a whole number whose thousands may be grouped.
fn ungrouped(text: &str) -> Option<String> {
    let is_group_sign = |c: char| matches!(c, ',' | '.' | '\'' | '\u{2019}') || c.is_whitespace();
    let mut groups = text.split(is_group_sign);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    let mut grouped = false;
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
        grouped = true;
    }
    let first_fits = !first.is_empty() && (!grouped || first.len() <= 3);
    (first_fits && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(field: Field, text: &str) -> Result<String, Defect> {
        let vocabulary = Vocabulary::shipped().unwrap();
        let cleaner = Cleaner {
            field,
            vocabulary: &vocabulary,
            dates: DateColumn::default(),
            serial: None,
            invert: false,
        };
        let mut out = String::new();
        cleaner.clean(trim(text), &mut out).map(|()| out)
    }

    #[test]
    fn text_is_trimmed_and_composed_and_otherwise_left_alone() {
        assert_eq!(clean(Field::UserId, "\u{a0} 000091 \u{feff}").unwrap(), "000091");
        assert_eq!(clean(Field::Name, "Jose\u{301}").unwrap(), "Jos\u{e9}");
        assert_eq!(clean(Field::Name, "=3+1").unwrap(), "=3+1");
        assert_eq!(
            clean(Field::License, "Operations \u{2013}  Activity").unwrap(),
            "Operations \u{2013}  Activity"
        );
    }

    #[test]
    fn grants_have_three_values() {
        for (text, value) in [
            ("Allow", "allow"),
            ("Grant", "allow"),
            ("Granted", "allow"),
            ("Yes", "allow"),
            ("1", "allow"),
            ("Deny", "deny"),
            ("Denied", "deny"),
            ("Unset", ""),
            ("None", ""),
            ("No", ""),
            ("False", ""),
            ("0", ""),
            ("", ""),
        ] {
            assert_eq!(clean(Field::Read, text).unwrap(), value, "{text}");
        }
        assert_eq!(clean(Field::Read, "perhaps"), Err(Defect::Invalid));
    }

    #[test]
    fn numbers_are_read_in_the_spellings_of_both_halves_of_the_world() {
        for (text, value) in [
            ("25", "25"),
            ("25.0", "25"),
            ("25.000000", "25"),
            ("1,250", "1250"),
            ("1 250", "1250"),
            ("007", "7"),
            ("0", "0"),
            ("-0", "0"),
            ("1,250,000", "1250000"),
        ] {
            assert_eq!(clean(Field::Quantity, text).unwrap(), value, "{text}");
        }
        for text in ["1.250", "12.5", "1,25", "abc", "1e5", "-", "12 3", "-3", "999999999"] {
            assert_eq!(clean(Field::Quantity, text), Err(Defect::Invalid), "{text}");
        }
        for (text, value) in [
            ("12.5", "12.5"),
            ("12,5", "12.5"),
            ("1,250.75", "1250.75"),
            ("1.250,75", "1250.75"),
            (".5", "0.5"),
            ("3.000000", "3"),
            ("-0.0", "0"),
            ("1,250", "1250"),
            ("1.250", "1.25"),
        ] {
            assert_eq!(clean(Field::Value, text).unwrap(), value, "{text}");
        }
        for (text, value) in
            [("$ 1,250.00", "1250.00"), ("95", "95.00"), ("8,5", "8.50"), ("162,000000", "162.00")]
        {
            assert_eq!(clean(Field::Price, text).unwrap(), value, "{text}");
        }
        for text in ["-2.5", "1,2345", "99999999999"] {
            assert_eq!(clean(Field::Price, text), Err(Defect::Invalid), "{text}");
        }
        assert_eq!(clean(Field::Headcount, "9").unwrap(), "9");
        assert_eq!(clean(Field::Headcount, "4000000000"), Err(Defect::Invalid));
    }

    #[test]
    fn words_of_closed_lists_have_synonyms() {
        for (field, text, value) in [
            (Field::Program, "Enterprise Agreement", "ea"),
            (Field::Program, "CSP", "csp"),
            (Field::Program, "cloud solution provider", "csp"),
            (Field::Segment, "Education", "academic"),
            (Field::AccountType, "Guest", "guest"),
            (Field::Login, "Shared", "shared"),
        ] {
            assert_eq!(clean(field, text).unwrap(), value);
        }
        assert_eq!(clean(Field::Program, "barter"), Err(Defect::Invalid));
    }
}
