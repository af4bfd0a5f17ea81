//! From a JSON document to the rows of its tables.
//!
//! Interfaces and scripts give records as JSON: a list of objects, or an
//! object with one or several such lists (`value`). Each list is a table, the
//! names of the members are its header (row 1), and the first record is row
//! 2. Members of members are columns of their own (`prepaidUnits.enabled`),
//! the values of a list in a record are joined by `+`. The document is walked
//! through once and kept as text of its cells; depth, columns and cells are
//! bounded.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::limits::{Limits, Refusal, SPLIT, option, over};
use super::rows::{Epoch, RowBuf, RowSource};

/// Members inside one another, lists included, that a record may have.
const DEEPEST: usize = 8;

/// One table of a document.
#[derive(Debug, Default)]
pub(crate) struct JsonRows {
    columns: IndexMap<String, u32>,
    /// Per record the number of cells up to its end.
    records: Vec<usize>,
    /// Column and end of the text of each cell.
    cells: Vec<(u32, usize)>,
    text: String,
    /// Next row: 0 is the header.
    at: usize,
    scratch: Vec<String>,
}

impl RowSource for JsonRows {
    fn next_row(&mut self, row: &mut RowBuf) -> bool {
        let number = u32::try_from(self.at).unwrap_or(u32::MAX).saturating_add(1);
        if self.at > self.records.len() || self.columns.is_empty() {
            return false;
        }
        row.start(number);
        if self.at == 0 {
            for name in self.columns.keys() {
                row.push(name);
            }
            self.at = 1;
            return true;
        }
        let last = self.records[self.at - 1];
        let first = if self.at < 2 { 0 } else { self.records[self.at - 2] };
        // As wide as the record is, not as the widest of all.
        let width = self.cells[first..last].iter().map(|(column, _)| *column as usize + 1).max();
        self.scratch.iter_mut().for_each(String::clear);
        self.scratch.resize(width.unwrap_or_default(), String::new());
        let mut start = if first == 0 { 0 } else { self.cells[first - 1].1 };
        for &(column, end) in &self.cells[first..last] {
            let cell = &mut self.scratch[column as usize];
            if !cell.is_empty() {
                cell.push('+');
            }
            cell.push_str(&self.text[start..end]);
            start = end;
        }
        for cell in &self.scratch {
            row.push(cell);
        }
        self.at += 1;
        true
    }

    fn rewind(&mut self) {
        self.at = 0;
    }

    fn has_width(&self) -> bool {
        false
    }

    fn serial_dates(&self) -> Option<Epoch> {
        None
    }
}

impl JsonRows {
    /// Adds a value to the record at hand.
    fn push(&mut self, column: &str, value: &str, limits: &Limits) -> Result<(), Refusal> {
        let known = self.columns.get(column).copied();
        let at = known.unwrap_or_else(|| {
            let at = u32::try_from(self.columns.len()).unwrap_or(u32::MAX);
            self.columns.insert(column.to_owned(), at);
            at
        });
        let (found, limit) = (self.columns.len() as u64, u64::from(limits.columns));
        if found > limit {
            return Err(over("number of columns", found, limit, option::COLUMNS, SPLIT));
        }
        self.text.push_str(value);
        self.cells.push((at, self.text.len()));
        let found = self.cells.len() as u64;
        if found > limits.cells {
            let what = "number of values of the file";
            return Err(over(what, found, limits.cells, option::CELLS, SPLIT));
        }
        Ok(())
    }
}

/// The tables of a document with their names; blank for the document itself.
///
/// # Errors
/// It is damaged, with line and column, or over a limit.
pub(crate) fn read(text: &str, limits: &Limits) -> Result<Vec<(String, JsonRows)>, Refusal> {
    let mut document = Document { limits, tables: IndexMap::new(), refusal: None };
    let mut reader = serde_json::Deserializer::from_str(text);
    let walked = Walk { document: &mut document, at: At::Top }
        .deserialize(&mut reader)
        .and_then(|()| reader.end());
    match (document.refusal, walked) {
        (Some(refusal), _) => Err(refusal),
        (None, Err(error)) => {
            Err(Refusal::Unreadable(format!("the JSON is damaged ({error}); export it again")))
        }
        (None, Ok(())) => Ok(document.tables.into_iter().collect()),
    }
}

struct Document<'l> {
    limits: &'l Limits,
    tables: IndexMap<String, JsonRows>,
    refusal: Option<Refusal>,
}

impl Document<'_> {
    fn value<E: Error>(&mut self, at: &At<'_>, value: &str) -> Result<(), E> {
        // A value beside the lists of a document says what it is, no record.
        let At::Record { table, column, .. } = at else { return Ok(()) };
        let rows = self.tables.entry((*table).to_owned()).or_default();
        let column = if column.is_empty() { "value" } else { column };
        rows.push(column, value, self.limits).map_err(|refusal| {
            let error = E::custom(&refusal);
            self.refusal = Some(refusal);
            error
        })
    }

    fn end_record<E: Error>(&mut self, table: &str) -> Result<(), E> {
        let rows = self.tables.entry(table.to_owned()).or_default();
        rows.records.push(rows.cells.len());
        let found = rows.records.len() as u64;
        if found > self.limits.table_rows {
            let (what, limit) = ("number of records of the file", self.limits.table_rows);
            let refusal = over(what, found, limit, option::TABLE_ROWS, SPLIT);
            let error = E::custom(&refusal);
            self.refusal = Some(refusal);
            return Err(error);
        }
        Ok(())
    }
}

/// Where a value stands.
enum At<'a> {
    /// It is the document.
    Top,
    /// It is a member of the document.
    Member(&'a str),
    /// It is a record of a table, or stands in one.
    Record { table: &'a str, column: String, depth: usize },
}

struct Walk<'d, 'l, 'a> {
    document: &'d mut Document<'l>,
    at: At<'a>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.document.value(&self.at, if value { "true" } else { "false" })
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.document.value(&self.at, &value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.document.value(&self.at, &value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        let mut text = String::new();
        super::sheet::number_text(value, &mut text);
        self.document.value(&self.at, &text)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.document.value(&self.at, value)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.document.value(&self.at, "")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { document, at } = self;
        match at {
            At::Top | At::Member(_) => {
                let table = if let At::Member(name) = at { name } else { "" };
                while list
                    .next_element_seed(Walk {
                        document: &mut *document,
                        at: At::Record { table, column: String::new(), depth: 0 },
                    })?
                    .is_some()
                {
                    document.end_record::<A::Error>(table)?;
                }
            }
            At::Record { table, column, depth } => {
                deeper::<A::Error>(depth)?;
                while list
                    .next_element_seed(Walk {
                        document: &mut *document,
                        at: At::Record { table, column: column.clone(), depth: depth + 1 },
                    })?
                    .is_some()
                {}
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { document, at } = self;
        while let Some(name) = members.next_key::<String>()? {
            let at = match &at {
                At::Top => At::Member(&name),
                // A member that is an object: a table of one record.
                At::Member(table) => At::Record { table, column: name, depth: 0 },
                At::Record { table, column, depth } => {
                    deeper::<A::Error>(*depth)?;
                    let column = if column.is_empty() { name } else { format!("{column}.{name}") };
                    At::Record { table, column, depth: depth + 1 }
                }
            };
            members.next_value_seed(Walk { document: &mut *document, at })?;
        }
        if let At::Member(table) = at {
            document.end_record::<A::Error>(table)?;
        }
        Ok(())
    }
}

fn deeper<E: Error>(depth: usize) -> Result<(), E> {
    if depth >= DEEPEST {
        return Err(E::custom(format_args!("more than {DEEPEST} levels inside one another")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Vec<(String, Vec<Vec<String>>)> {
        let tables = read(text, &Limits::default()).unwrap();
        let mut buffer = RowBuf::default();
        tables
            .into_iter()
            .map(|(name, mut rows)| {
                let mut all = Vec::new();
                while rows.next_row(&mut buffer) {
                    all.push(buffer.cells().map(ToOwned::to_owned).collect());
                }
                (name, all)
            })
            .collect()
    }

    #[test]
    fn a_list_of_records_is_a_table_and_members_that_come_late_are_columns() {
        let read = table(r#"[{"a": 1, "b": {"c": true}}, {"b": {"c": null}, "d": ["x", "y"]}]"#);
        let row = |cells: [&str; 3]| cells.map(ToOwned::to_owned).to_vec();
        let rows = vec![
            row(["a", "b.c", "d"]),
            row(["1", "true", ""])[..2].to_vec(),
            row(["", "", "x+y"]),
        ];
        assert_eq!(read, [(String::new(), rows)]);
    }

    #[test]
    fn an_object_of_lists_is_several_tables_and_what_stands_beside_them_is_none() {
        let read =
            table(r#"{"@odata.context": "x", "value": [{"id": "007"}], "more": [{"n": 2}]}"#);
        let names: Vec<&str> = read.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["value", "more"]);
        assert_eq!(read[0].1, [["id"], ["007"]]);
    }

    #[test]
    fn damage_is_told_with_its_place_and_depth_is_bounded() {
        let damaged = read("[{\"a\": 1},\n{\"b\" 2}]", &Limits::default()).unwrap_err().to_string();
        assert!(damaged.contains("line 2 column 6"), "{damaged}");
        let deep = format!("[{}1{}]", "[".repeat(100), "]".repeat(100));
        assert!(read(&deep, &Limits::default()).is_err());
        let wide = Limits { columns: 1, ..Limits::default() };
        let refused = read(r#"[{"a": 1, "b": 2}]"#, &wide).unwrap_err().to_string();
        assert!(refused.contains("--max-columns"), "{refused}");
    }
}
