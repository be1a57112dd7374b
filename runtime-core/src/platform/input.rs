//! What goes in and what comes out.

use crate::timeline::{
    FunctionConfiguration, InitOutcome, LifecycleEvent, Outcome, Rejection, Trigger, Uncapturable,
};
use crate::units::{ByteCount, EnvironmentId, FunctionId, Moment, PayloadId, RequestId, Span};

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
    /// A request arrives.
    Request(Arrival),
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
}

/// A request that arrives.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// From [`Platform::next_request`](super::Platform::next_request).
    pub request: RequestId,
    /// Which function it is for.
    pub function: FunctionId,
    /// What sent it.
    pub trigger: Trigger,
    /// The event's bytes.
    pub event: PayloadId,
    /// The event's size.
    pub bytes: ByteCount,
    /// What the front door finds wrong with it.
    pub refused: Option<Rejection>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Get a worker and make it an environment of the function as it is now set; then
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
    /// Say [`Input::TimerFired`] at this moment.
    SetTimer {
        /// On the session clock.
        at: Moment,
        /// Comes back as it is.
        timer: Timer,
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
    pub(super) fn fact(&mut self, fact: LifecycleEvent) {
        self.facts.push(fact);
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }
}
