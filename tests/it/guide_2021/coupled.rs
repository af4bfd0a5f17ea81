//! What the rules of the agreement make of a plan: minimums are bought up to,
//! exclusions resolved, the full user is there.

use seatwise::rulebook::Program;

use super::crew;
use crate::tenants::{Tenant, ids, rows};

/// Project Operations (120) is the cheapest licence that counts.
#[test]
fn the_plan_buys_up_to_the_minimum_with_the_cheapest_licence_that_counts() {
    let answer = crew(18, &["Finance"]).whole().analyse();
    assert_eq!(answer.seats(), ["2 project-operations base", "18 finance base"]);
    assert_eq!(answer.cost(), 18 * 180 + 2 * 120);
    assert_eq!(answer.check("operations-20").result, "met");
    assert_eq!(crew(20, &["Finance"]).whole().analyse().cost(), 20 * 180);
}

#[test]
fn attach_licences_do_not_count_toward_the_minimum() {
    let answer =
        crew(19, &["Finance", "Field Service", "Supply Chain Management"]).whole().analyse();
    let bases: u64 = answer
        .plan
        .iter()
        .filter(|line| line.kind.word() == "base" && line.sku != "field-service")
        .map(|line| line.quantity)
        .sum();
    assert_eq!(bases, 20, "19 people with two licences that count are one short");
}

#[test]
fn in_csp_ten_and_ten_are_bought_up_to_twenty() {
    let tenant = |program| {
        Tenant::new("2021-09")
            .whole()
            .program(program)
            .users(ids("user_id", "f", 10) + ids("", "s", 10).trim_start())
            .assignments(
                rows("user_id,role_name", "f", 10, ",Accountant")
                    + rows("", "s", 10, ",Purchasing manager").trim_start(),
            )
    };
    let ea = tenant(Program::Ea).analyse();
    assert_eq!(ea.seats(), ["10 finance base", "10 supply-chain-management base"]);
    let csp = tenant(Program::Csp).analyse();
    assert_eq!(csp.check("csp-20").result, "met");
    // Twenty of one application with ten attaches of the other cost less than
    // twenty of each.
    assert_eq!(csp.cost(), 20 * 180 + 10 * 30);
}

#[test]
fn fewer_than_five_people_of_human_resources_pay_for_five() {
    let answer = crew(3, &["Human Resources"]).whole().analyse();
    assert_eq!(answer.cost(), 5 * 120);
    assert_eq!(answer.check("human-resources-5").result, "met");
}

#[test]
fn where_one_person_needs_premium_all_of_business_central_take_it() {
    let answer = Tenant::new("2021-09")
        .whole()
        .users("user_id\nann\nbob\ncat")
        .needs(
            "user_id,app
            ann,Business Central Essentials
            bob,Business Central Premium
            cat,Business Central Essentials",
        )
        .analyse();
    assert_eq!(answer.seats(), ["3 bc-premium base"]);
    assert_eq!(answer.check("business-central-levels").result, "met");
}

#[test]
fn where_one_person_of_an_environment_needs_the_enterprise_level_all_of_it_take_it() {
    let answer = Tenant::new("2021-09").whole()
        .users("user_id,upn,environment\nann,a@c.example,prod\nbob,b@c.example,prod\ncat,c@c.example,emea")
        .needs(
            "user_id,app,environment
            ann,Sales Professional,prod
            bob,Sales Enterprise,prod
            cat,Sales Professional,emea",
        )
        .analyse();
    assert_eq!(answer.licences("ann"), ["sales-enterprise base"]);
    assert_eq!(answer.licences("bob"), ["sales-enterprise base"]);
    assert_eq!(answer.licences("cat"), ["sales-professional base"], "another environment");
    assert_eq!(answer.check("sales-grades").result, "met");
}

/// Customer Service Professional (50) is the cheapest full user; Activity
/// rights come with Human Resources, but five of these cost more.
#[test]
fn the_full_user_that_must_be_there_is_the_cheapest_one() {
    let answer = Tenant::new("2021-09")
        .whole()
        .users("user_id\nann\nbob")
        .assignments("user_id,role_name\nann,Budget contributor\nbob,Budget contributor")
        .analyse();
    assert_eq!(answer.check("full-user").result, "met");
    assert_eq!(answer.cost(), 2 * 8 + 50);
}
