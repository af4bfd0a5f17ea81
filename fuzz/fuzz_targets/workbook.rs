//! Any bytes as a workbook: nothing panics past the guard and every row is
//! accounted for.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use seatwise::intake::{Formats, Limits, read_bytes};

static FORMATS: LazyLock<Formats> = LazyLock::new(|| Formats::shipped().unwrap());

fuzz_target!(|data: &[u8]| {
    let limits = Limits { total_bytes: 64 << 20, entry_bytes: 32 << 20, ..Limits::default() };
    let read = read_bytes(data, "t/book.xlsx", &FORMATS, &limits);
    for table in &read.report.tables {
        assert!(table.adds_up(), "{table:?}");
    }
});
