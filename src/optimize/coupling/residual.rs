//! The flow that decides the devices which nothing simpler settles.
//!
//! Terms send along their edges to seats, which take no more than their
//! price. The flow is found along rising levels, as in
//! [`super::super::flow`]; the network is the terms and seats themselves, laid
//! out one after the other.

/// Not reached, or not here.
const NEVER: u32 = u32::MAX;

/// Terms and open seats.
pub(super) struct Residual {
    /// For each seat of the component: its number here.
    number: Vec<u32>,
    /// By seat: what it can still take.
    room: Vec<i64>,
    /// By term: what it has still to send, and where its edges begin.
    due: Vec<i64>,
    edges_of: Vec<u32>,
    /// By edge: seat, flow, and the edge of the component.
    to: Vec<u32>,
    flow: Vec<i64>,
    origin: Vec<usize>,
    /// What terms sent that need one seat: edge of the component, flow.
    direct: Vec<(usize, i64)>,
    /// By edge: its term. By seat: where its edges begin in `users`.
    from: Vec<u32>,
    users: Vec<u32>,
    users_of: Vec<u32>,
    /// Distances from what is not sent yet.
    term_level: Vec<u32>,
    seat_level: Vec<u32>,
    /// What is to be tried next: of a term's edges, of a seat's users.
    next_edge: Vec<u32>,
    next_user: Vec<u32>,
}

impl Residual {
    /// `open`: the seats of the component that are not settled.
    pub(super) fn new(open: &[bool]) -> Self {
        let mut count = 0;
        let number = open.iter().map(|&open| {
            let here = count;
            count += u32::from(open);
            if open { here } else { NEVER }
        });
        let number: Vec<u32> = number.collect();
        let seats = count as usize;
        Self {
            number,
            room: vec![0; seats],
            due: Vec::new(),
            edges_of: vec![0],
            to: Vec::new(),
            flow: Vec::new(),
            origin: Vec::new(),
            direct: Vec::new(),
            from: Vec::new(),
            users: Vec::new(),
            users_of: Vec::new(),
            term_level: Vec::new(),
            seat_level: vec![NEVER; seats],
            next_edge: Vec::new(),
            next_user: vec![0; seats],
        }
    }

    /// What a seat can take; one that is settled is left out.
    pub(super) fn seat(&mut self, at: usize, room: i64) {
        if self.number[at] != NEVER {
            self.room[self.number[at] as usize] = room;
        }
    }

    /// Adds a term that sends `due` along some `edges` of the component, whose
    /// seats are all known.
    pub(super) fn term(
        &mut self,
        due: i64,
        edges: std::ops::Range<usize>,
        component: &[(u32, i64)],
    ) {
        let start = self.to.len();
        for edge in edges {
            let seat = self.number[component[edge].0 as usize];
            if seat != NEVER {
                self.to.push(seat);
                self.origin.push(edge);
            }
        }
        if self.to.len() == start + 1 {
            // It has no choice.
            let (seat, edge) = (self.to.pop(), self.origin.pop());
            if let (Some(seat), Some(edge)) = (seat, edge) {
                let room = &mut self.room[seat as usize];
                let sent = due.min(*room);
                *room -= sent;
                self.direct.push((edge, sent));
            }
            return;
        }
        self.due.push(due);
        self.edges_of.push(narrow(self.to.len()));
    }

    /// Sends as much as possible.
    pub(super) fn run(&mut self) {
        self.lay_out();
        while self.levels() {
            for term in 0..self.due.len() {
                while self.due[term] > 0 && self.send(term) {}
            }
        }
    }

    /// The flow of edges of the component.
    pub(super) fn sent(&self) -> impl Iterator<Item = (usize, i64)> {
        let direct = self.direct.iter().copied();
        direct.chain(self.origin.iter().copied().zip(self.flow.iter().copied()))
    }

    /// Whether what is not sent still reaches a seat once all is sent that can
    /// be: such seats are licensed.
    pub(super) fn reached(&self, at: usize) -> bool {
        let seat = self.number[at];
        seat != NEVER && self.seat_level[seat as usize] != NEVER
    }

    fn edges(&self, term: usize) -> std::ops::Range<usize> {
        self.edges_of[term] as usize..self.edges_of[term + 1] as usize
    }

    fn lay_out(&mut self) {
        let (terms, seats) = (self.due.len(), self.room.len());
        self.flow = vec![0; self.to.len()];
        self.from = vec![0; self.to.len()];
        self.users_of = vec![0; seats + 1];
        for &seat in &self.to {
            self.users_of[seat as usize + 1] += 1;
        }
        for seat in 0..seats {
            self.users_of[seat + 1] += self.users_of[seat];
        }
        let mut next = self.users_of.clone();
        self.users = vec![0; self.to.len()];
        for term in 0..terms {
            for edge in self.edges(term) {
                self.from[edge] = narrow(term);
                let place = &mut next[self.to[edge] as usize];
                self.users[*place as usize] = narrow(edge);
                *place += 1;
            }
        }
        self.term_level = vec![NEVER; terms];
        self.next_edge = vec![0; terms];
    }

    /// The distance of terms and seats from what is not sent yet, up to the
    /// nearest seat with room; `false` where there is none.
    fn levels(&mut self) -> bool {
        self.term_level.fill(NEVER);
        self.seat_level.fill(NEVER);
        let mut terms: Vec<u32> = Vec::new();
        for (at, due) in self.due.iter().enumerate() {
            if *due > 0 {
                self.term_level[at] = 0;
                terms.push(narrow(at));
            }
        }
        let (mut level, mut found) = (0, false);
        let mut seats: Vec<u32> = Vec::new();
        while !terms.is_empty() && !found {
            level += 1;
            seats.clear();
            for &term in &terms {
                self.next_edge[term as usize] = self.edges_of[term as usize];
                for edge in self.edges(term as usize) {
                    let seat = self.to[edge] as usize;
                    if self.seat_level[seat] == NEVER {
                        self.seat_level[seat] = level;
                        self.next_user[seat] = self.users_of[seat];
                        found |= self.room[seat] > 0;
                        seats.push(narrow(seat));
                    }
                }
            }
            level += 1;
            terms.clear();
            if found {
                break;
            }
            for &seat in &seats {
                let range = self.users_of[seat as usize]..self.users_of[seat as usize + 1];
                for user in range {
                    let edge = self.users[user as usize] as usize;
                    let term = self.from[edge] as usize;
                    if self.term_level[term] == NEVER && self.flow[edge] > 0 {
                        self.term_level[term] = level;
                        terms.push(narrow(term));
                    }
                }
            }
        }
        found
    }

    /// Sends what one path from `start` along rising levels takes; `false`
    /// where there is none any more.
    fn send(&mut self, start: usize) -> bool {
        // To a seat over the first edge, back from it over the second, and so
        // on.
        let mut path: Vec<usize> = Vec::new();
        let mut term = start;
        loop {
            let end = self.edges_of[term + 1];
            let rising = self.term_level[term] + 1;
            while self.next_edge[term] < end
                && self.seat_level[self.to[self.next_edge[term] as usize] as usize] != rising
            {
                self.next_edge[term] += 1;
            }
            if self.next_edge[term] == end {
                // A dead end: never this way again. The seat before stays at
                // hand for its next user.
                let (Some(back), Some(there)) = (path.pop(), path.pop()) else { return false };
                self.next_user[self.to[back] as usize] += 1;
                term = self.onward(&mut path, there);
                continue;
            }
            let edge = self.next_edge[term] as usize;
            let seat = self.to[edge] as usize;
            if self.room[seat] == 0 {
                term = self.onward(&mut path, edge);
                continue;
            }
            let back = path.iter().skip(1).step_by(2).map(|&edge| self.flow[edge]);
            let sent = back.min().unwrap_or(i64::MAX).min(self.room[seat]).min(self.due[start]);
            path.push(edge);
            for (at, &edge) in path.iter().enumerate() {
                self.flow[edge] += if at % 2 == 0 { sent } else { -sent };
            }
            self.room[seat] -= sent;
            self.due[start] -= sent;
            return true;
        }
    }

    /// From a seat without room, reached over `there`, to the next term that
    /// sends to it, with the way there and back added to the path; or back to
    /// the term before, which goes on with its next edge.
    fn onward(&mut self, path: &mut Vec<usize>, there: usize) -> usize {
        let seat = self.to[there] as usize;
        let rising = self.seat_level[seat].saturating_add(1);
        while self.next_user[seat] < self.users_of[seat + 1] {
            let edge = self.users[self.next_user[seat] as usize] as usize;
            let term = self.from[edge];
            if self.flow[edge] > 0 && self.term_level[term as usize] == rising {
                path.extend([there, edge]);
                return term as usize;
            }
            self.next_user[seat] += 1;
        }
        let term = self.from[there] as usize;
        self.next_edge[term] += 1;
        term
    }
}

/// Terms, seats and edges of a component fit 32 bits.
fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_the_least_cut() {
        // Seat 1 is settled. Terms: 5 to seat 0 alone, 6 to seats 0 and 2, 9
        // to seats 2 and 3, 4 to seats 1 and 3.
        let edges = [(0, 0), (0, 0), (2, 0), (2, 0), (3, 0), (1, 0), (3, 0)];
        let mut residual = Residual::new(&[true, false, true, true]);
        for (at, room) in [(0, 7), (1, 50), (2, 4), (3, 20)] {
            residual.seat(at, room);
        }
        for (due, range) in [(5, 0..1), (6, 1..3), (9, 3..5), (4, 5..7)] {
            residual.term(due, range, &edges);
        }
        residual.run();
        let mut sent = [0; 7];
        residual.sent().for_each(|(edge, flow)| sent[edge] += flow);
        // Everything: no seat is paid for in full by those who need it only.
        assert_eq!((sent.iter().sum::<i64>(), sent[0], sent[5], sent[6]), (24, 5, 0, 4));
        assert!(sent[1] + sent[0] <= 7 && sent[2] + sent[3] <= 4 && sent[4] + sent[6] <= 20);
        assert!((0..4).all(|at| !residual.reached(at)));
    }

    #[test]
    fn seats_that_cannot_take_more_are_licensed() {
        let edges = [(0, 0), (1, 0), (1, 0), (2, 0)];
        let mut residual = Residual::new(&[true; 3]);
        for (at, room) in [(0, 3), (1, 4), (2, 10)] {
            residual.seat(at, room);
        }
        residual.term(9, 0..2, &edges);
        residual.term(2, 2..4, &edges);
        residual.run();
        // Nine are worth more than seven, and the other two find room.
        assert_eq!(residual.sent().map(|(_, flow)| flow).sum::<i64>(), 9);
        assert_eq!([0, 1, 2].map(|at| residual.reached(at)), [true, true, false]);
    }
}
