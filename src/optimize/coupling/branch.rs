//! How a part of the search is divided.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::problem::Problem;
use super::super::rules::SeatKind;
use super::Choice;
use super::bundle::{Met, kind_of};
use super::check::{Broken, Tally};
use super::dual::{Count, Dual, mixed};
use super::fixed::Fixed;
use super::master::Column;
use super::node::{Made, Node, Row, Sub};

/// Above this many kinds of people a gap is not closed person by person.
const MOST_PEOPLE: usize = 200_000;

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

/// Divides where the mix of answers behind the bound is none: between two
/// numbers of seats, two states of a device, two numbers of holders.
pub(super) fn on_gap(sub: &Sub<'_, '_, '_>, met: &Met, dual: &Dual) -> Option<Divided> {
    if dual.mix.is_empty() {
        return None;
    }
    on_side(sub, dual).or_else(|| on_count(sub, dual)).or_else(|| {
        let small = sub.bundles.people.len() <= MOST_PEOPLE;
        small.then(|| on_seat(sub, dual).or_else(|| on_holders(sub, met, dual)))?
    })
}

/// Divides by any rule that is still open: the bound may rest on a price or a
/// seat that the plans beside it do not use.
pub(super) fn on_any(problem: &Problem<'_>, node: &Node) -> Option<Divided> {
    let rules = &problem.rules;
    if let Some(at) = (0..rules.steps.len()).find(|at| !node.steps.contains_key(at)) {
        return Some(steps(problem, node, at));
    }
    if let Some(at) = (0..rules.floors.len()).find(|at| !made(node, Made::Floor(*at))) {
        return Some(floor(problem, node, at));
    }
    if rules.full_user.is_some() && !made(node, Made::FullUser) {
        return full_user(problem, node);
    }
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

fn on_holders(sub: &Sub<'_, '_, '_>, met: &Met, dual: &Dual) -> Option<Divided> {
    let (bundles, layout) = (sub.bundles, &sub.layout);
    // For each bundle and kind of seat: how many of it hold one in the mix.
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
    // Alike people outside components together, then one by one.
    let mut kinds: BTreeMap<(u32, SeatKind), (Count, Vec<u32>)> = BTreeMap::new();
    for (bundle, held) in held.iter().enumerate() {
        if layout.seats[bundle].is_empty() {
            for (seat, share) in held {
                let kind = (layout.kind[bundle], *seat);
                let kind = kinds.entry(kind).or_default();
                kind.0 = kind.0.plus(*share);
                kind.1.extend(&bundles.members[bundle]);
            }
        }
    }
    let mut best: Option<(i64, SeatKind, Count, Vec<u32>)> = None;
    for ((_, kind), (share, people)) in kinds {
        if !share.is_whole() && best.as_ref().is_none_or(|(most, ..)| share.unrest() > *most) {
            best = Some((share.unrest(), kind, share, people));
        }
    }
    if best.is_none() {
        for (bundle, held) in held.iter().enumerate() {
            for (kind, &share) in held {
                let better = best.as_ref().is_none_or(|(most, ..)| share.unrest() > *most);
                if !share.is_whole() && better {
                    best = Some((share.unrest(), *kind, share, bundles.members[bundle].clone()));
                }
            }
        }
    }
    let (_, kind, share, people) = best?;
    let most = share.floor();
    let mut people = people;
    people.sort_unstable();
    let people = Arc::new(people);
    let children = parted(&sub.node, kind, most, Some(&people));
    Some((Choice::Holders { people, kind, most }, children))
}
