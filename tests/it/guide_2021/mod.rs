//! The guide of September 2021, rule by rule, and the page on terms that goes
//! with it (see docs/rules.md).
//!
//! Prices are those of the shipped edition; they are part of the expectation
//! because the cheapest lawful answer depends on them. Rules that both guides
//! share are tested in `guide`.

mod terminology;
