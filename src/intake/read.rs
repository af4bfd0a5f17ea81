//! Reads one file: takes its bytes, gives a [`FileRead`].
//!
//! What a file is, its first bytes say; its extension only helps to word the
//! answer when it cannot be read. A file that fails gives a report with the
//! failure and an error finding, and no rows: half a file is never used.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::discover::InputFile;
use super::emit::{self, TableRead};
use super::formats::Formats;
use super::guard::{self, Limits, Refusal};
use super::split::TextRows;
use super::text;
use super::workbook::{self, Content, Sheet};
use super::{FileRead, TableReport};
use crate::finding::{Code, Finding, Place};

/// Reads files one after the other. Each batch knows its file by index.
#[must_use]
pub fn read_files(files: &[InputFile], formats: &Formats, limits: &Limits) -> Vec<FileRead> {
    files
        .iter()
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
    let bytes = match load(&file.path, limits) {
        Ok(bytes) => bytes,
        Err(refusal) => {
            read.report.bytes = fs::metadata(&file.path).map_or(0, |data| data.len());
            fail(&mut read, &refusal);
            return read;
        }
    };
    read_bytes(&bytes, &file.shown, formats, limits)
}

/// Reads the bytes of a file shown as `shown`.
#[must_use]
pub fn read_bytes(bytes: &[u8], shown: &str, formats: &Formats, limits: &Limits) -> FileRead {
    let mut read = FileRead::default();
    read.report.path = shown.to_owned();
    read.report.bytes = bytes.len() as u64;
    read.report.sha256 = hex(&Sha256::digest(bytes));
    let result = match Container::of(bytes) {
        Container::Zip => read_workbook(bytes, shown, formats, limits, &mut read),
        Container::Text => {
            read_text(bytes, shown, formats, &mut read);
            Ok(())
        }
        Container::Unsupported(what) => Err(Refusal::Unreadable(format!(
            "{what} is not supported yet: save it as .xlsx or .csv"
        ))),
        Container::Cfb if extension(shown) == "xls" => Err(Refusal::Unreadable(
            "the old Excel format (.xls) is not supported yet: save it as .xlsx or .csv".to_owned(),
        )),
        Container::Cfb => Err(Refusal::Unreadable(
            "the workbook is protected by a password or in the old Excel format: \
             save it as .xlsx without a password"
                .to_owned(),
        )),
        Container::Binary => Err(Refusal::Unreadable(
            "the file is neither text nor a workbook: save it as .xlsx or .csv".to_owned(),
        )),
    };
    if let Err(refusal) = result {
        read.batches.clear();
        read.findings.clear();
        read.report.tables.clear();
        fail(&mut read, &refusal);
    }
    read
}

fn load(path: &Path, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let unreadable =
        |error: std::io::Error| Refusal::Unreadable(format!("cannot be read: {error}"));
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if size > limits.file_bytes {
        return Err(Refusal::OverLimit {
            what: "size of the file".to_owned(),
            found: size,
            limit: limits.file_bytes,
            advice: "split it by tenant",
        });
    }
    fs::read(path).map_err(unreadable)
}

fn fail(read: &mut FileRead, refusal: &Refusal) {
    let code = match refusal {
        Refusal::Unreadable(_) => Code::FileUnreadable,
        Refusal::OverLimit { .. } => Code::FileHostile,
    };
    let sentence = refusal.to_string();
    read.findings
        .push(Finding::new(code, "", sentence.clone()).at(Place::file(read.report.path.clone())));
    read.report.failure = Some(sentence);
}

/// What the first bytes say.
enum Container {
    Zip,
    /// Compound file: old Excel, or a new one under a password.
    Cfb,
    Unsupported(&'static str),
    Binary,
    Text,
}

impl Container {
    fn of(bytes: &[u8]) -> Self {
        match bytes {
            [b'P', b'K', 3 | 5, 4 | 6, ..] if has_entry(bytes, b"xl/workbook.bin") => {
                Self::Unsupported("the binary Excel format (.xlsb)")
            }
            [b'P', b'K', 3 | 5, 4 | 6, ..]
                if has_entry(bytes, b"mimetypeapplication/vnd.oasis") =>
            {
                Self::Unsupported("the OpenDocument format (.ods)")
            }
            [b'P', b'K', 3 | 5, 4 | 6, ..] => Self::Zip,
            [0xd0, 0xcf, 0x11, 0xe0, ..] => Self::Cfb,
            [b'P', b'A', b'R', b'1', ..] => Self::Unsupported("Parquet"),
            [0x1f, 0x8b, ..] => Self::Unsupported("a .gz archive"),
            _ if text::utf16(bytes).is_none() && bytes.iter().take(64 << 10).any(|&b| b == 0) => {
                Self::Binary
            }
            _ => Self::Text,
        }
    }
}

/// Whether a text stands near the start or in the directory of an archive.
fn has_entry(bytes: &[u8], name: &[u8]) -> bool {
    const NEAR: usize = 64 << 10;
    let tail = &bytes[bytes.len().saturating_sub(NEAR)..];
    let head = &bytes[..bytes.len().min(NEAR)];
    [head, tail].iter().any(|part| part.windows(name.len()).any(|window| window == name))
}

fn extension(shown: &str) -> String {
    Path::new(shown)
        .extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

fn read_text(bytes: &[u8], shown: &str, formats: &Formats, read: &mut FileRead) {
    let decoded = text::decode(bytes);
    let delimiter = text::sniff_delimiter(&decoded.text, formats);
    let mut rows = TextRows::new(&decoded.text, delimiter);
    let mut table = emit::read_table(&mut rows, shown, "", formats);
    if table.report.format.is_none() && extension(shown) == "txt" {
        // Notes lie beside exports; only a .txt that is a table is one.
        for finding in &mut table.findings {
            if matches!(finding.code, Code::TableUnknown | Code::SheetEmpty) {
                finding.code = Code::FileIgnored;
            }
        }
    }
    if let Some(guessed) = decoded.guessed {
        table.findings.push(
            Finding::new(Code::EncodingGuessed, "", guessed).at(Place::file(shown.to_owned())),
        );
    }
    add(read, table);
}

fn read_workbook(
    bytes: &[u8],
    shown: &str,
    formats: &Formats,
    limits: &Limits,
    read: &mut FileRead,
) -> Result<(), Refusal> {
    guard::check_workbook(bytes, limits)?;
    let mut tables = Vec::new();
    let outcome = guard::guarded(|| {
        workbook::read(bytes, limits, |sheet| tables.push(sheet_table(sheet, shown, formats)))
    });
    match outcome {
        None => Err(Refusal::Unreadable(
            "the workbook is damaged in a way its reader cannot cope with; \
             open it in Excel and save it, or export it again"
                .to_owned(),
        )),
        Some(Err(sentence)) => Err(Refusal::Unreadable(sentence)),
        Some(Ok(())) => {
            for table in tables {
                add(read, table);
            }
            Ok(())
        }
    }
}

fn sheet_table(sheet: Sheet, shown: &str, formats: &Formats) -> TableRead {
    let place = Place { file: shown.to_owned(), sheet: sheet.name.clone(), ..Place::default() };
    match sheet.content {
        Content::Rows { mut rows, bad, bad_count } => {
            let mut table = emit::read_table(&mut rows, shown, &sheet.name, formats);
            if let Some(first) = bad.first() {
                table.findings.push(
                    Finding::new(Code::CellBad, "", first.what.clone())
                        .at(Place { row: first.row, ..place })
                        .times(bad_count),
                );
            }
            table
        }
        Content::NoTable(why) => TableRead {
            report: TableReport { sheet: sheet.name, recognition: why, ..TableReport::default() },
            ..TableRead::default()
        },
        Content::GivenUp { mut rows, reason } => {
            let mut report = TableReport {
                sheet: sheet.name,
                recognition: format!("not used: {reason}"),
                ..TableReport::default()
            };
            emit::count_unused(&mut rows, &mut report, Code::CellBad);
            let finding = Finding::new(Code::FileUnreadable, "", reason).at(place);
            TableRead { report, findings: vec![finding], batches: Vec::new() }
        }
    }
}

fn add(read: &mut FileRead, table: TableRead) {
    read.report.tables.push(table.report);
    read.batches.extend(table.batches.into_iter().filter(|batch| !batch.is_empty()));
    read.findings.extend(table.findings);
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
