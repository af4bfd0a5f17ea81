//! The sheets *Alternatives* and *Sensitivity*: what else could be bought, and
//! at which prices it should be.

use rust_xlsxwriter::XlsxError;

use super::money_head;
use super::status::Tone;
use super::true_up::label;
use crate::money::Cents;
use crate::output::{SensitivityLine, SignatureLine, TenantOutput};
use crate::report::book::{Book, Sheet};
use crate::report::catalogue::tenant::{ALTERNATIVES, SENSITIVITY};
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::table::{self, Written};

/// A way to cover a requirement: whether it is one of the cheapest, in words.
pub(crate) struct Way<'o> {
    pub(crate) need: &'o SignatureLine,
    pub(crate) cheapest: bool,
    pub(crate) words: &'o str,
    pub(crate) cents: Cents,
}

/// Every cheapest way of every requirement, and the next one.
pub(crate) fn ways(out: &TenantOutput) -> Vec<Way<'_>> {
    let of = |need: &'_ SignatureLine| -> Vec<(bool, usize, Cents)> {
        let ties = (0..need.covers.len()).map(|at| (true, at, need.cents));
        let next = need.next_cents.into_iter();
        let next = next.flat_map(|cents| (0..need.next.len()).map(move |at| (false, at, cents)));
        ties.chain(next).collect()
    };
    out.signatures
        .iter()
        .flat_map(|need| {
            of(need).into_iter().map(move |(cheapest, at, cents)| Way {
                need,
                cheapest,
                words: if cheapest { &need.covers[at] } else { &need.next[at] },
                cents,
            })
        })
        .collect()
}

/// Writes *Alternatives*.
pub(crate) fn write(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let currency = &out.tenant.currency;
    let more = money_head(currency, "More than the cheapest, each");
    let more_at = more.clone();
    let rows = ways(out);
    let more_of = |w: &Way<'_>| i128::from(w.cents.0) - i128::from(w.need.cents.0);
    let columns: Vec<Column<'_, Way<'_>>> = vec![
        Column::count("Requirement no.", |w: &Way<'_>| w.need.number),
        Column::wrap("Requirement", |w: &Way<'_>| &w.need.requirement),
        Column::count("People", |w: &Way<'_>| i128::from(w.need.users)),
        Column::text("Rank", |w: &Way<'_>| match (w.cheapest, w.need.covers.len()) {
            (true, 1) => "cheapest",
            (true, _) => "as cheap",
            (false, _) => "next",
        })
        .words(),
        Column::wrap("Licences", |w: &Way<'_>| w.words).lists().widest(70),
        Column::money(money_head(currency, "Cost each"), |w: &Way<'_>| w.cents),
        Column::new(more, Kind::Money, move |w: &Way<'_>, _: &_| Value::Money(more_of(w))),
        Column::new(
            money_head(currency, "For all of them"),
            Kind::Money,
            move |w: &Way<'_>, at| {
                let text = format!("{}*{}", at.cell("People"), at.cell(&more_at));
                Value::Formula(text, Outcome::Money(more_of(w) * i128::from(w.need.users)))
            },
        ),
    ];
    table::sheet(book, &ALTERNATIVES, "Alternatives", columns, &rows, super::plain)
}

/// Writes *Sensitivity*.
pub(crate) fn sensitivity(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    type L = SensitivityLine;
    let currency = &out.tenant.currency;
    let left_out = out.sensitivity.left_out();
    let legend: &[(&str, Tone)] =
        if left_out.is_empty() { &[] } else { &[(&left_out, Tone::Attention)] };
    let sheet = Sheet { legend, ..SENSITIVITY };
    let percent = |line: &L, to: Option<Cents>| {
        let to = to.filter(|_| line.cents != Cents::ZERO)?;
        Some((i128::from(to.0) - i128::from(line.cents.0), i128::from(line.cents.0)))
    };
    let price = money_head(currency, "Price");
    let (up, down) = (money_head(currency, "Stays up to"), money_head(currency, "Stays down to"));
    let (price_up, price_down, up_at, down_at) =
        (price.clone(), price.clone(), up.clone(), down.clone());
    let columns: Vec<Column<'_, L>> = vec![
        Column::new("Licence", Kind::Text, |l: &L, _: &_| Value::owned(label(&l.name, l.kind)))
            .lists()
            .widest(84),
        Column::new("Whose", Kind::Text, |l: &L, _: &_| match l.group {
            Some(group) => Value::owned(format!("device group {group}")),
            None => Value::text("people whom no device can serve"),
        })
        .words(),
        Column::new("Devices licensed", Kind::Count, |l: &L, _: &_| {
            l.devices.map_or(Value::Blank, Value::count)
        })
        .if_any(),
        Column::money(price, |l: &L| l.cents),
        Column::new(down, Kind::Money, |l: &L, _: &_| Value::maybe_money(l.down_cents)),
        Column::new(up, Kind::Money, |l: &L, _: &_| Value::maybe_money(l.up_cents)),
        Column::new("May fall by", Kind::Share, move |l: &L, at| {
            percent(l, l.down_cents).map_or(Value::Blank, |(more, whole)| {
                let (to, from) = (at.cell(&down_at), at.cell(&price_down));
                Value::Formula(format!("({from}-{to})/{from}"), Outcome::Share(-more, whole))
            })
        }),
        Column::new("May rise by", Kind::Share, move |l: &L, at| {
            percent(l, l.up_cents).map_or(Value::Blank, |(more, whole)| {
                let (to, from) = (at.cell(&up_at), at.cell(&price_up));
                Value::Formula(format!("({to}-{from})/{from}"), Outcome::Share(more, whole))
            })
        }),
        Column::new("People who change below", Kind::Count, |l: &L, _: &_| {
            l.down_people.filter(|_| l.down_cents.is_some()).map_or(Value::Blank, Value::count)
        }),
        Column::new("People who change above", Kind::Count, |l: &L, _: &_| {
            l.up_people.filter(|_| l.up_cents.is_some()).map_or(Value::Blank, Value::count)
        }),
        Column::text("Bought as", |l: &L| l.kind.word()).words(),
        Column::id("SKU", |l: &L| &l.sku),
    ];
    let lines = &out.sensitivity.lines;
    table::sheet(book, &sheet, "Sensitivity", columns, lines, super::plain)
}
