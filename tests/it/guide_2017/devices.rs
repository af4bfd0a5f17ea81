//! Device licences (p.3, p.16 and p.17).

use super::{beside, company, licences_for};
use crate::tenants::{Answer, Tenant};

/// People who do `work` on one device.
fn on_a_device(work: &[&str], device: &str) -> Answer {
    let people: Vec<(String, &str)> =
        work.iter().enumerate().map(|(at, work)| (format!("p{}", at + 1), *work)).collect();
    let usage: String = people.iter().map(|(id, _)| format!("D1,{id}\n")).collect();
    let people: Vec<(&str, &str)> = people.iter().map(|(id, work)| (id.as_str(), *work)).collect();
    company(&people)
        .devices(format!("device_id,kind,dedicated,login\nD1,{device}"))
        .usage(format!("device_id,user_id\n{usage}"))
        .analyse()
}

/// Whether the device is licensed; nobody then needs a licence of their own.
fn carries(work: &str, device: &str) -> bool {
    let answer = on_a_device(&[work; 3], device);
    let licensed = answer.licensed_devices() == ["D1"];
    for person in ["p1", "p2", "p3"] {
        assert_eq!(answer.licences(person).is_empty(), licensed, "{work} on {device}");
    }
    licensed
}

/// p.3: any number of people may work on a licensed device.
#[test]
fn a_device_licence_serves_any_number_of_people() {
    for people in [3, 30] {
        let answer = on_a_device(&vec!["Warehouse worker"; people], "warehouse,yes,individual");
        assert_eq!((answer.licensed_devices(), beside(&answer)), (vec!["D1"], 75), "{people}");
    }
}

/// p.3: people are told apart on the device of Operations, and share one login
/// on those of Customer Engagement.
#[test]
fn operations_devices_take_individual_logins_and_the_others_a_shared_one() {
    assert!(carries("Warehouse worker", "warehouse,yes,individual"));
    assert!(!carries("Warehouse worker", "warehouse,yes,shared"));
    assert!(carries("app Sales", "sales,no,shared"));
    assert!(!carries("app Sales", "sales,no,individual"));
}

/// p.3.
#[test]
fn user_and_device_licences_may_be_mixed_in_a_tenant() {
    let answer = company(&[
        ("ann", "Warehouse worker"),
        ("bob", "Warehouse worker"),
        ("cat", "Warehouse worker"),
    ])
    .devices("device_id,kind,dedicated\nS1,warehouse,yes")
    .usage("device_id,user_id\nS1,ann\nS1,bob")
    .analyse();
    assert_eq!(answer.licensed_devices(), ["S1"]);
    assert_eq!(answer.licences("cat"), ["operations-activity additional"]);
    assert_eq!(beside(&answer), 75 + 50);
}

/// p.3 and p.16: whatever its user licence may do.
#[test]
fn a_customer_engagement_device_has_the_rights_of_its_user_licence() {
    assert!(carries("app Sales", "sales,,shared"));
    assert!(carries("app Customer Service", "customer_service,,shared"));
    assert!(carries("app Field Service", "field_service,,shared"));
    assert!(!carries("app Customer Service", "sales,,shared"));
    assert!(!carries("app Sales", "field_service,,shared"));
}

/// p.16: on the licensed device only.
#[test]
fn whoever_also_works_beside_the_device_needs_a_licence_of_their_own() {
    let answer = company(&[("ann", "app Sales"), ("bob", "app Sales"), ("cat", "app Sales")])
        .devices("device_id,kind,login\nT1,sales,shared\nOWN,other,individual")
        .usage("device_id,user_id\nT1,ann\nT1,bob\nT1,cat")
        .analyse();
    assert_eq!(answer.licensed_devices(), ["T1"]);
    assert_eq!(beside(&answer), 145);
    let two = company(&[("ann", "app Sales"), ("bob", "app Sales"), ("cat", "app Sales")])
        .devices("device_id,kind,login\nT1,sales,shared\nT2,sales,shared")
        .usage("device_id,user_id\nT1,ann\nT1,bob\nT1,cat\nT2,cat")
        .analyse();
    assert_eq!(two.licences("cat"), ["sales base"], "T2 is not licensed for one person");
    assert_eq!(beside(&two), 145 + 95);
}

/// p.16.
#[test]
fn there_is_no_device_licence_of_the_customer_engagement_plan() {
    let people = [
        ("ann", "app Sales"),
        ("ann", "app Customer Service"),
        ("bob", "app Sales"),
        ("bob", "app Customer Service"),
        ("cat", "app Sales"),
        ("cat", "app Customer Service"),
    ];
    let answer = company(&people)
        .devices("device_id,kind,login\nT1,sales+customer_service,shared")
        .usage("device_id,user_id\nT1,ann\nT1,bob\nT1,cat")
        .analyse();
    let devices: Vec<String> =
        answer.seats().into_iter().filter(|seat| seat.ends_with("device")).collect();
    assert_eq!(devices, ["1 sales-device device", "1 customer-service-device device"]);
    assert_eq!(beside(&answer), 2 * 145, "the plan for each person would be 3 x 115");
}

/// p.16: three applications have device licences.
#[test]
fn project_service_automation_has_no_device_licence() {
    for kind in ["sales", "customer_service", "field_service"] {
        assert!(!carries("app Project Service Automation", &format!("{kind},,shared")), "{kind}");
    }
}

/// p.16: four kinds of work, each on its own kind of device.
#[test]
fn an_operations_device_is_a_till_or_serves_store_managers_shop_floor_or_warehouse() {
    let kinds = ["pos", "store_manager", "shop_floor", "warehouse"];
    let work = ["Cashier", "Retail store manager", "Machine operator", "Warehouse worker"];
    for (on, kind) in kinds.iter().enumerate() {
        for (at, role) in work.iter().enumerate() {
            let device = format!("{kind},yes,individual");
            assert_eq!(carries(role, &device), at == on, "{role} on {kind}");
        }
    }
}

/// p.3: the Operations device is a limited licence.
#[test]
fn an_operations_device_carries_no_full_work() {
    for kind in ["pos", "store_manager", "shop_floor", "warehouse"] {
        assert!(!carries("Accountant", &format!("{kind},yes,individual")), "{kind}");
        assert!(!carries("Warehouse manager", &format!("{kind},yes,individual")), "{kind}");
    }
}

/// p.16.
#[test]
fn store_manager_and_shop_floor_devices_must_be_dedicated_too() {
    assert!(carries("Retail store manager", "store_manager,yes,individual"));
    assert!(!carries("Retail store manager", "store_manager,no,individual"));
    assert!(carries("Machine operator", "shop_floor,yes,individual"));
    assert!(!carries("Machine operator", "shop_floor,no,individual"));
}

/// p.16: clocking in and out, starting and reporting jobs; not the corrections
/// of a supervisor.
#[test]
fn shop_floor_functions_end_where_supervising_begins() {
    let device = "shop_floor,yes,individual";
    assert!(carries("Machine operator", device));
    assert!(!carries("Shop supervisor", device));
    let clocks = on_a_device(&["Time registration user"; 10], device);
    assert_eq!(clocks.licensed_devices(), ["D1"], "75 for ten Team Members people");
    let few = on_a_device(&["Time registration user"; 9], device);
    assert_eq!(few.licensed_devices(), [""; 0], "nine of them cost 72");
}

/// p.17: receiving, picking and shipping; all other work is excluded.
#[test]
fn warehousing_functions_are_those_of_workers_and_of_receiving_and_shipping() {
    let device = "warehouse,yes,individual";
    for role in ["Warehouse worker", "Receiving clerk", "Shipping clerk"] {
        assert!(carries(role, device), "{role}");
    }
    for role in ["Retail warehouse manager", "Sales clerk", "Buying agent", "Budget clerk"] {
        assert!(!carries(role, device), "{role}");
    }
}

/// p.16: the manager's device is for one store's management, the till for
/// selling.
#[test]
fn a_till_carries_no_store_management() {
    assert!(carries("Cashier", "pos,no,individual"));
    assert!(!carries("Retail store manager", "pos,no,individual"));
    let both = on_a_device(
        &["Retail store manager", "Cashier", "Cashier"],
        "pos+store_manager,yes,individual",
    );
    assert_eq!((both.licensed_devices(), beside(&both)), (vec!["D1"], 75), "one licence, both");
}

/// p.17: what the device may do, Activity may do as well, on any device.
#[test]
fn activity_includes_what_the_operations_device_may_do() {
    for role in ["Cashier", "Retail store manager", "Machine operator", "Warehouse worker"] {
        assert_eq!(licences_for(&[role]), ["operations-activity additional"], "{role}");
    }
}

/// p.3: with a user licence the device needs none.
#[test]
fn a_device_of_people_with_user_licences_needs_no_licence() {
    let answer = Tenant::new("2017-07")
        .users("user_id\nann\nbob")
        .needs("user_id,app\nann,Sales\nbob,Sales\nann,Field Service\nbob,Field Service")
        .devices("device_id,kind,login\nT1,sales,shared")
        .usage("device_id,user_id\nT1,ann\nT1,bob")
        .analyse();
    assert_eq!(answer.seats(), ["2 customer-engagement-plan base"]);
    assert_eq!(answer.licensed_devices(), [""; 0]);
}
