//! Who the people are, what they are said to need and what they hold.

use super::{Builder, narrow, outside};
use crate::finding::{Code, Finding};
use crate::intake::{Batch, Field, Row, TableKind};
use crate::tenant::accounts::{Account, Directory, Found, Index, Standing, people};
use crate::tenant::identity::{Keys, folded, join_key, people_of};
use crate::tenant::joins::Hit;
use crate::tenant::ledger::Ledger;
use crate::tenant::{AppNeed, Person, Text};

impl<'a> Builder<'a> {
    pub(super) fn users(&mut self, ledger: &mut Ledger<'_>) {
        let mut accounts: Vec<Account<'a>> = Vec::new();
        let mut by_id = Index::default();
        // The environment of each account, by number.
        let mut environments: Vec<String> = Vec::new();
        let mut environment_of: Vec<usize> = Vec::new();
        let mut from: Vec<(usize, &str)> = Vec::new();
        let mut lists: Vec<(&Batch, Vec<usize>)> = Vec::new();
        for (batch, rows) in self.of(TableKind::Users) {
            let mut list = Vec::with_capacity(rows.len());
            // A row that feeds a second table stays in use for that one.
            let feeds_more = self.batches.iter().any(|other| {
                other.kind != batch.kind && other.file == batch.file && other.sheet == batch.sheet
            });
            let place = (batch.file, batch.sheet.as_str());
            by_id.reserve(rows.len());
            accounts.reserve(rows.len());
            environment_of.reserve(rows.len());
            from.reserve(rows.len());
            for row in rows {
                let account = Account::read(&row);
                let environment = {
                    let key = folded(account.environment);
                    let known = environments.iter().position(|known| *known == key);
                    known.unwrap_or_else(|| {
                        environments.push(key.into_owned());
                        environments.len() - 1
                    })
                };
                let same = by_id.first(folded(account.id).into(), accounts.len());
                let all = same.all().iter().copied();
                let listed = all.filter(|&at| environment_of.get(at) == Some(&environment));
                let twin = listed.into_iter().find(|&at| !accounts[at].contradicts(&account));
                list.push(twin.unwrap_or(accounts.len()));
                let Some(at) = twin else {
                    same.add(accounts.len());
                    accounts.push(account);
                    environment_of.push(environment);
                    from.push(place);
                    continue;
                };
                let disagree = matches!(
                    (accounts[at].enabled, account.enabled),
                    (Some(mine), Some(theirs)) if mine != theirs
                );
                let later = accounts[at].fill_from(&account);
                if from[at] == place && !feeds_more && !later {
                    ledger.ignore(batch, &row, Code::UserDuplicate, account.id);
                } else if disagree {
                    let what = format!("{}, once enabled and once disabled", account.id);
                    ledger.note(batch, &row, Code::UserDuplicate, &what);
                }
            }
            lists.push((batch, list));
        }
        let keys: Vec<Keys<'a>> = accounts.iter().map(Account::keys).collect();
        let (person_of, crowded) = people_of(&keys);
        let nobody = accounts.is_empty();
        self.directory = Directory::new(&accounts, &person_of, keys, by_id);
        self.people = people(&accounts, &person_of);
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

    /// Whom a row means.
    pub(super) fn find(&mut self, batch: &'a Batch, row: &Row<'a>) -> Found {
        let (user, place) = (batch.column(Field::UserId), batch.column(Field::Environment));
        let ids = (row.text_id(user), row.text_id(place));
        // Rows about one person mostly stand together.
        match self.last {
            Some((table, user, place, found))
                if std::ptr::eq(table, batch) && (user, place) == ids =>
            {
                return found;
            }
            _ => {}
        }
        let (named, environment) = (row.text(user), row.text(place));
        let called = |person: u32| self.people[person as usize].id == named;
        let next = self.directory.find_next(environment, called);
        let found =
            next.unwrap_or_else(|| self.directory.find(&folded(named), &folded(environment)));
        self.last = Some((batch, ids.0, ids.1, found));
        found
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
        match self.find(batch, row) {
            Found::One(person, standing) => {
                let unlisted = self.people[person as usize].unlisted;
                let hit = if unlisted { Hit::None } else { Hit::One(person) };
                self.joins.count(batch.kind, TableKind::Users, hit);
                Some((person, standing))
            }
            Found::Several => {
                let named = row.get(Field::UserId);
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
                let (named, environment) = (row.get(Field::UserId), row.get(Field::Environment));
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
