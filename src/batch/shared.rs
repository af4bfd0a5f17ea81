//! Files of the whole portfolio: rows with a tenant column go to their
//! tenants, rows without one to everybody.

use indexmap::IndexMap;

use crate::finding::Finding;
use crate::intake::{
    Batch, Field, FileReport, Formats, InputFile, Limits, Rejected, TableKind, read_files,
};
use crate::tenant::join_key;

/// The shared files of a run.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Accounting of the files.
    pub files: Vec<FileReport>,
    /// Findings about them.
    pub findings: Vec<Finding>,
    /// Rows of the tenants table.
    pub settings: Vec<Batch>,
    /// Rows for everybody.
    common: Vec<Batch>,
    /// Rows of one tenant, by the key of its tenant column, and the column as
    /// first spelt.
    of_tenant: IndexMap<String, (String, Vec<Batch>)>,
}

impl Shared {
    pub(super) fn read(files: &[InputFile], formats: &Formats, limits: &Limits) -> Self {
        let mut shared = Self::default();
        for file in read_files(files, formats, limits) {
            for mut batch in file.batches {
                batch.file = usize::MAX;
                if batch.kind == TableKind::Tenants {
                    shared.settings.push(batch);
                } else {
                    shared.split(batch);
                }
            }
            shared.findings.extend(file.findings);
            shared.files.push(file.report);
        }
        shared
    }

    fn split(&mut self, batch: Batch) {
        let Some(column) = batch.column(Field::Tenant) else {
            self.common.push(batch);
            return;
        };
        let mut parts: IndexMap<String, (String, Batch)> = IndexMap::new();
        for row in batch.rows() {
            let named = row.at(column);
            let (_, part) = parts.entry(join_key(named)).or_insert_with(|| {
                let mut part = Batch::new(
                    batch.kind,
                    batch.sheet.clone(),
                    batch.fields.clone(),
                    batch.headers.clone(),
                );
                part.file = usize::MAX;
                (named.to_owned(), part)
            });
            part.push(row.number(), (0..batch.fields.len()).map(|column| row.at(column)));
        }
        for (key, (named, part)) in parts {
            if key.is_empty() {
                self.common.push(part);
            } else {
                self.of_tenant.entry(key).or_insert_with(|| (named, Vec::new())).1.push(part);
            }
        }
    }

    /// Shared rows that concern a tenant known under any of these keys; its
    /// own rows first, so that they win over common ones.
    pub(super) fn of(&self, keys: &[String]) -> Vec<&Batch> {
        let own = keys.iter().filter_map(|key| self.of_tenant.get(key)).flat_map(|(_, b)| b);
        own.chain(&self.common).collect()
    }

    /// Keys and spellings of tenant columns, with whether users are among
    /// their rows and how many rows there are.
    pub(super) fn tenants(&self) -> impl Iterator<Item = (&str, &str, bool, u64)> {
        self.of_tenant.iter().map(|(key, (named, batches))| {
            let users = batches
                .iter()
                .any(|batch| matches!(batch.kind, TableKind::Users | TableKind::RoleAssignments));
            let rows = batches.iter().map(|batch| batch.len() as u64).sum();
            (key.as_str(), named.as_str(), users, rows)
        })
    }

    /// Rejected rows of the shared files.
    pub(super) fn rejected(&self) -> Vec<Rejected> {
        let tables = self.files.iter().flat_map(|file| &file.tables);
        tables.flat_map(|table| &table.rejected).cloned().collect()
    }
}
