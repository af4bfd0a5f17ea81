//! At which prices the advice changes.

use serde::Serialize;

use super::LicenceKind;
use crate::money::Cents;

/// One price of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SensitivityLine {
    /// SKU id.
    pub sku: String,
    /// Product name.
    pub name: String,
    /// How it is bought.
    pub kind: LicenceKind,
    /// Number of the device group in
    /// [`Certificate::components`](super::Certificate::components); `None`: the
    /// user licences of everybody whom no device can serve.
    pub group: Option<u32>,
    /// Its price.
    pub cents: Cents,
    /// Licensed devices of the group; `None` for user licences.
    pub devices: Option<u64>,
    /// Highest price at which the advice stays; `None`: any.
    pub up_cents: Option<Cents>,
    /// People whose licences change beyond it; `None` for devices.
    pub up_people: Option<u64>,
    /// Lowest price at which the advice stays; `None`: any.
    pub down_cents: Option<Cents>,
    /// People whose licences change below it; `None` for devices.
    pub down_people: Option<u64>,
}

/// What was worked out, and how much was not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sensitivity {
    /// People and devices that were allowed to be looked at; 0: left out.
    pub limit: u64,
    /// Distinct requirements looked at for prices of user licences, the most
    /// common ones.
    pub needs: u64,
    /// Distinct requirements of people whom no device can serve.
    pub all_needs: u64,
    /// Device groups looked at.
    pub groups: u64,
    /// Device groups there are.
    pub all_groups: u64,
    /// Prices of user licences in edition order, then of device groups.
    pub lines: Vec<SensitivityLine>,
}

impl Sensitivity {
    /// What was left out, in a sentence; blank where nothing was.
    #[must_use]
    pub fn left_out(&self) -> String {
        if self.limit == 0 {
            return "Sensitivity was left out, as asked.".to_owned();
        }
        let mut words = Vec::new();
        if self.needs < self.all_needs {
            words.push(format!(
                "user licences by the {} most common of {} requirements",
                self.needs, self.all_needs
            ));
        }
        if self.groups < self.all_groups {
            words.push(format!(
                "{} of {} device groups, since no more than {} people and devices are looked at \
                 (--sensitivity)",
                self.groups, self.all_groups, self.limit
            ));
        }
        if words.is_empty() {
            return String::new();
        }
        format!("Not everything was looked at: {}.", words.join("; "))
    }
}
