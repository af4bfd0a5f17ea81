//! The table *risks*.

use super::table::{Field, TableOf};
use super::tables::{number, words};
use crate::output::RiskLine;

pub(super) fn risks() -> TableOf<RiskLine> {
    type R = RiskLine;
    TableOf {
        name: "risks",
        about: "One row per risk of the plan: devices that per-user validation does not see, reductions that end at a minimum or lose a price tier, a gate or included capacity.",
        fields: vec![
            Field::text("code", "Code, as in `findings`.", |r: &R| words(r.code.id())),
            Field::text("title", "What it is, in a few words.", |r: &R| words(r.code.title())),
            Field::text("subject", "Rule, licence or capacity.", |r: &R| words(&r.subject)),
            Field::text("detail", "The figures in a sentence.", |r: &R| words(&r.detail)),
            Field::number("count", "People, seats or devices concerned.", |r: &R| number(r.count)),
            Field::cents("cents", "Money at stake.", |r: &R| Some(r.cents)),
        ],
    }
}
