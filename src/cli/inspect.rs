//! `seatwise inspect`: what is recognised, what is wrong, what can be
//! concluded and what to export next, before anything is calculated.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::screen::Align::{Left, Right};
use super::{Ending, limits, mapping, request, screen};
use crate::batch::{Inspection, Part, inspect};
use crate::finding::Finding;
use crate::intake::{Reason, TableReport};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folders with one folder per tenant, archives, or files.
    #[arg(required = true)]
    input: Vec<PathBuf>,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The same as --format json.
    #[arg(long)]
    json: bool,
    /// How many rejected rows to show per table.
    #[arg(long, default_value_t = 5)]
    rows: usize,
    /// Write a workbook to send to the customer: what is there, what to export
    /// next and where that is found.
    #[arg(long, value_name = "FILE.xlsx")]
    out: Option<PathBuf>,
    /// File that names the columns of tables nobody has seen before.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Write a draft of such a file for the tables that are not recognised.
    #[arg(long, value_name = "FILE")]
    draft_mapping: Option<PathBuf>,
    #[command(flatten)]
    limits: limits::Args,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Tables in plain text.
    Table,
    /// Everything, as JSON.
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Ending> {
    let formats = mapping::formats(args.mapping.as_deref())?;
    let found = inspect(&args.input, &formats, &args.limits.checked())?;
    if let Some(path) = &args.draft_mapping {
        draft(path, &found, &formats)?;
    }
    if let Some(path) = &args.out {
        request::write(&found, path)?;
    }
    if args.json || args.format == Format::Json {
        screen::print(&format!("{}\n", serde_json::to_string_pretty(&found)?))?;
    } else {
        for part in found.parts() {
            screen::print(&text(part, args.rows))?;
        }
        for finding in &found.findings {
            screen::print(&format!("{}\n", line(finding)))?;
        }
        if let Some(path) = &args.out {
            screen::print(&format!("Written: {}\n", path.display()))?;
        }
    }
    Ok(if found.failed() { Ending::Failed } else { Ending::Done })
}

fn draft(path: &Path, found: &Inspection, formats: &crate::intake::Formats) -> anyhow::Result<()> {
    let (text, count) = mapping::drafted(found, formats);
    let shown = path.display();
    if count == 0 {
        screen::error(&format!("{shown} was not written: every table was recognised"));
        return Ok(());
    }
    anyhow::ensure!(!path.exists(), "{shown} is there already; name another file or move it");
    std::fs::write(path, text).with_context(|| format!("{shown} cannot be written"))?;
    let tables = if count == 1 { "1 table".to_owned() } else { format!("{count} tables") };
    screen::error(&format!("draft for {tables} written to {shown}; complete it by hand"));
    Ok(())
}

fn text(part: &Part, rows: usize) -> String {
    let title = if part.tenant.is_empty() { "Files of the whole portfolio" } else { &part.tenant };
    let mut text = format!("{title}\n{}\n\n", "=".repeat(title.chars().count()));
    text.push_str(&tables(part));
    for file in &part.files {
        if let Some(failure) = &file.failure {
            text.push_str(&format!(
                "\n{} ({} bytes)\n  FAILED: {failure}\n",
                file.path, file.bytes
            ));
            continue;
        }
        text.push_str(&format!("\n{} ({} bytes)\n", file.path, file.bytes));
        for table in &file.tables {
            text.push_str(&details(table, rows));
        }
    }
    text.push_str(&joins(part));
    text.push_str(&conclusions(part));
    if !part.findings.is_empty() {
        text.push('\n');
        for finding in &part.findings {
            text.push_str(&format!("{}\n", line(finding)));
        }
    }
    text.push('\n');
    text
}

/// One line per table: what it is and what became of its rows.
fn tables(part: &Part) -> String {
    let mut table = screen::Table::new([
        ("file", Left),
        ("sheet", Left),
        ("recognised as", Left),
        ("rows", Right),
        ("used", Right),
        ("rejected", Right),
        ("ignored", Right),
        ("columns", Left),
    ]);
    for file in &part.files {
        if file.tables.is_empty() {
            let nothing = || String::from("-");
            let failed = if file.failure.is_some() { "FAILED" } else { "no table" };
            table.row([
                file.path.clone(),
                nothing(),
                failed.to_owned(),
                nothing(),
                nothing(),
                nothing(),
                nothing(),
                nothing(),
            ]);
        }
        for found in &file.tables {
            table.row([
                file.path.clone(),
                if found.sheet.is_empty() { "-".into() } else { found.sheet.clone() },
                found.format.clone().unwrap_or_else(|| "not recognised".into()),
                found.rows_read.to_string(),
                found.rows_used.to_string(),
                found.rejected.len().to_string(),
                found.rows_ignored().to_string(),
                format!(
                    "{} understood, {} ignored, {} missing",
                    found.columns.len(),
                    found.unused_columns.len(),
                    found.missing.len()
                ),
            ]);
        }
    }
    table.render()
}

fn details(table: &TableReport, rows: usize) -> String {
    let mut text = String::new();
    let sheet = if table.sheet.is_empty() {
        String::new()
    } else {
        format!("sheet \u{201c}{}\u{201d}: ", table.sheet)
    };
    text.push_str(&format!("  {sheet}{}\n", table.recognition));
    for reason in &table.reasons {
        text.push_str(&format!("    because it {}\n", because(reason)));
    }
    text.push_str(&format!(
        "    {} rows = {} used + {} rejected + {} ignored{}\n",
        table.rows_read,
        table.rows_used,
        table.rejected.len(),
        table.rows_ignored(),
        ignored(&table.ignored)
    ));
    for rejected in table.rejected.iter().take(rows) {
        let row = rejected.place.row.map_or_else(String::new, |row| format!("row {row}"));
        text.push_str(&format!("    {row}: {} {}\n", rejected.code, rejected.reason));
    }
    if table.rejected.len() > rows {
        text.push_str(&format!("    ... {} more\n", table.rejected.len() - rows));
    }
    if !table.columns.is_empty() {
        let pairs: Vec<String> =
            table.columns.iter().map(|(header, field)| format!("{header} = {field}")).collect();
        text.push_str(&format!("    understood: {}\n", pairs.join(", ")));
    }
    if !table.unused_columns.is_empty() {
        text.push_str(&format!("    not used: {}\n", table.unused_columns.join(", ")));
    }
    if !table.missing.is_empty() {
        text.push_str(&format!("    missing: {}\n", table.missing.join(", ")));
    }
    text
}

/// A reason as the end of a sentence that begins "because it".
fn because(reason: &str) -> String {
    if reason.starts_with("has ") { reason.to_owned() } else { format!("is: {reason}") }
}

fn joins(part: &Part) -> String {
    if part.joins.is_empty() {
        return String::new();
    }
    let mut table = screen::Table::new([
        ("rows of", Left),
        ("looked up in", Left),
        ("matched", Right),
        ("not matched", Right),
        ("several", Right),
        ("named", Right),
        ("not named", Right),
    ]);
    for join in &part.joins {
        table.row([
            request::word(join.from),
            request::word(join.to),
            join.matched.to_string(),
            join.unmatched.to_string(),
            join.several.to_string(),
            join.named.to_string(),
            join.unnamed.to_string(),
        ]);
    }
    format!("\n{}", table.render())
}

fn conclusions(part: &Part) -> String {
    let mut text = String::new();
    for answer in &part.advice.answers {
        let mark = if answer.answered { "yes" } else { "NO " };
        text.push_str(&format!("{mark}  {} {}\n", answer.question, answer.consequence));
        for (column, gap) in &answer.gaps {
            text.push_str(&format!("     without {column}: {gap}\n"));
        }
    }
    if !part.advice.requests.is_empty() {
        text.push_str("\nPlease export next:\n");
        for (number, request) in part.advice.requests.iter().enumerate() {
            let needed = if request.required { " (nothing goes without it)" } else { "" };
            text.push_str(&format!("{}. {}{needed}\n", number + 1, request.why));
            for export in &request.exports {
                text.push_str(&format!(
                    "   - {}, {}: {}\n",
                    export.product, export.name, export.path
                ));
            }
        }
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn ignored(ignored: &std::collections::BTreeMap<Reason, u64>) -> String {
    let parts: Vec<String> = ignored
        .iter()
        .map(|(reason, count)| match reason {
            Reason::Header => format!("{count} header"),
            Reason::Finding(code) => format!("{count} {} {}", code.id(), code.title()),
        })
        .collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

fn line(finding: &Finding) -> String {
    let severity = finding.code.severity();
    let place = finding.place.as_ref().map_or_else(String::new, |place| format!(" [{place}]"));
    format!("{} {}: {}{place}", severity.word(), finding.code, finding.message)
}
