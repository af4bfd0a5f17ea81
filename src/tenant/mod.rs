//! One tenant after cleaning: people, roles, permissions, devices, stock.
//!
//! Takes the canonical tables of [`crate::intake`] and joins them: accounts
//! become people (`identity`), names and identifiers become roles, rows that
//! say nothing new are taken out of the used rows with a reason. What comes
//! out, [`TenantInput`], is everything the calculation knows of a tenant.

mod accounts;
mod build;
mod identity;
mod joins;
mod ledger;
mod roles;
mod rows;

pub use build::{Built, build};
pub use identity::join_key;
pub use joins::Join;
pub(crate) use joins::day_number;
pub use ledger::{COMMON, Fate, Ledger, SHARED, SharedMove};
pub use rows::words;

use std::collections::HashMap;

/// A text of the input: short ones, nearly all of them, need no memory of
/// their own.
pub use compact_str::CompactString as Text;

use crate::finding::Finding;
use crate::money::Cents;
use crate::output::TenantInfo;

/// Everything known about a tenant.
#[derive(Debug, Clone)]
pub struct TenantInput {
    /// Who, and under which agreement.
    pub info: TenantInfo,
    /// Account rows behind [`Self::people`].
    pub accounts: u64,
    /// People, in input order.
    pub people: Vec<Person>,
    /// Roles, in input order.
    pub roles: Vec<Role>,
    /// Menu items, by folded object name; one object may be of several types.
    pub menu_items: HashMap<String, Vec<MenuItem>>,
    /// Devices, in input order.
    pub devices: Vec<Device>,
    /// Whether any table says what is assigned.
    pub assigned_known: bool,
    /// Owned seats.
    pub subscriptions: Vec<Subscription>,
    /// Capacity figures, as (metric, value).
    pub capacity: Vec<(String, String)>,
    /// The customer's own prices.
    pub prices: Vec<OwnPrice>,
    /// What joining found.
    pub findings: Vec<Finding>,
}

/// One person: all accounts that identity joins.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// User id of the first account.
    pub id: Text,
    /// User principal name.
    pub upn: Text,
    /// Display name.
    pub name: Text,
    /// Department.
    pub department: Text,
    /// Country.
    pub country: Text,
    /// Environments, in input order.
    pub environments: Vec<String>,
    /// Account rows.
    pub accounts: u32,
    /// `member`, `guest`, `external`, `service`, `shared`, `group`.
    pub account_type: Text,
    /// Whether the person can sign in anywhere.
    pub enabled: bool,
    /// People who share the login; 1 unless a shared account says otherwise.
    pub headcount: u32,
    /// ISO date of the last login.
    pub last_login: Text,
    /// Roles held through enabled assignments of enabled accounts, in input
    /// order, each once per environment.
    pub roles: Vec<HeldRole>,
    /// Menu items given to the person.
    pub permissions: Vec<Permission>,
    /// Applications and use rights the person needs.
    pub needs: Vec<AppNeed>,
    /// Licences that the vendor's own report computes for the person, cells
    /// not yet split. They count where nothing else says what is needed.
    pub computed: Vec<String>,
    /// Devices used, as indices into [`TenantInput::devices`], ascending.
    pub devices: Vec<u32>,
    /// Assigned licences as the input lists them, cells not yet split.
    pub assigned: Vec<String>,
    /// Whether only assignments, not users, name the person.
    pub unlisted: bool,
}

/// How many people hold each of so many roles, in whatever environments.
#[must_use]
pub fn holders<'p>(people: impl Iterator<Item = &'p Person>, roles: usize) -> Vec<u64> {
    let mut counts = vec![0; roles];
    // Who was counted last for each role.
    let mut last = vec![usize::MAX; roles];
    for (at, person) in people.enumerate() {
        for held in &person.roles {
            let role = held.role as usize;
            counts[role] += u64::from(std::mem::replace(&mut last[role], at) != at);
        }
    }
    counts
}

/// What a person needs by name, whatever their roles.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AppNeed {
    /// A right or a licence.
    App(String),
    /// A row of the guide's use-right tables.
    UseRight(String),
}

impl AppNeed {
    /// The name as in the input.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::App(name) | Self::UseRight(name) => name,
        }
    }
}

/// A role as a person holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HeldRole {
    /// Index into [`TenantInput::roles`].
    pub role: u32,
    /// Number of the environment it is held in; 0 where none is named.
    pub environment: u32,
}

/// A security role.
#[derive(Debug, Clone, Default)]
pub struct Role {
    /// Identifier; blank if only the name is known.
    pub identifier: String,
    /// Name; the identifier where none is known.
    pub name: String,
    /// Licence type on the role itself, if the input carries one.
    pub license: String,
    /// Indices of the roles it contains; who holds it holds them too.
    pub sub_roles: Vec<u32>,
    /// What it may do.
    pub permissions: Vec<Permission>,
}

/// Grants of a permission row, as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grants(pub u8);

impl Grants {
    /// Read.
    pub const READ: Self = Self(1);
    /// Update, create, delete, correct and invoke: anything beyond reading.
    pub const WRITE: Self = Self(0b11_1110);

    /// The bits in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The bits of `self` that `other` lacks.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether no bit is set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// One permission row.
#[derive(Debug, Clone, Default)]
pub struct Permission {
    /// Menu item or other securable object.
    pub object: Text,
    /// Part of the object.
    pub child: Text,
    /// Type of the object, as in the input.
    pub object_type: Text,
    /// Number of the environment, for a menu item given to a person.
    pub environment: u32,
    /// Sub-role the row comes from.
    pub sub_role: Text,
    /// Duty.
    pub duty: Text,
    /// Privilege.
    pub privilege: Text,
    /// What is granted; with neither grants nor an access level in the input,
    /// everything.
    pub granted: Grants,
    /// What is denied.
    pub denied: Grants,
    /// Licence alternatives, as in the input.
    pub license: Text,
    /// Licence for reading.
    pub view: Text,
    /// Licence for more than reading.
    pub maintain: Text,
    /// Device kinds, as in the input.
    pub device_kind: Text,
}

/// Licences of a menu item.
#[derive(Debug, Clone, Default)]
pub struct MenuItem {
    /// Type of the object, its letters and digits only; blank if unknown.
    pub object_type: String,
    /// Licence alternatives whatever the access.
    pub license: String,
    /// Licence for reading.
    pub view: String,
    /// Licence for more than reading.
    pub maintain: String,
    /// Device kinds.
    pub device_kind: String,
}

/// A device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// Device id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Kinds of work, as in the input.
    pub kind: String,
    /// `shared`, `individual` or blank.
    pub login: String,
    /// `true`, `false` or blank.
    pub dedicated: String,
    /// ISO date.
    pub last_seen: String,
    /// Place.
    pub location: String,
    /// People who use it.
    pub users: u32,
}

/// Owned seats.
#[derive(Debug, Clone, Default)]
pub struct Subscription {
    /// Licence name.
    pub license: String,
    /// Seats.
    pub quantity: i64,
    /// `base`, `attach` or blank.
    pub kind: String,
    /// ISO date.
    pub end: String,
    /// Status word, folded.
    pub status: String,
}

/// A price of the customer's own list.
#[derive(Debug, Clone, Default)]
pub struct OwnPrice {
    /// Licence name.
    pub license: String,
    /// List price in cents per month.
    pub price: Option<Cents>,
    /// Attach price in cents per month.
    pub attach: Option<Cents>,
    /// Currency; blank means the tenant's.
    pub currency: String,
    /// Program; blank means any.
    pub program: String,
    /// Segment; blank means any.
    pub segment: String,
    /// Term as in the input, such as `P1Y`; blank means a year.
    pub term: String,
    /// Billing plan as in the input, such as `Annual`; blank if unknown.
    pub billing: String,
    /// First day, ISO; blank means any.
    pub valid_from: String,
    /// Last day, ISO; blank means any.
    pub valid_to: String,
    /// Other names of the licence, from an offer matrix: GUID, part number.
    pub also: Vec<String>,
    /// Whether it stands in the tenant's own files.
    pub own: bool,
}
