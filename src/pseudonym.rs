//! Stable pseudonyms for people.
//!
//! Takes a tenant as it was read and joined, and puts a pseudonym where a
//! person stood, before anything is calculated: whatever is written later
//! (workbooks, tables, proofs, findings) never saw the name. Joining comes
//! first, because names, addresses and domains decide who is one person and
//! who is a guest; the calculation does not look at them.
//!
//! A pseudonym is `P-` and 16 hex digits of HMAC-SHA-256 (RFC 2104) over the
//! user id, folded as ids are compared. The same person has the same
//! pseudonym in every run and every file with the same key, and nobody without
//! the key can make one from a list of names.
//!
//! Free text (findings, reasons, names of devices) is searched for every id,
//! address and name of the input. The raw text of rejected rows and what
//! messages quote of cells is withheld: a row that could not be read may hold
//! a name nobody knows. Departments, countries, roles and file names stay.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHasher;
use sha2::{Digest as _, Sha256};

use crate::finding::Finding;
use crate::intake::{Batch, Field, FileReport, TableKind};
use crate::tenant::{TenantInput, Text, join_key};

/// Shortest key, in bytes.
const SHORTEST: usize = 32;
/// Longest name looked for in a text, in letters.
const LONGEST: usize = 120;
/// What stands in the place of withheld text.
pub const WITHHELD: &str = "(withheld)";

/// What makes pseudonyms of names.
#[derive(Debug, Clone)]
pub struct Key(Vec<u8>);

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read.
    #[error(
        "{path}: the key file cannot be read: {source}; make one once with 32 random bytes (for \
         example `openssl rand -out {path} 32`) and keep it: it makes the same pseudonyms in every \
         run, and is never written or replaced by this program"
    )]
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is too short to keep names secret.
    #[error("{path}: the key has {bytes} bytes; expected at least 32 random ones")]
    Short {
        /// The file.
        path: String,
        /// Its size.
        bytes: usize,
    },
}

impl Key {
    /// Reads a key file: all its bytes are the key.
    ///
    /// # Errors
    /// When it cannot be read or is too short.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let shown = path.display().to_string();
        let bytes = fs::read(path)
            .map_err(|source| KeyError::Unreadable { path: shown.clone(), source })?;
        if bytes.len() < SHORTEST {
            return Err(KeyError::Short { path: shown, bytes: bytes.len() });
        }
        Ok(Self(bytes))
    }

    /// HMAC-SHA-256 of a text, RFC 2104.
    fn mac(&self, text: &str) -> [u8; 32] {
        const BLOCK: usize = 64;
        let mut key = [0_u8; BLOCK];
        if self.0.len() > BLOCK {
            key[..32].copy_from_slice(&Sha256::digest(&self.0));
        } else {
            key[..self.0.len()].copy_from_slice(&self.0);
        }
        let inner = Sha256::new()
            .chain_update(key.map(|byte| byte ^ 0x36))
            .chain_update(text.as_bytes())
            .finalize();
        let outer =
            Sha256::new().chain_update(key.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize();
        outer.into()
    }

    /// Which key it is, without giving anything of it away.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(&self.mac("seatwise key fingerprint"), 8)
    }

    /// The pseudonym of whoever this text names.
    #[must_use]
    pub fn pseudonym(&self, text: &str) -> String {
        format!("P-{}", hex(&self.mac(&format!("person:{}", join_key(text))), 16))
    }
}

/// The first so many hex digits.
fn hex(bytes: &[u8], digits: usize) -> String {
    let mut text = crate::rulebook::hex(bytes);
    text.truncate(digits);
    text
}

/// Every id, address and name of people in some tables, each with the user id
/// of its row, so that a person has one pseudonym whatever names them.
#[derive(Debug, Default)]
pub struct Names(HashMap<u64, Arc<str>>);

fn hashed(key: &str) -> u64 {
    use std::hash::Hasher as _;
    let mut hasher = FxHasher::default();
    hasher.write(key.as_bytes());
    hasher.finish()
}

impl Names {
    /// Takes in the people of a table.
    pub fn add(&mut self, batch: &Batch) {
        const IDS: [Field; 4] = [Field::UserId, Field::Upn, Field::Email, Field::ObjectId];
        let users = batch.kind == TableKind::Users;
        let more = [Field::Name, Field::RecordId];
        let fields = IDS.iter().chain(more.iter().filter(|_| users));
        let columns: Vec<usize> = fields.filter_map(|field| batch.column(*field)).collect();
        for row in batch.rows() {
            let texts = columns.iter().map(|column| row.at(*column));
            let mut first: Option<Arc<str>> = None;
            for text in texts.filter(|text| !text.trim().is_empty()) {
                let key = join_key(text);
                let of = first.get_or_insert_with(|| Arc::from(text)).clone();
                if key.chars().count() > 1 {
                    self.0.entry(hashed(&key)).or_insert(of);
                }
            }
        }
    }

    /// The user id of whoever a text names.
    fn id(&self, text: &str) -> Option<&str> {
        self.0.get(&hashed(&join_key(text))).map(AsRef::as_ref)
    }

    /// A text with a pseudonym for every name in it. A name is a name where no
    /// letter or digit touches it. A bare number is one where it is quoted, or
    /// begins with a zero as no count does, or is what the text is about.
    #[must_use]
    pub fn replaced(&self, key: &Key, text: &str) -> String {
        self.replaced_about(key, text, "")
    }

    fn replaced_about(&self, key: &Key, text: &str, about: &str) -> String {
        let marks: Vec<(usize, char)> = text.char_indices().collect();
        let place = |at: usize| marks.get(at).map_or(text.len(), |(place, _)| *place);
        let letter = |at: usize| marks.get(at).is_some_and(|(_, mark)| mark.is_alphanumeric());
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while at < marks.len() {
            let starts = at == 0 || !letter(at - 1);
            let most = if starts { marks.len().min(at + LONGEST) } else { at };
            let found = (at + 1..=most).rev().find_map(|end| {
                if letter(end) {
                    return None;
                }
                let part = &text[place(at)..place(end)];
                let count = part.chars().all(|mark| mark.is_ascii_digit())
                    && !part.starts_with('0')
                    && part != about;
                let quoted = at > 0
                    && marks[at - 1].1 == '\u{201c}'
                    && marks.get(end).is_some_and(|(_, mark)| *mark == '\u{201d}');
                let name = part.trim() == part && (!count || quoted);
                self.id(part).filter(|_| name).map(|id| (end, id))
            });
            if let Some((end, id)) = found {
                out.push_str(&key.pseudonym(id));
                at = end;
            } else {
                out.push(marks[at].1);
                at += 1;
            }
        }
        out
    }

    /// As [`Names::replaced`], for a text that may be nothing but a name.
    fn subject(&self, key: &Key, text: &str) -> String {
        match self.id(text).filter(|_| !text.is_empty()) {
            Some(id) => key.pseudonym(id),
            None => self.replaced(key, text),
        }
    }

    /// Findings without names.
    pub fn findings(&self, key: &Key, findings: &mut [Finding]) {
        for finding in findings {
            finding.message = self.replaced_about(key, &finding.message, &finding.subject);
            finding.subject = self.subject(key, &finding.subject);
        }
    }

    /// What files say about their rows, without names and without cells.
    pub fn files(&self, key: &Key, files: &mut [FileReport]) {
        for file in files {
            for table in &mut file.tables {
                for row in &mut table.rejected {
                    if !row.raw.is_empty() {
                        row.raw = WITHHELD.to_owned();
                    }
                    row.reason = self.replaced(key, &unquoted(&row.reason));
                }
            }
        }
    }
}

/// A text without what it quotes.
fn unquoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{201c}') {
        out.push_str(before);
        out.push_str(WITHHELD);
        rest = after.split_once('\u{201d}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// Puts pseudonyms where people stand in a tenant.
pub fn hide(key: &Key, names: &Names, tenant: &mut TenantInput) {
    for person in &mut tenant.people {
        let known = [&person.id, &person.upn, &person.name];
        let known = known.into_iter().find(|text| !text.trim().is_empty());
        let pseudonym = known.map_or_else(Text::default, |text| key.pseudonym(text).into());
        if !person.upn.is_empty() {
            person.upn = format!("{pseudonym}@pseudonym.invalid").into();
        }
        if !person.name.is_empty() {
            person.name.clone_from(&pseudonym);
        }
        person.id = pseudonym;
    }
    for device in &mut tenant.devices {
        for text in [&mut device.id, &mut device.name, &mut device.location] {
            *text = names.replaced(key, text);
        }
    }
    names.findings(key, &mut tenant.findings);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Names {
        let fields = vec![Field::UserId];
        let mut batch = Batch::new(TableKind::Users, String::new(), fields, vec!["user_id".into()]);
        for (row, name) in (2..).zip(all) {
            batch.push(row, [*name]);
        }
        let mut names = Names::default();
        names.add(&batch);
        names
    }

    /// RFC 4231, test cases 2 and 6.
    #[test]
    fn the_keyed_hash_is_hmac_sha_256() {
        let short = Key(b"Jefe".to_vec()).mac("what do ya want for nothing?");
        assert_eq!(
            crate::rulebook::hex(&short),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let long =
            Key(vec![0xaa; 131]).mac("Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(
            crate::rulebook::hex(&long),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_pseudonym_is_stable_and_follows_the_rules_of_joining() {
        let (one, other) = (Key(vec![1; 32]), Key(vec![2; 32]));
        assert_eq!(one.pseudonym(" Ann@X.example"), one.pseudonym("ann@x.EXAMPLE "));
        assert_ne!(one.pseudonym("ann"), one.pseudonym("bob"));
        assert_ne!(one.pseudonym("ann"), other.pseudonym("ann"));
        assert_eq!(one.pseudonym("ann").len(), 18);
        assert_ne!(one.fingerprint(), other.fingerprint());
    }

    #[test]
    fn names_in_a_text_are_replaced_whole_and_nothing_else() {
        let key = Key(vec![7; 32]);
        let names =
            names(&["Ann", "Ann Berg", "ann@x.example", "\u{c5}sa \u{d6}berg", "1042", "007"]);
        let of = |name: &str| key.pseudonym(name);
        for (text, hidden) in [
            ("user Ann Berg has two rows", format!("user {} has two rows", of("ann berg"))),
            ("ANN@x.example, Annabel", format!("{}, Annabel", of("ann@x.example"))),
            (
                "\u{201c}\u{e5}sa \u{f6}berg\u{201d}",
                format!("\u{201c}{}\u{201d}", of("\u{e5}sa \u{f6}berg")),
            ),
            (
                "1042 rows of \u{201c}1042\u{201d}",
                format!("1042 rows of \u{201c}{}\u{201d}", of("1042")),
            ),
            ("listed twice: 007", format!("listed twice: {}", of("007"))),
            ("nobody here", "nobody here".to_owned()),
        ] {
            assert_eq!(names.replaced(&key, text), hidden, "{text}");
        }
        assert_eq!(names.subject(&key, "1042"), of("1042"));
        assert_eq!(
            names.replaced_about(&key, "9 rows of 1042", "1042"),
            format!("9 rows of {}", of("1042"))
        );
        assert_eq!(
            unquoted("expected a date, found \u{201c}Bob\u{201d} here"),
            "expected a date, found (withheld) here"
        );
    }

    #[test]
    fn a_person_has_one_pseudonym_whatever_names_them() {
        let fields = vec![Field::UserId, Field::Upn, Field::Name];
        let heads = vec!["user_id".into(), "upn".into(), "name".into()];
        let mut batch = Batch::new(TableKind::Users, String::new(), fields, heads);
        batch.push(2, ["ABERG", "ann@x.example", "Ann Berg"]);
        let (key, mut names) = (Key(vec![7; 32]), Names::default());
        names.add(&batch);
        let one = key.pseudonym("aberg");
        for text in ["ann@x.example", "ANN BERG", "aberg"] {
            assert_eq!(names.replaced(&key, text), one, "{text}");
        }
    }

    #[test]
    fn a_missing_or_short_key_says_how_to_make_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let missing = Key::read(&path).unwrap_err().to_string();
        assert!(missing.contains("openssl rand"), "{missing}");
        fs::write(&path, [1; 31]).unwrap();
        let short = Key::read(&path).unwrap_err().to_string();
        assert!(short.contains("31 bytes; expected at least 32"), "{short}");
        fs::write(&path, [1; 32]).unwrap();
        assert!(Key::read(&path).is_ok());
    }
}
