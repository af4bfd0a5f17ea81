//! The rulebook in plain text: what `rulebook show` and `rulebook list` print.

mod entitled;

use std::fmt::Write;

use super::{Class, Metric, PricePoint, Program, Rulebook, Segment, Sku};

/// One line for a list of editions.
#[must_use]
pub fn render_summary(rules: &Rulebook) -> String {
    let (figures, unverified) = rules.figures();
    format!(
        "{}  {}: {} SKUs, {} roles, {} minimums; {unverified} of {figures} figures unverified",
        rules.id,
        rules.title,
        rules.skus.len(),
        rules.roles.len(),
        rules.minimums.len(),
    )
}

impl Rulebook {
    /// How many prices, attach cells and roles the edition has, and how many
    /// of them nobody has verified.
    #[must_use]
    pub fn figures(&self) -> (usize, usize) {
        let prices = self.skus.iter().flat_map(|sku| sku.list.iter().chain(&sku.attach));
        let tiers = self.price_tiers.iter().map(|tier| &tier.price);
        let marks = prices
            .chain(tiers)
            .map(|price| price.mark)
            .chain(self.roles.iter().map(|role| role.mark))
            .chain(self.minimums.iter().map(|minimum| minimum.mark))
            .chain(self.entitled_marks());
        let (mut all, mut unverified) = (0, 0);
        for mark in marks {
            all += 1;
            unverified += usize::from(mark.is_unverified());
        }
        let cells =
            |sets: &[super::SkuSet]| sets.iter().map(|set| set.len() as usize).sum::<usize>();
        (all + cells(&self.attachable), unverified + cells(&self.unverified_attach))
    }
}

/// A table: cells padded to their column, two blanks between columns.
struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(head: &[&str]) -> Self {
        Self { rows: vec![head.iter().map(|&word| word.to_owned()).collect()] }
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Writes the table under a title; nothing where it has no rows.
    fn write(&self, out: &mut String, title: &str) {
        let [head, body @ ..] = self.rows.as_slice() else { return };
        if body.is_empty() {
            return;
        }
        let width = |at: usize| {
            self.rows.iter().filter_map(|row| row.get(at)).map(|c| c.chars().count()).max()
        };
        let widths: Vec<usize> = (0..head.len()).filter_map(width).collect();
        let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        line(out, &[title.to_owned()], &[0]);
        line(out, head, &widths);
        line(out, &rule, &widths);
        for row in body {
            line(out, row, &widths);
        }
        out.push('\n');
    }
}

fn line(out: &mut String, cells: &[String], widths: &[usize]) {
    let mut text = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{cell:<width$}  ", width = *width);
    }
    out.push_str(text.trim_end());
    out.push('\n');
}

fn price(price: Option<&PricePoint>) -> String {
    price.map_or_else(|| "-".to_owned(), |price| format!("{} {}", price.cents, price.mark.word()))
}

/// Whom something is for: `all`, `ea, csp`, `academic`, `csp; charity`.
fn audience(programs: &[Program], segments: &[Segment]) -> String {
    let programs: Vec<&str> = programs.iter().map(|program| program.word()).collect();
    let segments: Vec<&str> = segments.iter().map(|segment| segment.word()).collect();
    let lists: Vec<String> = [programs, segments]
        .into_iter()
        .filter(|list| !list.is_empty())
        .map(|list| list.join(", "))
        .collect();
    if lists.is_empty() { "all".to_owned() } else { lists.join("; ") }
}

/// Whether and to whom a SKU is sold.
fn sold(rules: &Rulebook, sku: &Sku) -> String {
    if sku.withdrawn.is_empty() {
        return audience(&sku.programs, &sku.segments);
    }
    let renewal = rules.ids_of(sku.renews_as).join(" + ");
    let renewal = if renewal.is_empty() { renewal } else { format!(", then {renewal}") };
    format!("until {}{renewal}", sku.withdrawn)
}

const fn class_word(class: Class) -> &'static str {
    match class {
        Class::Full => "full",
        Class::Additional => "additional",
        Class::AddOn => "add-on",
        Class::Device => "device",
        Class::Tenant => "tenant",
    }
}

fn yes(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

/// The whole edition in readable tables. Prices are per month and stand with
/// their mark; an asterisk in the attach table is a cell nobody has verified.
#[must_use]
pub fn render_text(rules: &Rulebook) -> String {
    let mut out = String::new();
    for row in [
        format!("{}  {}", rules.id, rules.title),
        format!("in force from {}, prices in {} per month", rules.valid_from, rules.currency),
        format!("sha256 {}", rules.hash),
        "marks: V-seed, V-MS, V-3P verified; D derived; M unverified".to_owned(),
    ] {
        line(&mut out, &[row], &[0]);
    }
    out.push('\n');
    sku_tables(rules, &mut out);
    rule_tables(rules, &mut out);
    entitled::tables(rules, &mut out);
    role_table(rules, &mut out);
    let mut sources = Table::new(&["source", "document"]);
    for (id, title) in &rules.sources {
        sources.row([id.clone(), title.clone()]);
    }
    sources.write(&mut out, "SOURCES");
    out
}

fn sku_tables(rules: &Rulebook, out: &mut String) {
    for (metric, title) in [
        (Metric::User, "USER LICENCES"),
        (Metric::Device, "DEVICE LICENCES"),
        (Metric::Tenant, "TENANT LICENCES"),
    ] {
        let mut table =
            Table::new(&["id", "name", "class", "list", "attach", "planned", "sold to", "covers"]);
        for sku in rules.skus.iter().filter(|sku| sku.metric == metric) {
            table.row([
                sku.id.clone(),
                sku.name.clone(),
                class_word(sku.class).to_owned(),
                price(sku.list.as_ref()),
                price(sku.attach.as_ref()),
                yes(sku.plannable),
                sold(rules, sku),
                rules.ids_of_rights(&sku.covers).join(" "),
            ]);
        }
        table.write(out, title);
    }
    let mut table = Table::new(&["base", "may be attached"]);
    let rows = rules.skus.iter().zip(rules.attachable.iter().zip(&rules.unverified_attach));
    for (base, (allowed, unverified)) in rows {
        if !allowed.is_empty() {
            let star = |sku| if unverified.contains(sku) { "*" } else { "" };
            let cells: Vec<String> =
                allowed.iter().map(|sku| format!("{}{}", rules.sku(sku).id, star(sku))).collect();
            table.row([base.id.clone(), cells.join(" ")]);
        }
    }
    table.write(out, "BASE AND ATTACH");
}

fn rule_tables(rules: &Rulebook, out: &mut String) {
    let mut table = Table::new(&["from seats", "price", "sku", "for", "seats that count"]);
    for tier in &rules.price_tiers {
        table.row([
            tier.from.to_string(),
            price(Some(&tier.price)),
            rules.sku(tier.sku).id.clone(),
            audience(&tier.programs, &tier.segments),
            rules.ids_of(tier.counts).join(" "),
        ]);
    }
    table.write(out, "PRICE TIERS");
    let mut table = Table::new(&["id", "for", "mark", "minimum"]);
    for minimum in &rules.minimums {
        let devices = if minimum.device_seats == 0 {
            String::new()
        } else {
            format!("; {} devices count as {}", minimum.device_seats, minimum.device_users)
        };
        table.row([
            minimum.id.clone(),
            audience(&minimum.programs, &minimum.segments),
            minimum.mark.word().to_owned(),
            format!("{}{devices}", minimum.name),
        ]);
    }
    table.write(out, "MINIMUM QUANTITIES");
    let mut table = Table::new(&["id", "within", "for", "mark", "not together"]);
    for exclusion in &rules.exclusions {
        table.row([
            exclusion.id.clone(),
            if exclusion.tenant_wide { "tenant" } else { "environment" }.to_owned(),
            audience(&[], &exclusion.segments),
            exclusion.mark.word().to_owned(),
            exclusion.name.clone(),
        ]);
    }
    table.write(out, "EXCLUSIONS");
    let mut table = Table::new(&["kind", "licence", "dedicated", "shared", "individual", "covers"]);
    for kind in &rules.device_kinds {
        table.row([
            kind.id.clone(),
            rules.sku(kind.sku).id.clone(),
            yes(kind.must_be_dedicated),
            yes(kind.shared_login),
            yes(kind.individual_login),
            rules.ids_of_rights(&kind.covers).join(" "),
        ]);
    }
    table.write(out, "DEVICE KINDS");
    let flags = &rules.flags;
    let right = |id| rules.right(id).id.clone();
    let mut table = Table::new(&["switch", "value"]);
    for (name, value) in [
        ("read_grant_is_team_members", yes(flags.read_grant_is_team_members)),
        ("read_right", flags.read_right.map_or_else(|| "-".to_owned(), right)),
        ("admins_exempt", yes(flags.admins_exempt)),
        ("base_is_dearest", yes(flags.base_is_dearest)),
        ("device_policy", flags.device_policy.word().to_owned()),
        ("unknown_full", right(flags.unknown_full)),
        ("unknown_team_members", right(flags.unknown_team_members)),
        ("unlicensed_menu_item", right(flags.unlicensed_menu_item)),
        ("full_user_skus", rules.ids_of(rules.full_user_skus).join(" ")),
    ] {
        table.row([name.to_owned(), value]);
    }
    table.write(out, "SWITCHES");
}

fn role_table(rules: &Rulebook, out: &mut String) {
    let mut table = Table::new(&["area", "role", "identifier", "needs one of", "devices", "mark"]);
    for role in &rules.roles {
        let mut needs = rules.ids_of_rights(&role.any_of).join(" ");
        if role.admin && rules.flags.admins_exempt {
            needs = "nothing (administrator)".to_owned();
        }
        table.row([
            role.area.clone(),
            role.name.clone(),
            role.identifier.clone().unwrap_or_else(|| "-".to_owned()),
            needs,
            rules.ids_of_kinds(role.kinds).join(" "),
            role.mark.word().to_owned(),
        ]);
    }
    table.write(out, "ROLES");
}
