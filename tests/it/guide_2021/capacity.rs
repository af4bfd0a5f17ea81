//! Capacity: what is included, what accrues, what must be bought. Allowances
//! per month stand by the year (see `allowances_per_month...`); money is per
//! month.

use seatwise::output::CapacityLine;
use seatwise::rulebook::shipped;

use super::{crew, staff};
use crate::tenants::{Answer, Tenant};

/// The line of a capacity of the edition.
pub(super) fn line<'a>(answer: &'a Answer, id: &str) -> &'a CapacityLine {
    answer.capacity.iter().find(|line| line.capacity == id).unwrap_or_else(|| {
        panic!("no line {id}: {:#?}", answer.capacity);
    })
}

/// Status, packs of a SKU to buy and whole dollars of a tenant's one figure.
pub(super) fn buys(tenant: Tenant, capacity: &str, figure: &str, sku: &str) -> (String, u64, i64) {
    let answer = tenant.capacity(format!("metric,value\n{figure}")).analyse();
    let line = line(&answer, capacity);
    (line.status.word().to_owned(), line.to_buy(sku), line.cents.0 / 100)
}

pub(super) fn bought(status: &str, packs: u64, dollars: i64) -> (String, u64, i64) {
    (status.to_owned(), packs, dollars)
}

/// What is included, in words, and what accrues of it.
pub(super) fn included(tenant: Tenant, capacity: &str) -> (String, String) {
    let answer = tenant.analyse();
    let line = line(&answer, capacity);
    (line.included.map_or("unlimited".into(), |all| all.to_string()), line.accrued.to_string())
}

pub(super) fn words(included: &str, accrued: &str) -> (String, String) {
    (included.to_owned(), accrued.to_owned())
}

// --------------------------------------------------- Unassigned licences ----

#[test]
fn dataverse_is_one_pool_for_all_applications() {
    let answer = crew(20, &["Finance", "Sales Enterprise"])
        .capacity(
            "metric,value,environment
            dataverse_database_gb,6,sales\ndataverse_database_gb,6,finance
            dataverse_file_gb,15,sales\ndataverse_log_gb,1,sales",
        )
        .analyse();
    let database = line(&answer, "dataverse-database");
    assert_eq!(database.used.unwrap().to_string(), "12", "both environments together");
    assert_eq!((database.status.word(), database.cents.0 / 100), ("buy", 2 * 40));
    assert_eq!(line(&answer, "dataverse-file").status.word(), "covered");
    assert_eq!(line(&answer, "dataverse-log").status.word(), "covered");
}

#[test]
fn operations_storage_stands_apart_from_dataverse() {
    let answer = crew(20, &["Finance"])
        .capacity(
            "metric,value\noperations_database_gb,161\noperations_file_gb,100\ndatabase_gb,10",
        )
        .analyse();
    let database = line(&answer, "operations-database");
    assert_eq!(database.included.unwrap().to_string(), "160", "60 and 5 for each of 20 users");
    assert_eq!((database.to_buy("operations-database-gb"), database.cents.0 / 100), (1, 40));
    assert_eq!(line(&answer, "operations-file").status.word(), "covered");
    assert_eq!(line(&answer, "dataverse-database").status.word(), "covered");
    let sales =
        buys(crew(1, &["Sales Enterprise"]), "operations-database", "operations_database_gb,5", "");
    assert_eq!(sales.0, "no pack", "nothing of it for customers of other applications");
}

#[test]
fn packs_that_are_owned_count_before_any_is_bought() {
    let with = |owned: u32| {
        let tenant = crew(1, &["Sales Professional"]).subscriptions(format!(
            "license,quantity\nSales Professional,1\nDataverse Database Capacity,{owned}"
        ));
        buys(tenant, "dataverse-database", "database_gb,25", "dataverse-database-gb")
    };
    assert_eq!(with(5), bought("buy", 10, 400));
    assert_eq!(with(15), bought("covered", 0, 0));
}

/// 2,000 responses a month are 24,000 in whatever months.
#[test]
fn allowances_per_month_are_one_pool_for_the_year() {
    let with = |figure| {
        let tenant = crew(1, &["Field Service"]);
        buys(tenant, "customer-voice-responses", figure, "customer-voice-responses")
    };
    assert_eq!(with("survey_responses_year,24000"), bought("covered", 0, 0));
    assert_eq!(with("survey_responses_year,24001"), bought("buy", 1, 100));
    assert_eq!(
        shipped("2021-09").unwrap().capacity_of("survey_responses_year").unwrap().per.word(),
        "year"
    );
}

#[test]
fn add_ons_are_for_customers_with_paid_licences() {
    let nobody = Tenant::new("2021-09")
        .users("user_id\nann")
        .subscriptions("license,quantity\nDynamics 365 Finance Trial,25");
    let (status, packs, _) =
        buys(nobody, "dataverse-database", "database_gb,5", "dataverse-database-gb");
    assert_eq!((status.as_str(), packs), ("no pack", 0));
    let somebody = buys(
        crew(1, &["Sales Professional"]),
        "dataverse-database",
        "database_gb,11",
        "dataverse-database-gb",
    );
    assert_eq!(somebody, bought("buy", 1, 40));
}

#[test]
fn options_of_an_application_need_a_user_of_it() {
    let sales = || crew(1, &["Sales Enterprise"]);
    for (capacity, figure) in [
        ("assets", "assets,50"),
        ("sensor-scenarios", "scenarios,1"),
        ("ratings-and-reviews", "active_ratings,5"),
        ("recommendations", "recommendation_transactions_year,5"),
        ("e-commerce-under-50", "ecommerce_transactions_under_50_year,5"),
        ("scheduled-resources", "scheduled_resources,1"),
    ] {
        assert_eq!(buys(sales(), capacity, figure, "").0, "no pack", "{capacity}");
    }
    let commerce = buys(
        crew(20, &["Commerce"]),
        "ratings-and-reviews",
        "active_ratings,5",
        "ratings-and-reviews",
    );
    assert_eq!(commerce, bought("buy", 1, 750));
}

#[test]
fn tenant_licences_without_a_known_price_are_stock() {
    let names = [
        "Dynamics 365 Fraud Protection",
        "Dynamics 365 Fraud Protection Additional Capacity",
        "Dynamics 365 Customer Insights Additional Profiles",
        "Cloud Scale Unit Add-in for Dynamics 365 Supply Chain Management Basic",
        "Cloud Scale Unit Add-in for Dynamics 365 Supply Chain Management Standard",
        "Cloud Scale Unit Overage for Dynamics 365 Supply Chain Management",
    ];
    let rows: String = names.iter().map(|name| format!("{name},2\n")).collect();
    let answer = crew(20, &["Supply Chain Management", "Commerce"])
        .subscriptions(format!("license,quantity\nSupply Chain Management,20\n{rows}"))
        .analyse();
    assert_eq!(answer.cases("SW301"), 0, "all of them are known");
    assert!(answer.true_up.iter().all(|line| line.kind.word() != "device"));
    assert_eq!(answer.check("supply-chain-options").result, "met");
    let other = crew(1, &["Sales Enterprise"])
        .subscriptions(format!("license,quantity\nSales Enterprise,1\n{rows}"))
        .analyse();
    assert_eq!(other.check("supply-chain-options").result, "not met", "without a user of it");
}

// ----------------------------------------------------- Cross-application ----

#[test]
fn team_members_may_use_fifteen_additional_tables() {
    let with = |tables: u32| {
        let tenant = staff(&["ann=Budget contributor"]);
        buys(tenant, "team-members-tables", &format!("team_members_tables,{tables}"), "").0
    };
    assert_eq!((with(15).as_str(), with(16).as_str()), ("covered", "beyond the cap"));
}

#[test]
fn business_central_team_members_may_use_fifteen_additional_tables() {
    let with = |tables: u32| {
        let tenant = crew(1, &["Business Central Team Members", "Sales Enterprise"]);
        buys(tenant, "bc-team-members-tables", &format!("bc_team_members_tables,{tables}"), "").0
    };
    assert_eq!((with(15).as_str(), with(16).as_str()), ("covered", "beyond the cap"));
}

#[test]
fn order_lines_are_licensed_by_1_200_000_a_year() {
    let with =
        |figure| buys(crew(20, &["Finance"]), "order-lines", figure, "operations-order-lines");
    assert_eq!(with("order_lines_year,1200000"), bought("price unknown", 1, 0));
    assert_eq!(with("order_lines_year,1350000").1, 2);
}

// -------------------------------------------------------------- Capacity ----

#[test]
fn the_default_comes_once_however_many_licences_there_are() {
    for count in [1, 20] {
        let professional = crew(count, &["Sales Professional"]);
        assert_eq!(included(professional, "dataverse-database"), words("10", "0"), "{count}");
    }
    let both = crew(20, &["Finance", "Human Resources"]);
    assert_eq!(included(both, "dataverse-database").0, "10", "nor with more products");
}

#[test]
fn enterprise_base_licences_accrue_and_professional_ones_do_not() {
    let database = |app: &str| included(crew(20, &[app]), "dataverse-database");
    for app in ["Sales Enterprise", "Customer Service Enterprise", "Field Service"] {
        assert_eq!(database(app), words("15", "5"), "{app}");
        assert_eq!(included(crew(20, &[app]), "dataverse-file"), words("60", "40"), "{app}");
    }
    assert_eq!(database("Sales Professional"), words("10", "0"));
    let attach = crew(20, &["Sales Enterprise", "Field Service"]);
    assert_eq!(included(attach, "dataverse-database").1, "5", "for the base, not the attach");
}

#[test]
fn bundles_accrue_like_the_sales_enterprise_in_them() {
    for app in ["Sales Premium", "ce.mrs"] {
        assert_eq!(included(crew(20, &[app]), "dataverse-database"), words("15", "5"), "{app}");
    }
}

#[test]
fn dataverse_is_bought_by_the_gigabyte_and_kind() {
    let answer = crew(1, &["Sales Professional"])
        .capacity(
            "metric,value\ndataverse_database_gb,10.5\ndataverse_file_gb,23\ndataverse_log_gb,4",
        )
        .analyse();
    let line = |id, sku| {
        let line = line(&answer, id);
        (line.to_buy(sku), line.cents.0 / 100)
    };
    assert_eq!(line("dataverse-database", "dataverse-database-gb"), (1, 40));
    assert_eq!(line("dataverse-file", "dataverse-file-gb"), (3, 6));
    assert_eq!(line("dataverse-log", "dataverse-log-gb"), (2, 20));
}

/// Accruals from memory.
#[test]
fn business_central_has_a_database_of_its_own() {
    let database = |app: &str| included(crew(10, &[app]), "business-central-database").0;
    assert_eq!(database("Business Central Essentials"), "100");
    assert_eq!(database("Business Central Premium"), "110");
    let full = buys(
        crew(10, &["Business Central Essentials"]),
        "business-central-database",
        "bc_database_gb,101",
        "bc-database-gb",
    );
    assert_eq!(full, bought("price unknown", 1, 0));
}

#[test]
fn sandboxes_are_bought_by_tier() {
    let figures = "sandboxes_tier_2,3\nsandboxes_tier_3,1\nsandboxes_tier_4,1\nsandboxes_tier_5,2";
    for (tier, packs) in [(2, 2), (3, 1), (4, 1), (5, 2)] {
        let id = format!("sandbox-tier-{tier}");
        let bought = buys(crew(20, &["Finance"]), &id, figures, &id);
        assert_eq!((bought.0.as_str(), bought.1), ("price unknown", packs), "{id}");
    }
    let people = crew(5, &["Human Resources"]).subscriptions(
        "license,quantity\nHuman Resources,5\nDynamics 365 Human Resources Sandbox,1",
    );
    assert_eq!(people.analyse().cases("SW301"), 0, "its own sandbox is known");
}

#[test]
fn a_sandbox_brings_ten_gigabytes() {
    let tenant = |sandboxes: u32| {
        crew(20, &["Finance"]).subscriptions(format!(
            "license,quantity\nFinance,20\nOperations - Sandbox Tier 4,{sandboxes}"
        ))
    };
    assert_eq!(included(tenant(1), "operations-database").0, "170");
    assert_eq!(included(tenant(3), "operations-file").0, "190");
}
