//! The optimisation problem of one tenant, in sets and cents.

use super::cover::Market;
use crate::money::Cents;
use crate::rulebook::{DevicePolicy, KindSet, SkuId, SkuSet};

/// One need: satisfied by any one of `skus`, or, where `kinds` is not empty,
/// by device licences on every device of those kinds that the person uses
/// (and there must be at least one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clause {
    /// User SKUs that satisfy it.
    pub skus: SkuSet,
    /// Device kinds on which the work is done.
    pub kinds: KindSet,
}

/// One person.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// What they need: all of these.
    pub clauses: Vec<Clause>,
    /// Seats of the devices they use, as indices into [`Problem::seats`],
    /// ascending.
    pub seats: Vec<u32>,
    /// What they are assigned today: preferred among equally cheap answers.
    pub assigned: SkuSet,
}

/// A device as a candidate for one device SKU. A device whose kinds fall
/// under two device SKUs has two seats.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Kinds of work done on the device that this SKU covers.
    pub kinds: KindSet,
    /// The device SKU.
    pub sku: SkuId,
    /// Its price per month; `None` where the device cannot be licensed.
    pub cents: Option<Cents>,
}

/// People, seats and the rules of buying.
#[derive(Debug)]
pub struct Problem<'a> {
    /// What can be bought and at what price.
    pub market: &'a Market,
    /// People.
    pub people: Vec<Person>,
    /// Candidate device licences.
    pub seats: Vec<Seat>,
    /// How device and user licences may be combined.
    pub policy: DevicePolicy,
}
