//! Use rights, gates, capacity, support plans and enforcement as entries.

use super::facts::{
    audience, entry, evidence, fact, holds, in_words, licences_for, money, price_evidence, rule,
    said, sku_items, sku_key, sku_named, sku_set, word_items, words,
};
use super::{Entry, Item, Named, Side, Value, Weight};
use crate::amount::Amount;
use crate::rulebook::{
    Accrual, Capacity, Enforcement, Gate, Included, Opens, Pack, PaymentTerm, Period, SkuSet,
    Support, UseRight, fold_name,
};

pub(super) fn use_rights(side: &Side<'_>) -> Vec<Entry> {
    let row = |row: &UseRight| {
        let [mark, source] = evidence(row.mark, &row.source);
        let facts = vec![
            rule("licence", "licence", licences_for(side, &row.any_of)),
            rule("externals", "external users need it too", holds(row.externals, false)),
            fact(Weight::Minor, "table", "table", words(&row.table)),
            fact(Weight::Minor, "area", "area", words(&row.area)),
            mark,
            source,
        ];
        // One name may stand in several areas.
        let in_area = format!("{}: {}", fold_name(&row.area), fold_name(&row.name));
        let keys = vec![vec![row.id.clone()], vec![in_area]];
        Entry { named: Named::new(&row.id, &row.name), keys, facts }
    };
    side.rules.use_rights.iter().map(row).collect()
}

pub(super) fn gates(side: &Side<'_>) -> Vec<Entry> {
    let gate = |gate: &Gate| {
        let what = match gate.what {
            Opens::Attach => "the attach price of",
            Opens::Purchase => "buying",
        };
        let facts = [
            rule("quantity", "seats needed", words(gate.quantity.to_string())),
            rule("what", "opens", words(what)),
            rule("opens", "for", sku_set(side, gate.opens)),
            rule("counts", "counts", sku_set(side, gate.counts)),
            rule("counts_attach", "attach seats count", holds(gate.counts_attach, false)),
            rule("of_one", "of one licence alone", holds(gate.of_one, false)),
            in_words(&gate.name),
        ];
        let audience = audience(&gate.programs, &gate.segments);
        let more = audience.into_iter().chain(evidence(gate.mark, &gate.source));
        entry(&gate.id, &gate.name, facts.into_iter().chain(more))
    };
    side.rules.gates.iter().map(gate).collect()
}

pub(super) fn capacity(side: &Side<'_>) -> Vec<Entry> {
    let per = |period: Period| match period {
        Period::Standing => "",
        Period::Month => " a month",
        Period::PeakMonth => " in the peak month",
        Period::Year => " a year",
    };
    let pool = |pool: &Capacity| {
        // Some units say it themselves.
        let per = Some(per(pool.per)).filter(|per| !pool.unit.ends_with(per)).unwrap_or_default();
        let unit = format!("{}{per}", pool.unit);
        let amount = |amount: Amount| format!("{amount} {unit}");
        let cap = |cap: Option<Amount>| words(cap.map(amount).unwrap_or_default());
        let default = pool.default.iter().map(|part| included(side, part, &unit)).collect();
        let accrues = pool.accrues.iter().map(|part| accrual(side, part, &unit)).collect();
        let packs = pool.packs.iter().map(|part| pack(side, part, &unit)).collect();
        let metrics = word_items(pool.metrics.iter().map(String::as_str));
        let facts = [
            rule("default", "included", Value::All(default)),
            rule("accrues", "accrues", Value::All(accrues)),
            rule("accrual_cap", "included and accrued at most", cap(pool.accrual_cap)),
            rule("packs", "can be bought", Value::All(packs)),
            rule("cap", "at most", cap(pool.cap)),
            rule("one_of", "only one kind of pack", holds(pool.one_of, false)),
            fact(Weight::Minor, "metrics", "measured by", Value::All(metrics)),
            in_words(&pool.name),
        ];
        entry(&pool.id, &pool.name, facts.into_iter().chain(evidence(pool.mark, &pool.source)))
    };
    side.rules.capacity.iter().map(pool).collect()
}

/// A member of a list that is a small rule of its own: `name` in words, and in
/// the key the licences as both editions know them.
fn phrase(side: &Side<'_>, skus: SkuSet, name: impl Fn(&str) -> String) -> Item {
    let mut keys: Vec<String> = skus.iter().map(|sku| sku_key(side, sku)).collect();
    keys.sort_unstable();
    let names: Vec<String> = skus.iter().map(|sku| sku_named(side, sku).short).collect();
    let words = name(&names.join(", "));
    Item { key: name(&keys.join(" ")), named: Named::new(&words, &words) }
}

fn included(side: &Side<'_>, part: &Included, unit: &str) -> Item {
    let amount =
        part.amount.map_or_else(|| format!("any number of {unit}"), |a| format!("{a} {unit}"));
    phrase(side, part.skus, |skus| match part.seats {
        _ if skus.is_empty() => amount.clone(),
        1 => format!("{amount} with {skus}"),
        seats => format!("{amount} with {seats} seats of {skus}"),
    })
}

fn accrual(side: &Side<'_>, part: &Accrual, unit: &str) -> Item {
    let seats = match (part.per, part.attach) {
        (1, false) => "for each seat".to_owned(),
        (1, true) => "for each seat, attached ones too,".to_owned(),
        (per, false) => format!("for every {per} seats"),
        (per, true) => format!("for every {per} seats, attached ones too,"),
    };
    let base = phrase(side, part.skus, |skus| format!("{} {unit} {seats} of {skus}", part.amount));
    if part.each.is_empty() {
        return base;
    }
    let each = phrase(side, part.each, |skus| format!(", once for each of {skus}"));
    let words = format!("{}{}", base.named.name, each.named.name);
    Item { key: format!("{}{}", base.key, each.key), named: Named::new(&words, &words) }
}

fn pack(side: &Side<'_>, part: &Pack, unit: &str) -> Item {
    let most = part.most.map(|most| format!(", at most {most}"));
    let unlimited = part.unlimited_from.map(|from| format!(", without limit from {from} on"));
    let after = part.after.map(|sku| (sku_key(side, sku), sku_named(side, sku).short));
    let words = |name: &str, after: Option<&str>| {
        let after = after.map(|sku| format!(", only with {sku}")).unwrap_or_default();
        let (most, unlimited) = (most.clone(), unlimited.clone());
        let limits = format!("{}{}", most.unwrap_or_default(), unlimited.unwrap_or_default());
        format!("{} {unit} with each {name}{limits}{after}", part.amount)
    };
    let key = words(&sku_key(side, part.sku), after.as_ref().map(|(key, _)| key.as_str()));
    let text = words(&sku_named(side, part.sku).short, after.as_ref().map(|(_, n)| n.as_str()));
    Item { key, named: Named::new(&text, &text) }
}

pub(super) fn support(side: &Side<'_>) -> Vec<Entry> {
    let plan = |plan: &Support| {
        let facts = [
            rule("sku", "licence", Value::Any(sku_items(side, [plan.sku]))),
            rule("floor", "at least, per month", money(plan.floor.as_ref())),
            rule("everyone", "every user must be covered", holds(plan.everyone, false)),
            rule("premium", "one such plan per customer", holds(plan.premium, false)),
            rule("counts", "covers who holds", sku_set(side, plan.counts)),
            in_words(&plan.name),
        ];
        let floor = price_evidence(
            ["floor_mark", "floor_source"],
            ["mark of the least price", "source of the least price"],
            plan.floor.as_ref(),
        );
        let audience = audience(&plan.programs, &plan.segments);
        let more = audience.into_iter().chain(floor).chain(evidence(plan.mark, &plan.source));
        entry(&plan.id, &plan.name, facts.into_iter().chain(more))
    };
    side.rules.support.iter().map(plan).collect()
}

pub(super) fn integration(side: &Side<'_>) -> Vec<Entry> {
    let entries = side.rules.integration.iter().map(|integration| {
        let licence = Value::Any(sku_items(side, [integration.sku]));
        let fact = rule("sku", "licence that stands in for users", licence);
        let evidence = evidence(integration.mark, &integration.source);
        entry("integration", "Integration accounts", [fact].into_iter().chain(evidence))
    });
    entries.collect()
}

pub(super) fn payment_terms(side: &Side<'_>) -> Vec<Entry> {
    let term = |term: &PaymentTerm| {
        let [programs, _] = audience(&term.programs, &[]);
        let percent = format!("{} per cent of the list", term.percent);
        let months = format!("{} months", term.months);
        let facts = vec![
            rule("percent", "price", words(&percent)),
            rule("months", "term", words(&months)),
            rule("billed_monthly", "billed every month", holds(term.billed_monthly, false)),
            programs,
        ];
        entry(&term.id, &term.name, facts.into_iter().chain(evidence(term.mark, &term.source)))
    };
    side.rules.payment_terms.iter().map(term).collect()
}

pub(super) fn enforcement(side: &Side<'_>) -> Vec<Entry> {
    let day = |day: &Enforcement| {
        let what = said(fold_name(&day.what), day.what.clone(), true);
        let facts = [rule("date", "from", words(&day.date)), rule("what", "what", what)];
        entry(&day.id, &day.what, facts.into_iter().chain(evidence(day.mark, &day.source)))
    };
    side.rules.enforcement.iter().map(day).collect()
}

pub(super) fn vendor_report(side: &Side<'_>) -> Vec<Entry> {
    let ranks = side.rules.vendor_report.iter().flat_map(|report| &report.ranks);
    let rank = |rank: &crate::rulebook::VendorRank| {
        let facts = [
            rule("priority", "priority", words(rank.priority.to_string())),
            rule("group", "any one of", words(&rank.group)),
        ];
        let name = &side.rules.sku(rank.sku).name;
        let evidence = evidence(rank.mark, &rank.source);
        entry(&sku_key(side, rank.sku), name, facts.into_iter().chain(evidence))
    };
    ranks.map(rank).collect()
}
