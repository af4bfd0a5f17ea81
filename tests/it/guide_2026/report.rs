//! What Microsoft's own report asks for, beside the plan.

use seatwise::money::Cents;
use seatwise::output::{CompareLine, CompareReason};

use super::{EDITION, firm, firm_with, needing};
use crate::tenants::{Answer, Tenant, ids, rows, usd};

fn line<'a>(answer: &'a Answer, user: &str) -> &'a CompareLine {
    let at = answer.users.iter().position(|line| line.id == user).unwrap();
    answer.compare.lines.iter().find(|line| line.user as usize == at).unwrap()
}

/// By priority, greedily, reason, cost of the first, cost of the plan.
fn compared(answer: &Answer, user: &str) -> (String, String, CompareReason, i64, i64) {
    let line = line(answer, user);
    let words = |at| answer.compare.answer(at).words.replace("Dynamics 365 ", "");
    (
        words(line.priority),
        words(line.greedy),
        line.reason,
        answer.compare.answer(line.priority).cents.0 / 100,
        line.plan_cents.0 / 100,
    )
}

fn own(rows: &str) -> Tenant {
    let table = format!("user_id,object,object_type,read,update,license\n{rows}");
    Tenant::new(EDITION)
        .users(ids("user_id", "z", 20) + "ann\n")
        .assignments(rows_of_accountants())
        .own_permissions(table)
}

fn rows_of_accountants() -> String {
    rows("user_id,role_name", "z", 20, ",Accountant")
}

#[test]
fn editions_before_the_report_say_that_there_is_none() {
    for edition in ["2017-07", "2021-09"] {
        let answer = Tenant::new(edition)
            .users("user_id\nann\n")
            .assignments("user_id,role_name\nann,Accountant\n")
            .analyse();
        assert!(!answer.compare.totals.known, "{edition}");
        assert!(answer.compare.lines.is_empty() && answer.compare.name.is_empty());
    }
}

#[test]
fn a_plan_that_buys_what_the_report_asks_for_says_so() {
    let answer = firm("ann,Budget contributor").analyse();
    let finance = "Finance (base)".to_owned();
    assert_eq!(compared(&answer, "z01"), (finance.clone(), finance, CompareReason::Same, 210, 210));
    assert_eq!(compared(&answer, "ann").2, CompareReason::Same);
    let totals = &answer.compare.totals;
    assert_eq!(totals.people, 21);
    assert_eq!(totals.priority_cents, Cents(usd(20 * 210 + 8)));
    assert_eq!((totals.difference(), totals.shared_cents), (Cents::ZERO, Cents::ZERO));
}

/// Finance with Human Resources attached, or Human Resources alone and Activity:
/// any base of a group will do, and the report names all of them.
#[test]
fn where_any_licence_of_a_group_will_do_the_report_names_the_group() {
    let answer =
        own("ann,Item,MenuItemAction,1,1,Commerce or Finance or Supply Chain Management\n")
            .analyse();
    let (priority, _, reason, asked, plan) = compared(&answer, "ann");
    assert_eq!(priority, "Commerce or Finance or Supply Chain Management (base)");
    assert_eq!((asked, plan), (210, 210));
    // The plan has Finance, the first of the edition: as good and as dear.
    assert_eq!(reason, CompareReason::EqualAnswers);
    assert_eq!(answer.licences("ann"), ["finance base"]);
}

/// One licence of 300 against two of 210 + 30: the report takes the fewest.
#[test]
fn the_fewest_licences_may_cost_more_than_two() {
    let answer = own("ann,A,MenuItemAction,1,1,Finance or Finance Premium
        ann,B,MenuItemAction,1,1,Human Resources or Finance Premium\n")
    .analyse();
    let (priority, greedy, reason, asked, plan) = compared(&answer, "ann");
    assert_eq!(priority, "Finance Premium (base)");
    assert_eq!(greedy, "Finance Premium (base)");
    assert_eq!((reason, asked, plan), (CompareReason::CheaperSet, 300, 240));
    assert_eq!(answer.licences("ann"), ["human-resources attach", "finance base"]);
    assert_eq!(answer.compare.totals.difference(), Cents(usd(60)));
}

#[test]
fn what_the_report_does_not_see_is_covered_beside_its_answer() {
    let answer = needing("ann,Sales Enterprise\nz01,Sales Enterprise\n").analyse();
    let ann = line(&answer, "ann");
    assert_eq!((ann.reason, ann.outside_cents), (CompareReason::Outside, Cents(usd(105))));
    assert_eq!(answer.compare.answer(ann.priority).cents, Cents::ZERO);
    // Finance is asked for; Sales is attached to it for 20.
    let both = line(&answer, "z01");
    assert_eq!((both.reason, both.outside_cents), (CompareReason::Outside, Cents(usd(20))));
    assert_eq!(answer.compare.totals.outside_cents, Cents(usd(125)));
    assert_eq!(answer.compare.totals.difference(), Cents::ZERO);
}

/// Three people on one scanner: 3 x 50 against one device for 85.
#[test]
fn the_report_does_not_see_devices() {
    let answer = firm(
        "ann,Warehouse worker
        bob,Warehouse worker
        cat,Warehouse worker",
    )
    .devices("device_id,kind,dedicated\ns,warehouse,yes\n")
    .usage("device_id,user_id\ns,ann\ns,bob\ns,cat\n")
    .analyse();
    assert_eq!(answer.licensed_devices(), ["s"]);
    for user in ["ann", "bob", "cat"] {
        let (priority, _, reason, asked, plan) = compared(&answer, user);
        assert_eq!(priority, "Operations - Activity (additional)");
        assert_eq!((reason, asked, plan), (CompareReason::Device, 50, 0));
    }
    let totals = &answer.compare.totals;
    assert_eq!((totals.shared_cents, totals.difference()), (Cents(usd(85)), Cents(usd(150 - 85))));
}

#[test]
fn a_shared_login_is_one_account_to_the_report_and_several_people_to_the_plan() {
    let answer = Tenant::new(EDITION)
        .users("user_id,account_type,headcount\nteam,shared,3\n")
        .assignments("user_id,role_name\nteam,Budget contributor\n")
        .analyse();
    let reasons: Vec<_> = answer.compare.lines.iter().map(|line| line.reason.word()).collect();
    assert_eq!(reasons, ["same", "shared-login", "shared-login"]);
    assert_eq!(answer.compare.totals.priority_cents, Cents(usd(8)));
    assert_eq!(answer.compare.totals.difference(), Cents(usd(8 - 24)));
}

/// Nine accountants must buy twenty seats: eleven of them serve light users,
/// whom the report asks for Team Members.
#[test]
fn a_seat_that_a_minimum_asks_for_anyway_serves_whom_the_report_asks_for_less() {
    let mut users = ids("user_id", "z", 19);
    users.push_str("ann\n");
    let mut roles = rows("user_id,role_name", "z", 19, ",Accountant");
    roles.push_str("ann,Budget contributor\n");
    let answer = Tenant::new(EDITION).users(users).assignments(roles).whole().analyse();
    let (priority, _, reason, asked, _) = compared(&answer, "ann");
    assert_eq!((priority.as_str(), asked), ("Team Members (additional)", 8));
    assert_eq!(reason, CompareReason::Rule);
}

#[test]
fn differences_by_reason_add_up_to_the_difference_of_the_tenant() {
    let answer = firm_with(
        "ann,Warehouse worker
        bob,Warehouse worker
        cat,Project manager
        cat,Warehouse manager",
        "dan,Sales Enterprise\n",
    )
    .devices("device_id,kind,dedicated\ns,warehouse,yes\n")
    .usage("device_id,user_id\ns,ann\ns,bob\n")
    .analyse();
    let totals = &answer.compare.totals;
    let by_reason: Cents = totals.reasons.iter().map(|total| total.cents).sum();
    assert_eq!(by_reason - totals.shared_cents, totals.difference());
    let people: u64 = totals.reasons.iter().map(|total| total.people).sum();
    assert_eq!(people, totals.people);
}
