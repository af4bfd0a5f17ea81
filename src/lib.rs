//! Seatwise reads the licensing exports of many Microsoft Dynamics 365
//! tenants, works out what every user needs under a dated edition of the
//! licensing guide, finds the cheapest lawful licences of each tenant with a
//! proof, and writes Excel reports.
//!
//! Data goes one way, each arrow one public function:
//!
//! ```text
//! files -> intake -> tables -> tenant -> people, roles, devices, stock
//!       -> classify -> requirements -> optimize -> plan -> trueup, capacity,
//!          required -> report -> audit (a finished run, checked from its files)
//! ```
//!
//! Modules stand here in that order; a module may use what stands before it,
//! never what stands after. [`engine::analyse`] is the heart: pure, without
//! IO, clock or global state.

pub mod amount;
pub mod audit;
pub mod batch;
pub mod capacity;
pub mod classify;
pub mod cli;
pub mod engine;
pub mod finding;
pub mod generate;
pub mod intake;
pub mod money;
pub mod optimize;
pub mod output;
pub mod prices;
pub mod proof;
pub mod pseudonym;
pub mod report;
pub mod required;
pub mod rulebook;
pub mod tenant;
pub mod trueup;
