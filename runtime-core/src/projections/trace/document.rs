//! A story as X-Ray segment documents (AWS X-Ray developer guide, "AWS X-Ray segment documents").
//!
//! The subset: `name`, `id`, `trace_id`, `parent_id`, `origin`, `start_time`, `end_time` or
//! `in_progress`, `error`, `fault`, `throttle`, `aws.request_id`, `annotations`, `metadata`,
//! `subsegments` (with `id`, `name`, times and flags). All segments have one trace id, that of the
//! story's first request; on AWS an asynchronous invocation begins no trace of its own, but traces on
//! both sides of a queue are only linked. Which header a handler saw is in `metadata`.

use super::fold::Traces;
use super::{Flag, Part, Story, Subject, TraceSegment};
use crate::projections::Invocations;
use crate::timeline::SessionMeta;
use crate::units::{Moment, RequestId, splitmix};
use serde_json::{Map, Value, json};

/// The trace's id, as in the `Root` of the `X-Amzn-Trace-Id` header of the story's first request;
/// `None` as long as no handler had it.
pub fn trace_id(story: &Story, invocations: &Invocations) -> Option<String> {
    let requests = story.segments.iter().filter_map(TraceSegment::request);
    let mut headers = requests.filter_map(|request| header(request, invocations));
    part(&headers.next()?, "Root=").map(str::to_owned)
}

/// The document of each segment.
pub fn documents(traces: &Traces, story: &Story, invocations: &Invocations) -> Vec<Value> {
    let trace = trace_id(story, invocations);
    let session = traces.session();
    let ids: Vec<String> = story
        .segments
        .iter()
        .map(|segment| id_of(segment, session, invocations))
        .collect();
    let segments = story.segments.iter().zip(&ids);
    segments
        .map(|(segment, id)| {
            let mut document = Map::new();
            let mut add = |name: &str, value: Value| document.insert(name.to_owned(), value);
            add("name", segment.name.clone().into());
            add("id", id.clone().into());
            if let Some(trace) = &trace {
                add("trace_id", trace.clone().into());
            }
            if let Some(parent) = segment.parent.and_then(|it| ids.get(it)) {
                add("parent_id", parent.clone().into());
            }
            add("origin", segment.origin.into());
            if let Some(request) = segment.request() {
                let shown = invocations.get(request).map_or(request, |it| it.shown());
                add("aws", json!({ "request_id": shown.uuid(session.seed) }));
                add("annotations", json!({ "attempt": segment.attempt }));
                if let Some(header) = header(request, invocations) {
                    let seen = json!({ "X-Amzn-Trace-Id": header });
                    add("metadata", json!({ "coldstart": seen }));
                }
            }
            times(&mut document, session, segment.from, segment.to);
            flags(&mut document, segment.flag);
            let parts = segment.parts.iter().enumerate();
            let parts: Vec<Value> = parts
                .map(|(index, part)| subsegment(traces, id, index, part))
                .collect();
            if !parts.is_empty() {
                document.insert("subsegments".to_owned(), parts.into());
            }
            document.into()
        })
        .collect()
}

fn subsegment(traces: &Traces, parent: &str, index: usize, part: &Part) -> Value {
    let mut document = Map::new();
    let seed = u64::from_str_radix(parent, 16).unwrap_or_default();
    let id = splitmix(seed ^ (index as u64 + 1));
    document.insert("id".to_owned(), format!("{id:016x}").into());
    document.insert("name".to_owned(), traces.part_name(part.kind).into());
    times(&mut document, traces.session(), part.from, part.to);
    flags(&mut document, part.flag);
    document.into()
}

fn times(
    document: &mut Map<String, Value>,
    session: SessionMeta,
    from: Moment,
    to: Option<Moment>,
) {
    // X-Ray's times are seconds with fractions; it has microseconds, and so has a double.
    let seconds = |at: Moment| Value::from((session.unix_nanos(at) / 1_000) as f64 / 1e6);
    document.insert("start_time".to_owned(), seconds(from));
    match to {
        Some(to) => document.insert("end_time".to_owned(), seconds(to)),
        None => document.insert("in_progress".to_owned(), true.into()),
    };
}

fn flags(document: &mut Map<String, Value>, flag: Flag) {
    let names: &[&str] = match flag {
        Flag::Fine => &[],
        Flag::Error => &["error"],
        Flag::Fault => &["fault"],
        // 429 is one of 4xx.
        Flag::Throttle => &["error", "throttle"],
    };
    for name in names {
        document.insert((*name).to_owned(), true.into());
    }
}

/// The tracing header that a handler saw.
fn header(request: RequestId, invocations: &Invocations) -> Option<String> {
    let record = invocations.get(request)?;
    let (started, _) = record.started?;
    let timeout = record.configuration.as_ref()?.timeout;
    let session = invocations.session();
    let deadline = session
        .unix_nanos(started)
        .saturating_add(timeout.as_nanos());
    let header = record.shown();
    Some(header.trace_header(session.seed, deadline / 1_000_000_000))
}

/// A part of a tracing header.
fn part<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').find_map(|part| part.strip_prefix(name))
}

/// 64 bits in hexadecimal. Those of a request's first attempt are the `Parent` of its header.
fn id_of(segment: &TraceSegment, session: SessionMeta, invocations: &Invocations) -> String {
    let (kind, number) = match segment.subject {
        Subject::Happening(number) => (1, number),
        Subject::Event(request) => (2, request.0),
        Subject::Message(message) => (3, message.0),
        Subject::Record(record) => (4, record.0),
        Subject::Batch(batch) => (5, batch.0),
        Subject::Request(request) => {
            let header = header(request, invocations).filter(|_| segment.attempt == 1);
            let parent = header.as_deref().and_then(|it| part(it, "Parent="));
            if let Some(parent) = parent {
                return parent.to_owned();
            }
            (6, request.0)
        }
    };
    let id = splitmix(session.seed.0 ^ splitmix(kind) ^ number);
    format!("{id:016x}")
}
