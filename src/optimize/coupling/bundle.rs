//! People who are alike, as one.
//!
//! Whoever has the same needs, uses the same devices and works in the same
//! environments makes one *bundle*: the search under rules works on bundles
//! with a count, and only plan and proof speak of people again. Of the people
//! whom no device serves there are as many bundles as there are kinds of
//! people, whatever the size of the tenant.
//!
//! A [`Layout`] is what the devices that can be licensed at all make of the
//! bundles: their groups of seats, the requirements that remain when groups
//! are carried, and the components. It does not depend on prices.

use std::sync::Arc;

use indexmap::IndexSet;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::super::candidate::{Shape, narrow, split};
use super::super::problem::{Clause, Person, Problem, Seat};
use super::super::rules::SeatKind;
use super::cut::Cuts;
use crate::output::LicenceKind;
use crate::rulebook::{SkuId, SkuSet};

/// Licences without prices.
pub(super) type Held = Vec<(SkuId, LicenceKind)>;

/// The kind of seat that a licence is.
pub(super) fn kind_of((sku, kind): (SkuId, LicenceKind)) -> SeatKind {
    SeatKind { sku, attach: kind == LicenceKind::Attach }
}

/// The people of a tenant, bundled.
#[derive(Clone)]
pub(super) struct Bundles<'p, 'a> {
    pub(super) problem: &'p Problem<'a>,
    /// One of each bundle; its environments are those that matter.
    pub(super) people: Vec<Person>,
    /// Who they are, ascending.
    pub(super) members: Vec<Vec<u32>>,
    /// Environments that matter, ascending.
    pub(super) places: Vec<u32>,
    /// Distinct sets of environments, as positions in `places`.
    pub(super) sets: Vec<Vec<usize>>,
    /// For each bundle: its set.
    pub(super) set: Vec<u32>,
}

impl<'p, 'a> Bundles<'p, 'a> {
    /// `scope`: people who are planned at all.
    pub(super) fn new(problem: &'p Problem<'a>, scope: &[bool]) -> Self {
        let placed = problem.rules.apart.iter().any(|apart| !apart.tenant_wide);
        let keys: Vec<Option<Person>> = problem
            .people
            .par_iter()
            .zip(scope)
            .map(|(person, planned)| {
                planned.then(|| {
                    let mut clauses: Vec<Clause> = person.clauses.clone();
                    clauses.sort_unstable();
                    clauses.dedup();
                    let used = |seat: &u32| {
                        let kinds = problem.seats[*seat as usize].kinds;
                        clauses.iter().any(|clause| !clause.kinds.intersection(kinds).is_empty())
                    };
                    let seats = person.seats.iter().copied().filter(used).collect();
                    let mut environments = Vec::new();
                    if placed {
                        environments.clone_from(&person.environments);
                        environments.sort_unstable();
                        environments.dedup();
                    }
                    Person { clauses, seats, environments, ..Person::default() }
                })
            })
            .collect();
        let mut places: Vec<u32> =
            keys.iter().flatten().flat_map(|person| person.environments.clone()).collect();
        places.sort_unstable();
        places.dedup();
        let mut bundles = Self {
            problem,
            people: Vec::new(),
            members: Vec::new(),
            sets: Vec::new(),
            set: Vec::new(),
            places,
        };
        let mut known: FxHashMap<(Vec<Clause>, Vec<u32>, u32), usize> = FxHashMap::default();
        let mut sets: IndexSet<Vec<u32>, FxBuildHasher> = IndexSet::default();
        for (at, person) in (0_u32..).zip(keys) {
            let Some(person) = person else { continue };
            let set = match sets.get_index_of(&person.environments) {
                Some(set) => set,
                None => sets.insert_full(person.environments.clone()).0,
            };
            let key = (person.clauses.clone(), person.seats.clone(), narrow(set));
            let number = *known.entry(key).or_insert_with(|| {
                bundles.people.push(person);
                bundles.members.push(Vec::new());
                bundles.set.push(narrow(set));
                bundles.people.len() - 1
            });
            bundles.members[number].push(at);
        }
        let position = |place: &u32| bundles.places.binary_search(place).ok();
        bundles.sets = sets.iter().map(|set| set.iter().filter_map(position).collect()).collect();
        bundles
    }

    /// With these people of a bundle as a bundle of their own; nothing where
    /// they are one.
    pub(super) fn parted(&self, people: &[u32]) -> Option<Self> {
        let first = people.first()?;
        let whole = self.members.iter().position(|all| all.binary_search(first).is_ok())?;
        if self.members[whole].len() == people.len() {
            return None;
        }
        let mut parted = self.clone();
        parted.members[whole].retain(|person| people.binary_search(person).is_err());
        parted.members.push(people.to_vec());
        parted.people.push(self.people[whole].clone());
        parted.set.push(self.set[whole]);
        Some(parted)
    }

    /// How many people a bundle has.
    pub(super) fn count(&self, bundle: usize) -> i64 {
        i64::try_from(self.members[bundle].len()).unwrap_or(i64::MAX)
    }
}

/// What user licences must satisfy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Requirement {
    pub(super) clauses: Vec<SkuSet>,
    /// SKUs that the person's needs mention, whoever satisfies them.
    pub(super) mentioned: SkuSet,
}

/// Every requirement and every set of licences that a search has met, by
/// number.
#[derive(Default)]
pub(super) struct Met {
    pub(super) requirements: IndexSet<Requirement, FxBuildHasher>,
    pub(super) covers: IndexSet<Held, FxBuildHasher>,
    /// For each requirement: sets of licences that were once the cheapest.
    pub(super) options: Vec<IndexSet<u32, FxBuildHasher>>,
    /// The latest cuts of large components.
    pub(super) cuts: Cuts,
}

impl Met {
    fn requirement(&mut self, requirement: Requirement) -> u32 {
        let (at, new) = self.requirements.insert_full(requirement);
        if new {
            self.options.push(IndexSet::default());
        }
        narrow(at)
    }

    /// The number of a set of licences.
    pub(super) fn cover(&mut self, held: Held) -> u32 {
        narrow(self.covers.insert_full(held).0)
    }

    pub(super) fn held(&self, cover: u32) -> &[(SkuId, LicenceKind)] {
        self.covers.get_index(cover as usize).map_or(&[], Vec::as_slice)
    }
}

/// People whose needs are alike, seats aside.
pub(super) struct Kind {
    /// The requirement for every set of groups left to licences.
    pub(super) requirements: Vec<u32>,
}

/// People and seats that devices connect.
pub(super) struct Connected {
    /// Bundles, ascending.
    pub(super) bundles: Vec<u32>,
    /// Seats, ascending.
    pub(super) seats: Vec<u32>,
}

/// The bundles under the devices that can be licensed.
pub(super) struct Layout {
    /// Seats that can be licensed.
    licensable: Vec<bool>,
    pub(super) kinds: Vec<Kind>,
    /// For each bundle: its kind.
    pub(super) kind: Vec<u32>,
    /// For each bundle: the seats of each group.
    pub(super) seats: Vec<Vec<Vec<u32>>>,
    pub(super) connected: Vec<Connected>,
    /// For each seat: where it stands among those of its component.
    pub(super) position: Vec<u32>,
}

impl Layout {
    /// `seats` are those of the tenant, with no price where none can be
    /// licensed.
    pub(super) fn new(bundles: &Bundles<'_, '_>, met: &mut Met, seats: Vec<Seat>) -> Self {
        let licensable = seats.iter().map(|seat| seat.cents.is_some()).collect();
        let base = bundles.problem;
        let problem = Problem::new(base.market, Vec::new(), seats, base.policy);
        let parts: Vec<(Shape, Vec<Vec<u32>>)> =
            bundles.people.par_iter().map(|person| split(&problem, person)).collect();
        let mut shapes: IndexSet<Shape, FxBuildHasher> = IndexSet::default();
        let mut kind = Vec::with_capacity(parts.len());
        let mut groups = Vec::with_capacity(parts.len());
        for (shape, seats) in parts {
            let at = match shapes.get_index_of(&shape) {
                Some(at) => at,
                None => shapes.insert_full(shape).0,
            };
            kind.push(narrow(at));
            groups.push(seats);
        }
        let kinds = shapes
            .iter()
            .map(|shape| Kind {
                requirements: (0..1_u32 << shape.groups.len())
                    .map(|open| {
                        let clauses = shape.clauses(open);
                        met.requirement(Requirement { clauses, mentioned: shape.mentioned })
                    })
                    .collect(),
            })
            .collect();
        let connected = connected(&groups, problem.seats.len());
        let mut position = vec![0; problem.seats.len()];
        for part in &connected {
            for (at, &seat) in (0_u32..).zip(&part.seats) {
                position[seat as usize] = at;
            }
        }
        Self { licensable, kinds, kind, seats: groups, connected, position }
    }

    /// Whether the layout is right where these seats have a price.
    pub(super) fn fits(&self, seats: &[Seat]) -> bool {
        self.licensable.iter().zip(seats).all(|(known, seat)| *known == seat.cents.is_some())
    }

    /// The groups of a bundle that the licensed seats leave to licences.
    pub(super) fn open(&self, bundle: usize, licensed: &[bool]) -> usize {
        let groups = self.seats[bundle].iter().enumerate();
        let open = groups.filter(|(_, seats)| !seats.iter().all(|&seat| licensed[seat as usize]));
        open.fold(0, |open, (at, _)| open | 1 << at)
    }

    /// What licences must satisfy of a bundle beside these seats.
    pub(super) fn requirement(&self, bundle: usize, licensed: &[bool]) -> u32 {
        let kind = &self.kinds[self.kind[bundle] as usize];
        kind.requirements[self.open(bundle, licensed)]
    }
}

fn connected(groups: &[Vec<Vec<u32>>], seats: usize) -> Vec<Connected> {
    let mut parent: Vec<u32> = (0..narrow(seats)).collect();
    let mut root = |mut seat: u32, join: Option<u32>| {
        while parent[seat as usize] != seat {
            parent[seat as usize] = parent[parent[seat as usize] as usize];
            seat = parent[seat as usize];
        }
        if let Some(other) = join {
            let (low, high) = (seat.min(other), seat.max(other));
            parent[high as usize] = low;
            seat = low;
        }
        seat
    };
    for seats in groups.iter().filter(|groups| !groups.is_empty()) {
        let mut first = None;
        for &seat in seats.iter().flatten() {
            // The smaller number is the root, so numbering follows the input.
            let start = first.map(|first| root(first, None));
            first = Some(root(seat, start));
        }
    }
    let mut numbers: FxHashMap<u32, usize> = FxHashMap::default();
    let mut all: Vec<Connected> = Vec::new();
    let mut used = vec![false; seats];
    for (bundle, groups) in (0_u32..).zip(groups) {
        let Some(&first) = groups.iter().flatten().next() else { continue };
        let number = *numbers.entry(root(first, None)).or_insert_with(|| {
            all.push(Connected { bundles: Vec::new(), seats: Vec::new() });
            all.len() - 1
        });
        all[number].bundles.push(bundle);
        for &seat in groups.iter().flatten() {
            if !std::mem::replace(&mut used[seat as usize], true) {
                all[number].seats.push(seat);
            }
        }
    }
    for part in &mut all {
        part.seats.sort_unstable();
    }
    all
}

/// A layout that many parts of a search share.
pub(super) type Shared = Arc<Layout>;
