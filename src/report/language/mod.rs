//! The language a workbook speaks: `--language`.
//!
//! English stands in the code and is the key of every translation. What is
//! written above this layer, headers, words, sentences and formulas, speaks
//! English; where a text goes to a sheet it is looked up here, so that no
//! formula and no other sheet has to know the language. Translations are data:
//! `src/report/language/<code>/*.toml`, English on the left.
//!
//! Sentences with figures or names in them are *templates*: `{n} people {t}`.
//! The letter says what may stand there (`Hole`), a digit behind it tells two
//! of a kind apart. A finished English sentence is recognised by its template
//! and said anew; a text that fits none stays as it is. What a customer gave
//! (names, roles, ids) never comes here: columns say which of them hold words
//! (`Says`).
//!
//! Tables, the manifest, names of tables and of prices stay English: queries
//! and formulas of others stand on them.

mod formula;
mod template;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

pub(crate) use formula::{Part, Said};
use template::{Hole, Template};

/// A language of the workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English, in which the program is written.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Swedish.
    Swedish,
}

/// How figures and dates stand inside a sentence. Cells need none of this:
/// Excel shows them as its reader is used to.
#[derive(Debug, Default, Deserialize)]
struct Figures {
    /// Between groups of three digits.
    group: String,
    /// Before the decimals.
    decimal: String,
    /// `{d}.{m}.{y}`.
    date: String,
}

/// One file of translations.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    figures: Option<Figures>,
    #[serde(default)]
    sheets: BTreeMap<String, String>,
    #[serde(default)]
    texts: BTreeMap<String, String>,
}

/// Everything a language has to say.
#[derive(Debug, Default)]
struct Words {
    figures: Figures,
    sheets: HashMap<String, String>,
    exact: HashMap<String, String>,
    /// Most letters of its own first: it says most about what it fits.
    templates: Vec<Template>,
}

impl Words {
    /// Reads files. What cannot be read is left out, which tests look for.
    fn read(files: &[&str]) -> Self {
        let mut words = Self::default();
        for file in files {
            let file: File = toml::from_str(file).unwrap_or_default();
            if let Some(figures) = file.figures {
                words.figures = figures;
            }
            words.sheets.extend(file.sheets);
            for (english, said) in file.texts {
                if english.contains('{') {
                    words.templates.push(Template::new(&english, &said));
                } else {
                    words.exact.insert(english, said);
                }
            }
        }
        words.templates.sort_by(|a, b| {
            b.letters().cmp(&a.letters()).then_with(|| a.english().cmp(b.english()))
        });
        words
    }
}

macro_rules! files {
    ($code:literal) => {
        &[
            include_str!(concat!($code, "/sheets.toml")),
            include_str!(concat!($code, "/headers.toml")),
            include_str!(concat!($code, "/words.toml")),
            include_str!(concat!($code, "/summary.toml")),
            include_str!(concat!($code, "/notes.toml")),
            include_str!(concat!($code, "/findings.toml")),
            include_str!(concat!($code, "/messages.toml")),
            include_str!(concat!($code, "/reasons.toml")),
        ]
    };
}

const GERMAN: &[&str] = files!("de");
const FRENCH: &[&str] = files!("fr");
const SWEDISH: &[&str] = files!("sv");

impl Language {
    /// Every language.
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::French, Self::Swedish];

    /// The code `--language` takes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Swedish => "sv",
        }
    }

    const fn files(self) -> &'static [&'static str] {
        match self {
            Self::English => &[],
            Self::German => GERMAN,
            Self::French => FRENCH,
            Self::Swedish => SWEDISH,
        }
    }

    /// Its words; `None` in English, where nothing is looked up.
    fn words(self) -> Option<&'static Words> {
        static WORDS: [OnceLock<Words>; 3] = [OnceLock::new(), OnceLock::new(), OnceLock::new()];
        let at = match self {
            Self::English => return None,
            Self::German => 0,
            Self::French => 1,
            Self::Swedish => 2,
        };
        Some(WORDS[at].get_or_init(|| Words::read(self.files())))
    }

    /// The number format of dates. English readers do not agree on the order of
    /// day and month, so that English workbooks keep year, month, day; all
    /// others take the format that Excel shows as its reader is used to.
    pub(crate) const fn date_format(self) -> Option<u8> {
        match self {
            Self::English => None,
            _ => Some(14),
        }
    }

    /// A mark that stands in the place of a name; `None` for a name.
    pub(crate) fn mark(self, text: &str) -> Option<&'static str> {
        let said = self.words()?.exact.get(text)?;
        #[cfg(test)]
        tests::used(text);
        Some(said)
    }

    /// A text of the program in this language; as it is where there is none.
    pub(crate) fn tell(self, text: &str) -> Cow<'_, str> {
        let Some(words) = self.words() else { return Cow::Borrowed(text) };
        let said = self.said(words, text);
        #[cfg(test)]
        if said.is_none() {
            tests::missed(text);
        }
        said.unwrap_or(Cow::Borrowed(text))
    }

    /// As [`Self::tell`], `None` where there is no translation.
    fn said(self, words: &'static Words, text: &str) -> Option<Cow<'static, str>> {
        if let Some(said) = words.exact.get(text) {
            #[cfg(test)]
            tests::used(text);
            return Some(Cow::Borrowed(said));
        }
        let template = words.templates.iter().find_map(|template| {
            let known = |text: &str| words.exact.contains_key(text);
            let parts = template.parts(text, &known)?;
            #[cfg(test)]
            tests::used(template.english());
            let told = |hole: Hole, part: &str| match hole {
                Hole::Number | Hole::Money => self.figures(part),
                Hole::Date => self.date(part),
                Hole::Text => part.to_owned(),
                Hole::Word | Hole::Sentence => {
                    self.said(words, part).map_or_else(|| part.to_owned(), Cow::into_owned)
                }
                Hole::List => self.list(part).into_owned(),
            };
            Some(Cow::Owned(template.say(&parts, told)))
        });
        template.or_else(|| self.clauses(words, text).map(Cow::Owned))
    }

    /// A sentence of clauses, `a; b` or `name: a`: said where every clause is.
    fn clauses(self, words: &'static Words, text: &str) -> Option<String> {
        if text.contains("; ") {
            let clauses: Option<Vec<_>> =
                text.split("; ").map(|clause| self.said(words, clause)).collect();
            return clauses.map(|clauses| clauses.join("; "));
        }
        let (name, clause) = text.split_once(": ")?;
        self.said(words, clause).map(|said| format!("{name}: {said}"))
    }

    /// A list of names and words, each looked up by itself.
    pub(crate) fn list(self, text: &str) -> Cow<'_, str> {
        const BETWEEN: [&str; 4] = [" + ", "; ", "\n", ", "];
        let Some(words) = self.words() else { return Cow::Borrowed(text) };
        let each =
            |text: &str| self.said(words, text).map_or_else(|| text.to_owned(), Cow::into_owned);
        let mut rest = text;
        let mut said = String::new();
        while let Some((at, mark)) =
            BETWEEN.iter().filter_map(|mark| Some((rest.find(mark)?, *mark))).min()
        {
            said.push_str(&each(&rest[..at]));
            said.push_str(mark);
            rest = &rest[at + mark.len()..];
        }
        said.push_str(&each(rest));
        Cow::Owned(said)
    }

    /// The name of a sheet, a part number behind it included.
    pub(crate) fn sheet(self, name: &str) -> Cow<'_, str> {
        let Some(words) = self.words() else { return Cow::Borrowed(name) };
        let (base, part) = match name.rsplit_once(" (") {
            Some((base, part)) if part.trim_end_matches(')').parse::<u16>().is_ok() => {
                (base, &name[base.len()..])
            }
            _ => (name, ""),
        };
        match words.sheets.get(base) {
            Some(said) if part.is_empty() => Cow::Borrowed(said),
            Some(said) => Cow::Owned(format!("{said}{part}")),
            None => Cow::Borrowed(name),
        }
    }

    /// Figures inside a text with the marks of the language.
    pub(crate) fn figures(self, text: &str) -> String {
        let Some(Words { figures, .. }) = self.words() else { return text.to_owned() };
        let letters: Vec<char> = text.chars().collect();
        let digit =
            |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
        let mut said = String::with_capacity(text.len() + 8);
        for (at, letter) in letters.iter().enumerate() {
            let inside = digit(at.checked_sub(1)) && digit(Some(at + 1));
            match letter {
                ',' if inside => said.push_str(&figures.group),
                '.' if inside => said.push_str(&figures.decimal),
                letter => said.push(*letter),
            }
        }
        said
    }

    /// An ISO date inside a sentence.
    fn date(self, text: &str) -> String {
        let parts: Vec<&str> = text.split('-').collect();
        match (self.words(), parts.as_slice()) {
            (Some(words), [year, month, day]) => {
                let said = words.figures.date.replace("{y}", year);
                said.replace("{m}", month).replace("{d}", day)
            }
            _ => text.to_owned(),
        }
    }
}
