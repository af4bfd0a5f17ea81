//! Any bytes as a text file: nothing panics and every row is accounted for.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use seatwise::intake::{Formats, Limits, read_bytes};

static FORMATS: LazyLock<Formats> = LazyLock::new(|| Formats::shipped().unwrap());

fuzz_target!(|data: &[u8]| {
    let read = read_bytes(data, "t/file.csv", &FORMATS, &Limits::default());
    for table in &read.report.tables {
        assert!(table.adds_up(), "{table:?}");
    }
});
