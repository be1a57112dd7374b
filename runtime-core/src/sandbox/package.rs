//! Deployment packages: what was uploaded, once it has passed inspection.

use super::inspect::{BOOTSTRAP, PackageSource};
use super::{FileBytes, FileContent, FileTree, HandlerModule};
use crate::timeline::{DEFAULT_HANDLER, HandlerKind, Runtime};
use crate::units::{ByteCount, OrderedMap};
use serde::{Deserialize, Serialize};

/// A deployment package that can be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentPackage {
    /// What runs.
    pub code: Code,
    /// What lies in `/var/task` besides a module of its own.
    pub files: PackageFiles,
    /// What was uploaded.
    pub source: PackageSource,
    /// The size of what was uploaded.
    pub size: ByteCount,
}

/// What of a package runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Code {
    /// A module that the package brings along.
    Module(HandlerModule),
    /// Source code for a managed runtime.
    Source {
        /// The runtime that its files are for.
        runtime: Runtime,
        /// The handler string that fits them best.
        handler: String,
    },
    /// Nothing: it is a layer's content.
    Nothing,
}

/// Files by their path relative to `/var/task`; folders are what paths have in common. Clones share
/// the bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PackageFiles(OrderedMap<String, FileBytes>);

impl DeploymentPackage {
    /// The runtime to begin with.
    pub fn runtime(&self) -> Runtime {
        match &self.code {
            Code::Module(_) | Code::Nothing => Runtime::Provided,
            Code::Source { runtime, .. } => *runtime,
        }
    }

    /// The handler string to begin with.
    pub fn handler(&self) -> &str {
        match &self.code {
            Code::Module(_) | Code::Nothing => DEFAULT_HANDLER,
            Code::Source { handler, .. } => handler,
        }
    }

    /// How the code is called. Managed runtimes loop.
    pub fn kind(&self) -> HandlerKind {
        match &self.code {
            Code::Module(module) => module.kind,
            Code::Source { .. } | Code::Nothing => HandlerKind::Loop,
        }
    }

    /// The memory that the code's own module has from its first moment on; nothing is known of a
    /// managed runtime's here.
    pub fn initial_memory(&self) -> ByteCount {
        match &self.code {
            Code::Module(module) => module.facts.initial_memory,
            Code::Source { .. } | Code::Nothing => ByteCount::default(),
        }
    }

    /// All files, a module of its own among them: what `inspect_files` takes.
    pub fn all_files(&self) -> PackageFiles {
        let mut files = self.files.clone();
        if let Some(wasm) = self.own_module() {
            files.insert(BOOTSTRAP, wasm.to_vec());
        }
        files
    }

    /// How large the files are together, a module of its own among them.
    pub fn unzipped_size(&self) -> ByteCount {
        ByteCount::new(self.file_sizes().map(|(_, size)| size.get()).sum())
    }

    /// One of [`all_files`](Self::all_files).
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        let module = self.own_module().filter(|_| name == BOOTSTRAP);
        module.or_else(|| self.files.get(name))
    }

    /// The names and sizes of [`all_files`](Self::all_files), a module of its own last.
    pub fn file_sizes(&self) -> impl Iterator<Item = (&str, ByteCount)> {
        let module = self.own_module().map(|wasm| (BOOTSTRAP, wasm));
        let files = self.files.iter().chain(module);
        files.map(|(name, bytes)| (name, ByteCount::from(bytes.len())))
    }

    /// The module, if it was not made of a text among the files.
    fn own_module(&self) -> Option<&[u8]> {
        let module = self.module().filter(|module| !module.facts.is_text);
        module.map(|module| module.wasm.as_slice())
    }

    /// The module that the package brings along.
    pub fn module(&self) -> Option<&HandlerModule> {
        match &self.code {
            Code::Module(module) => Some(module),
            Code::Source { .. } | Code::Nothing => None,
        }
    }
}

impl PackageFiles {
    /// Adds a file, or replaces it.
    pub fn insert(&mut self, name: &str, bytes: impl Into<FileBytes>) {
        self.0.insert(name.to_owned(), bytes.into());
    }

    /// Takes a file out.
    pub fn remove(&mut self, name: &str) -> Option<FileBytes> {
        self.0.remove(name)
    }

    /// A file's bytes.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(|bytes| &**bytes)
    }

    /// All names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Names and bytes in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, bytes)| (name.as_str(), &**bytes))
    }

    /// What lies under `/opt` when these are unzipped there one after the other: a later layer's file
    /// takes the place of an earlier one's, and of a folder or a file that is in its way.
    pub fn of_layers<'a>(layers: impl IntoIterator<Item = &'a PackageFiles>) -> PackageFiles {
        let mut opt = PackageFiles::default();
        for layer in layers {
            for (name, bytes) in &layer.0 {
                opt.make_way(name);
                opt.0.insert(name.clone(), bytes.clone());
            }
        }
        opt
    }

    /// Takes out what cannot be beside a file of this name: files where its folders are to be, and a
    /// folder where it is to be itself.
    fn make_way(&mut self, name: &str) {
        for (end, _) in name.match_indices('/') {
            self.0.remove(&name[..end]);
        }
        let below = format!("{name}/");
        let inside = self.0.iter_from(&below).map(|(path, _)| path);
        let inside: Vec<String> = inside
            .take_while(|path| path.starts_with(&below))
            .cloned()
            .collect();
        for path in inside {
            self.0.remove(&path);
        }
    }

    /// As a tree to be mounted; the bytes are shared.
    pub fn tree(&self) -> FileTree {
        let mut tree = FileTree::default();
        for (name, bytes) in &self.0 {
            tree.insert(name.clone(), FileContent::File(bytes.clone()));
        }
        tree
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How large the files are together.
    pub fn size(&self) -> ByteCount {
        ByteCount::new(self.0.values().map(|bytes| bytes.len() as u64).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(files: &[(&str, &str)]) -> PackageFiles {
        let mut layer = PackageFiles::default();
        for (name, text) in files {
            layer.insert(name, text.as_bytes().to_vec());
        }
        layer
    }

    fn laid(layers: &[PackageFiles]) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let opt = PackageFiles::of_layers(layers);
        let files = opt.iter();
        files
            .map(|(name, bytes)| (name.to_owned(), text(bytes)))
            .collect()
    }

    #[test]
    fn later_layers_lie_over_earlier_ones() {
        let (one, two) = (
            layer(&[("lib/a", "1"), ("lib/b", "1")]),
            layer(&[("lib/b", "2"), ("lib/c", "2")]),
        );
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs.iter();
            pairs
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect()
        };
        assert_eq!(
            laid(&[one.clone(), two.clone()]),
            pairs(&[("lib/a", "1"), ("lib/b", "2"), ("lib/c", "2")])
        );
        assert_eq!(
            laid(&[two, one]),
            pairs(&[("lib/a", "1"), ("lib/b", "1"), ("lib/c", "2")])
        );
        assert!(laid(&[]).is_empty());
    }

    #[test]
    fn files_and_folders_of_one_name_do_not_stand_beside_each_other() {
        let file = layer(&[("a", "file"), ("ab", "other")]);
        let folder = layer(&[("a/b/c", "deep"), ("a/d", "flat")]);
        let names = |layers: &[PackageFiles]| -> Vec<String> {
            laid(layers).into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(
            names(&[file.clone(), folder.clone()]),
            ["a/b/c", "a/d", "ab"]
        );
        assert_eq!(names(&[folder, file]), ["a", "ab"]);
    }

    #[test]
    fn layers_share_their_bytes() {
        let one = layer(&[("a", "1")]);
        let opt = PackageFiles::of_layers([&one]);
        let at = |files: &PackageFiles| files.get("a").map(<[u8]>::as_ptr);
        assert_eq!(at(&opt), at(&one));
    }
}
