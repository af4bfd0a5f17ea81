//! Owned, assigned and planned licences side by side, and the rules of the
//! agreement held against the plan.
//!
//! The plan keeps the rules already; here is said which of them apply, what
//! each adds to the cost and what it rests on. The renewal plan is free of
//! what is owned; until then `running` says which seats are there to be used.

mod agreement;
mod held;
mod running;
pub mod savings;
mod seats;
mod stock;

pub use agreement::{Agreement, RuleCosts, agreement};
pub use held::{Held, Holdings, NOTHING, kind_of, price};
pub use running::{Running, ends, last_day, running, seats_on};
pub use seats::{Now, Owned, TrueUp, true_up};
pub use stock::{Stock, not_sold, stock};
