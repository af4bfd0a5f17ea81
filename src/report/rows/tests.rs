//! Both ways to write rows, held against each other: the workbook library's
//! own, and ours.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::super::brand::Brand;
use super::super::{Limits, sample_output, sample_portfolio};
use super::super::{portfolio, tenant};
use super::*;
use crate::output::TenantOutput;

/// What a cell is: its look, type, formula and content.
type Cell = (String, String, String, String);

/// A worksheet read back.
#[derive(Debug, Default)]
struct Sheet {
    /// Around the rows.
    around: (String, String),
    cells: BTreeMap<(u32, String), Cell>,
    heights: BTreeMap<u32, String>,
}

fn parts(path: &Path) -> BTreeMap<String, String> {
    let mut book = ZipArchive::new(File::open(path).unwrap()).unwrap();
    (0..book.len())
        .map(|at| {
            let mut file = book.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect()
}

fn attribute(tag: &quick_xml::events::BytesStart<'_>, name: &str) -> String {
    let value = tag.try_get_attribute(name).unwrap();
    value.map_or_else(String::new, |value| value.value.into_owned())
}

/// The texts of the shared strings, as they are spelled, and whether blanks
/// are kept.
fn strings(xml: &str) -> Vec<String> {
    xml.split("<si>").skip(1).map(|text| text.split("</si>").next().unwrap().to_owned()).collect()
}

fn sheet(xml: &str, strings: &[String]) -> Sheet {
    let (head, rest) = xml.split_once("<sheetData>").unwrap();
    let (data, tail) = rest.rsplit_once("</sheetData>").unwrap();
    let mut sheet = Sheet { around: (head.to_owned(), tail.to_owned()), ..Sheet::default() };
    let mut reader = Reader::from_str(data);
    let mut row = 0;
    loop {
        let before = usize::try_from(reader.buffer_position()).unwrap();
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == "row" => {
                row = attribute(&tag, "r").parse().unwrap();
                let height = attribute(&tag, "ht");
                if !height.is_empty() {
                    sheet.heights.insert(row, height);
                }
            }
            Event::Start(tag) if tag.name().as_ref() == "c" => {
                let end = data[before..].find("</c>").unwrap() + before;
                let inside = &data[before..end].split_once('>').unwrap().1;
                let (formula, value) = match inside.strip_prefix("<f>") {
                    Some(rest) => rest.split_once("</f>").unwrap(),
                    None => ("", *inside),
                };
                let mut kind = attribute(&tag, "t");
                let value = value.strip_prefix("<v>").map_or(value, |v| &v[..v.len() - 4]);
                let mut value = value.to_owned();
                if kind == "s" {
                    kind = "inlineStr".to_owned();
                    value = format!("<is>{}</is>", strings[value.parse::<usize>().unwrap()]);
                }
                // A library writes the value of a formula as it is told.
                if !formula.is_empty() && kind.is_empty() {
                    value = value.parse::<f64>().unwrap().to_string();
                }
                let cell = (attribute(&tag, "s"), kind, formula.to_owned(), value);
                let at = (row, attribute(&tag, "r"));
                assert!(sheet.cells.insert(at.clone(), cell).is_none(), "{at:?} twice");
            }
            Event::Empty(tag) if tag.name().as_ref() == "c" => {
                let cell = (attribute(&tag, "s"), String::new(), String::new(), String::new());
                sheet.cells.insert((row, attribute(&tag, "r")), cell);
            }
            Event::Eof => return sheet,
            _ => {}
        }
    }
}

/// Compares a workbook of both ways; gives how many cells were compared, and
/// what differs.
fn compared(theirs: &Path, ours: &Path) -> (usize, Vec<String>) {
    let (theirs, ours) = (parts(theirs), parts(ours));
    assert_eq!(theirs.keys().collect::<Vec<_>>(), ours.keys().collect::<Vec<_>>());
    let none = String::new();
    let shared = |parts: &BTreeMap<String, String>| {
        strings(parts.get("xl/sharedStrings.xml").unwrap_or(&none))
    };
    let (their_strings, our_strings) = (shared(&theirs), shared(&ours));
    let (mut compared, mut differ) = (0, Vec::new());
    for (name, their_part) in &theirs {
        let our_part = &ours[name];
        if !name.starts_with("xl/worksheets/sheet") {
            // Shared strings and the order of looks that rows do not have differ.
            let differs = ["xl/sharedStrings.xml", "xl/styles.xml"];
            if !differs.contains(&name.as_str()) && their_part != our_part {
                differ.push(format!("{name}: {their_part} {our_part}"));
            }
            continue;
        }
        let (theirs, ours) = (sheet(their_part, &their_strings), sheet(our_part, &our_strings));
        if theirs.around != ours.around {
            differ.push(format!("{name}: {:?} {:?}", theirs.around, ours.around));
        }
        if theirs.heights != ours.heights {
            differ.push(format!("{name}: {:?} {:?}", theirs.heights, ours.heights));
        }
        for (at, cell) in &theirs.cells {
            let ours = ours.cells.get(at);
            // Looks of columns are known beforehand; all others, which rows do not
            // have, are numbered as they are met.
            let other = |look: &str| look.parse::<usize>().is_ok_and(|l| l > Kind::PLAIN.len());
            let alike = ours.is_some_and(|ours| {
                (cell.0 == ours.0 || (other(&cell.0) && other(&ours.0)))
                    && (&cell.1, &cell.2, &cell.3) == (&ours.1, &ours.2, &ours.3)
            });
            if !alike {
                differ.push(format!("{name} {at:?}: {cell:?} {ours:?}"));
            }
        }
        if theirs.cells.len() != ours.cells.len() {
            differ.push(format!("{name}: {} cells, {}", theirs.cells.len(), ours.cells.len()));
        }
        compared += theirs.cells.len();
    }
    (compared, differ)
}

/// Texts that XML, Excel or a limit make something else of.
fn awkward() -> TenantOutput {
    let mut out = sample_output();
    let texts = [
        "a < b && \"c\" > 'd'",
        " blank ",
        "line\r\nline\n",
        "_x000D_ _x00",
        "\u{1}\u{1f}\u{FFFE}",
        "=1+1",
        "(no id)",
        "\u{1F600} \u{e4}\u{FF21}",
        "]]>",
        "TRUE",
        "1e5",
        "",
    ];
    let count = out.users.len();
    for (user, text) in out.users.iter_mut().zip(texts.iter().cycle()) {
        user.name = (*text).into();
    }
    assert!(count >= texts.len());
    out.users[3].department = "\u{e9}".repeat(40_000).into();
    out.users[4].requirement = "words ".repeat(80).into();
    out
}

#[test]
fn our_rows_are_those_of_the_library() {
    let dir = tempfile::tempdir().unwrap();
    let (theirs, ours) = (dir.path().join("theirs.xlsx"), dir.path().join("ours.xlsx"));
    let same = |least: usize| {
        let (cells, differ) = compared(&theirs, &ours);
        assert!(
            differ.is_empty(),
            "{} differ:\n{}",
            differ.len(),
            differ[..differ.len().min(20)].join("\n")
        );
        assert!(cells > least, "{cells}");
    };
    let out = awkward();
    let plain = Limits::default();
    for (limits, language) in [
        (plain, Language::English),
        (plain, Language::German),
        (Limits { table_rows: 3, ..plain }, Language::English),
        (Limits { table_rows: 3, sheet_rows: 25, ..plain }, Language::French),
    ] {
        let write = |path: &Path, packed_rows| {
            let limits = Limits { packed_rows, ..limits };
            tenant::write_with(&out, path, limits, &Brand::default(), language).unwrap();
        };
        write(&theirs, usize::MAX);
        write(&ours, 1);
        same(3_000);
    }
    let out = sample_portfolio();
    for (path, packed_rows) in [(&theirs, usize::MAX), (&ours, 1)] {
        let limits = Limits { packed_rows, ..plain };
        portfolio::write_with(&out, path, limits, &Brand::default(), Language::English).unwrap();
    }
    same(300);
}
