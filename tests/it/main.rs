//! Integration tests, one binary.

mod brute_force;
