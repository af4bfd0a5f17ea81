//! Prices of September 2026.

use seatwise::rulebook::{Mark, Program, shipped};

use super::{EDITION, beside, needing};
use crate::tenants::Tenant;

/// List and attach price of a SKU in whole dollars.
fn price(id: &str) -> (Option<i64>, Option<i64>) {
    let rules = shipped(EDITION).unwrap();
    let sku = rules.skus.iter().find(|sku| sku.id == id).unwrap();
    let dollars = |cents: i64| {
        assert_eq!(cents % 100, 0);
        cents / 100
    };
    (
        sku.list.as_ref().map(|price| dollars(price.cents.0)),
        sku.attach.as_ref().map(|price| dollars(price.cents.0)),
    )
}

#[test]
fn user_licences_cost_what_the_price_sheet_of_august_2026_says() {
    for (id, list, attach) in [
        ("hr-self-service", 4, None),
        ("team-members", 8, None),
        ("operations-activity", 50, None),
        ("human-resources", 135, Some(30)),
        ("project-operations", 135, Some(30)),
        ("finance", 210, Some(30)),
        ("supply-chain-management", 210, Some(30)),
        ("commerce", 210, Some(30)),
        ("finance-premium", 300, None),
        ("supply-chain-management-premium", 300, None),
        ("sales-professional", 65, Some(20)),
        ("sales-enterprise", 105, Some(20)),
        ("sales-premium", 150, None),
        ("customer-service-professional", 50, Some(20)),
        ("customer-service-enterprise", 105, Some(20)),
        ("customer-service-premium", 195, None),
        ("field-service", 105, Some(20)),
        ("field-service-contractor", 50, None),
        ("bc-team-members", 8, None),
        ("bc-essentials", 80, None),
        ("bc-premium", 110, None),
    ] {
        assert_eq!(price(id), (Some(list), attach), "{id}");
    }
}

#[test]
fn an_operations_device_costs_85_and_no_longer_75() {
    assert_eq!(price("operations-device"), (Some(85), None));
}

#[test]
fn licences_of_the_tenant_cost_what_the_price_sheet_says() {
    for (id, list) in [
        ("customer-insights", 1_700),
        ("e-commerce-tier-1", 4_000),
        ("e-commerce-tier-2", 14_500),
        ("e-commerce-tier-3", 31_000),
        ("e-commerce-tier-1-overage", 500),
        ("e-commerce-tier-2-overage", 500),
        ("e-commerce-tier-3-overage", 500),
        ("scale-unit-cloud-basic", 6_000),
        ("scale-unit-cloud-standard", 17_000),
        ("scale-unit-cloud-premium", 37_000),
        ("ratings-and-reviews", 750),
        ("copilot-credits", 200),
        ("dataverse-database-gb", 40),
        ("dataverse-database-tier-2", 30_000),
        ("dataverse-database-tier-2-gb", 30),
        ("dataverse-file-gb", 2),
        ("dataverse-log-gb", 10),
        ("operations-database-gb", 40),
        ("operations-file-gb", 2),
    ] {
        assert_eq!(price(id).0, Some(list), "{id}");
    }
    assert_eq!(price("customer-insights").1, Some(1_000));
}

#[test]
fn what_nobody_has_found_a_price_of_has_none() {
    for id in [
        "contact-center",
        "sales-device",
        "customer-service-device",
        "field-service-device",
        "bc-device",
        "customer-voice",
        "customer-voice-responses",
        "intelligent-order-management",
        "fraud-protection",
        "electronic-invoicing",
        "invoice-capture",
        "resource-scheduling-optimization",
        "operations-order-lines",
        "asset-management",
        "sensor-data-scenario",
        "sensor-data-machines",
        "headless-commerce",
        "interacted-people",
        "unified-people",
        "hr-sandbox",
        "sandbox-tier-2",
        "sandbox-tier-3",
        "sandbox-tier-4",
        "sandbox-tier-5",
        "legacy-marketing",
        "legacy-guides",
        "legacy-remote-assist",
    ] {
        assert_eq!(price(id), (None, None), "{id}");
    }
}

/// Four figures of the user licences rest on memory; a plan says so.
#[test]
fn prices_from_memory_are_marked_and_reported() {
    let rules = shipped(EDITION).unwrap();
    let unverified: Vec<&str> = rules
        .skus
        .iter()
        .filter(|sku| {
            [&sku.list, &sku.attach]
                .into_iter()
                .flatten()
                .any(|price| price.mark == Mark::Unverified)
        })
        .map(|sku| sku.id.as_str())
        .collect();
    assert_eq!(unverified, ["hr-self-service", "project-operations", "customer-insights"]);
    let answer = needing("ann,Finance\nann,Project Operations\nbob,HR Self Service").analyse();
    assert_eq!(answer.totals.unverified_cents.0, (30 + 4) * 100);
    assert_eq!(answer.cases("SW302"), 2);
}

/// What would satisfy a need and has no price is named, and the dearer licence
/// that has one is taken; nobody else hears of it.
#[test]
fn a_contact_center_without_a_price_is_named_and_customer_service_premium_taken() {
    let answer = needing("ann,Contact Center").analyse();
    assert_eq!(answer.licences("ann"), ["customer-service-premium base"]);
    let missing = answer.findings.iter().find(|f| f.code.id() == "SW303").unwrap();
    assert_eq!(missing.subject, "Dynamics 365 Contact Center");
    let own = needing("ann,Contact Center").prices("license,price\nContact Center,110").analyse();
    assert_eq!(own.licences("ann"), ["contact-center base"]);
    assert_eq!((beside(&own), own.cases("SW303")), (110, 0));
    assert_eq!(needing("ann,Sales Enterprise").analyse().cases("SW303"), 0);
}

/// Products that are no longer sold and have no successor of their price.
#[test]
fn a_need_that_no_priced_licence_satisfies_is_an_error() {
    let answer = needing("ann,Guides\nbob,Remote Assist").analyse();
    assert_eq!(answer.cases("SW521"), 2);
    assert_eq!(beside(&answer), 0);
}

/// List prices are those of a year paid at once; a month's term is 20 % dearer, a
/// year paid by the month 5 %. A customer's own price list says which.
#[test]
fn a_price_of_another_term_comes_from_the_customers_price_list() {
    let answer = needing("ann,Operations - Activity\nbob,Sales Enterprise")
        .prices("license,price,attach_price\nOperations - Activity,60,\nSales Enterprise,110.25,21")
        .analyse();
    let own: i64 = answer.user("ann").cents.0 + answer.user("bob").cents.0;
    assert_eq!(own, 6_000 + 11_025);
}

#[test]
fn business_central_team_members_and_external_accountants() {
    let answer = Tenant::new(EDITION)
        .users("user_id\nann\nbob\ncat")
        .needs(
            "user_id,app
            ann,Business Central Essentials
            bob,Business Central Team Members
            ann,Business Central Team Members",
        )
        .assigned("user_id,license\ncat,Dynamics 365 Business Central External Accountant")
        .analyse();
    assert_eq!(answer.seats(), ["1 bc-team-members additional", "1 bc-essentials base"]);
    assert_eq!(answer.cost(), 80 + 8);
    assert_eq!(answer.user("cat").assigned_cents.0, 0, "it is never paid for");
}

/// An accountant needs Finance, 210 at list price.
fn accountant() -> Tenant {
    Tenant::new(EDITION)
        .program(Program::Csp)
        .users("user_id\nann")
        .assignments("user_id,role_name\nann,Accountant")
}

#[test]
fn the_way_of_paying_raises_list_prices() {
    for (term, billing, cents) in [
        ("", "", 21_000),
        ("P1Y", "annual", 21_000),
        ("P1Y", "monthly", 22_050),
        ("", "monthly", 22_050),
        ("P1M", "monthly", 25_200),
        ("1 month", "", 25_200),
    ] {
        let answer = accountant().paid(term, billing).analyse();
        assert_eq!(answer.totals.plan_cents.0, cents, "{term} {billing}");
        let line = &answer.plan[0];
        assert_eq!(line.source.contains("105 %"), cents == 22_050, "{}", line.source);
        assert_eq!(answer.cases("SW208"), 0);
    }
    // A device by the month costs what the price sheet says: 85 x 1.2 = 102.
    let rules = shipped(EDITION).unwrap();
    let month = rules.payment_terms.iter().find(|term| term.id == "month").unwrap();
    assert_eq!(85 * i64::from(month.percent), 102 * 100);
}

#[test]
fn a_way_of_paying_without_a_figure_is_told() {
    // Three years have an uplift that nobody prints; an Enterprise Agreement has
    // prices of its own.
    for tenant in [
        accountant().paid("P3Y", "monthly"),
        accountant().program(Program::Ea).paid("P1Y", "monthly"),
    ] {
        let answer = tenant.analyse();
        assert_eq!(answer.totals.plan_cents.0, 21_000);
        let told =
            answer.findings.iter().find(|finding| finding.message.contains("does not say what"));
        assert!(told.is_some_and(|finding| finding.message.contains("billed monthly")));
    }
}

#[test]
fn the_customers_price_of_the_same_term_comes_first() {
    let prices = "license,price,term,billing
        Dynamics 365 Finance,190,P1Y,Annual
        Dynamics 365 Finance,199,P1Y,Monthly
        Dynamics 365 Finance,230,P1M,Monthly";
    for (term, billing, dollars) in
        [("P1Y", "annual", 190), ("P1Y", "monthly", 199), ("P1M", "monthly", 230), ("", "", 190)]
    {
        let answer = accountant().paid(term, billing).prices(prices).analyse();
        assert_eq!(answer.cost(), dollars, "{term} {billing}");
    }
}
