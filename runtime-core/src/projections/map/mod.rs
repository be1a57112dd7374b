//! The map of a session: where requests and messages come from, where they wait, what handles them
//! and where they end; and everything that moved between those places.
//!
//! ```text
//! mod        stations, edges, counters: what a map says
//! movement   what moved, when, and how it looked
//! fold       the map of the facts up to now: state
//! apply      what each fact does to it
//! streams    what those of streams do
//! ```
//!
//! A map says nothing that the timeline does not: it is a fold as every other view is, live and at
//! the playhead.

mod apply;
mod fold;
mod movement;
mod streams;

pub use fold::{EnvironmentMark, Map, WaitingEvent, WaitingMessage};
pub use movement::{Movement, Tone, Traveller};

use crate::units::{FunctionId, MappingId, QueueId, SourceId, StreamId};

/// A place on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Station {
    /// Whoever calls the Invoke API.
    Callers,
    /// Whoever sends messages to queues.
    Senders,
    /// The internal queue of a function's asynchronous invocation.
    Internal(FunctionId),
    /// A queue; also one that is a destination or takes dead letters.
    Queue(QueueId),
    /// An event source mapping.
    Mapping(MappingId),
    /// A function with its environments.
    Function(FunctionId),
    /// A bucket, a topic, a bus, IoT topics or a schedule.
    Source(SourceId),
    /// Whoever puts records into streams, and items into tables.
    Producers,
    /// A data stream, a table's stream, a Kafka topic or a broker's queue.
    Stream(StreamId),
}

/// Why something goes from one station to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wire {
    /// A request, with or without a caller that waits.
    Invokes,
    /// A message.
    Sends,
    /// A mapping receives messages or reads records.
    Polls,
    /// Messages that were received too often.
    Redrive,
    /// The record of a success.
    OnSuccess,
    /// The record of a failure.
    OnFailure,
    /// An event that was given up.
    DeadLetter,
    /// What a source tells.
    Tells,
}

/// What is wired to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// Where things come from.
    pub from: Station,
    /// Where they go.
    pub to: Station,
    /// Why.
    pub wire: Wire,
    /// Whether anything may go this way now: a mapping can be switched off.
    pub open: bool,
}

/// What a station counts. The first two are of now, the others of the session so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages that nobody has received, records that nobody has read, events between two attempts, requests that wait for their
    /// environment, batches that are not sent yet.
    pub waiting: u64,
    /// Messages that are hidden by a batch, records of a batch; events, requests and batches that a handler has.
    pub in_flight: u64,
    /// What came to a good end here; what left, where nothing comes back.
    pub done: u64,
    /// What did not: function errors, refusals, events given up, messages that went to the
    /// dead-letter queue or were kept too long.
    pub failed: u64,
    /// What was refused for want of concurrency.
    pub throttled: u64,
}
