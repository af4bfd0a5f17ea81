//! From canonical tables to one tenant.
//!
//! Order matters and is fixed: users first, because everything else names
//! them; then roles and permissions; then who holds what; then devices, stock
//! and prices. A row that names somebody no users table lists is not dropped:
//! the person is added and the report says so, because a licence count that
//! leaves out people who hold roles is worse than one that counts too many.

use std::collections::{HashMap, HashSet};

use super::identity::{Keys, home_address, join_key, people_of};
use super::ledger::Ledger;
use super::{
    Device, Grants, MenuItem, OwnPrice, Permission, Person, Role, Subscription, TenantInput,
};
use crate::finding::{Code, Finding};
use crate::intake::{Batch, Field, Row, TableKind};
use crate::money::Cents;
use crate::output::TenantInfo;

/// Joins the tables of one tenant. `own` are batches of the tenant's files,
/// whose row accounting `ledger` keeps; `shared` are rows of the portfolio's
/// files that concern this tenant, their file number being `usize::MAX`.
#[must_use]
pub fn build(
    info: TenantInfo,
    edition: String,
    own: &[Batch],
    shared: &[&Batch],
    mut ledger: Ledger<'_>,
) -> TenantInput {
    let mut builder = Builder {
        batches: own.iter().chain(shared.iter().copied()).collect(),
        directory: Directory::default(),
        people: Vec::new(),
        roles: Roles::default(),
        devices: Vec::new(),
        device_numbers: HashMap::new(),
        findings: Vec::new(),
        matched: HashMap::new(),
    };
    builder.users(&mut ledger);
    builder.role_names();
    builder.permissions(&mut ledger);
    builder.assignments(&mut ledger);
    builder.own_permissions(&mut ledger);
    builder.needs(&mut ledger);
    builder.assigned(&mut ledger);
    builder.devices(&mut ledger);
    builder.usage(&mut ledger);
    let menu_items = builder.menu_items();
    let subscriptions = builder.subscriptions();
    let capacity = builder.capacity();
    let prices = builder.prices();
    builder.suspicious_joins();
    let assigned_known = builder.of(TableKind::AssignedLicenses).any(|(_, rows)| !rows.is_empty());
    let mut findings = builder.findings;
    findings.extend(ledger.into_findings());
    TenantInput {
        info,
        edition,
        accounts: builder.directory.accounts.len() as u64,
        people: builder.people,
        roles: builder.roles.list,
        menu_items,
        devices: builder.devices,
        assigned_known,
        subscriptions,
        capacity,
        prices,
        findings,
    }
}

struct Builder<'a> {
    batches: Vec<&'a Batch>,
    directory: Directory,
    people: Vec<Person>,
    roles: Roles,
    devices: Vec<Device>,
    device_numbers: HashMap<String, u32>,
    findings: Vec<Finding>,
    /// Rows that found their user, and rows that did not, per table.
    matched: HashMap<TableKind, [u64; 2]>,
}

impl<'a> Builder<'a> {
    /// Batches of a table with their rows.
    fn of(&self, kind: TableKind) -> impl Iterator<Item = (&'a Batch, Vec<Row<'a>>)> + use<'a> {
        let batches: Vec<&'a Batch> =
            self.batches.iter().copied().filter(|batch| batch.kind == kind).collect();
        batches.into_iter().map(|batch| (batch, batch.rows().collect()))
    }

    fn users(&mut self, ledger: &mut Ledger<'_>) {
        let mut accounts: Vec<Account> = Vec::new();
        let mut known: HashMap<(String, String), usize> = HashMap::new();
        let mut from: Vec<(usize, String)> = Vec::new();
        for (batch, rows) in self.of(TableKind::Users) {
            for row in rows {
                let account = Account::read(&row);
                let key = (account.user_key.clone(), join_key(&account.environment));
                let place = (batch.file, batch.sheet.clone());
                match known.get(&key) {
                    Some(&at) if from[at] == place => {
                        accounts[at].fill_from(&account);
                        ledger.ignore(batch, &row, Code::UserDuplicate, &account.id);
                    }
                    Some(&at) => accounts[at].fill_from(&account),
                    None => {
                        known.insert(key, accounts.len());
                        accounts.push(account);
                        from.push(place);
                    }
                }
            }
        }
        let keys: Vec<Keys> = accounts.iter().map(Account::keys).collect();
        let people = people_of(&keys);
        let count = people.iter().max().map_or(0, |&most| most as usize + 1);
        self.people = vec![Person { headcount: 1, ..Person::default() }; count];
        for (account, &person) in accounts.iter().zip(&people) {
            account.add_to(&mut self.people[person as usize]);
        }
        let mut blocked = vec![false; count];
        for (account, &person) in accounts.iter().zip(&people) {
            self.people[person as usize].enabled |= account.enabled;
            blocked[person as usize] |= account.is_directory() && !account.enabled;
        }
        for (person, blocked) in self.people.iter_mut().zip(blocked) {
            person.enabled &= !blocked;
        }
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
        self.directory = Directory::new(&accounts, &people);
    }

    /// Learns which identifier and which name are one role, before anything
    /// refers to either.
    fn role_names(&mut self) {
        for kind in [TableKind::RolePermissions, TableKind::RoleAssignments] {
            for (_, rows) in self.of(kind) {
                for row in rows {
                    self.roles.learn(row.get(Field::RoleId), row.get(Field::RoleName));
                }
            }
        }
    }

    fn permissions(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::RolePermissions) {
            let mut seen: HashSet<(u32, String)> = HashSet::new();
            for row in rows {
                let role = self.roles.find(row.get(Field::RoleId), row.get(Field::RoleName));
                let permission = Permission::read(batch, &row);
                if !seen.insert((role, row_key(batch, &row))) {
                    ledger.ignore(batch, &row, Code::RowDuplicate, &permission.object);
                    continue;
                }
                self.roles.list[role as usize].permissions.push(permission);
            }
        }
    }

    fn assignments(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::RoleAssignments) {
            let mut seen: HashSet<String> = HashSet::new();
            for row in rows {
                if !seen.insert(row_key(batch, &row)) {
                    ledger.ignore(batch, &row, Code::RowDuplicate, row.get(Field::UserId));
                    continue;
                }
                let role = self.roles.find(row.get(Field::RoleId), row.get(Field::RoleName));
                let license = row.get(Field::License);
                if !license.is_empty() && self.roles.list[role as usize].license.is_empty() {
                    license.clone_into(&mut self.roles.list[role as usize].license);
                }
                let Some((person, enabled)) = self.person(batch, &row, ledger) else { continue };
                let status = join_key(row.get(Field::Status));
                let active = !matches!(
                    status.as_str(),
                    "disabled" | "none" | "no" | "false" | "inactive" | "2" | "0"
                );
                let roles = &mut self.people[person as usize].roles;
                if active && enabled && !roles.contains(&role) {
                    roles.push(role);
                }
            }
        }
    }

    fn own_permissions(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::UserPermissions) {
            for row in rows {
                if let Some((person, true)) = self.person(batch, &row, ledger) {
                    let permission = Permission::read(batch, &row);
                    self.people[person as usize].permissions.push(permission);
                }
            }
        }
    }

    fn needs(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::AppNeeds) {
            for row in rows {
                if let Some((person, _)) = self.person(batch, &row, ledger) {
                    let need = [row.get(Field::App), row.get(Field::UseRight)];
                    let need = need.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
                    let needs = &mut self.people[person as usize].needs;
                    if !needs.iter().any(|known| known == need) {
                        needs.push(need.to_owned());
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
                    let device = &mut self.devices[known as usize];
                    let kind = row.get(Field::Kind);
                    if kind.is_empty()
                        || words(&device.kind).any(|word| word.eq_ignore_ascii_case(kind))
                    {
                        ledger.ignore(batch, &row, Code::DeviceDuplicate, id);
                    } else {
                        // One device, several kinds of work.
                        device.kind = format!("{}+{kind}", device.kind);
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
                let Some(&device) = self.device_numbers.get(&join_key(id)) else {
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

    fn menu_items(&self) -> HashMap<String, MenuItem> {
        let mut items: HashMap<String, MenuItem> = HashMap::new();
        for (_, rows) in self.of(TableKind::MenuItems) {
            for row in rows {
                let text = |field| row.get(field).to_owned();
                // The tenant's own rows come first and win over shared ones.
                items.entry(join_key(row.get(Field::Object))).or_insert_with(|| MenuItem {
                    license: text(Field::License),
                    view: text(Field::ViewLicense),
                    maintain: text(Field::MaintainLicense),
                    device_kind: text(Field::DeviceKind),
                });
            }
        }
        items
    }

    fn subscriptions(&self) -> Vec<Subscription> {
        self.of(TableKind::Subscriptions)
            .flat_map(|(_, rows)| rows)
            .map(|row| {
                let text = |field| row.get(field).to_owned();
                Subscription {
                    license: text(Field::License),
                    quantity: row.get(Field::Quantity).parse().unwrap_or_default(),
                    kind: join_key(row.get(Field::Kind)),
                    start: text(Field::Start),
                    end: text(Field::End),
                    unit_price: Cents::parse(row.get(Field::UnitPrice)).ok(),
                    status: join_key(row.get(Field::Status)),
                }
            })
            .collect()
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
                    valid_from: text(Field::ValidFrom),
                    source: if batch.file == usize::MAX {
                        "shared prices table".into()
                    } else {
                        "prices table of the tenant".into()
                    },
                }
            })
            .collect()
    }

    /// The person a row is about and whether the account it names is enabled.
    /// Somebody no users table lists is added. `None`: the name is ambiguous
    /// and the row was rejected.
    fn person(
        &mut self,
        batch: &Batch,
        row: &Row<'_>,
        ledger: &mut Ledger<'_>,
    ) -> Option<(u32, bool)> {
        let named = row.get(Field::UserId);
        let environment = row.get(Field::Environment);
        let found = self.directory.find(&join_key(named), &join_key(environment));
        let matched = self.matched.entry(batch.kind).or_default();
        match found {
            Found::One(person, enabled) => {
                matched[0] += 1;
                Some((person, enabled))
            }
            Found::Several => {
                matched[0] += 1;
                ledger.reject(
                    batch,
                    row,
                    Code::UserUnknown,
                    format!(
                        "user \u{201c}{named}\u{201d} is a different person in several \
                         environments; expected an environment column that says which"
                    ),
                );
                None
            }
            Found::Nobody => {
                matched[1] += 1;
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
                self.directory.add(join_key(named), join_key(environment), person);
                ledger.note(batch, row, Code::UserUnknown, named);
                Some((person, true))
            }
        }
    }

    /// A join in which nothing matches is an error with a likely cause.
    fn suspicious_joins(&mut self) {
        for kind in [TableKind::RoleAssignments, TableKind::AppNeeds, TableKind::AssignedLicenses] {
            let [found, missing] = self.matched.get(&kind).copied().unwrap_or_default();
            if found == 0 && missing > 3 && !self.directory.accounts.is_empty() {
                self.findings.push(
                    Finding::new(
                        Code::NothingJoined,
                        format!("{kind:?}"),
                        format!(
                            "none of {missing} rows names a user of the users tables: the files \
                             are of two tenants, or one has user ids and the other addresses"
                        ),
                    )
                    .times(missing),
                );
            }
        }
    }
}

/// One account row.
#[derive(Debug, Clone, Default)]
struct Account {
    id: String,
    user_key: String,
    upn: String,
    email: String,
    object_id: String,
    name: String,
    department: String,
    country: String,
    environment: String,
    account_type: String,
    enabled: bool,
    headcount: u32,
    last_login: String,
}

impl Account {
    fn read(row: &Row<'_>) -> Self {
        let text = |field| row.get(field).to_owned();
        let id = text(Field::UserId);
        let mut upn = text(Field::Upn);
        if upn.is_empty() && id.contains('@') {
            upn.clone_from(&id);
        }
        let mut account_type = text(Field::AccountType);
        if account_type.is_empty() && home_address(&upn).is_some() {
            account_type = "guest".into();
        }
        Self {
            user_key: join_key(&id),
            id,
            upn,
            email: text(Field::Email),
            object_id: text(Field::ObjectId),
            name: text(Field::Name),
            department: text(Field::Department),
            country: text(Field::Country),
            environment: text(Field::Environment),
            account_type,
            enabled: row.get(Field::Enabled) != "false",
            headcount: row.get(Field::Headcount).parse().unwrap_or(1).max(1),
            last_login: text(Field::LastLogin),
        }
    }

    /// Whether the row comes from the directory, whose sign-in block holds
    /// everywhere: its user id is an address.
    fn is_directory(&self) -> bool {
        self.id.contains('@')
    }

    fn keys(&self) -> Keys {
        let guest = home_address(&self.upn);
        Keys {
            object_id: join_key(&self.object_id),
            upn: join_key(&self.upn),
            email: join_key(guest.as_deref().unwrap_or(&self.email)),
        }
    }

    /// Takes over what another row of the same account knows.
    fn fill_from(&mut self, other: &Self) {
        for (mine, theirs) in [
            (&mut self.upn, &other.upn),
            (&mut self.email, &other.email),
            (&mut self.object_id, &other.object_id),
            (&mut self.name, &other.name),
            (&mut self.department, &other.department),
            (&mut self.country, &other.country),
            (&mut self.account_type, &other.account_type),
        ] {
            if mine.is_empty() {
                mine.clone_from(theirs);
            }
        }
        if other.last_login > self.last_login {
            self.last_login.clone_from(&other.last_login);
        }
        self.enabled &= other.enabled;
    }

    fn add_to(&self, person: &mut Person) {
        for (mine, theirs) in [
            (&mut person.id, &self.id),
            (&mut person.upn, &self.upn),
            (&mut person.name, &self.name),
            (&mut person.department, &self.department),
            (&mut person.country, &self.country),
        ] {
            if mine.is_empty() {
                mine.clone_from(theirs);
            }
        }
        if !self.environment.is_empty() && !person.environments.contains(&self.environment) {
            person.environments.push(self.environment.clone());
        }
        if self.last_login > person.last_login {
            person.last_login.clone_from(&self.last_login);
        }
        if rank(&self.account_type) > rank(&person.account_type) || person.account_type.is_empty() {
            person.account_type = if self.account_type.is_empty() {
                "member".into()
            } else {
                self.account_type.clone()
            };
        }
        person.headcount = person.headcount.max(self.headcount);
        person.accounts += 1;
    }
}

/// Of several account types of one person, the most telling wins.
fn rank(account_type: &str) -> u8 {
    ["", "member", "guest", "external", "shared", "service", "group"]
        .iter()
        .position(|&word| word == account_type)
        .and_then(|at| u8::try_from(at).ok())
        .unwrap_or(1)
}

/// Finds people by what rows call them.
#[derive(Debug, Default)]
struct Directory {
    accounts: Vec<(u32, bool)>,
    /// (user id, environment) of every account.
    exact: HashMap<(String, String), usize>,
    /// Accounts by user id alone.
    by_id: HashMap<String, Vec<usize>>,
    /// Accounts by address or object id.
    by_address: HashMap<String, usize>,
}

enum Found {
    One(u32, bool),
    Several,
    Nobody,
}

impl Directory {
    fn new(accounts: &[Account], people: &[u32]) -> Self {
        let mut directory = Self::default();
        for (account, &person) in accounts.iter().zip(people) {
            let at = directory.accounts.len();
            directory.accounts.push((person, account.enabled));
            let environment = join_key(&account.environment);
            directory.exact.insert((account.user_key.clone(), environment), at);
            directory.by_id.entry(account.user_key.clone()).or_default().push(at);
            let keys = account.keys();
            for key in [keys.upn, keys.email, keys.object_id] {
                if !key.is_empty() {
                    directory.by_address.entry(key).or_insert(at);
                }
            }
        }
        directory
    }

    fn add(&mut self, user: String, environment: String, person: u32) {
        let at = self.accounts.len();
        self.accounts.push((person, true));
        self.by_id.entry(user.clone()).or_default().push(at);
        self.exact.insert((user, environment), at);
    }

    fn find(&self, user: &str, environment: &str) -> Found {
        let one = |at: usize| Found::One(self.accounts[at].0, self.accounts[at].1);
        let exact = |environment: &str| self.exact.get(&(user.to_owned(), environment.to_owned()));
        if let Some(&at) = exact(environment).or_else(|| exact("")) {
            return one(at);
        }
        if let Some(candidates) = self.by_id.get(user) {
            let first = candidates[0];
            // The same person wherever the id occurs: no environment needed.
            if candidates.iter().all(|&at| self.accounts[at].0 == self.accounts[first].0) {
                return one(first);
            }
            if environment.is_empty() {
                return Found::Several;
            }
        }
        self.by_address.get(user).map_or(Found::Nobody, |&at| one(at))
    }
}

/// Roles by identifier and by name.
#[derive(Debug, Default)]
struct Roles {
    list: Vec<Role>,
    by_id: HashMap<String, u32>,
    by_name: HashMap<String, u32>,
}

impl Roles {
    /// Registers a pair; rows that carry both teach which name an identifier
    /// has.
    fn learn(&mut self, id: &str, name: &str) {
        let (id_key, name_key) = (join_key(id), join_key(name));
        if id_key.is_empty() {
            return;
        }
        let at = *self.by_id.entry(id_key).or_insert_with(|| {
            self.list.push(Role { identifier: id.to_owned(), ..Role::default() });
            narrow(self.list.len() - 1)
        });
        if !name_key.is_empty() {
            let role = &mut self.list[at as usize];
            if role.name.is_empty() {
                name.clone_into(&mut role.name);
            }
            self.by_name.entry(name_key).or_insert(at);
        }
    }

    fn find(&mut self, id: &str, name: &str) -> u32 {
        let (id_key, name_key) = (join_key(id), join_key(name));
        if let Some(&at) = self.by_id.get(&id_key).or_else(|| self.by_name.get(&name_key)) {
            let role = &mut self.list[at as usize];
            if role.name.is_empty() {
                (if name.is_empty() { id } else { name }).clone_into(&mut role.name);
            }
            return at;
        }
        self.list.push(Role { name: name.to_owned(), ..Role::default() });
        let at = narrow(self.list.len() - 1);
        self.by_name.insert(name_key, at);
        at
    }
}

impl Permission {
    fn read(batch: &Batch, row: &Row<'_>) -> Self {
        let text = |field| row.get(field).to_owned();
        let bits = [
            Field::Read,
            Field::Update,
            Field::Create,
            Field::Delete,
            Field::Correct,
            Field::Invoke,
        ];
        let (mut granted, mut denied, mut columns) = (0_u8, 0_u8, false);
        for (bit, field) in bits.into_iter().enumerate() {
            columns |= batch.column(field).is_some();
            match row.get(field) {
                "allow" => granted |= 1 << bit,
                "deny" => denied |= 1 << bit,
                _ => {}
            }
        }
        let level = join_key(row.get(Field::AccessLevel));
        if granted == 0 && denied == 0 {
            granted = match level.as_str() {
                "read" | "view" | "1" => Grants::READ.0,
                "" | "notspecified" | "not specified" | "-" if columns => 0,
                // Neither grants nor a level: the row itself is the grant.
                _ => Grants::READ.0 | Grants::WRITE.0,
            };
        }
        Self {
            object: text(Field::Object),
            child: text(Field::ObjectChild),
            sub_role: text(Field::SubRole),
            duty: text(Field::Duty),
            privilege: text(Field::Privilege),
            granted: Grants(granted),
            denied: Grants(denied),
            license: text(Field::License),
            view: text(Field::ViewLicense),
            maintain: text(Field::MaintainLicense),
            device_kind: text(Field::DeviceKind),
        }
    }
}

/// The words of a joined cell such as `pos+store_manager`.
pub(super) fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['+', ',', ';', '/', '|']).map(str::trim).filter(|word| !word.is_empty())
}

/// A row as one text, to find exact repetitions.
fn row_key(batch: &Batch, row: &Row<'_>) -> String {
    let mut key = String::new();
    for column in 0..batch.fields.len() {
        key.push_str(&join_key(row.at(column)));
        key.push('\u{1f}');
    }
    key
}

/// Counts here are bounded by the rows of a tenant's files.
fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
