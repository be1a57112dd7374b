//! Profiles of programs by the functions of their own source, natively and in Chromium: the handlers
//! in `profiles/` and the calls that are expected of them.
//!
//! `cargo xtask test` runs it on a built site; alone:
//! `cargo test -p coldstart-programs --features run --test profiles -- NAME`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use coldstart_programs::{Chromium, Job, ModuleFile, Native, Place};
use libtest_mimic::{Arguments, Trial};
use runtime_core::profile::{NodeId, PhaseProfile, SourceFunction, SourceProfile};
use runtime_core::protocol::FromEnvironment;
use runtime_core::sandbox::{
    Done, FileContent, FileTree, Invocation, InvocationContext, Phase, SandboxClock,
    SandboxSettings,
};
use runtime_core::timeline::{HandlerKind, Outcome, Runtime};
use runtime_core::units::{MemoryMb, OrderedMap, RequestId, Span};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

/// A program, its runtime, and what it calls.
struct Program {
    runtime: Runtime,
    /// Below `profiles/`.
    folder: &'static str,
    handler: &'static str,
}

const PROGRAMS: [Program; 2] = [
    Program {
        runtime: Runtime::Python312,
        folder: "python",
        handler: "lambda_function.lambda_handler",
    },
    Program {
        runtime: Runtime::JavaScript,
        folder: "javascript",
        handler: "index.handler",
    },
];

/// Where a package's files are.
const TASK: &str = "/var/task/";
/// The calls that are expected, in a program's folder.
const EXPECTED: &str = "calls.txt";
/// 2030-03-17T17:46:40Z.
const BEGIN_UNIX_NANOS: u64 = 1_900_000_000_000_000_000;

type Lazy<T> = Arc<LazyLock<T, Box<dyn FnOnce() -> T + Send>>>;

fn main() -> ExitCode {
    let native: Lazy<Native> = Arc::new(LazyLock::new(Box::new(Native::default)));
    let chromium: Lazy<Chromium> = Arc::new(LazyLock::new(Box::new(Chromium::start)));
    let mut trials = Vec::new();
    for program in &PROGRAMS {
        let here = Arc::clone(&native);
        let name = format!("natively: {}", program.folder);
        trials.push(Trial::test(name, move || {
            checked(program, &program.run(&**here, true))?;
            program.same_without_frames(&**here).map_err(Into::into)
        }));
        let (here, there) = (Arc::clone(&native), Arc::clone(&chromium));
        let name = format!("in Chromium: {}", program.folder);
        trials.push(Trial::test(name, move || {
            let said = program.run(&**there, true);
            checked(program, &said)?;
            match said == program.run(&**here, true) {
                true => Ok(()),
                false => Err("it is not what the same program says natively".into()),
            }
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

impl Program {
    fn folder(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("profiles")
            .join(self.folder)
    }

    /// INIT and two invocations; with a layout of frames, or as if there were none.
    fn run(&self, place: &dyn Place, with_frames: bool) -> Vec<FromEnvironment> {
        let (module, frames, initial_memory) =
            ModuleFile::profiling(&coldstart_tests::site(), self.runtime);
        assert!(frames.is_some(), "the site does not say how frames lie");
        let mut task = FileTree::default();
        for entry in std::fs::read_dir(self.folder()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name != EXPECTED {
                let bytes = std::fs::read(&path).unwrap();
                task.insert(name, FileContent::File(bytes.into()));
            }
        }
        let variables = [
            ("_HANDLER", self.handler),
            ("LAMBDA_TASK_ROOT", "/var/task"),
            ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
            ("COLDSTART_RUNTIME_API", "/run/lambda"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_FUNCTION_NAME", "test"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        place.run(&Job {
            module,
            settings: SandboxSettings {
                initial_memory,
                memory: MemoryMb::new(512),
                variables: OrderedMap::from(variables),
                task,
                clock: SandboxClock::Modelled {
                    started_unix_nanos: BEGIN_UNIX_NANOS,
                    seed: 1,
                },
                frames: frames.filter(|_| with_frames),
                ..SandboxSettings::new(HandlerKind::Loop)
            },
            began_unix_nanos: BEGIN_UNIX_NANOS,
            profile: true,
            invocations: (1..=2).map(invocation).collect(),
        })
    }

    /// To read frames changes nothing: neither what happens nor the profile of the interpreter.
    fn same_without_frames(&self, place: &dyn Place) -> Result<(), String> {
        let (with, without) = (self.run(place, true), self.run(place, false));
        if done(&with) != done(&without) {
            return Err("it does something else when frames are read".to_owned());
        }
        let calls = |said: &[FromEnvironment]| -> Vec<_> {
            let phases = phases(said).into_iter();
            phases.map(|phase| (phase.profile, phase.waited)).collect()
        };
        match calls(&with) == calls(&without) {
            true => Ok(()),
            false => Err("the interpreter's own calls are others".to_owned()),
        }
    }
}

fn invocation(number: u64) -> Invocation {
    let request = RequestId(number);
    let phase = Phase {
        began_unix_nanos: BEGIN_UNIX_NANOS + number * 60_000_000_000,
        limit: Span::from_secs(30),
        profile: true,
    };
    Invocation {
        request,
        init_first: false,
        phase,
        context: InvocationContext {
            request_id: format!("00000000-0000-4000-8000-{number:012}"),
            ..InvocationContext::default()
        },
        event: b"{}".to_vec(),
    }
}

fn done(said: &[FromEnvironment]) -> Vec<&Done> {
    let done = said.iter().filter_map(|message| match message {
        FromEnvironment::Done(done) => Some(done),
        _ => None,
    });
    done.collect()
}

fn phases(said: &[FromEnvironment]) -> Vec<PhaseProfile> {
    let profiles = said.iter().filter_map(|message| match message {
        FromEnvironment::Profiled(profile) => Some(profile.decode().expect("a profile")),
        _ => None,
    });
    profiles.collect()
}

/// Every phase is as expected, and both of its trees have the same fuel.
fn checked(program: &Program, said: &[FromEnvironment]) -> Result<(), String> {
    for done in done(said) {
        if let Done::Invocation { invoked, .. } = done
            && invoked.outcome != Outcome::Succeeded
        {
            let response = invoked.response.as_deref().unwrap_or_default();
            let response = String::from_utf8_lossy(response);
            return Err(format!("{:?}: {response}", invoked.outcome));
        }
    }
    let phases = phases(said);
    let mut text = String::new();
    for (phase, title) in phases.iter().zip(["INIT", "first", "second"]) {
        let source = phase.source.as_ref().ok_or("no calls of the program")?;
        let (own, interpreters) = (source.profile.fuel(), phase.profile.fuel());
        if own != interpreters {
            return Err(format!("{title}: {own} fuel, not {interpreters}"));
        }
        text.push_str(&format!("{title}\n{}", calls(source)));
    }
    let expected = std::fs::read_to_string(program.folder().join(EXPECTED)).unwrap_or_default();
    match text == expected {
        true => Ok(()),
        false => Err(format!("{EXPECTED} has:\n{expected}\nnot:\n{text}")),
    }
}

/// The calls of the package's functions and all that these called: a line for each, below its
/// caller, in the order of their names.
fn calls(source: &SourceProfile) -> String {
    let is_own = |function: &SourceFunction| {
        let file = function.file.as_deref();
        file.is_some_and(|file| file.starts_with(TASK))
    };
    let nodes = source.profile.nodes();
    let mut lines = BTreeMap::new();
    for (index, node) in nodes.iter().enumerate() {
        let path = source.profile.path(NodeId(index as u32));
        let mut path: Vec<_> = path
            .map(|id| {
                source
                    .function(nodes[id.index()].frame)
                    .expect("a function")
            })
            .collect();
        path.reverse();
        let Some(outermost) = path.iter().position(|function| is_own(function)) else {
            continue;
        };
        let own: Vec<&SourceFunction> = path.split_off(outermost);
        let last = own.last().expect("at least the outermost");
        let place = match (&last.file, last.line) {
            (Some(file), Some(line)) if is_own(last) => {
                format!(" {}:{line}", file.trim_start_matches(TASK))
            }
            (Some(file), _) => format!(" {file}"),
            (None, _) => String::new(),
        };
        let indent = "  ".repeat(own.len());
        let line = format!("{indent}{}{place} ×{}\n", last.name, node.calls);
        let key: Vec<_> = own.iter().map(|it| (&it.name, &it.file, it.line)).collect();
        lines.entry(key).or_insert_with(String::new).push_str(&line);
    }
    lines.into_values().collect()
}
