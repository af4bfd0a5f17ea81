//! Minimums, exclusions, price tiers and the need for a full user, held
//! against a plan.

use std::collections::BTreeMap;

use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::optimize::{Plan, Problem, RuleRef, rule_costs};
use crate::output::{LicenceKind, RuleCheck, TenantInfo};
use crate::prices::Prices;
use crate::rulebook::{Class, Mark, Minimum, Rulebook, Segment, SkuId, SkuSet, is_for};

/// What the rules of the agreement say of a plan.
#[derive(Debug, Default)]
pub struct Agreement {
    /// One entry per rule of the edition.
    pub checks: Vec<RuleCheck>,
    /// What is not met.
    pub findings: Vec<Finding>,
}

/// Seats of a plan, by SKU and kind.
type Seats = BTreeMap<(SkuId, LicenceKind), u64>;

/// What the rules of an edition add to the cost of a plan, by their number in
/// the edition, and the seats bought for nobody.
#[derive(Debug, Default)]
pub struct RuleCosts {
    minimums: BTreeMap<usize, Cents>,
    exclusions: BTreeMap<usize, Cents>,
    full_user: Cents,
    spare: Vec<(SkuId, u64)>,
}

impl RuleCosts {
    /// The costs of the rules that bind in `plan`.
    #[must_use]
    pub fn of(problem: &Problem<'_>, plan: &Plan) -> Self {
        let mut costs = Self { spare: plan.spare.clone(), ..Self::default() };
        for (rule, cents) in rule_costs(problem, plan) {
            let rules = &problem.rules;
            match rule {
                RuleRef::Floor(at) => {
                    *costs.minimums.entry(rules.floors[at].rule).or_default() += cents;
                }
                RuleRef::Apart(at) => {
                    *costs.exclusions.entry(rules.apart[at].rule).or_default() += cents;
                }
                RuleRef::FullUser => costs.full_user += cents,
                RuleRef::Steps(_) => {}
            }
        }
        costs
    }
}

/// Holds the rules of an edition against a plan. `environments` gives the
/// SKUs that people of each environment hold in it.
#[must_use]
pub fn agreement(
    rulebook: &Rulebook,
    prices: &Prices,
    tenant: &TenantInfo,
    plan: &Seats,
    environments: &BTreeMap<String, SkuSet>,
    costs: &RuleCosts,
) -> Agreement {
    let mut result = Agreement::default();
    for minimum in &rulebook.minimums {
        result.minimum(rulebook, prices, tenant, plan, minimum);
    }
    result.exclusions(rulebook, tenant, plan, environments);
    result.full_user(rulebook, prices, plan);
    for (at, exclusion) in rulebook.exclusions.iter().enumerate() {
        result.binds(&exclusion.id, costs.exclusions.get(&at).copied(), "Keeping them apart");
    }
    for (at, minimum) in rulebook.minimums.iter().enumerate() {
        result.binds(&minimum.id, costs.minimums.get(&at).copied(), "Meeting it");
    }
    result.binds("full-user", Some(costs.full_user), "It");
    result.spare(rulebook, prices, costs);
    result.tiers(rulebook, prices, tenant, plan);
    result
}

/// Base seats of a set of SKUs: attach seats never count toward a minimum.
fn seats(plan: &Seats, skus: SkuSet) -> u64 {
    plan.iter()
        .filter(|((sku, kind), _)| skus.contains(*sku) && *kind != LicenceKind::Attach)
        .map(|(_, quantity)| quantity)
        .sum()
}

impl Agreement {
    /// Says what a rule adds to the cost of the plan.
    fn binds(&mut self, id: &str, cents: Option<Cents>, what: &str) {
        let Some(cents) = cents.filter(|cents| *cents > Cents::ZERO) else { return };
        let Some(check) = self.checks.iter_mut().find(|check| check.rule == id) else { return };
        if check.result == "not met" {
            return;
        }
        // A rule that is kept by staying away from its licences binds as well.
        check.result = "met".into();
        check.cents = cents;
        check.detail.push_str(&format!("; {what} adds {cents} a month", what = lower(what)));
        let message = format!("{}: {what} adds {cents} a month to the plan", check.name);
        self.findings.push(Finding::new(Code::RuleBinds, id, message).costing(cents));
    }

    /// Seats that nobody needs.
    fn spare(&mut self, rulebook: &Rulebook, prices: &Prices, costs: &RuleCosts) {
        for &(sku, quantity) in &costs.spare {
            let name = &rulebook.sku(sku).name;
            let price = prices.list(sku).map_or(Cents::ZERO, |price| price.cents);
            let message = format!(
                "{quantity} seats of {name} are bought for nobody: a rule of the agreement asks for \
                 them, or they open a lower price"
            );
            self.findings.push(
                Finding::new(Code::SeatsForNobody, name, message)
                    .times(quantity)
                    .costing(price * i64::try_from(quantity).unwrap_or(i64::MAX)),
            );
        }
    }

    fn minimum(
        &mut self,
        rulebook: &Rulebook,
        prices: &Prices,
        tenant: &TenantInfo,
        plan: &Seats,
        minimum: &Minimum,
    ) {
        let mut check = RuleCheck {
            rule: minimum.id.clone(),
            name: minimum.name.clone(),
            result: "does not apply".into(),
            detail: String::new(),
            cents: Cents::ZERO,
            mark: minimum.mark,
            source: minimum.source.clone(),
        };
        let for_tenant =
            is_for(&minimum.programs, &minimum.segments, tenant.program, &tenant.segment);
        if !for_tenant {
            check.detail = if is_for(&minimum.programs, &[], tenant.program, "") {
                format!("not for segment {}", Segment::of_tenant(&tenant.segment).word())
            } else {
                format!("not for program {}", tenant.program.word())
            };
        } else if seats(plan, minimum.applies_to) == 0 {
            check.detail = "the plan holds none of its licences".into();
        } else {
            let groups: Vec<(SkuSet, &str)> = if minimum.per_sku {
                let held = minimum.applies_to.iter().map(SkuSet::of);
                held.filter(|&sku| seats(plan, sku) > 0)
                    .map(|sku| (sku, sku.iter().next().map_or("", |id| &rulebook.sku(id).name)))
                    .collect()
            } else {
                vec![(minimum.counts, "")]
            };
            let mut details = Vec::new();
            check.result = "met".into();
            for (counts, name) in groups {
                let missing = missing(minimum, plan, counts);
                let mut detail = format!(
                    "{}{} of {} seats",
                    if name.is_empty() { String::new() } else { format!("{name}: ") },
                    seats(plan, counts),
                    minimum.quantity
                );
                let devices = seats(plan, minimum.device_skus);
                if minimum.device_seats > 0 && devices > 0 && !minimum.per_sku {
                    detail.push_str(&format!(
                        " and {devices} device licences, {} of which count as {} users",
                        minimum.device_seats, minimum.device_users
                    ));
                }
                if missing > 0 {
                    check.result = "not met".into();
                    let cheapest = counts
                        .iter()
                        .filter_map(|sku| prices.list(sku).map(|price| (price.cents, sku)))
                        .min();
                    detail.push_str(&format!("; {missing} short"));
                    if let Some((cents, sku)) = cheapest {
                        check.cents += cents * i64::try_from(missing).unwrap_or(i64::MAX);
                        detail.push_str(&format!(
                            ", at {cents} each with {}",
                            rulebook.sku(sku).name
                        ));
                    }
                }
                details.push(detail);
            }
            check.detail = details.join("; ");
            if check.result == "not met" {
                let message = format!("{}: {}", minimum.name, check.detail);
                self.findings.push(
                    Finding::new(Code::MinimumShort, &minimum.id, message).costing(check.cents),
                );
            }
        }
        self.checks.push(check);
    }

    fn exclusions(
        &mut self,
        rulebook: &Rulebook,
        tenant: &TenantInfo,
        plan: &Seats,
        environments: &BTreeMap<String, SkuSet>,
    ) {
        for exclusion in &rulebook.exclusions {
            let (left, right) = (seats_any(plan, exclusion.left), seats_any(plan, exclusion.right));
            let both = |held: &SkuSet| {
                !held.intersection(exclusion.left).is_empty()
                    && !held.intersection(exclusion.right).is_empty()
            };
            let shared: Vec<&str> = environments
                .iter()
                .filter(|(_, held)| both(held))
                .map(|(name, _)| if name.is_empty() { "(not named)" } else { name.as_str() })
                .collect();
            let for_tenant = is_for(&[], &exclusion.segments, tenant.program, &tenant.segment);
            let broken = for_tenant
                && left > 0
                && right > 0
                && (exclusion.tenant_wide || !shared.is_empty());
            let (result, detail) = if !for_tenant {
                (
                    "does not apply",
                    format!("not for segment {}", Segment::of_tenant(&tenant.segment).word()),
                )
            } else if left == 0 || right == 0 {
                ("does not apply", "the plan holds at most one side".to_owned())
            } else if broken {
                let place = if exclusion.tenant_wide {
                    "in one tenant".to_owned()
                } else {
                    format!("in environment {}", shared.join(", "))
                };
                ("not met", format!("{left} seats beside {right} seats {place}"))
            } else {
                ("met", format!("{left} and {right} seats in separate environments"))
            };
            if broken {
                let message = format!("{}: {detail}", exclusion.name);
                self.findings.push(Finding::new(Code::ExclusionBroken, &exclusion.id, message));
            }
            self.checks.push(RuleCheck {
                rule: exclusion.id.clone(),
                name: exclusion.name.clone(),
                result: result.into(),
                detail,
                cents: Cents::ZERO,
                mark: exclusion.mark,
                source: exclusion.source.clone(),
            });
        }
    }

    fn full_user(&mut self, rulebook: &Rulebook, prices: &Prices, plan: &Seats) {
        if rulebook.full_user_skus.is_empty() {
            return;
        }
        let additional: u64 = plan
            .iter()
            .filter(|((sku, _), _)| rulebook.sku(*sku).class == Class::Additional)
            .map(|(_, quantity)| quantity)
            .sum();
        let full = seats(plan, rulebook.full_user_skus);
        let result = match (additional, full) {
            (0, _) => "does not apply",
            (_, 0) => "not met",
            _ => "met",
        };
        let detail = format!("{full} full licences beside {additional} of additional users");
        let mut cents = Cents::ZERO;
        if result == "not met" {
            let full = rulebook.full_user_skus.iter().filter_map(|sku| prices.list(sku));
            cents = full.map(|price| price.cents).min().unwrap_or_default();
            let message = format!("{detail}: at least one full user licence is needed");
            self.findings
                .push(Finding::new(Code::FullUserMissing, "full user", message).costing(cents));
        }
        self.checks.push(RuleCheck {
            rule: "full-user".into(),
            name: "At least one full user to buy additional-user licences".into(),
            result: result.into(),
            detail,
            cents,
            mark: Mark::VerifiedGuide,
            source: format!("edition {}", rulebook.id),
        });
    }

    fn tiers(&mut self, rulebook: &Rulebook, prices: &Prices, tenant: &TenantInfo, plan: &Seats) {
        // A customer's own price holds whatever the number of seats.
        let applies = |tier: &&crate::rulebook::PriceTier| {
            is_for(&tier.programs, &tier.segments, tenant.program, &tenant.segment)
                && prices.list(tier.sku).is_some_and(|price| price.mark.is_some())
        };
        let mut skus: Vec<SkuId> =
            rulebook.price_tiers.iter().filter(applies).map(|t| t.sku).collect();
        skus.dedup();
        for sku in skus {
            let tiers = rulebook.price_tiers.iter().filter(applies).filter(|tier| tier.sku == sku);
            let reached = tiers
                .filter(|tier| seats(plan, tier.counts) >= u64::from(tier.from))
                .max_by_key(|tier| tier.from);
            let quantity = seats(plan, SkuSet::of(sku));
            let name = &rulebook.sku(sku).name;
            let (Some(tier), true) = (reached, quantity > 0) else { continue };
            let list = rulebook.sku(sku).list.as_ref();
            let list = list.map_or(Cents::ZERO, |price| prices.paid(price).cents);
            let price = prices.paid(&tier.price);
            if price.cents == list {
                continue;
            }
            let saved = (list - price.cents) * i64::try_from(quantity).unwrap_or(i64::MAX);
            let detail = format!(
                "{} seats count toward the price of {name}: from {} on it is {}",
                seats(plan, tier.counts),
                tier.from,
                price.cents
            );
            self.findings.push(Finding::new(Code::TierReached, name, &detail).costing(saved));
            self.checks.push(RuleCheck {
                rule: format!("tier-{}", rulebook.sku(sku).id),
                name: format!("Price tier of {name}"),
                result: "reached".into(),
                detail,
                cents: saved,
                mark: price.mark.unwrap_or(tier.price.mark),
                source: price.source,
            });
        }
    }
}

/// The first letter small, for the middle of a sentence.
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Seats of a set of SKUs, however bought.
fn seats_any(plan: &Seats, skus: SkuSet) -> u64 {
    plan.iter().filter(|((sku, _), _)| skus.contains(*sku)).map(|(_, quantity)| quantity).sum()
}

/// Seats missing to a minimum, in whole users. Two and a half devices to a
/// user are five devices to two, so that nothing is rounded.
fn missing(minimum: &Minimum, plan: &Seats, counts: SkuSet) -> u64 {
    let quantity = u64::from(minimum.quantity);
    let (per, users) = (u64::from(minimum.device_seats), u64::from(minimum.device_users));
    if per == 0 || minimum.per_sku {
        return quantity.saturating_sub(seats(plan, counts));
    }
    let have = seats(plan, counts) * per + seats(plan, minimum.device_skus) * users;
    (quantity * per).saturating_sub(have).div_ceil(per)
}
