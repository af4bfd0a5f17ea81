//! What the vendor's own report asks for, beside the plan.

use serde::Serialize;

use super::UserLicence;
use crate::money::Cents;
use crate::rulebook::Mark;

/// Why the plan gives a person something else than the report asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CompareReason {
    /// The plan buys what the report asks for.
    Same,
    /// A licensed device carries the work.
    Device,
    /// Another licence serves as base.
    OtherBase,
    /// Another set of licences costs less.
    CheaperSet,
    /// Several answers cost the same.
    EqualAnswers,
    /// A rule of the agreement decides.
    Rule,
    /// The need lies outside the report, in part or as a whole.
    Outside,
    /// One login of several people.
    SharedLogin,
    /// The report asks for what this tenant cannot buy.
    NotSold,
    /// Nothing that can be bought covers the need.
    NoPlan,
}

impl CompareReason {
    /// All of them, in the order in which reports list them.
    pub const ALL: [Self; 10] = [
        Self::Same,
        Self::Device,
        Self::OtherBase,
        Self::CheaperSet,
        Self::EqualAnswers,
        Self::Rule,
        Self::Outside,
        Self::SharedLogin,
        Self::NotSold,
        Self::NoPlan,
    ];

    /// The word of the datasets.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Device => "device",
            Self::OtherBase => "other-base",
            Self::CheaperSet => "cheaper-set",
            Self::EqualAnswers => "equal-answers",
            Self::Rule => "rule",
            Self::Outside => "outside",
            Self::SharedLogin => "shared-login",
            Self::NotSold => "not-sold",
            Self::NoPlan => "no-plan",
        }
    }

    /// The sentence the reports print.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Same => "The plan buys what the report asks for.",
            Self::Device => {
                "Device licences carry the work; the report does not see them and asks for a user licence."
            }
            Self::OtherBase => {
                "The same licences cost less with another of them as base and the rest attached."
            }
            Self::CheaperSet => {
                "Other licences cover the same need for less; the report looks for few licences or much cover, not for the least cost."
            }
            Self::EqualAnswers => {
                "Several answers cost the same; the plan prefers what is assigned, then the order of the edition."
            }
            Self::Rule => {
                "A rule of the agreement decides: a seat it asks for anyway is used, or licences it keeps apart are avoided."
            }
            Self::Outside => {
                "Part of the need, or all of it, is for applications the report does not look at."
            }
            Self::SharedLogin => {
                "Several people share this login; the report counts the account once, licences are per person."
            }
            Self::NotSold => {
                "The report asks for a licence that has no price here or is not sold to this tenant."
            }
            Self::NoPlan => "No licence that can be bought covers the need: see Findings.",
        }
    }
}

/// One answer of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The licences, base first.
    pub licences: Vec<UserLicence>,
    /// In words, with what would do as well: `Finance or Commerce`.
    pub words: String,
    /// What they cost at the prices of this run.
    pub cents: Cents,
}

/// One person with a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CompareLine {
    /// Index into [`TenantOutput::users`](super::TenantOutput::users).
    pub user: u32,
    /// The answer by priority, as an index into [`Compare::answers`].
    pub priority: u32,
    /// The greedy answer, likewise.
    pub greedy: u32,
    /// What the part of the need costs that the report does not see, beside
    /// the answer by priority.
    pub outside_cents: Cents,
    /// Cost of the plan's licences of the person.
    pub plan_cents: Cents,
    /// Why they differ.
    pub reason: CompareReason,
}

/// People of one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CompareTotal {
    /// The reason.
    pub reason: CompareReason,
    /// People.
    pub people: u64,
    /// Asked for by priority and outside, less plan.
    pub cents: Cents,
}

/// Sums over people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CompareTotals {
    /// Whether the edition knows such a report.
    pub known: bool,
    /// People with a need.
    pub people: u64,
    /// What the report asks for by priority.
    pub priority_cents: Cents,
    /// What it asks for by the greedy rule.
    pub greedy_cents: Cents,
    /// What it does not see.
    pub outside_cents: Cents,
    /// What the plan buys that no single person holds: device licences and
    /// seats for nobody.
    pub shared_cents: Cents,
    /// Cost of the plan.
    pub plan_cents: Cents,
    /// People and money by reason; they add up, less `shared_cents`, to
    /// [`CompareTotals::difference`].
    pub reasons: Vec<CompareTotal>,
}

impl CompareTotals {
    /// What following the report would cost more than the plan.
    #[must_use]
    pub fn difference(&self) -> Cents {
        self.priority_cents + self.outside_cents - self.plan_cents
    }
}

/// The report of the vendor beside the plan.
#[derive(Debug, Clone, Default)]
pub struct Compare {
    /// What the report is called; blank where the edition has none.
    pub name: String,
    /// How far the rule by priority is verified, and where it was read.
    pub mark: Option<Mark>,
    /// Where the rule by priority was read.
    pub source: String,
    /// How far the greedy rule is verified.
    pub greedy_mark: Option<Mark>,
    /// Where it was read.
    pub greedy_source: String,
    /// Distinct answers.
    pub answers: Vec<Asked>,
    /// People with a need, in input order.
    pub lines: Vec<CompareLine>,
    /// Sums.
    pub totals: CompareTotals,
}

impl Compare {
    /// An answer; nothing where there is none.
    #[must_use]
    pub fn answer(&self, at: u32) -> &Asked {
        static NOTHING: Asked =
            Asked { licences: Vec::new(), words: String::new(), cents: Cents::ZERO };
        self.answers.get(at as usize).unwrap_or(&NOTHING)
    }
}
