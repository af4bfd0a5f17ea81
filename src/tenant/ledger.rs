//! Row accounting after intake.
//!
//! Intake counts a row as used when it became part of a canonical table.
//! Joining may find that a row says nothing new or cannot take part; the
//! ledger moves it to the ignored or rejected rows of its file, so that the
//! sum stays exact.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Code, Finding, Place};
use crate::intake::{Batch, FileReport, Reason, Rejected, Row};

/// Moves rows out of the used ones.
#[derive(Debug)]
pub struct Ledger<'a> {
    files: &'a mut [FileReport],
    moved: BTreeSet<(usize, String, u32)>,
    notes: BTreeMap<(Code, usize, String), (u64, u32, String)>,
}

impl<'a> Ledger<'a> {
    /// A ledger over the files of one tenant. Batches from other files (those
    /// of the whole portfolio) are accounted for elsewhere and left alone.
    pub fn new(files: &'a mut [FileReport]) -> Self {
        Self { files, moved: BTreeSet::new(), notes: BTreeMap::new() }
    }

    /// The place of a row.
    #[must_use]
    pub fn place(&self, batch: &Batch, row: &Row<'_>) -> Place {
        let file = self.files.get(batch.file).map(|f| f.path.clone()).unwrap_or_default();
        Place { file, sheet: batch.sheet.clone(), row: Some(row.number()), column: String::new() }
    }

    /// Counts a used row as ignored; one finding per code and table says so.
    pub fn ignore(&mut self, batch: &Batch, row: &Row<'_>, code: Code, example: &str) {
        if self.first_time(batch, row)
            && let Some(table) = self.table(batch)
        {
            table.rows_used = table.rows_used.saturating_sub(1);
            table.ignore(Reason::Finding(code));
        }
        self.note(batch, row, code, example);
    }

    /// Counts a used row as rejected, with its raw text.
    pub fn reject(&mut self, batch: &Batch, row: &Row<'_>, code: Code, reason: String) {
        let place = self.place(batch, row);
        if self.first_time(batch, row)
            && let Some(table) = self.table(batch)
        {
            let cells: Vec<&str> = (0..batch.fields.len()).map(|column| row.at(column)).collect();
            table.rows_used = table.rows_used.saturating_sub(1);
            table.rejected.push(Rejected { place, code, reason, raw: cells.join(" | ") });
        }
    }

    /// Notes a finding about a row that stays in use.
    pub fn note(&mut self, batch: &Batch, row: &Row<'_>, code: Code, example: &str) {
        if batch.file >= self.files.len() {
            return;
        }
        let key = (code, batch.file, batch.sheet.clone());
        let note = self.notes.entry(key).or_insert_with(|| (0, row.number(), example.to_owned()));
        note.0 += 1;
    }

    /// The findings, one per code and table.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        let files = self.files;
        self.notes
            .into_iter()
            .map(|((code, file, sheet), (count, row, example))| {
                let path = files.get(file).map(|f| f.path.clone()).unwrap_or_default();
                let message = if count == 1 {
                    format!("{}: {example}", code.title())
                } else {
                    format!("{}: {count} rows, the first is {example}", code.title())
                };
                Finding::new(code, example, message)
                    .at(Place { file: path, sheet, row: Some(row), column: String::new() })
                    .times(count)
            })
            .collect()
    }

    fn first_time(&mut self, batch: &Batch, row: &Row<'_>) -> bool {
        self.moved.insert((batch.file, batch.sheet.clone(), row.number()))
    }

    fn table(&mut self, batch: &Batch) -> Option<&mut crate::intake::TableReport> {
        self.files.get_mut(batch.file)?.tables.iter_mut().find(|table| table.sheet == batch.sheet)
    }
}
