//! Settings and live environments of every function.

use crate::timeline::{Entry, FunctionConfiguration, LifecycleEvent, Projection};
use crate::units::{EnvironmentId, FunctionId};
use crate::units::{OrderedMap, OrderedSet};
use std::sync::Arc;

/// All functions that exist.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    functions: OrderedMap<FunctionId, FunctionState>,
    owners: OrderedMap<EnvironmentId, FunctionId>,
}

/// One function as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionState {
    /// What it is set to.
    pub configuration: Arc<FunctionConfiguration>,
    /// Counts changes from 1.
    pub revision: u32,
    /// Its environments that wait for a request.
    pub frozen: OrderedSet<EnvironmentId>,
    /// Its environments that start, init or run.
    pub busy: OrderedSet<EnvironmentId>,
}

impl Functions {
    /// All functions in order of creation.
    pub fn iter(&self) -> impl Iterator<Item = (FunctionId, &FunctionState)> {
        self.functions.iter().map(|(id, state)| (*id, state))
    }

    /// One function.
    pub fn get(&self, function: FunctionId) -> Option<&FunctionState> {
        self.functions.get(&function)
    }

    fn move_to(&mut self, environment: EnvironmentId, busy: Option<bool>) {
        let owner = self.owners.get(&environment);
        if let Some(state) = owner.and_then(|function| self.functions.get_mut(function)) {
            state.busy.remove(&environment);
            state.frozen.remove(&environment);
            match busy {
                Some(true) => state.busy.insert(environment),
                Some(false) => state.frozen.insert(environment),
                None => false,
            };
        }
    }
}

impl Projection for Functions {
    fn apply(&mut self, entry: &Entry) {
        match &entry.event {
            LifecycleEvent::FunctionConfigured {
                function,
                revision,
                configuration,
            } => {
                let configuration = Arc::new((**configuration).clone());
                let state = self
                    .functions
                    .get_or_insert_with(*function, || FunctionState {
                        configuration: configuration.clone(),
                        revision: *revision,
                        frozen: OrderedSet::new(),
                        busy: OrderedSet::new(),
                    });
                state.configuration = configuration;
                state.revision = *revision;
            }
            LifecycleEvent::FunctionDeleted { function } => {
                self.functions.remove(function);
            }
            LifecycleEvent::EnvironmentCreated {
                environment,
                function,
                ..
            } => {
                self.owners.insert(*environment, *function);
                self.move_to(*environment, Some(true));
            }
            LifecycleEvent::InvocationStarted { environment, .. } => {
                self.move_to(*environment, Some(true));
            }
            // A cold start goes on at once; a provisioned environment waits.
            LifecycleEvent::InvocationFinished { environment, .. }
            | LifecycleEvent::InitFinished { environment, .. } => {
                self.move_to(*environment, Some(false));
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                self.move_to(*environment, None);
                self.owners.remove(environment);
            }
            _ => {}
        }
    }
}
