//! Base and attach in 2026.

use super::{beside, money, needing};
use crate::tenants::usd;

/// Base and attaches of one person with these applications, sorted.
fn licences(apps: &[&str]) -> (Vec<String>, i64, u64) {
    let needs: String = apps.iter().map(|app| format!("ann,{app}\n")).collect();
    let answer = needing(&needs).analyse();
    let mut licences = answer.licences("ann");
    licences.sort();
    (licences, beside(&answer), answer.cases("SW304"))
}

#[test]
fn a_full_user_takes_one_base_and_any_number_of_attaches() {
    let (held, cost, _) =
        licences(&["Finance", "SCM", "Sales Enterprise", "Customer Service Enterprise"]);
    assert_eq!(
        held,
        [
            "customer-service-enterprise attach",
            "finance base",
            "sales-enterprise attach",
            "supply-chain-management attach"
        ]
    );
    assert_eq!(cost, 210 + 30 + 20 + 20);
}

#[test]
fn the_base_is_the_dearest_licence_of_its_user() {
    let (held, cost, _) = licences(&["Sales Enterprise", "Project Operations"]);
    assert_eq!(held, ["project-operations base", "sales-enterprise attach"]);
    assert_eq!(cost, 135 + 20);
    let (held, cost, _) = licences(&["Project Operations", "Finance"]);
    assert_eq!(held, ["finance base", "project-operations attach"]);
    assert_eq!(cost, 210 + 30);
}

/// Finance with Supply Chain Management and Human Resources together, Supply
/// Chain Management with Finance.
#[test]
fn what_microsofts_examples_show_is_verified() {
    for apps in
        [&["Finance", "SCM"][..], &["Finance", "Human Resources"], &["Finance", "SCM", "HR"]]
    {
        let (held, cost, unverified) = licences(apps);
        assert_eq!(held.len(), apps.len());
        assert_eq!(cost, 210 + 30 * (i64::try_from(apps.len()).unwrap() - 1), "{apps:?}");
        assert_eq!(unverified, 0, "{apps:?}");
    }
}

#[test]
fn project_operations_attaches_to_finance() {
    let (held, _, unverified) = licences(&["Finance", "Project Operations"]);
    assert_eq!(held, ["finance base", "project-operations attach"]);
    assert_eq!(unverified, 0, "sold as a bundle since November 2020");
}

#[test]
fn customer_service_professional_attaches_to_commerce_and_finance() {
    for base in ["Commerce", "Finance"] {
        let (held, cost, unverified) = licences(&[base, "Customer Service Professional"]);
        assert_eq!(held.len(), 2);
        assert_eq!((cost, unverified), (230, 0), "{base}");
    }
}

#[test]
fn the_customer_engagement_applications_attach_to_each_other() {
    let apps = ["Sales Enterprise", "Customer Service Enterprise", "Field Service"];
    for (one, two) in [(0, 1), (0, 2), (1, 2)] {
        let (held, cost, unverified) = licences(&[apps[one], apps[two]]);
        assert_eq!(held.len(), 2);
        assert_eq!((cost, unverified), (125, 0));
    }
    assert_eq!(licences(&apps).1, 145);
    let (held, cost, unverified) =
        licences(&["Sales Professional", "Customer Service Professional"]);
    assert_eq!(held, ["customer-service-professional attach", "sales-professional base"]);
    assert_eq!((cost, unverified), (85, 0));
}

/// What no source shows is taken where the base costs as much, and the report
/// names the pair, its seats and the money that hangs on it.
#[test]
fn a_pair_nobody_has_verified_follows_the_price_rule_and_is_a_finding_with_its_money() {
    let answer = needing(
        "ann,Finance\nann,Field Service
        bob,Finance\nbob,Field Service
        cat,SCM\ncat,Human Resources",
    )
    .analyse();
    assert_eq!(beside(&answer), 2 * (210 + 20) + 210 + 30);
    let pairs: Vec<_> = answer.findings.iter().filter(|f| f.code.id() == "SW304").collect();
    assert_eq!(pairs.len(), 2, "{pairs:#?}");
    let field = pairs.iter().find(|f| f.message.contains("Field Service")).unwrap();
    assert_eq!(field.count, 2);
    assert!(field.message.contains("attach on Dynamics 365 Finance"), "{}", field.message);
    assert_eq!(field.cents.unwrap().0, 2 * usd(105 - 20));
    assert_eq!(money(&answer, "SW304"), 2 * usd(85) + usd(135 - 30));
}

/// The price rule does not admit what costs more than its base.
#[test]
fn nothing_dearer_than_the_base_is_attached() {
    let (held, cost, _) = licences(&["Human Resources", "Sales Premium"]);
    assert_eq!(held, ["human-resources attach", "sales-premium base"]);
    assert_eq!(cost, 150 + 30);
    let (held, cost, _) = licences(&["Business Central Essentials", "Project Operations"]);
    assert_eq!(held, ["bc-essentials base", "project-operations base"]);
    assert_eq!(cost, 80 + 135);
}

/// Nobody has found an attach price of theirs.
#[test]
fn premium_licences_are_bases_and_never_attached() {
    let needs: String = (1..=10)
        .map(|n| {
            format!("p{n:02},Finance Premium\np{n:02},SCM Premium\np{n:02},Sales Enterprise\n")
        })
        .collect();
    let answer = needing(&needs).analyse();
    assert_eq!(
        answer.seats(),
        [
            "20 finance base",
            "10 finance-premium base",
            "10 supply-chain-management-premium base",
            "10 sales-enterprise attach"
        ]
    );
    assert_eq!(beside(&answer), 10 * (300 + 300 + 20));
}

/// A Premium licence is the application it is named after, and more.
#[test]
fn a_premium_licence_covers_the_licence_below_it() {
    let needs: String = (1..=10)
        .map(|n| format!("p{n:02},SCM Premium\np{n:02},Supply Chain Management\n"))
        .collect();
    let answer = needing(&needs).analyse();
    assert_eq!(answer.licences("p01"), ["supply-chain-management-premium base"]);
    assert_eq!(
        licences(&["Sales Premium", "Sales Enterprise", "Sales Professional"]).0,
        ["sales-premium base"]
    );
    assert_eq!(
        licences(&["Customer Service Premium", "Customer Service Enterprise"]).0,
        ["customer-service-premium base"]
    );
}

#[test]
fn additional_user_licences_are_neither_base_nor_attach() {
    let answer = super::firm_with("ann,Warehouse worker", "ann,Sales Enterprise").analyse();
    assert_eq!(answer.licences("ann"), ["operations-activity additional", "sales-enterprise base"]);
    assert_eq!(beside(&answer), 50 + 105);
}

#[test]
fn a_contractors_licence_is_neither_base_nor_attach_and_field_service_covers_it() {
    let (held, cost, _) = licences(&["Field Service Contractor"]);
    assert_eq!((held[0].as_str(), cost), ("field-service-contractor additional", 50));
    let (held, cost, _) = licences(&["Field Service Contractor", "Field Service"]);
    assert_eq!((held.len(), cost), (1, 105));
    let (held, cost, _) = licences(&["Field Service Contractor", "Sales Enterprise"]);
    assert_eq!(held, ["field-service attach", "sales-enterprise base"], "20 against 50");
    assert_eq!(cost, 125);
}

#[test]
fn business_central_essentials_takes_the_two_professional_attaches_and_no_others() {
    let (held, cost, unverified) = licences(&[
        "Business Central Essentials",
        "Sales Professional",
        "Customer Service Professional",
    ]);
    assert_eq!(held.len(), 3);
    assert_eq!((cost, unverified), (80 + 20 + 20, 0));
    // Where a third application is needed, Premium as the base of it is cheaper
    // than two bases (185).
    let (held, cost, _) = licences(&["Business Central Essentials", "Field Service"]);
    assert_eq!(held, ["bc-premium base", "field-service attach"]);
    assert_eq!(cost, 110 + 20);
}

/// Stated as an exception from the dearest base.
#[test]
fn business_central_premium_also_takes_three_enterprise_attaches() {
    let (held, cost, unverified) = licences(&[
        "Business Central Premium",
        "Sales Enterprise",
        "Customer Service Enterprise",
        "Field Service",
    ]);
    assert_eq!(held.len(), 4);
    assert_eq!((cost, unverified), (110 + 3 * 20, 0));
    let (held, cost, _) = licences(&["Business Central Premium", "Project Operations"]);
    assert_eq!(held, ["bc-premium base", "project-operations base"]);
    assert_eq!(cost, 110 + 135);
}
