//! The written form of a plan's proof, and back.
//!
//! [`written`] puts a problem and its plan into the form that is kept beside
//! the tables ([`ProofFile`]); [`restore`] makes problem and plan of it again,
//! so that [`crate::optimize::verify()`] can be asked years later, by somebody
//! who has nothing but the files. The optimiser knows nothing of either.
//!
//! Restoring believes nothing: whatever the checker takes as a place in a list
//! is held against the list, amounts and depths against what can be counted
//! with, so that a damaged proof is refused in a sentence.

mod restore;
mod write;

pub use crate::output::proof::ProofFile;
pub use restore::{Restored, RestoredPlan, restore};
pub use write::{Names, PlanOf, written};
