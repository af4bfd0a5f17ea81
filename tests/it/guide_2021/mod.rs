//! The guide of September 2021, rule by rule, and the page on terms that goes
//! with it (see docs/rules.md).
//!
//! Prices are those of the shipped edition; they are part of the expectation
//! because the cheapest lawful answer depends on them. Rules that both guides
//! share are tested in `guide`. Where twenty people have the same need, that
//! many keep the minimum purchase out of the picture; where a salesperson
//! stands beside others, they are the full user whom additional users need.

mod apps;
mod base_attach;
mod business_central;
mod capacity;
mod coupled;
mod devices;
mod external;
mod legacy;
mod minimums;
mod packs;
mod terminology;
mod users;

use crate::tenants::Tenant;

/// People `u01`, `u02`, ... who all need these applications.
fn crew(count: usize, needs: &[&str]) -> Tenant {
    let (mut users, mut rows) = (String::from("user_id\n"), String::from("user_id,app\n"));
    for n in 1..=count {
        users.push_str(&format!("u{n:02}\n"));
        for need in needs {
            rows.push_str(&format!("u{n:02},{need}\n"));
        }
    }
    Tenant::new("2021-09").users(users).needs(rows)
}

/// People by id with their roles, `ann=Warehouse worker`, and beside them the
/// salesperson `sal`, a full user.
fn staff(roles: &[&str]) -> Tenant {
    let mut users = String::from("user_id\nsal\n");
    let mut rows = String::from("user_id,role_name\n");
    let mut known: Vec<&str> = Vec::new();
    for (person, role) in roles.iter().filter_map(|row| row.split_once('=')) {
        if !known.contains(&person) {
            known.push(person);
            users.push_str(&format!("{person}\n"));
        }
        rows.push_str(&format!("{person},{role}\n"));
    }
    Tenant::new("2021-09").users(users).assignments(rows).needs("user_id,app\nsal,Sales Enterprise")
}
