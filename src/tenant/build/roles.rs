//! What roles allow and who holds them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Builder, outside};
use crate::finding::Code;
use crate::intake::{Batch, Field, Row, TableKind};
use crate::tenant::accounts::Standing;
use crate::tenant::identity::join_key;
use crate::tenant::joins::Hit;
use crate::tenant::ledger::Ledger;
use crate::tenant::rows::{PersonRows, RowKeys};
use crate::tenant::{HeldRole, Permission};

/// The columns by which a row names a role.
struct RoleColumns {
    environment: Option<usize>,
    id: Option<usize>,
    name: Option<usize>,
}

impl RoleColumns {
    fn of(batch: &Batch) -> Self {
        Self {
            environment: batch.column(Field::Environment),
            id: batch.column(Field::RoleId),
            name: batch.column(Field::RoleName),
        }
    }

    /// Environment, identifier and name, by number within the table.
    fn ids(&self, row: &Row<'_>) -> (u32, u32, u32) {
        (row.text_id(self.environment), row.text_id(self.id), row.text_id(self.name))
    }

    fn texts<'r>(&self, row: &Row<'r>) -> (&'r str, &'r str, &'r str) {
        (row.text(self.environment), row.text(self.id), row.text(self.name))
    }
}

/// Room for the roles of a person; most hold no more.
const ROLES: usize = 8;

/// For each text of a status column whether it says that the role is held.
fn states(batch: &Batch, status: Option<usize>) -> Vec<bool> {
    let Some(column) = status else { return Vec::new() };
    let active = |number: u32| {
        !matches!(
            join_key(batch.text(column, number)).as_str(),
            "disabled" | "none" | "no" | "false" | "inactive" | "2" | "0"
        )
    };
    (0..).take(batch.texts(column)).map(active).collect()
}

/// The roles that an assignment names, and those held with them.
struct Named {
    environment: u32,
    roles: Vec<u32>,
    held: Vec<u32>,
    /// The first of them that permissions describe.
    described: Option<u32>,
}

impl Builder<'_> {
    /// Learns which identifier and which name are one role, before anything
    /// refers to either. Permissions may be those of one environment;
    /// assignments name the environment in which a role is held, not whose
    /// copy of it.
    pub(super) fn role_names(&mut self) {
        for kind in [TableKind::RolePermissions, TableKind::Roles] {
            for (batch, rows) in self.of(kind) {
                let columns = RoleColumns::of(batch);
                let mut learnt: FxHashSet<(u32, u32, u32)> = FxHashSet::default();
                for row in rows.filter(|row| learnt.insert(columns.ids(row))) {
                    let (environment, id, name) = columns.texts(&row);
                    let environment = self.environment(environment);
                    self.roles.learn(environment, id, name);
                }
            }
        }
        for (batch, rows) in self.of(TableKind::RoleAssignments) {
            let columns = RoleColumns::of(batch);
            let mut taught: FxHashSet<(u32, u32)> = FxHashSet::default();
            for row in rows {
                let (_, id, name) = columns.ids(&row);
                if id > 0 && name > 0 && taught.insert((id, name)) {
                    let (_, id, name) = columns.texts(&row);
                    self.roles.teach(id, name);
                }
            }
        }
    }

    pub(super) fn permissions(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::RolePermissions) {
            let mut keys = RowKeys::new(batch);
            let columns = RoleColumns::of(batch);
            let mut described: FxHashMap<(u32, u32, u32), Vec<u32>> = FxHashMap::default();
            for row in rows {
                if !keys.is_new(&row) {
                    ledger.ignore(batch, &row, Code::RowDuplicate, row.get(Field::Object));
                    continue;
                }
                // Every pair was learnt before: what is found now stays.
                let roles = described.entry(columns.ids(&row)).or_insert_with(|| {
                    let (environment, id, name) = columns.texts(&row);
                    let environment = self.environment(environment);
                    self.roles.described(environment, id, name)
                });
                let Some((&last, others)) = roles.split_last() else { continue };
                let permission = Permission::read(batch, &row);
                for &role in others {
                    self.roles.list[role as usize].permissions.push(permission.clone());
                }
                self.roles.list[last as usize].permissions.push(permission);
            }
        }
    }

    /// Licence types of roles, and what they have from their sub-roles.
    pub(super) fn role_table(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::Roles) {
            let mut keys = RowKeys::new(batch);
            let columns = RoleColumns::of(batch);
            for row in rows {
                let (environment, id, name) = columns.texts(&row);
                if !keys.is_new(&row) {
                    let example = if id.is_empty() { name } else { id };
                    ledger.ignore(batch, &row, Code::RowDuplicate, example);
                    continue;
                }
                let environment = self.environment(environment);
                let (sub_id, sub) = (row.get(Field::SubRoleId), row.get(Field::SubRole));
                let roles = self.roles.described(environment, id, name);
                if !sub_id.is_empty() || !sub.is_empty() {
                    let subs = self.roles.assigned(environment, sub_id, sub);
                    for &role in &roles {
                        self.roles.list[role as usize].sub_roles.extend(&subs);
                    }
                }
                for role in roles {
                    self.roles.list[role as usize].may_be(row.get(Field::License));
                }
            }
        }
    }

    pub(super) fn assignments(&mut self, ledger: &mut Ledger<'_>) {
        let described = self.of(TableKind::RolePermissions).any(|(batch, _)| !batch.is_empty());
        for (batch, rows) in self.of(TableKind::RoleAssignments) {
            let mut keys = PersonRows::new(batch, batch.column(Field::UserId));
            let columns = RoleColumns::of(batch);
            let (status, license) = (batch.column(Field::Status), batch.column(Field::License));
            let active = states(batch, status);
            let mut found: FxHashMap<(u32, u32, u32), Named> = FxHashMap::default();
            for row in rows {
                let ids = columns.ids(&row);
                if (ids.1, ids.2) == (0, 0) {
                    // A list of users with a role column: this one has none.
                    continue;
                }
                if !keys.is_new(&row, self.find(batch, &row).person()) {
                    ledger.ignore(batch, &row, Code::RowDuplicate, row.get(Field::UserId));
                    continue;
                }
                // Every pair was learnt before: what is found now stays.
                let named: &Named = found.entry(ids).or_insert_with(|| {
                    let (environment, id, name) = columns.texts(&row);
                    let environment = self.environment(environment);
                    let roles = self.roles.assigned(environment, id, name);
                    let mut held = roles.clone();
                    self.roles.with_sub_roles(&mut held);
                    let has_rows =
                        |role: &u32| !self.roles.list[*role as usize].permissions.is_empty();
                    let described = roles.iter().copied().find(has_rows);
                    Named { environment, roles, held, described }
                });
                if described {
                    let hit = named.described.map_or(Hit::None, Hit::One);
                    self.joins.count(batch.kind, TableKind::RolePermissions, hit);
                }
                let license = row.text(license);
                for &role in named.roles.iter().filter(|_| !license.is_empty()) {
                    let role = &mut self.roles.list[role as usize];
                    if role.license.is_empty() {
                        license.clone_into(&mut role.license);
                    }
                }
                let Some((person, standing)) = self.person(batch, &row, ledger) else { continue };
                let active = active.get(row.text_id(status) as usize).is_none_or(|&active| active);
                if !active || standing == Standing::Disabled {
                    ledger.note(batch, &row, Code::AssignmentInactive, row.get(Field::UserId));
                    continue;
                }
                if outside(standing, batch, &row, ledger) {
                    continue;
                }
                let held = &mut self.people[person as usize].roles;
                if held.is_empty() {
                    held.reserve(ROLES);
                }
                for &role in &named.held {
                    let role = HeldRole { role, environment: named.environment };
                    if !held.contains(&role) {
                        held.push(role);
                    }
                }
            }
        }
    }

    pub(super) fn own_permissions(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::UserPermissions) {
            for row in rows {
                let environment = self.environment(row.get(Field::Environment));
                let Some((person, standing)) = self.person(batch, &row, ledger) else { continue };
                if standing == Standing::Disabled || outside(standing, batch, &row, ledger) {
                    continue;
                }
                let permission = Permission { environment, ..Permission::read(batch, &row) };
                self.people[person as usize].permissions.push(permission);
            }
        }
    }
}
