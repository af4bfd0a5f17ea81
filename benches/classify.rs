//! Classification: six roles a person out of 200 roles with 100 to 5,000
//! permission rows each.
//!
//! `people` is what nearly every tenant is like. `people_with_denies` has ten
//! roles that deny one object each, so that what a role grants depends on the
//! other roles of the person.

use divan::counter::ItemsCount;
use seatwise::classify::{UnknownRoles, classify};

use crate::generate::{classified_tenant, rulebook};

fn bench(bencher: divan::Bencher<'_, '_>, people: usize, denying: usize) {
    let tenant = classified_tenant(people, denying);
    bencher
        .counter(ItemsCount::new(people))
        .bench_local(|| classify(&tenant, rulebook(), UnknownRoles::Full));
}

#[divan::bench(args = [1, 10_000, 100_000], sample_count = 3, sample_size = 1)]
fn people(bencher: divan::Bencher<'_, '_>, people: usize) {
    bench(bencher, people, 0);
}

#[divan::bench(args = [1, 100, 1_000], sample_count = 3, sample_size = 1)]
fn people_with_denies(bencher: divan::Bencher<'_, '_>, people: usize) {
    bench(bencher, people, 10);
}
