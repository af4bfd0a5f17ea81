//! Tasks the guide lists beside its roles, named by a row in `app_needs`.

use seatwise::rulebook::Tier;

use super::{EDITION, firm_with};
use crate::tenants::{Answer, Tenant, ids, rows};

/// Twenty accountants and ann, who needs one row.
fn doing(use_right: &str) -> Answer {
    Tenant::new(EDITION)
        .users(ids("user_id", "z", 20) + "ann\n")
        .assignments(rows("user_id,role_name", "z", 20, ",Accountant"))
        .needs(format!("user_id,use_right\nann,{use_right}"))
        .analyse()
}

fn tier(use_right: &str) -> Tier {
    let answer = doing(use_right);
    assert_eq!(answer.cases("SW407"), 0, "{use_right} is known");
    answer.user("ann").tier
}

#[test]
fn approvals_of_appendix_g_take_activity_or_a_full_licence() {
    for light in [
        "Approve budget account entry through workflow",
        "g-purchase-agreement-approve",
        "g-purchase-order-maintain",
        "Review and approve vendor catalogs",
        "g-commitment-approve",
        "Retail catalog approval workflow",
    ] {
        assert_eq!(tier(light), Tier::Activity, "{light}");
    }
    for full in [
        "Approve free text invoices",
        "g-disbursement-approve",
        "g-fixed-asset-journal-approve",
        "Approve ledger journal",
        "g-bom-approve",
        "g-route-approve",
    ] {
        assert_eq!(tier(full), Tier::Full, "{full}");
    }
    assert_eq!(doing("Approve nonconformance").licences("ann"), ["supply-chain-management base"]);
}

#[test]
fn tasks_of_appendix_d_take_team_members() {
    for task in [
        "d-read",
        "d-activities",
        "Create, edit and approve purchase requisitions",
        "d-vendor-invoice-approve",
        "d-department-budget",
        "d-time-expense-approve",
        "Maintenance requests",
        "d-quality-control",
        "d-stock-count",
        "d-sales-order-edit",
    ] {
        // A task with commas in its name is given in quotes.
        assert_eq!(tier(&format!("\"{task}\"")), Tier::TeamMembers, "{task}");
    }
    assert_eq!(doing("hr-leave-approve").licences("ann"), ["hr-self-service additional"]);
}

#[test]
fn business_performance_planning_takes_finance_premium_to_create_and_activity_to_read() {
    let answer = Tenant::new(EDITION)
        .users(ids("user_id", "p", 10))
        .needs(rows("user_id,use_right", "p", 10, ",bpp-create"))
        .analyse();
    assert_eq!(answer.seats(), ["10 finance-premium base"]);
    assert_eq!(tier("bpp-read"), Tier::Activity);
    assert_eq!(doing("bpa-core").licences("ann"), ["finance base"]);
    assert_eq!(tier("bpa-read"), Tier::TeamMembers);
}

#[test]
fn financial_reports_are_designed_with_finance_and_viewed_with_team_members() {
    assert_eq!(doing("Design financial reports").licences("ann"), ["finance base"]);
    assert_eq!(tier("View financial reports"), Tier::TeamMembers);
}

#[test]
fn demand_plans_are_read_with_the_application_and_created_with_premium() {
    assert_eq!(doing("demand-plan-read").licences("ann"), ["supply-chain-management base"]);
    let answer = Tenant::new(EDITION)
        .users(ids("user_id", "p", 10))
        .needs(rows("user_id,use_right", "p", 10, ",demand-plan-create"))
        .analyse();
    assert_eq!(answer.seats(), ["10 supply-chain-management-premium base"]);
}

#[test]
fn restricted_tables_take_the_licence_of_their_application() {
    for (table, licence) in [
        ("msdyn_workorder", "field-service base"),
        ("msdyn_projecttask", "project-operations base"),
        ("incident", "customer-service-professional base"),
        ("knowledgearticle", "customer-service-enterprise base"),
        ("goal", "sales-professional base"),
        // Field Service or Project Operations; Field Service is the cheaper one.
        ("msdyn_actual", "field-service base"),
    ] {
        assert_eq!(doing(table).licences("ann"), [licence], "{table}");
    }
    let reading = firm_with("", "ann,Team Members").analyse();
    assert_eq!(reading.user("ann").tier, Tier::TeamMembers);
}
