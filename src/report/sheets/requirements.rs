//! The sheet *Requirements*: signatures and their covers.

use rust_xlsxwriter::XlsxError;

use super::{money_head, users};
use crate::output::{SignatureLine, TenantOutput};
use crate::report::book::Book;
use crate::report::catalogue::tenant::REQUIREMENTS;
use crate::report::cell::{Outcome, Value, joined};
use crate::report::column::{Column, Kind};
use crate::report::figures::Figures;
use crate::report::table::{self, Written};

pub(crate) const NUMBER: &str = "No.";
pub(crate) const PEOPLE: &str = "People";

/// Covers listed in a cell; the rest is counted.
const LISTED: usize = 12;

/// Comparisons Excel may spend on counting people per requirement when it
/// opens the file; beyond it the counts are written as numbers.
const LIVE: usize = 20_000_000;

/// Writes *Requirements*.
pub(crate) fn write(
    book: &mut Book,
    out: &TenantOutput,
    figures: &Figures,
    people: &Written,
) -> Result<Written, XlsxError> {
    let each = money_head(&out.tenant.currency, "Cost each");
    let each_at = each.clone();
    let live = out.users.len().saturating_mul(out.signatures.len()) <= LIVE;
    let counted =
        |line: &SignatureLine| figures.by_signature.get(&line.number).copied().unwrap_or(0);
    let columns: Vec<Column<'_, SignatureLine>> = vec![
        Column::count(NUMBER, |s: &SignatureLine| s.number),
        Column::wrap("Requirement", |s: &SignatureLine| &s.requirement),
        Column::text("Tier", |s: &SignatureLine| s.tier.word()).words(),
        Column::new(PEOPLE, Kind::Count, move |s: &SignatureLine, at| {
            if live {
                let text = people.count_ifs(&[(users::NUMBER, &at.cell(NUMBER))]);
                Value::Formula(text, Outcome::Count(counted(s)))
            } else {
                Value::count(counted(s))
            }
        })
        .summed(),
        Column::money(&each, |s: &SignatureLine| s.cents),
        Column::new(
            money_head(&out.tenant.currency, "With user licences only"),
            Kind::Money,
            move |s: &SignatureLine, at| {
                let text = format!("{}*{}", at.cell(PEOPLE), at.cell(&each_at));
                Value::Formula(text, Outcome::Money(counted(s) * i128::from(s.cents.0)))
            },
        )
        .summed()
        .bars(),
        Column::count("Equally cheap ways", |s: &SignatureLine| s.covers.len() as u64),
        Column::new("Cheapest ways", Kind::Wrap, |s: &SignatureLine, _: &_| {
            Value::owned(joined(&s.covers, LISTED, "\n"))
        })
        .lists()
        .widest(70),
    ];
    table::sheet(book, &REQUIREMENTS, "Requirements", columns, &out.signatures, super::plain)
}
