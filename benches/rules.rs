//! The rules of the whole tenant: every one of them binds, all devices in one
//! component.
//!
//! `plan` searches and proves, `verify` checks the proof.

use divan::counter::ItemsCount;
use seatwise::optimize::cover::Market;
use seatwise::optimize::{Problem, plan, verify};

#[path = "../tests/it/coupling/full.rs"]
mod full;

const SIZES: [usize; 4] = [400, 4_000, 40_000, 200_000];

fn tenant(market: &Market, people: usize) -> Problem<'_> {
    let mut problem = full::problem(market, people, people * 3 / 20);
    full::shrink(&mut problem.rules, u32::try_from(200_000 / people).unwrap());
    problem
}

#[divan::bench(name = "plan", args = SIZES, sample_count = 1, sample_size = 1)]
fn plan_rules(bencher: divan::Bencher<'_, '_>, people: usize) {
    let market = full::market();
    let problem = tenant(&market, people);
    bencher.counter(ItemsCount::new(people)).bench_local(|| {
        let plan = plan(&problem);
        assert_eq!(plan.bound, plan.cents, "not proven");
        plan.cents
    });
}

#[divan::bench(name = "verify", args = SIZES, sample_count = 1, sample_size = 1)]
fn verify_rules(bencher: divan::Bencher<'_, '_>, people: usize) {
    let market = full::market();
    let problem = tenant(&market, people);
    let plan = plan(&problem);
    bencher.counter(ItemsCount::new(people)).bench_local(|| {
        let verdict = verify(&problem, &plan);
        assert_eq!(verdict.failures, Vec::<String>::new());
        verdict.checked
    });
}
