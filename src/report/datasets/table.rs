//! A dataset table: its columns as descriptors, and how they become Parquet.

use std::borrow::Cow;
use std::io::Write;

use polars::error::PolarsError;
use polars::prelude::{
    Column, DataFrame, DataType, IntoSeries as _, KeyValueMetadata, ParquetWriter, PolarsResult,
    StringChunkedBuilder,
};

use super::SCHEMA;
use super::text::Form;
use crate::money::Cents;
use crate::output::TenantOutput;
use crate::report::cell::date_serial;

/// Rows of one row group.
const ROW_GROUP: usize = 262_144;

/// Days from Excel's day 0 to 1 January 1970.
const EPOCH: i32 = 25_569;

/// How a column is made from a row.
pub(crate) enum Get<T> {
    /// Words; blank becomes null.
    Text(for<'r> fn(&'r T) -> Cow<'r, str>),
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
            Get::Text(_) => "string",
            Get::Number(_) => "int64",
            Get::Cents(_) => "int64, cents per month",
            Get::Flag(_) => "boolean",
            Get::Date(_) => "date",
        }
    }

    fn column(&self, rows: &[T]) -> PolarsResult<Column> {
        let name = self.name.into();
        Ok(match self.get {
            Get::Text(get) => {
                let mut texts = StringChunkedBuilder::new(name, rows.len());
                for row in rows {
                    match get(row) {
                        text if text.is_empty() => texts.append_null(),
                        text => texts.append_value(text),
                    }
                }
                texts.finish().into_series().into()
            }
            Get::Number(get) => {
                Column::new(name, rows.iter().map(get).collect::<Vec<Option<i64>>>())
            }
            Get::Cents(get) => {
                let cents = |row| get(row).map(|cents| cents.0);
                Column::new(name, rows.iter().map(cents).collect::<Vec<Option<i64>>>())
            }
            Get::Flag(get) => Column::new(name, rows.iter().map(get).collect::<Vec<bool>>()),
            Get::Date(get) => {
                let days = |row| {
                    let serial = i32::try_from(date_serial(get(row))?).ok()?;
                    Some(serial - EPOCH)
                };
                let days: Vec<Option<i32>> = rows.iter().map(days).collect();
                Column::new(name, days).cast(&DataType::Date)?
            }
        })
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

    /// One batch, the tenant's id in front.
    fn frame(&self, tenant: &str, rows: &[T]) -> PolarsResult<DataFrame> {
        let mut columns = vec![Column::new("tenant".into(), vec![tenant; rows.len()])];
        for field in &self.fields {
            columns.push(field.column(rows)?);
        }
        DataFrame::new(rows.len(), columns)
    }

    /// Writes the rows in a form.
    pub(crate) fn write(
        &self,
        tenant: &str,
        rows: &[T],
        form: Form,
        file: &mut (dyn Write + Send),
    ) -> PolarsResult<()> {
        match form {
            Form::Parquet => self.save(tenant, rows, file),
            Form::Csv => self.csv(tenant, rows, file).map_err(PolarsError::from),
            Form::Json => self.json(tenant, rows, file).map_err(PolarsError::from),
        }
    }

    fn save(&self, tenant: &str, rows: &[T], file: &mut (dyn Write + Send)) -> PolarsResult<()> {
        let version = ("seatwise.schema".to_owned(), SCHEMA.to_owned());
        let empty = self.frame(tenant, &[])?;
        let mut writer = ParquetWriter::new(file)
            .set_parallel(false)
            .with_key_value_metadata(Some(KeyValueMetadata::from_static(vec![version])))
            .batched(empty.schema())?;
        for batch in rows.chunks(ROW_GROUP) {
            writer.write_batch(&self.frame(tenant, batch)?)?;
        }
        writer.finish()?;
        Ok(())
    }
}
