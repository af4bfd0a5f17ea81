//! The few kinds of markup that sheets and string tables are made of.
//!
//! This is no reader of XML: it knows the markup that programs write into
//! workbooks and stops at everything else, which then is left to the general
//! reader. So it may be strict, and what it does take it takes exactly as
//! that reader does.

#![allow(clippy::inline_always)] // steps of a byte or two, twenty for each cell

use memchr::{memchr, memchr3};
use quick_xml::events::BytesRef;

/// Why an item was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// It is not all there yet.
    More,
    /// It is left to the general reader.
    Unusual(&'static str),
}

pub(super) type Scan<T> = Result<T, Stop>;

/// A place in the text of a part.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

/// How a tag ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagEnd {
    /// `>`
    Open,
    /// `/>`
    Closed,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0 }
    }

    /// Bytes done.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes back over what was taken.
    pub(super) fn back(&mut self, bytes: usize) {
        self.at -= bytes;
    }

    /// The next byte, which stays.
    #[inline]
    pub(super) fn peek(&self) -> Scan<u8> {
        self.bytes.get(self.at).copied().ok_or(Stop::More)
    }

    #[inline]
    pub(super) fn next(&mut self) -> Scan<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Ok(byte)
    }

    /// Steps over a text if it comes next. Texts are arrays, because they are
    /// compared in place then: a call for each costs more than all the rest.
    #[inline(always)]
    pub(super) fn take<const N: usize>(&mut self, expected: &[u8; N]) -> Scan<bool> {
        let rest = &self.bytes[self.at..];
        match rest.first_chunk::<N>() {
            Some(next) => {
                let same = next == expected;
                self.at += if same { N } else { 0 };
                Ok(same)
            }
            None if expected.starts_with(rest) => Err(Stop::More),
            None => Ok(false),
        }
    }

    /// Steps over a text that must come next.
    #[inline(always)]
    pub(super) fn expect<const N: usize>(&mut self, expected: &[u8; N]) -> Scan<()> {
        if self.take(expected)? { Ok(()) } else { Err(Stop::Unusual("unexpected markup")) }
    }

    /// Steps over the prefix of a name.
    #[inline]
    pub(super) fn prefix(&mut self, prefix: &str) -> Scan<()> {
        for byte in prefix.bytes() {
            if self.next()? != byte {
                return Err(Stop::Unusual("a prefix"));
            }
        }
        Ok(())
    }

    /// Steps over blanks and the `<` behind them.
    #[inline]
    pub(super) fn tag(&mut self) -> Scan<()> {
        loop {
            match self.next()? {
                b'<' => return Ok(()),
                b' ' | b'\n' | b'\r' | b'\t' => {}
                _ => return Err(Stop::Unusual("text between tags")),
            }
        }
    }

    /// The text up to the next tag, which stays.
    #[inline]
    pub(super) fn text(&mut self) -> Scan<&'t str> {
        let rest = &self.bytes[self.at..];
        let length = memchr(b'<', rest).ok_or(Stop::More)?;
        let text = &self.text[self.at..self.at + length];
        self.at += length;
        Ok(text)
    }

    /// The name of a tag, with its prefix. What follows is a blank or the
    /// end of the tag.
    pub(super) fn name(&mut self) -> Scan<&'t str> {
        let start = self.at;
        while self.peek()?.is_ascii_alphanumeric() || matches!(self.peek()?, b':' | b'_' | b'-') {
            self.at += 1;
        }
        if self.at == start || !matches!(self.peek()?, b' ' | b'/' | b'>') {
            return Err(Stop::Unusual("the name of a tag"));
        }
        Ok(&self.text[start..self.at])
    }

    /// Hands over the attributes up to the end of a tag.
    #[inline]
    pub(super) fn attributes(
        &mut self,
        mut take: impl FnMut(&'t str, &'t str) -> Scan<()>,
    ) -> Scan<TagEnd> {
        loop {
            match self.next()? {
                b'>' => return Ok(TagEnd::Open),
                b'/' => {
                    self.expect(b">")?;
                    return Ok(TagEnd::Closed);
                }
                b' ' => {}
                _ => return Err(Stop::Unusual("a tag")),
            }
            // A blank may stand before the end of a tag.
            if matches!(self.peek()?, b'/' | b'>') {
                continue;
            }
            let start = self.at;
            while self.peek()? != b'=' {
                if !matches!(self.peek()?, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'_' | b'-' | b'.')
                {
                    return Err(Stop::Unusual("the name of an attribute"));
                }
                self.at += 1;
            }
            let name = &self.text[start..self.at];
            if name.is_empty() {
                return Err(Stop::Unusual("the name of an attribute"));
            }
            self.at += 1;
            let quote = self.next()?;
            if quote != b'"' && quote != b'\'' {
                return Err(Stop::Unusual("an attribute without quotes"));
            }
            let start = self.at;
            loop {
                match self.peek()? {
                    byte if byte == quote => break,
                    b'<' => return Err(Stop::Unusual("a tag in an attribute")),
                    _ => self.at += 1,
                }
            }
            let value = &self.text[start..self.at];
            self.at += 1;
            take(name, value)?;
        }
    }

    /// Steps over a number of up to nine digits and the byte behind it.
    #[inline]
    pub(super) fn digits(&mut self, closing: u8) -> Scan<usize> {
        let mut number = 0;
        for length in 0..10 {
            match self.next()? {
                digit @ b'0'..=b'9' => number = number * 10 + usize::from(digit & 15),
                byte if byte == closing && length > 0 => return Ok(number),
                _ => break,
            }
        }
        Err(Stop::Unusual("a number"))
    }

    /// Steps over a reference such as `AB12` and the quote behind it; gives
    /// row and column from 0.
    #[inline]
    pub(super) fn position(&mut self) -> Scan<(u32, u32)> {
        const WHY: Stop = Stop::Unusual("a reference to a cell");
        let mut column = 0;
        let mut row = 0;
        for letters in 0..4 {
            match self.next()? {
                letter @ b'A'..=b'Z' => column = column * 26 + u32::from(letter - b'@'),
                digit @ b'1'..=b'9' if letters > 0 => {
                    row = u32::from(digit & 15);
                    break;
                }
                _ => return Err(WHY),
            }
        }
        if row == 0 {
            return Err(WHY);
        }
        for _ in 0..7 {
            match self.next()? {
                digit @ b'0'..=b'9' => row = row * 10 + u32::from(digit & 15),
                b'"' => return Ok((row - 1, column - 1)),
                _ => break,
            }
        }
        Err(WHY)
    }

    /// Steps over the end of a tag whose name was read; whatever attributes
    /// it has.
    #[inline]
    pub(super) fn rest_of_tag(&mut self) -> Scan<TagEnd> {
        if self.peek()? == b'>' {
            self.at += 1;
            return Ok(TagEnd::Open);
        }
        self.attributes(|_, _| Ok(()))
    }

    /// Steps over a declaration that says nothing but UTF-8, if there is one.
    pub(super) fn declaration(&mut self) -> Scan<()> {
        if !self.take(b"<?xml ")? {
            return Ok(());
        }
        let rest = &self.text[self.at..];
        let end = rest.find("?>").ok_or(Stop::More)?;
        let declared = &rest[..end];
        let utf8 = ["\"utf-8\"", "'utf-8'"];
        let plain = match declared.find("encoding") {
            None => true,
            Some(at) => {
                let value = declared[at + "encoding".len()..].to_ascii_lowercase();
                let value = value.strip_prefix('=').unwrap_or_default();
                utf8.iter().any(|utf8| value.starts_with(utf8))
            }
        };
        if !plain || declared.contains(['<', '>']) {
            return Err(Stop::Unusual("an encoding"));
        }
        self.at += end + 2;
        Ok(())
    }
}

/// Adds the text that raw text stands for: references are resolved, and ends
/// of lines are line feeds.
pub(super) fn resolve(raw: &str, out: &mut String) -> Scan<()> {
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '\r']) {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest.as_bytes()[at] == b'\r' {
            out.push('\n');
            rest = after.strip_prefix('\n').unwrap_or(after);
            continue;
        }
        let end = after.find([';', '&']).ok_or(Stop::Unusual("a reference"))?;
        let name = &after[..end];
        let known = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => BytesRef::new(name).resolve_char_ref().ok().flatten(),
        };
        out.push(known.ok_or(Stop::Unusual("a reference"))?);
        rest = after[end..].strip_prefix(';').ok_or(Stop::Unusual("a reference"))?;
    }
    out.push_str(rest);
    Ok(())
}

/// Whether text stands for itself: nothing to resolve and no escape.
#[inline]
pub(super) fn is_plain(raw: &str) -> bool {
    let mut rest = raw.as_bytes();
    while let Some(at) = memchr3(b'&', b'\r', b'_', rest) {
        if rest[at] != b'_' || rest.get(at + 1) == Some(&b'x') {
            return false;
        }
        rest = &rest[at + 1..];
    }
    true
}

/// Adds a text with the escapes `_xHHHH_` that Excel writes for characters
/// XML does not have; each is one unit of UTF-16.
pub(super) fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let Some(unit) = escape(&rest[at..]) else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        };
        out.push_str(&rest[..at]);
        rest = &rest[at + ESCAPE..];
        let pair = match escape(rest) {
            Some(low @ 0xdc00..=0xdfff) if (0xd800..0xdc00).contains(&unit) => {
                rest = &rest[ESCAPE..];
                char::decode_utf16([unit, low]).next()
            }
            _ => char::decode_utf16([unit]).next(),
        };
        out.push(pair.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    out.push_str(rest);
}

/// Bytes of an escape.
const ESCAPE: usize = 7;

fn escape(text: &str) -> Option<u16> {
    let hex = text.strip_prefix("_x")?.get(..4)?;
    let closed = text.as_bytes().get(ESCAPE - 1) == Some(&b'_');
    (closed && hex.bytes().all(|b| b.is_ascii_hexdigit()))
        .then(|| u16::from_str_radix(hex, 16).ok())
        .flatten()
}
