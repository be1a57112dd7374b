//! Profiles of invocations: asked for by the user, made by replaying the invocation.
//!
//! A modelled invocation does the same each time. To profile one, its environment's history is
//! played once more, up to and including it, on a profiling build of its module; see
//! `runtime_core::profile`. The invocation itself ran without hooks and paid nothing for them.

// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::state::Notice;
use super::{Core, replay};
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use runtime_core::profile::{FunctionNames, PhaseProfile};
use runtime_core::units::{RequestId, Span};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

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

type Replaying = Pin<Box<dyn Future<Output = Result<InvocationProfile, Notice>>>>;

#[wasm_split(happened, wasm_split_path = ::leptos::wasm_split, fallible)]
fn replaying(core: Core, request: RequestId) -> Result<Replaying, SplitLoaderError> {
    Ok(Box::pin(replay::replay(core, request)))
}

impl Core {
    /// Finds out where an invocation's milliseconds went, unless that is known or under way.
    pub(super) fn profile(&self, request: RequestId) {
        {
            let mut state = self.state.borrow_mut();
            let profile = state.profiles.get_or_default(request);
            if matches!(
                profile,
                ProfileState::Replaying { .. } | ProfileState::Ready(_)
            ) {
                return;
            }
            *profile = ProfileState::Replaying {
                done: Span::ZERO,
                whole: Span::ZERO,
            };
        }
        self.changed();
        let core = self.clone();
        spawn_local(async move {
            let profile = match replaying(core.clone(), request).await {
                Ok(replaying) => replaying.await,
                Err(_) => Err(Notice::error(
                    "The page's part for it could not be fetched.",
                    "Check the connection and try again.",
                )),
            };
            // It may have been cancelled, or belong to a session that is over.
            if core.is_replaying(request) {
                let profile = match profile {
                    Ok(profile) => ProfileState::Ready(Arc::new(profile)),
                    Err(Notice { text, hint, .. }) => ProfileState::Refused { cause: text, hint },
                };
                core.state.borrow_mut().profiles.insert(request, profile);
                core.changed();
            }
        });
    }

    /// Whether somebody still waits for the replay of a request.
    pub(super) fn is_replaying(&self, request: RequestId) -> bool {
        let state = self.state.borrow();
        let profile = state.profiles.get(&request);
        matches!(profile, Some(ProfileState::Replaying { .. }))
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
