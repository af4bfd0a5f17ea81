//! The rows of a made-up tenant, table by table, in the canonical columns of
//! `docs/input.md`.

use std::collections::BTreeMap;

use super::dice::Dice;
use super::shape::{FULL, For, Role, Tenant, dice};
use super::words::WORDS;
use super::{GenerateError, Spec};

/// A table that is made up.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    rows: What,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Tenants,
    Users,
    Assignments,
    Permissions,
    Devices,
    Usage,
    Assigned,
    Subscriptions,
}

impl Table {
    pub(super) const TENANTS: Self = Self {
        name: "tenants",
        columns: &["tenant", "name", "program", "segment", "currency", "renewal_date", "edition"],
        rows: What::Tenants,
    };
}

/// The tables of a tenant.
pub(super) fn tables(spec: &Spec) -> impl Iterator<Item = &'static Table> {
    let stock = spec.stock;
    TABLES.iter().filter(move |table| stock || !matches!(table.rows, What::Subscriptions))
}

const TABLES: &[Table] = &[
    Table {
        name: "users",
        columns: &[
            "user_id",
            "upn",
            "name",
            "enabled",
            "account_type",
            "headcount",
            "last_login",
            "created",
            "department",
            "country",
        ],
        rows: What::Users,
    },
    Table {
        name: "role_assignments",
        columns: &["user_id", "role_id", "role_name", "status"],
        rows: What::Assignments,
    },
    Table {
        name: "role_permissions",
        columns: &[
            "role_id",
            "role_name",
            "object",
            "object_type",
            "duty",
            "privilege",
            "read",
            "update",
            "create",
            "delete",
            "license",
            "device_kind",
        ],
        rows: What::Permissions,
    },
    Table {
        name: "devices",
        columns: &["device_id", "name", "kind", "login", "dedicated", "last_seen", "location"],
        rows: What::Devices,
    },
    Table {
        name: "device_usage",
        columns: &["device_id", "user_id", "last_used"],
        rows: What::Usage,
    },
    Table { name: "assigned_licenses", columns: &["user_id", "license"], rows: What::Assigned },
    Table {
        name: "subscriptions",
        columns: &[
            "license",
            "quantity",
            "kind",
            "start",
            "end",
            "unit_price",
            "currency",
            "program",
            "status",
            "auto_renew",
        ],
        rows: What::Subscriptions,
    },
];

/// Takes a row.
pub(super) type Put<'p> = dyn FnMut(&[&str]) -> Result<(), GenerateError> + 'p;

/// An account, as far as several tables must agree about it.
struct User {
    id: String,
    first: &'static str,
    last: &'static str,
    /// Where it works at devices: its site.
    site: Option<usize>,
    roles: Vec<usize>,
    /// For what only one table says of it.
    dice: Dice,
}

/// A day of the year 2026, at most the fifth of November.
fn recent(dice: &mut Dice) -> String {
    let day = dice.low(300);
    format!("2026-{:02}-{:02}", 10 - day / 30, 28 - day % 28)
}

impl Tenant<'_> {
    fn user(&self, at: usize) -> User {
        let mut dice = dice(self.spec, For::User, &[self.number, at as u64]);
        let first = dice.one(&WORDS.first).as_str();
        let last = dice.one(&WORDS.last).as_str();
        let initial = first.chars().find(char::is_ascii_alphabetic).unwrap_or('X');
        let short = last.chars().filter(char::is_ascii_alphabetic).take(5);
        let id: String = std::iter::once(initial).chain(short).collect();
        let id = format!("{}{at:05}", id.to_ascii_uppercase());
        let floor = !self.floor.is_empty() && dice.chance(self.spec.at_devices);
        let site = at / self.spec.site.max(1);
        let mut roles = if floor {
            let (_, profiles) = &self.floor[site % self.floor.len()];
            profiles[dice.low(profiles.len())].clone()
        } else {
            self.office[dice.low(self.office.len())].clone()
        };
        // Nobody cleans up after people who change their jobs.
        if dice.chance(8) {
            let extra = dice.below(self.roles.len());
            if !roles.contains(&extra) {
                roles.push(extra);
            }
        }
        User { id, first, last, site: floor.then_some(site), roles, dice }
    }

    /// Every row of a table.
    pub(super) fn rows(&self, table: &Table, put: &mut Put<'_>) -> Result<(), GenerateError> {
        match table.rows {
            What::Tenants => Ok(()),
            What::Users => (0..self.users).try_for_each(|at| self.user_row(at, put)),
            What::Assignments => (0..self.users).try_for_each(|at| {
                let user = self.user(at);
                user.roles.iter().try_for_each(|&role| {
                    let Role { id, name, .. } = &self.roles[role];
                    put(&[&user.id, id, name, "Enabled"])
                })
            }),
            What::Permissions => self
                .roles
                .iter()
                .enumerate()
                .try_for_each(|(at, role)| self.role_rows(at, role, put)),
            What::Devices => {
                let count = self.sites() * self.devices_per_site;
                (0..count).try_for_each(|at| self.device_row(at, put))
            }
            What::Usage => (0..self.users).try_for_each(|at| self.usage_rows(at, put)),
            What::Assigned => (0..self.users).try_for_each(|at| {
                let (user, held) = self.assigned(at);
                held.into_iter().try_for_each(|offer| put(&[&user.id, &self.offers[offer].licence]))
            }),
            What::Subscriptions => self.subscription_rows(put),
        }
    }

    fn user_row(&self, at: usize, put: &mut Put<'_>) -> Result<(), GenerateError> {
        let User { id, first, last, mut dice, .. } = self.user(at);
        let upn = format!("{}@{}.example", id.to_ascii_lowercase(), self.id);
        let kind = match dice.below(100) {
            0..96 => "member",
            96 => "guest",
            97 => "external",
            98 => "service",
            _ => "shared",
        };
        let heads = if kind == "shared" { (2 + dice.below(6)).to_string() } else { "1".into() };
        let enabled = if dice.chance(94) { "true" } else { "false" };
        let created =
            format!("20{}-{:02}-{:02}", 17 + dice.below(9), 1 + dice.below(12), 1 + dice.below(28));
        put(&[
            &id,
            &upn,
            &format!("{first} {last}"),
            enabled,
            kind,
            &heads,
            &recent(&mut dice),
            &created,
            dice.one(&WORDS.departments).as_str(),
            dice.one(&WORDS.countries).as_str(),
        ])
    }

    /// The objects of a role: most need less than the role as a whole.
    fn role_rows(&self, at: usize, role: &Role, put: &mut Put<'_>) -> Result<(), GenerateError> {
        let mut dice = dice(self.spec, For::Role, &[self.number, at as u64, 1]);
        for row in 0..role.rows {
            // The first row is what the role is about.
            let write = row == 0 || dice.chance(30);
            let needs = if row == 0 || (write && dice.chance(25)) {
                role.needs
            } else {
                dice.below(role.needs.min(FULL - 1) + 1)
            };
            let thing = if row == 0 { role.needs * 7 } else { needs * 7 + dice.below(7) }
                % WORDS.things.len();
            let object =
                format!("{}{}{}", WORDS.things[thing], dice.one(&WORDS.pages), dice.low(40));
            let grant = |on: bool| if on { "Grant" } else { "Unset" };
            put(&[
                &role.id,
                &role.name,
                &object,
                if dice.chance(70) { "MenuItemDisplay" } else { "MenuItemAction" },
                &format!("{}Maintain{}", WORDS.things[thing], row / 12),
                &format!("{}Edit{}", WORDS.things[thing], row / 4),
                "Grant",
                grant(write),
                grant(write && dice.chance(60)),
                grant(write && dice.chance(30)),
                &self.offers[needs].licence,
                &role.kind,
            ])?;
        }
        Ok(())
    }

    fn device_id(site: usize, at: usize) -> String {
        format!("S{site:05}-D{at:04}")
    }

    fn device_row(&self, at: usize, put: &mut Put<'_>) -> Result<(), GenerateError> {
        let mut dice = dice(self.spec, For::Device, &[self.number, at as u64]);
        let (site, own) = (at / self.devices_per_site, at % self.devices_per_site);
        let kind = &self.floor[site % self.floor.len()].0;
        put(&[
            &Self::device_id(site, own),
            &format!("Site {site} device {own}"),
            kind,
            if dice.chance(60) { "shared" } else { "individual" },
            if dice.chance(95) { "yes" } else { "no" },
            &recent(&mut dice),
            &format!("Site {site}"),
        ])
    }

    fn usage_rows(&self, at: usize, put: &mut Put<'_>) -> Result<(), GenerateError> {
        let User { id, site: Some(site), .. } = self.user(at) else { return Ok(()) };
        let mut dice = dice(self.spec, For::Usage, &[self.number, at as u64]);
        let mut used = Vec::with_capacity(self.spec.usage);
        for _ in 0..self.spec.usage {
            let device = dice.below(self.devices_per_site);
            if !used.contains(&device) {
                used.push(device);
                put(&[&Self::device_id(site, device), &id, &recent(&mut dice)])?;
            }
        }
        Ok(())
    }

    /// An account and the licences it has today: mostly what its roles ask
    /// for, sometimes more, sometimes none yet.
    fn assigned(&self, at: usize) -> (User, Vec<usize>) {
        let user = self.user(at);
        let mut dice = dice(self.spec, For::Assigned, &[self.number, at as u64]);
        let mut needs: Vec<usize> = user.roles.iter().map(|&role| self.roles[role].needs).collect();
        needs.sort_unstable();
        needs.dedup();
        let most = needs.last().copied().unwrap_or_default();
        let held = match dice.below(100) {
            0..82 if most >= FULL => needs.into_iter().filter(|&offer| offer >= FULL).collect(),
            0..82 => vec![most],
            82..90 => vec![FULL],
            _ => Vec::new(),
        };
        (user, held)
    }

    fn subscription_rows(&self, put: &mut Put<'_>) -> Result<(), GenerateError> {
        let mut seats: BTreeMap<(usize, bool), usize> = BTreeMap::new();
        for at in 0..self.users {
            let (_, held) = self.assigned(at);
            for (number, offer) in held.into_iter().enumerate() {
                *seats.entry((offer, number > 0)).or_default() += 1;
            }
        }
        let mut dice = dice(self.spec, For::Tenant, &[self.number, 1]);
        for ((offer, attach), count) in seats {
            let offer = &self.offers[offer];
            let price = if attach { offer.beside() } else { offer.price };
            let bought = count * (95 + dice.below(16)) / 100;
            put(&[
                &offer.licence,
                &bought.max(1).to_string(),
                if attach { "attach" } else { "base" },
                "2024-01-01",
                &self.renewal,
                &price.to_string().replace(',', ""),
                self.currency,
                self.program,
                "Active",
                if dice.chance(80) { "yes" } else { "no" },
            ])?;
        }
        Ok(())
    }
}
