//! The shape of everything that has been read: canonical tables.
//!
//! Whatever file a row came from, after intake it is a row of one of the
//! [`TableKind`]s of DESIGN section 3, its columns are [`Field`]s and its
//! values are text in one canonical spelling (see [`FieldType`]). A
//! [`Batch`] holds the accepted rows of one table of one sheet; a cell is the
//! number of its text among those of the column, because a portfolio has tens
//! of millions of cells and few texts.

use serde::{Deserialize, Serialize};

use super::texts::Texts;

/// Seatwise's own tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// One row per tenant.
    Tenants,
    /// User accounts.
    Users,
    /// Which user holds which role.
    RoleAssignments,
    /// Licence types and sub-roles of roles.
    Roles,
    /// What a role may do, down to the menu item.
    RolePermissions,
    /// Licences of menu items.
    MenuItems,
    /// Menu items given to one person.
    UserPermissions,
    /// Applications a person needs.
    AppNeeds,
    /// Devices.
    Devices,
    /// Who uses which device.
    DeviceUsage,
    /// Licences assigned to a user.
    AssignedLicenses,
    /// Owned seats.
    Subscriptions,
    /// Capacity figures.
    Capacity,
    /// A customer's own prices.
    Prices,
    /// What may be ordered: which part number a line of a price list is.
    Offers,
    /// Securable objects of the licensing catalogue, by record id.
    LicensingObjects,
    /// SKUs of the licensing catalogue, by record id.
    LicensingSkus,
    /// Which SKU of the licensing catalogue entitles to which object.
    LicensingEntitlements,
}

/// Canonical columns. One name means the same in every table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names are those of docs/input.md, which explains them.
pub enum Field {
    Tenant,
    Name,
    Program,
    Segment,
    Currency,
    RenewalDate,
    Edition,
    Prices,
    UserId,
    Upn,
    Email,
    ObjectId,
    RecordId,
    Enabled,
    AccountType,
    Headcount,
    LastLogin,
    Created,
    Department,
    Country,
    Environment,
    InSecurityGroup,
    RoleId,
    RoleName,
    Status,
    Mode,
    Object,
    SubRole,
    SubRoleId,
    Duty,
    Privilege,
    ObjectType,
    ObjectChild,
    Read,
    Update,
    Create,
    Delete,
    Correct,
    Invoke,
    AccessLevel,
    License,
    ViewLicense,
    MaintainLicense,
    DeviceKind,
    App,
    UseRight,
    Basis,
    DeviceId,
    Kind,
    Login,
    Dedicated,
    LastSeen,
    Location,
    LastUsed,
    Quantity,
    Start,
    End,
    UnitPrice,
    AutoRenew,
    SubscriptionId,
    AsOf,
    Metric,
    Value,
    Price,
    AttachPrice,
    Term,
    Billing,
    ValidFrom,
    ValidTo,
    ProductId,
    SkuId,
    SkuGuid,
    PartNumber,
    ObjectRecord,
    SkuRecord,
}

/// How the text of a field is spelt after intake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Trimmed text, NFC, dashes and blanks as they came.
    Text,
    /// `true` or `false`.
    Bool,
    /// `allow`, `deny` or blank (unset).
    Grant,
    /// `YYYY-MM-DD`; sentinels such as 1900-01-01 are blank.
    Date,
    /// Digits, with a sign where negative.
    Integer,
    /// A decimal number with a point, as `12.5`.
    Decimal,
    /// An amount that `Cents::parse` reads, normalised to `1234.56`.
    Money,
    /// One of a closed list of words, in lower case.
    Word(&'static [&'static str]),
}

impl Field {
    /// The column name of docs/input.md.
    #[must_use]
    pub fn name(self) -> String {
        // `Field` serialises as its snake_case name.
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// How its values are spelt.
    #[must_use]
    pub const fn field_type(self) -> FieldType {
        match self {
            Self::Enabled | Self::Dedicated | Self::AutoRenew | Self::InSecurityGroup => {
                FieldType::Bool
            }
            Self::Read
            | Self::Update
            | Self::Create
            | Self::Delete
            | Self::Correct
            | Self::Invoke => FieldType::Grant,
            Self::RenewalDate
            | Self::LastLogin
            | Self::Created
            | Self::LastSeen
            | Self::LastUsed
            | Self::Start
            | Self::End
            | Self::ValidFrom
            | Self::ValidTo
            | Self::AsOf => FieldType::Date,
            Self::Quantity | Self::Headcount => FieldType::Integer,
            Self::Value => FieldType::Decimal,
            Self::UnitPrice | Self::Price | Self::AttachPrice => FieldType::Money,
            Self::AccountType => {
                FieldType::Word(&["member", "guest", "external", "service", "shared", "group"])
            }
            Self::Program => FieldType::Word(&["ea", "csp", "mpsa", "mosp"]),
            Self::Segment => FieldType::Word(&["commercial", "academic", "charity", "government"]),
            Self::Login => FieldType::Word(&["shared", "individual"]),
            Self::Basis => FieldType::Word(&["stated", "computed"]),
            _ => FieldType::Text,
        }
    }
}

/// Accepted rows of one table of one sheet.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Which table.
    pub kind: TableKind,
    /// Index of the file in the list of files of the run part that read it
    /// (see [`crate::intake::FileReport`]); set by the reader of a folder.
    pub file: usize,
    /// Sheet name; empty for a text file.
    pub sheet: String,
    /// Id of the format it was recognised as; blank where none is.
    pub format: String,
    /// Canonical columns present, in file order.
    pub fields: Vec<Field>,
    /// Header of each field as the file spells it.
    pub headers: Vec<String>,
    /// The column of each field, by the number of the field.
    columns: Vec<Option<usize>>,
    rows: Vec<u32>,
    /// The numbers of the texts of all cells, row by row.
    cells: Vec<u32>,
    /// The texts of each column.
    texts: Vec<Texts>,
}

/// One row of a [`Batch`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    batch: &'a Batch,
    at: usize,
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new(kind: TableKind, sheet: String, fields: Vec<Field>, headers: Vec<String>) -> Self {
        debug_assert_eq!(fields.len(), headers.len());
        let texts = vec![Texts::default(); fields.len()];
        let most = fields.iter().map(|&field| field as usize + 1).max().unwrap_or_default();
        let mut columns = vec![None; most];
        for (at, &field) in fields.iter().enumerate() {
            columns[field as usize].get_or_insert(at);
        }
        Self {
            kind,
            file: 0,
            sheet,
            format: String::new(),
            fields,
            headers,
            columns,
            rows: Vec::new(),
            cells: Vec::new(),
            texts,
        }
    }

    /// Adds a row: its number in the file and one value per field. Missing
    /// values are blank, surplus ones are dropped.
    pub fn push<'v>(&mut self, row: u32, values: impl IntoIterator<Item = &'v str>) {
        self.rows.push(row);
        let mut values = values.into_iter();
        for texts in &mut self.texts {
            self.cells.push(texts.intern(values.next().unwrap_or_default()));
        }
    }

    /// The number of a text in a column, for [`Self::push_numbers`].
    pub(super) fn number(&mut self, column: usize, text: &str) -> u32 {
        self.texts[column].intern(text)
    }

    /// Adds a row whose values have numbers already, one per field.
    pub(super) fn push_numbers(&mut self, row: u32, numbers: &[u32]) {
        debug_assert_eq!(numbers.len(), self.fields.len());
        self.rows.push(row);
        self.cells.extend_from_slice(numbers);
    }

    /// As [`Self::push_numbers`], with other numbers in some columns.
    pub(super) fn push_numbers_with(&mut self, row: u32, numbers: &[u32], others: &[(usize, u32)]) {
        let start = self.cells.len();
        self.push_numbers(row, numbers);
        for &(column, number) in others {
            self.cells[start + column] = number;
        }
    }

    /// Says that no row comes any more: gives memory back.
    pub(crate) fn close(&mut self) {
        self.texts.iter_mut().for_each(Texts::close);
        self.rows.shrink_to_fit();
        self.cells.shrink_to_fit();
    }

    /// How many numbers the texts of a column have: those of its rows are
    /// below. Number 0 is the blank text.
    #[must_use]
    pub fn texts(&self, column: usize) -> usize {
        self.texts[column].len()
    }

    /// The text of a number in a column.
    #[must_use]
    pub fn text(&self, column: usize, number: u32) -> &str {
        self.texts[column].get(number)
    }

    /// The last in order of the texts of a column, such as the newest date.
    #[must_use]
    pub fn latest(&self, column: usize) -> &str {
        let mut numbers = vec![false; self.texts(column)];
        for row in self.rows() {
            numbers[row.id(column) as usize] = true;
        }
        let used = (0..).zip(numbers).filter(|(_, used)| *used);
        used.map(|(number, _)| self.text(column, number)).max().unwrap_or_default()
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Column of a field, if the table has it.
    #[must_use]
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.get(field as usize).copied().flatten()
    }

    /// The rows in file order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|at| Row { batch: self, at })
    }
}

impl<'a> Row<'a> {
    /// The value of a field; blank where the table has no such column.
    #[must_use]
    pub fn get(&self, field: Field) -> &'a str {
        self.batch.column(field).map_or("", |column| self.at(column))
    }

    /// The value of a column.
    #[must_use]
    pub fn at(&self, column: usize) -> &'a str {
        self.batch.texts[column].get(self.id(column))
    }

    /// The number of the text of a column: rows with equal numbers have equal
    /// texts, though not the other way round. 0 is blank.
    #[must_use]
    pub fn id(&self, column: usize) -> u32 {
        self.batch.cells[self.at * self.batch.fields.len() + column]
    }

    /// The value of a column that the table may not have; blank without one.
    #[must_use]
    pub fn text(&self, column: Option<usize>) -> &'a str {
        column.map_or("", |column| self.at(column))
    }

    /// As [`Self::id`], of a column that the table may not have.
    #[must_use]
    pub fn text_id(&self, column: Option<usize>) -> u32 {
        column.map_or(0, |column| self.id(column))
    }

    /// Which of the rows of its batch it is, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.at
    }

    /// The row number in the file, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.batch.rows[self.at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_give_back_what_was_pushed() {
        let mut batch = Batch::new(
            TableKind::Users,
            String::new(),
            vec![Field::UserId, Field::Upn],
            vec!["user_id".into(), "upn".into()],
        );
        batch.push(2, ["ann", "ann@a.example"]);
        batch.push(3, ["bob"]);
        let rows: Vec<_> = batch.rows().collect();
        assert_eq!(rows[0].get(Field::Upn), "ann@a.example");
        assert_eq!((rows[1].get(Field::UserId), rows[1].get(Field::Upn)), ("bob", ""));
        assert_eq!((rows[1].number(), rows[1].get(Field::Email)), (3, ""));
        assert_eq!(Field::UserId.name(), "user_id");
    }
}
