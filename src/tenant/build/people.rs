//! Who the people are, what they are said to need and what they hold.

use rustc_hash::FxHashMap;

use super::{Builder, narrow, outside};
use crate::finding::{Code, Finding};
use crate::intake::{Batch, Field, Row, TableKind};
use crate::tenant::accounts::{Account, Directory, Few, Found, Standing, people};
use crate::tenant::identity::{Keys, folded, join_key, people_of};
use crate::tenant::joins::Hit;
use crate::tenant::ledger::Ledger;
use crate::tenant::{AppNeed, Person, Text};

impl<'a> Builder<'a> {
    pub(super) fn users(&mut self, ledger: &mut Ledger<'_>) {
        let mut accounts: Vec<Account> = Vec::new();
        let mut known: FxHashMap<(String, String), Few> = FxHashMap::default();
        let mut from: Vec<(usize, &str)> = Vec::new();
        let mut lists: Vec<(&Batch, Vec<usize>)> = Vec::new();
        for (batch, rows) in self.of(TableKind::Users) {
            let mut list = Vec::with_capacity(rows.len());
            // A row that feeds a second table stays in use for that one.
            let feeds_more = self.batches.iter().any(|other| {
                other.kind != batch.kind && other.file == batch.file && other.sheet == batch.sheet
            });
            let place = (batch.file, batch.sheet.as_str());
            known.reserve(rows.len());
            accounts.reserve(rows.len());
            for row in rows {
                let account = Account::read(&row);
                let key = (account.user_key.clone(), join_key(&account.environment));
                let same = known.entry(key).or_insert(Few::One(accounts.len()));
                let listed = same.all().iter().copied().filter(|&at| at < accounts.len());
                let twin = listed.into_iter().find(|&at| !accounts[at].contradicts(&account));
                list.push(twin.unwrap_or(accounts.len()));
                let Some(at) = twin else {
                    same.add(accounts.len());
                    accounts.push(account);
                    from.push(place);
                    continue;
                };
                let disagree = matches!(
                    (accounts[at].enabled, account.enabled),
                    (Some(mine), Some(theirs)) if mine != theirs
                );
                let later = accounts[at].fill_from(&account);
                if from[at] == place && !feeds_more && !later {
                    ledger.ignore(batch, &row, Code::UserDuplicate, &account.id);
                } else if disagree {
                    let what = format!("{}, once enabled and once disabled", account.id);
                    ledger.note(batch, &row, Code::UserDuplicate, &what);
                }
            }
            lists.push((batch, list));
        }
        let keys: Vec<Keys> = accounts.iter().map(Account::keys).collect();
        let (person_of, crowded) = people_of(&keys);
        let nobody = accounts.is_empty();
        self.directory = Directory::new(&mut accounts, &person_of, keys);
        self.people = people(accounts, &person_of);
        if lists.len() > 1 {
            for (batch, list) in lists {
                self.joins.list(batch, &list, &person_of);
            }
        }
        self.findings.extend(crowded.into_iter().map(|address| {
            let message = format!(
                "more than three accounts have the e-mail address {address}; they are taken as \
                 different people"
            );
            Finding::new(Code::AddressShared, address, message)
        }));
        let merged: Vec<&Person> = self.people.iter().filter(|p| p.accounts > 1).collect();
        if let Some(first) = merged.first() {
            self.findings.push(
                Finding::new(
                    Code::AccountsMerged,
                    first.id.as_str(),
                    format!(
                        "{} people have several accounts and need licences once, the first is {} \
                         with {} accounts",
                        merged.len(),
                        if first.name.is_empty() { &first.id } else { &first.name },
                        first.accounts
                    ),
                )
                .times(merged.len() as u64),
            );
        }
        if nobody {
            self.findings.push(Finding::new(
                Code::TenantWithoutUsers,
                "",
                "no file of this tenant was recognised as a list of users",
            ));
        }
    }

    pub(super) fn needs(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::AppNeeds) {
            for row in rows {
                let Some((person, standing)) = self.person(batch, &row, ledger) else { continue };
                if outside(standing, batch, &row, ledger) {
                    continue;
                }
                let person = &mut self.people[person as usize];
                let (app, right) = (row.get(Field::App), row.get(Field::UseRight));
                if row.get(Field::Basis) == "computed" {
                    let cell = if app.is_empty() { right } else { app };
                    if !cell.is_empty() && !person.computed.iter().any(|known| known == cell) {
                        person.computed.push(cell.to_owned());
                    }
                    continue;
                }
                for need in [AppNeed::App(app.to_owned()), AppNeed::UseRight(right.to_owned())] {
                    if !need.name().is_empty() && !person.needs.contains(&need) {
                        person.needs.push(need);
                    }
                }
            }
        }
    }

    pub(super) fn assigned(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::AssignedLicenses) {
            for row in rows {
                let license = row.get(Field::License);
                if license.is_empty() {
                    continue;
                }
                if let Some((person, _)) = self.person(batch, &row, ledger) {
                    let assigned = &mut self.people[person as usize].assigned;
                    if !assigned.iter().any(|known| known == license) {
                        assigned.push(license.to_owned());
                    }
                }
            }
        }
    }

    /// The person a row is about and how the account it names stands.
    /// Somebody no users table lists is added. `None`: the name is ambiguous
    /// and the row was rejected.
    pub(super) fn person(
        &mut self,
        batch: &'a Batch,
        row: &Row<'a>,
        ledger: &mut Ledger<'_>,
    ) -> Option<(u32, Standing)> {
        let (user, place) = (batch.column(Field::UserId), batch.column(Field::Environment));
        let ids = (row.text_id(user), row.text_id(place));
        let (named, environment) = (row.text(user), row.text(place));
        // Rows about one person mostly stand together.
        let found = match self.last {
            Some((table, user, place, found))
                if std::ptr::eq(table, batch) && (user, place) == ids =>
            {
                found
            }
            _ => {
                let called = |person: u32| self.people[person as usize].id == named;
                let next = self.directory.find_next(environment, called);
                let found = next
                    .unwrap_or_else(|| self.directory.find(&folded(named), &folded(environment)));
                self.last = Some((batch, ids.0, ids.1, found));
                found
            }
        };
        match found {
            Found::One(person, standing) => {
                let unlisted = self.people[person as usize].unlisted;
                let hit = if unlisted { Hit::None } else { Hit::One(person) };
                self.joins.count(batch.kind, TableKind::Users, hit);
                Some((person, standing))
            }
            Found::Several => {
                self.joins.count(batch.kind, TableKind::Users, Hit::Several);
                ledger.reject(
                    batch,
                    row,
                    Code::UserAmbiguous,
                    format!(
                        "user \u{201c}{named}\u{201d} is several people; expected an environment \
                         column that says which, or an address"
                    ),
                );
                None
            }
            Found::Nobody => {
                self.joins.count(batch.kind, TableKind::Users, Hit::None);
                let person = narrow(self.people.len());
                self.people.push(Person {
                    id: named.into(),
                    upn: if named.contains('@') { named.into() } else { Text::default() },
                    environments: if environment.is_empty() {
                        vec![]
                    } else {
                        vec![environment.into()]
                    },
                    enabled: true,
                    headcount: 1,
                    account_type: "member".into(),
                    unlisted: true,
                    ..Person::default()
                });
                self.last = None;
                self.directory.add(&join_key(named), &join_key(environment), person);
                ledger.note(batch, row, Code::UserUnknown, named);
                Some((person, Standing::Counts))
            }
        }
    }
}
