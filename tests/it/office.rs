//! Workbooks opened by another program and calculated anew.
//!
//! `SEATWISE_SOFFICE` names a `soffice` with Calc; without it these tests
//! pass unseen, since nobody needs an office program to build this program.
//!
//! That program keeps the stored results of workbooks it did not write, unless
//! its profile asks for a recalculation: the profile made here does, and
//! [`a_wrong_stored_result_does_not_survive`] proves that it has an effect.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::Data;

use crate::binary::{Book, alone, analyze, files_below, sample, unzipped};

const PROFILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>LOCALE</value></prop></item>
</oor:items>
"#;

/// The office program, where there is one.
fn soffice() -> Option<PathBuf> {
    let found = std::env::var_os("SEATWISE_SOFFICE").filter(|path| !path.is_empty());
    found.map(PathBuf::from)
}

/// Opens workbooks, calculates every formula anew and writes them to `to`.
fn recalculate(soffice: &Path, books: &[PathBuf], to: &Path) {
    recalculate_in("en-US", soffice, books, to);
}

/// As [`recalculate`], as the program of a reader of that locale does.
fn recalculate_in(locale: &str, soffice: &Path, books: &[PathBuf], to: &Path) {
    let profile = tempfile::tempdir().unwrap();
    fs::create_dir(profile.path().join("user")).unwrap();
    fs::write(
        profile.path().join("user/registrymodifications.xcu"),
        PROFILE.replace("LOCALE", locale),
    )
    .unwrap();
    let output = Command::new(soffice)
        .arg(format!("-env:UserInstallation=file://{}", profile.path().display()))
        .args(["--headless", "--convert-to", "xlsx", "--outdir"])
        .arg(to)
        .args(books)
        .output()
        .expect("soffice starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for book in books {
        let written = to.join(book.file_name().unwrap());
        assert!(written.exists(), "{} was not opened: {output:?}", book.display());
    }
}

/// A cell as it is compared: figures to six digits behind the point, an empty
/// text as no text.
fn plain(cell: &Data) -> String {
    let text = match cell {
        Data::Empty => String::new(),
        Data::Int(number) => format!("{number}.000000"),
        Data::Float(number) => format!("{number:.6}"),
        Data::DateTime(day) => format!("{:.6}", day.as_f64()),
        other => other.to_string(),
    };
    // Nothing with a sign is nothing.
    if text == "-0.000000" { text[1..].to_owned() } else { text }
}

/// Where two workbooks differ.
fn differences(one: &Path, two: &Path) -> Vec<String> {
    let (mut one, mut two) = (Book::open(one), Book::open(two));
    assert_eq!(one.sheets(), two.sheets());
    let mut found = Vec::new();
    for sheet in one.sheets() {
        let (left, right) = (one.cells(&sheet), two.cells(&sheet));
        let cell = |cells: &[Vec<Data>], row: usize, column: usize| {
            cells.get(row).and_then(|cells| cells.get(column)).map_or_else(String::new, plain)
        };
        let columns = left.iter().chain(&right).map(Vec::len).max().unwrap_or(0);
        for row in 0..left.len().max(right.len()) {
            for column in 0..columns {
                let (was, is) = (cell(&left, row, column), cell(&right, row, column));
                if was != is {
                    found.push(format!(
                        "{sheet} row {} column {}: {was} -> {is}",
                        row + 1,
                        column + 1
                    ));
                }
            }
        }
    }
    found
}

/// Every workbook of a run.
fn books(folder: &Path) -> Vec<PathBuf> {
    let names = files_below(folder).into_keys();
    names.filter(|name| name.ends_with(".xlsx")).map(|name| folder.join(name)).collect()
}

/// Every check of a workbook is TRUE, and so is their sum.
fn all_agree(path: &Path) {
    agree_on(path, "Checks", "Agrees");
}

/// As [`all_agree`], in a language: the names of the sheet and of its column.
fn agree_on(path: &Path, sheet: &str, column: &str) {
    let mut book = Book::open(path);
    assert_eq!(book.cells(sheet)[3][4], Data::Bool(true), "{}", path.display());
    let checks = book.table(sheet);
    assert!(!checks.rows.is_empty());
    for row in &checks.rows {
        assert_eq!(row[checks.column(column)], Data::Bool(true), "{}: {row:?}", path.display());
    }
}

/// Writes a copy of a workbook in which `edit` has changed the XML of a sheet.
fn edited(from: &Path, to: &Path, edits: &[(&str, &dyn Fn(String) -> String)]) {
    let sheets = Book::open(from).sheets();
    let part = |sheet: &str| {
        let at = sheets.iter().position(|name| name == sheet).unwrap();
        format!("xl/worksheets/sheet{}.xml", at + 1)
    };
    let mut copy = zip::ZipWriter::new(fs::File::create(to).unwrap());
    for (name, mut bytes) in unzipped(&fs::read(from).unwrap()) {
        if let Some((_, edit)) = edits.iter().find(|(sheet, _)| part(sheet) == name) {
            bytes = edit(String::from_utf8(bytes).unwrap()).into_bytes();
        }
        copy.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        copy.write_all(&bytes).unwrap();
    }
    copy.finish().unwrap();
}

/// Replaces what a cell holds: `attributes` go into its tag, `content` between
/// its tags.
fn put(xml: &str, cell: &str, attributes: &str, content: &str) -> String {
    let start = xml.find(&format!("<c r=\"{cell}\"")).unwrap_or_else(|| panic!("no cell {cell}"));
    let end = start + xml[start..].find("</c>").unwrap() + "</c>".len();
    let style = xml[start..end].split(" s=\"").nth(1).and_then(|rest| rest.split('"').next());
    let style = style.map_or_else(String::new, |style| format!(" s=\"{style}\""));
    format!("{}<c r=\"{cell}\"{style}{attributes}>{content}</c>{}", &xml[..start], &xml[end..])
}

/// `J6`: the cell of a table's column in its data row, from 0.
fn address(column: usize, row: usize) -> String {
    let column = u8::try_from(column).unwrap();
    let letter = |at: u8| char::from(b'A' + at);
    let letters = match column {
        0..26 => letter(column).to_string(),
        _ => format!("{}{}", letter(column / 26 - 1), letter(column % 26)),
    };
    format!("{letters}{}", row + 6)
}

/// Hundredths: cents of money, and exact.
fn number(cell: &Data) -> i64 {
    let (Data::Float(_) | Data::Int(_)) = cell else { panic!("{cell:?} is no number") };
    let text = plain(cell);
    let (whole, rest) = text.split_once('.').unwrap();
    assert!(rest.ends_with("0000"), "{text} is no amount");
    format!("{whole}{}", &rest[..2]).parse().unwrap()
}

/// The figure in the second column of *Summary*, or in another.
fn summary(book: &mut Book, figure: &str, column: usize) -> i64 {
    let cells = book.cells("Summary");
    let row = cells.iter().find(|row| row[0] == figure);
    number(&row.unwrap_or_else(|| panic!("no figure {figure}"))[column])
}

#[test]
fn workbooks_recalculated_by_another_program_say_the_same() {
    let Some(soffice) = soffice() else { return };
    let (out, again) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ran = analyze(&sample("portfolio"), out.path(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let books = books(out.path());
    assert_eq!(books.len(), 10);
    recalculate(&soffice, &books, again.path());
    for book in &books {
        let recalculated = again.path().join(book.file_name().unwrap());
        let found = differences(book, &recalculated);
        assert!(found.is_empty(), "{}: {:#?}", book.display(), &found[..found.len().min(20)]);
        all_agree(&recalculated);
    }
}

/// A German workbook in the hands of a German reader: the same results, and a
/// decision in German is one.
#[test]
fn a_german_workbook_recalculates_to_what_it_says_and_follows_a_german_decision() {
    const LOCALE: &str = "de-DE";
    let Some(soffice) = soffice() else { return };
    let (out, again) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ran = analyze(&sample("portfolio"), out.path(), &["--language", "de"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let books = books(out.path());
    assert_eq!(books.len(), 10);
    recalculate_in(LOCALE, &soffice, &books, again.path());
    for book in &books {
        let recalculated = again.path().join(book.file_name().unwrap());
        let found = differences(book, &recalculated);
        assert!(found.is_empty(), "{}: {:#?}", book.display(), &found[..found.len().min(20)]);
        agree_on(&recalculated, "Pr\u{fc}fungen", "Stimmt \u{fc}berein");
    }
    let path = out.path().join("tenants/harrow-bakery.xlsx");
    let savings = Book::open(&path).table("Einsparungen");
    let saving = savings.header.iter().position(|head| head.starts_with("Einsparung")).unwrap();
    let first = number(&savings.rows[0][saving]);
    let decision = savings.column("Entscheidung");
    assert!(first > 0 && savings.rows[0][decision] == "Vorgeschlagen");
    let figure = |path: &Path, name: &str| {
        let cells = Book::open(path).cells("Zusammenfassung");
        number(&cells.iter().find(|row| row[0] == name).unwrap()[2])
    };
    let counted = figure(&path, "Gez\u{e4}hlte Einsparung");
    for (word, count, left) in [
        ("Angenommen", counted, 0),
        ("Abgelehnt", counted - first, first),
        ("Rejected", counted - first, 0),
    ] {
        let changed = out.path().join(format!("{word}.xlsx"));
        edited(
            &path,
            &changed,
            &[("Einsparungen", &|xml: String| {
                let text = format!("<is><t>{word}</t></is>");
                put(&xml, &address(decision, 0), " t=\"inlineStr\"", &text)
            })],
        );
        recalculate_in(LOCALE, &soffice, &[changed], again.path());
        let path = again.path().join(format!("{word}.xlsx"));
        assert_eq!(figure(&path, "Gez\u{e4}hlte Einsparung"), count, "{word}");
        assert_eq!(figure(&path, "Abgelehnt oder zur\u{fc}ckgestellt"), left, "{word}");
    }
}

/// One small tenant, written for a test of its own.
fn harrow() -> (tempfile::TempDir, PathBuf) {
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(alone("harrow-bakery").path(), out.path(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let path = books(&out.path().join("tenants")).swap_remove(0);
    (out, path)
}

#[test]
fn a_wrong_stored_result_does_not_survive() {
    let Some(soffice) = soffice() else { return };
    let (out, path) = harrow();
    let wrong = out.path().join("wrong.xlsx");
    let true_flag = "COUNTIF(E6";
    edited(
        &path,
        &wrong,
        &[("Checks", &|xml: String| {
            let at = xml.find(true_flag).unwrap();
            let value = at + xml[at..].find("<v>").unwrap() + 3;
            format!("{}0{}", &xml[..value], &xml[value + 1..])
        })],
    );
    assert_eq!(Book::open(&wrong).cells("Checks")[3][4], Data::Bool(false));
    let again = tempfile::tempdir().unwrap();
    recalculate(&soffice, &[wrong], again.path());
    assert_eq!(
        Book::open(&again.path().join("wrong.xlsx")).cells("Checks")[3][4],
        Data::Bool(true)
    );
}

#[test]
fn a_decision_changed_in_the_workbook_changes_the_savings() {
    let Some(soffice) = soffice() else { return };
    let (out, path) = harrow();
    let mut book = Book::open(&path);
    let table = book.table("Savings");
    let (saving, decision) = (
        table.header.iter().position(|head| head.starts_with("Saving")).unwrap(),
        table.column("Decision"),
    );
    let first = number(&table.rows[0][saving]);
    assert!(first > 0 && table.rows[0][decision] == "Proposed");
    let counted = summary(&mut book, "Saving counted", 2);
    assert_eq!(summary(&mut book, "Rejected or deferred", 2), 0);
    for (word, count, left) in [
        ("Accepted", counted, 0),
        ("Rejected", counted - first, first),
        ("Deferred", counted - first, first),
    ] {
        let changed = out.path().join(format!("{word}.xlsx"));
        edited(
            &path,
            &changed,
            &[("Savings", &|xml: String| {
                let text = format!("<is><t>{word}</t></is>");
                put(&xml, &address(decision, 0), " t=\"inlineStr\"", &text)
            })],
        );
        let again = tempfile::tempdir().unwrap();
        recalculate(&soffice, &[changed], again.path());
        let path = again.path().join(format!("{word}.xlsx"));
        let mut book = Book::open(&path);
        assert_eq!(summary(&mut book, "Saving counted", 2), count);
        assert_eq!(summary(&mut book, "Rejected or deferred", 2), left);
        all_agree(&path);
    }
}

#[test]
fn a_price_changed_in_the_workbook_changes_the_totals() {
    let Some(soffice) = soffice() else { return };
    let (out, path) = harrow();
    let mut book = Book::open(&path);
    // The licence of the plan with most seats that people hold, as a base.
    let plan = book.table("Licences");
    let row = plan.rows.iter().find(|row| plan.text(row, "Bought as") == "base").unwrap();
    let (sku, seats) = (plan.text(row, "SKU"), number(&row[plan.column("Seats")]) / 100);
    assert!(seats > 0);
    let prices = book.table("Prices");
    let list = prices.header.iter().position(|head| head.starts_with("List price")).unwrap();
    let line = prices.rows.iter().position(|row| prices.text(row, "SKU") == sku).unwrap();
    let price = number(&prices.rows[line][list]);
    let changed = out.path().join("price.xlsx");
    edited(
        &path,
        &changed,
        &[("Prices", &|xml: String| {
            put(&xml, &address(list, line), "", &{
                let raised = price + 750;
                format!("<v>{}.{:02}</v>", raised / 100, raised % 100)
            })
        })],
    );
    let again = tempfile::tempdir().unwrap();
    recalculate(&soffice, &[changed], again.path());
    let path = again.path().join("price.xlsx");
    let mut after = Book::open(&path);
    let cost = "Plan: the cheapest lawful licences";
    assert_eq!(summary(&mut after, cost, 1), summary(&mut book, cost, 1) + 750 * seats);
    assert_eq!(summary(&mut after, cost, 2), 12 * (summary(&mut book, cost, 1) + 750 * seats));
    // What people hold today follows as well, and so does what is owned.
    let true_up = book.table("True-up");
    let owned = true_up
        .rows
        .iter()
        .filter(|row| true_up.text(row, "SKU") == sku && true_up.text(row, "Bought as") == "base")
        .map(|row| number(&row[true_up.column("Owned")]) / 100)
        .sum::<i64>();
    let today = summary(&mut book, "Owned today", 1);
    assert_eq!(summary(&mut after, "Owned today", 1), today + 750 * owned);
    let cover = after.cells("Cover");
    let fact = |label: &str| cover.iter().find(|row| row[0] == label).unwrap()[1].to_string();
    assert!(
        fact("Prices here").starts_with("1 changed in this workbook"),
        "{}",
        fact("Prices here")
    );
    assert!(fact("How sure").starts_with("Not known"), "{}", fact("How sure"));
    let month = summary(&mut book, cost, 1) + 750 * seats;
    assert!(
        fact("Cost").contains(&format!("{}.{:02}", month / 100, month % 100)),
        "{}",
        fact("Cost")
    );
    all_agree(&path);
}
