//! What is told about a table once its rows are through: findings by reason,
//! columns used, missing and passed over.

use super::{Emitter, Tally};
use crate::finding::{Code, Finding, Place};
use crate::intake::tables::TableRead;
use crate::intake::{Field, FieldType, clean, recognise};

impl Emitter<'_, '_> {
    /// Why a table is not used in which every name is a hash.
    pub(super) fn names_concealed(&self) -> Finding {
        let sentence = "every user principal name is a hash of 32 digits, so nobody can be \
                        matched; the Microsoft 365 report setting that conceals names is on";
        Finding::new(Code::NamesConcealed, "", sentence).at(self.place.clone())
    }

    /// Which header feeds which canonical columns.
    pub(super) fn columns_used(&self) -> Vec<(String, String)> {
        let mut used: Vec<(String, String)> = Vec::new();
        for target in &self.targets {
            for column in &target.columns {
                let pair = (column.header.clone(), column.cleaner.field.name());
                if !used.contains(&pair) {
                    used.push(pair);
                }
            }
        }
        used
    }

    /// Canonical columns the format could feed and this header does not.
    pub(super) fn columns_missing(&self) -> Vec<String> {
        let mut missing: Vec<String> = Vec::new();
        for table in &self.header.format.tables {
            for &field in table.columns.keys() {
                let there = self.targets.iter().any(|target| {
                    target.columns.iter().any(|column| column.cleaner.field == field)
                });
                let name = field.name();
                if !there && field != Field::Tenant && !missing.contains(&name) {
                    missing.push(name);
                }
            }
        }
        missing
    }

    pub(super) fn findings(&self, data_rows: u64, findings: &mut Vec<Finding>) {
        let at = |first: Option<u32>, column: &str| Place {
            row: first,
            column: column.to_owned(),
            ..self.place.clone()
        };
        let mut tell = |code: Code, tally: &Tally, message: String| {
            if tally.count > 0 {
                findings.push(
                    Finding::new(code, "", message).at(at(tally.first, "")).times(tally.count),
                );
            }
        };
        for (code, tally) in &self.rejected {
            tell(*code, tally, format!("{} rejected: {}", rows(tally.count), code.title()));
        }
        for (why, tally) in &self.skipped {
            tell(Code::RowSkipped, tally, format!("{} ignored: {why}", rows(tally.count)));
        }
        tell(
            Code::RowRagged,
            &self.short,
            format!(
                "{} fewer fields than the header; the missing ones are blank",
                have(self.short.count)
            ),
        );
        tell(
            Code::QuoteStray,
            &self.stray,
            format!("{} a quote that neither opens nor closes a field", have(self.stray.count)),
        );
        tell(
            Code::ColumnUnknown,
            &self.beside,
            format!(
                "{} cells to the right of the header, which were not used",
                have(self.beside.count)
            ),
        );
        tell(
            Code::BlankBetween,
            &self.seen.below_blank,
            format!(
                "{} directly under a blank row; what follows was read like the rows above",
                if self.seen.below_blank.count == 1 {
                    "1 row stands".to_owned()
                } else {
                    format!("{} rows stand", self.seen.below_blank.count)
                }
            ),
        );
        if data_rows == 0 {
            findings.push(
                Finding::new(Code::SheetEmpty, "", "no row below the header")
                    .at(self.place.clone()),
            );
        }
        if self.vocabulary.is_truncation(data_rows) {
            findings.push(
                Finding::new(Code::Truncated, "", format!("exactly {data_rows} rows of data"))
                    .at(self.place.clone()),
            );
        }
        let mut told: Vec<(&str, Code)> = Vec::new();
        for column in self.targets.iter().flat_map(|target| &target.columns) {
            let field = column.cleaner.field;
            if let Some((row, text)) = &column.first_bad
                && !told.contains(&(&column.header, Code::ValueInvalid))
            {
                told.push((&column.header, Code::ValueInvalid));
                let taken = match field.field_type() {
                    FieldType::Grant => "were taken as allow",
                    _ => "were left blank",
                };
                let message = format!(
                    "{} of {} cannot be read and {taken}: expected {}, found \u{201c}{text}\u{201d}",
                    values(column.bad),
                    field.name(),
                    clean::expected(field),
                );
                findings.push(
                    Finding::new(Code::ValueInvalid, "", message)
                        .at(at(Some(*row), &column.header))
                        .times(column.bad),
                );
            }
            if let Some(doubt) = column.cleaner.dates.doubt() {
                let open = column.cleaner.dates.open;
                findings.push(
                    Finding::new(Code::DateAmbiguous, "", format!("{}: {doubt}", values(open)))
                        .at(at(None, &column.header))
                        .times(open),
                );
            }
        }
    }

    /// Header cells nobody uses, and those among them that may be meant.
    pub(super) fn columns_report(&self, read: &mut TableRead) {
        let used = |at: usize| {
            self.targets.iter().any(|target| {
                target.columns.iter().any(|column| column.reads(at))
                    || target.skips.iter().any(|(skip, _)| *skip == at)
            })
        };
        let mapped: Vec<Field> = self
            .targets
            .iter()
            .flat_map(|target| target.columns.iter().map(|column| column.cleaner.field))
            .collect();
        let mut hints = Vec::new();
        for (at, cell) in self.header.cells.iter().enumerate() {
            if cell.is_empty() || used(at) {
                continue;
            }
            read.report.unused_columns.push(cell.clone());
            let key = &self.header.keys[at];
            for table in &self.header.format.tables {
                for (field, headers) in &table.columns {
                    if headers.contains(key) {
                        hints.push(format!(
                            "\u{201c}{cell}\u{201d} is a second column for {}",
                            field.name()
                        ));
                    } else if !mapped.contains(field)
                        && !self.header.format.knows(key)
                        && headers.iter().any(|header| recognise::looks_like(header, key))
                    {
                        hints.push(format!("\u{201c}{cell}\u{201d} looks like {}", field.name()));
                    }
                }
            }
        }
        hints.dedup();
        if !hints.is_empty() {
            read.findings.push(
                Finding::new(Code::ColumnUnknown, "", format!("not used: {}", hints.join("; ")))
                    .at(Place { row: Some(self.header.row), ..self.place.clone() })
                    .times(hints.len() as u64),
            );
        }
    }
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row was".to_owned() } else { format!("{count} rows were") }
}

fn have(count: u64) -> String {
    if count == 1 { "1 row has".to_owned() } else { format!("{count} rows have") }
}

fn values(count: u64) -> String {
    if count == 1 { "1 value".to_owned() } else { format!("{count} values") }
}
