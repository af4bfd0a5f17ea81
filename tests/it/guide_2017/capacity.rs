//! Default capacities, what full users add, add-ons and their limits (p.10,
//! p.18 to p.26).

use seatwise::output::CapacityLine;

use super::{accountants, company};
use crate::tenants::{Answer, Tenant, ids, rows, usd};

/// So many people in Sales, and what the tenant uses as `metric,value` lines.
fn sellers(count: usize, used: &str) -> Answer {
    Tenant::new("2017-07")
        .users(ids("user_id", "s", count))
        .needs(rows("user_id,app", "s", count, ",Sales"))
        .capacity(format!("metric,value\n{used}"))
        .analyse()
}

/// The twenty accountants, and what the tenant uses.
fn books(used: &str) -> Answer {
    company(&[]).capacity(format!("metric,value\n{used}")).analyse()
}

fn line<'a>(answer: &'a Answer, capacity: &str) -> &'a CapacityLine {
    let found = answer.capacity.iter().find(|line| line.capacity == capacity);
    found.unwrap_or_else(|| panic!("no {capacity}: {:#?}", answer.capacity))
}

fn included(answer: &Answer, capacity: &str) -> String {
    line(answer, capacity).included.unwrap().to_string().replace(',', "")
}

fn status(answer: &Answer, capacity: &str) -> &'static str {
    line(answer, capacity).status.word()
}

/// p.20.
#[test]
fn a_complete_twenty_full_users_brings_five_gigabytes_and_nineteen_bring_none() {
    for (users, gigabytes) in [(1, "10"), (19, "10"), (20, "15"), (39, "15"), (40, "20")] {
        let answer = sellers(users, "database_gb,3");
        assert_eq!(included(&answer, "ce-database"), gigabytes, "{users}");
    }
}

/// p.20.
#[test]
fn full_users_of_all_applications_count_together_for_storage_and_team_members_do_not() {
    let with = |last: &str| {
        let people = ["Sales", "Customer Service", "Field Service", "Project Service Automation"];
        let mut needs: String = (1..=16).map(|n| format!("u{n:02},{}\n", people[n % 4])).collect();
        for n in 17..=19 {
            needs.push_str(&format!("u{n},Sales\nu{n},Customer Service\n"));
        }
        let answer = Tenant::new("2017-07")
            .users(ids("user_id", "u", 20))
            .needs(format!("user_id,app\n{needs}u20,{last}\n"))
            .capacity("metric,value\ndatabase_gb,3")
            .analyse();
        included(&answer, "ce-database")
    };
    assert_eq!(with("Sales"), "15", "sixteen of four applications, three of the plan, one more");
    assert_eq!(with("Team Members"), "10");
}

/// p.20: devices are no full users.
#[test]
fn device_licences_bring_no_storage() {
    let shared = Tenant::new("2017-07")
        .users(ids("user_id", "s", 22))
        .needs(rows("user_id,app", "s", 22, ",Sales"))
        .devices("device_id,kind,login\nT1,sales,shared")
        .usage("device_id,user_id\nT1,s20\nT1,s21\nT1,s22")
        .capacity("metric,value\ndatabase_gb,3")
        .analyse();
    assert_eq!(shared.seats(), ["19 sales base", "1 sales-device device"]);
    assert_eq!(included(&shared, "ce-database"), "10");
}

/// p.20: shared logins of ten thousand people each.
#[test]
fn free_storage_ends_at_thirty_terabytes() {
    let with = |logins: usize| {
        let answer = Tenant::new("2017-07")
            .users(rows("user_id,account_type,headcount", "all", logins, ",shared,10000"))
            .needs(rows("user_id,app", "all", logins, ",Sales"))
            .capacity("metric,value\ndatabase_gb,3")
            .analyse();
        included(&answer, "ce-database")
    };
    assert_eq!(with(10), "25010");
    assert_eq!(with(11), "27510");
    assert_eq!(with(12), "30000", "30,010 without the limit");
}

/// p.20.
#[test]
fn storage_of_the_two_families_is_not_shared() {
    let people: Vec<String> = (1..=20).map(|n| format!("s{n:02}")).collect();
    let people: Vec<(&str, &str)> = people.iter().map(|id| (id.as_str(), "app Sales")).collect();
    let answer = company(&people)
        .capacity("metric,value\ndatabase_gb,16\noperations_database_gb,14")
        .analyse();
    assert_eq!(included(&answer, "ce-database"), "15");
    assert_eq!(included(&answer, "operations-database"), "15");
    let short = line(&answer, "ce-database");
    assert_eq!((short.to_buy("ce-storage-gb"), short.cents.0), (1, usd(5)));
    assert_eq!(status(&answer, "operations-database"), "covered");
}

/// p.19 and p.21.
#[test]
fn the_dynamics_365_plan_has_the_capacities_of_both_families() {
    let (users, roles) = accountants();
    let both = Tenant::new("2017-07")
        .users(format!("user_id\n{users}"))
        .assignments(format!("user_id,role_name\n{roles}"))
        .needs(format!("user_id,app\n{}", users.replace('\n', ",Sales\n")))
        .capacity("metric,value\ndatabase_gb,3")
        .analyse();
    assert_eq!(both.seats(), ["20 dynamics-365-plan base"]);
    assert_eq!(included(&both, "ce-database"), "15");
    assert_eq!(included(&both, "operations-database"), "15");
    let one = books("database_gb,3");
    assert_eq!(included(&one, "operations-database"), "15");
    assert_eq!(included(&one, "ce-database"), "0", "no licence of Customer Engagement");
}

/// p.19.
#[test]
fn one_production_and_one_other_instance_come_with_customer_engagement() {
    for metric in ["production_instances", "non_production_instances"] {
        let capacity = format!("ce-{}", metric.replace('_', "-"));
        let one = sellers(1, &format!("{metric},1"));
        assert_eq!(status(&one, &capacity), "covered");
        let two = sellers(1, &format!("{metric},2"));
        assert_eq!(status(&two, &capacity), "buy");
        let none = books(&format!("{metric},1"));
        assert_eq!(status(&none, &capacity), "buy", "not with Unified Operations");
    }
}

/// p.23.
#[test]
fn further_instances_are_bought_and_bring_no_storage() {
    let answer = sellers(20, "production_instances,3\nnon_production_instances,2\ndatabase_gb,15");
    let production = line(&answer, "ce-production-instances");
    assert_eq!(production.to_buy("ce-production-instance"), 2);
    assert_eq!(production.cents.0, usd(2 * 565));
    let other = line(&answer, "ce-non-production-instances");
    assert_eq!(other.to_buy("ce-non-production-instance"), 1);
    assert_eq!(other.cents.0, usd(150));
    assert_eq!(included(&answer, "ce-database"), "15");
}

/// p.19: five from August 2017 on, whatever they are licensed for; who came
/// before keeps the portal until renewal, and this is what holds then.
#[test]
fn five_full_users_bring_the_first_portal_and_four_do_not() {
    let five = Tenant::new("2017-07")
        .users(ids("user_id", "u", 5))
        .needs(
            "user_id,app
            u01,Sales\nu02,Customer Service\nu03,Field Service\nu04,Project Service Automation
            u05,Sales\nu05,Field Service",
        )
        .capacity("metric,value\nportals,1")
        .analyse();
    assert_eq!(status(&five, "portals"), "covered");
    let four = sellers(4, "portals,1");
    assert_eq!(status(&four, "portals"), "buy");
}

/// p.20 and p.24.
#[test]
fn team_members_bring_no_portal_and_an_additional_one_is_bought() {
    let answer = Tenant::new("2017-07")
        .users(ids("user_id", "u", 9))
        .assignments("user_id,role_name\nu05,Employee\nu06,Employee\nu07,Employee\nu08,Employee")
        .needs("user_id,app\nu01,Sales\nu02,Sales\nu03,Sales\nu04,Sales")
        .capacity("metric,value\nportals,1")
        .analyse();
    let portals = line(&answer, "portals");
    assert_eq!((portals.to_buy("ce-portal"), portals.cents.0), (1, usd(500)));
    let three = sellers(5, "portals,3");
    assert_eq!(line(&three, "portals").to_buy("ce-portal"), 2, "one of the three is included");
}

/// p.20 and p.24.
#[test]
fn a_portal_has_a_million_page_views_and_packs_of_half_a_million() {
    let packs = |used: &str| {
        let answer = sellers(5, used);
        line(&answer, "page-views").to_buy("ce-page-views")
    };
    assert_eq!(packs("portals,1\nportal_views_month,1000000"), 0);
    assert_eq!(packs("portals,1\nportal_views_month,1000001"), 1);
    assert_eq!(packs("portals,1\nportal_views_month,1500001"), 2);
    assert_eq!(packs("portals,2\nportal_views_month,2000000"), 0, "the second brings its own");
    assert_eq!(packs("portals,2\nportal_views_month,2000001"), 1);
}

/// p.24.
#[test]
fn storage_is_bought_by_the_gigabyte_up_to_five_terabytes() {
    let all = sellers(20, "database_gb,5015");
    let storage = line(&all, "ce-database");
    assert_eq!((storage.to_buy("ce-storage-gb"), storage.cents.0), (5000, usd(25_000)));
    assert_eq!(storage.status.word(), "buy");
    let more = sellers(20, "database_gb,5016");
    assert!(!["covered", "buy"].contains(&status(&more, "ce-database")));
}

/// p.24.
#[test]
fn storage_is_measured_over_all_instances() {
    let answer = Tenant::new("2017-07")
        .users(ids("user_id", "s", 20))
        .needs(rows("user_id,app", "s", 20, ",Sales"))
        .capacity("metric,value,environment\ndatabase_gb,9,production\ndatabase_gb,7,training")
        .analyse();
    let storage = line(&answer, "ce-database");
    assert_eq!(storage.used.unwrap().to_string(), "16");
    assert_eq!(storage.to_buy("ce-storage-gb"), 1, "9 and 7, of which 15 are included");
}

/// p.22.
#[test]
fn add_ons_belong_to_the_tenant_and_those_owned_count_first() {
    let owning = |packs: usize| {
        let answer = Tenant::new("2017-07")
            .users(ids("user_id", "s", 20))
            .needs(rows("user_id,app", "s", 20, ",Sales"))
            .subscriptions(format!(
                "license,quantity\nDynamics 365 - Additional Database Storage,{packs}\nDynamics 365 for Sales,20"
            ))
            .capacity("metric,value\ndatabase_gb,26")
            .analyse();
        line(&answer, "ce-database").to_buy("ce-storage-gb")
    };
    assert_eq!(owning(10), 1);
    assert_eq!(owning(11), 0);
}

/// p.21, p.24 and p.25.
#[test]
fn ten_thousand_posts_are_included_and_packs_come_in_three_sizes() {
    let posts = |used: u32, prices: &str| {
        let answer = Tenant::new("2017-07")
            .users("user_id\nann")
            .needs("user_id,app\nann,Sales")
            .prices(format!("license,price\nDynamics 365 for Field Service,95\n{prices}"))
            .capacity(format!("metric,value\nsocial_posts_month,{used}"))
            .analyse();
        let line = line(&answer, "social-posts");
        let packs = ["social-posts-10k", "social-posts-100k", "social-posts-1m"];
        (line.status.word(), packs.map(|pack| line.to_buy(pack)), line.cents.0)
    };
    assert_eq!(posts(10_000, "").0, "covered");
    assert_eq!(posts(10_001, "").0, "price unknown");
    let prices = "Social Engagement Additional 10K Posts,100
        Social Engagement Additional 100K Posts,800
        Social Engagement Additional 1M Posts,850";
    assert_eq!(posts(20_001, prices), ("buy", [2, 0, 0], usd(200)));
    assert_eq!(posts(95_000, prices), ("buy", [0, 1, 0], usd(800)), "nine small ones are dearer");
    assert_eq!(posts(120_000, prices), ("buy", [0, 0, 1], usd(850)), "100K and 10K are 900");
}

/// p.18.
#[test]
fn two_hundred_surveys_run_at_the_same_time_and_no_more() {
    assert_eq!(status(&sellers(1, "concurrent_surveys,200"), "surveys"), "covered");
    assert_eq!(status(&sellers(1, "concurrent_surveys,201"), "surveys"), "beyond the cap");
}

/// p.10.
#[test]
fn the_field_service_application_takes_ten_custom_entities_and_no_more() {
    let with = |entities: u32| {
        let answer = Tenant::new("2017-07")
            .users("user_id\nann")
            .needs("user_id,app\nann,Field Service")
            .capacity(format!("metric,value\nfield_service_mobile_entities,{entities}"))
            .analyse();
        status(&answer, "field-service-mobile-entities")
    };
    assert_eq!(with(10), "covered");
    assert_eq!(with(11), "beyond the cap");
}

/// p.25.
#[test]
fn schedule_optimization_is_bought_for_each_resource() {
    let answer = sellers(1, "optimized_resources,25");
    let resources = line(&answer, "optimized-resources");
    assert_eq!(resources.to_buy("resource-scheduling-optimization"), 25);
    assert_eq!(resources.cents.0, usd(25 * 30));
}

// ------------------------------------------------------ unified operations ----

/// p.21.
#[test]
fn unified_operations_has_one_production_instance() {
    let capacity = "operations-production-instances";
    assert_eq!(status(&books("operations_production_instances,1"), capacity), "covered");
    assert_eq!(status(&books("operations_production_instances,2"), capacity), "beyond the cap");
}

/// p.21.
#[test]
fn a_sandbox_of_tier_1_and_one_of_tier_2_are_included() {
    let answer = books("sandboxes_tier_1,1\nsandboxes_tier_2,1\nsandboxes_tier_3,1");
    assert_eq!(status(&answer, "sandboxes-tier-1"), "covered");
    assert_eq!(status(&answer, "sandboxes-tier-2"), "covered");
    assert_eq!(line(&answer, "sandboxes-tier-3").to_buy("sandbox-tier-3"), 1);
    let none = sellers(1, "sandboxes_tier_1,1");
    assert_eq!(line(&none, "sandboxes-tier-1").to_buy("sandbox-tier-1"), 1);
}

/// p.25 and p.26.
#[test]
fn further_sandboxes_are_bought_and_those_above_tier_1_bring_ten_gigabytes() {
    let gigabytes = |used: &str| included(&books(used), "operations-database");
    assert_eq!(gigabytes("operations_database_gb,1"), "15");
    assert_eq!(gigabytes("sandboxes_tier_1,3"), "15");
    assert_eq!(gigabytes("sandboxes_tier_2,2"), "25", "the first is included");
    assert_eq!(gigabytes("sandboxes_tier_3,2"), "35");
}

/// p.26.
#[test]
fn a_sandbox_of_tier_4_or_5_grows_with_the_full_users() {
    let gigabytes = |used: &str| included(&books(used), "operations-database");
    assert_eq!(gigabytes("sandboxes_tier_4,1"), "27.5", "15, 10 and 2.5 for twenty users");
    assert_eq!(gigabytes("sandboxes_tier_5,2"), "40");
    assert_eq!(gigabytes("sandboxes_tier_3,1"), "25", "not those of tier 3");
}

/// p.21: seats of the plans and of Retail; Activity is no part of it.
#[test]
fn unified_operations_storage_grows_with_plan_and_retail_seats() {
    let with = |role: &str| {
        let people: Vec<String> = (1..=20).map(|n| format!("p{n:02}")).collect();
        let people: Vec<(&str, &str)> = people.iter().map(|id| (id.as_str(), role)).collect();
        let answer = company(&people).capacity("metric,value\noperations_database_gb,1").analyse();
        included(&answer, "operations-database")
    };
    assert_eq!(with("Accountant"), "20");
    assert_eq!(with("Retail merchandising manager"), "20");
    assert_eq!(with("Warehouse worker"), "15");
    assert_eq!(with("Employee"), "15");
}

/// p.26.
#[test]
fn unified_operations_storage_ends_at_one_terabyte() {
    let storage = |used: &str| {
        let answer = books(used);
        let line = line(&answer, "operations-database");
        (line.status.word(), line.to_buy("operations-storage-gb"))
    };
    assert_eq!(storage("operations_database_gb,15"), ("covered", 0));
    assert_eq!(storage("operations_database_gb,1000"), ("price unknown", 985));
    assert_eq!(storage("operations_database_gb,1001").0, "beyond the cap");
}

/// p.22.
#[test]
fn a_hundred_gigabytes_of_files_are_included() {
    assert_eq!(status(&books("operations_file_gb,100"), "operations-files"), "covered");
    let more = books("operations_file_gb,101");
    let files = line(&more, "operations-files");
    assert_eq!((files.to_buy("operations-file-gb"), files.status.word()), (1, "price unknown"));
}
