//! What is kept between visits, and what the page adds to the workspace file.

use super::super::deployment::Package;
use super::super::draft::Draft;
use super::super::generators::SavedGenerator;
use super::super::state::{State, TestEvents};
use runtime_core::api::Registry;
use runtime_core::change_set::KeptResource;
use runtime_core::protocol;
use runtime_core::units::{FunctionId, GeneratorId, OrderedMap};
use runtime_core::workspace::PackageFile;
use serde::{Deserialize, Serialize};

/// What the user set up besides functions, which are facts of the timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    pub(super) events: OrderedMap<FunctionId, TestEvents>,
    pub(super) selected_function: Option<FunctionId>,
    pub(super) free_tier: bool,
    /// Not in files of before the code could be edited.
    #[serde(default)]
    pub(super) drafts: OrderedMap<FunctionId, Draft>,
    /// Not in files of before there was the Lambda API.
    #[serde(default)]
    pub(super) registry: Registry,
    /// Not in files of before templates could be imported.
    #[serde(default)]
    pub(super) kept: Vec<KeptResource>,
    /// Not in files of before there were generators.
    #[serde(default)]
    pub(super) generators: OrderedMap<GeneratorId, SavedGenerator>,
}

/// The workspace as the page has it.
pub(super) type WorkspaceFile = runtime_core::workspace::WorkspaceFile<Document>;

/// The file of a session.
pub(super) fn file_of(state: &State) -> WorkspaceFile {
    let packages = state.packages.iter().map(|(id, package)| {
        let (file_name, content) = (package.file_name.clone(), &package.content);
        PackageFile::new(*id, file_name, content.source, &content.all_files())
    });
    let (document, timeline) = (state.document(), state.timeline.clone());
    WorkspaceFile::new(document, packages.collect(), timeline, &state.payloads)
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
            registry: self.registry.clone(),
            kept: self.kept.clone(),
            generators: self.generators.saved(),
        }
    }

    pub(super) fn take_document(&mut self, document: Document) {
        self.events = document.events;
        self.selected_function = document.selected_function;
        self.free_tier = document.free_tier;
        self.drafts = document.drafts;
        self.registry = document.registry;
        self.kept = document.kept;
        self.generators.take_saved(document.generators);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_package_records_are_noticed() {
        assert!(Package::from_record(b"").is_none());
        assert!(Package::from_record(&[1, 255, 255, 255, 1]).is_none());
        assert!(Package::from_record(&[RECORD, 0, 0, 0, 9, 9]).is_none());
    }
}
