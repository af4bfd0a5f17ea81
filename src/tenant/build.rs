//! From canonical tables to one tenant.
//!
//! Order matters and is fixed: users first, because everything else names
//! them; then roles and permissions; then who holds what; then devices, stock
//! and prices. A row that names somebody no users table lists is not dropped:
//! the person is added and the report says so, because a licence count that
//! leaves out people who hold roles is worse than one that counts too many.

mod catalogue;
mod devices;
mod people;
mod roles;
mod stock;

use std::collections::{BTreeMap, HashMap};

use super::accounts::{Directory, Found, Standing};
use super::identity::join_key;
use super::joins::{self, Join, Joins};
use super::ledger::{Ledger, SHARED, SharedMove};
use super::roles::Roles;
use super::{Device, Person, TenantInput};
use crate::finding::{Code, Finding, Place};
use crate::intake::{Batch, Field, Row, TableKind};
use crate::output::TenantInfo;

/// A tenant, and what became of its rows in shared files.
#[derive(Debug)]
pub struct Built {
    /// The tenant.
    pub tenant: TenantInput,
    /// Rows of shared files that were not used after all.
    pub moves: Vec<SharedMove>,
    /// How its tables found one another.
    pub joins: Vec<Join>,
}

/// Joins the tables of one tenant. `own` are batches of the tenant's files,
/// whose row accounting `ledger` keeps; `shared` are rows of the portfolio's
/// files that concern this tenant, numbered from `SHARED` or `COMMON` on.
#[must_use]
pub fn build(info: TenantInfo, own: &[Batch], shared: &[&Batch], mut ledger: Ledger<'_>) -> Built {
    let mut builder = Builder {
        batches: own.iter().chain(shared.iter().copied()).collect(),
        directory: Directory::default(),
        people: Vec::new(),
        roles: Roles::default(),
        environments: vec![String::new()],
        devices: Vec::new(),
        device_numbers: HashMap::new(),
        findings: Vec::new(),
        joins: Joins::default(),
        last: None,
        sizes: BTreeMap::new(),
    };
    builder.several_tenants(&ledger);
    builder.users(&mut ledger);
    builder.role_names();
    builder.permissions(&mut ledger);
    builder.role_table(&mut ledger);
    builder.assignments(&mut ledger);
    builder.own_permissions(&mut ledger);
    builder.needs(&mut ledger);
    builder.assigned(&mut ledger);
    builder.devices(&mut ledger);
    builder.usage(&mut ledger);
    let mut menu_items = builder.menu_items();
    builder.catalogue(&mut menu_items, &mut ledger);
    let subscriptions = builder.subscriptions(&mut ledger);
    let capacity = builder.capacity();
    let prices = builder.prices();
    let joins = builder.joins.finish(|kind| builder.listed(kind));
    builder.findings.extend(joins::suspicious(&joins));
    builder.findings.extend(builder.joins.strangers(|file| ledger.path(file)));
    builder.findings.extend(joins::stale(&builder.batches, |file| ledger.path(file)));
    let assigned_known =
        builder.of(TableKind::AssignedLicenses).any(|(batch, _)| !batch.is_empty());
    let (noted, moves) = ledger.close();
    let mut findings = builder.findings;
    findings.extend(noted);
    let tenant = TenantInput {
        info,
        accounts: builder.directory.len() as u64,
        people: builder.people,
        roles: builder.roles.list,
        menu_items,
        devices: builder.devices,
        assigned_known,
        subscriptions,
        capacity,
        prices,
        findings,
    };
    Built { tenant, moves, joins }
}

struct Builder<'a> {
    batches: Vec<&'a Batch>,
    directory: Directory<'a>,
    people: Vec<Person>,
    roles: Roles,
    /// Environments by number, folded; number 0 is none.
    environments: Vec<String>,
    devices: Vec<Device>,
    device_numbers: HashMap<String, u32>,
    findings: Vec<Finding>,
    joins: Joins,
    /// Whom the last row was found to mean: of which table, and the numbers of
    /// its user and environment there.
    last: Option<(&'a Batch, u32, u32, Found)>,
    /// How many a table lists that is not asked otherwise.
    sizes: BTreeMap<TableKind, u64>,
}

impl<'a> Builder<'a> {
    /// Tables in this tenant's files whose tenant column names several: they
    /// were meant for the portfolio, or somebody put two exports together.
    fn several_tenants(&mut self, ledger: &Ledger<'_>) {
        const SHOWN: usize = 3;
        let mut told: Vec<(usize, &str)> = Vec::new();
        for batch in self.batches.iter().copied().filter(|batch| batch.file < SHARED) {
            let Some(column) = batch.column(Field::Tenant) else { continue };
            let mut names: BTreeMap<String, (&str, u32, u64)> = BTreeMap::new();
            for row in batch.rows().filter(|row| !row.at(column).is_empty()) {
                let entry = names.entry(join_key(row.at(column)));
                entry.or_insert((row.at(column), row.number(), 0)).2 += 1;
            }
            let place = (batch.file, batch.sheet.as_str());
            if names.len() < 2 || batch.kind == TableKind::Tenants || told.contains(&place) {
                continue;
            }
            told.push(place);
            let mut spelt: Vec<&(&str, u32, u64)> = names.values().collect();
            spelt.sort_by_key(|(_, row, _)| *row);
            let shown: Vec<String> = spelt
                .iter()
                .take(SHOWN)
                .map(|(name, _, rows)| format!("{name} ({rows})"))
                .collect();
            let more = if spelt.len() > SHOWN { ", ..." } else { "" };
            let message = format!(
                "its tenant column names {} tenants: {}{more}; all rows were counted for this one",
                spelt.len(),
                shown.join(", ")
            );
            let at = Place {
                sheet: batch.sheet.clone(),
                row: spelt.get(1).map(|(_, row, _)| *row),
                column: batch.headers[column].clone(),
                ..Place::file(ledger.path(batch.file))
            };
            let finding = Finding::new(Code::TenantSeveral, spelt[0].0, message).at(at);
            self.findings.push(finding.times(spelt.len() as u64));
        }
    }

    /// Batches of a table with their rows.
    fn of(
        &self,
        kind: TableKind,
    ) -> impl Iterator<Item = (&'a Batch, impl ExactSizeIterator<Item = Row<'a>> + use<'a>)> + use<'a>
    {
        let batches: Vec<&'a Batch> =
            self.batches.iter().copied().filter(|batch| batch.kind == kind).collect();
        batches.into_iter().map(|batch| (batch, batch.rows()))
    }

    /// The number of an environment.
    fn environment(&mut self, named: &str) -> u32 {
        if named.is_empty() {
            return 0;
        }
        let key = join_key(named);
        let at = self.environments.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.environments.push(key);
            self.environments.len() - 1
        });
        narrow(at)
    }

    /// How many of what a table lists: people, devices, roles. Whom no users
    /// table lists comes after those one does.
    fn listed(&self, kind: TableKind) -> u64 {
        let count = match kind {
            TableKind::Users => self.people.iter().filter(|person| !person.unlisted).count(),
            TableKind::Devices => self.devices.len(),
            TableKind::RolePermissions => {
                self.roles.list.iter().filter(|role| !role.permissions.is_empty()).count()
            }
            other => return self.sizes.get(&other).copied().unwrap_or_default(),
        };
        count as u64
    }
}

/// Whether the security group of its environment keeps the account of a row
/// out; if so, a finding says it.
fn outside(standing: Standing, batch: &Batch, row: &Row<'_>, ledger: &mut Ledger<'_>) -> bool {
    let outside = standing == Standing::Outside;
    if outside {
        ledger.note(batch, row, Code::OutsideGroup, row.get(Field::UserId));
    }
    outside
}

/// Counts here are bounded by the rows of a tenant's files.
fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
