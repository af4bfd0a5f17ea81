//! Workbooks as they should be, and workbooks made to do harm.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" state="hidden" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const STRINGS: &str =
    r#"<sst uniqueCount="3"><si><t>user_id</t></si><si><t>name</t></si><si><t>ann</t></si></sst>"#;

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(super) fn book_of(strings: &str, rows: &str) -> Vec<u8> {
    book_with(strings, &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"))
}

pub(super) fn book_with(strings: &str, sheet: &str) -> Vec<u8> {
    zipped(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn text_cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// A sheet with the header `user_id`, `name`, `headcount` and these rows.
fn book(rows: &str) -> Vec<u8> {
    let header =
        [text_cell("A1", "user_id"), text_cell("B1", "name"), text_cell("C1", "headcount")];
    book_of(STRINGS, &format!("<row r=\"1\">{}</row>{rows}", header.concat()))
}

fn ann(row: u32) -> String {
    let cells = [text_cell(&format!("A{row}"), "ann"), text_cell(&format!("B{row}"), "Ann")];
    format!("<row r=\"{row}\">{}</row>", cells.concat())
}

/// The failure and the code of its finding; nothing else came out.
fn failure(bytes: &[u8]) -> (&'static str, String) {
    let read = read(bytes, "t/book.xlsx");
    assert!(read.batches.is_empty() && read.report.tables.is_empty());
    assert_eq!(read.findings.len(), 1);
    let sentence = read.report.failure.unwrap();
    assert_eq!(read.findings[0].message, sentence);
    (read.findings[0].code.id(), sentence)
}

#[test]
fn a_hidden_sheet_is_read_and_its_gaps_are_blank_rows() {
    let read = read(book(&(ann(4) + &ann(5))), "t/book.xlsx");
    assert_eq!(column(&read, TableKind::Users, Field::Name), ["Ann", "Ann"]);
    assert_eq!(read.report.tables[0].rows_read, 5);
    assert_eq!(ignored(&read), [("header".to_owned(), 1), ("SW122".to_owned(), 2)]);
    assert_eq!(batch(&read, TableKind::Users).rows().next().unwrap().number(), 4);
}

#[test]
fn a_forged_count_of_shared_strings_is_refused_before_the_reader_sees_it() {
    for count in ["2000000000", "1152921504606846975"] {
        let (code, sentence) = failure(&book_of(&STRINGS.replace('3', count), &ann(1)));
        assert_eq!(code, "SW102");
        assert!(sentence.contains(count), "{sentence}");
        assert!(sentence.contains("the limit is"), "{sentence}");
    }
    let (code, _) = failure(&book_of(&STRINGS.replace('3', "99999999999999999999999"), &ann(1)));
    assert_eq!(code, "SW101");
}

#[test]
fn two_far_cells_cost_two_cells() {
    let far = text_cell("XFD1048576", "far");
    let read = read(book(&(ann(2) + &format!("<row r=\"1048576\">{far}</row>"))), "t/book.xlsx");
    let table = &read.report.tables[0];
    assert_eq!((table.rows_read, table.rows_used, table.rejected.len()), (1_048_576, 1, 1));
}

#[test]
fn cells_outside_the_sheet_and_out_of_order_are_told() {
    for cell in ["ZZZZZZ3", "A9999999", "A1"] {
        let rows = ann(2) + &format!("<row r=\"3\">{}</row>", text_cell(cell, "x")) + &ann(4);
        let read = read(book(&rows), "t/book.xlsx");
        assert_eq!(codes(&read), [("SW128", 1), ("SW113", 1)], "{cell}");
        assert_eq!(batch(&read, TableKind::Users).len(), 2);
    }
    // This one makes the reader's arithmetic overflow.
    let rows = format!("<row r=\"2\">{}</row>", text_cell("A4294967297", "x"));
    assert_eq!(failure(&book(&rows)).0, "SW101");
}

#[test]
fn a_sheet_of_nothing_but_bad_cells_is_given_up() {
    let rows = (0..1_500).map(|_| text_cell("A1", "x")).collect::<String>();
    let read = read(book(&(ann(2) + &format!("<row r=\"3\">{rows}</row>"))), "t/book.xlsx");
    assert_eq!(codes(&read), [("SW101", 1)]);
    assert_eq!(ignored(&read), [("SW113".to_owned(), 2)]);
    assert!(read.batches.is_empty());
}

#[test]
fn error_values_old_and_new_cost_their_cell() {
    let cells = r#"<c r="A2" t="e"><v>#N/A</v></c><c r="B2" t="e"><v>#SPILL!</v></c>"#;
    let rows = format!("<row r=\"2\">{cells}</row>") + &ann(3);
    let read = read(book(&rows), "t/book.xlsx");
    assert_eq!(codes(&read), [("SW113", 2)]);
    assert_eq!(column(&read, TableKind::Users, Field::UserId), ["ann"]);
}

#[test]
fn a_string_index_that_is_no_number_or_out_of_reach_is_an_error() {
    // The last three are numbers, but not to the general reader.
    for index in ["abc", "", "-1", " 2 ", "\n2", "99999999999"] {
        let row = format!(r#"<row r="2"><c r="A2" t="s"><v>{index}</v></c></row>"#);
        if index.is_empty() {
            assert_eq!(read(book(&row), "t/book.xlsx").report.failure, None);
            continue;
        }
        let (code, sentence) = failure(&book(&row));
        assert_eq!(code, "SW101");
        assert!(sentence.contains(&format!("\u{201c}{index}\u{201d}")), "{sentence}");
    }
    let read = read(
        book(&format!(r#"<row r="2"><c r="A2" t="s"><v>77</v></c></row>{}"#, ann(3))),
        "t/book.xlsx",
    );
    assert_eq!(codes(&read), [("SW113", 1)]);
}

#[test]
fn a_zip_bomb_is_refused_by_its_ratio_and_by_its_size() {
    let zeros = vec![b'0'; 66 << 20];
    let bomb =
        zipped(&[("xl/workbook.xml", BOOK.as_bytes()), ("xl/worksheets/sheet1.xml", &zeros)]);
    let (code, sentence) = failure(&bomb);
    assert_eq!(code, "SW102");
    assert!(
        sentence.starts_with("compression ratio of xl/worksheets/sheet1.xml is "),
        "{sentence}"
    );
    let limits = Limits { entry_bytes: 1 << 20, ..Limits::default() };
    let error = check_workbook(&bomb, &limits).unwrap_err().to_string();
    assert!(error.contains("uncompressed size of xl/worksheets/sheet1.xml is 69206016"), "{error}");
    let limits = Limits { entries: 1, ..Limits::default() };
    let error = check_workbook(&bomb, &limits).unwrap_err().to_string();
    assert!(
        error.starts_with("number of parts in the workbook is 2, the limit is 1 (--max-entries);"),
        "{error}"
    );
}

#[test]
fn an_entry_longer_than_it_says_is_refused() {
    let zeros = vec![b'0'; 1 << 20];
    let mut bytes = zipped(&[("xl/workbook.xml", BOOK.as_bytes()), ("xl/a.xml", &zeros)]);
    let size = (1_u32 << 20).to_le_bytes();
    while let Some(at) = bytes.windows(4).position(|window| window == size) {
        bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    assert!(matches!(failure(&bytes).0, "SW101" | "SW102"));
}

#[test]
fn a_workbook_cut_off_anywhere_fails_and_nothing_of_it_is_used() {
    let whole = book(&ann(2));
    for length in (4..whole.len()).step_by(7) {
        assert_eq!(failure(&whole[..length]).0, "SW101", "{length}");
    }
}

#[test]
fn a_workbook_with_any_byte_changed_never_aborts() {
    let whole = book(&ann(2));
    for at in 4..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let read = read(&bytes, "t/book.xlsx");
        assert_eq!(read.report.failure.is_some(), read.report.tables.is_empty());
    }
}

#[test]
fn a_sheet_that_ends_in_the_middle_is_not_half_used() {
    let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>user_id</t></is></c></row><row r=\"2\">";
    let bytes = zipped(&[
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    let (code, sentence) = failure(&bytes);
    assert_eq!(code, "SW101");
    assert!(sentence.contains("sheet \u{201c}S\u{201d}"), "{sentence}");
}

#[test]
fn what_is_no_workbook_is_told_what_to_do() {
    for (bytes, says) in [
        (zipped(&[("users.csv", b"a,b")]), ".zip"),
        (zipped(&[("xl/workbook.bin", b"x")]), "damaged"),
        (zipped(&[("mimetype", b"x"), ("xl/workbook.xml", b"")]), "damaged"),
        (zipped(&[("mimetype", b"x"), ("content.xml", b"")]), "middle"),
        (b"PAR1....".to_vec(), "the Parquet file is damaged"),
        (b"\x1f\x8b\x08".to_vec(), "the packed file is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "password"),
        (b"a\0\0\0b\0".to_vec(), "neither text nor a workbook"),
        (b"PK\x03\x04".to_vec(), "damaged"),
    ] {
        let (code, sentence) = failure(&bytes);
        assert_eq!(code, "SW101");
        assert!(sentence.contains(says), "{sentence}");
    }
}

#[test]
fn numbers_dates_and_booleans_of_a_workbook_become_text() {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let sheet = book.add_worksheet();
    for (at, header) in
        ["license", "quantity", "unit_price", "start", "auto_renew", "end"].iter().enumerate()
    {
        sheet.write(2, u16::try_from(at).unwrap(), *header).unwrap();
    }
    sheet.write(0, 0, "Subscriptions of Contoso").unwrap();
    sheet.write(3, 0, 365).unwrap();
    sheet.write(3, 1, 25.0).unwrap();
    sheet.write(3, 2, 0.1 + 0.2).unwrap();
    let day = ExcelDateTime::from_ymd(2026, 10, 1).unwrap();
    sheet.write_with_format(3, 3, &day, &date).unwrap();
    sheet.write(3, 4, true).unwrap();
    sheet.write(3, 5, 46_295.5).unwrap();
    let mut chart = rust_xlsxwriter::Chart::new(rust_xlsxwriter::ChartType::Column);
    chart.add_series().set_values("Sheet1!$B$4:$B$4");
    book.add_chartsheet().insert_chart(0, 0, &chart).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let read = read(&bytes, "t/book.xlsx");
    let get = |field| column(&read, TableKind::Subscriptions, field).remove(0);
    assert_eq!(get(Field::License), "365");
    assert_eq!(get(Field::Quantity), "25");
    assert_eq!(get(Field::UnitPrice), "0.30");
    assert_eq!(get(Field::Start), "2026-10-01");
    assert_eq!(get(Field::AutoRenew), "true");
    assert_eq!(get(Field::End), "2026-09-30");
    assert_eq!(read.report.tables.len(), 2);
    assert!(read.report.tables[1].recognition.starts_with("not a worksheet"));
    assert_eq!(ignored(&read)[0].0, "header");
}

#[test]
fn numbers_have_fifteen_digits_and_no_more() {
    for (number, text) in [
        (1.0, "1"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1234.5678, "1234.5678"),
        (1e14, "100000000000000"),
        (1e15, "1000000000000000"),
        (1e300, "1e300"),
        (1.5e-9, "1.5e-9"),
        (f64::NAN, "NaN"),
    ] {
        let mut out = String::new();
        super::super::sheet::number_text(number, &mut out);
        assert_eq!(out, text);
    }
}
