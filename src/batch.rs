//! The portfolio: finds the tenants, works them out in parallel, writes their
//! reports, collects what the portfolio needs.
//!
//! A tenant is read, calculated and written as one piece of work and then
//! forgotten but for its summary, so that memory does not grow with the
//! number of tenants. Whatever goes wrong with one tenant is that tenant's
//! failure; the others go on.

mod advice;
mod inspect;
mod schedule;
mod seats;
mod settings;
mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use rustc_hash::FxHashSet;

use crate::classify::UnknownRoles;
use crate::engine::{Options, analyse};
use crate::finding::{Code, Finding};
use crate::intake::{
    Batch, DiscoverError, FileRead, FileReport, Formats, FormatsError, InputFile, Limits, Reason,
    discover, read_files,
};
use crate::output::{
    OptionsUsed, PortfolioOutput, TenantFailure, TenantOutput, TenantSummary, Words,
};
use crate::prices::in_force;
use crate::pseudonym::{self, Key, Names};
use crate::report::brand::Brand;
use crate::report::datasets::Form;
use crate::report::language::Language;
use crate::report::manifest::{Edition, Input, RunManifest, Stage, Written, inputs_of};
use crate::report::{
    Limits as Sizes, ReportError, datasets, file_stem, portfolio, proof, tenant as workbook,
};
use crate::rulebook::{DEFAULT_EDITION, DevicePolicy, Rulebook, shipped, shipped_ids};
use crate::tenant::{Ledger, SharedMove, build};
pub use advice::{Advice, Answer, Export, Request};
pub use inspect::{Inspection, Part, inspect};
use settings::{Setting, settings};
use shared::Shared;

/// What a run is asked to do.
#[derive(Debug)]
pub struct Run<'a> {
    /// Folders and files to read.
    pub inputs: &'a [PathBuf],
    /// Folder to write to.
    pub out: &'a Path,
    /// Edition for every tenant, whatever the tenants table says.
    pub rulebook: Option<&'a Rulebook>,
    /// Device policy; each edition's own where none is given.
    pub device_policy: Option<DevicePolicy>,
    /// What an unknown role needs.
    pub unknown_roles: UnknownRoles,
    /// Whether seats for nobody are left out that open a lower price of
    /// something else; see [`Options::no_gate_seats`].
    pub no_gate_seats: bool,
    /// People and devices looked at for sensitivity; see
    /// [`Options::sensitivity`].
    pub sensitivity: Option<usize>,
    /// The day of the data, ISO, where it is given.
    pub as_of: Option<&'a str>,
    /// How much a file may ask for.
    pub limits: &'a Limits,
    /// What can be recognised, the user's mapping included.
    pub formats: &'a Formats,
    /// What makes pseudonyms of people, where their names must not be told.
    pub pseudonyms: Option<&'a Key>,
    /// What to write.
    pub output: &'a Wanted,
    /// What the tenants that are in work at the same time may take of memory
    /// by estimate, in bytes; the number of threads alone decides where none
    /// is given.
    pub memory: Option<u64>,
}

/// What a run writes beside `run.json`.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Whether anything is written of single tenants: proofs, tables,
    /// workbooks.
    pub tenants: bool,
    /// Whether to write workbooks.
    pub workbooks: bool,
    /// The forms of the tables below `data`.
    pub forms: Vec<Form>,
    /// Whose name and colours the workbooks have.
    pub brand: Brand,
    /// What the workbooks speak.
    pub language: Language,
}

impl Default for Wanted {
    /// Workbooks in the colours of the house, and Parquet.
    fn default() -> Self {
        Self {
            tenants: true,
            workbooks: true,
            forms: vec![Form::Parquet],
            brand: Brand::default(),
            language: Language::English,
        }
    }
}

/// Is told how a run gets on. Called from many threads.
pub trait Progress: Sync {
    /// The run has this many tenants, whose files have so many bytes.
    fn begin(&self, tenants: usize, bytes: u64);
    /// The files of a tenant are read: their bytes on disk and their rows.
    fn read(&self, bytes: u64, rows: u64);
    /// A tenant is finished, whose files have so many bytes.
    fn tenant(&self, id: &str, ok: bool, bytes: u64);
}

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    /// All tenants.
    pub portfolio: PortfolioOutput,
    /// What was written to `run.json`.
    pub manifest: RunManifest,
}

/// A run that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// An input is missing or cannot be opened.
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    /// A data file of the program is broken.
    #[error(transparent)]
    Formats(#[from] FormatsError),
    /// A report of the portfolio cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The output would be read as input by the next run.
    #[error("{}: the output folder lies inside the input {}; name a folder outside of it", .out.display(), .input.display())]
    OutputInInput {
        /// Output folder.
        out: PathBuf,
        /// The input it lies in.
        input: PathBuf,
    },
    /// There is nothing to work on.
    #[error(
        "no tenant found in {0}: expected a folder with one folder per tenant, or files with a tenant column"
    )]
    NoTenants(String),
}

/// Works a portfolio out and writes all reports.
///
/// # Errors
/// What stops the whole run. A tenant that fails is part of the outcome.
pub fn run(run: &Run<'_>, progress: &dyn Progress) -> Result<Outcome, BatchError> {
    let clock = Instant::now();
    for input in run.inputs {
        if let (Ok(out), Ok(input)) = (absolute(run.out), input.canonicalize())
            && input.is_dir()
            && out.starts_with(&input)
        {
            return Err(BatchError::OutputInInput { out: run.out.to_owned(), input });
        }
    }
    let formats = run.formats;
    let limits = run.limits;
    let discovered = discover(run.inputs, limits)?;
    let shared = Shared::read(&discovered.shared, formats, limits);
    let mut findings = discovered.findings;
    findings.extend(shared.findings.iter().cloned());
    let (settings, more, unclaimed) = settings(discovered.tenants, &shared);
    findings.extend(more);
    if settings.is_empty() {
        let inputs: Vec<String> = run.inputs.iter().map(|p| p.display().to_string()).collect();
        return Err(BatchError::NoTenants(inputs.join(", ")));
    }
    let read_ms = millis(clock);
    let (sizes, needs): (Vec<u64>, Vec<u64>) = settings
        .iter()
        .map(|setting| {
            let (bytes, memory) = schedule::weigh(&setting.files);
            (bytes, memory.saturating_add(shared.memory_for(&setting.keys)))
        })
        .unzip();
    progress.begin(settings.len(), sizes.iter().sum());

    let words = Words::default();
    let work = Work { run, formats, limits, shared: &shared, words: &words, progress };
    let books = Mutex::new(Books::default());
    let room = run.memory.unwrap_or(u64::MAX);
    let tenants: Vec<(Setting, u64)> = settings.into_iter().zip(sizes).collect();
    let results = schedule::largest_first(tenants, &needs, room, |(setting, bytes)| {
        // A defect of the program must not take the other tenants along.
        let result = catch_unwind(AssertUnwindSafe(|| work.tenant(&setting, bytes, &books)))
            .unwrap_or_else(|_| Err("internal error: please report it with the input".to_owned()))
            .map_err(|reason| work.failed(&setting, reason));
        progress.tenant(&setting.info.id, result.is_ok(), bytes);
        result
    });

    let mut outcome =
        PortfolioOutput { findings, files: shared.files.clone(), ..PortfolioOutput::default() };
    outcome.linked = run.output.tenants && run.output.workbooks;
    for moved in unclaimed {
        moved.apply(&mut outcome.files);
    }
    let Books { mut inputs, mut outputs, editions, stages } =
        books.into_inner().unwrap_or_default();
    inputs.extend(shared.files.iter().map(Input::from));
    let mut options = None;
    outcome.tenants.reserve_exact(results.len());
    for result in results {
        match result {
            Ok(finished) => {
                let finished = *finished;
                options.get_or_insert(finished.options);
                for moved in finished.moves {
                    moved.apply(&mut outcome.files);
                }
                outcome.tenants.push(finished.summary);
            }
            Err(failure) => outcome.failed.push(failure),
        }
    }
    outcome.tenants.sort_by(|a, b| a.tenant.id.cmp(&b.tenant.id));
    outcome.failed.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(key) = run.pseudonyms {
        let mut names = Names::default();
        shared.batches().for_each(|batch| names.add(batch));
        names.findings(key, &mut outcome.findings);
        names.files(key, &mut outcome.files);
    }
    let tables = outcome.files.iter().flat_map(|file| &file.tables);
    outcome.rejected = tables.flat_map(|table| &table.rejected).cloned().collect();
    if run.output.workbooks {
        let path = run.out.join("portfolio.xlsx");
        portfolio::write_with(
            &outcome,
            &path,
            Sizes::default(),
            &run.output.brand,
            run.output.language,
        )?;
        outputs.push(hashed(&path, run.out)?);
    }
    let mut manifest = RunManifest::new(
        &outcome,
        options.unwrap_or_else(|| OptionsUsed {
            device_policy: run.device_policy.unwrap_or(DevicePolicy::Guide),
            unknown_roles: run.unknown_roles.word().into(),
            gate_seats: !run.no_gate_seats,
            pseudonyms: run.pseudonyms.map_or_else(String::new, Key::fingerprint),
        }),
        inputs,
        editions.into_iter().collect(),
        outputs,
    );
    let [intake, analysis, report] = stages;
    let stage = |name: &str, ms| Stage { name: name.into(), ms };
    manifest.timings.stages = vec![
        stage("shared files", read_ms),
        stage("intake", intake),
        stage("analysis", analysis),
        stage("reports", report),
    ];
    manifest.timings.threads = rayon::current_num_threads();
    manifest.timings.peak_bytes = peak_memory();
    manifest.timings.total_ms = millis(clock);
    remove_stale(run.out, &manifest);
    manifest.write_json(&run.out.join("run.json"))?;
    Ok(Outcome { portfolio: outcome, manifest })
}

/// What stays of a tenant once its reports are written.
struct Finished {
    summary: TenantSummary,
    options: OptionsUsed,
    moves: Vec<SharedMove>,
}

/// What finished tenants add up to: one list each of what is a list in
/// `run.json`, and the milliseconds of each stage.
#[derive(Debug, Default)]
struct Books {
    inputs: Vec<Input>,
    outputs: Vec<Written>,
    editions: BTreeSet<Edition>,
    stages: [u64; 3],
}

/// The accounting, the rows and the findings of a tenant's files.
type Tables = (Vec<FileReport>, Vec<Batch>, Vec<Finding>);

struct Work<'a> {
    run: &'a Run<'a>,
    formats: &'a Formats,
    limits: &'a Limits,
    shared: &'a Shared,
    words: &'a Words,
    progress: &'a dyn Progress,
}

impl Work<'_> {
    fn tenant(
        &self,
        setting: &Setting,
        bytes: u64,
        books: &Mutex<Books>,
    ) -> Result<Box<Finished>, String> {
        let clock = Instant::now();
        let read = match &self.shared.failure {
            Some(failure) => Err(failure.clone()),
            None => self.read(&setting.files),
        };
        // What cannot be read is done with, too.
        let tables = read.iter().flat_map(|(files, ..)| files).flat_map(|file| &file.tables);
        self.progress.read(bytes, tables.map(|table| table.rows_read).sum());
        let (mut files, batches, findings) = read?;
        let (rulebook, chosen_by) = self.rulebook(setting)?;
        let shared = self.shared.of(&setting.keys);
        let ledger = Ledger::new(&mut files, &self.shared.files);
        let built = build(setting.info.clone(), &batches, &shared, ledger);
        let mut tenant = built.tenant;
        if tenant.people.is_empty() {
            return Err("no file of it was recognised as a list of users or of role assignments; \
                        see docs/input.md for the tables that are"
                .to_owned());
        }
        if tenant.info.currency.is_empty() {
            tenant.info.currency.clone_from(&rulebook.currency);
        }
        tenant.findings.extend(findings);
        tenant.findings.extend(setting.findings.iter().cloned());
        if let Some(key) = self.run.pseudonyms {
            let mut names = Names::default();
            batches.iter().chain(shared.iter().copied()).for_each(|batch| names.add(batch));
            pseudonym::hide(key, &names, &mut tenant);
            names.files(key, &mut files);
        }
        drop(batches);
        let read = millis(clock);

        let clock = Instant::now();
        let (prices, more) = in_force(rulebook, &tenant);
        if more.iter().any(|finding| finding.code == Code::CurrencyMismatch) {
            tenant.info.currency.clone_from(&rulebook.currency);
        }
        tenant.findings.extend(more);
        let options = Options {
            device_policy: self.run.device_policy,
            unknown_roles: self.run.unknown_roles,
            no_gate_seats: self.run.no_gate_seats,
            sensitivity: self.run.sensitivity,
            as_of: self.run.as_of.map(str::to_owned),
            edition_chosen_by: chosen_by.to_owned(),
            summary_only: !self.run.output.tenants,
        };
        let mut output = analyse(&tenant, rulebook, &prices, &options);
        if let Some(failure) = output.certificate.failures.first() {
            return Err(format!("the independent checker refuses the plan: {failure}"));
        }
        output.rejected =
            files.iter().flat_map(|file| &file.tables).flat_map(|t| &t.rejected).cloned().collect();
        output.files = files;
        output.options.pseudonyms = self.run.pseudonyms.map_or_else(String::new, Key::fingerprint);
        let calculated = millis(clock);

        let clock = Instant::now();
        let outputs = self.write(&output).map_err(|error| error.to_string())?;
        let finished = Box::new(Finished {
            options: output.options.clone(),
            summary: output.summary(self.words),
            moves: built.moves,
        });
        let Ok(mut books) = books.lock() else {
            return Err("internal error: please report it with the input".to_owned());
        };
        books.inputs.extend(inputs_of(&output));
        books.outputs.extend(outputs);
        books.editions.insert(Edition::from(&output.edition));
        for (sum, ms) in books.stages.iter_mut().zip([read, calculated, millis(clock)]) {
            *sum += ms;
        }
        Ok(finished)
    }

    fn read(&self, files: &[InputFile]) -> Result<Tables, String> {
        let read: Vec<FileRead> = read_files(files, self.formats, self.limits);
        for file in &read {
            if let Some(failure) = file.failure() {
                return Err(format!("{}: {failure}", file.report.path));
            }
        }
        Ok(without_repeats(read))
    }

    /// The edition of a tenant and what chose it.
    fn rulebook(&self, setting: &Setting) -> Result<(&Rulebook, &'static str), String> {
        if let Some(rulebook) = self.run.rulebook {
            return Ok((rulebook, "--rulebook"));
        }
        let (id, chosen_by) = match setting.edition.as_str() {
            "" => (DEFAULT_EDITION, "default"),
            id => (id, "tenants table"),
        };
        let rulebook = shipped(id).ok_or_else(|| {
            let ids: Vec<&str> = shipped_ids().collect();
            format!(
                "the tenants table asks for edition \u{201c}{id}\u{201d}; shipped are {}, or pass \
                 --rulebook with a file",
                ids.join(", ")
            )
        })?;
        Ok((rulebook, chosen_by))
    }

    fn write(&self, output: &TenantOutput) -> Result<Vec<Written>, ReportError> {
        let data = self.run.out.join("data");
        let wanted = self.run.output;
        if !wanted.tenants {
            return Ok(Vec::new());
        }
        let hash = |path: PathBuf| hashed(&path, self.run.out);
        let tables = || -> Result<Vec<Written>, ReportError> {
            let mut written = vec![hash(proof::write(&output.proof, &data)?)?];
            for form in &wanted.forms {
                for path in datasets::write_as(output, &data, *form)? {
                    written.push(hash(path)?);
                }
            }
            Ok(written)
        };
        let book = || -> Result<Option<Written>, ReportError> {
            if !wanted.workbooks {
                return Ok(None);
            }
            let path = self.workbook_path(&output.tenant.id);
            workbook::write_with(output, &path, Sizes::default(), &wanted.brand, wanted.language)?;
            hash(path).map(Some)
        };
        let (tables, book) = rayon::join(tables, book);
        let mut outputs = tables?;
        outputs.extend(book?);
        Ok(outputs)
    }

    fn workbook_path(&self, id: &str) -> PathBuf {
        self.run.out.join("tenants").join(format!("{}.xlsx", file_stem(id)))
    }

    /// A failed tenant; the reports of an earlier run are taken away, so that
    /// nobody mistakes them for this one's.
    fn failed(&self, setting: &Setting, reason: String) -> TenantFailure {
        let id = setting.info.id.clone();
        let data = self.run.out.join("data");
        let stale = Form::ALL.into_iter().flat_map(|form| datasets::paths_as(&id, &data, form));
        for path in stale.chain([proof::path(&id, &data), self.workbook_path(&id)]) {
            if path.exists() {
                // Nothing can be done if this fails; the failure is reported.
                let _ = std::fs::remove_file(path);
            }
        }
        TenantFailure { id, name: setting.info.name.clone(), reason }
    }
}

/// Puts the files of a tenant together; one that has the content of an
/// earlier one is not used: the same export downloaded twice must not own
/// seats twice.
fn without_repeats(read: Vec<FileRead>) -> Tables {
    let (mut reports, mut batches, mut findings) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for mut file in read {
        if let Some(first) = seen.get(file.report.content()).filter(|_| file.report.bytes > 0) {
            let message = format!("{} has the content of {first}", file.report.path);
            findings.push(Finding::new(Code::FileRepeated, &file.report.path, message));
            for table in &mut file.report.tables {
                let used = std::mem::take(&mut table.rows_used);
                if used > 0 {
                    *table.ignored.entry(Reason::Finding(Code::FileRepeated)).or_default() += used;
                }
            }
            file.batches.clear();
        } else {
            seen.insert(file.report.content().to_owned(), file.report.path.clone());
        }
        batches.extend(file.batches);
        findings.extend(file.findings);
        reports.push(file.report);
    }
    (reports, batches, findings)
}

/// What is asked of the manifest of an earlier run.
#[derive(serde::Deserialize)]
struct Before {
    outputs: Vec<String>,
}

/// Takes away what an earlier run wrote and this one did not, so that nobody
/// adds up two runs. Only files that run's own manifest lists are touched.
fn remove_stale(out: &Path, manifest: &RunManifest) {
    let Ok(text) = std::fs::read_to_string(out.join("run.json")) else { return };
    let Ok(before) = serde_json::from_str::<Before>(&text) else { return };
    drop(text);
    let kept: FxHashSet<&str> = manifest.outputs.iter().map(|path| &**path).collect();
    for path in &before.outputs {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if inside && !kept.contains(path.as_str()) {
            // Nothing can be done if this fails.
            let _ = std::fs::remove_file(out.join(path));
        }
    }
}

/// The most memory that this process has taken so far, in bytes, where the
/// system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Size and hash of a file that was just written.
fn hashed(path: &Path, base: &Path) -> Result<Written, ReportError> {
    Written::of(path, base).map_err(|source| ReportError::File { path: path.to_owned(), source })
}

/// The absolute form of a path that need not exist yet.
fn absolute(path: &Path) -> std::io::Result<PathBuf> {
    let mut known = std::path::absolute(path)?;
    let mut rest = Vec::new();
    while !known.exists() {
        match (known.file_name().map(ToOwned::to_owned), known.parent().map(ToOwned::to_owned)) {
            (Some(name), Some(parent)) => {
                rest.push(name);
                known = parent;
            }
            _ => break,
        }
    }
    let mut path = known.canonicalize()?;
    path.extend(rest.into_iter().rev());
    Ok(path)
}
