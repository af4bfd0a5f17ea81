//! The sheet *Risks*.

use rust_xlsxwriter::XlsxError;

use super::money_head;
use crate::output::{RiskLine, TenantOutput};
use crate::report::book::Book;
use crate::report::catalogue::tenant::RISKS;
use crate::report::column::Column;
use crate::report::table::{self, Written};

/// Writes *Risks*, most money first.
pub(crate) fn write(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let mut rows: Vec<&RiskLine> = out.risks.iter().collect();
    rows.sort_by_key(|risk| std::cmp::Reverse(risk.cents));
    let columns: Vec<Column<'_, &RiskLine>> = vec![
        Column::wrap("Risk", |r: &&RiskLine| r.code.title()).words(),
        Column::wrap("What it is about", |r: &&RiskLine| &r.subject).words().widest(50),
        Column::wrap("Figures", |r: &&RiskLine| &r.detail).words().widest(90),
        Column::count("People, seats or devices", |r: &&RiskLine| r.count),
        Column::money(money_head(&out.tenant.currency, "Money at stake"), |r: &&RiskLine| r.cents),
        Column::wrap("What to do", |r: &&RiskLine| r.code.help()).words().widest(60),
        Column::text("Code", |r: &&RiskLine| r.code.id()),
    ];
    table::sheet(book, &RISKS, "Risks", columns, &rows, super::plain)
}
