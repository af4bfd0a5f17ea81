//! The table *compare*.

use std::borrow::Cow;

use super::table::{Field, TableOf};
use super::tables::words;
use crate::money::Cents;
use crate::output::{Asked, CompareLine, TenantOutput, UserLine};

/// A person, both answers of the report, and the plan.
pub(super) struct Compared<'o> {
    user: &'o UserLine,
    line: &'o CompareLine,
    priority: &'o Asked,
    greedy: &'o Asked,
}

pub(super) fn compared(out: &TenantOutput) -> Vec<Compared<'_>> {
    let lines = out.compare.lines.iter();
    lines
        .filter_map(|line| out.users.get(line.user as usize).map(|user| (user, line)))
        .map(|(user, line)| Compared {
            user,
            line,
            priority: out.compare.answer(line.priority),
            greedy: out.compare.answer(line.greedy),
        })
        .collect()
}

/// `finance base; commerce attach`.
fn licences(asked: &Asked) -> Cow<'_, str> {
    let each = asked.licences.iter().map(|l| format!("{} {}", l.sku, l.kind.word()));
    Cow::Owned(each.collect::<Vec<_>>().join("; "))
}

pub(super) fn compare<'o>() -> TableOf<Compared<'o>> {
    type C<'o> = Compared<'o>;
    TableOf {
        name: "compare",
        about: "One row per person with a need: what Microsoft's own report would ask for, by its two rules, beside the plan. Empty where the edition knows no such report.",
        fields: vec![
            Field::text("user_id", "As in `users`.", |c: &C<'_>| words(&c.user.id)),
            Field::text(
                "priority_licences",
                "What the rule by priority asks for, as `sku kind`, joined by `; `.",
                |c: &C<'_>| licences(c.priority),
            ),
            Field::text(
                "priority_words",
                "The same in words, with the licences of its group that would do as well.",
                |c: &C<'_>| words(&c.priority.words),
            ),
            Field::cents("priority_cents", "What they cost.", |c: &C<'_>| Some(c.priority.cents)),
            Field::text(
                "greedy_licences",
                "What the greedy rule asks for, as `sku kind`, joined by `; `.",
                |c: &C<'_>| licences(c.greedy),
            ),
            Field::cents("greedy_cents", "What they cost.", |c: &C<'_>| Some(c.greedy.cents)),
            Field::cents(
                "outside_cents",
                "What the part of the need costs that the report does not see.",
                |c: &C<'_>| Some(c.line.outside_cents),
            ),
            Field::cents(
                "plan_cents",
                "Cost of the plan's licences of the person.",
                |c: &C<'_>| Some(c.line.plan_cents),
            ),
            Field::cents(
                "difference_cents",
                "`priority_cents` + `outside_cents` - `plan_cents`.",
                |c: &C<'_>| {
                    Some(Cents(c.priority.cents.0 + c.line.outside_cents.0 - c.line.plan_cents.0))
                },
            ),
            Field::text(
                "reason",
                "`same`, `device`, `other-base`, `cheaper-set`, `equal-answers`, `rule`, `outside`, `shared-login`, `not-sold` or `no-plan`.",
                |c: &C<'_>| words(c.line.reason.word()),
            ),
        ],
    }
}
