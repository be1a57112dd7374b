//! The internal queue from the timeline of a session that ended with its tab.

use super::{AsyncEvent, Lineage};
use crate::platform::Platform;
use crate::platform::input::{Effect, Out, Timer};
use crate::platform::owners::{Owner, Owners};
use crate::timeline::{AsyncFact, LifecycleEvent, Outcome, ReturnReason, Trigger};
use crate::units::{Moment, PayloadId, RequestId};

/// What an attempt changes of its event. One that the end of a tab has interrupted was none: all of it is taken back,
/// so that what is known of the last error is still known, however many tabs end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    invocations: u32,
    throttles: u32,
    last: Option<(Outcome, Option<PayloadId>)>,
}

impl Platform {
    /// What the timeline says of asynchronous events.
    pub(in crate::platform) fn follow_event(
        &mut self,
        at: Moment,
        event: &LifecycleEvent,
        owners: &mut Owners,
    ) {
        match *event {
            LifecycleEvent::Async(AsyncFact::EventAccepted {
                request,
                function,
                qualifier,
                event,
                bytes,
                ..
            }) => {
                self.next_request = self.next_request.max(request.0.saturating_add(1));
                let target = (function, qualifier);
                // Chains of calls are counted anew: how they came about is not in the timeline.
                let accepted = AsyncEvent::new(at, target, event, bytes, Lineage::default());
                self.events.insert(request, accepted);
            }
            LifecycleEvent::RequestArrived {
                request,
                trigger: Trigger::Async { first, attempt },
                ..
            } => {
                if let Some(event) = self.events.get_mut(&first) {
                    (event.attempts, event.due) = (attempt, None);
                    event.before = Before {
                        invocations: event.invocations,
                        throttles: event.throttles,
                        last: event.last,
                    };
                    owners.insert(request, Owner::Event(first));
                }
            }
            LifecycleEvent::InvocationFinished {
                request,
                outcome,
                response,
                ..
            } => {
                // Batches of streams, which have requests as well, are followed after this.
                if let Some(Owner::Event(first)) = owners.get(&request).copied()
                    && let Some(event) = self.events.get_mut(&first)
                {
                    owners.remove(&request);
                    event.throttles = 0;
                    event.invocations = event.invocations.saturating_add(1);
                    event.last = Some((outcome, response));
                }
            }
            LifecycleEvent::RequestRejected { request, rejection } => {
                if let Some(Owner::Event(first)) = owners.get(&request).copied()
                    && let Some(event) = self.events.get_mut(&first)
                {
                    owners.remove(&request);
                    event.throttles = event.throttles.saturating_add(1);
                    event.refused = Some(rejection);
                }
            }
            LifecycleEvent::Async(AsyncFact::EventReturned {
                request,
                due,
                reason,
                ..
            }) => {
                if let Some(event) = self.events.get_mut(&request) {
                    event.due = Some(due);
                    if reason == ReturnReason::Interrupted {
                        let before = event.before;
                        event.invocations = before.invocations;
                        event.throttles = before.throttles;
                        event.last = before.last;
                    }
                }
            }
            LifecycleEvent::Async(AsyncFact::EventFinished { request, .. }) => {
                self.events.remove(&request);
            }
            _ => {}
        }
    }

    /// The internal queue outlives the tab: what waited in it waits on, and an attempt that the tab
    /// has interrupted is made again.
    pub(in crate::platform) fn reopen_events(&mut self, at: Moment, out: &mut Out) {
        let waiting: Vec<(RequestId, Option<Moment>)> = self
            .events
            .iter()
            .map(|(request, event)| (*request, event.due))
            .collect();
        for (request, due) in waiting {
            match due {
                Some(due) => out.effect(Effect::SetTimer {
                    at: due,
                    timer: Timer::AsyncAttempt { request, due },
                }),
                None => self.wait_for_attempt(request, at, ReturnReason::Interrupted, out),
            }
        }
    }
}
