//! How a run gets on: a bar on a terminal, a plain line every few seconds
//! elsewhere, nothing with `--quiet`.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::screen;
use crate::batch::Progress;

/// A plain line at most this often.
const EVERY: Duration = Duration::from_secs(5);

/// The display of one run.
#[derive(Debug)]
pub(super) enum Display {
    /// Nothing.
    Quiet,
    /// A bar on standard error.
    Bar(ProgressBar),
    /// Lines on standard error.
    Lines { total: AtomicUsize, done: AtomicUsize, last: Mutex<Instant> },
}

impl Display {
    pub(super) fn new(quiet: bool) -> Self {
        if quiet {
            Self::Quiet
        } else if std::io::stderr().is_terminal() {
            let bar = ProgressBar::no_length();
            if let Ok(style) = ProgressStyle::with_template(
                "{spinner} [{elapsed_precise}] {wide_bar} {pos}/{len} tenants, {msg}",
            ) {
                bar.set_style(style);
            }
            bar.set_message("reading shared files");
            bar.enable_steady_tick(Duration::from_millis(200));
            Self::Bar(bar)
        } else {
            Self::Lines {
                total: AtomicUsize::new(0),
                done: AtomicUsize::new(0),
                last: Mutex::new(Instant::now()),
            }
        }
    }

    pub(super) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Display {
    fn begin(&self, tenants: usize) {
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => {
                bar.set_length(tenants as u64);
                bar.set_message("starting");
            }
            Self::Lines { total, .. } => {
                total.store(tenants, Ordering::Relaxed);
                let noun = if tenants == 1 { "tenant" } else { "tenants" };
                screen::error(&format!("{tenants} {noun} found"));
            }
        }
    }

    fn tenant(&self, id: &str, ok: bool) {
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => {
                if !ok {
                    bar.println(format!("{id} failed"));
                }
                bar.set_message(id.to_owned());
                bar.inc(1);
            }
            Self::Lines { total, done, last } => {
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                let Ok(mut last) = last.lock() else { return };
                if last.elapsed() >= EVERY {
                    *last = Instant::now();
                    let total = total.load(Ordering::Relaxed);
                    screen::error(&format!("{done} of {total} tenants done"));
                }
            }
        }
    }
}
