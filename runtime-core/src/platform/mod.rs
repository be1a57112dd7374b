//! AWS Lambda's control behaviour as a pure state machine.
//!
//! ```text
//! input     Input: what a driver tells the platform; Effect and Timer: what the platform asks for
//! state     Function, Environment and the states that an environment goes through
//! front_door  what is wrong with an event before any function is asked
//! admission which requests may run now: concurrency limits (facts: "Lambda concurrency" page)
//! lifecycle init, invoke, reset, idle, shutdown
//! snap_start  snapshots, and environments that begin from them
//! reopen    a platform from the timeline of a session that ended with its tab
//! settings  validation of a function's settings, reserved environment variables
//! ```
//!
//! The platform holds no clock, worker or random generator. A driver calls
//! [`Platform::handle`] with a moment and an input; it gets back facts for the timeline and
//! effects to carry out. The same code serves the live page, the command line and the simulator.

mod admission;
mod front_door;
mod input;
mod lifecycle;
mod reopen;
mod settings;
mod snap_start;
mod state;

pub use front_door::{JsonError, json_error, refuse_event};
pub use input::{Arrival, Effect, Input, InvocationEnd, Out, StartFrom, Timer};
pub use settings::*;
pub use state::{
    DEFAULT_ACCOUNT_CONCURRENCY, DEFAULT_IDLE_EXPIRY, INIT_LIMIT, RESTORE_LIMIT,
    SNAPSHOT_INIT_LIMIT,
};

use crate::timeline::{FunctionConfiguration, LifecycleEvent, ShutdownReason};
use crate::units::{EnvironmentId, FunctionId, Moment, RequestId, Span};
use lifecycle::InitEnd;
use state::{Environment, Function, Snapshot, State};
use std::collections::BTreeMap;

/// One account in one region.
#[derive(Clone, Debug)]
pub struct Platform {
    concurrency: u32,
    idle_expiry: Span,
    functions: BTreeMap<FunctionId, Function>,
    environments: BTreeMap<EnvironmentId, Environment>,
    next_environment: u32,
    next_request: u64,
}

impl Default for Platform {
    fn default() -> Self {
        Platform {
            concurrency: DEFAULT_ACCOUNT_CONCURRENCY,
            idle_expiry: DEFAULT_IDLE_EXPIRY,
            functions: BTreeMap::new(),
            environments: BTreeMap::new(),
            next_environment: 1,
            next_request: 1,
        }
    }
}

impl Platform {
    /// Takes one input in, at one moment. Facts and effects are appended to `out` in the order in
    /// which they are to be recorded and carried out. Inputs that no longer fit the state (a
    /// message from an environment that was killed, a timer whose cause has gone) are nothing.
    pub fn handle(&mut self, at: Moment, input: Input, out: &mut Out) {
        match input {
            Input::ConfigureAccount {
                concurrency,
                idle_expiry,
            } => {
                self.concurrency = concurrency;
                self.idle_expiry = idle_expiry;
                out.fact(LifecycleEvent::AccountConfigured {
                    concurrency,
                    idle_expiry,
                });
            }
            Input::ConfigureFunction {
                function,
                configuration,
            } => {
                self.configure(function, configuration, out);
            }
            Input::DeleteFunction { function } => self.delete(function, out),
            Input::Request(arrival) => self.request(at, arrival, out),
            Input::EnvironmentReady { environment } => self.ready(at, environment, out),
            Input::EnvironmentFailed { environment } => self.failed(environment, out),
            Input::InitFinished {
                environment,
                outcome,
                duration,
                restoring,
                snapshot,
            } => {
                let end = InitEnd {
                    outcome,
                    duration,
                    restoring,
                    snapshot,
                };
                self.init_finished(at, environment, end, out);
            }
            Input::LogWritten {
                environment,
                request,
                text,
            } => {
                // Output of an init that runs again inside an invocation names no request, and
                // belongs to that invocation's.
                let state = self.environments.get(&environment).map(|it| it.state);
                if let Some(current) = state.map(|state| state.request())
                    && (request.is_none() || request == current)
                {
                    out.fact(LifecycleEvent::LogWritten {
                        environment,
                        request: current,
                        text,
                    });
                }
            }
            Input::InvocationFinished(end) => self.invocation_finished(at, end, out),
            Input::TimerFired(timer) => self.timer_fired(at, timer, out),
            Input::Recycle { function } => self.recycle(function, out),
            Input::Reclaim { environment } => self.reclaim(environment, out),
            Input::SkipTime { span } => out.fact(LifecycleEvent::TimeSkipped { span }),
        }
    }

    /// A fresh request id; never given out twice in a session.
    pub fn next_request(&mut self) -> RequestId {
        let id = RequestId(self.next_request);
        // Numbers come from files too: none of them may end the session.
        self.next_request = self.next_request.saturating_add(1);
        id
    }

    /// The id that [`Platform::next_request`] gives out next.
    pub fn peek_request(&self) -> RequestId {
        RequestId(self.next_request)
    }

    /// Whether the function's snapshot is being taken, so that it cannot be invoked yet.
    pub fn is_pending(&self, function: FunctionId) -> bool {
        self.live(function)
            .is_some_and(|function| matches!(function.snapshot, Snapshot::Pending(_)))
    }

    /// Whether the function's cold starts begin from a snapshot.
    pub fn has_snapshot(&self, function: FunctionId) -> bool {
        self.live(function)
            .is_some_and(|function| function.snapshot == Snapshot::Taken)
    }

    /// What a function is set to, if there is such a function.
    pub fn configuration(&self, function: FunctionId) -> Option<&FunctionConfiguration> {
        self.live(function).map(|function| &*function.configuration)
    }

    /// All functions with their settings, in order of creation.
    pub fn functions(&self) -> impl Iterator<Item = (FunctionId, &FunctionConfiguration)> {
        self.functions
            .iter()
            .filter(|(_, function)| !function.deleted)
            .map(|(id, function)| (*id, &*function.configuration))
    }

    /// An id for a function that is to be created.
    pub fn next_function(&self) -> FunctionId {
        FunctionId(
            self.functions
                .last_key_value()
                .map_or(1, |(last, _)| last.0.saturating_add(1)),
        )
    }

    /// Account concurrency.
    pub fn account_concurrency(&self) -> u32 {
        self.concurrency
    }

    /// How long an idle environment is kept.
    pub fn idle_expiry(&self) -> Span {
        self.idle_expiry
    }

    /// Requests that hold concurrency now: in an environment or waiting for theirs.
    pub fn in_flight(&self) -> u32 {
        self.functions
            .values()
            .map(|function| function.in_flight)
            .sum()
    }

    /// The environment that has been idle longest: what a host that is short of workers may ask
    /// back.
    pub fn longest_idle(&self) -> Option<EnvironmentId> {
        self.environments
            .iter()
            .filter_map(|(id, environment)| match environment.state {
                State::Idle { since, .. } => Some((since, *id)),
                _ => None,
            })
            .min()
            .map(|(_, id)| id)
    }

    fn live(&self, function: FunctionId) -> Option<&Function> {
        self.functions
            .get(&function)
            .filter(|function| !function.deleted)
    }

    fn configure(
        &mut self,
        id: FunctionId,
        configuration: Box<FunctionConfiguration>,
        out: &mut Out,
    ) {
        let (revision, replaces) = match self.functions.get_mut(&id) {
            Some(function) => {
                let replaces = function.replaced_by(&configuration) || function.deleted;
                function.configuration = configuration.clone();
                function.deleted = false;
                function.revision = function.revision.saturating_add(1);
                (function.revision, replaces)
            }
            None => {
                self.functions
                    .insert(id, Function::new(configuration.clone()));
                (1, true)
            }
        };
        out.fact(LifecycleEvent::FunctionConfigured {
            function: id,
            revision,
            configuration,
        });
        if replaces {
            self.drain(Some(id), ShutdownReason::Updated, out);
            self.renew_snapshot(id, out);
        }
    }

    fn delete(&mut self, id: FunctionId, out: &mut Out) {
        if self.live(id).is_none() {
            return;
        }
        out.fact(LifecycleEvent::FunctionDeleted { function: id });
        if let Some(function) = self.functions.get_mut(&id) {
            function.deleted = true;
        }
        self.renew_snapshot(id, out);
        self.drain(Some(id), ShutdownReason::Deleted, out);
    }

    fn recycle(&mut self, function: Option<FunctionId>, out: &mut Out) {
        self.drain(function, ShutdownReason::Recycled, out);
    }

    /// Idle environments go now, busy ones when they have finished.
    fn drain(&mut self, function: Option<FunctionId>, reason: ShutdownReason, out: &mut Out) {
        let affected: Vec<EnvironmentId> = self
            .environments
            .iter()
            .filter(|(_, environment)| function.is_none_or(|id| id == environment.function))
            .map(|(id, _)| *id)
            .collect();
        for id in affected {
            if let Some(environment) = self.environments.get_mut(&id) {
                if matches!(environment.state, State::Idle { .. }) {
                    self.shut_down(id, reason, out);
                } else {
                    environment.draining = Some(reason);
                }
            }
        }
    }

    fn reclaim(&mut self, id: EnvironmentId, out: &mut Out) {
        let idle = |environment: &Environment| matches!(environment.state, State::Idle { .. });
        if self.environments.get(&id).is_some_and(idle) {
            self.shut_down(id, ShutdownReason::Reclaimed, out);
        }
    }
}

#[cfg(test)]
mod tests;
