//! Made-up portfolios: the same for a seed, the same answer whatever mess
//! their files are in, the same bytes whatever order and threads they are
//! worked on with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use seatwise::generate::{Form, Made, Spec, generate};
use seatwise::rulebook::shipped;
use serde_json::Value;
use tempfile::TempDir;

use crate::binary::{files_below, folder, json, seatwise};

/// Six tenants of some hundred people.
fn small() -> Spec {
    Spec { tenants: 6, users: 900, seed: 7, ..Spec::default() }
}

fn made(spec: &Spec) -> (TempDir, Made) {
    let dir = tempfile::tempdir().unwrap();
    let made = generate(spec, shipped("2026-09").unwrap(), dir.path()).unwrap();
    (dir, made)
}

/// Analyses inputs and gives the folder of the reports.
fn analyzed(inputs: &[&Path], options: &[&str]) -> TempDir {
    let out = tempfile::tempdir().unwrap();
    let mut arguments: Vec<PathBuf> = vec!["analyze".into()];
    arguments.extend(inputs.iter().map(PathBuf::from));
    arguments.extend(["--out".into(), out.path().to_owned(), "--quiet".into()]);
    arguments.extend(options.iter().map(PathBuf::from));
    let ran = seatwise(arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    out
}

/// Every tenant's money, people, licences and devices.
fn answers(out: &Path) -> BTreeMap<String, Vec<Value>> {
    let run = json(&out.join("run.json"));
    let tenants = run["tenants"].as_array().unwrap().clone();
    let figures = |tenant: &Value| {
        let names = ["people", "need_licence", "devices_licensed", "plan_cents", "assigned_cents"];
        names.map(|name| tenant[name].clone()).to_vec()
    };
    tenants
        .iter()
        .map(|tenant| (tenant["id"].as_str().unwrap().to_owned(), figures(tenant)))
        .collect()
}

/// All files of a run, without what tells how long it took.
fn bytes(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = files_below(out);
    let mut run: Value = serde_json::from_slice(&files["run.json"]).unwrap();
    run.as_object_mut().unwrap().remove("timings").unwrap();
    files.insert("run.json".into(), serde_json::to_vec(&run).unwrap());
    files
}

fn assert_same(one: &BTreeMap<String, Vec<u8>>, two: &BTreeMap<String, Vec<u8>>) {
    assert!(one.keys().eq(two.keys()));
    for (path, bytes) in one {
        assert!(bytes == &two[path], "{path} differs");
    }
}

#[test]
fn the_files_are_the_same_for_a_seed_and_others_for_another() {
    for form in [Form::Csv, Form::Mixed] {
        let spec = Spec { form, messy: 50, ..small() };
        let (one, figures) = made(&spec);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let (two, _) = pool.install(|| made(&spec));
        assert_same(&files_below(one.path()), &files_below(two.path()));
        let size: usize = files_below(one.path()).values().map(Vec::len).sum();
        assert_eq!((figures.files, figures.bytes), (1 + 6 * 7, size as u64));
        let (other, _) = made(&Spec { seed: 8, ..spec });
        assert_ne!(files_below(one.path()), files_below(other.path()));
    }
}

#[test]
fn a_portfolio_has_as_many_people_rows_and_devices_as_asked_for() {
    let (dir, figures) = made(&small());
    let run = analyzed(&[dir.path()], &["--format", "csv"]);
    let run = json(&run.path().join("run.json"));
    assert_eq!(run["totals"]["tenants"], 6);
    assert_eq!(run["totals"]["failed"], 0);
    assert_eq!(run["totals"]["rows_rejected"], 0);
    let lists = files_below(dir.path()).into_iter().filter(|(path, _)| path.ends_with("users.csv"));
    let lines: usize =
        lists.map(|(_, text)| String::from_utf8(text).unwrap().lines().count()).sum();
    assert_eq!(lines, 900 + 6);
    // Every row below a header is read; so is the header of each file.
    let read = run["totals"]["rows_read"].as_u64().unwrap() + 6 + 1;
    assert_eq!(read, figures.rows + figures.files);
}

#[test]
fn mess_and_the_kind_of_file_do_not_change_the_answer() {
    let (clean, _) = made(&small());
    let expected = answers(analyzed(&[clean.path()], &["--format", "csv"]).path());
    assert_eq!(expected.len(), 6);
    assert!(expected.values().any(|figures| figures[2].as_u64().unwrap() > 0), "no device");
    for (form, combined) in [
        (Form::Csv, false),
        (Form::Csv, true),
        (Form::Xlsx, false),
        (Form::Parquet, false),
        (Form::Mixed, true),
    ] {
        let (messy, _) = made(&Spec { messy: 100, form, combined, ..small() });
        let run = analyzed(&[messy.path()], &["--format", "csv"]);
        assert_eq!(answers(run.path()), expected, "{form:?}, combined: {combined}");
    }
}

#[test]
fn fifty_tenants_give_the_same_bytes_for_any_threads_order_and_memory() {
    let spec = Spec { tenants: 50, users: 3_000, messy: 30, form: Form::Mixed, ..small() };
    let (dir, _) = made(&spec);
    // Five inputs of ten tenants, so that their order can be changed.
    let halls = tempfile::tempdir().unwrap();
    for (at, tenant) in std::fs::read_dir(dir.path()).unwrap().enumerate() {
        let from = tenant.unwrap().path();
        if from.is_dir() {
            let to = halls.path().join(format!("hall{}", at % 5));
            std::fs::create_dir_all(&to).unwrap();
            std::fs::rename(&from, to.join(from.file_name().unwrap())).unwrap();
        }
    }
    let inputs: Vec<PathBuf> = (0..5).map(|at| halls.path().join(format!("hall{at}"))).collect();
    let table = dir.path().join("tenants.csv");
    let table = if table.exists() {
        table
    } else {
        ["xlsx", "parquet"]
            .map(|e| table.with_extension(e))
            .into_iter()
            .find(|p| p.exists())
            .unwrap()
    };
    let inputs: Vec<&Path> = inputs.iter().map(PathBuf::as_path).chain([table.as_path()]).collect();
    let shuffled: Vec<&Path> = [3, 0, 5, 4, 2, 1].iter().map(|&at| inputs[at]).collect();
    let first = bytes(analyzed(&inputs, &["--threads", "1"]).path());
    assert!(first.len() > 50 * 20);
    for (inputs, options) in [
        (&inputs, &["--threads", "2"][..]),
        (&inputs, &["--threads", "8"]),
        (&shuffled, &["--threads", "2"]),
        (&shuffled, &["--threads", "8", "--memory", "40MiB"]),
    ] {
        assert_same(&first, &bytes(analyzed(inputs, options).path()));
    }
}

#[test]
fn a_portfolio_is_never_written_over_another() {
    let dir = folder(&[("users.csv", b"user_id\nann\n")]);
    let ran = seatwise([Path::new("generate"), dir.path()]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is not empty"), "{}", ran.err);
    assert_eq!(files_below(dir.path()).len(), 1);
}

#[test]
fn a_run_says_how_it_got_on() {
    let (dir, _) = made(&small());
    let out = tempfile::tempdir().unwrap();
    let ran = seatwise([
        Path::new("analyze"),
        dir.path(),
        Path::new("--out"),
        out.path(),
        Path::new("--threads"),
        Path::new("2"),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.starts_with("6 tenants found"), "{}", ran.err);
    for word in ["rows a second; time of 2 threads: shared files ", ", intake ", ", reports "] {
        assert!(ran.out.contains(word), "{word} is not in {}", ran.out);
    }
}
