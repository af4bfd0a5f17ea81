//! One tenant of a run: its proof, and its tables against the proof.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;

use super::answers::answers;
use super::claims::{Claims, Failure};
use super::plan::PlanCheck;
use super::schedule::schedule;
use super::steps::steps;
use super::sums::Sums;
use super::tables::Tables;
use crate::intake::guarded;
use crate::optimize::verify;
use crate::output::proof::ProofFile;
use crate::proof::{Restored, restore};
use crate::report::file_stem;
use crate::report::manifest::{Calculated, RunManifest};

/// Bytes of a proof once it is unpacked.
const MOST_BYTES: u64 = 4 << 30;

/// What a check of a tenant found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) claims: Claims,
    /// What user licences alone cost, as its tables say.
    pub(super) user_only: Option<i64>,
}

/// Checks proof and tables of a tenant.
pub(super) fn check(run: &Path, manifest: &RunManifest, entry: &Calculated) -> Found {
    let mut found = Found::default();
    let file = format!("data/proof/{}.json.gz", file_stem(&entry.id));
    // Sums of forged amounts may not fit; whatever happens, it is an answer.
    let checked = guarded(|| {
        let mut found = Found::default();
        let claims = &mut found.claims;
        let tables = Tables::read(run, &entry.id, claims);
        let proof = read(run, &file).and_then(|proof| {
            let restored = restore(&proof).map_err(|error| Failure::unreadable(&file, error))?;
            Ok((proof, restored))
        });
        let result = match (proof, tables) {
            (Ok((proof, restored)), tables) => {
                let checked = optimum((&file, ""), &proof, &restored, claims);
                tables.map_or(Ok(()), |tables| {
                    PlanCheck::new(&file, &proof, &restored, &tables, claims)
                        .and_then(|mut check| check.run(checked))?;
                    let mut sums = Sums { manifest, entry, tables: &tables, claims };
                    sums.run(&proof)?;
                    schedule(&tables, claims)?;
                    steps(&file, &proof, &tables, claims)?;
                    answers(&tables, claims)?;
                    found.user_only = tables.get("tenants")?.counts("user_only_cents")?.pop();
                    Ok(())
                })
            }
            (Err(failure), _) => Err(failure),
        };
        if let Err(failure) = result {
            found.claims.failed(failure);
        }
        found
    });
    match checked {
        Some(checked) => found = checked,
        None => found.claims.failed(Failure::unreadable(
            &file,
            "this proof, or a table of the tenant, holds figures beyond what can be counted with",
        )),
    }
    found
}

/// Reads a proof.
fn read(run: &Path, file: &str) -> Result<ProofFile, Failure> {
    let failed = |message: String| Failure::unreadable(file, message);
    let packed =
        fs::read(run.join(file)).map_err(|error| failed(format!("cannot be read ({error})")))?;
    let mut text = Vec::new();
    GzDecoder::new(&packed[..])
        .take(MOST_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(|error| failed(format!("is damaged ({error})")))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(failed("is larger than a proof can be".into()));
    }
    serde_json::from_slice(&text).map_err(|error| failed(format!("is damaged ({error})")))
}

/// Asks the independent checker about each plan of the proof at a place of the
/// file (blank: the renewal); gives how many statements it checked for the first.
pub(super) fn optimum(
    (file, place): (&str, &str),
    proof: &ProofFile,
    restored: &Restored,
    claims: &mut Claims,
) -> u64 {
    let mut first = None;
    for plan in &restored.plans {
        let verdict = verify(&restored.problem(plan), &plan.plan);
        claims.checked += verdict.checked;
        first.get_or_insert(verdict.checked);
        for failure in verdict.failures {
            claims.claim(false, file, || {
                format!("{place}the {} plan is refused: {}", plan.name, named(&failure, proof))
            });
        }
    }
    first.unwrap_or_default()
}

/// Puts ids behind the numbers of people, devices and licences in a sentence of
/// the checker.
fn named(sentence: &str, proof: &ProofFile) -> String {
    let id = |word: &str, number: usize| match word {
        "person" => proof.people.get(number).map(|person| person.user.as_str()),
        "seat" => proof.seats.get(number).map(|seat| seat.device.as_str()),
        "SKU" => proof.skus.get(number).map(|sku| sku.sku.as_str()),
        _ => None,
    };
    let mut text = String::new();
    let mut before = "";
    for word in sentence.split(' ') {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
        if let Some(id) = word.parse().ok().and_then(|number| id(before, number)) {
            text.push_str(&format!(" ({id})"));
        }
        before = word;
    }
    text
}
