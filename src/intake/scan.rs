//! Looks into parts of a workbook while they are inflated for counting.
//!
//! Two things can only be seen in the text of the parts themselves: how many
//! shared strings a table announces, since the workbook reader reserves
//! memory for them before it has seen one; and references to shared strings
//! that are no numbers, since the reader takes those for the first string
//! without a word.

use memchr::{memchr, memmem};

/// Finds every `uniqueCount` in a part. It does not parse: what a parser
/// takes for a comment and what this would take for one could differ, and a
/// forged count must not hide in the difference.
#[derive(Default)]
pub(crate) struct CountScan {
    carried: Vec<u8>,
    started: bool,
    largest: u64,
    problem: Option<String>,
}

impl CountScan {
    const NAME: &'static [u8] = b"uniqueCount";
    /// Bytes within which the value must follow its name.
    const REACH: usize = 128;

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if !self.started && !bytes.is_empty() {
            self.started = true;
            if bytes.iter().take(64).any(|&b| b == 0) {
                self.problem = Some("not UTF-8".to_owned());
            }
        }
        // What may be the beginning of a name at the end of the last piece is
        // looked at again together with this one.
        let mut text = std::mem::take(&mut self.carried);
        let before = text.len();
        text.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(found) = memmem::find(&text[at..], Self::NAME) {
            let after = at + found + Self::NAME.len();
            if text.len() - after < Self::REACH && text.len() > before {
                // The value may not be here yet; look again with more text.
                self.judge(&text[after..], false);
            } else {
                self.judge(&text[after..], true);
            }
            at = after;
        }
        let keep = text.len().min(Self::NAME.len() + Self::REACH);
        self.carried = text[text.len() - keep..].to_vec();
    }

    fn judge(&mut self, after: &[u8], complete: bool) {
        let text = &after[..after.len().min(Self::REACH)];
        let blank = |bytes: &[u8]| bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let rest = &text[blank(text)..];
        let Some(rest) = rest.strip_prefix(b"=") else {
            // A name without a value is text, unless the value is out of reach.
            if complete && rest.is_empty() {
                self.problem = Some("a count without a value".to_owned());
            }
            return;
        };
        let rest = &rest[blank(rest)..];
        let Some(value) = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")) else {
            return;
        };
        let end = value.iter().position(|&b| b == b'"' || b == b'\'');
        let Some(value) = end.map(|end| &value[..end]) else {
            if complete {
                self.problem = Some("a count without an end".to_owned());
            }
            return;
        };
        if let Some(count) =
            std::str::from_utf8(value).ok().and_then(|text| text.trim().parse::<u64>().ok())
        {
            self.largest = self.largest.max(count);
        } else {
            let shown = String::from_utf8_lossy(value);
            self.problem = Some(format!("a count of \u{201c}{shown}\u{201d}"));
        }
    }

    /// The largest count announced; 0 when there is none.
    pub(crate) fn largest(&self) -> Result<u64, String> {
        match &self.problem {
            Some(problem) => Err(problem.clone()),
            None => Ok(self.largest),
        }
    }
}

/// Walks through the tags of a sheet and finds the first string cell whose
/// value is no number.
#[derive(Default)]
pub(crate) struct ReferenceScan {
    state: State,
    text: Vec<u8>,
    string_cell: bool,
    bad: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Default)]
enum State {
    #[default]
    Outside,
    Tag,
    Value,
}

impl ReferenceScan {
    /// A longer tag is none that is looked for.
    const LONGEST: usize = 4_096;
    /// Of a reference.
    const DIGITS: usize = 10;

    pub(crate) fn bad(&self) -> Option<&str> {
        self.bad.as_deref()
    }

    pub(crate) fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.bad.is_none() {
            let stop = if self.state == State::Tag { b'>' } else { b'<' };
            let at = memchr(stop, bytes);
            let part = &bytes[..at.unwrap_or(bytes.len())];
            let whole = at.is_some() && self.text.is_empty() && part.len() <= Self::LONGEST;
            if self.state != State::Outside && !whole {
                let room = Self::LONGEST.saturating_sub(self.text.len());
                self.text.extend_from_slice(&part[..part.len().min(room)]);
            }
            let Some(at) = at else { return };
            bytes = &bytes[at + 1..];
            // What is all here need not be copied.
            let kept = std::mem::take(&mut self.text);
            let text = if whole { part } else { kept.as_slice() };
            match self.state {
                State::Outside => self.state = State::Tag,
                State::Tag => self.tag_ends(text),
                State::Value => self.value_ends(text),
            }
            self.text = kept;
            self.text.clear();
        }
    }

    fn value_ends(&mut self, text: &[u8]) {
        // No sheet has a thousand million texts, and what does not fit into a
        // number, or has a blank, is taken for the first text too.
        if text.len() > Self::DIGITS || !text.iter().all(u8::is_ascii_digit) {
            let shown = &text[..text.len().min(2 * Self::DIGITS)];
            self.bad = Some(String::from_utf8_lossy(shown).into_owned());
        }
        self.string_cell = false;
        self.state = State::Tag;
    }

    fn tag_ends(&mut self, tag: &[u8]) {
        self.state = State::Outside;
        if tag.starts_with(b"/") {
            return;
        }
        let name_end =
            tag.iter().position(|b| b.is_ascii_whitespace() || *b == b'/').unwrap_or(tag.len());
        let name = &tag[..name_end];
        let name = name.iter().rposition(|&b| b == b':').map_or(name, |at| &name[at + 1..]);
        if name == b"c" {
            self.string_cell = attribute(&tag[name_end..], b"t") == Some(b"s");
        } else if name == b"v" && self.string_cell && !tag.ends_with(b"/") {
            self.state = State::Value;
        }
    }
}

/// Value of an attribute in the rest of a tag.
fn attribute<'t>(mut rest: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    loop {
        let equals = rest.iter().position(|&b| b == b'=')?;
        let this = rest[..equals].trim_ascii();
        let right = rest[equals + 1..].trim_ascii_start();
        let (quote, value) = right.split_first().filter(|(q, _)| matches!(q, b'"' | b'\''))?;
        let end = value.iter().position(|b| b == quote)?;
        if this == name {
            return Some(&value[..end]);
        }
        rest = &value[end + 1..];
    }
}

/// Walks through the records of a binary sheet and finds the last row it
/// names. The reader of such sheets takes a row beyond the last one of a
/// sheet for the end of the sheet, without a word.
#[derive(Default)]
pub(crate) struct RowHeaderScan {
    /// Bytes of a record header, or of the row number, seen so far.
    seen: Vec<u8>,
    /// Bytes of the record still to skip.
    skip: usize,
    /// Set while the number of a row is read: the length of its record.
    row: Option<usize>,
    last: u32,
}

impl RowHeaderScan {
    /// The last row, from 0, if it lies beyond a sheet of this many rows.
    pub(crate) fn beyond(&self, rows: u32) -> Option<u32> {
        (self.last >= rows).then_some(self.last)
    }

    pub(crate) fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.skip > 0 {
                let step = self.skip.min(bytes.len());
                self.skip -= step;
                bytes = &bytes[step..];
                continue;
            }
            self.seen.push(bytes[0]);
            bytes = &bytes[1..];
            if let Some(length) = self.row {
                if let [a, b, c, d] = self.seen[..] {
                    self.last = self.last.max(u32::from_le_bytes([a, b, c, d]));
                    (self.skip, self.row) = (length - 4, None);
                    self.seen.clear();
                }
            } else if let Some((kind, length)) = record_header(&self.seen) {
                self.seen.clear();
                if kind == 0 && length >= 4 {
                    self.row = Some(length);
                } else {
                    self.skip = length;
                }
            }
        }
    }
}

/// Kind and length of a record: one or two bytes of kind, one to four of
/// length, each with seven bits and a mark that another follows. `None`
/// until all of it is there.
fn record_header(seen: &[u8]) -> Option<(u16, usize)> {
    let (first, rest) = seen.split_first()?;
    let (kind, rest) = if *first < 0x80 {
        (u16::from(*first), rest)
    } else {
        let (second, rest) = rest.split_first()?;
        (u16::from(first & 0x7f) | u16::from(second & 0x7f) << 7, rest)
    };
    let mut length = 0_usize;
    for (at, byte) in rest.iter().enumerate().take(4) {
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 || at == 3 {
            return Some((kind, length));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str, piece: usize) -> Result<u64, String> {
        let mut scan = CountScan::default();
        for bytes in text.as_bytes().chunks(piece) {
            scan.feed(bytes);
        }
        scan.largest()
    }

    #[test]
    fn a_count_is_found_wherever_it_hides_and_however_it_is_cut() {
        for text in [
            "<sst count=\"9\" uniqueCount=\"5000\"><si/></sst>",
            "<sst uniqueCount = '5000'>",
            "<?x > <!-- ?><sst uniqueCount=\"5000\"> -->",
            "<![CDATA[<sst uniqueCount=\"1\">]]><sst uniqueCount=\"5000\">",
        ] {
            for piece in [1, 2, 3, 7, 64, 4_096] {
                assert_eq!(count(text, piece), Ok(5_000), "{text} in pieces of {piece}");
            }
        }
        assert_eq!(count("<sst/>", 3), Ok(0));
        assert_eq!(count("<si><t>uniqueCount is a word</t></si>", 5), Ok(0));
        assert!(count("<sst uniqueCount=\"&#57;999999999\">", 64).is_err());
        assert!(count("<\0s\0s\0t\0", 64).is_err());
    }

    #[test]
    fn the_last_row_of_a_binary_sheet_is_found_however_it_is_cut() {
        let row = |number: u32| [&[0, 4][..], &number.to_le_bytes()].concat();
        let other = [&[0x81, 0x01, 0x83, 0x00][..], &[0, 4, 9]].concat();
        let sheet = [row(3), other.clone(), row(2_000_000), other].concat();
        for piece in [1, 2, 3, 5, 100] {
            let mut scan = RowHeaderScan::default();
            for bytes in sheet.chunks(piece) {
                scan.feed(bytes);
            }
            assert_eq!(scan.beyond(1_048_576), Some(2_000_000));
            assert_eq!(scan.beyond(3_000_000), None);
        }
    }

    #[test]
    fn a_reference_that_is_no_number_is_found_however_it_is_cut() {
        let sheet = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>12</v></c><c r=\"B1\" t=\"str\"><v>x</v></c>\
                     <x:c t='s' r='C1'><x:v>abc</x:v></x:c></row>";
        for piece in [1, 2, 5, 1_000] {
            let mut scan = ReferenceScan::default();
            for bytes in sheet.as_bytes().chunks(piece) {
                scan.feed(bytes);
            }
            assert_eq!(scan.bad(), Some("abc"));
        }
    }
}
