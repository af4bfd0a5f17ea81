//! Base licences and attach licences.

use seatwise::rulebook::{Metric, Program, Tier, shipped};

use super::crew;

/// Base licenses: any number of attach licences beside one base.
#[test]
fn as_many_attaches_as_the_base_admits_stand_beside_it() {
    let needs =
        ["Finance", "Supply Chain Management", "Commerce", "Human Resources", "Project Operations"];
    let answer = crew(20, &needs).analyse();
    assert_eq!(
        answer.seats(),
        [
            "20 human-resources attach",
            "20 project-operations attach",
            "20 finance base",
            "20 supply-chain-management attach",
            "20 commerce attach",
        ]
    );
    assert_eq!(answer.cost(), 20 * (180 + 4 * 30));
}

/// Base licenses: every full user has a base, the first one at list price.
#[test]
fn nobody_holds_an_attach_licence_alone() {
    let answer = crew(20, &["Finance", "Sales Enterprise", "Remote Assist"]).analyse();
    for user in &answer.users {
        let bases = user.licences.iter().filter(|l| l.kind.word() == "base").count();
        assert_eq!((bases, user.licences.len()), (1, 3), "{}", user.id);
    }
    let one = crew(1, &["Remote Assist"]).analyse();
    assert_eq!(one.licences("u01"), ["remote-assist base"], "65, though 20 as an attach");
}

/// Base applications: what is in no row of the table is bought as a base.
#[test]
fn a_pair_that_the_table_does_not_list_is_two_base_licences() {
    let listed = crew(1, &["Field Service", "Remote Assist"]).analyse();
    assert_eq!(listed.seats(), ["1 field-service base", "1 remote-assist attach"]);
    assert_eq!(listed.cost(), 95 + 20);
    assert_eq!(listed.cases("SW304"), 0, "this pair is verified");
    let unlisted = crew(1, &["Guides", "Remote Assist"]).analyse();
    assert_eq!(unlisted.seats(), ["1 remote-assist base", "1 guides base"]);
    assert_eq!(unlisted.cost(), 65 + 65);
}

/// Attach licensing details: user licences only, never those of additional
/// users, devices or tenants.
#[test]
fn only_full_user_licences_have_an_attach_price() {
    let rules = shipped("2021-09").unwrap();
    for base in rules.sku_ids() {
        for attach in rules.attachable[usize::from(base.0)].iter() {
            let sku = rules.sku(attach);
            assert_eq!(
                (sku.metric, rules.tier_of(attach)),
                (Metric::User, Tier::Full),
                "{}",
                sku.id
            );
        }
    }
    let answer = crew(1, &["Customer Service Professional", "Operations - Activity"]).analyse();
    let both = ["operations-activity additional", "customer-service-professional base"];
    assert_eq!(answer.licences("u01"), both);
    assert_eq!(answer.cost(), 50 + 50, "both at list price");
}

/// Attach licensing details: the two differ in price alone.
#[test]
fn an_attach_licence_does_what_the_base_licence_does() {
    let holding = |held: &str| {
        let answer = crew(1, &["Field Service", "Remote Assist"])
            .assigned(format!("user_id,license\nu01,{}", held.replace("; ", "\nu01,")))
            .analyse();
        let user = answer.user("u01");
        (user.status.word(), user.assigned_cents.0 / 100)
    };
    let attach = "Dynamics 365 Remote Assist Attach";
    assert_eq!(holding(&format!("Field Service; {attach}")), ("fits", 115));
    assert_eq!(holding("Field Service; Remote Assist"), ("over-licensed", 160));
    assert_eq!(holding("Field Service"), ("under-licensed", 95));
}

/// Attach licensing details: without a base it cannot be assigned; how the
/// mistake is put right is a matter of the program.
#[test]
fn an_attach_licence_without_a_base_is_stepped_up_or_returned() {
    let under = |program, held: &str| {
        let answer = crew(2, &["Field Service"])
            .program(program)
            .assigned(format!("user_id,license\nu01,{held}\nu02,Field Service"))
            .analyse();
        let found = answer.findings.iter().find(|f| f.code.id() == "SW608");
        found.map(|f| (f.count, f.cents.unwrap().0 / 100, f.message.contains("step it up")))
    };
    let alone = "Dynamics 365 Field Service Attach";
    assert_eq!(under(Program::Ea, alone), Some((1, 75, true)));
    assert_eq!(under(Program::Csp, alone), Some((1, 75, false)));
    assert_eq!(under(Program::Mpsa, alone), Some((1, 75, false)));
    let beside = format!("{alone}\nu01,Sales Enterprise");
    assert_eq!(under(Program::Ea, &beside), None);
}

/// Microsoft Relationship Sales solution Plus: Sales Enterprise is inside, so
/// it is a base like it.
#[test]
fn relationship_sales_is_a_base_and_brings_sales_enterprise() {
    let answer = crew(1, &["ce.mrs", "Sales Enterprise", "Field Service"]).analyse();
    assert_eq!(answer.seats(), ["1 relationship-sales-plus base", "1 field-service attach"]);
    assert_eq!(answer.cost(), 162 + 20);
}

/// Sales Premium: Sales Enterprise and Sales Insights in one licence.
#[test]
fn sales_premium_is_a_base_and_brings_sales_enterprise_and_its_insights() {
    let answer =
        crew(1, &["Sales Enterprise", "Sales Insights", "Customer Service Enterprise"]).analyse();
    assert_eq!(answer.seats(), ["1 sales-premium base", "1 customer-service-enterprise attach"]);
    assert_eq!(answer.cost(), 135 + 20);
    let plain = crew(1, &["Sales Enterprise", "Customer Service Enterprise"]).analyse();
    assert_eq!(plain.cost(), 95 + 20);
}

/// Base licenses: a dearer licence that admits the attach beats two bases.
#[test]
fn the_higher_level_may_be_the_cheaper_answer() {
    let answer = crew(1, &["Sales Professional", "Customer Service Enterprise"]).analyse();
    assert_eq!(answer.cost(), 95 + 20, "not 65 + 95");
    let mut licences = answer.licences("u01");
    licences.sort();
    assert_eq!(licences.len(), 2);
    assert!(licences.iter().any(|licence| licence.ends_with("attach")), "{licences:?}");
}
