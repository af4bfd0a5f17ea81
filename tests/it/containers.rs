//! Archives of exports: what lies in one counts as if it lay in a folder.

use std::io::{Cursor, Write as _};
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::binary::{Ran, analyze, folder, json, seatwise, tenant};

const USERS: &[u8] = b"user_id\nann\nbob\n";
const ROLES: &[u8] = b"user_id,role_name\nann,Accountant\nbob,Accountant\n";

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

/// A zip archive with these members.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, options()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Analyses an input; the run and what `run.json` says.
fn analysed(input: &Path, more: &[&str]) -> (Ran, Value, TempDir) {
    let out = tempfile::tempdir().unwrap();
    let ran = analyze(input, out.path(), more);
    let run = json(&out.path().join("run.json"));
    (ran, run, out)
}

fn paths(run: &Value) -> Vec<&str> {
    run["inputs"].as_array().unwrap().iter().map(|input| input["path"].as_str().unwrap()).collect()
}

#[test]
fn a_folder_within_an_archive_is_a_tenant_as_on_disk() {
    let files: &[(&str, &[u8])] = &[
        ("alpha/users.csv", USERS),
        ("alpha/deep/roles.csv", ROLES),
        ("beta/users.csv", USERS),
        ("beta/roles.csv", ROLES),
        ("subscriptions.csv", b"tenant,license,quantity\nalpha,Finance,3\n"),
    ];
    let on_disk = folder(files);
    let (ran, disk, _out) = analysed(on_disk.path(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut packed = files.to_vec();
    packed.extend([
        ("__MACOSX/alpha/._users.csv", &b"x"[..]),
        ("alpha/.DS_Store", b"x"),
        ("README.txt", b"hello"),
    ]);
    let input = folder(&[("all.zip", &zipped(&packed))]);
    for given in [input.path().join("all.zip"), input.path().to_owned()] {
        let (ran, run, _out) = analysed(&given, &[]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(run["tenants"], disk["tenants"]);
        assert_eq!(
            paths(&run),
            [
                "all.zip/alpha/deep/roles.csv",
                "all.zip/alpha/users.csv",
                "all.zip/beta/roles.csv",
                "all.zip/beta/users.csv",
                "all.zip/subscriptions.csv"
            ]
        );
    }
}

#[test]
fn an_archive_of_files_is_a_tenant_one_of_a_single_file_stands_for_it() {
    let inner = zipped(&[("users.csv", USERS), ("roles.csv", ROLES)]);
    let prices = zipped(&[("prices.csv", b"license,price,currency\nFinance,170,USD\n")]);
    let input = folder(&[
        ("Fabrikam.zip", &inner),
        ("prices.zip", &prices),
        ("many.zip", &zipped(&[("Contoso.zip", &inner), ("Adatum.zip", &inner)])),
        ("woodgrove/exports.zip", &inner),
    ]);
    let (ran, run, _out) = analysed(input.path(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for id in ["Adatum", "Contoso", "Fabrikam", "woodgrove"] {
        assert_eq!(tenant(&run, id)["people"], 2, "{id}");
    }
    assert_eq!(run["tenants"].as_array().unwrap().len(), 4);
    let paths = paths(&run);
    for path in [
        "many.zip/Contoso.zip/users.csv",
        "prices.zip/prices.csv",
        "woodgrove/exports.zip/roles.csv",
    ] {
        assert!(paths.contains(&path), "{path}: {paths:?}");
    }
}

#[test]
fn the_same_export_loose_and_packed_is_read_once() {
    let input = folder(&[
        ("one/users.csv", USERS),
        ("one/roles.csv", ROLES),
        ("one/again.zip", &zipped(&[("copy/users.csv", USERS)])),
        ("one/owned.csv", b"license,quantity\nFinance,2\n"),
        ("one/owned copy.zip", &zipped(&[("owned.csv", b"license,quantity\nFinance,2\n")])),
    ]);
    let (ran, run, _out) = analysed(input.path(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(tenant(&run, "one")["people"], 2);
}

/// The reason why the tenant with this archive fails, and nobody else.
fn reason(archive: &[u8], more: &[&str]) -> String {
    let input = folder(&[
        ("alpha/users.csv", USERS),
        ("alpha/roles.csv", ROLES),
        ("beta/users.csv", USERS),
        ("beta/more.zip", archive),
    ]);
    let (ran, run, _out) = analysed(input.path(), more);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    assert_eq!(tenant(&run, "alpha")["outcome"], "ok");
    assert_eq!(tenant(&run, "beta")["outcome"], "failed");
    let reason = tenant(&run, "beta")["reason"].as_str().unwrap().to_owned();
    assert!(reason.starts_with("beta/more.zip"), "{reason}");
    reason
}

#[test]
fn tricks_with_names_fail_the_tenant_alone() {
    for name in ["../../alpha/users.csv", "/etc/users.csv", "C:\\users.csv", "a\u{202e}vsc.csv"] {
        let reason = reason(&zipped(&[("ok.csv", USERS), (name, USERS)]), &[]);
        assert!(reason.contains("in the archive"), "{reason}");
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("users.csv", "/etc/passwd", options()).unwrap();
    let reason = reason(&writer.finish().unwrap().into_inner(), &[]);
    assert!(reason.contains("link to another file"), "{reason}");
}

#[test]
fn archives_in_archives_end_at_the_limit_and_the_limit_is_an_option() {
    let one = zipped(&[("users.csv", USERS), ("roles.csv", ROLES)]);
    let three = zipped(&[("c.zip", &zipped(&[("b.zip", &one)]))]);
    let told = reason(&three, &[]);
    assert!(told.contains("is 3, the limit is 2 (--max-depth)"), "{told}");
    let input = folder(&[("beta/more.zip", &three)]);
    let (ran, ..) = analysed(input.path(), &["--max-depth", "3"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn bombs_and_damage_fail_the_tenant_alone() {
    let bomb = zipped(&[("users.csv", &vec![b' '; 70 << 20])]);
    let told = reason(&bomb, &[]);
    assert!(told.contains("compression ratio of users.csv"), "{told}");
    assert!(told.contains("(--max-ratio)"), "{told}");
    let told = reason(&zipped(&[("users.csv", USERS)]), &["--max-entry-size", "4"]);
    assert!(told.contains("is 16, the limit is 4 (--max-entry-size)"), "{told}");
    let pair = zipped(&[("users.csv", USERS), ("roles.csv", ROLES)]);
    let told = reason(&pair, &["--max-unpacked-size", "20"]);
    assert!(told.contains("(--max-unpacked-size)"), "{told}");
    let told = reason(&pair, &["--max-entries", "1"]);
    assert!(told.contains("number of files in the archive is 2, the limit is 1"), "{told}");
    assert!(reason(&pair[..pair.len() / 2], &[]).contains("damaged"));
    // One member's content is damaged: that file fails, by name.
    let mut broken = zipped(&[("users.csv", &USERS.repeat(50)), ("roles.csv", ROLES)]);
    broken[45] ^= 0xff;
    assert!(reason(&broken, &[]).starts_with("beta/more.zip/users.csv: "));
}

#[test]
fn an_archive_at_the_top_that_cannot_be_read_is_a_failed_tenant_of_its_name() {
    let good = zipped(&[("users.csv", USERS), ("roles.csv", ROLES)]);
    let input = folder(&[("Good.zip", &good), ("Bad.zip", &good[..40])]);
    let (ran, run, _out) = analysed(input.path(), &[]);
    assert_eq!(ran.code, 1);
    assert_eq!(tenant(&run, "Good")["outcome"], "ok");
    assert!(tenant(&run, "Bad")["reason"].as_str().unwrap().starts_with("Bad.zip: "));
}

#[test]
fn a_workbook_called_zip_is_a_workbook() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write_row(0, 0, ["user_id", "role_name"]).unwrap();
    book.worksheet_from_index(0).unwrap().write_row(1, 0, ["ann", "Accountant"]).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let input =
        folder(&[("one/book.zip", &bytes), ("one/inner.zip", &zipped(&[("b.zip", &bytes)]))]);
    let ran = seatwise(["inspect".as_ref(), input.path().as_os_str()]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("one/inner.zip/b.zip"), "{}", ran.out);
}
