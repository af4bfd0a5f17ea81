//! Any bytes as a mapping and as a rulebook: problems are told, never a panic.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use seatwise::intake::Formats;
use seatwise::rulebook::check_bytes;

static FORMATS: LazyLock<Formats> = LazyLock::new(|| Formats::shipped().unwrap());

fuzz_target!(|data: &[u8]| {
    let _ = check_bytes("any.toml", data);
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = FORMATS.clone().with_mapping("any.toml", text);
    }
});
