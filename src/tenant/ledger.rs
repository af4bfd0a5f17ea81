//! Row accounting after intake.
//!
//! Intake counts a row as used when it became part of a canonical table.
//! Joining may find that a row says nothing new or cannot take part; the
//! ledger moves it to the ignored or rejected rows of its file, so that the
//! sum stays exact. Files of the whole portfolio are read by many tenants at
//! once; what becomes of their rows is handed back as [`SharedMove`]s.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::finding::{Code, Finding, Place};
use crate::intake::{Batch, FileReport, Reason, Rejected, Row, TableReport};

/// File numbers from here on are those of the portfolio's files, for rows of
/// one tenant.
pub const SHARED: usize = 1 << 40;

/// File numbers from here on are those of the portfolio's files, for rows
/// that concern every tenant; one tenant alone cannot move those.
pub const COMMON: usize = 1 << 41;

/// A row of a shared file that its tenant did not use after all.
#[derive(Debug, Clone)]
pub struct SharedMove {
    /// Index among the portfolio's files.
    pub file: usize,
    /// Sheet name.
    pub sheet: String,
    /// What became of the row.
    pub fate: Fate,
}

/// What became of a row.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It says nothing new.
    Ignored(Code),
    /// Something is wrong with it.
    Rejected(Rejected),
}

impl SharedMove {
    /// Carries the move out.
    pub fn apply(self, files: &mut [FileReport]) {
        if let Some(table) = table(files, self.file, &self.sheet) {
            move_row(table, self.fate);
        }
    }
}

fn table<'f>(files: &'f mut [FileReport], file: usize, sheet: &str) -> Option<&'f mut TableReport> {
    files.get_mut(file)?.tables.iter_mut().find(|table| table.sheet == sheet)
}

fn move_row(table: &mut TableReport, fate: Fate) {
    table.rows_used = table.rows_used.saturating_sub(1);
    match fate {
        Fate::Ignored(code) => table.ignore(Reason::Finding(code)),
        Fate::Rejected(rejected) => table.rejected.push(rejected),
    }
}

/// Moves rows out of the used ones.
#[derive(Debug)]
pub struct Ledger<'a> {
    files: &'a mut [FileReport],
    shared: &'a [FileReport],
    moves: Vec<SharedMove>,
    /// Sheet by number, and row: there may be millions of them.
    moved: FxHashSet<(u32, u32)>,
    sheets: BTreeMap<(usize, String), u32>,
    /// The sheet of the last row, since the next is mostly of the same.
    last: (usize, String, u32),
    notes: Vec<Note>,
}

/// How often something was noted of a sheet, and where first.
#[derive(Debug)]
struct Note {
    code: Code,
    file: usize,
    sheet: String,
    count: u64,
    row: u32,
    example: String,
}

impl<'a> Ledger<'a> {
    /// A ledger over the files of one tenant; `shared` are those of the
    /// portfolio.
    pub fn new(files: &'a mut [FileReport], shared: &'a [FileReport]) -> Self {
        Self {
            files,
            shared,
            moves: Vec::new(),
            moved: FxHashSet::default(),
            sheets: BTreeMap::new(),
            last: (usize::MAX, String::new(), 0),
            notes: Vec::new(),
        }
    }

    /// Counts a used row as ignored; one finding per code and table says so.
    pub fn ignore(&mut self, batch: &Batch, row: &Row<'_>, code: Code, example: &str) {
        self.move_out(batch, row, Fate::Ignored(code));
        self.note(batch, row, code, example);
    }

    /// Counts a used row as rejected, with its raw text.
    pub fn reject(&mut self, batch: &Batch, row: &Row<'_>, code: Code, reason: String) {
        let cells: Vec<&str> = (0..batch.fields.len()).map(|column| row.at(column)).collect();
        let place = Place {
            file: self.path(batch.file),
            sheet: batch.sheet.clone(),
            row: Some(row.number()),
            column: String::new(),
        };
        let example = reason.clone();
        let rejected = Rejected { place, code, reason, raw: cells.join(" | ") };
        self.move_out(batch, row, Fate::Rejected(rejected));
        self.note(batch, row, code, &example);
    }

    /// Notes a finding about a row that stays in use.
    pub fn note(&mut self, batch: &Batch, row: &Row<'_>, code: Code, example: &str) {
        let known = |note: &&mut Note| {
            (note.code, note.file) == (code, batch.file) && note.sheet == batch.sheet
        };
        if let Some(note) = self.notes.iter_mut().rev().find(known) {
            note.count += 1;
            return;
        }
        self.notes.push(Note {
            code,
            file: batch.file,
            sheet: batch.sheet.clone(),
            count: 1,
            row: row.number(),
            example: example.to_owned(),
        });
    }

    /// The findings, one per code and table, and what became of rows of
    /// shared files.
    #[must_use]
    pub fn close(mut self) -> (Vec<Finding>, Vec<SharedMove>) {
        let mut notes = std::mem::take(&mut self.notes);
        notes.sort_by(|a, b| (a.code, a.file, &a.sheet).cmp(&(b.code, b.file, &b.sheet)));
        let finding = |note: Note| {
            let Note { code, file, sheet, count, row, example } = note;
            let message = if count == 1 {
                format!("{}: {example}", code.title())
            } else {
                format!("{}: {count} rows, the first is {example}", code.title())
            };
            let place =
                Place { file: self.path(file), sheet, row: Some(row), column: String::new() };
            Finding::new(code, example, message).at(place).times(count)
        };
        let findings = notes.into_iter().map(finding).collect();
        (findings, self.moves)
    }

    pub(super) fn path(&self, file: usize) -> String {
        let file = match file {
            COMMON.. => self.shared.get(file - COMMON),
            SHARED.. => self.shared.get(file - SHARED),
            _ => self.files.get(file),
        };
        file.map(|file| file.path.clone()).unwrap_or_default()
    }

    /// The number of a sheet.
    fn sheet(&mut self, batch: &Batch) -> u32 {
        if self.last.0 != batch.file || self.last.1 != batch.sheet {
            let next = u32::try_from(self.sheets.len()).unwrap_or(u32::MAX);
            let key = (batch.file, batch.sheet.clone());
            let number = *self.sheets.entry(key).or_insert(next);
            self.last = (batch.file, batch.sheet.clone(), number);
        }
        self.last.2
    }

    /// A row is moved once, however many tables it feeds.
    fn move_out(&mut self, batch: &Batch, row: &Row<'_>, fate: Fate) {
        let sheet = self.sheet(batch);
        if !self.moved.insert((sheet, row.number())) {
            return;
        }
        match batch.file {
            COMMON.. => {}
            SHARED.. => self.moves.push(SharedMove {
                file: batch.file - SHARED,
                sheet: batch.sheet.clone(),
                fate,
            }),
            file => {
                if let Some(table) = table(self.files, file, &batch.sheet) {
                    move_row(table, fate);
                }
            }
        }
    }
}
