//! The sheet *Licences*: the plan.

use rust_xlsxwriter::XlsxError;

use super::status::{self, Tone};
use super::{devices, money_head, users};
use crate::output::{LicenceKind, PlanLine, TenantOutput};
use crate::report::book::{Book, Sheet};
use crate::report::catalogue::tenant::LICENCES;
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::figures::Figures;
use crate::report::price_names::PriceNames;
use crate::report::table::{self, Written};
use crate::rulebook::Mark;

pub(crate) const SKU: &str = "SKU";
pub(crate) const KIND: &str = "Bought as";
pub(crate) const PRODUCT: &str = "Product";
pub(crate) const SEATS: &str = "Seats";
pub(crate) const TOTAL: &str = "Total";
pub(crate) const UNIT: &str = "Unit price";
pub(crate) const EXTRA: &str = "Extra seats";
/// What the unit price was in the calculation.
pub(crate) const UNIT_THEN: &str = "Unit price of the calculation";
pub(crate) const OF_PEOPLE: &str = "Seats of people";
const MARK: &str = "Price read from";

/// The word for a price nobody has verified.
pub(crate) const UNVERIFIED: &str = "UNVERIFIED";

/// How those words look.
pub(crate) const MARKS: [(&str, Tone); 3] =
    [(UNVERIFIED, Tone::Attention), ("unknown", Tone::Bad), ("own price", Tone::Good)];

/// Words for a price mark.
pub(crate) fn mark_words(mark: Option<Mark>) -> &'static str {
    match mark {
        None => "own price",
        Some(Mark::VerifiedGuide) => "licensing guide",
        Some(Mark::VerifiedMicrosoft) => "Microsoft document",
        Some(Mark::VerifiedThirdParty) => "third-party copy",
        Some(Mark::Derived) => "derived",
        Some(Mark::Unverified) => UNVERIFIED,
    }
}

/// The sources of a price with their titles: `P22` alone says nothing to a
/// reader. A section behind the id stays behind the title.
pub(crate) fn source_words<'r>(out: &TenantOutput, source: &'r str) -> Value<'r> {
    if source.is_empty() {
        return Value::Blank;
    }
    let title = |part: &str| {
        let (id, section) = part.split_once(' ').unwrap_or((part, ""));
        match out.edition.sources.iter().find(|(known, _)| known == id) {
            Some((_, title)) if section.is_empty() => title.clone(),
            Some((_, title)) => format!("{title}: {section}"),
            None => part.to_owned(),
        }
    };
    Value::owned(source.split("; ").map(title).collect::<Vec<_>>().join("; "))
}

/// Writes *Licences*.
pub(crate) fn write(
    book: &mut Book,
    out: &TenantOutput,
    figures: &Figures,
    names: &PriceNames<'_>,
    user_licences: &Written,
    device_rows: &Written,
) -> Result<Written, XlsxError> {
    let currency = &out.tenant.currency;
    let unit = money_head(currency, UNIT);
    let unit_at = unit.clone();
    let columns: Vec<Column<'_, PlanLine>> = vec![
        Column::text(PRODUCT, |l: &PlanLine| &l.name).widest(72),
        Column::text(KIND, |l: &PlanLine| l.kind.word()).words(),
        Column::new(OF_PEOPLE, Kind::Count, |l: &PlanLine, at| {
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
            let text = format!("SUM({}:{})", at.cell(OF_PEOPLE), at.cell(EXTRA));
            Value::Formula(text, Outcome::Count(i128::from(l.quantity)))
        })
        .summed(),
        Column::new(&unit, Kind::Money, |l: &PlanLine, _: &_| {
            names.price(&l.sku, l.kind, l.unit_cents)
        }),
        Column::new(money_head(currency, TOTAL), Kind::Money, move |l: &PlanLine, at| {
            let text = format!("{}*{}", at.cell(SEATS), at.cell(&unit_at));
            let total = i128::from(l.quantity) * i128::from(l.unit_cents.0);
            Value::Formula(text, Outcome::Money(total))
        })
        .summed()
        .bars(),
        Column::text(MARK, |l: &PlanLine| mark_words(l.mark)).words(),
        Column::new("Source of the price", Kind::Wrap, |l: &PlanLine, _: &_| {
            source_words(out, &l.source)
        }),
        Column::id(SKU, |l: &PlanLine| &l.sku),
        Column::money(money_head(currency, UNIT_THEN), |l: &PlanLine| l.unit_cents),
    ];
    let sheet = Sheet { legend: &MARKS[..1], ..LICENCES };
    table::sheet(book, &sheet, "Plan", columns, &out.plan, |page, here, first, last| {
        status::words_under(page, here, MARK, (first, last), &MARKS)
    })
}
