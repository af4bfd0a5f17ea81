//! Writes rows under columns: the one table writer of all sheets.
//!
//! [`sheet`] gives a table its own sheet, as a table object or streamed, in as
//! many parts as it needs. [`block`] puts a small table object anywhere on an
//! open sheet. Both say where the rows ended up, so that other sheets can
//! write formulas over them.

use std::path::Path;

use rust_xlsxwriter::{
    ConditionalFormatDataBar, Formula, IgnoreError, Table, TableColumn, TableStyle, Url, Worksheet,
    XlsxError, utility,
};

use super::book::{Book, HEADER_ROWS, Sheet, formula};
use super::cell::{Outcome, Value, capped, date_serial, money_cell};
use super::column::{At, Column, Kind, Total, Width, letter_of};
use super::language::Language;
use super::legend;
use super::rows::{self, MEASURED, MOST_LINES, Packed, Tabled, Totals};
use super::style::{BAR, Styles};

/// What stands above a table without rows.
const EMPTY: &str = "Nothing to list.";

/// One sheet's share of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Name on the tab.
    pub sheet: String,
    /// First row of data as a spreadsheet numbers it.
    pub first: u32,
    /// Last row of data; the first where the table is empty.
    pub last: u32,
}

/// Where a table stands.
#[derive(Debug, Clone)]
pub struct Written {
    parts: Vec<Part>,
    headers: Vec<String>,
    first_col: u16,
    /// What the workbook speaks.
    pub(crate) language: Language,
}

impl Written {
    /// Zero-based column of a header; `None` where the table has no such column.
    #[must_use]
    pub fn col(&self, header: &str) -> Option<u16> {
        let at = self.headers.iter().position(|name| name == header)?;
        Some(self.first_col + u16::try_from(at).ok()?)
    }

    /// The absolute ranges under `header`, one per sheet.
    #[must_use]
    pub fn ranges(&self, header: &str) -> Vec<String> {
        let letters = letter_of(&self.headers, header, self.first_col);
        let Some(letters) = letters else { return vec!["#REF!".to_owned()] };
        self.parts
            .iter()
            .map(|part| {
                let sheet = part.sheet.replace('\'', "''");
                format!("'{sheet}'!${letters}${}:${letters}${}", part.first, part.last)
            })
            .collect()
    }

    /// The range under `header` of the first part, for charts.
    #[must_use]
    pub fn range(&self, header: &str) -> String {
        self.ranges(header).swap_remove(0)
    }

    /// `SUM` of a column.
    #[must_use]
    pub fn sum(&self, header: &str) -> String {
        format!("SUM({})", self.ranges(header).join(","))
    }

    /// Number of filled cells of a column.
    #[must_use]
    pub fn filled(&self, header: &str) -> String {
        format!("COUNTA({})", self.ranges(header).join(","))
    }

    /// Sum of the products of two columns, row by row.
    #[must_use]
    pub fn sum_product(&self, one: &str, two: &str) -> String {
        let ranges = self.ranges(one).into_iter().zip(self.ranges(two));
        let terms: Vec<String> =
            ranges.map(|(one, two)| format!("SUMPRODUCT({one},{two})")).collect();
        plus(&terms)
    }

    /// Rows where each header meets its criterion, a text in quotes or a cell.
    #[must_use]
    pub fn count_ifs(&self, criteria: &[(&str, &str)]) -> String {
        let terms: Vec<String> =
            self.conditions(criteria).into_iter().map(|c| format!("COUNTIFS({c})")).collect();
        plus(&terms)
    }

    /// Sum of `header` over the rows that meet the criteria.
    #[must_use]
    pub fn sum_ifs(&self, header: &str, criteria: &[(&str, &str)]) -> String {
        let sums = self.ranges(header).into_iter().zip(self.conditions(criteria));
        let terms: Vec<String> =
            sums.map(|(sum, condition)| format!("SUMIFS({sum},{condition})")).collect();
        plus(&terms)
    }

    fn conditions(&self, criteria: &[(&str, &str)]) -> Vec<String> {
        let columns: Vec<(Vec<String>, &str)> =
            criteria.iter().map(|(header, criterion)| (self.ranges(header), *criterion)).collect();
        (0..self.parts.len())
            .map(|part| {
                let pairs: Vec<String> = columns
                    .iter()
                    .map(|(ranges, criterion)| {
                        let range = ranges.get(part).map_or("#REF!", String::as_str);
                        format!("{range},{criterion}")
                    })
                    .collect();
                pairs.join(",")
            })
            .collect()
    }

    /// A cell of the table: `header`, data row from 0.
    #[must_use]
    pub fn cell(&self, header: &str, row: u32) -> String {
        let letters = letter_of(&self.headers, header, self.first_col);
        let mut left = row;
        for part in &self.parts {
            let rows = part.last - part.first + 1;
            match &letters {
                Some(letters) if left < rows => {
                    let sheet = part.sheet.replace('\'', "''");
                    return format!("'{sheet}'!${letters}${}", part.first + left);
                }
                _ => left = left.saturating_sub(rows),
            }
        }
        "#REF!".to_owned()
    }

    /// Ranges of some data rows of a table in one part, for charts.
    #[must_use]
    pub fn rows(&self, header: &str, first: u32, last: u32) -> String {
        let end = self.cell(header, last);
        let end = end.rsplit('!').next().unwrap_or_default();
        format!("{}:{end}", self.cell(header, first))
    }
}

fn plus(terms: &[String]) -> String {
    terms.join("+")
}

/// Gives a table its own sheet, or as many as its rows need. `then` may add
/// rules to each part (conditional formats, drop-down lists): it gets the
/// page and the zero-based first and last row of data.
///
/// # Errors
/// What the workbook library refuses.
pub fn sheet<T>(
    book: &mut Book,
    sheet: &Sheet<'_>,
    table: &str,
    mut columns: Vec<Column<'_, T>>,
    rows: &[T],
    then: impl Fn(&mut Worksheet, &Written, u32, u32) -> Result<(), XlsxError>,
) -> Result<Written, XlsxError> {
    columns.retain(|column| !column.optional || column.is_filled(rows));
    let columns = &columns;
    let language = book.styles.language;
    let headers: Vec<String> = columns.iter().map(|column| column.header.clone()).collect();
    let mut parts = Vec::new();
    let mut shares: Vec<&[T]> = rows.chunks(book.limits.sheet_rows.max(1)).collect();
    if shares.is_empty() {
        shares.push(&[]);
    }
    for (part, share) in (0_u16..).zip(shares) {
        let streamed = share.len() > book.limits.table_rows;
        let packed =
            !share.is_empty() && share.len() >= book.limits.packed_rows && rows::takes(columns);
        let mut page = book.open(sheet, part, streamed && !packed)?;
        let name = page.name();
        if !share.is_empty() {
            let words =
                legend::occurring(sheet.legend, columns, if streamed { &[] } else { share });
            legend::write(&mut page, language, &words, columns)?;
        }
        let place = Place {
            header_row: HEADER_ROWS - 1,
            first_col: 0,
            totals: true,
            streamed,
            packed: packed.then_some(&book.scratch),
        };
        let (first, last, aside) = body(
            &mut page,
            &book.styles,
            &place,
            &if part == 0 { table.to_owned() } else { format!("{table}_{}", part + 1) },
            columns,
            &headers,
            share,
        )?;
        if share.is_empty() {
            page.write_string_with_format(2, 1, language.tell(EMPTY), &book.styles.about)?;
        }
        page.set_freeze_panes(HEADER_ROWS, sheet.freeze)?;
        page.set_repeat_rows(HEADER_ROWS - 1, HEADER_ROWS - 1)?;
        let here = Part { sheet: name, first: first + 1, last: last + 1 };
        let written =
            Written { parts: vec![here.clone()], headers: headers.clone(), first_col: 0, language };
        then(&mut page, &written, first, last)?;
        parts.push(here);
        book.close_packed(sheet, part, page, Some(share.len() as u64), aside);
    }
    Ok(Written { parts, headers, first_col: 0, language })
}

/// Puts a small table object on an open page, its header in the zero-based
/// `header_row` and `first_col`.
///
/// # Errors
/// What the workbook library refuses.
pub fn block<T>(
    page: &mut Worksheet,
    styles: &Styles,
    (header_row, first_col): (u32, u16),
    table: &str,
    columns: &[Column<'_, T>],
    rows: &[T],
) -> Result<Written, XlsxError> {
    let headers: Vec<String> = columns.iter().map(|column| column.header.clone()).collect();
    let place = Place { header_row, first_col, totals: false, streamed: false, packed: None };
    let (first, last, _) = body(page, styles, &place, table, columns, &headers, rows)?;
    let part = Part { sheet: page.name(), first: first + 1, last: last + 1 };
    Ok(Written { parts: vec![part], headers, first_col, language: styles.language })
}

struct Place<'p> {
    header_row: u32,
    first_col: u16,
    totals: bool,
    streamed: bool,
    /// Where rows are put aside that are not written through the library.
    packed: Option<&'p Path>,
}

/// Writes totals, header and rows; gives the first and last row of data, and
/// the rows where they are put aside.
fn body<T>(
    page: &mut Worksheet,
    styles: &Styles,
    place: &Place<'_>,
    table: &str,
    columns: &[Column<'_, T>],
    headers: &[String],
    rows: &[T],
) -> Result<(u32, u32, Option<Packed>), XlsxError> {
    let first = place.header_row + 1;
    let length = u32::try_from(rows.len()).map_err(|_| XlsxError::RowColumnLimitError)?;
    let last = place.header_row + length.max(1);
    let last_col = place.first_col + width_of(columns)? - 1;
    if place.streamed {
        for (col, column) in (place.first_col..).zip(columns) {
            let kind = if column.kind == Kind::Wrap { Kind::Text } else { column.kind };
            page.set_column_format(col, kind.format(styles, &Value::Blank))?;
        }
    }
    let language = styles.language;
    let heads: Vec<String> =
        columns.iter().map(|column| language.tell(&column.header).into_owned()).collect();
    let mut widths: Vec<Width> =
        columns.iter().zip(&heads).map(|(column, head)| Width::new(column, head)).collect();
    // A streamed sheet has left its header behind when all widths are known.
    if place.streamed {
        header_height(page, place, &heads, columns, &widths)?;
    }
    let totalled = place.totals && columns.iter().any(|column| column.total != Total::None);
    if let ([column, ..], [width, ..]) = (columns, &mut widths[..])
        && totalled
        && column.total == Total::None
    {
        width.see_words(&language.tell(totals_label(columns)));
    }
    let mut aside = None;
    let sums = if let Some(scratch) = place.packed {
        let place = rows::Place {
            first: first + 1,
            first_col: place.first_col,
            streamed: place.streamed,
            scratch,
        };
        let (packed, sums) = rows::write(&place, styles, (columns, headers), rows, &mut widths)?;
        aside = Some(packed);
        sums
    } else {
        Totals::of(columns, rows, headers)
    };
    if place.totals {
        totals(page, styles, place, columns, headers, (rows.len(), &sums), &mut widths)?;
    }
    for ((col, column), head) in (place.first_col..).zip(columns).zip(&heads) {
        let format = column.kind.header(styles, place.totals);
        page.write_string_with_format(place.header_row, col, head, format)?;
    }
    let unwritten = if aside.is_some() { &[] } else { rows };
    for (row, item) in (first..).zip(unwritten) {
        let at = At::new(row + 1, headers, place.first_col);
        for ((col, column), width) in (place.first_col..).zip(columns).zip(&mut widths) {
            let value = column.value(item, &at, language);
            if ((row - first) as usize) < MEASURED
                || matches!(column.kind, Kind::Money | Kind::Count)
            {
                width.see(&value, column.kind);
            }
            put(page, styles, (row, col), &value, column.kind, place.streamed)?;
        }
    }
    if !place.streamed {
        heights(page, place, (columns, headers, language), unwritten, &widths)?;
    }
    // A block shares its columns with others of the page, which sets them.
    if !place.streamed {
        header_height(page, place, &heads, columns, &widths)?;
    }
    if place.totals {
        for (col, width) in (place.first_col..).zip(&widths) {
            page.set_column_width(col, width.chosen())?;
        }
    }
    for (col, column) in (place.first_col..).zip(columns) {
        if matches!(column.kind, Kind::Id | Kind::Text) {
            page.ignore_error_range(first, col, last, col, IgnoreError::NumberStoredAsText)?;
        }
        if column.bars && !rows.is_empty() {
            let bars = ConditionalFormatDataBar::new().set_fill_color(BAR).set_solid_fill(true);
            page.add_conditional_format(first, col, last, col, &bars)?;
        }
    }
    if place.streamed {
        page.autofilter(place.header_row, place.first_col, last, last_col)?;
    } else {
        let known = if let Some(packed) = &mut aside {
            let range =
                |last| utility::cell_range(place.header_row, place.first_col, last, last_col);
            packed.table =
                Some(Tabled { name: table.to_owned(), ranges: (range(first), range(last)) });
            first
        } else {
            last
        };
        table_object(page, styles, place, table, (columns, &heads), known, last_col)?;
    }
    Ok((first, last, aside))
}

/// What stands before the totals.
fn totals_label<T>(columns: &[Column<'_, T>]) -> &'static str {
    let summed = columns.iter().any(|column| column.total == Total::Sum);
    if summed { "Visible rows" } else { "All rows" }
}

/// Makes the header as high as its longest words need.
fn header_height<T>(
    page: &mut Worksheet,
    place: &Place<'_>,
    heads: &[String],
    columns: &[Column<'_, T>],
    widths: &[Width],
) -> Result<(), XlsxError> {
    let lines = heads.iter().zip(widths).map(|(head, width)| width.header_lines(head)).max();
    let lines = if place.totals {
        lines.unwrap_or(1).clamp(2, 4)
    } else {
        // Figures of a page stand in columns of about the same width.
        let figures = columns
            .iter()
            .zip(heads)
            .filter(|(column, _)| matches!(column.kind, Kind::Money | Kind::Count | Kind::Share));
        let lines = figures.map(|(_, head)| super::column::lines(head, 16)).max();
        lines.unwrap_or(1).clamp(2, 3)
    };
    page.set_row_height(place.header_row, 2 + 15 * lines)?;
    Ok(())
}

/// Makes rows as high as their wrapped text. Excel would do so by itself, other
/// programs do not. Streamed sheets keep one line per row and do not wrap.
fn heights<T>(
    page: &mut Worksheet,
    place: &Place<'_>,
    (columns, headers, language): (&[Column<'_, T>], &[String], Language),
    rows: &[T],
    widths: &[Width],
) -> Result<(), XlsxError> {
    for (row, item) in (place.header_row + 1..).zip(rows) {
        let at = At::new(row + 1, headers, place.first_col);
        let wrapped = columns.iter().zip(widths).filter(|(column, _)| column.kind == Kind::Wrap);
        let lines = wrapped.map(|(column, width)| match column.value(item, &at, language) {
            Value::Text(text) => width.lines(&text),
            _ => 1,
        });
        let lines = lines.max().unwrap_or(1).min(MOST_LINES);
        if lines > 1 {
            page.set_row_height(row, u32::try_from(lines * 15).unwrap_or(15))?;
        }
    }
    Ok(())
}

fn width_of<T>(columns: &[Column<'_, T>]) -> Result<u16, XlsxError> {
    u16::try_from(columns.len()).map_err(|_| XlsxError::RowColumnLimitError)
}

fn table_object<T>(
    page: &mut Worksheet,
    styles: &Styles,
    place: &Place<'_>,
    table: &str,
    (columns, names): (&[Column<'_, T>], &[String]),
    last: u32,
    last_col: u16,
) -> Result<(), XlsxError> {
    let heads: Vec<TableColumn> = columns
        .iter()
        .zip(names)
        .map(|(column, name)| {
            let format = column.kind.header(styles, place.totals);
            TableColumn::new().set_header(name).set_header_format(format)
        })
        .collect();
    let object = Table::new()
        .set_name(table)
        .set_style(TableStyle::Light1)
        .set_autofilter(place.totals)
        .set_columns(&heads);
    page.add_table(place.header_row, place.first_col, last, last_col, &object)?;
    Ok(())
}

/// The row above the header: sums of what a filter leaves visible.
fn totals<T>(
    page: &mut Worksheet,
    styles: &Styles,
    place: &Place<'_>,
    columns: &[Column<'_, T>],
    headers: &[String],
    (length, sums): (usize, &Totals),
    widths: &mut [Width],
) -> Result<(), XlsxError> {
    if columns.iter().all(|column| column.total == Total::None) {
        return Ok(());
    }
    let label = styles.language.tell(totals_label(columns));
    let row = place.header_row - 1;
    let first = place.header_row + 2;
    let last = first + u32::try_from(length.max(1)).unwrap_or(u32::MAX) - 1;
    for (((col, column), width), at) in (place.first_col..).zip(columns).zip(widths).zip(0..) {
        let letters = letter_of(headers, &column.header, place.first_col).unwrap_or_default();
        let range = format!("{letters}{first}:{letters}{last}");
        match column.total {
            Total::None if col == place.first_col => {
                page.write_string_with_format(row, col, label.as_ref(), &styles.total_label)?;
            }
            Total::None => {
                page.write_blank(row, col, &styles.total_label)?;
            }
            Total::Sum => {
                let sum = sums.amounts[at];
                let (outcome, format) = match column.kind {
                    Kind::Money => (Outcome::Money(sum), &styles.total_money),
                    _ => (Outcome::Count(sum), &styles.total_count),
                };
                width.see(&Value::Formula(String::new(), outcome.clone()), column.kind);
                let text = format!("SUBTOTAL(109,{range})");
                page.write_formula_with_format(
                    row,
                    col,
                    formula(styles.language, &text, &outcome),
                    format,
                )?;
            }
            Total::All => {
                // An empty table has nothing that could be FALSE.
                let text = format!("COUNTIF({range},FALSE)=0");
                let sum = formula(styles.language, &text, &Outcome::Flag(sums.all[at]));
                page.write_formula_with_format(row, col, sum, &styles.total_label)?;
            }
        }
    }
    Ok(())
}

/// Writes one cell. Streamed sheets take the format of their column.
pub(crate) fn put(
    page: &mut Worksheet,
    styles: &Styles,
    (row, col): (u32, u16),
    value: &Value<'_>,
    kind: Kind,
    streamed: bool,
) -> Result<(), XlsxError> {
    let format = kind.format(styles, value);
    match value {
        Value::Blank => {
            if !streamed {
                page.write_blank(row, col, format)?;
            }
        }
        Value::Text(text) if text.is_empty() => {
            if !streamed {
                page.write_blank(row, col, format)?;
            }
        }
        Value::Text(text) => words(page, (row, col), text, format, streamed)?,
        Value::Count(count) => number(page, (row, col), count_cell(*count), format, streamed)?,
        Value::Money(cents) => number(page, (row, col), money_cell(*cents), format, streamed)?,
        Value::Date(text) => match date_serial(text) {
            Some(serial) => number(page, (row, col), f64::from(serial), format, streamed)?,
            None if text.is_empty() => {}
            None => words(page, (row, col), text, format, streamed)?,
        },
        Value::Formula(text, outcome) => {
            let formula = formula(styles.language, text, outcome);
            if streamed {
                page.write_formula(row, col, formula)?;
            } else {
                page.write_formula_with_format(row, col, formula, format)?;
            }
        }
        Value::Said(said) => {
            let (text, shown) = said.compose(styles.language);
            let formula = Formula::new(text).set_result(shown);
            if streamed {
                page.write_formula(row, col, formula)?;
            } else {
                page.write_formula_with_format(row, col, formula, format)?;
            }
        }
        Value::Link(sheet, text) => {
            let sheet = styles.language.sheet(sheet);
            let target = format!("internal:'{}'!A1", sheet.replace('\'', "''"));
            let link = Url::new(target).set_text(styles.language.sheet(text));
            page.write_url_with_format(row, col, link, &styles.link)?;
        }
    }
    Ok(())
}

/// Counts stay far below 2^53, where every whole number is a double.
#[expect(clippy::cast_precision_loss, reason = "documented above")]
fn count_cell(count: i128) -> f64 {
    count as f64
}

fn number(
    page: &mut Worksheet,
    (row, col): (u32, u16),
    value: f64,
    format: &rust_xlsxwriter::Format,
    streamed: bool,
) -> Result<(), XlsxError> {
    if streamed {
        page.write_number(row, col, value)?;
    } else {
        page.write_number_with_format(row, col, value, format)?;
    }
    Ok(())
}

fn words(
    page: &mut Worksheet,
    (row, col): (u32, u16),
    text: &str,
    format: &rust_xlsxwriter::Format,
    streamed: bool,
) -> Result<(), XlsxError> {
    let text = capped(text);
    if streamed {
        page.write_string(row, col, text.as_ref())?;
    } else {
        page.write_string_with_format(row, col, text.as_ref(), format)?;
    }
    Ok(())
}
