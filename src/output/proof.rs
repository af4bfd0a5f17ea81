//! The proof of a tenant's plan as it is written beside the tables.
//!
//! It states the whole problem (licences by id and price, people by user id
//! with what they need, devices, rules) and the plan with the witness of its
//! bound, so that somebody who has nothing else can check both. Equal needs and
//! equal answers stand once and people point to them by number, counted from 0.
//! Trees are written flat, a node before its cases, so that no depth of a tree
//! is a depth of the file.
//!
//! Amounts are whole cents per month.

use serde::{Deserialize, Serialize};

use super::LicenceKind;
use crate::tenant::Text;

/// Version of the form: raised when a member is added, renamed, removed or
/// changes its meaning, because a proof that is understood in part is none.
pub const PROOF_SCHEMA: u32 = 1;

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofFile {
    /// [`PROOF_SCHEMA`].
    pub schema: u32,
    /// Tenant id.
    pub tenant: String,
    /// Edition id.
    pub edition: String,
    /// `guide` or `strict`.
    pub device_policy: String,
    /// What can be bought, in the edition's order.
    pub skus: Vec<ProofSku>,
    /// Ids of the kinds of devices, in the edition's order.
    pub device_kinds: Vec<String>,
    /// Names of environments; blank is work in none that is named.
    pub environments: Vec<String>,
    /// Distinct needs.
    pub needs: Vec<ProofNeed>,
    /// People, in the order of the table `users`.
    pub people: Vec<ProofPerson>,
    /// Candidate device licences. A device whose kinds fall under two device
    /// licences has two.
    pub seats: Vec<ProofSeat>,
    /// What was decided, once for each plan of the run.
    pub plans: Vec<ProofPlan>,
    /// The steps of the schedule before the renewal, in their order: the same
    /// people and devices, with what is owned until then and, for licences that
    /// are owned and not sold any more, prices that keep them from being bought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<ProofFile>,
}

/// A licence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofSku {
    /// SKU id of the edition.
    pub sku: String,
    /// List price of a user licence; null: not for sale to users.
    pub list: Option<i64>,
    /// Attach price; null: there is none.
    pub attach: Option<i64>,
    /// Whether it is a full user licence, which can be a base.
    pub full: bool,
    /// Whether it is an add-on.
    pub add_on: bool,
    /// As a base: what may be attached to it.
    pub admits: Vec<String>,
    /// Those of `admits` that also count where nobody needs the base for
    /// itself.
    pub verified: Vec<String>,
    /// As an add-on: one of these must be held by the same person.
    pub requires: Vec<String>,
}

/// What people need, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofNeed {
    /// All of these must be satisfied.
    pub clauses: Vec<ProofClause>,
    /// Environments of the work, as numbers of [`ProofFile::environments`].
    pub environments: Vec<u32>,
    /// Licences assigned today, preferred among equally cheap ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assigned: Vec<String>,
}

/// One need.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofClause {
    /// Any one of these licences satisfies it.
    pub any_of: Vec<String>,
    /// So do device licences on every device of these kinds that the person
    /// uses, if there is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
}

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofPerson {
    /// `user_id` of the table `users`.
    pub user: Text,
    /// Number of the need.
    pub need: u32,
    /// Numbers of the seats of the devices the person uses, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seats: Vec<u32>,
}

/// A device as a candidate for a device licence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofSeat {
    /// `device_id` of the table `devices`.
    pub device: String,
    /// SKU id of the device licence.
    pub sku: String,
    /// Kinds of work on the device that it carries.
    pub kinds: Vec<String>,
    /// Its price; null: the device cannot be licensed.
    pub cents: Option<i64>,
}

/// A plan and why nothing lawful is cheaper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofPlan {
    /// `renewal`: everything is free to choose; `in-term`: owned seats are paid
    /// for.
    pub name: String,
    /// The rules of the whole tenant.
    pub rules: ProofRules,
    /// Cost.
    pub cents: i64,
    /// Lower bound.
    pub bound: i64,
    /// Cost with user licences alone, the rules left aside.
    pub user_only: i64,
    /// Distinct answers.
    pub answers: Vec<ProofAnswer>,
    /// For each person: the number of the answer.
    pub given: Vec<u32>,
    /// Who is carried by which seats.
    pub carried: Vec<ProofCarried>,
    /// Numbers of the licensed seats, ascending.
    pub licensed: Vec<u32>,
    /// Seats bought for nobody.
    pub spare: Vec<ProofQuantity>,
    /// List prices that a price tier sets.
    pub tiers: Vec<ProofPrice>,
    /// Groups of people and devices that were decided together.
    pub components: Vec<ProofComponent>,
    /// Rules that nothing one can buy meets.
    pub unmet: Vec<ProofUnmet>,
    /// Why the bound holds under the rules; null: it needs no rule.
    pub tree: Option<Vec<TreeNode>>,
}

/// What a plan gives a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofAnswer {
    /// User licences.
    pub licences: Vec<ProofLicence>,
    /// How many sets of licences are equally cheap.
    pub alternatives: u32,
    /// What user licences alone would cost; null: some need has no licence, the
    /// person is not planned.
    pub alone: Option<i64>,
}

/// A user licence of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofLicence {
    /// SKU id.
    pub sku: String,
    /// How it is bought.
    pub kind: LicenceKind,
    /// Price.
    pub cents: i64,
}

/// Seats that carry part of what a person needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofCarried {
    /// Number of the person.
    pub person: u32,
    /// Numbers of the seats, ascending.
    pub seats: Vec<u32>,
}

/// A number of seats.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofQuantity {
    /// SKU id.
    pub sku: String,
    /// Seats.
    pub quantity: u64,
}

/// A price.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofPrice {
    /// SKU id.
    pub sku: String,
    /// Price of a seat.
    pub cents: i64,
}

/// Rules of the whole tenant. They count seats at list price.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofRules {
    /// Minimum quantities.
    pub minimums: Vec<ProofMinimum>,
    /// What may not stand together.
    pub exclusions: Vec<ProofExclusion>,
    /// Prices that fall with the number of seats.
    pub price_steps: Vec<ProofSteps>,
    /// Additional users need a full one beside them.
    pub full_user: Option<ProofFullUser>,
    /// Device licences that can be bought for no device.
    pub devices: Vec<ProofPrice>,
    /// Seats that are paid for already.
    pub owned: Vec<ProofOwned>,
}

/// Seats that are paid for already, at list price or at attach price.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofOwned {
    /// SKU id.
    pub sku: String,
    /// Whether they are attach seats.
    pub attach: bool,
    /// How many.
    pub quantity: u32,
}

/// A minimum: with one seat of `applies_to`, `device_seats` x seats of
/// `counts` + `device_users` x licences of `devices` must reach `device_seats`
/// x `quantity`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofMinimum {
    /// Number of the rule among the edition's minimums.
    pub rule: u32,
    /// What makes it bind.
    pub applies_to: Vec<String>,
    /// It binds in any case: seats that open a gate.
    pub always: bool,
    /// Seats that count in full.
    pub counts: Vec<String>,
    /// Seats needed.
    pub quantity: u32,
    /// Device licences, which count in part.
    pub devices: Vec<String>,
    /// So many of them ...
    pub device_seats: u32,
    /// ... count as so many users.
    pub device_users: u32,
}

/// Two sides of which a tenant, or a person's environment, holds one at most.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofExclusion {
    /// Number of the rule among the edition's exclusions.
    pub rule: u32,
    /// One side.
    pub left: Vec<String>,
    /// The other.
    pub right: Vec<String>,
    /// In the tenant, or else in one environment.
    pub tenant_wide: bool,
}

/// The list price of a SKU by the number of seats of `counts`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofSteps {
    /// What is priced.
    pub sku: String,
    /// Seats that count.
    pub counts: Vec<String>,
    /// Steps, rising.
    pub steps: Vec<ProofStep>,
}

/// A price from a number of seats on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofStep {
    /// From so many seats on ...
    pub from: u64,
    /// ... a seat costs this.
    pub cents: i64,
}

/// A seat of `additional` needs a seat of `full`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofFullUser {
    /// Additional-user licences.
    pub additional: Vec<String>,
    /// Full-user licences.
    pub full: Vec<String>,
}

/// A group of people and devices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofComponent {
    /// Numbers of its people, ascending.
    pub people: Vec<u32>,
    /// Numbers of its seats, ascending.
    pub seats: Vec<u32>,
    /// Cost with user licences alone.
    pub alone: i64,
    /// Cost in the plan.
    pub cents: i64,
    /// Lower bound.
    pub bound: i64,
    /// Why the bound holds, flat. Where the plan has a tree the bound rests on
    /// that, and this is empty.
    pub proof: Vec<CutNode>,
}

/// A rule that is left out, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofUnmet {
    /// The rule.
    pub rule: ProofRule,
    /// Why nothing one can buy meets it.
    pub tree: Vec<TreeNode>,
}

/// One of the rules, by its place in [`ProofRules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofRule {
    /// A minimum.
    Minimum(u32),
    /// An exclusion.
    Exclusion(u32),
    /// The full user.
    FullUser,
    /// A price that falls with the number of seats.
    PriceSteps(u32),
}

/// A node of the proof of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CutNode {
    /// Every way the groups of a person's device work can be split; the proofs
    /// of the cases follow, in the order of the groups that licences cover.
    Split {
        /// Number of the person.
        person: u32,
        /// How many cases follow.
        cases: u32,
    },
    /// Charges that every solution must pay.
    Charges(Vec<ProofCharge>),
}

/// What a person pays at least.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofCharge {
    /// Number of the person.
    pub person: u32,
    /// Paid in any case.
    pub floor: i64,
    /// Paid by the person or by seats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<ProofTerm>,
}

/// `cents` fall due unless every seat of the groups is licensed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofTerm {
    /// Groups, as a bit mask.
    pub groups: u32,
    /// Weight.
    pub cents: i64,
    /// What of it is charged to which seat: number and cents.
    pub to_seats: Vec<(u32, i64)>,
}

/// A node of the proof under the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TreeNode {
    /// All ways to make a choice; the proofs of the cases follow.
    Choice {
        /// What is chosen.
        of: TreeChoice,
        /// How many cases follow.
        cases: u32,
    },
    /// Here nothing can be bought for this person.
    Impossible {
        /// Number of the person.
        person: u32,
    },
    /// The rows alone cost as much.
    Rows {
        /// What the multipliers are divided by.
        scale: i64,
        /// One per row.
        multipliers: Vec<i64>,
    },
    /// The rows, and everybody at the prices they leave.
    Priced {
        /// What the multipliers are divided by.
        scale: i64,
        /// One per row.
        multipliers: Vec<i64>,
        /// Proofs of the groups of people and devices, in `1/scale` cents.
        parts: Vec<TreePart>,
        /// The bound.
        bound: i64,
    },
}

/// The proof of a group at the prices of a leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreePart {
    /// Numbers of its people, ascending.
    pub people: Vec<u32>,
    /// Why they and their devices cost no less, flat.
    pub proof: Vec<CutNode>,
}

/// What is chosen at a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TreeChoice {
    /// A minimum is avoided, or met.
    Minimum(u32),
    /// The left side of an exclusion is barred, or its right one.
    Exclusion {
        /// The exclusion.
        rule: u32,
        /// The environment; null: the tenant.
        environment: Option<u32>,
    },
    /// No additional user, or one full seat.
    FullUser,
    /// The list price, or the price of a step and the seats that reach it.
    PriceSteps(u32),
    /// At most so many seats of a SKU, or more.
    Count {
        /// SKU id.
        sku: String,
        /// Whether attach seats are counted.
        attach: bool,
        /// Seats.
        most: i64,
    },
    /// A device seat is not licensed, or licensed.
    Seat(u32),
    /// Of these people, who are alike, at most so many hold a seat of a SKU
    /// and the others none; or one more hold one each, the first of them.
    Alike {
        /// Numbers of the people, ascending.
        people: Vec<u32>,
        /// SKU id.
        sku: String,
        /// Whether it is an attach seat.
        attach: bool,
        /// Seats; fewer than people.
        most: i64,
    },
    /// At most so many seats of a SKU among these people, or more.
    Holders {
        /// Numbers of the people, ascending.
        people: Vec<u32>,
        /// SKU id.
        sku: String,
        /// Whether attach seats are counted.
        attach: bool,
        /// Seats.
        most: i64,
    },
}
