//! Zip archives of exports, and files packed with gzip.
//!
//! An archive is looked at in two steps: what is in it, when the files of a
//! run are found, and the bytes of one member, when its turn comes; nothing
//! is ever written to disk. An archive is refused as a whole when any name in
//! it plays a trick (`..`, an absolute path, a drive), because whoever made
//! that did not export it from a product; and every member is held against
//! the limits when it is inflated, since a directory can lie.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::guard::{ZipKind, check_size, damaged, inflate};
use super::limits::{Limits, Refusal, SPLIT, SUSPECT, option, over};

/// What stands in an archive.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Its path in the archive, with `/`.
    pub(crate) path: String,
    /// Its number in the directory.
    pub(crate) index: usize,
    pub(crate) content: MemberContent,
}

/// What a member is.
#[derive(Debug, Clone)]
pub(crate) enum MemberContent {
    File,
    Archive(Vec<Member>),
    /// An inner archive that cannot be used: why.
    Refused(Refusal),
}

/// Lists an archive; `None` when the file is a workbook by another name.
pub(crate) fn list(path: &Path, limits: &Limits) -> Result<Option<Vec<Member>>, Refusal> {
    let file = open(path, limits)?;
    let mut budget = limits.total_bytes;
    list_in(BufReader::new(file), 1, &mut budget, limits)
}

fn open(path: &Path, limits: &Limits) -> Result<File, Refusal> {
    let unreadable =
        |error: std::io::Error| Refusal::Unreadable(format!("cannot be read: {error}"));
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > limits.file_bytes {
        let what = "size of the file";
        return Err(over(what, size, limits.file_bytes, option::FILE, "split it by tenant"));
    }
    Ok(file)
}

fn list_in(
    reader: impl Read + Seek,
    depth: usize,
    budget: &mut u64,
    limits: &Limits,
) -> Result<Option<Vec<Member>>, Refusal> {
    let mut archive = ZipArchive::new(reader).map_err(|error| damaged(&error))?;
    if archive.len() > limits.entries {
        let (found, limit) = (archive.len() as u64, limits.entries as u64);
        let what = "number of files in the archive";
        return Err(over(what, found, limit, option::ENTRIES, SUSPECT));
    }
    if archive.has_duplicate_names() {
        return Err(Refusal::Hostile(
            "the archive holds two files of one name; check where it comes from".to_owned(),
        ));
    }
    let names = archive
        .file_names()
        .map(|name| name.map(|name| name.replace('\\', "/")))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| damaged(&error))?;
    if ZipKind::of(&names) != ZipKind::Archive {
        return Ok(None);
    }
    if depth > limits.depth {
        let (found, limit) = (depth as u64, limits.depth as u64);
        let what = "number of archives inside one another";
        return Err(over(what, found, limit, option::DEPTH, "unpack it"));
    }
    let mut members = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        let mut entry = archive.by_index_raw(index).map_err(|error| damaged(&error))?;
        let path = safe(&name)?;
        if entry.is_dir() || name.ends_with('/') {
            continue;
        }
        if entry.is_symlink() {
            return Err(Refusal::Hostile(format!(
                "{path} in the archive is a link to another file; check where it comes from"
            )));
        }
        if entry.encrypted() {
            return Err(Refusal::Unreadable(format!(
                "{path} in the archive is protected by a password; pack it without one"
            )));
        }
        let (size, packed) = (entry.size(), entry.compressed_size());
        check_size(&path, size, packed, limits)?;
        *budget = budget.checked_sub(size).ok_or_else(|| {
            let found = limits.total_bytes.saturating_add(size);
            let what = "uncompressed size of the archive";
            over(what, found, limits.total_bytes, option::TOTAL, "pack each tenant by itself")
        })?;
        let content = if is_archive(&path) {
            drop(entry);
            entry = archive.by_index(index).map_err(|error| damaged(&error))?;
            let bytes = take(&mut entry, &path, size)?;
            match list_in(Cursor::new(bytes), depth + 1, budget, limits) {
                Ok(None) => MemberContent::File,
                Ok(Some(inner)) => MemberContent::Archive(inner),
                Err(refusal) => MemberContent::Refused(refusal),
            }
        } else {
            MemberContent::File
        };
        members.push(Member { path, index, content });
    }
    members.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Some(members))
}

/// Whether a name is that of an archive that is looked into.
pub(crate) fn is_archive(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".zip")
}

/// A member's path, if it is one that an honest archive has.
fn safe(name: &str) -> Result<String, Refusal> {
    const LONGEST: usize = 1_024;
    let hostile = |what: &str| {
        let shown: String = name.chars().take(100).flat_map(char::escape_default).collect();
        Refusal::Hostile(format!(
            "the name \u{201c}{shown}\u{201d} in the archive {what}; check where it comes from"
        ))
    };
    if name.len() > LONGEST {
        return Err(hostile("is longer than a path can be"));
    }
    if name.starts_with('/') || name.as_bytes().get(1) == Some(&b':') {
        return Err(hostile("is an absolute path"));
    }
    let trick =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if name.chars().any(trick) {
        return Err(hostile("holds characters that hide what it is"));
    }
    let mut parts = Vec::new();
    for part in name.split('/') {
        match part {
            ".." => return Err(hostile("leads out of the archive")),
            "" | "." => {}
            part => parts.push(part),
        }
    }
    if parts.is_empty() && !name.ends_with('/') {
        return Err(hostile("is empty"));
    }
    Ok(parts.join("/"))
}

/// The bytes of a member, given its number in each archive on the way.
pub(crate) fn load(path: &Path, steps: &[usize], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let (Some((&first, inner)), file) = (steps.split_first(), open(path, limits)?) else {
        return Err(Refusal::Unreadable("it is no archive".to_owned()));
    };
    let mut bytes = member(BufReader::new(file), first, limits)?;
    for &step in inner {
        bytes = member(Cursor::new(&bytes), step, limits)?;
    }
    Ok(bytes)
}

fn member(reader: impl Read + Seek, index: usize, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    member_of(&mut ZipArchive::new(reader).map_err(|error| damaged(&error))?, index, limits)
}

fn member_of<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    index: usize,
    limits: &Limits,
) -> Result<Vec<u8>, Refusal> {
    let mut entry = archive.by_index(index).map_err(|error| damaged(&error))?;
    let name = entry.name().map_err(|error| damaged(&error))?.into_owned();
    let size = entry.size();
    check_size(&name, size, entry.compressed_size(), limits)?;
    take(&mut entry, &name, size)
}

fn take(entry: &mut impl Read, name: &str, size: u64) -> Result<Vec<u8>, Refusal> {
    // What the directory says is not believed before it was seen.
    const AT_ONCE: u64 = 16 << 20;
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(AT_ONCE)).unwrap_or_default());
    inflate(entry, name, size, |part| bytes.extend_from_slice(part))?;
    Ok(bytes)
}

/// An archive that stays open while many of its members are read: its
/// directory is read once.
#[derive(Default)]
pub(crate) struct Opened {
    outer: Option<Outer>,
    /// The innermost archive of the last member that lay in one.
    inner: Option<Inner>,
}

/// An archive on disk.
struct Outer {
    path: PathBuf,
    archive: ZipArchive<BufReader<File>>,
}

/// An archive in another, and the way to it.
struct Inner {
    path: PathBuf,
    way: Vec<usize>,
    archive: ZipArchive<Cursor<Vec<u8>>>,
}

impl Opened {
    /// As [`load`].
    pub(crate) fn load(
        &mut self,
        path: &Path,
        steps: &[usize],
        limits: &Limits,
    ) -> Result<Vec<u8>, Refusal> {
        let Some((&last, way)) = steps.split_last() else {
            return Err(Refusal::Unreadable("it is no archive".to_owned()));
        };
        if way.is_empty() {
            let known = self.outer.take().filter(|known| known.path == path);
            let mut outer = if let Some(known) = known {
                known
            } else {
                let file = BufReader::new(open(path, limits)?);
                let archive = ZipArchive::new(file).map_err(|error| damaged(&error))?;
                Outer { path: path.to_owned(), archive }
            };
            let bytes = member_of(&mut outer.archive, last, limits);
            self.outer = Some(outer);
            return bytes;
        }
        let known = self.inner.take().filter(|known| known.path == path && known.way == way);
        let mut inner = if let Some(known) = known {
            known
        } else {
            let cursor = Cursor::new(load(path, way, limits)?);
            let archive = ZipArchive::new(cursor).map_err(|error| damaged(&error))?;
            Inner { path: path.to_owned(), way: way.to_vec(), archive }
        };
        let bytes = member_of(&mut inner.archive, last, limits);
        self.inner = Some(inner);
        bytes
    }
}

/// Unpacks a file packed with gzip.
pub(crate) fn gunzip(packed: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let mut decoder = MultiGzDecoder::new(packed);
    let mut bytes = Vec::new();
    let mut buffer = vec![0_u8; 64 << 10];
    loop {
        let read = decoder.read(&mut buffer).map_err(|error| {
            Refusal::Unreadable(format!("the packed file is damaged ({error}); export it again"))
        })?;
        if read == 0 {
            return Ok(bytes);
        }
        let size = (bytes.len() + read) as u64;
        if size > limits.entry_bytes {
            let what = "unpacked size of the file";
            return Err(over(what, size, limits.entry_bytes, option::ENTRY, SPLIT));
        }
        let ratio = size / (packed.len() as u64).max(1);
        if size >= limits.ratio_from_bytes && ratio > limits.ratio {
            let what = "compression ratio of the file";
            return Err(over(what, ratio, limits.ratio, option::RATIO, SUSPECT));
        }
        bytes.extend_from_slice(&buffer[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_names_pass_and_tricks_do_not() {
        assert_eq!(safe("a/b.csv").unwrap(), "a/b.csv");
        assert_eq!(safe("./a//b.csv").unwrap(), "a/b.csv");
        assert_eq!(safe("\u{c5}se/R\u{f4}les.csv").unwrap(), "\u{c5}se/R\u{f4}les.csv");
        for name in
            ["../a.csv", "a/../../b", "/etc/passwd", "C:/a.csv", "a\0.csv", "a\u{202e}vsc.exe", ""]
        {
            assert!(matches!(safe(name), Err(Refusal::Hostile(_))), "{name:?}");
        }
        assert!(safe(&"x".repeat(2_000)).is_err());
    }
}
