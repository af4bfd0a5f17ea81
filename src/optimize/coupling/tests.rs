//! What becomes of a solution that the search found.

use super::*;
use crate::optimize::{Clause, Market, Owned, Person, Seat, verify};
use crate::rulebook::{DevicePolicy, KindSet};

/// Two people whose work one licensed device carries; the second one also
/// holds `sku`, of which a seat is owned.
fn plan_with(policy: DevicePolicy, sku: SkuId) -> (Plan, Vec<String>) {
    let market = Market {
        list: vec![Some(1_000), Some(2_500), Some(800)],
        attach: vec![None; 3],
        full: SkuSet::EMPTY,
        add_on: SkuSet::EMPTY,
        attachable: vec![SkuSet::EMPTY; 3],
        verified: vec![SkuSet::EMPTY; 3],
        requires: vec![SkuSet::EMPTY; 3],
    };
    let person = Person {
        clauses: vec![Clause { skus: SkuSet::of(SkuId(0)), kinds: KindSet(1) }],
        seats: vec![0],
        ..Person::default()
    };
    let seat = Seat { kinds: KindSet(1), sku: SkuId(1), cents: Some(Cents(500)) };
    let mut problem = Problem::new(&market, vec![person; 2], vec![seat], policy);
    problem.rules.owned = vec![Owned { kind: SeatKind::list(sku), quantity: 1 }];
    let solution = Solution {
        covers: vec![vec![], vec![(sku, LicenceKind::Additional)]],
        people: vec![0, 1],
        licensed: vec![true],
        spare: std::collections::BTreeMap::new(),
    };
    let tree = Tree::Leaf(TreeLeaf::Impossible { person: 0 });
    let plan = assembled(&problem, uncoupled(&problem), &solution, 500, 500, tree);
    let failures = verify(&problem, &plan).failures;
    (plan, failures)
}

fn says(failures: &[String], what: &str) -> bool {
    failures.iter().any(|failure| failure.contains(what))
}

#[test]
fn under_the_strict_policy_a_seat_that_is_owned_serves_its_holder_alone() {
    let (plan, failures) = plan_with(DevicePolicy::Strict, SkuId(0));
    assert_eq!(plan.people[0].carried_by, [0]);
    assert!(plan.people[1].carried_by.is_empty() && plan.people[1].buys.len() == 1);
    assert!(!says(&failures, "both kinds of licence"), "{failures:?}");
    assert!(!says(&failures, "device work that nothing covers"), "{failures:?}");
    let (plan, failures) = plan_with(DevicePolicy::Guide, SkuId(0));
    assert_eq!(plan.people[1].carried_by, [0]);
    assert!(!says(&failures, "both kinds of licence"), "{failures:?}");
}

#[test]
fn the_checker_refuses_a_device_beside_a_licence_that_is_not_enough() {
    let (plan, failures) = plan_with(DevicePolicy::Strict, SkuId(2));
    assert_eq!(plan.people[1].carried_by, [0]);
    assert!(says(&failures, "person 1 has both kinds of licence"), "{failures:?}");
    assert!(says(&failures, "person 1 has device work that nothing covers"), "{failures:?}");
    let (_, failures) = plan_with(DevicePolicy::Guide, SkuId(2));
    assert!(!says(&failures, "person 1"), "{failures:?}");
}
