//! Reductions from the owned seats to those of the plan that end at a minimum,
//! leave a program, or lose a price tier or a gate.
//!
//! The plan already counts what these rules cost: it is the cheapest in spite
//! of them. What is said here is what the next step down would cost, and what
//! was had with the owned seats and is not had with those of the plan.

use super::Held;
use super::gates::seats;
use crate::finding::Code;
use crate::money::Cents;
use crate::output::{RiskLine, RuleCheck, TenantInfo};
use crate::prices::Prices;
use crate::rulebook::{Gate, Minimum, PricePoint, Rulebook, SkuId, SkuSet, is_for};

struct Both<'a> {
    rulebook: &'a Rulebook,
    prices: &'a Prices,
    owned: &'a Held,
    plan: &'a Held,
}

/// The risks of going from the owned licences to those of the plan. `checks`
/// are the rules of the agreement held against the plan.
#[must_use]
pub fn reductions(
    rulebook: &Rulebook,
    prices: &Prices,
    tenant: &TenantInfo,
    (owned, plan): (&Held, &Held),
    checks: &[RuleCheck],
) -> Vec<RiskLine> {
    let both = Both { rulebook, prices, owned, plan };
    let mut risks = Vec::new();
    for minimum in &rulebook.minimums {
        if is_for(&minimum.programs, &minimum.segments, tenant.program, &tenant.segment) {
            let check = checks.iter().find(|check| check.rule == minimum.id);
            both.minimum(minimum, check.map_or(Cents::ZERO, |check| check.cents), &mut risks);
        }
    }
    both.tiers(tenant, &mut risks);
    for gate in &rulebook.gates {
        if is_for(&gate.programs, &gate.segments, tenant.program, &tenant.segment) {
            let check = checks.iter().find(|check| check.rule == gate.id);
            risks.extend(both.gate(gate, check));
        }
    }
    risks
}

/// Seats at list price of a set of SKUs: attach seats never count toward a
/// minimum or a tier.
fn list_seats(held: &Held, skus: SkuSet) -> u64 {
    held.count(skus, false)
}

impl Both<'_> {
    fn minimum(&self, minimum: &Minimum, adds: Cents, risks: &mut Vec<RiskLine>) {
        let groups: Vec<(SkuSet, SkuSet)> = if minimum.per_sku {
            minimum.applies_to.iter().map(|sku| (SkuSet::of(sku), SkuSet::of(sku))).collect()
        } else {
            vec![(minimum.applies_to, minimum.counts)]
        };
        // Two and a half devices to a user are five to two: nothing is rounded.
        let (per, users) = match (minimum.per_sku, minimum.device_seats) {
            (true, _) | (_, 0) => (1, 0),
            (false, seats) => (u64::from(seats), u64::from(minimum.device_users)),
        };
        let need = u64::from(minimum.quantity) * per;
        for (applies, counts) in groups {
            let have = |seats: &Held| {
                list_seats(seats, counts) * per + list_seats(seats, minimum.device_skus) * users
            };
            let (owned, plan) = (have(self.owned), have(self.plan));
            let any = |seats: &Held| list_seats(seats, applies) > 0;
            if owned < need || owned <= plan {
                continue;
            }
            let name = match counts.iter().next() {
                Some(sku) if minimum.per_sku => {
                    format!("{}: {}", minimum.name, self.rulebook.sku(sku).name)
                }
                _ => minimum.name.clone(),
            };
            if any(self.owned) && !any(self.plan) {
                let cheapest = counts.iter().filter_map(|sku| self.prices.list(sku));
                let cheapest = cheapest.map(|price| price.cents).min().unwrap_or_default();
                let cents = cheapest * i64::from(minimum.quantity);
                risks.push(RiskLine {
                    code: Code::ProgramLeft,
                    subject: name,
                    detail: format!(
                        "the plan gives up all {} seats; coming back takes {} at once, {cents} a \
                         month at the cheapest price",
                        owned / per,
                        minimum.quantity
                    ),
                    count: owned / per,
                    cents,
                });
            } else if any(self.plan) && plan >= need && plan - need < per {
                risks.push(RiskLine {
                    code: Code::FloorReached,
                    subject: name,
                    detail: format!(
                        "the reduction from {} to {} seats ends at the minimum of {}: dropping \
                         more people saves nothing; the minimum itself adds {adds} a month",
                        owned / per,
                        plan / per,
                        minimum.quantity
                    ),
                    count: (owned - plan) / per,
                    cents: adds,
                });
            }
        }
    }

    fn tiers(&self, tenant: &TenantInfo, risks: &mut Vec<RiskLine>) {
        let mut skus: Vec<SkuId> = self.rulebook.price_tiers.iter().map(|tier| tier.sku).collect();
        skus.sort_unstable();
        skus.dedup();
        for sku in skus {
            // A customer's own price holds whatever the number of seats.
            if self.prices.list(sku).is_none_or(|price| price.mark.is_none()) {
                continue;
            }
            let tiers = self.rulebook.price_tiers.iter().filter(|tier| {
                tier.sku == sku
                    && is_for(&tier.programs, &tier.segments, tenant.program, &tenant.segment)
            });
            let reached = |seats: &Held| {
                let reached = tiers
                    .clone()
                    .filter(|tier| list_seats(seats, tier.counts) >= u64::from(tier.from));
                reached.max_by_key(|tier| tier.from)
            };
            let Some(before) = reached(self.owned) else { continue };
            let paid = |price: &PricePoint| self.prices.paid(price).cents;
            let list = self.rulebook.sku(sku).list.as_ref().map_or(Cents::ZERO, paid);
            let after = reached(self.plan).map_or(list, |tier| paid(&tier.price));
            let seats = list_seats(self.plan, SkuSet::of(sku));
            let more = after - paid(&before.price);
            if seats > 0 && more > Cents::ZERO {
                let cents = more * i64::try_from(seats).unwrap_or(i64::MAX);
                risks.push(RiskLine {
                    code: Code::TierLost,
                    subject: self.rulebook.sku(sku).name.clone(),
                    detail: format!(
                        "the owned seats reach the price of {} from {} on, those of the plan do \
                         not: {after} each, {cents} a month more for {seats}",
                        before.price.cents, before.from
                    ),
                    count: seats,
                    cents,
                });
            }
        }
    }

    fn gate(&self, gate: &Gate, check: Option<&RuleCheck>) -> Option<RiskLine> {
        let (owned, plan) = (seats(gate, self.owned), seats(gate, self.plan));
        let need = u64::from(gate.quantity);
        if owned < need || plan >= need {
            return None;
        }
        let check = check.filter(|check| check.result == "not met");
        let cents = check.map_or(Cents::ZERO, |check| check.cents);
        let behind = match check {
            Some(_) => format!("what stands behind it costs {cents} a month more"),
            None => "nothing that is held stands behind it".to_owned(),
        };
        Some(RiskLine {
            code: Code::GateLost,
            subject: gate.name.clone(),
            detail: format!(
                "{owned} owned seats open it, the {plan} of the plan are fewer than {need}: {behind}"
            ),
            count: need - plan,
            cents,
        })
    }
}
