//! The sheets *Devices* and *Device decisions*.

use std::collections::HashMap;

use rust_xlsxwriter::XlsxError;

use super::money_head;
use super::status::{self, Tone};
use crate::output::{ComponentLine, DeviceLine, LicenceKind, SensitivityLine, TenantOutput};
use crate::report::book::Book;
use crate::report::catalogue::tenant::{DECISIONS, DEVICES};
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::price_names::PriceNames;
use crate::report::table::{self, Written};

pub(crate) const ID: &str = "Device id";
pub(crate) const LICENSED: &str = "Licensed";
pub(crate) const SKU: &str = "SKU";
pub(crate) const COST: &str = "Plan cost";
/// Of *Device decisions*.
pub(crate) const GAP: &str = "Above that";

/// Writes *Devices*.
pub(crate) fn write(
    book: &mut Book,
    out: &TenantOutput,
    names: &PriceNames<'_>,
) -> Result<Written, XlsxError> {
    let currency = &out.tenant.currency;
    let price = money_head(currency, "Device price");
    let price_at = price.clone();
    let components = &out.certificate.components;
    let method = |device: &DeviceLine| {
        let number = device.component?;
        components.iter().find(|line| line.number == number)
    };
    let flips: HashMap<(u32, &str), &SensitivityLine> = out
        .sensitivity
        .lines
        .iter()
        .filter_map(|line| Some(((line.group?, line.sku.as_str()), line)))
        .collect();
    let flip = |d: &DeviceLine| flips.get(&(d.component?, d.sku.as_str())).copied();
    let flip = &flip;
    let columns: Vec<Column<'_, DeviceLine>> = vec![
        Column::new(ID, Kind::Id, |d: &DeviceLine, _: &_| {
            Value::text(if d.id.is_empty() { "(no id)" } else { &d.id })
        }),
        Column::text("Name", |d: &DeviceLine| &d.name).if_any(),
        Column::text("Kind", |d: &DeviceLine| &d.kind).words(),
        Column::text("Location", |d: &DeviceLine| &d.location).if_any(),
        Column::text("Dedicated", |d: &DeviceLine| &d.dedicated).words(),
        Column::text("Log-in", |d: &DeviceLine| &d.login).words().if_any(),
        Column::date("Last seen", |d: &DeviceLine| &d.last_seen).if_any(),
        Column::count("People using it", |d: &DeviceLine| d.users).summed(),
        Column::count("People it carries", |d: &DeviceLine| d.carries).summed(),
        Column::new(LICENSED, Kind::Text, |d: &DeviceLine, _: &_| Value::yes_no(d.licensed))
            .words(),
        Column::text("Device licence", |d: &DeviceLine| &d.sku_name).widest(60),
        Column::new(&price, Kind::Money, |d: &DeviceLine, _: &_| {
            if d.sku.is_empty() {
                Value::Blank
            } else {
                names.price(&d.sku, LicenceKind::Device, d.unit_cents)
            }
        }),
        Column::new(money_head(currency, COST), Kind::Money, move |d: &DeviceLine, at| {
            let cents = if d.licensed { i128::from(d.unit_cents.0) } else { 0 };
            let text = format!("IF({}=\"yes\",{},0)", at.cell(LICENSED), at.cell(&price_at));
            Value::Formula(text, Outcome::Money(cents))
        })
        .summed(),
        Column::new(
            money_head(currency, "Stays as it is down to"),
            Kind::Money,
            move |d, _: &_| Value::maybe_money(flip(d).and_then(|line| line.down_cents)),
        )
        .if_any(),
        Column::new(money_head(currency, "Stays as it is up to"), Kind::Money, move |d, _: &_| {
            Value::maybe_money(flip(d).and_then(|line| line.up_cents))
        })
        .if_any(),
        Column::wrap("Reason", |d: &DeviceLine| &d.reason).words(),
        Column::new("Group", Kind::Count, |d: &DeviceLine, _: &_| {
            d.component.map_or(Value::Blank, Value::count)
        }),
        Column::new("Proof of the group", Kind::Text, move |d: &DeviceLine, _: &_| {
            method(d).map_or(Value::Blank, |line| {
                let proven = line.cents == line.bound_cents;
                let word = if proven { "proven cheapest" } else { "not proven cheapest" };
                Value::owned(format!("{word} ({})", line.method))
            })
        })
        .words(),
        Column::id(SKU, |d: &DeviceLine| &d.sku),
    ];
    table::sheet(book, &DEVICES, "Devices", columns, &out.devices, |page, here, first, last| {
        let words = [("yes", Tone::Good), ("no", Tone::Neutral)];
        status::words_under(page, here, LICENSED, (first, last), &words)
    })
}

/// Writes *Device decisions*.
pub(crate) fn write_decisions(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let currency = &out.tenant.currency;
    let (alone, cost, bound) = (
        money_head(currency, "User licences only"),
        money_head(currency, "With devices"),
        money_head(currency, "Least possible cost"),
    );
    let (alone_at, cost_at, gap_cost, bound_at) =
        (alone.clone(), cost.clone(), cost.clone(), bound.clone());
    let columns: Vec<Column<'_, ComponentLine>> = vec![
        Column::count("Group", |c: &ComponentLine| c.number),
        Column::count("People", |c: &ComponentLine| c.users).summed(),
        Column::count("Devices", |c: &ComponentLine| c.devices).summed(),
        Column::count("Devices licensed", |c: &ComponentLine| c.devices_licensed).summed(),
        Column::money(&alone, |c: &ComponentLine| c.user_only_cents).summed(),
        Column::money(&cost, |c: &ComponentLine| c.cents).summed(),
        Column::new(
            money_head(currency, "Saved by devices"),
            Kind::Money,
            move |c: &ComponentLine, at| {
                let saved = i128::from(c.user_only_cents.0) - i128::from(c.cents.0);
                let text = format!("{}-{}", at.cell(&alone_at), at.cell(&cost_at));
                Value::Formula(text, Outcome::Money(saved))
            },
        )
        .summed()
        .bars(),
        Column::money(&bound, |c: &ComponentLine| c.bound_cents).summed(),
        Column::new(money_head(currency, GAP), Kind::Money, move |c: &ComponentLine, at| {
            let gap = i128::from(c.cents.0) - i128::from(c.bound_cents.0);
            let text = format!("{}-{}", at.cell(&gap_cost), at.cell(&bound_at));
            Value::Formula(text, Outcome::Money(gap))
        })
        .summed(),
        Column::text("Proof by", |c: &ComponentLine| &c.method).words(),
    ];
    table::sheet(
        book,
        &DECISIONS,
        "DeviceDecisions",
        columns,
        &out.certificate.components,
        super::plain,
    )
}
