//! How places, kinds and values of cells are spelt.
//!
//! Each is taken in the spelling that programs write; what else the general
//! reader would make something of is none here, and left to it.

use calamine::CellErrorType;

use super::cell::Number;
use super::markup::{Scan, Stop};

/// What a cell says its value is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Unsaid,
    Number,
    Shared,
    Bool,
    Error,
    Text,
    Iso,
    Inline,
    Other,
}

pub(super) fn kind_of(text: &str) -> Kind {
    match text.as_bytes() {
        b"s" => Kind::Shared,
        b"inlineStr" | b"is" => Kind::Inline,
        b"n" => Kind::Number,
        b"str" => Kind::Text,
        b"b" => Kind::Bool,
        b"d" => Kind::Iso,
        b"e" => Kind::Error,
        _ => Kind::Other,
    }
}

pub(super) fn error(text: &str) -> Option<CellErrorType> {
    Some(match text {
        "#DIV/0!" => CellErrorType::Div0,
        "#N/A" => CellErrorType::NA,
        "#NAME?" => CellErrorType::Name,
        "#NULL!" => CellErrorType::Null,
        "#NUM!" => CellErrorType::Num,
        "#REF!" => CellErrorType::Ref,
        "#VALUE!" => CellErrorType::Value,
        _ => return None,
    })
}

/// A number of up to nine digits.
#[inline]
pub(super) fn index(text: &str) -> Scan<usize> {
    let digits = text.as_bytes();
    let plain = (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    if !plain {
        return Err(Stop::Unusual("an index"));
    }
    Ok(digits.iter().fold(0, |number, digit| number * 10 + usize::from(digit - b'0')))
}

/// The number of a row as a row states it, from 0.
pub(super) fn row_number(text: &str) -> Scan<u32> {
    match row_digits(text.as_bytes()) {
        Some(row) => Ok(row),
        None => Err(Stop::Unusual("the number of a row")),
    }
}

/// Up to seven digits for a number from 1; gives it from 0.
#[inline]
fn row_digits(digits: &[u8]) -> Option<u32> {
    if digits.len() > 7 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    digits.iter().fold(0_u32, |row, digit| row * 10 + u32::from(digit & 15)).checked_sub(1)
}

/// Row and column of a reference such as `AB12`, from 0.
#[inline]
pub(super) fn position(text: &str) -> Scan<(u32, u32)> {
    let bytes = text.as_bytes();
    let letters = bytes.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let place = (1..=3).contains(&letters).then(|| row_digits(&bytes[letters..])).flatten();
    let Some(row) = place else { return Err(Stop::Unusual("a reference to a cell")) };
    let column = bytes[..letters]
        .iter()
        .fold(0, |column, letter| column * 26 + u32::from(letter - b'A') + 1);
    Ok((row, column - 1))
}

/// Whether a text is one cell, or two of which the second lies behind.
pub(super) fn is_dimension(text: &str) -> bool {
    let mut corners = text.splitn(2, ':').map(position);
    match (corners.next(), corners.next()) {
        (Some(Ok(_)), None) => true,
        (Some(Ok(first)), Some(Ok(last))) => first.0 <= last.0 && first.1 <= last.1,
        _ => false,
    }
}

/// A decimal number, with an exponent or without.
#[inline]
pub(super) fn number(text: &str) -> Option<Number<'_>> {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let bytes = text.as_bytes();
    let signed = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(&bytes[signed..]);
    let mut at = signed + whole;
    if at == bytes.len() && (1..=9).contains(&whole) {
        let value = bytes[signed..].iter().fold(0, |all, digit| all * 10 + i32::from(digit & 15));
        let plain = whole == 1 || bytes[signed] != b'0';
        return Some(Number {
            value: match (signed, value) {
                (0, _) => f64::from(value),
                (_, 0) => -0.0,
                _ => f64::from(-value),
            },
            plain: (plain && (signed == 0 || value > 0)).then_some(text),
        });
    }
    let mut decimals = 0;
    if bytes.get(at) == Some(&b'.') {
        decimals = digits(&bytes[at + 1..]);
        at += 1 + decimals;
    }
    if whole + decimals == 0 {
        return None;
    }
    // Fifteen digits come back from a number as they went in. Smaller ones
    // than these are shown with an exponent.
    let plain = at == bytes.len()
        && at == signed + whole + usize::from(decimals > 0) + decimals
        && whole > 0
        && decimals <= 7
        && whole + decimals <= 15
        && (whole == 1 || bytes[signed] != b'0')
        && (decimals == 0 || bytes[at - 1] != b'0');
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'-' | b'+')));
        let exponent = digits(&bytes[at..]);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    let value = (at == bytes.len()).then(|| text.parse().ok()).flatten()?;
    Some(Number { value, plain: plain.then_some(text) })
}
