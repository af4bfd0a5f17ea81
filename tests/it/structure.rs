//! What a workbook must be for everybody to read it, program or person: seen
//! in its XML, over all workbooks of the samples.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::binary::{analyze, files_below, sample, unzipped};

type Parts = BTreeMap<String, String>;

/// The XML parts of every workbook of the samples, by its name; those of a
/// German run behind `de/`.
static BOOKS: LazyLock<BTreeMap<String, Parts>> = LazyLock::new(|| {
    let mut books = BTreeMap::new();
    for (language, before) in [("en", ""), ("de", "de/")] {
        let out = tempfile::tempdir().unwrap();
        let ran = analyze(&sample("portfolio"), out.path(), &["--language", language]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let files = files_below(out.path()).into_iter();
        for (name, bytes) in files.filter(|(name, _)| name.ends_with(".xlsx")) {
            let texts = unzipped(&bytes)
                .into_iter()
                .filter_map(|(name, bytes)| Some((name, String::from_utf8(bytes).ok()?)));
            books.insert(format!("{before}{name}"), texts.collect());
        }
    }
    assert_eq!(books.len(), 20);
    books
});

/// Every value of an attribute within tags of that name.
fn attributes<'x>(xml: &'x str, tag: &str, attribute: &str) -> Vec<&'x str> {
    let (open, key) = (format!("<{tag} "), format!(" {attribute}=\""));
    xml.split(open.as_str())
        .skip(1)
        .map(|rest| {
            let end = rest.find('>').unwrap();
            let at = rest[..end].find(&key[1..]).map(|at| at + key.len() - 1);
            at.map_or("", |at| rest[at..].split('"').next().unwrap())
        })
        .collect()
}

/// Sheets by name with their XML, in order.
fn sheets(parts: &Parts) -> Vec<(&str, &str)> {
    let names = attributes(&parts["xl/workbook.xml"], "sheet", "name");
    (1..)
        .zip(names)
        .map(|(number, name)| (name, parts[&format!("xl/worksheets/sheet{number}.xml")].as_str()))
        .collect()
}

fn tables(parts: &Parts) -> impl Iterator<Item = &String> {
    parts.iter().filter(|(name, _)| name.starts_with("xl/tables/")).map(|(_, xml)| xml)
}

#[test]
fn every_table_has_one_header_row_with_unique_names_that_say_something() {
    for (book, parts) in BOOKS.iter() {
        let mut names = BTreeSet::new();
        for xml in tables(parts) {
            let name = attributes(xml, "table", "name")[0];
            assert!(names.insert(name.to_lowercase()), "{book}: two tables {name}");
            assert!(!xml.contains("headerRowCount=\"0\""), "{book}: {name} has no header");
            let heads = attributes(xml, "tableColumn", "name");
            let folded: BTreeSet<String> = heads.iter().map(|head| head.to_lowercase()).collect();
            assert_eq!(folded.len(), heads.len(), "{book}, {name}: {heads:?}");
            assert!(heads.iter().all(|head| !head.trim().is_empty()), "{book}, {name}: {heads:?}");
        }
        assert!(names.len() > 10, "{book} has {} tables", names.len());
    }
}

#[test]
fn no_cells_are_merged() {
    for (book, parts) in BOOKS.iter() {
        for (sheet, xml) in sheets(parts) {
            assert!(!xml.contains("<mergeCell"), "{book}, {sheet}");
        }
    }
}

#[test]
fn every_sheet_but_the_cover_keeps_its_header_in_view_and_on_every_page() {
    for (book, parts) in BOOKS.iter() {
        let workbook = &parts["xl/workbook.xml"];
        let all = sheets(parts);
        let titled: BTreeSet<usize> = workbook
            .split("<definedName ")
            .filter(|name| name.starts_with("name=\"_xlnm.Print_Titles\""))
            .map(|name| {
                let at = name.split("localSheetId=\"").nth(1).unwrap();
                at.split('"').next().unwrap().parse().unwrap()
            })
            .collect();
        for (at, (sheet, xml)) in all.iter().enumerate() {
            if ["Cover", "Deckblatt"].contains(sheet) {
                continue;
            }
            assert!(xml.contains("state=\"frozen\""), "{book}, {sheet}");
            // The summaries are printed on one page.
            let summary = ["Summary", "Zusammenfassung"].contains(sheet);
            assert!(summary || titled.contains(&at), "{book}, {sheet}");
            assert!(
                xml.contains("orientation=\"landscape\"")
                    && xml.contains("<pageSetUpPr fitToPage=\"1\""),
                "{book}, {sheet}"
            );
        }
    }
}

#[test]
fn every_chart_has_alt_text_a_title_and_named_axes() {
    for (book, parts) in BOOKS.iter() {
        let mut charts = 0;
        for (name, xml) in parts {
            if name.starts_with("xl/drawings/drawing") {
                for text in attributes(xml, "xdr:cNvPr", "descr") {
                    assert!(text.len() > 20, "{book}, {name}: alt text {text:?}");
                    charts += 1;
                }
            }
            if name.starts_with("xl/charts/chart") {
                assert!(xml.matches("<c:title>").count() >= 3, "{book}, {name}");
            }
        }
        assert!(charts >= 3, "{book} has {charts} charts");
    }
}

#[test]
fn every_sheet_starts_with_a_heading_and_every_workbook_says_what_it_is() {
    for (book, parts) in BOOKS.iter() {
        for (sheet, xml) in sheets(parts) {
            assert!(xml.contains("<c r=\"A1\" "), "{book}, {sheet}");
            assert!(xml.contains("<c r=\"A2\" "), "{book}, {sheet}");
        }
        let core = &parts["docProps/core.xml"];
        for tag in ["dc:title", "dc:subject", "dc:creator", "cp:keywords", "dc:description"] {
            assert!(core.contains(&format!("<{tag}>")), "{book}: {tag}");
        }
        assert!(core.contains("2000-01-01T00:00:00Z"), "{book}: the clock shows");
    }
}

#[test]
fn a_workbook_has_nothing_that_runs_and_no_links_to_other_files_but_the_workbooks_beside_it() {
    for (book, parts) in BOOKS.iter() {
        for (name, xml) in parts {
            assert!(
                !name.contains("vbaProject") && !name.contains("externalLink"),
                "{book}: {name}"
            );
            assert!(!xml.contains("TargetMode=\"External\""), "{book}: {name}");
        }
    }
    let workbook =
        sheets(&BOOKS["portfolio.xlsx"]).into_iter().find(|(name, _)| *name == "Tenants");
    let links = workbook.unwrap().1.matches("HYPERLINK(\"tenants/").count();
    assert_eq!(links, 9);
}

#[test]
fn prices_have_names() {
    let names =
        attributes(&BOOKS["tenants/harrow-bakery.xlsx"]["xl/workbook.xml"], "definedName", "name");
    let prices = names.iter().filter(|name| name.starts_with("Price_")).count();
    assert!(prices > 20, "{names:?}");
    for (book, parts) in BOOKS.iter().filter(|(name, _)| name.starts_with("tenants/")) {
        let plan = sheets(parts).into_iter().find(|(name, _)| *name == "Licences").unwrap().1;
        let seats = plan.matches("<f>Price_").count() + plan.matches("<f>Attach_price_").count();
        let lines = attributes(plan, "row", "r")
            .iter()
            .filter(|row| row.parse::<u32>().unwrap() > 5)
            .count();
        assert_eq!(seats, lines, "{book}: every line of the plan takes its price from Prices");
    }
}
