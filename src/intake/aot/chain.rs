//! From objects that name each other to canonical rows.
//!
//! A role contains duties and privileges, a duty privileges, a privilege entry
//! points; sub-roles are left to the tenant stage, which knows the roles of
//! all files. A role reaches an entry point on many ways: of those that grant
//! the same only the first is kept, so that the rows are bounded by what there
//! is to say and not by the number of ways.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::object::{Kind, Object};
use crate::intake::limits::{Limits, Refusal, SPLIT, option, over};
use crate::intake::vocabulary::{GrantWord, Vocabulary};
use crate::intake::{Batch, Field, TableKind};

/// Columns of the permission rows.
const PERMISSION: [Field; 13] = [
    Field::RoleId,
    Field::RoleName,
    Field::Duty,
    Field::Privilege,
    Field::Object,
    Field::ObjectType,
    Field::ObjectChild,
    Field::Read,
    Field::Update,
    Field::Create,
    Field::Delete,
    Field::Correct,
    Field::Invoke,
];
const ROLE: [Field; 3] = [Field::RoleId, Field::RoleName, Field::SubRoleId];
const ITEM: [Field; 4] =
    [Field::Object, Field::ObjectType, Field::ViewLicense, Field::MaintainLicense];

/// The objects of all files, by kind and name.
#[derive(Debug, Default)]
pub(super) struct Objects {
    pub(super) list: Vec<Object>,
    by_name: BTreeMap<(Kind, String), usize>,
}

/// Where an object was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    /// It is this one of the list, or adds to it.
    To(usize),
    /// There is one of its name already, which counts.
    Repeated,
}

/// What became of the objects.
#[derive(Debug)]
pub(super) struct Chains {
    pub(super) batches: Vec<Batch>,
    /// Objects that some role reaches, or that stand for themselves.
    pub(super) used: Vec<bool>,
    /// References to objects that are not among the files, by kind: the
    /// names, and who names the first.
    pub(super) missing: BTreeMap<Kind, (BTreeSet<String>, String)>,
    /// Grants nobody can read.
    pub(super) unreadable: BTreeSet<String>,
}

/// Names of the application are compared in one case.
fn key(name: &str) -> String {
    name.to_lowercase()
}

impl Objects {
    /// Adds an object; an extension adds to the object it extends.
    pub(super) fn add(&mut self, mut object: Object) -> Added {
        if object.extension {
            // `LedgerAccountant.MyModel` extends `LedgerAccountant`.
            if let Some((base, _)) = object.name.split_once('.') {
                object.name = base.to_owned();
            }
        }
        let key = (object.kind, item_key(&object));
        let Some(&known) = self.by_name.get(&key) else {
            self.by_name.insert(key, self.list.len());
            self.list.push(object);
            return Added::To(self.list.len() - 1);
        };
        match (object.extension, self.list[known].extension) {
            (true, _) => self.list[known].take_over(&object),
            (false, true) => {
                // The extension came first.
                let extension = std::mem::replace(&mut self.list[known], object);
                self.list[known].take_over(&extension);
            }
            (false, false) => return Added::Repeated,
        }
        Added::To(known)
    }

    fn find(&self, kind: Kind, name: &str) -> Option<usize> {
        self.by_name.get(&(kind, key(name))).copied()
    }

    /// Entry points that grant and deny nothing.
    pub(super) fn silent(&self) -> u64 {
        let points = self.list.iter().flat_map(|object| &object.entry_points);
        points.filter(|point| point.grants.iter().all(String::is_empty)).count() as u64
    }

    /// The rows of all roles and menu items.
    ///
    /// # Errors
    /// There are more than the limit on cells allows.
    pub(super) fn chains(
        &self,
        vocabulary: &Vocabulary,
        limits: &Limits,
    ) -> Result<Chains, Refusal> {
        let batch = |kind, sheet: &str, fields: &[Field]| {
            let headers = fields.iter().map(|field| field.name()).collect();
            Batch::new(kind, sheet.to_owned(), fields.to_vec(), headers)
        };
        let mut emit = Emit {
            objects: self,
            vocabulary,
            most: limits.cells / PERMISSION.len() as u64,
            permissions: batch(TableKind::RolePermissions, "roles", &PERMISSION),
            used: vec![false; self.list.len()],
            missing: BTreeMap::new(),
            unreadable: BTreeSet::new(),
            steps: 0,
        };
        let mut roles = batch(TableKind::Roles, "roles", &ROLE);
        let mut items = batch(TableKind::MenuItems, "menu items", &ITEM);
        let (mut role_number, mut item_number) = (0, 0);
        for (at, object) in self.list.iter().enumerate() {
            match object.kind {
                // What is added to a role nobody has says too little of it.
                _ if object.extension => {
                    emit.note(object.kind, &object.name, "its extension");
                }
                Kind::Role => {
                    role_number += 1;
                    emit.used[at] = true;
                    emit.role(role_number, object)?;
                    let name = label(object);
                    roles.push(role_number, [object.name.as_str(), name, ""]);
                    let mut seen = BTreeSet::new();
                    for sub in &object.sub_roles {
                        if seen.insert(key(sub)) {
                            roles.push(role_number, [object.name.as_str(), name, sub.as_str()]);
                        }
                        emit.need(Kind::Role, sub, &object.name);
                    }
                }
                Kind::MenuItem => {
                    item_number += 1;
                    emit.used[at] = true;
                    items.push(
                        item_number,
                        [&object.name, &object.item_type, &object.view, &object.maintain]
                            .map(String::as_str),
                    );
                }
                Kind::Duty | Kind::Privilege => {}
            }
        }
        let Emit { permissions, used, missing, unreadable, .. } = emit;
        Ok(Chains { batches: vec![permissions, roles, items], used, missing, unreadable })
    }
}

/// Menu items of two types may have one name.
fn item_key(object: &Object) -> String {
    match object.kind {
        Kind::MenuItem => format!("{} {}", key(&object.item_type), key(&object.name)),
        _ => key(&object.name),
    }
}

/// What a role is called, unless that is the number of a text.
fn label(object: &Object) -> &str {
    if object.label.starts_with('@') { "" } else { &object.label }
}

impl Object {
    /// Takes over what an extension adds.
    fn take_over(&mut self, extension: &Self) {
        self.duties.extend_from_slice(&extension.duties);
        self.privileges.extend_from_slice(&extension.privileges);
        self.sub_roles.extend_from_slice(&extension.sub_roles);
        self.entry_points.extend_from_slice(&extension.entry_points);
        self.other_permissions += extension.other_permissions;
    }
}

struct Emit<'o> {
    objects: &'o Objects,
    vocabulary: &'o Vocabulary,
    /// Permission rows at most.
    most: u64,
    permissions: Batch,
    used: Vec<bool>,
    missing: BTreeMap<Kind, (BTreeSet<String>, String)>,
    unreadable: BTreeSet<String>,
    /// References followed.
    steps: u64,
}

/// What a role has of an entry point so far: bits granted and denied.
#[derive(Default)]
struct Reached {
    points: FxHashMap<(String, String, String), (u8, u8)>,
    /// Duties and privileges already followed.
    followed: BTreeSet<usize>,
}

impl<'o> Emit<'o> {
    fn note(&mut self, kind: Kind, name: &str, by: &str) {
        let (names, _) =
            self.missing.entry(kind).or_insert_with(|| (BTreeSet::new(), by.to_owned()));
        names.insert(name.to_owned());
    }

    /// The object of a reference; notes one that is not there.
    fn need(&mut self, kind: Kind, name: &str, by: &str) -> Option<usize> {
        let found = self.objects.find(kind, name);
        let found = found.filter(|&at| !self.objects.list[at].extension);
        if found.is_none() {
            self.note(kind, name, by);
        }
        found
    }

    /// The object of a reference, unless this role has it already.
    fn follow(
        &mut self,
        kind: Kind,
        name: &str,
        by: &str,
        reached: &mut Reached,
    ) -> Result<Option<usize>, Refusal> {
        self.steps += 1;
        let limit = self.most.saturating_mul(PERMISSION.len() as u64);
        if self.steps > limit {
            let what = "number of references between the objects";
            return Err(over(what, self.steps, limit, option::CELLS, SPLIT));
        }
        let Some(at) = self.need(kind, name, by) else { return Ok(None) };
        self.used[at] = true;
        Ok(reached.followed.insert(at).then_some(at))
    }

    fn role(&mut self, number: u32, role: &'o Object) -> Result<(), Refusal> {
        let mut reached = Reached::default();
        for name in &role.duties {
            let found = self.follow(Kind::Duty, name, &role.name, &mut reached)?;
            let Some(at) = found else { continue };
            let duty = &self.objects.list[at];
            for privilege in &duty.privileges {
                self.privilege(number, role, &duty.name, privilege, &mut reached)?;
            }
        }
        for privilege in &role.privileges {
            self.privilege(number, role, "", privilege, &mut reached)?;
        }
        Ok(())
    }

    fn privilege(
        &mut self,
        number: u32,
        role: &Object,
        duty: &str,
        name: &str,
        reached: &mut Reached,
    ) -> Result<(), Refusal> {
        let by = if duty.is_empty() { &role.name } else { duty };
        let Some(at) = self.follow(Kind::Privilege, name, by, reached)? else { return Ok(()) };
        let privilege = &self.objects.list[at];
        for point in &privilege.entry_points {
            let (mut allowed, mut denied) = (0_u8, 0_u8);
            let mut words = [""; 6];
            for (bit, written) in point.grants.iter().enumerate() {
                match self.vocabulary.grant(written) {
                    Some(GrantWord::Unset) => {}
                    _ if written.is_empty() => {}
                    Some(GrantWord::Deny) => {
                        denied |= 1 << bit;
                        words[bit] = "deny";
                    }
                    // A grant nobody can read is a grant.
                    other => {
                        if other.is_none() {
                            self.unreadable.insert(written.clone());
                        }
                        allowed |= 1 << bit;
                        words[bit] = "allow";
                    }
                }
            }
            let known = reached
                .points
                .entry((key(&point.object), key(&point.object_type), key(&point.child)))
                .or_insert((0, 0));
            let (more, less) = (allowed & !known.0, denied & !known.1);
            if (more == 0 && less == 0) || point.object.is_empty() {
                continue;
            }
            *known = (known.0 | allowed, known.1 | denied);
            let found = self.permissions.len() as u64 + 1;
            if found > self.most {
                let what = "number of permission rows that the objects make";
                return Err(over(what, found, self.most, option::CELLS, SPLIT));
            }
            let of = [role.name.as_str(), label(role), duty, &privilege.name];
            let object = [point.object.as_str(), &point.object_type, &point.child];
            self.permissions.push(number, of.into_iter().chain(object).chain(words));
        }
        Ok(())
    }
}
