//! docs/editions.md: the sample tenants under each shipped edition.
//!
//! The tables between the markers are made from runs of the program; what the
//! page says beside them is written by hand.
//!
//! `SEATWISE_BLESS=1 cargo test --release --test it editions` rewrites them.

use std::fs;
use std::path::Path;

use seatwise::money::Cents;
use seatwise::rulebook::shipped_ids;
use serde_json::Value;

use crate::binary::{Book, analyze, json, sample};

const BEGIN: &str = "<!-- made by tests/it/editions.rs -->\n";
const END: &str = "<!-- end -->\n";

/// All samples under one edition.
struct Run {
    edition: &'static str,
    manifest: Value,
    /// Needs of each tenant that the edition has no word for.
    unknown: Vec<u64>,
}

fn run(edition: &'static str) -> Run {
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(&sample("portfolio"), out.path(), &["--rulebook", edition]);
    assert_eq!(ran.code, 0, "{edition}: {}", ran.err);
    let manifest = json(&out.path().join("run.json"));
    let unknown = manifest["tenants"].as_array().unwrap().iter().map(|tenant| {
        let workbook = out.path().join(tenant["workbook"].as_str().unwrap());
        let findings = Book::open(&workbook).table("Findings");
        let rows = findings.rows.iter().filter(|row| findings.text(row, "Code") == "SW407");
        rows.map(|row| findings.count(row, "Cases")).sum()
    });
    let unknown = unknown.collect();
    Run { edition, manifest, unknown }
}

/// One table: a row per tenant, a column per edition.
fn table(runs: &[Run], cell: impl Fn(&Value, u64) -> String) -> String {
    let heads: String = runs.iter().map(|run| format!(" {} |", run.edition)).collect();
    let mut table = format!("| tenant |{heads}\n|---|{}\n", "---:|".repeat(runs.len()));
    let tenants = runs[0].manifest["tenants"].as_array().unwrap();
    for (at, tenant) in tenants.iter().enumerate() {
        let id = tenant["id"].as_str().unwrap();
        table.push_str(&format!("| {id} |"));
        for run in runs {
            let here = &run.manifest["tenants"][at];
            assert_eq!(here["id"], id, "{}", run.edition);
            assert_eq!((&here["verified"], &here["gap_cents"]), (&true.into(), &0.into()), "{id}");
            table.push_str(&format!(" {} |", cell(here, run.unknown[at])));
        }
        table.push('\n');
    }
    table
}

fn tables() -> String {
    let runs: Vec<Run> = shipped_ids().map(run).collect();
    let number = |tenant: &Value, key: &str| tenant[key].as_i64().unwrap();
    let cost = table(&runs, |tenant, _| Cents(number(tenant, "plan_cents")).to_string());
    let people = table(&runs, |tenant, unknown| {
        let mut text = number(tenant, "need_licence").to_string();
        if unknown > 0 {
            text.push_str(&format!(" ({unknown} needs unknown)"));
        }
        text
    });
    let devices = table(&runs, |tenant, _| number(tenant, "devices_licensed").to_string());
    format!(
        "What the cheapest lawful licences cost a month, USD:\n\n{cost}\n\
         People who need a licence; in brackets needs that the guide has no product for:\n\n\
         {people}\nDevices licensed:\n\n{devices}"
    )
}

#[test]
fn the_page_of_editions_has_the_figures_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/editions.md");
    let page = fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once(BEGIN).expect("the page has the first marker");
    let (old, tail) = rest.split_once(END).expect("and the last");
    let fresh = tables();
    if std::env::var_os("SEATWISE_BLESS").is_some() {
        fs::write(&path, format!("{head}{BEGIN}{fresh}{END}{tail}")).unwrap();
        return;
    }
    assert!(old == fresh, "docs/editions.md differs from the program; it should say\n{fresh}");
}
