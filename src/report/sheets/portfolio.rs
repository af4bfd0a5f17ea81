//! The detail sheets of the portfolio's workbook.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use super::status::{self, Tone};
use super::true_up::{ACTION, ACTIONS, label};
use crate::output::{
    CauseTotal, DriverLine, LicenceKind, PlanLine, TenantFailure, TenantSummary, TrueUpLine,
};
use crate::report::book::{Book, Sheet};
use crate::report::catalogue::portfolio as catalogue;
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::file_stem;
use crate::report::table::{self, Written};
use crate::rulebook::Tier;

/// Headers other sheets refer to.
pub(crate) mod head {
    pub(crate) const ID: &str = "Tenant id";
    pub(crate) const CURRENCY: &str = "Currency";
    pub(crate) const PEOPLE: &str = "People";
    pub(crate) const NEED: &str = "Need a licence";
    pub(crate) const PLAN: &str = "Plan cost (per month)";
    pub(crate) const USER_ONLY: &str = "User licences only (per month)";
    pub(crate) const ASSIGNED: &str = "Assigned cost (per month)";
    pub(crate) const OWNED: &str = "Owned cost (per month)";
    pub(crate) const SAVING: &str = "Saving (per month)";
    pub(crate) const GAP: &str = "Above least possible (per month)";
    pub(crate) const UNVERIFIED: &str = "Unverified prices (per month)";
    pub(crate) const VERIFIED: &str = "Checked";
    pub(crate) const TIERS: [&str; 5] =
        ["None", "Self-service", "Team members", "Activity", "Full"];
    pub(crate) const SKU: &str = "SKU";
    pub(crate) const KIND: &str = "Bought as";
    pub(crate) const SEATS: &str = "Needed";
    pub(crate) const LINE_GAP: &str = "To buy (+) or spare (-)";
    pub(crate) const LINE_PLAN_COST: &str = "Plan cost (per month)";
    pub(crate) const LINE_OWNED: &str = "Owned";
}

/// What a tenant pays today, in cents: what is assigned where that is known,
/// else what is owned.
pub(crate) fn today(tenant: &TenantSummary) -> Option<i128> {
    let totals = &tenant.totals;
    if totals.assigned_known {
        Some(i128::from(totals.assigned_cents.0))
    } else if totals.owned_known {
        Some(i128::from(totals.owned_cents.0))
    } else {
        None
    }
}

/// Today less plan.
pub(crate) fn saving(tenant: &TenantSummary) -> Option<i128> {
    today(tenant).map(|today| today - i128::from(tenant.totals.plan_cents.0))
}

/// Money of the plan's lines.
pub(crate) fn planned(tenant: &TenantSummary) -> i128 {
    tenant.plan.iter().map(|line| i128::from(line.quantity) * i128::from(line.unit_cents.0)).sum()
}

/// Whether amounts of all tenants may be added up.
fn one_currency(tenants: &[TenantSummary]) -> bool {
    tenants.windows(2).all(|pair| pair[0].tenant.currency == pair[1].tenant.currency)
}

/// Writes *Tenants*.
///
/// `linked`: the workbooks of the tenants stand beside this one.
pub(crate) fn tenants(
    book: &mut Book,
    rows: &[TenantSummary],
    linked: bool,
) -> Result<Written, XlsxError> {
    type T = TenantSummary;
    let one = one_currency(rows);
    let mut columns: Vec<Column<'_, T>> = vec![Column::text("Tenant", |t: &T| &t.tenant.name)];
    if linked {
        columns.push(Column::new("Workbook", Kind::Link, |t: &T, _: &_| {
            let text = format!("HYPERLINK(\"tenants/{}.xlsx\",\"open\")", file_stem(&t.tenant.id));
            Value::Formula(text, Outcome::Text("open".to_owned()))
        }));
    }
    columns.extend([
        Column::date("Renewal", |t: &T| &t.tenant.renewal_date),
        Column::text(head::CURRENCY, |t: &T| &t.tenant.currency),
        Column::count(head::PEOPLE, |t: &T| t.totals.people).summed(),
        Column::count(head::NEED, |t: &T| t.totals.need_licence).summed(),
        Column::new(head::OWNED, Kind::Money, |t: &T, _: &_| {
            Value::maybe_money(t.totals.owned_known.then_some(t.totals.owned_cents))
        })
        .summed_if(one),
        Column::new(head::ASSIGNED, Kind::Money, |t: &T, _: &_| {
            Value::maybe_money(t.totals.assigned_known.then_some(t.totals.assigned_cents))
        })
        .summed_if(one),
        Column::money(head::USER_ONLY, |t: &T| t.totals.user_only_cents).summed_if(one),
        Column::money(head::PLAN, |t: &T| t.totals.plan_cents).summed_if(one).bars(),
        Column::new(head::SAVING, Kind::Money, |t: &T, at| {
            let today = if t.totals.assigned_known { head::ASSIGNED } else { head::OWNED };
            saving(t).map_or(Value::Blank, |saving| {
                let text = format!("{}-{}", at.cell(today), at.cell(head::PLAN));
                Value::Formula(text, Outcome::Money(saving))
            })
        })
        .summed_if(one)
        .bars(),
        Column::new("Following Microsoft's report (per month)", Kind::Money, |t: &T, _: &_| {
            let compare = &t.compare;
            let following = compare.priority_cents + compare.outside_cents;
            Value::maybe_money(compare.known.then_some(following))
        })
        .if_any()
        .summed_if(one),
        Column::new("Saved by not following it (per month)", Kind::Money, |t: &T, _: &_| {
            Value::maybe_money(t.compare.known.then_some(t.compare.difference()))
        })
        .if_any()
        .summed_if(one),
        Column::money(head::UNVERIFIED, |t: &T| t.totals.unverified_cents).summed_if(one),
        Column::money(head::GAP, |t: &T| t.gap_cents).summed_if(one),
        Column::new(head::VERIFIED, Kind::Text, |t: &T, _: &_| Value::yes_no(t.verified)).words(),
        Column::count("Agreement rules not met", |t: &T| t.rules_unmet).summed(),
        Column::money("Missing seats of those rules", |t: &T| t.rules_unmet_cents).summed_if(one),
        Column::money("Capacity packs to buy", |t: &T| t.totals.capacity_cents).summed_if(one),
        Column::count("Errors", |t: &T| t.errors).summed(),
        Column::count("Warnings", |t: &T| t.warnings).summed(),
    ]);
    let printed = u16::try_from(columns.len() - 1).unwrap_or_default();
    for (tier, name) in head::TIERS.into_iter().enumerate() {
        columns.push(Column::count(name, move |t: &T| t.totals.by_tier[tier]).summed());
    }
    columns.extend([
        Column::id(head::ID, |t: &T| &t.tenant.id),
        Column::text("Program", |t: &T| t.tenant.program.word()),
        Column::text("Segment", |t: &T| &t.tenant.segment),
        Column::text("Edition", |t: &T| &t.edition),
        Column::count("Devices", |t: &T| t.totals.devices).summed(),
        Column::count("Devices licensed", |t: &T| t.totals.devices_licensed).summed(),
        Column::count("Files", |t: &T| t.files).summed(),
        Column::count("Rows read", |t: &T| t.rows_read).summed(),
        Column::count("Rows rejected", |t: &T| t.rows_rejected).summed(),
    ]);
    let words = [("yes", Tone::Good), ("no", Tone::Bad)];
    let about = if linked { catalogue::TENANTS.about } else { "One row per tenant." };
    let sheet = Sheet { about, ..catalogue::TENANTS };
    table::sheet(book, &sheet, "Tenants", columns, rows, |page, here, first, last| {
        // The columns to the right are for the screen.
        page.set_print_area(0, 0, last, printed)?;
        status::words_under(page, here, head::VERIFIED, (first, last), &words)
    })
}

/// A licence of a tenant: what is planned and what the true-up says.
struct Line<'o> {
    tenant: &'o TenantSummary,
    sku: &'o str,
    name: &'o str,
    kind: LicenceKind,
    seats: i128,
    unit: i128,
    cost: i128,
    true_up: Option<&'o TrueUpLine>,
}

/// Plan lines with their true-up line; owned licences the plan does not need
/// follow with no seats.
fn lines(tenants: &[TenantSummary]) -> Vec<Line<'_>> {
    let mut all = Vec::new();
    for tenant in tenants {
        let same = |a: &PlanLine, b: &TrueUpLine| a.sku == b.sku && a.kind == b.kind;
        for plan in &tenant.plan {
            all.push(Line {
                tenant,
                sku: &plan.sku,
                name: &plan.name,
                kind: plan.kind,
                seats: i128::from(plan.quantity),
                unit: i128::from(plan.unit_cents.0),
                cost: i128::from(plan.quantity) * i128::from(plan.unit_cents.0),
                true_up: tenant.true_up.iter().find(|line| same(plan, line)),
            });
        }
        for line in &tenant.true_up {
            if !tenant.plan.iter().any(|plan| same(plan, line)) {
                all.push(Line {
                    tenant,
                    sku: &line.sku,
                    name: &line.name,
                    kind: line.kind,
                    seats: 0,
                    unit: i128::from(line.unit_cents.0),
                    cost: 0,
                    true_up: Some(line),
                });
            }
        }
    }
    all
}

/// Writes *Tenant licences*, long form.
pub(crate) fn tenant_licences(
    book: &mut Book,
    tenants: &[TenantSummary],
) -> Result<Written, XlsxError> {
    type L<'o> = Line<'o>;
    let rows = lines(tenants);
    let one = one_currency(tenants);
    let count = |l: &L<'_>, count: fn(&TrueUpLine) -> u64| l.true_up.map_or(0, count);
    let columns: Vec<Column<'_, L<'_>>> = vec![
        Column::text("Tenant", |l: &L<'_>| &l.tenant.tenant.name),
        Column::id(head::ID, |l: &L<'_>| &l.tenant.tenant.id),
        Column::new("Licence", Kind::Text, |l: &L<'_>, _: &_| Value::owned(label(l.name, l.kind)))
            .lists()
            .widest(84),
        Column::text(head::CURRENCY, |l: &L<'_>| &l.tenant.tenant.currency),
        Column::count(head::LINE_OWNED, move |l: &L<'_>| count(l, |line| line.owned)).summed(),
        Column::count("Assigned", move |l: &L<'_>| count(l, |line| line.assigned)).summed(),
        Column::count(head::SEATS, |l: &L<'_>| l.seats).summed(),
        Column::new(head::LINE_GAP, Kind::Count, |l: &L<'_>, at| {
            let text = format!("{}-{}", at.cell(head::SEATS), at.cell(head::LINE_OWNED));
            let owned = l.true_up.map_or(0, |line| i128::from(line.owned));
            Value::Formula(text, Outcome::Count(l.seats - owned))
        })
        .summed(),
        Column::new("Unit price (per month)", Kind::Money, |l: &L<'_>, _: &_| Value::Money(l.unit)),
        Column::new(head::LINE_PLAN_COST, Kind::Money, |l: &L<'_>, at| {
            let text = format!("{}*{}", at.cell(head::SEATS), at.cell("Unit price (per month)"));
            Value::Formula(text, Outcome::Money(l.cost))
        })
        .summed_if(one),
        Column::new("Earliest end", Kind::Date, |l: &L<'_>, _: &_| {
            l.true_up.map_or(Value::Blank, |line| Value::Date(&line.end))
        }),
        Column::new(ACTION, Kind::Text, |l: &L<'_>, _: &_| {
            l.true_up.map_or(Value::Blank, |line| Value::text(line.action))
        })
        .words(),
        Column::text(head::KIND, |l: &L<'_>| l.kind.word()).words(),
        Column::id(head::SKU, |l: &L<'_>| l.sku),
    ];
    let sheet = Sheet { legend: &ACTIONS, ..catalogue::TENANT_LICENCES };
    table::sheet(book, &sheet, "TenantLicences", columns, &rows, |page, here, first, last| {
        status::words_under(page, here, ACTION, (first, last), &ACTIONS)
    })
}

/// Writes *Licences*: totals per licence and currency.
pub(crate) fn licences(
    book: &mut Book,
    tenants: &[TenantSummary],
    long: &Written,
) -> Result<Written, XlsxError> {
    #[derive(Default)]
    struct Sum {
        name: String,
        edition: String,
        tenants: i128,
        owned: i128,
        seats: i128,
        cost: i128,
    }
    type Key = (String, LicenceKind, String);
    type Row = (Key, Sum);
    let one = one_currency(tenants);
    let mut sums: BTreeMap<Key, Sum> = BTreeMap::new();
    for line in lines(tenants) {
        let key = (line.sku.to_owned(), line.kind, line.tenant.tenant.currency.clone());
        let sum = sums.entry(key).or_default();
        // Editions name a licence differently: the newest one wins.
        if sum.name.is_empty() || line.tenant.edition > sum.edition {
            sum.name = label(line.name, line.kind);
            sum.edition.clone_from(&line.tenant.edition);
        }
        sum.tenants += 1;
        sum.owned += line.true_up.map_or(0, |line| i128::from(line.owned));
        sum.seats += line.seats;
        sum.cost += line.cost;
    }
    let mut rows: Vec<Row> = sums.into_iter().collect();
    // Most money first within a currency; the key settles ties.
    rows.sort_by(|a, b| {
        let rank = |row: &Row| (row.0.2.clone(), std::cmp::Reverse(row.1.cost));
        rank(a).cmp(&rank(b)).then_with(|| a.0.cmp(&b.0))
    });
    let by = |name: &str, header: &str, kind: Kind, sum: fn(&Sum) -> i128| {
        let header = header.to_owned();
        Column::new(name, kind, move |row: &Row, at: &_| {
            let (sku, word, currency) =
                (at.cell(head::SKU), at.cell(head::KIND), at.cell(head::CURRENCY));
            let criteria =
                [(head::SKU, sku.as_str()), (head::KIND, &word), (head::CURRENCY, &currency)];
            let outcome = match kind {
                Kind::Money => Outcome::Money(sum(&row.1)),
                _ => Outcome::Count(sum(&row.1)),
            };
            Value::Formula(long.sum_ifs(&header, &criteria), outcome)
        })
        .summed_if(one || kind != Kind::Money)
    };
    let columns: Vec<Column<'_, Row>> = vec![
        Column::text("Licence", |r: &Row| &r.1.name).lists().widest(84),
        Column::text(head::CURRENCY, |r: &Row| &r.0.2),
        Column::count("Tenants", |r: &Row| r.1.tenants),
        by(head::LINE_OWNED, head::LINE_OWNED, Kind::Count, |s| s.owned),
        by(head::SEATS, head::SEATS, Kind::Count, |s| s.seats),
        Column::new(head::LINE_GAP, Kind::Count, |r: &Row, at| {
            let text = format!("{}-{}", at.cell(head::SEATS), at.cell(head::LINE_OWNED));
            Value::Formula(text, Outcome::Count(r.1.seats - r.1.owned))
        })
        .summed(),
        by(head::LINE_PLAN_COST, head::LINE_PLAN_COST, Kind::Money, |s| s.cost).bars(),
        Column::text(head::KIND, |r: &Row| r.0.1.word()).words(),
        Column::id(head::SKU, |r: &Row| &r.0.0),
    ];
    table::sheet(book, &catalogue::LICENCES, "Licences", columns, &rows, super::plain)
}

/// Writes *Renewals*: earliest first, tenants without a date last.
pub(crate) fn renewals(book: &mut Book, tenants: &[TenantSummary]) -> Result<Written, XlsxError> {
    type T<'o> = &'o TenantSummary;
    let one = one_currency(tenants);
    let mut rows: Vec<T<'_>> = tenants.iter().collect();
    rows.sort_by_key(|t| (t.tenant.renewal_date.is_empty(), t.tenant.renewal_date.clone()));
    let seats = |t: &T<'_>, buy: bool| -> i128 {
        let gaps = t.true_up.iter().map(|line| i128::from(line.gap));
        gaps.filter(|gap| (*gap > 0) == buy).map(i128::abs).sum()
    };
    let columns: Vec<Column<'_, T<'_>>> = vec![
        Column::date("Renewal", |t: &T<'_>| &t.tenant.renewal_date),
        Column::text("Tenant", |t: &T<'_>| &t.tenant.name),
        Column::id(head::ID, |t: &T<'_>| &t.tenant.id),
        Column::text("Program", |t: &T<'_>| t.tenant.program.word()),
        Column::text(head::CURRENCY, |t: &T<'_>| &t.tenant.currency),
        Column::new("First end of a subscription", Kind::Date, |t: &T<'_>, _: &_| {
            let ends = t.true_up.iter().map(|line| line.end.as_str()).filter(|end| !end.is_empty());
            ends.min().map_or(Value::Blank, Value::Date)
        }),
        Column::count("Seats to buy", move |t: &T<'_>| seats(t, true)).summed(),
        Column::count("Seats to reduce", move |t: &T<'_>| seats(t, false)).summed(),
        Column::money(head::PLAN, |t: &T<'_>| t.totals.plan_cents).summed_if(one),
        Column::new(head::SAVING, Kind::Money, |t: &T<'_>, _: &_| {
            saving(t).map_or(Value::Blank, Value::Money)
        })
        .summed_if(one)
        .bars(),
    ];
    table::sheet(book, &catalogue::RENEWALS, "Renewals", columns, &rows, super::plain)
}

/// Writes *Savings*: most money first within a currency.
pub(crate) fn savings(book: &mut Book, tenants: &[TenantSummary]) -> Result<Written, XlsxError> {
    type Row<'o> = (&'o TenantSummary, &'o CauseTotal);
    let one = one_currency(tenants);
    let mut rows: Vec<Row<'_>> =
        tenants.iter().flat_map(|t| t.savings.causes.iter().map(move |cause| (t, cause))).collect();
    rows.sort_by_key(|(tenant, cause)| {
        let money = (cause.cents.0, cause.potential_cents.0);
        (&tenant.tenant.currency, std::cmp::Reverse(money), &tenant.tenant.id, cause.cause)
    });
    let columns: Vec<Column<'_, Row<'_>>> = vec![
        Column::text("Tenant", |r: &Row<'_>| &r.0.tenant.name),
        Column::text("Cause", |r: &Row<'_>| r.1.cause.word()).words(),
        Column::count("Decisions", |r: &Row<'_>| r.1.decisions).summed(),
        Column::text(head::CURRENCY, |r: &Row<'_>| &r.0.tenant.currency),
        Column::money(head::SAVING, |r: &Row<'_>| r.1.cents).summed_if(one).bars(),
        Column::money("Potential, not counted (per month)", |r: &Row<'_>| r.1.potential_cents)
            .summed_if(one),
        Column::text("Today is what is", |r: &Row<'_>| &r.0.savings.basis).words(),
        Column::wrap("What it means", |r: &Row<'_>| r.1.cause.sentence()).words().widest(60),
        Column::date("Renewal", |r: &Row<'_>| &r.0.tenant.renewal_date).if_any(),
        Column::id(head::ID, |r: &Row<'_>| &r.0.tenant.id),
    ];
    table::sheet(book, &catalogue::SAVINGS, "Savings", columns, &rows, super::plain)
}

/// Writes *Cost drivers*: the dearest of each tenant, most money first within
/// a currency.
pub(crate) fn drivers(book: &mut Book, tenants: &[TenantSummary]) -> Result<Written, XlsxError> {
    type Row<'o> = (&'o TenantSummary, &'o DriverLine);
    let one = one_currency(tenants);
    let mut rows: Vec<Row<'_>> =
        tenants.iter().flat_map(|t| t.top_drivers.iter().map(move |line| (t, line))).collect();
    rows.sort_by(|a, b| {
        let currency = a.0.tenant.currency.cmp(&b.0.tenant.currency);
        currency.then(b.1.cents.cmp(&a.1.cents))
    });
    let columns: Vec<Column<'_, Row<'_>>> = vec![
        Column::text("Tenant", |r: &Row<'_>| &r.0.tenant.name),
        Column::text("Role", |r: &Row<'_>| &r.1.path.role),
        Column::text("Object", |r: &Row<'_>| &r.1.path.object).if_any(),
        Column::text("Access", |r: &Row<'_>| &r.1.path.access).if_any(),
        Column::text("Duty", |r: &Row<'_>| &r.1.path.duty).if_any(),
        Column::text("Privilege", |r: &Row<'_>| &r.1.path.privilege).if_any(),
        Column::text("Read from", |r: &Row<'_>| &r.1.path.rule).words(),
        Column::text("Tier", |r: &Row<'_>| r.1.tier.word()).words(),
        Column::wrap("Need", |r: &Row<'_>| &r.1.need),
        Column::count("People", |r: &Row<'_>| r.1.users).summed(),
        Column::text(head::CURRENCY, |r: &Row<'_>| &r.0.tenant.currency),
        Column::money("Their plan cost (per month)", |r: &Row<'_>| r.1.cents).summed_if(one).bars(),
    ];
    table::sheet(book, &catalogue::DRIVERS, "CostDrivers", columns, &rows, super::plain)
}

/// Writes *Top drivers*: what the dearest drivers of all tenants have in common,
/// most money first within a currency.
pub(crate) fn top_drivers(
    book: &mut Book,
    tenants: &[TenantSummary],
) -> Result<Written, XlsxError> {
    /// Currency, role, object, access.
    type Key<'o> = (&'o str, &'o str, &'o str, &'o str);
    #[derive(Default)]
    struct Sum {
        tenants: u64,
        people: u64,
        cents: i128,
        tier: Tier,
    }
    type Row<'o> = (Key<'o>, Sum);
    let one = one_currency(tenants);
    let mut sums: BTreeMap<Key<'_>, Sum> = BTreeMap::new();
    for tenant in tenants {
        let mut seen: Vec<Key<'_>> = Vec::new();
        for line in &tenant.top_drivers {
            let path = &line.path;
            let key: Key<'_> = (&tenant.tenant.currency, &path.role, &path.object, &path.access);
            let sum = sums.entry(key).or_default();
            sum.people += line.users;
            sum.cents += i128::from(line.cents.0);
            sum.tier = sum.tier.max(line.tier);
            if !seen.contains(&key) {
                seen.push(key);
                sum.tenants += 1;
            }
        }
    }
    let mut rows: Vec<Row<'_>> = sums.into_iter().collect();
    rows.sort_by(|a, b| {
        let currency = a.0.0.cmp(b.0.0);
        currency.then(b.1.cents.cmp(&a.1.cents)).then_with(|| a.0.cmp(&b.0))
    });
    let columns: Vec<Column<'_, Row<'_>>> = vec![
        Column::text("Role", |r: &Row<'_>| r.0.1),
        Column::text("Object", |r: &Row<'_>| r.0.2).if_any(),
        Column::text("Access", |r: &Row<'_>| r.0.3).if_any(),
        Column::text("Highest tier", |r: &Row<'_>| r.1.tier.word()).words(),
        Column::count("Tenants", |r: &Row<'_>| r.1.tenants),
        Column::count("People", |r: &Row<'_>| r.1.people).summed(),
        Column::text(head::CURRENCY, |r: &Row<'_>| r.0.0),
        Column::new("Their plan cost (per month)", Kind::Money, |r: &Row<'_>, _: &_| {
            Value::Money(r.1.cents)
        })
        .summed_if(one)
        .bars(),
    ];
    table::sheet(book, &catalogue::TOP_DRIVERS, "TopDrivers", columns, &rows, super::plain)
}

/// Writes *Failed tenants*.
pub(crate) fn failed(book: &mut Book, rows: &[TenantFailure]) -> Result<Written, XlsxError> {
    let columns: Vec<Column<'_, TenantFailure>> = vec![
        Column::text("Tenant", |f: &TenantFailure| &f.name),
        Column::id(head::ID, |f: &TenantFailure| &f.id),
        Column::wrap("Reason", |f: &TenantFailure| &f.reason).words().widest(100),
    ];
    table::sheet(book, &catalogue::FAILED, "FailedTenants", columns, rows, super::plain)
}
