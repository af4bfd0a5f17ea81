//! The compound file around an old Excel workbook.
//!
//! Such a file is a small file system: sectors, a table of which sector
//! follows which, a directory. Takes a file, gives the one stream in it that
//! is the workbook; and packs a stream into a new compound file that holds
//! nothing else. What was looked at and what a reader is then given are the
//! same bytes, whatever tricks the original's tables play.

use super::limits::Refusal;

const END: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;
const TABLE: u32 = 0xffff_fffd;
const SECTOR: usize = 512;
/// Streams below this size live in sectors of 64 bytes.
const SMALL: usize = 4_096;
/// Entries of the table that stand in the header.
const IN_HEADER: usize = 109;

fn damaged(what: &str) -> Refusal {
    Refusal::Unreadable(format!(
        "the workbook is damaged or protected by a password ({what}); save it as .xlsx without one"
    ))
}

fn word(bytes: &[u8], at: usize) -> Result<u32, Refusal> {
    match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => Ok(u32::from_le_bytes([a, b, c, d])),
        _ => Err(damaged("it is cut off")),
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(|part| u32::from_le_bytes([part[0], part[1], part[2], part[3]]))
}

/// A sector as an index.
fn at(sector: u32) -> usize {
    usize::try_from(sector).unwrap_or(usize::MAX)
}

struct Compound<'b> {
    bytes: &'b [u8],
    sector: usize,
    next: Vec<u32>,
}

impl<'b> Compound<'b> {
    fn open(bytes: &'b [u8]) -> Result<Self, Refusal> {
        let sector = match bytes.get(30..32) {
            Some([9, 0]) => 512,
            Some([12, 0]) => 4_096,
            _ => return Err(damaged("unknown sector size")),
        };
        let mut file = Self { bytes, sector, next: Vec::new() };
        let most = bytes.len() / sector;
        let mut tables: Vec<u32> = words(bytes.get(76..512).unwrap_or_default()).collect();
        let mut more = word(bytes, 68)?;
        let mut seen = 0;
        while more < TABLE - 1 {
            seen += 1;
            if seen > most {
                return Err(damaged("its tables go in circles"));
            }
            let mut entries: Vec<u32> = words(file.at(more)?).collect();
            more = entries.pop().unwrap_or(END);
            tables.extend(entries);
        }
        for table in tables.into_iter().filter(|table| *table < TABLE - 1) {
            if file.next.len() > (most + 1) * 128 {
                return Err(damaged("its tables go in circles"));
            }
            let entries: Vec<u32> = words(file.at(table)?).collect();
            file.next.extend(entries);
        }
        Ok(file)
    }

    fn at(&self, sector: u32) -> Result<&'b [u8], Refusal> {
        // The header takes the place of one sector.
        let start = at(sector).saturating_add(1).saturating_mul(self.sector);
        let end = start.saturating_add(self.sector).min(self.bytes.len());
        self.bytes
            .get(start..end)
            .filter(|part| !part.is_empty())
            .ok_or_else(|| damaged("it is cut off"))
    }

    /// The sectors that follow one another from `first`, at most `length`
    /// bytes.
    fn chain(&self, first: u32, length: usize) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        let mut sector = first;
        while sector != END && bytes.len() < length {
            if bytes.len() > self.bytes.len() {
                return Err(damaged("its sectors go in circles"));
            }
            bytes.extend_from_slice(self.at(sector)?);
            sector = *self.next.get(at(sector)).ok_or_else(|| damaged("a sector is missing"))?;
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}

/// What stands in a compound file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The stream of an old workbook.
    Workbook(Vec<u8>),
    /// A new workbook under a password.
    Encrypted,
    /// Something else.
    Other,
}

/// Finds the workbook in a compound file.
pub(crate) fn find(bytes: &[u8]) -> Result<Found, Refusal> {
    let file = Compound::open(bytes)?;
    let directory = file.chain(word(bytes, 48)?, bytes.len())?;
    let entries: Vec<(String, u32, usize)> = directory
        .chunks_exact(128)
        .map(|entry| {
            let letters = entry[..64].chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]]));
            let name = char::decode_utf16(letters.take_while(|&c| c != 0))
                .map(|c| c.unwrap_or('\u{fffd}'))
                .collect::<String>();
            Ok((name, word(entry, 116)?, at(word(entry, 120)?)))
        })
        .collect::<Result<_, Refusal>>()?;
    let named = |name: &str| entries.iter().find(|entry| entry.0.eq_ignore_ascii_case(name));
    let Some((_, start, length)) = named("Workbook").or_else(|| named("Book")) else {
        return Ok(if named("EncryptedPackage").is_some() {
            Found::Encrypted
        } else {
            Found::Other
        });
    };
    let whole = if *length >= SMALL {
        file.chain(*start, *length)?
    } else {
        let root = entries.first().ok_or_else(|| damaged("it has no root"))?;
        let small = file.chain(root.1, root.2)?;
        let next: Vec<u32> = words(&file.chain(word(bytes, 60)?, bytes.len())?).collect();
        let mut whole = Vec::new();
        let mut sector = *start;
        while sector != END && whole.len() < *length {
            let from = at(sector).saturating_mul(64);
            let part = small.get(from..from.saturating_add(64));
            whole.extend_from_slice(part.ok_or_else(|| damaged("it is cut off"))?);
            sector = *next.get(at(sector)).ok_or_else(|| damaged("a sector is missing"))?;
        }
        whole.truncate(*length);
        whole
    };
    if whole.len() < *length {
        return Err(damaged("it is cut off"));
    }
    Ok(Found::Workbook(whole))
}

/// Packs a stream called `Workbook` into a compound file of its own.
pub(crate) fn pack(stream: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut stream = stream.to_vec();
    // Never in small sectors; what follows the last record is not read.
    stream.resize(stream.len().max(SMALL).next_multiple_of(SECTOR), 0);
    let content = stream.len() / SECTOR;
    // Sectors: the content, the directory, the table. The table lists itself.
    let mut tables = 1;
    while tables * 128 < content + 1 + tables {
        tables += 1;
    }
    let mut lists = 0;
    if tables > IN_HEADER {
        lists = (tables - IN_HEADER).div_ceil(127);
        while tables * 128 < content + 1 + tables + lists {
            tables += 1;
            lists = (tables - IN_HEADER).div_ceil(127);
        }
    }
    let number = |index: usize| {
        u32::try_from(index).map_err(|_| damaged("it is larger than such a file can be"))
    };
    let (directory, first_table) = (number(content)?, number(content + 1)?);
    let first_list = number(content + 1 + tables)?;
    let mut file = vec![0_u8; SECTOR];
    file[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    let put = |file: &mut Vec<u8>, at: usize, value: u32| {
        file[at..at + 4].copy_from_slice(&value.to_le_bytes());
    };
    file[24..28].copy_from_slice(&[0x3e, 0, 3, 0]);
    file[28..34].copy_from_slice(&[0xfe, 0xff, 9, 0, 6, 0]);
    put(&mut file, 44, number(tables)?);
    put(&mut file, 48, directory);
    put(&mut file, 56, number(SMALL)?);
    put(&mut file, 60, END);
    put(&mut file, 68, if lists > 0 { first_list } else { END });
    put(&mut file, 72, number(lists)?);
    for entry in 0..IN_HEADER {
        let value = if entry < tables { first_table + number(entry)? } else { FREE };
        put(&mut file, 76 + 4 * entry, value);
    }
    let length = number(stream.len())?;
    file.extend(stream);
    for (name, kind, start, size) in
        [("Root Entry", 5_u8, END, 0), ("Workbook", 2, 0, length), ("", 0, 0, 0), ("", 0, 0, 0)]
    {
        let mut entry = vec![0_u8; 128];
        for (at, letter) in name.encode_utf16().enumerate() {
            entry[2 * at..2 * at + 2].copy_from_slice(&letter.to_le_bytes());
        }
        let letters = if name.is_empty() { 0 } else { name.len() + 1 };
        entry[64] = u8::try_from(2 * letters).unwrap_or_default();
        (entry[66], entry[67]) = (kind, 1);
        for link in [68, 72, 76] {
            put(&mut entry, link, FREE);
        }
        if kind == 5 {
            put(&mut entry, 76, 1);
        }
        put(&mut entry, 116, start);
        put(&mut entry, 120, size);
        file.extend(entry);
    }
    let mut table: Vec<u32> = Vec::with_capacity(tables * 128);
    for sector in 1..content {
        table.push(number(sector)?);
    }
    table.extend([END, END]);
    table.extend(std::iter::repeat_n(TABLE, tables));
    table.extend(std::iter::repeat_n(0xffff_fffc, lists));
    table.resize(tables * 128, FREE);
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));
    for list in 0..lists {
        for entry in 0..127 {
            let index = IN_HEADER + list * 127 + entry;
            let value = if index < tables { first_table + number(index)? } else { FREE };
            file.extend(value.to_le_bytes());
        }
        let more = if list + 1 < lists { first_list + number(list + 1)? } else { END };
        file.extend(more.to_le_bytes());
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_found_again_whatever_its_size() {
        for size in [0_usize, 1, 4_095, 4_096, 100_000, 9_000_000] {
            let stream: Vec<u8> = (0..size).map(|at| (at * 7 % 251).to_le_bytes()[0]).collect();
            let Found::Workbook(found) = find(&pack(&stream).unwrap()).unwrap() else {
                panic!("a workbook of {size} bytes is not found")
            };
            assert_eq!(found[..size], stream, "{size}");
            assert!(found[size..].iter().all(|&byte| byte == 0));
        }
    }
}
