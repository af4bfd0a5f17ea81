//! A part of the search: choices made so far, and the tenant as it looks
//! under them at given multipliers.
//!
//! A choice bars SKUs, fixes devices, sets prices or adds a counting row. A
//! row with multiplier `y` makes each seat that counts `y` cheaper (dearer
//! where the row is an upper bound) and costs `y` times its bound once; what
//! remains is a tenant without rules, which the device decision solves
//! exactly. All prices of that tenant are whole numbers of `1/scale` cents.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::cover::Market;
use super::super::problem::Seat;
use super::super::rules::{Owned, Rules, SeatKind};
use super::answer::Point;
use super::bundle::{Bundles, Layout, Met, Shared};
use super::grain::Grain;
use crate::money::Cents;
use crate::rulebook::{SkuId, SkuSet};

/// A counting constraint on seats.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// What a seat of each kind counts.
    pub(super) weights: Vec<(SeatKind, i64)>,
    /// Only seats of these people count; `None`: every seat of the tenant.
    pub(super) people: Option<Arc<Vec<u32>>>,
    /// The sum is at least `bound`, or at most.
    pub(super) at_least: bool,
    pub(super) bound: i64,
}

impl Row {
    pub(super) fn weight(&self, kind: SeatKind) -> i64 {
        self.weights.iter().find(|(known, _)| *known == kind).map_or(0, |(_, weight)| *weight)
    }

    /// What a person's seats count.
    pub(super) fn weights_of(&self, seats: &[SeatKind]) -> i64 {
        seats.iter().map(|&kind| self.weight(kind)).sum()
    }
}

/// People who each hold a kind of seat by choice, or hold none.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// All of one bundle, ascending.
    pub(super) people: Arc<Vec<u32>>,
    pub(super) kind: SeatKind,
    pub(super) holds: bool,
}

/// What is said of some people alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scope {
    /// Rows that count the seats of some people, these among them.
    pub(super) rows: Vec<usize>,
    /// What they must not hold, and what they must: at list price, attached.
    none: [SkuSet; 2],
    must: [SkuSet; 2],
}

impl Scope {
    fn mark(&mut self, mark: &Mark) {
        let sets = if mark.holds { &mut self.must } else { &mut self.none };
        sets[usize::from(mark.kind.attach)].insert(mark.kind.sku);
    }

    /// Whether a choice says what they hold or do not hold.
    pub(super) fn is_marked(&self) -> bool {
        self.none != [SkuSet::EMPTY; 2] || self.must != [SkuSet::EMPTY; 2]
    }

    /// What they must hold.
    pub(super) fn must(&self) -> SkuSet {
        self.must[0].union(self.must[1])
    }

    /// Whether they may hold a kind of seat: what must be held at one price
    /// is not held at the other.
    fn admits(&self, kind: SeatKind) -> bool {
        let (this, other) = (usize::from(kind.attach), usize::from(!kind.attach));
        !self.none[this].contains(kind.sku) && !self.must[other].contains(kind.sku)
    }
}

/// A choice that has been made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Made {
    Floor(usize),
    Apart(usize, Option<u32>),
    FullUser,
}

/// The choices made on the way to a part of the search.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// Not bought at list price.
    pub(super) no_seat: SkuSet,
    /// Not bought at all.
    pub(super) barred: SkuSet,
    /// Not held by people of an environment.
    pub(super) environments: BTreeMap<u32, SkuSet>,
    pub(super) rows: Vec<Row>,
    pub(super) marks: Vec<Mark>,
    /// Devices that must or must not be licensed.
    pub(super) seats: BTreeMap<u32, bool>,
    /// For each entry of [`Rules::steps`]: below all steps (0) or at one.
    pub(super) steps: BTreeMap<usize, usize>,
    pub(super) made: BTreeSet<Made>,
}

impl Node {
    /// No choice made: the rows of what is owned, in the order of
    /// [`Rules::owned`].
    pub(super) fn root(rules: &Rules) -> Self {
        let row = |owned: &Owned| Row {
            weights: vec![(owned.kind, 1)],
            people: None,
            at_least: true,
            bound: i64::from(owned.quantity),
        };
        Self { rows: rules.owned.iter().map(row).collect(), ..Self::default() }
    }

    /// The list price of a SKU under the choices; the least there is where no
    /// step is chosen. `None`: not for sale.
    pub(super) fn price(&self, rules: &Rules, sku: SkuId, list: Option<i64>) -> Option<i64> {
        if self.no_seat.contains(sku) || self.barred.contains(sku) {
            return None;
        }
        let list = list?;
        let Some((at, steps)) = rules.steps.iter().enumerate().find(|(_, steps)| steps.sku == sku)
        else {
            return Some(list);
        };
        Some(match self.steps.get(&at) {
            Some(0) => list,
            Some(&step) => steps.steps[step - 1].1,
            None => steps.steps.iter().map(|(_, cents)| *cents).fold(list, i64::min),
        })
    }
}

/// A seat that may be bought for nobody, or at least cannot cost less than
/// nothing: it keeps multipliers in bounds.
#[derive(Debug, Clone)]
pub(super) struct Idle {
    pub(super) kind: SeatKind,
    pub(super) cents: i64,
    /// What it counts in each row.
    pub(super) activity: Vec<i64>,
    /// Whether it is for sale; else it stands for a device's own price.
    pub(super) buyable: bool,
}

/// People who are alike under the choices.
pub(super) struct Group {
    /// Their needs, as a kind of the layout.
    pub(super) kind: u32,
    /// Their set of environments.
    pub(super) set: u32,
    /// What is said of them alone, by position in [`Sub::scopes`].
    pub(super) scope: u32,
    /// What their environments bar by choice.
    pub(super) barred: SkuSet,
    /// How many there are, and how many of them no device can serve.
    pub(super) people: i64,
    pub(super) outside: i64,
}

/// A tenant without rules, as it looks from a node.
pub(super) struct Sub<'s, 'p, 'a> {
    pub(super) node: Node,
    pub(super) bundles: &'s Bundles<'p, 'a>,
    pub(super) layout: Shared,
    /// Prices under the choices, in cents.
    pub(super) list: Vec<Option<i64>>,
    pub(super) attach: Vec<Option<i64>>,
    pub(super) devices: Vec<(SkuId, i64)>,
    /// What is paid in any case, in cents: seats that are licensed by choice,
    /// less the seats that are owned. Those are bought anew by every plan, one
    /// row for each kind, and their price is taken off here.
    pub(super) forced: i64,
    /// What the owned seats cost that may be used.
    owned_cents: i64,
    /// Owned seats that nobody may use under the choices.
    unusable: Vec<(SeatKind, i64)>,
    pub(super) idle: Vec<Idle>,
    pub(super) groups: Vec<Group>,
    /// For each bundle: its group.
    pub(super) group: Vec<u32>,
    /// What is said of some people alone; the first: nothing.
    pub(super) scopes: Vec<Scope>,
    /// For each environment: what the sides of its open exclusions bar, one
    /// entry for every way to choose; empty where none is open.
    pub(super) sides: Vec<Vec<SkuSet>>,
    /// For each seat: its price; nothing where it is licensed by choice.
    pub(super) seat_cents: Vec<Option<i64>>,
    pub(super) grain: Grain,
    penalty: i64,
}

/// In one environment the sides of so many open exclusions are chosen inside
/// a bound.
const MOST_SIDES: usize = 4;

impl<'s, 'p, 'a> Sub<'s, 'p, 'a> {
    /// `known`: the layout of the part that was divided.
    pub(super) fn new(
        bundles: &'s Bundles<'p, 'a>,
        met: &mut Met,
        known: Option<Shared>,
        mut node: Node,
        penalty: i64,
    ) -> Self {
        let base = bundles.problem;
        let market = base.market;
        let ids = || (0..market.list.len()).filter_map(|at| u8::try_from(at).ok().map(SkuId));
        let list: Vec<Option<i64>> = ids()
            .map(|sku| node.price(&base.rules, sku, market.list[usize::from(sku.0)]))
            .collect();
        let attach: Vec<Option<i64>> = ids()
            .map(|sku| market.attach[usize::from(sku.0)].filter(|_| !node.barred.contains(sku)))
            .collect();
        let unsold = node.barred.union(node.no_seat);
        let sold = |sku: SkuId| !unsold.contains(sku);
        let devices: Vec<(SkuId, i64)> =
            base.rules.devices.iter().copied().filter(|&(sku, _)| sold(sku)).collect();
        let mut owned_cents = 0;
        let mut unusable = Vec::new();
        for (at, owned) in base.rules.owned.iter().enumerate() {
            let (kind, quantity) = (owned.kind, i64::from(owned.quantity));
            let number = usize::from(kind.sku.0);
            let device = devices.iter().find(|(sku, _)| *sku == kind.sku);
            let price = if kind.attach {
                attach[number]
            } else {
                device.map(|(_, cents)| *cents).or(list[number])
            };
            if let Some(cents) = price {
                owned_cents += cents * quantity;
            } else {
                unusable.push((kind, quantity));
                node.rows[at] = Row { weights: Vec::new(), bound: 0, ..node.rows[at].clone() };
            }
        }
        let mut forced = -owned_cents;
        let mut seat_cents = Vec::with_capacity(base.seats.len());
        let mut seats: Vec<Seat> = base.seats.clone();
        for (at, seat) in (0_u32..).zip(&mut seats) {
            let cents = seat.cents.map(|cents| cents.0).filter(|_| sold(seat.sku));
            let left = match node.seats.get(&at) {
                Some(true) => {
                    forced += cents.unwrap_or_default();
                    cents.map(|_| 0)
                }
                Some(false) => None,
                None => cents,
            };
            seat_cents.push(left);
            seat.cents = left.map(Cents);
        }
        let layout = match known {
            Some(layout) if layout.fits(&seats) => layout,
            _ => Shared::new(Layout::new(bundles, met, seats)),
        };
        let mut sub = Self {
            node,
            bundles,
            layout,
            list,
            attach,
            devices,
            forced,
            owned_cents,
            unusable,
            idle: Vec::new(),
            groups: Vec::new(),
            group: Vec::new(),
            scopes: vec![Scope::default()],
            sides: Vec::new(),
            seat_cents,
            grain: Grain::of(base),
            penalty,
        };
        sub.group();
        sub.sides();
        sub.idle_seats();
        sub
    }

    fn group(&mut self) {
        let scoped: Vec<(usize, Arc<Vec<u32>>)> = self
            .node
            .rows
            .iter()
            .enumerate()
            .filter_map(|(at, row)| row.people.clone().map(|people| (at, people)))
            .collect();
        let bundles = self.bundles;
        let barred: Vec<SkuSet> = bundles
            .sets
            .iter()
            .map(|set| {
                let there = set.iter().filter_map(|&at| bundles.places.get(at));
                let sides = there.filter_map(|place| self.node.environments.get(place));
                sides.fold(SkuSet::EMPTY, |all, one| all.union(*one))
            })
            .collect();
        let mut numbers: FxHashMap<(u32, u32, u32), u32> = FxHashMap::default();
        for bundle in 0..bundles.people.len() {
            let mut scope = 0;
            if !scoped.is_empty() || !self.node.marks.is_empty() {
                let first = bundles.members[bundle].first();
                let counts =
                    |people: &[u32]| first.is_some_and(|first| people.binary_search(first).is_ok());
                let rows = scoped.iter().filter(|(_, people)| counts(people));
                let mut own =
                    Scope { rows: rows.map(|(row, _)| *row).collect(), ..Scope::default() };
                for mark in self.node.marks.iter().filter(|mark| counts(&mark.people)) {
                    own.mark(mark);
                }
                scope = self.scopes.iter().position(|one| *one == own).unwrap_or_else(|| {
                    self.scopes.push(own);
                    self.scopes.len() - 1
                });
            }
            let scope = u32::try_from(scope).unwrap_or(u32::MAX);
            let (kind, set) = (self.layout.kind[bundle], bundles.set[bundle]);
            let number = *numbers.entry((kind, set, scope)).or_insert_with(|| {
                let barred = barred[set as usize];
                self.groups.push(Group { kind, set, scope, barred, people: 0, outside: 0 });
                u32::try_from(self.groups.len() - 1).unwrap_or(u32::MAX)
            });
            self.group.push(number);
            let group = &mut self.groups[number as usize];
            let people = bundles.count(bundle);
            group.people += people;
            if self.layout.seats[bundle].is_empty() {
                group.outside += people;
            }
        }
    }

    fn sides(&mut self) {
        let rules = &self.bundles.problem.rules;
        for &place in &self.bundles.places {
            let open = rules.apart.iter().enumerate().filter(|(at, apart)| {
                let made = self.node.made.contains(&Made::Apart(*at, Some(place)));
                !apart.tenant_wide && !made
            });
            let mut all: Vec<SkuSet> = Vec::new();
            for (_, apart) in open.take(MOST_SIDES) {
                if all.is_empty() {
                    all.push(SkuSet::EMPTY);
                }
                let both = [apart.left, apart.right];
                all = all.iter().flat_map(|set| both.map(|side| set.union(side))).collect();
            }
            self.sides.push(all);
        }
    }

    /// What a seat counts in a row for people of a scope.
    pub(super) fn counted(&self, scope: u32, row: usize, kind: SeatKind) -> i64 {
        let about = &self.node.rows[row];
        let counts = about.people.is_none() || self.scopes[scope as usize].rows.contains(&row);
        if counts { about.weight(kind) } else { 0 }
    }

    fn idle_seats(&mut self) {
        let rows = self.node.rows.len();
        let mut idle: Vec<Idle> = Vec::new();
        let mut add = |kind: SeatKind, cents: i64, activity: Vec<i64>, buyable: bool| {
            if activity.iter().any(|&count| count != 0) {
                idle.push(Idle { kind, cents, activity, buyable });
            }
        };
        for (scope, scoped) in (0_u32..).zip(&self.scopes) {
            for (at, price) in self.list.iter().enumerate() {
                let Ok(number) = u8::try_from(at) else { continue };
                let sku = SkuId(number);
                let kinds =
                    [(SeatKind::list(sku), *price), (SeatKind::attach(sku), self.attach[at])];
                for (kind, price) in kinds {
                    let Some(price) = price else { continue };
                    if scope > 0
                        && scoped.rows.iter().all(|&row| self.counted(scope, row, kind) == 0)
                    {
                        continue;
                    }
                    let counted = |row| self.counted(scope, row, kind);
                    add(kind, price, (0..rows).map(counted).collect(), scope == 0);
                }
            }
        }
        let count = |sku: SkuId| -> Vec<i64> {
            let kind = SeatKind::list(sku);
            let global = |row: &Row| if row.people.is_none() { row.weight(kind) } else { 0 };
            self.node.rows.iter().map(global).collect()
        };
        for &(sku, cents) in &self.devices {
            add(SeatKind::list(sku), cents, count(sku), true);
        }
        let mut own: BTreeMap<SkuId, i64> = BTreeMap::new();
        let seats = &self.bundles.problem.seats;
        for ((at, seat), cents) in (0_u32..).zip(seats).zip(&self.seat_cents) {
            if let (Some(cents), None) = (*cents, self.node.seats.get(&at)) {
                let least = own.entry(seat.sku).or_insert(cents);
                *least = cents.min(*least);
            }
        }
        for (sku, cents) in own {
            if self.devices.iter().all(|&(known, price)| known != sku || price > cents) {
                add(SeatKind::list(sku), cents, count(sku), false);
            }
        }
        self.idle = idle;
    }

    /// What people of a scope pay who may not hold `barred`, in `1/scale`
    /// cents, at the given multipliers.
    pub(super) fn market(
        &self,
        barred: SkuSet,
        scope: u32,
        scale: i64,
        multipliers: &[i64],
    ) -> Market {
        let mut market = self.bundles.problem.market.clone();
        for at in 0..self.list.len() {
            let Ok(number) = u8::try_from(at) else { continue };
            let sku = SkuId(number);
            let gone = barred.contains(sku);
            let discount = |kind: SeatKind| -> i64 {
                let rows = multipliers.iter().enumerate();
                rows.map(|(row, y)| y * self.counted(scope, row, kind)).sum()
            };
            let changed = |price: Option<i64>, kind: SeatKind| {
                let price = price.filter(|_| !gone && self.scopes[scope as usize].admits(kind));
                price.map(|cents| cents * scale - discount(kind))
            };
            market.list[at] = changed(self.list[at], SeatKind::list(sku));
            market.attach[at] = changed(self.attach[at], SeatKind::attach(sku));
        }
        market
    }

    /// What each seat costs in `1/scale` cents; one that is licensed by choice
    /// is paid for and counted already.
    pub(super) fn seat_prices(&self, scale: i64, multipliers: &[i64]) -> Vec<i64> {
        let rows = self.node.rows.iter().zip(multipliers);
        let global: Vec<_> = rows.filter(|(row, _)| row.people.is_none()).collect();
        let mut discounts: FxHashMap<SkuId, i64> = FxHashMap::default();
        let seats = &self.bundles.problem.seats;
        (0_u32..)
            .zip(seats)
            .zip(&self.seat_cents)
            .map(|((at, seat), cents)| {
                let discount = *discounts.entry(seat.sku).or_insert_with(|| {
                    global.iter().map(|(row, y)| *y * row.weight(SeatKind::list(seat.sku))).sum()
                });
                let by_choice = !self.node.seats.is_empty() && self.node.seats.contains_key(&at);
                let discount = if by_choice { 0 } else { discount };
                cents.unwrap_or_default() * scale - discount
            })
            .collect()
    }

    /// Dearer than any plan, in cents.
    pub(super) fn penalty(&self) -> i64 {
        self.penalty
    }

    /// What a row counts in any case: the devices that are licensed by choice,
    /// and owned seats that nobody may use.
    pub(super) fn forced_activity(&self, row: &Row) -> i64 {
        if row.people.is_some() {
            return 0;
        }
        let licensed = self.node.seats.iter().filter(|(_, licensed)| **licensed);
        let seats = &self.bundles.problem.seats;
        let kind = |seat: u32| SeatKind::list(seats[seat as usize].sku);
        let devices: i64 = licensed.map(|(&seat, _)| row.weight(kind(seat))).sum();
        devices + self.unusable_activity(row)
    }

    /// What a row counts of owned seats that nobody may use.
    pub(super) fn unusable_activity(&self, row: &Row) -> i64 {
        let counts = self.unusable.iter().map(|(kind, count)| row.weight(*kind) * count);
        if row.people.is_some() { 0 } else { counts.sum() }
    }

    /// Whether something is said of some people alone.
    pub(super) fn is_scoped(&self) -> bool {
        self.scopes.len() > 1
    }

    /// Whether an answer found elsewhere is one here.
    pub(super) fn admits(&self, point: &Point) -> bool {
        let node = &self.node;
        let at = |sku: SkuId| usize::from(sku.0);
        let seats = node.no_seat.union(node.barred);
        let none = seats.iter().all(|sku| point.users[at(sku)] + point.devices[at(sku)] == 0);
        let no_attach = node.barred.iter().all(|sku| point.attached[at(sku)] == 0);
        let sides = node.environments.iter().all(|(place, barred)| {
            let position = self.bundles.places.binary_search(place);
            position.is_ok_and(|at| point.held_in[at].intersection(*barred).is_empty())
        });
        none && no_attach
            && sides
            && node.seats.iter().all(|(&seat, &chosen)| point.licensed[seat as usize] == chosen)
    }

    /// What an answer costs under the choices, in cents.
    pub(super) fn cents(&self, point: &Point) -> i64 {
        let of = |counts: &[i64], prices: &[Option<i64>]| -> i64 {
            counts.iter().zip(prices).map(|(n, cents)| n * cents.unwrap_or_default()).sum()
        };
        of(&point.users, &self.list) + of(&point.attached, &self.attach) + point.device_cents
            - self.owned_cents
            + point.unserved.saturating_mul(self.penalty).min(1 << 60)
    }

    /// What the rows count of an answer.
    pub(super) fn activity(&self, point: &Point) -> Vec<i64> {
        let count = |row: usize, about: &Row| -> i64 {
            if about.people.is_none() {
                let all = about.weights.iter().map(|&(kind, weight)| weight * point.seats(kind));
                return all.sum::<i64>() + self.unusable_activity(about);
            }
            let taken = point.taken.iter();
            let scoped =
                taken.filter(|taken| self.scopes[taken.scope as usize].rows.contains(&row));
            scoped.map(|taken| taken.count * about.weights_of(&taken.seats)).sum()
        };
        self.node.rows.iter().enumerate().map(|(row, about)| count(row, about)).collect()
    }
}
