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

use super::scan::{CountScan, ReferenceScan};

/// How much a file may ask for. The defaults are far above what exports are
/// and far below what hurts.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a file on disk.
    pub file_bytes: u64,
    /// Entries in the directory of a workbook.
    pub entries: usize,
    /// Uncompressed bytes of one entry.
    pub entry_bytes: u64,
    /// Uncompressed bytes of one entry that is no sheet: the reader holds it
    /// in memory as a whole.
    pub part_bytes: u64,
    /// Uncompressed bytes of all entries.
    pub total_bytes: u64,
    /// Uncompressed bytes per compressed byte, looked at from
    /// [`Limits::ratio_from_bytes`] on. Sheets compress 10 to 60 times.
    pub ratio: u64,
    /// Size from which the ratio counts.
    pub ratio_from_bytes: u64,
    /// Fewest bytes one shared string takes; a table that announces more
    /// strings than fit is forged.
    pub bytes_per_shared_string: u64,
    /// Columns of a sheet (Excel has 16,384).
    pub columns: u32,
    /// Rows of a sheet (Excel has 1,048,576).
    pub rows: u32,
    /// Cells of one sheet that cannot be read before it is given up.
    pub bad_cells: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 4 << 30,
            entries: 10_000,
            entry_bytes: 4 << 30,
            part_bytes: 512 << 20,
            total_bytes: 8 << 30,
            ratio: 400,
            ratio_from_bytes: 64 << 20,
            bytes_per_shared_string: 5,
            columns: 16_384,
            rows: 1_048_576,
            bad_cells: 1_000,
        }
    }
}

/// Why a workbook is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is damaged or no workbook.
    #[error("{0}")]
    Unreadable(String),
    /// It is over a limit.
    #[error("{what} is {found}, the limit is {limit}; {advice}")]
    OverLimit {
        /// What was measured.
        what: String,
        /// The figure found.
        found: u64,
        /// The limit.
        limit: u64,
        /// What to do.
        advice: &'static str,
    },
}

const SPLIT: &str = "split the file, or export it again as CSV";
const SUSPECT: &str = "check where the file comes from, or export it again";

fn over(what: impl Into<String>, found: u64, limit: u64, advice: &'static str) -> Refusal {
    Refusal::OverLimit { what: what.into(), found, limit, advice }
}

/// Holds a file against the limits.
///
/// # Errors
/// [`Refusal`] with the limit, the figure and what to do.
pub fn check_workbook(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let damaged = |error: zip::result::ZipError| {
        Refusal::Unreadable(format!("the workbook is damaged ({error}); export it again"))
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > limits.entries {
        let found = archive.len() as u64;
        return Err(over("number of parts in the workbook", found, limits.entries as u64, SUSPECT));
    }
    if archive.has_duplicate_names() {
        return Err(Refusal::Unreadable(
            "the workbook holds two parts of one name; open and save it in Excel".to_owned(),
        ));
    }
    let mut has_workbook = false;
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?.replace('\\', "/");
        let key = name.to_ascii_lowercase();
        let (size, packed) = (entry.size(), entry.compressed_size());
        check_size(&name, size, packed, limits)?;
        total = total.saturating_add(size);
        if total > limits.total_bytes {
            return Err(over(
                "uncompressed size of the workbook",
                total,
                limits.total_bytes,
                SPLIT,
            ));
        }
        let part = key.rsplit('/').next().unwrap_or(&key);
        has_workbook |= part.starts_with("workbook") && part.ends_with(".xml");
        let sheet = key.contains("worksheets/") && part.ends_with(".xml");
        if !sheet && size > limits.part_bytes {
            return Err(over(
                format!("uncompressed size of {name}"),
                size,
                limits.part_bytes,
                SPLIT,
            ));
        }
        if key.ends_with("sharedstrings.xml") {
            let mut scan = CountScan::default();
            inflate(&mut entry, &name, size, |bytes| scan.feed(bytes))?;
            let strings = scan.largest().map_err(|problem| {
                Refusal::Unreadable(format!("{name} is damaged ({problem}); export it again"))
            })?;
            let most = size / limits.bytes_per_shared_string;
            if strings > most {
                return Err(over(
                    "number of shared strings the workbook announces",
                    strings,
                    most,
                    SUSPECT,
                ));
            }
        } else if sheet {
            let mut scan = ReferenceScan::default();
            inflate(&mut entry, &name, size, |bytes| scan.feed(bytes))?;
            if let Some(reference) = scan.bad() {
                return Err(Refusal::Unreadable(format!(
                    "{name} refers to shared string \u{201c}{reference}\u{201d}, which is no number; \
                     export it again"
                )));
            }
        } else {
            inflate(&mut entry, &name, size, |_| {})?;
        }
    }
    if !has_workbook {
        return Err(Refusal::Unreadable(
            "this zip archive is no workbook (it has no xl/workbook.xml); unpack it".to_owned(),
        ));
    }
    Ok(())
}

fn check_size(name: &str, size: u64, packed: u64, limits: &Limits) -> Result<(), Refusal> {
    if size > limits.entry_bytes {
        return Err(over(format!("uncompressed size of {name}"), size, limits.entry_bytes, SPLIT));
    }
    let ratio = size / packed.max(1);
    if size >= limits.ratio_from_bytes && ratio > limits.ratio {
        return Err(over(format!("compression ratio of {name}"), ratio, limits.ratio, SUSPECT));
    }
    Ok(())
}

/// Inflates an entry and sees that it is as long as it says, no longer.
fn inflate(
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
            return Err(over(format!("true size of {name}"), seen, size, SUSPECT));
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
