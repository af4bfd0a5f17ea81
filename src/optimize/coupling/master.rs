//! The small linear program that proposes multipliers.
//!
//! One row per counting constraint and one for "the mix of points adds up to
//! one". Columns: points the search has seen (cost and counts of a complete
//! answer), seats for nobody, slacks, and artificial columns that make the
//! first basis. Its dual values are the multipliers with the best bound that
//! the points seen so far allow; its mix is where to branch.
//!
//! A revised simplex in [`Fixed`] numbers. Costs and rows are divided by
//! their largest entry, so that everything is near one.

use std::cmp::Ordering;

use super::fixed::Fixed;

/// What a column stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// A point, by number.
    Point(usize),
    /// A seat for nobody, by number.
    Idle(usize),
    /// Slack.
    Slack,
    /// What no column seen so far makes up for.
    Artificial,
}

/// A row: at least or at most so much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub(super) at_least: bool,
    pub(super) bound: i64,
}

/// A column: what it costs, in cents, and counts in each row.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) kind: Column,
    pub(super) cents: i64,
    pub(super) activity: Vec<i64>,
}

/// What the program comes to.
pub(super) struct Solved {
    /// A multiplier of row `r` is `duals[r] x cents / units[r]` cents.
    pub(super) duals: Vec<Fixed>,
    pub(super) cents: i64,
    pub(super) units: Vec<i64>,
    /// The columns that take part, with their share.
    pub(super) mix: Vec<(Column, Fixed)>,
    /// The cost, as a part of `cents`.
    pub(super) objective: Fixed,
}

impl Solved {
    /// The multiplier of a row as a fraction of a cent.
    pub(super) fn multiplier(&self, row: usize) -> Option<(i128, i128)> {
        /// Parts of a cent.
        const FINE: i128 = 1 << 30;
        let factor = i128::from(self.cents).checked_mul(FINE)?;
        Some((self.duals[row].scaled(factor, i128::from(self.units[row]))?, FINE))
    }

    /// Whether the columns meet every row.
    pub(super) fn is_met(&self) -> bool {
        !self.mix.iter().any(|(kind, _)| *kind == Column::Artificial)
    }
}

struct Master {
    rows: usize,
    cost: Vec<Fixed>,
    entries: Vec<Vec<Fixed>>,
    kinds: Vec<Column>,
    basis: Vec<usize>,
    inverse: Vec<Vec<Fixed>>,
    value: Vec<Fixed>,
}

/// Pivots after which the smallest index decides, against circling.
const PATIENCE: usize = 400;

/// Solves the program over points and seats for nobody. Everything is
/// relative to the first point, which is not among `entries`. `dear` says how
/// dear what is missing is, as a multiple of the dearest column; `looked`
/// grows by the entries of columns that are looked at. `None` where numbers do
/// not fit.
pub(super) fn solve(
    limits: &[Limit],
    entries: &[Entry],
    dear: i64,
    looked: &mut u64,
) -> Option<Solved> {
    let largest = |values: &mut dyn Iterator<Item = i64>| values.map(i64::abs).max().unwrap_or(1);
    let cents = largest(&mut entries.iter().map(|entry| entry.cents)).max(1);
    let units: Vec<i64> = limits
        .iter()
        .enumerate()
        .map(|(row, limit)| {
            let most = largest(&mut entries.iter().map(|entry| entry.activity[row]));
            most.max(limit.bound.abs()).max(1)
        })
        .collect();
    let count = limits.len() + 1;
    let mut master = Master {
        rows: count,
        cost: Vec::new(),
        entries: Vec::new(),
        kinds: Vec::new(),
        basis: vec![0; count],
        inverse: (0..count).map(|r| unit(count, r, Fixed::ONE)).collect(),
        value: vec![Fixed::ZERO; count],
    };
    for (row, (limit, by)) in limits.iter().zip(&units).enumerate() {
        let sign = if limit.at_least { Fixed::ONE.negated() } else { Fixed::ONE };
        let slack = master.column(Fixed::ZERO, unit(count, row, sign), Column::Slack);
        let missing = unit(count, row, sign.negated());
        let artificial = master.column(Fixed::of(dear, 1), missing, Column::Artificial);
        // The slack carries the row where the first point meets it.
        let met = if limit.at_least { limit.bound <= 0 } else { limit.bound >= 0 };
        master.basis[row] = if met { slack } else { artificial };
        master.value[row] = Fixed::of(limit.bound.abs(), *by);
        master.inverse[row][row] = if met { sign } else { sign.negated() };
    }
    // The first point, relative to itself, is the origin.
    let origin = unit(count, count - 1, Fixed::ONE);
    master.basis[count - 1] = master.column(Fixed::ZERO, origin, Column::Point(0));
    master.value[count - 1] = Fixed::ONE;
    for entry in entries {
        let mut column: Vec<Fixed> =
            entry.activity.iter().zip(&units).map(|(&a, &by)| Fixed::of(a, by)).collect();
        let mix = matches!(entry.kind, Column::Point(_));
        column.push(if mix { Fixed::ONE } else { Fixed::ZERO });
        master.column(Fixed::of(entry.cents, cents), column, entry.kind);
    }
    let duals = master.solve(looked)?;
    let mut objective = Fixed::ZERO;
    for (&column, value) in master.basis.iter().zip(&master.value) {
        objective = objective.add(master.cost[column].mul(*value)?)?;
    }
    let mix = master
        .basis
        .iter()
        .zip(&master.value)
        .filter(|(_, value)| value.sign() == Ordering::Greater)
        .map(|(&column, &value)| (master.kinds[column], value))
        .collect();
    Some(Solved { duals, cents, units, mix, objective })
}

/// The column that lowers the cost, if one does.
enum Entering {
    Column(usize),
    None,
}

impl Master {
    fn column(&mut self, cost: Fixed, entries: Vec<Fixed>, kind: Column) -> usize {
        self.cost.push(cost);
        self.entries.push(entries);
        self.kinds.push(kind);
        self.cost.len() - 1
    }

    /// Solves to the optimum; `None` where numbers no longer fit. Returns the
    /// dual values of the counting rows.
    fn solve(&mut self, looked: &mut u64) -> Option<Vec<Fixed>> {
        let mut pivots = 0;
        loop {
            *looked += (self.entries.len() * self.rows) as u64;
            let duals = self.duals()?;
            let Entering::Column(enter) = self.entering(&duals, pivots > PATIENCE)? else {
                return Some(duals[..self.rows - 1].to_vec());
            };
            self.pivot(enter)?;
            pivots += 1;
            if pivots > 4 * PATIENCE {
                return None;
            }
        }
    }

    fn duals(&self) -> Option<Vec<Fixed>> {
        let mut duals = vec![Fixed::ZERO; self.rows];
        for (row, &column) in self.basis.iter().enumerate() {
            let cost = self.cost[column];
            if cost != Fixed::ZERO {
                for (at, dual) in duals.iter_mut().enumerate() {
                    *dual = dual.add(cost.mul(self.inverse[row][at])?)?;
                }
            }
        }
        Some(duals)
    }

    /// The column that lowers the cost most, or the first that does; nothing
    /// where none does.
    fn entering(&self, duals: &[Fixed], first: bool) -> Option<Entering> {
        let mut best: Option<(Fixed, usize)> = None;
        for (column, entries) in self.entries.iter().enumerate() {
            let mut reduced = self.cost[column];
            for (dual, entry) in duals.iter().zip(entries) {
                reduced = reduced.sub(dual.mul(*entry)?)?;
            }
            if reduced.sign() == Ordering::Less {
                if first {
                    return Some(Entering::Column(column));
                }
                if best.is_none_or(|(least, _)| reduced < least) {
                    best = Some((reduced, column));
                }
            }
        }
        Some(best.map_or(Entering::None, |(_, column)| Entering::Column(column)))
    }

    fn pivot(&mut self, enter: usize) -> Option<()> {
        let mut direction = vec![Fixed::ZERO; self.rows];
        for (row, entry) in direction.iter_mut().enumerate() {
            for (factor, value) in self.inverse[row].iter().zip(&self.entries[enter]) {
                *entry = entry.add(factor.mul(*value)?)?;
            }
        }
        let mut leave: Option<(Fixed, usize)> = None;
        for (row, entry) in direction.iter().enumerate() {
            if entry.sign() == Ordering::Greater {
                let step = self.value[row].div(*entry)?;
                let better = leave.is_none_or(|(least, known)| match step.cmp(&least) {
                    Ordering::Less => true,
                    Ordering::Equal => self.basis[row] < self.basis[known],
                    Ordering::Greater => false,
                });
                if better {
                    leave = Some((step, row));
                }
            }
        }
        // Costs are not negative, so no direction goes on for ever.
        let (step, leave) = leave?;
        let pivot = direction[leave];
        for entry in &mut self.inverse[leave] {
            *entry = entry.div(pivot)?;
        }
        let pivot_row = self.inverse[leave].clone();
        for (row, factor) in direction.iter().enumerate() {
            if row != leave && *factor != Fixed::ZERO {
                self.value[row] = self.value[row].sub(factor.mul(step)?)?.max(Fixed::ZERO);
                for (entry, from) in self.inverse[row].iter_mut().zip(&pivot_row) {
                    *entry = entry.sub(factor.mul(*from)?)?;
                }
            }
        }
        self.value[leave] = step;
        self.basis[leave] = enter;
        Some(())
    }
}

fn unit(count: usize, at: usize, value: Fixed) -> Vec<Fixed> {
    let mut vector = vec![Fixed::ZERO; count];
    vector[at] = value;
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_multiplier_is_where_two_points_are_equally_good() {
        // Nine seats for nothing more, or 22 for 13 x 112: twenty are needed.
        let limits = [Limit { at_least: true, bound: 20 - 9 }];
        let entries = [
            Entry { kind: Column::Idle(0), cents: 120, activity: vec![1] },
            Entry { kind: Column::Point(1), cents: 13 * 112, activity: vec![22 - 9] },
        ];
        let mut looked = 0;
        let solved = solve(&limits, &entries, 1_000, &mut looked).unwrap();
        // Five columns of two entries each, before each pivot and at the end.
        assert!(looked >= 20 && looked.is_multiple_of(10), "{looked}");
        let (num, den) = solved.multiplier(0).unwrap();
        assert_eq!(super::super::fixed::simple(num, den, 100, 1 << 20), (112, 1));
        assert!(solved.is_met());
        assert!(solved.mix.iter().all(|(kind, _)| matches!(kind, Column::Point(_))));
    }
}
