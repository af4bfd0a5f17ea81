//! Seats for nobody: the cheapest ones that make up for what rows lack.
//!
//! For one row this is a small covering problem (a user seat counts five, a
//! device licence two of a hundred), solved by a table. Rows that share seats
//! are filled one after the other, each seat credited to all of them.

use super::node::Idle;

/// Lacks above this are filled with the best seat by price per count first.
const LONGEST: i64 = 2_048;

/// One kind of seat that can be bought for nobody.
struct Item {
    cents: i64,
    activity: Vec<i64>,
    /// Position among the node's idle seats.
    idle: usize,
}

/// How a lack is filled at the least cost.
#[derive(Clone, Copy)]
struct Entry {
    cents: i64,
    /// The seat to take first.
    item: usize,
    /// So many of it before another seat is the one to take.
    times: i64,
}

/// Tables for the rows of a node.
pub(super) struct Filler {
    items: Vec<Item>,
    /// For each row and lack.
    tables: Vec<Vec<Option<Entry>>>,
    /// For each row: the seat with the lowest price per count.
    best: Vec<Option<usize>>,
    /// What a count in each row is worth, in parts of a cent; no seat counts
    /// for more than it costs.
    worth: Vec<i128>,
    /// Parts of a cent.
    scale: i128,
    /// The first rows are those of owned seats. Each of them is filled by one
    /// kind of seat alone, and before any other.
    owned: usize,
}

impl Filler {
    /// `rows`: positions of the rows that are filled, `owned` rows of owned
    /// seats first; `lacks`: the most each can ever lack; `worth`: what a
    /// count is worth at the multipliers, and their scale.
    pub(super) fn new(
        idle: &[Idle],
        rows: &[usize],
        lacks: &[i64],
        owned: usize,
        (worth, scale): (Vec<i128>, i64),
    ) -> Self {
        let items: Vec<Item> = idle
            .iter()
            .enumerate()
            .filter(|(_, seat)| seat.buyable)
            .map(|(at, seat)| Item {
                cents: seat.cents,
                activity: rows.iter().map(|&row| seat.activity[row]).collect(),
                idle: at,
            })
            .collect();
        let mut tables = Vec::with_capacity(rows.len());
        let mut best = Vec::with_capacity(rows.len());
        for (row, &most) in lacks.iter().enumerate() {
            let usable = || items.iter().enumerate().filter(move |(_, i)| i.activity[row] > 0);
            best.push(
                usable()
                    .min_by(|(_, a), (_, b)| {
                        let cross =
                            |x: &Item, y: &Item| i128::from(x.cents) * i128::from(y.activity[row]);
                        cross(a, b).cmp(&cross(b, a))
                    })
                    .map(|(at, _)| at),
            );
            let nothing = Entry { cents: 0, item: usize::MAX, times: 0 };
            let mut table: Vec<Option<Entry>> = vec![Some(nothing)];
            for lack in 1..=most.clamp(0, LONGEST) {
                let mut least: Option<Entry> = None;
                for (at, item) in usable() {
                    let rest = usize::try_from((lack - item.activity[row]).max(0)).unwrap_or(0);
                    if let Some(rest) = table[rest] {
                        let cents = rest.cents + item.cents;
                        if least.is_none_or(|known| cents < known.cents) {
                            let times = if rest.item == at { rest.times + 1 } else { 1 };
                            least = Some(Entry { cents, item: at, times });
                        }
                    }
                }
                table.push(least);
            }
            tables.push(table);
        }
        let scale = i128::from(scale);
        let fair = |item: &Item| {
            let counts = item.activity.iter().zip(&worth);
            counts.map(|(count, worth)| i128::from(*count) * worth).sum::<i128>()
                <= i128::from(item.cents) * scale
        };
        // Multipliers of rows that are not filled may pay for the rest of a
        // seat; then nothing is known.
        let worth = if items.iter().all(fair) { worth } else { vec![0; worth.len()] };
        Self { items, tables, best, worth, scale, owned }
    }

    /// What these counts are worth, in parts of a cent.
    pub(super) fn worth(&self, counts: &[i64]) -> i128 {
        counts.iter().zip(&self.worth).map(|(count, worth)| i128::from(*count) * worth).sum()
    }

    /// Whether filling lacks of this worth leaves more than `least` of `cents`
    /// at best: no seat counts for more than it costs.
    pub(super) fn may_leave(&self, cents: i64, worth: i128, least: i64) -> bool {
        (i128::from(cents) - i128::from(least)) * self.scale > worth
    }

    /// The orders in which rows are worth filling after those of owned seats.
    pub(super) fn orders(&self) -> Vec<Vec<usize>> {
        let rows = self.tables.len() - self.owned;
        let forth: Vec<usize> = (0..rows).collect();
        let orders: Vec<Vec<usize>> = match rows {
            0 | 1 => vec![forth],
            2 => vec![vec![0, 1], vec![1, 0]],
            3 => [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
                .map(Vec::from)
                .into(),
            _ => vec![forth.iter().rev().copied().collect(), forth],
        };
        let after = |order: Vec<usize>| order.into_iter().map(|row| row + self.owned).collect();
        orders.into_iter().map(after).collect()
    }

    /// The least that filling costs in any order.
    pub(super) fn least(&self, lacks: &[i64], orders: &[Vec<usize>]) -> Option<i64> {
        if lacks.iter().all(|lack| *lack <= 0) {
            return Some(0);
        }
        let mut open = lacks.to_vec();
        let first = self.run(&mut open, 0..self.owned, None)?;
        let rest = open[self.owned..].iter().filter(|lack| **lack > 0).count();
        if rest == 0 {
            return Some(first);
        }
        let tried = if rest > 1 { orders.len() } else { 1 };
        let orders = orders.iter().take(tried);
        let fills =
            orders.filter_map(|order| self.run(&mut open.clone(), order.iter().copied(), None));
        Some(first + fills.min()?)
    }

    /// What filling the rows costs, those of owned seats first and the others
    /// in this order, with the seats by position; `None` where nothing for
    /// sale counts.
    pub(super) fn fill(&self, lacks: &[i64], order: &[usize]) -> Option<(i64, Vec<(usize, i64)>)> {
        let (mut open, mut bought) = (lacks.to_vec(), Vec::new());
        let rows = (0..self.owned).chain(order.iter().copied());
        let cents = self.run(&mut open, rows, Some(&mut bought))?;
        Some((cents, bought))
    }

    fn run(
        &self,
        open: &mut [i64],
        rows: impl Iterator<Item = usize>,
        mut bought: Option<&mut Vec<(usize, i64)>>,
    ) -> Option<i64> {
        let mut cents = 0_i64;
        for row in rows {
            let longest = i64::try_from(self.tables[row].len()).unwrap_or(LONGEST) - 1;
            while open[row] > 0 {
                let (item, times) = if open[row] > longest {
                    let item = self.best[row]?;
                    let count = self.items[item].activity[row];
                    (item, (open[row] - longest + count - 1) / count)
                } else {
                    let entry = self.tables[row][usize::try_from(open[row]).ok()?]?;
                    (entry.item, entry.times)
                };
                let about = &self.items[item];
                cents += times * about.cents;
                for (lack, count) in open.iter_mut().zip(&about.activity) {
                    *lack -= times * count;
                }
                if let Some(bought) = bought.as_deref_mut() {
                    bought.push((about.idle, times));
                }
            }
        }
        Some(cents)
    }
}
