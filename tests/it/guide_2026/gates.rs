//! Prices that open with a number of seats, order lines, and what is dated.

use seatwise::rulebook::{Opens, shipped};

use super::{EDITION, needing};
use crate::tenants::{Tenant, ids, rows, usd};

/// Ten seats of one application, not ten of two together.
#[test]
fn customer_insights_attaches_from_ten_seats_of_one_application_on() {
    let under = |sales: usize, service: usize| {
        Tenant::new(EDITION)
            .users(ids("user_id", "s", sales) + ids("", "c", service).trim_start())
            .needs(
                rows("user_id,app", "s", sales, ",Sales Enterprise")
                    + rows("", "c", service, ",Customer Service Enterprise").trim_start(),
            )
            .subscriptions("license,quantity\nDynamics 365 Customer Insights Attach,1")
    };
    assert_eq!(under(10, 0).analyse().check("customer-insights-attach").result, "met");
    let closed = under(9, 9).analyse();
    let check = closed.check("customer-insights-attach");
    assert_eq!((check.result.as_str(), check.cents.0), ("not met", usd(1_700 - 1_000)));
    // Ten seats of Customer Service Professional cost 500, less than the 700 they
    // open; from six people with one application on its own seats cost less; and
    // whoever attaches an application of their own to that base is a seat of it.
    let attached = 2 * 20 + 3 * 105;
    for (sales, service, adds) in [(3, 2, 10 * 50), (5, 2, attached), (6, 0, 4 * 105), (9, 9, 20)] {
        let opened = under(sales, service).whole().analyse();
        let check = opened.check("customer-insights-attach");
        assert_eq!((check.result.as_str(), check.cents.0), ("met", 0), "{sales} and {service}");
        assert!(check.detail.contains("700.00 less for what it opens"), "{}", check.detail);
        let people = i64::try_from(sales + service).unwrap();
        assert_eq!(opened.cost(), people * 105 + adds, "{sales} and {service}");
    }
    // Where nothing is bought that would cost less, no seat is.
    let idle =
        Tenant::new(EDITION).users("user_id\nann").needs("user_id,app\nann,Sales Enterprise");
    let idle = idle.whole().analyse();
    assert_eq!(idle.cost(), 105);
    let rules = shipped(EDITION).unwrap();
    let gate = rules.gates.iter().find(|gate| gate.id == "customer-insights-attach").unwrap();
    assert!(gate.what == Opens::Attach && gate.of_one && !gate.counts_attach);
}

#[test]
fn order_lines_stand_in_for_integration_accounts() {
    let rules = shipped(EDITION).unwrap();
    let integration = rules.integration.as_ref().unwrap();
    assert_eq!(rules.sku(integration.sku).id, "operations-order-lines");
}

#[test]
fn the_dates_of_enforcement_are_data() {
    let rules = shipped(EDITION).unwrap();
    let dates: Vec<(&str, &str)> =
        rules.enforcement.iter().map(|e| (e.date.as_str(), e.id.as_str())).collect();
    assert_eq!(
        dates,
        [
            ("2025-04-30", "reports"),
            ("2025-12-01", "one-pool"),
            ("2026-01-02", "attach-blocks"),
            ("2026-01-15", "sign-in"),
        ]
    );
}

#[test]
fn the_plans_of_2017_renew_as_their_applications() {
    let rules = shipped(EDITION).unwrap();
    for (id, successors) in [
        ("legacy-customer-engagement-plan", 4),
        ("legacy-unified-operations-plan", 4),
        ("legacy-dynamics-365-plan", 8),
    ] {
        let sku = rules.skus.iter().find(|sku| sku.id == id).unwrap();
        assert_eq!(
            (sku.withdrawn.as_str(), sku.renews_as.len()),
            ("2019-10-01", successors),
            "{id}"
        );
        for successor in sku.renews_as.iter().map(|successor| rules.sku(successor)) {
            assert!(successor.plannable && successor.list.is_some(), "{id}: {}", successor.id);
        }
    }
    // Nobody is sold one again.
    let answer = needing("ann,Customer Engagement Plan").analyse();
    assert!(answer.licences("ann").iter().all(|licence| !licence.starts_with("legacy")));
}
