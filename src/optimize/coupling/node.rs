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

use super::super::candidate::Table;
use super::super::cover::Market;
use super::super::device::Prepared;
use super::super::problem::{Person, Problem};
use super::super::rules::{Owned, Rules, SeatKind};
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

/// What people of one kind may buy.
struct Variant {
    barred: SkuSet,
    /// Rows that count their seats.
    rows: Vec<usize>,
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

/// A tenant without rules, as it looks from a node.
pub(super) struct Sub<'a> {
    pub(super) node: Node,
    /// People, seats and markets; prices are set by [`Self::set_prices`].
    pub(super) problem: Problem<'a>,
    pub(super) prepared: Prepared,
    /// Prices under the choices, in cents.
    pub(super) list: Vec<Option<i64>>,
    pub(super) devices: Vec<(SkuId, i64)>,
    /// What is paid in any case, in cents: seats that are licensed by choice,
    /// less the seats that are owned. Those are bought anew by every plan, one
    /// row for each kind, and their price is taken off here.
    pub(super) forced: i64,
    /// Owned seats that nobody may use under the choices.
    unusable: Vec<(SeatKind, i64)>,
    pub(super) idle: Vec<Idle>,
    variants: Vec<Variant>,
    seat_cents: Vec<Option<i64>>,
    base: &'a Market,
    penalty: i64,
}

impl<'a> Sub<'a> {
    /// `scope`: people who are planned at all.
    pub(super) fn new(base: &Problem<'a>, mut node: Node, scope: &[bool], penalty: i64) -> Self {
        let market = base.market;
        let ids = || (0..market.list.len()).filter_map(|at| u8::try_from(at).ok().map(SkuId));
        let list: Vec<Option<i64>> = ids()
            .map(|sku| node.price(&base.rules, sku, market.list[usize::from(sku.0)]))
            .collect();
        let unsold = node.barred.union(node.no_seat);
        let sold = |sku: SkuId| !unsold.contains(sku);
        let devices: Vec<(SkuId, i64)> =
            base.rules.devices.iter().copied().filter(|&(sku, _)| sold(sku)).collect();
        let mut forced = 0;
        let mut unusable = Vec::new();
        for (at, owned) in base.rules.owned.iter().enumerate() {
            let (kind, quantity) = (owned.kind, i64::from(owned.quantity));
            let number = usize::from(kind.sku.0);
            let device = devices.iter().find(|(sku, _)| *sku == kind.sku);
            let price = if kind.attach {
                market.attach[number].filter(|_| !node.barred.contains(kind.sku))
            } else {
                device.map(|(_, cents)| *cents).or(list[number])
            };
            match price {
                Some(cents) => forced -= cents * quantity,
                None => {
                    unusable.push((kind, quantity));
                    node.rows[at] = Row { weights: Vec::new(), bound: 0, ..node.rows[at].clone() };
                }
            }
        }
        let mut sub = Self {
            problem: Problem {
                rules: Rules::default(),
                ..Problem::new(market, Vec::new(), base.seats.clone(), base.policy)
            },
            prepared: Prepared { shapes: Vec::new(), people: Vec::new() },
            list,
            devices,
            forced,
            unusable,
            idle: Vec::new(),
            variants: Vec::new(),
            seat_cents: Vec::new(),
            base: market,
            penalty,
            node,
        };
        sub.people(base, scope);
        sub.problem.variants = sub.variants.iter().map(|_| market.clone()).collect();
        for (at, seat) in (0_u32..).zip(&base.seats) {
            let cents = seat.cents.map(|cents| cents.0).filter(|_| sold(seat.sku));
            sub.seat_cents.push(match sub.node.seats.get(&at) {
                Some(true) => {
                    sub.forced += cents.unwrap_or_default();
                    cents.map(|_| 0)
                }
                Some(false) => None,
                None => cents,
            });
        }
        sub.idle_seats();
        sub.set_prices(1, &vec![0; sub.node.rows.len()]);
        sub.prepared = Prepared::new(&sub.problem);
        sub
    }

    fn people(&mut self, base: &Problem<'a>, scope: &[bool]) {
        let mut keys: Vec<(SkuSet, Vec<usize>)> = vec![(SkuSet::EMPTY, Vec::new())];
        let scoped: Vec<(usize, Arc<Vec<u32>>)> = self
            .node
            .rows
            .iter()
            .enumerate()
            .filter_map(|(at, row)| row.people.clone().map(|people| (at, people)))
            .collect();
        let plain = self.node.environments.is_empty() && scoped.is_empty();
        let mut people = Vec::with_capacity(base.people.len());
        for (at, person) in base.people.iter().enumerate() {
            if !scope[at] {
                people.push(Person::default());
                continue;
            }
            let mut variant = 1;
            if !plain {
                let barred = person
                    .environments
                    .iter()
                    .filter_map(|environment| self.node.environments.get(environment))
                    .fold(SkuSet::EMPTY, |all, one| all.union(*one));
                let number = u32::try_from(at).unwrap_or(u32::MAX);
                let rows = scoped
                    .iter()
                    .filter(|(_, people)| people.binary_search(&number).is_ok())
                    .map(|(row, _)| *row)
                    .collect();
                let key = (barred, rows);
                let known = keys.iter().position(|one| *one == key).unwrap_or_else(|| {
                    keys.push(key);
                    keys.len() - 1
                });
                variant = u32::try_from(known).unwrap_or(u32::MAX - 1) + 1;
            }
            people.push(Person { variant, ..person.clone() });
        }
        self.problem.people = people;
        self.variants = keys.into_iter().map(|(barred, rows)| Variant { barred, rows }).collect();
    }

    /// What a seat counts in a row for people of a variant.
    fn counted(&self, variant: &Variant, row: usize, kind: SeatKind) -> i64 {
        let about = &self.node.rows[row];
        if about.people.is_none() || variant.rows.contains(&row) { about.weight(kind) } else { 0 }
    }

    fn idle_seats(&mut self) {
        let rows = self.node.rows.len();
        let mut idle: Vec<Idle> = Vec::new();
        let mut add = |kind: SeatKind, cents: i64, activity: Vec<i64>, buyable: bool| {
            if activity.iter().any(|&count| count != 0) {
                idle.push(Idle { kind, cents, activity, buyable });
            }
        };
        for (number, variant) in self.variants.iter().enumerate() {
            for (at, price) in self.list.iter().enumerate() {
                let Ok(number_of) = u8::try_from(at) else { continue };
                let sku = SkuId(number_of);
                let attach = self.base.attach[at].filter(|_| !self.node.barred.contains(sku));
                let kinds = [(SeatKind::list(sku), *price), (SeatKind::attach(sku), attach)];
                for (kind, price) in kinds {
                    let Some(price) = price else { continue };
                    let scoped =
                        variant.rows.iter().any(|&row| self.counted(variant, row, kind) != 0);
                    if variant.barred.contains(sku) || (number > 0 && !scoped) {
                        continue;
                    }
                    let counted = |row| self.counted(variant, row, kind);
                    add(kind, price, (0..rows).map(counted).collect(), number == 0);
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
        for ((at, seat), cents) in (0_u32..).zip(&self.problem.seats).zip(&self.seat_cents) {
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

    /// Sets the prices at which `multipliers / scale` are the multipliers.
    pub(super) fn set_prices(&mut self, scale: i64, multipliers: &[i64]) {
        let mut markets = std::mem::take(&mut self.problem.variants);
        for (variant, market) in self.variants.iter().zip(&mut markets) {
            for at in 0..self.list.len() {
                let Ok(number) = u8::try_from(at) else { continue };
                let sku = SkuId(number);
                let barred = variant.barred.contains(sku);
                let discount = |kind: SeatKind| -> i64 {
                    let rows = multipliers.iter().enumerate();
                    rows.map(|(row, y)| y * self.counted(variant, row, kind)).sum()
                };
                let listed = self.list[at].filter(|_| !barred);
                market.list[at] = listed.map(|cents| cents * scale - discount(SeatKind::list(sku)));
                let no_attach = barred || self.node.barred.contains(sku);
                let attach = self.base.attach[at].filter(|_| !no_attach);
                market.attach[at] =
                    attach.map(|cents| cents * scale - discount(SeatKind::attach(sku)));
            }
        }
        self.problem.variants = markets;
        let rows = &self.node.rows;
        for ((at, seat), cents) in (0_u32..).zip(&mut self.problem.seats).zip(&self.seat_cents) {
            // A seat that is licensed by choice is paid for already, and
            // counted already.
            let discount: i64 = if self.node.seats.contains_key(&at) {
                0
            } else {
                let global = rows.iter().zip(multipliers).filter(|(row, _)| row.people.is_none());
                global.map(|(row, y)| y * row.weight(SeatKind::list(seat.sku))).sum()
            };
            seat.cents = cents.map(|cents| Cents(cents * scale - discount));
        }
        self.problem.penalty = Some(self.penalty.saturating_mul(scale));
    }

    /// The price of a device's own seat, in cents.
    pub(super) fn seat_price(&self, seat: u32) -> i64 {
        self.seat_cents[seat as usize].unwrap_or_default()
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
        let kind = |seat: u32| SeatKind::list(self.problem.seats[seat as usize].sku);
        let devices: i64 = licensed.map(|(&seat, _)| row.weight(kind(seat))).sum();
        devices + self.unusable_activity(row)
    }

    /// What a row counts of owned seats that nobody may use.
    pub(super) fn unusable_activity(&self, row: &Row) -> i64 {
        let counts = self.unusable.iter().map(|(kind, count)| row.weight(*kind) * count);
        if row.people.is_some() { 0 } else { counts.sum() }
    }

    /// What a seat of people of a variant counts in a row.
    pub(super) fn activity(&self, variant: u32, row: usize, kind: SeatKind) -> i64 {
        let Some(variant) = self.variants.get((variant as usize).wrapping_sub(1)) else { return 0 };
        self.counted(variant, row, kind)
    }

    /// The first person whom no choice of devices can serve.
    pub(super) fn impossible(&self, tables: &[Arc<Table>]) -> Option<u32> {
        let lost: Vec<bool> =
            tables.iter().map(|table| table.first().is_some_and(Option::is_none)).collect();
        let at = self.prepared.people.iter().position(|(shape, _)| lost[*shape as usize])?;
        u32::try_from(at).ok()
    }
}
