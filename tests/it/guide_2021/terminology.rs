//! The page on terms: tenant, instance, subscription, identity, user account,
//! security group.

use seatwise::rulebook::Tier;

use crate::tenants::Tenant;

const ROLES: &str = "
    user_id,role_name,environment
    ANN,Budget contributor,sales
    ANN,Accountant,finance";

/// An environment with a security group admits only its members: whoever is
/// outside cannot work there, whatever roles they still hold in it.
#[test]
fn whoever_is_outside_the_security_group_of_an_environment_does_not_count_there() {
    let with = |member: &str| {
        Tenant::new("2021-09")
            .users(format!(
                "user_id,upn,environment,in_security_group
                ANN,ann@contoso.example,sales,yes
                ANN,ann@contoso.example,finance,{member}"
            ))
            .assignments(ROLES)
            .analyse()
    };
    let outside = with("no");
    assert_eq!(outside.licences("ANN"), ["team-members additional"]);
    assert_eq!(outside.user("ANN").environments, ["sales"]);
    assert_eq!(outside.cases("SW217"), 1);
    let finding = outside.findings.iter().find(|f| f.code.id() == "SW217").unwrap();
    assert_eq!(finding.subject, "ANN");
    for member in ["yes", ""] {
        let inside = with(member);
        assert_eq!(inside.licences("ANN"), ["finance base"], "{member:?}");
        assert_eq!(inside.user("ANN").environments, ["sales", "finance"]);
        assert_eq!(inside.cases("SW217"), 0);
    }
}

#[test]
fn a_person_outside_every_security_group_needs_no_licence_and_releases_what_is_assigned() {
    let answer = Tenant::new("2021-09")
        .users("user_id,environment,in_security_group\nann,prod,no\nbob,prod,yes")
        .assignments(
            "user_id,role_name,environment\nann,Accountant,prod\nann,Recruiter,\nbob,Accountant,prod",
        )
        .own_permissions("user_id,object,license,environment\nann,LedgerPost,Finance,prod")
        .needs("user_id,app,environment\nann,Sales Enterprise,prod\nbob,Sales Enterprise,prod")
        .assigned("user_id,license\nann,Finance\nbob,Finance")
        .analyse();
    assert_eq!(answer.user("ann").tier, Tier::None);
    assert_eq!(answer.user("ann").status.word(), "release");
    assert_eq!(answer.seats(), ["1 finance base", "1 sales-enterprise attach"]);
    assert_eq!(answer.cases("SW217"), 4, "two roles, a menu item, an application need");
}

/// Rows of two exports about one account: the one that admits it counts, and
/// one that is silent takes nothing back.
#[test]
fn of_two_answers_about_membership_the_one_that_admits_counts() {
    let with = |second: &str| {
        Tenant::new("2021-09")
            .users("user_id,environment,in_security_group\nann,prod,no")
            .users(format!(
                "user_id,environment,in_security_group,department\nann,prod,{second},Sales"
            ))
            .assignments("user_id,role_name,environment\nann,Accountant,prod")
            .analyse()
    };
    assert_eq!(with("yes").seats(), ["1 finance base"]);
    assert_eq!(with("").seats(), [""; 0]);
    assert_eq!(with("no").seats(), [""; 0]);
}
