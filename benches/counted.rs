//! Kernels to count instructions of, because wall time is noisy: the kernel
//! that `SEATWISE_BENCH_COUNT` names, run `SEATWISE_BENCH_TIMES` times. What
//! one run takes is the difference between two and one of them, whatever
//! making the data takes. `benches/compare/run` does so under callgrind.

use std::hint::black_box;

use seatwise::classify::{UnknownRoles, classify};
use seatwise::intake::{Formats, Limits, read_bytes};
use seatwise::optimize::cover::{mentioned, solve};
use seatwise::optimize::{plan, verify};

use crate::generate::{
    Layout, assignments, classified_tenant, csv, market, requirements, rulebook, tenant, users,
    xlsx,
};

fn times(kernel: impl Fn()) {
    let times = std::env::var("SEATWISE_BENCH_TIMES").unwrap().parse().unwrap();
    for _ in 0..times {
        kernel();
    }
}

fn read(bytes: &[u8], name: &str) {
    let (formats, limits) = (Formats::shipped().unwrap(), Limits::default());
    times(|| {
        black_box(read_bytes(bytes, name, &formats, &limits));
    });
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn kernel() {
    let Ok(name) = std::env::var("SEATWISE_BENCH_COUNT") else { return };
    match name.as_str() {
        "cover: 1,000 requirements of 4 clauses" => {
            let market = market();
            let all = requirements(4, 1_000);
            times(|| {
                for skus in &all {
                    let known = mentioned(&market, skus.iter().copied());
                    black_box(solve(&market, skus, known));
                }
            });
        }
        "cut: 10,000 people in one component" => {
            let market = market();
            let problem = tenant(&market, 10_000, Layout::One);
            times(|| {
                black_box(plan(&problem));
            });
        }
        "verify: 10,000 people in one component" => {
            let market = market();
            let problem = tenant(&market, 10_000, Layout::One);
            let plan = plan(&problem);
            times(|| {
                black_box(verify(&problem, &plan));
            });
        }
        "classify: 10,000 people with 6 of 200 roles" => {
            let tenant = classified_tenant(10_000, 0);
            times(|| {
                black_box(classify(&tenant, rulebook(), UnknownRoles::Full));
            });
        }
        "intake: CSV of 10,000 users" => read(&csv(&users(10_000)), "users.csv"),
        "intake: CSV of 10,000 assignments" => {
            read(&csv(&assignments(10_000)), "role_assignments.csv");
        }
        "intake: workbook of 10,000 users" => read(&xlsx(&users(10_000)), "users.xlsx"),
        other => panic!("no kernel is called {other}"),
    }
}
