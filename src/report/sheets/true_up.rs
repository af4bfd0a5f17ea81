//! The sheet *True-up*.

use rust_xlsxwriter::{ChartType, XlsxError};

use super::status::{self, Tone};
use super::{licences, money_head};
use crate::output::{LicenceKind, TenantOutput, TrueUpLine};
use crate::report::book::{Book, Sheet};
use crate::report::catalogue::tenant::TRUE_UP;
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::price_names::PriceNames;
use crate::report::table::{self, Written};

pub(crate) const LICENCE: &str = "Licence";
pub(crate) const OWNED: &str = "Owned";
pub(crate) const ASSIGNED: &str = "Assigned";
pub(crate) const USED_NOW: &str = "Used until renewal";
pub(crate) const BUY_NOW: &str = "Buy now";
pub(crate) const IDLE_NOW: &str = "Idle until renewal";
pub(crate) const PLAN: &str = "Needed at renewal";
pub(crate) const UNIT: &str = "Unit price";
/// What it was in the calculation.
pub(crate) const UNIT_THEN: &str = "Unit price of the calculation";
pub(crate) const OWNED_COST: &str = "Owned cost";
pub(crate) const GAP: &str = "More (+) or fewer (-) at renewal";
pub(crate) const MONEY: &str = "Difference";
pub(crate) const ACTION: &str = "Action";

/// The words of the action and how they look.
pub(crate) const ACTIONS: [(&str, Tone); 7] = [
    ("buy now", Tone::Bad),
    ("add at renewal", Tone::Attention),
    ("swap to base at renewal", Tone::Attention),
    ("swap to attach at renewal", Tone::Attention),
    ("reduce at renewal", Tone::Attention),
    ("drop at renewal", Tone::Attention),
    ("keep", Tone::Good),
];

/// `Finance (attach)`.
pub(crate) fn label(name: &str, kind: LicenceKind) -> String {
    match kind {
        LicenceKind::Base | LicenceKind::Device => name.to_owned(),
        kind => format!("{name} ({})", kind.word()),
    }
}

/// Writes *True-up*.
pub(crate) fn write(
    book: &mut Book,
    out: &TenantOutput,
    names: &PriceNames<'_>,
    plan: &Written,
) -> Result<Written, XlsxError> {
    let currency = &out.tenant.currency;
    let known = out.totals.owned_known;
    let unit = money_head(currency, UNIT);
    let (owned_unit, gap_unit) = (unit.clone(), unit.clone());
    let columns: Vec<Column<'_, TrueUpLine>> = vec![
        Column::new(LICENCE, Kind::Text, |l: &TrueUpLine, _: &_| {
            Value::owned(label(&l.name, l.kind))
        })
        .lists()
        .charted()
        .widest(84),
        Column::count(OWNED, |l: &TrueUpLine| l.owned).summed(),
        Column::count(ASSIGNED, |l: &TrueUpLine| l.assigned).summed(),
        Column::count(USED_NOW, |l: &TrueUpLine| l.used_now).summed_if(known).if_any(),
        Column::count(BUY_NOW, |l: &TrueUpLine| l.buy_now).summed_if(known).if_any(),
        Column::count(IDLE_NOW, |l: &TrueUpLine| l.idle_now).summed_if(known).if_any(),
        Column::new(PLAN, Kind::Count, |l: &TrueUpLine, at| {
            let (sku, kind) = (at.cell("SKU"), at.cell(licences::KIND));
            let text =
                plan.sum_ifs(licences::SEATS, &[(licences::SKU, &sku), (licences::KIND, &kind)]);
            Value::Formula(text, Outcome::Count(planned(out, l)))
        })
        .summed(),
        Column::new(GAP, Kind::Count, |l: &TrueUpLine, at| {
            let text = format!("{}-{}", at.cell(PLAN), at.cell(OWNED));
            Value::Formula(text, Outcome::Count(planned(out, l) - i128::from(l.owned)))
        })
        .summed(),
        Column::new(&unit, Kind::Money, |l: &TrueUpLine, _: &_| {
            names.price(&l.sku, l.kind, l.unit_cents)
        }),
        Column::new(money_head(currency, OWNED_COST), Kind::Money, move |l: &TrueUpLine, at| {
            let text = format!("{}*{}", at.cell(OWNED), at.cell(&owned_unit));
            let cents = i128::from(l.owned) * i128::from(l.unit_cents.0);
            Value::Formula(text, Outcome::Money(cents))
        })
        .summed(),
        Column::new(money_head(currency, MONEY), Kind::Money, move |l: &TrueUpLine, at| {
            let text = format!("{}*{}", at.cell(GAP), at.cell(&gap_unit));
            let gap = planned(out, l) - i128::from(l.owned);
            Value::Formula(text, Outcome::Money(gap * i128::from(l.unit_cents.0)))
        })
        .summed(),
        Column::date("Earliest end", |l: &TrueUpLine| &l.end).if_any(),
        Column::text(ACTION, |l: &TrueUpLine| l.action).words(),
        Column::text(licences::KIND, |l: &TrueUpLine| l.kind.word()).words(),
        Column::id("SKU", |l: &TrueUpLine| &l.sku),
        Column::money(money_head(currency, UNIT_THEN), |l: &TrueUpLine| l.unit_cents),
    ];
    let sheet = Sheet { legend: &ACTIONS, ..TRUE_UP };
    let look = book.look();
    table::sheet(book, &sheet, "TrueUp", columns, &out.true_up, |page, here, first, last| {
        status::words_under(page, here, ACTION, (first, last), &ACTIONS)?;
        if out.true_up.is_empty() {
            return Ok(());
        }
        let series =
            |name, colour| crate::report::charts::Series { name, values: here.range(name), colour };
        let alt = "Clustered columns: seats owned, assigned and planned per licence.";
        crate::report::charts::insert(
            page,
            look,
            (last + 2, 0),
            &crate::report::charts::Spec {
                kind: ChartType::Column,
                title: "Seats owned, assigned and needed at renewal",
                categories_title: "Licence",
                values_title: "Seats",
                alt,
                categories: here.range(LICENCE),
                series: vec![
                    series(OWNED, crate::report::style::GREY),
                    series(ASSIGNED, crate::report::style::TEAL),
                    series(PLAN, crate::report::style::NAVY),
                ],
                labels: true,
                number_format: "#,##0",
                size: (1100, 380),
                points: &[],
            },
        )
    })
}

/// Seats of the plan's lines of that licence.
pub(crate) fn planned(out: &TenantOutput, line: &TrueUpLine) -> i128 {
    out.plan
        .iter()
        .filter(|plan| plan.sku == line.sku && plan.kind == line.kind)
        .map(|plan| i128::from(plan.quantity))
        .sum()
}
