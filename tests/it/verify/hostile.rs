//! Whatever the bytes of a file are, the answer is a sentence.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use seatwise::audit::audit;

use super::{Run, packed, unpacked};
use crate::binary::{files_below, json};
use crate::coupling::Dice;

const TENANT: &str = "eastgate-nine";

fn place(dice: &mut Dice, length: usize) -> usize {
    usize::try_from(dice.below(length.max(1) as u64)).unwrap()
}

/// Bytes with something wrong.
fn damaged(dice: &mut Dice, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match dice.below(5) {
        0 => bytes.truncate(place(dice, bytes.len())),
        1 => {
            let at = place(dice, bytes.len());
            bytes.insert(at, u8::try_from(dice.below(256)).unwrap());
        }
        2 => {
            let at = place(dice, bytes.len());
            let more = bytes[at..].to_vec();
            bytes.extend(more);
        }
        _ => {
            for _ in 0..=dice.below(8) {
                let at = place(dice, bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(dice.below(256)).unwrap();
                }
            }
        }
    }
    bytes
}

/// Checks, and gives whether the run was verified.
fn verified(run: &Run) -> bool {
    let asked = || audit(run.folder.path(), &[TENANT.to_owned()]);
    catch_unwind(AssertUnwindSafe(asked)).expect("no panic").is_ok_and(|found| found.verified)
}

#[test]
fn damaged_files_are_refused_and_nothing_panics() {
    let run = Run::of("portfolio");
    let mut dice = Dice(7);
    let mut tried = 0;
    for (file, bytes) in files_below(run.folder.path()) {
        if !file.contains(TENANT) && !file.ends_with(".json") || file.ends_with(".xlsx") {
            continue;
        }
        let manifest = fs::read(run.path("run.json")).unwrap();
        let mut forms: Vec<Vec<u8>> = vec![Vec::new(), vec![0; 64]];
        forms.extend((0..40).map(|_| damaged(&mut dice, &bytes)));
        for form in forms {
            if form == bytes {
                continue;
            }
            fs::write(run.path(&file), &form).unwrap();
            // `run.json` may be damaged where nothing depends on it.
            assert!(!verified(&run) || file == "run.json", "{file}");
            if file != "run.json" {
                // The hash follows: only what the file says is wrong now.
                run.seal(&file);
                verified(&run);
                fs::write(run.path("run.json"), &manifest).unwrap();
            }
            tried += 1;
        }
        fs::write(run.path(&file), &bytes).unwrap();
    }
    assert!(verified(&run) && tried > 600, "{tried}");
}

#[test]
fn proofs_with_any_number_or_word_exchanged_never_panic() {
    let run = Run::of("portfolio");
    let mut dice = Dice(11);
    for tenant in [TENANT, "harrow-bakery"] {
        let file = format!("data/proof/{tenant}.json.gz");
        let path = run.path(&file);
        let (bytes, manifest) = (fs::read(&path).unwrap(), json(&run.path("run.json")));
        let text = unpacked(&path).to_string();
        let digits: Vec<usize> =
            text.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).collect();
        let mut refused = 0;
        for _ in 0..300 {
            let at = digits[place(&mut dice, digits.len())];
            let fresh = ["0", "7", "-1", "99", "4294967295", "9223372036854775807", "1e9", "null"];
            let fresh = fresh[place(&mut dice, fresh.len())];
            let changed = format!("{}{fresh}{}", &text[..at], &text[at + 1..]);
            fs::write(&path, packed(changed.as_bytes())).unwrap();
            run.seal(&file);
            let asked = || audit(run.folder.path(), &[tenant.to_owned()]);
            let found = catch_unwind(AssertUnwindSafe(asked)).expect("no panic").unwrap();
            refused += u32::from(!found.verified);
        }
        // The rest changed what decides nothing (the price of a licence nobody
        // wants), or a number into itself.
        assert!(refused > 200, "{tenant}: {refused} of 300");
        fs::write(&path, bytes).unwrap();
        fs::write(run.path("run.json"), manifest.to_string()).unwrap();
    }
}
