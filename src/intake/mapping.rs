//! Columns named by the user, for files nobody has seen before.
//!
//! Takes `mapping.toml`, gives one [`Format`] per entry together with what
//! the entry is for: a file, a sheet, or whatever has these headers. An entry
//! comes before every shipped format, because somebody looked at the file.
//! All problems of the file are told at once, each with its line.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::clean::Cleaner;
use super::dates::DateColumn;
use super::fold::header_key;
use super::formats::{Format, FormatTable, Formats};
use super::{Evidence, Field, TableKind};

/// A mapping file that cannot be used: every problem with its line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct MappingError(pub Vec<String>);

/// One entry of a mapping file.
#[derive(Debug, Clone)]
pub(crate) struct Mapping {
    file: Option<String>,
    sheet: Option<String>,
    /// Folded headers that must be there.
    headers: Vec<String>,
    header_row: Option<u32>,
    /// Where it stands: `mapping.toml:12`.
    pub(crate) at: String,
    pub(crate) format: Format,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    tables: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    table: Spanned<String>,
    file: Option<String>,
    sheet: Option<String>,
    #[serde(default)]
    headers: Vec<String>,
    header_row: Option<u32>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<Headers>>,
    #[serde(default)]
    fixed: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Headers {
    One(String),
    Several(Vec<String>),
}

impl Headers {
    fn folded(&self) -> Vec<String> {
        match self {
            Self::One(header) => vec![header_key(header)],
            Self::Several(headers) => headers.iter().map(|header| header_key(header)).collect(),
        }
    }
}

impl Mapping {
    /// Whether the entry is for this table, as far as its place says.
    pub(crate) fn is_for(&self, file: &str, sheet: &str) -> bool {
        let name = file.rsplit('/').next().unwrap_or(file);
        let file_fits = self
            .file
            .as_ref()
            .is_none_or(|pattern| matches(pattern, file) || matches(pattern, name));
        file_fits && self.sheet.as_ref().is_none_or(|pattern| matches(pattern, sheet))
    }

    /// Whether it names a file or a sheet, so that not fitting is a problem.
    pub(crate) fn is_pointed(&self) -> bool {
        self.file.is_some() || self.sheet.is_some()
    }

    /// The first thing that a row lacks to be the header; `None` if it is.
    pub(crate) fn lacks(&self, row: u32, keys: &[String]) -> Option<String> {
        if self.header_row.is_some_and(|wanted| wanted != row) {
            return Some(format!("header_row is another than {row}"));
        }
        let missing = self.headers.iter().find(|header| !keys.contains(header));
        if let Some(header) = missing {
            return Some(format!("it has no column \u{201c}{header}\u{201d}"));
        }
        let columns = self.format.tables.iter().flat_map(|table| &table.columns);
        for (field, headers) in columns {
            if !headers.iter().any(|header| keys.contains(header)) {
                return Some(format!(
                    "it has no column \u{201c}{}\u{201d} for {}",
                    headers.join("\u{201d} or \u{201c}"),
                    field.name()
                ));
            }
        }
        None
    }
}

impl Formats {
    /// Adds the entries of a mapping file called `name`.
    ///
    /// # Errors
    /// All problems of the file, each with its line.
    pub fn with_mapping(mut self, name: &str, text: &str) -> Result<Self, MappingError> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            MappingError(vec![format!("{name}:{line}: {}", error.message().replace('\n', ", "))])
        })?;
        let mut problems = Vec::new();
        let mut entries = Vec::new();
        if written.tables.is_empty() {
            problems.push(format!("{name}:1: there is no [[tables]] in it"));
        }
        for (number, entry) in written.tables.into_iter().enumerate() {
            let line = line_of(text, entry.span().start);
            let place = |start: usize| format!("{name}:{}", line_of(text, start));
            match self.entry(number + 1, format!("{name}:{line}"), entry.into_inner(), place) {
                Ok(mapping) => entries.push(mapping),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(MappingError(problems));
        }
        self.add_mappings(entries);
        Ok(self)
    }

    fn entry(
        &self,
        number: usize,
        at: String,
        entry: Entry,
        place: impl Fn(usize) -> String,
    ) -> Result<Mapping, Vec<String>> {
        let mut problems = Vec::new();
        let named = entry.table.get_ref();
        let Some((kind, own)) =
            table_kind(named).and_then(|kind| self.own(kind).map(|format| (kind, format)))
        else {
            let kinds: Vec<&str> = self
                .all()
                .iter()
                .filter_map(|format| format.id.strip_prefix("seatwise."))
                .collect();
            return Err(vec![format!(
                "{}: there is no table \u{201c}{named}\u{201d}; expected one of {}",
                place(entry.table.span().start),
                kinds.join(", ")
            )]);
        };
        let known = |name: &str, start: usize, problems: &mut Vec<String>| {
            let found = field(name).filter(|field| own.columns.contains_key(field));
            if found.is_none() {
                let names: Vec<String> = own.columns.keys().map(|field| field.name()).collect();
                problems.push(format!(
                    "{}: {named} has no column \u{201c}{name}\u{201d}; expected one of {}",
                    place(start),
                    names.join(", ")
                ));
            }
            found
        };
        let mut columns = BTreeMap::new();
        for (name, headers) in &entry.columns {
            let start = headers.span().start;
            let Some(field) = known(name, start, &mut problems) else { continue };
            let folded = headers.get_ref().folded();
            if folded.is_empty() || folded.iter().any(String::is_empty) {
                problems.push(format!(
                    "{}: {name} needs the header of a column as text, with letters or digits in it",
                    place(start)
                ));
            }
            columns.insert(field, folded);
        }
        let mut fixed = BTreeMap::new();
        for (name, value) in &entry.fixed {
            let start = value.span().start;
            let Some(field) = known(name, start, &mut problems) else { continue };
            let cleaner = Cleaner {
                field,
                vocabulary: self.vocabulary(),
                dates: DateColumn::default(),
                serial: None,
                invert: false,
            };
            let mut clean = String::new();
            if cleaner.clean(value.get_ref().trim(), &mut clean).is_err() || clean.is_empty() {
                problems.push(format!(
                    "{}: {name} cannot be \u{201c}{}\u{201d}; expected {}",
                    place(start),
                    value.get_ref(),
                    super::clean::expected(field)
                ));
            }
            if columns.contains_key(&field) {
                problems.push(format!("{}: {name} has a column and a fixed value", place(start)));
            }
            fixed.insert(field, clean);
        }
        for group in &own.required {
            if !group.iter().any(|field| columns.contains_key(field) || fixed.contains_key(field)) {
                let names: Vec<String> = group.iter().map(|field| field.name()).collect();
                problems.push(format!(
                    "{at}: {named} needs {}: name its column or give it a fixed value",
                    names.join(" or ")
                ));
            }
        }
        if columns.is_empty() && problems.is_empty() {
            problems.push(format!("{at}: no column is named"));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let table = FormatTable {
            kind,
            optional: false,
            required: own.required.clone(),
            columns,
            fallback: BTreeMap::new(),
            words: BTreeMap::new(),
            blank: BTreeMap::new(),
            invert: Vec::new(),
            set: Vec::new(),
            skip: Vec::new(),
            strip: BTreeMap::new(),
            minus: BTreeMap::new(),
            months: BTreeMap::new(),
            split: BTreeMap::new(),
            group: BTreeMap::new(),
            fixed,
        };
        let mut format = Format {
            id: format!("mapping.{number}"),
            title: at.clone(),
            grade: Evidence::Mapping,
            source: at.clone(),
            signature: Vec::new(),
            min_percent: 0,
            unused: None,
            known: Vec::new(),
            tables: vec![table],
            keys: rustc_hash::FxHashSet::default(),
        };
        format.learn_keys();
        Ok(Mapping {
            file: entry.file,
            sheet: entry.sheet,
            headers: entry.headers.iter().map(|header| header_key(header)).collect(),
            header_row: entry.header_row,
            at,
            format,
        })
    }

    /// The table of Seatwise's own format of a kind.
    pub(crate) fn own(&self, kind: TableKind) -> Option<&FormatTable> {
        self.all()
            .iter()
            .filter(|format| format.grade == Evidence::Own)
            .filter_map(|format| format.tables.first())
            .find(|table| table.kind == kind)
    }
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|&byte| byte == b'\n').count()
}

fn field(name: &str) -> Option<Field> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

fn table_kind(name: &str) -> Option<TableKind> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

/// Whether a text fits a pattern in which `*` stands for any letters and `?`
/// for one; case makes no difference.
fn matches(pattern: &str, text: &str) -> bool {
    let fold = |text: &str| text.to_lowercase().chars().collect::<Vec<char>>();
    let (pattern, text) = (fold(pattern), fold(text));
    let (mut p, mut t) = (0, 0);
    // Where to go on when what follows the last star does not fit.
    let mut again: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                again = Some((p + 1, t));
                p += 1;
            }
            Some(&letter) if letter == '?' || letter == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match again {
                Some((after, from)) => {
                    again = Some((after, from + 1));
                    (p, t) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&letter| letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_a_reader_expects() {
        assert!(matches("*.xlsx", "contoso/Users.XLSX"));
        assert!(matches("user?.csv", "users.csv"));
        assert!(matches("a*b*c", "aXbYbc"));
        assert!(!matches("a*b", "abc"));
        assert!(matches("", "") && matches("**", "x") && !matches("", "x"));
    }

    fn problems(text: &str) -> Vec<String> {
        Formats::shipped().unwrap().with_mapping("m.toml", text).unwrap_err().0
    }

    #[test]
    fn every_problem_is_told_at_once_with_its_line() {
        let text = "[[tables]]\ntable = \"people\"\n\n[[tables]]\ntable = \"users\"\n\
                    [tables.columns]\nlogin = \"x\"\nname = \"--\"\n[tables.fixed]\n\
                    enabled = \"perhaps\"\n";
        let found = problems(text);
        assert_eq!(found.len(), 5, "{found:#?}");
        assert!(
            found[0].starts_with("m.toml:2: there is no table \u{201c}people\u{201d}; expected")
        );
        assert!(found[1].starts_with("m.toml:7: users has no column \u{201c}login\u{201d}"));
        assert!(found[2].starts_with("m.toml:8: name needs the header"));
        assert!(found[3].starts_with("m.toml:10: enabled cannot be \u{201c}perhaps\u{201d}"));
        assert!(found[4].starts_with("m.toml:4: users needs user_id"));
        assert!(problems("[[tables]]\nfile = 3\n")[0].starts_with("m.toml:"));
        assert!(problems("")[0].starts_with("m.toml:1: there is no [[tables]]"));
    }
}
