//! From an `OpenDocument` spreadsheet to the rows of its sheets.
//!
//! The format says "this row a million times" in one tag, and a reader that
//! writes it out is killed by a file of a kilobyte. Here a repeat without
//! content is a distance and costs nothing; one with content is counted
//! against the limit of cells before it is written out. Protected files are
//! refused; what is in comments, drawings and tracked changes is no cell.

use std::io::{BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::limits::{Limits, Refusal, SPLIT, option, over};
use super::rows::Epoch;
use super::sheet::{Sheet, SheetBuilder, number_text};
use super::workbook::PROTECTED;

/// Reads all sheets and hands them over one by one.
///
/// # Errors
/// The file is damaged, protected, or over a limit: nothing of it may be
/// used.
pub(crate) fn read(bytes: &[u8], limits: &Limits, take: impl FnMut(Sheet)) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut manifest = String::new();
    if let Ok(entry) = archive.by_name("META-INF/manifest.xml") {
        entry
            .take(limits.part_bytes)
            .read_to_string(&mut manifest)
            .map_err(|error| damaged(&error))?;
    }
    if manifest.contains("encryption-data") {
        return Err(Refusal::Unreadable(PROTECTED.to_owned()));
    }
    let content = archive.by_name("content.xml").map_err(|error| damaged(&error))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    reader.config_mut().expand_empty_elements = true;
    let mut document = Document { reader, limits, take, buffer: Vec::new() };
    if document.sheets()? == 0 {
        return Err(Refusal::Unreadable("the workbook has no sheets; export it again".to_owned()));
    }
    Ok(())
}

fn damaged(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::Unreadable(format!("the workbook is damaged ({error}); export it again"))
}

struct Document<'l, R, T> {
    reader: Reader<R>,
    limits: &'l Limits,
    take: T,
    buffer: Vec<u8>,
}

/// A cell: its text, and what is wrong with it.
#[derive(Debug, Clone, Default)]
struct Cell {
    text: String,
    error: bool,
    repeats: u32,
}

impl<R: std::io::BufRead, T: FnMut(Sheet)> Document<'_, R, T> {
    fn event(&mut self) -> Result<Event<'static>, Refusal> {
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => Ok(event.into_owned()),
            Err(error) => Err(damaged(&error)),
        }
    }

    /// Passes over an element.
    fn skip(&mut self) -> Result<(), Refusal> {
        let mut depth = 1_u64;
        while depth > 0 {
            match self.event()? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(damaged(&"it ends in the middle")),
                _ => {}
            }
        }
        Ok(())
    }

    fn sheets(&mut self) -> Result<u64, Refusal> {
        let mut count = 0;
        let mut whole = false;
        loop {
            match self.event()? {
                Event::Start(tag) if local(&tag) == "table" => {
                    let name = attribute(&tag, "name")?.unwrap_or_default();
                    count += 1;
                    if count > self.limits.entries as u64 {
                        let limit = self.limits.entries as u64;
                        return Err(over("number of sheets", count, limit, option::ENTRIES, SPLIT));
                    }
                    let mut sheet = SheetBuilder::new(Epoch::Y1900, self.limits);
                    self.sheet(&mut sheet)?;
                    (self.take)(Sheet { name, content: sheet.finish() });
                }
                Event::Start(tag) if local(&tag) == "tracked-changes" => self.skip()?,
                Event::End(tag) => whole |= tag.local_name().into_inner() == "document-content",
                Event::Eof if whole => return Ok(count),
                Event::Eof => return Err(damaged(&"it ends in the middle")),
                _ => {}
            }
        }
    }

    fn sheet(&mut self, sheet: &mut SheetBuilder<'_>) -> Result<(), Refusal> {
        let mut row = 0_u32;
        loop {
            match self.event()? {
                Event::Start(tag) => match local(&tag) {
                    "table-row" => {
                        let repeats = repeats(&tag, "number-rows-repeated")?;
                        let cells = self.row(repeats, sheet)?;
                        // Rows without content are a distance, however many.
                        let filled = if cells.is_empty() { 0 } else { repeats };
                        for at in 0..filled {
                            if sheet.hopeless() {
                                break;
                            }
                            write(sheet, row.saturating_add(at), &cells);
                        }
                        row = row.saturating_add(repeats);
                    }
                    "shapes" | "forms" | "table" => self.skip()?,
                    _ => {}
                },
                Event::End(tag) if tag.local_name().into_inner() == "table" => return Ok(()),
                Event::Eof => return Err(damaged(&"it ends in the middle")),
                _ => {}
            }
        }
    }

    /// The filled cells of a row with their columns.
    fn row(
        &mut self,
        row_repeats: u32,
        sheet: &SheetBuilder<'_>,
    ) -> Result<Vec<(u32, Cell)>, Refusal> {
        let mut cells = Vec::new();
        let mut column = 0_u32;
        let mut filled = 0_u64;
        loop {
            match self.event()? {
                Event::Start(tag) if matches!(local(&tag), "table-cell" | "covered-table-cell") => {
                    let cell = self.cell(&tag)?;
                    let repeats = cell.repeats;
                    if !cell.text.is_empty() || cell.error {
                        filled = filled.saturating_add(u64::from(repeats));
                        let all = filled.saturating_mul(u64::from(row_repeats));
                        let found = all.saturating_add(sheet.cells());
                        if found > self.limits.cells {
                            let what = "number of cells of a sheet";
                            let limit = self.limits.cells;
                            return Err(over(what, found, limit, option::CELLS, SPLIT));
                        }
                        cells.push((column, cell));
                    }
                    column = column.saturating_add(repeats);
                }
                Event::Start(_) => self.skip()?,
                Event::End(tag) if tag.local_name().into_inner() == "table-row" => {
                    return Ok(cells);
                }
                Event::Eof => return Err(damaged(&"it ends in the middle")),
                _ => {}
            }
        }
    }

    fn cell(&mut self, tag: &BytesStart<'_>) -> Result<Cell, Refusal> {
        let mut cell =
            Cell { repeats: repeats(tag, "number-columns-repeated")?, ..Cell::default() };
        let kinds = kinds(tag)?;
        cell.error = kinds.iter().any(|kind| kind == "error");
        let value = |name: &str| attribute(tag, name);
        let mut known = None;
        if let Some(text) = value("value")? {
            let number: f64 = text.trim().parse().map_err(|error| damaged(&error))?;
            let mut out = String::new();
            number_text(number, &mut out);
            known = Some(out);
        }
        for name in ["date-value", "time-value", "boolean-value", "string-value"] {
            if known.is_none() {
                known = value(name)?;
            }
        }
        let shown = self.paragraphs()?;
        cell.text = match known {
            Some(known) => known,
            None => shown,
        };
        Ok(cell)
    }

    /// The text of the paragraphs of a cell, up to its end.
    fn paragraphs(&mut self) -> Result<String, Refusal> {
        let mut text = String::new();
        let (mut depth, mut inside, mut paragraphs) = (1_u64, 0_u64, 0_u64);
        loop {
            match self.event()? {
                Event::Start(tag) => match local(&tag) {
                    "annotation" | "shapes" | "table" | "frame" => self.skip()?,
                    name => {
                        depth += 1;
                        match name {
                            "p" => {
                                if paragraphs > 0 {
                                    text.push('\n');
                                }
                                paragraphs += 1;
                                inside = depth;
                            }
                            "s" => {
                                let count = attribute(&tag, "c")?
                                    .and_then(|count| count.parse().ok())
                                    .unwrap_or(1_usize);
                                text.push_str(&" ".repeat(count.min(self.limits.cell_bytes)));
                            }
                            "tab" => text.push('\t'),
                            "line-break" => text.push('\n'),
                            _ => {}
                        }
                    }
                },
                Event::End(_) => {
                    depth -= 1;
                    if depth < inside {
                        inside = 0;
                    }
                    if depth == 0 {
                        return Ok(text);
                    }
                }
                Event::Text(part) if inside > 0 => {
                    text.push_str(&part.xml10_content());
                }
                Event::CData(part) if inside > 0 => text.push_str(&part.xml10_content()),
                Event::GeneralRef(name) if inside > 0 => {
                    let character = name.resolve_char_ref().map_err(|error| damaged(&error))?;
                    match character {
                        Some(character) => text.push(character),
                        None => text.push_str(
                            quick_xml::escape::resolve_predefined_entity(&name)
                                .ok_or_else(|| damaged(&"an unknown entity"))?,
                        ),
                    }
                }
                Event::Eof => return Err(damaged(&"it ends in the middle")),
                _ => {}
            }
            if text.len() > self.limits.cell_bytes {
                let (found, limit) = (text.len() as u64, self.limits.cell_bytes as u64);
                return Err(over("size of a cell", found, limit, option::CELL, SPLIT));
            }
        }
    }
}

fn write(sheet: &mut SheetBuilder<'_>, row: u32, cells: &[(u32, Cell)]) {
    for (column, cell) in cells {
        for at in 0..cell.repeats {
            if sheet.hopeless() {
                return;
            }
            if cell.error {
                let shown = if cell.text.is_empty() { "an error" } else { &cell.text };
                sheet.bad(Some(row.saturating_add(1)), format!("the cell shows {shown}"), false);
            } else {
                sheet.text(row, column.saturating_add(at), &cell.text);
            }
        }
    }
}

/// Name of an element without its prefix.
fn local<'t>(tag: &'t BytesStart<'_>) -> &'t str {
    tag.local_name().into_inner()
}

/// Value of the first attribute of this name, whatever its prefix.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Refusal> {
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| damaged(&error))?;
        if attribute.key.local_name().into_inner() == name {
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .map_err(|error| damaged(&error))?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Values of all attributes that name the type of a cell.
fn kinds(tag: &BytesStart<'_>) -> Result<Vec<String>, Refusal> {
    let mut kinds = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| damaged(&error))?;
        if attribute.key.local_name().into_inner() == "value-type" {
            kinds.push(attribute.value.into_owned());
        }
    }
    Ok(kinds)
}

fn repeats(tag: &BytesStart<'_>, name: &str) -> Result<u32, Refusal> {
    let Some(text) = attribute(tag, name)? else { return Ok(1) };
    text.trim().parse().map_err(|_| damaged(&format!("{name} is \u{201c}{text}\u{201d}")))
}
