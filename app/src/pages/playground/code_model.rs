//! What of a package's files the code panel says: pure functions of names and bytes.

use crate::session::{Change, Draft};
use runtime_core::sandbox::inspect::BOOTSTRAP;
use runtime_core::sandbox::{DeploymentPackage, ModuleFacts};
use runtime_core::units::ByteCount;
use std::collections::BTreeMap;

/// The largest file that is opened, as in the Lambda console (Lambda quotas page: console editor).
pub(super) const MAX_EDITED: u64 = 3 * 1024 * 1024;

/// What a file is, compared with the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileState {
    Same,
    Changed,
    New,
    Deleted,
}

/// What of a file is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// There is no such file.
    Nothing,
    Text(String),
    /// The package's own module: its facts instead of its bytes.
    Module(Box<ModuleFacts>),
    Binary(ByteCount),
    TooLarge(ByteCount),
    Deleted,
}

/// All files, the deleted ones among them, sorted by name.
pub(super) fn listed(
    package: &DeploymentPackage,
    draft: Option<&Draft>,
) -> Vec<(String, FileState)> {
    let sizes = package.file_sizes();
    let mut files: BTreeMap<&str, FileState> =
        sizes.map(|(name, _)| (name, FileState::Same)).collect();
    for (name, change) in draft.iter().flat_map(|draft| draft.changes()) {
        let state = match change {
            Change::Deleted => FileState::Deleted,
            _ if package.file(name).is_some() => FileState::Changed,
            _ => FileState::New,
        };
        files.insert(name, state);
    }
    let files = files.into_iter();
    files
        .map(|(name, state)| (name.to_owned(), state))
        .collect()
}

/// What is shown of a file.
pub(super) fn content(package: &DeploymentPackage, draft: Option<&Draft>, name: &str) -> Content {
    let change = draft.and_then(|draft| draft.changes().get(name));
    let bytes = match draft {
        Some(draft) => draft.file(package, name),
        None => package.file(name),
    };
    let Some(bytes) = bytes else {
        let is_deleted = change == Some(&Change::Deleted);
        return if is_deleted {
            Content::Deleted
        } else {
            Content::Nothing
        };
    };
    if let (BOOTSTRAP, None, Some(module)) = (name, change, package.module())
        && !module.facts.is_text
    {
        return Content::Module(Box::new(module.facts.clone()));
    }
    let size = ByteCount::from(bytes.len());
    if bytes.contains(&0) {
        return Content::Binary(size);
    }
    match std::str::from_utf8(bytes) {
        Err(_) => Content::Binary(size),
        Ok(_) if size.get() > MAX_EDITED => Content::TooLarge(size),
        Ok(text) => Content::Text(text.to_owned()),
    }
}

/// The file to begin with: the handler's, or else a text that is likely to be one.
pub(super) fn first_file(files: &[(String, FileState)], handler: &str) -> Option<String> {
    let stem = handler.rsplit_once('.').map_or(handler, |(stem, _)| stem);
    let handlers = |name: &str| {
        let of_handler = name
            .rsplit_once('.')
            .is_some_and(|(before, _)| before == stem);
        of_handler && !matches!(language(name), "" | "json")
    };
    let names = || files.iter().map(|(name, _)| name.as_str());
    names()
        .find(|name| handlers(name))
        .or_else(|| names().find(|name| name.ends_with(".wat")))
        .or_else(|| names().find(|name| !language(name).is_empty()))
        .or_else(|| names().next())
        .map(str::to_owned)
}

/// The syntax of a file by its name, as `app/editor/languages.js` calls it; empty for plain text.
pub(super) fn language(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("py" | "pyi") => "python",
        Some("js" | "mjs" | "cjs") => "javascript",
        Some("rb") => "ruby",
        Some("wat" | "wast") => "wat",
        Some("rs") => "rust",
        Some("json") => "json",
        _ => "",
    }
}

/// Why a file cannot have this name; `None` if it can.
pub(super) fn name_problem(name: &str, files: &[(String, FileState)]) -> Option<&'static str> {
    let taken = |path: &str| {
        let is_there =
            |(name, state): &(String, FileState)| name == path && *state != FileState::Deleted;
        files.iter().any(is_there)
    };
    let is_folder = || {
        let inside = |(other, state): &(String, FileState)| {
            *state != FileState::Deleted
                && other
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        files.iter().any(inside)
    };
    let mut folders = name.match_indices('/').map(|(at, _)| &name[..at]);
    if name.is_empty() {
        Some("A file needs a name.")
    } else if name.starts_with('/') || name.contains(['\\', ':', '\0']) {
        Some("Names are relative to /var/task, with / between folders.")
    } else if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        Some("Every part of the name must be a name of its own.")
    } else if name.len() > 255 {
        Some("A name can have 255 bytes.")
    } else if taken(name) {
        Some("There is a file of this name.")
    } else if is_folder() {
        Some("There is a folder of this name.")
    } else if folders.any(taken) {
        Some("A file cannot be a folder too.")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::testing::package;
    use runtime_core::units::PackageId;

    fn same(names: &[&str]) -> Vec<(String, FileState)> {
        let names = names.iter();
        names
            .map(|name| ((*name).to_owned(), FileState::Same))
            .collect()
    }

    #[test]
    fn files_are_listed_with_what_became_of_them() {
        let base = package(&[("app.py", b"a"), ("b.py", b"b"), ("c.py", b"c")]);
        let mut draft = Draft::new(PackageId(1));
        draft.write(&base, "app.py", "x".into());
        draft.delete(&base, "b.py");
        draft.write(&base, "new.py", String::new());
        let listed = listed(&base, Some(&draft));
        let states: Vec<_> = listed
            .iter()
            .map(|(name, it)| (name.as_str(), *it))
            .collect();
        assert_eq!(
            states,
            [
                ("app.py", FileState::Changed),
                ("b.py", FileState::Deleted),
                ("c.py", FileState::Same),
                ("new.py", FileState::New)
            ]
        );
        assert_eq!(
            content(&base, Some(&draft), "app.py"),
            Content::Text("x".into())
        );
        assert_eq!(content(&base, Some(&draft), "b.py"), Content::Deleted);
        assert_eq!(content(&base, Some(&draft), "d.py"), Content::Nothing);
    }

    #[test]
    fn only_text_of_a_bearable_size_is_opened() {
        let large = vec![b' '; MAX_EDITED as usize + 1];
        let just = vec![b' '; MAX_EDITED as usize];
        let base = package(&[
            ("a.bin", &[0, 1]),
            ("b.bin", &[0xff]),
            ("large.txt", &large),
            ("just.txt", &just),
        ]);
        let shown = |name: &str| content(&base, None, name);
        assert_eq!(shown("a.bin"), Content::Binary(ByteCount::new(2)));
        assert_eq!(shown("b.bin"), Content::Binary(ByteCount::new(1)));
        assert_eq!(
            shown("large.txt"),
            Content::TooLarge(ByteCount::new(MAX_EDITED + 1))
        );
        assert!(matches!(shown("just.txt"), Content::Text(_)));
    }

    #[test]
    fn the_handlers_file_comes_first() {
        let first = |names: &[&str], handler: &str| first_file(&same(names), handler);
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(
            first(&["a.py", "app.json", "app.py"], "app.handler"),
            some("app.py")
        );
        assert_eq!(
            first(&["lib/x.py", "src/app.mjs"], "src/app.run"),
            some("src/app.mjs")
        );
        assert_eq!(first(&["notes.txt", "z.wat"], "bootstrap"), some("z.wat"));
        assert_eq!(
            first(&["bootstrap.wasm", "data.json"], "bootstrap"),
            some("data.json")
        );
        assert_eq!(
            first(&["bootstrap.wasm"], "bootstrap"),
            some("bootstrap.wasm")
        );
        assert_eq!(first(&[], "bootstrap"), None);
    }

    #[test]
    fn names_that_no_package_can_have_are_refused() {
        let mut files = same(&["app.py", "lib/util.py", "gone.py"]);
        files[2].1 = FileState::Deleted;
        for good in ["new.py", "lib/more.py", "a/b/c", ".env", "gone.py", "ü.py"] {
            assert_eq!(name_problem(good, &files), None, "{good}");
        }
        let long = "x".repeat(256);
        for bad in [
            "", "/a", "a/", "a//b", "../a", "a/../b", ".", "c:x", "a\\b", "app.py", "lib",
            "app.py/x", &long,
        ] {
            assert!(name_problem(bad, &files).is_some(), "{bad}");
        }
    }
}
