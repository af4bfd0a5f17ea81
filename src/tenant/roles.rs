//! Roles by identifier and by name, environment by environment.
//!
//! Exports name a role by its identifier, by its name, or by both; some carry
//! the environment whose copy of the role they describe. A row with both
//! teaches which name an identifier has. A name joins a role of another
//! identifier never: a custom role may borrow the name of a standard one.

use std::collections::HashMap;

use super::Role;
use super::identity::join_key;

impl Role {
    /// Adds a licence that suffices for the role; several are alternatives.
    pub(super) fn may_be(&mut self, license: &str) {
        if license.is_empty() {
            return;
        }
        if self.license.is_empty() {
            license.clone_into(&mut self.license);
        } else if !self.license.split(" or ").any(|known| known == license) {
            self.license.push_str(" or ");
            self.license.push_str(license);
        }
    }
}

/// All roles met in a tenant.
#[derive(Debug, Default)]
pub(super) struct Roles {
    pub list: Vec<Role>,
    by_id: HashMap<(u32, String), u32>,
    by_name: HashMap<(u32, String), Vec<u32>>,
    /// Environments in which a role was described.
    environments: Vec<u32>,
}

impl Roles {
    /// Registers a row that carries an identifier.
    pub(super) fn learn(&mut self, environment: u32, id: &str, name: &str) {
        let key = join_key(id);
        if key.is_empty() {
            return;
        }
        let at = match self.by_id.get(&(environment, key.clone())) {
            Some(&at) => at,
            None => self.add(environment, id, ""),
        };
        self.name(environment, at, name);
    }

    /// Learns a pair from an assignment: which name the identifier has, in
    /// every environment that describes it, or without environment.
    pub(super) fn teach(&mut self, id: &str, name: &str) {
        let key = join_key(id);
        let known: Vec<(u32, u32)> = self
            .environments
            .iter()
            .filter_map(|&env| self.by_id.get(&(env, key.clone())).map(|&at| (env, at)))
            .collect();
        if known.is_empty() {
            self.add(0, id, name);
        }
        for (environment, at) in known {
            self.name(environment, at, name);
        }
    }

    /// The roles that permission rows of this identifier or name describe.
    /// Rows that know only a name describe every role of that name.
    pub(super) fn described(&mut self, environment: u32, id: &str, name: &str) -> Vec<u32> {
        let found = self.matches(environment, id, name);
        if !found.is_empty() {
            return found;
        }
        // The environment's own copy of a role that is known elsewhere.
        let known = self.matches(0, id, name);
        let identifier = known.first().map(|&at| self.list[at as usize].identifier.clone());
        let id = if id.is_empty() { identifier.unwrap_or_default() } else { id.to_owned() };
        vec![self.add(environment, &id, name)]
    }

    /// The roles an assignment names: the copy of its environment if there is
    /// one, else the role without environment, else, where the assignment
    /// names no environment, every copy.
    pub(super) fn assigned(&mut self, environment: u32, id: &str, name: &str) -> Vec<u32> {
        let mut found = self.matches(environment, id, name);
        if found.is_empty() {
            found = self.matches(0, id, name);
        }
        if found.is_empty() && environment == 0 {
            for at in self.environments.clone() {
                found.extend(self.matches(at, id, name));
            }
        }
        if found.is_empty() {
            found.push(self.add(0, id, name));
        }
        for &at in &found {
            let role = &mut self.list[at as usize];
            if role.name.is_empty() {
                (if name.is_empty() { id } else { name }).clone_into(&mut role.name);
            }
        }
        found
    }

    /// Adds the sub-roles, and theirs, and so on. Roles may contain each other.
    pub(super) fn with_sub_roles(&self, roles: &mut Vec<u32>) {
        let mut at = 0;
        while let Some(&role) = roles.get(at) {
            for &sub in &self.list[role as usize].sub_roles {
                if !roles.contains(&sub) {
                    roles.push(sub);
                }
            }
            at += 1;
        }
    }

    fn matches(&self, environment: u32, id: &str, name: &str) -> Vec<u32> {
        let (id, name) = (join_key(id), join_key(name));
        let by_id = |key: &str| self.by_id.get(&(environment, key.to_owned())).copied();
        let by_name = |key: &str| {
            self.by_name.get(&(environment, key.to_owned())).cloned().unwrap_or_default()
        };
        let unidentified = |found: Vec<u32>| -> Vec<u32> {
            found.into_iter().filter(|&at| self.list[at as usize].identifier.is_empty()).collect()
        };
        if id.is_empty() {
            let found = by_name(&name);
            return if found.is_empty() { by_id(&name).into_iter().collect() } else { found };
        }
        if let Some(at) = by_id(&id) {
            return vec![at];
        }
        // One table may call identifier what another calls name.
        let found = unidentified(by_name(&id));
        if found.is_empty() { unidentified(by_name(&name)) } else { found }
    }

    fn add(&mut self, environment: u32, id: &str, name: &str) -> u32 {
        let at = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(Role { identifier: id.to_owned(), ..Role::default() });
        if !self.environments.contains(&environment) {
            self.environments.push(environment);
        }
        let key = join_key(id);
        if !key.is_empty() {
            self.by_id.insert((environment, key), at);
        }
        self.name(environment, at, name);
        at
    }

    fn name(&mut self, environment: u32, at: u32, name: &str) {
        let key = join_key(name);
        if key.is_empty() {
            return;
        }
        let role = &mut self.list[at as usize];
        if role.name.is_empty() {
            name.clone_into(&mut role.name);
        }
        let known = self.by_name.entry((environment, key)).or_default();
        if !known.contains(&at) {
            known.push(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_identifier_and_by_the_name_a_row_teaches() {
        let mut roles = Roles::default();
        roles.learn(0, "LEDGERACCOUNTANT", "Accountant");
        let by_id = roles.assigned(0, "LedgerAccountant", "");
        assert_eq!(roles.assigned(0, "", "accountant"), by_id);
        assert_eq!(roles.described(0, "", "Accountant"), by_id);
    }

    #[test]
    fn a_custom_role_that_borrows_a_name_is_another_role() {
        let mut roles = Roles::default();
        roles.learn(0, "-SYSADMIN-", "System administrator");
        let admin = roles.assigned(0, "-SYSADMIN-", "");
        assert_ne!(roles.assigned(0, "CUST_ADM", "System administrator"), admin);
    }

    #[test]
    fn what_one_table_calls_identifier_another_may_call_name() {
        let mut roles = Roles::default();
        let described = roles.described(0, "", "GWX_METER");
        assert_eq!(roles.assigned(0, "GWX_METER", "Meter reading"), described);
    }

    #[test]
    fn rows_that_know_only_a_name_describe_every_role_of_that_name() {
        let mut roles = Roles::default();
        roles.learn(0, "A", "Clerk");
        roles.learn(0, "B", "Clerk");
        assert_eq!(roles.described(0, "", "Clerk").len(), 2);
    }

    #[test]
    fn an_environment_has_its_own_copy_of_a_role() {
        let mut roles = Roles::default();
        roles.learn(1, "X", "Ex");
        roles.learn(2, "X", "Ex");
        let one = roles.assigned(1, "X", "");
        let two = roles.assigned(2, "X", "");
        assert_ne!(one, two);
        assert_eq!(roles.assigned(0, "X", ""), [one, two].concat());
    }
}
