//! What a change set is made of.

use crate::platform::Platform;
use crate::timeline::{
    FunctionConfiguration, QueueConfiguration, SourceConfiguration, StreamConfiguration,
};
use crate::units::{AliasId, FunctionId, MappingId, OrderedMap, QueueId, SourceId, StreamId};
use serde::{Deserialize, Serialize};

/// A template, and what it is to be read with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The template's bytes.
    pub template: Vec<u8>,
    /// Values of parameters, by their names.
    pub parameters: OrderedMap<String, String>,
    /// What other stacks export, by the exports' names.
    pub imports: OrderedMap<String, String>,
    /// Names of the files that were given along, with folders if they are known.
    pub files: Vec<String>,
    /// What there is already.
    pub account: Account,
}

/// What there is in a session: its names are taken, and what is made comes after it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Account concurrency; none for the default.
    pub concurrency: Option<u32>,
    /// All functions.
    pub functions: Vec<(FunctionId, FunctionConfiguration)>,
    /// All queues.
    pub queues: Vec<(QueueId, QueueConfiguration)>,
    /// All sources.
    pub sources: Vec<(SourceId, SourceConfiguration)>,
    /// All streams.
    pub streams: Vec<(StreamId, StreamConfiguration)>,
    /// Ids that nothing has had.
    pub next: Next,
}

/// Ids that nothing in a session has had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// Of functions.
    pub function: FunctionId,
    /// Of queues.
    pub queue: QueueId,
    /// Of mappings.
    pub mapping: MappingId,
    /// Of sources.
    pub source: SourceId,
    /// Of streams.
    pub stream: StreamId,
    /// Of aliases.
    pub alias: AliasId,
}

impl Default for Next {
    fn default() -> Self {
        Next::of(&Platform::default())
    }
}

impl Next {
    fn of(platform: &Platform) -> Self {
        Next {
            function: platform.next_function(),
            queue: platform.next_queue(),
            mapping: platform.next_mapping(),
            source: platform.next_source(),
            stream: platform.next_stream(),
            alias: platform.next_alias(),
        }
    }
}

impl Account {
    /// What a platform has.
    pub fn of(platform: &Platform) -> Self {
        Account {
            concurrency: Some(platform.account_concurrency()),
            functions: all(platform.functions()),
            queues: all(platform.queues()),
            sources: all(platform.sources()),
            streams: all(platform.streams()),
            next: Next::of(platform),
        }
    }
}

fn all<'a, Id, T: Clone + 'a>(each: impl Iterator<Item = (Id, &'a T)>) -> Vec<(Id, T)> {
    each.map(|(id, it)| (id, it.clone())).collect()
}
