//! The rules that hold for a tenant as a whole, in sets and cents.
//!
//! Each speaks of *seats*: how many of a SKU are bought at its list price, for
//! a user, for a device or for nobody. Attach seats never count.

use crate::rulebook::{SkuId, SkuSet};

/// All rules that apply to a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Minimum quantities.
    pub floors: Vec<Floor>,
    /// What may not stand together.
    pub apart: Vec<Apart>,
    /// Prices that fall with the number of seats, at most one entry per SKU.
    pub steps: Vec<Steps>,
    /// Additional-user licences need a full one beside them.
    pub full_user: Option<FullUser>,
    /// Device SKUs that can be bought, with their price in cents: a device
    /// licence may be bought for no device, as a seat for nobody.
    pub devices: Vec<(SkuId, i64)>,
    /// Seats that are paid for already, at most one entry per kind of seat.
    pub owned: Vec<Owned>,
}

/// A kind of seat: what is held, and at which of its two prices it is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatKind {
    /// What is held.
    pub sku: SkuId,
    /// At the attach price; else at the list price.
    pub attach: bool,
}

impl SeatKind {
    /// A seat at the list price.
    #[must_use]
    pub const fn list(sku: SkuId) -> Self {
        Self { sku, attach: false }
    }

    /// A seat at the attach price.
    #[must_use]
    pub const fn attach(sku: SkuId) -> Self {
        Self { sku, attach: true }
    }
}

/// Seats that are paid for whether somebody uses them or not. The plan costs
/// what it needs beyond them. They are there for every rule that counts
/// seats; a minimum binds where a seat is bought beyond them, and a side of an
/// exclusion is taken where somebody uses one or one is bought. A SKU without
/// a price cannot be used, owned or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owned {
    /// What is owned.
    pub kind: SeatKind,
    /// How many seats.
    pub quantity: u32,
}

/// A minimum quantity. It binds where one seat of `applies_to` is bought, or
/// whatever is bought if it holds always:
/// then `device_seats` x seats of `counts` + `device_users` x licences of
/// `devices` must reach `device_seats` x `quantity`. Where devices do not
/// count, `device_seats` is 1 and `devices` is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Floor {
    /// Number of the minimum in the edition.
    pub rule: usize,
    /// One seat of these, and it binds.
    pub applies_to: SkuSet,
    /// It binds in any case.
    pub always: bool,
    /// Seats that count in full.
    pub counts: SkuSet,
    /// Seats needed.
    pub quantity: u32,
    /// Device licences, which count in part.
    pub devices: SkuSet,
    /// So many device licences ...
    pub device_seats: u32,
    /// ... count as so many users.
    pub device_users: u32,
}

/// Two sides of which a tenant, or a person's environment, holds one at most.
/// Attach licences belong to a side as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// Number of the exclusion in the edition.
    pub rule: usize,
    /// One side.
    pub left: SkuSet,
    /// The other.
    pub right: SkuSet,
    /// In the tenant, or else in one environment.
    pub tenant_wide: bool,
}

/// The list price of a SKU by the number of seats of `counts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    /// What is priced.
    pub sku: SkuId,
    /// Seats that count.
    pub counts: SkuSet,
    /// From so many seats on, so many cents; rising. Below the first, and
    /// where this is empty, the list price.
    pub steps: Vec<(u64, i64)>,
}

/// A seat of `additional` needs a seat of `full` in the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullUser {
    /// Additional-user SKUs.
    pub additional: SkuSet,
    /// Full-user SKUs.
    pub full: SkuSet,
}

/// Which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleRef {
    /// An entry of [`Rules::floors`].
    Floor(usize),
    /// An entry of [`Rules::apart`].
    Apart(usize),
    /// [`Rules::full_user`].
    FullUser,
    /// An entry of [`Rules::steps`].
    Steps(usize),
}

impl Floor {
    /// Binds nobody any more; its number stays.
    pub fn switch_off(&mut self) {
        self.applies_to = SkuSet::EMPTY;
        self.always = false;
    }
}

impl Rules {
    /// Whether there is no rule at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.floors.is_empty()
            && self.apart.is_empty()
            && self.steps.is_empty()
            && self.full_user.is_none()
            && self.owned.is_empty()
    }

    /// How many seats of a kind are owned.
    #[must_use]
    pub fn owned(&self, kind: SeatKind) -> i64 {
        let owned = self.owned.iter().find(|owned| owned.kind == kind);
        owned.map_or(0, |owned| i64::from(owned.quantity))
    }
}
