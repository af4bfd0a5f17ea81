//! Roles under what other roles of a person deny.
//!
//! A denied object takes rows of a person's other roles away, so such a role
//! must be compiled again for that person. Few objects are denied anywhere,
//! and a compiled role depends on those among its own objects only: each
//! combination that occurs is compiled once, whoever has it.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::Need;
use super::role::{Compiler, Denied, key};
use crate::tenant::{Permission, TenantInput};

type Object = (String, String);

/// What of a role's objects is denied: object by number, grants as bits.
type Bits = Vec<(usize, u8)>;

/// Needs of a role under a combination of denied objects.
type Compiled = FxHashMap<(u32, Bits), Arc<Vec<Need>>>;

/// The objects that anything denies, and the roles they occur in.
#[derive(Debug)]
pub(super) struct Denials {
    objects: Vec<Object>,
    /// For each role: its denied objects, whoever denies them, ascending.
    within: Vec<Vec<usize>>,
    compiled: Mutex<Compiled>,
}

impl Denials {
    pub(super) fn of(tenant: &TenantInput) -> Self {
        let denying = |rows: &[Permission]| -> Vec<Permission> {
            rows.iter().filter(|row| !row.denied.is_empty()).cloned().collect()
        };
        let rows: Vec<_> = tenant.roles.iter().map(|role| denying(&role.permissions)).collect();
        let own = tenant.people.iter().flat_map(|person| &person.permissions);
        let mut objects: Vec<Object> = rows
            .iter()
            .flatten()
            .chain(own.filter(|row| !row.denied.is_empty()))
            .map(key)
            .collect();
        objects.sort_unstable();
        objects.dedup();
        let within = |rows: &[Permission]| {
            let number = |row| objects.binary_search(&key(row)).ok();
            let mut numbers: Vec<usize> = rows.iter().filter_map(number).collect();
            numbers.sort_unstable();
            numbers.dedup();
            numbers
        };
        let within = if objects.is_empty() {
            Vec::new()
        } else {
            tenant.roles.iter().map(|role| within(&role.permissions)).collect()
        };
        Self { objects, within, compiled: Mutex::default() }
    }

    /// The needs of a role under `denied`; `None` where they are those of the
    /// role by itself.
    pub(super) fn needs(
        &self,
        compiler: &Compiler<'_>,
        role: u32,
        denied: &Denied,
    ) -> Option<Arc<Vec<Need>>> {
        let bits: Bits = self
            .within
            .get(role as usize)?
            .iter()
            .map(|&object| (object, denied.of_key(&self.objects[object]).0))
            .filter(|(_, grants)| *grants != 0)
            .collect();
        if bits.is_empty() {
            return None;
        }
        let key = (role, bits);
        let compiled = || self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let known = compiled().get(&key).map(Arc::clone);
        Some(known.unwrap_or_else(|| {
            let needs = Arc::new(compiler.role(role, Some(denied)).needs);
            compiled().insert(key, Arc::clone(&needs));
            needs
        }))
    }
}
