//! Tests of the stage as a whole: files in, rows and findings out.

mod alike;
mod containers;
mod hostile;
mod layouts;
mod quirks;
mod scanner;
mod vendors;

use super::*;

/// Reads a text or a workbook under a name.
fn read(bytes: impl AsRef<[u8]>, shown: &str) -> FileRead {
    let formats = Formats::shipped().unwrap();
    let read = read_bytes(bytes.as_ref(), shown, &formats, &Limits::default());
    for table in &read.report.tables {
        assert!(table.adds_up(), "{shown}: {table:#?}");
        let has_sheets = ["xlsx", "xlsb", "xls", "ods"].iter().any(|end| shown.ends_with(end));
        let below = table.sheet.starts_with("from row ");
        assert!(has_sheets || below || table.sheet.is_empty(), "{}", table.sheet);
    }
    read
}

fn csv(text: &str) -> FileRead {
    read(text, "t/file.csv")
}

fn batch(read: &FileRead, kind: TableKind) -> &Batch {
    read.batches.iter().find(|batch| batch.kind == kind).unwrap()
}

/// A column of a batch.
fn column(read: &FileRead, kind: TableKind, field: Field) -> Vec<String> {
    batch(read, kind).rows().map(|row| row.get(field).to_owned()).collect()
}

/// Codes of findings with their counts.
fn codes(read: &FileRead) -> Vec<(&'static str, u64)> {
    read.findings.iter().map(|finding| (finding.code.id(), finding.count)).collect()
}

/// Rows ignored, by reason.
fn ignored(read: &FileRead) -> Vec<(String, u64)> {
    read.report.tables[0]
        .ignored
        .iter()
        .map(|(reason, count)| {
            let reason = match reason {
                Reason::Header => "header".to_owned(),
                Reason::Finding(code) => code.id().to_owned(),
            };
            (reason, *count)
        })
        .collect()
}

/// `RoleAssignments` as `role_assignments`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[test]
fn every_column_of_every_own_format_is_explained_in_the_documentation() {
    let docs = include_str!("../../docs/input.md");
    for format in Formats::shipped().unwrap().all() {
        assert!(docs.contains(&format!("`{}`", format.id)), "{}", format.id);
        if format.grade != Evidence::Own {
            let kinds = format.tables.iter().map(|table| snake(&format!("{:?}", table.kind)));
            let feeds = kinds.collect::<Vec<_>>().join(", ");
            let feeds = format.unused.as_deref().unwrap_or(&feeds);
            let grade = match format.grade {
                Evidence::Own | Evidence::Mapping => "OWN",
                Evidence::File => "FILE",
                Evidence::Microsoft => "MS",
                Evidence::Code2 => "CODE2",
                Evidence::Community => "C1",
            };
            let row = format!("| `{}` | {} | {grade} | {feeds} | ", format.id, format.title);
            assert!(docs.contains(&row), "docs/input.md has no row {row}");
        }
        for table in format.tables.iter().filter(|_| format.grade == Evidence::Own) {
            for field in table.columns.keys() {
                assert!(docs.contains(&format!("`{}`", field.name())), "{}", field.name());
            }
        }
    }
}
