//! Nothing is lost in silence: what joining does with rows is told, wherever
//! the rows came from.

use std::path::Path;

use tempfile::TempDir;

use crate::binary::{Book, Table, analyze, folder, json, tenant};

/// Analyses a folder that must succeed.
fn analysed(files: &[(&str, &str)]) -> TempDir {
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    let (input, out) = (folder(&files), tempfile::tempdir().unwrap());
    let ran = analyze(input.path(), out.path(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    out
}

fn sheet(out: &Path, book: &str, sheet: &str) -> Table {
    Book::open(&out.join(book)).table(sheet)
}

/// The places of a finding in the workbooks of a tenant and the portfolio.
fn places(out: &TempDir, id: &str, code: &str) -> Vec<String> {
    let books = [format!("tenants/{id}.xlsx"), "portfolio.xlsx".to_owned()];
    let mut places = Vec::new();
    for book in &books {
        let table = sheet(out.path(), book, "Findings");
        let rows = table.rows.iter().filter(|row| table.text(row, "Code") == code);
        places.extend(rows.map(|row| table.text(row, "Place")));
    }
    places
}

/// Rows read, used, ignored, rejected of a file.
fn counts(out: &TempDir, book: &str, file: &str) -> [u64; 4] {
    let table = sheet(out.path(), book, "Files");
    let row = table.rows.iter().find(|row| table.text(row, "File") == file).unwrap();
    ["Rows read", "Rows used", "Rows ignored", "Rows rejected"].map(|name| table.count(row, name))
}

const USERS: &str = "user_id,environment,upn\nann,prod,ann@c.example\nann,test,anna@c.example\nbob,prod,bob@c.example\n";

/// Ann is one person in prod and another in test; Cat is nobody; the last row
/// repeats the one before.
const ROLES: &str =
    "user_id,role_name\nann,Accountant\ncat,Accountant\nbob,Accountant\nbob,Accountant\n";

#[test]
fn rows_of_a_tenants_own_file_that_joining_cannot_use_are_told() {
    let out = analysed(&[("one/users.csv", USERS), ("one/roles.csv", ROLES)]);
    assert_eq!(counts(&out, "tenants/one.xlsx", "one/roles.csv"), [5, 2, 2, 1]);
    let rejected = sheet(out.path(), "tenants/one.xlsx", "Rejected");
    assert_eq!(rejected.rows.len(), 1);
    assert_eq!(rejected.text(&rejected.rows[0], "File"), "one/roles.csv");
    assert_eq!(rejected.count(&rejected.rows[0], "Row"), 2);
    assert_eq!(places(&out, "one", "SW203"), ["one/roles.csv, row 3"]);
    assert_eq!(places(&out, "one", "SW212"), ["one/roles.csv, row 5"]);
    assert_eq!(tenant(&json(&out.path().join("run.json")), "one")["rows_rejected"], 1);
}

fn split_by_tenant() -> TempDir {
    let roles = ROLES.replace("user_id,", "tenant,user_id,").replace("\nann", "\none,ann");
    let roles = roles.replace("\nbob", "\none,bob").replace("\ncat", "\none,cat");
    analysed(&[("one/users.csv", USERS), ("roles.csv", &roles)])
}

/// The same rows in a file of the whole portfolio, split by its tenant
/// column.
#[test]
fn a_row_of_a_shared_file_that_names_an_ambiguous_user_is_rejected_and_shown() {
    let out = split_by_tenant();
    let mut rows = 0;
    for book in ["tenants/one.xlsx", "portfolio.xlsx"] {
        let table = sheet(out.path(), book, "Rejected");
        rows += table.rows.iter().filter(|row| table.text(row, "File") == "roles.csv").count();
    }
    assert_eq!(rows, 1);
}

#[test]
fn a_row_of_a_shared_file_that_names_an_unknown_user_is_a_finding() {
    assert_eq!(places(&split_by_tenant(), "one", "SW203"), ["roles.csv, row 3"]);
}

#[test]
fn a_repeated_row_of_a_shared_file_is_ignored_with_its_reason() {
    let out = split_by_tenant();
    assert_eq!(places(&out, "one", "SW212"), ["roles.csv, row 5"]);
    let [read, used, ignored, rejected] = counts(&out, "portfolio.xlsx", "roles.csv");
    assert_eq!([read, used, ignored, rejected], [5, 2, 2, 1]);
}

#[test]
fn a_row_of_a_shared_file_for_a_tenant_nobody_knows_is_ignored_with_its_reason() {
    let out = analysed(&[
        ("one/users.csv", "user_id\nann\n"),
        ("one/roles.csv", "user_id,role_name\nann,Accountant\n"),
        ("subscriptions.csv", "tenant,license,quantity\none,Finance,1\ntwo,Finance,2\n"),
    ]);
    let told = places(&out, "one", "SW201");
    assert_eq!(told.len(), 1, "a finding tells of it");
    assert_eq!(counts(&out, "portfolio.xlsx", "subscriptions.csv"), [3, 1, 2, 0]);
    assert!(told[0].starts_with("subscriptions.csv"), "and where it stands: {told:?}");
}

/// In F&O an account is marked external when it comes from another directory:
/// it is a guest, who may be a contractor and counts (both guides, on external
/// users), as a guest of the Microsoft 365 export does.
#[test]
fn a_guest_of_user_information_needs_a_licence_like_any_other_guest() {
    let out = analysed(&[
        (
            "one/User information.csv",
            "USERID,ACCOUNTTYPE,ALIAS,EMAIL,ENABLED,EXTERNALUSER,NETWORKDOMAIN,USERNAME\n\
             jo,ClaimsUser,jo_fabrikam.com#EXT#@contoso.example,jo@fabrikam.com,true,true,https://sts.windows.net/fabrikam.com,Jo\n",
        ),
        ("one/roles.csv", "user_id,role_name\njo,Accountant\n"),
    ]);
    assert_eq!(tenant(&json(&out.path().join("run.json")), "one")["need_licence"], 1);
}
