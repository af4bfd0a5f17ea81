//! `seatwise verify`: a run holds as it was written, and whatever is changed in
//! it is refused with a sentence that names it.

mod alike;
mod hostile;
mod round_trip;
mod tables;
mod whole;

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use polars::prelude::{
    Column, DataFrame, KeyValueMetadata, NamedFrom as _, ParquetReader, ParquetWriter,
    SerReader as _, Series,
};
use seatwise::audit::{Audit, audit};
use seatwise::report::manifest::Written;
use serde_json::Value;
use tempfile::TempDir;

use crate::binary::{analyze, json, sample};

/// A finished run that may be changed.
struct Run {
    folder: TempDir,
}

impl Run {
    /// Runs a sample.
    fn of(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ran = analyze(&sample(name), folder.path(), &[]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        Self { folder }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// Checks one tenant.
    fn audit(&self, tenant: &str) -> Audit {
        audit(self.folder.path(), &[tenant.to_owned()]).unwrap()
    }

    /// Does something to a file, checks, and puts the file back. `seal`: the
    /// hash in `run.json` follows the change.
    fn changed(&self, tenant: &str, file: &str, seal: bool, change: impl FnOnce(&Path)) -> Audit {
        let (path, run) = (self.path(file), self.path("run.json"));
        let (before, sealed) = (fs::read(&path).unwrap(), fs::read(&run).unwrap());
        change(&path);
        if seal && path != run {
            self.seal(file);
        }
        let found = self.audit(tenant);
        fs::write(&path, before).unwrap();
        fs::write(&run, sealed).unwrap();
        found
    }

    /// Checks without a file, and puts it back.
    fn without(&self, tenant: &str, file: &str) -> Audit {
        self.changed(tenant, file, false, |path| fs::remove_file(path).unwrap())
    }

    /// Makes the hash in `run.json` that of the file.
    fn seal(&self, file: &str) {
        let run = self.path("run.json");
        let mut manifest = json(&run);
        let found = Written::of(&self.path(file), self.folder.path()).unwrap();
        for written in manifest["hashes"].as_array_mut().unwrap() {
            if written["path"] == file {
                *written = serde_json::to_value(&found).unwrap();
            }
        }
        fs::write(run, serde_json::to_vec(&manifest).unwrap()).unwrap();
    }

    /// Changes the proof of a tenant.
    fn proof(&self, tenant: &str, change: impl FnOnce(&mut Value)) -> Audit {
        self.changed(tenant, &format!("data/proof/{tenant}.json.gz"), true, |path| {
            let mut proof = unpacked(path);
            change(&mut proof);
            fs::write(path, packed(&serde_json::to_vec(&proof).unwrap())).unwrap();
        })
    }
}

fn unpacked(path: &Path) -> Value {
    let mut text = String::new();
    GzDecoder::new(&fs::read(path).unwrap()[..]).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

fn frame(path: &Path) -> DataFrame {
    ParquetReader::new(fs::File::open(path).unwrap()).finish().unwrap()
}

fn write_frame(path: &Path, mut frame: DataFrame) {
    let version = ("seatwise.schema".to_owned(), seatwise::report::datasets::SCHEMA.to_owned());
    ParquetWriter::new(fs::File::create(path).unwrap())
        .with_key_value_metadata(Some(KeyValueMetadata::from_static(vec![version])))
        .finish(&mut frame)
        .unwrap();
}

/// Adds one to a number, turns a flag over, puts a letter behind a word.
fn nudge(frame: &mut DataFrame, name: &str, row: usize) {
    let column = frame.column(name).unwrap();
    let fresh = if let Ok(numbers) = column.i64() {
        let mut values: Vec<Option<i64>> = numbers.iter().collect();
        values[row] = Some(values[row].unwrap_or(0) + 1);
        Series::new(name.into(), values)
    } else if let Ok(flags) = column.bool() {
        let mut values: Vec<Option<bool>> = flags.iter().collect();
        values[row] = values[row].map(|flag| !flag);
        Series::new(name.into(), values)
    } else {
        let mut values: Vec<Option<String>> =
            column.str().unwrap().iter().map(|text| text.map(str::to_owned)).collect();
        values[row] = Some(values[row].clone().unwrap_or_default() + "x");
        Series::new(name.into(), values)
    };
    frame.with_column(Column::from(fresh)).unwrap();
}

/// Everything an audit says.
fn said(found: &Audit) -> String {
    let all = found.tenants.iter().flat_map(|tenant| &tenant.failures).chain(&found.failures);
    all.map(|failure| format!("{failure}\n")).collect()
}
