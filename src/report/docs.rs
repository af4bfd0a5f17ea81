//! Keeps `docs/output.md` in step with the code: its lists of sheets and
//! columns are generated from the descriptors the writers use.
//!
//! `SEATWISE_BLESS=1 cargo test --release --lib docs` rewrites them.

use std::fs;
use std::path::Path;

use super::book::Sheet;
use super::catalogue;
use super::datasets::tables;

fn sheets(title: &str, list: &[Sheet<'_>]) -> String {
    let mut text = format!("{title}\n\n| sheet | what it shows |\n|---|---|\n");
    for sheet in list {
        text.push_str(&format!("| {} | {} |\n", sheet.name, sheet.about));
    }
    text
}

fn datasets() -> String {
    let mut text = String::new();
    for table in tables::all() {
        text.push_str(&format!("### {}\n\n{}\n\n", table.name, table.about));
        text.push_str("| column | type | what it is |\n|---|---|---|\n");
        for (name, kind, about) in &table.columns {
            // A stroke inside code would end the cell of the table.
            let about = about.replace('|', "\\|");
            text.push_str(&format!("| `{name}` | {kind} | {about} |\n"));
        }
        text.push('\n');
    }
    text.trim_end().to_owned() + "\n"
}

fn replaced(page: &str, section: &str, body: &str) -> String {
    let start = format!("<!-- generated: {section} -->\n");
    let from = page.find(&start).unwrap() + start.len();
    let to = from + page[from..].find("<!-- end -->").unwrap();
    format!("{}{body}{}", &page[..from], &page[to..])
}

#[test]
fn the_page_on_output_lists_every_sheet_and_column() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/output.md");
    let page = fs::read_to_string(&path).unwrap();
    let both = format!(
        "\n{}\n{}\n",
        sheets(
            "A tenant's workbook (*Device decisions*, *Capacity*, *Compare*, *Savings*, *Alternatives*, *Sensitivity* and *Risks* only where there is something to show):",
            catalogue::tenant::SHEETS
        ),
        sheets("The portfolio's workbook:", catalogue::portfolio::SHEETS)
    );
    let fresh = replaced(&page, "sheets", &both);
    let fresh = replaced(&fresh, "datasets", &format!("\n{}\n", datasets()));
    if std::env::var_os("SEATWISE_BLESS").is_some() {
        fs::write(&path, &fresh).unwrap();
        return;
    }
    assert!(page == fresh, "docs/output.md is stale: see the head of src/report/docs.rs");
}
