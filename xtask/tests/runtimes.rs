//! The language runtimes, by their tables of cases (`handlers/runtimes/README.md`).
#![allow(clippy::unwrap_used)]

use std::process::Command;
use xtask::{runtimes, workspace};

#[test]
fn runtimes_answer_as_on_aws() {
    runtimes::build().unwrap();
    let sources = workspace::root().join("handlers/runtimes");
    for name in ["python", "javascript", "ruby"] {
        // More than V8 gives by itself: code that it has not optimised yet takes more of the stack, and
        // when it is depends on the machine.
        let output = Command::new("node")
            .arg("--stack-size=3900")
            .arg(sources.join("tests/run.mjs"))
            .arg(runtimes::folder().unwrap().join(format!("{name}.wasm")))
            .arg(sources.join(name).join("tests/cases"))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{name}:\n{text}");
    }
}
