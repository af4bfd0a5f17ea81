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

use super::super::device::{Charge, Leaf, Proof, Term};
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
    /// What is not sent yet, of all people of the bundle; no more than a cent
    /// above what its seats cost together, which decides as much.
    left: i64,
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
    edges: Vec<(u32, i64)>,
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
    /// Decides the seats of a component. `terms` are those of each bundle's
    /// kind of people, `price` those of the seats of the component.
    pub(super) fn new<'t>(
        bundles: &Bundles<'_, '_>,
        layout: &Layout,
        part: &Connected,
        terms: &dyn Fn(u32) -> &'t Terms,
        price: &[i64],
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
        let licensed = |at: &usize| settling.state[*at] == State::Licensed;
        let chosen: Vec<usize> = (0..price.len()).filter(licensed).collect();
        let value = settling.edges.iter().map(|(_, flow)| i128::from(*flow)).sum();
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
            let mut places: Vec<(usize, i64)> = asked
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
                    let mut due = cents(asked.each);
                    while due > 0 && *edge < asked.edges.end {
                        let sent = due.min(*left);
                        if sent > 0 {
                            to_seats.push((self.edges[*edge].0, sent));
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
        let open = |state: &State| *state == State::Open;
        if !self.state.iter().any(open) {
            return;
        }
        let mut flow = Flow {
            left: self.price.to_vec(),
            terms: vec![NEVER; self.asked.len()],
            seats: vec![NEVER; self.price.len()],
            next_edge: vec![0; self.asked.len()],
            next_user: vec![0; self.price.len()],
        };
        let kept: Vec<usize> = (0..self.asked.len()).filter(|&term| self.active[term]).collect();
        while self.levels(&mut flow, &kept) {
            for &term in &kept {
                while self.asked[term].left > 0 && self.send(&mut flow, term) {}
            }
        }
        // What the source still reaches is licensed.
        for (state, level) in self.state.iter_mut().zip(&flow.seats) {
            if *state == State::Open {
                *state = if *level == NEVER { State::Dropped } else { State::Licensed };
            }
        }
    }

    /// The distance of terms and seats from what is not sent yet, up to the
    /// nearest seat with room; `false` where there is none.
    fn levels(&self, flow: &mut Flow, kept: &[usize]) -> bool {
        flow.terms.fill(NEVER);
        flow.seats.fill(NEVER);
        let mut terms: Vec<usize> =
            kept.iter().copied().filter(|&term| self.asked[term].left > 0).collect();
        for &term in &terms {
            flow.terms[term] = 0;
        }
        let mut level = 0;
        let mut found = false;
        let mut seats: Vec<usize> = Vec::new();
        while !terms.is_empty() && !found {
            level += 1;
            seats.clear();
            for &term in &terms {
                flow.next_edge[term] = self.asked[term].edges.start;
                for edge in self.asked[term].edges.clone() {
                    let seat = self.edges[edge].0 as usize;
                    if self.state[seat] == State::Open && flow.seats[seat] == NEVER {
                        flow.seats[seat] = level;
                        flow.next_user[seat] = self.first[seat];
                        found |= flow.left[seat] > 0;
                        seats.push(seat);
                    }
                }
            }
            level += 1;
            terms.clear();
            for &seat in &seats {
                for &(term, edge) in &self.users[self.first[seat]..self.first[seat + 1]] {
                    let term = term as usize;
                    if self.edges[edge as usize].1 > 0
                        && self.active[term]
                        && flow.terms[term] == NEVER
                    {
                        flow.terms[term] = level;
                        terms.push(term);
                    }
                }
            }
        }
        found
    }

    /// Sends what one path from `start` along rising levels takes; `false`
    /// where there is none any more.
    fn send(&mut self, flow: &mut Flow, start: usize) -> bool {
        // To a seat over the first edge, back from it over the second, and so
        // on.
        let mut path: Vec<usize> = Vec::new();
        let mut term = start;
        loop {
            let edges = self.asked[term].edges.end;
            let mut seat = None;
            while flow.next_edge[term] < edges {
                let edge = flow.next_edge[term];
                let to = self.edges[edge].0 as usize;
                if self.state[to] == State::Open && flow.seats[to] == flow.terms[term] + 1 {
                    path.push(edge);
                    seat = Some(to);
                    break;
                }
                flow.next_edge[term] += 1;
            }
            let Some(seat) = seat else {
                // A dead end: never this way again.
                let Some(back) = path.pop() else { return false };
                flow.next_user[self.edges[back].0 as usize] += 1;
                let Some(there) = path.pop() else { return false };
                // The seat stays at hand for its next user.
                let seat = self.edges[there].0 as usize;
                term = match self.onward(flow, seat, &mut path, there) {
                    Some(term) => term,
                    None => self.retreat(flow, start, &path),
                };
                continue;
            };
            if flow.left[seat] > 0 {
                let back = path.iter().skip(1).step_by(2).map(|&edge| self.edges[edge].1);
                let sent = back.min().unwrap_or(i64::MAX);
                let sent = sent.min(flow.left[seat]).min(self.asked[start].left);
                for (at, &edge) in path.iter().enumerate() {
                    self.edges[edge].1 += if at % 2 == 0 { sent } else { -sent };
                }
                flow.left[seat] -= sent;
                self.asked[start].left -= sent;
                return true;
            }
            let there = path.pop().unwrap_or_default();
            term = match self.onward(flow, seat, &mut path, there) {
                Some(term) => term,
                None => self.retreat(flow, start, &path),
            };
        }
    }

    /// From a seat without room to the next term that sends to it: the way
    /// there and back is added to the path.
    fn onward(
        &self,
        flow: &mut Flow,
        seat: usize,
        path: &mut Vec<usize>,
        there: usize,
    ) -> Option<usize> {
        while flow.next_user[seat] < self.first[seat + 1] {
            let (term, edge) = self.users[flow.next_user[seat]];
            let (term, edge) = (term as usize, edge as usize);
            let further = self.active[term] && flow.terms[term] == flow.seats[seat] + 1;
            if self.edges[edge].1 > 0 && further {
                path.extend([there, edge]);
                return Some(term);
            }
            flow.next_user[seat] += 1;
        }
        None
    }

    /// Back from a seat that leads nowhere to the term before it, which goes on
    /// with its next edge.
    fn retreat(&self, flow: &mut Flow, start: usize, path: &[usize]) -> usize {
        let term = path.last().map_or(start, |&back| self.owner(back));
        flow.next_edge[term] += 1;
        term
    }

    /// The term that an edge starts from.
    fn owner(&self, edge: usize) -> usize {
        self.asked.partition_point(|asked| asked.edges.end <= edge)
    }
}

/// Not reached.
const NEVER: u32 = u32::MAX;

/// Where the flow of what is not settled stands.
struct Flow {
    /// What seats can still take.
    left: Vec<i64>,
    /// Levels.
    terms: Vec<u32>,
    seats: Vec<u32>,
    /// What is to be tried next.
    next_edge: Vec<usize>,
    next_user: Vec<usize>,
}
