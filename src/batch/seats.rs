//! Who holds what is owned: licences of users against subscriptions.
//!
//! The names of both sides are looked up in the edition first, because one
//! export writes product names, another part numbers; what the edition does
//! not know is compared as it is written.

use std::collections::{BTreeMap, BTreeSet};

use crate::intake::{Batch, Field, TableKind};
use crate::rulebook::{Named, Rulebook, SkuId, fold_name};
use crate::tenant::Join;

/// A licence as both sides may name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Licence {
    Sku(SkuId),
    Text(String),
}

fn licences(rulebook: &Rulebook, cell: &str) -> Vec<Licence> {
    let mentions = rulebook.split_licenses(cell).into_iter();
    mentions
        .filter_map(|mention| match mention.named {
            Some(Named::Sku(sku)) => Some(Licence::Sku(sku)),
            Some(Named::Nothing) => None,
            _ => Some(Licence::Text(fold_name(&mention.text))),
        })
        .collect()
}

/// Rows of licences held, matched when all they name is owned. `None` where
/// one of the two tables is not there.
pub(super) fn held_and_owned(batches: &[&Batch], rulebook: &Rulebook) -> Option<Join> {
    let (from, to) = (TableKind::AssignedLicenses, TableKind::Subscriptions);
    let cells = |kind| {
        let of_kind = batches.iter().filter(move |batch| batch.kind == kind);
        of_kind.flat_map(|batch| batch.rows().map(|row| row.get(Field::License)))
    };
    let mut owned: BTreeMap<Licence, bool> = BTreeMap::new();
    for cell in cells(to) {
        owned.extend(licences(rulebook, cell).into_iter().map(|licence| (licence, false)));
    }
    // The same cell stands in thousands of rows.
    let mut held: BTreeMap<&str, u64> = BTreeMap::new();
    for cell in cells(from).filter(|cell| !cell.is_empty()) {
        *held.entry(cell).or_default() += 1;
    }
    if owned.is_empty() || held.is_empty() {
        return None;
    }
    let mut join = Join { from, to, matched: 0, unmatched: 0, several: 0, named: 0, unnamed: 0 };
    for (cell, rows) in held {
        let names: BTreeSet<Licence> = licences(rulebook, cell).into_iter().collect();
        let mut all = !names.is_empty();
        for name in &names {
            match owned.get_mut(name) {
                Some(named) => *named = true,
                None => all = false,
            }
        }
        if all {
            join.matched += rows;
        } else {
            join.unmatched += rows;
        }
    }
    join.named = owned.values().filter(|named| **named).count() as u64;
    join.unnamed = owned.len() as u64 - join.named;
    Some(join)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::{DEFAULT_EDITION, shipped};

    fn batch(kind: TableKind, cells: &[&str]) -> Batch {
        let mut batch = Batch::new(kind, String::new(), vec![Field::License], vec!["l".into()]);
        for (row, cell) in (2..).zip(cells) {
            batch.push(row, [*cell]);
        }
        batch
    }

    #[test]
    fn a_product_name_and_its_part_number_are_one_licence() {
        let rulebook = shipped(DEFAULT_EDITION).unwrap();
        let both = [
            batch(TableKind::Subscriptions, &["Dynamics 365 Finance", "Unheard-of Suite", "Spare"]),
            batch(
                TableKind::AssignedLicenses,
                &["DYN365_FINANCE+Unheard-of suite", "Dynamics 365 Finance", "Something else", ""],
            ),
        ];
        let join = held_and_owned(&[&both[0], &both[1]], rulebook).unwrap();
        assert_eq!((join.matched, join.unmatched), (2, 1));
        assert_eq!((join.named, join.unnamed), (2, 1));
        assert_eq!(held_and_owned(&[&both[0]], rulebook), None);
    }
}
