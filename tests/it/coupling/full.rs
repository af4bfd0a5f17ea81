//! A tenant in which every rule binds, of any size: the tests hold it, the
//! benchmarks time it.

use seatwise::money::Cents;
use seatwise::optimize::cover::Market;
use seatwise::optimize::{Apart, Clause, Floor, FullUser, Person, Problem, Rules, Seat, Steps};
use seatwise::rulebook::{DevicePolicy, KindSet, SkuId, SkuSet};

/// The same tenant on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn small(&mut self, bound: u64) -> u32 {
        u32::try_from(self.below(bound)).unwrap()
    }
}

const FINANCE: SkuId = SkuId(0);
const SUPPLY: SkuId = SkuId(1);
const PROJECTS: SkuId = SkuId(2);
const PROFESSIONAL: SkuId = SkuId(3);
const ENTERPRISE: SkuId = SkuId(4);
const ESSENTIALS: SkuId = SkuId(5);
const PREMIUM: SkuId = SkuId(6);
const PLAN: SkuId = SkuId(7);
const ACTIVITY: SkuId = SkuId(8);
const TEAM: SkuId = SkuId(9);
const DEVICE: SkuId = SkuId(10);

fn set(skus: &[SkuId]) -> SkuSet {
    skus.iter().copied().collect()
}

pub fn market() -> Market {
    let list = [18_000, 18_000, 12_000, 6_500, 9_500, 7_000, 10_000, 11_500, 5_000, 800];
    let full =
        set(&[FINANCE, SUPPLY, PROJECTS, PROFESSIONAL, ENTERPRISE, ESSENTIALS, PREMIUM, PLAN]);
    let mut market = Market {
        list: list.iter().map(|&cents| Some(cents)).chain([None]).collect(),
        attach: vec![None; 11],
        full,
        add_on: SkuSet::EMPTY,
        attachable: vec![SkuSet::EMPTY; 11],
        verified: vec![SkuSet::EMPTY; 11],
        requires: vec![SkuSet::EMPTY; 11],
    };
    for (sku, cents) in [(FINANCE, 3_000), (SUPPLY, 3_000), (PROJECTS, 3_000), (ENTERPRISE, 2_000)]
    {
        market.attach[usize::from(sku.0)] = Some(cents);
    }
    for base in [FINANCE, SUPPLY] {
        let pairs = set(&[FINANCE, SUPPLY, PROJECTS, ENTERPRISE]);
        market.attachable[usize::from(base.0)] = SkuSet(pairs.0 & !SkuSet::of(base).0);
        market.verified[usize::from(base.0)] = SkuSet(pairs.0 & !SkuSet::of(base).0);
    }
    market
}

fn rules() -> Rules {
    let operations = set(&[FINANCE, SUPPLY, PROJECTS]);
    Rules {
        floors: vec![
            Floor {
                rule: 0,
                always: false,
                applies_to: operations,
                counts: operations,
                quantity: 60_000,
                devices: SkuSet::of(DEVICE),
                device_seats: 5,
                device_users: 2,
            },
            Floor {
                rule: 1,
                always: false,
                applies_to: SkuSet::of(SUPPLY),
                counts: SkuSet::of(SUPPLY),
                quantity: 9_000,
                devices: SkuSet::EMPTY,
                device_seats: 1,
                device_users: 0,
            },
        ],
        apart: vec![
            Apart {
                rule: 0,
                left: SkuSet::of(PROFESSIONAL),
                right: SkuSet::of(ENTERPRISE),
                tenant_wide: false,
            },
            Apart {
                rule: 1,
                left: SkuSet::of(ESSENTIALS),
                right: SkuSet::of(PREMIUM),
                tenant_wide: true,
            },
        ],
        steps: vec![Steps {
            sku: PLAN,
            counts: SkuSet::of(PLAN),
            steps: vec![(500, 10_500), (5_000, 8_500), (12_000, 7_500)],
        }],
        full_user: Some(FullUser {
            additional: set(&[ACTIVITY, TEAM]),
            full: set(&[
                FINANCE,
                SUPPLY,
                PROJECTS,
                PROFESSIONAL,
                ENTERPRISE,
                ESSENTIALS,
                PREMIUM,
                PLAN,
            ]),
        }),
        devices: vec![(DEVICE, 7_500)],
        owned: Vec::new(),
    }
}

/// What a person of each kind needs.
fn clauses(kind: u64, at_device: KindSet) -> Vec<Clause> {
    let any = |skus: &[SkuId]| Clause { skus: set(skus), kinds: KindSet::EMPTY };
    let at = |skus: &[SkuId]| Clause { skus: set(skus), kinds: at_device };
    let team = [FINANCE, SUPPLY, PROJECTS, ENTERPRISE, PLAN, ACTIVITY, TEAM];
    let activity = [FINANCE, SUPPLY, PROJECTS, ACTIVITY];
    match kind {
        0..=7 => vec![any(&[FINANCE])],
        8..=11 => vec![any(&[SUPPLY])],
        12..=15 => vec![any(&[FINANCE, SUPPLY, PROJECTS])],
        16 => vec![any(&[PROFESSIONAL, ENTERPRISE, PLAN])],
        17 => vec![any(&[ENTERPRISE, PLAN]), any(&team)],
        18 => vec![any(&[ESSENTIALS, PREMIUM])],
        19 => vec![any(&[PREMIUM])],
        20..=59 => vec![any(&team)],
        60..=64 => vec![any(&activity)],
        65..=79 => vec![any(&team), at(&activity)],
        _ => vec![at(&activity)],
    }
}

/// People and devices in one component, and rules for 200,000 people.
pub fn problem(market: &Market, people: usize, devices: usize) -> Problem<'_> {
    let mut dice = Dice(2_026);
    let seat = |_| Seat { kinds: KindSet(1), sku: DEVICE, cents: Some(Cents(7_500)) };
    let seats: Vec<Seat> = (0..devices).map(seat).collect();
    let people = (0..people)
        .map(|_| {
            let kind = dice.below(100);
            let mut used: Vec<u32> = if kind >= 65 {
                (0..=dice.below(3)).map(|_| dice.small(devices as u64)).collect()
            } else {
                Vec::new()
            };
            used.sort_unstable();
            used.dedup();
            Person {
                clauses: clauses(kind, KindSet(1)),
                seats: used,
                environments: vec![dice.small(8)],
                ..Person::default()
            }
        })
        .collect();
    let mut problem = Problem::new(market, people, seats, DevicePolicy::Guide);
    problem.rules = rules();
    problem
}

/// Scales the rules with the tenant.
pub fn shrink(rules: &mut Rules, by: u32) {
    rules.floors.iter_mut().for_each(|floor| floor.quantity /= by);
    rules.steps[0].steps.iter_mut().for_each(|(from, _)| *from /= u64::from(by));
}
