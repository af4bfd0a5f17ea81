//! The one look of every workbook: palette, cell formats, number formats.
//!
//! Colours keep a contrast of at least 4.5:1 against what they stand on, and
//! nothing is said by colour alone: every coloured cell also carries a word.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline, Workbook};

use super::brand::Brand;
use super::cell::Value;
use super::column::Kind;
use super::language::Language;

/// Headings, header rows, the plan in charts.
pub const NAVY: u32 = 0x1F_3864;
/// What is owned or paid today in charts.
pub const GREY: u32 = 0x7F_7F7F;
/// The same, dark enough for white figures.
pub const SLATE: u32 = 0x59_5959;
/// The comparison with user licences alone in charts.
pub const TEAL: u32 = 0x1B_7F79;
/// Lower bounds in charts.
pub const AMBER: u32 = 0xC5_5A11;
/// Data bars behind money.
pub const BAR: u32 = 0xB4_C7E7;
/// Inputs a reader may change.
const INPUT_FILL: u32 = 0xFF_F2CC;
const INPUT_INK: u32 = 0x1F_4E9E;
const MUTED: u32 = 0x59_5959;
const LINK: u32 = 0x05_63C1;
const TOTAL_FILL: u32 = 0xE7_ECF5;
const RULE: u32 = 0xBF_BFBF;

/// What a status word says. Fill and ink of each are the constants below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do.
    Good,
    /// Worth a look.
    Attention,
    /// Something is missing or wrong.
    Bad,
    /// Neither.
    Neutral,
}

impl Tone {
    /// Fill and ink.
    #[must_use]
    pub const fn colours(self) -> (u32, u32) {
        match self {
            Self::Good => GOOD,
            Self::Attention => ATTENTION,
            Self::Bad => BAD,
            Self::Neutral => NEUTRAL,
        }
    }
}

/// Fill and ink of a status word.
pub const GOOD: (u32, u32) = (0xE2_EFDA, 0x27_4E13);
/// See [`GOOD`].
pub const ATTENTION: (u32, u32) = (0xFF_F2CC, 0x66_4C00);
/// See [`GOOD`].
pub const BAD: (u32, u32) = (0xFC_E4E4, 0x9C_0006);
/// See [`GOOD`].
pub const NEUTRAL: (u32, u32) = (0xED_EDED, 0x40_4040);

/// What a sheet is for; decides the colour of its tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Cover and summaries: read first.
    Presentation,
    /// One row per person, device, role: the detail behind a summary.
    Detail,
    /// Prices, rules, notes, files: what the result stands on.
    Foundation,
    /// Checks and what was left out.
    Control,
}

impl Class {
    /// Tab colour.
    #[must_use]
    pub const fn colour(self) -> u32 {
        match self {
            Self::Presentation => NAVY,
            Self::Detail => TEAL,
            Self::Foundation => GREY,
            Self::Control => AMBER,
        }
    }

    /// The word the cover prints.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Presentation => "result",
            Self::Detail => "detail",
            Self::Foundation => "basis",
            Self::Control => "control",
        }
    }
}

/// Every cell format of a workbook.
pub struct Styles {
    /// What the workbook speaks.
    pub(crate) language: Language,
    pub(crate) title: Format,
    pub(crate) section: Format,
    pub(crate) about: Format,
    pub(crate) link: Format,
    pub(crate) header: Format,
    pub(crate) header_right: Format,
    pub(crate) header_input: Format,
    pub(crate) total_label: Format,
    pub(crate) total_count: Format,
    pub(crate) total_money: Format,
    pub(crate) text: Format,
    pub(crate) wrap: Format,
    pub(crate) id: Format,
    pub(crate) count: Format,
    pub(crate) money: Format,
    pub(crate) date: Format,
    pub(crate) flag: Format,
    pub(crate) input: Format,
    pub(crate) price: Format,
    pub(crate) label: Format,
    pub(crate) share: Format,
    /// The numbers under which the workbook knows the formats of
    /// [`Kind::PLAIN`]; 0, the plain format, before it knows them.
    looks: [u32; Kind::PLAIN.len()],
}

impl Styles {
    /// Formats for a workbook in `currency` (an ISO code; blank: no unit).
    #[must_use]
    pub fn new(currency: &str, brand: &Brand, language: Language) -> Self {
        let main = brand.main;
        let money_pattern = money_pattern(currency);
        let base = || Format::new().set_align(FormatAlign::Top);
        let total = || {
            Format::new().set_bold().set_background_color(TOTAL_FILL).set_align(FormatAlign::Top)
        };
        let header = || {
            Format::new()
                .set_bold()
                .set_font_color(Color::White)
                .set_background_color(main)
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
        };
        let input = || {
            base()
                .set_background_color(INPUT_FILL)
                .set_font_color(INPUT_INK)
                .set_border_bottom(FormatBorder::Hair)
                .set_border_bottom_color(RULE)
        };
        let date = match language.date_format() {
            Some(built_in) => base().set_num_format_index(built_in),
            None => base().set_num_format("yyyy-mm-dd"),
        };
        Self {
            language,
            title: Format::new().set_bold().set_font_size(16).set_font_color(main),
            section: Format::new().set_bold().set_font_size(12).set_font_color(main),
            about: Format::new().set_font_color(MUTED),
            link: base().set_font_color(LINK).set_underline(FormatUnderline::Single),
            header_input: header().set_background_color(INPUT_INK),
            header_right: header().set_align(FormatAlign::Right).set_indent(1),
            header: header(),
            total_label: total(),
            total_count: total().set_num_format("#,##0_ "),
            total_money: total().set_num_format(&money_pattern),
            text: base(),
            wrap: base().set_text_wrap(),
            id: base().set_num_format("@"),
            count: base().set_num_format("#,##0_ ;[Red]-#,##0_ "),
            money: base().set_num_format(&money_pattern),
            date: date.set_align(FormatAlign::Left),
            flag: base().set_align(FormatAlign::Left),
            price: input().set_num_format(&money_pattern),
            input: input(),
            label: base().set_bold().set_font_color(main),
            share: base().set_num_format("0.0%_ "),
            looks: [0; Kind::PLAIN.len()],
        }
    }

    /// Makes the formats of columns known to a new workbook, before all others:
    /// it numbers them from 1 in the order it sees them.
    pub(crate) fn register(&mut self, workbook: &mut Workbook) {
        let mut known: Vec<Format> = Vec::new();
        let mut looks = self.looks;
        for (kind, look) in Kind::PLAIN.into_iter().zip(&mut looks) {
            let format = kind.format(self, &Value::Blank);
            let at = known.iter().position(|one| one == format).unwrap_or_else(|| {
                workbook.register_format(format);
                known.push(format.clone());
                known.len() - 1
            });
            *look = u32::try_from(at + 1).unwrap_or_default();
        }
        self.looks = looks;
    }

    /// The number of the format of a kind, in the workbook that knows it.
    pub(crate) fn look(&self, kind: Kind) -> u32 {
        let at = Kind::PLAIN.iter().position(|known| *known == kind);
        at.map_or(0, |at| self.looks[at])
    }
}

/// The number format of a currency: its sign where everybody knows it, else
/// its code; negative amounts red and with a sign.
fn money_pattern(currency: &str) -> String {
    let letters: String =
        currency.chars().filter(char::is_ascii_alphabetic).take(3).collect::<String>();
    let sign = match letters.as_str() {
        "USD" => "[$$-409]".to_owned(),
        "EUR" => "[$\u{20ac}-2]\\ ".to_owned(),
        "GBP" => "[$\u{a3}-809]".to_owned(),
        "" => String::new(),
        code => format!("[${code}]\\ "),
    };
    // The blank behind the figure keeps it off the next column.
    format!("{sign}#,##0.00_ ;[Red]-{sign}#,##0.00_ ")
}

/// The format of a status word, for conditional formats.
#[must_use]
pub(crate) fn status((fill, ink): (u32, u32)) -> Format {
    Format::new().set_background_color(fill).set_font_color(ink)
}

/// Relative luminance of a colour, as the accessibility guidelines define it.
#[expect(clippy::float_arithmetic, reason = "a contrast is a ratio, not money")]
fn luminance(rgb: u32) -> f64 {
    let channel = |shift: u32| {
        let value = f64::from((rgb >> shift) & 0xFF) / 255.0;
        if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
}

/// Contrast of two colours, from 1 to 21.
#[expect(clippy::float_arithmetic, reason = "a contrast is a ratio, not money")]
pub(crate) fn contrast(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn every_pair_of_ink_and_ground_has_a_contrast_of_4_5() {
        const WHITE: u32 = 0xFF_FFFF;
        for (ink, ground) in [
            (WHITE, NAVY),
            (WHITE, SLATE),
            (WHITE, INPUT_INK),
            (NAVY, WHITE),
            (MUTED, WHITE),
            (LINK, WHITE),
            (INPUT_INK, INPUT_FILL),
            (0, TOTAL_FILL),
            (0, BAR),
            (GOOD.1, GOOD.0),
            (ATTENTION.1, ATTENTION.0),
            (BAD.1, BAD.0),
            (NEUTRAL.1, NEUTRAL.0),
        ] {
            assert!(contrast(ink, ground) >= 4.5, "{ink:06X} on {ground:06X}");
        }
    }

    #[test]
    fn a_currency_sign_stands_only_where_everybody_knows_it() {
        assert!(money_pattern("USD").starts_with("[$$-409]#"));
        assert!(money_pattern("SEK").starts_with("[$SEK]"));
        assert!(money_pattern("").starts_with('#'));
    }
}
