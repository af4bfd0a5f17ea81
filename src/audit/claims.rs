//! Statements that hold or do not.

use std::fmt;

use serde::Serialize;

/// After so many a tenant is refused anyway.
const MOST_FAILURES: usize = 100;

/// A count as the tables have it.
pub(super) fn number(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// What does not hold, or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// File it is about, relative to the folder of the run.
    pub file: String,
    /// The sentence.
    pub message: String,
    /// Whether the file could not be read.
    pub unreadable: bool,
}

impl Failure {
    /// A file that cannot be read.
    pub(super) fn unreadable(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), message: message.into(), unreadable: true }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.message)
    }
}

/// What was checked so far.
#[derive(Debug, Default)]
pub(super) struct Claims {
    pub(super) checked: u64,
    pub(super) failures: Vec<Failure>,
}

impl Claims {
    /// A statement about a file; gives whether it holds.
    pub(super) fn claim(&mut self, holds: bool, file: &str, what: impl FnOnce() -> String) -> bool {
        self.checked += 1;
        if !holds && self.failures.len() < MOST_FAILURES {
            self.failures.push(Failure {
                file: file.to_owned(),
                message: what(),
                unreadable: false,
            });
        }
        holds
    }

    /// That a figure is what others make it: `place: column is 3, its rows add
    /// up to 4`.
    pub(super) fn equal<T: PartialEq + fmt::Display>(
        &mut self,
        file: &str,
        (place, column): (&str, &str),
        found: &T,
        (why, right): (&str, &T),
    ) -> bool {
        self.claim(found == right, file, || {
            let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
            format!("{place}{column} is {found}, {why} {right}")
        })
    }

    /// Something that could not be read.
    pub(super) fn failed(&mut self, failure: Failure) {
        self.failures.push(failure);
    }
}
