//! A table as Parquet.
//!
//! Pages, statistics, packing and the file are those of `polars-parquet`; the
//! columns are made here. Most columns say few different things in many rows,
//! so each is coded while its rows are read: every value once, and a number
//! in each row. A data frame would hold every value in every row, have its
//! number of different values estimated and be coded after that.

use std::borrow::Cow;
use std::hash::{BuildHasher as _, Hash};
use std::io::Write;
use std::ops::Not as _;

use hashbrown::HashTable;
use polars::error::{PolarsError, PolarsResult};
use polars_arrow::array::{
    Array, BinaryArray, BooleanArray, DictionaryArray, MutableBinaryArray, PrimitiveArray,
    Utf8ViewArray,
};
use polars_arrow::bitmap::{Bitmap, MutableBitmap};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field as ArrowField};
use polars_arrow::types::NativeType;
use polars_parquet::read::ParquetError;
use polars_parquet::write::{
    CompressedPage, CompressionOptions, Compressor, DynIter, DynStreamingIterator, Encoding,
    FallibleStreamingIterator as _, FileWriter, KeyValue, ParquetType, RowGroupIterColumns,
    StatisticsOptions, Version, WriteOptions, array_to_columns, schema_to_metadata_key,
    to_parquet_schema,
};
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::SCHEMA;
use super::table::{Get, TableOf};
use super::tables::list;
use crate::money::Cents;
use crate::report::cell::date_serial;

/// Rows of one row group: few enough for one page of numbers, because the
/// writer notes the nulls of a coded column once for each of its pages.
const ROW_GROUP: usize = 196_608;

/// Rows read for all columns before the next: what a row holds is then at hand
/// for every one of them.
const BLOCK: usize = 512;

/// Days from Excel's day 0 to 1 January 1970.
const EPOCH: i32 = 25_569;

impl<T: Sync> TableOf<T> {
    /// Writes the rows as Parquet, the tenant's id in front.
    pub(super) fn parquet(
        &self,
        tenant: &str,
        rows: &[T],
        file: &mut (dyn Write + Send),
    ) -> PolarsResult<()> {
        let options = WriteOptions {
            statistics: StatisticsOptions::default(),
            version: Version::V1,
            compression: CompressionOptions::Snappy,
            data_page_size: None,
        };
        let tenants = std::iter::once(("tenant", ArrowDataType::Utf8View));
        let columns = tenants.chain(self.fields.iter().map(|field| (field.name, kind(&field.get))));
        let schema: ArrowSchema = columns
            .map(|(name, kind)| (name.into(), ArrowField::new(name.into(), kind, true)))
            .collect();
        let types = to_parquet_schema(&schema)?;
        let version =
            KeyValue { key: "seatwise.schema".to_owned(), value: Some(SCHEMA.to_owned()) };
        let about = vec![schema_to_metadata_key(&schema), version];
        let mut writer = FileWriter::try_new(file, schema, options)?;
        for batch in rows.chunks(ROW_GROUP) {
            let mut tenants = Values::with_room(batch.len());
            let mut columns: Vec<Building<'_, T>> =
                self.fields.iter().map(|field| Building::of(&field.get, batch.len())).collect();
            for block in batch.chunks(BLOCK) {
                tenants.extend(block.iter().map(|_| Some(Cow::Borrowed(tenant))));
                for column in &mut columns {
                    column.add(block);
                }
            }
            let columns = columns.into_iter().map(Building::finish);
            let columns = std::iter::once(tenants.texts())
                .chain(columns)
                .collect::<PolarsResult<Vec<Box<dyn Array>>>>()?;
            let pages = columns
                .into_iter()
                .zip(types.fields())
                .map(|(column, kind)| pages(column, kind.clone(), options));
            let group: RowGroupIterColumns<'_, PolarsError> = DynIter::new(pages);
            writer.write(batch.len() as u64, group)?;
        }
        writer.end(Some(about))?;
        Ok(())
    }
}

/// The type of a column as its readers see it.
fn kind<T>(get: &Get<T>) -> ArrowDataType {
    match get {
        Get::Text(_) | Get::List(_) => ArrowDataType::Utf8View,
        Get::Number(_) | Get::Cents(_) => ArrowDataType::Int64,
        Get::Flag(_) => ArrowDataType::Boolean,
        Get::Date(_) => ArrowDataType::Date32,
    }
}

/// The pages of a column, packed one after the other as they are asked for.
fn pages(
    column: Box<dyn Array>,
    kind: ParquetType,
    options: WriteOptions,
) -> PolarsResult<DynStreamingIterator<'static, CompressedPage, PolarsError>> {
    let encoding = match column.dtype() {
        ArrowDataType::Dictionary(..) => Encoding::RleDictionary,
        _ => Encoding::Plain,
    };
    // A column without nesting is one column of the file.
    let pages = array_to_columns(column, kind, options, &[encoding])?.into_iter().flatten();
    let pages = pages
        .map(|page| page.map_err(|error| ParquetError::FeatureNotSupported(error.to_string())));
    let packed = Compressor::new(pages, options.compression, Vec::new());
    Ok(DynStreamingIterator::new(packed.map_err(PolarsError::from)))
}

/// A column while its rows are read: how it is made from a row, and what it
/// holds so far.
enum Building<'r, T> {
    Texts(for<'t> fn(&'t T) -> Cow<'t, str>, Values<Cow<'r, str>>),
    Lists(for<'t> fn(&'t T) -> &'t [String], Values<Cow<'r, str>>, Joined),
    Numbers(fn(&T) -> Option<i64>, Values<i64>),
    Cents(fn(&T) -> Option<Cents>, Values<i64>),
    Dates(for<'t> fn(&'t T) -> &'t str, Values<i32>),
    Flags(fn(&T) -> bool, MutableBitmap),
}

/// The numbers of joined lists, by where a list is and how many it holds:
/// people alike share theirs.
type Joined = FxHashMap<(usize, usize), u32>;

impl<'r, T> Building<'r, T> {
    fn of(get: &Get<T>, rows: usize) -> Self {
        match *get {
            Get::Text(get) => Self::Texts(get, Values::with_room(rows)),
            Get::List(get) => Self::Lists(get, Values::with_room(rows), Joined::default()),
            Get::Number(get) => Self::Numbers(get, Values::with_room(rows)),
            Get::Cents(get) => Self::Cents(get, Values::with_room(rows)),
            Get::Date(get) => Self::Dates(get, Values::with_room(rows)),
            Get::Flag(get) => Self::Flags(get, MutableBitmap::with_capacity(rows)),
        }
    }

    fn add(&mut self, rows: &'r [T]) {
        match self {
            Self::Texts(get, values) => {
                let filled = |text: Cow<'r, str>| text.is_empty().not().then_some(text);
                values.extend(rows.iter().map(|row| filled(get(row))));
            }
            Self::Lists(get, values, joined) => {
                for row in rows {
                    values.push_list(get(row), joined);
                }
            }
            Self::Numbers(get, values) => values.extend(rows.iter().map(*get)),
            Self::Cents(get, values) => {
                values.extend(rows.iter().map(|row| get(row).map(|cents| cents.0)));
            }
            Self::Dates(get, values) => {
                let day = |row| Some(i32::try_from(date_serial(get(row))?).ok()? - EPOCH);
                values.extend(rows.iter().map(day));
            }
            Self::Flags(get, values) => {
                for row in rows {
                    values.push(get(row));
                }
            }
        }
    }

    fn finish(self) -> PolarsResult<Box<dyn Array>> {
        match self {
            Self::Texts(_, values) | Self::Lists(_, values, _) => values.texts(),
            Self::Numbers(_, values) | Self::Cents(_, values) => {
                values.integers(ArrowDataType::Int64)
            }
            Self::Dates(_, values) => values.integers(ArrowDataType::Date32),
            Self::Flags(_, values) => {
                Ok(BooleanArray::new(ArrowDataType::Boolean, values.into(), None).boxed())
            }
        }
    }
}

/// The values of a column: by number as long as that pays, then as they are.
struct Values<V> {
    coder: Coder<V>,
    /// Hardly a value of the first came twice.
    plain: bool,
    rest: Vec<Option<V>>,
}

impl<V: Eq + Hash> Values<V> {
    fn with_room(rows: usize) -> Self {
        Self { coder: Coder::with_room(rows), plain: false, rest: Vec::new() }
    }

    fn push(&mut self, value: Option<V>) {
        if self.plain {
            self.rest.push(value);
        } else {
            self.coder.push(value);
            self.plain = !self.coder.goes_on();
        }
    }

    fn extend(&mut self, values: impl Iterator<Item = Option<V>>) {
        for value in values {
            self.push(value);
        }
    }

    /// The values one by one.
    fn all(&self) -> impl Iterator<Item = Option<&V>> {
        let Coder { words, numbers, filled, .. } = &self.coder;
        let word = |(&number, filled): (&u32, bool)| filled.then(|| &words[number as usize]);
        numbers.iter().zip(filled.iter()).map(word).chain(self.rest.iter().map(Option::as_ref))
    }

    /// Whether the column is kept by number.
    fn is_coded(&self) -> bool {
        !self.plain && self.coder.pays()
    }
}

impl<'r> Values<Cow<'r, str>> {
    fn push_list(&mut self, items: &'r [String], joined: &mut Joined) {
        match items {
            many if many.len() > 1 && !self.plain => {
                let coder = &mut self.coder;
                let place = (many.as_ptr().addr(), many.len());
                let number = *joined.entry(place).or_insert_with(|| coder.number(list(many)));
                coder.push_number(number);
                self.plain = !coder.goes_on();
            }
            few => {
                let text = list(few);
                self.push(text.is_empty().not().then_some(text));
            }
        }
    }

    /// The column; a blank text was given as nothing.
    fn texts(self) -> PolarsResult<Box<dyn Array>> {
        if self.is_coded() {
            return self.coder.array(|words| Utf8ViewArray::from_slice_values(words).boxed());
        }
        let texts = self.all().map(|text| text.map(|text| text.as_bytes()));
        let mut array = MutableBinaryArray::<i64>::with_capacity(texts.size_hint().0);
        for text in texts {
            array.push(text);
        }
        let array: BinaryArray<i64> = array.into();
        Ok(array.boxed())
    }
}

impl<V: NativeType + Eq + Hash> Values<V> {
    fn integers(self, kind: ArrowDataType) -> PolarsResult<Box<dyn Array>> {
        if self.is_coded() {
            return self.coder.array(|words| PrimitiveArray::from_vec(words).to(kind).boxed());
        }
        let array: PrimitiveArray<V> = self.all().map(Option::<&V>::copied).collect();
        Ok(array.to(kind).boxed())
    }
}

/// The values of a column by number, each kept once.
struct Coder<V> {
    words: Vec<V>,
    known: HashTable<u32>,
    /// The number given last: rows about one thing stand together.
    last: Option<u32>,
    numbers: Vec<u32>,
    filled: MutableBitmap,
    /// Rows with a value.
    count: usize,
}

impl<V: Eq + Hash> Coder<V> {
    /// So many different values must have come before a column is judged.
    const ENOUGH: usize = 1_024;

    fn with_room(rows: usize) -> Self {
        Self {
            words: Vec::new(),
            known: HashTable::new(),
            last: None,
            numbers: Vec::with_capacity(rows),
            filled: MutableBitmap::with_capacity(rows),
            count: 0,
        }
    }

    /// The number of a value.
    fn number(&mut self, value: V) -> u32 {
        if let Some(last) = self.last.filter(|&last| self.words[last as usize] == value) {
            return last;
        }
        let hash = FxBuildHasher.hash_one(&value);
        let Self { words, known, .. } = self;
        let found = known.find(hash, |&number| words[number as usize] == value).copied();
        let number = found.unwrap_or_else(|| {
            let next = u32::try_from(words.len()).unwrap_or(u32::MAX);
            words.push(value);
            let of = |&number: &u32| FxBuildHasher.hash_one(&words[number as usize]);
            known.insert_unique(hash, next, of);
            next
        });
        self.last = Some(number);
        number
    }

    /// Adds a row.
    fn push(&mut self, value: Option<V>) {
        if let Some(value) = value {
            let number = self.number(value);
            self.push_number(number);
        } else {
            self.numbers.push(0);
            self.filled.push(false);
        }
    }

    /// Adds a row with a value that has a number.
    fn push_number(&mut self, number: u32) {
        self.numbers.push(number);
        self.filled.push(true);
        self.count += 1;
    }

    /// Whether it is worth while to go on: `false` where hardly a value of
    /// the first came twice.
    fn goes_on(&self) -> bool {
        self.words.len() != Self::ENOUGH || self.pays()
    }

    /// Whether numbers and values are shorter than the values of all rows.
    fn pays(&self) -> bool {
        2 * self.words.len() <= self.count
    }

    /// The column, given how its values become an array.
    fn array(self, array: impl FnOnce(Vec<V>) -> Box<dyn Array>) -> PolarsResult<Box<dyn Array>> {
        let filled = Bitmap::from(self.filled);
        let filled = (self.count < self.numbers.len()).then_some(filled);
        let numbers = PrimitiveArray::new(ArrowDataType::UInt32, self.numbers.into(), filled);
        Ok(DictionaryArray::try_from_keys(numbers, array(self.words), false)?.boxed())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use polars::prelude::{AnyValue, DataFrame, ParquetReader, SerReader as _};
    use polars_parquet::parquet::read::read_metadata;

    use super::*;
    use crate::money::Cents;
    use crate::report::datasets::table::Field;

    struct Line {
        id: String,
        word: &'static str,
        list: std::sync::Arc<[String]>,
        number: Option<i64>,
        cents: Option<Cents>,
        flag: bool,
        date: &'static str,
    }

    fn table() -> TableOf<Line> {
        TableOf {
            name: "lines",
            about: "",
            fields: vec![
                Field::text("id", "", |l: &Line| Cow::Borrowed(&l.id)),
                Field::text("word", "", |l: &Line| Cow::Borrowed(l.word)),
                Field::text("made", "", |l: &Line| Cow::Owned(l.word.to_uppercase())),
                Field::text("blank", "", |_: &Line| Cow::Borrowed("")),
                Field::list("list", "", |l: &Line| &l.list),
                Field::number("number", "", |l: &Line| l.number),
                Field::cents("cents", "", |l: &Line| l.cents),
                Field::flag("flag", "", |l: &Line| l.flag),
                Field::date("date", "", |l: &Line| l.date),
            ],
        }
    }

    /// Lines of which some columns repeat themselves, some never and some
    /// only after a while.
    fn lines(count: usize) -> Vec<Line> {
        let lists: [std::sync::Arc<[String]>; 4] = [
            [].into(),
            ["one".into()].into(),
            ["one".into(), "t\u{e9}n; two".into()].into(),
            [String::new()].into(),
        ];
        (0..count)
            .map(|at| Line {
                id: if at % 97 == 5 { String::new() } else { format!("user{at}") },
                word: ["full", "", "activity", "full"][at * 7 % 4],
                list: lists[at / 3 % 4].clone(),
                number: (at % 5 > 0).then_some(i64::try_from(at).unwrap() - 9),
                cents: (at % 11 > 2).then_some(Cents([21_000, 0, -5][at % 3])),
                flag: at % 3 == 1,
                date: ["2026-09-30", "", "soon", "1971-01-01"][at / 2 % 4],
            })
            .collect()
    }

    fn read(bytes: Vec<u8>) -> DataFrame {
        ParquetReader::new(Cursor::new(bytes)).finish().unwrap()
    }

    #[test]
    fn what_is_written_is_read_back_cell_by_cell() {
        for count in [0, 1, 2, 40, 1_030, 5_000, ROW_GROUP + 700] {
            let lines = lines(count);
            let mut bytes = Vec::new();
            table().parquet("acme", &lines, &mut bytes).unwrap();
            let frame = read(bytes);
            assert_eq!(frame.height(), count);
            let text = |column: &str, at: usize| {
                let value = frame.column(column).unwrap().get(at).unwrap();
                assert!(value.is_null() || value.get_str().is_some(), "{column} {at}: {value:?}");
                value.get_str().unwrap_or_default().to_owned()
            };
            let number = |column: &str, at: usize| match frame.column(column).unwrap().get(at) {
                Ok(AnyValue::Int64(number)) => Some(number),
                Ok(AnyValue::Date(day)) => Some(i64::from(day)),
                Ok(AnyValue::Null) => None,
                other => panic!("{column} {at}: {other:?}"),
            };
            for (at, line) in lines.iter().enumerate() {
                assert_eq!(text("tenant", at), "acme");
                assert_eq!(text("id", at), line.id);
                assert_eq!(text("word", at), line.word);
                assert_eq!(text("made", at), line.word.to_uppercase());
                assert_eq!(text("blank", at), "");
                assert_eq!(text("list", at), line.list.join("; "));
                assert_eq!(number("number", at), line.number);
                assert_eq!(number("cents", at), line.cents.map(|cents| cents.0));
                let flag = AnyValue::Boolean(line.flag);
                assert_eq!(frame.column("flag").unwrap().get(at).unwrap(), flag);
                let days = [Some(20_726), None, None, Some(365)][at / 2 % 4];
                assert_eq!(number("date", at), days);
            }
        }
    }

    #[test]
    fn a_column_that_repeats_itself_is_coded_and_one_of_names_is_not() {
        let lines = lines(3_000);
        let table = table();
        let coded = |at: usize| {
            let mut column = Building::of(&table.fields[at].get, lines.len());
            column.add(&lines);
            let array = column.finish().unwrap();
            matches!(array.dtype(), ArrowDataType::Dictionary(..))
        };
        assert_eq!(
            (0..9).map(coded).collect::<Vec<_>>(),
            [false, true, true, true, true, false, true, false, true]
        );
    }

    #[test]
    fn the_file_says_of_every_column_how_many_nulls_it_has() {
        let lines = lines(ROW_GROUP + 700);
        let mut bytes = Vec::new();
        table().parquet("acme", &lines, &mut bytes).unwrap();
        let about = read_metadata(&mut Cursor::new(&bytes)).unwrap();
        for (column, nulls) in [
            (1, &(|line: &Line| line.id.is_empty()) as &dyn Fn(&Line) -> bool),
            (2, &|line| line.word.is_empty()),
            (4, &|_| true),
            (6, &|line| line.number.is_none()),
            (7, &|line| line.cents.is_none()),
            (9, &|line| matches!(line.date, "" | "soon")),
        ] {
            for (group, rows) in about.row_groups.iter().zip(lines.chunks(ROW_GROUP)) {
                let said = group.parquet_columns()[column].statistics(&about.footer_buf);
                let nulls = rows.iter().filter(|line| nulls(line)).count();
                let said = said.unwrap().unwrap().null_count();
                assert_eq!(said, i64::try_from(nulls).ok(), "column {column}");
            }
        }
    }
}
