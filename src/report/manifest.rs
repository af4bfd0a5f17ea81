//! `run.json`: what went in, what was asked, what came of each tenant.
//!
//! Everything but [`Timings`] depends on the input alone: two runs over the
//! same input differ in nothing else, for any number of threads.

mod file;

use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{PROGRAM, ReportError, atomic, datasets, file_stem};
use crate::output::{EditionInfo, OptionsUsed, PortfolioOutput, TenantOutput, TenantSummary};
pub use file::{FilePath, Hash, Input, Written};

/// Version of this file: raised when a member is renamed, removed or changes
/// its meaning. New members do not raise it.
pub const SCHEMA: u32 = 1;

/// The whole of `run.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunManifest {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Version of the tables below `data/`.
    pub data_schema: String,
    /// Program and version.
    pub program: String,
    /// Files read, by path.
    pub inputs: Vec<Input>,
    /// What was asked.
    pub options: OptionsUsed,
    /// Editions used, by id.
    pub editions: Vec<Edition>,
    /// Every tenant, by id, failed ones too.
    pub tenants: Vec<Tenant>,
    /// Sums, money per currency.
    pub totals: Totals,
    /// Files written, relative to the output folder, by path.
    pub outputs: Vec<FilePath>,
    /// Sizes and hashes of those files, in the same order.
    pub hashes: Vec<Written>,
    /// How long it took; differs from run to run.
    pub timings: Timings,
}

/// An edition that was used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edition {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Hash of the rulebook, hex.
    pub sha256: String,
}

impl From<&EditionInfo> for Edition {
    fn from(edition: &EditionInfo) -> Self {
        Self { id: edition.id.clone(), title: edition.title.clone(), sha256: edition.hash.clone() }
    }
}

/// What came of a tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Tenant {
    /// It was calculated.
    Ok(Calculated),
    /// It was not.
    Failed {
        /// Tenant id.
        id: String,
        /// Why.
        reason: String,
    },
}

impl Tenant {
    /// Tenant id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Ok(tenant) => &tenant.id,
            Self::Failed { id, .. } => id,
        }
    }
}

/// Figures of a calculated tenant. Money is cents per month.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Calculated {
    /// Tenant id.
    pub id: String,
    /// Edition id.
    pub edition: String,
    /// ISO code of the amounts.
    pub currency: String,
    /// People.
    pub people: u64,
    /// People who need a licence.
    pub need_licence: u64,
    /// Devices.
    pub devices: u64,
    /// Devices the plan licenses.
    pub devices_licensed: u64,
    /// Cost of the plan.
    pub plan_cents: i64,
    /// Lower bound.
    pub bound_cents: i64,
    /// The difference; 0 is proven cheapest.
    pub gap_cents: i64,
    /// Whether the independent checker agreed.
    pub verified: bool,
    /// Cost of what is assigned; absent if the input does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_cents: Option<i64>,
    /// Cost of what is owned; absent if the input does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owned_cents: Option<i64>,
    /// Findings that are errors.
    pub errors: u64,
    /// Findings that are warnings.
    pub warnings: u64,
    /// Rows read.
    pub rows_read: u64,
    /// Rows rejected.
    pub rows_rejected: u64,
    /// Its workbook, relative to the output folder; absent if none was
    /// written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workbook: Option<String>,
}

impl Calculated {
    /// `linked`: its workbook was written.
    fn of(summary: &TenantSummary, linked: bool) -> Self {
        let totals = &summary.totals;
        Self {
            id: summary.tenant.id.clone(),
            edition: summary.edition.clone(),
            currency: summary.tenant.currency.clone(),
            people: totals.people,
            need_licence: totals.need_licence,
            devices: totals.devices,
            devices_licensed: totals.devices_licensed,
            plan_cents: totals.plan_cents.0,
            bound_cents: totals.plan_cents.0 - summary.gap_cents.0,
            gap_cents: summary.gap_cents.0,
            verified: summary.verified,
            assigned_cents: totals.assigned_known.then_some(totals.assigned_cents.0),
            owned_cents: totals.owned_known.then_some(totals.owned_cents.0),
            errors: summary.errors,
            warnings: summary.warnings,
            rows_read: summary.rows_read,
            rows_rejected: summary.rows_rejected,
            workbook: linked.then(|| format!("tenants/{}.xlsx", file_stem(&summary.tenant.id))),
        }
    }
}

/// Sums over the calculated tenants.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Tenants calculated.
    pub tenants: u64,
    /// Tenants failed.
    pub failed: u64,
    /// People.
    pub people: u64,
    /// Devices.
    pub devices: u64,
    /// Rows read.
    pub rows_read: u64,
    /// Rows rejected.
    pub rows_rejected: u64,
    /// Money, by currency code.
    pub money: Vec<Money>,
}

/// Sums of one currency, cents per month.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Money {
    /// ISO code.
    pub currency: String,
    /// Cost of the plans.
    pub plan_cents: i128,
    /// Cost with user licences alone.
    pub user_only_cents: i128,
    /// Sum of the gaps.
    pub gap_cents: i128,
}

/// How long the run took, in milliseconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Timings {
    /// From start to finish.
    pub total_ms: u64,
    /// Stage by stage, in order.
    pub stages: Vec<Stage>,
    /// Threads used.
    pub threads: usize,
    /// The most memory the process took, in bytes, where the system tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_bytes: Option<u64>,
}

/// One stage of the run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Milliseconds, summed over threads.
    pub ms: u64,
}

impl RunManifest {
    /// A manifest of the run. `inputs`, `editions` and `hashes` may come in
    /// any order and with repetitions; timings start at zero.
    #[must_use]
    pub fn new(
        out: &PortfolioOutput,
        options: OptionsUsed,
        mut inputs: Vec<Input>,
        mut editions: Vec<Edition>,
        mut hashes: Vec<Written>,
    ) -> Self {
        inputs.sort_unstable();
        inputs.dedup();
        editions.sort();
        editions.dedup();
        hashes.sort_unstable();
        hashes.dedup();
        let of = |tenant| Tenant::Ok(Calculated::of(tenant, out.linked));
        let calculated = out.tenants.iter().map(of);
        let failed = out.failed.iter().map(|failure| Tenant::Failed {
            id: failure.id.clone(),
            reason: failure.reason.clone(),
        });
        let mut tenants: Vec<Tenant> = calculated.chain(failed).collect();
        tenants.sort_by(|a, b| a.id().cmp(b.id()));
        Self {
            schema: SCHEMA,
            data_schema: datasets::SCHEMA.to_owned(),
            program: PROGRAM.to_owned(),
            inputs,
            options,
            editions,
            tenants,
            totals: totals(out),
            outputs: hashes.iter().map(|file| file.path.clone()).collect(),
            hashes,
            timings: Timings::default(),
        }
    }

    /// Writes the manifest to `path`, whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written; the error names it.
    pub fn write_json(&self, path: &Path) -> Result<(), ReportError> {
        // In large portfolios the text is longer than all it is made from.
        atomic::write::<std::io::Error>(path, |file| {
            serde_json::to_writer_pretty(&mut *file, self)?;
            file.write_all(b"\n")
        })
        .map_err(|source| ReportError::File { path: path.to_owned(), source })
    }
}

/// The files of a tenant as the manifest lists them.
#[must_use]
pub fn inputs_of(out: &TenantOutput) -> Vec<Input> {
    out.files.iter().map(Input::from).collect()
}

fn totals(out: &PortfolioOutput) -> Totals {
    let mut totals = Totals {
        tenants: out.tenants.len() as u64,
        failed: out.failed.len() as u64,
        ..Totals::default()
    };
    for tenant in &out.tenants {
        totals.people += tenant.totals.people;
        totals.devices += tenant.totals.devices;
        totals.rows_read += tenant.rows_read;
        totals.rows_rejected += tenant.rows_rejected;
        let currency = &tenant.tenant.currency;
        let at = totals.money.iter().position(|money| money.currency == *currency);
        let at = at.unwrap_or_else(|| {
            totals.money.push(Money {
                currency: currency.clone(),
                plan_cents: 0,
                user_only_cents: 0,
                gap_cents: 0,
            });
            totals.money.len() - 1
        });
        let money = &mut totals.money[at];
        money.plan_cents += i128::from(tenant.totals.plan_cents.0);
        money.user_only_cents += i128::from(tenant.totals.user_only_cents.0);
        money.gap_cents += i128::from(tenant.gap_cents.0);
    }
    totals.money.sort_by(|a, b| a.currency.cmp(&b.currency));
    totals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{sample_output, sample_portfolio};

    #[test]
    fn the_manifest_lists_every_tenant_and_adds_up_per_currency() {
        let out = sample_portfolio();
        let one = sample_output();
        let inputs = [inputs_of(&one), inputs_of(&one)].concat();
        let manifest = RunManifest::new(
            &out,
            one.options.clone(),
            inputs,
            vec![(&one.edition).into()],
            vec![],
        );
        assert_eq!(manifest.inputs.len(), one.files.len(), "shared files once");
        assert_eq!(manifest.tenants.len(), out.tenants.len() + out.failed.len());
        assert_eq!(manifest.totals.money.len(), 2);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run.json");
        manifest.write_json(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["schema"], 1);
        assert_eq!(value["tenants"][0]["outcome"], "ok");
        assert_eq!(value["tenants"][12]["outcome"], "failed");
        assert_eq!(value["tenants"][0]["workbook"], "tenants/tenant-00.xlsx");
    }
}
