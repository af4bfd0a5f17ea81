//! What a workbook is made of, as the general reader sees it.
//!
//! Which part is which sheet, what its styles make of a number and whether
//! the workbook can be read at all is the general reader's business; it is
//! asked, so that nobody can see it otherwise. It gets a copy of the workbook
//! whose sheets and shared texts are replaced by probes: a sheet of one cell
//! that says which part it is, one that shows the first shared text, and one
//! for each style. That copy is small whatever the size of the workbook.

use std::io::{Cursor, Read, Write};

use calamine::{DataRef, Reader, Sheet, Xlsx};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::cells::{Shared, Shown};
use super::strings::Strings;
use super::window::Unusual;

/// A workbook whose parts are known.
pub(crate) struct Skeleton<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// Name and kind of each sheet.
    pub(crate) sheets: Vec<Sheet>,
    /// Number of the part of each sheet in the archive, if it is known.
    parts: Vec<Option<usize>>,
    /// What cells refer to.
    pub(crate) shared: Shared,
}

type Probed = Xlsx<Cursor<Vec<u8>>>;

impl<'b> Skeleton<'b> {
    /// Looks at a workbook.
    pub(crate) fn open(bytes: &'b [u8]) -> Result<Self, Unusual> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unusual("damaged"))?;
        let (copy, styles) = probes(&mut archive).ok_or(Unusual("a part"))?;
        let mut probed: Probed = Xlsx::new(Cursor::new(copy)).map_err(|_| Unusual("damaged"))?;
        let is_1904 = probed.has_1904_epoch();
        let sheets = probed.sheets_metadata().to_vec();
        let (mut parts, mut texts, mut formats) = (Vec::new(), None, None);
        for sheet in &sheets {
            let answer = ask(&mut probed, &sheet.name);
            if let (Some((_, text)), None) = (answer, &formats) {
                texts = text;
                formats = ask_styles(&mut probed, &sheet.name, styles);
            }
            parts.push(answer.map(|(part, _)| part));
        }
        let formats = formats.ok_or(Unusual("no sheet that is known"))?;
        let strings = match texts {
            None => Strings::default(),
            Some(part) => Strings::read(archive.by_index(part).map_err(|_| Unusual("damaged"))?)?,
        };
        Ok(Self { archive, sheets, parts, shared: Shared { strings, formats, is_1904 } })
    }

    /// The part of a sheet, and what its cells refer to.
    pub(crate) fn sheet(&mut self, at: usize) -> Result<(impl Read, &Shared), Unusual> {
        let part = self.parts.get(at).copied().flatten().ok_or(Unusual("an unknown sheet"))?;
        let part = self.archive.by_index(part).map_err(|_| Unusual("damaged"))?;
        Ok((part, &self.shared))
    }
}

/// A copy of a workbook with probes, and how many styles they ask for.
fn probes(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Option<(Vec<u8>, usize)> {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.ok().map(|name| name.to_string()))
        .collect::<Option<_>>()?;
    if !names.iter().all(|name| name.is_ascii()) {
        return None;
    }
    let keys: Vec<String> =
        names.iter().map(|name| name.replace('\\', "/").to_ascii_lowercase()).collect();
    let probed: Vec<bool> = keys.iter().map(|key| is_probed(key)).collect();
    let mut styles = 1;
    for index in (0..keys.len()).filter(|&index| keys[index].ends_with("styles.xml")) {
        styles += most_styles(archive.by_index(index).ok()?)?;
    }
    if styles * probed.iter().filter(|probed| **probed).count() > MOST_CELLS {
        return None;
    }
    let mut copy = ZipWriter::new(Cursor::new(Vec::new()));
    for (index, (name, key)) in names.iter().zip(&keys).enumerate() {
        if key.rsplit('/').next() == Some("sharedstrings.xml") {
            copy.start_file(name, stored).ok()?;
            write!(copy, "<sst><si><t>{index}</t></si></sst>").ok()?;
        } else if probed[index] {
            copy.start_file(name, stored).ok()?;
            copy.write_all(probe(index, styles).as_bytes()).ok()?;
        } else if [".xml", ".rels"].iter().any(|end| key.ends_with(end)) {
            let entry = archive.by_index_raw(index).ok()?;
            copy.raw_copy_file_rename(entry, name.clone()).ok()?;
        }
    }
    Some((copy.finish().ok()?.into_inner(), styles))
}

/// Whether a part is a sheet by its name. What else the general reader asks
/// for when it opens a workbook is none.
fn is_probed(key: &str) -> bool {
    let (folder, file) = key.rsplit_once('/').unwrap_or(("", key));
    let known = file.starts_with("workbook")
        || ["sharedstrings.xml", "styles.xml", "theme1.xml"].contains(&file);
    folder.rsplit('/').next() == Some("worksheets") && file.ends_with(".xml") && !known
}

/// How many styles there can be: each is an element `xf`.
fn most_styles(mut part: impl Read) -> Option<usize> {
    let mut buffer = vec![0; 16 << 10];
    let (mut count, mut before) = (0, 0);
    loop {
        let read = part.read(&mut buffer).ok()?;
        if read == 0 {
            return Some(count);
        }
        for &byte in &buffer[..read] {
            count += usize::from(before == b'x' && byte == b'f');
            before = byte;
        }
    }
}

/// Cells of all probes together; so many styles in so many sheets are left to
/// the general reader.
const MOST_CELLS: usize = 500_000;

/// What the first cell of a probe says before its number.
const MARK: &str = "the part with the number ";

fn probe(index: usize, styles: usize) -> String {
    let mut sheet = format!(
        "<worksheet><sheetData><row><c t=\"str\"><v>{MARK}{index}</v></c>\
         <c t=\"s\"><v>0</v></c></row><row>"
    );
    for style in 0..styles {
        sheet.push_str(&format!("<c s=\"{style}\"><v>1</v></c>"));
    }
    sheet.push_str("</row></sheetData></worksheet>");
    sheet
}

/// What the probe of a sheet answers: its part, and the part of the shared
/// texts, if there are any.
fn ask(probed: &mut Probed, sheet: &str) -> Option<(usize, Option<usize>)> {
    let mut cells = probed.worksheet_cells_reader(sheet).ok()?;
    let first = cells.next_cell().ok()??;
    let DataRef::String(text) = first.get_value() else { return None };
    let part = text.strip_prefix(MARK)?.parse().ok()?;
    let texts = match cells.next_cell() {
        Ok(cell) => match cell?.get_value() {
            DataRef::SharedString(text) => Some(text.parse().ok()?),
            _ => return None,
        },
        Err(_) => None,
    };
    Some((part, texts))
}

/// What it answers about the styles.
fn ask_styles(probed: &mut Probed, sheet: &str, styles: usize) -> Option<Vec<Shown>> {
    let mut cells = probed.worksheet_cells_reader(sheet).ok()?;
    let _ = (cells.next_cell(), cells.next_cell());
    let mut formats = Vec::with_capacity(styles);
    while let Some(cell) = cells.next_cell().ok()? {
        formats.push(match cell.get_value() {
            DataRef::Float(_) => Shown::Number,
            DataRef::DateTime(date) if date.is_duration() => Shown::Duration,
            DataRef::DateTime(_) => Shown::Date,
            _ => return None,
        });
    }
    (formats.len() == styles).then_some(formats)
}
