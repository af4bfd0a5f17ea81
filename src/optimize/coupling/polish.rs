//! Two moves at once: where no single one makes a plan cheaper.
//!
//! Counts come in steps (a user seat counts five where a device counts two),
//! so that a row is met exactly only by moves that belong together.

use super::fill::Filler;
use super::primal::{Class, Option_, filled, lacks};

/// Moves that are looked at, those that cost least at the multipliers.
const MOST_MOVES: usize = 48;

/// How often a move is made at most.
const MOST_TIMES: i64 = 4;

/// Rounds.
const MOST_ROUNDS: usize = 8;

/// One person or piece to another option.
struct Move {
    class: usize,
    from: usize,
    to: usize,
    cents: i64,
    change: Vec<i64>,
    /// What the change is worth at the multipliers.
    worth: i128,
    most: i64,
}

/// Makes two moves at once, each up to some times, while that helps.
pub(super) fn polish(
    classes: &mut [Class],
    have: &mut [i64],
    bounds: &[i64],
    filler: &Filler,
    reduced: &dyn Fn(&Option_) -> i128,
) {
    let orders = filler.orders();
    for _ in 0..MOST_ROUNDS {
        let moves = moves(classes, filler, reduced);
        let now = filled(have, bounds, filler, &orders);
        let lacking = filler.worth(&lacks(have, bounds));
        let mut best: Option<(i64, [(usize, i64); 2])> = None;
        let mut moved = vec![0; have.len()];
        for (a, one) in moves.iter().enumerate() {
            for (b, two) in moves.iter().enumerate().skip(a + 1) {
                let shared = one.class == two.class && one.from == two.from;
                for i in 1..=one.most.min(MOST_TIMES) {
                    for j in 1..=two.most.min(MOST_TIMES) {
                        if shared && i + j > one.most {
                            break;
                        }
                        let left = now - i * one.cents - j * two.cents;
                        let worth = lacking - i128::from(i) * one.worth - i128::from(j) * two.worth;
                        let least = best.map_or(0, |(most, _)| most);
                        if !filler.may_leave(left, worth, least) {
                            continue;
                        }
                        let changes = one.change.iter().zip(&two.change);
                        for ((moved, have), (x, y)) in moved.iter_mut().zip(&*have).zip(changes) {
                            *moved = have + i * x + j * y;
                        }
                        let gain = left - filled(&moved, bounds, filler, &orders);
                        if gain > 0 && best.is_none_or(|(most, _)| gain > most) {
                            best = Some((gain, [(a, i), (b, j)]));
                        }
                    }
                }
            }
        }
        let Some((_, made)) = best else { return };
        for (at, times) in made {
            let made = &moves[at];
            classes[made.class].taken[made.from] -= times;
            classes[made.class].taken[made.to] += times;
            for (have, change) in have.iter_mut().zip(&made.change) {
                *have += times * change;
            }
        }
    }
}

/// The moves that are possible, cheapest at the multipliers first, one of
/// those that cost and count the same.
fn moves(classes: &[Class], filler: &Filler, reduced: &dyn Fn(&Option_) -> i128) -> Vec<Move> {
    let mut all: Vec<(i128, Move)> = Vec::new();
    for (number, class) in classes.iter().enumerate() {
        for (from, leave) in class.options.iter().enumerate() {
            let most = class.taken[from];
            if most == 0 {
                continue;
            }
            for (to, take) in class.options.iter().enumerate().filter(|(to, _)| *to != from) {
                let change = take.activity.iter().zip(&leave.activity).map(|(a, b)| a - b);
                let change: Vec<i64> = change.collect();
                let made = Move {
                    class: number,
                    from,
                    to,
                    cents: take.cents - leave.cents,
                    worth: filler.worth(&change),
                    change,
                    most,
                };
                all.push((reduced(take) - reduced(leave), made));
            }
        }
    }
    all.sort_by(|(a, x), (b, y)| {
        (a, x.cents, &x.change, y.most).cmp(&(b, y.cents, &y.change, x.most))
    });
    all.dedup_by(|(_, x), (_, y)| x.cents == y.cents && x.change == y.change);
    all.truncate(MOST_MOVES);
    all.into_iter().map(|(_, made)| made).collect()
}
