//! Joined licence cells.
//!
//! Exports put all licences of a user into one cell, joined by `+`, `,`, `;`,
//! ` or ` or line breaks, while product names contain ` + `, commas and ` or `
//! themselves. So the catalogue decides first: at each place the longest
//! stretch that is a known name is taken. Only where nothing is known do the
//! joiners decide, and a `+` between blanks is then part of a name.

use super::{Named, Rulebook, fold_name};

/// One piece of a joined cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseMention {
    /// The piece as written, trimmed.
    pub text: String,
    /// What it stands for; `None` where the edition does not know it.
    pub named: Option<Named>,
    /// Whether the name says that it is the attach licence.
    pub attach: bool,
    /// Whether it is joined to the piece before by ` or `.
    pub alternative: bool,
}

/// How a joiner parts pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strength {
    /// Parts two pieces unless a known name contains it.
    Hard,
    /// Parts two pieces only next to a known name: a `+` between blanks, or
    /// anything within brackets.
    Soft,
}

/// A place where two pieces may be joined.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joiner {
    start: usize,
    end: usize,
    strength: Strength,
    or: bool,
}

/// Every joiner of a cell, in order.
pub(super) fn joiners(cell: &str) -> Vec<Joiner> {
    let bytes = cell.as_bytes();
    let at = |index: Option<usize>| index.and_then(|index| bytes.get(index)).copied();
    let blank = |byte: Option<u8>| byte.is_none_or(|byte| byte == b' ' || byte == b'\t');
    let digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
    let mut result = Vec::new();
    let mut depth = 0usize;
    for (start, &byte) in bytes.iter().enumerate() {
        let (before, after) = (at(start.checked_sub(1)), at(Some(start + 1)));
        let mut end = start + 1;
        let mut or = false;
        let strength = match byte {
            b'(' => {
                depth += 1;
                continue;
            }
            b')' => {
                depth = depth.saturating_sub(1);
                continue;
            }
            b';' | b'|' | b'\n' | b'\r' => Strength::Hard,
            b'+' if blank(before) && blank(after) => Strength::Soft,
            b'+' => Strength::Hard,
            b',' if digit(before) && digit(after) => continue,
            b',' => Strength::Hard,
            b' ' if bytes.get(start..start + 4).is_some_and(|w| w.eq_ignore_ascii_case(b" or ")) => {
                end = start + 4;
                or = true;
                Strength::Hard
            }
            _ => continue,
        };
        let strength = if depth > 0 { Strength::Soft } else { strength };
        result.push(Joiner { start, end, strength, or });
    }
    result
}

impl Rulebook {
    /// Splits a joined licence cell into what it mentions, in order. Blank
    /// pieces and words that mean no licence (`Unlicensed`) give nothing.
    /// Callers with many rows should keep the answer per distinct cell.
    #[must_use]
    pub fn split_licenses(&self, cell: &str) -> Vec<LicenseMention> {
        let joiners = joiners(cell);
        let mut mentions = Vec::new();
        let (mut from, mut next, mut or) = (0, 0, false);
        while from < cell.len() {
            let (end, joiner) = self.piece_end(cell, from, &joiners, next);
            let text = cell.get(from..end).unwrap_or_default().trim();
            if !text.is_empty() {
                let (named, attach) = match self.resolve(text) {
                    Some((named, attach)) => (Some(named.clone()), attach),
                    None => (None, false),
                };
                if named != Some(Named::Nothing) {
                    let text = text.to_owned();
                    mentions.push(LicenseMention { text, named, attach, alternative: or });
                }
            }
            let Some(at) = joiner else { break };
            let Some(joiner) = joiners.get(at) else { break };
            (from, next, or) = (joiner.end, at + 1, joiner.or);
            // The blank of ` or ` may belong to a joiner that ended later.
            while joiners.get(next).is_some_and(|joiner| joiner.start < from) {
                next += 1;
            }
        }
        mentions
    }

    /// Where the piece that begins at `from` ends, and the joiner there.
    fn piece_end(
        &self,
        cell: &str,
        from: usize,
        joiners: &[Joiner],
        next: usize,
    ) -> (usize, Option<usize>) {
        if let Some(found) = self.known_piece(cell, from, joiners, next) {
            return found;
        }
        for (at, joiner) in joiners.iter().enumerate().skip(next) {
            let parts = joiner.strength == Strength::Hard
                || self.known_piece(cell, joiner.end, joiners, at + 1).is_some();
            if parts {
                return (joiner.start, Some(at));
            }
        }
        (cell.len(), None)
    }

    /// The longest known name that begins at `from` and ends at a joiner or
    /// at the end of the cell.
    fn known_piece(
        &self,
        cell: &str,
        from: usize,
        joiners: &[Joiner],
        next: usize,
    ) -> Option<(usize, Option<usize>)> {
        let most = (next + self.naming.most_joiners()).min(joiners.len());
        (next..=most).rev().find_map(|at| {
            let end = joiners.get(at).map_or(cell.len(), |joiner| joiner.start);
            let text = cell.get(from..end)?.trim();
            if text.is_empty() {
                return None;
            }
            self.resolve_known(&fold_name(text))?;
            Some((end, joiners.get(at).map(|_| at)))
        })
    }
}
