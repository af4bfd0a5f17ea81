//! `rulebook diff`: true, readable and stable.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::golden;
use crate::binary::seatwise;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rulebooks/diff").join(name)
}

fn path(name: &str) -> String {
    file(name).to_str().unwrap().to_owned()
}

fn diff(more: &[&str]) -> String {
    let ran = seatwise(["rulebook", "diff"].iter().chain(more));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{more:?}");
    ran.out
}

fn json(from: &str, to: &str) -> Value {
    serde_json::from_str(&diff(&[from, to, "--format", "json"])).unwrap()
}

fn section<'j>(json: &'j Value, id: &str) -> &'j Value {
    let sections = json["sections"].as_array().unwrap();
    sections.iter().find(|section| section["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

/// The entry whose later name is `name`.
fn entry<'j>(json: &'j Value, in_section: &str, name: &str) -> &'j Value {
    let entries = section(json, in_section)["entries"].as_array().unwrap();
    entries.iter().find(|entry| entry["to"]["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

fn fact<'j>(entry: &'j Value, id: &str) -> &'j Value {
    entry["facts"].as_array().unwrap().iter().find(|fact| fact["id"] == id).unwrap()
}

#[test]
fn a_small_pair_is_told_in_words() {
    let (old, new) = (path("2030.toml"), path("2031.toml"));
    golden(&file("words.txt"), &diff(&[&old, &new]));
    golden(&file("words-all.txt"), &diff(&[&old, &new, "--all"]));
    golden(&file("words-back.txt"), &diff(&[&new, &old]));
}

#[test]
fn a_small_pair_is_told_in_json() {
    golden(
        &file("pair.json"),
        &diff(&[&path("2030.toml"), &path("2031.toml"), "--format", "json"]),
    );
}

#[test]
fn identical_files_say_so_and_that_is_no_failure() {
    let told = diff(&["2021-09", "2021-09"]);
    assert!(told.ends_with("The two files are identical.\n"), "{told}");
    assert_eq!(json("2021-09", "2021-09")["sections"], serde_json::json!([]));
    assert_eq!(json("2021-09", "2021-09")["identical"], true);
}

#[test]
fn a_comment_changes_no_rule_and_is_not_called_identical() {
    let copy = tempfile::NamedTempFile::new().unwrap();
    let text = fs::read_to_string(file("2030.toml")).unwrap();
    fs::write(copy.path(), format!("{text}# a comment\n")).unwrap();
    let copy = copy.path().to_str().unwrap();
    let told = diff(&[&path("2030.toml"), copy]);
    assert!(told.ends_with("only comments or layout.\n"), "{told}");
    assert_eq!(json(&path("2030.toml"), copy)["identical"], false);
}

#[test]
fn evidence_alone_is_told_without_being_asked() {
    let copy = tempfile::NamedTempFile::new().unwrap();
    let text = fs::read_to_string(file("2030.toml")).unwrap();
    fs::write(
        copy.path(),
        text.replacen("\"8.00\", mark = \"M\"", "\"8.00\", mark = \"V-3P\", source = \"A p.9\"", 1),
    )
    .unwrap();
    let told = diff(&[&path("2030.toml"), copy.path().to_str().unwrap()]);
    assert!(told.contains("mark of the list price: M -> V-3P"), "{told}");
    assert!(!told.contains("--all"), "{told}");
}

#[test]
fn amounts_in_two_currencies_are_not_compared() {
    let copy = tempfile::NamedTempFile::new().unwrap();
    let text = fs::read_to_string(file("2030.toml")).unwrap();
    fs::write(copy.path(), text.replacen("\"USD\"", "\"EUR\"", 1)).unwrap();
    let told = diff(&[&path("2030.toml"), copy.path().to_str().unwrap()]);
    assert!(told.contains("list price: 100.00 USD -> 100.00 EUR\n"), "{told}");
    assert!(!told.contains(" %)"), "{told}");
}

#[test]
fn the_shipped_editions_are_compared_as_the_guides_tell_it() {
    let told = json("2017-07", "2021-09");
    // One product under another name: an application licence of one guide and
    // the licence with the same part number in the other.
    let sales = entry(&told, "licences", "Dynamics 365 Sales Enterprise");
    assert_eq!((&sales["change"], &sales["renamed"]), (&"changed".into(), &true.into()));
    assert_eq!(sales["from"]["id"], "sales");
    let retail = entry(&told, "prices", "Dynamics 365 Commerce");
    assert_eq!(fact(retail, "list")["from_cents"], 17_000);
    assert_eq!(fact(retail, "list")["to_cents"], 18_000);
    // The plans are gone from sale.
    let plan = entry(&told, "licences", "Dynamics 365 Unified Operations Plan");
    assert_eq!(fact(plan, "plannable")["to"], "no");
    // An accountant needed the plan and needs one application now.
    let accountant = fact(entry(&told, "roles", "Accountant"), "licence");
    assert_eq!(accountant["from"][0]["id"], "unified-operations-plan");
    assert_eq!(accountant["to"][0]["id"], "finance");
    // Whoever needed Activity and still needs it is not in the list.
    let roles = section(&told, "roles")["entries"].as_array().unwrap();
    let shown = |name: &str| {
        let facts = roles.iter().filter(|role| role["to"]["name"] == name);
        facts.flat_map(|role| role["facts"].as_array().unwrap()).any(|f| f["id"] == "licence")
    };
    assert!(!shown("Budget clerk") && shown("Budget manager"));
    let words = diff(&["2017-07", "2021-09"]);
    assert!(words.contains(
        "an administrator of the system: needs a licence like anyone else -> needs no licence"
    ));
}

#[test]
fn a_difference_turned_round_has_new_and_gone_exchanged() {
    let (there, back) = (json("2017-07", "2021-09"), json("2021-09", "2017-07"));
    let named = |json: &Value, change: &str, side: &str| -> BTreeSet<String> {
        let sections = json["sections"].as_array().unwrap().iter();
        sections
            .flat_map(|section| {
                let id = section["id"].as_str().unwrap();
                let entries = section["entries"].as_array().unwrap().iter();
                entries
                    .filter(|entry| entry["change"] == change)
                    .map(move |entry| format!("{id} {}", entry[side]["id"]))
            })
            .collect()
    };
    assert_eq!(named(&there, "new", "to"), named(&back, "gone", "from"));
    assert_eq!(named(&there, "gone", "from"), named(&back, "new", "to"));
    assert_eq!(named(&there, "changed", "to"), named(&back, "changed", "from"));
}

#[test]
fn the_text_fits_the_screen_and_has_no_trailing_blanks() {
    let told = diff(&["2017-07", "2021-09", "--all"]);
    for line in told.lines() {
        assert_eq!(line.trim_end(), line);
        let words = line.split_whitespace().count();
        assert!(line.chars().count() <= 100 || words < 3, "{line}");
    }
}
