//! Chance that can be looked up instead of thrown in order.
//!
//! Every made-up thing has dice of its own, seeded by what it is: the third
//! person of a tenant is the same whichever table asks for it, in whichever
//! order and on however many threads. So nothing needs to be remembered, and a
//! portfolio of any size is written in constant memory.

/// Dice for one thing (`SplitMix64`).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

/// The constant of `SplitMix64`: 2^64 by the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Dice {
    /// Dice for the thing with this name in numbers.
    pub(super) fn of(name: &[u64]) -> Self {
        let mut dice = Self(0);
        for part in name {
            dice.0 = dice.number() ^ part.wrapping_mul(STEP);
        }
        dice
    }

    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is at least 1.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = u128::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from((u128::from(self.number()) * bound) >> 64).unwrap_or_default()
    }

    /// True this many times in a hundred.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent as usize
    }

    /// A number below `bound`, the low ones far more often: each half as
    /// often as one half its size.
    pub(super) fn low(&mut self, bound: usize) -> usize {
        let within = self.below(bound) + 1;
        self.below(within)
    }

    /// One of a list that is not empty.
    pub(super) fn one<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_throws_the_same() {
        let throw = |name: &[u64]| {
            let mut dice = Dice::of(name);
            (0..5).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(throw(&[1, 2]), throw(&[1, 2]));
        assert_ne!(throw(&[1, 2]), throw(&[2, 1]));
    }

    #[test]
    fn every_face_comes_up_and_low_ones_more_often() {
        let mut dice = Dice::of(&[7]);
        let (mut even, mut low) = ([0_u32; 6], [0_u32; 6]);
        for _ in 0..6_000 {
            even[dice.below(6)] += 1;
            low[dice.low(6)] += 1;
        }
        assert!(even.iter().all(|count| (850..1150).contains(count)), "{even:?}");
        assert!(low.windows(2).all(|pair| pair[0] > pair[1]), "{low:?}");
    }
}
