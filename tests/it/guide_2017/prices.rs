//! Tiered prices of the Customer Engagement Plan (p.15, p.27 and p.49).

use seatwise::rulebook::Program;

use crate::tenants::{Answer, Tenant, ids, rows, usd};

/// `plan` people of two Customer Engagement applications, `both` people who
/// keep the books and sell, `linked` people with the Sales Navigator.
fn tenant(program: Program, plan: usize, both: usize, linked: usize) -> Answer {
    let people = [("p", plan), ("b", both), ("l", linked)];
    let users: String = people
        .iter()
        .flat_map(|(prefix, count)| (1..=*count).map(move |n| format!("{prefix}{n:02}\n")))
        .collect();
    let roles = rows("user_id,role_name", "b", both, ",Accountant");
    let needs = rows("user_id,app", "p", plan, ",Sales")
        + &rows("", "p", plan, ",Customer Service")
        + &rows("", "b", both, ",Sales")
        + &rows("", "l", linked, ",ce.linkedin");
    let tenant =
        Tenant::new("2017-07").program(program).users(format!("user_id\n{users}")).needs(needs);
    if both > 0 { tenant.assignments(roles).analyse() } else { tenant.analyse() }
}

fn tier(answer: &Answer) -> Option<&seatwise::output::RuleCheck> {
    answer.rule_checks.iter().find(|check| check.rule == "tier-customer-engagement-plan")
}

/// p.27.
#[test]
fn customer_engagement_plan_and_dynamics_365_plan_seats_count_toward_the_tier() {
    let reached = tenant(Program::Ea, 79, 21, 0);
    assert_eq!(tier(&reached).unwrap().result, "reached");
    assert_eq!(tier(&reached).unwrap().cents.0, usd(79 * 10), "the plan of both is not tiered");
    let bought = tenant(Program::Ea, 78, 21, 0);
    assert_eq!(bought.cases("SW515"), 1, "of ninety-nine seats a hundred are cheaper");
    assert!(tier(&bought).is_some());
    assert!(tier(&tenant(Program::Ea, 60, 21, 0)).is_none(), "eighty-one seats");
}

/// p.15.
#[test]
fn relationship_sales_seats_count_toward_the_tier_too() {
    assert!(tier(&tenant(Program::Ea, 60, 0, 40)).is_some());
    assert!(tier(&tenant(Program::Ea, 60, 0, 20)).is_none());
}

/// p.27.
#[test]
fn there_are_no_tiers_in_the_microsoft_online_subscription_program() {
    assert!(tier(&tenant(Program::Csp, 100, 0, 0)).is_some());
    assert!(tier(&tenant(Program::Mosp, 100, 0, 0)).is_none());
}

/// p.27: seats of one tenant bring another none.
#[test]
fn tiers_do_not_add_up_across_tenants() {
    let (one, two) = (tenant(Program::Ea, 60, 0, 0), tenant(Program::Ea, 60, 0, 0));
    assert!(tier(&one).is_none() && tier(&two).is_none());
    assert!(tier(&tenant(Program::Ea, 120, 0, 0)).is_some(), "in one tenant they do");
}

/// p.27 and p.49.
#[test]
fn team_members_activity_applications_and_the_operations_plan_have_one_price() {
    let many = 150;
    let answer = Tenant::new("2017-07")
        .users(format!(
            "user_id\n{}",
            ["t", "w", "s", "a"]
                .iter()
                .flat_map(|prefix| (1..=many).map(move |n| format!("{prefix}{n:02}\n")))
                .collect::<String>()
        ))
        .assignments(
            rows("user_id,role_name", "t", many, ",Employee")
                + &rows("", "w", many, ",Warehouse worker")
                + &rows("", "a", many, ",Accountant"),
        )
        .needs(rows("user_id,app", "s", many, ",Sales"))
        .analyse();
    let units: Vec<(&str, i64)> =
        answer.plan.iter().map(|line| (line.sku.as_str(), line.unit_cents.0)).collect();
    assert_eq!(
        units,
        [
            ("team-members", usd(8)),
            ("operations-activity", usd(50)),
            ("sales", usd(95)),
            ("unified-operations-plan", usd(190)),
        ]
    );
    assert_eq!(answer.cases("SW513"), 0, "no tier of anything");
}

/// p.27: it has price steps by its own number of users, which nobody has found,
/// so its list price stands, and is said to be unverified.
#[test]
fn the_steps_of_relationship_sales_are_unknown_and_its_price_is_unverified() {
    let answer = tenant(Program::Ea, 0, 0, 100);
    assert_eq!(answer.seats(), ["100 relationship-sales base"]);
    assert_eq!(answer.cases("SW513"), 0);
    let finding = answer.findings.iter().find(|f| f.code.id() == "SW302").unwrap();
    assert!(finding.subject.contains("Relationship Sales"), "{}", finding.subject);
}

/// p.27.
#[test]
fn there_are_no_tiers_for_academic_customers_and_charities() {
    let in_segment = |segment| {
        let needs =
            rows("user_id,app", "p", 100, ",Sales") + &rows("", "p", 100, ",Customer Service");
        let answer = Tenant::new("2017-07")
            .segment(segment)
            .users(ids("user_id", "p", 100))
            .needs(needs)
            .analyse();
        tier(&answer).is_some()
    };
    assert!(in_segment("commercial") && in_segment("government"));
    assert!(!in_segment("academic") && !in_segment("charity"));
}

// ---------------------------------------------------------------- programs ----

/// The licences of somebody who keeps the books (or works in the warehouse, or
/// sells) under a program and in a segment; none where none is sold.
fn licences(program: Program, segment: &'static str, work: &str) -> Vec<String> {
    let tenant = Tenant::new("2017-07").program(program).segment(segment).users("user_id\nann");
    let tenant = match work.strip_prefix("app ") {
        Some(app) => tenant.needs(format!("user_id,app\nann,{app}")),
        None => tenant.assignments(format!("user_id,role_name\nann,{work}")),
    };
    tenant.analyse().licences("ann")
}

/// p.30.
#[test]
fn applications_are_sold_in_every_program() {
    for program in [Program::Ea, Program::Csp, Program::Mpsa, Program::Mosp] {
        assert_eq!(licences(program, "commercial", "app Sales"), ["sales base"], "{program:?}");
    }
}

/// p.30.
#[test]
fn the_operations_plan_activity_and_the_dynamics_365_plan_are_not_sold_in_mosp() {
    let ea = |work| licences(Program::Ea, "commercial", work);
    let mosp = |work| licences(Program::Mosp, "commercial", work);
    assert_eq!(ea("Accountant"), ["unified-operations-plan base"]);
    assert_eq!(mosp("Accountant"), [""; 0]);
    assert_eq!(ea("Warehouse worker"), ["operations-activity additional"]);
    assert_eq!(mosp("Warehouse worker"), ["retail base"], "what holds Activity and is sold");
}

/// p.30: Dynamics Online Government, which does not sell these three, is a
/// program of its own; the segment of a customer shuts nothing.
#[test]
fn public_customers_under_an_enterprise_agreement_are_not_limited() {
    let public = |work| licences(Program::Ea, "government", work);
    assert_eq!(public("Accountant"), ["unified-operations-plan base"]);
    assert_eq!(public("Warehouse worker"), ["operations-activity additional"]);
}
