//! From a bound to a plan.
//!
//! At the best multipliers many people are equally well served by two sets of
//! licences, and the device decision takes the same for all of them: too many
//! counted seats or too few. Here the devices stay as an answer left them and
//! people are moved, class by class, between the covers that the search has
//! met, with seats for nobody filling the rest, as long as the plan gets
//! cheaper. Nothing depends on this being the best plan: the bound says
//! whether it is.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::super::candidate::Candidate;
use super::super::problem::Problem;
use super::super::rules::SeatKind;
use super::check::{Held, Solution};
use super::dual::{Answer, Dual, classes, cover_activity, true_cents};
use super::fill::Filler;
use super::master::Column;
use super::node::Sub;
use crate::output::LicenceKind;
use crate::rulebook::SkuSet;

/// Steps of the descent.
const MOST_STEPS: usize = 400;

/// One way to serve a person of a class.
struct Option_ {
    cents: i64,
    /// What it counts in the rows that are filled.
    activity: Vec<i64>,
    /// Equally good sets of licences, fewest first.
    twins: Vec<Held>,
}

/// People who are served alike.
struct Class {
    options: Vec<Option_>,
    people: Vec<u32>,
    /// How many take each option.
    taken: Vec<i64>,
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

/// A plan with the devices of `answer` that meets the counting rows of the
/// node as far as seats can; `None` where somebody cannot be served.
pub(super) fn repair(
    problem: &Problem<'_>,
    sub: &Sub<'_>,
    answers: &[Answer],
    licensed: &[bool],
    best: &Answer,
) -> Option<Solution> {
    let rows: Vec<usize> = (0..sub.node.rows.len())
        .filter(|&row| sub.node.rows[row].at_least && sub.node.rows[row].people.is_none())
        .collect();
    let mut classes = collect(problem, sub, answers, licensed, &rows)?;
    // Devices first, then everybody's best option at the multipliers.
    let mut have: Vec<i64> =
        rows.iter().map(|&row| sub.unusable_activity(&sub.node.rows[row])).collect();
    for (at, seat) in problem.seats.iter().enumerate() {
        if licensed[at] {
            for (sum, &row) in have.iter_mut().zip(&rows) {
                *sum += sub.node.rows[row].weight(SeatKind::list(seat.sku));
            }
        }
    }
    let reduced = |option: &Option_| -> i128 {
        let count = option.activity.iter().zip(&rows);
        let counted: i128 =
            count.map(|(c, &row)| i128::from(*c) * i128::from(best.multipliers[row])).sum();
        i128::from(option.cents) * i128::from(best.scale) - counted
    };
    for class in &mut classes {
        let start = (0..class.options.len()).min_by_key(|&at| reduced(&class.options[at]))?;
        let people = i64::try_from(class.people.len()).ok()?;
        class.taken[start] = people;
        for (sum, count) in have.iter_mut().zip(&class.options[start].activity) {
            *sum += people * count;
        }
    }
    let bounds: Vec<i64> = rows.iter().map(|&row| sub.node.rows[row].bound).collect();
    let owned = problem.rules.owned.len();
    let filler = Filler::new(&sub.idle, &rows, &bounds, owned);
    descend(&mut classes, &mut have, &bounds, &filler);
    let lacks: Vec<i64> = bounds.iter().zip(&have).map(|(bound, have)| bound - have).collect();
    let spare = cheapest_fill(sub, &filler, &lacks)?;
    Some(written(problem, &classes, licensed, spare))
}

/// The mix behind a bound where it is one answer and seats for nobody.
pub(super) fn pure(sub: &Sub<'_>, dual: &Dual) -> Option<Solution> {
    let mut answer = None;
    let mut spare = BTreeMap::new();
    for (column, share) in &dual.mix {
        match *column {
            Column::Point(at) if answer.is_none() => answer = Some(&dual.answers[at]),
            Column::Point(_) => return None,
            Column::Idle(at) if sub.idle[at].buyable && !sub.idle[at].kind.attach => {
                let whole = share.floor()? + i64::from(!share.is_whole());
                *spare.entry(sub.idle[at].kind.sku).or_insert(0) += whole;
            }
            _ => {}
        }
    }
    let answer = answer?;
    let candidates: Vec<Candidate> = sub.prepared.candidates(&answer.tables);
    let (_, opens) = classes(&sub.prepared, &candidates, &answer.licensed);
    let mut numbers: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let mut covers: Vec<Held> = Vec::new();
    let mut people = Vec::with_capacity(candidates.len());
    for ((candidate, open), (shape, _)) in candidates.iter().zip(opens).zip(&sub.prepared.people) {
        let cover = candidate.covers(open)?.all.first()?;
        people.push(*numbers.entry((*shape, open)).or_insert_with(|| {
            covers.push(cover.buys.iter().map(|buy| (buy.sku, buy.kind)).collect());
            u32::try_from(covers.len() - 1).unwrap_or(u32::MAX)
        }));
    }
    Some(Solution { covers, people, licensed: answer.licensed.clone(), spare })
}

fn collect(
    problem: &Problem<'_>,
    sub: &Sub<'_>,
    answers: &[Answer],
    licensed: &[bool],
    rows: &[usize],
) -> Option<Vec<Class>> {
    let tables = &answers.first()?.tables;
    let candidates: Vec<Candidate> = sub.prepared.candidates(tables);
    let (all, opens) = classes(&sub.prepared, &candidates, licensed);
    let coupled = coupled(problem);
    let mut numbers: FxHashMap<(u32, u32), usize> = FxHashMap::default();
    let mut result: Vec<Class> = Vec::with_capacity(all.len());
    for class in &all {
        let options = options(sub, answers, class.shape, class.open, rows, coupled);
        if options.is_empty() {
            return None;
        }
        numbers.insert((class.shape, class.open), result.len());
        result.push(Class { taken: vec![0; options.len()], options, people: Vec::new() });
    }
    for (at, ((shape, _), open)) in (0_u32..).zip(sub.prepared.people.iter().zip(opens)) {
        let number = numbers.get(&(*shape, open))?;
        result[*number].people.push(at);
    }
    Some(result)
}

/// The covers the search has met for a class, those left out that cost no
/// less and count no more than another.
fn options(
    sub: &Sub<'_>,
    answers: &[Answer],
    shape: u32,
    open: u32,
    rows: &[usize],
    coupled: SkuSet,
) -> Vec<Option_> {
    let variant = sub.prepared.shapes[shape as usize].variant;
    let mut found: BTreeMap<(i64, Vec<std::cmp::Reverse<i64>>), Vec<Held>> = BTreeMap::new();
    for answer in answers {
        let Some(covers) = &answer.tables[shape as usize][open as usize] else { continue };
        for cover in &covers.all {
            let activity = cover_activity(sub, variant, cover);
            let counted = rows.iter().map(|&row| std::cmp::Reverse(activity[row])).collect();
            let held: Held = cover.buys.iter().map(|buy| (buy.sku, buy.kind)).collect();
            let twins = found.entry((true_cents(sub, cover), counted)).or_default();
            if !twins.contains(&held) {
                twins.push(held);
            }
        }
    }
    let mut options: Vec<Option_> = Vec::new();
    for ((cents, counted), mut twins) in found {
        let activity: Vec<i64> = counted.into_iter().map(|count| count.0).collect();
        let beaten = options.iter().any(|known| {
            known.cents <= cents && known.activity.iter().zip(&activity).all(|(a, b)| a >= b)
        });
        if beaten {
            continue;
        }
        twins.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        let of = |held: &Held| -> (usize, Vec<(crate::rulebook::SkuId, LicenceKind)>) {
            let inside = held.iter().copied().filter(|(sku, _)| coupled.contains(*sku));
            (held.len(), inside.collect())
        };
        let first = of(&twins[0]);
        twins.retain(|held| of(held) == first);
        options.push(Option_ { cents, activity, twins });
    }
    options
}

/// Moves people between options while that makes the plan cheaper, seats for
/// nobody included.
fn descend(classes: &mut [Class], have: &mut [i64], bounds: &[i64], filler: &Filler) {
    /// Dearer than any fill, where nothing for sale would count.
    const HOPELESS: i64 = 1 << 50;
    let orders = filler.orders();
    let fill = |have: &[i64]| -> i64 {
        let lacks: Vec<i64> = bounds.iter().zip(have).map(|(bound, have)| bound - have).collect();
        let missing: i64 = lacks.iter().map(|lack| (*lack).max(0)).sum();
        filler.least(&lacks, &orders).unwrap_or(HOPELESS + missing.min(1 << 40))
    };
    for _ in 0..MOST_STEPS {
        let now = fill(have);
        let mut best: Option<(i64, usize, usize, usize, i64)> = None;
        for (number, class) in classes.iter().enumerate().filter(|(_, c)| c.options.len() > 1) {
            for (from, leave) in class.options.iter().enumerate() {
                let there = class.taken[from];
                if there == 0 {
                    continue;
                }
                for (to, take) in class.options.iter().enumerate().filter(|(to, _)| *to != from) {
                    let change: Vec<i64> =
                        take.activity.iter().zip(&leave.activity).map(|(a, b)| a - b).collect();
                    let mut sizes = vec![1, there];
                    for ((change, have), bound) in change.iter().zip(have.iter()).zip(bounds) {
                        let lack = bound - have;
                        if *change > 0 && lack > 0 {
                            sizes.extend([lack / change, (lack + change - 1) / change]);
                        } else if *change < 0 && lack < 0 {
                            sizes.push(lack / change);
                        }
                    }
                    sizes.retain(|size| (1..=there).contains(size));
                    sizes.sort_unstable();
                    sizes.dedup();
                    for size in sizes {
                        let moved: Vec<i64> =
                            have.iter().zip(&change).map(|(have, c)| have + size * c).collect();
                        let gain = now - fill(&moved) - size * (take.cents - leave.cents);
                        if gain > 0 && best.is_none_or(|(most, ..)| gain > most) {
                            best = Some((gain, number, from, to, size));
                        }
                    }
                }
            }
        }
        let Some((_, number, from, to, size)) = best else { return };
        let class = &mut classes[number];
        class.taken[from] -= size;
        class.taken[to] += size;
        let change = class.options[to].activity.iter().zip(&class.options[from].activity);
        for (have, (a, b)) in have.iter_mut().zip(change) {
            *have += size * (a - b);
        }
    }
}

fn cheapest_fill(
    sub: &Sub<'_>,
    filler: &Filler,
    lacks: &[i64],
) -> Option<BTreeMap<crate::rulebook::SkuId, i64>> {
    let orders = filler.orders();
    let tries = orders.iter().filter_map(|order| {
        let mut bought = Vec::new();
        let cents = filler.fill(lacks, order, Some(&mut bought))?;
        Some((cents, bought))
    });
    let (_, bought) = tries.min_by_key(|(cents, _)| *cents)?;
    let mut spare = BTreeMap::new();
    for (idle, times) in bought {
        let kind = sub.idle[idle].kind;
        if !kind.attach {
            *spare.entry(kind.sku).or_insert(0) += times;
        }
    }
    Some(spare)
}

/// Gives each person a set of licences: who is assigned those of an option
/// today takes it first.
fn written(
    problem: &Problem<'_>,
    classes: &[Class],
    licensed: &[bool],
    spare: BTreeMap<crate::rulebook::SkuId, i64>,
) -> Solution {
    let mut numbers: FxHashMap<Held, u32> = FxHashMap::default();
    let mut covers: Vec<Held> = Vec::new();
    let mut people = vec![0_u32; problem.people.len()];
    let fresh = |held: &Held, person: u32| {
        let assigned = problem.people[person as usize].assigned;
        held.iter().filter(|(sku, _)| !assigned.contains(*sku)).count()
    };
    for class in classes {
        let mut left: Vec<u32> = class.people.clone();
        let mut order: Vec<usize> =
            (0..class.options.len()).filter(|&at| class.taken[at] > 0).collect();
        // The option of fewest people chooses first.
        order.sort_by_key(|&at| class.taken[at]);
        for (turn, &at) in order.iter().enumerate() {
            let option = &class.options[at];
            let least = |person: u32| option.twins.iter().map(|held| fresh(held, person)).min();
            if turn + 1 < order.len() {
                left.sort_by_key(|&person| (least(person), person));
            }
            let count = usize::try_from(class.taken[at]).unwrap_or(usize::MAX).min(left.len());
            let rest = left.split_off(count);
            for person in left {
                let twin = option.twins.iter().min_by_key(|held| fresh(held, person));
                let Some(twin) = twin else { continue };
                let number = *numbers.entry(twin.clone()).or_insert_with(|| {
                    covers.push(twin.clone());
                    u32::try_from(covers.len() - 1).unwrap_or(u32::MAX)
                });
                people[person as usize] = number;
            }
            left = rest;
        }
    }
    if covers.is_empty() {
        covers.push(Vec::new());
    }
    Solution { covers, people, licensed: licensed.to_vec(), spare }
}
