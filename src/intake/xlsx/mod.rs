//! A reader of Excel workbooks for large sheets.
//!
//! Takes the same workbooks as the general reader, and gives the same cells in
//! a fraction of its time: a sheet is inflated piece by piece, each piece is
//! looked through once, and no cell costs an allocation. It knows the markup
//! that programs write and no other. At the first thing it does not know, it
//! gives up the sheet ([`Unusual`]) and the general reader reads it from its
//! beginning, so that what a workbook says never depends on who reads it.

mod cell;
mod cells;
mod markup;
mod skeleton;
mod strings;
mod values;
mod window;

pub(crate) use self::cell::{CellValue, Number};
pub(crate) use self::cells::each_cell;
#[cfg(test)]
pub(crate) use self::cells::{Shared, Shown};
pub(crate) use self::skeleton::Skeleton;
#[cfg(test)]
pub(crate) use self::strings::Strings;
pub(crate) use self::window::Unusual;
