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
            return Err(over("uncompressed size of the workbook", total, limits.total_bytes, SPLIT));
        }
        let part = key.rsplit('/').next().unwrap_or(&key);
        has_workbook |= part.starts_with("workbook") && part.ends_with(".xml");
        let shared = part.starts_with("sharedstrings");
        let sheet = key.contains("worksheets/") && part.ends_with(".xml");
        let mut scan = Scan::new(shared, sheet);
        inflate(&mut entry, &name, size, &mut scan)?;
        if let Some(strings) = scan.strings() {
            let strings = strings.map_err(|problem| {
                Refusal::Unreadable(format!("{name} is damaged ({problem}); export it again"))
            })?;
            let most = size / limits.bytes_per_shared_string;
            if strings > most {
                return Err(over("number of shared strings the workbook announces", strings, most, SUSPECT));
            }
        }
        if let Some(reference) = scan.bad_reference() {
            return Err(Refusal::Unreadable(format!(
                "{name} refers to shared string \u{201c}{reference}\u{201d}, which is no number; \
                 export it again"
            )));
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
fn inflate(entry: &mut impl Read, name: &str, size: u64, scan: &mut Scan) -> Result<(), Refusal> {
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
        scan.feed(&buffer[..read]);
    }
    if seen != size {
        return Err(Refusal::Unreadable(format!(
            "{name} is cut off after {seen} of {size} bytes; export it again"
        )));
    }
    Ok(())
}

/// Walks through the tags of a part as it is inflated: looks for the count of
/// shared strings, and for references to them that are no numbers (the
/// reader takes those for the first string, silently).
struct Scan {
    shared: bool,
    sheet: bool,
    state: State,
    tag: Vec<u8>,
    count: Option<Result<u64, String>>,
    string_cell: bool,
    bad: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Outside,
    Tag,
    Comment,
    Value,
}

impl Scan {
    /// A longer tag is no tag that is looked for.
    const LONGEST_TAG: usize = 4_096;

    fn new(shared: bool, sheet: bool) -> Self {
        let state = State::Outside;
        Self { shared, sheet, state, tag: Vec::new(), count: None, string_cell: false, bad: None }
    }

    fn strings(&self) -> Option<Result<u64, String>> {
        if !self.shared {
            return None;
        }
        Some(self.count.clone().unwrap_or_else(|| Err("no table of strings in it".to_owned())))
    }

    fn bad_reference(&self) -> Option<&str> {
        self.bad.as_deref()
    }

    fn feed(&mut self, mut bytes: &[u8]) {
        if !(self.sheet || (self.shared && self.count.is_none())) {
            return;
        }
        while !bytes.is_empty() {
            let stop = match self.state {
                State::Outside | State::Value => b'<',
                State::Tag | State::Comment => b'>',
            };
            let at = bytes.iter().position(|&b| b == stop);
            let part = &bytes[..at.unwrap_or(bytes.len())];
            if self.state != State::Outside && self.tag.len() < Self::LONGEST_TAG {
                let room = Self::LONGEST_TAG - self.tag.len();
                self.tag.extend_from_slice(&part[..part.len().min(room)]);
            } else if self.state == State::Comment {
                // Only its end matters.
                let keep = part.len().saturating_sub(2);
                self.tag.extend_from_slice(&part[keep..]);
            }
            let Some(at) = at else { return };
            bytes = &bytes[at + 1..];
            self.stop();
        }
    }

    fn stop(&mut self) {
        match self.state {
            State::Outside => self.state = State::Tag,
            State::Tag if self.tag.starts_with(b"!--") && !self.tag.ends_with(b"--") => {
                self.state = State::Comment;
                self.tag.clear();
                return;
            }
            State::Comment if !self.tag.ends_with(b"--") => {
                self.tag.clear();
                return;
            }
            State::Comment => self.state = State::Outside,
            State::Tag => {
                self.state = State::Outside;
                self.tag_ends();
            }
            State::Value => {
                let value = String::from_utf8_lossy(&self.tag).trim().to_owned();
                if !value.bytes().all(|b| b.is_ascii_digit()) && self.bad.is_none() {
                    self.bad = Some(value);
                }
                self.string_cell = false;
                self.state = State::Tag;
            }
        }
        self.tag.clear();
    }

    fn tag_ends(&mut self) {
        let tag = String::from_utf8_lossy(&self.tag);
        let name_end = tag.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(tag.len());
        let name = tag[..name_end].rsplit(':').next().unwrap_or_default();
        match name {
            "sst" if self.shared => {
                // Each `uniqueCount` that any reader might find must hold.
                let counts = ["uniqueCount", "count"].iter().filter_map(|name| attribute(&tag, name));
                let mut largest = Ok(0);
                for text in counts {
                    largest = match (largest, text.trim().parse::<u64>()) {
                        (Ok(largest), Ok(count)) if text == attribute(&tag, "uniqueCount").unwrap_or_default() => {
                            Ok(count.max(largest))
                        }
                        (Ok(largest), Ok(_)) => Ok(largest),
                        (_, Err(_)) => Err(format!("a count of \u{201c}{text}\u{201d}")),
                        (Err(problem), _) => Err(problem),
                    };
                }
                self.count = Some(largest);
            }
            "c" => self.string_cell = self.sheet && attribute(&tag, "t") == Some("s"),
            "v" if self.string_cell && !tag.ends_with('/') => self.state = State::Value,
            _ => {}
        }
    }
}

/// Value of an attribute in the text of a tag.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = tag;
    loop {
        let equals = rest.find('=')?;
        let (left, right) = (rest[..equals].trim_end(), rest[equals + 1..].trim_start());
        let quote = right.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let end = 1 + right[1..].find(quote)?;
        let this = left.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
        if this == name {
            return Some(&right[1..end]);
        }
        rest = &right[end + 1..];
    }
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
