//! The cells of a sheet, one after the other.
//!
//! Takes the part of a sheet as it is inflated and hands over every cell
//! with its place and its value, in the order of the file. What is said
//! about positions and values here is what the general reader does with the
//! same markup; where that is not plain the sheet is left to it.

use std::io::Read;
use std::ops::ControlFlow;

use calamine::{ExcelDateTime, ExcelDateTimeType};

use super::cell::CellValue;
use super::markup::{Cursor, Scan, Stop, TagEnd, is_plain, resolve, unescape};
use super::strings::{Strings, known_prefix, lone_run, string};
use super::values::{Kind, error, index, is_dimension, kind_of, number, position, row_number};
use super::window::{Items, Unusual, each_item};

/// What the number format of a cell makes of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A number.
    Number,
    /// A date, a time of day or both.
    Date,
    /// A length of time.
    Duration,
}

/// What the cells of all sheets of a workbook refer to.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The shared texts.
    pub(crate) strings: Strings,
    /// Number formats by style.
    pub(crate) formats: Vec<Shown>,
    /// Whether days are counted from 1904.
    pub(crate) is_1904: bool,
}

/// Hands over the cells of a sheet: row and column from 0, and the value.
/// A cell without a value is handed over too. Stops when told to.
pub(crate) fn each_cell(
    part: impl Read,
    shared: &Shared,
    take: impl FnMut(u32, u32, CellValue<'_>) -> ControlFlow<()>,
) -> Result<(), Unusual> {
    let mut cells = Cells {
        shared,
        take,
        phase: Phase::Start,
        prefix: String::new(),
        depth: 0,
        in_row: false,
        row: 0,
        column: 0,
        text: String::new(),
        scratch: String::new(),
    };
    each_item(part, &mut cells)
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Start,
    Before,
    Rows,
}

struct Cells<'s, F> {
    shared: &'s Shared,
    take: F,
    phase: Phase,
    /// Of all names, with its colon.
    prefix: String,
    /// Open tags before the rows.
    depth: u32,
    in_row: bool,
    /// Of the next cell that does not say where it stands.
    row: u32,
    column: u32,
    text: String,
    scratch: String,
}

impl<F: FnMut(u32, u32, CellValue<'_>) -> ControlFlow<()>> Items for Cells<'_, F> {
    #[inline]
    fn item(&mut self, cursor: &mut Cursor<'_>) -> Scan<bool> {
        match self.phase {
            Phase::Rows => self.row_item(cursor),
            Phase::Before => self.tag_before(cursor),
            Phase::Start => {
                cursor.declaration()?;
                cursor.peek()?;
                self.phase = Phase::Before;
                Ok(false)
            }
        }
    }
}

impl<'s, F: FnMut(u32, u32, CellValue<'_>) -> ControlFlow<()>> Cells<'s, F> {
    /// Steps over a tag before the rows.
    fn tag_before(&mut self, cursor: &mut Cursor<'_>) -> Scan<bool> {
        cursor.tag()?;
        if cursor.take(b"/")? {
            cursor.name()?;
            cursor.expect(b">")?;
            self.depth = self.depth.checked_sub(1).ok_or(Stop::Unusual("an end tag"))?;
            return Ok(false);
        }
        let name = cursor.name()?;
        let local = name.rsplit(':').next().unwrap_or_default();
        let mut place = None;
        let end = cursor.attributes(|name, value| {
            if name == "ref" {
                place = Some(value);
            }
            Ok(())
        })?;
        if local == "sheetData" {
            self.prefix = known_prefix(&name[..name.len() - local.len()])?.to_owned();
            self.phase = Phase::Rows;
            return Ok(end == TagEnd::Closed);
        }
        if local == "dimension" && !place.is_some_and(is_dimension) {
            return Err(Stop::Unusual("a dimension"));
        }
        self.depth += u32::from(end == TagEnd::Open);
        Ok(false)
    }

    /// Takes a cell, or the begin or end of a row.
    #[inline]
    fn row_item(&mut self, cursor: &mut Cursor<'_>) -> Scan<bool> {
        cursor.tag()?;
        if self.in_row {
            if cursor.take(b"/")? {
                cursor.prefix(&self.prefix)?;
                cursor.expect(b"row>")?;
                self.end_row();
                return Ok(false);
            }
            cursor.prefix(&self.prefix)?;
            cursor.expect(b"c")?;
            return self.cell(cursor);
        }
        if cursor.take(b"/")? {
            cursor.prefix(&self.prefix)?;
            cursor.expect(b"sheetData>")?;
            return Ok(true);
        }
        cursor.prefix(&self.prefix)?;
        cursor.expect(b"row")?;
        let mut row = None;
        let end = cursor.attributes(|name, value| {
            if name == "r" && row.replace(row_number(value)?).is_some() {
                return Err(Stop::Unusual("an attribute twice"));
            }
            Ok(())
        })?;
        self.row = row.unwrap_or(self.row);
        self.in_row = true;
        if end == TagEnd::Closed {
            self.end_row();
        }
        Ok(false)
    }

    fn end_row(&mut self) {
        self.in_row = false;
        self.row += 1;
        self.column = 0;
    }

    /// Takes a cell whose name was read.
    #[inline]
    fn cell(&mut self, cursor: &mut Cursor<'_>) -> Scan<bool> {
        // As nearly all programs write it.
        let mut place = if cursor.take(b" r=\"")? { Some(cursor.position()?) } else { None };
        let mut style = if cursor.take(b" s=\"")? { Some(cursor.digits(b'"')?) } else { None };
        let mut kind = None;
        if cursor.take(b" t=\"s\"")? {
            kind = Some(Kind::Shared);
        } else if cursor.take(b" t=\"inlineStr\"")? {
            kind = Some(Kind::Inline);
        }
        let end = if cursor.take(b">")? {
            TagEnd::Open
        } else {
            cursor.attributes(|name, value| {
                let twice = match name.as_bytes() {
                    b"r" => place.replace(position(value)?).is_some(),
                    b"s" => style.replace(index(value)?).is_some(),
                    b"t" => kind.replace(kind_of(value)).is_some(),
                    _ => false,
                };
                if twice { Err(Stop::Unusual("an attribute twice")) } else { Ok(()) }
            })?
        };
        let shown = match style {
            None => Shown::Number,
            Some(style) => match self.shared.formats.get(style) {
                Some(shown) => *shown,
                None => return Err(Stop::Unusual("a style that does not exist")),
            },
        };
        let kind = kind.unwrap_or(Kind::Unsaid);
        let (row, column) = place.unwrap_or((self.row, self.column));
        let found = match end {
            TagEnd::Open => self.content(cursor, kind, shown)?,
            TagEnd::Closed => Found::Value(CellValue::Empty),
        };
        self.column = column + 1;
        let value = match found {
            Found::Value(value) => value,
            Found::Buffered => CellValue::Text(&self.text),
        };
        Ok((self.take)(row, column, value).is_break())
    }

    /// Takes what is in a cell, up to its end tag.
    #[inline]
    fn content<'v, 't: 'v>(
        &mut self,
        cursor: &mut Cursor<'t>,
        kind: Kind,
        shown: Shown,
    ) -> Scan<Found<'v>>
    where
        's: 'v,
    {
        let mut found = Found::Value(CellValue::Empty);
        loop {
            cursor.tag()?;
            if cursor.take(b"/")? {
                cursor.prefix(&self.prefix)?;
                cursor.expect(b"c>")?;
                return Ok(found);
            }
            cursor.prefix(&self.prefix)?;
            // The last of several values counts, and a formula is none.
            match cursor.next()? {
                b'v' => found = self.value(cursor, kind, shown)?,
                b'i' => {
                    cursor.expect(b"s")?;
                    if let Some(text) = lone_run(cursor, &self.prefix)? {
                        found = Found::Value(CellValue::Text(text));
                        continue;
                    }
                    self.text.clear();
                    if cursor.rest_of_tag()? == TagEnd::Open {
                        string(cursor, &self.prefix, b"is>", &mut self.text, &mut self.scratch)?;
                    }
                    found = Found::Buffered;
                }
                b'f' => {
                    if cursor.rest_of_tag()? == TagEnd::Open {
                        self.ignored(cursor, b"f>")?;
                    }
                    found = Found::Value(CellValue::Empty);
                }
                _ => return Err(Stop::Unusual("a tag in a cell")),
            }
        }
    }

    /// Steps over a text that does not count, and its end tag.
    fn ignored<const N: usize>(&self, cursor: &mut Cursor<'_>, closing: &[u8; N]) -> Scan<()> {
        let mut rest = cursor.text()?;
        while let Some(at) = rest.find('&') {
            rest = &rest[at + 1..];
            match rest.find([';', '&']) {
                Some(end) if rest.as_bytes()[end] == b';' => {}
                _ => return Err(Stop::Unusual("a reference")),
            }
        }
        self.close(cursor, closing)
    }

    #[inline]
    fn close<const N: usize>(&self, cursor: &mut Cursor<'_>, closing: &[u8; N]) -> Scan<()> {
        cursor.expect(b"</")?;
        cursor.prefix(&self.prefix)?;
        cursor.expect(closing)
    }

    /// Takes the value in a tag of which the name was begun.
    #[inline]
    fn value<'v, 't: 'v>(
        &mut self,
        cursor: &mut Cursor<'t>,
        kind: Kind,
        shown: Shown,
    ) -> Scan<Found<'v>>
    where
        's: 'v,
    {
        let end = cursor.rest_of_tag()?;
        if kind == Kind::Inline {
            if end == TagEnd::Open {
                self.ignored(cursor, b"v>")?;
            }
            return Ok(Found::Value(CellValue::Empty));
        }
        if kind == Kind::Shared && end == TagEnd::Open && cursor.peek()? != b'<' {
            let index = cursor.digits(b'<')?;
            cursor.expect(b"/")?;
            cursor.prefix(&self.prefix)?;
            cursor.expect(b"v>")?;
            let shared: &'s Shared = self.shared;
            let text = shared.strings.get(index);
            let text = text.ok_or(Stop::Unusual("a text that does not exist"))?;
            return Ok(Found::Value(CellValue::Text(text)));
        }
        let raw = if end == TagEnd::Open {
            let raw = cursor.text()?;
            self.close(cursor, b"v>")?;
            raw
        } else {
            ""
        };
        let value = match kind {
            Kind::Unsaid | Kind::Number | Kind::Shared | Kind::Bool | Kind::Error
                if raw.is_empty() =>
            {
                CellValue::Empty
            }
            Kind::Unsaid | Kind::Number => {
                let number = number(raw).ok_or(Stop::Unusual("a number"))?;
                let date = |kind| ExcelDateTime::new(number.value, kind, self.shared.is_1904);
                match shown {
                    Shown::Number => CellValue::Number(number),
                    Shown::Date => CellValue::Date(date(ExcelDateTimeType::DateTime)),
                    Shown::Duration => CellValue::Date(date(ExcelDateTimeType::TimeDelta)),
                }
            }
            Kind::Bool => match raw.as_bytes() {
                b"0" => CellValue::Bool(false),
                b"1" => CellValue::Bool(true),
                _ => return Err(Stop::Unusual("a Boolean value")),
            },
            Kind::Error => CellValue::Error(error(raw).ok_or(Stop::Unusual("an error value"))?),
            Kind::Text | Kind::Iso if is_plain(raw) => CellValue::Text(raw),
            Kind::Text => {
                self.scratch.clear();
                resolve(raw, &mut self.scratch)?;
                self.text.clear();
                unescape(&self.scratch, &mut self.text);
                return Ok(Found::Buffered);
            }
            Kind::Iso => {
                self.text.clear();
                resolve(raw, &mut self.text)?;
                return Ok(Found::Buffered);
            }
            Kind::Shared | Kind::Inline | Kind::Other => {
                return Err(Stop::Unusual("a kind of value"));
            }
        };
        Ok(Found::Value(value))
    }
}

/// Where the value of a cell is.
enum Found<'v> {
    Value(CellValue<'v>),
    /// In the buffer for texts.
    Buffered,
}
