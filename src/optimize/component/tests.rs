//! The cut against every set of seats.

use super::*;
use crate::optimize::candidate::{narrow, tables};
use crate::optimize::prepare::Prepared;
use crate::optimize::{Clause, Market, Person, Seat};
use crate::rulebook::{DevicePolicy, KindSet, SkuId, SkuSet};

struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Prices are few and round, so that many cuts cost the same cents.
fn market() -> Market {
    Market {
        list: vec![Some(1_000), Some(1_000), Some(2_000), Some(2_500)],
        attach: vec![None; 4],
        full: SkuSet::EMPTY,
        add_on: SkuSet::EMPTY,
        attachable: vec![SkuSet::EMPTY; 4],
        verified: vec![SkuSet::EMPTY; 4],
        requires: vec![SkuSet::EMPTY; 4],
    }
}

fn tenant<'a>(dice: &mut Dice, market: &'a Market) -> Problem<'a> {
    let count = 2 + dice.below(5);
    let seats = (0..count)
        .map(|_| Seat {
            kinds: KindSet(u16::try_from(1 + dice.below(3)).unwrap()),
            sku: SkuId(3),
            cents: Some(Cents(i64::from(dice.below(5)) * 1_000)),
        })
        .collect();
    let people = (0..=dice.below(5))
        .map(|_| {
            let clause = |dice: &mut Dice| Clause {
                skus: SkuSet(u128::from(1 + dice.below(15))),
                kinds: KindSet(u16::try_from(dice.below(4)).unwrap()),
            };
            let some = 1 + dice.below((1 << count) - 1);
            let mut clauses: Vec<Clause> = (0..=dice.below(2)).map(|_| clause(dice)).collect();
            if dice.below(4) == 0 {
                // Either of two needs comes with a third one for nothing, but
                // not both: this cost has no exact terms.
                let need = |(skus, kinds)| Clause { skus: SkuSet(skus), kinds: KindSet(kinds) };
                clauses = [(3, 0), (1, 1), (2, 2)].map(need).into();
            }
            Person {
                clauses,
                seats: (0..count).filter(|seat| some & (1 << seat) != 0).collect(),
                assigned: SkuSet(u128::from(dice.below(16))),
                ..Person::default()
            }
        })
        .collect();
    let policy = if dice.below(4) == 0 { DevicePolicy::Strict } else { DevicePolicy::Guide };
    Problem::new(market, people, seats, policy)
}

/// The least weight under these modes, and the smallest set of seats that has
/// it, by trying all.
fn tried(component: &Component<'_>, modes: &[Mode]) -> (Weight, Vec<bool>) {
    let mut best: Option<(Weight, Vec<bool>)> = None;
    for set in 0..1_u32 << component.seats.len() {
        let licensed: Vec<bool> =
            (0..component.seats.len()).map(|at| set & (1 << at) != 0).collect();
        let mut weight: Weight = 0;
        for at in (0..licensed.len()).filter(|&at| licensed[at]) {
            weight += component.seat_weight(at);
        }
        let mut lawful = true;
        for (at, &mode) in modes.iter().enumerate() {
            let has = |seat: u32| licensed[component.position[seat as usize] as usize];
            let open = component.all.open(component.people[at], has);
            let kind = component.kind(at);
            if let Mode::Split(taken) = mode {
                weight += kind.weight(taken);
                lawful &= open & !taken == 0;
            } else {
                let due = kind.terms.iter().filter(|(groups, _)| groups & open != 0);
                weight += kind.weight(0) + due.map(|(_, weight)| weight).sum::<Weight>();
            }
        }
        let seats = |all: &[bool]| all.iter().filter(|licensed| **licensed).count();
        if lawful
            && best
                .as_ref()
                .is_none_or(|(least, known)| (weight, seats(&licensed)) < (*least, seats(known)))
        {
            best = Some((weight, licensed));
        }
    }
    best.unwrap()
}

#[test]
fn a_cut_is_the_least_of_all_with_the_fewest_seats() {
    let market = market();
    let mut dice = Dice(5);
    let (mut open, mut split, mut relaxed) = (0, 0, 0);
    for round in 0..4_000 {
        let problem = tenant(&mut dice, &market);
        let prepared = Prepared::new(&problem);
        let tables = tables(&problem, &prepared.shapes);
        let measure = if round % 4 == 0 { Measure::Cents } else { Measure::Full };
        let candidates = Candidates::new(&problem, &prepared, &tables, measure);
        let people: Vec<u32> = (0..narrow(problem.people.len()))
            .filter(|&person| candidates.deciding(person))
            .collect();
        // All seats at once: whether they are connected makes no difference.
        let seats: Vec<u32> = (0..narrow(problem.seats.len())).collect();
        let position = seats.clone();
        let members = (people, seats);
        let component = Component::new(&problem, &candidates, &position, members, measure);
        let modes: Vec<Mode> = (0..component.people.len())
            .map(|at| match (dice.below(6), component.kind(at).exact) {
                (0, _) => {
                    split += 1;
                    Mode::Split(dice.below(component.kind(at).everything() + 1))
                }
                (_, true) => Mode::Exact,
                (_, false) => {
                    relaxed += 1;
                    Mode::Relaxed
                }
            })
            .collect();
        let found = component.cut(&modes);
        let (weight, licensed) = tried(&component, &modes);
        assert_eq!((found.weight, &found.licensed), (weight, &licensed), "round {round}");
        let far = {
            let price = component.seats.iter().map(|&seat| component.seat_cents(seat as usize));
            let edges = (&component.terms.first[..], &component.terms.seat[..]);
            let asked = component.terms.cents.clone();
            Transport::new(edges, &component.users, asked, price.collect()).maximise()
        };
        open += u32::from(far.iter().zip(&licensed).any(|(far, licensed)| !far && !licensed));
        // What is charged is what the cut costs in cents, wherever nobody is split.
        let leaf = component.leaf(&modes, &found.flow);
        let sent: i64 = leaf
            .charges
            .iter()
            .flat_map(|charge| charge.terms.iter().flat_map(|term| &term.to_seats))
            .map(|(_, cents)| cents)
            .sum();
        let floors: i64 = leaf.charges.iter().map(|charge| charge.floor).sum();
        if !modes.iter().any(|mode| matches!(mode, Mode::Split(_))) {
            assert_eq!(floors + sent, component.cents(weight), "round {round}");
        }
    }
    assert!(open > 300 && split > 300 && relaxed > 300, "{open} {split} {relaxed}");
}

#[test]
fn people_are_split_as_one_by_one() {
    let market = market();
    let mut dice = Dice(9);
    for _ in 0..2_000 {
        let mut problem = tenant(&mut dice, &market);
        for seat in &mut problem.seats {
            seat.cents = seat.cents.filter(|_| dice.below(8) != 0);
        }
        let prepared = Prepared::new(&problem);
        for (at, person) in problem.people.iter().enumerate() {
            let (shape, seats) = crate::optimize::candidate::split(&problem, person);
            assert_eq!(prepared.shapes[prepared.shape[at] as usize], shape);
            assert!(prepared.groups.of(at).eq(seats.iter().map(Vec::as_slice)));
            assert_eq!(prepared.groups.all(at), seats.concat());
            assert_eq!(prepared.groups.count(at), seats.len());
        }
    }
}
