//! Licences of the tenant for single applications: tiers, packs and their
//! plateaus, and what opens their prices.

use seatwise::rulebook::{Mark, shipped};

use super::capacity::{bought, buys, included, line, words};
use super::crew;
use crate::tenants::Tenant;

// ---------------------------------------------------------- Applications ----

#[test]
fn three_external_accountants_come_with_business_central() {
    let with = |count: u32| {
        let tenant = crew(1, &["Business Central Essentials"]);
        buys(tenant, "external-accountants", &format!("external_accountants,{count}"), "").0
    };
    assert_eq!((with(3).as_str(), with(4).as_str()), ("covered", "beyond the cap"));
}

/// Figures of 2026: below 50 dollars tier 1 allows 4,700 a month, 56,400 a year.
#[test]
fn the_e_commerce_tier_follows_from_transactions_and_their_average_value() {
    let with = |band: &str, capacity: &str, count: u32| {
        let figure = format!("ecommerce_transactions_{band}_year,{count}");
        let answer = crew(20, &["Commerce"]).capacity(format!("metric,value\n{figure}")).analyse();
        let line = line(&answer, capacity);
        let packs: Vec<String> =
            line.buy.iter().map(|pack| format!("{} {}", pack.quantity, pack.sku)).collect();
        (packs.join(" + "), line.cents.0 / 100)
    };
    let small = with("under_50", "e-commerce-under-50", 56_400);
    assert_eq!(small, ("1 e-commerce-tier-1".into(), 4_000));
    let dear = with("over_5000", "e-commerce-over-5000", 56_400);
    assert_ne!(dear.0, small.0, "as many dear baskets take more");
    let large = with("under_50", "e-commerce-under-50", 340_000);
    assert_eq!(large, ("1 e-commerce-tier-2".into(), 14_500));
}

#[test]
fn e_commerce_overage_is_that_of_the_tier_that_was_chosen() {
    let with = |owned: &str| {
        let answer = crew(20, &["Commerce"])
            .subscriptions(format!("license,quantity\nCommerce,20\n{owned}"))
            .capacity("metric,value\necommerce_transactions_under_50_year,57000")
            .analyse();
        let line = line(&answer, "e-commerce-under-50");
        let overage = ["e-commerce-tier-1-overage", "e-commerce-tier-2-overage"];
        (overage.map(|sku| line.to_buy(sku)), line.cents.0 / 100)
    };
    assert_eq!(with("e-Commerce Tier 1,1"), ([1, 0], 500));
    assert_eq!(with("e-Commerce Tier 2,1"), ([0, 0], 0));
    assert_eq!(with(""), ([1, 0], 4_500));
}

#[test]
fn tier_licences_that_are_owned_count_each() {
    let tenant =
        crew(20, &["Commerce"]).subscriptions("license,quantity\nCommerce,20\ne-Commerce Tier 1,2");
    let answer =
        tenant.capacity("metric,value\necommerce_transactions_under_50_year,100000").analyse();
    let line = line(&answer, "e-commerce-under-50");
    assert_eq!((line.owned.to_string(), line.status.word()), ("112800".into(), "covered"));
}

#[test]
fn a_scale_unit_brings_device_rights_by_its_size() {
    let with = |units: &str| {
        let tenant = crew(20, &["Commerce"])
            .subscriptions(format!("license,quantity\nCommerce,20\n{units}"));
        included(tenant, "scale-unit-devices").0
    };
    assert_eq!(with("Commerce Scale Unit Basic,1"), "65");
    assert_eq!(with("Commerce Scale Unit Standard,1"), "225");
    assert_eq!(with("Commerce Scale Unit Premium,1\nCommerce Scale Unit Basic,2"), "630");
}

#[test]
fn recommendations_are_licensed_by_20_000_checkouts_a_month() {
    let with = |figure| {
        let tenant = crew(20, &["Commerce"]);
        buys(tenant, "recommendations", figure, "commerce-recommendations")
    };
    assert_eq!(with("recommendation_transactions_year,240000"), bought("price unknown", 1, 0));
    assert_eq!(with("recommendation_transactions_year,240001").1, 2);
}

#[test]
fn ratings_and_reviews_are_licensed_by_250_000() {
    let with = |figure| {
        buys(crew(20, &["Commerce"]), "ratings-and-reviews", figure, "ratings-and-reviews")
    };
    assert_eq!(with("active_ratings,250000"), bought("buy", 1, 750));
    assert_eq!(with("active_ratings,250001"), bought("buy", 2, 1_500));
}

/// As base or as attach: 50 a month are 600 a year for each.
#[test]
fn each_customer_service_enterprise_user_brings_fifty_routed_records_a_month() {
    let base = crew(3, &["Customer Service Enterprise"]);
    assert_eq!(included(base, "routed-records"), words("1800", "1800"));
    let attach = crew(3, &["Sales Premium", "Customer Service Enterprise"]);
    assert_eq!(included(attach, "routed-records"), words("1800", "1800"));
    let short = buys(
        crew(1, &["Customer Service Enterprise"]),
        "routed-records",
        "routed_records_year,601",
        "",
    );
    assert_eq!(short.0, "no pack", "what an add-on holds nobody knows");
}

#[test]
fn resource_scheduling_is_licensed_by_the_resource() {
    let with = |figure| {
        let tenant = crew(1, &["Field Service"]);
        buys(tenant, "scheduled-resources", figure, "resource-scheduling-optimization")
    };
    assert_eq!(with("scheduled_resources,12"), bought("buy", 12, 12 * 30));
}

#[test]
fn card_scans_are_ten_a_month_and_two_hundred_with_insights() {
    assert_eq!(included(crew(2, &["Sales Enterprise"]), "card-scans").0, "240");
    assert_eq!(included(crew(2, &["Sales Premium"]), "card-scans").0, "4800");
    let addon = crew(2, &["ce.mrs", "Sales Insights"]);
    assert_eq!(included(addon, "card-scans").0, "4800", "200 in all, not 210");
}

#[test]
fn conversation_intelligence_is_three_hours_a_month_with_insights() {
    let with = |app: &str| {
        buys(crew(2, &[app]), "conversation-intelligence", "conversation_hours_year,72", "").0
    };
    assert_eq!(with("Sales Premium"), "covered");
    assert_eq!(with("Sales Enterprise"), "no pack", "none without");
}

fn scm(capacity: &str, figures: &str, sku: &str) -> (String, u64, i64) {
    buys(crew(20, &["Supply Chain Management"]), capacity, figures, sku)
}

#[test]
fn fifteen_hundred_assets_take_fourteen_packs() {
    assert_eq!(scm("assets", "assets,100", "asset-management"), bought("covered", 0, 0));
    assert_eq!(scm("assets", "assets,101", "asset-management").1, 1);
    assert_eq!(scm("assets", "assets,1500", "asset-management"), bought("price unknown", 14, 0));
}

#[test]
fn from_fifty_asset_packs_on_assets_are_unlimited() {
    assert_eq!(scm("assets", "assets,5000", "asset-management").1, 49);
    assert_eq!(scm("assets", "assets,5100", "asset-management").1, 50);
    assert_eq!(scm("assets", "assets,900000", "asset-management").1, 50);
    let owned = crew(20, &["Supply Chain Management"])
        .subscriptions("license,quantity\nSupply Chain Management,20\nAsset Management,50");
    assert_eq!(buys(owned, "assets", "assets,900000", "").0, "covered");
}

#[test]
fn each_scenario_takes_a_licence_and_six_make_them_unlimited() {
    for (scenarios, licences) in [(1, 1), (5, 5), (6, 6), (40, 6)] {
        let figure = format!("scenarios,{scenarios}");
        assert_eq!(scm("sensor-scenarios", &figure, "sensor-data-scenario").1, licences);
    }
}

#[test]
fn two_scenarios_over_twenty_machines_take_two_licences() {
    let figures = "scenarios,2\nmachines,20";
    assert_eq!(scm("sensor-scenarios", figures, "sensor-data-scenario").1, 2);
    assert_eq!(scm("sensor-machines", figures, "sensor-data-machines"), bought("covered", 0, 0));
}

#[test]
fn ten_machine_add_ins_make_machines_unlimited() {
    for (machines, licences) in [(21, 1), (110, 9), (120, 10), (5000, 10)] {
        let figures = format!("scenarios,2\nmachines,{machines}");
        assert_eq!(
            scm("sensor-machines", &figures, "sensor-data-machines").1,
            licences,
            "{machines}"
        );
    }
}

// ------------------------------------------- Applications of the tenant ----

#[test]
fn gates_name_who_opens_them_and_how_far_that_is_known() {
    let answer = crew(10, &["Sales Enterprise"]).analyse();
    let check = answer.check("customer-insights-attach");
    assert_eq!((check.result.as_str(), check.mark), ("met", Mark::Unverified));
    let mixed = Tenant::new("2021-09")
        .users("user_id\na\nb\nc\nd\ne\nf\ng\nh\ni\nj")
        .needs(
            "user_id,app\na,Field Service\nb,Field Service\nc,Field Service\nd,Field Service\ne,Field Service
            f,Sales Enterprise\ng,Sales Enterprise\nh,Sales Enterprise\ni,Sales Enterprise\nj,Sales Enterprise",
        )
        .analyse();
    assert_ne!(mixed.check("customer-insights-attach").result, "met", "ten of one application");
    assert_eq!(mixed.check("marketing-attach").result, "met", "ten together");
    assert_eq!(mixed.check("marketing-attach").mark, Mark::VerifiedGuide);
}

#[test]
fn customer_voice_comes_once_with_any_enterprise_product() {
    for apps in [
        &["Sales Enterprise"][..],
        &["Customer Service Enterprise"],
        &["Field Service"],
        &["Sales Enterprise", "Field Service"],
    ] {
        let (all, _) = included(crew(1, apps), "customer-voice-responses");
        assert_eq!(all, "24000", "{apps:?}");
    }
    assert_eq!(included(crew(5, &["Human Resources"]), "customer-voice-responses").0, "24000");
}

#[test]
fn customer_voice_is_bought_where_only_professional_licences_are_held() {
    let with = |app: &str, sku: &str| {
        buys(crew(1, &[app]), "customer-voice-responses", "survey_responses_year,24000", sku)
    };
    assert_eq!(with("Sales Professional", "customer-voice"), bought("buy", 1, 200));
    assert_eq!(with("Customer Service Professional", "customer-voice"), bought("buy", 1, 200));
    assert_eq!(with("Sales Enterprise", "customer-voice"), bought("covered", 0, 0));
}

#[test]
fn responses_beyond_the_entitlement_come_by_the_thousand_a_month() {
    let with = |figure| {
        buys(
            crew(1, &["Sales Enterprise"]),
            "customer-voice-responses",
            figure,
            "customer-voice-responses",
        )
    };
    assert_eq!(with("survey_responses_year,36000"), bought("buy", 1, 100));
}

#[test]
fn a_hundred_invoices_a_month_come_once_per_tenant() {
    for apps in [&["Finance"][..], &["Finance", "Supply Chain Management", "Commerce"]] {
        assert_eq!(included(crew(20, apps), "electronic-invoices").0, "100", "{apps:?}");
    }
}

#[test]
fn invoice_packs_are_bought_for_the_peak_month() {
    let with = |figure| {
        buys(crew(20, &["Finance"]), "electronic-invoices", figure, "electronic-invoicing")
    };
    assert_eq!(with("invoices_peak_month,100"), bought("covered", 0, 0));
    assert_eq!(with("invoices_peak_month,1101"), bought("buy", 2, 600));
    let per = shipped("2021-09").unwrap().capacity_of("invoices_peak_month").unwrap().per;
    assert_eq!(per.word(), "peak-month");
}

#[test]
fn intelligent_order_management_is_bought_by_the_thousand_order_lines() {
    let with = |figure| {
        let tenant = crew(1, &["Sales Enterprise"]);
        buys(tenant, "intelligent-order-lines", figure, "intelligent-order-management")
    };
    assert_eq!(with("iom_order_lines_year,12000"), bought("buy", 1, 300));
    assert_eq!(with("iom_order_lines_year,30000"), bought("buy", 3, 900));
}

fn marketing(tenant: Tenant, contacts: u32) -> (u64, u64, i64) {
    let answer = tenant.capacity(format!("metric,value\nmarketing_contacts,{contacts}")).analyse();
    let line = line(&answer, "marketing-contacts");
    (line.to_buy("marketing"), line.to_buy("marketing-contacts"), line.cents.0 / 100)
}

#[test]
fn marketing_comes_with_ten_thousand_contacts_and_more_by_packs() {
    let alone = || crew(1, &["Sales Enterprise"]);
    assert_eq!(marketing(alone(), 10_000), (1, 0, 1_500));
    assert_eq!(marketing(alone(), 25_000), (1, 3, 1_500 + 3 * 250));
    let owner = alone().subscriptions("license,quantity\nSales Enterprise,1\nMarketing,1");
    assert_eq!(marketing(owner, 10_001), (0, 1, 250), "one base pack, then contacts");
}

#[test]
fn ten_full_users_open_the_attach_price_of_marketing_and_nine_do_not() {
    assert_eq!(marketing(crew(10, &["Sales Professional"]), 5_000), (1, 0, 750));
    assert_eq!(marketing(crew(9, &["Sales Professional"]), 5_000), (1, 0, 1_500));
    let twice = crew(5, &["Sales Enterprise", "Field Service"]);
    assert_eq!(marketing(twice, 5_000).2, 1_500, "five people are not ten full users");
}

#[test]
fn business_central_and_project_operations_users_do_not_open_the_price_of_marketing() {
    for app in ["Business Central Essentials", "Project Operations", "Human Resources"] {
        assert_eq!(marketing(crew(20, &[app]), 5_000).2, 1_500, "{app}");
    }
}

#[test]
fn marketing_brings_a_hundred_thousand_interactions_a_month() {
    let tenant = crew(1, &["Sales Enterprise"])
        .subscriptions("license,quantity\nSales Enterprise,1\nMarketing,1");
    let answer = tenant.capacity("metric,value\nmarketing_interactions_year,1200000").analyse();
    assert_eq!(line(&answer, "marketing-interactions").status.word(), "covered");
}

#[test]
fn every_further_environment_with_marketing_takes_an_additional_application() {
    let answer = crew(1, &["Sales Enterprise"])
        .subscriptions("license,quantity\nSales Enterprise,1\nMarketing,1")
        .capacity("metric,value\nmarketing_environments,3\nmarketing_nonproduction_environments,2")
        .analyse();
    let production = line(&answer, "marketing-environments");
    assert_eq!((production.to_buy("marketing-additional"), production.cents.0 / 100), (2, 1_000));
    let other = line(&answer, "marketing-non-production-environments");
    assert_eq!((other.to_buy("marketing-additional-non-prod"), other.cents.0 / 100), (2, 500));
}

#[test]
fn contacts_of_all_environments_are_counted_together() {
    let answer = crew(1, &["Sales Enterprise"])
        .capacity(
            "metric,value,environment
            marketing_contacts,6000,emea\nmarketing_contacts,5000,test",
        )
        .analyse();
    assert_eq!(line(&answer, "marketing-contacts").to_buy("marketing-contacts"), 1);
}
