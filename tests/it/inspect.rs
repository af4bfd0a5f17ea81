//! What `inspect` says before anything is calculated.

use std::fs;

use serde_json::Value;

use crate::binary::{Book, Ran, folder, seatwise};

const USERS: &[u8] =
    b"user_id,last_login\nann,2026-09-01\nbob,2026-09-02\ncid,2026-09-03\ndan,\neve,\n";
const ROLES: &[u8] =
    b"user_id,role_name\nann,Accountant\nann,Clerk\nbob,Accountant\nzoe,Accountant\n";

fn inspected(files: &[(&str, &[u8])], more: &[&str]) -> (Ran, Value) {
    let input = folder(files);
    let mut arguments = vec!["inspect".as_ref(), input.path().as_os_str()];
    arguments.extend(["--format", "json"].map(std::ffi::OsStr::new));
    arguments.extend(more.iter().map(|text| std::ffi::OsStr::new(*text)));
    let ran = seatwise(arguments);
    let found = serde_json::from_str(&ran.out).unwrap_or(Value::Null);
    (ran, found)
}

fn join<'f>(found: &'f Value, from: &str, to: &str) -> &'f Value {
    let joins = found["tenants"][0]["joins"].as_array().unwrap();
    joins.iter().find(|join| join["from"] == from && join["to"] == to).unwrap()
}

fn codes(found: &Value) -> Vec<&str> {
    let findings = found["tenants"][0]["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn joins_are_told_in_numbers_per_pair_of_tables_and_side() {
    let (ran, found) = inspected(
        &[
            ("one/users.csv", USERS),
            ("one/roles.csv", ROLES),
            (
                "one/permissions.csv",
                b"role_name,object,read\nAccountant,LedgerJournal,Allow\nBuyer,PurchTable,Allow\n",
            ),
            ("one/devices.csv", b"device_id,kind\nD1,pos\nD2,pos\n"),
            ("one/usage.csv", b"device_id,user_id\nD1,ann\nD1,bob\nD9,bob\n"),
        ],
        &[],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    for (from, to, counts) in [
        ("role_assignments", "users", [3, 1, 0, 2, 3]),
        ("role_assignments", "role_permissions", [3, 1, 0, 1, 1]),
        ("device_usage", "devices", [2, 1, 0, 1, 1]),
        ("device_usage", "users", [2, 0, 0, 2, 3]),
    ] {
        let join = join(&found, from, to);
        let told = ["matched", "unmatched", "several", "named", "unnamed"]
            .map(|name| join[name].as_u64().unwrap());
        assert_eq!(told, counts, "{from} in {to}");
    }
}

#[test]
fn joins_that_cannot_be_right_are_errors_with_a_likely_cause() {
    let other: &[u8] = b"user_id,role_name\np,Clerk\nq,Clerk\nr,Clerk\ns,Clerk\n";
    let (_, found) = inspected(&[("one/users.csv", USERS), ("one/roles.csv", other)], &[]);
    assert!(codes(&found).contains(&"SW210"), "{:?}", codes(&found));
    let twice: &[u8] = b"user_id,environment,upn\nann,p,a@x.example\nann,t,b@x.example\n";
    let roles: &[u8] = b"user_id,role_name\nann,A\nann,B\nann,C\nann,D\n";
    let (_, found) = inspected(&[("one/users.csv", twice), ("one/roles.csv", roles)], &[]);
    assert!(codes(&found).contains(&"SW211"), "{:?}", codes(&found));
    let lists: &[u8] = b"user_id\nw\nx\ny\nz\n";
    let (_, found) = inspected(&[("one/a.csv", USERS), ("one/b.csv", lists)], &[]);
    assert!(codes(&found).contains(&"SW220"), "{:?}", codes(&found));
}

#[test]
fn a_file_months_older_than_the_others_is_a_finding() {
    let old: &[u8] = b"device_id,user_id,last_used\nD1,ann,2026-02-01\n";
    let (_, found) = inspected(
        &[("one/users.csv", USERS), ("one/use.csv", old), ("one/d.csv", b"device_id\nD1\n")],
        &[],
    );
    let findings = found["tenants"][0]["findings"].as_array().unwrap();
    let stale = findings.iter().find(|finding| finding["code"] == "SW219").unwrap();
    assert_eq!(stale["place"]["file"], "one/use.csv");
    assert!(stale["message"].as_str().unwrap().contains("214 days before that of one/users.csv"));
}

#[test]
fn what_can_be_said_and_what_to_export_next_is_told_and_written_for_the_customer() {
    let input = folder(&[("one/users.csv", USERS), ("two/roles.csv", ROLES)]);
    let out = tempfile::tempdir().unwrap();
    let book = out.path().join("please-export.xlsx");
    let ran = seatwise([
        "inspect".as_ref(),
        input.path().as_os_str(),
        "--out".as_ref(),
        book.as_os_str(),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for said in [
        "Please export next:",
        "NO   Who holds which roles?",
        "yes  Who are the people?",
        "without email:",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let mut book = Book::open(&book);
    assert_eq!(book.sheets(), ["Please export", "What can be said", "What has come"]);
    let rows = book.cells("Please export");
    let asked = |tenant: &str| rows.iter().filter(|row| row[0] == *tenant).count();
    assert!(asked("one") > 5 && asked("two") > 5);
    let came = book.cells("What has come");
    assert!(came.iter().any(|row| row[1] == "two/roles.csv"));
}

#[test]
fn a_draft_is_written_completed_and_used() {
    let staff: &[u8] = b"Kennung;E-Mail;Raum;Etage;Haus\nann;ann@c.example;1;2;3\n";
    let input = folder(&[
        ("one/staff.csv", staff),
        ("one/roles.csv", b"user_id,role_name\nann,Accountant\n"),
    ]);
    let work = tempfile::tempdir().unwrap();
    let path = work.path().join("mapping.toml");
    let ran = seatwise([
        "inspect".as_ref(),
        input.path().as_os_str(),
        "--draft-mapping".as_ref(),
        path.as_os_str(),
    ]);
    assert!(ran.err.contains("draft for 1 table written"), "{}", ran.err);
    let draft = fs::read_to_string(&path).unwrap();
    assert!(draft.contains("file = \"one/staff.csv\"\n"), "{draft}");
    let with = |path: &std::path::Path| {
        seatwise([
            "inspect".as_ref(),
            input.path().as_os_str(),
            "--mapping".as_ref(),
            path.as_os_str(),
        ])
    };
    let undone = with(&path);
    assert_eq!(undone.code, 2);
    assert!(undone.err.contains("mapping.toml:4: users needs user_id"), "{}", undone.err);
    fs::write(&path, draft.replace("# user_id = \"\"  # required", "user_id = \"Kennung\""))
        .unwrap();
    let done = with(&path);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("mapping.1"), "{}", done.out);
    let again = seatwise([
        "inspect".as_ref(),
        input.path().as_os_str(),
        "--draft-mapping".as_ref(),
        path.as_os_str(),
    ]);
    assert_eq!(again.code, 2, "a draft never overwrites");
}

const ONE_USER: (&str, &[u8]) = ("one/users.csv", b"user_id\nann\n");

fn message<'f>(found: &'f Value, code: &str) -> &'f str {
    let findings = found["tenants"][0]["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["code"] == code);
    finding.unwrap_or_else(|| panic!("no {code} in {findings:#?}"))["message"].as_str().unwrap()
}

#[test]
fn licences_held_are_counted_against_those_owned() {
    let (_, found) = inspected(
        &[
            ONE_USER,
            ("one/held.csv", b"user_id,license\nann,DYN365_FINANCE\nann,Unheard of\n"),
            ("one/owned.csv", b"license,quantity\nDynamics 365 Finance,5\nSpare thing,2\n"),
        ],
        &[],
    );
    let join = join(&found, "assigned_licenses", "subscriptions");
    let told = ["matched", "unmatched", "several", "named", "unnamed"]
        .map(|name| join[name].as_u64().unwrap());
    assert_eq!(told, [1, 1, 0, 1, 1]);
}

#[test]
fn owned_seats_of_several_kinds_of_export_are_a_finding() {
    let page: &[u8] = b"Product Title,Total Licenses,Expired Licenses,Assigned licenses\n\
                        Dynamics 365 Finance,25,0,21\n";
    let own: &[u8] = b"license,quantity\nDynamics 365 finance,25\nOther,1\n";
    let (_, found) = inspected(&[ONE_USER, ("one/page.csv", page), ("one/own.csv", own)], &[]);
    let told = message(&found, "SW222");
    assert!(told.contains("2 kinds of export") && told.contains("1 licences stand"), "{told}");
    let (_, found) = inspected(
        &[ONE_USER, ("one/a.csv", own), ("one/b.csv", b"license,quantity\nThird,1\n")],
        &[],
    );
    assert!(!codes(&found).contains(&"SW222"));
}

#[test]
fn a_table_of_one_tenant_that_names_several_is_a_finding() {
    let roles: &[u8] = b"tenant,user_id,role_name\ncontoso,ann,A\nfabrikam,bob,B\nCONTOSO,cid,C\n";
    let (_, found) = inspected(&[ONE_USER, ("one/roles.csv", roles)], &[]);
    let told = message(&found, "SW221");
    assert!(told.contains("2 tenants: contoso (2), fabrikam (1)"), "{told}");
    let one: &[u8] = b"tenant,user_id,role_name\ncontoso,ann,A\ncontoso,bob,B\n";
    let (_, found) = inspected(&[ONE_USER, ("one/roles.csv", one)], &[]);
    assert!(!codes(&found).contains(&"SW221"));
}

const OBJECTS: &[u8] = b"RECID,AOTNAME,AOTCHILDNAME,SECURABLETYPE,SECURABLETYPENAME\n\
                         100,LedgerJournal,,1,MenuItemDisplay\n101,Unused,,1,MenuItemDisplay\n";
const SKUS: &[u8] = b"RECID,SKUNAME,GROUPNAME,PRIORITY\n7,Team Members,Base,20\n\
                      8,Finance,Base,60\n";
const ENTITLED: &[u8] = b"ENTITLEMENTOBJECT,SKURECID,ACCESSLEVEL\n100,7,1\n100,8,2\n999,8,2\n";

#[test]
fn the_licensing_catalogue_is_joined_by_its_record_ids() {
    let permissions: &[u8] =
        b"role_name,object,object_type,read,update\nReader,LedgerJournal,MenuItemDisplay,Allow,\n\
          Clerk,LedgerJournal,MenuItemDisplay,Allow,Allow\n";
    let files: &[(&str, &[u8])] = &[
        ("one/users.csv", b"user_id\nann\nbob\n"),
        ("one/roles.csv", b"user_id,role_name\nann,Reader\nbob,Clerk\n"),
        ("one/permissions.csv", permissions),
        ("one/objects.csv", OBJECTS),
        ("one/skus.csv", SKUS),
        ("one/entitled.csv", ENTITLED),
        ("tenants.csv", b"tenant,edition\none,2021-09\n"),
    ];
    let (_, found) = inspected(files, &[]);
    let told = |to: &str| {
        let join = join(&found, "licensing_entitlements", to);
        ["matched", "unmatched", "named", "unnamed"].map(|name| join[name].as_u64().unwrap())
    };
    assert_eq!(told("licensing_objects"), [2, 1, 1, 1]);
    assert_eq!(told("licensing_skus"), [3, 0, 2, 0]);
    assert!(message(&found, "SW223").contains("999"));
    // The same in the table of permissions itself.
    let equal = "role_name,object,object_type,read,update,view_license,maintain_license\n\
                 Reader,LedgerJournal,MenuItemDisplay,Allow,,Team Members or Finance,Finance\n\
                 Clerk,LedgerJournal,MenuItemDisplay,Allow,Allow,Team Members or Finance,Finance\n";
    let plan = |files: &[(&str, &[u8])]| {
        let input = folder(files);
        let out = tempfile::tempdir().unwrap();
        let ran = crate::binary::analyze(input.path(), out.path(), &[]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let run = crate::binary::json(&out.path().join("run.json"));
        crate::binary::tenant(&run, "one")["plan_cents"].as_i64().unwrap()
    };
    let table = [files[0], files[1], ("one/permissions.csv", equal.as_bytes()), files[6]];
    assert_eq!(plan(files), plan(&table));
}

#[test]
fn an_offer_matrix_tells_what_a_line_of_the_price_list_is() {
    let prices: &[u8] =
        b"ProductTitle,ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Currency,ERP Price,Segment\n\
          D365 FIN sonderpreis,CFQ7TTC0EXAM,1,D365 FIN sonderpreis,P1Y,Annual,USD,1200,Commercial\n";
    let matrix: &[u8] =
        b"ProductTitle,ProductId,SkuId,SkuTitle,ProvisioningId,ProvisioningString,MinLicenses,MaxLicenses\n\
          X,cfq7ttc0exam,0001,X,11111111-aaaa-4bbb-8ccc-000000000801,DYN365_FINANCE,1,100\n";
    let files: &[(&str, &[u8])] = &[
        ("one/users.csv", b"user_id\nann\n"),
        ("one/roles.csv", b"user_id,role_name\nann,Accountant\n"),
        ("prices.csv", prices),
        ("tenants.csv", b"tenant,edition,program\none,2021-09,csp\n"),
    ];
    let cost = |files: &[(&str, &[u8])]| {
        let input = folder(files);
        let out = tempfile::tempdir().unwrap();
        let ran = crate::binary::analyze(input.path(), out.path(), &[]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let run = crate::binary::json(&out.path().join("run.json"));
        crate::binary::tenant(&run, "one")["plan_cents"].as_i64().unwrap()
    };
    let without = cost(files);
    let mut with = files.to_vec();
    with.push(("matrix.csv", matrix));
    // 1200 a year are 100 a month, for every seat that the plan has.
    let joined = cost(&with);
    assert_eq!(joined * 180, without * 100, "{joined} of {without}");
    let (_, found) = inspected(&with, &[]);
    assert_eq!(join(&found, "prices", "offers")["matched"], 1);
}
