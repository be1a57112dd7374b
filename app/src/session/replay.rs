//! An environment's history, done once more on a profiling build of its module. It lies in the page's
//! part that shows what happened: nothing else refers to it.

use super::Core;
use super::code::missing;
use super::fleet::CodeKey;
use super::profile::{InvocationProfile, ProfileState};
use super::runtimes::image;
use super::state::{Notice, Profiling};
use crate::browser::modules::compile;
use crate::browser::runtimes;
use crate::browser::timer;
use crate::browser::worker::{RunningWorker, Slot, WorkerEvent, WorkerProgram};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use runtime_core::platform::{INIT_LIMIT, RESTORE_LIMIT};
use runtime_core::profile::PhaseProfile;
use runtime_core::projections::{History, Step};
use runtime_core::protocol::{self, FromEnvironment, ToEnvironment};
use runtime_core::sandbox::{
    Beginning, Done, Invocation, InvocationContext, Phase, SandboxSettings,
};
use runtime_core::timeline::{ClockSetting, SessionMeta};
use runtime_core::units::{RequestId, Span};
use std::rc::Rc;

/// The longest history that is done again.
const MAX_STEPS: usize = 1_000;
/// How long a replay may really take.
const PATIENCE: Span = Span::from_secs(120);

/// Replays what led to a request's end; where its work went.
pub(super) async fn replay(core: Core, request: RequestId) -> Result<InvocationProfile, Notice> {
    let history = {
        let state = core.state.borrow();
        History::of(state.timeline.entries(), request)
    };
    let history = history.ok_or_else(|| {
        Notice::error(
            "What this environment did before is not in the timeline any more.",
            "Invoke again and look at the new invocation.",
        )
    })?;
    if history.configuration.clock == ClockSetting::Measured {
        return Err(Notice::error(
            "The milliseconds of this invocation were measured with this browser's clock.",
            "A replay takes a different time, so it cannot say where these went. Set the function's clock to modelled and invoke again.",
        ));
    }
    if history.steps.len() > MAX_STEPS {
        return Err(Notice::error(
            format!(
                "Its environment has done {} things before, and all of them would be done again.",
                history.steps.len()
            ),
            "Recycle the environments and invoke again.",
        ));
    }
    let profiling = core.profiling_build(&history).await?;
    let names = profiling.names.clone();
    let mut player = Player::new(core, request, &history, profiling).await?;
    let mut profiles = Vec::new();
    for (index, step) in history.steps.iter().enumerate() {
        // The INIT phase that is billed with the invocation is a part of its profile.
        let init_is_billed = history.steps.len() == 2;
        let wanted = index + 1 == history.steps.len() || (init_is_billed && index == 0);
        profiles.extend(player.play(step, wanted).await?);
    }
    let invocation = profiles.pop().ok_or_else(|| {
        Notice::error(
            "The replay told nothing of what ran.",
            "This is a defect of Coldstart: please report it.",
        )
    })?;
    let init = profiles.pop();
    let phases = init.iter().chain([&invocation]);
    let recorded: Vec<_> = phases.map(|phase| &phase.profile).collect();
    let mut names = (*names).clone();
    names.keep_only(&recorded);
    Ok(InvocationProfile {
        init,
        invocation,
        names,
    })
}

impl Core {
    /// The profiling build of what an environment ran. The last one is kept.
    async fn profiling_build(&self, history: &History) -> Result<Profiling, Notice> {
        let code = CodeKey::of(&history.configuration);
        let (kept, epoch) = {
            let state = self.state.borrow();
            (state.profiling.clone(), state.epoch)
        };
        if let Some(kept) = kept.filter(|kept| kept.code == code) {
            return Ok(kept);
        }
        let failed = |reason: String| {
            Notice::error(
                format!("The profiling build could not be made: {reason}."),
                "Check the connection and try again.",
            )
        };
        let inspector = self.state.borrow().inspector.clone();
        let refused =
            |refusal: crate::browser::packages::Refusal| Notice::error(refusal.cause, refusal.hint);
        let (module, initial_memory, frames) = match code {
            CodeKey::Package(package) => {
                let wasm = {
                    let state = self.state.borrow();
                    let package = state.packages.get(&package);
                    let module = package.and_then(|package| package.content.module());
                    module.map(|module| module.wasm.clone())
                };
                let wasm = wasm.ok_or_else(missing)?;
                let built = inspector.prepare(wasm, true).await.map_err(refused)?;
                let module = compile(&built).await.map_err(failed)?;
                (module, history.configuration.initial_memory, None)
            }
            CodeKey::Runtime(runtime) => {
                let image = image(runtime).await.map_err(failed)?;
                let module = runtimes::load(&image.profiling, |_| ())
                    .await
                    .map_err(failed)?;
                (module, image.initial_memory, image.frames)
            }
        };
        let names = inspector.names(&module).await.map_err(refused)?;
        let profiling = Profiling {
            code,
            module,
            names: Rc::new(names),
            initial_memory,
            frames,
        };
        let mut state = self.state.borrow_mut();
        if state.epoch == epoch {
            state.profiling = Some(profiling.clone());
        }
        Ok(profiling)
    }
}

/// An environment that does again what another one did.
struct Player<'a> {
    core: Core,
    request: RequestId,
    history: &'a History,
    meta: SessionMeta,
    profiling: Profiling,
    program: WorkerProgram,
    settings: SandboxSettings,
    slot: Option<Slot>,
    worker: RunningWorker,
    events: UnboundedReceiver<Heard>,
    sender: UnboundedSender<Heard>,
    done: Span,
    /// Ends the replay if it takes too long.
    _patience: Patience,
}

/// What a replay waits for.
enum Heard {
    Worker(WorkerEvent),
    OutOfPatience,
}

/// A timer that is taken back with the replay.
struct Patience(Option<timer::Timeout>);

impl Drop for Patience {
    fn drop(&mut self) {
        if let Some(timeout) = self.0.take() {
            timeout.cancel();
        }
    }
}

impl<'a> Player<'a> {
    async fn new(
        core: Core,
        request: RequestId,
        history: &'a History,
        profiling: Profiling,
    ) -> Result<Self, Notice> {
        let program = core.program().await.map_err(|reason| broke(&reason))?;
        let (sender, events) = unbounded();
        let worker = hire(&program, &sender)?;
        let impatient = sender.clone();
        let timeout = timer::after(PATIENCE, move || {
            // The replay has ended meanwhile: nobody listens.
            let _ = impatient.unbounded_send(Heard::OutOfPatience);
        });
        let (settings, meta) = {
            let state = core.state.borrow();
            let environment = history.environment;
            let settings = state.settings(
                history.created,
                environment,
                history.origin,
                &history.configuration,
            );
            let settings = match history.restored {
                None => settings,
                Some(source) => {
                    let kept = state
                        .snapshots
                        .get(&(history.function, history.origin.version));
                    let kept = kept.filter(|kept| kept.environment == source);
                    let kept = kept.ok_or_else(no_snapshot)?;
                    SandboxSettings {
                        beginning: Beginning::Restore(kept.snapshot.clone()),
                        tmp: kept.tmp.clone(),
                        ..settings
                    }
                }
            };
            (settings, state.meta)
        };
        let mut player = Player {
            settings: SandboxSettings {
                initial_memory: profiling.initial_memory,
                frames: profiling.frames.clone(),
                ..settings
            },
            core,
            request,
            history,
            meta,
            profiling,
            program,
            slot: None,
            worker,
            events,
            sender,
            done: Span::ZERO,
            _patience: Patience(Some(timeout)),
        };
        player.start().await?;
        Ok(player)
    }

    /// A fresh worker is told what it is.
    async fn start(&mut self) -> Result<(), Notice> {
        while !matches!(self.hear().await?, FromEnvironment::Ready) {}
        self.slot = self
            .core
            .state
            .borrow()
            .waiting
            .new_slot(self.settings.kind);
        let start = protocol::encode(&ToEnvironment::Start(Box::new(self.settings.clone())));
        let (module, slot) = (&self.profiling.module, self.slot.as_ref());
        self.worker
            .send_with_module(&start, module, slot)
            .map_err(|reason| broke(&reason))
    }

    /// Does one step again; its profile, if that is wanted.
    async fn play(&mut self, step: &Step, wanted: bool) -> Result<Option<PhaseProfile>, Notice> {
        let (message, waits) = match *step {
            Step::Init { at, .. } | Step::Restore { at, .. } => {
                let limit = match step {
                    Step::Restore { .. } => RESTORE_LIMIT,
                    _ => INIT_LIMIT,
                };
                let phase = Phase {
                    began_unix_nanos: self.meta.unix_nanos(at),
                    limit,
                    profile: wanted,
                };
                (ToEnvironment::Init(phase), false)
            }
            Step::Invoke {
                request,
                shown,
                named,
                at,
                init_first,
                event,
                ..
            } => {
                let phase = Phase {
                    began_unix_nanos: self.meta.unix_nanos(at),
                    limit: self.history.configuration.timeout,
                    profile: wanted,
                };
                let platform = &self.core.state.borrow().platform;
                let context = InvocationContext::of(
                    shown,
                    self.meta.seed,
                    phase.deadline_unix_millis(),
                    &platform.invoked_name(&self.history.configuration.name, named),
                );
                let event = self.core.state.borrow().payloads.get(event).to_vec();
                let invocation = Invocation {
                    request,
                    init_first,
                    phase,
                    context,
                    event,
                };
                (ToEnvironment::Invoke(invocation), true)
            }
            Step::Reset => {
                self.worker = hire(&self.program, &self.sender)?;
                // What the old one still said is not for the new one.
                while self.events.try_recv().is_ok() {}
                self.start().await?;
                return Ok(None);
            }
        };
        let bytes = protocol::encode(&message);
        match (&self.slot, waits) {
            (Some(slot), true) => self.worker.leave(&bytes, slot),
            _ => self.worker.send(&bytes),
        }
        .map_err(|reason| broke(&reason))?;
        let mut profile = None;
        let done = loop {
            match self.hear().await? {
                FromEnvironment::Done(done) => break done,
                FromEnvironment::Profiled(told) => {
                    profile = Some(told.decode().map_err(|error| broke(&error.to_string()))?);
                }
                FromEnvironment::TmpChanged(change) => self.settings.tmp.apply(change),
                FromEnvironment::Broken { message } => return Err(broke(&message)),
                FromEnvironment::Ready | FromEnvironment::LogWritten { .. } => {}
            }
        };
        self.check(step, &done)?;
        self.done += step.took();
        self.show_progress()?;
        Ok(profile)
    }

    /// A replay that does something else explains nothing.
    fn check(&self, step: &Step, done: &Done) -> Result<(), Notice> {
        let same = match (step, done) {
            (
                Step::Init { outcome, took, .. } | Step::Restore { outcome, took, .. },
                Done::Init {
                    outcome: ended,
                    duration,
                    ..
                },
            ) => outcome == ended && took == duration,
            (
                Step::Invoke {
                    outcome,
                    took,
                    response,
                    ..
                },
                Done::Invocation { invoked, .. },
            ) => {
                let state = self.core.state.borrow();
                let response = response.map(|response| state.payloads.get(response));
                *outcome == invoked.outcome
                    && *took == invoked.duration
                    && response.as_deref() == invoked.response.as_deref()
            }
            _ => false,
        };
        match same {
            true => Ok(()),
            false => Err(Notice::error(
                "The replay did not do what the environment did.",
                "It was given up, or is at the edge of the stack or of the browser's memory: those are not the same in every build.",
            )),
        }
    }

    fn show_progress(&self) -> Result<(), Notice> {
        if !self.core.is_replaying(self.request) {
            return Err(Notice::info("It was cancelled.", ""));
        }
        let state = ProfileState::Replaying {
            done: self.done,
            whole: self.history.took(),
        };
        self.core
            .state
            .borrow_mut()
            .profiles
            .insert(self.request, state);
        self.core.happened();
        Ok(())
    }

    async fn hear(&mut self) -> Result<FromEnvironment, Notice> {
        match self.events.recv().await {
            Ok(Heard::Worker(WorkerEvent::Message(bytes))) => {
                protocol::decode(&bytes).map_err(|error| broke(&error.to_string()))
            }
            Ok(Heard::Worker(WorkerEvent::Failed(reason))) => Err(broke(&reason)),
            Ok(Heard::OutOfPatience) | Err(_) => Err(Notice::error(
                "The replay took more than two minutes of real time.",
                "Recycle the environments and invoke again, or give it less to do.",
            )),
        }
    }
}

fn no_snapshot() -> Notice {
    Notice::error(
        "The snapshot that this environment began from is not there any more.",
        "The function was changed since, or the page was reloaded. Invoke again and look at the new invocation.",
    )
}

fn hire(program: &WorkerProgram, sender: &UnboundedSender<Heard>) -> Result<RunningWorker, Notice> {
    let sender = sender.clone();
    let started = program.start("replay", move |event| {
        // A worker that was replaced is not listened to.
        let _ = sender.unbounded_send(Heard::Worker(event));
    });
    started.map_err(|reason| broke(&reason))
}

fn broke(reason: &str) -> Notice {
    Notice::error(
        format!("The replay's worker failed: {reason}."),
        "Try again. If it happens again, reload the page; nothing that you saved is lost.",
    )
}
