//! Which products the guide is about, what they are called, and what is sold
//! apart from them (p.1, p.2, p.22, p.27, p.31 and p.48).

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
    held.map(|line| (line.sku, line.owned)).collect()
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
