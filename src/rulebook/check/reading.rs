//! From bytes to the file as written, telling as many problems as possible.
//!
//! serde stops at the first key it does not know and the first value of the
//! wrong type. A partner who mistyped five keys should not have to run the
//! check five times: what cannot be read is taken out and the reading begins
//! again, until the rest is an edition or lacks something without which there
//! is none.

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Error};

use super::problem::{Places, Problem, nearest};
use crate::rulebook::written::Edition;

/// After so many problems of this kind there is no use in going on.
const MOST: usize = 100;

/// The text of a file, or the place at which it stops being text.
pub(super) fn text<'b>(file: &str, bytes: &'b [u8]) -> Result<&'b str, Problem> {
    let hint = Some("save the file as UTF-8".to_owned());
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let message = "the file is UTF-16".to_owned();
        return Err(Places::new(file, "").problem(0, message, hint));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let before = bytes.get(..at).and_then(|head| std::str::from_utf8(head).ok());
        let message = match bytes.get(at) {
            Some(byte) => format!("the byte {byte:02X} is no UTF-8"),
            None => "the file is no UTF-8".to_owned(),
        };
        Places::new(file, before.unwrap_or_default()).problem(at, message, hint)
    })
}

/// The file as written, if there is one, and what could not be read.
pub(super) fn read(places: &Places<'_>, text: &str) -> (Option<Edition>, Vec<Problem>) {
    let body = text.trim_start_matches('\u{feff}');
    if body.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#')) {
        let hint = "begin with a copy of a shipped edition or with the template";
        let message = "the file holds no edition".to_owned();
        return (None, vec![places.problem(0, message, Some(hint.to_owned()))]);
    }
    let (mut tree, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return (None, not_toml(places, &errors));
    }
    let mut problems = Vec::new();
    let mut taken_out: Vec<String> = Vec::new();
    while problems.len() < MOST {
        let error = match Edition::deserialize(toml::Deserializer::from(tree.clone())) {
            Ok(edition) => return (Some(edition), problems),
            Err(error) => error,
        };
        let at = error.span().map_or(0, |span| span.start);
        if let Some(key) = quoted(error.message(), "missing field `") {
            // What was taken out is not missing: it was told already.
            if !taken_out.iter().any(|out| out == key) {
                let message = format!("the key `{key}` is missing");
                problems.push(places.problem(at, message, None));
            }
            return (None, problems);
        }
        let (message, hint) = explain(error.message());
        problems.push(places.problem(at, message, hint));
        match take_out(tree.get_mut(), at) {
            Some(key) => taken_out.push(key),
            None => return (None, problems),
        }
    }
    (None, problems)
}

/// Text that is no TOML. What follows the first mistake of a line is mostly
/// its consequence, and so is what follows three broken lines.
fn not_toml(places: &Places<'_>, errors: &[Error]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        let problem = places.problem(at, format!("no TOML: {}", error.message().trim()), None);
        if problems.iter().all(|other| other.line != problem.line) {
            problems.push(problem);
        }
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.truncate(3);
    problems
}

/// The word that stands in backticks behind `before`.
fn quoted<'m>(message: &'m str, before: &str) -> Option<&'m str> {
    message.strip_prefix(before)?.split('`').next()
}

/// serde's message in the words of this format.
fn explain(message: &str) -> (String, Option<String>) {
    if let Some(key) = quoted(message, "unknown field `") {
        // "unknown field `a`, expected one of `b`, `c`"
        let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        let hint = nearest(key, &known).map_or_else(
            || format!("known here: {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        return (format!("unknown key `{key}`"), Some(hint));
    }
    let parts = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.split_once(", expected "));
    let Some((found, expected)) = parts else { return (message.to_owned(), None) };
    let expected = match expected.split(' ').next().unwrap_or_default() {
        "a" if expected == "a string" => "text in quotes",
        "a" if expected == "a boolean" => "true or false",
        "a" if expected == "a sequence" => "a list",
        "u32" => "a whole number of 0 or more",
        "struct" => "a table",
        _ => expected,
    };
    let hint = match (expected, found) {
        ("a list", "map") => {
            Some("a table that may come several times has double brackets: [[skus]]")
        }
        ("a table", "sequence") => Some("a table that comes once has single brackets: [edition]"),
        ("a list", _) => Some("write it in brackets: [\"...\"]"),
        _ => None,
    };
    let found = match found {
        "map" => "a table",
        "sequence" => "a list",
        other => other,
    };
    (format!("expected {expected}, found {found}"), hint.map(str::to_owned))
}

/// Removes the pair or list member that begins at `at`; gives the key it
/// stood under.
fn take_out(table: &mut DeTable<'_>, at: usize) -> Option<String> {
    let begins = |key: usize, value: &Spanned<DeValue<'_>>| key == at || value.span().start == at;
    let found = table.iter().find(|(key, value)| begins(key.span().start, value));
    if let Some(name) = found.map(|(key, _)| key.get_ref().to_string()) {
        table.remove(name.as_str());
        return Some(name);
    }
    table.iter_mut().find_map(|(key, value)| match value.get_mut() {
        DeValue::Table(inner) => take_out(inner, at),
        DeValue::Array(members) => take_out_of_list(members, at, key.get_ref()),
        _ => None,
    })
}

/// As [`take_out`] for the members of the list `key`.
fn take_out_of_list(members: &mut DeArray<'_>, at: usize, key: &str) -> Option<String> {
    if members.iter().any(|member| member.span().start == at && !member.get_ref().is_table()) {
        let all = std::mem::replace(members, DeArray::new());
        for member in all.into_iter().filter(|member| member.span().start != at) {
            members.push(member);
        }
        return Some(key.to_owned());
    }
    members.iter_mut().find_map(|member| match member.get_mut() {
        DeValue::Table(inner) => take_out(inner, at),
        DeValue::Array(inner) => take_out_of_list(inner, at, key),
        _ => None,
    })
}
