//! Everything that a session was billed for, one by one, and sums of it by whatever one asks for.
//!
//! ```text
//! mod    Ledger: a projection that keeps what is billed
//! query  Ledger -> groups whose amounts add up
//! csv    ... and the lines of a cost and usage report
//! ```
//!
//! Sums are exact at each level: groups of a selection add up to the selection, lines of a group to the group. What
//! the free tier takes off belongs to the account and is left aside, as in [`SessionUsage::by_function`].

mod csv;
mod query;

#[cfg(test)]
mod tests;

pub use query::{By, Group, Key, Phases, Selection};

use super::charge::{Charge, Charged};
use super::{BilledInvocation, SessionUsage};
use crate::timeline::{Entry, Failure, LifecycleEvent, Outcome, Projection, Start, Trigger};
use crate::units::{FunctionId, Moment, RequestId};
use std::collections::BTreeMap;
use std::fmt;

/// What a session was billed for. Its size grows with invocations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    usage: SessionUsage,
    charges: Vec<LedgerEntry>,
    /// How requests came that have not ended.
    came: BTreeMap<RequestId, Came>,
    names: BTreeMap<FunctionId, String>,
}

/// Something that is over and was billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// When it ended.
    pub at: Moment,
    /// Of which function.
    pub function: FunctionId,
    /// With its settings of then.
    pub revision: u32,
    /// The invocation; none of an INIT phase that no request waited for.
    pub request: Option<RequestId>,
    /// How it came.
    pub came: Came,
    /// What it found.
    pub start: StartKind,
    /// How it ended.
    pub outcome: OutcomeKind,
    /// As it is billed. An INIT phase by itself has no handler.
    pub billed: BilledInvocation,
    /// How many requests it counts for.
    pub requests: u64,
}

/// How a request came. `Display` says it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Came {
    /// Somebody waited for the response.
    Direct,
    /// An event of asynchronous invocation, for the first time.
    Asynchronous,
    /// The same once more.
    Retry,
    /// A batch of an event source mapping.
    Mapping,
    /// Not at all: an environment was made ready ahead.
    Ahead,
}

/// What an invocation found. `Display` says it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StartKind {
    /// An environment that had served before.
    Warm,
    /// A new one.
    Cold,
    /// A new one that began from a snapshot.
    Restored,
    /// One that had to init inside the invocation.
    InitAgain,
    /// None: it is the INIT phase itself.
    Ahead,
}

/// How it ended. `Display` says it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutcomeKind {
    /// With a response.
    Succeeded,
    /// With the handler's own error, or one of its runtime.
    Failed,
    /// At the function's timeout.
    TimedOut,
    /// The process ended.
    Crashed,
}

impl Projection for Ledger {
    fn apply(&mut self, entry: &Entry) {
        match &entry.event {
            LifecycleEvent::FunctionConfigured {
                function,
                configuration,
                ..
            } => {
                self.names.insert(*function, configuration.name.clone());
            }
            LifecycleEvent::RequestArrived {
                request, trigger, ..
            } => {
                self.came.insert(*request, Came::of(*trigger));
            }
            LifecycleEvent::RequestRejected { request, .. } => {
                self.came.remove(request);
            }
            _ => {}
        }
        if let Some(charge) = self.usage.charge(entry) {
            let entry = self.entry(entry.at, charge);
            self.charges.push(entry);
        }
    }
}

impl Ledger {
    /// What was used altogether.
    pub const fn usage(&self) -> &SessionUsage {
        &self.usage
    }

    /// The last name that a function had.
    pub fn name(&self, function: FunctionId) -> &str {
        self.names.get(&function).map_or("", String::as_str)
    }

    fn entry(&mut self, at: Moment, charge: Charge) -> LedgerEntry {
        let (function, revision) = (charge.function, charge.revision);
        match charge.what {
            Charged::Invocation {
                request,
                start,
                outcome,
                billed,
                requests,
            } => LedgerEntry {
                at,
                function,
                revision,
                request: Some(request),
                came: self.came.remove(&request).unwrap_or(Came::Direct),
                start: StartKind::of(start),
                outcome: OutcomeKind::of(outcome),
                billed,
                requests,
            },
            Charged::Init {
                settings,
                provisioned,
                duration,
            } => LedgerEntry {
                at,
                function,
                revision,
                request: None,
                came: Came::Ahead,
                start: StartKind::Ahead,
                outcome: OutcomeKind::Succeeded,
                billed: BilledInvocation {
                    settings,
                    init: duration,
                    restored: false,
                    provisioned,
                    handler: crate::units::Span::ZERO,
                },
                requests: 0,
            },
        }
    }
}

impl Came {
    const fn of(trigger: Trigger) -> Self {
        match trigger {
            Trigger::Invoke => Came::Direct,
            Trigger::Async { attempt: 1, .. } => Came::Asynchronous,
            Trigger::Async { .. } => Came::Retry,
            Trigger::Mapping { .. } => Came::Mapping,
        }
    }
}

impl StartKind {
    const fn of(start: Start) -> Self {
        match start {
            Start::Cold { .. } => StartKind::Cold,
            Start::Restored { .. } => StartKind::Restored,
            Start::Warm => StartKind::Warm,
            Start::InitAgain => StartKind::InitAgain,
        }
    }
}

impl OutcomeKind {
    const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Succeeded => OutcomeKind::Succeeded,
            Outcome::Failed(failure) => match failure {
                Failure::HandlerError | Failure::InitError | Failure::ResponseTooLarge(_) => {
                    OutcomeKind::Failed
                }
                Failure::TimedOut => OutcomeKind::TimedOut,
                Failure::Exited(_) | Failure::Killed(_) | Failure::Interrupted => {
                    OutcomeKind::Crashed
                }
            },
        }
    }
}

impl fmt::Display for Came {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Came::Direct => "somebody waited for the response",
            Came::Asynchronous => "asynchronous, first attempts",
            Came::Retry => "asynchronous, retries",
            Came::Mapping => "event source mappings",
            Came::Ahead => "environments made ready ahead",
        })
    }
}

impl fmt::Display for StartKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StartKind::Warm => "warm starts",
            StartKind::Cold => "cold starts",
            StartKind::Restored => "restored from a snapshot",
            StartKind::InitAgain => "INIT inside the invocation",
            StartKind::Ahead => "environments made ready ahead",
        })
    }
}

impl fmt::Display for OutcomeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OutcomeKind::Succeeded => "succeeded",
            OutcomeKind::Failed => "function errors",
            OutcomeKind::TimedOut => "timeouts",
            OutcomeKind::Crashed => "crashes",
        })
    }
}
