//! Numbers with fifty binary places, for the small linear programs of the
//! search.
//!
//! What they give is a proposal only: where a number no longer fits, or is
//! off in its last places, the search looks elsewhere, and the bound at the
//! multipliers it has is right in any case.

use std::cmp::Ordering;

/// Binary places.
const PLACES: u32 = 50;

/// A number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fixed(i128);

impl Fixed {
    pub(super) const ZERO: Self = Self(0);
    pub(super) const ONE: Self = Self(1 << PLACES);
    /// What is less than this counts as nothing.
    pub(super) const TINY: Self = Self(1 << 14);

    /// `value / by`.
    pub(super) fn of(value: i64, by: i64) -> Self {
        Self((i128::from(value) << PLACES) / i128::from(by.max(1)))
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    pub(super) fn negated(self) -> Self {
        Self(-self.0)
    }

    pub(super) fn sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    pub(super) fn mul(self, other: Self) -> Option<Self> {
        if self.0 == 0 || other.0 == 0 {
            return Some(Self::ZERO);
        }
        let half = 1 << (PLACES - 1);
        Some(Self(self.0.checked_mul(other.0)?.checked_add(half)? >> PLACES))
    }

    pub(super) fn div(self, other: Self) -> Option<Self> {
        if other.0 == 0 {
            return None;
        }
        self.0.checked_mul(1 << PLACES).map(|shifted| Self(shifted / other.0))
    }

    /// Which side of nothing, by more than [`Self::TINY`].
    pub(super) fn sign(self) -> Ordering {
        if self.0.abs() < Self::TINY.0 { Ordering::Equal } else { self.0.cmp(&0) }
    }

    /// `self * factor`, rounded to the nearest whole number.
    pub(super) fn times(self, factor: i64) -> Option<i64> {
        let scaled = self.0.checked_mul(i128::from(factor))?;
        i64::try_from(scaled.checked_add(1 << (PLACES - 1))? >> PLACES).ok()
    }

    /// `self * factor` as a number of `1/parts`, rounded.
    pub(super) fn scaled(self, factor: i128, by: i128) -> Option<i128> {
        let scaled = self.0.checked_mul(factor)?.checked_div(by)?;
        Some(scaled.checked_add(1 << (PLACES - 1))? >> PLACES)
    }
}

/// A fraction near `num / den` with a denominator up to `most`, by continued
/// fractions: the first that is nearer than `den / near` of one.
pub(super) fn simple(num: i128, den: i128, most: i64, near: i128) -> (i128, i128) {
    let negative = num < 0;
    let (mut a, mut b) = (num.abs(), den.max(1));
    let target = (a, b);
    let (mut last, mut this) = ((0_i128, 1_i128), (1_i128, 0_i128));
    while b != 0 {
        let whole = a / b;
        let Some(next) = whole
            .checked_mul(this.0)
            .and_then(|p| p.checked_add(last.0))
            .zip(whole.checked_mul(this.1).and_then(|q| q.checked_add(last.1)))
        else {
            break;
        };
        if next.1 > i128::from(most) {
            break;
        }
        (last, this) = (this, next);
        (a, b) = (b, a % b);
        // |target - this| < 1 / near
        let off = target.0.checked_mul(this.1).zip(target.1.checked_mul(this.0));
        let off = off.map(|(x, y)| (x - y).abs()).and_then(|off| off.checked_mul(near));
        if off.zip(target.1.checked_mul(this.1)).is_some_and(|(off, one)| off < one) {
            break;
        }
    }
    if this.1 == 0 {
        return (num / den.max(1), 1);
    }
    (if negative { -this.0 } else { this.0 }, this.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_right_to_many_places() {
        let third = Fixed::of(1, 3);
        let one = third.add(third).and_then(|two| two.add(third));
        assert!(
            one.and_then(|one| one.sub(Fixed::ONE)).is_some_and(|d| d.sign() == Ordering::Equal)
        );
        assert_eq!(third.sign(), Ordering::Greater);
        assert_eq!(third.times(300), Some(100));
        assert_eq!(third.mul(Fixed::of(-6, 1)).and_then(|two| two.times(1)), Some(-2));
        assert_eq!(third.div(Fixed::of(1, 6)).and_then(|two| two.times(1)), Some(2));
        assert_eq!(Fixed::ONE.div(Fixed::ZERO), None);
    }

    #[test]
    fn a_near_fraction_is_found() {
        assert_eq!(simple(333_333_333, 1_000_000_000, 100, 1_000_000), (1, 3));
        assert_eq!(simple(-14_000_000_001, 10_000_000, 100, 1_000_000), (-1_400, 1));
        assert_eq!(simple(0, 5, 100, 1_000_000), (0, 1));
    }
}
