//! Everybody's needs split into shapes and groups of seats, on flat arrays.
//!
//! People with the same clauses whose seats stand to them in the same way have
//! the same [`Shape`]: it is worked out once, and for everybody else only the
//! seats of the groups are listed.

use indexmap::IndexSet;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::candidate::{MOST_GROUPS, Shape, narrow, shape_of, split};
use super::problem::{Clause, Person, Problem};
use crate::rulebook::{DevicePolicy, KindSet};

/// Seats by group and person, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    /// Where the groups of each person begin.
    first: Vec<u32>,
    /// Where the seats of each group begin.
    start: Vec<u32>,
    seats: Vec<u32>,
}

/// What does not depend on prices: everybody's groups of seats, and the
/// shapes behind them.
#[derive(Debug)]
pub(super) struct Prepared {
    /// Distinct shapes, by whoever has one first.
    pub(super) shapes: Vec<Shape>,
    /// For each person: the shape.
    pub(super) shape: Vec<u32>,
    pub(super) groups: Groups,
}

/// So many people are split at a time.
const CHUNK: usize = 1 << 14;

/// What a clause is that no group carries, in a pattern.
const FIXED: u64 = 15;

impl Default for Groups {
    fn default() -> Self {
        Self { first: vec![0], start: vec![0], seats: Vec::new() }
    }
}

impl Groups {
    /// How many groups a person has.
    pub(super) fn count(&self, person: usize) -> usize {
        (self.first[person + 1] - self.first[person]) as usize
    }

    /// The seats of each group of a person.
    pub(super) fn of(&self, person: usize) -> impl Iterator<Item = &[u32]> {
        let groups = self.first[person] as usize..self.first[person + 1] as usize;
        groups.map(|at| &self.seats[self.start[at] as usize..self.start[at + 1] as usize])
    }

    /// The seats of all groups of a person, group by group.
    pub(super) fn all(&self, person: usize) -> &[u32] {
        let ends = [person, person + 1].map(|at| self.start[self.first[at] as usize] as usize);
        &self.seats[ends[0]..ends[1]]
    }

    /// The groups of the next person.
    pub(super) fn push<S: AsRef<[u32]>>(&mut self, groups: impl IntoIterator<Item = S>) {
        for seats in groups {
            self.seats.extend_from_slice(seats.as_ref());
            self.start.push(narrow(self.seats.len()));
        }
        self.first.push(narrow(self.start.len() - 1));
    }

    /// The people of another list after these.
    fn append(&mut self, other: &Self) {
        let (groups, seats) = (narrow(self.start.len() - 1), narrow(self.seats.len()));
        self.first.extend(other.first[1..].iter().map(|at| at + groups));
        self.start.extend(other.start[1..].iter().map(|at| at + seats));
        self.seats.extend_from_slice(&other.seats);
    }
}

impl Prepared {
    pub(super) fn new(problem: &Problem<'_>) -> Self {
        let seats: Vec<(KindSet, bool)> =
            problem.seats.iter().map(|seat| (seat.kinds, seat.cents.is_some())).collect();
        let parts: Vec<Splitter<'_, '_>> = problem
            .people
            .par_chunks(CHUNK)
            .map(|people| {
                let mut splitter = Splitter::new(problem, &seats, people.len());
                for person in people {
                    splitter.person(person);
                }
                splitter
            })
            .collect();
        let mut shapes: IndexSet<Shape, FxBuildHasher> = IndexSet::default();
        let mut shape = Vec::with_capacity(problem.people.len());
        let mut groups = Groups::default();
        groups.first.reserve(problem.people.len());
        groups.start.reserve(parts.iter().map(|part| part.groups.start.len()).sum());
        groups.seats.reserve(parts.iter().map(|part| part.groups.seats.len()).sum());
        for part in parts {
            // By whoever comes first in the part, hence in all parts.
            let numbers: Vec<u32> =
                part.shapes.into_iter().map(|shape| narrow(shapes.insert_full(shape).0)).collect();
            shape.extend(part.shape.iter().map(|&at| numbers[at as usize]));
            groups.append(&part.groups);
        }
        Self { shapes: shapes.into_iter().collect(), shape, groups }
    }
}

/// Some people's clauses and how their seats stand to them.
struct Splitter<'p, 'a> {
    problem: &'p Problem<'a>,
    /// Of the seats: their kinds, and whether they can be licensed.
    seats: &'p [(KindSet, bool)],
    profiles: FxHashMap<(&'p [Clause], u32), Profile>,
    shapes: IndexSet<Shape, FxBuildHasher>,
    shape: Vec<u32>,
    groups: Groups,
    room: Room,
}

/// Room that is used again and again.
#[derive(Default)]
struct Room {
    /// Seats by kinds asked for.
    lists: Vec<Vec<u32>>,
    /// Which of the lists are the groups, in their order.
    order: Vec<usize>,
}

/// Clauses that people have in common.
struct Profile {
    /// The distinct kinds that clauses name, and for each clause which.
    kinds: Vec<KindSet>,
    of_clause: Vec<usize>,
    /// Shapes by pattern: for each of `kinds` four bits with its group.
    known: FxHashMap<u64, u32>,
}

impl Profile {
    fn new(clauses: &[Clause]) -> Self {
        let mut kinds: Vec<KindSet> = Vec::new();
        let of_clause = clauses
            .iter()
            .map(|clause| {
                kinds.iter().position(|known| *known == clause.kinds).unwrap_or_else(|| {
                    kinds.push(clause.kinds);
                    kinds.len() - 1
                })
            })
            .collect();
        Self { kinds, of_clause, known: FxHashMap::default() }
    }
}

impl<'p, 'a> Splitter<'p, 'a> {
    fn new(problem: &'p Problem<'a>, seats: &'p [(KindSet, bool)], people: usize) -> Self {
        Self {
            problem,
            seats,
            profiles: FxHashMap::default(),
            shapes: IndexSet::default(),
            shape: Vec::with_capacity(people),
            groups: Groups::default(),
            room: Room::default(),
        }
    }

    fn person(&mut self, person: &'p Person) {
        let profile = self
            .profiles
            .entry((&person.clauses, person.variant))
            .or_insert_with(|| Profile::new(&person.clauses));
        let policy = self.problem.policy;
        let shape = if let Some(pattern) = self.room.pattern(policy, self.seats, profile, person) {
            let Room { lists, order } = &self.room;
            self.groups.push(order.iter().map(|&at| &lists[at]));
            *profile.known.entry(pattern).or_insert_with(|| {
                let group = |clause: usize| {
                    let group = pattern >> (4 * profile.of_clause[clause]) & FIXED;
                    usize::try_from(group).ok().filter(|_| group != FIXED)
                };
                let shape = shape_of(self.problem, person, order.len(), group);
                narrow(self.shapes.insert_full(shape).0)
            })
        } else {
            let (shape, seats) = split(self.problem, person);
            self.groups.push(seats);
            narrow(self.shapes.insert_full(shape).0)
        };
        self.shape.push(shape);
    }
}

impl Room {
    /// Lists a person's groups, as [`split`] does, and says which clauses each
    /// is made of. `None`: more groups or kinds than a pattern holds.
    fn pattern(
        &mut self,
        policy: DevicePolicy,
        seats: &[(KindSet, bool)],
        profile: &Profile,
        person: &Person,
    ) -> Option<u64> {
        let count = profile.kinds.len();
        if count > 16 {
            return None;
        }
        let Self { lists, order } = self;
        order.clear();
        if lists.len() < count {
            lists.resize_with(count, Vec::new);
        }
        let mut fixed = 0;
        for (at, &kinds) in profile.kinds.iter().enumerate() {
            let mut list = std::mem::take(&mut lists[at]);
            list.clear();
            let mut possible = true;
            for &seat in &person.seats {
                let (has, licensable) = seats[seat as usize];
                if !has.intersection(kinds).is_empty() {
                    list.push(seat);
                    possible &= licensable;
                }
            }
            if list.is_empty() || !possible {
                fixed |= FIXED << (4 * at);
            } else if !order.iter().any(|&known| lists[known] == list) {
                order.push(at);
            }
            lists[at] = list;
        }
        if order.len() > MOST_GROUPS {
            return None;
        }
        if policy == DevicePolicy::Strict && !order.is_empty() {
            // Everything is one group, or nothing is.
            if fixed != 0 {
                order.clear();
                return Some((0..count).fold(0, |all, at| all | FIXED << (4 * at)));
            }
            let mut all: Vec<u32> = order.iter().flat_map(|&at| &lists[at]).copied().collect();
            all.sort_unstable();
            all.dedup();
            lists[0] = all;
            order.clear();
            order.push(0);
            return Some(0);
        }
        order.sort_unstable_by(|&a, &b| lists[a].cmp(&lists[b]));
        let mut pattern = fixed;
        for at in (0..count).filter(|at| fixed >> (4 * at) & FIXED == 0) {
            let group = (0_u64..).zip(&*order).find(|(_, known)| lists[**known] == lists[at]);
            pattern |= group.map_or(FIXED, |(group, _)| group) << (4 * at);
        }
        Some(pattern)
    }
}
