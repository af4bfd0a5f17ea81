//! A dataset table: its columns as descriptors.

use std::borrow::Cow;
use std::io::Write;

use polars::error::{PolarsError, PolarsResult};

use super::text::Form;
use crate::money::Cents;
use crate::output::TenantOutput;

/// How a column is made from a row.
pub(crate) enum Get<T> {
    /// Words; blank becomes null.
    Text(for<'r> fn(&'r T) -> Cow<'r, str>),
    /// Several words, joined by `; `.
    List(for<'r> fn(&'r T) -> &'r [String]),
    /// A whole number.
    Number(fn(&T) -> Option<i64>),
    /// Cents per month.
    Cents(fn(&T) -> Option<Cents>),
    /// TRUE or FALSE.
    Flag(fn(&T) -> bool),
    /// An ISO date; what is none becomes null.
    Date(for<'r> fn(&'r T) -> &'r str),
}

/// One column.
pub(crate) struct Field<T> {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) get: Get<T>,
}

impl<T> Field<T> {
    pub(crate) fn text(
        name: &'static str,
        about: &'static str,
        get: for<'r> fn(&'r T) -> Cow<'r, str>,
    ) -> Self {
        Self { name, about, get: Get::Text(get) }
    }

    pub(crate) fn list(
        name: &'static str,
        about: &'static str,
        get: for<'r> fn(&'r T) -> &'r [String],
    ) -> Self {
        Self { name, about, get: Get::List(get) }
    }

    pub(crate) fn number(
        name: &'static str,
        about: &'static str,
        get: fn(&T) -> Option<i64>,
    ) -> Self {
        Self { name, about, get: Get::Number(get) }
    }

    pub(crate) fn cents(
        name: &'static str,
        about: &'static str,
        get: fn(&T) -> Option<Cents>,
    ) -> Self {
        Self { name, about, get: Get::Cents(get) }
    }

    pub(crate) fn flag(name: &'static str, about: &'static str, get: fn(&T) -> bool) -> Self {
        Self { name, about, get: Get::Flag(get) }
    }

    pub(crate) fn date(
        name: &'static str,
        about: &'static str,
        get: for<'r> fn(&'r T) -> &'r str,
    ) -> Self {
        Self { name, about, get: Get::Date(get) }
    }

    /// The type as Parquet readers show it, and the unit.
    fn kind(&self) -> &'static str {
        match self.get {
            Get::Text(_) | Get::List(_) => "string",
            Get::Number(_) => "int64",
            Get::Cents(_) => "int64, cents per month",
            Get::Flag(_) => "boolean",
            Get::Date(_) => "date",
        }
    }
}

/// A table: its rows out of a tenant's output, and its columns.
pub(crate) struct TableOf<T> {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) fields: Vec<Field<T>>,
}

/// A table without the type of its rows.
pub struct Table {
    /// Folder name.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Name, type with unit, and meaning of each column.
    pub columns: Vec<(&'static str, &'static str, &'static str)>,
    pub(crate) write: fn(&TenantOutput, Form, &mut (dyn Write + Send)) -> PolarsResult<()>,
}

impl<T> TableOf<T> {
    pub(crate) fn describe(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        let tenant = ("tenant", "string", "Tenant id.");
        let own = self.fields.iter().map(|field| (field.name, field.kind(), field.about));
        std::iter::once(tenant).chain(own).collect()
    }
}

impl<T: Sync> TableOf<T> {
    /// Writes the rows in a form.
    pub(crate) fn write(
        &self,
        tenant: &str,
        rows: &[T],
        form: Form,
        file: &mut (dyn Write + Send),
    ) -> PolarsResult<()> {
        match form {
            Form::Parquet => self.parquet(tenant, rows, file),
            Form::Csv => self.csv(tenant, rows, file).map_err(PolarsError::from),
            Form::Json => self.json(tenant, rows, file).map_err(PolarsError::from),
        }
    }
}
