//! What goes in and what comes out.

use super::asynchronous::Lineage;
use super::streams::{DiscardOrder, FailedRecords, RecordPosting, StreamBatchOrder};
use crate::timeline::{
    AliasConfiguration, AsyncSource, Condition, Destination, FunctionConfiguration, InitOutcome,
    LifecycleEvent, MappingConfiguration, Outcome, Qualifier, QueueConfiguration, RecordKind,
    Rejection, Sender, SourceConfiguration, StreamConfiguration, Trigger, Uncapturable,
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
    /// Create an event source mapping, or change it. The settings were validated before.
    ConfigureMapping {
        /// New or existing.
        mapping: MappingId,
        /// Valid settings.
        configuration: Box<MappingConfiguration>,
    },
    /// Delete an event source mapping.
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

/// A request that arrives.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// From [`Platform::next_request`](super::Platform::next_request).
    pub request: RequestId,
    /// Which function it is for.
    pub function: FunctionId,
    /// Which version or alias of it.
    pub qualifier: Qualifier,
    /// What sent it.
    pub trigger: Trigger,
    /// The event's bytes.
    pub event: PayloadId,
    /// The event's size.
    pub bytes: ByteCount,
    /// What the front door finds wrong with it.
    pub refused: Option<Rejection>,
}

/// An event that arrives for asynchronous invocation.
#[derive(Clone, Debug)]
pub struct AsyncArrival {
    /// From [`Platform::next_request`](super::Platform::next_request).
    pub request: RequestId,
    /// Which function it is for.
    pub function: FunctionId,
    /// Which version or alias of it.
    pub qualifier: Qualifier,
    /// Where it came from.
    pub source: AsyncSource,
    /// The event's bytes.
    pub event: PayloadId,
    /// The event's size.
    pub bytes: ByteCount,
    /// What the front door finds wrong with it.
    pub refused: Option<Rejection>,
}

/// A message on its way to a queue.
#[derive(Clone, Debug)]
pub struct Posting {
    /// Where to.
    pub queue: QueueId,
    /// What sends it.
    pub sender: Sender,
    /// Its body.
    pub body: PayloadId,
    /// Its size with its attributes.
    pub bytes: ByteCount,
    /// Message attributes as SQS events have them.
    pub attributes: Option<PayloadId>,
    /// For a FIFO queue.
    pub group: Option<Box<str>>,
    /// For a FIFO queue: where two have the same, the second is not added.
    pub deduplication: Option<Box<str>>,
    /// Instead of the queue's own delay. Not for FIFO queues.
    pub delay: Option<Span>,
}

/// What a source tells one of its targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEvent {
    /// Whom.
    pub target: Destination,
    /// The event, or the message's body.
    pub event: PayloadId,
    /// Its size with its attributes.
    pub bytes: ByteCount,
    /// Message attributes that go with it.
    pub attributes: Option<PayloadId>,
}

/// A request of whose log the filters of a log group are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Which.
    pub request: RequestId,
    /// In which environment it was handled.
    pub environment: EnvironmentId,
    /// Of which version that is.
    pub version: Version,
    /// Since when it is up: its log stream is named after the day.
    pub created: Moment,
    /// The functions that led to it, the one that logged included.
    pub lineage: Lineage,
}

/// Something was written that was ordered.
#[derive(Clone, Debug)]
pub struct Written<Order> {
    /// What was ordered.
    pub order: Order,
    /// Its bytes.
    pub payload: PayloadId,
    /// Its size.
    pub bytes: ByteCount,
    /// Message attributes that go with it.
    pub attributes: Option<PayloadId>,
}

/// A record of an asynchronous event that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordOrder {
    /// Which event: its first attempt.
    pub request: RequestId,
    /// Whose.
    pub function: FunctionId,
    /// Which version or alias of that was invoked.
    pub qualifier: Qualifier,
    /// The version that had it last.
    pub executed: Version,
    /// What is to be written.
    pub kind: RecordKind,
    /// Where it goes then.
    pub destination: Destination,
    /// The event.
    pub event: PayloadId,
    /// How it ended.
    pub condition: Condition,
    /// How often a handler had it.
    pub invocations: u32,
    /// How the last of them ended, and what it responded.
    pub last: Option<(Outcome, Option<PayloadId>)>,
    /// The functions that led to it.
    pub lineage: Lineage,
}

/// A message as its batch has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchedMessage {
    /// Which.
    pub message: MessageId,
    /// How often it was received, this time included.
    pub receives: u32,
    /// When it was first received.
    pub first_received: Moment,
}

/// Which messages of a batch failed, as the handler's response says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailedMessages {
    /// These; the others were handled.
    These(Vec<MessageId>),
    /// All: the response names one that is not in the batch, or is not what it should be.
    All,
}

/// A handler's end.
#[derive(Clone, Copy, Debug)]
pub struct InvocationEnd {
    /// Where.
    pub environment: EnvironmentId,
    /// Which request.
    pub request: RequestId,
    /// How.
    pub outcome: Outcome,
    /// Handler, and init where it ran first.
    pub duration: Span,
    /// The most memory that the process had.
    pub max_memory: ByteCount,
    /// The response or the handler's own error JSON.
    pub response: Option<PayloadId>,
}

/// What the platform asks a driver to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Get a worker and make it an environment that is set as
    /// [`Platform::settings_of`](super::Platform::settings_of) says; then
    /// [`Input::EnvironmentReady`].
    StartEnvironment {
        /// New.
        environment: EnvironmentId,
        /// Whose.
        function: FunctionId,
        /// How it begins.
        beginning: StartFrom,
    },
    /// Run the INIT or RESTORE phase; then [`Input::InitFinished`].
    Init {
        /// Where.
        environment: EnvironmentId,
        /// How long it may take.
        limit: Span,
    },
    /// Hand the request's event to the handler; then [`Input::InvocationFinished`].
    Invoke {
        /// Where.
        environment: EnvironmentId,
        /// Which.
        request: RequestId,
        /// Run init first, inside the invocation.
        init_first: bool,
        /// When the timeout is reached.
        deadline: Moment,
    },
    /// Replace the environment's process by a new one: globals are lost, `/tmp` is kept. Nothing
    /// is reported back; what is sent to the environment next waits for it.
    ResetEnvironment {
        /// Which.
        environment: EnvironmentId,
    },
    /// End the environment.
    StopEnvironment {
        /// Which.
        environment: EnvironmentId,
    },
    /// Write the record of an asynchronous event; then [`Input::RecordWritten`].
    WriteRecord(Box<RecordOrder>),
    /// Write the event of a batch; then [`Input::BatchWritten`].
    WriteBatch {
        /// Which.
        batch: BatchId,
        /// From where.
        queue: QueueId,
        /// Whose.
        mapping: MappingId,
        /// Its messages, in order.
        messages: Vec<BatchedMessage>,
    },
    /// Read which messages of a batch failed; then [`Input::BatchResponseRead`].
    ReadBatchResponse {
        /// Which.
        batch: BatchId,
        /// The messages that were in the event.
        messages: Vec<MessageId>,
        /// What the handler responded.
        response: Option<PayloadId>,
    },
    /// Find out when a schedule is due next; then [`Input::SchedulePlanned`].
    PlanSchedule {
        /// Which.
        source: SourceId,
        /// When it was set so.
        created: Moment,
        /// Later than this.
        after: Moment,
    },
    /// Write what a source tells its targets; then [`Input::SourceEventsWritten`].
    WriteSourceEvents {
        /// Which.
        source: SourceId,
        /// Counts happenings: ids follow from it.
        number: u64,
        /// What happened; nothing for a schedule and for a log group.
        happening: Option<PayloadId>,
        /// What a log group's function has logged.
        logged: Option<Box<Logged>>,
    },
    /// Say [`Input::TimerFired`] at this moment.
    SetTimer {
        /// On the session clock.
        at: Moment,
        /// Comes back as it is.
        timer: Timer,
    },
    /// Write the event of a batch of records; then [`Input::StreamBatchWritten`].
    WriteStreamBatch(Box<StreamBatchOrder>),
    /// Read how much of a batch was handled; then [`Input::StreamResponseRead`].
    ReadStreamResponse {
        /// Which.
        batch: BatchId,
        /// From where.
        stream: StreamId,
        /// The records that were in the event, in order.
        records: Vec<RecordId>,
        /// What the handler responded.
        response: Option<PayloadId>,
        /// Whether it says which records failed.
        reports: bool,
        /// Whether it has to say a tumbling window's state.
        state: bool,
    },
    /// Write what is told of discarded records; then [`Input::DiscardWritten`].
    WriteDiscard(Box<DiscardOrder>),
    /// Find out what a change does to an item of a table; then [`Input::PutRecord`], if it does something.
    WriteChange {
        /// Which table.
        table: StreamId,
        /// What is to be done: the JSON of a `scribe::ItemChange`.
        change: PayloadId,
    },
}

/// How an environment begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartFrom {
    /// With INIT.
    Init,
    /// With INIT; then a snapshot is taken, which the driver keeps for the function.
    Capture,
    /// From the snapshot that was taken last for the function.
    Snapshot,
}

/// A timer carries the state that it was set for: if that has moved on, it is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// The limit of an INIT or RESTORE phase.
    InitLimit {
        /// Which environment is in it.
        environment: EnvironmentId,
    },
    /// The function's timeout.
    InvocationTimeout {
        /// Where.
        environment: EnvironmentId,
        /// While it handles this request.
        request: RequestId,
    },
    /// The end of an idle environment.
    IdleExpiry {
        /// Which.
        environment: EnvironmentId,
        /// If it has been idle since then.
        since: Moment,
    },
    /// A schedule is due.
    Schedule {
        /// Which.
        source: SourceId,
        /// When.
        due: Moment,
    },
    /// Provisioned environments are made.
    Provision {
        /// Of which function.
        function: FunctionId,
        /// For what.
        qualifier: Qualifier,
        /// When they are due.
        due: Moment,
    },
    /// The next attempt of an asynchronous event.
    AsyncAttempt {
        /// Which: its first attempt.
        request: RequestId,
        /// When it is due.
        due: Moment,
    },
    /// A mapping looks for messages.
    Poll {
        /// Which.
        mapping: MappingId,
        /// When it wanted to.
        due: Moment,
    },
    /// A batch has been gathered for as long as its mapping's window.
    BatchWindow {
        /// Which.
        batch: BatchId,
    },
    /// A batch that was throttled is tried again.
    BatchRetry {
        /// Which.
        batch: BatchId,
        /// When it is due.
        due: Moment,
    },
    /// The visibility timeout of a batch's messages.
    Visibility {
        /// Which.
        batch: BatchId,
    },
    /// A message can be received now.
    MessageDelay {
        /// Where.
        queue: QueueId,
        /// Which.
        message: MessageId,
    },
    /// A queue's oldest messages have been kept for long enough.
    Retention {
        /// Which.
        queue: QueueId,
        /// When it was thought to be.
        due: Moment,
    },
    /// A mapping reads a part of a shard.
    ReadShard {
        /// Which.
        mapping: MappingId,
        /// Which shard.
        shard: u32,
        /// Which part of it.
        lane: u32,
        /// When it wanted to.
        due: Moment,
    },
    /// A stream's oldest records have been kept for long enough.
    StreamRetention {
        /// Which.
        stream: StreamId,
        /// When it was thought to be.
        due: Moment,
    },
}

/// Where [`Platform::handle`](super::Platform::handle) puts what it has to say. Reused from call
/// to call, so that nothing is allocated for an event.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// For the timeline.
    pub facts: Vec<LifecycleEvent>,
    /// For the driver.
    pub effects: Vec<Effect>,
}

impl Out {
    pub(super) fn fact(&mut self, fact: impl Into<LifecycleEvent>) {
        self.facts.push(fact.into());
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }
}
