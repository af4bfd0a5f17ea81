//! `--rulebook`: the id of a shipped edition, or the path of a file.

use std::path::Path;

use anyhow::{Context, bail};

use crate::rulebook::{Problem, Rulebook, check_bytes, shipped, shipped_ids};

/// Loads an edition by id or path.
pub(super) fn load(named: &str) -> anyhow::Result<Rulebook> {
    if let Some(rulebook) = shipped(named) {
        return Ok(rulebook.clone());
    }
    let path = Path::new(named);
    if !path.exists() {
        let ids: Vec<&str> = shipped_ids().collect();
        bail!(
            "rulebook \u{201c}{named}\u{201d} is neither a shipped edition ({}) nor a file",
            ids.join(", ")
        );
    }
    match read(path)? {
        Ok(rulebook) => Ok(rulebook),
        Err(problems) => {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            bail!("{named} has {} problems:\n{}", problems.len(), problems.join("\n"))
        }
    }
}

/// Reads and checks an edition file.
pub(super) fn read(path: &Path) -> anyhow::Result<Result<Rulebook, Vec<Problem>>> {
    let bytes =
        std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    Ok(check_bytes(&path.display().to_string(), &bytes))
}
