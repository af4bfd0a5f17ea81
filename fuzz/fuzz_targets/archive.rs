//! Any bytes as an archive of exports: it is looked into, its members are
//! read, nothing leaves it and every row is accounted for.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use seatwise::intake::{Formats, Limits, discover, read_file};

static FORMATS: LazyLock<Formats> = LazyLock::new(|| Formats::shipped().unwrap());
static FILE: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("any.zip");
    (folder, path)
});

fuzz_target!(|data: &[u8]| {
    let path = &FILE.1;
    std::fs::write(path, data).unwrap();
    let limits = Limits { total_bytes: 64 << 20, entry_bytes: 32 << 20, ..Limits::default() };
    let found = discover(std::slice::from_ref(path), &limits).unwrap();
    let files = found.tenants.iter().flat_map(|tenant| &tenant.files).chain(&found.shared);
    for file in files {
        assert!(!file.shown.split('/').any(|part| part == ".."), "{}", file.shown);
        for table in &read_file(file, &FORMATS, &limits).report.tables {
            assert!(table.adds_up(), "{table:?}");
        }
    }
});
