//! Names: products, licence words, foreign products, roles.
//!
//! Two names that fold alike are the same name (see
//! [`fold_name`](crate::rulebook::fold_name)), so a fold that would lead to
//! two different things is a problem, not a matter of order.

use std::collections::{HashMap, HashSet};

use super::Checker;
use crate::rulebook::names::Naming;
use crate::rulebook::written::{self, Text};
use crate::rulebook::{Named, fold_name};

/// What the names of products lead to.
pub(super) struct Names {
    pub names: HashMap<String, Named>,
    pub attach_names: HashSet<String>,
    pub naming: Naming,
}

/// What the names of roles lead to.
pub(super) struct RoleNames {
    pub identifiers: HashMap<String, usize>,
    pub names: HashMap<String, usize>,
}

impl<'a> Checker<'a> {
    pub(super) fn names(&mut self, edition: &'a written::Edition) -> Names {
        let mut names = HashMap::new();
        let mut attach_names = HashSet::new();
        for sku in &edition.skus {
            let Some(&id) = self.sku_ids.get(sku.id.get_ref().as_str()) else { continue };
            let own = std::iter::once(&sku.name).chain(&sku.aliases).chain(&sku.product_ids);
            for text in own {
                self.name(&mut names, text, Named::Sku(id));
            }
            for text in &sku.attach_names {
                self.name(&mut names, text, Named::Sku(id));
                attach_names.insert(fold_name(text.get_ref()));
            }
        }
        for group in &edition.words {
            let meaning = match (&group.right, &group.sku) {
                (Some(right), None) => self.right(right).map(Named::Right),
                (None, Some(sku)) => self.sku(sku).map(Named::Sku),
                (None, None) => Some(Named::Nothing),
                (Some(right), Some(_)) => {
                    let message = "words that stand for a right and a SKU".to_owned();
                    let hint = Some("take one of the two out".to_owned());
                    self.report(right.span(), message, hint);
                    None
                }
            };
            let Some(meaning) = meaning else { continue };
            if group.words.get_ref().is_empty() {
                self.report(group.words.span(), "an empty list of words".to_owned(), None);
            }
            for word in group.words.get_ref() {
                self.name(&mut names, word, meaning.clone());
            }
        }
        for text in &edition.foreign.names {
            self.name(&mut names, text, Named::Foreign);
        }
        // Ids come last and give way: they are short, and a word of the
        // applications may well be the same.
        for sku in &edition.skus {
            let folded = fold_name(sku.id.get_ref());
            if let Some(&id) = self.sku_ids.get(sku.id.get_ref().as_str()) {
                names.entry(folded).or_insert(Named::Sku(id));
            }
        }
        let mut naming = Naming::new(
            &edition.naming.prefixes,
            &edition.naming.suffixes,
            &edition.naming.attach_suffixes,
            &edition.foreign.prefixes,
        );
        naming.set_most_joiners(edition.skus.iter().flat_map(|sku| {
            std::iter::once(&sku.name)
                .chain(&sku.aliases)
                .chain(&sku.attach_names)
                .map(|text| text.get_ref().as_str())
        }));
        let words = edition.words.iter().flat_map(|group| group.words.get_ref());
        naming.set_most_joiners(
            words.chain(&edition.foreign.names).map(|text| text.get_ref().as_str()),
        );
        Names { names, attach_names, naming }
    }

    fn name(&mut self, names: &mut HashMap<String, Named>, text: &Text, meaning: Named) {
        let folded = fold_name(text.get_ref());
        if folded.is_empty() {
            self.report(text.span(), "an empty name".to_owned(), None);
            return;
        }
        match names.get(&folded) {
            Some(earlier) if *earlier == meaning => {
                let message = format!("the name `{text}` is given twice");
                self.report(text.span(), message, Some("take one out".to_owned()));
            }
            Some(earlier) => {
                let earlier = self.meaning(earlier);
                let message = format!("the name `{text}` already stands for {earlier}");
                let hint = "names are compared without regard to case, dashes and blanks";
                self.report(text.span(), message, Some(hint.to_owned()));
            }
            None => {
                names.insert(folded, meaning);
            }
        }
    }

    fn meaning(&self, named: &Named) -> String {
        let id_of = |id: Option<&str>| id.unwrap_or_default().to_owned();
        match named {
            Named::Sku(sku) => {
                let id = self.sku_ids.iter().find(|(_, id)| *id == sku).map(|(id, _)| *id);
                format!("the SKU `{}`", id_of(id))
            }
            Named::Right(right) => {
                let id = self.right_ids.iter().find(|(_, id)| *id == right).map(|(id, _)| *id);
                format!("the right `{}`", id_of(id))
            }
            Named::Nothing | Named::Foreign => "no licence".to_owned(),
        }
    }

    pub(super) fn role_names(&mut self, edition: &'a written::Edition) -> RoleNames {
        let mut identifiers: HashMap<String, usize> = HashMap::new();
        let mut names: HashMap<String, usize> = HashMap::new();
        let rows = edition.roles.iter().flat_map(|group| &group.rows);
        for (at, row) in rows.enumerate() {
            let mut reachable = false;
            for text in row.identifier.iter().chain(&row.identifiers) {
                reachable |= self.role_key(&mut identifiers, text, at, "identifier");
            }
            if row.by_name {
                for text in std::iter::once(&row.name).chain(&row.aliases) {
                    reachable |= self.role_key(&mut names, text, at, "name");
                }
            } else if let Some(alias) = row.aliases.first() {
                let message = format!("role `{}` is not known by name but has aliases", row.name);
                self.report(alias.span(), message, None);
            }
            if !reachable {
                let message = format!("role `{}` can never apply", row.name);
                let hint = "give it an identifier or a name that no earlier role has";
                self.report(row.name.span(), message, Some(hint.to_owned()));
            }
        }
        RoleNames { identifiers, names }
    }

    /// Enters a role's key; `false` where an earlier role has it.
    fn role_key(
        &mut self,
        keys: &mut HashMap<String, usize>,
        text: &Text,
        at: usize,
        what: &str,
    ) -> bool {
        match keys.get(&fold_name(text.get_ref())) {
            Some(earlier) if *earlier == at => {
                self.report(text.span(), format!("the {what} `{text}` is given twice"), None);
                true
            }
            Some(_) => {
                let message = format!("the role {what} `{text}` belongs to an earlier role");
                self.report(text.span(), message, None);
                false
            }
            None => {
                keys.insert(fold_name(text.get_ref()), at);
                true
            }
        }
    }
}
