//! The platform's side of the Runtime API, as far as a test needs it: named pipes in a temporary
//! folder stand for the files.
//!
//! Runs the runtime built for this machine; or, if `COLDSTART_JAVASCRIPT_WASM` names the module,
//! that one in node's WASI.

#![allow(dead_code)] // Each test binary uses its part.
#![allow(clippy::unwrap_used, clippy::panic)] // What is only called by tests counts as none.

use serde_json::Value;
use std::fs::{self, OpenOptions};
use std::io::{PipeReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use tempfile::TempDir;

/// Ends what a reader of a pipe waits for once the process is gone.
const END: &[u8] = b"\0end";

/// How an invocation, or INIT, ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Response(Value),
    Error(Value),
    InitError(Value),
    /// The process ended without an answer, with this exit code.
    Exit(i32),
}

impl Outcome {
    /// The result.
    #[track_caller]
    pub(crate) fn response(self) -> Value {
        match self {
            Outcome::Response(value) => value,
            other => panic!("a response was expected, not {other:?}"),
        }
    }

    /// The error body.
    #[track_caller]
    pub(crate) fn error(self) -> Value {
        match self {
            Outcome::Error(value) => value,
            other => panic!("an error was expected, not {other:?}"),
        }
    }

    /// The error body of INIT.
    #[track_caller]
    pub(crate) fn init_error(self) -> Value {
        match self {
            Outcome::InitError(value) => value,
            other => panic!("an error of INIT was expected, not {other:?}"),
        }
    }
}

enum Message {
    Wrote(&'static str, Vec<u8>),
    /// The process has closed its output: what it has written.
    Log(String),
}

/// An environment with a deployment package in it.
pub(crate) struct Environment {
    folder: TempDir,
    child: Child,
    messages: Receiver<Message>,
    requests: u32,
    log: Option<String>,
    /// An answer that came before anybody asked.
    early: Vec<Outcome>,
}

/// The files that the process writes.
const WRITTEN: [&str; 3] = ["response", "error", "init/error"];

impl Environment {
    /// A package of one module, `index.mjs`, with the handler `index.handler`.
    pub(crate) fn of(module: &str) -> Self {
        Self::with(&[("index.mjs", module)], "index.handler", &[])
    }

    /// A package of these files.
    pub(crate) fn with(files: &[(&str, &str)], handler: &str, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join("task").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::create_dir_all(folder.path().join("task")).unwrap();
        fs::create_dir_all(folder.path().join("tmp")).unwrap();
        let api = folder.path().join("api");
        fs::create_dir_all(api.join("init")).unwrap();
        for pipe in WRITTEN.iter().chain(&["next"]) {
            let made = Command::new("mkfifo").arg(api.join(pipe)).status().unwrap();
            assert!(made.success());
        }
        let (sender, messages) = channel();
        for name in WRITTEN {
            let (path, sender) = (api.join(name), sender.clone());
            std::thread::spawn(move || forward(name, &path, &sender));
        }
        let (reader, writer) = std::io::pipe().unwrap();
        let child = command(folder.path(), handler, variables)
            .stdin(Stdio::null())
            .stdout(writer.try_clone().unwrap())
            .stderr(writer)
            .spawn()
            .unwrap();
        std::thread::spawn(move || collect(reader, &sender));
        Self {
            folder,
            child,
            messages,
            requests: 0,
            log: None,
            early: Vec::new(),
        }
    }

    /// Sends an event and waits for the end of the invocation.
    pub(crate) fn invoke(&mut self, event: &Value) -> Outcome {
        self.invoke_with(event, "")
    }

    /// The same, with more headers.
    pub(crate) fn invoke_with(&mut self, event: &Value, headers: &str) -> Outcome {
        self.requests += 1;
        let text = format!(
            "Lambda-Runtime-Aws-Request-Id: request-{}\n\
             Lambda-Runtime-Deadline-Ms: 4102444800000\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:it\n\
             {headers}\n{event}",
            self.requests
        );
        let next = self.folder.path().join("api/next");
        // Waits until the process reads; if that never happens, what ends the process comes first.
        std::thread::spawn(move || fs::write(next, text));
        self.outcome()
    }

    /// Waits for the next thing that the process says.
    pub(crate) fn outcome(&mut self) -> Outcome {
        if let Some(outcome) = self.early.pop() {
            return outcome;
        }
        match self.messages.recv().unwrap() {
            Message::Wrote(name, bytes) => named(name, &bytes),
            Message::Log(log) => {
                self.log = Some(log);
                let code = self.child.wait().unwrap().code().unwrap_or(-1);
                self.early.push(Outcome::Exit(code));
                self.drain();
                self.early.pop().unwrap()
            }
        }
    }

    /// The process is gone: whatever is still on its way comes before the marks.
    fn drain(&mut self) {
        for name in WRITTEN {
            let path = self.folder.path().join("api").join(name);
            let mut pipe = OpenOptions::new().write(true).open(path).unwrap();
            pipe.write_all(END).unwrap();
        }
        let mut marks = 0;
        while marks < WRITTEN.len() {
            if let Message::Wrote(name, bytes) = self.messages.recv().unwrap() {
                if let Some(body) = bytes.strip_suffix(END) {
                    marks += 1;
                    if !body.is_empty() {
                        self.early.push(named(name, body));
                    }
                } else {
                    self.early.push(named(name, &bytes));
                }
            }
        }
    }

    /// Everything that the process has written to its log; ends it.
    pub(crate) fn log(mut self) -> String {
        // The process may be gone already.
        let _ = self.child.kill();
        while self.log.is_none() {
            if let Message::Log(log) = self.messages.recv().unwrap() {
                self.log = Some(log);
            }
        }
        self.log.take().unwrap()
    }

    /// What handlers call `/var/task`.
    pub(crate) fn task_root(&self) -> String {
        if wasm().is_some() {
            "/var/task".to_owned()
        } else {
            self.folder.path().join("task").display().to_string()
        }
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn named(name: &str, bytes: &[u8]) -> Outcome {
    let value = serde_json::from_slice(bytes).unwrap_or_else(|error| {
        panic!("{name}: {error}: {}", String::from_utf8_lossy(bytes));
    });
    match name {
        "response" => Outcome::Response(value),
        "error" => Outcome::Error(value),
        _ => Outcome::InitError(value),
    }
}

/// Everything that is written to a pipe, one message for each time that it is opened.
fn forward(name: &'static str, path: &Path, sender: &Sender<Message>) {
    loop {
        let Ok(bytes) = fs::read(path) else { return };
        if sender.send(Message::Wrote(name, bytes)).is_err() {
            return;
        }
    }
}

fn collect(mut reader: PipeReader, sender: &Sender<Message>) {
    let mut log = Vec::new();
    // Ends with the process.
    let _ = reader.read_to_end(&mut log);
    let _ = sender.send(Message::Log(String::from_utf8_lossy(&log).into_owned()));
}

fn wasm() -> Option<PathBuf> {
    std::env::var_os("COLDSTART_JAVASCRIPT_WASM").map(PathBuf::from)
}

fn command(folder: &Path, handler: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = match wasm() {
        None => {
            let mut command = Command::new(env!("CARGO_BIN_EXE_javascript"));
            command
                .env_clear()
                .env("LAMBDA_TASK_ROOT", folder.join("task"))
                .env("COLDSTART_RUNTIME_API", folder.join("api"))
                .env("TMPDIR", folder.join("tmp"));
            command
        }
        Some(module) => {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/wasi.mjs");
            let mut command = Command::new("node");
            command
                .arg("--no-warnings")
                .arg(script)
                .arg(module)
                .arg(folder);
            command
        }
    };
    command
        .env("_HANDLER", handler)
        .env("AWS_LAMBDA_FUNCTION_NAME", "it")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/it")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]0")
        .envs(variables.iter().copied());
    command
}
