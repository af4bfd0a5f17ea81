//! Finds the header of a table and the format it belongs to.
//!
//! Takes the rows of a sheet or a text file and compares each of the first of
//! them with every known format. A row is the header of a format when all its
//! required columns and its signature are there and enough of the row's cells
//! are columns the format knows. The best fit wins; two equally good fits of
//! different tables are a question, not an answer. Names of files and sheets
//! are never looked at: customers rename both.

use super::formats::{Format, FormatTable, Formats, header_key};
use super::rows::{RowBuf, RowSource};
use super::{Field, TableKind};

/// Rows that are not blank among which the header is looked for.
const HEADER_WITHIN: usize = 30;
/// Rows looked at in all, blank ones included.
const LOOK_AT_MOST: usize = 2_000;

/// A header found.
#[derive(Debug)]
pub(crate) struct Header<'f> {
    pub(crate) format: &'f Format,
    /// Its row number in the file.
    pub(crate) row: u32,
    /// Its cells as they are written.
    pub(crate) cells: Vec<String>,
    /// The same, folded.
    pub(crate) keys: Vec<String>,
    /// Cells the format knows, of how many that are not blank.
    pub(crate) known: usize,
    pub(crate) total: usize,
}

/// What a table turned out to be.
#[derive(Debug)]
pub(crate) enum Recognition<'f> {
    Found(Header<'f>),
    /// Formats that fit equally well, and the row.
    Ambiguous {
        row: u32,
        formats: Vec<&'f Format>,
    },
    /// None fits; a sentence about the nearest.
    Unknown(String),
    /// There is no row.
    Empty,
}

/// A row that may be a header.
struct Candidate {
    row: u32,
    cells: Vec<String>,
    keys: Vec<String>,
    total: usize,
}

/// How a format fits a candidate.
struct Fit {
    /// Required and signature groups present, of all.
    groups: usize,
    groups_wanted: usize,
    known: usize,
    permille: usize,
    /// 0 unless the format fits.
    score: usize,
}

/// Column of the first of these headers that is there.
pub(crate) fn find(keys: &[String], headers: &[String]) -> Option<usize> {
    headers.iter().find_map(|header| keys.iter().position(|key| key == header))
}

/// Column that feeds a field of a format's table, the fallback included.
pub(crate) fn column_of(table: &FormatTable, field: Field, keys: &[String]) -> Option<usize> {
    table
        .columns
        .get(&field)
        .and_then(|headers| find(keys, headers))
        .or_else(|| table.fallback.get(&field).and_then(|headers| find(keys, headers)))
}

/// Whether one of these fields is fed: by a column, or by a rule about one.
pub(crate) fn has_group(table: &FormatTable, group: &[Field], keys: &[String]) -> bool {
    group.iter().any(|&field| {
        column_of(table, field, keys).is_some()
            || table
                .set
                .iter()
                .any(|rule| rule.field == field && find(keys, &rule.column).is_some())
    })
}

fn fit(format: &Format, candidate: &Candidate) -> Fit {
    let keys = &candidate.keys;
    let known = keys.iter().filter(|key| !key.is_empty() && format.knows(key)).count();
    let signed = format.signature.iter().filter(|group| find(keys, group).is_some()).count();
    let (mut required, mut wanted) = (0, 0);
    for table in format.tables.iter().filter(|table| !table.optional) {
        wanted += table.required.len();
        required += table.required.iter().filter(|group| has_group(table, group, keys)).count();
    }
    let permille = (known * 1_000).checked_div(candidate.total).unwrap_or(0);
    // A table of no use is told by its signature alone.
    let weight = if format.tables.is_empty() { signed } else { required };
    let groups = required + signed;
    let groups_wanted = wanted + format.signature.len();
    let fits = groups == groups_wanted && permille >= format.min_percent * 10;
    let score = permille + 100 * weight + if format.signature.is_empty() { 0 } else { 50 };
    Fit { groups, groups_wanted, known, permille, score: if fits { score } else { 0 } }
}

fn candidates(source: &mut dyn RowSource) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut row = RowBuf::default();
    source.rewind();
    for _ in 0..LOOK_AT_MOST {
        if found.len() >= HEADER_WITHIN || !source.next_row(&mut row) {
            break;
        }
        if row.is_blank() {
            continue;
        }
        let keys: Vec<String> = row.cells().map(header_key).collect();
        let total = row.cells().filter(|cell| !super::clean::trim(cell).is_empty()).count();
        let cells = row.cells().map(|cell| super::clean::trim(cell).to_owned()).collect();
        found.push(Candidate { row: row.number(), cells, keys, total });
    }
    source.rewind();
    // A title of one cell ("Users") is no header where other rows have more.
    if found.iter().any(|candidate| candidate.total > 1) {
        found.retain(|candidate| candidate.total > 1);
    }
    found
}

/// The score of the best fit, 0 when nothing fits.
pub(crate) fn best_score(source: &mut dyn RowSource, formats: &Formats) -> usize {
    candidates(source)
        .iter()
        .flat_map(|candidate| formats.all().iter().map(|format| fit(format, candidate).score))
        .max()
        .unwrap_or(0)
}

/// Recognises a table. The source is rewound.
pub(crate) fn recognise<'f>(source: &mut dyn RowSource, formats: &'f Formats) -> Recognition<'f> {
    let candidates = candidates(source);
    if candidates.is_empty() {
        return Recognition::Empty;
    }
    let mut best: Option<(usize, usize, &Format)> = None;
    let mut rivals: Vec<&Format> = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        for format in formats.all() {
            let score = fit(format, candidate).score;
            match best {
                _ if score == 0 => {}
                Some((top, _, _)) if score < top => {}
                Some((top, row, winner)) if score == top => {
                    if row == at && winner.kind() != format.kind() {
                        rivals.push(format);
                    }
                }
                _ => {
                    best = Some((score, at, format));
                    rivals.clear();
                }
            }
        }
    }
    match best {
        None => Recognition::Unknown(nearest(&candidates, formats)),
        Some((_, at, format)) if !rivals.is_empty() => {
            let mut equal = vec![format];
            equal.extend(rivals);
            Recognition::Ambiguous { row: candidates[at].row, formats: equal }
        }
        Some((_, at, format)) => {
            let known = fit(format, &candidates[at]).known;
            match candidates.into_iter().nth(at) {
                Some(Candidate { row, cells, keys, total }) => {
                    Recognition::Found(Header { format, row, cells, keys, known, total })
                }
                None => Recognition::Empty,
            }
        }
    }
}

/// A sentence about the format that comes nearest.
fn nearest(candidates: &[Candidate], formats: &Formats) -> String {
    let mut best: Option<(usize, &Format, &Candidate, Fit)> = None;
    for candidate in candidates {
        for format in formats.all() {
            let fit = fit(format, candidate);
            if fit.known == 0 {
                continue;
            }
            // A header knows many columns, a row of data one by chance.
            let closeness =
                fit.permille + 500 * fit.groups / fit.groups_wanted.max(1) + 50 * fit.known;
            if best.as_ref().is_none_or(|(top, ..)| closeness > *top) {
                best = Some((closeness, format, candidate, fit));
            }
        }
    }
    let Some((_, format, candidate, fit)) = best else {
        return "no row looks like the header of a table Seatwise knows".to_owned();
    };
    let missing = missing_groups(format, &candidate.keys);
    let what = if missing.is_empty() {
        format!("only {} of {} columns are known", fit.known, candidate.total)
    } else {
        format!("missing {}", missing.join(", and "))
    };
    format!("nearest is {} ({}), header in row {}: {what}", format.title, format.id, candidate.row)
}

fn missing_groups(format: &Format, keys: &[String]) -> Vec<String> {
    let mut missing = Vec::new();
    for table in format.tables.iter().filter(|table| !table.optional) {
        for group in table.required.iter().filter(|group| !has_group(table, group, keys)) {
            let names: Vec<_> = group.iter().map(|field| field.name()).collect();
            missing.push(names.join(" or "));
        }
    }
    if missing.is_empty() {
        for group in format.signature.iter().filter(|group| find(keys, group).is_none()) {
            missing.push(group.join(" or "));
        }
    }
    missing
}

/// Words for the report: `F&O User information: 42 of 42 columns, header in
/// row 3`.
pub(crate) fn describe(header: &Header<'_>) -> String {
    format!(
        "{}: {} of {} columns, header in row {}",
        header.format.title, header.known, header.total, header.row
    )
}

/// The canonical tables a header feeds.
pub(crate) fn feeds(header: &Header<'_>) -> Vec<TableKind> {
    header
        .format
        .tables
        .iter()
        .filter(|table| table.required.iter().all(|group| has_group(table, group, &header.keys)))
        .map(|table| table.kind)
        .collect()
}

/// Whether two folded headers differ by at most two letters and are long
/// enough for that to mean something.
pub(crate) fn looks_like(one: &str, two: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), two.chars().collect());
    if a.len().min(b.len()) < 5 || a.len().abs_diff(b.len()) > 2 {
        return false;
    }
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut line = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let replaced = above[j] + usize::from(letter != other);
            line.push(replaced.min(above[j + 1] + 1).min(line[j] + 1));
        }
        above = line;
    }
    above[b.len()] <= 2
}

#[cfg(test)]
mod tests {
    use super::super::split::TextRows;
    use super::*;

    fn recognised(text: &str) -> Result<(String, String), String> {
        let formats = Formats::shipped().unwrap();
        match recognise(&mut TextRows::new(text, b','), &formats) {
            Recognition::Found(header) => Ok((header.format.id.clone(), describe(&header))),
            Recognition::Ambiguous { formats, .. } => {
                Err(formats.iter().map(|format| format.id.as_str()).collect::<Vec<_>>().join("|"))
            }
            Recognition::Unknown(sentence) => Err(sentence),
            Recognition::Empty => Err("empty".to_owned()),
        }
    }

    #[test]
    fn every_own_format_is_recognised_by_its_own_columns_and_no_other_takes_them() {
        let formats = Formats::shipped().unwrap();
        for format in formats.all().iter().filter(|format| format.id.starts_with("seatwise.")) {
            let table = &format.tables[0];
            let all: Vec<_> = table.columns.keys().map(|field| field.name()).collect();
            assert_eq!(recognised(&all.join(",")).map(|(id, _)| id).as_ref(), Ok(&format.id));
            let needed: Vec<_> = table.required.iter().map(|group| group[0].name()).collect();
            assert_eq!(recognised(&needed.join(",")).map(|(id, _)| id).as_ref(), Ok(&format.id));
        }
    }

    #[test]
    fn a_preamble_above_the_header_does_not_hide_it() {
        let text =
            "User report,,\nExported 2026-09-01,by,me\n\nuser_id,upn,enabled\nann,a@b.c,yes\n";
        assert_eq!(recognised(text).unwrap().1, "Seatwise users: 3 of 3 columns, header in row 4");
        assert_eq!(
            recognised("User\n\nuser_id,upn,enabled\nann,a@b.c,yes\n").unwrap().0,
            "seatwise.users"
        );
    }

    #[test]
    fn a_table_that_fits_two_kinds_equally_is_a_question() {
        assert_eq!(
            recognised("user_id,license,app\nann,x,y\n"),
            Err("seatwise.app_needs|seatwise.assigned_licenses".to_owned())
        );
    }

    #[test]
    fn an_unknown_table_is_told_what_is_missing() {
        assert_eq!(
            recognised("license,currency,term\nFinance,USD,P1Y\n"),
            Err("nearest is Seatwise prices (seatwise.prices), header in row 1: missing price"
                .to_owned())
        );
        assert_eq!(
            recognised("colour,shape\nred,round\n"),
            Err("no row looks like the header of a table Seatwise knows".to_owned())
        );
    }

    #[test]
    fn an_export_that_shares_two_columns_with_a_table_is_not_that_table() {
        let text = "USERID,DEFAULTMOBILEDEVICEMENUITEMNAME,DEFAULTWAREHOUSEID,ISINACTIVE,USERNAME,\
                    WAREHOUSEWORKERID,WAREHOUSEWORKERPERSONNELNUMBER\n24,Main,24,No,John,91,91\n";
        assert_eq!(recognised(text).unwrap().0, "fo.warehouse_mobile_users");
    }

    #[test]
    fn misspelt_headers_are_near_and_short_ones_are_not() {
        assert!(looks_like("subroleidentifer", "subroleidentifier"));
        assert!(looks_like("licnse", "license"));
        assert!(!looks_like("name", "mode"));
        assert!(!looks_like("country", "currency"));
    }
}
