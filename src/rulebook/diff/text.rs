//! The difference in words, for somebody who sells or buys licences.
//!
//! Things that changed in the same way stand together. What changes nothing
//! that a customer buys (marks, sources, part numbers) is only counted, unless
//! it is asked for or there is nothing else to tell.

use super::{Change, Difference, EntryDifference, FactDifference, Named, SectionDifference, Shift};
use crate::money::Cents;

/// Lines are broken before they get longer than this.
const WIDTH: usize = 100;

impl Difference {
    /// The whole account. `everything`: evidence and names too.
    #[must_use]
    pub fn render(&self, everything: bool) -> String {
        let mut page = Page::default();
        page.line(0, &format!("{} -> {}", self.from.id, self.to.id));
        for edition in [&self.from, &self.to] {
            page.line(2, &format!("{}: {}", edition.id, edition.title));
            let date = &edition.valid_from;
            page.line(
                4,
                &format!("in force from {date}, prices in {} per month", edition.currency),
            );
        }
        page.line(2, "New and gone is what only one of the two editions holds.");
        page.blank();
        if self.identical {
            page.line(0, "The two files are identical.");
            return page.text;
        }
        let currencies = (self.from.currency.as_str(), self.to.currency.as_str());
        let everything =
            everything || self.sections.iter().all(|section| shown(section, false).is_empty());
        for section in &self.sections {
            page.section(section, everything, currencies);
        }
        if self.sections.is_empty() {
            page.line(0, "No rule, price, name or source differs, only comments or layout.");
        } else if !everything {
            page.left_out(&self.sections);
        }
        page.text
    }
}

/// What of a section is told: its entries with those of their facts that are.
fn shown(
    section: &SectionDifference,
    everything: bool,
) -> Vec<(&EntryDifference, Vec<&FactDifference>)> {
    if section.minor && !everything {
        return Vec::new();
    }
    let entries = section.entries.iter().map(|entry| {
        let facts = entry.facts.iter().filter(|fact| everything || !fact.minor).collect();
        (entry, facts)
    });
    entries
        .filter(|(entry, facts): &(_, Vec<_>)| {
            entry.change != Change::Changed || entry.renamed || !facts.is_empty()
        })
        .collect()
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    /// A paragraph, its further lines two blanks deeper.
    fn line(&mut self, indent: usize, text: &str) {
        let mut width = 0;
        for (at, word) in text.split(' ').enumerate() {
            let letters = word.chars().count();
            if at == 0 {
                self.text.push_str(&" ".repeat(indent));
                width = indent;
            } else if width + 1 + letters > WIDTH {
                self.text.push('\n');
                self.text.push_str(&" ".repeat(indent + 2));
                width = indent + 2;
            } else {
                self.text.push(' ');
                width += 1;
            }
            self.text.push_str(word);
            width += letters;
        }
        self.text.push('\n');
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn section(&mut self, section: &SectionDifference, everything: bool, currencies: (&str, &str)) {
        let entries = shown(section, everything);
        if entries.is_empty() {
            return;
        }
        self.line(0, &section.title.to_uppercase());
        let renamed = || entries.iter().filter(|(entry, _)| entry.renamed);
        if renamed().next().is_some() {
            self.line(2, &format!("renamed ({})", renamed().count()));
            for (entry, _) in renamed() {
                self.line(4, &renaming(entry));
            }
        }
        for (change, word) in
            [(Change::Changed, "changed"), (Change::New, "new"), (Change::Gone, "gone")]
        {
            let some: Vec<_> = entries
                .iter()
                .filter(|(entry, facts)| {
                    entry.change == change && (change != Change::Changed || !facts.is_empty())
                })
                .collect();
            if some.is_empty() {
                continue;
            }
            // A section that is one thing needs no heading for it.
            let nameless = some.iter().all(|(entry, _)| heading(entry).is_empty());
            let indent = if nameless { 0 } else { 4 };
            if !nameless {
                self.line(2, &format!("{word} ({})", some.len()));
            }
            for (facts, entries) in grouped(change, &some) {
                if !nameless {
                    self.line(indent, &entries.join("; "));
                }
                for fact in facts {
                    self.fact(indent + 2, fact, change, currencies);
                }
            }
        }
        self.blank();
    }

    fn fact(
        &mut self,
        indent: usize,
        fact: &FactDifference,
        change: Change,
        currencies: (&str, &str),
    ) {
        let label = fact.label;
        let is_new = change == Change::New;
        if is_new && fact.usual {
            return;
        }
        match &fact.shift {
            Shift::All { added, removed } => {
                for (names, word) in [(added, "now also "), (removed, "no longer ")] {
                    let word = if is_new { "" } else { word };
                    if !names.is_empty() {
                        self.line(indent, &format!("{label}: {word}{}", list(names, "; ")));
                    }
                }
            }
            Shift::Any { to, .. } if is_new => {
                if !to.is_empty() {
                    self.line(indent, &format!("{label}: {}", list(to, " or ")));
                }
            }
            Shift::Any { from, to } => {
                let or = |names: &[Named]| or_none(&list(names, " or "));
                self.line(indent, &format!("{label}: {} -> {}", or(from), or(to)));
            }
            Shift::Words { from, to } => {
                let text = |text: &Option<String>| {
                    text.clone().unwrap_or_else(|| "nothing said".to_owned())
                };
                let text =
                    if is_new { text(to) } else { format!("{} -> {}", text(from), text(to)) };
                self.line(indent, &format!("{label}: {text}"));
            }
            Shift::Money { from_cents, to_cents, comparable } => {
                let amount = |cents: &Option<i64>, currency: &str| {
                    let text = cents.map(|cents| Cents(cents).to_string());
                    // Nobody has found the list price of what has none.
                    let none = if fact.id == "attach" { "none" } else { "not known" };
                    let text = text.unwrap_or_else(|| none.to_owned());
                    if *comparable || cents.is_none() { text } else { format!("{text} {currency}") }
                };
                let to = amount(to_cents, currencies.1);
                let text = if is_new {
                    to
                } else {
                    let by = from_cents.zip(*to_cents).filter(|_| *comparable);
                    let by = by.map(|(from, to)| step(from, to)).unwrap_or_default();
                    format!("{} -> {to}{by}", amount(from_cents, currencies.0))
                };
                self.line(indent, &format!("{label}: {text}"));
            }
        }
    }

    /// How much was left out.
    fn left_out(&mut self, sections: &[SectionDifference]) {
        let mut counted: Vec<(String, usize)> = Vec::new();
        let mut count =
            |what: &str, many: usize| match counted.iter_mut().find(|(name, _)| name == what) {
                Some((_, sum)) => *sum += many,
                None if many > 0 => counted.push((what.to_owned(), many)),
                None => {}
            };
        // The titles of the editions stand at the head.
        for section in sections.iter().filter(|section| section.id != "edition") {
            if section.minor {
                count(&section.title.to_lowercase(), section.entries.len());
                continue;
            }
            let changed = section.entries.iter().filter(|entry| entry.change == Change::Changed);
            for fact in changed.flat_map(|entry| &entry.facts).filter(|fact| fact.minor) {
                count(fact.label, 1);
            }
        }
        if counted.is_empty() {
            return;
        }
        let counted: Vec<String> =
            counted.iter().map(|(what, many)| format!("{what} ({many})")).collect();
        let text = format!(
            "Not told, because it changes nothing a customer buys: {}.",
            counted.join(", ")
        );
        self.line(0, &text);
        self.line(0, "With --all it is.");
    }
}

/// Things that changed alike, in the order of the first of them. Of what is
/// gone only the name is told.
fn grouped<'f>(
    change: Change,
    entries: &[&'f (&EntryDifference, Vec<&'f FactDifference>)],
) -> Vec<(&'f [&'f FactDifference], Vec<&'f str>)> {
    let mut groups: Vec<(&[&FactDifference], Vec<&str>)> = Vec::new();
    for (entry, facts) in entries {
        let facts = if change == Change::Gone { &[] } else { facts.as_slice() };
        match groups.iter_mut().find(|(other, _)| *other == facts) {
            Some((_, names)) => names.push(heading(entry)),
            None => groups.push((facts, vec![heading(entry)])),
        }
    }
    groups
}

/// What an entry is called: in full where it is new or gone.
fn heading(entry: &EntryDifference) -> &str {
    match (&entry.from, &entry.to) {
        (Some(_), Some(named)) => &named.short,
        (None, Some(named)) | (Some(named), None) => &named.name,
        (None, None) => "",
    }
}

fn renaming(entry: &EntryDifference) -> String {
    let name =
        |named: &Option<Named>| named.as_ref().map(|named| named.name.clone()).unwrap_or_default();
    format!("{} -> {}", name(&entry.from), name(&entry.to))
}

fn list(names: &[Named], between: &str) -> String {
    names.iter().map(|named| named.short.as_str()).collect::<Vec<_>>().join(between)
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "none" } else { text }.to_owned()
}

/// ` (up 10.00, 10.5 %)`; per mille by whole numbers, half away from zero.
fn step(from: i64, to: i64) -> String {
    let (from, to) = (i128::from(from), i128::from(to));
    let by = (to - from).abs();
    let word = if to > from { "up" } else { "down" };
    let amount = crate::money::format_cents(by);
    if from <= 0 {
        return format!(" ({word} {amount})");
    }
    let tenths = (by * 2000 + from) / (from * 2);
    format!(" ({word} {amount}, {}.{} %)", tenths / 10, tenths % 10)
}
