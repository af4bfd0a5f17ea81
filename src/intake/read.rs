//! Reads one file: takes its bytes, gives a [`FileRead`].
//!
//! What a file is, its first bytes say; its extension only helps to word the
//! answer when it cannot be read. A file that fails gives a report with the
//! failure and an error finding, and no rows: half a file is never used.

use std::fs;
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::discover::InputFile;
use super::emit;
use super::formats::Formats;
use super::guard::{self, ZipKind};
use super::limits::{Limits, Refusal, option, over};
use super::parquet::ParquetRows;
use super::sheet::{Content, Sheet};
use super::split::TextRows;
use super::tables::{TableRead, read_tables};
use super::{FileRead, TableReport};
use super::{aot, archive, json, ods, text, workbook, xls};
use crate::finding::{Code, Finding, Place};

/// Reads files, several at a time. Each batch knows its file by index.
#[must_use]
pub fn read_files(files: &[InputFile], formats: &Formats, limits: &Limits) -> Vec<FileRead> {
    files
        .par_iter()
        .enumerate()
        .map(|(index, file)| {
            let mut read = read_file(file, formats, limits);
            for batch in &mut read.batches {
                batch.file = index;
            }
            read
        })
        .collect()
}

/// Reads a file. Never fails: what goes wrong is in the report.
#[must_use]
pub fn read_file(file: &InputFile, formats: &Formats, limits: &Limits) -> FileRead {
    let mut read = FileRead::default();
    read.report.path.clone_from(&file.shown);
    if !file.bundle.is_empty() {
        read_bundle(&file.bundle, formats, limits, &mut read);
        return read;
    }
    let loaded = match &file.refusal {
        Some(refusal) => Err(refusal.clone()),
        None if file.steps.is_empty() => load(&file.path, limits),
        None => archive::load(&file.path, &file.steps, limits),
    };
    let bytes = match loaded {
        Ok(bytes) => bytes,
        Err(refusal) => {
            if file.steps.is_empty() {
                read.report.bytes = fs::metadata(&file.path).map_or(0, |data| data.len());
            }
            fail(&mut read, &refusal);
            return read;
        }
    };
    read_bytes(&bytes, &file.shown, formats, limits)
}

/// Reads files that are one input together.
fn read_bundle(files: &[InputFile], formats: &Formats, limits: &Limits, read: &mut FileRead) {
    let mut reader = aot::Reader::new(formats, limits);
    let mut archives = archive::Opened::default();
    let all = files.iter().try_for_each(|file| {
        let bytes = match &file.refusal {
            Some(refusal) => Err(refusal.clone()),
            None if file.steps.is_empty() => load(&file.path, limits),
            None => archives.load(&file.path, &file.steps, limits),
        };
        bytes.and_then(|bytes| reader.file(&file.shown, &bytes))
    });
    if let Err(refusal) = all.and_then(|()| reader.finish(read)) {
        fail(read, &refusal);
    }
}

/// Reads the bytes of a file shown as `shown`.
#[must_use]
pub fn read_bytes(bytes: &[u8], shown: &str, formats: &Formats, limits: &Limits) -> FileRead {
    let mut read = FileRead::default();
    read.report.path = shown.to_owned();
    read.report.bytes = bytes.len() as u64;
    read.report.sha256 = hex(&Sha256::digest(bytes));
    let result = read_content(bytes, shown, formats, limits, &mut read);
    if let Err(refusal) = result {
        read.batches.clear();
        read.findings.clear();
        read.report.tables.clear();
        fail(&mut read, &refusal);
    }
    read
}

fn read_content(
    bytes: &[u8],
    shown: &str,
    formats: &Formats,
    limits: &Limits,
    read: &mut FileRead,
) -> Result<(), Refusal> {
    let unreadable = |sentence: &str| Err(Refusal::Unreadable(sentence.to_owned()));
    match Container::of(bytes) {
        Container::Zip => read_workbook(bytes, shown, formats, limits, read),
        Container::Gzip => {
            let unpacked = archive::gunzip(bytes, limits)?;
            match Container::of(&unpacked) {
                Container::Gzip => unreadable("the file is packed twice: unpack it once"),
                Container::Tar => unreadable("tar archives are not read: pack it as .zip"),
                _ => {
                    read.report.content_sha256 = hex(&Sha256::digest(&unpacked));
                    read_content(&unpacked, shown, formats, limits, read)
                }
            }
        }
        Container::Parquet => read_parquet(bytes, shown, formats, limits, read),
        Container::Text if extension(shown) == "json" => {
            read_json(bytes, shown, formats, limits, read)
        }
        Container::Text if extension(shown) == "xml" && aot::is_xml(bytes) => {
            let mut reader = aot::Reader::new(formats, limits);
            let (size, digest) = (read.report.bytes, read.report.sha256.clone());
            reader.file(shown, bytes)?;
            reader.finish(read)?;
            (read.report.bytes, read.report.sha256) = (size, digest);
            Ok(())
        }
        Container::Text => {
            read_text(bytes, shown, formats, limits, read);
            Ok(())
        }
        Container::Cfb => {
            read_sheets(shown, formats, limits, read, |take| xls::read(bytes, limits, take))
        }
        Container::Tar => unreadable("tar archives are not read: pack it as .zip"),
        Container::Binary => {
            unreadable("the file is neither text nor a workbook: save it as .xlsx or .csv")
        }
    }
}

fn load(path: &Path, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let unreadable =
        |error: std::io::Error| Refusal::Unreadable(format!("cannot be read: {error}"));
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if size > limits.file_bytes {
        let what = "size of the file";
        return Err(over(what, size, limits.file_bytes, option::FILE, "split it by tenant"));
    }
    fs::read(path).map_err(unreadable)
}

fn fail(read: &mut FileRead, refusal: &Refusal) {
    let code = match refusal {
        Refusal::Unreadable(_) => Code::FileUnreadable,
        Refusal::OverLimit { .. } | Refusal::Hostile(_) => Code::FileHostile,
    };
    let sentence = refusal.to_string();
    read.findings
        .push(Finding::new(code, "", sentence.clone()).at(Place::file(read.report.path.clone())));
    read.report.failure = Some(sentence);
}

/// What the first bytes say.
enum Container {
    Zip,
    Gzip,
    Tar,
    /// Compound file: old Excel, or a new one under a password.
    Cfb,
    Parquet,
    Binary,
    Text,
}

impl Container {
    fn of(bytes: &[u8]) -> Self {
        match bytes {
            [b'P', b'K', 3 | 5, 4 | 6, ..] => Self::Zip,
            [0xd0, 0xcf, 0x11, 0xe0, ..] => Self::Cfb,
            [b'P', b'A', b'R', b'1', ..] => Self::Parquet,
            [0x1f, 0x8b, ..] => Self::Gzip,
            _ if bytes.get(257..262) == Some(b"ustar") => Self::Tar,
            _ if text::utf16(bytes).is_none() && has_zero(bytes) => Self::Binary,
            _ => Self::Text,
        }
    }
}

/// Whether a byte near the beginning is zero, as none is in text.
fn has_zero(bytes: &[u8]) -> bool {
    memchr::memchr(0, &bytes[..bytes.len().min(64 << 10)]).is_some()
}

/// Extension of a file; of a packed one that of what is in it.
fn extension(shown: &str) -> String {
    let shown = shown.to_ascii_lowercase();
    Path::new(shown.strip_suffix(".gz").unwrap_or(&shown))
        .extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

fn read_parquet(
    bytes: &[u8],
    shown: &str,
    formats: &Formats,
    limits: &Limits,
    read: &mut FileRead,
) -> Result<(), Refusal> {
    let outcome = guard::guarded(|| {
        let mut rows = ParquetRows::open(bytes, limits)?;
        let tables = read_tables(&mut rows, shown, "", formats, limits);
        match rows.failure() {
            Some(problem) => Err(Refusal::Unreadable(problem.to_owned())),
            None => Ok(tables),
        }
    });
    for table in outcome.unwrap_or_else(|| Err(broken()))? {
        add(read, table);
    }
    Ok(())
}

fn read_json(
    bytes: &[u8],
    shown: &str,
    formats: &Formats,
    limits: &Limits,
    read: &mut FileRead,
) -> Result<(), Refusal> {
    let decoded = text::decode(bytes);
    let mut tables = json::read(&decoded.text, limits)?;
    if tables.is_empty() {
        tables.push((String::new(), json::JsonRows::default()));
    }
    for (name, mut rows) in tables {
        for table in read_tables(&mut rows, shown, &name, formats, limits) {
            add(read, table);
        }
    }
    Ok(())
}

fn read_text(bytes: &[u8], shown: &str, formats: &Formats, limits: &Limits, read: &mut FileRead) {
    let decoded = text::decode(bytes);
    let delimiter = text::sniff_delimiter(&decoded.text, formats);
    let mut rows = TextRows::new(&decoded.text, delimiter);
    let mut tables = read_tables(&mut rows, shown, "", formats, limits);
    if let [table] = tables.as_mut_slice()
        && table.report.format.is_none()
        && extension(shown) == "txt"
    {
        // Notes lie beside exports; only a .txt that is a table is one.
        for finding in &mut table.findings {
            if matches!(finding.code, Code::TableUnknown | Code::SheetEmpty) {
                finding.code = Code::FileIgnored;
            }
        }
    }
    if let (Some(guessed), Some(table)) = (decoded.guessed, tables.first_mut()) {
        table.findings.push(
            Finding::new(Code::EncodingGuessed, "", guessed).at(Place::file(shown.to_owned())),
        );
    }
    for table in tables {
        add(read, table);
    }
}

fn read_workbook(
    bytes: &[u8],
    shown: &str,
    formats: &Formats,
    limits: &Limits,
    read: &mut FileRead,
) -> Result<(), Refusal> {
    let kind = guard::check_workbook(bytes, limits)?;
    read_sheets(shown, formats, limits, read, |take| match kind {
        ZipKind::Xlsx => workbook::read_xlsx(bytes, limits, take).map_err(Refusal::Unreadable),
        ZipKind::Xlsb => workbook::read_xlsb(bytes, limits, take).map_err(Refusal::Unreadable),
        ZipKind::Ods => ods::read(bytes, limits, take),
        ZipKind::Archive => Err(Refusal::Unreadable(
            "this is no workbook but an archive of files: give it the extension .zip".to_owned(),
        )),
    })
}

/// Runs the reader of a workbook, which may panic, and takes its sheets.
fn read_sheets(
    shown: &str,
    formats: &Formats,
    limits: &Limits,
    read: &mut FileRead,
    sheets: impl FnOnce(&mut dyn FnMut(Sheet)) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut tables = Vec::new();
    let outcome = guard::guarded(|| {
        sheets(&mut |sheet| tables.extend(sheet_tables(sheet, shown, formats, limits)))
    });
    outcome.unwrap_or_else(|| Err(broken()))?;
    for table in tables {
        add(read, table);
    }
    Ok(())
}

/// For a file whose reader panicked.
fn broken() -> Refusal {
    Refusal::Unreadable(
        "the file is damaged in a way its reader cannot cope with; \
         open it in Excel and save it, or export it again"
            .to_owned(),
    )
}

fn sheet_tables(sheet: Sheet, shown: &str, formats: &Formats, limits: &Limits) -> Vec<TableRead> {
    let place = Place { file: shown.to_owned(), sheet: sheet.name.clone(), ..Place::default() };
    match sheet.content {
        Content::Rows { mut rows, bad, bad_count } => {
            let mut tables = read_tables(&mut rows, shown, &sheet.name, formats, limits);
            if let (Some(first), Some(table)) = (bad.first(), tables.first_mut()) {
                table.findings.push(
                    Finding::new(Code::CellBad, "", first.what.clone())
                        .at(Place { row: first.row, ..place })
                        .times(bad_count),
                );
            }
            tables
        }
        Content::NoTable(why) => vec![TableRead {
            report: TableReport { sheet: sheet.name, recognition: why, ..TableReport::default() },
            ..TableRead::default()
        }],
        Content::GivenUp { mut rows, reason } => {
            let mut report = TableReport {
                sheet: sheet.name,
                recognition: format!("not used: {reason}"),
                ..TableReport::default()
            };
            emit::count_unused(&mut rows, &mut report, Code::CellBad);
            let finding = Finding::new(Code::FileUnreadable, "", reason).at(place);
            vec![TableRead { report, findings: vec![finding], batches: Vec::new() }]
        }
    }
}

fn add(read: &mut FileRead, table: TableRead) {
    read.report.tables.push(table.report);
    read.batches.extend(table.batches.into_iter().filter(|batch| !batch.is_empty()));
    read.findings.extend(table.findings);
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
