//! Integration tests, one binary.

mod accounting;
mod binary;
mod brute_force;
mod guide;
mod hostile;
mod samples;
mod tenants;
