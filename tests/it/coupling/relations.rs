//! What must hold between the plans of two tenants that differ in one thing.

use seatwise::optimize::{Owned, Person, Problem, Rules, SeatKind, plan, verify};
use seatwise::rulebook::SkuId;

use super::{Dice, random_market, random_problem};

const ROUNDS: u32 = 400;

fn copy<'m>(problem: &Problem<'m>) -> Problem<'m> {
    let (people, seats) = (problem.people.clone(), problem.seats.clone());
    let mut copy = Problem::new(problem.market, people, seats, problem.policy);
    copy.rules = problem.rules.clone();
    copy
}

/// Runs `relation` over tenants whose rules can be met.
fn over_tenants(seed: u64, mut relation: impl FnMut(&mut Dice, &Problem<'_>, i64)) {
    let mut dice = Dice(seed);
    for _ in 0..ROUNDS {
        let device_skus = usize::try_from(dice.below(3)).unwrap();
        let market = random_market(&mut dice, device_skus);
        let problem = random_problem(&mut dice, &market, device_skus);
        let found = plan(&problem);
        if found.unmet.is_empty() {
            relation(&mut dice, &problem, found.cents.0);
        }
    }
}

#[test]
fn the_order_of_people_and_devices_does_not_matter() {
    over_tenants(3, |_, problem, cents| {
        let mut turned = copy(problem);
        let last = u32::try_from(turned.seats.len()).unwrap();
        turned.people.reverse();
        turned.seats.reverse();
        for person in &mut turned.people {
            person.seats = person.seats.iter().rev().map(|seat| last - 1 - seat).collect();
        }
        let found = plan(&turned);
        assert_eq!(found.cents.0, cents);
        assert_eq!(verify(&turned, &found).failures, Vec::<String>::new());
    });
}

#[test]
fn prices_three_times_as_high_cost_three_times_as_much() {
    over_tenants(5, |_, problem, cents| {
        let mut market = problem.market.clone();
        for price in market.list.iter_mut().chain(&mut market.attach).flatten() {
            *price *= 3;
        }
        let mut dear =
            Problem::new(&market, problem.people.clone(), problem.seats.clone(), problem.policy);
        for cents in dear.seats.iter_mut().filter_map(|seat| seat.cents.as_mut()) {
            cents.0 *= 3;
        }
        dear.rules = problem.rules.clone();
        for (_, cents) in &mut dear.rules.devices {
            *cents *= 3;
        }
        for (_, cents) in dear.rules.steps.iter_mut().flat_map(|steps| &mut steps.steps) {
            *cents *= 3;
        }
        assert_eq!(plan(&dear).cents.0, 3 * cents);
    });
}

#[test]
fn a_higher_price_never_makes_a_plan_cheaper() {
    over_tenants(7, |dice, problem, cents| {
        let mut market = problem.market.clone();
        let at = usize::try_from(dice.below(market.list.len() as u64)).unwrap();
        if let Some(price) = market.list[at].as_mut() {
            *price += 700;
        }
        let mut dear =
            Problem::new(&market, problem.people.clone(), problem.seats.clone(), problem.policy);
        dear.rules = problem.rules.clone();
        assert!(plan(&dear).cents.0 >= cents);
    });
}

/// The seats of whoever leaves can stay for nobody.
#[test]
fn one_person_fewer_never_makes_a_plan_dearer() {
    over_tenants(11, |dice, problem, cents| {
        let mut smaller = copy(problem);
        let at = usize::try_from(dice.below(smaller.people.len() as u64)).unwrap();
        smaller.people[at] = Person::default();
        assert!(plan(&smaller).cents.0 <= cents);
    });
}

/// Price tiers lower costs, every other rule raises them.
#[test]
fn one_rule_fewer_never_makes_a_plan_dearer_and_one_tier_fewer_never_cheaper() {
    over_tenants(13, |_, problem, cents| {
        let relaxed = |change: &dyn Fn(&mut Rules)| {
            let mut relaxed = copy(problem);
            change(&mut relaxed.rules);
            plan(&relaxed).cents.0
        };
        assert!(
            relaxed(&|rules| rules.floors.truncate(rules.floors.len().saturating_sub(1))) <= cents
        );
        assert!(
            relaxed(&|rules| rules.apart.truncate(rules.apart.len().saturating_sub(1))) <= cents
        );
        assert!(relaxed(&|rules| rules.full_user = None) <= cents);
        assert!(relaxed(&|rules| rules.steps.clear()) >= cents);
    });
}

#[test]
fn two_tenants_in_one_never_cost_more_than_both() {
    over_tenants(17, |_, problem, cents| {
        let mut both = copy(problem);
        let shift = u32::try_from(both.seats.len()).unwrap();
        both.seats.extend(problem.seats.clone());
        both.people.extend(problem.people.iter().cloned().map(|mut person| {
            person.seats.iter_mut().for_each(|seat| *seat += shift);
            person
        }));
        let found = plan(&both);
        assert!(found.cents.0 <= 2 * cents);
        assert_eq!(found.bound, found.cents);
    });
}

/// Until it ends an owned seat is there for everybody and for every rule that
/// counts seats.
#[test]
fn an_owned_seat_more_never_makes_what_is_bought_dearer() {
    let mut cheaper = 0;
    over_tenants(23, |dice, problem, _| {
        let market = problem.market;
        let mut kinds = Vec::new();
        for at in 0..market.list.len() {
            let sku = SkuId(u8::try_from(at).unwrap());
            let device = problem.rules.devices.iter().any(|(id, _)| *id == sku);
            if market.list[at].is_some() || device {
                kinds.push(SeatKind::list(sku));
            }
            if market.attach[at].is_some() {
                kinds.push(SeatKind::attach(sku));
            }
        }
        let mut stock: Vec<Owned> = kinds
            .into_iter()
            .map(|kind| Owned { kind, quantity: u32::try_from(dice.below(3)).unwrap() })
            .collect();
        let bought = |stock: &[Owned]| {
            let mut tenant = copy(problem);
            tenant.rules.owned = stock.iter().copied().filter(|one| one.quantity > 0).collect();
            let found = plan(&tenant);
            assert_eq!(verify(&tenant, &found).failures, Vec::<String>::new());
            assert_eq!(found.bound, found.cents);
            (found.unmet.is_empty(), found.cents.0)
        };
        let (lawful, before) = bought(&stock);
        let at = usize::try_from(dice.below(u64::try_from(stock.len()).unwrap())).unwrap();
        stock[at].quantity += 1;
        let (still, after) = bought(&stock);
        assert!(lawful && still, "what is owned breaks no rule: {problem:#?}");
        assert!(after <= before, "{after} > {before} with {stock:?}: {problem:#?}");
        cheaper += u32::from(after < before);
    });
    assert!(cheaper > 25, "{cheaper}");
}
