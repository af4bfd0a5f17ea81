//! The role table of September 2026 and what differs from earlier ones.

use std::collections::BTreeMap;

use seatwise::rulebook::{Rulebook, Tier, shipped};

use super::{EDITION, beside, firm};
use crate::tenants::Tenant;

fn rules() -> &'static Rulebook {
    shipped(EDITION).unwrap()
}

/// Roles of an area of the guide by tier: self-service, Team Members,
/// Activity, full.
fn tiers(area: &str) -> [usize; 4] {
    let rules = rules();
    let mut count: BTreeMap<Tier, usize> = BTreeMap::new();
    for role in rules.roles.iter().filter(|role| role.area == area) {
        let tier = role.any_of.iter().map(|&right| rules.right(right).tier).min().unwrap();
        *count.entry(tier).or_default() += 1;
    }
    [Tier::SelfService, Tier::TeamMembers, Tier::Activity, Tier::Full]
        .map(|tier| count.get(&tier).copied().unwrap_or_default())
}

#[test]
fn the_table_has_143_roles_of_these_tiers() {
    assert_eq!(tiers("Commerce"), [0, 1, 2, 14]);
    assert_eq!(tiers("Finance"), [0, 2, 4, 29]);
    assert_eq!(tiers("Human Resources"), [5, 0, 0, 11]);
    assert_eq!(tiers("Project Operations"), [0, 5, 2, 13]);
    assert_eq!(tiers("Supply Chain Management"), [0, 5, 14, 36]);
}

/// The tier and the money of one person with one role.
fn needs(role: &str) -> (Tier, i64) {
    let answer = firm(&format!("ann,{role}")).analyse();
    (answer.user("ann").tier, beside(&answer))
}

/// As in 2017; a digest of July 2026 has Team Members.
#[test]
fn chief_executive_and_chief_financial_officer_take_activity() {
    assert_eq!(needs("Chief executive officer"), (Tier::Activity, 50));
    assert_eq!(needs("CFO"), (Tier::Activity, 50));
}

#[test]
fn field_service_technician_and_service_dispatcher_take_activity_where_team_members_did_in_2017() {
    for role in ["Field service technician", "Service dispatcher"] {
        assert_eq!(needs(role), (Tier::Activity, 50), "{role}");
        let old = Tenant::new("2017-07")
            .users("user_id\nann")
            .assignments(format!("user_id,role_name\nann,{role}"))
            .analyse();
        assert_eq!(old.user("ann").tier, Tier::TeamMembers, "{role}");
    }
}

#[test]
fn project_manager_resource_manager_and_project_assistant_take_project_operations() {
    for role in ["Project manager", "Resource manager", "Project assistant"] {
        assert_eq!(needs(role), (Tier::Full, 135), "{role}");
    }
}

#[test]
fn two_roles_of_project_operations_take_activity() {
    for role in ["Engineering change request clerk", "Field Service Integration User"] {
        assert_eq!(needs(role), (Tier::Activity, 50), "{role}");
    }
}

#[test]
fn an_invoice_capture_operator_takes_activity() {
    assert_eq!(needs("Invoice Capture Operator"), (Tier::Activity, 50));
}

/// Of ten, so that the minimum of Premium is met.
#[test]
fn demand_planning_managers_take_the_premium_licence() {
    let roles: String = (1..=10).map(|n| format!("d{n:02},Demand Planning Manager\n")).collect();
    let answer = firm(&roles).analyse();
    assert_eq!(answer.seats(), ["20 finance base", "10 supply-chain-management-premium base"]);
    assert_eq!(beside(&answer), 10 * 300);
}

/// Sources differ (full or Premium): the dearer one is taken and flagged.
#[test]
fn a_demand_planning_contributor_takes_premium_and_is_flagged() {
    let roles: String =
        (1..=10).map(|n| format!("d{n:02},Demand Planning Contributor\n")).collect();
    let answer = firm(&roles).analyse();
    assert_eq!(answer.licences("d01"), ["supply-chain-management-premium base"]);
    let flagged = answer.findings.iter().filter(|f| f.code.id() == "SW406");
    assert!(
        flagged.into_iter().any(|f| f.message.contains("Demand Planning Contributor")
            || f.subject.contains("Demand Planning Contributor")),
        "{:#?}",
        answer.findings
    );
}

/// Listed under Commerce as general: Finance and the Premium licences do too.
#[test]
fn subscription_billing_is_covered_by_commerce_finance_or_a_premium_licence() {
    let rules = rules();
    for name in ["Subscription billing manager", "Tax calculation developer"] {
        let role = rules.role_by_name(name).unwrap();
        let mut skus: Vec<&str> = role
            .any_of
            .iter()
            .flat_map(|&right| rules.user_skus_for(right).iter())
            .map(|sku| rules.sku(sku).id.as_str())
            .collect();
        skus.sort_unstable();
        skus.dedup();
        assert_eq!(
            skus,
            ["commerce", "finance", "finance-premium", "supply-chain-management-premium"],
            "{name}"
        );
    }
    let answer = firm("z01,Subscription billing manager\nann,Subscription billing manager\nann,Retail catalog manager").analyse();
    assert_eq!(answer.licences("z01"), ["finance base"]);
    assert_eq!(answer.licences("ann"), ["commerce base"]);
}

#[test]
fn cost_accountant_is_known_by_its_identifier_only() {
    let rules = rules();
    assert!(rules.role_by_name("Cost accountant").is_none());
    let old = rules.role_by_identifier("INVENTCOSTACCOUNTANT").unwrap();
    assert_eq!(old.name, "Inventory accountant");
    let answer = firm("ann,Cost accountant").analyse();
    assert_eq!(answer.cases("SW401"), 1, "by name alone it is unknown");
}

#[test]
fn a_role_is_known_by_its_identifier_in_any_case_and_whatever_its_name() {
    let answer = Tenant::new(EDITION)
        .users("user_id\nann\nbob")
        .assignments(
            "user_id,role_id,role_name
            ann,TRADESALESCLERK,Verkauf
            bob,smafieldservicetechnician,Accountant",
        )
        .analyse();
    for person in ["ann", "bob"] {
        assert_eq!(answer.user(person).tier, Tier::Activity, "{person}");
    }
    assert_eq!(answer.cases("SW401"), 0);
}

/// Identifiers that occur in somebody's made-up data are not Microsoft's.
#[test]
fn invented_identifiers_are_not_taken_for_roles() {
    for invented in
        ["WHSWAREHOUSEWORKER", "LEDGERACCOUNTSUPERVISOR", "HCMSELFSERVICEMANAGER", "HCMHRDIRECTOR"]
    {
        assert!(rules().role_by_identifier(invented).is_none(), "{invented}");
    }
    for real in ["WMSWAREHOUSEWORKER", "LEDGERACCOUNTINGSUPERVISOR", "HCMMANAGER"] {
        assert!(rules().role_by_identifier(real).is_some(), "{real}");
    }
}

/// A copy of a role does not keep what is wired to the original.
#[test]
fn a_customised_role_is_what_its_rows_say() {
    let answer = firm("ann,Chief financial officer\nbob,Copy of CFO");
    let answer = answer
        .permissions(
            "role_name,object,license
            Copy of CFO,LedgerJournalTable,Finance",
        )
        .analyse();
    assert_eq!(answer.user("ann").tier, Tier::Activity);
    assert_eq!(answer.licences("bob"), ["finance base"]);
    let reading = firm("ann,Purchasing agent")
        .permissions(
            "role_name,object,read,view_license,maintain_license
            Purchasing agent,PurchTable,yes,Enterprise,Enterprise",
        )
        .analyse();
    assert_eq!(reading.licences("ann"), ["team-members additional"]);
    assert_eq!(reading.cases("SW405"), 1);
}
