//! Who needs a licence, and which of the lighter ones.

use seatwise::rulebook::Tier;

use super::{ACCOUNTANTS, EDITION, beside, firm, firm_with};
use crate::tenants::{Tenant, ids, rows};

#[test]
fn one_team_members_licence_serves_every_application() {
    let answer = firm_with(
        "ann,Budget contributor
        ann,Retail warehouse clerk
        ann,Project approver
        ann,Maintenance requester
        ann,Self-service Employee",
        "ann,Team Members",
    )
    .analyse();
    assert_eq!(answer.licences("ann"), ["team-members additional"]);
    assert_eq!(beside(&answer), 8);
}

#[test]
fn self_service_in_human_resources_takes_its_own_licence_or_any_better_one() {
    let answer = firm(
        "ann,Self-service Employee
        ann,Leave and Absence manager
        bob,Self-service Manager
        bob,Budget contributor
        cat,Self-service Manager
        cat,Warehouse worker
        z01,Self-service Employee",
    )
    .analyse();
    assert_eq!(answer.licences("ann"), ["hr-self-service additional"]);
    assert_eq!(answer.licences("bob"), ["team-members additional"]);
    assert_eq!(answer.licences("cat"), ["operations-activity additional"]);
    assert_eq!(answer.licences("z01"), ["finance base"]);
    assert_eq!(beside(&answer), 4 + 8 + 50);
}

#[test]
fn activity_carries_team_members_rights() {
    let answer = firm("ann,Receiving clerk\nann,Budget contributor").analyse();
    assert_eq!(answer.licences("ann"), ["operations-activity additional"]);
    assert_eq!(beside(&answer), 50);
}

/// Also those of the other applications.
#[test]
fn every_full_licence_of_the_family_carries_activity_and_team_members_rights() {
    for (role, sku) in [
        ("Accountant", "finance base"),
        ("Warehouse manager", "supply-chain-management base"),
        ("Retail catalog manager", "commerce base"),
        ("Project manager", "project-operations base"),
    ] {
        let answer = firm(&format!(
            "ann,{role}\nann,Warehouse worker\nann,Retail store manager\nann,Budget contributor"
        ))
        .analyse();
        assert_eq!(answer.licences("ann"), [sku]);
    }
    let mut five = rows("user_id,role_name", "h", 5, ",Recruiter");
    five.push_str("h01,Warehouse worker\nh01,Budget contributor\n");
    let answer = Tenant::new(EDITION).users(ids("user_id", "h", 5)).assignments(five).analyse();
    assert_eq!(answer.seats(), ["5 human-resources base"]);
}

#[test]
fn additional_users_are_in_order_beside_a_full_user() {
    let answer = firm("ann,Budget contributor").whole().analyse();
    assert_eq!(answer.check("full-user").result, "met");
    assert_eq!(answer.cases("SW512"), 0);
}

/// The validation lets an administrator in whatever else he holds; the contract
/// frees the administration only, so the other roles count.
#[test]
fn a_system_administrator_needs_no_licence_but_his_other_roles_do() {
    let answer = Tenant::new(EDITION)
        .users(ids("user_id", "z", 20) + "root\nboth\n")
        .assignments(
            rows("user_id,role_id,role_name", "z", 20, ",LedgerAccountant,Accountant")
                + "root,-SYSADMIN-,System administrator
                both,-SYSADMIN-,System administrator
                both,LedgerAccountant,Accountant",
        )
        .analyse();
    assert!(answer.licences("root").is_empty());
    assert_eq!(answer.licences("both"), ["finance base"]);
    assert_eq!(answer.cost(), ACCOUNTANTS + 210);
    assert!(answer.cases("SW409") >= 1);
}

#[test]
fn the_other_administrator_roles_take_a_full_licence_and_are_flagged() {
    let before = firm("ann,Budget contributor").analyse().cases("SW406");
    for role in ["Security administrator", "Information technology manager"] {
        let answer = firm(&format!("ann,{role}")).analyse();
        assert_eq!(answer.user("ann").tier, Tier::Full, "{role}");
        // Human Resources or Project Operations, the cheapest of the family.
        assert_eq!(beside(&answer), 135, "{role}");
        assert!(answer.cases("SW406") > before, "{role}");
    }
}

#[test]
fn technical_roles_need_nothing_by_themselves() {
    let answer = Tenant::new(EDITION)
        .users("user_id\nann\nbot\nwalk")
        .assignments(
            "user_id,role_id,role_name
            ann,SystemUser,System user
            bot,SysBusinessConnectorRole,Business connector
            walk,SysSearchCrawler,Crawler",
        )
        .analyse();
    assert_eq!((answer.cost(), answer.totals.need_licence), (0, 0));
    assert_eq!(answer.cases("SW401"), 0, "the roles are known");
}

#[test]
fn roles_of_vendors_customers_and_applicants_need_no_licence() {
    let answer = Tenant::new(EDITION)
        .users("user_id\nven\ncus\napp\npor")
        .assignments(
            "user_id,role_id,role_name
            ven,VENDVENDOR,Vendor (external)
            cus,TradeCustomer,Customer
            app,AnonymousApplicant,Applicant
            por,VendVendorPortalAdministrator_PSN,Vendor admin",
        )
        .analyse();
    assert_eq!((answer.cost(), answer.totals.need_licence), (0, 0));
    assert_eq!(answer.cases("SW401"), 0);
}

/// Whoever works for the customer like an employee needs a licence, guest
/// account or not.
#[test]
fn external_people_need_no_licence_and_guests_do() {
    let answer = Tenant::new(EDITION)
        .users(
            "user_id,account_type
            ext,external\ngst,guest\nmem,member",
        )
        .assignments("user_id,role_name\next,Sales clerk\ngst,Sales clerk\nmem,Sales clerk")
        .analyse();
    assert_eq!(answer.user("ext").tier, Tier::None);
    assert!(!answer.user("ext").exempt.is_empty());
    for licensed in ["gst", "mem"] {
        assert_eq!(answer.user(licensed).tier, Tier::Activity, "{licensed}");
    }
}

#[test]
fn a_service_account_that_holds_roles_is_a_finding_because_multiplexing_saves_nothing() {
    let answer = Tenant::new(EDITION)
        .users("user_id,account_type\nsvc,service\nidle,service")
        .assignments("user_id,role_name\nsvc,Sales clerk")
        .analyse();
    assert_eq!(answer.totals.need_licence, 0);
    assert_eq!(answer.cases("SW404"), 1);
}

/// Microsoft says so since 2025; before, each implementation project asked for
/// licences of its own.
#[test]
fn several_environments_of_a_tenant_take_one_licence_a_person() {
    let answer = Tenant::new(EDITION)
        .users(
            ids("user_id", "z", 20)
                .replace("user_id", "user_id,upn,environment")
                .replace('\n', ",,\n")
                .replacen(",,", "", 1)
                + "ANN,ann@contoso.example,prod\nANN2,ann@contoso.example,prod-asia\n",
        )
        .assignments(
            rows("user_id,role_name,environment", "z", 20, ",Accountant,")
                + "ANN,Accountant,prod\nANN2,Accountant,prod-asia\n",
        )
        .analyse();
    assert_eq!(answer.totals.people, 21);
    assert_eq!(answer.seats(), ["21 finance base"]);
}

#[test]
fn disabled_accounts_and_assignments_leave_the_count() {
    let answer = Tenant::new(EDITION)
        .users("user_id,enabled\nann,false\nbob,true\ncat,true")
        .assignments(
            "user_id,role_name,status
            ann,Sales clerk,Enabled
            bob,Sales clerk,Disabled
            cat,Sales clerk,Enabled",
        )
        .analyse();
    assert_eq!(answer.user("ann").tier, Tier::None);
    assert_eq!(answer.user("bob").tier, Tier::None);
    assert_eq!(answer.user("cat").tier, Tier::Activity);
    assert_eq!(answer.totals.need_licence, 1);
}
