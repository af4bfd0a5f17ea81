//! From canonical tables to one tenant.
//!
//! Order matters and is fixed: users first, because everything else names
//! them; then roles and permissions; then who holds what; then devices, stock
//! and prices. A row that names somebody no users table lists is not dropped:
//! the person is added and the report says so, because a licence count that
//! leaves out people who hold roles is worse than one that counts too many.

use std::collections::{HashMap, HashSet};

use super::accounts::{Account, Directory, Found, Standing, people};
use super::identity::{Keys, join_key, people_of};
use super::joins::{self, Hit, Join, Joins};
use super::ledger::{Ledger, SHARED, SharedMove};
use super::roles::Roles;
use super::rows::row_key;
use super::{
    AppNeed, Device, HeldRole, MenuItem, OwnPrice, Permission, Person, Subscription, TenantInput,
};
use crate::finding::{Code, Finding};
use crate::intake::{Batch, Field, Row, TableKind, header_key};
use crate::money::Cents;
use crate::output::TenantInfo;

/// A tenant, and what became of its rows in shared files.
#[derive(Debug)]
pub struct Built {
    /// The tenant.
    pub tenant: TenantInput,
    /// Rows of shared files that were not used after all.
    pub moves: Vec<SharedMove>,
    /// How its tables found one another.
    pub joins: Vec<Join>,
}

/// Joins the tables of one tenant. `own` are batches of the tenant's files,
/// whose row accounting `ledger` keeps; `shared` are rows of the portfolio's
/// files that concern this tenant, numbered from `SHARED` or `COMMON` on.
#[must_use]
pub fn build(info: TenantInfo, own: &[Batch], shared: &[&Batch], mut ledger: Ledger<'_>) -> Built {
    let mut builder = Builder {
        batches: own.iter().chain(shared.iter().copied()).collect(),
        directory: Directory::default(),
        people: Vec::new(),
        roles: Roles::default(),
        environments: vec![String::new()],
        devices: Vec::new(),
        device_numbers: HashMap::new(),
        findings: Vec::new(),
        joins: Joins::default(),
    };
    builder.users(&mut ledger);
    builder.role_names();
    builder.permissions(&mut ledger);
    builder.role_table(&mut ledger);
    builder.assignments(&mut ledger);
    builder.own_permissions(&mut ledger);
    builder.needs(&mut ledger);
    builder.assigned(&mut ledger);
    builder.devices(&mut ledger);
    builder.usage(&mut ledger);
    let menu_items = builder.menu_items();
    let subscriptions = builder.subscriptions(&mut ledger);
    let capacity = builder.capacity();
    let prices = builder.prices();
    let joins = builder.joins.finish(|kind| builder.listed(kind));
    builder.findings.extend(joins::suspicious(&joins));
    builder.findings.extend(builder.joins.strangers(|file| ledger.path(file)));
    builder.findings.extend(joins::stale(&builder.batches, |file| ledger.path(file)));
    let assigned_known = builder.of(TableKind::AssignedLicenses).any(|(_, rows)| !rows.is_empty());
    let (noted, moves) = ledger.close();
    let mut findings = builder.findings;
    findings.extend(noted);
    let tenant = TenantInput {
        info,
        accounts: builder.directory.len() as u64,
        people: builder.people,
        roles: builder.roles.list,
        menu_items,
        devices: builder.devices,
        assigned_known,
        subscriptions,
        capacity,
        prices,
        findings,
    };
    Built { tenant, moves, joins }
}

struct Builder<'a> {
    batches: Vec<&'a Batch>,
    directory: Directory,
    people: Vec<Person>,
    roles: Roles,
    /// Environments by number, folded; number 0 is none.
    environments: Vec<String>,
    devices: Vec<Device>,
    device_numbers: HashMap<String, u32>,
    findings: Vec<Finding>,
    joins: Joins,
}

impl<'a> Builder<'a> {
    /// Batches of a table with their rows.
    fn of(&self, kind: TableKind) -> impl Iterator<Item = (&'a Batch, Vec<Row<'a>>)> + use<'a> {
        let batches: Vec<&'a Batch> =
            self.batches.iter().copied().filter(|batch| batch.kind == kind).collect();
        batches.into_iter().map(|batch| (batch, batch.rows().collect()))
    }

    /// The number of an environment.
    fn environment(&mut self, named: &str) -> u32 {
        if named.is_empty() {
            return 0;
        }
        let key = join_key(named);
        let at = self.environments.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.environments.push(key);
            self.environments.len() - 1
        });
        narrow(at)
    }

    fn users(&mut self, ledger: &mut Ledger<'_>) {
        let mut accounts: Vec<Account> = Vec::new();
        let mut known: HashMap<(String, String), Vec<usize>> = HashMap::new();
        let mut from: Vec<(usize, &str)> = Vec::new();
        let mut lists: Vec<(&Batch, Vec<usize>)> = Vec::new();
        for (batch, rows) in self.of(TableKind::Users) {
            let mut list = Vec::with_capacity(rows.len());
            // A row that feeds a second table stays in use for that one.
            let feeds_more = self.batches.iter().any(|other| {
                other.kind != batch.kind && other.file == batch.file && other.sheet == batch.sheet
            });
            let place = (batch.file, batch.sheet.as_str());
            for row in rows {
                let account = Account::read(&row);
                let key = (account.user_key.clone(), join_key(&account.environment));
                let same = known.entry(key).or_default();
                let twin = same.iter().copied().find(|&at| !accounts[at].contradicts(&account));
                list.push(twin.unwrap_or(accounts.len()));
                let Some(at) = twin else {
                    same.push(accounts.len());
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
                    &first.id,
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
        if accounts.is_empty() {
            self.findings.push(Finding::new(
                Code::TenantWithoutUsers,
                "",
                "no file of this tenant was recognised as a list of users",
            ));
        }
        self.directory = Directory::new(&accounts, &person_of);
    }

    /// Learns which identifier and which name are one role, before anything
    /// refers to either. Permissions may be those of one environment;
    /// assignments name the environment in which a role is held, not whose
    /// copy of it.
    fn role_names(&mut self) {
        for kind in [TableKind::RolePermissions, TableKind::Roles] {
            for (_, rows) in self.of(kind) {
                for row in rows {
                    let environment = self.environment(row.get(Field::Environment));
                    self.roles.learn(environment, row.get(Field::RoleId), row.get(Field::RoleName));
                }
            }
        }
        for (_, rows) in self.of(TableKind::RoleAssignments) {
            for row in rows {
                let (id, name) = (row.get(Field::RoleId), row.get(Field::RoleName));
                if !id.is_empty() && !name.is_empty() {
                    self.roles.teach(id, name);
                }
            }
        }
    }

    fn permissions(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::RolePermissions) {
            let mut seen: HashSet<String> = HashSet::new();
            for row in rows {
                let permission = Permission::read(batch, &row);
                if !seen.insert(row_key(batch, &row)) {
                    ledger.ignore(batch, &row, Code::RowDuplicate, &permission.object);
                    continue;
                }
                let environment = self.environment(row.get(Field::Environment));
                let (id, name) = (row.get(Field::RoleId), row.get(Field::RoleName));
                for role in self.roles.described(environment, id, name) {
                    self.roles.list[role as usize].permissions.push(permission.clone());
                }
            }
        }
    }

    /// Licence types of roles, and what they have from their sub-roles.
    fn role_table(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::Roles) {
            let mut seen: HashSet<String> = HashSet::new();
            for row in rows {
                let (id, name) = (row.get(Field::RoleId), row.get(Field::RoleName));
                if !seen.insert(row_key(batch, &row)) {
                    let example = if id.is_empty() { name } else { id };
                    ledger.ignore(batch, &row, Code::RowDuplicate, example);
                    continue;
                }
                let environment = self.environment(row.get(Field::Environment));
                let (sub_id, sub) = (row.get(Field::SubRoleId), row.get(Field::SubRole));
                let roles = self.roles.described(environment, id, name);
                if !sub_id.is_empty() || !sub.is_empty() {
                    let subs = self.roles.assigned(environment, sub_id, sub);
                    for &role in &roles {
                        self.roles.list[role as usize].sub_roles.extend(&subs);
                    }
                }
                for role in roles {
                    self.roles.list[role as usize].may_be(row.get(Field::License));
                }
            }
        }
    }

    fn assignments(&mut self, ledger: &mut Ledger<'_>) {
        let described = self.of(TableKind::RolePermissions).any(|(_, rows)| !rows.is_empty());
        for (batch, rows) in self.of(TableKind::RoleAssignments) {
            let mut seen: HashSet<String> = HashSet::new();
            for row in rows {
                let (id, name) = (row.get(Field::RoleId), row.get(Field::RoleName));
                if id.is_empty() && name.is_empty() {
                    // A list of users with a role column: this one has none.
                    continue;
                }
                if !seen.insert(row_key(batch, &row)) {
                    ledger.ignore(batch, &row, Code::RowDuplicate, row.get(Field::UserId));
                    continue;
                }
                let environment = self.environment(row.get(Field::Environment));
                let mut roles = self.roles.assigned(environment, id, name);
                if described {
                    let known = roles
                        .iter()
                        .copied()
                        .find(|&role| !self.roles.list[role as usize].permissions.is_empty());
                    let hit = known.map_or(Hit::None, Hit::One);
                    self.joins.count(batch.kind, TableKind::RolePermissions, hit);
                }
                let license = row.get(Field::License);
                for &role in &roles {
                    let role = &mut self.roles.list[role as usize];
                    if !license.is_empty() && role.license.is_empty() {
                        license.clone_into(&mut role.license);
                    }
                }
                let Some((person, standing)) = self.person(batch, &row, ledger) else { continue };
                let status = join_key(row.get(Field::Status));
                let active = !matches!(
                    status.as_str(),
                    "disabled" | "none" | "no" | "false" | "inactive" | "2" | "0"
                );
                if !active || standing == Standing::Disabled {
                    ledger.note(batch, &row, Code::AssignmentInactive, row.get(Field::UserId));
                    continue;
                }
                if outside(standing, batch, &row, ledger) {
                    continue;
                }
                self.roles.with_sub_roles(&mut roles);
                let held = &mut self.people[person as usize].roles;
                for role in roles {
                    let role = HeldRole { role, environment };
                    if !held.contains(&role) {
                        held.push(role);
                    }
                }
            }
        }
    }

    fn own_permissions(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::UserPermissions) {
            for row in rows {
                let environment = self.environment(row.get(Field::Environment));
                let Some((person, standing)) = self.person(batch, &row, ledger) else { continue };
                if standing == Standing::Disabled || outside(standing, batch, &row, ledger) {
                    continue;
                }
                let permission = Permission { environment, ..Permission::read(batch, &row) };
                self.people[person as usize].permissions.push(permission);
            }
        }
    }

    fn needs(&mut self, ledger: &mut Ledger<'_>) {
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

    fn assigned(&mut self, ledger: &mut Ledger<'_>) {
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

    fn devices(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::Devices) {
            for row in rows {
                let id = row.get(Field::DeviceId);
                let key = join_key(id);
                let text = |field| row.get(field).to_owned();
                if let Some(&known) = self.device_numbers.get(&key) {
                    let added = self.devices[known as usize].fill_from(&row);
                    if added {
                        ledger.note(batch, &row, Code::DeviceDuplicate, id);
                    } else {
                        ledger.ignore(batch, &row, Code::DeviceDuplicate, id);
                    }
                    continue;
                }
                self.device_numbers.insert(key, narrow(self.devices.len()));
                self.devices.push(Device {
                    id: id.to_owned(),
                    name: text(Field::Name),
                    kind: text(Field::Kind),
                    login: text(Field::Login),
                    dedicated: text(Field::Dedicated),
                    last_seen: text(Field::LastSeen),
                    location: text(Field::Location),
                    users: 0,
                });
            }
        }
    }

    fn usage(&mut self, ledger: &mut Ledger<'_>) {
        let mut seen: HashSet<(u32, u32)> = HashSet::new();
        for (batch, rows) in self.of(TableKind::DeviceUsage) {
            for row in rows {
                let id = row.get(Field::DeviceId);
                let device = self.device_numbers.get(&join_key(id)).copied();
                self.joins.count(
                    batch.kind,
                    TableKind::Devices,
                    device.map_or(Hit::None, Hit::One),
                );
                let Some(device) = device else {
                    ledger.ignore(batch, &row, Code::DeviceUnknown, id);
                    continue;
                };
                let Some((person, _)) = self.person(batch, &row, ledger) else { continue };
                if !seen.insert((person, device)) {
                    ledger.ignore(batch, &row, Code::RowDuplicate, id);
                    continue;
                }
                self.devices[device as usize].users += 1;
                self.people[person as usize].devices.push(device);
            }
        }
        for person in &mut self.people {
            person.devices.sort_unstable();
        }
    }

    fn menu_items(&self) -> HashMap<String, Vec<MenuItem>> {
        let mut items: HashMap<String, Vec<MenuItem>> = HashMap::new();
        for (_, rows) in self.of(TableKind::MenuItems) {
            for row in rows {
                let text = |field| row.get(field).to_owned();
                let known = items.entry(join_key(row.get(Field::Object))).or_default();
                let object_type = header_key(row.get(Field::ObjectType));
                // The tenant's own rows come first and win over shared ones.
                if known.iter().any(|item| item.object_type == object_type) {
                    continue;
                }
                known.push(MenuItem {
                    object_type,
                    license: text(Field::License),
                    view: text(Field::ViewLicense),
                    maintain: text(Field::MaintainLicense),
                    device_kind: text(Field::DeviceKind),
                });
            }
        }
        items
    }

    /// Owned seats. Invoices name a subscription once a period: of rows with
    /// one subscription id those of the latest period count.
    fn subscriptions(&self, ledger: &mut Ledger<'_>) -> Vec<Subscription> {
        let mut latest: HashMap<String, &str> = HashMap::new();
        for row in self.of(TableKind::Subscriptions).flat_map(|(_, rows)| rows) {
            let last = latest.entry(join_key(row.get(Field::SubscriptionId))).or_default();
            *last = (*last).max(row.get(Field::AsOf));
        }
        let mut subscriptions = Vec::new();
        for (batch, rows) in self.of(TableKind::Subscriptions) {
            for row in rows {
                let id = row.get(Field::SubscriptionId);
                if !id.is_empty() && row.get(Field::AsOf) < latest[&join_key(id)] {
                    ledger.ignore(batch, &row, Code::SubscriptionOlder, id);
                    continue;
                }
                let text = |field| row.get(field).to_owned();
                subscriptions.push(Subscription {
                    license: text(Field::License),
                    quantity: row.get(Field::Quantity).parse().unwrap_or_default(),
                    kind: join_key(row.get(Field::Kind)),
                    end: text(Field::End),
                    status: join_key(row.get(Field::Status)),
                });
            }
        }
        subscriptions
    }

    fn capacity(&self) -> Vec<(String, String)> {
        self.of(TableKind::Capacity)
            .flat_map(|(_, rows)| rows)
            .map(|row| (row.get(Field::Metric).to_owned(), row.get(Field::Value).to_owned()))
            .collect()
    }

    fn prices(&self) -> Vec<OwnPrice> {
        self.of(TableKind::Prices)
            .flat_map(|(batch, rows)| rows.into_iter().map(move |row| (batch, row)))
            .map(|(batch, row)| {
                let text = |field| row.get(field).to_owned();
                OwnPrice {
                    license: text(Field::License),
                    price: Cents::parse(row.get(Field::Price)).ok(),
                    attach: Cents::parse(row.get(Field::AttachPrice)).ok(),
                    currency: text(Field::Currency),
                    program: join_key(row.get(Field::Program)),
                    segment: join_key(row.get(Field::Segment)),
                    term: text(Field::Term),
                    billing: text(Field::Billing),
                    valid_from: text(Field::ValidFrom),
                    valid_to: text(Field::ValidTo),
                    own: batch.file < SHARED,
                }
            })
            .collect()
    }

    /// The person a row is about and how the account it names stands.
    /// Somebody no users table lists is added. `None`: the name is ambiguous
    /// and the row was rejected.
    fn person(
        &mut self,
        batch: &Batch,
        row: &Row<'_>,
        ledger: &mut Ledger<'_>,
    ) -> Option<(u32, Standing)> {
        let named = row.get(Field::UserId);
        let environment = row.get(Field::Environment);
        let found = self.directory.find(&join_key(named), &join_key(environment));
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
                    id: named.to_owned(),
                    upn: if named.contains('@') { named.to_owned() } else { String::new() },
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
                self.directory.add(&join_key(named), &join_key(environment), person);
                ledger.note(batch, row, Code::UserUnknown, named);
                Some((person, Standing::Counts))
            }
        }
    }

    /// How many of what a table lists: people, devices, roles. Whom no users
    /// table lists comes after those one does.
    fn listed(&self, kind: TableKind) -> u64 {
        let count = match kind {
            TableKind::Users => self.people.iter().filter(|person| !person.unlisted).count(),
            TableKind::Devices => self.devices.len(),
            TableKind::RolePermissions => {
                self.roles.list.iter().filter(|role| !role.permissions.is_empty()).count()
            }
            _ => 0,
        };
        count as u64
    }
}

/// Whether the security group of its environment keeps the account of a row
/// out; if so, a finding says it.
fn outside(standing: Standing, batch: &Batch, row: &Row<'_>, ledger: &mut Ledger<'_>) -> bool {
    let outside = standing == Standing::Outside;
    if outside {
        ledger.note(batch, row, Code::OutsideGroup, row.get(Field::UserId));
    }
    outside
}

/// Counts here are bounded by the rows of a tenant's files.
fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
