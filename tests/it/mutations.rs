//! Files of the tests, changed at random: nothing panics and no row is lost.
//!
//! A second of each by default; `SEATWISE_MUTATE=600 cargo test --release
//! --test it mutations` searches for ten minutes each. The search by coverage
//! is in `fuzz/`; this one needs nothing but the toolchain of the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use seatwise::intake::{Formats, Limits, TableReport, discover, read_bytes, read_file};
use seatwise::rulebook::check_bytes;

static FORMATS: LazyLock<Formats> = LazyLock::new(|| Formats::shipped().unwrap());

/// What is changed, in the same order every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit.max(1) as u64)).unwrap()
    }
}

const TOKENS: &[&[u8]] = &[
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"+",
    b" or ",
    b"=",
    b"[[",
    b"]]",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\0",
    b"\xe9",
    b"</",
    b"/>",
    b"<!DOCTYPE",
    b"&amp;",
    b"&x;",
    b"<Name>",
    b"99999999999999999999",
    b"-1",
    b"1900-01-01",
    b"Total",
    b"user_id",
    b"PK\x03\x04",
    b"\xff\xff\xff\xff",
    b"{",
    b"}",
    b"null",
];

fn mutate(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    const LONGEST: usize = 200_000;
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        let length = random.below(64).min(bytes.len() - at);
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 => {
                bytes.drain(at..at + length);
            }
            2 => {
                let part = bytes[at..at + length].to_vec();
                bytes.splice(at..at, part.repeat(1 + random.below(4)));
            }
            3 => {
                let token = TOKENS[random.below(TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
            4 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let end = (from + random.below(400)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            5 => bytes.truncate(at),
            _ if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).unwrap(),
            _ => {}
        }
        bytes.truncate(LONGEST);
    }
    bytes
}

fn seeds(folders: &[&str], extensions: &[&str]) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| walkdir::WalkDir::new(root.join(folder)))
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| {
            let extension = path.extension().map(|extension| extension.to_string_lossy());
            extension.is_some_and(|extension| extensions.contains(&&*extension))
        })
        .collect();
    paths.sort();
    let seeds: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    let seeds: Vec<Vec<u8>> = seeds.into_iter().filter(|seed| seed.len() < 60_000).collect();
    assert!(!seeds.is_empty());
    seeds
}

/// Runs the target on changed seeds until the time is up.
#[allow(clippy::print_stdout, reason = "how many runs there were is the answer")]
fn search(name: &str, seeds: &[Vec<u8>], target: impl Fn(&[u8])) {
    let seconds = std::env::var("SEATWISE_MUTATE").ok().and_then(|text| text.parse().ok());
    let until = Instant::now() + Duration::from_secs(seconds.unwrap_or(1));
    let mut random = Random(0x5eed_5eed_5eed_5eed);
    let mut runs = 0_u64;
    let last = tempfile::Builder::new().prefix(&format!("{name}-")).tempfile().unwrap();
    while Instant::now() < until {
        let bytes = mutate(&mut random, seeds);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| target(&bytes)));
        if outcome.is_err() {
            fs::write(last.path(), &bytes).unwrap();
            let (_, kept) = last.keep().unwrap();
            panic!("run {runs} of {name}; the bytes are in {}", kept.display());
        }
        runs += 1;
    }
    println!("{name}: {runs} runs");
    assert!(runs > 0);
}

fn limits() -> Limits {
    Limits { total_bytes: 64 << 20, entry_bytes: 32 << 20, ..Limits::default() }
}

fn reads(bytes: &[u8], shown: &str) {
    let read = read_bytes(bytes, shown, &FORMATS, &limits());
    assert!(read.report.tables.iter().all(TableReport::adds_up), "{shown}");
}

#[test]
fn mutations_of_texts_lose_no_row() {
    let seeds = seeds(&["tests/it/formats", "tests/it/exports/made"], &["csv"]);
    search("text", &seeds, |bytes| reads(bytes, "t/file.csv"));
}

#[test]
fn mutations_of_workbooks_lose_no_row() {
    let folders = ["tests/it/exports/made", "tests/it/exports/office", "tests/it/exports/real"];
    let seeds = seeds(&folders, &["xlsx", "xls", "xlsb", "ods"]);
    search("workbook", &seeds, |bytes| reads(bytes, "t/book.xlsx"));
}

#[test]
fn mutations_of_json_lose_no_row() {
    let seeds = seeds(&["tests/it/exports/real/d365fo-security-mcp"], &["json"]);
    search("json", &seeds, |bytes| reads(bytes, "t/list.json"));
}

#[test]
fn mutations_of_metadata_lose_no_object() {
    let seeds = seeds(&["tests/it/exports/aot"], &["xml"]);
    search("aot", &seeds, |bytes| reads(bytes, "t/object.xml"));
}

#[test]
fn mutations_of_mappings_and_rulebooks_are_told() {
    let folders = ["tests/it/rulebooks", "src/intake/formats"];
    let mut seeds = seeds(&folders, &["toml"]);
    let mapping = "[[tables]]\nfile = \"a*.csv\"\nheader_row = 2\ntable = \"users\"\n\
                   [tables.columns]\nuser_id = \"K\"\nname = [\"A\", \"B\"]\n";
    seeds.extend(std::iter::repeat_n(mapping.as_bytes().to_vec(), 20));
    search("toml", &seeds, |bytes| {
        let _ = check_bytes("any.toml", bytes);
        if let Ok(text) = std::str::from_utf8(bytes) {
            let _ = FORMATS.clone().with_mapping("any.toml", text);
        }
    });
}

#[test]
fn mutations_of_archives_lose_no_row_and_lead_nowhere() {
    use std::io::Write as _;
    let zipped = |files: &[(&str, &[u8])]| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let users: &[u8] = b"user_id,name\nann,Ann\n";
    let inner = zipped(&[("users.csv", users)]);
    let seeds = [
        zipped(&[("t/users.csv", users), ("t/b/users.json", b"[{\"user_id\":\"x\"}]")]),
        zipped(&[
            ("in.zip", &inner),
            ("t/a.xml", b"<AxSecurityRole><Name>R</Name></AxSecurityRole>"),
        ]),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("any.zip");
    search("archive", &seeds, |bytes| {
        fs::write(&path, bytes).unwrap();
        let found = discover(std::slice::from_ref(&path), &limits()).unwrap();
        let files = found.tenants.iter().flat_map(|tenant| &tenant.files).chain(&found.shared);
        for file in files {
            assert!(!file.shown.split('/').any(|part| part == ".."), "{}", file.shown);
            let read = read_file(file, &FORMATS, &limits());
            assert!(read.report.tables.iter().all(TableReport::adds_up), "{}", file.shown);
        }
    });
}
