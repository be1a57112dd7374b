//! What is run, and where.

use flate2::read::GzDecoder;
use runtime_core::platform::INIT_LIMIT;
use runtime_core::protocol::{FromEnvironment, ToEnvironment};
use runtime_core::sandbox::{
    Done, Invocation, Phase, RUNTIME_CATALOG, RuntimeImage, SandboxSettings,
};
use runtime_core::timeline::{Failure, InitOutcome, Outcome, Runtime};
use runtime_core::units::ByteCount;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A module's file, as it is or compressed by gzip.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModuleFile(pub PathBuf);

/// An environment's whole life.
#[derive(Clone, Debug)]
pub struct Job {
    /// What runs.
    pub module: ModuleFile,
    /// As what.
    pub settings: SandboxSettings,
    /// When its INIT phase begins, in ns since 1970.
    pub began_unix_nanos: u64,
    /// The INIT phase tells where its work went; the module is a profiling build.
    pub profile: bool,
    /// The events, one after the other. After a process has ended, the next event begins a new one.
    pub invocations: Vec<Invocation>,
}

/// Where jobs are run.
pub trait Place {
    /// Everything that the environment says, in order.
    fn run(&self, job: &Job) -> Vec<FromEnvironment>;
}

impl ModuleFile {
    /// A managed runtime of a built site, and the memory that it has from its first moment on.
    pub fn of_runtime(site: &Path, runtime: Runtime) -> (ModuleFile, ByteCount) {
        let image = image(site, runtime);
        let file = site.join("runtimes").join(image.module.file);
        (ModuleFile(file), image.initial_memory)
    }

    /// Its profiling build, how frames lie in its memory, and how large that is at first.
    pub fn profiling(site: &Path, runtime: Runtime) -> (ModuleFile, Option<String>, ByteCount) {
        let image = image(site, runtime);
        let file = site.join("runtimes").join(image.profiling.file);
        (ModuleFile(file), image.frames, image.initial_memory)
    }

    /// The module itself.
    pub fn bytes(&self) -> Vec<u8> {
        let path = &self.0;
        let bytes =
            std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if path.extension().is_none_or(|extension| extension != "gz") {
            return bytes;
        }
        let mut module = Vec::new();
        let unpacked = GzDecoder::new(bytes.as_slice()).read_to_end(&mut module);
        unpacked.expect("a module compressed by gzip");
        module
    }
}

/// What a built site says of a runtime.
fn image(site: &Path, runtime: Runtime) -> RuntimeImage {
    let catalog = site.join("runtimes").join(RUNTIME_CATALOG);
    let list =
        std::fs::read(&catalog).unwrap_or_else(|error| panic!("{}: {error}", catalog.display()));
    let images: Vec<RuntimeImage> = serde_json::from_slice(&list).expect("the catalog");
    let image = images.into_iter().find(|image| image.runtime == runtime);
    image.unwrap_or_else(|| panic!("this site has no {}", runtime.id()))
}

/// Leads the conversation with an environment as a driver does: INIT, then one event after the
/// other. `tell` says something and gives everything up to the end of what was asked for.
pub fn conversation(
    job: &Job,
    mut tell: impl FnMut(ToEnvironment) -> Vec<FromEnvironment>,
) -> Vec<FromEnvironment> {
    let mut said = tell(ToEnvironment::Init(Phase {
        began_unix_nanos: job.began_unix_nanos,
        limit: INIT_LIMIT,
        profile: job.profile,
    }));
    for invocation in &job.invocations {
        let mut invocation = invocation.clone();
        invocation.init_first = said.last().is_some_and(process_ended);
        said.extend(tell(ToEnvironment::Invoke(invocation)));
    }
    said
}

/// Whether no process is left for the next event.
fn process_ended(message: &FromEnvironment) -> bool {
    match message {
        FromEnvironment::Done(Done::Init { outcome, .. }) => *outcome != InitOutcome::Succeeded,
        FromEnvironment::Done(Done::Invocation { invoked, .. }) => match invoked.outcome {
            Outcome::Succeeded => false,
            Outcome::Failed(failure) => Failure::ends_process(failure),
        },
        _ => false,
    }
}

/// Whether it is the last of what was asked for.
pub(crate) fn is_end(message: &FromEnvironment) -> bool {
    matches!(
        message,
        FromEnvironment::Done(_) | FromEnvironment::Broken { .. }
    )
}
