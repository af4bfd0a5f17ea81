//! `reports/`, the example output that is checked in: two tenants of the
//! samples, as the program of this commit writes them.
//!
//! `SEATWISE_BLESS=1 cargo test --release --test it reports` writes it anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::binary::{analyze, files_below, sample, unzipped};

const TENANTS: [&str; 2] = ["eastgate-nine", "harrow-bakery"];

/// What the program writes: workbooks, and `run.json` without what differs
/// from run to run or with the packing of a file.
fn fresh() -> BTreeMap<String, Vec<u8>> {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let portfolio = sample("portfolio");
    for id in TENANTS {
        fs::create_dir(input.path().join(id)).unwrap();
        for file in fs::read_dir(portfolio.join(id)).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), input.path().join(id).join(file.file_name())).unwrap();
        }
    }
    let listed = fs::read_to_string(portfolio.join("tenants.csv")).unwrap();
    let own = listed.lines().enumerate();
    let own = own.filter(|(at, line)| *at == 0 || TENANTS.iter().any(|id| line.starts_with(id)));
    let own: String = own.map(|(_, line)| format!("{line}\n")).collect();
    fs::write(input.path().join("tenants.csv"), own).unwrap();
    let ran = analyze(input.path(), out.path(), &["--format", "xlsx"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut files = files_below(out.path());
    files.retain(|path, _| !path.starts_with("data/"));
    let mut run: Value = serde_json::from_slice(&files["run.json"]).unwrap();
    for member in ["timings", "hashes"] {
        run.as_object_mut().unwrap().remove(member).unwrap();
    }
    let text = format!("{}\n", serde_json::to_string_pretty(&run).unwrap());
    files.insert("run.json".into(), text.into_bytes());
    files
}

#[test]
fn the_example_reports_are_what_the_program_writes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
    let fresh = fresh();
    if std::env::var_os("SEATWISE_BLESS").is_some() {
        for (path, bytes) in &fresh {
            fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
            fs::write(folder.join(path), bytes).unwrap();
        }
        return;
    }
    let mut kept = files_below(&folder);
    assert!(kept.remove("README.md").is_some());
    assert!(kept.keys().eq(fresh.keys()), "{:?} against {:?}", kept.keys(), fresh.keys());
    let stale = "reports/ is stale: SEATWISE_BLESS=1 cargo test --release --test it reports";
    for (path, bytes) in &fresh {
        if path.ends_with(".xlsx") {
            let (was, is) = (unzipped(&kept[path]), unzipped(bytes));
            assert!(was.keys().eq(is.keys()), "{path}: {stale}");
            for (part, bytes) in &is {
                assert!(was[part] == *bytes, "{path}, {part}: {stale}");
            }
        } else {
            assert!(kept[path] == *bytes, "{path}: {stale}");
        }
    }
}
