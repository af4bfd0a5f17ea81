//! Options that say how much a file may ask for.

use crate::intake::Limits;

/// Sizes are bytes, or a number with KiB, MiB or GiB.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Safety limits")]
pub(super) struct Args {
    /// Largest file on disk [default: 4GiB].
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_file_size: Option<u64>,
    /// Most parts of a workbook, or files in an archive [default: 10000].
    #[arg(long, value_name = "COUNT")]
    max_entries: Option<usize>,
    /// Largest of them unpacked; of a packed file also [default: 4GiB].
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_entry_size: Option<u64>,
    /// Largest part of a workbook that is no sheet, unpacked [default: 512MiB].
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_part_size: Option<u64>,
    /// Largest workbook or archive in all, unpacked [default: 8GiB].
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_unpacked_size: Option<u64>,
    /// Highest compression ratio of 64 MiB and more [default: 400].
    #[arg(long, value_name = "RATIO")]
    max_ratio: Option<u64>,
    /// Most archives inside one another [default: 2].
    #[arg(long, value_name = "COUNT")]
    max_depth: Option<usize>,
    /// Most columns of a table [default: 16384].
    #[arg(long, value_name = "COUNT")]
    max_columns: Option<u32>,
    /// Most rows of a Parquet file [default: 100000000].
    #[arg(long, value_name = "COUNT")]
    max_table_rows: Option<u64>,
    /// Most filled cells of a sheet of an .ods or .xls file [default: 25000000].
    #[arg(long, value_name = "COUNT")]
    max_cells: Option<u64>,
    /// Longest cell of a text file [default: 1MiB].
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_cell_size: Option<u64>,
}

impl Args {
    pub(super) fn checked(&self) -> Limits {
        let own = Limits::default();
        Limits {
            file_bytes: self.max_file_size.unwrap_or(own.file_bytes),
            entries: self.max_entries.unwrap_or(own.entries),
            entry_bytes: self.max_entry_size.unwrap_or(own.entry_bytes),
            part_bytes: self.max_part_size.unwrap_or(own.part_bytes),
            total_bytes: self.max_unpacked_size.unwrap_or(own.total_bytes),
            ratio: self.max_ratio.unwrap_or(own.ratio),
            depth: self.max_depth.unwrap_or(own.depth),
            columns: self.max_columns.unwrap_or(own.columns),
            table_rows: self.max_table_rows.unwrap_or(own.table_rows),
            cells: self.max_cells.unwrap_or(own.cells),
            cell_bytes: self
                .max_cell_size
                .map_or(own.cell_bytes, |size| usize::try_from(size).unwrap_or(usize::MAX)),
            ..own
        }
    }
}

/// Reads `512MiB`, `4 GiB`, `100000`.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return Err("expected a number of bytes, or one with KiB, MiB or GiB".to_owned()),
    };
    text[..digits]
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
        .ok_or_else(|| "expected a number of bytes, or one with KiB, MiB or GiB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_and_without_a_unit() {
        assert_eq!(size("100"), Ok(100));
        assert_eq!(size("4 GiB"), Ok(4 << 30));
        assert_eq!(size("512mb"), Ok(512 << 20));
        assert!(size("much").is_err() && size("").is_err() && size("99999999999G").is_err());
    }
}
