//! `seatwise rulebook list|show|check|diff|schema|template`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::{Ending, edition, screen};
use crate::rulebook::{
    Difference, RulebookView, render_summary, render_text, rulebook_schema, rulebook_template,
    shipped, shipped_ids, shipped_text,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the shipped editions.
    List,
    /// Show an edition: rights, SKUs with prices, qualification, roles, rules.
    Show {
        /// Id of a shipped edition, or path of an edition file.
        edition: String,
        /// How to show it.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Check an edition file and report all problems at once.
    Check {
        /// Edition files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print the JSON Schema of edition files, for completion in editors.
    Schema,
    /// Print a complete small edition with a comment at every key.
    Template,
    /// Say what changed between two editions: licences, prices, roles, rules.
    Diff {
        /// Id of a shipped edition, or path of an edition file: the earlier one.
        from: String,
        /// Id or path of the later one.
        to: String,
        /// How to say it.
        #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
        format: DiffFormat,
        /// Say also what changes nothing that a customer buys: evidence,
        /// names, documents.
        #[arg(long)]
        all: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DiffFormat {
    /// Words to read.
    Text,
    /// The documented, stable JSON; always everything.
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Tables to read.
    Text,
    /// The documented, stable JSON.
    Json,
    /// The edition file itself, to be copied and corrected.
    Toml,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Ending> {
    match &args.command {
        Command::List => {
            for rulebook in shipped_ids().filter_map(shipped) {
                screen::print(&format!("{}\n", render_summary(rulebook).trim_end()))?;
            }
            Ok(Ending::Done)
        }
        Command::Show { edition, format } => {
            let text = match format {
                Format::Text => render_text(&edition::load(edition)?),
                Format::Json => {
                    let rulebook = edition::load(edition)?;
                    serde_json::to_string_pretty(&RulebookView::from(&rulebook))?
                }
                Format::Toml => match shipped_text(edition) {
                    Some(text) => text.to_owned(),
                    None => std::fs::read_to_string(edition)?,
                },
            };
            screen::print(&format!("{}\n", text.trim_end()))?;
            Ok(Ending::Done)
        }
        Command::Schema => {
            screen::print(&rulebook_schema()?)?;
            Ok(Ending::Done)
        }
        Command::Template => {
            screen::print(rulebook_template())?;
            Ok(Ending::Done)
        }
        Command::Diff { from, to, format, all } => {
            let difference = Difference::between(&edition::load(from)?, &edition::load(to)?);
            let text = match format {
                DiffFormat::Text => difference.render(*all),
                DiffFormat::Json => serde_json::to_string_pretty(&difference)?,
            };
            screen::print(&format!("{}\n", text.trim_end()))?;
            Ok(Ending::Done)
        }
        Command::Check { files } => {
            let mut ending = Ending::Done;
            for path in files {
                match edition::read(path)? {
                    Ok(rulebook) => {
                        screen::print(&format!(
                            "{}: no problems. {}\n",
                            path.display(),
                            render_summary(&rulebook).trim()
                        ))?;
                    }
                    Err(problems) => {
                        ending = Ending::Failed;
                        for problem in &problems {
                            screen::print(&format!("{problem}\n"))?;
                        }
                        screen::print(&format!(
                            "{}: {} problem{}\n",
                            path.display(),
                            problems.len(),
                            if problems.len() == 1 { "" } else { "s" }
                        ))?;
                    }
                }
            }
            Ok(ending)
        }
    }
}
