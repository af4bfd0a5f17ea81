//! What licence words in the input mean as clauses.
//!
//! The same few texts (`Finance or Finance Premium`, `Universal`) stand in
//! millions of rows, so each is resolved once. A named licence is satisfied
//! by itself and by every SKU whose rights include all of its rights, so Team
//! Members is satisfied by any full licence that includes it.

use indexmap::IndexMap;

use crate::finding::{Code, Finding};
use crate::optimize::Clause;
use crate::rulebook::{KindId, KindSet, Metric, Named, RightId, Rulebook, SkuId, SkuSet};
use crate::tenant::TenantInput;

/// What one text means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Meaning {
    /// SKUs any one of which satisfies it.
    pub skus: SkuSet,
    /// Device kinds whose licence satisfies it by itself.
    pub kinds: KindSet,
    /// Whether it says that no licence is needed.
    pub nothing: bool,
    /// Whether no alternative is known.
    pub unknown: bool,
}

/// The meanings of every licence text of a tenant.
#[derive(Debug)]
pub struct Meanings {
    known: IndexMap<String, Meaning>,
    /// Unknown names with the number of texts they stand in.
    unknown: IndexMap<String, u64>,
}

impl Meanings {
    /// Resolves every licence text that permissions, menu items and roles of
    /// the tenant carry.
    #[must_use]
    pub fn of(tenant: &TenantInput, rulebook: &Rulebook) -> Self {
        let mut meanings = Self { known: IndexMap::new(), unknown: IndexMap::new() };
        let rows = tenant
            .roles
            .iter()
            .flat_map(|role| &role.permissions)
            .chain(tenant.people.iter().flat_map(|person| &person.permissions));
        for row in rows {
            for text in [&row.license, &row.view, &row.maintain] {
                meanings.learn(rulebook, text);
            }
        }
        let mut items: Vec<_> = tenant.menu_items.iter().collect();
        items.sort_by_key(|(object, _)| *object);
        for item in items.into_iter().flat_map(|(_, items)| items) {
            for text in [&item.license, &item.view, &item.maintain] {
                meanings.learn(rulebook, text);
            }
        }
        for role in &tenant.roles {
            meanings.learn(rulebook, &role.license);
        }
        meanings
    }

    fn learn(&mut self, rulebook: &Rulebook, text: &str) {
        if text.is_empty() || self.known.contains_key(text) {
            return;
        }
        let mentions = rulebook.split_licenses(text);
        let mut meaning = Meaning::default();
        let mut any = false;
        for mention in &mentions {
            match &mention.named {
                Some(Named::Nothing) => meaning.nothing = true,
                Some(named @ (Named::Sku(_) | Named::Right(_)))
                    if !meaning_of(rulebook, named).skus.is_empty() =>
                {
                    let one = meaning_of(rulebook, named);
                    any = true;
                    meaning.skus = meaning.skus.union(one.skus);
                    meaning.kinds = meaning.kinds.union(one.kinds);
                }
                // A product of another family, or one that no user holds,
                // says nothing about what this object needs.
                _ => *self.unknown.entry(mention.text.clone()).or_default() += 1,
            }
        }
        // A text of signs only (`-`) says nothing, like a blank.
        meaning.nothing |= mentions.is_empty();
        meaning.unknown = !any && !meaning.nothing;
        self.known.insert(text.to_owned(), meaning);
    }

    /// The meaning of a text; `None` for a blank one.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<Meaning> {
        self.known.get(text).copied()
    }

    /// Unknown names, as findings.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.unknown
            .iter()
            .map(|(name, _)| {
                Finding::new(
                    Code::LicenseUnknown,
                    name,
                    format!(
                        "licence \u{201c}{name}\u{201d} of a permission, menu item or role is not in \
                         the edition; rows that name nothing else take a full licence"
                    ),
                )
            })
            .collect()
    }
}

/// The clauses of a joined cell: "A or B" is one, any other joiner parts two.
/// Names nobody knows say nothing.
#[must_use]
pub fn clauses_of(rulebook: &Rulebook, cell: &str) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    for mention in rulebook.split_licenses(cell) {
        let Some(named) = &mention.named else { continue };
        let meaning = meaning_of(rulebook, named);
        if meaning.nothing || meaning.skus.is_empty() {
            continue;
        }
        match clauses.last_mut().filter(|_| mention.alternative) {
            Some(last) => {
                last.skus = last.skus.union(meaning.skus);
                last.kinds = last.kinds.union(meaning.kinds);
            }
            None => clauses.push(Clause { skus: meaning.skus, kinds: meaning.kinds }),
        }
    }
    clauses
}

/// The clause of one named thing.
#[must_use]
pub fn meaning_of(rulebook: &Rulebook, named: &Named) -> Meaning {
    match named {
        Named::Right(right) => Meaning {
            skus: rulebook.user_skus_for(*right),
            kinds: kinds_of(rulebook, &[*right]),
            ..Meaning::default()
        },
        // Licences of devices and tenants give no user anything.
        Named::Sku(sku) if rulebook.sku(*sku).metric != Metric::User => Meaning::default(),
        // A user licence without rights of its own is satisfied by itself.
        Named::Sku(sku) if rulebook.sku(*sku).covers.is_empty() => {
            Meaning { skus: SkuSet::of(*sku), ..Meaning::default() }
        }
        Named::Sku(sku) => Meaning {
            skus: rulebook.user_skus_for_all(&rulebook.sku(*sku).covers).union(SkuSet::of(*sku)),
            kinds: kinds_of(rulebook, &decisive(rulebook, *sku)),
            ..Meaning::default()
        },
        Named::Nothing | Named::Foreign => Meaning { nothing: true, ..Meaning::default() },
    }
}

/// The rights of a SKU at its own tier: those it is bought for.
fn decisive(rulebook: &Rulebook, sku: SkuId) -> Vec<RightId> {
    let tier = rulebook.tier_of(sku);
    let rights = rulebook.sku(sku).covers.iter().copied();
    rights.filter(|&right| rulebook.right(right).tier == tier).collect()
}

/// Device kinds whose licence covers all of `rights` by itself.
#[must_use]
pub fn kinds_of(rulebook: &Rulebook, rights: &[RightId]) -> KindSet {
    let mut kinds = KindSet::EMPTY;
    for (at, kind) in (0_u8..).zip(&rulebook.device_kinds) {
        if !rights.is_empty() && rights.iter().all(|right| kind.covers.contains(right)) {
            kinds = kinds.union(KindSet::of(KindId(at)));
        }
    }
    kinds
}
