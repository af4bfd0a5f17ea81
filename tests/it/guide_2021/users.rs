//! Licensing overview: who is licensed by what.

use seatwise::rulebook::Tier;

use super::{crew, staff};
use crate::tenants::Tenant;

/// Licensing overview, assigned licences.
#[test]
fn a_user_licence_serves_its_holder_on_any_device() {
    let answer = staff(&["ann=Warehouse worker"])
        .devices("device_id,kind,dedicated\nP1,warehouse,yes\nP2,warehouse,yes\nP3,pos,yes")
        .usage("device_id,user_id\nP1,ann\nP2,ann\nP3,ann")
        .analyse();
    assert_eq!(answer.seats(), ["1 operations-activity additional", "1 sales-enterprise base"]);
    assert_eq!(answer.licensed_devices(), [""; 0]);
}

/// Licensing overview, unassigned licences; Unassigned licenses.
#[test]
fn a_licence_of_the_whole_tenant_is_assigned_to_nobody_and_seats_stand_beside_it() {
    let answer = crew(2, &["Sales Enterprise"])
        .assigned("user_id,license\nu01,Sales Enterprise\nu02,Dynamics 365 Fraud Protection")
        .subscriptions("license,quantity\nSales Enterprise,2\nFraud Protection,1")
        .analyse();
    assert_eq!(answer.seats(), ["2 sales-enterprise base"]);
    assert_eq!(answer.user("u01").status.word(), "fits");
    assert_eq!(answer.user("u02").status.word(), "under-licensed");
    assert!(answer.user("u02").assigned.is_empty());
    assert!(answer.true_up.iter().all(|line| line.sku != "fraud-protection"));
    assert_eq!(answer.cases("SW301"), 0, "known, but no seat");
}

/// Licensing overview: rights last as long as the subscription is paid for.
#[test]
fn seats_of_a_subscription_that_has_ended_are_not_owned() {
    let owned = |status: &str| {
        let answer = crew(3, &["Sales Enterprise"])
            .subscriptions(format!("license,quantity,status\nSales Enterprise,3,{status}"))
            .analyse();
        (answer.true_up[0].owned, answer.true_up[0].gap, answer.cases("SW606"))
    };
    assert_eq!(owned("Active"), (3, 0, 0));
    for ended in ["Expired", "Suspended", "Deleted"] {
        assert_eq!(owned(ended), (0, 3, 1), "{ended}");
    }
}

/// Licensing overview: configuring and administering is exempt, nothing else.
#[test]
fn an_administrator_who_also_does_daily_work_needs_the_licence_of_that_work() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nroot\nsal")
        .assignments("user_id,role_id,role_name\nroot,-SYSADMIN-,System administrator")
        .needs("user_id,app\nroot,Sales Enterprise\nsal,Sales Enterprise")
        .analyse();
    assert_eq!(answer.licences("root"), ["sales-enterprise base"]);
    assert_eq!(answer.cases("SW409"), 1);
}

/// Full user access licences: the licence says which level was bought.
#[test]
fn the_higher_level_of_a_product_does_all_that_the_lower_one_does() {
    for (lower, higher, sku) in [
        ("Sales Professional", "Sales Enterprise", "1 sales-enterprise base"),
        ("Sales Enterprise", "Sales Premium", "1 sales-premium base"),
        (
            "Customer Service Professional",
            "Customer Service Enterprise",
            "1 customer-service-enterprise base",
        ),
        ("Business Central Essentials", "Business Central Premium", "1 bc-premium base"),
    ] {
        assert_eq!(crew(1, &[lower, higher]).analyse().seats(), [sku]);
        let low = crew(1, &[lower]).analyse();
        assert_ne!(low.seats(), [sku], "the lower level alone is the cheaper one");
    }
}

/// Additional user access licences: the ladder between nothing and a full user.
#[test]
fn additional_users_stand_below_full_ones_on_a_ladder_of_three() {
    let answer = staff(&["hrs=Employee", "tea=Budget contributor", "act=Budget clerk"]).analyse();
    let line = |id: &str| (answer.user(id).tier, answer.licences(id).join(" "));
    assert_eq!(line("hrs"), (Tier::SelfService, "hr-self-service additional".into()));
    assert_eq!(line("tea"), (Tier::TeamMembers, "team-members additional".into()));
    assert_eq!(line("act"), (Tier::Activity, "operations-activity additional".into()));
    assert_eq!(line("sal"), (Tier::Full, "sales-enterprise base".into()));
    assert_eq!(answer.cost(), 4 + 8 + 50 + 95);
}

/// Human Resources Self Service license: Human Resources and nothing else,
/// and not its full use rights.
#[test]
fn human_resources_self_service_gives_nothing_outside_human_resources() {
    let roles = ["ann=Employee", "bob=Employee", "bob=Budget contributor"];
    let answer = staff(&roles).assigned(
        "user_id,license
        ann,Dynamics 365 Human Resources Self Service
        bob,Dynamics 365 Human Resources Self Service
        sal,Sales Enterprise",
    );
    let answer = answer.analyse();
    assert_eq!(answer.user("ann").status.word(), "fits");
    assert_eq!(answer.user("bob").status.word(), "under-licensed");
    let bob = ["team-members additional"];
    assert_eq!(answer.licences("bob"), bob, "8 with the self service inside, not 4 + 8");
    let five = crew(5, &["Human Resources"]).analyse();
    assert_eq!(five.seats(), ["5 human-resources base"], "self service is no full use");
}

/// Team Members licenses: self service functions come with it where Human
/// Resources is licensed.
#[test]
fn team_members_includes_human_resources_self_service() {
    let answer = staff(&["ann=Employee", "ann=Self-service Manager"])
        .assigned("user_id,license\nann,Dynamics 365 Team Members\nsal,Sales Enterprise")
        .analyse();
    assert_eq!(answer.user("ann").status.word(), "over-licensed", "it covers, but 4 would do");
    assert_eq!(answer.licences("ann"), ["hr-self-service additional"]);
}

/// Operations - Activity license: all Team Members rights are inside.
#[test]
fn operations_activity_includes_all_team_members_rights() {
    let answer = staff(&["ann=Budget clerk", "ann=Budget contributor", "ann=Employee"]).analyse();
    assert_eq!(answer.licences("ann"), ["operations-activity additional"]);
    let without = staff(&["ann=Budget clerk"])
        .assigned("user_id,license\nann,Dynamics 365 Team Members\nsal,Sales Enterprise")
        .analyse();
    assert_eq!(without.user("ann").status.word(), "under-licensed", "not the other way round");
}

/// Operations - Activity license: what it is for, by the roles of each area.
#[test]
fn warehousing_receiving_shipping_orders_vendors_and_budgets_take_activity() {
    let roles = [
        "Warehouse worker",
        "Receiving clerk",
        "Shipping clerk",
        "Sales clerk",
        "Buying agent",
        "Vendor account manager",
        "Budget clerk",
    ];
    for role in roles {
        let row = format!("ann={role}");
        let answer = staff(&[row.as_str()]).analyse();
        assert_eq!(answer.licences("ann"), ["operations-activity additional"], "{role}");
    }
}

/// Team Members licenses: light work of one's own.
#[test]
fn own_time_expenses_requisitions_quality_and_department_budgets_take_team_members() {
    let roles = [
        "Project timesheet user",
        "Expense Mobile Role",
        "Quality control clerk",
        "Budget contributor",
        "Time registration user",
        "Retail warehouse clerk",
    ];
    for role in roles {
        let row = format!("ann={role}");
        let answer = staff(&[row.as_str()]).analyse();
        assert_eq!(answer.licences("ann"), ["team-members additional"], "{role}");
    }
}

/// Team Members license: custom applications are outside; what a custom menu
/// item needs, its own licence type says.
#[test]
fn custom_work_that_is_mapped_to_a_full_licence_is_no_team_members_work() {
    let with = |licence: &str| {
        Tenant::new("2021-09")
            .users("user_id\nann\nsal")
            .assignments("user_id,role_name\nann,Crew")
            .permissions(format!("role_name,object,license\nCrew,XYZRoster,{licence}"))
            .needs("user_id,app\nsal,Sales Enterprise")
            .analyse()
    };
    assert_eq!(with("Universal").user("ann").tier, Tier::TeamMembers);
    assert_eq!(with("Enterprise").user("ann").tier, Tier::Full);
}

/// In September 2021 a menu item's view licence counts for reading; that any
/// reading takes Team Members came later.
#[test]
fn reading_takes_the_view_licence_of_the_menu_item() {
    let with = |view: &str| {
        Tenant::new("2021-09")
            .users("user_id\nann\nsal")
            .assignments("user_id,role_name\nann,Reader")
            .permissions("role_name,object,read\nReader,LedgerTrans,Allow")
            .menu_items(format!(
                "object,view_license,maintain_license\nLedgerTrans,{view},Enterprise"
            ))
            .needs("user_id,app\nsal,Sales Enterprise")
            .analyse()
    };
    assert_eq!(with("Universal").user("ann").tier, Tier::TeamMembers);
    assert_eq!(with("Activity").user("ann").tier, Tier::Activity);
}
