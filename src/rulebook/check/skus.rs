//! Rights, SKUs, what they cover, and the attach matrix.

use super::Checker;
use crate::rulebook::{
    Class, DeviceKind, Metric, Right, RightId, Sku, SkuId, SkuSet, Tier, written,
};

impl<'a> Checker<'a> {
    pub(super) fn rights(&mut self, edition: &'a written::Edition) -> Vec<Right> {
        let tiers = [Tier::None, Tier::SelfService, Tier::TeamMembers, Tier::Activity, Tier::Full]
            .map(|tier| (tier.word(), tier));
        edition
            .rights
            .iter()
            .map(|right| Right {
                id: right.id.get_ref().clone(),
                name: right.name.get_ref().clone(),
                tier: self.word("tier", &right.tier, &tiers).unwrap_or(Tier::Full),
            })
            .collect()
    }

    pub(super) fn skus(&mut self, edition: &'a written::Edition) -> Vec<Sku> {
        let covers = self.closed_covers(edition);
        let mut skus = Vec::with_capacity(edition.skus.len());
        for (sku, covers) in edition.skus.iter().zip(covers) {
            let metrics =
                [("user", Metric::User), ("device", Metric::Device), ("tenant", Metric::Tenant)];
            let classes = [
                ("full", Class::Full),
                ("additional", Class::Additional),
                ("add-on", Class::AddOn),
                ("device", Class::Device),
                ("tenant", Class::Tenant),
            ];
            let metric = self.word("metric", &sku.metric, &metrics).unwrap_or(Metric::User);
            let class = self.word("class", &sku.class, &classes).unwrap_or(Class::Full);
            let fits = match class {
                Class::Full | Class::Additional | Class::AddOn => metric == Metric::User,
                Class::Device => metric == Metric::Device,
                Class::Tenant => metric == Metric::Tenant,
            };
            if !fits {
                let message =
                    format!("class `{}` does not go with metric `{}`", sku.class, sku.metric);
                self.report(sku.class.span(), message, None);
            }
            if sku.plannable && metric == Metric::Tenant {
                let hint = Some("add plannable = false".to_owned());
                let message = format!("`{}` is a tenant SKU and cannot be planned", sku.id);
                self.report(sku.metric.span(), message, hint);
            }
            if let Some(grade) = &sku.grade {
                self.word("grade", grade, &[("professional", ()), ("enterprise", ())]);
            }
            let requires = self.sku_set(&sku.requires);
            if class == Class::AddOn && sku.plannable && requires.is_empty() {
                let hint = Some("add requires = [...]: an add-on needs a licence".to_owned());
                self.report(sku.class.span(), format!("`{}` requires nothing", sku.id), hint);
            }
            if class != Class::AddOn && !requires.is_empty() {
                let hint = Some("only class `add-on` requires another licence".to_owned());
                self.report(sku.class.span(), format!("`{}` is no add-on", sku.id), hint);
            }
            if let (Some(list), Some(attach)) = (&sku.list, &sku.attach) {
                let cents = |price: &written::Price| {
                    price.price.get_ref().as_str().and_then(super::plain_price)
                };
                if cents(list).zip(cents(attach)).is_some_and(|(list, attach)| attach > list) {
                    let message = format!("attached, `{}` costs more than by itself", sku.id);
                    self.report(attach.price.span(), message, None);
                }
            }
            if let (Some(attach), Class::Additional | Class::AddOn | Class::Device) =
                (&sku.attach, class)
            {
                let message = format!("an attach price on `{}`, class `{}`", sku.id, sku.class);
                let hint = Some("only full user licences can be attached".to_owned());
                self.report(attach.price.span(), message, hint);
            }
            let mark = self.mark(sku.mark.as_ref(), sku.id.span(), "what a SKU covers");
            let source = self.source(sku.source.as_ref(), mark, sku.id.span(), "what a SKU covers");
            let (withdrawn, renews_as) = self.withdrawal(edition, sku);
            skus.push(Sku {
                id: sku.id.get_ref().clone(),
                name: sku.name.get_ref().clone(),
                metric,
                class,
                covers,
                list: sku.list.as_ref().and_then(|price| self.price(price)),
                attach: sku.attach.as_ref().and_then(|price| self.price(price)),
                requires,
                plannable: sku.plannable,
                programs: self.programs(sku.programs.as_ref()),
                segments: self.segments(sku.segments.as_ref()),
                withdrawn,
                renews_as,
                on_premises: sku
                    .on_premises
                    .as_ref()
                    .map_or_else(String::new, |words| words.get_ref().clone()),
                source,
                mark,
                product_ids: sku.product_ids.iter().map(|id| id.get_ref().clone()).collect(),
            });
        }
        skus
    }

    /// What each SKU covers by itself and through all it includes, sorted.
    fn closed_covers(&mut self, edition: &'a written::Edition) -> Vec<Vec<RightId>> {
        let own: Vec<Vec<RightId>> =
            edition.skus.iter().map(|sku| self.right_list(&sku.covers)).collect();
        let mut includes: Vec<Vec<usize>> = Vec::with_capacity(own.len());
        for sku in &edition.skus {
            let mut list = Vec::with_capacity(sku.includes.len());
            for text in &sku.includes {
                list.extend(self.sku(text).map(|id| usize::from(id.0)));
            }
            includes.push(list);
        }
        self.include_cycles(edition, &includes);
        let mut closed = Vec::with_capacity(own.len());
        for at in 0..own.len() {
            let mut seen = vec![false; own.len()];
            let mut todo = vec![at];
            let mut rights = Vec::new();
            while let Some(next) = todo.pop() {
                if seen.get(next).is_none_or(|seen| *seen) {
                    continue;
                }
                seen[next] = true;
                todo.extend(includes.get(next).into_iter().flatten());
                rights.extend(own.get(next).into_iter().flatten().copied());
            }
            rights.sort_unstable();
            rights.dedup();
            closed.push(rights);
        }
        closed
    }

    /// SKUs that include each other in a circle: told once, at the SKU of the
    /// circle that stands first.
    fn include_cycles(&mut self, edition: &'a written::Edition, includes: &[Vec<usize>]) {
        // Whether nothing more can be found behind a SKU.
        let mut done = vec![false; includes.len()];
        for start in 0..includes.len() {
            let mut path = vec![(start, 0)];
            while let Some((at, next)) = path.pop() {
                if done[at] {
                    continue;
                }
                let Some(&inner) = includes[at].get(next) else {
                    done[at] = true;
                    continue;
                };
                path.push((at, next + 1));
                let Some(begin) = path.iter().position(|(sku, _)| *sku == inner) else {
                    path.push((inner, 0));
                    continue;
                };
                let circle = path[begin..].iter().map(|(sku, _)| *sku);
                let Some(first) = circle.clone().min() else { continue };
                let turned = circle.clone().skip_while(|sku| *sku != first);
                let turned = turned.chain(circle.take_while(|sku| *sku != first));
                let ids = turned.chain([first]).filter_map(|sku| edition.skus.get(sku));
                let ids: Vec<&str> = ids.map(|sku| sku.id.get_ref().as_str()).collect();
                let Some(sku) = edition.skus.get(first) else { continue };
                let (message, hint) = match ids.as_slice() {
                    [id, _] => (format!("`{id}` includes itself"), "take it out of `includes`"),
                    _ => (
                        format!("SKUs include each other in a circle: {}", ids.join(" -> ")),
                        "take one of them out of `includes`",
                    ),
                };
                let next = ids.get(1).copied().unwrap_or_default();
                let place = sku.includes.iter().find(|text| text.get_ref() == next);
                let place = place.map_or_else(|| sku.id.span(), |text| text.span());
                self.report(place, message, Some(hint.to_owned()));
            }
        }
    }

    /// An add-on must stand on something that can be bought: a licence, or an
    /// add-on for which that holds.
    pub(super) fn add_ons_on_nothing(&mut self, edition: &'a written::Edition, skus: &[Sku]) {
        let ids = || (0u8..=127).zip(skus).map(|(at, sku)| (SkuId(at), sku));
        let bought = |sku: &Sku| sku.metric == Metric::User && sku.plannable;
        let licence = |sku: &Sku| bought(sku) && sku.class != Class::AddOn;
        let mut firm: SkuSet = ids().filter(|(_, sku)| licence(sku)).map(|(id, _)| id).collect();
        loop {
            let more =
                ids().filter(|(_, sku)| bought(sku) && !sku.requires.intersection(firm).is_empty());
            let grown = more.map(|(id, _)| id).collect::<SkuSet>().union(firm);
            if grown == firm {
                break;
            }
            firm = grown;
        }
        for ((id, sku), written) in ids().zip(&edition.skus) {
            if let (Some(first), false) = (written.requires.first(), firm.contains(id))
                && sku.plannable
                && !sku.requires.is_empty()
            {
                let message = format!("`{}` can never be bought: nothing it requires can", sku.id);
                let hint = "name a user licence that is still sold, or say plannable = false";
                self.report(first.span(), message, Some(hint.to_owned()));
            }
        }
    }

    /// The matrix, and the cells of it that nobody has verified.
    pub(super) fn attach(
        &mut self,
        edition: &'a written::Edition,
        skus: &[Sku],
    ) -> (Vec<SkuSet>, Vec<SkuSet>) {
        let mut allowed = vec![SkuSet::EMPTY; skus.len()];
        let mut unverified = vec![SkuSet::EMPTY; skus.len()];
        let (mut rows, mut complete) = (SkuSet::EMPTY, SkuSet::EMPTY);
        for row in &edition.attach {
            let Some(base) = self.sku(&row.base) else { continue };
            let Some(base_sku) = skus.get(usize::from(base.0)) else { continue };
            if rows.contains(base) {
                let message = format!("a second attach row for `{}`", row.base);
                self.report(row.base.span(), message, None);
            }
            rows.insert(base);
            if row.only {
                complete.insert(base);
            }
            if base_sku.class != Class::Full {
                let hint = Some("only a full user licence can be a base".to_owned());
                let message = format!("`{}` cannot be a base", row.base);
                self.report(row.base.span(), message, hint);
                continue;
            }
            for cell in &row.to {
                let mark = cell.mark.as_ref().or(row.mark.as_ref());
                let mark = self.mark(mark, cell.sku.span(), "an attach cell");
                let source = cell.source.as_ref().or(row.source.as_ref());
                self.source(source, mark, cell.sku.span(), "an attach cell");
                let Some(to) = self.sku(&cell.sku) else { continue };
                let Some(to_sku) = skus.get(usize::from(to.0)) else { continue };
                self.attach_cell(cell, base_sku, to_sku, edition.flags.base_is_dearest);
                let at = usize::from(base.0);
                if allowed[at].contains(to) {
                    let message = format!("`{}` is listed twice", cell.sku);
                    self.report(cell.sku.span(), message, None);
                }
                allowed[at].insert(to);
                if mark.is_unverified() {
                    unverified[at].insert(to);
                }
            }
        }
        let rule = edition.edition.attach_default.as_ref();
        let words = [("none", false), ("price-rule", true)];
        if rule.and_then(|word| self.word("attach rule", word, &words)) == Some(true) {
            price_rule(edition, skus, complete, &mut allowed, &mut unverified);
        }
        (allowed, unverified)
    }

    fn attach_cell(
        &mut self,
        cell: &written::AttachCell,
        base: &Sku,
        to: &Sku,
        base_is_dearest: bool,
    ) {
        let span = cell.sku.span();
        if base.id == to.id {
            self.report(span, format!("`{}` is attached to itself", to.id), None);
        } else if to.class != Class::Full {
            let hint = "device, tenant, add-on and additional-user licences are never attached";
            let message = format!("`{}` cannot be attached", to.id);
            self.report(span, message, Some(hint.to_owned()));
        } else if to.attach.is_none() {
            let hint = format!("give `{}` an attach price, or drop the cell", to.id);
            self.report(span, format!("`{}` has no attach price", to.id), Some(hint));
        } else if let (Some(base_price), Some(price)) = (&base.list, &to.list) {
            if base_is_dearest && base_price.cents < price.cents && !cell.despite_price {
                let message = format!(
                    "the base `{}` ({}) is cheaper than its attach `{}` ({})",
                    base.id, base_price.cents, to.id, price.cents
                );
                let hint = "if the source says so, add despite_price = true".to_owned();
                self.report(span, message, Some(hint));
            } else if cell.despite_price && base_price.cents >= price.cents {
                let message = format!("despite_price on `{}` has no effect", to.id);
                self.report(span, message, Some("take it out".to_owned()));
            }
        }
    }

    /// A right no user licence gives can never be satisfied.
    pub(super) fn rights_nobody_gives(
        &mut self,
        edition: &'a written::Edition,
        rights: &[Right],
        skus: &[Sku],
    ) {
        for (at, right) in rights.iter().enumerate() {
            let given = skus.iter().any(|sku| {
                sku.metric == Metric::User
                    && sku.plannable
                    && sku.covers.iter().any(|id| usize::from(id.0) == at)
            });
            let written = edition.rights.get(at).filter(|right| {
                // A duplicate or nameless one was told already.
                let id = self.right_ids.get(right.id.get_ref().as_str());
                id.is_some_and(|id| usize::from(id.0) == at)
                    && !right.id.get_ref().trim().is_empty()
            });
            if let (false, Some(written)) = (given, written) {
                let message = format!("no plannable user SKU gives the right `{}`", right.id);
                let hint = Some("add it to `covers` of a SKU, or take it out".to_owned());
                self.report(written.id.span(), message, hint);
            }
        }
    }

    /// A plannable SKU must be good for something.
    pub(super) fn skus_without_use(
        &mut self,
        edition: &'a written::Edition,
        skus: &[Sku],
        kinds: &[DeviceKind],
    ) {
        for (at, (written, sku)) in edition.skus.iter().zip(skus).enumerate() {
            let serves = kinds.iter().any(|kind| usize::from(kind.sku.0) == at);
            if sku.plannable && sku.covers.is_empty() && !serves {
                let hint = Some("add covers or includes, or plannable = false".to_owned());
                self.report(written.id.span(), format!("`{}` covers nothing", sku.id), hint);
            } else if sku.plannable && sku.class == Class::Device && !serves {
                let hint = Some("name it in a device kind, or say plannable = false".to_owned());
                let message = format!("no kind of device is licensed by `{}`", sku.id);
                self.report(written.id.span(), message, hint);
            }
        }
    }
}

/// Fills the cells that are not written, except in complete rows: whatever has an attach price and is
/// not dearer than the base, professional and enterprise kept apart. Nobody
/// has verified a cell found this way.
fn price_rule(
    edition: &written::Edition,
    skus: &[Sku],
    complete: SkuSet,
    allowed: &mut [SkuSet],
    unverified: &mut [SkuSet],
) {
    let grade = |at: usize| {
        edition.skus.get(at).and_then(|sku| sku.grade.as_ref()).map(|text| text.get_ref().as_str())
    };
    for (at, base) in skus.iter().enumerate().take(128) {
        let Some(base_id) = u8::try_from(at).ok().map(SkuId) else { break };
        let Some(base_price) = &base.list else { continue };
        if complete.contains(base_id) || base.class != Class::Full || !base.plannable {
            continue;
        }
        for (to_at, to) in skus.iter().enumerate().take(128) {
            let Some(to_id) = u8::try_from(to_at).ok().map(SkuId) else { break };
            let mixed = matches!((grade(at), grade(to_at)), (Some(a), Some(b)) if a != b);
            let cheaper = to.list.as_ref().is_some_and(|price| price.cents <= base_price.cents);
            if at != to_at
                && to.class == Class::Full
                && to.attach.is_some()
                && to.plannable
                && cheaper
                && !mixed
                && !allowed[at].contains(to_id)
            {
                allowed[at].insert(to_id);
                unverified[at].insert(to_id);
            }
        }
    }
}
