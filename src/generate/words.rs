//! Words that made-up things are put together from: data, see `words.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// The lists. None is empty.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// First names.
    pub(super) first: Vec<String>,
    /// Last names.
    pub(super) last: Vec<String>,
    /// Beginnings of names of companies.
    pub(super) places: Vec<String>,
    /// Their ends.
    pub(super) ends: Vec<String>,
    /// What companies do.
    pub(super) trades: Vec<String>,
    /// Departments.
    pub(super) departments: Vec<String>,
    /// Countries.
    pub(super) countries: Vec<String>,
    /// Beginnings of menu items.
    pub(super) things: Vec<String>,
    /// Ends of menu items.
    pub(super) pages: Vec<String>,
    /// What a role does.
    pub(super) jobs: Vec<String>,
    /// Identifier and name of the role that every account has.
    pub(super) everybody: (String, String),
}

/// The words that are shipped; that they can be read, a test says.
pub(super) static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).unwrap_or_default());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_has_words_and_old_files_can_hold_them() {
        let words: Words = toml::from_str(include_str!("words.toml")).unwrap();
        let lists = [
            &words.first,
            &words.last,
            &words.places,
            &words.ends,
            &words.trades,
            &words.departments,
            &words.countries,
            &words.things,
            &words.pages,
            &words.jobs,
        ];
        for list in lists {
            assert!(list.len() >= 8, "{list:?}");
            for word in list {
                assert!(!encoding_rs::WINDOWS_1252.encode(word).2, "{word}");
            }
        }
        assert!(words.last.iter().all(|name| name.bytes().any(|byte| byte.is_ascii_alphabetic())));
    }
}
