//! The steps of the schedule before the renewal: each plan against its proof, and
//! the tables of the schedule against the plans.
//!
//! A step's proof must be about the renewal's people, devices, prices and rules;
//! what differs is what is owned, and the price that keeps a licence from being
//! bought which is not sold any more.

use std::collections::BTreeMap;

use super::claims::{Claims, Failure, number};
use super::tables::Tables;
use super::tenant::optimum;
use crate::output::LicenceKind;
use crate::output::proof::{ProofFile, ProofMinimum};
use crate::proof::{RestoredPlan, restore};

/// Licence, and how it is bought.
type Seat<'t> = (&'t str, &'t str);

/// What a table says of a licence in a step.
#[derive(Default, Clone, Copy)]
struct Line {
    running: i64,
    used: i64,
    bought: i64,
}

/// Checks the steps of a proof.
pub(super) fn steps(
    file: &str,
    proof: &ProofFile,
    tables: &Tables,
    claims: &mut Claims,
) -> Result<(), Failure> {
    let (schedule, seats) = (tables.get("schedule")?, tables.get("schedule_seats")?);
    // The last step is the renewal, whose proof stands by itself.
    let right =
        ("the table schedule has steps before the renewal:", &schedule.rows().saturating_sub(1));
    let found = proof.steps.len();
    if !claims.equal(file, ("", "the number of steps"), &found, right) {
        return Ok(());
    }
    let (bought, bounds) = (schedule.counts("bought_cents")?, schedule.counts("bound_cents")?);
    let mut lines: Vec<BTreeMap<Seat<'_>, Line>> = vec![BTreeMap::new(); proof.steps.len()];
    let (skus, kinds) = (seats.text("sku")?, seats.text("kind")?);
    let (running, used) = (seats.counts("running")?, seats.counts("used")?);
    let more = seats.counts("bought")?;
    for (at, step) in seats.counts("step")?.into_iter().enumerate() {
        let Some(lines) = usize::try_from(step - 1).ok().and_then(|at| lines.get_mut(at)) else {
            continue;
        };
        let line = Line { running: running[at], used: used[at], bought: more[at] };
        lines.insert((skus[at], kinds[at]), line);
    }
    for (at, (step, lines)) in proof.steps.iter().zip(&mut lines).enumerate() {
        let name = format!("step {}", at + 1);
        same_problem(file, &name, proof, step, claims);
        let restored =
            restore(step).map_err(|error| Failure::unreadable(file, format!("{name}: {error}")))?;
        let Some(plan) = restored.plans.first().filter(|_| restored.plans.len() == 1) else {
            return Err(Failure::unreadable(file, format!("{name} does not hold one plan")));
        };
        optimum((file, &format!("{name}: ")), step, &restored, claims);
        let never = quantities((&seats.file, &name), (proof, step), plan, lines, claims);
        let place = name.as_str();
        for (column, found, right) in [
            ("bought_cents", bought[at], plan.plan.cents.0 - never),
            ("bound_cents", bounds[at], plan.plan.bound.0 - never),
        ] {
            let right = ("the proof of the step says", &right);
            claims.equal(&schedule.file, (place, column), &found, right);
        }
        if at == 0 {
            people(step, plan, tables, claims)?;
        }
    }
    Ok(())
}

/// That a step is about what the renewal is about.
fn same_problem(
    file: &str,
    name: &str,
    renewal: &ProofFile,
    step: &ProofFile,
    claims: &mut Claims,
) {
    let mut same = |holds: bool, what: &str| {
        claims.claim(holds, file, || format!("{name} has other {what} than the renewal"));
    };
    same(step.people == renewal.people && step.needs == renewal.needs, "people");
    same(step.environments == renewal.environments, "environments");
    same(step.device_policy == renewal.device_policy, "rules for devices");
    let device = |file: &ProofFile| -> Vec<(String, String, Vec<String>)> {
        let seats = file.seats.iter();
        seats.map(|seat| (seat.device.clone(), seat.sku.clone(), seat.kinds.clone())).collect()
    };
    same(device(step) == device(renewal), "devices");
    // Whatever can be bought at the renewal costs the same here.
    let prices = step.skus.len() == renewal.skus.len()
        && step.skus.iter().zip(&renewal.skus).all(|(here, there)| {
            here.sku == there.sku
                && (there.list.is_none() || here.list == there.list)
                && (there.attach.is_none() || here.attach == there.attach)
        });
    same(prices, "prices");
    let (Some(here), Some(there)) = (step.plans.first(), renewal.plans.first()) else { return };
    // Seats that open a gate are bought at the renewal.
    let minimums = |rules: &[ProofMinimum]| -> Vec<ProofMinimum> {
        rules.iter().filter(|minimum| !minimum.always).cloned().collect()
    };
    let (here, there) = (&here.rules, &there.rules);
    same(minimums(&here.minimums) == minimums(&there.minimums), "minimums");
    same(here.exclusions == there.exclusions, "exclusions");
    same(here.full_user == there.full_user, "rules for the full user");
    same(there.owned.is_empty(), "owned seats");
}

/// The quantities of a step; gives what those seats cost in the proof that
/// cannot be bought at any price.
fn quantities(
    (file, name): (&str, &str),
    (renewal, step): (&ProofFile, &ProofFile),
    plan: &RestoredPlan,
    lines: &BTreeMap<Seat<'_>, Line>,
    claims: &mut Claims,
) -> i64 {
    let attach = LicenceKind::Attach.word();
    let id = |at: u8| step.skus.get(usize::from(at)).map_or("", |sku| sku.sku.as_str());
    let mut seats: BTreeMap<Seat<'_>, Line> = BTreeMap::new();
    for buy in plan.plan.people.iter().flat_map(|person| &person.buys) {
        seats.entry((id(buy.sku.0), buy.kind.word())).or_default().used += 1;
    }
    for (seat, _) in step.seats.iter().zip(&plan.plan.licensed).filter(|(_, yes)| **yes) {
        let key = (seat.sku.as_str(), LicenceKind::Device.word());
        seats.entry(key).or_default().used += 1;
    }
    for owned in &plan.rules.owned {
        let sku = id(owned.kind.sku.0);
        let known = lines.iter().find(|((known, kind), line)| {
            *known == sku && (*kind == attach) == owned.kind.attach && line.running > 0
        });
        let quantity = i64::from(owned.quantity);
        claims.claim(known.is_some_and(|(_, line)| line.running == quantity), file, || {
            format!(
                "{name}: {quantity} seats of {sku} are owned in the proof and not in schedule_seats"
            )
        });
        if let Some((key, _)) = known {
            seats.entry(*key).or_default().running = quantity;
        }
    }
    for seat in seats.values_mut() {
        seat.bought = (seat.used - seat.running).max(0);
    }
    for &(sku, quantity) in &plan.plan.spare {
        let sku = id(sku.0);
        // A seat for nobody is bought as the licence is bought otherwise.
        let known = lines.keys().find(|(known, kind)| *known == sku && *kind != attach);
        if let Some(key) = known {
            seats.entry(*key).or_default().bought += number(quantity);
        } else {
            claims.claim(false, file, || format!("{name}: schedule_seats lacks seats of {sku}"));
        }
    }
    let mut never = 0_i64;
    for (key, line) in lines {
        let place = format!("{name}: {} ({})", key.0, key.1);
        let seat = seats.remove(key).unwrap_or_default();
        let says = "the proof of the step says";
        claims.equal(file, (&place, "used"), &line.used, (says, &seat.used));
        claims.equal(file, (&place, "bought"), &line.bought, (says, &seat.bought));
        if let Some(price) = price(step, key).filter(|_| price(renewal, key).is_none()) {
            never += price * seat.bought;
        }
    }
    for (key, _) in seats {
        claims.claim(false, file, || format!("{name}: schedule_seats lacks {} ({})", key.0, key.1));
    }
    never
}

/// The price of a seat in a proof.
fn price(proof: &ProofFile, (sku, kind): &Seat<'_>) -> Option<i64> {
    if *kind == LicenceKind::Device.word() {
        let devices = &proof.plans.first()?.rules.devices;
        return devices.iter().find(|device| device.sku == *sku).map(|device| device.cents);
    }
    let about = proof.skus.iter().find(|about| about.sku == *sku)?;
    if *kind == LicenceKind::Attach.word() { about.attach } else { about.list }
}

/// What people hold in the first step.
fn people(
    step: &ProofFile,
    plan: &RestoredPlan,
    tables: &Tables,
    claims: &mut Claims,
) -> Result<(), Failure> {
    let table = tables.get("in_term")?;
    let mut held: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
    let (users, skus, kinds) = (table.text("user_id")?, table.text("sku")?, table.text("kind")?);
    for at in 0..table.rows() {
        *held.entry((users[at], skus[at], kinds[at])).or_default() += 1;
    }
    for (person, planned) in step.people.iter().zip(&plan.plan.people) {
        for buy in &planned.buys {
            let Some(sku) = step.skus.get(usize::from(buy.sku.0)) else { continue };
            *held.entry((&person.user, &sku.sku, buy.kind.word())).or_default() -= 1;
        }
    }
    for ((user, sku, kind), count) in held {
        claims.claim(count == 0, &table.file, || {
            let what = if count > 0 { "and not in the proof" } else { "in the proof and not" };
            format!("{user} holds {sku} ({kind}) {what} in the first step")
        });
    }
    Ok(())
}
