//! The device decision of one component at the prices of a node.
//!
//! It is the minimum cut of [`super::super::device`], made for being asked
//! again and again: a seat that is worth its price to those who need nothing
//! else is licensed, a seat that is not worth it to everybody together is
//! not, and each such decision may settle further seats. The flow that proves
//! the cut is written down on the way: what settles a seat for is paid by
//! those who need only it, what speaks against it is paid in full by all who
//! need it. Only what is left when no seat is settled any more goes through
//! the flow algorithm.
//!
//! People whose cost has no exact terms are left to [`super::super::component`].

use super::super::device::{Charge, Leaf, Proof, Term};
use super::super::flow::{EdgeId, INFINITE, Network};
use super::bundle::{Bundles, Connected, Layout};

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
    /// What is not sent yet, of all people of the bundle.
    left: i128,
    /// Seats that are not settled.
    open: u32,
    edges: std::ops::Range<usize>,
}

/// A cut and the flow that proves it.
pub(super) struct Cut {
    /// Terms and seats together, the floors of people left out.
    pub(super) value: i128,
    /// Licensed seats.
    pub(super) licensed: Vec<u32>,
    asked: Vec<Asked>,
    /// Seat and flow of each edge.
    edges: Vec<(u32, i128)>,
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
    edges: Vec<(u32, i128)>,
    /// Whether a term still decides something.
    active: Vec<bool>,
    price: &'a [i128],
    state: Vec<State>,
    /// By seat: what the terms send that need nothing else, and all terms.
    single: Vec<i128>,
    total: Vec<i128>,
    /// By seat: (term, edge).
    users: Vec<(u32, u32)>,
    first: Vec<usize>,
    queue: Vec<u32>,
}

impl Cut {
    /// Decides the seats of a component. `terms` are those of each bundle's
    /// kind of people, `price` those of the seats of the component.
    pub(super) fn new<'t>(
        bundles: &Bundles<'_, '_>,
        layout: &Layout,
        part: &Connected,
        terms: &dyn Fn(u32) -> &'t Terms,
        price: &[i128],
    ) -> Self {
        let mut settling = Settling {
            asked: Vec::with_capacity(part.bundles.len()),
            edges: Vec::with_capacity(3 * part.bundles.len()),
            active: Vec::new(),
            price,
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
                settling.asked.push(Asked {
                    bundle,
                    mask,
                    each,
                    left: each * count,
                    open: u32::try_from(union.len()).unwrap_or(u32::MAX),
                    edges: start..settling.edges.len(),
                });
            }
        }
        settling.lay_out();
        settling.run();
        settling.rest();
        let licensed = |at: &usize| settling.state[*at] == State::Licensed;
        let chosen: Vec<usize> = (0..price.len()).filter(licensed).collect();
        let value = settling.edges.iter().map(|(_, flow)| flow).sum();
        let seat = |at: u32| part.seats[at as usize];
        Self {
            value,
            licensed: chosen.into_iter().map(|at| part.seats[at]).collect(),
            edges: settling.edges.iter().map(|&(at, flow)| (seat(at), flow)).collect(),
            asked: settling.asked,
        }
    }

    /// The proof of the component: who is charged what. `floor` is what a
    /// person of a bundle pays in any case.
    pub(super) fn proof(
        &self,
        bundles: &Bundles<'_, '_>,
        part: &Connected,
        floor: &dyn Fn(u32) -> i128,
    ) -> Proof {
        let cents = |value: i128| i64::try_from(value).unwrap_or(i64::MAX);
        let mut charges = Vec::new();
        let mut next = 0;
        for &bundle in &part.bundles {
            let start = next;
            while self.asked.get(next).is_some_and(|asked| asked.bundle == bundle) {
                next += 1;
            }
            let asked = &self.asked[start..next];
            let floor = cents(floor(bundle));
            // Where in its edges each term stands, and what is left there.
            let mut places: Vec<(usize, i128)> = asked
                .iter()
                .map(|asked| {
                    let first = asked.edges.start;
                    (first, self.edges.get(first).map_or(0, |(_, flow)| *flow))
                })
                .collect();
            for &person in &bundles.members[bundle as usize] {
                let mut terms = Vec::new();
                for (asked, (edge, left)) in asked.iter().zip(&mut places) {
                    let mut to_seats = Vec::new();
                    let mut due = asked.each;
                    while due > 0 && *edge < asked.edges.end {
                        let sent = due.min(*left);
                        if sent > 0 {
                            to_seats.push((self.edges[*edge].0, cents(sent)));
                            due -= sent;
                            *left -= sent;
                        }
                        if *left == 0 {
                            *edge += 1;
                            *left = self.edges.get(*edge).map_or(0, |(_, flow)| *flow);
                        }
                    }
                    if !to_seats.is_empty() {
                        terms.push(Term { groups: asked.mask, cents: cents(asked.each), to_seats });
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

    /// What is not settled: a flow.
    fn rest(&mut self) {
        let mut node = vec![0; self.price.len()];
        let mut nodes = 2;
        for (at, state) in self.state.iter().enumerate() {
            if *state == State::Open {
                node[at] = nodes;
                nodes += 1;
            }
        }
        if nodes == 2 {
            return;
        }
        let left: Vec<usize> = (0..self.asked.len()).filter(|&term| self.active[term]).collect();
        let mut network = Network::new(nodes + left.len(), nodes + 4 * left.len());
        let (source, sink) = (0, 1);
        for (at, state) in self.state.iter().enumerate() {
            if *state == State::Open {
                network.edge(node[at], sink, self.price[at]);
            }
        }
        let mut sent: Vec<(usize, EdgeId)> = Vec::new();
        for (number, &term) in left.iter().enumerate() {
            let asked = &self.asked[term];
            network.edge(source, nodes + number, asked.left);
            for edge in asked.edges.clone() {
                let at = self.edges[edge].0 as usize;
                if self.state[at] == State::Open {
                    sent.push((edge, network.edge(nodes + number, node[at], INFINITE)));
                }
            }
        }
        network.maximise(source, sink);
        for (edge, id) in sent {
            self.edges[edge].1 += network.flow(id);
        }
        let side = network.source_side(source);
        for (at, state) in self.state.iter_mut().enumerate() {
            if *state == State::Open {
                *state = if side[node[at]] { State::Licensed } else { State::Dropped };
            }
        }
    }
}
