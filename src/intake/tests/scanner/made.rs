//! Workbooks with every kind of cell, and markup as other programs write it.

use std::io::Read;
use std::ops::ControlFlow;

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::super::hostile::{book_of, book_with};
use super::{Outcome, compare, scanned, shown};
use crate::intake::xlsx::{Shared, Shown, Strings, each_cell};

fn fill(sheet: &mut Worksheet) {
    let format = |code: &str| Format::new().set_num_format(code);
    let texts = [
        "user_id",
        "",
        " both ends ",
        "\ttab",
        "line\nfeed",
        "cr\r\nlf",
        "a & b < c > d \" e '",
        "_x000D_",
        "_x005F_x000D_",
        "a_x",
        "_x12_",
        "caf\u{e9} \u{4e2d}\u{6587} \u{1f600}",
        "\u{a0}kept\u{a0}",
        "\u{1}",
        "]]>",
        "00042",
        "1e5",
        "TRUE",
        "#N/A",
        "first_last@a.example",
    ];
    for (row, text) in (0_u32..).zip(texts) {
        sheet.write_string(row, 0, text).unwrap();
    }
    let numbers: [f64; 20] = [
        0.0,
        1.0,
        -1.0,
        42.0,
        1e15,
        123_456_789_012_345.0,
        1e20,
        1e21,
        1e-7,
        1e-8,
        0.1,
        -0.5,
        0.300_000_000_000_000_04,
        0.333_333_333_333_333_3,
        1234.5678,
        99_999.99,
        1e300,
        5e-324,
        4_294_967_296.0,
        0.000_012_3,
    ];
    for (row, number) in (0_u32..).zip(numbers) {
        let serial = [45_000.0, 45_000.25, 45_009.999_99, 59.0, 60.5, 61.0][row as usize % 6];
        sheet.write_number(row, 1, number).unwrap();
        sheet.write_number_with_format(row, 2, number, &format("yyyy-mm-dd hh:mm")).unwrap();
        sheet.write_number_with_format(row, 3, number, &format("[hh]:mm:ss")).unwrap();
        sheet.write_number_with_format(row, 4, number, &format("0.00%")).unwrap();
        sheet.write_number_with_format(row, 5, serial, &format("d/m/yy")).unwrap();
    }
    sheet.write_boolean(0, 7, true).unwrap();
    sheet.write_boolean(1, 7, false).unwrap();
    sheet.write_blank(2, 7, &format("0")).unwrap();
    for (row, result) in (3_u32..).zip(["12", "text & more", "#N/A", "TRUE", "", " x ", "_x000D_"])
    {
        sheet.write_formula(row, 7, Formula::new("=A1&\"<\"").set_result(result)).unwrap();
    }
    let date = ExcelDateTime::from_ymd(2026, 2, 28).unwrap().and_hms(23, 59, 59.5).unwrap();
    sheet.write_datetime_with_format(0, 8, &date, &format("yyyy-mm-dd")).unwrap();
    let (bold, plain) = (Format::new().set_bold(), Format::default());
    sheet
        .write_rich_string(1, 8, &[(&bold, " one "), (&plain, "two & "), (&bold, "three ")])
        .unwrap();
    sheet.write_url(2, 8, "https://contoso.example/?a=1&b=2").unwrap();
    sheet.merge_range(30, 2, 31, 4, "merged", &bold).unwrap();
    sheet.write_string(1_048_575, 16_383, "last").unwrap();
}

/// A workbook with every kind of cell in three sheets.
pub(super) fn of_all_kinds() -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    fill(book.add_worksheet().set_name("Second & last").unwrap());
    book.add_worksheet().set_name("Empty").unwrap();
    book.save_to_buffer().unwrap()
}

/// A workbook whose texts stand in the cells.
pub(super) fn of_inline_texts() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().unwrap();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for row in 0..12_u32 {
        sheet.write_string(row, 0, format!(" U{row} & _x000D_ ")).unwrap();
        sheet.write_number(row, 1, [0.125, 7.0, -2.5][row as usize % 3]).unwrap();
        sheet.write_number_with_format(row, 2, f64::from(45_000 + row), &date).unwrap();
        sheet.write_boolean(row, 4, row % 2 == 0).unwrap();
        sheet.write_formula(row, 5, Formula::new("B1*2").set_result("7.25")).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn every_kind_of_cell_reads_the_same() {
    for (bytes, sheets) in [(of_all_kinds(), 3), (of_inline_texts(), 1)] {
        let outcome = compare(&bytes, "made");
        assert_eq!((outcome.scanned, outcome.left), (sheets, vec![]));
    }
}

/// What becomes of a sheet with these rows.
fn rows(rows: &str) -> Outcome {
    compare(&book_of(STRINGS, rows), rows)
}

/// Texts: `plain`, ` kept `, `cut`, `one two`, blank, blank, `& \r x`.
pub(super) const STRINGS: &str = "\u{feff}<?xml version=\"1.0\" encoding='utf-8'?>\n<sst count=\"9\" \
    uniqueCount=\"7\"><si><t>plain</t></si>\n<si><t xml:space=\"preserve\"> kept </t></si>\
    <si><t> cut </t></si><si><r><rPr><b/><sz val=\"11\"/></rPr><t>one</t></r><r>\
    <t xml:space=\"preserve\"> two</t></r><rPh sb=\"0\" eb=\"1\"><t>hint</t></rPh>\
    <phoneticPr fontId=\"1\"/></si><si/><si><t/></si>\
    <si><t>&amp; _x000D_ &#120;</t></si></sst>";

/// What the scanner knows. Each is a row or more.
pub(super) const KNOWN: &[&str] = &[
    "",
    "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>",
    "<row><c t=\"s\"><v>2</v></c><c t=\"s\"><v>3</v></c></row><row><c t=\"s\"><v>6</v></c></row>",
    "<row r=\"7\"/><row><c><v>1</v></c><c r=\"D8\"/><c><v>2</v></c></row>",
    "<row r='3' spans='1:2' x14ac:dyDescent=\"0.25\" ><c r='A3' s='0' ><v>5</v></c></row>",
    "<row r=\"1\">\n\t<c r=\"A1\" t=\"inlineStr\">\r\n<is><t>a</t></is></c> </row>",
    "<row><c t=\"inlineStr\"><is><t> a </t></is></c><c t=\"is\"><is/></c><c><is><t>x</t></is></c></row>",
    "<row><c t=\"inlineStr\"><is><r><t>a</t></r><r><rPr/><t> b</t></r></is><v>9</v></c></row>",
    "<row><c t=\"inlineStr\"><v>9</v><is><t>a</t></is></c><c t=\"inlineStr\"><v/></c></row>",
    "<row><c t=\"str\"><f>A1&amp;B1</f><v> a&lt;b&#x20AC;&#10;_x0041_ </v></c></row>",
    "<row><c t=\"str\"><v>a\r\nb\rc</v></c><c t=\"d\"><v>2026-02-30T00:00:00Z</v></c></row>",
    "<row><c t=\"e\"><v>#N/A</v></c><c t=\"e\"><v>#DIV/0!</v></c><c t=\"e\"><v/></c></row>",
    "<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"b\"><v></v></c><c t=\"x\"/></row>",
    "<row><c t=\"n\"><v>-0</v></c><c><v>007</v></c><c><v>-1.50E+2</v></c><c><v>.5</v></c><c><v>5.</v></c></row>",
    "<row><c><v>1</v><f>A1</f></c><c><f>A1</f><v>1</v></c><c><f t=\"shared\" si=\"0\"/><v>3</v></c></row>",
    "<row><c><v>123456789012345678</v></c><c><v>0.30000000000000004</v></c><c><v>0.10</v></c></row>",
    "<row><c><v>-0.0000001</v></c><c><v>0.00000001</v></c><c><v>00.5</v></c><c><v>1e999</v></c></row>",
    "<row r=\"2\"><c r=\"B2\"><v>1</v></c></row><row r=\"1\"><c r=\"A1\"><v>2</v></c></row>",
    "<row r=\"1048577\"><c r=\"XFE1048577\"><v>1</v></c><c r=\"ZZZ9999999\"><v>1</v></c></row>",
    "<row><c t=\"str\"><v>a > b</v></c><c t=\"str\"><v>]]></v></c><c t=\"str\"><v> </v></c></row>",
];

/// What it leaves to the general reader.
pub(super) const LEFT: &[&str] = &[
    "<row><!-- --><c><v>1</v></c></row>",
    "<row><c><v>1</v></c><?x ?></row>",
    "<row><c t=\"str\"><v><![CDATA[x]]></v></c></row>",
    "<row><c t=\"inlineStr\"><is><t>a<![CDATA[x]]></t></is></c></row>",
    "<x:row><c><v>1</v></c></x:row>",
    "<row><c><v>text</v></c></row>",
    "<row><c><v>nan</v></c><c><v>+1</v></c><c><v>-inf</v></c></row>",
    "<row><c t=\"e\"><v>#SPILL!</v></c></row>",
    "<row><c t=\"b\"><v>true</v></c></row>",
    "<row><c t=\"n\"><v>1,5</v></c><c><v>1</v></c></row>",
    "<row><c t=\"x\"><v>1</v></c><c><v>2</v></c></row>",
    "<row><c t=\"s\"><v>7</v></c></row>",
    "<row><c s=\"500\"><v>1</v></c></row>",
    "<row><c r=\"a1\"><v>1</v></c></row>",
    "<row><c r=\"A0\"><v>1</v></c></row>",
    "<row><c r=\"AAAA1\"><v>1</v></c></row>",
    "<row><c r=\"1\"><v>1</v></c></row>",
    "<row r=\"0\"><c><v>1</v></c></row>",
    "<row r=\"x\"><c><v>1</v></c></row>",
    "<row><c r=\"A1\" r=\"B1\"><v>1</v></c></row>",
    "<row><c r=A1><v>1</v></c></row>",
    "<row><c r><v>1</v></c></row>",
    "<row><c><v>1</v><x/></c></row>",
    "<row><c t=\"str\"><v>&unknown;</v></c></row>",
    "<row><c t=\"str\"><v>a & b</v></c></row>",
    "<row><c><f>a & b</f><v>1</v></c></row>",
    "<row>text<c><v>1</v></c></row>",
    "<c><v>1</v></c>",
    "</row>",
    "<row><row/></row>",
    "<row><c><v>1</v></c>",
    "<row><c t=\"inlineStr\"><is><a:t>x</a:t></is></c></row>",
    "<row><c\tr=\"A1\"><v>1</v></c></row>",
    "<row><c><v>1</v ></c></row>",
    "<row><c><v>1</v></c ></row>",
    "<row><c><v>1<x/></v></c></row>",
];

/// Text with a prefix before the name of every tag.
fn prefixed(text: &str) -> String {
    let text = text.replace('<', "<x:").replace("<x:/", "</x:");
    text.replace("<x:?", "<?").replace("<x:!", "<!")
}

#[test]
fn a_prefix_changes_nothing() {
    let rows = prefixed(&KNOWN.concat());
    let sheet = format!("<x:worksheet><x:sheetData>{rows}</x:sheetData></x:worksheet>");
    let plain = format!("<worksheet><sheetData>{}</sheetData></worksheet>", KNOWN.concat());
    let mut read = Vec::new();
    for (sheet, strings) in [(sheet, prefixed(STRINGS)), (plain, STRINGS.to_owned())] {
        let bytes = book_with(&strings, &sheet);
        let outcome = compare(&bytes, &sheet);
        assert_eq!((outcome.scanned, outcome.left), (1, vec![]), "{sheet}");
        read.push(scanned(&bytes).unwrap().remove(0).unwrap());
    }
    assert_eq!(read[0], read[1]);
    assert_eq!(read[0].len(), 48);
}

/// Gives so many bytes at a time.
struct Dribble<'b>(&'b [u8], usize);

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = self.1.min(buffer.len());
        self.0.read(&mut buffer[..most])
    }
}

#[test]
fn it_does_not_matter_how_a_part_is_cut() {
    let all = KNOWN.concat();
    for rows in KNOWN.iter().chain(LEFT).copied().chain([all.as_str()]) {
        let sheet = format!(
            "\u{feff}<?xml version='1.0' encoding=\"UTF-8\"?><worksheet a='\u{e9}'>\
             <dimension ref=\"A1:B2\"/><cols><col/></cols><sheetData>{rows}</sheetData>"
        );
        let read = |piece| {
            let strings = Strings::read(Dribble(STRINGS.as_bytes(), piece)).unwrap();
            let shared = Shared { strings, formats: vec![Shown::Date], is_1904: false };
            let mut cells = Vec::new();
            let end = each_cell(Dribble(sheet.as_bytes(), piece), &shared, |row, column, value| {
                cells.push(shown(row, column, &value));
                ControlFlow::Continue(())
            });
            (cells, end)
        };
        let whole = read(usize::MAX);
        for piece in [1, 2, 3, 5, 64] {
            assert_eq!(read(piece), whole, "{rows} in pieces of {piece}");
        }
    }
}

#[test]
fn the_markup_of_other_programs_reads_the_same() {
    for &known in KNOWN {
        let outcome = rows(known);
        assert_eq!((outcome.scanned, outcome.left), (1, vec![]), "{known}");
    }
    for &left in LEFT {
        let outcome = rows(left);
        assert_eq!((outcome.scanned, outcome.left.len()), (0, 1), "{left}");
    }
}
