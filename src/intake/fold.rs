//! Headers and words as they are compared: on their letters and digits.

use unicode_normalization::UnicodeNormalization;

/// Folds a header to its letters and digits in one case, so that
/// `CountryOrRegion`, `Country or region` and `COUNTRY_OR_REGION` are one.
/// Letters outside ASCII are kept.
#[must_use]
pub fn header_key(text: &str) -> String {
    if text.is_ascii() {
        return folded_ascii(text).map(char::from).collect();
    }
    let letters: String = text.nfc().filter(|c| c.is_alphanumeric()).collect();
    caseless::default_case_fold_str(&letters)
}

/// Whether a text folds to this key; as comparing [`header_key`], without
/// building it.
pub(crate) fn has_key(text: &str, key: &str) -> bool {
    if !text.is_ascii() {
        return header_key(text) == key;
    }
    folded_ascii(text).eq(key.bytes())
}

/// The letters and digits of an ASCII text in one case.
pub(super) fn folded_ascii(text: &str) -> impl DoubleEndedIterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_on_letters_and_digits() {
        for text in ["CountryOrRegion", "\u{feff}Country or\u{a0}Region", "COUNTRY_OR_REGION"] {
            assert_eq!(header_key(text), "countryorregion");
        }
        assert_eq!(
            header_key("Identifikation f\u{fc}r \u{dc}bung"),
            "identifikationf\u{fc}r\u{fc}bung"
        );
        assert_eq!(header_key("RequiredLicense(s)"), "requiredlicenses");
    }
}
