//! One table in every container says the same, and every container can lie.

use std::io::{Cursor, Write};

use polars::prelude::{AnyValue, Column, DataFrame, DataType, ParquetWriter, Scalar, TimeUnit};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;
use crate::intake::compound;

/// The table of all tests here, as text.
const CSV: &str = "user_id,name,headcount,enabled,created\n\
                   ann,\u{c5}nn Lee,2,true,2026-09-30\n\
                   bob,Bob,,false,\n\
                   00012,\u{201c}C\u{201d},3,true,2024-02-29\n";

const NAMES: [&str; 5] = ["user_id", "name", "headcount", "enabled", "created"];

fn rows(read: &FileRead) -> Vec<Vec<String>> {
    let batch = batch(read, TableKind::Users);
    let cell = |row: &Row<'_>, field| row.get(field).to_owned();
    let fields = [Field::UserId, Field::Name, Field::Headcount, Field::Enabled, Field::Created];
    batch.rows().map(|row| fields.iter().map(|&field| cell(&row, field)).collect()).collect()
}

/// The file holds the table, with the header in row 1.
fn holds_the_table(bytes: &[u8], shown: &str) {
    let read = read(bytes, shown);
    assert_eq!(read.report.failure, None, "{shown}");
    assert_eq!(rows(&read), rows(&csv(CSV)), "{shown}");
    let numbers: Vec<u32> = batch(&read, TableKind::Users).rows().map(|row| row.number()).collect();
    assert_eq!(numbers, [2, 3, 4], "{shown}");
    assert_eq!(read.report.tables[0].rows_read, 4);
    assert_eq!(codes(&read), [], "{shown}");
}

fn refused(bytes: &[u8], shown: &str, limits: &Limits) -> (&'static str, String) {
    let formats = Formats::shipped().unwrap();
    let read = read_bytes(bytes, shown, &formats, limits);
    assert!(read.batches.is_empty() && read.report.tables.is_empty(), "{shown}");
    (read.findings[0].code.id(), read.report.failure.unwrap())
}

fn never_aborts(bytes: &[u8], shown: &str) {
    let formats = Formats::shipped().unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[at] ^= 0x55;
        let read = read_bytes(&changed, shown, &formats, &Limits::default());
        assert!(read.report.tables.iter().all(TableReport::adds_up), "{shown}, byte {at}");
    }
    for length in (8..bytes.len()).step_by(11) {
        let read = read_bytes(&bytes[..length], shown, &formats, &Limits::default());
        assert!(read.failure().is_some(), "{shown} cut off at {length} of {}", bytes.len());
    }
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

// -- OpenDocument --

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"o\" xmlns:table=\"t\" \
         xmlns:text=\"x\"><office:body><office:spreadsheet><table:table table:name=\"Users\">\
         <table:table-column table:number-columns-repeated=\"16384\"/>{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest xmlns:manifest=\"m\"/>"),
        ("content.xml", content.as_bytes()),
    ])
}

fn ods_text(text: &str) -> String {
    format!(
        "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
    )
}

fn ods_row(cells: &[String]) -> String {
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

fn ods_header() -> String {
    ods_row(&NAMES.map(ods_text))
}

fn ods_table() -> Vec<u8> {
    let number = |n: &str| {
        format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"{n}\"><text:p>{n},0</text:p></table:table-cell>"
        )
    };
    let truth = |b: &str| {
        format!(
            "<table:table-cell office:value-type=\"boolean\" office:boolean-value=\"{b}\"><text:p>WAHR</text:p></table:table-cell>"
        )
    };
    let date = |d: &str| {
        format!(
            "<table:table-cell office:value-type=\"date\" office:date-value=\"{d}\"><text:p>30.09.26</text:p></table:table-cell>"
        )
    };
    let empty = |n: u32| format!("<table:table-cell table:number-columns-repeated=\"{n}\"/>");
    let ann = ods_text("<office:annotation><text:p>a note</text:p></office:annotation>ann")
        .replace("<text:p><office:annotation>", "<office:annotation>")
        .replace("</office:annotation>ann", "</office:annotation><text:p>ann");
    let rows = [
        ods_row(&[
            ann,
            ods_text("&#xC5;nn<text:s/>Lee"),
            number("2"),
            truth("true"),
            date("2026-09-30T08:15:00"),
            empty(16_379),
        ]),
        ods_row(&[
            ods_text("bob"),
            ods_text("<text:span>Bo</text:span>b"),
            empty(1),
            truth("false"),
        ]),
        ods_row(&[
            ods_text("00012"),
            ods_text("\u{201c}C\u{201d}"),
            number("3.0"),
            truth("true"),
            date("2024-02-29"),
        ]),
    ];
    let tail = "<table:table-row table:number-rows-repeated=\"1048000\">\
                <table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    ods(&format!("{}{}{tail}", ods_header(), rows.concat()))
}

#[test]
fn an_ods_file_says_what_its_csv_says() {
    holds_the_table(&ods_table(), "t/users.ods");
    never_aborts(&ods_table(), "t/users.ods");
}

#[test]
fn a_repeat_without_content_is_a_distance_and_one_with_content_is_counted() {
    let row = ods_row(&[ods_text("ann")]);
    let far = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell/></table:table-row>";
    let read = read(ods(&format!("{}{far}{row}", ods_header())), "t/users.ods");
    assert_eq!(batch(&read, TableKind::Users).rows().next().unwrap().number(), 1_000_002);
    assert_eq!(read.report.tables[0].rows_read, 1_000_002);
    let many = ods_row(&[ods_text("x").replace(
        "<table:table-cell",
        "<table:table-cell table:number-columns-repeated=\"16384\"",
    )])
    .replace("<table:table-row", "<table:table-row table:number-rows-repeated=\"1048576\"");
    let (code, sentence) = refused(&ods(&many), "t/users.ods", &Limits::default());
    assert_eq!(code, "SW102");
    assert_eq!(
        sentence,
        "number of cells of a sheet is 17179869184, the limit is 25000000 (--max-cells); \
         split the file, or export it again as CSV"
    );
    let limits = Limits { cells: u64::MAX, bad_cells: 0, ..Limits::default() };
    let outside = many.replace("1048576", "2").replace("16384", "16385");
    let formats = Formats::shipped().unwrap();
    let read = read_bytes(&ods(&outside), "t/users.ods", &formats, &limits);
    assert_eq!(codes(&read), [("SW101", 1)], "a cell outside the sheet is a defect");
}

#[test]
fn an_ods_under_a_password_says_so() {
    let bytes = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<m><manifest:encryption-data/></m>"),
        ("content.xml", b"\x01\x02"),
    ]);
    assert!(refused(&bytes, "t/a.ods", &Limits::default()).1.contains("password"));
}

// -- Parquet --

fn parquet(mut columns: Vec<Column>) -> Vec<u8> {
    let height = columns.first().map_or(0, Column::len);
    let mut frame = DataFrame::new(height, std::mem::take(&mut columns)).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes
}

fn parquet_table() -> Vec<u8> {
    let column = |name: &str, values: &[AnyValue<'_>], kind: &DataType| {
        Column::from(
            polars::prelude::Series::from_any_values_and_dtype(name.into(), values, kind, true)
                .unwrap(),
        )
    };
    parquet(vec![
        Column::new("user_id".into(), ["ann", "bob", "00012"]),
        Column::new("name".into(), ["\u{c5}nn Lee", "Bob", "\u{201c}C\u{201d}"]),
        Column::new("headcount".into(), [Some(2_i64), None, Some(3)]),
        Column::new("enabled".into(), [true, false, true]),
        column(
            "created",
            &[
                AnyValue::Datetime(1_790_756_100_000_000, TimeUnit::Microseconds, None),
                AnyValue::Null,
                AnyValue::Datetime(1_709_164_800_000_000, TimeUnit::Microseconds, None),
            ],
            &DataType::Datetime(TimeUnit::Microseconds, None),
        ),
    ])
}

#[test]
fn a_parquet_file_says_what_its_csv_says() {
    holds_the_table(&parquet_table(), "t/users.parquet");
    let dates = parquet(vec![
        Column::new("user_id".into(), ["a", "b"]),
        Column::new("created".into(), [19_782_i32, 20_000]).cast(&DataType::Date).unwrap(),
        Column::new("headcount".into(), [1.0_f64, 2.5]),
    ]);
    let read = read(&dates, "t/users.parquet");
    assert_eq!(column(&read, TableKind::Users, Field::Created), ["2024-02-29", "2024-10-04"]);
    assert_eq!(codes(&read), [("SW111", 1)], "half a head is none");
}

#[test]
fn a_parquet_file_of_many_equal_rows_is_held_against_the_limits_first() {
    let rows = 3_000_000;
    let name = Scalar::new(DataType::String, AnyValue::StringOwned("ann".into()));
    let bytes = parquet(vec![Column::new_scalar("user_id".into(), name, rows)]);
    assert!(bytes.len() < 1 << 20);
    let limits = Limits { table_rows: 1_000_000, ..Limits::default() };
    let (code, sentence) = refused(&bytes, "t/users.parquet", &limits);
    assert_eq!(code, "SW102");
    assert!(sentence.contains("is 3000000, the limit is 1000000 (--max-table-rows)"), "{sentence}");
    let read = read(&bytes, "t/users.parquet");
    assert_eq!(read.report.tables[0].rows_read, 3_000_001);
    let last = batch(&read, TableKind::Users).rows().last().unwrap().number();
    assert_eq!(last, 3_000_001, "row numbers go on from slice to slice");
}

#[test]
fn a_damaged_parquet_file_never_aborts() {
    let bytes = parquet_table();
    let formats = Formats::shipped().unwrap();
    for at in (0..bytes.len()).step_by(3) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        let read = read_bytes(&changed, "t/a.parquet", &formats, &Limits::default());
        assert!(read.report.tables.iter().all(TableReport::adds_up), "byte {at}");
    }
    for length in (8..bytes.len()).step_by(11) {
        let (code, _) = refused(&bytes[..length], "t/a.parquet", &Limits::default());
        assert_eq!(code, "SW101");
    }
}

// -- .xlsb --

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = if kind < 0x80 {
        vec![kind.to_le_bytes()[0]]
    } else {
        vec![(kind & 0x7f | 0x80).to_le_bytes()[0], (kind >> 7).to_le_bytes()[0]]
    };
    assert!(data.len() < 0x80);
    bytes.push(u8::try_from(data.len()).unwrap());
    bytes.extend(data);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let letters: Vec<u16> = text.encode_utf16().collect();
    let length = u32::try_from(letters.len()).unwrap().to_le_bytes();
    length.into_iter().chain(letters.into_iter().flat_map(u16::to_le_bytes)).collect()
}

/// A cell of a binary sheet: kind, column and content.
fn binary_cell(kind: u16, column: u32, content: &[u8]) -> Vec<u8> {
    record(kind, &[&column.to_le_bytes()[..], &[0; 4], content].concat())
}

fn xlsb(sheet: &[u8]) -> Vec<u8> {
    let bundle = [&[0_u8; 4][..], &1_u32.to_le_bytes(), &wide("rId1"), &wide("Users")].concat();
    let book = [record(0x9c, &bundle), record(0x90, &[]), record(0x9d, &[])].concat();
    let rels = br#"<?xml version="1.0"?><Relationships><Relationship Id="rId1" Target="worksheets/sheet1.bin"/></Relationships>"#;
    let sheet = [record(0x94, &[0; 16]), record(0x91, &[]), sheet.to_vec(), record(0x92, &[])];
    zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.bin", &book),
        ("xl/_rels/workbook.bin.rels", rels),
        ("xl/worksheets/sheet1.bin", &sheet.concat()),
    ])
}

fn xlsb_table() -> Vec<u8> {
    let row = |number: u32| record(0, &[&number.to_le_bytes()[..], &[0; 13]].concat());
    let text = |column: u32, text: &str| binary_cell(0x06, column, &wide(text));
    let number = |column: u32, n: f64| binary_cell(0x05, column, &n.to_le_bytes());
    let truth = |column: u32, value: bool| binary_cell(0x04, column, &[u8::from(value)]);
    let mut sheet = row(0);
    for (at, name) in (0..).zip(NAMES) {
        sheet.extend(text(at, name));
    }
    for (at, id, name, heads, enabled, created) in [
        (1, "ann", "\u{c5}nn Lee", Some(2.0), true, Some(46_295.0)),
        (2, "bob", "Bob", None, false, None),
        (3, "00012", "\u{201c}C\u{201d}", Some(3.0), true, Some(45_351.0)),
    ] {
        sheet.extend([row(at), text(0, id), text(1, name)].concat());
        sheet.extend(heads.map(|n| number(2, n)).unwrap_or_default());
        sheet.extend(truth(3, enabled));
        sheet.extend(created.map(|n| number(4, n)).unwrap_or_default());
    }
    xlsb(&sheet)
}

#[test]
fn an_xlsb_file_says_what_its_csv_says() {
    holds_the_table(&xlsb_table(), "t/users.xlsb");
    never_aborts(&xlsb_table(), "t/users.xlsb");
}

#[test]
fn a_row_beyond_the_last_is_no_quiet_end_of_a_binary_sheet() {
    let row = record(0, &[&2_000_000_u32.to_le_bytes()[..], &[0; 13]].concat());
    let (code, sentence) = refused(&xlsb(&row), "t/users.xlsb", &Limits::default());
    assert_eq!(code, "SW101");
    assert!(sentence.contains("a row with number 2000001"), "{sentence}");
}

// -- .xls --

fn biff(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

fn begin(kind: u16) -> Vec<u8> {
    let words = [0x0600_u16, kind, 0, 0, 0, 0, 0, 0];
    biff(0x0809, &words.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<_>>())
}

fn short(text: &str) -> Vec<u8> {
    let letters: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = u16::try_from(letters.len()).unwrap().to_le_bytes().to_vec();
    bytes.push(1);
    bytes.extend(letters.into_iter().flat_map(u16::to_le_bytes));
    bytes
}

fn old_cell(kind: u16, row: u16, column: u16, content: &[u8]) -> Vec<u8> {
    let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
    biff(kind, &[&place, content].concat())
}

/// An old workbook with these shared strings and these cells.
fn xls(strings: &[&str], cells: &[u8]) -> Vec<u8> {
    let count = u32::try_from(strings.len()).unwrap().to_le_bytes();
    let mut table = [count, count].concat();
    table.extend(strings.iter().flat_map(|text| short(text)));
    let name = b"\x05\x00Users";
    let sheet = |at: u32| biff(0x85, &[&at.to_le_bytes()[..], &[0, 0], name].concat());
    let globals = |at: u32| [begin(5), sheet(at), biff(0xfc, &table), biff(0x0a, &[])].concat();
    let at = u32::try_from(globals(0).len()).unwrap();
    let sheet = [begin(0x10), cells.to_vec(), biff(0x0a, &[])].concat();
    compound::pack(&[globals(at), sheet].concat()).unwrap()
}

fn xls_table() -> Vec<u8> {
    let strings = ["ann", "\u{c5}nn Lee", "bob", "Bob", "00012", "\u{201c}C\u{201d}"];
    let text =
        |row: u16, column: u16, index: u32| old_cell(0xfd, row, column, &index.to_le_bytes());
    let number = |row: u16, column: u16, n: f64| old_cell(0x203, row, column, &n.to_le_bytes());
    let truth = |row: u16, value: bool| old_cell(0x205, row, 3, &[u8::from(value), 0]);
    let mut cells = Vec::new();
    for (at, name) in (0..).zip(NAMES) {
        cells.extend(old_cell(0x204, 0, at, &short(name)));
    }
    cells.extend([text(1, 0, 0), text(1, 1, 1), number(1, 2, 2.0), truth(1, true)].concat());
    cells.extend([number(1, 4, 46_295.0), text(2, 0, 2), text(2, 1, 3), truth(2, false)].concat());
    cells.extend([text(3, 0, 4), text(3, 1, 5), number(3, 2, 3.0), truth(3, true)].concat());
    cells.extend(number(3, 4, 45_351.0));
    xls(&strings, &cells)
}

#[test]
fn an_xls_file_says_what_its_csv_says() {
    holds_the_table(&xls_table(), "t/users.xls");
    let bytes = xls_table();
    let formats = Formats::shipped().unwrap();
    for at in (0..bytes.len()).filter(|&at| bytes[at] != 0 || at % 64 == 0) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        let read = read_bytes(&changed, "t/a.xls", &formats, &Limits::default());
        assert!(read.report.tables.iter().all(TableReport::adds_up), "byte {at}");
    }
}

#[test]
fn two_far_cells_of_an_old_workbook_and_a_forged_size_are_counted_before_they_cost_anything() {
    let far = [
        old_cell(0x203, 0, 0, &1.0_f64.to_le_bytes()),
        old_cell(0x203, 65_535, 65_535, &1.0_f64.to_le_bytes()),
    ];
    let (code, sentence) = refused(&xls(&[], &far.concat()), "t/a.xls", &Limits::default());
    assert_eq!(code, "SW102");
    assert!(sentence.contains("is 4294967296, the limit is 25000000 (--max-cells)"), "{sentence}");
    let mut size = [0_u8; 14];
    size[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    size[10] = 200;
    let (code, sentence) = refused(&xls(&[], &biff(0x200, &size)), "t/a.xls", &Limits::default());
    assert_eq!(code, "SW102");
    assert!(sentence.contains("the sheet announces"), "{sentence}");
}

#[test]
fn a_long_text_in_many_cells_of_an_old_workbook_is_counted() {
    let long = "x".repeat(3_000);
    let cells: Vec<u8> =
        (0..60_000).flat_map(|row| old_cell(0xfd, row, 0, &0_u32.to_le_bytes())).collect();
    let (code, sentence) = refused(&xls(&[&long], &cells), "t/a.xls", &Limits::default());
    assert_eq!(code, "SW102");
    assert!(sentence.contains("--max-part-size"), "{sentence}");
    let missing = old_cell(0xfd, 0, 0, &9_u32.to_le_bytes());
    let (code, sentence) = refused(&xls(&["a"], &missing), "t/a.xls", &Limits::default());
    assert_eq!((code, sentence.contains("refers to no text")), ("SW101", true));
}

// -- gzip --

#[test]
fn a_packed_file_says_what_it_says_unpacked_and_is_known_as_the_same() {
    let packed = gzipped(CSV.as_bytes());
    holds_the_table(&packed, "t/users.csv.gz");
    let (one, two) = (read(&packed, "t/users.csv.gz"), csv(CSV));
    assert_ne!(one.report.sha256, two.report.sha256);
    assert_eq!(one.report.content(), two.report.content());
    let both = [gzipped(&CSV.as_bytes()[..40]), gzipped(&CSV.as_bytes()[40..])].concat();
    holds_the_table(&both, "t/users.csv.gz");
    let cut = &packed[..packed.len() - 3];
    assert_eq!(refused(cut, "t/users.csv.gz", &Limits::default()).0, "SW101");
    let twice = refused(&gzipped(&packed), "t/a.gz", &Limits::default()).1;
    assert!(twice.contains("packed twice"), "{twice}");
}

#[test]
fn a_packed_bomb_is_refused_by_size_and_by_ratio() {
    let bomb = gzipped(&vec![b'0'; 80 << 20]);
    let limits = Limits { ratio: 100, ..Limits::default() };
    let (code, sentence) = refused(&bomb, "t/a.csv.gz", &limits);
    assert_eq!(code, "SW102");
    assert!(sentence.contains("(--max-ratio)"), "{sentence}");
    let limits = Limits { entry_bytes: 1 << 20, ..Limits::default() };
    let (_, sentence) = refused(&bomb, "t/a.csv.gz", &limits);
    assert!(sentence.contains("(--max-entry-size)"), "{sentence}");
}

// -- text --

#[test]
fn cells_and_rows_over_the_limits_are_rejected_with_the_option_that_raises_them() {
    let long = "x".repeat(2 << 20);
    let wide = ",y".repeat(20_000);
    let read = csv(&format!("user_id,name\nann,{long}\nbob{wide}\ncat,Cat\n"));
    let table = &read.report.tables[0];
    assert_eq!((table.rows_used, table.rejected.len()), (1, 2));
    assert!(table.rejected[0].reason.ends_with("the limit is 1048576 (--max-cell-size)"));
    assert_eq!(table.rejected[0].place.column, "name");
    assert!(table.rejected[1].reason.contains("20001 fields"), "{}", table.rejected[1].reason);
    assert!(table.rejected.iter().all(|rejected| rejected.raw.len() < 2_100));
}

#[test]
fn a_million_columns_are_no_header_and_cost_little() {
    let header = "user_id,".repeat(1_000_000);
    let read = csv(&format!("{header}\n{}\n", ",".repeat(1_000_000)));
    assert_eq!(codes(&read), [("SW105", 1)]);
    assert_eq!(read.report.tables[0].rows_read, 2);
}
