//! Licences of earlier years: kept until their renewal, never bought again.

use super::crew;

/// The plans of 2016 to 2019 hold their applications until they end.
#[test]
fn a_plan_of_earlier_years_covers_its_applications_until_it_ends() {
    let holding = |plan: &str, needs: &[&str]| {
        let rows = (1..=20).map(|n| format!("u{n:02},{plan}\n")).collect::<String>();
        let answer = crew(20, needs).assigned(format!("user_id,license\n{rows}")).analyse();
        answer.user("u01").status.word()
    };
    for (plan, needs) in [
        ("Dynamics 365 Customer Engagement Plan", &["Sales Enterprise", "Field Service"][..]),
        ("Dynamics 365 Unified Operations Plan", &["Finance", "Supply Chain Management"]),
        ("Dynamics 365 Plan", &["Finance", "Sales Enterprise"]),
        (
            "Dynamics 365 for Sales and Customer Service Enterprise Edition",
            &["Sales Enterprise", "Customer Service Enterprise"],
        ),
        ("Dynamics 365 for Talent", &["fo.hr"]),
        ("Dynamics 365 for Project Service Automation", &["fo.projops"]),
    ] {
        assert_eq!(holding(plan, needs), "fits", "{plan}");
    }
    let short = ["Sales Enterprise", "Finance"];
    assert_eq!(holding("Dynamics 365 Customer Engagement Plan", &short), "under-licensed");
}

/// What was withdrawn is stock: the plan buys what is sold.
#[test]
fn a_withdrawn_licence_is_owned_but_never_in_the_plan() {
    let answer = crew(2, &["Sales Enterprise", "Field Service"])
        .subscriptions("license,quantity\nDynamics 365 Customer Engagement Plan,2")
        .analyse();
    assert_eq!(answer.seats(), ["2 sales-enterprise base", "2 field-service attach"]);
    let plan = answer.true_up.iter().find(|l| l.sku == "legacy-customer-engagement-plan").unwrap();
    assert_eq!((plan.owned, plan.plan, plan.gap), (2, 0, -2));
}

/// At renewal the single applications take its place.
#[test]
fn at_renewal_single_applications_take_the_place_of_a_plan() {
    let answer = crew(2, &["Sales Enterprise", "Field Service"])
        .renewal("2022-03-31")
        .subscriptions("license,quantity\nDynamics 365 Customer Engagement Plan,2")
        .analyse();
    let found = answer.findings.iter().find(|f| f.message.contains("2019-10-01")).unwrap();
    for name in ["Sales Enterprise", "Customer Service Enterprise", "Field Service"] {
        assert!(found.message.contains(name), "{name}: {}", found.message);
    }
    assert_eq!(found.count, 2);
}

/// Dual use rights.
#[test]
fn licences_say_what_they_give_on_own_servers() {
    let answer = crew(1, &["Sales Enterprise"]).analyse();
    let words = |sku: &str| {
        let line = answer.prices.iter().find(|line| line.sku == sku).unwrap();
        line.on_premises.clone()
    };
    for (sku, server) in [
        ("finance", "AX 2012 R3"),
        ("operations-device", "AX 2012 R3"),
        ("sales-enterprise", "CRM 2016"),
        ("bc-premium", "three versions"),
        ("team-members", "Dynamics 365 (on-premises)"),
    ] {
        assert!(words(sku).contains(server), "{sku}: {}", words(sku));
    }
    assert_eq!(words("guides"), "", "nothing of the kind on premises");
}

/// What Microsoft enforces, with its day.
#[test]
fn what_is_enforced_since_when_is_data() {
    let answer = crew(1, &["Sales Enterprise"]).analyse();
    let (date, what) = &answer.edition.enforcement[0];
    assert_eq!(date, "2021-01-31");
    assert!(what.starts_with("Team Members"), "{what}");
}
