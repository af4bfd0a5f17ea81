//! Broken rulebooks, each with the exact diagnostics it gets.
//!
//! `broken/NN-name.toml` is read as a partner's file; what stands in
//! `NN-name.txt` is all that `rulebook check` says about it. A case is short
//! because `base.toml` completes it: behind the case come the base's tables it
//! does not have itself (`[edition]`, `[flags]`) and the base's lists (`[[skus]]`),
//! which the case thus adds to. A case whose first line is `# alone`, an empty
//! one and one that is no text get nothing; `# without: skus, roles` leaves
//! those sections of the base out.
//! Lines and columns are those of the case; a place in the base is called
//! `base.toml`.
//!
//! `SEATWISE_BLESS=1 cargo test --release --test it broken` writes the texts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use seatwise::rulebook::{Problem, check_bytes};

use super::golden;
use crate::binary::seatwise;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rulebooks/broken")
}

fn base() -> String {
    fs::read_to_string(folder().with_file_name("base.toml")).unwrap()
}

/// The broken files, in order.
fn cases() -> Vec<PathBuf> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = files.filter(|path| path.extension().unwrap() == "toml").collect();
    cases.sort();
    cases
}

/// The section a line begins, and whether it is one of a list.
fn header(line: &str) -> Option<(&str, bool)> {
    let list = line.strip_prefix("[[").and_then(|rest| rest.split("]]").next());
    let table = line.strip_prefix('[').and_then(|rest| rest.split(']').next());
    list.map(|name| (name, true)).or_else(|| table.map(|name| (name, false)))
}

/// The lines of the base that complete a case, each with its number there.
fn rest_of_base<'b>(base: &'b str, case: &str) -> Vec<(usize, &'b str)> {
    let without = case.lines().next().and_then(|line| line.strip_prefix("# without: "));
    let mut left_out: BTreeSet<&str> = without.into_iter().flat_map(|w| w.split(", ")).collect();
    let headers = case.lines().filter_map(header);
    left_out.extend(headers.filter(|(_, list)| !list).map(|(name, _)| name));
    let mut keep = false;
    let mut rest = Vec::new();
    for (number, line) in (1..).zip(base.lines()) {
        if let Some((name, _)) = header(line) {
            keep = !left_out.contains(name);
        }
        if keep {
            rest.push((number, line));
        }
    }
    rest
}

/// All that the checker says about a case.
fn diagnostics(path: &Path, base: &str) -> String {
    let name = path.file_name().unwrap().to_str().unwrap();
    let bytes = fs::read(path).unwrap();
    let text = str::from_utf8(&bytes).unwrap_or("# alone");
    let alone = text.is_empty() || text.starts_with("# alone");
    let rest = if alone { Vec::new() } else { rest_of_base(base, text) };
    let own_lines = text.lines().count();
    let mut whole = bytes.clone();
    for (_, line) in &rest {
        whole.extend_from_slice(line.as_bytes());
        whole.push(b'\n');
    }
    let problems = check_bytes(name, &whole).err().unwrap_or_default();
    assert!(!problems.is_empty(), "{name} has no problem");
    let placed = problems.into_iter().map(|problem| {
        match rest.get(problem.line.saturating_sub(own_lines + 1)) {
            Some((line, _)) if problem.line > own_lines => {
                Problem { file: "base.toml".to_owned(), line: *line, ..problem }
            }
            _ => problem,
        }
    });
    placed.map(|problem| format!("{problem}\n")).collect()
}

#[test]
fn the_base_of_the_broken_rulebooks_is_whole() {
    let base = base();
    assert_eq!(check_bytes("base.toml", base.as_bytes()).err(), None);
    // And a case that adds nothing is whole too.
    let rest: String =
        rest_of_base(&base, "schema = 1\n").iter().map(|(_, line)| format!("{line}\n")).collect();
    assert_eq!(check_bytes("case", format!("schema = 1\n{rest}").as_bytes()).err(), None);
}

#[test]
fn every_broken_rulebook_gets_exactly_its_diagnostics() {
    let (base, cases) = (base(), cases());
    assert!(cases.len() >= 50, "{} cases", cases.len());
    for case in cases {
        golden(&case.with_extension("txt"), &diagnostics(&case, &base));
    }
}

#[test]
fn the_broken_rulebooks_are_numbered_without_gaps() {
    for (number, case) in (1..).zip(cases()) {
        let name = case.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name.starts_with(&format!("{number:02}-")), "{name} is not number {number}");
    }
}

/// Every message the checker can give stands in some expectation, so that a
/// reader of the folder has seen them all.
#[test]
fn every_kind_of_problem_has_a_broken_rulebook() {
    let seen: String = cases()
        .iter()
        .map(|case| fs::read_to_string(case.with_extension("txt")).unwrap())
        .collect();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rulebook/check");
    let mut missing = Vec::new();
    for entry in walkdir::WalkDir::new(&sources).into_iter().map(Result::unwrap) {
        let path = entry.path();
        let skipped = ["tests", "tests.rs", "problem.rs"];
        let skipped = path.iter().any(|part| skipped.iter().any(|name| part == *name));
        if path.extension().is_none_or(|e| e != "rs") || skipped {
            continue;
        }
        for message in messages(&fs::read_to_string(path).unwrap()) {
            let parts: Vec<&str> =
                message.split(['{', '}']).step_by(2).filter(|part| part.len() > 3).collect();
            // One line of the expectations has all its fixed parts, in order.
            let found = seen.lines().any(|line| {
                let mut rest = line;
                parts.iter().all(|part| match rest.find(part) {
                    Some(at) => {
                        rest = &rest[at + part.len()..];
                        true
                    }
                    None => false,
                })
            });
            if !parts.is_empty() && !found {
                missing.push(format!("{}: {message}", path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "no broken rulebook shows\n{}", missing.join("\n"));
}

/// The texts that Rust source makes messages and hints of.
fn messages(source: &str) -> Vec<String> {
    let code: Vec<&str> = source
        .split("#[cfg(test)]")
        .next()
        .unwrap()
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//"))
        .collect();
    // A text broken over two lines of source is one text.
    let code = code.join("\n").replace("\\\n", "").replace("\\\"", "\u{1}");
    let strings = code.split('"').skip(1).step_by(2).map(|text| text.replace('\u{1}', "\""));
    // What serde says is looked for, not said.
    let of_serde = [
        "missing field ",
        "unknown field ",
        "invalid ",
        ", expected ",
        "a boolean",
        "a sequence",
        "array elements",
        "duplicate key",
        " as i128",
    ];
    strings
        .filter(|text| text.contains(' ') && !of_serde.iter().any(|serde| text.starts_with(serde)))
        .collect()
}

#[test]
fn the_command_prints_the_same_problems_and_fails() {
    let file = folder().join("01-not-toml.toml");
    let ran = seatwise(["rulebook", "check", file.to_str().unwrap()]);
    assert_eq!(ran.code, 1);
    let expected = fs::read_to_string(file.with_extension("txt")).unwrap();
    let first = expected.lines().next().unwrap();
    assert!(ran.out.contains(first), "{}", ran.out);
    assert!(ran.out.ends_with(" problems\n") || ran.out.ends_with(" problem\n"), "{}", ran.out);
}
