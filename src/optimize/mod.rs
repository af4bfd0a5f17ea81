//! From requirements to the cheapest lawful plan, with its proof.
//!
//! Layers, each exact:
//!
//! 1. [`cover`]: the cheapest set of user licences for one requirement, base
//!    and attach included, with every tie. Solved once per distinct
//!    requirement.
//! 2. [`device`]: which devices to license, decided for all people who are
//!    connected through devices at once, as a minimum cut.
//! 3. [`coupling`]: the rules of the whole tenant, where the plan of the first
//!    two breaks one or a price tier is in reach.
//! 4. [`mod@verify`]: an independent checker that shares no code with them. It
//!    takes the problem, the plan and the proof, and says what does not hold.
//!
//! The problem is stated in [`problem`] in bare sets and cents: what a
//! licence is called plays no part here.

mod candidate;
mod component;
pub mod coupling;
pub mod cover;
pub mod device;
mod flow;
pub mod gates;
mod prepare;
pub mod problem;
pub mod rules;
pub mod sensitivity;
mod transport;
pub mod verify;

pub use coupling::{plan, rule_costs};
pub use cover::{Buy, Cover, Covers, Market};
pub use device::{ComponentPlan, Plan, Proof};
pub use gates::Gate;
pub use problem::{Clause, Person, Problem, Seat};
pub use rules::{Apart, Floor, FullUser, Owned, RuleRef, Rules, SeatKind, Steps};
#[doc(hidden)]
pub use transport::maximum_flow;
pub use verify::verify;
