//! The editions that are shipped.
//!
//! Each is a TOML file beside this module, compiled in as text and checked
//! the first time somebody asks for it.

use std::sync::OnceLock;

use super::{Problem, Rulebook, check};

/// The edition of tenants that name none.
pub const DEFAULT_EDITION: &str = "2026-09";

/// A shipped file and its checked form.
struct Shipped {
    id: &'static str,
    file: &'static str,
    text: &'static str,
    checked: OnceLock<Result<Rulebook, Vec<Problem>>>,
}

/// In the order of their dates.
static SHIPPED: [Shipped; 3] = [
    Shipped {
        id: "2017-07",
        file: "editions/2017-07.toml",
        text: include_str!("editions/2017-07.toml"),
        checked: OnceLock::new(),
    },
    Shipped {
        id: "2021-09",
        file: "editions/2021-09.toml",
        text: include_str!("editions/2021-09.toml"),
        checked: OnceLock::new(),
    },
    Shipped {
        id: "2026-09",
        file: "editions/2026-09.toml",
        text: include_str!("editions/2026-09.toml"),
        checked: OnceLock::new(),
    },
];

fn find(id: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.id == id)
}

fn checked(shipped: &'static Shipped) -> Result<&'static Rulebook, &'static [Problem]> {
    let checked = shipped.checked.get_or_init(|| check(shipped.file, shipped.text));
    checked.as_ref().map_err(Vec::as_slice)
}

/// A shipped edition, checked. `None` for an id that is not shipped (a test
/// holds every shipped file to be without problems).
#[must_use]
pub fn shipped(id: &str) -> Option<&'static Rulebook> {
    checked(find(id)?).ok()
}

/// The ids of the shipped editions, by date.
pub fn shipped_ids() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|shipped| shipped.id)
}

/// The text of a shipped edition file.
#[must_use]
pub fn shipped_text(id: &str) -> Option<&'static str> {
    find(id).map(|shipped| shipped.text)
}

#[cfg(test)]
mod tests;
