//! What may go wrong with a plan: devices that nobody sees, reductions that end
//! at a minimum or lose a tier or a gate.

use seatwise::output::RiskLine;

use crate::tenants::{Answer, Tenant, ids, rows, usd};

fn risks<'a>(answer: &'a Answer, code: &str) -> Vec<&'a RiskLine> {
    answer.risks.iter().filter(|risk| risk.code.id() == code).collect()
}

/// The one risk of a code, as count and whole money.
fn one(answer: &Answer, code: &str) -> (u64, i64) {
    let risks = risks(answer, code);
    assert_eq!(risks.len(), 1, "{code}: {:#?}", answer.risks);
    (risks[0].count, risks[0].cents.0 / 100)
}

/// Three at a scanner, one of whom also reads reports: 3 x 50 against 75 + 8.
#[test]
fn people_at_licensed_devices_are_a_risk_by_what_their_user_licences_would_cost() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\nbob\ncat\n")
        .assignments(
            "user_id,role_name
            ann,Warehouse worker
            bob,Warehouse worker
            cat,Warehouse worker
            cat,Budget contributor\n",
        )
        .devices("device_id,kind,dedicated\ns,warehouse,yes\n")
        .usage("device_id,user_id\ns,ann\ns,bob\ns,cat\n")
        .analyse();
    assert_eq!(answer.cost(), 75 + 8);
    let told: Vec<(u64, i64)> =
        risks(&answer, "SW503").iter().map(|risk| (risk.count, risk.cents.0 / 100)).collect();
    // Cat keeps Team Members: 50 - 8. Ann and Bob hold nothing: 2 x 50.
    assert_eq!(told, [(1, 42), (2, 100)]);
    assert_eq!(answer.cases("SW503"), 3, "the finding counts all of them");
}

#[test]
fn without_devices_and_owned_seats_there_is_no_risk() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\n")
        .assignments("user_id,role_name\nann,Accountant\n")
        .analyse();
    assert!(answer.risks.is_empty(), "{:#?}", answer.risks);
}

/// Thirty owned, nineteen needed, twenty the minimum: the seat for nobody is
/// Project Operations for 120.
#[test]
fn a_reduction_ends_at_the_minimum() {
    let firm = |people: usize, owned: &str| {
        Tenant::new("2021-09")
            .users(ids("user_id", "z", people))
            .assignments(rows("user_id,role_name", "z", people, ",Accountant"))
            .subscriptions(format!("license,quantity\nDynamics 365 Finance,{owned}\n"))
            .whole()
            .analyse()
    };
    let answer = firm(19, "30");
    assert_eq!(one(&answer, "SW621"), (10, 120));
    assert_eq!(answer.cases("SW621"), 10);
    assert!(risks(&firm(25, "30"), "SW621").is_empty(), "five more may go");
    assert!(risks(&firm(19, "19"), "SW621").is_empty(), "nothing is reduced");
}

#[test]
fn giving_up_licences_with_a_minimum_is_hard_to_undo() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\n")
        .assignments("user_id,role_name\nann,Budget contributor\n")
        .subscriptions("license,quantity\nDynamics 365 Finance,25\n")
        .analyse();
    // The minimum is left out where quantities are: nothing to come back to.
    assert!(risks(&answer, "SW622").is_empty());
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\nsue\n")
        .assignments("user_id,role_name\nann,Budget contributor\n")
        .needs("user_id,app\nsue,Sales Enterprise\n")
        .subscriptions("license,quantity\nDynamics 365 Finance,25\n")
        .whole()
        .analyse();
    // Twenty of Project Operations, 120 each, would be the way back.
    assert_eq!(one(&answer, "SW622"), (25, 20 * 120));
}

/// A hundred plans of 2017 cost 105 each; ninety cost 115.
#[test]
fn fewer_seats_may_lose_a_price_tier() {
    let both = |people: usize| {
        let sales = rows("user_id,app", "s", people, ",Sales");
        let service = rows("", "s", people, ",Customer Service");
        let owned = "license,quantity\nDynamics 365 Customer Engagement Plan,120\n";
        Tenant::new("2017-07")
            .users(ids("user_id", "s", people))
            .needs(sales + service.trim_start())
            .subscriptions(owned)
            .analyse()
    };
    let answer = both(90);
    assert_eq!(answer.seats(), ["90 customer-engagement-plan base"]);
    assert_eq!(one(&answer, "SW623"), (90, 90 * (115 - 105)));
    assert!(risks(&both(100), "SW623").is_empty(), "the tier is kept");
}

/// Twelve users open the attach price of Marketing, five do not: 750 - 500.
#[test]
fn fewer_seats_may_close_a_gate() {
    let firm = |people: usize| {
        Tenant::new("2021-09")
            .users(ids("user_id", "s", people))
            .needs(rows("user_id,app", "s", people, ",Sales Enterprise"))
            .subscriptions(
                "license,quantity,kind
                Dynamics 365 Sales Enterprise,12,base
                Dynamics 365 Marketing,1,attach\n",
            )
            .analyse()
    };
    let answer = firm(5);
    let check = answer.check("marketing-attach");
    assert_eq!(check.result, "not met");
    assert!(check.cents.0 > 0);
    let risk: Vec<_> = risks(&answer, "SW624")
        .into_iter()
        .filter(|risk| risk.subject == check.name)
        .map(|risk| (risk.count, risk.cents))
        .collect();
    assert_eq!(risk, [(5, check.cents)]);
    assert_eq!(check.cents.0, usd(1_500 - 750));
    assert!(risks(&firm(11), "SW624").iter().all(|risk| risk.subject != check.name));
}
