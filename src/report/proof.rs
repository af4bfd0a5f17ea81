//! The proof of a tenant's plan as a file: `data/proof/<tenant>.json.gz`.

use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{ReportError, atomic, file_stem};
use crate::output::proof::ProofFile;

/// Folder name beside the tables.
pub const FOLDER: &str = "proof";

/// Bytes of JSON that are packed together.
const PIECE: usize = 1 << 16;

/// Where the proof of a tenant is written below `dir`.
#[must_use]
pub fn path(id: &str, dir: &Path) -> PathBuf {
    dir.join(FOLDER).join(format!("{}.json.gz", file_stem(id)))
}

/// Writes the proof below `dir`, whole or not at all.
///
/// # Errors
/// When the file cannot be written; the error names it.
pub fn write(proof: &ProofFile, dir: &Path) -> Result<PathBuf, ReportError> {
    let path = path(&proof.tenant, dir);
    // No time and no name in the head: the same proof gives the same bytes.
    atomic::write::<io::Error>(&path, |file| {
        // JSON comes in pieces of a few bytes: packing takes them together.
        let packed = GzEncoder::new(file, Compression::fast());
        let mut pieces = BufWriter::with_capacity(PIECE, packed);
        serde_json::to_writer(&mut pieces, proof)?;
        pieces.into_inner().map_err(io::IntoInnerError::into_error)?.finish()?.flush()
    })
    .map_err(|source| ReportError::File { path: path.clone(), source })?;
    Ok(path)
}
