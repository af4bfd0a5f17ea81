//! The guide of July 2017, rule by rule (see docs/rules.md).
//!
//! Most tests add people to a company that meets every minimum of the guide
//! and has full users, so that a test sees the one rule it is about.

mod capacity;
mod coupled;
mod devices;
mod external;
mod minimums;
mod plans;
mod prices;
mod products;
mod roles;
mod support;
mod use_rights;
mod users;

use crate::tenants::{Answer, Tenant};

/// Accountants of the company: under the plan each, which meets the minimum of
/// twenty, that of five for Talent, and the need for a full user.
const ACCOUNTANTS: usize = 20;

/// What they cost at list price.
const COMPANY: i64 = 20 * 190;

/// The users and role assignments of twenty accountants.
fn accountants() -> (String, String) {
    let ids = (1..=ACCOUNTANTS).map(|n| format!("acc{n:02}\n"));
    let roles = (1..=ACCOUNTANTS).map(|n| format!("acc{n:02},Accountant\n"));
    (ids.collect(), roles.collect())
}

/// The company and `people`, each with a piece of work: a role of the guide's
/// table; `app ...`, an application or right; `use ...`, a row of the use-right
/// tables; or nothing. Whoever is named twice does both.
fn company(people: &[(&str, &str)]) -> Tenant {
    let (mut users, mut roles) = accountants();
    let (mut needs, mut known) = (String::new(), Vec::new());
    for &(id, work) in people {
        if !known.contains(&id) {
            known.push(id);
            users.push_str(&format!("{id}\n"));
        }
        if let Some(app) = work.strip_prefix("app ") {
            needs.push_str(&format!("{id},{app},\n"));
        } else if let Some(right) = work.strip_prefix("use ") {
            needs.push_str(&format!("{id},,{right}\n"));
        } else if !work.is_empty() {
            roles.push_str(&format!("{id},\"{work}\"\n"));
        }
    }
    let tenant = Tenant::new("2017-07")
        .users(format!("user_id\n{users}"))
        .assignments(format!("user_id,role_name\n{roles}"));
    if needs.is_empty() { tenant } else { tenant.needs(format!("user_id,app,use_right\n{needs}")) }
}

/// One more person in the company: what they are licensed with.
fn licences_for(work: &[&str]) -> Vec<String> {
    let people: Vec<(&str, &str)> = work.iter().map(|work| ("ann", *work)).collect();
    company(&people).analyse().licences("ann")
}

/// What the people beside the accountants cost, with their devices.
fn beside(answer: &Answer) -> i64 {
    answer.cost() - COMPANY
}
