//! A request's path to a file below the root, or nothing.

use percent_encoding::percent_decode_str;
use std::path::{Component, Path, PathBuf};

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A file to send.
    File(PathBuf),
    /// A folder without its closing slash; the path to send the visitor to.
    Folder(String),
}

/// Finds what `path` (without query) names below `root`, where `root` appears under `sub_path`.
pub(super) fn find(root: &Path, sub_path: &str, path: &str) -> Option<Found> {
    let Some(inside) = path.strip_prefix(sub_path) else {
        let folder = format!("{path}/");
        return (folder == sub_path).then_some(Found::Folder(folder));
    };
    let file = root.join(relative(inside)?);
    if !file.is_dir() {
        return file.is_file().then_some(Found::File(file));
    }
    if inside.is_empty() || inside.ends_with('/') {
        let index = file.join("index.html");
        return index.is_file().then_some(Found::File(index));
    }
    // Without the slash, relative addresses in the page would point one folder too high.
    Some(Found::Folder(format!("{path}/")))
}

/// The path as the file system's, if it can be nowhere but below the root.
fn relative(path: &str) -> Option<PathBuf> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    if decoded.contains(['\\', '\0', ':']) {
        return None;
    }
    let path = PathBuf::from(decoded.as_ref());
    let stays_inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    stays_inside.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded() {
        assert_eq!(relative("a/b%20c.js"), Some(PathBuf::from("a/b c.js")));
        assert_eq!(relative("caf%C3%A9"), Some(PathBuf::from("café")));
        assert_eq!(relative(""), Some(PathBuf::new()));
        assert_eq!(relative("%FF"), None, "not UTF-8");
    }

    #[test]
    fn paths_stay_below_the_root() {
        for path in [
            "..",
            "../x",
            "a/../../x",
            "%2e%2e/x",
            "a/%2E%2E/%2e%2e/x",
            "/etc/passwd",
            "%2fetc/passwd",
            "..%5cx",
            "c:/x",
            "a%00b",
        ] {
            assert_eq!(relative(path), None, "{path}");
        }
    }

    #[test]
    fn folders_and_sub_paths() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let file = |path: &str| Some(Found::File(root.join(path)));
        assert_eq!(find(root, "/", "/Cargo.toml"), file("Cargo.toml"));
        assert_eq!(find(root, "/a/b/", "/a/b/Cargo.toml"), file("Cargo.toml"));
        assert_eq!(find(root, "/a/b/", "/Cargo.toml"), None);
        assert_eq!(
            find(root, "/a/b/", "/a/b"),
            Some(Found::Folder("/a/b/".to_owned()))
        );
        assert_eq!(
            find(root, "/", "/src"),
            Some(Found::Folder("/src/".to_owned()))
        );
        assert_eq!(find(root, "/", "/src/"), None, "no index.html");
        assert_eq!(find(root, "/", "/none.js"), None);
    }
}
