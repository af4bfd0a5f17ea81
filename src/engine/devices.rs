//! Devices as candidates for device licences, and what became of them.

use crate::money::Cents;
use crate::optimize::Seat;
use crate::output::DeviceLine;
use crate::prices::Prices;
use crate::rulebook::{DeviceKind, KindSet, Rulebook, SkuId};
use crate::tenant::{Device, Person, TenantInput, words};

use super::Work;

/// The seats of all devices of a tenant.
#[derive(Debug)]
pub(super) struct Seats {
    /// Candidate device licences.
    pub seats: Vec<Seat>,
    /// For each device: its seats.
    pub of_device: Vec<Vec<u32>>,
    /// For each seat: its device.
    pub device_of: Vec<u32>,
    /// For each device: why it cannot carry a licence; blank if it can.
    pub refused: Vec<String>,
    /// For each device: whether `dedicated` had to be assumed.
    pub assumed: Vec<bool>,
}

impl Seats {
    pub(super) fn of(tenant: &TenantInput, rulebook: &Rulebook, prices: &Prices) -> Self {
        let mut all = Self {
            seats: Vec::new(),
            of_device: Vec::new(),
            device_of: Vec::new(),
            refused: Vec::new(),
            assumed: Vec::new(),
        };
        for (number, device) in (0_u32..).zip(&tenant.devices) {
            all.add(number, device, rulebook, prices);
        }
        all
    }

    fn add(&mut self, number: u32, device: &Device, rulebook: &Rulebook, prices: &Prices) {
        let mut mine: Vec<(SkuId, bool, KindSet)> = Vec::new();
        let (mut refused, mut assumed) = (String::new(), false);
        if words(&device.kind).next().is_none() {
            refused = "its kind is unknown".into();
        }
        for word in words(&device.kind) {
            let Some(id) = rulebook.device_kind(word) else {
                if refused.is_empty() {
                    refused =
                        format!("edition {} has no device licence for kind {word}", rulebook.id);
                }
                continue;
            };
            let kind = &rulebook.device_kinds[usize::from(id.0)];
            let why = refusal(device, kind).or_else(|| {
                let priced = prices.list(kind.sku).is_some();
                (!priced).then(|| format!("{} has no price", rulebook.sku(kind.sku).name))
            });
            assumed |= why.is_none() && kind.must_be_dedicated && device.dedicated.is_empty();
            let licensable = why.is_none();
            if let Some(why) = why {
                refused = why;
            }
            match mine.iter_mut().find(|(sku, ok, _)| *sku == kind.sku && *ok == licensable) {
                Some((.., kinds)) => *kinds = kinds.union(KindSet::of(id)),
                None => mine.push((kind.sku, licensable, KindSet::of(id))),
            }
        }
        let mut seats = Vec::new();
        for (sku, licensable, kinds) in mine {
            let cents = prices.list(sku).map(|price| price.cents).filter(|_| licensable);
            seats.push(u32::try_from(self.seats.len()).unwrap_or(u32::MAX));
            self.seats.push(Seat { kinds, sku, cents });
            self.device_of.push(number);
        }
        if seats.iter().any(|&seat| self.seats[seat as usize].cents.is_some()) {
            refused.clear();
        }
        self.of_device.push(seats);
        self.refused.push(refused);
        self.assumed.push(assumed);
    }

    /// The seats of the devices a person uses, ascending.
    pub(super) fn of_person(&self, person: &Person) -> Vec<u32> {
        let devices = person.devices.iter();
        let mut seats: Vec<u32> =
            devices.flat_map(|&device| self.of_device[device as usize].iter().copied()).collect();
        seats.sort_unstable();
        seats
    }
}

/// Why a device cannot carry the licence of a kind.
fn refusal(device: &Device, kind: &DeviceKind) -> Option<String> {
    let name = &kind.name;
    if kind.must_be_dedicated && device.dedicated == "false" {
        return Some(format!("a {name} must be dedicated to that work, this one is not"));
    }
    match device.login.as_str() {
        "shared" if !kind.shared_login => {
            Some(format!("the licence of a {name} does not allow a shared login"))
        }
        "individual" if !kind.individual_login => {
            Some(format!("the licence of a {name} needs a shared login"))
        }
        _ => None,
    }
}

impl Work<'_> {
    pub(super) fn devices(&self) -> Vec<DeviceLine> {
        let mut component = vec![None; self.seats.seats.len()];
        for (number, part) in (1_u32..).zip(&self.plan.components) {
            for &seat in &part.seats {
                component[seat as usize] = Some(number);
            }
        }
        let mut carries = vec![0_u32; self.tenant.devices.len()];
        for planned in &self.plan.people {
            let mut devices: Vec<u32> = planned
                .carried_by
                .iter()
                .map(|&seat| self.seats.device_of[seat as usize])
                .collect();
            devices.dedup();
            for device in devices {
                carries[device as usize] += 1;
            }
        }
        self.tenant
            .devices
            .iter()
            .enumerate()
            .map(|(at, device)| {
                let seats = &self.seats.of_device[at];
                let licensed: Vec<u32> =
                    seats.iter().copied().filter(|&s| self.plan.licensed[s as usize]).collect();
                let shown = licensed.first().or_else(|| seats.first()).copied();
                let sku = shown.map(|seat| self.seats.seats[seat as usize].sku);
                let number = seats.iter().find_map(|&seat| component[seat as usize]);
                let reason = if !licensed.is_empty() {
                    format!("carries {} people for less than their user licences", carries[at])
                } else if !self.seats.refused[at].is_empty() {
                    self.seats.refused[at].clone()
                } else if device.users == 0 {
                    "nobody uses it".into()
                } else if number.is_some() {
                    "its people cost less with user licences".into()
                } else {
                    "nobody's need can be carried by it".into()
                };
                DeviceLine {
                    id: device.id.clone(),
                    name: device.name.clone(),
                    kind: device.kind.clone(),
                    location: device.location.clone(),
                    dedicated: match device.dedicated.as_str() {
                        "true" => "yes",
                        "false" => "no",
                        _ if self.seats.assumed[at] => "assumed",
                        _ => "",
                    }
                    .into(),
                    login: device.login.clone(),
                    last_seen: device.last_seen.clone(),
                    users: device.users,
                    carries: carries[at],
                    licensed: !licensed.is_empty(),
                    sku: sku.map_or_else(String::new, |sku| self.rulebook.sku(sku).id.clone()),
                    sku_name: sku
                        .map_or_else(String::new, |sku| self.rulebook.sku(sku).name.clone()),
                    unit_cents: sku
                        .and_then(|sku| self.prices.list(sku))
                        .map_or(Cents::ZERO, |price| price.cents),
                    component: number,
                    reason,
                }
            })
            .collect()
    }

    /// Ids of the devices behind seats, each once.
    pub(super) fn device_ids(&self, seats: &[u32]) -> Vec<String> {
        let mut devices: Vec<u32> =
            seats.iter().map(|&seat| self.seats.device_of[seat as usize]).collect();
        devices.dedup();
        devices.into_iter().map(|at| self.tenant.devices[at as usize].id.clone()).collect()
    }
}
