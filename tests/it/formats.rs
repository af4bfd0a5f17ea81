//! Every vendor format by a sample of it.
//!
//! `tests/it/formats/<id>.csv`, dots of the id as underscores, holds the
//! headers of the export and invented values; `<id>__<variant>.csv` another
//! layout of the same. Beside each stands `.golden`: what became of its rows
//! and what reached which table. `SEATWISE_BLESS=1` writes the goldens anew,
//! which is for reading the difference, not for making a test pass.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use seatwise::intake::{Evidence, FileRead, Formats, Limits, Reason, read_bytes};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/formats")
}

fn samples() -> Vec<PathBuf> {
    let mut samples: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "golden"))
        .collect();
    samples.sort();
    samples
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

fn read(path: &Path, formats: &Formats) -> FileRead {
    let shown = path.file_name().unwrap().to_string_lossy();
    read_bytes(&fs::read(path).unwrap(), &shown, formats, &Limits::default())
}

/// What became of a file, as text.
fn told(read: &FileRead) -> String {
    let mut text = String::new();
    for table in &read.report.tables {
        assert!(table.adds_up(), "{table:#?}");
        writeln!(text, "{}", table.recognition).unwrap();
        let ignored: Vec<String> = table
            .ignored
            .iter()
            .map(|(reason, count)| match reason {
                Reason::Header => format!("{count} header"),
                Reason::Finding(code) => format!("{count} {code}"),
            })
            .collect();
        writeln!(
            text,
            "{} rows: {} used, ignored {}, {} rejected",
            table.rows_read,
            table.rows_used,
            ignored.join(" + "),
            table.rejected.len()
        )
        .unwrap();
        for rejected in &table.rejected {
            writeln!(text, "rejected {}: {}", rejected.code, rejected.reason).unwrap();
        }
    }
    for finding in &read.findings {
        writeln!(text, "{} x{}: {}", finding.code, finding.count, finding.message).unwrap();
    }
    for batch in &read.batches {
        let fields: Vec<String> = batch.fields.iter().map(|field| field.name()).collect();
        writeln!(text, "\n{:?}: {}", batch.kind, fields.join(" | ")).unwrap();
        for row in batch.rows() {
            let cells: Vec<&str> = (0..batch.fields.len()).map(|at| row.at(at)).collect();
            writeln!(text, "{}", cells.join(" | ")).unwrap();
        }
    }
    text
}

#[test]
fn every_vendor_format_has_a_sample_that_is_recognised_as_it() {
    let formats = Formats::shipped().unwrap();
    let mut seen = BTreeSet::new();
    for sample in samples() {
        let name = stem(&sample);
        let id = name.split("__").next().unwrap();
        let read = read(&sample, &formats);
        assert_eq!(read.report.tables.len(), 1, "{name}");
        let format = read.report.tables[0].format.clone().unwrap_or_default();
        assert_eq!(format.replace('.', "_"), id, "{}", read.report.tables[0].recognition);
        seen.insert(format);
    }
    let all: BTreeSet<String> = formats
        .all()
        .iter()
        .filter(|format| format.grade != Evidence::Own)
        .map(|format| format.id.clone())
        .collect();
    assert_eq!(seen, all);
}

#[test]
fn every_sample_gives_what_its_golden_says() {
    let formats = Formats::shipped().unwrap();
    let bless = std::env::var_os("SEATWISE_BLESS").is_some();
    let mut wrong = Vec::new();
    for sample in samples() {
        let told = told(&read(&sample, &formats));
        let golden = sample.with_extension("golden");
        if bless {
            fs::write(&golden, &told).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != told {
            wrong.push(format!("{}:\n{told}", stem(&sample)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_format_without_use_says_why_and_ignores_every_row() {
    let formats = Formats::shipped().unwrap();
    for sample in samples() {
        let read = read(&sample, &formats);
        let table = &read.report.tables[0];
        let format = formats.all().iter().find(|f| Some(&f.id) == table.format.as_ref()).unwrap();
        let Some(why) = &format.unused else { continue };
        assert!(table.recognition.ends_with(why.as_str()), "{}", table.recognition);
        assert_eq!((table.rows_used, table.rejected.len()), (0, 0), "{}", format.id);
        assert_eq!(table.rows_ignored(), table.rows_read, "{}", format.id);
        assert!(read.batches.is_empty() && read.findings[0].code.id() == "SW126");
    }
}
