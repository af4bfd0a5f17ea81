//! The sheets *Drivers*, *Roles* and *Role combinations*.

use std::cmp::Reverse;
use std::collections::HashSet;

use indexmap::IndexMap;
use rust_xlsxwriter::XlsxError;

use super::money_head;
use super::status::{self, Tone};
use crate::output::{DriverLine, RoleLine, TenantOutput};
use crate::report::book::Book;
use crate::report::catalogue::tenant::{COMBINATIONS, DRIVERS, ROLES};
use crate::report::cell::{Value, joined};
use crate::report::column::{Column, Kind};
use crate::report::table::{self, Written};
use crate::rulebook::Tier;

/// Roles listed in a cell; the rest is counted.
const LISTED: usize = 25;

/// Writes *Drivers*.
pub(crate) fn write(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let columns: Vec<Column<'_, DriverLine>> = vec![
        Column::text("Role", |d: &DriverLine| &d.path.role),
        Column::text("Object", |d: &DriverLine| &d.path.object).if_any(),
        Column::text("Access", |d: &DriverLine| &d.path.access).if_any(),
        Column::text("Duty", |d: &DriverLine| &d.path.duty).if_any(),
        Column::text("Privilege", |d: &DriverLine| &d.path.privilege).if_any(),
        Column::text("Read from", |d: &DriverLine| &d.path.rule).words(),
        Column::text("Tier", |d: &DriverLine| d.tier.word()).words(),
        Column::wrap("Need", |d: &DriverLine| &d.need),
        Column::count("People", |d: &DriverLine| d.users).summed().bars(),
        Column::money(money_head(&out.tenant.currency, "Their plan cost"), |d: &DriverLine| {
            d.cents
        })
        .summed()
        .bars(),
    ];
    table::sheet(book, &DRIVERS, "CostDrivers", columns, &out.drivers, super::plain)
}

/// Writes *Roles*.
pub(crate) fn write_roles(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let columns: Vec<Column<'_, RoleLine>> = vec![
        Column::text("Role", |r: &RoleLine| &r.name),
        Column::id("Identifier", |r: &RoleLine| &r.identifier),
        Column::count("People", |r: &RoleLine| r.users).bars(),
        Column::count("Permission rows", |r: &RoleLine| r.permissions),
        Column::text("Read from", |r: &RoleLine| &r.decided_by).words(),
        Column::text("Tier", |r: &RoleLine| r.tier.word()).words(),
        Column::wrap("Requirement", |r: &RoleLine| &r.requirement),
    ];
    table::sheet(book, &ROLES, "Roles", columns, &out.roles, |page, here, first, last| {
        status::words_under(page, here, "Read from", (first, last), &[("unknown", Tone::Bad)])
    })
}

/// People who hold the same roles.
struct Combination<'o> {
    roles: Vec<&'o str>,
    people: u64,
    tier: Tier,
    requirement: &'o str,
    cents: i128,
    /// Whether no single role of it needs as much.
    only_together: bool,
}

/// The combinations of two roles and more, most people first. Roles in the
/// order of the alphabet: who holds the same in another order is the same.
fn combinations(out: &TenantOutput) -> Vec<Combination<'_>> {
    let alone: HashSet<(&str, &str)> =
        out.roles.iter().map(|role| (role.name.as_str(), role.requirement.as_str())).collect();
    let mut all: IndexMap<(Vec<&str>, &str, Tier), (u64, i128)> = IndexMap::new();
    for user in &out.users {
        let mut roles: Vec<&str> = user.roles.iter().map(String::as_str).collect();
        roles.sort_unstable();
        roles.dedup();
        if roles.len() > 1 && user.exempt.is_empty() {
            let sum = all.entry((roles, user.requirement.as_ref(), user.tier)).or_default();
            sum.0 += 1;
            sum.1 += i128::from(user.cents.0);
        }
    }
    let mut lines: Vec<Combination<'_>> = all
        .into_iter()
        .map(|((roles, requirement, tier), (people, cents))| Combination {
            only_together: !requirement.is_empty()
                && !roles.iter().any(|role| alone.contains(&(role, requirement))),
            roles,
            people,
            tier,
            requirement,
            cents,
        })
        .collect();
    lines.sort_by(|a, b| {
        let rank = |line: &Combination<'_>| Reverse((line.people, line.cents));
        rank(a)
            .cmp(&rank(b))
            .then_with(|| a.roles.cmp(&b.roles))
            .then_with(|| a.requirement.cmp(b.requirement))
    });
    lines
}

/// Writes *Role combinations*, where anybody holds two roles.
pub(crate) fn write_combinations(book: &mut Book, out: &TenantOutput) -> Result<(), XlsxError> {
    type C<'o> = Combination<'o>;
    let rows = combinations(out);
    if rows.is_empty() {
        return Ok(());
    }
    let columns: Vec<Column<'_, C<'_>>> = vec![
        Column::new("Roles held together", Kind::Wrap, |c: &C<'_>, _: &_| {
            let names: Vec<String> = c.roles.iter().map(|role| (*role).to_owned()).collect();
            Value::owned(joined(&names, LISTED, " + "))
        })
        .widest(80),
        Column::count("Roles", |c: &C<'_>| c.roles.len() as u64),
        Column::count("People", |c: &C<'_>| c.people).summed().bars(),
        Column::text("Tier", |c: &C<'_>| c.tier.word()).words(),
        Column::wrap("Requirement", |c: &C<'_>| c.requirement),
        Column::new(
            money_head(&out.tenant.currency, "Their plan cost"),
            Kind::Money,
            |c: &C<'_>, _: &_| Value::Money(c.cents),
        )
        .summed()
        .bars(),
        Column::new("Only together", Kind::Text, |c: &C<'_>, _: &_| Value::yes_no(c.only_together))
            .words(),
    ];
    table::sheet(
        book,
        &COMBINATIONS,
        "RoleCombinations",
        columns,
        &rows,
        |page, here, first, last| {
            status::words_under(
                page,
                here,
                "Only together",
                (first, last),
                &[("yes", Tone::Attention)],
            )
        },
    )?;
    Ok(())
}
