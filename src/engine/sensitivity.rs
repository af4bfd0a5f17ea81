//! The prices at which the advice changes, with names.

use super::Work;
use crate::money::Cents;
use crate::optimize::sensitivity::Flips;
use crate::output::{LicenceKind, Sensitivity, SensitivityLine};
use crate::rulebook::SkuId;

impl Work<'_> {
    pub(super) fn sensitivity(&self, flips: &Flips, limit: usize) -> Sensitivity {
        let line = |sku: SkuId, kind, group, cents| SensitivityLine {
            sku: self.rulebook.sku(sku).id.clone(),
            name: self.rulebook.sku(sku).name.clone(),
            kind,
            group,
            cents: Cents(cents),
            devices: None,
            up_cents: None,
            up_people: None,
            down_cents: None,
            down_people: None,
        };
        let prices = flips.prices.iter().map(|flip| SensitivityLine {
            up_cents: flip.up.map(Cents),
            up_people: Some(flip.up_people),
            down_cents: flip.down.map(Cents),
            down_people: Some(flip.down_people),
            ..line(flip.sku, flip.kind, None, flip.cents)
        });
        let devices = flips.devices.iter().map(|flip| SensitivityLine {
            devices: Some(flip.licensed),
            up_cents: flip.up.map(Cents),
            down_cents: flip.down.map(Cents),
            ..line(flip.sku, LicenceKind::Device, Some(flip.component + 1), flip.cents)
        });
        Sensitivity {
            limit: limit as u64,
            needs: flips.needs,
            all_needs: flips.all_needs,
            groups: flips.components,
            all_groups: self.plan.components.len() as u64,
            lines: prices.chain(devices).collect(),
        }
    }
}
