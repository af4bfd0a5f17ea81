//! The sheets *Renewals by month* and *Data quality* of the portfolio.

use std::collections::BTreeMap;

use rust_xlsxwriter::{ChartType, XlsxError};

use super::portfolio::{head, saving};
use super::status::{self, Tone};
use crate::output::TenantSummary;
use crate::report::book::{Book, Sheet};
use crate::report::catalogue::portfolio::{MONTHS, QUALITY};
use crate::report::cell::{Outcome, Value};
use crate::report::charts::{self, Series, Spec};
use crate::report::column::{Column, Kind};
use crate::report::style::NAVY;
use crate::report::table::{self, Written};

const MONTH: &str = "Month";
const TENANTS: &str = "Tenants";
const NO_DATE: &str = "no date";

/// Tenants that renew in one month, in one currency.
#[derive(Default)]
struct Month {
    tenants: u64,
    names: Vec<String>,
    plan: i128,
    saving: i128,
    fewer: i128,
}

/// Writes *Renewals by month*: one row per month and currency.
pub(crate) fn months(book: &mut Book, tenants: &[TenantSummary]) -> Result<Written, XlsxError> {
    type Row = ((bool, String, String), Month);
    let mut all: BTreeMap<(bool, String, String), Month> = BTreeMap::new();
    for tenant in tenants {
        let date = &tenant.tenant.renewal_date;
        let month = date.get(..7).unwrap_or(NO_DATE).to_owned();
        let key = (date.is_empty(), month, tenant.tenant.currency.clone());
        let sum = all.entry(key).or_default();
        sum.tenants += 1;
        sum.names.push(tenant.tenant.name.clone());
        sum.plan += i128::from(tenant.totals.plan_cents.0);
        sum.saving += saving(tenant).unwrap_or(0);
        sum.fewer += tenant.true_up.iter().map(|line| i128::from((-line.gap).max(0))).sum::<i128>();
    }
    let rows: Vec<Row> = all.into_iter().collect();
    let one = tenants.windows(2).all(|pair| pair[0].tenant.currency == pair[1].tenant.currency);
    let columns: Vec<Column<'_, Row>> = vec![
        Column::text(MONTH, |r: &Row| &r.0.1).words().charted(),
        Column::text(head::CURRENCY, |r: &Row| &r.0.2),
        Column::count(TENANTS, |r: &Row| r.1.tenants).summed(),
        Column::new("Seats to reduce", Kind::Count, |r: &Row, _: &_| Value::Count(r.1.fewer))
            .summed(),
        Column::new(head::PLAN, Kind::Money, |r: &Row, _: &_| Value::Money(r.1.plan))
            .summed_if(one),
        Column::new(head::SAVING, Kind::Money, |r: &Row, _: &_| Value::Money(r.1.saving))
            .summed_if(one)
            .bars(),
        Column::new("Who", Kind::Wrap, |r: &Row, _: &_| {
            Value::owned(crate::report::cell::joined(&r.1.names, 25, ", "))
        })
        .widest(80),
    ];
    let look = book.look();
    table::sheet(book, &MONTHS, "RenewalsByMonth", columns, &rows, |page, here, _, last| {
        if rows.is_empty() {
            return Ok(());
        }
        charts::insert(
            page,
            look,
            (last + 2, 0),
            &Spec {
                kind: ChartType::Column,
                title: "Tenants that renew, by month",
                categories_title: "Month",
                values_title: "Tenants",
                alt: "Columns: number of tenants whose agreement renews in each month.",
                categories: here.range(MONTH),
                series: vec![Series { name: TENANTS, values: here.range(TENANTS), colour: NAVY }],
                labels: true,
                number_format: "#,##0",
                size: (760, 300),
                points: &[],
            },
        )
    })
}

/// What the input of a tenant does not say, in words.
fn missing(tenant: &TenantSummary) -> Vec<String> {
    let totals = &tenant.totals;
    let said = [
        (totals.owned_known, "what is owned"),
        (totals.assigned_known, "what is assigned"),
        (!tenant.tenant.renewal_date.is_empty(), "the renewal date"),
        (!tenant.tenant.segment.is_empty(), "the segment"),
        (totals.unverified_cents.0 == 0, "verified prices"),
        (totals.unknown_role_cents.0 == 0, "what some roles may do"),
    ];
    said.iter().filter(|(known, _)| !known).map(|(_, words)| (*words).to_owned()).collect()
}

const STATE: &str = "State";
const STATES: [(&str, Tone); 3] =
    [("complete", Tone::Good), ("gaps", Tone::Attention), ("errors", Tone::Bad)];

/// Writes *Data quality*: the worst first.
pub(crate) fn quality(book: &mut Book, tenants: &[TenantSummary]) -> Result<Written, XlsxError> {
    type T<'o> = &'o TenantSummary;
    let state = |t: &TenantSummary| match (t.errors, missing(t).len() as u64 + t.rows_rejected) {
        (0, 0) => 0,
        (0, _) => 1,
        _ => 2,
    };
    let mut rows: Vec<T<'_>> = tenants.iter().collect();
    rows.sort_by_key(|t| {
        (std::cmp::Reverse((state(t), t.errors, t.rows_rejected, missing(t).len())), &t.tenant.id)
    });
    let one = tenants.windows(2).all(|pair| pair[0].tenant.currency == pair[1].tenant.currency);
    let columns: Vec<Column<'_, T<'_>>> = vec![
        Column::text("Tenant", |t: &T<'_>| &t.tenant.name),
        Column::id(head::ID, |t: &T<'_>| &t.tenant.id),
        Column::new(STATE, Kind::Text, move |t: &T<'_>, _: &_| Value::text(STATES[state(t)].0))
            .words(),
        Column::new("The input does not say", Kind::Wrap, |t: &T<'_>, _: &_| {
            Value::owned(missing(t).join(", "))
        })
        .lists()
        .widest(60),
        Column::count("Files", |t: &T<'_>| t.files).summed(),
        Column::count("Rows read", |t: &T<'_>| t.rows_read).summed(),
        Column::count("Rows rejected", |t: &T<'_>| t.rows_rejected).summed(),
        Column::new("Rejected share", Kind::Share, |t: &T<'_>, at| {
            if t.rows_read == 0 {
                return Value::Blank;
            }
            let text = format!("{}/{}", at.cell("Rows rejected"), at.cell("Rows read"));
            Value::Formula(text, Outcome::Share(t.rows_rejected.into(), t.rows_read.into()))
        }),
        Column::count("Errors", |t: &T<'_>| t.errors).summed(),
        Column::count("Warnings", |t: &T<'_>| t.warnings).summed(),
        Column::text(head::CURRENCY, |t: &T<'_>| &t.tenant.currency),
        Column::money(head::UNVERIFIED, |t: &T<'_>| t.totals.unverified_cents).summed_if(one),
        Column::money("Unknown roles (per month)", |t: &T<'_>| t.totals.unknown_role_cents)
            .summed_if(one),
    ];
    let sheet = Sheet { legend: &STATES, ..QUALITY };
    table::sheet(book, &sheet, "DataQuality", columns, &rows, |page, here, first, last| {
        status::words_under(page, here, STATE, (first, last), &STATES)
    })
}
