//! Device licences in 2026.

use seatwise::rulebook::DevicePolicy;

use super::{beside, firm, firm_with};
use crate::tenants::{Answer, Tenant};

/// People with roles, devices and who uses which; rows without headers.
fn site(roles: &str, devices: &str, usage: &str) -> Tenant {
    let lines = |rows: &str| {
        rows.split_whitespace().map(|row| row.replace('=', ",") + "\n").collect::<String>()
    };
    firm(roles)
        .devices(format!("device_id,kind,dedicated,login\n{}", lines(devices)))
        .usage(format!("device_id,user_id\n{}", lines(usage)))
}

fn licensed(answer: &Answer) -> Vec<&str> {
    answer.licensed_devices()
}

/// 85 against twice 50; alone 50 is cheaper.
#[test]
fn a_device_pays_from_two_people_on_who_would_need_activity() {
    let answer = site(
        "ann,Warehouse worker\nbob,Warehouse worker\ncat,Warehouse worker",
        "S1=warehouse=yes=individual S2=warehouse=yes=individual",
        "S1=ann S1=bob S2=cat",
    )
    .analyse();
    assert_eq!(licensed(&answer), ["S1"]);
    assert_eq!(answer.licences("cat"), ["operations-activity additional"]);
    assert_eq!(beside(&answer), 85 + 50);
}

#[test]
fn either_the_user_or_the_device_is_licensed_not_both() {
    let answer = site(
        "ann,Warehouse worker\nbob,Warehouse worker\ncat,Warehouse worker",
        "S1=warehouse=yes=shared S2=warehouse=yes=shared",
        "S1=ann S1=bob S2=cat",
    )
    .analyse();
    for person in ["ann", "bob", "cat"] {
        let user = answer.user(person);
        assert_ne!(user.licences.is_empty(), user.by_device.is_empty(), "{person}");
    }
}

/// The safe reading of two Microsoft texts that contradict each other; the other
/// one is shown beside it.
#[test]
fn a_device_serves_only_people_whose_whole_work_is_on_devices() {
    let tenant = || {
        site(
            "ann,Warehouse worker\nann,Budget contributor\nbob,Warehouse worker\ncat,Warehouse worker",
            "S1=warehouse=yes=individual",
            "S1=ann S1=bob S1=cat",
        )
    };
    let answer = tenant().analyse();
    assert_eq!(answer.options.device_policy, DevicePolicy::Strict, "what the edition says");
    assert_eq!(licensed(&answer), ["S1"]);
    assert_eq!(answer.licences("ann"), ["operations-activity additional"]);
    assert_eq!(beside(&answer), 85 + 50);
    let guide = tenant().policy(DevicePolicy::Guide).analyse();
    assert_eq!(guide.licences("ann"), ["team-members additional"]);
    assert_eq!(beside(&guide), 85 + 8);
    assert_eq!(answer.totals.other_policy_cents, guide.totals.plan_cents);
}

/// Whoever uses one licensed and one unlicensed device is not covered.
#[test]
fn every_device_a_person_uses_must_be_licensed() {
    let answer = site(
        "ann,Warehouse worker\nbob,Warehouse worker\ncat,Warehouse worker",
        "S1=warehouse=yes=shared S2=warehouse=yes=shared",
        "S1=ann S2=ann S1=bob S1=cat",
    )
    .analyse();
    assert_eq!(licensed(&answer), ["S1"]);
    assert_eq!(answer.licences("ann"), ["operations-activity additional"]);
    assert_eq!(beside(&answer), 85 + 50);
}

#[test]
fn operations_devices_take_shared_and_individual_logins() {
    for login in ["shared", "individual"] {
        let answer =
            site("ann,Cashier\nbob,Cashier", &format!("R1=pos=no={login}"), "R1=ann R1=bob")
                .analyse();
        assert_eq!(licensed(&answer), ["R1"], "{login}");
    }
}

#[test]
fn a_warehouse_a_store_manager_and_a_production_floor_device_must_be_dedicated() {
    for (kind, role) in [
        ("warehouse", "Shipping clerk"),
        ("store_manager", "Retail store manager"),
        ("shop_floor", "Machine operator"),
    ] {
        for (dedicated, carried) in [("yes", true), ("no", false)] {
            let answer = site(
                &format!("ann,{role}\nbob,{role}"),
                &format!("D1={kind}={dedicated}=shared"),
                "D1=ann D1=bob",
            )
            .analyse();
            assert_eq!(!licensed(&answer).is_empty(), carried, "{kind} {dedicated}");
            assert_eq!(beside(&answer), if carried { 85 } else { 100 }, "{kind} {dedicated}");
        }
    }
}

#[test]
fn one_device_licence_covers_any_combination_of_its_kinds() {
    let answer = site(
        "ann,Cashier\nbob,Cashier\nbob,Retail store manager",
        "R1=pos+store_manager=yes=shared",
        "R1=ann R1=bob",
    )
    .analyse();
    assert_eq!(licensed(&answer), ["R1"]);
    assert_eq!(beside(&answer), 85);
}

#[test]
fn an_operations_device_carries_no_full_user_and_no_activity_outside_its_kinds() {
    let answer = site(
        "ann,Warehouse manager\nbob,Sales clerk\ncat,Sales clerk",
        "S1=warehouse=yes=shared",
        "S1=ann S1=bob S1=cat",
    )
    .analyse();
    assert!(licensed(&answer).is_empty());
    assert_eq!(beside(&answer), 210 + 50 + 50);
}

/// The account of the warehouse app holds nothing but its own role.
#[test]
fn warehouse_app_accounts_are_served_by_their_devices() {
    let answer = Tenant::new(super::EDITION)
        .users("user_id\nwh1\nwh2")
        .assignments(
            "user_id,role_id,role_name
            wh1,WHSMOBILEDEVICESERVICE,Warehouse mobile device user
            wh2,WHSMOBILEDEVICESERVICE,Warehouse mobile device user
            wh1,SYSTEMUSER,System user",
        )
        .devices("device_id,kind,dedicated\nS1,warehouse,yes")
        .usage("device_id,user_id\nS1,wh1\nS1,wh2")
        .policy(DevicePolicy::Strict)
        .analyse();
    assert_eq!(licensed(&answer), ["S1"]);
    assert_eq!(answer.totals.by_device_only, 2);
}

#[test]
fn people_served_by_a_device_are_named_because_the_validation_cannot_see_devices() {
    let answer = site(
        "ann,Warehouse worker\nbob,Warehouse worker",
        "S1=warehouse=yes=shared",
        "S1=ann S1=bob",
    )
    .analyse();
    assert_eq!(answer.cases("SW503"), 2);
}

/// Shared logins only, and only with a price that the customer brings.
#[test]
fn devices_of_sales_service_and_field_service_take_shared_logins_and_have_no_known_price() {
    for (kind, app, device) in [
        ("sales", "Sales Enterprise", "Sales Device"),
        ("customer_service", "Customer Service Enterprise", "Customer Service Device"),
        ("field_service", "Field Service", "Field Service Device"),
    ] {
        let with = |login: &str| {
            firm_with("", &format!("ann,{app}\nbob,{app}"))
                .devices(format!("device_id,kind,login\nT1,{kind},{login}"))
                .usage("device_id,user_id\nT1,ann\nT1,bob")
        };
        let answer = with("shared").analyse();
        assert!(licensed(&answer).is_empty(), "{kind}");
        assert_eq!(answer.cases("SW303"), 1, "{kind}: its price is missing");
        let price = format!("license,price\n{device},145");
        let answer = with("shared").prices(&price).analyse();
        assert_eq!((licensed(&answer), beside(&answer)), (vec!["T1"], 145), "{kind}");
        let answer = with("individual").prices(&price).analyse();
        assert!(licensed(&answer).is_empty(), "{kind}");
    }
}

#[test]
fn a_business_central_device_is_known_and_carries_nobody() {
    let answer =
        firm_with("", "ann,Business Central Team Members\nbob,Business Central Team Members")
            .devices("device_id,kind,login\nB1,business_central,shared")
            .usage("device_id,user_id\nB1,ann\nB1,bob")
            .analyse();
    assert!(licensed(&answer).is_empty());
    assert_eq!(beside(&answer), 16);
    let finding = answer.findings.iter().find(|f| f.code.id() == "SW501").unwrap();
    assert!(finding.message.contains("has no price"), "{}", finding.message);
}
