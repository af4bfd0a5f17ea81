//! Use rights, gates, capacity, support plans and enforcement as tables.

use super::{Table, audience, price};
use crate::rulebook::{Capacity, Mark, Rulebook};

impl Rulebook {
    /// Marks of what stands in the sections of this module.
    pub(super) fn entitled_marks(&self) -> impl Iterator<Item = Mark> {
        let capacity = self.capacity.iter().flat_map(|entry| {
            let default = entry.default.iter().map(|default| default.mark);
            std::iter::once(entry.mark)
                .chain(default)
                .chain(entry.accrues.iter().map(|accrual| accrual.mark))
        });
        let support = self.support.iter().flat_map(|plan| {
            std::iter::once(plan.mark).chain(plan.floor.as_ref().map(|floor| floor.mark))
        });
        self.use_rights
            .iter()
            .map(|row| row.mark)
            .chain(self.gates.iter().map(|gate| gate.mark))
            .chain(capacity)
            .chain(support)
            .chain(self.integration.as_ref().map(|integration| integration.mark))
            .chain(self.payment_terms.iter().map(|term| term.mark))
            .chain(self.enforcement.iter().map(|entry| entry.mark))
            .chain(self.vendor_report.iter().flat_map(|report| {
                let ranks = report.ranks.iter().map(|rank| rank.mark);
                [report.mark, report.greedy_mark].into_iter().chain(ranks)
            }))
    }
}

/// Writes every table.
pub(super) fn tables(rules: &Rulebook, out: &mut String) {
    gates(rules, out);
    capacity(rules, out);
    support(rules, out);
    let mut table = Table::new(&["licence", "on the customer's own servers"]);
    for sku in rules.skus.iter().filter(|sku| !sku.on_premises.is_empty()) {
        table.row([sku.id.clone(), sku.on_premises.clone()]);
    }
    table.write(out, "DUAL USE RIGHTS");
    let mut table = Table::new(&["id", "for", "per cent of the list", "mark", "way of paying"]);
    for term in &rules.payment_terms {
        table.row([
            term.id.clone(),
            audience(&term.programs, &[]),
            term.percent.to_string(),
            term.mark.word().to_owned(),
            term.name.clone(),
        ]);
    }
    table.write(out, "PAYMENT TERMS");
    let mut table = Table::new(&["from", "mark", "what"]);
    for entry in &rules.enforcement {
        table.row([entry.date.clone(), entry.mark.word().to_owned(), entry.what.clone()]);
    }
    table.write(out, "ENFORCEMENT");
    let mut table = Table::new(&["priority", "licence", "mark", "group"]);
    for rank in rules.vendor_report.iter().flat_map(|report| &report.ranks) {
        table.row([
            rank.priority.to_string(),
            rules.sku(rank.sku).id.clone(),
            rank.mark.word().to_owned(),
            rank.group.clone(),
        ]);
    }
    table.write(out, "PRIORITIES OF THE VENDOR'S REPORT");
    let mut table = Table::new(&["id", "area", "use right", "needs one of", "mark"]);
    for row in &rules.use_rights {
        table.row([
            row.id.clone(),
            row.area.clone(),
            row.name.clone(),
            rules.ids_of_rights(&row.any_of).join(" "),
            row.mark.word().to_owned(),
        ]);
    }
    table.write(out, "USE RIGHTS");
}

fn gates(rules: &Rulebook, out: &mut String) {
    let mut table = Table::new(&["id", "for", "mark", "opens", "from seats", "of", "gate"]);
    for gate in &rules.gates {
        let all = if gate.counts_attach { ", attach too" } else { "" };
        let one = if gate.of_one { "one of " } else { "" };
        table.row([
            gate.id.clone(),
            audience(&gate.programs, &gate.segments),
            gate.mark.word().to_owned(),
            format!("{} {}", gate.what.word(), rules.ids_of(gate.opens).join(" ")),
            gate.quantity.to_string(),
            format!("{one}{}{all}", rules.ids_of(gate.counts).join(" ")),
            gate.name.clone(),
        ]);
    }
    table.write(out, "GATES");
}

fn capacity(rules: &Rulebook, out: &mut String) {
    let mut table =
        Table::new(&["id", "capacity", "unit", "per", "mark", "included", "accrues", "packs"]);
    for entry in &rules.capacity {
        table.row([
            entry.id.clone(),
            entry.name.clone(),
            entry.unit.clone(),
            entry.per.word().to_owned(),
            entry.mark.word().to_owned(),
            included(rules, entry),
            accrues(rules, entry),
            packs(rules, entry),
        ]);
    }
    table.write(out, "CAPACITY");
}

fn included(rules: &Rulebook, entry: &Capacity) -> String {
    let defaults = entry.default.iter().map(|default| {
        let amount = default.amount.map_or_else(|| "unlimited".to_owned(), |a| a.to_string());
        let skus = rules.ids_of(default.skus).join(" ");
        match (skus.is_empty(), default.seats) {
            (true, _) => amount,
            (false, 1) => format!("{amount} with {skus}"),
            (false, seats) => format!("{amount} from {seats} {skus}"),
        }
    });
    defaults.collect::<Vec<_>>().join("; ")
}

fn accrues(rules: &Rulebook, entry: &Capacity) -> String {
    let rows = entry.accrues.iter().map(|accrual| {
        let attach = if accrual.attach { ", attach too" } else { "" };
        let skus = rules.ids_of(accrual.skus).join(" ");
        let each = if accrual.each.is_empty() {
            String::new()
        } else {
            format!(", for each {}", rules.ids_of(accrual.each).join(" or "))
        };
        format!("{} per {} of {skus}{attach}{each}", accrual.amount, accrual.per)
    });
    let caps = [("with the default at most", entry.accrual_cap), ("in all at most", entry.cap)];
    let caps = caps.into_iter().filter_map(|(words, cap)| cap.map(|cap| format!("{words} {cap}")));
    rows.chain(caps).collect::<Vec<_>>().join("; ")
}

fn packs(rules: &Rulebook, entry: &Capacity) -> String {
    let packs = entry.packs.iter().map(|pack| {
        let mut text = format!("{} per {}", pack.amount, rules.sku(pack.sku).id);
        if let Some(most) = pack.most {
            text.push_str(&format!(", at most {most}"));
        }
        if let Some(from) = pack.unlimited_from {
            text.push_str(&format!(", unlimited from {from}"));
        }
        if let Some(after) = pack.after {
            text.push_str(&format!(", with {} only", rules.sku(after).id));
        }
        text
    });
    let one = entry.one_of.then(|| "one kind only".to_owned());
    packs.chain(one).collect::<Vec<_>>().join("; ")
}

fn support(rules: &Rulebook, out: &mut String) {
    let mut table = Table::new(&["id", "for", "licence", "mark", "at least", "asks for"]);
    for plan in &rules.support {
        let counts = rules.ids_of(plan.counts).join(" ");
        let everyone = plan.everyone.then(|| {
            let whom = if counts.is_empty() { "user licence" } else { counts.as_str() };
            format!("a seat for everybody with {whom}")
        });
        let premium = plan.premium.then(|| "no other premium plan".to_owned());
        table.row([
            plan.id.clone(),
            audience(&plan.programs, &plan.segments),
            rules.sku(plan.sku).id.clone(),
            plan.mark.word().to_owned(),
            price(plan.floor.as_ref()),
            everyone.into_iter().chain(premium).collect::<Vec<_>>().join("; "),
        ]);
    }
    table.write(out, "SUPPORT PLANS");
    if let Some(integration) = &rules.integration {
        let mut table = Table::new(&["licence", "mark", "name"]);
        let sku = rules.sku(integration.sku);
        table.row([sku.id.clone(), integration.mark.word().to_owned(), sku.name.clone()]);
        table.write(out, "INSTEAD OF LICENCES FOR INTEGRATION ACCOUNTS");
    }
}
