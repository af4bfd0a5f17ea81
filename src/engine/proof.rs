//! The proof of a tenant's plan in words: who the people of the problem are,
//! which devices its seats belong to, what its licences are called.

use super::devices::Seats;
use super::lines::line_id;
use super::rules::Places;
use crate::proof::Names;
use crate::rulebook::Rulebook;
use crate::tenant::TenantInput;

/// `heads` gives for each person of the problem the person of the tenant.
pub(super) fn names(
    tenant: &TenantInput,
    rulebook: &Rulebook,
    heads: &[usize],
    seats: &Seats,
    places: &Places<'_>,
) -> Names {
    let mut copies = vec![0_u32; tenant.people.len()];
    let users = heads.iter().map(|&at| {
        copies[at] += 1;
        line_id(&tenant.people[at], copies[at])
    });
    let device = |&device: &u32| tenant.devices[device as usize].id.clone();
    Names {
        tenant: tenant.info.id.clone(),
        edition: rulebook.id.clone(),
        skus: rulebook.skus.iter().map(|sku| sku.id.clone()).collect(),
        device_kinds: rulebook.device_kinds.iter().map(|kind| kind.id.clone()).collect(),
        environments: places.names(),
        users: users.collect(),
        devices: seats.device_of.iter().map(device).collect(),
    }
}
