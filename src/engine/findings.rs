//! What the plan itself gives reason to say.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::Work;
use crate::classify::DecidedBy;
use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::output::{AssignmentStatus, Certificate, LicenceKind, PlanLine, UserLine};
use crate::rulebook::{SkuId, SkuSet};

impl Work<'_> {
    pub(super) fn findings(
        &self,
        users: &[UserLine],
        plan: &[PlanLine],
        certificate: &Certificate,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        proof(certificate, &mut findings);
        self.unknown_roles(&mut findings);
        self.unplanned(users, &mut findings);
        self.prices(plan, &mut findings);
        self.attaches(&mut findings);
        self.attaches_alone(&mut findings);
        self.devices_refused(&mut findings);
        devices_relied_on(users, &mut findings);
        assignments(users, &mut findings);
        findings
    }

    /// One finding per unknown role, each cent at the first unknown role of
    /// its person.
    fn unknown_roles(&self, findings: &mut Vec<Finding>) {
        let mut cost: BTreeMap<u32, (u64, Cents)> = BTreeMap::new();
        for (&at, &cents) in self.heads.iter().zip(&self.unknown_cents) {
            if let Some(role) = self.classified.people[at].unknown_role {
                let entry = cost.entry(role).or_default();
                entry.0 += 1;
                entry.1 += cents;
            }
        }
        for (at, need) in (0_u32..).zip(&self.classified.roles) {
            if need.decided_by != DecidedBy::Unknown {
                continue;
            }
            let role = &self.tenant.roles[at as usize];
            let holders = self
                .heads
                .iter()
                .filter(|&&person| {
                    self.tenant.people[person].roles.iter().any(|held| held.role == at)
                })
                .count() as u64;
            let (_, cents) = cost.get(&at).copied().unwrap_or_default();
            let taken = need.needs.first().map_or_else(
                || "nothing".to_owned(),
                |need| self.notation.clause(need.clause.skus),
            );
            findings.push(
                Finding::new(
                    Code::RoleUnknown,
                    &role.name,
                    format!(
                        "role \u{201c}{}\u{201d} of {holders} people is unknown; it is taken to need \
                         {taken}, which adds {cents} a month",
                        role.name
                    ),
                )
                .times(holders.max(1))
                .costing(cents),
            );
        }
    }

    fn unplanned(&self, users: &[UserLine], findings: &mut Vec<Finding>) {
        for (user, planned) in users.iter().zip(&self.plan.people) {
            if planned.alone.is_none() {
                findings.push(Finding::new(
                    Code::NoCover,
                    user.id.as_str(),
                    format!(
                        "{} needs {}, for which no licence with a price exists: not in the plan",
                        user.id, user.requirement
                    ),
                ));
            }
        }
    }

    fn prices(&self, plan: &[PlanLine], findings: &mut Vec<Finding>) {
        for line in plan
            .iter()
            .filter(|line| line.mark.is_some_and(super::super::rulebook::Mark::is_unverified))
        {
            findings.push(
                Finding::new(
                    Code::PriceUnverified,
                    line.name.as_ref(),
                    format!(
                        "the price of {} ({}), {} a month, is unverified; {} of the plan rest on it",
                        line.name,
                        line.kind.word(),
                        line.unit_cents,
                        line.total_cents
                    ),
                )
                .times(line.quantity)
                .costing(line.total_cents),
            );
        }
        let wanted = self.wanted();
        let unpriced: Vec<&str> = self
            .rulebook
            .sku_ids()
            .filter(|&id| wanted.contains(id))
            .filter(|&id| self.rulebook.sku(id).plannable && self.prices.list(id).is_none())
            .map(|id| self.rulebook.sku(id).name.as_str())
            .collect();
        if let Some(first) = unpriced.first() {
            findings.push(
                Finding::new(
                    Code::PriceMissing,
                    *first,
                    format!("no price is known for {}", unpriced.join(", ")),
                )
                .times(unpriced.len() as u64),
            );
        }
    }

    /// Licences that would satisfy some need or serve some device: only their
    /// prices matter to this tenant.
    fn wanted(&self) -> SkuSet {
        let people = self.classified.people.iter().filter(|need| need.exempt.is_empty());
        let clauses = people.flat_map(|need| &need.clauses).map(|clause| clause.skus);
        let devices = self.seats.seats.iter().map(|seat| SkuSet::of(seat.sku));
        clauses.chain(devices).fold(SkuSet::EMPTY, SkuSet::union)
    }

    /// Base and attach pairs of the plan whose qualification nobody has
    /// verified.
    fn attaches(&self, findings: &mut Vec<Finding>) {
        let mut pairs: BTreeMap<(u8, u8), u64> = BTreeMap::new();
        for planned in &self.plan.people {
            let bases: Vec<_> =
                planned.buys.iter().filter(|buy| buy.kind == LicenceKind::Base).collect();
            for attach in planned.buys.iter().filter(|buy| buy.kind == LicenceKind::Attach) {
                let admitting = |verified: bool| {
                    bases.iter().find(|base| {
                        let at = usize::from(base.sku.0);
                        self.rulebook.attachable[at].contains(attach.sku)
                            && (!verified
                                || !self.rulebook.unverified_attach[at].contains(attach.sku))
                    })
                };
                if admitting(true).is_none()
                    && let Some(base) = admitting(false)
                {
                    *pairs.entry((base.sku.0, attach.sku.0)).or_default() += 1;
                }
            }
        }
        for ((base, attach), people) in pairs {
            let (base, attach) = (SkuId(base), SkuId(attach));
            let name = |sku| &self.rulebook.sku(sku).name;
            let saved = match (self.prices.list(attach), self.prices.attach(attach)) {
                (Some(list), Some(attach)) => {
                    (list.cents - attach.cents) * i64::try_from(people).unwrap_or(i64::MAX)
                }
                _ => Cents::ZERO,
            };
            findings.push(
                Finding::new(
                    Code::AttachUnverified,
                    name(attach),
                    format!(
                        "{people} people hold {} as attach on {}, a pair that is not verified; \
                         bought as bases these seats would cost {saved} a month more",
                        name(attach),
                        name(base)
                    ),
                )
                .times(people)
                .costing(saved),
            );
        }
    }

    fn devices_refused(&self, findings: &mut Vec<Finding>) {
        let mut reasons: IndexMap<&str, (u64, &str)> = IndexMap::new();
        for (device, refused) in self.tenant.devices.iter().zip(&self.seats.refused) {
            if !refused.is_empty() && device.users > 0 {
                reasons.entry(refused).or_insert((0, &device.id)).0 += 1;
            }
        }
        for (reason, (devices, first)) in reasons {
            findings.push(
                Finding::new(
                    Code::DeviceNotLicensable,
                    first,
                    format!(
                        "{devices} devices cannot carry a device licence: {reason} (first: {first})"
                    ),
                )
                .times(devices),
            );
        }
        let assumed: Vec<&str> = self
            .tenant
            .devices
            .iter()
            .zip(&self.seats.assumed)
            .filter(|(_, assumed)| **assumed)
            .map(|(device, _)| device.id.as_str())
            .collect();
        if let Some(first) = assumed.first() {
            findings.push(
                Finding::new(
                    Code::DedicatedAssumed,
                    *first,
                    format!(
                        "{} devices do not say whether they are dedicated and are taken as such \
                         (first: {first})",
                        assumed.len()
                    ),
                )
                .times(assumed.len() as u64),
            );
        }
    }
}

/// One finding per way in which assignments differ from needs.
fn assignments(users: &[UserLine], findings: &mut Vec<Finding>) {
    let by_device = |user: &UserLine| !user.by_device.is_empty();
    for (status, device, code, words) in [
        (AssignmentStatus::Release, false, Code::LicensedUnneeded, "hold licences and need none"),
        (AssignmentStatus::Over, false, Code::OverLicensed, "hold dearer licences than they need"),
        (
            AssignmentStatus::Over,
            true,
            Code::DeviceInstead,
            "hold licences for work that licensed devices carry",
        ),
        (
            AssignmentStatus::Under,
            false,
            Code::UnderLicensed,
            "hold licences that do not cover their need",
        ),
    ] {
        let people: Vec<&UserLine> = users
            .iter()
            .filter(|user| user.status == status)
            .filter(|user| status != AssignmentStatus::Over || by_device(user) == device)
            .collect();
        let Some(first) = people.first() else { continue };
        let message = format!("{} people {words} (first: {})", people.len(), first.id);
        let mut finding = Finding::new(code, first.id.as_str(), message).times(people.len() as u64);
        if status != AssignmentStatus::Under {
            let difference = people.iter().map(|user| user.assigned_cents - user.cents).sum();
            finding = finding.costing(difference);
        }
        findings.push(finding);
    }
}

/// Whether the plan is proven, and the checker agrees.
fn proof(certificate: &Certificate, findings: &mut Vec<Finding>) {
    if certificate.gap_cents > Cents::ZERO {
        findings.push(
            Finding::new(
                Code::NotProven,
                "plan",
                format!(
                    "the plan costs {}, the proven lower bound is {}",
                    certificate.cents, certificate.bound_cents
                ),
            )
            .costing(certificate.gap_cents),
        );
    }
    if let Some(first) = certificate.failures.first() {
        findings.push(
            Finding::new(
                Code::NotProven,
                "checker",
                format!("the independent checker refuses the plan: {first}"),
            )
            .times(certificate.failures.len() as u64),
        );
    }
}

/// People whose licence Microsoft's per-user validation cannot see.
fn devices_relied_on(users: &[UserLine], findings: &mut Vec<Finding>) {
    let carried: Vec<&UserLine> = users.iter().filter(|user| !user.by_device.is_empty()).collect();
    if let Some(first) = carried.first() {
        findings.push(
            Finding::new(
                Code::DeviceCheckNeeded,
                first.id.as_str(),
                format!(
                    "{} people are served by device licences, which Microsoft's per-user \
                     validation cannot see (first: {})",
                    carried.len(),
                    first.id
                ),
            )
            .times(carried.len() as u64),
        );
    }
}
