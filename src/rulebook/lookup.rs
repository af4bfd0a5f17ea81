//! Finding things in a rulebook: by the names customers' files use, and by
//! what they are good for.

use super::names::letters;
use super::{
    Capacity, KindId, Metric, Named, RightId, RoleRule, Rulebook, SkuId, SkuSet, Tier, UseRight,
    fold_name,
};

impl Rulebook {
    /// Looks a product, part number, GUID or licence word up, whatever its
    /// spelling (see [`fold_name`]) and whatever the edition's naming allows
    /// in front of it and behind it.
    #[must_use]
    pub fn named(&self, text: &str) -> Option<&Named> {
        self.resolve(text).map(|(named, _)| named)
    }

    /// Whether a name, part number or GUID says that it is the attach licence
    /// of its product.
    #[must_use]
    pub fn is_attach_name(&self, text: &str) -> bool {
        self.resolve(text).is_some_and(|(_, attach)| attach)
    }

    /// What a name stands for, and whether it says "attach".
    pub(super) fn resolve(&self, text: &str) -> Option<(&Named, bool)> {
        let folded = fold_name(text);
        self.resolve_known(&folded)
            .or_else(|| self.naming.is_foreign(&folded).then_some((&Named::Foreign, false)))
    }

    /// As [`Self::resolve`] for a folded name, without the beginnings of
    /// foreign names, which would swallow whatever follows.
    pub(super) fn resolve_known(&self, folded: &str) -> Option<(&Named, bool)> {
        if let Some(named) = self.names.get(folded) {
            return Some((named, self.attach_names.contains(folded)));
        }
        self.naming.cores(folded).find_map(|(core, attach)| {
            let named = self.names.get(core)?;
            let attach = attach || self.attach_names.contains(core);
            matches!(named, Named::Sku(_)).then_some((named, attach))
        })
    }

    /// The role rule for an identifier, without regard to case.
    #[must_use]
    pub fn role_by_identifier(&self, identifier: &str) -> Option<&RoleRule> {
        self.role_identifiers.get(&fold_name(identifier)).and_then(|&at| self.roles.get(at))
    }

    /// The role rule for a role's name. A role whose name once belonged to
    /// another role is never found this way, only by its identifier.
    #[must_use]
    pub fn role_by_name(&self, name: &str) -> Option<&RoleRule> {
        self.role_names.get(&fold_name(name)).and_then(|&at| self.roles.get(at))
    }

    /// The device kind for a word of the `kind` column; `Shop floor` and
    /// `shop-floor` are `shop_floor`.
    #[must_use]
    pub fn device_kind(&self, word: &str) -> Option<KindId> {
        let word = letters(word);
        let at = self.device_kinds.iter().position(|kind| letters(&kind.id) == word)?;
        u8::try_from(at).ok().map(KindId)
    }

    /// The row of the use-right tables with this id, name or alias.
    #[must_use]
    pub fn use_right(&self, text: &str) -> Option<&UseRight> {
        self.use_right_names.get(&fold_name(text)).and_then(|&at| self.use_rights.get(at))
    }

    /// The capacity that a word of the metric column is measured against.
    #[must_use]
    pub fn capacity_of(&self, metric: &str) -> Option<&Capacity> {
        let word = letters(metric);
        self.capacity
            .iter()
            .find(|entry| entry.metrics.iter().any(|metric| letters(metric) == word))
    }

    /// User SKUs a plan may choose from that give `right`.
    #[must_use]
    pub fn user_skus_for(&self, right: RightId) -> SkuSet {
        self.user_skus_for_all(&[right])
    }

    /// User SKUs a plan may choose from that give all of `rights`.
    #[must_use]
    pub fn user_skus_for_all(&self, rights: &[RightId]) -> SkuSet {
        self.sku_ids()
            .filter(|&id| {
                let sku = self.sku(id);
                sku.metric == Metric::User
                    && sku.plannable
                    && rights.iter().all(|right| sku.covers.contains(right))
            })
            .collect()
    }

    /// The SKU that a word for a right means where a licence is meant, as in a
    /// list of owned seats: the user SKU bought for that right, with the
    /// fewest others beside it.
    #[must_use]
    pub fn sku_of(&self, right: RightId) -> Option<SkuId> {
        let tier = self.right(right).tier;
        let bought_for = |sku: &SkuId| self.tier_of(*sku) == tier;
        self.user_skus_for(right).iter().filter(bought_for).min_by_key(|&sku| {
            let covers = &self.sku(sku).covers;
            let beside = covers.iter().filter(|&&other| self.right(other).tier == tier).count();
            (beside, covers.len(), sku)
        })
    }

    /// Every SKU in edition order.
    pub fn sku_ids(&self) -> impl Iterator<Item = SkuId> {
        (0..self.skus.len()).filter_map(|at| u8::try_from(at).ok().map(SkuId))
    }

    /// SKUs a plan may choose from and that have no price: such a SKU is
    /// never chosen, which the report says.
    pub fn unpriced(&self) -> impl Iterator<Item = SkuId> {
        self.sku_ids().filter(|&id| self.sku(id).plannable && self.sku(id).list.is_none())
    }

    /// The highest tier among the rights of a SKU.
    #[must_use]
    pub fn tier_of(&self, sku: SkuId) -> Tier {
        self.sku(sku).covers.iter().map(|&r| self.right(r).tier).max().unwrap_or(Tier::None)
    }
}
