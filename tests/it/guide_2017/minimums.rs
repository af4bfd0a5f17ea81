//! Minimum quantities where the plan meets them by itself (p.12 to p.14, p.21);
//! what must be bought where it does not is in `coupled`.

use seatwise::rulebook::Program;

use crate::tenants::{Answer, Tenant, ids, rows};

/// A tenant of so many accountants, merchandisers and recruiters.
fn tenant(program: Program, accountants: usize, merchandisers: usize, recruiters: usize) -> Answer {
    let users =
        ids("user_id", "a", accountants) + &ids("", "m", merchandisers) + &ids("", "r", recruiters);
    let roles = rows("user_id,role_name", "a", accountants, ",Accountant")
        + &rows("", "m", merchandisers, ",Retail merchandising manager")
        + &rows("", "r", recruiters, ",Recruiter");
    Tenant::new("2017-07").whole().program(program).users(users).assignments(roles).analyse()
}

fn result(answer: &Answer, rule: &str) -> String {
    answer.check(rule).result.clone()
}

/// p.12.
#[test]
fn retail_needs_twenty_seats() {
    let answer = tenant(Program::Ea, 0, 20, 0);
    assert_eq!(answer.seats(), ["20 retail base"]);
    assert_eq!(result(&answer, "operations-20"), "met");
    assert_eq!(result(&answer, "talent-5"), "does not apply");
}

/// p.14.
#[test]
fn retail_and_plan_seats_reach_the_minimum_of_twenty_together() {
    let answer = tenant(Program::Ea, 10, 10, 0);
    assert_eq!(answer.seats(), ["10 retail base", "10 unified-operations-plan base"]);
    assert_eq!(result(&answer, "operations-20"), "met");
}

/// p.14.
#[test]
fn dynamics_365_plan_seats_count_for_both_minimums() {
    let answer = Tenant::new("2017-07")
        .whole()
        .users(ids("user_id", "a", 20) + "rec\n")
        .assignments(rows("user_id,role_name", "a", 20, ",Accountant") + "rec,Recruiter\n")
        .needs(rows("user_id,app", "a", 20, ",Sales"))
        .analyse();
    assert_eq!(answer.seats(), ["1 talent additional", "20 dynamics-365-plan base"]);
    assert_eq!(result(&answer, "operations-20"), "met");
    assert_eq!(result(&answer, "talent-5"), "met", "one Talent seat and twenty of the plan");
}

/// p.13.
#[test]
fn talent_needs_five_seats() {
    let answer = Tenant::new("2017-07")
        .whole()
        .users(ids("user_id", "r", 5) + "boss\n")
        .assignments(rows("user_id,role_name", "r", 5, ",Recruiter"))
        .needs("user_id,app\nboss,Sales")
        .analyse();
    assert_eq!(answer.seats(), ["5 talent additional", "1 sales base"]);
    assert_eq!(result(&answer, "talent-5"), "met");
    assert_eq!(result(&answer, "operations-20"), "does not apply", "Talent is no part of it");
}

/// p.14: twenty of one kind each, five of Talent.
#[test]
fn in_csp_each_licence_reaches_its_minimum_by_itself() {
    let answer = tenant(Program::Csp, 20, 20, 5);
    assert_eq!(
        answer.seats(),
        ["5 talent additional", "20 retail base", "20 unified-operations-plan base"]
    );
    assert_eq!(result(&answer, "csp-20"), "met");
    assert_eq!(result(&answer, "csp-talent-5"), "met");
    for other in ["operations-20", "talent-5"] {
        assert_eq!(result(&answer, other), "does not apply", "{other}");
    }
}

/// p.21: device licences stand for the whole rest of the twenty: forty-eight
/// for nineteen users (47.5 would do).
#[test]
fn one_plan_seat_and_forty_eight_devices_meet_the_minimum() {
    let (mut users, mut roles) = ("boss\n".to_owned(), "boss,Accountant\n".to_owned());
    let (mut devices, mut usage) = (String::new(), String::new());
    for n in 1..=48 {
        devices.push_str(&format!("S{n:02},warehouse,yes\n"));
        for shift in ["early", "late"] {
            users.push_str(&format!("{shift}{n:02}\n"));
            roles.push_str(&format!("{shift}{n:02},Warehouse worker\n"));
            usage.push_str(&format!("S{n:02},{shift}{n:02}\n"));
        }
    }
    let answer = Tenant::new("2017-07")
        .whole()
        .users(format!("user_id\n{users}"))
        .assignments(format!("user_id,role_name\n{roles}"))
        .devices(format!("device_id,kind,dedicated\n{devices}"))
        .usage(format!("device_id,user_id\n{usage}"))
        .analyse();
    assert_eq!(answer.seats(), ["1 unified-operations-plan base", "48 operations-device device"]);
    assert_eq!(result(&answer, "operations-20"), "met");
}

/// p.14: the minimum names the plans, Retail and Talent, and nobody else.
#[test]
fn customer_engagement_has_no_minimum_for_commercial_customers() {
    let answer = Tenant::new("2017-07")
        .whole()
        .users("user_id\nann\nbob")
        .assignments("user_id,role_name\nbob,Employee")
        .needs("user_id,app\nann,Sales")
        .analyse();
    assert_eq!(answer.seats(), ["1 team-members additional", "1 sales base"]);
    for rule in ["operations-20", "talent-5", "csp-20", "csp-talent-5"] {
        assert_eq!(result(&answer, rule), "does not apply", "{rule}");
    }
}

/// p.30: on the academic price list; charities stand in the older text of the
/// change log (p.50) only.
#[test]
fn academic_customers_need_twenty_full_users_and_others_do_not() {
    let with = |segment| {
        Tenant::new("2017-07")
            .whole()
            .segment(segment)
            .users(ids("user_id", "u", 20))
            .needs(
                rows("user_id,app", "u", 12, ",Sales")
                    + &(13..=20).map(|n| format!("u{n},Field Service\n")).collect::<String>(),
            )
            .analyse()
    };
    let academic = with("academic");
    assert_eq!(academic.seats(), ["12 sales base", "8 field-service base"]);
    assert_eq!(result(&academic, "academic-20"), "met");
    for segment in ["commercial", "charity", "government"] {
        assert_eq!(result(&with(segment), "academic-20"), "does not apply", "{segment}");
    }
}

/// p.30: who enrolled by 31 October 2016 keeps to five. No table says when a
/// customer enrolled, so the rule itself tells its reader.
#[test]
fn the_academic_minimum_says_what_holds_for_early_enrolments() {
    let answer = Tenant::new("2017-07")
        .whole()
        .segment("academic")
        .users(ids("user_id", "u", 20))
        .needs(rows("user_id,app", "u", 20, ",Sales"))
        .analyse();
    let check = answer.check("academic-20");
    assert!(check.name.contains("5 if enrolled before November 2016"), "{}", check.name);
}
