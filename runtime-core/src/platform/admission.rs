//! Which requests may run now (Lambda developer guide, "Understanding Lambda function scaling"
//! and "Configuring reserved concurrency").

use super::Platform;
use super::input::{Arrival, Effect, Out, StartFrom};
use super::state::{Environment, Purpose, Snapshot, State};
use crate::timeline::{LifecycleEvent, Rejection, ThrottleReason};
use crate::units::{EnvironmentId, FunctionId, Moment};

impl Platform {
    pub(super) fn request(&mut self, at: Moment, arrival: Arrival, out: &mut Out) {
        let Arrival {
            request,
            function,
            trigger,
            event,
            bytes,
            refused,
        } = arrival;
        self.next_request = self.next_request.max(request.0.saturating_add(1));
        out.fact(LifecycleEvent::RequestArrived {
            request,
            function,
            trigger,
            event,
            bytes,
        });
        if let Some(rejection) = refused.or_else(|| self.refusal(function)) {
            out.fact(LifecycleEvent::RequestRejected { request, rejection });
            return;
        }
        let Some(target) = self.functions.get_mut(&function) else {
            return;
        };
        target.in_flight += 1;
        if let Some(environment) = target.idle.pop() {
            self.reuse(at, environment, request, out);
            return;
        }
        let purpose = match target.snapshot {
            Snapshot::Taken => Purpose::Restore(request),
            Snapshot::None | Snapshot::Pending(_) => Purpose::Serve(request),
        };
        self.create(function, purpose, out);
    }

    /// Makes an environment of a function as it is now set.
    pub(super) fn create(
        &mut self,
        function: FunctionId,
        purpose: Purpose,
        out: &mut Out,
    ) -> Option<EnvironmentId> {
        let target = self.functions.get(&function)?;
        let environment = EnvironmentId(self.next_environment);
        self.next_environment = self.next_environment.saturating_add(1);
        let revision = target.revision;
        let made = Environment {
            function,
            revision,
            timeout: target.configuration.timeout,
            memory: target.configuration.initial_memory,
            draining: None,
            state: State::Starting { purpose },
        };
        self.environments.insert(environment, made);
        out.fact(LifecycleEvent::EnvironmentCreated {
            environment,
            function,
            revision,
            request: purpose.request(),
        });
        out.effect(Effect::StartEnvironment {
            environment,
            function,
            beginning: match purpose {
                Purpose::Serve(_) => StartFrom::Init,
                Purpose::Restore(_) => StartFrom::Snapshot,
                Purpose::Capture => StartFrom::Capture,
            },
        });
        Some(environment)
    }

    /// Why a request for the function cannot run now.
    fn refusal(&self, id: FunctionId) -> Option<Rejection> {
        let Some(function) = self.live(id) else {
            return Some(Rejection::FunctionNotFound);
        };
        if let Snapshot::Pending(_) = function.snapshot {
            return Some(Rejection::SnapStartNotReady);
        }
        let (used, limit, reason) = match function.configuration.reserved_concurrency {
            Some(reserved) => (
                function.in_flight,
                reserved,
                ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded,
            ),
            None => {
                let (used, limit) = self.unreserved();
                (
                    used,
                    limit,
                    ThrottleReason::ConcurrentInvocationLimitExceeded,
                )
            }
        };
        (used >= limit).then_some(Rejection::Throttled(reason))
    }

    /// The unreserved pool: how much of it is in use, and its size.
    pub fn unreserved(&self) -> (u32, u32) {
        let (mut used, mut reserved) = (0, 0);
        for function in self.functions.values() {
            match function.configuration.reserved_concurrency {
                Some(share) if !function.deleted => {
                    reserved = u32::saturating_add(reserved, share);
                }
                _ => used += function.in_flight,
            }
        }
        (used, self.concurrency.saturating_sub(reserved))
    }
}
