//! What `docs/queries.md` asks of the tables, they have.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use seatwise::report::datasets::tables;

/// The queries of the page.
fn queries() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/queries.md");
    let page = fs::read_to_string(page).unwrap();
    let found =
        page.split("```sql\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    found.collect()
}

#[test]
fn every_query_names_tables_and_columns_that_there_are() {
    let tables = tables::all();
    let queries = queries();
    assert!(queries.len() >= 10, "{}", queries.len());
    for query in queries {
        let mut known: BTreeSet<String> = BTreeSet::new();
        let mut words: Vec<String> = Vec::new();
        for (number, part) in query.split('\'').enumerate() {
            if number % 2 == 0 {
                // SQL is written in capitals, names in small letters.
                let names = part.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                words.extend(
                    names
                        .filter(|w| w.starts_with(|c: char| c.is_ascii_lowercase()))
                        .map(str::to_owned),
                );
            } else if let Some(path) = part.strip_prefix("data/") {
                let name = path.strip_suffix("/*.parquet").unwrap();
                let table = tables.iter().find(|table| table.name == name);
                let table = table.unwrap_or_else(|| panic!("no table {name}: {query}"));
                known.extend(table.columns.iter().map(|(column, _, _)| (*column).to_owned()));
            }
        }
        // What a query names itself: `AS money`, `'...' u`.
        for (word, next) in query.split_whitespace().zip(query.split_whitespace().skip(1)) {
            if word == "AS" || word.ends_with(".parquet'") {
                known.insert(next.trim_matches(|c| c == ',' || c == ';').to_owned());
            }
        }
        for word in words {
            assert!(known.contains(&word), "no column {word}: {query}");
        }
    }
}
