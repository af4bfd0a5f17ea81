//! What a role needs.
//!
//! In this order: its permission rows, where any of them says something; the
//! edition's role table, by identifier, then by name; a licence type on the
//! role itself; else the role is unknown and an option decides. A customised
//! role is what its rows say, whatever its name.

use indexmap::IndexMap;

use super::license::{Meanings, kinds_of};
use super::{Need, Origin, UnknownRoles, tier_of};
use crate::finding::{Code, Finding};
use crate::intake::header_key;
use crate::optimize::Clause;
use crate::output::DriverPath;
use crate::rulebook::{KindSet, Mark, RightId, RoleRule, Rulebook, SkuSet};
use crate::tenant::{Grants, Permission, Person, Role, TenantInput, holders, join_key, words};

/// What decided a role's need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecidedBy {
    /// Its permission rows.
    Permissions,
    /// The edition's role table.
    RoleTable,
    /// The licence type on the role.
    LicenceType,
    /// Nothing of its own; the roles it contains.
    SubRoles,
    /// It administers, and the edition exempts administrators.
    Administrator,
    /// Nothing is known of it.
    Unknown,
}

impl DecidedBy {
    /// The words the reports print.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Permissions => "permission rows",
            Self::RoleTable => "role table",
            Self::LicenceType => "role licence type",
            Self::SubRoles => "sub-roles",
            Self::Administrator => "administrator",
            Self::Unknown => "unknown",
        }
    }
}

/// A role, compiled.
#[derive(Debug, Clone)]
pub struct RoleNeed {
    /// One need per distinct clause, each with the first row that asks for
    /// it, in row order.
    pub needs: Vec<Need>,
    /// What decided.
    pub decided_by: DecidedBy,
    /// Whether any of its rows denies something.
    pub denies: bool,
    /// Objects without a licence, in rows of a role whose other rows have one.
    pub unlicensed: Vec<String>,
    /// How far the role table entry is verified, where it decided.
    pub mark: Option<Mark>,
}

/// What is denied, by object and child.
#[derive(Debug, Clone, Default)]
pub struct Denied(IndexMap<(String, String), Grants>);

impl Denied {
    fn add(&mut self, row: &Permission) {
        if !row.denied.is_empty() {
            let entry = self.0.entry(key(row)).or_default();
            entry.0 |= row.denied.0;
        }
    }

    /// What is denied of an object.
    pub(super) fn of_key(&self, key: &(String, String)) -> Grants {
        self.0.get(key).copied().unwrap_or_default()
    }

    fn of(&self, row: &Permission) -> Grants {
        if self.0.is_empty() {
            Grants::default()
        } else {
            self.0.get(&key(row)).copied().unwrap_or_default()
        }
    }
}

/// What is denied as a whole: the object and its part.
pub(super) fn key(row: &Permission) -> (String, String) {
    (join_key(&row.object), join_key(&row.child))
}

/// What a person's roles and own permissions deny, by environment. Empty for
/// nearly everybody, so that compiled roles can be used as they are.
#[derive(Debug, Default)]
pub struct Denies(Vec<(u32, Denied)>);

impl Denies {
    /// Collects what is denied to a person.
    #[must_use]
    pub fn of_person(compiler: &Compiler<'_>, roles: &[RoleNeed], person: &Person) -> Self {
        let mut denies = Self::default();
        // A single role already took its own denies into account.
        if person.roles.len() + usize::from(!person.permissions.is_empty()) > 1 {
            for held in person.roles.iter().filter(|held| roles[held.role as usize].denies) {
                for row in &compiler.tenant.roles[held.role as usize].permissions {
                    denies.add(held.environment, row);
                }
            }
        }
        for row in &person.permissions {
            denies.add(row.environment, row);
        }
        denies
    }

    fn add(&mut self, environment: u32, row: &Permission) {
        if row.denied.is_empty() {
            return;
        }
        let at = self.0.iter().position(|(known, _)| *known == environment);
        let at = at.unwrap_or_else(|| {
            self.0.push((environment, Denied::default()));
            self.0.len() - 1
        });
        self.0[at].1.add(row);
    }

    /// What is denied in an environment: access is granted and denied per
    /// environment, so a Deny of another one takes nothing away. Where no
    /// environment is named it may be any.
    #[must_use]
    pub fn in_environment(&self, environment: u32) -> Option<Denied> {
        let mut all: Option<Denied> = None;
        for (known, denied) in &self.0 {
            if *known == environment || *known == 0 || environment == 0 {
                let into = all.get_or_insert_with(Denied::default);
                for (key, grants) in denied.0.clone() {
                    into.0.entry(key).or_default().0 |= grants.0;
                }
            }
        }
        all
    }
}

/// Turns rows into needs.
#[derive(Debug)]
pub struct Compiler<'a> {
    pub(super) tenant: &'a TenantInput,
    pub(super) rulebook: &'a Rulebook,
    pub(super) meanings: &'a Meanings,
    pub(super) unknown: UnknownRoles,
}

/// What a permission row asks for.
enum Asks {
    /// Nothing is granted: the row says nothing about licences.
    Nothing,
    /// Something is granted that needs no licence.
    Free,
    For(Clause, &'static str),
    /// Access is granted, but no licence is known for the object.
    Unresolved,
}

impl Compiler<'_> {
    /// Compiles a role. `denies` adds what other roles of a person deny.
    #[must_use]
    pub fn role(&self, at: u32, denies: Option<&Denied>) -> RoleNeed {
        let role = &self.tenant.roles[at as usize];
        let rule = self.rule(role);
        let mut compiled = RoleNeed {
            needs: Vec::new(),
            decided_by: DecidedBy::Permissions,
            denies: role.permissions.iter().any(|row| !row.denied.is_empty()),
            unlicensed: Vec::new(),
            mark: None,
        };
        if rule.is_some_and(|rule| rule.admin) && self.rulebook.flags.admins_exempt {
            compiled.decided_by = DecidedBy::Administrator;
            return compiled;
        }
        if self.by_permissions(role, at, denies, &mut compiled) {
            return compiled;
        }
        let whole = Origin::Role { role: at, permission: None };
        if let Some(rule) = rule {
            compiled.decided_by = DecidedBy::RoleTable;
            compiled.mark = Some(rule.mark);
            let clause = self.rule_clause(rule);
            if !rule.any_of.is_empty() {
                compiled.needs.push(self.need(clause, whole, "role table"));
            }
            return compiled;
        }
        if let Some(meaning) = self.meanings.get(&role.license)
            && !meaning.unknown
        {
            compiled.decided_by = DecidedBy::LicenceType;
            if !meaning.nothing {
                let clause = Clause { skus: meaning.skus, kinds: meaning.kinds };
                compiled.needs.push(self.need(clause, whole, "role licence type"));
            }
            return compiled;
        }
        if !role.sub_roles.is_empty() {
            // Who holds it holds them, and each is decided by itself.
            compiled.decided_by = DecidedBy::SubRoles;
            return compiled;
        }
        compiled.decided_by = DecidedBy::Unknown;
        let right = match self.unknown {
            UnknownRoles::Full => Some(self.rulebook.flags.unknown_full),
            UnknownRoles::TeamMembers => Some(self.rulebook.flags.unknown_team_members),
            UnknownRoles::Ignore => None,
        };
        if let Some(right) = right {
            let clause = Clause { skus: self.rulebook.user_skus_for(right), kinds: KindSet::EMPTY };
            compiled.needs.push(self.need(clause, whole, "unknown role"));
        }
        compiled
    }

    /// Compiles the rows; `false` when none of them says anything about
    /// licences, so that something else must decide.
    fn by_permissions(
        &self,
        role: &Role,
        at: u32,
        denies: Option<&Denied>,
        compiled: &mut RoleNeed,
    ) -> bool {
        let mut own = Denied::default();
        for row in &role.permissions {
            own.add(row);
        }
        // Whether the rows decide is a matter of the role, not of what other
        // roles of a person deny.
        let (mut resolved, mut free, mut open) = (false, false, false);
        let mut found: IndexMap<Clause, (u32, &'static str, u32)> = IndexMap::new();
        let mut unresolved: Vec<(u32, &Permission)> = Vec::new();
        for (row, permission) in (0_u32..).zip(&role.permissions) {
            let denied = own.of(permission);
            let mut asks = self.asks(permission, denied);
            match asks {
                Asks::Nothing => {}
                Asks::Free => free = true,
                Asks::For(..) => resolved = true,
                Asks::Unresolved => open = true,
            }
            let more = denies.map_or(0, |denies| denies.of(permission).0);
            if more != 0 {
                asks = self.asks(permission, Grants(denied.0 | more));
            }
            match asks {
                Asks::Nothing | Asks::Free => {}
                Asks::For(clause, rule) => {
                    found.entry(clause).or_insert((row, rule, 0)).2 += 1;
                }
                Asks::Unresolved => unresolved.push((row, permission)),
            }
        }
        // Rows that need no licence decide only where no row is left open.
        if !resolved && (open || !free) {
            return false;
        }
        let right = self.rulebook.flags.unlicensed_menu_item;
        for (row, permission) in unresolved {
            let clause = Clause {
                skus: self.rulebook.user_skus_for(right),
                kinds: self.kinds(&permission.device_kind),
            };
            found.entry(clause).or_insert((row, "menu item without a licence", 0)).2 += 1;
            compiled.unlicensed.push(permission.object.to_string());
        }
        compiled.needs = found
            .into_iter()
            .map(|(clause, (row, rule, rows))| {
                let origin = Origin::Role { role: at, permission: Some(row) };
                Need { rows, ..self.need(clause, origin, rule) }
            })
            .collect();
        true
    }

    /// What a menu item given to a person asks for.
    pub(super) fn own_permission(
        &self,
        permission: &Permission,
        at: u32,
        denies: Option<&Denied>,
    ) -> Option<Need> {
        let denied = Grants(denies.map_or(0, |d| d.of(permission).0) | permission.denied.0);
        let (clause, rule) = match self.asks(permission, denied) {
            Asks::Nothing | Asks::Free => return None,
            Asks::For(clause, rule) => (clause, rule),
            Asks::Unresolved => {
                let right = self.rulebook.flags.unlicensed_menu_item;
                let skus = self.rulebook.user_skus_for(right);
                let kinds = self.kinds(&permission.device_kind);
                (Clause { skus, kinds }, "menu item without a licence")
            }
        };
        Some(self.need(clause, Origin::Own(at), rule))
    }

    fn asks(&self, row: &Permission, denied: Grants) -> Asks {
        // A denied read takes the whole object away. A row that neither grants
        // nor denies says nothing; one whose grants are denied says that they
        // need no licence.
        let granted = row.granted.without(denied);
        if row.granted.is_empty() && row.denied.is_empty() {
            return Asks::Nothing;
        }
        if granted.is_empty() || !denied.and(Grants::READ).is_empty() {
            return Asks::Free;
        }
        let writes = !granted.and(Grants::WRITE).is_empty();
        let kinds = self.kinds(&row.device_kind);
        let own = self.licence(&row.license, &row.view, &row.maintain, writes, kinds);
        if let Some(asks) = own {
            return match asks {
                (None, _) => Asks::Free,
                (Some(clause), "licence") => Asks::For(clause, "permission row"),
                (Some(clause), rule) => Asks::For(clause, rule),
            };
        }
        self.menu_item(row, writes, kinds)
    }

    /// What the menu item table says of a row's object. Objects of different
    /// type may share a name; where the row does not say which it means, the
    /// dearest counts.
    fn menu_item(&self, row: &Permission, writes: bool, kinds: KindSet) -> Asks {
        let Some(items) = self.tenant.menu_items.get(&join_key(&row.object)) else {
            return Asks::Unresolved;
        };
        // Mostly there is one, and then its type does not matter.
        let wanted = if items.len() > 1 { header_key(&row.object_type) } else { String::new() };
        let exact = !wanted.is_empty() && items.iter().any(|item| item.object_type == wanted);
        let mut dearest: Option<(Option<Clause>, &'static str)> = None;
        for item in items.iter().filter(|item| !exact || item.object_type == wanted) {
            let kinds = kinds.union(self.kinds(&item.device_kind));
            let asks = self.licence(&item.license, &item.view, &item.maintain, writes, kinds);
            let tier = |asks: &(Option<Clause>, &'static str)| {
                asks.0.map(|clause| tier_of(self.rulebook, clause.skus))
            };
            if let Some(asks) = asks
                && dearest.as_ref().is_none_or(|known| tier(&asks) > tier(known))
            {
                dearest = Some(asks);
            }
        }
        match dearest {
            Some((None, _)) => Asks::Free,
            Some((Some(clause), "licence")) => Asks::For(clause, "menu item table"),
            Some((Some(clause), "view licence")) => {
                Asks::For(clause, "menu item table, view licence")
            }
            Some((Some(clause), _)) => Asks::For(clause, "menu item table, maintain licence"),
            None => Asks::Unresolved,
        }
    }

    /// The clause of a row's licence columns. `None` when they are blank;
    /// `Some((None, _))` when they say that nothing is needed.
    fn licence(
        &self,
        license: &str,
        view: &str,
        maintain: &str,
        writes: bool,
        kinds: KindSet,
    ) -> Option<(Option<Clause>, &'static str)> {
        let (text, rule) = if !license.is_empty() {
            (license, "licence")
        } else if writes {
            // Where only one of the two is known it stands for both.
            (if maintain.is_empty() { view } else { maintain }, "maintain licence")
        } else {
            (if view.is_empty() { maintain } else { view }, "view licence")
        };
        let meaning = self.meanings.get(text)?;
        let flags = &self.rulebook.flags;
        if meaning.nothing {
            return Some((None, rule));
        }
        if rule == "view licence"
            && flags.read_grant_is_team_members
            && let Some(right) = flags.read_right
        {
            let skus = self.rulebook.user_skus_for(right);
            // Only ever lowers: self-service stays self-service.
            if !skus.is_subset(meaning.skus) {
                return Some((Some(Clause { skus, kinds }), "read grant"));
            }
        }
        let skus: SkuSet = if meaning.unknown {
            self.rulebook.user_skus_for(flags.unknown_full)
        } else {
            meaning.skus
        };
        Some((Some(Clause { skus, kinds: kinds.union(meaning.kinds) }), rule))
    }

    fn kinds(&self, cell: &str) -> KindSet {
        words(cell)
            .filter_map(|word| self.rulebook.device_kind(word))
            .fold(KindSet::EMPTY, |all, kind| all.union(KindSet::of(kind)))
    }

    /// The edition's rule for a role: by identifier, then by name. A name
    /// counts only where the role or the rule has no identifier to tell it by:
    /// a custom role may borrow the name of a standard one.
    fn rule(&self, role: &Role) -> Option<&RoleRule> {
        if let Some(rule) = self.rulebook.role_by_identifier(&role.identifier) {
            return Some(rule);
        }
        let rule = self.rulebook.role_by_name(&role.name)?;
        (role.identifier.is_empty() || rule.identifier.is_none()).then_some(rule)
    }

    fn rule_clause(&self, rule: &RoleRule) -> Clause {
        self.any_of(&rule.any_of, rule.kinds)
    }

    /// Any one of `rights`, on devices of `kinds` and of those that give one
    /// of the rights themselves.
    pub(super) fn any_of(&self, rights: &[RightId], kinds: KindSet) -> Clause {
        let mut clause = Clause { skus: SkuSet::EMPTY, kinds };
        for &right in rights {
            clause.skus = clause.skus.union(self.rulebook.user_skus_for(right));
            clause.kinds = clause.kinds.union(kinds_of(self.rulebook, &[right]));
        }
        clause
    }

    pub(super) fn need(&self, clause: Clause, origin: Origin, rule: &'static str) -> Need {
        Need { tier: tier_of(self.rulebook, clause.skus), clause, origin, rule, rows: 1 }
    }

    /// The driver path of a need.
    pub(super) fn path(&self, person: &Person, need: &Need) -> DriverPath {
        let of_row = |role: String, row: &Permission| DriverPath {
            role,
            duty: row.duty.to_string(),
            privilege: row.privilege.to_string(),
            object: row.object.to_string(),
            access: if row.granted.and(Grants::WRITE).is_empty() { "read" } else { "write" }.into(),
            rule: need.rule.into(),
        };
        match need.origin {
            Origin::Role { role, permission } => {
                let role = &self.tenant.roles[role as usize];
                match permission.and_then(|at| role.permissions.get(at as usize)) {
                    Some(row) => of_row(role.name.clone(), row),
                    None => DriverPath {
                        role: role.name.clone(),
                        rule: need.rule.into(),
                        ..DriverPath::default()
                    },
                }
            }
            Origin::Own(at) => of_row("(own permission)".into(), &person.permissions[at as usize]),
            Origin::Computed(at) => DriverPath {
                role: "(computed requirement)".into(),
                object: person.computed[at as usize].clone(),
                rule: need.rule.into(),
                ..DriverPath::default()
            },
            Origin::App(at) => DriverPath {
                role: "(application need)".into(),
                object: person.needs[at as usize].name().to_owned(),
                rule: need.rule.into(),
                ..DriverPath::default()
            },
        }
    }
}

/// Findings about roles, objects and application names.
pub(super) fn findings(compiler: &Compiler<'_>, roles: &[RoleNeed]) -> Vec<Finding> {
    let tenant = compiler.tenant;
    let users = holders(tenant.people.iter(), roles.len());
    let mut findings = Vec::new();
    let mut unlicensed: IndexMap<&str, u64> = IndexMap::new();
    let mut derived = (0_u64, "");
    for (at, (role, need)) in tenant.roles.iter().zip(roles).enumerate() {
        if need.decided_by == DecidedBy::Permissions && compiler.rule(role).is_some() {
            findings.push(Finding::new(
                Code::RoleCustomised,
                &role.name,
                format!(
                    "standard role \u{201c}{}\u{201d} has {} permission rows of its own, which decide",
                    role.name,
                    role.permissions.len()
                ),
            ));
        }
        if role.permissions.iter().any(|row| !row.denied.is_empty()) {
            findings.push(Finding::new(
                Code::DenyWins,
                &role.name,
                format!("role \u{201c}{}\u{201d} denies access that other rows grant", role.name),
            ));
        }
        if need.mark.is_some_and(|mark| matches!(mark, Mark::Derived | Mark::Unverified))
            && users[at] > 0
        {
            derived = (derived.0 + 1, if derived.0 == 0 { &role.name } else { derived.1 });
        }
        for object in &need.unlicensed {
            *unlicensed.entry(object).or_default() += users[at];
        }
    }
    for (object, people) in unlicensed {
        findings.push(
            Finding::new(
                Code::MenuItemUnlicensed,
                object,
                format!(
                    "menu item \u{201c}{object}\u{201d} carries no licence in any table; taken as {}",
                    compiler.rulebook.right(compiler.rulebook.flags.unlicensed_menu_item).name
                ),
            )
            .times(people.max(1)),
        );
    }
    if derived.0 > 0 {
        findings.push(
            Finding::new(
                Code::RoleDerived,
                derived.1,
                format!(
                    "{} roles in use are decided by entries of the role table of edition {} that \
                     are derived or unverified, the first is \u{201c}{}\u{201d}",
                    derived.0, compiler.rulebook.id, derived.1
                ),
            )
            .times(derived.0),
        );
    }
    findings
}
