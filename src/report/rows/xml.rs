//! Rows of a sheet as XML, as the workbook library would write them.
//!
//! The library keeps every cell in a map, looks up its format by its whole
//! content and formats it piece by piece. Here a cell is a few copies: what
//! stands around a value is made once for each column, figures are written as
//! digits, and text is copied up to the next letter that XML or Excel reads as
//! something else.

use super::super::cell::{Outcome, money_cell, share};

/// What stands around the cells of a column.
struct Around {
    /// `<c r="AB`; the row follows.
    open: Vec<u8>,
    /// `" s="12"`.
    look: Vec<u8>,
}

/// Writes rows into a buffer that its owner empties.
pub(super) struct Cells {
    /// What is written.
    pub(super) out: Vec<u8>,
    columns: Vec<Around>,
    row: Vec<u8>,
}

impl Cells {
    /// A writer for columns with these letters and numbers of formats.
    pub(super) fn new(columns: impl IntoIterator<Item = (String, u32)>) -> Self {
        let around = |(letters, look): (String, u32)| Around {
            open: format!("<c r=\"{letters}").into_bytes(),
            look: if look == 0 { b"\"".to_vec() } else { format!("\" s=\"{look}\"").into_bytes() },
        };
        Self {
            out: Vec::new(),
            columns: columns.into_iter().map(around).collect(),
            row: Vec::new(),
        }
    }

    /// Begins a row, numbered from 1, with its height in points if it has one.
    pub(super) fn open(&mut self, row: u32, height: Option<u32>) {
        self.row.clear();
        digits(&mut self.row, row.into());
        self.out.extend_from_slice(b"<row r=\"");
        self.out.extend_from_slice(&self.row);
        if let Some(height) = height {
            self.out.extend_from_slice(b"\" ht=\"");
            digits(&mut self.out, height.into());
            self.out.extend_from_slice(b"\" customHeight=\"1");
        }
        self.out.extend_from_slice(b"\">");
    }

    /// Ends the row.
    pub(super) fn close(&mut self) {
        self.out.extend_from_slice(b"</row>");
    }

    fn begin(&mut self, col: usize) {
        let around = &self.columns[col];
        self.out.extend_from_slice(&around.open);
        self.out.extend_from_slice(&self.row);
        self.out.extend_from_slice(&around.look);
    }

    /// A cell with a format and nothing in it.
    pub(super) fn blank(&mut self, col: usize) {
        self.begin(col);
        self.out.extend_from_slice(b"/>");
    }

    /// A whole number.
    pub(super) fn count(&mut self, col: usize, count: i128) {
        self.begin(col);
        self.out.extend_from_slice(b"><v>");
        whole(&mut self.out, count);
        self.out.extend_from_slice(b"</v></c>");
    }

    /// Money, in cents.
    pub(super) fn money(&mut self, col: usize, cents: i128) {
        self.begin(col);
        self.out.extend_from_slice(b"><v>");
        money(&mut self.out, cents);
        self.out.extend_from_slice(b"</v></c>");
    }

    /// Text, inside the cell. Not for text longer than Excel takes.
    pub(super) fn text(&mut self, col: usize, text: &str) {
        const BLANK: [char; 3] = ['\t', '\n', ' '];
        self.begin(col);
        self.out.extend_from_slice(if text.starts_with(BLANK) || text.ends_with(BLANK) {
            b" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
        } else {
            b" t=\"inlineStr\"><is><t>"
        });
        escaped(&mut self.out, text, true);
        self.out.extend_from_slice(b"</t></is></c>");
    }

    /// A formula without its `=`, and what it yields; words in the language of
    /// the workbook.
    pub(super) fn formula(&mut self, col: usize, formula: &str, outcome: &Outcome) {
        self.begin(col);
        self.out.extend_from_slice(match outcome {
            Outcome::Text(_) => b" t=\"str\"><f>",
            Outcome::Flag(_) => b" t=\"b\"><f>",
            Outcome::Count(_) | Outcome::Money(_) | Outcome::Share(..) => b"><f>",
        });
        escaped(&mut self.out, formula, false);
        self.out.extend_from_slice(b"</f><v>");
        match outcome {
            Outcome::Count(count) => whole(&mut self.out, *count),
            Outcome::Money(cents) => money(&mut self.out, *cents),
            Outcome::Flag(flag) => self.out.push(if *flag { b'1' } else { b'0' }),
            Outcome::Text(words) => escaped(&mut self.out, words, false),
            Outcome::Share(part, whole) => {
                self.out.extend_from_slice(share(*part, *whole).to_string().as_bytes());
            }
        }
        self.out.extend_from_slice(b"</v></c>");
    }
}

/// The digits of a number.
fn digits(out: &mut Vec<u8>, mut number: u64) {
    let mut text = [0_u8; 20];
    let mut at = text.len();
    loop {
        at -= 1;
        text[at] = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&text[at..]);
}

/// A whole number with its sign.
fn whole(out: &mut Vec<u8>, number: i128) {
    let Ok(magnitude) = u64::try_from(number.unsigned_abs()) else {
        out.extend_from_slice(number.to_string().as_bytes());
        return;
    };
    if number < 0 {
        out.push(b'-');
    }
    digits(out, magnitude);
}

/// Cents as the shortest decimal that is read as the same double: below 10^15
/// cents that is the amount itself, without zeros at its end.
fn money(out: &mut Vec<u8>, cents: i128) {
    const EXACT: u64 = 1_000_000_000_000_000;
    let magnitude = match u64::try_from(cents.unsigned_abs()) {
        Ok(magnitude) if magnitude < EXACT => magnitude,
        _ => {
            out.extend_from_slice(money_cell(cents).to_string().as_bytes());
            return;
        }
    };
    if cents < 0 {
        out.push(b'-');
    }
    digits(out, magnitude / 100);
    let rest = magnitude % 100;
    if rest > 0 {
        out.push(b'.');
        out.push(b'0' + u8::try_from(rest / 10).unwrap_or_default());
        if rest % 10 > 0 {
            out.push(b'0' + u8::try_from(rest % 10).unwrap_or_default());
        }
    }
}

/// Bytes that may begin something to be escaped.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = byte != 0x09 && byte != 0x0A;
        byte += 1;
    }
    special[b'&' as usize] = true;
    special[b'<' as usize] = true;
    special[b'>' as usize] = true;
    special[b'_' as usize] = true;
    // The first byte of U+FFFE and U+FFFF, which XML does not know.
    special[0xEF] = true;
    special
};

/// Text as XML, and control characters as Excel spells them, `_x000D_`; in
/// `cells` also what looks like such a spelling and is none.
fn escaped(out: &mut Vec<u8>, text: &str, cells: bool) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if !SPECIAL[usize::from(*byte)] {
            continue;
        }
        let rest = &bytes[at..];
        // What is written, and how many bytes of the text it stands for.
        let (spelled, taken): (&[u8], usize) = match byte {
            b'&' => (b"&amp;", 1),
            b'<' => (b"&lt;", 1),
            b'>' => (b"&gt;", 1),
            b'_' if cells && spells(rest) => (b"_x005F", 0),
            0xEF if rest.starts_with("\u{FFFE}".as_bytes()) => (b"_xFFFE_", 3),
            0xEF if rest.starts_with("\u{FFFF}".as_bytes()) => (b"_xFFFF_", 3),
            b'_' | 0xEF => continue,
            control => {
                out.extend_from_slice(&bytes[from..at]);
                out.extend_from_slice(format!("_x{control:04X}_").as_bytes());
                from = at + 1;
                continue;
            }
        };
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice(spelled);
        from = at + taken;
    }
    out.extend_from_slice(&bytes[from..]);
}

/// Whether a text begins as Excel spells a character, `_x0041_`.
fn spells(text: &[u8]) -> bool {
    matches!(text, [b'_', b'x', a, b, c, d, b'_', ..]
        if [a, b, c, d].into_iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn figures_are_written_as_the_doubles_they_are() {
        for cents in [
            0,
            1,
            10,
            99,
            100,
            -5,
            -50,
            123_456,
            -123_450,
            99_999_999_999_999,
            999_999_999_999_999,
            1_000_000_000_000_001,
            -9_007_199_254_740_993,
            i128::from(u64::MAX) * 7,
        ] {
            let said = written(|out| money(out, cents));
            assert_eq!(said, money_cell(cents).to_string(), "{cents}");
        }
        assert_eq!(written(|out| whole(out, -1_200)), "-1200");
        assert_eq!(written(|out| whole(out, 0)), "0");
        assert_eq!(written(|out| digits(out, u64::MAX)), u64::MAX.to_string());
    }

    #[test]
    fn text_is_escaped_for_xml_and_for_excel() {
        let cell = |text| written(|out| escaped(out, text, true));
        assert_eq!(cell("a < b && c > d"), "a &lt; b &amp;&amp; c &gt; d");
        assert_eq!(cell("line\r\n\tnext\u{1}"), "line_x000D_\n\tnext_x0001_");
        assert_eq!(cell("_x000D_ _x00G0_ _x0041"), "_x005F_x000D_ _x00G0_ _x0041");
        assert_eq!(cell("_x0041_x0042_"), "_x005F_x0041_x005F_x0042_");
        assert_eq!(cell("\u{FFFE}\u{FFFD}\u{FFFF}\u{FF21}"), "_xFFFE_\u{FFFD}_xFFFF_\u{FF21}");
        assert_eq!(written(|out| escaped(out, "_x000D_<", false)), "_x000D_&lt;");
    }

    #[test]
    fn a_row_is_written_cell_by_cell() {
        let mut cells = Cells::new([("A".to_owned(), 3), ("AB".to_owned(), 0)]);
        cells.open(7, Some(30));
        cells.blank(0);
        cells.text(1, " a");
        cells.formula(0, "A1<B1", &Outcome::Flag(true));
        cells.formula(1, "A1", &Outcome::Money(-150));
        cells.close();
        assert_eq!(
            String::from_utf8(cells.out).unwrap(),
            "<row r=\"7\" ht=\"30\" customHeight=\"1\"><c r=\"A7\" s=\"3\"/>\
             <c r=\"AB7\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> a</t></is></c>\
             <c r=\"A7\" s=\"3\" t=\"b\"><f>A1&lt;B1</f><v>1</v></c>\
             <c r=\"AB7\"><f>A1</f><v>-1.5</v></c></row>"
        );
    }
}
