//! `seatwise inspect`: what is recognised, what is wrong, before anything is
//! calculated.

use std::path::PathBuf;

use serde::Serialize;

use super::{Ending, screen};
use crate::finding::{Finding, Severity};
use crate::intake::{FileRead, FileReport, Formats, Limits, Reason, discover, read_files};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folders with one folder per tenant, or files.
    #[arg(required = true)]
    input: Vec<PathBuf>,
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
    /// How many rejected rows to show per table.
    #[arg(long, default_value_t = 5)]
    rows: usize,
}

#[derive(Debug, Serialize)]
struct Part {
    /// Tenant id; blank for the portfolio's own files.
    tenant: String,
    files: Vec<FileReport>,
    findings: Vec<Finding>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Ending> {
    let formats = Formats::shipped()?;
    let limits = Limits::default();
    let discovered = discover(&args.input)?;
    let read = |tenant: &str, files| {
        let read: Vec<FileRead> = read_files(files, &formats, &limits);
        let mut part = Part { tenant: tenant.to_owned(), files: Vec::new(), findings: Vec::new() };
        for file in read {
            part.files.push(file.report);
            part.findings.extend(file.findings);
        }
        part
    };
    let mut parts = Vec::new();
    if !discovered.shared.is_empty() {
        parts.push(read("", &discovered.shared));
    }
    parts.extend(discovered.tenants.iter().map(|tenant| read(&tenant.id, &tenant.files)));
    if args.json {
        screen::print(&format!("{}\n", serde_json::to_string_pretty(&parts)?))?;
    } else {
        for part in &parts {
            screen::print(&text(part, args.rows))?;
        }
        for finding in &discovered.findings {
            screen::print(&format!("{}\n", line(finding)))?;
        }
    }
    let failed = parts.iter().flat_map(|part| &part.files).any(|file| file.failure.is_some());
    Ok(if failed { Ending::Failed } else { Ending::Done })
}

fn text(part: &Part, rows: usize) -> String {
    let title = if part.tenant.is_empty() { "Files of the whole portfolio" } else { &part.tenant };
    let mut text = format!("{title}\n{}\n", "=".repeat(title.chars().count()));
    for file in &part.files {
        text.push_str(&format!("\n{} ({} bytes)\n", file.path, file.bytes));
        if let Some(failure) = &file.failure {
            text.push_str(&format!("  FAILED: {failure}\n"));
        }
        for table in &file.tables {
            let sheet = if table.sheet.is_empty() {
                String::new()
            } else {
                format!("sheet \u{201c}{}\u{201d}: ", table.sheet)
            };
            text.push_str(&format!("  {sheet}{}\n", table.recognition));
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
            if !table.unused_columns.is_empty() {
                text.push_str(&format!("    not used: {}\n", table.unused_columns.join(", ")));
            }
        }
    }
    if !part.findings.is_empty() {
        text.push('\n');
        for finding in &part.findings {
            text.push_str(&format!("{}\n", line(finding)));
        }
    }
    text.push('\n');
    text
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
    let severity: Severity = finding.code.severity();
    let place = finding.place.as_ref().map_or_else(String::new, |place| format!(" [{place}]"));
    format!("{} {}: {}{place}", severity.word(), finding.code, finding.message)
}
