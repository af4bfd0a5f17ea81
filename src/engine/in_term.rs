//! From what is owned to the renewal plan, date by date.
//!
//! Owned seats are paid for until they end, so that until then the cheapest
//! plan is another one than at renewal: it buys only what is missing. Between
//! two dates on which seats end nothing changes; each such stage is a problem
//! of its own with the seats that are still running
//! ([`crate::optimize::Rules::owned`]), solved and checked like the renewal
//! plan. Seats bought in a stage are taken to end with it, as seats do that are
//! bought beside an agreement and end together with it.
//!
//! Licences that are owned and no longer sold can be used and not bought: in
//! the problem of a stage each of them costs more than all others together.

use std::collections::{BTreeMap, BTreeSet};

use super::PlanSeats;
use super::devices::Seats;
use super::rules::rules;
use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::optimize::{self, Buy, Market, Owned, Plan, Problem, verify};
use crate::output::proof::ProofFile;
use crate::output::{InTermLicence, LicenceKind, Schedule, Stage, StageLine};
use crate::prices::{InForce, Prices};
use crate::proof::{Names, PlanOf, written};
use crate::rulebook::{Metric, Rulebook, SkuId, SkuSet};
use crate::tenant::TenantInput;
use crate::trueup::{Now, Running, ends, kind_of, seats_on};

/// More dates than these are worked out together with the renewal.
const MOST_DATES: usize = 24;

/// What the stages are made from.
pub(super) struct Basis<'a, 'p> {
    pub tenant: &'a TenantInput,
    pub rulebook: &'a Rulebook,
    /// Prices in force, sold or not.
    pub prices: &'a Prices,
    /// Prices of what is sold.
    pub for_sale: &'a Prices,
    /// The problem of the renewal.
    pub problem: &'a Problem<'p>,
    /// Its plan.
    pub renewal: &'a Plan,
    /// The seats of that plan.
    pub renewal_seats: &'a PlanSeats,
    pub running: &'a [Running],
    pub as_of: &'a str,
    /// Person of each line, and what each person is assigned.
    pub heads: &'a [usize],
    /// What people and devices are called in a proof.
    pub names: &'a Names,
    pub assigned: &'a dyn Fn(usize) -> SkuSet,
}

/// The stages of a tenant.
#[derive(Default)]
pub(super) struct InTerm {
    pub schedule: Schedule,
    /// Seats of the first stage.
    pub now: BTreeMap<(SkuId, LicenceKind), Now>,
    /// What has to be bought for it, a month.
    pub buy_now: Cents,
    /// What the checker refused.
    pub failures: Vec<String>,
    pub checked: u64,
    /// Each stage before the renewal with its proof.
    pub proofs: Vec<ProofFile>,
    pub findings: Vec<Finding>,
}

/// A solved stage.
struct Solved {
    plan: Plan,
    seats: BTreeMap<(SkuId, LicenceKind), Now>,
    prices: Prices,
    bought: Cents,
    bound: Cents,
}

/// Prices and market in which what is owned can be used, sold or not.
struct Shop {
    prices: Prices,
    market: Market,
    devices: Seats,
    /// Owned, not sold, and the price that keeps it from being bought.
    unsold: BTreeSet<(SkuId, LicenceKind)>,
    dear: Cents,
}

impl Shop {
    fn new(basis: &Basis<'_, '_>) -> Self {
        let rulebook = basis.rulebook;
        let mut prices = basis.for_sale.clone();
        let every = rulebook.sku_ids().filter_map(|sku| basis.for_sale.list(sku));
        let dear: Cents = every.map(|price| price.cents).sum();
        let mut unsold = BTreeSet::new();
        let price = || InForce { cents: dear, mark: None, source: String::new() };
        for one in basis.running {
            let attach = one.kind == LicenceKind::Attach;
            let sold = if attach { prices.attach(one.sku) } else { prices.list(one.sku) };
            if sold.is_none() {
                unsold.insert((one.sku, one.kind));
                if attach {
                    prices.set_attach(one.sku, price());
                } else {
                    prices.set_list(one.sku, price());
                }
            }
        }
        let market = Market::new(rulebook, &prices);
        let devices = Seats::of(basis.tenant, rulebook, &prices);
        Self { prices, market, devices, unsold, dear }
    }
}

impl InTerm {
    /// Works the stages out; none where nothing is known of what is owned.
    pub(super) fn of(basis: &Basis<'_, '_>) -> Self {
        let mut result = Self::default();
        if basis.tenant.subscriptions.is_empty() {
            return result;
        }
        basis.as_of.clone_into(&mut result.schedule.as_of);
        let shop = Shop::new(basis);
        let mut from = vec![basis.as_of];
        let mut dates: Vec<&str> = ends(basis.running).into_iter().collect();
        if dates.len() > MOST_DATES {
            let message = format!(
                "owned seats end on {} dates: the first {MOST_DATES} are worked out one by one, \
                 the others with the last of them",
                dates.len()
            );
            result.findings.push(Finding::new(Code::ScheduleCut, "schedule", message));
            dates.truncate(MOST_DATES);
        }
        from.extend(dates);
        let mut before: PlanSeats = seats_on(basis.running, basis.as_of);
        let mut unknown_end = false;
        for (number, day) in (1_u32..).zip(&from) {
            let running = seats_on(basis.running, day);
            // With nothing left running the renewal plan holds from here on.
            if running.is_empty() {
                break;
            }
            unknown_end = basis.running.iter().all(|one| !one.runs(day) || one.end.is_empty());
            let solved = result.solve(basis, &shop, &running, day);
            result.push(basis, number, day, (&running, &mut before), &solved);
            if number == 1 {
                result.now.clone_from(&solved.seats);
                result.buy_now = solved.bought;
                result.schedule.people = people(basis, &solved.plan);
                result.cannot_be_bought(basis, &shop, &solved.seats, &running);
            }
        }
        let renewal_day = if unknown_end { "" } else { from.last().copied().unwrap_or_default() };
        let seats = basis
            .renewal_seats
            .iter()
            .map(|(key, quantity)| (*key, Now { used: *quantity, bought: *quantity }))
            .collect();
        let solved = Solved {
            plan: Plan::default(),
            seats,
            prices: basis.prices.at_tiers(basis.rulebook, &basis.renewal.tiers),
            bought: basis.renewal.cents,
            bound: basis.renewal.bound,
        };
        if result.schedule.stages.is_empty() {
            result.now.clone_from(&solved.seats);
            result.buy_now = solved.bought;
        }
        let number = u32::try_from(result.schedule.stages.len() + 1).unwrap_or(u32::MAX);
        result.push(basis, number, renewal_day, (&BTreeMap::new(), &mut before), &solved);
        if let Some(last) = result.schedule.stages.last_mut() {
            last.plan = "renewal".into();
        }
        result
    }

    fn solve(
        &mut self,
        basis: &Basis<'_, '_>,
        shop: &Shop,
        running: &PlanSeats,
        day: &str,
    ) -> Solved {
        let base = basis.problem;
        let mut problem = Problem::new(
            &shop.market,
            base.people.clone(),
            shop.devices.seats.clone(),
            base.policy,
        );
        problem.rules = rules(basis.rulebook, &shop.prices, &basis.tenant.info);
        problem.rules.owned = running
            .iter()
            .filter(|((sku, _), _)| basis.rulebook.sku(*sku).plannable)
            .map(|(&(sku, kind), &quantity)| Owned {
                kind: optimize::SeatKind { sku, attach: kind == LicenceKind::Attach },
                quantity: u32::try_from(quantity).unwrap_or(u32::MAX),
            })
            .collect();
        let plan = optimize::plan(&problem);
        let shown = PlanOf { name: "in-term", rules: &problem.rules, plan: &plan };
        self.proofs.push(written(&problem, basis.names, &[shown]));
        let verdict = verify(&problem, &plan);
        self.checked += verdict.checked;
        let failures = verdict.failures.into_iter();
        self.failures.extend(failures.map(|failure| format!("plan from {day} on: {failure}")));
        let mut seats: BTreeMap<(SkuId, LicenceKind), Now> = BTreeMap::new();
        for buy in plan.people.iter().flat_map(|person| &person.buys) {
            seats.entry((buy.sku, buy.kind)).or_default().used += 1;
        }
        for (seat, _) in problem.seats.iter().zip(&plan.licensed).filter(|(_, yes)| **yes) {
            seats.entry((seat.sku, LicenceKind::Device)).or_default().used += 1;
        }
        for (key, now) in &mut seats {
            let owned = running.get(key).copied().unwrap_or_default();
            now.bought = now.used.saturating_sub(owned);
        }
        for &(sku, quantity) in &plan.spare {
            if let Some(kind) = kind_of(basis.rulebook.sku(sku).class, false) {
                seats.entry((sku, kind)).or_default().bought += quantity;
            }
        }
        // What cannot be bought has no price.
        let unbuyable: u64 = seats
            .iter()
            .filter(|(key, _)| shop.unsold.contains(key))
            .map(|(_, now)| now.bought)
            .sum();
        let never = shop.dear * i64::try_from(unbuyable).unwrap_or(i64::MAX);
        let (bought, bound) = (plan.cents - never, plan.bound - never);
        let prices = basis.prices.at_tiers(basis.rulebook, &plan.tiers);
        Solved { plan, seats, prices, bought, bound }
    }

    fn push(
        &mut self,
        basis: &Basis<'_, '_>,
        number: u32,
        from: &str,
        (running, before): (&PlanSeats, &mut PlanSeats),
        solved: &Solved,
    ) {
        let mut keys: Vec<(SkuId, LicenceKind)> =
            running.keys().chain(solved.seats.keys()).chain(before.keys()).copied().collect();
        keys.sort_unstable();
        keys.dedup();
        let mut stage = Stage {
            number,
            from: from.to_owned(),
            plan: "until the next end date".into(),
            changes: String::new(),
            running: 0,
            idle: 0,
            bought: 0,
            running_cents: Cents::ZERO,
            bought_cents: solved.bought,
            bound_cents: solved.bound,
            total_cents: Cents::ZERO,
        };
        let mut changes = Vec::new();
        for key in keys {
            let (sku, kind) = key;
            let owned = running.get(&key).copied().unwrap_or_default();
            let now = solved.seats.get(&key).copied().unwrap_or_default();
            let price = match kind {
                LicenceKind::Attach => solved.prices.attach(sku),
                _ => solved.prices.list(sku),
            };
            let unit = price.map_or(Cents::ZERO, |price| price.cents);
            let there = owned + now.bought;
            let change = signed(there) - signed(before.insert(key, there).unwrap_or_default());
            let name = &basis.rulebook.sku(sku).name;
            let label = match kind {
                LicenceKind::Attach => format!("{name} (attach)"),
                _ => name.clone(),
            };
            if change != 0 {
                let word = if change > 0 { "buy" } else { "drop" };
                changes.push((change < 0, format!("{word} {} {label}", change.unsigned_abs())));
            }
            let line = StageLine {
                stage: number,
                from: from.to_owned(),
                sku: basis.rulebook.sku(sku).id.clone(),
                name: name.clone(),
                kind,
                running: owned,
                used: now.used,
                bought: now.bought,
                idle: owned.saturating_sub(now.used),
                change,
                unit_cents: unit,
                running_cents: unit * signed(owned),
                bought_cents: unit * signed(now.bought),
            };
            stage.running += line.running;
            stage.idle += line.idle;
            stage.bought += line.bought;
            stage.running_cents += line.running_cents;
            if there > 0 || change != 0 {
                self.schedule.lines.push(line);
            }
        }
        stage.total_cents = stage.running_cents + stage.bought_cents;
        changes.sort();
        stage.changes = changes.into_iter().map(|(_, words)| words).collect::<Vec<_>>().join("; ");
        self.schedule.stages.push(stage);
    }

    /// More people need a licence that is not sold than there are seats of it.
    fn cannot_be_bought(
        &mut self,
        basis: &Basis<'_, '_>,
        shop: &Shop,
        seats: &BTreeMap<(SkuId, LicenceKind), Now>,
        running: &PlanSeats,
    ) {
        for (key, now) in seats {
            if now.bought == 0 || !shop.unsold.contains(key) {
                continue;
            }
            let sku = basis.rulebook.sku(key.0);
            let what = if sku.metric == Metric::Device { "devices" } else { "people" };
            let message = format!(
                "{} {what} need {}, {} seats are owned, and no more are sold",
                now.used,
                sku.name,
                running.get(key).copied().unwrap_or_default()
            );
            let finding = Finding::new(Code::NotSold, &sku.name, message);
            self.findings.push(finding.times(now.bought));
        }
    }
}

/// Everybody's licences in a plan.
fn people(basis: &Basis<'_, '_>, plan: &Plan) -> Vec<InTermLicence> {
    let mut licences = Vec::new();
    let plans = plan.people.iter().zip(&basis.renewal.people);
    // A shared login of nine people has nine lines, as in the table of people.
    for ((&at, user), (planned, renewal)) in basis.heads.iter().zip(&basis.names.users).zip(plans) {
        let same = |buy: &Buy| renewal.buys.iter().any(|o| (o.sku, o.kind) == (buy.sku, buy.kind));
        let assigned = (basis.assigned)(at);
        licences.extend(planned.buys.iter().map(|buy| {
            let sku = basis.rulebook.sku(buy.sku);
            InTermLicence {
                user: user.to_string(),
                sku: sku.id.clone(),
                name: sku.name.clone(),
                kind: buy.kind,
                assigned: assigned.contains(buy.sku),
                stays: same(buy),
            }
        }));
    }
    licences
}

/// Seat counts fit `i64` by construction.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
