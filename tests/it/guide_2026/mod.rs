//! The rules of September 2026, rule by rule (see docs/rules.md).
