//! Minimum license purchase requirements (the guide refers to the Product
//! Terms). What a plan buys to reach a minimum is shown in `coupled`.

use seatwise::rulebook::Program;

use super::crew;
use crate::tenants::{Tenant, ids, rows};

/// Twenty people, so many with each role.
fn mixed(parts: &[(usize, &str)]) -> Tenant {
    let (mut users, mut roles) = (String::from("user_id\n"), String::from("user_id,role_name\n"));
    for (at, (count, role)) in parts.iter().enumerate() {
        let prefix = format!("p{at}x");
        users.push_str(ids("", &prefix, *count).trim_start());
        roles.push_str(rows("", &prefix, *count, &format!(",{role}")).trim_start());
    }
    Tenant::new("2021-09").whole().users(users).assignments(roles)
}

#[test]
fn the_four_operations_applications_reach_twenty_together() {
    let answer = mixed(&[
        (5, "Accountant"),
        (5, "Purchasing manager"),
        (5, "Retail merchandising manager"),
        (5, "Project manager"),
    ])
    .analyse();
    let check = answer.check("operations-20");
    assert_eq!((check.result.as_str(), check.cents.0), ("met", 0));
    assert_eq!(answer.seats().len(), 4);
    assert_eq!(answer.check("csp-20").result, "does not apply");
}

#[test]
fn in_csp_twenty_seats_of_one_application_are_needed() {
    let answer = mixed(&[(20, "Accountant")]).program(Program::Csp).analyse();
    assert_eq!(answer.check("csp-20").result, "met");
    assert_eq!(answer.check("operations-20").result, "does not apply");
}

/// Neither the small licences nor the customer engagement ones have a minimum.
#[test]
fn nothing_else_has_a_minimum() {
    for app in ["Sales Enterprise", "Customer Service Professional", "Field Service", "Guides"] {
        let answer = crew(1, &[app]).whole().analyse();
        assert!(answer.rule_checks.iter().all(|check| check.result != "not met"), "{app}");
        assert_eq!(answer.plan.len(), 1, "{app}");
    }
}

/// Operations - Device counts toward the twenty, two and a half to a user.
#[test]
fn device_licences_count_toward_the_twenty_two_and_a_half_to_a_user() {
    let (mut users, mut roles) =
        (ids("user_id", "a", 18), rows("user_id,role_name", "a", 18, ",Accountant"));
    let (mut devices, mut usage) =
        (String::from("device_id,kind,dedicated\n"), String::from("device_id,user_id\n"));
    for n in 1..=5 {
        devices.push_str(&format!("S{n},warehouse,yes\n"));
        for shift in ["early", "late"] {
            users.push_str(&format!("{shift}{n}\n"));
            roles.push_str(&format!("{shift}{n},Warehouse worker\n"));
            usage.push_str(&format!("S{n},{shift}{n}\n"));
        }
    }
    let answer = Tenant::new("2021-09")
        .whole()
        .users(users)
        .assignments(roles)
        .devices(devices)
        .usage(usage)
        .analyse();
    assert_eq!(answer.seats(), ["18 finance base", "5 operations-device device"]);
    assert_eq!(answer.check("operations-20").result, "met");
}
