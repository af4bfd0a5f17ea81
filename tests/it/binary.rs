//! Runs the program as a user does and reads what it wrote.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use serde_json::Value;
use tempfile::TempDir;

/// What a run ended with.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs `seatwise` with these arguments.
pub fn seatwise<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    let output =
        Command::new(env!("CARGO_BIN_EXE_seatwise")).args(arguments).output().expect("it starts");
    Ran {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A sample of the repository.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

/// One tenant of `samples/portfolio` in a portfolio of its own.
pub fn alone(id: &str) -> TempDir {
    let portfolio = sample("portfolio");
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(id)).unwrap();
    for file in fs::read_dir(portfolio.join(id)).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), folder.path().join(id).join(file.file_name())).unwrap();
    }
    // A tenant that the table lists and that has no files would fail.
    let listed = fs::read_to_string(portfolio.join("tenants.csv")).unwrap();
    let own = listed.lines().enumerate().filter(|(at, line)| *at == 0 || line.starts_with(id));
    let own: Vec<&str> = own.map(|(_, line)| line).collect();
    fs::write(folder.path().join("tenants.csv"), own.join("\n")).unwrap();
    folder
}

/// Runs `seatwise analyze INPUT --out DIR --quiet` and more arguments.
pub fn analyze(input: &Path, out: &Path, more: &[&str]) -> Ran {
    let fixed = [OsStr::new("analyze"), input.as_os_str(), "--out".as_ref(), out.as_os_str()];
    let more = more.iter().map(|text| OsStr::new(*text));
    seatwise(fixed.into_iter().chain(["--quiet".as_ref()]).chain(more))
}

/// A folder with these files, as path and content.
pub fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// All files below a folder, by their path with `/`.
pub fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap();
            let parts: Vec<_> = path.iter().map(|part| part.to_str().unwrap()).collect();
            (parts.join("/"), fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// The files of an archive, such as a workbook.
pub fn unzipped(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let name = file.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
            (name, bytes)
        })
        .collect()
}

/// A JSON file.
pub fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The entry of a tenant in `run.json`.
pub fn tenant<'j>(manifest: &'j Value, id: &str) -> &'j Value {
    let tenants = manifest["tenants"].as_array().unwrap();
    tenants.iter().find(|tenant| tenant["id"] == id).unwrap_or_else(|| panic!("no tenant {id}"))
}

/// A workbook.
pub struct Book(Xlsx<std::io::BufReader<fs::File>>);

impl Book {
    pub fn open(path: &Path) -> Self {
        Self(open_workbook(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    pub fn sheets(&self) -> Vec<String> {
        self.0.sheet_names()
    }

    /// Every cell of a sheet, from A1 on.
    pub fn cells(&mut self, sheet: &str) -> Vec<Vec<Data>> {
        let range = self.0.worksheet_range(sheet).unwrap();
        let (rows, columns) = range.end().map_or((0, 0), |(row, column)| (row + 1, column + 1));
        let cell = |row, column| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
        (0..rows).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
    }

    /// The table of a sheet: its header stands in row 5.
    pub fn table(&mut self, sheet: &str) -> Table {
        let mut rows = self.cells(sheet);
        let body = rows.split_off(5);
        let header = rows[4].iter().map(ToString::to_string).collect();
        let filled = |row: &Vec<Data>| row.iter().any(|cell| !matches!(cell, Data::Empty));
        Table { header, rows: body.into_iter().filter(filled).collect() }
    }
}

/// A table of a workbook.
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<Data>>,
}

impl Table {
    pub fn column(&self, name: &str) -> usize {
        let at = self.header.iter().position(|header| header == name);
        at.unwrap_or_else(|| panic!("no column {name}: {:?}", self.header))
    }

    pub fn text(&self, row: &[Data], column: &str) -> String {
        row[self.column(column)].to_string()
    }

    /// As [`Self::text`] for a column that is left out where it is empty.
    pub fn text_or_blank(&self, row: &[Data], column: &str) -> String {
        let at = self.header.iter().position(|header| header == column);
        at.map_or_else(String::new, |at| row[at].to_string())
    }

    pub fn count(&self, row: &[Data], column: &str) -> u64 {
        let text = self.text(row, column);
        text.parse().unwrap_or_else(|_| panic!("{column} is {text:?}"))
    }
}
