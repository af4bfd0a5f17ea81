//! `seatwise`: parse, run, exit code.

use std::process::ExitCode;

/// Tens of millions of short texts are made and dropped on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    seatwise::cli::main()
}
