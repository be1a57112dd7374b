//! What would be made, what is only shown, what is kept, and what there is to say about a template.

use crate::timeline::{
    FunctionConfiguration, LayerAbout, MappingConfiguration, QueueConfiguration,
    SourceConfiguration, StreamConfiguration,
};
use crate::units::{AliasId, FunctionId, MappingId, QueueId, SourceId, StreamId, Version};
use serde::{Deserialize, Serialize};
use std::fmt;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Its function URL.
    pub url: Option<NewUrl>,
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
}

/// A function URL to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUrl {
    /// `AWS_IAM` rather than `NONE`.
    pub signed: bool,
    /// `RESPONSE_STREAM` rather than `BUFFERED`.
    pub streamed: bool,
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
    /// The functions that it tells, by their names in the session: those that are new.
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

/// Something that was not taken over as it stands in the template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Remark {
    /// From 1; 0 where it is about no line.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// What became of it.
    pub kind: RemarkKind,
    /// The resource and the property.
    pub about: String,
    /// Why, as a sentence.
    pub message: String,
}

/// What became of a part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RemarkKind {
    /// AWS would refuse it, and it is not taken over.
    Refused,
    /// It was not understood, or nothing here stands for it.
    Skipped,
    /// It is taken over as something else that is near to it.
    Changed,
}

impl RemarkKind {
    /// As shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            RemarkKind::Refused => "refused",
            RemarkKind::Skipped => "skipped",
            RemarkKind::Changed => "changed",
        }
    }
}

/// Why a file is no template. `Display` says the cause, [`TemplateFault::hint`] the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateFault {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// What is wrong there.
    pub cause: String,
    /// What to do.
    pub hint: String,
}

impl TemplateFault {
    /// What to do.
    pub fn hint(&self) -> &str {
        &self.hint
    }
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TemplateFault {
            line,
            column,
            cause,
            ..
        } = self;
        write!(f, "line {line}, column {column}: {cause}")
    }
}

impl std::error::Error for TemplateFault {}
