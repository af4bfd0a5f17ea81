//! Rules that bind the seats of a whole tenant together: what must be bought up
//! to a minimum serves lighter users, and an exclusion lifts somebody.

use seatwise::rulebook::Program;

use super::EDITION;
use crate::tenants::{Tenant, ids, rows};

/// So many people of each role.
fn staff(groups: &[(&str, usize)]) -> Tenant {
    let mut users = String::from("user_id\n");
    let mut roles = String::from("user_id,role_name\n");
    for (at, (role, count)) in groups.iter().enumerate() {
        let prefix = format!("g{at}x");
        users.push_str(ids("", &prefix, *count).trim_start());
        roles.push_str(rows("", &prefix, *count, &format!(",{role}")).trim_start());
    }
    Tenant::new(EDITION).users(users).assignments(roles)
}

/// Twelve accountants are eight short; Project Operations is the cheapest seat
/// that counts, and eight of the warehouse workers take those instead of theirs.
#[test]
fn seats_bought_up_to_twenty_are_the_cheapest_that_count_and_serve_lighter_users() {
    let answer = staff(&[("Accountant", 12), ("Warehouse worker", 10)]).analyse();
    assert_eq!(
        answer.seats(),
        ["2 operations-activity additional", "8 project-operations base", "12 finance base"]
    );
    assert_eq!(answer.cost(), 12 * 210 + 8 * 135 + 2 * 50);
    assert_eq!(answer.check("operations-20").result, "met");
}

/// Attach seats, Activity and Team Members do not count.
#[test]
fn attach_seats_and_lighter_licences_do_not_count_toward_twenty() {
    let answer = staff(&[("Accountant", 15)])
        .needs(rows("user_id,app", "g0x", 15, ",Supply Chain Management"))
        .analyse();
    assert_eq!(answer.cost(), 15 * (210 + 30) + 5 * 135, "30 full licences, 15 of them bases");
    let answer = staff(&[("Accountant", 19), ("Warehouse worker", 1)]).analyse();
    assert_eq!(answer.cost(), 19 * 210 + 135, "the worker's seat is lifted");
}

/// In CSP each application stands for itself.
#[test]
fn in_csp_nineteen_and_nineteen_are_one_short_each() {
    let answer =
        staff(&[("Accountant", 19), ("Warehouse manager", 19)]).program(Program::Csp).analyse();
    assert_eq!(answer.seats(), ["20 finance base", "20 supply-chain-management base"]);
    assert_eq!(answer.cost(), 40 * 210);
    assert_eq!(answer.check("csp-20").result, "met");
}

/// Ten and ten would have to buy twenty of each (8,400). Twenty Finance seats
/// meet the minimum, and Supply Chain Management attaches to ten of them (4,500).
#[test]
fn in_csp_ten_and_ten_take_one_application_as_the_base_of_all() {
    let answer =
        staff(&[("Accountant", 10), ("Warehouse manager", 10)]).program(Program::Csp).analyse();
    assert_eq!(answer.seats(), ["20 finance base", "10 supply-chain-management attach"]);
    assert_eq!(answer.cost(), 20 * 210 + 10 * 30);
    assert_eq!(answer.check("csp-20").result, "met");
}

/// Nine accountants are eleven short of twenty; ten Premium seats are cheaper
/// than nine and eleven (3,375).
#[test]
fn nine_accountants_take_ten_premium_seats_instead_of_twenty() {
    let answer = staff(&[("Accountant", 9)]).analyse();
    assert_eq!(answer.seats(), ["10 finance-premium base"]);
    assert_eq!(answer.cost(), 10 * 300);
}

/// Nine are bought up with one seat more.
#[test]
fn premium_seats_are_bought_up_to_ten_of_each() {
    let answer = staff(&[("Accountant", 20), ("Demand Planning Manager", 9)]).analyse();
    // The tenth Premium seat cannot serve an accountant.
    assert_eq!(answer.cost(), 20 * 210 + 10 * 300);
    assert_eq!(answer.check("premium-10").result, "met");
}

#[test]
fn human_resources_is_bought_up_to_five() {
    let answer = staff(&[("Recruiter", 3), ("Budget contributor", 1)]).analyse();
    // The fourth seat serves the contributor, the fifth nobody.
    assert_eq!(answer.cost(), 5 * 135);
    assert_eq!(answer.check("human-resources-5").result, "met");
}

/// Essentials or Premium for all.
#[test]
fn where_one_person_needs_business_central_premium_everybody_takes_it() {
    let answer = Tenant::new(EDITION)
        .users("user_id\nann\nbob\ncat")
        .needs(
            "user_id,app
            ann,Business Central Essentials
            bob,Business Central Premium
            cat,Business Central Team Members",
        )
        .analyse();
    assert_eq!(answer.seats(), ["1 bc-team-members additional", "2 bc-premium base"]);
    assert_eq!(answer.cost(), 110 + 110 + 8);
}

#[test]
fn in_one_environment_enterprise_takes_the_place_of_professional() {
    for (professional, enterprise) in [
        ("Sales Professional", "Sales Enterprise"),
        ("Customer Service Professional", "Customer Service Enterprise"),
    ] {
        let answer = Tenant::new(EDITION)
            .users("user_id,upn,environment\nann,a@c.example,prod\nbob,b@c.example,prod")
            .needs(format!(
                "user_id,app,environment\nann,{professional},prod\nbob,{enterprise},prod"
            ))
            .analyse();
        assert_eq!(answer.cost(), 105 + 105, "{enterprise}");
    }
}

/// Additional users alone: the cheapest full user is bought.
#[test]
fn additional_users_alone_bring_one_full_user_with_them() {
    let answer = staff(&[("Budget contributor", 3)]).analyse();
    assert_eq!(answer.check("full-user").result, "met");
    // Customer Service Professional is the cheapest full licence; it has no Team
    // Members rights.
    assert_eq!(answer.cost(), 3 * 8 + 50);
}
