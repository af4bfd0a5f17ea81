//! The mess that exports are in, without a change of what they say.
//!
//! A messy file has other headers in another order, another delimiter,
//! encoding and way of writing dates, a title above and a column nobody
//! needs; its rows have blanks around values, ids in another case,
//! repetitions, blank rows and headers in between. All of it is drawn apart
//! from the content, so that the clean and the messy portfolio of a seed mean
//! the same.

use std::path::Path;

use super::content::Table;
use super::dice::Dice;
use super::shape::{For, dice};
use super::sink::{Encoding, Form, Sink};
use super::{GenerateError, Made, Spec};

/// Other spellings of headers, as exports and spreadsheets have them.
const HEADERS: &[(&str, &str)] = &[
    ("user_id", "User ID"),
    ("upn", "User Principal Name"),
    ("name", "Display name"),
    ("enabled", "Account enabled"),
    ("account_type", "User type"),
    ("headcount", "Head count"),
    ("last_login", "Last sign-in"),
    ("created", "Created on"),
    ("department", "Dept"),
    ("country", "Country/Region"),
    ("role_id", "Role identifier"),
    ("role_name", "Security role name"),
    ("status", "Assignment status"),
    ("object", "AOT name"),
    ("object_type", "Securable type"),
    ("duty", "Duty name"),
    ("privilege", "Privilege name"),
    ("license", "Licence"),
    ("device_id", "Device identifier"),
    ("device_kind", "Device"),
    ("login", "Login type"),
    ("dedicated", "Is dedicated"),
    ("last_seen", "Last check-in"),
    ("last_used", "Last used date"),
];

/// Tables in which the same row twice says no more than once.
const REPEATABLE: [&str; 2] = ["role_assignments", "device_usage"];

/// Columns of dates.
const DATES: [&str; 7] =
    ["last_login", "created", "last_seen", "last_used", "start", "end", "renewal_date"];

/// Columns of ids, which are compared without regard to case.
const IDS: [&str; 2] = ["user_id", "device_id"];

/// How the dates of a file are written.
#[derive(Debug, Clone, Copy)]
enum Dates {
    Iso,
    IsoTime,
    German,
    Named,
}

/// How a messy file is.
#[derive(Debug)]
struct Style {
    dice: Dice,
    dates: Dates,
    /// The place of each canonical column; `None` is the column nobody needs.
    order: Vec<Option<usize>>,
    repeats: bool,
}

/// A file of a table, clean or messy.
pub(super) struct Writer {
    sink: Sink,
    columns: Vec<&'static str>,
    header: Vec<String>,
    style: Option<Style>,
    rows: u64,
}

impl Writer {
    /// Begins the file of a table in a folder; a file of all tenants has a
    /// column for the tenant in front.
    pub(super) fn create(
        folder: &Path,
        name: &str,
        spec: &Spec,
        table: &Table,
        combined: bool,
    ) -> Result<Self, GenerateError> {
        let mut columns = Vec::from(table.columns);
        if combined {
            columns.insert(0, "tenant");
        }
        // What decides is the file's own name, wherever the portfolio lies.
        let tenant = folder.file_name().filter(|_| !combined && name != "tenants");
        let place = format!("{}/{name}", tenant.unwrap_or_default().to_string_lossy());
        let numbers: Vec<u64> = place.bytes().map(u64::from).collect();
        let mut dice = dice(spec, For::Mess, &numbers);
        let form = match spec.form {
            Form::Mixed => *dice.one(&[Form::Csv, Form::Csv, Form::Xlsx, Form::Parquet]),
            form => form,
        };
        let mut header: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
        let (mut text, mut above, mut style) = ((b',', Encoding::Utf8), Vec::new(), None);
        if dice.chance(spec.messy) {
            let mut order: Vec<Option<usize>> = (0..columns.len()).map(Some).collect();
            for at in (1..order.len()).rev() {
                order.swap(at, dice.below(at + 1));
            }
            if dice.chance(50) {
                order.insert(dice.below(order.len() + 1), None);
            }
            header = order
                .iter()
                .map(|at| at.map_or("Comments", |at| other(columns[at])))
                .map(str::to_owned)
                .collect();
            text = (
                *dice.one(b",;\t|"),
                *dice.one(&[
                    Encoding::Utf8,
                    Encoding::Utf8Marked,
                    Encoding::Utf16,
                    Encoding::Windows1252,
                ]),
            );
            if dice.chance(40) && form != Form::Parquet {
                above = vec![vec![format!("Export of {name}")], vec![String::new()]];
            }
            let dates = *dice.one(&[Dates::Iso, Dates::IsoTime, Dates::German, Dates::Named]);
            style = Some(Style { dice, dates, order, repeats: REPEATABLE.contains(&name) });
        }
        let sink = Sink::create(&folder.join(name), form, text, &above, header.clone())?;
        Ok(Self { sink, columns, header, style, rows: 0 })
    }

    fn put<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<(), GenerateError> {
        self.rows += 1;
        self.sink.row(cells)
    }

    /// Adds a row of canonical cells.
    pub(super) fn row(&mut self, cells: &[&str]) -> Result<(), GenerateError> {
        let Some(style) = &mut self.style else { return self.put(cells) };
        let dice = &mut style.dice;
        let messy: Vec<String> = style
            .order
            .iter()
            .map(|at| match at {
                None => if dice.chance(5) { "please check" } else { "" }.to_owned(),
                Some(at) => untidy(cells[*at], self.columns[*at], style.dates, dice),
            })
            .collect();
        let twice = style.repeats && dice.below(200) == 0;
        let between = dice.below(2_000);
        self.put(&messy)?;
        if twice {
            self.put(&messy)?;
        }
        match between {
            0 => self.put(&vec![""; messy.len()]),
            1 => {
                let header = self.header.clone();
                self.put(&header)
            }
            _ => Ok(()),
        }
    }

    /// Ends the file.
    pub(super) fn finish(self) -> Result<Made, GenerateError> {
        Ok(Made { files: 1, rows: self.rows, bytes: self.sink.finish()? })
    }
}

/// Another spelling of a header.
fn other(name: &'static str) -> &'static str {
    HEADERS.iter().find(|(own, _)| *own == name).map_or(name, |(_, other)| other)
}

/// A value as somebody else writes it.
fn untidy(value: &str, column: &str, dates: Dates, dice: &mut Dice) -> String {
    if DATES.contains(&column) {
        return date(value, dates);
    }
    if value.is_empty() {
        return if dice.chance(10) { "NULL".into() } else { String::new() };
    }
    let cased = match dice.below(20) {
        0 if IDS.contains(&column) => value.to_ascii_lowercase(),
        _ => value.to_owned(),
    };
    match dice.below(25) {
        0 => format!(" {cased}"),
        1 => format!("{cased} "),
        2 => format!("{cased}\u{a0}"),
        _ => cased,
    }
}

/// An ISO date in another way of writing.
fn date(iso: &str, dates: Dates) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = iso.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return iso.to_owned();
    };
    match dates {
        Dates::Iso => iso.to_owned(),
        Dates::IsoTime => format!("{iso}T08:15:00Z"),
        Dates::German => format!("{day}.{month}.{year}"),
        Dates::Named => {
            let at = month.parse::<usize>().unwrap_or(1).clamp(1, 12) - 1;
            format!("{day}-{}-{year}", MONTHS[at])
        }
    }
}
