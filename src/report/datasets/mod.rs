//! The same facts as the workbooks, as Parquet (CSV and JSON on request) for
//! other programs.
//!
//! `data/<table>/<tenant>.parquet`, one file per table and tenant, so that a
//! reader takes a table of the whole portfolio with one glob. Names, types and
//! meanings stand in [`tables`] and, generated from there, in `docs/output.md`;
//! they change only with [`SCHEMA`].
//!
//! Rows are turned into columns in batches, in input order, on the calling
//! thread: the same output gives the same bytes for any number of threads.

mod alternatives;
mod capacity;
mod compare;
mod input;
mod parquet;
mod risks;
mod savings;
mod schedule;
pub mod table;
pub mod tables;
mod text;

use std::io;
use std::path::{Path, PathBuf};

use polars::error::PolarsError;

pub use text::Form;

use super::{ReportError, file_stem};
use crate::output::TenantOutput;

/// Version of the tables: raised when a column is renamed, removed or changes
/// its meaning. New columns and tables do not raise it.
pub const SCHEMA: &str = "1";

/// Writes every table of a tenant below `dir` and gives the files in the
/// order of [`tables::all`].
///
/// # Errors
/// When a file cannot be written; the error names it.
pub fn write(out: &TenantOutput, dir: &Path) -> Result<Vec<PathBuf>, ReportError> {
    write_as(out, dir, Form::Parquet)
}

/// As [`write()`], in another form.
///
/// # Errors
/// As [`write()`].
pub fn write_as(out: &TenantOutput, dir: &Path, form: Form) -> Result<Vec<PathBuf>, ReportError> {
    let paths = paths_as(&out.tenant.id, dir, form);
    for (table, path) in tables::all().into_iter().zip(&paths) {
        super::atomic::write::<Stopped>(path, |file| {
            (table.write)(out, form, file).map_err(Stopped::Table)
        })
        .map_err(|stopped| match stopped {
            Stopped::Table(source) => ReportError::Dataset { path: path.clone(), source },
            Stopped::File(source) => ReportError::File { path: path.clone(), source },
        })?;
    }
    Ok(paths)
}

/// Where the tables of a tenant are written, in the order of [`tables::all`].
#[must_use]
pub fn paths(id: &str, dir: &Path) -> Vec<PathBuf> {
    paths_as(id, dir, Form::Parquet)
}

/// As [`paths`], in another form.
#[must_use]
pub fn paths_as(id: &str, dir: &Path, form: Form) -> Vec<PathBuf> {
    let name = format!("{}.{}", file_stem(id), form.ending());
    tables::all().into_iter().map(|table| dir.join(table.name).join(&name)).collect()
}

enum Stopped {
    Table(PolarsError),
    File(io::Error),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}
