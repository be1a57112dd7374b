//! Workers for environments: starting them, keeping a few spare ones, bounding their number.

use crate::browser::modules::CompiledModule;
use crate::browser::worker::{RunningWorker, Slot, WorkerAssets, WorkerProgram};
use runtime_core::agenda::Agenda;
use runtime_core::protocol::ToEnvironment;
use runtime_core::sandbox::{FileTree, RuntimeImage, SandboxSettings};
use runtime_core::timeline::{ClockSetting, FunctionConfiguration, Runtime};
use runtime_core::units::OrderedMap;
use runtime_core::units::{EnvironmentId, FunctionId, PackageId, Version};
use std::collections::VecDeque;

/// Booted workers that wait for an environment: the cloud keeps such a pool too. More would only
/// cost memory, since a start takes a few milliseconds.
pub(super) const SPARE_WORKERS: usize = 2;

/// Names a worker for as long as it lives; a message from a worker that was replaced finds nothing.
pub(super) type WorkerNumber = u32;

/// All workers.
pub(super) struct Fleet {
    pub(super) assets: WorkerAssets,
    pub(super) program: Program,
    /// Environments that have a worker, or wait for one.
    pub(super) environments: OrderedMap<EnvironmentId, Placement>,
    /// Environments that wait for a worker because the bound is reached, oldest first.
    pub(super) queue: VecDeque<EnvironmentId>,
    pub(super) spares: Vec<Crew>,
    pub(super) owners: OrderedMap<WorkerNumber, EnvironmentId>,
    pub(super) limit: usize,
    pub(super) next_worker: WorkerNumber,
}

/// The environment worker's binary.
pub(super) enum Program {
    NotAsked,
    Loading,
    Ready(WorkerProgram),
}

/// A worker and whether it has said that it is ready.
pub(super) struct Crew {
    pub(super) number: WorkerNumber,
    pub(super) worker: RunningWorker,
    pub(super) ready: bool,
}

/// An environment on this host.
pub(super) struct Placement {
    pub(super) function: FunctionId,
    pub(super) version: Version,
    pub(super) code: CodeKey,
    pub(super) settings: SandboxSettings,
    /// Where its durations come from.
    pub(super) clock: ClockSetting,
    /// The worker; `None` while it waits for one.
    pub(super) crew: Option<Crew>,
    /// Where its worker finds events while it waits inside of a handler.
    pub(super) slot: Option<Slot>,
    /// Whether the worker has been told what it is.
    pub(super) started: bool,
    /// Whether the platform has been told that the environment is there.
    pub(super) announced: bool,
    /// What to send once the worker has been told what it is.
    pub(super) outbox: Vec<ToEnvironment>,
    /// What the environment has in `/tmp`, as far as its worker has said.
    pub(super) tmp: FileTree,
}

/// What is compiled once and shared by all environments that need just that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CodeKey {
    /// A package's own module.
    Package(PackageId),
    /// A managed runtime's module.
    Runtime(Runtime),
}

impl CodeKey {
    /// What a function that is set so runs.
    pub(super) fn of(configuration: &FunctionConfiguration) -> Self {
        match configuration.runtime {
            Runtime::Provided => CodeKey::Package(configuration.package),
            managed => CodeKey::Runtime(managed),
        }
    }
}

/// Code that environments can start from.
pub(super) struct Code {
    pub(super) module: CompiledModule,
    /// What a managed runtime is started with.
    pub(super) image: Option<RuntimeImage>,
}

impl Fleet {
    pub(super) fn new(assets: WorkerAssets, limit: usize) -> Self {
        Fleet {
            assets,
            program: Program::NotAsked,
            environments: OrderedMap::new(),
            queue: VecDeque::new(),
            spares: Vec::new(),
            owners: OrderedMap::new(),
            limit,
            next_worker: 0,
        }
    }

    /// Workers that belong to an environment.
    pub(super) fn placed(&self) -> usize {
        self.environments
            .values()
            .filter(|placement| placement.crew.is_some())
            .count()
    }

    /// Environments that wait for a worker.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }
}

impl super::state::State {
    /// Ends all workers and forgets what was waited for: another session begins.
    pub(super) fn halt(&mut self) {
        self.fleet.environments.clear();
        self.fleet.queue.clear();
        self.fleet.owners.clear();
        self.agenda = Agenda::default();
        self.generators.halt();
        self.open_events.clear();
        self.clear_desk();
        // What was compiled belongs to the old packages, whose numbers the new ones take.
        self.epoch += 1;
        self.code.clear();
        self.code_asked.clear();
        self.profiling = None;
        self.snapshots.clear();
        self.fetching.clear();
        self.waiters.clear();
        self.profiles.clear();
        if let Some(alarm) = self.alarm.take() {
            alarm.timeout.cancel();
        }
        if let Some(timeout) = self.patience.take() {
            timeout.cancel();
        }
    }
}
