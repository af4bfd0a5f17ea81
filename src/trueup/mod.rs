//! Owned, assigned and planned licences side by side, and the rules of the
//! agreement held against the plan.
//!
//! In this edition of the program minimums, exclusions, price tiers and owned
//! stock are *reported* beside the plan; they do not yet change it.

mod agreement;
mod held;
mod seats;
mod stock;

pub use agreement::{Agreement, agreement};
pub use held::{Held, Holdings};
pub use seats::{TrueUp, true_up};
pub use stock::{Stock, not_sold, stock};
