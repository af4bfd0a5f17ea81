//! Sentences with places that something is put into.
//!
//! A template fits a text when its fixed pieces stand there in order and what
//! lies between them is what the places ask for: a number, a date, a word the
//! language knows. That keeps the match exact where two sentences are alike.

/// What may stand in a place of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hole {
    /// `{n}`: a number, `1,234.5`.
    Number,
    /// `{m}`: an amount, `1,234.50` or `USD 1,234.50`.
    Money,
    /// `{d}`: a date, `2026-09-30`.
    Date,
    /// `{w}`: a word that has a translation of its own.
    Word,
    /// `{s}`: a sentence, translated where it can be.
    Sentence,
    /// `{l}`: a list, every item translated where it can be.
    List,
    /// `{t}`: any text, kept as it is.
    Text,
}

impl Hole {
    fn of(name: &str) -> Self {
        match name.chars().next() {
            Some('n') => Self::Number,
            Some('m') => Self::Money,
            Some('d') => Self::Date,
            Some('w') => Self::Word,
            Some('s') => Self::Sentence,
            Some('l') => Self::List,
            _ => Self::Text,
        }
    }

    fn takes(self, text: &str, known: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::Number => number(text),
            Self::Money => match text.split_once(' ') {
                Some((code, amount)) => {
                    code.len() == 3 && code.chars().all(char::is_alphabetic) && number(amount)
                }
                None => number(text),
            },
            Self::Date => crate::report::cell::date_serial(text).is_some(),
            Self::Word => known(text),
            Self::Sentence => !text.is_empty(),
            // A clause of its own is no name.
            Self::List | Self::Text => !text.is_empty() && !text.contains("; "),
        }
    }
}

/// `-1,234.50`.
fn number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|letter: char| letter.is_ascii_digit())
        && digits.ends_with(|letter: char| letter.is_ascii_digit())
        && digits.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ',' | '.'))
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Fixed letters.
    Fixed(String),
    /// A place, by its name.
    Place(String, Hole),
}

/// Takes a text of a template apart.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        if !before.is_empty() {
            found.push(Piece::Fixed(before.to_owned()));
        }
        found.push(Piece::Place(name.to_owned(), Hole::of(name)));
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Fixed(rest.to_owned()));
    }
    found
}

/// An English sentence with places, and how it is said.
#[derive(Debug)]
pub(crate) struct Template {
    english: String,
    from: Vec<Piece>,
    to: Vec<Piece>,
}

impl Template {
    pub(crate) fn new(english: &str, said: &str) -> Self {
        Self { english: english.to_owned(), from: pieces(english), to: pieces(said) }
    }

    /// Its key.
    pub(crate) fn english(&self) -> &str {
        &self.english
    }

    /// How it is said.
    pub(crate) fn to(&self) -> &[Piece] {
        &self.to
    }

    /// Names of its places, as they stand in English.
    pub(crate) fn places(&self) -> impl Iterator<Item = &str> {
        self.from.iter().filter_map(|piece| match piece {
            Piece::Place(name, _) => Some(name.as_str()),
            Piece::Fixed(_) => None,
        })
    }

    /// Fixed letters.
    pub(crate) fn letters(&self) -> usize {
        let fixed = self.from.iter().map(|piece| match piece {
            Piece::Fixed(text) => text.len(),
            Piece::Place(..) => 0,
        });
        fixed.sum()
    }

    /// What stands in the places of a text, in their order; `None` where the
    /// text is another.
    pub(crate) fn parts<'t>(
        &self,
        text: &'t str,
        known: &dyn Fn(&str) -> bool,
    ) -> Option<Vec<&'t str>> {
        // Cheap questions first: most templates do not fit.
        if let Some(Piece::Fixed(last)) = self.from.last()
            && !text.ends_with(last.as_str())
        {
            return None;
        }
        let mut parts = Vec::new();
        fits(&self.from, text, known, &mut parts).then_some(parts)
    }

    /// The sentence with the parts put in.
    pub(crate) fn say(&self, parts: &[&str], told: impl Fn(Hole, &str) -> String) -> String {
        let mut said = String::new();
        for piece in &self.to {
            match piece {
                Piece::Fixed(text) => said.push_str(text),
                Piece::Place(name, hole) => {
                    let at = self.places().position(|place| place == name);
                    if let Some(part) = at.and_then(|at| parts.get(at)) {
                        said.push_str(&told(*hole, part));
                    }
                }
            }
        }
        said
    }
}

/// Whether pieces make up a text; `parts` gets what stands in the places.
fn fits<'t>(
    pieces: &[Piece],
    text: &'t str,
    known: &dyn Fn(&str) -> bool,
    parts: &mut Vec<&'t str>,
) -> bool {
    match pieces {
        [] => text.is_empty(),
        [Piece::Fixed(fixed), rest @ ..] => {
            text.strip_prefix(fixed.as_str()).is_some_and(|text| fits(rest, text, known, parts))
        }
        [Piece::Place(_, hole)] => {
            let takes = hole.takes(text, known);
            if takes {
                parts.push(text);
            }
            takes
        }
        [Piece::Place(_, hole), rest @ ..] => {
            let [Piece::Fixed(fixed), ..] = rest else { return false };
            text.match_indices(fixed.as_str()).any(|(at, _)| {
                let before = parts.len();
                if !hole.takes(&text[..at], known) {
                    return false;
                }
                parts.push(&text[..at]);
                let fit = fits(rest, &text[at..], known, parts);
                if !fit {
                    parts.truncate(before);
                }
                fit
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts<'t>(template: &str, text: &'t str) -> Option<Vec<&'t str>> {
        Template::new(template, template).parts(text, &|word| word == "attach")
    }

    #[test]
    fn a_template_fits_where_its_places_take_what_stands_there() {
        assert_eq!(parts("{n} of {n2} people", "1,234 of 20 people"), Some(vec!["1,234", "20"]));
        assert_eq!(parts("{n} of {n2} people", "all of 20 people"), None);
        assert_eq!(parts("{t} ({w})", "A (b) (attach)"), Some(vec!["A (b)", "attach"]));
        assert_eq!(parts("{t} ({w})", "A (b)"), None);
        assert_eq!(parts("until {d}", "until 2026-09-30"), Some(vec!["2026-09-30"]));
        assert_eq!(parts("until {d}", "until soon"), None);
        assert_eq!(parts("{m} a month", "USD -1,200.00 a month"), Some(vec!["USD -1,200.00"]));
        assert_eq!(parts("{m} a month", "much money a month"), None);
        assert_eq!(parts("{t}: x {t2}", "a: b: x c"), Some(vec!["a: b", "c"]));
    }

    #[test]
    fn places_may_change_their_order() {
        let template = Template::new("{n} of {n2}", "von {n2} sind es {n}");
        let parts = template.parts("3 of 7", &|_| false).unwrap();
        assert_eq!(template.say(&parts, |_, part| part.to_owned()), "von 7 sind es 3");
    }
}
