//! A case as it is written, and as a job.

use crate::job::{Job, ModuleFile};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use runtime_core::sandbox::{
    Invocation, InvocationContext, PackageFiles, Phase, SandboxClock, SandboxSettings,
};
use runtime_core::timeline::{HandlerKind, Runtime};
use runtime_core::units::{ByteCount, MemoryMb, OrderedMap, RequestId, Span};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use xtask::workspace;

/// A runtime's cases.
pub struct Table {
    /// All of them, with their names, which begin with their file's.
    pub cases: Vec<(String, Case)>,
    module: ModuleFile,
    initial_memory: ByteCount,
    variables: OrderedMap<String, String>,
}

/// One environment: what it is given, and what has to come of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    name: String,
    files: BTreeMap<String, FileText>,
    /// Layers in their order, each with what it puts below `/opt`.
    #[serde(default)]
    layers: Vec<BTreeMap<String, FileText>>,
    handler: String,
    #[serde(default)]
    environment: OrderedMap<String, String>,
    #[serde(default)]
    pub(super) init_error: Option<Value>,
    #[serde(default)]
    pub(super) init_log: Vec<String>,
    #[serde(default)]
    pub(super) invocations: Vec<Request>,
    #[serde(default)]
    pub(super) exit: Option<u32>,
    #[serde(default)]
    pub(super) trap: bool,
    /// The function has SnapStart: INIT is captured, and the invocations are in an environment that
    /// begins from that.
    #[serde(default)]
    pub(super) snap_start: bool,
    /// What RESTORE writes to the log.
    #[serde(default)]
    pub(super) restore_log: Vec<String>,
    /// RESTORE fails with an error of the runtime's.
    #[serde(default)]
    pub(super) restore_fails: bool,
    /// Why there is no snapshot.
    #[serde(default)]
    pub(super) uncapturable: Option<String>,
    /// The size of `/tmp`; Lambda's least if not given.
    #[serde(default)]
    tmp_mb: Option<u32>,
}

/// One of a case's invocations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    #[serde(default)]
    event: Value,
    #[serde(default)]
    event_text: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default = "three_seconds")]
    timeout_ms: i64,
    #[serde(default, deserialize_with = "given")]
    pub(super) response: Option<Value>,
    #[serde(default)]
    pub(super) response_text: Option<String>,
    #[serde(default)]
    pub(super) error: Option<Value>,
    #[serde(default)]
    pub(super) log: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum FileText {
    Text(String),
    Lines(Vec<String>),
    Base64 { base64: String },
}

/// `null` is a value that can be expected.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

fn three_seconds() -> i64 {
    3_000
}

impl Table {
    /// The table of a runtime whose sources are in this folder of `handlers/runtimes`; the runtime
    /// itself is that of a built site.
    pub fn of(runtime: Runtime, folder: &str, site: &Path) -> Self {
        let sources = workspace::root().join("handlers/runtimes");
        let (module, initial_memory) = ModuleFile::of_runtime(site, runtime);
        Table {
            cases: ["cases", "limits"]
                .iter()
                .flat_map(|tests| cases(&sources.join(folder).join("tests").join(tests)))
                .collect(),
            module,
            initial_memory,
            variables: parsed(&sources.join("tests/variables.json")),
        }
    }

    /// What runs.
    pub fn module(&self) -> &ModuleFile {
        &self.module
    }
}

fn cases(folder: &Path) -> Vec<(String, Case)> {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    });
    let mut all = Vec::new();
    for file in files {
        let stem = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let cases: Vec<Case> = parsed(&file);
        all.extend(
            cases
                .into_iter()
                .map(|case| (format!("{stem}: {}", case.name), case)),
        );
    }
    all
}

fn parsed<T: for<'de> Deserialize<'de>>(file: &Path) -> T {
    let bytes = std::fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// When the cases' environments begin: 2030-03-17T17:46:40Z, when no runtime was built yet.
const BEGIN_UNIX_NANOS: u64 = 1_900_000_000_000_000_000;

/// The id of a case's first, second, ... request.
pub(super) fn request_id(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

impl Case {
    /// Why it cannot be run in the sandbox, if it cannot.
    pub fn beyond_the_sandbox(&self) -> Option<&'static str> {
        let headers = self.invocations.iter().any(|it| !it.headers.is_empty());
        headers.then_some("it needs headers that the platform does not send")
    }

    pub(super) fn job(&self, table: &Table) -> Job {
        let mut variables = table.variables.clone();
        variables.insert("_HANDLER".to_owned(), self.handler.clone());
        variables.extend(self.environment.clone());
        if self.snap_start {
            let kind = "AWS_LAMBDA_INITIALIZATION_TYPE".to_owned();
            variables.insert(kind, "snap-start".to_owned());
        }
        let task = files(&self.files).tree();
        let layers: Vec<PackageFiles> = self.layers.iter().map(files).collect();
        let mut invocations: Vec<_> = (1..)
            .zip(&self.invocations)
            .map(|(number, request)| request.invocation(number))
            .collect();
        if self.init_error.is_some() && !self.snap_start {
            // What a runtime says of its failed INIT is what the first caller gets.
            let request = Request::deserialize(Value::Object(serde_json::Map::new()));
            invocations.insert(0, request.expect("all has defaults").invocation(1));
        }
        let defaults = SandboxSettings::new(HandlerKind::Loop);
        Job {
            module: table.module.clone(),
            settings: SandboxSettings {
                initial_memory: table.initial_memory,
                ephemeral_storage: self
                    .tmp_mb
                    .map_or(defaults.ephemeral_storage, MemoryMb::new),
                variables,
                task,
                opt: PackageFiles::of_layers(&layers).tree(),
                clock: SandboxClock::Modelled {
                    started_unix_nanos: BEGIN_UNIX_NANOS,
                    seed: 1,
                },
                ..defaults
            },
            began_unix_nanos: BEGIN_UNIX_NANOS,
            profile: false,
            invocations,
        }
    }
}

impl Request {
    fn invocation(&self, number: u64) -> Invocation {
        let event = match (&self.event_text, &self.event) {
            (Some(text), _) => text.clone(),
            (None, Value::Null) => "{}".to_owned(),
            (None, event) => event.to_string(),
        };
        let phase = Phase {
            began_unix_nanos: BEGIN_UNIX_NANOS + number * 60_000_000_000,
            limit: Span::from_secs(900),
            profile: false,
        };
        let began = (phase.began_unix_nanos / 1_000_000).cast_signed();
        Invocation {
            request: RequestId(number),
            init_first: false,
            phase,
            context: InvocationContext {
                request_id: request_id(number),
                deadline_unix_millis: (began + self.timeout_ms).cast_unsigned(),
                invoked_function_arn: "arn:aws:lambda:us-east-1:123456789012:function:test"
                    .to_owned(),
                trace_id: "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700".to_owned(),
            },
            event: event.into_bytes(),
        }
    }
}

fn files(texts: &BTreeMap<String, FileText>) -> PackageFiles {
    let mut files = PackageFiles::default();
    for (path, text) in texts {
        files.insert(path, text.bytes());
    }
    files
}

impl FileText {
    fn bytes(&self) -> Vec<u8> {
        match self {
            FileText::Text(text) => text.clone().into_bytes(),
            FileText::Lines(lines) => lines
                .iter()
                .flat_map(|line| format!("{line}\n").into_bytes())
                .collect(),
            FileText::Base64 { base64 } => BASE64_STANDARD.decode(base64).expect("base64"),
        }
    }
}
