//! Finds the files of a run and whose they are.
//!
//! Takes the paths as given, gives tenants with their files and the files of
//! the whole portfolio. A folder inside an input folder is a tenant, with all
//! that lies below it; a file at the top belongs to the portfolio. A zip
//! archive is looked into: one inside a tenant's folder is the tenant's; of
//! one at the top each folder is a tenant, as on disk. An archive of several
//! files without folders is a tenant of its own, and one of a single file
//! stands for that file. The order is that of the names, not of the disk, so
//! that a run repeats.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::archive::{self, Member, MemberContent};
use super::bundle;
use super::limits::{Limits, Refusal};
use crate::finding::{Code, Finding, Place};
use crate::rulebook::fold_name;

/// Extensions that are opened; whether they can be read is said there.
const OPENED: &[&str] = &[
    "csv", "tsv", "tab", "txt", "psv", "xlsx", "xlsm", "xls", "xlsb", "ods", "parquet", "json",
    "xml", "zip", "gz",
];

/// A file to read, on disk or in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Where it is, or the archive it is in.
    pub path: PathBuf,
    /// The same relative to the input, with `/`, for reports; a member of an
    /// archive as `archive.zip/member.csv`.
    pub shown: String,
    /// Its number in each archive on the way to it, the outermost first;
    /// empty for a file on disk.
    pub(crate) steps: Vec<usize>,
    /// Why it is not even opened, if so.
    pub(crate) refusal: Option<Refusal>,
    /// The files it stands for, if it stands for several: one XML file per
    /// security object, thousands of them, are one input.
    pub(crate) bundle: Vec<InputFile>,
}

impl InputFile {
    /// A file on disk.
    #[must_use]
    pub fn on_disk(path: PathBuf, shown: String) -> Self {
        Self { path, shown, steps: Vec::new(), refusal: None, bundle: Vec::new() }
    }
}

/// A tenant and its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantFolder {
    /// Name of its folder.
    pub id: String,
    /// Its files in order of their names.
    pub files: Vec<InputFile>,
}

/// What a run will read.
#[derive(Debug, Clone, Default)]
pub struct Discovered {
    /// Tenants in order of their ids.
    pub tenants: Vec<TenantFolder>,
    /// Files of the whole portfolio.
    pub shared: Vec<InputFile>,
    /// Files that are not read, folders put together.
    pub findings: Vec<Finding>,
}

/// An input that cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// There is no such file or folder.
    #[error("{}: no such file or folder; check the path", .0.display())]
    Missing(PathBuf),
    /// It is there but cannot be opened.
    #[error("{}: {source}", .path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Finds the files of all inputs.
///
/// # Errors
/// An input that does not exist or cannot be opened. What cannot be opened
/// below it is a finding.
pub fn discover(inputs: &[PathBuf], limits: &Limits) -> Result<Discovered, DiscoverError> {
    let mut search = Search {
        several: inputs.len() > 1,
        limits,
        found: Discovered::default(),
        met: BTreeSet::new(),
    };
    for input in inputs {
        let data = std::fs::metadata(input).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => DiscoverError::Missing(input.clone()),
            _ => DiscoverError::Unreadable { path: input.clone(), source },
        })?;
        if data.is_dir() {
            search.folder(input)?;
        } else {
            let name = input.file_name().map_or_else(|| input.clone(), PathBuf::from);
            let shown = search.shown(input, &name, false);
            search.at_top(input, shown);
        }
    }
    let mut found = search.found;
    found.tenants.sort_by(|a, b| a.id.cmp(&b.id));
    for tenant in &mut found.tenants {
        tenant.files.sort_by(|a, b| a.shown.cmp(&b.shown));
        bundle::put_together(&mut tenant.files);
    }
    found.shared.sort_by(|a, b| a.shown.cmp(&b.shown));
    bundle::put_together(&mut found.shared);
    Ok(found)
}

struct Search<'l> {
    several: bool,
    limits: &'l Limits,
    found: Discovered,
    /// Files met, by their true path.
    met: BTreeSet<PathBuf>,
}

impl Search<'_> {
    fn folder(&mut self, input: &Path) -> Result<(), DiscoverError> {
        let unreadable = |source| DiscoverError::Unreadable { path: input.to_owned(), source };
        let mut entries: Vec<PathBuf> = std::fs::read_dir(input)
            .map_err(unreadable)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()
            .map_err(unreadable)?;
        entries.sort();
        for path in entries {
            let name = file_name(&path);
            if is_hidden(&name) {
                continue;
            }
            if path.is_dir() {
                let files = self.below(input, &path);
                if bundle::is_object_folder(&name) {
                    self.found.shared.extend(files);
                } else {
                    self.tenant(name, files);
                }
            } else {
                let relative = path.strip_prefix(input).unwrap_or(&path).to_owned();
                let shown = self.shown(input, &relative, true);
                self.at_top(&path, shown);
            }
        }
        Ok(())
    }

    /// All files below a tenant's folder.
    fn below(&mut self, input: &Path, folder: &Path) -> Vec<InputFile> {
        let walk =
            WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter().filter_entry(
                |entry| entry.depth() == 0 || !is_hidden(&entry.file_name().to_string_lossy()),
            );
        let mut files = Vec::new();
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => {
                    let relative =
                        entry.path().strip_prefix(input).unwrap_or(entry.path()).to_owned();
                    let shown = self.shown(input, &relative, true);
                    if let Some(file) = self.file(entry.path(), shown) {
                        self.expand(file, &mut files);
                    }
                }
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    let relative = path.strip_prefix(input).unwrap_or(&path).to_owned();
                    let shown = self.shown(input, &relative, true);
                    self.found.findings.push(
                        Finding::new(Code::FileUnreadable, file_name(folder), error.to_string())
                            .at(Place::file(shown)),
                    );
                }
            }
        }
        files
    }

    /// A file at the top of an input.
    fn at_top(&mut self, path: &Path, shown: String) {
        let Some(mut file) = self.file(path, shown) else { return };
        if !archive::is_archive(&file.shown) {
            self.found.shared.push(file);
            return;
        }
        match archive::list(path, self.limits) {
            Ok(Some(members)) => self.open_archive(&file, members),
            Ok(None) => self.found.shared.push(file),
            Err(refusal) => {
                file.refusal = Some(refusal);
                self.tenant(stem(&file.shown), vec![file]);
            }
        }
    }

    /// Members of an archive that belongs to no tenant yet.
    fn open_archive(&mut self, archive: &InputFile, members: Vec<Member>) {
        let mut kept: Vec<(InputFile, MemberContent, String)> = Vec::new();
        for member in members {
            if let Some(file) = self.member(archive, &member) {
                kept.push((file, member.content, member.path));
            }
        }
        let inner = |content: &MemberContent| !matches!(content, MemberContent::File);
        let flat = kept.iter().all(|(_, content, path)| !path.contains('/') && !inner(content));
        if flat && kept.len() > 1 {
            self.tenant(stem(&archive.shown), kept.into_iter().map(|(file, ..)| file).collect());
            return;
        }
        let mut folders: Vec<(String, Vec<InputFile>)> = Vec::new();
        for (file, content, path) in kept {
            let Some((folder, _)) = path.split_once('/') else {
                match content {
                    MemberContent::File => self.found.shared.push(file),
                    MemberContent::Archive(members) => self.open_archive(&file, members),
                    MemberContent::Refused(_) => self.tenant(stem(&file.shown), vec![file]),
                }
                continue;
            };
            let known = folders.iter().position(|(name, _)| name == folder);
            let at = known.unwrap_or_else(|| {
                folders.push((folder.to_owned(), Vec::new()));
                folders.len() - 1
            });
            let mut files = Vec::new();
            self.all_of(file, content, &mut files);
            folders[at].1.extend(files);
        }
        for (id, files) in folders {
            if bundle::is_object_folder(&id) {
                self.found.shared.extend(files);
            } else {
                self.tenant(id, files);
            }
        }
    }

    /// A file of a tenant: itself, or what is in it.
    fn expand(&mut self, mut file: InputFile, files: &mut Vec<InputFile>) {
        if !archive::is_archive(&file.shown) {
            files.push(file);
            return;
        }
        match archive::list(&file.path, self.limits) {
            Ok(Some(members)) => self.all_of(file, MemberContent::Archive(members), files),
            Ok(None) => files.push(file),
            Err(refusal) => {
                file.refusal = Some(refusal);
                files.push(file);
            }
        }
    }

    fn all_of(&mut self, file: InputFile, content: MemberContent, files: &mut Vec<InputFile>) {
        match content {
            MemberContent::File | MemberContent::Refused(_) => files.push(file),
            MemberContent::Archive(members) => {
                for member in members {
                    if let Some(inner) = self.member(&file, &member) {
                        self.all_of(inner, member.content, files);
                    }
                }
            }
        }
    }

    /// A member of an archive, unless it is none to read.
    fn member(&mut self, archive: &InputFile, member: &Member) -> Option<InputFile> {
        let hidden = |part: &str| is_hidden(part) || part == "__MACOSX";
        let name = member.path.rsplit('/').next().unwrap_or_default();
        if member.path.split('/').any(hidden) || is_prose(name) {
            return None;
        }
        let shown = format!("{}/{}", archive.shown, member.path);
        if !self.opened(Path::new(name), &shown) {
            return None;
        }
        let mut steps = archive.steps.clone();
        steps.push(member.index);
        let refusal = match &member.content {
            MemberContent::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        };
        Some(InputFile { path: archive.path.clone(), shown, steps, refusal, bundle: Vec::new() })
    }

    /// Whether files of this name are read; a finding says so if not.
    fn opened(&mut self, path: &Path, shown: &str) -> bool {
        let extension = path
            .extension()
            .map(|extension| extension.to_string_lossy().to_ascii_lowercase())
            .unwrap_or_default();
        if OPENED.contains(&extension.as_str()) {
            return true;
        }
        let message = format!("files of kind \u{201c}.{extension}\u{201d} are not read");
        self.found
            .findings
            .push(Finding::new(Code::FileIgnored, "", message).at(Place::file(shown)));
        false
    }

    fn tenant(&mut self, id: String, files: Vec<InputFile>) {
        let key = fold_name(&id);
        match self.found.tenants.iter_mut().find(|tenant| fold_name(&tenant.id) == key) {
            None => self.found.tenants.push(TenantFolder { id, files }),
            Some(tenant) => {
                let message = format!(
                    "folder \u{201c}{id}\u{201d} adds {} to tenant \u{201c}{}\u{201d}",
                    if files.len() == 1 {
                        "1 file".to_owned()
                    } else {
                        format!("{} files", files.len())
                    },
                    tenant.id
                );
                self.found.findings.push(Finding::new(
                    Code::FolderMerged,
                    tenant.id.clone(),
                    message,
                ));
                tenant.files.extend(files);
            }
        }
    }

    /// A file, unless it is none to read.
    fn file(&mut self, path: &Path, shown: String) -> Option<InputFile> {
        let name = file_name(path);
        if is_hidden(&name) || is_prose(&name) {
            return None;
        }
        if !self.opened(path, &shown) {
            return None;
        }
        let truly = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if !self.met.insert(truly) {
            self.found.findings.push(
                Finding::new(Code::FileIgnored, "", "given twice, read once")
                    .at(Place::file(shown)),
            );
            return None;
        }
        Some(InputFile::on_disk(path.to_owned(), shown))
    }

    /// The path for reports. With several inputs it begins with the input,
    /// so that two files of one name can be told apart.
    fn shown(&self, input: &Path, relative: &Path, is_folder: bool) -> String {
        let path = match (self.several, is_folder) {
            (true, true) => input.join(relative),
            (true, false) => input.to_owned(),
            (false, _) => relative.to_owned(),
        };
        path.to_string_lossy().replace('\\', "/")
    }
}

/// Name of an archive without its extension: what a tenant in it is called.
fn stem(shown: &str) -> String {
    let name = shown.rsplit('/').next().unwrap_or_default();
    name.get(..name.len().saturating_sub(4)).unwrap_or(name).trim().to_owned()
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Hidden files, and the lock files that Office leaves.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$")
}

/// Texts for people that are never exports. Other `.txt` files are opened.
fn is_prose(name: &str) -> bool {
    let lower = name.to_lowercase();
    let stem = lower.split('.').next().unwrap_or_default();
    lower.ends_with(".md")
        || stem == "license"
        || stem == "licence"
        || (stem.starts_with("readme") && !lower.ends_with(".csv") && !lower.ends_with(".xlsx"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        root
    }

    fn shown(files: &[InputFile]) -> Vec<&str> {
        files.iter().map(|file| file.shown.as_str()).collect()
    }

    #[test]
    fn folders_are_tenants_and_files_at_the_top_are_for_all() {
        let root = tree(&[
            "prices.csv",
            "b/users.csv",
            "a/deep/x.xlsx",
            "a/a.csv",
            "a/.git/x.csv",
            "a/~$x.xlsx",
        ]);
        let found = discover(&[root.path().to_owned()], &Limits::default()).unwrap();
        assert_eq!(shown(&found.shared), ["prices.csv"]);
        let ids: Vec<_> = found.tenants.iter().map(|tenant| tenant.id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        assert_eq!(shown(&found.tenants[0].files), ["a/a.csv", "a/deep/x.xlsx"]);
        assert_eq!(found.findings, []);
    }

    #[test]
    fn prose_is_passed_over_and_other_files_are_told() {
        let root = tree(&["README.txt", "LICENSE", "notes.md", "contract.pdf", "list.txt"]);
        let found = discover(&[root.path().to_owned()], &Limits::default()).unwrap();
        assert_eq!(shown(&found.shared), ["list.txt"]);
        assert_eq!(found.findings.len(), 1);
        assert_eq!(found.findings[0].message, "files of kind \u{201c}.pdf\u{201d} are not read");
    }

    #[test]
    fn one_tenant_in_two_inputs_is_one_tenant_and_a_file_counts_once() {
        let (one, two) = (tree(&["Contoso/a.csv"]), tree(&["contoso/b.csv"]));
        let inputs =
            [one.path().to_owned(), two.path().to_owned(), one.path().join("Contoso/a.csv")];
        let found = discover(&inputs, &Limits::default()).unwrap();
        assert_eq!(found.tenants.len(), 1);
        assert_eq!(found.tenants[0].files.len(), 2);
        assert!(found.shared.is_empty());
        let codes: Vec<_> = found.findings.iter().map(|finding| finding.code.id()).collect();
        assert_eq!(codes, ["SW107", "SW106"]);
    }

    #[test]
    fn a_single_file_is_a_portfolio_file_and_a_missing_path_an_error() {
        let root = tree(&["all.csv"]);
        let found = discover(&[root.path().join("all.csv")], &Limits::default()).unwrap();
        assert_eq!(shown(&found.shared), ["all.csv"]);
        let error = discover(&[root.path().join("none")], &Limits::default()).unwrap_err();
        assert!(matches!(error, DiscoverError::Missing(_)));
    }
}
