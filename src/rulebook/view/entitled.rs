//! Use rights, gates, capacity, support plans and enforcement in the JSON.
//!
//! Amounts are text decimals as in the edition file, without grouping;
//! `null` is without limit.

use serde::Serialize;

use crate::amount::Amount;
use crate::rulebook::{Mark, Opens, Period, Program, Rulebook, Segment};

#[derive(Debug, Serialize)]
pub(super) struct UseRightView<'a> {
    id: &'a str,
    name: &'a str,
    table: &'a str,
    area: &'a str,
    any_of: Vec<&'a str>,
    externals: bool,
    mark: Mark,
    source: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct GateView<'a> {
    id: &'a str,
    name: &'a str,
    opens: Vec<&'a str>,
    what: Opens,
    counts: Vec<&'a str>,
    counts_attach: bool,
    quantity: u32,
    of_one: bool,
    programs: &'a [Program],
    segments: &'a [Segment],
    mark: Mark,
    source: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct CapacityView<'a> {
    id: &'a str,
    name: &'a str,
    unit: &'a str,
    metrics: &'a [String],
    per: Period,
    default: Vec<IncludedView<'a>>,
    accrues: Vec<AccrualView<'a>>,
    accrual_cap: Option<String>,
    cap: Option<String>,
    packs: Vec<PackView<'a>>,
    one_of: bool,
    mark: Mark,
    source: &'a str,
}

#[derive(Debug, Serialize)]
struct IncludedView<'a> {
    amount: Option<String>,
    skus: Vec<&'a str>,
    seats: u32,
    mark: Mark,
    source: &'a str,
}

#[derive(Debug, Serialize)]
struct AccrualView<'a> {
    amount: String,
    per: u32,
    skus: Vec<&'a str>,
    attach: bool,
    each: Vec<&'a str>,
    mark: Mark,
    source: &'a str,
}

#[derive(Debug, Serialize)]
struct PackView<'a> {
    sku: &'a str,
    amount: String,
    most: Option<u32>,
    unlimited_from: Option<u32>,
    after: Option<&'a str>,
}

#[derive(Debug, Serialize)]
pub(super) struct SupportView<'a> {
    id: &'a str,
    name: &'a str,
    sku: &'a str,
    floor_cents: Option<i64>,
    floor_mark: Option<Mark>,
    floor_source: Option<&'a str>,
    everyone: bool,
    premium: bool,
    counts: Vec<&'a str>,
    programs: &'a [Program],
    segments: &'a [Segment],
    mark: Mark,
    source: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct IntegrationView<'a> {
    sku: &'a str,
    mark: Mark,
    source: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct PaymentTermView<'a> {
    id: &'a str,
    name: &'a str,
    months: u32,
    billed_monthly: bool,
    percent: u32,
    programs: &'a [Program],
    mark: Mark,
    source: &'a str,
}

pub(super) fn payment_terms(rules: &Rulebook) -> Vec<PaymentTermView<'_>> {
    rules
        .payment_terms
        .iter()
        .map(|term| PaymentTermView {
            id: &term.id,
            name: &term.name,
            months: term.months,
            billed_monthly: term.billed_monthly,
            percent: term.percent,
            programs: &term.programs,
            mark: term.mark,
            source: &term.source,
        })
        .collect()
}

#[derive(Debug, Serialize)]
pub(super) struct EnforcementView<'a> {
    id: &'a str,
    date: &'a str,
    what: &'a str,
    mark: Mark,
    source: &'a str,
}

pub(super) fn use_rights(rules: &Rulebook) -> Vec<UseRightView<'_>> {
    rules
        .use_rights
        .iter()
        .map(|row| UseRightView {
            id: &row.id,
            name: &row.name,
            table: &row.table,
            area: &row.area,
            any_of: rules.ids_of_rights(&row.any_of),
            externals: row.externals,
            mark: row.mark,
            source: &row.source,
        })
        .collect()
}

pub(super) fn gates(rules: &Rulebook) -> Vec<GateView<'_>> {
    rules
        .gates
        .iter()
        .map(|gate| GateView {
            id: &gate.id,
            name: &gate.name,
            opens: rules.ids_of(gate.opens),
            what: gate.what,
            counts: rules.ids_of(gate.counts),
            counts_attach: gate.counts_attach,
            quantity: gate.quantity,
            of_one: gate.of_one,
            programs: &gate.programs,
            segments: &gate.segments,
            mark: gate.mark,
            source: &gate.source,
        })
        .collect()
}

/// An amount as the edition file writes it.
fn plain(amount: Amount) -> String {
    amount.to_string()
}

pub(super) fn capacity(rules: &Rulebook) -> Vec<CapacityView<'_>> {
    rules
        .capacity
        .iter()
        .map(|entry| CapacityView {
            id: &entry.id,
            name: &entry.name,
            unit: &entry.unit,
            metrics: &entry.metrics,
            per: entry.per,
            default: entry
                .default
                .iter()
                .map(|default| IncludedView {
                    amount: default.amount.map(plain),
                    skus: rules.ids_of(default.skus),
                    seats: default.seats,
                    mark: default.mark,
                    source: &default.source,
                })
                .collect(),
            accrues: entry
                .accrues
                .iter()
                .map(|accrual| AccrualView {
                    amount: plain(accrual.amount),
                    per: accrual.per,
                    skus: rules.ids_of(accrual.skus),
                    attach: accrual.attach,
                    each: rules.ids_of(accrual.each),
                    mark: accrual.mark,
                    source: &accrual.source,
                })
                .collect(),
            accrual_cap: entry.accrual_cap.map(plain),
            cap: entry.cap.map(plain),
            packs: entry
                .packs
                .iter()
                .map(|pack| PackView {
                    sku: &rules.sku(pack.sku).id,
                    amount: plain(pack.amount),
                    most: pack.most,
                    unlimited_from: pack.unlimited_from,
                    after: pack.after.map(|sku| rules.sku(sku).id.as_str()),
                })
                .collect(),
            one_of: entry.one_of,
            mark: entry.mark,
            source: &entry.source,
        })
        .collect()
}

pub(super) fn support(rules: &Rulebook) -> Vec<SupportView<'_>> {
    rules
        .support
        .iter()
        .map(|plan| SupportView {
            id: &plan.id,
            name: &plan.name,
            sku: &rules.sku(plan.sku).id,
            floor_cents: plan.floor.as_ref().map(|floor| floor.cents.0),
            floor_mark: plan.floor.as_ref().map(|floor| floor.mark),
            floor_source: plan.floor.as_ref().map(|floor| floor.source.as_str()),
            everyone: plan.everyone,
            premium: plan.premium,
            counts: rules.ids_of(plan.counts),
            programs: &plan.programs,
            segments: &plan.segments,
            mark: plan.mark,
            source: &plan.source,
        })
        .collect()
}

pub(super) fn integration(rules: &Rulebook) -> Option<IntegrationView<'_>> {
    rules.integration.as_ref().map(|integration| IntegrationView {
        sku: &rules.sku(integration.sku).id,
        mark: integration.mark,
        source: &integration.source,
    })
}

pub(super) fn enforcement(rules: &Rulebook) -> Vec<EnforcementView<'_>> {
    rules
        .enforcement
        .iter()
        .map(|entry| EnforcementView {
            id: &entry.id,
            date: &entry.date,
            what: &entry.what,
            mark: entry.mark,
            source: &entry.source,
        })
        .collect()
}

#[derive(Debug, Serialize)]
pub(super) struct VendorReportView<'a> {
    name: &'a str,
    mark: Mark,
    source: &'a str,
    greedy_mark: Mark,
    greedy_source: &'a str,
    ranks: Vec<VendorRankView<'a>>,
}

#[derive(Debug, Serialize)]
struct VendorRankView<'a> {
    sku: &'a str,
    priority: u32,
    group: &'a str,
    mark: Mark,
    source: &'a str,
}

pub(super) fn vendor_report(rules: &Rulebook) -> Option<VendorReportView<'_>> {
    rules.vendor_report.as_ref().map(|report| VendorReportView {
        name: &report.name,
        mark: report.mark,
        source: &report.source,
        greedy_mark: report.greedy_mark,
        greedy_source: &report.greedy_source,
        ranks: report
            .ranks
            .iter()
            .map(|rank| VendorRankView {
                sku: &rules.sku(rank.sku).id,
                priority: rank.priority,
                group: &rank.group,
                mark: rank.mark,
                source: &rank.source,
            })
            .collect(),
    })
}
