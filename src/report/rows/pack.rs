//! Rows packed while they are written.
//!
//! A worksheet is one stream of a workbook: what stands before its rows, the
//! rows, what stands behind them. The rows come first in time, and there are
//! many of them, so that they are packed at once and put aside, in memory while
//! they are few. A deflate stream may be cut at a byte and continued by another
//! one, which is how the pieces become one stream.

use std::io::{self, Read, Seek as _, Write};
use std::path::Path;

use crc32fast::Hasher;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use tempfile::{SpooledTempFile, spooled_tempfile_in};

/// Bytes that are kept in memory.
const KEPT: usize = 1 << 20;

/// How hard rows are packed. Each step beyond takes more time than it saves
/// room.
const LEVEL: u32 = 2;

/// A piece of a stream, packed.
pub(crate) struct Piece<R> {
    /// Its packed bytes, from where they stand.
    pub(crate) bytes: R,
    /// How many.
    pub(crate) packed: u64,
    /// How many there were.
    pub(crate) size: u64,
    /// Their check sum.
    pub(crate) crc: Hasher,
}

/// Packs what is written.
pub(super) struct Packer {
    encoder: DeflateEncoder<Aside>,
    size: u64,
    crc: Hasher,
}

/// Where packed bytes go; nowhere when they have been taken.
struct Aside {
    file: Option<SpooledTempFile>,
    packed: u64,
}

impl Write for Aside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(file) = &mut self.file {
            file.write_all(bytes)?;
            self.packed += bytes.len() as u64;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Packer {
    /// Packs into memory, and into a file in `scratch` when that is too much.
    pub(super) fn new(scratch: &Path) -> Self {
        let aside = Aside { file: Some(spooled_tempfile_in(KEPT, scratch)), packed: 0 };
        Self {
            encoder: DeflateEncoder::new(aside, Compression::new(LEVEL)),
            size: 0,
            crc: Hasher::new(),
        }
    }

    /// Packs some more.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.size += bytes.len() as u64;
        self.crc.update(bytes);
        self.encoder.write_all(bytes)
    }

    /// What was packed, to be continued.
    pub(super) fn finish(mut self) -> io::Result<Piece<SpooledTempFile>> {
        self.encoder.flush()?;
        let aside = self.encoder.get_mut();
        let Some(mut bytes) = aside.file.take() else {
            return Err(io::Error::other("packed rows were taken twice"));
        };
        bytes.rewind()?;
        Ok(Piece { bytes, packed: aside.packed, size: self.size, crc: self.crc })
    }
}

/// Packs a piece at once; the last one ends the stream.
pub(super) fn piece(bytes: &[u8], last: bool) -> io::Result<Piece<impl Read>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
    encoder.write_all(bytes)?;
    let packed = if last {
        encoder.finish()?
    } else {
        encoder.flush()?;
        std::mem::take(encoder.get_mut())
    };
    let mut crc = Hasher::new();
    crc.update(bytes);
    Ok(Piece {
        packed: packed.len() as u64,
        size: bytes.len() as u64,
        bytes: io::Cursor::new(packed),
        crc,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_one_stream() {
        let dir = tempfile::tempdir().unwrap();
        // More than is kept in memory, and not to be packed away.
        let mut noise = 1_u64;
        let rows: Vec<u8> = std::iter::repeat_with(|| {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            noise.to_be_bytes()[0]
        })
        .take(3 * KEPT)
        .collect();
        let mut packer = Packer::new(dir.path());
        for part in rows.chunks(100_000) {
            packer.write(part).unwrap();
        }
        let (mut head, mut middle, mut tail) = (
            piece(b"before", false).unwrap(),
            packer.finish().unwrap(),
            piece(b"behind", true).unwrap(),
        );
        let mut packed = Vec::new();
        for bytes in [&mut head.bytes as &mut dyn Read, &mut middle.bytes, &mut tail.bytes] {
            bytes.read_to_end(&mut packed).unwrap();
        }
        assert_eq!(packed.len() as u64, head.packed + middle.packed + tail.packed);
        let mut whole = Vec::new();
        flate2::read::DeflateDecoder::new(&packed[..]).read_to_end(&mut whole).unwrap();
        assert!(whole == [b"before", &rows[..], b"behind"].concat());
        let mut crc = head.crc;
        crc.combine(&middle.crc);
        crc.combine(&tail.crc);
        let mut all = Hasher::new();
        all.update(&whole);
        assert_eq!(crc.finalize(), all.finalize());
        assert_eq!(middle.size, rows.len() as u64);
    }
}
