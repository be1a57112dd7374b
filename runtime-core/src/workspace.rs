//! The workspace file: a session as one file, JSON with bytes in base64.
//!
//! What only the page knows of (test events, changed code) is its document, of any type here: whoever needs a
//! part of it reads that part.

use crate::sandbox::PackageFiles;
use crate::sandbox::inspect::{BOOTSTRAP, PackageSource};
use crate::timeline::{Entry, Payloads, Timeline};
use crate::units::{OrderedMap, PackageId};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;

const FORMAT: &str = "coldstart-workspace";
/// 1 had modules only.
const VERSION: u32 = 2;

/// A workspace as one file.
#[derive(Debug, Serialize, Deserialize)]
pub struct WorkspaceFile<Document> {
    format: String,
    version: u32,
    /// What the user set up besides functions, which are facts of the timeline.
    pub document: Document,
    /// The deployment packages.
    pub packages: Vec<PackageFile>,
    /// What happened.
    pub timeline: Timeline,
    payloads: Vec<String>,
}

/// A deployment package in a workspace file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageFile {
    /// Which.
    pub id: PackageId,
    /// As it was uploaded.
    pub file_name: String,
    /// What it was uploaded as.
    #[serde(default = "a_module")]
    pub source: PackageSource,
    #[serde(default)]
    files: OrderedMap<String, String>,
    /// Of version 1.
    #[serde(default, skip_serializing)]
    wasm: Option<String>,
}

fn a_module() -> PackageSource {
    PackageSource::Wasm
}

/// Why a file is not a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkspaceError {
    /// It is something else: what, to go on from a colon.
    NotAWorkspace(String),
    /// Its version is one that is not known yet.
    Newer(u32),
    /// These bytes are not base64.
    DamagedBytes(&'static str),
}

impl WorkspaceError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotAWorkspace(_) => {
                "Choose a file that was made with Export. To add a handler, drop it on the list of functions."
            }
            Self::Newer(_) => "Open it with the newer Coldstart that made it.",
            Self::DamagedBytes(_) => {
                "Export it again; this copy is damaged. Your workspace is unchanged."
            }
        }
    }
}

impl fmt::Display for WorkspaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAWorkspace(reason) => write!(f, "This is not a workspace file: {reason}."),
            Self::Newer(version) => {
                write!(
                    f,
                    "This workspace file has version {version}; this page reads up to {VERSION}."
                )
            }
            Self::DamagedBytes(part) => write!(f, "The {part} in this workspace file are damaged."),
        }
    }
}

impl<Document> WorkspaceFile<Document> {
    /// A file of the current version.
    pub fn new(
        document: Document,
        packages: Vec<PackageFile>,
        timeline: Timeline,
        payloads: &Payloads,
    ) -> Self {
        WorkspaceFile {
            format: FORMAT.to_owned(),
            version: VERSION,
            document,
            packages,
            timeline,
            payloads: payloads
                .items()
                .iter()
                .map(|bytes| BASE64.encode(bytes))
                .collect(),
        }
    }

    /// The payloads.
    ///
    /// # Errors
    ///
    /// If one of them is damaged.
    pub fn payloads(&self) -> Result<Payloads, WorkspaceError> {
        let mut payloads = Payloads::default();
        for text in &self.payloads {
            let bytes = BASE64
                .decode(text)
                .map_err(|_| WorkspaceError::DamagedBytes("payloads"))?;
            payloads.add(bytes);
        }
        Ok(payloads)
    }
}

impl<Document: Serialize> WorkspaceFile<Document> {
    /// The file.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl<Document: DeserializeOwned> WorkspaceFile<Document> {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it is none, or of a later version.
    pub fn parse(bytes: &[u8]) -> Result<Self, WorkspaceError> {
        #[derive(Deserialize)]
        struct Head {
            format: String,
            version: u32,
        }
        let not = |error: serde_json::Error| WorkspaceError::NotAWorkspace(error.to_string());
        let head: Head = serde_json::from_slice(bytes).map_err(not)?;
        if head.format != FORMAT {
            return Err(WorkspaceError::NotAWorkspace(format!(
                "its format is \"{}\"",
                head.format
            )));
        }
        if head.version > VERSION {
            return Err(WorkspaceError::Newer(head.version));
        }
        let mut file: Self = serde_json::from_slice(bytes).map_err(not)?;
        file.timeline = in_order(file.timeline.entries().to_vec());
        Ok(file)
    }
}

impl PackageFile {
    /// A package's files, a module of its own among them.
    pub fn new(
        id: PackageId,
        file_name: String,
        source: PackageSource,
        files: &PackageFiles,
    ) -> Self {
        PackageFile {
            id,
            file_name,
            source,
            files: files
                .iter()
                .map(|(name, bytes)| (name.to_owned(), BASE64.encode(bytes)))
                .collect(),
            wasm: None,
        }
    }

    /// Its files.
    ///
    /// # Errors
    ///
    /// If one of them is damaged.
    pub fn files(&self) -> Result<PackageFiles, WorkspaceError> {
        let module = self.wasm.as_ref().map(|wasm| (BOOTSTRAP, wasm));
        let files = self.files.iter().map(|(name, text)| (name.as_str(), text));
        let mut decoded = PackageFiles::default();
        for (name, text) in files.chain(module) {
            let bytes = BASE64
                .decode(text)
                .map_err(|_| WorkspaceError::DamagedBytes("packages"))?;
            decoded.insert(name, bytes);
        }
        Ok(decoded)
    }
}

/// A timeline from entries that came from outside: time never goes back.
pub fn in_order(entries: Vec<Entry>) -> Timeline {
    let mut timeline = Timeline::default();
    for entry in entries {
        timeline.push(entry.at, entry.event);
    }
    timeline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_refused_with_a_reason() {
        let parse = |bytes: &[u8]| WorkspaceFile::<()>::parse(bytes).err();
        for text in [
            "",
            "[]",
            "{}",
            "{\"format\": \"har\", \"version\": 1}",
            "\0asm",
        ] {
            let error = parse(text.as_bytes());
            assert!(
                matches!(error, Some(WorkspaceError::NotAWorkspace(_))),
                "{text}"
            );
        }
        let newer = br#"{"format": "coldstart-workspace", "version": 99}"#;
        assert_eq!(parse(newer), Some(WorkspaceError::Newer(99)));
    }

    #[test]
    fn a_file_comes_back_as_it_was() {
        let mut files = PackageFiles::default();
        files.insert("index.mjs", b"export const handler = 1".to_vec());
        let package = PackageFile::new(
            PackageId(3),
            "a.zip".to_owned(),
            PackageSource::Wasm,
            &files,
        );
        let mut payloads = Payloads::default();
        payloads.add(b"{}".to_vec());
        let file = WorkspaceFile::new(7, vec![package], Timeline::default(), &payloads);
        let back = WorkspaceFile::<u32>::parse(&file.to_json()).ok();
        assert_eq!(back.as_ref().map(|it| it.document), Some(7));
        let package = back.as_ref().and_then(|it| it.packages.first());
        assert_eq!(package.map(PackageFile::files), Some(Ok(files)));
        let kept = back.and_then(|it| it.payloads().ok());
        assert_eq!(kept.map(|it| it.items().len()), Some(1));
    }
}
