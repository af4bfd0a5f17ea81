//! How the tables of a tenant find one another, in numbers.
//!
//! Counts, per pair of tables, the rows that found what they name and those
//! that did not, and on the other side who was named by anybody. Numbers that
//! cannot be right become findings with their likely cause: nothing matches,
//! every row matches twice, two lists of people that share nobody, files
//! that were exported months apart.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::finding::{Code, Finding, Place};
use crate::intake::{Batch, Field, TableKind};

/// One pair of tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Join {
    /// The table whose rows name something.
    pub from: TableKind,
    /// The table in which it is looked up.
    pub to: TableKind,
    /// Rows of `from` that found one.
    pub matched: u64,
    /// Rows that found none.
    pub unmatched: u64,
    /// Rows that found several and could not tell which.
    pub several: u64,
    /// Of `to`: people, devices or roles that some row names.
    pub named: u64,
    /// Of `to`: those that no row names.
    pub unnamed: u64,
}

/// Fewer rows prove nothing.
const ENOUGH: u64 = 3;

/// Days between the newest dates of two files that make one of them stale.
const STALE_DAYS: i64 = 90;

/// Counts while a tenant is built.
#[derive(Debug, Default)]
pub(super) struct Joins {
    /// A few pairs of tables; counted once or twice per row.
    pairs: Vec<Pair>,
    lists: Vec<List>,
}

#[derive(Debug)]
struct Pair {
    from: TableKind,
    to: TableKind,
    /// Matched, unmatched, several.
    counts: [u64; 3],
    named: Vec<bool>,
}

/// A list of users and the people in it.
#[derive(Debug)]
struct List {
    file: usize,
    sheet: String,
    people: BTreeSet<u32>,
}

/// What a row found.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hit {
    One(u32),
    None,
    Several,
}

impl Joins {
    pub(super) fn count(&mut self, from: TableKind, to: TableKind, hit: Hit) {
        let known = self.pairs.iter().position(|pair| (pair.from, pair.to) == (from, to));
        let at = known.unwrap_or_else(|| {
            self.pairs.push(Pair { from, to, counts: [0; 3], named: Vec::new() });
            self.pairs.len() - 1
        });
        let Pair { counts, named, .. } = &mut self.pairs[at];
        match hit {
            Hit::One(index) => {
                counts[0] += 1;
                let at = index as usize;
                if named.len() <= at {
                    named.resize(at + 1, false);
                }
                named[at] = true;
            }
            Hit::None => counts[1] += 1,
            Hit::Several => counts[2] += 1,
        }
    }

    /// A list of users, with the account of each row; the person of an
    /// account is known later.
    pub(super) fn list(&mut self, batch: &Batch, accounts: &[usize], person_of: &[u32]) {
        let people = accounts.iter().filter_map(|&at| person_of.get(at).copied()).collect();
        self.lists.push(List { file: batch.file, sheet: batch.sheet.clone(), people });
    }

    /// The pairs, given how many people, devices and roles are listed.
    pub(super) fn finish(&self, listed: impl Fn(TableKind) -> u64) -> Vec<Join> {
        let join = |pair: &Pair| {
            let &Pair { from, to, counts: [matched, unmatched, several], ref named } = pair;
            let all = listed(to);
            let named = named.iter().filter(|&&named| named).count() as u64;
            Join { from, to, matched, unmatched, several, named, unnamed: all - named.min(all) }
        };
        let mut joins: Vec<Join> = self.pairs.iter().map(join).collect();
        joins.sort_by_key(|join| (join.from, join.to));
        joins
    }

    /// Lists that share nobody although both are lists of the same tenant.
    pub(super) fn strangers(&self, path: impl Fn(usize) -> String) -> Vec<Finding> {
        /// Lists of one program are often split; many of them share nobody.
        const MOST: usize = 12;
        let mut findings = Vec::new();
        for (at, one) in self.lists.iter().enumerate().take(MOST) {
            for two in self.lists.iter().take(MOST).skip(at + 1) {
                let enough = |list: &List| list.people.len() as u64 > ENOUGH;
                if enough(one) && enough(two) && one.people.is_disjoint(&two.people) {
                    let place = Place { sheet: one.sheet.clone(), ..Place::file(path(one.file)) };
                    let other = Place { sheet: two.sheet.clone(), ..Place::file(path(two.file)) };
                    let message = format!(
                        "none of the {} people of this list is among the {} of {other}; if they \
                         are the same people, one list has user ids and the other addresses, and \
                         everybody counts twice",
                        one.people.len(),
                        two.people.len()
                    );
                    findings.push(Finding::new(Code::ListsDisjoint, "", message).at(place));
                }
            }
        }
        findings
    }
}

/// Joins that cannot be right.
pub(super) fn suspicious(joins: &[Join]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for join in joins {
        let (from, to) = (word(join.from), word(join.to));
        let anybody = join.named + join.unnamed > 0;
        if join.matched + join.several == 0 && join.unmatched > ENOUGH && anybody {
            let message = match join.to {
                TableKind::Users => format!(
                    "none of {} rows names a user of the users tables: the files are of two \
                     tenants, or one has user ids and the other addresses",
                    join.unmatched
                ),
                _ => format!(
                    "none of {} rows of {from} names one of {to}: the files are of two tenants, \
                     or the ids are of two kinds",
                    join.unmatched
                ),
            };
            findings.push(
                Finding::new(Code::NothingJoined, from.clone(), message).times(join.unmatched),
            );
        }
        if join.several > ENOUGH && join.matched + join.unmatched == 0 {
            let message = format!(
                "every one of {} rows of {from} matches several of {to}: exports of several \
                 environments or tenants lie together without an environment column",
                join.several
            );
            findings.push(Finding::new(Code::EverythingTwice, from, message).times(join.several));
        }
    }
    findings
}

/// Files whose newest sign-in or use lies far before that of the others.
pub(super) fn stale(batches: &[&Batch], path: impl Fn(usize) -> String) -> Vec<Finding> {
    let mut newest: BTreeMap<usize, (i64, String, String)> = BTreeMap::new();
    for batch in batches {
        for (column, field) in batch.fields.iter().enumerate() {
            if !matches!(field, Field::LastLogin | Field::LastSeen | Field::LastUsed) {
                continue;
            }
            let latest = batch.latest(column);
            let Some(day) = day_number(latest) else { continue };
            let header = batch.headers[column].clone();
            let known = newest.entry(batch.file).or_insert((day, latest.to_owned(), header));
            if day > known.0 {
                *known = (day, latest.to_owned(), batch.headers[column].clone());
            }
        }
    }
    let Some((last, last_day)) =
        newest.iter().max_by_key(|(_, (day, ..))| *day).map(|(file, (day, ..))| (*file, *day))
    else {
        return Vec::new();
    };
    newest
        .iter()
        .filter(|(_, (day, ..))| last_day - day > STALE_DAYS)
        .map(|(file, (day, text, header))| {
            let message = format!(
                "its newest date is {text}, {} days before that of {}: they were exported at \
                 different times, or the column is not what it seems",
                last_day - day,
                path(last)
            );
            let place = Place { column: header.clone(), ..Place::file(path(*file)) };
            Finding::new(Code::FileStale, "", message).at(place)
        })
        .collect()
}

/// Days since 1970-01-01 of a date as intake writes it.
pub(crate) fn day_number(date: &str) -> Option<i64> {
    let number = |digits: &[u8]| {
        let digit = |value: i64, byte: &u8| {
            byte.is_ascii_digit().then(|| 10 * value + i64::from(byte - b'0'))
        };
        digits.iter().try_fold(0, digit)
    };
    let [y @ .., b'-', m1, m2, b'-', d1, d2] = date.as_bytes() else { return None };
    let (year, month, day) = (number(y)?, number(&[*m1, *m2])?, number(&[*d1, *d2])?);
    // Years begin in March here, so that the odd day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468)
}

/// Name of a table as in docs/input.md.
fn word(kind: TableKind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day_number("1970-01-01"), Some(0));
        assert_eq!(day_number("2024-02-29"), Some(19_782));
        assert_eq!(day_number("2026-09-30"), Some(20_726));
        assert_eq!(day_number(""), None);
        assert_eq!(day_number("2026-9-30"), None);
        assert_eq!(day_number("12026-09-30"), Some(20_726 + 10_000 * 146_097 / 400));
    }
}
