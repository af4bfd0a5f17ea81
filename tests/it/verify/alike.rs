//! People who may change places: the checker's own view of a choice among
//! them, by hand.

use std::sync::Arc;

use seatwise::money::Cents;
use seatwise::optimize::coupling::{Choice, Tree, TreeLeaf};
use seatwise::optimize::cover::Market;
use seatwise::optimize::{Clause, Person, Plan, Problem, SeatKind, plan, verify};
use seatwise::rulebook::{DevicePolicy, KindSet, SkuId, SkuSet};

use super::round_trip::read_back;

/// Two licences at 3,000 and 5,000 cents.
fn market() -> Market {
    Market {
        list: vec![Some(3_000), Some(5_000)],
        attach: vec![None; 2],
        full: SkuSet(3),
        add_on: SkuSet::EMPTY,
        attachable: vec![SkuSet::EMPTY; 2],
        verified: vec![SkuSet::EMPTY; 2],
        requires: vec![SkuSet::EMPTY; 2],
    }
}

/// Three people whom either licence serves, one who needs the dearer one.
fn problem(market: &Market) -> Problem<'_> {
    let person = |skus: u128| Person {
        clauses: vec![Clause { skus: SkuSet(skus), kinds: KindSet::EMPTY }],
        ..Person::default()
    };
    let people = vec![person(3), person(3), person(3), person(2)];
    Problem::new(market, people, Vec::new(), DevicePolicy::Guide)
}

fn leaf(bound: i64) -> Tree {
    let bound = Cents(bound);
    Tree::Leaf(TreeLeaf::Priced { scale: 1, multipliers: Vec::new(), parts: Vec::new(), bound })
}

fn alike(people: &[u32], sku: u8, most: i64, children: [Tree; 2]) -> Tree {
    let choice =
        Choice::Alike { people: Arc::new(people.to_vec()), kind: SeatKind::list(SkuId(sku)), most };
    Tree::Choice { choice, children: children.into() }
}

/// What the checker says of the plan with this tree, before and after it was
/// written and read.
fn failures(problem: &Problem<'_>, right: &Plan, tree: Tree) -> Vec<String> {
    let mut plan = right.clone();
    plan.coupling = Some(tree);
    let verdict = verify(problem, &plan);
    assert_eq!(read_back(problem, &plan), (verdict.checked, verdict.failures.clone()));
    verdict.failures
}

#[test]
fn what_people_must_and_must_not_hold_is_proven_and_no_cent_more() {
    let market = market();
    let problem = problem(&market);
    let right = plan(&problem);
    assert_eq!((right.cents, right.bound), (Cents(14_000), Cents(14_000)));
    // None of the three holds the cheaper one: 4 x 5,000. Or the first does.
    let dearer = |bounds: [i64; 2]| alike(&[0, 1, 2], 0, 0, bounds.map(leaf));
    // At most one of them holds the dearer one, and the others do not; or the
    // first two do: 2 x 5,000 + 3,000 + 5,000.
    let holds = |bounds: [i64; 2]| alike(&[0, 1, 2], 1, 1, bounds.map(leaf));
    let nothing = Vec::<String>::new();
    assert_eq!(failures(&problem, &right, dearer([20_000, 14_000])), nothing);
    assert_eq!(failures(&problem, &right, holds([14_000, 18_000])), nothing);
    for wrong in [
        dearer([21_000, 14_000]),
        dearer([20_000, 15_000]),
        holds([15_000, 18_000]),
        holds([14_000, 19_000]),
    ] {
        let failures = failures(&problem, &right, wrong);
        assert!(failures.iter().any(|what| what.contains("a leaf claims")), "{failures:?}");
    }
}

#[test]
fn a_choice_among_people_who_differ_is_refused() {
    let market = market();
    let problem = problem(&market);
    let right = plan(&problem);
    let leaves = || [leaf(14_000), leaf(14_000)];
    let no_choice = |tree: Tree| {
        let mut plan = right.clone();
        plan.coupling = Some(tree);
        let failures = verify(&problem, &plan).failures;
        failures.iter().any(|what| what.contains("there is no choice"))
    };
    assert!(!no_choice(alike(&[0, 1, 2], 0, 1, leaves())));
    // Another need, out of order, twice the same, nobody, a stranger.
    for people in [&[0, 1, 3][..], &[1, 0, 2], &[0, 0, 1], &[], &[1, 99]] {
        assert!(no_choice(alike(people, 0, 0, leaves())), "{people:?}");
    }
    // As many seats as people, or fewer than none.
    for most in [3, 4, -1] {
        assert!(no_choice(alike(&[0, 1, 2], 0, most, leaves())), "{most}");
    }
    // A choice above has told one of them from the others.
    let below = alike(&[0, 1, 2], 0, 0, leaves());
    assert!(no_choice(alike(&[0], 1, 0, [below, leaf(14_000)])));
    // It has not told the other two apart.
    let below = alike(&[1, 2], 0, 0, leaves());
    assert!(!no_choice(alike(&[0], 1, 0, [below, leaf(14_000)])));
    // Other devices, and other environments where an exclusion looks at them.
    let mut moved = self::problem(&market);
    for (place, person) in (0..).zip(&mut moved.people) {
        person.environments = vec![place];
    }
    let mut plan = right.clone();
    plan.coupling = Some(alike(&[0, 1, 2], 0, 0, [leaf(20_000), leaf(14_000)]));
    assert_eq!(verify(&moved, &plan).failures, Vec::<String>::new());
    moved.rules.apart = vec![seatwise::optimize::Apart {
        rule: 0,
        left: SkuSet::EMPTY,
        right: SkuSet::of(SkuId(0)),
        tenant_wide: false,
    }];
    let failures = verify(&moved, &plan).failures;
    assert!(failures.iter().any(|what| what.contains("there is no choice")), "{failures:?}");
}
