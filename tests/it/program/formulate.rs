//! A tenant as an integer program, from its statement alone: no code of the
//! optimiser is used.
//!
//! For each class of people (same need, same devices, same environments) and
//! each way of holding licences: how many of the class hold them so. For each
//! device: licensed or not. For each licence: seats for nobody. Everything else
//! follows from counts of those.

use std::collections::{BTreeMap, BTreeSet};

use seatwise::optimize::cover::Market;
use seatwise::optimize::{Clause, Person, Problem};
use seatwise::rulebook::{DevicePolicy, SkuId, SkuSet};

use super::integer::{Is, Program, Var};
use crate::coupling::sku;

/// A lawful set of licences at list price and at attach price, as small as it
/// can be for the clauses it satisfies (a bit for each).
#[derive(Debug, Clone, Copy)]
struct Holding {
    list: SkuSet,
    attach: SkuSet,
    satisfies: u32,
}

impl Holding {
    fn any(self, skus: SkuSet) -> bool {
        !self.list.union(self.attach).intersection(skus).is_empty()
    }
}

fn subsets(of: SkuSet) -> impl Iterator<Item = SkuSet> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let part: u128 = next?;
        next = (part != of.0).then(|| (part.wrapping_sub(of.0)) & of.0);
        Some(SkuSet(part))
    })
}

/// What may be held and how.
struct Law<'m> {
    market: &'m Market,
    /// SKUs that the need speaks of: what decides and what it requires. A base
    /// among them admits pairs that nobody has verified, too.
    mentioned: SkuSet,
}

impl Law<'_> {
    fn new<'m>(market: &'m Market, clauses: &[Clause]) -> Law<'m> {
        let idle = |clause: &Clause| {
            clauses.iter().any(|c| c.skus != clause.skus && c.skus.is_subset(clause.skus))
        };
        let decisive = clauses.iter().filter(|clause| !idle(clause));
        let mut mentioned: SkuSet = decisive.flat_map(|clause| clause.skus.iter()).collect();
        for add_on in mentioned.intersection(market.add_on).iter() {
            mentioned = mentioned.union(market.requires[usize::from(add_on.0)]);
        }
        Law { market, mentioned }
    }

    /// What bases among `list` let be attached.
    fn admitted(&self, list: SkuSet) -> SkuSet {
        let bases = list.intersection(self.market.full);
        bases.iter().fold(SkuSet::EMPTY, |all, base| {
            let at = usize::from(base.0);
            let needed = self.mentioned.contains(base);
            all.union(if needed { self.market.attachable[at] } else { self.market.verified[at] })
        })
    }

    fn lawful(&self, list: SkuSet, attach: SkuSet) -> bool {
        let market = self.market;
        let held = list.union(attach);
        let hosted = held.intersection(market.add_on).iter().all(|add_on| {
            let requires = market.requires[usize::from(add_on.0)];
            requires.is_empty() || !requires.intersection(held).is_empty()
        });
        let priced = list.iter().all(|id| market.list[usize::from(id.0)].is_some())
            && attach.iter().all(|id| market.attach[usize::from(id.0)].is_some());
        let attached = attach.is_subset(self.admitted(list).intersection(market.full));
        hosted && priced && attached && list.intersection(attach).is_empty()
    }

    fn holdings(&self, clauses: &[Clause]) -> Vec<Holding> {
        let satisfied = |held: SkuSet| -> u32 {
            let hits = clauses
                .iter()
                .enumerate()
                .filter(|(_, clause)| !clause.skus.intersection(held).is_empty());
            hits.fold(0, |all, (at, _)| all | 1 << at)
        };
        let sold: SkuSet = (0..self.market.list.len())
            .filter(|&at| self.market.list[at].is_some())
            .map(sku)
            .collect();
        // A clause that decides nothing while a stricter one stands does so
        // where devices carry that one.
        let mut asked: SkuSet = clauses.iter().flat_map(|clause| clause.skus.iter()).collect();
        for add_on in asked.intersection(self.market.add_on).iter() {
            asked = asked.union(self.market.requires[usize::from(add_on.0)]);
        }
        let useful: SkuSet = sold
            .iter()
            .filter(|&id| {
                let reach = self.market.attachable[usize::from(id.0)];
                asked.contains(id) || !reach.intersection(asked).is_empty()
            })
            .collect();
        let mut all = Vec::new();
        // Each licence satisfies a clause, admits or hosts one that does.
        let few = |list: &SkuSet| {
            let add_ons = list.intersection(self.market.add_on).len();
            list.len() <= u32::try_from(clauses.len()).unwrap() + add_ons
        };
        for list in subsets(useful).filter(few) {
            let open = self.admitted(list).intersection(asked);
            for attach in subsets(SkuSet(open.0 & !list.0)) {
                if !self.lawful(list, attach) {
                    continue;
                }
                let satisfies = satisfied(list.union(attach));
                // What one licence less does as well is left out: its seat can
                // be bought for nobody.
                let less = list.iter().map(|id| (SkuSet(list.0 & !SkuSet::of(id).0), attach));
                let less = less
                    .chain(attach.iter().map(|id| (list, SkuSet(attach.0 & !SkuSet::of(id).0))));
                let idle = less.into_iter().any(|(list, attach)| {
                    self.lawful(list, attach) && satisfied(list.union(attach)) == satisfies
                });
                if !idle {
                    all.push(Holding { list, attach, satisfies });
                }
            }
        }
        all
    }
}

/// Clauses, seats, environments.
type Alike<'p> = (&'p [Clause], &'p [u32], &'p [u32]);

/// People who are alike.
struct Class {
    people: i64,
    environments: Vec<u32>,
    /// Each way of holding licences, the devices it relies on, and how many
    /// hold them so.
    ways: Vec<(Holding, BTreeSet<u32>, Var)>,
}

/// The program under construction.
struct Formulation<'p> {
    problem: &'p Problem<'p>,
    program: Program,
    classes: Vec<Class>,
    /// By seat: licensed or not.
    seats: Vec<Option<Var>>,
    /// Seats for nobody.
    spare: BTreeMap<SkuId, Var>,
    /// More seats for nobody than any rule can ask for.
    most: i64,
}

/// The cheapest plan of a tenant as an integer program.
pub fn formulate(problem: &Problem<'_>) -> Program {
    let mut program = Program::default();
    let seats = problem.seats.iter().map(|seat| seat.cents.map(|cents| program.var(cents.0, 1)));
    let seats = seats.collect();
    let rules = &problem.rules;
    let floors = rules.floors.iter().map(|floor| i64::from(floor.quantity) * 5 / 2 + 1);
    let steps = rules.steps.iter().flat_map(|steps| &steps.steps);
    let steps = steps.map(|(from, _)| i64::try_from(*from).unwrap());
    let most = floors.chain(steps).max().unwrap_or(0) + 1;
    let mut formulation =
        Formulation { problem, program, classes: Vec::new(), seats, spare: BTreeMap::new(), most };
    formulation.people();
    formulation.spare();
    formulation.floors();
    formulation.apart();
    formulation.full_user();
    formulation.steps();
    formulation.program
}

impl Formulation<'_> {
    fn stepped(&self, id: SkuId) -> bool {
        self.problem.rules.steps.iter().any(|steps| steps.sku == id)
    }

    /// What a seat at list price costs where no price tier sets it.
    fn list(&self, id: SkuId) -> i64 {
        if self.stepped(id) { 0 } else { self.problem.market.list[usize::from(id.0)].unwrap() }
    }

    /// The devices that would carry a clause, if devices can.
    fn carriers(&self, person: &Person, clause: &Clause) -> Option<BTreeSet<u32>> {
        let on = |seat: &&u32| self.problem.seats[**seat as usize].kinds.0 & clause.kinds.0 != 0;
        let used: BTreeSet<u32> = person.seats.iter().filter(on).copied().collect();
        let licensable = used.iter().all(|&seat| self.seats[seat as usize].is_some());
        (!used.is_empty() && licensable).then_some(used)
    }

    fn people(&mut self) {
        let problem = self.problem;
        let mut known: BTreeMap<&[Clause], Vec<Holding>> = BTreeMap::new();
        let mut classes: BTreeMap<Alike<'_>, (i64, &Person)> = BTreeMap::new();
        for person in &problem.people {
            let key = (&person.clauses[..], &person.seats[..], &person.environments[..]);
            classes.entry(key).or_insert((0, person)).0 += 1;
        }
        for ((clauses, ..), (people, person)) in classes {
            let holdings = known
                .entry(clauses)
                .or_insert_with(|| Law::new(problem.market, clauses).holdings(clauses));
            let all = (1_u32 << clauses.len()) - 1;
            if !holdings.iter().any(|holding| holding.satisfies == all) {
                // No licences exist for these: they are in no plan.
                continue;
            }
            let carriers: Vec<Option<BTreeSet<u32>>> =
                clauses.iter().map(|clause| self.carriers(person, clause)).collect();
            let mut ways = Vec::new();
            for &holding in holdings.iter() {
                let by_device = |at: &usize| holding.satisfies & (1 << at) == 0;
                let open: Vec<usize> = (0..clauses.len()).filter(by_device).collect();
                if open.iter().any(|&at| carriers[at].is_none()) {
                    continue;
                }
                let licences = !holding.list.union(holding.attach).is_empty();
                if problem.policy == DevicePolicy::Strict && licences && !open.is_empty() {
                    continue;
                }
                let devices = open.iter().flat_map(|&at| carriers[at].iter().flatten().copied());
                let devices: BTreeSet<u32> = devices.collect();
                let list: i64 = holding.list.iter().map(|id| self.list(id)).sum();
                let attach = holding.attach.iter();
                let attach: i64 =
                    attach.map(|id| problem.market.attach[usize::from(id.0)].unwrap()).sum();
                ways.push((holding, devices, self.program.var(list + attach, people)));
            }
            let one_each = ways.iter().map(|(.., var)| (*var, 1)).collect();
            self.program.row(one_each, Is::Exactly, people);
            let used: BTreeSet<u32> =
                ways.iter().flat_map(|(_, devices, _)| devices).copied().collect();
            for device in used {
                let rely = ways.iter().filter(|(_, devices, _)| devices.contains(&device));
                let mut terms: Vec<(Var, i64)> = rely.map(|(.., var)| (*var, 1)).collect();
                terms.push((self.seats[device as usize].unwrap(), -people));
                self.program.row(terms, Is::Most, 0);
            }
            let environments = person.environments.clone();
            self.classes.push(Class { people, environments, ways });
        }
    }

    /// Seats for nobody, of what some rule counts.
    fn spare(&mut self) {
        let rules = &self.problem.rules;
        let mut counted = rules.full_user.as_ref().map_or(SkuSet::EMPTY, |rule| rule.full);
        for floor in &rules.floors {
            counted = counted.union(floor.counts).union(floor.devices);
        }
        for steps in &rules.steps {
            counted = counted.union(steps.counts);
        }
        for id in counted.iter() {
            let device = rules.devices.iter().find(|(known, _)| *known == id);
            let sold = self.problem.market.list[usize::from(id.0)].is_some();
            let cents = match device {
                Some((_, cents)) => *cents,
                None if sold => self.list(id),
                None => continue,
            };
            let var = self.program.var(cents, self.most);
            self.spare.insert(id, var);
        }
    }

    /// Seats at list price of these SKUs, users', devices' and nobody's.
    fn listed(&self, skus: SkuSet, factor: i64) -> BTreeMap<Var, i64> {
        let mut terms = BTreeMap::new();
        for (holding, _, var) in self.classes.iter().flat_map(|class| &class.ways) {
            let seats = i64::from(holding.list.intersection(skus).len());
            if seats > 0 {
                *terms.entry(*var).or_insert(0) += factor * seats;
            }
        }
        for (seat, var) in self.problem.seats.iter().zip(&self.seats) {
            if let (true, Some(var)) = (skus.contains(seat.sku), var) {
                *terms.entry(*var).or_insert(0) += factor;
            }
        }
        for (_, var) in self.spare.iter().filter(|(id, _)| skus.contains(**id)) {
            *terms.entry(*var).or_insert(0) += factor;
        }
        terms
    }

    /// `flag` is 1 wherever `of` says so of somebody's licences, or of a seat of
    /// `skus` that a device or nobody has. `complement`: wherever it is 0.
    fn flagged(
        &mut self,
        flag: Var,
        complement: bool,
        skus: SkuSet,
        place: Option<u32>,
        of: impl Fn(&Holding) -> bool,
    ) {
        let mut rows: Vec<(Vec<(Var, i64)>, i64)> = Vec::new();
        for class in &self.classes {
            if place.is_some_and(|place| !class.environments.contains(&place)) {
                continue;
            }
            let hits = class.ways.iter().filter(|(holding, ..)| of(holding));
            let terms: Vec<(Var, i64)> = hits.map(|(.., var)| (*var, 1)).collect();
            rows.push((terms, class.people));
        }
        if place.is_none() {
            for (seat, var) in self.problem.seats.iter().zip(&self.seats) {
                if let (true, Some(var)) = (skus.contains(seat.sku), var) {
                    rows.push((vec![(*var, 1)], 1));
                }
            }
            for (_, var) in self.spare.iter().filter(|(id, _)| skus.contains(**id)) {
                rows.push((vec![(*var, 1)], self.most));
            }
        }
        for (mut terms, most) in rows.into_iter().filter(|(terms, _)| !terms.is_empty()) {
            terms.push((flag, if complement { most } else { -most }));
            self.program.row(terms, Is::Most, if complement { most } else { 0 });
        }
    }

    fn floors(&mut self) {
        let problem = self.problem;
        for floor in &problem.rules.floors {
            let binds = self.program.var(0, 1);
            let applies = floor.applies_to;
            self.flagged(binds, false, applies, None, |holding| {
                !holding.list.intersection(applies).is_empty()
            });
            let mut terms = self.listed(floor.counts, i64::from(floor.device_seats));
            for (var, factor) in self.listed(floor.devices, i64::from(floor.device_users)) {
                *terms.entry(var).or_insert(0) += factor;
            }
            let need = i64::from(floor.device_seats) * i64::from(floor.quantity);
            let mut terms: Vec<(Var, i64)> = terms.into_iter().collect();
            terms.push((binds, -need));
            self.program.row(terms, Is::Least, 0);
        }
    }

    fn apart(&mut self) {
        let problem = self.problem;
        let places: BTreeSet<u32> =
            problem.people.iter().flat_map(|person| &person.environments).copied().collect();
        for apart in &problem.rules.apart {
            let everywhere = apart.tenant_wide.then_some(None);
            let each = places.iter().map(|place| Some(*place)).filter(|_| !apart.tenant_wide);
            for place in everywhere.into_iter().chain(each) {
                // 1: the left side stands, 0: the right one.
                let left = self.program.var(0, 1);
                self.flagged(left, false, apart.left, place, |holding| holding.any(apart.left));
                self.flagged(left, true, apart.right, place, |holding| holding.any(apart.right));
            }
        }
    }

    fn full_user(&mut self) {
        let Some(rule) = self.problem.rules.full_user.clone() else { return };
        let some = self.program.var(0, 1);
        self.flagged(some, false, rule.additional, None, |holding| {
            !holding.list.intersection(rule.additional).is_empty()
        });
        let mut terms: Vec<(Var, i64)> = self.listed(rule.full, 1).into_iter().collect();
        terms.push((some, -1));
        self.program.row(terms, Is::Least, 0);
    }

    /// The seats of a SKU are bought at one price: the list price, or that of a
    /// step whose number of seats is reached.
    fn steps(&mut self) {
        let problem = self.problem;
        for steps in &problem.rules.steps {
            let list = problem.market.list[usize::from(steps.sku.0)].unwrap();
            let falls = steps.steps.iter().map(|(_, cents)| *cents);
            let falls: Vec<i64> = std::iter::once(list).chain(falls).collect();
            assert!(falls.windows(2).all(|pair| pair[0] >= pair[1]), "prices fall: {falls:?}");
            let people = i64::try_from(problem.people.len()).unwrap();
            let most = people + self.most;
            let mut seats: Vec<(Var, i64)> =
                self.listed(SkuSet::of(steps.sku), -1).into_iter().collect();
            let mut one = Vec::new();
            let prices = std::iter::once((0, list)).chain(steps.steps.iter().copied());
            for (from, cents) in prices {
                let (bought, chosen) = (self.program.var(cents, most), self.program.var(0, 1));
                self.program.row(vec![(bought, 1), (chosen, -most)], Is::Most, 0);
                seats.push((bought, 1));
                one.push((chosen, 1));
                if from > 0 {
                    let from = i64::try_from(from).unwrap();
                    let mut terms: Vec<(Var, i64)> =
                        self.listed(steps.counts, 1).into_iter().collect();
                    terms.push((chosen, -from));
                    self.program.row(terms, Is::Least, 0);
                }
            }
            self.program.row(seats, Is::Exactly, 0);
            self.program.row(one, Is::Exactly, 1);
        }
    }
}
