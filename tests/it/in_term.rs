//! What is owned and running, used before anything is bought: stages worked out
//! by hand, and relations that hold whatever the tenant.
//!
//! Prices of September 2021: Finance, Supply Chain Management and Commerce 180,
//! attached 30, Activity 50, Team Members 8.

use seatwise::money::Cents;

use crate::tenants::{Answer, Tenant, usd};

/// The stages as `first day: seats running, idle, bought; money running + bought`.
fn stages(answer: &Answer) -> Vec<String> {
    let all = answer.schedule.stages.iter();
    all.map(|s| {
        assert_eq!(s.gap(), Cents::ZERO, "{s:?}");
        assert_eq!(s.total_cents, s.running_cents + s.bought_cents);
        let money = (s.running_cents.0 / 100, s.bought_cents.0 / 100);
        format!("{}: {} {} {}; {} + {}", s.from, s.running, s.idle, s.bought, money.0, money.1)
    })
    .collect()
}

/// What is done about each licence in the first stage: `sku kind used bought idle`.
fn first(answer: &Answer) -> Vec<String> {
    let lines = answer.schedule.lines.iter().filter(|line| line.stage == 1);
    lines
        .map(|l| format!("{} {} {} {} {}", l.sku, l.kind.word(), l.used, l.bought, l.idle))
        .collect()
}

/// Ann keeps the books, Bob runs the warehouse, Cat works in it.
fn firm() -> Tenant {
    Tenant::new("2021-09")
        .users("user_id,last_login\nann,2026-11-01\nbob,2026-10-01\ncat,2026-10-01\n")
        .assignments(
            "user_id,role_name
            ann,Accountant
            bob,Warehouse manager
            cat,Warehouse worker\n",
        )
        .renewal("2027-10-01")
}

#[test]
fn spare_seats_serve_whom_they_fit_until_they_end() {
    // Two seats of Supply Chain Management to the end of 2026: Bob's, and a
    // spare one that admits Cat. Finance runs to mid 2027.
    let answer = firm()
        .subscriptions(
            "license,quantity,kind,end
            Dynamics 365 Supply Chain Management,2,base,2026-12-31
            Dynamics 365 Finance,1,base,2027-06-30\n",
        )
        .analyse();
    // Then Bob's seat for 180 and Activity for 50; then Ann's 180 as well, which
    // is the renewal plan.
    assert_eq!(
        stages(&answer),
        [
            "2026-11-01: 3 0 0; 540 + 0",
            "2026-12-31: 1 0 2; 180 + 230",
            "2027-06-30: 0 0 3; 0 + 410",
        ]
    );
    assert_eq!(first(&answer), ["finance base 1 0 0", "supply-chain-management base 2 0 0"]);
    assert_eq!((answer.totals.buy_now_cents, answer.cost()), (Cents::ZERO, 410));
    // Activity is nothing to buy today, and is what the renewal asks for.
    let activity = answer.true_up.iter().find(|line| line.sku.contains("activity")).unwrap();
    assert_eq!((activity.buy_now, activity.plan), (0, 1));
    let steps: Vec<&str> = answer.schedule.stages.iter().map(|s| s.changes.as_str()).collect();
    assert_eq!(steps[0], "");
    assert!(steps[1].contains("drop 1 Dynamics 365 Supply Chain Management"), "{steps:?}");
}

#[test]
fn a_base_that_is_owned_carries_attach_licences_and_an_owned_attach_needs_a_base() {
    let person = || {
        Tenant::new("2021-09")
            .users("user_id,last_login\nann,2026-11-01\n")
            .assignments("user_id,role_name\nann,Accountant\nann,Warehouse manager\n")
            .renewal("2027-10-01")
    };
    // (owned, what is bought beside it, idle)
    for (owned, bought, idle) in [
        // The base is there: Finance is attached for 30.
        ("Dynamics 365 Supply Chain Management,1,base", 30, 0),
        // The attach is there: the other as base for 180.
        ("Dynamics 365 Supply Chain Management,1,attach", 180, 0),
        // Both.
        ("Dynamics 365 Finance,1,base\nDynamics 365 Supply Chain Management,1,attach", 0, 0),
        // Both as base: neither is attached, and nothing is bought.
        ("Dynamics 365 Finance,1,base\nDynamics 365 Supply Chain Management,1,base", 0, 0),
        // An attach seat that fits no base of hers: Finance and the attach of
        // Supply Chain Management are bought all the same.
        ("Dynamics 365 Field Service,1,attach", 210, 1),
    ] {
        let answer = person().subscriptions(format!("license,quantity,kind\n{owned}\n")).analyse();
        let stage = &answer.schedule.stages[0];
        assert_eq!((stage.bought_cents.0, stage.idle), (usd(bought), idle), "{owned}");
        assert_eq!(answer.cost(), 210, "the renewal is the same whatever is owned");
    }
}

#[test]
fn an_owned_seat_more_never_makes_the_first_stage_dearer() {
    let bought = |seats: [u32; 4]| {
        let [finance, supply, attach, activity] = seats;
        let answer = firm()
            .subscriptions(format!(
                "license,quantity,kind
                Dynamics 365 Commerce,1,base
                Dynamics 365 Finance,{finance},base
                Dynamics 365 Supply Chain Management,{supply},base
                Dynamics 365 Supply Chain Management,{attach},attach
                Dynamics 365 Operations - Activity,{activity},base\n",
            ))
            .analyse();
        answer.schedule.stages[0].bought_cents
    };
    let mut all = Vec::new();
    for mask in 0..16_u32 {
        let seats = [0, 1, 2, 3].map(|at| u32::from(mask & (1 << at) != 0));
        let cents = bought(seats);
        for at in (0..4).filter(|at| seats[*at] == 0) {
            let mut more = seats;
            more[at] = 1;
            assert!(bought(more) <= cents, "{seats:?} and one seat more at {at}");
        }
        all.push(cents);
    }
    // Commerce admits Cat, so that nobody needs the seat of Activity.
    assert_eq!((all[0], all[3], all[8]), (Cents(usd(360)), Cents::ZERO, Cents(usd(360))));
}
