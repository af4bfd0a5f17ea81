//! The tables that answer why: savings, the vendor's own report, other ways to
//! cover a requirement, prices at which the advice flips. Every sum in them is
//! one that another table knows, too.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::{Claims, Failure};
use super::tables::{Table, Tables};

/// Checks the tables of savings, of the report, of ways and of prices.
pub(super) fn answers(tables: &Tables, claims: &mut Claims) -> Result<(), Failure> {
    let people = People::read(tables)?;
    savings(tables, &people, claims)?;
    compare(tables, &people, claims)?;
    alternatives(tables, claims)?;
    sensitivity(tables, claims)
}

/// What the table of people says of one.
struct Person {
    need: bool,
    plan: i64,
    /// Price of what is assigned.
    assigned: i64,
}

/// The people by id; several logins of an id cannot be told apart and are none.
struct People<'t> {
    by_id: BTreeMap<&'t str, Vec<Person>>,
    assigned_known: bool,
}

impl<'t> People<'t> {
    fn read(tables: &'t Tables) -> Result<Self, Failure> {
        let users = tables.get("users")?;
        let mut by_id: BTreeMap<&str, Vec<Person>> = BTreeMap::new();
        let (needs, plans) = (users.numbers("signature")?, users.counts("plan_cents")?);
        let assigned = users.counts("assigned_cents")?;
        for (at, id) in users.text("user_id")?.into_iter().enumerate() {
            let person =
                Person { need: needs[at].is_some(), plan: plans[at], assigned: assigned[at] };
            by_id.entry(id).or_default().push(person);
        }
        let assigned_known = only(tables.get("tenants")?, "assigned_cents")?.is_some();
        Ok(Self { by_id, assigned_known })
    }
}

/// The figure of a table that has one row.
fn only(table: &Table, column: &str) -> Result<Option<i64>, Failure> {
    Ok(table.numbers(column)?.first().copied().flatten())
}

fn row(at: usize) -> String {
    format!("row {}", at + 1)
}

/// Each cent of the way from today to the plan stands in one row.
fn savings(tables: &Tables, people: &People<'_>, claims: &mut Claims) -> Result<(), Failure> {
    let (table, tenant) = (tables.get("savings")?, tables.get("tenants")?);
    let (users, causes) = (table.text("user_id")?, table.text("cause")?);
    let (cents, potential) = (table.counts("cents")?, table.counts("potential_cents")?);
    let mut of_person: BTreeMap<&str, i64> = BTreeMap::new();
    for (at, user) in users.iter().enumerate() {
        let idle = causes[at] == "inactive";
        claims.claim(
            idle == (potential[at] != 0) && !(idle && cents[at] != 0),
            &table.file,
            || {
                format!(
                    "{}: potential_cents goes with the cause inactive, and cents with others",
                    row(at)
                )
            },
        );
        if user.is_empty() {
            continue;
        }
        *of_person.entry(user).or_default() += cents[at];
        let known = people.by_id.get(user);
        claims.claim(known.is_some(), &table.file, || {
            format!("{}: the table users has no user_id {user}", row(at))
        });
        if let (true, Some([person])) = (idle, known.map(Vec::as_slice)) {
            let right = ("the table users says", &person.plan);
            claims.equal(&table.file, (&row(at), "potential_cents"), &potential[at], right);
        }
    }
    if people.assigned_known {
        for (id, persons) in &people.by_id {
            let right: i64 = persons.iter().map(|person| person.assigned - person.plan).sum();
            let found = of_person.get(id).copied().unwrap_or_default();
            let why = "what is assigned less the plan's licences is, in the table users,";
            claims.equal(&table.file, (id, "the sum of cents"), &found, (why, &right));
        }
    }
    let today = only(tenant, "owned_cents")?.or(only(tenant, "assigned_cents")?);
    let plan = only(tenant, "plan_cents")?.unwrap_or_default();
    let right = today.map_or(0, |today| today - plan);
    let why = "today less plan is, in the table tenants,";
    claims.equal(&table.file, ("", "the sum of cents"), &cents.iter().sum(), (why, &right));
    Ok(())
}

/// Everybody with a need has an answer of the report, and they add up.
fn compare(tables: &Tables, people: &People<'_>, claims: &mut Claims) -> Result<(), Failure> {
    let (table, tenant) = (tables.get("compare")?, tables.get("tenants")?);
    let users = table.text("user_id")?;
    let priority = table.counts("priority_cents")?;
    let (outside, greedy) = (table.counts("outside_cents")?, table.counts("greedy_cents")?);
    let (plan, more) = (table.counts("plan_cents")?, table.counts("difference_cents")?);
    let known = only(tenant, "report_priority_cents")?.is_some();
    let needs = people.by_id.values().flatten().filter(|person| person.need && known);
    let right = ("people with a need in the table users:", &needs.count());
    claims.equal(&table.file, ("", "the number of rows"), &table.rows(), right);
    for (at, user) in users.iter().enumerate() {
        let right = ("report and outside less plan are", &(priority[at] + outside[at] - plan[at]));
        claims.equal(&table.file, (&row(at), "difference_cents"), &more[at], right);
        let of_user = people.by_id.get(user);
        let same = |persons: &Vec<Person>| persons.iter().any(|person| person.plan == plan[at]);
        claims.claim(of_user.is_some_and(same), &table.file, || {
            format!("{}: the table users has no {user} with plan_cents {}", row(at), plan[at])
        });
    }
    for (column, cents) in [
        ("report_priority_cents", priority),
        ("report_greedy_cents", greedy),
        ("report_outside_cents", outside),
    ] {
        let found = only(tenant, column)?.unwrap_or_default();
        let right = ("the table compare adds up to", &cents.iter().sum());
        claims.equal(&tenant.file, ("", column), &found, right);
    }
    Ok(())
}

/// Every requirement has its cheapest ways, and the others are dearer.
fn alternatives(tables: &Tables, claims: &mut Claims) -> Result<(), Failure> {
    let (table, needs) = (tables.get("alternatives")?, tables.get("signatures")?);
    let (users, cents) = (needs.counts("users")?, needs.counts("cents")?);
    let known = needs.counts("number")?.into_iter().zip(users.into_iter().zip(cents));
    let known: BTreeMap<i64, (i64, i64)> = known.collect();
    let mut ways: BTreeMap<i64, i64> = BTreeMap::new();
    let (of, users) = (table.counts("signature")?, table.counts("users")?);
    let (cheapest, cents) = (table.flags("cheapest")?, table.counts("cents")?);
    let far = table.counts("distance_cents")?;
    for (at, number) in of.iter().enumerate() {
        let Some(&(people, least)) = known.get(number) else {
            claims.claim(false, &table.file, || {
                format!("{}: the table signatures has no number {number}", row(at))
            });
            continue;
        };
        let says = "the table signatures says";
        claims.equal(&table.file, (&row(at), "users"), &users[at], (says, &people));
        let right = ("cents beyond the cheapest are", &(cents[at] - least));
        claims.equal(&table.file, (&row(at), "distance_cents"), &far[at], right);
        claims.claim(cheapest[at] == (far[at] == 0) && far[at] >= 0, &table.file, || {
            format!("{}: cheapest goes with a distance_cents of 0", row(at))
        });
        *ways.entry(*number).or_default() += i64::from(cheapest[at]);
    }
    let (numbers, covers) = (needs.counts("number")?, needs.counts("covers")?);
    for (number, covers) in numbers.into_iter().zip(covers) {
        let place = format!("requirement {number}");
        let right = ways.get(&number).copied().unwrap_or_default();
        let why = "the table alternatives has such ways:";
        claims.equal(&needs.file, (&place, "covers"), &covers, (why, &right));
    }
    Ok(())
}

/// A price is the plan's, lies between those at which the advice flips, and each
/// stands once.
fn sensitivity(tables: &Tables, claims: &mut Claims) -> Result<(), Failure> {
    let table = tables.get("sensitivity")?;
    let (skus, kinds) = (table.text("sku")?, table.text("kind")?);
    let (groups, cents) = (table.numbers("component")?, table.counts("cents")?);
    let (up, down) = (table.numbers("up_cents")?, table.numbers("down_cents")?);
    let plan = tables.get("plan")?;
    let paid = plan.text("sku")?.into_iter().zip(plan.text("kind")?);
    let paid: BTreeMap<_, _> = paid.zip(plan.counts("unit_cents")?).collect();
    let mut seen = BTreeSet::new();
    for at in 0..table.rows() {
        if let Some(right) = paid.get(&(skus[at], kinds[at])) {
            let right = ("the table plan says", right);
            claims.equal(&table.file, (&row(at), "cents"), &cents[at], right);
        }
        let within = up[at].is_none_or(|up| cents[at] <= up)
            && down[at].is_none_or(|down| down <= cents[at]);
        claims.claim(within, &table.file, || {
            format!("{}: cents lies outside down_cents and up_cents", row(at))
        });
        claims.claim(seen.insert((skus[at], kinds[at], groups[at])), &table.file, || {
            format!("{}: {} ({}) stands twice", row(at), skus[at], kinds[at])
        });
    }
    Ok(())
}
