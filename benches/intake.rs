//! Reading files, beside the crates that read the bare format.
//!
//! The peers only visit every cell. Intake also decodes, recognises the
//! table, brings every value into its canonical spelling, accounts for every
//! row and hashes the file.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use divan::counter::BytesCount;
use seatwise::intake::{Formats, Limits, filled_cells, read_bytes};

use crate::generate::{assignments, csv, users, xlsx};

const CSV_ROWS: usize = 100_000;
const XLSX_ROWS: usize = 20_000;

fn ours(bencher: divan::Bencher<'_, '_>, bytes: &[u8], name: &str, rows: usize) {
    let formats = Formats::shipped().unwrap();
    let limits = Limits::default();
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| {
        let read = read_bytes(bytes, name, &formats, &limits);
        assert_eq!(read.batches.iter().map(seatwise::intake::Batch::len).sum::<usize>(), rows);
        read
    });
}

fn bare_csv(bencher: divan::Bencher<'_, '_>, bytes: &[u8]) {
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        let mut record = csv::ByteRecord::new();
        let mut cells = 0;
        while reader.read_byte_record(&mut record).unwrap() {
            cells += record.iter().filter(|cell| !cell.is_empty()).count();
        }
        cells
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn csv_users(bencher: divan::Bencher<'_, '_>) {
    ours(bencher, &csv(&users(CSV_ROWS)), "users.csv", CSV_ROWS);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn csv_users_bare_crate(bencher: divan::Bencher<'_, '_>) {
    bare_csv(bencher, &csv(&users(CSV_ROWS)));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn csv_assignments(bencher: divan::Bencher<'_, '_>) {
    ours(bencher, &csv(&assignments(CSV_ROWS)), "role_assignments.csv", CSV_ROWS);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn csv_assignments_bare_crate(bencher: divan::Bencher<'_, '_>) {
    bare_csv(bencher, &csv(&assignments(CSV_ROWS)));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn xlsx_users(bencher: divan::Bencher<'_, '_>) {
    ours(bencher, &xlsx(&users(XLSX_ROWS)), "users.xlsx", XLSX_ROWS);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn xlsx_users_bare_scanner(bencher: divan::Bencher<'_, '_>) {
    let bytes = xlsx(&users(XLSX_ROWS));
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| {
        let cells = filled_cells(&bytes).unwrap();
        assert_eq!(cells, (XLSX_ROWS + 1) * 14);
        cells
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn xlsx_users_bare_crate(bencher: divan::Bencher<'_, '_>) {
    let bytes = xlsx(&users(XLSX_ROWS));
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| {
        let mut book = Xlsx::new(Cursor::new(&bytes)).unwrap();
        let name = book.sheet_names()[0].clone();
        let mut reader = book.worksheet_cells_reader(&name).unwrap();
        let mut cells = 0;
        while let Some(cell) = reader.next_cell().unwrap() {
            cells += usize::from(*cell.get_value() != calamine::DataRef::Empty);
        }
        cells
    });
}
