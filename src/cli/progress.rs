//! How a run gets on: a bar on a terminal, a plain line every few seconds
//! elsewhere, nothing with `--quiet`.
//!
//! How far a run is, the bytes of its input say, half of them when they are
//! read and half when the reports of their tenant are written: a run of many
//! small tenants and one large one is not nearly done because the small ones
//! are.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::screen;
use crate::batch::Progress;

/// How often a plain line is printed.
const EVERY: Duration = Duration::from_secs(5);

/// Parts of the bar.
const WHOLE: u64 = 10_000;

/// What has been done of what.
#[derive(Debug)]
struct State {
    began: Instant,
    tenants: AtomicU64,
    done: AtomicU64,
    failed: AtomicU64,
    bytes: AtomicU64,
    read: AtomicU64,
    finished: AtomicU64,
    rows: AtomicU64,
}

impl State {
    fn new() -> Self {
        let none = AtomicU64::default;
        Self {
            began: Instant::now(),
            tenants: none(),
            done: none(),
            failed: none(),
            bytes: none(),
            read: none(),
            finished: none(),
            rows: none(),
        }
    }

    /// How much is done, in parts of [`WHOLE`].
    fn share(&self) -> u64 {
        let of = |counter: &AtomicU64| u128::from(counter.load(Ordering::Relaxed));
        let (part, all) = match of(&self.bytes) {
            // Rows that only shared files have: tenants are all there is to count.
            0 => (of(&self.done), of(&self.tenants)),
            bytes => (of(&self.read) + of(&self.finished), 2 * bytes),
        };
        u64::try_from(part * u128::from(WHOLE) / all.max(1)).unwrap_or(WHOLE).min(WHOLE)
    }

    /// `43 of 300 tenants, 120 of 810 MB, 3.4 M rows read (1.1 M a second)`.
    fn words(&self) -> String {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut words = format!("{} of {} tenants", of(&self.done), of(&self.tenants));
        if of(&self.failed) > 0 {
            words.push_str(&format!(", {} failed", of(&self.failed)));
        }
        if of(&self.bytes) > 0 {
            words.push_str(&format!(
                ", {} of {} MB",
                of(&self.read) / 1_000_000,
                of(&self.bytes).div_ceil(1_000_000)
            ));
        }
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        let rate = of(&self.rows).saturating_mul(1000) / millis;
        words.push_str(&format!(
            ", {} rows read ({} a second)",
            short(of(&self.rows)),
            short(rate)
        ));
        words
    }

    /// What is left at the pace so far, once there is one.
    fn left(&self) -> Option<Duration> {
        let share = self.share();
        let millis = u64::try_from(self.began.elapsed().as_millis()).ok()?;
        (share * 50 > WHOLE && share < WHOLE)
            .then(|| Duration::from_millis(millis * (WHOLE - share) / share))
    }
}

/// `3.4 M`, `12 k`, `85`.
pub(super) fn short(count: u64) -> String {
    match count {
        0..10_000 => count.to_string(),
        10_000..1_000_000 => format!("{} k", count / 1_000),
        _ => format!("{}.{} M", count / 1_000_000, count % 1_000_000 / 100_000),
    }
}

/// The display of one run.
#[derive(Debug)]
pub(super) struct Display {
    state: Arc<State>,
    how: How,
}

#[derive(Debug)]
enum How {
    /// Nothing.
    Quiet,
    /// A bar on standard error.
    Bar(ProgressBar),
    /// Lines on standard error, by a thread that ends with its channel.
    Lines(Mutex<Option<(Sender<()>, JoinHandle<()>)>>),
}

impl Display {
    pub(super) fn new(quiet: bool) -> Self {
        let how = if quiet {
            How::Quiet
        } else if std::io::stderr().is_terminal() {
            let bar = ProgressBar::no_length();
            if let Ok(style) = ProgressStyle::with_template(
                "{spinner} [{elapsed_precise}] {wide_bar} {percent}%, {eta} left, {msg}",
            ) {
                bar.set_style(style);
            }
            bar.set_message("reading shared files");
            bar.enable_steady_tick(Duration::from_millis(200));
            How::Bar(bar)
        } else {
            How::Lines(Mutex::new(None))
        };
        Self { state: Arc::new(State::new()), how }
    }

    pub(super) fn finish(&self) {
        match &self.how {
            How::Quiet => {}
            How::Bar(bar) => bar.finish_and_clear(),
            How::Lines(printer) => {
                let printer = printer.lock().ok().and_then(|mut printer| printer.take());
                if let Some((sender, thread)) = printer {
                    drop(sender);
                    let _ = thread.join();
                }
            }
        }
    }

    fn show(&self) {
        if let How::Bar(bar) = &self.how {
            bar.set_position(self.state.share());
            bar.set_message(self.state.words());
        }
    }
}

/// Prints a line every few seconds until the sender is dropped.
fn printer(state: Arc<State>) -> (Sender<()>, JoinHandle<()>) {
    let (sender, receiver) = channel();
    let thread = std::thread::spawn(move || {
        while receiver.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
            let left = state.left().map_or_else(String::new, |left| {
                format!("; about {} s left", left.as_secs().max(1))
            });
            screen::error(&format!("{}{left}", state.words()));
        }
    });
    (sender, thread)
}

impl Progress for Display {
    fn begin(&self, tenants: usize, bytes: u64) {
        self.state.tenants.store(tenants as u64, Ordering::Relaxed);
        self.state.bytes.store(bytes, Ordering::Relaxed);
        match &self.how {
            How::Quiet => {}
            How::Bar(bar) => bar.set_length(WHOLE),
            How::Lines(thread) => {
                let noun = if tenants == 1 { "tenant" } else { "tenants" };
                screen::error(&format!("{tenants} {noun} found"));
                if let Ok(mut thread) = thread.lock() {
                    *thread = Some(printer(Arc::clone(&self.state)));
                }
            }
        }
        self.show();
    }

    fn read(&self, bytes: u64, rows: u64) {
        self.state.read.fetch_add(bytes, Ordering::Relaxed);
        self.state.rows.fetch_add(rows, Ordering::Relaxed);
        self.show();
    }

    fn tenant(&self, id: &str, ok: bool, bytes: u64) {
        self.state.done.fetch_add(1, Ordering::Relaxed);
        self.state.finished.fetch_add(bytes, Ordering::Relaxed);
        if !ok {
            self.state.failed.fetch_add(1, Ordering::Relaxed);
            if let How::Bar(bar) = &self.how {
                bar.println(format!("{id} failed"));
            }
        }
        self.show();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_tenant_is_reading_it() {
        let state = State::new();
        state.tenants.store(3, Ordering::Relaxed);
        state.bytes.store(1_000, Ordering::Relaxed);
        assert_eq!(state.share(), 0);
        state.read.store(600, Ordering::Relaxed);
        state.finished.store(200, Ordering::Relaxed);
        state.done.store(2, Ordering::Relaxed);
        assert_eq!(state.share(), 4_000);
        state.rows.store(3_456_789, Ordering::Relaxed);
        assert!(state.words().starts_with("2 of 3 tenants, 0 of 1 MB, 3.4 M rows read ("));
    }

    #[test]
    fn without_own_files_tenants_are_counted() {
        let state = State::new();
        state.tenants.store(4, Ordering::Relaxed);
        state.done.store(1, Ordering::Relaxed);
        assert_eq!(state.share(), 2_500);
        assert_eq!(short(85), "85");
        assert_eq!(short(12_345), "12 k");
    }
}
