//! An integer program, solved by a program of its own (`tests/oracle`) and
//! believed only as far as integers go: the values that come back are held
//! against every row exactly and costed in cents.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Number of a variable.
pub type Var = usize;

/// At least, at most or exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    Least,
    Most,
    Exactly,
}

struct Row {
    terms: Vec<(Var, i64)>,
    is: Is,
    bound: i64,
}

/// Minimise the cost of variables between nothing and their most.
#[derive(Default)]
pub struct Program {
    /// Cost in cents, most.
    vars: Vec<(i64, i64)>,
    rows: Vec<Row>,
}

/// What came of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Proven to be the least, in cents.
    Least(i64),
    /// Nothing satisfies the rows.
    Impossible,
    /// Stopped before it was proven, or for lack of precision.
    Open,
}

/// All costs are multiples of this; in larger units they stay small numbers.
const UNIT: i64 = 100;

impl Program {
    pub fn var(&mut self, cents: i64, most: i64) -> Var {
        assert_eq!(cents % UNIT, 0, "{cents} is no multiple of {UNIT} cents");
        self.vars.push((cents, most));
        self.vars.len() - 1
    }

    pub fn row(&mut self, terms: Vec<(Var, i64)>, is: Is, bound: i64) {
        self.rows.push(Row { terms, is, bound });
    }

    pub fn size(&self) -> (usize, usize) {
        (self.vars.len(), self.rows.len())
    }

    fn line(&self) -> String {
        let mut text = self.vars.len().to_string();
        for (cents, most) in &self.vars {
            text.push_str(&format!(" {} {most}", cents / UNIT));
        }
        text.push_str(&format!(" {}", self.rows.len()));
        for row in &self.rows {
            let is = match row.is {
                Is::Least => '>',
                Is::Most => '<',
                Is::Exactly => '=',
            };
            text.push_str(&format!(" {is} {} {}", row.bound, row.terms.len()));
            for (var, factor) in &row.terms {
                text.push_str(&format!(" {var} {factor}"));
            }
        }
        text.push('\n');
        text
    }

    /// The cost of values, which must be such that all rows hold.
    fn cents(&self, values: &[i64]) -> i64 {
        assert_eq!(values.len(), self.vars.len());
        for (value, (_, most)) in values.iter().zip(&self.vars) {
            assert!((0..=*most).contains(value), "{value} is not within {most}");
        }
        assert!(self.rows.iter().all(|row| row.holds(values)), "a row does not hold");
        values.iter().zip(&self.vars).map(|(value, (cents, _))| value * cents).sum()
    }
}

impl Row {
    fn holds(&self, values: &[i64]) -> bool {
        let sum: i64 = self.terms.iter().map(|&(var, factor)| factor * values[var]).sum();
        match self.is {
            Is::Least => sum >= self.bound,
            Is::Most => sum <= self.bound,
            Is::Exactly => sum == self.bound,
        }
    }
}

/// The program that solves.
pub struct Oracle {
    child: Child,
    asked: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// Builds the oracle where that was not done, and starts it.
    pub fn start() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/Cargo.toml");
        let target = concat!(env!("CARGO_TARGET_TMPDIR"), "/oracle");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--release", "--quiet", "--locked", "--target-dir", target])
            .arg("--manifest-path")
            .arg(manifest)
            .status()
            .unwrap();
        assert!(built.success(), "the oracle cannot be built");
        let mut child = Command::new(Path::new(target).join("release/oracle"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (asked, answers) = (child.stdin.take(), child.stdout.take().unwrap());
        Self { child, asked, answers: BufReader::new(answers) }
    }

    pub fn solve(&mut self, program: &Program) -> Answer {
        self.asked.as_mut().unwrap().write_all(program.line().as_bytes()).unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let mut words = line.split_ascii_whitespace();
        match words.next() {
            Some("least") => {
                let values: Vec<i64> = words.map(|word| word.parse().unwrap()).collect();
                Answer::Least(program.cents(&values))
            }
            Some("impossible") => Answer::Impossible,
            Some("open") => Answer::Open,
            _ => panic!("the oracle ended: {line}"),
        }
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // Without questions it ends by itself.
        self.asked = None;
        let _ = self.child.wait();
    }
}
