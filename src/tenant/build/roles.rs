//! What roles allow and who holds them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Builder, outside};
use crate::finding::Code;
use crate::intake::{Field, TableKind};
use crate::tenant::accounts::Standing;
use crate::tenant::identity::join_key;
use crate::tenant::joins::Hit;
use crate::tenant::ledger::Ledger;
use crate::tenant::rows::row_key;
use crate::tenant::{HeldRole, Permission};

/// The roles that an assignment names, and those held with them.
struct Named {
    roles: Vec<u32>,
    held: Vec<u32>,
}

impl Builder<'_> {
    /// Learns which identifier and which name are one role, before anything
    /// refers to either. Permissions may be those of one environment;
    /// assignments name the environment in which a role is held, not whose
    /// copy of it.
    pub(super) fn role_names(&mut self) {
        for kind in [TableKind::RolePermissions, TableKind::Roles] {
            for (_, rows) in self.of(kind) {
                for row in rows {
                    let environment = self.environment(row.get(Field::Environment));
                    self.roles.learn(environment, row.get(Field::RoleId), row.get(Field::RoleName));
                }
            }
        }
        let mut taught: FxHashSet<(&str, &str)> = FxHashSet::default();
        for (_, rows) in self.of(TableKind::RoleAssignments) {
            for row in rows {
                let (id, name) = (row.get(Field::RoleId), row.get(Field::RoleName));
                if !id.is_empty() && !name.is_empty() && taught.insert((id, name)) {
                    self.roles.teach(id, name);
                }
            }
        }
    }

    pub(super) fn permissions(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::RolePermissions) {
            let mut seen: FxHashSet<(u64, u64)> = FxHashSet::default();
            let mut text = Vec::new();
            for row in rows {
                let permission = Permission::read(batch, &row);
                if !seen.insert(row_key(batch, &row, &mut text)) {
                    ledger.ignore(batch, &row, Code::RowDuplicate, &permission.object);
                    continue;
                }
                let environment = self.environment(row.get(Field::Environment));
                let (id, name) = (row.get(Field::RoleId), row.get(Field::RoleName));
                for role in self.roles.described(environment, id, name) {
                    self.roles.list[role as usize].permissions.push(permission.clone());
                }
            }
        }
    }

    /// Licence types of roles, and what they have from their sub-roles.
    pub(super) fn role_table(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::Roles) {
            let mut seen: FxHashSet<(u64, u64)> = FxHashSet::default();
            let mut text = Vec::new();
            for row in rows {
                let (id, name) = (row.get(Field::RoleId), row.get(Field::RoleName));
                if !seen.insert(row_key(batch, &row, &mut text)) {
                    let example = if id.is_empty() { name } else { id };
                    ledger.ignore(batch, &row, Code::RowDuplicate, example);
                    continue;
                }
                let environment = self.environment(row.get(Field::Environment));
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
        let mut found: FxHashMap<(u32, &str, &str), Named> = FxHashMap::default();
        let (mut status, mut active) = ("", true);
        for (batch, rows) in self.of(TableKind::RoleAssignments) {
            let mut seen: FxHashSet<(u64, u64)> = FxHashSet::default();
            let mut text = Vec::new();
            for row in rows {
                let (id, name) = (row.get(Field::RoleId), row.get(Field::RoleName));
                if id.is_empty() && name.is_empty() {
                    // A list of users with a role column: this one has none.
                    continue;
                }
                if !seen.insert(row_key(batch, &row, &mut text)) {
                    ledger.ignore(batch, &row, Code::RowDuplicate, row.get(Field::UserId));
                    continue;
                }
                let environment = self.environment(row.get(Field::Environment));
                // Every pair was learnt before: what is found now stays.
                let roles: &Named = found.entry((environment, id, name)).or_insert_with(|| {
                    let roles = self.roles.assigned(environment, id, name);
                    let mut held = roles.clone();
                    self.roles.with_sub_roles(&mut held);
                    Named { roles, held }
                });
                if described {
                    let known = roles
                        .roles
                        .iter()
                        .copied()
                        .find(|&role| !self.roles.list[role as usize].permissions.is_empty());
                    let hit = known.map_or(Hit::None, Hit::One);
                    self.joins.count(batch.kind, TableKind::RolePermissions, hit);
                }
                let license = row.get(Field::License);
                for &role in &roles.roles {
                    let role = &mut self.roles.list[role as usize];
                    if !license.is_empty() && role.license.is_empty() {
                        license.clone_into(&mut role.license);
                    }
                }
                let Some((person, standing)) = self.person(batch, &row, ledger) else { continue };
                if row.get(Field::Status) != status {
                    status = row.get(Field::Status);
                    active = !matches!(
                        join_key(status).as_str(),
                        "disabled" | "none" | "no" | "false" | "inactive" | "2" | "0"
                    );
                }
                if !active || standing == Standing::Disabled {
                    ledger.note(batch, &row, Code::AssignmentInactive, row.get(Field::UserId));
                    continue;
                }
                if outside(standing, batch, &row, ledger) {
                    continue;
                }
                let held = &mut self.people[person as usize].roles;
                for &role in &roles.held {
                    let role = HeldRole { role, environment };
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
