//! The device decision: N people, N/5 devices, 3N usage rows.
//!
//! `plan_*` decides and proves, `verify_*` checks plan and proof without code
//! of the solver. Items are people, so that a rate that falls with N shows
//! work that grows faster than the tenant. The same data can be had at a size
//! of one's own by `SEATWISE_BENCH_PEOPLE=1000000 cargo bench -- by_hand`.

use std::time::{Duration, Instant};

use divan::counter::ItemsCount;
use seatwise::optimize::verify::Verdict;
use seatwise::optimize::{Plan, Problem, Proof, maximum_flow, plan, verify};

use crate::generate::{Layout, market, tenant};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn bench_plan(bencher: divan::Bencher<'_, '_>, people: usize, layout: Layout) {
    let market = market();
    let problem = tenant(&market, people, layout);
    bencher.counter(ItemsCount::new(people)).bench_local(|| plan(&problem));
}

fn bench_verify(bencher: divan::Bencher<'_, '_>, people: usize, layout: Layout) {
    let market = market();
    let problem = tenant(&market, people, layout);
    let plan = plan(&problem);
    assert_eq!(plan.bound, plan.cents, "not proven");
    bencher.counter(ItemsCount::new(people)).bench_local(|| {
        let verdict = verify(&problem, &plan);
        assert_eq!(verdict.failures, Vec::<String>::new());
        verdict.checked
    });
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn plan_one(bencher: divan::Bencher<'_, '_>, people: usize) {
    bench_plan(bencher, people, Layout::One);
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn verify_one(bencher: divan::Bencher<'_, '_>, people: usize) {
    bench_verify(bencher, people, Layout::One);
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn plan_stores(bencher: divan::Bencher<'_, '_>, people: usize) {
    bench_plan(bencher, people, Layout::Stores);
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn verify_stores(bencher: divan::Bencher<'_, '_>, people: usize) {
    bench_verify(bencher, people, Layout::Stores);
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn plan_chain(bencher: divan::Bencher<'_, '_>, people: usize) {
    bench_plan(bencher, people, Layout::Chain);
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn plan_chained_stores(bencher: divan::Bencher<'_, '_>, people: usize) {
    bench_plan(bencher, people, Layout::Chained);
}

/// A plan and its check, and how long each took.
fn timed(problem: &Problem<'_>) -> (Plan, Duration, Verdict, Duration) {
    let clock = Instant::now();
    let plan = plan(problem);
    let planned = clock.elapsed();
    let clock = Instant::now();
    let verdict = verify(problem, &plan);
    (plan, planned, verdict, clock.elapsed())
}

/// One run at a size from the environment, with what came of it.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn by_hand() {
    let Some(people) =
        std::env::var("SEATWISE_BENCH_PEOPLE").ok().and_then(|text| text.parse::<usize>().ok())
    else {
        return;
    };
    let market = market();
    for layout in [Layout::One, Layout::Stores, Layout::Chain, Layout::Chained] {
        let problem = tenant(&market, people, layout);
        let usage: usize = problem.people.iter().map(|person| person.seats.len()).sum();
        let (plan, planned, verdict, verified) = timed(&problem);
        let largest = plan.components.iter().map(|c| c.people.len()).max().unwrap_or(0);
        let branched =
            plan.components.iter().filter(|c| matches!(c.proof, Proof::Branch { .. })).count();
        println!(
            "{layout:?}: {people} people, {} seats, {usage} usage rows; {} components, the \
             largest has {largest} people, {branched} branched; {} seats licensed; plan \
             {planned:.2?}, verify {verified:.2?}; {} cents, gap {}, {} failures",
            problem.seats.len(),
            plan.components.len(),
            plan.licensed.iter().filter(|&&licensed| licensed).count(),
            plan.cents.0,
            plan.cents.0 - plan.bound.0,
            verdict.failures.len(),
        );
    }
}

/// The device decision beside a maximum flow: decides it, prints what came of
/// it as JSON, and with `SEATWISE_BENCH_NETWORK=FILE` writes the instance for
/// whoever else is to solve it. `flow_ms` is the time of the maximum flow alone
/// from lists of people, devices and usage rows, which is what the file holds.
/// Numbers of the file have 64 bits, little end first: people, devices, usage
/// rows; what each person costs without devices; what each device costs; person
/// and device of each usage row.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn network() {
    let Some(path) = std::env::var_os("SEATWISE_BENCH_NETWORK") else { return };
    let people = std::env::var("SEATWISE_BENCH_PEOPLE").unwrap().parse().unwrap();
    let market = market();
    let problem = tenant(&market, people, Layout::Plain);
    let (plan, planned, verdict, verified) = timed(&problem);
    assert_eq!(verdict.failures, Vec::<String>::new());
    let (cents, gap) = (plan.cents.0, plan.cents.0 - plan.bound.0);
    drop(plan);
    let alone = |person: &seatwise::optimize::Person| {
        let skus = person.clauses.iter().flat_map(|clause| clause.skus.iter());
        skus.filter_map(|sku| market.list[usize::from(sku.0)]).min().unwrap()
    };
    let costs: Vec<i64> = problem.people.iter().map(alone).collect();
    let prices: Vec<i64> = problem.seats.iter().map(|seat| seat.cents.unwrap().0).collect();
    let usage: Vec<(u32, u32)> = (0_u32..)
        .zip(&problem.people)
        .flat_map(|(person, about)| about.seats.iter().map(move |&seat| (person, seat)))
        .collect();
    let counts = [costs.len(), prices.len(), usage.len()].map(|count| count.try_into().unwrap());
    let rows = usage.iter().flat_map(|&(person, seat)| [person, seat].map(i64::from));
    let all = counts.into_iter().chain(costs.iter().copied()).chain(prices.iter().copied());
    let bytes: Vec<u8> = all.chain(rows).flat_map(i64::to_le_bytes).collect();
    std::fs::write(path, bytes).unwrap();
    let clock = Instant::now();
    let flow = maximum_flow(costs, prices, &usage);
    let flowed = clock.elapsed();
    assert_eq!(flow, i128::from(cents), "what is not cut off is paid either way");
    println!(
        "{{\"people\": {people}, \"plan_ms\": {}, \"verify_ms\": {}, \"flow_ms\": {}, \
         \"cents\": {cents}, \"gap\": {gap}}}",
        planned.as_millis(),
        verified.as_millis(),
        flowed.as_millis(),
    );
}
