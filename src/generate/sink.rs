//! Writes one table as a file, row by row, in constant memory.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use encoding_rs::WINDOWS_1252;
use polars::prelude::{Column, DataFrame, ParquetWriter};
use rust_xlsxwriter::Workbook;

use super::GenerateError;

/// What kind of file a table becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// Comma-separated text.
    Csv,
    /// A workbook of one sheet, of more where the rows ask for it.
    Xlsx,
    /// Parquet.
    Parquet,
    /// Each file one of the three.
    Mixed,
}

/// How text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf8Marked,
    Utf16,
    Windows1252,
}

/// Rows of a sheet, header included.
const SHEET_ROWS: u32 = 1_048_576;

/// Rows of a row group.
const GROUP_ROWS: usize = 65_536;

/// One table being written.
pub(super) struct Sink {
    path: PathBuf,
    header: Vec<String>,
    kind: Kind,
}

enum Kind {
    Text(Box<csv::Writer<Encode>>),
    Book { book: Box<Workbook>, row: u32, sheets: u32 },
    Columns { file: File, rows: Vec<Vec<String>>, writer: Option<Batched> },
}

type Batched = polars::prelude::BatchedWriter<BufWriter<File>>;

impl Sink {
    /// Begins a file; `path` has no extension yet. `above` stands above the
    /// header of text and of the first sheet.
    pub(super) fn create(
        path: &Path,
        form: Form,
        (delimiter, encoding): (u8, Encoding),
        above: &[Vec<String>],
        header: Vec<String>,
    ) -> Result<Self, GenerateError> {
        let (ending, csv) = match form {
            Form::Xlsx => ("xlsx", false),
            Form::Parquet => ("parquet", false),
            Form::Csv | Form::Mixed => ("csv", true),
        };
        let path = PathBuf::from(format!("{}.{ending}", path.display()));
        let fail = |source| GenerateError::File { path: path.clone(), source };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(fail)?;
        }
        let kind = if csv {
            let out = Encode::new(BufWriter::new(File::create(&path).map_err(fail)?), encoding);
            let out = out.map_err(fail)?;
            let writer =
                csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(out);
            Kind::Text(Box::new(writer))
        } else if form == Form::Xlsx {
            let mut book = Workbook::new();
            // The time of the run must not stand in the file.
            if let Ok(day) = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 1, 1) {
                let properties = rust_xlsxwriter::DocProperties::new().set_creation_datetime(&day);
                book.set_properties(&properties);
            }
            Kind::Book { book: Box::new(book), row: SHEET_ROWS, sheets: 0 }
        } else {
            let file = File::create(&path).map_err(fail)?;
            Kind::Columns { file, rows: vec![Vec::new(); header.len()], writer: None }
        };
        let mut sink = Self { path, header, kind };
        if let Kind::Columns { .. } = sink.kind {
            return Ok(sink);
        }
        above.iter().try_for_each(|line| sink.row(line))?;
        let header = sink.header.clone();
        sink.row(&header)?;
        Ok(sink)
    }

    /// Adds a row; shorter ones are allowed in text and workbooks.
    pub(super) fn row<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<(), GenerateError> {
        match &mut self.kind {
            Kind::Text(writer) => writer
                .write_record(cells.iter().map(AsRef::as_ref))
                .map_err(|source| GenerateError::Text { path: self.path.clone(), source })?,
            Kind::Book { book, row, sheets } => {
                let fail = |source| GenerateError::Book { path: self.path.clone(), source };
                if *row == SHEET_ROWS {
                    *sheets += 1;
                    book.add_worksheet_with_constant_memory().map_err(fail)?;
                    *row = 0;
                    if *sheets > 1 {
                        put(book, *sheets, row, &self.header).map_err(fail)?;
                    }
                }
                put(book, *sheets, row, cells).map_err(fail)?;
            }
            Kind::Columns { rows, .. } => {
                for (at, column) in rows.iter_mut().enumerate() {
                    column.push(cells.get(at).map_or("", AsRef::as_ref).to_owned());
                }
                if rows.first().is_some_and(|column| column.len() >= GROUP_ROWS) {
                    self.group()?;
                }
            }
        }
        Ok(())
    }

    /// Writes the rows that are held back for a row group.
    fn group(&mut self) -> Result<(), GenerateError> {
        let Kind::Columns { file, rows, writer } = &mut self.kind else { return Ok(()) };
        let fail = |source| GenerateError::Parquet { path: self.path.clone(), source };
        let height = rows.first().map_or(0, Vec::len);
        let columns = self
            .header
            .iter()
            .zip(rows.iter_mut())
            .map(|(name, column)| Column::new(name.as_str().into(), std::mem::take(column)));
        let frame = DataFrame::new(height, columns.collect()).map_err(fail)?;
        if writer.is_none() {
            let file = file
                .try_clone()
                .map_err(|source| GenerateError::File { path: self.path.clone(), source })?;
            let begun = ParquetWriter::new(BufWriter::new(file)).set_parallel(false);
            *writer = Some(begun.batched(frame.schema()).map_err(fail)?);
        }
        if let Some(writer) = writer {
            writer.write_batch(&frame).map_err(fail)?;
        }
        Ok(())
    }

    /// Ends the file and gives its size in bytes.
    pub(super) fn finish(mut self) -> Result<u64, GenerateError> {
        self.group()?;
        let path = self.path;
        let fail = |source| GenerateError::File { path: path.clone(), source };
        match self.kind {
            Kind::Text(mut writer) => writer.flush().map_err(fail)?,
            Kind::Book { mut book, .. } => book
                .save(&path)
                .map_err(|source| GenerateError::Book { path: path.clone(), source })?,
            Kind::Columns { writer, .. } => {
                if let Some(writer) = writer {
                    let broken = |source| GenerateError::Parquet { path: path.clone(), source };
                    writer.finish().map_err(broken)?;
                }
            }
        }
        Ok(std::fs::metadata(&path).map_err(fail)?.len())
    }
}

/// Writes a row to the newest sheet.
fn put<S: AsRef<str>>(
    book: &mut Workbook,
    sheets: u32,
    row: &mut u32,
    cells: &[S],
) -> Result<(), rust_xlsxwriter::XlsxError> {
    let page = book.worksheet_from_index(sheets as usize - 1)?;
    for (column, cell) in (0_u16..).zip(cells) {
        if !cell.as_ref().is_empty() {
            page.write_string(*row, column, cell.as_ref())?;
        }
    }
    *row += 1;
    Ok(())
}

/// Turns UTF-8 into another encoding on the way to a file.
struct Encode {
    out: BufWriter<File>,
    encoding: Encoding,
    /// The beginning of a character whose end has not come yet.
    pending: Vec<u8>,
}

impl Encode {
    fn new(mut out: BufWriter<File>, encoding: Encoding) -> io::Result<Self> {
        match encoding {
            Encoding::Utf8 | Encoding::Windows1252 => {}
            Encoding::Utf8Marked => out.write_all(b"\xef\xbb\xbf")?,
            Encoding::Utf16 => out.write_all(b"\xff\xfe")?,
        }
        Ok(Self { out, encoding, pending: Vec::new() })
    }
}

impl Write for Encode {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if matches!(self.encoding, Encoding::Utf8 | Encoding::Utf8Marked) {
            return self.out.write(bytes);
        }
        self.pending.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.pending) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        let text = String::from_utf8_lossy(&self.pending[..whole]);
        if self.encoding == Encoding::Utf16 {
            for unit in text.encode_utf16() {
                self.out.write_all(&unit.to_le_bytes())?;
            }
        } else {
            self.out.write_all(&WINDOWS_1252.encode(&text).0)?;
        }
        drop(text);
        self.pending.drain(..whole);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
