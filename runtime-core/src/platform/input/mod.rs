//! What goes in and what comes out.
//!
//! ```text
//! mod     Input: what a driver tells the platform; where its answers go
//! orders  what inputs and effects are about: requests, messages, batches, records to write
//! effect  Effect and Timer: what the platform asks a driver for
//! ```

mod effect;
mod orders;

pub use effect::{Effect, StartFrom, Timer};
pub use orders::{
    Arrival, AsyncArrival, BatchedMessage, FailedMessages, InvocationEnd, Logged, Posting,
    RecordOrder, SourceEvent, Written,
};

use crate::platform::asynchronous::Lineage;
use crate::platform::streams::{DiscardOrder, FailedRecords, RecordPosting};
use crate::timeline::{
    AliasConfiguration, FunctionConfiguration, InitOutcome, LifecycleEvent, MappingConfiguration,
    Qualifier, QueueConfiguration, SourceConfiguration, StreamConfiguration, Uncapturable,
};
use crate::units::{
    AliasId, BatchId, ByteCount, EnvironmentId, FunctionId, MappingId, MessageId, Moment,
    PayloadId, QueueId, RecordId, RequestId, SourceId, Span, StreamId, Version,
};

/// What a driver tells the platform.
#[derive(Clone, Debug)]
pub enum Input {
    /// Set the account's limits.
    ConfigureAccount {
        /// Account concurrency.
        concurrency: u32,
        /// How long an idle environment is kept.
        idle_expiry: Span,
    },
    /// Create a function, or change it. The settings were validated before.
    ConfigureFunction {
        /// New or existing.
        function: FunctionId,
        /// Valid settings.
        configuration: Box<FunctionConfiguration>,
    },
    /// Delete a function.
    DeleteFunction {
        /// Which.
        function: FunctionId,
    },
    /// Publish `$LATEST` as a new version. Nothing happens if neither code nor settings have changed
    /// since the last.
    PublishVersion {
        /// Of which function.
        function: FunctionId,
        /// As given.
        description: String,
    },
    /// Delete a version that no alias names.
    DeleteVersion {
        /// Of which function.
        function: FunctionId,
        /// Which; `$LATEST` cannot be deleted.
        version: Version,
    },
    /// Create an alias, or change it. The settings were validated before.
    ConfigureAlias {
        /// New or existing.
        alias: AliasId,
        /// Valid settings.
        configuration: Box<AliasConfiguration>,
    },
    /// Delete an alias.
    DeleteAlias {
        /// Which.
        alias: AliasId,
    },
    /// Ask for provisioned concurrency, or for another amount of it. It was validated before.
    Provision {
        /// Of which function.
        function: FunctionId,
        /// For a published version or an alias.
        qualifier: Qualifier,
        /// How many environments; none gives it up.
        environments: u32,
    },
    /// A request arrives.
    Request(Arrival),
    /// An event arrives for asynchronous invocation.
    InvokeAsync(AsyncArrival),
    /// What [`Effect::WriteRecord`] asked for.
    RecordWritten(Written<RecordOrder>),
    /// Create a queue, or change it. The settings were validated before.
    ConfigureQueue {
        /// New or existing.
        queue: QueueId,
        /// Valid settings.
        configuration: Box<QueueConfiguration>,
    },
    /// Delete a queue with its messages.
    DeleteQueue {
        /// Which.
        queue: QueueId,
    },
    /// Delete a queue's messages.
    PurgeQueue {
        /// Which.
        queue: QueueId,
    },
    /// Create an event source mapping, or change it. The settings were validated before. Nothing happens while
    /// another change of it is not over.
    ConfigureMapping {
        /// New or existing.
        mapping: MappingId,
        /// Valid settings.
        configuration: Box<MappingConfiguration>,
    },
    /// Delete an event source mapping. Nothing happens while a change of it is not over.
    DeleteMapping {
        /// Which.
        mapping: MappingId,
    },
    /// Create a source of events, or change it. The settings were checked before.
    ConfigureSource {
        /// New or existing.
        source: SourceId,
        /// Valid settings.
        configuration: Box<SourceConfiguration>,
    },
    /// Delete a source.
    DeleteSource {
        /// Which.
        source: SourceId,
    },
    /// Something happens at a source.
    Happen {
        /// Where.
        source: SourceId,
        /// What: the JSON of a `scribe::Happening`.
        happening: PayloadId,
    },
    /// What [`Effect::PlanSchedule`] asked for.
    SchedulePlanned {
        /// Which.
        source: SourceId,
        /// When it is due; `None` if it never is again.
        due: Option<Moment>,
    },
    /// What [`Effect::WriteSourceEvents`] asked for.
    SourceEventsWritten {
        /// Which.
        source: SourceId,
        /// What is told to whom, in the order of the source's wires.
        events: Vec<SourceEvent>,
        /// The functions that led to it.
        lineage: Lineage,
    },
    /// A message is sent to a queue.
    SendMessage(Posting),
    /// What [`Effect::WriteBatch`] asked for.
    BatchWritten {
        /// Which.
        batch: BatchId,
        /// The event's bytes.
        event: PayloadId,
        /// The event's size.
        bytes: ByteCount,
        /// Messages that no filter matches: they are not in the event.
        dropped: Vec<MessageId>,
    },
    /// What [`Effect::ReadBatchResponse`] asked for.
    BatchResponseRead {
        /// Which.
        batch: BatchId,
        /// The messages that failed.
        failed: FailedMessages,
    },
    /// The worker of a new environment is up.
    EnvironmentReady {
        /// Which.
        environment: EnvironmentId,
    },
    /// The worker of an environment could not start, or broke for a reason that is not the
    /// handler's.
    EnvironmentFailed {
        /// Which.
        environment: EnvironmentId,
    },
    /// An INIT or RESTORE phase is over.
    InitFinished {
        /// Where.
        environment: EnvironmentId,
        /// How.
        outcome: InitOutcome,
        /// As the driver's clock has it (measured) or its model (modelled).
        duration: Span,
        /// How much of that went by until a restored snapshot was there.
        restoring: Span,
        /// What the snapshot keeps, or why there is none; where one was asked for and INIT succeeded.
        snapshot: Option<Result<ByteCount, Uncapturable>>,
    },
    /// The module wrote to its log.
    LogWritten {
        /// Where.
        environment: EnvironmentId,
        /// During which request, if any.
        request: Option<RequestId>,
        /// The bytes.
        text: PayloadId,
    },
    /// A handler is done.
    InvocationFinished(InvocationEnd),
    /// A timer that was asked for.
    TimerFired(Timer),
    /// Throw environments away, so that the next request starts cold.
    Recycle {
        /// Of one function, or all.
        function: Option<FunctionId>,
    },
    /// The host needs the worker of an idle environment.
    Reclaim {
        /// Which.
        environment: EnvironmentId,
    },
    /// The session clock is moved on.
    SkipTime {
        /// By how much.
        span: Span,
    },
    /// Create a stream, or change it. The settings were validated before.
    ConfigureStream {
        /// New or existing.
        stream: StreamId,
        /// Valid settings.
        configuration: Box<StreamConfiguration>,
    },
    /// Delete a stream with its records.
    DeleteStream {
        /// Which.
        stream: StreamId,
    },
    /// A record is put into a stream.
    PutRecord(RecordPosting),
    /// An item of a table is to be put, updated or deleted.
    ChangeItem {
        /// Which table.
        table: StreamId,
        /// What: the JSON of a `scribe::ItemChange`.
        change: PayloadId,
    },
    /// What [`Effect::WriteStreamBatch`] asked for.
    StreamBatchWritten {
        /// Which.
        batch: BatchId,
        /// The event's bytes.
        event: PayloadId,
        /// The event's size.
        bytes: ByteCount,
        /// Records that no filter matches: they are not in the event.
        dropped: Vec<RecordId>,
    },
    /// What [`Effect::ReadStreamResponse`] asked for.
    StreamResponseRead {
        /// Which.
        batch: BatchId,
        /// Where the batch failed.
        failed: FailedRecords,
        /// A tumbling window's state, if it was asked for.
        state: Option<(PayloadId, ByteCount)>,
    },
    /// What [`Effect::WriteDiscard`] asked for.
    DiscardWritten(Written<DiscardOrder>),
}

/// Where [`Platform::handle`](crate::platform::Platform::handle) puts what it has to say. Reused from call
/// to call, so that nothing is allocated for an event.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// For the timeline.
    pub facts: Vec<LifecycleEvent>,
    /// For the driver.
    pub effects: Vec<Effect>,
}

impl Out {
    pub(in crate::platform) fn fact(&mut self, fact: impl Into<LifecycleEvent>) {
        self.facts.push(fact.into());
    }

    pub(in crate::platform) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// A fact that each request has. It is made when there is room for it, so that it is written where it
    /// is to lie; made before, it would have to be dropped if there were no memory, and be moved.
    #[inline]
    pub(in crate::platform) fn frequent_fact(&mut self, fact: impl FnOnce() -> LifecycleEvent) {
        self.facts.extend(std::iter::once_with(fact));
    }

    /// An effect that each request has.
    #[inline]
    pub(in crate::platform) fn frequent_effect(&mut self, effect: impl FnOnce() -> Effect) {
        self.effects.extend(std::iter::once_with(effect));
    }
}
