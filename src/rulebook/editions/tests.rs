//! What the shipped editions say, one sentence of a guide at a time.

use super::*;
use crate::money::Cents;
use crate::rulebook::{Metric, Named, RoleRule, SkuId, SkuSet, Tier};

fn rules(id: &str) -> &'static Rulebook {
    shipped(id).unwrap_or_else(|| panic!("{id} does not check"))
}

fn sku(rules: &Rulebook, id: &str) -> SkuId {
    rules.sku_ids().find(|&sku| rules.sku(sku).id == id).unwrap_or_else(|| panic!("no {id}"))
}

fn set(rules: &Rulebook, ids: &[&str]) -> SkuSet {
    ids.iter().map(|id| sku(rules, id)).collect()
}

fn covers(rules: &Rulebook, id: &str, right: &str) -> bool {
    rules.sku(sku(rules, id)).covers.iter().any(|&r| rules.right(r).id == right)
}

fn role(rules: &'static Rulebook, name: &str) -> &'static RoleRule {
    rules.role_by_name(name).unwrap_or_else(|| panic!("no role {name}"))
}

fn tier(rules: &Rulebook, role: &RoleRule) -> Tier {
    role.any_of.iter().map(|&right| rules.right(right).tier).min().unwrap_or(Tier::None)
}

fn in_table(rules: &'static Rulebook) -> impl Iterator<Item = &'static RoleRule> {
    rules.roles.iter().filter(|role| !role.area.starts_with("Outside"))
}

#[test]
fn every_shipped_edition_checks_without_problems() {
    for edition in &SHIPPED {
        if let Err(problems) = checked(edition) {
            let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{} problems\n{}", problems.len(), list.join("\n"));
        }
    }
    assert!(shipped(DEFAULT_EDITION).is_some());
    assert_eq!(shipped_ids().collect::<Vec<_>>(), ["2017-07", "2021-09", "2026-09"]);
    assert!(shipped("1999-01").is_none() && shipped_text("2017-07").is_some());
}

#[test]
fn every_edition_knows_itself_under_its_id_and_its_products_by_their_names() {
    for id in shipped_ids() {
        let rules = rules(id);
        assert_eq!(rules.id, id);
        for at in rules.sku_ids() {
            let sku = rules.sku(at);
            assert_eq!(rules.named(&sku.name), Some(&Named::Sku(at)), "{}", sku.name);
            for product in &sku.product_ids {
                assert_eq!(rules.named(product), Some(&Named::Sku(at)), "{product}");
            }
        }
    }
}

#[test]
fn s17_appendix_c_has_106_roles_of_19_18_and_69() {
    let rules = rules("2017-07");
    let count = |wanted| in_table(rules).filter(|role| tier(rules, role) == wanted).count();
    assert_eq!(in_table(rules).count(), 106);
    assert_eq!([count(Tier::TeamMembers), count(Tier::Activity), count(Tier::Full)], [19, 18, 69]);
}

#[test]
fn s17_finance_and_operations_comes_with_a_plan_only() {
    let rules = rules("2017-07");
    let accountant = role(rules, "Accountant");
    assert_eq!(
        rules.user_skus_for_all(&accountant.any_of),
        set(rules, &["unified-operations-plan", "dynamics-365-plan"])
    );
    let recruiter = role(rules, "Recruiter");
    assert_eq!(
        rules.user_skus_for_all(&recruiter.any_of),
        set(rules, &["talent", "unified-operations-plan", "dynamics-365-plan"])
    );
    let catalog = role(rules, "Retail catalog manager");
    assert_eq!(
        rules.user_skus_for_all(&catalog.any_of),
        set(rules, &["retail", "unified-operations-plan", "dynamics-365-plan"])
    );
}

#[test]
fn s17_the_plans_include_their_applications() {
    let rules = rules("2017-07");
    for right in ["ce.sales", "ce.customer-service", "ce.field-service", "ce.psa"] {
        assert!(covers(rules, "customer-engagement-plan", right), "{right}");
        assert!(!covers(rules, "unified-operations-plan", right), "{right}");
        assert!(covers(rules, "dynamics-365-plan", right), "{right}");
    }
    assert!(covers(rules, "unified-operations-plan", "talent.full"));
    assert!(!covers(rules, "customer-engagement-plan", "uo.activity"));
}

#[test]
fn s17_a_system_administrator_is_a_full_user() {
    let rules = rules("2017-07");
    let admin = rules.role_by_identifier("-sysadmin-").expect("known");
    assert!(admin.admin && !rules.flags.admins_exempt);
    assert_eq!(tier(rules, admin), Tier::Full);
}

#[test]
fn s17_nothing_is_attached_and_talent_is_no_full_user() {
    let rules = rules("2017-07");
    assert!(rules.attachable.iter().all(|set| set.is_empty()));
    assert!(!rules.full_user_skus.contains(sku(rules, "talent")));
}

#[test]
fn s17_ten_plan_users_and_25_devices_meet_the_minimum() {
    let rules = rules("2017-07");
    let minimum = rules.minimums.iter().find(|m| m.id == "operations-20").expect("there");
    assert_eq!(10 + 25 * minimum.device_users / minimum.device_seats, minimum.quantity);
    assert!(!minimum.programs.contains(&crate::rulebook::Program::Csp));
}

#[test]
fn s17_operations_devices_take_individual_logins_and_the_others_shared_ones() {
    let rules = rules("2017-07");
    for kind in &rules.device_kinds {
        let operations = rules.sku(kind.sku).id == "operations-device";
        assert_eq!(kind.individual_login, operations, "{}", kind.id);
        assert_eq!(kind.shared_login, !operations, "{}", kind.id);
        assert_eq!(kind.covers.is_empty(), operations, "{}", kind.id);
    }
    let worker = role(rules, "Warehouse worker");
    let warehouse = rules.device_kind("Warehouse").expect("a kind");
    assert!(worker.kinds.contains(warehouse));
    assert!(!role(rules, "Shop supervisor").kinds.contains(warehouse));
}

#[test]
fn s17_tiers_are_for_the_customer_engagement_plan_only() {
    let rules = rules("2017-07");
    let plan = sku(rules, "customer-engagement-plan");
    assert!(rules.price_tiers.iter().all(|tier| tier.sku == plan));
    assert_eq!(rules.price_tiers.first().map(|t| t.price.cents), Some(Cents(11_500)));
}

#[test]
fn s21_the_ladder_is_nested_in_every_full_operations_licence() {
    let rules = rules("2021-09");
    for id in
        ["finance", "supply-chain-management", "commerce", "human-resources", "project-operations"]
    {
        for right in ["fo.any-full", "fo.activity", "team-members", "hr.self-service"] {
            assert!(covers(rules, id, right), "{id} {right}");
        }
    }
    assert!(covers(rules, "team-members", "hr.self-service"));
    assert!(!covers(rules, "hr-self-service", "team-members"));
    assert!(!covers(rules, "sales-enterprise", "fo.activity"));
}

#[test]
fn s21_business_central_takes_the_professional_attaches_and_nothing_else() {
    let rules = rules("2021-09");
    for base in ["bc-essentials", "bc-premium"] {
        let at = usize::from(sku(rules, base).0);
        assert_eq!(
            rules.attachable[at],
            set(rules, &["sales-professional", "customer-service-professional"])
        );
        assert!(rules.unverified_attach[at].is_empty());
    }
}

#[test]
fn s21_only_user_licences_are_attached_and_the_base_is_the_dearest() {
    let rules = rules("2021-09");
    assert!(rules.flags.base_is_dearest);
    for base in rules.sku_ids() {
        for to in rules.attachable[usize::from(base.0)].iter() {
            let (base, to) = (rules.sku(base), rules.sku(to));
            assert_eq!(to.metric, Metric::User);
            let prices = (base.list.as_ref(), to.list.as_ref());
            assert!(matches!(prices, (Some(b), Some(t)) if b.cents >= t.cents), "{}", to.id);
        }
    }
    assert!(rules.attachable[usize::from(sku(rules, "guides").0)].is_empty());
}

#[test]
fn g22_the_rows_of_the_attach_table_have_as_many_cells_as_are_left_of_it() {
    let rules = rules("2021-09");
    let row = |id| rules.attachable[usize::from(sku(rules, id).0)].len();
    // Finance and Commerce have a tenth, Project Operations (see the file).
    assert_eq!([row("finance"), row("commerce")], [10, 10]);
    assert_eq!(
        [row("human-resources"), row("sales-premium"), row("sales-professional")],
        [6, 5, 1]
    );
}

#[test]
fn s21_administrators_need_no_licence() {
    let rules = rules("2021-09");
    let admin = role(rules, "System administrator");
    assert!(admin.admin && rules.flags.admins_exempt);
    assert!(!role(rules, "Security administrator").admin);
}

#[test]
fn s21_project_operations_has_no_activity_roles() {
    let rules = rules("2021-09");
    let roles = rules.roles.iter().filter(|role| role.area == "Project Operations");
    assert!(roles.into_iter().all(|role| tier(rules, role) != Tier::Activity));
}

#[test]
fn prf_the_table_of_2026_has_143_roles_by_area() {
    for id in ["2021-09", "2026-09"] {
        let rules = rules(id);
        let count = |area| rules.roles.iter().filter(|role| role.area == area).count();
        let areas = [
            "Commerce",
            "Finance",
            "Human Resources",
            "Project Operations",
            "Supply Chain Management",
        ];
        assert_eq!(areas.map(count), [17, 35, 16, 20, 55], "{id}");
    }
}

#[test]
fn cost_accountant_is_never_known_by_its_name_alone() {
    for id in shipped_ids() {
        let rules = rules(id);
        assert!(rules.role_by_name("Cost accountant").is_none());
        let old = rules.role_by_identifier("INVENTCOSTACCOUNTANT").map(|role| role.name.as_str());
        assert_eq!(old, Some("Inventory accountant"));
    }
}

#[test]
fn names_of_roles_match_in_short_and_in_full() {
    for id in shipped_ids() {
        let rules = rules(id);
        for (short, full) in [
            ("AP clerk", "Accounts Payable Clerk"),
            ("AR payments clerk", "accounts receivable payments clerk"),
            ("Waterspider", "Lean waterspider"),
            ("Positive pay clerk", "Accounts payable positive payment clerk"),
            ("Transportation logistics manager", "Logistics manager"),
            ("Employee", "Self-service Employee"),
            ("Project manager - Public sector", "Project manager, Public sector"),
        ] {
            assert_eq!(role(rules, short).name, role(rules, full).name, "{id} {short}");
        }
        let by_id = rules.role_by_identifier("TRADESALESCLERK").map(|role| role.name.as_str());
        assert_eq!(by_id, Some("Sales clerk"));
    }
}

#[test]
fn licence_words_of_the_applications_are_known() {
    let rules = rules("2021-09");
    let right = |word: &str| match rules.named(word) {
        Some(Named::Right(right)) => rules.right(*right).id.clone(),
        other => format!("{other:?}"),
    };
    assert_eq!(right("Universal"), "team-members");
    assert_eq!(right("Enterprise"), "fo.any-full");
    assert_eq!(right("task"), "fo.activity");
    assert_eq!(right("Base - HR, Project Operations"), "fo.hr-or-projops");
    assert_eq!(rules.named("None"), Some(&Named::Nothing));
    assert_eq!(rules.named("Operations - Activity"), rules.named("Dyn365_Operations_Activity"));
    assert_eq!(rules.named("Microsoft 365 E5"), Some(&Named::Foreign));
    assert_eq!(rules.named("SPE_E5"), Some(&Named::Foreign));
    assert_eq!(rules.named("Dynamics 365 for Marketing USL"), Some(&Named::Foreign));
    assert_eq!(rules.named("Project Operations"), rules.named("DYN365_PROJECT_OPERATIONS"));
    assert_eq!(rules.named("Something else"), None);
}

#[test]
fn every_plannable_sku_has_a_price_but_those_of_2026_that_nobody_has_found() {
    for (id, expected) in [
        ("2017-07", &[][..]),
        ("2021-09", &[]),
        (
            "2026-09",
            &["contact-center", "sales-device", "customer-service-device", "field-service-device"],
        ),
    ] {
        let rules = rules(id);
        let unpriced: Vec<&str> = rules.unpriced().map(|sku| rules.sku(sku).id.as_str()).collect();
        assert_eq!(unpriced, expected, "{id}");
    }
}
