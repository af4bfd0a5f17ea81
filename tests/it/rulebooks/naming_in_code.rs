//! No licence, role or product name stands in Rust code.
//!
//! Whatever the program knows about a product it knows from an edition file.
//! So none of the names, aliases, part numbers and role names of the shipped
//! editions may stand in the code under `src`. Left out are
//!
//! * comments and documentation, which explain the code to people;
//! * tests: files called `tests.rs`, modules declared under `#[cfg(test)]`, and
//!   what follows `#[cfg(test)]` in a file;
//! * names of fewer than ten letters (`Sales`, `Manager`), which are words of
//!   the language too;
//! * the words of the ladder of tiers, which are part of the format and not of
//!   an edition.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use seatwise::rulebook::{Tier, shipped_ids, shipped_text};

/// Lower case, one blank between words, dashes as blanks.
fn fold(text: &str) -> String {
    let plain = text.to_lowercase().replace(['-', '\u{2013}', '\u{2014}'], " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The distinctive names of the shipped editions.
fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut take = |entry: &toml::Value, keys: &[&str]| {
        for key in keys {
            match entry.get(key) {
                Some(toml::Value::String(name)) => _ = names.insert(fold(name)),
                Some(toml::Value::Array(list)) => {
                    names.extend(list.iter().filter_map(|name| name.as_str()).map(fold));
                }
                _ => {}
            }
        }
    };
    for id in shipped_ids() {
        let edition: toml::Value = toml::from_str(shipped_text(id).unwrap()).unwrap();
        for sku in edition["skus"].as_array().unwrap() {
            take(sku, &["name", "aliases", "product_ids", "attach_names"]);
        }
        let groups = edition["roles"].as_array().unwrap().iter();
        for role in groups.flat_map(|group| group["rows"].as_array().unwrap()) {
            take(role, &["name", "identifier", "identifiers", "aliases"]);
        }
    }
    let ladder = [Tier::None, Tier::SelfService, Tier::TeamMembers, Tier::Activity, Tier::Full];
    let ladder = ladder.map(|tier| fold(tier.word()));
    names.retain(|name| name.chars().count() >= 10 && !ladder.contains(name));
    names
}

/// The code of a file, line by line, without comments and tests.
fn code(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let end = source.find("#[cfg(test)]\nmod tests {").unwrap_or(source.len());
    (1..).zip(source[..end].lines()).filter_map(|(number, line)| {
        let line = line.split("//").next().unwrap_or_default();
        (!line.trim().is_empty()).then_some((number, line))
    })
}

/// The names in a piece of code, each with its line.
fn found(source: &str, names: &BTreeSet<String>) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in code(source) {
        let line = fold(line);
        for name in names {
            let Some(at) = line.find(name.as_str()) else { continue };
            let before = line[..at].chars().next_back();
            let after = line[at + name.len()..].chars().next();
            if ![before, after].into_iter().flatten().any(char::is_alphanumeric) {
                found.push((number, name.clone()));
            }
        }
    }
    found
}

/// Modules that exist in tests only: `#[cfg(test)]` and `mod name;` behind it.
fn test_modules(source: &str) -> Vec<String> {
    let mut lines = source.lines().map(str::trim);
    let mut modules = Vec::new();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]"
            && let Some(name) = lines.next().and_then(|next| next.strip_suffix(';'))
            && let Some(name) = name.rsplit(' ').next()
        {
            modules.push(name.to_owned());
        }
    }
    modules
}

#[test]
fn no_product_or_role_name_stands_in_the_code() {
    let names = names();
    assert!(names.len() > 300, "{} names", names.len());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files: Vec<_> = walkdir::WalkDir::new(&source)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    let texts: Vec<String> = files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let test_only: BTreeSet<String> = texts.iter().flat_map(|text| test_modules(text)).collect();
    let mut problems = Vec::new();
    for (path, text) in files.iter().zip(&texts) {
        // The file of a test module, or a file in its folder.
        let inner = path.strip_prefix(&source).unwrap().with_extension("");
        if inner.iter().any(|part| test_only.contains(part.to_str().unwrap())) {
            continue;
        }
        for (line, name) in found(text, &names) {
            problems.push(format!("{}:{line}: {name}", path.display()));
        }
    }
    assert!(problems.is_empty(), "names that belong in an edition:\n{}", problems.join("\n"));
}

#[test]
fn a_name_in_a_line_of_code_would_be_found() {
    let names = names();
    let made_up = "let sku = \"Dynamics 365  Supply Chain Management\";\n\
                   // Accounts payable clerk, in a comment\n\
                   if id == \"VendInvoiceAccountsPayableClerk\" {}\n\
                   #[cfg(test)]\nmod tests {\n    \"Accounts payable clerk\"\n}\n";
    let found = found(made_up, &names);
    let lines: BTreeSet<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, BTreeSet::from([1, 3]), "{found:?}");
    assert_eq!(test_modules("#[cfg(test)]\nmod sample;\nmod other;\n"), ["sample"]);
}
