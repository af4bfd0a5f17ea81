//! Fractions of 128-bit integers, for the small linear programs of the search.
//!
//! Every operation is checked and gives `None` where a number no longer fits:
//! the search then stops with the multipliers it has, whose bound is right in
//! any case.

use std::cmp::Ordering;

/// A fraction in lowest terms; the denominator is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ratio {
    num: i128,
    den: i128,
}

impl Ratio {
    pub(super) const ZERO: Self = Self { num: 0, den: 1 };
    pub(super) const ONE: Self = Self { num: 1, den: 1 };

    pub(super) fn new(value: i128) -> Self {
        Self { num: value, den: 1 }
    }

    fn reduced(num: i128, den: i128) -> Option<Self> {
        if den == 0 {
            return None;
        }
        let common = gcd(num, den)?;
        let sign = if den < 0 { -1 } else { 1 };
        Some(Self { num: sign * (num / common), den: sign * (den / common) })
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        if other.num == 0 {
            return Some(self);
        }
        if self.den == 1 && other.den == 1 {
            return Some(Self { num: self.num.checked_add(other.num)?, den: 1 });
        }
        let left = self.num.checked_mul(other.den)?;
        let right = other.num.checked_mul(self.den)?;
        Self::reduced(left.checked_add(right)?, self.den.checked_mul(other.den)?)
    }

    pub(super) fn negated(self) -> Self {
        Self { num: -self.num, den: self.den }
    }

    pub(super) fn sub(self, other: Self) -> Option<Self> {
        self.add(other.negated())
    }

    pub(super) fn mul(self, other: Self) -> Option<Self> {
        if self.num == 0 || other.num == 0 {
            return Some(Self::ZERO);
        }
        // Crosswise first, so that the products stay small.
        let (a, b) = (Self::reduced(self.num, other.den)?, Self::reduced(other.num, self.den)?);
        Self::reduced(a.num.checked_mul(b.num)?, a.den.checked_mul(b.den)?)
    }

    pub(super) fn div(self, other: Self) -> Option<Self> {
        self.mul(Self::reduced(other.den, other.num)?)
    }

    pub(super) fn sign(self) -> Ordering {
        self.num.cmp(&0)
    }

    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        Some(self.sub(other)?.sign())
    }

    pub(super) fn denominator(self) -> i128 {
        self.den
    }

    /// `self * scale`, rounded to the nearest integer.
    pub(super) fn times(self, scale: i64) -> Option<i64> {
        let scaled = self.num.checked_mul(i128::from(scale))?;
        let half = self.den / 2;
        i64::try_from(scaled.checked_add(half)?.div_euclid(self.den)).ok()
    }

    /// The largest integer that is not greater.
    pub(super) fn floor(self) -> Option<i64> {
        i64::try_from(self.num.div_euclid(self.den)).ok()
    }

    /// The smallest integer that is not less.
    pub(super) fn ceiling(self) -> Option<i64> {
        i64::try_from(self.num.div_euclid(self.den) + i128::from(!self.is_whole())).ok()
    }

    pub(super) fn is_whole(self) -> bool {
        self.den == 1
    }

    /// How far the fraction is from the nearest integer, in thousandths.
    pub(super) fn unrest(self) -> i128 {
        let part = self.num.rem_euclid(self.den);
        part.min(self.den - part).saturating_mul(1_000) / self.den
    }
}

/// Greatest common divisor, positive.
fn gcd(a: i128, b: i128) -> Option<i128> {
    let (mut a, mut b) = (a.checked_abs()?, b.checked_abs()?);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    Some(a.max(1))
}

/// Least common multiple of denominators, as long as it stays within `most`.
pub(super) fn common(values: &[Ratio], most: i64) -> Option<i64> {
    let mut all: i128 = 1;
    for value in values {
        let den = value.denominator();
        all = all.checked_mul(den / gcd(all, den)?)?;
        if all > i128::from(most) {
            return None;
        }
    }
    i64::try_from(all).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_kept_in_lowest_terms_and_compare_exactly() {
        let third = Ratio::ONE.div(Ratio::new(3)).unwrap_or(Ratio::ZERO);
        let sum = third.add(third).and_then(|two| two.add(third));
        assert_eq!(sum, Some(Ratio::ONE));
        assert_eq!(third.compare(Ratio::ZERO), Some(Ordering::Greater));
        assert_eq!(third.times(300), Some(100));
        assert_eq!(common(&[third, Ratio::ONE], 10), Some(3));
        assert_eq!(Ratio::new(i128::MAX).add(Ratio::ONE), None);
    }
}
