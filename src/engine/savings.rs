//! What is paid today against the plan, one row a decision.
//!
//! Today is what is owned, where that is known, else what is assigned; both at
//! the prices of this run. People go from what they hold to the plan through
//! the chain of [`crate::trueup::savings`]; seats owned and held by nobody,
//! device licences and seats for nobody are rows of their licence. All rows
//! together are today less plan.

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Work, buying_day};
use crate::classify::PersonNeed;
use crate::money::Cents;
use crate::optimize::cover::{self, Market};
use crate::output::{
    Cause, CauseTotal, LicenceKind, PlanLine, Savings, SavingsLine, SavingsTotals, TrueUpLine,
    UserLine,
};
use crate::rulebook::{Mark, SkuId, SkuSet};
use crate::tenant::day_number;
use crate::trueup::savings::{Chain, causes};
use crate::trueup::{Held, NOTHING};

/// Days without a sign-in, counted back from the latest one in the data, after
/// which a person is asked about.
const INACTIVE: i64 = 90;

/// What a set of licences costs at the best choice of base and attach.
struct Costs<'m> {
    market: &'m Market,
    of_sets: HashMap<SkuSet, Option<Cents>>,
    of_needs: HashMap<u32, Option<Cents>>,
}

impl Costs<'_> {
    fn solve(market: &Market, clauses: &[SkuSet]) -> Option<Cents> {
        let mentioned = cover::mentioned(market, clauses.iter().copied());
        cover::solve(market, clauses, mentioned).map(|covers| covers.cents)
    }

    fn of_set(&mut self, set: SkuSet) -> Option<Cents> {
        let market = self.market;
        *self.of_sets.entry(set).or_insert_with(|| {
            let each: Vec<SkuSet> = set.iter().map(SkuSet::of).collect();
            Self::solve(market, &each)
        })
    }
}

/// What decides of the causes of a person's difference.
#[derive(PartialEq, Eq, Hash)]
struct Alike<'w> {
    need: *const PersonNeed,
    enabled: bool,
    signature: Option<u32>,
    held: (SkuSet, &'w [(SkuId, LicenceKind)], Cents),
    plan: Cents,
}

impl Work<'_> {
    pub(super) fn savings(
        &self,
        users: &[UserLine],
        plan: &[PlanLine],
        true_up: &[TrueUpLine],
    ) -> Savings {
        let owned_known = !self.tenant.subscriptions.is_empty();
        let assigned_known = self.tenant.assigned_known;
        let mut lines = Vec::new();
        // The prices of the tiers that the plan reaches hold for all links.
        let sold = self.prices.for_sale(
            self.rulebook,
            &self.tenant.info,
            buying_day(self.tenant, self.rulebook),
        );
        let market = Market::new(self.rulebook, &sold);
        let mut costs =
            Costs { market: &market, of_sets: HashMap::new(), of_needs: HashMap::new() };
        let newest = users.iter().map(|user| user.last_login.as_str()).max().unwrap_or_default();
        let newest = day_number(newest);
        // What people alike save by licences alone they save for one cause.
        let mut alike: FxHashMap<Alike<'_>, Vec<(Cause, Cents)>> = FxHashMap::default();
        for (line, user) in (0_u32..).zip(users) {
            if assigned_known && (user.assigned_cents != Cents::ZERO || user.cents != Cents::ZERO) {
                let found = match self.alike(line, user) {
                    Some(key) => alike
                        .entry(key)
                        .or_insert_with(|| self.person(line, user, &mut costs))
                        .clone(),
                    None => self.person(line, user, &mut costs),
                };
                for (cause, cents) in found {
                    lines.push(self.decision(line, user, cause, cents, Cents::ZERO));
                }
            }
            let idle = || {
                let last = day_number(&user.last_login);
                last.zip(newest).is_some_and(|(last, newest)| newest - last >= INACTIVE)
            };
            if user.cents > Cents::ZERO && idle() {
                lines.push(self.decision(line, user, Cause::Inactive, Cents::ZERO, user.cents));
            }
        }
        if owned_known || assigned_known {
            for line in true_up {
                self.seats(line, plan, &mut lines);
            }
        }
        lines.sort_by_key(|line| {
            (std::cmp::Reverse((line.cents.0.abs(), line.potential_cents.0)), line.cause)
        });
        let basis = match (owned_known, assigned_known) {
            (true, _) => "owned",
            (false, true) => "assigned",
            _ => "",
        };
        let today = match (owned_known, assigned_known) {
            (true, _) => true_up.iter().map(|line| times(line.unit_cents, line.owned)).sum(),
            (false, true) => users.iter().map(|user| user.assigned_cents).sum(),
            _ => Cents::ZERO,
        };
        let totals = totals(&lines, basis, today, self.plan.cents);
        Savings { lines, totals }
    }

    fn decision(
        &self,
        line: u32,
        user: &UserLine,
        cause: Cause,
        cents: Cents,
        potential_cents: Cents,
    ) -> SavingsLine {
        let planned = self.plan.people[line as usize].buys.iter().map(|buy| (buy.sku, buy.kind));
        let held = self.held(line, user);
        let mut all = planned.chain(held.licences.iter().copied());
        SavingsLine {
            user: Some(line),
            sku: String::new(),
            name: String::new(),
            kind: None,
            quantity: 1,
            cause,
            cents,
            potential_cents,
            verified: all.all(|(sku, kind)| self.is_verified(sku, kind)),
        }
    }

    fn is_verified(&self, sku: SkuId, kind: LicenceKind) -> bool {
        let price = match kind {
            LicenceKind::Attach => self.prices.attach(sku).or_else(|| self.prices.list(sku)),
            _ => self.prices.list(sku),
        };
        price.is_some_and(|price| !price.mark.is_some_and(Mark::is_unverified))
    }

    /// What a person holds; a shared login holds its licences once, on its
    /// first line.
    fn held(&self, line: u32, user: &UserLine) -> &Held {
        let held = &self.holdings.people[self.heads[line as usize]];
        if user.assigned.is_empty() { &NOTHING } else { held }
    }

    /// All that [`Self::person`] looks at, where no device carries anything.
    fn alike(&self, line: u32, user: &UserLine) -> Option<Alike<'_>> {
        let at = self.heads[line as usize];
        let held = self.held(line, user);
        self.plan.people[line as usize].carried_by.is_empty().then(|| Alike {
            need: Arc::as_ptr(&self.classified.people[at]),
            enabled: self.tenant.people[at].enabled,
            signature: user.signature,
            held: (held.skus, &held.licences, held.cents),
            plan: user.cents,
        })
    }

    /// The causes of what a person holds less what the plan gives them.
    fn person(&self, line: u32, user: &UserLine, costs: &mut Costs<'_>) -> Vec<(Cause, Cents)> {
        let at = self.heads[line as usize];
        let need = &self.classified.people[at];
        let planned = &self.plan.people[line as usize];
        let held = self.held(line, user);
        let Some(signature) = user.signature else {
            let cause = match (self.tenant.people[at].enabled, need.exempt.is_empty()) {
                (false, _) => Cause::Disabled,
                (true, false) => Cause::Exempt,
                (true, true) => Cause::NotNeeded,
            };
            return causes(held.cents, user.cents, Chain::Nothing { cause });
        };
        let rulebook = self.rulebook;
        let covers = |sku: SkuId| &rulebook.sku(sku).covers;
        let within = |small: SkuId, large: SkuId| {
            small != large
                && !covers(small).is_empty()
                && covers(small).iter().all(|right| covers(large).contains(right))
                && (covers(small).len() < covers(large).len() || small > large)
        };
        let distinct: SkuSet = held
            .skus
            .iter()
            .filter(|&sku| !held.skus.iter().any(|other| within(sku, other)))
            .collect();
        let cost = |set: SkuSet| -> Cents {
            let kept = held.licences.iter().filter(|(sku, _)| set.contains(*sku));
            kept.map(|(sku, kind)| crate::trueup::price(self.prices, *sku, *kind)).sum()
        };
        let satisfied = |set: SkuSet, devices: bool| {
            need.clauses.iter().all(|clause| {
                self.satisfies(set, clause.skus)
                    || devices
                        && planned.carried_by.iter().any(|&seat| {
                            let kinds = self.seats.seats[seat as usize].kinds;
                            !kinds.intersection(clause.kinds).is_empty()
                        })
            })
        };
        if !satisfied(distinct, false) {
            let with_devices = satisfied(distinct, true);
            let chain = Chain::Short { distinct: cost(distinct), with_devices };
            return causes(held.cents, user.cents, chain);
        }
        let needed = subsets(distinct)
            .filter(|set| satisfied(*set, false))
            .min_by_key(|set| (cost(*set), set.len(), *set))
            .unwrap_or(distinct);
        let market = costs.market;
        let alone = *costs.of_needs.entry(signature).or_insert_with(|| {
            let clauses: Vec<SkuSet> = need.clauses.iter().map(|clause| clause.skus).collect();
            Costs::solve(market, &clauses)
        });
        let chain = Chain::Covered {
            distinct: cost(distinct),
            needed: cost(needed),
            attached: costs.of_set(needed).unwrap_or_else(|| cost(needed)),
            alone: alone.unwrap_or(user.cents),
            carried: !planned.carried_by.is_empty(),
        };
        causes(held.cents, user.cents, chain)
    }

    /// What is left of a licence once people are compared: seats that nobody
    /// holds, devices, seats for nobody.
    fn seats(&self, line: &TrueUpLine, plan: &[PlanLine], lines: &mut Vec<SavingsLine>) {
        let owned_known = !self.tenant.subscriptions.is_empty();
        let of_plan = plan.iter().find(|at| at.sku == line.sku && at.kind == line.kind);
        let spare = of_plan.map_or(0, |at| at.spare);
        let planned = of_plan.map_or(0, |at| at.quantity) - spare;
        let id = self.rulebook.sku_ids().find(|&id| *self.rulebook.sku(id).id == *line.sku);
        let mut row = |cause, from: u64, to: u64| {
            let (quantity, cents) = if from >= to {
                (from - to, times(line.unit_cents, from - to))
            } else {
                (to - from, Cents::ZERO - times(line.unit_cents, to - from))
            };
            if cents != Cents::ZERO {
                lines.push(SavingsLine {
                    user: None,
                    sku: line.sku.as_str().into(),
                    name: line.name.as_ref().into(),
                    kind: Some(line.kind),
                    quantity,
                    cause,
                    cents,
                    potential_cents: Cents::ZERO,
                    verified: id.is_some_and(|id| self.is_verified(id, line.kind)),
                });
            }
        };
        row(Cause::Agreement, 0, spare);
        if line.kind == LicenceKind::Device {
            // Nobody says which device holds a licence today.
            let cause =
                if line.owned >= planned { Cause::SpareSeats } else { Cause::DeviceInsteadOfUser };
            row(cause, line.owned, planned);
        } else if owned_known {
            let (held, short) = if self.tenant.assigned_known {
                (line.assigned, Cause::NotOwned)
            } else {
                (planned, Cause::UnderLicensed)
            };
            let cause = if line.owned >= held { Cause::SpareSeats } else { short };
            row(cause, line.owned, held);
        }
    }
}

/// Every subset, the whole included; people hold a handful of licences.
fn subsets(set: SkuSet) -> impl Iterator<Item = SkuSet> {
    let skus: Vec<SkuId> = set.iter().take(16).collect();
    (0_u32..1 << skus.len()).map(move |mask| {
        let kept = skus.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0);
        kept.map(|(_, sku)| *sku).collect()
    })
}

fn times(cents: Cents, seats: u64) -> Cents {
    cents * i64::try_from(seats).unwrap_or(i64::MAX)
}

fn totals(lines: &[SavingsLine], basis: &str, today: Cents, plan: Cents) -> SavingsTotals {
    let mut causes: Vec<CauseTotal> = Cause::ALL
        .into_iter()
        .map(|cause| CauseTotal {
            cause,
            decisions: 0,
            cents: Cents::ZERO,
            potential_cents: Cents::ZERO,
        })
        .collect();
    for line in lines {
        if let Some(total) = causes.iter_mut().find(|total| total.cause == line.cause) {
            total.decisions += 1;
            total.cents += line.cents;
            total.potential_cents += line.potential_cents;
        }
    }
    causes.retain(|total| total.decisions > 0);
    SavingsTotals { basis: basis.to_owned(), today_cents: today, plan_cents: plan, causes }
}
