//! Today against the plan by cause: each cent once.

use seatwise::money::Cents;
use seatwise::output::Cause;
use seatwise::rulebook::DevicePolicy;

use crate::tenants::{Answer, Tenant, ids, rows, usd};

/// Causes of the tenant in whole dollars, as `cause decisions money`.
fn causes(answer: &Answer) -> Vec<String> {
    let all = answer.savings.totals.causes.iter();
    all.map(|t| format!("{} {} {}", t.cause.word(), t.decisions, t.cents.0 / 100)).collect()
}

/// The rows add up to today less plan, and to the rows of each person.
fn assert_exact(answer: &Answer) {
    let savings = &answer.savings;
    let lines: Cents = savings.lines.iter().map(|line| line.cents).sum();
    let causes: Cents = savings.totals.causes.iter().map(|total| total.cents).sum();
    assert_eq!(lines, causes);
    assert_eq!(savings.totals.plan_cents, answer.totals.plan_cents);
    let today = match (answer.totals.owned_known, answer.totals.assigned_known) {
        (true, _) => answer.totals.owned_cents,
        (false, true) => answer.totals.assigned_cents,
        _ => {
            assert_eq!(lines, Cents::ZERO);
            return;
        }
    };
    assert_eq!(savings.totals.today_cents, today);
    assert_eq!(lines, today - answer.totals.plan_cents, "{:#?}", savings.totals);
    if answer.totals.assigned_known {
        for (at, user) in (0_u32..).zip(&answer.users) {
            let own = savings.lines.iter().filter(|line| line.user == Some(at));
            let own: Cents = own.map(|line| line.cents).sum();
            assert_eq!(own, user.assigned_cents - user.cents, "{}", user.id);
        }
    }
    for line in &savings.lines {
        assert!(line.cents != Cents::ZERO || line.cause == Cause::Inactive, "{line:?}");
    }
}

fn firm(assigned: &str) -> Tenant {
    Tenant::new("2021-09")
        .users("user_id,enabled,last_login\nann,yes,2026-10-30\nbob,no,2026-10-01\ncat,yes,2026-07-01\ndan,yes,\n")
        .assignments(
            "user_id,role_name
            ann,Accountant
            ann,Warehouse manager
            bob,Accountant
            cat,Accountant
            dan,System user\n",
        )
        .assigned(format!("user_id,license\n{assigned}"))
}

#[test]
fn each_cause_has_its_money() {
    // Ann: Finance and SCM as two bases and Team Members, 180 + 180 + 8; the
    // plan attaches SCM for 30. Bob is disabled, Dan needs nothing, Cat needs
    // what she holds and has not signed in for 121 days.
    let answer = firm(
        "ann,Dynamics 365 Finance + Dynamics 365 Supply Chain Management + Dynamics 365 Team Members
        bob,Dynamics 365 Finance
        cat,Dynamics 365 Finance
        dan,Dynamics 365 Team Members\n",
    )
    .analyse();
    assert_eq!(answer.cost(), 180 + 30 + 180);
    assert_eq!(
        causes(&answer),
        [
            "disabled account 1 180",
            "no licence needed 1 8",
            "duplicate 1 8",
            "attach instead of base 1 150",
            "inactive 1 0",
        ]
    );
    let idle = answer.savings.lines.iter().find(|line| line.cause == Cause::Inactive).unwrap();
    assert_eq!(idle.potential_cents, Cents(usd(180)));
    assert_eq!(answer.users[idle.user.unwrap() as usize].id, "cat");
    assert_exact(&answer);
}

#[test]
fn who_holds_too_little_costs_more_and_who_holds_too_much_less() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\nbob\n")
        .assignments("user_id,role_name\nann,Accountant\nbob,Warehouse worker\n")
        .assigned("user_id,license\nann,Dynamics 365 Team Members\nbob,Dynamics 365 Finance\n")
        .analyse();
    // Ann 8 -> 180, Bob 180 -> 50.
    assert_eq!(causes(&answer), ["over-licensed 1 130", "under-licensed 1 -172"]);
    assert_exact(&answer);
}

/// Three people with Activity on one register: 150 today, one device for 75.
#[test]
fn devices_are_one_cause_net_of_the_device_licences_to_add() {
    let tenant = || {
        Tenant::new("2021-09")
            .users("user_id\nann\nbob\ncat\n")
            .assignments(
                "user_id,role_name
                ann,Warehouse worker
                bob,Warehouse worker
                cat,Warehouse worker\n",
            )
            .devices("device_id,kind,dedicated\ns,warehouse,yes\n")
            .usage("device_id,user_id\ns,ann\ns,bob\ns,cat\n")
            .assigned(rows_of(&["ann", "bob", "cat"], "Dynamics 365 Operations - Activity"))
    };
    let answer = tenant().analyse();
    assert_eq!(causes(&answer), ["device instead of user 4 75"]);
    assert_exact(&answer);
    // Four device licences owned already: three of them spare, 4 x 75 paid.
    let answer = tenant()
        .subscriptions("license,quantity\nDynamics 365 Operations - Device,4\nDynamics 365 Operations - Activity,5\n")
        .analyse();
    assert_eq!(causes(&answer), ["device instead of user 3 150", "spare seats 2 325"]);
    assert_eq!(answer.savings.totals.basis, "owned");
    assert_exact(&answer);
}

fn rows_of(users: &[&str], license: &str) -> String {
    let lines = users.iter().map(|user| format!("{user},{license}\n"));
    format!("user_id,license\n{}", lines.collect::<String>())
}

#[test]
fn seats_owned_and_held_by_nobody_are_spare_and_seats_held_and_not_owned_save_nothing() {
    let tenant = |seats: &str| {
        Tenant::new("2021-09")
            .users("user_id\nann\nbob\n")
            .assignments("user_id,role_name\nann,Accountant\n")
            .assigned(rows_of(&["ann", "bob"], "Dynamics 365 Finance"))
            .subscriptions(format!("license,quantity\nDynamics 365 Finance,{seats}\n"))
            .analyse()
    };
    let answer = tenant("5");
    assert_eq!(causes(&answer), ["no licence needed 1 180", "spare seats 1 540"]);
    assert_exact(&answer);
    let answer = tenant("1");
    assert_eq!(causes(&answer), ["no licence needed 1 180", "assigned, not owned 1 -180"]);
    assert_exact(&answer);
}

/// Nineteen accountants, a minimum of twenty: one seat more, for nobody.
#[test]
fn a_minimum_is_an_addition_of_the_agreement() {
    let answer = Tenant::new("2021-09")
        .users(ids("user_id", "z", 19))
        .assignments(rows("user_id,role_name", "z", 19, ",Accountant"))
        .assigned(rows("user_id,license", "z", 19, ",Dynamics 365 Finance"))
        .whole()
        .analyse();
    let money = answer.totals.plan_cents - answer.totals.assigned_cents;
    assert!(money > Cents::ZERO);
    assert_eq!(causes(&answer), [format!("agreement 1 {}", -money.0 / 100)]);
    assert_exact(&answer);
}

#[test]
fn without_assigned_licences_and_owned_seats_there_is_nothing_to_compare() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\n")
        .assignments("user_id,role_name\nann,Accountant\n")
        .analyse();
    assert!(answer.savings.lines.is_empty());
    assert_eq!(answer.savings.totals.basis, "");
}

/// A small generator: the test needs variety, not quality.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.roll(list.len())]
    }
}

#[test]
fn the_causes_of_random_tenants_add_up_to_the_difference() {
    let roles = [
        "Accountant",
        "Warehouse manager",
        "Warehouse worker",
        "Budget contributor",
        "Project manager",
        "Retail catalog manager",
        "System user",
        "Nobody knows this role",
    ];
    let licences = [
        "Dynamics 365 Finance",
        "Dynamics 365 Supply Chain Management",
        "Dynamics 365 Commerce",
        "Dynamics 365 Team Members",
        "Dynamics 365 Operations - Activity",
        "Dynamics 365 Sales Enterprise",
        "DYN365_SCM_ATTACH",
        "Dynamics 365 Unified Operations Plan",
    ];
    let mut dice = Dice(20);
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..240 {
        let edition = ["2017-07", "2021-09", "2026-09"][number % 3];
        let people = 1 + dice.roll(14);
        let mut users = "user_id,enabled,account_type,last_login\n".to_owned();
        let mut held = "user_id,role_name\n".to_owned();
        let mut assigned = "user_id,license\n".to_owned();
        let mut usage = "device_id,user_id\n".to_owned();
        for person in 0..people {
            let enabled = dice.pick(&["yes", "yes", "yes", "no"]);
            let kind = dice.pick(&["member", "member", "member", "service", "external"]);
            let login = dice.pick(&["2026-10-30", "2026-03-01", ""]);
            users.push_str(&format!("p{person},{enabled},{kind},{login}\n"));
            for _ in 0..dice.roll(4) {
                held.push_str(&format!("p{person},{}\n", dice.pick(&roles)));
            }
            for _ in 0..dice.roll(4) {
                assigned.push_str(&format!("p{person},{}\n", dice.pick(&licences)));
            }
            for _ in 0..dice.roll(3) {
                usage.push_str(&format!("d{},p{person}\n", dice.roll(3)));
            }
        }
        // Two bases where one could be attached; three people at one device.
        users.push_str("q,yes,member,2026-10-30\n");
        held.push_str("q,Accountant\nq,Warehouse manager\n");
        assigned.push_str("q,Dynamics 365 Finance\nq,Dynamics 365 Supply Chain Management\n");
        for person in 0..3 {
            users.push_str(&format!("w{person},yes,member,\n"));
            held.push_str(&format!("w{person},Warehouse worker\n"));
            assigned.push_str(&format!("w{person},Dynamics 365 Operations - Activity\n"));
            usage.push_str(&format!("d0,w{person}\n"));
        }
        held.push_str("p0,Accountant\n");
        usage.push_str("d0,p0\n");
        let mut tenant = Tenant::new(edition)
            .users(users)
            .assignments(held)
            .devices("device_id,kind,dedicated\nd0,warehouse,yes\nd1,pos,yes\nd2,warehouse,no\n")
            .usage(usage)
            .policy([DevicePolicy::Guide, DevicePolicy::Strict][dice.roll(2)]);
        if dice.roll(3) > 0 {
            assigned.push_str("p0,Dynamics 365 Finance\n");
            tenant = tenant.assigned(assigned);
        }
        if dice.roll(3) > 0 {
            let mut owned = "license,quantity\nDynamics 365 Operations - Device,1\n".to_owned();
            for _ in 0..dice.roll(4) {
                owned.push_str(&format!("{},{}\n", dice.pick(&licences), 1 + dice.roll(20)));
            }
            tenant = tenant.subscriptions(owned);
        }
        if dice.roll(2) == 0 {
            tenant = tenant.whole();
        }
        let answer = tenant.analyse();
        assert_exact(&answer);
        seen.extend(answer.savings.totals.causes.iter().map(|total| total.cause));
    }
    // Every cause occurs among them, so that the sum says something.
    let missing: Vec<_> = Cause::ALL.iter().filter(|cause| !seen.contains(cause)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Two scanners that everybody uses, and one of the people also posts journals
/// in the office. Who sums the licences of each scanner's users counts people
/// twice, drops the office work, and saves more than is spent: 920 of 540.
#[test]
fn people_on_two_scanners_are_saved_once_and_office_work_keeps_its_licence() {
    let shift = |workers: usize, policy: DevicePolicy| {
        let everyone: Vec<String> = std::iter::once("ann".to_owned())
            .chain((1..=workers).map(|at| format!("worker{at}")))
            .collect();
        let rows = |of: &dyn Fn(&str) -> String| -> String {
            everyone.iter().map(|user| of(user)).collect()
        };
        let answer = Tenant::new("2021-09")
            .policy(policy)
            .users(format!("user_id\n{}", rows(&|user| format!("{user}\n"))))
            .assignments(format!(
                "user_id,role_name\nann,Accountant\n{}",
                rows(&|user| format!("{user},Warehouse worker\n"))
            ))
            .devices("device_id,kind,dedicated\nscanner1,warehouse,yes\nscanner2,warehouse,yes\n")
            .usage(format!(
                "device_id,user_id\n{}",
                rows(&|user| format!("scanner1,{user}\nscanner2,{user}\n"))
            ))
            .assigned(format!(
                "user_id,license\n{}",
                rows(&|user| format!("{user},Dynamics 365 Supply Chain Management\n"))
            ))
            .analyse();
        assert_exact(&answer);
        answer
    };
    for policy in [DevicePolicy::Guide, DevicePolicy::Strict] {
        // Ann needs Finance (180), which covers the scanners as well. Two others
        // cost 100 with Activity and 150 with both scanners licensed.
        let three = shift(2, policy);
        assert_eq!((three.totals.assigned_cents.0, three.cost()), (usd(540), 180 + 2 * 50));
        assert_eq!(three.totals.devices_licensed, 0);
        // Four others cost 200 and 150.
        let five = shift(4, policy);
        assert_eq!((five.totals.assigned_cents.0, five.cost()), (usd(900), 180 + 2 * 75));
        assert_eq!(five.totals.devices_licensed, 2);
        for answer in [three, five] {
            let spent = answer.totals.assigned_cents;
            let saved: Cents = answer.savings.lines.iter().map(|line| line.cents).sum();
            assert!(saved < spent, "{saved} of {spent}");
            for (at, user) in (0_u32..).zip(&answer.users) {
                let own = answer.savings.lines.iter().filter(|line| line.user == Some(at));
                assert!(own.map(|line| line.cents).sum::<Cents>() <= user.assigned_cents);
            }
            let ann = answer.users.iter().find(|user| user.id == "ann").unwrap();
            assert_eq!(ann.licences.len(), 1, "the office keeps Finance");
        }
    }
}
