//! The rulebook as a reader sees it.
//!
//! [`RulebookView`] is the stable JSON of `rulebook show --format json`,
//! described in `docs/rulebook.md`: ids instead of indices, lists in the
//! edition's order, money in whole cents. [`render_text`](super::render_text)
//! prints the same facts for a terminal.

mod entitled;

use serde::Serialize;

use super::{
    Class, KindSet, Mark, Metric, PricePoint, Program, RightId, Rulebook, Segment, SkuSet, Tier,
};

/// Version of the JSON shape; rises when a key changes its meaning or goes.
const SCHEMA_VERSION: u32 = 1;

/// The stable JSON shape.
#[derive(Debug, Serialize)]
pub struct RulebookView<'a> {
    schema_version: u32,
    id: &'a str,
    title: &'a str,
    valid_from: &'a str,
    currency: &'a str,
    hash: &'a str,
    sources: Vec<SourceView<'a>>,
    flags: FlagsView<'a>,
    rights: Vec<RightView<'a>>,
    skus: Vec<SkuView<'a>>,
    full_user_skus: Vec<&'a str>,
    qualification: Vec<BaseView<'a>>,
    minimums: Vec<MinimumView<'a>>,
    exclusions: Vec<ExclusionView<'a>>,
    price_tiers: Vec<TierView<'a>>,
    device_kinds: Vec<KindView<'a>>,
    roles: Vec<RoleView<'a>>,
    use_rights: Vec<entitled::UseRightView<'a>>,
    gates: Vec<entitled::GateView<'a>>,
    capacity: Vec<entitled::CapacityView<'a>>,
    support: Vec<entitled::SupportView<'a>>,
    integration: Option<entitled::IntegrationView<'a>>,
    payment_terms: Vec<entitled::PaymentTermView<'a>>,
    enforcement: Vec<entitled::EnforcementView<'a>>,
    vendor_report: Option<entitled::VendorReportView<'a>>,
}

#[derive(Debug, Serialize)]
struct SourceView<'a> {
    id: &'a str,
    title: &'a str,
}

#[derive(Debug, Serialize)]
struct FlagsView<'a> {
    read_grant_is_team_members: bool,
    read_right: Option<&'a str>,
    admins_exempt: bool,
    base_is_dearest: bool,
    device_policy: &'static str,
    unknown_full: &'a str,
    unknown_team_members: &'a str,
    unlicensed_menu_item: &'a str,
}

#[derive(Debug, Serialize)]
struct RightView<'a> {
    id: &'a str,
    name: &'a str,
    tier: Tier,
}

#[derive(Debug, Serialize)]
struct SkuView<'a> {
    id: &'a str,
    name: &'a str,
    metric: Metric,
    class: Class,
    plannable: bool,
    programs: &'a [Program],
    segments: &'a [Segment],
    withdrawn: &'a str,
    renews_as: Vec<&'a str>,
    on_premises: &'a str,
    list_cents: Option<i64>,
    list_mark: Option<Mark>,
    list_source: Option<&'a str>,
    attach_cents: Option<i64>,
    attach_mark: Option<Mark>,
    attach_source: Option<&'a str>,
    covers: Vec<&'a str>,
    covers_mark: Mark,
    covers_source: &'a str,
    requires: Vec<&'a str>,
    product_ids: &'a [String],
}

#[derive(Debug, Serialize)]
struct BaseView<'a> {
    base: &'a str,
    attach: Vec<AttachView<'a>>,
}

#[derive(Debug, Serialize)]
struct AttachView<'a> {
    attach: &'a str,
    verified: bool,
}

#[derive(Debug, Serialize)]
struct MinimumView<'a> {
    id: &'a str,
    name: &'a str,
    applies_to: Vec<&'a str>,
    counts: Vec<&'a str>,
    quantity: u32,
    programs: &'a [Program],
    segments: &'a [Segment],
    per_sku: bool,
    device_skus: Vec<&'a str>,
    device_seats: u32,
    device_users: u32,
    mark: Mark,
    source: &'a str,
}

#[derive(Debug, Serialize)]
struct ExclusionView<'a> {
    id: &'a str,
    name: &'a str,
    left: Vec<&'a str>,
    right: Vec<&'a str>,
    tenant_wide: bool,
    segments: &'a [Segment],
    mark: Mark,
    source: &'a str,
}

#[derive(Debug, Serialize)]
struct TierView<'a> {
    sku: &'a str,
    counts: Vec<&'a str>,
    programs: &'a [Program],
    segments: &'a [Segment],
    from: u32,
    cents: i64,
    mark: Mark,
    source: &'a str,
}

#[derive(Debug, Serialize)]
struct KindView<'a> {
    id: &'a str,
    name: &'a str,
    sku: &'a str,
    covers: Vec<&'a str>,
    must_be_dedicated: bool,
    shared_login: bool,
    individual_login: bool,
    source: &'a str,
}

#[derive(Debug, Serialize)]
struct RoleView<'a> {
    name: &'a str,
    identifier: Option<&'a str>,
    any_of: Vec<&'a str>,
    kinds: Vec<&'a str>,
    admin: bool,
    area: &'a str,
    mark: Mark,
    source: &'a str,
}

impl Rulebook {
    /// The ids of a set of SKUs, in edition order.
    pub(super) fn ids_of(&self, set: SkuSet) -> Vec<&str> {
        set.iter().map(|sku| self.sku(sku).id.as_str()).collect()
    }

    /// The ids of rights, in the order given.
    pub(super) fn ids_of_rights(&self, rights: &[RightId]) -> Vec<&str> {
        rights.iter().map(|&right| self.right(right).id.as_str()).collect()
    }

    /// The ids of a set of device kinds, in edition order.
    pub(super) fn ids_of_kinds(&self, set: KindSet) -> Vec<&str> {
        (0u8..)
            .zip(&self.device_kinds)
            .filter(|(at, _)| set.contains(super::KindId(*at)))
            .map(|(_, kind)| kind.id.as_str())
            .collect()
    }
}

impl<'a> From<&'a Rulebook> for RulebookView<'a> {
    fn from(rules: &'a Rulebook) -> Self {
        let right = |id: RightId| rules.right(id).id.as_str();
        Self {
            schema_version: SCHEMA_VERSION,
            id: &rules.id,
            title: &rules.title,
            valid_from: &rules.valid_from,
            currency: &rules.currency,
            hash: &rules.hash,
            sources: rules.sources.iter().map(|(id, title)| SourceView { id, title }).collect(),
            flags: FlagsView {
                read_grant_is_team_members: rules.flags.read_grant_is_team_members,
                read_right: rules.flags.read_right.map(right),
                admins_exempt: rules.flags.admins_exempt,
                base_is_dearest: rules.flags.base_is_dearest,
                device_policy: rules.flags.device_policy.word(),
                unknown_full: right(rules.flags.unknown_full),
                unknown_team_members: right(rules.flags.unknown_team_members),
                unlicensed_menu_item: right(rules.flags.unlicensed_menu_item),
            },
            rights: rules
                .rights
                .iter()
                .map(|right| RightView { id: &right.id, name: &right.name, tier: right.tier })
                .collect(),
            skus: skus(rules),
            full_user_skus: rules.ids_of(rules.full_user_skus),
            qualification: qualification(rules),
            minimums: minimums(rules),
            exclusions: rules
                .exclusions
                .iter()
                .map(|exclusion| ExclusionView {
                    id: &exclusion.id,
                    name: &exclusion.name,
                    left: rules.ids_of(exclusion.left),
                    right: rules.ids_of(exclusion.right),
                    tenant_wide: exclusion.tenant_wide,
                    segments: &exclusion.segments,
                    mark: exclusion.mark,
                    source: &exclusion.source,
                })
                .collect(),
            price_tiers: rules
                .price_tiers
                .iter()
                .map(|tier| TierView {
                    sku: &rules.sku(tier.sku).id,
                    counts: rules.ids_of(tier.counts),
                    programs: &tier.programs,
                    segments: &tier.segments,
                    from: tier.from,
                    cents: tier.price.cents.0,
                    mark: tier.price.mark,
                    source: &tier.price.source,
                })
                .collect(),
            device_kinds: rules
                .device_kinds
                .iter()
                .map(|kind| KindView {
                    id: &kind.id,
                    name: &kind.name,
                    sku: &rules.sku(kind.sku).id,
                    covers: rules.ids_of_rights(&kind.covers),
                    must_be_dedicated: kind.must_be_dedicated,
                    shared_login: kind.shared_login,
                    individual_login: kind.individual_login,
                    source: &kind.source,
                })
                .collect(),
            roles: rules
                .roles
                .iter()
                .map(|role| RoleView {
                    name: &role.name,
                    identifier: role.identifier.as_deref(),
                    any_of: rules.ids_of_rights(&role.any_of),
                    kinds: rules.ids_of_kinds(role.kinds),
                    admin: role.admin,
                    area: &role.area,
                    mark: role.mark,
                    source: &role.source,
                })
                .collect(),
            use_rights: entitled::use_rights(rules),
            gates: entitled::gates(rules),
            capacity: entitled::capacity(rules),
            support: entitled::support(rules),
            integration: entitled::integration(rules),
            payment_terms: entitled::payment_terms(rules),
            enforcement: entitled::enforcement(rules),
            vendor_report: entitled::vendor_report(rules),
        }
    }
}

fn skus(rules: &Rulebook) -> Vec<SkuView<'_>> {
    let cents = |price: &Option<PricePoint>| price.as_ref().map(|price| price.cents.0);
    let mark = |price: &Option<PricePoint>| price.as_ref().map(|price| price.mark);
    rules
        .skus
        .iter()
        .map(|sku| SkuView {
            id: &sku.id,
            name: &sku.name,
            metric: sku.metric,
            class: sku.class,
            plannable: sku.plannable,
            programs: &sku.programs,
            segments: &sku.segments,
            withdrawn: &sku.withdrawn,
            renews_as: rules.ids_of(sku.renews_as),
            on_premises: &sku.on_premises,
            list_cents: cents(&sku.list),
            list_mark: mark(&sku.list),
            list_source: sku.list.as_ref().map(|price| price.source.as_str()),
            attach_cents: cents(&sku.attach),
            attach_mark: mark(&sku.attach),
            attach_source: sku.attach.as_ref().map(|price| price.source.as_str()),
            covers: rules.ids_of_rights(&sku.covers),
            covers_mark: sku.mark,
            covers_source: &sku.source,
            requires: rules.ids_of(sku.requires),
            product_ids: &sku.product_ids,
        })
        .collect()
}

/// Bases to which nothing can be attached are left out.
fn qualification(rules: &Rulebook) -> Vec<BaseView<'_>> {
    rules
        .skus
        .iter()
        .zip(rules.attachable.iter().zip(&rules.unverified_attach))
        .filter(|(_, (allowed, _))| !allowed.is_empty())
        .map(|(base, (allowed, unverified))| BaseView {
            base: &base.id,
            attach: allowed
                .iter()
                .map(|sku| AttachView {
                    attach: &rules.sku(sku).id,
                    verified: !unverified.contains(sku),
                })
                .collect(),
        })
        .collect()
}

fn minimums(rules: &Rulebook) -> Vec<MinimumView<'_>> {
    rules
        .minimums
        .iter()
        .map(|minimum| MinimumView {
            id: &minimum.id,
            name: &minimum.name,
            applies_to: rules.ids_of(minimum.applies_to),
            counts: rules.ids_of(minimum.counts),
            quantity: minimum.quantity,
            programs: &minimum.programs,
            segments: &minimum.segments,
            per_sku: minimum.per_sku,
            device_skus: rules.ids_of(minimum.device_skus),
            device_seats: minimum.device_seats,
            device_users: minimum.device_users,
            mark: minimum.mark,
            source: &minimum.source,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::{render_summary, render_text, shipped, shipped_ids};

    #[test]
    fn the_json_names_things_by_id_and_is_the_same_every_time() {
        for id in shipped_ids() {
            let rules = shipped(id).expect("shipped");
            let json = serde_json::to_value(RulebookView::from(rules)).expect("serialises");
            assert_eq!(json["schema_version"], 1);
            assert_eq!(json["skus"].as_array().map(Vec::len), Some(rules.skus.len()));
            assert_eq!(json, serde_json::to_value(RulebookView::from(rules)).expect("again"));
        }
        let rules = shipped("2021-09").expect("shipped");
        let json = serde_json::to_value(RulebookView::from(rules)).expect("serialises");
        let finance = json["skus"].as_array().expect("a list").iter();
        let finance = finance.clone().find(|sku| sku["id"] == "finance").expect("there");
        assert_eq!(finance["list_cents"], 18_000);
        assert_eq!(finance["attach_mark"], "V-3P");
        let row = json["qualification"].as_array().expect("a list").iter();
        let row = row.clone().find(|row| row["base"] == "field-service").expect("there");
        let cells = row["attach"].as_array().expect("a list");
        let remote = cells.iter().find(|cell| cell["attach"] == "remote-assist").expect("there");
        assert_eq!(remote["verified"], true);
    }

    #[test]
    fn the_text_has_every_role_and_no_trailing_blanks() {
        let rules = shipped("2017-07").expect("shipped");
        let text = render_text(rules);
        for role in &rules.roles {
            assert!(text.contains(&role.name), "{}", role.name);
        }
        assert!(text.lines().all(|line| line.trim_end() == line));
        let summary = render_summary(rules);
        assert!(summary.starts_with("2017-07  ") && !summary.contains('\n'), "{summary}");
    }
}
