//! What an environment is started with, what it is told and what it tells.

use super::{FileTree, Snapshot};
use crate::timeline::{
    ClockSetting, FunctionConfiguration, HandlerKind, InitOutcome, Outcome, Uncapturable,
    function_arn,
};
use crate::units::{ByteCount, EnvironmentId, MemoryMb, OrderedMap, RequestId, SessionSeed, Span};
use serde::{Deserialize, Serialize};

/// What an environment is started with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxSettings {
    /// How the module is called.
    pub kind: HandlerKind,
    /// The function's memory.
    pub memory: MemoryMb,
    /// The memory that the module declares from the start.
    pub initial_memory: ByteCount,
    /// The size of `/tmp`.
    pub ephemeral_storage: MemoryMb,
    /// The whole environment: reserved variables and the user's.
    pub variables: OrderedMap<String, String>,
    /// The command line; the program's own name comes first.
    pub arguments: Vec<String>,
    /// What programs find open when they start.
    pub preopens: Preopens,
    /// `/var/task`: the deployment package. Cannot be written to.
    pub task: FileTree,
    /// `/var/runtime`: what the runtime brings. Cannot be written to.
    pub runtime: FileTree,
    /// `/opt`: the layers. Cannot be written to.
    pub opt: FileTree,
    /// `/tmp` as an earlier process of this environment left it.
    pub tmp: FileTree,
    /// The time that its processes live in.
    pub clock: SandboxClock,
    /// How its processes begin.
    pub beginning: Beginning,
    /// How the frames of an interpreter lie in memory, to profile the program that it runs: the
    /// text of a [`FrameLayout`](crate::profile::FrameLayout::to_text). Only where its module is a
    /// profiling build.
    #[serde(default)]
    pub frames: Option<String>,
}

/// How the processes of an environment begin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Beginning {
    /// With their INIT phase.
    #[default]
    Init,
    /// The same; then a snapshot is taken and the environment is at its end.
    Capture,
    /// From a snapshot that an environment of the same function has left.
    Restore(Snapshot),
}

/// The time that an environment's processes live in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SandboxClock {
    /// The host's.
    Measured,
    /// What the CPU model makes of the work that a metered module counts.
    Modelled {
        /// When the environment was started, in ns since 1970.
        started_unix_nanos: u64,
        /// Random numbers come from it.
        seed: u64,
    },
}

impl SandboxClock {
    /// Of an environment that is started at that time, in ns since 1970. Random numbers depend on
    /// the environment only, so that the same handler does the same work in every session.
    pub fn of(
        setting: ClockSetting,
        started_unix_nanos: u64,
        environment: EnvironmentId,
    ) -> SandboxClock {
        match setting {
            ClockSetting::Measured => SandboxClock::Measured,
            ClockSetting::Modelled => SandboxClock::Modelled {
                started_unix_nanos,
                seed: environment.0.into(),
            },
        }
    }
}

/// An INIT phase or an invocation, as far as its time goes. In measured time the host keeps the
/// limit itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// When it began, in ns since 1970.
    pub began_unix_nanos: u64,
    /// How long it may take.
    pub limit: Span,
    /// A profiling build is to tell where its work went.
    pub profile: bool,
}

/// The directories that programs find open when they start, from descriptor 3 on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preopens {
    /// One, `/`: the file system of an execution environment.
    Root,
    /// Directories of these names, kept in memory and open for writing, each of the size of `/tmp`.
    /// There is no `/`. For programs that are no handlers.
    Directories(Vec<(String, FileTree)>),
}

impl SandboxSettings {
    /// For a new environment of a function. `variables` are the whole environment, not only the
    /// user's; `task` is the deployment package.
    pub fn of(
        configuration: &FunctionConfiguration,
        variables: OrderedMap<String, String>,
        task: FileTree,
        clock: SandboxClock,
    ) -> Self {
        SandboxSettings {
            task,
            clock,
            memory: configuration.memory,
            initial_memory: configuration.initial_memory,
            ephemeral_storage: configuration.ephemeral_storage,
            variables,
            ..SandboxSettings::new(configuration.kind)
        }
    }

    /// For a function with Lambda's defaults: 128 MB of memory, 512 MB of ephemeral storage, no
    /// variables, no files.
    pub fn new(kind: HandlerKind) -> Self {
        SandboxSettings {
            kind,
            memory: MemoryMb::new(128),
            initial_memory: ByteCount::ZERO,
            ephemeral_storage: MemoryMb::new(512),
            variables: Default::default(),
            arguments: vec!["bootstrap".to_owned()],
            preopens: Preopens::Root,
            task: FileTree::default(),
            runtime: FileTree::default(),
            opt: FileTree::default(),
            tmp: FileTree::default(),
            clock: SandboxClock::Measured,
            beginning: Beginning::Init,
            frames: None,
        }
    }
}

impl Phase {
    /// When its limit is reached, in ms since 1970.
    pub fn deadline_unix_millis(self) -> u64 {
        self.began_unix_nanos.saturating_add(self.limit.as_nanos()) / 1_000_000
    }
}

/// What a handler is told about its invocation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvocationContext {
    /// The request's UUID.
    pub request_id: String,
    /// When the function's timeout is reached, in ms since 1970.
    pub deadline_unix_millis: u64,
    /// See [`function_arn`](crate::timeline::function_arn).
    pub invoked_function_arn: String,
    /// The X-Ray tracing header.
    pub trace_id: String,
}

impl InvocationContext {
    /// Of a request to the function of this name, whose timeout is reached at that time in ms since
    /// 1970.
    pub fn of(
        request: RequestId,
        seed: SessionSeed,
        deadline_unix_millis: u64,
        function: &str,
    ) -> Self {
        InvocationContext {
            request_id: request.uuid(seed),
            deadline_unix_millis,
            invoked_function_arn: function_arn(function),
            trace_id: request.trace_header(seed, deadline_unix_millis / 1_000),
        }
    }
}

/// An event for a handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invocation {
    /// Which request this is; comes back in the answers.
    pub request: RequestId,
    /// Run init first, inside this invocation.
    pub init_first: bool,
    /// When it begins and how long it may take.
    pub phase: Phase,
    /// What the handler is told about the invocation.
    pub context: InvocationContext,
    /// The event.
    pub event: Vec<u8>,
}

/// How an invocation went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoked {
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took on the environment's clock, init included where it ran first.
    pub duration: Span,
    /// The most memory that the process had.
    pub max_memory: ByteCount,
    /// The response, or the handler's own error JSON; not there for any other failure.
    pub response: Option<Vec<u8>>,
}

/// Something that came to its end in an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Done {
    /// The INIT phase, or what takes its place where a snapshot is restored.
    Init {
        /// How it ended.
        outcome: InitOutcome,
        /// How long it took, on the environment's own clock.
        duration: Span,
        /// How much of that went by until a restored snapshot's code ran.
        restoring: Span,
        /// What was captured, or why nothing could be. Only of one that succeeded, where it was
        /// asked for.
        snapshot: Option<Result<Snapshot, Uncapturable>>,
    },
    /// An invocation.
    Invocation {
        /// Of which request.
        request: RequestId,
        /// How it went.
        invoked: Invoked,
    },
}
