//! How much a file may ask for, and what is said when it asks for more.
//!
//! Files come from customers and from their mail boxes. Each limit is an
//! option of the command line, and a refusal names the option, so that
//! somebody with a genuine file of that size is not stuck. The defaults are
//! far above what exports are and far below what hurts.

/// The limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file on disk.
    pub file_bytes: u64,
    /// Entries in the directory of a workbook or an archive.
    pub entries: usize,
    /// Uncompressed bytes of one entry.
    pub entry_bytes: u64,
    /// Uncompressed bytes of one part of a workbook that is no sheet: the
    /// reader holds it in memory as a whole.
    pub part_bytes: u64,
    /// Uncompressed bytes of all entries, those of inner archives included.
    pub total_bytes: u64,
    /// Uncompressed bytes per compressed byte, looked at from
    /// [`Limits::ratio_from_bytes`] on. Sheets compress 10 to 60 times.
    pub ratio: u64,
    /// Size from which the ratio counts.
    pub ratio_from_bytes: u64,
    /// Archives inside one another.
    pub depth: usize,
    /// Fewest bytes one shared string takes; a table that announces more
    /// strings than fit is forged.
    pub bytes_per_shared_string: u64,
    /// Columns of a table (Excel has 16,384).
    pub columns: u32,
    /// Rows of a sheet (Excel has 1,048,576).
    pub rows: u32,
    /// Rows of a Parquet file, which can repeat a row for nothing.
    pub table_rows: u64,
    /// Filled cells of one sheet of a format that is read as a whole.
    pub cells: u64,
    /// Bytes of one cell of a text file.
    pub cell_bytes: usize,
    /// Cells of one sheet that cannot be read before it is given up.
    pub bad_cells: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 4 << 30,
            entries: 100_000,
            entry_bytes: 4 << 30,
            part_bytes: 512 << 20,
            total_bytes: 8 << 30,
            ratio: 400,
            ratio_from_bytes: 64 << 20,
            depth: 2,
            bytes_per_shared_string: 5,
            columns: 16_384,
            rows: 1_048_576,
            table_rows: 100_000_000,
            cells: 25_000_000,
            cell_bytes: 1 << 20,
            bad_cells: 1_000,
        }
    }
}

/// The options of the command line that raise a limit.
pub(crate) mod option {
    pub(crate) const FILE: &str = "--max-file-size";
    pub(crate) const ENTRIES: &str = "--max-entries";
    pub(crate) const ENTRY: &str = "--max-entry-size";
    pub(crate) const PART: &str = "--max-part-size";
    pub(crate) const TOTAL: &str = "--max-unpacked-size";
    pub(crate) const RATIO: &str = "--max-ratio";
    pub(crate) const DEPTH: &str = "--max-depth";
    pub(crate) const COLUMNS: &str = "--max-columns";
    pub(crate) const TABLE_ROWS: &str = "--max-table-rows";
    pub(crate) const CELLS: &str = "--max-cells";
    pub(crate) const CELL: &str = "--max-cell-size";
    /// A lie is not made true by raising a limit.
    pub(crate) const NONE: &str = "";
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is damaged or none of the kinds that are read.
    #[error("{0}")]
    Unreadable(String),
    /// It is made to do harm.
    #[error("{0}")]
    Hostile(String),
    /// It is over a limit.
    #[error("{what} is {found}, the limit is {limit}{}; {advice}", by(.option))]
    OverLimit {
        /// What was measured.
        what: String,
        /// The figure found.
        found: u64,
        /// The limit.
        limit: u64,
        /// The option that raises it; blank if none does.
        option: &'static str,
        /// What to do.
        advice: &'static str,
    },
}

fn by(option: &str) -> String {
    if option.is_empty() { String::new() } else { format!(" ({option})") }
}

pub(crate) const SPLIT: &str = "split the file, or export it again as CSV";
pub(crate) const SUSPECT: &str = "check where the file comes from, or export it again";

pub(crate) fn over(
    what: impl Into<String>,
    found: u64,
    limit: u64,
    option: &'static str,
    advice: &'static str,
) -> Refusal {
    Refusal::OverLimit { what: what.into(), found, limit, option, advice }
}
