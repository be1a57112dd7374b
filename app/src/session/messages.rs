//! What is said to workers, and what they say.

use super::Core;
use super::fleet::WorkerNumber;
use super::state::{Kept, Notice, OpenEvent, State};
use crate::browser::worker::WorkerEvent;
use runtime_core::platform::{Input, InvocationEnd};
use runtime_core::protocol::{self, FromEnvironment, ToEnvironment};
use runtime_core::sandbox::{Done, Invocation, InvocationContext, Phase, Snapshot};
use runtime_core::units::{ByteCount, EnvironmentId, RequestId, Span};

impl Core {
    pub(super) fn tell(&self, environment: EnvironmentId, message: ToEnvironment) {
        let mut state = self.state.borrow_mut();
        let Some(placement) = state.fleet.environments.get_mut(&environment) else {
            return;
        };
        let sent = match &placement.crew {
            Some(crew) if placement.started => {
                let bytes = protocol::encode(&message);
                match (&message, &placement.slot) {
                    (ToEnvironment::Invoke(_), Some(slot)) => crew.worker.leave(&bytes, slot),
                    _ => crew.worker.send(&bytes),
                }
            }
            _ => {
                placement.outbox.push(message);
                Ok(())
            }
        };
        drop(state);
        if let Err(reason) = sent {
            self.worker_failed(environment, &reason);
        }
    }

    pub(super) fn worker_failed(&self, environment: EnvironmentId, reason: &str) {
        self.notify(Notice::error(
            format!("The worker of environment {environment} failed: {reason}."),
            "Invoke again for a new one. If it happens again, reload the page.",
        ));
        self.input(Input::EnvironmentFailed { environment });
    }

    pub(super) fn worker_event(&self, number: WorkerNumber, event: WorkerEvent) {
        let owner = self.state.borrow().fleet.owners.get(&number).copied();
        let message = match event {
            WorkerEvent::Message(bytes) => protocol::decode::<FromEnvironment>(&bytes),
            WorkerEvent::Failed(reason) => {
                self.state
                    .borrow_mut()
                    .fleet
                    .spares
                    .retain(|crew| crew.number != number);
                if let Some(environment) = owner {
                    self.worker_failed(environment, &reason);
                }
                return;
            }
        };
        match (owner, message) {
            (owner, Ok(FromEnvironment::Ready)) => self.worker_ready(number, owner),
            (Some(environment), Ok(message)) => self.environment_says(environment, message),
            (Some(environment), Err(error)) => self.worker_failed(environment, &error.to_string()),
            (None, _) => {}
        }
    }

    fn worker_ready(&self, number: WorkerNumber, owner: Option<EnvironmentId>) {
        let mut state = self.state.borrow_mut();
        let fleet = &mut state.fleet;
        match owner {
            Some(environment) => {
                let placement = fleet.environments.get_mut(&environment);
                if let Some(crew) = placement.and_then(|it| it.crew.as_mut()) {
                    crew.ready = true;
                }
                drop(state);
                self.start_if_ready(environment);
            }
            None => {
                if let Some(crew) = fleet.spares.iter_mut().find(|crew| crew.number == number) {
                    crew.ready = true;
                }
            }
        }
    }

    fn environment_says(&self, environment: EnvironmentId, message: FromEnvironment) {
        match message {
            // Only replays ask for profiles.
            FromEnvironment::Ready | FromEnvironment::Profiled(_) => {}
            FromEnvironment::Done(Done::Init {
                outcome,
                duration,
                restoring,
                snapshot,
            }) => {
                let snapshot = snapshot
                    .map(|captured| captured.map(|snapshot| self.keep(environment, snapshot)));
                let input = Input::InitFinished {
                    environment,
                    outcome,
                    duration,
                    restoring,
                    snapshot,
                };
                self.ended(environment, duration, input);
            }
            FromEnvironment::LogWritten {
                request,
                after,
                text,
            } => {
                let mut state = self.state.borrow_mut();
                let now = state.now();
                let text = state.payloads.add(text);
                let input = Input::LogWritten {
                    environment,
                    request,
                    text,
                };
                state.agenda.said(environment, after, now, input);
                drop(state);
                self.go_on();
            }
            FromEnvironment::TmpChanged(change) => {
                let mut state = self.state.borrow_mut();
                if let Some(placement) = state.fleet.environments.get_mut(&environment) {
                    placement.tmp.apply(change);
                }
            }
            FromEnvironment::Done(Done::Invocation { request, invoked }) => {
                let response = invoked.response;
                let response = response.map(|bytes| self.state.borrow_mut().payloads.add(bytes));
                let input = Input::InvocationFinished(InvocationEnd {
                    environment,
                    request,
                    outcome: invoked.outcome,
                    duration: invoked.duration,
                    max_memory: invoked.max_memory,
                    response,
                });
                self.ended(environment, invoked.duration, input);
            }
            FromEnvironment::Broken { message } => self.worker_failed(environment, &message),
        }
    }
}

impl Core {
    /// Keeps an environment's snapshot for its function; its size.
    fn keep(&self, environment: EnvironmentId, snapshot: Snapshot) -> ByteCount {
        let size = snapshot.size();
        let mut guard = self.state.borrow_mut();
        let state = &mut *guard;
        if let Some(placement) = state.fleet.environments.get(&environment) {
            // One of older code that comes late is for nobody.
            let owner = (placement.function, placement.version);
            let kept = state.snapshots.get(&owner);
            if kept.is_none_or(|kept| kept.environment < environment) {
                let tmp = placement.tmp.clone();
                let kept = Kept {
                    environment,
                    snapshot,
                    tmp,
                };
                state.snapshots.insert(owner, kept);
            }
        }
        size
    }

    /// A phase has ended that took this long.
    fn ended(&self, environment: EnvironmentId, took: Span, input: Input) {
        let mut state = self.state.borrow_mut();
        let now = state.now();
        state.agenda.ended(environment, took, now, input);
        drop(state);
        self.go_on();
    }
}

impl State {
    pub(super) fn invoke_message(
        &self,
        environment: EnvironmentId,
        request: RequestId,
        init_first: bool,
        phase: Phase,
    ) -> Option<ToEnvironment> {
        let placement = self.fleet.environments.get(&environment)?;
        let OpenEvent {
            event,
            shown,
            named,
        } = self.open_events.get(&request).copied()?;
        let configuration = self.platform.configuration(placement.function);
        let name = configuration.map_or("", |it| &it.name);
        let name = self.platform.invoked_name(name, named);
        let context =
            InvocationContext::of(shown, self.meta.seed, phase.deadline_unix_millis(), &name);
        let event = self.payloads.get(event).to_vec();
        Some(ToEnvironment::Invoke(Invocation {
            request,
            init_first,
            phase,
            context,
            event,
        }))
    }
}
