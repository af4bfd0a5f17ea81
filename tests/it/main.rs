//! Integration tests, one binary.

mod brute_force;
mod guide;
mod tenants;
