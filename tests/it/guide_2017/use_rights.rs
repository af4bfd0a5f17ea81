//! The use-right tables (appendices A and B, p.33 to p.36) and what the text
//! adds to them: somebody names a row, and the licence follows.

use seatwise::rulebook::shipped;

use super::{company, licences_for};
use crate::tenants::Answer;

/// Ids of the rows of an area of a table, in the order of the edition.
fn rows(table: &str, area: &str) -> Vec<String> {
    let rules = shipped("2017-07").unwrap();
    let rows = rules.use_rights.iter();
    let rows = rows.filter(|row| row.table == table && (area.is_empty() || row.area == area));
    rows.map(|row| row.id.clone()).collect()
}

/// One person for each row, who needs nothing else.
fn one_each(rows: &[String]) -> Answer {
    let uses: Vec<(String, String)> =
        rows.iter().map(|row| (format!("u-{row}"), format!("use {row}"))).collect();
    let people: Vec<(&str, &str)> =
        uses.iter().map(|(id, work)| (id.as_str(), work.as_str())).collect();
    company(&people).analyse()
}

/// Every row takes exactly this licence.
fn all_take(rows: &[String], licence: &str) {
    assert!(!rows.is_empty());
    let answer = one_each(rows);
    assert_eq!(answer.cases("SW407"), 0, "every row is known");
    for row in rows {
        assert_eq!(answer.licences(&format!("u-{row}")), [licence], "{row}");
    }
}

/// p.33.
#[test]
fn every_row_of_appendix_a_takes_team_members_and_no_more() {
    let rows = rows("Appendix A", "");
    assert_eq!(rows.len(), 23);
    all_take(&rows, "team-members additional");
}

/// p.8.
#[test]
fn the_lists_of_light_work_on_page_8_take_team_members() {
    all_take(&rows("Text", "Team Members"), "team-members additional");
}

/// p.34 and p.35.
#[test]
fn rows_that_all_licences_share_take_team_members() {
    let rows = rows("Appendix B", "All licences");
    for row in ["b-accounts", "b-knowledge-base", "b-service-hub", "b-powerapps"] {
        assert!(rows.iter().any(|known| known == row), "{row}");
    }
    all_take(&rows, "team-members additional");
}

/// p.34 to p.36: 107 rows, eleven of them once more for each application.
#[test]
fn appendix_b_has_all_its_rows() {
    let all = rows("Appendix B", "");
    let once_more = ["Sales", "Customer Service", "Field Service", "Project Service Automation"]
        .map(|name| rows("Appendix B", &format!("For {name} alone")).len());
    assert_eq!(once_more, [11; 4]);
    assert_eq!(all.len() - 44, 107);
}

/// p.35.
#[test]
fn rows_for_the_licensed_application_hold_for_that_application() {
    for (name, licence) in [
        ("Sales", "sales base"),
        ("Customer Service", "customer-service base"),
        ("Field Service", "field-service base"),
        ("Project Service Automation", "project-service-automation base"),
    ] {
        all_take(&rows("Appendix B", &format!("For {name} alone")), licence);
    }
    let any = rows("Appendix B", "For the licensed application");
    assert_eq!(any.len(), 11);
    let answer = one_each(&any);
    for row in any {
        assert_eq!(answer.user(&format!("u-{row}")).cents.0, 9500, "one of the four: {row}");
    }
}

/// p.9 and p.10: each licence administers its own application.
#[test]
fn administering_two_applications_takes_the_plan() {
    assert_eq!(licences_for(&["app Sales", "use b-sales-administer"]), ["sales base"]);
    let two = licences_for(&["use b-sales-administer", "use b-field-service-administer"]);
    assert_eq!(two, ["customer-engagement-plan base"]);
}

/// p.35 and p.36.
#[test]
fn the_rows_of_an_application_take_that_application() {
    for (area, count, licence) in [
        ("Sales", 16, "sales base"),
        ("Customer Service", 8, "customer-service base"),
        ("Field Service", 12, "field-service base"),
        ("Project Service Automation", 9, "project-service-automation base"),
    ] {
        let rows = rows("Appendix B", area);
        assert_eq!(rows.len(), count, "{area}");
        all_take(&rows, licence);
    }
}

/// p.17, p.18.
#[test]
fn services_that_come_with_all_four_applications() {
    let applications = [
        "app Sales",
        "app Customer Service",
        "app Field Service",
        "app Project Service Automation",
    ];
    for service in
        ["use b-social-engagement", "use b-voice-of-the-customer", "use b-mobile-offline"]
    {
        for application in applications {
            let alone = licences_for(&[application]);
            assert_eq!(licences_for(&[application, service]), alone, "{service}");
        }
        let light = licences_for(&["Employee", service]);
        assert_ne!(light, ["team-members additional"], "{service} is more than Team Members");
    }
}

/// p.17.
#[test]
fn the_unified_service_desk_comes_with_sales_and_customer_service_only() {
    let desk = "use b-unified-service-desk";
    assert_eq!(licences_for(&["app Sales", desk]), ["sales base"]);
    assert_eq!(licences_for(&["app Customer Service", desk]), ["customer-service base"]);
    let field = licences_for(&["app Field Service", desk]);
    assert_eq!(field, ["customer-engagement-plan base"]);
}

/// p.18 and p.19.
#[test]
fn gamification_fans_take_team_members_and_players_an_application() {
    for role in ["use g-fan", "use g-spectator", "use b-gamification-fan"] {
        assert_eq!(licences_for(&[role]), ["team-members additional"], "{role}");
    }
    for role in ["use g-player", "use g-game-manager", "use g-commissioner"] {
        assert_eq!(licences_for(&["app Field Service", role]), ["field-service base"], "{role}");
        assert_ne!(licences_for(&["Employee", role]), ["team-members additional"], "{role}");
    }
}

/// p.9 and p.13.
#[test]
fn powerapps_p2_comes_with_a_plan_and_with_no_application() {
    let work = "use t-powerapps-p2";
    assert_eq!(licences_for(&["app Sales", work]), ["customer-engagement-plan base"]);
    assert_eq!(licences_for(&["Accountant", work]), ["unified-operations-plan base"]);
    let retail = licences_for(&["Retail merchandising manager", work]);
    assert_eq!(retail, ["unified-operations-plan base"]);
}

/// p.10.
#[test]
fn project_online_premium_comes_with_project_service_automation() {
    let licences = licences_for(&["use b-project-online-premium"]);
    assert_eq!(licences, ["project-service-automation base"]);
    let essentials = licences_for(&["use b-project-online-essentials"]);
    assert_eq!(essentials, ["team-members additional"]);
}

/// p.11.
#[test]
fn updating_an_opportunity_takes_sales_or_the_plan() {
    assert_eq!(licences_for(&["use b-opportunities"]), ["sales base"]);
    let service = licences_for(&["app Customer Service", "use b-opportunities"]);
    assert_eq!(service, ["customer-engagement-plan base"]);
}

/// p.11.
#[test]
fn own_cases_take_team_members_and_those_of_others_customer_service() {
    assert_eq!(licences_for(&["use b-own-cases"]), ["team-members additional"]);
    assert_eq!(licences_for(&["use b-cases"]), ["customer-service base"]);
}

/// p.8 and p.15.
#[test]
fn a_custom_entity_on_top_of_cases_takes_customer_service() {
    assert_eq!(licences_for(&["use b-write-custom-entities"]), ["team-members additional"]);
    let cases = licences_for(&["use b-write-custom-entities", "use b-cases"]);
    assert_eq!(cases, ["customer-service base"]);
}

/// p.15.
#[test]
fn creating_a_custom_entity_takes_a_full_licence() {
    let create = "use t-create-custom-entities";
    for other in ["Employee", "Warehouse worker"] {
        let licences = licences_for(&[other, create]);
        assert!(licences.iter().any(|licence| licence.ends_with("base")), "{other}: {licences:?}");
    }
    for full in ["Accountant", "Retail merchandising manager", "app Field Service"] {
        assert_eq!(licences_for(&[full, create]), licences_for(&[full]), "{full}");
    }
}

/// p.19.
#[test]
fn configuring_a_portal_takes_a_customer_engagement_licence() {
    let configure = "use t-portal";
    assert_eq!(licences_for(&["app Field Service", configure]), ["field-service base"]);
    let light = licences_for(&["Employee", configure]);
    assert_eq!(light.len(), 1);
    assert!(light[0].ends_with("base"), "{light:?}");
}

/// p.25.
#[test]
fn managing_schedule_optimization_takes_field_service() {
    assert_eq!(licences_for(&["use b-schedule-optimization"]), ["field-service base"]);
}

/// p.44.
#[test]
fn designing_financial_reports_takes_the_plan_and_viewing_them_team_members() {
    assert_eq!(licences_for(&["use c-report-designer"]), ["unified-operations-plan base"]);
    assert_eq!(licences_for(&["use c-report-viewer"]), ["team-members additional"]);
}

/// A row is also found under its name, and a row nobody knows is a finding.
#[test]
fn a_row_is_found_by_id_and_by_name() {
    assert_eq!(licences_for(&["use Case management"]), ["customer-service base"]);
    let unknown = company(&[("ann", "use b-nothing-of-the-kind")]).analyse();
    assert!(unknown.licences("ann").is_empty());
    assert_eq!(unknown.cases("SW407"), 1);
}
