//! Which products the guide is about, what they are called, and what is sold
//! apart from them (p.1, p.2, p.22, p.27, p.31 and p.48).

use seatwise::rulebook::shipped;

use super::licences_for;
use crate::tenants::{Answer, Tenant};

/// A tenant that owns these.
fn owning(license: &str) -> Answer {
    Tenant::new("2017-07")
        .users("user_id\nann")
        .needs("user_id,app\nann,Sales")
        .subscriptions(format!("license,quantity\n\"{license}\",7\nDynamics 365 for Sales,1"))
        .analyse()
}

/// Seats owned of a licence of the edition.
fn owned(license: &str) -> Vec<(String, u64)> {
    let lines = owning(license).true_up.clone();
    let held = lines.into_iter().filter(|line| line.owned > 0);
    held.map(|line| (line.sku.into(), line.owned)).collect()
}

fn is_sales_alone(license: &str) -> bool {
    owned(license) == [("sales".to_owned(), 1)]
}

/// p.1: Dynamics CRM Online, Dynamics AX and the products on premises have
/// guides of their own.
#[test]
fn earlier_products_are_not_counted_as_licences_of_this_guide() {
    for license in [
        "Microsoft Dynamics CRM Online Professional",
        "Microsoft Dynamics AX Enterprise",
        "Microsoft Dynamics NAV",
    ] {
        assert!(is_sales_alone(license), "{license}");
        assert_eq!(owning(license).cases("SW301"), 1, "{license}");
    }
}

/// p.2.
#[test]
fn the_business_edition_is_another_product() {
    for license in [
        "Dynamics 365 for Finance and Operations, Business edition",
        "Dynamics 365 for Team Members, Business edition",
    ] {
        assert!(is_sales_alone(license), "{license}");
        assert_eq!(owning(license).cases("SW301"), 1, "{license}");
    }
    let enterprise = owned("Dynamics 365 for Team Members, Enterprise edition");
    assert_eq!(enterprise[0], ("team-members".to_owned(), 7));
}

/// p.48.
#[test]
fn the_plans_are_known_by_their_earlier_names() {
    for (before, now) in [
        ("Dynamics 365 Plan 1, Enterprise edition", "customer-engagement-plan"),
        ("Dynamics 365 Plan 2, Enterprise edition", "dynamics-365-plan"),
        ("Dynamics 365 for Operations, Enterprise edition", "unified-operations-plan"),
    ] {
        assert!(owned(before).contains(&(now.to_owned(), 7)), "{before}: {:?}", owned(before));
    }
}

/// p.22.
#[test]
fn power_bi_is_part_of_no_licence_and_is_bought_apart() {
    assert!(is_sales_alone("Power BI Pro"));
    assert_eq!(owning("Power BI Pro").cases("SW301"), 0, "known, and of no concern here");
    assert_eq!(licences_for(&["Accountant", "app Power BI Pro"]), ["unified-operations-plan base"]);
    assert_eq!(licences_for(&["app Power BI Pro"]), [""; 0]);
}

/// p.27.
#[test]
fn visual_studio_is_part_of_no_licence_and_is_bought_apart() {
    for license in ["Visual Studio Professional", "Visual Studio Enterprise Subscription"] {
        assert!(is_sales_alone(license), "{license}");
        assert_eq!(owning(license).cases("SW301"), 0, "{license}");
    }
}

/// p.31.
#[test]
fn a_trial_is_no_licence_owned() {
    for license in
        ["Dynamics 365 P1 Trial for Information Workers", "Microsoft Dynamics AX7 User Trial"]
    {
        assert!(is_sales_alone(license), "{license}: {:?}", owned(license));
        assert_eq!(owning(license).cases("SW301"), 0, "{license}");
    }
}

// ------------------------------------------------------------ on premises ----

/// What a licence gives on the customer's own servers, in the edition's words.
fn on_premises(sku: &str) -> String {
    let rules = shipped("2017-07").unwrap();
    rules.skus.iter().find(|known| known.id == sku).unwrap().on_premises.clone()
}

const CE_SERVER: &str = "Dynamics 365 Server";
const OPERATIONS_SERVER: &str = "Dynamics 365 for Operations Server";

/// p.5.
#[test]
fn five_user_licences_hold_the_customer_engagement_server() {
    for sku in [
        "dynamics-365-plan",
        "customer-engagement-plan",
        "sales",
        "customer-service",
        "team-members",
    ] {
        assert!(on_premises(sku).contains(CE_SERVER), "{sku}");
    }
    for sku in ["unified-operations-plan", "retail", "operations-device", "field-service"] {
        assert!(!on_premises(sku).contains(CE_SERVER), "{sku}");
    }
}

/// p.6.
#[test]
fn field_service_on_premises_comes_with_field_service_and_the_plan() {
    for sku in ["field-service", "customer-engagement-plan"] {
        assert!(on_premises(sku).contains("Field Service"), "{sku}");
    }
    assert!(!on_premises("sales").contains("Field Service"));
}

/// p.5.
#[test]
fn four_user_licences_and_the_operations_device_hold_the_operations_server() {
    for sku in [
        "dynamics-365-plan",
        "unified-operations-plan",
        "retail",
        "operations-device",
        "team-members",
    ] {
        assert!(on_premises(sku).contains(OPERATIONS_SERVER), "{sku}");
    }
    for sku in ["customer-engagement-plan", "sales", "customer-service", "field-service"] {
        assert!(!on_premises(sku).contains(OPERATIONS_SERVER), "{sku}");
    }
}

/// p.5.
#[test]
fn three_licences_have_no_dual_use_right() {
    for sku in ["operations-activity", "talent", "project-service-automation"] {
        assert_eq!(on_premises(sku), "", "{sku}");
    }
}

/// p.5.
#[test]
fn the_operations_server_goes_back_to_ax_2012_r3_and_no_further() {
    for sku in &shipped("2017-07").unwrap().skus {
        let operations = sku.on_premises.contains(OPERATIONS_SERVER);
        assert_eq!(sku.on_premises.contains("no earlier version than AX 2012 R3"), operations);
    }
}

/// p.5 and p.6: the servers underneath, and the end with the subscription.
#[test]
fn every_dual_use_right_says_what_it_leaves_out() {
    let skus = &shipped("2017-07").unwrap().skus;
    let dual: Vec<&str> =
        skus.iter().map(|sku| sku.on_premises.as_str()).filter(|text| !text.is_empty()).collect();
    assert_eq!(dual.len(), 10);
    for text in dual {
        assert!(text.contains("licensed apart") && text.contains("ends with the subscription"));
    }
}

/// p.12.
#[test]
fn the_store_scale_unit_comes_with_retail_and_the_plans() {
    for sku in &shipped("2017-07").unwrap().skus {
        let unit = ["retail", "unified-operations-plan", "dynamics-365-plan"].contains(&&*sku.id);
        assert_eq!(sku.on_premises.contains("Retail Store Scale Unit"), unit, "{}", sku.id);
        assert_eq!(sku.on_premises.contains("no store server under AX 2012"), unit, "{}", sku.id);
    }
}

/// p.6.
#[test]
fn access_licences_of_the_products_on_premises_cover_nothing() {
    for license in ["Dynamics 365 for Sales On-Premises CAL", "Dynamics CRM Professional CAL"] {
        assert!(is_sales_alone(license), "{license}: {:?}", owned(license));
        assert_eq!(owning(license).cases("SW301"), 1, "{license}");
    }
}

// ------------------------------------------------------------------ stock ----

/// It stands in no chapter of the guide, and customers hold it.
#[test]
fn the_earlier_bundle_of_sales_and_customer_service_is_stock_only() {
    let bundle = "Dynamics 365 for Sales and Customer Service, Enterprise edition";
    assert!(owned(bundle).contains(&("sales-and-customer-service".to_owned(), 7)));
    let both = licences_for(&["app Sales", "app Customer Service"]);
    assert_eq!(both, ["customer-engagement-plan base"], "it is no longer bought");
}

/// An attach licence came in October 2019 only.
#[test]
fn nothing_is_sold_at_an_attach_price() {
    let rules = shipped("2017-07").unwrap();
    assert!(rules.skus.iter().all(|sku| sku.attach.is_none()));
    let dear_and_cheap = licences_for(&["Accountant", "app ce.linkedin"]);
    assert!(dear_and_cheap.iter().all(|licence| licence.ends_with("base")), "{dear_and_cheap:?}");
}
