//! What the platform asks a driver for.

use super::orders::{BatchedMessage, Logged, RecordOrder};
use crate::platform::asynchronous::Lineage;
use crate::platform::streams::{DiscardOrder, StreamBatchOrder};
use crate::timeline::Qualifier;
use crate::units::{
    BatchId, EnvironmentId, FunctionId, MappingId, MessageId, Moment, PayloadId, QueueId, RecordId,
    RequestId, SourceId, Span, StreamId,
};

/// What the platform asks a driver to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Get a worker and make it an environment that is set as
    /// [`Platform::settings_of`](crate::platform::Platform::settings_of) says; then
    /// [`Input::EnvironmentReady`](super::Input::EnvironmentReady).
    StartEnvironment {
        /// New.
        environment: EnvironmentId,
        /// Whose.
        function: FunctionId,
        /// How it begins.
        beginning: StartFrom,
    },
    /// Run the INIT or RESTORE phase; then [`Input::InitFinished`](super::Input::InitFinished).
    Init {
        /// Where.
        environment: EnvironmentId,
        /// How long it may take.
        limit: Span,
    },
    /// Hand the request's event to the handler; then [`Input::InvocationFinished`](super::Input::InvocationFinished).
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
    /// Write the record of an asynchronous event; then [`Input::RecordWritten`](super::Input::RecordWritten).
    WriteRecord(Box<RecordOrder>),
    /// Write the event of a batch; then [`Input::BatchWritten`](super::Input::BatchWritten).
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
    /// Read which messages of a batch failed; then [`Input::BatchResponseRead`](super::Input::BatchResponseRead).
    ReadBatchResponse {
        /// Which.
        batch: BatchId,
        /// The messages that were in the event.
        messages: Vec<MessageId>,
        /// What the handler responded.
        response: Option<PayloadId>,
    },
    /// Find out when a schedule is due next; then [`Input::SchedulePlanned`](super::Input::SchedulePlanned).
    PlanSchedule {
        /// Which.
        source: SourceId,
        /// When it was set so.
        created: Moment,
        /// Later than this.
        after: Moment,
    },
    /// Write what a source tells its targets; then [`Input::SourceEventsWritten`](super::Input::SourceEventsWritten).
    WriteSourceEvents {
        /// Which.
        source: SourceId,
        /// Counts happenings: ids follow from it.
        number: u64,
        /// What happened; nothing for a schedule and for a log group.
        happening: Option<PayloadId>,
        /// What a log group's function has logged.
        logged: Option<Box<Logged>>,
        /// The functions that led to it, the one that logged included.
        lineage: Lineage,
    },
    /// Say [`Input::TimerFired`](super::Input::TimerFired) at this moment.
    SetTimer {
        /// On the session clock.
        at: Moment,
        /// Comes back as it is.
        timer: Timer,
    },
    /// Write the event of a batch of records; then [`Input::StreamBatchWritten`](super::Input::StreamBatchWritten).
    WriteStreamBatch(Box<StreamBatchOrder>),
    /// Read how much of a batch was handled; then [`Input::StreamResponseRead`](super::Input::StreamResponseRead).
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
    /// Write what is told of discarded records; then [`Input::DiscardWritten`](super::Input::DiscardWritten).
    WriteDiscard(Box<DiscardOrder>),
    /// Find out what a change does to an item of a table; then [`Input::PutRecord`](super::Input::PutRecord), if it does something.
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
    /// A mapping's change is over.
    MappingChange {
        /// Which.
        mapping: MappingId,
        /// When it is.
        due: Moment,
    },
}
