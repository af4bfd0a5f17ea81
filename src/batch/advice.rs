//! What can be concluded from what is there, and what to export next.
//!
//! The questions a tenant's files can answer, the tables that answer them and
//! where each export is found are data (`exports.toml`); here they are held
//! against the tables of one tenant.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::intake::{Evidence, Field, TableKind};

const SHIPPED: &str = include_str!("exports.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    questions: Vec<Question>,
}

/// A question and the tables that answer it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// As a reader would ask it.
    question: String,
    /// Tables, any one of which answers it.
    any_of: Vec<TableKind>,
    /// Without an answer nothing is calculated.
    #[serde(default)]
    required: bool,
    /// What can be said with it, and what cannot without.
    with: String,
    without: String,
    /// Columns worth having, and what cannot be said without each.
    #[serde(default)]
    columns: BTreeMap<Field, String>,
    exports: Vec<Export>,
}

/// An export and where it is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// Product in which it is found.
    pub product: String,
    /// Its name there.
    pub name: String,
    /// The way to it.
    pub path: String,
    /// How well that is attested, in the grades of the formats.
    pub evidence: Evidence,
}

/// What a tenant's files can say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// One per question.
    pub answers: Vec<Answer>,
    /// What to ask for, the most needed first.
    pub requests: Vec<Request>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The question.
    pub question: String,
    /// Whether some table answers it.
    pub answered: bool,
    /// Whether nothing is calculated without it.
    pub required: bool,
    /// What can be concluded, or cannot.
    pub consequence: String,
    /// What cannot be said for want of a column, by column.
    pub gaps: BTreeMap<String, String>,
}

/// Something to export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Whether nothing is calculated without it.
    pub required: bool,
    /// Why it is asked for.
    pub why: String,
    /// Exports, any one of which will do, the best first.
    pub exports: Vec<Export>,
}

static QUESTIONS: LazyLock<Vec<Question>> =
    // A test reads it; an empty list only takes the advice away.
    LazyLock::new(|| {
        toml::from_str::<Written>(SHIPPED).map(|w| w.questions).unwrap_or_default()
    });

impl Advice {
    /// Holds the tables and columns of a tenant against the questions.
    pub(super) fn new(tables: &[TableKind], columns: &[(TableKind, Field)]) -> Self {
        let mut advice = Self::default();
        for question in QUESTIONS.iter() {
            let answered = question.any_of.iter().any(|kind| tables.contains(kind));
            let gap = |field: &Field| {
                answered
                    && !columns
                        .iter()
                        .any(|(kind, known)| question.any_of.contains(kind) && known == field)
            };
            let gaps: BTreeMap<String, String> = question
                .columns
                .iter()
                .filter(|(field, _)| gap(field))
                .map(|(field, what)| (field.name(), what.clone()))
                .collect();
            if !answered {
                advice.requests.push(Request {
                    required: question.required,
                    why: question.question.clone(),
                    exports: question.exports.clone(),
                });
            }
            advice.answers.push(Answer {
                question: question.question.clone(),
                answered,
                required: question.required,
                consequence: if answered { &question.with } else { &question.without }.clone(),
                gaps,
            });
        }
        advice.requests.sort_by_key(|request| !request.required);
        advice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_questions_read_and_ask_for_every_table_but_one() {
        let written: Written = toml::from_str(SHIPPED).unwrap();
        for question in &written.questions {
            assert!(question.question.ends_with('?') && !question.exports.is_empty());
            assert!(question.with.ends_with('.') && question.without.ends_with('.'));
        }
        let asked: Vec<TableKind> =
            written.questions.iter().flat_map(|question| question.any_of.clone()).collect();
        for kind in [
            TableKind::Users,
            TableKind::RoleAssignments,
            TableKind::RolePermissions,
            TableKind::MenuItems,
            TableKind::UserPermissions,
            TableKind::AppNeeds,
            TableKind::Devices,
            TableKind::DeviceUsage,
            TableKind::AssignedLicenses,
            TableKind::Subscriptions,
            TableKind::Capacity,
            TableKind::Prices,
        ] {
            assert!(asked.contains(&kind), "{kind:?}");
        }
    }

    #[test]
    fn what_is_missing_is_asked_for_and_what_nothing_goes_without_comes_first() {
        let nothing = Advice::new(&[], &[]);
        assert!(nothing.requests[0].required && !nothing.requests.last().unwrap().required);
        let users = Advice::new(&[TableKind::Users], &[(TableKind::Users, Field::UserId)]);
        assert_eq!(users.requests.len() + 1, nothing.requests.len());
        let answer = users.answers.iter().find(|answer| answer.answered).unwrap();
        assert!(answer.gaps.contains_key("last_login"), "{answer:?}");
    }
}
