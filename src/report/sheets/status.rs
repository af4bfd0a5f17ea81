//! Colours behind status words, as rules that follow the word.
//!
//! The word stays readable without the colour; a legend in the third
//! row of the sheet shows the words in their colours.

use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatText,
    ConditionalFormatTextRule, Worksheet, XlsxError,
};

use crate::report::language::Language;
pub(crate) use crate::report::style::Tone;
use crate::report::style::status;
use crate::report::table::Written;

/// Colours the cells of a column whose text is one of the words.
pub(crate) fn words(
    page: &mut Worksheet,
    language: Language,
    (first, last, col): (u32, u32, u16),
    words: &[(&str, Tone)],
) -> Result<(), XlsxError> {
    for (word, tone) in words {
        let rule = ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::EqualTo(language.tell(word).into_owned()))
            .set_format(status(tone.colours()));
        page.add_conditional_format(first, col, last, col, &rule)?;
    }
    Ok(())
}

/// Colours the cells of a column that have the word somewhere in them.
pub(crate) fn containing(
    page: &mut Worksheet,
    language: Language,
    (first, last, col): (u32, u32, u16),
    word: &str,
    tone: Tone,
) -> Result<(), XlsxError> {
    let rule = ConditionalFormatText::new()
        .set_rule(ConditionalFormatTextRule::Contains(language.tell(word).into_owned()))
        .set_format(status(tone.colours()));
    page.add_conditional_format(first, col, last, col, &rule)?;
    Ok(())
}

/// As [`words`], for the column under a header, if the table has it.
pub(crate) fn words_under(
    page: &mut Worksheet,
    table: &Written,
    header: &str,
    (first, last): (u32, u32),
    list: &[(&str, Tone)],
) -> Result<(), XlsxError> {
    table.col(header).map_or(Ok(()), |col| words(page, table.language, (first, last, col), list))
}

/// Colours TRUE and FALSE.
pub(crate) fn flags(
    page: &mut Worksheet,
    (first, last, col): (u32, u32, u16),
) -> Result<(), XlsxError> {
    for (value, tone) in [(true, Tone::Good), (false, Tone::Bad)] {
        let text = if value { "TRUE" } else { "FALSE" };
        let rule = ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::EqualTo(rust_xlsxwriter::Formula::new(text)))
            .set_format(status(tone.colours()));
        page.add_conditional_format(first, col, last, col, &rule)?;
    }
    Ok(())
}
