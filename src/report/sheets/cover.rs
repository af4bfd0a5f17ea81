//! The sheet *Cover*: what the workbook is, whether its figures agree, and
//! where to find what.

use rust_xlsxwriter::{Image, Worksheet, XlsxError};

use super::status::{self, Tone};
use crate::report::book::{Book, Entry, Sheet, formula};
use crate::report::brand::Brand;
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::language::{Language, Part, Said};
use crate::report::style::{self, Styles};
use crate::report::table::{block, put};

/// A line of the cover: a label and what stands beside it.
pub(crate) struct Fact<'a> {
    label: &'static str,
    value: Value<'a>,
    tone: Option<Tone>,
    data: bool,
}

impl<'a> Fact<'a> {
    /// Words.
    pub(crate) fn text(label: &'static str, text: impl Into<String>) -> Self {
        Self { label, value: Value::owned(text.into()), tone: None, data: false }
    }

    /// What the customer or the edition gave: never translated.
    pub(crate) fn data(label: &'static str, text: impl Into<String>) -> Self {
        Self { data: true, ..Self::text(label, text) }
    }

    /// A date; blank: not given.
    pub(crate) fn date(label: &'static str, date: &'a str) -> Self {
        let value = if date.is_empty() { Value::text("not given") } else { Value::Date(date) };
        Self { label, value, tone: None, data: false }
    }

    /// Words that a formula chooses.
    pub(crate) fn formula(label: &'static str, text: String, result: &str) -> Self {
        Self {
            label,
            value: Value::Formula(text, Outcome::Text(result.to_owned())),
            tone: None,
            data: false,
        }
    }

    /// A sentence that a formula puts together.
    pub(crate) fn said(label: &'static str, template: &'static str, parts: Vec<Part>) -> Self {
        Self { label, value: Value::Said(Said { template, parts }), tone: None, data: false }
    }
}

impl Fact<'_> {
    /// Puts the colour of a status behind the words.
    pub(crate) fn toned(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }
}

pub(crate) const AGREE: &str = "All checks agree";
pub(crate) const DISAGREE: &str = "A check fails: see the sheet Checks";

/// The line that repeats the overall flag of *Checks*.
pub(crate) fn flag(agree: bool) -> Fact<'static> {
    let text = format!("IF({},\"{AGREE}\",\"{DISAGREE}\")", super::checks::FLAG);
    Fact::formula("Checks", text, if agree { AGREE } else { DISAGREE })
}

/// Words in the colour of a status, over the width of the cover.
fn fill(
    page: &mut Worksheet,
    styles: &Styles,
    row: u32,
    value: &Value<'_>,
    tone: Tone,
) -> Result<(), XlsxError> {
    let format = style::status(tone.colours());
    for col in 2..=3 {
        page.write_blank(row, col, &format)?;
    }
    match value {
        Value::Text(text) => page.write_string_with_format(row, 1, text.as_ref(), &format)?,
        Value::Formula(text, outcome) => {
            let formula = formula(styles.language, text, outcome);
            page.write_formula_with_format(row, 1, formula, &format)?
        }
        other => return put(page, styles, (row, 1), other, Kind::Text, false),
    };
    Ok(())
}

/// Puts the logo right of the title, as high as title and purpose.
fn logo(page: &mut Worksheet, brand: &Brand, language: Language) -> Result<(), XlsxError> {
    const HIGH: u32 = 56;
    const WIDE: u32 = 320;
    let Some(logo) = &brand.logo else { return Ok(()) };
    let (width, height) = logo.size;
    // As high as the room, or as wide where that is less.
    let wide = (width * HIGH / height).clamp(1, WIDE);
    let high = (height * wide / width).max(1);
    let picture = Image::new_from_buffer(&logo.png)?
        .set_alt_text(language.tell(&format!("Logo of {}", brand.name)))
        .set_scale_to_size(wide, high, false);
    page.insert_image_with_offset(0, 3, &picture, 330, 4)?;
    Ok(())
}

/// Writes the cover. The facts come first, the contents below them.
pub(crate) fn write(
    book: &mut Book,
    sheet: &Sheet<'_>,
    purpose: &str,
    (answer, about): (&[Fact<'_>], &[Fact<'_>]),
) -> Result<(), XlsxError> {
    let mut page = book.open(sheet, 0, false)?;
    let language = book.styles.language;
    let labels = answer.iter().chain(about).map(|fact| fact.label);
    let widest = labels.map(|label| language.tell(label).chars().count() + 2).max();
    let labels = u16::try_from(widest.unwrap_or(0)).unwrap_or(0).clamp(26, 40);
    let abouts = book.contents.iter().map(|entry| language.tell(&entry.about).chars().count());
    let abouts = u16::try_from(abouts.max().unwrap_or(0)).unwrap_or(0).clamp(96, 150);
    for (col, width) in [(0, labels), (1, 14), (2, 14), (3, abouts)] {
        page.set_column_width(col, width)?;
    }
    page.write_string_with_format(2, 0, language.tell(purpose), &book.styles.about)?;
    logo(&mut page, &book.brand, language)?;
    let by = Fact::data("Prepared by", book.brand.name.as_str());
    let by = Some(&by).filter(|_| !book.brand.name.is_empty());
    let mut row = 4;
    for (number, fact) in answer.iter().chain(by).chain(about).enumerate() {
        if number == answer.len() {
            let words = language.tell("About this report");
            page.write_string_with_format(row + 1, 0, words, &book.styles.section)?;
            row += 2;
        }
        let label = Value::owned(language.tell(fact.label).into_owned());
        put(&mut page, &book.styles, (row, 0), &label, Kind::Label, false)?;
        let kind = if matches!(fact.value, Value::Date(_)) { Kind::Date } else { Kind::Text };
        let value = match &fact.value {
            Value::Text(text) if !fact.data => Value::owned(language.tell(text).into_owned()),
            other => other.clone(),
        };
        put(&mut page, &book.styles, (row, 1), &value, kind, false)?;
        if let Some(tone) = fact.tone {
            fill(&mut page, &book.styles, row, &value, tone)?;
        }
        if fact.label == "Checks" {
            let words = [(AGREE, Tone::Good), (DISAGREE, Tone::Bad)];
            status::words(&mut page, language, (row, row, 1), &words)?;
        }
        row += 1;
    }
    let words = language.tell("Contents");
    page.write_string_with_format(row + 1, 0, words, &book.styles.section)?;
    let mut entries = book.contents.clone();
    entries.sort_by_key(|entry| (entry.rank, entry.part));
    let columns: Vec<Column<'_, Entry>> = vec![
        Column::new("Sheet", Kind::Text, |e: &Entry, _: &_| {
            Value::Link(e.sheet.clone(), e.sheet.clone())
        }),
        Column::text("Kind", |e: &Entry| e.class.word()).words(),
        Column::new("Rows", Kind::Count, |e: &Entry, _: &_| {
            e.rows.map_or(Value::Blank, Value::count)
        }),
        Column::text("What it shows", |e: &Entry| &e.about).words(),
    ];
    block(&mut page, &book.styles, (row + 2, 0), "Contents", &columns, &entries)?;
    page.set_screen_gridlines(false);
    page.set_print_fit_to_pages(1, 1);
    book.close(sheet, 0, page, None);
    Ok(())
}
