//! What a tenant is entitled to beside seats, and what must be bought.

use seatwise::output::{CapacityLine, CapacityStatus};

use super::{EDITION, firm, firm_with, needing};
use crate::tenants::{Answer, Tenant, ids, rows, usd};

fn line<'a>(answer: &'a Answer, id: &str) -> &'a CapacityLine {
    let mut lines = answer.capacity.iter().filter(|line| line.capacity == id);
    let line = lines.next().unwrap_or_else(|| panic!("no capacity {id}: {:#?}", answer.capacity));
    assert!(lines.next().is_none(), "{id} stands twice");
    line
}

/// What is included and what it consists of: default and accrued.
fn included(answer: &Answer, id: &str) -> (String, String, String) {
    let line = line(answer, id);
    let text = |amount: Option<seatwise::amount::Amount>| {
        amount.map_or("unlimited".to_owned(), |amount| amount.to_string())
    };
    (text(line.default), line.accrued.to_string(), text(line.included))
}

fn three(default: &str, accrued: &str, included: &str) -> (String, String, String) {
    (default.into(), accrued.into(), included.into())
}

/// Packs to buy as `quantity sku`.
fn packs(line: &CapacityLine) -> Vec<String> {
    line.buy.iter().map(|pack| format!("{} {}", pack.quantity, pack.sku)).collect()
}

/// The figures of a capacity table against twenty accountants: the packs to buy
/// and their money.
fn bought(metric: &str, value: &str, id: &str) -> (Vec<String>, i64, CapacityStatus) {
    let answer = firm("").capacity(format!("metric,value\n{metric},{value}")).analyse();
    let line = line(&answer, id);
    (packs(line), line.cents.0, line.status)
}

/// Twenty Finance seats: 90 and 80 at the start, 5 and 5 for each seat.
#[test]
fn finance_and_operations_seats_bring_five_gigabytes_each_on_top_of_the_default() {
    let answer = firm("").analyse();
    assert_eq!(included(&answer, "dataverse-database"), three("90", "100", "190"));
    assert_eq!(included(&answer, "dataverse-file"), three("80", "100", "180"));
    assert_eq!(included(&answer, "dataverse-log").0, "2");
}

#[test]
fn the_largest_default_counts_and_never_the_sum() {
    // Sales Premium has 45 / 60, Finance 90 / 80.
    let answer = needing("ann,Sales Premium").analyse();
    assert_eq!(line(&answer, "dataverse-database").default.unwrap().to_string(), "90");
    assert_eq!(line(&answer, "dataverse-file").default.unwrap().to_string(), "80");
    let alone = Tenant::new(EDITION)
        .users("user_id\nann")
        .needs("user_id,app\nann,Sales Premium")
        .analyse();
    assert_eq!(included(&alone, "dataverse-database"), three("45", "0.5", "45.5"));
    assert_eq!(included(&alone, "dataverse-file"), three("60", "2", "62"));
}

#[test]
fn premium_seats_bring_a_larger_default_and_ten_gigabytes_each() {
    let roles: String = (1..=10).map(|n| format!("d{n:02},Demand Planning Manager\n")).collect();
    let answer = firm(&roles).analyse();
    assert_eq!(included(&answer, "dataverse-database"), three("125", "200", "325"));
    assert_eq!(included(&answer, "dataverse-file"), three("110", "200", "310"));
    assert_eq!(included(&answer, "dataverse-log").0, "3");
}

#[test]
fn human_resources_activity_and_devices_bring_less() {
    let answer = Tenant::new(EDITION)
        .users(ids("user_id", "h", 5) + "act\none\ntwo\n")
        .assignments(
            rows("user_id,role_name", "h", 5, ",Recruiter")
                + "act,Sales clerk\none,Warehouse worker\ntwo,Warehouse worker\n",
        )
        .devices("device_id,kind,dedicated\nS1,warehouse,yes")
        .usage("device_id,user_id\nS1,one\nS1,two")
        .analyse();
    assert_eq!(
        answer.seats(),
        [
            "1 operations-activity additional",
            "5 human-resources base",
            "1 operations-device device"
        ]
    );
    assert_eq!(included(&answer, "dataverse-database"), three("90", "8", "98"));
    assert_eq!(included(&answer, "dataverse-file"), three("80", "15", "95"));
}

/// A quarter of a gigabyte and two of files; Professional brings nothing.
#[test]
fn customer_engagement_seats_bring_a_quarter_of_a_gigabyte_and_professional_none() {
    for (app, database, file) in [
        ("Sales Enterprise", "0.25", "2"),
        ("Customer Service Enterprise", "0.25", "2"),
        ("Field Service", "0.25", "2"),
        ("Customer Service Premium", "0.25", "35"),
        ("Sales Professional", "0", "0"),
        ("Customer Service Professional", "0", "0"),
    ] {
        let answer = Tenant::new(EDITION)
            .users("user_id\nann")
            .needs(format!("user_id,app\nann,{app}"))
            .analyse();
        let (default, accrued, _) = included(&answer, "dataverse-database");
        assert_eq!((default.as_str(), accrued.as_str()), ("30", database), "{app}");
        let (default, accrued, _) = included(&answer, "dataverse-file");
        assert_eq!((default.as_str(), accrued.as_str()), ("40", file), "{app}");
    }
}

#[test]
fn attach_licences_bring_no_capacity() {
    let with = needing("z01,Supply Chain Management\nz02,Sales Enterprise").analyse();
    assert_eq!(with.licences("z01"), ["finance base", "supply-chain-management attach"]);
    assert_eq!(included(&with, "dataverse-database"), three("90", "100", "190"));
}

#[test]
fn database_capacity_costs_40_a_gigabyte() {
    let (packs, cents, status) = bought("database_gb", "195.2", "dataverse-database");
    assert_eq!(packs.len(), 1, "{packs:?}");
    assert!(packs[0].starts_with("6 "), "190 are included: {packs:?}");
    assert_eq!((cents, status), (6 * usd(40), CapacityStatus::Buy));
    let (packs, cents, status) = bought("database_gb", "190", "dataverse-database");
    assert_eq!((packs.len(), cents, status), (0, 0, CapacityStatus::Covered));
}

/// From 751 GB on the thousand at 30 is cheaper, and so is each beyond it.
#[test]
fn from_a_thousand_gigabytes_on_a_gigabyte_costs_30() {
    let (_, cents, _) = bought("database_gb", "930", "dataverse-database");
    assert_eq!(cents, 740 * usd(40));
    let (packs, cents, _) = bought("database_gb", "950", "dataverse-database");
    assert_eq!((packs, cents), (vec!["1 dataverse-database-tier-2".to_owned()], usd(30_000)));
    let (packs, cents, _) = bought("database_gb", "1193", "dataverse-database");
    assert_eq!(
        packs,
        ["1 dataverse-database-tier-2", "3 dataverse-database-tier-2-gb"],
        "1,003 GB are missing"
    );
    assert_eq!(cents, usd(30_000) + 3 * usd(30));
}

#[test]
fn file_and_log_capacity_cost_2_and_10_a_gigabyte() {
    assert_eq!(bought("file_gb", "200", "dataverse-file").1, 20 * usd(2));
    let (packs, cents, _) = bought("log_gb", "5", "dataverse-log");
    assert_eq!((packs, cents), (vec!["3 dataverse-log-gb".to_owned()], 3 * usd(10)));
}

#[test]
fn owned_packs_count_first() {
    let answer = firm("")
        .capacity("metric,value\ndatabase_gb,200")
        .subscriptions("license,quantity\nDynamics 365 Operations - Database Capacity,4\nDynamics 365 Finance,20")
        .analyse();
    let line = line(&answer, "dataverse-database");
    assert_eq!(line.available.unwrap().to_string(), "194");
    assert_eq!(line.cents.0, 6 * usd(40));
}

/// Sandboxes and scale units bring storage, as tenant licences that are owned.
#[test]
fn sandboxes_and_cloud_scale_units_bring_storage() {
    let answer = firm("")
        .subscriptions(
            "license,quantity
            Dynamics 365 Finance,20
            Dynamics 365 Operations - Sandbox Tier 4:Standard Performance Testing,1
            Dynamics 365 Commerce Scale Unit Basic - Cloud,1",
        )
        .analyse();
    assert_eq!(included(&answer, "dataverse-database"), three("90", "240", "330"));
    assert_eq!(included(&answer, "dataverse-file"), three("80", "305", "385"));
}

/// 80 GB, and 3 or 5 for each seat: a pool of its own.
#[test]
fn business_central_has_a_pool_of_its_own() {
    let under = |app: &str| {
        Tenant::new(EDITION)
            .users("user_id\nann\nbob")
            .needs(format!("user_id,app\nann,{app}\nbob,{app}"))
            .capacity("metric,value\nbc_database_gb,92")
            .analyse()
    };
    let essentials = under("Business Central Essentials");
    assert_eq!(included(&essentials, "bc-database"), three("80", "6", "86"));
    assert_eq!(line(&essentials, "bc-database").status, CapacityStatus::NoPack);
    let premium = under("Business Central Premium");
    assert_eq!(included(&premium, "bc-database"), three("80", "10", "90"));
}

/// 100 a month in the tenant, 200 with Premium; the busiest month counts.
#[test]
fn electronic_invoices_and_captured_invoices_have_a_hundred_or_two_hundred() {
    let answer = firm("").capacity("metric,value\ninvoices_peak_month,1150").analyse();
    let invoices = line(&answer, "electronic-invoices");
    assert_eq!(invoices.included.unwrap().to_string(), "100");
    assert_eq!(packs(invoices), ["2 electronic-invoicing"]);
    assert_eq!((invoices.cents.0, invoices.status), (0, CapacityStatus::PriceUnknown));
    assert_eq!(line(&answer, "invoice-capture").included.unwrap().to_string(), "100");
    let roles: String = (1..=10).map(|n| format!("d{n:02},Demand Planning Manager\n")).collect();
    let premium = firm(&roles).analyse();
    for id in ["electronic-invoices", "invoice-capture"] {
        assert_eq!(line(&premium, id).included.unwrap().to_string(), "200", "{id}");
    }
}

/// The guide of 2021: a hundred are included, fifty packs are unlimited.
#[test]
fn fifteen_hundred_assets_take_fourteen_packs_and_fifty_packs_end_the_counting() {
    let assets = |count: u32| {
        let answer = firm("ann,Warehouse manager")
            .capacity(format!("metric,value\nassets,{count}"))
            .analyse();
        packs(line(&answer, "assets"))
    };
    assert_eq!(assets(1_500), ["14 asset-management"]);
    assert!(assets(100).is_empty());
    assert_eq!(assets(101), ["1 asset-management"]);
    assert_eq!(assets(5_100), ["50 asset-management"]);
    assert_eq!(assets(9_000_000), ["50 asset-management"]);
}

#[test]
fn six_scenarios_and_ten_machine_packs_are_unlimited() {
    let sensors = |scenarios: u32, machines: u32| {
        let answer = firm("ann,Warehouse manager")
            .capacity(format!("metric,value\nscenarios,{scenarios}\nmachines,{machines}"))
            .analyse();
        [packs(line(&answer, "sensor-scenarios")), packs(line(&answer, "sensor-machines"))].concat()
    };
    assert_eq!(sensors(2, 20), ["2 sensor-data-scenario"], "each brings ten machines");
    assert_eq!(sensors(2, 41), ["2 sensor-data-scenario", "3 sensor-data-machines"]);
    assert_eq!(sensors(40, 60), ["6 sensor-data-scenario"]);
    assert_eq!(sensors(1, 5_000), ["1 sensor-data-scenario", "10 sensor-data-machines"]);
}

#[test]
fn order_lines_are_held_against_the_year() {
    let (packs, _, status) = bought("order_lines_year", "1250000", "order-lines");
    assert_eq!(
        (packs, status),
        (vec!["2 operations-order-lines".to_owned()], CapacityStatus::PriceUnknown)
    );
}

#[test]
fn a_thousand_managed_order_lines_come_with_supply_chain_or_commerce() {
    let answer = firm("ann,Warehouse manager")
        .capacity("metric,value\niom_order_lines_year,30000")
        .analyse();
    assert_eq!(packs(line(&answer, "intelligent-order-lines")), ["2 intelligent-order-management"]);
    let (packs, _, _) = bought("iom_order_lines_year", "30000", "intelligent-order-lines");
    assert_eq!(packs, ["3 intelligent-order-management"], "not with Finance");
}

#[test]
fn two_thousand_survey_responses_come_with_enterprise_licences() {
    let answer = firm_with("", "ann,Sales Enterprise")
        .capacity("metric,value\nsurvey_responses_year,36001")
        .analyse();
    assert_eq!(packs(line(&answer, "customer-voice-responses")), ["1 customer-voice"]);
}

#[test]
fn a_premium_seat_brings_a_thousand_copilot_credits() {
    let roles: String = (1..=10).map(|n| format!("d{n:02},Demand Planning Manager\n")).collect();
    let answer = firm(&roles).capacity("metric,value\ncopilot_credits_month,60000").analyse();
    let credits = line(&answer, "copilot-credits");
    assert_eq!(credits.included.unwrap().to_string(), "10000");
    assert_eq!((packs(credits), credits.cents.0), (vec!["2 copilot-credits".to_owned()], usd(400)));
}

/// One tier and its overage units, whichever is cheapest together.
#[test]
fn an_e_commerce_tier_is_chosen_with_its_overage_by_the_value_of_an_order() {
    for (band, transactions, expected, cost) in [
        ("50_150", 12 * 2_400, &["1 e-commerce-tier-1"][..], 4_000),
        ("50_150", 12 * 2_401, &["1 e-commerce-tier-1", "1 e-commerce-tier-1-overage"], 4_500),
        // 21 units on Tier 1 cost as much (14,500) and reach 10,065.
        ("50_150", 12 * 10_100, &["1 e-commerce-tier-2"], 14_500),
        ("under_50", 12 * 86_000, &["1 e-commerce-tier-3"], 31_000),
        ("over_5000", 12 * 3_455, &["1 e-commerce-tier-3", "1 e-commerce-tier-3-overage"], 31_500),
        ("150_500", 12 * 1_100, &["1 e-commerce-tier-1"], 4_000),
        ("500_2000", 12 * 480, &["1 e-commerce-tier-1"], 4_000),
        ("2000_5000", 12 * 275, &["1 e-commerce-tier-1"], 4_000),
    ] {
        let metric = format!("ecommerce_transactions_{band}_year");
        let answer = firm("").capacity(format!("metric,value\n{metric},{transactions}")).analyse();
        let line = answer.capacity.iter().find(|line| line.metric == metric).unwrap();
        assert_eq!(packs(line), expected, "{band} {transactions}");
        assert_eq!(line.cents.0, usd(cost), "{band} {transactions}");
    }
}

#[test]
fn scale_units_cover_65_225_or_500_devices() {
    for (devices, expected, cost) in [
        ("65", "1 scale-unit-cloud-basic", 6_000),
        ("200", "1 scale-unit-cloud-standard", 17_000),
        ("500", "1 scale-unit-cloud-premium", 37_000),
    ] {
        let (packs, cents, _) = bought("scale_unit_devices", devices, "scale-unit-devices");
        assert_eq!((packs, cents), (vec![expected.to_owned()], usd(cost)), "{devices}");
    }
}

/// Customer Insights brings a default of its own, its packs storage.
#[test]
fn customer_insights_brings_storage_also_as_attach() {
    let answer = Tenant::new(EDITION)
        .users("user_id\nann")
        .needs("user_id,app\nann,Sales Enterprise")
        .subscriptions("license,quantity\nDynamics 365 Customer Insights Attach,1\nDynamics 365 Customer Insights Unified People,2")
        .analyse();
    assert_eq!(included(&answer, "dataverse-database"), three("45", "30.25", "75.25"));
    assert_eq!(included(&answer, "dataverse-file"), three("60", "42", "102"));
}

/// What nobody measured is no reason to buy, and what a tenant neither has nor
/// uses is not listed.
#[test]
fn what_is_not_measured_is_said_to_be() {
    let answer = firm("").analyse();
    let invoices = line(&answer, "electronic-invoices");
    assert_eq!(invoices.status, CapacityStatus::NotMeasured);
    assert!(invoices.buy.is_empty());
    assert!(answer.capacity.iter().all(|line| line.capacity != "assets"));
    assert_eq!(answer.cost(), 20 * 210);
}
