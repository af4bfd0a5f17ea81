//! One spelling for names that come in many.
//!
//! Product names circulate with hyphens and dashes, no-break blanks, doubled
//! blanks, different case and with or without the words in front
//! (`Microsoft`). Two names that fold alike are the same name.

use caseless::default_case_fold_str;
use unicode_normalization::UnicodeNormalization;

/// Folds a name: NFC, full case folding, every dash to `-` without blanks
/// around it, every blank to one space, trimmed.
#[must_use]
pub fn fold_name(text: &str) -> String {
    let plain = text.chars().filter_map(|c| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '\u{a0}' | '\u{2007}' | '\u{202f}' | '\t' => Some(' '),
        '\u{200b}' | '\u{feff}' | '\u{ad}' | '\u{2122}' | '\u{ae}' => None,
        other => Some(other),
    });
    let folded = if text.is_ascii() {
        plain.map(|c| c.to_ascii_lowercase()).collect::<String>()
    } else {
        default_case_fold_str(&plain.nfc().collect::<String>())
    };
    let mut result = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        let glued = result.is_empty() || result.ends_with('-') || word == "-";
        if !glued && !word.starts_with('-') {
            result.push(' ');
        }
        result.push_str(word);
    }
    result
}

/// The letters and digits of a word, case folded: how words of a customer's
/// columns are compared with those of an edition.
#[must_use]
pub fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Spellings that the product names of an edition share: what may stand in
/// front of a name and behind it without changing which product it is.
#[derive(Debug, Clone, Default)]
pub struct Naming {
    prefixes: Vec<String>,
    suffixes: Vec<String>,
    attach_suffixes: Vec<String>,
    foreign_prefixes: Vec<String>,
    /// The most joiners any known name contains.
    most_joiners: usize,
}

impl Naming {
    /// Folds the words and sorts them, the longest first.
    pub(crate) fn new(
        prefixes: &[String],
        suffixes: &[String],
        attach_suffixes: &[String],
        foreign_prefixes: &[String],
    ) -> Self {
        let prepare = |words: &[String]| {
            let mut words: Vec<String> = words.iter().map(|word| fold_name(word)).collect();
            words.retain(|word| !word.is_empty());
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            words
        };
        Self {
            prefixes: prepare(prefixes),
            suffixes: prepare(suffixes),
            attach_suffixes: prepare(attach_suffixes),
            foreign_prefixes: prepare(foreign_prefixes),
            most_joiners: 0,
        }
    }

    /// Takes note of names that contain joiners.
    pub(crate) fn set_most_joiners<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        let most = names.map(|name| super::split::joiners(name).len()).max().unwrap_or(0);
        // A suffix may bring one more (`, Enterprise Edition`).
        self.most_joiners = self.most_joiners.max(most + 1);
    }

    /// The most joiners a known name can contain.
    pub(crate) const fn most_joiners(&self) -> usize {
        self.most_joiners
    }

    /// Whether a folded name begins like a product of no concern here.
    pub(crate) fn is_foreign(&self, folded: &str) -> bool {
        self.foreign_prefixes.iter().any(|prefix| {
            let word = prefix.ends_with(char::is_alphanumeric);
            folded
                .strip_prefix(prefix.as_str())
                .is_some_and(|rest| !word || !rest.starts_with(char::is_alphanumeric))
        })
    }

    /// Whether a cell goes on with a suffix that begins with a comma (`,
    /// Enterprise edition`): that comma joins nothing.
    pub(crate) fn is_comma_suffix(&self, rest: &str) -> bool {
        rest.starts_with(',') && {
            let folded = fold_name(rest);
            self.suffixes.iter().any(|suffix| suffix.starts_with(',') && folded.starts_with(suffix))
        }
    }

    /// A product's name without what stands in front of every one of them.
    pub(crate) fn without_prefix<'t>(&self, name: &'t str) -> &'t str {
        let mut rests = self.prefixes.iter().filter_map(|prefix| {
            let blanks = name.match_indices(' ').map(|(at, _)| at);
            let at = blanks.take(8).find(|at| fold_name(&name[..*at]) == *prefix)?;
            Some(name[at..].trim_start())
        });
        rests.find(|rest| !rest.is_empty()).unwrap_or(name)
    }

    /// The cores a folded name may have, with whether a suffix made it an
    /// attach licence; the name as it stands is not among them.
    pub(crate) fn cores<'t>(&'t self, folded: &'t str) -> impl Iterator<Item = (&'t str, bool)> {
        self.tails(folded).flat_map(move |(core, attach)| {
            let whole = std::iter::once(core).filter(move |core| core.len() < folded.len());
            let without_prefix = self.prefixes.iter().filter_map(move |prefix| {
                let rest = core.strip_prefix(prefix.as_str())?;
                rest.starts_with([' ', '-', ':']).then(|| rest.trim_start_matches([' ', '-', ':']))
            });
            whole.chain(without_prefix).map(move |core| (core, attach))
        })
    }

    /// The name as it stands, without an attach suffix, and either of them
    /// without one further suffix.
    fn tails<'t>(&'t self, folded: &'t str) -> impl Iterator<Item = (&'t str, bool)> {
        let shorter = |name: &'t str, suffixes: &'t [String]| {
            suffixes.iter().filter_map(move |suffix| {
                let rest = name.strip_suffix(suffix.as_str())?;
                let part =
                    rest.ends_with([' ', '-', ',', '(', '_']) || suffix.starts_with(['(', ',']);
                part.then(|| rest.trim_end_matches([' ', '-', ',', '(', '_']))
            })
        };
        let heads = std::iter::once((folded, false))
            .chain(shorter(folded, &self.attach_suffixes).map(|rest| (rest, true)));
        heads.flat_map(move |(head, attach)| {
            std::iter::once((head, attach))
                .chain(shorter(head, &self.suffixes).map(move |rest| (rest, attach)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_product_fold_alike() {
        let expected = "dynamics 365 operations-activity";
        for text in [
            "Dynamics 365 Operations - Activity",
            "Dynamics 365 Operations \u{2013} Activity",
            "DYNAMICS 365 OPERATIONS\u{a0}\u{2013}\u{a0}ACTIVITY ",
            " Dynamics  365 Operations -Activity",
        ] {
            assert_eq!(fold_name(text), expected, "{text}");
        }
        assert_eq!(fold_name("Stra\u{df}e"), fold_name("STRASSE"));
    }
}
