//! Any bytes as object XML, cut into several files: every object is used,
//! ignored or rejected.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use seatwise::intake::{Formats, Limits, read_bytes};

static FORMATS: LazyLock<Formats> = LazyLock::new(|| Formats::shipped().unwrap());

fuzz_target!(|data: &[u8]| {
    let read = read_bytes(data, "t/object.xml", &FORMATS, &Limits::default());
    for table in &read.report.tables {
        assert!(table.adds_up(), "{table:?}");
    }
});
