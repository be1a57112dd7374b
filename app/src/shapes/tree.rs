//! Files as a tree of folders: the rows that are on screen, however many files there are.

use std::collections::BTreeMap;

/// Entries of one folder that are shown at first; more on demand.
pub const SHOWN_AT_FIRST: usize = 200;

/// Open folders (`a/b/`; the top one is the empty name), each with the number of entries that it
/// shows.
pub type OpenFolders = BTreeMap<String, usize>;

/// A row of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeRow<T> {
    /// How many folders it is in.
    pub depth: usize,
    /// The last part of its path.
    pub name: String,
    /// The whole path; that of a folder ends in `/`.
    pub path: String,
    /// What it is.
    pub kind: TreeRowKind<T>,
}

/// What a row of the tree is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeRowKind<T> {
    /// A folder.
    Folder {
        /// Whether its files follow.
        open: bool,
        /// How many files it has, at any depth.
        files: usize,
    },
    /// A file.
    File(T),
    /// Entries of the folder at `path` that are not shown yet.
    Rest(usize),
}

/// The rows of files that are sorted by their path. Folders come before files.
pub fn tree_rows<T: Clone>(files: &[(String, T)], open: &OpenFolders) -> Vec<TreeRow<T>> {
    let mut rows = Vec::new();
    walk(files, "", 0, open, &mut rows);
    rows
}

/// Opens every folder that a file is in.
pub fn reveal(path: &str, open: &mut OpenFolders) {
    let folders = path
        .match_indices('/')
        .map(|(at, _)| path[..=at].to_owned());
    for folder in folders.chain([String::new()]) {
        open.entry(folder).or_insert(SHOWN_AT_FIRST);
    }
}

fn walk<T: Clone>(
    files: &[(String, T)],
    folder: &str,
    depth: usize,
    open: &OpenFolders,
    rows: &mut Vec<TreeRow<T>>,
) {
    let shown = open.get(folder).copied().unwrap_or(SHOWN_AT_FIRST);
    let (folders, own) = entries(files, folder);
    let hidden = (folders.len() + own.len()).saturating_sub(shown);
    for (path, inside) in folders.iter().take(shown) {
        let is_open = open.contains_key(*path);
        rows.push(TreeRow {
            depth,
            name: path[folder.len()..path.len() - 1].to_owned(),
            path: (*path).to_owned(),
            kind: TreeRowKind::Folder {
                open: is_open,
                files: inside.len(),
            },
        });
        if is_open {
            walk(inside, path, depth + 1, open, rows);
        }
    }
    for (path, value) in own.iter().take(shown.saturating_sub(folders.len())) {
        rows.push(TreeRow {
            depth,
            name: path[folder.len()..].to_owned(),
            path: path.clone(),
            kind: TreeRowKind::File(value.clone()),
        });
    }
    if hidden > 0 {
        rows.push(TreeRow {
            depth,
            name: String::new(),
            path: folder.to_owned(),
            kind: TreeRowKind::Rest(hidden),
        });
    }
}

type Entries<'a, T> = (Vec<(&'a str, &'a [(String, T)])>, Vec<&'a (String, T)>);

/// A folder's folders, each with all files in it, and its own files.
fn entries<'a, T>(mut files: &'a [(String, T)], folder: &str) -> Entries<'a, T> {
    let (mut folders, mut own) = (Vec::new(), Vec::new());
    while let Some(first) = files.first() {
        let path = first.0.as_str();
        match path[folder.len()..].find('/') {
            None => {
                own.push(first);
                files = &files[1..];
            }
            Some(end) => {
                // In sorted paths what begins alike lies together.
                let inner = &path[..=folder.len() + end];
                let count = files.partition_point(|(path, _)| path.starts_with(inner));
                folders.push((inner, &files[..count]));
                files = &files[count..];
            }
        }
    }
    (folders, own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<(String, ())> {
        let mut names: Vec<_> = names.iter().map(|name| ((*name).to_owned(), ())).collect();
        names.sort();
        names
    }

    fn drawn(files: &[(String, ())], open: &OpenFolders) -> Vec<String> {
        let rows = tree_rows(files, open);
        let text = |row: &TreeRow<()>| {
            let indent = "  ".repeat(row.depth);
            match &row.kind {
                TreeRowKind::Folder { open: true, .. } => format!("{indent}- {}", row.name),
                TreeRowKind::Folder { files, .. } => format!("{indent}+ {} {files}", row.name),
                TreeRowKind::File(()) => format!("{indent}{}", row.name),
                TreeRowKind::Rest(count) => format!("{indent}… {count} of {:?}", row.path),
            }
        };
        rows.iter().map(text).collect()
    }

    #[test]
    fn folders_come_first_and_show_their_files_when_they_are_open() {
        let files = files(&["b.py", "a/x.py", "a/b/y.py", "a-c.py", "a/b/z.py", "z/q.py"]);
        let mut open = OpenFolders::new();
        assert_eq!(drawn(&files, &open), ["+ a 3", "+ z 1", "a-c.py", "b.py"]);
        reveal("a/b/y.py", &mut open);
        assert_eq!(
            drawn(&files, &open),
            [
                "- a", "  - b", "    y.py", "    z.py", "  x.py", "+ z 1", "a-c.py", "b.py"
            ]
        );
    }

    #[test]
    fn thousands_of_files_are_a_few_rows() {
        let names: Vec<String> = (0..10_000).map(|n| format!("lib/{n:05}.py")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let files = files(&names);
        let mut open = OpenFolders::new();
        assert_eq!(drawn(&files, &open), ["+ lib 10000"]);
        reveal("lib/00000.py", &mut open);
        let rows = drawn(&files, &open);
        assert_eq!(rows.len(), 1 + SHOWN_AT_FIRST + 1);
        assert_eq!(
            rows.last().map(String::as_str),
            Some("  … 9800 of \"lib/\"")
        );
        open.insert("lib/".to_owned(), 400);
        assert_eq!(drawn(&files, &open).len(), 402);
    }

    #[test]
    fn odd_names_are_no_trouble() {
        assert_eq!(drawn(&files(&[]), &OpenFolders::new()), [""; 0]);
        let odd = files(&["/", "//", "é/ü.py", "a/"]);
        let mut open = OpenFolders::new();
        for name in ["/", "//", "é/ü.py", "a/"] {
            reveal(name, &mut open);
        }
        assert_eq!(drawn(&odd, &open).len(), 8);
    }
}
