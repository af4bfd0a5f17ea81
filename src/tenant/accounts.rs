//! Account rows, the people they belong to, and who a row means.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::identity::{Keys, address, folded, home_address, join_key, object_id};
use super::{Person, Text};
use crate::intake::{Field, Row};

/// One account row; its texts are those of the table.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Account<'a> {
    pub id: &'a str,
    pub environment: &'a str,
    /// Whether it can sign in; `None` where the row does not say.
    pub enabled: Option<bool>,
    /// Whether the security group of the environment holds the account, where
    /// the input says so.
    in_group: Option<bool>,
    headcount: u32,
    /// Its id in the tables of the application.
    record_id: &'a str,
    upn: &'a str,
    email: &'a str,
    object_id: &'a str,
    name: &'a str,
    department: &'a str,
    country: &'a str,
    account_type: &'a str,
    last_login: &'a str,
}

impl<'a> Account<'a> {
    pub(super) fn read(row: &Row<'a>) -> Self {
        let id = row.get(Field::UserId);
        let mut upn = row.get(Field::Upn);
        if upn.is_empty() && id.contains('@') {
            upn = id;
        }
        let mut account_type = row.get(Field::AccountType);
        if account_type.is_empty() && home_address(upn).is_some() {
            account_type = "guest";
        }
        Self {
            id,
            environment: row.get(Field::Environment),
            enabled: match row.get(Field::Enabled) {
                "" => None,
                word => Some(word != "false"),
            },
            in_group: match row.get(Field::InSecurityGroup) {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            headcount: row.get(Field::Headcount).parse().unwrap_or(1).max(1),
            record_id: row.get(Field::RecordId),
            upn,
            email: row.get(Field::Email),
            object_id: row.get(Field::ObjectId),
            name: row.get(Field::Name),
            department: row.get(Field::Department),
            country: row.get(Field::Country),
            account_type,
            last_login: row.get(Field::LastLogin),
        }
    }

    /// Whether the account works in its environment.
    fn standing(&self) -> Standing {
        match (self.enabled, self.in_group) {
            (Some(false), _) => Standing::Disabled,
            (_, Some(false)) => Standing::Outside,
            _ => Standing::Counts,
        }
    }

    /// Whether the row comes from the directory, whose sign-in block holds in
    /// every environment: it names none, its user id is an address, and it has
    /// no record in an application.
    fn is_directory(&self) -> bool {
        self.environment.is_empty() && self.id.contains('@') && self.record_id.is_empty()
    }

    /// By what the account joins others. A group is no person and joins none.
    pub(super) fn keys(&self) -> Keys<'a> {
        if self.account_type == "group" {
            return Keys::default();
        }
        Keys {
            object_id: object_id(self.object_id),
            upn: address(self.upn),
            email: match home_address(self.upn) {
                Some(home) => Cow::Owned(address(&home).into_owned()),
                None => address(self.email),
            },
        }
    }

    /// Whether two rows of one user id are of different people.
    pub(super) fn contradicts(&self, other: &Self) -> bool {
        let differ = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && a != b;
        let (mine, theirs) = (self.keys(), other.keys());
        let same_upn = !mine.upn.is_empty() && mine.upn == theirs.upn;
        differ(&mine.object_id, &theirs.object_id)
            || differ(&mine.upn, &theirs.upn)
            || (!same_upn && differ(&mine.email, &theirs.email))
    }

    /// Takes over what another row of the same account knows; whether that
    /// moved its last login. Where one row says enabled and the other
    /// disabled, enabled counts: a licence too many is seen, one too few is
    /// not. A row that does not say leaves it as it is.
    pub(super) fn fill_from(&mut self, other: &Self) -> bool {
        for (mine, theirs) in [
            (&mut self.upn, other.upn),
            (&mut self.email, other.email),
            (&mut self.object_id, other.object_id),
            (&mut self.record_id, other.record_id),
            (&mut self.name, other.name),
            (&mut self.department, other.department),
            (&mut self.country, other.country),
            (&mut self.account_type, other.account_type),
        ] {
            if mine.is_empty() {
                *mine = theirs;
            }
        }
        let later = other.last_login > self.last_login;
        if later {
            self.last_login = other.last_login;
        }
        self.enabled = match (self.enabled, other.enabled) {
            (Some(mine), Some(theirs)) => Some(mine || theirs),
            (mine, theirs) => mine.or(theirs),
        };
        // Like `enabled`: of two answers the one that counts somebody holds.
        self.in_group = match (self.in_group, other.in_group) {
            (Some(mine), Some(theirs)) => Some(mine || theirs),
            (mine, theirs) => mine.or(theirs),
        };
        later
    }

    fn add_to(&self, person: &mut Person) {
        for (mine, theirs) in [
            (&mut person.id, self.id),
            (&mut person.upn, self.upn),
            (&mut person.name, self.name),
            (&mut person.department, self.department),
            (&mut person.country, self.country),
        ] {
            if mine.is_empty() {
                *mine = theirs.into();
            }
        }
        // Whoever the security group keeps out does not work there.
        let outside = self.in_group == Some(false);
        let new = !person.environments.iter().any(|known| known == self.environment);
        if !self.environment.is_empty() && !outside && new {
            person.environments.push(self.environment.to_owned());
        }
        if self.last_login > person.last_login.as_str() {
            person.last_login = self.last_login.into();
        }
        if rank(self.account_type) > rank(&person.account_type) {
            person.account_type = self.account_type.into();
        }
        person.headcount = person.headcount.max(self.headcount);
        person.accounts += 1;
    }
}

/// Of several account types of one person the one that asks for a licence
/// wins: a person with a service account is still a person. A blank type says
/// nothing.
fn rank(account_type: &str) -> u8 {
    match account_type {
        "group" => 1,
        "service" => 2,
        "external" => 3,
        "member" => 4,
        "guest" => 5,
        "shared" => 6,
        _ => 0,
    }
}

/// Puts accounts together into people, given the person of each account.
pub(super) fn people(accounts: &[Account<'_>], person_of: &[u32]) -> Vec<Person> {
    let count = person_of.iter().max().map_or(0, |&most| most as usize + 1);
    let mut people: Vec<Person> = Vec::with_capacity(count);
    // Directory accounts of each person: enabled, blocked.
    let mut directory = vec![(false, false); count];
    // Whether any account of a person says that it can sign in or not.
    let mut said = vec![false; count];
    for (account, &person) in accounts.iter().zip(person_of) {
        let person = person as usize;
        // People are numbered by their first accounts.
        if person == people.len() {
            people.push(Person { headcount: 1, ..Person::default() });
        }
        account.add_to(&mut people[person]);
        let Some(enabled) = account.enabled else { continue };
        said[person] = true;
        people[person].enabled |= enabled;
        if account.is_directory() {
            directory[person].0 |= enabled;
            directory[person].1 |= !enabled;
        }
    }
    for ((person, said), (open, blocked)) in people.iter_mut().zip(said).zip(directory) {
        person.enabled |= !said;
        person.enabled &= open || !blocked;
        if person.account_type.is_empty() {
            person.account_type = "member".into();
        }
    }
    people
}

/// Finds people by what rows call them.
#[derive(Debug, Default)]
pub(super) struct Directory<'a> {
    entries: Vec<Entry>,
    /// The account after the one found last.
    next: usize,
    by_id: Index,
    /// Addresses and object ids of the accounts until somebody asks by one: in
    /// most tenants every row names a user id.
    keys: Vec<Keys<'a>>,
    /// Ids of accounts in the tables of the application, until then.
    records: Vec<(usize, Text)>,
    by_address: Index,
}

/// The accounts of a key: nearly always one.
#[derive(Debug, Clone)]
pub(super) enum Few {
    One(usize),
    Many(Vec<usize>),
}

impl Few {
    pub(super) fn add(&mut self, at: usize) {
        match self {
            Self::One(known) if *known == at => {}
            Self::One(known) => *self = Self::Many(vec![*known, at]),
            Self::Many(known) if known.contains(&at) => {}
            Self::Many(known) => known.push(at),
        }
    }

    pub(super) fn all(&self) -> &[usize] {
        match self {
            Self::One(at) => std::slice::from_ref(at),
            Self::Many(all) => all,
        }
    }
}

/// Accounts by key.
#[derive(Debug, Default)]
pub(super) struct Index(FxHashMap<Text, Few>);

impl Index {
    pub(super) fn reserve(&mut self, more: usize) {
        self.0.reserve(more);
    }

    /// The accounts of a key, of which this one is the first if there is none
    /// yet.
    pub(super) fn first(&mut self, key: Text, at: usize) -> &mut Few {
        self.0.entry(key).or_insert(Few::One(at))
    }

    fn add(&mut self, key: Text, at: usize) {
        self.first(key, at).add(at);
    }

    fn get(&self, key: &str) -> &[usize] {
        self.0.get(key).map_or(&[], Few::all)
    }
}

#[derive(Debug)]
struct Entry {
    person: u32,
    standing: Standing,
    /// Folded; blank where none is named.
    environment: String,
    /// It is the first account of its person, which is called by its user id,
    /// and no other account has that.
    alone: bool,
}

/// Whether what an account may do counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// It is disabled.
    Disabled,
    /// The security group of its environment keeps it out.
    Outside,
    /// It counts.
    Counts,
}

/// Who a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// One person, and the best standing among the accounts named.
    One(u32, Standing),
    /// Several people.
    Several,
    /// Nobody who is listed.
    Nobody,
}

impl Found {
    /// The person, if it is one.
    pub(super) fn person(self) -> Option<u32> {
        match self {
            Self::One(person, _) => Some(person),
            Self::Several | Self::Nobody => None,
        }
    }
}

/// Notes that accounts with one user id are not alone.
fn part(few: &Few, entries: &mut [Entry]) {
    if let Few::Many(all) = few {
        for &at in all {
            entries[at].alone = false;
        }
    }
}

impl<'a> Directory<'a> {
    /// The accounts with the person and the keys of each, and all of them by
    /// folded user id.
    pub(super) fn new(
        accounts: &[Account<'a>],
        person_of: &[u32],
        keys: Vec<Keys<'a>>,
        by_id: Index,
    ) -> Self {
        let mut directory = Self { by_id, keys, ..Self::default() };
        let mut met = 0;
        directory.entries.reserve(accounts.len());
        for (at, (account, &person)) in accounts.iter().zip(person_of).enumerate() {
            directory.entries.push(Entry {
                person,
                standing: account.standing(),
                environment: join_key(account.environment),
                // People are numbered by their first accounts.
                alone: person == met && !folded(account.id).is_empty(),
            });
            met = met.max(person + 1);
            if !account.record_id.is_empty() {
                directory.records.push((at, folded(account.record_id).into()));
            }
        }
        directory.by_id.0.values().for_each(|few| part(few, &mut directory.entries));
        directory
    }

    /// As [`Self::find`], given that the account that follows the one found
    /// last is of a person who is called so: lists are often in one order.
    /// `None` where that one is not meant beyond doubt.
    pub(super) fn find_next(
        &mut self,
        environment: &str,
        is_called: impl Fn(u32) -> bool,
    ) -> Option<Found> {
        let entry = self.entries.get(self.next).filter(|entry| entry.alone)?;
        let there = environment.is_empty() || entry.environment.is_empty();
        if !there || !is_called(entry.person) {
            return None;
        }
        self.next += 1;
        Some(Found::One(entry.person, entry.standing))
    }

    /// Number of accounts.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds somebody no users table lists.
    pub(super) fn add(&mut self, user: &str, environment: &str, person: u32) {
        let at = self.entries.len();
        let environment = environment.to_owned();
        let standing = Standing::Counts;
        self.entries.push(Entry { person, standing, environment, alone: false });
        self.by_id.add(user.into(), at);
        if let Some(few) = self.by_id.0.get(user) {
            part(few, &mut self.entries);
        }
    }

    /// Whom a user id, address or object id of an environment means; both
    /// folded. An account of another environment is never meant.
    pub(super) fn find(&mut self, user: &str, environment: &str) -> Found {
        if let [at] = self.by_id.get(user) {
            let Entry { person, standing, environment: own, .. } = &self.entries[*at];
            if own == environment || environment.is_empty() || own.is_empty() {
                let found = Found::One(*person, *standing);
                self.next = *at + 1;
                return found;
            }
        }
        let keys = std::mem::take(&mut self.keys).into_iter().enumerate();
        let keys = keys.flat_map(|(at, keys)| {
            [keys.upn, keys.email, keys.object_id].map(|key| (at, Text::from(key)))
        });
        for (at, key) in keys.chain(std::mem::take(&mut self.records)) {
            // Blank keys of a long list would all be compared with one another.
            if !key.is_empty() {
                self.by_address.add(key, at);
            }
        }
        let of = |index: &Index| {
            let all = index.get(user);
            let exactly: Vec<usize> = all
                .iter()
                .copied()
                .filter(|&at| self.entries[at].environment == environment)
                .collect();
            if !exactly.is_empty() && !environment.is_empty() {
                return exactly;
            }
            all.iter()
                .copied()
                .filter(|&at| {
                    environment.is_empty()
                        || self.entries[at].environment.is_empty()
                        || self.entries[at].environment == environment
                })
                .collect()
        };
        let mut found = of(&self.by_id);
        if found.is_empty() {
            found = of(&self.by_address);
        }
        let person = |at: &usize| self.entries[*at].person;
        let standing = |at: &usize| self.entries[*at].standing;
        let Some(first) = found.first().map(person) else { return Found::Nobody };
        let best = found.iter().map(standing).max().unwrap_or(Standing::Counts);
        if found.iter().all(|at| person(at) == first) {
            return Found::One(first, best);
        }
        // A deleted account beside a live one: the live one is meant.
        let live: Vec<usize> =
            found.into_iter().filter(|at| standing(at) != Standing::Disabled).collect();
        match live.first().map(person) {
            Some(first) if live.iter().all(|at| person(at) == first) => Found::One(first, best),
            _ => Found::Several,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenant::identity::people_of;

    /// Numbers of a small generator.
    struct Dice(u64);

    impl Dice {
        fn one<'w>(&mut self, words: &[&'w str]) -> &'w str {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            words[(self.0 >> 33) as usize % words.len()]
        }
    }

    #[test]
    fn looking_at_the_next_account_first_changes_no_answer() {
        const IDS: [&str; 6] = ["A", "b", "C", "d", "E", ""];
        const ADDRESSES: [&str; 4] = ["", "a@x.example", "d@x.example", "C"];
        const PLACES: [&str; 3] = ["", "", "prod"];
        let (mut dice, mut hits) = (Dice(7), 0);
        for _ in 0..3_000 {
            let account = |_| {
                let id = dice.one(&IDS);
                Account {
                    id,
                    upn: dice.one(&ADDRESSES),
                    environment: dice.one(&PLACES),
                    enabled: Some(dice.one(&["", "x", "x"]).is_empty()),
                    ..Account::default()
                }
            };
            let accounts: Vec<Account<'_>> = (0..5).map(account).collect();
            let keys = || accounts.iter().map(Account::keys).collect::<Vec<Keys<'_>>>();
            let (person_of, _) = people_of(&keys());
            let (keys, again) = (keys(), keys());
            let by_id = || {
                let mut index = Index::default();
                for (at, account) in accounts.iter().enumerate() {
                    index.add(folded(account.id).into(), at);
                }
                index
            };
            let mut slow = Directory::new(&accounts, &person_of, again, by_id());
            let mut fast = Directory::new(&accounts, &person_of, keys, by_id());
            let mut people = people(&accounts, &person_of);
            for _ in 0..12 {
                let (named, place) = (dice.one(&IDS), dice.one(&PLACES));
                let found = slow.find(&folded(named), &folded(place));
                let next = fast.find_next(place, |person| people[person as usize].id == named);
                hits += u32::from(next.is_some());
                let quick = next.unwrap_or_else(|| fast.find(&folded(named), &folded(place)));
                assert_eq!(quick, found, "{named} in {place:?}");
                if found == Found::Nobody {
                    let person = u32::try_from(people.len()).unwrap();
                    people.push(Person { id: named.into(), ..Person::default() });
                    slow.add(&join_key(named), &join_key(place), person);
                    fast.add(&join_key(named), &join_key(place), person);
                }
            }
        }
        assert!(hits > 500, "{hits}");
    }
}
