//! Random operations against a model that is too simple to be wrong: a map from paths to contents.
//! The journal gives the same tree in the mirror and in the next process, and used bytes are never
//! miscounted.

use super::*;
use crate::sandbox::{FileContent, FileTime, FileTimes, FileTree, SandboxSettings};
use crate::timeline::HandlerKind;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What is at a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) path: String,
    number: u64,
    content: String,
    times: FileTimes,
}

/// All that is below a directory, by path.
pub(super) fn entries(files: &Files, top: NodeId) -> Vec<Found> {
    let mut found = Vec::new();
    walk(files, top, "", &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn walk(files: &Files, directory: NodeId, above: &str, found: &mut Vec<Found>) {
    let listed: Vec<String> = files
        .list(directory, 2, &mut Listing::default())
        .unwrap()
        .map(|entry| entry.name.to_owned())
        .collect();
    for name in listed {
        let path = format!("{above}{name}");
        let node = files.find(directory, &name, Links::Keep).unwrap();
        let inode = files.node(node).unwrap();
        let content = match &inode.content {
            Content::File(bytes) => format!("{bytes:?}"),
            Content::Symlink(target) => format!("-> {target}"),
            Content::Device(device) => format!("{device:?}"),
            Content::Directory(_) => "directory".to_owned(),
        };
        found.push(Found {
            path: path.clone(),
            number: node.file.0,
            content,
            times: inode.times,
        });
        if files.is_directory(node) {
            walk(files, node, &format!("{path}/"), found);
        }
    }
}

/// The same of a mirror.
fn mirrored(tree: &FileTree) -> Vec<Found> {
    tree.names()
        .map(|(path, file)| {
            let node = tree.file(file).unwrap();
            Found {
                path: path.to_owned(),
                number: file.0,
                content: match &node.content {
                    FileContent::File(bytes) => format!("{bytes:?}"),
                    FileContent::Symlink(target) => format!("-> {target}"),
                    FileContent::Directory => "directory".to_owned(),
                },
                times: node.times,
            }
        })
        .collect()
}

#[derive(Clone, Debug)]
enum Operation {
    Create(&'static str),
    Write(&'static str, u64, Vec<u8>),
    Resize(&'static str, u64),
    MakeDirectory(&'static str),
    MakeLink(&'static str),
    Link(&'static str, &'static str),
    Unlink(&'static str),
    RemoveDirectory(&'static str),
    Rename(&'static str, &'static str),
    SetTimes(&'static str, u64),
}

fn path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a", "b", "c", "a/a", "a/b", "b/a", "b/b", "a/a/a", "a/b/a", "b/a/b",
    ])
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        path().prop_map(Create),
        (path(), 0..20u64, prop::collection::vec(any::<u8>(), 0..20))
            .prop_map(|(path, offset, bytes)| Write(path, offset, bytes)),
        (path(), 0..40u64).prop_map(|(path, length)| Resize(path, length)),
        path().prop_map(MakeDirectory),
        path().prop_map(MakeLink),
        (path(), path()).prop_map(|(from, to)| Link(from, to)),
        path().prop_map(Unlink),
        path().prop_map(RemoveDirectory),
        (path(), path()).prop_map(|(from, to)| Rename(from, to)),
        (path(), any::<u64>()).prop_map(|(path, time)| SetTimes(path, time)),
    ]
}

/// Paths to nodes; files are numbered, for they may have several names.
#[derive(Default)]
struct Model {
    names: BTreeMap<String, Kind>,
    files: BTreeMap<usize, Vec<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Directory,
    /// It points nowhere.
    Link(usize),
    File(usize),
}

impl Model {
    /// Whether everything above a path is a directory.
    fn has_parent(&self, path: &str) -> Result<(), Errno> {
        let mut above = path;
        let mut problem = Ok(());
        while let Some((parent, _)) = above.rsplit_once('/') {
            problem = match self.names.get(parent) {
                Some(Kind::Directory) => problem,
                // A link that points nowhere leads nowhere.
                None | Some(Kind::Link(_)) => Err(Errno::NOENT),
                Some(Kind::File(_)) => Err(Errno::NOTDIR),
            };
            above = parent;
        }
        problem
    }

    fn get(&self, path: &str) -> Result<Option<Kind>, Errno> {
        self.has_parent(path)?;
        Ok(self.names.get(path).copied())
    }

    fn is_empty(&self, path: &str) -> bool {
        let below = format!("{path}/");
        !self.names.keys().any(|name| name.starts_with(&below))
    }

    fn apply(&mut self, operation: &Operation) -> Result<(), Errno> {
        use Operation::*;
        let next = self.files.len();
        match operation {
            Create(path) => match self.get(path)? {
                Some(Kind::Directory) => return Err(Errno::ISDIR),
                Some(Kind::Link(_)) => return Err(Errno::LOOP),
                Some(Kind::File(file)) => {
                    self.files.insert(file, Vec::new());
                }
                None => {
                    self.files.insert(next, Vec::new());
                    self.names.insert((*path).to_owned(), Kind::File(next));
                }
            },
            Write(path, offset, bytes) => {
                let content = self.file(path)?;
                let end = *offset as usize + bytes.len();
                if !bytes.is_empty() {
                    content.resize(content.len().max(end), 0);
                    content[*offset as usize..end].copy_from_slice(bytes);
                }
            }
            Resize(path, length) => self.file(path)?.resize(*length as usize, 0),
            MakeDirectory(path) => match self.get(path)? {
                Some(_) => return Err(Errno::EXIST),
                None => drop(self.names.insert((*path).to_owned(), Kind::Directory)),
            },
            MakeLink(path) => match self.get(path)? {
                Some(_) => return Err(Errno::EXIST),
                None => {
                    self.files.insert(next, Vec::new());
                    self.names.insert((*path).to_owned(), Kind::Link(next));
                }
            },
            Link(from, to) => {
                let kind = self.get(from)?.ok_or(Errno::NOENT)?;
                match (self.get(to)?, kind) {
                    (Some(_), _) => return Err(Errno::EXIST),
                    (None, Kind::Directory) => return Err(Errno::PERM),
                    (None, kind) => drop(self.names.insert((*to).to_owned(), kind)),
                }
            }
            Unlink(path) => match self.get(path)?.ok_or(Errno::NOENT)? {
                Kind::Directory => return Err(Errno::ISDIR),
                _ => drop(self.names.remove(*path)),
            },
            RemoveDirectory(path) => match self.get(path)?.ok_or(Errno::NOENT)? {
                Kind::Directory if self.is_empty(path) => drop(self.names.remove(*path)),
                Kind::Directory => return Err(Errno::NOTEMPTY),
                _ => return Err(Errno::NOTDIR),
            },
            Rename(from, to) => self.rename(from, to)?,
            SetTimes(path, _) => drop(self.get(path)?.ok_or(Errno::NOENT)?),
        }
        Ok(())
    }

    fn file(&mut self, path: &str) -> Result<&mut Vec<u8>, Errno> {
        match self.get(path)? {
            Some(Kind::File(file)) => Ok(self.files.get_mut(&file).unwrap()),
            Some(Kind::Directory) => Err(Errno::ISDIR),
            Some(Kind::Link(_)) => Err(Errno::LOOP),
            None => Err(Errno::NOENT),
        }
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        let source = self.get(from)?;
        let target = self.get(to)?;
        let kind = source.ok_or(Errno::NOENT)?;
        if kind == Kind::Directory && to.starts_with(&format!("{from}/")) {
            return Err(Errno::INVAL);
        }
        if from == to || (Some(kind) == target && kind != Kind::Directory) {
            return Ok(());
        }
        match (kind, target) {
            (_, None) => {}
            (Kind::Directory, Some(Kind::Directory)) if !self.is_empty(to) => {
                return Err(Errno::NOTEMPTY);
            }
            (Kind::Directory, Some(Kind::Directory)) => {}
            (Kind::Directory, Some(_)) => return Err(Errno::NOTDIR),
            (_, Some(Kind::Directory)) => return Err(Errno::ISDIR),
            _ => {}
        }
        self.names.remove(to);
        let below = format!("{from}/");
        let moved: Vec<String> = self
            .names
            .keys()
            .filter(|name| *name == from || name.starts_with(&below))
            .cloned()
            .collect();
        for name in moved {
            let kind = self.names.remove(&name).unwrap();
            self.names
                .insert(format!("{to}{}", &name[from.len()..]), kind);
        }
        Ok(())
    }

    /// What each path is, as [`entries`] says it.
    fn contents(&self) -> Vec<(String, String)> {
        let text = |kind: &Kind| match kind {
            Kind::Directory => "directory".to_owned(),
            Kind::Link(_) => "-> nowhere".to_owned(),
            Kind::File(file) => {
                let bytes: crate::sandbox::FileBytes = self.files[file].clone().into();
                format!("{bytes:?}")
            }
        };
        let names = self.names.iter();
        names
            .map(|(path, kind)| (path.clone(), text(kind)))
            .collect()
    }
}

fn run(files: &mut Files, tmp: NodeId, operation: &Operation, at: FileTime) -> Result<(), Errno> {
    use Operation::*;
    let plain = OpenOptions::default();
    match operation {
        Create(path) => {
            let options = OpenOptions {
                create: true,
                truncate: true,
                ..plain
            };
            files.open(tmp, path, options, || at).map(drop)
        }
        Write(path, offset, bytes) => {
            let (node, kind) = files.open(tmp, path, plain, || at)?;
            let fill = |place: &mut [u8]| {
                place.copy_from_slice(bytes);
                Ok(())
            };
            match kind {
                FileKind::File => files.write(node, *offset, bytes.len(), at, fill).map(drop),
                _ => Err(Errno::ISDIR),
            }
        }
        Resize(path, length) => {
            let (node, _) = files.open(tmp, path, plain, || at)?;
            files.resize(node, *length, at)
        }
        MakeDirectory(path) => files.make_directory(tmp, path, at),
        MakeLink(path) => files.make_link("nowhere", tmp, path, at),
        Link(from, to) => files.link((tmp, from), Links::Keep, (tmp, to), at),
        Unlink(path) => files.unlink(tmp, path, at),
        RemoveDirectory(path) => files.remove_directory(tmp, path, at),
        Rename(from, to) => files.rename((tmp, from), (tmp, to), at),
        SetTimes(path, time) => {
            let node = files.find(tmp, path, Links::Keep)?;
            let time = NewTime::Set(FileTime::from_unix_nanos(*time));
            files.set_times(node, NewTime::Keep, time, at)
        }
    }
}

fn tmp_of(files: &Files) -> NodeId {
    let root = files.preopens()[0].node;
    files.find(root, "tmp", Links::Follow).unwrap()
}

proptest! {
    #[test]
    fn any_operations_do_what_the_model_does(
        operations in prop::collection::vec(operation(), 1..60),
    ) {
        let mut settings = SandboxSettings::new(HandlerKind::Command);
        let mut files = Files::new(&settings, FileTime::default());
        let tmp = tmp_of(&files);
        let mut model = Model::default();
        let mut mirror = FileTree::default();
        for (step, operation) in operations.iter().enumerate() {
            let at = FileTime::from_unix_nanos(1_000 + step as u64);
            let done = run(&mut files, tmp, operation, at);
            prop_assert_eq!(done, model.apply(operation), "{:?}", operation);
            let changes = files.take_changes();
            prop_assert!(done.is_ok() || changes.is_empty(), "{:?} {:?}", operation, changes);
            for change in changes {
                mirror.apply(change);
            }
            let now = entries(&files, tmp);
            let contents: Vec<_> =
                now.iter().map(|found| (found.path.clone(), found.content.clone())).collect();
            prop_assert_eq!(contents, model.contents(), "{:?}", operation);
            prop_assert_eq!(&now, &mirrored(&mirror), "{:?}", operation);
            let (used, all) = files.volume(tmp).unwrap().account();
            prop_assert_eq!(used, all, "{:?}", operation);
        }
        // The next process finds what this one left.
        let before = entries(&files, tmp);
        settings.tmp = mirror;
        let mut next = Files::new(&settings, FileTime::default());
        prop_assert_eq!(before, entries(&next, tmp_of(&next)));
        prop_assert_eq!(next.take_changes(), []);
    }
}
