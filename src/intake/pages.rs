//! Looks at the page headers of a Parquet file before its reader does.
//!
//! The reader takes the number of values of a page as it stands there and
//! asks for memory for them; a forged one ends the process, which nothing can
//! catch. A header is a Thrift structure; of all its fields only the sizes
//! and the counts are looked at.

/// What a header says, as far as it matters.
#[derive(Debug, Default)]
struct Header {
    uncompressed: i64,
    compressed: i64,
    /// Counts of values, nulls and rows, and lengths of levels.
    counts: Vec<i64>,
}

/// Walks through the pages of a column chunk of `rows` rows. `None` when a
/// header cannot be read or says what cannot be.
pub(crate) fn check(mut chunk: &[u8], rows: u64, most_bytes: u64) -> Option<()> {
    // Nested columns have more values than rows.
    let most = i64::try_from(rows.checked_mul(64)?.max(1 << 20)).ok()?;
    while !chunk.is_empty() {
        let mut thrift = Thrift { bytes: chunk, header: Header::default() };
        thrift.structure(0, 0)?;
        let (rest, header) = (thrift.bytes, thrift.header);
        let compressed = usize::try_from(header.compressed).ok()?;
        if u64::try_from(header.uncompressed).ok()? > most_bytes
            || header.counts.iter().any(|count| !(0..=most).contains(count))
        {
            return None;
        }
        chunk = rest.get(compressed..)?;
    }
    Some(())
}

struct Thrift<'b> {
    bytes: &'b [u8],
    header: Header,
}

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        let half = i64::try_from(number >> 1).ok()?;
        Some(if number & 1 == 0 { half } else { -half - 1 })
    }

    /// Reads a structure that is field `outer` of the one around it.
    fn structure(&mut self, outer: i64, depth: u8) -> Option<()> {
        if depth > 8 {
            return None;
        }
        let mut field = 0_i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            field = match head >> 4 {
                0 => self.signed()?,
                step => field.checked_add(i64::from(step))?,
            };
            self.value(head & 0xf, (outer, field), depth)?;
        }
    }

    fn value(&mut self, kind: u8, place: (i64, i64), depth: u8) -> Option<()> {
        match kind {
            1 | 2 => {}
            3 => {
                self.byte()?;
            }
            4..=6 => {
                let value = self.signed()?;
                match place {
                    (0, 2) => self.header.uncompressed = value,
                    (0, 3) => self.header.compressed = value,
                    // Data page, dictionary page, data page of version 2.
                    (5 | 7, 1) | (8, 1..=3 | 5 | 6) => self.header.counts.push(value),
                    _ => {}
                }
            }
            7 => self.skip(8)?,
            8 => {
                let length = usize::try_from(self.number()?).ok()?;
                self.skip(length)?;
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = match head >> 4 {
                    15 => self.number()?,
                    count => u64::from(count),
                };
                for _ in 0..count.min(self.bytes.len() as u64 + 1) {
                    self.value(head & 0xf, (-1, 0), depth + 1)?;
                }
            }
            12 => {
                let outer = if depth == 0 { place.1 } else { -1 };
                self.structure(outer, depth + 1)?;
            }
            _ => return None,
        }
        Some(())
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.bytes = self.bytes.get(count..)?;
        Some(())
    }
}
