//! Texts of a workbook: the shared ones, and how any of them is written.
//!
//! A text is one run or several; runs of phonetic hints do not belong to it.
//! Blanks around a run count only where it says so.

use std::io::Read;

use super::markup::{Cursor, Scan, Stop, TagEnd, is_plain, resolve, unescape};
use super::window::{Items, Unusual, each_item};

/// The shared texts, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    /// Reads the part of a workbook that holds them.
    pub(crate) fn read(part: impl Read) -> Result<Self, Unusual> {
        let mut reader = Table::default();
        each_item(part, &mut reader)?;
        Ok(reader.strings)
    }

    /// A text by its number, from 0.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { *self.ends.get(index - 1)? };
        self.text.get(start..end)
    }
}

/// Takes the texts of a table.
#[derive(Default)]
struct Table {
    strings: Strings,
    prefix: String,
    opened: bool,
    started: bool,
    scratch: String,
}

impl Items for Table {
    fn item(&mut self, cursor: &mut Cursor<'_>) -> Scan<bool> {
        if !self.started {
            cursor.declaration()?;
            cursor.peek()?;
            self.started = true;
            return Ok(false);
        }
        cursor.tag()?;
        if !self.opened {
            let name = cursor.name()?;
            let Some(prefix) = name.strip_suffix("sst") else {
                return Err(Stop::Unusual("no table of texts"));
            };
            if cursor.rest_of_tag()? == TagEnd::Closed {
                return Ok(true);
            }
            self.prefix = known_prefix(prefix)?.to_owned();
            self.opened = true;
            return Ok(false);
        }
        if cursor.take(b"/")? {
            cursor.prefix(&self.prefix)?;
            cursor.expect(b"sst>")?;
            return Ok(true);
        }
        cursor.prefix(&self.prefix)?;
        cursor.expect(b"si")?;
        let before = self.strings.text.len();
        let result = match cursor.rest_of_tag() {
            Ok(TagEnd::Closed) => Ok(()),
            Ok(TagEnd::Open) => {
                string(cursor, &self.prefix, b"si>", &mut self.strings.text, &mut self.scratch)
            }
            Err(stop) => Err(stop),
        };
        if let Err(stop) = result {
            self.strings.text.truncate(before);
            return Err(stop);
        }
        self.strings.ends.push(self.strings.text.len());
        Ok(false)
    }
}

/// The prefix of all names in a part: nothing, or a name and a colon.
pub(super) fn known_prefix(prefix: &str) -> Scan<&str> {
    let known = prefix.is_empty() || prefix.find(':') == Some(prefix.len() - 1) && prefix.len() > 1;
    if known { Ok(prefix) } else { Err(Stop::Unusual("a prefix")) }
}

/// Adds the text in the element that was just opened, up to its end tag,
/// which is `closing` behind the prefix.
#[inline]
pub(super) fn string<const N: usize>(
    cursor: &mut Cursor<'_>,
    prefix: &str,
    closing: &[u8; N],
    out: &mut String,
    scratch: &mut String,
) -> Scan<()> {
    let mut depth = 0_u32;
    let mut phonetic = false;
    loop {
        cursor.tag()?;
        if cursor.take(b"/")? {
            cursor.prefix(prefix)?;
            if depth == 0 {
                return cursor.expect(closing);
            }
            let name = cursor.name()?;
            cursor.expect(b">")?;
            inner(name, closing)?;
            if name == "rPh" {
                phonetic = false;
            }
            depth -= 1;
            continue;
        }
        cursor.prefix(prefix)?;
        if !phonetic && cursor.take(b"t>")? {
            run(cursor, prefix, false, out, scratch)?;
            continue;
        }
        let name = cursor.name()?;
        inner(name, closing)?;
        if name == "t" && !phonetic {
            let mut preserve = None;
            let end = cursor.attributes(|name, value| {
                if name == "xml:space" && preserve.replace(value == "preserve").is_some() {
                    return Err(Stop::Unusual("an attribute twice"));
                }
                Ok(())
            })?;
            if end == TagEnd::Open {
                run(cursor, prefix, preserve == Some(true), out, scratch)?;
            }
            continue;
        }
        let end = cursor.rest_of_tag()?;
        if end == TagEnd::Open {
            phonetic = phonetic || name == "rPh";
            depth += 1;
            if name == "t" && cursor.text()?.contains('&') {
                return Err(Stop::Unusual("a reference in a phonetic run"));
            }
        }
    }
}

/// Whether a tag may stand inside of a text: whatever closes the text does so
/// wherever it stands.
fn inner<const N: usize>(name: &str, closing: &[u8; N]) -> Scan<()> {
    if name.contains(':') || closing.strip_suffix(b">") == Some(name.as_bytes()) {
        return Err(Stop::Unusual("a tag in a text"));
    }
    Ok(())
}

/// The text in the element that was just begun, with all its tags, if it is
/// written as nearly all are: one run that stands for itself.
#[inline]
pub(super) fn lone_run<'t>(cursor: &mut Cursor<'t>, prefix: &str) -> Scan<Option<&'t str>> {
    if !prefix.is_empty() || !cursor.take(b"><t>")? {
        return Ok(None);
    }
    let raw = cursor.text()?;
    if is_plain(raw) && cursor.take(b"</t></is>")? {
        return Ok(Some(trim(raw)));
    }
    // What was begun is taken again.
    cursor.back(raw.len() + 4);
    Ok(None)
}

/// Adds the text of a run up to its end tag.
#[inline]
fn run(
    cursor: &mut Cursor<'_>,
    prefix: &str,
    preserve: bool,
    out: &mut String,
    scratch: &mut String,
) -> Scan<()> {
    let raw = cursor.text()?;
    cursor.expect(b"</")?;
    cursor.prefix(prefix)?;
    cursor.expect(b"t>")?;
    let trimmed = |text| if preserve { text } else { trim(text) };
    if is_plain(raw) {
        out.push_str(trimmed(raw));
        return Ok(());
    }
    scratch.clear();
    resolve(raw, scratch)?;
    unescape(trimmed(scratch), out);
    Ok(())
}

/// Without the blanks of XML around it; those of Unicode stay.
#[inline]
fn trim(text: &str) -> &str {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) if blank(first) || blank(last) => {
            text.trim_matches([' ', '\t', '\r', '\n'])
        }
        _ => text,
    }
}
