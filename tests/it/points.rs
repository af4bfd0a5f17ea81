//! Every point of `points.toml` names tests, and each of them exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

#[test]
fn every_point_is_shown_by_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    for folder in ["src", "tests"] {
        for entry in walkdir::WalkDir::new(root.join(folder)) {
            let entry = entry.unwrap();
            if entry.path().extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(entry.path()).unwrap();
                let mut lines = text.lines().map(str::trim).peekable();
                while let Some(line) = lines.next() {
                    let name = lines.peek().and_then(|next| next.strip_prefix("fn "));
                    if let ("#[test]", Some(name)) = (line, name) {
                        tests.insert(name.split('(').next().unwrap().to_owned());
                    }
                }
            }
        }
    }
    let points: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        toml::from_str(include_str!("points.toml")).unwrap();
    for (point, named) in points.values().flatten() {
        assert!(!named.is_empty(), "{point}");
        for test in named {
            assert!(tests.contains(test), "{point}: there is no test {test}");
        }
    }
}
