//! What a person is assigned today, read out of joined licence cells.

use std::sync::{Arc, LazyLock};

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::output::LicenceKind;
use crate::prices::Prices;
use crate::rulebook::{Class, Metric, Named, Rulebook, SkuId, SkuSet};
use crate::tenant::TenantInput;

/// The licences of this product family that one person holds.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// Their SKUs.
    pub skus: SkuSet,
    /// (SKU, kind), each once.
    pub licences: Arc<[(SkuId, LicenceKind)]>,
    /// Names as in the input.
    pub names: Arc<[String]>,
    /// What they cost at the prices in force.
    pub cents: Cents,
}

/// Everybody's licences.
#[derive(Debug)]
pub struct Holdings {
    /// One entry per person of the tenant; who is assigned the same has one in
    /// common.
    pub people: Vec<Arc<Held>>,
    /// Names nobody knows.
    pub findings: Vec<Finding>,
}

/// Who holds no licence at all.
pub static NOTHING: LazyLock<Held> = LazyLock::new(Held::default);

/// How a SKU is bought, apart from base and attach.
#[must_use]
pub fn kind_of(class: Class, attach: bool) -> Option<LicenceKind> {
    match class {
        Class::Full if attach => Some(LicenceKind::Attach),
        Class::Full => Some(LicenceKind::Base),
        Class::Additional => Some(LicenceKind::Additional),
        Class::AddOn => Some(LicenceKind::AddOn),
        Class::Device => Some(LicenceKind::Device),
        Class::Tenant => None,
    }
}

impl Holdings {
    /// Splits every assigned-licences cell of the tenant. The same few cells
    /// stand beside thousands of people, so each is split once.
    #[must_use]
    pub fn of(tenant: &TenantInput, rulebook: &Rulebook, prices: &Prices) -> Self {
        let mut cells: FxHashMap<&str, Split> = FxHashMap::default();
        let mut lists: FxHashMap<&[String], Arc<Held>> = FxHashMap::default();
        let mut unknown: IndexMap<String, u64> = IndexMap::new();
        let mut people = Vec::with_capacity(tenant.people.len());
        for person in &tenant.people {
            if let Some(held) = lists.get(person.assigned.as_slice()) {
                people.push(held.clone());
                continue;
            }
            let mut held = Split::default();
            for cell in &person.assigned {
                let split = cells.entry(cell).or_insert_with(|| {
                    let mut split = Split::default();
                    for mention in rulebook.split_licenses(cell) {
                        match mention.named {
                            Some(Named::Sku(sku)) => {
                                split.add(rulebook, prices, sku, mention.attach, mention.text);
                            }
                            Some(Named::Right(right)) if rulebook.sku_of(right).is_some() => {
                                if let Some(sku) = rulebook.sku_of(right) {
                                    split.add(rulebook, prices, sku, mention.attach, mention.text);
                                }
                            }
                            Some(Named::Foreign | Named::Nothing) => {}
                            _ => *unknown.entry(mention.text).or_default() += 1,
                        }
                    }
                    split
                });
                held.merge(split, prices);
            }
            let held = Arc::new(held.whole());
            lists.insert(&person.assigned, held.clone());
            people.push(held);
        }
        let findings = unknown
            .into_iter()
            .map(|(name, cells)| {
                let message =
                    format!("assigned licence \u{201c}{name}\u{201d} is not in the edition; it was not counted");
                Finding::new(Code::LicenseUnknown, name, message).times(cells)
            })
            .collect();
        Self { people, findings }
    }
}

/// Licences while they are put together.
#[derive(Debug, Default)]
struct Split {
    skus: SkuSet,
    licences: Vec<(SkuId, LicenceKind)>,
    names: Vec<String>,
    cents: Cents,
}

impl Split {
    fn whole(self) -> Held {
        Held {
            skus: self.skus,
            licences: self.licences.into(),
            names: self.names.into(),
            cents: self.cents,
        }
    }

    fn add(
        &mut self,
        rulebook: &Rulebook,
        prices: &Prices,
        sku: SkuId,
        attach: bool,
        name: String,
    ) {
        let about = rulebook.sku(sku);
        let Some(kind) = kind_of(about.class, attach).filter(|_| about.metric == Metric::User)
        else {
            return;
        };
        if self.licences.iter().any(|(known, _)| *known == sku) {
            return;
        }
        self.skus.insert(sku);
        self.licences.push((sku, kind));
        self.names.push(name);
        self.cents += price(prices, sku, kind);
    }

    fn merge(&mut self, other: &Self, prices: &Prices) {
        for (&(sku, kind), name) in other.licences.iter().zip(&other.names) {
            if !self.skus.contains(sku) {
                self.skus.insert(sku);
                self.licences.push((sku, kind));
                self.names.push(name.clone());
                self.cents += price(prices, sku, kind);
            }
        }
    }
}

/// The price of a seat in force, zero where none is known.
#[must_use]
pub fn price(prices: &Prices, sku: SkuId, kind: LicenceKind) -> Cents {
    let price = match kind {
        LicenceKind::Attach => prices.attach(sku).or_else(|| prices.list(sku)),
        _ => prices.list(sku),
    };
    price.map_or(Cents::ZERO, |price| price.cents)
}
