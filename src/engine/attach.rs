//! Attach licences that somebody is assigned without any base licence.
//!
//! An attach licence differs from a base licence in its price alone, and it
//! may only be held beside a base (guide of September 2021, "Attach licensing
//! details"). How such a mistake is put right depends on the program.

use std::collections::BTreeMap;

use super::Work;
use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::output::LicenceKind;
use crate::prices::InForce;
use crate::rulebook::{Program, SkuId};

impl Work<'_> {
    /// One finding per SKU; it costs what the seats lack to the list price.
    pub(super) fn attaches_alone(&self, findings: &mut Vec<Finding>) {
        let mut alone: BTreeMap<SkuId, (u64, &str)> = BTreeMap::new();
        for (person, held) in self.tenant.people.iter().zip(&self.holdings.people) {
            if held.licences.iter().any(|(_, kind)| *kind == LicenceKind::Base) {
                continue;
            }
            for (sku, _) in held.licences.iter().filter(|(_, k)| *k == LicenceKind::Attach) {
                alone.entry(*sku).or_insert((0, &person.id)).0 += 1;
            }
        }
        let remedy = match self.tenant.info.program {
            Program::Ea => "step it up to a base licence",
            Program::Csp | Program::Mpsa | Program::Mosp => {
                "return the attach licence and buy the base licence"
            }
        };
        for (sku, (people, first)) in alone {
            let name = &self.rulebook.sku(sku).name;
            let cents = |price: Option<&InForce>| price.map(|price| price.cents);
            let (list, attach) = (cents(self.prices.list(sku)), cents(self.prices.attach(sku)));
            let lacking = list.zip(attach).map_or(Cents::ZERO, |(list, attach)| list - attach);
            let message = format!(
                "{people} people hold {name} as an attach licence and no base licence: {remedy} \
                 (first: {first})"
            );
            findings.push(
                Finding::new(Code::AttachAlone, name, message)
                    .times(people)
                    .costing(lacking * i64::try_from(people).unwrap_or(i64::MAX)),
            );
        }
    }
}
