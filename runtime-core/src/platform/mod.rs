//! AWS Lambda's control behaviour as a pure state machine.
//!
//! ```text
//! input/    Input: what a driver tells the platform; Effect and Timer: what the platform asks for
//! state     Function, Environment and the states that an environment goes through
//! front_door  what is wrong with an event before any function is asked
//! admission which requests may run now: concurrency limits (facts: "Lambda concurrency" page)
//! pool      the unreserved pool's numbers, kept
//! growth    how fast a function may get environments
//! lifecycle init, invoke, reset, idle, shutdown
//! asynchronous/  the internal queue of asynchronous invocation, retries, destinations
//! queues/   SQS queues: messages that are ready, hidden, delayed
//! mappings/ event source mappings: batches of messages
//! sources   buckets, topics, buses, schedules: when they tell, and whom
//! streams/  streams of records, and the mappings that read them
//! owners    whose a request is that the platform itself sent
//! versions/ versions, aliases, provisioned concurrency
//! snap_start  snapshots, and environments that begin from them
//! scaling/  Application Auto Scaling and alarms: a state machine of its own
//! set_up    what stays when a session begins anew
//! reopen    a platform from the timeline of a session that ended with its tab
//! fargate/  ECS on Fargate: a machine of its own, beside Lambda's
//! settings  validation of a function's settings, reserved environment variables
//! ```
//!
//! The platform holds no clock, worker or random generator. A driver calls
//! [`Platform::handle`] with a moment and an input; it gets back facts for the timeline and
//! effects to carry out. The same code serves the live page, the command line and the simulator.

mod admission;
mod asynchronous;
pub mod fargate;
mod front_door;
mod growth;
mod input;
mod lifecycle;
mod mappings;
mod owners;
mod pool;
mod queues;
mod reopen;
pub mod scaling;
mod set_up;
mod settings;
mod snap_start;
mod sources;
mod state;
mod streams;
mod versions;

pub use asynchronous::{
    FIRST_THROTTLE_WAIT, LONGEST_THROTTLE_WAIT, Lineage, RECURSION_LIMIT, RETRY_WAITS,
};
pub use front_door::{JsonError, json_error, refuse_async_event, refuse_event, refuse_json};
pub use growth::{
    GROWTH, GROWTH_A_SECOND, PROVISIONED_A_MINUTE, PROVISIONING_PORTION, REQUESTS_A_SECOND,
};
pub use input::{
    Arrival, AsyncArrival, BatchedMessage, Effect, FailedMessages, Input, InvocationEnd, Logged,
    Out, Posting, RecordOrder, SourceEvent, StartFrom, Timer, Written,
};
pub use mappings::{
    FIRST_CONCURRENCY, LEAST_CONCURRENCY, MAPPING_CHANGE, MAX_CONCURRENCY, POLLER_CONCURRENCY,
    ProcessingResult, QUIET, RECEIVE_LATENCY, SLOW_DOWN,
};
pub use queues::{DEDUPLICATION_INTERVAL, MOST_RECEIVED, MessageView, PolledQueue, Receipt};
pub use settings::*;
pub use sources::{MAX_PUBLISHED_BYTES, MAX_PUT_BYTES};
pub use state::{
    DEFAULT_ACCOUNT_CONCURRENCY, DEFAULT_IDLE_EXPIRY, INIT_LIMIT, RESTORE_LIMIT,
    SNAPSHOT_INIT_LIMIT,
};
pub use streams::{
    DiscardOrder, FIRST_WAIT, FailedRecords, LONGEST_WAIT, MAX_STATE_BYTES, RecordPosting,
    RecordView, StreamBatchOrder, StreamKeeper,
};
pub use versions::{PROVISIONING_WAIT, ProvisionedStatus, ProvisionedView};

use crate::timeline::{FunctionConfiguration, LifecycleEvent, Origin, ShutdownReason};
use crate::units::{
    BatchId, EnvironmentId, FunctionId, IdMap, MappingId, Moment, OrderedMap, QueueId, RequestId,
    SourceId, Span, Version,
};
use asynchronous::AsyncEvent;
use growth::Rate;
use lifecycle::InitEnd;
use mappings::{Batch, Mapping};
use owners::Ended;
use pool::Pool;
use queues::Queue;
use sources::{Cause, Source};
use state::{Environment, Function, Snapshot, State};
use streams::Streams;
use versions::Aliases;

/// One account in one region.
#[derive(Clone, Debug)]
pub struct Platform {
    concurrency: u32,
    idle_expiry: Span,
    functions: IdMap<FunctionId, Function>,
    aliases: Aliases,
    pool: Pool,
    /// How many synchronous requests the unreserved concurrency lets in.
    rate: Rate,
    environments: IdMap<EnvironmentId, Environment>,
    /// Asynchronous events that have not come to their end, by their first attempts.
    events: IdMap<RequestId, AsyncEvent>,
    queues: OrderedMap<QueueId, Queue>,
    sources: OrderedMap<SourceId, Source>,
    mappings: OrderedMap<MappingId, Mapping>,
    /// Batches that are handled, or whose messages are hidden.
    batches: IdMap<BatchId, Batch>,
    /// Requests that the platform itself has sent and that the present input has ended.
    ended: Vec<Ended>,
    streams: Streams,
    next_environment: u32,
    next_request: u64,
    next_message: u64,
    next_batch: u64,
    next_happening: u64,
    last_queue: u32,
    last_mapping: u32,
    last_alias: u32,
    last_source: u32,
}

impl Default for Platform {
    fn default() -> Self {
        Platform {
            concurrency: DEFAULT_ACCOUNT_CONCURRENCY,
            idle_expiry: DEFAULT_IDLE_EXPIRY,
            functions: IdMap::new(),
            aliases: Aliases::new(),
            pool: Pool::default(),
            rate: Rate::default(),
            environments: IdMap::new(),
            events: IdMap::new(),
            queues: OrderedMap::new(),
            sources: OrderedMap::new(),
            mappings: OrderedMap::new(),
            batches: IdMap::new(),
            ended: Vec::new(),
            streams: Streams::default(),
            next_environment: 1,
            next_request: 1,
            next_message: 1,
            next_batch: 1,
            next_happening: 1,
            last_queue: 0,
            last_mapping: 0,
            last_alias: 0,
            last_source: 0,
        }
    }
}

impl Platform {
    /// Takes one input in, at one moment. Facts and effects are appended to `out` in the order in
    /// which they are to be recorded and carried out. Inputs that no longer fit the state (a
    /// message from an environment that was killed, a timer whose cause has gone) are nothing.
    pub fn handle(&mut self, at: Moment, input: Input, out: &mut Out) {
        self.take(at, input, out);
        self.settle(at, out);
    }

    /// What [`Platform::handle`] does with an [`Input::Request`], for drivers that have millions of them.
    pub fn handle_request(&mut self, at: Moment, arrival: Arrival, out: &mut Out) {
        self.request(at, arrival, out);
        self.settle(at, out);
    }

    /// What [`Platform::handle`] does with an [`Input::InvocationFinished`], for such drivers.
    pub fn handle_end(&mut self, at: Moment, end: InvocationEnd, out: &mut Out) {
        self.invocation_finished(at, end, out);
        self.settle(at, out);
    }

    fn take(&mut self, at: Moment, input: Input, out: &mut Out) {
        match input {
            Input::ConfigureAccount {
                concurrency,
                idle_expiry,
            } => {
                self.concurrency = concurrency;
                self.idle_expiry = idle_expiry;
                out.fact(LifecycleEvent::AccountConfigured {
                    concurrency,
                    idle_expiry,
                });
            }
            Input::ConfigureFunction {
                function,
                configuration,
            } => {
                self.configure(function, configuration, out);
            }
            Input::DeleteFunction { function } => self.delete(function, out),
            Input::PublishVersion {
                function,
                description,
            } => self.publish(function, description, out),
            Input::DeleteVersion { function, version } => {
                self.delete_version(function, version, out);
            }
            Input::ConfigureAlias {
                alias,
                configuration,
            } => self.configure_alias(at, alias, configuration, out),
            Input::DeleteAlias { alias } => self.delete_alias(alias, out),
            Input::Provision {
                function,
                qualifier,
                environments,
            } => self.provision(at, function, qualifier, environments, out),
            Input::Request(arrival) => self.request(at, arrival, out),
            Input::InvokeAsync(arrival) => self.invoke_async(at, arrival, out),
            Input::RecordWritten(written) => self.deliver(at, written, out),
            Input::ConfigureQueue {
                queue,
                configuration,
            } => self.configure_queue(at, queue, configuration, out),
            Input::DeleteQueue { queue } => self.delete_queue(queue, out),
            Input::PurgeQueue { queue } => self.purge_queue(queue, out),
            Input::ConfigureMapping {
                mapping,
                configuration,
            } => self.configure_mapping(at, mapping, configuration, out),
            Input::DeleteMapping { mapping } => self.delete_mapping(at, mapping, out),
            Input::ConfigureSource {
                source,
                configuration,
            } => self.configure_source(at, source, configuration, out),
            Input::DeleteSource { source } => self.delete_source(source, out),
            Input::Happen { source, happening } => {
                self.happen(source, Some(happening), Cause::default(), out);
            }
            Input::SchedulePlanned { source, due } => self.schedule_planned(source, due, out),
            Input::SourceEventsWritten {
                source,
                events,
                lineage,
            } => {
                self.source_events(at, source, events, &lineage, out);
            }
            Input::SendMessage(posting) => self.send_message(at, posting, out),
            Input::BatchWritten {
                batch,
                event,
                bytes,
                dropped,
            } => self.batch_written(at, batch, (event, bytes), dropped, out),
            Input::BatchResponseRead { batch, failed } => self.batch_read(at, batch, failed, out),
            Input::EnvironmentReady { environment } => self.ready(at, environment, out),
            Input::EnvironmentFailed { environment } => self.failed(environment, out),
            Input::InitFinished {
                environment,
                outcome,
                duration,
                restoring,
                snapshot,
            } => {
                let end = InitEnd {
                    outcome,
                    duration,
                    restoring,
                    snapshot,
                };
                self.init_finished(at, environment, end, out);
            }
            Input::LogWritten {
                environment,
                request,
                text,
            } => {
                // Output of an init that runs again inside an invocation names no request, and
                // belongs to that invocation's.
                let state = self.environments.get(&environment).map(|it| it.state);
                if let Some(current) = state.map(|state| state.request())
                    && (request.is_none() || request == current)
                {
                    out.fact(LifecycleEvent::LogWritten {
                        environment,
                        request: current,
                        text,
                    });
                }
            }
            Input::InvocationFinished(end) => self.invocation_finished(at, end, out),
            Input::TimerFired(timer) => self.timer_fired(at, timer, out),
            Input::Recycle { function } => self.recycle(function, out),
            Input::Reclaim { environment } => self.reclaim(environment, out),
            Input::SkipTime { span } => out.fact(LifecycleEvent::TimeSkipped { span }),
            Input::ConfigureStream {
                stream,
                configuration,
            } => self.configure_stream(stream, configuration, out),
            Input::DeleteStream { stream } => self.delete_stream(stream, out),
            Input::PutRecord(posting) => self.put_record(at, posting, out),
            Input::ChangeItem { table, change } => {
                out.effect(Effect::WriteChange { table, change });
            }
            Input::StreamBatchWritten {
                batch,
                event,
                bytes,
                dropped,
            } => self.stream_batch_written(at, batch, (event, bytes), dropped, out),
            Input::StreamResponseRead {
                batch,
                failed,
                state,
            } => self.records_read(at, batch, failed, state, out),
            Input::DiscardWritten(written) => self.deliver_discard(at, written, out),
        }
    }

    /// A fresh request id; never given out twice in a session.
    pub fn next_request(&mut self) -> RequestId {
        let id = RequestId(self.next_request);
        // Numbers come from files too: none of them may end the session.
        self.next_request = self.next_request.saturating_add(1);
        id
    }

    /// The id that [`Platform::next_request`] gives out next.
    pub fn peek_request(&self) -> RequestId {
        RequestId(self.next_request)
    }

    /// Whether the version's snapshot is being taken, so that it cannot be invoked yet.
    pub fn is_pending(&self, function: FunctionId, version: Version) -> bool {
        matches!(
            self.snapshot_of(function, version),
            Some(Snapshot::Pending(_))
        )
    }

    /// Whether the version's cold starts begin from a snapshot.
    pub fn has_snapshot(&self, function: FunctionId, version: Version) -> bool {
        self.snapshot_of(function, version) == Some(&Snapshot::Taken)
    }

    fn snapshot_of(&self, function: FunctionId, version: Version) -> Option<&Snapshot> {
        let edition = self.live(function)?.edition(version)?;
        Some(&edition.snapshot)
    }

    /// What a function is set to, if there is such a function.
    pub fn configuration(&self, function: FunctionId) -> Option<&FunctionConfiguration> {
        self.live(function).map(Function::settings)
    }

    /// What an environment is made of: which of its function's environments it is, and what they are
    /// set to.
    pub fn settings_of(
        &self,
        environment: EnvironmentId,
    ) -> Option<(Origin, &FunctionConfiguration)> {
        let it = self.environments.get(&environment)?;
        let edition = self.functions.get(&it.function)?.edition(it.version)?;
        let origin = Origin {
            version: it.version,
            provisioned: it.provisioned.is_some(),
        };
        Some((origin, &edition.configuration))
    }

    /// All functions with their settings, in order of creation.
    pub fn functions(&self) -> impl Iterator<Item = (FunctionId, &FunctionConfiguration)> {
        self.functions
            .iter()
            .filter(|(_, function)| !function.deleted)
            .map(|(id, function)| (*id, function.settings()))
    }

    /// An id for a function that is to be created.
    pub fn next_function(&self) -> FunctionId {
        let last = self.functions.iter().next_back();
        FunctionId(last.map_or(1, |(last, _)| last.0.saturating_add(1)))
    }

    /// Account concurrency.
    pub fn account_concurrency(&self) -> u32 {
        self.concurrency
    }

    /// How long an idle environment is kept.
    pub fn idle_expiry(&self) -> Span {
        self.idle_expiry
    }

    /// Requests that hold concurrency now: in an environment or waiting for theirs.
    pub fn in_flight(&self) -> u32 {
        self.functions
            .values()
            .map(|function| {
                let provisioned = function.provisioned.values().map(|it| it.in_flight);
                provisioned.fold(function.in_flight, u32::saturating_add)
            })
            .sum()
    }

    /// The environment that has been idle longest: what a host that is short of workers may ask
    /// back.
    pub fn longest_idle(&self) -> Option<EnvironmentId> {
        self.environments
            .iter()
            .filter(|(_, environment)| environment.provisioned.is_none())
            .filter_map(|(id, environment)| match environment.state {
                State::Idle { since, .. } => Some((since, *id)),
                _ => None,
            })
            .min()
            .map(|(_, id)| id)
    }

    fn live(&self, function: FunctionId) -> Option<&Function> {
        self.functions
            .get(&function)
            .filter(|function| !function.deleted)
    }

    fn configure(
        &mut self,
        id: FunctionId,
        configuration: Box<FunctionConfiguration>,
        out: &mut Out,
    ) {
        self.pool.forget();
        let (revision, replaces) = match self.functions.get_mut(&id) {
            Some(function) => {
                let replaces = function.latest.replaced_by(&configuration) || function.deleted;
                function.latest.configuration = configuration.clone();
                function.deleted = false;
                function.revision = function.revision.saturating_add(1);
                function.latest.revision = function.revision;
                (function.revision, replaces)
            }
            None => {
                self.functions
                    .insert(id, Function::new(configuration.clone()));
                (1, true)
            }
        };
        out.fact(LifecycleEvent::FunctionConfigured {
            function: id,
            revision,
            configuration,
        });
        if replaces {
            self.drain(
                Some(id),
                Some(Version::Latest),
                ShutdownReason::Updated,
                out,
            );
            self.renew_snapshot(id, Version::Latest, out);
        }
    }

    fn delete(&mut self, id: FunctionId, out: &mut Out) {
        if self.live(id).is_none() {
            return;
        }
        self.pool.forget();
        self.delete_versions(id, out);
        out.fact(LifecycleEvent::FunctionDeleted { function: id });
        if let Some(function) = self.functions.get_mut(&id) {
            function.deleted = true;
        }
        self.renew_snapshot(id, Version::Latest, out);
        self.delete_mappings(|configuration| configuration.function == id, out);
        self.drain(Some(id), None, ShutdownReason::Deleted, out);
    }

    fn recycle(&mut self, function: Option<FunctionId>, out: &mut Out) {
        self.drain(function, None, ShutdownReason::Recycled, out);
    }

    /// Idle environments go now, busy ones when they have finished.
    fn drain(
        &mut self,
        function: Option<FunctionId>,
        version: Option<Version>,
        reason: ShutdownReason,
        out: &mut Out,
    ) {
        let affected: Vec<EnvironmentId> = self
            .environments
            .iter()
            .filter(|(_, environment)| {
                function.is_none_or(|id| id == environment.function)
                    && version.is_none_or(|version| version == environment.version)
            })
            .map(|(id, _)| *id)
            .collect();
        for id in affected {
            if let Some(environment) = self.environments.get_mut(&id) {
                if matches!(environment.state, State::Idle { .. }) {
                    self.shut_down(id, reason, out);
                } else {
                    environment.draining = Some(reason);
                }
            }
        }
    }

    fn reclaim(&mut self, id: EnvironmentId, out: &mut Out) {
        let idle = |environment: &Environment| {
            environment.provisioned.is_none() && matches!(environment.state, State::Idle { .. })
        };
        if self.environments.get(&id).is_some_and(idle) {
            self.shut_down(id, ShutdownReason::Reclaimed, out);
        }
    }
}

#[cfg(test)]
mod tests;
