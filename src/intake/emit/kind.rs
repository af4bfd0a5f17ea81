//! What a row below the header is: data, a total, a header that comes again,
//! the line of a group, or the beginning of another table.

use super::{Emitter, Tally};
use crate::finding::Code;
use crate::intake::clean;
use crate::intake::fold::header_key;
use crate::intake::formats::{Formats, GroupRule};
use crate::intake::recognise;
use crate::intake::rows::RowBuf;
use crate::intake::{Field, FieldType};

/// What a row below the header is.
pub(super) enum Kind {
    Data,
    Ignored(Code),
}

/// What the rows seen so far in a pass were like.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The last row was blank, or a title of one cell under a blank one.
    pub(super) after_gap: bool,
    pub(super) after_blank: bool,
    /// The last first cell that was the header of no format.
    no_header: String,
    /// Rows of data.
    pub(super) rows: u64,
    /// Of them those with an address, for each column that says who.
    addresses: Vec<u64>,
    /// Rows used that stand directly under a blank row.
    pub(super) below_blank: Tally,
}

impl Seen {
    /// Whether a row that begins with this cell may be the header of a table.
    /// Rows about one thing stand together and begin alike.
    pub(super) fn may_begin(&mut self, first: &str, formats: &Formats) -> bool {
        if first == self.no_header {
            return false;
        }
        let may = formats.knows_cell(first);
        if !may {
            first.clone_into(&mut self.no_header);
        }
        may
    }

    /// Counts a row of data, given for each column that says who whether an
    /// address stands there.
    pub(super) fn count(&mut self, addresses: impl ExactSizeIterator<Item = bool>) {
        self.rows += 1;
        self.addresses.resize(addresses.len(), 0);
        for (count, address) in self.addresses.iter_mut().zip(addresses) {
            *count += u64::from(address);
        }
    }
}

impl Emitter<'_, '_> {
    /// Whether another table begins with this row, which is not blank.
    pub(super) fn ends_before(&mut self, row: &RowBuf) -> bool {
        if row.number() <= self.header.row || self.alone {
            return false;
        }
        if self.until == Some(row.number()) {
            return true;
        }
        let first = filled(row).next().unwrap_or_default();
        let begins = (self.seen.may_begin(first, self.formats)
            && recognise::begins_table(row, &self.header.cells, self.formats))
            || (self.seen.after_gap && self.is_strange_header(row));
        if begins {
            self.until = Some(row.number());
        }
        begins
    }

    /// Notes a row that was passed, for what is said of the next.
    pub(super) fn pass(&mut self, row: &RowBuf, blank: bool) {
        if row.number() <= self.header.row {
            return;
        }
        if blank {
            (self.seen.after_blank, self.seen.after_gap) = (true, true);
            return;
        }
        let title = self.seen.after_blank && filled(row).count() == 1;
        (self.seen.after_blank, self.seen.after_gap) = (false, title);
        if !title {
            self.seen.count(self.who.iter().map(|&at| is_address(row.get(at))));
        }
    }

    /// Whether a row under a blank one is the header of a table that nobody
    /// knows: words only, and such as cannot be data of this table.
    fn is_strange_header(&self, row: &RowBuf) -> bool {
        const LONGEST: usize = 60;
        let mut keys: Vec<String> = Vec::new();
        for cell in filled(row) {
            let key = header_key(cell);
            let wordy = cell.len() <= LONGEST
                && !cell.contains('@')
                && key.chars().next().is_some_and(char::is_alphabetic);
            if !wordy || keys.contains(&key) {
                return false;
            }
            keys.push(key);
        }
        if keys.len() < 2
            || self.seen.rows == 0
            || self.header.keys.iter().any(|key| keys.contains(key))
        {
            return false;
        }
        let beyond = (0..row.width()).any(|at| {
            let headless = self.header.cells.get(at).is_none_or(String::is_empty);
            headless && !clean::trim(row.get(at)).is_empty()
        });
        let no_address = self.seen.rows > 1
            && self.who.iter().zip(&self.seen.addresses).any(|(&at, &addresses)| {
                addresses == self.seen.rows && !clean::trim(row.get(at)).is_empty()
            });
        let (fit, unfit) = self.types(row);
        fit == 0 && (beyond || no_address || unfit > 1)
    }

    /// How many values are of the type of their column, and how many are not;
    /// anything is text.
    fn types(&self, row: &RowBuf) -> (u64, u64) {
        let mut scratch = String::new();
        let (mut fit, mut unfit) = (0, 0);
        for column in self.targets.iter().flat_map(|target| &target.columns) {
            let text = column.raw(row);
            let kind = column.cleaner.field.field_type();
            if text.is_empty() || kind == FieldType::Text || column.at.is_none() {
                continue;
            }
            scratch.clear();
            let fits = match kind {
                FieldType::Date => text.bytes().any(|byte| byte.is_ascii_digit()),
                _ => column.cleaner.clean(text, &mut scratch).is_ok(),
            };
            if fits { fit += 1 } else { unfit += 1 }
        }
        (fit, unfit)
    }

    /// What a line says of the rows below it, if it is the line of a group.
    pub(super) fn group_line(&self, row: &RowBuf) -> Option<(Field, String)> {
        if !self.grouped {
            return None;
        }
        let groups = self.header.format.tables.iter().flat_map(|table| &table.group);
        let mut cells = filled(row);
        let (first, second, third) = (cells.next()?, cells.next(), cells.next());
        if third.is_some() {
            return None;
        }
        for (&field, rule) in groups {
            if let Some(value) = value_of(rule, first, second) {
                return Some((field, value.to_owned()));
            }
        }
        None
    }

    pub(super) fn kind(&self, row: &RowBuf) -> Kind {
        if repeats(row, &self.header.cells, 0) {
            return Kind::Ignored(Code::RowRepeatedHeader);
        }
        let mut filled = filled(row);
        let first = filled.next().unwrap_or_default();
        let (mut numbers, mut others) = (0, 0);
        for cell in filled {
            if is_figure(cell) {
                numbers += 1;
            } else {
                others += 1;
                if 2 * others >= row.width() {
                    return Kind::Data;
                }
            }
        }
        // Blank cells count for a total as numbers do, unless there is more text.
        let total = || {
            // A print sums up each group by its name: "Total Enterprise: 12".
            let word = first.split([' ', ':']).next().unwrap_or_default();
            self.vocabulary.is_total(first) || (self.grouped && self.vocabulary.is_total(word))
        };
        if (others == 0 || numbers > others) && total() {
            return Kind::Ignored(Code::RowTotal);
        }
        Kind::Data
    }
}

/// Whether a row has the cells of the header from this one on.
pub(super) fn repeats(row: &RowBuf, header: &[String], from: usize) -> bool {
    let mut cells = header.iter().enumerate().skip(from);
    cells.all(|(at, cell)| clean::trim(row.get(at)).eq_ignore_ascii_case(cell))
}

/// Whether a cell may be the address of somebody.
pub(super) fn is_address(cell: &str) -> bool {
    cell.contains('@')
}

/// Whether a cell is a number, an amount or a share.
pub(super) fn is_figure(cell: &str) -> bool {
    let of_figures = |c: char| {
        c.is_ascii_digit()
            || matches!(
                c,
                ' ' | '.' | ',' | '\'' | '-' | '+' | '%' | '$' | '\u{20ac}' | '\u{a3}' | '\u{a0}'
            )
    };
    cell.chars().all(of_figures) && cell.bytes().any(|byte| byte.is_ascii_digit())
}

fn filled(row: &RowBuf) -> impl Iterator<Item = &str> {
    row.cells().map(clean::trim).filter(|cell| !cell.is_empty())
}

/// The value of a group line of one or two cells.
fn value_of<'c>(rule: &GroupRule, first: &'c str, second: Option<&'c str>) -> Option<&'c str> {
    let is_label = |text: &str| rule.labels.iter().any(|label| *label == header_key(text));
    if let Some(second) = second {
        return is_label(first).then_some(second);
    }
    let labelled = first.split_once(':').filter(|(label, _)| is_label(label));
    let value = labelled.map(|(_, value)| clean::trim(value)).filter(|value| !value.is_empty());
    let bare = || rule.words.iter().any(|word| *word == header_key(first)).then_some(first);
    value.or_else(bare)
}
