//! What an edition says beside roles and prices, through the whole engine.

use super::{Options, analyse};
use crate::finding::Code;
use crate::intake::{Batch, FileReport, Formats, Limits, read_bytes};
use crate::output::{TenantInfo, TenantOutput};
use crate::prices::in_force;
use crate::rulebook::{Program, check};
use crate::tenant::{Ledger, build};

const EDITION: &str = r#"schema = 1
[edition]
id = "test"
title = "Test"
valid_from = "2021-09-01"
currency = "USD"
[[sources]]
id = "S"
title = "A guide"
[flags]
read_grant_is_team_members = false
admins_exempt = true
base_is_dearest = true
device_policy = "guide"
unknown_full = "full"
unknown_team_members = "light"
unlicensed_menu_item = "light"
[[rights]]
id = "light"
name = "Light"
tier = "team-members"
[[rights]]
id = "full"
name = "Full"
tier = "full"
[[skus]]
id = "light"
name = "Light"
metric = "user"
class = "additional"
covers = ["light"]
list = { price = "8.00", mark = "M" }
mark = "M"
[[skus]]
id = "academic"
name = "Academic"
metric = "user"
class = "full"
covers = ["full", "light"]
list = { price = "40.00", mark = "M" }
segments = ["academic"]
mark = "M"
[[skus]]
id = "big"
name = "Big"
metric = "user"
class = "full"
covers = ["full", "light"]
list = { price = "100.00", mark = "M" }
on_premises = "one server"
mark = "M"
[[skus]]
id = "old"
name = "Old"
metric = "user"
class = "full"
covers = ["full", "light"]
list = { price = "50.00", mark = "M" }
withdrawn = "2022-01-01"
renews_as = ["big", "light"]
mark = "M"
[[skus]]
id = "lines"
name = "Order lines"
metric = "tenant"
class = "tenant"
plannable = false
mark = "M"
[[minimums]]
id = "academic-20"
name = "Twenty for schools"
applies_to = ["big", "academic"]
counts = ["big", "academic"]
quantity = 20
segments = ["academic"]
mark = "M"
[[use_rights]]
table = "Appendix"
area = "Area"
any_of = ["full"]
mark = "M"
rows = [{ id = "close", name = "Close the books" }, { id = "read", name = "Read them", any_of = ["light"] }]
[integration]
sku = "lines"
mark = "M"
[[roles]]
area = "Area"
any_of = ["full"]
mark = "M"
rows = [{ name = "Clerk" }]
[[enforcement]]
id = "sign-in"
date = "2026-01-15"
what = "No licence, no sign-in."
mark = "M"
"#;

fn tenant(segment: &str, renewal: &str, tables: &[&str]) -> TenantOutput {
    let rulebook = check("test.toml", EDITION).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let formats = Formats::shipped().unwrap();
    let (mut files, mut batches): (Vec<FileReport>, Vec<Batch>) = (Vec::new(), Vec::new());
    for (at, csv) in tables.iter().enumerate() {
        let read = read_bytes(csv.as_bytes(), &format!("t/{at}.csv"), &formats, &Limits::default());
        assert_eq!(read.batches.len(), 1, "{csv}: {:#?}", read.findings);
        batches.extend(read.batches.into_iter().map(|mut batch| {
            batch.file = at;
            batch
        }));
        files.push(read.report);
    }
    let info = TenantInfo {
        id: "t".into(),
        name: "T".into(),
        program: Program::Ea,
        segment: segment.into(),
        currency: "USD".into(),
        renewal_date: renewal.into(),
        payment: None,
    };
    let tenant = build(info, &batches, &[], Ledger::new(&mut files, &[])).tenant;
    let (prices, _) = in_force(&rulebook, &tenant);
    analyse(&tenant, &rulebook, &prices, &Options::default())
}

fn seats(out: &TenantOutput) -> Vec<String> {
    out.plan.iter().map(|line| format!("{} {}", line.quantity, line.sku)).collect()
}

const ONE: &str = "user_id,use_right\nanna,CLOSE the books\n";

#[test]
fn a_use_right_names_a_row_and_the_requirement_follows() {
    let needs = "user_id,app,use_right\nanna,,close\nbert,,Read them\ncora,light,\ndora,,nowhere\n";
    let out = tenant("", "2023-01-01", &[needs]);
    assert_eq!(seats(&out), ["2 light", "1 big"]);
    let driver = out.users[0].driver.as_ref();
    assert_eq!(
        driver.map(|path| (path.object.as_str(), path.rule.as_str())),
        Some(("close", "use right"))
    );
    let unknown = out.findings.iter().find(|finding| finding.code == Code::NeedUnknown);
    assert!(unknown.is_some_and(|finding| finding.message.contains("use right")), "{unknown:?}");
}

#[test]
fn only_what_is_sold_to_the_segment_on_that_day_is_planned() {
    assert_eq!(seats(&tenant("academic", "2023-01-01", &[ONE])), ["20 academic"]);
    assert_eq!(seats(&tenant("commercial", "2023-01-01", &[ONE])), ["1 big"]);
    assert_eq!(seats(&tenant("commercial", "2021-12-31", &[ONE])), ["1 old"]);
    assert_eq!(seats(&tenant("commercial", "", &[ONE])), ["1 old"], "the edition's first day");
    let limits: Vec<String> =
        tenant("", "2023-01-01", &[ONE]).prices.iter().map(|price| price.limits.clone()).collect();
    assert_eq!(limits, ["", "not sold to segment commercial", "", "not sold since 2022-01-01", ""]);
}

#[test]
fn a_minimum_of_a_segment_binds_that_segment() {
    let result = |segment| {
        let out = tenant(segment, "2023-01-01", &[ONE]);
        out.rule_checks.iter().find(|check| check.rule == "academic-20").map(|c| c.result.clone())
    };
    assert_eq!(result("academic").as_deref(), Some("met"));
    assert_eq!(result("commercial").as_deref(), Some("does not apply"));
}

#[test]
fn owned_seats_that_are_no_longer_sold_say_what_replaces_them_at_renewal() {
    let owned = "license,quantity\nOld,10\nAcademic,3\n";
    let out = tenant("commercial", "2023-01-01", &[ONE, owned]);
    let of = |code| out.findings.iter().find(|finding| finding.code == code);
    let withdrawn = of(Code::Withdrawn);
    assert_eq!(withdrawn.and_then(|finding| finding.cents).map(|cents| cents.0), Some(108_000));
    assert!(withdrawn.is_some_and(|finding| finding.message.contains("Light and Big")));
    assert_eq!(of(Code::NotSold).map(|finding| finding.count), Some(3));
    assert!(
        tenant("academic", "2021-12-31", &[ONE, owned])
            .findings
            .iter()
            .all(|finding| { !matches!(finding.code, Code::Withdrawn | Code::NotSold) })
    );
}

#[test]
fn order_lines_are_named_where_an_integration_account_holds_roles() {
    let users = "user_id,account_type\nbot,service\n";
    let roles = "user_id,role_name\nbot,Clerk\n";
    let out = tenant("", "2023-01-01", &[users, roles]);
    let finding = out.findings.iter().find(|finding| finding.code == Code::ServiceWithRoles);
    assert!(finding.is_some_and(|finding| finding.message.contains("licensed by Order lines")));
}

#[test]
fn days_of_enforcement_and_dual_use_rights_reach_the_output() {
    let out = tenant("", "2023-01-01", &[ONE]);
    assert_eq!(out.edition.enforcement, [("2026-01-15".into(), "No licence, no sign-in.".into())]);
    assert_eq!(out.prices[2].on_premises, "one server");
}
