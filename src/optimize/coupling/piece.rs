//! Where two device decisions differ: in pieces that can be turned one by one.
//!
//! Seats that some person uses together belong to one piece. Between a
//! decision and another that is as good at the multipliers, any number of
//! pieces may be turned: that is how a count is met exactly.

use rustc_hash::FxHashMap;

use super::super::rules::SeatKind;
use super::node::Sub;
use super::primal::{Menus, Option_};

/// A bundle in a piece.
pub(super) struct Member {
    pub(super) bundle: u32,
    pub(super) set: u32,
    pub(super) count: i64,
    /// Requirement and set of licences as decided, and turned.
    pub(super) states: [(u32, u32); 2],
}

/// Seats that are turned together, and who uses them.
pub(super) struct Piece {
    pub(super) seats: Vec<u32>,
    pub(super) members: Vec<Member>,
    /// What people and turned seats cost and count as decided, and turned.
    pub(super) options: [Option_; 2],
}

/// Pieces that have nobody and no seat in common.
pub(super) struct Pieces {
    pub(super) all: Vec<Piece>,
    /// Bundles and seats that stand in a piece.
    bundles: Vec<bool>,
    seats: Vec<bool>,
}

impl Pieces {
    pub(super) fn new(sub: &Sub<'_, '_, '_>) -> Self {
        Self {
            all: Vec::new(),
            bundles: vec![false; sub.bundles.people.len()],
            seats: vec![false; sub.seat_cents.len()],
        }
    }

    /// Adds the pieces in which `other` differs from `licensed`.
    pub(super) fn add(
        &mut self,
        sub: &Sub<'_, '_, '_>,
        menus: &mut Menus<'_, '_, '_, '_>,
        licensed: &[bool],
        other: &[bool],
    ) -> Option<()> {
        let turned = licensed.iter().zip(other).zip(&self.seats);
        let turned: Vec<bool> = turned.map(|((a, b), taken)| a != b && !taken).collect();
        for piece in pieces(sub, menus, licensed, other, &turned)? {
            if piece.members.iter().any(|member| self.bundles[member.bundle as usize]) {
                continue;
            }
            for member in &piece.members {
                self.bundles[member.bundle as usize] = true;
            }
            for &seat in &piece.seats {
                self.seats[seat as usize] = true;
            }
            self.all.push(piece);
        }
        Some(())
    }
}

/// The pieces of some seats in which `other` differs from `licensed`. What the
/// seats cost and count as decided is left out of both options.
fn pieces(
    sub: &Sub<'_, '_, '_>,
    menus: &mut Menus<'_, '_, '_, '_>,
    licensed: &[bool],
    other: &[bool],
    turned: &[bool],
) -> Option<Vec<Piece>> {
    let mut parent: Vec<u32> = (0..u32::try_from(turned.len()).ok()?).collect();
    let layout = &sub.layout;
    let mut users: Vec<(u32, u32)> = Vec::new();
    for (bundle, groups) in (0_u32..).zip(&layout.seats) {
        let mut own = groups.iter().flatten().copied().filter(|&seat| turned[seat as usize]);
        let Some(first) = own.next() else { continue };
        for seat in own {
            let (a, b) = (root(&mut parent, first), root(&mut parent, seat));
            parent[a.max(b) as usize] = a.min(b);
        }
        users.push((first, bundle));
    }
    let rows = menus.rows.len();
    let mut numbers: FxHashMap<u32, usize> = FxHashMap::default();
    let mut all: Vec<Piece> = Vec::new();
    let mut of = |parent: &mut [u32], all: &mut Vec<Piece>, seat: u32| {
        *numbers.entry(root(parent, seat)).or_insert_with(|| {
            let nothing = Option_ { cents: 0, activity: vec![0; rows] };
            let options = [nothing.clone(), nothing];
            all.push(Piece { seats: Vec::new(), members: Vec::new(), options });
            all.len() - 1
        })
    };
    let seats = &sub.bundles.problem.seats;
    for (at, seat) in (0_u32..).zip(seats).filter(|(at, _)| turned[*at as usize]) {
        let number = of(&mut parent, &mut all, at);
        let piece = &mut all[number];
        piece.seats.push(at);
        let sign = if licensed[at as usize] { -1 } else { 1 };
        piece.options[1].cents += sign * sub.seat_cents[at as usize]?;
        for (sum, &row) in piece.options[1].activity.iter_mut().zip(menus.rows) {
            *sum += sign * sub.node.rows[row].weight(SeatKind::list(seat.sku));
        }
    }
    for (seat, bundle) in users {
        let number = of(&mut parent, &mut all, seat);
        let piece = &mut all[number];
        let (set, count) = (sub.bundles.set[bundle as usize], sub.bundles.count(bundle as usize));
        let mut states = [(0, 0); 2];
        for ((state, decided), total) in
            states.iter_mut().zip([licensed, other]).zip(&mut piece.options)
        {
            let requirement = layout.requirement(bundle as usize, decided);
            let (option, cover) = menus.best(requirement, set)?;
            *state = (requirement, cover);
            total.cents += count * option.cents;
            for (sum, more) in total.activity.iter_mut().zip(&option.activity) {
                *sum += count * more;
            }
        }
        piece.members.push(Member { bundle, set, count, states });
    }
    Some(all)
}

/// The seat that stands for a piece, with the path to it halved.
fn root(parent: &mut [u32], mut seat: u32) -> u32 {
    while parent[seat as usize] != seat {
        parent[seat as usize] = parent[parent[seat as usize] as usize];
        seat = parent[seat as usize];
    }
    seat
}
