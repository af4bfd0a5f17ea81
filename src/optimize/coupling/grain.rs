//! What all costs are multiples of.
//!
//! A plan costs a sum of prices, so its cost is a multiple of their greatest
//! common divisor, and a bound in between may be rounded up to the next one.

use super::super::problem::Problem;

/// The greatest common divisor of all prices, in cents; at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grain(i64);

impl Grain {
    pub(super) fn of(problem: &Problem<'_>) -> Self {
        let (market, rules) = (problem.market, &problem.rules);
        let market = market.list.iter().chain(&market.attach).flatten().copied();
        let seats = problem.seats.iter().filter_map(|seat| seat.cents).map(|cents| cents.0);
        let devices = rules.devices.iter().map(|(_, cents)| *cents);
        let steps = rules.steps.iter().flat_map(|steps| &steps.steps).map(|(_, cents)| *cents);
        let all = market.chain(seats).chain(devices).chain(steps);
        Self(all.fold(0, common).max(1))
    }

    /// The next multiple; `None` where it no longer fits.
    pub(super) fn up(self, cents: i64) -> Option<i64> {
        match cents.rem_euclid(self.0) {
            0 => Some(cents),
            over => cents.checked_add(self.0 - over),
        }
    }
}

fn common(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs()
}
