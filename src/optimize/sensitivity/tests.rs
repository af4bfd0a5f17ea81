//! Figures worked out by hand, on four user licences and one device licence.

use super::*;
use crate::optimize::Seat;
use crate::rulebook::{DevicePolicy, KindSet};

const LIGHT: SkuId = SkuId(0);
const ACTIVITY: SkuId = SkuId(1);
const FINANCE: SkuId = SkuId(2);
const SUPPLY: SkuId = SkuId(3);
const PREMIUM: SkuId = SkuId(4);
const DEVICE: SkuId = SkuId(5);

fn set(skus: &[SkuId]) -> SkuSet {
    skus.iter().copied().collect()
}

/// Light 8, Activity 50, Finance and Supply Chain 180 (attach 30), Premium 300,
/// which takes attaches and is none.
fn market() -> Market {
    let none = SkuSet::EMPTY;
    let (finance, supply) = (set(&[FINANCE]), set(&[SUPPLY]));
    let attachable = vec![none, none, supply, finance, finance.union(supply), none];
    Market {
        list: vec![Some(800), Some(5_000), Some(18_000), Some(18_000), Some(30_000), None],
        attach: vec![None, None, Some(3_000), Some(3_000), None, None],
        full: set(&[FINANCE, SUPPLY, PREMIUM]),
        add_on: none,
        verified: attachable.clone(),
        attachable,
        requires: vec![none; 6],
    }
}

fn light() -> SkuSet {
    set(&[LIGHT, ACTIVITY, FINANCE, SUPPLY, PREMIUM])
}

fn activity() -> SkuSet {
    set(&[ACTIVITY, FINANCE, SUPPLY, PREMIUM])
}

fn finance() -> SkuSet {
    set(&[FINANCE, PREMIUM])
}

fn people(clauses: &[&[SkuSet]]) -> Vec<Person> {
    let clause = |skus: &SkuSet| Clause { skus: *skus, kinds: KindSet::EMPTY };
    let person = |skus: &&[SkuSet]| Person {
        clauses: skus.iter().map(clause).collect(),
        ..Person::default()
    };
    clauses.iter().map(person).collect()
}

fn flips(people: Vec<Person>, seats: Vec<Seat>) -> Flips {
    let market = market();
    let problem = Problem::new(&market, people, seats, DevicePolicy::Guide);
    Flips::of(&problem, &uncoupled(&problem), 1_000)
}

/// `(price, up, people, down, people)` in whole money.
fn of(flips: &Flips, sku: SkuId) -> (i64, Option<i64>, u64, Option<i64>, u64) {
    let flip = flips.prices.iter().find(|flip| flip.sku == sku).unwrap();
    let whole = |cents: Option<i64>| cents.map(|cents| cents / 100);
    (flip.cents / 100, whole(flip.up), flip.up_people, whole(flip.down), flip.down_people)
}

#[test]
fn a_price_may_rise_to_what_the_next_licences_cost_and_fall_to_what_somebody_else_pays() {
    let flips = flips(
        people(&[&[light()], &[light()], &[activity()], &[finance()], &[finance()]]),
        Vec::new(),
    );
    // Light work: Light until it costs what Activity does; nobody else can
    // take it.
    assert_eq!(of(&flips, LIGHT), (8, Some(50), 2, None, 0));
    // Activity until it costs what Finance does; for 8 the light people take it.
    assert_eq!(of(&flips, ACTIVITY), (50, Some(180), 1, Some(8), 2));
    // Finance until it is attached to Supply Chain, 180 + 30; for 50 the
    // Activity person takes it first.
    assert_eq!(of(&flips, FINANCE), (180, Some(210), 2, Some(50), 1));
    assert_eq!((flips.needs, flips.all_needs), (3, 3));
}

#[test]
fn base_and_attach_prices_flip_by_themselves() {
    let both = people(&[&[finance(), set(&[SUPPLY])]]);
    let flips = flips(both, Vec::new());
    let kinds: Vec<_> = flips.prices.iter().map(|flip| (flip.kind, flip.cents, flip.up)).collect();
    // Finance with Supply Chain attached, or the other way round: any rise of
    // either price turns them.
    let (base, attach) = (LicenceKind::Base, LicenceKind::Attach);
    assert_eq!(kinds.len(), 2);
    assert!(kinds.contains(&(base, 18_000, Some(18_000))), "{kinds:?}");
    assert!(kinds.contains(&(attach, 3_000, Some(3_000))), "{kinds:?}");
}

/// Register 0: four people, one of whom works at register 1 too, and one more
/// there; Activity is 50 each.
fn registers(cents: i64) -> Flips {
    let clause = Clause { skus: activity(), kinds: KindSet(1) };
    let at = |seats: &[u32]| Person {
        clauses: vec![clause],
        seats: seats.to_vec(),
        ..Person::default()
    };
    let people = vec![at(&[0]), at(&[0]), at(&[0]), at(&[1]), at(&[0, 1])];
    let seat = Seat { kinds: KindSet(1), sku: DEVICE, cents: Some(Cents(cents)) };
    flips(people, vec![seat.clone(), seat])
}

#[test]
fn devices_stay_licensed_between_two_prices() {
    let flip = |cents| registers(cents).devices[0];
    // Both: 2p. Register 0 alone: p + 100. None: 250. They meet at 100 and 150.
    let both = flip(7_500);
    assert_eq!((both.licensed, both.up, both.down), (2, Some(10_000), None));
    let one = flip(11_000);
    assert_eq!((one.licensed, one.up, one.down), (1, Some(15_000), Some(10_000)));
    let none = flip(20_000);
    assert_eq!((none.licensed, none.up, none.down), (0, None, Some(15_000)));
}

/// One answer at each price on either side of every flip.
#[test]
fn the_advice_changes_one_cent_beyond_and_not_before() {
    for (cents, licensed) in [(10_000, 2), (10_001, 1), (15_000, 1), (15_001, 0)] {
        let flip = registers(cents).devices[0];
        let beside = flip.up == Some(cents) || flip.down == Some(cents);
        // At the crossing itself either answer is right.
        assert!(flip.licensed == licensed || beside, "{cents}: {flip:?}");
    }
}

#[test]
fn no_more_people_and_devices_are_looked_at_than_allowed() {
    let market = market();
    let clause = Clause { skus: activity(), kinds: KindSet(1) };
    let person = |seat| Person { clauses: vec![clause], seats: vec![seat], ..Person::default() };
    let seat = Seat { kinds: KindSet(1), sku: DEVICE, cents: Some(Cents(7_500)) };
    let people = vec![person(0), person(0), person(1), person(1)];
    let problem = Problem::new(&market, people, vec![seat; 2], DevicePolicy::Guide);
    let plan = uncoupled(&problem);
    assert_eq!(plan.components.len(), 2);
    let looked = |most| Flips::of(&problem, &plan, most).components;
    assert_eq!([looked(0), looked(2), looked(3), looked(5), looked(6)], [0, 0, 1, 1, 2]);
}

#[test]
fn the_second_best_is_the_cheapest_that_is_none_of_the_cheapest() {
    let market = market();
    let next = |clauses: &[SkuSet]| {
        second_best(&market, clauses).map(|covers| {
            let first: Vec<u8> = covers.all[0].skus().iter().map(|sku| sku.0).collect();
            (covers.cents.0 / 100, first)
        })
    };
    assert_eq!(next(&[finance()]), Some((300, vec![PREMIUM.0])));
    assert_eq!(next(&[light()]), Some((50, vec![ACTIVITY.0])));
    // Two ties of 180, then Premium.
    assert_eq!(next(&[set(&[FINANCE, SUPPLY, PREMIUM])]), Some((300, vec![PREMIUM.0])));
    // Premium with Supply Chain attached.
    assert_eq!(next(&[finance(), set(&[SUPPLY])]), Some((330, vec![SUPPLY.0, PREMIUM.0])));
    // Finance alone is cheaper than Finance and anything: that is no other way.
    assert_eq!(next(&[set(&[FINANCE])]), None);
}
