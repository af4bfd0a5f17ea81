//! The optimiser against complete enumeration.
//!
//! Random small tenants are solved twice: by the optimiser, and by trying
//! every set of licensed devices, every set of licences per person and every
//! way of buying them. The enumeration is slow, short and obvious: it is the
//! oracle. The checker must accept every plan, and must reject the plans of
//! deliberately broken solvers.

use seatwise::money::Cents;
use seatwise::optimize::cover::Market;
use seatwise::optimize::device::{PersonPlan, Plan, Proof};
use seatwise::optimize::{Clause, Person, Problem, Seat, plan, verify};
use seatwise::rulebook::{DevicePolicy, KindSet, SkuId, SkuSet};

/// A small linear congruential generator: the same tenants on every machine.
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
}

fn sku(number: u64) -> SkuId {
    SkuId(u8::try_from(number).unwrap())
}

/// Up to five applications, each with up to two SKUs that give it, plus
/// additional-user licences, bundles and add-ons.
fn random_market(dice: &mut Dice) -> Market {
    let skus = 4 + dice.below(5);
    let mut market = Market {
        list: Vec::new(),
        attach: Vec::new(),
        full: SkuSet::EMPTY,
        add_on: SkuSet::EMPTY,
        attachable: Vec::new(),
        verified: Vec::new(),
        requires: Vec::new(),
    };
    for number in 0..skus {
        let id = sku(number);
        let price = i64::try_from(1 + dice.below(20)).unwrap() * 1_000;
        market.list.push(if dice.chance(95) { Some(price) } else { None });
        let full = dice.chance(60);
        let add_on = !full && dice.chance(15);
        if full {
            market.full.insert(id);
        }
        if add_on {
            market.add_on.insert(id);
        }
        let attach = i64::try_from(dice.below(5)).unwrap() * 1_000;
        market.attach.push(if full && dice.chance(70) { Some(attach.min(price)) } else { None });
        market.attachable.push(SkuSet::EMPTY);
        market.verified.push(SkuSet::EMPTY);
        market.requires.push(SkuSet::EMPTY);
    }
    for base in 0..skus {
        if !market.full.contains(sku(base)) {
            continue;
        }
        for attach in 0..skus {
            if base != attach && market.full.contains(sku(attach)) && dice.chance(50) {
                market.attachable[usize::try_from(base).unwrap()].insert(sku(attach));
                if dice.chance(50) {
                    market.verified[usize::try_from(base).unwrap()].insert(sku(attach));
                }
            }
        }
    }
    for add_on in 0..skus {
        if market.add_on.contains(sku(add_on)) {
            for host in 0..skus {
                if market.full.contains(sku(host)) && dice.chance(40) {
                    market.requires[usize::try_from(add_on).unwrap()].insert(sku(host));
                }
            }
        }
    }
    market
}

fn random_problem<'m>(dice: &mut Dice, market: &'m Market) -> Problem<'m> {
    let devices = dice.below(5);
    let kinds = 1 + dice.below(3);
    let seats: Vec<Seat> = (0..devices)
        .map(|_| Seat {
            kinds: KindSet(1 << dice.below(kinds)),
            sku: sku(0),
            cents: if dice.chance(90) {
                Some(Cents(i64::try_from(1 + dice.below(25)).unwrap() * 1_000))
            } else {
                None
            },
        })
        .collect();
    let people = (0..=dice.below(6))
        .map(|_| {
            let mut clauses: Vec<Clause> = (0..dice.below(5))
                .map(|_| {
                    let mut skus = SkuSet::EMPTY;
                    for number in 0..market.list.len() as u64 {
                        if dice.chance(35) {
                            skus.insert(sku(number));
                        }
                    }
                    let kinds = if dice.chance(65) {
                        KindSet(1 << dice.below(kinds))
                    } else {
                        KindSet::EMPTY
                    };
                    Clause { skus, kinds }
                })
                .collect();
            if dice.chance(30) {
                // Either of two licences off the devices, each of them alone
                // on one kind of device: the second device saves more than
                // the first, which no cut expresses.
                let (one, two) = (sku(dice.below(4)), sku(dice.below(4)));
                let on = |skus, kind: u64| Clause { skus, kinds: KindSet(1 << kind) };
                clauses = vec![
                    on(SkuSet::of(one), 0),
                    on(SkuSet::of(two), kinds - 1),
                    Clause { skus: SkuSet::of(one).union(SkuSet::of(two)), kinds: KindSet::EMPTY },
                ];
            }
            let seats = (0..u32::try_from(devices).unwrap()).filter(|_| dice.chance(50)).collect();
            let assigned = SkuSet(u128::from(dice.below(64)));
            Person { clauses, seats, assigned, ..Person::default() }
        })
        .collect();
    let policy = if dice.chance(70) { DevicePolicy::Guide } else { DevicePolicy::Strict };
    Problem::new(market, people, seats, policy)
}

/// The cheapest way for a person whose needs mention `mentioned` to hold
/// exactly `held`, each full licence bought as base or attach, a base that no
/// need mentions only with pairs that are verified; `None` when it cannot be
/// bought.
fn price_of(market: &Market, held: SkuSet, mentioned: SkuSet) -> Option<i64> {
    let all: Vec<SkuId> = held.iter().collect();
    let at = |id: SkuId| usize::from(id.0);
    let mut best: Option<i64> = None;
    for pattern in 0..1_u32 << all.len() {
        let is_base = |n: usize| pattern & (1 << n) == 0;
        let mut total = Some(0);
        for (n, &id) in all.iter().enumerate() {
            let price = if is_base(n) {
                market.list[at(id)]
            } else {
                let admitted = all.iter().enumerate().any(|(m, &base)| {
                    let pairs = if mentioned.contains(base) {
                        &market.attachable
                    } else {
                        &market.verified
                    };
                    is_base(m) && market.full.contains(base) && pairs[at(base)].contains(id)
                });
                if market.full.contains(id) && admitted { market.attach[at(id)] } else { None }
            };
            let requires = market.requires[at(id)];
            let hosted = !market.add_on.contains(id)
                || requires.is_empty()
                || !requires.intersection(held).is_empty();
            total = total.zip(price).filter(|_| hosted).map(|(a, b)| a + b);
        }
        best = match (best, total) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    best
}

/// Every subset of SKUs with its price.
fn price_list(market: &Market, person: &Person) -> Vec<(SkuSet, i64)> {
    let mentioned = mentioned(market, person);
    (0..1_u128 << market.list.len())
        .map(SkuSet)
        .filter_map(|held| price_of(market, held, mentioned).map(|price| (held, price)))
        .collect()
}

/// SKUs of clauses that no stricter one makes idle, and the hosts of add-ons
/// among them.
fn mentioned(market: &Market, person: &Person) -> SkuSet {
    let clauses: Vec<SkuSet> = person.clauses.iter().map(|clause| clause.skus).collect();
    let mut mentioned: SkuSet = clauses
        .iter()
        .filter(|clause| !clauses.iter().any(|c| c != *clause && c.is_subset(**clause)))
        .flat_map(|clause| clause.iter())
        .collect();
    for add_on in mentioned.intersection(market.add_on).iter() {
        mentioned = mentioned.union(market.requires[usize::from(add_on.0)]);
    }
    mentioned
}

fn person_cost(
    problem: &Problem<'_>,
    person: &Person,
    licensed: u32,
    prices: &[(SkuSet, i64)],
) -> Option<i64> {
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
    let cheapest = |devices: bool| {
        prices.iter().filter(|(held, _)| satisfied(*held, devices)).map(|(_, cents)| *cents).min()
    };
    match problem.policy {
        DevicePolicy::Guide => cheapest(true),
        // Devices serve only those who need no user licence at all.
        DevicePolicy::Strict if satisfied(SkuSet::EMPTY, true) => Some(0),
        DevicePolicy::Strict => cheapest(false),
    }
}

/// Tries everything. People whose needs no licences can meet are left out, as
/// in the plan.
fn enumerate(problem: &Problem<'_>) -> i64 {
    let planned: Vec<(&Person, Vec<(SkuSet, i64)>)> = problem
        .people
        .iter()
        .map(|person| (person, price_list(problem.market, person)))
        .filter(|(person, prices)| {
            prices.iter().any(|(held, _)| {
                person.clauses.iter().all(|c| !c.skus.intersection(*held).is_empty())
            })
        })
        .collect();
    (0..1_u32 << problem.seats.len())
        .filter_map(|licensed| {
            let mut total = 0;
            for (at, seat) in problem.seats.iter().enumerate() {
                if licensed & (1 << at) != 0 {
                    total += seat.cents?.0;
                }
            }
            for (person, prices) in &planned {
                total += person_cost(problem, person, licensed, prices)?;
            }
            Some(total)
        })
        .min()
        .unwrap()
}

#[test]
fn two_thousand_small_tenants_cost_what_complete_enumeration_finds() {
    let mut dice = Dice(2_017);
    let (mut with_devices, mut branched) = (0, 0);
    for round in 0..2_000 {
        let market = random_market(&mut dice);
        let problem = random_problem(&mut dice, &market);
        let plan = plan(&problem);
        let best = enumerate(&problem);
        assert_eq!(plan.cents.0, best, "tenant {round}: {problem:#?}");
        assert_eq!(plan.bound, plan.cents, "tenant {round} is not proven");
        let verdict = verify(&problem, &plan);
        assert_eq!(verdict.failures, Vec::<String>::new(), "tenant {round}: {problem:#?}");
        with_devices += usize::from(plan.licensed.contains(&true));
        branched += plan
            .components
            .iter()
            .filter(|component| matches!(component.proof, Proof::Branch { .. }))
            .count();
    }
    // The tenants must exercise what is claimed.
    assert!(with_devices > 200, "{with_devices} tenants license a device");
    assert!(branched > 10, "{branched} components needed branching");
}

/// What a solver that decides each device on its own would do: it counts what
/// the users of a device save by it, device after device.
fn device_by_device(problem: &Problem<'_>) -> Plan {
    let mut wrong = plan(problem);
    for at in 0..wrong.licensed.len() {
        wrong.licensed[at] = problem.seats[at].cents.is_some();
    }
    wrong.cents = wrong.people.iter().map(PersonPlan::cents).sum::<Cents>()
        + problem
            .seats
            .iter()
            .zip(&wrong.licensed)
            .filter(|(_, licensed)| **licensed)
            .filter_map(|(seat, _)| seat.cents)
            .sum();
    wrong.bound = wrong.cents;
    wrong
}

#[test]
fn the_checker_catches_deliberately_wrong_solvers() {
    let mut dice = Dice(41);
    let mut caught = [0_u32; 4];
    let mut tried = [0_u32; 4];
    for _ in 0..400 {
        let market = random_market(&mut dice);
        let problem = random_problem(&mut dice, &market);
        let right = plan(&problem);
        let mut variants: Vec<(usize, Plan)> = Vec::new();
        // Licenses every device although the optimum does not.
        let greedy = device_by_device(&problem);
        if greedy.cents != right.cents {
            variants.push((0, greedy));
        }
        // Forgets a device licence that people rely on.
        if let Some(seat) = right.people.iter().flat_map(|p| &p.carried_by).next() {
            let mut wrong = right.clone();
            wrong.licensed[*seat as usize] = false;
            variants.push((1, wrong));
        }
        // Drops a licence of a person.
        if let Some(at) = right.people.iter().position(|p| !p.buys.is_empty()) {
            let mut wrong = right.clone();
            wrong.people[at].buys.pop();
            variants.push((2, wrong));
        }
        // Claims a higher bound than it can prove.
        if right.cents.0 > 0 {
            let mut wrong = right.clone();
            wrong.bound = Cents(wrong.bound.0 + 1);
            wrong.cents = Cents(wrong.cents.0 + 1);
            variants.push((3, wrong));
        }
        for (variant, wrong) in variants {
            tried[variant] += 1;
            caught[variant] += u32::from(!verify(&problem, &wrong).failures.is_empty());
        }
    }
    assert!(tried.iter().all(|&times| times > 30), "{tried:?}");
    assert_eq!(caught, tried, "a wrong plan went unnoticed");
}
