//! The workbook of one tenant.

use std::path::Path;

use rust_xlsxwriter::XlsxError;

use super::book::{Book, Limits, Properties, Sheet};
use super::brand::Brand;
use super::catalogue::tenant as catalogue;
use super::figures::Figures;
use super::figures::by_device_only;
use super::language::{Language, Part};
use super::price_names::PriceNames;
use super::sheets::cover::{self, Fact};
use super::sheets::status::Tone;
use super::sheets::{
    alternatives, capacity, checks, compare, devices, drivers, files, findings, licences, notes,
    prices, requirements, risks, savings, schedule, summary, true_up, users,
};
use super::{PROGRAM, ReportError};
use crate::finding::Severity;
use crate::money::format_cents;
use crate::output::{AssignmentStatus, TenantOutput};

/// Writes the workbook of one tenant to `path`, whole or not at all.
///
/// # Errors
/// When the file cannot be written; the error names it.
pub fn write(out: &TenantOutput, path: &Path) -> Result<(), ReportError> {
    write_with(out, path, Limits::default(), &Brand::default(), Language::English)
}

/// As [`write()`], with other sizes at which a sheet is streamed or split, and
/// under somebody's name.
///
/// # Errors
/// As [`write()`].
pub fn write_with(
    out: &TenantOutput,
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
    let mut book =
        Book::new(&out.tenant.currency, limits, scratch, brand, language).map_err(failed)?;
    fill(&mut book, out).map_err(failed)?;
    book.save(path, &properties(out))
}

/// Details first: summaries and checks need to know where they stand.
fn fill(book: &mut Book, out: &TenantOutput) -> Result<(), XlsxError> {
    let figures = Figures::of(out);
    let currency = &out.tenant.currency;
    let names = PriceNames::of(out);
    let users = users::write(book, out, &names)?;
    let user_licences = users::write_licences(book, out, &names)?;
    let devices = devices::write(book, out, &names)?;
    if !out.certificate.components.is_empty() {
        devices::write_decisions(book, out)?;
    }
    let plan = licences::write(book, out, &figures, &names, &user_licences, &devices)?;
    let true_up = true_up::write(book, out, &names, &plan)?;
    let savings =
        if out.savings.lines.is_empty() { None } else { Some(savings::write(book, out)?) };
    if !out.schedule.stages.is_empty() {
        schedule::write(book, out)?;
    }
    let requirements = requirements::write(book, out, &figures, &users)?;
    let compare = if out.compare.totals.known { Some(compare::write(book, out)?) } else { None };
    if out.signatures.iter().any(|line| line.next_cents.is_some() || line.covers.len() > 1) {
        alternatives::write(book, out)?;
    }
    if !out.risks.is_empty() {
        risks::write(book, out)?;
    }
    if !out.sensitivity.lines.is_empty() {
        alternatives::sensitivity(book, out)?;
    }
    drivers::write(book, out)?;
    drivers::write_roles(book, out)?;
    drivers::write_combinations(book, out)?;
    findings::write(book, &catalogue::FINDINGS, currency, &out.findings)?;
    let rejected = findings::write_rejected(book, &catalogue::REJECTED, &out.rejected)?;
    let files = files::write(book, &catalogue::FILES, &out.files)?;
    let prices = prices::write(book, out, &names)?;
    let changed = prices::changed(out, &prices);
    prices::write_rules(book, out)?;
    let capacity = if out.capacity.is_empty() { None } else { Some(capacity::write(book, out)?) };
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
            capacity: capacity.as_ref(),
            compare: compare.as_ref(),
            savings: savings.as_ref(),
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
            true_up: &true_up,
            requirements: &requirements,
            files: &files,
            rejected: &rejected,
            compare: compare.as_ref(),
            savings: savings.as_ref(),
        },
    )?;
    let title = format!("Licence report: {}", out.tenant.name);
    let sheet = Sheet { title: &title, ..catalogue::COVER };
    let purpose = "The cheapest lawful Dynamics 365 licences for what people do, with the proof, and the way there from today.";
    let facts = (answer(out, &figures, &summary, &changed, agree), about(out));
    cover::write(book, &sheet, purpose, (&facts.0, &facts.1))
}

/// What the report has to say, in a handful of lines.
fn answer<'o>(
    out: &'o TenantOutput,
    figures: &Figures,
    summary: &summary::Summary,
    changed: &str,
    agree: bool,
) -> Vec<Fact<'o>> {
    let tenant = &out.tenant;
    let unit =
        if tenant.currency.is_empty() { String::new() } else { format!("{} ", tenant.currency) };
    let money = |cents: i128| format!("{unit}{}", format_cents(cents));
    let plan_cell = summary.plan_cell();
    let live = |cell: &str, cents: i128| {
        let formula = format!("FIXED({cell},2)");
        let formula = if unit.is_empty() { formula } else { format!("\"{unit}\"&{formula}") };
        Part::Live(formula, money(cents))
    };
    let mut lines = vec![
        Fact::text("Licences needed", summary::needed(out, figures)),
        Fact::said(
            "Cost",
            "{m} a month, {m2} a year",
            vec![
                live(&plan_cell, figures.plan),
                live(&format!("{plan_cell}*12"), figures.plan * 12),
            ],
        ),
    ];
    let today = [
        (out.totals.assigned_known, figures.assigned, "assigned"),
        (out.totals.owned_known, figures.owned, "owned"),
    ];
    let known = today.into_iter().find(|(known, _, _)| *known);
    if let (Some((_, before, word)), Some(cell)) = (known, summary.saving_cell()) {
        let today = format!("({cell}+{plan_cell})");
        let saved = before - figures.plan;
        let share = Part::Live(
            format!("IF({today}>0,\" (\"&FIXED({cell}/{today}*100,1)&\" %)\",\"\")"),
            in_brackets(&summary::percent(saved, before)),
        );
        lines.push(Fact::said(
            "Saving",
            "{m} a month{t} against the {m2} of what is {w} today",
            vec![live(&cell, saved), share, live(&today, before), Part::Word(word.to_owned())],
        ));
    }
    lines.extend(why(out, figures));
    let compare = &out.compare.totals;
    if compare.known && compare.difference() != crate::money::Cents::ZERO {
        let following = i128::from((compare.priority_cents + compare.outside_cents).0);
        let more = i128::from(compare.difference().0);
        let word = if more > 0 { "more" } else { "less" };
        let words = format!(
            "Following it costs {} a month, {} {word} than the plan: see Compare",
            money(following),
            money(more.abs())
        );
        lines.push(Fact::text("Microsoft's report", words));
    }
    let bound = i128::from(out.certificate.bound_cents.0);
    let gap = figures.plan - bound;
    let met = out.unmet().next().is_none();
    let proven = if met { PROVEN } else { UNMET };
    let told = if gap == 0 { proven } else { OPEN };
    let proof =
        Fact::formula("How sure", format!("IF({changed}=0,\"{told}\",\"{CHANGED}\")"), told);
    if out.certificate.failures.is_empty() {
        lines.push(proof.toned(if gap == 0 && met { Tone::Good } else { Tone::Attention }));
    } else {
        let words = "The independent checker found a fault: see Checks before using this report";
        lines.push(Fact::text("How sure", words).toned(Tone::Bad));
    }
    if summary::breaches(out).next().is_none() {
        lines.push(Fact::text("Agreement", "All rules that apply are met").toned(Tone::Good));
    }
    for rule in summary::breaches(out) {
        let cost = money(i128::from(rule.cents.0));
        let name = format!("NOT MET: {}", rule.name);
        let more = format!(
            "{}. Meeting it adds {cost} a month, which cost and saving above do not count",
            rule.detail
        );
        lines.push(Fact::text("Agreement", name).toned(Tone::Bad));
        lines.push(Fact::text("", more).toned(Tone::Bad));
    }
    let unverified = i128::from(out.totals.unverified_cents.0);
    lines.push(if unverified == 0 {
        Fact::text("Prices", "No part of the plan rests on an unverified price").toned(Tone::Good)
    } else {
        let words = format!(
            "UNVERIFIED: {} a month ({} of the plan) rests on prices nobody has verified",
            money(unverified),
            summary::percent(unverified, figures.plan)
        );
        Fact::text("Prices", words).toned(Tone::Attention)
    });
    lines.push(Fact::formula(
        "Prices here",
        format!("IF({changed}=0,\"{AS_CALCULATED}\",{changed}&\"{CHANGED_HERE}\")"),
        AS_CALCULATED,
    ));
    let count = |severity| out.findings.iter().filter(|f| f.code.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let tone = match (errors, warnings) {
        (0, 0) => Tone::Good,
        (0, _) => Tone::Attention,
        _ => Tone::Bad,
    };
    let words =
        format!("{errors} errors, {warnings} warnings, {} for information", count(Severity::Info));
    lines.push(Fact::text("Findings", words).toned(tone));
    lines.push(cover::flag(agree));
    lines
}

/// Where the saving comes from, one reason a line.
fn why(out: &TenantOutput, figures: &Figures) -> Vec<Fact<'static>> {
    let saved = i128::from(out.totals.user_only_cents.0) - figures.plan;
    let of = |status: AssignmentStatus| {
        out.users.iter().filter(move |u| u.status == status && !by_device_only(u)).count()
    };
    let mut reasons = Vec::new();
    if saved > 0 {
        reasons.push(format!(
            "{} licensed devices serve {} people who then need no licence of their own",
            figures.devices_licensed, figures.by_device_only
        ));
    }
    let cases = [
        (of(AssignmentStatus::Over), "hold a dearer licence than they need"),
        (of(AssignmentStatus::Release), "hold a licence and need none"),
        (of(AssignmentStatus::Under), "hold less than they need, which costs more"),
    ];
    reasons.extend(
        cases
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, words)| format!("{count} people {words}")),
    );
    let spare: i128 = out
        .true_up
        .iter()
        .map(|line| i128::from(line.owned) - i128::from(line.plan))
        .filter(|spare| *spare > 0)
        .sum();
    if out.totals.owned_known && spare > 0 {
        reasons.push(format!("{spare} seats are owned beyond what is needed"));
    }
    let labels = std::iter::once("Why").chain(std::iter::repeat(""));
    labels.zip(reasons).map(|(label, reason)| Fact::text(label, reason)).collect()
}

/// What the report stands on.
fn about(out: &TenantOutput) -> Vec<Fact<'_>> {
    let tenant = &out.tenant;
    let unknown =
        |text: &str| if text.is_empty() { "not given".to_owned() } else { text.to_owned() };
    let [read, used, ignored, rejected] = files::sums(&out.files);
    let latest = out.users.iter().map(|user| user.last_login.as_str()).max().unwrap_or_default();
    vec![
        Fact::data("Tenant", format!("{} ({})", tenant.name, tenant.id)),
        Fact::text(
            "Program and segment",
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
        Fact::text("Device licences", notes::device_policy(out.options.device_policy)),
        Fact::text("Unknown roles", format!("count as {}", out.options.unknown_roles)),
        Fact::date("Latest sign-in in the data", latest),
        Fact::text(
            "Input",
            format!(
                "{} files; {read} rows read = {used} used + {ignored} ignored + {rejected} rejected",
                out.files.len()
            ),
        ),
        Fact::text("People", people(out)),
        Fact::data("Made by", PROGRAM),
    ]
}

/// Whether people have their names.
fn people(out: &TenantOutput) -> String {
    match out.options.pseudonyms.as_str() {
        "" => "by name".to_owned(),
        key => format!("by pseudonyms of key {key}"),
    }
}

const PROVEN: &str =
    "Proven cheapest: nobody can license these needs for less under these rules and prices";
const UNMET: &str = "Proven cheapest for these needs, but before the agreement below is met: the seats it \
                     asks for come on top";
const OPEN: &str = "Lawful, but not proven cheapest: Summary shows how far it may be";

const CHANGED: &str = "Not known for these prices: the proof holds for the prices of the calculation (see Sensitivity)";
const AS_CALCULATED: &str = "As in the calculation; a price changed on Prices changes the totals";
const CHANGED_HERE: &str = " changed in this workbook: cost, true-up and saving follow; the choice of licences, savings by cause, schedule and comparison stay as calculated";

/// ` (43.2 %)`; nothing for nothing.
fn in_brackets(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(" ({words})") }
}

fn properties(out: &TenantOutput) -> Properties {
    Properties {
        title: format!("Licence report: {}", out.tenant.name),
        subject: "Cheapest lawful Dynamics 365 licences".to_owned(),
        company: out.tenant.name.clone(),
        keywords: format!("Dynamics 365, licences, true-up, {}, {}", out.tenant.id, out.edition.id),
        comment: format!("{PROGRAM}; edition {} (SHA-256 {})", out.edition.id, out.edition.hash),
    }
}
