//! Tests of the translations. See the head of `language/mod.rs`.

use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local! {
    static MISSED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
    static USED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes a text that has no translation.
pub(super) fn missed(text: &str) {
    MISSED.with_borrow_mut(|all| {
        all.insert(text.to_owned());
    });
}

/// Notes a key that was asked for.
pub(super) fn used(key: &str) {
    USED.with_borrow_mut(|all| {
        all.insert(key.to_owned());
    });
}

#[test]
fn dump() {
    let dir = tempfile::tempdir().unwrap();
    use super::super::{Limits, brand::Brand, portfolio, sample_output, sample_portfolio, tenant};
    let brand = Brand::default();
    tenant::write_with(
        &sample_output(),
        &dir.path().join("t.xlsx"),
        Limits::default(),
        &brand,
        super::Language::German,
    )
    .unwrap();
    portfolio::write_with(
        &sample_portfolio(),
        &dir.path().join("p.xlsx"),
        Limits::default(),
        &brand,
        super::Language::German,
    )
    .unwrap();
    MISSED.with_borrow(|all| {
        for text in all {
            println!("MISS\t{}", text.replace('\n', "\\n"));
        }
    });
}
