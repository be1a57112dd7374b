//! Asynchronous invocation: the internal queue, retries, and what is sent when an event has come to
//! its end (Lambda developer guide, "How Lambda handles errors and retries with asynchronous
//! invocation" and "Capturing records of Lambda asynchronous invocations").
//!
//! Model choices: an event is tried at the moment at which it comes; throttles double the wait from
//! one second on and use up no retry; nothing is delivered twice or dropped without a reason, which
//! AWS does not promise.
//!
//! ```text
//! mod     events from their acceptance to their end
//! reopen  the internal queue from the timeline of a session that ended with its tab
//! ```

mod reopen;

use super::input::{Arrival, AsyncArrival, Effect, Out, Posting, RecordOrder, Timer, Written};
use super::owners::Owner;
use super::sources::{Cause, accepted_bytes};
use super::{MAX_MESSAGE_BYTES, Platform};
use crate::timeline::{
    AsyncFact, AsyncSource, Condition, Destination, LifecycleEvent, MAX_ASYNC_EVENT_BYTES, Outcome,
    Qualifier, RecordKind, Rejection, ReturnReason, Sender, Trigger,
};
use crate::units::{ByteCount, FunctionId, Moment, PayloadId, RequestId, Span, Version};
use std::sync::Arc;

/// The waits before the first and the second retry (page "How Lambda handles errors and retries with
/// asynchronous invocation").
pub const RETRY_WAITS: [Span; 2] = [Span::from_secs(60), Span::from_secs(120)];
/// The first wait after a throttle; it doubles up to [`LONGEST_THROTTLE_WAIT`] (same page).
pub const FIRST_THROTTLE_WAIT: Span = Span::from_secs(1);
/// The longest wait after a throttle (same page).
pub const LONGEST_THROTTLE_WAIT: Span = Span::from_secs(300);
/// How often one function may be called in a chain of calls ("Use Lambda recursive loop detection":
/// approximately 16 times).
pub const RECURSION_LIMIT: usize = 16;

/// The functions whose records led to an event, the first one first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage(Arc<[FunctionId]>);

impl Lineage {
    pub(crate) fn with(&self, function: FunctionId) -> Self {
        Lineage(self.0.iter().copied().chain([function]).collect())
    }

    fn calls_of(&self, function: FunctionId) -> usize {
        self.0.iter().filter(|it| **it == function).count()
    }
}

/// An event in the internal queue.
#[derive(Clone, Debug)]
pub(in crate::platform) struct AsyncEvent {
    function: FunctionId,
    qualifier: Qualifier,
    event: PayloadId,
    bytes: ByteCount,
    accepted: Moment,
    lineage: Lineage,
    /// Attempts so far, throttled ones included.
    attempts: u32,
    /// How often a handler had it.
    invocations: u32,
    /// Throttles since a handler last had it.
    throttles: u32,
    /// When the next attempt is due; `None` while one is being made.
    due: Option<Moment>,
    last: Option<(Outcome, Option<PayloadId>)>,
    /// Why it was refused last.
    refused: Option<Rejection>,
    /// The version of the last attempt.
    executed: Version,
    /// What it was before the last attempt; known while a session is read from its timeline.
    before: reopen::Before,
}

impl Platform {
    /// How many events are in the internal queues of all functions, those that are being handled included.
    pub fn waiting_events(&self) -> usize {
        self.events.len()
    }

    /// The functions that led to a request with this owner.
    pub(in crate::platform) fn lineage_of(&self, owner: Option<Owner>) -> Lineage {
        let event = match owner {
            Some(Owner::Event(first)) => self.events.get(&first),
            _ => None,
        };
        event.map(|event| event.lineage.clone()).unwrap_or_default()
    }

    pub(in crate::platform) fn invoke_async(
        &mut self,
        at: Moment,
        arrival: AsyncArrival,
        out: &mut Out,
    ) {
        self.accept(at, arrival, Lineage::default(), out);
    }

    pub(in crate::platform) fn accept(
        &mut self,
        at: Moment,
        arrival: AsyncArrival,
        lineage: Lineage,
        out: &mut Out,
    ) {
        let AsyncArrival {
            request,
            function,
            qualifier,
            source,
            event,
            bytes,
            refused,
        } = arrival;
        self.next_request = self.next_request.max(request.0.saturating_add(1));
        let version = self.version_of(function, qualifier, request);
        let unknown = version.is_none().then_some(Rejection::FunctionNotFound);
        if let Some(rejection) = refused.or(unknown) {
            out.fact(LifecycleEvent::RequestArrived {
                request,
                function,
                trigger: Trigger::Async {
                    first: request,
                    attempt: 1,
                },
                event,
                bytes,
            });
            out.fact(LifecycleEvent::RequestRejected { request, rejection });
            return;
        }
        out.fact(AsyncFact::EventAccepted {
            request,
            function,
            qualifier,
            source,
            event,
            bytes,
        });
        let accepted = AsyncEvent::new(at, (function, qualifier), event, bytes, lineage);
        match self.hindrance(&accepted) {
            Some(condition) => self.end_event(request, accepted, condition, out),
            None => self.send_attempt(at, (request, accepted), (request, version), out),
        }
    }

    /// Sends an event that has waited to its function.
    pub(in crate::platform) fn attempt(&mut self, at: Moment, first: RequestId, out: &mut Out) {
        let Some(waiting) = self.events.remove(&first) else {
            return;
        };
        if let Some(condition) = self.hindrance(&waiting) {
            self.end_event(first, waiting, condition, out);
            return;
        }
        let request = match waiting.attempts {
            0 => first,
            _ => self.next_request(),
        };
        let version = self.version_of(waiting.function, waiting.qualifier, request);
        self.send_attempt(at, (first, waiting), (request, version), out);
    }

    /// Why an event is not even tried.
    fn hindrance(&self, event: &AsyncEvent) -> Option<Condition> {
        let Some(function) = self.live(event.function) else {
            return Some(Condition::FunctionDeleted);
        };
        let looping = event.lineage.calls_of(event.function) >= RECURSION_LIMIT;
        match function.settings().reserved_concurrency {
            Some(0) => Some(Condition::ZeroReservedConcurrency),
            _ => looping.then_some(Condition::RecursiveLoop),
        }
    }

    /// Sends an event to its function: as this request, to this version.
    fn send_attempt(
        &mut self,
        at: Moment,
        (first, mut tried): (RequestId, AsyncEvent),
        (request, version): (RequestId, Option<Version>),
        out: &mut Out,
    ) {
        tried.due = None;
        tried.attempts = tried.attempts.saturating_add(1);
        tried.executed = version.unwrap_or_default();
        let attempt = tried.attempts;
        let arrival = Arrival {
            request,
            function: tried.function,
            qualifier: tried.qualifier,
            trigger: Trigger::Async { first, attempt },
            event: tried.event,
            bytes: tried.bytes,
            refused: None,
        };
        self.events.insert(first, tried);
        self.arrive(at, arrival, version, Some(Owner::Event(first)), out);
    }

    /// An attempt was refused.
    pub(in crate::platform) fn attempt_rejected(
        &mut self,
        at: Moment,
        first: RequestId,
        rejection: Rejection,
        out: &mut Out,
    ) {
        if rejection == Rejection::FunctionNotFound {
            self.finish_event(first, Condition::FunctionDeleted, out);
            return;
        }
        if let Some(event) = self.events.get_mut(&first) {
            let wait = FIRST_THROTTLE_WAIT.doubled(event.throttles);
            let wait = wait.min(LONGEST_THROTTLE_WAIT);
            event.throttles = event.throttles.saturating_add(1);
            event.refused = Some(rejection);
            self.return_event(at, first, wait, ReturnReason::of(rejection), out);
        }
    }

    /// A handler had the event.
    pub(in crate::platform) fn attempt_finished(
        &mut self,
        at: Moment,
        first: RequestId,
        outcome: Outcome,
        response: Option<PayloadId>,
        out: &mut Out,
    ) {
        let Some(event) = self.events.get_mut(&first) else {
            return;
        };
        event.throttles = 0;
        event.invocations = event.invocations.saturating_add(1);
        event.last = Some((outcome, response));
        let (function, tried) = (event.function, event.invocations);
        if outcome == Outcome::Succeeded {
            self.finish_event(first, Condition::Success, out);
            return;
        }
        let retries = self
            .live(function)
            .map_or(0, |it| it.settings().asynchronous.maximum_retry_attempts);
        let wait = RETRY_WAITS.get(tried as usize - 1).copied();
        match wait.filter(|_| tried <= retries) {
            Some(wait) => self.return_event(at, first, wait, ReturnReason::FunctionError, out),
            None => self.finish_event(first, Condition::RetriesExhausted, out),
        }
    }

    /// Back to the internal queue, unless the event would be too old then.
    fn return_event(
        &mut self,
        at: Moment,
        first: RequestId,
        wait: Span,
        reason: ReturnReason,
        out: &mut Out,
    ) {
        let Some(event) = self.events.get(&first) else {
            return;
        };
        let (accepted, due) = (event.accepted, at + wait);
        let oldest = self
            .live(event.function)
            .map(|it| it.settings().asynchronous.maximum_event_age);
        if oldest.is_some_and(|oldest| due.since(accepted) > oldest) {
            self.finish_event(first, Condition::EventAgeExceeded, out);
            return;
        }
        self.wait_for_attempt(first, due, reason, out);
    }

    fn wait_for_attempt(
        &mut self,
        request: RequestId,
        due: Moment,
        reason: ReturnReason,
        out: &mut Out,
    ) {
        if let Some(event) = self.events.get_mut(&request) {
            event.due = Some(due);
            out.fact(AsyncFact::EventReturned {
                request,
                reason,
                due,
            });
            out.effect(Effect::SetTimer {
                at: due,
                timer: Timer::AsyncAttempt { request, due },
            });
        }
    }

    pub(in crate::platform) fn awaits_attempt(&self, first: RequestId, due: Moment) -> bool {
        let event = self.events.get(&first);
        event.is_some_and(|event| event.due == Some(due))
    }

    fn finish_event(&mut self, request: RequestId, condition: Condition, out: &mut Out) {
        if let Some(event) = self.events.remove(&request) {
            self.end_event(request, event, condition, out);
        }
    }

    fn end_event(
        &mut self,
        request: RequestId,
        event: AsyncEvent,
        condition: Condition,
        out: &mut Out,
    ) {
        let invocations = event.invocations;
        out.fact(AsyncFact::EventFinished {
            request,
            condition,
            invocations,
        });
        let Some(function) = self.live(event.function) else {
            return;
        };
        let settings = function.settings().asynchronous;
        let failed = condition != Condition::Success;
        let record = match failed {
            true => (RecordKind::OnFailure, settings.on_failure),
            false => (RecordKind::OnSuccess, settings.on_success),
        };
        let dead_letter = settings.dead_letter_queue.filter(|_| failed);
        let sent = [
            record,
            (RecordKind::DeadLetter, dead_letter.map(Destination::from)),
        ];
        for (kind, destination) in sent {
            if let Some(destination) = destination {
                out.effect(Effect::WriteRecord(Box::new(RecordOrder {
                    request,
                    function: event.function,
                    qualifier: event.qualifier,
                    executed: event.executed,
                    kind,
                    destination,
                    event: event.event,
                    condition,
                    invocations,
                    last: event.last,
                    refused: event.refused,
                    lineage: event.lineage.with(event.function),
                })));
            }
        }
    }

    /// Whether something of this size can go there: targets of sources are standard queues and functions,
    /// destinations and what takes dead letters can be sources as well.
    pub(in crate::platform) fn takes(&self, to: Destination, bytes: ByteCount) -> bool {
        match to {
            Destination::Queue(queue) => {
                let configuration = self.queue_configuration(queue);
                configuration.is_some_and(|queue| !queue.is_fifo())
                    && bytes.get() <= MAX_MESSAGE_BYTES
            }
            Destination::Function(function) => {
                self.live(function).is_some() && bytes.get() <= MAX_ASYNC_EVENT_BYTES
            }
            Destination::Source(source) => {
                let most = self.source(source).and_then(|it| accepted_bytes(&it.kind));
                most.is_some_and(|most| bytes.get() <= most)
            }
        }
    }

    /// A record is there and goes where it is to go.
    pub(in crate::platform) fn deliver(
        &mut self,
        at: Moment,
        written: Written<RecordOrder>,
        out: &mut Out,
    ) {
        let Written {
            order,
            payload,
            bytes,
            attributes,
        } = written;
        let delivered = self.takes(order.destination, bytes);
        out.fact(AsyncFact::RecordSent {
            request: order.request,
            kind: order.kind,
            destination: order.destination,
            delivered,
        });
        if !delivered {
            return;
        }
        match order.destination {
            Destination::Queue(queue) => {
                let posting = Posting {
                    attributes,
                    ..Posting::of(
                        queue,
                        Sender::Lambda {
                            function: order.function,
                        },
                        payload,
                        bytes,
                    )
                };
                self.send_message(at, posting, out);
            }
            Destination::Function(function) => {
                let request = self.next_request();
                let arrival = AsyncArrival {
                    request,
                    function,
                    qualifier: Qualifier::LATEST,
                    source: AsyncSource::Destination {
                        function: order.function,
                    },
                    event: payload,
                    bytes,
                    refused: None,
                };
                self.accept(at, arrival, order.lineage, out);
            }
            Destination::Source(source) => {
                let cause = Cause {
                    sender: Some(order.function),
                    lineage: order.lineage,
                };
                self.happen(source, Some(payload), cause, out);
            }
        }
    }
}

impl AsyncEvent {
    fn new(
        accepted: Moment,
        (function, qualifier): (FunctionId, Qualifier),
        event: PayloadId,
        bytes: ByteCount,
        lineage: Lineage,
    ) -> Self {
        AsyncEvent {
            function,
            qualifier,
            event,
            bytes,
            accepted,
            lineage,
            attempts: 0,
            invocations: 0,
            throttles: 0,
            due: None,
            last: None,
            refused: None,
            executed: Version::Latest,
            before: reopen::Before::default(),
        }
    }
}
