//! What `analyze` writes on request: other forms of the tables, pseudonyms,
//! workbooks under somebody's name.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use calamine::Data;
use seatwise::report::datasets::tables;
use serde_json::Value;

use crate::binary::{Book, alone, analyze, files_below, folder, json, sample, seatwise, unzipped};

#[test]
fn csv_and_json_hold_the_rows_of_the_parquet_tables_and_nothing_else_is_written() {
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(alone("harrow-bakery").path(), out.path(), &["--format", "csv,json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let files = files_below(out.path());
    let endings: BTreeSet<&str> =
        files.keys().map(|path| path.rsplit('.').next().unwrap()).collect();
    assert_eq!(endings, BTreeSet::from(["csv", "jsonl", "gz", "json"]));
    for table in tables::all() {
        let path = |ending: &str| format!("data/{}/harrow-bakery.{ending}", table.name);
        let mut csv = csv::Reader::from_reader(files[&path("csv")].as_slice());
        let heads: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
        let columns: Vec<&str> = table.columns.iter().map(|(name, _, _)| *name).collect();
        assert_eq!(heads, columns, "{}", table.name);
        let lines = String::from_utf8(files[&path("jsonl")].clone()).unwrap();
        let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), lines.lines().count(), "{}", table.name);
        for (row, line) in rows.iter().zip(lines.lines()) {
            let object: Value = serde_json::from_str(line).unwrap();
            for (name, cell) in columns.iter().zip(row) {
                let value = match &object[*name] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let cell = cell.strip_prefix('\'').unwrap_or(cell);
                assert_eq!(
                    cell,
                    value.strip_prefix('\'').unwrap_or(&value),
                    "{}.{name}",
                    table.name
                );
            }
        }
    }
    let users = String::from_utf8(files["data/users/harrow-bakery.jsonl"].clone()).unwrap();
    assert_eq!(users.lines().count(), 14);
    let cents: i64 = users
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["plan_cents"].as_i64().unwrap())
        .sum();
    assert_eq!(cents, 75_400, "the plan of harrow-bakery, by person");
}

#[test]
fn text_that_a_spreadsheet_would_calculate_is_guarded_in_csv_and_kept_in_json() {
    let input = folder(&[
        ("acme/users.csv", b"user_id,name\nu1,=cmd|' /C calc'!A0\nu2,+49 30\n" as &[u8]),
        ("acme/app_needs.csv", b"user_id,app\nu1,Team Members\nu2,Team Members\n"),
    ]);
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(input.path(), out.path(), &["--format", "csv,json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let text = |path: &str| fs::read_to_string(out.path().join(path)).unwrap();
    let csv = text("data/users/acme.csv");
    assert!(csv.contains(",'=cmd|' /C calc'!A0,") && csv.contains(",'+49 30,"), "{csv}");
    let lines = text("data/users/acme.jsonl");
    assert!(lines.contains("\"=cmd|' /C calc'!A0\"") && lines.contains("\"+49 30\""), "{lines}");
}

#[test]
fn a_form_left_out_takes_the_files_of_the_run_before_away() {
    let out = tempfile::tempdir().unwrap();
    let input = alone("harrow-bakery");
    for (forms, workbooks, csv) in [("xlsx,csv", 2, true), ("parquet", 0, false)] {
        let ran = analyze(input.path(), out.path(), &["--format", forms]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let files = files_below(out.path());
        assert_eq!(files.keys().filter(|path| path.ends_with(".xlsx")).count(), workbooks);
        assert_eq!(files.contains_key("data/users/harrow-bakery.csv"), csv);
    }
}

#[test]
fn the_portfolio_alone_says_what_it_says_beside_everything() {
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(&sample("portfolio"), out.path(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let manifest = out.path().join("run.json");
    let (whole, mut book) = (json(&manifest), Book::open(&out.path().join("portfolio.xlsx")));
    // Into the same folder: what the run before wrote of tenants goes.
    let ran = analyze(&sample("portfolio"), out.path(), &["--portfolio-only"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let files = files_below(out.path());
    assert_eq!(files.keys().collect::<Vec<_>>(), ["portfolio.xlsx", "run.json"]);
    let mut alone = json(&manifest);
    assert_eq!(alone["outputs"], serde_json::json!(["portfolio.xlsx"]));
    let tenants = alone["tenants"].as_array_mut().unwrap();
    for (tenant, before) in tenants.iter_mut().zip(whole["tenants"].as_array().unwrap()) {
        assert_eq!(tenant.get("workbook"), None);
        tenant["workbook"] = before["workbook"].clone();
    }
    for member in ["inputs", "options", "editions", "tenants", "totals"] {
        assert_eq!(alone[member], whole[member], "{member}");
    }
    let mut found = Book::open(&out.path().join("portfolio.xlsx"));
    assert_eq!(found.sheets(), book.sheets());
    for sheet in book.sheets() {
        let (mut before, now) = (book.cells(&sheet), found.cells(&sheet));
        for cell in before.iter_mut().flatten() {
            if *cell == "One row per tenant, with a link to its own workbook." {
                *cell = Data::String("One row per tenant.".into());
            }
        }
        if sheet == "Tenants" {
            let at = before[4].iter().position(|head| *head == "Workbook").unwrap();
            for row in &mut before {
                row.remove(at);
            }
            // The head of the sheet is not of the table.
            assert_eq!(before[3..], now[3..], "{sheet}");
        } else {
            assert_eq!(before, now, "{sheet}");
        }
    }
    let ran = seatwise([OsStr::new("verify"), out.path().as_os_str()]);
    assert!(ran.code == 2 && ran.err.contains("without --portfolio-only"), "{}", ran.err);
}

/// Everything a person could search: workbooks and packed files unpacked,
/// tables as text.
fn searchable(out: &Path) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for (path, bytes) in files_below(out) {
        if path.ends_with(".xlsx") {
            for (part, bytes) in unzipped(&bytes) {
                texts
                    .insert(format!("{path}:{part}"), String::from_utf8_lossy(&bytes).into_owned());
            }
        } else if path.ends_with(".gz") {
            let mut text = String::new();
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
            texts.insert(path, text);
        } else if path.ends_with(".parquet") {
            use polars::prelude::{ParquetReader, SerReader as _};
            let frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
            let mut text = String::new();
            for column in frame.columns() {
                for at in 0..frame.height() {
                    text.push_str(&format!("{}\n", column.get(at).unwrap()));
                }
            }
            texts.insert(path, text);
        } else {
            texts.insert(path, String::from_utf8(bytes).unwrap());
        }
    }
    texts
}

const FORMS: &str = "xlsx,parquet,csv,json";

#[test]
fn with_pseudonyms_no_output_names_a_person_and_every_figure_is_the_same() {
    let key = folder(&[("key", &[42_u8; 32] as &[u8])]);
    let key = key.path().join("key");
    let (named, hidden) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ran = analyze(&sample("portfolio"), named.path(), &["--format", FORMS]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let more = ["--format", FORMS, "--pseudonymize", key.to_str().unwrap()];
    let ran = analyze(&sample("portfolio"), hidden.path(), &more);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // Every id, address and name of a person, as the run with names tells them.
    let mut people: BTreeSet<String> = BTreeSet::new();
    let mut pseudonyms: BTreeSet<String> = BTreeSet::new();
    let rows = |out: &Path| -> Vec<Value> {
        let tables = files_below(&out.join("data/users"));
        let tables = tables.into_iter().filter(|(path, _)| path.ends_with(".jsonl"));
        let texts = tables.map(|(_, bytes)| String::from_utf8(bytes).unwrap());
        texts
            .flat_map(|text| {
                let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
                lines.collect::<Vec<Value>>()
            })
            .collect()
    };
    let (before, after) = (rows(named.path()), rows(hidden.path()));
    assert_eq!(before.len(), after.len());
    for (one, two) in before.iter().zip(&after) {
        for column in ["user_id", "upn", "name"] {
            if let Some(text) = one[column].as_str() {
                let login = text.split(" (").next().unwrap();
                people.insert(login.to_lowercase());
            }
        }
        pseudonyms.insert(two["user_id"].as_str().unwrap().split(" (").next().unwrap().to_owned());
        for column in
            ["tier", "requirement", "plan_cents", "assigned_cents", "status", "account_type"]
        {
            assert_eq!(one[column], two[column], "{one}");
        }
    }
    assert!(people.len() > 2_000, "{}", people.len());
    assert!(pseudonyms.iter().all(|id| id.starts_with("P-") && id.len() == 18), "{pseudonyms:?}");
    assert!(pseudonyms.len() > 1_000);
    // A word that is a user id and also something else is no name of a person.
    let words = searchable(hidden.path());
    assert!(words.len() > 300);
    let mut found = Vec::new();
    for (path, text) in &words {
        let text = text.to_lowercase();
        let mut tokens: BTreeSet<&str> = BTreeSet::new();
        for separator in [
            &['<', '>', '"', '\n', ','][..],
            &['<', '>', '"', '\n', ',', ' ', ';', '(', ')', '\u{201c}', '\u{201d}'],
        ] {
            tokens.extend(text.split(separator).map(str::trim));
        }
        for person in people.iter().filter(|person| tokens.contains(person.as_str())) {
            found.push(format!("{path}: {person}"));
        }
    }
    assert!(
        found.is_empty(),
        "{} names, among them {:#?}",
        found.len(),
        &found[..found.len().min(30)]
    );
    let (one, two) = (json(&named.path().join("run.json")), json(&hidden.path().join("run.json")));
    assert_eq!(one["tenants"], two["tenants"]);
    assert_eq!(one["totals"], two["totals"]);
    assert_eq!(two["options"]["pseudonyms"].as_str().unwrap().len(), 8);
}

#[test]
fn a_pseudonym_is_the_same_in_every_run_with_the_same_key_and_another_with_another() {
    let keys = folder(&[("one", &[1_u8; 32] as &[u8]), ("two", &[2_u8; 40])]);
    let ids = |key: &str| {
        let out = tempfile::tempdir().unwrap();
        let key = keys.path().join(key);
        let more = ["--format", "csv", "--pseudonymize", key.to_str().unwrap()];
        let ran = analyze(alone("harrow-bakery").path(), out.path(), &more);
        assert_eq!(ran.code, 0, "{}", ran.err);
        fs::read_to_string(out.path().join("data/users/harrow-bakery.csv")).unwrap()
    };
    assert_eq!(ids("one"), ids("one"));
    assert_ne!(ids("one"), ids("two"));
}

#[test]
fn a_key_that_is_missing_stops_the_run_and_is_not_made() {
    let out = tempfile::tempdir().unwrap();
    let key = out.path().join("key");
    let ran = analyze(
        alone("harrow-bakery").path(),
        &out.path().join("reports"),
        &["--pseudonymize", key.to_str().unwrap()],
    );
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("openssl rand -out"), "{}", ran.err);
    assert!(!key.exists() && !out.path().join("reports").exists());
}

#[test]
fn a_brand_stands_on_the_cover_in_the_colours_in_the_footer_and_in_the_properties() {
    let logo = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images/workbook.png");
    let logo = fs::read(logo).unwrap();
    let text = "name = \"Fabrikam & Partner\"\nlogo = \"logo.png\"\nmain_colour = \"#004B3C\"\n\
                second_colour = \"#B8500A\"\nfooter = \"For Harrow & nobody else\"\n";
    let brand = folder(&[("brand.toml", text.as_bytes()), ("logo.png", &logo)]);
    let path = brand.path().join("brand.toml");
    let out = tempfile::tempdir().unwrap();
    let more = ["--brand", path.to_str().unwrap()];
    let ran = analyze(alone("harrow-bakery").path(), out.path(), &more);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for book in ["portfolio.xlsx", "tenants/harrow-bakery.xlsx"] {
        let path = out.path().join(book);
        let cover = Book::open(&path).cells("Cover");
        let by = cover.iter().find(|row| row[0] == "Prepared by").unwrap();
        assert_eq!(by[1], Data::String("Fabrikam & Partner".into()), "{book}");
        let parts = unzipped(&fs::read(&path).unwrap());
        let part = |name: &str| String::from_utf8(parts[name].clone()).unwrap();
        assert!(parts["xl/media/image1.png"] == logo, "{book}");
        assert!(
            part("xl/drawings/drawing1.xml").contains("descr=\"Logo of Fabrikam &amp; Partner\"")
        );
        let styles = part("xl/styles.xml");
        assert!(styles.contains("FF004B3C") && !styles.contains("FF1F3864"), "{book}");
        assert!(
            part("docProps/core.xml").contains("<dc:creator>Fabrikam &amp; Partner</dc:creator>")
        );
        assert!(part("docProps/app.xml").contains("<Company>Fabrikam &amp; Partner</Company>"));
        let sheet = part("xl/worksheets/sheet2.xml");
        assert!(sheet.contains("For Harrow &amp;&amp; nobody else"), "{book}");
        let colours = parts
            .iter()
            .filter(|(name, _)| name.starts_with("xl/charts/"))
            .filter(|(_, xml)| String::from_utf8_lossy(xml).contains("004B3C"));
        assert!(colours.count() > 0, "{book}");
    }
}

#[test]
fn a_brand_that_cannot_be_used_stops_the_run_with_line_and_column() {
    let text: &[u8] = b"name = \"A\"\nmain_colour = \"#FFFF00\"\nsecond_colour = 7\n";
    let brand = folder(&[("brand.toml", text)]);
    let path = brand.path().join("brand.toml");
    let out = tempfile::tempdir().unwrap();
    let ran =
        analyze(alone("harrow-bakery").path(), out.path(), &["--brand", path.to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("brand.toml:3:17: "), "{}", ran.err);
    assert!(files_below(out.path()).is_empty());
}
