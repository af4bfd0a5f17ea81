//! From an old Excel workbook (.xls) to the rows of its sheets.
//!
//! Its reader holds every sheet as a full rectangle and copies a shared
//! string into every cell that refers to it, so two far cells or one long
//! string are enough to kill the process. The records are walked through
//! here first: rectangles and texts are added up exactly, and what refers to
//! nothing or ends in the middle is refused. The reader then gets a file that
//! holds just what was walked through.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader as _, SheetType, Xls, XlsError};

use super::compound;
use super::limits::{Limits, Refusal, SPLIT, option, over};
use super::rows::Epoch;
use super::sheet::{Content, Sheet, SheetBuilder, SheetRows};
use super::workbook::PROTECTED;

/// Reads all sheets and hands them over one by one.
///
/// # Errors
/// The file is damaged, protected or over a limit: nothing of it may be used.
pub(crate) fn read(
    bytes: &[u8],
    limits: &Limits,
    mut take: impl FnMut(Sheet),
) -> Result<(), Refusal> {
    let stream = match compound::find(bytes)? {
        compound::Found::Workbook(stream) => stream,
        compound::Found::Encrypted => return Err(Refusal::Unreadable(PROTECTED.to_owned())),
        compound::Found::Other => {
            return Err(Refusal::Unreadable(
                "the file is neither text nor a workbook: save it as .xlsx or .csv".to_owned(),
            ));
        }
    };
    check(&stream, limits)?;
    let packed = compound::pack(&stream)?;
    let mut workbook: Xls<_> = Xls::new(Cursor::new(packed.as_slice())).map_err(|e| explain(&e))?;
    let epoch = if workbook.has_1904_epoch() { Epoch::Y1904 } else { Epoch::Y1900 };
    let sheets = workbook.sheets_metadata().to_vec();
    if sheets.is_empty() {
        return Err(damaged("it has no sheets"));
    }
    for (at, sheet) in sheets.iter().enumerate() {
        let name = sheet.name.clone();
        let content = if sheets[..at].iter().any(|earlier| earlier.name == name) {
            let reason = "a second sheet of this name; rename it".to_owned();
            Content::GivenUp { rows: SheetRows::new(epoch), reason }
        } else if sheet.typ == SheetType::WorkSheet {
            let range = workbook.worksheet_range(&name).map_err(|error| explain(&error))?;
            let (row, column) = range.start().unwrap_or_default();
            let mut builder = SheetBuilder::new(epoch, limits);
            for (r, c, value) in range.used_cells() {
                let place = |start: u32, offset: usize| {
                    start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX))
                };
                builder.cell(place(row, r), place(column, c), &(&lent(value)).into());
            }
            builder.finish()
        } else {
            Content::NoTable("not a worksheet (chart, dialog or macro sheet)".to_owned())
        };
        take(Sheet { name, content });
    }
    Ok(())
}

fn lent(value: &Data) -> DataRef<'_> {
    match value {
        Data::String(text) => DataRef::SharedString(text),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(date) => DataRef::DateTime(*date),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

fn explain(error: &XlsError) -> Refusal {
    match error {
        XlsError::Password => Refusal::Unreadable(PROTECTED.to_owned()),
        other => damaged(&other.to_string()),
    }
}

fn damaged(what: &str) -> Refusal {
    Refusal::Unreadable(format!("the workbook is damaged ({what}); export it again"))
}

/// One record: its kind and its bytes.
struct Record<'b> {
    kind: u16,
    data: &'b [u8],
}

/// Records from a place in the stream on.
struct Records<'b>(&'b [u8]);

impl<'b> Records<'b> {
    fn next(&mut self) -> Result<Record<'b>, Refusal> {
        let cut = || damaged("it ends in the middle");
        let (head, rest) = self.0.split_at_checked(4).ok_or_else(cut)?;
        let kind = u16::from_le_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let (data, rest) = rest.split_at_checked(length).ok_or_else(cut)?;
        self.0 = rest;
        Ok(Record { kind, data })
    }
}

impl Record<'_> {
    fn short(&self, at: usize) -> Result<u32, Refusal> {
        match self.data.get(at..at + 2) {
            Some(&[a, b]) => Ok(u32::from(u16::from_le_bytes([a, b]))),
            _ => Err(damaged("a record is too short")),
        }
    }

    fn long(&self, at: usize) -> Result<u32, Refusal> {
        Ok(self.short(at)? | self.short(at + 2)? << 16)
    }
}

const END_OF_PART: u16 = 0x000a;
const BEGIN_OF_PART: u16 = 0x0809;
const FILE_PASS: u16 = 0x002f;
const SHEET: u16 = 0x0085;
const STRINGS: u16 = 0x00fc;
const CONTINUED: u16 = 0x003c;
const DIMENSIONS: u16 = 0x0200;
const SHARED_STRING: u16 = 0x00fd;
const SEVERAL_NUMBERS: u16 = 0x00bd;
/// Number, label, rich label, Boolean or error, short number, formula.
const CELLS: [u16; 6] = [0x0203, 0x0204, 0x00d6, 0x0205, 0x027e, 0x0006];

/// Walks through a workbook as its reader will.
fn check(stream: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let mut records = Records(stream);
    let mut sheets = Vec::new();
    let mut strings: Vec<u64> = Vec::new();
    let mut record = records.next()?;
    loop {
        match record.kind {
            END_OF_PART => break,
            FILE_PASS if record.short(0)? != 0 => {
                return Err(Refusal::Unreadable(PROTECTED.to_owned()));
            }
            SHEET => sheets.push(usize::try_from(record.long(0)?).unwrap_or(usize::MAX)),
            STRINGS => {
                let mut parts = vec![record.data.get(8..).unwrap_or_default()];
                loop {
                    record = records.next()?;
                    if record.kind != CONTINUED {
                        break;
                    }
                    parts.push(record.data);
                }
                strings = lengths(&parts)?;
                continue;
            }
            _ => {}
        }
        record = records.next()?;
    }
    if sheets.len() > limits.entries {
        let (found, limit) = (sheets.len() as u64, limits.entries as u64);
        return Err(over("number of sheets", found, limit, option::ENTRIES, SPLIT));
    }
    // All sheets are held at once.
    let (mut cells, mut text) = (0_u64, 0_u64);
    for from in sheets {
        let part = stream.get(from..).ok_or_else(|| damaged("a sheet is missing"))?;
        let (area, bytes) = check_sheet(&mut Records(part), &strings, limits)?;
        cells = cells.saturating_add(area);
        text = text.saturating_add(bytes);
        if cells > limits.cells {
            let what = "number of cells between the first and the last ones of the sheets";
            return Err(over(what, cells, limits.cells, option::CELLS, SPLIT));
        }
        if text > limits.part_bytes {
            let what = "size of the texts of the sheets";
            return Err(over(what, text, limits.part_bytes, option::PART, SPLIT));
        }
    }
    Ok(())
}

/// Cells of the rectangle around a sheet's cells, and bytes of its texts.
fn check_sheet(
    records: &mut Records<'_>,
    strings: &[u64],
    limits: &Limits,
) -> Result<(u64, u64), Refusal> {
    let mut around: Option<[u32; 4]> = None;
    let (mut begun, mut depth, mut text) = (false, 0_u64, 0_u64);
    loop {
        let record = records.next()?;
        if depth > 0 {
            match record.kind {
                BEGIN_OF_PART => depth += 1,
                END_OF_PART => depth -= 1,
                _ => {}
            }
            continue;
        }
        let cell = match record.kind {
            END_OF_PART => break,
            BEGIN_OF_PART => {
                depth += u64::from(begun);
                begun = true;
                None
            }
            DIMENSIONS => {
                let (rows, columns) = match record.data.len() {
                    10 => (record.short(2)?, record.short(6)?),
                    _ => (record.long(4)?, record.short(10)?),
                };
                let area = u64::from(rows) * u64::from(columns);
                if area > limits.cells {
                    let what = "number of cells the sheet announces";
                    return Err(over(what, area, limits.cells, option::CELLS, SPLIT));
                }
                None
            }
            SHARED_STRING => {
                let index = usize::try_from(record.long(6)?).unwrap_or(usize::MAX);
                let length =
                    strings.get(index).ok_or_else(|| damaged("a cell refers to no text"))?;
                text = text.saturating_add(*length);
                Some([record.short(0)?, record.short(2)?, record.short(2)?])
            }
            SEVERAL_NUMBERS => {
                let last = record.short(record.data.len().saturating_sub(2))?;
                Some([record.short(0)?, record.short(2)?, last])
            }
            kind if CELLS.contains(&kind) => {
                Some([record.short(0)?, record.short(2)?, record.short(2)?])
            }
            _ => None,
        };
        if let Some([row, first, last]) = cell {
            let [top, left, bottom, right] = around.unwrap_or([row, first, row, last]);
            around = Some([top.min(row), left.min(first), bottom.max(row), right.max(last)]);
        }
    }
    let area = around.map_or(0, |[top, left, bottom, right]| {
        u64::from(bottom - top + 1) * u64::from(right.saturating_sub(left) + 1)
    });
    Ok((area, text))
}

/// Bytes that each shared string takes at most. Strings run on over the
/// pieces of the table; each piece says anew how wide its letters are.
fn lengths(parts: &[&[u8]]) -> Result<Vec<u64>, Refusal> {
    let mut reader = Pieces { parts, part: 0, at: 0 };
    let mut lengths = Vec::new();
    while !reader.is_done() {
        let letters = u64::from(reader.byte()?) | u64::from(reader.byte()?) << 8;
        let flags = reader.byte()?;
        let mut after = 0_u64;
        if flags & 8 != 0 {
            after += 4 * (u64::from(reader.byte()?) | u64::from(reader.byte()?) << 8);
        }
        if flags & 4 != 0 {
            for shift in [0, 8, 16, 24] {
                after += u64::from(reader.byte()?) << shift;
            }
        }
        reader.letters(letters, if flags & 1 == 0 { 1 } else { 2 })?;
        reader.skip(after)?;
        // A letter takes at most three bytes.
        lengths.push(3 * letters);
    }
    Ok(lengths)
}

struct Pieces<'p, 'b> {
    parts: &'p [&'b [u8]],
    part: usize,
    at: usize,
}

impl Pieces<'_, '_> {
    fn left(&self) -> usize {
        self.parts.get(self.part).map_or(0, |part| part.len() - self.at)
    }

    fn is_done(&self) -> bool {
        self.left() == 0 && self.part + 1 >= self.parts.len()
    }

    fn next_part(&mut self) -> Result<(), Refusal> {
        if self.part + 1 >= self.parts.len() {
            return Err(damaged("its table of texts ends in the middle"));
        }
        (self.part, self.at) = (self.part + 1, 0);
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, Refusal> {
        while self.left() == 0 {
            self.next_part()?;
        }
        self.at += 1;
        Ok(self.parts[self.part][self.at - 1])
    }

    fn skip(&mut self, mut count: u64) -> Result<(), Refusal> {
        while count > 0 {
            if self.left() == 0 {
                self.next_part()?;
                continue;
            }
            let step = count.min(self.left() as u64);
            self.at += usize::try_from(step).unwrap_or_default();
            count -= step;
        }
        Ok(())
    }

    fn letters(&mut self, mut count: u64, mut width: u64) -> Result<(), Refusal> {
        loop {
            let here = count.min(self.left() as u64 / width);
            self.skip(here * width)?;
            count -= here;
            if count == 0 {
                return Ok(());
            }
            self.next_part()?;
            width = if self.byte()? & 1 == 0 { 1 } else { 2 };
        }
    }
}
