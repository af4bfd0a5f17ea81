//! The guide of September 2021, rule by rule (see docs/rules.md).
