//! Events from the Runtime API, and what became of them back to it.

use crate::api::{Answered, ApiError, Post, RuntimeApi};
use crate::failure::Failure;
use runtime_core::sandbox::{Done, Invocation, InvocationContext, Phase};
use runtime_core::timeline::{self, InitOutcome, Outcome, Signal};
use runtime_core::units::{RequestId, Span};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// What an error is called that does not say it itself; Lambda would make this of it.
const UNNAMED: &str = "Function.Unknown";

/// The conversation with Lambda. The main thread leads it, or the host of a handler that waits for its
/// next event in the middle of its program.
#[derive(Clone)]
pub(crate) struct Exchange(Arc<Mutex<State>>);

struct State {
    api: RuntimeApi,
    /// How many events there were.
    count: u64,
    /// The event that is not answered yet.
    open: Option<Answered>,
    /// INIT has come to its end.
    is_ready: bool,
    /// Why a looping program could not get ready, in its own words.
    init_error: Option<Vec<u8>>,
}

/// What this program does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// It asks for the next event.
    GoOn,
    /// It ends with this code, as the module's process has.
    End(u8),
}

impl Exchange {
    /// With nothing said yet.
    pub(crate) fn new(api: RuntimeApi) -> Self {
        Exchange(Arc::new(Mutex::new(State {
            api,
            count: 0,
            open: None,
            is_ready: false,
            init_error: None,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next event.
    pub(crate) fn next(&self) -> Result<Invocation, ApiError> {
        let mut state = self.state();
        let event = state.api.next()?;
        state.count += 1;
        state.open = Some(Answered {
            request_id: event.request_id.clone(),
            invocation_id: event.invocation_id,
        });
        let began_unix_nanos = unix_nanos();
        let deadline = event.deadline_unix_millis.saturating_mul(1_000_000);
        Ok(Invocation {
            request: RequestId(state.count),
            init_first: false,
            phase: Phase {
                began_unix_nanos,
                limit: Span::from_nanos(deadline.saturating_sub(began_unix_nanos)),
                profile: false,
            },
            context: InvocationContext {
                request_id: event.request_id,
                deadline_unix_millis: event.deadline_unix_millis,
                invoked_function_arn: event.function_arn,
                trace_id: event.trace_id,
            },
            event: event.body,
        })
    }

    /// A looping program says why it cannot get ready.
    pub(crate) fn init_error(&self, body: &[u8]) {
        self.state().init_error = Some(body.to_vec());
    }

    /// Tells Lambda what has come to its end.
    pub(crate) fn tell(&self, done: Done) -> Result<Then, ApiError> {
        let mut state = self.state();
        match done {
            Done::Init { outcome, .. } => {
                let failure = match outcome {
                    InitOutcome::Succeeded => {
                        state.is_ready = true;
                        return Ok(Then::GoOn);
                    }
                    InitOutcome::TimedOut => timeline::Failure::TimedOut,
                    InitOutcome::Failed(failure) => failure,
                };
                let body = state.init_error.take().or_else(|| payload(failure, ""));
                state.post_init_error(&body.unwrap_or_default())?;
                Ok(Then::End(exit_code(failure)))
            }
            Done::Invocation { invoked, .. } => {
                let Some(to) = state.open.take() else {
                    return Ok(Then::GoOn);
                };
                let failure = match invoked.outcome {
                    Outcome::Succeeded => {
                        let body = invoked.response.unwrap_or_default();
                        state.post(&Post::Response { to: &to }, &body)?;
                        return Ok(Then::GoOn);
                    }
                    Outcome::Failed(failure) => failure,
                };
                let body = invoked
                    .response
                    .or_else(|| payload(failure, &to.request_id));
                state.post_error(&to, &body.unwrap_or_default())?;
                Ok(match failure.ends_process() {
                    true => Then::End(exit_code(failure)),
                    false => Then::GoOn,
                })
            }
        }
    }

    /// Tells Lambda that our side could not do its job.
    pub(crate) fn give_up(&self, failure: &Failure) -> Result<(), ApiError> {
        let mut state = self.state();
        let body = serde_json::json!({
            "errorType": failure.error_type(),
            "errorMessage": failure.to_string(),
        });
        let body = body.to_string();
        match state.open.take() {
            Some(to) => state.post_error(&to, body.as_bytes()),
            None if !state.is_ready => state.post_init_error(body.as_bytes()),
            None => Ok(()),
        }
    }
}

impl State {
    fn post_error(&self, to: &Answered, body: &[u8]) -> Result<(), ApiError> {
        let error_type = &error_type(body);
        self.post(&Post::Error { to, error_type }, body)
    }

    fn post_init_error(&self, body: &[u8]) -> Result<(), ApiError> {
        let error_type = &error_type(body);
        self.post(&Post::InitError { error_type }, body)
    }

    fn post(&self, post: &Post<'_>, body: &[u8]) -> Result<(), ApiError> {
        if let Some(refusal) = self.api.post(post, body)? {
            eprintln!("{refusal}");
        }
        Ok(())
    }
}

/// What Lambda's own words for it are.
fn payload(failure: timeline::Failure, request: &str) -> Option<Vec<u8>> {
    // Lambda ends a process at its timeout itself.
    let timeout = Span::ZERO;
    failure.payload(request, timeout).map(String::into_bytes)
}

/// The type that an error's body tells, if it can stand in a header.
fn error_type(body: &[u8]) -> String {
    let body: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let told = body.as_ref().and_then(|body| body["errorType"].as_str());
    told.filter(|told| !told.is_empty() && told.bytes().all(|byte| byte.is_ascii_graphic()))
        .unwrap_or(UNNAMED)
        .to_owned()
}

/// As a shell has it: the exit code, or 128 and the signal's number.
fn exit_code(failure: timeline::Failure) -> u8 {
    match failure {
        timeline::Failure::Exited(code) => code as u8,
        timeline::Failure::Killed(signal) => {
            128 + match signal {
                Signal::Aborted => 6,
                Signal::FloatingPointException => 8,
                Signal::Killed => 9,
                Signal::SegmentationFault => 11,
            }
        }
        _ => 1,
    }
}

/// Nanoseconds since 1970.
pub(crate) fn unix_nanos() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_errors_can_stand_in_a_header() {
        for (body, expected) in [
            (
                r#"{"errorType":"Runtime.ExitError","errorMessage":""}"#,
                "Runtime.ExitError",
            ),
            (r#"{"errorType":"two\nlines"}"#, UNNAMED),
            (r#"{"errorType":7}"#, UNNAMED),
            (r#"{"errorType":""}"#, UNNAMED),
            ("no JSON", UNNAMED),
        ] {
            assert_eq!(error_type(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn codes_are_a_shells() {
        assert_eq!(exit_code(timeline::Failure::Exited(3)), 3);
        assert_eq!(exit_code(timeline::Failure::Killed(Signal::Aborted)), 134);
        assert_eq!(exit_code(timeline::Failure::InitError), 1);
    }
}
