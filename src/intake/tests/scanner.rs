//! The scanner of sheets against the general reader: the same cells, or both
//! refuse.
//!
//! Every workbook of the repository is read by both, and workbooks of every
//! kind of cell, and ten thousand changed ones. There is no case in which the
//! scanner may differ. What the general reader is known to get wrong, a
//! reference to a shared text that is no number, is refused before it sees
//! it (`a_string_index_that_is_no_number_or_out_of_reach_is_an_error` in `hostile.rs`).

mod changed;
mod made;

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use calamine::{Reader, Xlsx};

use super::super::guard::{ZipKind, check_workbook, guarded};
use super::super::sheet::{Sheet, number_text};
use super::super::workbook::{read_xlsx, read_xlsx_generally};
use super::super::xlsx::{CellValue, Skeleton, Unusual, each_cell};
use super::*;

/// What became of a workbook.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// Sheets that the scanner read to their end.
    scanned: usize,
    /// Cells in them.
    cells: usize,
    /// What made the scanner leave a sheet, or the workbook, to the other.
    left: Vec<&'static str>,
    /// Refused before any reader saw it, or no workbook.
    refused: bool,
}

/// A cell as the readers have it.
type Cell = (u32, u32, String);

fn shown(row: u32, column: u32, value: &CellValue<'_>) -> Cell {
    if let CellValue::Number(number) = value {
        let mut text = String::new();
        number_text(number.value, &mut text);
        assert_eq!(number.plain.unwrap_or(&text), text, "{value:?}");
        return (row, column, format!("Number({:x})", number.value.to_bits()));
    }
    (row, column, format!("{value:?}"))
}

/// The cells of each sheet as the scanner has them.
fn scanned(bytes: &[u8]) -> Result<Vec<Result<Vec<Cell>, Unusual>>, Unusual> {
    let mut skeleton = Skeleton::open(bytes)?;
    let sheets = 0..skeleton.sheets.len();
    Ok(sheets
        .map(|at| {
            let (part, shared) = skeleton.sheet(at)?;
            let mut cells = Vec::new();
            each_cell(part, shared, |row, column, value| {
                cells.push(shown(row, column, &value));
                std::ops::ControlFlow::Continue(())
            })?;
            Ok(cells)
        })
        .collect())
}

/// The cells of a sheet as the general reader has them, if it has no
/// complaint.
fn generally(bytes: &[u8], at: usize) -> Result<Vec<Cell>, String> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let name = book.sheet_names()[at].clone();
    let mut reader = book.worksheet_cells_reader(&name).map_err(|error| error.to_string())?;
    let mut cells = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
        let (row, column) = cell.get_position();
        cells.push(shown(row, column, &cell.get_value().into()));
    }
    Ok(cells)
}

/// All that a reader makes of a workbook; `None` when it panics.
type Whole = Option<Result<Vec<String>, String>>;

fn whole(read: impl FnOnce(&mut dyn FnMut(Sheet)) -> Result<(), String>) -> Whole {
    guarded(|| {
        let mut sheets = Vec::new();
        read(&mut |sheet| sheets.push(format!("{sheet:?}"))).map(|()| sheets)
    })
}

/// Has both read a workbook and compares.
fn compare(bytes: &[u8], what: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let limits = Limits::default();
    if check_workbook(bytes, &limits) != Ok(ZipKind::Xlsx) {
        return Outcome { refused: true, ..outcome };
    }
    let general = whole(|take| read_xlsx_generally(bytes, &limits, take));
    let ours = whole(|take| read_xlsx(bytes, &limits, take));
    if ours != general {
        // Where they part.
        let (ours, general) = (format!("{ours:?}"), format!("{general:?}"));
        let same = ours.chars().zip(general.chars()).take_while(|(a, b)| a == b).count();
        let from =
            |text: &str| text.chars().skip(same.saturating_sub(80)).take(160).collect::<String>();
        panic!("{what}:\n{}\n{}", from(&ours), from(&general));
    }
    // The general reader, which answers for the parts, may panic; nothing else.
    let Some(sheets) = guarded(|| scanned(bytes)) else {
        assert_eq!(general, None, "{what}: the scanner panics");
        return outcome;
    };
    let sheets = match sheets {
        Ok(sheets) => sheets,
        Err(Unusual(why)) => {
            outcome.left.push(why);
            return outcome;
        }
    };
    // Of two sheets of one name the other reader gives the first.
    let same_names = general.as_ref().and_then(|read| read.as_ref().ok()).is_some_and(|sheets| {
        sheets.iter().any(|sheet| sheet.contains("a second sheet of this name"))
    });
    for (at, sheet) in sheets.into_iter().enumerate() {
        match sheet {
            Err(Unusual(why)) => outcome.left.push(why),
            Ok(cells) => {
                outcome.scanned += 1;
                outcome.cells += cells.len();
                if !same_names {
                    assert_eq!(Some(Ok(cells)), guarded(|| generally(bytes, at)), "{what}");
                }
            }
        }
    }
    outcome
}

/// The workbooks of the repository, those in archives too.
fn workbooks(name: &str, bytes: Vec<u8>, found: &mut Vec<(String, Vec<u8>)>) {
    let lower = name.to_ascii_lowercase();
    if lower.ends_with(".xlsx") || lower.ends_with(".xlsm") {
        found.push((name.to_owned(), bytes));
    } else if lower.ends_with(".zip")
        && let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes))
    {
        for index in 0..archive.len() {
            let Ok(mut entry) = archive.by_index(index) else { continue };
            let Ok(inner) = entry.name().map(|inner| format!("{name}/{inner}")) else { continue };
            let mut bytes = Vec::new();
            if entry.read_to_end(&mut bytes).is_ok() {
                workbooks(&inner, bytes, found);
            }
        }
    }
}

#[test]
fn every_workbook_of_the_repository_reads_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["samples", "tests", "reports"] {
        for entry in walkdir::WalkDir::new(root.join(folder)).sort_by_file_name() {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let bytes = fs::read(entry.path()).unwrap();
                workbooks(&entry.path().display().to_string(), bytes, &mut found);
            }
        }
    }
    let (mut scanned, mut left, mut refused) = (0, Vec::new(), 0);
    for (name, bytes) in &found {
        let outcome = compare(bytes, name);
        scanned += outcome.scanned;
        refused += usize::from(outcome.refused);
        left.extend(outcome.left.into_iter().map(|why| (name, why)));
    }
    eprintln!("{} workbooks, {scanned} sheets scanned, {refused} refused, {left:?}", found.len());
    assert!(scanned > 0, "{found:?}");
}
