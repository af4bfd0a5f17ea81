//! Writes what a run found: workbooks, datasets, the run manifest.
//!
//! Takes [`TenantOutput`](crate::output::TenantOutput) and
//! [`PortfolioOutput`](crate::output::PortfolioOutput), which say everything
//! in words and cents, and calculates nothing but sums over their rows. Those
//! sums stand in the workbooks as live formulas with the result stored beside
//! them; a sheet of checks holds them against the figures of the calculation.
//!
//! Same input, same bytes: no clock, no hash order, no thread in sight.

mod atomic;
mod book;
pub mod brand;
mod catalogue;
mod cell;
mod charts;
mod column;
pub mod datasets;
#[cfg(test)]
mod docs;
mod figures;
pub mod language;
mod legend;
pub mod manifest;
pub mod portfolio;
mod price_names;
pub mod proof;
mod rows;
#[cfg(test)]
mod sample;
mod sheets;
mod style;
mod table;
pub mod tenant;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

pub use atomic::write as write_atomically;
pub use book::Limits;
#[cfg(test)]
pub use sample::{sample_output, sample_portfolio};

/// The program as reports name it.
pub const PROGRAM: &str = concat!("Seatwise ", env!("CARGO_PKG_VERSION"));

/// Why a report could not be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The workbook library refused something, or the file could not be
    /// written through it.
    #[error("cannot write workbook {}: {source}", path.display())]
    Workbook {
        /// The workbook.
        path: PathBuf,
        /// What the library says.
        source: rust_xlsxwriter::XlsxError,
    },
    /// A file could not be created, written or renamed.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A dataset could not be written.
    #[error("cannot write dataset {}: {source}", path.display())]
    Dataset {
        /// The file.
        path: PathBuf,
        /// What the library says.
        source: polars::error::PolarsError,
    },
}

/// The name of a tenant's file without its ending: its id with the letters
/// that file systems or links do not take replaced by `_`.
///
/// An id that had to be changed gets eight hex digits of its SHA-256 behind
/// it, so that two ids never share a file.
#[must_use]
pub fn file_stem(id: &str) -> String {
    use sha2::{Digest as _, Sha256};

    const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
    let safe: String = id
        .chars()
        .map(|letter| match letter {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '#' | '%' | '[' | ']' => '_',
            letter if letter.is_control() => '_',
            letter => letter,
        })
        .take(80)
        .collect();
    let safe = safe.trim().trim_end_matches('.').trim_start_matches('.');
    let base = safe.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let base = base.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if safe == id && !safe.is_empty() && !RESERVED.contains(&base) {
        return safe.to_owned();
    }
    let hash = Sha256::digest(id.as_bytes());
    let number = hash.iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{safe}-{number:08x}")
}
