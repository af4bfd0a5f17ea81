//! Whom an offer or a rule is for: purchase programs and customer segments.

use serde::Serialize;

use super::Sku;

/// Purchase programs.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Program {
    /// Enterprise Agreement.
    #[default]
    Ea,
    /// Cloud Solution Provider.
    Csp,
    /// Microsoft Products and Services Agreement.
    Mpsa,
    /// Microsoft Online Subscription Program.
    Mosp,
}

impl Program {
    /// The word of the tenants table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ea => "ea",
            Self::Csp => "csp",
            Self::Mpsa => "mpsa",
            Self::Mosp => "mosp",
        }
    }
}

/// Customer segments.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Segment {
    /// Companies.
    #[default]
    Commercial,
    /// Schools and universities.
    Academic,
    /// Charities.
    Charity,
    /// Public authorities.
    Government,
}

impl Segment {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Commercial, Self::Academic, Self::Charity, Self::Government];

    /// The word of the tenants table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Commercial => "commercial",
            Self::Academic => "academic",
            Self::Charity => "charity",
            Self::Government => "government",
        }
    }

    /// The segment of a tenant, which is commercial unless its table says
    /// otherwise.
    #[must_use]
    pub fn of_tenant(word: &str) -> Self {
        Self::ALL.into_iter().find(|segment| segment.word() == word).unwrap_or_default()
    }
}

/// Whether a rule or an offer is for a tenant; an empty list means all.
#[must_use]
pub fn is_for(programs: &[Program], segments: &[Segment], program: Program, segment: &str) -> bool {
    (programs.is_empty() || programs.contains(&program))
        && (segments.is_empty() || segments.contains(&Segment::of_tenant(segment)))
}

impl Sku {
    /// Whether it is no longer sold on `day` (ISO).
    #[must_use]
    pub fn is_withdrawn(&self, day: &str) -> bool {
        !self.withdrawn.is_empty() && self.withdrawn.as_str() <= day
    }

    /// Whether a tenant can buy it on `day` (ISO).
    #[must_use]
    pub fn is_for_sale(&self, program: Program, segment: &str, day: &str) -> bool {
        is_for(&self.programs, &self.segments, program, segment) && !self.is_withdrawn(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_is_for_everybody_and_a_blank_segment_is_commercial() {
        assert!(is_for(&[], &[], Program::Csp, "charity"));
        assert!(is_for(&[Program::Csp], &[Segment::Commercial], Program::Csp, ""));
        assert!(!is_for(&[Program::Csp], &[], Program::Ea, ""));
        assert!(!is_for(&[], &[Segment::Academic], Program::Ea, "commercial"));
    }
}
