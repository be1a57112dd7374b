//! The phases of an execution environment, as every drawing names and ranks them.

/// What an execution environment is doing during one segment of its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The worker boots and the module is compiled: nothing of the handler runs yet.
    Starting,
    /// The INIT phase: the handler's own start-up code (cold).
    Init,
    /// The RESTORE phase: a snapshot takes the place of INIT.
    Restore,
    /// An invocation that is running or that succeeded (warm).
    Invoke,
    /// An invocation that ended with an error of the function.
    InvokeError,
    /// An invocation that was killed: time-out or out of memory.
    Killed,
    /// Between invocations: memory is kept, nothing runs, nothing is billed.
    Frozen,
    /// The environment is put back to a clean state after a crash or a time-out.
    Reset,
}

impl Phase {
    /// Every phase, from the quietest to the one that must never be hidden by another.
    /// Drawings paint in this order, and merge by its maximum.
    pub const BY_RANK: [Phase; 8] = [
        Phase::Frozen,
        Phase::Starting,
        Phase::Invoke,
        Phase::Restore,
        Phase::Init,
        Phase::Reset,
        Phase::InvokeError,
        Phase::Killed,
    ];

    /// Where the phase stands in [`Phase::BY_RANK`].
    pub const fn rank(self) -> usize {
        match self {
            Phase::Frozen => 0,
            Phase::Starting => 1,
            Phase::Invoke => 2,
            Phase::Restore => 3,
            Phase::Init => 4,
            Phase::Reset => 5,
            Phase::InvokeError => 6,
            Phase::Killed => 7,
        }
    }

    /// Whether the phase is a failure: these keep a visible width however far one zooms out.
    pub const fn is_bad(self) -> bool {
        matches!(self, Phase::InvokeError | Phase::Killed)
    }

    /// The phase in a person's words.
    pub const fn label(self) -> &'static str {
        match self {
            Phase::Starting => "starting",
            Phase::Init => "init",
            Phase::Restore => "restore",
            Phase::Invoke => "invoke",
            Phase::InvokeError => "invoke, error",
            Phase::Killed => "killed",
            Phase::Frozen => "frozen",
            Phase::Reset => "reset",
        }
    }

    /// The phase as the suffix of a CSS class: `phase-init`.
    pub const fn class(self) -> &'static str {
        match self {
            Phase::Starting => "phase-starting",
            Phase::Init => "phase-init",
            Phase::Restore => "phase-restore",
            Phase::Invoke => "phase-invoke",
            Phase::InvokeError => "phase-error",
            Phase::Killed => "phase-killed",
            Phase::Frozen => "phase-frozen",
            Phase::Reset => "phase-reset",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_is_the_place_in_the_list() {
        for (place, phase) in Phase::BY_RANK.iter().enumerate() {
            assert_eq!(phase.rank(), place);
        }
    }

    #[test]
    fn failures_outrank_everything_else() {
        let quietest_failure = Phase::BY_RANK.iter().position(|phase| phase.is_bad());
        let loudest_success = Phase::BY_RANK.iter().rposition(|phase| !phase.is_bad());
        assert!(quietest_failure > loudest_success);
    }
}
