//! What changed between two editions.
//!
//! Takes two checked rulebooks, gives a [`Difference`]: sections in the order
//! a licensing consultant asks about them, in each the things that are new,
//! gone or changed, and of a changed one each fact with its value before and
//! after. `text` prints it, serialising it gives the stable JSON of
//! `docs/rulebook.md`.
//!
//! There is one mechanism for all sections. A section turns a rulebook into
//! entries (`sections`); an entry is a name, the keys by which it is found in
//! the other edition, and its facts; entries that belong together are compared
//! fact by fact. What refers to a licence or a right is compared after the
//! licences and rights themselves have been paired, so that a product with a
//! new id or name does not make every rule that mentions it look changed.

mod entitled;
mod facts;
mod sections;
mod text;

use std::collections::HashMap;

use serde::Serialize;

use self::facts::{licence_keys, right_keys};
use self::sections::{SECTIONS, Section};
use super::{Rulebook, fold_name};

/// Version of the JSON shape; rises when a key changes its meaning or goes.
const SCHEMA_VERSION: u32 = 1;

/// All that differs between two editions.
#[derive(Debug, Serialize)]
pub struct Difference {
    schema_version: u32,
    from: Edition,
    to: Edition,
    /// Whether the two files are the same, byte for byte.
    identical: bool,
    sections: Vec<SectionDifference>,
}

/// Which edition.
#[derive(Debug, Serialize)]
struct Edition {
    id: String,
    title: String,
    valid_from: String,
    currency: String,
    hash: String,
}

/// What differs in one section; sections without a difference are left out.
#[derive(Debug, Serialize)]
struct SectionDifference {
    id: &'static str,
    title: &'static str,
    /// Nothing that changes what a customer buys: printed only when asked for.
    minor: bool,
    entries: Vec<EntryDifference>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Change {
    New,
    Gone,
    Changed,
}

/// One thing that is new, gone or changed.
#[derive(Debug, Serialize)]
struct EntryDifference {
    change: Change,
    from: Option<Named>,
    to: Option<Named>,
    /// Whether its official name is another one now.
    renamed: bool,
    facts: Vec<FactDifference>,
}

/// An id and the name a reader knows it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Named {
    id: String,
    name: String,
    /// The name as it stands in a list, without what all products share.
    #[serde(skip)]
    short: String,
}

impl Named {
    fn new(id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned(), short: name.to_owned() }
    }
}

/// One fact before and after. Of a new thing there is only the value after,
/// of one that is gone only the value before.
#[derive(Debug, PartialEq, Serialize)]
struct FactDifference {
    id: &'static str,
    label: &'static str,
    minor: bool,
    /// What a reader expects of a new thing, and need not be told.
    #[serde(skip)]
    usual: bool,
    #[serde(flatten)]
    shift: Shift,
}

/// The two values of a fact.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Shift {
    /// Cents per month. `comparable`: both in one currency.
    Money { from_cents: Option<i64>, to_cents: Option<i64>, comparable: bool },
    /// Words.
    Words { from: Option<String>, to: Option<String> },
    /// A list in which every member counts.
    All { added: Vec<Named>, removed: Vec<Named> },
    /// A list any one of which suffices; empty where nothing is needed.
    Any { from: Vec<Named>, to: Vec<Named> },
}

/// One thing of an edition, told in facts.
struct Entry {
    named: Named,
    /// What it is found by in another edition: the first list before the
    /// second, and so on.
    keys: Vec<Vec<String>>,
    facts: Vec<Fact>,
}

struct Fact {
    id: &'static str,
    label: &'static str,
    weight: Weight,
    value: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// Compared, and told about what is new.
    Rule,
    /// Compared, but it changes nothing that a customer buys: evidence.
    Minor,
    /// Told about what is new; another section compares it.
    Description,
}

/// The value of a fact.
enum Value {
    Money(Option<i64>),
    /// `None` where there is nothing to say.
    Words(Option<Said>),
    All(Vec<Item>),
    Any(Vec<Item>),
}

/// Words that are compared by a key.
#[derive(Clone)]
struct Said {
    key: String,
    words: String,
    /// What a reader expects, and need not be told of a new thing.
    usual: bool,
}

/// A member of a list: compared by `key`, which is the same in both editions.
struct Item {
    key: String,
    named: Named,
}

/// A rulebook with the keys under which its licences and rights are known in
/// both editions.
struct Side<'a> {
    rules: &'a Rulebook,
    skus: Vec<String>,
    rights: Vec<String>,
}

impl<'a> Side<'a> {
    /// A rulebook on its own: every licence and right is its own key.
    fn alone(rules: &'a Rulebook) -> Self {
        Self {
            rules,
            skus: rules.skus.iter().map(|sku| sku.id.clone()).collect(),
            rights: rules.rights.iter().map(|right| right.id.clone()).collect(),
        }
    }
}

impl Difference {
    /// Compares two editions.
    #[must_use]
    pub fn between(from: &Rulebook, to: &Rulebook) -> Self {
        let (mut before, after) = (Side::alone(from), Side::alone(to));
        // Licences first: a right is known by the licences that give it.
        before.skus = shared_keys(&licence_keys(&before), &licence_keys(&after), &after.skus);
        before.rights = shared_keys(&right_keys(&before), &right_keys(&after), &after.rights);
        let comparable = from.currency == to.currency;
        let sections = SECTIONS
            .iter()
            .map(|section| section_difference(section, &before, &after, comparable))
            .filter(|section| !section.entries.is_empty())
            .collect();
        Self {
            schema_version: SCHEMA_VERSION,
            from: edition(from),
            to: edition(to),
            identical: from.hash == to.hash,
            sections,
        }
    }
}

fn edition(rules: &Rulebook) -> Edition {
    Edition {
        id: rules.id.clone(),
        title: rules.title.clone(),
        valid_from: rules.valid_from.clone(),
        currency: rules.currency.clone(),
        hash: rules.hash.clone(),
    }
}

/// The keys of the earlier things: that of their partner in the later edition,
/// else one of their own that no later thing has.
fn shared_keys(
    before: &[Vec<Vec<String>>],
    after: &[Vec<Vec<String>>],
    later: &[String],
) -> Vec<String> {
    let mut keys: Vec<String> = (0..before.len()).map(|at| format!("only before {at}")).collect();
    for (at, partner) in pairs(before, after).iter().enumerate() {
        if let Some(key) = partner.and_then(|partner| keys.get_mut(partner))
            && let Some(shared) = later.get(at)
        {
            key.clone_from(shared);
        }
    }
    keys
}

/// For each later thing the earlier one it continues: one to one, the better
/// kind of key first, then in the order of the editions.
fn pairs(before: &[Vec<Vec<String>>], after: &[Vec<Vec<String>>]) -> Vec<Option<usize>> {
    let mut partners = vec![None; after.len()];
    let mut taken = vec![false; before.len()];
    let levels = before.iter().chain(after).map(Vec::len).max().unwrap_or(0);
    for level in 0..levels {
        let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, keys) in before.iter().enumerate().filter(|(at, _)| !taken[*at]) {
            for key in keys.get(level).into_iter().flatten() {
                holders.entry(key).or_default().push(at);
            }
        }
        for (at, keys) in after.iter().enumerate() {
            if partners[at].is_some() {
                continue;
            }
            let mut found = keys.get(level).into_iter().flatten().filter_map(|key| {
                let holders = holders.get(key.as_str())?;
                holders.iter().copied().find(|earlier| !taken[*earlier])
            });
            if let Some(earlier) = found.next() {
                taken[earlier] = true;
                partners[at] = Some(earlier);
            }
        }
    }
    partners
}

fn section_difference(
    section: &Section,
    before: &Side<'_>,
    after: &Side<'_>,
    comparable: bool,
) -> SectionDifference {
    let (old, new) = ((section.entries)(before), (section.entries)(after));
    let keys =
        |entries: &[Entry]| entries.iter().map(|entry| entry.keys.clone()).collect::<Vec<_>>();
    let partners = pairs(&keys(&old), &keys(&new));
    let mut entries = Vec::new();
    for (entry, partner) in new.iter().zip(&partners) {
        match partner.and_then(|at| old.get(at)) {
            Some(earlier) => entries.extend(changed(section, earlier, entry, comparable)),
            None if section.both_only => {}
            None => entries.push(EntryDifference {
                change: Change::New,
                from: None,
                to: Some(entry.named.clone()),
                renamed: false,
                facts: told(None, Some(entry)),
            }),
        }
    }
    for (at, entry) in old.iter().enumerate() {
        if !section.both_only && !partners.contains(&Some(at)) {
            entries.push(EntryDifference {
                change: Change::Gone,
                from: Some(entry.named.clone()),
                to: None,
                renamed: false,
                facts: told(Some(entry), None),
            });
        }
    }
    SectionDifference { id: section.id, title: section.title, minor: section.minor, entries }
}

/// `None` where nothing changed.
fn changed(
    section: &Section,
    before: &Entry,
    after: &Entry,
    comparable: bool,
) -> Option<EntryDifference> {
    let renamed = section.official && fold_name(&before.named.name) != fold_name(&after.named.name);
    let facts: Vec<FactDifference> = before
        .facts
        .iter()
        .zip(&after.facts)
        .filter(|(_, fact)| fact.weight != Weight::Description)
        .filter_map(|(before, after)| {
            let shift = shift(Some(&before.value), Some(&after.value), comparable)?;
            Some(after.difference(shift))
        })
        .collect();
    (renamed || !facts.is_empty()).then(|| EntryDifference {
        change: Change::Changed,
        from: Some(before.named.clone()),
        to: Some(after.named.clone()),
        renamed,
        facts,
    })
}

/// The facts of a thing that only one edition has.
fn told(before: Option<&Entry>, after: Option<&Entry>) -> Vec<FactDifference> {
    let facts = before.or(after).map_or(&[][..], |entry| &entry.facts);
    facts
        .iter()
        .filter_map(|fact| {
            let value = Some(&fact.value);
            let (from, to) = if after.is_some() { (None, value) } else { (value, None) };
            shift(from, to, true).map(|shift| fact.difference(shift))
        })
        .collect()
}

impl Fact {
    fn difference(&self, shift: Shift) -> FactDifference {
        let minor = self.weight == Weight::Minor;
        let usual = matches!(&self.value, Value::Words(Some(said)) if said.usual);
        FactDifference { id: self.id, label: self.label, minor, usual, shift }
    }
}

/// The two values of a fact, `None` where they are the same.
fn shift(before: Option<&Value>, after: Option<&Value>, comparable: bool) -> Option<Shift> {
    match before.or(after)? {
        Value::Money(_) => {
            let cents = |value: Option<&Value>| match value {
                Some(Value::Money(cents)) => *cents,
                _ => None,
            };
            let (from_cents, to_cents) = (cents(before), cents(after));
            (from_cents != to_cents || !comparable && from_cents.is_some())
                .then_some(Shift::Money { from_cents, to_cents, comparable })
        }
        Value::Words(_) => {
            let said = |value: Option<&Value>| match value {
                Some(Value::Words(said)) => said.clone(),
                _ => None,
            };
            let (from, to) = (said(before), said(after));
            let key = |said: &Option<Said>| said.as_ref().map(|said| said.key.clone());
            (key(&from) != key(&to)).then(|| Shift::Words {
                from: from.map(|said| said.words),
                to: to.map(|said| said.words),
            })
        }
        Value::All(_) => {
            let (old, new) = (items(before), items(after));
            let missing_in =
                |other: &'_ [Item], item: &Item| other.iter().all(|o| o.key != item.key);
            let named = |items: Vec<&Item>| -> Vec<Named> {
                items.into_iter().map(|item| item.named.clone()).collect()
            };
            let added = named(new.iter().filter(|item| missing_in(old, item)).collect());
            let removed = named(old.iter().filter(|item| missing_in(new, item)).collect());
            (!added.is_empty() || !removed.is_empty()).then_some(Shift::All { added, removed })
        }
        Value::Any(_) => {
            let (old, new) = (items(before), items(after));
            let same = old.len() == new.len()
                && new.iter().all(|item| old.iter().any(|other| other.key == item.key));
            let named =
                |items: &[Item]| items.iter().map(|item| item.named.clone()).collect::<Vec<_>>();
            (!same || before.is_none() || after.is_none())
                .then(|| Shift::Any { from: named(old), to: named(new) })
        }
    }
}

fn items(value: Option<&Value>) -> &[Item] {
    match value {
        Some(Value::All(items) | Value::Any(items)) => items,
        _ => &[],
    }
}
