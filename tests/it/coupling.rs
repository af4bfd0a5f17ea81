//! The rules of the whole tenant against complete enumeration.
//!
//! Random small tenants with minimums (devices counting in part, per SKU as in
//! CSP), exclusions in the tenant and in environments, the full user and price
//! tiers are solved by the optimiser and by trying everything: every set of
//! devices, every set of licences of every person, every number of seats for
//! nobody. Costs must be equal, each plan proven and accepted by the checker;
//! and the tenants must be such that each kind of rule really decides many of
//! them.

use std::collections::BTreeMap;

use seatwise::money::Cents;
use seatwise::optimize::cover::Market;
use seatwise::optimize::{
    Apart, Clause, Floor, FullUser, Person, Problem, Rules, Seat, Steps, plan, verify,
};
use seatwise::rulebook::{DevicePolicy, KindSet, SkuId, SkuSet};

/// The same tenants on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn small(&mut self, bound: u64) -> u32 {
        u32::try_from(self.below(bound)).unwrap()
    }

    fn cents(&mut self, thousands: u64) -> i64 {
        i64::try_from((1 + self.below(thousands)) * 1_000 + self.below(4) * 100).unwrap()
    }

    fn subset(&mut self, of: SkuSet, percent: u64) -> SkuSet {
        of.iter().filter(|_| self.chance(percent)).collect()
    }
}

fn sku(number: usize) -> SkuId {
    SkuId(u8::try_from(number).unwrap())
}

/// User SKUs, and one or two device SKUs behind them.
fn random_market(dice: &mut Dice, devices: usize) -> Market {
    let users = 3 + usize::try_from(dice.below(3)).unwrap();
    let all = users + devices;
    let mut market = Market {
        list: vec![None; all],
        attach: vec![None; all],
        full: SkuSet::EMPTY,
        add_on: SkuSet::EMPTY,
        attachable: vec![SkuSet::EMPTY; all],
        verified: vec![SkuSet::EMPTY; all],
        requires: vec![SkuSet::EMPTY; all],
    };
    for at in 0..users {
        let full = at == 0 || dice.chance(65);
        let list = if full { dice.cents(20) } else { dice.cents(6) };
        market.list[at] = dice.chance(97).then_some(list);
        if full {
            market.full.insert(sku(at));
            market.attach[at] = dice.chance(50).then(|| dice.cents(4).min(list));
        }
    }
    for base in market.full.iter() {
        for attach in market.full.iter() {
            if base != attach && dice.chance(40) {
                market.attachable[usize::from(base.0)].insert(attach);
                market.verified[usize::from(base.0)].insert(attach);
            }
        }
    }
    market
}

fn random_rules(dice: &mut Dice, market: &Market, device_skus: &[(SkuId, i64)]) -> Rules {
    let additional = SkuSet(market.for_sale().0 & !market.full.0);
    let mut rules = Rules { devices: device_skus.to_vec(), ..Rules::default() };
    for rule in 0..dice.below(3) {
        let applies_to = dice.subset(market.full, 60);
        let per_sku = dice.chance(30);
        let quantity = 1 + dice.small(5);
        if per_sku {
            rules.floors.extend(applies_to.iter().map(|sku| Floor {
                rule: usize::try_from(rule).unwrap(),
                applies_to: SkuSet::of(sku),
                counts: SkuSet::of(sku),
                quantity,
                devices: SkuSet::EMPTY,
                device_seats: 1,
                device_users: 0,
            }));
            continue;
        }
        let counts = if dice.chance(70) {
            applies_to
        } else {
            applies_to.union(dice.subset(market.full, 40))
        };
        let in_part = !device_skus.is_empty() && dice.chance(60);
        let (device_seats, device_users) = match dice.below(3) {
            _ if !in_part => (1, 0),
            0 => (2, 1),
            _ => (5, 2),
        };
        let devices =
            if in_part { device_skus.iter().map(|(sku, _)| *sku).collect() } else { SkuSet::EMPTY };
        rules.floors.push(Floor {
            rule: usize::try_from(rule).unwrap(),
            applies_to,
            counts,
            quantity,
            devices,
            device_seats,
            device_users,
        });
    }
    for rule in 0..dice.below(3) {
        let left = dice.subset(market.for_sale(), 35);
        let right = SkuSet(dice.subset(market.for_sale(), 50).0 & !left.0);
        let tenant_wide = dice.chance(40);
        rules.apart.push(Apart { rule: usize::try_from(rule).unwrap(), left, right, tenant_wide });
    }
    if dice.chance(40) {
        let full = if dice.chance(70) { market.full } else { dice.subset(market.full, 60) };
        rules.full_user = Some(FullUser { additional, full });
    }
    if dice.chance(50) {
        let at = usize::try_from(dice.below(3)).unwrap();
        if let Some(list) = market.list[at] {
            let mut counts = SkuSet::of(sku(at));
            if dice.chance(50) {
                counts = counts.union(dice.subset(market.full, 40));
            }
            let (mut from, mut cents) = (0, list);
            let steps = (0..=dice.below(2))
                .map(|_| {
                    from += 1 + dice.below(3);
                    cents = (cents * 3 / 4).max(cents - 1_000 * (1 + dice.small(6) as i64));
                    (from + 1, cents)
                })
                .collect();
            rules.steps.push(Steps { sku: sku(at), counts, steps });
        }
    }
    rules
}

fn random_problem<'m>(dice: &mut Dice, market: &'m Market, device_skus: usize) -> Problem<'m> {
    let users = market.list.len() - device_skus;
    let prices: Vec<(SkuId, i64)> =
        (0..device_skus).map(|at| (sku(users + at), dice.cents(12))).collect();
    let kinds = 1 + dice.below(2);
    let devices = if device_skus == 0 { 0 } else { dice.below(4) };
    let seats: Vec<Seat> = (0..devices)
        .map(|_| {
            let (sku, cents) = prices[usize::try_from(dice.below(prices.len() as u64)).unwrap()];
            let kinds = KindSet(1 << dice.below(kinds));
            Seat { kinds, sku, cents: dice.chance(92).then_some(Cents(cents)) }
        })
        .collect();
    let places = 1 + dice.below(3);
    let people = (0..=dice.below(4))
        .map(|_| {
            let clauses = (0..dice.below(4))
                .map(|_| {
                    let percent = 25 + dice.below(40);
                    let skus = (0..users).map(sku).filter(|_| dice.chance(percent)).collect();
                    let kinds = if dice.chance(60) {
                        KindSet(1 << dice.below(kinds))
                    } else {
                        KindSet::EMPTY
                    };
                    Clause { skus, kinds }
                })
                .collect();
            let seats = (0..seats.len() as u32).filter(|_| dice.chance(60)).collect();
            let mut environments: Vec<u32> = vec![dice.small(places)];
            if dice.chance(25) {
                environments.push(dice.small(places));
            }
            environments.sort_unstable();
            environments.dedup();
            Person { clauses, seats, environments, ..Person::default() }
        })
        .collect();
    let policy = if dice.chance(75) { DevicePolicy::Guide } else { DevicePolicy::Strict };
    let mut problem = Problem::new(market, people, seats, policy);
    problem.rules = random_rules(dice, market, &prices);
    problem
}

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

/// Seats at list price by SKU, anything held by SKU, and what each environment
/// holds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    seats: Vec<u32>,
    any: SkuSet,
    places: BTreeMap<u32, SkuSet>,
}

struct Enumeration<'p, 'm> {
    problem: &'p Problem<'m>,
    /// Seats for nobody: SKU, its lowest price, the most that could matter.
    spare: Vec<(SkuId, i64, u32)>,
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

    fn cost(&self, seats: &[u32]) -> i64 {
        let of = |(at, count): (usize, &u32)| self.price(sku(at), seats) * i64::from(*count);
        seats.iter().enumerate().map(of).sum()
    }

    fn lawful(&self, state: &State) -> bool {
        let rules = &self.problem.rules;
        let count =
            |set: SkuSet| -> u32 { set.iter().map(|id| state.seats[usize::from(id.0)]).sum() };
        let floors = rules.floors.iter().all(|floor| {
            let have = floor.device_seats * count(floor.counts)
                + floor.device_users * count(floor.devices);
            count(floor.applies_to) == 0 || have >= floor.device_seats * floor.quantity
        });
        let bought: SkuSet =
            (0..state.seats.len()).filter(|&at| state.seats[at] > 0).map(sku).collect();
        let any = state.any.union(bought);
        let both = |apart: &Apart, held: SkuSet| {
            !held.intersection(apart.left).is_empty() && !held.intersection(apart.right).is_empty()
        };
        let apart = rules.apart.iter().all(|apart| {
            if apart.tenant_wide {
                !both(apart, any)
            } else {
                state.places.values().all(|held| !both(apart, *held))
            }
        });
        let full = rules
            .full_user
            .as_ref()
            .is_none_or(|rule| count(rule.additional) == 0 || count(rule.full) > 0);
        floors && apart && full
    }

    /// Adds seats for nobody from the `at`-th kind on. `fixed`: attaches.
    fn spare(&mut self, state: &mut State, at: usize, fixed: i64, least: i64) {
        if self.best.is_some_and(|best| least >= best) {
            return;
        }
        if at == self.spare.len() {
            if self.lawful(state) {
                let cost = fixed + self.cost(&state.seats);
                if self.best.is_none_or(|best| cost < best) {
                    self.best = Some(cost);
                }
            }
            return;
        }
        let (sku, cents, most) = self.spare[at];
        let place = usize::from(sku.0);
        let before = state.seats[place];
        for more in 0..=most {
            state.seats[place] = before + more;
            self.spare(state, at + 1, fixed, least + cents * i64::from(more));
        }
        state.seats[place] = before;
    }
}

/// Tries everything; `None` where no plan keeps the rules.
fn enumerate(problem: &Problem<'_>) -> Option<i64> {
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
    let mut search = Enumeration { problem, spare, best: None };
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
        let mut states: BTreeMap<State, i64> = BTreeMap::from([(
            State { seats: start, any: SkuSet::EMPTY, places: BTreeMap::new() },
            0,
        )]);
        for person in &planned {
            let choices = choices(problem, person, licensed, &all);
            let mut next: BTreeMap<State, i64> = BTreeMap::new();
            for (state, attached) in &states {
                for (list, attach) in &choices {
                    let mut state = state.clone();
                    let mut cents = *attached;
                    for id in list.iter() {
                        state.seats[usize::from(id.0)] += 1;
                    }
                    for id in attach.iter() {
                        cents += market.attach[usize::from(id.0)].unwrap();
                    }
                    let held = list.union(*attach);
                    state.any = state.any.union(held);
                    for place in &person.environments {
                        let known = state.places.entry(*place).or_default();
                        *known = known.union(held);
                    }
                    let known = next.entry(state).or_insert(cents);
                    *known = cents.min(*known);
                }
            }
            states = next;
        }
        for (state, attached) in states {
            let of = |(at, count): (usize, &u32)| {
                let device = rules.devices.iter().find(|(id, _)| *id == sku(at));
                let list = device.map(|(_, cents)| *cents).or(market.list[at]).unwrap_or(0);
                lowest(sku(at), list) * i64::from(*count)
            };
            let least: i64 = attached + state.seats.iter().enumerate().map(of).sum::<i64>();
            search.spare(&mut state.clone(), 0, attached, least);
        }
    }
    search.best
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
    let rounds: u32 = std::env::var("ROUNDS").ok().map_or(5_000, |n| n.parse().unwrap());
    for round in 0..rounds {
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
    println!("{decided:?}");
}
