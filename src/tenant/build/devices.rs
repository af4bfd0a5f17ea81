//! Devices and who uses them.

use std::collections::HashSet;

use super::{Builder, narrow};
use crate::finding::Code;
use crate::intake::{Field, TableKind};
use crate::tenant::Device;
use crate::tenant::identity::join_key;
use crate::tenant::joins::Hit;
use crate::tenant::ledger::Ledger;

impl Builder<'_> {
    pub(super) fn devices(&mut self, ledger: &mut Ledger<'_>) {
        for (batch, rows) in self.of(TableKind::Devices) {
            for row in rows {
                let id = row.get(Field::DeviceId);
                let key = join_key(id);
                let text = |field| row.get(field).to_owned();
                if let Some(&known) = self.device_numbers.get(&key) {
                    let added = self.devices[known as usize].fill_from(&row);
                    if added {
                        ledger.note(batch, &row, Code::DeviceDuplicate, id);
                    } else {
                        ledger.ignore(batch, &row, Code::DeviceDuplicate, id);
                    }
                    continue;
                }
                self.device_numbers.insert(key, narrow(self.devices.len()));
                self.devices.push(Device {
                    id: id.to_owned(),
                    name: text(Field::Name),
                    kind: text(Field::Kind),
                    login: text(Field::Login),
                    dedicated: text(Field::Dedicated),
                    last_seen: text(Field::LastSeen),
                    location: text(Field::Location),
                    users: 0,
                });
            }
        }
    }

    pub(super) fn usage(&mut self, ledger: &mut Ledger<'_>) {
        let mut seen: HashSet<(u32, u32)> = HashSet::new();
        for (batch, rows) in self.of(TableKind::DeviceUsage) {
            for row in rows {
                let id = row.get(Field::DeviceId);
                let device = self.device_numbers.get(&join_key(id)).copied();
                self.joins.count(
                    batch.kind,
                    TableKind::Devices,
                    device.map_or(Hit::None, Hit::One),
                );
                let Some(device) = device else {
                    ledger.ignore(batch, &row, Code::DeviceUnknown, id);
                    continue;
                };
                let Some((person, _)) = self.person(batch, &row, ledger) else { continue };
                if !seen.insert((person, device)) {
                    ledger.ignore(batch, &row, Code::RowDuplicate, id);
                    continue;
                }
                self.devices[device as usize].users += 1;
                self.people[person as usize].devices.push(device);
            }
        }
        for person in &mut self.people {
            person.devices.sort_unstable();
        }
    }
}
