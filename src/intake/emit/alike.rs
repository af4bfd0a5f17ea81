//! Lines that end as one did before.
//!
//! Millions of lines say who holds one of a few hundred roles: only their
//! first cells differ. What the rest of such a line comes to is known from the
//! first line that ended so, and only the first cell is looked at. A line of
//! which anything is in doubt goes the long way, [`Emitter::row`]; that one
//! stays the measure, and a test reads the same texts both ways.

use rustc_hash::FxHashMap;

use super::kind::{is_address, is_figure, repeats};
use super::{Counter, Emitter, TableReport};
use crate::intake::clean;
use crate::intake::recognise::Header;
use crate::intake::rows::RowBuf;
use crate::intake::target::Target;

/// What is known of the ends of lines.
pub(super) struct Alike {
    known: FxHashMap<Box<str>, Rest>,
    hits: usize,
    /// The first cell of the line before, alone in a row.
    first: RowBuf,
    /// What it came to in each target, by number: of the columns it feeds.
    numbers: Vec<Vec<(usize, u32)>>,
    /// Whether it is an address.
    address: bool,
}

/// What a line comes to but for its first cell.
struct Rest {
    /// The values of the row in each target that takes it, by number; those
    /// of the first cell are filled in.
    values: Box<[Option<Box<[u32]>>]>,
    /// For each column that says who: whether an address stands there.
    addresses: Box<[bool]>,
}

impl Alike {
    /// So many different ends must have come before a table is judged.
    const ENOUGH: usize = 1_024;

    /// More different ends than these are not remembered.
    const MOST: usize = 1 << 16;

    /// For a table in which a row without its first cell says all but what
    /// that cell says. `None` for others.
    pub(super) fn of(targets: &[Target<'_>], grouped: bool) -> Option<Self> {
        let simple = !grouped && targets.iter().all(Target::tells_first_cell_apart);
        simple.then(|| Self {
            known: FxHashMap::default(),
            hits: 0,
            first: RowBuf::default(),
            numbers: Vec::new(),
            address: false,
        })
    }
}

impl Emitter<'_, '_> {
    /// Takes the lines that come next as long as they end as one did before.
    pub(super) fn lines(
        &mut self,
        counter: &Counter,
        report: &mut TableReport,
        scratch: &mut String,
    ) {
        // While all names are hashes, each is counted.
        let counts = self.at_once && self.concealed.is_some_and(|names| names.all);
        let Self { source, targets, alike, seen, formats, limits, alone, until, who, .. } = self;
        let Some(alike) = alike else { return };
        if counts || counter.empty_lines > 0 || seen.after_blank || seen.after_gap {
            return;
        }
        while let Some(line) = source.peek() {
            let Some(rest) = alike.known.get(line.rest) else { return };
            let long = line.first.len() + line.rest.len() + 1 > limits.cell_bytes;
            if long || *until == Some(line.number) {
                return;
            }
            if alike.numbers.is_empty() || alike.first.get(0) != line.first {
                let first = clean::trim(line.first);
                if first.is_empty() || (!*alone && seen.may_begin(first, formats)) {
                    return;
                }
                alike.first.start(line.number);
                alike.first.push(line.first);
                alike.address = is_address(line.first);
                alike.numbers.clear();
                for target in targets.iter_mut() {
                    let Some(numbers) = target.take_first(&alike.first, scratch) else {
                        alike.numbers.clear();
                        return;
                    };
                    alike.numbers.push(numbers);
                }
            }
            let all = targets.iter_mut().zip(&rest.values).zip(&alike.numbers);
            for ((target, values), first) in all {
                if let Some(values) = values {
                    target.batch.push_numbers_with(line.number, values, first);
                }
            }
            let address = |(&at, &there): (&usize, &bool)| {
                if at == 0 { alike.address } else { there }
            };
            seen.count(who.iter().zip(&rest.addresses).map(address));
            report.rows_read += 1;
            report.rows_used += 1;
            alike.hits += 1;
            source.skip();
        }
    }

    /// Remembers what the end of a row that was used comes to, if it comes to
    /// that after any other first cell too.
    pub(super) fn learn(&mut self, row: &RowBuf, taken: &[bool]) {
        let Some(alike) = &mut self.alike else { return };
        let Some(rest) = row.rest().filter(|_| alike.known.len() < Alike::MOST) else { return };
        if !holds_for_all(row, &self.header, self.width)
            || !self.targets.iter().all(Target::is_plain)
        {
            return;
        }
        let values = self.targets.iter().zip(taken);
        let values = values.map(|(target, taken)| taken.then(|| target.values().into()));
        let addresses = self.who.iter().map(|&at| is_address(row.get(at)));
        let known = Rest { values: values.collect(), addresses: addresses.collect() };
        alike.known.insert(rest.into(), known);
        if alike.known.len() == Alike::ENOUGH && alike.hits < Alike::ENOUGH / 4 {
            self.alike = None;
        }
    }
}

/// Whether a row of data would be one, and nothing would be said of it,
/// whatever stood in its first cell.
fn holds_for_all(row: &RowBuf, header: &Header<'_>, width: usize) -> bool {
    let (mut figures, mut words) = (0, 0);
    for cell in row.cells().skip(1).map(clean::trim).filter(|cell| !cell.is_empty()) {
        let count = if is_figure(cell) { &mut figures } else { &mut words };
        *count += 1;
    }
    // Such a row is never a total, nor the header again.
    let data = words > 0 && figures <= words;
    data && !repeats(row, &header.cells, 1)
        && !clean::trim(row.get(0)).is_empty()
        && row.width() >= width
        && row.width() <= header.cells.len()
}
