//! People, requirements, drivers and roles as the reports print them.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::Work;
use crate::classify::{PersonNeed, minimal, tier_of};
use crate::money::Cents;
use crate::optimize::Clause;
use crate::optimize::cover::{self, Buy, Cover};
use crate::optimize::device::PersonPlan;
use crate::optimize::sensitivity::second_best;
use crate::output::{
    AssignmentStatus, DriverLine, DriverPath, LicenceKind, RoleLine, SignatureLine, UserLicence,
    UserLine,
};
use crate::rulebook::{SkuId, SkuSet, Tier};
use crate::tenant::{HeldRole, Person, Text, holders};
use crate::trueup::{Held, NOTHING};

/// The second-best cover is looked for in so many requirements, the most
/// common ones.
const MOST_NEXT: u32 = 200;

/// What is said alike of all people with the same need and the same roles.
struct Said {
    /// Whether a licence is needed.
    needed: bool,
    roles: Arc<[String]>,
    tier: Tier,
    requirement: Arc<str>,
    signature: Option<u32>,
    /// For each set of licences held: whether it covers the need.
    covered: FxHashMap<SkuSet, bool>,
}

/// Numbers of the signatures, by requirement.
pub(super) type Numbers = HashMap<Vec<Clause>, u32>;

impl Work<'_> {
    /// Distinct requirements, most people first, and their numbers.
    pub(super) fn signatures(&self) -> (Vec<SignatureLine>, Numbers) {
        let mut alike: FxHashMap<*const PersonNeed, (&PersonNeed, u64)> = FxHashMap::default();
        for &at in &self.heads {
            let need = &self.classified.people[at];
            alike.entry(Arc::as_ptr(need)).or_insert((need, 0)).1 += 1;
        }
        let mut counts: HashMap<&Vec<Clause>, u64> = HashMap::new();
        for (need, users) in alike.into_values() {
            if need.exempt.is_empty() && !need.clauses.is_empty() {
                *counts.entry(&need.clauses).or_default() += users;
            }
        }
        let mut counts: Vec<(&Vec<Clause>, u64)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let mut numbers = Numbers::new();
        let lines = (1_u32..)
            .zip(counts)
            .map(|(number, (clauses, users))| {
                numbers.insert(clauses.clone(), number);
                let skus: Vec<SkuSet> = clauses.iter().map(|clause| clause.skus).collect();
                let mentioned = cover::mentioned(self.market, skus.iter().copied());
                let covers = cover::solve(self.market, &skus, mentioned);
                let looked = self.most > 0 && number <= MOST_NEXT;
                let next = if looked { second_best(self.market, &skus) } else { None };
                SignatureLine {
                    number,
                    requirement: self.notation.requirement(clauses),
                    tier: self.tier(clauses),
                    users,
                    cents: covers.as_ref().map_or(Cents::ZERO, |covers| covers.cents),
                    covers: covers
                        .iter()
                        .flat_map(|covers| &covers.all)
                        .map(|cover| self.cover_words(cover))
                        .collect(),
                    next: next
                        .iter()
                        .flat_map(|covers| &covers.all)
                        .map(|cover| self.cover_words(cover))
                        .collect(),
                    next_cents: next.map(|covers| covers.cents),
                }
            })
            .collect();
        (lines, numbers)
    }

    fn tier(&self, clauses: &[Clause]) -> Tier {
        let tiers = clauses.iter().map(|clause| tier_of(self.rulebook, clause.skus));
        tiers.max().unwrap_or(Tier::None)
    }

    fn cover_words(&self, cover: &Cover) -> String {
        let words: Vec<String> = cover
            .buys
            .iter()
            .map(|buy| {
                let name = &self.rulebook.sku(buy.sku).name;
                match buy.kind {
                    LicenceKind::Attach => format!("{name} (attach)"),
                    _ => name.clone(),
                }
            })
            .collect();
        words.join(" + ")
    }

    pub(super) fn users(&self, numbers: &Numbers) -> Vec<UserLine> {
        let mut copies = vec![0_u32; self.tenant.people.len()];
        let mut alike: FxHashMap<*const PersonNeed, Said> = FxHashMap::default();
        let mut bought: FxHashMap<&[Buy], Arc<[UserLicence]>> = FxHashMap::default();
        self.heads
            .iter()
            .enumerate()
            .map(|(line, &at)| {
                copies[at] += 1;
                let need = &self.classified.people[at];
                let said = alike.entry(Arc::as_ptr(need)).or_insert_with(|| self.said(at, numbers));
                let buys = self.plan.people[line].buys.as_slice();
                let licences = bought.entry(buys).or_insert_with(|| {
                    buys.iter().map(|buy| self.licence(buy.sku, buy.kind, buy.cents)).collect()
                });
                self.user(line, at, copies[at], said, licences.clone())
            })
            .collect()
    }

    /// What is said of a person and of everybody with the same need.
    fn said(&self, at: usize, numbers: &Numbers) -> Said {
        let need = &self.classified.people[at];
        let needed = need.exempt.is_empty() && !need.clauses.is_empty();
        let role = |held: &HeldRole| self.tenant.roles[held.role as usize].name.clone();
        Said {
            needed,
            roles: self.tenant.people[at].roles.iter().map(role).collect(),
            tier: if needed { self.tier(&need.clauses) } else { Tier::None },
            requirement: if needed {
                self.notation.requirement(&need.clauses).into()
            } else {
                "".into()
            },
            signature: numbers.get(&need.clauses).copied().filter(|_| needed),
            covered: FxHashMap::default(),
        }
    }

    fn user(
        &self,
        line: usize,
        at: usize,
        copy: u32,
        said: &mut Said,
        licences: Arc<[UserLicence]>,
    ) -> UserLine {
        let person = &self.tenant.people[at];
        let need = &self.classified.people[at];
        let planned = &self.plan.people[line];
        // A shared login holds its licences once, on its first line.
        let held = if copy == 1 { &*self.holdings.people[at] } else { &*NOTHING };
        UserLine {
            id: line_id(person, copy),
            upn: person.upn.clone(),
            name: person.name.clone(),
            department: person.department.clone(),
            country: person.country.clone(),
            environments: person.environments.clone(),
            accounts: person.accounts,
            account_type: person.account_type.clone(),
            enabled: person.enabled,
            last_login: person.last_login.clone(),
            exempt: if need.clauses.is_empty() { Text::default() } else { need.exempt.into() },
            roles: said.roles.clone(),
            tier: said.tier,
            requirement: said.requirement.clone(),
            signature: said.signature,
            driver: need.driver.clone(),
            licences,
            by_device: self.device_ids(&planned.carried_by),
            cents: planned.cents(),
            alternatives: planned.alternatives,
            assigned: held.names.clone(),
            held: held.licences.clone(),
            assigned_cents: held.cents,
            status: self.status(said, &need.clauses, planned, held),
        }
    }

    /// A licence in words.
    pub(super) fn licence(&self, sku: SkuId, kind: LicenceKind, cents: Cents) -> UserLicence {
        let (id, name) = &self.sku_names[usize::from(sku.0)];
        UserLicence { sku: id.clone(), name: name.clone(), kind, cents }
    }

    fn status(
        &self,
        said: &mut Said,
        clauses: &[Clause],
        planned: &PersonPlan,
        held: &Held,
    ) -> AssignmentStatus {
        if !self.tenant.assigned_known {
            return AssignmentStatus::Unknown;
        }
        if !said.needed {
            return if held.skus.is_empty() {
                AssignmentStatus::None
            } else {
                AssignmentStatus::Release
            };
        }
        let carried = |clause: &Clause| {
            planned.carried_by.iter().any(|&seat| {
                let kinds = self.seats.seats[seat as usize].kinds;
                !kinds.intersection(clause.kinds).is_empty()
            })
        };
        let satisfied = |clause: &Clause| self.satisfies(held.skus, clause.skus);
        let covered =
            *said.covered.entry(held.skus).or_insert_with(|| clauses.iter().all(satisfied));
        if !covered && !clauses.iter().all(|clause| satisfied(clause) || carried(clause)) {
            AssignmentStatus::Under
        } else if held.cents > planned.cents() {
            AssignmentStatus::Over
        } else {
            AssignmentStatus::Fits
        }
    }

    /// Whether held licences satisfy a clause: one of its SKUs is among them,
    /// or one that is no longer sold but gives all that some SKU of it gives,
    /// or the very right that exactly its SKUs give.
    pub(super) fn satisfies(&self, held: SkuSet, clause: SkuSet) -> bool {
        let covers = |sku| &self.rulebook.sku(sku).covers;
        !clause.intersection(held).is_empty()
            || held.iter().any(|old| {
                clause.iter().any(|sku| {
                    !covers(sku).is_empty()
                        && covers(sku).iter().all(|right| covers(old).contains(right))
                }) || covers(old).iter().any(|right| self.of_rights[usize::from(right.0)] == clause)
            })
    }

    /// Roles, most people first.
    pub(super) fn roles(&self) -> Vec<RoleLine> {
        let people = self.heads.iter().map(|&at| &self.tenant.people[at]);
        let users = holders(people, self.tenant.roles.len());
        let mut lines: Vec<RoleLine> = self
            .tenant
            .roles
            .iter()
            .zip(&self.classified.roles)
            .zip(users)
            .map(|((role, need), users)| {
                let clauses = minimal(need.needs.iter().map(|need| need.clause));
                RoleLine {
                    name: role.name.clone(),
                    identifier: role.identifier.clone(),
                    users,
                    permissions: role.permissions.len() as u64,
                    decided_by: need.decided_by.word().into(),
                    tier: self.tier(&clauses),
                    requirement: self.notation.requirement(&clauses),
                }
            })
            .collect();
        lines.sort_by(|a, b| b.users.cmp(&a.users).then_with(|| a.name.cmp(&b.name)));
        lines
    }
}

/// The id of a person's line: a login that people share has one for each.
pub(super) fn line_id(person: &Person, copy: u32) -> Text {
    if person.headcount > 1 {
        format!("{} ({copy} of {})", person.id, person.headcount).into()
    } else {
        person.id.clone()
    }
}

/// Drivers over all people, most money first. A driver whose work is carried
/// by devices costs its people nothing and comes last.
pub(super) fn drivers(users: &[UserLine]) -> Vec<DriverLine> {
    type Sums<'u, K> = IndexMap<(K, Tier), (u64, Cents, &'u UserLine), FxBuildHasher>;
    // People alike share their path: it is compared as a text once for them all.
    let mut alike: Sums<'_, *const DriverPath> = Sums::default();
    for user in users.iter().filter(|user| user.tier != Tier::None) {
        let Some(path) = &user.driver else { continue };
        let sum = alike.entry((Arc::as_ptr(path), user.tier)).or_insert((0, Cents::ZERO, user));
        sum.0 += 1;
        sum.1 += user.cents;
    }
    let mut lines: Sums<'_, &Arc<DriverPath>> = Sums::default();
    for ((_, tier), (users, cents, first)) in alike {
        let Some(path) = &first.driver else { continue };
        let line = lines.entry((path, tier)).or_insert((0, Cents::ZERO, first));
        line.0 += users;
        line.1 += cents;
    }
    let mut lines: Vec<DriverLine> = lines
        .into_iter()
        .map(|((path, tier), (users, cents, first))| DriverLine {
            path: path.clone(),
            tier,
            need: first.requirement.clone(),
            users,
            cents,
        })
        .collect();
    lines.sort_by(|a, b| {
        b.cents.cmp(&a.cents).then_with(|| b.users.cmp(&a.users)).then_with(|| a.path.cmp(&b.path))
    });
    lines
}
