//! What a run comes to: facts -> counts, levels, percentiles, usage. Its size grows with functions and
//! living environments, not with requests.
//!
//! ```text
//! mod        Figures: the sink
//! headline   Headline: the figures that are shown
//! histogram  Histogram: percentiles with a known error
//! level      Level: means over time, exactly
//! ```

mod headline;
mod histogram;
mod level;

pub use headline::{AcceptedFigures, Headline, Percentiles};
pub use histogram::Histogram;
pub use level::{Level, LevelFigures};

use super::scenario::Scenario;
use super::sink::Sink;
use crate::billing::{
    BilledInvocation, BilledSettings, PerArchitecture, PriceBook, ProvisionedMeter, Usage,
};
use crate::timeline::{
    AsyncFact, Condition, Failure, InitOutcome, LifecycleEvent, Outcome, QueueFact, Rejection,
    Start, ThrottleReason, VersionFact,
};
use crate::units::{EnvironmentId, FunctionId, IdMap, MessageId, Moment, RequestId, Span};
use serde::{Deserialize, Serialize};

/// The figures of a run.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Until when means over time are taken.
    end: Moment,
    counts: Counts,
    /// Requests that hold an environment: one that is made for them, or one that handles them.
    running: Level,
    environments: Level,
    provisioned: Level,
    /// How much of it each function has.
    provisions: IdMap<FunctionId, u32>,
    /// The most that were idle at a time.
    most_idle: u64,
    latencies: Histogram,
    /// The same of cold starts alone.
    cold_latencies: Histogram,
    lifespans: Lifespans,
    events: Accepted<RequestId>,
    messages: Accepted<MessageId>,
    living: IdMap<EnvironmentId, Living>,
    /// How the present invocations began that are their environments' first ones.
    firsts: IdMap<EnvironmentId, Start>,
    used: IdMap<FunctionId, Used>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    requests: u64,
    succeeded: u64,
    errors: u64,
    timeouts: u64,
    /// Processes that ended by themselves, or were ended.
    crashes: u64,
    over_account_concurrency: u64,
    over_reserved_concurrency: u64,
    over_growth: u64,
    over_rate: u64,
    /// Refused for another reason.
    refused: u64,
    /// Invocations, however they begin.
    started: u64,
    cold: u64,
    restored: u64,
    init_again: u64,
    spilled_over: u64,
}

/// What is counted over time, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Requests that came.
    pub requests: u64,
    /// Those that a handler was given and that came to an end, well or not.
    pub served: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Requests that were refused for want of concurrency.
    pub throttled: u64,
    /// Invocations that found a new environment, restored ones included.
    pub cold_starts: u64,
}

impl Totals {
    /// What was counted since an earlier state.
    pub fn since(&self, earlier: &Totals) -> Totals {
        Totals {
            requests: self.requests.saturating_sub(earlier.requests),
            served: self.served.saturating_sub(earlier.served),
            failed: self.failed.saturating_sub(earlier.failed),
            throttled: self.throttled.saturating_sub(earlier.throttled),
            cold_starts: self.cold_starts.saturating_sub(earlier.cold_starts),
        }
    }
}

/// Environments that have come to their end.
#[derive(Clone, Copy, Debug, Default)]
struct Lifespans {
    ended: u64,
    nanos: u128,
}

/// What was taken in and is handled later: asynchronous events, messages.
#[derive(Clone, Debug)]
struct Accepted<Id> {
    waiting: IdMap<Id, Moment>,
    accepted: u64,
    handled: u64,
    lost: u64,
    most_waiting: u64,
    ages: Histogram,
}

impl<Id> Default for Accepted<Id> {
    fn default() -> Self {
        Accepted {
            waiting: IdMap::new(),
            accepted: 0,
            handled: 0,
            lost: 0,
            most_waiting: 0,
            ages: Histogram::default(),
        }
    }
}

impl<Id: crate::units::Id> Accepted<Id> {
    fn accept(&mut self, at: Moment, id: Id) {
        self.accepted += 1;
        self.waiting.insert(id, at);
        self.most_waiting = self.most_waiting.max(self.waiting.len() as u64);
    }

    fn end(&mut self, at: Moment, id: Id, handled: bool) {
        if let Some(since) = self.waiting.remove(&id) {
            match handled {
                true => {
                    self.handled += 1;
                    self.ages.record(at.since(since));
                }
                false => self.lost += 1,
            }
        }
    }
}

/// Small: with many environments it is mostly far away.
#[derive(Clone, Copy, Debug)]
struct Living {
    created: Moment,
    /// When its request came.
    began: Moment,
    function: FunctionId,
    /// Its invocation is the first one.
    first: bool,
    busy: bool,
    made_for: MadeFor,
}

/// What an environment was made for. Without a request its INIT is billed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MadeFor {
    Request,
    Snapshot,
    Provisioned,
}

/// What a function's invocations come to on its bill.
#[derive(Clone, Copy, Debug)]
struct Used {
    settings: BilledSettings,
    requests: u64,
    /// Whole milliseconds: each invocation is rounded by itself.
    millis: u64,
    /// The same of invocations on provisioned concurrency.
    provisioned_millis: u64,
    /// Provisioned concurrency, while it is enabled.
    provisioned: Option<ProvisionedMeter>,
    /// What came of it before it was disabled.
    capacity: PerArchitecture,
}

impl Used {
    /// What the time of such an environment is added to.
    #[inline]
    fn millis_of(&mut self, made_for: MadeFor) -> &mut u64 {
        match made_for {
            MadeFor::Request | MadeFor::Snapshot => &mut self.millis,
            MadeFor::Provisioned => &mut self.provisioned_millis,
        }
    }
}

impl Figures {
    /// Those of a scenario that is to be run.
    pub fn of(scenario: &Scenario) -> Figures {
        Figures {
            end: Moment::START + scenario.length,
            counts: Counts::default(),
            running: Level::default(),
            environments: Level::default(),
            provisioned: Level::default(),
            provisions: IdMap::new(),
            most_idle: 0,
            latencies: Histogram::default(),
            cold_latencies: Histogram::default(),
            lifespans: Lifespans::default(),
            events: Accepted::default(),
            messages: Accepted::default(),
            living: IdMap::new(),
            firsts: IdMap::new(),
            used: IdMap::new(),
        }
    }

    /// What has been counted.
    pub fn totals(&self) -> Totals {
        let counts = &self.counts;
        let failed = counts.errors + counts.timeouts + counts.crashes;
        Totals {
            requests: counts.requests,
            served: counts.succeeded + failed,
            failed,
            throttled: counts.over_account_concurrency
                + counts.over_reserved_concurrency
                + counts.over_growth
                + counts.over_rate,
            cold_starts: counts.cold + counts.restored,
        }
    }

    /// Requests that hold an environment.
    #[inline]
    pub fn running(&self) -> &Level {
        &self.running
    }

    /// Environments that there are.
    #[inline]
    pub fn environments(&self) -> &Level {
        &self.environments
    }

    /// From a request's arrival to its end, of all that a handler was given.
    pub fn latencies(&self) -> &Histogram {
        &self.latencies
    }

    /// What is billed. The book says how much storage is included.
    pub fn usage(&self, book: &PriceBook) -> Usage {
        let used = self.used.values();
        used.map(|it| {
            let on_demand = Span::from_millis(it.millis);
            let provisioned = Span::from_millis(it.provisioned_millis);
            let capacity = it.provisioned.map(|meter| meter.until(self.end));
            Usage {
                provisioned_capacity: it.capacity + capacity.unwrap_or_default(),
                ..it.settings.usage(book, it.requests, on_demand)
                    + it.settings.provisioned_usage(book, provisioned)
            }
        })
        .sum()
    }

    fn rejected(&mut self, rejection: Rejection) {
        let counts = &mut self.counts;
        let count = match rejection {
            Rejection::Throttled(reason) => match reason {
                ThrottleReason::ConcurrentInvocationLimitExceeded => {
                    &mut counts.over_account_concurrency
                }
                ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded => {
                    &mut counts.over_reserved_concurrency
                }
                ThrottleReason::FunctionInvocationRateLimitExceeded => &mut counts.over_growth,
                ThrottleReason::ReservedFunctionInvocationRateLimitExceeded
                | ThrottleReason::CallerRateLimitExceeded => &mut counts.over_rate,
            },
            _ => &mut counts.refused,
        };
        *count += 1;
    }

    fn started(&mut self, at: Moment, id: EnvironmentId, start: Start) {
        self.counts.started += 1;
        match start {
            Start::Cold { .. } => self.counts.cold += 1,
            Start::Restored { .. } => self.counts.restored += 1,
            Start::InitAgain => self.counts.init_again += 1,
            Start::Warm => {}
        }
        let Some(living) = self.living.get_mut(&id) else {
            return;
        };
        living.first = matches!(start, Start::Cold { .. } | Start::Restored { .. });
        if living.first {
            self.firsts.insert(id, start);
        }
        if !living.busy {
            living.busy = true;
            living.began = at;
            self.running.up(at, self.end);
        }
    }

    fn finished(&mut self, at: Moment, id: EnvironmentId, outcome: Outcome, duration: Span) {
        let counts = &mut self.counts;
        let count = match outcome {
            Outcome::Succeeded => &mut counts.succeeded,
            Outcome::Failed(Failure::TimedOut) => &mut counts.timeouts,
            Outcome::Failed(failure) if failure.ends_process() => &mut counts.crashes,
            Outcome::Failed(_) => &mut counts.errors,
        };
        *count += 1;
        let Some(living) = self.living.get_mut(&id) else {
            return;
        };
        living.busy = false;
        self.running.down(at, self.end);
        let latency = at.since(living.began);
        self.latencies.record(latency);
        let first = match living.first {
            true => self.firsts.remove(&id),
            false => None,
        };
        if first.is_some() {
            self.cold_latencies.record(latency);
        }
        // One that inits again is billed as a warm one is.
        let start = first.unwrap_or(Start::Warm);
        if let Some(used) = self.used.get_mut(&living.function)
            && let Some(billed) =
                BilledInvocation::finished(used.settings, start, outcome, duration)
        {
            used.requests += 1;
            *used.millis_of(living.made_for) += billed.billed_millis();
        }
        self.idle_peak(at);
    }

    fn version_fact(&mut self, at: Moment, fact: &VersionFact) {
        match *fact {
            VersionFact::RequestSpilledOver { .. } => self.counts.spilled_over += 1,
            VersionFact::ProvisioningStarted {
                function,
                environments,
                ..
            } => self.provision(at, function, environments),
            VersionFact::ProvisioningFailed { function, .. }
            | VersionFact::ProvisioningDeleted { function, .. } => {
                self.provision(at, function, 0);
                if let Some(used) = self.used.get_mut(&function)
                    && let Some(meter) = used.provisioned.take()
                {
                    used.capacity = used.capacity + meter.until(at.min(self.end));
                }
            }
            _ => {}
        }
    }

    /// A function has so many provisioned environments, or is about to.
    fn provision(&mut self, at: Moment, function: FunctionId, environments: u32) {
        let before = self.provisions.insert(function, environments).unwrap_or(0);
        if environments > 0
            && let Some(used) = self.used.get_mut(&function)
        {
            let (at, settings) = (at.min(self.end), used.settings);
            let begun = ProvisionedMeter::begin(at, environments, settings);
            let meter = used.provisioned.get_or_insert(begun);
            meter.change(at, environments, settings);
        }
        for _ in before..environments {
            self.provisioned.up(at, self.end);
        }
        for _ in environments..before {
            self.provisioned.down(at, self.end);
        }
    }

    fn queue_fact(&mut self, at: Moment, fact: &QueueFact) {
        match fact {
            QueueFact::MessageSent { message, .. } => self.messages.accept(at, *message),
            QueueFact::MessagesDeleted { messages, .. } => {
                for message in messages {
                    self.messages.end(at, *message, true);
                }
            }
            QueueFact::MessageMoved { message, .. } => self.messages.end(at, *message, false),
            QueueFact::MessagesExpired { messages, .. } => {
                for message in messages {
                    self.messages.end(at, *message, false);
                }
            }
            _ => {}
        }
    }

    fn idle_peak(&mut self, at: Moment) {
        if at <= self.end {
            let idle = self.environments.now().saturating_sub(self.running.now());
            self.most_idle = self.most_idle.max(idle);
        }
    }

    /// An environment is there no more, or its request is.
    fn freed(&mut self, at: Moment, id: EnvironmentId) {
        if let Some(living) = self.living.get_mut(&id)
            && living.busy
        {
            living.busy = false;
            self.running.down(at, self.end);
        }
    }
}

impl Sink for Figures {
    #[inline]
    fn fact(&mut self, at: Moment, fact: &LifecycleEvent) {
        match *fact {
            LifecycleEvent::RequestArrived { .. } => self.counts.requests += 1,
            LifecycleEvent::InvocationStarted {
                environment, start, ..
            } => self.started(at, environment, start),
            LifecycleEvent::InvocationFinished {
                environment,
                outcome,
                duration,
                ..
            } => self.finished(at, environment, outcome, duration),
            LifecycleEvent::RequestRejected { rejection, .. } => self.rejected(rejection),
            LifecycleEvent::EnvironmentCreated {
                environment,
                function,
                request,
                provisioned,
                ..
            } => {
                let made = Living {
                    created: at,
                    began: at,
                    function,
                    first: false,
                    busy: request.is_some(),
                    made_for: match (request, provisioned) {
                        (Some(_), _) => MadeFor::Request,
                        (None, false) => MadeFor::Snapshot,
                        (None, true) => MadeFor::Provisioned,
                    },
                };
                self.living.insert(environment, made);
                self.environments.up(at, self.end);
                if request.is_some() {
                    self.running.up(at, self.end);
                }
            }
            // SnapStart bills initialisation code like a handler's ("Monitoring for Lambda
            // SnapStart"), though it is no request, and so does provisioned concurrency
            // ("Configuring provisioned concurrency for a function").
            LifecycleEvent::InitFinished {
                environment,
                outcome: InitOutcome::Succeeded,
                duration,
            } => {
                if let Some(living) = self.living.get(&environment)
                    && living.made_for != MadeFor::Request
                    && let Some(used) = self.used.get_mut(&living.function)
                {
                    *used.millis_of(living.made_for) += duration.billed_millis();
                }
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                self.freed(at, environment);
                if let Some(living) = self.living.remove(&environment) {
                    if living.first {
                        self.firsts.remove(&environment);
                    }
                    self.environments.down(at, self.end);
                    self.lifespans.ended += 1;
                    self.lifespans.nanos += u128::from(at.since(living.created).as_nanos());
                }
            }
            LifecycleEvent::Async(ref fact) => match *fact {
                AsyncFact::EventAccepted { request, .. } => self.events.accept(at, request),
                AsyncFact::EventFinished {
                    request, condition, ..
                } => self
                    .events
                    .end(at, request, condition == Condition::Success),
                AsyncFact::EventReturned { .. } | AsyncFact::RecordSent { .. } => {}
            },
            LifecycleEvent::Version(ref fact) => self.version_fact(at, fact),
            LifecycleEvent::Queue(ref fact) => self.queue_fact(at, fact),
            LifecycleEvent::FunctionConfigured {
                function,
                ref configuration,
                ..
            } => {
                let settings = configuration.as_ref().into();
                let used = Used {
                    settings,
                    requests: 0,
                    millis: 0,
                    provisioned_millis: 0,
                    provisioned: None,
                    capacity: PerArchitecture::default(),
                };
                self.used.insert(function, used);
            }
            _ => {}
        }
    }
}
