//! The bound of a part of the search: the best multipliers.
//!
//! At given multipliers the tenant falls apart into people and components,
//! and the device decision gives its optimum, so that
//! `value = optimum at the changed prices + sum of multiplier x bound` is a
//! lower bound on every plan under the choices. It is a concave function of
//! the multipliers, linear between the points where an optimum changes; the
//! small linear program of [`super::master`] over the points seen so far says
//! where to look next, and where it sees no better place the bound is the
//! best one.

use std::sync::Arc;

use super::super::candidate::{Candidate, Measure, Table, narrow, tables};
use super::super::cover::{Buy, Cover};
use super::super::device::{Prepared, decide};
use super::super::rules::SeatKind;
use super::Part;
use super::master::{Column, Master};
use super::node::Sub;
use super::ratio::{Ratio, common};
use crate::output::LicenceKind;

/// Multipliers are whole numbers of `1/scale` cents, and no finer than this.
pub(super) const FINEST: i64 = 1 << 16;

/// Most points per part of the search.
const MOST_POINTS: usize = 80;

/// The people of one shape whose open groups are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Class {
    pub(super) shape: u32,
    pub(super) open: u32,
    pub(super) people: i64,
}

/// A complete answer to a part of the search at some multipliers.
pub(super) struct Answer {
    pub(super) scale: i64,
    pub(super) multipliers: Vec<i64>,
    /// The bound in `1/scale` cents.
    pub(super) value: i128,
    pub(super) parts: Vec<Part>,
    pub(super) licensed: Vec<bool>,
    pub(super) tables: Vec<Arc<Table>>,
    pub(super) classes: Vec<Class>,
    /// Cost in cents at the prices of the node, seats for nobody left out.
    pub(super) cents: i64,
    /// What each row counts.
    pub(super) activity: Vec<i64>,
}

impl Answer {
    /// The bound in whole cents.
    pub(super) fn bound(&self) -> i64 {
        let scale = i128::from(self.scale);
        i64::try_from((self.value + scale - 1).div_euclid(scale)).unwrap_or(i64::MAX)
    }
}

/// What a cover costs at the prices of a node.
pub(super) fn true_cents(sub: &Sub<'_>, cover: &Cover) -> i64 {
    cover
        .buys
        .iter()
        .map(|buy| {
            let at = usize::from(buy.sku.0);
            let price = match buy.kind {
                LicenceKind::Attach => sub.problem.market.attach[at],
                _ => sub.list[at],
            };
            price.unwrap_or_default()
        })
        .sum()
}

/// The kind of seat that a licence is.
pub(super) fn kind_of(buy: &Buy) -> SeatKind {
    SeatKind { sku: buy.sku, attach: buy.kind == LicenceKind::Attach }
}

/// What a cover of people of a variant counts in each row.
pub(super) fn cover_activity(sub: &Sub<'_>, variant: u32, cover: &Cover) -> Vec<i64> {
    let seats = || cover.buys.iter().map(kind_of);
    (0..sub.node.rows.len())
        .map(|row| seats().map(|kind| sub.activity(variant, row, kind)).sum())
        .collect()
}

/// People by shape and open groups.
pub(super) fn classes(
    prepared: &Prepared,
    candidates: &[Candidate],
    licensed: &[bool],
) -> (Vec<Class>, Vec<u32>) {
    let mut first = Vec::with_capacity(prepared.shapes.len());
    let mut total = 0_usize;
    for shape in &prepared.shapes {
        first.push(total);
        total += 1 << shape.groups.len();
    }
    let mut counts = vec![0_i64; total];
    let mut opens = Vec::with_capacity(candidates.len());
    for (candidate, (shape, _)) in candidates.iter().zip(&prepared.people) {
        let open = candidate.open(&|seat| licensed[seat as usize]);
        counts[first[*shape as usize] + open as usize] += 1;
        opens.push(open);
    }
    let mut classes = Vec::new();
    for (shape, first) in first.iter().enumerate() {
        for open in 0..1_usize << prepared.shapes[shape].groups.len() {
            let people = counts[first + open];
            if people > 0 {
                classes.push(Class { shape: narrow(shape), open: narrow(open), people });
            }
        }
    }
    (classes, opens)
}

/// Solves a part of the search at the given multipliers.
pub(super) fn answer(sub: &mut Sub<'_>, scale: i64, multipliers: Vec<i64>) -> Answer {
    sub.set_prices(scale, &multipliers);
    let tables = tables(&sub.problem, &sub.prepared.shapes);
    let candidates = sub.prepared.candidates(&tables);
    let (components, mut licensed, inside) = decide(&sub.problem, &candidates, Measure::Cents);
    let mut value: i128 = components.iter().map(|part| i128::from(part.bound.0)).sum();
    for (candidate, inside) in candidates.iter().zip(inside) {
        if !inside {
            value += candidate.covers(candidate.everything()).map_or(0, |c| i128::from(c.cents.0));
        }
    }
    value += i128::from(scale) * i128::from(sub.forced);
    for (row, &multiplier) in sub.node.rows.iter().zip(&multipliers) {
        let due = row.bound - sub.forced_activity(row);
        value += i128::from(multiplier) * i128::from(due);
    }
    for (&seat, &chosen) in &sub.node.seats {
        licensed[seat as usize] = chosen;
    }
    let (classes, _) = classes(&sub.prepared, &candidates, &licensed);
    let rows = &sub.node.rows;
    let mut cents = sub.forced;
    let mut activity: Vec<i64> = rows.iter().map(|row| sub.forced_activity(row)).collect();
    for class in &classes {
        let shape = &sub.prepared.shapes[class.shape as usize];
        let Some(covers) = &tables[class.shape as usize][class.open as usize] else {
            cents += class.people * (sub.problem.penalty.unwrap_or_default() / scale);
            continue;
        };
        let Some(cover) = covers.all.first() else { continue };
        cents += class.people * true_cents(sub, cover);
        for (sum, count) in activity.iter_mut().zip(cover_activity(sub, shape.variant, cover)) {
            *sum += class.people * count;
        }
    }
    for (at, seat) in (0_u32..).zip(&sub.problem.seats) {
        if licensed[at as usize] && !sub.node.seats.contains_key(&at) {
            cents += sub.seat_price(at);
            for (sum, row) in activity.iter_mut().zip(rows) {
                if row.people.is_none() {
                    *sum += row.weight(SeatKind::list(seat.sku));
                }
            }
        }
    }
    let parts = components
        .into_iter()
        .map(|part| Part { people: part.people, proof: part.proof })
        .collect();
    Answer { scale, multipliers, value, parts, licensed, tables, classes, cents, activity }
}

/// What the search for multipliers found.
pub(super) struct Dual {
    /// Everything that was looked at.
    pub(super) answers: Vec<Answer>,
    /// The one with the best bound.
    pub(super) best: usize,
    /// The mix of answers and seats for nobody behind the bound; empty where
    /// the search stopped early.
    pub(super) mix: Vec<(Column, Ratio)>,
}

/// Looks for the best multipliers, from `start` on, until the bound reaches
/// `cutoff` cents.
pub(super) fn bound(sub: &mut Sub<'_>, start: &(i64, Vec<i64>), cutoff: i64) -> Dual {
    let rows = sub.node.rows.len();
    let (mut scale, mut multipliers) = (start.0, start.1.clone());
    multipliers.resize(rows, 0);
    clamp(sub, scale, &mut multipliers);
    let mut dual = Dual { answers: Vec::new(), best: 0, mix: Vec::new() };
    let mut seen: Vec<(i64, Vec<i64>)> = Vec::new();
    loop {
        seen.push((scale, multipliers.clone()));
        let answer = answer(sub, scale, multipliers);
        let better = dual.answers.get(dual.best).is_none_or(|known| {
            answer.value * i128::from(known.scale) > known.value * i128::from(answer.scale)
        });
        let fresh = !dual
            .answers
            .iter()
            .any(|known| known.cents == answer.cents && known.activity == answer.activity);
        if better {
            dual.best = dual.answers.len();
        }
        dual.answers.push(answer);
        let done = rows == 0 || dual.answers[dual.best].bound() >= cutoff;
        if done || dual.answers.len() >= MOST_POINTS {
            return dual;
        }
        let Some((duals, mix)) = propose(sub, &dual.answers) else { return dual };
        dual.mix = mix;
        if !fresh {
            return dual;
        }
        let Some(found) = whole(&duals) else { return dual };
        (scale, multipliers) = found;
        clamp(sub, scale, &mut multipliers);
        if seen.contains(&(scale, multipliers.clone())) {
            return dual;
        }
    }
}

/// Multipliers, and the mix of columns that proves them best.
type Proposal = (Vec<Ratio>, Vec<(Column, Ratio)>);

/// The multipliers that are best for the points seen so far.
fn propose(sub: &Sub<'_>, answers: &[Answer]) -> Option<Proposal> {
    let origin = &answers[0];
    let rows: Vec<(bool, i64)> = sub
        .node
        .rows
        .iter()
        .zip(&origin.activity)
        .map(|(row, activity)| (row.at_least, row.bound - activity))
        .collect();
    let mut master = Master::new(&rows, sub.penalty());
    for (at, idle) in sub.idle.iter().enumerate() {
        master.add(Column::Idle(at), idle.cents, &idle.activity);
    }
    for (at, answer) in answers.iter().enumerate().skip(1) {
        let activity: Vec<i64> =
            answer.activity.iter().zip(&origin.activity).map(|(a, b)| a - b).collect();
        master.add(Column::Point(at), answer.cents - origin.cents, &activity);
    }
    let duals = master.solve()?;
    let mix = master.mix();
    Some((duals, mix))
}

/// Fractions as whole numbers of a common part of a cent.
fn whole(duals: &[Ratio]) -> Option<(i64, Vec<i64>)> {
    let scale = common(duals, FINEST).unwrap_or(FINEST);
    let multipliers: Option<Vec<i64>> = duals.iter().map(|dual| dual.times(scale)).collect();
    Some((scale, multipliers?))
}

/// Makes multipliers lawful: the right sign, and no seat for nobody may cost
/// less than nothing.
fn clamp(sub: &Sub<'_>, scale: i64, multipliers: &mut [i64]) {
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
pub(super) fn mixed(dual: &Dual, sub: &Sub<'_>, kind: SeatKind) -> Option<Ratio> {
    let mut total = Ratio::ZERO;
    for (column, share) in &dual.mix {
        let count = match *column {
            Column::Point(at) => seats_of(&dual.answers[at], sub, kind),
            Column::Idle(at) => i64::from(sub.idle[at].kind == kind && sub.idle[at].buyable),
            Column::Slack => 0,
        };
        total = total.add(share.mul(Ratio::new(i128::from(count)))?)?;
    }
    Some(total)
}

/// The seats of a kind in an answer.
fn seats_of(answer: &Answer, sub: &Sub<'_>, kind: SeatKind) -> i64 {
    let held: i64 = answer
        .classes
        .iter()
        .filter_map(|class| {
            let covers = answer.tables[class.shape as usize][class.open as usize].as_ref()?;
            let held = covers.all.first()?.buys.iter();
            let seats = held.filter(|buy| kind_of(buy) == kind).count();
            Some(class.people * i64::try_from(seats).ok()?)
        })
        .sum();
    let licensed = sub.problem.seats.iter().zip(&answer.licensed);
    let devices =
        licensed.filter(|(seat, licensed)| **licensed && SeatKind::list(seat.sku) == kind).count();
    held + i64::try_from(devices).unwrap_or_default()
}
