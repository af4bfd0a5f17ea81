//! A finished run, checked again from its own files.
//!
//! Takes the folder a run was written to, gives what holds and what does not,
//! for each tenant:
//!
//! 1. every file is the one the run wrote (`run`);
//! 2. the proof is read back and the independent checker of the optimiser holds
//!    the plan and its bound against the problem (`tenant`);
//! 3. the tables say what the proof says: the licences of each person, the
//!    devices, the quantities of the plan (`plan`), and every total is the sum
//!    of its rows (`sums`, `schedule`, `steps`, `answers`).
//!
//! Nothing of the run's own calculation is used, and no file is believed:
//! whatever its bytes are, the answer is a sentence.

mod answers;
mod claims;
mod plan;
mod run;
mod schedule;
mod steps;
mod sums;
mod tables;
mod tenant;

use std::path::PathBuf;

use serde::Serialize;
use thiserror::Error;

pub use claims::Failure;
pub use run::audit;

/// What came of the check of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Audit {
    /// Folder of the run.
    pub run: PathBuf,
    /// Program that wrote the run.
    pub program: String,
    /// Whether everything holds.
    pub verified: bool,
    /// What does not hold in the run as a whole.
    pub failures: Vec<Failure>,
    /// Each tenant, by id.
    pub tenants: Vec<TenantAudit>,
}

/// What came of the check of a tenant.
#[derive(Debug, Clone, Serialize)]
pub struct TenantAudit {
    /// Tenant id.
    pub id: String,
    /// What came of it.
    pub outcome: Outcome,
    /// How many statements were checked.
    pub checked: u64,
    /// What does not hold.
    pub failures: Vec<Failure>,
}

/// What came of the check of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything holds.
    Verified,
    /// The run did not calculate it: there is nothing to check.
    NotCalculated,
    /// Something does not hold.
    Refused,
    /// Something could not be read, so that not everything was checked.
    Unreadable,
}

impl Outcome {
    /// The words that are printed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::NotCalculated => "not calculated",
            Self::Refused => "REFUSED",
            Self::Unreadable => "UNREADABLE",
        }
    }
}

impl Audit {
    /// The worst that was found, in the run or in a tenant.
    #[must_use]
    pub fn worst(&self) -> Outcome {
        let tenants = self.tenants.iter().map(|tenant| tenant.outcome);
        tenants.chain([Outcome::of(&self.failures)]).max().unwrap_or(Outcome::Verified)
    }
}

impl Outcome {
    fn of(failures: &[Failure]) -> Self {
        if failures.iter().any(|failure| failure.unreadable) {
            Self::Unreadable
        } else if failures.is_empty() {
            Self::Verified
        } else {
            Self::Refused
        }
    }
}

/// A run that cannot be checked at all.
#[derive(Debug, Error)]
pub enum AuditError {
    /// The folder holds no `run.json`.
    #[error("{}: cannot be read ({source}); name the folder that `seatwise analyze --out` wrote to", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// `run.json` is not what a run writes.
    #[error("{}: is damaged ({problem}); run the analysis again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The run has another form.
    #[error("{}: {what} of this run have version {found}, this program reads version {read}; check it with the program that wrote it ({program})", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// `run.json` or the tables.
        what: &'static str,
        /// Version of the run.
        found: String,
        /// Version of this program.
        read: String,
        /// Program that wrote the run.
        program: String,
    },
    /// The run wrote nothing of its tenants.
    #[error("{}: the run wrote its portfolio alone, which nothing can be checked by; run the analysis again without --portfolio-only", path.display())]
    PortfolioOnly {
        /// The file.
        path: PathBuf,
    },
    /// A tenant that the run does not have.
    #[error("{}: there is no tenant \u{201c}{id}\u{201d} in this run", path.display())]
    NoTenant {
        /// The file.
        path: PathBuf,
        /// The tenant.
        id: String,
    },
}
