//! From bytes to the file as written, telling as many problems as possible.
//!
//! serde stops at the first key it does not know and the first value of the
//! wrong type. A partner who mistyped five keys should not have to run the
//! check five times: what cannot be read is told, taken out or replaced by a
//! stand-in, and the reading begins again. A stand-in stands behind the end of
//! the text ([`Places::is_stand_in`]), so that the checker, which goes on with
//! the rest, never complains about it.

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Error};

use super::problem::{Places, Problem, nearest};
use crate::rulebook::written::Edition;

/// After so many problems of this kind there is no use in going on.
const MOST: usize = 100;

/// Sections that stand once.
const ONCE: [&str; 5] = ["edition", "naming", "flags", "foreign", "integration"];

/// Nor after so many readings, stand-ins of a missing section included.
const MOST_ROUNDS: usize = 300;

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
        let byte = bytes.get(at).copied().unwrap_or_default();
        let message = format!("the byte {byte:02X} is no UTF-8");
        Places::new(file, before.unwrap_or_default()).problem(at, message, hint)
    })
}

/// The file as written, if there is one, and what could not be read.
pub(super) fn read(places: &Places<'_>, text: &str) -> (Option<Edition>, Vec<Problem>) {
    let body = text.trim_start_matches('\u{feff}');
    if body.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#')) {
        let hint = "begin with a shipped edition or with the template: seatwise rulebook template";
        let message = "the file holds no edition".to_owned();
        return (None, vec![places.problem(0, message, Some(hint.to_owned()))]);
    }
    let (mut tree, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return (None, not_toml(places, text, &errors));
    }
    let mut problems = Vec::new();
    for (key, value) in tree.get_mut().iter_mut() {
        // serde would read the members as the keys in their order.
        if ONCE.contains(&key.get_ref().as_ref()) && value.get_ref().is_array() {
            let trouble = Trouble::WrongType { found: "sequence", expected: "struct" };
            let (message, hint) = trouble.told(false);
            problems.push(places.problem(value.span().start, message, hint));
            Wanted::Table.put(value, text.len() + 1);
        }
    }
    for round in 1..=MOST_ROUNDS {
        let error = match Edition::deserialize(toml::Deserializer::from(tree.clone())) {
            Ok(edition) => return (Some(edition), problems),
            Err(error) => error,
        };
        let at = error.span().map_or(0, |span| span.start);
        let trouble = Trouble::of(error.message());
        if !places.is_stand_in(at) {
            let (message, hint) = trouble.told(at == 0);
            problems.push(places.problem(at, message, hint));
        }
        let stand_in = text.len() + round;
        if problems.len() >= MOST || !trouble.repair(tree.get_mut(), at, stand_in) {
            break;
        }
    }
    (None, problems)
}

/// Text that is no TOML. What follows the first mistake of a line is mostly
/// its consequence, and so is what follows three broken lines.
fn not_toml(places: &Places<'_>, text: &str, errors: &[Error]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or_default();
        let message = error.message().trim();
        let hint =
            message.contains("array elements").then(|| "is a `]` missing before?".to_owned());
        let message = match text.get(span.clone()) {
            Some(key) if message == "duplicate key" => format!("`{key}` is given twice"),
            _ => format!("not TOML: {message}"),
        };
        let problem = places.problem(span.start, message, hint);
        if problems.iter().all(|other| other.line != problem.line) {
            problems.push(problem);
        }
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.truncate(3);
    problems
}

/// Why serde stopped.
enum Trouble<'m> {
    UnknownKey { key: &'m str, known: Vec<&'m str> },
    MissingKey(&'m str),
    WrongType { found: &'m str, expected: &'m str },
    Other(&'m str),
}

impl<'m> Trouble<'m> {
    /// From serde's words: "unknown field `a`, expected one of `b`, `c`",
    /// "missing field `a`", "invalid type: integer `5`, expected a string".
    fn of(message: &'m str) -> Self {
        let words = || message.split('`').skip(1).step_by(2);
        if message.starts_with("unknown field ") {
            let key = words().next().unwrap_or_default();
            return Self::UnknownKey { key, known: words().skip(1).collect() };
        }
        if message.starts_with("missing field ") {
            return Self::MissingKey(words().next().unwrap_or_default());
        }
        let types = message.strip_prefix("invalid type: ");
        let types = types.or_else(|| message.strip_prefix("invalid value: "));
        match types.and_then(|rest| rest.split_once(", expected ")) {
            Some((found, expected)) => Self::WrongType { found, expected },
            None => Self::Other(message),
        }
    }

    /// Message and hint in the words of this format. `whole`: it is about the
    /// file as a whole.
    fn told(&self, whole: bool) -> (String, Option<String>) {
        match self {
            Self::UnknownKey { key, known } => {
                let hint = nearest(key, known).map_or_else(
                    || format!("known here: {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                (format!("unknown key `{key}`"), Some(hint))
            }
            Self::MissingKey(key) => {
                let what = if whole && *key != "schema" { "section" } else { "key" };
                (format!("the {what} `{key}` is missing"), None)
            }
            Self::WrongType { found, expected } => {
                let wanted = Wanted::of(expected);
                let message = format!("expected {}, found {}", wanted.words(), found_words(found));
                let hint = match (wanted, *found) {
                    (Wanted::List, "map") => "what may come several times has double brackets",
                    (Wanted::Table, "sequence") => "what comes once has single brackets",
                    (Wanted::List, _) => "write it in brackets: [\"...\"]",
                    _ => return (message, None),
                };
                (message, Some(hint.to_owned()))
            }
            Self::Other(message) => ((*message).to_owned(), None),
        }
    }

    /// Changes the tree so that reading gets further. `false`: it does not.
    fn repair(&self, tree: &mut DeTable<'_>, at: usize, stand_in: usize) -> bool {
        match self {
            Self::UnknownKey { key, .. } => {
                if let Some(table) =
                    table_of(tree, &|table| table.iter().any(|(known, _)| known.span().start == at))
                {
                    table.remove(*key);
                    return true;
                }
                false
            }
            Self::MissingKey(key) => {
                let nothing = DeValue::String(String::new().into());
                let (key, nothing) = (
                    Spanned::new(stand_in..stand_in, (*key).to_owned().into()),
                    Spanned::new(stand_in..stand_in, nothing),
                );
                if at == 0 {
                    tree.insert(key, nothing);
                    return true;
                }
                match value_at(tree, at).map(Spanned::get_mut) {
                    Some(DeValue::Table(table)) => {
                        table.insert(key, nothing);
                        true
                    }
                    _ => false,
                }
            }
            Self::WrongType { expected, .. } => {
                let wanted = Wanted::of(expected);
                value_at(tree, at).is_some_and(|value| wanted.put(value, stand_in))
            }
            Self::Other(_) => false,
        }
    }
}

/// What serde's type names mean in a file.
#[derive(Clone, Copy)]
enum Wanted {
    Text,
    Flag,
    Number,
    List,
    Table,
}

impl Wanted {
    fn of(expected: &str) -> Self {
        match expected.split(' ').next().unwrap_or_default() {
            "u32" => Self::Number,
            "struct" => Self::Table,
            _ if expected == "a boolean" => Self::Flag,
            _ if expected == "a sequence" => Self::List,
            _ => Self::Text,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Text => "text in quotes",
            Self::Flag => "true or false",
            Self::Number => "a whole number from 0 to 4294967295",
            Self::List => "a list",
            Self::Table => "a table",
        }
    }

    /// Puts a stand-in of this type in the place of a value. A table where a
    /// list is wanted becomes its only member, a list where a table is wanted
    /// gives its first.
    fn put(self, value: &mut Spanned<DeValue<'_>>, stand_in: usize) -> bool {
        let span = stand_in..stand_in;
        let nothing = DeValue::String(String::new().into());
        let old = std::mem::replace(value, Spanned::new(span, nothing));
        *value.get_mut() = match (self, old.get_ref()) {
            (Self::Text, DeValue::String(_)) => return false,
            (Self::Text, _) => return true,
            (Self::Flag, _) => DeValue::Boolean(false),
            (Self::Number, _) => DeValue::Integer(toml::de::DeInteger::default()),
            (Self::List, is) => {
                let mut list = DeArray::new();
                if is.is_table() {
                    list.push(old);
                }
                DeValue::Array(list)
            }
            (Self::Table, DeValue::Array(list)) => {
                let first = list.iter().find(|member| member.get_ref().is_table());
                first.map_or_else(
                    || DeValue::Table(DeTable::new()),
                    |member| member.get_ref().clone(),
                )
            }
            (Self::Table, _) => DeValue::Table(DeTable::new()),
        };
        true
    }
}

/// What was found, without the names of Rust's types.
fn found_words(found: &str) -> String {
    let (kind, value) = found.split_once(' ').unwrap_or((found, ""));
    let value = value.trim_end_matches(" as i128").trim_matches('`');
    match kind {
        "map" => "a table".to_owned(),
        "sequence" => "a list".to_owned(),
        "string" => format!("the text {value}"),
        "integer" => format!("the number {value}"),
        "boolean" => value.to_owned(),
        _ => found.to_owned(),
    }
}

/// The table that fulfils a condition, outer ones first.
fn table_of<'t, 'i>(
    table: &'t mut DeTable<'i>,
    is_it: &dyn Fn(&DeTable<'i>) -> bool,
) -> Option<&'t mut DeTable<'i>> {
    if is_it(table) {
        return Some(table);
    }
    table.iter_mut().find_map(|(_, value)| table_in(value, is_it))
}

fn table_in<'t, 'i>(
    value: &'t mut Spanned<DeValue<'i>>,
    is_it: &dyn Fn(&DeTable<'i>) -> bool,
) -> Option<&'t mut DeTable<'i>> {
    match value.get_mut() {
        DeValue::Table(inner) => table_of(inner, is_it),
        DeValue::Array(members) => members.iter_mut().find_map(|member| table_in(member, is_it)),
        _ => None,
    }
}

/// The value that begins at a place, or whose key does; outer ones first.
fn value_at<'t, 'i>(table: &'t mut DeTable<'i>, at: usize) -> Option<&'t mut Spanned<DeValue<'i>>> {
    let key = table.iter().find(|(key, _)| key.span().start == at);
    if let Some(name) = key.map(|(key, _)| key.get_ref().to_string()) {
        return table.get_mut(name.as_str());
    }
    table.iter_mut().find_map(|(_, value)| value_in(value, at))
}

fn value_in<'t, 'i>(
    value: &'t mut Spanned<DeValue<'i>>,
    at: usize,
) -> Option<&'t mut Spanned<DeValue<'i>>> {
    if value.span().start == at {
        return Some(value);
    }
    match value.get_mut() {
        DeValue::Table(inner) => value_at(inner, at),
        DeValue::Array(members) => members.iter_mut().find_map(|member| value_in(member, at)),
        _ => None,
    }
}
