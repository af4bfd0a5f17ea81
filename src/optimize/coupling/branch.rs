//! How a part of the search is divided.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::problem::Problem;
use super::super::rules::SeatKind;
use super::Choice;
use super::answer::forced;
use super::bundle::{Met, kind_of};
use super::check::{Broken, Tally};
use super::dual::{Count, Dual, mixed};
use super::fixed::Fixed;
use super::master::Column;
use super::node::{Made, Mark, Node, Row, Sub};
use crate::rulebook::{SkuId, SkuSet};

/// Up to this many kinds of people a part of the search costs little.
const SMALL: usize = 10_000;

/// Above this many kinds of people a gap is not closed person by person.
const MOST_PEOPLE: usize = 200_000;

/// Up to so many exclusions, each environment apart, are looked at before
/// anything else is.
const MOST_FORCED: usize = 32;

/// A choice and what the node becomes in each of its cases.
pub(super) type Divided = (Choice, Vec<Node>);

/// Divides by the first rule that a plan breaks and that is still open.
pub(super) fn on_rule(sub: &Sub<'_, '_, '_>, broken: &[Broken], tally: &Tally) -> Option<Divided> {
    let (problem, node) = (sub.bundles.problem, &sub.node);
    for broken in broken {
        let divided = match *broken {
            Broken::Apart(at, environment) if !made(node, Made::Apart(at, environment)) => {
                Some(apart(problem, node, at, environment))
            }
            Broken::Floor(at) if !made(node, Made::Floor(at)) => Some(floor(problem, node, at)),
            Broken::FullUser if !made(node, Made::FullUser) => full_user(problem, node),
            _ => None,
        };
        if divided.is_some() {
            return divided;
        }
    }
    let open = |at: &usize| {
        let sku = problem.rules.steps[*at].sku;
        !node.steps.contains_key(at)
            && tally.bought(sku) > 0
            && tally.price(problem, sku) != sub.list[usize::from(sku.0)]
    };
    let at = (0..problem.rules.steps.len()).find(open)?;
    Some(steps(problem, node, at))
}

/// Divides by an exclusion that leaves one side only, as somebody cannot be
/// served without the other: the bound is better for knowing it. Where there
/// are many environments, those that matter come up by themselves.
pub(super) fn on_forced(sub: &Sub<'_, '_, '_>, met: &mut Met) -> Option<Divided> {
    let problem = sub.bundles.problem;
    if problem.rules.apart.len() * sub.bundles.places.len().max(1) > MOST_FORCED {
        return None;
    }
    let (rule, environment) = forced(sub, met)?;
    Some(apart(problem, &sub.node, rule, environment))
}

fn made(node: &Node, what: Made) -> bool {
    node.made.contains(&what)
}

fn with(node: &Node, what: Made) -> Node {
    let mut node = node.clone();
    node.made.insert(what);
    node
}

fn apart(problem: &Problem<'_>, node: &Node, at: usize, environment: Option<u32>) -> Divided {
    let rule = &problem.rules.apart[at];
    let children = [rule.left, rule.right].map(|side| {
        let mut child = with(node, Made::Apart(at, environment));
        match environment {
            None => child.barred = child.barred.union(side),
            Some(place) => {
                let barred = child.environments.entry(place).or_default();
                *barred = barred.union(side);
            }
        }
        child
    });
    (Choice::Apart { rule: at, environment }, children.into())
}

fn floor(problem: &Problem<'_>, node: &Node, at: usize) -> Divided {
    let rule = &problem.rules.floors[at];
    let mut avoided = with(node, Made::Floor(at));
    for sku in rule.applies_to.iter() {
        let kind = SeatKind::list(sku);
        match problem.rules.owned(kind) {
            0 => avoided.no_seat.insert(sku),
            // What is owned may be used.
            owned => avoided.rows.push(Row {
                weights: vec![(kind, 1)],
                people: None,
                at_least: false,
                bound: owned,
            }),
        }
    }
    let mut met = with(node, Made::Floor(at));
    let per = i64::from(rule.device_seats);
    let mut weights: Vec<(SeatKind, i64)> =
        rule.counts.iter().map(|sku| (SeatKind::list(sku), per)).collect();
    for kind in rule.devices.iter().map(SeatKind::list) {
        match weights.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, weight)) => *weight += i64::from(rule.device_users),
            None => weights.push((kind, i64::from(rule.device_users))),
        }
    }
    let bound = per * i64::from(rule.quantity);
    met.rows.push(Row { weights, people: None, at_least: true, bound });
    (Choice::Floor(at), if rule.always { vec![met] } else { vec![avoided, met] })
}

fn full_user(problem: &Problem<'_>, node: &Node) -> Option<Divided> {
    let rule = problem.rules.full_user.as_ref()?;
    let mut none = with(node, Made::FullUser);
    none.barred = none.barred.union(rule.additional);
    let mut seat = with(node, Made::FullUser);
    let weights = rule.full.iter().map(|sku| (SeatKind::list(sku), 1)).collect();
    seat.rows.push(Row { weights, people: None, at_least: true, bound: 1 });
    Some((Choice::FullUser, vec![none, seat]))
}

fn steps(problem: &Problem<'_>, node: &Node, at: usize) -> Divided {
    let rule = &problem.rules.steps[at];
    let children = (0..=rule.steps.len())
        .map(|step| {
            let mut child = node.clone();
            child.steps.insert(at, step);
            if step > 0 {
                let bound = i64::try_from(rule.steps[step - 1].0).unwrap_or(i64::MAX);
                let weights = rule.counts.iter().map(|sku| (SeatKind::list(sku), 1)).collect();
                child.rows.push(Row { weights, people: None, at_least: true, bound });
            }
            child
        })
        .collect();
    (Choice::Steps(at), children)
}

/// Whether a part of the search costs little, so that a rule may be decided
/// that need not be.
pub(super) fn is_small(sub: &Sub<'_, '_, '_>) -> bool {
    sub.bundles.people.len() <= SMALL
}

/// Divides by an open rule that the mix behind the bound breaks, even if the
/// plans beside it do not: the bound rests on it.
pub(super) fn on_mix(sub: &Sub<'_, '_, '_>, dual: &Dual) -> Option<Divided> {
    let (problem, node) = (sub.bundles.problem, &sub.node);
    let rules = &problem.rules;
    if dual.mix.is_empty() {
        return None;
    }
    let parts = |kind: SeatKind| mixed(dual, sub, kind).map_or(0, Count::parts);
    let owned = |kind: SeatKind| rules.owned(kind).saturating_mul(Count::ONE);
    let there = |sku: SkuId| parts(SeatKind::list(sku)).max(owned(SeatKind::list(sku)));
    let all = |skus: SkuSet| -> i64 { skus.iter().map(there).sum() };
    let some = |parts: i64| parts >= Count::NOTHING;
    let bought = |sku: SkuId| some(there(sku) - owned(SeatKind::list(sku)));
    let any = |skus: SkuSet| {
        skus.iter().any(|sku| {
            some(parts(SeatKind::list(sku))) || some(parts(SeatKind::attach(sku))) || bought(sku)
        })
    };
    for (at, rule) in rules.apart.iter().enumerate().filter(|(_, rule)| rule.tenant_wide) {
        if !made(node, Made::Apart(at, None)) && any(rule.left) && any(rule.right) {
            return Some(apart(problem, node, at, None));
        }
    }
    for (at, rule) in rules.floors.iter().enumerate() {
        let per = i64::from(rule.device_seats);
        let have = per * all(rule.counts) + i64::from(rule.device_users) * all(rule.devices);
        let need = per * i64::from(rule.quantity) * Count::ONE;
        if !made(node, Made::Floor(at)) && rule.applies_to.iter().any(bought) && some(need - have) {
            return Some(floor(problem, node, at));
        }
    }
    for (at, rule) in rules.steps.iter().enumerate() {
        let have = all(rule.counts) + Count::NOTHING;
        let from = |from: u64| i64::try_from(from).unwrap_or(i64::MAX).saturating_mul(Count::ONE);
        let step = rule.steps.iter().rfind(|(least, _)| from(*least) <= have);
        let price = step.map(|(_, cents)| *cents).or(problem.market.list[usize::from(rule.sku.0)]);
        let open = !node.steps.contains_key(&at) && bought(rule.sku);
        if open && price != sub.list[usize::from(rule.sku.0)] {
            return Some(steps(problem, node, at));
        }
    }
    let rule = rules.full_user.as_ref().filter(|_| !made(node, Made::FullUser))?;
    let lacks = any(rule.additional) && some(Count::ONE - all(rule.full));
    if lacks { full_user(problem, node) } else { None }
}

/// Divides where the mix of answers behind the bound is none: between two
/// numbers of seats, two states of a device, two numbers of holders.
pub(super) fn on_gap(sub: &Sub<'_, '_, '_>, met: &Met, dual: &Dual) -> Option<Divided> {
    if dual.mix.is_empty() {
        return None;
    }
    // A rule that is decided is one decision, people are many.
    on_side(sub, dual)
        .or_else(|| on_count(sub, dual))
        .or_else(|| if is_small(sub) { on_open(sub.bundles.problem, &sub.node) } else { None })
        .or_else(|| {
            let small = sub.bundles.people.len() <= MOST_PEOPLE;
            small.then(|| on_seat(sub, dual).or_else(|| on_holders(sub, met, dual)))?
        })
}

/// Divides by a rule of the tenant that is still open: the bound may rest on a
/// price or a seat that the plans beside it do not use.
fn on_open(problem: &Problem<'_>, node: &Node) -> Option<Divided> {
    let rules = &problem.rules;
    if let Some(at) = (0..rules.steps.len()).find(|at| !node.steps.contains_key(at)) {
        return Some(steps(problem, node, at));
    }
    if let Some(at) = (0..rules.floors.len()).find(|at| !made(node, Made::Floor(*at))) {
        return Some(floor(problem, node, at));
    }
    let full = rules.full_user.is_some() && !made(node, Made::FullUser);
    if full { full_user(problem, node) } else { None }
}

/// Divides by any rule that is still open.
pub(super) fn on_any(problem: &Problem<'_>, node: &Node) -> Option<Divided> {
    if let Some(open) = on_open(problem, node) {
        return Some(open);
    }
    let rules = &problem.rules;
    let mut places: Vec<u32> =
        problem.people.iter().flat_map(|person| person.environments.iter().copied()).collect();
    places.sort_unstable();
    places.dedup();
    for (at, rule) in rules.apart.iter().enumerate() {
        let all: Vec<Option<u32>> = if rule.tenant_wide {
            vec![None]
        } else {
            places.iter().map(|place| Some(*place)).collect()
        };
        let open = all.into_iter().find(|place| !made(node, Made::Apart(at, *place)));
        if let Some(place) = open {
            return Some(apart(problem, node, at, place));
        }
    }
    None
}

/// Two cases that part at `most` seats.
fn parted(node: &Node, kind: SeatKind, most: i64, people: Option<&Arc<Vec<u32>>>) -> Vec<Node> {
    [(false, most), (true, most + 1)]
        .into_iter()
        .map(|(at_least, bound)| {
            let mut child = node.clone();
            let people = people.map(Arc::clone);
            child.rows.push(Row { weights: vec![(kind, 1)], people, at_least, bound });
            child
        })
        .collect()
}

/// An exclusion of an environment that answers of the mix decide differently.
fn on_side(sub: &Sub<'_, '_, '_>, dual: &Dual) -> Option<Divided> {
    let (bundles, problem) = (sub.bundles, sub.bundles.problem);
    let mut best: Option<(i64, usize, u32)> = None;
    for (at, apart) in problem.rules.apart.iter().enumerate().filter(|(_, a)| !a.tenant_wide) {
        for (position, &place) in bundles.places.iter().enumerate() {
            if made(&sub.node, Made::Apart(at, Some(place))) {
                continue;
            }
            let (mut left, mut right) = (Count::default(), Count::default());
            for (answer, part) in shares(dual) {
                let held = dual.points[answer].held_in[position];
                left.add(part, i64::from(!held.intersection(apart.left).is_empty()))?;
                right.add(part, i64::from(!held.intersection(apart.right).is_empty()))?;
            }
            let less = left.min(right);
            if !less.is_nothing() && best.is_none_or(|(most, ..)| less.parts() > most) {
                best = Some((less.parts(), at, place));
            }
        }
    }
    let (_, at, place) = best?;
    Some(apart(problem, &sub.node, at, Some(place)))
}

fn on_count(sub: &Sub<'_, '_, '_>, dual: &Dual) -> Option<Divided> {
    let weights = sub.node.rows.iter().flat_map(|row| &row.weights);
    let kinds: BTreeSet<SeatKind> = weights.map(|(kind, _)| *kind).collect();
    let mut best: Option<(i64, SeatKind, Count)> = None;
    for kind in kinds {
        let count = mixed(dual, sub, kind)?;
        if !count.is_whole() && best.is_none_or(|(most, ..)| count.unrest() > most) {
            best = Some((count.unrest(), kind, count));
        }
    }
    let (_, kind, count) = best?;
    let most = count.floor();
    Some((Choice::Count { kind, most }, parted(&sub.node, kind, most, None)))
}

/// Answers of the mix with their share.
fn shares(dual: &Dual) -> impl Iterator<Item = (usize, Fixed)> {
    dual.mix.iter().filter_map(|(column, share)| match column {
        Column::Point(at) => Some((*at, *share)),
        _ => None,
    })
}

fn on_seat(sub: &Sub<'_, '_, '_>, dual: &Dual) -> Option<Divided> {
    let mut best: Option<(i64, u32)> = None;
    for (at, cents) in (0_u32..).zip(&sub.seat_cents) {
        if cents.is_none() || sub.node.seats.contains_key(&at) {
            continue;
        }
        let mut share = Count::default();
        for (answer, part) in shares(dual) {
            if dual.points[answer].licensed[at as usize] {
                share.add(part, 1)?;
            }
        }
        if !share.is_whole() && best.is_none_or(|(most, _)| share.unrest() > most) {
            best = Some((share.unrest(), at));
        }
    }
    let (_, seat) = best?;
    let children = [false, true].map(|licensed| {
        let mut child = sub.node.clone();
        child.seats.insert(seat, licensed);
        child
    });
    Some((Choice::Seat(seat), children.into()))
}

/// For each bundle and kind of seat: how many of it hold one in the mix.
fn held(sub: &Sub<'_, '_, '_>, met: &Met, dual: &Dual) -> Option<Vec<BTreeMap<SeatKind, Count>>> {
    let (bundles, layout) = (sub.bundles, &sub.layout);
    let mut held: Vec<BTreeMap<SeatKind, Count>> = vec![BTreeMap::new(); bundles.people.len()];
    for (at, part) in shares(dual) {
        let point = &dual.points[at];
        let covers: BTreeMap<(u32, u32, u32), u32> = point
            .taken
            .iter()
            .map(|taken| ((taken.requirement, taken.set, taken.scope), taken.cover))
            .collect();
        for (bundle, held) in held.iter_mut().enumerate() {
            let group = &sub.groups[sub.group[bundle] as usize];
            let requirement = layout.requirement(bundle, &point.licensed);
            let Some(cover) = covers.get(&(requirement, group.set, group.scope)) else { continue };
            for kind in met.held(*cover).iter().copied().map(kind_of) {
                held.entry(kind).or_default().add(part, bundles.count(bundle))?;
            }
        }
    }
    Some(held)
}

/// Of the first `most` of a bundle or of more: who holds a kind of seat.
fn alike(sub: &Sub<'_, '_, '_>, bundle: usize, kind: SeatKind, most: usize) -> Option<Divided> {
    let people = Arc::new(sub.bundles.members[bundle].clone());
    let children = [(&people[most..], false), (&people[..=most], true)].map(|(people, holds)| {
        let mut child = sub.node.clone();
        child.marks.push(Mark { people: Arc::new(people.to_vec()), kind, holds });
        child
    });
    let most = i64::try_from(most).ok()?;
    Some((Choice::Alike { people, kind, most }, children.into()))
}

/// Divides where the mix is one of whole people and yet no plan costs as
/// much: some of a bundle hold what the others do not.
pub(super) fn on_whole(sub: &Sub<'_, '_, '_>, met: &Met, dual: &Dual) -> Option<Divided> {
    if sub.bundles.people.len() > MOST_PEOPLE {
        return None;
    }
    for (bundle, held) in held(sub, met, dual)?.into_iter().enumerate() {
        for (kind, share) in held {
            let Ok(some) = usize::try_from(share.floor()) else { continue };
            if (1..sub.bundles.members[bundle].len()).contains(&some) {
                return alike(sub, bundle, kind, some - 1);
            }
        }
    }
    None
}

fn on_holders(sub: &Sub<'_, '_, '_>, met: &Met, dual: &Dual) -> Option<Divided> {
    let (bundles, layout) = (sub.bundles, &sub.layout);
    let held = held(sub, met, dual)?;
    // People of a kind outside components together, once for each kind of
    // seat; then those of a bundle, of whom it does not matter who it is.
    let mut kinds: BTreeMap<(u32, SeatKind), (Count, Vec<usize>)> = BTreeMap::new();
    for (bundle, held) in held.iter().enumerate() {
        if layout.seats[bundle].is_empty() {
            for (seat, share) in held {
                let kind = (layout.kind[bundle], *seat);
                let kind = kinds.entry(kind).or_default();
                kind.0 = kind.0.plus(*share);
                kind.1.push(bundle);
            }
        }
    }
    let mut best: Option<(i64, SeatKind, Count, Arc<Vec<u32>>)> = None;
    for ((_, kind), (share, of)) in kinds {
        let better = best.as_ref().is_none_or(|(most, ..)| share.unrest() > *most);
        let marked = |bundle: &usize| {
            let scope = sub.groups[sub.group[*bundle] as usize].scope;
            sub.scopes[scope as usize].is_marked()
        };
        if share.is_whole() || !better || of.len() < 2 || of.iter().any(marked) {
            continue;
        }
        let mut people: Vec<u32> =
            of.iter().flat_map(|&bundle| &bundles.members[bundle]).copied().collect();
        people.sort_unstable();
        let asked = |row: &Row| {
            row.people.as_ref().is_some_and(|known| **known == people) && row.weights == [(kind, 1)]
        };
        if !sub.node.rows.iter().any(asked) {
            best = Some((share.unrest(), kind, share, Arc::new(people)));
        }
    }
    if let Some((_, kind, share, people)) = best {
        let most = share.floor();
        let children = parted(&sub.node, kind, most, Some(&people));
        return Some((Choice::Holders { people, kind, most }, children));
    }
    let mut best: Option<(i64, usize, SeatKind, usize)> = None;
    for (bundle, held) in held.iter().enumerate() {
        for (kind, &share) in held {
            let better = best.is_none_or(|(most, ..)| share.unrest() > most);
            let Ok(most) = usize::try_from(share.floor()) else { continue };
            if !share.is_whole() && better && most < bundles.members[bundle].len() {
                best = Some((share.unrest(), bundle, *kind, most));
            }
        }
    }
    let (_, bundle, kind, most) = best?;
    alike(sub, bundle, kind, most)
}
