//! One row at a time, whatever it comes from.
//!
//! A text file and a sheet both give their rows through [`RowSource`]. The
//! row is copied into a [`RowBuf`] that the reader owns and uses again, so
//! that a file of millions of rows costs no allocation per cell. A source can
//! be read twice: a column of dates that cannot be read alone is looked at as
//! a whole before the first of them is believed.

/// A row: its cells in one buffer.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowBuf {
    number: u32,
    stray_quote: bool,
    /// It is one line without quotes, whole in the text.
    is_line: bool,
    text: String,
    /// Where each cell begins and ends in the text.
    cells: Vec<(usize, usize)>,
}

impl RowBuf {
    /// Empties the buffer for the row with this number.
    pub(crate) fn start(&mut self, number: u32) {
        self.number = number;
        self.stray_quote = false;
        self.is_line = false;
        self.text.clear();
        self.cells.clear();
    }

    /// Adds a cell.
    pub(crate) fn push(&mut self, cell: &str) {
        let start = self.text.len();
        self.text.push_str(cell);
        self.cells.push((start, self.text.len()));
    }

    /// Adds the cells of a line without quotes.
    pub(crate) fn push_line(&mut self, line: &str, delimiter: u8) {
        let first = self.text.len();
        self.is_line = first == 0;
        self.text.push_str(line);
        let mut start = first;
        for at in memchr::memchr_iter(delimiter, line.as_bytes()) {
            self.cells.push((start, first + at));
            start = first + at + 1;
        }
        self.cells.push((start, self.text.len()));
    }

    /// Adds a quoted cell in which `""` stands for one quote.
    pub(crate) fn push_quoted(&mut self, cell: &str) {
        let start = self.text.len();
        let mut rest = cell;
        while let Some(at) = rest.find("\"\"") {
            self.text.push_str(&rest[..=at]);
            rest = &rest[at + 2..];
        }
        self.text.push_str(rest);
        self.cells.push((start, self.text.len()));
    }

    /// Says that a quote in this row was read as text.
    pub(crate) fn mark_stray_quote(&mut self) {
        self.stray_quote = true;
    }

    pub(crate) fn has_stray_quote(&self) -> bool {
        self.stray_quote
    }

    /// Row number in the file, from 1: for text the line it begins on.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Number of cells, blank ones included.
    pub(crate) fn width(&self) -> usize {
        self.cells.len()
    }

    /// Bytes of all cells together, or a few more.
    pub(crate) fn length(&self) -> usize {
        self.text.len()
    }

    /// What follows the first cell and its delimiter, where the row is a line
    /// as [`RowSource::peek`] gives it.
    pub(crate) fn rest(&self) -> Option<&str> {
        let &(_, first) = self.cells.first()?;
        self.text.get(first + 1..).filter(|_| self.is_line && self.cells.len() > 1)
    }

    /// A cell; blank beyond the last one.
    pub(crate) fn get(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |&(start, end)| &self.text[start..end])
    }

    pub(crate) fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|&(start, end)| &self.text[start..end])
    }

    /// Whether nothing but blanks stands in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells().all(|cell| {
            !cell.bytes().any(|b| b.is_ascii_graphic()) && cell.chars().all(is_blank_char)
        })
    }

    /// The row as the report shows it when it was rejected.
    pub(crate) fn raw(&self) -> String {
        const LONGEST: usize = 2_000;
        let mut raw = String::new();
        for (column, cell) in self.cells().enumerate() {
            if raw.len() > LONGEST {
                break;
            }
            if column > 0 {
                raw.push_str(" | ");
            }
            raw.push_str(cell);
        }
        if raw.len() > LONGEST {
            let mut cut = LONGEST;
            while !raw.is_char_boundary(cut) {
                cut -= 1;
            }
            raw.truncate(cut);
            raw.push('\u{2026}');
        }
        raw
    }
}

/// White space, the no-break blanks and the marks that look like nothing.
pub(crate) fn is_blank_char(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}

/// Where rows come from.
pub(crate) trait RowSource {
    /// Reads the next row; `false` at the end.
    fn next_row(&mut self, row: &mut RowBuf) -> bool;
    /// The row that comes next, where it is one line without quotes and has
    /// more than one cell; it still comes next.
    fn peek(&mut self) -> Option<Line<'_>> {
        None
    }
    /// Passes the row that [`Self::peek`] gave.
    fn skip(&mut self) {}
    /// Goes back to the first row.
    fn rewind(&mut self);
    /// Whether a row states its own width, so that a wrong width is a defect
    /// of the row (text), or just ends with its last cell (sheet).
    fn has_width(&self) -> bool;
    /// Whether numbers in date columns are serial dates, and of which epoch.
    fn serial_dates(&self) -> Option<Epoch>;
}

/// A row that is one line: its number, its first cell, and what follows that
/// and its delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'t> {
    pub(crate) number: u32,
    pub(crate) first: &'t str,
    pub(crate) rest: &'t str,
}

/// What day a workbook counts its dates from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Epoch {
    /// 1900-01-01 is day 1.
    Y1900,
    /// 1904-01-01 is day 0.
    Y1904,
}
