//! What is there, what is bought and what is paid between now and the renewal.

use serde::Serialize;

use super::LicenceKind;
use crate::money::Cents;

/// The time from one date on which owned seats end to the next. The seats of
/// its plan are the cheapest beside what is still running; the last stage is
/// the renewal plan, with everything free.
#[derive(Debug, Clone, Serialize)]
pub struct Stage {
    /// Number, from 1.
    pub number: u32,
    /// First day, ISO; blank in the first stage where the day of the data is not
    /// known, and in the last where an end is not.
    pub from: String,
    /// `until the next end date`, or `renewal` for the last.
    pub plan: String,
    /// What changes on that day, in words.
    pub changes: String,
    /// Owned seats that are running.
    pub running: u64,
    /// Those of them that nobody needs.
    pub idle: u64,
    /// Seats to buy beside them.
    pub bought: u64,
    /// What the running seats cost a month, at the prices of this run.
    pub running_cents: Cents,
    /// What the bought seats cost a month.
    pub bought_cents: Cents,
    /// What no plan can get below for the bought seats.
    pub bound_cents: Cents,
    /// Both together.
    pub total_cents: Cents,
}

impl Stage {
    /// How far the plan may be from the optimum; zero is proven.
    #[must_use]
    pub fn gap(&self) -> Cents {
        self.bought_cents - self.bound_cents
    }
}

/// The seats of one kind in one stage.
#[derive(Debug, Clone, Serialize)]
pub struct StageLine {
    /// Number of the stage.
    pub stage: u32,
    /// Its first day.
    pub from: String,
    /// SKU id.
    pub sku: String,
    /// Product name.
    pub name: String,
    /// How it is bought.
    pub kind: LicenceKind,
    /// Owned seats that are running.
    pub running: u64,
    /// Seats of people and devices.
    pub used: u64,
    /// Seats to buy: those that are used beyond the running ones, and those
    /// that a rule asks for.
    pub bought: u64,
    /// Running seats that nobody needs.
    pub idle: u64,
    /// Seats more (or fewer) than in the stage before; than owned in the first.
    pub change: i64,
    /// Cents per seat and month.
    pub unit_cents: Cents,
    /// `running * unit_cents`.
    pub running_cents: Cents,
    /// `bought * unit_cents`.
    pub bought_cents: Cents,
}

/// One licence of one person until owned seats end.
#[derive(Debug, Clone, Serialize)]
pub struct InTermLicence {
    /// As in the table of people: a shared login has a line for each of them.
    pub user: String,
    /// SKU id.
    pub sku: String,
    /// Product name.
    pub name: String,
    /// How it is bought.
    pub kind: LicenceKind,
    /// Whether the person is assigned it today.
    pub assigned: bool,
    /// Whether it is the same in the renewal plan.
    pub stays: bool,
}

/// The way from what is owned to the renewal plan. Empty where nothing is
/// known of what is owned.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Schedule {
    /// The day the schedule begins, ISO; blank where the data holds no date.
    pub as_of: String,
    /// Stages by date.
    pub stages: Vec<Stage>,
    /// Their seats, in the order of stages and of the edition.
    pub lines: Vec<StageLine>,
    /// Everybody's licences in the first stage.
    pub people: Vec<InTermLicence>,
}
