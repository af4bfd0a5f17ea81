//! Finds the header of a table and the format it belongs to.
//!
//! Takes the rows of a sheet or a text file and compares each of the first of
//! them with every known format. A row is the header of a format when all its
//! required columns and its signature are there and enough of the row's cells
//! are columns the format knows. The best fit wins; two equally good fits of
//! different tables are a question, not an answer. A list with many columns of
//! its own is taken too when it holds everything one table needs and no other
//! table comes near. Names of files and sheets are never looked at: customers
//! rename both. Only a mapping, which somebody wrote for a file, may name it.

use super::fold::header_key;
use super::formats::{Format, FormatTable, Formats};
use super::limits::Limits;
use super::rows::{RowBuf, RowSource};
use super::{Field, TableKind};

/// Rows that are not blank among which the header is looked for.
const HEADER_WITHIN: usize = 30;
/// Rows looked at in all, blank ones included.
pub(super) const LOOK_AT_MOST: usize = 2_000;

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
    /// Most of its columns are not those of the format.
    pub(crate) loose: bool,
    /// The format that comes next, with the cells it knows.
    pub(crate) next: Option<(&'f Format, usize)>,
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
    /// None fits; a sentence about the nearest, and what is nearest.
    Unknown(String, Option<Nearest>),
    /// There is no row.
    Empty,
}

/// What comes nearest to a table that is not recognised.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Nearest {
    /// Id of the format.
    pub format: String,
    /// Row of what would be the header.
    pub row: u32,
    /// Its cells as they are written.
    pub headers: Vec<String>,
    /// What is missing, in words.
    pub missing: Vec<String>,
}

/// A row that may be a header.
struct Candidate {
    row: u32,
    cells: Vec<String>,
    keys: Vec<String>,
    total: usize,
    /// No format knows any of its cells, as in nearly every row of data.
    strange: bool,
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

impl Fit {
    /// Whether the row is a header beyond doubt: more than a word or two by
    /// chance.
    fn is_strong(&self) -> bool {
        self.score > 0 && self.known >= 2 && (self.groups_wanted > 1 || self.known >= 3)
    }

    /// Whether all is there that the format needs, among many columns it does
    /// not know. One needed column is too little to tell a table by, unless
    /// several others are known as well.
    fn is_loose(&self) -> bool {
        let enough = if self.groups_wanted > 1 { 2 } else { 4 };
        self.score == 0 && self.groups == self.groups_wanted && self.known >= enough
    }
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
        table.fixed.contains_key(&field)
            || table.group.contains_key(&field)
            || column_of(table, field, keys).is_some()
            || table
                .set
                .iter()
                .any(|rule| rule.field == field && find(keys, &rule.column).is_some())
    })
}

fn fit(format: &Format, candidate: &Candidate) -> Fit {
    let keys = &candidate.keys;
    let known = if candidate.strange {
        0
    } else {
        keys.iter().filter(|key| !key.is_empty() && format.knows(key)).count()
    };
    if known == 0 && format.min_percent > 0 {
        return Fit { groups: 0, groups_wanted: 1, known, permille: 0, score: 0 };
    }
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

fn candidates(source: &mut dyn RowSource, formats: &Formats, limits: &Limits) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut row = RowBuf::default();
    source.rewind();
    for _ in 0..LOOK_AT_MOST {
        if found.len() >= HEADER_WITHIN || !source.next_row(&mut row) {
            break;
        }
        // What is wider or longer than any header is none.
        if row.is_blank()
            || row.width() > limits.columns as usize
            || row.length() > limits.cell_bytes
        {
            continue;
        }
        found.push(candidate(&row, formats));
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
    candidates(source, formats, &Limits::default())
        .iter()
        .flat_map(|candidate| formats.all().iter().map(|format| fit(format, candidate).score))
        .max()
        .unwrap_or(0)
}

/// Recognises a table. The source is rewound.
pub(crate) fn recognise<'f>(
    source: &mut dyn RowSource,
    formats: &'f Formats,
    limits: &Limits,
    (file, sheet): (&str, &str),
) -> Recognition<'f> {
    let candidates = candidates(source, formats, limits);
    if candidates.is_empty() {
        return Recognition::Empty;
    }
    for mapping in formats.mappings().iter().filter(|mapping| mapping.is_for(file, sheet)) {
        let lacks: Vec<Option<String>> = candidates
            .iter()
            .map(|candidate| mapping.lacks(candidate.row, &candidate.keys))
            .collect();
        if let Some(at) = lacks.iter().position(Option::is_none) {
            return found(&mapping.format, candidates, at, None, false);
        }
        if mapping.is_pointed() {
            let first = lacks.into_iter().flatten().next().unwrap_or_default();
            let sentence = format!("{} is for this table, but {first}", mapping.at);
            return Recognition::Unknown(sentence, nearest(&candidates, formats).1);
        }
    }
    // What stands above a table that fits better may be a table of its own.
    let first = candidates
        .iter()
        .position(|candidate| formats.all().iter().any(|f| fit(f, candidate).is_strong()));
    let strict = match first {
        Some(at) => {
            best(&candidates[at..=at], formats, |fit| fit.score).map(|found| Best { at, ..found })
        }
        None => best(&candidates, formats, |fit| fit.score),
    };
    let loosely = |fit: &Fit| if fit.is_loose() { fit.known } else { 0 };
    let (found_by, loose) = match strict {
        Some(_) => (strict, false),
        None => (best(&candidates, formats, loosely), true),
    };
    match found_by {
        None => {
            let (sentence, nearest) = nearest(&candidates, formats);
            Recognition::Unknown(sentence, nearest)
        }
        Some(Best { at, format, rivals, .. }) if !rivals.is_empty() => {
            let mut equal = vec![format];
            equal.extend(rivals);
            Recognition::Ambiguous { row: candidates[at].row, formats: equal }
        }
        Some(Best { at, format, next, .. }) => found(format, candidates, at, next, loose),
    }
}

fn found<'f>(
    format: &'f Format,
    candidates: Vec<Candidate>,
    at: usize,
    next: Option<(&'f Format, usize)>,
    loose: bool,
) -> Recognition<'f> {
    match candidates.into_iter().nth(at) {
        Some(Candidate { row, cells, keys, total, .. }) => {
            let known = keys.iter().filter(|key| !key.is_empty() && format.knows(key)).count();
            Recognition::Found(Header { format, row, cells, keys, known, total, loose, next })
        }
        None => Recognition::Empty,
    }
}

/// The best of all fits.
struct Best<'f> {
    score: usize,
    /// Which candidate.
    at: usize,
    format: &'f Format,
    /// Formats of other tables that fit the same row equally well.
    rivals: Vec<&'f Format>,
    /// The format that knows most of the same row's cells after this one.
    next: Option<(&'f Format, usize)>,
}

fn best<'f>(
    candidates: &[Candidate],
    formats: &'f Formats,
    score_of: impl Fn(&Fit) -> usize,
) -> Option<Best<'f>> {
    let mut best: Option<Best<'f>> = None;
    for (at, candidate) in candidates.iter().enumerate() {
        for format in formats.all() {
            let score = score_of(&fit(format, candidate));
            match &mut best {
                _ if score == 0 => {}
                Some(top) if score < top.score => {}
                Some(top) if score == top.score => {
                    if top.at == at && top.format.kind() != format.kind() {
                        top.rivals.push(format);
                    }
                }
                _ => best = Some(Best { score, at, format, rivals: Vec::new(), next: None }),
            }
        }
    }
    if let Some(top) = &mut best {
        let others = formats.all().iter().filter(|format| format.id != top.format.id);
        top.next = others
            .map(|format| (format, fit(format, &candidates[top.at]).known))
            .filter(|(_, known)| *known > 0)
            .fold(None, |next, (format, known)| match next {
                Some((_, most)) if most >= known => next,
                _ => Some((format, known)),
            });
    }
    best
}

/// Whether a row below a table's header whose first cell is a header of some
/// format ([`Formats::knows_cell`]) is the header of a table itself: it is
/// another row than that header and fits a format with more than a word.
pub(crate) fn begins_table(row: &RowBuf, header: &[String], formats: &Formats) -> bool {
    let candidate = candidate(row, formats);
    let same = |(at, cell): (usize, &String)| {
        candidate.cells.get(at).is_some_and(|this| this.eq_ignore_ascii_case(cell))
    };
    let equal = header.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).filter(|&c| same(c));
    // A row much like the header is data unless every cell of it is a header.
    let alike = 2 * equal.count() >= candidate.total;
    let headers_only = candidate.keys.iter().all(|key| key.is_empty() || formats.knows(key));
    if header.iter().enumerate().all(same) || (alike && !headers_only) {
        return false;
    }
    formats.all().iter().any(|format| fit(format, &candidate).is_strong())
}

fn candidate(row: &RowBuf, formats: &Formats) -> Candidate {
    let cells: Vec<String> = row.cells().map(|cell| super::clean::trim(cell).to_owned()).collect();
    let keys: Vec<String> = cells.iter().map(|cell| header_key(cell)).collect();
    Candidate {
        row: row.number(),
        strange: !keys.iter().any(|key| !key.is_empty() && formats.knows(key)),
        keys,
        total: cells.iter().filter(|cell| !cell.is_empty()).count(),
        cells,
    }
}

/// A sentence about the format that comes nearest.
fn nearest(candidates: &[Candidate], formats: &Formats) -> (String, Option<Nearest>) {
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
        let sentence = "no row looks like the header of a table Seatwise knows".to_owned();
        // The row with most cells may be a header all the same.
        let widest = candidates.iter().rev().max_by_key(|candidate| candidate.total);
        let nearest = widest.map(|candidate| Nearest {
            format: String::new(),
            row: candidate.row,
            headers: candidate.cells.clone(),
            missing: Vec::new(),
        });
        return (sentence, nearest);
    };
    let missing = missing_groups(format, &candidate.keys);
    let what = if missing.is_empty() {
        format!("only {} of {} columns are known", fit.known, candidate.total)
    } else {
        format!("missing {}", missing.join(", and "))
    };
    let sentence = format!(
        "nearest is {} ({}), header in row {}: {what}",
        format.title, format.id, candidate.row
    );
    let nearest = Nearest {
        format: format.id.clone(),
        row: candidate.row,
        headers: candidate.cells.clone(),
        missing,
    };
    (sentence, Some(nearest))
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

/// Why a header was taken for that of its format, a sentence each.
pub(crate) fn reasons(header: &Header<'_>) -> Vec<String> {
    let mut reasons = Vec::new();
    let cell = |at: usize| format!("\u{201c}{}\u{201d}", header.cells[at]);
    for table in header.format.tables.iter().filter(|table| !table.optional) {
        let needed: Vec<String> = table
            .required
            .iter()
            .filter_map(|group| {
                let (field, at) = group
                    .iter()
                    .find_map(|&field| Some((field, column_of(table, field, &header.keys)?)))?;
                Some(format!("{} for {}", cell(at), field.name()))
            })
            .collect();
        if !needed.is_empty() {
            reasons.push(format!("has what is required: {}", needed.join(", ")));
        }
    }
    let signs: Vec<String> = header
        .format
        .signature
        .iter()
        .filter_map(|group| find(&header.keys, group).map(cell))
        .collect();
    if !signs.is_empty() {
        reasons.push(format!("told from similar exports by {}", signs.join(", ")));
    }
    reasons.push(format!("{} of {} columns are its own", header.known, header.total));
    if let Some((format, known)) = header.next {
        reasons.push(format!("next is {}, which knows {known}", format.title));
    }
    reasons
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
        match recognise(
            &mut TextRows::new(text, b','),
            &formats,
            &Limits::default(),
            ("t/file.csv", ""),
        ) {
            Recognition::Found(header) => Ok((header.format.id.clone(), describe(&header))),
            Recognition::Ambiguous { formats, .. } => {
                Err(formats.iter().map(|format| format.id.as_str()).collect::<Vec<_>>().join("|"))
            }
            Recognition::Unknown(sentence, _) => Err(sentence),
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
    fn a_list_with_many_columns_of_its_own_is_taken_when_only_one_table_fits() {
        let own = ",of our own".repeat(20);
        let list = |header: &str| recognised(&format!("{header}{own}\n"));
        assert_eq!(list("license,quantity").unwrap().0, "seatwise.subscriptions");
        assert_eq!(list("user_id,upn,email,enabled").unwrap().0, "seatwise.users");
        // One word is no evidence, and two tables are a question.
        assert!(list("user_id,name").is_err());
        assert_eq!(
            list("user_id,license,app"),
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
