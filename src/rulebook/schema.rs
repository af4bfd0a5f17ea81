//! The JSON Schema of the format, and the template of an edition.
//!
//! The schema is made from the structs that read the file, so that it cannot
//! say anything else: their keys, which of them are needed, the closed words,
//! and their comments as descriptions. Draft 7, which editors of TOML know.

use schemars::generate::SchemaSettings;

use super::written::Edition;

/// The JSON Schema of an edition file, indented, with a newline at its end.
///
/// # Errors
/// Never in practice: a schema is plain JSON.
pub fn rulebook_schema() -> serde_json::Result<String> {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Edition>();
    serde_json::to_string_pretty(&schema).map(|text| format!("{text}\n"))
}

/// A complete small edition with a comment at every key.
#[must_use]
pub const fn rulebook_template() -> &'static str {
    include_str!("template.toml")
}
