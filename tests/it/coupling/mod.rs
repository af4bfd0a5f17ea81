//! The rules of the whole tenant: random tenants with minimums (devices
//! counting in part, per SKU as in CSP), exclusions in the tenant and in
//! environments, the full user and price tiers.

mod enumeration;
pub mod full;
mod large;
mod middling;
mod relations;
mod wrong;

use seatwise::money::Cents;
use seatwise::optimize::cover::Market;
use seatwise::optimize::{Apart, Clause, Floor, FullUser, Person, Problem, Rules, Seat, Steps};
use seatwise::rulebook::{DevicePolicy, KindSet, SkuId, SkuSet};

/// The same tenants on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    pub fn chance(&mut self, percent: u64) -> bool {
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

pub fn sku(number: usize) -> SkuId {
    SkuId(u8::try_from(number).unwrap())
}

/// User SKUs, and one or two device SKUs behind them.
pub fn random_market(dice: &mut Dice, devices: usize) -> Market {
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
                always: false,
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
            always: false,
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
                    cents = (cents * 3 / 4).max(cents - 1_000 * (1 + i64::from(dice.small(6))));
                    (from + 1, cents)
                })
                .collect();
            rules.steps.push(Steps { sku: sku(at), counts, steps });
        }
    }
    rules
}

pub fn random_problem<'m>(dice: &mut Dice, market: &'m Market, device_skus: usize) -> Problem<'m> {
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
            let seats =
                (0..u32::try_from(seats.len()).unwrap()).filter(|_| dice.chance(60)).collect();
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
