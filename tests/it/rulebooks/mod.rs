//! Editions as files: what is refused, what differs, what the schema says.

mod broken;
mod diff;
mod naming_in_code;
mod schema;

use std::fs;
use std::path::Path;

/// Asserts that a file holds this text; with `SEATWISE_BLESS` set it is
/// written instead.
#[track_caller]
fn golden(path: &Path, text: &str) {
    if std::env::var_os("SEATWISE_BLESS").is_some() {
        fs::write(path, text).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(
        expected == text,
        "{} differs; see it with git diff after SEATWISE_BLESS=1. Found:\n{text}",
        path.display()
    );
}
