//! The benchmarks of Seatwise: `cargo bench`, or `cargo bench -- cut` for one
//! module. Each measures a stage beside something it is compared with in the
//! same run, because absolute times say more about a machine than about a
//! program. `benches/README.md` says what each figure means.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::cast_precision_loss)]

mod classify;
mod counted;
mod cover;
mod cut;
mod generate;
mod intake;
mod rules;

fn main() {
    divan::main();
}
