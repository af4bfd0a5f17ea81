//! The guide of July 2017, rule by rule (see docs/rules.md).
