//! Security metadata as XML: roles, duties, privileges and menu items.
//!
//! Developers and a public script give the metadata of an application as one
//! small file per object, thousands of them in folders or in an archive. They
//! are read as one input: each object is a row that is used, ignored or
//! rejected, with the file and the line of what is wrong; what the objects
//! say together becomes the tables of roles, of role permissions and of menu
//! items. Files are read one after the other, so that memory holds what the
//! objects say and not the files.

mod chain;
mod object;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use self::chain::{Added, Chains, Objects};
use self::object::{Kind, objects};
use super::formats::Formats;
use super::limits::{Limits, Refusal, SPLIT, option, over};
use super::{FileRead, Reason, Rejected, TableKind, TableReport};
use crate::finding::{Code, Finding, Place};

/// Id that reports show for what was read here.
pub(crate) const FORMAT: &str = "fo.aot";

/// Whether a text is XML.
pub(crate) fn is_xml(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(1_024)];
    let text = super::text::decode(start);
    text.text.trim_start().starts_with('<')
}

/// Reads files one after the other and says what they say together.
pub(crate) struct Reader<'f> {
    limits: &'f Limits,
    formats: &'f Formats,
    objects: Objects,
    /// Of each object taken: its place in the list.
    taken: Vec<(Kind, usize)>,
    tables: BTreeMap<&'static str, TableReport>,
    /// XML about something else.
    others: u64,
    first_other: String,
    bytes: u64,
    digest: Sha256,
    /// Names and grants of all objects, which are held in memory.
    names: u64,
}

/// Sheet under which objects of a kind are accounted for.
fn sheet(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::Role) => "roles",
        Some(Kind::Duty) => "duties",
        Some(Kind::Privilege) => "privileges",
        Some(Kind::MenuItem) => "menu items",
        None => "other files",
    }
}

/// A kind in words, one and several.
fn word(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Role => ("role", "roles"),
        Kind::Duty => ("duty", "duties"),
        Kind::Privilege => ("privilege", "privileges"),
        Kind::MenuItem => ("menu item", "menu items"),
    }
}

impl<'f> Reader<'f> {
    pub(crate) fn new(formats: &'f Formats, limits: &'f Limits) -> Self {
        Self {
            limits,
            formats,
            objects: Objects::default(),
            taken: Vec::new(),
            tables: BTreeMap::new(),
            others: 0,
            first_other: String::new(),
            bytes: 0,
            digest: Sha256::new(),
            names: 0,
        }
    }

    /// Takes the content of a file.
    ///
    /// # Errors
    /// It is larger than an object can be.
    pub(crate) fn file(&mut self, shown: &str, bytes: &[u8]) -> Result<(), Refusal> {
        let size = bytes.len() as u64;
        if size > self.limits.part_bytes {
            let what = format!("size of {shown}");
            return Err(over(what, size, self.limits.part_bytes, option::PART, SPLIT));
        }
        self.bytes += size;
        self.digest.update(Sha256::digest(bytes));
        let found = match objects(bytes, self.limits) {
            Ok(found) => found,
            Err(damage) => {
                let table = self.table(damage.kind);
                table.rows_read += 1;
                let reason =
                    format!("line {}, column {}: {}", damage.line, damage.column, damage.what);
                table.rejected.push(Rejected {
                    place: Place { row: Some(damage.line), ..Place::file(shown.to_owned()) },
                    code: Code::XmlBroken,
                    reason,
                    raw: line_of(bytes, damage.line),
                });
                return Ok(());
            }
        };
        if found.is_empty() {
            if self.others == 0 {
                shown.clone_into(&mut self.first_other);
            }
            self.others += 1;
            let table = self.table(None);
            table.rows_read += 1;
            table.ignore(Reason::Finding(Code::FileIgnored));
        }
        for object in found {
            let (kind, line, name) = (object.kind, object.line, object.name.clone());
            self.names += object.names();
            let (found, limit) = (self.names, self.limits.cells);
            if found > limit {
                let what = "number of names and grants in the objects";
                return Err(over(what, found, limit, option::CELLS, SPLIT));
            }
            self.table(Some(kind)).rows_read += 1;
            if name.is_empty() {
                self.table(Some(kind)).rejected.push(Rejected {
                    place: Place { row: Some(line), ..Place::file(shown.to_owned()) },
                    code: Code::RequiredBlank,
                    reason: format!("the {} has no name", word(kind).0),
                    raw: line_of(bytes, line),
                });
                continue;
            }
            match self.objects.add(object) {
                Added::To(at) => self.taken.push((kind, at)),
                Added::Repeated => {
                    self.table(Some(kind)).ignore(Reason::Finding(Code::RowDuplicate));
                }
            }
        }
        Ok(())
    }

    fn table(&mut self, kind: Option<Kind>) -> &mut TableReport {
        let sheet = sheet(kind);
        self.tables
            .entry(sheet)
            .or_insert_with(|| TableReport { sheet: sheet.to_owned(), ..TableReport::default() })
    }

    /// What the objects say together.
    ///
    /// # Errors
    /// They make more rows than the limits allow.
    pub(crate) fn finish(mut self, read: &mut FileRead) -> Result<(), Refusal> {
        let Chains { batches, used, missing, unreadable } =
            self.objects.chains(self.formats.vocabulary(), self.limits)?;
        for (kind, at) in std::mem::take(&mut self.taken) {
            let table = self.table(Some(kind));
            if used[at] {
                table.rows_used += 1;
            } else {
                table.ignore(Reason::Finding(Code::RowSkipped));
            }
        }
        let path = read.report.path.clone();
        self.findings(&path, read);
        for (kind, (names, by)) in missing {
            let (one, several) = word(kind);
            let first = names.iter().next().map(String::as_str).unwrap_or_default();
            let message = if names.len() == 1 {
                format!(
                    "the {one} {first}, which {by} names, is not among the files: what it allows \
                     is not known"
                )
            } else {
                format!(
                    "{} {several} that others name are not among the files, the first is {first}, \
                     which {by} names: what they allow is not known",
                    names.len()
                )
            };
            read.findings.push(
                Finding::new(Code::ObjectMissing, first, message)
                    .at(Place::file(path.clone()))
                    .times(names.len() as u64),
            );
        }
        if let Some(first) = unreadable.first() {
            let message = format!(
                "{} grants cannot be read and were taken as allow: expected Allow, Deny or Unset, \
                 found \u{201c}{first}\u{201d}",
                unreadable.len()
            );
            let finding = Finding::new(Code::ValueInvalid, first, message);
            read.findings
                .push(finding.at(Place::file(path.clone())).times(unreadable.len() as u64));
        }
        read.report.bytes = self.bytes;
        read.report.sha256 = super::read::hex(&self.digest.finalize());
        read.report.tables = self.tables.into_values().collect();
        read.batches.extend(batches.into_iter().filter(|batch| !batch.is_empty()));
        Ok(())
    }

    /// Names what the tables are and says what was not used of them.
    fn findings(&mut self, path: &str, read: &mut FileRead) {
        for table in self.tables.values_mut() {
            let at = Place { sheet: table.sheet.clone(), ..Place::file(path.to_owned()) };
            let feeds = match table.sheet.as_str() {
                "roles" => vec![TableKind::Roles, TableKind::RolePermissions],
                "menu items" => vec![TableKind::MenuItems],
                "other files" => Vec::new(),
                _ => vec![TableKind::RolePermissions],
            };
            if feeds.is_empty() {
                "no security objects".clone_into(&mut table.recognition);
            } else {
                table.format = Some(FORMAT.to_owned());
                table.recognition =
                    format!("security metadata: {} {}", table.rows_read, table.sheet);
                table.reasons.push(format!("the XML elements are those of {}", table.sheet));
            }
            table.feeds = feeds;
            if let Some(first) = table.rejected.first() {
                let message = format!(
                    "{} of {} files or objects cannot be read, the first: {}",
                    table.rejected.len(),
                    table.rows_read,
                    first.reason
                );
                let count = table.rejected.len() as u64;
                read.findings.push(
                    Finding::new(first.code, "", message).at(first.place.clone()).times(count),
                );
            }
            let skipped = table.ignored.get(&Reason::Finding(Code::RowSkipped));
            if let Some(&count) = skipped {
                let message =
                    format!("{count} {} that no role among the files contains", table.sheet);
                read.findings
                    .push(Finding::new(Code::RowSkipped, "", message).at(at.clone()).times(count));
            }
            let repeated = table.ignored.get(&Reason::Finding(Code::RowDuplicate));
            if let Some(&count) = repeated {
                let message = format!("{count} {} of a name that an earlier file has", table.sheet);
                read.findings
                    .push(Finding::new(Code::RowDuplicate, "", message).at(at).times(count));
            }
        }
        if self.others > 0 {
            let message = format!(
                "{} XML files hold no role, duty, privilege or menu item, the first is {}",
                self.others, self.first_other
            );
            read.findings.push(
                Finding::new(Code::FileIgnored, "", message)
                    .at(Place::file(path.to_owned()))
                    .times(self.others),
            );
        }
        let silent = self.objects.silent();
        if silent > 0 {
            let message = format!("{silent} entry points of privileges grant nothing");
            read.findings.push(
                Finding::new(Code::RowSkipped, "", message)
                    .at(Place { sheet: "privileges".into(), ..Place::file(path.to_owned()) })
                    .times(silent),
            );
        }
        let other: u64 = self.objects.list.iter().map(|object| object.other_permissions).sum();
        if other > 0 {
            let message = format!(
                "{other} permissions on tables, data entities and controls were not used: only \
                 entry points carry licences"
            );
            read.findings.push(
                Finding::new(Code::ColumnUnknown, "", message)
                    .at(Place::file(path.to_owned()))
                    .times(other),
            );
        }
    }
}

/// A line of a file, for the report.
fn line_of(bytes: &[u8], line: u32) -> String {
    const LONGEST: usize = 500;
    let decoded = super::text::decode(bytes);
    let line = decoded.text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
    line.trim().chars().take(LONGEST).collect()
}
