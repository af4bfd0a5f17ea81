//! `--language`: the same workbooks in another language. What they show in
//! figures, what customers gave and everything beside the workbooks stays.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use calamine::Data;
use tempfile::TempDir;

use crate::binary::{Book, alone, analyze, files_below, json, seatwise, unzipped};

const CODES: [&str; 4] = ["en", "de", "fr", "sv"];

/// One small tenant in every language.
static RUNS: LazyLock<BTreeMap<&str, TempDir>> = LazyLock::new(|| {
    let input = alone("harrow-bakery");
    let run = |code| {
        let out = tempfile::tempdir().unwrap();
        let ran = analyze(input.path(), out.path(), &["--language", code]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        (code, out)
    };
    CODES.into_iter().map(run).collect()
});

const BOOKS: [&str; 2] = ["portfolio.xlsx", "tenants/harrow-bakery.xlsx"];

fn book(code: &str, name: &str) -> Book {
    Book::open(&RUNS[code].path().join(name))
}

fn part(code: &str, book: &str, name: &str) -> String {
    let parts = unzipped(&fs::read(RUNS[code].path().join(book)).unwrap());
    String::from_utf8(parts[name].clone()).unwrap()
}

#[test]
fn figures_flags_and_dates_are_the_same_in_every_language() {
    for name in BOOKS {
        let mut english = book("en", name);
        let sheets = english.sheets();
        for code in &CODES[1..] {
            let mut other = book(code, name);
            let others = other.sheets();
            assert_eq!(sheets.len(), others.len());
            for (sheet, other_sheet) in sheets.iter().zip(&others) {
                let (one, two) = (english.cells(sheet), other.cells(other_sheet));
                for (row, (left, right)) in one.iter().zip(&two).enumerate() {
                    for (column, (left, right)) in left.iter().zip(right).enumerate() {
                        let place = format!("{code}, {other_sheet}, {row}, {column}");
                        // A legend may be longer or shorter, Notes have a line more,
                        // and the contents count it.
                        let differs = row == 2
                            || sheet == "Notes"
                            || (sheet == "Cover" && column == 2)
                            || matches!((left, right), (Data::String(_), Data::String(_)));
                        assert!(differs || left == right, "{place}: {left:?} {right:?}");
                    }
                }
            }
        }
    }
}

/// Headers that are the same word in another language.
const SAME: [&str; 22] = [
    "Action",
    "Activity",
    "Bytes",
    "Cause",
    "Code",
    "Format",
    "Licence",
    "Licences",
    "Message",
    "Name",
    "Per",
    "Plan",
    "Program",
    "Question",
    "Risk",
    "SHA-256",
    "SKU",
    "Segment",
    "Self-service",
    "Source",
    "Status",
    "Total",
];

#[test]
fn no_sheet_and_no_header_is_left_in_english() {
    for name in BOOKS {
        let mut english = book("en", name);
        let sheets = english.sheets();
        for code in &CODES[1..] {
            let mut other = book(code, name);
            let others = other.sheets();
            for (sheet, other_sheet) in sheets.iter().zip(&others) {
                // French writes Licences as English does.
                assert!(sheet != other_sheet || sheet == "Licences", "{code}: sheet {sheet}");
                if ["Cover", "Summary"].contains(&sheet.as_str()) {
                    continue;
                }
                // A legend may be wider than its table.
                let filled = |mut heads: Vec<String>| {
                    heads.truncate(heads.iter().rposition(|head| !head.is_empty()).unwrap() + 1);
                    heads
                };
                let one = filled(english.table(sheet).header);
                let two = filled(other.table(other_sheet).header);
                assert_eq!(one.len(), two.len(), "{code}, {other_sheet}");
                for (left, right) in one.iter().zip(&two) {
                    assert!(
                        left != right || left.is_empty() || SAME.contains(&left.as_str()),
                        "{code}, {other_sheet}: {left}"
                    );
                }
                let unique: BTreeSet<String> = two.iter().map(|head| head.to_lowercase()).collect();
                assert_eq!(unique.len(), two.len(), "{code}, {other_sheet}: {two:?}");
            }
        }
    }
}

#[test]
fn what_a_customer_gave_is_never_translated() {
    let mut english = book("en", BOOKS[1]);
    let (users, roles) = (english.table("Users"), english.table("Roles"));
    let tenant = english.cells("Cover").into_iter().find(|row| row[0] == "Tenant").unwrap();
    for (code, sheets, label) in [
        ("de", ["Benutzer", "Rollen", "Deckblatt"], "Mandant"),
        ("fr", ["Utilisateurs", "R\u{f4}les", "Couverture"], "Locataire"),
        ("sv", ["Anv\u{e4}ndare", "Roller", "Omslag"], "Klientorganisation"),
    ] {
        let mut other = book(code, BOOKS[1]);
        let (others, other_roles) = (other.table(sheets[0]), other.table(sheets[1]));
        for head in ["User id", "Name", "Requirement", "Because of object", "User principal name"] {
            let column = users.column(head);
            for (left, right) in users.rows.iter().zip(&others.rows) {
                assert_eq!(left[column], right[column], "{code}: {head}");
            }
        }
        for (left, right) in roles.rows.iter().zip(&other_roles.rows) {
            assert_eq!(left[..2], right[..2], "{code}: roles");
        }
        let cover = other.cells(sheets[2]);
        let fact = cover.iter().find(|row| row[0] == label).unwrap();
        assert_eq!(fact[1], tenant[1], "{code}");
    }
}

#[test]
fn a_german_workbook_speaks_german() {
    let mut german = book("de", BOOKS[1]);
    assert_eq!(
        german.sheets()[..4],
        ["Deckblatt", "Zusammenfassung", "Lizenzen", "Nachlizenzierung"]
    );
    let savings = german.table("Einsparungen");
    let decisions: BTreeSet<String> =
        savings.rows.iter().map(|row| savings.text(row, "Entscheidung")).collect();
    assert!(
        decisions.contains("Vorgeschlagen") && !decisions.contains("Proposed"),
        "{decisions:?}"
    );
    let users = german.table("Benutzer");
    let states: BTreeSet<String> = users.rows.iter().map(|row| users.text(row, "Status")).collect();
    assert!(states.contains("passt") && states.contains("\u{fc}berlizenziert"), "{states:?}");
    let sheets = german.sheets();
    let xml = |sheet: &str| {
        let at = sheets.iter().position(|name| name == sheet).unwrap() + 1;
        part("de", BOOKS[1], &format!("xl/worksheets/sheet{at}.xml"))
    };
    let savings = xml("Einsparungen");
    assert!(savings.contains("\"Vorgeschlagen,Angenommen,Abgelehnt,Zur\u{fc}ckgestellt\""));
    assert!(savings.contains("promptTitle=\"Entscheidung\""));
    assert!(xml("Benutzer").contains("<formula>\"\u{fc}berlizenziert\"</formula>"));
    assert!(xml("Lizenzen").contains("Seite &amp;P von &amp;N"));
    assert!(xml("Zusammenfassung").contains("COUNTIFS('Benutzer'!"));
    let core = part("de", BOOKS[1], "docProps/core.xml");
    assert!(core.contains("<dc:title>Lizenzbericht: "), "{core}");
    let parts = unzipped(&fs::read(RUNS["de"].path().join(BOOKS[1])).unwrap());
    let charts: String = parts
        .into_iter()
        .filter(|(name, _)| name.contains("/charts/chart") || name.contains("/drawings/drawing"))
        .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        .collect();
    for words in
        ["Kosten heute und nach dem Plan", "Zusammenfassung!", "monatliche Kosten des Bestands"]
    {
        assert!(charts.contains(words), "{words}");
    }
}

#[test]
fn dates_take_the_format_of_their_reader_and_stay_dates() {
    for code in CODES {
        let styles = part(code, BOOKS[1], "xl/styles.xml");
        let own = styles.contains("yyyy-mm-dd");
        assert_eq!(
            (own, styles.contains("numFmtId=\"14\"")),
            (code == "en", code != "en"),
            "{code}"
        );
    }
    // The table objects and names that formulas of others stand on stay.
    let name = "xl/tables/table1.xml";
    let named =
        |code| part(code, BOOKS[1], name).split("displayName=\"").nth(1).unwrap()[..8].to_owned();
    assert_eq!(named("de"), named("en"));
    assert!(part("de", BOOKS[1], "xl/workbook.xml").contains("name=\"Price_"));
}

#[test]
fn tables_and_the_manifest_are_the_same_and_verify_takes_every_run() {
    let data = |code: &str| {
        let mut files = files_below(RUNS[code].path());
        files.retain(|name, _| name.starts_with("data/"));
        files
    };
    let manifest = |code: &str| {
        let mut run = json(&RUNS[code].path().join("run.json"));
        for member in ["timings", "hashes", "outputs"] {
            run.as_object_mut().unwrap().remove(member);
        }
        for tenant in run["tenants"].as_array_mut().unwrap() {
            tenant.as_object_mut().unwrap().remove("outputs");
        }
        run
    };
    for code in &CODES[1..] {
        assert!(data(code) == data("en"), "{code}");
        assert_eq!(manifest(code), manifest("en"), "{code}");
        let ran = seatwise([Path::new("verify"), RUNS[code].path()]);
        assert_eq!(ran.code, 0, "{code}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_language_nobody_has_translated_is_refused_with_those_there_are() {
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(alone("harrow-bakery").path(), out.path(), &["--language", "no"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("en, de, fr, sv"), "{}", ran.err);
    assert!(files_below(out.path()).is_empty());
}
