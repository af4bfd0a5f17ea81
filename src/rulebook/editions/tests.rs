//! What the shipped editions say, one sentence of a guide at a time.

use super::*;

#[test]
fn every_shipped_edition_checks_without_problems() {
    for edition in &SHIPPED {
        if let Err(problems) = checked(edition) {
            let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{} problems\n{}", problems.len(), list.join("\n"));
        }
    }
    assert!(shipped(DEFAULT_EDITION).is_some());
}
