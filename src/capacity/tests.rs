//! Capacity, gates and support plans against an edition made up for that.

use super::*;
use crate::output::CapacityStatus;
use crate::rulebook::{Program, check};

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
unknown_team_members = "full"
unlicensed_menu_item = "full"
[[rights]]
id = "full"
name = "Full"
tier = "full"
[[skus]]
id = "sales"
name = "Sales"
metric = "user"
class = "full"
covers = ["full"]
list = { price = "95.00", mark = "M" }
attach = { price = "20.00", mark = "M" }
mark = "M"
[[skus]]
id = "service"
name = "Service"
metric = "user"
class = "full"
covers = ["full"]
list = { price = "90.00", mark = "M" }
attach = { price = "20.00", mark = "M" }
mark = "M"
[[skus]]
id = "gb"
name = "Gigabyte"
metric = "tenant"
class = "tenant"
plannable = false
list = { price = "40.00", mark = "M" }
mark = "M"
[[skus]]
id = "assets"
name = "Hundred assets"
metric = "tenant"
class = "tenant"
plannable = false
list = { price = "50.00", mark = "M" }
mark = "M"
[[skus]]
id = "scenario"
name = "Scenario"
metric = "tenant"
class = "tenant"
plannable = false
list = { price = "300.00", mark = "M" }
mark = "M"
[[skus]]
id = "machines"
name = "Ten machines"
metric = "tenant"
class = "tenant"
plannable = false
mark = "M"
[[skus]]
id = "marketing"
name = "Marketing"
metric = "tenant"
class = "tenant"
plannable = false
list = { price = "1500.00", mark = "M" }
attach = { price = "750.00", mark = "M" }
mark = "M"
[[skus]]
id = "pro"
name = "Professional support"
metric = "tenant"
class = "tenant"
plannable = false
list = { price = "9.00", mark = "M" }
mark = "M"
[[skus]]
id = "premium"
name = "Premium support"
metric = "tenant"
class = "tenant"
plannable = false
programs = ["ea"]
list = { price = "15.00", mark = "M" }
mark = "M"

[[capacity]]
id = "database"
name = "Database"
unit = "GB"
metrics = ["database_gb"]
per = "standing"
default = [{ amount = "5", skus = ["service"] }, { amount = "10", skus = ["sales"] }]
accrues = [{ amount = "0.25", per = 20, skus = ["sales", "service"] }]
accrual_cap = "10.5"
cap = "20"
packs = [{ sku = "gb", amount = "1" }]
mark = "M"
[[capacity]]
id = "assets"
name = "Assets"
unit = "assets"
metrics = ["assets"]
per = "standing"
default = [{ amount = "100", skus = ["sales"] }]
packs = [{ sku = "assets", amount = "100", unlimited_from = 50 }]
mark = "M"
[[capacity]]
id = "scenarios"
name = "Scenarios"
unit = "scenarios"
metrics = ["scenarios"]
per = "standing"
packs = [{ sku = "scenario", amount = "1", most = 6, unlimited_from = 6 }]
mark = "M"
[[capacity]]
id = "machines"
name = "Machines"
unit = "machines"
metrics = ["machines"]
per = "standing"
default = [{ amount = "unlimited", skus = ["scenario"], seats = 6 }]
accrues = [{ amount = "10", per = 1, skus = ["scenario"] }]
packs = [{ sku = "machines", amount = "10", unlimited_from = 10 }]
mark = "M"
[[capacity]]
id = "contacts"
name = "Contacts"
unit = "contacts"
metrics = ["contacts"]
per = "month"
packs = [{ sku = "marketing", amount = "10000" }]
mark = "M"

[[gates]]
id = "marketing-attach"
name = "Ten users for the attach price"
opens = ["marketing"]
what = "attach"
counts = ["sales", "service"]
quantity = 10
mark = "M"
[[gates]]
id = "assets-sales"
name = "Five sales users to buy assets"
opens = ["assets"]
what = "purchase"
counts = ["sales"]
quantity = 5
programs = ["csp"]
mark = "M"

[[support]]
id = "pro"
name = "Professional support for all"
sku = "pro"
floor = { price = "450.00", mark = "M" }
everyone = true
premium = true
counts = ["sales", "service"]
mark = "M"
[[support]]
id = "premium"
name = "Premium support"
sku = "premium"
premium = true
programs = ["ea"]
mark = "M"
"#;

/// Seats as (SKU, attach, quantity).
type Seats<'s> = &'s [(&'s str, bool, u64)];

fn work(
    program: Program,
    plan: Seats<'_>,
    stock: Seats<'_>,
    measured: &[(&str, &str)],
) -> Entitled {
    let rulebook = check("test.toml", EDITION).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let id = |word: &str| match rulebook.named(word) {
        Some(crate::rulebook::Named::Sku(sku)) => *sku,
        other => panic!("{word}: {other:?}"),
    };
    let kind = |attach| if attach { LicenceKind::Attach } else { LicenceKind::Base };
    let plan: BTreeMap<(SkuId, LicenceKind), u64> =
        plan.iter().map(|(sku, attach, seats)| ((id(sku), kind(*attach)), *seats)).collect();
    let owned: Stock =
        stock.iter().map(|(sku, attach, seats)| ((id(sku), *attach), *seats)).collect();
    let people = plan
        .iter()
        .filter(|((_, kind), _)| *kind == LicenceKind::Base)
        .map(|((sku, _), seats)| (SkuSet::of(*sku), *seats))
        .collect();
    let measured: Vec<(String, String)> =
        measured.iter().map(|(metric, value)| ((*metric).into(), (*value).into())).collect();
    let tenant = TenantInfo {
        id: "t".into(),
        name: "T".into(),
        program,
        segment: "commercial".into(),
        currency: "USD".into(),
        renewal_date: String::new(),
        payment: None,
    };
    entitled(&Basis {
        rulebook: &rulebook,
        prices: &Prices::of_edition(&rulebook),
        tenant: &tenant,
        measured: &measured,
        plan: &Held::of_plan(&rulebook, &plan, &owned, "2021-09-01"),
        owned: &Held::of_stock(&owned),
        owned_known: !stock.is_empty(),
        people: &people,
        day: "2021-09-01",
        shown: None,
    })
}

#[track_caller]
fn line<'e>(entitled: &'e Entitled, id: &str) -> &'e CapacityLine {
    entitled.lines.iter().find(|line| line.capacity == id).unwrap_or_else(|| {
        panic!("no line {id}: {:#?}", entitled.lines);
    })
}

#[track_caller]
fn result<'e>(entitled: &'e Entitled, rule: &str) -> (&'e str, i64) {
    let check = entitled.checks.iter().find(|check| check.rule == rule);
    check.map_or_else(|| panic!("no check {rule}"), |check| (check.result.as_str(), check.cents.0))
}

fn cases(entitled: &Entitled, code: Code) -> usize {
    entitled.findings.iter().filter(|finding| finding.code == code).count()
}

#[test]
fn the_largest_default_counts_and_never_the_sum() {
    let both = work(Program::Ea, &[("sales", false, 1), ("service", false, 1)], &[], &[]);
    assert_eq!(line(&both, "database").included.map(|a| a.0), Some(10_000));
    assert_eq!(line(&both, "database").status, CapacityStatus::NotMeasured);
    let service = work(Program::Ea, &[("service", false, 1)], &[], &[]);
    assert_eq!(line(&service, "database").included.map(|a| a.0), Some(5_000));
    // An attach licence brings the default of its product.
    let attached = work(Program::Ea, &[("service", false, 1), ("sales", true, 1)], &[], &[]);
    assert_eq!(line(&attached, "database").included.map(|a| a.0), Some(10_000));
    assert!(service.lines.iter().all(|line| line.capacity == "database"), "nothing else is held");
}

#[test]
fn complete_steps_accrue_over_all_their_licences_together_attach_seats_apart() {
    let accrued = |sales, service, attach| {
        let seats =
            [("sales", false, sales), ("service", false, service), ("service", true, attach)];
        line(&work(Program::Ea, &seats, &[], &[]), "database").accrued.0
    };
    assert_eq!(accrued(19, 0, 0), 0);
    assert_eq!(accrued(12, 8, 0), 250);
    assert_eq!(accrued(20, 0, 40), 250);
    assert_eq!(accrued(39, 0, 0), 250);
    assert_eq!(accrued(40, 0, 0), 500);
    assert_eq!(accrued(400, 0, 0), 500, "ten and a half at most with the default");
}

#[test]
fn use_is_summed_over_environments_and_whole_packs_are_bought() {
    let used = [("database_gb", "8"), ("Database GB", "4.25"), ("other", "7")];
    let short = work(Program::Ea, &[("sales", false, 20)], &[], &used);
    let database = line(&short, "database");
    assert_eq!((database.used.map(|a| a.0), database.value.as_str()), (Some(12_250), "8; 4.25"));
    assert_eq!((database.status, database.to_buy("gb")), (CapacityStatus::Buy, 2));
    assert_eq!((database.cents, short.cents), (Cents(8_000), Cents(8_000)));
    assert_eq!(cases(&short, Code::CapacityShort), 1);
    let owned = work(Program::Ea, &[("sales", false, 20)], &[("gb", false, 1)], &used);
    assert_eq!(line(&owned, "database").to_buy("gb"), 1, "owned packs count first");
    // What nobody knows is shown and said.
    assert_eq!(cases(&short, Code::CapacityUnknown), 1);
    assert_eq!(short.lines.last().map(|line| line.status), Some(CapacityStatus::UnknownMetric));
    let odd = work(Program::Ea, &[("sales", false, 20)], &[], &[("database_gb", "much")]);
    assert_eq!(line(&odd, "database").status, CapacityStatus::NotMeasured);
    assert_eq!(cases(&odd, Code::ValueInvalid), 1);
}

#[test]
fn nothing_is_had_beyond_the_cap() {
    let over = work(Program::Ea, &[("sales", false, 20)], &[], &[("database_gb", "25")]);
    let database = line(&over, "database");
    assert_eq!(database.status, CapacityStatus::BeyondTheCap);
    assert_eq!(database.to_buy("gb"), 10, "10.25 included, 20 at most");
    assert_eq!(cases(&over, Code::CapacityBeyond), 1);
}

#[test]
fn fifteen_hundred_assets_take_fourteen_packs_and_fifty_packs_any_number() {
    let packs = |assets: &str| {
        let done = work(Program::Ea, &[("sales", false, 1)], &[], &[("assets", assets)]);
        line(&done, "assets").to_buy("assets")
    };
    assert_eq!([packs("100"), packs("1,500"), packs("5,100"), packs("90000")], [0, 14, 50, 50]);
    let owned =
        work(Program::Ea, &[("sales", false, 1)], &[("assets", false, 50)], &[("assets", "90000")]);
    assert_eq!(line(&owned, "assets").status, CapacityStatus::Covered);
    assert_eq!(line(&owned, "assets").available, None);
}

#[test]
fn what_an_earlier_capacity_buys_counts_in_a_later_one() {
    let two = work(Program::Ea, &[], &[], &[("scenarios", "2"), ("machines", "20")]);
    assert_eq!(line(&two, "scenarios").to_buy("scenario"), 2);
    assert_eq!(line(&two, "machines").status, CapacityStatus::Covered);
    let six = work(Program::Ea, &[], &[], &[("scenarios", "9"), ("machines", "500")]);
    assert_eq!(line(&six, "scenarios").to_buy("scenario"), 6);
    assert_eq!(line(&six, "machines").available, None);
}

#[test]
fn a_pack_without_a_price_is_counted_and_said() {
    let more = work(Program::Ea, &[], &[], &[("machines", "25")]);
    let machines = line(&more, "machines");
    assert_eq!((machines.status, machines.to_buy("machines")), (CapacityStatus::PriceUnknown, 3));
    assert_eq!((machines.cents, cases(&more, Code::CapacityUnpriced)), (Cents::ZERO, 1));
}

#[test]
fn the_attach_price_holds_from_ten_seats_on() {
    let contacts = |seats| {
        let done = work(Program::Ea, &[("sales", false, seats)], &[], &[("contacts", "9000")]);
        (line(&done, "contacts").cents.0, result(&done, "marketing-attach").0.to_owned())
    };
    assert_eq!(contacts(9), (150_000, "does not apply".to_owned()));
    assert_eq!(contacts(10), (75_000, "met".to_owned()));
    let owned = work(Program::Ea, &[("sales", false, 9)], &[("marketing", true, 2)], &[]);
    assert_eq!(result(&owned, "marketing-attach"), ("not met", 150_000));
    assert_eq!(cases(&owned, Code::GateClosed), 1);
    // Attach seats do not count toward the ten.
    let attach = work(Program::Ea, &[("sales", false, 9), ("service", true, 9)], &[], &[]);
    assert_eq!(result(&attach, "marketing-attach").0, "does not apply");
}

#[test]
fn a_closed_gate_keeps_packs_from_being_bought_in_its_program() {
    let short = |program| {
        let done = work(program, &[("sales", false, 4)], &[], &[("assets", "150")]);
        line(&done, "assets").status
    };
    assert_eq!(short(Program::Csp), CapacityStatus::NoPack);
    assert_eq!(short(Program::Ea), CapacityStatus::Buy);
    let owned = work(Program::Csp, &[("sales", false, 4)], &[("assets", false, 1)], &[]);
    assert_eq!(result(&owned, "assets-sales"), ("not met", 9_500));
    assert_eq!(result(&work(Program::Ea, &[], &[], &[]), "assets-sales").0, "does not apply");
}

#[test]
fn what_the_plan_gives_up_against_owned_seats_is_said_with_its_money() {
    let owned = [("sales", false, 40)];
    let done = work(Program::Ea, &[("service", false, 20)], &owned, &[("database_gb", "9")]);
    let database = line(&done, "database");
    assert_eq!(database.lost.0, 10_500 - 5_250);
    assert_eq!((database.to_buy("gb"), database.lost_cents), (4, Cents(16_000)));
    assert_eq!(cases(&done, Code::CapacityLost), 2, "and the default of assets is gone");
    let unknown = work(Program::Ea, &[("service", false, 20)], &[], &[]);
    assert_eq!(line(&unknown, "database").lost.0, 0);
}

#[test]
fn everybody_is_covered_by_the_support_plan_and_its_floor_is_paid() {
    let plan = [("sales", false, 60), ("service", true, 60)];
    assert_eq!(result(&work(Program::Ea, &plan, &[], &[]), "pro").0, "does not apply");
    let all = work(Program::Ea, &plan, &[("pro", false, 60)], &[]);
    assert_eq!(result(&all, "pro"), ("met", 0));
    let some = work(Program::Ea, &plan, &[("pro", false, 50)], &[]);
    assert_eq!(result(&some, "pro"), ("not met", 9_000));
    let few = work(Program::Ea, &[("sales", false, 10)], &[("pro", false, 10)], &[]);
    assert_eq!(result(&few, "pro"), ("not met", 36_000), "450 a month at least");
    assert_eq!(cases(&few, Code::SupportShort), 1);
}

#[test]
fn only_one_premium_support_plan_and_only_where_it_is_sold() {
    let one = work(Program::Ea, &[], &[("premium", false, 3)], &[]);
    assert_eq!((result(&one, "premium").0, result(&one, "support-one-premium").0), ("met", "met"));
    let two = work(Program::Ea, &[], &[("premium", false, 3), ("pro", false, 50)], &[]);
    assert_eq!(result(&two, "support-one-premium").0, "not met");
    let elsewhere = work(Program::Csp, &[], &[("premium", false, 3)], &[]);
    assert_eq!(result(&elsewhere, "premium").0, "not met");
}
