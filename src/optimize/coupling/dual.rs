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

use super::answer::{Answer, Point, answer};
use super::bundle::Met;
use super::master::{Column, Master};
use super::node::Sub;
use super::ratio::{Ratio, common};
use crate::rulebook::SkuId;

/// Multipliers are whole numbers of `1/scale` cents, and no finer than this.
pub(super) const FINEST: i64 = 1 << 16;

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
    /// The mix of points and seats for nobody behind the bound; empty where
    /// the search stopped early.
    pub(super) mix: Vec<(Column, Ratio)>,
}

/// Looks for the best multipliers, from `start` on, until the bound reaches
/// `cutoff` cents. `pool`: points of other parts, the latest last.
pub(super) fn bound(
    sub: &Sub<'_, '_, '_>,
    met: &mut Met,
    pool: &[Arc<Point>],
    start: &(i64, Vec<i64>),
    cutoff: i64,
) -> Dual {
    let rows = sub.node.rows.len();
    let mut columns = Columns { points: Vec::new(), cents: Vec::new(), activity: Vec::new() };
    if rows > 0 && !sub.is_scoped() {
        for point in pool.iter().rev().filter(|point| sub.admits(point)) {
            columns.add(sub, point);
            if columns.points.len() >= MOST_TAKEN {
                break;
            }
        }
    }
    let taken = columns.points.len();
    let mut mix = Vec::new();
    let mut next = start.clone();
    next.1.resize(rows, 0);
    if taken > 0
        && let Some(proposal) = propose(sub, &columns)
        && let Some(found) = whole(&proposal.duals)
    {
        next = found;
    }
    clamp(sub, next.0, &mut next.1);
    let mut best = answer(sub, met, next.0, next.1.clone());
    let mut tries = 1;
    columns.add(sub, &best.point);
    let mut seen: Vec<(i64, Vec<i64>)> = vec![next];
    while rows > 0 && best.bound() < cutoff && tries < MOST_TRIES {
        let Some(proposal) = propose(sub, &columns) else { break };
        mix = proposal.mix;
        if proposal.least.is_some_and(|least| least <= best.bound()) {
            break;
        }
        let Some((scale, mut multipliers)) = whole(&proposal.duals) else { break };
        clamp(sub, scale, &mut multipliers);
        if seen.contains(&(scale, multipliers.clone())) {
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
    Dual { best, points: columns.points, taken, tries, mix }
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
}

/// Multipliers, and the mix of columns that proves them best.
struct Proposal {
    duals: Vec<Ratio>,
    mix: Vec<(Column, Ratio)>,
    /// No multipliers give a better bound, in cents.
    least: Option<i64>,
}

/// The multipliers that are best for the points seen so far.
fn propose(sub: &Sub<'_, '_, '_>, columns: &Columns) -> Option<Proposal> {
    let (cents, activity) = (columns.cents.first()?, columns.activity.first()?);
    let rows: Vec<(bool, i64)> = sub
        .node
        .rows
        .iter()
        .zip(activity)
        .map(|(row, activity)| (row.at_least, row.bound - activity))
        .collect();
    let mut master = Master::new(&rows, sub.penalty());
    for (at, idle) in sub.idle.iter().enumerate() {
        master.add(Column::Idle(at), idle.cents, &idle.activity);
    }
    for at in 1..columns.points.len() {
        let relative: Vec<i64> =
            columns.activity[at].iter().zip(activity).map(|(a, b)| a - b).collect();
        master.add(Column::Point(at), columns.cents[at] - cents, &relative);
    }
    let duals = master.solve()?;
    let least = master.objective().and_then(|more| sub.grain.up(more.ceiling()? + cents));
    Some(Proposal { duals, mix: master.mix(), least })
}

/// Fractions as whole numbers of a common part of a cent.
fn whole(duals: &[Ratio]) -> Option<(i64, Vec<i64>)> {
    let scale = common(duals, FINEST).unwrap_or(FINEST);
    let multipliers: Option<Vec<i64>> = duals.iter().map(|dual| dual.times(scale)).collect();
    Some((scale, multipliers?))
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

/// The seats of a SKU in the mix.
pub(super) fn mixed(dual: &Dual, sub: &Sub<'_, '_, '_>, sku: SkuId) -> Option<Ratio> {
    let mut total = Ratio::ZERO;
    for (column, share) in &dual.mix {
        let count = match *column {
            Column::Point(at) => dual.points[at].seats(sku),
            Column::Idle(at) => i64::from(sub.idle[at].sku == sku && sub.idle[at].buyable),
            Column::Slack => 0,
        };
        total = total.add(share.mul(Ratio::new(i128::from(count)))?)?;
    }
    Some(total)
}
