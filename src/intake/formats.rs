//! The export formats Seatwise knows, as data.
//!
//! One TOML file per format says which headers feed which canonical columns.
//! Takes those files, gives [`Formats`]: the same in the shape recognition
//! needs, with headers folded to letters and digits. What a key of the files
//! means is said at the field it is read into.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::fold::{folded_ascii, header_key};
use super::mapping::Mapping;
use super::vocabulary::Vocabulary;
use super::{Field, FieldType, TableKind};

/// The files shipped with Seatwise. Where two formats of the same kind fit a
/// header equally well the earlier one is taken.
const SHIPPED: &[(&str, &str)] = &[
    ("fo_user_information.toml", include_str!("formats/fo_user_information.toml")),
    ("fo_user_role_association.toml", include_str!("formats/fo_user_role_association.toml")),
    ("fo_security_permissions.toml", include_str!("formats/fo_security_permissions.toml")),
    ("fo_security_object_licenses.toml", include_str!("formats/fo_security_object_licenses.toml")),
    ("fo_role_access.toml", include_str!("formats/fo_role_access.toml")),
    ("m365_active_users.toml", include_str!("formats/m365_active_users.toml")),
    (
        "ppac_fno_license_consumption.toml",
        include_str!("formats/ppac_fno_license_consumption.toml"),
    ),
    ("dataverse_users.toml", include_str!("formats/dataverse_users.toml")),
    ("dataverse_roles.toml", include_str!("formats/dataverse_roles.toml")),
    ("dataverse_user_roles.toml", include_str!("formats/dataverse_user_roles.toml")),
    ("m365_licenses.toml", include_str!("formats/m365_licenses.toml")),
    ("m365_products.toml", include_str!("formats/m365_products.toml")),
    ("m365_product_users.toml", include_str!("formats/m365_product_users.toml")),
    ("graph_subscribed_skus.toml", include_str!("formats/graph_subscribed_skus.toml")),
    ("cipp_licenses.toml", include_str!("formats/cipp_licenses.toml")),
    ("entra_users.toml", include_str!("formats/entra_users.toml")),
    ("entra_devices.toml", include_str!("formats/entra_devices.toml")),
    ("graph_active_users.toml", include_str!("formats/graph_active_users.toml")),
    ("graph_activations.toml", include_str!("formats/graph_activations.toml")),
    ("intune_devices.toml", include_str!("formats/intune_devices.toml")),
    ("partner_nce_prices.toml", include_str!("formats/partner_nce_prices.toml")),
    ("partner_offer_matrix.toml", include_str!("formats/partner_offer_matrix.toml")),
    ("partner_nce_reconciliation.toml", include_str!("formats/partner_nce_reconciliation.toml")),
    (
        "partner_legacy_reconciliation.toml",
        include_str!("formats/partner_legacy_reconciliation.toml"),
    ),
    ("partner_customers.toml", include_str!("formats/partner_customers.toml")),
    ("mls_license_summary.toml", include_str!("formats/mls_license_summary.toml")),
    ("fo_roles.toml", include_str!("formats/fo_roles.toml")),
    ("fo_sub_roles.toml", include_str!("formats/fo_sub_roles.toml")),
    ("fo_duties_privileges.toml", include_str!("formats/fo_duties_privileges.toml")),
    ("fo_security_customizations.toml", include_str!("formats/fo_security_customizations.toml")),
    ("fo_role_organizations.toml", include_str!("formats/fo_role_organizations.toml")),
    ("fo_license_usage_users.toml", include_str!("formats/fo_license_usage_users.toml")),
    ("fo_license_usage_roles.toml", include_str!("formats/fo_license_usage_roles.toml")),
    ("fo_license_usage_parts.toml", include_str!("formats/fo_license_usage_parts.toml")),
    ("fo_governance_dump.toml", include_str!("formats/fo_governance_dump.toml")),
    ("fo_related_objects.toml", include_str!("formats/fo_related_objects.toml")),
    ("fo_licensing_tables.toml", include_str!("formats/fo_licensing_tables.toml")),
    ("fo_role_graph.toml", include_str!("formats/fo_role_graph.toml")),
    ("fo_dormant_users.toml", include_str!("formats/fo_dormant_users.toml")),
    ("fo_user_log.toml", include_str!("formats/fo_user_log.toml")),
    ("fo_user_license_details.toml", include_str!("formats/fo_user_license_details.toml")),
    ("fo_named_user_counts.toml", include_str!("formats/fo_named_user_counts.toml")),
    ("fo_person_users.toml", include_str!("formats/fo_person_users.toml")),
    ("fo_workers.toml", include_str!("formats/fo_workers.toml")),
    ("fo_pos_registers.toml", include_str!("formats/fo_pos_registers.toml")),
    ("fo_retail_devices.toml", include_str!("formats/fo_retail_devices.toml")),
    ("fo_warehouse_mobile_users.toml", include_str!("formats/fo_warehouse_mobile_users.toml")),
    ("fo_job_card_devices.toml", include_str!("formats/fo_job_card_devices.toml")),
    ("fo_retail_setup.toml", include_str!("formats/fo_retail_setup.toml")),
    ("sod_rules.toml", include_str!("formats/sod_rules.toml")),
    ("cdm_entities.toml", include_str!("formats/cdm_entities.toml")),
    ("fo_users_tool.toml", include_str!("formats/fo_users_tool.toml")),
    ("fo_license_count_print.toml", include_str!("formats/fo_license_count_print.toml")),
    ("fo_licensing_objects.toml", include_str!("formats/fo_licensing_objects.toml")),
    ("fo_licensing_skus.toml", include_str!("formats/fo_licensing_skus.toml")),
    ("fo_licensing_entitlements.toml", include_str!("formats/fo_licensing_entitlements.toml")),
    ("m365_product_names.toml", include_str!("formats/m365_product_names.toml")),
    ("seatwise_tenants.toml", include_str!("formats/seatwise_tenants.toml")),
    ("seatwise_users.toml", include_str!("formats/seatwise_users.toml")),
    ("seatwise_role_assignments.toml", include_str!("formats/seatwise_role_assignments.toml")),
    ("seatwise_roles.toml", include_str!("formats/seatwise_roles.toml")),
    ("seatwise_role_permissions.toml", include_str!("formats/seatwise_role_permissions.toml")),
    ("seatwise_menu_items.toml", include_str!("formats/seatwise_menu_items.toml")),
    ("seatwise_user_permissions.toml", include_str!("formats/seatwise_user_permissions.toml")),
    ("seatwise_app_needs.toml", include_str!("formats/seatwise_app_needs.toml")),
    ("seatwise_devices.toml", include_str!("formats/seatwise_devices.toml")),
    ("seatwise_device_usage.toml", include_str!("formats/seatwise_device_usage.toml")),
    ("seatwise_assigned_licenses.toml", include_str!("formats/seatwise_assigned_licenses.toml")),
    ("seatwise_subscriptions.toml", include_str!("formats/seatwise_subscriptions.toml")),
    ("seatwise_capacity.toml", include_str!("formats/seatwise_capacity.toml")),
    ("seatwise_prices.toml", include_str!("formats/seatwise_prices.toml")),
];

/// A format file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FormatsError {
    /// The file is not TOML of the expected shape.
    #[error("{file}: {source}")]
    Syntax {
        /// Name of the file.
        file: String,
        /// What the TOML reader says.
        source: Box<toml::de::Error>,
    },
    /// The file is well-formed but says something that cannot be.
    #[error("{file}: {problem}")]
    Meaning {
        /// Name of the file.
        file: String,
        /// The sentence.
        problem: String,
    },
}

/// How well the headers of a format are attested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Evidence {
    /// Seatwise's own table.
    #[serde(rename = "OWN")]
    Own,
    /// A real export file was seen.
    #[serde(rename = "FILE")]
    File,
    /// Microsoft documents it.
    #[serde(rename = "MS")]
    Microsoft,
    /// Two independent public programs agree.
    #[serde(rename = "CODE2")]
    Code2,
    /// One community source.
    #[serde(rename = "C1")]
    Community,
    /// The user named its columns.
    #[serde(skip)]
    Mapping,
}

/// A format as its file says it, headers folded.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// Stable id, e.g. `fo.user_information`.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// How well its headers are attested.
    pub grade: Evidence,
    /// Where they are described.
    pub source: String,
    /// Groups of headers; of each group one must be present. They tell the
    /// export from others that share its required columns.
    #[serde(default)]
    pub signature: Vec<Vec<String>>,
    /// Share of a header row, in percent, that the format must know.
    #[serde(default = "half")]
    pub min_percent: usize,
    /// Headers of the export that Seatwise has no use for.
    #[serde(default)]
    pub known: Vec<String>,
    /// Why Seatwise has no use for the table, if so: it is recognised by its
    /// signature, feeds nothing, and its rows are counted as ignored.
    pub unused: Option<String>,
    /// What it feeds; the first is what the table is about.
    #[serde(default)]
    pub tables: Vec<FormatTable>,
    /// All headers above, folded.
    #[serde(skip)]
    pub(crate) keys: FxHashSet<String>,
}

/// One canonical table fed by a format.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormatTable {
    /// Which table.
    pub kind: TableKind,
    /// A row without its required values is no defect: it just has nothing
    /// to say here (a user without licences).
    #[serde(default)]
    pub optional: bool,
    /// Groups of columns; of each group one must be there, and filled in
    /// every row.
    pub required: Vec<Vec<Field>>,
    /// Headers of each canonical column, the best first. In Seatwise's own
    /// formats the name of the column itself is understood.
    pub columns: BTreeMap<Field, Vec<String>>,
    /// Headers of the column to take where the one above is blank.
    #[serde(default)]
    pub fallback: BTreeMap<Field, Vec<String>>,
    /// Values as the export spells them, and what they mean here.
    #[serde(default)]
    pub words: BTreeMap<Field, BTreeMap<String, String>>,
    /// Values that mean "none".
    #[serde(default)]
    pub blank: BTreeMap<Field, Vec<String>>,
    /// Boolean columns that say the opposite ("Block credential").
    #[serde(default)]
    pub invert: Vec<Field>,
    /// Values that follow from another column.
    #[serde(default)]
    pub set: Vec<SetRule>,
    /// Rows that are no record of this table.
    #[serde(default)]
    pub skip: Vec<SkipRule>,
    /// Beginnings of values that are not part of them, compared in any case.
    #[serde(default)]
    pub strip: BTreeMap<Field, Vec<String>>,
    /// Headers of a whole number to take away from a whole number ("Total
    /// licenses" without "Expired licenses"); never below zero.
    #[serde(default)]
    pub minus: BTreeMap<Field, Vec<String>>,
    /// Amounts that are for several months at once.
    #[serde(default)]
    pub months: BTreeMap<Field, Months>,
    /// Cells that hold several values: what parts them. Each value makes a
    /// record of its own; one column of a table at most.
    #[serde(default)]
    pub split: BTreeMap<Field, Vec<String>>,
    /// Columns that a line above the rows says for all of them, as prints do.
    /// In such a layout header cells may be merged over several columns.
    #[serde(default)]
    pub group: BTreeMap<Field, GroupRule>,
    /// Values that every row has, in canonical spelling.
    #[serde(default)]
    pub fixed: BTreeMap<Field, String>,
}

/// "Rows in which that column says so are none of this table."
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkipRule {
    /// Headers of the column looked at.
    pub column: Vec<String>,
    /// What it must say.
    pub when: When,
    /// What such rows are, for the reader.
    pub why: String,
}

/// "A line that says so begins a group."
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRule {
    /// What stands before the value, in the same cell before a colon or in
    /// the cell before.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Values that may stand alone.
    #[serde(default)]
    pub words: Vec<String>,
}

/// For how many months an amount is, by the words of another column. The
/// canonical amount is that of one month.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Months {
    /// Headers of the column looked at; without it the amount is a month's.
    pub column: Vec<String>,
    /// Months by word. Another word makes the amount unreadable.
    pub of: BTreeMap<String, i64>,
}

/// "When that column says so, this field has that value."
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRule {
    /// Headers of the column looked at.
    pub column: Vec<String>,
    /// What it must say.
    pub when: When,
    /// The field that gets the value.
    pub field: Field,
    /// The value, in canonical spelling.
    pub value: String,
    /// Values of the field that stay as they are.
    #[serde(default)]
    pub keep: Vec<String>,
}

/// Condition of a [`SetRule`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum When {
    /// A date stands in it (sentinel dates are none).
    HasDate,
    /// It is a Boolean and true.
    IsTrue,
    /// It contains this text, whatever the case.
    Contains(String),
    /// It begins with this text, whatever the case.
    Begins(String),
    /// It is one of these words, compared as headers are.
    AnyOf(Vec<String>),
    /// It is filled, and with none of these words.
    OtherThan(Vec<String>),
    /// It contains none of these texts, whatever the case.
    Lacks(Vec<String>),
    /// Nothing stands in it.
    Blank,
    /// Something stands in it.
    Filled,
    /// The column is there.
    Present,
}

const fn half() -> usize {
    50
}

/// Everything that can be recognised.
#[derive(Debug, Clone)]
pub struct Formats {
    formats: Vec<Format>,
    vocabulary: Vocabulary,
    mappings: Vec<Mapping>,
    /// Headers of all formats, folded.
    keys: FxHashSet<String>,
    /// First and last byte of each of them.
    ends: FxHashSet<(u8, u8)>,
}

impl Formats {
    /// The formats shipped with Seatwise.
    ///
    /// # Errors
    /// A shipped file is wrong; a test makes sure that none is.
    pub fn shipped() -> Result<Self, FormatsError> {
        let formats = SHIPPED
            .iter()
            .map(|(file, text)| Format::read(file, text))
            .collect::<Result<Vec<_>, _>>()?;
        let keys: FxHashSet<String> =
            formats.iter().flat_map(|format| format.keys.iter().cloned()).collect();
        let ends = keys.iter().filter_map(|key| ends(key.bytes())).collect();
        let vocabulary = Vocabulary::shipped()?;
        Ok(Self { formats, vocabulary, mappings: Vec::new(), keys, ends })
    }

    /// Whether any format knows a folded header.
    pub(crate) fn knows(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Whether any format knows a cell as a header; a longer one is none. Asked
    /// of nearly every row: nothing is allocated for it.
    pub(crate) fn knows_cell(&self, cell: &str) -> bool {
        const LONGEST: usize = 99;
        if cell.len() > LONGEST {
            return false;
        }
        if !cell.is_ascii() {
            return self.knows(&header_key(cell));
        }
        if !ends(folded_ascii(cell)).is_some_and(|ends| self.ends.contains(&ends)) {
            return false;
        }
        let mut key = [0_u8; LONGEST];
        let mut length = 0;
        for (place, byte) in key.iter_mut().zip(folded_ascii(cell)) {
            *place = byte;
            length += 1;
        }
        std::str::from_utf8(&key[..length]).is_ok_and(|key| self.knows(key))
    }

    /// What the user named, in the order of the file.
    pub(crate) fn mappings(&self) -> &[Mapping] {
        &self.mappings
    }

    pub(crate) fn add_mappings(&mut self, mappings: Vec<Mapping>) {
        self.mappings.extend(mappings);
    }

    /// The formats in order.
    #[must_use]
    pub fn all(&self) -> &[Format] {
        &self.formats
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
}

/// First and last byte of a key.
fn ends(mut key: impl DoubleEndedIterator<Item = u8>) -> Option<(u8, u8)> {
    let first = key.next()?;
    Some((first, key.next_back().unwrap_or(first)))
}

impl Format {
    /// Reads a format file.
    ///
    /// # Errors
    /// With the place or the column that is wrong.
    pub fn read(file: &str, text: &str) -> Result<Self, FormatsError> {
        let mut format: Self = toml::from_str(text).map_err(|source| FormatsError::Syntax {
            file: file.to_owned(),
            source: Box::new(source),
        })?;
        let meaning = |problem| FormatsError::Meaning { file: file.to_owned(), problem };
        match (&format.unused, format.tables.is_empty(), format.signature.is_empty()) {
            (Some(_), true, false) | (None, false, _) => {}
            _ => {
                return Err(meaning(
                    "a format feeds tables, or has a signature and says why it is unused".into(),
                ));
            }
        }
        let own = format.grade == Evidence::Own;
        for table in &mut format.tables {
            table.check().map_err(meaning)?;
            if own {
                for (field, headers) in &mut table.columns {
                    headers.insert(0, field.name());
                }
            }
            let headers = table
                .columns
                .values_mut()
                .chain(table.fallback.values_mut())
                .chain(table.set.iter_mut().map(|rule| &mut rule.column))
                .chain(table.skip.iter_mut().map(|rule| &mut rule.column))
                .chain(table.minus.values_mut())
                .chain(table.months.values_mut().map(|months| &mut months.column));
            for list in headers {
                fold_all(list);
                format.keys.extend(list.iter().cloned());
            }
            for words in table.words.values_mut() {
                *words = words.iter().map(|(k, v)| (header_key(k), v.clone())).collect();
            }
            for months in table.months.values_mut() {
                months.of = months.of.iter().map(|(k, v)| (header_key(k), *v)).collect();
            }
            for words in table.blank.values_mut() {
                fold_all(words);
            }
            for rule in table.group.values_mut() {
                fold_all(&mut rule.labels);
                fold_all(&mut rule.words);
            }
            let conditions = table.set.iter_mut().map(|rule| &mut rule.when);
            for when in conditions.chain(table.skip.iter_mut().map(|rule| &mut rule.when)) {
                if let When::AnyOf(words) | When::OtherThan(words) = when {
                    fold_all(words);
                }
            }
        }
        fold_all(&mut format.known);
        format.keys.extend(format.known.iter().cloned());
        for group in &mut format.signature {
            fold_all(group);
            format.keys.extend(group.iter().cloned());
        }
        Ok(format)
    }

    /// Gathers the headers of a format that was not read from a file.
    pub(crate) fn learn_keys(&mut self) {
        let columns = self.tables.iter().flat_map(|table| table.columns.values());
        self.keys.extend(columns.flatten().cloned());
    }

    /// Whether a folded header is one of this format.
    #[must_use]
    pub fn knows(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// What a table of this format is about.
    #[must_use]
    pub fn kind(&self) -> Option<TableKind> {
        self.tables.first().map(|table| table.kind)
    }
}

impl FormatTable {
    fn check(&self) -> Result<(), String> {
        let known = |field: &Field| {
            self.columns.contains_key(field)
                || self.fixed.contains_key(field)
                || self.group.contains_key(field)
                || self.set.iter().any(|rule| rule.field == *field)
        };
        let mentioned = self
            .required
            .iter()
            .flatten()
            .chain(self.fallback.keys())
            .chain(self.words.keys())
            .chain(self.blank.keys())
            .chain(self.strip.keys())
            .chain(self.minus.keys())
            .chain(self.months.keys())
            .chain(self.split.keys())
            .chain(&self.invert);
        for field in mentioned {
            if !known(field) {
                return Err(format!("{} is mentioned but has no headers", field.name()));
            }
        }
        if self.minus.keys().any(|field| field.field_type() != FieldType::Integer) {
            return Err("minus is for whole numbers".to_owned());
        }
        if self.months.keys().any(|field| field.field_type() != FieldType::Money)
            || self.months.values().flat_map(|months| months.of.values()).any(|&months| months < 1)
        {
            return Err("months are for amounts, one at least".to_owned());
        }
        if self.split.len() > 1 || self.split.values().any(Vec::is_empty) {
            return Err("one column of a table may be split, and something must part it".to_owned());
        }
        if self.required.iter().any(Vec::is_empty) || self.required.is_empty() {
            Err("a table needs at least one required column".to_owned())
        } else {
            Ok(())
        }
    }

    /// Whether the column stands in a group of required ones.
    #[must_use]
    pub fn requires(&self, field: Field) -> bool {
        self.required.iter().any(|group| group.contains(&field))
    }
}

fn fold_all(headers: &mut [String]) {
    for header in headers {
        *header = header_key(header);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_shipped_format_reads_and_has_an_id_of_its_own() {
        let formats = Formats::shipped().unwrap();
        let ids: BTreeSet<_> = formats.all().iter().map(|format| &format.id).collect();
        assert_eq!(ids.len(), SHIPPED.len());
        for format in formats.all() {
            assert!(!format.source.is_empty(), "{}", format.id);
        }
    }

    #[test]
    fn every_canonical_table_has_a_format_of_its_own() {
        let formats = Formats::shipped().unwrap();
        let kinds: BTreeSet<_> = formats
            .all()
            .iter()
            .filter(|format| format.grade == Evidence::Own)
            .filter_map(Format::kind)
            .collect();
        assert_eq!(kinds.len(), 14);
    }

    #[test]
    fn a_format_that_requires_a_column_without_headers_is_refused() {
        let text = "id = 'x'\ntitle = 'X'\ngrade = 'C1'\nsource = 's'\n\
                    [[tables]]\nkind = 'users'\nrequired = [['user_id']]\n[tables.columns]\nupn = ['UPN']\n";
        let error = Format::read("x.toml", text).unwrap_err().to_string();
        assert_eq!(error, "x.toml: user_id is mentioned but has no headers");
    }
}
