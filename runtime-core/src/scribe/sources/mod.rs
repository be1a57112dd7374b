//! Sources of events: what they tell, and what can be wrong with them.
//!
//! ```text
//! tell       what happened -> the events and messages of those who are interested
//! schedules  when a schedule is due, and what can be wrong with it
//! logs       what a function has logged -> what subscription filters tell
//! objects    what puts and deletions have left in a bucket
//! check      a source's settings against its service's rules; fault: why they are refused
//! ```

mod check;
mod fault;
mod logs;
mod objects;
mod schedules;
mod tell;

pub use crate::platform::MAX_PUT_BYTES;
pub use check::{check_source, check_source_in};
pub use fault::{SourceError, SourceFault};
pub use logs::RequestLog;
pub use objects::{ETag, MAX_KEY_BYTES, Objects, StorageClass, StoredObject};
pub use schedules::{check_action_schedule, next_action};
pub use tell::Happening;

use crate::events::trigger::Context;
use crate::timeline::SessionMeta;
use crate::units::{Moment, SourceId};

/// Where and when something happened: what ids follow from.
fn context(session: SessionMeta, at: Moment, number: u64, source: SourceId) -> Context {
    Context {
        unix_millis: session.unix_nanos(at) / 1_000_000,
        seed: session.seed.0 ^ (number << 20) ^ u64::from(source.0),
        ..Context::default()
    }
}
