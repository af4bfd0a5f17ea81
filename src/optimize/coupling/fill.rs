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

/// Tables for the rows of a node.
pub(super) struct Filler {
    items: Vec<Item>,
    /// For each row and lack: least cost and the seat to take first.
    tables: Vec<Vec<Option<(i64, usize)>>>,
    /// For each row: the seat with the lowest price per count.
    best: Vec<Option<usize>>,
    /// The first rows are those of owned seats. Each of them is filled by one
    /// kind of seat alone, and before any other.
    owned: usize,
}

impl Filler {
    /// `rows`: positions of the rows that are filled, `owned` rows of owned
    /// seats first; `lacks`: the most each can ever lack.
    pub(super) fn new(idle: &[Idle], rows: &[usize], lacks: &[i64], owned: usize) -> Self {
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
            let mut table: Vec<Option<(i64, usize)>> = vec![Some((0, usize::MAX))];
            for lack in 1..=most.clamp(0, LONGEST) {
                let mut least: Option<(i64, usize)> = None;
                for (at, item) in usable() {
                    let rest = usize::try_from((lack - item.activity[row]).max(0)).unwrap_or(0);
                    if let Some((cents, _)) = table[rest] {
                        let total = cents + item.cents;
                        if least.is_none_or(|(known, _)| total < known) {
                            least = Some((total, at));
                        }
                    }
                }
                table.push(least);
            }
            tables.push(table);
        }
        Self { items, tables, best, owned }
    }

    /// The orders in which rows are worth filling.
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
        let after = |order: Vec<usize>| -> Vec<usize> {
            (0..self.owned).chain(order.into_iter().map(|row| row + self.owned)).collect()
        };
        orders.into_iter().map(after).collect()
    }

    /// The least that filling costs in any order.
    pub(super) fn least(&self, lacks: &[i64], orders: &[Vec<usize>]) -> Option<i64> {
        let open = lacks.iter().filter(|lack| **lack > 0).count();
        let tried = if open > 1 { orders.len() } else { 1 };
        orders.iter().take(tried).filter_map(|order| self.fill(lacks, order, None)).min()
    }

    /// What filling the rows in this order costs; `None` where nothing for
    /// sale counts. With `bought`, the seats are written down by position.
    pub(super) fn fill(
        &self,
        lacks: &[i64],
        order: &[usize],
        mut bought: Option<&mut Vec<(usize, i64)>>,
    ) -> Option<i64> {
        if lacks.iter().all(|lack| *lack <= 0) {
            return Some(0);
        }
        let mut open = lacks.to_vec();
        let mut cents = 0_i64;
        for &row in order {
            let longest = i64::try_from(self.tables[row].len()).unwrap_or(LONGEST) - 1;
            while open[row] > 0 {
                let (item, times) = if open[row] > longest {
                    let item = self.best[row]?;
                    let count = self.items[item].activity[row];
                    (item, (open[row] - longest + count - 1) / count)
                } else {
                    let at = usize::try_from(open[row]).ok()?;
                    let (_, item) = self.tables[row][at]?;
                    // As long as the same seat is the one to take.
                    let count = self.items[item].activity[row];
                    let mut times = 1;
                    while let Ok(next) = usize::try_from(open[row] - times * count)
                        && next > 0
                        && self.tables[row][next].is_some_and(|(_, same)| same == item)
                    {
                        times += 1;
                    }
                    (item, times)
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
