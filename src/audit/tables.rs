//! The tables of a tenant, read back.

use std::fs;
use std::path::Path;

use polars::prelude::{Column, DataFrame, DataType};

use super::claims::{Claims, Failure};
use crate::intake::read_parquet;
use crate::report::datasets::{SCHEMA, tables};
use crate::report::file_stem;

/// No tenant has more rows in a table; a forged number of rows takes memory.
const MOST_ROWS: u64 = 20_000_000;

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    /// File, relative to the folder of the run.
    pub(super) file: String,
    frame: DataFrame,
}

/// All tables of a tenant.
#[derive(Debug)]
pub(super) struct Tables {
    all: Vec<(&'static str, Table)>,
}

impl Tables {
    /// Reads every table. What cannot be read is told, and nothing further can
    /// be said of the tables then.
    pub(super) fn read(run: &Path, tenant: &str, claims: &mut Claims) -> Option<Self> {
        let mut all = Vec::new();
        let mut whole = true;
        for table in tables::all() {
            let file = format!("data/{}/{}.parquet", table.name, file_stem(tenant));
            let read = Table::read(run, file).and_then(|read| {
                for (name, kind, _) in &table.columns {
                    read.has(name, kind)?;
                }
                read.is_of(tenant, claims)?;
                Ok(read)
            });
            match read {
                Ok(read) => all.push((table.name, read)),
                Err(failure) => {
                    claims.failed(failure);
                    whole = false;
                }
            }
        }
        whole.then_some(Self { all })
    }

    /// A table by its folder name.
    pub(super) fn get(&self, name: &str) -> Result<&Table, Failure> {
        let known = self.all.iter().find(|(known, _)| *known == name).map(|(_, table)| table);
        known.ok_or_else(|| Failure::unreadable(&format!("data/{name}"), "there is no such table"))
    }
}

impl Table {
    fn read(run: &Path, file: String) -> Result<Self, Failure> {
        let bytes = fs::read(run.join(&file))
            .map_err(|error| Failure::unreadable(&file, format!("cannot be read ({error})")))?;
        let (frame, words) =
            read_parquet(&bytes, MOST_ROWS).map_err(|error| Failure::unreadable(&file, error))?;
        let version = words.iter().find(|(key, _)| key == "seatwise.schema");
        let version = version.map_or("", |(_, value)| value.as_str());
        if version != SCHEMA {
            let message = format!(
                "has version \u{201c}{version}\u{201d} of the tables, this program reads {SCHEMA}"
            );
            return Err(Failure::unreadable(&file, message));
        }
        Ok(Self { file, frame })
    }

    pub(super) fn rows(&self) -> usize {
        self.frame.height()
    }

    fn column(&self, name: &str) -> Result<&Column, Failure> {
        let missing = || format!("the column {name} is missing");
        self.frame.column(name).map_err(|_| Failure::unreadable(&self.file, missing()))
    }

    /// That a column has the type its description says.
    fn has(&self, name: &str, kind: &str) -> Result<(), Failure> {
        let right = match kind.split(',').next().unwrap_or_default() {
            "string" => DataType::String,
            "boolean" => DataType::Boolean,
            "date" => DataType::Date,
            _ => DataType::Int64,
        };
        let found = self.column(name)?.dtype();
        if *found == right {
            return Ok(());
        }
        let message = format!("the column {name} holds {found}, it should hold {right}");
        Err(Failure::unreadable(&self.file, message))
    }

    fn is_of(&self, tenant: &str, claims: &mut Claims) -> Result<(), Failure> {
        let ids = self.text("tenant")?;
        let other = ids.iter().enumerate().find(|(_, id)| **id != tenant);
        claims.claim(other.is_none(), &self.file, || {
            let (row, id) = other.map_or((0, ""), |(at, id)| (at + 1, id));
            format!("row {row}: tenant is {id}, the run has it as {tenant}")
        });
        Ok(())
    }

    fn typed<'t, T>(
        &'t self,
        name: &str,
        values: impl FnOnce(&'t Column) -> polars::error::PolarsResult<Vec<T>>,
    ) -> Result<Vec<T>, Failure> {
        let wrong = |error| format!("the column {name} cannot be read ({error})");
        values(self.column(name)?).map_err(|error| Failure::unreadable(&self.file, wrong(error)))
    }

    /// Words; null is blank.
    pub(super) fn text(&self, name: &str) -> Result<Vec<&str>, Failure> {
        self.typed(name, |column| Ok(column.str()?.iter().map(Option::unwrap_or_default).collect()))
    }

    /// Numbers and amounts, or null.
    pub(super) fn numbers(&self, name: &str) -> Result<Vec<Option<i64>>, Failure> {
        self.typed(name, |column| Ok(column.i64()?.iter().collect()))
    }

    /// Numbers and amounts; null is none.
    pub(super) fn counts(&self, name: &str) -> Result<Vec<i64>, Failure> {
        Ok(self.numbers(name)?.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// TRUE or FALSE; null is FALSE.
    pub(super) fn flags(&self, name: &str) -> Result<Vec<bool>, Failure> {
        self.typed(name, |column| {
            Ok(column.bool()?.iter().map(Option::unwrap_or_default).collect())
        })
    }

    /// The sum of a column.
    pub(super) fn sum(&self, name: &str) -> Result<i128, Failure> {
        Ok(self.numbers(name)?.into_iter().flatten().map(i128::from).sum())
    }
}
