//! The draft of a mapping for a table that was not recognised.
//!
//! Takes what comes nearest, gives an entry of `mapping.toml` in which every
//! column that can be told by its name is filled in and every other one is a
//! comment. A draft is for people to complete: it says what it is not sure of.

use super::fold::header_key;
use super::formats::{Evidence, Formats};
use super::recognise::{Nearest, looks_like};
use super::{Field, TableKind};

/// An entry of a mapping for this table.
#[must_use]
pub fn draft(file: &str, sheet: &str, nearest: &Nearest, formats: &Formats) -> String {
    let keys: Vec<String> = nearest.headers.iter().map(|header| header_key(header)).collect();
    let kind = formats
        .all()
        .iter()
        .find(|format| format.id == nearest.format)
        .and_then(super::Format::kind)
        .unwrap_or_else(|| best_kind(&keys, formats));
    let Some(own) = formats.own(kind) else { return String::new() };
    let mut text = String::from("[[tables]]\n");
    let mut line = |name: &str, value: &str| {
        text.push_str(&format!("{name} = {}\n", toml::Value::String(value.to_owned())));
    };
    line("file", file);
    if !sheet.is_empty() && !sheet.contains("from row ") {
        line("sheet", sheet);
    }
    line("table", &word(kind));
    if !nearest.format.is_empty() {
        text.push_str(&format!("# closest to {}", nearest.format));
        if !nearest.missing.is_empty() {
            text.push_str(&format!("; missing {}", nearest.missing.join(", ")));
        }
        text.push('\n');
    }
    text.push_str(&format!("# header in row {}\n\n[tables.columns]\n", nearest.row));
    let mut taken: Vec<usize> = Vec::new();
    let mut open: Vec<Field> = Vec::new();
    for &field in own.columns.keys().filter(|&&field| field != Field::Tenant) {
        let free = |at: &usize| !taken.contains(at) && !keys[*at].is_empty();
        let spellings = spellings(kind, field, formats);
        let exact = (0..keys.len()).filter(free).find(|&at| spellings.contains(&keys[at]));
        let near = || {
            let alike = |at: &usize| spellings.iter().any(|word| looks_like(word, &keys[*at]));
            (0..keys.len()).filter(free).find(alike)
        };
        match (exact, near()) {
            (Some(at), _) => {
                taken.push(at);
                text.push_str(&column(field, &nearest.headers[at], ""));
            }
            (None, Some(at)) => {
                taken.push(at);
                text.push_str(&column(field, &nearest.headers[at], "  # a guess by its spelling"));
            }
            (None, None) => open.push(field),
        }
    }
    for field in open {
        let needed = if own.requires(field) { "  # required" } else { "" };
        text.push_str(&format!("# {} = \"\"{needed}\n", field.name()));
    }
    let rest: Vec<String> = (0..keys.len())
        .filter(|at| !taken.contains(at) && !keys[*at].is_empty())
        .map(|at| nearest.headers[at].replace(char::is_control, " "))
        .collect();
    if !rest.is_empty() {
        text.push_str(&format!("# columns without a place: {}\n", rest.join(" | ")));
    }
    text
}

fn column(field: Field, header: &str, remark: &str) -> String {
    format!("{} = {}{remark}\n", field.name(), toml::Value::String(header.to_owned()))
}

/// Folded headers that feed a column in any format of a table.
fn spellings(kind: TableKind, field: Field, formats: &Formats) -> Vec<String> {
    formats
        .all()
        .iter()
        .flat_map(|format| &format.tables)
        .filter(|table| table.kind == kind)
        .filter_map(|table| table.columns.get(&field))
        .flatten()
        .cloned()
        .collect()
}

/// The table of which most columns are there.
fn best_kind(keys: &[String], formats: &Formats) -> TableKind {
    formats
        .all()
        .iter()
        .filter(|format| format.grade == Evidence::Own)
        .filter_map(|format| {
            let known = keys.iter().filter(|key| format.knows(key)).count();
            Some((known, format.kind()?))
        })
        .fold((0, TableKind::Users), |best, next| if next.0 > best.0 { next } else { best })
        .1
}

fn word(kind: TableKind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_fills_in_what_can_be_told_and_reads_as_a_mapping() {
        let formats = Formats::shipped().unwrap();
        let nearest = Nearest {
            format: String::new(),
            row: 3,
            headers: ["Kennung", "E-Mail", "Departmant", "", "say \"x\""]
                .map(str::to_owned)
                .to_vec(),
            missing: Vec::new(),
        };
        let text = draft("a/b.csv", "", &nearest, &formats);
        assert!(text.contains("email = \"E-Mail\"\n"), "{text}");
        assert!(
            text.contains("department = \"Departmant\"  # a guess by its spelling\n"),
            "{text}"
        );
        assert!(text.contains("# user_id = \"\"  # required\n"), "{text}");
        assert!(text.contains("# columns without a place: Kennung | say \"x\"\n"), "{text}");
        let done = text.replace("# user_id = \"\"  # required", "user_id = \"Kennung\"");
        assert!(formats.with_mapping("m.toml", &done).is_ok(), "{done}");
    }
}
