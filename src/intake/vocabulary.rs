//! What words in exports mean, read from `vocabulary.toml`.
//!
//! Every word is folded as headers are, to letters and digits in one case,
//! so that `Non-Profit`, `nonprofit` and `NON PROFIT` are one.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::fold::header_key;
use super::formats::FormatsError;
use super::{Field, FieldType};

const SHIPPED: &str = include_str!("vocabulary.toml");

/// What a permission column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantWord {
    Allow,
    Deny,
    Unset,
}

/// All words.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    bools: FxHashMap<String, bool>,
    grants: FxHashMap<String, GrantWord>,
    words: FxHashMap<(Field, String), String>,
    totals: FxHashSet<String>,
    missing: Vec<String>,
    /// Bytes of the longest of them.
    longest_missing: usize,
    blank_dates: Vec<(u16, u8, u8)>,
    blank_years: Vec<u16>,
    months: Vec<String>,
    truncations: Vec<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    bool: BTreeMap<String, Vec<String>>,
    grant: BTreeMap<String, Vec<String>>,
    words: BTreeMap<Field, BTreeMap<String, String>>,
    total: Words,
    dates: Dates,
    missing: Texts,
    truncation: Rows,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    texts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    rows: Vec<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dates {
    blank: Vec<String>,
    blank_years: Vec<u16>,
    months: Vec<String>,
}

impl Vocabulary {
    /// The vocabulary shipped with Seatwise.
    ///
    /// # Errors
    /// The shipped file is wrong; a test makes sure that it is not.
    pub fn shipped() -> Result<Self, FormatsError> {
        const FILE: &str = "vocabulary.toml";
        let written: Written = toml::from_str(SHIPPED).map_err(|source| FormatsError::Syntax {
            file: FILE.to_owned(),
            source: Box::new(source),
        })?;
        Self::check(written)
            .map_err(|problem| FormatsError::Meaning { file: FILE.to_owned(), problem })
    }

    fn check(written: Written) -> Result<Self, String> {
        let mut bools = FxHashMap::default();
        for (meaning, words) in &written.bool {
            let value = match meaning.as_str() {
                "true" => true,
                "false" => false,
                other => return Err(format!("bool.{other}: expected true or false")),
            };
            bools.extend(words.iter().map(|word| (word_key(word), value)));
        }
        let mut grants = FxHashMap::default();
        for (meaning, words) in &written.grant {
            let value = match meaning.as_str() {
                "allow" => GrantWord::Allow,
                "deny" => GrantWord::Deny,
                "unset" => GrantWord::Unset,
                other => return Err(format!("grant.{other}: expected allow, deny or unset")),
            };
            grants.extend(words.iter().map(|word| (word_key(word), value)));
        }
        let mut words = FxHashMap::default();
        for (field, synonyms) in written.words {
            let list = match field.field_type() {
                FieldType::Word(list) => Some(list),
                // A status is text: those not named here stay as they are.
                FieldType::Text if field == Field::Status => None,
                _ => return Err(format!("words.{}: the column has no list", field.name())),
            };
            for (synonym, value) in synonyms {
                if list.is_some_and(|list| !list.contains(&value.as_str())) {
                    return Err(format!("words.{}: {value} is not in the list", field.name()));
                }
                words.insert((field, word_key(&synonym)), value);
            }
        }
        let blank_dates = written
            .dates
            .blank
            .iter()
            .map(|text| iso(text).ok_or_else(|| format!("dates.blank: {text} is no date")))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            bools,
            grants,
            words,
            totals: written.total.words.iter().map(|word| word_key(word)).collect(),
            longest_missing: written.missing.texts.iter().map(String::len).max().unwrap_or(0),
            missing: written.missing.texts,
            blank_dates,
            blank_years: written.dates.blank_years,
            months: written.dates.months,
            truncations: written.truncation.rows,
        })
    }

    pub(crate) fn bool(&self, text: &str) -> Option<bool> {
        // By far the most frequent spellings, without building a key.
        if text.eq_ignore_ascii_case("true") {
            return Some(true);
        }
        if text.eq_ignore_ascii_case("false") {
            return Some(false);
        }
        self.bools.get(word_key(text).as_str()).copied()
    }

    pub(crate) fn grant(&self, text: &str) -> Option<GrantWord> {
        self.grants.get(word_key(text).as_str()).copied()
    }

    /// The canonical word of a closed list that a text means.
    pub(crate) fn word(
        &self,
        field: Field,
        list: &'static [&'static str],
        text: &str,
    ) -> Option<&str> {
        // As nearly every file has it, without building a key.
        if let Some(word) = list.iter().find(|word| **word == text) {
            return Some(word);
        }
        let key = word_key(text);
        if let Some(word) = list.iter().find(|word| word_key(word) == key) {
            return Some(word);
        }
        self.words.get(&(field, key)).map(String::as_str)
    }

    /// What a text of a column without a closed list means, where another
    /// language's word stands for it.
    pub(crate) fn synonym(&self, field: Field, text: &str) -> Option<&str> {
        self.words.get(&(field, word_key(text))).map(String::as_str)
    }

    pub(crate) fn is_total(&self, text: &str) -> bool {
        self.totals.contains(word_key(text).as_str())
    }

    pub(crate) fn is_missing(&self, text: &str) -> bool {
        // Nearly every cell is longer than all of them.
        text.len() <= self.longest_missing && self.missing.iter().any(|missing| missing == text)
    }

    /// Whether a date stands for "none" or "for ever".
    pub(crate) fn is_sentinel(&self, date: (u16, u8, u8)) -> bool {
        self.blank_dates.contains(&date) || self.blank_years.contains(&date.0)
    }

    /// Number of a month by the first three letters of its English name.
    pub(crate) fn month(&self, name: &str) -> Option<u8> {
        let short = name.get(..3)?.to_ascii_lowercase();
        let at = self.months.iter().position(|month| *month == short)?;
        u8::try_from(at + 1).ok()
    }

    pub(crate) fn is_truncation(&self, rows: u64) -> bool {
        self.truncations.contains(&rows)
    }
}

/// As [`header_key`]; a number keeps its sign.
fn word_key(text: &str) -> String {
    let key = header_key(text);
    if text.starts_with('-') && key.bytes().all(|b| b.is_ascii_digit()) {
        return format!("-{key}");
    }
    key
}

fn iso(text: &str) -> Option<(u16, u8, u8)> {
    let mut parts = text.splitn(3, '-');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_languages_mean_the_same() {
        let vocabulary = Vocabulary::shipped().unwrap();
        for text in ["True", "YES", "1", "Ja", "Oui", "Sim", "Enabled", "x"] {
            assert_eq!(vocabulary.bool(text), Some(true), "{text}");
        }
        for text in ["False", "no", "0", "Nein", "Non", "N\u{e3}o", "Disabled"] {
            assert_eq!(vocabulary.bool(text), Some(false), "{text}");
        }
        assert_eq!(vocabulary.bool("maybe"), None);
        assert_eq!(vocabulary.bool(""), None);
    }

    #[test]
    fn no_word_is_both_true_and_false_or_two_grants() {
        let written: Written = toml::from_str(SHIPPED).unwrap();
        for lists in [written.bool, written.grant] {
            let all: Vec<_> = lists.values().flatten().map(|word| word_key(word)).collect();
            let unique: std::collections::BTreeSet<_> = all.iter().collect();
            assert_eq!(all.len(), unique.len());
        }
    }

    #[test]
    fn the_limits_of_exports_are_known() {
        let vocabulary = Vocabulary::shipped().unwrap();
        for rows in [10_000, 50_000, 1_000_000, 1_048_575] {
            assert!(vocabulary.is_truncation(rows), "{rows}");
            assert!(!vocabulary.is_truncation(rows - 1) && !vocabulary.is_truncation(rows + 1));
        }
    }
}
