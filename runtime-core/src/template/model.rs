//! What a template comes to: plain data in the project's own types, by logical ids. It is what an import
//! gives and what an export takes.

use super::trigger::{StackDelivery, StackTrigger};
use crate::timeline::{
    FunctionConfiguration, LayerAbout, MappingConfiguration, QueueConfiguration,
};
use crate::units::{FunctionId, QueueId, SourceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Functions and what is around them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stack {
    /// What its author says of it.
    pub description: Option<String>,
    /// The functions. A [`FunctionId`] in this stack is a place in this list.
    pub functions: Vec<StackFunction>,
    /// The queues. A [`QueueId`] in this stack is a place in this list.
    pub queues: Vec<StackQueue>,
    /// The event source mappings of queues, by function and name.
    pub mappings: Vec<StackMapping>,
    /// Everything else that invokes functions, by function and name.
    pub triggers: Vec<StackTrigger>,
    /// What sends messages to queues, by queue and name.
    #[serde(default)]
    pub deliveries: Vec<StackDelivery>,
    /// Topics, buckets, tables and whatever else events come from, or Lambda's records go to. A [`SourceId`] in
    /// this stack is a place in this list.
    pub sources: Vec<Source>,
    /// Resources that are kept as they are: services of ECS and what scales them.
    pub kept: Vec<KeptResource>,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackFunction {
    /// Its name in the template.
    pub logical_id: String,
    /// What its author says of it.
    pub description: Option<String>,
    /// The runtime that the template names, which may have no counterpart here. Empty for an image.
    pub runtime: String,
    /// Its settings. Kind, size and initial memory are those of its package, once that is there.
    pub configuration: FunctionConfiguration,
    /// Where its code is.
    pub code: Code,
    /// Layers, by logical ids or ARNs.
    pub layers: Vec<Origin>,
    /// Aliases of its versions.
    pub aliases: Vec<Alias>,
    /// The version that is published of it beside those that aliases need.
    #[serde(default)]
    pub version: Option<StackVersion>,
    /// What its author says of the version that is published, if one is.
    #[serde(default)]
    pub version_description: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Whether X-Ray is told of every invocation.
    #[serde(default)]
    pub traced: bool,
}

/// A version of a function that the template publishes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackVersion {
    /// Its provisioned concurrency.
    pub provisioned: Option<u32>,
}

/// Where a function's code is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// In the template.
    Inline(String),
    /// A folder or an archive beside the template.
    Path(String),
    /// In a bucket, where only AWS can get it: `s3://bucket/key`.
    Bucket(String),
    /// A container image.
    Image(String),
    /// Nowhere: a stub handler stands for it.
    Stub,
}

/// An alias.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alias {
    /// Its name.
    pub name: String,
    /// The version; `None` for the newest one (`AutoPublishAlias`).
    pub version: Option<String>,
    /// What share of the requests goes to other versions, 0 to 1.
    pub weights: BTreeMap<String, f64>,
    /// Its provisioned concurrency.
    pub provisioned: Option<u32>,
    /// What its author says of it.
    #[serde(default)]
    pub description: Option<String>,
    /// The resource that it is; `None` where its function has it.
    #[serde(default)]
    pub logical_id: Option<String>,
}

/// A queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackQueue {
    /// Its name in the template.
    pub logical_id: String,
    /// Its settings.
    pub configuration: QueueConfiguration,
}

/// A queue's event source mapping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackMapping {
    /// The event's name among the function's, or the resource's.
    pub name: String,
    /// Its settings.
    pub configuration: MappingConfiguration,
}

/// What events come from, apart from queues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// Its name in the template.
    pub logical_id: String,
    /// Its own name.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
}

/// The bus that every account has: no template makes it. It is among a stack's sources where something is sent
/// to it.
pub(super) const DEFAULT_BUS: &str = "default";

impl Source {
    /// Whether it is there without a resource.
    pub fn is_default_bus(&self) -> bool {
        self.kind == SourceKind::Bus && self.name == DEFAULT_BUS
    }
}

/// A kind of source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SourceKind {
    /// An SNS topic.
    Topic {
        /// First in, first out.
        fifo: bool,
    },
    /// An S3 bucket.
    Bucket,
    /// A DynamoDB table.
    Table {
        /// The partition key's name and type (`S`, `N`, `B`).
        key: (String, String),
        /// The sort key's.
        sort: Option<(String, String)>,
        /// `StreamViewType`, if it has a stream.
        stream: Option<String>,
    },
    /// A Kinesis stream.
    Stream {
        /// How many shards; `None` for on demand.
        shards: Option<u32>,
        /// How long it keeps records, 24 to 8,760 hours.
        retention_hours: Option<u32>,
    },
    /// An EventBridge bus.
    Bus,
    /// An HTTP API.
    HttpApi,
    /// A REST API.
    RestApi {
        /// Its stage.
        stage: String,
    },
    /// A WebSocket API.
    WebSocketApi,
    /// A state machine of Step Functions, which is shown and not run.
    StateMachine {
        /// Its definition in the States Language; null if it is in a file.
        definition: serde_json::Value,
    },
    /// A layer.
    Layer {
        /// Where its content is, beside the template.
        content: String,
        /// What it says of itself.
        #[serde(default)]
        about: LayerAbout,
    },
    /// A log group.
    LogGroup,
    /// A Cognito user pool.
    UserPool,
}

/// A resource that is kept as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its type, as in `AWS::ECS::Service`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its properties. Other resources of the stack are `{"Ref": ...}` and `{"Fn::GetAtt": [...]}`, all
    /// other functions are carried out.
    pub properties: serde_json::Value,
}

/// A service as a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceScenario {
    /// Its name in the template.
    pub logical_id: String,
    /// Its own name.
    pub name: String,
    /// A scenario file's text.
    pub text: String,
}

/// Something of this stack, or of elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// A resource of this stack, by its logical id.
    Here(String),
    /// An ARN, or a name.
    Elsewhere(String),
}

impl Origin {
    /// The logical id or the ARN.
    pub fn text(&self) -> &str {
        match self {
            Origin::Here(text) | Origin::Elsewhere(text) => text,
        }
    }
}

impl Stack {
    /// A function of this stack.
    pub fn function(&self, id: FunctionId) -> Option<&StackFunction> {
        self.functions.get(id.0 as usize)
    }

    /// A queue of this stack.
    pub fn queue(&self, id: QueueId) -> Option<&StackQueue> {
        self.queues.get(id.0 as usize)
    }

    /// A source of this stack.
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }

    /// The function with this logical id.
    pub fn function_id(&self, logical_id: &str) -> Option<FunctionId> {
        let place = self
            .functions
            .iter()
            .position(|it| it.logical_id == logical_id)?;
        u32::try_from(place).ok().map(FunctionId)
    }
}
