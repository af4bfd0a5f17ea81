//! One test per sentence of the two rules, in the shipped edition.

use super::Report;
use crate::output::LicenceKind;
use crate::prices::Prices;
use crate::rulebook::{Rulebook, SkuId, SkuSet, shipped};

fn rules() -> &'static Rulebook {
    shipped("2026-09").unwrap()
}

fn id(sku: &str) -> SkuId {
    let rules = rules();
    rules.sku_ids().find(|&id| rules.sku(id).id == sku).unwrap()
}

/// `finance|commerce`.
fn clause(skus: &str) -> SkuSet {
    skus.split('|').map(id).collect()
}

fn clauses(list: &[&str]) -> Vec<SkuSet> {
    list.iter().map(|skus| clause(skus)).collect()
}

fn words(set: SkuSet) -> Vec<&'static str> {
    set.iter().map(|sku| rules().sku(sku).id.as_str()).collect()
}

fn by_priority(list: &[&str]) -> Vec<&'static str> {
    words(Report::of(rules()).unwrap().by_priority(&clauses(list)))
}

fn greedily(list: &[(&str, u64)]) -> Vec<&'static str> {
    let asked: Vec<_> = list.iter().map(|(skus, rows)| (clause(skus), *rows)).collect();
    words(Report::of(rules()).unwrap().greedily(&asked))
}

/// As `base sku cents`.
fn bought(list: &[&str]) -> Vec<String> {
    let report = Report::of(rules()).unwrap();
    let prices = Prices::of_edition(rules());
    let set = report.by_priority(&clauses(list));
    let licences = report.licences(rules(), &prices, set);
    licences
        .iter()
        .map(|(sku, kind, cents)| format!("{} {} {}", kind.word(), rules().sku(*sku).id, cents.0))
        .collect()
}

#[test]
fn an_edition_of_a_time_without_the_report_has_no_rules_for_it() {
    assert!(Report::of(shipped("2017-07").unwrap()).is_none());
    assert!(Report::of(shipped("2021-09").unwrap()).is_none());
}

#[test]
fn priorities_are_those_of_the_table_highest_first() {
    let report = rules().vendor_report.as_ref().unwrap();
    let ranks: Vec<_> =
        report.ranks.iter().map(|r| (r.priority, rules().sku(r.sku).id.as_str())).collect();
    assert_eq!(
        ranks,
        [
            (100, "supply-chain-management-premium"),
            (90, "finance-premium"),
            (80, "supply-chain-management"),
            (70, "finance"),
            (60, "commerce"),
            (50, "project-operations"),
            (40, "human-resources"),
            (30, "operations-activity"),
            (20, "team-members"),
            (10, "hr-self-service"),
        ]
    );
}

#[test]
fn every_rank_of_forty_and_more_covers_activity_and_team_members() {
    let rules = rules();
    let light = [id("operations-activity"), id("team-members")];
    for rank in &rules.vendor_report.as_ref().unwrap().ranks {
        for light in light {
            let all = rules.sku(light).covers.iter();
            let covered = all.clone().all(|right| rules.sku(rank.sku).covers.contains(right));
            assert!(covered || rank.priority < 40, "{}", rules.sku(rank.sku).id);
        }
    }
}

#[test]
fn the_fewest_licences_come_first() {
    // Never Finance and Project Operations.
    let either = ["finance|supply-chain-management", "project-operations|supply-chain-management"];
    assert_eq!(by_priority(&either), ["supply-chain-management"]);
}

#[test]
fn among_as_many_the_lower_priority_is_preferred() {
    // Never Supply Chain Management and Project Operations.
    let both = ["finance|supply-chain-management", "project-operations"];
    assert_eq!(by_priority(&both), ["project-operations", "finance"]);
    assert_eq!(by_priority(&["team-members|operations-activity|commerce"]), ["team-members"]);
}

#[test]
fn the_base_is_the_highest_priority_and_the_others_attach() {
    // Buying agent and Accounts payable in the words of the FAQ.
    assert_eq!(
        bought(&["supply-chain-management|supply-chain-management-premium", "finance"]),
        ["base supply-chain-management 21000", "attach finance 3000"]
    );
    assert_eq!(bought(&["operations-activity|finance"]), ["additional operations-activity 5000"]);
}

#[test]
fn what_has_no_attach_price_is_counted_as_another_base() {
    assert_eq!(
        bought(&["finance-premium", "supply-chain-management-premium"]),
        ["base supply-chain-management-premium 30000", "base finance-premium 30000"]
    );
}

#[test]
fn the_greedy_rule_takes_first_what_covers_most_permissions() {
    // The flat rule needs Supply Chain Management alone; so does the greedy
    // one, which sees that it covers 5 + 3.
    let asked =
        [("finance|supply-chain-management", 5), ("project-operations|supply-chain-management", 3)];
    assert_eq!(greedily(&asked), ["supply-chain-management"]);
}

#[test]
fn of_licences_that_cover_as_much_the_greedy_rule_takes_the_cheapest() {
    assert_eq!(greedily(&[("finance|commerce|supply-chain-management", 9)]), ["commerce"]);
    assert_eq!(greedily(&[("hr-self-service|team-members|finance", 1)]), ["hr-self-service"]);
}

#[test]
fn the_greedy_rule_goes_on_with_what_is_left() {
    let asked = [("finance", 10), ("commerce", 4), ("operations-activity|finance|commerce", 50)];
    assert_eq!(greedily(&asked), ["finance", "commerce"]);
}

/// Permissions decide, not needs: Commerce covers most of them and is taken
/// first, then two more are needed where two licences would have done.
#[test]
fn the_greedy_rule_can_ask_for_more_licences_than_needed() {
    let asked = [
        ("commerce|finance", 10),
        ("commerce|supply-chain-management", 10),
        ("finance|human-resources", 6),
        ("supply-chain-management|project-operations", 6),
    ];
    assert_eq!(greedily(&asked), ["human-resources", "project-operations", "commerce"]);
    let flat: Vec<&str> = asked.iter().map(|(skus, _)| *skus).collect();
    assert_eq!(by_priority(&flat), ["finance", "supply-chain-management"]);
}

#[test]
fn any_licence_of_the_group_that_covers_the_same_is_compliant() {
    let report = Report::of(rules()).unwrap();
    let any = clauses(&["commerce|finance|supply-chain-management|human-resources"]);
    let set = report.by_priority(&any);
    assert_eq!(words(set), ["human-resources"]);
    assert!(report.instead(&any, set, id("human-resources")).is_empty(), "another group");
    let base = clauses(&["commerce|finance|supply-chain-management"]);
    let set = report.by_priority(&base);
    assert_eq!(words(set), ["commerce"]);
    let others = report.instead(&base, set, id("commerce"));
    assert_eq!(words(others), ["finance", "supply-chain-management"]);
}

#[test]
fn what_the_report_knows_no_licence_for_it_does_not_see() {
    let report = Report::of(rules()).unwrap();
    assert_eq!(report.seen(clause("sales-enterprise|sales-premium")), None);
    assert_eq!(report.seen(clause("team-members|sales-enterprise")), Some(clause("team-members")));
    assert_eq!(LicenceKind::Base.word(), "base");
}
