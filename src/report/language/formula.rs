//! Words inside formulas: what they compare with, what they say, and the
//! sheets they look at.

use std::borrow::Cow;

use super::Language;
use super::template::{Piece, pieces};

/// A piece of a sentence that a formula puts together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// What a formula yields, and what that is.
    Live(String, String),
    /// Words of the program.
    Word(String),
    /// A figure that does not change.
    Fixed(String),
}

/// A sentence that a formula puts together: a template and what is put into
/// its places, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// The template in English.
    pub(crate) template: &'static str,
    /// What stands in its places.
    pub(crate) parts: Vec<Part>,
}

impl Said {
    /// The formula and what it yields, in a language.
    pub(crate) fn compose(&self, language: Language) -> (String, String) {
        let from = pieces(self.template);
        let names: Vec<&str> = from
            .iter()
            .filter_map(|piece| match piece {
                Piece::Place(name, _) => Some(name.as_str()),
                Piece::Fixed(_) => None,
            })
            .collect();
        let to = language.template(self.template).unwrap_or(&from);
        let (mut terms, mut shown) = (Vec::new(), String::new());
        for piece in to {
            let part = match piece {
                Piece::Fixed(text) => {
                    terms.push(quoted(text));
                    shown.push_str(text);
                    continue;
                }
                Piece::Place(name, _) => names.iter().position(|known| known == name),
            };
            match part.and_then(|at| self.parts.get(at)) {
                Some(Part::Live(formula, yields)) => {
                    terms.push(formula.clone());
                    shown.push_str(&language.figures(yields));
                }
                Some(Part::Word(word)) => {
                    let word = language.tell(word);
                    terms.push(quoted(&word));
                    shown.push_str(&word);
                }
                Some(Part::Fixed(figure)) => {
                    let figure = language.figures(figure);
                    terms.push(quoted(&figure));
                    shown.push_str(&figure);
                }
                None => {}
            }
        }
        (terms.join("&"), shown)
    }
}

/// A text as a formula spells it.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

impl Language {
    /// How a template is said.
    fn template(self, english: &str) -> Option<&'static [Piece]> {
        let words = self.words()?;
        let found = words.templates.iter().find(|template| template.english() == english);
        #[cfg(test)]
        match found {
            Some(_) => super::tests::used(english),
            None => super::tests::missed(english),
        }
        found.map(super::Template::to)
    }

    /// A formula in English with its words and its bare sheet names in this
    /// language. Names of sheets in apostrophes come from sheets already named.
    pub(crate) fn formula(self, text: &str) -> Cow<'_, str> {
        if self == Self::English {
            return Cow::Borrowed(text);
        }
        let mut said = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let length = match letter {
                '"' => {
                    let length = closing(rest, '"');
                    let inner = rest[1..length]
                        .strip_suffix('"')
                        .unwrap_or(&rest[1..length])
                        .replace("\"\"", "\"");
                    let word = if inner.chars().any(char::is_alphabetic) {
                        self.tell(&inner)
                    } else {
                        Cow::Borrowed(inner.as_str())
                    };
                    said.push_str(&quoted(&word));
                    rest = &rest[length..];
                    continue;
                }
                '\'' => closing(rest, '\''),
                letter if letter.is_alphabetic() => {
                    let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
                    let end = end.unwrap_or(rest.len());
                    if rest[end..].starts_with('!') {
                        said.push_str(&format!("'{}'", self.sheet(&rest[..end])));
                        rest = &rest[end..];
                        continue;
                    }
                    end
                }
                letter => letter.len_utf8(),
            };
            said.push_str(&rest[..length]);
            rest = &rest[length..];
        }
        Cow::Owned(said)
    }
}

/// Length of what begins with a mark and ends with the same, doubled marks
/// inside it included.
fn closing(text: &str, mark: char) -> usize {
    let mut at = 1;
    while let Some(next) = text[at..].find(mark) {
        at += next + 1;
        if text[at..].starts_with(mark) {
            at += 1;
        } else {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_put_together_from_its_parts() {
        let live = |cell: &str, shown: &str| Part::Live(format!("FIXED({cell},2)"), shown.into());
        let said = Said {
            template: "{m} a month, {m2} a year",
            parts: vec![live("B1", "1,234.50"), live("B1*12", "14,814.00")],
        };
        let (text, shown) = said.compose(Language::English);
        assert_eq!(text, "FIXED(B1,2)&\" a month, \"&FIXED(B1*12,2)&\" a year\"");
        assert_eq!(shown, "1,234.50 a month, 14,814.00 a year");
        let (text, shown) = said.compose(Language::German);
        assert_eq!(text, "FIXED(B1,2)&\" pro Monat, \"&FIXED(B1*12,2)&\" pro Jahr\"");
        assert_eq!(shown, "1.234,50 pro Monat, 14.814,00 pro Jahr");
    }

    #[test]
    fn words_and_bare_sheets_of_a_formula_are_told_and_nothing_else() {
        let text = "IF(Checks!$E$4,COUNTIFS('Users'!$A$1:$A$9,\"yes\"),\"1 \"\"2\"\"\")";
        assert_eq!(Language::English.formula(text), text);
        assert_eq!(
            Language::German.formula(text),
            "IF('Pr\u{fc}fungen'!$E$4,COUNTIFS('Users'!$A$1:$A$9,\"ja\"),\"1 \"\"2\"\"\")"
        );
    }
}
