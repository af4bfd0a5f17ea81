//! Applications, plans and Relationship Sales (p.9 to p.15).

use super::{beside, company, licences_for};
use crate::tenants::Tenant;

/// p.9.
#[test]
fn an_application_licence_is_for_that_application_alone() {
    let with = |app: &str| {
        Tenant::new("2017-07")
            .users("user_id\nann")
            .needs(format!("user_id,app\nann,{app}"))
            .assigned("user_id,license\nann,\"Dynamics 365 for Sales, Enterprise edition\"")
            .analyse()
    };
    assert_eq!(with("Sales").user("ann").status.word(), "fits");
    for app in ["Customer Service", "Field Service", "Project Service Automation"] {
        assert_eq!(with(app).user("ann").status.word(), "under-licensed", "{app}");
    }
}

/// p.10: Field Service is built around cases, and yet its licence does not
/// give the case management of Customer Service.
#[test]
fn field_service_with_case_management_takes_the_plan() {
    assert_eq!(licences_for(&["app Field Service"]), ["field-service base"]);
    let both = licences_for(&["app Field Service", "app Customer Service"]);
    assert_eq!(both, ["customer-engagement-plan base"]);
}

/// p.11.
#[test]
fn finance_and_operations_comes_with_either_plan_that_holds_it() {
    assert_eq!(licences_for(&["app Finance and Operations"]), ["unified-operations-plan base"]);
    let with_sales = licences_for(&["app Finance and Operations", "app Sales"]);
    assert_eq!(with_sales, ["dynamics-365-plan base"]);
}

/// p.12.
#[test]
fn head_office_takes_retail_and_stores_take_activity_or_a_device() {
    for role in
        ["Retail catalog manager", "Retail merchandising manager", "Retail operations manager"]
    {
        assert_eq!(licences_for(&[role]), ["retail base"], "{role}");
    }
    assert_eq!(licences_for(&["Retail store manager"]), ["operations-activity additional"]);
    let till = company(&[("ann", "Cashier"), ("bob", "Cashier")])
        .devices("device_id,kind\nR1,pos")
        .usage("device_id,user_id\nR1,ann\nR1,bob")
        .analyse();
    assert_eq!(till.licensed_devices(), ["R1"]);
    assert_eq!(beside(&till), 75, "two Activity licences would be 100");
}

/// p.13.
#[test]
fn personnel_and_recruiting_take_talent_employees_and_hiring_managers_team_members() {
    for role in ["Human resource manager", "Human resource assistant", "Recruiter"] {
        assert_eq!(licences_for(&[role]), ["talent additional"], "{role}");
    }
    for role in ["Employee", "Manager"] {
        assert_eq!(licences_for(&[role]), ["team-members additional"], "{role}");
    }
}

/// p.13: both experiences of Talent are one licence.
#[test]
fn human_resources_and_recruiting_are_licensed_together() {
    let licences = licences_for(&["Human resource manager", "Recruiter", "Payroll manager"]);
    assert_eq!(licences, ["talent additional"]);
}

/// p.13.
#[test]
fn one_customer_engagement_plan_works_in_all_four_applications() {
    let four = [
        "app Sales",
        "app Customer Service",
        "app Field Service",
        "app Project Service Automation",
    ];
    assert_eq!(licences_for(&four), ["customer-engagement-plan base"]);
    let operations = [&four[..], &["Accountant"]].concat();
    assert_eq!(licences_for(&operations), ["dynamics-365-plan base"], "not the other family");
}

/// p.13.
#[test]
fn one_unified_operations_plan_gives_finance_retail_and_talent() {
    let licences = licences_for(&["Accountant", "Retail merchandising manager", "Recruiter"]);
    assert_eq!(licences, ["unified-operations-plan base"]);
    let two = licences_for(&["Retail merchandising manager", "Recruiter"]);
    assert_eq!(two, ["unified-operations-plan base"], "190; the two licences are 210");
}

/// p.15.
#[test]
fn the_dynamics_365_plan_replaces_both_plans() {
    let answer = company(&[
        ("ann", "Accountant"),
        ("ann", "app Sales"),
        ("ann", "app Customer Service"),
        ("ann", "Recruiter"),
    ])
    .analyse();
    assert_eq!(answer.licences("ann"), ["dynamics-365-plan base"]);
    assert_eq!(beside(&answer), 210, "190 and 115 apart");
}

/// p.15.
#[test]
fn relationship_sales_is_sales_and_the_sales_navigator() {
    assert_eq!(licences_for(&["app Sales", "app ce.linkedin"]), ["relationship-sales base"]);
    assert_eq!(licences_for(&["app ce.linkedin"]), ["relationship-sales base"]);
    let mut with_plan = licences_for(&["Accountant", "app ce.linkedin"]);
    with_plan.sort();
    let both = ["relationship-sales base", "unified-operations-plan base"];
    assert_eq!(with_plan, both, "no plan holds the Sales Navigator");
}
