//! One fact.

use super::{
    AsyncFact, FargateFact, FunctionConfiguration, InitOutcome, Outcome, QueueFact, Rejection,
    ScalingFact, SourceFact, StreamFact, Uncapturable, VersionFact,
};
use crate::units::{
    BatchId, ByteCount, EnvironmentId, FunctionId, MappingId, Moment, PayloadId, RequestId,
    SessionSeed, Span, Version,
};
use serde::{Deserialize, Serialize};

/// A fact and when it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// On the session clock.
    pub at: Moment,
    /// What happened.
    pub event: LifecycleEvent,
}

/// Something that happened. Past tense; ids and small values; bytes lie in
/// [`Payloads`](super::Payloads).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum LifecycleEvent {
    /// The session began.
    SessionOpened(SessionMeta),
    /// The account's limits were set.
    AccountConfigured {
        /// Account concurrency (default quota: 1,000 a region).
        concurrency: u32,
        /// How long an idle environment is kept. AWS does not publish it: model choice.
        idle_expiry: Span,
    },
    /// A function was created or changed; environments of older revisions drain.
    FunctionConfigured {
        /// Which.
        function: FunctionId,
        /// Counts from 1 with each change.
        revision: u32,
        /// What it is set to from now on.
        configuration: Box<FunctionConfiguration>,
    },
    /// A function was deleted.
    FunctionDeleted {
        /// Which.
        function: FunctionId,
    },
    /// Something called the function.
    RequestArrived {
        /// New.
        request: RequestId,
        /// The function it is for.
        function: FunctionId,
        /// What sent it.
        trigger: Trigger,
        /// The event's bytes.
        event: PayloadId,
        /// The event's size.
        bytes: ByteCount,
    },
    /// Something happened in the internal queue of asynchronous invocation.
    Async(AsyncFact),
    /// Something happened to a queue, or to what polls it.
    Queue(QueueFact),
    /// Something happened at a source of events.
    Source(SourceFact),
    /// Something happened to versions, aliases or provisioned concurrency.
    Version(VersionFact),
    /// The request was refused before any handler saw it. Not billed.
    RequestRejected {
        /// Which.
        request: RequestId,
        /// Why.
        rejection: Rejection,
    },
    /// No idle environment was free, so one is being made for a request; or one from which a snapshot
    /// will be taken; or a provisioned one.
    EnvironmentCreated {
        /// New.
        environment: EnvironmentId,
        /// Whose.
        function: FunctionId,
        /// Of which revision of the function.
        revision: u32,
        /// Of which version.
        #[serde(default, skip_serializing_if = "Version::is_latest")]
        version: Version,
        /// The request that waits for it; `None` if it is for a snapshot or provisioned.
        request: Option<RequestId>,
        /// Whether it is provisioned.
        #[serde(default, skip_serializing_if = "is_false")]
        provisioned: bool,
    },
    /// The environment is up and its INIT phase began.
    InitStarted {
        /// Where.
        environment: EnvironmentId,
    },
    /// The INIT phase ended.
    InitFinished {
        /// Where.
        environment: EnvironmentId,
        /// How.
        outcome: InitOutcome,
        /// How long it took.
        duration: Span,
    },
    /// What SnapStart keeps of the function's environments was captured after INIT.
    SnapshotTaken {
        /// From which environment.
        environment: EnvironmentId,
        /// Whose.
        function: FunctionId,
        /// Of which revision.
        revision: u32,
        /// Of which version.
        #[serde(default, skip_serializing_if = "Version::is_latest")]
        version: Version,
        /// The bytes that are kept of its memory.
        size: ByteCount,
    },
    /// There is no snapshot: cold starts run INIT.
    SnapshotRefused {
        /// Of which environment.
        environment: EnvironmentId,
        /// Whose.
        function: FunctionId,
        /// Of which revision.
        revision: u32,
        /// Of which version.
        #[serde(default, skip_serializing_if = "Version::is_latest")]
        version: Version,
        /// Why; `None` if its INIT phase failed.
        reason: Option<Uncapturable>,
    },
    /// The function has no snapshot any more: it was changed or deleted.
    SnapshotDeleted {
        /// Whose.
        function: FunctionId,
        /// Of which version.
        #[serde(default, skip_serializing_if = "Version::is_latest")]
        version: Version,
    },
    /// The environment is up and its RESTORE phase began.
    RestoreStarted {
        /// Where.
        environment: EnvironmentId,
    },
    /// The RESTORE phase ended.
    RestoreFinished {
        /// Where.
        environment: EnvironmentId,
        /// How.
        outcome: InitOutcome,
        /// Until when the snapshot was there.
        restoring: Span,
        /// How long it took, after-restore hooks included.
        duration: Span,
    },
    /// A request reached a handler.
    InvocationStarted {
        /// Where.
        environment: EnvironmentId,
        /// Which.
        request: RequestId,
        /// Cold or warm.
        start: Start,
    },
    /// The handler wrote to its log (or its init code did: no request then).
    LogWritten {
        /// Where.
        environment: EnvironmentId,
        /// During which request, if any.
        request: Option<RequestId>,
        /// The bytes.
        text: PayloadId,
    },
    /// An invocation ended.
    InvocationFinished {
        /// Where.
        environment: EnvironmentId,
        /// Which.
        request: RequestId,
        /// How.
        outcome: Outcome,
        /// REPORT's Duration: handler, and init where it was run again inside the invocation.
        duration: Span,
        /// REPORT's Max Memory Used.
        max_memory: ByteCount,
        /// The handler's response or its own error JSON, if it gave one.
        response: Option<PayloadId>,
    },
    /// After a timeout or a crash the process was replaced: `/tmp` is kept, globals are lost.
    EnvironmentReset {
        /// Which.
        environment: EnvironmentId,
        /// Why.
        reason: ResetReason,
    },
    /// The environment is gone, and what it held in memory and in `/tmp`.
    EnvironmentShutDown {
        /// Which.
        environment: EnvironmentId,
        /// Why.
        reason: ShutdownReason,
    },
    /// The session clock was moved on; frozen environments did not notice.
    TimeSkipped {
        /// By how much.
        span: Span,
    },
    /// Something happened to a stream, or to what reads it.
    Stream(StreamFact),
    /// Something happened to services and tasks of ECS. No session that is saved has it yet, and what reads it
    /// would be 43 KB (Brotli, with scaling) of the page's storage. It is last, so that postcard numbers the others
    /// as it did.
    #[serde(skip)]
    Fargate(FargateFact),
    /// Something happened to an alarm, or Application Auto Scaling did something. As with ECS.
    #[serde(skip)]
    Scaling(ScalingFact),
}

impl From<AsyncFact> for LifecycleEvent {
    fn from(fact: AsyncFact) -> Self {
        LifecycleEvent::Async(fact)
    }
}

impl From<SourceFact> for LifecycleEvent {
    fn from(fact: SourceFact) -> Self {
        LifecycleEvent::Source(fact)
    }
}

impl From<VersionFact> for LifecycleEvent {
    fn from(fact: VersionFact) -> Self {
        LifecycleEvent::Version(fact)
    }
}

impl From<QueueFact> for LifecycleEvent {
    fn from(fact: QueueFact) -> Self {
        LifecycleEvent::Queue(fact)
    }
}

impl From<StreamFact> for LifecycleEvent {
    fn from(fact: StreamFact) -> Self {
        LifecycleEvent::Stream(fact)
    }
}

impl From<FargateFact> for LifecycleEvent {
    fn from(fact: FargateFact) -> Self {
        LifecycleEvent::Fargate(fact)
    }
}

impl From<ScalingFact> for LifecycleEvent {
    fn from(fact: ScalingFact) -> Self {
        LifecycleEvent::Scaling(fact)
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// What is true of a session from its first moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionMeta {
    /// From which request ids are derived.
    pub seed: SessionSeed,
    /// Wall clock at the session's moment zero, in ms since 1970.
    pub unix_millis: u64,
}

impl SessionMeta {
    /// A moment of the session on the wall clock, in ns since 1970.
    pub fn unix_nanos(self, at: Moment) -> u64 {
        let start = self.unix_millis.saturating_mul(1_000_000);
        start.saturating_add(at.as_nanos())
    }
}

/// What sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trigger {
    /// The Invoke API with `RequestResponse`, as the page's Invoke button and the command line do.
    Invoke,
    /// The internal queue of asynchronous invocation.
    Async {
        /// The event: its first attempt, whose id all attempts have on AWS.
        first: RequestId,
        /// Which attempt this is, from 1. One that was throttled counts too.
        attempt: u32,
    },
    /// An event source mapping, with a batch of messages.
    Mapping {
        /// Which.
        mapping: MappingId,
        /// The messages.
        batch: BatchId,
    },
}

impl Trigger {
    /// The request whose id AWS shows for this one.
    pub const fn shown(self, request: RequestId) -> RequestId {
        match self {
            Trigger::Async { first, .. } => first,
            Trigger::Invoke | Trigger::Mapping { .. } => request,
        }
    }
}

/// What an invocation found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Start {
    /// A new environment whose INIT phase took this long; it is billed with this invocation.
    Cold {
        /// REPORT's Init Duration.
        init: Span,
    },
    /// A new environment that began from a snapshot.
    Restored {
        /// REPORT's Restore Duration.
        restore: Span,
        /// What of it is billed with this invocation: after-restore hooks.
        billed: Span,
    },
    /// An environment that had served before.
    Warm,
    /// A process that must init inside the invocation ("suppressed init"): its INIT phase had
    /// failed or timed out, or the environment was reset.
    InitAgain,
}

/// Why an environment was reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResetReason {
    /// The INIT phase reached 10 seconds.
    InitTimeout,
    /// The INIT phase failed.
    InitFailure,
    /// The function's timeout was reached.
    Timeout,
    /// The process ended.
    Crash,
}

/// Why an environment was shut down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShutdownReason {
    /// It was idle for too long.
    IdleExpiry,
    /// The user asked for fresh environments.
    Recycled,
    /// The function was changed.
    Updated,
    /// The function or its version was deleted.
    Deleted,
    /// It was provisioned, and its provisioned concurrency was changed or given up.
    Deprovisioned,
    /// The host needed its worker for another function.
    Reclaimed,
    /// The host could not start it.
    CouldNotStart,
    /// It was there for a snapshot only.
    Captured,
    /// Its RESTORE phase failed.
    RestoreFailed,
    /// The tab was closed.
    TabClosed,
}

// A session is made of these: what is rare and large is boxed, for what comes by the million.
const _: () = assert!(size_of::<Entry>() <= 72);
