//! Every figure that follows from others is held against them: whoever changes
//! one, and the hash of its file with it, is told which.

use std::collections::BTreeMap;

use polars::prelude::DataType;
use seatwise::report::datasets::tables;
use serde_json::{Value, json};

use super::{Run, frame, nudge, said, write_frame};

/// Has devices, owned seats, capacity, unverified prices.
const RETAIL: &str = "aldermoor-retail";

/// Has a minimum that binds, and the tree that proves it.
const NINE: &str = "eastgate-nine";

/// Columns that say more about a row and that nothing else in the run says
/// again: the hash of the file alone holds them.
const BY_HASH: [(&str, &[&str]); 22] = [
    (
        "tenants",
        &[
            "name",
            "program",
            "segment",
            "accounts",
            "other_policy_cents",
            "unknown_role_cents",
            "user_only_cents",
        ],
    ),
    (
        "users",
        &[
            "upn",
            "name",
            "department",
            "country",
            "accounts",
            "account_type",
            "enabled",
            "exempt",
            "roles",
            "assigned",
            "status",
        ],
    ),
    ("user_licenses", &["license"]),
    ("plan", &["license", "mark", "source"]),
    ("true_up", &["license", "assigned", "action"]),
    // The plans of the schedule are counted there, too.
    ("certificate", &["checked"]),
    ("schedule", &["plan", "changes"]),
    ("alternatives", &["licences"]),
    (
        "sensitivity",
        &[
            "sku",
            "kind",
            "component",
            "devices",
            "up_cents",
            "up_people",
            "down_cents",
            "down_people",
        ],
    ),
    ("compare", &["priority_licences", "priority_words", "greedy_licences", "reason"]),
    ("risks", &["code", "title", "subject", "detail", "count", "cents"]),
    ("savings", &["sku", "kind", "cause", "quantity", "verified"]),
    ("schedule_seats", &["license"]),
    ("in_term", &["license", "assigned", "stays"]),
    ("signatures", &["tier", "first_cover", "other_covers"]),
    ("devices", &["name", "kind", "location", "dedicated", "login", "users", "sku", "reason"]),
    ("drivers", &["need"]),
    ("roles", &["role", "identifier", "users", "permissions", "decided_by", "tier", "requirement"]),
    (
        "capacity",
        &[
            "metric",
            "value",
            "capacity",
            "name",
            "unit",
            "per",
            "default_thousandths",
            "accrued_thousandths",
            "owned_thousandths",
            "available_thousandths",
            "used_thousandths",
            "buy",
            "status",
            "lost_thousandths",
            "lost_cents",
            "detail",
            "mark",
            "source",
        ],
    ),
    (
        "findings",
        &[
            "code", "title", "subject", "message", "cases", "cents", "help", "file", "sheet",
            "row", "column",
        ],
    ),
    ("rejected", &["row", "column", "code", "reason", "raw"]),
    ("files", &["sheet", "format", "header_row", "recognition", "unused_columns", "failure"]),
];

#[test]
fn every_column_that_follows_from_others_is_held_against_them() {
    let run = Run::of("portfolio");
    let by_hash: BTreeMap<&str, &[&str]> = BY_HASH.into_iter().collect();
    let (mut held, mut hashed) = (0, 0);
    for table in tables::all() {
        let file = format!("data/{}/{RETAIL}.parquet", table.name);
        let rows = frame(&run.path(&file));
        for (column, kind, _) in &table.columns {
            if rows.height() == 0 || *kind == "date" {
                continue;
            }
            // A row with a value, in the middle: the first may be the tenant's.
            let values = rows.column(column).unwrap();
            let filled = |row: &usize| !values.get(*row).unwrap().is_null();
            let middle = rows.height() / 2;
            let row = (middle..rows.height()).chain(0..middle).find(filled).unwrap_or(middle);
            let only_hash = by_hash.get(table.name).is_some_and(|known| known.contains(column));
            let found = run.changed(RETAIL, &file, !only_hash, |path| {
                let mut rows = rows.clone();
                nudge(&mut rows, column, row);
                write_frame(path, rows);
            });
            let said = said(&found);
            assert!(!found.verified, "{file}: {column} was changed and nothing said");
            if only_hash {
                assert!(said.contains(&format!("{file}: is not the file")), "{column}: {said}");
                hashed += 1;
            } else {
                // The sentence has the column, or the row it made a stranger of.
                let names = [*column, "row ", "such rows", "add"];
                assert!(names.iter().any(|name| said.contains(name)), "{column}: {said}");
                assert!(!said.contains("its hash is another"), "{column}: {said}");
                held += 1;
            }
        }
    }
    assert!(held > 80, "{held} columns are held against others, {hashed} by hash");
}

#[test]
fn every_table_misses_a_row() {
    let run = Run::of("portfolio");
    for table in tables::all() {
        let file = format!("data/{}/{RETAIL}.parquet", table.name);
        let rows = frame(&run.path(&file));
        if rows.height() == 0 {
            continue;
        }
        let (row, seal) = (
            rows.height() / 2,
            !["roles", "capacity", "findings", "sensitivity", "risks"].contains(&table.name),
        );
        let found = run.changed(RETAIL, &file, seal, |path| {
            let rest = rows.slice(i64::try_from(row + 1).unwrap(), rows.height());
            write_frame(path, rows.slice(0, row).vstack(&rest).unwrap());
        });
        assert!(!found.verified, "{file} has a row less and nothing said");
        assert!(said(&found).contains(table.name), "{file}: {}", said(&found));
    }
}

#[test]
fn a_table_without_a_column_or_with_another_type_cannot_be_read() {
    let run = Run::of("portfolio");
    let file = format!("data/plan/{RETAIL}.parquet");
    let found = run.changed(RETAIL, &file, true, |path| {
        write_frame(path, frame(path).drop("quantity").unwrap());
    });
    assert!(said(&found).contains(&format!("{file}: the column quantity is missing")));
    let found = run.changed(RETAIL, &file, true, |path| {
        let mut rows = frame(path);
        let text = rows.column("quantity").unwrap().cast(&DataType::String).unwrap();
        rows.with_column(text).unwrap();
        write_frame(path, rows);
    });
    assert!(said(&found).contains("the column quantity holds str, it should hold i64"));
}

/// Changes a place of the proof and expects a sentence.
fn refused(run: &Run, tenant: &str, what: &str, sentence: &str, change: impl FnOnce(&mut Value)) {
    let found = run.proof(tenant, change);
    let said = said(&found);
    assert!(!found.verified && said.contains(sentence), "{what}: {said}");
}

fn add(value: &mut Value, more: i64) {
    *value = json!(value.as_i64().unwrap() + more);
}

#[test]
fn a_changed_problem_or_plan_is_refused_by_its_proof() {
    let run = Run::of("portfolio");
    let proof = format!("data/proof/{RETAIL}.json.gz: ");
    let say = |what: &str, sentence: &str, change: &dyn Fn(&mut Value)| {
        refused(&run, RETAIL, what, sentence, change);
    };
    say("the cost", "licences add up to", &|p| add(&mut p["plans"][0]["cents"], 1));
    say("the bound", &format!("{proof}the renewal plan is refused: the bound of"), &|p| {
        add(&mut p["plans"][0]["cents"], 100);
        add(&mut p["plans"][0]["bound"], 100);
    });
    say("a list price", "the renewal plan is refused: person", &|p| {
        let answers = p["plans"][0]["answers"].clone();
        let sku =
            answers.as_array().unwrap().iter().find_map(|a| {
                a["licences"].as_array().unwrap().iter().find(|l| l["kind"] != "attach")
            });
        let id = sku.unwrap()["sku"].clone();
        let skus = p["skus"].as_array_mut().unwrap();
        add(&mut skus.iter_mut().find(|s| s["sku"] == id).unwrap()["list"], 100);
    });
    say("a price paid", "may not buy SKU", &|p| {
        let answers = p["plans"][0]["answers"].as_array_mut().unwrap();
        let paid = answers.iter_mut().find(|a| a["licences"] != json!([])).unwrap();
        add(&mut paid["licences"][0]["cents"], -100);
    });
    say("a licence dropped", "data/user_licenses/", &|p| {
        let answers = p["plans"][0]["answers"].as_array_mut().unwrap();
        let paid = answers.iter_mut().find(|a| a["licences"] != json!([])).unwrap();
        paid["licences"] = json!([]);
    });
    say("a device licence forgotten", "has device work that nothing covers", &|p| {
        p["plans"][0]["licensed"].as_array_mut().unwrap().remove(0);
    });
    say("a device that is dearer", "licences add up to", &|p| {
        let seat = p["plans"][0]["licensed"][0].as_u64().unwrap();
        add(&mut p["seats"][usize::try_from(seat).unwrap()]["cents"], 100);
    });
    say("a user left out", "people are missing", &|p| {
        p["people"].as_array_mut().unwrap().pop();
    });
    say("a user with another name", "the proof has nobody there", &|p| {
        p["people"][5]["user"] = json!("nobody");
    });
    say("a need dropped", "data/users/", &|p| {
        let needs = p["needs"].as_array_mut().unwrap();
        needs.iter_mut().find(|n| n["clauses"] != json!([])).unwrap()["clauses"] = json!([]);
    });
    say("a charge raised", "charged", &|p| {
        let parts = p["plans"][0]["components"].as_array_mut();
        let charges = parts.unwrap().iter_mut().find_map(|part| {
            part["proof"][0]["charges"].as_array_mut().filter(|charges| !charges.is_empty())
        });
        add(&mut charges.unwrap()[0]["floor"], 1_000_000);
    });
    say("a charge dropped", "its proof gives", &|p| {
        let parts = p["plans"][0]["components"].as_array_mut();
        let charges = parts.unwrap().iter_mut().find_map(|part| {
            part["proof"][0]["charges"].as_array_mut().filter(|charges| !charges.is_empty())
        });
        charges.unwrap().clear();
    });
    say("a component dropped", "device", &|p| {
        p["plans"][0]["components"].as_array_mut().unwrap().pop();
    });
    say("another policy", "device_policy is guide, the proof says strict", &|p| {
        p["device_policy"] = json!("strict");
    });
    say("another tenant", "tenant", &|p| p["tenant"] = json!("someone"));
    say("another edition", "edition is 2021-09, the proof says 2017-07", &|p| {
        p["edition"] = json!("2017-07");
    });
}

#[test]
fn a_changed_step_before_the_renewal_is_refused() {
    let run = Run::of("portfolio");
    let say = |what: &str, sentence: &str, change: &dyn Fn(&mut Value)| {
        refused(&run, RETAIL, what, sentence, change);
    };
    say("no step", "the number of steps is 0", &|p| p["steps"] = json!([]));
    say("the cost", "step 1: the in-term plan is refused: the plan says 1 cents", &|p| {
        add(&mut p["steps"][0]["plans"][0]["cents"], 1);
    });
    say("a licence dropped", "step 1: the in-term plan is refused: person", &|p| {
        let answers = p["steps"][0]["plans"][0]["answers"].as_array_mut().unwrap();
        let paid = answers.iter_mut().find(|a| a["licences"] != json!([])).unwrap();
        paid["licences"] = json!([]);
    });
    say("a seat more that is owned", "are owned in the proof and not in schedule_seats", &|p| {
        add(&mut p["steps"][0]["plans"][0]["rules"]["owned"][0]["quantity"], 1);
    });
    say("another need", "step 1 has other people than the renewal", &|p| {
        let needs = p["steps"][0]["needs"].as_array_mut().unwrap();
        needs.iter_mut().find(|n| n["clauses"] != json!([])).unwrap()["clauses"] = json!([]);
    });
    say("another price", "step 1 has other prices than the renewal", &|p| {
        let skus = p["steps"][0]["skus"].as_array_mut().unwrap();
        add(&mut skus.iter_mut().find(|s| s["list"].is_i64()).unwrap()["list"], 100);
    });
    say("another minimum", "step 1 has other", &|p| {
        p["steps"][0]["plans"][0]["rules"]["exclusions"] = json!([]);
        p["steps"][0]["plans"][0]["rules"]["minimums"] = json!([]);
        p["steps"][0]["plans"][0]["rules"]["full_user"] = Value::Null;
    });
}

#[test]
fn a_changed_rule_or_tree_is_refused_by_its_proof() {
    let run = Run::of("portfolio");
    let say = |what: &str, sentence: &str, change: &dyn Fn(&mut Value)| {
        refused(&run, NINE, what, sentence, change);
    };
    say("a seat for nobody", "licences add up to", &|p| {
        p["plans"][0]["spare"] = json!([{"sku": "finance", "quantity": 1}]);
    });
    say("a higher minimum", "is not reached", &|p| {
        let rules = p["plans"][0]["rules"]["minimums"].as_array_mut().unwrap();
        for rule in rules {
            add(&mut rule["quantity"], 1);
        }
    });
    say("no minimum", "there is no choice", &|p| {
        p["plans"][0]["rules"]["minimums"] = json!([]);
    });
    say("a case of the tree left out", "a tree does not end where its nodes end", &|p| {
        p["plans"][0]["tree"].as_array_mut().unwrap().pop();
    });
    say("no tree", "the renewal plan is refused", &|p| p["plans"][0]["tree"] = Value::Null);
    say("multipliers of the tree", "the renewal plan is refused", &|p| {
        for node in p["plans"][0]["tree"].as_array_mut().unwrap() {
            for form in ["priced", "rows"] {
                let multipliers = node.get_mut(form).and_then(|n| n["multipliers"].as_array_mut());
                for multiplier in multipliers.into_iter().flatten() {
                    add(multiplier, 1_000_000);
                }
            }
        }
    });
    say("another version", "it has version 2 of the proofs", &|p| p["schema"] = json!(2));
    say("a member nobody knows", "unknown field `more`", &|p| p["more"] = json!(1));
    say("no plan", "holds no plan", &|p| p["plans"] = json!([]));
}
