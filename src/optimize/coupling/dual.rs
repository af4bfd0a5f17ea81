//! The bound of a part of the search: the best multipliers.
//!
//! At given multipliers the tenant falls apart into people and components,
//! and [`super::answer`] gives its optimum, so that
//! `value = optimum at the changed prices + sum of multiplier x bound` is a
//! lower bound on every plan under the choices. It is a concave function of
//! the multipliers, linear between the points where an optimum changes; the
//! small linear program of [`super::master`] over the points seen so far, here
//! and in other parts of the search, says where to look next, and where it
//! sees no better place the bound is the best one.

use std::sync::Arc;

use super::super::rules::SeatKind;
use super::answer::{Answer, Point, answer};
use super::bundle::Met;
use super::fixed::{Fixed, simple};
use super::master::{Column, Entry, Limit, Solved, solve};
use super::node::Sub;

/// Multipliers are whole numbers of `1/scale` cents, and no finer than this.
pub(super) const FINEST: i64 = 1 << 16;

/// A multiplier is taken for a fraction with a denominator up to the first
/// that is nearer to it than one over the second.
const SIMPLEST: i64 = 720;
const NEAR: i128 = 1 << 18;

/// What no column makes up for is so many times as dear as the dearest column,
/// and up to so many times where that does not tell anything.
const DEAR: i64 = 16;
const DEAREST: i64 = 1 << 20;

/// Most multipliers that are tried per part of the search.
const MOST_TRIES: usize = 80;

/// Most points that are taken over from other parts.
const MOST_TAKEN: usize = 60;

/// What the search for multipliers found.
pub(super) struct Dual {
    /// The answer with the best bound.
    pub(super) best: Answer,
    /// Everything that was looked at, what came from other parts first.
    pub(super) points: Vec<Arc<Point>>,
    /// How many of them came from other parts.
    pub(super) taken: usize,
    /// How many multipliers were tried.
    pub(super) tries: usize,
    /// Entries of columns that the small linear programs looked at.
    pub(super) looked: u64,
    /// The mix of points and seats for nobody behind the bound; empty where
    /// the search stopped early.
    pub(super) mix: Vec<(Column, Fixed)>,
    /// Where it stopped because no multipliers reach the cutoff: what they can
    /// reach at most, in cents.
    pub(super) least: Option<i64>,
}

/// Looks for the best multipliers, from `start` on, until the bound reaches
/// `cutoff` cents. `pool`: points that may be of use, the latest last.
/// `patient`: even if none reach the cutoff, to the last.
pub(super) fn bound(
    sub: &Sub<'_, '_, '_>,
    met: &mut Met,
    pool: &[Arc<Point>],
    start: &(i64, Vec<i64>),
    cutoff: i64,
    patient: bool,
) -> Dual {
    let rows = sub.node.rows.len();
    let mut columns = Columns { points: Vec::new(), cents: Vec::new(), activity: Vec::new() };
    if rows > 0 {
        for point in pool.iter().rev().filter(|point| sub.admits(point)) {
            columns.add(sub, point);
            if columns.points.len() >= MOST_TAKEN {
                break;
            }
        }
    }
    let taken = columns.points.len();
    let (mut mix, mut given_up) = (Vec::new(), None);
    let mut dear = DEAR;
    let mut next = start.clone();
    next.1.resize(rows, 0);
    let mut looked = 0;
    if taken > 0
        && let Some(solved) = propose(sub, &columns, dear, &mut looked)
        && let Some(found) = whole(&solved)
    {
        next = found;
    }
    clamp(sub, next.0, &mut next.1);
    let mut best = answer(sub, met, next.0, next.1.clone());
    let mut tries = 1;
    columns.add(sub, &best.point);
    let mut seen: Vec<(i64, Vec<i64>)> = vec![next];
    while rows > 0 && best.bound() < cutoff && tries < MOST_TRIES {
        let Some(solved) = propose(sub, &columns, dear, &mut looked) else { break };
        let met_by_all = solved.is_met();
        let least = columns.least(sub, &solved);
        let found = whole(&solved);
        mix = solved.mix;
        let settled = |least: i64| {
            // No multipliers prune this part, and these tell nearly as much.
            let hopeless = !patient && cutoff < sub.penalty() && least < cutoff;
            let near = least.saturating_sub(best.bound()).saturating_mul(4) <= cutoff - least;
            least <= best.bound() || (hopeless && near)
        };
        if met_by_all && least.is_some_and(settled) {
            given_up = least.filter(|least| *least > best.bound());
            break;
        }
        let Some((scale, mut multipliers)) = found else { break };
        clamp(sub, scale, &mut multipliers);
        if seen.contains(&(scale, multipliers.clone())) {
            if !met_by_all && dear < DEAREST {
                dear *= DEAR;
                continue;
            }
            break;
        }
        seen.push((scale, multipliers.clone()));
        let answer = answer(sub, met, scale, multipliers);
        tries += 1;
        columns.add(sub, &answer.point);
        if answer.value * i128::from(best.scale) > best.value * i128::from(answer.scale) {
            best = answer;
        }
    }
    Dual { best, points: columns.points, taken, tries, looked, mix, least: given_up }
}

/// Points with what they cost and count in a part.
struct Columns {
    points: Vec<Arc<Point>>,
    cents: Vec<i64>,
    activity: Vec<Vec<i64>>,
}

impl Columns {
    /// Adds a point that costs or counts something else than those before.
    fn add(&mut self, sub: &Sub<'_, '_, '_>, point: &Arc<Point>) {
        let (cents, activity) = (sub.cents(point), sub.activity(point));
        let same = |at: usize| self.cents[at] == cents && self.activity[at] == activity;
        if (0..self.points.len()).any(same) {
            return;
        }
        self.points.push(Arc::clone(point));
        self.cents.push(cents);
        self.activity.push(activity);
    }

    /// No multipliers give a better bound than this, in cents.
    fn least(&self, sub: &Sub<'_, '_, '_>, solved: &Solved) -> Option<i64> {
        let more = solved.objective.scaled(i128::from(solved.cents) * 64, 1)?;
        let more = i64::try_from((more + 64).div_euclid(64)).ok()?;
        sub.grain.up(self.cents.first()?.checked_add(more)?)
    }
}

/// The multipliers that are best for the points seen so far.
fn propose(
    sub: &Sub<'_, '_, '_>,
    columns: &Columns,
    dear: i64,
    looked: &mut u64,
) -> Option<Solved> {
    let (cents, activity) = (columns.cents.first()?, columns.activity.first()?);
    let limits: Vec<Limit> = sub
        .node
        .rows
        .iter()
        .zip(activity)
        .map(|(row, activity)| Limit { at_least: row.at_least, bound: row.bound - activity })
        .collect();
    let mut entries: Vec<Entry> = Vec::new();
    for (at, idle) in sub.idle.iter().enumerate() {
        let activity = idle.activity.clone();
        entries.push(Entry { kind: Column::Idle(at), cents: idle.cents, activity });
    }
    for at in 1..columns.points.len() {
        let activity = columns.activity[at].iter().zip(activity).map(|(a, b)| a - b).collect();
        let cents = columns.cents[at] - cents;
        entries.push(Entry { kind: Column::Point(at), cents, activity });
    }
    solve(&limits, &entries, dear, looked)
}

/// Multipliers as whole numbers of a common part of a cent.
fn whole(solved: &Solved) -> Option<(i64, Vec<i64>)> {
    let rows = 0..solved.units.len();
    let exact: Vec<(i128, i128)> = rows.map(|row| solved.multiplier(row)).collect::<Option<_>>()?;
    let near: Vec<(i128, i128)> =
        exact.iter().map(|&(num, den)| simple(num, den, SIMPLEST, NEAR)).collect();
    let mut scale = Some(1_i128);
    for &(_, den) in &near {
        let (mut a, mut b) = (scale.unwrap_or(1), den);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        scale = scale.map(|scale| scale / a * den).filter(|scale| *scale <= i128::from(FINEST));
    }
    let (scale, values) = match scale {
        Some(scale) => (scale, near),
        None => (i128::from(FINEST), exact),
    };
    let value = |(num, den): (i128, i128)| {
        let scaled = num.checked_mul(scale)?.checked_add(den / 2)?.div_euclid(den);
        i64::try_from(scaled).ok()
    };
    let multipliers: Option<Vec<i64>> = values.into_iter().map(value).collect();
    Some((i64::try_from(scale).ok()?, multipliers?))
}

/// Makes multipliers lawful: the right sign, and no seat for nobody may cost
/// less than nothing.
fn clamp(sub: &Sub<'_, '_, '_>, scale: i64, multipliers: &mut [i64]) {
    for (row, multiplier) in sub.node.rows.iter().zip(multipliers.iter_mut()) {
        *multiplier = if row.at_least { (*multiplier).max(0) } else { (*multiplier).min(0) };
    }
    for idle in &sub.idle {
        let counted = |multipliers: &[i64]| -> i64 {
            idle.activity.iter().zip(multipliers).map(|(count, y)| count * y).sum()
        };
        let mut over = counted(multipliers) - idle.cents * scale;
        for (row, count) in idle.activity.iter().enumerate() {
            if over <= 0 {
                break;
            }
            if *count > 0 && multipliers[row] > 0 {
                let less = ((over + count - 1) / count).min(multipliers[row]);
                multipliers[row] -= less;
                over -= less * count;
            }
        }
    }
}

/// The seats of a kind in the mix.
pub(super) fn mixed(dual: &Dual, sub: &Sub<'_, '_, '_>, kind: SeatKind) -> Option<Count> {
    let mut total = Count::default();
    for (column, share) in &dual.mix {
        let count = match *column {
            Column::Point(at) => dual.points[at].seats(kind),
            // The share of a seat for nobody is a number of seats. What is
            // held by people who do not need it counts as the rows count it.
            Column::Idle(at) => i64::from(sub.idle[at].kind == kind),
            Column::Slack | Column::Artificial => 0,
        };
        total.add(*share, count)?;
    }
    Some(total)
}

/// A number of seats in a mix, in millionths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Count(i64);

impl Count {
    /// One seat.
    pub(super) const ONE: i64 = 1_000_000;

    /// Less is nothing, as far as can be told.
    pub(super) const NOTHING: i64 = 500;

    /// Adds `count` times a share.
    pub(super) fn add(&mut self, share: Fixed, count: i64) -> Option<()> {
        self.0 = self.0.checked_add(share.times(count.checked_mul(Self::ONE)?)?)?;
        Some(())
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// How far it is from the nearest whole number, in millionths.
    pub(super) fn unrest(self) -> i64 {
        let part = self.0.rem_euclid(Self::ONE);
        part.min(Self::ONE - part)
    }

    /// In millionths.
    pub(super) fn parts(self) -> i64 {
        self.0
    }

    /// Whether it is nothing, as far as can be told.
    pub(super) fn is_nothing(self) -> bool {
        self.0.abs() < Self::NOTHING
    }

    /// Whether it is a whole number, as far as can be told.
    pub(super) fn is_whole(self) -> bool {
        self.unrest() < Self::NOTHING
    }

    /// The largest whole number that is not greater.
    pub(super) fn floor(self) -> i64 {
        (self.0 + Self::NOTHING).div_euclid(Self::ONE)
    }
}
