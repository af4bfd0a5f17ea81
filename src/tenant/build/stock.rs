//! What is owned, what it costs and what menu items ask for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Builder;
use crate::finding::{Code, Finding, Place};
use crate::intake::{Field, Row, TableKind, header_key};
use crate::money::Cents;
use crate::tenant::identity::join_key;
use crate::tenant::joins::Hit;
use crate::tenant::ledger::{Ledger, SHARED};
use crate::tenant::{MenuItem, OwnPrice, Subscription};

impl Builder<'_> {
    pub(super) fn menu_items(&self) -> HashMap<String, Vec<MenuItem>> {
        let mut items: HashMap<String, Vec<MenuItem>> = HashMap::new();
        for (_, rows) in self.of(TableKind::MenuItems) {
            for row in rows {
                let text = |field| row.get(field).to_owned();
                let known = items.entry(join_key(row.get(Field::Object))).or_default();
                let object_type = header_key(row.get(Field::ObjectType));
                // The tenant's own rows come first and win over shared ones.
                if known.iter().any(|item| item.object_type == object_type) {
                    continue;
                }
                known.push(MenuItem {
                    object_type,
                    license: text(Field::License),
                    view: text(Field::ViewLicense),
                    maintain: text(Field::MaintainLicense),
                    device_kind: text(Field::DeviceKind),
                });
            }
        }
        items
    }

    /// Owned seats. Invoices name a subscription once a period: of rows with
    /// one subscription id those of the latest period count.
    pub(super) fn subscriptions(&mut self, ledger: &mut Ledger<'_>) -> Vec<Subscription> {
        let mut latest: HashMap<String, &str> = HashMap::new();
        for row in self.of(TableKind::Subscriptions).flat_map(|(_, rows)| rows) {
            let last = latest.entry(join_key(row.get(Field::SubscriptionId))).or_default();
            *last = (*last).max(row.get(Field::AsOf));
        }
        let mut subscriptions = Vec::new();
        let mut listed: BTreeMap<&str, Listed<'_>> = BTreeMap::new();
        for (batch, rows) in self.of(TableKind::Subscriptions) {
            for row in rows {
                let id = row.get(Field::SubscriptionId);
                if !id.is_empty() && row.get(Field::AsOf) < latest[&join_key(id)] {
                    ledger.ignore(batch, &row, Code::SubscriptionOlder, id);
                    continue;
                }
                let text = |field| row.get(field).to_owned();
                let seen = listed.entry(&batch.format).or_default();
                seen.files.insert(ledger.path(batch.file));
                seen.licences.insert(join_key(row.get(Field::License)), row.get(Field::License));
                subscriptions.push(Subscription {
                    license: text(Field::License),
                    quantity: row.get(Field::Quantity).parse().unwrap_or_default(),
                    kind: join_key(row.get(Field::Kind)),
                    end: text(Field::End),
                    status: join_key(row.get(Field::Status)),
                });
            }
        }
        self.findings.extend(counted_twice(&listed));
        subscriptions
    }

    pub(super) fn capacity(&self) -> Vec<(String, String)> {
        self.of(TableKind::Capacity)
            .flat_map(|(_, rows)| rows)
            .map(|row| (row.get(Field::Metric).to_owned(), row.get(Field::Value).to_owned()))
            .collect()
    }

    /// Which names an order line has besides its title, by product id and SKU
    /// id as the price list has them.
    fn offers(&mut self) -> HashMap<(String, String), Vec<String>> {
        let mut offers: HashMap<(String, String), Vec<String>> = HashMap::new();
        for row in self.of(TableKind::Offers).flat_map(|(_, rows)| rows) {
            let names = offers.entry(order_line(&row)).or_default();
            for field in [Field::SkuGuid, Field::PartNumber] {
                let name = row.get(field);
                if !name.is_empty() && !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        self.sizes.insert(TableKind::Offers, offers.len() as u64);
        offers
    }

    pub(super) fn prices(&mut self) -> Vec<OwnPrice> {
        let offers = self.offers();
        let numbers: HashMap<&(String, String), u32> = offers.keys().zip(0..).collect();
        if !offers.is_empty() {
            for row in self.of(TableKind::Prices).flat_map(|(_, rows)| rows) {
                if row.get(Field::ProductId).is_empty() {
                    continue;
                }
                let hit = numbers.get(&order_line(&row)).map_or(Hit::None, |&at| Hit::One(at));
                self.joins.count(TableKind::Prices, TableKind::Offers, hit);
            }
        }
        self.of(TableKind::Prices)
            .flat_map(|(batch, rows)| rows.into_iter().map(move |row| (batch, row)))
            .map(|(batch, row)| {
                let text = |field| row.get(field).to_owned();
                OwnPrice {
                    license: text(Field::License),
                    price: Cents::parse(row.get(Field::Price)).ok(),
                    attach: Cents::parse(row.get(Field::AttachPrice)).ok(),
                    currency: text(Field::Currency),
                    program: join_key(row.get(Field::Program)),
                    segment: join_key(row.get(Field::Segment)),
                    term: text(Field::Term),
                    billing: text(Field::Billing),
                    valid_from: text(Field::ValidFrom),
                    valid_to: text(Field::ValidTo),
                    also: offers.get(&order_line(&row)).cloned().unwrap_or_default(),
                    own: batch.file < SHARED,
                }
            })
            .collect()
    }
}

/// What exports of one kind list as owned.
#[derive(Default)]
struct Listed<'r> {
    files: BTreeSet<String>,
    /// As first spelt, by key.
    licences: BTreeMap<String, &'r str>,
}

/// A finding when exports of several kinds list owned seats: each counts, so
/// seats that stand in two of them count twice.
fn counted_twice(listed: &BTreeMap<&str, Listed<'_>>) -> Option<Finding> {
    const SHOWN: usize = 3;
    if listed.len() < 2 {
        return None;
    }
    let mut times: BTreeMap<&String, (u64, &str)> = BTreeMap::new();
    for (key, spelt) in listed.values().flat_map(|kind| &kind.licences) {
        times.entry(key).or_insert((0, spelt)).0 += 1;
    }
    let both: Vec<&str> =
        times.values().filter(|(count, _)| *count > 1).map(|(_, spelt)| *spelt).collect();
    let files: Vec<&str> =
        listed.values().filter_map(|kind| kind.files.first()).map(String::as_str).collect();
    let what = match both.as_slice() {
        [] => "no licence has one name in several of them, but names differ between exports".into(),
        all => {
            let shown = all.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
            let more = if all.len() > SHOWN { ", ..." } else { "" };
            let count = all.len();
            format!("{count} licences stand in several of them: {shown}{more}")
        }
    };
    let message = format!(
        "{} kinds of export list owned seats and were added up ({}); {what}",
        listed.len(),
        files.join(", ")
    );
    let subject = both.first().copied().unwrap_or_default();
    let place = Place::file(files.last().copied().unwrap_or_default().to_owned());
    Some(Finding::new(Code::StockTwice, subject, message).at(place).times(both.len().max(1) as u64))
}

/// Product id and SKU id of a row; Excel takes the zeros before a SKU id away.
fn order_line(row: &Row<'_>) -> (String, String) {
    (join_key(row.get(Field::ProductId)), format!("{:0>4}", join_key(row.get(Field::SkuId))))
}
