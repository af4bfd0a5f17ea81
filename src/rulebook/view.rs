//! The rulebook as `rulebook show --format json` prints it.
/// The stable JSON shape.
#[derive(Debug)]
pub struct RulebookView;
