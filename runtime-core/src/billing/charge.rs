//! What a fact ends that is billed.

use super::{BilledInvocation, BilledSettings};
use crate::timeline::{Outcome, Start};
use crate::units::{FunctionId, RequestId, Span};

/// Something that is billed once it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charge {
    /// Of which function, deleted ones included.
    pub(super) function: FunctionId,
    /// With its settings of then.
    pub(super) revision: u32,
    /// What.
    pub(super) what: Charged,
}

/// What is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charged {
    /// An invocation.
    Invocation {
        /// Which.
        request: RequestId,
        /// What it found.
        start: Start,
        /// How it ended.
        outcome: Outcome,
        /// As it is billed.
        billed: BilledInvocation,
        /// How many requests it counts for.
        requests: u64,
    },
    /// An INIT phase that no request waited for.
    Init {
        /// As it is billed.
        settings: BilledSettings,
        /// Whether on provisioned concurrency.
        provisioned: bool,
        /// How long it took.
        duration: Span,
    },
}
