//! Which tenants there are and what the tenants table says of each.

use std::collections::BTreeMap;

use super::shared::Shared;
use crate::finding::{Code, Finding};
use crate::intake::{Batch, Field, InputFile, Row, TenantFolder};
use crate::output::{Payment, TenantInfo};
use crate::rulebook::Program;
use crate::tenant::{SharedMove, join_key};

/// One tenant of the run.
#[derive(Debug)]
pub(super) struct Setting {
    /// Who, and under which agreement.
    pub info: TenantInfo,
    /// Edition asked for; blank if none.
    pub edition: String,
    /// What a tenant column may call it: id and name, as keys.
    pub keys: Vec<String>,
    /// Its own files.
    pub files: Vec<InputFile>,
    /// What is wrong with its row.
    pub findings: Vec<Finding>,
}

/// The tenants of a run, by id: its folders, what the tenants table lists,
/// and whatever a tenant column of a shared list of users names. Rows of
/// shared files that belong to none of them are handed back as ignored.
pub(super) fn settings(
    folders: Vec<TenantFolder>,
    shared: &Shared,
) -> (Vec<Setting>, Vec<Finding>, Vec<SharedMove>) {
    let mut settings: BTreeMap<String, Setting> = BTreeMap::new();
    let mut findings = Vec::new();
    let mut unclaimed = Vec::new();
    for folder in folders {
        settings.insert(join_key(&folder.id), plain(&folder.id, folder.files));
    }
    for batch in &shared.settings {
        for row in batch.rows() {
            let id = row.get(Field::Tenant);
            let setting = settings.entry(join_key(id)).or_insert_with(|| plain(id, Vec::new()));
            setting.apply(batch, &row);
        }
    }
    // A name that several tenants bear names none of them.
    let mut bearers: BTreeMap<String, u32> = BTreeMap::new();
    for key in settings.values().flat_map(|setting| &setting.keys) {
        *bearers.entry(key.clone()).or_default() += 1;
    }
    for (id, setting) in &mut settings {
        setting.keys.retain(|key| key == id || bearers[key] == 1);
    }
    for named in shared.tenants() {
        if settings.values().any(|setting| setting.keys.iter().any(|known| known == named.key)) {
            continue;
        }
        let (spelt, rows) = (named.spelt, named.rows());
        let (code, why) = if bearers.contains_key(named.key) {
            (Code::TenantAmbiguous, "which several tenants are called")
        } else if named.has_users() {
            settings.insert(named.key.to_owned(), plain(spelt, Vec::new()));
            continue;
        } else {
            (Code::TenantUnknown, "which has no folder, no row in the tenants table and no users")
        };
        let message = format!(
            "{rows} rows of shared files name tenant \u{201c}{spelt}\u{201d}, {why}: not used"
        );
        findings
            .push(Finding::new(code, spelt, message).at(named.place(&shared.files)).times(rows));
        unclaimed.extend(named.ignored(code));
    }
    (settings.into_values().collect(), findings, unclaimed)
}

fn plain(id: &str, files: Vec<InputFile>) -> Setting {
    Setting {
        info: TenantInfo {
            id: id.to_owned(),
            name: id.to_owned(),
            program: Program::default(),
            segment: "commercial".into(),
            currency: String::new(),
            renewal_date: String::new(),
            payment: None,
        },
        edition: String::new(),
        keys: vec![join_key(id)],
        files,
        findings: Vec::new(),
    }
}

impl Setting {
    fn apply(&mut self, batch: &Batch, row: &Row<'_>) {
        let value = |field| Some(row.get(field)).filter(|text| !text.is_empty());
        if let Some(name) = value(Field::Name) {
            name.clone_into(&mut self.info.name);
            self.keys.push(join_key(name));
        }
        if let Some(program) = value(Field::Program) {
            let named = [Program::Ea, Program::Csp, Program::Mpsa, Program::Mosp]
                .into_iter()
                .find(|known| known.word() == program);
            self.info.program = named.unwrap_or_default();
        }
        if batch.column(Field::Program).is_none_or(|at| row.at(at).is_empty()) {
            self.findings.push(Finding::new(
                Code::SettingInvalid,
                &self.info.id,
                format!(
                    "the tenants table gives no program for {}; minimums are those of an \
                     Enterprise Agreement",
                    self.info.id
                ),
            ));
        }
        for (mine, field) in [
            (&mut self.info.segment, Field::Segment),
            (&mut self.info.currency, Field::Currency),
            (&mut self.info.renewal_date, Field::RenewalDate),
            (&mut self.edition, Field::Edition),
        ] {
            if let Some(text) = value(field) {
                text.clone_into(mine);
            }
        }
        let words = (row.get(Field::Term), row.get(Field::Billing));
        self.info.payment = Payment::read(words.0, words.1).or(self.info.payment);
        if self.info.payment.is_none() && (words.0, words.1) != ("", "") {
            self.findings.push(Finding::new(
                Code::SettingInvalid,
                &self.info.id,
                format!(
                    "the tenants table says that {} pays \u{201c}{} {}\u{201d}: a term is P1M, P1Y or \
                     P3Y, and billing is monthly or annual; the list prices of the edition hold",
                    self.info.id, words.0, words.1
                ),
            ));
        }
        if let Some(prices) = value(Field::Prices) {
            self.findings.push(Finding::new(
                Code::SettingInvalid,
                &self.info.id,
                format!(
                    "the tenants table names price list \u{201c}{prices}\u{201d}; price lists are \
                     matched by the tenant column of a prices table or by the tenant's folder"
                ),
            ));
        }
    }
}
