//! A Python function that does everything wrong, one thing after the other, in one environment: each
//! ends as AWS words it, and the next invocation works. Needs built runtimes:
//! `cargo test -p coldstart-cli --features runtimes --test bad_input`.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use support::{Run, run};

/// What goes wrong in each invocation; it counts them in `/tmp`, which outlives its processes.
const FUNCTION: &str = r#"
import os

def count():
    with open("/tmp/count", "a+") as file:
        file.write("x")
        return file.tell()

if os.path.exists("/tmp/loop-in-init"):
    os.remove("/tmp/loop-in-init")
    while True:
        pass

def go(event, context):
    number = count()
    if number == 1:
        while True:
            pass
    if number == 3:
        return len("x" * 300_000_000)
    if number == 5:
        return "x" * 7_000_000
    if number == 6:
        for _ in range(1024):
            print("x" * 1_048_575)
    if number == 7:
        with open("/tmp/loop-in-init", "w"):
            pass
        os._exit(3)
    return number
"#;

/// The folder of a built site's runtimes: that of `COLDSTART_DIST`, or of the checkout's `dist`.
fn runtimes() -> PathBuf {
    let named = std::env::var_os("COLDSTART_DIST").filter(|value| !value.is_empty());
    let built = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../dist");
    named.map_or(built, PathBuf::from).join("runtimes")
}

/// `coldstart invoke app.py ARGUMENTS` with this package.
fn invoke(test: &str, source: &str, arguments: &[&str]) -> Run {
    let folder = std::env::temp_dir().join(format!("coldstart-{test}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("app.py"), source).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldstart"));
    command
        .arg("invoke")
        .arg(folder.join("app.py"))
        .arg("--runtimes")
        .arg(runtimes())
        // What goes wrong is the same in both clocks, and a runtime that loops for seconds is not fast
        // in a test build.
        .args(["--handler", "app.go", "--clock", "measured", "--json"])
        .args(arguments);
    let run = run(command, b"");
    std::fs::remove_dir_all(&folder).unwrap();
    run
}

#[test]
fn everything_goes_wrong_and_the_next_invocation_works() {
    let run = invoke("bad-input", FUNCTION, &["--timeout", "5", "--times", "9"]);
    assert_eq!(run.code, 1, "{}{}", run.text(), run.stderr);
    let requests = run.requests();
    let id = |at: usize| requests[at]["requestId"].as_str().unwrap().to_owned();
    let failed = |at: usize, kind: &str, message: &str| {
        let payload = requests[at]["payload"].as_str().unwrap();
        let payload: Value = serde_json::from_str(payload).unwrap();
        assert_eq!(payload["errorType"], kind, "{payload}");
        assert_eq!(payload["errorMessage"], message, "{payload}");
        assert_eq!(requests[at]["functionError"], "Unhandled");
        assert_eq!(requests[at]["statusCode"], 200);
    };
    let succeeded = |at: usize| {
        assert_eq!(
            requests[at]["payload"],
            (at + 1).to_string(),
            "{}",
            requests[at]
        );
    };
    let log = |at: usize| requests[at]["log"].as_str().unwrap();
    let exit = |at: usize, how: &str| {
        let id = id(at);
        let message = format!("RequestId: {id} Error: Runtime exited with error: {how}");
        failed(at, "Runtime.ExitError", &message);
    };
    let timed_out = |at: usize| {
        let id = id(at);
        let message = format!("RequestId: {id} Error: Task timed out after 5.00 seconds");
        failed(at, "Sandbox.Timedout", &message);
    };

    timed_out(0);
    succeeded(1);
    // More memory than the function has.
    exit(2, "signal: killed");
    assert!(
        log(2).contains("out of memory: the function has 128 MB"),
        "{}",
        log(2)
    );
    let report = requests[2]["report"].as_str().unwrap();
    assert!(report.contains("Max Memory Used: 128 MB"), "{report}");
    succeeded(3);
    failed(
        4,
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    );
    // A log of 1 GB.
    succeeded(5);
    assert!(log(5).len() < 1_100_000, "{} bytes", log(5).len());
    assert!(
        log(5).contains("\nlog truncated: "),
        "nothing says that there was more"
    );
    exit(6, "exit status 3");
    // INIT runs again inside of the invocation, and so into its timeout.
    timed_out(7);
    let last = requests[8]["payload"].as_str().unwrap();
    assert_eq!(last, "8", "{}", log(8));
}

/// INIT is ended after ten seconds, and begins again inside of the invocation.
#[test]
fn an_init_phase_without_end() {
    let function = "import os\n\
        if not os.path.exists('/tmp/seen'):\n    open('/tmp/seen', 'w').close()\n    while True:\n        pass\n\
        def go(event, context):\n    return 'works'\n";
    let run = invoke("endless-init", function, &["--times", "2"]);
    assert_eq!(run.code, 0, "{}{}", run.text(), run.stderr);
    let requests = run.requests();
    for request in &requests {
        assert_eq!(request["payload"], "\"works\"");
    }
    let log = requests[0]["log"].as_str().unwrap();
    assert!(log.contains("INIT_REPORT Init Duration: 1"), "{log}");
    assert!(log.contains("Phase: init\tStatus: timeout"), "{log}");
    assert_eq!(requests[1]["start"], "warm");
}
