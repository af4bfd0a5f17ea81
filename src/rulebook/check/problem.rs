//! A problem of an edition file, and where it is.

use std::fmt;

/// One problem of an edition file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file as it was named to the checker.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    /// `editions/x.toml:12:8: unknown right ...`, the hint on a second line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Turns byte offsets into lines and columns.
pub(super) struct Places<'a> {
    file: &'a str,
    text: &'a str,
    /// Byte offset at which each line begins.
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(starts.map(|(at, _)| at + 1)).collect();
        Self { file, text, lines }
    }

    /// Whether a place is that of a value that stands in for one that could
    /// not be read (see `reading`).
    pub(super) const fn is_stand_in(&self, at: usize) -> bool {
        at > self.text.len()
    }

    pub(super) fn problem(&self, at: usize, message: String, hint: Option<String>) -> Problem {
        let at = at.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..at).map_or(1, |before| before.chars().count() + 1);
        Problem { file: self.file.to_owned(), line, column, message, hint }
    }
}

/// The known word that `word` was most likely meant to be: at most a third of
/// its letters away, the first in alphabetical order among equals; else the
/// only one that begins with it.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let letters = word.chars().count();
    let most = (letters / 3).max(1).min(letters.saturating_sub(1));
    let near = known
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .filter(|(steps, _)| *steps <= most)
        .min()
        .map(|(_, candidate)| candidate);
    near.or_else(|| {
        let mut longer = known.iter().filter(|known| letters > 2 && known.starts_with(word));
        longer.next().filter(|_| longer.next().is_none()).copied()
    })
}

/// Edit distance (insert, delete, replace, exchange two neighbours).
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    // The rows for one letter less of `left`, and for two.
    let mut before: Vec<usize> = (0..=right.len()).collect();
    let mut earlier = before.clone();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1; right.len() + 1];
        for (j, b) in right.iter().enumerate() {
            let replaced = before[j] + usize::from(a != b);
            row[j + 1] = replaced.min(before[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && left[i - 1] == *b && right[j - 1] == *a {
                row[j + 1] = row[j + 1].min(earlier[j - 1] + 1);
            }
        }
        earlier = std::mem::replace(&mut before, row);
    }
    before[right.len()]
}
