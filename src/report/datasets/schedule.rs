//! The tables `schedule`, `schedule_seats` and `in_term`.

use super::table::{Field, TableOf};
use super::tables::{number, words};
use crate::output::{InTermLicence, Stage, StageLine};

pub(super) fn schedule() -> TableOf<Stage> {
    type S = Stage;
    TableOf {
        name: "schedule",
        about: "One row per date on which owned seats end, the day of the data first and the renewal plan last; none where nothing is known of what is owned.",
        fields: vec![
            Field::number("step", "Number, from 1.", |s: &S| number(s.number)),
            Field::date("from_date", "First day; null where the data names no end.", |s: &S| {
                &s.from
            }),
            Field::text("plan", "`until the next end date` or `renewal`.", |s: &S| words(&s.plan)),
            Field::text("changes", "What changes on that day, in words.", |s: &S| {
                words(&s.changes)
            }),
            Field::number("running", "Owned seats that are running.", |s: &S| number(s.running)),
            Field::number("idle", "Those of them that nobody needs.", |s: &S| number(s.idle)),
            Field::number("bought", "Seats to buy beside them.", |s: &S| number(s.bought)),
            Field::cents("running_cents", "What the running seats cost.", |s: &S| {
                Some(s.running_cents)
            }),
            Field::cents("bought_cents", "What the seats to buy cost.", |s: &S| {
                Some(s.bought_cents)
            }),
            Field::cents("bound_cents", "What no plan can get below for them.", |s: &S| {
                Some(s.bound_cents)
            }),
            Field::cents("total_cents", "Both together.", |s: &S| Some(s.total_cents)),
        ],
    }
}

pub(super) fn schedule_seats() -> TableOf<StageLine> {
    type L = StageLine;
    TableOf {
        name: "schedule_seats",
        about: "One row per step of the schedule and licence.",
        fields: vec![
            Field::number("step", "Number of the step.", |l: &L| number(l.stage)),
            Field::date("from_date", "Its first day.", |l: &L| &l.from),
            Field::text("sku", "SKU id of the edition.", |l: &L| words(&l.sku)),
            Field::text("license", "Product name.", |l: &L| words(&l.name)),
            Field::text(
                "kind",
                "`base`, `attach`, `additional`, `add-on` or `device`.",
                |l: &L| words(l.kind.word()),
            ),
            Field::number("running", "Owned seats that are running.", |l: &L| number(l.running)),
            Field::number("used", "Seats of people and devices.", |l: &L| number(l.used)),
            Field::number("bought", "Seats to buy.", |l: &L| number(l.bought)),
            Field::number("idle", "Running seats that nobody needs.", |l: &L| number(l.idle)),
            Field::number("change", "Seats more than in the step before.", |l: &L| Some(l.change)),
            Field::cents("unit_cents", "Price of a seat.", |l: &L| Some(l.unit_cents)),
            Field::cents("running_cents", "Running seats times price.", |l: &L| {
                Some(l.running_cents)
            }),
            Field::cents("bought_cents", "Seats to buy times price.", |l: &L| Some(l.bought_cents)),
        ],
    }
}

pub(super) fn in_term() -> TableOf<InTermLicence> {
    type L = InTermLicence;
    TableOf {
        name: "in_term",
        about: "One row per person and licence in the first step of the schedule: who uses what until owned seats end.",
        fields: vec![
            Field::text("user_id", "As in `users`.", |l: &L| words(&l.user)),
            Field::text("sku", "SKU id of the edition.", |l: &L| words(&l.sku)),
            Field::text("license", "Product name.", |l: &L| words(&l.name)),
            Field::text("kind", "`base`, `attach`, `additional` or `add-on`.", |l: &L| {
                words(l.kind.word())
            }),
            Field::flag("assigned", "Whether the person is assigned it today.", |l: &L| l.assigned),
            Field::flag("stays", "Whether the renewal plan gives it as well.", |l: &L| l.stays),
        ],
    }
}
