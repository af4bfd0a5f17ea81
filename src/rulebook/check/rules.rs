//! Roles, device kinds, minimums, exclusions, price tiers and flags.

use super::Checker;
use crate::rulebook::names::letters;
use crate::rulebook::written::{self, Text, Texts};
use crate::rulebook::{
    DeviceKind, DevicePolicy, Exclusion, Flags, KindSet, Mark, Metric, Minimum, PriceTier,
    RoleRule, Sku, SkuId,
};

impl<'a> Checker<'a> {
    pub(super) fn roles(&mut self, edition: &'a written::Edition) -> Vec<RoleRule> {
        let mut roles = Vec::new();
        for group in &edition.roles {
            let group_rights = self.right_list(&group.any_of);
            if group.rows.is_empty() {
                let message = format!("a group of the area `{}` without rows", group.area);
                self.report(group.area.span(), message, None);
            }
            for row in &group.rows {
                let any_of = match &row.any_of {
                    _ if row.technical => Vec::new(),
                    Some(own) => self.right_list(own),
                    None => group_rights.clone(),
                };
                if !row.technical && row.any_of.as_ref().unwrap_or(&group.any_of).is_empty() {
                    let hint = "name the rights any one of which suffices, or say technical = true";
                    let hint = Some(hint.to_owned());
                    self.report(
                        row.name.span(),
                        format!("role `{}` needs nothing", row.name),
                        hint,
                    );
                }
                let mark = row.mark.as_ref().or(group.mark.as_ref());
                let mark = self.mark(mark, row.name.span(), "a role");
                let source = row.source.as_ref().or(group.source.as_ref());
                let source = self.source(source, mark, row.name.span(), "a role");
                roles.push(RoleRule {
                    name: row.name.get_ref().clone(),
                    identifier: row.identifier.as_ref().map(|id| id.get_ref().clone()),
                    any_of,
                    kinds: self.kind_set(&row.kinds),
                    admin: row.admin,
                    area: group.area.get_ref().clone(),
                    mark,
                    source,
                });
            }
        }
        roles
    }

    fn kind_set(&mut self, texts: &Texts) -> KindSet {
        let mut set = KindSet::EMPTY;
        for text in texts {
            if let Some(&kind) = self.kind_ids.get(text.get_ref().as_str()) {
                if set.contains(kind) {
                    self.report(text.span(), format!("kind `{text}` is named twice"), None);
                }
                set = set.union(KindSet::of(kind));
            } else {
                let known: Vec<&str> = self.kind_ids.keys().copied().collect();
                self.unknown("device kind", text, &known);
            }
        }
        set
    }

    pub(super) fn device_kinds(
        &mut self,
        edition: &'a written::Edition,
        skus: &[Sku],
    ) -> Vec<DeviceKind> {
        let mut kinds = Vec::with_capacity(edition.device_kinds.len());
        let mut words: Vec<(String, &str)> = Vec::new();
        for kind in &edition.device_kinds {
            let word = letters(kind.id.get_ref());
            let earlier =
                words.iter().find(|(earlier, id)| *earlier == word && *id != kind.id.get_ref());
            if let Some((_, earlier)) = earlier {
                let message = format!("device kind `{}` is the same word as `{earlier}`", kind.id);
                let hint = Some("kinds are compared by their letters and digits".to_owned());
                self.report(kind.id.span(), message, hint);
            }
            if !words.iter().any(|(earlier, _)| *earlier == word) {
                words.push((word, kind.id.get_ref()));
            }
            let covers = kind.covers.as_ref().map(|rights| self.right_list(rights));
            let source =
                self.source(kind.source.as_ref(), Mark::Derived, kind.id.span(), "a device kind");
            if !kind.shared_login && !kind.individual_login {
                let message = format!("nobody can log in to a device of kind `{}`", kind.id);
                self.report(kind.id.span(), message, None);
            }
            let Some(sku) = self.sku(&kind.sku) else { continue };
            let Some(device) = skus.get(usize::from(sku.0)) else { continue };
            if device.metric != Metric::Device {
                let message = format!("`{}` is no device SKU", kind.sku);
                self.report(kind.sku.span(), message, None);
            }
            kinds.push(DeviceKind {
                id: kind.id.get_ref().clone(),
                name: kind.name.get_ref().clone(),
                sku,
                covers: covers.unwrap_or_else(|| device.covers.clone()),
                must_be_dedicated: kind.must_be_dedicated,
                shared_login: kind.shared_login,
                individual_login: kind.individual_login,
                source,
            });
        }
        kinds
    }

    pub(super) fn minimums(&mut self, edition: &'a written::Edition, skus: &[Sku]) -> Vec<Minimum> {
        self.distinct("minimum", edition.minimums.iter().map(|minimum| &minimum.id));
        let mut minimums = Vec::with_capacity(edition.minimums.len());
        for written in &edition.minimums {
            let mark = self.mark(written.mark.as_ref(), written.id.span(), "a minimum");
            let source = self.source(written.source.as_ref(), mark, written.id.span(), "a minimum");
            let minimum = Minimum {
                id: written.id.get_ref().clone(),
                name: written.name.get_ref().clone(),
                applies_to: self.sku_set(&written.applies_to),
                counts: self.sku_set(&written.counts),
                quantity: *written.quantity.get_ref(),
                programs: self.programs(written.programs.as_ref()),
                segments: self.segments(written.segments.as_ref()),
                per_sku: written.per_sku,
                device_skus: self.sku_set(&written.device_skus),
                device_seats: written.device_seats,
                device_users: written.device_users,
                mark,
                source,
            };
            let id = &minimum.id;
            let at = written.id.span();
            if minimum.applies_to.is_empty() {
                self.report(at.clone(), format!("the minimum `{id}` applies to nothing"), None);
            }
            if minimum.counts.is_empty() {
                self.report(at.clone(), format!("the minimum `{id}` counts nothing"), None);
            }
            if minimum.quantity < 2 {
                let message = format!("a minimum of {} binds nobody", minimum.quantity);
                self.report(written.quantity.span(), message, None);
            }
            let is_sold = |sku: SkuId| {
                let sku = skus.get(usize::from(sku.0));
                sku.is_some_and(|sku| sku.plannable || sku.metric == Metric::Tenant)
            };
            if !minimum.applies_to.is_empty() && !minimum.applies_to.iter().any(is_sold) {
                let message =
                    format!("the minimum `{id}` never binds: nothing it applies to can be bought");
                self.report(at.clone(), message, None);
            }
            if !minimum.counts.is_empty()
                && !minimum.counts.union(minimum.device_skus).iter().any(is_sold)
            {
                let message =
                    format!("the minimum `{id}` can never be met: nothing it counts can be bought");
                self.report(at.clone(), message, None);
            }
            let counts_devices = !minimum.device_skus.is_empty();
            let ratio = minimum.device_seats > 0 && minimum.device_users > 0;
            if counts_devices != ratio {
                let hint = "device_skus, device_seats and device_users go together";
                let message = format!("half a device rule in the minimum `{id}`");
                self.report(at.clone(), message, Some(hint.to_owned()));
            }
            let is_device = |sku: &SkuId| {
                skus.get(usize::from(sku.0)).is_some_and(|s| s.metric == Metric::Device)
            };
            if !minimum.device_skus.iter().all(|sku| is_device(&sku)) {
                let message = format!("a SKU in `device_skus` of `{id}` is no device SKU");
                self.report(at, message, None);
            }
            minimums.push(minimum);
        }
        minimums
    }

    pub(super) fn exclusions(&mut self, edition: &'a written::Edition) -> Vec<Exclusion> {
        self.distinct("exclusion", edition.exclusions.iter().map(|exclusion| &exclusion.id));
        let mut exclusions = Vec::with_capacity(edition.exclusions.len());
        for written in &edition.exclusions {
            let at = written.id.span();
            let mark = self.mark(written.mark.as_ref(), at.clone(), "an exclusion");
            let source = self.source(written.source.as_ref(), mark, at.clone(), "an exclusion");
            let left = self.sku_set(&written.left);
            let right = self.sku_set(&written.right);
            if left.is_empty() || right.is_empty() {
                let message = format!("the exclusion `{}` has an empty side", written.id);
                self.report(at.clone(), message, None);
            }
            if !left.intersection(right).is_empty() {
                let message = format!("the exclusion `{}` has a SKU on both sides", written.id);
                self.report(at, message, None);
            }
            exclusions.push(Exclusion {
                id: written.id.get_ref().clone(),
                name: written.name.get_ref().clone(),
                left,
                right,
                tenant_wide: written.tenant_wide,
                segments: self.segments(written.segments.as_ref()),
                mark,
                source,
            });
        }
        exclusions
    }

    pub(super) fn price_tiers(&mut self, edition: &'a written::Edition) -> Vec<PriceTier> {
        self.distinct("price tier", edition.price_tiers.iter().map(|tier| &tier.sku));
        let mut tiers = Vec::new();
        for written in &edition.price_tiers {
            let sku = self.sku(&written.sku);
            let counts = self.sku_set(&written.counts);
            if written.steps.is_empty() {
                let message = format!("the price tier of `{}` has no steps", written.sku);
                self.report(written.sku.span(), message, None);
            }
            let programs = self.programs(written.programs.as_ref());
            let segments = self.segments(written.segments.as_ref());
            if sku.is_some_and(|sku| !counts.contains(sku)) {
                let message = format!("`{}` does not count toward its own tier", written.sku);
                self.report(written.sku.span(), message, None);
            }
            let mut before: Option<(u32, crate::money::Cents)> = None;
            for step in &written.steps {
                let from = *step.from.get_ref();
                let price = self.price_of(&step.price, step.mark.as_ref(), step.source.as_ref());
                if before.is_some_and(|(earlier, _)| from <= earlier) || from == 0 {
                    let hint = Some("steps stand in rising order, from 1 on".to_owned());
                    self.report(step.from.span(), format!("the step {from} does not rise"), hint);
                }
                let Some(price) = price else { continue };
                if before.is_some_and(|(_, cents)| price.cents >= cents) {
                    let message = format!("the price does not fall at {from} seats");
                    self.report(step.price.span(), message, None);
                }
                before = Some((from, price.cents));
                if let Some(sku) = sku {
                    let (programs, segments) = (programs.clone(), segments.clone());
                    tiers.push(PriceTier { sku, counts, from, price, programs, segments });
                }
            }
        }
        tiers
    }

    /// Ids of one section must differ.
    pub(super) fn distinct(&mut self, what: &str, ids: impl Iterator<Item = &'a Text>) {
        let mut seen: Vec<&str> = Vec::new();
        for id in ids {
            if seen.contains(&id.get_ref().as_str()) {
                self.report(id.span(), format!("duplicate {what} `{id}`"), None);
            }
            seen.push(id.get_ref());
        }
    }

    /// `None` where a right is unknown, which is then reported.
    pub(super) fn flags(&mut self, flags: &written::Flags) -> Option<Flags> {
        let policies = [DevicePolicy::Guide, DevicePolicy::Strict].map(|p| (p.word(), p));
        let device_policy = self.word("device policy", &flags.device_policy, &policies);
        let read_right = flags.read_right.as_ref().and_then(|right| self.right(right));
        let unknown_full = self.right(&flags.unknown_full);
        let unknown_team_members = self.right(&flags.unknown_team_members);
        let unlicensed_menu_item = self.right(&flags.unlicensed_menu_item);
        let read_grant = *flags.read_grant_is_team_members.get_ref();
        if read_grant && flags.read_right.is_none() {
            let hint = Some("add read_right".to_owned());
            let message = "read_grant_is_team_members without the right it takes".to_owned();
            self.report(flags.read_grant_is_team_members.span(), message, hint);
        }
        Some(Flags {
            read_grant_is_team_members: read_grant,
            read_right,
            admins_exempt: flags.admins_exempt,
            base_is_dearest: flags.base_is_dearest,
            device_policy: device_policy?,
            unknown_full: unknown_full?,
            unknown_team_members: unknown_team_members?,
            unlicensed_menu_item: unlicensed_menu_item?,
        })
    }
}
