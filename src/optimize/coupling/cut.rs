//! The device decision of one component at the prices of a node.
//!
//! It is the minimum cut of [`super::super::device`], made for being asked
//! again and again: a seat that is worth its price to those who need nothing
//! else is licensed, a seat that is not worth it to everybody together is
//! not, and each such decision may settle further seats. The flow that proves
//! the cut is written down on the way: what settles a seat for is paid by
//! those who need only it, what speaks against it is paid in full by all who
//! need it. Only what is left when no seat is settled any more takes a flow
//! along rising levels, as in [`super::super::flow`], whose network is here the
//! terms and seats themselves.
//!
//! People whose cost has no exact terms are left to [`super::super::component`].

use std::sync::Arc;

use super::super::device::{Charge, Leaf, Proof, Term};
use super::bundle::{Bundles, Connected, Layout, Shared};
use super::residual::Residual;

/// Terms `w(T)` of a kind of people, by mask, for one person.
pub(super) type Terms = Vec<(u32, i128)>;

/// The terms of costs by open groups; `None` where one is negative.
pub(super) fn terms(costs: &[i128]) -> Option<Terms> {
    let all = costs.len() - 1;
    let mut inverse: Vec<i128> =
        (0..=all).map(|inside| costs[all] - costs[all & !inside]).collect();
    let mut bit = 1;
    while bit <= all {
        for mask in 0..inverse.len() {
            if mask & bit != 0 {
                inverse[mask] -= inverse[mask ^ bit];
            }
        }
        bit <<= 1;
    }
    if inverse.iter().any(|&weight| weight < 0) {
        return None;
    }
    let some = (0_u32..).zip(inverse).filter(|(_, weight)| *weight > 0);
    Some(some.collect())
}

/// One term of one bundle.
struct Asked {
    bundle: u32,
    mask: u32,
    /// Cents of one person.
    each: i128,
    /// What is not sent yet, of all people of the bundle; no more than a cent
    /// above what its seats cost together, which decides as much.
    left: i64,
    /// Seats that are not settled.
    open: u32,
    edges: std::ops::Range<usize>,
}

/// A cut and the flow that proves it.
#[derive(Clone)]
pub(super) struct Cut {
    /// What its numbers are multiples of.
    unit: i64,
    settled: Arc<Settled>,
}

/// A cut in units.
struct Settled {
    /// Of the seats.
    price: Vec<i64>,
    /// Terms and seats together, the floors of people left out.
    value: i128,
    /// Licensed seats.
    licensed: Vec<u32>,
    asked: Vec<Asked>,
    /// Seat and flow of each edge.
    edges: Vec<(u32, i64)>,
}

/// Components with fewer bundles are cut as quickly as they are looked up.
const LEAST_BUNDLES: usize = 256;

/// So many cuts are kept.
const MOST_CUTS: usize = 16;

/// Cuts made before, the latest last.
#[derive(Default)]
pub(super) struct Cuts(Vec<(Shared, usize, Arc<Settled>)>);

impl Cuts {
    /// Keeps a cut of a component of the layout, which is now the latest.
    pub(super) fn keep(&mut self, layout: &Shared, part: usize, cut: &Cut) {
        if layout.connected[part].bundles.len() < LEAST_BUNDLES {
            return;
        }
        if let Some(at) = self.0.iter().position(|(.., known)| Arc::ptr_eq(known, &cut.settled)) {
            self.0.remove(at);
        } else if self.0.len() >= MOST_CUTS {
            self.0.remove(0);
        }
        self.0.push((Arc::clone(layout), part, Arc::clone(&cut.settled)));
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Licensed,
    Dropped,
}

struct Settling<'a> {
    asked: Vec<Asked>,
    /// Seat (by position) and flow.
    edges: Vec<(u32, i64)>,
    /// Whether a term still decides something.
    active: Vec<bool>,
    price: &'a [i64],
    state: Vec<State>,
    /// By seat: what the terms send that need nothing else, and all terms.
    single: Vec<i64>,
    total: Vec<i64>,
    /// By seat: (term, edge).
    users: Vec<(u32, u32)>,
    first: Vec<usize>,
    queue: Vec<u32>,
}

impl Cut {
    /// Decides the seats of component `number`. `terms` are those of each
    /// bundle's kind of people, `price` those of the seats of the component.
    pub(super) fn new<'t>(
        bundles: &Bundles<'_, '_>,
        layout: &Shared,
        number: usize,
        terms: &dyn Fn(u32) -> &'t Terms,
        price: &[i64],
        cuts: &Cuts,
    ) -> Self {
        let part = &layout.connected[number];
        let all = part.bundles.iter().flat_map(|&bundle| terms(bundle));
        let numbers = all.map(|(_, each)| *each).chain(price.iter().map(|&p| i128::from(p)));
        let unit = numbers.fold(0, common).max(1);
        let unit = i64::try_from(unit).unwrap_or(1);
        let price: Vec<i64> = price.iter().map(|price| price / unit).collect();
        let known = cuts.0.iter().rev().find(|(shared, at, known)| {
            *at == number && Arc::ptr_eq(shared, layout) && known.is(part, terms, unit, &price)
        });
        let settled = known.map(|(.., known)| Arc::clone(known));
        let settled = settled
            .unwrap_or_else(|| Arc::new(Settled::new(bundles, layout, part, terms, unit, price)));
        Self { unit, settled }
    }

    /// Terms and seats together, the floors of people left out.
    pub(super) fn value(&self) -> i128 {
        self.settled.value * i128::from(self.unit)
    }

    /// Licensed seats.
    pub(super) fn licensed(&self) -> &[u32] {
        &self.settled.licensed
    }

    /// The proof of the component: who is charged what. `floor` is what a
    /// person of a bundle pays in any case.
    pub(super) fn proof(
        &self,
        bundles: &Bundles<'_, '_>,
        part: &Connected,
        floor: &dyn Fn(u32) -> i128,
    ) -> Proof {
        let Settled { asked: all, edges, .. } = &*self.settled;
        let unit = i128::from(self.unit);
        let cents = |value: i128| i64::try_from(value).unwrap_or(i64::MAX);
        let flow = |edge: usize| edges.get(edge).map_or(0, |(_, flow)| flow * self.unit);
        let mut charges = Vec::new();
        let mut next = 0;
        for &bundle in &part.bundles {
            let start = next;
            while all.get(next).is_some_and(|asked| asked.bundle == bundle) {
                next += 1;
            }
            let asked = &all[start..next];
            let floor = cents(floor(bundle));
            // Where in its edges each term stands, and what is left there.
            let mut places: Vec<(usize, i64)> = asked
                .iter()
                .map(|asked| {
                    let first = asked.edges.start;
                    (first, flow(first))
                })
                .collect();
            for &person in &bundles.members[bundle as usize] {
                let mut terms = Vec::new();
                for (asked, (edge, left)) in asked.iter().zip(&mut places) {
                    let mut to_seats = Vec::new();
                    let each = cents(asked.each * unit);
                    let mut due = each;
                    while due > 0 && *edge < asked.edges.end {
                        let sent = due.min(*left);
                        if sent > 0 {
                            to_seats.push((edges[*edge].0, sent));
                            due -= sent;
                            *left -= sent;
                        }
                        if *left == 0 {
                            *edge += 1;
                            *left = flow(*edge);
                        }
                    }
                    if !to_seats.is_empty() {
                        terms.push(Term { groups: asked.mask, cents: each, to_seats });
                    }
                }
                if floor > 0 || !terms.is_empty() {
                    charges.push(Charge { person, floor, terms });
                }
            }
        }
        Proof::Leaf(Leaf { charges })
    }
}

impl Settled {
    /// `price`: in units.
    fn new<'t>(
        bundles: &Bundles<'_, '_>,
        layout: &Layout,
        part: &Connected,
        terms: &dyn Fn(u32) -> &'t Terms,
        unit: i64,
        price: Vec<i64>,
    ) -> Self {
        let mut settling = Settling {
            asked: Vec::with_capacity(part.bundles.len()),
            edges: Vec::with_capacity(3 * part.bundles.len()),
            active: Vec::new(),
            price: &price,
            state: vec![State::Open; price.len()],
            single: vec![0; price.len()],
            total: vec![0; price.len()],
            users: Vec::new(),
            first: Vec::new(),
            queue: Vec::new(),
        };
        let mut union: Vec<u32> = Vec::new();
        for &bundle in &part.bundles {
            let count = i128::from(bundles.count(bundle as usize));
            let groups = &layout.seats[bundle as usize];
            for &(mask, each) in terms(bundle) {
                let each = each / i128::from(unit);
                union.clear();
                let inside = groups.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0);
                union.extend(inside.flat_map(|(_, seats)| seats));
                if !mask.is_power_of_two() {
                    union.sort_unstable();
                    union.dedup();
                }
                let start = settling.edges.len();
                let seats = union.iter().map(|&seat| (layout.position[seat as usize], 0));
                settling.edges.extend(seats);
                let most = settling.edges[start..].iter().map(|(at, _)| price[*at as usize]);
                let most: i64 = most.sum::<i64>() + 1;
                settling.asked.push(Asked {
                    bundle,
                    mask,
                    each,
                    left: i64::try_from(each * count).map_or(most, |left| left.min(most)),
                    open: u32::try_from(union.len()).unwrap_or(u32::MAX),
                    edges: start..settling.edges.len(),
                });
            }
        }
        settling.lay_out();
        settling.run();
        settling.rest();
        let Settling { state, edges, asked, .. } = settling;
        let chosen = (0..price.len()).filter(|at| state[*at] == State::Licensed);
        let seat = |at: u32| part.seats[at as usize];
        Self {
            value: edges.iter().map(|(_, flow)| i128::from(*flow)).sum(),
            licensed: chosen.map(|at| part.seats[at]).collect(),
            edges: edges.iter().map(|&(at, flow)| (seat(at), flow)).collect(),
            asked,
            price,
        }
    }

    /// Whether it is the cut of these numbers.
    fn is<'t>(
        &self,
        part: &Connected,
        terms: &dyn Fn(u32) -> &'t Terms,
        unit: i64,
        price: &[i64],
    ) -> bool {
        let unit = i128::from(unit);
        let all = part.bundles.iter().flat_map(|&bundle| {
            terms(bundle).iter().map(move |&(mask, each)| (bundle, mask, each / unit))
        });
        let own = self.asked.iter().map(|asked| (asked.bundle, asked.mask, asked.each));
        self.price == price && own.eq(all)
    }
}

/// The greatest common divisor.
fn common(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs()
}

impl Settling<'_> {
    fn lay_out(&mut self) {
        self.first = vec![0; self.price.len() + 1];
        for (seat, _) in &self.edges {
            self.first[*seat as usize + 1] += 1;
        }
        for at in 0..self.price.len() {
            self.first[at + 1] += self.first[at];
        }
        let mut next = self.first.clone();
        self.users = vec![(0, 0); self.edges.len()];
        for (term, asked) in (0_u32..).zip(&self.asked) {
            for edge in asked.edges.clone() {
                let seat = self.edges[edge].0 as usize;
                self.users[next[seat]] = (term, u32::try_from(edge).unwrap_or(u32::MAX));
                next[seat] += 1;
                self.total[seat] += asked.left;
                if asked.open == 1 {
                    self.single[seat] += asked.left;
                }
            }
        }
        self.active = vec![true; self.asked.len()];
        self.queue = (0..u32::try_from(self.price.len()).unwrap_or(u32::MAX)).rev().collect();
    }

    fn run(&mut self) {
        while let Some(seat) = self.queue.pop() {
            let at = seat as usize;
            if self.state[at] != State::Open {
                continue;
            }
            if self.single[at] > self.price[at] {
                self.license(at);
            } else if self.total[at] <= self.price[at] {
                self.drop(at);
            }
        }
    }

    fn license(&mut self, seat: usize) {
        self.state[seat] = State::Licensed;
        let mut due = self.price[seat];
        for user in self.first[seat]..self.first[seat + 1] {
            let (term, edge) = self.users[user];
            let asked = &mut self.asked[term as usize];
            if !self.active[term as usize] {
                continue;
            }
            if asked.open == 1 {
                let sent = due.min(asked.left);
                self.edges[edge as usize].1 += sent;
                asked.left -= sent;
                due -= sent;
                self.active[term as usize] = false;
                continue;
            }
            asked.open -= 1;
            if asked.open == 1 {
                let (left, edges) = (asked.left, asked.edges.clone());
                let last = edges
                    .map(|edge| self.edges[edge].0)
                    .find(|at| self.state[*at as usize] == State::Open);
                if let Some(last) = last {
                    self.single[last as usize] += left;
                    self.queue.push(last);
                }
            }
        }
    }

    fn drop(&mut self, seat: usize) {
        self.state[seat] = State::Dropped;
        for user in self.first[seat]..self.first[seat + 1] {
            let (term, edge) = self.users[user];
            if !std::mem::replace(&mut self.active[term as usize], false) {
                continue;
            }
            let asked = &mut self.asked[term as usize];
            let left = std::mem::take(&mut asked.left);
            self.edges[edge as usize].1 += left;
            for other in asked.edges.clone() {
                let at = self.edges[other].0;
                if self.state[at as usize] == State::Open {
                    self.total[at as usize] -= left;
                    self.queue.push(at);
                }
            }
        }
    }

    /// What is not settled: a flow. A term that needs one open seat sends
    /// everything there: the seat has room for all of those, or it would be
    /// licensed.
    fn rest(&mut self) {
        let open = |state: &State| *state == State::Open;
        if !self.state.iter().any(open) {
            return;
        }
        let mut residual = Residual::new(&self.state.iter().map(open).collect::<Vec<_>>());
        for (at, &price) in self.price.iter().enumerate() {
            residual.seat(at, price);
        }
        let kept = (0..self.asked.len()).filter(|&term| self.active[term]);
        for term in kept {
            let asked = &mut self.asked[term];
            residual.term(asked.left, asked.edges.clone(), &self.edges);
            asked.left = 0;
        }
        residual.run();
        for (edge, flow) in residual.sent() {
            self.edges[edge].1 += flow;
        }
        for (at, state) in self.state.iter_mut().enumerate().filter(|(_, s)| **s == State::Open) {
            *state = if residual.reached(at) { State::Licensed } else { State::Dropped };
        }
    }
}
