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

use crate::binary::{analyze, json, sample};

const BEGIN: &str = "<!-- made by tests/it/editions.rs -->\n";
const END: &str = "<!-- end -->\n";

/// The manifest of a run of all samples under one edition.
fn run(edition: &str) -> Value {
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(&sample("portfolio"), out.path(), &["--rulebook", edition]);
    assert_eq!(ran.code, 0, "{edition}: {}", ran.err);
    json(&out.path().join("run.json"))
}

/// One table: a row per tenant, a column per edition.
fn table(runs: &[(&str, Value)], cell: impl Fn(&Value) -> String) -> String {
    let heads: String = runs.iter().map(|(edition, _)| format!(" {edition} |")).collect();
    let mut table = format!("| tenant |{heads}\n|---|{}\n", "---:|".repeat(runs.len()));
    let tenants = runs[0].1["tenants"].as_array().unwrap();
    for (at, tenant) in tenants.iter().enumerate() {
        let id = tenant["id"].as_str().unwrap();
        table.push_str(&format!("| {id} |"));
        for (edition, run) in runs {
            let here = &run["tenants"][at];
            assert_eq!(here["id"], id, "{edition}");
            assert_eq!((&here["verified"], &here["gap_cents"]), (&true.into(), &0.into()), "{id}");
            table.push_str(&format!(" {} |", cell(here)));
        }
        table.push('\n');
    }
    table
}

fn tables() -> String {
    let runs: Vec<(&str, Value)> = shipped_ids().map(|edition| (edition, run(edition))).collect();
    let number = |tenant: &Value, key: &str| tenant[key].as_i64().unwrap();
    let cost = table(&runs, |tenant| Cents(number(tenant, "plan_cents")).to_string());
    let counts = table(&runs, |tenant| {
        let needs = number(tenant, "need_licence");
        match number(tenant, "devices_licensed") {
            0 => needs.to_string(),
            devices => format!("{needs}, {devices} devices"),
        }
    });
    format!(
        "What the cheapest lawful licences cost a month, USD:\n\n{cost}\n\
         People who need a licence, and devices licensed:\n\n{counts}"
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
