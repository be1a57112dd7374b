//! What would be made, what is only shown, and what is kept.

use super::remark::Remark;
use crate::template::UrlCors;
use crate::timeline::{
    FunctionConfiguration, LayerAbout, MappingConfiguration, QueueConfiguration,
    SourceConfiguration, StreamConfiguration,
};
use crate::units::{
    AliasId, FunctionId, MappingId, OrderedMap, QueueId, SourceId, StreamId, Version,
};
use serde::{Deserialize, Serialize};

/// All that importing a template would change. Ids are those that the session gives next, names are free,
/// and all settings were validated as the session's own controls validate them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChangeSet {
    /// What the template's author says of it.
    pub description: Option<String>,
    /// What can be filled in: parameters, and what other stacks export.
    pub fields: Vec<Field>,
    /// Layers to publish.
    pub layers: Vec<NewLayer>,
    /// Functions to make, the first with the session's next id.
    pub functions: Vec<NewFunction>,
    /// Queues to make.
    pub queues: Vec<NewQueue>,
    /// Streams to make.
    pub streams: Vec<NewStream>,
    /// Event source mappings to make.
    pub mappings: Vec<NewMapping>,
    /// Sources to make, or to give further targets.
    pub sources: Vec<NewSource>,
    /// What was understood and has nothing of its own here.
    pub shown: Vec<Shown>,
    /// What is kept with the session as it is.
    pub kept: Vec<KeptResource>,
    /// Everything that was refused, skipped or changed, by lines.
    pub remarks: Vec<Remark>,
}

/// Something to fill in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Whether it is a parameter or another stack's export.
    pub kind: FieldKind,
    /// Its name.
    pub name: String,
    /// A parameter's type.
    pub of_type: String,
    /// What it is for.
    pub description: Option<String>,
    /// The values that it can have; empty for any.
    pub allowed: Vec<String>,
    /// What else it has to fulfil, in words.
    pub constraints: Vec<String>,
    /// Whether it is to be hidden.
    pub no_echo: bool,
    /// What stands in it at first.
    pub default: Option<String>,
    /// What is wrong with what it was given, or that it was given nothing.
    pub fault: Option<String>,
    /// Where the template has it.
    pub line: u32,
}

/// What is filled in.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum FieldKind {
    /// A parameter.
    #[default]
    Parameter,
    /// What another stack exports (`Fn::ImportValue`).
    Import,
}

/// A function to make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewFunction {
    /// The session's next.
    pub id: FunctionId,
    /// Its name in the template.
    pub logical_id: String,
    /// The name that the template gives it, if the session has a function of that name.
    pub taken: Option<String>,
    /// What its author says of it.
    pub description: Option<String>,
    /// The runtime that the template names; empty for an image.
    pub runtime: String,
    /// Its settings. What depends on the package is set once that was inspected.
    pub configuration: FunctionConfiguration,
    /// Where its code can come from; the first fits best. Never empty: a stub is always among them.
    pub code: Vec<CodeChoice>,
    /// Its layers in their order, by their places in [`ChangeSet::layers`].
    pub layers: Vec<u32>,
    /// Aliases, for which a version is published.
    pub aliases: Vec<NewAlias>,
    /// A version that is published also without an alias.
    pub version: Option<NewVersion>,
    /// What its author says of the version that is published; may be empty.
    pub version_description: String,
    /// Its function URL.
    pub url: Option<NewUrl>,
    /// Its tags.
    pub tags: OrderedMap<String, String>,
    /// Whether X-Ray is told of every invocation.
    pub traced: bool,
}

impl NewFunction {
    /// Whether a version is published of it.
    pub fn is_published(&self) -> bool {
        let mut aliases = self.aliases.iter();
        self.version.is_some() || aliases.any(|it| !it.version.is_latest())
    }
}

/// A layer to publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLayer {
    /// Its name in the template.
    pub logical_id: String,
    /// Its own name. A layer of this name that there is already gets another version.
    pub name: String,
    /// What its author says of it.
    pub about: LayerAbout,
    /// The archive or the folder that has its content.
    pub content: CodeChoice,
}

/// Where a function's code can come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeChoice {
    /// The template: files with their texts.
    Inline(Vec<(String, String)>),
    /// An archive or a module that was given, by its place among the files.
    Archive(u32),
    /// Files that were given, by their names in the package and their places among the files.
    Folder(Vec<(String, u32)>),
    /// Nowhere: a handler that returns its event stands for it.
    Stub(Vec<(String, String)>),
}

impl CodeChoice {
    /// Whether it only stands for code that is missing.
    pub const fn is_stub(&self) -> bool {
        matches!(self, CodeChoice::Stub(_))
    }
}

/// An alias to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAlias {
    /// The session's next.
    pub id: AliasId,
    /// Its name.
    pub name: String,
    /// Where requests go.
    pub version: Version,
    /// Its provisioned concurrency.
    pub provisioned: Option<u32>,
    /// What its author says of it; may be empty.
    pub description: String,
}

/// A version to publish, the function's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewVersion {
    /// Its provisioned concurrency.
    pub provisioned: Option<u32>,
}

impl NewVersion {
    /// Of a function that is new.
    pub const FIRST: u32 = 1;
}

/// A function URL to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUrl {
    /// `AWS_IAM` rather than `NONE`.
    pub signed: bool,
    /// `RESPONSE_STREAM` rather than `BUFFERED`.
    pub streamed: bool,
    /// What browsers on other sites may ask.
    pub cors: Option<UrlCors>,
}

/// A queue to make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewQueue {
    /// The session's next.
    pub id: QueueId,
    /// Its name in the template.
    pub logical_id: String,
    /// The name that the template gives it, if the session has a queue of that name.
    pub taken: Option<String>,
    /// Its settings.
    pub configuration: QueueConfiguration,
}

/// A stream to make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewStream {
    /// The session's next.
    pub id: StreamId,
    /// Its name in the template.
    pub logical_id: String,
    /// The name that the template gives it, if the session has such a stream of that name.
    pub taken: Option<String>,
    /// Its settings.
    pub configuration: StreamConfiguration,
}

/// An event source mapping to make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewMapping {
    /// The session's next.
    pub id: MappingId,
    /// What is polled, by its name in the session.
    pub from: String,
    /// The function, by its name in the session.
    pub to: String,
    /// Its settings.
    pub configuration: MappingConfiguration,
}

/// A source to make, or to change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewSource {
    /// The session's next, or the source that is changed.
    pub id: SourceId,
    /// It is there already and gets further targets.
    pub exists: bool,
    /// The name that the template gives it, if the session has such a source of that name.
    pub taken: Option<String>,
    /// Its settings.
    pub configuration: SourceConfiguration,
    /// The functions and queues that it tells, by their names in the session: those that are new.
    pub tells: Vec<String>,
}

/// Something that was understood and has nothing of its own here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub what: String,
    /// What can be done about it.
    pub note: String,
}

/// A resource that is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its type, as in `AWS::ECS::Service`.
    pub of_type: String,
    /// Its properties, JSON. Other resources of the template are `{"Ref": ...}` and `{"Fn::GetAtt": [...]}`.
    pub properties: String,
}
