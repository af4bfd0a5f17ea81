//! The sections of an edition, each as entries that can be compared.
//!
//! A new section of the format is one more row of [`SECTIONS`] and one
//! function that tells its things in facts. All entries of a section carry
//! the same facts in the same order.

use super::entitled::{
    capacity, enforcement, gates, integration, payment_terms, support, use_rights, vendor_report,
};
use super::facts::{
    about_sku, audience, entry, evidence, fact, holds, in_words, kind_items, licences_for, money,
    price_evidence, right_item, right_items, rule, said, sku_items, sku_key, sku_named, sku_set,
    sorted_names, word_items, words,
};
use super::{Entry, Item, Named, Side, Value, Weight};
use crate::rulebook::{
    Class, DeviceKind, DevicePolicy, Exclusion, Metric, Minimum, Named as Meaning, PriceTier,
    Right, RightId, RoleRule, Sku, fold_name,
};

/// One section: how it is called, how it is compared, what is in it.
pub(super) struct Section {
    pub id: &'static str,
    pub title: &'static str,
    /// Nothing in it changes what a customer buys.
    pub minor: bool,
    /// New and gone things are told by another section.
    pub both_only: bool,
    /// The names are official: another name is news.
    pub official: bool,
    pub entries: fn(&Side<'_>) -> Vec<Entry>,
}

const RULES: Section =
    Section { id: "", title: "", minor: false, both_only: false, official: false, entries: none };

fn none(_: &Side<'_>) -> Vec<Entry> {
    Vec::new()
}

/// In the order in which a reader asks.
pub(super) const SECTIONS: &[Section] = &[
    Section { id: "edition", title: "Edition", entries: edition, ..RULES },
    Section { id: "flags", title: "How the rules are applied", entries: flags, ..RULES },
    Section { id: "licences", title: "Licences", official: true, entries: licences, ..RULES },
    Section { id: "prices", title: "Prices per month", both_only: true, entries: prices, ..RULES },
    Section {
        id: "covers",
        title: "What a licence covers",
        both_only: true,
        entries: covers,
        ..RULES
    },
    Section { id: "attach", title: "Base and attach", entries: attach, ..RULES },
    Section { id: "roles", title: "Roles", official: true, entries: roles, ..RULES },
    Section { id: "device_kinds", title: "Devices", entries: device_kinds, ..RULES },
    Section { id: "minimums", title: "Minimum quantities", entries: minimums, ..RULES },
    Section { id: "gates", title: "Open from a number of seats", entries: gates, ..RULES },
    Section { id: "exclusions", title: "Not together", entries: exclusions, ..RULES },
    Section { id: "price_tiers", title: "Price tiers", entries: price_tiers, ..RULES },
    Section { id: "payment_terms", title: "Payment terms", entries: payment_terms, ..RULES },
    Section { id: "capacity", title: "Capacity", entries: capacity, ..RULES },
    Section { id: "support", title: "Support plans", entries: support, ..RULES },
    Section { id: "integration", title: "Integration accounts", entries: integration, ..RULES },
    Section { id: "enforcement", title: "Dates of enforcement", entries: enforcement, ..RULES },
    Section {
        id: "vendor_report",
        title: "Priorities of the vendor's report",
        entries: vendor_report,
        ..RULES
    },
    Section {
        id: "use_rights",
        title: "Use-right tables",
        official: true,
        entries: use_rights,
        ..RULES
    },
    Section { id: "rights", title: "Use rights told apart", minor: true, entries: rights, ..RULES },
    Section { id: "names", title: "Names understood", minor: true, entries: names, ..RULES },
    Section { id: "sources", title: "Documents", minor: true, entries: sources, ..RULES },
];

fn edition(side: &Side<'_>) -> Vec<Entry> {
    let rules = side.rules;
    vec![entry(
        "",
        "",
        [
            rule("valid_from", "in force from", words(&rules.valid_from)),
            rule("currency", "prices in", words(&rules.currency)),
            fact(Weight::Minor, "id", "id", words(&rules.id)),
            fact(Weight::Minor, "title", "title", words(&rules.title)),
        ],
    )]
}

fn flags(side: &Side<'_>) -> Vec<Entry> {
    let flags = &side.rules.flags;
    let switch = |value: bool, on: &str, off: &str| words(if value { on } else { off });
    let right = |right: RightId| {
        let item = right_item(side, right);
        said(item.key, item.named.name, false)
    };
    let read = if flags.read_grant_is_team_members { flags.read_right } else { None };
    let read = read.map_or_else(
        || words("takes what the menu item asks of somebody who only views it"),
        |right| {
            let Item { key, named } = right_item(side, right);
            let text =
                format!("takes \u{201c}{}\u{201d}, whatever the menu item asks for", named.name);
            said(key, text, false)
        },
    );
    let device = match flags.device_policy {
        DevicePolicy::Guide => {
            "covers device work of anyone, who may hold a smaller user licence for the rest"
        }
        DevicePolicy::Strict => "serves only people who need no user licence at all",
    };
    let base = switch(
        flags.base_is_dearest,
        "must be at least as dear as what is attached to it",
        "may be cheaper than what is attached to it",
    );
    vec![entry(
        "",
        "",
        [
            rule("read_grant", "a Read permission", read),
            rule(
                "admins_exempt",
                "an administrator of the system",
                switch(flags.admins_exempt, "needs no licence", "needs a licence like anyone else"),
            ),
            rule("base_is_dearest", "a base licence", base),
            rule("device_policy", "a device licence", words(device)),
            rule(
                "unknown_full",
                "an unknown role, taken as full, needs",
                right(flags.unknown_full),
            ),
            rule(
                "unknown_team_members",
                "an unknown role, taken as light, needs",
                right(flags.unknown_team_members),
            ),
            rule(
                "unlicensed_menu_item",
                "a menu item without a licence needs",
                right(flags.unlicensed_menu_item),
            ),
            rule(
                "full_user_skus",
                "before additional users are bought, one seat is needed of",
                sku_set(side, side.rules.full_user_skus),
            ),
        ],
    )]
}

const fn class_words(sku: &Sku) -> &'static str {
    match sku.class {
        Class::Full => "full user licence",
        Class::Additional => "additional user licence",
        Class::AddOn => "add-on to a user licence",
        Class::Device => "device licence",
        Class::Tenant => "licence of the tenant",
    }
}

fn licences(side: &Side<'_>) -> Vec<Entry> {
    let told = |id, label, value| fact(Weight::Description, id, label, value);
    let licence = |id| {
        let sku = side.rules.sku(id);
        // A tenant licence is never part of a plan: nothing to say there.
        let bought =
            if sku.metric == Metric::Tenant { words("") } else { holds(sku.plannable, true) };
        let facts = [
            rule("class", "kind", words(class_words(sku))),
            rule("plannable", "can be bought", bought),
            rule("requires", "needs one of", Value::Any(sku_items(side, sku.requires.iter()))),
            rule("withdrawn", "no longer sold from", words(&sku.withdrawn)),
            rule("renews_as", "renews as", sku_set(side, sku.renews_as)),
            rule("on_premises", "on the customer's own servers", words(&sku.on_premises)),
            told("list", "list price", money(sku.list.as_ref())),
            told("attach", "attach price", money(sku.attach.as_ref())),
            told("covers", "covers", Value::All(right_items(side, &sku.covers))),
            fact(
                Weight::Minor,
                "product_ids",
                "part numbers",
                Value::All(word_items(sku.product_ids.iter().map(String::as_str))),
            ),
        ];
        about_sku(side, id, facts.into_iter().chain(audience(&sku.programs, &sku.segments)))
    };
    side.rules.sku_ids().map(licence).collect()
}

fn prices(side: &Side<'_>) -> Vec<Entry> {
    let priced = |id| {
        let sku = side.rules.sku(id);
        let (list, attach) = (sku.list.as_ref(), sku.attach.as_ref());
        let facts = [
            rule("list", "list price", money(list)),
            rule("attach", "attach price", money(attach)),
        ];
        let list = price_evidence(
            ["list_mark", "list_source"],
            ["mark of the list price", "source of the list price"],
            list,
        );
        let attach = price_evidence(
            ["attach_mark", "attach_source"],
            ["mark of the attach price", "source of the attach price"],
            attach,
        );
        about_sku(side, id, facts.into_iter().chain(list).chain(attach))
    };
    side.rules.sku_ids().map(priced).collect()
}

fn covers(side: &Side<'_>) -> Vec<Entry> {
    let covering = |id| {
        let sku = side.rules.sku(id);
        let fact = rule("covers", "covers", Value::All(right_items(side, &sku.covers)));
        about_sku(side, id, [fact].into_iter().chain(evidence(sku.mark, &sku.source)))
    };
    side.rules.sku_ids().map(covering).collect()
}

fn attach(side: &Side<'_>) -> Vec<Entry> {
    let rules = side.rules;
    let rows = rules.sku_ids().zip(rules.attachable.iter().zip(&rules.unverified_attach));
    rows.filter(|(_, (allowed, _))| !allowed.is_empty())
        .map(|(base, (allowed, unverified))| {
            let unverified = sku_set(side, *unverified);
            let facts = [
                rule("attach", "may be attached", sku_set(side, *allowed)),
                fact(Weight::Minor, "unverified", "nobody has verified", unverified),
            ];
            about_sku(side, base, facts)
        })
        .collect()
}

fn roles(side: &Side<'_>) -> Vec<Entry> {
    let rules = side.rules;
    let mut keys = vec![vec![Vec::new(); 2]; rules.roles.len()];
    for (level, index) in [&rules.role_identifiers, &rules.role_names].into_iter().enumerate() {
        let mut index: Vec<_> = index.iter().collect();
        index.sort_unstable();
        for (key, &at) in index {
            if let Some(keys) = keys.get_mut(at) {
                keys[level].push(key.clone());
            }
        }
    }
    let role = |(role, mut keys): (&RoleRule, Vec<Vec<String>>)| {
        keys.push(vec![fold_name(&role.name)]);
        let exempt = role.admin && rules.flags.admins_exempt;
        let any_of = if exempt { &[][..] } else { &role.any_of };
        let identifier = role.identifier.as_deref().unwrap_or_default();
        let [mark, source] = evidence(role.mark, &role.source);
        let facts = vec![
            rule("licence", "licence", licences_for(side, any_of)),
            rule("devices", "can work on", Value::All(kind_items(side, role.kinds))),
            rule("admin", "administers the system", holds(role.admin, false)),
            fact(Weight::Minor, "identifier", "identifier", words(identifier)),
            fact(Weight::Minor, "area", "area", words(&role.area)),
            mark,
            source,
        ];
        let id = if identifier.is_empty() { &role.name } else { identifier };
        Entry { named: Named::new(id, &role.name), keys, facts }
    };
    rules.roles.iter().zip(keys).map(role).collect()
}

fn device_kinds(side: &Side<'_>) -> Vec<Entry> {
    let logins = |shared, individual| match (shared, individual) {
        (true, true) => "shared or individual",
        (true, false) => "shared",
        (false, true) => "individual",
        (false, false) => "none",
    };
    let kind = |kind: &DeviceKind| {
        let dedicated = holds(kind.must_be_dedicated, false);
        let logins = words(logins(kind.shared_login, kind.individual_login));
        let facts = [
            rule("licence", "licence", Value::Any(sku_items(side, [kind.sku]))),
            rule("dedicated", "for one purpose only", dedicated),
            rule("logins", "logins", logins),
            rule("covers", "covers for anyone", Value::All(right_items(side, &kind.covers))),
            in_words(&kind.name),
            fact(Weight::Minor, "source", "source", words(&kind.source)),
        ];
        entry(&kind.id, &kind.name, facts)
    };
    side.rules.device_kinds.iter().map(kind).collect()
}

fn minimums(side: &Side<'_>) -> Vec<Entry> {
    let minimum = |minimum: &Minimum| {
        let devices = if minimum.device_seats == 0 {
            String::new()
        } else {
            format!("{} count as {} users", minimum.device_seats, minimum.device_users)
        };
        let [mark, source] = evidence(minimum.mark, &minimum.source);
        let facts = [
            rule("quantity", "seats", words(minimum.quantity.to_string())),
            rule("applies_to", "binds who buys", sku_set(side, minimum.applies_to)),
            rule("counts", "counts", sku_set(side, minimum.counts)),
            rule("per_sku", "each licence by itself", holds(minimum.per_sku, false)),
            rule("device_skus", "devices that count", sku_set(side, minimum.device_skus)),
            rule("devices", "devices", words(devices)),
            in_words(&minimum.name),
            mark,
            source,
        ];
        let audience = audience(&minimum.programs, &minimum.segments);
        entry(&minimum.id, &minimum.name, facts.into_iter().chain(audience))
    };
    side.rules.minimums.iter().map(minimum).collect()
}

fn exclusions(side: &Side<'_>) -> Vec<Entry> {
    let exclusion = |exclusion: &Exclusion| {
        let within = if exclusion.tenant_wide { "one tenant" } else { "one environment" };
        let [mark, source] = evidence(exclusion.mark, &exclusion.source);
        let facts = [
            rule("within", "within", words(within)),
            rule("left", "one side", sku_set(side, exclusion.left)),
            rule("right", "other side", sku_set(side, exclusion.right)),
            in_words(&exclusion.name),
            mark,
            source,
        ];
        let audience = audience(&[], &exclusion.segments);
        entry(&exclusion.id, &exclusion.name, facts.into_iter().chain(audience))
    };
    side.rules.exclusions.iter().map(exclusion).collect()
}

fn price_tiers(side: &Side<'_>) -> Vec<Entry> {
    let step = |tier: &PriceTier| {
        let named = sku_named(side, tier.sku);
        let from = tier.from;
        let words_of = |name: &str| format!("{name} from {from} seats");
        let [mark, source] = evidence(tier.price.mark, &tier.price.source);
        let mut facts = vec![
            rule("price", "price", money(Some(&tier.price))),
            rule("counts", "counts", sku_set(side, tier.counts)),
            mark,
            source,
        ];
        facts.extend(audience(&tier.programs, &tier.segments));
        Entry {
            named: Named {
                id: format!("{}/{from}", named.id),
                name: words_of(&named.name),
                short: words_of(&named.short),
            },
            keys: vec![vec![format!("{}/{from}", sku_key(side, tier.sku))]],
            facts,
        }
    };
    side.rules.price_tiers.iter().map(step).collect()
}

fn rights(side: &Side<'_>) -> Vec<Entry> {
    let right = |(at, right): (u16, &Right)| {
        let key = side.rights.get(usize::from(at)).cloned().unwrap_or_default();
        let facts = vec![
            rule("tier", "stands at", words(right.tier.word())),
            fact(Weight::Minor, "id", "id", words(&right.id)),
            in_words(&right.name),
        ];
        Entry { named: Named::new(&right.id, &right.name), keys: vec![vec![key]], facts }
    };
    (0u16..).zip(&side.rules.rights).map(right).collect()
}

/// The names and licence words by what they stand for.
fn names(side: &Side<'_>) -> Vec<Entry> {
    let rules = side.rules;
    let all = sorted_names(rules);
    let of = |meaning: &Meaning| {
        let names = all.iter().filter(|(_, other)| *other == meaning).map(|(name, _)| *name);
        [rule("names", "understood as", Value::All(word_items(names)))]
    };
    let skus = rules.sku_ids().map(|id| about_sku(side, id, of(&Meaning::Sku(id))));
    let rights = (0..rules.rights.len()).filter_map(|at| u16::try_from(at).ok()).map(|at| {
        let Item { key, named } = right_item(side, RightId(at));
        let keys = vec![vec![format!("right {key}")]];
        Entry { named, keys, facts: of(&Meaning::Right(RightId(at))).into() }
    });
    let others = [
        entry("nothing", "no licence needed", of(&Meaning::Nothing)),
        entry("foreign", "other products", of(&Meaning::Foreign)),
    ];
    skus.chain(rights).chain(others).collect()
}

fn sources(side: &Side<'_>) -> Vec<Entry> {
    side.rules
        .sources
        .iter()
        .map(|(id, title)| entry(id, title, [rule("title", "title", words(title))]))
        .collect()
}
