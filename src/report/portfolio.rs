//! The workbook of all tenants.
//!
//! Tenants may have different currencies: amounts are never added up across
//! them. Tables carry the currency in a column of its own, totals stand per
//! currency.

use std::collections::BTreeMap;
use std::path::Path;

use rust_xlsxwriter::{ChartType, XlsxError};

use super::book::{Book, Limits, Properties};
use super::brand::Brand;
use super::catalogue::portfolio as catalogue;
use super::cell::{Outcome, Value};
use super::charts::{self, Series, Spec};
use super::column::{Column, Kind};
use super::language::Language;
use super::sheets::checks::{Check, write_checks};
use super::sheets::cover::{self, Fact};
use super::sheets::portfolio::{self as sheets, head};
use super::sheets::status::Tone;
use super::sheets::summary::percent;
use super::sheets::{files, findings, quality};
use super::style::{GREY, NAVY, TEAL};
use super::table::{self, Written};
use super::{PROGRAM, ReportError};
use crate::money::format_cents;
use crate::output::{PortfolioOutput, TenantSummary};

/// Tenants a chart shows.
const CHARTED: usize = 15;

/// Writes the workbook of all tenants to `path`, whole or not at all. Links in
/// it lead to `tenants/<file stem of the id>.xlsx` beside it.
///
/// # Errors
/// When the file cannot be written; the error names it.
pub fn write(out: &PortfolioOutput, path: &Path) -> Result<(), ReportError> {
    write_with(out, path, Limits::default(), &Brand::default(), Language::English)
}

/// As [`write()`], with other sizes at which a sheet is streamed or split, and
/// under somebody's name.
///
/// # Errors
/// As [`write()`].
pub fn write_with(
    out: &PortfolioOutput,
    path: &Path,
    limits: Limits,
    brand: &Brand,
    language: Language,
) -> Result<(), ReportError> {
    let failed = |source| ReportError::Workbook { path: path.to_owned(), source };
    let scratch = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let scratch = scratch.unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(scratch)
        .map_err(|source| ReportError::File { path: scratch.to_owned(), source })?;
    let currencies = currencies(out);
    let only = if currencies.len() == 1 { currencies.keys().next() } else { None };
    let currency = only.map_or("", String::as_str);
    let mut book = Book::new(currency, limits, scratch, brand, language).map_err(failed)?;
    fill(&mut book, out, &currencies).map_err(failed)?;
    let editions = editions(out).join(", ");
    book.save(
        path,
        &Properties {
            title: "Licence portfolio".to_owned(),
            subject: format!(
                "Cheapest lawful Dynamics 365 licences of {} tenants",
                out.tenants.len()
            ),
            company: String::new(),
            keywords: "Dynamics 365, licences, true-up, portfolio".to_owned(),
            comment: format!("{PROGRAM}; editions {editions}"),
        },
    )
}

/// Sums of a currency, in cents.
#[derive(Default)]
struct Sums {
    tenants: i128,
    people: i128,
    need: i128,
    plan: i128,
    user_only: i128,
    assigned: i128,
    owned: i128,
    compared: i128,
    today: i128,
    unverified: i128,
    saving: i128,
    gap: i128,
}

fn currencies(out: &PortfolioOutput) -> BTreeMap<String, Sums> {
    let mut all: BTreeMap<String, Sums> = BTreeMap::new();
    for tenant in &out.tenants {
        let sums = all.entry(tenant.tenant.currency.clone()).or_default();
        let totals = &tenant.totals;
        sums.tenants += 1;
        sums.people += i128::from(totals.people);
        sums.need += i128::from(totals.need_licence);
        sums.unverified += i128::from(totals.unverified_cents.0);
        sums.plan += i128::from(totals.plan_cents.0);
        sums.user_only += i128::from(totals.user_only_cents.0);
        sums.gap += i128::from(tenant.gap_cents.0);
        if totals.assigned_known {
            sums.assigned += i128::from(totals.assigned_cents.0);
        }
        if totals.owned_known {
            sums.owned += i128::from(totals.owned_cents.0);
        }
        if let Some(saving) = sheets::saving(tenant) {
            sums.compared += 1;
            sums.today += sheets::today(tenant).unwrap_or(0);
            sums.saving += saving;
        }
    }
    all
}

fn editions(out: &PortfolioOutput) -> Vec<String> {
    let mut editions: Vec<String> = out.tenants.iter().map(|t| t.edition.clone()).collect();
    editions.sort();
    editions.dedup();
    editions
}

fn fill(
    book: &mut Book,
    out: &PortfolioOutput,
    currencies: &BTreeMap<String, Sums>,
) -> Result<(), XlsxError> {
    let tenants = sheets::tenants(book, &out.tenants, out.linked)?;
    let lines = sheets::tenant_licences(book, &out.tenants)?;
    let licences = sheets::licences(book, &out.tenants, &lines)?;
    sheets::renewals(book, &out.tenants)?;
    quality::months(book, &out.tenants)?;
    quality::quality(book, &out.tenants)?;
    sheets::top_drivers(book, &out.tenants)?;
    sheets::savings(book, &out.tenants)?;
    sheets::drivers(book, &out.tenants)?;
    sheets::failed(book, &out.failed)?;
    findings::write(book, &catalogue::FINDINGS, "", &out.findings)?;
    let rejected = findings::write_rejected(book, &catalogue::REJECTED, &out.rejected)?;
    let files = files::write(book, &catalogue::FILES, &out.files)?;
    summary(book, out, currencies, &tenants)?;
    let checks = checks(out, &tenants, &lines, &licences, &files, &rejected);
    let agree = write_checks(book, &catalogue::CHECKS, &checks)?;
    let proven = out.tenants.iter().filter(|t| t.gap_cents.0 == 0 && t.verified).count();
    let mut answer = Vec::new();
    for (currency, sums) in currencies {
        let money = |cents: i128| format!("{currency} {}", format_cents(cents));
        answer.push(Fact::text(
            "Cost",
            format!(
                "{} a month, {} a year for {} tenants and {} people",
                money(sums.plan),
                money(sums.plan * 12),
                sums.tenants,
                sums.people
            ),
        ));
        if sums.compared > 0 {
            let before = sums.today;
            answer.push(Fact::text(
                "Saving",
                format!(
                    "{} a month ({}) against the {} of today, over {} tenants where today is known",
                    money(sums.saving),
                    percent(sums.saving, before),
                    money(before),
                    sums.compared
                ),
            ));
        }
        if sums.unverified > 0 {
            let words = format!(
                "UNVERIFIED: {} a month ({} of the cost) rests on prices nobody has verified",
                money(sums.unverified),
                percent(sums.unverified, sums.plan)
            );
            answer.push(Fact::text("Prices", words).toned(Tone::Attention));
        }
    }
    let all = out.tenants.len();
    answer.push(
        Fact::text("How sure", format!("{proven} of {all} plans proven cheapest and checked"))
            .toned(if proven == all { Tone::Good } else { Tone::Attention }),
    );
    let unmet: Vec<&str> = out
        .tenants
        .iter()
        .filter(|tenant| tenant.rules_unmet > 0)
        .map(|tenant| tenant.tenant.name.as_str())
        .collect();
    if !unmet.is_empty() {
        let words = format!(
            "NOT MET for {}: the seats their agreements ask for come on top of the cost above (see Tenants)",
            unmet.join(", ")
        );
        answer.push(Fact::text("Agreement", words).toned(Tone::Bad));
    }
    if !out.failed.is_empty() {
        let words =
            format!("{} tenants could not be calculated: see Failed tenants", out.failed.len());
        answer.push(Fact::text("Failed", words).toned(Tone::Bad));
    }
    let errors = out.tenants.iter().filter(|t| t.errors > 0).count();
    if errors > 0 {
        let words = if out.linked {
            format!("{errors} tenants have findings that are errors: see their workbooks")
        } else {
            format!("{errors} tenants have findings that are errors")
        };
        answer.push(Fact::text("Errors", words).toned(Tone::Bad));
    }
    answer.push(cover::flag(agree));
    let about = [
        Fact::text("Tenants", format!("{all} calculated, {} failed", out.failed.len())),
        Fact::data("Licensing editions", editions(out).join(", ")),
        Fact::data("Currencies", currencies.keys().cloned().collect::<Vec<_>>().join(", ")),
        Fact::data("Made by", PROGRAM),
    ];
    let purpose = "The cheapest lawful Dynamics 365 licences of every tenant of the run, and what each could save.";
    cover::write(book, &catalogue::COVER, purpose, (&answer, &about))
}

/// One line per currency, and the two charts.
fn summary(
    book: &mut Book,
    out: &PortfolioOutput,
    currencies: &BTreeMap<String, Sums>,
    tenants: &Written,
) -> Result<(), XlsxError> {
    type Row<'o> = (&'o String, &'o Sums);
    let language = book.styles.language;
    let mut page = book.open(&catalogue::SUMMARY, 0, false)?;
    page.set_column_width(0, 36)?;
    for col in 1..11 {
        page.set_column_width(col, 20)?;
    }
    let rows: Vec<Row<'_>> = currencies.iter().collect();
    let by = |name: &str, header: String, kind: Kind, sum: fn(&Sums) -> i128| {
        Column::new(name, kind, move |row: &Row<'_>, at: &_| {
            let criterion = at.cell("Currency");
            let text = tenants.sum_ifs(&header, &[(head::CURRENCY, &criterion)]);
            let outcome = match kind {
                Kind::Money => Outcome::Money(sum(row.1)),
                _ => Outcome::Count(sum(row.1)),
            };
            Value::Formula(text, outcome)
        })
    };
    let columns: Vec<Column<'_, Row<'_>>> = vec![
        Column::text("Currency", |row: &Row<'_>| row.0),
        Column::new("Tenants", Kind::Count, |row: &Row<'_>, at| {
            let criterion = at.cell("Currency");
            let text = tenants.count_ifs(&[(head::CURRENCY, &criterion)]);
            Value::Formula(text, Outcome::Count(row.1.tenants))
        }),
        by("People", head::PEOPLE.to_owned(), Kind::Count, |s| s.people),
        by("Need a licence", head::NEED.to_owned(), Kind::Count, |s| s.need),
        by("Owned today (per month)", head::OWNED.to_owned(), Kind::Money, |s| s.owned),
        by("Assigned today (per month)", head::ASSIGNED.to_owned(), Kind::Money, |s| s.assigned),
        by("User licences only (per month)", head::USER_ONLY.to_owned(), Kind::Money, |s| {
            s.user_only
        }),
        by("Plan (per month)", head::PLAN.to_owned(), Kind::Money, |s| s.plan),
        by("Saving (per month)", head::SAVING.to_owned(), Kind::Money, |s| s.saving),
        by("Unverified prices (per month)", head::UNVERIFIED.to_owned(), Kind::Money, |s| {
            s.unverified
        }),
        by(head::GAP, head::GAP.to_owned(), Kind::Money, |s| s.gap),
    ];
    table::block(&mut page, &book.styles, (4, 0), "PortfolioSummary", &columns, &rows)?;
    let mut row = 6 + u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let about = "Saving: today (assigned where known, else owned) less plan; tenants without either are left out.";
    page.write_string_with_format(row, 0, language.tell(about), &book.styles.about)?;
    row += 2;
    // One chart may not mix currencies: the one with most tenants is drawn.
    let main = currencies.iter().max_by_key(|(_, sums)| sums.tenants);
    if let Some((currency, _)) = main {
        chart_data(book, &mut page, out, currency, row)?;
    }
    page.set_print_fit_to_pages(1, 1);
    page.set_freeze_panes(3, 0)?;
    book.close(&catalogue::SUMMARY, 0, page, None);
    Ok(())
}

/// The table the charts are drawn from (tenants with most money at stake
/// first), and the charts beside it.
fn chart_data(
    book: &Book,
    page: &mut rust_xlsxwriter::Worksheet,
    out: &PortfolioOutput,
    currency: &str,
    row: u32,
) -> Result<(), XlsxError> {
    let of_currency = || out.tenants.iter().filter(|t| t.tenant.currency == currency);
    let mut shown: Vec<&TenantSummary> = of_currency().collect();
    shown.sort_by_key(|tenant| {
        let today = sheets::today(tenant).unwrap_or(0);
        std::cmp::Reverse(today.max(i128::from(tenant.totals.plan_cents.0)))
    });
    shown.truncate(CHARTED);
    let title = match shown.len() {
        n if n == of_currency().count() => format!("Cost per tenant, {currency} per month"),
        n => format!("The {n} tenants with most at stake, {currency} per month"),
    };
    page.write_string_with_format(row, 0, book.styles.language.tell(&title), &book.styles.section)?;
    let columns: Vec<Column<'_, &TenantSummary>> = vec![
        Column::text("Tenant", |t: &&TenantSummary| &t.tenant.name),
        Column::new("Cost today", Kind::Money, |t: &&TenantSummary, _: &_| {
            sheets::today(t).map_or(Value::Blank, Value::Money)
        }),
        Column::money("Plan cost", |t: &&TenantSummary| t.totals.plan_cents),
        Column::new("Possible saving", Kind::Money, |t: &&TenantSummary, at| {
            sheets::saving(t).map_or(Value::Blank, |saving| {
                let text = format!("{}-{}", at.cell("Cost today"), at.cell("Plan cost"));
                Value::Formula(text, Outcome::Money(saving))
            })
        }),
    ];
    let data = table::block(page, &book.styles, (row + 1, 0), "ChartData", &columns, &shown)?;
    let unit = format!("{currency} / month");
    let series = |name, header: &str, colour| Series { name, values: data.range(header), colour };
    let height = 140 + 34 * u32::try_from(shown.len()).unwrap_or(0);
    charts::insert(
        page,
        book.look(),
        (row, 5),
        &Spec {
            kind: ChartType::Bar,
            title: "Cost today and under the plan",
            categories_title: "Tenant",
            values_title: &unit,
            alt: "Bars per tenant: monthly cost today and under the plan.",
            categories: data.range("Tenant"),
            series: vec![series("Today", "Cost today", GREY), series("Plan", "Plan cost", NAVY)],
            labels: false,
            number_format: "#,##0",
            size: (660, height),
            points: &[],
        },
    )?;
    let below = row + 3 + height / 20;
    charts::insert(
        page,
        book.look(),
        (below, 5),
        &Spec {
            kind: ChartType::Bar,
            title: "Possible saving",
            categories_title: "Tenant",
            values_title: &unit,
            alt: "Bars per tenant: monthly cost today less plan.",
            categories: data.range("Tenant"),
            series: vec![series("Saving", "Possible saving", TEAL)],
            labels: true,
            number_format: "#,##0",
            size: (660, height),
            points: &[],
        },
    )
}

fn checks(
    out: &PortfolioOutput,
    tenants: &Written,
    lines: &Written,
    licences: &Written,
    files: &Written,
    rejected: &Written,
) -> Vec<Check> {
    let each =
        |amount: fn(&TenantSummary) -> i128| -> i128 { out.tenants.iter().map(amount).sum() };
    let plan = each(|t| i128::from(t.totals.plan_cents.0));
    let planned = each(sheets::planned);
    let seats = each(|t| t.plan.iter().map(|line| i128::from(line.quantity)).sum());
    let money = |text: String, cents| Value::Formula(text, Outcome::Money(cents));
    let number = |text: String, count| Value::Formula(text, Outcome::Count(count));
    let tiers = head::TIERS.map(|tier| tenants.sum(tier)).join("+");
    let [read, used, ignored, bad] = files::sums(&out.files);
    let fates =
        [files::USED, files::IGNORED, files::REJECTED].map(|name| files.sum(name)).join("+");
    let unverified = out.tenants.iter().filter(|tenant| !tenant.verified).count() as i128;
    let all = out.tenants.len() as i128;
    vec![
        Check::count(
            "Tenants",
            "Rows of Tenants = tenants the run calculated",
            (tenants.filled(head::ID), all),
            Value::count(all),
        ),
        Check::money(
            "Tenants and licences",
            "Plan cost on Tenants = money on Tenant licences, all currencies alike",
            (tenants.sum(head::PLAN), plan),
            money(lines.sum(head::LINE_PLAN_COST), planned),
        ),
        Check::money(
            "Licences and tenants",
            "Money on Licences = money on Tenant licences",
            (licences.sum(head::LINE_PLAN_COST), planned),
            money(lines.sum(head::LINE_PLAN_COST), planned),
        ),
        Check::count(
            "Seats",
            "Seats on Licences = seats on Tenant licences",
            (licences.sum(head::SEATS), seats),
            number(lines.sum(head::SEATS), seats),
        ),
        Check::count(
            "People and tiers",
            "People by tier = people on Tenants",
            (tiers, each(|t| t.totals.by_tier.iter().map(|n| i128::from(*n)).sum())),
            number(tenants.sum(head::PEOPLE), each(|t| i128::from(t.totals.people))),
        ),
        Check::count(
            "Proof",
            "Tenants whose plan the independent checker refused",
            (tenants.count_ifs(&[(head::VERIFIED, "\"no\"")]), unverified),
            Value::count(0),
        ),
        Check::count(
            "Rows of shared files",
            "Rows read = rows used + ignored + rejected",
            (files.sum(files::READ), read),
            number(fates, used + ignored + bad),
        ),
        Check::count(
            "Rejected rows",
            "Rows of Rejected = rows rejected on Files",
            (rejected.filled(findings::CODE), out.rejected.len() as i128),
            number(files.sum(files::REJECTED), bad),
        ),
    ]
}
