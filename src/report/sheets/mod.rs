//! The sheets, one file each.
//!
//! A sheet function takes the workbook, the output and where the sheets it
//! refers to were written, and gives where its own rows are. Details are
//! written before the summaries that stand over them.

pub(crate) mod alternatives;
pub(crate) mod capacity;
pub(crate) mod checks;
pub(crate) mod compare;
pub(crate) mod cover;
pub(crate) mod devices;
pub(crate) mod drivers;
pub(crate) mod files;
pub(crate) mod findings;
pub(crate) mod licences;
pub(crate) mod notes;
pub(crate) mod portfolio;
pub(crate) mod prices;
pub(crate) mod quality;
pub(crate) mod requirements;
pub(crate) mod risks;
pub(crate) mod savings;
pub(crate) mod schedule;
pub(crate) mod status;
pub(crate) mod summary;
pub(crate) mod true_up;
pub(crate) mod users;

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::table::Written;

/// No rules beyond those of the table writer.
#[expect(clippy::unnecessary_wraps, reason = "stands where rules may fail")]
pub(crate) fn plain(_: &mut Worksheet, _: &Written, _: u32, _: u32) -> Result<(), XlsxError> {
    Ok(())
}

/// `Plan cost (USD / month)`: money headers carry their unit.
pub(crate) fn money_head(currency: &str, words: &str) -> String {
    if currency.is_empty() {
        format!("{words} (per month)")
    } else {
        format!("{words} ({currency} / month)")
    }
}
