//! Use rights, gates, capacity, support plans, enforcement, audiences.

use super::*;
use crate::rulebook::Program;

/// What the small edition gets to have all sections.
const MORE: &str = r#"
[[skus]]
id = "old"
name = "Old licence"
metric = "user"
class = "full"
covers = ["app.full"]
plannable = false
withdrawn = "2020-01-01"
renews_as = ["big", "small"]
on_premises = "one server"
segments = ["commercial"]
mark = "M"

[[skus]]
id = "gigabyte"
name = "Gigabyte"
metric = "tenant"
class = "tenant"
plannable = false
list = { price = "40.00", mark = "M" }
attach = { price = "20.00", mark = "M" }
mark = "M"

[[skus]]
id = "tier"
name = "Tier"
metric = "tenant"
class = "tenant"
plannable = false
programs = ["ea", "csp"]
mark = "M"

[[use_rights]]
table = "Appendix"
area = "Area"
any_of = ["app.full"]
mark = "M"
rows = [
    { id = "a-1", name = "Close the books" },
    { id = "a-2", name = "Read the books", any_of = ["light"], aliases = ["Look into them"] },
]

[[gates]]
id = "ten"
name = "Ten"
opens = ["gigabyte"]
what = "attach"
counts = ["big", "small"]
quantity = 10
programs = ["csp"]
mark = "M"

[[capacity]]
id = "sites"
name = "Sites"
unit = "sites"
metrics = ["sites"]
per = "standing"
packs = [{ sku = "tier", amount = "1" }]
mark = "M"

[[capacity]]
id = "store"
name = "Store"
unit = "GB"
metrics = ["database_gb"]
per = "standing"
default = [
    { amount = "10" },
    { amount = "20", skus = ["big"], seats = 5 },
    { amount = "unlimited", skus = ["tier"] },
]
accrues = [{ amount = "0.25", per = 20, skus = ["big", "small"] }]
accrual_cap = "30"
cap = "40"
packs = [
    { sku = "gigabyte", amount = "1", most = 20, unlimited_from = 20 },
    { sku = "tier", amount = "5", after = "gigabyte" },
]
mark = "M"

[[support]]
id = "support"
name = "Support"
sku = "gigabyte"
floor = { price = "450.00", mark = "M" }
everyone = true
counts = ["big"]
mark = "M"

[integration]
sku = "tier"
mark = "M"

[[enforcement]]
id = "sign-in"
date = "2026-01-15"
what = "No licence, no sign-in."
mark = "M"
"#;

/// The problems after `from` became `to`.
fn broken(from: &str, to: &str) -> Vec<String> {
    assert!(MORE.contains(from), "{from}");
    match check("x.toml", &format!("{GOOD}{}", MORE.replacen(from, to, 1))) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().map(|problem| problem.message).collect(),
    }
}

#[track_caller]
fn says(from: &str, to: &str, message: &str) {
    let found = broken(from, to);
    assert!(found.iter().any(|one| one.contains(message)), "expected {message}, found {found:#?}");
}

#[test]
fn the_sections_are_read_and_shown() {
    let rules = check("x.toml", &format!("{GOOD}{MORE}")).unwrap_or_else(|p| panic!("{p:#?}"));
    assert_eq!(rules.use_right("look  INTO them").map(|row| row.id.as_str()), Some("a-2"));
    assert_eq!(rules.use_right("A-1").map(|row| row.any_of.len()), Some(1));
    assert_eq!(rules.capacity_of("Database (GB)").map(|entry| entry.id.as_str()), Some("store"));
    assert_eq!(rules.capacity[1].default[2].amount, None);
    assert_eq!(rules.capacity[1].accrues[0].amount.to_string(), "0.25");
    let old = &rules.skus[4];
    assert!(!old.is_for_sale(Program::Ea, "", "2020-01-01") && !old.is_withdrawn("2019-12-31"));
    let json = serde_json::to_value(crate::rulebook::RulebookView::from(&rules)).unwrap();
    assert_eq!(json["capacity"][1]["accrues"][0]["amount"], "0.25");
    assert_eq!(json["capacity"][1]["default"][2]["amount"], serde_json::Value::Null);
    assert_eq!(json["skus"][4]["renews_as"][1], "big");
    assert_eq!(json["gates"][0]["programs"][0], "csp");
    assert_eq!(json["support"][0]["floor_cents"], 45_000);
    let text = crate::rulebook::render_text(&rules);
    for words in ["GATES", "CAPACITY", "SUPPORT PLANS", "ENFORCEMENT", "USE RIGHTS", "one server"] {
        assert!(text.contains(words), "{words}");
    }
    assert!(text.contains("until 2020-01-01, then small + big"), "{text}");
    assert!(text.lines().all(|line| line.trim_end() == line));
}

#[test]
fn audiences_dates_and_withdrawals_must_make_sense() {
    says("programs = [\"csp\"]", "programs = []", "an empty list of programs");
    says("programs = [\"csp\"]", "programs = [\"vl\"]", "unknown program `vl`");
    says("[\"commercial\"]", "[\"school\"]", "unknown segment `school`");
    says("[\"ea\", \"csp\"]", "[\"ea\", \"ea\"]", "program `ea` is named twice");
    says("\"2020-01-01\"", "\"2020-02-30\"", "`2020-02-30` is no date");
    says("\"2026-01-15\"", "\"15.1.2026\"", "`15.1.2026` is no date");
    says("withdrawn = \"2020-01-01\"\n", "", "is not withdrawn");
    says("[\"big\", \"small\"]\non_", "[\"old\"]\non_", "renews as itself");
    says("[\"big\", \"small\"]\non_", "[\"new\"]\non_", "unknown SKU `new`");
    says("what = \"No licence, no sign-in.\"", "what = \" \"", "nobody says what is enforced");
}

#[test]
fn use_rights_are_told_apart_by_their_names() {
    says("name = \"Read the books\"", "name = \"close THE books\"", "is another row already");
    says("id = \"a-2\"", "id = \"a-1\"", "is another row already");
    says("any_of = [\"light\"], ", "any_of = [], ", "use right `a-2` needs nothing");
    says("any_of = [\"light\"], ", "any_of = [\"lihgt\"], ", "unknown right `lihgt`");
}

#[test]
fn a_gate_must_be_able_to_open_and_to_stay_shut() {
    says("quantity = 10", "quantity = 0", "the gate `ten` is always open");
    says("quantity = 10", "quantity = 1\nof_one = true", "of_one changes nothing");
    says("opens = [\"gigabyte\"]", "opens = []", "opens nothing");
    says("opens = [\"gigabyte\"]", "opens = [\"tier\"]", "`tier` has no attach price");
    says("counts = [\"big\", \"small\"]", "counts = []", "counts nothing");
    says("counts = [\"big\", \"small\"]", "counts = [\"tier\"]", "is no user SKU");
    says("what = \"attach\"", "what = \"open\"", "unknown kind of gate");
    says(
        "opens = [\"gigabyte\"]\nwhat = \"attach\"",
        "opens = [\"big\", \"small\"]\nwhat = \"purchase\"",
        "counts only what it opens",
    );
}

#[test]
fn amounts_are_text_above_nothing() {
    says("{ amount = \"10\" }", "{ amount = 10 }", "the amount 10 is not text");
    says("{ amount = \"10\" }", "{ amount = \"0\" }", "an amount of nothing");
    says("\"0.25\"", "\"1/4\"", "`1/4` is no amount");
    says("amount = \"1\", most", "amount = \"-1\", most", "`-1` is no amount");
    says("cap = \"40\"", "cap = \"5\"", "cap cuts off a default");
    says("accrual_cap = \"30\"", "accrual_cap = \"50\"", "accrual_cap is not below cap");
    says(
        "accrues = [{ amount = \"0.25\", per = 20, skus = [\"big\", \"small\"] }]\n",
        "",
        "where nothing accrues",
    );
    says("per = 20", "per = 0", "for every 0 seats");
    says("amount = \"20\", skus", "amount = \"9\", skus", "a default that never counts");
    says("{ amount = \"10\" }", "{ amount = \"10\", seats = 3 }", "seats of no SKU");
}

#[test]
fn packs_must_be_had_and_in_order() {
    says("most = 20", "most = 19", "no more than 19 can be had, so 20 is never reached");
    says("most = 20, unlimited_from = 20", "most = 0", "`most` is 0");
    says("after = \"gigabyte\"", "after = \"tier\"", "`tier` comes after itself");
    says("after = \"gigabyte\"", "after = \"big\"", "`big` is no pack of the capacity `store`");
    says("{ sku = \"tier\", amount = \"5\"", "{ sku = \"big\", amount = \"5\"", "is no tenant SKU");
    says("cap = \"40\"", "cap = \"40\"\none_of = true", "one_of changes nothing");
    says("metrics = [\"sites\"]", "metrics = [\"Database-GB\"]", "is measured against `sites`");
    says("metrics = [\"sites\"]", "metrics = []", "is measured by nothing");
    says("per = \"standing\"", "per = \"decade\"", "unknown period `decade`");
    says("packs = [{ sku = \"tier\", amount = \"1\" }]\n", "", "has nothing in it");
    says(
        "packs = [{ sku = \"tier\", amount = \"1\" }]\n",
        "default = [{ amount = \"1\", skus = [\"gigabyte\"] }]\n",
        "bought by this or a later capacity only",
    );
}

#[test]
fn a_support_plan_must_ask_for_something_that_can_be_told() {
    says("everyone = true\ncounts = [\"big\"]\n", "counts = [\"big\"]\n", "need not cover them");
    says(
        "sku = \"gigabyte\"\nfloor",
        "sku = \"tier\"\nfloor",
        "a floor under `tier`, which has no price",
    );
    says(
        "floor = { price = \"450.00\", mark = \"M\" }\neveryone = true\ncounts = [\"big\"]\n",
        "",
        "asks for nothing",
    );
    says("[integration]\nsku = \"tier\"", "[integration]\nsku = \"teir\"", "unknown SKU `teir`");
}
