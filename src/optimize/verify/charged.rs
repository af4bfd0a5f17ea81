//! What a proof charges to seats.

/// Sums by seat. One list serves all leaves: only what was charged is cleared.
#[derive(Debug, Clone, Default)]
pub(super) struct Charged {
    cents: Vec<i128>,
    known: Vec<bool>,
    /// Seats with a charge, each once.
    seats: Vec<u32>,
}

impl Charged {
    /// Room for so many seats.
    pub(super) fn fit(&mut self, seats: usize) {
        self.cents.resize(seats, 0);
        self.known.resize(seats, false);
    }

    /// Seats that the problem does not have are nobody's: whoever charges them
    /// is refused before.
    pub(super) fn add(&mut self, seat: u32, cents: i128) {
        let at = seat as usize;
        let (Some(sum), Some(known)) = (self.cents.get_mut(at), self.known.get_mut(at)) else {
            return;
        };
        *sum += cents;
        if !std::mem::replace(known, true) {
            self.seats.push(seat);
        }
    }

    pub(super) fn of(&self, seat: u32) -> i128 {
        self.cents.get(seat as usize).copied().unwrap_or_default()
    }

    /// Seats with a charge, ascending, and the charges.
    pub(super) fn ascending(&mut self) -> impl Iterator<Item = (u32, i128)> {
        self.seats.sort_unstable();
        self.seats.iter().map(|&seat| (seat, self.cents[seat as usize]))
    }

    pub(super) fn clear(&mut self) {
        for seat in self.seats.drain(..) {
            (self.cents[seat as usize], self.known[seat as usize]) = (0, false);
        }
    }
}
