//! The sheet *Licences*: the plan.

use rust_xlsxwriter::XlsxError;

use super::{devices, money_head, users};
use crate::output::{LicenceKind, PlanLine, TenantOutput};
use crate::report::book::Book;
use crate::report::catalogue::tenant::LICENCES;
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::figures::Figures;
use crate::report::table::{self, Written};

pub(crate) const SKU: &str = "SKU";
pub(crate) const KIND: &str = "Kind";
pub(crate) const SEATS: &str = "Seats";
pub(crate) const TOTAL: &str = "Total";
pub(crate) const EXTRA: &str = "Extra seats";

/// Words for a price mark.
pub(crate) fn mark_words(mark: Option<crate::rulebook::Mark>) -> &'static str {
    mark.map_or("own price", crate::rulebook::Mark::word)
}

/// Writes *Licences*.
pub(crate) fn write(
    book: &mut Book,
    out: &TenantOutput,
    figures: &Figures,
    user_licences: &Written,
    device_rows: &Written,
) -> Result<Written, XlsxError> {
    let currency = &out.tenant.currency;
    let unit = money_head(currency, "Unit price");
    let unit_at = unit.clone();
    let columns: Vec<Column<'_, PlanLine>> = vec![
        Column::id(SKU, |l: &PlanLine| &l.sku),
        Column::text("Product", |l: &PlanLine| &l.name).widest(52),
        Column::text(KIND, |l: &PlanLine| l.kind.word()),
        Column::new("Seats of people", Kind::Count, |l: &PlanLine, at| {
            let (sku, kind) = (at.cell(SKU), at.cell(KIND));
            let text = user_licences.count_ifs(&[(users::SKU, &sku), (users::LICENCE_KIND, &kind)]);
            let seats = match l.kind {
                LicenceKind::Device => 0,
                kind => figures.seats_of(&l.sku, kind),
            };
            Value::Formula(text, Outcome::Count(seats))
        })
        .summed(),
        Column::new("Seats of devices", Kind::Count, |l: &PlanLine, at| {
            let sku = at.cell(SKU);
            let count =
                device_rows.count_ifs(&[(devices::SKU, &sku), (devices::LICENSED, "\"yes\"")]);
            let text = format!("IF({}=\"device\",{count},0)", at.cell(KIND));
            let seats = match l.kind {
                LicenceKind::Device => figures.seats_of(&l.sku, l.kind),
                _ => 0,
            };
            Value::Formula(text, Outcome::Count(seats))
        })
        .summed(),
        Column::count(EXTRA, |l: &PlanLine| {
            i128::from(l.quantity) - figures.seats_of(&l.sku, l.kind)
        })
        .summed(),
        Column::new(SEATS, Kind::Count, |l: &PlanLine, at| {
            let text = format!("SUM({}:{})", at.cell("Seats of people"), at.cell(EXTRA));
            Value::Formula(text, Outcome::Count(i128::from(l.quantity)))
        })
        .summed(),
        Column::money(&unit, |l: &PlanLine| l.unit_cents),
        Column::new(money_head(currency, TOTAL), Kind::Money, move |l: &PlanLine, at| {
            let text = format!("{}*{}", at.cell(SEATS), at.cell(&unit_at));
            let total = i128::from(l.quantity) * i128::from(l.unit_cents.0);
            Value::Formula(text, Outcome::Money(total))
        })
        .summed()
        .bars(),
        Column::text("Mark", |l: &PlanLine| mark_words(l.mark)),
        Column::wrap("Source of the price", |l: &PlanLine| &l.source),
    ];
    table::sheet(book, &LICENCES, "Plan", &columns, &out.plan, super::plain)
}
