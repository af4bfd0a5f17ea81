//! The cheapest cover of a requirement, beside the checker's own search.
//!
//! `solver` returns every tie, `checker` only the cents, by another algorithm
//! that favours being obviously right.

use divan::counter::ItemsCount;
use seatwise::optimize::cover::{mentioned, solve};
use seatwise::optimize::{Clause, Person, Plan, Problem, plan, verify};
use seatwise::rulebook::{DevicePolicy, KindSet};

use crate::generate::{market, requirements};

const MOST: usize = 200;

#[divan::bench(args = [1, 2, 3, 5], sample_count = 10)]
fn solver(bencher: divan::Bencher<'_, '_>, clauses: usize) {
    let market = market();
    let all = requirements(clauses, MOST);
    bencher.counter(ItemsCount::new(all.len())).bench_local(|| {
        all.iter()
            .filter_map(|one| solve(&market, one, mentioned(&market, one.iter().copied())))
            .map(|c| c.all.len())
            .sum::<usize>()
    });
}

/// The whole check of a plan in which each requirement has one person. What
/// it does beside the search is small.
#[divan::bench(args = [1, 2, 3, 5], sample_count = 3, sample_size = 1)]
fn checker(bencher: divan::Bencher<'_, '_>, clauses: usize) {
    let market = market();
    let all = requirements(clauses, MOST);
    let people = all
        .iter()
        .map(|one| Person {
            clauses: one.iter().map(|&skus| Clause { skus, kinds: KindSet::EMPTY }).collect(),
            ..Person::default()
        })
        .collect();
    let problem = Problem::new(&market, people, Vec::new(), DevicePolicy::Guide);
    let plan: Plan = plan(&problem);
    bencher.counter(ItemsCount::new(all.len())).bench_local(|| {
        let verdict = verify(&problem, &plan);
        assert_eq!(verdict.failures, Vec::<String>::new());
        verdict.checked
    });
}
