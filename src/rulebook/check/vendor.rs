//! How the vendor's own report ranks licences.

use super::{Checker, written};
use crate::rulebook::{Metric, Sku, VendorRank, VendorReport};

impl<'a> Checker<'a> {
    pub(super) fn vendor_report(
        &mut self,
        edition: &'a written::Edition,
        skus: &[Sku],
    ) -> Option<VendorReport> {
        let written = edition.vendor_report.as_ref()?;
        let at = written.name.span();
        if written.name.get_ref().trim().is_empty() {
            self.report(at.clone(), "a vendor's report without a name".to_owned(), None);
        }
        let mark = self.mark(written.mark.as_ref(), at.clone(), "the rule by priority");
        let source = self.source(written.source.as_ref(), mark, at.clone(), "the rule by priority");
        let greedy_mark = self.mark(written.greedy_mark.as_ref(), at.clone(), "the greedy rule");
        let greedy_source =
            self.source(written.greedy_source.as_ref(), greedy_mark, at.clone(), "the greedy rule");
        if written.ranks.is_empty() {
            let message = "the vendor's report knows no licence".to_owned();
            self.report(at, message, Some("leave the section out".to_owned()));
        }
        let mut ranks: Vec<VendorRank> = Vec::with_capacity(written.ranks.len());
        for rank in &written.ranks {
            let at = rank.sku.span();
            let mark = self.mark(rank.mark.as_ref(), at.clone(), "a priority");
            let source = self.source(rank.source.as_ref(), mark, at.clone(), "a priority");
            let Some(sku) = self.sku(&rank.sku) else { continue };
            if skus.get(usize::from(sku.0)).is_some_and(|sku| sku.metric != Metric::User) {
                let message = format!("`{}` is no user licence: no user is asked for it", rank.sku);
                self.report(at.clone(), message, None);
            }
            let priority = *rank.priority.get_ref();
            if ranks.iter().any(|known| known.sku == sku) {
                self.report(at, format!("`{}` has a priority twice", rank.sku), None);
            }
            if ranks.iter().any(|known| known.priority == priority) {
                let message = format!("priority {priority} is given twice");
                let hint = "equal priorities leave the report's choice open".to_owned();
                self.report(rank.priority.span(), message, Some(hint));
            }
            let group =
                rank.group.as_ref().map_or_else(String::new, |group| group.get_ref().clone());
            ranks.push(VendorRank { sku, priority, group, mark, source });
        }
        ranks.sort_by_key(|rank| std::cmp::Reverse(rank.priority));
        Some(VendorReport {
            name: written.name.get_ref().clone(),
            mark,
            source,
            greedy_mark,
            greedy_source,
            ranks,
        })
    }
}
