//! Functions, environments and the states that an environment goes through.

use crate::timeline::{FunctionConfiguration, ShutdownReason};
use crate::units::{ByteCount, EnvironmentId, FunctionId, Moment, RequestId, Span};

/// The INIT phase's limit for on-demand functions (Lambda developer guide, "Understanding the
/// Lambda execution environment lifecycle").
pub const INIT_LIMIT: Span = Span::from_secs(10);

/// The INIT phase's limit where a snapshot is taken of it: this, or the function's timeout if that
/// is longer (same page).
pub const SNAPSHOT_INIT_LIMIT: Span = Span::from_secs(130);

/// The RESTORE phase's limit (same page).
pub const RESTORE_LIMIT: Span = Span::from_secs(10);

/// Account concurrency by default (Lambda quotas page).
pub const DEFAULT_ACCOUNT_CONCURRENCY: u32 = 1_000;

/// How long an idle environment is kept. Model choice: AWS does not publish it; measurements by
/// others range from 5 to 60 minutes.
pub const DEFAULT_IDLE_EXPIRY: Span = Span::from_secs(10 * 60);

#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) configuration: Box<FunctionConfiguration>,
    pub(super) revision: u32,
    /// Deleted functions stay until the session ends: their requests may still be running.
    pub(super) deleted: bool,
    /// Idle environments, the most recently idle last: that one is reused first.
    pub(super) idle: Vec<EnvironmentId>,
    /// Requests that hold concurrency.
    pub(super) in_flight: u32,
    /// The snapshot of this revision.
    pub(super) snapshot: Snapshot,
}

/// Where a function is with its snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Snapshot {
    /// It has none.
    None,
    /// It is being taken in this environment.
    Pending(EnvironmentId),
    /// It is there.
    Taken,
}

impl Function {
    pub(super) fn new(configuration: Box<FunctionConfiguration>) -> Self {
        Function {
            configuration,
            revision: 1,
            deleted: false,
            idle: Vec::new(),
            in_flight: 0,
            snapshot: Snapshot::None,
        }
    }

    /// Whether environments must be replaced for these settings to hold. Reserved concurrency is
    /// no part of an environment.
    pub(super) fn replaced_by(&self, new: &FunctionConfiguration) -> bool {
        let mut old = (*self.configuration).clone();
        old.reserved_concurrency = new.reserved_concurrency;
        old != *new
    }
}

#[derive(Clone, Debug)]
pub(super) struct Environment {
    pub(super) function: FunctionId,
    /// Of which of its revisions.
    pub(super) revision: u32,
    /// The timeout of the revision that it was made for.
    pub(super) timeout: Span,
    /// The most memory that its process is known to have had: a killed one cannot be asked.
    pub(super) memory: ByteCount,
    /// Set when it is to go as soon as it has finished.
    pub(super) draining: Option<ShutdownReason>,
    pub(super) state: State,
}

/// What an environment is doing. Each state owns what belongs to it.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    /// Its worker is being started.
    Starting { purpose: Purpose },
    /// In the INIT or RESTORE phase.
    Initializing { purpose: Purpose, since: Moment },
    /// A handler runs.
    Invoking { request: RequestId, since: Moment },
    /// Frozen. `needs_init` after a reset: its process is new.
    Idle { since: Moment, needs_init: bool },
}

/// What an environment is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A request; with INIT.
    Serve(RequestId),
    /// A request; from a snapshot.
    Restore(RequestId),
    /// A snapshot.
    Capture,
}

impl Purpose {
    /// The request that waits for it.
    pub(super) fn request(self) -> Option<RequestId> {
        match self {
            Purpose::Serve(request) | Purpose::Restore(request) => Some(request),
            Purpose::Capture => None,
        }
    }
}

impl State {
    /// The request that log output belongs to: output of the INIT phase belongs to none.
    pub(super) fn request(&self) -> Option<RequestId> {
        match *self {
            State::Invoking { request, .. } => Some(request),
            State::Starting { .. } | State::Initializing { .. } | State::Idle { .. } => None,
        }
    }
}
