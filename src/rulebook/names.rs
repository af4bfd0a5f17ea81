//! One spelling for names that come in many.
//!
//! Product names circulate with hyphens and dashes, no-break blanks, doubled
//! blanks, different case and with or without the words in front
//! (`Microsoft`). Two names that fold alike are the same name.

use caseless::default_case_fold_str;
use unicode_normalization::UnicodeNormalization;

/// Folds a name: NFC, full case folding, every dash to `-` without blanks
/// around it, every blank to one space, trimmed.
#[must_use]
pub fn fold_name(text: &str) -> String {
    let plain = text.chars().filter_map(|c| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '\u{a0}' | '\u{2007}' | '\u{202f}' | '\t' => Some(' '),
        '\u{200b}' | '\u{feff}' | '\u{ad}' | '\u{2122}' | '\u{ae}' => None,
        other => Some(other),
    });
    let folded = if text.is_ascii() {
        plain.map(|c| c.to_ascii_lowercase()).collect::<String>()
    } else {
        default_case_fold_str(&plain.nfc().collect::<String>())
    };
    let mut result = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        let glued = result.is_empty() || result.ends_with('-') || word == "-";
        if !glued && !word.starts_with('-') {
            result.push(' ');
        }
        result.push_str(word);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_product_fold_alike() {
        let expected = "dynamics 365 operations-activity";
        for text in [
            "Dynamics 365 Operations - Activity",
            "Dynamics 365 Operations \u{2013} Activity",
            "DYNAMICS 365 OPERATIONS\u{a0}\u{2013}\u{a0}ACTIVITY ",
            " Dynamics  365 Operations -Activity",
        ] {
            assert_eq!(fold_name(text), expected, "{text}");
        }
        assert_eq!(fold_name("Stra\u{df}e"), fold_name("STRASSE"));
    }
}
