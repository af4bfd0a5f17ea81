//! Reads integer programs from standard input, writes an answer to each.
//!
//! A program is one line: the number of variables, for each its cost and its
//! most (its least is 0); the number of rows, for each `<`, `>` or `=`, its
//! bound, the number of its terms, for each the variable and its factor.
//! Everything is an integer and the cost is minimised. The answer is
//! `least` and the values, `impossible`, or `open` and why.

use std::io::{self, BufRead as _, Write as _};
use std::time::Duration;

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, SolutionStatus, SolveOptions};

/// Where a search stops: now and then one would go on for hours.
const MOST_NODES: u64 = 5_000;
const LONGEST: Duration = Duration::from_secs(3);

fn number<'w>(words: &mut impl Iterator<Item = &'w str>) -> f64 {
    words.next().and_then(|word| word.parse().ok()).expect("a number")
}

fn answer(line: &str) -> String {
    let words = &mut line.split_ascii_whitespace();
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let vars: Vec<_> = (0..number(words) as usize)
        .map(|_| {
            let (cost, most) = (number(words), number(words));
            problem.add_integer_var(cost, (0, most as _))
        })
        .collect();
    for _ in 0..number(words) as usize {
        let is = match words.next() {
            Some("<") => ComparisonOp::Le,
            Some(">") => ComparisonOp::Ge,
            _ => ComparisonOp::Eq,
        };
        let bound = number(words);
        let terms: Vec<_> = (0..number(words) as usize)
            .map(|_| (vars[number(words) as usize], number(words)))
            .collect();
        problem.add_constraint(&terms[..], is, bound);
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(MOST_NODES);
    options.time_limit = Some(LONGEST);
    let outcome = match problem.solve_with(options) {
        Ok(outcome) => outcome,
        Err(Error::Infeasible) => return "impossible".into(),
        Err(error) => return format!("open {}", error.to_string().replace('\n', " ")),
    };
    let Ok(solution) = outcome.into_solution() else { return "open no solution".into() };
    if solution.status() != SolutionStatus::Optimal {
        return "open not proven".into();
    }
    let mut text = String::from("least");
    for var in vars {
        text.push_str(&format!(" {}", solution.var_value(var).round() as i64));
    }
    text
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        writeln!(out, "{}", answer(&line?))?;
        out.flush()?;
    }
    Ok(())
}
