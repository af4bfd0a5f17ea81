//! Files of the whole portfolio: rows with a tenant column go to their
//! tenants, rows without one to everybody.

use indexmap::IndexMap;

use crate::finding::{Code, Finding, Place};
use crate::intake::{
    Batch, Field, FileReport, Formats, InputFile, Limits, Rejected, TableKind, read_file,
};
use crate::tenant::{COMMON, Fate, SHARED, SharedMove, join_key};

/// The shared files of a run.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Accounting of the files.
    pub files: Vec<FileReport>,
    /// Why one of them cannot be relied on, if so: no tenant can be worked
    /// out without it.
    pub failure: Option<String>,
    /// Findings about them.
    pub findings: Vec<Finding>,
    /// Rows of the tenants table.
    pub settings: Vec<Batch>,
    /// Rows for everybody.
    common: Vec<Batch>,
    /// Rows that should name a tenant and do not.
    unnamed: Vec<Batch>,
    /// Rows of one tenant, by the key of its tenant column, and the column as
    /// first spelt.
    of_tenant: IndexMap<String, (String, Vec<Batch>)>,
}

impl Shared {
    pub(super) fn read(files: &[InputFile], formats: &Formats, limits: &Limits) -> Self {
        let mut shared = Self::default();
        // One after the other: each is split before the next is read, so that
        // no more than one of them is held twice.
        for (at, file) in files.iter().map(|file| read_file(file, formats, limits)).enumerate() {
            if let (None, Some(failure)) = (&shared.failure, file.failure()) {
                let path = &file.report.path;
                shared.failure = Some(format!("{path}, which all tenants share: {failure}"));
            }
            for mut batch in file.batches {
                batch.file = COMMON + at;
                if batch.kind == TableKind::Tenants {
                    shared.settings.push(batch);
                } else {
                    shared.split(batch);
                }
            }
            shared.findings.extend(file.findings);
            shared.files.push(file.report);
        }
        shared.reject_unnamed();
        shared
    }

    /// Rows of a table with a tenant column that name no tenant. Permissions,
    /// menu items and prices are everybody's then; anything else would count
    /// for every tenant at once.
    fn reject_unnamed(&mut self) {
        for batch in std::mem::take(&mut self.unnamed) {
            let place = |row| Place {
                file: self.files[batch.file - COMMON].path.clone(),
                sheet: batch.sheet.clone(),
                row: Some(row),
                column: String::new(),
            };
            let rejected: Vec<Rejected> = batch
                .rows()
                .map(|row| {
                    let cells: Vec<&str> =
                        (0..batch.fields.len()).map(|column| row.at(column)).collect();
                    Rejected {
                        place: place(row.number()),
                        code: Code::RequiredBlank,
                        reason: "the tenant column is blank; expected the id of a tenant".into(),
                        raw: cells.join(" | "),
                    }
                })
                .collect();
            if let Some(first) = rejected.first() {
                let message = format!("{} rows name no tenant", rejected.len());
                self.findings.push(
                    Finding::new(Code::RequiredBlank, "", message)
                        .at(first.place.clone())
                        .times(rejected.len() as u64),
                );
            }
            for rejected in rejected {
                let fate = Fate::Rejected(rejected);
                SharedMove { file: batch.file - COMMON, sheet: batch.sheet.clone(), fate }
                    .apply(&mut self.files);
            }
        }
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
                part.format.clone_from(&batch.format);
                part.file = if row.at(column).is_empty() {
                    batch.file
                } else {
                    batch.file - COMMON + SHARED
                };
                (named.to_owned(), part)
            });
            part.push(row.number(), (0..batch.fields.len()).map(|column| row.at(column)));
        }
        for (key, (named, mut part)) in parts {
            part.close();
            let everybodys = matches!(
                part.kind,
                TableKind::Roles
                    | TableKind::RolePermissions
                    | TableKind::MenuItems
                    | TableKind::Prices
                    | TableKind::Offers
                    | TableKind::LicensingObjects
                    | TableKind::LicensingSkus
                    | TableKind::LicensingEntitlements
            );
            if key.is_empty() && everybodys {
                self.common.push(part);
            } else if key.is_empty() {
                self.unnamed.push(part);
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

    /// What working on the rows of a tenant may take of memory, in bytes.
    pub(super) fn memory_for(&self, keys: &[String]) -> u64 {
        /// Bytes of memory per row: rows of assignments and usage are short,
        /// and there are most of them.
        const ROW: u64 = 800;
        let own = keys.iter().filter_map(|key| self.of_tenant.get(key));
        own.flat_map(|(_, batches)| batches).map(|batch| batch.len() as u64 * ROW).sum()
    }

    /// All rows, but those of the tenants table.
    pub(super) fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.of_tenant.values().flat_map(|(_, batches)| batches).chain(&self.common)
    }

    /// What tenant columns name.
    pub(super) fn tenants(&self) -> impl Iterator<Item = Named<'_>> {
        self.of_tenant.iter().map(|(key, (spelt, batches))| Named { key, spelt, batches })
    }
}

/// One value of tenant columns and its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    /// Its key.
    pub key: &'a str,
    /// As first spelt.
    pub spelt: &'a str,
    batches: &'a [Batch],
}

impl Named<'_> {
    /// Whether the rows make a tenant by themselves.
    pub(super) fn has_users(&self) -> bool {
        let makes = |kind| matches!(kind, TableKind::Users | TableKind::RoleAssignments);
        self.batches.iter().any(|batch| makes(batch.kind))
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> u64 {
        self.batches.iter().map(|batch| batch.len() as u64).sum()
    }

    /// Where the first of them stands.
    pub(super) fn place(&self, files: &[FileReport]) -> Place {
        let Some(batch) = self.batches.first() else { return Place::default() };
        Place {
            file: files.get(batch.file - SHARED).map(|f| f.path.clone()).unwrap_or_default(),
            sheet: batch.sheet.clone(),
            row: batch.rows().next().map(|row| row.number()),
            column: String::new(),
        }
    }

    /// Counts all its rows as ignored.
    pub(super) fn ignored(&self, code: Code) -> Vec<SharedMove> {
        self.batches
            .iter()
            .flat_map(|batch| {
                std::iter::repeat_n(
                    SharedMove {
                        file: batch.file - SHARED,
                        sheet: batch.sheet.clone(),
                        fate: Fate::Ignored(code),
                    },
                    batch.len(),
                )
            })
            .collect()
    }
}
