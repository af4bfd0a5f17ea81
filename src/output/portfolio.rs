//! What the portfolio keeps of its tenants.

use std::hash::Hash;
use std::sync::{Arc, Mutex};

use rustc_hash::FxHashSet;

use super::{
    CompareTotals, DriverLine, DriverPath, PlanLine, SavingsTotals, TenantInfo, Totals, TrueUpLine,
};
use crate::finding::Finding;
use crate::intake::{FileReport, Rejected};
use crate::money::Cents;

/// A tenant as the portfolio sees it.
#[derive(Debug, Clone)]
pub struct TenantSummary {
    /// Who.
    pub tenant: TenantInfo,
    /// Edition id.
    pub edition: String,
    /// Figures.
    pub totals: Totals,
    /// Plan.
    pub plan: Vec<PlanLine>,
    /// Owned, assigned, planned.
    pub true_up: Vec<TrueUpLine>,
    /// What the vendor's own report asks for.
    pub compare: CompareTotals,
    /// Today against the plan, by cause.
    pub savings: SavingsTotals,
    /// Rules of the agreement that the plan does not meet.
    pub rules_unmet: u64,
    /// What the missing seats of those rules cost.
    pub rules_unmet_cents: Cents,
    /// Gap of the certificate.
    pub gap_cents: Cents,
    /// Whether the independent checker agreed.
    pub verified: bool,
    /// Findings that are errors.
    pub errors: u64,
    /// Findings that are warnings.
    pub warnings: u64,
    /// Findings for information.
    pub infos: u64,
    /// Rows read from its files.
    pub rows_read: u64,
    /// Rows rejected.
    pub rows_rejected: u64,
    /// Files read.
    pub files: u64,
    /// The dearest drivers.
    pub top_drivers: Vec<DriverLine>,
}

/// Texts that many tenants of a run have in common, each kept once.
#[derive(Debug, Default)]
pub struct Words {
    texts: Mutex<FxHashSet<Arc<str>>>,
    paths: Mutex<FxHashSet<Arc<DriverPath>>>,
}

impl Words {
    pub(super) fn text(&self, text: &Arc<str>) -> Arc<str> {
        kept(&self.texts, text)
    }

    pub(super) fn path(&self, path: &Arc<DriverPath>) -> Arc<DriverPath> {
        kept(&self.paths, path)
    }
}

/// The one that is kept of all that are equal to this one.
fn kept<T: ?Sized + Eq + Hash>(all: &Mutex<FxHashSet<Arc<T>>>, one: &Arc<T>) -> Arc<T> {
    let Ok(mut all) = all.lock() else { return one.clone() };
    if let Some(known) = all.get(&**one) {
        return known.clone();
    }
    all.insert(one.clone());
    one.clone()
}

/// A tenant that could not be calculated.
#[derive(Debug, Clone)]
pub struct TenantFailure {
    /// Tenant id.
    pub id: String,
    /// Name for a reader.
    pub name: String,
    /// Why, in one sentence that names the file.
    pub reason: String,
}

/// All tenants of one run.
#[derive(Debug, Clone, Default)]
pub struct PortfolioOutput {
    /// Calculated tenants, by id.
    pub tenants: Vec<TenantSummary>,
    /// Failed tenants, by id.
    pub failed: Vec<TenantFailure>,
    /// Findings about the portfolio itself and its shared files.
    pub findings: Vec<Finding>,
    /// Shared files.
    pub files: Vec<FileReport>,
    /// Rejected rows of the shared files.
    pub rejected: Vec<Rejected>,
    /// Whether the workbooks of the tenants stand beside the portfolio's.
    pub linked: bool,
}
