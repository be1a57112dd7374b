//! Invoke and InvokeWithResponseStream (Lambda API reference).

use super::Call;
use super::error::{ApiError, rejected};
use super::http::{Request, Response};
use super::name::Reference;
use super::stream::Message;
use super::world::{Invoke, Step, World};
use crate::platform::{json_error, refuse_async_event, refuse_event};
use crate::projections::{InvocationRecord, Stage, log_text};
use crate::timeline::Outcome;
use crate::units::Span;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// How much of a log `X-Amz-Log-Result` holds, in bytes (Lambda API reference, Invoke: LogType).
const TAIL: usize = 4_096;
/// The longest client context, in characters of base64 (same page).
const MAX_CLIENT_CONTEXT: usize = 3_583;
/// What a request without a body sends.
const NO_EVENT: &[u8] = b"{}";

/// `X-Amz-Invocation-Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    RequestResponse,
    Event,
    DryRun,
}

/// How an invocation is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Buffered,
    Streamed,
}

pub(super) fn invoke(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let kinds = ["Event", "RequestResponse", "DryRun"];
    let kind = match header_choice(
        &call.request,
        "X-Amz-Invocation-Type",
        "invocationType",
        &kinds,
    )? {
        Some("Event") => Kind::Event,
        Some("DryRun") => Kind::DryRun,
        _ => Kind::RequestResponse,
    };
    start(call, world, kind, Form::Buffered)
}

pub(super) fn stream(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let kinds = ["RequestResponse", "DryRun"];
    let kind = match header_choice(
        &call.request,
        "X-Amz-Invocation-Type",
        "invocationType",
        &kinds,
    )? {
        Some("DryRun") => Kind::DryRun,
        _ => Kind::RequestResponse,
    };
    start(call, world, kind, Form::Streamed)
}

/// The operation of 2014: always asynchronous, and no choice of anything else.
pub(super) fn invoke_async(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    start(call, world, Kind::Event, Form::Buffered)
}

fn start(call: &Call, world: &mut World<'_>, kind: Kind, form: Form) -> Result<Step, ApiError> {
    let request = &call.request;
    let tail =
        header_choice(request, "X-Amz-Log-Type", "logType", &["None", "Tail"])? == Some("Tail");
    check_client_context(request)?;
    let reference = call.function()?;
    let event = match request.body.is_empty() {
        true => NO_EVENT.to_vec(),
        false => request.body.clone(),
    };
    let refused = match kind {
        Kind::Event => refuse_async_event(&event),
        Kind::RequestResponse | Kind::DryRun => refuse_event(&event),
    };
    if let Some(rejection) = refused {
        return Ok(Step::Answer(rejected(rejection, &reference.name)));
    }
    let asked = Reference {
        // An invocation without a qualifier is one of $LATEST, and so AWS's message says.
        qualifier: reference
            .qualifier
            .clone()
            .or_else(|| Some("$LATEST".to_owned())),
        ..reference.clone()
    };
    let function = asked.function(world)?;
    let invoke = Invoke {
        function,
        qualifier: super::versions::qualifier(&asked, function, world)?,
        event,
    };
    let id = |it: crate::units::RequestId, world: &World<'_>| it.uuid(world.session.seed);
    match kind {
        Kind::DryRun => Ok(Step::Answer(Response::empty(204))),
        Kind::Event => Ok(Step::InvokeAsync(
            invoke,
            Box::new(move |world, request| {
                Response::empty(202).with("x-amzn-RequestId", id(request, world))
            }),
        )),
        Kind::RequestResponse => Ok(Step::Invoke(
            invoke,
            Box::new(move |world, record| answer(world, record, &reference, tail, form)),
        )),
    }
}

/// The answer to an invocation that has ended.
fn answer(
    world: &mut World<'_>,
    record: &InvocationRecord,
    reference: &Reference,
    tail: bool,
    form: Form,
) -> Response {
    let id = record.shown().uuid(world.session.seed);
    let end = match ended(world, record) {
        Ok(end) => end,
        Err(response) => {
            let response =
                response.unwrap_or_else(|rejection| rejected(rejection, &reference.name));
            return response.with("x-amzn-RequestId", id);
        }
    };
    let log = tail.then(|| {
        STANDARD.encode(last_bytes(&log_text(
            record,
            world.payloads,
            world.session.seed,
        )))
    });
    let version = record.version.to_string();
    match form {
        Form::Buffered => {
            let mut response = Response {
                status: 200,
                headers: vec![
                    ("Content-Type".to_owned(), "application/json".to_owned()),
                    ("x-amzn-RequestId".to_owned(), id),
                    ("X-Amz-Executed-Version".to_owned(), version),
                ],
                body: end.body,
            };
            if end.failed {
                response = response.with("X-Amz-Function-Error", "Unhandled");
            }
            match log {
                Some(log) => response.with("X-Amz-Log-Result", log),
                None => response,
            }
        }
        Form::Streamed => Response {
            status: 200,
            headers: vec![
                (
                    "Content-Type".to_owned(),
                    "application/vnd.amazon.eventstream".to_owned(),
                ),
                ("x-amzn-RequestId".to_owned(), id),
                ("X-Amz-Executed-Version".to_owned(), version),
                (
                    "X-Amzn-Remapped-Content-Type".to_owned(),
                    "application/octet-stream".to_owned(),
                ),
            ],
            body: streamed(&end, log),
        },
    }
}

/// One chunk with what the handler responded, and how it ended.
fn streamed(end: &Ended, log: Option<String>) -> Vec<u8> {
    let mut complete = serde_json::Map::new();
    let mut bytes = Vec::new();
    if end.failed {
        // AWS names the error's type, and gives its payload as details.
        let error: Value = serde_json::from_slice(&end.body).unwrap_or_default();
        let code = error["errorType"].as_str().unwrap_or("Unhandled");
        complete.insert("ErrorCode".to_owned(), code.into());
        complete.insert(
            "ErrorDetails".to_owned(),
            String::from_utf8_lossy(&end.body).into(),
        );
    } else {
        let chunk = Message {
            kind: "PayloadChunk",
            content_type: "application/octet-stream",
            payload: &end.body,
        };
        chunk.write(&mut bytes);
    }
    if let Some(log) = log {
        complete.insert("LogResult".to_owned(), log.into());
    }
    let payload = Value::Object(complete).to_string();
    let message = Message {
        kind: "InvokeComplete",
        content_type: "application/json",
        payload: payload.as_bytes(),
    };
    message.write(&mut bytes);
    bytes
}

/// How an invocation ended, for whoever called.
pub(super) struct Ended {
    /// The response, or the error's JSON.
    pub(super) body: Vec<u8>,
    /// Whether it is a function error.
    pub(super) failed: bool,
}

/// How a request ended; otherwise why it was refused, or an answer of our own.
pub(super) fn ended(
    world: &World<'_>,
    record: &InvocationRecord,
) -> Result<Ended, Result<Response, crate::timeline::Rejection>> {
    let end = match record.stage {
        Stage::Finished(end) => end,
        Stage::Rejected { rejection, .. } => return Err(Err(rejection)),
        Stage::Starting | Stage::Initializing | Stage::Invoking => {
            let message = "The invocation has not ended.";
            return Err(Ok(ApiError::service(message).response()));
        }
    };
    let timeout = record
        .configuration
        .as_ref()
        .map_or(Span::ZERO, |it| it.timeout);
    let uuid = record.shown().uuid(world.session.seed);
    let own = match end.outcome {
        Outcome::Succeeded => None,
        Outcome::Failed(failure) => failure.payload(&uuid, timeout),
    };
    let response = || end.response.map(|id| world.payloads.get(id).to_vec());
    Ok(Ended {
        body: own
            .map(String::into_bytes)
            .or_else(response)
            .unwrap_or_default(),
        failed: end.outcome != Outcome::Succeeded,
    })
}

/// The end of a log, from a whole character on.
fn last_bytes(log: &str) -> &[u8] {
    let mut from = log.len().saturating_sub(TAIL);
    while !log.is_char_boundary(from) {
        from += 1;
    }
    &log.as_bytes()[from..]
}

fn header_choice<'a>(
    request: &'a Request,
    header: &str,
    field: &str,
    choices: &[&str],
) -> Result<Option<&'a str>, ApiError> {
    match request.header(header) {
        Some(value) if !choices.contains(&value) => Err(ApiError::choice(value, field, choices)),
        value => Ok(value),
    }
}

/// Handlers here are told of no client, but what a client sends is checked.
fn check_client_context(request: &Request) -> Result<(), ApiError> {
    let Some(context) = request.header("X-Amz-Client-Context") else {
        return Ok(());
    };
    let json = STANDARD
        .decode(context)
        .ok()
        .filter(|bytes| json_error(bytes).is_none());
    if context.len() > MAX_CLIENT_CONTEXT || json.is_none() {
        return Err(ApiError::new(
            400,
            "InvalidRequestContentException",
            "Client context must be a valid Base64-encoded JSON object.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_is_at_most_four_kilobytes_of_whole_characters() {
        assert_eq!(last_bytes("short"), b"short");
        let log = "€".repeat(2_000);
        let tail = last_bytes(&log);
        assert!(tail.len() <= TAIL && tail.len() > TAIL - 3);
        assert!(std::str::from_utf8(tail).is_ok());
    }
}
