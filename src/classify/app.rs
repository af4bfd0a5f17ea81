//! What a person needs by name: an application, a row of the guide's
//! use-right tables, or what the vendor's own report computes.

use indexmap::IndexMap;

use super::license::{Meaning, clauses_of, meaning_of};
use super::role::Compiler;
use super::{Need, Origin};
use crate::finding::{Code, Finding};
use crate::optimize::Clause;
use crate::rulebook::{KindSet, Named, RightId};
use crate::tenant::{AppNeed, Person};

impl Compiler<'_> {
    /// What an application or use right asks for; `None` if nobody knows the
    /// name.
    pub(super) fn app(&self, need: &AppNeed, at: u32) -> Option<Need> {
        let meaning = self.app_meaning(need)?;
        if meaning.nothing || meaning.skus.is_empty() {
            return None;
        }
        let clause = Clause { skus: meaning.skus, kinds: meaning.kinds };
        let rule = match need {
            AppNeed::App(_) => "application need",
            AppNeed::UseRight(_) => "use right",
        };
        Some(self.need(clause, Origin::App(at), rule))
    }

    /// What the vendor's own report computes for a person.
    pub(super) fn computed(&self, cell: &str, at: u32) -> impl Iterator<Item = Need> {
        let origin = Origin::Computed(at);
        let clauses = clauses_of(self.rulebook, cell).into_iter();
        clauses.map(move |clause| self.need(clause, origin, "computed by the vendor"))
    }

    /// Whether external users, who need no licence else, need one for this.
    pub(super) fn is_of_externals(&self, person: &Person, need: &Need) -> bool {
        let Origin::App(at) = need.origin else { return false };
        let Some(AppNeed::UseRight(name)) = person.needs.get(at as usize) else { return false };
        self.rulebook.use_right(name).is_some_and(|row| row.externals)
    }

    fn app_meaning(&self, need: &AppNeed) -> Option<Meaning> {
        let name = match need {
            AppNeed::App(name) => name,
            AppNeed::UseRight(name) => {
                let row = self.rulebook.use_right(name)?;
                let clause = self.any_of(&row.any_of, KindSet::EMPTY);
                return Some(Meaning {
                    skus: clause.skus,
                    kinds: clause.kinds,
                    ..Meaning::default()
                });
            }
        };
        let rights = (0_u16..).zip(&self.rulebook.rights);
        let right = rights
            .filter(|(_, right)| right.id.eq_ignore_ascii_case(name.trim()))
            .map(|(at, _)| Named::Right(RightId(at)))
            .next();
        let named = right.as_ref().or_else(|| self.rulebook.named(name))?;
        Some(meaning_of(self.rulebook, named))
    }
}

/// One finding per name nobody knows.
pub(super) fn findings(compiler: &Compiler<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut unknown: IndexMap<&AppNeed, u64> = IndexMap::new();
    for need in compiler.tenant.people.iter().flat_map(|person| &person.needs) {
        let understood = compiler.app_meaning(need).is_some_and(|m| !m.skus.is_empty());
        if !understood {
            *unknown.entry(need).or_default() += 1;
        }
    }
    for (need, people) in unknown {
        let name = need.name();
        let message = match need {
            AppNeed::App(_) => format!(
                "application \u{201c}{name}\u{201d} is neither a right nor a user licence of the \
                 edition; the need was not counted"
            ),
            AppNeed::UseRight(_) => format!(
                "use right \u{201c}{name}\u{201d} is no row of the edition's use-right tables; the \
                 need was not counted"
            ),
        };
        findings.push(Finding::new(Code::NeedUnknown, name, message).times(people));
    }
    findings
}
