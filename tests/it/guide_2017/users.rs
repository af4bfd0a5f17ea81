//! User licences, full and other users, Team Members and Activity (p.3, p.7
//! and p.8).

use seatwise::rulebook::shipped;

use super::{beside, company, licences_for};
use crate::tenants::Tenant;

/// p.3.
#[test]
fn a_user_licence_is_for_one_named_person_so_a_shared_login_takes_one_for_each() {
    let with = |headcount: &str| {
        Tenant::new("2017-07")
            .users(format!("user_id,account_type,headcount\ndesk,shared,{headcount}"))
            .needs("user_id,app\ndesk,Sales")
            .analyse()
    };
    assert_eq!(with("9").seats(), ["9 sales base"]);
    assert_eq!(with("1").seats(), ["1 sales base"]);
}

/// p.3.
#[test]
fn a_licence_opens_every_instance_of_its_tenant() {
    let answer = Tenant::new("2017-07")
        .users(
            "user_id,upn,environment
            ann1,ann@contoso.example,production
            ann2,ann@contoso.example,training
            bob1,bob@contoso.example,production",
        )
        .needs(
            "user_id,app,environment
            ann1,Sales,production
            ann2,Sales,training
            bob1,Sales,production",
        )
        .analyse();
    assert_eq!(answer.seats(), ["2 sales base"], "three accounts of two people");
}

/// p.3: a licence cannot be kept when the payments end.
#[test]
fn a_licence_lasts_as_long_as_its_subscription() {
    let owned = |status: &str| {
        let answer = Tenant::new("2017-07")
            .users("user_id\nann")
            .needs("user_id,app\nann,Sales")
            .subscriptions(format!(
                "license,quantity,status\nDynamics 365 for Sales,1,{status}\nDynamics 365 for Field Service,1,active"
            ))
            .analyse();
        let line = answer.true_up.iter().find(|line| line.sku == "sales").unwrap();
        (line.owned, line.action, answer.cases("SW606"))
    };
    assert_eq!(owned("active"), (1, "keep", 0));
    assert_eq!(owned("suspended"), (0, "buy now", 1));
}

/// p.7.
#[test]
fn plans_and_applications_make_full_users_and_the_other_three_licences_do_not() {
    for (work, licence) in [
        ("Accountant", "unified-operations-plan base"),
        ("Retail merchandising manager", "retail base"),
        ("app Sales", "sales base"),
        ("app Customer Service", "customer-service base"),
        ("app Field Service", "field-service base"),
        ("app Project Service Automation", "project-service-automation base"),
        ("Recruiter", "talent additional"),
        ("Warehouse worker", "operations-activity additional"),
        ("Budget contributor", "team-members additional"),
    ] {
        assert_eq!(licences_for(&[work]), [licence], "{work}");
    }
}

/// p.7: whoever holds a plan or an application, Talent excepted.
#[test]
fn a_full_user_holds_a_plan_or_an_application_other_than_talent() {
    let rules = shipped("2017-07").unwrap();
    let full: Vec<&str> =
        rules.full_user_skus.iter().map(|sku| rules.sku(sku).id.as_str()).collect();
    assert_eq!(
        full,
        [
            "sales",
            "customer-service",
            "field-service",
            "project-service-automation",
            "customer-engagement-plan",
            "relationship-sales",
            "retail",
            "unified-operations-plan",
            "dynamics-365-plan",
        ]
    );
}

/// p.7: one full user among the twenty accountants is enough for any number.
#[test]
fn full_users_of_either_family_are_the_full_users_of_the_tenant() {
    let light = company(&[("ann", "Budget contributor"), ("bob", "Recruiter")]).whole().analyse();
    assert_eq!(light.check("full-user").result, "met");
    let sales = Tenant::new("2017-07")
        .users("user_id\nann\nbob")
        .assignments("user_id,role_name\nann,Budget contributor")
        .needs("user_id,app\nbob,Sales")
        .whole()
        .analyse();
    assert_eq!(sales.check("full-user").result, "met");
    assert_eq!(sales.seats(), ["1 team-members additional", "1 sales base"]);
}

/// p.7: the licence follows the tenant, not the application, so the next
/// application costs its holder nothing.
#[test]
fn whoever_is_licensed_with_team_members_is_licensed_for_further_applications_too() {
    let one = company(&[("ann", "Employee")]).analyse();
    let more = company(&[
        ("ann", "Employee"),
        ("ann", "Retail warehouse clerk"),
        ("ann", "Quality control clerk"),
        ("ann", "app team-members"),
    ])
    .analyse();
    assert_eq!(one.licences("ann"), ["team-members additional"]);
    assert_eq!(more.licences("ann"), one.licences("ann"));
    assert_eq!((beside(&one), beside(&more)), (8, 8));
}

/// p.7: reading is open in every application; writing is not.
#[test]
fn team_members_reads_everything_and_a_write_takes_the_licence_of_the_object() {
    let answer = company(&[("ann", "Reader"), ("bob", "Writer")])
        .permissions(
            "role_name,object,read,update
            Reader,CustTable,Allow,
            Reader,LedgerJournalTable,Allow,
            Writer,LedgerJournalTable,Allow,Allow",
        )
        .menu_items(
            "object,view_license,maintain_license
            CustTable,Universal,Enterprise
            LedgerJournalTable,Universal,Enterprise",
        )
        .analyse();
    assert_eq!(answer.licences("ann"), ["team-members additional"]);
    assert_eq!(answer.licences("bob"), ["unified-operations-plan base"]);
}

/// p.8: time, expenses, personal information, direct reports, and quality
/// control, service orders and the department's budget.
#[test]
fn team_members_does_the_light_work_of_operations() {
    for role in [
        "Employee",
        "Contractor",
        "Manager",
        "Project timesheet user",
        "Project timesheet delegate",
        "Quality control clerk",
        "Field service technician",
        "Budget contributor",
    ] {
        assert_eq!(licences_for(&[role]), ["team-members additional"], "{role}");
    }
}

/// p.8: for one's own use and not on behalf of others.
#[test]
fn light_work_on_behalf_of_others_is_not_shared_among_them() {
    let answer = Tenant::new("2017-07")
        .users("user_id,account_type,headcount\nkiosk,shared,6\nboss,member,1")
        .assignments("user_id,role_name\nkiosk,Employee")
        .needs("user_id,app\nboss,Sales")
        .analyse();
    assert_eq!(answer.seats(), ["6 team-members additional", "1 sales base"]);
}

/// p.8.
#[test]
fn activity_holds_all_team_members_rights() {
    let both = licences_for(&["Warehouse worker", "Budget contributor", "Employee"]);
    assert_eq!(both, ["operations-activity additional"]);
}

/// p.8: warehousing, receiving, shipping, orders, vendors, all budgets.
#[test]
fn activity_covers_warehousing_orders_vendor_maintenance_and_all_budgets() {
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
        assert_eq!(licences_for(&[role]), ["operations-activity additional"], "{role}");
    }
    assert_eq!(licences_for(&roles), ["operations-activity additional"], "all of them together");
}

/// p.8: approving what Activity users may do is Activity work too.
#[test]
fn approvals_of_activity_transactions_are_activity_work() {
    let answer = company(&[("ann", "Approver"), ("bob", "Poster")])
        .permissions(
            "role_name,object,invoke,license
            Approver,PurchAgreementApprove,Allow,Activity
            Poster,LedgerJournalPost,Allow,Enterprise",
        )
        .analyse();
    assert_eq!(answer.licences("ann"), ["operations-activity additional"]);
    assert_eq!(answer.licences("bob"), ["unified-operations-plan base"]);
}

/// p.8 and p.17.
#[test]
fn an_activity_user_operates_all_four_kinds_of_device_without_licences_for_them() {
    let answer = company(&[
        ("ann", "Cashier"),
        ("ann", "Retail store manager"),
        ("ann", "Machine operator"),
        ("ann", "Warehouse worker"),
    ])
    .devices(
        "device_id,kind,dedicated\nR1,pos,yes\nM1,store_manager,yes\nF1,shop_floor,yes\nW1,warehouse,yes",
    )
    .usage("device_id,user_id\nR1,ann\nM1,ann\nF1,ann\nW1,ann")
    .analyse();
    assert_eq!(answer.licences("ann"), ["operations-activity additional"]);
    assert_eq!(answer.licensed_devices(), [""; 0]);
    assert_eq!(beside(&answer), 50);
}

/// p.8: Activity is for heavy users who are no full users.
#[test]
fn one_full_role_beside_activity_roles_takes_a_full_licence_alone() {
    let licences = licences_for(&["Warehouse worker", "Accountant"]);
    assert_eq!(licences, ["unified-operations-plan base"]);
}
