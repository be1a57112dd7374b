//! Reads and writes the bytes that the platform knows by their id and size only: the events of
//! batches, what responses say of them, records of asynchronous events.
//!
//! ```text
//! mod       answer: an effect of the platform that needs the scribe -> the input that it asks for
//! batch     messages -> an SQS event; which messages no filter matches
//! stream    records -> the event of a stream's batch, with its tumbling window
//! broker    records of topics and messages of brokers -> their events
//! response  a handler's response -> the messages that failed, where a stream's batch failed
//! discard   records that were discarded -> what an on-failure destination is told
//! tables   a change of a table's item -> the record that its stream has of it
//! sources/  what happens at a source -> what its targets are told; schedules; settings
//! pool/     a user pool: sign-up, sign-in, and the functions that it asks
//! sent      what Lambda sends to topics, buses and buckets, as what happens there
//! record    an asynchronous event's end -> the record of a destination, the message of a dead letter
//! ```

mod batch;
mod broker;
mod discard;
pub mod pool;
mod record;
mod response;
mod sent;
mod sources;
mod stream;
mod tables;

pub use broker::SERVERS as KAFKA_SERVERS;
pub use sources::{
    ETag, Happening, MAX_KEY_BYTES, MAX_PUT_BYTES, Objects, RequestLog, SourceError, SourceFault,
    StorageClass, StoredObject, check_action_schedule, check_source, check_source_in, next_action,
};
pub use stream::stream_arn;
pub use tables::{Item, ItemChange, TableError, check_change, item_after, read_item, shown_item};

use crate::events::schedule::Zones;
use crate::platform::{Effect, Input, Platform};
use crate::timeline::{Payloads, SessionMeta};
use crate::units::Moment;

/// What a session has that writing needs.
pub(crate) struct Desk<'a> {
    platform: &'a Platform,
    payloads: &'a mut Payloads,
    session: SessionMeta,
    zones: Zones,
    log: Option<RequestLog>,
}

/// Does what an effect asks for, and says what the platform is to be told then; `None` for effects
/// that ask for no reading and writing. Time zones are those of the program's own database.
pub fn answer(
    platform: &Platform,
    payloads: &mut Payloads,
    session: SessionMeta,
    at: Moment,
    effect: Effect,
) -> Option<Input> {
    let host = Host {
        zones: Zones::BuiltIn,
        log: None,
    };
    answer_in(host, platform, payloads, session, at, effect)
}

/// What an answer may need of the host.
#[derive(Clone, Debug)]
pub struct Host {
    /// Its time zones.
    pub zones: Zones,
    /// The log of the request that an effect's [`Logged`](crate::platform::Logged) names.
    pub log: Option<RequestLog>,
}

/// The same with what the host has.
pub fn answer_in(
    host: Host,
    platform: &Platform,
    payloads: &mut Payloads,
    session: SessionMeta,
    at: Moment,
    effect: Effect,
) -> Option<Input> {
    let mut desk = Desk {
        platform,
        payloads,
        session,
        zones: host.zones,
        log: host.log,
    };
    match effect {
        Effect::WriteBatch {
            batch,
            queue,
            mapping,
            messages,
        } => Some(desk.write_batch(batch, queue, mapping, &messages)),
        Effect::ReadBatchResponse {
            batch,
            messages,
            response,
        } => Some(Input::BatchResponseRead {
            batch,
            failed: desk.read_response(&messages, response),
        }),
        Effect::PlanSchedule {
            source,
            created,
            after,
        } => Some(desk.plan_schedule(source, created, after)),
        Effect::WriteSourceEvents {
            source,
            number,
            logged: Some(_),
            lineage,
            ..
        } => Some(desk.write_log_events(at, (source, number), lineage)),
        Effect::WriteSourceEvents {
            source,
            number,
            happening,
            logged: None,
            lineage,
        } => Some(desk.write_source_events(at, (source, number), happening, lineage)),
        Effect::WriteStreamBatch(order) => Some(desk.write_stream_batch(*order)),
        Effect::ReadStreamResponse {
            batch,
            stream,
            records,
            response,
            reports,
            state,
        } => {
            let wanted = (reports, state);
            let (failed, state) = desk.read_stream_response(stream, &records, response, wanted);
            Some(Input::StreamResponseRead {
                batch,
                failed,
                state,
            })
        }
        Effect::WriteDiscard(order) => Some(Input::DiscardWritten(desk.write_discard(at, order))),
        Effect::WriteChange { table, change } => desk.write_change(table, change),
        Effect::WriteRecord(order) => Some(Input::RecordWritten(desk.write_record(at, order))),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod source_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
mod stream_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
mod table_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
mod tests;
