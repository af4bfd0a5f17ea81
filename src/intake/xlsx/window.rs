//! A part of a workbook, piece by piece as it is inflated.
//!
//! Only as much of a part is held as one item of it needs; what is held is
//! known to be UTF-8. Whoever takes the items says how many bytes are done,
//! and gets the rest again with what comes next behind it.

use std::io::Read;

use super::markup::{Cursor, Stop};

/// Why a part is not scanned but left to the general reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unusual(pub(crate) &'static str);

/// Takes items from the text of a part.
pub(super) trait Items {
    /// Takes one item; `true` after the last one. An item that is not all
    /// there is taken again from its beginning, so nothing may be kept of it.
    fn item(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, Stop>;
}

/// Bytes inflated at once.
const PIECE: usize = 64 << 10;

/// Bytes of one item. The general reader has no limit.
const LONGEST: usize = 16 << 20;

/// Takes all items of a part.
pub(super) fn each_item(mut part: impl Read, items: &mut impl Items) -> Result<(), Unusual> {
    let mut buffer = vec![0_u8; 2 * PIECE];
    let (mut filled, mut ended) = (0, false);
    skip_mark(&mut part, &mut buffer, &mut filled)?;
    loop {
        if !ended {
            let read = part.read(&mut buffer[filled..]).map_err(|_| Unusual("damaged"))?;
            filled += read;
            ended = read == 0;
        }
        let text = valid(&buffer[..filled], ended)?;
        let mut cursor = Cursor::new(text);
        let mut done = 0;
        loop {
            match items.item(&mut cursor) {
                Ok(true) => return Ok(()),
                Ok(false) => done = cursor.at(),
                Err(Stop::Unusual(why)) => return Err(Unusual(why)),
                Err(Stop::More) if ended => return Err(Unusual("cut off")),
                Err(Stop::More) => break,
            }
        }
        buffer.copy_within(done..filled, 0);
        filled -= done;
        if filled == buffer.len() {
            if filled > LONGEST {
                return Err(Unusual("a very long item"));
            }
            buffer.resize(2 * filled, 0);
        }
    }
}

/// Skips the mark of UTF-8 that some writers put first.
fn skip_mark(part: &mut impl Read, buffer: &mut [u8], filled: &mut usize) -> Result<(), Unusual> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    while *filled < MARK.len() {
        let read = part.read(&mut buffer[*filled..]).map_err(|_| Unusual("damaged"))?;
        if read == 0 {
            return Err(Unusual("cut off"));
        }
        *filled += read;
    }
    if buffer.starts_with(MARK) {
        buffer.copy_within(MARK.len()..*filled, 0);
        *filled -= MARK.len();
    }
    Ok(())
}

/// The text so far, without the first bytes of a character at its end.
fn valid(bytes: &[u8], ended: bool) -> Result<&str, Unusual> {
    const WHY: Unusual = Unusual("not UTF-8");
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) if error.error_len().is_none() && !ended => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).map_err(|_| WHY)
        }
        Err(_) => Err(WHY),
    }
}
