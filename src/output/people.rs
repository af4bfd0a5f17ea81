//! People as the reports print them.
//!
//! Most people are like many others: what they have in common is written once
//! and shared.

use std::sync::Arc;

use serde::Serialize;

use super::LicenceKind;
#[cfg(doc)]
use super::TenantOutput;
use crate::money::Cents;
use crate::rulebook::{SkuId, Tier};
use crate::tenant::Text;

/// One licence of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLicence {
    /// SKU id of the edition.
    pub sku: Arc<str>,
    /// Product name.
    pub name: Arc<str>,
    /// How it is bought.
    pub kind: LicenceKind,
    /// Cents per month.
    pub cents: Cents,
}

/// Why a person stands where they stand: the first permission, in input
/// order, that needs the highest tier.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct DriverPath {
    /// Role name, or `(own permission)`, or `(application need)`.
    pub role: String,
    /// Duty; blank if unknown.
    pub duty: String,
    /// Privilege; blank if unknown.
    pub privilege: String,
    /// Menu item or other securable object; blank when the role decides.
    pub object: String,
    /// `read`, `write` or blank.
    pub access: String,
    /// The rule that turned it into a need, in words: `permission row`,
    /// `view licence`, `maintain licence`, `menu item table`, `role table`,
    /// `role licence type`, `unknown role`, `application need`, `use right`.
    pub rule: String,
}

/// How what a person holds compares with what they need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssignmentStatus {
    /// No assigned-licence data in the tenant.
    Unknown,
    /// Needs none, holds none.
    None,
    /// Holds what covers the need, at no more than the plan's cost.
    Fits,
    /// Holds licences and needs none.
    Release,
    /// Holds what covers the need, but dearer than the plan.
    Over,
    /// What is held does not cover the need.
    Under,
}

impl AssignmentStatus {
    /// The words the reports print.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "no data",
            Self::None => "none needed",
            Self::Fits => "fits",
            Self::Release => "release",
            Self::Over => "over-licensed",
            Self::Under => "under-licensed",
        }
    }
}

/// One person.
#[derive(Debug, Clone)]
pub struct UserLine {
    /// User id as first spelt in the input.
    pub id: Text,
    /// User principal name; blank if unknown.
    pub upn: Text,
    /// Display name.
    pub name: Text,
    /// Department.
    pub department: Text,
    /// Country.
    pub country: Text,
    /// Environments the person has accounts in, in input order.
    pub environments: Vec<String>,
    /// How many account rows are this person.
    pub accounts: u32,
    /// `member`, `guest`, `external`, `service`, `shared`, `group`.
    pub account_type: Text,
    /// Whether any account is enabled.
    pub enabled: bool,
    /// ISO date; blank if unknown.
    pub last_login: Text,
    /// Why no licence is needed although roles are held; blank otherwise.
    pub exempt: Text,
    /// Roles held through enabled assignments, in input order.
    pub roles: Arc<[String]>,
    /// Where the person stands.
    pub tier: Tier,
    /// The requirement in words, `Finance/Supply Chain Management + Sales`:
    /// `/` any one of, `+` all of. Blank when nothing is needed.
    pub requirement: Arc<str>,
    /// Number of the signature in [`TenantOutput::signatures`], if any.
    pub signature: Option<u32>,
    /// What puts the person there.
    pub driver: Option<Arc<DriverPath>>,
    /// The licences of the plan.
    pub licences: Arc<[UserLicence]>,
    /// Ids of licensed devices that carry part of the need.
    pub by_device: Vec<String>,
    /// Cost of the plan for this person, device licences not included.
    pub cents: Cents,
    /// How many equally cheap sets of licences there are for what the person
    /// holds by user licence (1: the answer is unique, 0: nothing needed).
    pub alternatives: u32,
    /// Names of the assigned licences of this product family, as in the input.
    pub assigned: Arc<[String]>,
    /// The same as line of [`TenantOutput::prices`] and kind; holds exactly the
    /// licences that [`Self::assigned_cents`] adds up.
    pub held: Arc<[(SkuId, LicenceKind)]>,
    /// What those cost at the prices of this run.
    pub assigned_cents: Cents,
    /// Comparison of the two.
    pub status: AssignmentStatus,
}
