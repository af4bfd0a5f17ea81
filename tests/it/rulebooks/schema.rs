//! `rulebook schema` and `rulebook template`: in step with the checker, with
//! the shipped editions and with each other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use seatwise::rulebook::{check, rulebook_template, shipped_ids, shipped_text};
use serde_json::Value;

use super::golden;
use crate::binary::seatwise;

fn schema() -> Value {
    let ran = seatwise(["rulebook", "schema"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    serde_json::from_str(&ran.out).unwrap()
}

/// What of a value does not conform; the words of the schema that are used
/// here are all there are, any other is a failure.
fn violations(schema: &Value, root: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else {
        assert_eq!(schema, &Value::Bool(true), "{at}");
        return;
    };
    for (word, rule) in schema {
        let wrong = |found: &mut Vec<String>| found.push(format!("{at}: {word} {rule}, {value}"));
        match word.as_str() {
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/definitions/").unwrap();
                violations(&root["definitions"][name], root, value, at, found);
            }
            "allOf" => {
                for part in rule.as_array().unwrap() {
                    violations(part, root, value, at, found);
                }
            }
            "anyOf" | "oneOf" => {
                let fits = |part: &&Value| {
                    let mut inner = Vec::new();
                    violations(part, root, value, at, &mut inner);
                    inner.is_empty()
                };
                if !rule.as_array().unwrap().iter().any(|part| fits(&part)) {
                    wrong(found);
                }
            }
            "type" => {
                let is = |name: &str| match name {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_i64(),
                    "null" => value.is_null(),
                    other => panic!("the type {other}"),
                };
                let names: Vec<&str> = match rule {
                    Value::Array(names) => names.iter().map(|n| n.as_str().unwrap()).collect(),
                    name => vec![name.as_str().unwrap()],
                };
                if !names.into_iter().any(is) {
                    wrong(found);
                }
            }
            "const" if value != rule => wrong(found),
            "enum" if !rule.as_array().unwrap().contains(value) => wrong(found),
            "minimum" if value.as_i64() < rule.as_i64() => wrong(found),
            "maximum" if value.as_i64() > rule.as_i64() => wrong(found),
            "$schema" | "title" | "description" | "definitions" | "default" | "format"
            | "const" | "enum" | "minimum" | "maximum" => {}
            "pattern" => {
                let text = value.as_str().unwrap_or_default();
                if !fits_pattern(rule.as_str().unwrap(), text) {
                    wrong(found);
                }
            }
            "required" => {
                for key in rule.as_array().unwrap() {
                    if value.get(key.as_str().unwrap()).is_none() {
                        wrong(found);
                    }
                }
            }
            "properties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    match rule.get(key) {
                        Some(part) => violations(part, root, inner, &format!("{at}.{key}"), found),
                        None => found.push(format!("{at}: unknown key {key}")),
                    }
                }
            }
            "additionalProperties" => assert_eq!(rule, &Value::Bool(false), "{at}"),
            "items" => {
                for (number, inner) in value.as_array().into_iter().flatten().enumerate() {
                    violations(rule, root, inner, &format!("{at}[{number}]"), found);
                }
            }
            other => panic!("{at}: the schema word {other} is not understood"),
        }
    }
}

/// The few patterns of the schema, in Rust.
fn fits_pattern(pattern: &str, text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let decimal = |most: usize| {
        let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
        digits(whole) && digits(rest) && rest.len() <= most
    };
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    match pattern {
        "^[0-9]+(\\.[0-9]{1,2})?$" => decimal(2),
        "^[0-9]+(\\.[0-9]{1,3})?$" => decimal(3),
        "^([0-9]+(\\.[0-9]{1,3})?|unlimited)$" => decimal(3) || text == "unlimited",
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => shape == "9999-99-99",
        "^[A-Z]{3}$" => text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()),
        other => panic!("the pattern {other}"),
    }
}

/// What of an edition file does not conform.
fn nonconforming(text: &str) -> Vec<String> {
    let schema = schema();
    let file: toml::Value = toml::from_str(text).unwrap();
    let mut found = Vec::new();
    violations(&schema, &schema, &serde_json::to_value(file).unwrap(), "", &mut found);
    found
}

#[test]
fn the_schema_in_docs_is_the_one_the_program_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rulebook.schema.json");
    golden(&path, &seatwise(["rulebook", "schema"]).out);
}

#[test]
fn every_shipped_edition_and_the_template_conform() {
    let shipped = shipped_ids().map(|id| (id, shipped_text(id).unwrap()));
    for (name, text) in shipped.chain([("the template", rulebook_template())]) {
        assert_eq!(nonconforming(text), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn what_the_schema_can_see_it_refuses() {
    let template = rulebook_template();
    for (from, to) in [
        ("schema = 1 ", "schema = 2 "),
        ("valid_from = \"2030-01-01\"", "valid_from = \"soon\""),
        ("valid_from = \"2030-01-01\"", ""),
        ("tier = \"full\"", "tier = \"whole\""),
        ("price = \"8.00\"", "price = 8.0"),
        ("price = \"8.00\"", "price = \"$8\""),
        ("mark = \"V-seed\"", "mark = \"V-SEED\""),
        ("quantity = 20", "quantity = -20"),
        ("device_policy = \"strict\"", "device_policy = \"strict\"\ncolour = \"red\""),
        ("programs = [\"ea\", \"csp\"]", "programs = [\"retail\"]"),
        ("amount = \"0.25\"", "amount = \"0.2500\""),
    ] {
        assert!(template.contains(from), "{from}");
        let broken = template.replacen(from, to, 1);
        assert!(!nonconforming(&broken).is_empty(), "{from} -> {to}");
        assert!(check("template", &broken).is_err(), "{from} -> {to}");
    }
}

/// Every key of the schema: section or definition, key, its schema.
fn keys(schema: &Value) -> Vec<(String, String, Value)> {
    let tables = schema["definitions"].as_object().unwrap().iter();
    let tables = tables.map(|(name, table)| (name.as_str(), table)).chain([("file", schema)]);
    let keys = tables.flat_map(|(name, table)| {
        let properties = table["properties"].as_object().into_iter().flatten();
        properties.map(move |(key, value)| (name.to_owned(), key.clone(), value.clone()))
    });
    keys.collect()
}

#[test]
fn every_key_has_a_description() {
    let keys = keys(&schema());
    assert!(keys.len() > 150, "{}", keys.len());
    for (table, key, value) in keys {
        assert!(value["description"].is_string(), "{table}.{key} has no description");
    }
}

#[test]
fn the_template_is_printed_checked_and_has_every_key() {
    let ran = seatwise(["rulebook", "template"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, rulebook_template()));
    if let Err(problems) = check("template.toml", rulebook_template()) {
        panic!("{problems:#?}");
    }
    let words: BTreeSet<&str> =
        rulebook_template().split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    for (table, key, _) in keys(&schema()) {
        assert!(words.contains(key.as_str()), "the template does not show {table}.{key}");
    }
    // As a file it passes the command too.
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), &ran.out).unwrap();
    let checked = seatwise(["rulebook", "check", file.path().to_str().unwrap()]);
    assert_eq!(checked.code, 0, "{}", checked.out);
}
