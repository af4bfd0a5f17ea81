//! The run as a whole: `run.json`, the files it lists, its totals.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path};

use rayon::prelude::*;
use serde_json::Value;
use walkdir::WalkDir;

use super::claims::{Claims, Failure};
use super::tenant::{Found, check};
use super::{Audit, AuditError, Outcome, TenantAudit};
use crate::report::datasets::{self, tables};
use crate::report::file_stem;
use crate::report::manifest::{self, FilePath, RunManifest, Tenant, Written};

/// Folder of the tables.
const DATA: &str = "data";

/// Checks a run from its files. `tenants`: only these; all where none is named.
///
/// # Errors
/// When there is no run, or none this program can read.
pub fn audit(run: &Path, tenants: &[String]) -> Result<Audit, AuditError> {
    let manifest = read(run)?;
    let calculated = manifest.tenants.iter().any(|tenant| matches!(tenant, Tenant::Ok(_)));
    let of_tenants = |path: &FilePath| path.starts_with(DATA);
    if calculated && !manifest.outputs.iter().any(of_tenants) {
        return Err(AuditError::PortfolioOnly { path: run.join("run.json") });
    }
    for id in tenants {
        if !manifest.tenants.iter().any(|tenant| tenant.id() == id) {
            return Err(AuditError::NoTenant { path: run.join("run.json"), id: id.clone() });
        }
    }
    let asked: Vec<&Tenant> = manifest
        .tenants
        .iter()
        .filter(|tenant| tenants.is_empty() || tenants.iter().any(|id| id == tenant.id()))
        .collect();
    let checked: Vec<(TenantAudit, Option<i64>)> =
        asked.into_par_iter().map(|entry| tenant(run, &manifest, entry)).collect();
    let mut claims = Claims::default();
    listed(run, &manifest, &mut claims);
    totals(&manifest, &checked, &mut claims);
    let tenants: Vec<TenantAudit> = checked.into_iter().map(|(tenant, _)| tenant).collect();
    let mut audit = Audit {
        run: run.to_owned(),
        program: manifest.program,
        verified: false,
        failures: claims.failures,
        tenants,
    };
    audit.verified = audit.worst() <= Outcome::NotCalculated;
    Ok(audit)
}

/// Reads `run.json`.
fn read(run: &Path) -> Result<RunManifest, AuditError> {
    let path = run.join("run.json");
    let bytes =
        fs::read(&path).map_err(|source| AuditError::Missing { path: path.clone(), source })?;
    let damaged = |error: serde_json::Error| AuditError::Damaged {
        path: path.clone(),
        problem: error.to_string(),
    };
    let value: Value = serde_json::from_slice(&bytes).map_err(damaged)?;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let versions = [
        ("run.json", "schema", manifest::SCHEMA.to_string()),
        ("the tables", "data_schema", datasets::SCHEMA.to_owned()),
    ];
    for (what, member, right) in versions {
        let found = text(&value[member]);
        if found != right && !value[member].is_null() {
            let program = text(&value["program"]);
            return Err(AuditError::Version { path, what, found, read: right, program });
        }
    }
    serde_json::from_value(value).map_err(damaged)
}

/// The files that a tenant must have, by their path in the run.
fn files_of(id: &str) -> Vec<String> {
    let stem = file_stem(id);
    let tables =
        tables::all().into_iter().map(|table| format!("{DATA}/{}/{stem}.parquet", table.name));
    let more = [format!("{DATA}/proof/{stem}.json.gz"), format!("tenants/{stem}.xlsx")];
    tables.chain(more).collect()
}

fn tenant(run: &Path, manifest: &RunManifest, entry: &Tenant) -> (TenantAudit, Option<i64>) {
    let entry = match entry {
        Tenant::Ok(entry) => entry,
        Tenant::Failed { id, .. } => {
            let outcome = Outcome::NotCalculated;
            let nothing = TenantAudit { id: id.clone(), outcome, checked: 0, failures: Vec::new() };
            return (nothing, None);
        }
    };
    let mut claims = Claims::default();
    for file in files_of(&entry.id) {
        hashed(run, manifest, &file, &mut claims);
    }
    let Found { claims: found, user_only } = check(run, manifest, entry);
    claims.checked += found.checked;
    for failure in found.failures {
        // A file that is not there was told once.
        if !(failure.unreadable
            && claims.failures.iter().any(|told| told.unreadable && told.file == failure.file))
        {
            claims.failures.push(failure);
        }
    }
    let audit = TenantAudit {
        id: entry.id.clone(),
        outcome: Outcome::of(&claims.failures),
        checked: claims.checked,
        failures: claims.failures,
    };
    (audit, user_only)
}

/// That a file is the one the run wrote.
fn hashed(run: &Path, manifest: &RunManifest, file: &str, claims: &mut Claims) {
    let listed = manifest.hashes.iter().find(|written| *written.path == *file);
    if !claims.claim(listed.is_some(), "run.json", || format!("hashes does not have {file}")) {
        return;
    }
    let path = run.join(file);
    match Written::of(&path, run) {
        Ok(found) => {
            let same = listed
                .is_some_and(|listed| listed.sha256 == found.sha256 && listed.bytes == found.bytes);
            claims.claim(same, file, || {
                "is not the file that the run wrote: its hash is another".into()
            });
        }
        Err(error) => claims.failed(Failure::unreadable(file, format!("cannot be read ({error})"))),
    }
}

/// That `outputs` and `hashes` list the same files, that they are what the
/// tenants need, and that nothing else lies among the tables: a reader who takes
/// a table of the whole portfolio would add it up.
fn listed(run: &Path, manifest: &RunManifest, claims: &mut Claims) {
    let hashes: Vec<&str> = manifest.hashes.iter().map(|written| &*written.path).collect();
    let outputs: Vec<&str> = manifest.outputs.iter().map(|path| &**path).collect();
    claims.claim(hashes == outputs, "run.json", || {
        "outputs and hashes do not list the same files".into()
    });
    let mut needed: BTreeSet<String> = BTreeSet::from(["portfolio.xlsx".to_owned()]);
    for tenant in &manifest.tenants {
        if let Tenant::Ok(entry) = tenant {
            needed.extend(files_of(&entry.id));
        }
    }
    for file in &outputs {
        let inside = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
        claims.claim(inside && needed.contains(*file), "run.json", || {
            format!("outputs has {file}, which belongs to no tenant of the run")
        });
    }
    hashed(run, manifest, "portfolio.xlsx", claims);
    for entry in WalkDir::new(run.join(DATA)).sort_by_file_name().into_iter().flatten() {
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let Ok(path) = entry.path().strip_prefix(run) else { continue };
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        let file = parts.join("/");
        if entry.file_type().is_file() && !hidden {
            claims.claim(needed.contains(&file), &file, || {
                "is no file of this run, but would be read with its tables".into()
            });
        }
    }
}

/// The totals of `run.json` against its tenants.
fn totals(manifest: &RunManifest, checked: &[(TenantAudit, Option<i64>)], claims: &mut Claims) {
    let entries: Vec<_> = manifest
        .tenants
        .iter()
        .filter_map(|tenant| match tenant {
            Tenant::Ok(entry) => Some(entry),
            Tenant::Failed { .. } => None,
        })
        .collect();
    let ids: Vec<&str> = manifest.tenants.iter().map(Tenant::id).collect();
    claims.claim(ids.windows(2).all(|pair| pair[0] < pair[1]), "run.json", || {
        "the tenants do not stand in the order of their ids, each once".into()
    });
    let totals = &manifest.totals;
    let failed = manifest.tenants.len() - entries.len();
    let sum = |of: fn(&manifest::Calculated) -> u64| -> u128 {
        entries.iter().map(|entry| u128::from(of(entry))).sum()
    };
    for (figure, found, right) in [
        ("tenants", totals.tenants, entries.len() as u128),
        ("failed", totals.failed, failed as u128),
        ("people", totals.people, sum(|entry| entry.people)),
        ("devices", totals.devices, sum(|entry| entry.devices)),
    ] {
        let right = ("its tenants add up to", &right);
        claims.equal("run.json", ("totals", figure), &u128::from(found), right);
    }
    let rows = [
        ("rows_read", totals.rows_read, sum(|entry| entry.rows_read)),
        ("rows_rejected", totals.rows_rejected, sum(|entry| entry.rows_rejected)),
    ];
    for (figure, found, right) in rows {
        let right = ("its tenants add up to", &right);
        claims.equal("run.json", ("totals", figure), &u128::from(found), right);
    }
    let mut money: BTreeMap<&str, (i128, i128, Option<i128>)> = BTreeMap::new();
    for entry in &entries {
        let sum = money.entry(&entry.currency).or_insert((0, 0, Some(0)));
        sum.0 += i128::from(entry.plan_cents);
        sum.1 += i128::from(entry.gap_cents);
        // Known only where the tables of the tenant were read.
        let known = checked.iter().find(|(tenant, _)| tenant.id == entry.id);
        let user_only = known.and_then(|(_, user_only)| *user_only);
        sum.2 = sum.2.zip(user_only).map(|(sum, cents)| sum + i128::from(cents));
    }
    let found: Vec<&str> = totals.money.iter().map(|money| money.currency.as_str()).collect();
    claims.claim(found == money.keys().copied().collect::<Vec<_>>(), "run.json", || {
        "totals: money does not have the currencies of the tenants".into()
    });
    for found in &totals.money {
        let Some((plan, gap, user_only)) = money.get(found.currency.as_str()) else { continue };
        let place = format!("totals, {}", found.currency);
        let why = "its tenants add up to";
        claims.equal("run.json", (&place, "plan_cents"), &found.plan_cents, (why, plan));
        claims.equal("run.json", (&place, "gap_cents"), &found.gap_cents, (why, gap));
        if let Some(right) = user_only {
            claims.equal(
                "run.json",
                (&place, "user_only_cents"),
                &found.user_only_cents,
                (why, right),
            );
        }
    }
}
