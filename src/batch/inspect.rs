//! A look at a portfolio before anything is calculated.
//!
//! Finds, reads and joins as a run does, so that what it says is what a run
//! will do, but nothing stops it: a file that fails is told and the others
//! are looked at all the same.

use std::path::PathBuf;

use rayon::prelude::*;
use serde::Serialize;

use super::advice::Advice;
use super::seats::held_and_owned;
use super::settings::settings;
use super::shared::Shared;
use super::{BatchError, without_repeats};
use crate::finding::Finding;
use crate::intake::{
    Batch, FileRead, FileReport, Formats, Limits, TableKind, discover, read_files,
};
use crate::rulebook::{DEFAULT_EDITION, shipped};
use crate::tenant::{Join, Ledger, build};

/// What was found in a portfolio.
#[derive(Debug, Serialize)]
pub struct Inspection {
    /// Files of the whole portfolio; absent if there are none.
    pub shared: Option<Part>,
    /// Tenants by id.
    pub tenants: Vec<Part>,
    /// Findings about no single tenant: files that are not read.
    pub findings: Vec<Finding>,
}

/// The files of one tenant, or those of the whole portfolio.
#[derive(Debug, Serialize)]
pub struct Part {
    /// Tenant id; blank for the portfolio's own files.
    pub tenant: String,
    /// Its files.
    pub files: Vec<FileReport>,
    /// What was found in them and between them.
    pub findings: Vec<Finding>,
    /// How its tables find one another, shared rows included.
    pub joins: Vec<Join>,
    /// What can be concluded, and what to export next.
    pub advice: Advice,
}

impl Inspection {
    /// The portfolio's own files first, then the tenants.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.shared.iter().chain(&self.tenants)
    }

    /// Whether some file cannot be relied on.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.parts().flat_map(|part| &part.files).any(|file| file.failure.is_some())
    }
}

/// Looks at a portfolio.
///
/// # Errors
/// An input that does not exist or cannot be opened.
pub fn inspect(
    inputs: &[PathBuf],
    formats: &Formats,
    limits: &Limits,
) -> Result<Inspection, BatchError> {
    let discovered = discover(inputs, limits)?;
    let shared = Shared::read(&discovered.shared, formats, limits);
    let (settings, more, unclaimed) = settings(discovered.tenants, &shared);
    let mut parts: Vec<(Part, Vec<crate::tenant::SharedMove>)> = settings
        .par_iter()
        .map(|setting| {
            let read: Vec<FileRead> = read_files(&setting.files, formats, limits);
            let (mut files, batches, mut findings) = without_repeats(read);
            let rows = shared.of(&setting.keys);
            let kinds: Vec<TableKind> =
                batches.iter().chain(rows.iter().copied()).map(|batch| batch.kind).collect();
            let fields: Vec<_> = batches
                .iter()
                .chain(rows.iter().copied())
                .flat_map(|batch| batch.fields.iter().map(|&field| (batch.kind, field)))
                .collect();
            let ledger = Ledger::new(&mut files, &shared.files);
            let built = build(setting.info.clone(), &batches, &rows, ledger);
            findings.extend(built.tenant.findings);
            findings.extend(setting.findings.iter().cloned());
            let mut joins = built.joins;
            let edition = shipped(&setting.edition).or_else(|| shipped(DEFAULT_EDITION));
            let all: Vec<&Batch> = batches.iter().chain(rows.iter().copied()).collect();
            joins.extend(edition.and_then(|edition| held_and_owned(&all, edition)));
            let part = Part {
                tenant: setting.info.id.clone(),
                files,
                findings,
                joins,
                advice: Advice::new(&kinds, &fields),
            };
            (part, built.moves)
        })
        .collect();
    let mut files = shared.files.clone();
    let moves = parts.iter_mut().flat_map(|(_, moves)| std::mem::take(moves));
    for moved in unclaimed.into_iter().chain(moves) {
        moved.apply(&mut files);
    }
    let mut findings = shared.findings.clone();
    findings.extend(more);
    let own = (!files.is_empty()).then(|| Part {
        tenant: String::new(),
        files,
        findings,
        joins: Vec::new(),
        advice: Advice::default(),
    });
    let mut tenants: Vec<Part> = parts.into_iter().map(|(part, _)| part).collect();
    tenants.sort_by(|a, b| a.tenant.cmp(&b.tenant));
    Ok(Inspection { shared: own, tenants, findings: discovered.findings })
}
