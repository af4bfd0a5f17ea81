//! The maximum flow of a component: what terms ask for, sent to seats.
//!
//! Every path from the source leads over one term, one of its seats and that
//! seat's price, so the network is two layers: terms with what they ask for,
//! seats with their price, and edges without a limit between them. The flow is
//! kept by edge, in whole numbers, on flat arrays. Each term first sends what
//! it can to its seats as they are, the one with the most room first; what is
//! left is Dinic's algorithm, whose levels are counted from the seats with
//! room, and whose work is only that around the seats it reaches.

/// Not reached.
const FAR: u32 = u32::MAX;

/// Terms, seats and the flow between them.
#[derive(Debug, Clone)]
pub(super) struct Transport<'a> {
    /// Where the edges of a term begin, and those of the term before end.
    first: &'a [u32],
    /// The seat of each edge.
    seat: &'a [u32],
    /// Of the seats: the edges that end there, with their terms.
    users: &'a Users,
    /// What each term has not sent.
    rest: Vec<i64>,
    /// What each seat could still take.
    room: Vec<i64>,
    /// By edge.
    flow: Vec<i64>,
}

/// The edges of each seat.
#[derive(Debug)]
pub(super) struct Users {
    first: Vec<u32>,
    /// Term and edge.
    edges: Vec<(u32, u32)>,
}

/// Levels of a phase, and how far the search has come at each node.
struct Levels {
    seat: Vec<u32>,
    term: Vec<u32>,
    /// Next of the edges of a seat or term.
    seat_next: Vec<u32>,
    term_next: Vec<u32>,
    /// Seats and terms reached, in that order.
    seats: Vec<u32>,
    terms: Vec<u32>,
    /// Terms at the last level that have something to send.
    roots: Vec<u32>,
}

/// How a path goes on.
enum Step {
    /// Over this edge to a seat with room.
    Room(u32),
    /// Over the first edge to a full seat, where the term behind the second
    /// one gives way.
    Down(u32, u32, u32),
    DeadEnd,
}

impl Users {
    /// `first` and `seat` as in [`Transport`].
    pub(super) fn new(first: &[u32], seat: &[u32], seats: usize) -> Self {
        let mut start = vec![0_u32; seats + 1];
        for &seat in seat {
            start[seat as usize + 1] += 1;
        }
        for seat in 0..seats {
            start[seat + 1] += start[seat];
        }
        let mut next = start.clone();
        let mut edges = vec![(0, 0); seat.len()];
        for (term, ends) in (0_u32..).zip(first.windows(2)) {
            for edge in ends[0]..ends[1] {
                let next = &mut next[seat[edge as usize] as usize];
                edges[*next as usize] = (term, edge);
                *next += 1;
            }
        }
        Self { first: start, edges }
    }

    pub(super) fn of(&self, seat: u32) -> &[(u32, u32)] {
        let at = seat as usize;
        &self.edges[self.first[at] as usize..self.first[at + 1] as usize]
    }
}

impl<'a> Transport<'a> {
    /// `asked` of the terms and `price` of the seats; what is below zero
    /// counts as nothing.
    pub(super) fn new(
        (first, seat): (&'a [u32], &'a [u32]),
        users: &'a Users,
        asked: Vec<i64>,
        price: Vec<i64>,
    ) -> Self {
        let nothing_less =
            |all: Vec<i64>| -> Vec<i64> { all.into_iter().map(|cents| cents.max(0)).collect() };
        let (rest, room) = (nothing_less(asked), nothing_less(price));
        Self { first, seat, users, rest, room, flow: vec![0; seat.len()] }
    }

    /// The edges of a term.
    fn edges(&self, term: u32) -> std::ops::Range<usize> {
        self.first[term as usize] as usize..self.first[term as usize + 1] as usize
    }

    /// The flow over an edge.
    pub(super) fn flow(&self, edge: usize) -> i64 {
        self.flow[edge]
    }

    /// Sends as much as possible. Returns which seats could pass more on to a
    /// seat with room: they are on the far side of every minimum cut.
    pub(super) fn maximise(&mut self) -> Vec<bool> {
        self.fill();
        let (seats, terms) = (self.room.len(), self.rest.len());
        let mut levels = Levels {
            seat: vec![FAR; seats],
            term: vec![FAR; terms],
            seat_next: vec![0; seats],
            term_next: vec![0; terms],
            seats: Vec::new(),
            terms: Vec::new(),
            roots: Vec::new(),
        };
        loop {
            self.count(&mut levels);
            if levels.roots.is_empty() {
                return levels.seat.iter().map(|&level| level != FAR).collect();
            }
            for root in std::mem::take(&mut levels.roots) {
                while self.rest[root as usize] > 0 && self.augment(root, &mut levels) {}
            }
        }
    }

    /// Seats that a term with something left reaches: they are on the near
    /// side of every minimum cut.
    pub(super) fn near(&self) -> Vec<bool> {
        let mut near = vec![false; self.room.len()];
        let mut seen = vec![false; self.rest.len()];
        let mut queue: Vec<u32> = Vec::new();
        let mut reach = |term: u32, queue: &mut Vec<u32>| {
            if !std::mem::replace(&mut seen[term as usize], true) {
                for &seat in &self.seat[self.edges(term)] {
                    if !std::mem::replace(&mut near[seat as usize], true) {
                        queue.push(seat);
                    }
                }
            }
        };
        for (term, &rest) in (0_u32..).zip(&self.rest) {
            if rest > 0 {
                reach(term, &mut queue);
            }
        }
        while let Some(seat) = queue.pop() {
            for &(term, edge) in self.users.of(seat) {
                if self.flow[edge as usize] > 0 {
                    reach(term, &mut queue);
                }
            }
        }
        near
    }

    /// Each term sends to the seat with the most room, then to the next.
    fn fill(&mut self) {
        for term in 0..self.rest.len() {
            let edges = self.first[term] as usize..self.first[term + 1] as usize;
            for _ in edges.clone() {
                let room = |edge: &usize| self.room[self.seat[*edge] as usize];
                let most = edges.clone().rev().max_by_key(room);
                let Some(edge) = most.filter(|edge| self.rest[term] > 0 && room(edge) > 0) else {
                    break;
                };
                let sent = self.rest[term].min(room(&edge));
                self.rest[term] -= sent;
                self.room[self.seat[edge] as usize] -= sent;
                self.flow[edge] += sent;
            }
        }
    }

    /// Counts levels from the seats with room up to the first level at which
    /// a term has something to send.
    fn count(&self, levels: &mut Levels) {
        for seat in levels.seats.drain(..) {
            levels.seat[seat as usize] = FAR;
        }
        for term in levels.terms.drain(..) {
            levels.term[term as usize] = FAR;
        }
        for (seat, &room) in (0_u32..).zip(&self.room) {
            if room > 0 {
                levels.reach_seat(self.users, seat, 0);
            }
        }
        let mut done = 0;
        let mut last = FAR;
        while let Some(&seat) = levels.seats.get(done) {
            done += 1;
            let level = levels.seat[seat as usize];
            if level > last {
                return;
            }
            for &(term, _) in self.users.of(seat) {
                if levels.term[term as usize] != FAR {
                    continue;
                }
                levels.term[term as usize] = level;
                levels.term_next[term as usize] = self.first[term as usize];
                levels.terms.push(term);
                if self.rest[term as usize] > 0 {
                    levels.roots.push(term);
                    last = level;
                }
                if last != FAR {
                    continue;
                }
                for edge in self.edges(term) {
                    let giver = self.seat[edge];
                    if self.flow[edge] > 0 && levels.seat[giver as usize] == FAR {
                        levels.reach_seat(self.users, giver, level + 1);
                    }
                }
            }
        }
    }

    /// Sends along one path down the levels, found without recursion: it can
    /// be as long as the component is wide. False: there is none any more.
    fn augment(&mut self, root: u32, levels: &mut Levels) -> bool {
        // Terms left behind: the edge taken from each, and the edge on which
        // the next term gives way.
        let mut path: Vec<(u32, u32, u32)> = Vec::new();
        let mut term = root;
        loop {
            match self.step(term, levels) {
                Step::Down(edge, back, next) => {
                    path.push((term, edge, back));
                    term = next;
                }
                Step::Room(edge) => {
                    self.send(root, &path, edge);
                    return true;
                }
                Step::DeadEnd => {
                    let Some((before, edge, _)) = path.pop() else { return false };
                    levels.seat_next[self.seat[edge as usize] as usize] += 1;
                    term = before;
                }
            }
        }
    }

    /// Where a term can send: straight to room, or to a seat where a term one
    /// level down gives way. What leads nowhere is not looked at again.
    fn step(&self, term: u32, levels: &mut Levels) -> Step {
        let level = levels.term[term as usize];
        let next = &mut levels.term_next[term as usize];
        let end = self.first[term as usize + 1];
        while *next < end {
            let seat = self.seat[*next as usize];
            if levels.seat[seat as usize] == level {
                if level == 0 {
                    if self.room[seat as usize] > 0 {
                        return Step::Room(*next);
                    }
                } else {
                    let at = &mut levels.seat_next[seat as usize];
                    let last = self.users.first[seat as usize + 1];
                    while *at < last {
                        let (giver, back) = self.users.edges[*at as usize];
                        if self.flow[back as usize] > 0 && levels.term[giver as usize] == level - 1
                        {
                            return Step::Down(*next, back, giver);
                        }
                        *at += 1;
                    }
                }
            }
            *next += 1;
        }
        Step::DeadEnd
    }

    /// Sends as much as the path bears: from `root` along it, over `last`.
    fn send(&mut self, root: u32, path: &[(u32, u32, u32)], last: u32) {
        let room = self.room[self.seat[last as usize] as usize];
        let gives = path.iter().map(|&(_, _, back)| self.flow[back as usize]);
        let sent = gives.min().unwrap_or(i64::MAX).min(room).min(self.rest[root as usize]);
        self.rest[root as usize] -= sent;
        for &(_, edge, back) in path {
            self.flow[edge as usize] += sent;
            self.flow[back as usize] -= sent;
        }
        self.flow[last as usize] += sent;
        self.room[self.seat[last as usize] as usize] -= sent;
    }
}

impl Levels {
    fn reach_seat(&mut self, users: &Users, seat: u32, level: u32) {
        self.seat[seat as usize] = level;
        self.seat_next[seat as usize] = users.first[seat as usize];
        self.seats.push(seat);
    }
}

/// The maximum flow from people who ask for `asked` cents to devices that take
/// at most `price`, over usage rows of person and device ordered by person:
/// the flow of [`super::uncoupled`](super::device::uncoupled) alone, for the
/// benchmark beside another program's.
#[doc(hidden)]
#[must_use]
pub fn maximum_flow(asked: Vec<i64>, price: Vec<i64>, usage: &[(u32, u32)]) -> i128 {
    let mut first = vec![0_u32; asked.len() + 1];
    for &(person, _) in usage {
        first[person as usize + 1] += 1;
    }
    for person in 0..asked.len() {
        first[person + 1] += first[person];
    }
    let seat: Vec<u32> = usage.iter().map(|&(_, seat)| seat).collect();
    let users = Users::new(&first, &seat, price.len());
    let mut flow = Transport::new((&first, &seat), &users, asked, price);
    flow.maximise();
    flow.flow.iter().map(|&sent| i128::from(sent)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::flow::{INFINITE, Network};

    #[test]
    fn the_flow_gives_way_over_several_seats() {
        // The first two take the seats that the last one needs, and give way.
        let usage = [(0, 0), (0, 1), (1, 1), (1, 2), (2, 0)];
        assert_eq!(maximum_flow(vec![5, 5, 5], vec![5, 5, 5], &usage), 15);
        assert_eq!(maximum_flow(vec![5, 5, 5], vec![5, 5, 4], &usage), 14);
        assert_eq!(maximum_flow(vec![5, -1, 0], vec![3, -2, 9], &usage), 3);
        assert_eq!(
            maximum_flow(vec![i64::MAX; 3], vec![i64::MAX; 3], &usage),
            3 * i128::from(i64::MAX)
        );
    }

    #[test]
    fn flow_and_sides_are_those_of_the_general_network() {
        let mut state = 11_u64;
        let mut dice = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from((state >> 33) % below).unwrap()
        };
        for _ in 0..2_000 {
            let (terms, seats) = (1 + dice(9), 1 + dice(6));
            let cents = |most: usize| i64::try_from(most).unwrap();
            let asked: Vec<i64> = (0..terms).map(|_| cents(dice(6))).collect();
            let price: Vec<i64> = (0..seats).map(|_| cents(dice(9))).collect();
            let (mut first, mut seat) = (vec![0], Vec::new());
            for _ in 0..terms {
                let some = 1 + dice(62);
                let number = |at: usize| u32::try_from(at).unwrap();
                seat.extend((0..seats).filter(|at| some & (1 << at) != 0).map(number));
                first.push(number(seat.len()));
            }
            let users = Users::new(&first, &seat, seats);
            let mut flow = Transport::new((&first, &seat), &users, asked.clone(), price.clone());
            let far = flow.maximise();
            let near = flow.near();

            let node = |seat: u32| 2 + terms + seat as usize;
            let mut network = Network::new(2 + terms + seats, 0);
            let mut back = Network::new(2 + terms + seats, 0);
            for term in 0..terms {
                network.edge(0, 2 + term, i128::from(asked[term]));
                back.edge(2 + term, 0, i128::from(asked[term]));
                for &at in &seat[first[term] as usize..first[term + 1] as usize] {
                    network.edge(2 + term, node(at), INFINITE);
                    back.edge(node(at), 2 + term, INFINITE);
                }
            }
            for (at, &price) in (0_u32..).zip(&price) {
                network.edge(node(at), 1, i128::from(price));
                back.edge(1, node(at), i128::from(price));
            }
            let total = network.maximise(0, 1);
            assert_eq!(flow.flow.iter().map(|&sent| i128::from(sent)).sum::<i128>(), total);
            assert_eq!(near, network.source_side(0)[2 + terms..]);
            // The far side is the near one of the network turned around.
            assert_eq!(back.maximise(1, 0), total);
            assert_eq!(far, back.source_side(1)[2 + terms..]);
            for term in 0..terms {
                let edges = first[term] as usize..first[term + 1] as usize;
                let sent: i64 = edges.map(|edge| flow.flow(edge)).sum();
                assert!(flow.flow.iter().all(|&sent| sent >= 0));
                assert_eq!(sent + flow.rest[term], asked[term]);
            }
            for (at, &price) in (0_u32..).zip(&price) {
                let taken = users.of(at).iter().map(|&(_, edge)| flow.flow(edge as usize));
                assert_eq!(taken.sum::<i64>() + flow.room[at as usize], price);
            }
        }
    }
}
