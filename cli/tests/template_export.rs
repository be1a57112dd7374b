//! `coldstart template export`.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use runtime_core::sandbox::PackageFiles;
use runtime_core::sandbox::inspect::PackageSource;
use runtime_core::timeline::{
    Architecture, AsyncConfiguration, ClockSetting, FunctionConfiguration, HandlerKind,
    LifecycleEvent, MappingConfiguration, Payloads, QueueConfiguration, QueueFact, Runtime,
    SessionMeta, SnapStart, Timeline,
};
use runtime_core::units::{
    ByteCount, FunctionId, MappingId, MemoryMb, Moment, OrderedMap, PackageId, QueueId,
    SessionSeed, Span,
};
use runtime_core::workspace::{PackageFile, WorkspaceFile};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Run, run};

fn template(task: &str, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldstart"));
    command.args(["template", task]).args(arguments);
    run(command, b"")
}

/// A folder of this test only.
fn folder(test: &str) -> PathBuf {
    let name = format!("coldstart-{test}-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn configured(id: u32, name: &str, package: u32, runtime: Runtime) -> LifecycleEvent {
    LifecycleEvent::FunctionConfigured {
        function: FunctionId(id),
        revision: 1,
        configuration: Box::new(FunctionConfiguration {
            name: name.to_owned(),
            package: PackageId(package),
            runtime,
            handler: runtime.default_handler().to_owned(),
            kind: HandlerKind::Reactor,
            code_size: ByteCount::new(1),
            unzipped_size: ByteCount::default(),
            layers: Vec::new(),
            initial_memory: ByteCount::ZERO,
            memory: MemoryMb::new(128),
            timeout: Span::from_secs(3),
            architecture: Architecture::Arm64,
            ephemeral_storage: MemoryMb::new(512),
            variables: OrderedMap::new(),
            reserved_concurrency: None,
            snap_start: SnapStart::None,
            asynchronous: AsyncConfiguration::default(),
            clock: ClockSetting::Modelled,
        }),
    }
}

/// A workspace as the page exports it: a module of WebAssembly text, a function in Python, a queue.
fn workspace(python: &[u8]) -> Vec<u8> {
    let module = fs::read(support::handler("works.wat")).unwrap();
    let package = |id, name: &str, source, bytes: &[u8]| {
        let mut files = PackageFiles::default();
        files.insert(name, bytes.to_vec());
        PackageFile::new(PackageId(id), name.to_owned(), source, &files)
    };
    let packages = vec![
        package(1, "works.wat", PackageSource::Wat, &module),
        package(2, "lambda_function.py", PackageSource::File, python),
    ];
    let queue = QueueFact::QueueConfigured {
        queue: QueueId(1),
        configuration: Box::new(QueueConfiguration::named("jobs")),
    };
    let mapping = QueueFact::MappingConfigured {
        mapping: MappingId(1),
        configuration: Box::new(MappingConfiguration::between(QueueId(1), FunctionId(2))),
    };
    let facts = [
        LifecycleEvent::SessionOpened(SessionMeta {
            seed: SessionSeed(1),
            unix_millis: 1_764_432_000_000,
        }),
        configured(1, "works", 1, Runtime::Provided),
        configured(2, "greet", 2, Runtime::Python312),
        LifecycleEvent::Queue(queue),
        LifecycleEvent::Queue(mapping),
    ];
    let mut timeline = Timeline::default();
    for fact in facts {
        timeline.push(Moment::START, fact);
    }
    // What else the page keeps is nothing to the command line.
    let document = json!({ "events": {}, "selectedFunction": 1, "freeTier": true, "drafts": {} });
    WorkspaceFile::new(document, packages, timeline, &Payloads::default()).to_json()
}

const GREET: &[u8] = b"def lambda_handler(event, context):\n    return 'hello'\n";

#[test]
fn a_workspace_becomes_a_folder_that_can_be_deployed() {
    let folder = folder("export");
    let (file, to) = (folder.join("workspace.json"), folder.join("stack"));
    fs::write(&file, workspace(GREET)).unwrap();
    let made = template("export", &[text(&file), "--to", text(&to)]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(
        made.text().contains("2 functions, 1 triggers, 1 queues"),
        "{}",
        made.text()
    );

    let module = fs::read(to.join("code/WorksFunction/bootstrap.wasm")).unwrap();
    assert!(
        module.starts_with(b"\0asm"),
        "AWS gets the module, not its text"
    );
    assert!(to.join("code/WorksFunction/works.wat").is_file());
    assert_eq!(
        fs::read(to.join("code/GreetFunction/lambda_function.py")).unwrap(),
        GREET
    );
    let readme = fs::read_to_string(to.join("README.md")).unwrap();
    assert!(readme.contains("install -m 755 bootstrap code/WorksFunction/bootstrap   # arm64"));
    assert!(!readme.contains("code/GreetFunction/bootstrap"));

    // The import reads what the export wrote.
    let back = template("import", &[text(&to.join("template.yaml")), "--json"]);
    assert_eq!(back.code, 0, "{}", back.stderr);
    let back: Value = serde_json::from_str(&back.text()).unwrap();
    assert_eq!(back["skipped"], json!([]));
    assert_eq!(back["functions"][0]["name"], "works");
    assert_eq!(back["functions"][0]["code"]["path"], "code/WorksFunction/");
    assert_eq!(back["mappings"][0]["queue"], "JobsQueue");

    // What is there is not written over, unless that is wanted.
    let again = template("export", &[text(&file), "--to", text(&to)]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("is not empty"), "{}", again.stderr);
    assert!(again.stderr.contains("--force"), "{}", again.stderr);
    let forced = template(
        "export",
        &[text(&file), "--to", text(&to), "--force", "--json"],
    );
    assert_eq!(forced.code, 0, "{}", forced.stderr);
    let forced: Value = serde_json::from_str(&forced.text()).unwrap();
    let files = forced["files"].as_array().unwrap();
    assert!(files.contains(&json!("template.yaml")), "{files:?}");
    assert_eq!(forced["remarks"], json!([]));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_cannot_be_exported_says_why() {
    let folder = folder("no-export");
    let to = folder.join("stack");
    let refused = |bytes: &[u8]| {
        let file = folder.join("workspace.json");
        fs::write(&file, bytes).unwrap();
        let made = template("export", &[text(&file), "--to", text(&to)]);
        assert_eq!(made.code, 2, "{}", made.text());
        assert!(!to.exists(), "nothing is written");
        assert!(made.stderr.contains(" hint: "), "{}", made.stderr);
        made.stderr
    };
    assert!(refused(b"{}").contains("not a workspace file"));
    assert!(refused(b"\0asm").contains("not a workspace file"));
    let newer = br#"{"format": "coldstart-workspace", "version": 99}"#;
    assert!(refused(newer).contains("version 99"));
    let empty: Timeline = Timeline::default();
    let empty = WorkspaceFile::new(json!({}), Vec::new(), empty, &Payloads::default());
    assert!(refused(&empty.to_json()).contains("nothing to export"));
    let whole = String::from_utf8(workspace(GREET)).unwrap();
    let damaged = whole.replace("\"works.wat\":\"", "\"works.wat\":\"?");
    assert_ne!(whole, damaged);
    assert!(refused(damaged.as_bytes()).contains("packages in this workspace file are damaged"));
    let leading_out = whole.replace("\"lambda_function.py\":\"", "\"../lambda_function.py\":\"");
    assert_ne!(whole, leading_out);
    assert!(refused(leading_out.as_bytes()).contains("lambda_function.py in this workspace file"));

    let missing = template("export", &["nowhere.json", "--to", text(&to)]);
    assert_eq!(missing.code, 2);
    assert!(
        missing
            .stderr
            .contains("workspace file nowhere.json could not be read")
    );
    fs::remove_dir_all(folder).unwrap();
}
