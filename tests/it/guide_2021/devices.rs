//! Device licences: what they are for and who may sign in how.

use super::staff;
use crate::tenants::{Tenant, ids, rows};

/// Additional user access licences: any number of people without licences.
#[test]
fn one_device_licence_serves_any_number_of_people() {
    for people in [2, 30] {
        let answer = Tenant::new("2021-09")
            .users(ids("user_id", "w", people) + "sal\n")
            .assignments(rows("user_id,role_name", "w", people, ",Warehouse worker"))
            .devices("device_id,kind,dedicated\nS1,warehouse,yes")
            .usage(rows("user_id,device_id", "w", people, ",S1"))
            .needs("user_id,app\nsal,Sales Enterprise")
            .analyse();
        assert_eq!(answer.seats(), ["1 sales-enterprise base", "1 operations-device device"]);
        assert_eq!(answer.cost(), 95 + 75, "{people} people");
    }
}

/// Kind of device, what its people need (blank: a warehouse role), its licence,
/// and whether people may sign in with logins of their own.
const LOGINS: [(&str, &str, &str, bool); 5] = [
    ("sales", "Sales Enterprise", "sales-device", false),
    ("customer_service", "Customer Service Enterprise", "customer-service-device", false),
    ("field_service", "Field Service", "field-service-device", false),
    ("warehouse", "", "operations-device", true),
    ("business_central", "bc.device-work", "bc-device", true),
];

/// Additional user access licences: which logins each licence allows.
#[test]
fn shared_logins_are_for_all_device_licences_individual_ones_for_two() {
    for (kind, need, sku, individual) in LOGINS {
        for login in ["shared", "individual"] {
            let tenant = Tenant::new("2021-09")
                .users("user_id\nann\nbob\nsal")
                .devices(format!("device_id,kind,login,dedicated\nD1,{kind},{login},yes"))
                .usage("device_id,user_id\nD1,ann\nD1,bob");
            let sal = "user_id,app\nsal,Sales Enterprise\n";
            let tenant = if need.is_empty() {
                tenant
                    .assignments("user_id,role_name\nann,Warehouse worker\nbob,Warehouse worker")
                    .needs(sal)
            } else {
                tenant.needs(format!("{sal}ann,{need}\nbob,{need}"))
            };
            let answer = tenant.analyse();
            let device = format!("1 {sku} device");
            let licensed = answer.seats().contains(&device);
            assert_eq!(licensed, login == "shared" || individual, "{kind} {login}");
        }
    }
}

/// Device licenses: the Sales, Customer Service and Field Service ones have the
/// rights of the Enterprise user licence, on their device, and no more.
#[test]
fn a_sales_device_gives_what_sales_enterprise_gives_and_not_its_premium() {
    let with = |app: &str| {
        Tenant::new("2021-09")
            .users("user_id\nann\nbob")
            .needs(format!("user_id,app\nann,{app}\nbob,{app}"))
            .devices("device_id,kind,login\nT1,sales,shared")
            .usage("device_id,user_id\nT1,ann\nT1,bob")
            .analyse()
    };
    assert_eq!(with("Sales Enterprise").seats(), ["1 sales-device device"]);
    assert_eq!(with("Sales Premium").seats(), ["2 sales-premium base"]);
}

/// Operations - Activity license: it may run all four kinds of device; an
/// Operations - Device licence does not do the rest of an Activity user's work.
#[test]
fn activity_includes_the_device_rights_and_the_device_licence_not_those_of_activity() {
    let answer = staff(&["ann=Warehouse worker", "ann=Budget clerk", "bob=Warehouse worker"])
        .devices("device_id,kind,dedicated\nS1,warehouse,yes")
        .usage("device_id,user_id\nS1,ann\nS1,bob")
        .analyse();
    // Ann holds Activity for the budgets and needs no device; for Bob alone the
    // device would cost more than his own licence.
    assert_eq!(answer.seats(), ["2 operations-activity additional", "1 sales-enterprise base"]);
    assert_eq!(answer.licensed_devices(), [""; 0]);
}

/// Device licenses: Business Central Device carries a subset, no full user.
#[test]
fn a_business_central_device_carries_its_subset_and_no_full_user() {
    let with = |app: &str| {
        Tenant::new("2021-09")
            .users("user_id\nann\nbob")
            .needs(format!("user_id,app\nann,{app}\nbob,{app}"))
            .devices("device_id,kind,login\nB1,business_central,individual")
            .usage("device_id,user_id\nB1,ann\nB1,bob")
            .analyse()
    };
    let subset = with("bc.device-work");
    assert_eq!((subset.seats(), subset.cost()), (vec!["1 bc-device device".to_owned()], 40));
    let full = with("Business Central Essentials");
    assert_eq!(full.seats(), ["2 bc-essentials base"]);
}
