//! Plain text on standard output and standard error.

use std::io::{self, Write};

/// Writes lines to standard output.
///
/// # Errors
/// When nobody reads them any more.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes a line to standard error; there is nobody to tell if that fails.
pub(super) fn error(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// How a column of a table stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// A table in plain text: headers, a rule, rows; columns two blanks apart.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new<const N: usize>(columns: [(&str, Align); N]) -> Self {
        Self {
            columns: columns.iter().map(|(name, align)| ((*name).to_owned(), *align)).collect(),
            rows: Vec::new(),
        }
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(Vec::from(cells));
    }

    pub(super) fn render(&self) -> String {
        let widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, (name, _))| {
                let cells = self.rows.iter().map(|row| row[at].chars().count());
                cells.chain([name.chars().count()]).max().unwrap_or(0)
            })
            .collect();
        let line = |cells: Vec<&str>| {
            let mut text = String::new();
            for ((cell, width), (_, align)) in cells.iter().zip(&widths).zip(&self.columns) {
                let gap = " ".repeat(width - cell.chars().count());
                match align {
                    Align::Left => text.push_str(&format!("{cell}{gap}  ")),
                    Align::Right => text.push_str(&format!("{gap}{cell}  ")),
                }
            }
            format!("{}\n", text.trim_end())
        };
        let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        let mut text = line(self.columns.iter().map(|(name, _)| name.as_str()).collect());
        text.push_str(&line(rules.iter().map(String::as_str).collect()));
        for row in &self.rows {
            text.push_str(&line(row.iter().map(String::as_str).collect()));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_script() {
        let mut table = Table::new([("tenant", Align::Left), ("cost", Align::Right)]);
        table.row(["\u{c5}se".into(), "1,000.00".into()]);
        table.row(["bo".into(), "8.00".into()]);
        assert_eq!(
            table.render(),
            "tenant      cost\n------  --------\n\u{c5}se     1,000.00\nbo          8.00\n"
        );
    }
}
