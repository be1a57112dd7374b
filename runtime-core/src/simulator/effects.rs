//! Effects: what the platform asks for goes on the agenda.

use super::agenda::Due;
use super::driver::{EVENT, EVENT_BYTES, Simulation};
use super::set_up::place_of;
use super::sink::Sink;
use crate::platform::{Effect, Input, StartFrom, Timer};
use crate::timeline::Outcome;
use crate::units::{ByteCount, Moment, RequestId, Span};

/// What the driver knows of an environment. Small: with many environments it is mostly far away.
pub(super) struct Place {
    pub(super) request: RequestId,
    pub(super) duration: Span,
    pub(super) idle: Idle,
    pub(super) outcome: Outcome,
    pub(super) function: u32,
    /// No handler has run in it: it has a [`Beginning`].
    fresh: bool,
}

/// What was drawn for an environment when it was started, until its first handler runs.
pub(super) struct Beginning {
    pub(super) from: StartFrom,
    /// The INIT phase, or RESTORE.
    pub(super) init: Span,
    /// What its first handler takes, where that was drawn with its INIT phase.
    first: Option<Span>,
}

/// Each invocation ends with a timer for the environment's idle end; one of them is on the agenda, and when
/// it is due it looks whether it still is.
#[derive(Clone, Copy)]
pub(super) struct Idle {
    pub(super) since: Moment,
    pub(super) due: Moment,
    pub(super) pending: bool,
}

impl<S: Sink> Simulation<'_, S> {
    /// None of these tells the platform something at once: that would be in the middle of its effects.
    pub(super) fn carry_out(&mut self, at: Moment, effect: &Effect) {
        match *effect {
            Effect::Invoke {
                environment,
                request,
                init_first,
                deadline,
            } => {
                let Some(place) = self.environments.get_mut(&environment) else {
                    return;
                };
                let Some(actor) = self.actors.get(place.function as usize) else {
                    return;
                };
                let first = match std::mem::take(&mut place.fresh) {
                    true => self.beginnings.remove(&environment),
                    false => None,
                };
                let first = first.and_then(|it| it.first);
                place.request = request;
                place.duration = match (init_first, first) {
                    (false, Some(rest)) => rest,
                    (false, None) => actor.duration(request),
                    (true, first) => {
                        let rest = first.unwrap_or_else(|| actor.duration(request));
                        actor.init_again(request) + rest
                    }
                };
                place.outcome = actor.outcome(at, request);
                let end = at + place.duration;
                // Whatever takes longer is ended by the platform's timer.
                if end <= deadline {
                    self.put(end, Due::HandlerEnd(environment));
                } else {
                    let timer = Timer::InvocationTimeout {
                        environment,
                        request,
                    };
                    self.put_timer(deadline, timer);
                }
            }
            Effect::SetTimer { at, timer } => self.set_timer(at, timer),
            Effect::StartEnvironment {
                environment,
                function,
                beginning: from,
            } => {
                let function = place_of(function);
                let Some(actor) = self.actors.get(function) else {
                    return;
                };
                let (start, init, first) = match (from, self.setting_up) {
                    (StartFrom::Init | StartFrom::Capture, true) => {
                        let (_, _, first) = actor.cold_start(environment);
                        (Span::ZERO, Span::ZERO, first)
                    }
                    (StartFrom::Init | StartFrom::Capture, false) => actor.cold_start(environment),
                    (StartFrom::Snapshot, _) => actor.restored(environment),
                };
                let beginning = Beginning { from, init, first };
                self.beginnings.insert(environment, beginning);
                let made = Place {
                    function: u32::try_from(function).unwrap_or(u32::MAX),
                    fresh: true,
                    request: RequestId(0),
                    duration: Span::ZERO,
                    outcome: Outcome::Succeeded,
                    idle: Idle {
                        since: at,
                        due: at,
                        pending: false,
                    },
                };
                self.environments.insert(environment, made);
                self.put(at + start, Due::Ready(environment));
            }
            Effect::Init { environment, limit } => {
                let init = self.beginnings.get(&environment).map(|it| it.init);
                let init = init.unwrap_or_default();
                match init <= limit {
                    true => self.put(at + init, Due::InitEnd(environment)),
                    false => {
                        let timer = Timer::InitLimit { environment };
                        self.put_timer(at + limit, timer);
                    }
                }
            }
            Effect::StopEnvironment { environment } => {
                self.environments.remove(&environment);
                self.beginnings.remove(&environment);
            }
            // A new process; that it has to init again the next invocation says.
            Effect::ResetEnvironment { .. } => {}
            Effect::WriteBatch {
                batch,
                ref messages,
                ..
            } => self.answers.push_back(Input::BatchWritten {
                batch,
                event: EVENT,
                bytes: ByteCount::new(EVENT_BYTES.get().saturating_mul(messages.len() as u64)),
                dropped: Vec::new(),
            }),
            // Scenarios have no sources of these.
            Effect::WriteRecord(_)
            | Effect::ReadBatchResponse { .. }
            | Effect::PlanSchedule { .. }
            | Effect::WriteSourceEvents { .. }
            | Effect::WriteStreamBatch(_)
            | Effect::ReadStreamResponse { .. }
            | Effect::WriteDiscard(_)
            | Effect::WriteChange { .. } => {}
        }
    }

    fn set_timer(&mut self, at: Moment, timer: Timer) {
        match timer {
            // Those that can matter were put there together with what they limit.
            Timer::InvocationTimeout { .. } | Timer::InitLimit { .. } => {}
            Timer::IdleExpiry { environment, since } => {
                let Some(place) = self.environments.get_mut(&environment) else {
                    return;
                };
                place.idle.since = since;
                place.idle.due = at;
                if !place.idle.pending {
                    place.idle.pending = true;
                    self.agenda.put(at, Due::IdleEnd(environment));
                }
            }
            // It was asked for before the start.
            Timer::Provision { .. } | Timer::MappingChange { .. } if self.setting_up => {
                self.put_timer(Moment::START, timer);
            }
            timer => self.put_timer(at, timer),
        }
    }
}
