//! The life of an environment: started, INIT, INVOKE, frozen, reset, shut down (Lambda developer
//! guide, "Understanding the Lambda execution environment lifecycle").

use super::Platform;
use super::input::{Effect, InvocationEnd, Out, Timer};
use super::owners::{Sent, Settled};
use super::state::{Environment, INIT_LIMIT, Purpose, RESTORE_LIMIT, SNAPSHOT_INIT_LIMIT, State};
use super::streams::LaneId;
use crate::timeline::{
    Failure, InitOutcome, LifecycleEvent, Outcome, Rejection, ResetReason, ShutdownReason, Start,
    Uncapturable,
};
use crate::units::{ByteCount, EnvironmentId, Moment, Span};

/// How an INIT or RESTORE phase ended.
pub(super) struct InitEnd {
    pub(super) outcome: InitOutcome,
    pub(super) duration: Span,
    pub(super) restoring: Span,
    pub(super) snapshot: Option<Result<ByteCount, Uncapturable>>,
}

/// How long the phase before the first invocation may take.
fn limit(purpose: Purpose, timeout: Span) -> Span {
    match purpose {
        Purpose::Serve(_) => INIT_LIMIT,
        Purpose::Restore(_) => RESTORE_LIMIT,
        Purpose::Capture | Purpose::Provision(_) => SNAPSHOT_INIT_LIMIT.max(timeout),
    }
}

impl Platform {
    /// An idle environment takes a request.
    pub(super) fn reuse(&mut self, at: Moment, id: EnvironmentId, sent: Sent, out: &mut Out) {
        if let Some(environment) = self.environments.get_mut(&id) {
            let start = match environment.state {
                State::Idle {
                    needs_init: true, ..
                } => Start::InitAgain,
                _ => Start::Warm,
            };
            begin(environment, at, (id, sent), start, out);
        }
    }

    pub(super) fn ready(&mut self, at: Moment, id: EnvironmentId, out: &mut Out) {
        let Some(environment) = self.environments.get_mut(&id) else {
            return;
        };
        if let State::Starting { purpose } = environment.state {
            environment.state = State::Initializing { purpose, since: at };
            environment.created = at;
            let limit = limit(purpose, environment.timeout);
            out.fact(match purpose {
                Purpose::Restore(_) => LifecycleEvent::RestoreStarted { environment: id },
                Purpose::Serve(_) | Purpose::Capture | Purpose::Provision(_) => {
                    LifecycleEvent::InitStarted { environment: id }
                }
            });
            out.effect(Effect::Init {
                environment: id,
                limit,
            });
            let timer = Timer::InitLimit { environment: id };
            out.effect(Effect::SetTimer {
                at: at + limit,
                timer,
            });
        }
    }

    pub(super) fn failed(&mut self, id: EnvironmentId, out: &mut Out) {
        let Some(environment) = self.environments.get(&id) else {
            return;
        };
        match environment.state {
            State::Starting { purpose } | State::Initializing { purpose, .. } => match purpose {
                Purpose::Serve(sent) | Purpose::Restore(sent) => {
                    self.reject(sent, Rejection::EnvironmentCouldNotStart, out);
                    self.release(id);
                }
                Purpose::Capture => self.capture_failed(id, None, out),
                Purpose::Provision(qualifier) => self.provisioned_failed(id, qualifier, out),
            },
            State::Invoking { sent, .. } => {
                let outcome = Outcome::Failed(Failure::Interrupted);
                out.fact(LifecycleEvent::InvocationFinished {
                    environment: id,
                    request: sent.request,
                    outcome,
                    duration: Span::ZERO,
                    max_memory: ByteCount::default(),
                    response: None,
                });
                self.ended(sent, Settled::Finished(outcome, None));
                self.release(id);
            }
            State::Idle { .. } => {}
        }
        self.shut_down(id, ShutdownReason::CouldNotStart, out);
    }

    pub(super) fn init_finished(
        &mut self,
        at: Moment,
        id: EnvironmentId,
        end: InitEnd,
        out: &mut Out,
    ) {
        let Some(environment) = self.environments.get(&id) else {
            return;
        };
        let State::Initializing { purpose, .. } = environment.state else {
            return;
        };
        // The message may come before the timer although the limit was passed.
        let outcome = if end.duration > limit(purpose, environment.timeout) {
            InitOutcome::TimedOut
        } else {
            end.outcome
        };
        let duration = end.duration;
        let sent = match purpose {
            Purpose::Serve(sent) => sent,
            Purpose::Restore(sent) => {
                self.restored(at, id, sent, InitEnd { outcome, ..end }, out);
                return;
            }
            Purpose::Capture => {
                out.fact(LifecycleEvent::InitFinished {
                    environment: id,
                    outcome,
                    duration,
                });
                self.captured(id, outcome, end.snapshot, out);
                return;
            }
            Purpose::Provision(qualifier) => {
                out.fact(LifecycleEvent::InitFinished {
                    environment: id,
                    outcome,
                    duration,
                });
                if outcome == InitOutcome::Succeeded {
                    self.provisioned_ready(at, id, qualifier, out);
                } else {
                    self.provisioned_failed(id, qualifier, out);
                }
                return;
            }
        };
        out.fact(LifecycleEvent::InitFinished {
            environment: id,
            outcome,
            duration,
        });
        let reason = match outcome {
            InitOutcome::Succeeded => {
                self.invoke(at, id, sent, Start::Cold { init: duration }, out);
                return;
            }
            InitOutcome::TimedOut => ResetReason::InitTimeout,
            InitOutcome::Failed(_) => ResetReason::InitFailure,
        };
        out.fact(LifecycleEvent::EnvironmentReset {
            environment: id,
            reason,
        });
        out.effect(Effect::ResetEnvironment { environment: id });
        self.invoke(at, id, sent, Start::InitAgain, out);
    }

    pub(super) fn invocation_finished(&mut self, at: Moment, end: InvocationEnd, out: &mut Out) {
        let InvocationEnd {
            environment: id,
            request,
            duration,
            max_memory,
            response,
            ..
        } = end;
        let Some(environment) = self.environments.get_mut(&id) else {
            return;
        };
        let State::Invoking { sent, .. } = environment.state else {
            return;
        };
        if sent.request != request {
            return;
        }
        environment.memory = environment.memory.max(max_memory);
        let max_memory = environment.memory;
        // The answer may come before the timer although the timeout was passed.
        let outcome = if duration > environment.timeout {
            Outcome::Failed(Failure::TimedOut)
        } else {
            end.outcome
        };
        let timed_out = outcome == Outcome::Failed(Failure::TimedOut);
        let response = response.filter(|_| !timed_out);
        out.frequent_fact(|| LifecycleEvent::InvocationFinished {
            environment: id,
            request,
            outcome,
            duration,
            max_memory,
            response,
        });
        let reset = match outcome {
            Outcome::Failed(Failure::TimedOut) => Some(ResetReason::Timeout),
            Outcome::Failed(failure) if failure.ends_process() => Some(ResetReason::Crash),
            Outcome::Failed(_) | Outcome::Succeeded => None,
        };
        // After an invocation: frozen until the next one, with a new process where the old one ended.
        environment.state = State::Idle {
            since: at,
            needs_init: reset.is_some(),
        };
        let (draining, provisioned) = (environment.draining, environment.provisioned);
        if let Some(function) = self.functions.get_mut(&environment.function) {
            self.pool.release(function, provisioned);
            let idle = function.idle_of(environment);
            if let Some(idle) = idle.filter(|_| draining.is_none()) {
                idle.push_back(id);
            }
        }
        self.ended(sent, Settled::Finished(outcome, response));
        if !self.sources.is_empty() {
            self.logged(id, sent, out);
        }
        if let Some(reason) = draining {
            self.shut_down(id, reason, out);
            return;
        }
        if let Some(reason) = reset {
            out.fact(LifecycleEvent::EnvironmentReset {
                environment: id,
                reason,
            });
            out.effect(Effect::ResetEnvironment { environment: id });
        }
        // Provisioned environments stay.
        if provisioned.is_none() {
            let due = at + self.idle_expiry;
            out.frequent_effect(|| Effect::SetTimer {
                at: due,
                timer: Timer::IdleExpiry {
                    environment: id,
                    since: at,
                },
            });
        }
    }

    pub(super) fn timer_fired(&mut self, at: Moment, timer: Timer, out: &mut Out) {
        if !self.awaits(timer) {
            return;
        }
        match timer {
            Timer::InitLimit { environment } => {
                if let Some(State::Initializing { since, .. }) = self.state(environment) {
                    let end = InitEnd {
                        outcome: InitOutcome::TimedOut,
                        duration: at.since(since),
                        restoring: Span::ZERO,
                        snapshot: None,
                    };
                    self.init_finished(at, environment, end, out);
                }
            }
            Timer::InvocationTimeout {
                environment,
                request,
            } => {
                if let Some(State::Invoking { sent, since }) = self.state(environment)
                    && sent.request == request
                {
                    let end = InvocationEnd {
                        environment,
                        request,
                        outcome: Outcome::Failed(Failure::TimedOut),
                        duration: at.since(since),
                        max_memory: ByteCount::default(),
                        response: None,
                    };
                    self.invocation_finished(at, end, out);
                }
            }
            Timer::IdleExpiry { environment, .. } => {
                self.shut_down(environment, ShutdownReason::IdleExpiry, out);
            }
            Timer::Schedule { source, .. } => self.schedule_due(at, source, out),
            Timer::Provision {
                function,
                qualifier,
                due,
            } => self.make_provisioned(due, function, qualifier, out),
            Timer::AsyncAttempt { request, .. } => self.attempt(at, request, out),
            Timer::Poll { mapping, .. } => self.poll(at, mapping, out),
            Timer::BatchWindow { batch } => self.close_batch(batch, out),
            Timer::BatchRetry { batch, .. } => self.retry_batch(at, batch, out),
            Timer::Visibility { batch } => self.visibility_over(at, batch, out),
            Timer::MessageDelay { queue, message } => self.delay_over(at, queue, message, out),
            Timer::Retention { queue, .. } => self.expire(at, queue, out),
            Timer::ReadShard {
                mapping,
                shard,
                lane,
                ..
            } => self.read_shard(at, LaneId::new(mapping, shard, lane), out),
            Timer::StreamRetention { stream, .. } => self.expire_records(at, stream, out),
            Timer::MappingChange { mapping, .. } => self.change_over(at, mapping, out),
        }
    }

    /// Whether the timer's cause still holds.
    pub fn awaits(&self, timer: Timer) -> bool {
        match timer {
            Timer::InitLimit { environment } => {
                matches!(self.state(environment), Some(State::Initializing { .. }))
            }
            Timer::InvocationTimeout {
                environment,
                request,
            } => matches!(
                self.state(environment),
                Some(State::Invoking { sent, .. }) if sent.request == request
            ),
            Timer::IdleExpiry { environment, since } => matches!(
                self.state(environment),
                Some(State::Idle { since: current, .. }) if current == since
            ),
            Timer::Schedule { source, due } => self.awaits_schedule(source, due),
            Timer::Provision {
                function,
                qualifier,
                due,
            } => self.awaits_provisioning(function, qualifier, due),
            Timer::AsyncAttempt { request, due } => self.awaits_attempt(request, due),
            Timer::Poll { mapping, due } => self.awaits_poll(mapping, due),
            Timer::BatchWindow { batch } => self.awaits_window(batch),
            Timer::BatchRetry { batch, due } => self.awaits_retry(batch, due),
            Timer::Visibility { batch } => self.awaits_visibility(batch),
            Timer::MessageDelay { queue, message } => self.awaits_delay(queue, message),
            Timer::Retention { queue, due } => self.awaits_retention(queue, due),
            Timer::ReadShard {
                mapping,
                shard,
                lane,
                due,
            } => self.awaits_reading(LaneId::new(mapping, shard, lane), due),
            Timer::StreamRetention { stream, due } => self.awaits_expiry(stream, due),
            Timer::MappingChange { mapping, due } => self.awaits_change(mapping, due),
        }
    }

    pub(super) fn shut_down(&mut self, id: EnvironmentId, reason: ShutdownReason, out: &mut Out) {
        if let Some(environment) = self.environments.remove(&id) {
            let function = self.functions.get_mut(&environment.function);
            // What has been idle longest is first, and mostly what goes.
            if let Some(idle) = function.and_then(|it| it.idle_of(&environment))
                && let Some(place) = idle.iter().position(|idle| *idle == id)
            {
                idle.remove(place);
            }
            out.fact(LifecycleEvent::EnvironmentShutDown {
                environment: id,
                reason,
            });
            out.effect(Effect::StopEnvironment { environment: id });
            if let Some(qualifier) = environment.provisioned {
                self.replace_provisioned(id, &environment, qualifier, out);
            }
        }
    }

    fn state(&self, id: EnvironmentId) -> Option<State> {
        self.environments
            .get(&id)
            .map(|environment| environment.state)
    }

    pub(super) fn invoke(
        &mut self,
        at: Moment,
        id: EnvironmentId,
        sent: Sent,
        start: Start,
        out: &mut Out,
    ) {
        if let Some(environment) = self.environments.get_mut(&id) {
            begin(environment, at, (id, sent), start, out);
        }
    }

    /// The environment's request no longer holds concurrency.
    pub(super) fn release(&mut self, id: EnvironmentId) {
        if let Some(environment) = self.environments.get(&id)
            && let Some(function) = self.functions.get_mut(&environment.function)
        {
            self.pool.release(function, environment.provisioned);
        }
    }
}

/// A handler runs in the environment.
fn begin(
    environment: &mut Environment,
    at: Moment,
    (id, sent): (EnvironmentId, Sent),
    start: Start,
    out: &mut Out,
) {
    environment.state = State::Invoking { sent, since: at };
    let request = sent.request;
    let deadline = at + environment.timeout;
    out.frequent_fact(|| LifecycleEvent::InvocationStarted {
        environment: id,
        request,
        start,
    });
    out.frequent_effect(|| Effect::Invoke {
        environment: id,
        request,
        init_first: start == Start::InitAgain,
        deadline,
    });
    out.frequent_effect(|| Effect::SetTimer {
        at: deadline,
        timer: Timer::InvocationTimeout {
            environment: id,
            request,
        },
    });
}
