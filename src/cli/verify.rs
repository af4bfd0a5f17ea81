//! `seatwise verify`: a finished run, checked from its own files.

use std::path::PathBuf;

use super::screen::Align::{Left, Right};
use super::{Ending, screen};
use crate::audit::{Audit, Failure, Outcome, audit};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder that `analyze --out` wrote to.
    run: PathBuf,
    /// Only this tenant; may be given several times.
    #[arg(long, value_name = "TENANT")]
    tenant: Vec<String>,
    /// How many failures to show per tenant.
    #[arg(long, default_value_t = 10)]
    rows: usize,
    /// Print the result as JSON, every failure included.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Ending> {
    let found = audit(&args.run, &args.tenant)?;
    if args.json {
        screen::print(&format!("{}\n", serde_json::to_string_pretty(&found)?))?;
    } else {
        screen::print(&text(&found, args.rows))?;
    }
    Ok(match found.worst() {
        Outcome::Verified | Outcome::NotCalculated => Ending::Done,
        Outcome::Refused => Ending::Failed,
        Outcome::Unreadable => Ending::Unreadable,
    })
}

fn text(found: &Audit, rows: usize) -> String {
    let mut table = screen::Table::new([("tenant", Left), ("checked", Right), ("result", Left)]);
    for tenant in &found.tenants {
        let checked = tenant.checked.to_string();
        table.row([tenant.id.clone(), checked, tenant.outcome.word().to_owned()]);
    }
    let mut text = format!("\n{}", table.render());
    for tenant in &found.tenants {
        text.push_str(&listed(&tenant.id, &tenant.failures, rows));
    }
    text.push_str(&listed("the run", &found.failures, rows));
    let count = |outcome| found.tenants.iter().filter(|tenant| tenant.outcome == outcome).count();
    let (verified, all) = (count(Outcome::Verified), found.tenants.len());
    let checked: u64 = found.tenants.iter().map(|tenant| tenant.checked).sum();
    let end = if found.verified {
        format!(
            "{verified} of {all} tenants verified from their files, {checked} statements checked"
        )
    } else {
        format!("NOT VERIFIED: {verified} of {all} tenants hold")
    };
    text.push_str(&format!("\n{end} ({}).\n", found.run.display()));
    text
}

fn listed(whose: &str, failures: &[Failure], rows: usize) -> String {
    if failures.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{whose}\n");
    for failure in failures.iter().take(rows) {
        text.push_str(&format!("  {failure}\n"));
    }
    if failures.len() > rows {
        text.push_str(&format!("  ... {} more (--rows, --json)\n", failures.len() - rows));
    }
    text
}
