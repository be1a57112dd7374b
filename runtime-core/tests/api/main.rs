//! The Lambda API as a client sees it, on the real platform: requests in, responses out. What runs
//! handlers is played by a table of answers.
//!
//! ```text
//! stage       the session: platform, timeline, registry, and environments that answer
//! functions   creating, reading, changing, listing, deleting
//! invoke      invocations of every kind, throttles, function errors, logs
//! layers      layer versions, and layers of functions
//! layer_policies   who else may have layer versions
//! others      concurrency, tags, asynchronous invocation, mappings
//! streams     mappings of streams, topics and brokers' queues
//! urls        function URLs, and their requests
//! versions    versions, aliases, provisioned concurrency
//! seeds       the fuzz target's seeds, whole and cut
//! refused     requests that are refused, and how
//! properties  any request has an answer
//! ```
#![cfg(feature = "inspect")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "these are tests"
)]

mod function_policies;
mod functions;
mod invoke;
mod layer_policies;
mod layers;
mod others;
mod properties;
mod refused;
mod seeds;
mod stage;
mod streams;
mod urls;
mod versions;
