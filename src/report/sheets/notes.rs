//! The sheet *Notes*: edition, options, and the words of the workbook.

use rust_xlsxwriter::XlsxError;

use crate::output::TenantOutput;
use crate::report::book::Book;
use crate::report::catalogue::tenant::NOTES;
use crate::report::column::Column;
use crate::report::language::Language;
use crate::report::sheets::licences::mark_words;
use crate::report::table::{self, Written};
use crate::rulebook::DevicePolicy;

/// Words, marks and conventions that hold for every tenant.
const WORDS: &[(&str, &str, &str)] = &[
    ("Read from", "licensing guide", "The licensing guide the edition is made from."),
    ("Read from", "Microsoft document", "Another Microsoft document."),
    ("Read from", "third-party copy", "A third-party copy of Microsoft material."),
    ("Read from", "derived", "Follows from figures that were read."),
    (
        "Read from",
        "UNVERIFIED",
        "Nobody has verified the figure. Replace it by the price of your agreement.",
    ),
    ("Read from", "own price", "The customer's own price list."),
    ("Read from", "unknown", "No price is known; the licence takes no part in the plan."),
    ("Tiers", "none", "The person needs no licence."),
    ("Tiers", "self-service", "Looking after one's own data, and little more."),
    ("Tiers", "team-members", "Reading, and light tasks of their own."),
    ("Tiers", "activity", "Some operational tasks, short of a full user."),
    ("Tiers", "full", "A full user of at least one application."),
    ("Bought as", "base", "A full user licence at list price."),
    ("Bought as", "attach", "A further full licence of the same person at the attach price."),
    ("Bought as", "additional", "An additional-user licence: never a base, never attached."),
    ("Bought as", "add-on", "An add-on to a user licence."),
    ("Bought as", "device", "A licence of a shared device, for whoever works at it."),
    ("Requirement", "Finance/Sales", "A stroke means any one of these."),
    ("Requirement", "Finance + Sales", "A plus sign means all of these."),
    ("Status", "fits", "What is assigned covers the need and costs no more than the plan."),
    ("Status", "over-licensed", "What is assigned covers the need but costs more than the plan."),
    ("Status", "under-licensed", "What is assigned does not cover the need."),
    ("Status", "release", "A licence is assigned to somebody who needs none."),
    ("Status", "none needed", "The person needs no licence and has none."),
    ("Status", "no data", "The input does not say what is assigned."),
    ("Plan", "plan", "The cheapest lawful set of licences for what people do."),
    (
        "Plan",
        "device licence",
        "Covers whoever works at that device, for the work the edition allows there.",
    ),
    ("Capacity", "covered", "What is included and owned covers the measured use."),
    ("Capacity", "buy", "Packs must be bought; their cost stands beside the plan, not in it."),
    ("Capacity", "beyond the cap", "More is used than can be had at all."),
    (
        "Capacity",
        "no pack",
        "More is used than there is, and nothing this tenant can buy adds as much.",
    ),
    ("Capacity", "not measured", "The input has no figure for it."),
    ("Capacity", "price unknown", "Packs must be bought, and one of them has no known price."),
    ("Capacity", "unknown metric", "No capacity of the edition is measured by this figure."),
    ("Decision", "Proposed, Accepted", "Counted in the saving on Summary."),
    ("Decision", "Rejected, Deferred", "Shown apart, not counted in the saving."),
    (
        "Proof",
        "Least possible cost",
        "Nobody can license these needs for less under these rules and prices.",
    ),
    (
        "Proof",
        "Above that",
        "Cost of the plan less the least possible cost; zero means the plan is proven cheapest.",
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

/// What other languages leave in English.
const ENGLISH: &str = "Names of licences, rules and sources of the edition, and messages about single cases of the input, stay in the language in which they were read.";

/// What the device policy means, in a sentence.
pub(crate) fn device_policy(policy: DevicePolicy) -> String {
    let meaning = match policy {
        DevicePolicy::Guide => {
            "a device licence covers the device work of anyone, who may hold a smaller user licence for the rest"
        }
        DevicePolicy::Strict => {
            "a device licence serves only people who need no user licence at all"
        }
    };
    format!("{}: {meaning}", policy.word())
}

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
    for (date, what) in &out.edition.enforcement {
        notes.push(own("Enforced from", date, what));
    }
    notes.extend(report(out));
    notes.push(own("Option", "device policy", &device_policy(out.options.device_policy)));
    notes.push(own("Option", "unknown roles", &out.options.unknown_roles));
    notes.push(own("Tenant", "segment", &out.tenant.segment));
    if book.styles.language != Language::English {
        notes.push(own("Conventions", "English", ENGLISH));
    }
    notes.extend(WORDS.iter().map(|(topic, word, text)| own(topic, word, text)));
    let columns: Vec<Column<'_, Note>> = vec![
        Column::text("Topic", |n: &Note| &n.0).words(),
        Column::text("Word", |n: &Note| &n.1).words(),
        Column::wrap("Meaning", |n: &Note| &n.2).words().widest(100),
    ];
    table::sheet(book, &NOTES, "Notes", columns, &notes, super::plain)
}

/// What is known of Microsoft's own report.
fn report(out: &TenantOutput) -> Vec<Note> {
    let compare = &out.compare;
    let own = |word: &str, text: String| -> Note {
        ("Microsoft's report".to_owned(), word.to_owned(), text)
    };
    if compare.name.is_empty() {
        let text = format!(
            "Edition {} knows no report that names the licences of each user by rules of its own: there is nothing to compare with.",
            out.edition.id
        );
        return vec![own("none", text)];
    }
    let read = |mark, source: &str| format!("{}, {source}", mark_words(mark));
    vec![
        own("name", compare.name.clone()),
        own(
            "by priority",
            format!(
                "The fewest licences that cover everything, then those of lower priority ({}).",
                read(compare.mark, &compare.source)
            ),
        ),
        own(
            "greedily",
            format!(
                "The licence that covers most of what is left, the cheaper one among equals, until nothing is left ({}).",
                read(compare.greedy_mark, &compare.greedy_source)
            ),
        ),
        own(
            "emulated",
            "Which of the two rules runs is not established. Both are worked out here from the needs of this report, at its prices; Microsoft's own figures may differ.".to_owned(),
        ),
    ]
}
