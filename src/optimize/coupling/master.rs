//! The small linear program that proposes multipliers.
//!
//! One row per counting constraint and one for "the mix of points adds up to
//! one". Columns: points the search has seen (cost and counts of a complete
//! answer), seats for nobody, slacks, and artificial columns that make the
//! first basis. Its dual values are the multipliers with the best bound that
//! the points seen so far allow; its mix is where to branch.
//!
//! A revised simplex in fractions, no rounding anywhere. A dozen rows and a
//! hundred columns at most, so nothing cleverer is needed.

use std::cmp::Ordering;

use super::ratio::Ratio;

/// What a column stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// A point, by number.
    Point(usize),
    /// A seat for nobody, by number.
    Idle(usize),
    /// Slack or artificial.
    Slack,
}

/// A linear program over `rows` counting rows and the row of the mix.
pub(super) struct Master {
    rows: usize,
    cost: Vec<Ratio>,
    entries: Vec<Vec<Ratio>>,
    kinds: Vec<Column>,
    basis: Vec<usize>,
    inverse: Vec<Vec<Ratio>>,
    value: Vec<Ratio>,
}

/// Pivots after which the smallest index decides, against circling.
const PATIENCE: usize = 300;

/// The column that lowers the cost, if one does.
enum Entering {
    Column(usize),
    None,
}

impl Master {
    /// `bounds[r]` is what row `r` must reach (`at_least`) or not exceed,
    /// relative to the first point. `big` is dearer than any answer.
    pub(super) fn new(rows: &[(bool, i64)], big: i64) -> Self {
        let count = rows.len() + 1;
        let mut master = Self {
            rows: count,
            cost: Vec::new(),
            entries: Vec::new(),
            kinds: Vec::new(),
            basis: vec![0; count],
            inverse: (0..count).map(|r| unit(count, r, Ratio::ONE)).collect(),
            value: vec![Ratio::ZERO; count],
        };
        for (row, &(at_least, bound)) in rows.iter().enumerate() {
            let sign = if at_least { Ratio::new(-1) } else { Ratio::ONE };
            let slack = master.column(Ratio::ZERO, unit(count, row, sign), Column::Slack);
            let artificial = master.column(
                Ratio::new(i128::from(big)),
                unit(count, row, sign.negated()),
                Column::Slack,
            );
            // The slack carries the row where the first point meets it.
            let met = if at_least { bound <= 0 } else { bound >= 0 };
            master.basis[row] = if met { slack } else { artificial };
            master.value[row] = Ratio::new(i128::from(bound.abs()));
            let entry = if met { sign } else { sign.negated() };
            master.inverse[row][row] = entry;
        }
        // The first point, relative to itself, is the origin.
        let origin =
            master.column(Ratio::ZERO, unit(count, count - 1, Ratio::ONE), Column::Point(0));
        master.basis[count - 1] = origin;
        master.value[count - 1] = Ratio::ONE;
        master
    }

    fn column(&mut self, cost: Ratio, entries: Vec<Ratio>, kind: Column) -> usize {
        self.cost.push(cost);
        self.entries.push(entries);
        self.kinds.push(kind);
        self.cost.len() - 1
    }

    /// Adds a point or a seat for nobody, relative to the first point.
    pub(super) fn add(&mut self, kind: Column, cents: i64, activity: &[i64]) {
        let mut entries: Vec<Ratio> =
            activity.iter().map(|&value| Ratio::new(i128::from(value))).collect();
        let mix = matches!(kind, Column::Point(_));
        entries.push(if mix { Ratio::ONE } else { Ratio::ZERO });
        self.column(Ratio::new(i128::from(cents)), entries, kind);
    }

    /// Solves to the optimum; `None` where numbers no longer fit. Returns the
    /// dual values of the counting rows.
    pub(super) fn solve(&mut self) -> Option<Vec<Ratio>> {
        let mut pivots = 0;
        loop {
            let duals = self.duals()?;
            let Entering::Column(enter) = self.entering(&duals, pivots > PATIENCE)? else {
                return Some(duals[..self.rows - 1].to_vec());
            };
            self.pivot(enter)?;
            pivots += 1;
            if pivots > 20 * PATIENCE {
                return None;
            }
        }
    }

    fn duals(&self) -> Option<Vec<Ratio>> {
        let mut duals = vec![Ratio::ZERO; self.rows];
        for (row, &column) in self.basis.iter().enumerate() {
            let cost = self.cost[column];
            if cost.sign() != Ordering::Equal {
                for (at, dual) in duals.iter_mut().enumerate() {
                    *dual = dual.add(cost.mul(self.inverse[row][at])?)?;
                }
            }
        }
        Some(duals)
    }

    fn entering(&self, duals: &[Ratio], first: bool) -> Option<Entering> {
        let mut best: Option<(Ratio, usize)> = None;
        for (column, entries) in self.entries.iter().enumerate() {
            let mut reduced = self.cost[column];
            for (dual, entry) in duals.iter().zip(entries) {
                reduced = reduced.sub(dual.mul(*entry)?)?;
            }
            if reduced.sign() == Ordering::Less {
                if first {
                    return Some(Entering::Column(column));
                }
                let better = match best {
                    Some((least, _)) => reduced.compare(least)? == Ordering::Less,
                    None => true,
                };
                if better {
                    best = Some((reduced, column));
                }
            }
        }
        Some(best.map_or(Entering::None, |(_, column)| Entering::Column(column)))
    }

    fn pivot(&mut self, enter: usize) -> Option<()> {
        let mut direction = vec![Ratio::ZERO; self.rows];
        for (row, entry) in direction.iter_mut().enumerate() {
            for (factor, value) in self.inverse[row].iter().zip(&self.entries[enter]) {
                *entry = entry.add(factor.mul(*value)?)?;
            }
        }
        let mut leave: Option<(Ratio, usize)> = None;
        for (row, entry) in direction.iter().enumerate() {
            if entry.sign() == Ordering::Greater {
                let step = self.value[row].div(*entry)?;
                let better = match leave {
                    None => true,
                    Some((least, known)) => match step.compare(least)? {
                        Ordering::Less => true,
                        Ordering::Equal => self.basis[row] < self.basis[known],
                        Ordering::Greater => false,
                    },
                };
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
            if row != leave && factor.sign() != Ordering::Equal {
                self.value[row] = self.value[row].sub(factor.mul(step)?)?;
                for (entry, from) in self.inverse[row].iter_mut().zip(&pivot_row) {
                    *entry = entry.sub(factor.mul(*from)?)?;
                }
            }
        }
        self.value[leave] = step;
        self.basis[leave] = enter;
        Some(())
    }

    /// What the mix costs.
    pub(super) fn objective(&self) -> Option<Ratio> {
        let mut total = Ratio::ZERO;
        for (&column, value) in self.basis.iter().zip(&self.value) {
            total = total.add(self.cost[column].mul(*value)?)?;
        }
        Some(total)
    }

    /// The columns that take part, with their share.
    pub(super) fn mix(&self) -> Vec<(Column, Ratio)> {
        self.basis
            .iter()
            .zip(&self.value)
            .filter(|(_, value)| value.sign() == Ordering::Greater)
            .map(|(&column, &value)| (self.kinds[column], value))
            .collect()
    }
}

fn unit(count: usize, at: usize, value: Ratio) -> Vec<Ratio> {
    let mut vector = vec![Ratio::ZERO; count];
    vector[at] = value;
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_multiplier_is_where_two_points_are_equally_good() {
        // Nine seats for nothing more, or 22 for 13 x 112: twenty are needed.
        let mut master = Master::new(&[(true, 20 - 9)], 1_000_000);
        master.add(Column::Idle(0), 120, &[1]);
        master.add(Column::Point(1), 13 * 112, &[22 - 9]);
        let duals = master.solve().unwrap_or_default();
        assert_eq!(duals, [Ratio::new(112)]);
        let share: Vec<(Column, Ratio)> = master.mix();
        assert!(share.iter().all(|(kind, _)| matches!(kind, Column::Point(_))), "{share:?}");
    }
}
