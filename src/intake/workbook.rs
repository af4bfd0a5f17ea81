//! From an Excel workbook to the rows of its sheets.
//!
//! Sheets are read cell by cell: the dense form a reader offers would ask for
//! memory for every cell between two far ones.

use std::io::Cursor;
use std::ops::ControlFlow;

use calamine::{Reader, Sheet as Listed, SheetType, Xlsb, XlsbError, Xlsx, XlsxError};

use super::guard::check_references;
use super::limits::Limits;
use super::rows::Epoch;
use super::sheet::{Content, Sheet, SheetBuilder, SheetRows};
use super::xlsx::{CellValue, Skeleton, Unusual, each_cell};

type Bytes<'b> = Cursor<&'b [u8]>;

fn epoch(is_1904: bool) -> Epoch {
    if is_1904 { Epoch::Y1904 } else { Epoch::Y1900 }
}

/// Reads all sheets of a workbook that [`super::guard::check_workbook`] let
/// pass, and hands them over one by one. The general reader is asked only
/// about what the scanner leaves to it.
///
/// # Errors
/// A sentence, when the workbook is damaged or protected: then nothing of it
/// may be used, since what was read is not all of it.
pub(crate) fn read_xlsx(
    bytes: &[u8],
    limits: &Limits,
    take: impl FnMut(Sheet),
) -> Result<(), String> {
    let Ok(mut skeleton) = Skeleton::open(bytes) else {
        return read_xlsx_generally(bytes, limits, take);
    };
    let epoch = epoch(skeleton.shared.is_1904);
    let sheets = skeleton.sheets.clone();
    let mut general = None;
    let mut refused = None;
    let read = each_sheet(&sheets, epoch, take, |name| {
        let at = sheets.iter().position(|sheet| sheet.name == name).unwrap_or_default();
        if let Ok(content) = scanned_sheet(&mut skeleton, at, epoch, limits) {
            return Ok(content);
        }
        let workbook = match &mut general {
            Some(workbook) => workbook,
            none => match open_xlsx(bytes) {
                Ok(workbook) => none.insert(workbook),
                Err(sentence) => {
                    // That is about the workbook, not about this sheet.
                    refused = Some(sentence);
                    return Err(String::new());
                }
            },
        };
        xlsx_sheet(workbook, name, epoch, limits)
    });
    refused.map_or(read, Err)
}

/// The same without the scanner.
///
/// # Errors
/// As [`read_xlsx`].
pub(crate) fn read_xlsx_generally(
    bytes: &[u8],
    limits: &Limits,
    take: impl FnMut(Sheet),
) -> Result<(), String> {
    let mut workbook = open_xlsx(bytes)?;
    let epoch = epoch(workbook.has_1904_epoch());
    let sheets = workbook.sheets_metadata().to_vec();
    each_sheet(&sheets, epoch, take, |name| xlsx_sheet(&mut workbook, name, epoch, limits))
}

fn open_xlsx(bytes: &[u8]) -> Result<Xlsx<Bytes<'_>>, String> {
    check_references(bytes).map_err(|refusal| refusal.to_string())?;
    Xlsx::new(Cursor::new(bytes)).map_err(|error| explain(&error))
}

/// The same for a workbook of binary parts.
///
/// # Errors
/// As [`read_xlsx`].
pub(crate) fn read_xlsb(
    bytes: &[u8],
    limits: &Limits,
    take: impl FnMut(Sheet),
) -> Result<(), String> {
    let mut workbook: Xlsb<Bytes<'_>> =
        Xlsb::new(Cursor::new(bytes)).map_err(|error| explain_xlsb(&error))?;
    let epoch = epoch(workbook.has_1904_epoch());
    let sheets = workbook.sheets_metadata().to_vec();
    each_sheet(&sheets, epoch, take, |name| xlsb_sheet(&mut workbook, name, epoch, limits))
}

/// Hands over each sheet that is one.
fn each_sheet(
    sheets: &[Listed],
    epoch: Epoch,
    mut take: impl FnMut(Sheet),
    mut read: impl FnMut(&str) -> Result<Content, String>,
) -> Result<(), String> {
    if sheets.is_empty() {
        return Err("the workbook has no sheets; export it again".to_owned());
    }
    for (at, sheet) in sheets.iter().enumerate() {
        let name = sheet.name.clone();
        let content = if sheets[..at].iter().any(|earlier| earlier.name == sheet.name) {
            let reason = "a second sheet of this name; rename it".to_owned();
            Content::GivenUp { rows: SheetRows::new(epoch), reason }
        } else if sheet.typ != SheetType::WorkSheet {
            Content::NoTable("not a worksheet (chart, dialog or macro sheet)".to_owned())
        } else {
            read(&name).map_err(|problem| format!("sheet \u{201c}{name}\u{201d}: {problem}"))?
        };
        take(Sheet { name, content });
    }
    Ok(())
}

/// Visits the filled cells of all worksheets with the scanner and counts
/// them; `None` where it would leave a sheet to the general reader. For
/// measuring the scanner beside that reader; nothing is checked before.
#[doc(hidden)]
#[must_use]
pub fn filled_cells(bytes: &[u8]) -> Option<usize> {
    let mut skeleton = Skeleton::open(bytes).ok()?;
    let mut filled = 0;
    for at in 0..skeleton.sheets.len() {
        if skeleton.sheets[at].typ == SheetType::WorkSheet {
            let (part, shared) = skeleton.sheet(at).ok()?;
            let each = each_cell(part, shared, |_, _, value| {
                filled += usize::from(value != CellValue::Empty);
                ControlFlow::Continue(())
            });
            each.ok()?;
        }
    }
    Some(filled)
}

fn scanned_sheet(
    skeleton: &mut Skeleton<'_>,
    at: usize,
    epoch: Epoch,
    limits: &Limits,
) -> Result<Content, Unusual> {
    let (part, shared) = skeleton.sheet(at)?;
    let mut sheet = SheetBuilder::new(epoch, limits);
    each_cell(part, shared, |row, column, value| {
        sheet.cell(row, column, &value);
        if sheet.hopeless() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(sheet.finish())
}

fn xlsx_sheet(
    workbook: &mut Xlsx<Bytes<'_>>,
    name: &str,
    epoch: Epoch,
    limits: &Limits,
) -> Result<Content, String> {
    let mut reader = match workbook.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        Err(XlsxError::NotAWorksheet(kind)) => {
            return Ok(Content::NoTable(format!("not a worksheet ({kind})")));
        }
        Err(error) => return Err(explain(&error)),
    };
    let mut sheet = SheetBuilder::new(epoch, limits);
    while !sheet.hopeless() {
        match reader.next_cell() {
            Ok(None) => break,
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                sheet.cell(row, column, &cell.get_value().into());
            }
            // After these there is no next cell.
            Err(
                error @ (XlsxError::Io(_)
                | XlsxError::Zip(_)
                | XlsxError::Xml(_)
                | XlsxError::XmlEof(_)),
            ) => return Err(explain(&error)),
            Err(error) => {
                // The reader goes on with the next cell. New kinds of error
                // value (#SPILL!) come this way too and are no defect.
                let defect = !matches!(error, XlsxError::CellError(_));
                sheet.bad(sheet.last_row(), format!("{error}, in or after this row"), defect);
            }
        }
    }
    Ok(sheet.finish())
}

fn xlsb_sheet(
    workbook: &mut Xlsb<Bytes<'_>>,
    name: &str,
    epoch: Epoch,
    limits: &Limits,
) -> Result<Content, String> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|error| explain_xlsb(&error))?;
    let mut sheet = SheetBuilder::new(epoch, limits);
    while !sheet.hopeless() {
        match reader.next_cell() {
            Ok(None) => break,
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                sheet.cell(row, column, &cell.get_value().into());
            }
            // A kind of error value that is not known.
            Err(error @ XlsbError::CellError(_)) => {
                sheet.bad(sheet.last_row(), format!("{error}, in or after this row"), false);
            }
            Err(error) => return Err(explain_xlsb(&error)),
        }
    }
    Ok(sheet.finish())
}

pub(crate) const PROTECTED: &str = "the workbook is protected by a password; save it without one";

fn explain(error: &XlsxError) -> String {
    match error {
        XlsxError::Password => PROTECTED.to_owned(),
        other => format!("the workbook is damaged ({other}); export it again"),
    }
}

fn explain_xlsb(error: &XlsbError) -> String {
    match error {
        XlsbError::Password => PROTECTED.to_owned(),
        other => format!("the workbook is damaged ({other}); export it again"),
    }
}
