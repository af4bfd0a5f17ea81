//! Looks at a workbook before a workbook reader does.
//!
//! Files come from customers and from their mail boxes. A workbook is a zip
//! archive, and the reader believes what stands in it: a forged count of
//! shared strings makes it reserve memory until the process is killed, which
//! nothing can catch. So the archive is opened here first and held against
//! [`Limits`]; every part is inflated once and counted, because the sizes in
//! the directory can be forged too. What a reader may still do is panic, and
//! [`guarded`] turns that into an error of this one file.

use std::cell::Cell;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use zip::ZipArchive;

use super::limits::{Limits, Refusal, SPLIT, SUSPECT, option, over};
use super::scan::{CountScan, ReferenceScan, RowHeaderScan};

/// What a zip archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZipKind {
    /// An Excel workbook of XML parts.
    Xlsx,
    /// An Excel workbook of binary parts.
    Xlsb,
    /// An `OpenDocument` spreadsheet.
    Ods,
    /// An archive of files.
    Archive,
}

impl ZipKind {
    /// What the names in an archive's directory say.
    pub(crate) fn of(names: &[String]) -> Self {
        let part = |name: &str, start: &str, end: &str| {
            let name = name.to_ascii_lowercase();
            let file = name.rsplit('/').next().unwrap_or_default();
            file.starts_with(start) && file.ends_with(end)
        };
        let any = |start: &str, end: &str| names.iter().any(|name| part(name, start, end));
        let is = |text: &str| names.iter().any(|name| name.eq_ignore_ascii_case(text));
        let office = is("[Content_Types].xml")
            || names.iter().any(|name| name.to_ascii_lowercase().starts_with("xl/"));
        if office && any("workbook", ".bin") {
            Self::Xlsb
        } else if office && any("workbook", ".xml") {
            Self::Xlsx
        } else if is("mimetype") && is("content.xml") {
            Self::Ods
        } else {
            Self::Archive
        }
    }
}

/// Holds a zip archive against the limits and says what it is; parts of a
/// workbook are inflated once and looked at.
///
/// # Errors
/// [`Refusal`] with the limit, the figure and what to do.
pub fn check_workbook(bytes: &[u8], limits: &Limits) -> Result<ZipKind, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if archive.len() > limits.entries {
        let (found, limit) = (archive.len() as u64, limits.entries as u64);
        let what = "number of parts in the workbook";
        return Err(over(what, found, limit, option::ENTRIES, SUSPECT));
    }
    if archive.has_duplicate_names() {
        return Err(Refusal::Unreadable(
            "the workbook holds two parts of one name; open and save it in Excel".to_owned(),
        ));
    }
    let names = archive
        .file_names()
        .map(|name| name.map(|name| name.replace('\\', "/")))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| damaged(&error))?;
    let kind = ZipKind::of(&names);
    if kind == ZipKind::Archive {
        return Ok(kind);
    }
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| damaged(&error))?;
        let name = entry.name().map_err(|error| damaged(&error))?.replace('\\', "/");
        let (size, packed) = (entry.size(), entry.compressed_size());
        check_size(&name, size, packed, limits)?;
        total = total.saturating_add(size);
        if total > limits.total_bytes {
            let what = "uncompressed size of the workbook";
            return Err(over(what, total, limits.total_bytes, option::TOTAL, SPLIT));
        }
        check_part(&mut entry, kind, &name, size, limits)?;
    }
    Ok(kind)
}

/// Sees that every reference of a workbook to a shared text is a number: the
/// general reader takes others for the first text without a word. The scanner
/// takes none of them, so only what is left to that reader is looked at.
///
/// # Errors
/// [`Refusal`] with the reference.
pub(crate) fn check_references(bytes: &[u8]) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| damaged(&error))?;
        let name = entry.name().map_err(|error| damaged(&error))?.replace('\\', "/");
        if !is_sheet(ZipKind::Xlsx, &name) {
            continue;
        }
        let mut scan = ReferenceScan::default();
        let size = entry.size();
        inflate(&mut entry, &name, size, |bytes| scan.feed(bytes))?;
        if let Some(reference) = scan.bad() {
            return Err(Refusal::Unreadable(format!(
                "{name} refers to shared string \u{201c}{reference}\u{201d}, which is no number; \
                 export it again"
            )));
        }
    }
    Ok(())
}

/// Whether a part of a workbook holds rows.
fn is_sheet(kind: ZipKind, name: &str) -> bool {
    let key = name.to_ascii_lowercase();
    match kind {
        ZipKind::Xlsx => key.contains("worksheets/") && key.ends_with(".xml"),
        ZipKind::Xlsb => key.contains("worksheets/") && key.ends_with(".bin"),
        _ => key == "content.xml",
    }
}

pub(crate) fn damaged(error: &zip::result::ZipError) -> Refusal {
    Refusal::Unreadable(format!("the file is damaged ({error}); export it again"))
}

/// Inflates a part of a workbook and looks at what its reader would believe.
fn check_part(
    entry: &mut impl Read,
    kind: ZipKind,
    name: &str,
    size: u64,
    limits: &Limits,
) -> Result<(), Refusal> {
    let key = name.to_ascii_lowercase();
    let sheet = is_sheet(kind, name);
    if !sheet && size > limits.part_bytes {
        let what = format!("uncompressed size of {name}");
        return Err(over(what, size, limits.part_bytes, option::PART, SPLIT));
    }
    let broken = |problem: &str| {
        Refusal::Unreadable(format!("{name} is damaged ({problem}); export it again"))
    };
    match kind {
        ZipKind::Xlsx if key.ends_with("sharedstrings.xml") => {
            let mut scan = CountScan::default();
            inflate(entry, name, size, |bytes| scan.feed(bytes))?;
            let strings = scan.largest().map_err(|problem| broken(&problem))?;
            let most = size / limits.bytes_per_shared_string;
            if strings > most {
                let what = "number of shared strings the workbook announces";
                return Err(over(what, strings, most, option::NONE, SUSPECT));
            }
        }
        ZipKind::Xlsb if sheet => {
            let mut scan = RowHeaderScan::default();
            inflate(entry, name, size, |bytes| scan.feed(bytes))?;
            if let Some(row) = scan.beyond(limits.rows) {
                return Err(broken(&format!("a row with number {}", u64::from(row) + 1)));
            }
        }
        _ => inflate(entry, name, size, |_| {})?,
    }
    Ok(())
}

pub(crate) fn check_size(
    name: &str,
    size: u64,
    packed: u64,
    limits: &Limits,
) -> Result<(), Refusal> {
    if size > limits.entry_bytes {
        let what = format!("uncompressed size of {name}");
        return Err(over(what, size, limits.entry_bytes, option::ENTRY, SPLIT));
    }
    let ratio = size / packed.max(1);
    if size >= limits.ratio_from_bytes && ratio > limits.ratio {
        let what = format!("compression ratio of {name}");
        return Err(over(what, ratio, limits.ratio, option::RATIO, SUSPECT));
    }
    Ok(())
}

/// Inflates an entry and sees that it is as long as it says, no longer.
pub(crate) fn inflate(
    entry: &mut impl Read,
    name: &str,
    size: u64,
    mut see: impl FnMut(&[u8]),
) -> Result<(), Refusal> {
    let mut buffer = vec![0_u8; 64 << 10];
    let mut seen = 0_u64;
    loop {
        let read = entry.read(&mut buffer).map_err(|error| {
            Refusal::Unreadable(format!("{name} is damaged ({error}); export it again"))
        })?;
        if read == 0 {
            break;
        }
        seen += read as u64;
        if seen > size {
            return Err(over(format!("true size of {name}"), seen, size, option::NONE, SUSPECT));
        }
        see(&buffer[..read]);
    }
    if seen != size {
        return Err(Refusal::Unreadable(format!(
            "{name} is cut off after {seen} of {size} bytes; export it again"
        )));
    }
    Ok(())
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs a reader that may panic; `None` when it did. The panic is not printed.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
            }
        }));
    });
    let was = QUIET.replace(true);
    // The work owns what it changes; after a panic all of it is dropped.
    let result = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(was);
    result.ok()
}
