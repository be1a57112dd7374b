//! A worker for every environment: a spare one, a new one, or a place in the queue.

use super::Core;
use super::fleet::CodeKey;
use super::fleet::{Crew, Placement, Program, SPARE_WORKERS};
use super::state::{State, Waiting};
use crate::browser::worker::{Slot, WorkerProgram};
use crate::mailbox::Mailbox;
use runtime_core::platform::{Input, StartFrom, environment_variables, log_stream_name};
use runtime_core::protocol::{self, ToEnvironment};
use runtime_core::sandbox::{Beginning, PackageFiles, SandboxClock, SandboxSettings};
use runtime_core::timeline::{FunctionConfiguration, HandlerKind, Origin};
use runtime_core::units::{EnvironmentId, FunctionId, Moment};
use wasm_bindgen_futures::spawn_local;

impl Core {
    /// Finds a worker for a new environment, or lets it wait for one.
    pub(super) fn place(
        &self,
        at: Moment,
        environment: EnvironmentId,
        function: FunctionId,
        beginning: StartFrom,
    ) {
        let (code, full) = {
            let mut state = self.state.borrow_mut();
            let Some(placement) = state.placement(at, function, environment, beginning) else {
                return;
            };
            let code = placement.code;
            let full = state.fleet.placed() >= state.fleet.limit;
            // One that waits for a worker waits for others to end: the clock goes on for them.
            if !full {
                state.agenda.starts(environment, placement.clock, at);
            }
            state.fleet.environments.insert(environment, placement);
            if full {
                state.fleet.queue.push_back(environment);
            }
            (code, full)
        };
        self.prepare_code(code);
        if !full {
            self.crew(environment);
        }
    }

    /// While environments wait for a worker, frozen ones give theirs up, the longest idle first.
    /// Lambda ends idle environments as it sees fit; this host sees fit sooner.
    pub(super) fn relieve(&self) {
        let idle = {
            let state = self.state.borrow();
            let waiting = state.fleet.waiting() > 0;
            waiting.then(|| state.platform.longest_idle()).flatten()
        };
        if let Some(environment) = idle {
            self.input(Input::Reclaim { environment });
        }
    }

    /// Gives an environment a worker: a spare one, or a new one.
    pub(super) fn crew(&self, environment: EnvironmentId) {
        let spare = self.state.borrow_mut().fleet.spares.pop();
        let crew = match spare {
            Some(crew) => crew,
            None => match self.hire() {
                Ok(Some(crew)) => crew,
                // The binary is still loading: all placements without a worker are looked at then.
                Ok(None) => return,
                Err(reason) => return self.worker_failed(environment, &reason),
            },
        };
        let mut state = self.state.borrow_mut();
        let number = crew.number;
        if let Some(placement) = state.fleet.environments.get_mut(&environment) {
            placement.crew = Some(crew);
            placement.started = false;
            state.fleet.owners.insert(number, environment);
        }
        drop(state);
        self.start_if_ready(environment);
    }

    /// Starts a worker. `None` while its binary is loading.
    fn hire(&self) -> Result<Option<Crew>, String> {
        let mut state = self.state.borrow_mut();
        let Program::Ready(program) = &state.fleet.program else {
            let asked = matches!(state.fleet.program, Program::Loading);
            drop(state);
            if !asked {
                self.load_program();
            }
            return Ok(None);
        };
        let program = program.clone();
        state.fleet.next_worker += 1;
        let number = state.fleet.next_worker;
        let session = self.clone();
        let worker = program.start(&format!("environment {number}"), move |event| {
            session.worker_event(number, event);
        })?;
        Ok(Some(Crew {
            number,
            worker,
            ready: false,
        }))
    }

    /// The environment worker's binary, for whoever starts a worker of their own.
    pub(super) async fn program(&self) -> Result<WorkerProgram, String> {
        let assets = {
            let state = self.state.borrow();
            if let Program::Ready(program) = &state.fleet.program {
                return Ok(program.clone());
            }
            state.fleet.assets.clone()
        };
        WorkerProgram::load(&assets).await
    }

    /// Loads the environment worker's binary; environments that wait for it are served then.
    pub(super) fn load_program(&self) {
        let assets = {
            let mut state = self.state.borrow_mut();
            if !matches!(state.fleet.program, Program::NotAsked) {
                return;
            }
            state.fleet.program = Program::Loading;
            state.fleet.assets.clone()
        };
        let session = self.clone();
        spawn_local(async move {
            match WorkerProgram::load(&assets).await {
                Ok(program) => {
                    session.state.borrow_mut().fleet.program = Program::Ready(program);
                    session.serve_waiting();
                }
                Err(reason) => {
                    session.state.borrow_mut().fleet.program = Program::NotAsked;
                    session.serve_nobody(&reason);
                }
            }
        });
    }

    fn uncrewed(&self) -> Vec<EnvironmentId> {
        let state = self.state.borrow();
        let fleet = &state.fleet;
        let waits = |id: &EnvironmentId| !fleet.queue.contains(id);
        let environments = fleet.environments.iter();
        environments
            .filter(|(id, placement)| placement.crew.is_none() && waits(id))
            .map(|(id, _)| *id)
            .collect()
    }

    fn serve_waiting(&self) {
        for environment in self.uncrewed() {
            self.crew(environment);
        }
        self.keep_spares();
    }

    fn serve_nobody(&self, reason: &str) {
        for environment in self.uncrewed() {
            self.worker_failed(environment, reason);
        }
    }

    /// Replaces all workers that have nothing to do yet: a service worker does not see the requests
    /// of workers that are older than itself.
    pub(super) fn renew_crews(&self) {
        let renewed: Vec<EnvironmentId> = {
            let mut state = self.state.borrow_mut();
            let fleet = &mut state.fleet;
            fleet.spares.clear();
            let idle = fleet.environments.iter_mut().filter(|(_, it)| !it.started);
            let dropped = idle.filter_map(|(id, placement)| Some((*id, placement.crew.take()?)));
            let dropped: Vec<_> = dropped.collect();
            for (_, crew) in &dropped {
                fleet.owners.remove(&crew.number);
            }
            dropped.into_iter().map(|(id, _)| id).collect()
        };
        for environment in renewed {
            self.crew(environment);
        }
        self.keep_spares();
    }

    /// Boots spare workers while there is room for them.
    pub(super) fn keep_spares(&self) {
        loop {
            let room = {
                let fleet = &self.state.borrow().fleet;
                fleet.spares.len() < SPARE_WORKERS
                    && fleet.placed() + fleet.spares.len() < fleet.limit
            };
            match room.then(|| self.hire()) {
                Some(Ok(Some(crew))) => self.state.borrow_mut().fleet.spares.push(crew),
                _ => return,
            }
        }
    }

    /// A worker that is up and whose code is compiled is told what it is.
    pub(super) fn start_if_ready(&self, environment: EnvironmentId) {
        let mut guard = self.state.borrow_mut();
        let state = &mut *guard;
        let Some(placement) = state.fleet.environments.get_mut(&environment) else {
            return;
        };
        let Some(code) = state.code.get(&placement.code) else {
            return;
        };
        let Some(crew) = placement.crew.as_ref().filter(|crew| crew.ready) else {
            return;
        };
        if placement.started {
            return;
        }
        placement.started = true;
        let mut settings = SandboxSettings {
            tmp: placement.tmp.clone(),
            ..placement.settings.clone()
        };
        if let Some(image) = &code.image {
            settings.initial_memory = image.initial_memory;
        }
        let start = protocol::encode(&ToEnvironment::Start(Box::new(settings)));
        // A new one each time: what was left for the last worker is not for this one.
        placement.slot = state.waiting.new_slot(placement.settings.kind);
        let slot = placement.slot.as_ref();
        let mut sent = crew.worker.send_with_module(&start, &code.module, slot);
        for message in placement.outbox.drain(..) {
            sent = sent.and_then(|()| crew.worker.send(&protocol::encode(&message)));
        }
        let announce = !placement.announced;
        placement.announced = true;
        drop(guard);
        match sent {
            Err(reason) => self.worker_failed(environment, &reason),
            Ok(()) if announce => {
                let now = self.state.borrow().now();
                self.state.borrow_mut().agenda.ready(environment, now);
                self.go_on();
            }
            Ok(()) => {}
        }
    }

    /// A new process for the environment, with the old one's `/tmp`.
    pub(super) fn reset(&self, environment: EnvironmentId) {
        {
            let mut state = self.state.borrow_mut();
            state.agenda.forget(environment);
            let fleet = &mut state.fleet;
            if let Some(placement) = fleet.environments.get_mut(&environment) {
                placement.outbox.clear();
                if let Some(crew) = placement.crew.take() {
                    fleet.owners.remove(&crew.number);
                }
            }
        }
        self.crew(environment);
        self.keep_spares();
    }

    pub(super) fn stop(&self, environment: EnvironmentId) {
        let next = {
            let mut state = self.state.borrow_mut();
            state.agenda.forget(environment);
            let fleet = &mut state.fleet;
            fleet.queue.retain(|waiting| *waiting != environment);
            let crew = fleet
                .environments
                .remove(&environment)
                .and_then(|it| it.crew);
            if let Some(crew) = crew {
                fleet.owners.remove(&crew.number);
            }
            if fleet.placed() < fleet.limit {
                fleet.queue.pop_front()
            } else {
                None
            }
        };
        match next {
            Some(waiting) => {
                let mut guard = self.state.borrow_mut();
                let state = &mut *guard;
                if let Some(placement) = state.fleet.environments.get(&waiting) {
                    let now = state.clock.now();
                    state.agenda.starts(waiting, placement.clock, now);
                }
                drop(guard);
                self.crew(waiting);
            }
            None => self.keep_spares(),
        }
    }
}

impl State {
    /// A new environment as the platform has made it.
    fn placement(
        &self,
        at: Moment,
        function: FunctionId,
        environment: EnvironmentId,
        beginning: StartFrom,
    ) -> Option<Placement> {
        let (origin, configuration) = self.platform.settings_of(environment)?;
        let kept = self.snapshots.get(&(function, origin.version));
        let (beginning, tmp) = match (beginning, kept) {
            (StartFrom::Capture, _) => (Beginning::Capture, None),
            (StartFrom::Snapshot, Some(kept)) => (
                Beginning::Restore(kept.snapshot.clone()),
                Some(kept.tmp.clone()),
            ),
            (StartFrom::Init | StartFrom::Snapshot, _) => (Beginning::Init, None),
        };
        Some(Placement {
            function,
            version: origin.version,
            code: CodeKey::of(configuration),
            settings: SandboxSettings {
                beginning,
                ..self.settings(at, environment, origin, configuration)
            },
            clock: configuration.clock,
            crew: None,
            slot: None,
            started: false,
            announced: false,
            outbox: Vec::new(),
            tmp: tmp.unwrap_or_default(),
        })
    }

    /// What an environment of a function that is set so is started with.
    pub(super) fn settings(
        &self,
        at: Moment,
        environment: EnvironmentId,
        origin: Origin,
        configuration: &FunctionConfiguration,
    ) -> SandboxSettings {
        let log_stream = log_stream_name(self.meta, origin.version, environment, at);
        let package = self.packages.get(&configuration.package);
        let task = package.map(|package| package.content.files.tree());
        let layers = configuration.layers.iter();
        let layers = layers.filter_map(|layer| self.packages.get(&layer.package));
        SandboxSettings {
            opt: PackageFiles::of_layers(layers.map(|layer| &layer.content.files)).tree(),
            ..SandboxSettings::of(
                configuration,
                environment_variables(configuration, origin, &log_stream),
                task.unwrap_or_default(),
                SandboxClock::of(configuration.clock, self.meta.unix_nanos(at), environment),
            )
        }
    }
}

impl Waiting {
    /// Where a program of this kind will wait for its events.
    pub(super) fn new_slot(&self, kind: HandlerKind) -> Option<Slot> {
        match (kind, self) {
            (HandlerKind::Loop, Waiting::Shared) => Some(Slot::Mailbox(Mailbox::new())),
            (HandlerKind::Loop, Waiting::Held(doorway)) => Some(Slot::Door(doorway.door())),
            _ => None,
        }
    }
}
