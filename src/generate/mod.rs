//! Makes up portfolios: as many tenants and people as are asked for, the same
//! ones for the same seed.
//!
//! Takes a [`Spec`], gives folders and files as customers send them. Sizes are
//! spread as they are in practice: a few large tenants and many small ones,
//! few combinations of roles among many people, most work at devices in sites
//! of some dozens of people. A share of the files is messy the way exports
//! are: other headers, delimiters, encodings and dates, titles above, blank
//! rows and repetitions. Mess never changes what the rows say, so that a messy
//! portfolio has the same answer as the clean one of its seed.
//!
//! Nothing is remembered but one tenant's roles: rows are derived where they
//! are written, so memory does not grow with the portfolio.

mod content;
mod dice;
mod mess;
mod shape;
mod sink;
mod words;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::rulebook::Rulebook;
use content::Table;
use mess::Writer;
use shape::{Market, Tenant};
pub use sink::Form;

/// What to make up.
#[derive(Debug, Clone)]
pub struct Spec {
    /// The same number makes the same files.
    pub seed: u64,
    /// Number of tenants, at least 1.
    pub tenants: usize,
    /// Accounts of all tenants together; every tenant has at least one.
    pub users: usize,
    /// Roles a tenant has at most, at least 4.
    pub roles: usize,
    /// Rows of permissions a role has on average.
    pub permissions: usize,
    /// Roles an account holds on average.
    pub roles_per_user: usize,
    /// Accounts of a hundred that work at devices.
    pub at_devices: u32,
    /// Accounts of one site; only people of a site share devices.
    pub site: usize,
    /// Devices of a site for a hundred accounts that work at devices.
    pub devices: usize,
    /// Devices such an account uses at most.
    pub usage: usize,
    /// Files of a hundred that are messy.
    pub messy: u32,
    /// What kind of files to write.
    pub form: Form,
    /// One file of each table for all tenants instead of a folder each.
    pub combined: bool,
    /// Tenants of one size, instead of a few large and many small ones.
    pub even: bool,
    /// Whether owned seats are listed.
    pub stock: bool,
}

impl Default for Spec {
    /// A small clean portfolio.
    fn default() -> Self {
        Self {
            seed: 1,
            tenants: 20,
            users: 5_000,
            roles: 120,
            permissions: 60,
            roles_per_user: 6,
            at_devices: 30,
            site: 40,
            devices: 25,
            usage: 3,
            messy: 0,
            form: Form::Csv,
            combined: false,
            even: false,
            stock: true,
        }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// Files.
    pub files: u64,
    /// Rows below the headers, those of mess included.
    pub rows: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

impl Made {
    fn plus(self, other: Self) -> Self {
        Self {
            files: self.files + other.files,
            rows: self.rows + other.rows,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// A portfolio that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// A file or folder cannot be written.
    #[error("{path}: {source}", path = .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A row of text cannot be written.
    #[error("{path}: {source}", path = .path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// What the writer says.
        source: csv::Error,
    },
    /// A workbook cannot be written.
    #[error("{path}: {source}", path = .path.display())]
    Book {
        /// The file.
        path: PathBuf,
        /// What the writer says.
        source: rust_xlsxwriter::XlsxError,
    },
    /// A Parquet file cannot be written.
    #[error("{path}: {source}", path = .path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the writer says.
        source: polars::error::PolarsError,
    },
    /// There is something in the folder already; two portfolios must not mix.
    #[error("{path} is not empty; name a folder that is empty or does not exist", path = .path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The edition has nothing to make needs of.
    #[error(
        "edition {edition} has no licences of the tiers Team Members, Activity and Full with list prices"
    )]
    NothingSold {
        /// Its id.
        edition: String,
    },
}

/// Makes a portfolio up and writes it to `out`, in the words of an edition.
///
/// # Errors
/// What cannot be written, a folder that is not empty, an edition without the
/// licences that needs are made of.
pub fn generate(spec: &Spec, rulebook: &Rulebook, out: &Path) -> Result<Made, GenerateError> {
    let fail = |source| GenerateError::File { path: out.to_owned(), source };
    std::fs::create_dir_all(out).map_err(fail)?;
    if std::fs::read_dir(out).map_err(fail)?.next().is_some() {
        return Err(GenerateError::NotEmpty { path: out.to_owned() });
    }
    let market = Market::of(rulebook)
        .ok_or_else(|| GenerateError::NothingSold { edition: rulebook.id.clone() })?;
    let sizes = shape::sizes(spec);
    let tenants = || (0_u64..).zip(&sizes).map(|(number, &users)| (number, users));

    let mut list = Writer::create(out, "tenants", spec, &Table::TENANTS, false)?;
    for (number, users) in tenants() {
        let tenant = Tenant::new(spec, &market, number, users);
        list.row(&[
            &tenant.id,
            &tenant.name,
            tenant.program,
            "commercial",
            &rulebook.currency,
            &tenant.renewal,
            &rulebook.id,
        ])?;
    }
    let mut made = list.finish()?;
    if spec.combined {
        for table in content::tables(spec) {
            let mut file = Writer::create(out, table.name, spec, table, true)?;
            for (number, users) in tenants() {
                let tenant = Tenant::new(spec, &market, number, users);
                tenant.rows(table, &mut |cells| {
                    let mut all = vec![tenant.id.as_str()];
                    all.extend_from_slice(cells);
                    file.row(&all)
                })?;
            }
            made = made.plus(file.finish()?);
        }
        return Ok(made);
    }
    let parts: Vec<Result<Made, GenerateError>> = tenants()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(number, users)| {
            let tenant = Tenant::new(spec, &market, number, users);
            let folder = out.join(&tenant.id);
            let mut made = Made::default();
            for table in content::tables(spec) {
                let mut file = Writer::create(&folder, table.name, spec, table, false)?;
                tenant.rows(table, &mut |cells| file.row(cells))?;
                made = made.plus(file.finish()?);
            }
            Ok(made)
        })
        .collect();
    for part in parts {
        made = made.plus(part?);
    }
    Ok(made)
}
