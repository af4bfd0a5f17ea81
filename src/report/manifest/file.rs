//! The files that `run.json` lists.
//!
//! A run over thousands of tenants lists a hundred thousand of them: a hash is
//! kept as its bytes, a path once although it stands in two lists.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::intake::FileReport;
use crate::rulebook::hex;

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Input {
    /// Path relative to the input, with `/`.
    pub path: FilePath,
    /// Size.
    pub bytes: u64,
    /// Hash.
    pub sha256: Hash,
}

impl From<&FileReport> for Input {
    fn from(file: &FileReport) -> Self {
        let path = FilePath(file.path.as_str().into());
        Self { path, bytes: file.bytes, sha256: Hash::read(&file.sha256) }
    }
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Written {
    /// Path relative to the output folder, with `/`.
    pub path: FilePath,
    /// Size.
    pub bytes: u64,
    /// Hash.
    pub sha256: Hash,
}

impl Written {
    /// Size and hash of `path`, which lies below `base`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(path: &Path, base: &Path) -> io::Result<Self> {
        let mut hasher = Sha256::new();
        let bytes = io::copy(&mut File::open(path)?, &mut hasher)?;
        let sha256 = Hash(Some(hasher.finalize().into()));
        Ok(Self { path: FilePath(relative(path, base).into()), bytes, sha256 })
    }
}

/// A path below `base` with `/` between its parts.
fn relative(path: &Path, base: &Path) -> String {
    let path = path.strip_prefix(base).unwrap_or(path);
    let parts: Vec<String> =
        path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}

/// The path of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilePath(Arc<str>);

impl Deref for FilePath {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Serialize for FilePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for FilePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|path| Self(path.into()))
    }
}

/// A SHA-256, written as 64 hexadecimal digits; `None` for a text that is
/// none, which is the hash of no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash(Option<[u8; 32]>);

impl Hash {
    /// Reads the digits.
    #[must_use]
    pub fn read(digits: &str) -> Self {
        let mut bytes = [0; 32];
        let digit =
            |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let pairs = digits.as_bytes().chunks(2);
        let whole = digits.len() == 64
            && pairs.zip(&mut bytes).all(|(pair, byte)| {
                let value = digit(pair[0]).zip(digit(pair[1])).map(|(high, low)| 16 * high + low);
                value.map(|value| *byte = value).is_some()
            });
        Self(whole.then_some(bytes))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.map_or_else(String::new, |bytes| hex(&bytes)))
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|digits| Self::read(&digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_was_written_and_nothing_else_is_one() {
        let digits = "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea";
        let hash = Hash::read(digits);
        assert_eq!(serde_json::to_string(&hash).unwrap(), format!("\"{digits}\""));
        assert_eq!(serde_json::from_str::<Hash>(&format!("\"{digits}\"")).unwrap(), hash);
        for wrong in ["", &digits[2..], &format!("{digits}x"), &digits.replace('f', "g")] {
            assert_ne!(Hash::read(wrong), hash, "{wrong}");
            assert_eq!(serde_json::to_string(&Hash::read(wrong)).unwrap(), "\"\"");
        }
    }
}
