//! The sheets *Users* and *User licences*.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::money_head;
use super::status::{self, Tone};
use crate::money::Cents;
use crate::output::{DriverPath, LicenceKind, TenantOutput, UserLicence, UserLine};
use crate::report::book::{Book, Sheet};
use crate::report::catalogue::tenant::{USER_LICENCES, USERS};
use crate::report::cell::{Outcome, Value, joined};
use crate::report::column::{Column, Kind};
use crate::report::figures::by_device_only;
use crate::report::price_names::PriceNames;
use crate::report::table::{self, Written};
use crate::rulebook::SkuId;

/// Roles and licences listed in a cell; the rest is counted.
const LISTED: usize = 25;

pub(crate) const STATUS: [(&str, Tone); 6] = [
    ("fits", Tone::Good),
    ("none needed", Tone::Good),
    ("over-licensed", Tone::Attention),
    ("release", Tone::Attention),
    ("under-licensed", Tone::Bad),
    ("no data", Tone::Neutral),
];

/// Headers other sheets refer to.
pub(crate) const ID: &str = "User id";
pub(crate) const TIER: &str = "Tier";
pub(crate) const NEEDS: &str = "Needs licence";
pub(crate) const DEVICE_ONLY: &str = "By device only";
pub(crate) const NUMBER: &str = "Requirement no.";
pub(crate) const ACCOUNTS: &str = "Accounts";
pub(crate) const PLAN: &str = "Plan cost";
pub(crate) const ASSIGNED: &str = "Assigned cost";
pub(crate) const SAVING: &str = "Saving";

pub(crate) const STATUS_HEAD: &str = "Status";
/// What stands to the right of it is for the screen: paper has room for so
/// many columns only.
const LAST_PRINTED: &str = "Because of object";

/// Of *User licences*.
pub(crate) const SKU: &str = "SKU";
pub(crate) const LICENCE_KIND: &str = "Bought as";
pub(crate) const PRICE: &str = "Price";

fn driver(user: &UserLine, part: fn(&DriverPath) -> &String) -> Value<'_> {
    user.driver.as_ref().map_or(Value::Blank, |path| Value::text(part(path)))
}

fn licences(user: &UserLine) -> String {
    if by_device_only(user) {
        return "none: works at licensed devices".to_owned();
    }
    let names: Vec<String> = user
        .licences
        .iter()
        .map(|licence| format!("{} ({})", licence.name, licence.kind.word()))
        .collect();
    joined(&names, LISTED, " + ")
}

/// What the second-best way to cover a person's requirement costs more.
fn distance(out: &TenantOutput, user: &UserLine) -> Option<Cents> {
    let at = user.signature?.checked_sub(1)?;
    let line = out.signatures.get(at as usize)?;
    line.next_cents.map(|next| next - line.cents)
}

/// The licences a person holds today.
fn held<'o>(
    out: &'o TenantOutput,
    user: &UserLine,
) -> impl Iterator<Item = (&'o str, LicenceKind)> {
    let sku = |at: SkuId| out.prices.get(usize::from(at.0)).map_or("", |line| line.sku.as_str());
    user.held.iter().map(move |(at, kind)| (sku(*at), *kind)).collect::<Vec<_>>().into_iter()
}

/// Writes *Users*.
pub(crate) fn write(
    book: &mut Book,
    out: &TenantOutput,
    names: &PriceNames<'_>,
) -> Result<Written, XlsxError> {
    let known = out.totals.assigned_known;
    let currency = out.tenant.currency.clone();
    let plan = money_head(&currency, PLAN);
    let assigned = money_head(&currency, ASSIGNED);
    let (plan_at, assigned_at) = (plan.clone(), assigned.clone());
    let columns: Vec<Column<'_, UserLine>> = vec![
        Column::new(ID, Kind::Id, |u: &UserLine, _: &_| {
            Value::text(if u.id.is_empty() { "(no id)" } else { &u.id })
        }),
        Column::text("Name", |u: &UserLine| &u.name),
        Column::text("Department", |u: &UserLine| &u.department).if_any(),
        Column::text(TIER, |u: &UserLine| u.tier.word()).words(),
        Column::wrap("Requirement", |u: &UserLine| &u.requirement).widest(40),
        Column::new("Licences of the plan", Kind::Wrap, |u: &UserLine, _: &_| {
            Value::owned(licences(u))
        })
        .lists()
        .widest(44),
        Column::new(&plan, Kind::Money, |u: &UserLine, _: &_| {
            names.sum(u.licences.iter().map(|l| (l.sku.as_ref(), l.kind)), u.cents)
        })
        .summed(),
        Column::new("Assigned today", Kind::Wrap, |u: &UserLine, _: &_| {
            Value::owned(joined(&u.assigned, LISTED, " + "))
        })
        .widest(40)
        .if_any(),
        Column::new(&assigned, Kind::Money, move |u: &UserLine, _: &_| {
            if known { names.sum(held(out, u), u.assigned_cents) } else { Value::Blank }
        })
        .if_any()
        .summed(),
        Column::new(money_head(&currency, SAVING), Kind::Money, move |u: &UserLine, at| {
            if !known {
                return Value::Blank;
            }
            let saving = i128::from(u.assigned_cents.0) - i128::from(u.cents.0);
            let text = format!("{}-{}", at.cell(&assigned_at), at.cell(&plan_at));
            Value::Formula(text, Outcome::Money(saving))
        })
        .if_any()
        .summed(),
        Column::text(STATUS_HEAD, |u: &UserLine| u.status.word()).words(),
        Column::new("Because of role", Kind::Text, |u: &UserLine, _: &_| driver(u, |p| &p.role)),
        Column::new(LAST_PRINTED, Kind::Text, |u: &UserLine, _: &_| driver(u, |p| &p.object)),
        Column::new("Access", Kind::Text, |u: &UserLine, _: &_| driver(u, |p| &p.access)).if_any(),
        Column::new("Because of duty", Kind::Text, |u: &UserLine, _: &_| driver(u, |p| &p.duty))
            .if_any(),
        Column::new("Because of privilege", Kind::Text, |u: &UserLine, _: &_| {
            driver(u, |p| &p.privilege)
        })
        .if_any(),
        Column::new("Read from", Kind::Text, |u: &UserLine, _: &_| driver(u, |p| &p.rule)).words(),
        Column::id("User principal name", |u: &UserLine| &u.upn).if_any(),
        Column::text("Country", |u: &UserLine| &u.country).if_any(),
        Column::new("Environments", Kind::Text, |u: &UserLine, _: &_| {
            Value::owned(joined(&u.environments, LISTED, ", "))
        })
        .if_any(),
        Column::count(ACCOUNTS, |u: &UserLine| u.accounts).summed(),
        Column::text("Account type", |u: &UserLine| &u.account_type).words(),
        Column::new("Enabled", Kind::Text, |u: &UserLine, _: &_| Value::yes_no(u.enabled)).words(),
        Column::date("Last sign-in", |u: &UserLine| &u.last_login).if_any(),
        Column::count("Roles", |u: &UserLine| u.roles.len() as u64),
        // One line: thirty roles would make the row as high as a page.
        Column::new("Role names", Kind::Text, |u: &UserLine, _: &_| {
            Value::owned(joined(&u.roles, LISTED, "; "))
        })
        .if_any()
        .widest(44),
        Column::new(NEEDS, Kind::Text, |u: &UserLine, _: &_| {
            Value::yes_no(!u.requirement.is_empty())
        })
        .words(),
        Column::wrap("No licence because", |u: &UserLine| &u.exempt).words().if_any().widest(30),
        Column::new(NUMBER, Kind::Count, |u: &UserLine, _: &_| {
            u.signature.map_or(Value::Blank, Value::count)
        }),
        Column::new("Licensed devices used", Kind::Text, |u: &UserLine, _: &_| {
            Value::owned(joined(&u.by_device, LISTED, ", "))
        })
        .if_any(),
        Column::new(DEVICE_ONLY, Kind::Text, |u: &UserLine, _: &_| {
            Value::yes_no(by_device_only(u))
        })
        .words(),
        Column::count("Equally cheap ways", |u: &UserLine| u.alternatives),
        Column::new(
            money_head(&currency, "Next way costs more by"),
            Kind::Money,
            |u: &UserLine, _: &_| Value::maybe_money(distance(out, u)),
        )
        .if_any(),
    ];
    table::sheet(
        book,
        &Sheet { legend: &STATUS, ..USERS },
        "Users",
        columns,
        &out.users,
        |page, here, first, last| {
            if let Some(printed) = here.col(LAST_PRINTED) {
                page.set_print_area(0, 0, last, printed)?;
            }
            rules(page, here, first, last)
        },
    )
}

fn rules(page: &mut Worksheet, here: &Written, first: u32, last: u32) -> Result<(), XlsxError> {
    if let Some(col) = here.col(STATUS_HEAD) {
        status::words(page, here.language, (first, last, col), &STATUS)?;
    }
    Ok(())
}

/// Writes *User licences*: long form, so that formulas can count by licence.
pub(crate) fn write_licences(
    book: &mut Book,
    out: &TenantOutput,
    names: &PriceNames<'_>,
) -> Result<Written, XlsxError> {
    type Row<'o> = (&'o UserLine, &'o UserLicence);
    let rows: Vec<Row<'_>> =
        out.users.iter().flat_map(|user| user.licences.iter().map(move |l| (user, l))).collect();
    let columns: Vec<Column<'_, Row<'_>>> = vec![
        Column::id(ID, |row: &Row<'_>| &row.0.id),
        Column::text("Name", |row: &Row<'_>| &row.0.name),
        Column::text("Department", |row: &Row<'_>| &row.0.department).if_any(),
        Column::text("Product", |row: &Row<'_>| &row.1.name).widest(72),
        Column::text(LICENCE_KIND, |row: &Row<'_>| row.1.kind.word()).words(),
        Column::new(
            money_head(&out.tenant.currency, PRICE),
            Kind::Money,
            |row: &Row<'_>, _: &_| names.price(&row.1.sku, row.1.kind, row.1.cents),
        )
        .summed(),
        Column::id(SKU, |row: &Row<'_>| &row.1.sku),
    ];
    table::sheet(book, &USER_LICENCES, "UserLicences", columns, &rows, super::plain)
}
