//! Files made to do harm, or merely damaged: the tenant they belong to fails
//! with a sentence that names the file, and nobody else notices.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::binary::{analyze, files_below, folder, json, tenant};
use crate::tenants::usd;

const USERS: &[u8] = b"user_id\nann\n";
const ROLES: &[u8] = b"user_id,role_name\nann,Accountant\n";
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const SHEET: &str = r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row></sheetData></worksheet>"#;

/// A workbook whose table of shared strings announces `count` strings.
fn book(count: u64, sheet: &str) -> Vec<u8> {
    let strings =
        format!(r#"<sst uniqueCount="{count}"><si><t>user_id</t></si><si><t>bob</t></si></sst>"#);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/sharedStrings.xml", &strings),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        writer.start_file(name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Runs three tenants, the middle one with this file more, and gives the
/// reason why that one failed.
fn reason(name: &str, bytes: &[u8]) -> String {
    let extra = format!("beta/{name}");
    let input = folder(&[
        ("alpha/users.csv", USERS),
        ("alpha/roles.csv", ROLES),
        ("beta/users.csv", USERS),
        ("beta/roles.csv", ROLES),
        (&extra, bytes),
        ("gamma/users.csv", USERS),
        ("gamma/roles.csv", ROLES),
    ]);
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(input.path(), out.path(), &[]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let run = json(&out.path().join("run.json"));
    for id in ["alpha", "gamma"] {
        assert_eq!(tenant(&run, id)["outcome"], "ok");
        assert_eq!(
            tenant(&run, id)["plan_cents"],
            usd(210 + 19 * 135),
            "up to the minimum of twenty"
        );
    }
    let books: Vec<String> = files_below(&out.path().join("tenants")).into_keys().collect();
    assert_eq!(books, ["alpha.xlsx", "gamma.xlsx"]);
    let failed = tenant(&run, "beta");
    assert_eq!(failed["outcome"], "failed");
    let reason = failed["reason"].as_str().unwrap().to_owned();
    assert!(reason.starts_with(&format!("{extra}: ")), "{reason}");
    assert!(ran.err.contains(&reason), "{}", ran.err);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    reason
}

#[test]
fn the_same_workbook_is_fine_when_it_tells_the_truth() {
    let good = book(2, SHEET);
    let input = folder(&[("beta/more.xlsx", &good), ("beta/roles.csv", ROLES)]);
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(input.path(), out.path(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // Bob from the workbook, Ann from the assignment.
    assert_eq!(tenant(&json(&out.path().join("run.json")), "beta")["people"], 2);
}

#[test]
fn a_workbook_that_announces_two_billion_strings_fails_its_tenant_alone() {
    let reason = reason("more.xlsx", &book(2_000_000_000, SHEET));
    assert!(reason.contains("2000000000") && reason.contains("the limit is"), "{reason}");
    assert!(reason.contains("export it again"), "it says what to do: {reason}");
}

#[test]
fn a_zip_bomb_fails_its_tenant_alone() {
    let padding = " ".repeat(65 << 20);
    let reason = reason("more.xlsx", &book(2, &format!("{SHEET}{padding}")));
    assert!(reason.contains("compression ratio of xl/worksheets/sheet1.xml"), "{reason}");
}

#[test]
fn a_workbook_cut_off_or_without_a_workbook_inside_fails_its_tenant_alone() {
    let whole = book(2, SHEET);
    let cut = reason("more.xlsx", &whole[..whole.len() / 2]);
    assert!(cut.contains("damaged") && cut.contains("export it again"), "{cut}");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("notes.txt", SimpleFileOptions::default()).unwrap();
    let other = reason("more.xlsx", &writer.finish().unwrap().into_inner());
    assert!(other.contains("no workbook"), "{other}");
}

#[test]
fn a_workbook_under_a_password_and_bytes_that_are_no_table_fail_their_tenant_alone() {
    let locked = reason("more.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on");
    assert!(locked.contains("password"), "{locked}");
    let binary = reason("more.csv", b"\x00\x01\x02\x03\x00\x00\x00");
    assert!(binary.contains("neither text nor a workbook"), "{binary}");
}
