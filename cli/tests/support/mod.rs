//! Runs the real binary on real modules.
// Each test binary uses its part of this.
#![allow(dead_code)]

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A handler of `tests/handlers/`.
pub(crate) fn handler(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/handlers")
        .join(name)
}

/// What a run came to.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// The JSON document's requests.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.json()["requests"].as_array().unwrap().clone()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.text(), self.stderr))
    }
}

/// `coldstart invoke HANDLER ARGUMENTS`.
pub(crate) fn invoke(name: &str, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldstart"));
    command.arg("invoke").arg(handler(name)).args(arguments);
    run(command, b"")
}

/// The same with something on standard input.
pub(crate) fn run(mut command: Command, stdin: &[u8]) -> Run {
    use std::io::Write;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that finds an error first does not read its input.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    Run {
        code: status.code().unwrap_or(-1),
        stdout,
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// The REPORT line's field, as in `field(report, "Billed Duration: ", " ms")`.
pub(crate) fn field<'a>(report: &'a str, before: &str, after: &str) -> &'a str {
    let start = report
        .find(before)
        .unwrap_or_else(|| panic!("no {before} in {report}"));
    let rest = &report[start + before.len()..];
    &rest[..rest.find(after).unwrap()]
}
