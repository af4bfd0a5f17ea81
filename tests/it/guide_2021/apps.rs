//! Assigned application licensing: what each application's licence does.

use seatwise::rulebook::{Tier, shipped};

use super::{crew, staff};
use crate::tenants::{Tenant, ids, rows};

/// Commerce user roles: headquarters are full users, stores are not.
#[test]
fn headquarters_take_commerce_stores_take_activity_or_devices_and_clerks_team_members() {
    let store = |devices: bool| {
        let tenant = Tenant::new("2021-09")
            .users(ids("user_id", "hq", 20) + "mgr\ntil\ncas\nclk\n")
            .assignments(
                rows("user_id,role_name", "hq", 20, ",Retail merchandising manager")
                    + "mgr,Retail store manager\ntil,Cashier\ncas,Cashier\nclk,Retail warehouse clerk\n",
            );
        let tenant = if devices {
            tenant
                .devices("device_id,kind,dedicated\nR1,pos+store_manager,yes")
                .usage("device_id,user_id\nR1,mgr\nR1,til\nR1,cas")
        } else {
            tenant
        };
        tenant.analyse()
    };
    let by_user = store(false);
    assert_eq!(
        by_user.seats(),
        ["1 team-members additional", "3 operations-activity additional", "20 commerce base"]
    );
    let by_device = store(true);
    assert_eq!(
        by_device.seats(),
        ["1 team-members additional", "20 commerce base", "1 operations-device device"]
    );
    assert_eq!(by_user.cost() - by_device.cost(), 3 * 50 - 75);
}

/// Customer Service Enterprise: the functions of Professional are inside, those
/// of Field Service are not.
#[test]
fn customer_service_enterprise_needs_field_service_beside_it_for_work_orders() {
    let alone = crew(1, &["Customer Service Enterprise"])
        .assigned("user_id,license\nu01,Customer Service Professional")
        .analyse();
    assert_eq!(alone.user("u01").status.word(), "under-licensed");
    let both = crew(1, &["Customer Service Enterprise", "Field Service"]).analyse();
    assert_eq!(both.seats(), ["1 customer-service-enterprise base", "1 field-service attach"]);
}

/// Chat: an add-on to the enterprise licence, per user.
#[test]
fn chat_needs_customer_service_enterprise_and_never_professional() {
    let chat = "Chat for Dynamics 365 Customer Service";
    let answer = crew(1, &["Customer Service Enterprise", chat]).analyse();
    assert_eq!(
        answer.licences("u01"),
        ["customer-service-enterprise base", "customer-service-chat add-on"]
    );
    let answer = crew(1, &["Customer Service Professional", chat]).analyse();
    assert_eq!(answer.cost(), 95 + 60, "50 + 60 is not sold");
    let answer = crew(1, &["Field Service", chat]).analyse();
    let mut licences = answer.licences("u01");
    licences.sort();
    assert_eq!(licences.len(), 3, "{licences:?}");
    assert_eq!(answer.cost(), 95 + 20 + 60);
}

/// Digital Messaging: Chat is inside it.
#[test]
fn digital_messaging_needs_customer_service_enterprise_and_includes_chat() {
    let (chat, messaging) = ("Chat for Dynamics 365 Customer Service", "Digital Messaging");
    let answer = crew(1, &["Customer Service Enterprise", chat, messaging]).analyse();
    assert_eq!(
        answer.licences("u01"),
        ["customer-service-enterprise base", "digital-messaging add-on"]
    );
    assert_eq!(answer.cost(), 95 + 75, "not 60 more");
    let professional = crew(1, &["Customer Service Professional", messaging]).analyse();
    assert_eq!(professional.cost(), 95 + 75);
}

/// Field Service: by user or by device; the mobile application is inside.
#[test]
fn field_service_is_licensed_by_user_or_by_device() {
    let with = |shared: usize| {
        let usage: String = (1..=shared).map(|n| format!("T1,u{n:02}\n")).collect();
        crew(3, &["Field Service"])
            .devices("device_id,kind,login\nT1,field_service,shared")
            .usage(format!("device_id,user_id\n{usage}"))
            .analyse()
    };
    assert_eq!(with(1).seats(), ["3 field-service base"], "95 for one person, 145 for the device");
    assert_eq!(with(2).seats(), ["1 field-service base", "1 field-service-device device"]);
}

/// Finance, Supply Chain Management, Commerce: a full user of one is an
/// Activity and Team Members user of all.
#[test]
fn a_full_user_of_one_operations_application_has_activity_rights_in_the_others() {
    for (app, sku) in [
        ("Finance", "20 finance base"),
        ("Supply Chain Management", "20 supply-chain-management base"),
        ("Commerce", "20 commerce base"),
        ("Project Operations", "20 project-operations base"),
        ("Human Resources", "20 human-resources base"),
    ] {
        let answer = crew(20, &[app, "Operations - Activity", "Team Members"]).analyse();
        assert_eq!(answer.seats(), [sku]);
    }
    let sales = crew(1, &["Sales Enterprise", "Operations - Activity"]).analyse();
    assert_eq!(sales.licences("u01").len(), 2, "Sales is of another family");
}

/// Human Resources: who works outside the department takes one of the small
/// licences, whichever they have anyway.
#[test]
fn outside_the_department_self_service_team_members_or_activity_suffice() {
    let answer = staff(&[
        "one=Self-service Manager",
        "two=Self-service Manager",
        "two=Budget contributor",
        "tri=Self-service Manager",
        "tri=Budget clerk",
    ])
    .analyse();
    assert_eq!(answer.licences("one"), ["hr-self-service additional"]);
    assert_eq!(answer.licences("two"), ["team-members additional"]);
    assert_eq!(answer.licences("tri"), ["operations-activity additional"]);
}

/// Human Resources: the department itself is full users.
#[test]
fn the_department_takes_human_resources_and_so_five_of_them() {
    let answer = Tenant::new("2021-09")
        .users("user_id\na\nb\nc\nd\ne")
        .assignments(
            "user_id,role_name
            a,Recruiter\nb,Training manager\nc,Human resource assistant
            d,Compensation and benefits manager\ne,Payroll administrator",
        )
        .whole()
        .analyse();
    assert_eq!(answer.seats(), ["5 human-resources base"]);
    assert_eq!(answer.check("human-resources-5").result, "met");
}

/// Project Operations: timesheets take Team Members, the project team is full.
#[test]
fn project_staff_are_full_users_and_timesheets_take_team_members() {
    let answer = Tenant::new("2021-09")
        .users(ids("user_id", "p", 20) + "tim\n")
        .assignments(
            rows("user_id,role_name", "p", 17, ",Project manager")
                + "p18,Account manager\np19,Project assistant\np20,Project accountant\n\
                   tim,Project timesheet user\n",
        )
        .analyse();
    assert_eq!(answer.seats(), ["1 team-members additional", "20 project-operations base"]);
}

/// Project Operations has no Activity roles of its own; its full users have
/// those of the others.
#[test]
fn project_operations_has_no_activity_roles_but_brings_those_of_the_others() {
    let rules = shipped("2021-09").unwrap();
    let roles = || rules.roles.iter().filter(|role| role.area == "Project Operations");
    assert!(roles().count() > 15);
    for role in roles() {
        let tier = role.any_of.iter().map(|&right| rules.right(right).tier).min().unwrap();
        assert_ne!(tier, Tier::Activity, "{}", role.name);
    }
    let answer = Tenant::new("2021-09")
        .users(ids("user_id", "p", 20))
        .assignments(
            rows("user_id,role_name", "p", 20, ",Project manager")
                + "p01,Warehouse worker\np02,Budget clerk\n",
        )
        .analyse();
    assert_eq!(answer.seats(), ["20 project-operations base"]);
}

/// Guides and Remote Assist: per user, one attached where a base admits it,
/// the other never.
#[test]
fn remote_assist_is_attached_to_field_service_and_guides_to_nothing() {
    let assist = crew(1, &["Field Service", "Remote Assist"]).analyse();
    let guides = crew(1, &["Field Service", "Guides"]).analyse();
    assert_eq!((assist.cost(), guides.cost()), (95 + 20, 95 + 65));
    assert_eq!(guides.seats(), ["1 field-service base", "1 guides base"]);
}

/// Remote Assist: no Teams licence for its users; that of the expert is none of
/// Dynamics 365.
#[test]
fn teams_and_power_platform_licences_are_known_and_stand_outside() {
    let answer = crew(2, &["Remote Assist"])
        .assigned("user_id,license\nu01,Remote Assist+Microsoft Teams Essentials\nu02,Remote Assist+Power BI Pro")
        .subscriptions(
            "license,quantity
            Remote Assist,2\nMicrosoft Teams Essentials,5
            Power Apps Portals page view capacity add-on,1\nPower Virtual Agent,1",
        )
        .analyse();
    assert_eq!(answer.seats(), ["2 remote-assist base"]);
    assert_eq!(answer.cases("SW301"), 0, "nobody is told that they are unknown");
    assert_eq!(answer.true_up.len(), 1);
    assert!(answer.users.iter().all(|user| user.status.word() == "fits"));
}

/// Capacity add-ons are for paid licences: a trial is no stock.
#[test]
fn trial_licences_are_neither_stock_nor_a_licence_that_counts() {
    let answer = crew(1, &["Sales Enterprise"])
        .assigned("user_id,license\nu01,Dynamics 365 Sales Premium Viral Trial")
        .subscriptions("license,quantity\nDynamics 365 Finance Trial,25")
        .analyse();
    assert_eq!(answer.user("u01").status.word(), "under-licensed");
    assert_eq!((answer.true_up[0].owned, answer.cases("SW301")), (0, 0));
    assert_eq!(answer.true_up.len(), 1, "no line for the trial");
}

/// Sales Professional: simple sales processes, below Sales Enterprise.
#[test]
fn sales_professional_does_not_do_what_sales_enterprise_does() {
    let answer = crew(1, &["Sales Enterprise"])
        .assigned("user_id,license\nu01,Sales Professional")
        .analyse();
    assert_eq!(answer.user("u01").status.word(), "under-licensed");
    let professional = crew(1, &["Sales Professional"]).analyse();
    assert_eq!(professional.cost(), 65);
}

/// Team Members read the data of all applications.
#[test]
fn full_enterprise_users_bring_team_members_rights_elsewhere_and_professional_ones_do_not() {
    for app in ["Sales Enterprise", "Customer Service Enterprise", "Field Service"] {
        let answer = crew(1, &[app, "Team Members"]).analyse();
        assert_eq!(answer.licences("u01").len(), 1, "{app}");
    }
    let answer = crew(1, &["Sales Professional", "Team Members"]).analyse();
    assert_eq!(answer.cost(), 65 + 8);
}
