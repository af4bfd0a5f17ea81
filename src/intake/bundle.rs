//! Puts the XML files of a tenant together.
//!
//! Security metadata comes as one file per object. What lies in one archive,
//! or on disk below one tenant, is one input with one report, named by the
//! folder that holds all of it.

use super::discover::InputFile;

/// Whether a folder is named as those are that hold metadata of one kind.
/// Beside the tenants' folders it is no tenant: the roles are everybody's.
pub(crate) fn is_object_folder(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["axsecurity", "axmenuitem"].iter().any(|start| name.starts_with(start))
}

/// Replaces the XML files by one input for each archive and one for those on
/// disk, in the place of the first. The files are in order of their names.
pub(crate) fn put_together(files: &mut Vec<InputFile>) {
    let is_object = |file: &InputFile| {
        file.refusal.is_none() && file.shown.to_ascii_lowercase().ends_with(".xml")
    };
    let mut kept: Vec<InputFile> = Vec::with_capacity(files.len());
    // One folder after the other; the last bundle of each origin is looked at.
    for file in files.drain(..) {
        if !is_object(&file) {
            kept.push(file);
            continue;
        }
        let (inner, _) = file.steps.split_at(file.steps.len().saturating_sub(1));
        let same = |other: &InputFile| {
            let Some(first) = other.bundle.first() else { return false };
            let (other_inner, _) = first.steps.split_at(first.steps.len().saturating_sub(1));
            let one_place = first.path == file.path || file.steps.is_empty();
            first.steps.len() == file.steps.len() && other_inner == inner && one_place
        };
        match kept.iter_mut().rev().find(|other| same(other)) {
            Some(bundle) => bundle.bundle.push(file),
            None => kept.push(InputFile { bundle: vec![file.clone()], ..file }),
        }
    }
    for file in &mut kept {
        if let [first, .., last] = file.bundle.as_slice() {
            file.shown = format!("{}*.xml", common_folder(&first.shown, &last.shown));
            file.steps.clear();
        } else if let Some(only) = file.bundle.pop() {
            *file = only;
        }
    }
    *files = kept;
}

/// What two paths have in common, up to a `/`. Of paths in order the first
/// and the last have no more in common than all of them.
fn common_folder<'p>(one: &'p str, other: &str) -> &'p str {
    let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let end = one.as_bytes()[..same].iter().rposition(|&byte| byte == b'/');
    end.and_then(|end| one.get(..=end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn file(shown: &str, archive: &str, steps: &[usize]) -> InputFile {
        let path = if archive.is_empty() { shown } else { archive };
        let mut file = InputFile::on_disk(PathBuf::from(path), shown.to_owned());
        file.steps = steps.to_vec();
        file
    }

    #[test]
    fn the_files_of_one_place_are_one_input_and_those_of_an_archive_another() {
        let mut files = vec![
            file("t/aot/AxSecurityDuty/a.xml", "", &[]),
            file("t/aot/AxSecurityRole/b.XML", "", &[]),
            file("t/users.csv", "", &[]),
            file("t/x.zip/a/c.xml", "t/x.zip", &[0]),
            file("t/x.zip/b/d.xml", "t/x.zip", &[1]),
            file("t/x.zip/in.zip/e.xml", "t/x.zip", &[2, 0]),
        ];
        put_together(&mut files);
        let shown: Vec<(&str, usize)> =
            files.iter().map(|file| (file.shown.as_str(), file.bundle.len())).collect();
        assert_eq!(
            shown,
            [
                ("t/aot/*.xml", 2),
                ("t/users.csv", 0),
                ("t/x.zip/*.xml", 2),
                ("t/x.zip/in.zip/e.xml", 0)
            ]
        );
        assert_eq!(files[3].steps, [2, 0]);
    }
}
