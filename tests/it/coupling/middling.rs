//! Tenants of some hundred people and some ten devices under random rules:
//! all of them are proven within the limits of the search.

use seatwise::money::Cents;
use seatwise::optimize::cover::Market;
use seatwise::optimize::{Person, Problem, Seat, plan, verify};
use seatwise::rulebook::KindSet;

use super::{Dice, random_market, random_problem, sku};

/// Some kinds of people of small tenants, many of each, and rules that grow
/// with them.
fn middling<'m>(dice: &mut Dice, market: &'m Market, device_skus: usize) -> Problem<'m> {
    let mut problem = random_problem(dice, market, device_skus);
    let kinds: Vec<Person> = (0..3)
        .flat_map(|_| random_problem(dice, market, device_skus).people)
        .filter(|person| !person.clauses.is_empty())
        .collect();
    let people = 60 + dice.small(140);
    let devices = if device_skus == 0 { 0 } else { 8 + dice.small(24) };
    let users = market.list.len() - device_skus;
    let prices: Vec<(usize, i64)> =
        (0..device_skus).map(|at| (users + at, problem.rules.devices[at].1)).collect();
    problem.seats = (0..devices)
        .map(|_| {
            let (at, cents) = prices[usize::try_from(dice.below(prices.len() as u64)).unwrap()];
            Seat { kinds: KindSet(1 << dice.below(2)), sku: sku(at), cents: Some(Cents(cents)) }
        })
        .collect();
    problem.people = (0..people)
        .map(|_| {
            let Some(count) = u64::try_from(kinds.len()).ok().filter(|count| *count > 0) else {
                return Person::default();
            };
            let mut person = kinds[usize::try_from(dice.below(count)).unwrap()].clone();
            let uses = if devices == 0 { 0 } else { dice.below(3) };
            person.seats = (0..uses).map(|_| dice.small(u64::from(devices))).collect();
            person.seats.sort_unstable();
            person.seats.dedup();
            person
        })
        .collect();
    let times = people / 5;
    for floor in &mut problem.rules.floors {
        floor.quantity *= times;
    }
    for (from, _) in problem.rules.steps.iter_mut().flat_map(|steps| &mut steps.steps) {
        *from *= u64::from(times);
    }
    problem
}

#[test]
#[ignore = "takes minutes: some of these tenants are not proven quickly yet"]
fn three_hundred_middling_tenants_are_proven() {
    let mut dice = Dice(77);
    let (mut open, mut bound_by_rules) = (Vec::new(), 0);
    for round in 0..300 {
        let device_skus = usize::try_from(dice.below(3)).unwrap();
        let market = random_market(&mut dice, device_skus);
        let problem = middling(&mut dice, &market, device_skus);
        let found = plan(&problem);
        assert_eq!(verify(&problem, &found).failures, Vec::<String>::new(), "tenant {round}");
        if found.bound != found.cents {
            open.push((round, found.cents.0 - found.bound.0));
        }
        bound_by_rules += u32::from(found.coupling.is_some());
    }
    assert_eq!(open, [], "tenants with a gap");
    assert!(bound_by_rules > 150, "{bound_by_rules}");
}
