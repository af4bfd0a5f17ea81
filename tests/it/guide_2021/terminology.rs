//! The page on terms: tenant, instance, subscription, identity, user account,
//! security group.

use seatwise::rulebook::Tier;

use crate::tenants::Tenant;

const ROLES: &str = "
    user_id,role_name,environment
    ANN,Budget contributor,sales
    ANN,Budget clerk,finance";

/// The full user whom additional users need.
const SAL: &str = "user_id,app\nsal,Sales Enterprise";

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
            .needs(SAL)
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
        assert_eq!(inside.licences("ANN"), ["operations-activity additional"], "{member:?}");
        assert_eq!(inside.user("ANN").environments, ["sales", "finance"]);
        assert_eq!(inside.cases("SW217"), 0);
    }
}

#[test]
fn a_person_outside_every_security_group_needs_no_licence_and_releases_what_is_assigned() {
    let answer = Tenant::new("2021-09")
        .users("user_id,environment,in_security_group\nann,prod,no\nbob,prod,yes")
        .assignments("user_id,role_name,environment\nann,Budget clerk,prod\nann,Employee,")
        .own_permissions("user_id,object,license,environment\nann,LedgerPost,Finance,prod")
        .needs("user_id,app,environment\nann,Sales Enterprise,prod\nbob,Sales Enterprise,prod")
        .assigned("user_id,license\nann,Sales Enterprise\nbob,Sales Enterprise")
        .analyse();
    assert_eq!(answer.user("ann").tier, Tier::None);
    assert_eq!(answer.user("ann").status.word(), "release");
    assert_eq!(answer.seats(), ["1 sales-enterprise base"]);
    assert_eq!(answer.cases("SW217"), 4, "two roles, a menu item, an application need");
}

/// Nor does such a person mix two levels of a product in that environment.
#[test]
fn whoever_is_outside_does_not_mix_professional_and_enterprise_in_the_environment() {
    let with = |member: &str| {
        let answer = Tenant::new("2021-09")
            .users(format!(
                "user_id,upn,environment,in_security_group
                ann,ann@contoso.example,prod,yes
                bob,bob@contoso.example,prod,{member}
                bob,bob@contoso.example,emea,yes"
            ))
            .needs(
                "user_id,app,environment
                ann,Sales Professional,prod\nbob,Sales Enterprise,emea",
            )
            .analyse();
        answer.licences("ann")
    };
    assert_eq!(with("no"), ["sales-professional base"]);
    assert_eq!(with("yes"), ["sales-enterprise base"]);
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
            .assignments("user_id,role_name,environment\nann,Budget clerk,prod")
            .needs(SAL)
            .analyse()
            .licences("ann")
    };
    assert_eq!(with("yes"), ["operations-activity additional"]);
    assert!(with("").is_empty());
    assert!(with("no").is_empty());
}

/// A tenant holds its users and subscriptions: nothing crosses to another.
#[test]
fn a_person_of_two_tenants_is_licensed_in_each() {
    let gap = |owned: &str| {
        let answer = Tenant::new("2021-09")
            .users("user_id,upn\nann,ann@contoso.example")
            .needs("user_id,app\nann,Sales Enterprise")
            .subscriptions(format!("license,quantity\n{owned}"))
            .analyse();
        assert_eq!(answer.licences("ann"), ["sales-enterprise base"]);
        answer.true_up.iter().find(|line| line.sku == "sales-enterprise").unwrap().gap
    };
    // The same person in two tenants: a spare seat of one fills none of the other.
    assert_eq!((gap("Sales Enterprise,2"), gap("Field Service,1")), (-1, 1));
}

#[test]
fn an_account_of_one_instance_is_none_of_another() {
    let answer = Tenant::new("2021-09")
        .users("user_id,upn,environment\nANN,ann@contoso.example,sales\nANN,andrew@contoso.example,finance")
        .assignments(ROLES)
        .needs(SAL)
        .analyse();
    assert_eq!(answer.totals.people, 3, "one id in two instances, two people");
    assert_eq!(
        answer.seats(),
        [
            "1 team-members additional",
            "1 operations-activity additional",
            "1 sales-enterprise base"
        ]
    );
}

#[test]
fn subscriptions_of_one_licence_add_up_and_the_first_end_counts() {
    let answer = super::crew(30, &["Sales Enterprise"])
        .subscriptions(
            "license,quantity,end
            Sales Enterprise,10,2023-06-30
            Dynamics 365 for Sales Enterprise Edition,15,2022-03-31",
        )
        .analyse();
    let line = &answer.true_up[0];
    assert_eq!((line.owned, line.gap, line.end.as_str()), (25, 5, "2022-03-31"));
}

/// The page's own example: 100 of one level, 10 of another.
#[test]
fn subscriptions_of_two_levels_are_counted_apart() {
    let answer = super::crew(1, &["Sales Enterprise"])
        .subscriptions("license,quantity\nSales Professional,100\nSales Enterprise,10")
        .analyse();
    let owned: Vec<(&str, u64, i64)> =
        answer.true_up.iter().map(|line| (line.sku.as_str(), line.owned, line.gap)).collect();
    assert_eq!(owned, [("sales-professional", 100, -100), ("sales-enterprise", 10, -9)]);
}
