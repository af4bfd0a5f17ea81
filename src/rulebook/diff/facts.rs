//! What sections are made of: the keys by which things are found in another
//! edition, and the facts that are told about them.

use super::{Entry, Fact, Item, Named, Said, Side, Value, Weight};
use crate::rulebook::{
    KindSet, Mark, Metric, Named as Meaning, PricePoint, Program, RightId, Rulebook, Segment,
    SkuId, SkuSet, fold_name,
};

/// A licence is the same by its id, then by a part number or GUID, then by a
/// name.
pub(super) fn licence_keys(side: &Side<'_>) -> Vec<Vec<Vec<String>>> {
    let rules = side.rules;
    let mut names = vec![Vec::new(); rules.skus.len()];
    for (name, meaning) in &sorted_names(rules) {
        if let Meaning::Sku(sku) = meaning
            && let Some(names) = names.get_mut(usize::from(sku.0))
        {
            names.push((*name).to_owned());
        }
    }
    let keys = rules.skus.iter().zip(names).map(|(sku, names)| {
        let numbers = sku.product_ids.iter().map(|id| fold_name(id)).collect();
        vec![vec![sku.id.clone()], numbers, vec![fold_name(&sku.name)], names]
    });
    keys.collect()
}

/// A right is the same by its id, then by its name, then by the smallest
/// licences that give it, wherever no earlier right has the same.
pub(super) fn right_keys(side: &Side<'_>) -> Vec<Vec<Vec<String>>> {
    let keys = (0u16..).zip(&side.rules.rights).map(|(at, right)| {
        let mut licences: Vec<String> = smallest(side.rules, &[RightId(at)])
            .into_iter()
            .map(|sku| sku_key(side, sku))
            .collect();
        licences.sort_unstable();
        let licences = if licences.is_empty() { Vec::new() } else { vec![licences.join(" ")] };
        vec![vec![right.id.clone()], vec![fold_name(&right.name)], licences]
    });
    keys.collect()
}

pub(super) fn sorted_names(rules: &Rulebook) -> Vec<(&str, &Meaning)> {
    let mut names: Vec<_> = rules.names.iter().map(|(name, to)| (name.as_str(), to)).collect();
    names.sort_unstable_by_key(|(name, _)| *name);
    names
}

/// The user licences that satisfy one of `any_of` and cover no more than
/// another one that does.
pub(super) fn smallest(rules: &Rulebook, any_of: &[RightId]) -> Vec<SkuId> {
    let enough: Vec<SkuId> = rules
        .sku_ids()
        .filter(|&id| {
            let sku = rules.sku(id);
            sku.metric == Metric::User
                && sku.plannable
                && any_of.iter().any(|right| sku.covers.contains(right))
        })
        .collect();
    let within = |small: SkuId, large: SkuId| {
        let (small, large) = (&rules.sku(small).covers, &rules.sku(large).covers);
        small.len() < large.len() && small.iter().all(|right| large.contains(right))
    };
    enough.iter().copied().filter(|&sku| !enough.iter().any(|&other| within(other, sku))).collect()
}

pub(super) fn sku_key(side: &Side<'_>, sku: SkuId) -> String {
    side.skus.get(usize::from(sku.0)).cloned().unwrap_or_default()
}

pub(super) fn fact(weight: Weight, id: &'static str, label: &'static str, value: Value) -> Fact {
    Fact { id, label, weight, value }
}

pub(super) fn rule(id: &'static str, label: &'static str, value: Value) -> Fact {
    fact(Weight::Rule, id, label, value)
}

/// Words that are their own key; none where the text is empty.
pub(super) fn words(text: impl Into<String>) -> Value {
    let text = text.into();
    said(text.clone(), text, false)
}

pub(super) fn said(key: String, words: String, usual: bool) -> Value {
    Value::Words((!words.is_empty()).then_some(Said { key, words, usual }))
}

pub(super) fn money(price: Option<&PricePoint>) -> Value {
    Value::Money(price.map(|price| price.cents.0))
}

/// Whether something holds, and whether one expects it to.
pub(super) fn holds(value: bool, usually: bool) -> Value {
    let word = if value { "yes" } else { "no" };
    said(word.to_owned(), word.to_owned(), value == usually)
}

pub(super) fn right_item(side: &Side<'_>, right: RightId) -> Item {
    let key = side.rights.get(usize::from(right.0)).cloned().unwrap_or_default();
    let right = side.rules.right(right);
    Item { key, named: Named::new(&right.id, &right.name) }
}

pub(super) fn right_items(side: &Side<'_>, rights: &[RightId]) -> Vec<Item> {
    rights.iter().map(|&right| right_item(side, right)).collect()
}

pub(super) fn sku_items(side: &Side<'_>, skus: impl IntoIterator<Item = SkuId>) -> Vec<Item> {
    let item = |id| Item { key: sku_key(side, id), named: sku_named(side, id) };
    skus.into_iter().map(item).collect()
}

pub(super) fn sku_named(side: &Side<'_>, id: SkuId) -> Named {
    let sku = side.rules.sku(id);
    let short = side.rules.naming.without_prefix(&sku.name).to_owned();
    Named { id: sku.id.clone(), name: sku.name.clone(), short }
}

pub(super) fn kind_items(side: &Side<'_>, kinds: KindSet) -> Vec<Item> {
    side.rules
        .ids_of_kinds(kinds)
        .into_iter()
        .map(|id| {
            let name = side.rules.device_kinds.iter().find(|kind| kind.id == id);
            let name = name.map_or(id, |kind| kind.name.as_str());
            Item { key: id.to_owned(), named: Named::new(id, name) }
        })
        .collect()
}

/// Free words as members of a list.
pub(super) fn word_items<'w>(texts: impl IntoIterator<Item = &'w str>) -> Vec<Item> {
    let item = |text: &str| Item { key: text.to_owned(), named: Named::new(text, text) };
    texts.into_iter().map(item).collect()
}

/// Whom something is for: programs and segments, all of them where the list
/// is empty.
pub(super) fn audience(programs: &[Program], segments: &[Segment]) -> [Fact; 2] {
    let narrowed = |list: Vec<&str>| {
        let words = if list.is_empty() { "all".to_owned() } else { list.join(", ") };
        said(words.clone(), words, list.is_empty())
    };
    let programs = programs.iter().map(|program| program.word()).collect();
    let segments = segments.iter().map(|segment| segment.word()).collect();
    [
        rule("programs", "programs", narrowed(programs)),
        rule("segments", "segments", narrowed(segments)),
    ]
}

/// The licences any one of which gives one of these rights, the smallest ones.
pub(super) fn licences_for(side: &Side<'_>, any_of: &[RightId]) -> Value {
    Value::Any(sku_items(side, smallest(side.rules, any_of)))
}

pub(super) fn sku_set(side: &Side<'_>, set: SkuSet) -> Value {
    Value::All(sku_items(side, set.iter()))
}

/// How a thing is described, where its name is no official one.
pub(super) fn in_words(name: &str) -> Fact {
    fact(Weight::Minor, "name", "in words", words(name))
}

pub(super) fn evidence(mark: Mark, source: &str) -> [Fact; 2] {
    [
        fact(Weight::Minor, "mark", "mark", words(mark.word())),
        fact(Weight::Minor, "source", "source", words(source)),
    ]
}

pub(super) fn price_evidence(
    ids: [&'static str; 2],
    labels: [&'static str; 2],
    price: Option<&PricePoint>,
) -> [Fact; 2] {
    let (mark, source) = price.map_or(("", ""), |price| (price.mark.word(), price.source.as_str()));
    [
        fact(Weight::Minor, ids[0], labels[0], words(mark)),
        fact(Weight::Minor, ids[1], labels[1], words(source)),
    ]
}

pub(super) fn entry(id: &str, name: &str, facts: impl IntoIterator<Item = Fact>) -> Entry {
    Entry {
        named: Named::new(id, name),
        keys: vec![vec![id.to_owned()], vec![fold_name(name)]],
        facts: facts.into_iter().collect(),
    }
}

/// An entry about a licence that stands in another section too.
pub(super) fn about_sku(
    side: &Side<'_>,
    id: SkuId,
    facts: impl IntoIterator<Item = Fact>,
) -> Entry {
    Entry {
        named: sku_named(side, id),
        keys: vec![vec![sku_key(side, id)]],
        facts: facts.into_iter().collect(),
    }
}
