//! The sheet *Notes*: edition, options, and the words of the workbook.

use rust_xlsxwriter::XlsxError;

use crate::output::TenantOutput;
use crate::report::book::Book;
use crate::report::catalogue::tenant::NOTES;
use crate::report::column::Column;
use crate::report::table::{self, Written};

/// Words, marks and conventions that hold for every tenant.
const WORDS: &[(&str, &str, &str)] = &[
    ("Marks", "V-seed", "The figure was verified in the licensing guide the edition is made from."),
    ("Marks", "V-MS", "The figure was verified in another Microsoft document."),
    ("Marks", "V-3P", "The figure was verified in a third-party copy of Microsoft material."),
    ("Marks", "D", "The figure is derived from verified figures."),
    ("Marks", "M", "Nobody has verified the figure. Replace it by the price of your agreement."),
    ("Marks", "own price", "The price comes from the customer's own price list."),
    ("Tiers", "none", "The person needs no licence."),
    ("Tiers", "self-service", "Human Resources self service."),
    ("Tiers", "team-members", "Reading, and light tasks of their own."),
    ("Tiers", "activity", "Some operational tasks, short of a full user."),
    ("Tiers", "full", "A full user of at least one application."),
    ("Licence kinds", "base", "A full user licence at list price."),
    ("Licence kinds", "attach", "A further full licence of the same person at the attach price."),
    ("Licence kinds", "additional", "An additional-user licence such as Team Members."),
    ("Licence kinds", "add-on", "An add-on to a user licence."),
    ("Licence kinds", "device", "A licence of a shared device, for whoever works at it."),
    ("Requirement", "Finance/Sales", "A stroke means any one of these."),
    ("Requirement", "Finance + Sales", "A plus sign means all of these."),
    ("Status", "fits", "What is assigned covers the need and costs no more than the plan."),
    ("Status", "over-licensed", "What is assigned covers the need but costs more than the plan."),
    ("Status", "under-licensed", "What is assigned does not cover the need."),
    ("Status", "release", "A licence is assigned to somebody who needs none."),
    ("Status", "none needed", "The person needs no licence and has none."),
    ("Status", "no data", "The input does not say what is assigned."),
    ("Decision", "Proposed, Accepted", "Counted in the saving on Summary."),
    ("Decision", "Rejected, Deferred", "Shown apart, not counted in the saving."),
    (
        "Proof",
        "Lower bound",
        "Nobody can license these needs for less under these rules and prices.",
    ),
    (
        "Proof",
        "Gap",
        "Cost of the plan less the lower bound; zero means the plan is proven cheapest.",
    ),
    (
        "Conventions",
        "Money",
        "Per month, in the currency of the header; yearly figures are twelve months.",
    ),
    (
        "Conventions",
        "Blue on yellow",
        "Cells a reader may change; all other figures follow from them.",
    ),
    ("Conventions", "Visible rows", "Totals above a header follow the filter of the table."),
];

/// Topic, word, meaning.
type Note = (String, String, String);

/// Writes *Notes*.
pub(crate) fn write(book: &mut Book, out: &TenantOutput) -> Result<Written, XlsxError> {
    let own = |topic: &str, word: &str, text: &str| -> Note {
        (topic.to_owned(), word.to_owned(), text.to_owned())
    };
    let mut notes: Vec<Note> = vec![
        own("Edition", "id", &out.edition.id),
        own("Edition", "title", &out.edition.title),
        own("Edition", "chosen by", &out.edition.chosen_by),
        own("Edition", "SHA-256 of the rulebook", &out.edition.hash),
    ];
    for (id, description) in &out.edition.sources {
        notes.push(own("Source", id, description));
    }
    notes.push(own("Option", "device policy", out.options.device_policy.word()));
    notes.push(own("Option", "unknown roles", &out.options.unknown_roles));
    notes.push(own("Tenant", "segment", &out.tenant.segment));
    notes.extend(WORDS.iter().map(|(topic, word, text)| own(topic, word, text)));
    let columns: Vec<Column<'_, Note>> = vec![
        Column::text("Topic", |n: &Note| &n.0),
        Column::text("Word", |n: &Note| &n.1),
        Column::wrap("Meaning", |n: &Note| &n.2).widest(100),
    ];
    table::sheet(book, &NOTES, "Notes", &columns, &notes, super::plain)
}
