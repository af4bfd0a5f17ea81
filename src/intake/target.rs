//! What one row of a file says to one canonical table.
//!
//! A [`Target`] is a canonical table as a recognised header feeds it: for each
//! of its columns, where the value comes from and how it is cleaned. It takes
//! rows and says of each whether it has what the table requires.

use std::collections::BTreeMap;

use super::clean::{self, Cleaner, Defect};
use super::dates::{DateColumn, DateValue};
use super::fold::has_key;
use super::formats::{FormatTable, Months, SetRule, SkipRule, When};
use super::memo::Memo;
use super::recognise::{self, Header};
use super::rows::{RowBuf, RowSource};
use super::vocabulary::Vocabulary;
use super::{Batch, Field, FieldType};
use crate::finding::Code;

/// One canonical column of a table: where its values come from.
pub(crate) struct Column<'f> {
    pub(crate) at: Option<usize>,
    pub(crate) fallback: Option<usize>,
    pub(crate) header: String,
    pub(crate) cleaner: Cleaner<'f>,
    words: Option<&'f BTreeMap<String, String>>,
    blank: Option<&'f Vec<String>>,
    strip: Option<&'f Vec<String>>,
    minus: Option<usize>,
    months: Option<(usize, &'f Months)>,
    pub(crate) sets: Vec<(usize, &'f SetRule)>,
    /// Blank header cells to the right: the header may be merged over them.
    span: usize,
    /// What the line of the group says; `None` where no line may.
    group: Option<String>,
    /// The value every row has.
    fixed: Option<&'f str>,
    required: bool,
    /// What its cells became, where a value comes from one cell alone.
    memo: Option<Memo>,
    /// Values of it that could not be read, and the first of them.
    pub(crate) bad: u64,
    pub(crate) first_bad: Option<(u32, String)>,
}

impl Column<'_> {
    /// The cell as written: trimmed, from the fallback where blank.
    pub(crate) fn raw<'r>(&self, row: &'r RowBuf) -> &'r str {
        let cell = |at: Option<usize>| {
            let text = at.map_or("", |at| clean::trim(row.get(at)));
            let none = self.cleaner.vocabulary.is_missing(text)
                || self.blank.is_some_and(|words| words.iter().any(|word| has_key(text, word)));
            if none { "" } else { text }
        };
        let text = match cell(self.at) {
            "" => cell(self.fallback),
            text => text,
        };
        let text = match (text, self.at) {
            ("", Some(at)) if self.span > 0 => {
                let beside = (at + 1..=at + self.span).map(|at| cell(Some(at)));
                beside.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
            }
            _ => text,
        };
        let prefix = self.strip.and_then(|all| all.iter().find(|prefix| begins(text, prefix)));
        prefix.map_or(text, |prefix| clean::trim(&text[prefix.len()..]))
    }

    fn is_date(&self) -> bool {
        self.cleaner.field.field_type() == FieldType::Date
    }

    /// Lets a column of dates take its value in a row into account.
    fn look_at_date(&mut self, row: &RowBuf) {
        if self.is_date() {
            let mut dates = std::mem::take(&mut self.cleaner.dates);
            dates.look_at(self.raw(row), self.cleaner.vocabulary);
            self.cleaner.dates = dates;
        }
    }

    /// Columns looked at beside the two that feed it.
    pub(crate) fn reads(&self, column: usize) -> bool {
        self.at == Some(column)
            || self.fallback == Some(column)
            || self.minus == Some(column)
            || self.months.is_some_and(|(at, _)| at == column)
            || self.sets.iter().any(|(at, _)| *at == column)
    }

    /// Whether the value is that of one cell and of nothing else in the row.
    fn is_of_one_cell(&self) -> bool {
        self.at.is_some()
            && self.fallback.is_none()
            && self.span == 0
            && self.group.is_none()
            && self.fixed.is_none()
            && self.minus.is_none()
            && self.months.is_none()
            && self.sets.is_empty()
    }

    /// Appends the canonical value of the row to `out`.
    fn value(&self, row: &RowBuf, out: &mut String) -> Result<(), Defect> {
        if let Some(fixed) = self.fixed {
            out.push_str(fixed);
            return Ok(());
        }
        let raw = match (self.raw(row), &self.group) {
            ("", Some(group)) => group,
            (raw, _) => raw,
        };
        let word = self
            .words
            .filter(|_| !raw.is_empty())
            .and_then(|words| words.iter().find(|(key, _)| has_key(raw, key)))
            .map(|(_, word)| word);
        match word {
            Some(word) => out.push_str(word),
            None => self.cleaner.clean(raw, out)?,
        }
        if let Some(at) = self.minus.filter(|_| !out.is_empty()) {
            let mut less = String::new();
            self.cleaner.clean(clean::trim(row.get(at)), &mut less)?;
            let count = |text: &str| text.parse::<u64>().unwrap_or_default();
            *out = count(out).saturating_sub(count(&less)).to_string();
        }
        if let Some((at, months)) = self.months.filter(|_| !out.is_empty()) {
            let term = clean::trim(row.get(at));
            let known = months.of.iter().find(|(word, _)| has_key(term, word));
            let (_, &months) = known.ok_or(Defect::Term)?;
            clean::divide_money(out, months);
        }
        for (at, rule) in &self.sets {
            let holds = holds(&rule.when, clean::trim(row.get(*at)), self.cleaner.vocabulary);
            if holds && !rule.keep.contains(out) {
                out.clear();
                out.push_str(&rule.value);
            }
        }
        Ok(())
    }
}

fn holds(when: &When, text: &str, vocabulary: &Vocabulary) -> bool {
    match when {
        When::IsTrue => vocabulary.bool(text) == Some(true),
        When::Contains(part) => contains(text, part),
        When::Lacks(parts) => !parts.iter().any(|part| contains(text, part)),
        When::Begins(start) => begins(text, start),
        When::AnyOf(words) => words.iter().any(|word| has_key(text, word)),
        When::OtherThan(words) => !text.is_empty() && !words.iter().any(|word| has_key(text, word)),
        When::Blank => text.is_empty() || vocabulary.is_missing(text),
        When::Filled => !text.is_empty() && !vocabulary.is_missing(text),
        When::Present => true,
        When::HasDate => {
            let none = text.is_empty()
                || vocabulary.is_missing(text)
                || DateColumn::default().read(text, None, vocabulary) == DateValue::Blank;
            !none
        }
    }
}

fn contains(text: &str, part: &str) -> bool {
    !text.is_empty() && text.to_lowercase().contains(&part.to_lowercase())
}

fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// One canonical table fed by the rows.
pub(crate) struct Target<'f> {
    pub(crate) table: &'f FormatTable,
    pub(crate) columns: Vec<Column<'f>>,
    pub(crate) batch: Batch,
    /// The values of the row at hand, by number in the batch.
    values: Vec<u32>,
    /// Whether every value of the row at hand could be read.
    whole: bool,
    /// Dates are looked at as they are read, because nobody did before.
    looks: bool,
    pub(crate) skips: Vec<(usize, &'f SkipRule)>,
    /// Column whose cells hold several values, and what parts them.
    split: Option<(usize, &'f Vec<String>)>,
    vocabulary: &'f Vocabulary,
}

/// Why a target does not take a row.
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) column: String,
    pub(crate) reason: String,
}

impl<'f> Target<'f> {
    pub(crate) fn new(
        table: &'f FormatTable,
        header: &Header<'_>,
        sheet: &str,
        source: &dyn RowSource,
        vocabulary: &'f Vocabulary,
    ) -> Option<Self> {
        let keys = &header.keys;
        if !table.required.iter().all(|group| recognise::has_group(table, group, keys)) {
            return None;
        }
        let merged = header.format.tables.iter().any(|table| !table.group.is_empty());
        let mut fields: Vec<Field> = table.columns.keys().copied().collect();
        fields.extend(table.set.iter().map(|rule| rule.field));
        fields.extend(table.fixed.keys());
        fields.extend(table.group.keys());
        fields.sort_unstable();
        fields.dedup();
        let mut columns: Vec<(usize, Column<'f>)> = Vec::new();
        for field in fields {
            let at = recognise::column_of(table, field, keys);
            let fallback = table
                .fallback
                .get(&field)
                .and_then(|headers| recognise::find(keys, headers))
                .filter(|fallback| Some(*fallback) != at);
            let sets: Vec<_> = table
                .set
                .iter()
                .filter(|rule| rule.field == field)
                .filter_map(|rule| recognise::find(keys, &rule.column).map(|at| (at, rule)))
                .collect();
            let fixed = table.fixed.get(&field).map(String::as_str);
            let stands_at = at.or_else(|| sets.first().map(|(at, _)| *at));
            let group = table.group.contains_key(&field).then(String::new);
            // Fixed values come after the columns of the file.
            let elsewhere = fixed.is_some() || group.is_some();
            let Some(stands_at) = stands_at.or(elsewhere.then_some(usize::MAX)) else { continue };
            let span = match at {
                Some(at) if merged => {
                    keys[at + 1..].iter().take_while(|key| key.is_empty()).count()
                }
                _ => 0,
            };
            columns.push((
                stands_at,
                Column {
                    at,
                    fallback,
                    span,
                    group,
                    fixed,
                    header: header
                        .cells
                        .get(stands_at)
                        .map_or_else(|| header.format.title.clone(), Clone::clone),
                    cleaner: Cleaner {
                        field,
                        vocabulary,
                        dates: DateColumn::default(),
                        serial: source.serial_dates(),
                        invert: table.invert.contains(&field),
                    },
                    words: table.words.get(&field),
                    blank: table.blank.get(&field),
                    strip: table.strip.get(&field),
                    minus: table
                        .minus
                        .get(&field)
                        .and_then(|headers| recognise::find(keys, headers)),
                    months: table.months.get(&field).and_then(|months| {
                        recognise::find(keys, &months.column).map(|at| (at, months))
                    }),
                    sets,
                    required: table.requires(field),
                    memo: None,
                    bad: 0,
                    first_bad: None,
                },
            ));
        }
        columns.sort_by_key(|(at, _)| *at);
        let mut columns: Vec<_> = columns.into_iter().map(|(_, column)| column).collect();
        for column in &mut columns {
            column.memo = column.is_of_one_cell().then(Memo::default);
        }
        let mut batch = Batch::new(
            table.kind,
            sheet.to_owned(),
            columns.iter().map(|column| column.cleaner.field).collect(),
            columns.iter().map(|column| column.header.clone()).collect(),
        );
        batch.format.clone_from(&header.format.id);
        let split = table.split.iter().next().and_then(|(field, separators)| {
            let at = columns.iter().position(|column| column.cleaner.field == *field)?;
            Some((at, separators))
        });
        let skips = table
            .skip
            .iter()
            .filter_map(|rule| recognise::find(keys, &rule.column).map(|at| (at, rule)))
            .collect();
        Some(Self {
            table,
            columns,
            batch,
            values: Vec::new(),
            whole: true,
            looks: false,
            skips,
            split,
            vocabulary,
        })
    }

    /// Takes what the line of a group says for the rows below it.
    pub(crate) fn set_group(&mut self, field: Field, value: &str) {
        for column in &mut self.columns {
            if let (true, Some(group)) = (column.cleaner.field == field, &mut column.group) {
                value.clone_into(group);
            }
        }
    }

    /// Adds the row at hand to the batch: one record, or one for each value of
    /// the cell that holds several.
    pub(crate) fn push(&mut self, number: u32) {
        let Some((at, separators)) = self.split else {
            self.batch.push_numbers(number, &self.values);
            return;
        };
        let parts = |c: char| separators.iter().any(|separator| separator.contains(c));
        let mut pieces: Vec<String> = Vec::new();
        for piece in self.batch.text(at, self.values[at]).split(parts).map(clean::trim) {
            if !piece.is_empty() && !pieces.iter().any(|known| known.eq_ignore_ascii_case(piece)) {
                pieces.push(piece.to_owned());
            }
        }
        for piece in pieces {
            self.values[at] = self.batch.number(at, &piece);
            self.batch.push_numbers(number, &self.values);
        }
    }

    /// Says that nobody looks at the dates before they are read.
    pub(crate) fn look_while_reading(&mut self) {
        self.looks = self.columns.iter().any(Column::is_date);
    }

    /// Takes the dates of a row into account.
    pub(crate) fn look_at_dates(&mut self, row: &RowBuf) {
        for column in &mut self.columns {
            column.look_at_date(row);
        }
    }

    /// Whether a date was read that cannot be read alone, and nobody had looked
    /// at the others before.
    pub(crate) fn read_open_date(&self) -> bool {
        self.looks && self.columns.iter().any(|column| column.cleaner.dates.has_open())
    }

    /// Whether the first cell of a row feeds only columns that nothing else
    /// feeds, and decides of nothing else.
    pub(crate) fn tells_first_cell_apart(&self) -> bool {
        let apart = |column: &Column<'_>| {
            !column.reads(0) || (column.at == Some(0) && column.is_of_one_cell())
        };
        self.split.is_none()
            && self.columns.iter().all(apart)
            && self.skips.iter().all(|(at, _)| *at > 0)
    }

    /// The values of the row at hand, by number.
    pub(crate) fn values(&self) -> &[u32] {
        &self.values
    }

    /// Whether the row at hand was read without a defect, and something stands
    /// in every column that its first cell feeds.
    pub(crate) fn is_plain(&self) -> bool {
        let of_first = self.columns.iter().zip(&self.values).filter(|(c, _)| c.at == Some(0));
        self.whole && of_first.into_iter().all(|(_, &value)| value > 0)
    }

    /// What the first cell of a row, which is all that it has, comes to: the
    /// columns it feeds and the numbers of their values. `None` where it is
    /// blank or cannot be read.
    pub(crate) fn take_first(
        &mut self,
        row: &RowBuf,
        scratch: &mut String,
    ) -> Option<Vec<(usize, u32)>> {
        let mut taken = Vec::new();
        for (at, column) in self.columns.iter_mut().enumerate() {
            if column.at != Some(0) {
                continue;
            }
            scratch.clear();
            column.value(row, scratch).ok()?;
            taken.push((at, self.batch.number(at, scratch)));
        }
        taken.iter().all(|&(_, number)| number > 0).then_some(taken)
    }

    /// Why the row is no record of this table, if so.
    pub(crate) fn skips(&self, row: &RowBuf) -> Option<&'f str> {
        let skip = self
            .skips
            .iter()
            .find(|(at, rule)| holds(&rule.when, clean::trim(row.get(*at)), self.vocabulary));
        skip.map(|(_, rule)| rule.why.as_str())
    }

    /// Cleans the values of a row.
    pub(crate) fn take(&mut self, row: &RowBuf, scratch: &mut String) -> Result<(), Refusal> {
        self.values.clear();
        self.whole = true;
        let mut refusal = None;
        for (at, column) in self.columns.iter_mut().enumerate() {
            let cell = column.at.map(|at| row.get(at)).unwrap_or_default();
            if let Some(number) = column.memo.as_mut().and_then(|memo| memo.get(cell)) {
                self.values.push(number);
                continue;
            }
            scratch.clear();
            let result = column.value(row, scratch);
            if self.looks {
                column.look_at_date(row);
            }
            let whole = result.is_ok();
            self.whole &= whole;
            if let Err(defect) = result {
                scratch.clear();
                if column.required {
                    refusal.get_or_insert_with(|| Refusal {
                        code: Code::ValueInvalid,
                        column: column.header.clone(),
                        reason: match defect {
                            Defect::Term => format!(
                                "{}: the row does not say for how many months it is",
                                column.cleaner.field.name()
                            ),
                            _ => format!(
                                "{}: expected {}, found \u{201c}{}\u{201d}",
                                column.cleaner.field.name(),
                                clean::expected(column.cleaner.field),
                                column.raw(row)
                            ),
                        },
                    });
                } else if defect != Defect::Ambiguous {
                    // A grant nobody can read is a grant: the other reading
                    // would take a need away.
                    if column.cleaner.field.field_type() == FieldType::Grant {
                        scratch.push_str("allow");
                    }
                    column.bad += 1;
                    if column.first_bad.is_none() {
                        column.first_bad = Some((row.number(), column.raw(row).to_owned()));
                    }
                }
            }
            let number = self.batch.number(at, scratch);
            if let Some(memo) = column.memo.as_mut().filter(|_| whole) {
                memo.note(cell, number);
            }
            self.values.push(number);
        }
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        for group in &self.table.required {
            let filled =
                self.columns.iter().enumerate().any(|(at, column)| {
                    group.contains(&column.cleaner.field) && self.values[at] > 0
                });
            if !filled {
                let names: Vec<_> = group.iter().map(|field| field.name()).collect();
                let column = self.columns.iter().find(|c| group.contains(&c.cleaner.field));
                return Err(Refusal {
                    code: Code::RequiredBlank,
                    column: column.map(|column| column.header.clone()).unwrap_or_default(),
                    reason: format!("{} is blank", names.join(" or ")),
                });
            }
        }
        Ok(())
    }
}
