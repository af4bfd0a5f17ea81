//! Sums over the rows of a tenant: what the formulas of its workbook yield.
//!
//! They are taken from the rows, not from [`Totals`](crate::output::Totals),
//! because that is what Excel will do when it calculates; the checks sheet
//! then holds both against each other.

use std::collections::BTreeMap;

use crate::output::{LicenceKind, TenantOutput};

/// The words a decision may have.
pub(crate) const DECISIONS: [&str; 4] = ["Proposed", "Accepted", "Rejected", "Deferred"];

/// The tiers, lowest first, in the order of `Totals::by_tier`.
pub(crate) const TIERS: [&str; 5] = ["none", "self-service", "team-members", "activity", "full"];

/// See the module header. Money is cents per month.
pub(crate) struct Figures<'o> {
    pub(crate) people: i128,
    pub(crate) accounts: i128,
    pub(crate) need: i128,
    pub(crate) by_device_only: i128,
    pub(crate) tiers: [i128; 5],
    pub(crate) devices: i128,
    pub(crate) devices_licensed: i128,
    pub(crate) user_cost: i128,
    pub(crate) licence_cost: i128,
    pub(crate) device_cost: i128,
    pub(crate) plan: i128,
    pub(crate) assigned: i128,
    pub(crate) owned: i128,
    pub(crate) signatures: i128,
    pub(crate) seats: BTreeMap<(&'o str, LicenceKind), i128>,
    pub(crate) by_signature: BTreeMap<u32, i128>,
}

impl<'o> Figures<'o> {
    pub(crate) fn of(out: &'o TenantOutput) -> Self {
        let mut tiers = [0; 5];
        let mut seats: BTreeMap<(&str, LicenceKind), i128> = BTreeMap::new();
        let mut by_signature: BTreeMap<u32, i128> = BTreeMap::new();
        let mut licence_cost = 0;
        for user in &out.users {
            if let Some(tier) = tiers.get_mut(user.tier as usize) {
                *tier += 1;
            }
            if let Some(number) = user.signature {
                *by_signature.entry(number).or_default() += 1;
            }
            for licence in user.licences.iter() {
                licence_cost += i128::from(licence.cents.0);
                *seats.entry((licence.sku.as_ref(), licence.kind)).or_default() += 1;
            }
        }
        let licensed = || out.devices.iter().filter(|device| device.licensed);
        for device in licensed() {
            *seats.entry((device.sku.as_str(), LicenceKind::Device)).or_default() += 1;
        }
        let users = || out.users.iter();
        Self {
            people: out.users.len() as i128,
            accounts: users().map(|user| i128::from(user.accounts)).sum(),
            need: users().filter(|user| !user.requirement.is_empty()).count() as i128,
            by_device_only: users().filter(|user| by_device_only(user)).count() as i128,
            tiers,
            devices: out.devices.len() as i128,
            devices_licensed: licensed().count() as i128,
            user_cost: users().map(|user| i128::from(user.cents.0)).sum(),
            licence_cost,
            device_cost: licensed().map(|device| i128::from(device.unit_cents.0)).sum(),
            plan: out
                .plan
                .iter()
                .map(|line| i128::from(line.quantity) * i128::from(line.unit_cents.0))
                .sum(),
            assigned: users().map(|user| i128::from(user.assigned_cents.0)).sum(),
            owned: out
                .true_up
                .iter()
                .map(|line| i128::from(line.owned) * i128::from(line.unit_cents.0))
                .sum(),
            signatures: out.signatures.len() as i128,
            seats,
            by_signature,
        }
    }

    /// Seats of a licence found on the detail sheets.
    pub(crate) fn seats_of(&self, sku: &str, kind: LicenceKind) -> i128 {
        self.seats.get(&(sku, kind)).copied().unwrap_or(0)
    }
}

/// Whether devices carry all of a person's need.
pub(crate) fn by_device_only(user: &crate::output::UserLine) -> bool {
    !user.requirement.is_empty() && user.licences.is_empty() && !user.by_device.is_empty()
}
