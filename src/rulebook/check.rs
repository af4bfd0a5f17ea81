//! From the file as written to the checked rulebook.
//!
//! Takes the text of an edition file and its name, gives either a
//! [`Rulebook`] in which every reference is an index that exists, or **all**
//! problems at once, in the order of the file. Nothing is repaired in
//! silence: what cannot be understood is a problem, and so is an entry that
//! could never apply.

mod capacity;
mod entitled;
mod naming;
mod problem;
mod reading;
mod rules;
mod skus;
mod vendor;
/// Bytes as hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;

pub use entitled::is_date;
use std::collections::HashMap;
use std::ops::Range;

use sha2::{Digest, Sha256};
use toml::Spanned;

pub use problem::Problem;

use self::problem::{Places, nearest};
use super::written::{self, Text, Texts};
use super::{KindId, Mark, PricePoint, RightId, Rulebook, SkuId, SkuSet};
use crate::money::Cents;

/// The version of the file format this program reads.
const SCHEMA: u32 = 1;

/// Checks an edition file.
///
/// # Errors
/// All problems at once, sorted by their place. Of a file that is not TOML,
/// or lacks a key without which there is no edition, only those up to there.
pub fn check(file: &str, text: &str) -> Result<Rulebook, Vec<Problem>> {
    let places = Places::new(file, text);
    let (written, mut problems) = reading::read(&places, text);
    let Some(edition) = written else {
        problems.sort_by_key(|problem| (problem.line, problem.column));
        return Err(problems);
    };
    let mut checker = Checker::new(places, &edition, !problems.is_empty());
    let rulebook = if checker.too_many { None } else { checker.edition(&edition, text) };
    problems.append(&mut checker.problems);
    match rulebook {
        Some(rulebook) if problems.is_empty() => Ok(rulebook),
        _ => {
            problems.sort_by_key(|problem| (problem.line, problem.column));
            Err(problems)
        }
    }
}

/// Checks an edition file as it lies on the disk.
///
/// # Errors
/// As [`check`]; a file that is no text gives the place at which it stops
/// being one.
pub fn check_bytes(file: &str, bytes: &[u8]) -> Result<Rulebook, Vec<Problem>> {
    let text = reading::text(file, bytes).map_err(|problem| vec![problem])?;
    check(file, text)
}

/// What the parts of the check share: the ids, and the problems so far.
struct Checker<'a> {
    places: Places<'a>,
    problems: Vec<Problem>,
    sources: Vec<&'a str>,
    right_ids: HashMap<&'a str, RightId>,
    sku_ids: HashMap<&'a str, SkuId>,
    kind_ids: HashMap<&'a str, KindId>,
    /// A section has more entries than can be numbered: what names one of
    /// those would only look unknown.
    too_many: bool,
    /// Whether something could not be read.
    repaired: bool,
}

impl<'a> Checker<'a> {
    fn new(places: Places<'a>, edition: &'a written::Edition, repaired: bool) -> Self {
        let mut checker = Self {
            places,
            problems: Vec::new(),
            sources: Vec::new(),
            right_ids: HashMap::new(),
            sku_ids: HashMap::new(),
            kind_ids: HashMap::new(),
            too_many: false,
            repaired,
        };
        for source in &edition.sources {
            let id = source.id.get_ref().as_str();
            if checker.sources.contains(&id) {
                checker.report(source.id.span(), format!("duplicate source `{id}`"), None);
            }
            if id.is_empty() || id.contains([' ', ';']) {
                let hint = "write one word, such as `S17`".to_owned();
                checker.report(source.id.span(), format!("`{id}` is no source id"), Some(hint));
            }
            checker.sources.push(id);
        }
        let skus = edition.skus.iter().map(|sku| &sku.id);
        checker.sku_ids = checker.index("SKU", skus, 128, |at| u8::try_from(at).ok().map(SkuId));
        let rights = edition.rights.iter().map(|right| &right.id);
        checker.right_ids =
            checker.index("right", rights, 4096, |at| u16::try_from(at).ok().map(RightId));
        let kinds = edition.device_kinds.iter().map(|kind| &kind.id);
        checker.kind_ids =
            checker.index("device kind", kinds, 16, |at| u8::try_from(at).ok().map(KindId));
        checker
    }

    /// Numbers the ids of one section.
    fn index<T>(
        &mut self,
        what: &str,
        ids: impl Iterator<Item = &'a Text>,
        most: usize,
        number: impl Fn(usize) -> Option<T>,
    ) -> HashMap<&'a str, T> {
        let mut index = HashMap::new();
        for (at, id) in ids.enumerate() {
            if at == most {
                self.report(id.span(), format!("more than {most} {what}s"), None);
                self.too_many = true;
                break;
            }
            if id.get_ref().trim().is_empty() {
                self.report(id.span(), format!("a {what} without an id"), None);
            }
            let Some(value) = number(at) else { break };
            if index.contains_key(id.get_ref().as_str()) {
                self.report(id.span(), format!("duplicate {what} `{id}`"), None);
            } else {
                index.insert(id.get_ref().as_str(), value);
            }
        }
        index
    }

    /// Builds the rulebook. `None` where a part is missing without which
    /// there is none; the reason is then among the problems.
    fn edition(&mut self, edition: &'a written::Edition, text: &str) -> Option<Rulebook> {
        if *edition.schema.get_ref() != SCHEMA {
            let message = format!("schema {} is not known", edition.schema);
            let hint = format!("this program reads schema {SCHEMA}");
            self.report(edition.schema.span(), message, Some(hint));
        }
        self.about(&edition.edition);
        let rights = self.rights(edition);
        let skus = self.skus(edition);
        let (attachable, unverified_attach) = self.attach(edition, &skus);
        let device_kinds = self.device_kinds(edition, &skus);
        let roles = self.roles(edition);
        self.rights_nobody_gives(edition, &rights, &skus);
        self.skus_without_use(edition, &skus, &device_kinds);
        self.add_ons_on_nothing(edition, &skus);
        let flags = self.flags(&edition.flags);
        let minimums = self.minimums(edition, &skus);
        let exclusions = self.exclusions(edition);
        let price_tiers = self.price_tiers(edition);
        let (use_rights, use_right_names) = self.use_rights(edition);
        let gates = self.gates(edition, &skus);
        let capacity = self.capacity(edition, &skus);
        let support = self.support(edition, &skus);
        let integration = self.integration(edition);
        let payment_terms = self.payment_terms(edition);
        let enforcement = self.enforcement(edition);
        let vendor_report = self.vendor_report(edition, &skus);
        let full_user_skus = self.sku_set(&edition.edition.full_user_skus);
        self.only_users("full user rule", &edition.edition.full_user_skus, &skus);
        let names = self.names(edition);
        let role_names = self.role_names(edition);
        Some(Rulebook {
            id: edition.edition.id.get_ref().clone(),
            title: edition.edition.title.get_ref().clone(),
            valid_from: edition.edition.valid_from.get_ref().clone(),
            currency: edition.edition.currency.get_ref().clone(),
            sources: edition
                .sources
                .iter()
                .map(|source| (source.id.get_ref().clone(), source.title.clone()))
                .collect(),
            hash: hex(&Sha256::digest(text)),
            rights,
            skus,
            attachable,
            unverified_attach,
            roles,
            device_kinds,
            minimums,
            exclusions,
            price_tiers,
            use_rights,
            gates,
            capacity,
            support,
            integration,
            payment_terms,
            enforcement,
            vendor_report,
            full_user_skus,
            flags: flags?,
            names: names.names,
            attach_names: names.attach_names,
            naming: names.naming,
            role_identifiers: role_names.identifiers,
            role_names: role_names.names,
            use_right_names,
        })
    }

    fn about(&mut self, about: &written::About) {
        for (text, what) in [(&about.id, "id"), (&about.title, "title")] {
            if text.get_ref().trim().is_empty() {
                self.report(text.span(), format!("an edition without {what}"), None);
            }
        }
        self.date(&about.valid_from);
        let currency = about.currency.get_ref();
        if currency.len() != 3 || !currency.chars().all(|c| c.is_ascii_uppercase()) {
            let hint = Some("write three letters, such as USD".to_owned());
            self.report(about.currency.span(), format!("`{currency}` is no currency"), hint);
        }
    }

    fn report(&mut self, span: Range<usize>, message: String, hint: Option<String>) {
        // What could not be read was told; an empty text stands in for it.
        if self.places.is_stand_in(span.start) || self.repaired && message.contains("``") {
            return;
        }
        self.problems.push(self.places.problem(span.start, message, hint));
    }

    /// One of a closed list of words.
    fn word<T: Copy>(&mut self, what: &str, text: &Text, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| word == text.get_ref());
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let hint = format!("one of {}", known.join(", "));
            self.report(text.span(), format!("unknown {what} `{text}`"), Some(hint));
        }
        found.map(|(_, value)| *value)
    }

    fn unknown(&mut self, what: &str, text: &Text, known: &[&str]) {
        let hint = nearest(text.get_ref(), known).map(|near| format!("did you mean `{near}`?"));
        self.report(text.span(), format!("unknown {what} `{text}`"), hint);
    }

    fn right(&mut self, text: &Text) -> Option<RightId> {
        let found = self.right_ids.get(text.get_ref().as_str()).copied();
        if found.is_none() {
            let known: Vec<&str> = self.right_ids.keys().copied().collect();
            self.unknown("right", text, &known);
        }
        found
    }

    fn right_list(&mut self, texts: &Texts) -> Vec<RightId> {
        let mut rights: Vec<RightId> = Vec::with_capacity(texts.len());
        for text in texts {
            let Some(right) = self.right(text) else { continue };
            if rights.contains(&right) {
                self.report(text.span(), format!("right `{text}` is named twice"), None);
            } else {
                rights.push(right);
            }
        }
        rights
    }

    fn sku(&mut self, text: &Text) -> Option<SkuId> {
        let found = self.sku_ids.get(text.get_ref().as_str()).copied();
        if found.is_none() {
            let known: Vec<&str> = self.sku_ids.keys().copied().collect();
            self.unknown("SKU", text, &known);
        }
        found
    }

    fn sku_set(&mut self, texts: &Texts) -> SkuSet {
        let mut set = SkuSet::EMPTY;
        for text in texts {
            // The 128 SKUs of a set are enforced when the ids are numbered.
            let Some(sku) = self.sku(text).filter(|sku| sku.0 < 128) else { continue };
            if set.contains(sku) {
                self.report(text.span(), format!("SKU `{text}` is named twice"), None);
            }
            set.insert(sku);
        }
        set
    }

    /// A mark that must be there; `of` is what it should vouch for.
    fn mark(&mut self, mark: Option<&Text>, of: Range<usize>, what: &str) -> Mark {
        let Some(text) = mark else {
            let hint = "add mark = \"V-seed\", \"V-MS\", \"V-3P\", \"D\" or \"M\"".to_owned();
            self.report(of, format!("{what} without a mark"), Some(hint));
            return Mark::Unverified;
        };
        let words = [
            ("V-seed", Mark::VerifiedGuide),
            ("V-MS", Mark::VerifiedMicrosoft),
            ("V-3P", Mark::VerifiedThirdParty),
            ("D", Mark::Derived),
            ("M", Mark::Unverified),
        ];
        self.word("mark", text, &words).unwrap_or(Mark::Unverified)
    }

    /// A source: ids of `sources`, each followed by a place if one likes,
    /// parted by semicolons. Only an unverified entry may go without.
    fn source(
        &mut self,
        source: Option<&Text>,
        mark: Mark,
        of: Range<usize>,
        what: &str,
    ) -> String {
        let Some(text) = source else {
            if !mark.is_unverified() {
                let hint = "name one of the sources of this file".to_owned();
                self.report(of, format!("{what} without a source"), Some(hint));
            }
            return String::new();
        };
        if self.repaired && self.sources.is_empty() {
            return text.get_ref().clone();
        }
        for part in text.get_ref().split(';') {
            let Some(id) = part.split_whitespace().next() else {
                let hint = "a source begins with an id of the section `sources`".to_owned();
                self.report(text.span(), "an empty source".to_owned(), Some(hint));
                continue;
            };
            if !self.sources.contains(&id) {
                let hint = nearest(id, &self.sources).map_or_else(
                    || "a source begins with an id of the section `sources`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                self.report(text.span(), format!("unknown source `{id}`"), Some(hint));
            }
        }
        text.get_ref().clone()
    }

    fn price(&mut self, price: &written::Price) -> Option<PricePoint> {
        self.price_of(&price.price, price.mark.as_ref(), price.source.as_ref())
    }

    fn price_of(
        &mut self,
        price: &Spanned<toml::Value>,
        mark: Option<&Text>,
        source: Option<&Text>,
    ) -> Option<PricePoint> {
        let mark = self.mark(mark, price.span(), "a price");
        let source = self.source(source, mark, price.span(), "a price");
        let hint =
            "write digits in quotes, a point before the cents and no currency sign: \"180.00\"";
        let hint = Some(hint.to_owned());
        let Some(text) = price.get_ref().as_str() else {
            let message = format!("the price {} is not text", price.get_ref());
            self.report(price.span(), message, hint);
            return None;
        };
        match plain_price(text) {
            Some(cents) if cents > DEAREST => {
                let message = format!("`{text}` is more than any licence costs");
                self.report(price.span(), message, None);
                None
            }
            Some(cents) => Some(PricePoint { cents, mark, source }),
            None => {
                self.report(price.span(), format!("`{text}` is no price"), hint);
                None
            }
        }
    }
}

/// A thousand million: what is multiplied with seats stays far from overflow.
const DEAREST: Cents = Cents(100_000_000_000);

/// A price as an edition writes it: nothing that could be read in two ways.
fn plain_price(text: &str) -> Option<Cents> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(cents) || cents.len() > 2 {
        return None;
    }
    // Digits that are no price are too many of them.
    Some(Cents::parse(text).unwrap_or(Cents(i64::MAX)))
}
