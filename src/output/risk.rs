//! What may go wrong with the plan.

use serde::Serialize;

use crate::finding::Code;
use crate::money::Cents;

/// One risk, with the money at stake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RiskLine {
    /// The kind of risk; its title and what to do stand in the catalogue of
    /// findings.
    pub code: Code,
    /// What it is about: a rule, a licence, a capacity, a device licence.
    pub subject: String,
    /// The figures behind it, in a sentence.
    pub detail: String,
    /// People, seats or devices concerned.
    pub count: u64,
    /// What it may cost a month.
    pub cents: Cents,
}
