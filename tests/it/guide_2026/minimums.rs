//! Minimum quantities that are met, and what counts toward them. What the plan
//! does where one is not met stands in `coupled`.

use seatwise::rulebook::Program;

use super::EDITION;
use crate::tenants::{Answer, Tenant, ids, rows};

/// So many people of each role.
fn staff(program: Program, groups: &[(&str, usize)]) -> Answer {
    tenant(program, groups).analyse()
}

fn tenant(program: Program, groups: &[(&str, usize)]) -> Tenant {
    let mut users = String::from("user_id\n");
    let mut roles = String::from("user_id,role_name\n");
    for (at, (role, count)) in groups.iter().enumerate() {
        let prefix = format!("g{at}x");
        users.push_str(ids("", &prefix, *count).trim_start());
        roles.push_str(rows("", &prefix, *count, &format!(",{role}")).trim_start());
    }
    Tenant::new(EDITION).whole().program(program).users(users).assignments(roles)
}

#[test]
fn the_four_applications_reach_twenty_together_under_an_agreement() {
    let groups = [
        ("Accountant", 5),
        ("Warehouse manager", 5),
        ("Retail catalog manager", 5),
        ("Project manager", 5),
    ];
    for program in [Program::Ea, Program::Mpsa, Program::Mosp] {
        let answer = staff(program, &groups);
        assert_eq!(answer.check("operations-20").result, "met");
        assert_eq!(answer.check("csp-20").result, "does not apply");
        assert_eq!(answer.cost(), 15 * 210 + 5 * 135);
    }
}

/// Two and a half devices count as one user: ten and ten.
#[test]
fn ten_seats_and_twenty_five_devices_meet_the_minimum() {
    let (mut devices, mut usage) = (String::new(), String::new());
    for n in 1..=25 {
        devices.push_str(&format!("S{n:02},warehouse,yes\n"));
        usage.push_str(&format!("S{n:02},g1x{n:02}\nS{n:02},g1x{:02}\n", n + 25));
    }
    let answer = tenant(Program::Ea, &[("Accountant", 10), ("Warehouse worker", 50)])
        .devices(format!("device_id,kind,dedicated\n{devices}"))
        .usage(format!("device_id,user_id\n{usage}"))
        .analyse();
    assert_eq!(answer.seats(), ["10 finance base", "25 operations-device device"]);
    assert_eq!(answer.check("operations-20").result, "met");
}

#[test]
fn in_csp_twenty_seats_of_one_application_meet_the_minimum() {
    let answer = staff(Program::Csp, &[("Accountant", 20)]);
    assert_eq!(answer.check("csp-20").result, "met");
    assert_eq!(answer.check("operations-20").result, "does not apply");
    assert_eq!(answer.cost(), 20 * 210);
}

#[test]
fn ten_seats_of_a_premium_licence_meet_its_minimum() {
    for program in [Program::Ea, Program::Csp] {
        let answer = staff(program, &[("Demand Planning Manager", 10)]);
        assert_eq!(answer.seats(), ["10 supply-chain-management-premium base"]);
        assert_eq!(answer.check("premium-10").result, "met");
        assert_eq!(answer.check("operations-20").result, "does not apply");
    }
}

#[test]
fn five_seats_of_human_resources_meet_its_minimum() {
    let answer = staff(Program::Ea, &[("Recruiter", 5)]);
    assert_eq!(answer.seats(), ["5 human-resources base"]);
    assert_eq!(answer.check("human-resources-5").result, "met");
    assert_eq!(answer.check("operations-20").result, "does not apply");
}

#[test]
fn lighter_licences_and_other_applications_have_no_minimum() {
    let answer = staff(
        Program::Ea,
        &[("Warehouse worker", 2), ("Budget contributor", 1), ("Self-service Employee", 1)],
    );
    for rule in ["operations-20", "premium-10", "human-resources-5"] {
        assert_eq!(answer.check(rule).result, "does not apply", "{rule}");
    }
}

/// Professional and Enterprise may live in environments of their own.
#[test]
fn professional_and_enterprise_need_separate_environments() {
    for (rule, professional, enterprise) in [
        ("sales-grades", "Sales Professional", "Sales Enterprise"),
        ("sales-grades", "Sales Professional", "Sales Premium"),
        ("customer-service-grades", "Customer Service Professional", "Customer Service Enterprise"),
    ] {
        let answer = Tenant::new(EDITION)
            .whole()
            .users("user_id,upn,environment\nann,a@c.example,prod\nbob,b@c.example,emea")
            .needs(format!(
                "user_id,app,environment\nann,{professional},prod\nbob,{enterprise},emea"
            ))
            .analyse();
        assert_eq!(answer.check(rule).result, "met", "{enterprise}");
        assert_eq!(answer.licences("ann").len() + answer.licences("bob").len(), 2);
    }
}

#[test]
fn one_level_of_business_central_for_everybody_is_in_order() {
    let answer = Tenant::new(EDITION)
        .whole()
        .users("user_id\nann\nbob\ncat")
        .needs(
            "user_id,app
            ann,Business Central Premium\nbob,Business Central Premium
            cat,Business Central Team Members",
        )
        .analyse();
    assert_eq!(answer.check("business-central-levels").result, "does not apply");
    assert_eq!(answer.cost(), 110 + 110 + 8);
}
