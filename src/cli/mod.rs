//! The command line.
//!
//! Two steps, as in ripgrep: arguments as typed (`Cli`), then checked
//! options that each command builds for itself. Exit codes: 0 done, 1 done but
//! a tenant failed (with `--strict` also: a finding that is an error), 2 could
//! not run. Results go to standard output, everything about how the run gets
//! on to standard error.

mod analyze;
mod edition;
mod generate;
mod inspect;
mod limits;
mod mapping;
mod progress;
mod request;
mod rulebook;
mod screen;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The cheapest lawful Dynamics 365 licences of many tenants, with a proof.
#[derive(Debug, Parser)]
#[command(name = "seatwise", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Work out a portfolio and write its reports.
    Analyze(analyze::Args),
    /// Make up a portfolio of any size, to try Seatwise on.
    Generate(generate::Args),
    /// Say what is recognised in files and what is wrong with them, before
    /// anything is calculated.
    Inspect(inspect::Args),
    /// List, show or check editions of the licensing guide.
    Rulebook(rulebook::Args),
    /// Check a finished run again, from its own files.
    Verify(verify::Args),
}

/// What a command ends with when it could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Everything done.
    Done,
    /// Done, but something failed that the caller must look at.
    Failed,
    /// Something could not be read, so that not everything was done.
    Unreadable,
}

/// Parses the command line, runs the command and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; clap knows which is which.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let result = match cli.command {
        Command::Analyze(args) => analyze::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Rulebook(args) => rulebook::run(&args),
        Command::Verify(args) => verify::run(&args),
    };
    match result {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Failed) => ExitCode::from(1),
        Ok(Ending::Unreadable) => ExitCode::from(2),
        Err(error) => {
            // A reader that stopped reading is not a failure.
            let closed = error.chain().any(|cause| {
                cause
                    .downcast_ref::<std::io::Error>()
                    .is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
            });
            if closed {
                return ExitCode::SUCCESS;
            }
            screen::error(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
