//! Every person's answer of the vendor's report beside the plan.
//!
//! What the report does not see (applications it knows no licence for) is
//! covered as cheaply as possible beside its answer, so that both sides of the
//! comparison serve the same need. The report counts an account once and sees
//! no device.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::Work;
use crate::classify::PersonNeed;
use crate::money::Cents;
use crate::optimize::cover;
use crate::optimize::device::PersonPlan;
use crate::output::{
    Asked, Compare, CompareLine, CompareReason, CompareTotal, CompareTotals, UserLine,
};
use crate::required::Report;
use crate::rulebook::{SkuId, SkuSet};
use crate::tenant::Person;

/// What depends on the requirement alone.
struct Answer {
    /// Clauses as the report sees them.
    seen: Vec<SkuSet>,
    /// Whether a part of the need is not among them.
    hidden: bool,
    set: SkuSet,
    asked: u32,
    /// `None` where something asked for cannot be bought.
    outside: Option<Cents>,
}

/// Distinct answers, by licences and words.
#[derive(Default)]
struct Answers {
    numbers: HashMap<(SkuSet, String), u32>,
    list: Vec<Asked>,
}

impl Work<'_> {
    pub(super) fn compare(&self, users: &[UserLine]) -> Compare {
        let (Some(report), Some(about)) = (Report::of(self.rulebook), &self.rulebook.vendor_report)
        else {
            return Compare::default();
        };
        let mut answers = Answers::default();
        let mut by_signature: FxHashMap<u32, Answer> = FxHashMap::default();
        // People with one need in common hold the same roles.
        let mut by_roles: FxHashMap<*const PersonNeed, u32> = FxHashMap::default();
        let nothing = self.number(&mut answers, &report, &[], SkuSet::EMPTY);
        let mut lines = Vec::new();
        let mut last = None;
        for (line, (user, &at)) in (0_u32..).zip(users.iter().zip(&self.heads)) {
            let copy = last == Some(at);
            last = Some(at);
            let Some(signature) = user.signature else { continue };
            let need = &self.classified.people[at];
            let answer = by_signature
                .entry(signature)
                .or_insert_with(|| self.by_priority(&mut answers, &report, need));
            let planned = &self.plan.people[line as usize];
            let person = &self.tenant.people[at];
            let greedy = if answer.seen.len() < 2 {
                answer.asked
            } else {
                *by_roles
                    .entry(Arc::as_ptr(need))
                    .or_insert_with(|| self.greedily(&mut answers, &report, person, &answer.seen))
            };
            let plan_cents = planned.cents();
            let mut compared = CompareLine {
                user: line,
                priority: answer.asked,
                greedy,
                outside_cents: answer.outside.unwrap_or_default(),
                plan_cents,
                reason: CompareReason::SharedLogin,
            };
            if copy {
                (compared.priority, compared.greedy) = (nothing, nothing);
                compared.outside_cents = Cents::ZERO;
            } else {
                let asked = answers.list[answer.asked as usize].cents + compared.outside_cents;
                compared.reason = reason(answer, planned, asked);
            }
            lines.push(compared);
        }
        let mut compare = Compare {
            name: about.name.clone(),
            mark: Some(about.mark),
            source: about.source.clone(),
            greedy_mark: Some(about.greedy_mark),
            greedy_source: about.greedy_source.clone(),
            answers: answers.list,
            lines,
            totals: CompareTotals::default(),
        };
        compare.totals = totals(&compare, self.plan.cents);
        compare
    }

    fn by_priority(&self, answers: &mut Answers, report: &Report, need: &PersonNeed) -> Answer {
        let all: Vec<SkuSet> = need.clauses.iter().map(|clause| clause.skus).collect();
        let seen = cover::canonical(all.iter().filter_map(|clause| report.seen(*clause)));
        let hidden = all.iter().any(|clause| report.seen(*clause).is_none());
        let set = report.by_priority(&seen);
        let asked = self.number(answers, report, &seen, set);
        let solve = |clauses: &[SkuSet]| {
            let mentioned = cover::mentioned(self.market, clauses.iter().copied());
            cover::solve(self.market, clauses, mentioned).map(|covers| covers.cents)
        };
        let mut whole: Vec<SkuSet> = set.iter().map(SkuSet::of).collect();
        let alone = solve(&whole);
        whole.extend(all);
        let outside = if hidden {
            solve(&whole).zip(alone).map(|(all, one)| all - one)
        } else {
            alone.map(|_| Cents::ZERO)
        };
        Answer { seen, hidden, set, asked, outside }
    }

    /// The greedy answer: permissions are the rows of the person's roles, each
    /// role's own, as far as they say something that is still needed.
    fn greedily(
        &self,
        answers: &mut Answers,
        report: &Report,
        person: &Person,
        seen: &[SkuSet],
    ) -> u32 {
        let mut asked: IndexMap<SkuSet, u64> = IndexMap::new();
        let mut roles: Vec<u32> = person.roles.iter().map(|held| held.role).collect();
        roles.sort_unstable();
        roles.dedup();
        for role in roles {
            for need in &self.classified.roles[role as usize].needs {
                let Some(skus) = report.seen(need.clause.skus) else { continue };
                // What a Deny took away is implied by nothing that is left.
                if seen.iter().any(|clause| clause.is_subset(skus)) {
                    *asked.entry(skus).or_default() += u64::from(need.rows);
                }
            }
        }
        for clause in seen {
            asked.entry(*clause).or_insert(1);
        }
        let asked: Vec<(SkuSet, u64)> = asked.into_iter().collect();
        let set = report.greedily(&asked);
        self.number(answers, report, seen, set)
    }

    /// The number of an answer, a new one where it is new.
    fn number(&self, answers: &mut Answers, report: &Report, seen: &[SkuSet], set: SkuSet) -> u32 {
        let bought = report.licences(self.rulebook, self.prices, set);
        let words: Vec<String> = bought
            .iter()
            .map(|(sku, kind, _)| {
                // A dearer licence that gives all of another one goes without
                // saying.
                let covers = |sku: SkuId| &self.rulebook.sku(sku).covers;
                let within = |small: SkuId, large: SkuId| {
                    small != large
                        && covers(small).iter().all(|right| covers(large).contains(right))
                };
                let others = report.instead(seen, set, *sku);
                let instead = others.iter().filter(|&other| {
                    !within(*sku, other) && !others.iter().any(|small| within(small, other))
                });
                let names = std::iter::once(*sku).chain(instead);
                let names: Vec<&str> =
                    names.map(|sku| self.rulebook.sku(sku).name.as_str()).collect();
                format!("{} ({})", names.join(" or "), kind.word())
            })
            .collect();
        let words = words.join(" + ");
        let next = u32::try_from(answers.list.len()).unwrap_or(u32::MAX);
        let number = *answers.numbers.entry((set, words.clone())).or_insert(next);
        if number == next {
            answers.list.push(Asked {
                cents: bought.iter().map(|(.., cents)| *cents).sum(),
                licences: bought
                    .into_iter()
                    .map(|(sku, kind, cents)| self.licence(sku, kind, cents))
                    .collect(),
                words,
            });
        }
        number
    }
}

/// Why a person's plan is not what the report asks for, `asked` being the cost
/// of that with what it does not see.
fn reason(answer: &Answer, planned: &PersonPlan, asked: Cents) -> CompareReason {
    let Some(alone) = planned.alone else { return CompareReason::NoPlan };
    let held: SkuSet = planned.buys.iter().map(|buy| buy.sku).collect();
    let cents = planned.cents();
    if !planned.carried_by.is_empty() {
        return CompareReason::Device;
    }
    if answer.seen.is_empty() {
        return CompareReason::Outside;
    }
    if answer.outside.is_none() {
        return CompareReason::NotSold;
    }
    if cents > alone {
        return if held == answer.set && cents == asked {
            CompareReason::Same
        } else {
            CompareReason::Rule
        };
    }
    match (answer.set.is_subset(held), cents.cmp(&asked)) {
        (true, std::cmp::Ordering::Equal) if answer.hidden => CompareReason::Outside,
        (true, std::cmp::Ordering::Equal) if held == answer.set => CompareReason::Same,
        (true, std::cmp::Ordering::Less) if held == answer.set || answer.hidden => {
            CompareReason::OtherBase
        }
        (_, std::cmp::Ordering::Equal) => CompareReason::EqualAnswers,
        (_, std::cmp::Ordering::Less) => CompareReason::CheaperSet,
        (_, std::cmp::Ordering::Greater) => CompareReason::Rule,
    }
}

fn totals(compare: &Compare, plan: Cents) -> CompareTotals {
    let mut totals = CompareTotals { known: true, plan_cents: plan, ..CompareTotals::default() };
    let mut reasons: Vec<CompareTotal> = CompareReason::ALL
        .into_iter()
        .map(|reason| CompareTotal { reason, people: 0, cents: Cents::ZERO })
        .collect();
    let mut people = Cents::ZERO;
    for line in &compare.lines {
        let priority = compare.answer(line.priority).cents;
        totals.people += 1;
        totals.priority_cents += priority;
        totals.greedy_cents += compare.answer(line.greedy).cents;
        totals.outside_cents += line.outside_cents;
        people += line.plan_cents;
        if let Some(total) = reasons.iter_mut().find(|total| total.reason == line.reason) {
            total.people += 1;
            total.cents += priority + line.outside_cents - line.plan_cents;
        }
    }
    totals.shared_cents = plan - people;
    reasons.retain(|total| total.people > 0);
    totals.reasons = reasons;
    totals
}
