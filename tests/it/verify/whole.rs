//! The command as a user types it.

use std::fs;

use seatwise::report::datasets::tables;

use super::{Run, said};
use crate::binary::{analyze, json, sample, seatwise};

#[test]
fn a_run_holds_as_it_was_written_and_says_so_for_each_tenant() {
    let run = Run::of("portfolio");
    let folder = run.folder.path().to_str().unwrap();
    let ran = seatwise(["verify", folder]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(ran.out.matches("  verified\n").count(), 9, "{}", ran.out);
    assert!(ran.out.contains("9 of 9 tenants verified from their files"), "{}", ran.out);

    let ran = seatwise(["verify", folder, "--tenant", "eastgate-nine", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &found["verified"]), (0, &true.into()));
    assert_eq!(found["tenants"].as_array().unwrap().len(), 1);
    assert_eq!(found["tenants"][0]["outcome"], "verified");

    let ran = seatwise(["verify", folder, "--tenant", "nobody"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no tenant \u{201c}nobody\u{201d}"), "{}", ran.err);
}

#[test]
fn a_file_that_is_another_ends_with_1_and_one_that_is_missing_with_2() {
    let run = Run::of("portfolio");
    let folder = run.folder.path().to_str().unwrap().to_owned();
    let book = run.path("tenants/harrow-bakery.xlsx");
    let mut bytes = fs::read(&book).unwrap();
    bytes.push(0);
    fs::write(&book, bytes).unwrap();
    let ran = seatwise(["verify", &folder]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("tenants/harrow-bakery.xlsx: is not the file"), "{}", ran.out);
    assert!(ran.out.contains("NOT VERIFIED: 8 of 9 tenants hold"), "{}", ran.out);

    fs::remove_file(run.path("data/plan/eastgate-nine.parquet")).unwrap();
    let ran = seatwise(["verify", &folder]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.out.contains("data/plan/eastgate-nine.parquet: cannot be read"), "{}", ran.out);
    assert!(ran.out.contains("eastgate-nine") && ran.out.contains("UNREADABLE"), "{}", ran.out);
}

#[test]
fn every_file_of_a_run_is_missed() {
    let run = Run::of("portfolio");
    let files = json(&run.path("run.json"))["outputs"].clone();
    let of_tenant = |file: &&str| file.contains("larkmoor-optics") || *file == "portfolio.xlsx";
    let files: Vec<&str> = files.as_array().unwrap().iter().filter_map(|f| f.as_str()).collect();
    let files: Vec<&str> = files.into_iter().filter(of_tenant).collect();
    assert_eq!(files.len(), tables::all().len() + 3, "the proof and two workbooks beside them");
    for file in files {
        let gone = run.without("larkmoor-optics", file);
        assert!(!gone.verified, "{file}");
        assert!(
            said(&gone).contains(&format!("{file}: cannot be read")),
            "{file}: {}",
            said(&gone)
        );
    }
}

#[test]
fn what_is_no_run_is_refused_in_a_sentence() {
    let run = Run::of("portfolio");
    let folder = run.folder.path().to_str().unwrap().to_owned();
    let manifest = run.path("run.json");
    let whole = fs::read_to_string(&manifest).unwrap();
    let expect = |text: &str, sentence: &str| {
        fs::write(&manifest, text).unwrap();
        let ran = seatwise(["verify", &folder]);
        assert_eq!(ran.code, 2, "{}", ran.out);
        assert!(ran.err.contains(sentence), "{}", ran.err);
    };
    expect("", "is damaged");
    expect(&whole[..whole.len() / 2], "is damaged");
    expect("{\"schema\": 1}", "missing field");
    expect(
        &whole.replacen("\"schema\": 1", "\"schema\": 7", 1),
        "run.json of this run have version 7, this program reads version 1",
    );
    expect(
        &whole.replacen("\"data_schema\": \"1\"", "\"data_schema\": \"9\"", 1),
        "the tables of this run have version 9",
    );
    fs::remove_file(&manifest).unwrap();
    let ran = seatwise(["verify", &folder]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("name the folder that"), "{}", ran.err);
}

#[test]
fn a_tenant_that_was_not_calculated_is_no_failure_of_the_run() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(analyze(&sample("broken"), folder.path(), &[]).code, 1);
    let ran = seatwise(["verify", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("not calculated"), "{}", ran.out);
    assert!(ran.out.contains("2 of 3 tenants verified"), "{}", ran.out);
}

#[test]
fn totals_and_lists_of_the_run_must_be_those_of_its_tenants() {
    let run = Run::of("portfolio");
    let manifest = json(&run.path("run.json"));
    let expect = |pointer: &str, sentence: &str| {
        let mut changed = manifest.clone();
        let value = changed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"));
        *value = match &*value {
            serde_json::Value::Number(number) => (number.as_i64().unwrap() + 1).into(),
            serde_json::Value::String(text) => format!("{text}x").into(),
            other => panic!("{other}"),
        };
        let text = serde_json::to_vec(&changed).unwrap();
        let found = run
            .changed("aldermoor-retail", "run.json", false, |path| fs::write(path, text).unwrap());
        assert!(!found.verified && said(&found).contains(sentence), "{pointer}: {}", said(&found));
    };
    for figure in ["tenants", "failed", "people", "devices", "rows_read", "rows_rejected"] {
        expect(&format!("/totals/{figure}"), &format!("run.json: totals: {figure} is"));
    }
    expect("/totals/money/0/plan_cents", "run.json: totals, USD: plan_cents is");
    expect("/totals/money/0/gap_cents", "run.json: totals, USD: gap_cents is");
    for figure in [
        "people",
        "need_licence",
        "devices",
        "devices_licensed",
        "plan_cents",
        "bound_cents",
        "gap_cents",
        "assigned_cents",
        "owned_cents",
        "errors",
        "warnings",
        "rows_read",
        "rows_rejected",
        "workbook",
    ] {
        let sentence = format!("run.json: tenant aldermoor-retail: {figure} is");
        expect(&format!("/tenants/0/{figure}"), &sentence);
    }
    expect("/tenants/0/edition", "edition is 2021-09, run.json says 2021-09x");
    expect("/tenants/0/currency", "currency is USD, run.json says USDx");
    expect("/outputs/3", "outputs and hashes do not list the same files");
    expect("/hashes/0/sha256", "is not the file that the run wrote");
    expect("/inputs/0/sha256", "run.json lists no such file with this size and hash");
    expect("/editions/1/sha256", "edition_sha256 is");
    expect("/options/unknown_roles", "unknown_roles is full, run.json says fullx");
}

#[test]
fn a_table_of_another_run_among_the_tables_is_found() {
    let run = Run::of("portfolio");
    fs::copy(
        run.path("data/plan/harrow-bakery.parquet"),
        run.path("data/plan/harrow-bakery-old.parquet"),
    )
    .unwrap();
    let found = run.audit("harrow-bakery");
    assert!(said(&found).contains("data/plan/harrow-bakery-old.parquet: is no file of this run"));
    assert!(!found.verified);
}
