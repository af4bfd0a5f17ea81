//! What the cells of a column became, so that one that comes again need not
//! be cleaned again.

use rustc_hash::FxHashMap;

/// Cells of one column as the file has them, with the number of the text they
/// became (see [`super::texts::Texts`]).
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// The cell before, since rows about one thing stand together.
    last: Option<u32>,
    cell: String,
    known: FxHashMap<Box<str>, u32>,
    hits: usize,
    /// Nothing is looked for in `known`, because hardly a cell came again.
    shut: bool,
}

impl Memo {
    /// So many different cells must have come before a column is judged.
    const ENOUGH: usize = 1_024;

    /// More different cells than these are not remembered.
    const MOST: usize = 1 << 14;

    /// What a cell became.
    pub(super) fn get(&mut self, cell: &str) -> Option<u32> {
        if self.last.is_some() && self.cell == cell {
            return self.last;
        }
        if self.shut {
            return None;
        }
        let number = self.known.get(cell).copied();
        self.hits += usize::from(number.is_some());
        number
    }

    /// Remembers what a cell became.
    pub(super) fn note(&mut self, cell: &str, number: u32) {
        self.last = Some(number);
        cell.clone_into(&mut self.cell);
        if self.shut || self.known.len() >= Self::MOST {
            return;
        }
        self.known.insert(cell.into(), number);
        if self.known.len() == Self::ENOUGH && self.hits < Self::ENOUGH / 4 {
            self.shut = true;
            self.known = FxHashMap::default();
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
    }
}
