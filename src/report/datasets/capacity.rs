//! The table *capacity*.

use std::borrow::Cow;

use super::table::{Field, TableOf};
use super::tables::{mark, number, words};
use crate::amount::Amount;
use crate::output::{CapacityLine, PackLine};

/// `3 sku; 1 other-sku`.
fn packs(packs: &[PackLine]) -> Cow<'_, str> {
    let each = packs.iter().map(|pack| format!("{} {}", pack.quantity, pack.sku));
    Cow::Owned(each.collect::<Vec<_>>().join("; "))
}

fn thousandths(amount: Amount) -> Option<i64> {
    number(amount.0)
}

pub(super) fn capacity() -> TableOf<CapacityLine> {
    type C = CapacityLine;
    TableOf {
        name: "capacity",
        about: "One row per capacity the tenant has, uses or owns packs of; then figures that belong to none.",
        fields: vec![
            Field::text("metric", "Metric.", |c: &C| words(&c.metric)),
            Field::text("value", "Figures as in the input, joined by `; `.", |c: &C| {
                words(&c.value)
            }),
            Field::text("capacity", "Id in the edition; null: unknown metric.", |c: &C| {
                words(&c.capacity)
            }),
            Field::text("name", "Name.", |c: &C| words(&c.name)),
            Field::text("unit", "Unit.", |c: &C| words(&c.unit)),
            Field::text("per", "`standing`, `month`, `peak-month` or `year`.", |c: &C| {
                words(&c.per)
            }),
            Field::number(
                "default_thousandths",
                "Largest default that applies, in thousandths of the unit; null: unlimited.",
                |c: &C| c.default.and_then(thousandths),
            ),
            Field::number("accrued_thousandths", "What the plan's seats add to it.", |c: &C| {
                thousandths(c.accrued)
            }),
            Field::number("owned_thousandths", "What owned packs add.", |c: &C| {
                thousandths(c.owned)
            }),
            Field::number("available_thousandths", "All of it; null: unlimited.", |c: &C| {
                c.available.and_then(thousandths)
            }),
            Field::number("used_thousandths", "Measured use; null: not measured.", |c: &C| {
                c.used.and_then(thousandths)
            }),
            Field::text("buy", "Packs to buy as `3 sku`, joined by `; `.", |c: &C| packs(&c.buy)),
            Field::cents("cents", "What they cost, as far as prices are known.", |c: &C| {
                Some(c.cents)
            }),
            Field::text(
                "status",
                "`covered`, `buy`, `beyond the cap`, `no pack`, `not measured`, `price unknown` or `unknown metric`.",
                |c: &C| words(c.status.word()),
            ),
            Field::number(
                "lost_thousandths",
                "What the owned seats include more than those of the plan.",
                |c: &C| thousandths(c.lost),
            ),
            Field::cents("lost_cents", "What of `cents` is due to that.", |c: &C| {
                Some(c.lost_cents)
            }),
            Field::text("detail", "The figures in a sentence.", |c: &C| words(&c.detail)),
            Field::text("mark", "How far the rule is verified.", |c: &C| mark(c.mark)),
            Field::text("source", "Where it was read.", |c: &C| words(&c.source)),
        ],
    }
}
