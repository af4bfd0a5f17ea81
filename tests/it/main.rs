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
mod guide;
mod hostile;
mod joins;
mod samples;
mod tenants;
