//! The table *savings*.

use std::borrow::Cow;

use super::table::{Field, TableOf};
use super::tables::{number, words};
use crate::output::{SavingsLine, TenantOutput};

/// A decision and the person it is about.
pub(super) struct Decision<'o> {
    user: &'o str,
    line: &'o SavingsLine,
}

pub(super) fn decisions(out: &TenantOutput) -> Vec<Decision<'_>> {
    let user = |line: &SavingsLine| line.user.and_then(|at| out.users.get(at as usize));
    let lines = out.savings.lines.iter();
    lines.map(|line| Decision { user: user(line).map_or("", |user| &user.id), line }).collect()
}

pub(super) fn savings<'o>() -> TableOf<Decision<'o>> {
    type D<'o> = Decision<'o>;
    TableOf {
        name: "savings",
        about: "One row per decision, a person or the seats of a licence, and cause: what is paid today (owned where known, else assigned) less plan, each cent once. The sum of `cents` is the difference.",
        fields: vec![
            Field::text("user_id", "As in `users`; null: seats of a licence.", |d: &D<'_>| {
                words(d.user)
            }),
            Field::text("sku", "SKU id; null: a person.", |d: &D<'_>| words(&d.line.sku)),
            Field::text("kind", "How it is bought; null: a person.", |d: &D<'_>| {
                Cow::Borrowed(d.line.kind.map_or("", crate::output::LicenceKind::word))
            }),
            Field::text(
                "cause",
                "`disabled account`, `exempt account`, `no licence needed`, `duplicate`, `over-licensed`, `attach instead of base`, `device instead of user`, `spare seats`, `under-licensed`, `agreement`, `replacement`, `assigned, not owned` or `inactive`.",
                |d: &D<'_>| words(d.line.cause.word()),
            ),
            Field::number("quantity", "Seats; 1 for a person.", |d: &D<'_>| {
                number(d.line.quantity)
            }),
            Field::cents(
                "cents",
                "Today less plan; negative: the plan costs more.",
                |d: &D<'_>| Some(d.line.cents),
            ),
            Field::cents(
                "potential_cents",
                "What could be saved besides if an inactive person were dropped; never part of `cents`.",
                |d: &D<'_>| Some(d.line.potential_cents),
            ),
            Field::flag(
                "verified",
                "Whether every price behind it is verified or the customer's own.",
                |d: &D<'_>| d.line.verified,
            ),
        ],
    }
}
