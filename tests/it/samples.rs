//! The program on the sample data: the figures of `samples/README.md`, and
//! what holds for any run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use calamine::Data;
use seatwise::report::datasets;
use seatwise::rulebook::DEFAULT_EDITION;
use serde_json::Value;

use crate::binary::{Book, analyze, files_below, folder, json, sample, seatwise, tenant};
use crate::tenants::usd;

const TENANTS: [&str; 9] = [
    "aldermoor-retail",
    "brenta-distribution",
    "carvel-manufacturing",
    "dunmore-consulting",
    "eastgate-nine",
    "fjordholm-holding",
    "greywater-utilities",
    "harrow-bakery",
    "larkmoor-optics",
];

/// The reports of `samples/portfolio`, written once for all tests.
static REPORTS: LazyLock<&Path> = LazyLock::new(|| {
    let out = Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/portfolio"));
    if out.exists() {
        fs::remove_dir_all(out).unwrap();
    }
    let ran = analyze(&sample("portfolio"), out, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    out
});

/// What `inspect --json` says of `samples/portfolio`.
static INSPECTED: LazyLock<Value> = LazyLock::new(|| {
    let path = sample("portfolio");
    let ran = seatwise([Path::new("inspect"), &path, Path::new("--json")]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
});

fn workbook(id: &str) -> Book {
    Book::open(&REPORTS.join("tenants").join(format!("{id}.xlsx")))
}

fn manifest() -> Value {
    json(&REPORTS.join("run.json"))
}

/// The plan of a workbook as `quantity sku kind`.
fn plan(id: &str) -> BTreeSet<String> {
    let table = workbook(id).table("Licences");
    let line = |row: &Vec<Data>| {
        let text = |column| table.text(row, column);
        format!("{} {} {}", text("Seats"), text("SKU"), text("Bought as"))
    };
    table.rows.iter().map(line).collect()
}

fn set(lines: &[&str]) -> BTreeSet<String> {
    lines.iter().map(|&line| line.to_owned()).collect()
}

// ----------------------------------------------------------------- outputs ----

#[test]
fn a_portfolio_gives_a_workbook_and_every_dataset_per_tenant_and_nothing_else() {
    let mut expected: BTreeSet<String> = set(&["portfolio.xlsx", "run.json"]);
    for id in TENANTS {
        expected.insert(format!("tenants/{id}.xlsx"));
        for table in datasets::tables::all() {
            expected.insert(format!("data/{}/{id}.parquet", table.name));
        }
    }
    let written = files_below(&REPORTS);
    assert_eq!(written.keys().cloned().collect::<BTreeSet<_>>(), expected);
    for (path, bytes) in written.iter().filter(|(path, _)| path.ends_with(".parquet")) {
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{path}");
    }
    let listed: BTreeSet<String> = serde_json::from_value(manifest()["outputs"].clone()).unwrap();
    expected.remove("run.json");
    assert_eq!(listed, expected, "run.json lists what was written");
}

#[test]
fn the_bytes_are_the_same_for_any_number_of_threads() {
    let runs: Vec<BTreeMap<String, Vec<u8>>> = ["1", "2", "8"]
        .iter()
        .map(|threads| {
            let out = tempfile::tempdir().unwrap();
            let ran = analyze(&sample("portfolio"), out.path(), &["--threads", threads]);
            assert_eq!(ran.code, 0, "{}", ran.err);
            let mut files = files_below(out.path());
            let mut run: Value = serde_json::from_slice(&files["run.json"]).unwrap();
            run.as_object_mut().unwrap().remove("timings").unwrap();
            files.insert("run.json".into(), serde_json::to_vec(&run).unwrap());
            files
        })
        .collect();
    for run in &runs[1..] {
        assert!(run.keys().eq(runs[0].keys()));
        for (path, bytes) in run {
            assert!(bytes == &runs[0][path], "{path} differs");
        }
    }
}

#[test]
fn all_checks_of_all_workbooks_agree_and_no_cell_is_an_error() {
    let mut books: Vec<(String, Book)> =
        TENANTS.iter().map(|id| ((*id).to_owned(), workbook(id))).collect();
    books.push(("portfolio".into(), Book::open(&REPORTS.join("portfolio.xlsx"))));
    for (name, mut book) in books {
        for sheet in book.sheets() {
            for (row, cells) in book.cells(&sheet).iter().enumerate() {
                let errors = cells.iter().filter(|cell| matches!(cell, Data::Error(_))).count();
                assert_eq!(errors, 0, "{name}, {sheet}, row {}", row + 1);
            }
        }
        assert_eq!(book.cells("Checks")[3][4], Data::Bool(true), "{name}");
        let checks = book.table("Checks");
        assert!(checks.rows.len() >= 3, "{name} has {} checks", checks.rows.len());
        for row in &checks.rows {
            assert_eq!(row[checks.column("Agrees")], Data::Bool(true), "{name}: {row:?}");
        }
    }
}

#[test]
fn every_plan_is_proven_cheapest_and_accepted_by_the_checker() {
    let run = manifest();
    for id in TENANTS {
        let tenant = tenant(&run, id);
        assert_eq!(tenant["verified"], true, "{id}");
        assert_eq!(tenant["gap_cents"], 0, "{id}");
        assert_eq!(tenant["errors"], 0, "{id}");
    }
}

// --------------------------------------------- the numbers of the README ----

#[test]
fn plans_cost_what_the_readme_works_out_by_hand() {
    let run = manifest();
    for (id, people, need, cents) in [
        // A login shared by nine is one account and nine people.
        ("aldermoor-retail", 608 + 8, 600, usd(19_545)),
        ("brenta-distribution", 265, 257, usd(12_068)),
        ("dunmore-consulting", 225, 214, usd(21_559)),
        ("fjordholm-holding", 168, 164, usd(14_730)),
        ("harrow-bakery", 14, 13, usd(754)),
        ("larkmoor-optics", 171, 161, usd(17_013)),
    ] {
        let tenant = tenant(&run, id);
        assert_eq!(tenant["plan_cents"], cents, "{id}");
        assert_eq!(tenant["people"], people, "{id}");
        assert_eq!(tenant["need_licence"], need, "{id}");
    }
    assert_eq!(tenant(&run, "harrow-bakery")["owned_cents"], usd(984));
}

#[test]
fn as_many_devices_are_licensed_as_the_readme_counts() {
    let run = manifest();
    for (id, devices, licensed) in [
        ("aldermoor-retail", 138, 129),
        ("brenta-distribution", 63, 40),
        ("carvel-manufacturing", 23, 18),
        ("larkmoor-optics", 14, 11),
    ] {
        let tenant = tenant(&run, id);
        assert_eq!(
            (&tenant["devices"], &tenant["devices_licensed"]),
            (&devices.into(), &licensed.into()),
            "{id}"
        );
    }
}

#[test]
fn aldermoor_licenses_its_registers_and_six_kiosk_cashiers_by_person() {
    assert_eq!(
        plan("aldermoor-retail"),
        set(&[
            "20 team-members additional",
            // Four at headquarters, six kiosk cashiers, six kiosk managers.
            "16 operations-activity additional",
            "25 finance base",
            "24 commerce base",
            "3 commerce attach",
            "129 operations-device device",
        ])
    );
    // Three registers against thirteen cashiers in store S010.
    let table = workbook("aldermoor-retail").table("Devices");
    let here = |row: &&Vec<Data>| table.text(row, "Device id").starts_with("S010-POS");
    assert_eq!(table.rows.iter().filter(here).count(), 3);
    for row in table.rows.iter().filter(here) {
        assert_eq!(table.text(row, "Licensed"), "yes", "{row:?}");
    }
}

#[test]
fn brenta_leaves_the_scanners_of_trieste_unlicensed() {
    assert_eq!(
        plan("brenta-distribution"),
        set(&[
            "41 team-members additional",
            "29 operations-activity additional",
            "26 finance base",
            "14 supply-chain-management base",
            "3 supply-chain-management attach",
            "40 operations-device device",
        ])
    );
    let table = workbook("brenta-distribution").table("Devices");
    let trieste = |row: &&Vec<Data>| table.text(row, "Location").contains("Trieste");
    let scanners: Vec<_> = table.rows.iter().filter(trieste).collect();
    assert_eq!(scanners.len(), 3);
    assert!(scanners.iter().all(|row| table.text(row, "Licensed") == "no"));
}

/// 9 purchasing agents, 12 production readers, 6 cost readers; 6 people of
/// CNC cells and foreman desk, 8 supervisors, 7 dispatchers; 5 editors who need
/// any full licence; 8 Finance, 4 cost editors; 4 promoted operators, 10
/// planners, 6 maintenance planners; 18 terminals.
#[test]
fn carvel_pays_its_own_prices_for_what_its_rows_say() {
    assert_eq!(
        plan("carvel-manufacturing"),
        set(&[
            "27 team-members additional",
            "21 operations-activity additional",
            "5 human-resources base",
            "12 finance base",
            "20 supply-chain-management base",
            "18 operations-device device",
        ])
    );
    let cents = 27 * 720 + 21 * usd(45) + 5 * usd(120) + (12 + 20) * usd(162) + 18 * 6_750;
    assert_eq!(tenant(&manifest(), "carvel-manufacturing")["plan_cents"], cents);
    let findings = workbook("carvel-manufacturing").table("Findings");
    let told = |code: &str, about: &str| {
        let mut rows = findings.rows.iter();
        rows.any(|row| findings.text(row, "Code") == code && findings.text(row, "About") == about)
    };
    assert!(told("SW402", "CRVToolCribIssue"), "the menu item without a licence");
    assert!(told("SW405", "Purchasing agent"), "the customised standard role");
}

#[test]
fn dunmore_buys_the_bases_and_attaches_that_the_readme_counts() {
    let plan = plan("dunmore-consulting");
    for line in [
        "47 sales-enterprise base",
        "28 customer-service-enterprise base",
        "65 project-operations base",
        "24 finance base",
        "12 field-service base",
        "38 team-members additional",
        "3 project-operations attach",
    ] {
        assert!(plan.contains(line), "{line} is not in {plan:?}");
    }
}

/// Nine full users, eleven seats short of twenty: those of Project Operations
/// are the cheapest, and eleven people of Team Members work on them.
#[test]
fn eastgate_buys_eleven_seats_to_the_minimum_and_puts_lighter_users_on_them() {
    let table = workbook("eastgate-nine").table("Agreement rules");
    let row = table.rows.iter().find(|row| {
        row.iter().any(|cell| cell.to_string().starts_with("20 base seats of Finance"))
    });
    let text: Vec<String> = row.unwrap().iter().map(ToString::to_string).collect();
    assert!(text.iter().any(|cell| cell == "met"), "{text:?}");
    assert!(text.iter().any(|cell| cell == "1232"), "2,956 less 1,724: {text:?}");
}

#[test]
fn eastgate_costs_what_nine_full_users_and_eleven_more_seats_cost() {
    assert_eq!(tenant(&manifest(), "eastgate-nine")["plan_cents"], usd(2_956));
}

#[test]
fn fjordholm_takes_plans_only_where_they_are_cheapest() {
    assert_eq!(
        plan("fjordholm-holding"),
        set(&[
            "50 team-members additional",
            "25 operations-activity additional",
            "6 talent additional",
            "21 sales base",
            "10 customer-service base",
            "9 customer-engagement-plan base",
            "40 unified-operations-plan base",
            "6 dynamics-365-plan base",
        ])
    );
}

#[test]
fn of_the_technicians_of_greywater_five_are_full_users_and_fifteen_team_members() {
    let table = workbook("greywater-utilities").table("Users");
    let technicians: Vec<_> = table
        .rows
        .iter()
        .filter(|row| ("000101"..="000120").contains(&table.text(row, "User id").as_str()))
        .collect();
    assert_eq!(technicians.len(), 20);
    for row in technicians {
        let posts = ("000104"..="000108").contains(&table.text(row, "User id").as_str());
        let tier = if posts { "full" } else { "team-members" };
        assert_eq!(table.text(row, "Tier"), tier, "{row:?}");
        let object = if posts { "SMAServiceOrderPost" } else { "" };
        assert_eq!(table.text(row, "Because of object"), object, "{row:?}");
    }
}

/// The README counts without guests, groups, unknown roles and the
/// administrator, and does not count the person whom only an assignment names.
#[test]
fn greywater_has_as_many_people_of_each_tier_as_the_readme_counts() {
    let table = workbook("greywater-utilities").table("Users");
    let mut tiers: BTreeMap<String, u64> = BTreeMap::new();
    for row in &table.rows {
        let text = |column| table.text(row, column);
        let guest = text("User principal name").contains("#EXT#");
        let named = ["GWNOBODY", "Admin"].contains(&text("User id").as_str());
        if !guest && !named && text("Read from") != "unknown role" && text("Needs licence") == "yes"
        {
            *tiers.entry(text("Tier")).or_default() += 1;
        }
    }
    let expected = [("activity", 18), ("full", 29), ("team-members", 74)];
    assert_eq!(tiers, expected.map(|(tier, people)| (tier.to_owned(), people)).into());
}

#[test]
fn harrow_attaches_sales_professional_to_business_central() {
    assert_eq!(
        plan("harrow-bakery"),
        set(&[
            "2 sales-professional base",
            "2 sales-professional attach",
            "3 bc-team-members additional",
            "8 bc-essentials base",
        ])
    );
}

/// It names no edition.
#[test]
fn larkmoor_lives_under_the_edition_of_today() {
    assert_eq!(tenant(&manifest(), "larkmoor-optics")["edition"], DEFAULT_EDITION);
    assert_eq!(
        plan("larkmoor-optics"),
        set(&[
            "20 hr-self-service additional",
            "16 team-members additional",
            // Four of the returns desk, two coating cells, nine of the office.
            "15 operations-activity additional",
            "5 human-resources base",
            "6 project-operations base",
            "25 finance base",
            "18 supply-chain-management base",
            "3 supply-chain-management attach",
            "10 supply-chain-management-premium base",
            "7 sales-enterprise base",
            "4 customer-service-enterprise attach",
            "2 customer-service-premium base",
            "5 field-service-contractor additional",
            "3 field-service attach",
            "11 operations-device device",
        ])
    );
    let findings = workbook("larkmoor-optics").table("Findings");
    let unverified: Vec<_> =
        findings.rows.iter().filter(|row| findings.text(row, "Code") == "SW304").collect();
    assert_eq!(unverified.len(), 1, "{unverified:?}");
    let message = findings.text(unverified[0], "Message");
    assert!(message.contains("Field Service") && message.contains("255.00"), "{message}");
}

/// Owned seats as `quantity sku kind`, and seats of the plan.
#[test]
fn what_tenants_own_stands_against_what_they_need() {
    for (id, lines) in [
        (
            "aldermoor-retail",
            &[
                ("commerce base", 32, 24),
                ("finance base", 34, 25),
                ("operations-activity additional", 560, 16),
                ("operations-device device", 40, 129),
                ("team-members additional", 40, 20),
            ][..],
        ),
        (
            "brenta-distribution",
            &[
                ("finance base", 24, 26),
                ("supply-chain-management base", 22, 14),
                ("supply-chain-management attach", 2, 3),
                ("operations-activity additional", 160, 29),
                ("operations-device device", 8, 40),
                ("team-members additional", 20, 41),
            ],
        ),
        (
            "dunmore-consulting",
            &[
                ("sales-enterprise base", 60, 47),
                ("customer-service-enterprise base", 34, 28),
                ("project-operations base", 70, 65),
                ("finance base", 26, 24),
                ("field-service base", 20, 12),
                ("team-members additional", 30, 38),
                ("project-operations attach", 1, 3),
            ],
        ),
        ("eastgate-nine", &[("finance base", 15, 6), ("supply-chain-management base", 5, 3)]),
        (
            "harrow-bakery",
            &[
                ("bc-essentials base", 10, 8),
                ("sales-professional base", 4, 2),
                ("bc-team-members additional", 3, 3),
            ],
        ),
    ] {
        let table = workbook(id).table("True-up");
        let lines_there: BTreeSet<(String, u64, u64)> = table
            .rows
            .iter()
            .map(|row| {
                let sku = format!("{} {}", table.text(row, "SKU"), table.text(row, "Bought as"));
                (sku, table.count(row, "Owned"), table.count(row, "Needed at renewal"))
            })
            .collect();
        for &(sku, owned, plan) in lines {
            let line = (sku.to_owned(), owned, plan);
            assert!(lines_there.contains(&line), "{id}: {line:?} is not in {lines_there:?}");
        }
    }
}

// ---------------------------------------------------------- row accounting ----

/// (file, sheet) to rows read, used, ignored, rejected, as intake counts.
fn inspected() -> BTreeMap<(String, String), [u64; 4]> {
    let mut tables = BTreeMap::new();
    let own = INSPECTED["tenants"].as_array().unwrap();
    for part in std::iter::once(&INSPECTED["shared"]).chain(own) {
        for file in part["files"].as_array().unwrap() {
            for table in file["tables"].as_array().unwrap() {
                let count = |key: &str| table[key].as_u64().unwrap();
                let ignored = table["ignored"].as_object().unwrap().values();
                let key = (text(&file["path"]), text(&table["sheet"]));
                let counts = [
                    count("rows_read"),
                    count("rows_used"),
                    ignored.map(|count| count.as_u64().unwrap()).sum(),
                    table["rejected"].as_array().unwrap().len() as u64,
                ];
                assert_eq!(tables.insert(key, counts), None);
            }
        }
    }
    tables
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn after_intake_every_row_is_used_or_ignored_or_rejected() {
    let tables = inspected();
    assert_eq!(tables.len(), 51 + 13, "51 text files, 13 sheets");
    for (table, [read, used, ignored, rejected]) in tables {
        assert_eq!(read, used + ignored + rejected, "{table:?}");
    }
}

#[test]
fn no_row_of_a_text_file_is_missing_from_the_rows_read() {
    let tables = inspected();
    let mut files = 0;
    for (path, bytes) in files_below(&sample("portfolio")) {
        if !path.ends_with(".csv") {
            continue;
        }
        let text = if let Some(wide) = bytes.strip_prefix(&[0xff, 0xfe]) {
            let units: Vec<u16> =
                wide.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).unwrap()
        } else {
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let physical = text.trim_end_matches(['\r', '\n']).lines().count() as u64;
        let [read, ..] = tables[&(path.clone(), String::new())];
        assert_eq!(read, physical, "{path}");
        files += 1;
    }
    assert_eq!(files, 51);
}

/// Rows of the sheet *Files* as (file, sheet) to rows read, used, ignored,
/// rejected.
fn accounted(book: &mut Book) -> BTreeMap<(String, String), [u64; 4]> {
    let table = book.table("Files");
    let mut tables = BTreeMap::new();
    for row in &table.rows {
        assert_eq!(row[table.column("Adds up")], Data::Bool(true), "{row:?}");
        let counts = ["Rows read", "Rows used", "Rows ignored", "Rows rejected"]
            .map(|column| table.count(row, column));
        tables.insert((table.text(row, "File"), table.text_or_blank(row, "Sheet")), counts);
    }
    tables
}

#[test]
fn after_joining_every_row_is_still_used_or_ignored_or_rejected() {
    let run = manifest();
    let mut reported = accounted(&mut Book::open(&REPORTS.join("portfolio.xlsx")));
    for id in TENANTS {
        let mut book = workbook(id);
        let files = accounted(&mut book);
        let sum = |at: usize| files.values().map(|counts| counts[at]).sum::<u64>();
        assert_eq!(tenant(&run, id)["rows_read"], sum(0), "{id}");
        assert_eq!(tenant(&run, id)["rows_rejected"], sum(3), "{id}");
        assert_eq!(book.table("Rejected").rows.len() as u64, sum(3), "{id}");
        reported.extend(files);
    }
    let inspected = inspected();
    assert!(reported.keys().eq(inspected.keys()), "the same tables stand in both");
    for (table, [read, used, ignored, rejected]) in reported {
        let before = inspected[&table];
        assert_eq!(read, used + ignored + rejected, "{table:?}");
        assert_eq!(read, before[0], "{table:?}");
        assert!(used <= before[1], "joining uses no row that intake did not: {table:?}");
    }
}

#[test]
fn greywater_rejects_four_rows_and_says_which_and_why() {
    let table = workbook("greywater-utilities").table("Rejected");
    let rows: BTreeSet<String> = table
        .rows
        .iter()
        .map(|row| {
            let text = |column| table.text(row, column);
            format!("{} row {} {} {}", text("File"), text("Row"), text("Code"), text("Column"))
        })
        .collect();
    assert_eq!(
        rows,
        set(&[
            "greywater-utilities/Benutzer Export.csv row 82 SW110 USERID",
            "greywater-utilities/subscriptions.csv row 5 SW111 quantity",
            "greywater-utilities/users_2026_10_29 16_40_02.csv row 34 SW112 ",
            "greywater-utilities/users_2026_10_29 16_40_02.csv row 71 SW110 User principal name",
        ])
    );
}

#[test]
fn every_rejected_row_and_every_finding_about_rows_shows_file_and_row() {
    let run = manifest();
    let inputs: BTreeSet<String> =
        run["inputs"].as_array().unwrap().iter().map(|input| text(&input["path"])).collect();
    for id in TENANTS {
        let mut book = workbook(id);
        let rejected = book.table("Rejected");
        for row in &rejected.rows {
            assert!(inputs.contains(&rejected.text(row, "File")), "{id}: {row:?}");
            assert!(rejected.count(row, "Row") > 1, "{id}: {row:?}");
            assert!(!rejected.text(row, "The row as it came").is_empty(), "{id}: {row:?}");
            assert!(!rejected.text(row, "Reason").is_empty(), "{id}: {row:?}");
        }
        let findings = book.table("Findings");
        for row in &findings.rows {
            let (code, place) = (findings.text(row, "Code"), findings.text_or_blank(row, "Place"));
            assert!(!findings.text(row, "What to do").is_empty(), "{id}: {row:?}");
            if !place.is_empty() {
                let known = inputs.iter().any(|path| place.starts_with(path.as_str()));
                assert!(known, "{id}: {place}");
            }
            let about_rows = code.starts_with("SW11")
                || ["SW203", "SW204", "SW206", "SW207", "SW212"].contains(&code.as_str());
            if about_rows {
                assert!(place.contains(", row "), "{id}: {row:?}");
            }
        }
    }
}

// ------------------------------------------------------------------ broken ----

#[test]
fn a_tenant_that_cannot_be_read_fails_alone_and_ends_with_1() {
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(&sample("broken"), out.path(), &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("juniper-corrupt/users.xlsx"), "{}", ran.err);
    let books: Vec<String> = files_below(&out.path().join("tenants")).into_keys().collect();
    assert_eq!(books, ["ivory-good.xlsx", "kestrel-good.xlsx"]);
    let run = json(&out.path().join("run.json"));
    let failed = tenant(&run, "juniper-corrupt");
    assert_eq!(failed["outcome"], "failed");
    assert!(text(&failed["reason"]).starts_with("juniper-corrupt/users.xlsx: "), "{failed}");
    assert_eq!((&run["totals"]["tenants"], &run["totals"]["failed"]), (&2.into(), &1.into()));
    let failures = Book::open(&out.path().join("portfolio.xlsx")).table("Failed tenants");
    assert_eq!(failures.rows.len(), 1);
    let row: Vec<String> = failures.rows[0].iter().map(ToString::to_string).collect();
    assert!(row.iter().any(|cell| cell.contains("juniper-corrupt/users.xlsx")), "{row:?}");
    // 4 Finance, 2 Supply Chain Management, 3 Activity, 5 Team Members under CSP:
    // twenty seats of one application, which serve everybody, and 2 attaches.
    assert_eq!(tenant(&run, "ivory-good")["plan_cents"], 20 * usd(180) + 2 * usd(30));
    // 5 plans and 15 seats of Retail, on which the other 13 people work.
    assert_eq!(tenant(&run, "kestrel-good")["plan_cents"], 5 * usd(190) + 15 * usd(170));
}

#[test]
fn the_reports_of_a_tenant_that_fails_later_are_taken_away() {
    let users: &[u8] = b"user_id\nann\n";
    let roles: &[u8] = b"user_id,role_name\nann,Accountant\n";
    let input = folder(&[
        ("one/users.csv", users),
        ("one/roles.csv", roles),
        ("two/users.csv", users),
        ("two/roles.csv", roles),
    ]);
    let out = tempfile::tempdir().unwrap();
    assert_eq!(analyze(input.path(), out.path(), &[]).code, 0);
    let before = files_below(out.path());
    fs::write(input.path().join("one/users.xlsx"), b"PK\x03\x04 cut off").unwrap();
    assert_eq!(analyze(input.path(), out.path(), &[]).code, 1);
    let after = files_below(out.path());
    assert!(before.contains_key("tenants/one.xlsx"));
    let left: Vec<_> = after.keys().filter(|path| path.contains("/one.")).collect();
    assert!(left.is_empty(), "{left:?}");
    let mine = |files: &BTreeMap<String, Vec<u8>>| {
        files.keys().filter(|path| path.contains("/two.")).count()
    };
    assert_eq!(mine(&after), mine(&before));
}

// ------------------------------------------------------------ command line ----

#[test]
fn an_output_folder_inside_the_input_ends_with_2_and_writes_nothing() {
    let input = folder(&[("one/users.csv", b"user_id\nann\n")]);
    for inside in ["reports", "one", "deep/below"] {
        let ran = analyze(input.path(), &input.path().join(inside), &[]);
        assert_eq!(ran.code, 2, "{inside}");
        assert!(ran.err.contains("inside the input"), "{}", ran.err);
    }
    assert_eq!(files_below(input.path()).len(), 1);
}

#[test]
fn an_input_that_does_not_exist_ends_with_2_and_is_named() {
    let out = tempfile::tempdir().unwrap();
    let missing = out.path().join("no-such-folder");
    let ran = analyze(&missing, &out.path().join("reports"), &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no-such-folder"), "{}", ran.err);
    let ran = seatwise([Path::new("inspect"), &missing]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no-such-folder"), "{}", ran.err);
}

#[test]
fn an_input_without_tenants_and_unknown_arguments_end_with_2() {
    let (input, out) = (folder(&[]), tempfile::tempdir().unwrap());
    let ran = analyze(input.path(), out.path(), &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no tenant found"), "{}", ran.err);
    assert_eq!(analyze(&sample("portfolio"), out.path(), &["--no-such-thing"]).code, 2);
    assert_eq!(analyze(&sample("portfolio"), out.path(), &["--rulebook", "1999-01"]).code, 2);
    assert!(files_below(out.path()).is_empty());
}

#[test]
fn the_shipped_rulebooks_are_listed_shown_and_found_clean() {
    let listed = seatwise(["rulebook", "list"]);
    assert_eq!(listed.code, 0);
    assert!(
        ["2017-07", "2021-09", "2026-09"].iter().all(|id| listed.out.contains(id)),
        "{}",
        listed.out
    );
    for id in ["2017-07", "2021-09", "2026-09"] {
        let shown = seatwise(["rulebook", "show", id]);
        assert_eq!(shown.code, 0);
        assert!(shown.out.contains("Team Members"), "{}", shown.out);
        let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        fs::write(file.path(), seatwise(["rulebook", "show", id, "--format", "toml"]).out).unwrap();
        let path = file.path().to_str().unwrap();
        let checked = seatwise(["rulebook", "check", path]);
        assert_eq!(checked.code, 0, "{}", checked.out);
        assert!(checked.out.contains("no problems"), "{}", checked.out);
    }
    let unknown = seatwise(["rulebook", "show", "1999-01"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("1999-01") && unknown.err.contains("2021-09"), "{}", unknown.err);
}

/// The tables of docs/rulebook.md, chapter JSON.
#[test]
fn the_json_of_a_rulebook_has_exactly_the_documented_keys() {
    let docs = include_str!("../../docs/rulebook.md");
    let chapter = docs.split("\n## JSON\n").nth(1).unwrap();
    let quoted = |cell: &str| -> Vec<String> {
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let mut documented: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in chapter.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let inside = cells.get(1).map(|cell| quoted(cell)).unwrap_or_default();
        for key in quoted(cells[0]) {
            documented.insert(key, inside.iter().cloned().collect());
        }
    }
    for id in ["2017-07", "2021-09", "2026-09"] {
        let shown = seatwise(["rulebook", "show", id, "--format", "json"]);
        let book: BTreeMap<String, Value> = serde_json::from_str(&shown.out).unwrap();
        assert!(book.keys().eq(documented.keys()), "{:?}", book.keys());
        assert_eq!(book["id"], id);
        for key in ["sources", "rights", "skus", "roles", "price_tiers"] {
            for entry in book[key].as_array().unwrap() {
                let keys: BTreeSet<String> = entry.as_object().unwrap().keys().cloned().collect();
                assert_eq!(keys, documented[key], "{key} of {id}");
            }
        }
    }
}

#[test]
fn a_broken_rulebook_reports_all_its_problems_with_line_and_column() {
    let shipped = seatwise(["rulebook", "show", "2021-09", "--format", "toml"]).out;
    let broken = shipped
        .replace("covers = [\"fo.activity\"]", "covers = [\"fo.activty\"]")
        .replace("right = \"fo.scm\"", "right = \"fo.scmm\"")
        .replace("base = \"sales-professional\"", "base = \"sales-profesional\"");
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    fs::write(file.path(), &broken).unwrap();
    let path = file.path().to_str().unwrap();
    let ran = seatwise(["rulebook", "check", path]);
    assert_eq!(ran.code, 1);
    for wrong in ["fo.activty", "fo.scmm", "sales-profesional"] {
        let line = broken.lines().position(|line| line.contains(wrong)).unwrap();
        let column = broken.lines().nth(line).unwrap().find(wrong).unwrap();
        // The place is that of the value, its quote included.
        let place = format!("{path}:{}:{}: ", line + 1, column);
        let told = ran.out.lines().any(|text| text.starts_with(&place) && text.contains(wrong));
        assert!(told, "{place}{wrong} is not in\n{}", ran.out);
    }
    assert!(ran.out.contains("did you mean `fo.activity`?"), "{}", ran.out);
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(&sample("portfolio"), out.path(), &["--rulebook", path]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("fo.activty") && ran.err.contains("fo.scmm"), "{}", ran.err);
}
