//! A component in which somebody's cost has no exact terms: the branching of
//! the device decision, person by person.

use std::sync::Arc;

use super::super::candidate::{Candidates, Measure, Table, narrow};
use super::super::component::Component;
use super::super::device::Proof;
use super::super::prepare::Groups;
use super::super::problem::{Person, Problem, Seat};
use super::bundle::Connected;
use super::node::Sub;
use crate::money::Cents;

/// The bound, the licensed seats and the proof of a component. `table` gives
/// the cheapest covers of a group by open device groups.
pub(super) fn branched(
    sub: &Sub<'_, '_, '_>,
    part: &Connected,
    seat_prices: &[i64],
    table: &dyn Fn(usize) -> Table,
    penalty: i64,
) -> (i128, Vec<u32>, Proof) {
    let base = sub.bundles.problem;
    let mut seats: Vec<Seat> = base.seats.clone();
    for ((seat, cents), price) in seats.iter_mut().zip(&sub.seat_cents).zip(seat_prices) {
        seat.cents = cents.map(|_| Cents(*price));
    }
    let mut all: Vec<(u32, u32)> = part
        .bundles
        .iter()
        .flat_map(|&bundle| {
            let members = &sub.bundles.members[bundle as usize];
            members.iter().map(move |&person| (person, bundle))
        })
        .collect();
    all.sort_unstable();
    let people: Vec<Person> =
        all.iter().map(|&(_, bundle)| sub.bundles.people[bundle as usize].clone()).collect();
    let mut problem = Problem::new(base.market, people, seats, base.policy);
    problem.penalty = Some(penalty);
    let mut tables: Vec<Arc<Table>> = Vec::new();
    let mut known: Vec<Option<u32>> = vec![None; sub.groups.len()];
    let mut groups = Groups::default();
    let kind = all
        .iter()
        .map(|&(_, bundle)| {
            groups.push(&sub.layout.seats[bundle as usize]);
            let group = sub.group[bundle as usize] as usize;
            *known[group].get_or_insert_with(|| {
                tables.push(Arc::new(table(group)));
                narrow(tables.len() - 1)
            })
        })
        .collect();
    let candidates = Candidates::by_cents(&problem, &groups, tables, kind);
    let members = ((0..narrow(all.len())).collect(), part.seats.clone());
    let position = &sub.layout.position;
    let component = Component::new(&problem, &candidates, position, members, Measure::Cents);
    let (plan, licensed) = component.solve();
    let mut proof = plan.proof;
    rename(&mut proof, &all);
    (i128::from(plan.bound.0), licensed, proof)
}

/// Gives people their own numbers back.
fn rename(proof: &mut Proof, all: &[(u32, u32)]) {
    match proof {
        Proof::Branch { person, children } => {
            *person = all[*person as usize].0;
            for child in children {
                rename(child, all);
            }
        }
        Proof::Leaf(leaf) => {
            for charge in &mut leaf.charges {
                charge.person = all[charge.person as usize].0;
            }
        }
    }
}
