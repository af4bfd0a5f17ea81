//! The independent checker of a plan.
//!
//! It takes the problem as it was stated and the plan with its proofs, and
//! verifies, without any code of the solver:
//!
//! 1. *feasible*: every clause of every planned person holds a licence, or
//!    every device of the right kinds that the person uses is licensed;
//! 2. *lawful*: every attach hangs on a base of the same person that admits
//!    it, every add-on on a licence it requires, every price is the market's;
//! 3. *cost*: the sum over people and seats, in `i128`, is the plan's;
//! 4. *bound*: outside components no person can be served cheaper (an own
//!    search over base sets with a table over clauses), and in each component
//!    the proof is a packing: no person's charges exceed what any split of
//!    their groups costs, no seat is charged above its price. By weak duality
//!    no solution costs less than the packing;
//! 5. *rules*: the plan keeps every rule of the tenant, price tiers are the
//!    ones it reaches, and where the bound needs the rules the tree of choices
//!    is complete and each leaf proven (`tenant`).

mod charged;
mod folk;
mod leaf;
mod least;
mod tenant;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cover::{Buy, Market};
use super::device::{Leaf, Plan, Proof};
use super::problem::Problem;
use crate::output::LicenceKind;
use crate::rulebook::{DevicePolicy, SkuId, SkuSet};
use charged::Charged;
use folk::{Folk, Needs};
use least::{BaseSearch, admits};
use tenant::Tenant;

/// What the checker found.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// What does not hold, in sentences; empty when everything does.
    pub failures: Vec<String>,
    /// How many statements were checked.
    pub checked: u64,
}

/// Checks a plan and its proofs.
#[must_use]
pub fn verify(problem: &Problem<'_>, plan: &Plan) -> Verdict {
    let mut checker = Checker::new(problem);
    checker.run(plan);
    checker.verdict
}

/// By the set of groups left to licences.
type Splits = Arc<Vec<Option<i64>>>;

struct Checker<'a> {
    problem: &'a Problem<'a>,
    verdict: Verdict,
    folk: Arc<Folk>,
    /// What people of each cell of `folk` buy in.
    markets: Vec<Market>,
    /// What people of each market must hold, whatever their needs.
    musts: Vec<SkuSet>,
    /// For each cell: its market.
    market_of: Vec<usize>,
    /// For each seat: its price; nothing where it cannot be licensed.
    prices: Vec<Option<i64>>,
    /// By market, clauses and the SKUs that the person's needs mention.
    cheapest: FxHashMap<(usize, Vec<SkuSet>, SkuSet), Option<i64>>,
    /// By market and needs: the least for every set of groups left to
    /// licences.
    splits: FxHashMap<(usize, u32), Splits>,
    /// The same for each cell of `folk`, once known.
    splits_of: Vec<Option<Splits>>,
    /// What the leaf that is looked at charges to seats.
    charged: Charged,
    /// Markets without some of the SKUs of another.
    without: FxHashMap<(usize, SkuSet), usize>,
    /// Whether a person stands in a component.
    inside: Vec<bool>,
}

impl<'a> Checker<'a> {
    fn new(problem: &'a Problem<'a>) -> Self {
        let prices: Vec<Option<i64>> =
            problem.seats.iter().map(|seat| seat.cents.map(|cents| cents.0)).collect();
        let folk = Arc::new(Folk::new(problem, &prices));
        let markets = vec![problem.market.clone()];
        let market_of = vec![0; folk.cells.len()];
        Self::at(problem, folk, (markets, vec![SkuSet::EMPTY]), market_of, prices)
    }

    /// The same people at other prices.
    fn at(
        problem: &'a Problem<'a>,
        folk: Arc<Folk>,
        (markets, musts): (Vec<Market>, Vec<SkuSet>),
        market_of: Vec<usize>,
        prices: Vec<Option<i64>>,
    ) -> Self {
        Self {
            problem,
            verdict: Verdict::default(),
            folk,
            markets,
            musts,
            market_of,
            prices,
            cheapest: FxHashMap::default(),
            splits: FxHashMap::default(),
            splits_of: Vec::new(),
            charged: Charged::default(),
            without: FxHashMap::default(),
            inside: vec![false; problem.people.len()],
        }
    }
}

impl Checker<'_> {
    fn claim(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.verdict.checked += 1;
        // A broken solver breaks everywhere: the first hundred will do.
        if !holds && self.verdict.failures.len() < 100 {
            self.verdict.failures.push(what());
        }
    }

    fn run(&mut self, plan: &Plan) {
        let problem = self.problem;
        self.claim(plan.people.len() == problem.people.len(), || "people are missing".into());
        self.claim(plan.licensed.len() == problem.seats.len(), || "seats are missing".into());
        if !self.verdict.failures.is_empty() {
            return;
        }
        let tenant = Tenant::new(problem, plan);
        let mut cost: i128 = 0;
        for at in 0..problem.people.len() {
            cost += self.person(plan, &tenant, at);
        }
        for (at, seat) in problem.seats.iter().enumerate() {
            if plan.licensed[at] {
                self.claim(seat.cents.is_some(), || format!("seat {at} cannot be licensed"));
                cost += i128::from(seat.cents.map_or(0, |cents| cents.0));
            }
        }
        cost += tenant.rules(self, plan);
        self.claim(cost == i128::from(plan.cents.0), || {
            format!("the plan says {} cents, its licences add up to {cost}", plan.cents.0)
        });
        let bound = if let Some(tree) = &plan.coupling {
            tenant.proven(self, plan, tree)
        } else {
            let plain = problem.rules.steps.is_empty() && problem.rules.owned.is_empty();
            self.claim(plain, || {
                "price tiers and owned seats may lower the cost and are not looked at".into()
            });
            self.bounds(plan)
        };
        self.claim(i128::from(plan.bound.0) <= bound, || {
            format!("the bound of {} cents is proven only to {bound}", plan.bound.0)
        });
        self.claim(plan.bound <= plan.cents, || "the bound is above the cost".into());
    }

    /// Feasible and lawful; returns what the person's licences cost.
    fn person(&mut self, plan: &Plan, tenant: &Tenant<'_>, at: usize) -> i128 {
        let problem = self.problem;
        let planned = &plan.people[at];
        let held: SkuSet = planned.buys.iter().map(|buy| buy.sku).collect();
        self.claim(held.len() as usize == planned.buys.len(), || {
            format!("person {at} holds one licence twice")
        });
        let folk = Arc::clone(&self.folk);
        let needs = folk.needs_of(at);
        let unplannable = planned.alone.is_none();
        if unplannable {
            let open = needs.licences.iter().chain(needs.groups.iter().flatten());
            let sale = problem.market.for_sale();
            let impossible = open.clone().any(|clause| clause.intersection(sale).is_empty())
                || self.least(0, &open.copied().collect::<Vec<_>>(), needs.mentioned).is_none();
            self.claim(impossible && planned.buys.is_empty(), || {
                format!("person {at} is left out although licences exist")
            });
            return 0;
        }
        for clause in &needs.licences {
            self.claim(!clause.intersection(held).is_empty(), || {
                format!("person {at} has a need that no licence satisfies")
            });
        }
        // Under the strict policy no device serves whoever has a licence.
        let served = problem.policy == DevicePolicy::Guide || planned.buys.is_empty();
        for (seats, clauses) in folk.seats[at].iter().zip(&needs.groups) {
            let carried = served && seats.iter().all(|&seat| plan.licensed[seat as usize]);
            let satisfied = clauses.iter().all(|clause| !clause.intersection(held).is_empty());
            self.claim(carried || satisfied, || {
                format!("person {at} has device work that nothing covers")
            });
        }
        if problem.policy == DevicePolicy::Strict {
            self.claim(planned.carried_by.is_empty() || planned.buys.is_empty(), || {
                format!("person {at} has both kinds of licence under the strict policy")
            });
        }
        for buy in &planned.buys {
            let list = tenant.list(buy.sku);
            let lawful = self.lawful(buy, list, &planned.buys, held, needs.mentioned);
            self.claim(lawful, || format!("person {at} may not buy SKU {} so", buy.sku.0));
        }
        planned.buys.iter().map(|buy| i128::from(buy.cents.0)).sum()
    }

    /// `list`: what a seat of the SKU costs in this plan.
    fn lawful(
        &self,
        buy: &Buy,
        list: Option<i64>,
        all: &[Buy],
        held: SkuSet,
        mentioned: SkuSet,
    ) -> bool {
        let market = self.problem.market;
        let sku = usize::from(buy.sku.0);
        let at_list = list == Some(buy.cents.0);
        match buy.kind {
            LicenceKind::Base => market.full.contains(buy.sku) && at_list,
            LicenceKind::Attach => {
                market.full.contains(buy.sku)
                    && market.attach[sku] == Some(buy.cents.0)
                    && all.iter().any(|base| {
                        base.kind == LicenceKind::Base
                            && admits(market, base.sku, mentioned).contains(buy.sku)
                    })
            }
            LicenceKind::Additional => {
                !market.full.contains(buy.sku) && !market.add_on.contains(buy.sku) && at_list
            }
            LicenceKind::AddOn => {
                let requires = market.requires[sku];
                market.add_on.contains(buy.sku)
                    && at_list
                    && (requires.is_empty() || !requires.intersection(held).is_empty())
            }
            LicenceKind::Device => false,
        }
    }

    /// What the proofs of the components and the needs outside of them prove.
    fn bounds(&mut self, plan: &Plan) -> i128 {
        let problem = self.problem;
        let mut bound: i128 = 0;
        for (number, component) in plan.components.iter().enumerate() {
            let proven = self.component(&component.people, &component.proof);
            let claimed = i128::from(component.bound.0);
            self.claim(proven >= claimed, || {
                format!("component {number} claims {claimed} cents, its proof gives {proven}")
            });
            bound += claimed;
        }
        for at in 0..problem.people.len() {
            if self.inside[at] || plan.people[at].alone.is_none() {
                continue;
            }
            // A person in no component has nothing that devices could carry,
            // unless no licence exists for it at all.
            let folk = Arc::clone(&self.folk);
            let needs = folk.needs_of(at);
            self.claim(needs.groups.is_empty(), || {
                format!("person {at} could be served by devices and is in no component")
            });
            let paid: i64 = plan.people[at].buys.iter().map(|buy| buy.cents.0).sum();
            let least = self.least(0, &needs.licences, needs.mentioned);
            self.claim(least == Some(paid), || {
                format!("person {at} pays {paid} cents, {least:?} would do")
            });
            bound += i128::from(least.unwrap_or(0));
        }
        bound
    }

    /// What the proof of a component really proves.
    fn component(&mut self, people: &[u32], proof: &Proof) -> i128 {
        for &person in people {
            let known = self.inside.get_mut(person as usize);
            let fresh = known.is_some_and(|inside| !std::mem::replace(inside, true));
            self.claim(fresh, || format!("person {person} is in two components"));
        }
        self.proof(people, proof, &mut BTreeMap::new())
    }

    fn proof(&mut self, component: &[u32], proof: &Proof, splits: &mut BTreeMap<u32, u32>) -> i128 {
        match proof {
            Proof::Leaf(leaf) => self.leaf(component, leaf, splits),
            Proof::Branch { person, children } => {
                let groups = self.folk.needs_of(*person as usize).groups.len();
                self.claim(children.len() == 1 << groups, || {
                    format!("the cases of person {person} are not complete")
                });
                self.claim(!splits.contains_key(person), || {
                    format!("person {person} is branched on twice")
                });
                let mut least = i128::MAX;
                for (open, child) in (0_u32..).zip(children) {
                    splits.insert(*person, open);
                    least = least.min(self.proof(component, child, splits));
                    splits.remove(person);
                }
                least
            }
        }
    }

    fn leaf(&mut self, component: &[u32], leaf: &Leaf, splits: &BTreeMap<u32, u32>) -> i128 {
        let folk = Arc::clone(&self.folk);
        let price = |checker: &Self, seat: u32| {
            i128::from(checker.prices.get(seat as usize).copied().flatten().unwrap_or(0))
        };
        let mut charged = std::mem::take(&mut self.charged);
        charged.fit(self.prices.len());
        let mut bound: i128 = 0;
        let mut people: Vec<u32> = leaf.charges.iter().map(|charge| charge.person).collect();
        people.sort_unstable();
        let distinct = people.windows(2).all(|pair| pair[0] < pair[1]);
        let known = people.iter().all(|person| component.binary_search(person).is_ok());
        self.claim(distinct && known, || "a proof charges a person twice or a stranger".into());
        if !known {
            self.charged = charged;
            return 0;
        }
        for charge in &leaf.charges {
            let at = charge.person as usize;
            let seats = &folk.seats[at];
            let split = splits.get(&charge.person).copied();
            bound += i128::from(charge.floor);
            for term in &charge.terms {
                let sent: i128 = term.to_seats.iter().map(|&(_, cents)| i128::from(cents)).sum();
                let inside = term.to_seats.iter().all(|&(seat, cents)| {
                    cents >= 0
                        && seats.iter().enumerate().any(|(group, members)| {
                            // Ascending, as the problem demands of a person's seats.
                            term.groups & (1 << group) != 0 && members.binary_search(&seat).is_ok()
                        })
                });
                self.claim(inside && sent <= i128::from(term.cents), || {
                    format!("a term of person {} is charged too far", charge.person)
                });
                for &(seat, cents) in &term.to_seats {
                    charged.add(seat, i128::from(cents));
                }
                bound += sent;
            }
            // No split of the groups may cost less than what is charged.
            let all = self.every_split(at);
            for (open, least) in (0_u32..).zip(all.iter()) {
                if split.is_some_and(|only| only != open) {
                    continue;
                }
                let falls_due: i128 = charge
                    .terms
                    .iter()
                    .filter(|term| term.groups & open != 0)
                    .map(|term| i128::from(term.cents))
                    .sum();
                let covered = least
                    .is_none_or(|least| i128::from(charge.floor) + falls_due <= i128::from(least));
                self.claim(covered, || {
                    format!("person {} is charged more than {least:?} cents", charge.person)
                });
            }
        }
        for (seat, cents) in charged.ascending() {
            self.claim(cents <= price(self, seat), || {
                format!("seat {seat} is charged {cents} cents, above its price")
            });
        }
        // Seats that this leaf takes as licensed are paid in full.
        let mut forced: Vec<u32> = Vec::new();
        for (&person, &open) in splits {
            for (group, members) in folk.seats[person as usize].iter().enumerate() {
                if open & (1 << group) == 0 {
                    forced.extend(members);
                }
            }
        }
        forced.sort_unstable();
        forced.dedup();
        for seat in forced {
            bound += price(self, seat) - charged.of(seat);
        }
        charged.clear();
        self.charged = charged;
        bound
    }

    /// The least that licences can cost a person for every set of groups left
    /// to them.
    fn every_split(&mut self, at: usize) -> Splits {
        let cell = self.folk.cell[at] as usize;
        if let Some(Some(known)) = self.splits_of.get(cell) {
            return Arc::clone(known);
        }
        let all = self.splits_in(self.market_of[cell], self.folk.cells[cell].needs);
        self.splits_of.resize(self.folk.cells.len(), None);
        self.splits_of[cell] = Some(Arc::clone(&all));
        all
    }

    /// A market without some SKUs.
    fn without(&mut self, market: usize, barred: SkuSet) -> usize {
        if let Some(known) = self.without.get(&(market, barred)) {
            return *known;
        }
        let mut less = self.markets[market].clone();
        for sku in barred.iter().map(|sku| usize::from(sku.0)) {
            if let (Some(list), Some(attach)) = (less.list.get_mut(sku), less.attach.get_mut(sku)) {
                (*list, *attach) = (None, None);
            }
        }
        self.markets.push(less);
        self.musts.push(self.musts[market]);
        self.without.insert((market, barred), self.markets.len() - 1);
        self.markets.len() - 1
    }

    /// The same for needs in a market.
    fn splits_in(&mut self, market: usize, number: u32) -> Splits {
        if let Some(known) = self.splits.get(&(market, number)) {
            return Arc::clone(known);
        }
        let folk = Arc::clone(&self.folk);
        let needs: &Needs = &folk.needs[number as usize];
        let all: Vec<Option<i64>> = (0..1_u32 << needs.groups.len())
            .map(|open| {
                let mut clauses = needs.licences.clone();
                for (group, members) in needs.groups.iter().enumerate() {
                    if open & (1 << group) != 0 {
                        clauses.extend(members);
                    }
                }
                self.least(market, &clauses, needs.mentioned)
            })
            .collect();
        let all = Arc::new(all);
        self.splits.insert((market, number), Arc::clone(&all));
        all
    }

    /// The least that licences for `clauses` can cost a person who buys in a
    /// market and whose needs mention `mentioned`.
    fn least(&mut self, market: usize, clauses: &[SkuSet], mentioned: SkuSet) -> Option<i64> {
        let mut key: Vec<SkuSet> = clauses.to_vec();
        key.extend(self.musts.get(market)?.iter().map(SkuSet::of));
        key.sort_unstable();
        key.dedup();
        let all = key.clone();
        key.retain(|clause| !all.iter().any(|other| other != clause && other.is_subset(*clause)));
        if let Some(&known) = self.cheapest.get(&(market, key.clone(), mentioned)) {
            return known;
        }
        let number = market;
        let market = self.markets.get(number)?;
        let add_ons: Vec<SkuId> = key
            .iter()
            .fold(SkuSet::EMPTY, |all, clause| all.union(*clause))
            .intersection(market.add_on)
            .iter()
            .collect();
        let mut best: Option<i64> = None;
        for pattern in 0..(1_u32 << add_ons.len()) {
            // These add-ons are bought; what they require becomes a clause.
            let bought = add_ons.iter().enumerate().filter(|(at, _)| pattern & (1 << at) != 0);
            let mut open = key.clone();
            let mut spent = Some(0_i64);
            for (_, sku) in bought.clone() {
                spent = spent.zip(market.list[usize::from(sku.0)]).map(|(a, b)| a + b);
                open.retain(|clause| !clause.contains(*sku));
            }
            for (_, sku) in bought {
                let requires = market.requires[usize::from(sku.0)];
                if !requires.is_empty() {
                    open.push(requires);
                }
            }
            let Some(spent) = spent else { continue };
            let mut search = BaseSearch { market, mentioned, open: &open, best };
            search.extend(SkuSet::EMPTY, spent, &search.useful());
            best = search.best;
        }
        self.cheapest.insert((number, key, mentioned), best);
        best
    }
}
