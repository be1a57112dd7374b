//! Everything a user can ask for.

use super::draft::Draft;
use super::generators::GeneratorCommand;
use super::state::TaskEvent;
use runtime_core::platform::{refuse_async_event, refuse_event};
use runtime_core::timeline::{
    AliasConfiguration, FunctionConfiguration, MappingConfiguration, Qualifier, QueueConfiguration,
    Rejection, SourceConfiguration, StreamConfiguration,
};
use runtime_core::units::{
    AliasId, FunctionId, MappingId, Moment, QueueId, RequestId, SourceId, Span, StreamId, Version,
};

/// Whose code a file becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A new function's, whose name is made of this one.
    New(String),
    /// That of this function.
    Existing(FunctionId),
    /// A layer's, which this function gets.
    Layer(FunctionId),
}

/// `X-Amz-Invocation-Type` of the Invoke API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvocationType {
    /// The caller waits for the response.
    #[default]
    RequestResponse,
    /// The event goes to the internal queue.
    Event,
}

impl InvocationType {
    /// What the front door finds wrong with an event.
    pub(super) fn refuse(self, event: &[u8]) -> Option<Rejection> {
        match self {
            InvocationType::RequestResponse => refuse_event(event),
            InvocationType::Event => refuse_async_event(event),
        }
    }
}

/// Messages for a queue; they were validated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessages {
    /// Which.
    pub queue: QueueId,
    /// The body of each; [`COUNTER`](super::COUNTER) in it becomes the message's number.
    pub body: String,
    /// How many.
    pub count: u32,
    /// For a FIFO queue.
    pub group: Option<Box<str>>,
    /// For a FIFO queue; with the same replacement.
    pub deduplication: Option<String>,
}

/// A record for a stream; it was validated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// The hash of its key.
    pub hash: u128,
    /// Its partition key, if it has one.
    pub key: Option<Box<str>>,
    /// Its data.
    pub data: Vec<u8>,
}

/// What a user asks for.
#[derive(Clone, Debug)]
pub enum Command {
    /// Invoke a function with an event, `count` times with `spacing` between.
    Invoke {
        /// Which.
        function: FunctionId,
        /// The event as it was typed.
        event: String,
        /// Which version or alias of it.
        qualifier: Qualifier,
        /// Whether the caller waits for the result.
        invocation_type: InvocationType,
        /// How often.
        count: u32,
        /// How far apart.
        spacing: Span,
    },
    /// Make a function of a sample.
    DeploySample(usize),
    /// Make a function of a file, or give an existing function new code.
    Deploy {
        /// The file's name.
        file_name: String,
        /// Its bytes.
        bytes: Vec<u8>,
        /// Whose code it becomes.
        target: Target,
    },
    /// Remember what was changed in a function's files; `None` discards it.
    EditCode {
        /// Which function.
        function: FunctionId,
        /// All changes.
        draft: Option<Draft>,
    },
    /// Give a function the code that its draft holds.
    DeployDraft(FunctionId),
    /// Change a function's settings; they were validated.
    Configure {
        /// Which.
        function: FunctionId,
        /// All settings.
        configuration: Box<FunctionConfiguration>,
    },
    /// Change the account's limits.
    ConfigureAccount {
        /// Account concurrency.
        concurrency: u32,
        /// Idle expiry.
        idle_expiry: Span,
    },
    /// Delete a function.
    Delete(FunctionId),
    /// Publish `$LATEST` as a version.
    PublishVersion {
        /// Of which function.
        function: FunctionId,
        /// In the publisher's words.
        description: String,
    },
    /// Delete a version that no alias names.
    DeleteVersion {
        /// Of which function.
        function: FunctionId,
        /// Which.
        version: Version,
    },
    /// Create an alias or change it; it was validated.
    ConfigureAlias {
        /// Which.
        alias: AliasId,
        /// All settings.
        configuration: Box<AliasConfiguration>,
    },
    /// Delete an alias.
    DeleteAlias(AliasId),
    /// Ask for provisioned concurrency, or give it up; it was validated.
    Provision {
        /// Of which function.
        function: FunctionId,
        /// For which version or alias.
        qualifier: Qualifier,
        /// How many environments; none gives it up.
        environments: u32,
    },
    /// Create a queue or change its settings; they were validated.
    ConfigureQueue {
        /// Which.
        queue: QueueId,
        /// All settings.
        configuration: Box<QueueConfiguration>,
    },
    /// Delete a queue with its messages and mappings.
    DeleteQueue(QueueId),
    /// Delete a queue's messages.
    PurgeQueue(QueueId),
    /// Create an event source mapping or change its settings; they were validated.
    ConfigureMapping {
        /// Which.
        mapping: MappingId,
        /// All settings.
        configuration: Box<MappingConfiguration>,
    },
    /// Delete an event source mapping.
    DeleteMapping(MappingId),
    /// Create a source of events or change its settings; they were checked.
    ConfigureSource {
        /// Which.
        source: SourceId,
        /// All settings.
        configuration: Box<SourceConfiguration>,
    },
    /// Delete a source.
    DeleteSource(SourceId),
    /// Let something happen at a source.
    Happen {
        /// Where.
        source: SourceId,
        /// What: the JSON of a `scribe::Happening`.
        happening: Vec<u8>,
    },
    /// Send messages to a queue.
    SendMessages(NewMessages),
    /// Create a stream or change its settings; they were validated.
    ConfigureStream {
        /// Which.
        stream: StreamId,
        /// All settings.
        configuration: Box<StreamConfiguration>,
    },
    /// Delete a stream with its records and mappings.
    DeleteStream(StreamId),
    /// Put records into a stream, in order.
    PutRecords {
        /// Which.
        stream: StreamId,
        /// Of at most [`MAX_BURST`](super::MAX_BURST).
        records: Vec<NewRecord>,
    },
    /// Change items of a table, in order.
    ChangeItems {
        /// Which.
        table: StreamId,
        /// The JSON of `scribe::ItemChange`s.
        changes: Vec<Vec<u8>>,
    },
    /// Something about a generator.
    Generate(GeneratorCommand),
    /// Select a function.
    SelectFunction(FunctionId),
    /// Show a request; `None` follows the latest.
    SelectRequest(Option<RequestId>),
    /// Find out where the milliseconds of an invocation went; [`Reading::profile`] tells how far
    /// that is.
    ///
    /// [`Reading::profile`]: super::Reading::profile
    Profile(RequestId),
    /// Stop finding out.
    CancelProfile(RequestId),
    /// Move the playhead; `None` follows the session live.
    SetPlayhead(Option<Moment>),
    /// A replay moves the playhead on: the same, but not every panel follows in the same frame. Where it
    /// is to stand still, [`SetPlayhead`](Command::SetPlayhead) says so.
    PlayTo(Moment),
    /// Move the session clock to the next thing that the platform waits for.
    SkipToNext,
    /// Move the session clock to the next attempt of something that failed or was throttled.
    SkipToRetry,
    /// How much faster than real time the session's waits go by, from [`SPEEDS`]' first to its last.
    ///
    /// [`SPEEDS`]: super::SPEEDS
    SetSpeed(f64),
    /// Throw environments away.
    Recycle(Option<FunctionId>),
    /// Remember the text of the event editor.
    EditEvent {
        /// Of which function.
        function: FunctionId,
        /// The text.
        text: String,
    },
    /// Put the event of a task into the event editor, and remember whose it is.
    MakeTask {
        /// Of which function.
        function: FunctionId,
        /// The event.
        task: TaskEvent,
    },
    /// Save the editor's text under a name.
    SaveEvent {
        /// Of which function.
        function: FunctionId,
        /// The name; an existing one is replaced.
        name: String,
    },
    /// Delete a saved event.
    DeleteEvent {
        /// Of which function.
        function: FunctionId,
        /// Its name.
        name: String,
    },
    /// Apply the monthly free tier to bills, or not.
    SetFreeTier(bool),
    /// Forget the timeline; functions stay.
    ClearTimeline,
    /// Hand the whole workspace to the user as a file.
    Export,
    /// Hand functions and triggers to the user as a SAM template with its code.
    ExportTemplate,
    /// Replace the workspace by a file's.
    Import {
        /// The file.
        bytes: Vec<u8>,
    },
}
