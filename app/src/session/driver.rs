//! The live driver: effects become workers, messages and timers; what workers say becomes inputs.

use super::Core;
use super::fleet::{CodeKey, Crew, Placement, Program, SPARE_WORKERS, WorkerNumber};
use super::state::{Alarm, Notice, State};
use crate::browser::modules::CompiledModule;
use crate::browser::timer;
use crate::browser::worker::{WorkerEvent, WorkerProgram};
use runtime_core::platform::{
    Effect, Input, InvocationEnd, Out, environment_variables, log_stream_name,
};
use runtime_core::protocol::{self, FromEnvironment, InvocationContext, ToEnvironment};
use runtime_core::sandbox::{SandboxSettings, TmpFiles};
use runtime_core::timeline::LifecycleEvent;
use runtime_core::units::{EnvironmentId, FunctionId, Moment, RequestId, Span};
use wasm_bindgen_futures::spawn_local;

impl Core {
    /// Tells the platform something, records what it says happened, and does what it asks for.
    pub(super) fn input(&self, input: Input) {
        let at = self.state.borrow().now();
        self.input_at(at, input);
    }

    fn input_at(&self, at: Moment, input: Input) {
        let mut out = Out::default();
        let mut finished = Vec::new();
        {
            let mut state = self.state.borrow_mut();
            state.platform.handle(at, input, &mut out);
            for fact in out.facts.drain(..) {
                if let LifecycleEvent::RequestRejected { request, .. }
                | LifecycleEvent::InvocationFinished { request, .. } = fact
                {
                    state.open_events.remove(&request);
                    finished.extend(
                        state
                            .waiters
                            .remove(&request)
                            .map(|waiter| (request, waiter)),
                    );
                }
                state.timeline.push(at, fact);
            }
        }
        for effect in out.effects {
            self.carry_out(effect);
        }
        for (request, waiter) in finished {
            waiter(request);
        }
        self.relieve();
        self.happened();
        self.save_soon();
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::StartEnvironment {
                environment,
                function,
            } => {
                self.place(environment, function);
            }
            Effect::Init { environment } => self.tell(environment, ToEnvironment::Init),
            Effect::Invoke {
                environment,
                request,
                init_first,
                deadline,
            } => {
                let message =
                    self.state
                        .borrow()
                        .invoke_message(environment, request, init_first, deadline);
                if let Some(message) = message {
                    self.tell(environment, message);
                }
            }
            Effect::ResetEnvironment { environment } => self.reset(environment),
            Effect::StopEnvironment { environment } => self.stop(environment),
            Effect::SetTimer { at, timer } => {
                let mut state = self.state.borrow_mut();
                let number = state.agenda_count;
                state.agenda_count += 1;
                state.agenda.insert((at, number), timer);
                drop(state);
                self.set_alarm();
            }
        }
    }

    /// Finds a worker for a new environment, or lets it wait for one.
    fn place(&self, environment: EnvironmentId, function: FunctionId) {
        let (code, full) = {
            let mut state = self.state.borrow_mut();
            let Some(placement) = state.placement(function, environment) else {
                return;
            };
            let code = placement.code;
            let full = state.fleet.placed() >= state.fleet.limit;
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
    fn relieve(&self) {
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
    fn crew(&self, environment: EnvironmentId) {
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

    /// Boots spare workers while there is room for them.
    fn keep_spares(&self) {
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
    fn start_if_ready(&self, environment: EnvironmentId) {
        let mut guard = self.state.borrow_mut();
        let state = &mut *guard;
        let Some(placement) = state.fleet.environments.get_mut(&environment) else {
            return;
        };
        let Some(module) = state.code.get(&placement.code) else {
            return;
        };
        let Some(crew) = placement.crew.as_ref().filter(|crew| crew.ready) else {
            return;
        };
        if placement.started {
            return;
        }
        placement.started = true;
        placement.settings.tmp = placement.tmp.clone();
        let start = protocol::encode(&ToEnvironment::Start(placement.settings.clone()));
        let mut sent = crew.worker.send_with_module(&start, module);
        for message in placement.outbox.drain(..) {
            sent = sent.and_then(|()| crew.worker.send(&protocol::encode(&message)));
        }
        let announce = !placement.announced;
        placement.announced = true;
        drop(guard);
        match sent {
            Err(reason) => self.worker_failed(environment, &reason),
            Ok(()) if announce => self.input(Input::EnvironmentReady { environment }),
            Ok(()) => {}
        }
    }

    fn tell(&self, environment: EnvironmentId, message: ToEnvironment) {
        let mut state = self.state.borrow_mut();
        let Some(placement) = state.fleet.environments.get_mut(&environment) else {
            return;
        };
        let sent = match &placement.crew {
            Some(crew) if placement.started => crew.worker.send(&protocol::encode(&message)),
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

    /// A new process for the environment, with the old one's `/tmp`.
    fn reset(&self, environment: EnvironmentId) {
        {
            let mut state = self.state.borrow_mut();
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

    fn stop(&self, environment: EnvironmentId) {
        let next = {
            let mut state = self.state.borrow_mut();
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
            Some(waiting) => self.crew(waiting),
            None => self.keep_spares(),
        }
    }

    fn worker_failed(&self, environment: EnvironmentId, reason: &str) {
        self.notify(Notice::error(
            format!("The worker of environment {environment} failed: {reason}."),
            "Invoke again for a new one. If it happens again, reload the page.",
        ));
        self.input(Input::EnvironmentFailed { environment });
    }

    fn worker_event(&self, number: WorkerNumber, event: WorkerEvent) {
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
            FromEnvironment::Ready => {}
            FromEnvironment::InitDone { outcome, duration } => {
                self.input(Input::InitFinished {
                    environment,
                    outcome,
                    duration,
                });
            }
            FromEnvironment::LogWritten { request, text } => {
                let text = self.state.borrow_mut().payloads.add(text);
                self.input(Input::LogWritten {
                    environment,
                    request,
                    text,
                });
            }
            FromEnvironment::TmpChanged(change) => {
                let mut state = self.state.borrow_mut();
                if let Some(placement) = state.fleet.environments.get_mut(&environment) {
                    placement.tmp.apply(change);
                }
            }
            FromEnvironment::InvokeDone {
                request,
                outcome,
                duration,
                max_memory,
                response,
                ..
            } => {
                let response = response.map(|bytes| self.state.borrow_mut().payloads.add(bytes));
                self.input(Input::InvocationFinished(InvocationEnd {
                    environment,
                    request,
                    outcome,
                    duration,
                    max_memory,
                    response,
                }));
            }
            FromEnvironment::Broken { message } => self.worker_failed(environment, &message),
        }
    }

    /// One browser timer, for the earliest thing on the agenda. One that is set and not too late
    /// stays: most invocations end long before their timeout, and ask for nothing earlier.
    pub(super) fn set_alarm(&self) {
        let mut state = self.state.borrow_mut();
        let next = state.agenda.first_key_value().map(|((at, _), _)| *at);
        let Some(at) = next else {
            return;
        };
        if state.alarm.as_ref().is_some_and(|alarm| alarm.at <= at) {
            return;
        }
        if let Some(alarm) = state.alarm.take() {
            alarm.timeout.cancel();
        }
        let now = state.now();
        let session = self.clone();
        let timeout = timer::after(at.since(now), move || session.ring());
        state.alarm = Some(Alarm { at, timeout });
    }

    /// Fires what is due and still awaited.
    pub(super) fn ring(&self) {
        // Set anew at the end: the clock may have been skipped, and this alarm may be the one
        // that rings.
        if let Some(alarm) = self.state.borrow_mut().alarm.take() {
            alarm.timeout.cancel();
        }
        loop {
            let due = {
                let mut guard = self.state.borrow_mut();
                let state = &mut *guard;
                let now = state.now();
                let first = state.agenda.first_entry();
                first.filter(|entry| entry.key().0 <= now).map(|entry| {
                    let (at, _) = *entry.key();
                    let timer = entry.remove();
                    (at.max(Moment::START), state.platform.awaits(timer), timer)
                })
            };
            match due {
                // At the moment that it was set for: a skip passes many at once.
                Some((at, true, timer)) => self.input_at(at, Input::TimerFired(timer)),
                // Its cause has gone.
                Some((_, false, _)) => {}
                None => break,
            }
        }
        self.set_alarm();
    }

    /// Compiles a package for a memory size, once; environments that wait for it are started then.
    fn prepare_code(&self, code: CodeKey) {
        let (wasm, inspector) = {
            let mut state = self.state.borrow_mut();
            if state.code.contains_key(&code) || !state.code_asked.insert(code) {
                return;
            }
            let Some(package) = state.packages.get(&code.package) else {
                return;
            };
            (package.module.wasm.clone(), state.inspector.clone())
        };
        let session = self.clone();
        spawn_local(async move {
            let compiled = compile(inspector, wasm, code).await;
            session.state.borrow_mut().code_asked.remove(&code);
            let waiting = session.state.borrow().environments_of(code);
            match compiled {
                Ok(module) => {
                    session.state.borrow_mut().code.insert(code, module);
                    for environment in waiting {
                        session.start_if_ready(environment);
                    }
                }
                Err(notice) => {
                    session.notify(notice);
                    for environment in waiting {
                        session.input(Input::EnvironmentFailed { environment });
                    }
                }
            }
        });
    }
}

async fn compile(
    inspector: crate::browser::packages::PackageInspector,
    wasm: Vec<u8>,
    code: CodeKey,
) -> Result<CompiledModule, Notice> {
    let limited = inspector
        .limit_memory(wasm, code.memory)
        .await
        .map_err(|refusal| Notice::error(refusal.cause, refusal.hint))?;
    crate::browser::modules::compile(&limited).await.map_err(|reason| {
        Notice::error(
            format!("This browser could not compile the module: {reason}."),
            "Build it without WebAssembly features that this browser lacks, or use a newer browser.",
        )
    })
}

impl State {
    /// A new environment of the function as it is now set.
    fn placement(&self, function: FunctionId, environment: EnvironmentId) -> Option<Placement> {
        let configuration = self.platform.configuration(function)?;
        let log_stream = log_stream_name(self.meta, environment, self.now());
        Some(Placement {
            function,
            code: CodeKey {
                package: configuration.package,
                memory: configuration.memory,
            },
            settings: SandboxSettings {
                kind: configuration.kind,
                memory: configuration.memory,
                initial_memory: configuration.initial_memory,
                ephemeral_storage: configuration.ephemeral_storage,
                variables: environment_variables(configuration, &log_stream),
                tmp: TmpFiles::default(),
            },
            crew: None,
            started: false,
            announced: false,
            outbox: Vec::new(),
            tmp: TmpFiles::default(),
        })
    }

    fn environments_of(&self, code: CodeKey) -> Vec<EnvironmentId> {
        let environments = self.fleet.environments.iter();
        environments
            .filter(|(_, it)| it.code == code)
            .map(|(id, _)| *id)
            .collect()
    }

    fn invoke_message(
        &self,
        environment: EnvironmentId,
        request: RequestId,
        init_first: bool,
        deadline: Moment,
    ) -> Option<ToEnvironment> {
        let placement = self.fleet.environments.get(&environment)?;
        let name = self
            .platform
            .configuration(placement.function)
            .map(|it| it.name.as_str());
        let event = self.open_events.get(&request).copied()?;
        let context = InvocationContext {
            request_id: request.uuid(self.meta.seed),
            deadline_unix_millis: self.meta.unix_millis + deadline.as_nanos() / 1_000_000,
            invoked_function_arn: format!(
                "arn:aws:lambda:us-east-1:123456789012:function:{}",
                name.unwrap_or_default()
            ),
        };
        let event = self.payloads.get(event).to_vec();
        Some(ToEnvironment::Invoke {
            request,
            init_first,
            context,
            event,
        })
    }

    /// How far away the next thing is that the platform waits for. `None` while handlers run: real
    /// code does not notice a skipped clock.
    pub(super) fn next_skip(&mut self, now: Moment) -> Option<Span> {
        if self.platform.is_busy() {
            return None;
        }
        // Timers whose cause has gone are nothing; they are dropped when they are met.
        while let Some(entry) = self.agenda.first_entry() {
            if self.platform.awaits(*entry.get()) {
                return Some(entry.key().0.since(now));
            }
            entry.remove();
        }
        None
    }
}

/// A skip a little past the moment, so that what is due then is due.
pub(super) const SKIP_MARGIN: Span = Span::from_millis(1);
