//! Writes the made-up outputs and reads them back with another library.

use std::fs;
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx, open_workbook};

use super::brand::Brand;
use super::language::Language;
use super::sample::sample_output;
use super::{Limits, catalogue, portfolio, tenant};

fn read(path: &Path) -> Xlsx<std::io::BufReader<fs::File>> {
    open_workbook(path).unwrap()
}

/// Every cell of a sheet as text, with its formulas.
fn cells(book: &mut Xlsx<std::io::BufReader<fs::File>>, sheet: &str) -> Vec<Vec<Data>> {
    let range = book.worksheet_range(sheet).unwrap();
    let (rows, cols) = range.end().map_or((0, 0), |(row, col)| (row + 1, col + 1));
    (0..rows)
        .map(|row| {
            (0..cols)
                .map(|col| range.get_value((row, col)).cloned().unwrap_or(Data::Empty))
                .collect()
        })
        .collect()
}

fn column(rows: &[Vec<Data>], header: &str) -> usize {
    rows[4].iter().position(|cell| cell.to_string().starts_with(header)).unwrap()
}

fn no_errors(path: &Path) {
    let mut book = read(path);
    for name in book.sheet_names() {
        for row in cells(&mut book, &name) {
            for cell in row {
                assert!(!matches!(cell, Data::Error(_)), "{name}: {cell:?}");
            }
        }
        let formulas = book.worksheet_formula(&name).unwrap();
        for formula in formulas.rows().flatten() {
            assert!(!formula.contains("#REF"), "{name}: {formula}");
        }
    }
}

#[test]
fn a_tenant_workbook_has_its_sheets_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("contoso.xlsx");
    tenant::write(&sample_output(), &path).unwrap();
    let names = read(&path).sheet_names();
    let expected: Vec<_> = catalogue::tenant::SHEETS.iter().map(|sheet| sheet.name).collect();
    assert_eq!(names, expected);
    no_errors(&path);
}

#[test]
fn every_sheet_starts_with_heading_description_and_the_way_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("contoso.xlsx");
    tenant::write(&sample_output(), &path).unwrap();
    let mut book = read(&path);
    for sheet in &catalogue::tenant::SHEETS[1..] {
        let rows = cells(&mut book, sheet.name);
        assert!(rows[0][0].to_string().starts_with(sheet.title));
        assert_eq!(rows[1][0].to_string(), sheet.about);
        assert_eq!(rows[2][0].to_string(), "\u{2190} Cover");
    }
    assert!(cells(&mut book, "Cover")[0][0].to_string().starts_with("Licence report: Contoso"));
}

#[test]
fn stored_results_equal_the_totals_of_the_calculation() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("contoso.xlsx");
    let out = sample_output();
    tenant::write(&out, &path).unwrap();
    let mut book = read(&path);
    let summary = cells(&mut book, "Summary");
    let figure = |name: &str| {
        let row = summary.iter().find(|row| row[0] == name);
        row.unwrap_or_else(|| panic!("{name}"))[1].to_string()
    };
    let money =
        |cents: crate::money::Cents| super::cell::money_cell(i128::from(cents.0)).to_string();
    let totals = &out.totals;
    assert_eq!(figure("Plan: the cheapest lawful licences"), money(totals.plan_cents));
    assert_eq!(figure("Owned today"), money(totals.owned_cents));
    assert_eq!(figure("Assigned today"), money(totals.assigned_cents));
    assert_eq!(figure("User licences only"), money(totals.user_only_cents));
    assert_eq!(figure("People"), totals.people.to_string());
    assert_eq!(figure("Need a licence"), totals.need_licence.to_string());
    for (tier, count) in super::figures::TIERS.iter().zip(totals.by_tier) {
        assert_eq!(figure(&format!("Tier: {tier}")), count.to_string());
    }
    assert_eq!(figure("Devices licensed"), totals.devices_licensed.to_string());
    assert_eq!(figure("Served by device licences only"), totals.by_device_only.to_string());
    let checks = cells(&mut book, "Checks");
    assert_eq!(checks[3][4], Data::Bool(true));
    let agrees = column(&checks, "Agrees");
    for row in &checks[5..] {
        assert_eq!(row[agrees], Data::Bool(true), "{row:?}");
    }
}

#[test]
fn a_wrong_total_shows_on_checks_and_cover() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("contoso.xlsx");
    let mut out = sample_output();
    out.totals.plan_cents = crate::money::Cents(1);
    tenant::write(&out, &path).unwrap();
    let mut book = read(&path);
    assert_eq!(cells(&mut book, "Checks")[3][4], Data::Bool(false));
    let cover = cells(&mut book, "Cover");
    let line = cover.iter().find(|row| row[0] == "Checks").unwrap();
    assert_eq!(line[1].to_string(), super::sheets::cover::DISAGREE);
}

#[test]
fn text_of_the_customer_stays_text() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("contoso.xlsx");
    tenant::write(&sample_output(), &path).unwrap();
    let mut book = read(&path);
    let users = cells(&mut book, "Users");
    let (id, name) = (column(&users, "User id"), column(&users, "Name"));
    assert_eq!(users[5][id], Data::String("01000".into()));
    assert_eq!(users[7][name], Data::String("=3+1".into()));
    let formulas = book.worksheet_formula("Users").unwrap();
    assert!(formulas.rows().all(|row| row.iter().all(|text| !text.contains("3+1"))));
    let signed_in = column(&users, "Last sign-in");
    assert!(matches!(users[6][signed_in], Data::DateTime(_)), "{:?}", users[6][signed_in]);
}

#[test]
fn streamed_and_split_sheets_hold_the_same_rows() {
    let dir = tempfile::tempdir().unwrap();
    let (whole, split) = (dir.path().join("whole.xlsx"), dir.path().join("split.xlsx"));
    let out = sample_output();
    tenant::write(&out, &whole).unwrap();
    tenant::write_with(
        &out,
        &split,
        Limits { table_rows: 3, sheet_rows: 25, ..Limits::default() },
        &Brand::default(),
        Language::English,
    )
    .unwrap();
    no_errors(&split);
    let mut book = read(&split);
    let names = book.sheet_names();
    assert!(names.contains(&"Users (3)".to_owned()), "{names:?}");
    let mut ids = Vec::new();
    for part in ["Users", "Users (2)", "Users (3)"] {
        let rows = cells(&mut book, part);
        ids.extend(rows[5..].iter().map(|row| row[0].to_string()));
    }
    let all: Vec<_> =
        cells(&mut read(&whole), "Users")[5..].iter().map(|r| r[0].to_string()).collect();
    assert_eq!(ids, all);
    assert_eq!(cells(&mut book, "Checks")[3][4], Data::Bool(true));
}

#[test]
fn an_empty_tenant_can_be_reported() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("empty.xlsx");
    let mut out = sample_output();
    out.users.clear();
    out.devices.clear();
    out.plan.clear();
    out.signatures.clear();
    out.drivers.clear();
    out.roles.clear();
    out.true_up.clear();
    out.rule_checks.clear();
    out.certificate.components.clear();
    out.prices.clear();
    out.capacity.clear();
    out.findings.clear();
    out.files.clear();
    out.rejected.clear();
    out.compare = crate::output::Compare::default();
    out.savings = crate::output::Savings::default();
    out.sensitivity = crate::output::Sensitivity::default();
    out.risks.clear();
    out.totals = crate::output::Totals::default();
    out.certificate.cents = crate::money::Cents::ZERO;
    out.certificate.bound_cents = crate::money::Cents::ZERO;
    tenant::write(&out, &path).unwrap();
    no_errors(&path);
    assert_eq!(cells(&mut read(&path), "Checks")[3][4], Data::Bool(true));
}

#[test]
fn the_same_output_gives_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let out = sample_output();
    for limits in [Limits::default(), Limits { table_rows: 3, sheet_rows: 25, ..Limits::default() }]
    {
        let (one, two) = (dir.path().join("one.xlsx"), dir.path().join("two.xlsx"));
        tenant::write_with(&out, &one, limits, &Brand::default(), Language::English).unwrap();
        tenant::write_with(&out, &two, limits, &Brand::default(), Language::English).unwrap();
        assert!(fs::read(one).unwrap() == fs::read(two).unwrap());
    }
}

/// For measuring: `SEATWISE_ROWS=200000 cargo test --release --lib measure -- --nocapture`.
#[test]
fn measure() {
    let Some(rows) = std::env::var("SEATWISE_ROWS").ok().and_then(|n| n.parse::<usize>().ok())
    else {
        return;
    };
    let mut out = sample_output();
    let people = out.users.clone();
    out.users = people.iter().cycle().take(rows).cloned().collect();
    let dir = tempfile::tempdir().unwrap();
    let start = std::time::Instant::now();
    tenant::write(&out, &dir.path().join("big.xlsx")).unwrap();
    let bytes = fs::metadata(dir.path().join("big.xlsx")).unwrap().len();
    println!("workbook of {rows} people: {:?}, {bytes} bytes", start.elapsed());
    let start = std::time::Instant::now();
    super::datasets::write(&out, dir.path()).unwrap();
    println!("datasets: {:?}", start.elapsed());
}

/// For looking: `SEATWISE_LOOK=folder cargo test --release --lib look`.
#[test]
fn look() {
    let Some(dir) = std::env::var_os("SEATWISE_LOOK") else { return };
    let dir = Path::new(&dir);
    tenant::write(&sample_output(), &dir.join("tenants/tenant-00.xlsx")).unwrap();
    let streamed = Limits { table_rows: 3, sheet_rows: 25, ..Limits::default() };
    tenant::write_with(
        &sample_output(),
        &dir.join("streamed.xlsx"),
        streamed,
        &Brand::default(),
        Language::English,
    )
    .unwrap();
    portfolio::write(&super::sample::sample_portfolio(), &dir.join("portfolio.xlsx")).unwrap();
}

#[test]
fn a_portfolio_workbook_agrees_with_itself() {
    let dir = tempfile::tempdir().unwrap();
    let out = super::sample::sample_portfolio();
    let (one, two) = (dir.path().join("one.xlsx"), dir.path().join("two.xlsx"));
    portfolio::write(&out, &one).unwrap();
    portfolio::write(&out, &two).unwrap();
    assert!(fs::read(&one).unwrap() == fs::read(&two).unwrap());
    no_errors(&one);
    let mut book = read(&one);
    let expected: Vec<_> = catalogue::portfolio::SHEETS.iter().map(|sheet| sheet.name).collect();
    assert_eq!(book.sheet_names(), expected);
    let checks = cells(&mut book, "Checks");
    for row in &checks[5..] {
        assert_eq!(row[4], Data::Bool(true), "{row:?}");
    }
    let tenants = cells(&mut book, "Tenants");
    assert_eq!(tenants.len(), 5 + out.tenants.len());
    let plan = column(&tenants, "Plan cost");
    assert_eq!(tenants[3][plan], Data::Empty, "no sum over two currencies");
    let links = book.worksheet_formula("Tenants").unwrap();
    assert!(links.rows().flatten().any(|text| text.contains("tenants/tenant-00.xlsx")));
    let summary = cells(&mut book, "Summary");
    let euro = summary.iter().find(|row| row[0] == "EUR").unwrap();
    let cents: i64 = out
        .tenants
        .iter()
        .filter(|t| t.tenant.currency == "EUR")
        .map(|t| t.totals.plan_cents.0)
        .sum();
    assert_eq!(euro[7].to_string(), super::cell::money_cell(cents.into()).to_string());
}

#[test]
fn an_empty_portfolio_can_be_reported() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("empty.xlsx");
    portfolio::write(&crate::output::PortfolioOutput::default(), &path).unwrap();
    no_errors(&path);
}

#[test]
fn file_names_are_safe_and_unique() {
    use super::file_stem;
    assert_eq!(file_stem("contoso.com"), "contoso.com");
    assert_eq!(file_stem("\u{c6}ther"), "\u{c6}ther");
    for id in ["a/b", "a\\b", "a:b", "con", "NUL", "..", "", " x", "a#b", "x\"y"] {
        let stem = file_stem(id);
        assert_ne!(stem, id);
        assert!(!stem.contains(['/', '\\', ':', '#', '"']) && !stem.starts_with('.'), "{stem}");
    }
    assert_ne!(file_stem("a/b"), file_stem("a:b"));
}

#[test]
fn datasets_hold_the_rows_and_are_the_same_every_time() {
    use polars::prelude::{DataType, ParquetReader, SerReader as _};

    let dir = tempfile::tempdir().unwrap();
    let out = sample_output();
    let one = super::datasets::write(&out, &dir.path().join("one")).unwrap();
    let two = super::datasets::write(&out, &dir.path().join("two")).unwrap();
    let tables = super::datasets::tables::all();
    assert_eq!(one.len(), tables.len());
    for ((one, two), table) in one.iter().zip(&two).zip(&tables) {
        assert!(one.ends_with(format!("{}/contoso.parquet", table.name)));
        assert!(fs::read(one).unwrap() == fs::read(two).unwrap());
        let frame = ParquetReader::new(fs::File::open(one).unwrap()).finish().unwrap();
        let names: Vec<_> =
            frame.get_column_names().iter().map(std::string::ToString::to_string).collect();
        let expected: Vec<_> = table.columns.iter().map(|column| column.0).collect();
        assert_eq!(names, expected);
        for (name, kind, _) in &table.columns {
            let dtype = frame.column(name).unwrap().dtype().clone();
            let expected = match *kind {
                "string" => DataType::String,
                "boolean" => DataType::Boolean,
                "date" => DataType::Date,
                _ => DataType::Int64,
            };
            assert_eq!(dtype, expected, "{}.{name}", table.name);
            assert_eq!(name.ends_with("cents"), kind.contains("cents"), "{}.{name}", table.name);
        }
    }
    let read = |name: &str| {
        let path = dir.path().join("one").join(name).join("contoso.parquet");
        ParquetReader::new(fs::File::open(path).unwrap()).finish().unwrap()
    };
    let users = read("users");
    assert_eq!(users.height(), 60);
    let sum = users.column("plan_cents").unwrap().as_materialized_series().sum::<i64>().unwrap();
    assert_eq!(sum, out.users.iter().map(|user| user.cents.0).sum::<i64>());
    assert_eq!(users.column("name").unwrap().str().unwrap().get(2), Some("=3+1"));
    assert_eq!(read("certificate").height(), 3);
}

#[test]
fn an_empty_table_still_has_its_columns() {
    use polars::prelude::{ParquetReader, SerReader as _};

    let dir = tempfile::tempdir().unwrap();
    let mut out = sample_output();
    out.devices.clear();
    super::datasets::write(&out, dir.path()).unwrap();
    let file = fs::File::open(dir.path().join("devices/contoso.parquet")).unwrap();
    let frame = ParquetReader::new(file).finish().unwrap();
    assert_eq!((frame.height(), frame.width()), (0, 15));
}
