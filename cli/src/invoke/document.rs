//! The session as one JSON document. Lengths of time are milliseconds, exact to the nanosecond;
//! money is a decimal text in dollars, exact too.

use super::result::{Ended, InvocationResult, RequestResult, SessionResult, refusal};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use runtime_core::billing::{
    Bill, BillLine, FreeTier, FreeTierEffect, GbSeconds, InvocationBill, Source, Usage,
};
use runtime_core::projections::{SnapshotRecord, SnapshotState};
use runtime_core::timeline::{Architecture, HandlerKind, Outcome, Rejection, Start};
use runtime_core::units::{ByteCount, MemoryMb, Money, Span};
use serde::Serialize;

/// The document's format; counts up when something in it changes its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: u32,
    function: Function<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<Snapshot<'a>>,
    requests: Vec<Request<'a>>,
    usage: Usage,
    bill: WholeBill<'a>,
    prices: Prices<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Function<'a> {
    name: &'a str,
    handler_kind: HandlerKind,
    code_size: ByteCount,
    memory_size_mb: MemoryMb,
    timeout_seconds: u64,
    architecture: Architecture,
    ephemeral_storage_mb: MemoryMb,
    reserved_concurrency: Option<u32>,
}

/// What SnapStart keeps of the function's environments, or why it keeps nothing.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Snapshot<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    init_duration_ms: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<ByteCount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    restores: u32,
    log: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    request_id: &'a str,
    arrived_ms: Millis,
    #[serde(flatten)]
    ended: RequestEnd<'a>,
}

#[derive(Serialize)]
#[serde(
    rename_all = "camelCase",
    tag = "outcome",
    rename_all_fields = "camelCase"
)]
enum RequestEnd<'a> {
    Succeeded(Invocation<'a>),
    FunctionError(Invocation<'a>),
    Throttled(Refusal<'a>),
    Refused(Refusal<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refusal<'a> {
    status_code: u16,
    exception: &'static str,
    payload: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_error: Option<&'static str>,
    #[serde(flatten)]
    payload: Payload<'a>,
    environment: String,
    start: StartName,
    duration_ms: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    init_duration_ms: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restore_duration_ms: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billed_restore_duration_ms: Option<Millis>,
    billed_duration_ms: u64,
    max_memory_used_mb: u64,
    log: &'a str,
    report: &'a str,
    bill: OneBill<'a>,
}

/// What the caller gets; bytes that are no UTF-8 text in base64.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Payload<'a> {
    Payload(&'a str),
    PayloadBase64(String),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum StartName {
    Cold,
    Restored,
    Warm,
    InitAgain,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneBill<'a> {
    init_ms: Millis,
    handler_ms: Millis,
    rounding_ms: Millis,
    gb_seconds: GbSeconds,
    per_millisecond: Money,
    #[serde(flatten)]
    whole: WholeBill<'a>,
    total_if_warm: Money,
    per_thousand: Money,
    per_million: Money,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WholeBill<'a> {
    lines: &'a [BillLine],
    free_tier: FreeTierEffect,
    total: Money,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Prices<'a> {
    region: &'a str,
    date: &'a str,
    free_tier: FreeTier,
    source: &'a Source,
}

/// A length of time as a number of milliseconds.
struct Millis(Span);

impl Serialize for Millis {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0.as_millis_f64())
    }
}

/// The document, with a newline at its end.
///
/// # Errors
/// Never, as long as all of it can be said in JSON.
pub(super) fn document(result: &SessionResult<'_>) -> Result<Vec<u8>, serde_json::Error> {
    let configuration = &result.configuration;
    let book = result.book;
    let document = Document {
        version: VERSION,
        function: Function {
            name: &configuration.name,
            handler_kind: configuration.kind,
            code_size: configuration.code_size,
            memory_size_mb: configuration.memory,
            timeout_seconds: configuration.timeout.as_nanos() / 1_000_000_000,
            architecture: configuration.architecture,
            ephemeral_storage_mb: configuration.ephemeral_storage,
            reserved_concurrency: configuration.reserved_concurrency,
        },
        snapshot: result.snapshot.as_ref().map(snapshot),
        requests: result.requests.iter().map(request).collect(),
        usage: result.usage,
        bill: whole(&result.bill),
        prices: Prices {
            region: &book.region,
            date: &book.date,
            free_tier: result.free_tier,
            source: &book.request.source,
        },
    };
    let mut text = serde_json::to_vec_pretty(&document)?;
    text.push(b'\n');
    Ok(text)
}

fn snapshot((record, log): &(SnapshotRecord, String)) -> Snapshot<'_> {
    let (bytes, refused) = match &record.state {
        SnapshotState::Taken { size, .. } => (Some(*size), None),
        SnapshotState::Refused(reason) => (None, Some(refusal(reason.as_ref()))),
        SnapshotState::Pending => (None, None),
    };
    Snapshot {
        init_duration_ms: record.init.map(|(_, _, duration)| Millis(duration)),
        bytes,
        refused,
        restores: record.restores,
        log,
    }
}

fn request(request: &RequestResult) -> Request<'_> {
    let ended = match &request.ended {
        Ended::Refused { rejection, body } => {
            let refusal = Refusal {
                status_code: rejection.status(),
                exception: rejection.exception(),
                payload: body,
            };
            match rejection {
                Rejection::Throttled(_) => RequestEnd::Throttled(refusal),
                _ => RequestEnd::Refused(refusal),
            }
        }
        Ended::Invoked(result) => match result.end.outcome {
            Outcome::Succeeded => RequestEnd::Succeeded(invocation(result, None)),
            Outcome::Failed(_) => RequestEnd::FunctionError(invocation(result, Some("Unhandled"))),
        },
    };
    Request {
        request_id: &request.uuid,
        arrived_ms: Millis(request.arrived.since(Default::default())),
        ended,
    }
}

fn invocation<'a>(
    result: &'a InvocationResult,
    function_error: Option<&'static str>,
) -> Invocation<'a> {
    let (start, init_duration_ms) = match result.start {
        Start::Cold { init } => (StartName::Cold, Some(Millis(init))),
        Start::Restored { .. } => (StartName::Restored, None),
        Start::Warm => (StartName::Warm, None),
        Start::InitAgain => (StartName::InitAgain, None),
    };
    let restored = match result.start {
        Start::Restored { restore, billed } => Some((restore, billed)),
        Start::Cold { .. } | Start::Warm | Start::InitAgain => None,
    };
    Invocation {
        status_code: 200,
        function_error,
        payload: match std::str::from_utf8(&result.payload) {
            Ok(text) => Payload::Payload(text),
            Err(_) => Payload::PayloadBase64(STANDARD.encode(&result.payload)),
        },
        environment: result.environment.to_string(),
        start,
        duration_ms: Millis(result.end.duration),
        init_duration_ms,
        restore_duration_ms: restored.map(|(restore, _)| Millis(restore)),
        billed_restore_duration_ms: restored.map(|(_, billed)| Millis(billed)),
        billed_duration_ms: result.billed.time.billed_millis(),
        max_memory_used_mb: result.end.max_memory.megabytes_ceil(),
        log: &result.log,
        report: &result.report,
        bill: one(&result.billed),
    }
}

fn one(billed: &InvocationBill) -> OneBill<'_> {
    OneBill {
        init_ms: Millis(billed.time.init),
        handler_ms: Millis(billed.time.handler),
        rounding_ms: Millis(billed.time.rounding),
        gb_seconds: billed.compute,
        per_millisecond: billed.per_millisecond,
        whole: whole(&billed.bill),
        total_if_warm: billed.warm.total(),
        per_thousand: billed.per_thousand.total(),
        per_million: billed.per_million.total(),
    }
}

fn whole(bill: &Bill) -> WholeBill<'_> {
    WholeBill {
        lines: &bill.lines,
        free_tier: bill.free_tier,
        total: bill.total(),
    }
}
