//! What is kept between visits, and the workspace file.

use super::super::deployment::Package;
use super::super::draft::Draft;
use super::super::state::{State, TestEvents};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use runtime_core::protocol;
use runtime_core::sandbox::PackageFiles;
use runtime_core::sandbox::inspect::{BOOTSTRAP, PackageSource};
use runtime_core::timeline::{Entry, Payloads, Timeline};
use runtime_core::units::{FunctionId, PackageId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const FORMAT: &str = "coldstart-workspace";
/// 1 had modules only.
const VERSION: u32 = 2;

/// What the user set up besides functions, which are facts of the timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    pub(super) events: BTreeMap<FunctionId, TestEvents>,
    pub(super) selected_function: Option<FunctionId>,
    pub(super) free_tier: bool,
    /// Not in files of before the code could be edited.
    #[serde(default)]
    pub(super) drafts: BTreeMap<FunctionId, Draft>,
}

/// A workspace as one file: JSON, bytes in base64.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WorkspaceFile {
    format: String,
    version: u32,
    pub(super) document: Document,
    pub(super) packages: Vec<PackageFile>,
    pub(super) timeline: Timeline,
    payloads: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PackageFile {
    pub(super) id: PackageId,
    pub(super) file_name: String,
    /// What it was uploaded as.
    #[serde(default = "a_module")]
    pub(super) source: PackageSource,
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Of version 1.
    #[serde(default, skip_serializing)]
    wasm: Option<String>,
}

fn a_module() -> PackageSource {
    PackageSource::Wasm
}

/// Why a file is not a workspace.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum WorkspaceError {
    NotAWorkspace(String),
    Newer(u32),
    DamagedBytes(&'static str),
}

impl WorkspaceError {
    pub(super) fn hint(&self) -> &'static str {
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

impl std::fmt::Display for WorkspaceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

impl WorkspaceFile {
    pub(super) fn of(state: &State) -> Self {
        let packages = state.packages.iter().map(|(id, package)| PackageFile {
            id: *id,
            file_name: package.file_name.clone(),
            source: package.content.source,
            files: package
                .content
                .all_files()
                .iter()
                .map(|(name, bytes)| (name.to_owned(), BASE64.encode(bytes)))
                .collect(),
            wasm: None,
        });
        WorkspaceFile {
            format: FORMAT.to_owned(),
            version: VERSION,
            document: state.document(),
            packages: packages.collect(),
            timeline: state.timeline.clone(),
            payloads: state
                .payloads
                .items()
                .iter()
                .map(|bytes| BASE64.encode(bytes))
                .collect(),
        }
    }

    pub(super) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, WorkspaceError> {
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
        let mut file: WorkspaceFile = serde_json::from_slice(bytes).map_err(not)?;
        file.timeline = in_order(file.timeline.entries().to_vec());
        Ok(file)
    }

    pub(super) fn payloads(&self) -> Result<Payloads, WorkspaceError> {
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

impl PackageFile {
    pub(super) fn files(&self) -> Result<PackageFiles, WorkspaceError> {
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
pub(super) fn in_order(entries: Vec<Entry>) -> Timeline {
    let mut timeline = Timeline::default();
    for entry in entries {
        timeline.push(entry.at, entry.event);
    }
    timeline
}

/// The first byte of a package's record: which form it has.
const RECORD: u8 = 2;

impl Package {
    /// For the database.
    pub(super) fn to_record(&self) -> Vec<u8> {
        let mut record = vec![RECORD];
        record.extend(protocol::encode(&(&self.file_name, &self.content)));
        record
    }

    pub(super) fn from_record(record: &[u8]) -> Option<Self> {
        let (&RECORD, rest) = record.split_first()? else {
            return None;
        };
        let (file_name, content) = protocol::decode(rest).ok()?;
        Some(Package { file_name, content })
    }
}

impl State {
    pub(super) fn document(&self) -> Document {
        Document {
            events: self.events.clone(),
            selected_function: self.selected_function,
            free_tier: self.free_tier,
            drafts: self.drafts.clone(),
        }
    }

    pub(super) fn take_document(&mut self, document: Document) {
        self.events = document.events;
        self.selected_function = document.selected_function;
        self.free_tier = document.free_tier;
        self.drafts = document.drafts;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_refused_with_a_reason() {
        for text in [
            "",
            "[]",
            "{}",
            "{\"format\": \"har\", \"version\": 1}",
            "\0asm",
        ] {
            let error = WorkspaceFile::parse(text.as_bytes()).err();
            assert!(
                matches!(error, Some(WorkspaceError::NotAWorkspace(_))),
                "{text}"
            );
        }
        let newer = br#"{"format": "coldstart-workspace", "version": 99}"#;
        assert_eq!(
            WorkspaceFile::parse(newer).err(),
            Some(WorkspaceError::Newer(99))
        );
    }

    #[test]
    fn damaged_package_records_are_noticed() {
        assert!(Package::from_record(b"").is_none());
        assert!(Package::from_record(&[1, 255, 255, 255, 1]).is_none());
        assert!(Package::from_record(&[RECORD, 0, 0, 0, 9, 9]).is_none());
    }
}
