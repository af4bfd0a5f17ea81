//! Workbooks changed at random, the same ones every time. `SEATWISE_CHANGES`
//! and `SEATWISE_SEED` ask for more of them and for others.

use std::io::{Cursor, Read};

use zip::write::{SimpleFileOptions, ZipWriter};

use super::super::hostile::book_of;
use super::compare;
use super::made::{KNOWN, LEFT, STRINGS, of_all_kinds, of_inline_texts};

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap()
    }

    fn of<'t, T: ?Sized>(&mut self, list: &[&'t T]) -> &'t T {
        list[self.below(list.len())]
    }
}

type Parts = Vec<(String, Vec<u8>)>;

fn parts(book: &[u8]) -> Parts {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .filter(|(name, _)| !name.contains("theme") && !name.contains("docProps"))
        .collect()
}

fn packed(parts: &Parts, method: zip::CompressionMethod) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(method);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(name.as_str(), options).unwrap();
        std::io::Write::write_all(&mut writer, bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const TOKENS: &[&str] = &[
    "<row>",
    "</row>",
    "<row r=\"4\">",
    "<row/>",
    "<c>",
    "</c>",
    "<c/>",
    "<c r=\"C3\" t=\"s\">",
    "<v>",
    "</v>",
    "<v/>",
    "<v>2</v>",
    "<f>",
    "</f>",
    "<f>A1</f>",
    "<f/>",
    "<is>",
    "</is>",
    "<t>",
    "</t>",
    "<t/>",
    "<r>",
    "</r>",
    "<rPh>",
    "</rPh>",
    "<rPh/>",
    "<si>",
    "</si>",
    "<si/>",
    "</sst>",
    "</sheetData>",
    "<sheetData>",
    "<!-- x -->",
    "<![CDATA[y]]>",
    "<?pi?>",
    "<!DOCTYPE a>",
    "&amp;",
    "&lt;",
    "&#65;",
    "&#x1F600;",
    "&#0;",
    "&#xD800;",
    "&x;",
    "&",
    ";",
    "<",
    ">",
    "\"",
    "'",
    "/",
    "=",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\0",
    "\u{e9}",
    "\u{a0}",
    "_x000D_",
    "_xD83D__xDE00_",
    "_xDC00_",
    "_x",
    "x:",
    ":",
    " t=\"str\"",
    " t=\"n\"",
    " t=\"b\"",
    " t=\"e\"",
    " t=\"d\"",
    " t=\"s\"",
    " t='inlineStr'",
    " r=\"A1\"",
    " r='B9'",
    " s=\"1\"",
    " s=\"2\"",
    " s=\"99\"",
    " xml:space=\"preserve\"",
    " numFmtId=\"14\"",
    " numFmtId=\"46\"",
    " date1904=\"1\"",
    "0",
    "1",
    "-",
    ".",
    "e5",
    "E-3",
    "99999999999",
    "1048577",
    "#N/A",
    "#SPILL!",
    "true",
    "nan",
    "]]>",
    "\u{feff}",
];

/// Tags and the texts between them.
fn pieces(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'<' && at > start {
            pieces.push((start, at));
            start = at;
        } else if *byte == b'>' {
            pieces.push((start, at + 1));
            start = at + 1;
        }
    }
    pieces
}

/// A cell, a row or a shared text as a whole, if there is one.
fn element(random: &mut Random, bytes: &[u8]) -> Option<(usize, usize)> {
    let (open, close) = [("<c", "</c>"), ("<row", "</row>"), ("<si>", "</si>")][random.below(3)];
    let starts: Vec<usize> = memchr::memmem::find_iter(bytes, open).collect();
    let start = *starts.get(random.below(starts.len()))?;
    let length = memchr::memmem::find(&bytes[start..], close.as_bytes())? + close.len();
    Some((start, start + length))
}

/// Texts for cells, as they stand in a part.
const TEXTS: &[&str] = &[
    "7",
    "-3.25",
    "44000",
    "1E5",
    "0.1",
    "1",
    "0",
    "2",
    " 5 ",
    "",
    "plain",
    " blank ",
    "&amp;&#9;",
    "#REF!",
    "2026-02-28",
    "_x0041_",
    "caf\u{e9}",
    "12345678901234567890",
    "a\r\nb",
];

/// Changes that leave the markup whole.
fn change_wholes(random: &mut Random, bytes: &mut Vec<u8>) {
    let texts: Vec<(usize, usize)> =
        pieces(bytes).into_iter().filter(|&(start, _)| bytes[start] != b'<').collect();
    match random.below(4) {
        0 if !texts.is_empty() => {
            let (start, end) = texts[random.below(texts.len())];
            bytes.splice(start..end, random.of(TEXTS).bytes());
        }
        1 => {
            if let Some((start, end)) = element(random, bytes) {
                bytes.drain(start..end);
            }
        }
        2 => {
            if let Some((start, end)) = element(random, bytes) {
                let copy = bytes[start..end].to_vec();
                bytes.splice(end..end, copy);
            }
        }
        _ => {
            let digits: Vec<usize> =
                (0..bytes.len()).filter(|&at| bytes[at].is_ascii_digit()).collect();
            if !digits.is_empty() {
                let at = digits[random.below(digits.len())];
                bytes[at] = b'0' + u8::try_from(random.below(10)).unwrap();
            }
        }
    }
}

fn change(random: &mut Random, bytes: &mut Vec<u8>) {
    if random.below(2) == 0 {
        return change_wholes(random, bytes);
    }
    let pieces = pieces(bytes);
    let piece = |random: &mut Random| match pieces.len() {
        0 => (0, 0),
        some => pieces[random.below(some)],
    };
    let at = random.below(bytes.len() + 1);
    match random.below(11) {
        0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        1 if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).unwrap(),
        2 => {
            let (start, end) = piece(random);
            bytes.drain(start..end);
        }
        3 => {
            let (start, end) = piece(random);
            let copy = bytes[start..end].to_vec();
            bytes.splice(end..end, copy);
        }
        4 => {
            // Two pieces change places, or one is copied over another.
            let ((a, b), (c, d)) = (piece(random), piece(random));
            let other = bytes[c..d].to_vec();
            bytes.splice(a..b, other);
        }
        5 | 6 => {
            let token = random.of(TOKENS);
            bytes.splice(at..at, token.bytes());
        }
        7 => {
            let (start, _) = piece(random);
            let token = random.of(TOKENS);
            bytes.splice(start..start, token.bytes());
        }
        8 => {
            // Before the end of a tag.
            let (_, end) = piece(random);
            let token = random.of(TOKENS);
            let at = end.saturating_sub(1);
            bytes.splice(at..at, token.bytes());
        }
        9 => bytes.truncate(at),
        _ => {
            // A row, or what goes for one, comes again.
            let ((a, _), (_, d)) = (piece(random), piece(random));
            if a < d && d - a < 2_000 {
                let copy = bytes[a..d].to_vec();
                bytes.splice(d..d, copy);
            }
        }
    }
}

#[test]
fn ten_thousand_changed_workbooks_read_the_same() {
    let large: Vec<Parts> = vec![
        parts(&of_inline_texts()),
        parts(&of_all_kinds()),
        parts(&book_of(STRINGS, &KNOWN.concat())),
    ];
    let of = |rows: &&str| parts(&book_of(STRINGS, rows));
    let known: Vec<Parts> = KNOWN.iter().map(of).collect();
    let unusual: Vec<Parts> = LEFT.iter().map(of).collect();
    let setting =
        |name, usual| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let mut random = Random(setting("SEATWISE_SEED", 0x5ca1_ab1e));
    let (mut scanned, mut left, mut refused) = (0, 0, 0);
    for number in 0..setting("SEATWISE_CHANGES", 10_000) {
        let seeds = match random.below(8) {
            0..3 => &large,
            7 => &unusual,
            _ => &known,
        };
        let mut parts = seeds[random.below(seeds.len())].clone();
        let bytes = if random.below(8) == 0 {
            // The container itself.
            let mut bytes = packed(&parts, zip::CompressionMethod::Deflated);
            for _ in 0..=random.below(3) {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
            if random.below(4) == 0 {
                bytes.truncate(random.below(bytes.len()));
            }
            bytes
        } else {
            for _ in 0..=random.below(4) / 2 {
                // Mostly what the scanner looks into.
                let chosen: Vec<usize> = (0..parts.len())
                    .filter(|&at| {
                        let name = &parts[at].0;
                        name.contains("sheet") || name.contains("sharedStrings")
                    })
                    .collect();
                let at = if random.below(8) == 0 || chosen.is_empty() {
                    random.below(parts.len())
                } else {
                    chosen[random.below(chosen.len())]
                };
                change(&mut random, &mut parts[at].1);
            }
            packed(&parts, zip::CompressionMethod::Stored)
        };
        let outcome = compare(&bytes, &format!("change {number}"));
        scanned += outcome.scanned;
        left += outcome.left.len();
        refused += usize::from(outcome.refused);
    }
    eprintln!("{scanned} sheets scanned, {left} left to the general reader, {refused} refused");
    // Otherwise the test would compare the general reader with itself.
    assert!(scanned > 4_000 && left > 1_000, "{scanned} scanned, {left} left");
}
