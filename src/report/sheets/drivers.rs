//! The sheets *Drivers* and *Roles*.

use rust_xlsxwriter::XlsxError;

use super::money_head;
use super::status::{self, Tone};
use crate::output::{DriverLine, RoleLine, TenantOutput};
use crate::report::book::Book;
use crate::report::catalogue::tenant::{DRIVERS, ROLES};
use crate::report::column::Column;
use crate::report::table::{self, Written};

/// Writes *Drivers*.
pub(crate) fn write(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let columns: Vec<Column<'_, DriverLine>> = vec![
        Column::text("Role", |d: &DriverLine| &d.path.role),
        Column::text("Object", |d: &DriverLine| &d.path.object).if_any(),
        Column::text("Access", |d: &DriverLine| &d.path.access).if_any(),
        Column::text("Duty", |d: &DriverLine| &d.path.duty).if_any(),
        Column::text("Privilege", |d: &DriverLine| &d.path.privilege).if_any(),
        Column::text("Read from", |d: &DriverLine| &d.path.rule),
        Column::text("Tier", |d: &DriverLine| d.tier.word()),
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
        Column::text("Read from", |r: &RoleLine| &r.decided_by),
        Column::text("Tier", |r: &RoleLine| r.tier.word()),
        Column::wrap("Requirement", |r: &RoleLine| &r.requirement),
    ];
    table::sheet(book, &ROLES, "Roles", columns, &out.roles, |page, here, first, last| {
        status::words_under(page, here, "Read from", (first, last), &[("unknown", Tone::Bad)])
    })
}
