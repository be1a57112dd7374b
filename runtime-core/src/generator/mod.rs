//! Generators: they fire triggers on their own. A generator says what it sends to, when, and what; a driver
//! asks it for the next moment of the session and sends it then.
//!
//! ```text
//! mod       Generator: target, process, end, texts; its limits
//! check     why one is refused
//! run       Run: how far one has come
//! arrivals  Process: when events come, in session time
//! template  texts with counters, moments and seeded values
//! random    seeded numbers
//! ```
//!
//! Nothing here knows a clock: the same generator, seed and beginning give the same events at the same
//! moments, to the nanosecond.

mod arrivals;
mod check;
mod random;
mod run;
mod template;

pub use arrivals::{Arrivals, Per, Process, Rate};
pub use check::{Field, GeneratorError, check};
pub use random::{Numbers, Seed};
pub use run::{Ended, Run};
pub use template::{Occasion, Template, TemplateError, TemplateFault};

use crate::timeline::Qualifier;
use crate::units::{FunctionId, QueueId, SourceId, Span, StreamId};
use serde::{Deserialize, Serialize};

/// The most events a second of all generators that run at once: what a page can draw.
pub const MAX_PER_SECOND: u32 = 1_000;
/// The most events of one burst.
pub const MAX_EVENTS_AT_ONCE: u32 = 1_000;
/// The least time between two bursts.
pub const MIN_PERIOD: Span = Span::from_secs(1);
/// The longest end, ramp or period.
pub const MAX_SPAN: Span = Span::from_secs(24 * 3_600);
/// The most events of one run: a session keeps all of them. A generator without an end stops there.
pub const MAX_EVENTS: u64 = 100_000;
/// So many events may wait at a target, or be at work there, before its generator stops.
pub const MAX_WAITING: usize = 10_000;

/// What sends events on its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generator {
    /// Where they go.
    pub target: Target,
    /// When.
    pub process: Process,
    /// Until when.
    pub end: End,
    /// What chance follows from.
    pub seed: Seed,
    /// What they say: templates.
    pub texts: Texts,
}

/// Where a generator's events go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// A function is invoked.
    Function {
        /// Which.
        function: FunctionId,
        /// Which version or alias of it.
        qualifier: Qualifier,
        /// Whether nobody waits for the response.
        asynchronous: bool,
    },
    /// A message is sent to a queue.
    Queue(QueueId),
    /// A record is put into a stream, or an item into a table.
    Stream(StreamId),
    /// Something happens at a source.
    Source(SourceId),
}

/// When a run ends by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// Not before [`MAX_EVENTS`].
    #[default]
    Never,
    /// So long after its beginning.
    After(Span),
    /// After so many events.
    Count(u64),
}

/// The texts of an event, as the forms for one have them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// A message group, a partition key, an object's key, a subject, a source or a topic.
    pub first: String,
    /// A deduplication id, a size, attributes or a detail type.
    pub second: String,
    /// The event, message, data, item or detail.
    pub body: String,
}
