//! Business Central: it stands alone, with one level for everybody.

use super::crew;
use crate::tenants::Tenant;

/// Business Central: neither family is a base or an attach of the other, but
/// for the two Professional licences.
#[test]
fn business_central_is_attached_to_nothing() {
    for other in ["Sales Enterprise", "Field Service", "Remote Assist"] {
        let answer = crew(1, &["Business Central Essentials", other]).analyse();
        let kinds: Vec<&str> = answer.plan.iter().map(|line| line.kind.word()).collect();
        assert_eq!(kinds, ["base", "base"], "{other}");
    }
    let premium = crew(1, &["Business Central Premium", "Sales Professional"]).analyse();
    assert_eq!(premium.seats(), ["1 sales-professional attach", "1 bc-premium base"]);
    assert_eq!(premium.cost(), 100 + 20);
}

/// Business Central Premium: Essentials, service orders and manufacturing.
#[test]
fn premium_does_what_essentials_does_and_not_the_other_way_round() {
    let answer = crew(1, &["Business Central Essentials"])
        .assigned("user_id,license\nu01,Business Central Premium")
        .analyse();
    assert_eq!(answer.user("u01").status.word(), "over-licensed");
    let answer = crew(1, &["Business Central Premium"])
        .assigned("user_id,license\nu01,Business Central Essentials")
        .analyse();
    assert_eq!(answer.user("u01").status.word(), "under-licensed");
}

/// Business Central: full users have its Team Members access, too.
#[test]
fn a_full_user_of_business_central_needs_no_team_members_licence_of_it() {
    for level in ["Business Central Essentials", "Business Central Premium"] {
        let answer = crew(1, &[level, "Business Central Team Members"]).analyse();
        assert_eq!(answer.licences("u01").len(), 1, "{level}");
    }
}

/// Team Members licenses: two licences of nearly one name.
#[test]
fn the_two_team_members_licences_do_not_stand_in_for_each_other() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\nbob\ncat\nsal")
        .needs(
            "user_id,app
            ann,Business Central Team Members
            bob,Team Members
            cat,Business Central Team Members\ncat,Team Members
            sal,Sales Enterprise",
        )
        .analyse();
    assert_eq!(answer.licences("ann"), ["bc-team-members additional"]);
    assert_eq!(answer.licences("bob"), ["team-members additional"]);
    assert_eq!(answer.licences("cat"), ["team-members additional", "bc-team-members additional"]);
}

/// External Accountant licences come with a subscription and are not bought.
#[test]
fn external_accountants_hold_what_comes_with_the_subscription() {
    let answer = crew(2, &["Business Central Essentials"])
        .assigned(
            "user_id,license
            u01,Business Central Essentials
            u02,Business Central External Accountant",
        )
        .analyse();
    assert_eq!(answer.user("u02").status.word(), "fits");
    assert!(answer.plan.iter().all(|line| line.sku != "bc-external-accountant"));
}
