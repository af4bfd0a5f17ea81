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

use caseless::default_case_fold_str;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use super::accounts::Few;

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
pub(super) fn address(text: &str) -> Cow<'_, str> {
    let key = folded(text);
    let from = if key.starts_with(MAIL) { MAIL.len() } else { 0 };
    let is_address = key[from..].split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !key[from..].contains(char::is_whitespace)
    });
    match key {
        _ if !is_address => Cow::Borrowed(""),
        Cow::Borrowed(key) => Cow::Borrowed(&key[from..]),
        Cow::Owned(mut key) => {
            key.drain(..from);
            Cow::Owned(key)
        }
    }
}

/// What some user lists put in front of an address.
const MAIL: &str = "mail#";

/// An object id as a join key; blank for placeholders.
pub(super) fn object_id(text: &str) -> Cow<'_, str> {
    if text.is_empty() {
        return Cow::Borrowed("");
    }
    let key = folded(text);
    let letters = key.chars().filter(|c| c.is_alphanumeric());
    let telling = letters.clone().count() >= 8 && letters.clone().any(|c| c != '0');
    if telling { key } else { Cow::Borrowed("") }
}

/// One account row, as far as identity is concerned.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys<'a> {
    pub object_id: Cow<'a, str>,
    pub upn: Cow<'a, str>,
    pub email: Cow<'a, str>,
}

/// Accounts with one e-mail address above which it is nobody's own.
const MOST_SHARING: usize = 3;

/// Groups accounts into people; returns for each account the number of its
/// person, people numbered in the order of their first account, and the
/// addresses that joined nobody because too many accounts have them.
pub(super) fn people_of(accounts: &[Keys<'_>]) -> (Vec<u32>, Vec<String>) {
    let mut ids = Numbers::default();
    let object_id: Vec<u32> = accounts.iter().map(|keys| ids.of(&keys.object_id)).collect();
    let mut addresses = Numbers::default();
    let upns: Vec<u32> = accounts.iter().map(|keys| addresses.of(&keys.upn)).collect();
    let emails: Vec<u32> = accounts
        .iter()
        .zip(&upns)
        .map(|(keys, &upn)| if keys.email == keys.upn { upn } else { addresses.of(&keys.email) })
        .collect();
    let mut sets = Sets { parent: (0..accounts.len()).collect(), object_id: object_id.clone() };
    sets.join_by(object_id.iter().map(|&id| [id, 0]), ids.0.len());
    sets.join_by(upns.iter().map(|&upn| [upn, 0]), addresses.0.len());
    let mut sharing: Vec<Option<Few>> = vec![None; addresses.0.len() + 1];
    for (at, &email) in emails.iter().enumerate().filter(|(_, email)| **email > 0) {
        let root = sets.root(at);
        let people = sharing[email as usize].get_or_insert(Few::One(root));
        if people.all().len() <= MOST_SHARING {
            people.add(root);
        }
    }
    let mut crowded = Vec::new();
    let mut nobodys = vec![false; sharing.len()];
    for (keys, &email) in accounts.iter().zip(&emails) {
        let email = email as usize;
        let many = sharing[email].as_ref().is_some_and(|few| few.all().len() > MOST_SHARING);
        if many && !nobodys[email] {
            nobodys[email] = true;
            crowded.push(keys.email.to_string());
        }
    }
    let own = |address: u32| if nobodys[address as usize] { 0 } else { address };
    let both = upns.iter().zip(&emails).map(|(&upn, &email)| [own(upn), own(email)]);
    sets.join_by(both, addresses.0.len());
    let mut numbers = vec![u32::MAX; accounts.len()];
    let mut next = 0;
    let people = (0..accounts.len())
        .map(|at| {
            let number = &mut numbers[sets.root(at)];
            if *number == u32::MAX {
                *number = next;
                next += 1;
            }
            *number
        })
        .collect();
    (people, crowded)
}

/// Keys by number, from 1; 0 is a blank one.
#[derive(Default)]
struct Numbers<'k>(FxHashMap<&'k str, u32>);

impl<'k> Numbers<'k> {
    fn of(&mut self, key: &'k str) -> u32 {
        if key.is_empty() {
            return 0;
        }
        let next = u32::try_from(self.0.len() + 1).unwrap_or(u32::MAX);
        *self.0.entry(key).or_insert(next)
    }
}

struct Sets {
    parent: Vec<usize>,
    /// Number of the object id of the set a root stands for; 0 if none is
    /// known.
    object_id: Vec<u32>,
}

impl Sets {
    fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    /// Joins accounts that share a key, given the numbers of the keys of each
    /// account and the highest of them.
    fn join_by(&mut self, keys: impl Iterator<Item = [u32; 2]>, most: usize) {
        if most == 0 {
            return;
        }
        let mut first = vec![usize::MAX; most + 1];
        for (at, keys) in keys.enumerate() {
            for key in keys.into_iter().filter(|&key| key > 0) {
                let other = &mut first[key as usize];
                if *other == usize::MAX {
                    *other = at;
                } else {
                    let other = *other;
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
        let (left, right) = (self.object_id[low], self.object_id[high]);
        if left > 0 && right > 0 && left != right {
            return;
        }
        self.object_id[low] = left.max(right);
        self.parent[high] = low;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys<'a>(object_id: &'a str, upn: &'a str, email: &'a str) -> Keys<'a> {
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
        let upns = ["u0@a", "u1@a", "u2@a", "u3@a"];
        let accounts = upns.map(|upn| keys("", upn, "desk@a"));
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
