//! The Runtime API of a looping process: what it reads as its next event, and what it answers. The
//! files' meaning is specified in `handlers/RUNTIME_API.md`.

use super::clock::{Clock, Share};
use super::fs::ApiFile;
use super::host::Host;
use super::wasi::Errno;
use super::{Done, Invocation, InvocationContext, Invoked};
use crate::timeline::{Failure, InitOutcome, MAX_RESPONSE_BYTES, Outcome};
use crate::units::{ByteCount, RequestId, Span};
use std::fmt::Write;

/// Where a looping process stands with its host.
pub(super) struct Exchange {
    state: State,
    /// What the process reads next without waiting.
    pending: Option<Invocation>,
}

enum State {
    /// The process has not asked for an event yet.
    Init {
        /// What it wrote to `init/error` or `restore/error`.
        error: Option<Body>,
        /// What becomes of it afterwards, or what it was before.
        beginning: Begun,
    },
    /// It has an event.
    Invoking {
        request: RequestId,
        context: InvocationContext,
        /// As `next` reads.
        text: Vec<u8>,
        answer: Option<Answer>,
    },
    /// It waits, or is being ended.
    Idle,
}

/// How a process has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begun {
    /// With INIT.
    Anew,
    /// With INIT, to be captured; whether it has asked for that, and whether for an event.
    ToBeCaptured { asked: bool, waited: bool },
    /// From a snapshot; how long it took until its code ran.
    Restored { after: Span },
}

/// What was written to `response` or `error`.
struct Answer {
    is_error: bool,
    body: Body,
}

/// What was written between opening and closing a file.
#[derive(Default)]
pub(super) struct Body {
    bytes: Vec<u8>,
    /// How many were written in all; more than a response may have are not kept.
    written: u64,
}

/// What the process does after it asked for its next event.
pub(super) enum Next {
    /// It reads the event: [`Exchange::event`].
    Event,
    /// It is ended: nothing can wait here, or it is to begin again.
    Park,
}

impl Exchange {
    /// A process begins. With an invocation, INIT is part of it.
    pub(super) fn begin(beginning: Begun, pending: Option<Invocation>) -> Self {
        Exchange {
            state: State::Init {
                error: None,
                beginning,
            },
            pending,
        }
    }

    /// A snapshot is there, this long after the phase began.
    pub(super) fn restored(&mut self, after: Span) {
        if let State::Init { beginning, .. } = &mut self.state {
            *beginning = Begun::Restored { after };
        }
    }

    /// The process asks to be captured once it has left all of its functions.
    pub(super) fn ask_for_capture(&mut self) {
        if let State::Init {
            beginning: Begun::ToBeCaptured { asked, .. },
            ..
        } = &mut self.state
        {
            *asked = true;
        }
    }

    /// How a process that is to be captured has left its functions: whether it wrote to
    /// `init/error`, and what it asked for.
    pub(super) fn left(&mut self) -> (bool, Begun) {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Init { error, beginning } => (error.is_some(), beginning),
            State::Invoking { .. } | State::Idle => (false, Begun::Anew),
        }
    }

    /// No process.
    pub(super) fn none() -> Self {
        Exchange {
            state: State::Idle,
            pending: None,
        }
    }

    /// The process asks for its next event: what it did until now has come to its end, and the
    /// thread waits. `memory` is the size of its memory.
    pub(super) fn next(
        &mut self,
        host: &mut dyn Host,
        clock: &mut Clock,
        memory: ByteCount,
    ) -> Result<Next, Errno> {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Init {
                error,
                beginning: Begun::ToBeCaptured { asked, .. },
            } => {
                let waited = true;
                let beginning = Begun::ToBeCaptured { asked, waited };
                self.state = State::Init { error, beginning };
                return Ok(Next::Park);
            }
            State::Init { error, beginning } => match self.pending.take() {
                Some(invocation) => {
                    self.take_up(invocation);
                    return Ok(Next::Event);
                }
                None => host.done(Done::Init {
                    outcome: match error {
                        None => InitOutcome::Succeeded,
                        Some(_) => InitOutcome::Failed(Failure::InitError),
                    },
                    duration: clock.spent(host),
                    restoring: beginning.restoring(),
                    snapshot: None,
                }),
            },
            State::Invoking {
                request,
                answer: Some(answer),
                ..
            } => {
                let invoked = answer.invoked(clock.spent(host), memory);
                host.done(Done::Invocation { request, invoked });
            }
            unanswered @ State::Invoking { answer: None, .. } => {
                self.state = unanswered;
                return Err(Errno::BUSY);
            }
            State::Idle => {}
        }
        match host.wait() {
            Some(invocation) if !invocation.init_first => {
                clock.begin(invocation.phase, Share::OfMemory, host);
                self.take_up(invocation);
                Ok(Next::Event)
            }
            pending => {
                self.pending = pending;
                Ok(Next::Park)
            }
        }
    }

    /// Whether to ask for the next event now is to say how something ended.
    pub(super) fn has_come_to_an_end(&self) -> bool {
        match &self.state {
            State::Init { .. } => self.pending.is_none(),
            State::Invoking { answer, .. } => answer.is_some(),
            State::Idle => false,
        }
    }

    fn take_up(&mut self, invocation: Invocation) {
        self.state = State::Invoking {
            request: invocation.request,
            text: text(&invocation),
            context: invocation.context,
            answer: None,
        };
    }

    /// What the process works on, once it has its event.
    pub(super) fn current(&self) -> Option<(RequestId, &InvocationContext)> {
        match &self.state {
            State::Invoking {
                request, context, ..
            } => Some((*request, context)),
            State::Init { .. } | State::Idle => None,
        }
    }

    /// What `next` reads from an offset on.
    pub(super) fn event(&self, at: u64) -> &[u8] {
        match &self.state {
            State::Invoking { text, .. } => {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                text.get(at..).unwrap_or_default()
            }
            State::Init { .. } | State::Idle => &[],
        }
    }

    /// Whether one of the files may be opened now.
    pub(super) fn may_open(&self, file: ApiFile) -> Result<(), Errno> {
        match (file, &self.state) {
            (ApiFile::Next, _)
            | (ApiFile::Response | ApiFile::Error, State::Invoking { answer: None, .. })
            | (
                ApiFile::InitError,
                State::Init {
                    error: None,
                    beginning: Begun::Anew | Begun::ToBeCaptured { .. },
                },
            )
            | (
                ApiFile::RestoreNext,
                State::Init {
                    beginning: Begun::ToBeCaptured { .. },
                    ..
                },
            )
            | (
                ApiFile::RestoreError,
                State::Init {
                    error: None,
                    beginning: Begun::Restored { .. },
                },
            ) => Ok(()),
            _ => Err(Errno::PERM),
        }
    }

    /// What was written to one of the files is handed over. What was not to be written is nothing.
    /// Gives what was said to `init/error`.
    pub(super) fn post(&mut self, file: ApiFile, body: Body) -> Option<&[u8]> {
        let is_read = matches!(file, ApiFile::Next | ApiFile::RestoreNext);
        if is_read || self.may_open(file).is_err() {
            return None;
        }
        match &mut self.state {
            State::Invoking { answer, .. } => {
                *answer = Some(Answer {
                    is_error: file == ApiFile::Error,
                    body,
                });
                None
            }
            State::Init { error, .. } => {
                let body = error.insert(body);
                (file == ApiFile::InitError).then_some(body.bytes.as_slice())
            }
            State::Idle => None,
        }
    }

    /// The process has ended; `failure` is how, if not because it was parked, and `duration` how long
    /// the phase took. Tells what of it is
    /// not told yet, and what is to be done in a new process.
    pub(super) fn end(
        &mut self,
        failure: Option<Failure>,
        duration: Span,
        memory: ByteCount,
    ) -> (Option<Done>, Option<Invocation>) {
        let pending = self.pending.take();
        let failure = failure.unwrap_or(Failure::Exited(0));
        match (std::mem::replace(&mut self.state, State::Idle), pending) {
            (State::Init { error, beginning }, None) => {
                let failure = error.map_or(failure, |_| Failure::InitError);
                let done = Done::Init {
                    outcome: InitOutcome::of(failure),
                    duration,
                    restoring: beginning.restoring(),
                    snapshot: None,
                };
                (Some(done), None)
            }
            (State::Init { error, .. }, Some(invocation)) => {
                let response = error.map(|body| body.bytes);
                let failure = response.as_ref().map_or(failure, |_| Failure::InitError);
                let invoked = Invoked {
                    outcome: Outcome::Failed(failure),
                    duration,
                    max_memory: memory,
                    response,
                };
                let request = invocation.request;
                (Some(Done::Invocation { request, invoked }), None)
            }
            (
                State::Invoking {
                    request, answer, ..
                },
                pending,
            ) => {
                let invoked = match answer {
                    // What was answered counts once the process asks for more, which it did not.
                    Some(answer) if failure != Failure::TimedOut => {
                        answer.invoked(duration, memory)
                    }
                    Some(_) | None => Invoked {
                        outcome: Outcome::Failed(failure),
                        duration,
                        max_memory: memory,
                        response: None,
                    },
                };
                (Some(Done::Invocation { request, invoked }), pending)
            }
            (State::Idle, pending) => (None, pending),
        }
    }
}

impl Begun {
    /// How long it took to restore.
    pub(super) fn restoring(self) -> Span {
        match self {
            Begun::Restored { after } => after,
            Begun::Anew | Begun::ToBeCaptured { .. } => Span::ZERO,
        }
    }
}

impl Answer {
    fn invoked(self, duration: Span, max_memory: ByteCount) -> Invoked {
        let too_large = self.body.written > MAX_RESPONSE_BYTES;
        let (outcome, response) = if too_large {
            let size = ByteCount::new(self.body.written);
            (Outcome::Failed(Failure::ResponseTooLarge(size)), None)
        } else if self.is_error {
            (
                Outcome::Failed(Failure::HandlerError),
                Some(self.body.bytes),
            )
        } else {
            (Outcome::Succeeded, Some(self.body.bytes))
        };
        Invoked {
            outcome,
            duration,
            max_memory,
            response,
        }
    }
}

impl Body {
    /// The bytes to add to, and how many more of them are worth keeping.
    pub(super) fn room(&mut self) -> (&mut Vec<u8>, usize) {
        let room = (MAX_RESPONSE_BYTES as usize).saturating_sub(self.bytes.len());
        (&mut self.bytes, room)
    }

    /// Counts what was written, kept or not.
    pub(super) fn count(&mut self, written: u32) {
        self.written = self.written.saturating_add(written.into());
    }
}

/// The headers that AWS's Runtime API gives with an event, and the event.
fn text(invocation: &Invocation) -> Vec<u8> {
    let context = &invocation.context;
    let mut head = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        head,
        "Lambda-Runtime-Aws-Request-Id: {}\n\
         Lambda-Runtime-Deadline-Ms: {}\n\
         Lambda-Runtime-Invoked-Function-Arn: {}\n\
         Lambda-Runtime-Trace-Id: {}\n\
         Content-Type: application/json\n\
         Content-Length: {}\n\n",
        context.request_id,
        context.deadline_unix_millis,
        context.invoked_function_arn,
        context.trace_id,
        invocation.event.len(),
    );
    let mut text = head.into_bytes();
    text.extend_from_slice(&invocation.event);
    text
}
