//! `--mapping`, and the draft of one.

use std::path::Path;

use anyhow::Context as _;

use crate::batch::Inspection;
use crate::intake::{Formats, draft};

/// The shipped formats, with the user's mapping if there is one.
pub(super) fn formats(mapping: Option<&Path>) -> anyhow::Result<Formats> {
    let formats = Formats::shipped()?;
    let Some(path) = mapping else { return Ok(formats) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{}: cannot be read", path.display()))?;
    Ok(formats.with_mapping(&path.display().to_string(), &text)?)
}

/// A mapping for every table that was not recognised, to be completed by
/// hand; and how many tables that are.
pub(super) fn drafted(inspection: &Inspection, formats: &Formats) -> (String, usize) {
    let mut text = String::from(
        "# Draft of a mapping: check each line, delete what does not fit, and run again with\n\
         # --mapping. docs/input.md says what the keys mean.\n",
    );
    let mut count = 0;
    for file in inspection.parts().flat_map(|part| &part.files) {
        for table in &file.tables {
            if let Some(nearest) = &table.nearest {
                text.push('\n');
                text.push_str(&draft(&file.path, &table.sheet, nearest, formats));
                count += 1;
            }
        }
    }
    (text, count)
}
