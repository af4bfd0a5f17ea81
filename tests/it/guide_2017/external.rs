//! External users, contractors and multiplexing (p.2 to p.4, p.20).

use super::{beside, company, licences_for};
use crate::tenants::Tenant;

/// The licences of one account of a kind who works in Sales.
fn seller(account_type: &str) -> Vec<String> {
    let answer = Tenant::new("2017-07")
        .users(format!("user_id,account_type\nann,{account_type}"))
        .needs("user_id,app\nann,Sales")
        .analyse();
    answer.licences("ann")
}

/// p.2.
#[test]
fn external_users_come_with_the_licences_of_the_internal_ones() {
    assert_eq!(seller("external"), [""; 0]);
    assert_eq!(seller("member"), ["sales base"]);
}

/// p.2 and p.3: on-site agents, vendors and contractors work for the customer,
/// whatever account they are given.
#[test]
fn contractors_and_agents_who_work_for_the_customer_are_internal() {
    assert_eq!(seller("guest"), ["sales base"]);
}

/// p.2.
#[test]
fn an_external_account_that_works_in_an_application_is_named_for_a_closer_look() {
    let answer = Tenant::new("2017-07")
        .users("user_id,account_type\nann,external\nbob,external")
        .needs("user_id,app\nann,Sales")
        .analyse();
    let named: Vec<&str> = answer
        .findings
        .iter()
        .filter(|finding| finding.code.id() == "SW403")
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(named.len(), 1);
    assert!(named[0].contains("1 accounts") && named[0].contains("ann"), "{}", named[0]);
}

/// p.4: whoever works through a pooled account counts, and the account does
/// not.
#[test]
fn people_behind_a_pooled_account_need_the_licences_they_would_need_directly() {
    let answer = Tenant::new("2017-07")
        .users("user_id,account_type\npool,service\nann,member\nbob,member\ncat,member")
        .assignments("user_id,role_name\npool,Accountant")
        .needs("user_id,app\nann,Sales\nbob,Sales\ncat,Sales")
        .analyse();
    assert_eq!(answer.seats(), ["3 sales base"]);
    assert!(answer.licences("pool").is_empty());
    assert_eq!(answer.cases("SW404"), 1, "the pooled account holds roles");
}

/// p.4: a portal, an interface, a power app or another service between a person
/// and the data changes nothing, and neither does having no account.
#[test]
fn indirect_use_takes_the_same_licence_as_direct_use() {
    let direct = licences_for(&["app Customer Service"]);
    let indirect = company(&[("ann", "app Customer Service"), ("bob", "")]).analyse();
    assert!(indirect.user("ann").roles.is_empty(), "set up with no role");
    assert_eq!(indirect.licences("ann"), direct);
    assert_eq!(direct, ["customer-service base"]);
    assert!(indirect.licences("bob").is_empty(), "who uses nothing needs nothing");
}

/// p.4: a licensed user may type in what others wrote down.
#[test]
fn whoever_only_hands_notes_to_a_licensed_user_needs_none() {
    let answer = company(&[("typist", "Accounts payable clerk"), ("driver", "")]).analyse();
    assert!(answer.licences("driver").is_empty());
    assert_eq!(beside(&answer), 190);
}

/// p.2: that work alone, whatever else an external account does.
#[test]
fn external_users_of_social_engagement_need_a_licence() {
    let answer = Tenant::new("2017-07")
        .users("user_id,account_type\nann,external\nbob,external\ncat,external")
        .assignments("user_id,role_name\nann,Accountant\nbob,Accountant")
        .needs("user_id,app,use_right\nann,,b-social-engagement\ncat,Sales,")
        .analyse();
    assert_eq!(answer.user("ann").cents.0, 9500, "one of the four applications, no plan");
    assert!(answer.licences("bob").is_empty() && answer.licences("cat").is_empty());
}
