//! The licensing catalogue of the application, joined.
//!
//! Three tables name each other by record ids: securable objects, SKUs, and
//! which SKU entitles to which object at which level of access. Joined they
//! say of an object what its menu items table would: the licences that suffice
//! to read it and those that suffice to change it. What the tenant's own menu
//! items table says of an object comes first.

use std::collections::{BTreeMap, HashMap};

use super::{Builder, narrow};
use crate::finding::Code;
use crate::intake::{Field, TableKind, header_key};
use crate::tenant::MenuItem;
use crate::tenant::identity::join_key;
use crate::tenant::joins::Hit;
use crate::tenant::ledger::Ledger;

/// SKUs by their number in the catalogue, that entitle to an object.
#[derive(Default)]
struct Entitled {
    read: BTreeMap<u32, String>,
    write: BTreeMap<u32, String>,
}

impl Builder<'_> {
    /// Adds what the catalogue says of objects to the menu items.
    pub(super) fn catalogue(
        &mut self,
        items: &mut HashMap<String, Vec<MenuItem>>,
        ledger: &mut Ledger<'_>,
    ) {
        let mut skus: HashMap<String, (u32, String)> = HashMap::new();
        for row in self.of(TableKind::LicensingSkus).flat_map(|(_, rows)| rows) {
            let number = narrow(skus.len());
            let name = row.get(Field::License).to_owned();
            skus.entry(join_key(row.get(Field::RecordId))).or_insert((number, name));
        }
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut objects: Vec<(String, String)> = Vec::new();
        for row in self.of(TableKind::LicensingObjects).flat_map(|(_, rows)| rows) {
            let number = narrow(objects.len());
            // A part of a form is not what a menu item opens.
            let child = row.get(Field::ObjectChild);
            let name = if child.is_empty() || child == "-" { row.get(Field::Object) } else { "" };
            numbers.entry(join_key(row.get(Field::RecordId))).or_insert_with(|| {
                objects.push((name.to_owned(), row.get(Field::ObjectType).to_owned()));
                number
            });
        }
        self.sizes.insert(TableKind::LicensingSkus, skus.len() as u64);
        self.sizes.insert(TableKind::LicensingObjects, objects.len() as u64);
        let mut entitled: BTreeMap<u32, Entitled> = BTreeMap::new();
        let from = TableKind::LicensingEntitlements;
        for (batch, rows) in self.of(from) {
            for row in rows {
                let record = row.get(Field::ObjectRecord);
                let object = numbers.get(&join_key(record)).copied();
                let sku = skus.get(&join_key(row.get(Field::SkuRecord)));
                let hit = |found: Option<u32>| found.map_or(Hit::None, Hit::One);
                self.joins.count(from, TableKind::LicensingObjects, hit(object));
                self.joins.count(from, TableKind::LicensingSkus, hit(sku.map(|(at, _)| *at)));
                let (Some(object), Some((at, name))) = (object, sku) else {
                    ledger.ignore(batch, &row, Code::RecordUnknown, record);
                    continue;
                };
                let known = entitled.entry(object).or_default();
                known.read.insert(*at, name.clone());
                if join_key(row.get(Field::AccessLevel)) != "read" {
                    known.write.insert(*at, name.clone());
                }
            }
        }
        let names =
            |skus: BTreeMap<u32, String>| skus.into_values().collect::<Vec<_>>().join(" or ");
        for (at, entitled) in entitled {
            let (object, object_type) = &objects[at as usize];
            if object.is_empty() {
                continue;
            }
            let known = items.entry(join_key(object)).or_default();
            let object_type = header_key(object_type);
            if known.iter().any(|item| item.object_type == object_type) {
                continue;
            }
            known.push(MenuItem {
                object_type,
                license: String::new(),
                view: names(entitled.read),
                maintain: names(entitled.write),
                device_kind: String::new(),
            });
        }
    }
}
