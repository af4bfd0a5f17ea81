//! The tables *alternatives* and *sensitivity*.

use std::borrow::Cow;

use super::table::{Field, TableOf};
use super::tables::{number, words};
use crate::money::Cents;
use crate::output::SensitivityLine;
use crate::report::sheets::alternatives::Way;

pub(super) fn alternatives<'o>() -> TableOf<Way<'o>> {
    type W<'o> = Way<'o>;
    TableOf {
        name: "alternatives",
        about: "One row per requirement and way to cover it by user licences: all the cheapest ways, then the next one. `users.signature` leads here.",
        fields: vec![
            Field::number(
                "signature",
                "Number of the requirement, as in `signatures`.",
                |w: &W<'_>| Some(i64::from(w.need.number)),
            ),
            Field::number("users", "People who have it.", |w: &W<'_>| number(w.need.users)),
            Field::flag("cheapest", "Whether it is one of the cheapest ways.", |w: &W<'_>| {
                w.cheapest
            }),
            Field::text("licences", "The licences in words.", |w: &W<'_>| words(w.words)),
            Field::cents("cents", "Cost of each.", |w: &W<'_>| Some(w.cents)),
            Field::cents("distance_cents", "More than the cheapest, each.", |w: &W<'_>| {
                Some(Cents(w.cents.0 - w.need.cents.0))
            }),
        ],
    }
}

pub(super) fn sensitivity() -> TableOf<SensitivityLine> {
    type S = SensitivityLine;
    TableOf {
        name: "sensitivity",
        about: "One row per price: between which prices the advice stays, all others unchanged and rules of the agreement aside. User licences of people whom no device can serve, then device licences by group.",
        fields: vec![
            Field::text("sku", "SKU id.", |s: &S| words(&s.sku)),
            Field::text("kind", "How it is bought.", |s: &S| Cow::Borrowed(s.kind.word())),
            Field::number("component", "Device group; null: user licences.", |s: &S| {
                s.group.map(i64::from)
            }),
            Field::cents("cents", "Its price.", |s: &S| Some(s.cents)),
            Field::number(
                "devices",
                "Licensed devices of the group; null: user licences.",
                |s: &S| s.devices.and_then(number),
            ),
            Field::cents(
                "up_cents",
                "Highest price at which the advice stays; null: any.",
                |s: &S| s.up_cents,
            ),
            Field::number(
                "up_people",
                "People whose licences change beyond it; null: devices.",
                |s: &S| s.up_people.and_then(number),
            ),
            Field::cents(
                "down_cents",
                "Lowest price at which the advice stays; null: any.",
                |s: &S| s.down_cents,
            ),
            Field::number(
                "down_people",
                "People whose licences change below it; null: devices.",
                |s: &S| s.down_people.and_then(number),
            ),
        ],
    }
}
