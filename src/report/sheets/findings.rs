//! The sheets *Findings* and *Rejected*, of a tenant and of the portfolio.

use rust_xlsxwriter::XlsxError;

use super::money_head;
use super::status::{self, Tone};
use crate::finding::Finding;
use crate::intake::Rejected;
use crate::report::book::{Book, Sheet};
use crate::report::cell::Value;
use crate::report::column::{Column, Kind};
use crate::report::table::{self, Written};

pub(crate) const CODE: &str = "Code";
pub(crate) const SEVERITY: &str = "Severity";

const TONES: [(&str, Tone); 3] =
    [("error", Tone::Bad), ("warning", Tone::Attention), ("info", Tone::Neutral)];

/// Writes *Findings*.
pub(crate) fn write(
    book: &mut Book,
    sheet: &Sheet<'_>,
    currency: &str,
    findings: &[Finding],
) -> Result<Written, XlsxError> {
    let columns: Vec<Column<'_, Finding>> = vec![
        Column::text(SEVERITY, |f: &Finding| f.code.severity().word()).words(),
        Column::wrap("What was found", |f: &Finding| f.code.title()).words().widest(34),
        Column::wrap("About", |f: &Finding| &f.subject).widest(34),
        Column::wrap("Message", |f: &Finding| &f.message).words(),
        Column::count("Cases", |f: &Finding| f.count),
        Column::new(money_head(currency, "Money"), Kind::Money, |f: &Finding, _: &_| {
            Value::maybe_money(f.cents)
        })
        .if_any(),
        Column::wrap("What to do", |f: &Finding| f.code.help()).words().widest(48),
        Column::new("Place", Kind::Wrap, |f: &Finding, _: &_| {
            f.place.as_ref().map_or(Value::Blank, |place| Value::owned(place.to_string()))
        })
        .words()
        .widest(44)
        .if_any(),
        Column::text(CODE, |f: &Finding| f.code.id()),
    ];
    let sheet = Sheet { legend: &TONES, ..sheet.clone() };
    table::sheet(book, &sheet, "Findings", columns, findings, |page, here, first, last| {
        status::words_under(page, here, SEVERITY, (first, last), &TONES)
    })
}

/// Writes *Rejected*.
pub(crate) fn write_rejected(
    book: &mut Book,
    sheet: &Sheet<'_>,
    rejected: &[Rejected],
) -> Result<Written, XlsxError> {
    let columns: Vec<Column<'_, Rejected>> = vec![
        Column::text("File", |r: &Rejected| &r.place.file),
        Column::text("Sheet", |r: &Rejected| &r.place.sheet).if_any(),
        Column::new("Row", Kind::Count, |r: &Rejected, _: &_| {
            r.place.row.map_or(Value::Blank, Value::count)
        }),
        Column::text("Column", |r: &Rejected| &r.place.column).if_any(),
        Column::text(CODE, |r: &Rejected| r.code.id()),
        Column::wrap("What was found", |r: &Rejected| r.code.title()).words().widest(34),
        Column::wrap("Reason", |r: &Rejected| &r.reason).words(),
        Column::new("The row as it came", Kind::Id, |r: &Rejected, _: &_| Value::text(&r.raw))
            .widest(70),
        Column::wrap("What to do", |r: &Rejected| r.code.help()).words().widest(48),
    ];
    table::sheet(book, sheet, "Rejected", columns, rejected, super::plain)
}
