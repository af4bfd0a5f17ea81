//! From files to canonical tables.
//!
//! Takes a path, gives the [`Batch`]es of every table found in it and a
//! [`FileReport`] in which every row of the file is accounted for.

mod aot;
mod archive;
mod bundle;
mod clean;
mod compound;
mod dates;
mod discover;
mod draft;
mod emit;
mod fold;
mod formats;
mod guard;
mod json;
mod limits;
mod mapping;
mod memo;
mod ods;
mod pages;
mod parquet;
mod read;
mod recognise;
mod rows;
mod scan;
mod sheet;
mod split;
mod table;
mod tables;
mod target;
#[cfg(test)]
mod tests;
mod text;
mod texts;
mod vocabulary;
mod workbook;
mod xls;
mod xlsx;

pub use discover::{DiscoverError, Discovered, InputFile, TenantFolder, discover};
pub use draft::draft;
pub use fold::header_key;
pub use formats::{
    Evidence, Format, FormatTable, Formats, FormatsError, Months, SetRule, SkipRule, When,
};
pub(crate) use guard::guarded;
pub use guard::{ZipKind, check_workbook};
pub use limits::{Limits, Refusal};
pub use mapping::MappingError;
pub(crate) use parquet::whole as read_parquet;
pub use read::{read_bytes, read_file, read_files};
pub use recognise::Nearest;
pub use table::{Batch, Field, FieldType, Row, TableKind};
#[doc(hidden)]
pub use workbook::filled_cells;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::finding::{Code, Finding, Place};

/// What was read from one file and what became of each of its rows.
///
/// Invariant, by test: `rows_read == rows_used + rejected.len() + ignored`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FileReport {
    /// Path relative to the input, with `/`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
    /// The same of what is packed in it, for a packed file.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub content_sha256: String,
    /// Tables found in it.
    pub tables: Vec<TableReport>,
    /// Why nothing of it could be read, if so.
    pub failure: Option<String>,
}

/// One table (a sheet, or a text file) of a file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TableReport {
    /// Sheet name; empty for a text file.
    pub sheet: String,
    /// Id of the format it was recognised as, e.g. `seatwise.users`,
    /// `fo.user_information`; `None` when nobody recognised it.
    pub format: Option<String>,
    /// Canonical tables it feeds.
    pub feeds: Vec<TableKind>,
    /// Row number of the header.
    pub header_row: Option<u32>,
    /// How sure the recognition is, in words a reader understands.
    pub recognition: String,
    /// Why it was taken for that, a sentence each.
    pub reasons: Vec<String>,
    /// What comes nearest, when it was not recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Nearest>,
    /// Headers used, each with the canonical column it feeds.
    pub columns: Vec<(String, String)>,
    /// Canonical columns that the format could feed and this table does not.
    pub missing: Vec<String>,
    /// Header cells nobody used.
    pub unused_columns: Vec<String>,
    /// Rows in the sheet or file, header and preamble included, except
    /// trailing blank lines.
    pub rows_read: u64,
    /// Rows that became part of a canonical table. Rows the tenant stage
    /// then finds to be duplicates are moved from here to `ignored`.
    pub rows_used: u64,
    /// Rows ignored, by reason. The header row itself counts under
    /// [`Reason::Header`].
    pub ignored: BTreeMap<Reason, u64>,
    /// Rows rejected.
    pub rejected: Vec<Rejected>,
}

/// A reason a row was ignored: a finding code, or the header itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The header row.
    Header,
    /// A finding.
    Finding(Code),
}

impl Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Header => serializer.serialize_str("header"),
            Self::Finding(code) => serializer.serialize_str(code.id()),
        }
    }
}

/// A row that was not used because something is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// Where; always with a row.
    pub place: Place,
    /// Why.
    pub code: Code,
    /// The sentence: what was expected, what was found.
    pub reason: String,
    /// The row as it came, cells joined by ` | `.
    pub raw: String,
}

/// Everything that came out of one file.
#[derive(Debug, Clone, Default)]
pub struct FileRead {
    /// The accounting.
    pub report: FileReport,
    /// Accepted rows.
    pub batches: Vec<Batch>,
    /// Findings about the file, its tables and columns.
    pub findings: Vec<Finding>,
}

impl FileReport {
    /// Hash of the content, packed or not: two files with the same one are
    /// the same export.
    #[must_use]
    pub fn content(&self) -> &str {
        if self.content_sha256.is_empty() { &self.sha256 } else { &self.content_sha256 }
    }
}

impl FileRead {
    /// Why the file cannot be relied on: it cannot be read, or a sheet of it
    /// was given up.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        let given_up = || {
            let lost = |code| matches!(code, Code::FileUnreadable | Code::FileHostile);
            self.findings.iter().find(|finding| lost(finding.code)).map(|f| f.message.as_str())
        };
        self.report.failure.as_deref().or_else(given_up)
    }
}

impl TableReport {
    /// Counts a row as ignored.
    pub fn ignore(&mut self, reason: Reason) {
        *self.ignored.entry(reason).or_default() += 1;
    }

    /// Rows ignored for any reason.
    #[must_use]
    pub fn rows_ignored(&self) -> u64 {
        self.ignored.values().sum()
    }

    /// Whether every row is accounted for.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.rows_read == self.rows_used + self.rows_ignored() + self.rejected.len() as u64
    }
}
