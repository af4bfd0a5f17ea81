//! From roles and permissions to requirements.
//!
//! A person's requirement is the union over everything they may do: the rows
//! of their roles, menu items given to them, applications they need. Each row
//! becomes a clause, a set of SKUs any one of which will do (`license`,
//! `role`); clauses that another clause implies are dropped. The highest
//! menu item decides the tier, as the guide of July 2017 says in appendix D
//! (p.45), and the first row that reaches it is the driver.

mod app;
mod denial;
mod license;
mod role;

pub use license::Meanings;
pub use role::{DecidedBy, RoleNeed};

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::finding::{Code, Finding};
use crate::optimize::Clause;
use crate::output::DriverPath;
use crate::rulebook::{Rulebook, SkuId, SkuSet, Tier};
use crate::tenant::{HeldRole, Person, TenantInput};
use denial::Denials;
use role::{Compiler, Denies};

/// What an unknown role is taken to need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum UnknownRoles {
    /// A full user licence.
    #[default]
    Full,
    /// Team Members.
    TeamMembers,
    /// Nothing.
    Ignore,
}

impl UnknownRoles {
    /// The word of the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::TeamMembers => "team-members",
            Self::Ignore => "ignore",
        }
    }
}

/// One clause and where it comes from.
#[derive(Debug, Clone)]
pub struct Need {
    /// What satisfies it.
    pub clause: Clause,
    /// Where it stands on the ladder.
    pub tier: Tier,
    /// The row behind it.
    pub origin: Origin,
    /// The rule that turned the row into a need, in words.
    pub rule: &'static str,
    /// How many rows ask for the same.
    pub rows: u32,
}

/// The row behind a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A permission row of a role, or the role itself.
    Role {
        /// Index of the role.
        role: u32,
        /// Index of its permission row.
        permission: Option<u32>,
    },
    /// A menu item given to the person, by index.
    Own(u32),
    /// An application need, by index.
    App(u32),
    /// A requirement that the vendor's report computes, by index.
    Computed(u32),
}

/// One person, classified.
#[derive(Debug, Clone, Default)]
pub struct PersonNeed {
    /// Clauses, none implied by another, in canonical order.
    pub clauses: Vec<Clause>,
    /// The same without what only unknown roles ask for; `None` where no
    /// unknown role is held.
    pub without_unknown: Option<Vec<Clause>>,
    /// The first unknown role held.
    pub unknown_role: Option<u32>,
    /// Highest tier.
    pub tier: Option<Tier>,
    /// The first row that reaches the highest tier.
    pub driver: Option<Arc<DriverPath>>,
    /// Why no licence is needed whatever the roles; blank otherwise.
    pub exempt: &'static str,
}

/// A tenant, classified.
#[derive(Debug)]
pub struct Classified {
    /// One entry per person of the tenant; people who are alike in all that
    /// counts have one in common.
    pub people: Vec<Arc<PersonNeed>>,
    /// One entry per role of the tenant.
    pub roles: Vec<RoleNeed>,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Classifies every person of a tenant.
#[must_use]
pub fn classify(tenant: &TenantInput, rulebook: &Rulebook, unknown: UnknownRoles) -> Classified {
    let meanings = Meanings::of(tenant, rulebook);
    let compiler = Compiler { tenant, rulebook, meanings: &meanings, unknown };
    let roles: Vec<RoleNeed> = (0..tenant.roles.len())
        .into_par_iter()
        .map(|at| compiler.role(u32::try_from(at).unwrap_or(u32::MAX), None))
        .collect();
    let denials = Denials::of(tenant);
    let (first, alike) = alike(&tenant.people);
    let needs: Vec<Arc<PersonNeed>> = first
        .par_iter()
        .map(|person| Arc::new(classify_person(&compiler, &roles, &denials, person)))
        .collect();
    let people: Vec<Arc<PersonNeed>> = alike.into_iter().map(|at| needs[at].clone()).collect();
    let mut findings = meanings.findings();
    findings.extend(role::findings(&compiler, &roles));
    findings.extend(app::findings(&compiler));
    findings.extend(person_findings(&compiler, &roles, &people));
    Classified { people, roles, findings }
}

/// The people who are classified, and for each person the one of them to whom
/// everything that [`classify_person`] looks at is the same. Nearly everybody
/// has nothing but roles, and few combinations of them.
fn alike(people: &[Person]) -> (Vec<&Person>, Vec<usize>) {
    let mut first: Vec<&Person> = Vec::new();
    let mut known: FxHashMap<(&[HeldRole], &str, bool), usize> = FxHashMap::default();
    let alike = people
        .iter()
        .map(|person| {
            let next = first.len();
            let by_roles_alone = person.permissions.is_empty()
                && person.needs.is_empty()
                && person.computed.is_empty();
            let at = if by_roles_alone {
                let key = (person.roles.as_slice(), person.account_type.as_str(), person.enabled);
                *known.entry(key).or_insert(next)
            } else {
                next
            };
            if at == next {
                first.push(person);
            }
            at
        })
        .collect();
    (first, alike)
}

fn classify_person(
    compiler: &Compiler<'_>,
    roles: &[RoleNeed],
    denials: &Denials,
    person: &Person,
) -> PersonNeed {
    let mut needs: Vec<Need> = Vec::new();
    let mut unknown_role = None;
    let denies = Denies::of_person(compiler, roles, person);
    for held in &person.roles {
        let need = &roles[held.role as usize];
        if need.decided_by == DecidedBy::Unknown && unknown_role.is_none() {
            unknown_role = Some(held.role);
        }
        let denied = denies.in_environment(held.environment);
        match denied.and_then(|denied| denials.needs(compiler, held.role, &denied)) {
            Some(under) => needs.extend(under.iter().cloned()),
            None => needs.extend(need.needs.iter().cloned()),
        }
    }
    for (at, permission) in (0_u32..).zip(&person.permissions) {
        let denied = denies.in_environment(permission.environment);
        needs.extend(compiler.own_permission(permission, at, denied.as_ref()));
    }
    for (at, need) in (0_u32..).zip(&person.needs) {
        needs.extend(compiler.app(need, at));
    }
    // What the vendor computes counts where the files do not say: for people
    // without anything, and in place of what an unknown role may need.
    if !person.computed.is_empty()
        && (unknown_role.is_some()
            || (person.roles.is_empty()
                && person.permissions.is_empty()
                && person.needs.is_empty()))
    {
        needs.retain(|need| match need.origin {
            Origin::Role { role, .. } => roles[role as usize].decided_by != DecidedBy::Unknown,
            _ => true,
        });
        unknown_role = None;
        for (at, cell) in (0_u32..).zip(&person.computed) {
            needs.extend(compiler.computed(cell, at));
        }
    }
    let mut exempt = exemption(person);
    // Some work takes a licence of external users, too: that work alone.
    let of_externals = |need: &Need| compiler.is_of_externals(person, need);
    if exempt == EXTERNAL && person.enabled && needs.iter().any(of_externals) {
        needs.retain(of_externals);
        unknown_role = None;
        exempt = "";
    }
    let highest = needs.iter().map(|need| need.tier).max();
    let driver = needs
        .iter()
        .find(|need| Some(need.tier) == highest)
        .map(|need| Arc::new(compiler.path(person, need)));
    let from_unknown = |need: &&Need| match need.origin {
        Origin::Role { role, .. } => roles[role as usize].decided_by == DecidedBy::Unknown,
        _ => false,
    };
    PersonNeed {
        without_unknown: unknown_role
            .map(|_| minimal(needs.iter().filter(|need| !from_unknown(need)).map(|n| n.clause))),
        clauses: minimal(needs.iter().map(|need| need.clause)),
        unknown_role,
        tier: highest,
        driver,
        exempt,
    }
}

/// Why external users need no licence.
const EXTERNAL: &str = "external user";

/// Who needs no licence whatever they may do (guide of July 2017, p.2 and
/// p.4; of September 2021, "Licensing requirements for external users" and
/// "Multiplexing"). Guests count: being a guest says where an account comes
/// from, not that its owner is external in the guide's sense.
fn exemption(person: &Person) -> &'static str {
    match person.account_type.as_str() {
        "group" => "group, not a person",
        "service" => "service account",
        "external" => EXTERNAL,
        _ if !person.enabled => "disabled",
        _ => "",
    }
}

/// Drops clauses that another one implies: with fewer SKUs it is at least as
/// hard to satisfy by licences, and it is as hard to satisfy by devices if it
/// is not coverable at all or by the same kinds.
#[must_use]
pub fn minimal(clauses: impl IntoIterator<Item = Clause>) -> Vec<Clause> {
    let mut all: Vec<Clause> = clauses.into_iter().collect();
    all.sort_unstable();
    all.dedup();
    let implied = |clause: &Clause| {
        all.iter().any(|other| {
            other != clause
                && other.skus.is_subset(clause.skus)
                && (other.kinds.is_empty() || other.kinds == clause.kinds)
        })
    };
    all.iter().copied().filter(|clause| !implied(clause)).collect()
}

/// The tier of a clause: the lowest its SKUs reach, since any will do.
#[must_use]
pub fn tier_of(rulebook: &Rulebook, skus: SkuSet) -> Tier {
    skus.iter().map(|sku| rulebook.tier_of(sku)).min().unwrap_or(Tier::Full)
}

fn person_findings(
    compiler: &Compiler<'_>,
    roles: &[RoleNeed],
    people: &[Arc<PersonNeed>],
) -> Vec<Finding> {
    let tenant = compiler.tenant;
    let mut findings = Vec::new();
    let mut exempt: Vec<(&str, u64, &str)> = Vec::new();
    let instead = compiler.rulebook.integration.as_ref().map_or_else(String::new, |integration| {
        let name = &compiler.rulebook.sku(integration.sku).name;
        format!(", or the records it brings in are licensed by {name}")
    });
    for (person, need) in tenant.people.iter().zip(people) {
        if need.exempt.is_empty() || need.clauses.is_empty() {
            continue;
        }
        if need.exempt == "service account" {
            findings.push(Finding::new(
                Code::ServiceWithRoles,
                person.id.as_str(),
                format!(
                    "service account {} holds roles that need {}; whoever works through it needs \
                     a licence of their own{instead}",
                    person.id,
                    need.tier.map_or("nothing", Tier::word)
                ),
            ));
        }
        match exempt.iter_mut().find(|(reason, ..)| *reason == need.exempt) {
            Some((_, count, _)) => *count += 1,
            None => exempt.push((need.exempt, 1, &person.id)),
        }
    }
    for (reason, count, first) in exempt {
        findings.push(
            Finding::new(
                Code::NotLicensed,
                reason,
                format!(
                    "{count} accounts hold roles but need no licence: {reason} (first: {first})"
                ),
            )
            .times(count),
        );
    }
    let admins: Vec<&Person> = tenant
        .people
        .iter()
        .filter(|person| {
            person
                .roles
                .iter()
                .any(|held| roles[held.role as usize].decided_by == DecidedBy::Administrator)
        })
        .collect();
    if let Some(first) = admins.first() {
        findings.push(
            Finding::new(
                Code::AdminExempt,
                first.id.as_str(),
                format!(
                    "{} people hold an administrator role, which needs no licence in edition {}; \
                     their other roles count",
                    admins.len(),
                    compiler.rulebook.id
                ),
            )
            .times(admins.len() as u64),
        );
    }
    findings
}

/// Words for requirements, `Finance/Supply Chain Management + Sales`.
#[derive(Debug)]
pub struct Notation<'a> {
    rulebook: &'a Rulebook,
    /// Clauses that are exactly what a right or a licence asks for.
    known: HashMap<SkuSet, String>,
}

impl<'a> Notation<'a> {
    /// The notation of an edition: a clause is called after the right it
    /// stands for, else after the licence, else by its least SKUs.
    #[must_use]
    pub fn new(rulebook: &'a Rulebook) -> Self {
        let mut known = HashMap::new();
        for (at, right) in (0_u16..).zip(&rulebook.rights) {
            let skus = rulebook.user_skus_for(crate::rulebook::RightId(at));
            known.entry(skus).or_insert_with(|| right.name.clone());
        }
        for sku in rulebook.sku_ids() {
            let skus = rulebook.user_skus_for_all(&rulebook.sku(sku).covers);
            known.entry(skus).or_insert_with(|| rulebook.sku(sku).name.clone());
        }
        Self { rulebook, known }
    }

    /// One clause.
    #[must_use]
    pub fn clause(&self, skus: SkuSet) -> String {
        if let Some(known) = self.known.get(&skus) {
            return known.clone();
        }
        let covers = |sku: SkuId| &self.rulebook.sku(sku).covers;
        let least = |sku: &SkuId| {
            !skus.iter().any(|other| {
                other != *sku
                    && covers(other).len() < covers(*sku).len()
                    && covers(other).iter().all(|right| covers(*sku).contains(right))
            })
        };
        let names: Vec<&str> =
            skus.iter().filter(least).map(|sku| self.rulebook.sku(sku).name.as_str()).collect();
        names.join("/")
    }

    /// A whole requirement; device kinds stand in brackets.
    #[must_use]
    pub fn requirement(&self, clauses: &[Clause]) -> String {
        let mut words: Vec<(Tier, String)> = clauses
            .iter()
            .map(|clause| {
                let kinds: Vec<&str> = (0_u8..)
                    .zip(&self.rulebook.device_kinds)
                    .filter(|(at, _)| clause.kinds.contains(crate::rulebook::KindId(*at)))
                    .map(|(_, kind)| kind.name.as_str())
                    .collect();
                let mut text = self.clause(clause.skus);
                if kinds.len() == self.rulebook.device_kinds.len() {
                    text.push_str(" [any licensed device]");
                } else if !kinds.is_empty() {
                    text.push_str(" [");
                    text.push_str(&kinds.join(", "));
                    text.push(']');
                }
                (tier_of(self.rulebook, clause.skus), text)
            })
            .collect();
        words.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        words.dedup();
        let words: Vec<String> = words.into_iter().map(|(_, text)| text).collect();
        words.join(" + ")
    }
}
