//! `bootstrap` with a Runtime API that somebody else wrote: the emulator of cargo-lambda, which takes
//! events by the path of AWS's Invoke API and hands them to whoever asks it for the next one.
//!
//! `cargo xtask test` runs it; alone:
//! `cargo test -p coldstart-bootstrap --features emulator --test emulator`.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::json;
use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use support::{Function, handler};
use xtask::pypi;

/// Of PyPI's `cargo-lambda`.
const CARGO_LAMBDA: &str = "1.9.2";
/// The emulator has no functions but a project's binaries.
const NAME: &str = "function";
const MANIFEST: &str = "[package]\nname = \"function\"\nedition = \"2024\"\n\n[workspace]\n";
/// How long the emulator may take until it listens.
const PATIENCE: Duration = Duration::from_secs(60);

struct Emulator {
    child: Child,
    address: String,
    program: PathBuf,
    project: PathBuf,
}

impl Emulator {
    /// Starts it in a project of its own.
    fn start(name: &str) -> Self {
        let program = pypi::package("cargo-lambda", CARGO_LAMBDA)
            .unwrap_or_else(|error| panic!("{error:#}"))
            .join("bin/cargo-lambda");
        let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("project-{name}"));
        std::fs::create_dir_all(project.join("src")).unwrap();
        std::fs::write(project.join("Cargo.toml"), MANIFEST).unwrap();
        std::fs::write(project.join("src/main.rs"), "fn main() {}\n").unwrap();
        let port = free_port();
        let log = File::create(project.join("log.txt")).unwrap();
        let child = Command::new(&program)
            .args(["lambda", "watch", "--only-lambda-apis"])
            .args(["--invoke-address", "127.0.0.1"])
            .args(["--invoke-port", &port.to_string()])
            .current_dir(&project)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut emulator = Emulator {
            child,
            address: format!("127.0.0.1:{port}"),
            program,
            project,
        };
        emulator.wait();
        emulator
    }

    fn wait(&mut self) {
        let started = Instant::now();
        while TcpStream::connect(&self.address).is_err() {
            let ended = self.child.try_wait().unwrap();
            if ended.is_some() || started.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(self.project.join("log.txt")).unwrap();
                panic!("the emulator does not listen: {ended:?}\n{log}");
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What `AWS_LAMBDA_RUNTIME_API` is here: each function of the emulator has its own path.
    fn runtime_api(&self) -> String {
        format!("http://{}/.rt/{NAME}", self.address)
    }

    fn function(&self, module: &str) -> Function {
        Function::start(
            &self.runtime_api(),
            &[("bootstrap.wasm", &handler(module))],
            &[],
        )
    }

    /// AWS's Invoke.
    fn invoke(&self, event: &str) -> (u16, String) {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent: ureq::Agent = config.timeout_global(Some(PATIENCE)).build().into();
        let url = format!(
            "http://{}/2015-03-31/functions/{NAME}/invocations",
            self.address
        );
        let mut response = agent.post(url).send(event).unwrap();
        let status = response.status().as_u16();
        (status, response.body_mut().read_to_string().unwrap())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One that nobody listens on now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn a_reactor_stays_warm_fails_and_is_reset() {
    let emulator = Emulator::start("reactor");
    let mut function = emulator.function("moods.wat");
    for count in 1..=3 {
        let expected = format!(r#"{{"count":{count}}}"#);
        assert_eq!(emulator.invoke(r#""count""#), (200, expected));
    }
    // The emulator answers an error with 500, where Lambda says 200 and sets a header.
    let (status, error) = emulator.invoke(r#""error""#);
    assert_eq!(
        (status, &*error),
        (500, r#"{"errorType":"Mood","errorMessage":"bad"}"#)
    );
    let (status, error) = emulator.invoke(r#""crash""#);
    assert_eq!(status, 500);
    let error: serde_json::Value = serde_json::from_str(&error).unwrap();
    assert_eq!(error["errorType"], "Runtime.ExitError");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(
        message.ends_with(" Error: Runtime exited with error: signal: aborted"),
        "{message}"
    );
    let ended = function.end();
    assert_eq!(ended.status.code(), Some(134));
    assert!(
        ended.stdout.starts_with("init\n{\"count\":1}\n"),
        "{}",
        ended.stdout
    );
    // Lambda starts it again: its globals are fresh.
    let function = emulator.function("moods.wat");
    assert_eq!(
        emulator.invoke(r#""count""#),
        (200, r#"{"count":1}"#.to_owned())
    );
    function.stop();
}

#[test]
fn a_looping_program_waits_for_its_events() {
    let emulator = Emulator::start("loop");
    let function = emulator.function("asks.wat");
    for _ in 0..3 {
        assert_eq!(emulator.invoke("{}"), (200, r#""handled""#.to_owned()));
    }
    let stdout = function.stop().stdout;
    assert_eq!(
        stdout.matches("COLDSTART_RUNTIME_API=").count(),
        1,
        "{stdout}"
    );
}

/// Its own client finds the same answers, and the module what the emulator says of an invocation.
#[test]
fn its_own_command_invokes_it() {
    let emulator = Emulator::start("client");
    let function = emulator.function("variables.wat");
    let (host, port) = emulator.address.split_once(':').unwrap();
    let mut client = Command::new(&emulator.program)
        .args([
            "lambda",
            "invoke",
            NAME,
            "--data-ascii",
            r#"{"name":"Ada"}"#,
        ])
        .args(["--invoke-address", host, "--invoke-port", port])
        .current_dir(&emulator.project)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while client.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            // Its output says what it waited for.
            client.kill().unwrap();
        }
        thread::sleep(Duration::from_millis(20));
    }
    let output = client.wait_with_output().unwrap();
    let response: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {output:?}"));
    assert_eq!(response, json!({"name": "Ada"}));
    let stdout = function.stop().stdout;
    let context: serde_json::Value = serde_json::from_str(stdout.lines().nth(1).unwrap()).unwrap();
    assert_eq!(context["invokedFunctionArn"], "function-arn");
    let trace = context["traceId"].as_str().unwrap();
    assert!(trace.starts_with("Root=1-"), "{trace}");
}
