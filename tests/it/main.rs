//! Integration tests, one binary.

mod binary;
mod brute_force;
mod guide;
mod samples;
mod tenants;
