//! The language runtimes, by their tables of cases (`handlers/runtimes/README.md`).
#![allow(clippy::unwrap_used)]

use std::process::Command;
use xtask::{runtimes, workspace};

#[test]
fn python_and_ruby_answer_as_on_aws() {
    runtimes::build().unwrap();
    let sources = workspace::root().join("handlers/runtimes");
    for name in ["python", "ruby"] {
        let output = Command::new("node")
            .arg(sources.join("tests/run.mjs"))
            .arg(runtimes::folder().unwrap().join(format!("{name}.wasm")))
            .arg(sources.join(name).join("tests/cases"))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{name}:\n{text}");
    }
}
