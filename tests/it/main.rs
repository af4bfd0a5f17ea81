//! Integration tests, one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::format_collect,
    reason = "a test that meets an error must fail, and test data may be built the plain way"
)]

mod accounting;
mod binary;
mod brute_force;
mod containers;
mod coupling;
mod documented;
mod editions;
mod exports;
mod formats;
mod generated;
mod guide;
mod guide_2017;
mod guide_2021;
mod guide_2026;
mod hostile;
mod in_term;
mod inspect;
mod joins;
mod languages;
mod matrix;
mod mutations;
mod office;
mod outputs;
mod points;
mod program;
mod progress;
mod reports;
mod risks;
mod rulebooks;
mod rules;
mod samples;
mod savings;
mod structure;
mod tenants;
mod verify;
