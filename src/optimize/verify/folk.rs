//! People as the checker sees them beside the devices that can be licensed:
//! who is alike, so that nothing is worked out twice.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::super::cover::Market;
use super::super::problem::{Clause, Person, Problem};
use crate::rulebook::{DevicePolicy, SkuSet};

/// What only licences satisfy, and what seats could carry instead.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Needs {
    /// SKUs that the needs mention: bases among them serve a need of their
    /// own, any other base is bought for its attach prices alone.
    pub(super) mentioned: SkuSet,
    pub(super) licences: Vec<SkuSet>,
    /// Clauses by group; whose seats they are stands in [`Folk::seats`].
    pub(super) groups: Vec<Vec<SkuSet>>,
}

/// People with the same needs in the same environments.
#[derive(Clone)]
pub(super) struct Cell {
    pub(super) needs: u32,
    /// Ascending, each once.
    pub(super) environments: Vec<u32>,
    /// Who.
    pub(super) people: Vec<u32>,
}

/// So many people's needs are worked out before they are sorted.
const CHUNK: usize = 1 << 14;

/// Everybody, sorted by what they need.
pub(super) struct Folk {
    /// Seats that can be licensed.
    licensable: Vec<bool>,
    pub(super) needs: Vec<Needs>,
    pub(super) cells: Vec<Cell>,
    /// For each person: the cell.
    pub(super) cell: Vec<u32>,
    /// For each person: the seats of each group, in the order of
    /// [`Needs::groups`].
    pub(super) seats: Vec<Vec<Vec<u32>>>,
}

impl Folk {
    /// `prices`: of the seats; nothing where one cannot be licensed.
    pub(super) fn new(problem: &Problem<'_>, prices: &[Option<i64>]) -> Self {
        let licensable: Vec<bool> = prices.iter().map(Option::is_some).collect();
        let count = problem.people.len();
        // Some at a time: what is alike is kept once. People without seats are
        // alike where their clauses are.
        let all = problem.people.chunks(CHUNK).flat_map(|people| {
            let of = |person: &Person| {
                (!person.seats.is_empty()).then(|| needs(problem, &licensable, person))
            };
            people.par_iter().map(of).collect::<Vec<_>>()
        });
        let mut seatless: FxHashMap<&[Clause], u32> = FxHashMap::default();
        let mut folk = Self {
            licensable: licensable.clone(),
            needs: Vec::new(),
            cells: Vec::new(),
            cell: Vec::with_capacity(count),
            seats: Vec::with_capacity(count),
        };
        let mut numbers: FxHashMap<Needs, u32> = FxHashMap::default();
        let mut cells: FxHashMap<(u32, Vec<u32>), u32> = FxHashMap::default();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        for (at, (person, worked_out)) in (0_u32..).zip(problem.people.iter().zip(all)) {
            let mut of = |needs: Needs| {
                if let Some(&known) = numbers.get(&needs) {
                    return known;
                }
                folk.needs.push(needs.clone());
                numbers.insert(needs, number(folk.needs.len() - 1));
                number(folk.needs.len() - 1)
            };
            let (needs, seats) = if let Some((needs, seats)) = worked_out {
                (of(needs), seats)
            } else {
                let known = seatless.entry(&person.clauses);
                (*known.or_insert_with(|| of(needs(problem, &licensable, person).0)), Vec::new())
            };
            let mut environments = person.environments.clone();
            environments.sort_unstable();
            environments.dedup();
            let key = (needs, environments);
            let cell = if let Some(&known) = cells.get(&key) {
                known
            } else {
                let environments = key.1.clone();
                folk.cells.push(Cell { needs, environments, people: Vec::new() });
                cells.insert(key, number(folk.cells.len() - 1));
                number(folk.cells.len() - 1)
            };
            folk.cells[cell as usize].people.push(at);
            folk.cell.push(cell);
            folk.seats.push(seats);
        }
        folk
    }

    /// Whether the same seats can be licensed at these prices.
    pub(super) fn fits(&self, prices: &[Option<i64>]) -> bool {
        self.licensable.iter().zip(prices).all(|(known, price)| *known == price.is_some())
    }

    /// With the people of each cell parted by `key`.
    pub(super) fn divided(&self, key: &dyn Fn(u32) -> Vec<bool>) -> Self {
        let mut folk = Self {
            licensable: self.licensable.clone(),
            needs: self.needs.clone(),
            cells: Vec::new(),
            cell: vec![0; self.cell.len()],
            seats: self.seats.clone(),
        };
        for cell in &self.cells {
            let mut parts: BTreeMap<Vec<bool>, Vec<u32>> = BTreeMap::new();
            for &person in &cell.people {
                parts.entry(key(person)).or_default().push(person);
            }
            for people in parts.into_values() {
                let number = u32::try_from(folk.cells.len()).unwrap_or(u32::MAX);
                for &person in &people {
                    folk.cell[person as usize] = number;
                }
                let environments = cell.environments.clone();
                folk.cells.push(Cell { needs: cell.needs, environments, people });
            }
        }
        folk
    }

    pub(super) fn needs_of(&self, person: usize) -> &Needs {
        &self.needs[self.cells[self.cell[person] as usize].needs as usize]
    }
}

/// SKUs of the clauses that no stricter clause makes idle, and what add-ons
/// among them require.
fn mentioned(market: &Market, person: &Person) -> SkuSet {
    let mut mentioned = SkuSet::EMPTY;
    for clause in &person.clauses {
        let stricter = |other: SkuSet| other != clause.skus && other.is_subset(clause.skus);
        if !person.clauses.iter().any(|other| stricter(other.skus)) {
            mentioned = mentioned.union(clause.skus);
        }
    }
    for add_on in mentioned.intersection(market.add_on).iter() {
        mentioned = mentioned.union(market.requires[usize::from(add_on.0)]);
    }
    mentioned
}

fn needs(problem: &Problem<'_>, licensable: &[bool], person: &Person) -> (Needs, Vec<Vec<u32>>) {
    let mut licences: Vec<SkuSet> = Vec::new();
    let mut groups: BTreeMap<Vec<u32>, Vec<SkuSet>> = BTreeMap::new();
    for clause in &person.clauses {
        let mut seats: Vec<u32> = Vec::new();
        let mut possible = true;
        for &seat in &person.seats {
            if problem.seats[seat as usize].kinds.0 & clause.kinds.0 != 0 {
                seats.push(seat);
                possible &= licensable[seat as usize];
            }
        }
        if seats.is_empty() || !possible {
            licences.push(clause.skus);
        } else {
            groups.entry(seats).or_default().push(clause.skus);
        }
    }
    if problem.policy == DevicePolicy::Strict {
        let strict = std::mem::take(&mut groups);
        if licences.is_empty() && !strict.is_empty() {
            let mut seats: Vec<u32> = strict.keys().flatten().copied().collect();
            seats.sort_unstable();
            seats.dedup();
            groups.insert(seats, strict.into_values().flatten().collect());
        } else {
            licences.extend(strict.into_values().flatten());
        }
    }
    let (seats, groups) = groups.into_iter().unzip();
    (Needs { mentioned: mentioned(problem.market, person), licences, groups }, seats)
}
