//! From the file as written to the checked rulebook.
use super::Rulebook;
/// One problem of an edition file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem;
/// Checks an edition file.
///
/// # Errors
/// All problems at once.
pub fn check(_file: &str, _text: &str) -> Result<Rulebook, Vec<Problem>> {
    todo!()
}
