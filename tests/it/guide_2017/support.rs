//! Support plans (p.27 to p.31): for every user, at a least amount of money,
//! one of them only.

use seatwise::rulebook::Program;

use crate::tenants::{Answer, Tenant, ids, rows};

const ENHANCED: &str = "Dynamics 365 Enhanced Support";
const DIRECT: &str = "Dynamics 365 Professional Direct Support";
const DIRECT_PLAN: &str = "Dynamics 365 Professional Direct Support for Dynamics 365 Plan";

/// So many people in Sales, and so many seats of support plans.
fn sellers(program: Program, count: usize, owned: &[(&str, usize)]) -> Answer {
    let owned: String = owned.iter().map(|(plan, seats)| format!("{plan},{seats}\n")).collect();
    Tenant::new("2017-07")
        .program(program)
        .users(ids("user_id", "s", count))
        .needs(rows("user_id,app", "s", count, ",Sales"))
        .subscriptions(format!("license,quantity\n{owned}Dynamics 365 for Sales,{count}"))
        .analyse()
}

fn ea(count: usize, owned: &[(&str, usize)]) -> Answer {
    sellers(Program::Ea, count, owned)
}

/// Result of a check, and what is missing in whole dollars.
fn check(answer: &Answer, rule: &str) -> (String, i64) {
    let check = answer.check(rule);
    (check.result.clone(), check.cents.0 / 100)
}

/// p.28 and p.29.
#[test]
fn enhanced_support_is_bought_for_every_licensed_user() {
    assert_eq!(check(&ea(10, &[(ENHANCED, 10)]), "enhanced"), ("met".into(), 0));
    assert_eq!(check(&ea(10, &[(ENHANCED, 9)]), "enhanced"), ("not met".into(), 5));
    assert_eq!(check(&ea(10, &[]), "enhanced"), ("does not apply".into(), 0));
    let light = Tenant::new("2017-07")
        .users(ids("user_id", "s", 10) + "ann\n")
        .assignments("user_id,role_name\nann,Employee")
        .needs(rows("user_id,app", "s", 10, ",Sales"))
        .subscriptions(format!("license,quantity\n{ENHANCED},10"))
        .analyse();
    assert_eq!(check(&light, "enhanced"), ("not met".into(), 5), "Team Members too");
}

/// p.28 and p.29.
#[test]
fn professional_direct_is_bought_for_every_licensed_user() {
    assert_eq!(check(&ea(60, &[(DIRECT, 60)]), "professional-direct"), ("met".into(), 0));
    assert_eq!(check(&ea(60, &[(DIRECT, 59)]), "professional-direct"), ("not met".into(), 9));
}

/// p.29.
#[test]
fn professional_direct_costs_at_least_450_a_month() {
    let ten = ea(10, &[(DIRECT, 10)]);
    assert_eq!(check(&ten, "professional-direct"), ("not met".into(), 450 - 10 * 9));
    let fifty = ea(10, &[(DIRECT, 50)]);
    assert_eq!(check(&fifty, "professional-direct"), ("met".into(), 0));
}

/// p.30.
#[test]
fn professional_direct_of_the_dynamics_365_plan_costs_at_least_750_a_month() {
    let owning = |seats: usize| {
        let answer = Tenant::new("2017-07")
            .users(ids("user_id", "b", 20))
            .assignments(rows("user_id,role_name", "b", 20, ",Accountant"))
            .needs(rows("user_id,app", "b", 20, ",Sales"))
            .subscriptions(format!("license,quantity\n{DIRECT_PLAN},{seats}"))
            .analyse();
        assert_eq!(answer.seats(), ["20 dynamics-365-plan base"]);
        check(&answer, "professional-direct-plan")
    };
    assert_eq!(owning(20), ("not met".into(), 750 - 20 * 15));
    assert_eq!(owning(50), ("met".into(), 0));
    assert_eq!(owning(19), ("not met".into(), 750 - 19 * 15));
}

/// p.29.
#[test]
fn premium_support_is_not_sold_in_csp() {
    for (plan, rule) in [(ENHANCED, "enhanced"), (DIRECT, "professional-direct")] {
        for program in [Program::Ea, Program::Mpsa, Program::Mosp] {
            let answer = sellers(program, 60, &[(plan, 60)]);
            assert_eq!(check(&answer, rule).0, "met", "{rule} {program:?}");
        }
        let csp = sellers(Program::Csp, 60, &[(plan, 60)]);
        assert_eq!(check(&csp, rule).0, "not met", "{rule}");
    }
}

/// p.29.
#[test]
fn two_premium_offers_do_not_go_together() {
    let rule = "support-one-premium";
    let both = ea(60, &[(ENHANCED, 60), (DIRECT, 60)]);
    assert_eq!(check(&both, rule).0, "not met");
    assert_eq!(check(&ea(60, &[(DIRECT, 60)]), rule).0, "met");
    assert_eq!(check(&ea(60, &[]), rule).0, "does not apply");
}
