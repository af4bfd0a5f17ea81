//! What must be bought lawfully where the cheapest licences of everybody are
//! not enough: minimum quantities and the full user (p.7, p.12 to p.14, p.30).
//! Seats bought for that alone serve whoever needs less.

use seatwise::rulebook::Program;

use crate::tenants::{Answer, Tenant, ids, rows};

/// So many people of each role, numbered through.
fn tenant(program: Program, work: &[(&str, &str, usize)]) -> Answer {
    let (mut users, mut roles) = (String::from("user_id\n"), String::from("user_id,role_name\n"));
    for (prefix, role, count) in work {
        for n in 1..=*count {
            users.push_str(&format!("{prefix}{n:02}\n"));
            roles.push_str(&format!("{prefix}{n:02},{role}\n"));
        }
    }
    Tenant::new("2017-07").program(program).users(users).assignments(roles).analyse()
}

/// p.7: the cheapest full licence is 95, and its holder may be one of those
/// who would need Team Members only.
#[test]
fn a_tenant_of_other_users_buys_one_full_user() {
    let answer = tenant(Program::Ea, &[("e", "Employee", 3)]);
    assert_eq!(answer.cost(), 2 * 8 + 95);
    assert_eq!(answer.check("full-user").result, "met");
    let full = answer.plan.iter().filter(|line| line.kind.word() == "base");
    assert_eq!(full.map(|line| line.quantity).sum::<u64>(), 1);
}

/// p.7: Talent makes no full users, so one more seat is bought for somebody.
#[test]
fn talent_seats_are_no_full_users_of_a_tenant() {
    let answer = tenant(Program::Ea, &[("r", "Recruiter", 5)]);
    assert_eq!(answer.check("full-user").result, "met");
    assert_eq!(answer.check("talent-5").result, "met");
    assert_eq!(answer.cost(), 5 * 40 + 95);
}

/// p.12.
#[test]
fn nineteen_retail_seats_become_twenty() {
    let role = "Retail merchandising manager";
    let answer = tenant(Program::Ea, &[("m", role, 19)]);
    assert_eq!(answer.seats(), ["20 retail base"]);
    assert_eq!((answer.cost(), answer.check("operations-20").result.as_str()), (20 * 170, "met"));
    let clerk = tenant(Program::Ea, &[("m", role, 19), ("e", "Employee", 1)]);
    assert_eq!(clerk.licences("e01"), ["retail base"], "the spare seat serves the employee");
    assert_eq!(clerk.cost(), 20 * 170);
}

/// p.13.
#[test]
fn four_recruiters_buy_a_fifth_seat() {
    let answer = Tenant::new("2017-07")
        .users(ids("user_id", "r", 4) + "boss\n")
        .assignments(rows("user_id,role_name", "r", 4, ",Recruiter"))
        .needs("user_id,app\nboss,Sales")
        .analyse();
    assert_eq!(answer.seats(), ["5 talent additional", "1 sales base"]);
    assert_eq!(answer.cost(), 5 * 40 + 95);
}

/// p.14: ten plan seats are filled up with the cheapest licence that counts,
/// which is Retail.
#[test]
fn ten_accountants_and_no_more_buy_up_to_twenty() {
    let answer = tenant(Program::Ea, &[("a", "Accountant", 10)]);
    assert_eq!(answer.seats(), ["10 retail base", "10 unified-operations-plan base"]);
    assert_eq!(answer.cost(), 10 * 190 + 10 * 170);
    assert_eq!(answer.check("operations-20").result, "met");
}

/// Ten accountants, and scanners each shared by two warehouse workers.
fn ten_accountants_and_scanners(scanners: usize, program: Program) -> Answer {
    let mut users = ids("user_id", "a", 10);
    let mut roles = rows("user_id,role_name", "a", 10, ",Accountant");
    let (mut devices, mut usage) = (String::new(), String::new());
    for n in 1..=scanners {
        devices.push_str(&format!("S{n:02},warehouse,yes\n"));
        for shift in ["early", "late"] {
            users.push_str(&format!("{shift}{n:02}\n"));
            roles.push_str(&format!("{shift}{n:02},Warehouse worker\n"));
            usage.push_str(&format!("S{n:02},{shift}{n:02}\n"));
        }
    }
    Tenant::new("2017-07")
        .program(program)
        .users(users)
        .assignments(roles)
        .devices(format!("device_id,kind,dedicated\n{devices}"))
        .usage(format!("device_id,user_id\n{usage}"))
        .analyse()
}

/// p.14: with 24 scanners one device licence more would do as well as one user
/// more; it costs 75, and no user licence that counts is cheaper.
#[test]
fn twenty_four_devices_leave_the_minimum_one_seat_short() {
    let enough = ten_accountants_and_scanners(25, Program::Ea);
    assert_eq!(enough.cost(), 10 * 190 + 25 * 75);
    let short = ten_accountants_and_scanners(24, Program::Ea);
    assert_eq!(short.check("operations-20").result, "met");
    assert_eq!(short.cost(), 10 * 190 + 25 * 75, "a twenty-fifth device licence");
}

/// p.14.
#[test]
fn in_csp_devices_count_for_no_minimum() {
    let answer = ten_accountants_and_scanners(25, Program::Csp);
    assert_eq!(answer.check("csp-20").result, "met");
    let plan = answer.plan.iter().find(|line| line.sku == "unified-operations-plan").unwrap();
    assert_eq!(plan.quantity, 20);
    // The ten seats more serve ten of the fifty warehouse workers: five
    // scanners need no licence.
    assert_eq!(answer.cost(), 20 * 190 + 20 * 75);
}

/// p.14: ten of each are twenty of neither. Everybody under one plan is.
#[test]
fn in_csp_ten_plan_and_ten_retail_seats_are_no_twenty() {
    let work = [("a", "Accountant", 10), ("m", "Retail merchandising manager", 10)];
    let mixed = tenant(Program::Ea, &work);
    assert_eq!(mixed.cost(), 10 * 190 + 10 * 170);
    let csp = tenant(Program::Csp, &work);
    assert_eq!(csp.seats(), ["20 unified-operations-plan base"]);
    assert_eq!(csp.cost(), 20 * 190);
}

/// p.30.
#[test]
fn nineteen_academic_users_become_twenty() {
    let with = |count: usize| {
        Tenant::new("2017-07")
            .segment("academic")
            .users(ids("user_id", "u", count))
            .needs(rows("user_id,app", "u", count, ",Sales"))
            .analyse()
    };
    assert_eq!(with(19).cost(), 20 * 95);
    assert_eq!(with(20).cost(), 20 * 95);
    assert_eq!(with(19).check("academic-20").result, "met");
}
