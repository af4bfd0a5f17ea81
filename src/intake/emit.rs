//! From a table of a file to canonical rows, with every row accounted for.
//!
//! Takes the rows of one sheet or text file, gives [`Batch`]es of accepted
//! rows, a [`TableReport`] whose figures add up, and findings. A row is used,
//! rejected (with its place, its reason and its text) or ignored (counted by
//! reason); there is no fourth way. A defect in a required column costs the
//! row, a defect elsewhere costs the value and is told once per column.

mod alike;
mod kind;
mod tell;

use std::collections::BTreeMap;

use super::clean;
use super::dates::DateColumn;
use super::formats::{Evidence, Formats};
use super::limits::{Limits, option};
use super::recognise::{self, Header};
use super::rows::{RowBuf, RowSource};
use super::tables::TableRead;
use super::target::{Refusal, Target};
use super::vocabulary::Vocabulary;
use super::{Field, Reason, Rejected, TableReport};
use crate::finding::{Code, Finding, Place};

use self::alike::Alike;
use self::kind::{Kind, Seen};

/// Counts the rows of a table nobody uses.
pub(crate) fn count_unused(source: &mut dyn RowSource, report: &mut TableReport, code: Code) {
    let mut counter = Counter::default();
    let mut row = RowBuf::default();
    source.rewind();
    while source.next_row(&mut row) {
        if counter.begin(&row, report) {
            report.ignore(Reason::Finding(code));
        }
    }
}

/// Counts rows read, and blank rows as ignored, except those at the end.
#[derive(Default)]
struct Counter {
    empty_lines: u64,
}

impl Counter {
    /// What comes next is another table: blank lines before it count.
    fn end(&mut self, report: &mut TableReport) {
        report.rows_read += self.empty_lines;
        if self.empty_lines > 0 {
            *report.ignored.entry(Reason::Finding(Code::RowBlank)).or_default() += self.empty_lines;
        }
        self.empty_lines = 0;
    }

    /// Takes the next row; whether it has content.
    fn begin(&mut self, row: &RowBuf, report: &mut TableReport) -> bool {
        let blank = row.is_blank();
        if blank && row.width() <= 1 {
            self.empty_lines += 1;
            return false;
        }
        report.rows_read += 1 + self.empty_lines;
        let blanks = self.empty_lines + u64::from(blank);
        if blanks > 0 {
            *report.ignored.entry(Reason::Finding(Code::RowBlank)).or_default() += blanks;
        }
        self.empty_lines = 0;
        !blank
    }
}

/// Whether all names in the column that has them are hashes.
#[derive(Debug, Clone, Copy)]
struct Concealed {
    at: usize,
    names: u64,
    all: bool,
}

impl Concealed {
    fn look_at(&mut self, row: &RowBuf) {
        let name = clean::trim(row.get(self.at));
        let hash = name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit());
        self.names += u64::from(!name.is_empty());
        self.all &= hash || name.is_empty();
    }

    fn holds(self) -> bool {
        self.all && self.names > 0
    }
}

pub(crate) struct Emitter<'f, 's> {
    source: &'s mut dyn RowSource,
    header: Header<'f>,
    targets: Vec<Target<'f>>,
    vocabulary: &'f Vocabulary,
    formats: &'f Formats,
    limits: &'f Limits,
    place: Place,
    /// No other table is looked for below.
    pub(crate) alone: bool,
    /// Looks at all rows before it uses the first, whether it needs to or not.
    pub(crate) looks_first: bool,
    /// Row in which another table begins.
    until: Option<u32>,
    /// Header cells up to the last one that is not blank.
    width: usize,
    short: Tally,
    stray: Tally,
    beside: Tally,
    rejected: BTreeMap<Code, Tally>,
    /// Rows that no table takes, by what they are.
    skipped: BTreeMap<&'f str, Tally>,
    /// What the rows of this pass were like so far.
    seen: Seen,
    /// Lines of groups say something about the rows below them.
    grouped: bool,
    /// The columns that say who a row is about.
    who: Vec<usize>,
    /// What the ends of lines come to, where it pays to remember that.
    alike: Option<Alike>,
    /// Of a table with names: whether they are concealed, as far as is seen.
    concealed: Option<Concealed>,
    /// Which targets took the row at hand.
    taken: Vec<bool>,
    /// No pass was made before the one in which rows are used.
    at_once: bool,
}

/// A count and where it began.
#[derive(Debug, Clone, Default)]
struct Tally {
    count: u64,
    first: Option<u32>,
}

impl Tally {
    fn add(&mut self, row: u32) {
        self.count += 1;
        self.first.get_or_insert(row);
    }
}

impl<'f, 's> Emitter<'f, 's> {
    pub(crate) fn new(
        source: &'s mut dyn RowSource,
        header: Header<'f>,
        formats: &'f Formats,
        place: Place,
        limits: &'f Limits,
    ) -> Self {
        let vocabulary = formats.vocabulary();
        let targets = header
            .format
            .tables
            .iter()
            .filter_map(|table| Target::new(table, &header, &place.sheet, source, vocabulary))
            .collect::<Vec<Target<'f>>>();
        let names = |field| matches!(field, Field::UserId | Field::Upn | Field::Email);
        let columns = targets.iter().flat_map(|target| &target.columns);
        let mut who: Vec<usize> =
            columns.filter(|c| names(c.cleaner.field)).filter_map(|column| column.at).collect();
        who.sort_unstable();
        who.dedup();
        let grouped = header.format.tables.iter().any(|table| !table.group.is_empty());
        let width = header.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
        let alike = Alike::of(&targets, grouped);
        let is_name = |key: &String| {
            targets.iter().any(|target| {
                target.table.columns.get(&Field::Upn).is_some_and(|headers| headers.contains(key))
            })
        };
        let names = header.keys.iter().position(is_name);
        let concealed = names.map(|at| Concealed { at, names: 0, all: true });
        Self {
            source,
            header,
            targets,
            vocabulary,
            formats,
            limits,
            place,
            alone: false,
            looks_first: false,
            until: None,
            width,
            short: Tally::default(),
            stray: Tally::default(),
            beside: Tally::default(),
            rejected: BTreeMap::new(),
            skipped: BTreeMap::new(),
            seen: Seen::default(),
            grouped,
            who,
            alike,
            concealed,
            taken: Vec::new(),
            at_once: false,
        }
    }

    pub(crate) fn run(mut self, read: &mut TableRead) -> Option<u32> {
        read.report.format = Some(self.header.format.id.clone());
        read.report.feeds = recognise::feeds(&self.header);
        read.report.header_row = Some(self.header.row);
        read.report.recognition = recognise::describe(&self.header);
        read.report.reasons = recognise::reasons(&self.header);
        read.report.columns = self.columns_used();
        read.report.missing = self.columns_missing();
        if let Some(why) = &self.header.format.unused {
            read.report.recognition.push_str("; not used: ");
            read.report.recognition.push_str(why);
            let message = format!("{}: {why}", self.header.format.title);
            read.findings.push(Finding::new(Code::TableUnused, "", message).at(self.place.clone()));
            return self.count(Code::TableUnused, &mut read.report);
        }
        if self.header.loose {
            let sentence = format!(
                "taken for {} although only {} of its {} columns are known",
                self.header.format.title, self.header.known, self.header.total
            );
            read.findings.push(
                Finding::new(Code::TableLoose, "", sentence)
                    .at(Place { row: Some(self.header.row), ..self.place.clone() }),
            );
        }
        self.columns_report(read);
        let before = read.report.clone();
        if self.looks_first || !self.emit_at_once(&mut read.report) {
            read.report = before;
            self = self.anew();
            if self.survey() {
                read.report.recognition.push_str("; not used: user names are concealed");
                read.findings.push(self.names_concealed());
                return self.count(Code::NamesConcealed, &mut read.report);
            }
            self.emit(&mut read.report);
        }
        let skipped: u64 = self.skipped.values().map(|tally| tally.count).sum();
        let data_rows = read.report.rows_used + read.report.rejected.len() as u64 + skipped;
        self.findings(data_rows, &mut read.findings);
        read.batches.extend(self.targets.into_iter().map(|mut target| {
            target.batch.close();
            target.batch
        }));
        self.until
    }

    /// Counts the rows of a table of no use, up to the next table.
    fn count(mut self, code: Code, report: &mut TableReport) -> Option<u32> {
        let mut counter = Counter::default();
        let mut row = RowBuf::default();
        self.source.rewind();
        self.seen = Seen::default();
        while self.source.next_row(&mut row) {
            let blank = row.is_blank();
            if !blank && self.ends_before(&row) {
                counter.end(report);
                break;
            }
            if counter.begin(&row, report) {
                report.ignore(Reason::Finding(code));
            }
            self.pass(&row, blank);
        }
        self.until
    }

    /// As it was before any row was read.
    fn anew(self) -> Self {
        let anew = Self::new(self.source, self.header, self.formats, self.place, self.limits);
        Self { alone: self.alone, ..anew }
    }

    /// Uses the rows in one pass. `false` if that cannot be relied on: a date
    /// was met that cannot be read alone, or all names are concealed.
    fn emit_at_once(&mut self, report: &mut TableReport) -> bool {
        self.at_once = true;
        self.targets.iter_mut().for_each(Target::look_while_reading);
        self.emit(report);
        !self.targets.iter().any(Target::read_open_date)
            && !self.concealed.is_some_and(Concealed::holds)
    }

    /// Looks at all rows before the first is used: what the date columns show
    /// together, and whether names are concealed.
    fn survey(&mut self) -> bool {
        let mut row = RowBuf::default();
        self.source.rewind();
        self.seen = Seen::default();
        while self.source.next_row(&mut row) {
            let blank = row.is_blank();
            if row.number() <= self.header.row || blank {
                self.pass(&row, blank);
                continue;
            }
            if self.ends_before(&row) {
                break;
            }
            self.pass(&row, false);
            if let Some(concealed) = &mut self.concealed {
                concealed.look_at(&row);
            }
            self.look_at_dates(&row);
        }
        // A vendor's export writes all its dates one way.
        if self.header.format.grade != Evidence::Own {
            let mut shown = DateColumn::default();
            let columns = || self.targets.iter().flat_map(|target| &target.columns);
            columns().for_each(|column| shown.add(&column.cleaner.dates));
            for column in self.targets.iter_mut().flat_map(|target| &mut target.columns) {
                column.cleaner.dates.adopt(&shown);
            }
        }
        self.concealed.is_some_and(Concealed::holds)
    }

    fn look_at_dates(&mut self, row: &RowBuf) {
        for target in &mut self.targets {
            target.look_at_dates(row);
        }
    }

    /// Uses, rejects or ignores every row.
    fn emit(&mut self, report: &mut TableReport) {
        let mut counter = Counter::default();
        let mut row = RowBuf::default();
        let mut scratch = String::new();
        // A lone cell after a blank row may be the title of another table.
        let mut title: Option<RowBuf> = None;
        let mut after_blank = false;
        self.source.rewind();
        self.seen = Seen::default();
        loop {
            if title.is_none() {
                self.lines(&counter, report, &mut scratch);
            }
            if !self.source.next_row(&mut row) {
                break;
            }
            let blank = row.is_blank();
            if !blank && self.ends_before(&row) {
                if let Some(title) = title.take() {
                    self.until = Some(title.number());
                }
                counter.end(report);
                return;
            }
            if let Some(title) = title.take() {
                self.row(&title, &mut counter, report, &mut scratch);
            }
            let lone = || row.cells().filter(|cell| !clean::trim(cell).is_empty()).count() == 1;
            if !blank && after_blank && row.number() > self.header.row && lone() {
                title = Some(row.clone());
            } else {
                self.row(&row, &mut counter, report, &mut scratch);
            }
            after_blank = blank;
            self.pass(&row, blank);
            if self.targets.iter().any(Target::read_open_date) {
                return;
            }
        }
        if let Some(title) = title {
            self.row(&title, &mut counter, report, &mut scratch);
        }
    }

    fn row(
        &mut self,
        row: &RowBuf,
        counter: &mut Counter,
        report: &mut TableReport,
        scratch: &mut String,
    ) {
        if !counter.begin(row, report) {
            return;
        }
        let below = row.number() > self.header.row;
        if let Some(concealed) = &mut self.concealed
            && self.at_once
            && below
            && concealed.all
        {
            concealed.look_at(row);
        }
        if row.number() != self.header.row
            && let Some((field, value)) = self.group_line(row)
        {
            for target in &mut self.targets {
                target.set_group(field, &value);
            }
            if self.at_once {
                self.look_at_dates(row);
            }
            report.ignore(Reason::Finding(Code::RowGroup));
            return;
        }
        if row.number() < self.header.row {
            report.ignore(Reason::Finding(Code::RowPreamble));
            return;
        }
        if row.number() == self.header.row {
            report.ignore(Reason::Header);
            return;
        }
        let used = report.rows_used;
        match self.kind(row) {
            Kind::Ignored(code) => report.ignore(Reason::Finding(code)),
            Kind::Data => match self.data(row, scratch) {
                Ok(None) => {
                    report.rows_used += 1;
                    if self.seen.after_blank && self.seen.rows > 0 {
                        self.seen.below_blank.add(row.number());
                    }
                }
                Ok(Some(why)) => {
                    report.ignore(Reason::Finding(Code::RowSkipped));
                    self.skipped.entry(why).or_default().add(row.number());
                }
                Err(refusal) => {
                    self.rejected.entry(refusal.code).or_default().add(row.number());
                    report.rejected.push(Rejected {
                        place: Place {
                            row: Some(row.number()),
                            column: refusal.column,
                            ..self.place.clone()
                        },
                        code: refusal.code,
                        reason: refusal.reason,
                        raw: row.raw(),
                    });
                }
            },
        }
        // Those of rows in use were looked at as they were read.
        if self.at_once && report.rows_used == used {
            self.look_at_dates(row);
        }
    }

    /// What of a row is over a limit.
    fn too_large(&self, row: &RowBuf) -> Option<Refusal> {
        let limits = self.limits;
        let refuse = |column: usize, reason: String| Refusal {
            code: Code::RowTooLarge,
            column: self.header.cells.get(column).cloned().unwrap_or_default(),
            reason,
        };
        if row.width() > limits.columns as usize {
            let (found, limit, option) = (row.width(), limits.columns, option::COLUMNS);
            return Some(refuse(
                usize::MAX,
                format!("{found} fields, the limit is {limit} ({option})"),
            ));
        }
        if row.length() <= limits.cell_bytes {
            return None;
        }
        let (at, cell) =
            row.cells().enumerate().find(|(_, cell)| cell.len() > limits.cell_bytes)?;
        let (found, limit, option) = (cell.len(), limits.cell_bytes, option::CELL);
        Some(refuse(at, format!("a cell of {found} bytes, the limit is {limit} ({option})")))
    }

    /// Takes a row into every table it has something to say to; if into none,
    /// gives the reason.
    fn data(&mut self, row: &RowBuf, scratch: &mut String) -> Result<Option<&'f str>, Refusal> {
        if let Some(refusal) = self.too_large(row) {
            return Err(refusal);
        }
        let full = self.header.cells.len();
        let surplus = (full..row.width()).any(|at| !clean::trim(row.get(at)).is_empty());
        if surplus && self.source.has_width() {
            return Err(Refusal {
                code: Code::RowRagged,
                column: String::new(),
                reason: format!("{} fields, but the header has {full}", row.width()),
            });
        }
        let mut taken = std::mem::take(&mut self.taken);
        taken.clear();
        let mut skipped = None;
        for target in &mut self.targets {
            if let Some(why) = target.skips(row) {
                if self.at_once {
                    target.look_at_dates(row);
                }
                skipped.get_or_insert(why);
                taken.push(false);
                continue;
            }
            let optional = target.table.optional;
            match target.take(row, scratch) {
                Ok(()) => taken.push(true),
                Err(refusal) if optional && refusal.code == Code::RequiredBlank => {
                    taken.push(false);
                }
                Err(refusal) => return Err(refusal),
            }
        }
        if !taken.contains(&true) {
            return Ok(Some(skipped.unwrap_or("nothing stands in the columns that are used")));
        }
        for (target, _) in self.targets.iter_mut().zip(&taken).filter(|(_, taken)| **taken) {
            target.push(row.number());
        }
        if self.source.has_width() && row.width() < self.width {
            self.short.add(row.number());
        }
        if row.has_stray_quote() {
            self.stray.add(row.number());
        }
        if surplus {
            self.beside.add(row.number());
        }
        self.learn(row, &taken);
        self.taken = taken;
        Ok(None)
    }
}
