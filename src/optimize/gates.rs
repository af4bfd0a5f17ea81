//! Seats bought to open a gate: something else costs less once enough of them
//! are there.
//!
//! A gate is open or closed, and what it opens stands beside the plan, so the
//! cases are tried: under each choice of gates to open, the plan holds the seats
//! they ask for as minimums that always bind ([`Floor::always`]), and is proven
//! the cheapest under them. Every further gate can only make a plan dearer, so a
//! choice whose plan costs what the best answer costs in all is not gone into.

use super::coupling::plan;
use super::device::Plan;
use super::problem::Problem;
use super::rules::{Floor, RuleRef};
use crate::money::Cents;
use crate::output::LicenceKind;
use crate::rulebook::{SkuId, SkuSet};

/// A gate, and what it is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Seats at list price that count.
    pub counts: SkuSet,
    /// How many are needed.
    pub quantity: u32,
    /// Whether one SKU of `counts` must reach the quantity alone.
    pub of_one: bool,
    /// What is saved a month, in cents, while the gate is open.
    pub cents: i64,
    /// Number that the minimum it becomes bears ([`Floor::rule`]).
    pub rule: usize,
}

impl Gate {
    /// The sets of which one must reach the quantity.
    fn ways(&self) -> Vec<SkuSet> {
        if self.of_one { self.counts.iter().map(SkuSet::of).collect() } else { vec![self.counts] }
    }

    /// Whether these seats open it.
    #[must_use]
    pub fn is_open(&self, seats: impl Fn(SkuId) -> u64) -> bool {
        let count = |set: SkuSet| set.iter().map(&seats).sum::<u64>();
        self.ways().into_iter().any(|set| count(set) >= u64::from(self.quantity))
    }

    fn floor(&self, counts: SkuSet) -> Floor {
        Floor {
            rule: self.rule,
            applies_to: SkuSet::EMPTY,
            always: true,
            counts,
            quantity: self.quantity,
            devices: SkuSet::EMPTY,
            device_seats: 1,
            device_users: 0,
        }
    }
}

/// Seats of a plan at list price by SKU: people's and devices', or what is owned
/// if that is more, and beside them those bought for nobody.
fn seats_of(problem: &Problem<'_>, plan: &Plan) -> Vec<u64> {
    let mut seats = vec![0_u64; problem.market.list.len()];
    let place = |sku: SkuId| usize::from(sku.0);
    for buy in plan.people.iter().flat_map(|person| &person.buys) {
        seats[place(buy.sku)] += u64::from(buy.kind != LicenceKind::Attach);
    }
    for (seat, licensed) in problem.seats.iter().zip(&plan.licensed) {
        seats[place(seat.sku)] += u64::from(*licensed);
    }
    for owned in problem.rules.owned.iter().filter(|owned| !owned.kind.attach) {
        let seats = &mut seats[place(owned.kind.sku)];
        *seats = (*seats).max(u64::from(owned.quantity));
    }
    for &(sku, quantity) in &plan.spare {
        seats[place(sku)] += quantity;
    }
    seats
}

/// What is known of the choices of gates.
struct Choices<'g> {
    gates: &'g [Gate],
    /// Minimums of the tenant itself.
    own: usize,
    best: Plan,
    /// The best plan's minimums that open gates.
    floors: Vec<Floor>,
    /// The best plan, and what its closed gates leave to pay.
    total: Cents,
}

/// Solves a tenant of which `free` is the plan without gates, so that plan and
/// what its closed gates leave to pay cost least together. Minimums that open
/// gates are left at the end of the problem's.
#[must_use]
pub fn open(problem: &mut Problem<'_>, free: Plan, gates: &[Gate]) -> Plan {
    if gates.iter().all(|gate| gate.cents <= 0) {
        return free;
    }
    let cents = free.cents;
    let total = cents + closed_cents(problem, &free, gates);
    let own = problem.rules.floors.len();
    let mut choices = Choices { gates, own, best: free, floors: Vec::new(), total };
    choices.extend(problem, 0, cents);
    problem.rules.floors.append(&mut choices.floors);
    choices.best
}

/// What the gates that a plan leaves closed cost a month.
#[must_use]
pub fn closed_cents(problem: &Problem<'_>, plan: &Plan, gates: &[Gate]) -> Cents {
    let seats = seats_of(problem, plan);
    let of = |sku: SkuId| seats.get(usize::from(sku.0)).copied().unwrap_or(0);
    let closed = gates.iter().filter(|gate| !gate.is_open(of));
    Cents(closed.map(|gate| gate.cents.max(0)).sum())
}

impl Choices<'_> {
    /// Opens each gate from `first` on beside those that are minimums of the
    /// problem already; `cents` is the cost under those.
    fn extend(&mut self, problem: &mut Problem<'_>, first: usize, cents: Cents) {
        for (at, gate) in self.gates.iter().enumerate().skip(first) {
            for way in gate.ways() {
                if cents >= self.total || gate.cents <= 0 {
                    continue;
                }
                problem.rules.floors.push(gate.floor(way));
                let found = plan(problem);
                let ours = |rule: &RuleRef| matches!(rule, RuleRef::Floor(at) if *at >= self.own);
                let held = !found.unmet.iter().any(|(rule, _)| ours(rule));
                if held && found.cents < self.total {
                    let cents = found.cents;
                    let total = cents + closed_cents(problem, &found, self.gates);
                    if total < self.total {
                        self.total = total;
                        self.floors = problem.rules.floors[self.own..].to_vec();
                        self.best = found;
                    }
                    self.extend(problem, at + 1, cents);
                }
                problem.rules.floors.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::rules::{Owned, SeatKind};
    use crate::optimize::{Clause, Market, Person, verify};
    use crate::rulebook::{DevicePolicy, KindSet};

    /// Two full licences at 63 and 43; one person needs the second.
    fn market() -> Market {
        Market {
            list: vec![Some(6_300), Some(4_300)],
            attach: vec![None; 2],
            full: SkuSet(3),
            add_on: SkuSet::EMPTY,
            attachable: vec![SkuSet::EMPTY; 2],
            verified: vec![SkuSet::EMPTY; 2],
            requires: vec![SkuSet::EMPTY; 2],
        }
    }

    fn problem(market: &Market) -> Problem<'_> {
        let clause = Clause { skus: SkuSet::of(SkuId(1)), kinds: KindSet::EMPTY };
        let person = Person { clauses: vec![clause], ..Person::default() };
        Problem::new(market, vec![person], Vec::new(), DevicePolicy::Guide)
    }

    fn gate(of_one: bool, cents: i64) -> Gate {
        Gate { counts: SkuSet(3), quantity: 4, of_one, cents, rule: 0 }
    }

    #[test]
    fn three_seats_more_are_bought_where_they_cost_less_than_what_they_open() {
        let market = market();
        for (cents, total, floors) in [(12_901, 17_200, 1), (12_900, 4_300, 0), (0, 4_300, 0)] {
            let mut problem = problem(&market);
            let free = plan(&problem);
            let found = open(&mut problem, free, &[gate(true, cents)]);
            assert_eq!((found.cents.0, problem.rules.floors.len()), (total, floors), "{cents}");
            assert_eq!(verify(&problem, &found).failures, Vec::<String>::new());
        }
    }

    #[test]
    fn the_licence_of_which_most_is_owned_is_bought_up() {
        let market = market();
        for first in [SkuId(0), SkuId(1)] {
            let mut problem = problem(&market);
            problem.rules.owned = vec![
                Owned { kind: SeatKind::list(SkuId(1)), quantity: 3 },
                Owned { kind: SeatKind::list(first), quantity: 3 },
            ];
            problem.rules.owned.dedup();
            let free = plan(&problem);
            let found = open(&mut problem, free, &[gate(true, 10_000)]);
            // One seat beside the three that are owned.
            assert_eq!(found.cents.0, 4_300, "{first:?}");
            assert_eq!(found.spare, [(SkuId(1), 1)]);
        }
    }
}
