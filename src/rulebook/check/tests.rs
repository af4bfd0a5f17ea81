//! One test per thing that can be wrong with an edition file.

use super::*;

mod entitled;

/// A small edition without problems.
const GOOD: &str = r#"schema = 1

[edition]
id = "test"
title = "Test"
valid_from = "2021-09-01"
currency = "USD"
full_user_skus = ["big"]

[[sources]]
id = "S"
title = "A guide"

[naming]
prefixes = ["Maker"]

[flags]
read_grant_is_team_members = false
admins_exempt = true
base_is_dearest = true
device_policy = "guide"
unknown_full = "app.full"
unknown_team_members = "light"
unlicensed_menu_item = "light"

[[rights]]
id = "light"
name = "Light"
tier = "team-members"
[[rights]]
id = "app.full"
name = "Full"
tier = "full"

[[skus]]
id = "light"
name = "Light licence"
metric = "user"
class = "additional"
covers = ["light"]
list = { price = "8.00", mark = "M" }
mark = "M"

[[skus]]
id = "small"
name = "Small licence"
metric = "user"
class = "full"
includes = ["light"]
list = { price = "50.00", mark = "D", source = "S p.1" }
attach = { price = "20.00", mark = "D", source = "S p.1" }
mark = "D"
source = "S p.1"

[[skus]]
id = "big"
name = "Big licence"
metric = "user"
class = "full"
covers = ["app.full"]
includes = ["small"]
list = { price = "180.00", mark = "D", source = "S p.1" }
attach = { price = "30.00", mark = "D", source = "S p.1" }
mark = "D"
source = "S p.1"

[[skus]]
id = "device"
name = "Device licence"
metric = "device"
class = "device"
list = { price = "75.00", mark = "M" }
mark = "M"

[[attach]]
base = "big"
mark = "M"
to = [{ sku = "small" }]

[[device_kinds]]
id = "till"
name = "Till"
sku = "device"
must_be_dedicated = false
shared_login = true
individual_login = true
source = "S p.2"

[[minimums]]
id = "twenty"
name = "Twenty"
applies_to = ["big"]
counts = ["big", "small"]
quantity = 20
device_skus = ["device"]
device_seats = 5
device_users = 2
mark = "M"

[[exclusions]]
id = "both"
name = "Both"
left = ["small"]
right = ["big"]
tenant_wide = false
mark = "M"

[[price_tiers]]
sku = "big"
counts = ["big"]
steps = [
    { from = 1, price = "180.00", mark = "M" },
    { from = 100, price = "160.00", mark = "M" },
]

[[words]]
right = "light"
words = ["Universal"]

[[roles]]
area = "Area"
any_of = ["app.full"]
mark = "M"
rows = [
    { name = "Clerk", identifier = "ClerkId", kinds = ["till"] },
    { name = "Manager", identifier = "ManagerId" },
]

[foreign]
prefixes = ["Other"]
"#;

/// The problems after `from` became `to`.
fn problems(from: &str, to: &str) -> Vec<Problem> {
    assert!(GOOD.contains(from), "{from}");
    match check("editions/x.toml", &GOOD.replacen(from, to, 1)) {
        Ok(_) => Vec::new(),
        Err(problems) => problems,
    }
}

/// Asserts that changing `from` to `to` gives a problem that says `message`.
#[track_caller]
fn finds(from: &str, to: &str, message: &str) {
    let found = problems(from, to);
    assert!(
        found.iter().any(|problem| problem.message.contains(message)),
        "expected {message}, found {found:#?}"
    );
}

#[test]
fn a_good_edition_has_no_problem() {
    let rules = check("x.toml", GOOD).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(rules.hash.len(), 64);
    assert_eq!(rules.skus.len(), 4);
    // Big covers what it includes, and what that includes.
    assert_eq!(rules.skus[2].covers, [RightId(0), RightId(1)]);
    assert_eq!(rules.attachable[2], SkuSet::of(SkuId(1)));
    assert_eq!(rules.unverified_attach[2], SkuSet::of(SkuId(1)));
    assert!(rules.named("maker BIG LICENCE").is_some());
}

#[test]
fn a_problem_says_where_it_is_and_what_to_do() {
    let found = problems("covers = [\"app.full\"]", "covers = [\"app.ful\"]");
    let line = GOOD.lines().position(|line| line.contains("covers = [\"app.full\"]"));
    let rendered = found
        .iter()
        .find(|problem| problem.message.starts_with("unknown right"))
        .map(ToString::to_string);
    let expected = line.map(|at| {
        format!(
            "editions/x.toml:{}:11: unknown right `app.ful`\n  hint: did you mean `app.full`?",
            at + 1
        )
    });
    assert_eq!(rendered, expected);
}

#[test]
fn all_problems_are_reported_at_once_in_the_order_of_the_file() {
    let broken = GOOD
        .replacen("currency = \"USD\"", "currency = \"dollars\"", 1)
        .replacen("tier = \"full\"", "tier = \"ful\"", 1)
        .replacen("left = [\"small\"]", "left = []", 1);
    let found = check("x.toml", &broken).expect_err("three problems");
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found.is_sorted_by_key(|problem| problem.line));
}

#[test]
fn a_file_that_is_no_edition_gives_one_problem_with_its_place() {
    let found = problems("title = \"Test\"", "title = \"Test\"\ntitel = \"Test\"");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].line, found[0].column), (6, 1), "{found:#?}");
    assert_eq!(check("x.toml", "schema = ").expect_err("not TOML").len(), 1);
    finds("schema = 1", "schema = 7", "schema 7 is not known");
}

#[test]
fn unknown_references_are_found() {
    finds("includes = [\"small\"]", "includes = [\"smal\"]", "unknown SKU `smal`");
    finds("kinds = [\"till\"]", "kinds = [\"tills\"]", "unknown device kind `tills`");
    finds("unknown_full = \"app.full\"", "unknown_full = \"x\"", "unknown right `x`");
    finds("applies_to = [\"big\"]", "applies_to = [\"bigg\"]", "unknown SKU `bigg`");
    finds("source = \"S p.2\"", "source = \"T p.2\"", "unknown source `T`");
    finds("metric = \"device\"", "metric = \"devices\"", "unknown metric `devices`");
    finds("device_policy = \"guide\"", "device_policy = \"no\"", "unknown device policy");
}

#[test]
fn duplicates_and_clashing_names_are_found() {
    finds("id = \"small\"", "id = \"light\"", "duplicate SKU `light`");
    finds("id = \"app.full\"", "id = \"light\"", "duplicate right `light`");
    finds("name = \"Small licence\"", "name = \"LIGHT  Licence\"", "already stands for");
    finds("\"Universal\"", "\"Big Licence\"", "already stands for");
    finds("\"Universal\"", "\"Universal\", \"universal\"", "given twice");
    finds("\"ManagerId\"", "\"CLERKID\"", "belongs to an earlier role");
}

#[test]
fn a_role_that_can_never_apply_is_found() {
    finds(
        "name = \"Manager\", identifier = \"ManagerId\"",
        "name = \"clerk\", identifier = \"clerkid\"",
        "role `clerk` can never apply",
    );
    finds("identifier = \"ManagerId\"", "by_name = false", "role `Manager` can never apply");
}

#[test]
fn a_sku_without_use_and_a_right_nobody_gives_are_found() {
    finds("includes = [\"light\"]\n", "", "`small` covers nothing");
    finds("covers = [\"app.full\"]\n", "", "no plannable user SKU gives the right `app.full`");
    finds("includes = [\"light\"]", "includes = [\"big\"]", "in a circle");
}

#[test]
fn an_attach_cell_must_be_possible() {
    let attach = "attach = { price = \"20.00\", mark = \"D\", source = \"S p.1\" }\n";
    finds(attach, "", "`small` has no attach price");
    finds("{ sku = \"small\" }", "{ sku = \"device\" }", "`device` cannot be attached");
    finds("{ sku = \"small\" }", "{ sku = \"light\" }", "`light` cannot be attached");
    finds("base = \"big\"", "base = \"light\"", "`light` cannot be a base");
    finds(
        "class = \"additional\"\n",
        "class = \"additional\"\nattach = { price = \"1\", mark = \"M\" }\n",
        "an attach price on `light`",
    );
}

#[test]
fn a_base_cheaper_than_its_attach_needs_the_word_of_the_source() {
    let row = "base = \"big\"\nmark = \"M\"\nto = [{ sku = \"small\" }]";
    let turned = |cell| format!("base = \"small\"\nmark = \"M\"\nto = [{{ sku = \"big\"{cell} }}]");
    finds(row, &turned(""), "is cheaper than its attach");
    assert_eq!(problems(row, &turned(", despite_price = true")), []);
    finds("{ sku = \"small\" }", "{ sku = \"small\", despite_price = true }", "has no effect");
}

#[test]
fn prices_are_text_with_a_mark_and_never_floats() {
    finds("price = \"8.00\"", "price = 8.0", "is not text");
    finds("price = \"8.00\"", "price = \"cheap\"", "`cheap` is no price");
    finds("price = \"8.00\"", "price = \"-8.00\"", "is no price");
    finds("\"8.00\", mark = \"M\"", "\"8.00\"", "a price without a mark");
    finds("mark = \"D\", source = \"S p.1\" }\natt", "mark = \"D\" }\natt", "without a source");
}

#[test]
fn minimums_exclusions_and_tiers_must_bind_something() {
    finds("counts = [\"big\", \"small\"]", "counts = []", "counts nothing");
    finds("quantity = 20", "quantity = 1", "binds nobody");
    finds("device_users = 2", "device_users = 0", "half a device rule");
    finds("left = [\"small\"]", "left = []", "has an empty side");
    finds("right = [\"big\"]", "right = [\"small\"]", "on both sides");
    finds("from = 100", "from = 1", "does not rise");
    finds("price = \"160.00\"", "price = \"190.00\"", "does not fall");
}

#[test]
fn more_skus_than_a_set_can_hold_are_refused() {
    let mut text = GOOD.to_owned();
    for at in 0..130 {
        text.push_str(&format!(
            "[[skus]]\nid = \"n{at}\"\nname = \"N{at}\"\nmetric = \"tenant\"\nclass = \"tenant\"\n\
             plannable = false\nmark = \"M\"\n"
        ));
    }
    let found = check("x.toml", &text).expect_err("too many");
    assert!(found.iter().any(|problem| problem.message == "more than 128 SKUs"), "{found:#?}");
}

#[test]
fn the_price_rule_fills_cells_that_nobody_listed_and_marks_them() {
    let attach = "[[attach]]\nbase = \"big\"\nmark = \"M\"\nto = [{ sku = \"small\" }]\n";
    let text = GOOD
        .replacen("currency = \"USD\"", "currency = \"USD\"\nattach_default = \"price-rule\"", 1)
        .replacen(attach, "", 1);
    let rules = check("x.toml", &text).unwrap_or_else(|problems| panic!("{problems:#?}"));
    // 180 admits 50; 50 does not admit 180.
    assert_eq!(rules.attachable[2], SkuSet::of(SkuId(1)));
    assert_eq!(rules.unverified_attach[2], SkuSet::of(SkuId(1)));
    assert!(rules.attachable[1].is_empty());
    let graded = text
        .replacen("class = \"full\"", "class = \"full\"\ngrade = \"professional\"", 1)
        .replacen("id = \"big\"\n", "id = \"big\"\ngrade = \"enterprise\"\n", 1);
    let rules = check("x.toml", &graded).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert!(rules.attachable[2].is_empty());
}
