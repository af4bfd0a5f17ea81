//! Under whose name workbooks are sent: `--brand brand.toml`.
//!
//! ```toml
//! name = "Example Partner"        # on the cover and in the properties
//! logo = "logo.png"               # beside this file; PNG, up to 1 MiB
//! main_colour = "#1F3864"         # headings, header rows, the plan in charts
//! second_colour = "#1B7F79"       # detail tabs, comparisons in charts
//! footer = "Confidential"         # left of every page's foot
//! ```
//!
//! Only `name` is required. White text stands on the main colour and the main
//! colour on white, so that their contrast must be 4.5:1 as everywhere in the
//! workbooks; bars in the second colour must stand out from white by 3:1. All
//! problems are told at once, each with line and column.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::style::{NAVY, TEAL, contrast};

/// Largest logo, in bytes.
const LARGEST: usize = 1 << 20;
/// Longest name and footer, in letters: a footer has 255 with its codes.
const LONGEST: usize = 120;
const WHITE: u32 = 0xFF_FFFF;

/// A logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logo {
    /// The PNG file.
    pub(crate) png: Vec<u8>,
    /// Width and height in pixels.
    pub(crate) size: (u32, u32),
}

/// Name, logo, colours and footer. See the module header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    pub(crate) name: String,
    pub(crate) footer: String,
    pub(crate) logo: Option<Logo>,
    pub(crate) main: u32,
    pub(crate) second: u32,
}

impl Default for Brand {
    /// Nobody's: the colours of the house.
    fn default() -> Self {
        Self { name: String::new(), footer: String::new(), logo: None, main: NAVY, second: TEAL }
    }
}

/// A brand file that cannot be used: every problem, a line each, with place.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct BrandError(Vec<String>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Spanned<String>,
    logo: Option<Spanned<String>>,
    main_colour: Option<Spanned<String>>,
    second_colour: Option<Spanned<String>>,
    footer: Option<Spanned<String>>,
}

impl Brand {
    /// Reads a brand file and its logo.
    ///
    /// # Errors
    /// Every problem of the file.
    pub fn read(path: &Path) -> Result<Self, BrandError> {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|error| BrandError(vec![format!("{shown}: cannot be read: {error}")]))?;
        Self::checked(&shown, &text, |logo| {
            let folder = path.parent().unwrap_or(Path::new("."));
            let at: PathBuf = folder.join(logo);
            fs::read(&at).map_err(|error| format!("{} cannot be read: {error}", at.display()))
        })
    }

    /// A brand from its text; `load` reads a logo.
    fn checked(
        file: &str,
        text: &str,
        load: impl Fn(&str) -> Result<Vec<u8>, String>,
    ) -> Result<Self, BrandError> {
        let place = |at: usize| {
            let before = &text[..at.min(text.len())];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            format!("{file}:{line}:{column}")
        };
        let written: Written = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let message = error.message().replace('\n', ", ");
            BrandError(vec![format!(
                "{}: {message}; the keys are name, logo, main_colour, second_colour and footer",
                place(at)
            )])
        })?;
        let mut problems = Vec::new();
        let mut brand = Self::default();
        let mut tell = |at: &Spanned<String>, problem: String| {
            problems.push(format!("{}: {problem}", place(at.span().start)));
        };
        let mut words = |value: Option<&Spanned<String>>, what: &str| {
            let Some(value) = value else { return String::new() };
            let text = value.get_ref().trim();
            if text.chars().count() > LONGEST {
                tell(value, format!("the {what} has more than {LONGEST} letters"));
            } else if text.chars().any(char::is_control) {
                tell(value, format!("the {what} must be one line"));
            } else if text.is_empty() {
                tell(value, format!("the {what} is empty"));
            }
            text.to_owned()
        };
        brand.name = words(Some(&written.name), "name");
        brand.footer = words(written.footer.as_ref(), "footer");
        let colours = [
            (&written.main_colour, &mut brand.main, "4.5", "white text stands on it"),
            (&written.second_colour, &mut brand.second, "3.0", "its bars stand on white"),
        ];
        for (value, colour, least, why) in colours {
            let Some(value) = value else { continue };
            match rgb(value.get_ref()) {
                None => tell(
                    value,
                    format!("expected a colour such as \"#1F3864\", found \"{}\"", value.get_ref()),
                ),
                Some(rgb) if contrast(rgb, WHITE) < least.parse().unwrap_or(4.5) => {
                    let mut found = String::new();
                    // The ratio is printed, nothing is decided by it.
                    let _ = write!(found, "{:.1}", contrast(rgb, WHITE));
                    tell(
                        value,
                        format!(
                            "{} has a contrast of {found}:1 to white, and {why}: choose a darker one, at least {least}:1",
                            value.get_ref()
                        ),
                    );
                }
                Some(rgb) => *colour = rgb,
            }
        }
        if let Some(value) = &written.logo {
            match load(value.get_ref()).and_then(logo) {
                Ok(logo) => brand.logo = Some(logo),
                Err(problem) => tell(value, format!("logo: {problem}")),
            }
        }
        if problems.is_empty() { Ok(brand) } else { Err(BrandError(problems)) }
    }

    /// Its colours alone.
    pub(crate) const fn palette(&self) -> Palette {
        Palette { main: self.main, second: self.second }
    }
}

/// The two colours of a brand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Palette {
    main: u32,
    second: u32,
}

impl Palette {
    /// The colour that stands in the place of one of the house.
    pub(crate) const fn colour(self, house: u32) -> u32 {
        match house {
            NAVY => self.main,
            TEAL => self.second,
            other => other,
        }
    }
}

/// `#1F3864`.
fn rgb(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    u32::from_str_radix(digits, 16).ok()
}

/// A PNG file with its size, which stands at the same place in every one.
fn logo(png: Vec<u8>) -> Result<Logo, String> {
    if png.len() > LARGEST {
        return Err(format!("{} bytes; expected up to {LARGEST}", png.len()));
    }
    let number = |at: usize| {
        let bytes = png.get(at..at + 4)?;
        Some(bytes.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)))
    };
    let head = png.starts_with(b"\x89PNG\r\n\x1a\n") && png.get(12..16) == Some(b"IHDR");
    match (head, number(16), number(20)) {
        (true, Some(width @ 1..=10_000), Some(height @ 1..=10_000)) => {
            Ok(Logo { size: (width, height), png })
        }
        _ => Err("not a PNG picture".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of one pixel, as far as its head is concerned.
    pub(crate) fn pixel() -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend([0, 0, 0, 200, 0, 0, 0, 50, 8, 6, 0, 0, 0]);
        png
    }

    fn read(text: &str) -> Result<Brand, String> {
        Brand::checked("b.toml", text, |logo| match logo {
            "logo.png" => Ok(pixel()),
            "text.png" => Ok(b"hello".to_vec()),
            other => Err(format!("{other} cannot be read")),
        })
        .map_err(|error| error.to_string())
    }

    #[test]
    fn a_brand_has_a_name_a_logo_two_colours_and_a_footer() {
        let text = "name = \" Example Partner \"\nlogo = \"logo.png\"\nmain_colour = \"#004B3C\"\n\
                    second_colour = \"#b8500a\"\nfooter = \"Confidential\"\n";
        let brand = read(text).unwrap();
        assert_eq!(
            (brand.name.as_str(), brand.footer.as_str()),
            ("Example Partner", "Confidential")
        );
        assert_eq!((brand.main, brand.second), (0x00_4B3C, 0xB8_500A));
        assert_eq!(brand.logo.as_ref().unwrap().size, (200, 50));
        let palette = brand.palette();
        assert_eq!((palette.colour(NAVY), palette.colour(TEAL)), (0x00_4B3C, 0xB8_500A));
        assert_eq!(palette.colour(0x12_3456), 0x12_3456);
        let plain = read("name = \"A\"").unwrap();
        assert_eq!((plain.main, plain.second, plain.logo), (NAVY, TEAL, None));
    }

    #[test]
    fn every_problem_is_told_at_once_with_line_and_column() {
        let text = "name = \"\"\nlogo = \"text.png\"\nmain_colour = \"#FFCC00\"\n  second_colour = \"teal\"\n";
        let error = read(text).unwrap_err();
        let lines: Vec<&str> = error.lines().collect();
        assert_eq!(lines.len(), 4, "{error}");
        assert_eq!(lines[0], "b.toml:1:8: the name is empty");
        assert!(lines[1].starts_with("b.toml:3:15: #FFCC00 has a contrast of 1."), "{error}");
        assert!(
            lines[2].starts_with("b.toml:4:19: expected a colour such as \"#1F3864\""),
            "{error}"
        );
        assert_eq!(lines[3], "b.toml:2:8: logo: not a PNG picture");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_place() {
        let error = read("name = \"A\"\nlogos = \"x\"\n").unwrap_err();
        assert!(error.starts_with("b.toml:2:1: unknown field `logos`"), "{error}");
        let error = read("logo = \"logo.png\"\n").unwrap_err();
        assert!(error.contains("missing field `name`"), "{error}");
    }
}
