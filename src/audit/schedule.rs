//! The tables of the way from what is owned to the renewal plan: their sums, and
//! their last step against the plan. The steps before it stand in the proof
//! (`steps`).

use std::collections::BTreeMap;

use super::claims::{Claims, Failure, number};
use super::tables::Tables;

/// Licence, and how it is bought.
type Seat<'t> = (&'t str, &'t str);

/// What the seats of a step add up to.
#[derive(Default)]
struct Step {
    running: i64,
    idle: i64,
    bought: i64,
    running_cents: i64,
}

/// Checks the tables of a schedule.
pub(super) fn schedule(tables: &Tables, claims: &mut Claims) -> Result<(), Failure> {
    let (table, lines) = (tables.get("schedule")?, tables.get("schedule_seats")?);
    let (steps, of_step) = (table.counts("step")?, lines.counts("step")?);
    let (skus, kinds) = (lines.text("sku")?, lines.text("kind")?);
    let (running, used) = (lines.counts("running")?, lines.counts("used")?);
    let (bought, idle) = (lines.counts("bought")?, lines.counts("idle")?);
    let (units, paid) = (lines.counts("unit_cents")?, lines.counts("running_cents")?);
    let (changes, money) = (lines.counts("change")?, lines.counts("bought_cents")?);
    let (first, last) = (1, number(steps.len()));
    let mut sums: BTreeMap<i64, Step> = BTreeMap::new();
    let mut now: BTreeMap<Seat<'_>, (i64, i64, i64)> = BTreeMap::new();
    let mut at_renewal: BTreeMap<Seat<'_>, i64> = BTreeMap::new();
    let mut before: BTreeMap<Seat<'_>, i64> = BTreeMap::new();
    for (at, &step) in of_step.iter().enumerate() {
        let seat = (skus[at], kinds[at]);
        let place = format!("row {} (step {step}, {}, {})", at + 1, seat.0, seat.1);
        let mut equal = |column: &str, found: i64, why: &str, right: i64| {
            claims.equal(&lines.file, (&place, column), &found, (why, &right));
        };
        let spare = (running[at] - used[at]).max(0);
        equal("idle", idle[at], "running seats beyond those in use are", spare);
        let right = running[at] * units[at];
        equal("running_cents", paid[at], "running seats times price are", right);
        let right = bought[at] * units[at];
        equal("bought_cents", money[at], "seats to buy times price are", right);
        if step > first {
            let known = before.get(&seat).copied().unwrap_or_default();
            let right = running[at] + bought[at] - known;
            equal("change", changes[at], "seats more than in the step before are", right);
        }
        claims.claim(bought[at] >= used[at] - running[at], &lines.file, || {
            format!("{place}: used is {}, more than run and are bought", used[at])
        });
        before.insert(seat, running[at] + bought[at]);
        let sum = sums.entry(step).or_default();
        sum.running += running[at];
        sum.idle += idle[at];
        sum.bought += bought[at];
        sum.running_cents += paid[at];
        if step == first {
            now.insert(seat, (used[at], bought[at], idle[at]));
        }
        if step == last && bought[at] > 0 {
            at_renewal.insert(seat, bought[at]);
        }
    }
    let columns = ["running", "idle", "bought", "running_cents", "bought_cents", "total_cents"];
    let columns: Vec<Vec<i64>> =
        columns.iter().map(|column| table.counts(column)).collect::<Result<_, _>>()?;
    let bounds = table.counts("bound_cents")?;
    for (at, &step) in steps.iter().enumerate() {
        let place = format!("step {step}");
        let sum = sums.remove(&step).unwrap_or_default();
        let mut equal = |column: &str, found: i64, why: &str, right: i64| {
            claims.equal(&table.file, (&place, column), &found, (why, &right));
        };
        let why = "its rows of schedule_seats add up to";
        equal("step", step, "the row is number", number(at + 1));
        equal("running", columns[0][at], why, sum.running);
        equal("idle", columns[1][at], why, sum.idle);
        equal("bought", columns[2][at], why, sum.bought);
        equal("running_cents", columns[3][at], why, sum.running_cents);
        let right = columns[3][at] + columns[4][at];
        equal("total_cents", columns[5][at], "running and bought together are", right);
        claims.claim(bounds[at] <= columns[4][at], &table.file, || {
            format!("{place}: bound_cents is above bought_cents")
        });
    }
    claims.claim(sums.is_empty(), &lines.file, || "has steps that schedule does not have".into());
    renewal(tables, claims, &columns[4], &bounds, &at_renewal)?;
    first_step(tables, claims, &now)
}

/// The last step is the plan.
fn renewal(
    tables: &Tables,
    claims: &mut Claims,
    bought: &[i64],
    bounds: &[i64],
    seats: &BTreeMap<Seat<'_>, i64>,
) -> Result<(), Failure> {
    let (table, plan) = (tables.get("schedule")?, tables.get("plan")?);
    let (Some(&cents), Some(&bound)) = (bought.last(), bounds.last()) else { return Ok(()) };
    let place = "the last step";
    let certificate = tables.get("certificate")?;
    let certified = |column| Ok(certificate.counts(column)?.first().copied().unwrap_or_default());
    let says = "the table certificate says";
    claims.equal(&table.file, (place, "bought_cents"), &cents, (says, &certified("cents")?));
    claims.equal(&table.file, (place, "bound_cents"), &bound, (says, &certified("bound_cents")?));
    let lines = plan.text("sku")?.into_iter().zip(plan.text("kind")?);
    let right: BTreeMap<Seat<'_>, i64> = lines.zip(plan.counts("quantity")?).collect();
    claims.claim(right == *seats, &tables.get("schedule_seats")?.file, || {
        format!("{place}: the seats bought are not those of the table plan")
    });
    Ok(())
}

/// What the first step uses is what `true_up` and `in_term` say.
fn first_step(
    tables: &Tables,
    claims: &mut Claims,
    now: &BTreeMap<Seat<'_>, (i64, i64, i64)>,
) -> Result<(), Failure> {
    let table = tables.get("true_up")?;
    let (uses, buys) = (table.counts("used_now")?, table.counts("buy_now")?);
    let idles = table.counts("idle_now")?;
    let lines = table.text("sku")?.into_iter().zip(table.text("kind")?);
    let why = "the first step of schedule_seats says";
    for (at, seat) in lines.enumerate() {
        let (used, buy, idle) = now.get(&seat).copied().unwrap_or_default();
        let place = format!("row {} ({}, {})", at + 1, seat.0, seat.1);
        claims.equal(&table.file, (&place, "used_now"), &uses[at], (why, &used));
        claims.equal(&table.file, (&place, "buy_now"), &buys[at], (why, &buy));
        claims.equal(&table.file, (&place, "idle_now"), &idles[at], (why, &idle));
    }
    let people = tables.get("in_term")?;
    if people.rows() > 0 {
        let mut held: BTreeMap<Seat<'_>, i64> = BTreeMap::new();
        for seat in people.text("sku")?.into_iter().zip(people.text("kind")?) {
            *held.entry(seat).or_default() += 1;
        }
        for (seat, (used, ..)) in now.iter().filter(|((_, kind), _)| *kind != "device") {
            let found = held.remove(seat).unwrap_or_default();
            let place = format!("{} ({})", seat.0, seat.1);
            claims.equal(&people.file, (&place, "the number of rows"), &found, (why, used));
        }
        for (seat, found) in held {
            claims.claim(false, &people.file, || {
                format!("{found} rows of {} ({}), which schedule_seats lacks", seat.0, seat.1)
            });
        }
    }
    Ok(())
}
