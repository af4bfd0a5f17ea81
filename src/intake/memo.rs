//! What the cells of a column became, so that one that comes again need not
//! be cleaned again.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Cells of one column as the file has them, with the number of the text they
/// became (see [`super::texts::Texts`]).
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// The cells in `known` one after the other; behind them the last one,
    /// where it is not known.
    text: String,
    /// Where the known cells end.
    end: usize,
    known: HashTable<Cell>,
    /// The cell before, since rows about one thing stand together.
    last: Option<Cell>,
    hits: usize,
    /// Nothing is looked for in `known`, because hardly a cell came again.
    shut: bool,
}

/// Where a cell stands, and what it became.
#[derive(Debug, Clone, Copy)]
struct Cell {
    hash: u64,
    start: usize,
    length: u32,
    number: u32,
}

impl Cell {
    fn is(&self, text: &str, cell: &str) -> bool {
        self.length as usize == cell.len() && text[self.start..].starts_with(cell)
    }
}

impl Memo {
    /// So many different cells must have come before a column is judged.
    const ENOUGH: usize = 256;

    /// More different cells than these are not remembered.
    const MOST: usize = 1 << 14;

    /// What a cell became.
    pub(super) fn get(&mut self, cell: &str) -> Option<u32> {
        if let Some(last) = self.last.filter(|last| last.is(&self.text, cell)) {
            return Some(last.number);
        }
        if self.shut {
            return None;
        }
        let hash = FxBuildHasher.hash_one(cell);
        let same = |known: &Cell| known.hash == hash && known.is(&self.text, cell);
        let known = *self.known.find(hash, same)?;
        self.last = Some(known);
        self.hits += 1;
        Some(known.number)
    }

    /// Remembers what a cell became, which was not known.
    pub(super) fn note(&mut self, cell: &str, number: u32) {
        let Ok(length) = u32::try_from(cell.len()) else { return };
        self.text.truncate(self.end);
        self.text.push_str(cell);
        let mut known = Cell { hash: 0, start: self.end, length, number };
        if !self.shut && self.known.len() < Self::MOST {
            known.hash = FxBuildHasher.hash_one(cell);
            self.known.insert_unique(known.hash, known, |known| known.hash);
            self.end = self.text.len();
        }
        self.last = Some(known);
        if self.known.len() == Self::ENOUGH && self.hits < Self::ENOUGH / 8 {
            *self = Self { shut: true, ..Self::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_comes_again_is_known_and_a_column_of_names_is_given_up() {
        let mut memo = Memo::default();
        assert_eq!(memo.get("Yes"), None);
        memo.note("Yes", 1);
        memo.note("No", 2);
        assert_eq!((memo.get("No"), memo.get("Yes"), memo.get("")), (Some(2), Some(1), None));
        for at in 0..2_000 {
            let cell = format!("user{at}");
            assert_eq!(memo.get(&cell), None);
            memo.note(&cell, at);
        }
        assert!(memo.shut && memo.known.is_empty());
        assert_eq!((memo.get("user1999"), memo.get("Yes")), (Some(1999), None));
        memo.note("", 0);
        assert_eq!((memo.get(""), memo.get("user1999")), (Some(0), None));
    }
}
