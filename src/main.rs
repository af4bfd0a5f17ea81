//! `seatwise`: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    seatwise::cli::main()
}
