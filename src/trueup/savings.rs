//! From what one person holds to what the plan gives them, step by step.
//!
//! The cost of a person falls (or rises) from what is held to the plan through
//! a chain of sets, and the difference of each link has one cause. Because the
//! links telescope, the causes add up to the difference exactly, whatever the
//! prices:
//!
//! ```text
//! held -> without what another one covers -> without what is not needed
//!      -> the same with attaches -> the cheapest user licences -> the plan
//! ```

use crate::money::Cents;
use crate::output::Cause;

/// The costs along the chain, in cents per month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// The person needs no licence.
    Nothing {
        /// Why not.
        cause: Cause,
    },
    /// What is held covers the need without devices.
    Covered {
        /// Without what another held licence covers.
        distinct: Cents,
        /// Without what is not needed.
        needed: Cents,
        /// The same at the best choice of base and attach.
        attached: Cents,
        /// The cheapest user licences for the need.
        alone: Cents,
        /// Whether devices carry part of the work.
        carried: bool,
    },
    /// What is held does not cover the need by itself.
    Short {
        /// Without what another held licence covers.
        distinct: Cents,
        /// Whether it does together with the devices of the plan.
        with_devices: bool,
    },
}

/// The causes of `held - plan`: each with its money, none twice, none zero.
#[must_use]
pub fn causes(held: Cents, plan: Cents, chain: Chain) -> Vec<(Cause, Cents)> {
    let mut found: Vec<(Cause, Cents)> = Vec::new();
    let mut add = |cause, cents: Cents| match found.iter_mut().find(|(known, _)| *known == cause) {
        Some((_, sum)) => *sum += cents,
        None => found.push((cause, cents)),
    };
    // A link that rises where it should fall has another cause.
    let falls = |from: Cents, to: Cents, cause, else_cause| {
        (if from >= to { cause } else { else_cause }, from - to)
    };
    let mut links: Vec<(Cause, Cents)> = Vec::new();
    match chain {
        Chain::Nothing { cause } => links.push((cause, held - plan)),
        Chain::Covered { distinct, needed, attached, alone, carried } => {
            links.push((Cause::Duplicate, held - distinct));
            links.push((Cause::OverLicensed, distinct - needed));
            links.push(falls(needed, attached, Cause::AttachInsteadOfBase, Cause::UnderLicensed));
            links.push(falls(attached, alone, Cause::OverLicensed, Cause::Replacement));
            let last = if carried { Cause::DeviceInsteadOfUser } else { Cause::Agreement };
            links.push((last, alone - plan));
        }
        Chain::Short { distinct, with_devices } => {
            links.push((Cause::Duplicate, held - distinct));
            let more = if with_devices { Cause::Agreement } else { Cause::UnderLicensed };
            links.push(falls(distinct, plan, Cause::OverLicensed, more));
        }
    }
    for (cause, cents) in links {
        add(cause, cents);
    }
    found.retain(|(_, cents)| *cents != Cents::ZERO);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dollars(found: &[(Cause, Cents)]) -> Vec<(Cause, i64)> {
        found.iter().map(|(cause, cents)| (*cause, cents.0 / 100)).collect()
    }

    fn usd(dollars: i64) -> Cents {
        Cents(dollars * 100)
    }

    #[test]
    fn who_needs_nothing_saves_everything_held_for_one_cause() {
        let chain = Chain::Nothing { cause: Cause::Disabled };
        assert_eq!(dollars(&causes(usd(188), usd(0), chain)), [(Cause::Disabled, 188)]);
        assert_eq!(causes(usd(0), usd(0), chain), []);
    }

    /// Finance and SCM as two bases and Team Members, of which Finance and
    /// Activity work is needed, which a device carries in part.
    #[test]
    fn every_link_of_the_chain_has_its_cause() {
        let chain = Chain::Covered {
            distinct: usd(540),
            needed: usd(360),
            attached: usd(200),
            alone: usd(180),
            carried: true,
        };
        assert_eq!(
            dollars(&causes(usd(548), usd(8), chain)),
            [
                (Cause::Duplicate, 8),
                (Cause::OverLicensed, 180 + 20),
                (Cause::AttachInsteadOfBase, 160),
                (Cause::DeviceInsteadOfUser, 172),
            ]
        );
    }

    #[test]
    fn an_attach_without_its_base_lacks_the_base() {
        let chain = Chain::Covered {
            distinct: usd(20),
            needed: usd(20),
            attached: usd(180),
            alone: usd(180),
            carried: false,
        };
        assert_eq!(dollars(&causes(usd(20), usd(180), chain)), [(Cause::UnderLicensed, -160)]);
    }

    #[test]
    fn a_licence_without_a_price_is_replaced_and_a_seat_of_a_minimum_is_the_agreements() {
        let all = usd(0);
        let chain = Chain::Covered {
            distinct: all,
            needed: all,
            attached: all,
            alone: usd(180),
            carried: false,
        };
        assert_eq!(
            dollars(&causes(all, usd(210), chain)),
            [(Cause::Replacement, -180), (Cause::Agreement, -30)]
        );
    }

    #[test]
    fn who_holds_too_little_costs_more_and_who_holds_the_wrong_thing_less() {
        let chain = |distinct| Chain::Short { distinct, with_devices: false };
        assert_eq!(dollars(&causes(usd(8), usd(50), chain(usd(8)))), [(Cause::UnderLicensed, -42)]);
        assert_eq!(
            dollars(&causes(usd(180), usd(50), chain(usd(180)))),
            [(Cause::OverLicensed, 130)]
        );
    }
}
