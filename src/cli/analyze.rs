//! `seatwise analyze`: the main job.

use std::path::PathBuf;

use anyhow::Context;

use super::progress::{Display, short};
use super::screen::Align::{Left, Right};
use super::{Ending, edition, limits, mapping, screen};
use crate::batch::{self, Outcome, Run, Wanted};
use crate::classify::UnknownRoles;
use crate::money::{Cents, format_cents};
use crate::output::TenantSummary;
use crate::pseudonym::Key;
use crate::report::brand::Brand;
use crate::report::datasets::Form;
use crate::report::language::Language;
use crate::rulebook::{DevicePolicy, is_date};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folders with one folder per tenant, or files.
    #[arg(required = true)]
    input: Vec<PathBuf>,
    /// Folder for the reports.
    #[arg(long, default_value = "reports")]
    out: PathBuf,
    /// Edition for every tenant: an id (see `rulebook list`) or a file. Default:
    /// what tenants.csv says of each tenant.
    #[arg(long)]
    rulebook: Option<String>,
    /// How device and user licences combine. Default: what the edition says.
    #[arg(long, value_enum)]
    device_policy: Option<Policy>,
    /// What a role that nobody knows is taken to need.
    #[arg(long, value_enum, default_value_t = UnknownRoles::Full)]
    unknown_roles: UnknownRoles,
    /// Do not buy seats for nobody where they open a lower price of something
    /// else, such as an attach price from ten users on.
    #[arg(long)]
    no_gate_seats: bool,
    /// How many people and devices of a tenant's device groups are looked at for
    /// the prices at which the advice changes; 0 leaves sensitivity and
    /// alternatives out.
    #[arg(long, default_value_t = crate::engine::SENSITIVITY)]
    sensitivity: usize,
    /// The day of the data (YYYY-MM-DD): subscriptions that end until then are
    /// over. Default: the last sign-in or use of a device in each tenant's data.
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<String>,
    /// Threads; 0 means as many as there are cores.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// What the tenants that are in work at the same time may take of memory, by
    /// estimate (2GiB, 512MiB); one is always in work. Default: as many tenants
    /// at a time as there are threads.
    #[arg(long, value_name = "SIZE", value_parser = limits::size)]
    memory: Option<u64>,
    /// Also end with 1 when a finding is an error.
    #[arg(long)]
    strict: bool,
    /// No progress and no summary.
    #[arg(long, short)]
    quiet: bool,
    /// Print run.json instead of the summary.
    #[arg(long)]
    json: bool,
    /// File that names the columns of tables nobody has seen before (see
    /// `inspect --draft-mapping`).
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// What to write: workbooks (xlsx) and tables (parquet, csv, json).
    /// `verify` needs xlsx and parquet.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [What::Xlsx, What::Parquet])]
    format: Vec<What>,
    /// Write the portfolio's workbook and run.json, and nothing of single tenants:
    /// for cost studies over many customers. Plans are proven and checked as
    /// always, but their proofs are not kept, so that `verify` has nothing to read.
    #[arg(long, conflicts_with_all = ["format", "sensitivity"])]
    portfolio_only: bool,
    /// Put a stable pseudonym wherever a person appears; KEYFILE holds 32 random
    /// bytes or more, which make the same pseudonyms in every run.
    #[arg(long, value_name = "KEYFILE")]
    pseudonymize: Option<PathBuf>,
    /// TOML file with the name, logo, colours and footer of who sends the
    /// workbooks (see docs/output.md).
    #[arg(long, value_name = "FILE")]
    brand: Option<PathBuf>,
    /// Language of the workbooks. Tables, the manifest and what customers gave
    /// stay as they are.
    #[arg(long, value_enum, default_value_t = Spoken::En)]
    language: Spoken,
    #[command(flatten)]
    limits: limits::Args,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Workbooks.
    Xlsx,
    /// Tables as Parquet.
    Parquet,
    /// Tables as CSV, safe to open in a spreadsheet.
    Csv,
    /// Tables as lines of JSON.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Spoken {
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Swedish.
    Sv,
}

/// What to write, from what was typed.
fn wanted(args: &Args) -> anyhow::Result<Wanted> {
    let has = |what| args.format.contains(&what);
    let forms = [(What::Parquet, Form::Parquet), (What::Csv, Form::Csv), (What::Json, Form::Json)];
    Ok(Wanted {
        tenants: !args.portfolio_only,
        workbooks: has(What::Xlsx),
        forms: forms.into_iter().filter(|(what, _)| has(*what)).map(|(_, form)| form).collect(),
        brand: args.brand.as_deref().map(Brand::read).transpose()?.unwrap_or_default(),
        language: match args.language {
            Spoken::En => Language::English,
            Spoken::De => Language::German,
            Spoken::Fr => Language::French,
            Spoken::Sv => Language::Swedish,
        },
    })
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Policy {
    /// Device licences carry the device work of anyone.
    Guide,
    /// Device licences serve only people who need no user licence at all.
    Strict,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Ending> {
    let rulebook = args.rulebook.as_deref().map(edition::load).transpose()?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads)
        .build()
        .context("cannot start the threads")?;
    let display = Display::new(args.quiet || args.json);
    let limits = args.limits.checked();
    let formats = mapping::formats(args.mapping.as_deref())?;
    let pseudonyms = args.pseudonymize.as_deref().map(Key::read).transpose()?;
    let output = wanted(args)?;
    let run = Run {
        inputs: &args.input,
        out: &args.out,
        rulebook: rulebook.as_ref(),
        device_policy: args.device_policy.map(|policy| match policy {
            Policy::Guide => DevicePolicy::Guide,
            Policy::Strict => DevicePolicy::Strict,
        }),
        unknown_roles: args.unknown_roles,
        no_gate_seats: args.no_gate_seats,
        sensitivity: (!args.portfolio_only).then_some(args.sensitivity),
        as_of: args.as_of.as_deref(),
        limits: &limits,
        formats: &formats,
        pseudonyms: pseudonyms.as_ref(),
        output: &output,
        memory: args.memory,
    };
    let outcome = pool.install(|| batch::run(&run, &display));
    display.finish();
    let outcome = outcome?;
    if args.json {
        screen::print(&format!("{}\n", serde_json::to_string_pretty(&outcome.manifest)?))?;
    } else if !args.quiet {
        screen::print(&summary(&outcome, args))?;
    }
    for failure in &outcome.portfolio.failed {
        if args.quiet || args.json {
            screen::error(&format!("{} failed: {}", failure.id, failure.reason));
        }
    }
    let failed = !outcome.portfolio.failed.is_empty();
    let errors = outcome.portfolio.tenants.iter().any(|tenant| tenant.errors > 0);
    Ok(if failed || (args.strict && errors) { Ending::Failed } else { Ending::Done })
}

/// A day as typed.
fn day(text: &str) -> Result<String, String> {
    if is_date(text) {
        Ok(text.to_owned())
    } else {
        Err("expected a day such as 2026-09-30".to_owned())
    }
}

/// What a reader wants to know at once.
fn summary(outcome: &Outcome, args: &Args) -> String {
    let tenants = &outcome.portfolio.tenants;
    let mut table = screen::Table::new([
        ("tenant", Left),
        ("edition", Left),
        ("people", Right),
        ("licensed", Right),
        ("devices", Right),
        ("plan/month", Right),
        ("users only", Right),
        ("assigned", Right),
        ("proof", Left),
        ("findings", Left),
    ]);
    for tenant in tenants {
        table.row([
            tenant.tenant.id.clone(),
            tenant.edition.clone(),
            tenant.totals.people.to_string(),
            tenant.totals.need_licence.to_string(),
            format!("{}/{}", tenant.totals.devices_licensed, tenant.totals.devices),
            format!("{} {}", tenant.tenant.currency, tenant.totals.plan_cents),
            tenant.totals.user_only_cents.to_string(),
            if tenant.totals.assigned_known {
                tenant.totals.assigned_cents.to_string()
            } else {
                "-".into()
            },
            proof(tenant),
            findings(tenant),
        ]);
    }
    let mut text = String::from("\n");
    text.push_str(&table.render());
    text.push('\n');
    for money in &outcome.manifest.totals.money {
        let saved = money.user_only_cents - money.plan_cents;
        text.push_str(&format!(
            "Together {} {} a month ({} a year); devices save {} a month against user licences \
             alone.\n",
            money.currency,
            format_cents(money.plan_cents),
            format_cents(money.plan_cents * 12),
            format_cents(saved)
        ));
    }
    for tenant in tenants.iter().filter(|tenant| tenant.rules_unmet > 0) {
        let money = if tenant.rules_unmet_cents == Cents::ZERO {
            String::new()
        } else {
            format!(
                ": {} {} a month for the seats they ask for are not in the plan",
                tenant.tenant.currency, tenant.rules_unmet_cents
            )
        };
        text.push_str(&format!(
            "{}: the plan does not meet {} rule{} of the agreement{money}; see Agreement rules in its \
             workbook.\n",
            tenant.tenant.id,
            tenant.rules_unmet,
            if tenant.rules_unmet == 1 { "" } else { "s" },
        ));
    }
    let rejected: u64 = tenants.iter().map(|tenant| tenant.rows_rejected).sum();
    let shared = outcome.portfolio.rejected.len() as u64;
    let own: u64 = tenants.iter().map(|tenant| tenant.rows_read).sum();
    let tables = outcome.portfolio.files.iter().flat_map(|file| &file.tables);
    let read = own + tables.map(|table| table.rows_read).sum::<u64>();
    let place = if args.portfolio_only {
        ""
    } else if args.format.contains(&What::Xlsx) {
        "; each rejected row stands in its workbook with the reason"
    } else {
        "; each rejected row stands in the table rejected with the reason"
    };
    text.push_str(&format!("{read} rows read, {} rejected{place}.\n", rejected + shared));
    for failure in &outcome.portfolio.failed {
        text.push_str(&format!("\nFAILED {}: {}\n", failure.id, failure.reason));
    }
    let timings = &outcome.manifest.timings;
    text.push_str(&format!(
        "\n{} of {} tenants done in {}. ",
        tenants.len(),
        tenants.len() + outcome.portfolio.failed.len(),
        seconds(timings.total_ms),
    ));
    if args.portfolio_only {
        text.push_str(&format!("Open {}.\n", args.out.join("portfolio.xlsx").display()));
    } else if args.format.contains(&What::Xlsx) {
        text.push_str(&format!(
            "Open {} first; {} tenant workbooks beside it in {}.\n",
            args.out.join("portfolio.xlsx").display(),
            tenants.len(),
            args.out.join("tenants").display()
        ));
    } else {
        text.push_str(&format!("Tables in {}.\n", args.out.join("data").display()));
    }
    let rate = read.saturating_mul(1000) / timings.total_ms.max(1);
    let stages: Vec<String> = timings
        .stages
        .iter()
        .map(|stage| format!("{} {}", stage.name, seconds(stage.ms)))
        .collect();
    text.push_str(&format!(
        "{} rows a second; time of {}: {}{}.\n",
        short(rate),
        if timings.threads == 1 {
            "1 thread".into()
        } else {
            format!("{} threads", timings.threads)
        },
        stages.join(", "),
        timings
            .peak_bytes
            .map_or_else(String::new, |bytes| format!("; {} MB of memory", bytes / 1_000_000)),
    ));
    text
}

/// `12.3 s`.
fn seconds(millis: u64) -> String {
    format!("{}.{} s", millis / 1000, millis % 1000 / 100)
}

fn proof(tenant: &TenantSummary) -> String {
    if !tenant.verified {
        "REFUSED by the checker".into()
    } else if tenant.gap_cents == Cents::ZERO && tenant.rules_unmet > 0 {
        "optimal, rule not met".into()
    } else if tenant.gap_cents == Cents::ZERO {
        "optimal".into()
    } else {
        format!("gap {}", tenant.gap_cents)
    }
}

fn findings(tenant: &TenantSummary) -> String {
    let mut parts = Vec::new();
    for (count, word) in [(tenant.errors, "error"), (tenant.warnings, "warning")] {
        if count > 0 {
            parts.push(format!("{count} {word}{}", if count == 1 { "" } else { "s" }));
        }
    }
    if tenant.rows_rejected > 0 {
        parts.push(format!("{} rows rejected", tenant.rows_rejected));
    }
    if parts.is_empty() { "none".into() } else { parts.join(", ") }
}
