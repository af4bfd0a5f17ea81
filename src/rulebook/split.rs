//! Joined licence cells.
//!
//! Exports put all licences of a user into one cell, joined by `+`, `,`, `;`,
//! ` or ` or line breaks, while product names contain ` + `, commas and ` or `
//! themselves. So the catalogue decides first: at each place the longest
//! stretch that is a known name is taken. Only where nothing is known do the
//! joiners decide, and a `+` between blanks is then part of a name.

use super::{Named, Rulebook, fold_name};

/// One piece of a joined cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseMention {
    /// The piece as written, trimmed.
    pub text: String,
    /// What it stands for; `None` where the edition does not know it.
    pub named: Option<Named>,
    /// Whether the name says that it is the attach licence.
    pub attach: bool,
    /// Whether it is joined to the piece before by ` or `.
    pub alternative: bool,
}

/// How a joiner parts pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strength {
    /// Parts two pieces unless a known name contains it.
    Hard,
    /// Parts two pieces only next to a known name: a `+` between blanks, or
    /// anything within brackets.
    Soft,
}

/// A place where two pieces may be joined.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joiner {
    start: usize,
    end: usize,
    strength: Strength,
    or: bool,
}

/// Every joiner of a cell, in order.
pub(super) fn joiners(cell: &str) -> Vec<Joiner> {
    let bytes = cell.as_bytes();
    let at = |index: Option<usize>| index.and_then(|index| bytes.get(index)).copied();
    let blank = |byte: Option<u8>| byte.is_none_or(|byte| byte == b' ' || byte == b'\t');
    let digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
    let mut result = Vec::new();
    let mut depth = 0usize;
    for (start, &byte) in bytes.iter().enumerate() {
        let (before, after) = (at(start.checked_sub(1)), at(Some(start + 1)));
        let mut end = start + 1;
        let mut or = false;
        let strength = match byte {
            b'(' => {
                depth += 1;
                continue;
            }
            b')' => {
                depth = depth.saturating_sub(1);
                continue;
            }
            b'+' if blank(before) && blank(after) => Strength::Soft,
            b',' if digit(before) && digit(after) => continue,
            b';' | b'|' | b'\n' | b'\r' | b'+' | b',' => Strength::Hard,
            b' ' if bytes
                .get(start..start + 4)
                .is_some_and(|w| w.eq_ignore_ascii_case(b" or ")) =>
            {
                end = start + 4;
                or = true;
                Strength::Hard
            }
            _ => continue,
        };
        let strength = if depth > 0 { Strength::Soft } else { strength };
        result.push(Joiner { start, end, strength, or });
    }
    result
}

impl Rulebook {
    /// Splits a joined licence cell into what it mentions, in order. Blank
    /// pieces and words that mean no licence (`Unlicensed`) give nothing.
    /// Callers with many rows should keep the answer per distinct cell.
    #[must_use]
    pub fn split_licenses(&self, cell: &str) -> Vec<LicenseMention> {
        let joiners = joiners(cell);
        let mut mentions = Vec::new();
        let (mut from, mut next, mut or) = (0, 0, false);
        while from < cell.len() {
            let (end, joiner) = self.piece_end(cell, from, &joiners, next);
            let text = cell.get(from..end).unwrap_or_default().trim();
            // A `+` alone, at an end of the cell, is no name.
            if !text.is_empty() && text != "+" {
                let (named, attach) = match self.resolve(text) {
                    Some((named, attach)) => (Some(named.clone()), attach),
                    None => (None, false),
                };
                if named != Some(Named::Nothing) {
                    let text = text.to_owned();
                    mentions.push(LicenseMention { text, named, attach, alternative: or });
                }
            }
            let Some(at) = joiner else { break };
            let Some(joiner) = joiners.get(at) else { break };
            (from, next, or) = (joiner.end, at + 1, joiner.or);
            // The blank of ` or ` may belong to a joiner that ended later.
            while joiners.get(next).is_some_and(|joiner| joiner.start < from) {
                next += 1;
            }
        }
        mentions
    }

    /// Where the piece that begins at `from` ends, and the joiner there.
    fn piece_end(
        &self,
        cell: &str,
        from: usize,
        joiners: &[Joiner],
        next: usize,
    ) -> (usize, Option<usize>) {
        if let Some(found) = self.known_piece(cell, from, joiners, next) {
            return found;
        }
        for (at, joiner) in joiners.iter().enumerate().skip(next) {
            let hard = joiner.strength == Strength::Hard
                && !cell.get(joiner.start..).is_some_and(|rest| self.naming.is_comma_suffix(rest));
            let parts = hard || self.known_piece(cell, joiner.end, joiners, at + 1).is_some();
            if parts {
                return (joiner.start, Some(at));
            }
        }
        (cell.len(), None)
    }

    /// The longest known name that begins at `from` and ends at a joiner or
    /// at the end of the cell.
    fn known_piece(
        &self,
        cell: &str,
        from: usize,
        joiners: &[Joiner],
        next: usize,
    ) -> Option<(usize, Option<usize>)> {
        let most = (next + self.naming.most_joiners()).min(joiners.len());
        (next..=most).rev().find_map(|at| {
            let end = joiners.get(at).map_or(cell.len(), |joiner| joiner.start);
            let text = cell.get(from..end)?.trim();
            if text.is_empty() {
                return None;
            }
            self.resolve_known(&fold_name(text))?;
            Some((end, joiners.get(at).map(|_| at)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::shipped;
    use super::*;

    /// Pieces as `sku id`, `right:id`, `foreign` or `?text`; `*` marks the
    /// attach licence, `|` an alternative.
    fn split(cell: &str) -> Vec<String> {
        let rules = shipped("2021-09").expect("the edition is shipped");
        rules
            .split_licenses(cell)
            .into_iter()
            .map(|mention| {
                let mut word = match mention.named {
                    Some(Named::Sku(sku)) => rules.sku(sku).id.clone(),
                    Some(Named::Right(right)) => format!("right:{}", rules.right(right).id),
                    Some(Named::Foreign) => "foreign".to_owned(),
                    Some(Named::Nothing) => "nothing".to_owned(),
                    None => format!("?{}", mention.text),
                };
                if mention.attach {
                    word.push('*');
                }
                if mention.alternative {
                    word.insert(0, '|');
                }
                word
            })
            .collect()
    }

    #[test]
    fn a_plus_between_blanks_belongs_to_the_name() {
        assert_eq!(
            split("Dynamics 365 Finance+Enterprise Mobility + Security E3+Microsoft 365 E3"),
            ["finance", "foreign", "foreign"]
        );
        assert_eq!(
            split("Microsoft 365 F5 Security + Compliance Add-on+Dynamics 365 Team Members"),
            ["foreign", "team-members"]
        );
        assert_eq!(split("Made up + Something+Visio Plan 2"), ["?Made up + Something", "foreign"]);
    }

    #[test]
    fn a_plus_between_blanks_parts_two_known_products() {
        assert_eq!(
            split("Dynamics 365 Finance + Dynamics 365 Team Members"),
            ["finance", "team-members"]
        );
        assert_eq!(split("Microsoft 365 E3 + Dynamics 365 Finance"), ["foreign", "finance"]);
        assert_eq!(split("Made up + Dynamics 365 Finance"), ["?Made up", "finance"]);
    }

    #[test]
    fn a_comma_belongs_to_the_name_where_the_catalogue_says_so() {
        assert_eq!(
            split(
                "Dynamics 365 for Customer Service, Enterprise Edition for Government, \
                 Dynamics 365 for Sales, Enterprise Edition, Power BI Pro"
            ),
            ["customer-service-enterprise", "sales-enterprise", "foreign"]
        );
        assert_eq!(
            split("Power Pages authenticated users T3 min 1,000 units - 100 users,Finance"),
            ["foreign", "finance"]
        );
        assert_eq!(
            split("Dynamics 365 for Case Management, Enterprise Edition for Government"),
            ["?Dynamics 365 for Case Management, Enterprise Edition for Government"]
        );
        assert_eq!(
            split("Base - Commerce, Finance, Supply Chain, Human Resources"),
            ["right:fo.commerce-finance-scm", "human-resources"]
        );
        assert_eq!(
            split("Subscription of nobody, Supply Chain Management"),
            ["?Subscription of nobody", "supply-chain-management"]
        );
    }

    #[test]
    fn alternatives_are_told_from_lists() {
        assert_eq!(split("Finance or Finance Premium"), ["finance", "|right:fo.finance"]);
        assert_eq!(
            split("Power Apps per app plan (1 app or portal) or Commerce"),
            ["foreign", "|commerce"]
        );
        assert_eq!(split("Unknown plan (this or that)"), ["?Unknown plan (this or that)"]);
    }

    #[test]
    fn dashes_blanks_and_case_do_not_matter() {
        assert_eq!(
            split(" DYNAMICS 365 OPERATIONS \u{2013} ACTIVITY ;Operations - Device\n\u{a0}scm\n"),
            ["operations-activity", "operations-device", "supply-chain-management"]
        );
    }

    #[test]
    fn attach_licences_are_told_by_their_name_part_number_or_guid() {
        assert_eq!(
            split(
                "Dynamics 365 Finance Attach to Qualifying Dynamics 365 Base Offer+DYN365_SCM+\
                 DYN365_SCM_ATTACH+5B22585D-1B71-4C6B-B6EC-160B1A9C2323,Human Resources - Attach"
            ),
            [
                "finance*",
                "supply-chain-management",
                "supply-chain-management*",
                "sales-enterprise*",
                "human-resources*"
            ]
        );
    }

    #[test]
    fn unlicensed_and_blank_give_nothing() {
        for cell in ["Unlicensed", "", "  ", "None", "+", ",;", " or ", "unlicensed; "] {
            assert_eq!(split(cell), Vec::<String>::new(), "{cell:?}");
        }
    }

    #[test]
    fn text_of_any_script_is_split_without_harm() {
        assert_eq!(split("\u{e4}\u{f6}\u{fc}+\u{4f60}\u{597d}, \u{1f600}").len(), 3);
    }
}
