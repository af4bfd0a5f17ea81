//! From a bound to a plan.
//!
//! At the best multipliers many people are equally well served by two sets of
//! licences, and the device decision takes the same for all of them: too many
//! counted seats or too few. Here the devices stay as an answer left them and
//! people are moved, class by class, between the covers that the search has
//! met, with seats for nobody filling the rest, as long as the plan gets
//! cheaper. It starts from everybody's best option at the multipliers, and
//! from the mix behind the bound in whole people. Nothing depends on this
//! being the best plan: the bound says whether it is.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::rules::SeatKind;
use super::answer::Point;
use super::bundle::{Met, kind_of};
use super::draft::{Draft, Share};
use super::dual::{Count, Dual};
use super::fill::Filler;
use super::master::Column;
use super::node::Sub;
use super::piece::{Piece, Pieces};
use super::polish::polish;
use crate::output::LicenceKind;
use crate::rulebook::{SkuId, SkuSet};

/// Steps of the descent.
const MOST_STEPS: usize = 400;

/// A plan that costs no more than so many of the dearest seats above the bound
/// is worth a closer look.
const NEAR: i64 = 4;

/// One way to serve a person of a class.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Option_ {
    pub(super) cents: i64,
    /// What it counts in the rows that are filled.
    pub(super) activity: Vec<i64>,
}

/// People who can be served alike: at the same prices, counting the same.
pub(super) struct Class {
    pub(super) options: Vec<Option_>,
    /// Requirement, set of environments, how many, and for each option the
    /// set of licences.
    people: Vec<(u32, u32, i64, Vec<u32>)>,
    /// Instead of people: pieces, which stay as they are or turn.
    pieces: Vec<usize>,
    /// How many take each option.
    pub(super) taken: Vec<i64>,
}

impl Class {
    fn new(options: Vec<Option_>) -> Self {
        Self { options, people: Vec::new(), pieces: Vec::new(), taken: Vec::new() }
    }

    fn size(&self) -> i64 {
        let pieces = i64::try_from(self.pieces.len()).unwrap_or(i64::MAX);
        pieces + self.people.iter().map(|(_, _, count, _)| count).sum::<i64>()
    }
}

/// Plans with the devices and sides of a point that meet the counting rows of
/// the node as far as seats can; none where somebody cannot be served.
pub(super) fn repair(sub: &Sub<'_, '_, '_>, met: &Met, dual: &Dual, point: &Point) -> Vec<Draft> {
    let best = &dual.best;
    let rows: Vec<usize> = (0..sub.node.rows.len())
        .filter(|&row| sub.node.rows[row].at_least && sub.node.rows[row].people.is_none())
        .collect();
    let reduced = |option: &Option_| -> i128 {
        let count = option.activity.iter().zip(&rows);
        let counted: i128 =
            count.map(|(c, &row)| i128::from(*c) * i128::from(best.multipliers[row])).sum();
        i128::from(option.cents) * i128::from(best.scale) - counted
    };
    let mut menus = Menus::new(sub, met, &point.barred, &rows, &reduced);
    // What the other points of the mix decide otherwise about devices.
    let others = dual.mix.iter().filter_map(|(column, _)| match column {
        Column::Point(at) => Some(&*dual.points[*at].licensed),
        _ => None,
    });
    let mut pieces = Pieces::new(sub);
    for other in others.filter(|other| **other != *point.licensed) {
        if pieces.add(sub, &mut menus, &point.licensed, other).is_none() {
            break;
        }
    }
    let pieces = pieces.all;
    let Some(mut classes) = collect(sub, &mut menus, &point.licensed, &pieces) else {
        return Vec::new();
    };
    let mut devices: Vec<i64> =
        rows.iter().map(|&row| sub.unusable_activity(&sub.node.rows[row])).collect();
    for (seat, licensed) in sub.bundles.problem.seats.iter().zip(point.licensed.iter()) {
        if *licensed {
            for (sum, &row) in devices.iter_mut().zip(&rows) {
                *sum += sub.node.rows[row].weight(SeatKind::list(seat.sku));
            }
        }
    }
    let licensed = point.licensed.iter().zip(&sub.bundles.problem.seats).zip(&sub.seat_cents);
    let licensed = licensed.filter(|((licensed, _), _)| **licensed);
    let paid: i64 = sub.forced + licensed.filter_map(|(_, cents)| *cents).sum::<i64>();
    let dearest = sub.list.iter().flatten().max().copied().unwrap_or_default();
    let near = best.bound().saturating_add(NEAR * dearest);
    let bounds: Vec<i64> = rows.iter().map(|&row| sub.node.rows[row].bound).collect();
    let owned = sub.bundles.problem.rules.owned.len();
    let worth = rows.iter().map(|&row| i128::from(best.multipliers[row])).collect();
    let filler = Filler::new(&sub.idle, &rows, &bounds, owned, (worth, best.scale));
    let mut drafts = Vec::new();
    let mixed = mixed(&classes, met, dual);
    let starts = std::iter::once(None).chain(mixed.map(Some));
    for start in starts {
        let mut have = devices.clone();
        for (at, class) in classes.iter_mut().enumerate() {
            let people = class.size();
            class.taken = vec![0; class.options.len()];
            if let Some(taken) = start.as_ref().and_then(|start| start[at].as_ref()) {
                class.taken.clone_from(taken);
            } else if class.pieces.is_empty() {
                let all = 0..class.options.len();
                let Some(first) = all.min_by_key(|&at| reduced(&class.options[at])) else {
                    return drafts;
                };
                class.taken[first] = people;
            } else {
                class.taken[0] = people;
            }
            for (option, &taken) in class.options.iter().zip(&class.taken) {
                for (sum, count) in have.iter_mut().zip(&option.activity) {
                    *sum += taken * count;
                }
            }
        }
        descend(&mut classes, &mut have, &bounds, &filler);
        if paid + spent(&classes, &have, &bounds, &filler) < near {
            polish(&mut classes, &mut have, &bounds, &filler, &reduced);
        }
        let lacks = lacks(&have, &bounds);
        if let Some(spare) = cheapest_fill(sub, &filler, &lacks) {
            drafts.push(written(&classes, &pieces, &point.licensed, spare));
        }
    }
    drafts
}

/// The mix behind a bound where it is one answer and seats for nobody.
pub(super) fn pure(sub: &Sub<'_, '_, '_>, dual: &Dual) -> Option<Draft> {
    let mut answer = None;
    let mut spare = BTreeMap::new();
    for (column, share) in &dual.mix {
        match *column {
            Column::Point(at) if answer.is_none() => answer = Some(&dual.points[at]),
            Column::Point(_) => return None,
            Column::Idle(at) if sub.idle[at].buyable && !sub.idle[at].kind.attach => {
                let mut count = Count::default();
                count.add(*share, 1)?;
                let whole = count.floor() + i64::from(!count.is_whole());
                *spare.entry(sub.idle[at].kind.sku).or_insert(0) += whole;
            }
            _ => {}
        }
    }
    Draft::of(answer?, spare)
}

/// The options of requirements, worked out once.
pub(super) struct Menus<'x, 's, 'p, 'a> {
    sub: &'x Sub<'s, 'p, 'a>,
    met: &'x Met,
    pub(super) rows: &'x [usize],
    /// What an option costs at the multipliers.
    reduced: &'x dyn Fn(&Option_) -> i128,
    /// For each set of environments: what is barred.
    barred: Vec<SkuSet>,
    known: FxHashMap<(u32, SkuSet), Vec<(Option_, u32)>>,
}

impl<'x, 's, 'p, 'a> Menus<'x, 's, 'p, 'a> {
    fn new(
        sub: &'x Sub<'s, 'p, 'a>,
        met: &'x Met,
        barred: &[SkuSet],
        rows: &'x [usize],
        reduced: &'x dyn Fn(&Option_) -> i128,
    ) -> Self {
        let mut barred = barred.to_vec();
        for group in &sub.groups {
            let set = &mut barred[group.set as usize];
            *set = set.union(group.barred);
        }
        Self { sub, met, rows, reduced, barred, known: FxHashMap::default() }
    }

    /// Options with their sets of licences; none where nobody can be served.
    fn of(&mut self, requirement: u32, set: u32) -> &[(Option_, u32)] {
        let barred = self.barred[set as usize];
        let (sub, met, rows) = (self.sub, self.met, self.rows);
        self.known
            .entry((requirement, barred))
            .or_insert_with(|| options(sub, met, requirement, barred, rows))
    }

    /// The best option at the multipliers.
    pub(super) fn best(&mut self, requirement: u32, set: u32) -> Option<(Option_, u32)> {
        let reduced = self.reduced;
        self.of(requirement, set).iter().min_by_key(|(option, _)| reduced(option)).cloned()
    }
}

fn collect(
    sub: &Sub<'_, '_, '_>,
    menus: &mut Menus<'_, '_, '_, '_>,
    licensed: &[bool],
    pieces: &[Piece],
) -> Option<Vec<Class>> {
    let (bundles, layout) = (sub.bundles, &sub.layout);
    let mut apart = vec![false; bundles.people.len()];
    for member in pieces.iter().flat_map(|piece| &piece.members) {
        apart[member.bundle as usize] = true;
    }
    let mut counts: FxHashMap<(u32, u32), i64> = FxHashMap::default();
    for (bundle, &set) in bundles.set.iter().enumerate().filter(|(at, _)| !apart[*at]) {
        let key = (layout.requirement(bundle, licensed), set);
        *counts.entry(key).or_default() += bundles.count(bundle);
    }
    let mut counts: Vec<((u32, u32), i64)> = counts.into_iter().collect();
    counts.sort_unstable();
    let mut numbers: FxHashMap<Vec<Option_>, usize> = FxHashMap::default();
    let mut classes: Vec<Class> = Vec::new();
    for ((requirement, set), count) in counts {
        let options = menus.of(requirement, set);
        if options.is_empty() {
            return None;
        }
        let (options, covers): (Vec<Option_>, Vec<u32>) = options.iter().cloned().unzip();
        let number = *numbers.entry(options.clone()).or_insert_with(|| {
            classes.push(Class::new(options));
            classes.len() - 1
        });
        classes[number].people.push((requirement, set, count, covers));
    }
    let mut numbers: FxHashMap<&[Option_; 2], usize> = FxHashMap::default();
    for (at, piece) in pieces.iter().enumerate() {
        let number = *numbers.entry(&piece.options).or_insert_with(|| {
            classes.push(Class::new(piece.options.to_vec()));
            classes.len() - 1
        });
        classes[number].pieces.push(at);
    }
    Some(classes)
}

/// The covers the search has met for a requirement, those left out that cost
/// no less and count no more than another.
fn options(
    sub: &Sub<'_, '_, '_>,
    met: &Met,
    requirement: u32,
    barred: SkuSet,
    rows: &[usize],
) -> Vec<(Option_, u32)> {
    /// Cents and counts, then what decides among twins.
    type Key = (i64, Vec<Reverse<i64>>, usize);
    let mut found: BTreeMap<Key, u32> = BTreeMap::new();
    for &cover in &met.options[requirement as usize] {
        let held = met.held(cover);
        if held.iter().any(|(sku, _)| barred.contains(*sku)) {
            continue;
        }
        let price = |(sku, kind): &(SkuId, LicenceKind)| match kind {
            LicenceKind::Attach => sub.attach[usize::from(sku.0)],
            _ => sub.list[usize::from(sku.0)],
        };
        let Some(cents) = held.iter().map(price).sum::<Option<i64>>() else { continue };
        let counted = rows.iter().map(|&row| Reverse(counted(sub, row, held))).collect();
        let twin = found.entry((cents, counted, held.len())).or_insert(cover);
        if met.held(cover) < met.held(*twin) {
            *twin = cover;
        }
    }
    let mut options: Vec<(Option_, u32)> = Vec::new();
    for ((cents, counted, _), cover) in found {
        let activity: Vec<i64> = counted.into_iter().map(|count| count.0).collect();
        let beaten = options.iter().any(|(known, _)| {
            known.cents <= cents && known.activity.iter().zip(&activity).all(|(a, b)| a >= b)
        });
        if !beaten {
            options.push((Option_ { cents, activity }, cover));
        }
    }
    options
}

/// What a set of licences counts in a row of the tenant.
fn counted(sub: &Sub<'_, '_, '_>, row: usize, held: &[(SkuId, LicenceKind)]) -> i64 {
    held.iter().map(|licence| sub.node.rows[row].weight(kind_of(*licence))).sum()
}

/// How many of each class take each option in the mix behind the bound, in
/// whole people; nothing for classes that the mix does not know.
fn mixed(classes: &[Class], met: &Met, dual: &Dual) -> Option<Vec<Option<Vec<i64>>>> {
    /// Parts of a person.
    const FINE: i64 = 1 << 20;
    let points: Vec<(&Point, i64)> = dual
        .mix
        .iter()
        .filter_map(|(column, share)| match *column {
            Column::Point(at) => Some((&*dual.points[at], share.times(FINE)?)),
            _ => None,
        })
        .collect();
    if points.len() < 2 {
        return None;
    }
    let mut held: FxHashMap<(u32, u32), Vec<(u32, i128)>> = FxHashMap::default();
    for (point, share) in points {
        for taken in &point.taken {
            let all = held.entry((taken.requirement, taken.set)).or_default();
            all.push((taken.cover, i128::from(share) * i128::from(taken.count)));
        }
    }
    let one = |class: &Class| -> Option<Vec<i64>> {
        let size = class.size();
        let mut parts = vec![0_i128; class.options.len()];
        for (requirement, set, _, covers) in &class.people {
            for &(cover, part) in held.get(&(*requirement, *set)).into_iter().flatten() {
                // A twin of an option counts as the option.
                let same =
                    |at: &usize| covers[*at] == cover || met.held(covers[*at]) == met.held(cover);
                if let Some(at) = (0..covers.len()).find(same) {
                    parts[at] += part;
                }
            }
        }
        let total: i128 = parts.iter().sum();
        if total == 0 {
            return None;
        }
        let mut taken = Vec::with_capacity(parts.len());
        let mut rests = Vec::with_capacity(parts.len());
        for (at, part) in parts.iter().enumerate() {
            let scaled = part * i128::from(size);
            taken.push(i64::try_from(scaled / total).ok()?);
            rests.push((Reverse(scaled % total), at));
        }
        rests.sort_unstable();
        let left = size - taken.iter().sum::<i64>();
        for (_, at) in rests.into_iter().take(usize::try_from(left).ok()?) {
            taken[at] += 1;
        }
        Some(taken)
    };
    Some(classes.iter().map(one).collect())
}

/// What people and seats for nobody cost.
fn spent(classes: &[Class], have: &[i64], bounds: &[i64], filler: &Filler) -> i64 {
    let people = classes.iter().flat_map(|class| class.options.iter().zip(&class.taken));
    let people: i64 = people.map(|(option, taken)| option.cents * taken).sum();
    people.saturating_add(filled(have, bounds, filler, &filler.orders()))
}

/// What each row lacks; less than nothing where it has more than it needs.
pub(super) fn lacks(have: &[i64], bounds: &[i64]) -> Vec<i64> {
    bounds.iter().zip(have).map(|(bound, have)| bound - have).collect()
}

/// What making up for the lacks costs.
pub(super) fn filled(have: &[i64], bounds: &[i64], filler: &Filler, orders: &[Vec<usize>]) -> i64 {
    /// Dearer than any fill, where nothing for sale would count.
    const HOPELESS: i64 = 1 << 50;
    let lacks = lacks(have, bounds);
    let missing: i64 = lacks.iter().map(|lack| (*lack).max(0)).sum();
    filler.least(&lacks, orders).unwrap_or(HOPELESS + missing.min(1 << 40))
}

/// Moves people between options while that makes the plan cheaper, seats for
/// nobody included.
fn descend(classes: &mut [Class], have: &mut [i64], bounds: &[i64], filler: &Filler) {
    let orders = filler.orders();
    let fill = |have: &[i64]| filled(have, bounds, filler, &orders);
    for _ in 0..MOST_STEPS {
        let now = fill(have);
        let lacks = lacks(have, bounds);
        let lacking = filler.worth(&lacks);
        let mut moved = vec![0; have.len()];
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
                    let worth = filler.worth(&change);
                    for size in sizes {
                        let left = now - size * (take.cents - leave.cents);
                        let least = best.map_or(0, |(most, ..)| most);
                        if !filler.may_leave(left, lacking - i128::from(size) * worth, least) {
                            continue;
                        }
                        for ((moved, have), change) in moved.iter_mut().zip(&*have).zip(&change) {
                            *moved = have + size * change;
                        }
                        let gain = left - fill(&moved);
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
    sub: &Sub<'_, '_, '_>,
    filler: &Filler,
    lacks: &[i64],
) -> Option<BTreeMap<SkuId, i64>> {
    let orders = filler.orders();
    let tries = orders.iter().filter_map(|order| filler.fill(lacks, order));
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

/// The plan that the classes are.
fn written(
    classes: &[Class],
    pieces: &[Piece],
    licensed: &Arc<Vec<bool>>,
    spare: BTreeMap<SkuId, i64>,
) -> Draft {
    let mut all = Vec::new();
    let mut licensed = Arc::clone(licensed);
    for class in classes {
        let mut options = class.taken.iter().copied().enumerate();
        let mut option = options.next();
        for (requirement, set, count, covers) in &class.people {
            let mut left = *count;
            while left > 0
                && let Some((at, there)) = &mut option
            {
                let count = left.min(*there);
                if count > 0 {
                    let (requirement, set, cover) = (*requirement, *set, covers[*at]);
                    all.push(Share { requirement, set, cover, count });
                }
                left -= count;
                *there -= count;
                if *there == 0 {
                    option = options.next();
                }
            }
        }
        let turned = class.taken.last().map_or(0, |turned| usize::try_from(*turned).unwrap_or(0));
        for (number, &piece) in class.pieces.iter().enumerate() {
            let which = usize::from(number < turned);
            for member in &pieces[piece].members {
                let (requirement, cover) = member.states[which];
                let (set, count) = (member.set, member.count);
                all.push(Share { requirement, set, cover, count });
            }
            if which == 1 {
                let licensed = Arc::make_mut(&mut licensed);
                for &seat in &pieces[piece].seats {
                    licensed[seat as usize] = !licensed[seat as usize];
                }
            }
        }
    }
    Draft { taken: all, licensed, spare }
}
