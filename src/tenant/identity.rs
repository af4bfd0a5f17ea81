//! Which accounts are one person.
//!
//! Accounts join by Entra object id, then by user principal name, then by
//! e-mail. Two accounts with different object ids never join, whatever their
//! addresses say; a placeholder (`n/a`, a GUID of zeros) is neither address
//! nor id; an address that more than three accounts have as their e-mail is a
//! team's mailbox and joins nobody. An F&O user id is unique within its
//! environment only, so it joins nothing across environments; assignments name
//! accounts by it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use caseless::default_case_fold_str;
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;

/// The key by which identifiers are compared: trimmed, NFC, case folded.
#[must_use]
pub fn join_key(text: &str) -> String {
    folded(text).into_owned()
}

/// As [`join_key`], without a copy where the text is its own key.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    let ends = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    let text = if ends(text.as_bytes().first()) && ends(text.as_bytes().last()) {
        text
    } else {
        text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{a0}')
    };
    if !text.is_ascii() {
        Cow::Owned(default_case_fold_str(&text.nfc().collect::<String>()).nfc().collect())
    } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// The home address inside a guest's user principal name:
/// `jo_fabrikam.com#EXT#@contoso.example` is `jo@fabrikam.com`.
pub(super) fn home_address(upn: &str) -> Option<String> {
    if !upn.contains('#') {
        return None;
    }
    let at = upn.to_ascii_lowercase().find("#ext#")?;
    let (local, domain) = upn[..at].rsplit_once('_')?;
    Some(format!("{local}@{domain}"))
}

/// An address as a join key, without the prefix that some user lists put in
/// front; blank where the text is no address.
pub(super) fn address(text: &str) -> String {
    let key = folded(text);
    let key = key.strip_prefix("mail#").unwrap_or(&key);
    match key.split_once('@') {
        Some((local, domain))
            if !local.is_empty() && !domain.is_empty() && !key.contains(char::is_whitespace) =>
        {
            key.to_owned()
        }
        _ => String::new(),
    }
}

/// An object id as a join key; blank for placeholders.
pub(super) fn object_id(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let key = join_key(text);
    let letters = key.chars().filter(|c| c.is_alphanumeric());
    let telling = letters.clone().count() >= 8 && letters.clone().any(|c| c != '0');
    if telling { key } else { String::new() }
}

/// One account row, as far as identity is concerned.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub object_id: String,
    pub upn: String,
    pub email: String,
}

/// Accounts with one e-mail address above which it is nobody's own.
const MOST_SHARING: usize = 3;

/// Groups accounts into people; returns for each account the number of its
/// person, people numbered in the order of their first account, and the
/// addresses that joined nobody because too many accounts have them.
pub(super) fn people_of(accounts: &[Keys]) -> (Vec<u32>, Vec<String>) {
    let mut sets = Sets {
        parent: (0..accounts.len()).collect(),
        object_id: accounts.iter().map(|keys| keys.object_id.clone()).collect(),
    };
    sets.join_by(accounts, |keys| [&keys.object_id, ""]);
    sets.join_by(accounts, |keys| [&keys.upn, ""]);
    let mut sharing: IndexMap<&str, BTreeSet<usize>, FxBuildHasher> = IndexMap::default();
    for (at, account) in accounts.iter().enumerate().filter(|(_, keys)| !keys.email.is_empty()) {
        sharing.entry(&account.email).or_default().insert(sets.root(at));
    }
    let crowded: Vec<String> = sharing
        .into_iter()
        .filter(|(_, people)| people.len() > MOST_SHARING)
        .map(|(address, _)| address.to_owned())
        .collect();
    let nobodys: FxHashSet<&str> = crowded.iter().map(String::as_str).collect();
    sets.join_by(accounts, |keys| {
        let own = |address| if nobodys.contains(address) { "" } else { address };
        [own(&keys.upn), own(&keys.email)]
    });
    let mut numbers: FxHashMap<usize, u32> = FxHashMap::default();
    let people = (0..accounts.len())
        .map(|at| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(sets.root(at)).or_insert(next)
        })
        .collect();
    (people, crowded)
}

struct Sets {
    parent: Vec<usize>,
    /// Object id of the set a root stands for; blank if none is known.
    object_id: Vec<String>,
}

impl Sets {
    fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    fn join_by<'k>(&mut self, accounts: &'k [Keys], keys: impl Fn(&'k Keys) -> [&'k str; 2]) {
        let mut first: FxHashMap<&str, usize> = FxHashMap::default();
        for (at, account) in accounts.iter().enumerate() {
            for key in keys(account) {
                if !key.is_empty() {
                    let other = *first.entry(key).or_insert(at);
                    self.join(other, at);
                }
            }
        }
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let (low, high) = (a.min(b), a.max(b));
        let (left, right) = (&self.object_id[low], &self.object_id[high]);
        if !left.is_empty() && !right.is_empty() && left != right {
            return;
        }
        if left.is_empty() {
            self.object_id[low] = std::mem::take(&mut self.object_id[high]);
        }
        self.parent[high] = low;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(object_id: &str, upn: &str, email: &str) -> Keys {
        Keys { object_id: object_id.into(), upn: upn.into(), email: email.into() }
    }

    #[test]
    fn accounts_join_by_object_id_then_upn_then_email() {
        let accounts = [
            keys("1", "ann@a", ""),
            keys("1", "ann.new@a", ""),
            keys("", "ann.new@a", "x@a"),
            keys("", "", "x@a"),
            keys("", "bob@a", ""),
        ];
        assert_eq!(people_of(&accounts).0, [0, 0, 0, 0, 1]);
    }

    #[test]
    fn different_object_ids_are_different_people_even_with_one_address() {
        let accounts = [keys("1", "", "desk@a"), keys("2", "", "desk@a")];
        assert_eq!(people_of(&accounts).0, [0, 1]);
    }

    #[test]
    fn an_address_of_many_accounts_is_nobodys_own() {
        let accounts: Vec<Keys> = (0..4).map(|n| keys("", &format!("u{n}@a"), "desk@a")).collect();
        let (people, crowded) = people_of(&accounts);
        assert_eq!(people, [0, 1, 2, 3]);
        assert_eq!(crowded, ["desk@a"]);
    }

    #[test]
    fn placeholders_are_neither_addresses_nor_ids() {
        for text in ["n/a", "-", "", "@", "none @ all"] {
            assert_eq!(address(text), "", "{text}");
        }
        assert_eq!(address("MAIL#Ann@A.example"), "ann@a.example");
        assert_eq!(object_id("00000000-0000-0000-0000-000000000000"), "");
        assert_eq!(object_id("n/a"), "");
        assert_ne!(object_id("11111111-aaaa-4bbb-8ccc-000000000001"), "");
    }

    #[test]
    fn a_guest_has_a_home_address() {
        assert_eq!(
            home_address("jo_smith_fabrikam.com#EXT#@contoso.example").as_deref(),
            Some("jo_smith@fabrikam.com")
        );
        assert_eq!(home_address("jo@contoso.example"), None);
    }
}
