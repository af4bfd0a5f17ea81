//! The status words of a sheet in their colours, above its table: what a
//! colour means is said where it is seen.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::cell::Value;
use super::column::{At, Column, Says, Width};
use super::language::Language;
use super::style::{Tone, status};

/// The status words that stand in the rows; all of them where none does, or
/// where there are too many rows to look at.
pub(crate) fn occurring<'w, T>(
    words: &[(&'w str, Tone)],
    columns: &[Column<'_, T>],
    rows: &[T],
) -> Vec<(&'w str, Tone)> {
    let at = At::new(1, &[], 0);
    let stands = |word: &str| {
        let told = columns.iter().filter(|column| column.says == Says::Words);
        told.flat_map(|column| rows.iter().map(|row| (column.get)(row, &at)))
            .any(|value| matches!(value, Value::Text(text) if text == word))
    };
    let found: Vec<_> = words.iter().copied().filter(|(word, _)| stands(word)).collect();
    if found.is_empty() { words.to_vec() } else { found }
}

/// Shows the status words of a sheet in their colours in the third row. A word
/// takes as many columns as it is long, all in its colour and none merged: the
/// columns grow no narrower than their headers, which is known before the rows.
pub(crate) fn write<T>(
    page: &mut Worksheet,
    language: Language,
    words: &[(&str, Tone)],
    columns: &[Column<'_, T>],
) -> Result<(), XlsxError> {
    let width = |col: u16| {
        let column = columns.get(usize::from(col));
        let least = |column| Width::new(column, &language.tell(&column.header)).chosen();
        column.map_or(8, least)
    };
    let mut col = 1;
    for (word, tone) in words {
        let word = language.tell(word);
        let format = status(tone.colours());
        page.write_string_with_format(2, col, word.as_ref(), &format)?;
        // Bold print and wide letters need a tenth more.
        let long = word.chars().count() * 11 / 10 + 1;
        let mut room = usize::from(width(col));
        col += 1;
        while room < long {
            page.write_blank(2, col, &format)?;
            room += usize::from(width(col));
            col += 1;
        }
    }
    Ok(())
}
