//! Splits delimited text into rows without ever losing a line.
//!
//! The usual readers of comma-separated text believe every quote: one stray
//! quote at the start of a field swallows the lines that follow, silently.
//! Here a quoted field is believed only on evidence, by this rule:
//!
//! 1. A field is quoted when its first character is a quote and its closing
//!    quote is followed (blanks aside) by the delimiter, the end of the line
//!    or the end of the file. `""` inside stands for one quote.
//! 2. A quoted field may contain line breaks only if the record then has as
//!    many fields as the table has columns, if it spans no more than
//!    [`LONGEST_RECORD`] lines, and if its lines do not each make a complete
//!    row on their own.
//! 3. Otherwise the record ends with its first line, in which quotes are
//!    believed only within the line, and every following line is looked at
//!    afresh. A quote that is not believed is text, and the row is marked.
//!
//! So a line can become part of another line's record only when everything
//! speaks for it. For well-formed text the result equals that of the `csv`
//! crate, by test.

use super::rows::{Epoch, Line, RowBuf, RowSource};

/// Lines a quoted field may run over.
const LONGEST_RECORD: u32 = 1_000;

/// Rows of a delimited text.
#[derive(Debug, Clone)]
pub(crate) struct TextRows<'t> {
    text: &'t str,
    delimiter: u8,
    newline: u8,
    /// Columns the table has; 0 when unknown.
    width: usize,
    at: usize,
    line: u32,
    /// Where the row after the one looked at begins.
    ahead: usize,
    /// Whether there is a quote anywhere.
    has_quotes: bool,
}

/// A record found: where the next begins and how many lines this one took.
struct Taken {
    next: usize,
    lines: u32,
}

impl<'t> TextRows<'t> {
    /// Rows of `text`. The number of columns is what most of the first
    /// records have.
    pub(crate) fn new(text: &'t str, delimiter: u8) -> Self {
        let newline = if text.as_bytes().contains(&b'\n') { b'\n' } else { b'\r' };
        let has_quotes = memchr::memchr(b'"', text.as_bytes()).is_some();
        let mut rows =
            Self { text, delimiter, newline, width: 0, at: 0, line: 1, ahead: 0, has_quotes };
        rows.width = rows.usual_width().0;
        rows
    }

    /// The number of fields most of the first records have (two at least),
    /// and how many have it.
    pub(crate) fn usual_width(&self) -> (usize, usize) {
        const SAMPLE: usize = 50;
        let mut counts: Vec<(usize, usize)> = Vec::new();
        let mut row = RowBuf::default();
        let (mut at, mut seen) = (0, 0);
        while at < self.text.len() && seen < SAMPLE {
            row.start(0);
            at = if let Some(taken) = self.record(at, self.text.len(), &mut row) {
                taken.next
            } else {
                row.start(0);
                self.line_alone(at, &mut row)
            };
            let width = row.width();
            seen += 1;
            if width < 2 {
                continue;
            }
            match counts.iter_mut().find(|(w, _)| *w == width) {
                Some((_, count)) => *count += 1,
                None => counts.push((width, 1)),
            }
        }
        counts.into_iter().max_by_key(|&(width, count)| (count, width)).unwrap_or((1, 0))
    }

    fn is_plain(&self, line: &[u8]) -> bool {
        !self.has_quotes || memchr::memchr(b'"', line).is_none()
    }

    fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    /// End of the content of the line at `from`, and start of the next line.
    fn line_end(&self, from: usize) -> (usize, usize) {
        let bytes = self.bytes();
        match memchr::memchr(self.newline, &bytes[from..]) {
            Some(length) => {
                let end = from + length;
                let content = if self.newline == b'\n' && end > from && bytes[end - 1] == b'\r' {
                    end - 1
                } else {
                    end
                };
                (content, end + 1)
            }
            None => (bytes.len(), bytes.len()),
        }
    }

    /// Whether a line ends at `at`; if so, where the next begins.
    fn line_break(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes();
        match bytes.get(at) {
            None => Some(at),
            Some(&b) if b == self.newline => Some(at + 1),
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => Some(at + 2),
            Some(b'\r') if at + 1 == bytes.len() => Some(at + 1),
            Some(_) => None,
        }
    }

    /// The quoted field that opens at `open`, not reaching beyond `limit`:
    /// position of its closing quote, position after it and after blanks, and
    /// line breaks inside. `None` when the quote is not to be believed.
    fn quoted(&self, open: usize, limit: usize) -> Option<(usize, usize, u32)> {
        let bytes = self.bytes();
        let (mut at, mut breaks) = (open + 1, 0);
        while at < limit {
            let byte = bytes[at];
            if byte == b'"' {
                if at + 1 < limit && bytes[at + 1] == b'"' {
                    at += 2;
                    continue;
                }
                let mut after = at + 1;
                while after < limit && bytes[after] == b' ' {
                    after += 1;
                }
                let closes = after >= limit
                    || bytes[after] == self.delimiter
                    || self.line_break(after).is_some();
                return closes.then_some((at, after, breaks));
            }
            if byte == self.newline {
                breaks += 1;
                if breaks >= LONGEST_RECORD {
                    return None;
                }
            }
            at += 1;
        }
        None
    }

    /// Reads the record at `from`, believing quotes up to `limit`. `None`
    /// when one of them is not to be believed.
    fn record(&self, from: usize, limit: usize, row: &mut RowBuf) -> Option<Taken> {
        let bytes = self.bytes();
        // Nearly every line has no quote: what ends it and its cells is plain.
        let (end, next) = self.line_end(from);
        if end < next && next <= limit && self.is_plain(&bytes[from..end]) {
            row.push_line(&self.text[from..end], self.delimiter);
            return Some(Taken { next, lines: 1 });
        }
        let (mut at, mut lines) = (from, 1);
        loop {
            if at < limit && bytes[at] == b'"' {
                let (close, after, breaks) = self.quoted(at, limit)?;
                row.push_quoted(&self.text[at + 1..close]);
                lines += breaks;
                at = after;
            } else {
                let start = at;
                while at < limit && bytes[at] != self.delimiter && bytes[at] != self.newline {
                    at += 1;
                }
                let mut end = at;
                let at_break = at >= bytes.len() || bytes[at] == self.newline;
                if at_break && end > start && bytes[end - 1] == b'\r' {
                    end -= 1;
                }
                row.push(&self.text[start..end]);
            }
            if at < bytes.len() && bytes[at] == self.delimiter && at < limit {
                at += 1;
                continue;
            }
            return Some(Taken { next: self.line_break(at).unwrap_or(at), lines });
        }
    }

    /// Reads one line as a row, believing quotes within the line only, and
    /// returns where the next line begins.
    fn line_alone(&self, from: usize, row: &mut RowBuf) -> usize {
        let bytes = self.bytes();
        let (end, next) = self.line_end(from);
        let mut at = from;
        loop {
            let quoted = if at < end && bytes[at] == b'"' { self.quoted(at, end) } else { None };
            if let Some((close, after, _)) = quoted {
                row.push_quoted(&self.text[at + 1..close]);
                at = after;
            } else {
                if at < end && bytes[at] == b'"' {
                    row.mark_stray_quote();
                }
                let start = at;
                while at < end && bytes[at] != self.delimiter {
                    at += 1;
                }
                row.push(&self.text[start..at]);
            }
            if at < end {
                at += 1; // the delimiter
            } else {
                return next;
            }
        }
    }

    /// Whether each line between `from` and `to` is a complete row by itself.
    fn lines_are_rows(&self, from: usize, to: usize) -> bool {
        let mut at = from;
        let mut row = RowBuf::default();
        while at < to {
            row.start(0);
            at = self.line_alone(at, &mut row);
            if row.width() != self.width {
                return false;
            }
        }
        true
    }
}

impl RowSource for TextRows<'_> {
    fn next_row(&mut self, row: &mut RowBuf) -> bool {
        if self.at >= self.text.len() {
            return false;
        }
        row.start(self.line);
        if let Some(taken) = self.record(self.at, self.text.len(), row) {
            // Two columns are too few to tell a row from a piece of one.
            let believed = taken.lines == 1
                || (row.width() == self.width
                    && !(self.width >= 3 && self.lines_are_rows(self.at, taken.next)));
            if believed {
                self.at = taken.next;
                self.line = self.line.saturating_add(taken.lines);
                return true;
            }
        }
        row.start(self.line);
        self.at = self.line_alone(self.at, row);
        self.line = self.line.saturating_add(1);
        true
    }

    fn peek(&mut self) -> Option<Line<'_>> {
        let (end, next) = self.line_end(self.at);
        let line = &self.text[self.at..end];
        if end >= next || !self.is_plain(line.as_bytes()) {
            return None;
        }
        let cut = memchr::memchr(self.delimiter, line.as_bytes())?;
        self.ahead = next;
        Some(Line { number: self.line, first: &line[..cut], rest: &line[cut + 1..] })
    }

    fn skip(&mut self) {
        self.at = self.ahead;
        self.line = self.line.saturating_add(1);
    }

    fn rewind(&mut self) {
        self.at = 0;
        self.line = 1;
    }

    fn has_width(&self) -> bool {
        true
    }

    fn serial_dates(&self) -> Option<Epoch> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        let mut source = TextRows::new(text, b',');
        let mut row = RowBuf::default();
        let mut all = Vec::new();
        while source.next_row(&mut row) {
            all.push((row.number(), row.cells().map(str::to_owned).collect()));
        }
        all
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        rows(text).into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn a_stray_quote_inside_a_field_costs_no_row() {
        assert_eq!(cells("a,b\n1,2\"3\n4,5"), [["a", "b"], ["1", "2\"3"], ["4", "5"]]);
    }

    #[test]
    fn a_stray_quote_at_the_start_of_a_field_costs_no_row() {
        assert_eq!(
            cells("a,b\n1,\"23\n4,5\n6,7\n"),
            [["a", "b"], ["1", "\"23"], ["4", "5"], ["6", "7"]]
        );
    }

    #[test]
    fn two_stray_quotes_that_would_join_complete_rows_do_not() {
        assert_eq!(
            cells("a,b,c\n1,\"2,3\n4,5\",6\n7,8,9\n"),
            [["a", "b", "c"], ["1", "\"2", "3"], ["4", "5\"", "6"], ["7", "8", "9"]]
        );
    }

    #[test]
    fn a_quoted_field_that_swallows_lines_and_spoils_the_record_is_not_believed() {
        assert_eq!(
            cells("a,b,c\n1,\"2,3\n4,5,6\n7,8,\"9\n10,11,12\n"),
            [
                ["a", "b", "c"],
                ["1", "\"2", "3"],
                ["4", "5", "6"],
                ["7", "8", "\"9"],
                ["10", "11", "12"]
            ]
        );
    }

    #[test]
    fn a_description_with_line_breaks_stays_one_row_and_keeps_its_line_number() {
        let text = "\"title\",\"description\",\"price\"\r\n\
                    \"Finance\",\"First line,\r\nsecond \"\"line\"\"\r\n\",\"180\"\r\n\
                    \"SCM\",\"x\",\"190\"\r\n";
        assert_eq!(
            rows(text),
            [
                (1, vec!["title".into(), "description".into(), "price".into()]),
                (
                    2,
                    vec![
                        "Finance".into(),
                        "First line,\r\nsecond \"line\"\r\n".into(),
                        "180".into()
                    ]
                ),
                (5, vec!["SCM".into(), "x".into(), "190".into()]),
            ]
        );
    }

    #[test]
    fn a_bad_quote_does_not_spoil_the_good_quotes_of_its_line() {
        assert_eq!(cells("a,b,c\n1,\"2\"3,\"x,y\"\n"), [["a", "b", "c"], ["1", "\"2\"3", "x,y"]]);
    }

    #[test]
    fn old_mac_line_ends_and_a_missing_last_line_end_are_read() {
        assert_eq!(cells("a,b\r1,2\r3,4"), [["a", "b"], ["1", "2"], ["3", "4"]]);
        assert_eq!(cells("a,b\r\n1,\"2\""), [["a", "b"], ["1", "2"]]);
    }

    #[test]
    fn well_formed_text_is_split_as_the_csv_crate_splits_it() {
        // Cells from a small generator; written by the csv crate, read by us.
        let pieces = ["", "a", "b,c", "x\ny", "q\"q", "\"", " z ", "\u{e9}\r\nu", "1.5"];
        let mut seed = 7_u64;
        let mut next = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize
        };
        for _ in 0..500 {
            let width = 4 + next() % 3;
            let mut written = csv::WriterBuilder::new()
                .quote_style(csv::QuoteStyle::Always)
                .from_writer(Vec::new());
            for _ in 0..8 {
                let record: Vec<_> = (0..width).map(|_| pieces[next() % pieces.len()]).collect();
                written.write_record(&record).unwrap();
            }
            let text = String::from_utf8(written.into_inner().unwrap()).unwrap();
            let expected: Vec<Vec<String>> = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(text.as_bytes())
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            assert_eq!(cells(&text), expected, "{text}");
        }
    }

    #[test]
    fn a_file_of_stray_quotes_is_read_in_linear_time() {
        let text = "a,b,c\n".to_owned() + &"\"x,\"\"y,z\n".repeat(200_000);
        let began = std::time::Instant::now();
        assert_eq!(cells(&text).len(), 200_001);
        assert!(began.elapsed().as_secs() < 20);
    }
}
