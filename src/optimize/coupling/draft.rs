//! A plan by kinds of people, and who of them takes what in the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::problem::Problem;
use super::answer::Point;
use super::bundle::{Bundles, Held, Layout, Met};
use super::check::{Solution, Tally};
use crate::output::LicenceKind;
use crate::rulebook::{SkuId, SkuSet};

/// So many people with the same requirement in the same environments hold a
/// set of licences.
#[derive(Debug, Clone)]
pub(super) struct Share {
    pub(super) requirement: u32,
    pub(super) set: u32,
    pub(super) cover: u32,
    pub(super) count: i64,
}

/// A plan by kinds of people.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) taken: Vec<Share>,
    pub(super) licensed: Arc<Vec<bool>>,
    /// Seats for nobody.
    pub(super) spare: BTreeMap<SkuId, i64>,
}

impl Draft {
    /// A point with seats for nobody; `None` where it serves not everybody.
    pub(super) fn of(point: &Point, spare: BTreeMap<SkuId, i64>) -> Option<Self> {
        if point.unserved > 0 {
            return None;
        }
        let taken = point
            .taken
            .iter()
            .map(|taken| Share {
                requirement: taken.requirement,
                set: taken.set,
                cover: taken.cover,
                count: taken.count,
            })
            .collect();
        Some(Self { taken, licensed: Arc::clone(&point.licensed), spare })
    }

    /// Gives each person a set of licences: who is assigned those of an option
    /// today takes it first.
    pub(super) fn written(
        &self,
        bundles: &Bundles<'_, '_>,
        met: &Met,
        layout: &Layout,
    ) -> Solution {
        /// People, and how many of them take which set of licences.
        type Class = (Vec<u32>, Vec<(u32, i64)>);
        let problem = bundles.problem;
        let mut classes: BTreeMap<(u32, u32), Class> = BTreeMap::new();
        for (bundle, members) in bundles.members.iter().enumerate() {
            let key = (layout.requirement(bundle, &self.licensed), bundles.set[bundle]);
            classes.entry(key).or_default().0.extend(members);
        }
        for share in self.taken.iter().filter(|share| share.count > 0) {
            if let Some(class) = classes.get_mut(&(share.requirement, share.set)) {
                class.1.push((share.cover, share.count));
            }
        }
        let twins = Twins::new(problem, met, &Tally::of_draft(bundles, met, self));
        let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
        let mut covers: Vec<Held> = vec![Vec::new()];
        let mut people = vec![0_u32; problem.people.len()];
        for ((requirement, _), (mut left, mut order)) in classes {
            left.sort_unstable();
            // The option of fewest people chooses first.
            order.sort_by_key(|(_, count)| *count);
            let last = order.len().saturating_sub(1);
            for (turn, (cover, count)) in order.into_iter().enumerate() {
                let all = twins.of(requirement, cover);
                let fresh = |at: u32, person: u32| {
                    let assigned = problem.people[person as usize].assigned;
                    met.held(at).iter().filter(|(sku, _)| !assigned.contains(*sku)).count()
                };
                if turn < last {
                    let least = |person: u32| all.iter().map(|at| fresh(*at, person)).min();
                    left.sort_by_cached_key(|&person| (least(person), person));
                }
                let count = usize::try_from(count).unwrap_or(usize::MAX).min(left.len());
                let rest = left.split_off(count);
                for person in left {
                    let twin = all.iter().min_by_key(|at| fresh(**at, person));
                    let Some(&twin) = twin else { continue };
                    let number = *numbers.entry(twin).or_insert_with(|| {
                        covers.push(met.held(twin).to_vec());
                        u32::try_from(covers.len() - 1).unwrap_or(u32::MAX)
                    });
                    people[person as usize] = number;
                }
                left = rest;
            }
        }
        Solution { covers, people, licensed: self.licensed.to_vec(), spare: self.spare.clone() }
    }
}

/// Sets of licences that may stand for each other in a plan.
struct Twins<'x> {
    met: &'x Met,
    coupled: SkuSet,
    list: Vec<Option<i64>>,
    attach: &'x [Option<i64>],
}

impl<'x> Twins<'x> {
    fn new(problem: &'x Problem<'_>, met: &'x Met, tally: &Tally) -> Self {
        let skus = (0..problem.market.list.len()).filter_map(|at| u8::try_from(at).ok());
        let list = skus.map(|at| tally.price(problem, SkuId(at))).collect();
        Self { met, coupled: coupled(problem), list, attach: &problem.market.attach }
    }

    /// Those that satisfy the requirement as `cover` does, at the same price,
    /// in as many licences, the same of those that some rule speaks of.
    fn of(&self, requirement: u32, cover: u32) -> Vec<u32> {
        let key = |at: u32| {
            let held = self.met.held(at);
            let cents = |(sku, kind): &(SkuId, LicenceKind)| match kind {
                LicenceKind::Attach => self.attach[usize::from(sku.0)],
                _ => self.list[usize::from(sku.0)],
            };
            let total: Option<i64> = held.iter().map(cents).sum();
            let ruled: Held =
                held.iter().copied().filter(|(sku, _)| self.coupled.contains(*sku)).collect();
            (total, held.len(), ruled)
        };
        let own = key(cover);
        let all = self.met.options[requirement as usize].iter().copied();
        let mut twins: Vec<u32> = all.filter(|&at| at != cover && key(at) == own).collect();
        twins.push(cover);
        twins.sort_by_key(|&at| self.met.held(at));
        twins
    }
}

/// SKUs that some rule speaks of.
fn coupled(problem: &Problem<'_>) -> SkuSet {
    let rules = &problem.rules;
    let mut all = SkuSet::EMPTY;
    for floor in &rules.floors {
        all = all.union(floor.applies_to).union(floor.counts);
    }
    for apart in &rules.apart {
        all = all.union(apart.left).union(apart.right);
    }
    for steps in &rules.steps {
        all = all.union(steps.counts);
        all.insert(steps.sku);
    }
    if let Some(rule) = &rules.full_user {
        all = all.union(rule.additional).union(rule.full);
    }
    for owned in &rules.owned {
        all.insert(owned.kind.sku);
    }
    all
}
