//! Function URLs at work: a client's request becomes an event, the response becomes the client's
//! (Lambda developer guide, "Invoking Lambda function URLs").

use super::error::ApiError;
use super::http::{Request, Response};
use super::invoke::ended;
use super::registry::{UrlConfig, UrlCors};
use super::world::{Invoke, Step, World};
use crate::events::trigger::{Fields, TriggerKind, Verdict, build, judge};
use crate::platform::refuse_event;
use crate::projections::InvocationRecord;
use crate::timeline::{Qualifier, Rejection};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Every site.
const ANY: &str = "*";

/// Answers a request to a function's URL. `path` is what follows the address of all of them: the id and
/// the client's own path.
pub(super) fn serve(request: &Request, path: &str, world: &mut World<'_>) -> Step {
    let (id, rest) = match path.split_once('/') {
        Some((id, rest)) => (id, format!("/{rest}")),
        None => (path, "/".to_owned()),
    };
    let found = world.registry.urls().find(|(function, url)| {
        world.platform.configuration(*function).is_some() && url.id() == id
    });
    let Some((function, url)) = found.map(|(function, url)| (function, url.clone())) else {
        return Step::Answer(forbidden());
    };
    let origin = request.header("Origin").map(str::to_owned);
    let cors = url.cors.clone().zip(origin);
    if let (Some((cors, origin)), "OPTIONS") = (&cors, request.method.as_str())
        && request.header("Access-Control-Request-Method").is_some()
    {
        return Step::Answer(allow(Response::empty(200), cors, origin, true));
    }
    // A signature is accepted and not checked, but it has to be there.
    if url.signed && request.header("Authorization").is_none() {
        return Step::Answer(forbidden());
    }
    let event = match event(request, &rest, &url, world) {
        Ok(event) => event,
        Err(error) => return Step::Answer(error.response()),
    };
    if let Some(rejection) = refuse_event(&event) {
        return Step::Answer(refused(rejection));
    }
    let invoke = Invoke {
        function,
        qualifier: Qualifier::LATEST,
        event: event.clone(),
    };
    Step::Invoke(
        invoke,
        Box::new(move |world, record| {
            let response = answer(world, record, &event);
            match &cors {
                Some((cors, origin)) => allow(response, cors, origin, false),
                None => response,
            }
        }),
    )
}

/// The event of a request.
fn event(
    request: &Request,
    path: &str,
    url: &UrlConfig,
    world: &World<'_>,
) -> Result<Vec<u8>, ApiError> {
    let id = world.platform.peek_request();
    let now = world.session.unix_nanos(world.now) / 1_000_000;
    let text = match is_text(request.header("Content-Type")) {
        true => std::str::from_utf8(&request.body).ok().map(str::to_owned),
        false => None,
    };
    let binary = text.is_none() && !request.body.is_empty();
    let body = text.unwrap_or_else(|| STANDARD.encode(&request.body));
    let trace = id.trace_header(world.session.seed, now / 1_000);
    let trace = trace.split(';').next().unwrap_or_default().to_owned();
    let headers = request.headers.iter().filter(|(name, _)| !is_own(name));
    let mut lines: Vec<String> = headers
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.push(format!("X-Amzn-Trace-Id: {trace}"));
    let agent = request.header("User-Agent").unwrap_or_default();
    let fields = Fields::new()
        .with("method", request.method.clone())
        .with("path", path)
        .with("query", request.query.clone())
        .with("headers", lines.join("\n"))
        .with("body", body)
        .with("isBase64Encoded", binary.to_string())
        .with("authType", if url.signed { "AWS_IAM" } else { "NONE" })
        // The client is this browser.
        .with("sourceIp", "127.0.0.1")
        .with("userAgent", agent);
    let mut event = build(TriggerKind::FunctionUrl, &fields, &url.context(now))
        .map_err(|error| ApiError::invalid(format!("{error}")))?;
    // The request has one id wherever it is shown.
    event["requestContext"]["requestId"] = json!(id.uuid(world.session.seed));
    Ok(event.to_string().into_bytes())
}

/// What the client gets of an invocation that has ended.
fn answer(world: &World<'_>, record: &InvocationRecord, event: &[u8]) -> Response {
    let end = match ended(world, record) {
        Ok(end) => end,
        Err(Ok(response)) => return response,
        Err(Err(rejection)) => return refused(rejection),
    };
    let reply = judge(TriggerKind::FunctionUrl, event, Some(&end.body), end.failed);
    let Verdict::Http(reply) = reply.verdict else {
        return error(502, "Internal Server Error");
    };
    Response {
        status: reply.status,
        headers: reply.headers,
        body: reply.body,
    }
    .with("x-amzn-RequestId", record.shown().uuid(world.session.seed))
}

/// Whom a refusal is no fault of sees less of it than a caller of the API.
fn refused(rejection: Rejection) -> Response {
    match rejection {
        Rejection::Throttled(_) => error(429, "Rate Exceeded."),
        Rejection::RequestTooLarge(_) | Rejection::AsyncRequestTooLarge(_) => {
            error(413, "Request Too Long")
        }
        _ => error(502, "Internal Server Error"),
    }
}

fn forbidden() -> Response {
    error(403, "Forbidden")
}

fn error(status: u16, message: &str) -> Response {
    let body: Value = json!({"Message": message});
    Response::json(status, &body)
}

/// Whether a body is handed over as text; others are base64. Which types AWS takes for text is not
/// published (model choice).
fn is_text(content_type: Option<&str>) -> bool {
    let Some(content_type) = content_type else {
        return true;
    };
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence.starts_with("text/")
        || [
            "application/json",
            "application/xml",
            "application/javascript",
        ]
        .contains(&essence.as_str())
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
}

/// Headers that the service writes itself.
fn is_own(name: &str) -> bool {
    ["host", "content-length", "x-amzn-trace-id"]
        .iter()
        .any(|own| name.eq_ignore_ascii_case(own))
}

/// Adds what a browser on another site has to see; what the function itself says of it does not count.
fn allow(mut response: Response, cors: &UrlCors, origin: &str, preflight: bool) -> Response {
    let allowed = cors
        .origins
        .iter()
        .flatten()
        .any(|it| it == ANY || it == origin);
    if !allowed {
        return response;
    }
    response
        .headers
        .retain(|(name, _)| !name.to_ascii_lowercase().starts_with("access-control-"));
    response = response
        .with("Access-Control-Allow-Origin", origin)
        .with("Vary", "Origin");
    if cors.credentials == Some(true) {
        response = response.with("Access-Control-Allow-Credentials", "true");
    }
    let mut list = |name: &str, values: &Option<Vec<String>>| {
        if let Some(values) = values.as_ref().filter(|it| !it.is_empty()) {
            response.headers.push((name.to_owned(), values.join(",")));
        }
    };
    list("Access-Control-Expose-Headers", &cors.exposed);
    if preflight {
        list("Access-Control-Allow-Headers", &cors.headers);
        list("Access-Control-Allow-Methods", &cors.methods);
        if let Some(age) = cors.max_age {
            response = response.with("Access-Control-Max-Age", age.to_string());
        }
    }
    response
}
