//! Which devices to license, decided for all connected people at once.
//!
//! A person whose device work is carried by licensed devices needs user
//! licences for the rest only. Let `Z` be the groups of a person's
//! device-coverable clauses that devices do *not* carry; the person then
//! costs `g(Z)`, the cheapest cover of everything else plus `Z`. A group is
//! carried when every one of its seats is licensed. The task is to choose the
//! licensed seats so that their price plus all `g` is least.
//!
//! Every set function can be written as `g(Z) = g(0) + sum over T of w(T)` for
//! the `T` that meet `Z`. Where no `w` is negative, each `w(T)` becomes a node
//! that is either paid or needs every seat of its groups licensed, and the
//! whole component is one minimum cut: exact, with the flow as its proof.
//! Licence ladders (Team Members, Activity, full), sums and base-and-attach
//! all have that form. A person whose `g` has not is relaxed from below and
//! branched on, so the answer stays exact; the tree is part of the proof.
//!
//! The weight that is minimised packs three numbers, cents first, then the
//! number of licences, then the number of licences not assigned today, which
//! are the tie-breakers of the design, into one integer.

use std::collections::HashMap;

use rayon::prelude::*;

use super::candidate::{Candidates, Measure, narrow, split, tables};
use super::component::Component;
use super::coupling::Tree;
use super::cover::Buy;
use super::prepare::Prepared;
use super::problem::Problem;
use super::rules::RuleRef;
use crate::money::Cents;
use crate::rulebook::SkuId;

/// What the plan gives one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonPlan {
    /// User licences.
    pub buys: Vec<Buy>,
    /// Seats that carry part of the need, ascending.
    pub carried_by: Vec<u32>,
    /// Equally cheap covers of what user licences must satisfy.
    pub alternatives: u32,
    /// What user licences alone would cost this person; `None` where some
    /// need has no licence that can be bought: the person is not planned.
    pub alone: Option<Cents>,
}

/// One connected component of people and seats.
#[derive(Debug, Clone)]
pub struct ComponentPlan {
    /// People, ascending.
    pub people: Vec<u32>,
    /// Seats, ascending.
    pub seats: Vec<u32>,
    /// Cost with user licences alone.
    pub alone: Cents,
    /// Cost of the plan.
    pub cents: Cents,
    /// Lower bound.
    pub bound: Cents,
    /// Why the bound holds.
    pub proof: Proof,
}

/// Why no licensing of a component costs less than its bound.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A packing: charges that every solution of this leaf must pay.
    Leaf(Leaf),
    /// Every way a person's groups can be split, each with its own proof.
    /// `children[z]` is the case that exactly the groups in `z` are covered
    /// by user licences and the seats of all others are licensed.
    Branch {
        /// The person, as in the problem.
        person: u32,
        /// Proofs by `z`.
        children: Vec<Proof>,
    },
}

/// The proof of a leaf.
#[derive(Debug, Clone, Default)]
pub struct Leaf {
    /// What each person pays at least.
    pub charges: Vec<Charge>,
}

/// Part of the cost of one person: `floor`, whatever happens, and terms.
#[derive(Debug, Clone)]
pub struct Charge {
    /// The person, as in the problem.
    pub person: u32,
    /// Paid in any case, in cents.
    pub floor: i64,
    /// Paid by the person or by seats.
    pub terms: Vec<Term>,
}

/// `cents` fall due unless every seat of the groups in `groups` is licensed.
/// `to_seats` says how much of that is charged to which seat; no seat may be
/// charged more than its price.
#[derive(Debug, Clone)]
pub struct Term {
    /// Groups, as a bit mask.
    pub groups: u32,
    /// Weight in cents.
    pub cents: i64,
    /// (seat, cents).
    pub to_seats: Vec<(u32, i64)>,
}

/// The plan of a tenant.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// One entry per person of the problem.
    pub people: Vec<PersonPlan>,
    /// One entry per seat of the problem.
    pub licensed: Vec<bool>,
    /// Components that hold a decision.
    pub components: Vec<ComponentPlan>,
    /// Cost of the plan.
    pub cents: Cents,
    /// Lower bound: no lawful plan costs less.
    pub bound: Cents,
    /// Cost with user licences alone, the rules of the tenant left aside.
    pub alone: Cents,
    /// Seats bought for nobody, because a rule asks for them or because they
    /// open a price: SKU and quantity, in edition order.
    pub spare: Vec<(SkuId, u64)>,
    /// List prices that a price tier sets, in edition order.
    pub tiers: Vec<(SkuId, Cents)>,
    /// The plan's cost if no rule of the tenant had to be met and every seat
    /// cost its list price.
    pub uncoupled: Cents,
    /// Rules that nothing one can buy meets, with the proof of it: the plan is
    /// made without them.
    pub unmet: Vec<(RuleRef, Tree)>,
    /// Why no plan under the rules costs less than the bound. `None`: the
    /// bound needs no rule, the proofs of the components suffice.
    pub coupling: Option<Tree>,
}

/// Solves a tenant without the rules of the whole tenant.
#[must_use]
pub fn uncoupled(problem: &Problem<'_>) -> Plan {
    let prepared = Prepared::new(problem);
    let tables = tables(problem, &prepared.shapes);
    let candidates = Candidates::new(problem, &prepared, &tables, Measure::Full);
    let (components, licensed, inside) = decide(problem, &candidates);
    let people: Vec<PersonPlan> = inside
        .par_iter()
        .enumerate()
        .map(|(at, &inside)| {
            let person = narrow(at);
            let open = if inside {
                candidates.open(person, |seat| licensed[seat as usize])
            } else {
                candidates.kind_of(person).everything()
            };
            candidates.planned(person, open)
        })
        .collect();
    let outside: Cents = people
        .iter()
        .zip(&inside)
        .filter(|(_, inside)| !**inside)
        .map(|(person, _)| person.cents())
        .sum();
    Plan {
        cents: outside + components.iter().map(|c| c.cents).sum(),
        bound: outside + components.iter().map(|c| c.bound).sum(),
        alone: people.iter().filter_map(|person| person.alone).sum(),
        people,
        licensed,
        components,
        ..Plan::default()
    }
}

/// Components with their seats' licences decided, by seat, and who stands in
/// a component.
type Solved = (Vec<ComponentPlan>, Vec<bool>, Vec<bool>);

/// Decides the devices of every component by the full weight.
fn decide(problem: &Problem<'_>, candidates: &Candidates<'_>) -> Solved {
    let components = components(problem, candidates);
    let mut position = vec![0; problem.seats.len()];
    for (_, seats) in &components {
        for (at, &seat) in (0_u32..).zip(seats) {
            position[seat as usize] = at;
        }
    }
    let solved: Vec<(ComponentPlan, Vec<u32>)> = components
        .into_par_iter()
        .map(|members| {
            Component::new(problem, candidates, &position, members, Measure::Full).solve()
        })
        .collect();
    let mut licensed = vec![false; problem.seats.len()];
    let mut inside = vec![false; candidates.kind.len()];
    let mut plans = Vec::with_capacity(solved.len());
    for (component, seats) in solved {
        for seat in seats {
            licensed[seat as usize] = true;
        }
        for &person in &component.people {
            inside[person as usize] = true;
        }
        plans.push(component);
    }
    (plans, licensed, inside)
}

impl PersonPlan {
    /// What the person's user licences cost.
    #[must_use]
    pub fn cents(&self) -> Cents {
        self.buys.iter().map(|buy| buy.cents).sum()
    }
}

/// People and seats connected through groups. Only people whose device work
/// can be carried connect anything.
fn components(problem: &Problem<'_>, candidates: &Candidates<'_>) -> Vec<(Vec<u32>, Vec<u32>)> {
    let mut parent: Vec<u32> = (0..narrow(problem.seats.len())).collect();
    let people = 0..narrow(candidates.kind.len());
    let deciding = |person: &u32| candidates.deciding(*person);
    for person in people.clone().filter(deciding) {
        let mut seats = candidates.groups.all(person as usize).iter().copied();
        let Some(first) = seats.next() else { continue };
        let mut first = root(&mut parent, first);
        for seat in seats {
            let other = root(&mut parent, seat);
            // The smaller number is the root, so numbering follows the input.
            let (low, high) = (first.min(other), first.max(other));
            parent[high as usize] = low;
            first = low;
        }
    }
    // By root; people are numbered from the first on.
    let mut number = vec![u32::MAX; problem.seats.len()];
    let mut members: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
    let mut used = vec![false; problem.seats.len()];
    for person in people.filter(deciding) {
        let seats = candidates.groups.all(person as usize);
        let Some(&first) = seats.first() else { continue };
        let number = &mut number[root(&mut parent, first) as usize];
        if *number == u32::MAX {
            *number = narrow(members.len());
            members.push((Vec::new(), Vec::new()));
        }
        let (people, all) = &mut members[*number as usize];
        people.push(person);
        for &seat in seats {
            if !std::mem::replace(&mut used[seat as usize], true) {
                all.push(seat);
            }
        }
    }
    for (_, seats) in &mut members {
        seats.sort_unstable();
    }
    members
}

/// The seat that stands for a component, with the path to it halved.
fn root(parent: &mut [u32], mut seat: u32) -> u32 {
    while parent[seat as usize] != seat {
        parent[seat as usize] = parent[parent[seat as usize] as usize];
        seat = parent[seat as usize];
    }
    seat
}

impl Proof {
    /// The bound the proof claims for the component.
    pub(super) fn bound(&self, problem: &Problem<'_>) -> i64 {
        self.bound_within(problem, &mut Vec::new())
    }

    fn bound_within(&self, problem: &Problem<'_>, forced: &mut Vec<(u32, u32)>) -> i64 {
        match self {
            Self::Branch { person, children } => {
                let mut least = i64::MAX;
                for (open, child) in children.iter().enumerate() {
                    forced.push((*person, narrow(open)));
                    least = least.min(child.bound_within(problem, forced));
                    forced.pop();
                }
                least
            }
            Self::Leaf(leaf) => {
                let shares = |charge: &Charge| {
                    let sent = charge.terms.iter().flat_map(|term| &term.to_seats);
                    sent.map(|&(_, cents)| cents).sum::<i64>()
                };
                let mut bound: i64 =
                    leaf.charges.iter().map(|charge| charge.floor + shares(charge)).sum();
                if forced.is_empty() {
                    return bound;
                }
                let mut charged: HashMap<u32, i64> = HashMap::new();
                let terms = leaf.charges.iter().flat_map(|charge| &charge.terms);
                for &(seat, cents) in terms.flat_map(|term| &term.to_seats) {
                    *charged.entry(seat).or_default() += cents;
                }
                let mut seats: Vec<u32> = Vec::new();
                for &(person, open) in forced.iter() {
                    let (_, groups) = split(problem, &problem.people[person as usize]);
                    for (group, members) in groups.iter().enumerate() {
                        if open & (1 << group) == 0 {
                            seats.extend(members);
                        }
                    }
                }
                seats.sort_unstable();
                seats.dedup();
                for seat in seats {
                    let price = problem.seats[seat as usize].cents.map_or(0, |cents| cents.0);
                    bound += price - charged.get(&seat).copied().unwrap_or_default();
                }
                bound
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::problem::{Person, Seat};
    use crate::optimize::{Clause, Market};
    use crate::rulebook::{DevicePolicy, KindSet, SkuId, SkuSet};

    #[test]
    fn a_person_joins_all_the_components_of_their_seats() {
        let market = Market {
            list: vec![Some(5_000)],
            attach: vec![None],
            full: SkuSet::of(SkuId(0)),
            add_on: SkuSet::EMPTY,
            attachable: vec![SkuSet::EMPTY],
            verified: vec![SkuSet::EMPTY],
            requires: vec![SkuSet::EMPTY],
        };
        let seat = Seat { kinds: KindSet(1), sku: SkuId(0), cents: Some(Cents(2_000)) };
        let clause = Clause { skus: SkuSet::of(SkuId(0)), kinds: KindSet(1) };
        // The last person finds seat 5 under 1 and seat 6 under 2, both below 4.
        let people = [vec![1, 5], vec![2, 6], vec![4, 5, 6]].map(|seats| Person {
            clauses: vec![clause],
            seats,
            ..Person::default()
        });
        let problem = Problem::new(&market, people.into(), vec![seat; 7], DevicePolicy::Guide);
        let plan = uncoupled(&problem);
        assert_eq!(plan.components.len(), 1);
        assert_eq!(plan.components[0].seats, [1, 2, 4, 5, 6]);
        assert_eq!((plan.cents, plan.bound), (Cents(10_000), Cents(10_000)));
    }
}
