//! Use rights, gates, support plans, integration, enforcement, and whom
//! things are for.

use std::collections::HashMap;

use super::Checker;
use crate::rulebook::written::{self, At, Text, Texts};
use crate::rulebook::{
    Enforcement, Gate, Integration, Metric, Opens, PaymentTerm, Program, Segment, Sku, SkuId,
    SkuSet, Support, UseRight, fold_name,
};

impl<'a> Checker<'a> {
    pub(super) fn programs(&mut self, texts: Option<&At<Texts>>) -> Vec<Program> {
        let words = [Program::Ea, Program::Csp, Program::Mpsa, Program::Mosp]
            .map(|program| (program.word(), program));
        self.audience("program", texts, &words)
    }

    pub(super) fn segments(&mut self, texts: Option<&At<Texts>>) -> Vec<Segment> {
        self.audience("segment", texts, &Segment::ALL.map(|segment| (segment.word(), segment)))
    }

    /// A list that narrows whom something is for. No list means everybody; an
    /// empty one would mean nobody and is refused.
    fn audience<T: Copy + PartialEq>(
        &mut self,
        what: &str,
        texts: Option<&At<Texts>>,
        words: &[(&str, T)],
    ) -> Vec<T> {
        let Some(list) = texts else { return Vec::new() };
        if list.get_ref().is_empty() {
            let hint = format!("leave the key out where every {what} is meant");
            self.report(list.span(), format!("an empty list of {what}s"), Some(hint));
        }
        let mut found: Vec<T> = Vec::with_capacity(list.get_ref().len());
        for text in list.get_ref() {
            let Some(value) = self.word(what, text, words) else { continue };
            if found.contains(&value) {
                self.report(text.span(), format!("{what} `{text}` is named twice"), None);
            } else {
                found.push(value);
            }
        }
        found
    }

    /// A day, or a problem. The text is kept either way.
    pub(super) fn date(&mut self, text: &Text) -> String {
        if !is_date(text.get_ref()) {
            let hint = Some("write it as 2021-09-01".to_owned());
            self.report(text.span(), format!("`{text}` is no date"), hint);
        }
        text.get_ref().clone()
    }

    /// When a SKU ceased to be sold and what it becomes. Needs nothing but
    /// ids, so that it can look at SKUs that stand later in the file.
    pub(super) fn withdrawal(
        &mut self,
        edition: &'a written::Edition,
        sku: &'a written::Sku,
    ) -> (String, SkuSet) {
        let withdrawn = sku.withdrawn.as_ref().map_or_else(String::new, |date| self.date(date));
        let renews_as = self.sku_set(&sku.renews_as);
        if let (Some(first), None) = (sku.renews_as.first(), &sku.withdrawn) {
            let hint = Some("say since when it is no longer sold: withdrawn = \"...\"".to_owned());
            let message = format!("`{}` renews as another SKU but is not withdrawn", sku.id);
            self.report(first.span(), message, hint);
        }
        for text in &sku.renews_as {
            let Some(&id) = self.sku_ids.get(text.get_ref().as_str()) else { continue };
            let later = edition.skus.get(usize::from(id.0)).and_then(|sku| sku.withdrawn.as_ref());
            if text.get_ref() == sku.id.get_ref() {
                self.report(text.span(), format!("`{text}` renews as itself"), None);
            } else if later.is_some_and(|later| *later.get_ref() <= withdrawn) {
                let message = format!("`{text}` is withdrawn by then itself");
                self.report(text.span(), message, Some("name what is still sold".to_owned()));
            }
        }
        (withdrawn, renews_as)
    }

    /// The rows of the use-right tables, and what their names lead to.
    pub(super) fn use_rights(
        &mut self,
        edition: &'a written::Edition,
    ) -> (Vec<UseRight>, HashMap<String, usize>) {
        let mut rows = Vec::new();
        let mut names: HashMap<String, usize> = HashMap::new();
        for group in &edition.use_rights {
            let group_rights = self.right_list(&group.any_of);
            if group.rows.is_empty() {
                let message = format!("a group of the table `{}` without rows", group.table);
                self.report(group.table.span(), message, None);
            }
            for row in &group.rows {
                let own = row.any_of.as_ref().map(|rights| self.right_list(rights));
                let any_of = own.unwrap_or_else(|| group_rights.clone());
                if row.any_of.as_ref().unwrap_or(&group.any_of).is_empty() {
                    let hint = Some("name the rights any one of which suffices".to_owned());
                    let message = format!("use right `{}` needs nothing", row.id);
                    self.report(row.id.span(), message, hint);
                }
                let mark = row.mark.as_ref().or(group.mark.as_ref());
                let mark = self.mark(mark, row.id.span(), "a use right");
                let source = row.source.as_ref().or(group.source.as_ref());
                let source = self.source(source, mark, row.id.span(), "a use right");
                for text in [&row.id, &row.name].into_iter().chain(&row.aliases) {
                    let folded = fold_name(text.get_ref());
                    if folded.is_empty() {
                        self.report(text.span(), "an empty name".to_owned(), None);
                    } else if names.get(&folded).is_some_and(|earlier| *earlier != rows.len()) {
                        let message = format!("the use right `{text}` is another row already");
                        let hint = "names are compared without regard to case, dashes and blanks";
                        self.report(text.span(), message, Some(hint.to_owned()));
                    } else {
                        names.insert(folded, rows.len());
                    }
                }
                rows.push(UseRight {
                    id: row.id.get_ref().clone(),
                    name: row.name.get_ref().clone(),
                    any_of,
                    externals: row.externals,
                    table: group.table.get_ref().clone(),
                    area: group.area.get_ref().clone(),
                    mark,
                    source,
                });
            }
        }
        (rows, names)
    }

    pub(super) fn gates(&mut self, edition: &'a written::Edition, skus: &[Sku]) -> Vec<Gate> {
        self.distinct("gate", edition.gates.iter().map(|gate| &gate.id));
        let mut gates = Vec::with_capacity(edition.gates.len());
        for written in &edition.gates {
            let (id, at) = (&written.id, written.id.span());
            let mark = self.mark(written.mark.as_ref(), at.clone(), "a gate");
            let source = self.source(written.source.as_ref(), mark, at.clone(), "a gate");
            let words = [Opens::Attach, Opens::Purchase].map(|what| (what.word(), what));
            let what = self.word("kind of gate", &written.what, &words).unwrap_or(Opens::Purchase);
            let gate = Gate {
                id: id.get_ref().clone(),
                name: written.name.get_ref().clone(),
                opens: self.sku_set(&written.opens),
                what,
                counts: self.sku_set(&written.counts),
                counts_attach: written.counts_attach,
                quantity: *written.quantity.get_ref(),
                of_one: written.of_one,
                programs: self.programs(written.programs.as_ref()),
                segments: self.segments(written.segments.as_ref()),
                mark,
                source,
            };
            if gate.opens.is_empty() {
                self.report(at.clone(), format!("the gate `{id}` opens nothing"), None);
            }
            if gate.counts.is_empty() {
                self.report(at.clone(), format!("the gate `{id}` counts nothing"), None);
            }
            if gate.quantity == 0 {
                let message = format!("the gate `{id}` is always open");
                let hint = Some("say how many seats open it, at least 1".to_owned());
                self.report(written.quantity.span(), message, hint);
            }
            if gate.of_one && (gate.quantity < 2 || gate.counts.len() < 2) {
                let message = format!("of_one changes nothing in the gate `{id}`");
                self.report(at.clone(), message, Some("take it out".to_owned()));
            }
            if what == Opens::Purchase
                && !gate.counts.is_empty()
                && gate.counts.is_subset(gate.opens)
            {
                let message = format!("the gate `{id}` counts only what it opens");
                self.report(at, message, None);
            }
            self.only_users("gate", &written.counts, skus);
            for text in &written.opens {
                if what == Opens::Attach
                    && self.known(text, skus).is_some_and(|s| s.attach.is_none())
                {
                    let hint = Some(format!("give `{text}` an attach price"));
                    self.report(text.span(), format!("`{text}` has no attach price"), hint);
                }
            }
            gates.push(gate);
        }
        gates
    }

    /// Seats are counted of user SKUs; anything else in the list counts none.
    pub(super) fn only_users(&mut self, what: &str, texts: &Texts, skus: &[Sku]) {
        for text in texts {
            if self.known(text, skus).is_some_and(|sku| sku.metric != Metric::User) {
                let message = format!("a {what} counts users, and `{text}` is no user SKU");
                self.report(text.span(), message, None);
            }
        }
    }

    /// The SKU of a name that was looked up before.
    pub(super) fn known<'s>(&self, text: &Text, skus: &'s [Sku]) -> Option<&'s Sku> {
        let id: &SkuId = self.sku_ids.get(text.get_ref().as_str())?;
        skus.get(usize::from(id.0))
    }

    pub(super) fn support(&mut self, edition: &'a written::Edition, skus: &[Sku]) -> Vec<Support> {
        self.distinct("support plan", edition.support.iter().map(|plan| &plan.id));
        let mut plans = Vec::with_capacity(edition.support.len());
        for written in &edition.support {
            let (id, at) = (&written.id, written.id.span());
            let mark = self.mark(written.mark.as_ref(), at.clone(), "a support plan");
            let source = self.source(written.source.as_ref(), mark, at.clone(), "a support plan");
            let floor = written.floor.as_ref().and_then(|floor| self.price(floor));
            let counts = self.sku_set(&written.counts);
            let programs = self.programs(written.programs.as_ref());
            let segments = self.segments(written.segments.as_ref());
            self.only_users("support plan", &written.counts, skus);
            if written.floor.is_none() && !written.everyone && !written.premium {
                let hint = Some("give it floor, everyone = true or premium = true".to_owned());
                self.report(at.clone(), format!("the support plan `{id}` asks for nothing"), hint);
            }
            if !written.counts.is_empty() && !written.everyone {
                let hint = Some("add everyone = true, or take counts out".to_owned());
                let message =
                    format!("the support plan `{id}` counts users but need not cover them");
                self.report(at.clone(), message, hint);
            }
            let Some(sku) = self.sku(&written.sku) else { continue };
            let priced = skus.get(usize::from(sku.0)).is_some_and(|sku| sku.list.is_some());
            if let (Some(floor), false) = (&written.floor, priced) {
                let hint = Some(format!("give `{}` a list price", written.sku));
                let message = format!("a floor under `{}`, which has no price", written.sku);
                self.report(floor.price.span(), message, hint);
            }
            plans.push(Support {
                id: id.get_ref().clone(),
                name: written.name.get_ref().clone(),
                sku,
                floor,
                everyone: written.everyone,
                premium: written.premium,
                counts,
                programs,
                segments,
                mark,
                source,
            });
        }
        plans
    }

    pub(super) fn integration(&mut self, edition: &'a written::Edition) -> Option<Integration> {
        let written = edition.integration.as_ref()?;
        let at = written.sku.span();
        let mark = self.mark(written.mark.as_ref(), at.clone(), "the integration licence");
        let source = self.source(written.source.as_ref(), mark, at, "the integration licence");
        Some(Integration { sku: self.sku(&written.sku)?, mark, source })
    }

    pub(super) fn payment_terms(&mut self, edition: &'a written::Edition) -> Vec<PaymentTerm> {
        self.distinct("payment term", edition.payment_terms.iter().map(|term| &term.id));
        let mut terms: Vec<PaymentTerm> = Vec::with_capacity(edition.payment_terms.len());
        for written in &edition.payment_terms {
            let at = written.id.span();
            let mark = self.mark(written.mark.as_ref(), at.clone(), "a payment term");
            let source = self.source(written.source.as_ref(), mark, at, "a payment term");
            let (months, percent) = (*written.months.get_ref(), *written.percent.get_ref());
            if ![1, 12, 36].contains(&months) {
                let message = format!("there is no term of {months} months");
                let hint = Some("terms are 1, 12 or 36 months".to_owned());
                self.report(written.months.span(), message, hint);
            }
            if !(50..=200).contains(&percent) {
                let message = format!("{percent} per cent of the list is no price");
                let hint = Some("105 is five per cent more than a year paid in advance".to_owned());
                self.report(written.percent.span(), message, hint);
            }
            let programs = self.programs(written.programs.as_ref());
            let same = |other: &PaymentTerm| {
                (other.months, other.billed_monthly) == (months, written.billed_monthly)
                    && (other.programs.is_empty()
                        || programs.is_empty()
                        || other.programs.iter().any(|program| programs.contains(program)))
            };
            if terms.iter().any(same) {
                let message = format!("`{}` is a way of paying that is there already", written.id);
                self.report(written.id.span(), message, None);
            }
            terms.push(PaymentTerm {
                id: written.id.get_ref().clone(),
                name: written.name.get_ref().clone(),
                months,
                billed_monthly: written.billed_monthly,
                percent,
                programs,
                mark,
                source,
            });
        }
        terms
    }

    pub(super) fn enforcement(&mut self, edition: &'a written::Edition) -> Vec<Enforcement> {
        self.distinct("enforcement", edition.enforcement.iter().map(|entry| &entry.id));
        let mut entries = Vec::with_capacity(edition.enforcement.len());
        for written in &edition.enforcement {
            let at = written.id.span();
            let mark = self.mark(written.mark.as_ref(), at.clone(), "a date of enforcement");
            let source = self.source(written.source.as_ref(), mark, at, "a date of enforcement");
            if written.what.get_ref().trim().is_empty() {
                let message = "nobody says what is enforced".to_owned();
                self.report(written.what.span(), message, None);
            }
            entries.push(Enforcement {
                id: written.id.get_ref().clone(),
                date: self.date(&written.date),
                what: written.what.get_ref().clone(),
                mark,
                source,
            });
        }
        entries
    }
}

/// Whether a text is a day that a calendar has.
pub fn is_date(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    let part = |from: usize, to: usize| text.get(from..to).and_then(|t| t.parse::<u32>().ok());
    if shape != "9999-99-99" {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (part(0, 4), part(5, 7), part(8, 10)) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}
