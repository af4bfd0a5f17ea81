//! Puts packed rows into the worksheets of a workbook.
//!
//! The library has written the workbook with everything but those rows: looks,
//! widths, headers, rules, tables, charts. All its parts are taken over as they
//! are packed; a worksheet whose rows were written aside is put together of
//! what stands before its rows, the rows, and what stands behind them.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};

use crc32fast::Hasher;
use tempfile::SpooledTempFile;
use zip::ZipArchive;

use super::pack::{Piece, piece};

/// Rows of a sheet that were written aside.
pub(crate) struct Packed {
    /// The rows.
    pub(super) piece: Piece<SpooledTempFile>,
    /// The last column as letters, and the last row.
    pub(super) end: (String, u32),
    /// The table object over them. The library makes an entry for each of its
    /// cells, so that it gets to know the first row only.
    pub(crate) table: Option<Tabled>,
}

/// A table object that is larger than the library knows.
pub(crate) struct Tabled {
    /// Its name.
    pub(crate) name: String,
    /// The range the library knows, and the true one.
    pub(crate) ranges: (String, String),
}

/// What one part of the package looks like from outside.
struct Part {
    name: String,
    method: u16,
    crc: u32,
    packed: u32,
    size: u32,
    offset: u32,
}

/// Writes a ZIP archive of parts that are packed already.
struct Package<W> {
    out: W,
    parts: Vec<Part>,
    written: u64,
}

/// As the library dates its parts: 1 January 1980, the first day there is.
const DATE: u16 = 0x21;

/// For the owner alone, as the library says it.
const RIGHTS: u32 = 0o100_600 << 16;

fn short<N: TryInto<u32>>(number: N) -> io::Result<u32> {
    number.try_into().map_err(|_| io::Error::other("a workbook cannot be larger than 4 GiB"))
}

impl<W: Write> Package<W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    /// Fields that stand both before a part and in the directory.
    fn head(part: &Part) -> io::Result<Vec<u8>> {
        let mut head = Vec::with_capacity(26);
        // Version 2.0, no flags, no time.
        for number in [20, 0, part.method, 0, DATE] {
            head.extend_from_slice(&u16::to_le_bytes(number));
        }
        for number in [part.crc, part.packed, part.size] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        let length = u16::try_from(part.name.len()).map_err(io::Error::other)?;
        head.extend_from_slice(&length.to_le_bytes());
        head.extend_from_slice(&[0, 0]);
        Ok(head)
    }

    /// Adds a part. The pieces must be as long as it says.
    fn add(&mut self, mut part: Part, pieces: &mut [&mut dyn Read]) -> io::Result<()> {
        part.offset = short(self.written)?;
        self.put(b"PK\x03\x04")?;
        self.put(&Self::head(&part)?)?;
        self.put(part.name.as_bytes())?;
        let mut copied = 0;
        for piece in pieces {
            copied += io::copy(piece, &mut self.out)?;
        }
        if copied != u64::from(part.packed) {
            return Err(io::Error::other(format!("{} has another length", part.name)));
        }
        self.written += copied;
        self.parts.push(part);
        Ok(())
    }

    /// Writes the directory.
    fn finish(mut self) -> io::Result<()> {
        let begin = short(self.written)?;
        for part in std::mem::take(&mut self.parts) {
            self.put(b"PK\x01\x02")?;
            // Version 2.0 on Unix.
            self.put(&[20, 3])?;
            self.put(&Self::head(&part)?)?;
            // No comment, first disk, no inner attributes.
            self.put(&[0; 6])?;
            self.put(&RIGHTS.to_le_bytes())?;
            self.put(&part.offset.to_le_bytes())?;
            self.put(part.name.as_bytes())?;
            self.parts.push(part);
        }
        let length = short(self.written)? - begin;
        let count = u16::try_from(self.parts.len()).map_err(io::Error::other)?;
        self.put(b"PK\x05\x06\0\0\0\0")?;
        self.put(&count.to_le_bytes())?;
        self.put(&count.to_le_bytes())?;
        self.put(&length.to_le_bytes())?;
        self.put(&begin.to_le_bytes())?;
        self.put(&[0, 0])
    }
}

/// Writes a workbook with packed rows, by the number of their sheets from 1.
///
/// # Errors
/// When the workbook is not what the library writes, or `out` cannot be
/// written.
pub(crate) fn assemble(
    book: Vec<u8>,
    mut rows: BTreeMap<usize, Packed>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut book = ZipArchive::new(Cursor::new(book)).map_err(io::Error::other)?;
    let mut package = Package { out, parts: Vec::new(), written: 0 };
    let mut tables: Vec<Tabled> = rows.values_mut().filter_map(|rows| rows.table.take()).collect();
    for at in 0..book.len() {
        let mut file = book.by_index_raw(at).map_err(io::Error::other)?;
        let name = file.name().map_err(io::Error::other)?.into_owned();
        if name.starts_with("xl/tables/") && !tables.is_empty() {
            drop(file);
            let mut table = String::new();
            book.by_index(at).map_err(io::Error::other)?.read_to_string(&mut table)?;
            add_table(&mut package, name, &table, &mut tables)?;
            continue;
        }
        let number = name.strip_prefix("xl/worksheets/sheet").and_then(|n| n.strip_suffix(".xml"));
        let number = number.and_then(|number| number.parse::<usize>().ok());
        let Some(packed) = number.and_then(|number| rows.remove(&number)) else {
            let part = Part {
                method: match file.compression() {
                    zip::CompressionMethod::Stored => 0,
                    zip::CompressionMethod::Deflated => 8,
                    other => return Err(io::Error::other(format!("{name} is packed as {other}"))),
                },
                crc: file.crc32(),
                packed: short(file.compressed_size())?,
                size: short(file.size())?,
                offset: 0,
                name,
            };
            package.add(part, &mut [&mut file])?;
            continue;
        };
        drop(file);
        let mut sheet = String::new();
        book.by_index(at).map_err(io::Error::other)?.read_to_string(&mut sheet)?;
        add_sheet(&mut package, name, &sheet, packed)?;
    }
    if let Some(number) = rows.keys().next() {
        return Err(io::Error::other(format!("there is no sheet {number}")));
    }
    if let Some(table) = tables.first() {
        return Err(io::Error::other(format!("there is no table {}", table.name)));
    }
    package.finish()
}

/// Adds a table object, with its true range if its rows were written aside.
fn add_table<W: Write>(
    package: &mut Package<W>,
    name: String,
    table: &str,
    tables: &mut Vec<Tabled>,
) -> io::Result<()> {
    let named = |known: &Tabled| table.contains(&format!(" displayName=\"{}\"", known.name));
    let known = tables.iter().position(named).map(|at| tables.swap_remove(at));
    let table = known.map_or_else(
        || table.to_owned(),
        |Tabled { ranges: (known, all), .. }| {
            table.replace(&format!(" ref=\"{known}\""), &format!(" ref=\"{all}\""))
        },
    );
    let mut whole = piece(table.as_bytes(), true)?;
    let part = Part {
        name,
        method: 8,
        crc: whole.crc.finalize(),
        packed: short(whole.packed)?,
        size: short(whole.size)?,
        offset: 0,
    };
    package.add(part, &mut [&mut whole.bytes])
}

/// Adds a worksheet with its rows.
fn add_sheet<W: Write>(
    package: &mut Package<W>,
    name: String,
    sheet: &str,
    rows: Packed,
) -> io::Result<()> {
    let (head, tail) = sheet
        .find("</sheetData>")
        .map(|at| sheet.split_at(at))
        .ok_or_else(|| io::Error::other(format!("{name} has no rows to go on from")))?;
    let head = extent(head, &rows.end);
    let mut head = piece(head.as_bytes(), false)?;
    let mut tail = piece(tail.as_bytes(), true)?;
    let mut rows = rows.piece;
    let mut crc = Hasher::new();
    for piece in [&head.crc, &rows.crc, &tail.crc] {
        crc.combine(piece);
    }
    let part = Part {
        name,
        method: 8,
        crc: crc.finalize(),
        packed: short(head.packed + rows.packed + tail.packed)?,
        size: short(head.size + rows.size + tail.size)?,
        offset: 0,
    };
    package.add(part, &mut [&mut head.bytes, &mut rows.bytes, &mut tail.bytes])
}

/// Says how far the cells of a sheet reach, its rows included.
fn extent(head: &str, (letters, row): &(String, u32)) -> String {
    const OPEN: &str = "<dimension ref=\"";
    let Some(from) = head.find(OPEN).map(|at| at + OPEN.len()) else { return head.to_owned() };
    let Some(to) = head[from..].find('"').map(|length| from + length) else {
        return head.to_owned();
    };
    let (first, last) = head[from..to].split_once(':').unwrap_or((&head[from..to], "A1"));
    let wide = last.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let wide = if (wide.len(), wide) >= (letters.len(), letters) { wide } else { letters };
    format!("{}{first}:{wide}{row}{}", &head[..from], &head[to..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extent_takes_in_the_rows() {
        let end = ("AB".to_owned(), 700);
        assert_eq!(
            extent("<a><dimension ref=\"A1:N5\"/><b>", &end),
            "<a><dimension ref=\"A1:AB700\"/><b>"
        );
        assert_eq!(extent("<dimension ref=\"A1:AC5\"/>", &end), "<dimension ref=\"A1:AC700\"/>");
        assert_eq!(extent("<dimension ref=\"A1\"/>", &end), "<dimension ref=\"A1:AB700\"/>");
        assert_eq!(extent("<sheetData>", &end), "<sheetData>");
    }
}
