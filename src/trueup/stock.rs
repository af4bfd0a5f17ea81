//! What is owned, tenant licences included, and which of it cannot be bought
//! again.

use std::collections::BTreeMap;

use super::running::{is_attach, is_usable, sku_of};
use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::output::TenantInfo;
use crate::prices::Prices;
use crate::rulebook::{Rulebook, Segment, SkuId, is_for};
use crate::tenant::TenantInput;

/// Usable owned seats by SKU and whether they were bought at the attach
/// price.
pub type Stock = BTreeMap<(SkuId, bool), u64>;

/// Counts the usable subscriptions. What was not understood is reported with
/// the true-up.
#[must_use]
pub fn stock(tenant: &TenantInput, rulebook: &Rulebook) -> Stock {
    let mut stock = Stock::new();
    for subscription in tenant.subscriptions.iter().filter(|one| is_usable(one)) {
        let Some(sku) = sku_of(rulebook, subscription) else { continue };
        let quantity = u64::try_from(subscription.quantity).unwrap_or_default();
        if quantity > 0 {
            *stock.entry((sku, is_attach(rulebook, subscription))).or_default() += quantity;
        }
    }
    stock
}

/// Owned licences that are no longer sold on `day` (ISO), with what takes
/// their place at renewal, and those that are not sold to such a tenant.
#[must_use]
pub fn not_sold(
    tenant: &TenantInfo,
    rulebook: &Rulebook,
    prices: &Prices,
    stock: &Stock,
    day: &str,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut owned: BTreeMap<SkuId, u64> = BTreeMap::new();
    for ((sku, _), quantity) in stock {
        *owned.entry(*sku).or_default() += quantity;
    }
    for (id, seats) in owned {
        let sku = rulebook.sku(id);
        if sku.is_withdrawn(day) {
            let (words, cents) = renewal(rulebook, prices, id, seats);
            let message = format!(
                "{} ({seats} owned) is not sold since {}; {words}",
                sku.name, sku.withdrawn
            );
            let finding = Finding::new(Code::Withdrawn, &sku.name, message).times(seats);
            findings.push(match cents {
                Some(cents) => finding.costing(cents),
                None => finding,
            });
        } else if !is_for(&sku.programs, &sku.segments, tenant.program, &tenant.segment) {
            let message = format!(
                "{} ({seats} owned) is not sold to a {} tenant in program {}: it is counted as \
                 owned and never planned",
                sku.name,
                Segment::of_tenant(&tenant.segment).word(),
                tenant.program.word()
            );
            findings.push(Finding::new(Code::NotSold, &sku.name, message).times(seats));
        }
    }
    findings
}

/// What takes the place of withdrawn seats, and what all of them cost then.
fn renewal(
    rulebook: &Rulebook,
    prices: &Prices,
    withdrawn: SkuId,
    seats: u64,
) -> (String, Option<Cents>) {
    let successors = rulebook.sku(withdrawn).renews_as;
    if successors.is_empty() {
        return ("the edition names nothing that takes its place".to_owned(), None);
    }
    let names: Vec<&str> = successors.iter().map(|sku| rulebook.sku(sku).name.as_str()).collect();
    let names = names.join(" and ");
    let each: Option<Vec<Cents>> =
        successors.iter().map(|sku| prices.list(sku).map(|price| price.cents)).collect();
    let Some(each) = each.map(|cents| cents.into_iter().sum::<Cents>()) else {
        return (format!("at renewal {names} takes its place, whose price is unknown"), None);
    };
    let all = each * i64::try_from(seats).unwrap_or(i64::MAX);
    (format!("at renewal {names} takes its place, {each} a seat, {all} a month for all"), Some(all))
}
