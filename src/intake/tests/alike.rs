//! The short way through rows against the long one: lines that end like one
//! before, and one pass where two are not needed.

use super::super::emit::Emitter;
use super::super::formats::Formats;
use super::super::limits::Limits;
use super::super::recognise::{Recognition, recognise};
use super::super::rows::{Epoch, Line, RowBuf, RowSource};
use super::super::split::TextRows;
use super::super::tables::{TableRead, read_tables};
use crate::finding::Place;

/// Rows that are looked at ahead or not, and how many went the short way.
struct Watched<'t> {
    rows: TextRows<'t>,
    ahead: bool,
    skipped: u64,
}

impl RowSource for Watched<'_> {
    fn next_row(&mut self, row: &mut RowBuf) -> bool {
        self.rows.next_row(row)
    }

    fn peek(&mut self) -> Option<Line<'_>> {
        self.rows.peek().filter(|_| self.ahead)
    }

    fn skip(&mut self) {
        self.skipped += 1;
        self.rows.skip();
    }

    fn rewind(&mut self) {
        self.rows.rewind();
    }

    fn has_width(&self) -> bool {
        self.rows.has_width()
    }

    fn serial_dates(&self) -> Option<Epoch> {
        self.rows.serial_dates()
    }
}

/// Everything that comes out of the tables of a text, in words.
fn told(source: &mut dyn RowSource, formats: &Formats, limits: &Limits) -> Vec<String> {
    tell(read_tables(source, "file.csv", "", formats, limits))
}

fn tell(tables: Vec<TableRead>) -> Vec<String> {
    let mut told = Vec::new();
    for table in tables {
        assert!(table.report.adds_up());
        told.push(format!("{:?}", table.report));
        told.push(format!("{:?}", table.findings));
        for batch in table.batches {
            told.push(format!("{:?} {} {:?}", batch.kind, batch.format, batch.fields));
            for row in batch.rows() {
                let cells: Vec<&str> = (0..batch.fields.len()).map(|at| row.at(at)).collect();
                told.push(format!("{} {cells:?}", row.number()));
            }
        }
    }
    told
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn one<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }
}

/// A list with everything that can go wrong between two lines that end alike.
fn messy(dice: &mut Dice) -> String {
    const HEADERS: [&str; 7] = [
        "user_id,role_id,role_name,status",
        "user_id,license",
        "role_name,user_id",
        "user_id,role_name,environment",
        "UserPrincipalName,role_name,status",
        "user_id,enabled,last_login",
        "license,quantity,end",
    ];
    const FIRST: [&str; 16] = [
        "ANN",
        "ANN",
        "ann",
        "bob",
        "BOB ",
        "carl@x.example",
        "",
        " ",
        "n/a",
        "Total",
        "Sum",
        "user_id",
        "license",
        "=1+1",
        "\"dora\"",
        "e\"f",
    ];
    const CELLS: [&str; 18] = [
        "Clerk",
        "Clerk",
        "Clerk",
        "Manager",
        "Enabled",
        "Enabled",
        "",
        "12",
        "1,5",
        "0",
        "n/a",
        "2026-09-30",
        "never",
        "yes",
        "\"Clerk\"",
        "bob@x.example",
        "role_name",
        "Clerk ",
    ];
    let header = dice.one(&HEADERS);
    let width = header.split(',').count();
    let delimiter = if dice.below(4) == 0 { ";" } else { "," };
    let mut lines = vec![header.replace(',', delimiter)];
    let mut rest = String::new();
    for _ in 0..dice.below(60) {
        if rest.is_empty() || dice.below(3) == 0 {
            let cells =
                width - 1 + usize::from(dice.below(12) == 0) - usize::from(dice.below(14) == 0);
            let cells: Vec<&str> = (0..cells).map(|_| dice.one(&CELLS)).collect();
            rest = cells.join(delimiter);
        }
        match dice.below(25) {
            0 => lines.push(String::new()),
            1 => lines.push(delimiter.repeat(width - 1)),
            2 => lines.push(lines[0].clone()),
            3 => lines.push("Permissions below".to_owned()),
            4 => {
                let below = dice.one(&HEADERS).replace(',', delimiter);
                lines.extend([String::new(), below]);
            }
            _ => lines.push(format!("{}{delimiter}{rest}", dice.one(&FIRST))),
        }
    }
    let end = if dice.below(3) == 0 { "\r\n" } else { "\n" };
    let mut text = lines.join(end);
    if dice.below(2) == 0 {
        text.push_str(end);
    }
    text
}

#[test]
fn lines_that_end_alike_come_to_the_same_both_ways() {
    let formats = Formats::shipped().unwrap();
    let small = Limits { cell_bytes: 24, ..Limits::default() };
    let (mut dice, mut quick) = (Dice(11), 0);
    for turn in 0..6_000 {
        let text = messy(&mut dice);
        let delimiter = if text.lines().next().unwrap().contains(';') { b';' } else { b',' };
        let limits = if turn % 10 == 0 { &small } else { &Limits::default() };
        let watched = |ahead| Watched { rows: TextRows::new(&text, delimiter), ahead, skipped: 0 };
        let mut counted = watched(true);
        let short = told(&mut counted, &formats, limits);
        let long = told(&mut watched(false), &formats, limits);
        assert_eq!(short, long, "{text}");
        quick += counted.skipped;
    }
    assert!(quick > 5_000, "{quick}");
}

/// A list of users with dates of all kinds and names that may be hashes.
fn dated(dice: &mut Dice) -> String {
    const DATES: [&str; 14] = [
        "2026-09-30",
        "2026-09-30",
        "2026-01-02T10:00:00Z",
        "",
        "never",
        "1900-01-01",
        "20260930",
        "23-May-2026",
        "n/a",
        "03/04/2026",
        "23/04/2026",
        "04/23/2026",
        "5/5/2026",
        "3/4/2026 10:00 PM",
    ];
    const NAMES: [&str; 4] = [
        "0123456789abcdef0123456789ABCDEF",
        "ann@a.example",
        "",
        "fedcba98765432100123456789abcdef",
    ];
    let kinds = [9, 9, 10, 12, 14][dice.below(5)];
    let names = [1, 2, 4][dice.below(3)];
    let mut lines = vec!["user_id,upn,last_login,created".to_owned()];
    for row in 0..dice.below(40) {
        let upn = NAMES[if names == 1 { [0, 3][dice.below(2)] } else { dice.below(names) }];
        let mut date = || DATES[dice.below(kinds)];
        let (last, created) = (date(), date());
        match dice.below(20) {
            0 => lines.push(String::new()),
            1 => lines.push(format!("Total,,{last},")),
            2 => lines.push(format!("u{row},{upn},{last},{created},x")),
            3 => lines.push(format!(",{upn},{last},{created}")),
            _ => lines.push(format!("u{row},{upn},{last},{created}")),
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn one_pass_comes_to_the_same_as_two() {
    let (formats, limits) = (Formats::shipped().unwrap(), Limits::default());
    let mut dice = Dice(5);
    for _ in 0..4_000 {
        let text = dated(&mut dice);
        let pass = |looks_first: bool| {
            let mut source = TextRows::new(&text, b',');
            let mut read = TableRead::default();
            match recognise(&mut source, &formats, &limits, ("file.csv", "")) {
                Recognition::Found(header) => {
                    let place = Place::file("file.csv");
                    let mut emitter = Emitter::new(&mut source, header, &formats, place, &limits);
                    emitter.looks_first = looks_first;
                    emitter.run(&mut read);
                }
                other => panic!("{other:?}"),
            }
            tell(vec![read])
        };
        assert_eq!(pass(false), pass(true), "{text}");
    }
}
