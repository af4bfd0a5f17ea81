//! Seeded data: the same tenants on every machine and in every run.

use std::collections::HashMap;
use std::fmt::Write as _;

use seatwise::money::Cents;
use seatwise::optimize::{Clause, Market, Person, Problem, Seat};
use seatwise::output::TenantInfo;
use seatwise::prices::Prices;
use seatwise::rulebook::{
    DevicePolicy, KindId, KindSet, Metric, Program, RightId, Rulebook, SkuId, SkuSet, Tier, shipped,
};
use seatwise::tenant::{Grants, HeldRole, Permission, Role, TenantInput};

/// A linear congruential generator.
#[derive(Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    /// True this many times in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// The edition everything here is priced by.
pub fn rulebook() -> &'static Rulebook {
    shipped("2021-09").unwrap()
}

/// Its market at list prices.
pub fn market() -> Market {
    Market::new(rulebook(), &Prices::of_edition(rulebook()))
}

fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap()
}

/// What a right asks for: the user licences that give it, and the kinds of
/// device whose licence covers it.
pub fn clause(right: RightId) -> Clause {
    let rulebook = rulebook();
    let kinds = (0_u8..)
        .zip(&rulebook.device_kinds)
        .filter(|(_, kind)| kind.covers.contains(&right))
        .fold(KindSet::EMPTY, |all, (at, _)| all.union(KindSet::of(KindId(at))));
    Clause { skus: rulebook.user_skus_for(right), kinds }
}

/// Clauses of the rights of a tier that user licences satisfy.
pub fn clauses_of(tier: Tier) -> Vec<Clause> {
    (0_u16..)
        .zip(&rulebook().rights)
        .filter(|(_, right)| right.tier == tier)
        .map(|(at, _)| clause(RightId(at)))
        .filter(|clause| !clause.skus.is_empty())
        .collect()
}

/// Distinct requirements of exactly `clauses` clauses, at most `most`.
pub fn requirements(clauses: usize, most: usize) -> Vec<Vec<SkuSet>> {
    let mut pool: Vec<SkuSet> = [Tier::TeamMembers, Tier::Activity, Tier::Full]
        .into_iter()
        .flat_map(clauses_of)
        .map(|clause| clause.skus)
        .collect();
    pool.sort_unstable();
    pool.dedup();
    let mut dice = Dice(clauses as u64);
    let mut all: Vec<Vec<SkuSet>> = Vec::new();
    for _ in 0..most * 4 {
        let mut one: Vec<SkuSet> = (0..clauses).map(|_| pool[dice.below(pool.len())]).collect();
        one.sort_unstable();
        one.dedup();
        if one.len() == clauses {
            all.push(one);
        }
    }
    all.sort_unstable();
    all.dedup();
    all.truncate(most);
    all
}

/// How people and devices hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Everybody uses three devices of the whole tenant: one component.
    One,
    /// Forty people and eight devices a store, three devices each.
    Stores,
    /// Person by person along a row of devices, two each: one component whose
    /// augmenting paths can be as long as the row.
    Chain,
    /// As `One`, but everybody does one kind of work: what a maximum flow
    /// decides without any more ado.
    Plain,
    /// Everybody uses three devices of their own store, and one person in
    /// forty lends a hand in the next store: one component of dense parts.
    Chained,
}

/// A tenant of `people` people, one device to five people and up to three
/// usage rows a person. Prices of devices are spread around what licensing
/// them saves, so that the cut has something to decide.
pub fn tenant(market: &Market, people: usize, layout: Layout) -> Problem<'_> {
    let mut dice = Dice(people as u64);
    let rulebook = rulebook();
    let (members, activity) = (clauses_of(Tier::TeamMembers), clauses_of(Tier::Activity));
    let full = clauses_of(Tier::Full);
    let devices = if layout == Layout::Chain { people + 1 } else { people / 5 };
    // Work at either of two kinds of device, or at one of them.
    let kinds = [KindId(0), KindId(1)];
    let either = KindSet::of(kinds[0]).union(KindSet::of(kinds[1]));
    let at_device = |clause: &Clause, kinds| Clause { kinds, ..*clause };
    let seats = (0..devices)
        .map(|_| {
            let kind = kinds[dice.below(2)];
            let range = match layout {
                Layout::Chain => 60,
                Layout::One | Layout::Plain => 290,
                Layout::Stores | Layout::Chained => 220,
            };
            Seat {
                kinds: KindSet::of(kind),
                sku: rulebook.device_kinds[usize::from(kind.0)].sku,
                cents: Some(Cents(i64::try_from(30 + dice.below(range)).unwrap() * 100)),
            }
        })
        .collect();
    let people = (0..people)
        .map(|at| {
            let mut clauses = Vec::new();
            let work = if layout == Layout::Plain { dice.below(80) } else { dice.below(100) };
            match work {
                0..50 => {
                    clauses.push(at_device(&activity[dice.below(activity.len())], either));
                }
                50..80 => clauses.push(at_device(&members[dice.below(members.len())], either)),
                80..90 => {
                    clauses.push(at_device(&activity[dice.below(activity.len())], either));
                    clauses.push(full[dice.below(full.len())]);
                }
                _ => {
                    clauses.push(at_device(&members[0], KindSet::of(kinds[0])));
                    clauses.push(at_device(&activity[0], KindSet::of(kinds[1])));
                }
            }
            let mut seats: Vec<u32> = match layout {
                Layout::One | Layout::Plain => {
                    (0..3).map(|_| narrow(dice.below(devices))).collect()
                }
                Layout::Chain => vec![narrow(at), narrow(at + 1)],
                Layout::Stores | Layout::Chained => {
                    let away = usize::from(layout == Layout::Chained && dice.chance(2)) * 8;
                    let first = at / 40 * 8;
                    [0, 0, away].map(|away| narrow((first + away + dice.below(8)) % devices)).into()
                }
            };
            seats.sort_unstable();
            seats.dedup();
            let assigned = if dice.chance(50) {
                SkuSet::of(SkuId(u8::try_from(dice.below(rulebook.skus.len())).unwrap()))
            } else {
                SkuSet::EMPTY
            };
            Person { clauses, seats, assigned, ..Person::default() }
        })
        .collect();
    Problem::new(market, people, seats, DevicePolicy::Guide)
}

/// People with six roles each out of two hundred, whose roles have 100 to
/// 5,000 permission rows. `denying` of the roles deny one of their objects.
pub fn classified_tenant(people: usize, denying: usize) -> TenantInput {
    let mut dice = Dice(41);
    let sold = rulebook().skus.iter().filter(|sku| sku.metric == Metric::User && sku.plannable);
    let licences: Vec<String> = sold.map(|sku| sku.name.clone()).take(12).collect();
    let roles = (0..200)
        .map(|number| {
            let rows = 100 + dice.below(4_901);
            // A role's rows name a few licences, most of them low ones.
            let own: Vec<usize> = (0..3).map(|_| dice.below(licences.len())).collect();
            let permissions = (0..rows)
                .map(|row| Permission {
                    object: format!("MenuItem{}", dice.below(8_000)).into(),
                    duty: format!("Duty{}", row / 20).into(),
                    privilege: format!("Privilege{}", row / 4).into(),
                    granted: Grants(0b111),
                    denied: Grants(u8::from(number < denying && row == 0)),
                    license: licences[own[dice.below(3)]].clone().into(),
                    ..Permission::default()
                })
                .collect();
            Role {
                identifier: format!("Custom{number}"),
                name: format!("Custom role {number}"),
                permissions,
                ..Role::default()
            }
        })
        .collect();
    let people = (0..people)
        .map(|number| {
            let mut roles: Vec<u32> = (0..6).map(|_| narrow(dice.below(200))).collect();
            roles.sort_unstable();
            roles.dedup();
            seatwise::tenant::Person {
                id: format!("user{number}").into(),
                enabled: true,
                headcount: 1,
                account_type: "member".into(),
                roles: roles.into_iter().map(|role| HeldRole { role, environment: 0 }).collect(),
                ..seatwise::tenant::Person::default()
            }
        })
        .collect();
    TenantInput {
        info: TenantInfo {
            id: "bench".into(),
            name: "Bench".into(),
            program: Program::default(),
            segment: "commercial".into(),
            currency: "USD".into(),
            renewal_date: String::new(),
            payment: None,
        },
        accounts: 0,
        people,
        roles,
        menu_items: HashMap::new(),
        devices: Vec::new(),
        assigned_known: false,
        subscriptions: Vec::new(),
        capacity: Vec::new(),
        prices: Vec::new(),
        findings: Vec::new(),
    }
}

/// Header and cells of a users table with fourteen columns.
pub fn users(rows: usize) -> Vec<[String; 14]> {
    let mut dice = Dice(7);
    let header = [
        "user_id",
        "upn",
        "email",
        "name",
        "object_id",
        "enabled",
        "account_type",
        "headcount",
        "last_login",
        "created",
        "department",
        "country",
        "environment",
        "tenant",
    ];
    let departments = ["Warehouse", "Finance, accounts payable", "Sales", "Shop floor", "IT"];
    let mut all = vec![header.map(String::from)];
    for row in 0..rows {
        all.push([
            format!("U{row:07}"),
            format!("first.last{row}@contoso.example"),
            format!("first.last{row}@contoso.example"),
            format!("First Last {row}"),
            format!("00000000-0000-4000-8000-{row:012}"),
            if dice.chance(96) { "true" } else { "false" }.into(),
            "member".into(),
            "1".into(),
            format!("2026-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28)),
            format!("2024-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28)),
            departments[dice.below(departments.len())].into(),
            "NL".into(),
            "prod".into(),
            "contoso".into(),
        ]);
    }
    all
}

/// Header and cells of a role assignments table.
pub fn assignments(rows: usize) -> Vec<[String; 5]> {
    let mut dice = Dice(8);
    let mut all =
        vec![["user_id", "role_id", "role_name", "status", "environment"].map(String::from)];
    for row in 0..rows {
        let role = dice.below(200);
        all.push([
            format!("U{:07}", row / 6),
            format!("CustomRole{role}"),
            format!("Custom role {role}"),
            "Enabled".into(),
            "prod".into(),
        ]);
    }
    all
}

/// The rows as CSV; cells with a comma are quoted.
pub fn csv<const N: usize>(rows: &[[String; N]]) -> Vec<u8> {
    let mut text = String::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            if cell.contains(',') {
                let _ = write!(text, "\"{cell}\"");
            } else {
                text.push_str(cell);
            }
        }
        text.push('\n');
    }
    text.into_bytes()
}

/// The rows as a workbook of one sheet.
pub fn xlsx<const N: usize>(rows: &[[String; N]]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (at, row) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            sheet.write_string(at, column, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}
