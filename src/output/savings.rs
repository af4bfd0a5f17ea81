//! What is paid today against the plan, by cause, each cent once.

use serde::Serialize;

use super::LicenceKind;
use crate::money::Cents;

/// Why something costs less, or more, under the plan than today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The account is disabled.
    Disabled,
    /// The account needs no licence whatever it may do.
    Exempt,
    /// Nothing the person may do needs a licence.
    NotNeeded,
    /// Another licence of the person covers the same.
    Duplicate,
    /// More or dearer licences than needed.
    OverLicensed,
    /// Several bases where the others could be attached.
    AttachInsteadOfBase,
    /// Licensed devices carry the work.
    DeviceInsteadOfUser,
    /// Owned and assigned to nobody.
    SpareSeats,
    /// Less than needed.
    UnderLicensed,
    /// Minimums, exclusions and price tiers.
    Agreement,
    /// What is held is no longer sold, or has no price.
    Replacement,
    /// Assigned and not owned.
    NotOwned,
    /// Nobody has signed in for long. Never counted: the plan keeps the person.
    Inactive,
}

impl Cause {
    /// All of them, in the order in which reports list them.
    pub const ALL: [Self; 13] = [
        Self::Disabled,
        Self::Exempt,
        Self::NotNeeded,
        Self::Duplicate,
        Self::OverLicensed,
        Self::AttachInsteadOfBase,
        Self::DeviceInsteadOfUser,
        Self::SpareSeats,
        Self::UnderLicensed,
        Self::Agreement,
        Self::Replacement,
        Self::NotOwned,
        Self::Inactive,
    ];

    /// The word the reports print.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disabled => "disabled account",
            Self::Exempt => "exempt account",
            Self::NotNeeded => "no licence needed",
            Self::Duplicate => "duplicate",
            Self::OverLicensed => "over-licensed",
            Self::AttachInsteadOfBase => "attach instead of base",
            Self::DeviceInsteadOfUser => "device instead of user",
            Self::SpareSeats => "spare seats",
            Self::UnderLicensed => "under-licensed",
            Self::Agreement => "agreement",
            Self::Replacement => "replacement",
            Self::NotOwned => "assigned, not owned",
            Self::Inactive => "inactive",
        }
    }

    /// What it means and what to do, in a sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Disabled => "Nobody can sign in: release the licences.",
            Self::Exempt => "Such an account needs no licence: release what it holds.",
            Self::NotNeeded => "Nothing this person may do needs a licence: release what is held.",
            Self::Duplicate => "Another licence of the same person covers it: release it.",
            Self::OverLicensed => {
                "A smaller set of licences covers the need: change it at renewal."
            }
            Self::AttachInsteadOfBase => {
                "One base and the others attached to it cost less than several bases."
            }
            Self::DeviceInsteadOfUser => {
                "Licensed devices carry the work of their users; the device licences to add are taken off."
            }
            Self::SpareSeats => "Owned and assigned to nobody: reduce at renewal.",
            Self::UnderLicensed => "More is needed than is held: this comes on top.",
            Self::Agreement => {
                "What minimums, licences kept apart and price tiers of the agreement add or take off."
            }
            Self::Replacement => {
                "What is held is not sold any more or has no price here: what takes its place costs this more."
            }
            Self::NotOwned => {
                "Assigned beyond what is owned: releasing it saves nothing that is paid today."
            }
            Self::Inactive => {
                "Has not signed in for 90 days: ask whether the person still works there. Not counted, since the plan keeps the licence."
            }
        }
    }
}

/// One decision: a person, or the seats of a licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavingsLine {
    /// Index into [`TenantOutput::users`](super::TenantOutput::users); `None`
    /// for seats of a licence.
    pub user: Option<u32>,
    /// SKU id; blank for a person.
    pub sku: String,
    /// Product name; blank for a person.
    pub name: String,
    /// How it is bought; `None` for a person.
    pub kind: Option<LicenceKind>,
    /// Seats; 1 for a person.
    pub quantity: u64,
    /// Why.
    pub cause: Cause,
    /// Today less plan; negative where the plan costs more.
    pub cents: Cents,
    /// What could be saved besides, if the person were dropped.
    pub potential_cents: Cents,
    /// Whether every price behind it is verified or the customer's own.
    pub verified: bool,
}

/// Decisions of one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CauseTotal {
    /// The cause.
    pub cause: Cause,
    /// Decisions.
    pub decisions: u64,
    /// Today less plan.
    pub cents: Cents,
    /// What could be saved besides.
    pub potential_cents: Cents,
}

/// Sums over decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SavingsTotals {
    /// What today is: `owned`, `assigned`, or blank where neither is known.
    pub basis: String,
    /// What is paid today at the prices of this run.
    pub today_cents: Cents,
    /// Cost of the plan.
    pub plan_cents: Cents,
    /// By cause; their `cents` add up to `today_cents - plan_cents`.
    pub causes: Vec<CauseTotal>,
}

/// The savings of a tenant.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Savings {
    /// Decisions, most money first.
    pub lines: Vec<SavingsLine>,
    /// Sums.
    pub totals: SavingsTotals,
}
