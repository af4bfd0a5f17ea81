//! The workbook of one tenant.

use std::path::Path;

use rust_xlsxwriter::XlsxError;

use super::book::{Book, Limits, Properties, Sheet};
use super::catalogue::tenant as catalogue;
use super::cell::decimal;
use super::figures::Figures;
use super::sheets::cover::{self, Fact};
use super::sheets::{
    checks, devices, drivers, files, findings, licences, notes, prices, requirements, summary,
    true_up, users,
};
use super::{PROGRAM, ReportError};
use crate::finding::Severity;
use crate::money::format_cents;
use crate::output::TenantOutput;

/// Writes the workbook of one tenant to `path`, whole or not at all.
///
/// # Errors
/// When the file cannot be written; the error names it.
pub fn write(out: &TenantOutput, path: &Path) -> Result<(), ReportError> {
    write_with(out, path, Limits::default())
}

/// As [`write`], with other sizes at which a sheet is streamed or split.
///
/// # Errors
/// As [`write`].
pub fn write_with(out: &TenantOutput, path: &Path, limits: Limits) -> Result<(), ReportError> {
    let failed = |source| ReportError::Workbook { path: path.to_owned(), source };
    let scratch = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let scratch = scratch.unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(scratch)
        .map_err(|source| ReportError::File { path: scratch.to_owned(), source })?;
    let mut book = Book::new(&out.tenant.currency, limits, scratch).map_err(failed)?;
    fill(&mut book, out).map_err(failed)?;
    book.save(path, &properties(out))
}

/// Details first: summaries and checks need to know where they stand.
fn fill(book: &mut Book, out: &TenantOutput) -> Result<(), XlsxError> {
    let figures = Figures::of(out);
    let currency = &out.tenant.currency;
    let users = users::write(book, out)?;
    let user_licences = users::write_licences(book, out)?;
    let devices = devices::write(book, out)?;
    devices::write_decisions(book, out)?;
    let plan = licences::write(book, out, &figures, &user_licences, &devices)?;
    let true_up = true_up::write(book, out, &plan)?;
    let requirements = requirements::write(book, out, &figures, &users)?;
    drivers::write(book, out)?;
    drivers::write_roles(book, out)?;
    findings::write(book, &catalogue::FINDINGS, currency, &out.findings)?;
    let rejected = findings::write_rejected(book, &catalogue::REJECTED, &out.rejected)?;
    let files = files::write(book, &catalogue::FILES, &out.files)?;
    prices::write(book, out)?;
    prices::write_rules(book, out)?;
    if !out.capacity.is_empty() {
        prices::write_capacity(book, out)?;
    }
    notes::write(book, out)?;
    let summary = summary::write(
        book,
        out,
        &figures,
        &summary::Sources {
            users: &users,
            devices: &devices,
            plan: &plan,
            true_up: &true_up,
            requirements: &requirements,
            files: &files,
        },
    )?;
    let agree = checks::write(
        book,
        out,
        &figures,
        &checks::Sources {
            users: &users,
            user_licences: &user_licences,
            devices: &devices,
            plan: &plan,
            requirements: &requirements,
            files: &files,
            rejected: &rejected,
        },
    )?;
    let title = format!("Licence report: {}", out.tenant.name);
    let sheet = Sheet { title: &title, ..catalogue::COVER };
    let purpose = "The cheapest lawful Dynamics 365 licences for what people do, with the proof, and the way there from today.";
    cover::write(book, &sheet, purpose, &facts(out, &figures, &summary, agree))
}

fn facts<'o>(
    out: &'o TenantOutput,
    figures: &Figures,
    summary: &summary::Summary,
    agree: bool,
) -> Vec<Fact<'o>> {
    let tenant = &out.tenant;
    let unknown =
        |text: &str| if text.is_empty() { "not given".to_owned() } else { text.to_owned() };
    let count = |severity| out.findings.iter().filter(|f| f.code.severity() == severity).count();
    let [read, used, ignored, rejected] = files::sums(&out.files);
    let latest = out.users.iter().map(|user| user.last_login.as_str()).max().unwrap_or_default();
    let proven = figures.plan == i128::from(out.certificate.bound_cents.0);
    let plan_row = summary.plan_cell();
    let unit =
        if tenant.currency.is_empty() { String::new() } else { format!("{} ", tenant.currency) };
    let bound = decimal(i128::from(out.certificate.bound_cents.0));
    vec![
        Fact::text("Tenant", tenant.name.as_str()),
        Fact::text("Tenant id", tenant.id.as_str()),
        Fact::text(
            "Agreement",
            format!("{}, {}", tenant.program.word().to_uppercase(), unknown(&tenant.segment)),
        ),
        Fact::date("Renewal", &tenant.renewal_date),
        Fact::text(
            "Licensing edition",
            format!(
                "{}: {} (chosen by {})",
                out.edition.id, out.edition.title, out.edition.chosen_by
            ),
        ),
        Fact::text("Device policy", out.options.device_policy.word()),
        Fact::text("Unknown roles count as", out.options.unknown_roles.as_str()),
        Fact::date("Latest sign-in in the data", latest),
        Fact::text(
            "Input",
            format!(
                "{} files; {read} rows read = {used} used + {ignored} ignored + {rejected} rejected",
                out.files.len()
            ),
        ),
        Fact::text(
            "Findings",
            format!(
                "{} errors, {} warnings, {} for information",
                count(Severity::Error),
                count(Severity::Warning),
                count(Severity::Info)
            ),
        ),
        Fact::formula(
            "Plan",
            format!("\"{unit}\"&TEXT({plan_row},\"#,##0.00\")&\" per month\""),
            &format!("{unit}{} per month", format_cents(figures.plan)),
        ),
        Fact::formula(
            "Proof",
            format!("IF(ROUND({plan_row}-{bound},2)=0,\"{PROVEN}\",\"{OPEN}\")"),
            if proven { PROVEN } else { OPEN },
        ),
        cover::flag(agree),
        Fact::text("Made by", PROGRAM),
    ]
}

const PROVEN: &str = "Proven cheapest: the plan meets its lower bound";
const OPEN: &str = "Not proven cheapest: Summary shows the gap";

fn properties(out: &TenantOutput) -> Properties {
    Properties {
        title: format!("Licence report: {}", out.tenant.name),
        subject: "Cheapest lawful Dynamics 365 licences".to_owned(),
        company: out.tenant.name.clone(),
        keywords: format!("Dynamics 365, licences, true-up, {}, {}", out.tenant.id, out.edition.id),
        comment: format!("{PROGRAM}; edition {} (SHA-256 {})", out.edition.id, out.edition.hash),
    }
}
