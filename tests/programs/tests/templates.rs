//! What Coldstart exports, others accept: cfn-lint, and SAM's own translator, both of PyPI. They read the
//! templates that `runtime-core/tests/template` keeps, and has made of sessions again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use xtask::python;

/// cfn-lint 1.58.0 and aws-sam-translator 1.115.0, and what they need.
const TOOLS: &str = "sam-1.58.0-1.115.0";

static PROGRAMS: LazyLock<PathBuf> = LazyLock::new(|| {
    let requirements = beside("templates/requirements.txt");
    python::environment(TOOLS, &requirements).unwrap_or_else(|error| panic!("{error:#}"))
});

fn beside(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn templates() -> Vec<PathBuf> {
    let folder = beside("../../runtime-core/tests/template/exported");
    let sessions = fs::read_dir(folder).unwrap().flatten();
    let templates: Vec<PathBuf> = sessions
        .map(|session| session.path().join("template.yaml"))
        .collect();
    assert!(templates.len() >= 5, "{templates:?}");
    templates
}

fn lint(templates: &[PathBuf]) -> Output {
    let mut command = Command::new(PROGRAMS.join("cfn-lint"));
    // What it only warns of can be deployed.
    command
        .args(["--non-zero-exit-code", "error"])
        .args(templates)
        .output()
        .unwrap()
}

fn translate(templates: &[PathBuf]) -> Output {
    let mut command = Command::new(PROGRAMS.join("python"));
    let script = beside("templates/translate.py");
    command
        .arg(script)
        .args(templates)
        // Which partition the ARNs are of follows from it.
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .output()
        .unwrap()
}

/// What a program said, if it was not content.
fn complaint(output: &Output) -> Option<String> {
    let said = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it).into_owned());
    (!output.status.success()).then(|| said.concat())
}

#[test]
fn cfn_lint_accepts_what_is_exported() {
    assert_eq!(complaint(&lint(&templates())), None);
}

#[test]
fn sams_translator_accepts_what_is_exported() {
    let templates = templates();
    let output = translate(&templates);
    assert_eq!(complaint(&output), None);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).lines().count(),
        templates.len()
    );
}

/// Otherwise the two above would say nothing.
#[test]
fn both_refuse_what_is_wrong() {
    let mut templates = templates();
    templates.retain(|it| it.to_string_lossy().contains("orders"));
    let text = fs::read_to_string(&templates[0]).unwrap();
    let folder = std::env::temp_dir().join(format!("coldstart-templates-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let wrong = folder.join("template.yaml");
    fs::write(
        &wrong,
        // An event of SAM's, which its translator knows, and a resource's property, which cfn-lint does.
        text.replace("            Queue: ", "            Queues: ")
            .replace("FifoQueue: true", "FifoQueues: true"),
    )
    .unwrap();
    let wrong = [wrong];
    let refused = [complaint(&lint(&wrong)), complaint(&translate(&wrong))];
    fs::remove_dir_all(folder).unwrap();
    for said in refused {
        assert!(said.is_some_and(|it| it.contains("Queue")));
    }
}
