//! The tables of one sheet or text file.
//!
//! Usually there is one. Customers also put a second table below the first;
//! it is recognised by its own header and read as a table of its own, so that
//! each has its own accounting. Row numbers stay those of the file.

use super::emit::{Emitter, count_unused};
use super::formats::Formats;
use super::limits::Limits;
use super::recognise::{self, Recognition};
use super::rows::{Epoch, Line, RowBuf, RowSource};
use super::{Batch, TableReport};
use crate::finding::{Code, Finding, Place};

/// What came out of one table.
#[derive(Debug, Default)]
pub(crate) struct TableRead {
    pub(crate) report: TableReport,
    pub(crate) batches: Vec<Batch>,
    pub(crate) findings: Vec<Finding>,
}

/// Reads the tables of a sheet or a text file: usually one, but a second one
/// may stand below the first.
pub(crate) fn read_tables(
    source: &mut dyn RowSource,
    file: &str,
    sheet: &str,
    formats: &Formats,
    limits: &Limits,
) -> Vec<TableRead> {
    const MOST: usize = 1_000;
    let mut tables = Vec::new();
    let mut from = 1;
    let mut name = sheet.to_owned();
    loop {
        let mut below = Below { source: &mut *source, from };
        let last = tables.len() + 1 >= MOST;
        let (table, next) = read_table(&mut below, file, &name, formats, limits, last);
        tables.push(table);
        let Some(next) = next else { return tables };
        let sentence =
            format!("a second table begins in row {next} and was read as one of its own");
        let place = Place { file: file.into(), sheet: name, row: Some(next), ..Place::default() };
        if let Some(table) = tables.last_mut() {
            table.findings.push(Finding::new(Code::TableBelow, "", sentence).at(place));
        }
        from = next;
        name = format!("{sheet}{}from row {next}", if sheet.is_empty() { "" } else { ", " });
    }
}

/// The rows of a source from one of them on.
struct Below<'s> {
    source: &'s mut dyn RowSource,
    from: u32,
}

impl RowSource for Below<'_> {
    fn next_row(&mut self, row: &mut RowBuf) -> bool {
        loop {
            if !self.source.next_row(row) {
                return false;
            }
            if row.number() >= self.from {
                return true;
            }
        }
    }

    fn peek(&mut self) -> Option<Line<'_>> {
        let from = self.from;
        self.source.peek().filter(|line| line.number >= from)
    }

    fn skip(&mut self) {
        self.source.skip();
    }

    fn rewind(&mut self) {
        self.source.rewind();
    }

    fn has_width(&self) -> bool {
        self.source.has_width()
    }

    fn serial_dates(&self) -> Option<Epoch> {
        self.source.serial_dates()
    }
}

/// Reads a table: recognises it and takes its rows. Also gives the row in
/// which another table begins, if one does.
fn read_table(
    source: &mut dyn RowSource,
    file: &str,
    sheet: &str,
    formats: &Formats,
    limits: &Limits,
    last: bool,
) -> (TableRead, Option<u32>) {
    let mut read = TableRead::default();
    read.report.sheet = sheet.to_owned();
    let place = Place { file: file.to_owned(), sheet: sheet.to_owned(), ..Place::default() };
    match recognise::recognise(source, formats, limits, (file, sheet)) {
        Recognition::Found(header) => {
            let mut emitter = Emitter::new(source, header, formats, place, limits);
            emitter.alone = last;
            let next = emitter.run(&mut read);
            return (read, next);
        }
        Recognition::Empty => {
            read.report.recognition = "no rows".to_owned();
            read.findings
                .push(Finding::new(Code::SheetEmpty, "", "there is no row in it").at(place));
            count_unused(source, &mut read.report, Code::RowUnknownTable);
        }
        Recognition::Unknown(sentence, nearest) => {
            read.report.recognition = format!("not recognised: {sentence}");
            read.report.nearest = nearest;
            read.findings.push(Finding::new(Code::TableUnknown, "", sentence).at(place));
            count_unused(source, &mut read.report, Code::RowUnknownTable);
        }
        Recognition::Ambiguous { row, formats } => {
            let names: Vec<_> = formats.iter().map(|format| format.title.as_str()).collect();
            let sentence = format!("the header in row {row} fits equally: {}", names.join(", "));
            read.report.recognition = format!("not used: {sentence}");
            read.findings.push(
                Finding::new(Code::TableAmbiguous, "", sentence)
                    .at(Place { row: Some(row), ..place }),
            );
            count_unused(source, &mut read.report, Code::RowUnknownTable);
        }
    }
    (read, None)
}
