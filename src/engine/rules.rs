//! The rules of an edition that hold for a tenant, as the optimiser takes
//! them: those of its program, with the prices in force.

use std::collections::BTreeMap;

use crate::optimize::{Apart, Floor, FullUser, Rules, Steps};
use crate::output::TenantInfo;
use crate::prices::Prices;
use crate::rulebook::{Class, Metric, Rulebook, SkuId, SkuSet, is_for};
use crate::tenant::{Person, TenantInput};

/// Numbers of a tenant's environments. Work in no environment that is named
/// is work in one.
#[derive(Debug)]
pub(super) struct Places<'t> {
    numbers: BTreeMap<&'t str, u32>,
}

impl<'t> Places<'t> {
    pub(super) fn of(tenant: &'t TenantInput) -> Self {
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::from([("", 0)]);
        for name in tenant.people.iter().flat_map(|person| &person.environments) {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            numbers.entry(name).or_insert(next);
        }
        Self { numbers }
    }

    /// Names of the environments, by number.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<(u32, &str)> =
            self.numbers.iter().map(|(name, number)| (*number, *name)).collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name.to_owned()).collect()
    }

    /// The environments of a person, ascending.
    pub(super) fn of_person(&self, person: &Person) -> Vec<u32> {
        if person.environments.is_empty() {
            return vec![0];
        }
        let named = person.environments.iter();
        let mut places: Vec<u32> =
            named.filter_map(|name| self.numbers.get(name.as_str()).copied()).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// The rules of `rulebook` that hold for a tenant.
pub(super) fn rules(rulebook: &Rulebook, prices: &Prices, tenant: &TenantInfo) -> Rules {
    let mut rules = Rules::default();
    for (rule, minimum) in rulebook.minimums.iter().enumerate() {
        if !is_for(&minimum.programs, &minimum.segments, tenant.program, &tenant.segment) {
            continue;
        }
        if minimum.per_sku {
            // Each SKU by itself; nothing else counts toward it.
            rules.floors.extend(minimum.applies_to.iter().map(|sku| Floor {
                rule,
                applies_to: SkuSet::of(sku),
                always: false,
                counts: SkuSet::of(sku),
                quantity: minimum.quantity,
                devices: SkuSet::EMPTY,
                device_seats: 1,
                device_users: 0,
            }));
            continue;
        }
        let devices_count = minimum.device_seats > 0;
        rules.floors.push(Floor {
            rule,
            applies_to: minimum.applies_to,
            always: false,
            counts: minimum.counts,
            quantity: minimum.quantity,
            devices: if devices_count { minimum.device_skus } else { SkuSet::EMPTY },
            device_seats: minimum.device_seats.max(1),
            device_users: if devices_count { minimum.device_users } else { 0 },
        });
    }
    rules.apart = rulebook
        .exclusions
        .iter()
        .enumerate()
        .filter(|(_, exclusion)| is_for(&[], &exclusion.segments, tenant.program, &tenant.segment))
        .map(|(rule, exclusion)| Apart {
            rule,
            left: exclusion.left,
            right: exclusion.right,
            tenant_wide: exclusion.tenant_wide,
        })
        .collect();
    rules.steps = steps(rulebook, prices, tenant);
    if !rulebook.full_user_skus.is_empty() {
        let additional =
            rulebook.sku_ids().filter(|&sku| rulebook.sku(sku).class == Class::Additional);
        rules.full_user =
            Some(FullUser { additional: additional.collect(), full: rulebook.full_user_skus });
    }
    rules.devices = rulebook
        .sku_ids()
        .filter(|&sku| rulebook.sku(sku).metric == Metric::Device && rulebook.sku(sku).plannable)
        .filter_map(|sku| Some((sku, prices.list(sku)?.cents.0)))
        .collect();
    rules
}

/// Price tiers. A customer's own price is what they pay, whatever the number:
/// tiers change the edition's prices alone.
fn steps(rulebook: &Rulebook, prices: &Prices, tenant: &TenantInfo) -> Vec<Steps> {
    let mut all: Vec<Steps> = Vec::new();
    for tier in &rulebook.price_tiers {
        let of_edition = prices.list(tier.sku).is_some_and(|price| price.mark.is_some());
        let for_tenant = is_for(&tier.programs, &tier.segments, tenant.program, &tenant.segment);
        if !for_tenant || !of_edition {
            continue;
        }
        let step = (u64::from(tier.from), prices.paid(&tier.price).cents.0);
        match all.iter_mut().find(|steps: &&mut Steps| steps.sku == tier.sku) {
            Some(known) if known.counts == tier.counts => known.steps.push(step),
            Some(_) => {}
            None => {
                all.push(Steps { sku: tier.sku, counts: tier.counts, steps: vec![step] });
            }
        }
    }
    let list = |sku: SkuId| prices.list(sku).map(|price| price.cents.0);
    for steps in &mut all {
        steps.steps.sort_unstable();
        steps.steps.dedup_by_key(|(from, _)| *from);
        // Where the first step says what the list says, it is none.
        while steps.steps.first().is_some_and(|(_, cents)| Some(*cents) == list(steps.sku)) {
            steps.steps.remove(0);
        }
    }
    all.retain(|steps| !steps.steps.is_empty());
    all
}
