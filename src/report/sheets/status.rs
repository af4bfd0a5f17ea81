//! Colours behind status words, as rules that follow the word.
//!
//! The word stays readable without the colour; the legend in the third row
//! says what the colours mean.

use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, Worksheet, XlsxError,
};

use crate::report::style::{ATTENTION, BAD, GOOD, NEUTRAL, status};

/// What a status word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Attention,
    Bad,
    Neutral,
}

impl Tone {
    const fn colours(self) -> (u32, u32) {
        match self {
            Self::Good => GOOD,
            Self::Attention => ATTENTION,
            Self::Bad => BAD,
            Self::Neutral => NEUTRAL,
        }
    }
}

/// Colours the cells of a column whose text is one of the words.
pub(crate) fn words(
    page: &mut Worksheet,
    (first, last, col): (u32, u32, u16),
    words: &[(&str, Tone)],
) -> Result<(), XlsxError> {
    for (word, tone) in words {
        let rule = ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::EqualTo(*word))
            .set_format(status(tone.colours()));
        page.add_conditional_format(first, col, last, col, &rule)?;
    }
    Ok(())
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

/// Prints the legend into the third row, from the zero-based column on. Each
/// word wears its colour.
pub(crate) fn legend(
    page: &mut Worksheet,
    col: u16,
    words: &[(&str, Tone)],
) -> Result<(), XlsxError> {
    for (at, (word, tone)) in (col..).zip(words) {
        page.write_string_with_format(2, at, *word, &status(tone.colours()))?;
    }
    Ok(())
}
