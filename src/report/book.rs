//! A workbook being written: its sheets, their common furniture, and what the
//! cover says about each.
//!
//! Every sheet has the same first five rows: heading, one-line description,
//! the way back to the cover, totals of the visible rows, header. Sheets may
//! be written in any order (details first, so that summaries know where they
//! stand) and are put into their place by rank when the book is saved.
//!
//! Small sheets hold real table objects. Sheets above [`Limits::table_rows`]
//! have a filter and column formats instead: programs take long to open large
//! table objects. From [`Limits::packed_rows`] on the rows are not written by
//! the workbook library but by [`super::rows`], which keeps none of them.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Formula, Url, Workbook, Worksheet, XlsxError};

use super::ReportError;
use super::brand::Brand;
use super::cell::Outcome;
use super::charts::Look;
use super::language::Language;
use super::rows::{Packed, assemble};
use super::style::{Class, Styles, Tone};

/// Rows above the first row of data.
pub const HEADER_ROWS: u32 = 5;

/// Sizes at which a sheet changes its nature.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Rows of data up to which a sheet is a table object.
    pub table_rows: usize,
    /// Rows of data of one sheet; the rest goes on in a further sheet.
    pub sheet_rows: usize,
    /// Rows of data from which on they are written by ourselves and not by the
    /// workbook library.
    pub packed_rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { table_rows: 3_000, sheet_rows: 1_048_576 - HEADER_ROWS as usize, packed_rows: 20 }
    }
}

/// Paper a sheet is printed on, landscape and one page wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// Up to a dozen columns.
    A4,
    /// Wide sheets.
    A3,
}

/// What a sheet is.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    /// Place in the workbook.
    pub rank: u16,
    /// Name on the tab.
    pub name: &'a str,
    /// Heading in A1.
    pub title: &'a str,
    /// Description in A2 and on the cover, one line.
    pub about: &'a str,
    /// Colour of the tab.
    pub class: Class,
    /// Paper.
    pub paper: Paper,
    /// Columns that stay in view.
    pub freeze: u16,
    /// Status words of the sheet, shown in their colours in the third row.
    pub legend: &'a [(&'a str, Tone)],
}

/// A line of the table of contents.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Place in the workbook; parts of a split sheet share it.
    pub rank: u16,
    /// Part of a split sheet, from 0.
    pub part: u16,
    /// Name on the tab.
    pub sheet: String,
    /// Description.
    pub about: String,
    /// What the sheet is for.
    pub class: Class,
    /// Rows of data, where it has a table.
    pub rows: Option<u64>,
}

/// What Excel shows under File, Info.
#[derive(Debug, Clone)]
pub struct Properties {
    /// Title.
    pub title: String,
    /// Subject.
    pub subject: String,
    /// Company.
    pub company: String,
    /// Keywords, separated by commas.
    pub keywords: String,
    /// Comment: editions and hashes.
    pub comment: String,
}

/// A workbook being written.
pub struct Book {
    workbook: Workbook,
    sheets: Vec<Page>,
    /// Formats.
    pub styles: Styles,
    /// Contents, in the order sheets were finished.
    pub contents: Vec<Entry>,
    /// Sizes at which a sheet changes its nature.
    pub limits: Limits,
    /// For what has no room in memory.
    pub(crate) scratch: PathBuf,
    /// Under whose name it is sent.
    pub(crate) brand: Brand,
}

impl Book {
    /// An empty workbook with money in `currency`, whose temporary files stand
    /// in `scratch`.
    ///
    /// # Errors
    /// When `scratch` cannot be written.
    pub fn new(
        currency: &str,
        limits: Limits,
        scratch: &Path,
        brand: &Brand,
        language: Language,
    ) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        let mut styles = Styles::new(currency, brand, language);
        styles.register(&mut workbook);
        // Level 3 is what Excel itself uses: a third faster than level 6 for
        // files a twentieth larger.
        workbook.set_zip_compression_level(3);
        workbook.set_tempdir(scratch)?;
        Ok(Self {
            workbook,
            sheets: Vec::new(),
            styles,
            contents: Vec::new(),
            limits,
            scratch: scratch.to_owned(),
            brand: brand.clone(),
        })
    }

    /// Opens a sheet with its heading, description and way back.
    pub(crate) fn open(
        &mut self,
        sheet: &Sheet<'_>,
        part: u16,
        streamed: bool,
    ) -> Result<Worksheet, XlsxError> {
        let mut page = if streamed {
            self.workbook.new_worksheet_with_constant_memory()?
        } else {
            Worksheet::new()
        };
        let language = self.styles.language;
        page.set_name(part_name(&language.sheet(sheet.name), part))?;
        page.set_tab_color(self.brand.palette().colour(sheet.class.colour()));
        print_setup(&mut page, sheet.paper, &self.brand.footer, language);
        page.set_row_height(0, 24)?;
        let title = language.tell(sheet.title).into_owned();
        let title = match part {
            0 => title,
            _ => format!("{title} {}", language.tell(&format!("(part {})", part + 1))),
        };
        page.write_string_with_format(0, 0, title, &self.styles.title)?;
        page.write_string_with_format(1, 0, language.tell(sheet.about), &self.styles.about)?;
        if sheet.rank > 0 {
            let cover = language.sheet("Cover");
            let back = Url::new(format!("internal:'{cover}'!A1"))
                .set_text(format!("\u{2190} {cover}"))
                .set_tip(language.tell("Contents"));
            page.write_url_with_format(2, 0, back, &self.styles.link)?;
        }
        Ok(page)
    }

    /// Takes a finished sheet.
    pub(crate) fn close(
        &mut self,
        sheet: &Sheet<'_>,
        part: u16,
        page: Worksheet,
        rows: Option<u64>,
    ) {
        self.close_packed(sheet, part, page, rows, None);
    }

    /// Takes a finished sheet whose rows were written aside.
    pub(crate) fn close_packed(
        &mut self,
        sheet: &Sheet<'_>,
        part: u16,
        page: Worksheet,
        rows: Option<u64>,
        packed: Option<Packed>,
    ) {
        self.contents.push(Entry {
            rank: sheet.rank,
            part,
            sheet: part_name(sheet.name, part),
            about: sheet.about.to_owned(),
            class: sheet.class,
            rows,
        });
        self.sheets.push(Page { place: (sheet.rank, part), page, packed });
    }

    /// What its charts look like and speak.
    pub(crate) const fn look(&self) -> Look {
        Look { palette: self.brand.palette(), language: self.styles.language }
    }

    /// Gives a cell or range a name that formulas may use.
    pub(crate) fn name(&mut self, name: &str, cell: &str) -> Result<(), XlsxError> {
        self.workbook.define_name(name, &format!("={cell}")).map(|_| ())
    }

    /// Puts the sheets into their order and writes the file, whole or not at
    /// all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(mut self, path: &Path, properties: &Properties) -> Result<(), ReportError> {
        let failed = |source| ReportError::Workbook { path: path.to_owned(), source };
        self.sheets.sort_by_key(|sheet| sheet.place);
        let mut aside = BTreeMap::new();
        for (number, Page { place, mut page, packed }) in (1..).zip(self.sheets) {
            if place.0 == 0 {
                page.set_active(true);
            }
            aside.extend(packed.map(|rows| (number, rows)));
            page.set_selection(0, 0, 0, 0).map_err(failed)?;
            self.workbook.push_worksheet(page);
        }
        // A constant, not the clock: the same input gives the same bytes.
        let created = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
        let ours = self.brand.name.is_empty();
        let language = self.styles.language;
        let properties = DocProperties::new()
            .set_title(language.tell(&properties.title))
            .set_subject(language.tell(&properties.subject))
            .set_author(if ours { "Seatwise" } else { &self.brand.name })
            .set_company(if ours { &properties.company } else { &self.brand.name })
            .set_keywords(language.tell(&properties.keywords))
            .set_comment(language.tell(&properties.comment))
            .set_category(language.tell("Licence report"))
            .set_creation_datetime(&created);
        self.workbook.set_properties(&properties);
        let workbook = &mut self.workbook;
        super::atomic::write::<Stopped>(path, |file| {
            if aside.is_empty() {
                return workbook.save_to_writer(file).map_err(Stopped::Workbook);
            }
            let around = workbook.save_to_buffer().map_err(Stopped::Workbook)?;
            Ok(assemble(around, aside, file)?)
        })
        .map_err(|stopped| match stopped {
            Stopped::Workbook(source) => failed(source),
            Stopped::File(source) => ReportError::File { path: path.to_owned(), source },
        })
    }
}

/// A finished sheet.
struct Page {
    /// Rank and part.
    place: (u16, u16),
    page: Worksheet,
    /// Its rows where the library does not have them.
    packed: Option<Packed>,
}

/// Why a workbook was not saved.
enum Stopped {
    Workbook(XlsxError),
    File(io::Error),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

/// `Users`, `Users (2)`, ...
fn part_name(name: &str, part: u16) -> String {
    if part == 0 { name.to_owned() } else { format!("{name} ({})", part + 1) }
}

/// Landscape, one page wide, file name and page number below.
fn print_setup(page: &mut Worksheet, paper: Paper, footer: &str, language: Language) {
    page.set_landscape();
    page.set_paper_size(match paper {
        Paper::A4 => 9,
        Paper::A3 => 8,
    });
    page.set_print_fit_to_pages(1, 0);
    page.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    // An ampersand begins a code. A figure behind the size would be read as part
    // of it, hence the blank.
    let left = if footer.is_empty() { "&F".to_owned() } else { footer.replace('&', "&&") };
    let number = language.tell("page &P of &N");
    page.set_footer(format!("&L&8 {left}&C&8&A&R&8{number}"));
}

/// A formula with what it yields, both in a language.
pub(crate) fn formula(language: Language, text: &str, outcome: &Outcome) -> Formula {
    let stored = match outcome {
        Outcome::Text(words) => language.tell(words).into_owned(),
        other => other.stored(),
    };
    Formula::new(language.formula(text)).set_result(stored)
}
