//! Tests of the translations: nothing that a workbook says is without one,
//! none is left of what the code no longer says, and all of them fit their
//! places. The catalogues of words are checked whole; sentences that the
//! calculation composes are checked as far as the samples say them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::template::{Piece, pieces};
use super::{File, Language};
use crate::finding::{Code, Severity};
use crate::output::{AssignmentStatus, CapacityStatus, Cause, CompareReason, LicenceKind};
use crate::report::brand::Brand;
use crate::report::{Limits, catalogue, portfolio, sample_output, sample_portfolio, tenant};
use crate::rulebook::{DevicePolicy, Mark, Tier};

const OTHERS: [Language; 3] = [Language::German, Language::French, Language::Swedish];

thread_local! {
    static MISSED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
    static USED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes a text that has no translation.
pub(super) fn missed(text: &str) {
    MISSED.with_borrow_mut(|all| {
        all.insert(text.to_owned());
    });
}

/// Notes a key that was asked for.
pub(super) fn used(key: &str) {
    USED.with_borrow_mut(|all| {
        all.insert(key.to_owned());
    });
}

/// Sheets and texts of a language, keys with translations.
fn all(language: Language) -> [BTreeMap<String, String>; 2] {
    let (mut sheets, mut texts) = (BTreeMap::new(), BTreeMap::new());
    for text in language.files() {
        let file: File = toml::from_str(text).unwrap_or_else(|error| panic!("{error}"));
        sheets.extend(file.sheets);
        for (english, said) in file.texts {
            let before = texts.insert(english.clone(), said);
            assert!(before.is_none(), "{language:?}: {english:?} stands in two files");
        }
    }
    [sheets, texts]
}

#[test]
fn every_language_has_the_same_keys_and_nothing_blank() {
    let [sheets, texts] = all(Language::German);
    assert!(sheets.len() > 30 && texts.len() > 1_000, "{} {}", sheets.len(), texts.len());
    for language in OTHERS {
        let [others, more] = all(language);
        assert!(sheets.keys().eq(others.keys()), "{language:?}");
        let missing: Vec<_> = texts.keys().filter(|key| !more.contains_key(*key)).collect();
        let extra: Vec<_> = more.keys().filter(|key| !texts.contains_key(*key)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{language:?}: {missing:?} {extra:?}");
        for (english, said) in others.iter().chain(&more) {
            assert!(!said.trim().is_empty(), "{language:?}: {english:?}");
            let blanks = |text: &str| (text.starts_with(' '), text.ends_with(' '));
            assert_eq!(blanks(english), blanks(said), "{language:?}: {english:?}");
        }
        let figures = &language.words().unwrap().figures;
        assert_eq!(figures.decimal, ",");
        assert!(!figures.group.is_empty() && figures.date.contains("{m}"));
    }
}

#[test]
fn translations_keep_the_places_of_their_sentence() {
    let places = |text: &str| {
        let places = pieces(text).into_iter().filter_map(|piece| match piece {
            Piece::Place(name, _) => Some(name),
            Piece::Fixed(_) => None,
        });
        let mut places: Vec<String> = places.collect();
        places.sort();
        places
    };
    for language in OTHERS {
        for (english, said) in &all(language)[1] {
            assert_eq!(places(english), places(said), "{language:?}: {english:?}");
            let mut unique = places(english);
            unique.dedup();
            assert_eq!(unique, places(english), "{english:?} names a place twice");
            let together = pieces(english)
                .windows(2)
                .any(|two| matches!(two, [Piece::Place(..), Piece::Place(..)]));
            assert!(!together, "{english:?} has places without anything between them");
        }
    }
}

#[test]
fn names_of_sheets_fit_a_tab_and_are_unique() {
    for language in OTHERS {
        let [names, _] = all(language);
        for list in [catalogue::tenant::SHEETS, catalogue::portfolio::SHEETS] {
            let mut seen = BTreeSet::new();
            for sheet in list {
                let said = names.get(sheet.name).unwrap_or_else(|| panic!("{}", sheet.name));
                assert!(said.encode_utf16().count() <= 25, "room for a part number: {said}");
                assert!(!said.contains(['[', ']', ':', '*', '?', '/', '\\', '\'']), "{said}");
                assert!(seen.insert(said.to_lowercase()), "{language:?}: two sheets {said}");
                assert_eq!(language.sheet(&format!("{} (2)", sheet.name)), format!("{said} (2)"));
            }
        }
        let known = |name: &String| {
            let lists = [catalogue::tenant::SHEETS, catalogue::portfolio::SHEETS];
            lists.iter().any(|list| list.iter().any(|sheet| sheet.name == name))
        };
        assert!(names.keys().all(known), "{language:?} names a sheet nobody writes");
    }
}

/// Everything the program says: its code and its rulebooks, a text that goes
/// on in the next line put together.
fn code() -> String {
    fn read(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("report/language") {
                read(&path, text);
            } else if path.extension().is_some_and(|end| end == "rs" || end == "toml") {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut text = String::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
    let mut whole = String::with_capacity(text.len());
    let mut lines = text.split("\\\n");
    whole.push_str(lines.next().unwrap());
    lines.for_each(|line| whole.push_str(line.trim_start()));
    whole
}

/// Whether a text still stands in the code: as it is, or, where the code puts
/// it together from parts, half of its pairs of words.
fn stands(code: &str, text: &str) -> bool {
    if code.contains(&text.replace('"', "\\\"")) {
        return true;
    }
    let words =
        text.split_whitespace().map(|word| word.trim_matches(|l: char| !l.is_alphanumeric()));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let pairs: Vec<String> = words.windows(2).map(|pair| pair.join(" ")).collect();
    let found = pairs.iter().filter(|pair| code.contains(pair.as_str())).count();
    (pairs.len() < 2 || 2 * found >= pairs.len()) && words.iter().all(|word| code.contains(word))
}

#[test]
fn no_translation_is_left_of_what_the_code_no_longer_says() {
    // What the samples ask for is alive.
    write(Language::German);
    let alive = USED.with_borrow(BTreeSet::clone);
    let code = code();
    let dead: Vec<String> = all(Language::German)[1]
        .keys()
        .filter(|english| !alive.contains(*english))
        .filter(|english| {
            !pieces(english).iter().all(|piece| match piece {
                Piece::Fixed(text) => stands(&code, text),
                Piece::Place(..) => true,
            })
        })
        .cloned()
        .collect();
    assert!(dead.is_empty(), "{dead:#?}");
}

/// Writes the workbooks of the samples in a language.
fn write(language: Language) {
    let dir = tempfile::tempdir().unwrap();
    let (brand, limits) = (Brand::default(), Limits::default());
    let (one, all) = (dir.path().join("tenant.xlsx"), dir.path().join("portfolio.xlsx"));
    tenant::write_with(&sample_output(), &one, limits, &brand, language).unwrap();
    portfolio::write_with(&sample_portfolio(), &all, limits, &brand, language).unwrap();
}

/// What needs no translation: names, ids and what was read from a file.
fn is_data(text: &str) -> bool {
    const NAMES: [&str; 14] = [
        "EUR",
        "USD",
        "GB",
        "2021-09",
        "contoso/",
        "fo.user_information",
        "tenants/",
        "tenants.csv",
        "wingtip/",
        "Dynamics 365 ",
        "Microsoft Dynamics 365 Licensing Guide",
        "People without a licence cannot sign in",
        "License usage summary",
        "At least 20 full Finance and Operations users",
    ];
    // Messages that only the sample of the tests says.
    const SAMPLES: [&str; 12] = [
        "guide",
        "licensed: 75.00 for the device instead of 200.00 for the 4 people who need nothing else",
        "not licensed: its users have licences that cover the work at it",
        "no priced licence satisfies \u{201c}Field Service\u{201d}",
        "role is taken as a full user",
        "2 rows without a user id",
        "accounts in several environments are one person",
        "several accounts are one person",
        "12 rows name a tenant without a folder",
        "18 full users + 3 devices count as 19.2 of 20",
        "10 GB included and 5 accrued; 17 used: buy 2 Additional database",
        "expected a user id, found an empty cell",
    ];
    NAMES.iter().any(|name| text.starts_with(name))
        || SAMPLES.contains(&text)
        || text.len() == 64
        || text.chars().all(|letter| letter.is_ascii_digit() || letter == '-')
}

#[test]
fn everything_that_the_workbooks_say_has_a_translation() {
    for language in OTHERS {
        MISSED.with_borrow_mut(BTreeSet::clear);
        write(language);
        let missed: Vec<String> =
            MISSED.with_borrow(|all| all.iter().filter(|text| !is_data(text)).cloned().collect());
        assert!(missed.is_empty(), "{language:?}: {missed:#?}");
    }
    let used = USED.with_borrow(BTreeSet::len);
    assert!(used > 600, "the samples ask for {used} translations");
}

#[test]
fn every_word_of_a_catalogue_has_a_translation() {
    let mut words: Vec<&str> = Vec::new();
    words.extend(Code::ALL.iter().flat_map(|code| [code.title(), code.help()]));
    words.extend([Severity::Error, Severity::Warning, Severity::Info].map(Severity::word));
    words.extend(Cause::ALL.iter().flat_map(|cause| [cause.word(), cause.sentence()]));
    words.extend(CompareReason::ALL.iter().flat_map(|why| [why.word(), why.sentence()]));
    let kinds = [
        LicenceKind::Base,
        LicenceKind::Attach,
        LicenceKind::Additional,
        LicenceKind::AddOn,
        LicenceKind::Device,
    ];
    words.extend(kinds.map(LicenceKind::word));
    let tiers = [Tier::None, Tier::SelfService, Tier::TeamMembers, Tier::Activity, Tier::Full];
    words.extend(tiers.map(Tier::word));
    let states = [
        AssignmentStatus::Unknown,
        AssignmentStatus::None,
        AssignmentStatus::Fits,
        AssignmentStatus::Release,
        AssignmentStatus::Over,
        AssignmentStatus::Under,
    ];
    words.extend(states.map(AssignmentStatus::word));
    let states = [
        CapacityStatus::Covered,
        CapacityStatus::Buy,
        CapacityStatus::BeyondTheCap,
        CapacityStatus::NoPack,
        CapacityStatus::NotMeasured,
        CapacityStatus::PriceUnknown,
        CapacityStatus::UnknownMetric,
    ];
    words.extend(states.map(CapacityStatus::word));
    let marks = [
        None,
        Some(Mark::VerifiedGuide),
        Some(Mark::VerifiedMicrosoft),
        Some(Mark::VerifiedThirdParty),
        Some(Mark::Derived),
        Some(Mark::Unverified),
    ];
    words.extend(marks.map(crate::report::sheets::licences::mark_words));
    words.extend(crate::report::sheets::true_up::ACTIONS.map(|(word, _)| word));
    words.extend(crate::report::figures::DECISIONS);
    for list in [catalogue::tenant::SHEETS, catalogue::portfolio::SHEETS] {
        words.extend(list.iter().flat_map(|sheet| [sheet.title, sheet.about]));
    }
    let policies = [DevicePolicy::Guide, DevicePolicy::Strict];
    let policies = policies.map(crate::report::sheets::notes::device_policy);
    words.extend(policies.iter().map(String::as_str));
    for language in OTHERS {
        let known = language.words().unwrap();
        let missing: Vec<_> =
            words.iter().filter(|word| language.said(known, word).is_none()).collect();
        assert!(missing.is_empty(), "{language:?}: {missing:#?}");
    }
}

#[test]
fn words_that_formulas_compare_stay_apart() {
    let groups: [&[&str]; 4] = [
        &crate::report::figures::DECISIONS,
        &crate::report::figures::TIERS,
        &["yes", "no"],
        &["base", "attach", "additional", "add-on", "device"],
    ];
    for language in OTHERS {
        let causes = Cause::ALL.map(Cause::word);
        let states = crate::report::sheets::users::STATUS.map(|(word, _)| word);
        let actions = crate::report::sheets::true_up::ACTIONS.map(|(word, _)| word);
        for group in groups.into_iter().chain([&causes[..], &states, &actions]) {
            let said: BTreeSet<String> =
                group.iter().map(|word| language.tell(word).to_lowercase()).collect();
            assert_eq!(said.len(), group.len(), "{language:?}: {said:?}");
        }
    }
}

#[test]
fn sentences_are_recognised_by_their_template() {
    let german = |text: &str| Language::German.tell(text).into_owned();
    assert_eq!(
        german("Dynamics 365 Finance (base): 1,004 owned, 0 in the plan: 1,004 more than needed"),
        "Dynamics 365 Finance (base): 1.004 im Bestand, 0 im Plan: 1.004 mehr als n\u{f6}tig"
    );
    assert_eq!(
        german("Dataverse file: 20 GB included and 1.5 accrued; 140 used: buy 120 File Capacity"),
        "Dataverse file: 20 GB enthalten und 1,5 hinzugekommen; 140 genutzt: kaufen: 120 File Capacity"
    );
    assert_eq!(
        german(
            "Buy 12 Supply Chain Management (attach), 6 Activity, and 2 more beside what is owned."
        ),
        "Zus\u{e4}tzlich zum Bestand kaufen: 12 Supply Chain Management (Attach), 6 Activity, und 2 weitere."
    );
    assert_eq!(german("not sold since 2019-10-01"), "nicht verkauft seit 01.10.2019");
    assert_eq!(german("Plan cost (USD / month)"), "Plankosten (USD / Monat)");
    // One clause that nobody knows keeps the whole sentence in English.
    assert_eq!(german("20 GB included; the moon is full"), "20 GB included; the moon is full");
    assert_eq!(Language::Swedish.tell("Users"), "Anv\u{e4}ndare");
    assert_eq!(Language::English.tell("Users"), "Users");
}

#[test]
fn figures_and_dates_of_a_sentence_follow_the_language() {
    assert_eq!(Language::German.figures("EUR 1,234.50, then 7."), "EUR 1.234,50, then 7.");
    assert_eq!(Language::French.figures("1,234.50"), "1\u{202f}234,50");
    assert_eq!(Language::Swedish.figures("1,234.50"), "1\u{a0}234,50");
    assert_eq!(Language::English.figures("1,234.50"), "1,234.50");
    let end = |language: Language| language.tell("not sold since 2019-10-01").into_owned();
    assert!(end(Language::French).ends_with("01/10/2019"));
    assert!(end(Language::Swedish).ends_with("2019-10-01"));
    assert_eq!(Language::English.date_format(), None);
    assert_eq!(Language::German.date_format(), Some(14));
}
