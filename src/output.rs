//! What is known about a tenant at the end: one plain data type.
//!
//! Everything the reports print stands here in words and cents, so that
//! writing a report needs neither the rulebook nor a second calculation.
//! All money is cents per month in [`TenantInfo::currency`].

mod capacity;
mod compare;
mod people;
mod portfolio;
pub mod proof;
mod risk;
mod savings;
mod schedule;
mod sensitivity;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use capacity::{CapacityLine, CapacityStatus, PackLine};
pub use compare::{Asked, Compare, CompareLine, CompareReason, CompareTotal, CompareTotals};
pub use people::{AssignmentStatus, DriverPath, UserLicence, UserLine};
pub use portfolio::{PortfolioOutput, TenantFailure, TenantSummary, Words};
pub use risk::RiskLine;
pub use savings::{Cause, CauseTotal, Savings, SavingsLine, SavingsTotals};
pub use schedule::{InTermLicence, Schedule, Stage, StageLine};
pub use sensitivity::{Sensitivity, SensitivityLine};

use crate::finding::{Finding, Severity};
use crate::intake::{FileReport, Rejected};
use crate::money::Cents;
use crate::rulebook::{DevicePolicy, Mark, Program, Tier};
use crate::tenant::Text;

/// Who the tenant is and under which agreement.
#[derive(Debug, Clone, Serialize)]
pub struct TenantInfo {
    /// The folder name or the value of the tenant column.
    pub id: String,
    /// Its name for a reader; the id where none is given.
    pub name: String,
    /// Purchase program.
    pub program: Program,
    /// `commercial`, `academic`, `charity`, `government`.
    pub segment: String,
    /// ISO currency code.
    pub currency: String,
    /// ISO date; blank if unknown.
    pub renewal_date: String,
    /// How licences are paid; `None` where nobody says.
    pub payment: Option<Payment>,
}

/// How licences are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Payment {
    /// Months of the term.
    pub months: u32,
    /// Whether it is billed every month; else in advance.
    pub billed_monthly: bool,
}

impl Payment {
    /// A year paid in advance, as list prices are.
    pub const LIST: Self = Self { months: 12, billed_monthly: false };

    /// Reads a term (`P1M`, `P1Y`, `P3Y`, `1 year`, `annual`, `monthly`) and a
    /// billing plan (`monthly`, `annual`, `upfront`); either may be blank. `None`
    /// where neither says anything, or one says something else.
    #[must_use]
    pub fn read(term: &str, billing: &str) -> Option<Self> {
        let word = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let months = match word(term).as_str() {
            "" => None,
            "p1m" | "1month" | "month" | "monthly" => Some(1),
            "p1y" | "1year" | "year" | "yearly" | "annual" | "p12m" | "12months" => Some(12),
            "p3y" | "3years" | "3year" | "triennial" | "p36m" | "36months" => Some(36),
            _ => return None,
        };
        let monthly = match word(billing).as_str() {
            "" => None,
            "monthly" | "month" | "m" => Some(true),
            "annual" | "yearly" | "year" | "upfront" | "prepaid" | "triennial" | "onetime" => {
                Some(false)
            }
            _ => return None,
        };
        if months.is_none() && monthly.is_none() {
            return None;
        }
        let months = months.unwrap_or(12);
        Some(Self { months, billed_monthly: monthly.unwrap_or(months == 1) })
    }

    /// `12 months, billed monthly`.
    #[must_use]
    pub fn words(self) -> String {
        let billed = if self.billed_monthly { "billed monthly" } else { "paid in advance" };
        let months = if self.months == 1 { "month" } else { "months" };
        format!("{} {months}, {billed}", self.months)
    }
}

/// The edition the result stands on.
#[derive(Debug, Clone, Serialize)]
pub struct EditionInfo {
    /// `2021-09`
    pub id: String,
    /// Words for a reader.
    pub title: String,
    /// SHA-256 of the edition file.
    pub hash: String,
    /// How it was chosen: `tenants.csv`, `--rulebook`, `default`.
    pub chosen_by: String,
    /// (id, description) of the documents it rests on.
    pub sources: Vec<(String, String)>,
    /// (ISO date, what is enforced from then on), in the edition's order.
    pub enforcement: Vec<(String, String)>,
}

/// What was asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OptionsUsed {
    /// Device policy of the plan.
    pub device_policy: DevicePolicy,
    /// `full`, `team-members` or `ignore`.
    pub unknown_roles: String,
    /// Whether seats are bought to open a lower price of something else.
    pub gate_seats: bool,
    /// Which key made the pseudonyms that stand for people; blank where people
    /// have their names.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pseudonyms: String,
}

/// How a licence is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LicenceKind {
    /// A full user licence at list price.
    Base,
    /// A full user licence at attach price.
    Attach,
    /// An additional-user licence.
    Additional,
    /// An add-on to a user licence.
    AddOn,
    /// A device licence.
    Device,
}

impl LicenceKind {
    /// The word the reports print.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Attach => "attach",
            Self::Additional => "additional",
            Self::AddOn => "add-on",
            Self::Device => "device",
        }
    }
}

/// One device.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceLine {
    /// Device id as in the input.
    pub id: String,
    /// Name.
    pub name: String,
    /// Kind, as in the input.
    pub kind: String,
    /// Place it stands in.
    pub location: String,
    /// `yes`, `no` or `assumed`.
    pub dedicated: String,
    /// `shared`, `individual` or blank.
    pub login: String,
    /// ISO date; blank if unknown.
    pub last_seen: String,
    /// People who use it.
    pub users: u32,
    /// People whose need it carries in the plan.
    pub carries: u32,
    /// Whether the plan licenses it.
    pub licensed: bool,
    /// Device SKU considered; blank when none fits.
    pub sku: String,
    /// Name of that SKU.
    pub sku_name: String,
    /// Price of that SKU.
    pub unit_cents: Cents,
    /// Number of its component in [`Certificate::components`].
    pub component: Option<u32>,
    /// Why it is or is not licensed, in a sentence.
    pub reason: String,
}

/// One line of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanLine {
    /// SKU id.
    pub sku: Text,
    /// Product name.
    pub name: Arc<str>,
    /// How it is bought.
    pub kind: LicenceKind,
    /// Seats.
    pub quantity: u64,
    /// Those of them that nobody needs: bought because a rule of the agreement
    /// asks for them or because they open a lower price.
    pub spare: u64,
    /// Cents per seat and month.
    pub unit_cents: Cents,
    /// `quantity * unit_cents`.
    pub total_cents: Cents,
    /// How far the price is verified; `None`: the customer's own price.
    pub mark: Option<Mark>,
    /// Where the price was read.
    pub source: Arc<str>,
}

/// One distinct requirement and its cheapest cover.
#[derive(Debug, Clone, Serialize)]
pub struct SignatureLine {
    /// Number, from 1.
    pub number: u32,
    /// The requirement in words.
    pub requirement: String,
    /// Its tier.
    pub tier: Tier,
    /// People who have it.
    pub users: u64,
    /// Cost of the cheapest cover by user licences alone.
    pub cents: Cents,
    /// Every cheapest cover, in order of preference, in words.
    pub covers: Vec<String>,
    /// The cheapest covers that cost more and are none of those, in words;
    /// empty where there is none or none was looked for.
    pub next: Vec<String>,
    /// What they cost.
    pub next_cents: Option<Cents>,
}

/// One driver over all people.
#[derive(Debug, Clone)]
pub struct DriverLine {
    /// The path.
    pub path: Arc<DriverPath>,
    /// Tier it needs.
    pub tier: Tier,
    /// What it needs, in words.
    pub need: Arc<str>,
    /// People it puts where they are.
    pub users: u64,
    /// What the plan's user licences of those people cost.
    pub cents: Cents,
}

/// One role.
#[derive(Debug, Clone, Serialize)]
pub struct RoleLine {
    /// Name.
    pub name: String,
    /// Identifier; blank if unknown.
    pub identifier: String,
    /// People who hold it through an enabled assignment.
    pub users: u64,
    /// Permission rows.
    pub permissions: u64,
    /// Where its need comes from: `permission rows`, `role table`,
    /// `role licence type`, `unknown`, `administrator`.
    pub decided_by: String,
    /// Its tier.
    pub tier: Tier,
    /// Its need in words.
    pub requirement: String,
}

/// Owned against assigned against needed, per SKU and kind.
#[derive(Debug, Clone)]
pub struct TrueUpLine {
    /// SKU id.
    pub sku: Text,
    /// Product name.
    pub name: Arc<str>,
    /// `base`, `attach`, `additional`, `add-on`, `device`.
    pub kind: LicenceKind,
    /// Seats owned.
    pub owned: u64,
    /// Seats assigned to people.
    pub assigned: u64,
    /// Seats used until owned ones end, by the cheapest plan beside them.
    pub used_now: u64,
    /// Seats that plan buys beyond the owned ones.
    pub buy_now: u64,
    /// Owned seats that nobody needs meanwhile.
    pub idle_now: u64,
    /// Seats of the renewal plan.
    pub plan: u64,
    /// `plan - owned`: positive is added, negative is dropped at renewal.
    pub gap: i64,
    /// Cents per seat.
    pub unit_cents: Cents,
    /// `gap * unit_cents`.
    pub money: Cents,
    /// Earliest end date of an owned subscription, ISO; blank if unknown.
    pub end: Text,
    /// `buy now`, `add at renewal`, `swap to attach at renewal`, `swap to base
    /// at renewal`, `reduce at renewal`, `drop at renewal`, `keep`, or `owned
    /// seats unknown`.
    pub action: &'static str,
}

/// A rule of the agreement held against the plan.
#[derive(Debug, Clone, Serialize)]
pub struct RuleCheck {
    /// Id of the rule in the edition.
    pub rule: String,
    /// The rule in words.
    pub name: String,
    /// `met`, `not met`, `does not apply`.
    pub result: String,
    /// The figures behind it, in a sentence.
    pub detail: String,
    /// What the rule adds to the cost of the plan; where it is not met, what
    /// the missing seats would cost; for a price tier, what it saves.
    pub cents: Cents,
    /// How far the rule is verified.
    pub mark: Mark,
    /// Guide and section.
    pub source: String,
}

/// One connected component of people and devices.
#[derive(Debug, Clone, Serialize)]
pub struct ComponentLine {
    /// Number, from 1.
    pub number: u32,
    /// People in it.
    pub users: u64,
    /// Devices in it.
    pub devices: u64,
    /// Devices the plan licenses.
    pub devices_licensed: u64,
    /// Cost with user licences alone.
    pub user_only_cents: Cents,
    /// Cost of the plan, devices included.
    pub cents: Cents,
    /// Lower bound that the certificate proves.
    pub bound_cents: Cents,
    /// `minimum cut` or `minimum cut with branching`.
    pub method: String,
}

/// The proof of the plan.
#[derive(Debug, Clone, Serialize)]
pub struct Certificate {
    /// Cost of the plan.
    pub cents: Cents,
    /// What nobody can get below under these rules and prices.
    pub bound_cents: Cents,
    /// The difference; zero means proven optimal.
    pub gap_cents: Cents,
    /// What the independent checker found: every entry a failure, empty when
    /// the plan is feasible, its cost is right and the bound holds.
    pub failures: Vec<String>,
    /// How many statements the checker verified.
    pub checked: u64,
    /// Components with devices.
    pub components: Vec<ComponentLine>,
}

/// One price that the result used or could have used.
#[derive(Debug, Clone, Serialize)]
pub struct PriceLine {
    /// SKU id.
    pub sku: String,
    /// Product name.
    pub name: String,
    /// Metric, in words.
    pub metric: String,
    /// `full`, `additional`, ...
    pub class: String,
    /// List price in force; `None`: unknown.
    pub list: Option<Cents>,
    /// Its mark; `None` where the price is the customer's own.
    pub list_mark: Option<Mark>,
    /// Where it was read.
    pub list_source: String,
    /// Attach price in force.
    pub attach: Option<Cents>,
    /// Its mark.
    pub attach_mark: Option<Mark>,
    /// Where it was read.
    pub attach_source: String,
    /// Seats of the plan bought at one of the two.
    pub used: u64,
    /// Whom it is not sold to, or since when it is not sold; blank where
    /// nothing is in the way.
    pub limits: String,
    /// What it gives on the customer's own servers; blank where nothing.
    pub on_premises: String,
}

/// The figures of the cover sheet.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Totals {
    /// Account rows.
    pub accounts: u64,
    /// People.
    pub people: u64,
    /// People who need a licence (user or device).
    pub need_licence: u64,
    /// People by tier, in order none, self-service, team-members, activity,
    /// full.
    pub by_tier: [u64; 5],
    /// Devices.
    pub devices: u64,
    /// Devices the plan licenses.
    pub devices_licensed: u64,
    /// People who need no user licence thanks to devices.
    pub by_device_only: u64,
    /// Distinct requirements.
    pub signatures: u64,
    /// Cost of the plan.
    pub plan_cents: Cents,
    /// Cost with user licences alone.
    pub user_only_cents: Cents,
    /// Cost under the other device policy.
    pub other_policy_cents: Cents,
    /// Cost of what is assigned today, at the prices of this run.
    pub assigned_cents: Cents,
    /// Whether the tenant's input says what is assigned.
    pub assigned_known: bool,
    /// Cost of what is owned, at the prices of this run.
    pub owned_cents: Cents,
    /// Whether the tenant's input says what is owned.
    pub owned_known: bool,
    /// What must be bought beside what is owned, until it ends.
    pub buy_now_cents: Cents,
    /// Cost of the capacity packs to buy, which is not part of `plan_cents`.
    pub capacity_cents: Cents,
    /// Part of `plan_cents` that rests on unverified prices.
    pub unverified_cents: Cents,
    /// Part of `plan_cents` that rests on unknown roles.
    pub unknown_role_cents: Cents,
}

/// Everything about one tenant.
#[derive(Debug, Clone)]
pub struct TenantOutput {
    /// Who.
    pub tenant: TenantInfo,
    /// Under which edition.
    pub edition: EditionInfo,
    /// What was asked.
    pub options: OptionsUsed,
    /// The figures of the cover.
    pub totals: Totals,
    /// People, in input order.
    pub users: Vec<UserLine>,
    /// Devices, in input order.
    pub devices: Vec<DeviceLine>,
    /// The plan, in edition order, base before attach.
    pub plan: Vec<PlanLine>,
    /// Distinct requirements, most people first.
    pub signatures: Vec<SignatureLine>,
    /// Drivers, most money first.
    pub drivers: Vec<DriverLine>,
    /// Roles, most people first.
    pub roles: Vec<RoleLine>,
    /// Owned, assigned, planned.
    pub true_up: Vec<TrueUpLine>,
    /// From what is owned to the renewal plan, date by date.
    pub schedule: Schedule,
    /// Minimums, exclusions, tiers, gates, support plans.
    pub rule_checks: Vec<RuleCheck>,
    /// The proof, in figures.
    pub certificate: Certificate,
    /// What the vendor's own report asks for.
    pub compare: Compare,
    /// Today against the plan, by cause.
    pub savings: Savings,
    /// Prices at which the advice changes.
    pub sensitivity: Sensitivity,
    /// What may go wrong with the plan.
    pub risks: Vec<RiskLine>,
    /// The proof itself, with the problem it is about.
    pub proof: proof::ProofFile,
    /// Prices in force.
    pub prices: Vec<PriceLine>,
    /// Capacity, in the edition's order; then figures nobody knows.
    pub capacity: Vec<CapacityLine>,
    /// Findings, errors first.
    pub findings: Vec<Finding>,
    /// Files of the tenant and shared files it used.
    pub files: Vec<FileReport>,
    /// Rejected rows of those files.
    pub rejected: Vec<Rejected>,
}

impl TenantOutput {
    /// The worst severity among the findings.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.code.severity()).min()
    }

    /// Rules of the agreement that the plan does not meet.
    pub fn unmet(&self) -> impl Iterator<Item = &RuleCheck> {
        self.rule_checks.iter().filter(|check| check.result == "not met")
    }

    /// What the portfolio keeps of a tenant once its workbook is written; texts
    /// that tenants have in common are those of `words`.
    #[must_use]
    pub fn summary(&self, words: &Words) -> TenantSummary {
        let plan = |line: &PlanLine| PlanLine {
            name: words.text(&line.name),
            source: words.text(&line.source),
            ..line.clone()
        };
        let true_up =
            |line: &TrueUpLine| TrueUpLine { name: words.text(&line.name), ..line.clone() };
        let driver = |line: &DriverLine| DriverLine {
            path: words.path(&line.path),
            need: words.text(&line.need),
            ..line.clone()
        };
        let count = |severity| {
            self.findings.iter().filter(|f| f.code.severity() == severity).count() as u64
        };
        TenantSummary {
            tenant: self.tenant.clone(),
            edition: self.edition.id.clone(),
            totals: self.totals.clone(),
            plan: self.plan.iter().map(plan).collect(),
            true_up: self.true_up.iter().map(true_up).collect(),
            compare: self.compare.totals.clone(),
            savings: self.savings.totals.clone(),
            rules_unmet: self.unmet().count() as u64,
            rules_unmet_cents: self.unmet().map(|check| check.cents).sum(),
            gap_cents: self.certificate.gap_cents,
            verified: self.certificate.failures.is_empty(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            rows_read: self.files.iter().flat_map(|f| &f.tables).map(|t| t.rows_read).sum(),
            rows_rejected: self.rejected.len() as u64,
            files: self.files.len() as u64,
            top_drivers: self.drivers.iter().take(10).map(driver).collect(),
        }
    }
}
