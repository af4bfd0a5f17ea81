//! What may go wrong with the plan: devices that no per-user validation sees,
//! and reductions that end at a minimum or lose a tier, a gate or storage.

use std::collections::{BTreeMap, BTreeSet};

use super::{PlanSeats, Work, buying_day};
use crate::capacity::{Held, reductions};
use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::output::{CapacityLine, RiskLine, RuleCheck};
use crate::trueup::Stock;

impl Work<'_> {
    pub(super) fn risks(
        &self,
        seats: &PlanSeats,
        stock: &Stock,
        checks: &[RuleCheck],
        capacity: &[CapacityLine],
    ) -> Vec<RiskLine> {
        let mut risks = self.devices_unseen();
        if !self.tenant.subscriptions.is_empty() {
            let tenant = &self.tenant.info;
            let day = buying_day(self.tenant, self.rulebook);
            let plan = Held::of_plan(self.rulebook, seats, stock, day);
            let owned = Held::of_stock(stock);
            risks.extend(reductions(self.rulebook, self.prices, tenant, (&owned, &plan), checks));
            risks.extend(capacity.iter().filter(|line| line.lost.0 > 0).map(storage));
        }
        risks
    }

    /// People whose work devices carry, by device licence and by whether they
    /// hold a user licence beside it.
    fn devices_unseen(&self) -> Vec<RiskLine> {
        #[derive(Default)]
        struct Group {
            people: u64,
            devices: BTreeSet<u32>,
            cents: Cents,
        }
        let mut groups: BTreeMap<(u8, bool), Group> = BTreeMap::new();
        for planned in &self.plan.people {
            let Some(first) = planned.carried_by.first() else { continue };
            let sku = self.seats.seats[*first as usize].sku;
            let group = groups.entry((sku.0, planned.buys.is_empty())).or_default();
            group.people += 1;
            group.cents += planned.alone.unwrap_or_default() - planned.cents();
            let devices = planned.carried_by.iter();
            group.devices.extend(devices.map(|&seat| self.seats.device_of[seat as usize]));
        }
        groups
            .into_iter()
            .map(|((sku, only), group)| {
                let (people, devices) = (group.people, group.devices.len());
                let words = if only {
                    "hold no user licence. Microsoft's report has an exclusion for device users \
                     that depends on their roles; which roles is not published"
                } else {
                    "hold a smaller user licence and do the rest at these devices. Microsoft's \
                     report asks them for the larger one, and sign-in may be refused without it"
                };
                RiskLine {
                    code: Code::DeviceCheckNeeded,
                    subject: self.rulebook.sku(crate::rulebook::SkuId(sku)).name.clone(),
                    detail: format!(
                        "{people} people at {devices} licensed devices {words}; user licences \
                         instead cost {} a month more, device licences not taken off",
                        group.cents
                    ),
                    count: people,
                    cents: group.cents,
                }
            })
            .collect()
    }
}

/// Capacity that goes with the seats, and what it costs to keep it.
fn storage(line: &CapacityLine) -> RiskLine {
    let packs = match (line.lost_cents, line.used) {
        (Cents::ZERO, None) => "what is used is not measured".to_owned(),
        (Cents::ZERO, Some(_)) => "what is measured takes no pack for it".to_owned(),
        (cents, _) => format!("packs for it cost {cents} a month"),
    };
    RiskLine {
        code: Code::CapacityLost,
        subject: line.name.clone(),
        detail: format!(
            "the owned seats include {} {} more than those of the plan; {packs}",
            line.lost, line.unit
        ),
        count: 1,
        cents: line.lost_cents,
    }
}

/// Findings for the risks that nothing else reports.
pub(super) fn findings(risks: &[RiskLine]) -> impl Iterator<Item = Finding> + '_ {
    let told = [Code::DeviceCheckNeeded, Code::CapacityLost];
    risks.iter().filter(move |risk| !told.contains(&risk.code)).map(|risk| {
        let message = format!("{}: {}", risk.subject, risk.detail);
        Finding::new(risk.code, &risk.subject, message).times(risk.count).costing(risk.cents)
    })
}
