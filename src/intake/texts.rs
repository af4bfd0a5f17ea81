//! The texts of one column of a table, told apart by number.
//!
//! Exports say the same few words in millions of rows: roles, states,
//! licences, and the user of several rows in a row. A column keeps each text
//! once and a number in every row, so that whoever reads it has to compare,
//! fold and look up a text once and not once in each row.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Texts by number. Number 0 is the blank text. Equal numbers mean equal
/// texts; equal texts have equal numbers as long as the column has repeated
/// itself so far (see [`Texts::intern`]).
#[derive(Debug, Clone)]
pub(super) struct Texts {
    text: String,
    /// Where each text ends, by number.
    ends: Vec<usize>,
    /// Numbers by text, with the hash of the text.
    known: HashTable<(u64, u32)>,
    /// The number given last: rows about one thing stand together.
    last: u32,
    /// Texts looked for in `known`.
    asked: usize,
    /// Nothing is looked for any more, because hardly a text came twice.
    plain: bool,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            text: String::new(),
            ends: vec![0],
            known: HashTable::new(),
            last: 0,
            asked: 0,
            plain: false,
        }
    }
}

impl Texts {
    /// So many different texts must have come before a column is judged.
    const ENOUGH: usize = 4_096;

    /// The text of a number; blank if no text has it.
    pub(super) fn get(&self, number: u32) -> &str {
        let at = number as usize;
        match (at.checked_sub(1).and_then(|before| self.ends.get(before)), self.ends.get(at)) {
            (Some(&start), Some(&end)) => &self.text[start..end],
            _ => "",
        }
    }

    /// How many numbers are given, that of the blank text included.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of a text, a new one if need be. In a column of names, of
    /// which hardly one comes twice, only the text before is compared.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if self.last > 0 && self.get(self.last) == text {
            return self.last;
        }
        let next = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        if self.plain {
            return self.add(text, next);
        }
        self.asked += 1;
        let hash = FxBuildHasher.hash_one(text);
        let same = |&(other, number): &(u64, u32)| other == hash && self.get(number) == text;
        if let Some(&(_, number)) = self.known.find(hash, same) {
            self.last = number;
            return number;
        }
        self.add(text, next);
        self.known.insert_unique(hash, (hash, next), |&(hash, _)| hash);
        if self.known.len() == Self::ENOUGH && 8 * self.asked < 9 * Self::ENOUGH {
            self.plain = true;
            self.known = HashTable::new();
        }
        next
    }

    fn add(&mut self, text: &str, number: u32) -> u32 {
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.last = number;
        number
    }

    /// Gives back what is needed only while texts are added.
    pub(super) fn close(&mut self) {
        self.known = HashTable::new();
        self.plain = true;
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_comes_again_keeps_its_number() {
        let mut texts = Texts::default();
        let numbers: Vec<u32> =
            ["a", "b", "", "a", "a", "\u{e9}", "b"].map(|t| texts.intern(t)).into();
        assert_eq!(numbers, [1, 2, 0, 1, 1, 3, 2]);
        assert_eq!((texts.get(0), texts.get(3), texts.get(9)), ("", "\u{e9}", ""));
        assert_eq!(texts.len(), 4);
    }

    #[test]
    fn a_column_of_names_is_not_looked_through_for_ever_and_stays_readable() {
        let mut texts = Texts::default();
        let names: Vec<String> = (0..9_000).map(|at| format!("user{at}")).collect();
        let numbers: Vec<u32> = names.iter().map(|name| texts.intern(name)).collect();
        assert!(texts.plain);
        assert!(names.iter().zip(&numbers).all(|(name, &number)| texts.get(number) == name));
        assert_eq!(texts.intern("user8999"), numbers[8999], "the text before is still compared");
        assert_eq!(texts.get(texts.clone().intern("user7")), "");
    }

    #[test]
    fn a_column_of_few_words_is_looked_through_to_the_end() {
        let mut texts = Texts::default();
        for at in 0..100_000 {
            texts.intern(&format!("role{}", at * 7 % 3_000));
        }
        assert_eq!(texts.len(), 3_001);
        texts.close();
        assert_eq!(texts.get(3_000), "role2993");
    }
}
