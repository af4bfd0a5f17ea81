//! docs/rules.md against the editions and the tests it names.
//!
//! The rules stand in `docs/rules/*.toml`, one file per guide, in the order of
//! the guide. From them the page is made; a rule that names a test or an entry
//! of an edition that does not exist, a test of a guide that no rule names, and
//! an entry of an edition that no rule explains all fail here.
//!
//! `SEATWISE_BLESS=1 cargo test --release --test it rules` rewrites the page.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use seatwise::rulebook::shipped_text;
use serde::Deserialize;

/// One file of rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Guide {
    /// The edition that models it; none for the page on words.
    edition: Option<String>,
    title: String,
    /// What this account covers and what it leaves out.
    about: String,
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// Page or chapter.
    section: String,
    /// The rule in our words.
    rule: String,
    /// Entries of the edition (`minimums/operations-20`, `flags/admins_exempt`)
    /// or files of the program.
    #[serde(default)]
    modelled: Vec<String>,
    /// Tests of this binary.
    #[serde(default)]
    tests: Vec<String>,
    /// Why it changes nothing that a customer must buy or is entitled to.
    not_for_buyers: Option<String>,
}

/// Sections of an edition whose every entry needs a rule, and the key that
/// names an entry.
const EXPLAINED: [(&str, &str); 11] = [
    ("minimums", "id"),
    ("exclusions", "id"),
    ("gates", "id"),
    ("capacity", "id"),
    ("support", "id"),
    ("device_kinds", "id"),
    ("price_tiers", "sku"),
    ("payment_terms", "id"),
    ("enforcement", "id"),
    ("flags", ""),
    ("skus", "id"),
];

/// Sections that rules may name as a whole, because their entries are rows of
/// one table of the guide.
const WHOLE: [&str; 8] = [
    "roles",
    "use_rights",
    "attach",
    "words",
    "naming",
    "edition/full_user_skus",
    "integration",
    "vendor_report",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).into()
}

fn guides() -> BTreeMap<String, Guide> {
    let mut guides = BTreeMap::new();
    for entry in fs::read_dir(root().join("docs/rules")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let guide = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        guides.insert(name, guide);
    }
    guides
}

/// The tests of this binary; only those that are skipped when `ignored`.
fn tests(ignored: bool) -> BTreeSet<String> {
    let mut list = Command::new(std::env::current_exe().unwrap());
    list.arg("--list");
    if ignored {
        list.arg("--ignored");
    }
    let printed = String::from_utf8(list.output().unwrap().stdout).unwrap();
    let names = printed.lines().filter_map(|line| line.strip_suffix(": test"));
    names.map(str::to_owned).collect()
}

/// Every entry of an edition as `section/name`.
fn entries(edition: &str) -> BTreeSet<String> {
    let text = shipped_text(edition).unwrap_or_else(|| panic!("no edition {edition}"));
    let file: toml::Table = toml::from_str(text).unwrap();
    let mut entries = BTreeSet::new();
    for (section, key) in EXPLAINED {
        match file.get(section) {
            Some(toml::Value::Array(rows)) => entries
                .extend(rows.iter().map(|row| format!("{section}/{}", row[key].as_str().unwrap()))),
            Some(toml::Value::Table(rows)) => {
                entries.extend(rows.keys().map(|key| format!("{section}/{key}")));
            }
            _ => {}
        }
    }
    for section in WHOLE {
        let mut parts = section.split('/');
        let first = parts.next().and_then(|key| file.get(key));
        if parts.fold(first, |value, key| value.and_then(|v| v.get(key))).is_some() {
            entries.insert(section.to_owned());
        }
    }
    entries
}

/// What is wrong with the rules; nothing when all is well.
fn problems(guides: &BTreeMap<String, Guide>) -> Vec<String> {
    let (all, ignored) = (tests(false), tests(true));
    let mut problems = Vec::new();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for (file, guide) in guides {
        let known = guide.edition.as_deref().map(entries).unwrap_or_default();
        let mut explained: BTreeSet<&str> = BTreeSet::new();
        for (number, rule) in (1..).zip(&guide.rules) {
            let mut problem = |text: String| problems.push(format!("{file} rule {number}: {text}"));
            match (&rule.not_for_buyers, rule.tests.is_empty()) {
                (None, true) => {
                    problem("neither a test nor why it does not concern a buyer".into());
                }
                (Some(_), false) => problem("a test, and yet no concern of a buyer".into()),
                (None, false) if rule.modelled.is_empty() => problem("modelled nowhere".into()),
                _ => {}
            }
            for entry in &rule.modelled {
                explained.insert(entry);
                if !known.contains(entry) && !root().join(entry).is_file() {
                    problem(format!("{entry} is neither in the edition nor a file"));
                }
            }
            for test in &rule.tests {
                named.insert(test);
                if !all.contains(test) {
                    problem(format!("no test {test}"));
                } else if ignored.contains(test) {
                    problem(format!("test {test} is ignored"));
                }
            }
        }
        for entry in known.iter().filter(|entry| !WHOLE.contains(&entry.as_str())) {
            if !explained.contains(entry.as_str()) {
                problems.push(format!("{file}: no rule explains {entry}"));
            }
        }
    }
    for test in all.iter().filter(|test| test.starts_with("guide_")) {
        if !named.contains(test.as_str()) {
            problems.push(format!("no rule names the test {test}"));
        }
    }
    problems
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn page(guides: &BTreeMap<String, Guide>) -> String {
    let mut page = String::from(
        "# The rules of the licensing guides\n\n\
         Every rule of the guides that can change what a customer must buy or is entitled\n\
         to, in our words: where it stands, where it is modelled, and the test that shows\n\
         it; or why it does not concern a buyer. This page is made from `docs/rules/` by\n\
         `SEATWISE_BLESS=1 cargo test --release --test it rules`; the same test fails when\n\
         a rule names a test or an entry that does not exist, when a test of a guide is\n\
         named by no rule, and when an edition holds an entry that no rule explains.\n\n\
         | guide | rules | shown by a test | no concern of a buyer |\n|---|---|---|---|\n",
    );
    for guide in guides.values() {
        let shown = guide.rules.iter().filter(|rule| !rule.tests.is_empty()).count();
        let all = guide.rules.len();
        page.push_str(&format!("| {} | {all} | {shown} | {} |\n", guide.title, all - shown));
    }
    for guide in guides.values() {
        page.push_str(&format!("\n## {}\n\n{}\n\n", guide.title, guide.about.trim()));
        page.push_str("| section | rule | modelled in | shown by |\n|---|---|---|---|\n");
        for rule in &guide.rules {
            let code = |names: &[String]| {
                names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            };
            let shown = match &rule.not_for_buyers {
                Some(reason) => format!("no concern of a buyer: {}", cell(reason)),
                None => code(&rule.tests),
            };
            page.push_str(&format!(
                "| {} | {} | {} | {shown} |\n",
                cell(&rule.section),
                cell(&rule.rule),
                code(&rule.modelled),
            ));
        }
    }
    page
}

#[test]
fn every_rule_has_a_test_and_every_entry_a_rule() {
    let problems = problems(&guides());
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn the_page_of_rules_is_made_from_its_data() {
    let path = root().join("docs/rules.md");
    let fresh = page(&guides());
    if std::env::var_os("SEATWISE_BLESS").is_some() {
        fs::write(&path, fresh).unwrap();
        return;
    }
    let old = fs::read_to_string(&path).unwrap_or_default();
    assert!(old == fresh, "docs/rules.md is not what docs/rules/ says; see the head of rules.rs");
}
