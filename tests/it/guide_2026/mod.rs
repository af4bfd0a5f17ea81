//! The rules of September 2026, rule by rule (see docs/rules.md).
//!
//! Prices and roles are those of the shipped edition. Most tenants here have
//! twenty accountants besides the people a test is about, so that the minimum
//! of twenty seats is met and every seat in the plan has its reason.

use crate::tenants::{Answer, Tenant, ids, rows};

mod access;
mod attach;
mod capacity;
mod coupled;
mod devices;
mod gates;
mod minimums;
mod prices;
mod report;
mod roles;
mod use_rights;
mod users;

const EDITION: &str = "2026-09";
/// What the twenty accountants cost.
const ACCOUNTANTS: i64 = 20 * 210;

/// Lines of `person,...` with the people they name added to a users table.
fn people(users: &mut String, lines: &str) -> String {
    let mut kept = String::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let person = line.split(',').next().unwrap_or_default();
        if !users.lines().any(|known| known == person) {
            users.push_str(person);
            users.push('\n');
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

/// Twenty accountants and whoever holds the roles of `person,role`.
fn firm(roles: &str) -> Tenant {
    firm_with(roles, "")
}

/// Twenty accountants and whoever needs the applications of `person,app`.
fn needing(needs: &str) -> Tenant {
    firm_with("", needs)
}

/// Twenty accountants, roles and needs.
fn firm_with(roles: &str, needs: &str) -> Tenant {
    let mut users = ids("user_id", "z", 20);
    let mut held = rows("user_id,role_name", "z", 20, ",Accountant");
    held.push_str(&people(&mut users, roles));
    let apps = people(&mut users, needs);
    let tenant = Tenant::new(EDITION).users(users).assignments(held);
    if apps.is_empty() { tenant } else { tenant.needs(format!("user_id,app\n{apps}")) }
}

/// What a tenant costs beside its twenty accountants.
fn beside(answer: &Answer) -> i64 {
    answer.cost() - ACCOUNTANTS
}

/// The money behind the findings of a code.
fn money(answer: &Answer, code: &str) -> i64 {
    answer
        .findings
        .iter()
        .filter(|f| f.code.id() == code)
        .filter_map(|f| f.cents)
        .map(|c| c.0)
        .sum()
}
