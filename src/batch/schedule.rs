//! Which tenant is worked on next.
//!
//! The largest first, so that none of them is left alone at the end; and no
//! more of them at a time than memory has room for. What comes out stands in
//! the order of what went in, whoever was done first.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::intake::InputFile;

/// What a tenant of no size takes.
const LEAST: u64 = 8 << 20;

/// Bytes of memory per byte of a text file, from measurements: tenants of
/// 86,000 to 139,000 people took 9 to 11.
const PLAIN: u64 = 12;

/// The same for files that are packed: workbooks, archives, Parquet.
const PACKED: u64 = 50;

/// How long a thread that has nothing to do waits before it looks again.
const PAUSE: Duration = Duration::from_millis(2);

/// The size of files on disk and what working on them may take of memory, both
/// in bytes.
pub(super) fn weigh(files: &[InputFile]) -> (u64, u64) {
    files.iter().map(size).fold((0, LEAST), |(all, memory), (bytes, packed)| {
        let guess = bytes.saturating_mul(if packed { PACKED } else { PLAIN });
        (all + bytes, memory.saturating_add(guess))
    })
}

/// Bytes on disk, and whether they are packed. A member of an archive counts
/// as the whole archive.
fn size(file: &InputFile) -> (u64, bool) {
    if !file.bundle.is_empty() {
        return file
            .bundle
            .iter()
            .map(size)
            .fold((0, false), |(all, any), (bytes, packed)| (all + bytes, any || packed));
    }
    let bytes = std::fs::metadata(&file.path).map_or(0, |data| data.len());
    let extension = Path::new(&file.path).extension().unwrap_or_default().to_ascii_lowercase();
    let plain = ["csv", "tsv", "tab", "psv", "txt", "json", "xml"];
    (bytes, !plain.iter().any(|known| extension == *known))
}

/// What is still to be done.
struct Queue<T> {
    /// The items with their numbers, the largest last.
    waiting: Vec<(usize, T)>,
    /// Memory of those that are worked on.
    taken: u64,
    working: usize,
}

impl<T> Queue<T> {
    /// The largest item there is room for. One is always worked on.
    fn next(&mut self, needs: &[u64], room: u64) -> Option<(usize, T)> {
        let fits = |(at, _): &(usize, T)| {
            self.working == 0 || self.taken.saturating_add(needs[*at]) <= room
        };
        let place = self.waiting.iter().rposition(fits)?;
        let (at, item) = self.waiting.remove(place);
        self.taken = self.taken.saturating_add(needs[at]);
        self.working += 1;
        Some((at, item))
    }
}

/// Works on all items with the threads of the current pool: those that need
/// most first, and so that the needs of all that are in work add up to no more
/// than `room`. An item is done with when it was worked on.
pub(super) fn largest_first<T: Send, R: Send>(
    items: Vec<T>,
    needs: &[u64],
    room: u64,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let mut waiting: Vec<(usize, T)> = items.into_iter().enumerate().collect();
    // Among equals the first comes first.
    waiting.sort_by_key(|(at, _)| (needs[*at], std::cmp::Reverse(*at)));
    let queue = Mutex::new(Queue { waiting, taken: 0, working: 0 });
    let locked = || queue.lock().unwrap_or_else(PoisonError::into_inner);
    let done: Vec<Vec<(usize, R)>> = rayon::broadcast(|_| {
        let mut done = Vec::new();
        loop {
            let mut all = locked();
            if all.waiting.is_empty() {
                return done;
            }
            let next = all.next(needs, room);
            drop(all);
            let Some((at, item)) = next else {
                // No room: lend a hand to those who are at work.
                if rayon::yield_now() != Some(rayon::Yield::Executed) {
                    std::thread::sleep(PAUSE);
                }
                continue;
            };
            done.push((at, work(item)));
            let mut all = locked();
            all.taken -= needs[at];
            all.working -= 1;
        }
    });
    let mut done: Vec<(usize, R)> = done.into_iter().flatten().collect();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn on(threads: usize, work: impl FnOnce() + Send) {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work);
    }

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        on(4, || {
            let items: Vec<u64> = (0..100).collect();
            let needs: Vec<u64> = items.iter().map(|item| item * 7 % 31).collect();
            let doubled = largest_first(items, &needs, u64::MAX, |item| item * 2);
            assert_eq!(doubled, (0..100).map(|item| item * 2).collect::<Vec<u64>>());
        });
    }

    #[test]
    fn one_thread_takes_the_largest_first() {
        on(1, || {
            let order = Mutex::new(Vec::new());
            largest_first(vec![3, 9, 4, 9], &[3, 9, 4, 9], u64::MAX, |item| {
                order.lock().unwrap().push(item);
            });
            assert_eq!(*order.lock().unwrap(), [9, 9, 4, 3]);
        });
    }

    #[test]
    fn no_more_is_in_work_than_there_is_room_for_but_one_always_is() {
        on(4, || {
            let needs: Vec<u64> = (0..60).map(|at| 1 + at % 10).chain([50]).collect();
            let (taken, most) = (AtomicU64::new(0), AtomicU64::new(0));
            largest_first(needs.clone(), &needs, 12, |need| {
                let now = taken.fetch_add(need, Ordering::SeqCst) + need;
                most.fetch_max(now, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(1));
                taken.fetch_sub(need, Ordering::SeqCst);
            });
            assert_eq!(most.load(Ordering::SeqCst), 50, "the largest alone");
        });
        on(4, || {
            let needs = vec![5; 40];
            let (working, most) = (AtomicU64::new(0), AtomicU64::new(0));
            largest_first(needs.clone(), &needs, 10, |_| {
                let now = working.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(1));
                working.fetch_sub(1, Ordering::SeqCst);
            });
            assert_eq!(most.load(Ordering::SeqCst), 2);
        });
    }
}
