//! One column of a report table: what it is called, how it looks, how wide it
//! may get, and how its cell is made from a row.
//!
//! The same descriptor serves sheets with table objects and streamed sheets,
//! so that a column is written down once.

use rust_xlsxwriter::{Format, utility};

use super::cell::Value;
use super::language::Language;
use super::style::Styles;

/// How the cells of a column look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Short words.
    Text,
    /// Sentences and lists, wrapped.
    Wrap,
    /// Identifiers: text even when they look like numbers.
    Id,
    /// Whole numbers.
    Count,
    /// Money.
    Money,
    /// Dates.
    Date,
    /// TRUE or FALSE.
    Flag,
    /// What a reader may change.
    Input,
    /// Money a reader may change.
    Price,
    /// The name of a figure.
    Label,
    /// A link made by a formula.
    Link,
    /// A part of a whole, in percent.
    Share,
    /// Counts and money mixed, each in its own format. Not for streamed
    /// sheets, whose formats belong to columns.
    Figure,
}

impl Kind {
    /// Every kind whose cells have one format.
    pub(crate) const PLAIN: [Self; 12] = [
        Self::Text,
        Self::Wrap,
        Self::Id,
        Self::Count,
        Self::Money,
        Self::Date,
        Self::Flag,
        Self::Input,
        Self::Price,
        Self::Label,
        Self::Link,
        Self::Share,
    ];

    /// The format of its cells; [`Kind::Figure`] decides by value.
    pub(crate) fn format<'s>(self, styles: &'s Styles, value: &Value<'_>) -> &'s Format {
        use super::cell::Outcome;
        match self {
            Self::Text => &styles.text,
            Self::Wrap => &styles.wrap,
            Self::Id => &styles.id,
            Self::Count => &styles.count,
            Self::Money => &styles.money,
            Self::Date => &styles.date,
            Self::Flag => &styles.flag,
            Self::Input => &styles.input,
            Self::Price => &styles.price,
            Self::Label => &styles.label,
            Self::Link => &styles.link,
            Self::Share => &styles.share,
            Self::Figure => match value {
                Value::Money(_) | Value::Formula(_, Outcome::Money(_)) => &styles.money,
                Value::Count(_) | Value::Formula(_, Outcome::Count(_)) => &styles.count,
                _ => &styles.text,
            },
        }
    }

    /// The format of its header. Where filter buttons cover the right end of a
    /// header, headers of figures stay on the left.
    pub(crate) fn header(self, styles: &Styles, filtered: bool) -> &Format {
        match self {
            Self::Input | Self::Price => &styles.header_input,
            Self::Count | Self::Money | Self::Share | Self::Figure if !filtered => {
                &styles.header_right
            }
            _ => &styles.header,
        }
    }

    /// Narrowest and widest width, in characters.
    const fn bounds(self) -> (u16, u16) {
        match self {
            Self::Text | Self::Id => (8, 34),
            Self::Wrap => (18, 60),
            Self::Count => (9, 16),
            Self::Money | Self::Price | Self::Figure => (13, 22),
            Self::Date => (11, 12),
            Self::Flag | Self::Share | Self::Link => (9, 12),
            Self::Input => (12, 16),
            Self::Label => (22, 44),
        }
    }
}

/// What the texts of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// What a customer or the edition gave: never translated.
    Data,
    /// Words of the program.
    Words,
    /// Lists of names and words.
    Lists,
}

/// What stands above a column in the row of totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// Nothing.
    None,
    /// The sum of the rows a filter leaves visible.
    Sum,
    /// Whether every row is TRUE.
    All,
}

/// Where a row is being written.
pub struct At<'c> {
    /// Row as a spreadsheet numbers it, from 1.
    pub row: u32,
    headers: &'c [String],
    first_col: u16,
}

impl<'c> At<'c> {
    pub(crate) const fn new(row: u32, headers: &'c [String], first_col: u16) -> Self {
        Self { row, headers, first_col }
    }

    /// The cell of this row under `header`, for a formula. An unknown header
    /// is a mistake in this crate and shows as `#REF!`, which tests look for.
    #[must_use]
    pub fn cell(&self, header: &str) -> String {
        letter_of(self.headers, header, self.first_col)
            .map_or_else(|| "#REF!".to_owned(), |letters| format!("{letters}{}", self.row))
    }
}

/// Column letters of a header.
pub(crate) fn letter_of(headers: &[String], header: &str, first_col: u16) -> Option<String> {
    let at = headers.iter().position(|name| name == header)?;
    Some(utility::column_number_to_name(first_col + u16::try_from(at).ok()?))
}

/// Makes the value of a cell.
type Get<'a, T> = Box<dyn for<'r> Fn(&'r T, &At<'_>) -> Value<'r> + 'a>;

/// One column. See the module header.
pub struct Column<'a, T> {
    pub(crate) header: String,
    pub(crate) kind: Kind,
    pub(crate) says: Says,
    pub(crate) total: Total,
    pub(crate) widest: Option<u16>,
    pub(crate) bars: bool,
    pub(crate) optional: bool,
    pub(crate) charted: bool,
    pub(crate) get: Get<'a, T>,
}

impl<'a, T> Column<'a, T> {
    /// A column of `kind` under `header`.
    pub fn new<F>(header: impl Into<String>, kind: Kind, get: F) -> Self
    where
        F: for<'r> Fn(&'r T, &At<'_>) -> Value<'r> + 'a,
    {
        Self {
            header: header.into(),
            kind,
            says: Says::Data,
            total: Total::None,
            widest: None,
            bars: false,
            optional: false,
            charted: false,
            get: Box::new(get),
        }
    }

    /// Short words.
    pub fn text<F>(header: impl Into<String>, get: F) -> Self
    where
        F: for<'r> Fn(&'r T) -> &'r str + 'a,
    {
        Self::new(header, Kind::Text, move |row, _| Value::text(get(row)))
    }

    /// Sentences.
    pub fn wrap<F>(header: impl Into<String>, get: F) -> Self
    where
        F: for<'r> Fn(&'r T) -> &'r str + 'a,
    {
        Self::new(header, Kind::Wrap, move |row, _| Value::text(get(row)))
    }

    /// Identifiers.
    pub fn id<F>(header: impl Into<String>, get: F) -> Self
    where
        F: for<'r> Fn(&'r T) -> &'r str + 'a,
    {
        Self::new(header, Kind::Id, move |row, _| Value::text(get(row)))
    }

    /// Dates.
    pub fn date<F>(header: impl Into<String>, get: F) -> Self
    where
        F: for<'r> Fn(&'r T) -> &'r str + 'a,
    {
        Self::new(header, Kind::Date, move |row, _| Value::Date(get(row)))
    }

    /// Whole numbers.
    pub fn count<N, F>(header: impl Into<String>, get: F) -> Self
    where
        N: Into<i128>,
        F: Fn(&T) -> N + 'a,
    {
        Self::new(header, Kind::Count, move |row, _| Value::count(get(row)))
    }

    /// Money.
    pub fn money<F>(header: impl Into<String>, get: F) -> Self
    where
        F: Fn(&T) -> crate::money::Cents + 'a,
    {
        Self::new(header, Kind::Money, move |row, _| Value::money(get(row)))
    }

    /// Puts the sum of visible rows above the column.
    #[must_use]
    pub fn summed(mut self) -> Self {
        self.total = Total::Sum;
        self
    }

    /// As [`Column::summed`], where a sum has a meaning.
    #[must_use]
    pub fn summed_if(mut self, meaningful: bool) -> Self {
        if meaningful {
            self.total = Total::Sum;
        }
        self
    }

    /// Says above the column whether every row is TRUE.
    #[must_use]
    pub fn all_true(mut self) -> Self {
        self.total = Total::All;
        self
    }

    /// Widest width in characters.
    #[must_use]
    pub fn widest(mut self, characters: u16) -> Self {
        self.widest = Some(characters);
        self
    }

    /// Says its texts in the language of the workbook.
    #[must_use]
    pub fn words(mut self) -> Self {
        self.says = Says::Words;
        self
    }

    /// As [`Column::words`], for lists of names and words.
    #[must_use]
    pub fn lists(mut self) -> Self {
        self.says = Says::Lists;
        self
    }

    /// The value of a row, in a language.
    pub(crate) fn value<'r>(&self, row: &'r T, at: &At<'_>, language: Language) -> Value<'r> {
        self.say((self.get)(row, at), language)
    }

    /// A value of this column, in a language.
    pub(crate) fn say<'r>(&self, value: Value<'r>, language: Language) -> Value<'r> {
        // In which everything is said already.
        if language == Language::English {
            return value;
        }
        match (value, self.says) {
            (Value::Text(text), Says::Words) => Value::owned(language.tell(&text).into_owned()),
            (Value::Text(text), Says::Lists) => Value::owned(language.list(&text).into_owned()),
            // A mark of the program in the place of a name: `(no id)`.
            (Value::Text(text), Says::Data) if text.starts_with('(') => {
                language.mark(&text).map_or(Value::Text(text), Value::text)
            }
            (value, _) => value,
        }
    }

    /// Leaves the column out where no row has anything in it. Not for columns
    /// that formulas look at.
    #[must_use]
    pub fn if_any(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Whether a row has something in this column.
    pub(crate) fn is_filled(&self, rows: &[T]) -> bool {
        let at = At::new(1, &[], 0);
        rows.iter().any(|row| match (self.get)(row, &at) {
            Value::Blank => false,
            Value::Text(text) => !text.is_empty(),
            Value::Date(text) => !text.is_empty(),
            _ => true,
        })
    }

    /// Says that a chart shows the rows: the workbook library, which keeps the
    /// figures of a chart beside it, must know them.
    #[must_use]
    pub fn charted(mut self) -> Self {
        self.charted = true;
        self
    }

    /// Puts data bars behind the figures.
    #[must_use]
    pub fn bars(mut self) -> Self {
        self.bars = true;
        self
    }
}

/// Finds the width of a column from what is written into it.
pub(crate) struct Width {
    narrowest: u16,
    widest: u16,
    seen: u16,
    /// Smallest and largest figure measured.
    figures: (i128, i128),
}

impl Width {
    pub(crate) fn new<T>(column: &Column<'_, T>, header: &str) -> Self {
        let (narrowest, widest) = column.kind.bounds();
        let widest = column.widest.unwrap_or(widest);
        // A header wraps between words, beside its filter button.
        let longest_word = header.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
        let two_lines = header.chars().count().div_ceil(2) + 2;
        let header = u16::try_from(longest_word.max(two_lines) + 4).unwrap_or(u16::MAX);
        let narrowest = narrowest.min(widest);
        Self { narrowest, widest: widest.max(narrowest), seen: header.min(28), figures: (0, 0) }
    }

    /// Notes words that must be readable whatever the column holds.
    pub(crate) fn see_words(&mut self, words: &str) {
        let characters = u16::try_from(words.chars().count() + 2).unwrap_or(u16::MAX);
        self.seen = self.seen.max(characters);
        self.widest = self.widest.max(characters);
    }

    /// Notes the width of one cell.
    pub(crate) fn see(&mut self, value: &Value<'_>, kind: Kind) {
        // Figures within those measured are no wider; most are.
        if let Value::Money(figure) | Value::Count(figure) = value {
            let (least, most) = self.figures;
            if (least..=most).contains(figure) && (least, most) != (0, 0) {
                return;
            }
            self.figures = (least.min(*figure), most.max(*figure));
        }
        let characters = match value {
            Value::Text(text) => {
                text.lines().map(|line| line.chars().count()).max().unwrap_or(0) + 1
            }
            Value::Link(_, text) => text.chars().count() + 1,
            Value::Money(cents) => money_width(*cents),
            Value::Formula(_, outcome) => match outcome {
                super::cell::Outcome::Money(cents) => money_width(*cents),
                other => other.stored().chars().count() + 2,
            },
            Value::Count(count) => count.to_string().len() * 4 / 3 + 2,
            Value::Blank | Value::Date(_) | Value::Said(_) => 0,
        };
        let characters = u16::try_from(characters).unwrap_or(u16::MAX);
        // Figures must never be cut off: they show as ### instead.
        if matches!(kind, Kind::Money | Kind::Price | Kind::Count | Kind::Figure) {
            self.widest = self.widest.max(characters.min(40));
        }
        self.seen = self.seen.max(characters);
    }

    /// Lines the header takes beside its filter button.
    pub(crate) fn header_lines(&self, header: &str) -> u32 {
        lines(header, usize::from(self.chosen()).saturating_sub(3).max(1))
    }

    /// Lines a wrapped text takes at the width to set.
    pub(crate) fn lines(&self, text: &str) -> usize {
        let width = usize::from(self.chosen());
        // Words do not fill a line; a tenth of it stays empty.
        let room = (width.saturating_sub(1) * 9 / 10).max(1);
        let of_line = |line: &str| match line.chars().count() {
            characters if characters < width => 1,
            characters => characters.div_ceil(room),
        };
        text.lines().map(of_line).sum()
    }

    /// The width to set.
    pub(crate) fn chosen(&self) -> u16 {
        self.seen.clamp(self.narrowest, self.widest.max(self.narrowest))
    }
}

/// Lines of a header in a room of so many characters; it wraps between words.
pub(crate) fn lines(header: &str, room: usize) -> u32 {
    let (mut lines, mut used) = (1, 0);
    for word in header.split(' ').map(|word| word.chars().count()) {
        if used > 0 && used + 1 + word > room {
            lines += 1;
            used = word;
        } else {
            used += word + usize::from(used > 0);
        }
    }
    lines
}

/// Characters of an amount with its sign, groups and a currency code.
fn money_width(cents: i128) -> usize {
    let sign = usize::from(cents < 0);
    let digits = (cents.unsigned_abs() / 100).checked_ilog10().map_or(1, |last| last as usize + 1);
    // Between groups of three, and the decimals.
    sign + digits + (digits - 1) / 3 + ".00".len() + 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_as_wide_as_it_is_printed() {
        for cents in [0, 5, 99, 100, 99_999, 100_000, 99_999_999, 100_000_000, -1, -123_456_789] {
            let printed = crate::money::format_cents(cents).len() + 5;
            assert_eq!(money_width(cents), printed, "{cents}");
        }
    }
}
