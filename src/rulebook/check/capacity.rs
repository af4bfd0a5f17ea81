//! Capacity: defaults, accruals, caps and packs.

use toml::Spanned;

use super::Checker;
use crate::amount::Amount;
use crate::rulebook::names::letters;
use crate::rulebook::written::{self, At, Text};
use crate::rulebook::{Accrual, Capacity, Included, Metric, Pack, Period, Sku};

/// The search for the cheapest packs looks at every set of kinds.
const MOST_PACKS: usize = 12;

/// The word of a default without limit.
const UNLIMITED: &str = "unlimited";

impl<'a> Checker<'a> {
    pub(super) fn capacity(
        &mut self,
        edition: &'a written::Edition,
        skus: &[Sku],
    ) -> Vec<Capacity> {
        self.distinct("capacity", edition.capacity.iter().map(|entry| &entry.id));
        self.metric_words(edition);
        let mut entries = Vec::with_capacity(edition.capacity.len());
        for (at, written) in edition.capacity.iter().enumerate() {
            let (id, span) = (&written.id, written.id.span());
            let mark = self.mark(written.mark.as_ref(), span.clone(), "a capacity");
            let source = self.source(written.source.as_ref(), mark, span.clone(), "a capacity");
            let periods = [Period::Standing, Period::Month, Period::PeakMonth, Period::Year]
                .map(|period| (period.word(), period));
            let entry = Capacity {
                id: id.get_ref().clone(),
                name: written.name.get_ref().clone(),
                unit: written.unit.get_ref().clone(),
                metrics: written.metrics.iter().map(|word| word.get_ref().clone()).collect(),
                per: self.word("period", &written.per, &periods).unwrap_or(Period::Standing),
                default: self.defaults(written),
                accrues: self.accruals(written),
                accrual_cap: written.accrual_cap.as_ref().and_then(|cap| self.amount(cap)),
                cap: written.cap.as_ref().and_then(|cap| self.amount(cap)),
                packs: self.packs(written, skus),
                one_of: written.one_of,
                mark,
                source,
            };
            if entry.default.is_empty() && entry.accrues.is_empty() && entry.packs.is_empty() {
                let hint = Some("give it default, accrues or packs".to_owned());
                self.report(span, format!("the capacity `{id}` has nothing in it"), hint);
            }
            self.caps(written, &entry);
            self.later_packs(edition, at, skus);
            entries.push(entry);
        }
        entries
    }

    /// A metric is measured against one entry.
    fn metric_words(&mut self, edition: &'a written::Edition) {
        let mut seen: Vec<(String, &str)> = Vec::new();
        for entry in &edition.capacity {
            if entry.metrics.is_empty() {
                let hint = Some("add metrics = [\"...\"]".to_owned());
                let message = format!("the capacity `{}` is measured by nothing", entry.id);
                self.report(entry.id.span(), message, hint);
            }
            for word in &entry.metrics {
                let folded = letters(word.get_ref());
                if folded.is_empty() {
                    self.report(word.span(), "an empty metric".to_owned(), None);
                } else if let Some((_, earlier)) = seen.iter().find(|(seen, _)| *seen == folded) {
                    let message = format!("the metric `{word}` is measured against `{earlier}`");
                    let hint = "metrics are compared by their letters and digits".to_owned();
                    self.report(word.span(), message, Some(hint));
                } else {
                    seen.push((folded, entry.id.get_ref()));
                }
            }
        }
    }

    fn defaults(&mut self, written: &'a written::Capacity) -> Vec<Included> {
        let mut defaults = Vec::with_capacity(written.default.len());
        // The largest that every tenant has.
        let mut always = None;
        for default in &written.default {
            let at = default.amount.span();
            let mark = default.mark.as_ref().or(written.mark.as_ref());
            let mark = self.mark(mark, at.clone(), "a default");
            let source = default.source.as_ref().or(written.source.as_ref());
            let source = self.source(source, mark, at.clone(), "a default");
            let skus = self.sku_set(&default.skus);
            if let (Some(seats), true) = (&default.seats, default.skus.is_empty()) {
                let hint = Some("name the skus whose seats count".to_owned());
                self.report(seats.span(), "seats of no SKU".to_owned(), hint);
            }
            if let Some(seats) = default.seats.as_ref().filter(|seats| *seats.get_ref() == 0) {
                self.report(seats.span(), "a default from 0 seats on".to_owned(), None);
            }
            let unlimited = default.amount.get_ref().as_str() == Some(UNLIMITED);
            let amount = if unlimited { None } else { self.amount(&default.amount) };
            if amount.is_none() && !unlimited {
                continue;
            }
            if default.skus.is_empty() {
                always = always.max(amount);
            }
            defaults.push(Included {
                amount,
                skus,
                seats: default.seats.as_ref().map_or(1, |seats| *seats.get_ref()),
                mark,
                source,
            });
        }
        for default in &written.default {
            let amount = default.amount.get_ref().as_str().and_then(Amount::parse);
            let conditional = !default.skus.is_empty();
            if conditional && amount.is_some_and(|amount| always.is_some_and(|all| amount <= all)) {
                let message = "a default that never counts: every tenant has as much".to_owned();
                let hint = "the largest default counts, never their sum".to_owned();
                self.report(default.amount.span(), message, Some(hint));
            }
        }
        defaults
    }

    fn accruals(&mut self, written: &'a written::Capacity) -> Vec<Accrual> {
        let mut accruals = Vec::with_capacity(written.accrues.len());
        for accrual in &written.accrues {
            let at = accrual.amount.span();
            let mark = accrual.mark.as_ref().or(written.mark.as_ref());
            let mark = self.mark(mark, at.clone(), "an accrual");
            let source = accrual.source.as_ref().or(written.source.as_ref());
            let source = self.source(source, mark, at.clone(), "an accrual");
            let skus = self.sku_set(&accrual.skus);
            if accrual.skus.is_empty() {
                self.report(at, "an accrual that counts no SKU".to_owned(), None);
            }
            let per = *accrual.per.get_ref();
            if per == 0 {
                let hint = Some("say for how many seats, at least 1".to_owned());
                self.report(accrual.per.span(), "an accrual for every 0 seats".to_owned(), hint);
            }
            let Some(amount) = self.amount(&accrual.amount) else { continue };
            let (attach, each) = (accrual.attach, self.sku_set(&accrual.each));
            accruals.push(Accrual { amount, per: per.max(1), skus, attach, each, mark, source });
        }
        accruals
    }

    fn packs(&mut self, written: &'a written::Capacity, skus: &[Sku]) -> Vec<Pack> {
        let mut packs: Vec<Pack> = Vec::with_capacity(written.packs.len());
        if let Some(pack) = written.packs.get(MOST_PACKS) {
            let message = format!("more than {MOST_PACKS} packs in the capacity `{}`", written.id);
            self.report(pack.sku.span(), message, None);
        }
        let alone = written.packs.iter().filter(|pack| pack.after.is_none()).count();
        if written.one_of && alone < 2 {
            let message = format!("one_of changes nothing in the capacity `{}`", written.id);
            let hint = Some("take it out: fewer than two packs stand by themselves".to_owned());
            self.report(written.id.span(), message, hint);
        }
        for pack in &written.packs {
            self.quantities(pack);
            let after = pack.after.as_ref().and_then(|after| self.after(written, pack, after));
            let amount = self.amount(&pack.amount);
            let Some(sku) = self.sku(&pack.sku) else { continue };
            if skus.get(usize::from(sku.0)).is_some_and(|sku| sku.metric != Metric::Tenant) {
                let hint = Some("seats give capacity by `default` and `accrues`".to_owned());
                let message = format!("`{}` is no tenant SKU and no pack", pack.sku);
                self.report(pack.sku.span(), message, hint);
            }
            if packs.iter().any(|known| known.sku == sku) {
                let message = format!("a second pack `{}` in one capacity", pack.sku);
                self.report(pack.sku.span(), message, None);
            }
            let Some(amount) = amount else { continue };
            let number = |text: &Option<At<u32>>| text.as_ref().map(|n| *n.get_ref());
            packs.push(Pack {
                sku,
                amount,
                most: number(&pack.most),
                unlimited_from: number(&pack.unlimited_from),
                after,
            });
        }
        packs
    }

    /// How many of a pack there can be.
    fn quantities(&mut self, pack: &'a written::Pack) {
        for (number, key) in [(&pack.most, "most"), (&pack.unlimited_from, "unlimited_from")] {
            if let Some(number) = number.as_ref().filter(|number| *number.get_ref() == 0) {
                let hint = Some("say how many, at least 1, or leave it out".to_owned());
                self.report(number.span(), format!("`{key}` is 0"), hint);
            }
        }
        if let (Some(most), Some(from)) = (&pack.most, &pack.unlimited_from)
            && most.get_ref() < from.get_ref()
        {
            let message = format!("no more than {most} can be had, so {from} is never reached");
            let hint = Some("raise most, or take unlimited_from out".to_owned());
            self.report(from.span(), message, hint);
        }
    }

    /// A pack that needs another one.
    fn after(
        &mut self,
        written: &'a written::Capacity,
        pack: &'a written::Pack,
        after: &Text,
    ) -> Option<crate::rulebook::SkuId> {
        let other = written.packs.iter().find(|other| other.sku.get_ref() == after.get_ref());
        match other {
            Some(_) if after.get_ref() == pack.sku.get_ref() => {
                self.report(after.span(), format!("`{after}` comes after itself"), None);
            }
            Some(other) if other.after.is_some() => {
                let message = format!("`{after}` itself comes after another pack");
                let hint = Some("name a pack that stands by itself".to_owned());
                self.report(after.span(), message, hint);
            }
            Some(_) => {}
            None => {
                self.sku(after);
                let message = format!("`{after}` is no pack of the capacity `{}`", written.id);
                self.report(after.span(), message, None);
            }
        }
        self.sku_ids.get(after.get_ref().as_str()).copied()
    }

    /// Caps that cut off what is always there, or bind nothing.
    fn caps(&mut self, written: &'a written::Capacity, entry: &Capacity) {
        let always = entry.default.iter().filter(|default| default.skus.is_empty());
        let always = always.filter_map(|default| default.amount).max();
        for (cap, text, key) in [
            (entry.accrual_cap, &written.accrual_cap, "accrual_cap"),
            (entry.cap, &written.cap, "cap"),
        ] {
            if let (Some(cap), Some(text)) = (cap, text)
                && always.is_some_and(|always| cap < always)
            {
                let message = format!("{key} cuts off a default that every tenant has");
                self.report(text.span(), message, None);
            }
        }
        if let Some(cap) = written.accrual_cap.as_ref().filter(|_| written.accrues.is_empty()) {
            let hint = Some("add accrues, or take it out".to_owned());
            self.report(cap.span(), "accrual_cap where nothing accrues".to_owned(), hint);
        }
        if let (Some(accrual), Some(cap), Some(text)) =
            (entry.accrual_cap, entry.cap, &written.accrual_cap)
            && cap <= accrual
        {
            let hint = Some("take one of the two out".to_owned());
            self.report(text.span(), "accrual_cap is not below cap".to_owned(), hint);
        }
    }

    /// Entries are worked out in the order of the file: what an entry counts
    /// and this calculation buys must have been bought by then.
    fn later_packs(&mut self, edition: &'a written::Edition, at: usize, skus: &[Sku]) {
        let (before, from_here) = edition.capacity.split_at(at);
        let (before, from_here) = (bought(before), bought(from_here));
        let Some(written) = edition.capacity.get(at) else { return };
        let defaults = written.default.iter().flat_map(|default| &default.skus);
        let accruals =
            written.accrues.iter().flat_map(|accrual| accrual.skus.iter().chain(&accrual.each));
        for text in defaults.chain(accruals) {
            let word = text.get_ref().as_str();
            let tenant = self.known(text, skus).is_some_and(|sku| sku.metric == Metric::Tenant);
            if tenant && from_here.contains(&word) && !before.contains(&word) {
                let message = format!("`{text}` is bought by this or a later capacity only");
                let hint =
                    Some("move the capacity it is a pack of in front of this one".to_owned());
                self.report(text.span(), message, hint);
            }
        }
    }

    /// An amount above nothing.
    fn amount(&mut self, written: &Spanned<toml::Value>) -> Option<Amount> {
        let hint = Some("write an amount in quotes, such as \"10\" or \"0.25\"".to_owned());
        let Some(text) = written.get_ref().as_str() else {
            let message = format!("the amount {} is not text", written.get_ref());
            self.report(written.span(), message, hint);
            return None;
        };
        match Amount::parse(text) {
            Some(Amount::ZERO) => {
                self.report(written.span(), "an amount of nothing".to_owned(), None);
                None
            }
            Some(amount) => Some(amount),
            None => {
                self.report(written.span(), format!("`{text}` is no amount"), hint);
                None
            }
        }
    }
}

/// What the packs of these entries are called.
fn bought(entries: &[written::Capacity]) -> Vec<&str> {
    let packs = entries.iter().flat_map(|entry| &entry.packs);
    packs.map(|pack| pack.sku.get_ref().as_str()).collect()
}
