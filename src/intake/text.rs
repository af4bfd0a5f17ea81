//! From the bytes of a text file to rows.
//!
//! Takes bytes of unknown encoding and unknown delimiter. A byte order mark
//! decides the encoding; without one the text is UTF-8 if it is valid
//! throughout, else Windows-1252, which reads any byte, and the reader is
//! told which line gave it away. The delimiter is the one under which a line
//! is the header of a known format; if there is none, the one that cuts most
//! lines into the same number of fields.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::formats::Formats;
use super::recognise;
use super::split::TextRows;

/// The delimiters tried, in order of preference.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A decoded text.
#[derive(Debug)]
pub(crate) struct Decoded<'b> {
    /// The text without its byte order mark.
    pub(crate) text: Cow<'b, str>,
    /// What had to be guessed, as a sentence.
    pub(crate) guessed: Option<String>,
}

/// Decodes a text file.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((encoding, mark)) = utf16(bytes) {
        let (text, had_errors) = encoding.decode_without_bom_handling(&bytes[mark..]);
        let guessed = had_errors.then(|| {
            format!(
                "the text is {} with damaged characters, which show as \u{fffd}",
                encoding.name()
            )
        });
        return Decoded { text, guessed };
    }
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(body) {
        Ok(text) => Decoded { text: Cow::Borrowed(text), guessed: None },
        Err(error) => {
            let line = body[..error.valid_up_to()].split(|&b| b == b'\n').count();
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(body);
            let guessed =
                format!("line {line} is not UTF-8; the whole file was read as Windows-1252");
            Decoded { text, guessed: Some(guessed) }
        }
    }
}

/// UTF-16 by its mark, or by the zero byte of each of its first two
/// characters; and the length of the mark.
pub(crate) fn utf16(bytes: &[u8]) -> Option<(&'static encoding_rs::Encoding, usize)> {
    match bytes {
        [0xff, 0xfe, ..] => Some((UTF_16LE, 2)),
        [0xfe, 0xff, ..] => Some((UTF_16BE, 2)),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Some((UTF_16LE, 0)),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some((UTF_16BE, 0)),
        _ => None,
    }
}

/// The delimiter of a text.
pub(crate) fn sniff_delimiter(text: &str, formats: &Formats) -> u8 {
    if let Some(named) = named_delimiter(text) {
        return named;
    }
    let text = head(text);
    let mut best = (0, 0, DELIMITERS[0]);
    // What stands nowhere makes one column of every line, whichever it is.
    let mut absent = false;
    for delimiter in DELIMITERS {
        if memchr::memchr(delimiter, text.as_bytes()).is_none()
            && std::mem::replace(&mut absent, true)
        {
            continue;
        }
        let mut rows = TextRows::new(text, delimiter);
        let known = recognise::best_score(&mut rows, formats);
        let (width, agreeing) = rows.usual_width();
        let even = agreeing * (width - 1);
        if (known, even) > (best.0, best.1) {
            best = (known, even, delimiter);
        }
    }
    best.2
}

/// As much of a text as is looked at to recognise it: so many lines, where
/// no quote stands in them that may hold lines together.
fn head(text: &str) -> &str {
    let lines = memchr::memchr_iter(b'\n', text.as_bytes());
    let Some(end) = lines.take(recognise::LOOK_AT_MOST + 1).last() else { return text };
    let head = &text[..=end];
    if memchr::memchr(b'"', head.as_bytes()).is_some() { text } else { head }
}

/// The delimiter that a first line `sep=;` names.
fn named_delimiter(text: &str) -> Option<u8> {
    let first = text.lines().next()?.trim().trim_matches('"');
    let (word, value) = first.split_at_checked(4)?;
    if !word.eq_ignore_ascii_case("sep=") {
        return None;
    }
    // A tab was trimmed away, a comma was not.
    match value.as_bytes() {
        [] if text.lines().next()?.contains('\t') => Some(b'\t'),
        [one] if one.is_ascii() && !one.is_ascii_alphanumeric() => Some(*one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_with_and_without_mark_is_read() {
        for (mark, swap) in [(true, false), (true, true), (false, false), (false, true)] {
            let mut bytes = Vec::new();
            for unit in (if mark { "\u{feff}user_id\tn\u{e4}me" } else { "user_id\tn\u{e4}me" })
                .encode_utf16()
            {
                bytes.extend(if swap { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
            let decoded = decode(&bytes);
            assert_eq!(decoded.text, "user_id\tn\u{e4}me");
            assert_eq!(decoded.guessed, None);
        }
    }

    #[test]
    fn the_finding_names_the_first_line_that_is_not_utf8() {
        let decoded = decode(b"a,b\n1,2\nJos\xe9,3\xa0\n");
        assert_eq!(decoded.text, "a,b\n1,2\nJos\u{e9},3\u{a0}\n");
        assert!(decoded.guessed.unwrap().starts_with("line 3 is not UTF-8"));
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_a_known_header() {
        let formats = Formats::shipped().unwrap();
        for (text, delimiter) in [
            ("user_id,license\nann,\"a;b;c;d\"\n", b','),
            ("user_id;license\nann;a,b,c,d\nbob;e,f,g,h\n", b';'),
            ("user_id\tlicense\nann\tx, y\n", b'\t'),
            ("user_id|license\nann|x\n", b'|'),
            ("sep=;\nuser_id;license\n", b';'),
            ("sep=\t\nuser_id\tlicense\n", b'\t'),
            ("what;ever\n1;2\n3;4\n", b';'),
        ] {
            assert_eq!(sniff_delimiter(text, &formats), delimiter, "{text}");
        }
    }
}
