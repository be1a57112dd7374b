//! A function's files while they are being edited: what is different from its deployment package.

use crate::browser::packages::Refusal;
use runtime_core::sandbox::{DeploymentPackage, PackageFiles};
use runtime_core::units::{OrderedMap, PackageId};
use serde::{Deserialize, Serialize};

/// Changes to the files of a package that were not deployed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The package that they are changes to.
    pub base: PackageId,
    changes: OrderedMap<String, Change>,
    /// How far it is.
    #[serde(skip)]
    pub stage: DraftStage,
}

/// What becomes of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// It has this text.
    Written(String),
    /// It is the package's file of another name.
    Moved {
        /// That name.
        from: String,
    },
    /// It is gone.
    Deleted,
}

/// How far a draft is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DraftStage {
    /// Somebody works on it.
    #[default]
    Editing,
    /// It is being inspected.
    Deploying,
    /// It is no deployment package.
    Refused(Refusal),
}

impl Draft {
    /// No changes yet.
    pub fn new(base: PackageId) -> Self {
        Draft {
            base,
            changes: OrderedMap::new(),
            stage: DraftStage::Editing,
        }
    }

    /// Whether nothing is different from the package.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The files that are different, by name.
    pub fn changes(&self) -> &OrderedMap<String, Change> {
        &self.changes
    }

    /// A file's bytes; `None` if there is no such file.
    pub fn file<'a>(&'a self, base: &'a DeploymentPackage, name: &str) -> Option<&'a [u8]> {
        match self.changes.get(name) {
            Some(Change::Written(text)) => Some(text.as_bytes()),
            Some(Change::Moved { from }) => base.file(from),
            Some(Change::Deleted) => None,
            None => base.file(name),
        }
    }

    /// Gives a file this text; makes it if there is none. The package's own text is no change.
    pub fn write(&mut self, base: &DeploymentPackage, name: &str, text: String) {
        self.stage = DraftStage::Editing;
        if base.file(name) == Some(text.as_bytes()) {
            self.changes.remove(name);
        } else {
            self.changes.insert(name.to_owned(), Change::Written(text));
        }
    }

    /// Takes a file away.
    pub fn delete(&mut self, base: &DeploymentPackage, name: &str) {
        self.stage = DraftStage::Editing;
        if base.file(name).is_some() {
            self.changes.insert(name.to_owned(), Change::Deleted);
        } else {
            self.changes.remove(name);
        }
    }

    /// Gives a file another name, which no other file has.
    pub fn rename(&mut self, base: &DeploymentPackage, from: &str, to: &str) {
        let content = match self.changes.get(from) {
            Some(Change::Deleted) => return,
            Some(change) => change.clone(),
            None => Change::Moved {
                from: from.to_owned(),
            },
        };
        self.delete(base, from);
        let is_own = match &content {
            Change::Moved { from } => from == to,
            Change::Written(text) => base.file(to) == Some(text.as_bytes()),
            Change::Deleted => false,
        };
        if is_own {
            self.changes.remove(to);
        } else {
            self.changes.insert(to.to_owned(), content);
        }
    }

    /// Makes a file what it is in the package again.
    pub fn restore(&mut self, name: &str) {
        self.stage = DraftStage::Editing;
        self.changes.remove(name);
    }

    /// All files as the draft has them.
    pub fn files(&self, base: &DeploymentPackage) -> PackageFiles {
        let mut files = base.all_files();
        for (name, change) in &self.changes {
            match change {
                Change::Written(text) => files.insert(name, text.clone().into_bytes()),
                Change::Moved { from } => {
                    files.insert(name, base.file(from).unwrap_or_default().to_vec());
                }
                Change::Deleted => {
                    files.remove(name);
                }
            }
        }
        files
    }

    /// `deployed`, an earlier state of this draft, became the package `base`: what is left are the
    /// changes that were made since.
    pub fn deployed(&mut self, deployed: &Draft, base: PackageId) {
        self.base = base;
        self.stage = DraftStage::Editing;
        self.changes
            .retain(|name, change| deployed.changes.get(name) != Some(change));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::testing::package;

    fn texts(draft: &Draft, base: &DeploymentPackage) -> Vec<(String, String)> {
        let files = draft.files(base);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let files = files.iter();
        files
            .map(|(name, bytes)| (name.to_owned(), text(bytes)))
            .collect()
    }

    fn pairs(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let files = files.iter();
        files
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn writing_back_the_packages_own_text_is_no_change() {
        let base = package(&[("app.py", b"a")]);
        let mut draft = Draft::new(PackageId(1));
        draft.write(&base, "app.py", "b".into());
        draft.write(&base, "new.py", "n".into());
        assert_eq!(draft.file(&base, "app.py"), Some(&b"b"[..]));
        assert_eq!(
            texts(&draft, &base),
            pairs(&[("app.py", "b"), ("new.py", "n")])
        );
        draft.write(&base, "app.py", "a".into());
        draft.delete(&base, "new.py");
        assert!(draft.is_empty(), "{draft:?}");
    }

    #[test]
    fn files_are_renamed_with_their_content_and_back() {
        let base = package(&[("app.py", b"a"), ("data.bin", &[0, 159])]);
        let mut draft = Draft::new(PackageId(1));
        draft.rename(&base, "data.bin", "lib/data.bin");
        draft.write(&base, "app.py", "b".into());
        draft.rename(&base, "app.py", "main.py");
        assert_eq!(draft.file(&base, "data.bin"), None);
        assert_eq!(draft.file(&base, "lib/data.bin"), Some(&[0, 159][..]));
        assert_eq!(draft.file(&base, "main.py"), Some(&b"b"[..]));
        assert_eq!(draft.files(&base).names().count(), 2);
        // A second name still leads to the package's file, and the first one ends the change.
        draft.rename(&base, "lib/data.bin", "d");
        assert_eq!(draft.file(&base, "d"), Some(&[0, 159][..]));
        draft.rename(&base, "d", "data.bin");
        draft.rename(&base, "main.py", "app.py");
        draft.write(&base, "app.py", "a".into());
        assert!(draft.is_empty(), "{draft:?}");
        // What was deleted cannot be renamed.
        draft.delete(&base, "app.py");
        draft.rename(&base, "app.py", "main.py");
        assert_eq!(draft.file(&base, "main.py"), None);
        draft.restore("app.py");
        assert!(draft.is_empty());
    }

    #[test]
    fn what_was_written_during_a_deployment_stays() {
        let base = package(&[("app.py", b"a"), ("old.py", b"o")]);
        let mut draft = Draft::new(PackageId(1));
        draft.write(&base, "app.py", "b".into());
        draft.delete(&base, "old.py");
        let sent = draft.clone();
        draft.write(&base, "app.py", "c".into());
        draft.deployed(&sent, PackageId(2));
        assert_eq!(draft.base, PackageId(2));
        let base = package(&[("app.py", b"b")]);
        assert_eq!(texts(&draft, &base), pairs(&[("app.py", "c")]));
        let sent = draft.clone();
        draft.deployed(&sent, PackageId(3));
        assert!(draft.is_empty());
    }

    #[test]
    fn a_draft_survives_its_record_without_its_stage() {
        let base = package(&[("app.py", b"a")]);
        let mut draft = Draft::new(PackageId(7));
        draft.write(&base, "x", "1".into());
        draft.rename(&base, "app.py", "y");
        let json = serde_json::to_string(&draft).unwrap_or_default();
        let mut refused = draft.clone();
        refused.stage = DraftStage::Deploying;
        assert_eq!(serde_json::to_string(&refused).unwrap_or_default(), json);
        assert_eq!(serde_json::from_str::<Draft>(&json).ok(), Some(draft));
    }
}
