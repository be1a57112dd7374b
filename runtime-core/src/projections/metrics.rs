//! What CloudWatch would show of every function (Lambda developer guide, "Types of metrics for Lambda
//! functions"): sums, statistics and the most of each minute.

use super::iterator_age::IteratorAges;
use crate::timeline::{
    AsyncFact, Condition, Entry, LifecycleEvent, Outcome, Projection, RecordKind, Rejection,
    Trigger, VersionFact,
};
use crate::units::{
    BatchId, EnvironmentId, FunctionId, Moment, OrderedMap, OrderedSet, RequestId, Span,
};

/// Metrics by function and minute of the session.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    minutes: OrderedMap<(FunctionId, u64), Datapoint>,
    /// Requests that hold concurrency, and for which function.
    holding: OrderedMap<RequestId, FunctionId>,
    /// How many of them each function has, and since which minute.
    concurrency: OrderedMap<FunctionId, (u32, u64)>,
    /// Requests that have not come to their end.
    requests: OrderedMap<RequestId, Open>,
    provisioned: OrderedSet<EnvironmentId>,
    /// Asynchronous events in the internal queue: whose, since when.
    events: OrderedMap<RequestId, (FunctionId, Moment)>,
    ages: IteratorAges,
}

/// A request that has not come to its end.
#[derive(Clone, Copy, Debug)]
struct Open {
    function: FunctionId,
    /// The asynchronous event that it is an attempt of.
    event: Option<RequestId>,
    /// The batch that it brings.
    batch: Option<BatchId>,
}

/// What one function did in one minute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Datapoint {
    /// `Invocations`: handlers that were run, also with errors. Throttled requests are none.
    pub invocations: u64,
    /// `Errors`: invocations that ended with an error.
    pub errors: u64,
    /// `Throttles`: requests that were refused because there was no concurrency.
    pub throttles: u64,
    /// `Duration`: how long handlers took, without cold starts.
    pub duration: Statistics,
    /// `ConcurrentExecutions`: the most requests at a time.
    pub concurrent_executions: u32,
    /// `ProvisionedConcurrencyInvocations`
    pub provisioned_invocations: u64,
    /// `ProvisionedConcurrencySpilloverInvocations`
    pub spillover_invocations: u64,
    /// `AsyncEventsReceived`
    pub async_events_received: u64,
    /// `AsyncEventAge`: from when Lambda took an event in to when a handler got it.
    pub async_event_age: Statistics,
    /// `IteratorAge`: how old the last record of each batch was that a handler got.
    pub iterator_age: Statistics,
    /// `AsyncEventsDropped`: events that were given up.
    pub async_events_dropped: u64,
    /// `DeadLetterErrors`: dead letters that could not be sent.
    pub dead_letter_errors: u64,
    /// `DestinationDeliveryFailures`: records that could not be sent.
    pub destination_delivery_failures: u64,
    /// `RecursiveInvocationsDropped`: events of functions that call each other in a circle.
    pub recursive_invocations_dropped: u64,
}

/// Minimum, maximum and sum of spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// `SampleCount`
    pub count: u64,
    /// `Sum`
    pub sum: Span,
    /// `Minimum`; zero if there is none.
    pub minimum: Span,
    /// `Maximum`
    pub maximum: Span,
}

impl Statistics {
    /// Takes another value in.
    pub fn add(&mut self, span: Span) {
        self.minimum = match self.count {
            0 => span,
            _ => self.minimum.min(span),
        };
        self.maximum = self.maximum.max(span);
        self.sum += span;
        self.count = self.count.saturating_add(1);
    }

    /// `Average`; `None` if there is no value.
    pub fn average(&self) -> Option<Span> {
        let average = self.sum.as_nanos().checked_div(self.count)?;
        Some(Span::from_nanos(average))
    }

    fn join(&mut self, other: &Statistics) {
        if other.count == 0 {
            return;
        }
        self.minimum = match self.count {
            0 => other.minimum,
            _ => self.minimum.min(other.minimum),
        };
        self.maximum = self.maximum.max(other.maximum);
        self.sum += other.sum;
        self.count = self.count.saturating_add(other.count);
    }
}

impl Datapoint {
    /// Of a longer period: sums of sums, the most of the most.
    pub fn join(&mut self, other: &Datapoint) {
        self.invocations += other.invocations;
        self.errors += other.errors;
        self.throttles += other.throttles;
        self.duration.join(&other.duration);
        self.concurrent_executions = self.concurrent_executions.max(other.concurrent_executions);
        self.provisioned_invocations += other.provisioned_invocations;
        self.spillover_invocations += other.spillover_invocations;
        self.async_events_received += other.async_events_received;
        self.async_event_age.join(&other.async_event_age);
        self.iterator_age.join(&other.iterator_age);
        self.async_events_dropped += other.async_events_dropped;
        self.dead_letter_errors += other.dead_letter_errors;
        self.destination_delivery_failures += other.destination_delivery_failures;
        self.recursive_invocations_dropped += other.recursive_invocations_dropped;
    }
}

fn minute(at: Moment) -> u64 {
    at.as_nanos() / 60_000_000_000
}

impl Metrics {
    /// All minutes of a function in which something happened, counted from the session's beginning.
    pub fn minutes(&self, function: FunctionId) -> impl Iterator<Item = (u64, &Datapoint)> {
        let all = self.minutes.iter();
        all.filter(move |((it, _), _)| *it == function)
            .map(|((_, minute), datapoint)| (*minute, datapoint))
    }

    /// A function's whole session as one period.
    pub fn total(&self, function: FunctionId) -> Datapoint {
        let mut total = Datapoint::default();
        for (_, datapoint) in self.minutes(function) {
            total.join(datapoint);
        }
        total
    }

    fn at(&mut self, function: FunctionId, at: Moment) -> &mut Datapoint {
        self.minutes.get_or_default((function, minute(at)))
    }

    fn hold(&mut self, request: RequestId, function: FunctionId, at: Moment) {
        if self.holding.insert(request, function).is_none() {
            self.change_concurrency(function, at, |now| now.saturating_add(1));
        }
    }

    fn let_go(&mut self, request: RequestId, at: Moment) {
        if let Some(function) = self.holding.remove(&request) {
            self.change_concurrency(function, at, |now| now.saturating_sub(1));
        }
    }

    fn change_concurrency(&mut self, function: FunctionId, at: Moment, change: fn(u32) -> u32) {
        let now = minute(at);
        let (before, since) = self.concurrency.get(&function).copied().unwrap_or((0, now));
        // What goes on for longer than a minute is seen in each.
        if before > 0 {
            for minute in since..=now {
                let datapoint = self.minutes.get_or_default((function, minute));
                datapoint.concurrent_executions = datapoint.concurrent_executions.max(before);
            }
        }
        let after = change(before);
        self.concurrency.insert(function, (after, now));
        let datapoint = self.at(function, at);
        datapoint.concurrent_executions = datapoint.concurrent_executions.max(after);
    }

    fn follow_async(&mut self, at: Moment, fact: &AsyncFact) {
        match fact {
            AsyncFact::EventAccepted {
                request, function, ..
            } => {
                self.events.insert(*request, (*function, at));
                self.at(*function, at).async_events_received += 1;
            }
            AsyncFact::EventFinished {
                request, condition, ..
            } => {
                if let Some((function, _)) = self.events.get(request).copied()
                    && *condition != Condition::Success
                {
                    let datapoint = self.at(function, at);
                    datapoint.async_events_dropped += 1;
                    if *condition == Condition::RecursiveLoop {
                        datapoint.recursive_invocations_dropped += 1;
                    }
                }
            }
            AsyncFact::RecordSent {
                request,
                kind,
                delivered: false,
                ..
            } => {
                if let Some((function, _)) = self.events.get(request).copied() {
                    let datapoint = self.at(function, at);
                    match kind {
                        RecordKind::DeadLetter => datapoint.dead_letter_errors += 1,
                        RecordKind::OnSuccess | RecordKind::OnFailure => {
                            datapoint.destination_delivery_failures += 1;
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

impl Projection for Metrics {
    fn apply(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.event {
            LifecycleEvent::RequestArrived {
                request,
                function,
                trigger,
                ..
            } => {
                let open = Open {
                    function: *function,
                    event: match trigger {
                        Trigger::Async { first, .. } => Some(*first),
                        _ => None,
                    },
                    batch: match trigger {
                        Trigger::Mapping { batch, .. } => Some(*batch),
                        _ => None,
                    },
                };
                self.requests.insert(*request, open);
            }
            LifecycleEvent::RequestRejected { request, rejection } => {
                self.let_go(*request, at);
                let open = self.requests.remove(request);
                if let (Some(open), Rejection::Throttled(_)) = (open, rejection) {
                    self.at(open.function, at).throttles += 1;
                }
            }
            LifecycleEvent::EnvironmentCreated {
                environment,
                function,
                request,
                provisioned,
                ..
            } => {
                if let Some(request) = request {
                    self.hold(*request, *function, at);
                }
                if *provisioned {
                    self.provisioned.insert(*environment);
                }
            }
            LifecycleEvent::InvocationStarted {
                environment,
                request,
                ..
            } => {
                let Some(open) = self.requests.get(request).copied() else {
                    return;
                };
                let Open {
                    function, event, ..
                } = open;
                let age = open.batch.and_then(|batch| self.ages.of(batch, at));
                self.hold(*request, function, at);
                let provisioned = self.provisioned.contains(environment);
                let event = event.and_then(|event| self.events.get(&event));
                let accepted = event.map(|(_, accepted)| *accepted);
                let datapoint = self.at(function, at);
                datapoint.invocations += 1;
                datapoint.provisioned_invocations += u64::from(provisioned);
                if let Some(age) = age {
                    datapoint.iterator_age.add(age);
                }
                if let Some(accepted) = accepted {
                    datapoint.async_event_age.add(at.since(accepted));
                }
            }
            LifecycleEvent::InvocationFinished {
                request,
                outcome,
                duration,
                ..
            } => {
                self.let_go(*request, at);
                if let Some(open) = self.requests.remove(request) {
                    let datapoint = self.at(open.function, at);
                    datapoint.errors += u64::from(*outcome != Outcome::Succeeded);
                    datapoint.duration.add(*duration);
                }
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                self.provisioned.remove(environment);
            }
            LifecycleEvent::Version(VersionFact::RequestSpilledOver { request }) => {
                if let Some(open) = self.requests.get(request).copied() {
                    self.at(open.function, at).spillover_invocations += 1;
                }
            }
            LifecycleEvent::Async(fact) => self.follow_async(at, fact),
            LifecycleEvent::Stream(fact) => self.ages.follow(at, fact),
            _ => {}
        }
    }
}
