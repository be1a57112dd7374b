//! Profiles of invocations: asked for by the user, made by replaying the invocation.
//!
//! A modelled invocation does the same each time. To profile one, its environment's history is
//! played once more, up to and including it, on a profiling build of its module; see
//! `runtime_core::profile`. The invocation itself ran without hooks and paid nothing for them.

use super::Core;
use runtime_core::profile::{FunctionNames, Profile};
use runtime_core::units::{RequestId, Span};
use std::sync::Arc;

/// Where an invocation's profile is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProfileState {
    /// Nobody has asked for it.
    #[default]
    NotAsked,
    /// The invocation is being replayed.
    Replaying {
        /// Modelled time of the environment's history that was replayed.
        done: Span,
        /// All of it; zero until that is known, as while the profiling build is made.
        whole: Span,
    },
    /// It is here.
    Ready(Arc<InvocationProfile>),
    /// There is none.
    Refused {
        /// Why.
        cause: String,
        /// What to do about it; may be empty.
        hint: String,
    },
}

/// Where the work of one invocation went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvocationProfile {
    /// The INIT phase that is billed with it; `None` for a warm start, or where init ran inside of
    /// the invocation.
    pub init: Option<PhaseProfile>,
    /// The invocation itself.
    pub invocation: PhaseProfile,
    /// What the functions are called.
    pub names: FunctionNames,
}

/// Where the work of one phase went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhaseProfile {
    /// The calls. Their fuel is the phase's.
    pub profile: Profile,
    /// How long the phase slept or waited.
    pub waited: Span,
}

impl Core {
    /// Asks for an invocation's profile.
    ///
    /// Durations are measured with this browser's clock: another run would not take the same time,
    /// so there is nothing yet that a replay could explain.
    pub(super) fn profile(&self, request: RequestId) {
        let refused = ProfileState::Refused {
            cause: "The milliseconds of this invocation were measured with this browser's clock."
                .to_owned(),
            hint: "A replay takes a different time, so it cannot say where these went. Modelled \
                   invocations can be replayed."
                .to_owned(),
        };
        self.state.borrow_mut().profiles.insert(request, refused);
        self.changed();
    }

    /// Stops a replay; what is there already stays.
    pub(super) fn cancel_profile(&self, request: RequestId) {
        let mut state = self.state.borrow_mut();
        if let Some(ProfileState::Replaying { .. }) = state.profiles.get(&request) {
            state.profiles.remove(&request);
        }
        drop(state);
        self.changed();
    }
}
