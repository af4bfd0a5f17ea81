//! Owned, assigned and planned licences side by side, and the rules of the
//! agreement held against the plan.
//!
//! The plan keeps the rules already; here is said which of them apply, what
//! each adds to the cost and what it rests on. Owned stock is *reported* beside
//! the plan; it does not yet change it.

mod agreement;
mod held;
pub mod savings;
mod seats;
mod stock;

pub use agreement::{Agreement, RuleCosts, agreement};
pub use held::{Held, Holdings, kind_of, price};
pub use seats::{TrueUp, true_up};
pub use stock::{Stock, not_sold, stock};
