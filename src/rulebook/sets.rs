//! Indices into a rulebook, and sets of them as bits.

use serde::Serialize;

/// Index of a right in [`Rulebook::rights`](super::Rulebook::rights).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RightId(pub u16);

/// Index of a SKU in [`Rulebook::skus`](super::Rulebook::skus). The order is the edition's order,
/// the last tie-breaker of every choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SkuId(pub u8);

/// A set of SKUs of one rulebook (at most 128, which checking enforces).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SkuSet(pub u128);

impl SkuSet {
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// The set of one SKU.
    #[must_use]
    pub const fn of(sku: SkuId) -> Self {
        Self(1 << sku.0)
    }

    /// Whether `sku` is in the set.
    #[must_use]
    pub const fn contains(self, sku: SkuId) -> bool {
        self.0 & (1 << sku.0) != 0
    }

    /// Adds `sku`.
    pub const fn insert(&mut self, sku: SkuId) {
        self.0 |= 1 << sku.0;
    }

    /// Set union.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Set intersection.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether every SKU of `self` is in `other`.
    #[must_use]
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Number of SKUs in the set.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The SKUs in edition order.
    pub fn iter(self) -> impl Iterator<Item = SkuId> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let index = u8::try_from(rest.trailing_zeros()).ok()?;
            rest &= rest - 1;
            Some(SkuId(index))
        })
    }
}

impl FromIterator<SkuId> for SkuSet {
    fn from_iter<I: IntoIterator<Item = SkuId>>(iter: I) -> Self {
        let mut set = Self::EMPTY;
        for sku in iter {
            set.insert(sku);
        }
        set
    }
}

/// Index of a device kind in [`Rulebook::device_kinds`](super::Rulebook::device_kinds); at most 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct KindId(pub u8);

/// A set of device kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindSet(pub u16);

impl KindSet {
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// The set of one kind.
    #[must_use]
    pub const fn of(kind: KindId) -> Self {
        Self(1 << kind.0)
    }

    /// Whether `kind` is in the set.
    #[must_use]
    pub const fn contains(self, kind: KindId) -> bool {
        self.0 & (1 << kind.0) != 0
    }

    /// Set union.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Set intersection.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
