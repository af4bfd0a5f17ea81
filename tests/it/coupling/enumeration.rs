//! Small tenants against complete enumeration.
//!
//! They are solved by the optimiser and by trying everything: every set of
//! devices, every set of licences of every person, every number of seats for
//! nobody. Costs must be equal, each plan proven and accepted by the checker;
//! and the tenants must be such that each kind of rule really decides many of
//! them.

use std::collections::{BTreeMap, BTreeSet};

use seatwise::optimize::cover::Market;
use seatwise::optimize::{
    Apart, Clause, Gate, Owned, Person, Problem, Rules, SeatKind, gates, plan, verify,
};
use seatwise::rulebook::{DevicePolicy, SkuId, SkuSet};

use super::{Dice, random_market, random_problem, sku};

/// What a person can hold: SKUs at list price and SKUs at attach price.
type Held = (SkuSet, SkuSet);

/// Every lawful way to hold licences.
fn holdings(market: &Market) -> Vec<Held> {
    let at = |id: SkuId| usize::from(id.0);
    let mut all = Vec::new();
    for list in (0..1_u128 << market.list.len()).map(SkuSet) {
        if list.iter().any(|id| market.list[at(id)].is_none()) {
            continue;
        }
        let admitted = list
            .iter()
            .filter(|base| market.full.contains(*base))
            .fold(SkuSet::EMPTY, |all, base| all.union(market.attachable[at(base)]));
        let attachable: SkuSet = admitted
            .iter()
            .filter(|&id| market.attach[at(id)].is_some() && !list.contains(id))
            .collect();
        let mut part = attachable.0;
        loop {
            all.push((list, SkuSet(part)));
            if part == 0 {
                break;
            }
            part = (part - 1) & attachable.0;
        }
    }
    all
}

/// What a person may hold when these devices are licensed. What holds more
/// than another is left out: the seat more can be bought for nobody.
fn choices(problem: &Problem<'_>, person: &Person, licensed: u32, all: &[Held]) -> Vec<Held> {
    let by_device = |clause: &Clause| {
        let mut used = person
            .seats
            .iter()
            .filter(|&&s| problem.seats[s as usize].kinds.0 & clause.kinds.0 != 0)
            .peekable();
        used.peek().is_some() && used.all(|&s| licensed & (1 << s) != 0)
    };
    let satisfied = |held: SkuSet, devices: bool| {
        person
            .clauses
            .iter()
            .all(|c| !c.skus.intersection(held).is_empty() || (devices && by_device(c)))
    };
    let strict = problem.policy == DevicePolicy::Strict;
    if strict && satisfied(SkuSet::EMPTY, true) {
        return vec![(SkuSet::EMPTY, SkuSet::EMPTY)];
    }
    let fit: Vec<Held> = all
        .iter()
        .copied()
        .filter(|(list, attach)| satisfied(list.union(*attach), !strict))
        .collect();
    let less = |a: &Held, b: &Held| a != b && a.0.is_subset(b.0) && a.1.is_subset(b.1);
    fit.iter().copied().filter(|one| !fit.iter().any(|other| less(other, one))).collect()
}

/// Seats at list price and at attach price by SKU, anything held by SKU, and
/// what each environment holds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    seats: Vec<u32>,
    attached: Vec<u32>,
    any: SkuSet,
    places: BTreeMap<u32, SkuSet>,
}

struct Enumeration<'p, 'm> {
    problem: &'p Problem<'m>,
    /// Seats for nobody: SKU, its lowest price, the most that could matter.
    spare: Vec<(SkuId, i64, u32)>,
    gates: &'p [Gate],
    best: Option<i64>,
}

impl Enumeration<'_, '_> {
    fn price(&self, sku: SkuId, seats: &[u32]) -> i64 {
        let rules = &self.problem.rules;
        if let Some((_, cents)) = rules.devices.iter().find(|(known, _)| *known == sku) {
            return *cents;
        }
        let mut price = self.problem.market.list[usize::from(sku.0)].unwrap_or(0);
        for steps in rules.steps.iter().filter(|steps| steps.sku == sku) {
            let count: u32 = steps.counts.iter().map(|id| seats[usize::from(id.0)]).sum();
            for &(from, cents) in &steps.steps {
                if u64::from(count) >= from {
                    price = cents;
                }
            }
        }
        price
    }

    fn owned(&self, kind: SeatKind) -> u32 {
        u32::try_from(self.problem.rules.owned(kind)).unwrap()
    }

    /// What is paid beyond what is owned.
    fn cost(&self, state: &State) -> i64 {
        let there = self.there(state);
        (0..there.len())
            .map(|at| {
                let beyond = there[at] - self.owned(SeatKind::list(sku(at)));
                let attach = self.problem.market.attach[at].unwrap_or(0);
                let more = state.attached[at].saturating_sub(self.owned(SeatKind::attach(sku(at))));
                self.price(sku(at), &there) * i64::from(beyond) + attach * i64::from(more)
            })
            .sum()
    }

    /// What the gates cost that these seats leave closed.
    fn closed(&self, state: &State) -> i64 {
        let there = self.there(state);
        let seats = |id: SkuId| u64::from(there[usize::from(id.0)]);
        let closed = self.gates.iter().filter(|gate| {
            let open = if gate.of_one {
                gate.counts.iter().map(seats).max().unwrap_or(0)
            } else {
                gate.counts.iter().map(seats).sum()
            };
            open < u64::from(gate.quantity)
        });
        closed.map(|gate| gate.cents).sum()
    }

    /// Seats at list price, owned ones that nobody uses among them.
    fn there(&self, state: &State) -> Vec<u32> {
        let all = state.seats.iter().enumerate();
        all.map(|(at, &seats)| seats.max(self.owned(SeatKind::list(sku(at))))).collect()
    }

    fn lawful(&self, state: &State) -> bool {
        let rules = &self.problem.rules;
        let there = self.there(state);
        let count = |set: SkuSet| -> u32 { set.iter().map(|id| there[usize::from(id.0)]).sum() };
        let bought: SkuSet = (0..there.len())
            .filter(|&at| there[at] > self.owned(SeatKind::list(sku(at))))
            .map(sku)
            .collect();
        let any = state.any.union(bought);
        let floors = rules.floors.iter().all(|floor| {
            let have = floor.device_seats * count(floor.counts)
                + floor.device_users * count(floor.devices);
            floor.applies_to.intersection(bought).is_empty()
                || have >= floor.device_seats * floor.quantity
        });
        let full = rules.full_user.as_ref().is_none_or(|rule| {
            rule.additional.intersection(any).is_empty() || count(rule.full) > 0
        });
        floors && self.kept_apart(state, any) && full
    }

    /// Whether the exclusions hold where `any` is used or bought.
    fn kept_apart(&self, state: &State, any: SkuSet) -> bool {
        let both = |apart: &Apart, held: SkuSet| {
            !held.intersection(apart.left).is_empty() && !held.intersection(apart.right).is_empty()
        };
        self.problem.rules.apart.iter().all(|apart| {
            if apart.tenant_wide {
                !both(apart, any)
            } else {
                state.places.values().all(|held| !both(apart, *held))
            }
        })
    }

    /// Adds seats for nobody from the `at`-th kind on.
    fn spare(&mut self, state: &mut State, at: usize, least: i64) {
        if self.best.is_some_and(|best| least >= best) {
            return;
        }
        if at == self.spare.len() {
            if self.lawful(state) {
                let cost = self.cost(state) + self.closed(state);
                if self.best.is_none_or(|best| cost < best) {
                    self.best = Some(cost);
                }
            }
            return;
        }
        let (sku, cents, most) = self.spare[at];
        let place = usize::from(sku.0);
        let before = state.seats[place];
        // Owned seats are there anyway.
        let anyway = before.max(self.owned(SeatKind::list(sku)));
        for more in 0..=most {
            state.seats[place] = if more == 0 { before } else { anyway + more };
            self.spare(state, at + 1, least + cents * i64::from(more));
        }
        state.seats[place] = before;
    }
}

/// Tries everything; `None` where no plan keeps the rules.
fn enumerate(problem: &Problem<'_>) -> Option<i64> {
    enumerate_with(problem, &[])
}

/// The same where gates that stay closed cost something.
fn enumerate_with(problem: &Problem<'_>, gates: &[Gate]) -> Option<i64> {
    let market = problem.market;
    let all = holdings(market);
    let planned: Vec<&Person> = problem
        .people
        .iter()
        .filter(|person| {
            all.iter().any(|(list, attach)| {
                let held = list.union(*attach);
                person.clauses.iter().all(|c| !c.skus.intersection(held).is_empty())
            })
        })
        .collect();
    let rules = &problem.rules;
    let mut useful = rules.full_user.as_ref().map_or(SkuSet::EMPTY, |rule| rule.full);
    let mut most = 1;
    for floor in &rules.floors {
        useful = useful.union(floor.counts).union(floor.devices);
        most = most.max(floor.quantity);
    }
    for gate in gates {
        useful = useful.union(gate.counts);
        most = most.max(gate.quantity);
    }
    for steps in &rules.steps {
        useful = useful.union(steps.counts);
        let from = steps.steps.iter().map(|(from, _)| *from).max().unwrap_or(0);
        most = most.max(u32::try_from(from).unwrap());
    }
    let lowest = |id: SkuId, cents: i64| {
        let steps = rules.steps.iter().filter(|steps| steps.sku == id);
        steps.flat_map(|steps| &steps.steps).map(|(_, cents)| *cents).fold(cents, i64::min)
    };
    let mut spare: Vec<(SkuId, i64, u32)> = useful
        .iter()
        .filter_map(|id| Some((id, lowest(id, market.list[usize::from(id.0)]?), most)))
        .collect();
    let devices = rules.devices.iter().filter(|(id, _)| useful.contains(*id));
    spare.extend(devices.map(|&(id, cents)| (id, cents, most * 5 / 2 + 1)));
    let mut search = Enumeration { problem, spare, gates, best: None };
    for licensed in 0..1_u32 << problem.seats.len() {
        let chosen = problem.seats.iter().enumerate().filter(|(at, _)| licensed & (1 << at) != 0);
        let Some(mut start) =
            chosen.clone().try_fold(vec![0; market.list.len()], |mut seats, (_, seat)| {
                seat.cents?;
                seats[usize::from(seat.sku.0)] += 1;
                Some(seats)
            })
        else {
            continue;
        };
        start.shrink_to_fit();
        let mut any = SkuSet::EMPTY;
        for (_, seat) in chosen {
            any.insert(seat.sku);
        }
        let attached = vec![0; market.list.len()];
        let first = State { seats: start, attached, any, places: BTreeMap::new() };
        let mut states: BTreeSet<State> = BTreeSet::from([first]);
        for person in &planned {
            let choices = choices(problem, person, licensed, &all);
            let mut next: BTreeSet<State> = BTreeSet::new();
            for state in &states {
                for (list, attach) in &choices {
                    let mut state = state.clone();
                    for id in list.iter() {
                        state.seats[usize::from(id.0)] += 1;
                    }
                    for id in attach.iter() {
                        state.attached[usize::from(id.0)] += 1;
                    }
                    let held = list.union(*attach);
                    state.any = state.any.union(held);
                    for place in &person.environments {
                        let known = state.places.entry(*place).or_default();
                        *known = known.union(held);
                    }
                    next.insert(state);
                }
            }
            states = next;
        }
        for mut state in states {
            // No seat more mends a broken exclusion.
            if !search.kept_apart(&state, state.any) {
                continue;
            }
            let of = |at: usize| {
                let device = rules.devices.iter().find(|(id, _)| *id == sku(at));
                let list = device.map(|(_, cents)| *cents).or(market.list[at]).unwrap_or(0);
                let more = state.seats[at].saturating_sub(search.owned(SeatKind::list(sku(at))));
                let attached =
                    state.attached[at].saturating_sub(search.owned(SeatKind::attach(sku(at))));
                lowest(sku(at), list) * i64::from(more)
                    + market.attach[at].unwrap_or(0) * i64::from(attached)
            };
            let least: i64 = (0..state.seats.len()).map(of).sum();
            search.spare(&mut state, 0, least);
        }
    }
    search.best
}

/// Some of the seats that can be bought are owned already.
fn random_stock(dice: &mut Dice, problem: &Problem<'_>) -> Vec<Owned> {
    let market = problem.market;
    let mut owned = Vec::new();
    for at in 0..market.list.len() {
        let device = problem.rules.devices.iter().any(|(id, _)| *id == sku(at));
        if (market.list[at].is_some() || device) && dice.chance(45) {
            let quantity = 1 + dice.small(3);
            owned.push(Owned { kind: SeatKind::list(sku(at)), quantity });
        }
        if market.attach[at].is_some() && dice.chance(45) {
            let quantity = 1 + dice.small(3);
            owned.push(Owned { kind: SeatKind::attach(sku(at)), quantity });
        }
    }
    owned
}

#[test]
fn five_thousand_small_tenants_with_rules_and_stock_cost_what_complete_enumeration_finds() {
    let mut dice = Dice(2_026);
    let (mut cheaper, mut floors, mut impossible, mut dearer) = (0, 0, 0, 0);
    for round in 0..5_000 {
        let device_skus = usize::try_from(dice.below(3)).unwrap();
        let market = random_market(&mut dice, device_skus);
        let mut problem = random_problem(&mut dice, &market, device_skus);
        let without = plan(&problem);
        problem.rules.owned = random_stock(&mut dice, &problem);
        let best = enumerate(&problem);
        let found = plan(&problem);
        let verdict = verify(&problem, &found);
        assert_eq!(
            verdict.failures,
            Vec::<String>::new(),
            "tenant {round}: {problem:#?}\n{found:#?}"
        );
        let Some(best) = best else {
            assert!(!found.unmet.is_empty(), "tenant {round} has no lawful plan: {problem:#?}");
            impossible += 1;
            continue;
        };
        assert!(found.unmet.is_empty(), "tenant {round} has a lawful plan: {problem:#?}");
        assert_eq!(found.cents.0, best, "tenant {round}: {problem:#?}\n{found:#?}");
        assert_eq!(found.bound, found.cents, "tenant {round} is not proven: {problem:#?}");
        cheaper += u32::from(found.cents < without.cents);
        // What is owned and of no use must not be counted as if it saved.
        let credit: i64 = problem.rules.owned.iter().map(|o| value(&problem, *o)).sum();
        dearer += u32::from(found.cents.0 > 0 && found.cents.0 + credit > without.cents.0);
        problem.rules.floors.clear();
        floors += u32::from(plan(&problem).cents != found.cents);
    }
    let counts = (cheaper, floors, impossible, dearer);
    assert!(cheaper > 3_000 && floors > 300 && impossible > 20 && dearer > 1_000, "{counts:?}");
}

/// One gate or two, of a number of seats that small tenants come near to.
fn random_gates(dice: &mut Dice, problem: &Problem<'_>) -> Vec<Gate> {
    let market = problem.market;
    let gates = 0..1 + usize::try_from(dice.below(2)).unwrap();
    gates
        .map(|rule| Gate {
            rule,
            counts: dice.subset(market.full, 60),
            quantity: 1 + dice.small(4),
            of_one: dice.chance(40),
            cents: i64::try_from(dice.below(40)).unwrap() * 500,
        })
        .collect()
}

#[test]
fn five_thousand_small_tenants_with_gates_cost_what_complete_enumeration_finds() {
    let mut dice = Dice(10_021);
    let (mut bought, mut open, mut closed, mut among) = (0, 0, 0, 0);
    for round in 0..5_000 {
        let device_skus = usize::try_from(dice.below(3)).unwrap();
        let market = random_market(&mut dice, device_skus);
        let mut problem = random_problem(&mut dice, &market, device_skus);
        if dice.chance(50) {
            problem.rules.owned = random_stock(&mut dice, &problem);
        }
        let gates = random_gates(&mut dice, &problem);
        let Some(best) = enumerate_with(&problem, &gates) else { continue };
        let (free, own) = (plan(&problem), problem.rules.floors.len());
        let cheapest = free.cents;
        let found = gates::open(&mut problem, free, &gates);
        let verdict = verify(&problem, &found);
        assert_eq!(verdict.failures, Vec::<String>::new(), "tenant {round}: {problem:#?}");
        assert_eq!(found.bound, found.cents, "tenant {round} is not proven: {problem:#?}");
        let shut = gates::closed_cents(&problem, &found, &gates).0;
        assert_eq!(found.cents.0 + shut, best, "tenant {round}: {problem:#?}\n{gates:#?}");
        bought += u32::from(problem.rules.floors.len() > own);
        among += u32::from(problem.rules.floors.len() > own && own > 0 && found.cents > cheapest);
        if shut > 0 { closed += 1 } else { open += 1 }
    }
    let counts = (bought, open, closed, among);
    assert!(bought > 800 && open > 800 && closed > 800 && among > 300, "{counts:?}");
}

/// What owned seats would cost.
fn value(problem: &Problem<'_>, owned: Owned) -> i64 {
    let at = usize::from(owned.kind.sku.0);
    let market = problem.market;
    let device = problem.rules.devices.iter().find(|(id, _)| *id == owned.kind.sku);
    let list = device.map(|(_, cents)| *cents).or(market.list[at]);
    let price = if owned.kind.attach { market.attach[at] } else { list };
    price.unwrap() * i64::from(owned.quantity)
}

/// How many of the tenants below each kind of rule decides.
#[derive(Debug, Default)]
struct Decided {
    floors: u32,
    devices_in_part: u32,
    in_tenant: u32,
    in_environment: u32,
    full_user: u32,
    tiers: u32,
    impossible: u32,
    spare: u32,
}

#[test]
fn five_thousand_small_tenants_with_rules_cost_what_complete_enumeration_finds() {
    let mut dice = Dice(2_021);
    let mut decided = Decided::default();
    for round in 0..5_000 {
        let device_skus = usize::try_from(dice.below(3)).unwrap();
        let market = random_market(&mut dice, device_skus);
        let mut problem = random_problem(&mut dice, &market, device_skus);
        let best = enumerate(&problem);
        let found = plan(&problem);
        let verdict = verify(&problem, &found);
        assert_eq!(
            verdict.failures,
            Vec::<String>::new(),
            "tenant {round}: {problem:#?}\n{found:#?}"
        );
        let Some(best) = best else {
            assert!(!found.unmet.is_empty(), "tenant {round} has no lawful plan: {problem:#?}");
            decided.impossible += 1;
            continue;
        };
        assert!(found.unmet.is_empty(), "tenant {round} has a lawful plan: {problem:#?}");
        assert_eq!(found.cents.0, best, "tenant {round}: {problem:#?}\n{found:#?}");
        assert_eq!(found.bound, found.cents, "tenant {round} is not proven: {problem:#?}");
        decided.spare += u32::from(!found.spare.is_empty());
        let rules = problem.rules.clone();
        let mut decides = |change: &dyn Fn(&mut Rules)| {
            problem.rules = rules.clone();
            change(&mut problem.rules);
            u32::from(problem.rules != rules && plan(&problem).cents != found.cents)
        };
        decided.floors += decides(&|rules| rules.floors.clear());
        decided.devices_in_part += decides(&|rules| {
            rules.floors.iter_mut().for_each(|floor| floor.devices = SkuSet::EMPTY);
        });
        decided.in_tenant += decides(&|rules| rules.apart.retain(|apart| !apart.tenant_wide));
        decided.in_environment += decides(&|rules| rules.apart.retain(|apart| apart.tenant_wide));
        decided.full_user += decides(&|rules| rules.full_user = None);
        decided.tiers += decides(&|rules| rules.steps.clear());
    }
    // The tenants must exercise what is claimed.
    let Decided { floors, devices_in_part, in_tenant, in_environment, full_user, tiers, .. } =
        decided;
    let kinds = [floors, devices_in_part, in_tenant, in_environment, full_user, tiers];
    assert!(kinds.iter().all(|&count| count > 80), "{decided:?}");
    assert!(floors > 1_000 && decided.spare > 800 && decided.impossible > 80, "{decided:?}");
}
