//! The optimisation problem of one tenant, in sets and cents.

use super::cover::Market;
use super::rules::Rules;
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
    /// Environments they work in, as numbers: what may not stand beside each
    /// other in one environment is looked at there.
    pub environments: Vec<u32>,
    /// Which market they buy in: 0 is [`Problem::market`], `k` is
    /// [`Problem::variants`]`[k - 1]`. Only parts of a proof have variants.
    pub variant: u32,
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
    /// Other markets, see [`Person::variant`].
    pub variants: Vec<Market>,
    /// People.
    pub people: Vec<Person>,
    /// Candidate device licences.
    pub seats: Vec<Seat>,
    /// How device and user licences may be combined.
    pub policy: DevicePolicy,
    /// Rules of the whole tenant.
    pub rules: Rules,
    /// What a need costs that no licence can meet. `None`: people with such a
    /// need are left out. Only parts of a search set it.
    pub penalty: Option<i64>,
}

impl<'a> Problem<'a> {
    /// A tenant without rules of its own.
    #[must_use]
    pub fn new(
        market: &'a Market,
        people: Vec<Person>,
        seats: Vec<Seat>,
        policy: DevicePolicy,
    ) -> Self {
        Self {
            market,
            variants: Vec::new(),
            people,
            seats,
            policy,
            rules: Rules::default(),
            penalty: None,
        }
    }

    /// The market a person buys in.
    #[must_use]
    pub fn market_of(&self, person: &Person) -> &Market {
        match person.variant {
            0 => self.market,
            variant => self.variants.get(variant as usize - 1).unwrap_or(self.market),
        }
    }
}
