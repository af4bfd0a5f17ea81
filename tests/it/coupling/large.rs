//! A tenant of two hundred thousand people and thirty thousand devices in one
//! component in which every rule binds, and smaller ones like it.

use seatwise::optimize::{Problem, plan, verify};

use super::full::{market, problem, shrink};

fn solved(problem: &Problem<'_>) {
    let found = plan(problem);
    let verdict = verify(problem, &found);
    assert_eq!(verdict.failures, Vec::<String>::new());
    assert_eq!(found.cents, found.bound, "not proven");
    assert!(found.coupling.is_some() && found.unmet.is_empty());
}

#[test]
fn a_tenant_of_four_hundred_people_with_every_rule_is_proven() {
    let market = market();
    let mut problem = problem(&market, 400, 60);
    shrink(&mut problem.rules, 500);
    solved(&problem);
}

#[test]
fn a_tenant_of_four_thousand_people_with_every_rule_is_proven() {
    let market = market();
    let mut problem = problem(&market, 4_000, 600);
    shrink(&mut problem.rules, 50);
    solved(&problem);
}

#[test]
#[ignore = "twenty seconds at optimisation level 3, more below; `cargo bench -- rules` runs it"]
fn a_tenant_of_two_hundred_thousand_people_with_every_rule_is_proven() {
    let market = market();
    solved(&problem(&market, 200_000, 30_000));
}
