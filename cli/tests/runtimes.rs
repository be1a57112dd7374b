//! Source code and the runtimes that it needs. The runtime here is a few lines of text, in a folder
//! as a built site has it.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Run, handler, run};

/// A folder that is gone with its test.
struct Folder(PathBuf);

impl Folder {
    /// With a deployment package, `app.py`.
    fn new(test: &str) -> Self {
        let name = format!("coldstart-cli-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("app.py"), "def go(event, context): pass\n").unwrap();
        Folder(folder)
    }

    /// And with a built site's runtimes: Python only.
    fn with_runtimes(test: &str) -> Self {
        let folder = Folder::new(test);
        let module = wat::parse_file(handler("runtime.wat")).unwrap();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&module).unwrap();
        let compressed = gzip.finish().unwrap();
        let hash: String = Sha256::digest(&module)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let file = format!(
            r#"{{"file":"python.wasm.gz","downloadSize":{},"moduleSize":{},"sha256":"{hash}"}}"#,
            compressed.len(),
            module.len(),
        );
        let catalog = format!(
            r#"[{{"runtime":"python3.12","module":{file},"profiling":{file},"initialMemory":131072}}]"#
        );
        let runtimes = folder.runtimes();
        fs::create_dir_all(&runtimes).unwrap();
        fs::write(runtimes.join("python.wasm.gz"), compressed).unwrap();
        fs::write(runtimes.join("index.json"), catalog).unwrap();
        folder
    }

    fn runtimes(&self) -> PathBuf {
        self.0.join("dist/runtimes")
    }

    /// `coldstart invoke app.py ARGUMENTS`, here.
    fn invoke(&self, arguments: &[&str]) -> Run {
        run(self.command("app.py", arguments), b"")
    }

    fn command(&self, package: impl AsRef<Path>, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coldstart"));
        command
            .arg("invoke")
            .arg(package.as_ref())
            .args(arguments)
            .env_remove("COLDSTART_RUNTIMES")
            .current_dir(&self.0);
        command
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind, it takes little room.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
fn refused(run: &Run, cause: &str, hint: &str) {
    assert_eq!(run.code, 2, "{}{}", run.text(), run.stderr);
    assert!(run.stderr.contains(cause), "{}", run.stderr);
    let (_, rest) = run.stderr.split_once(" hint: ").unwrap();
    assert!(rest.contains(hint), "{}", run.stderr);
}

#[test]
fn source_code_runs_in_the_runtime_that_it_is_for() {
    let folder = Folder::with_runtimes("runs");
    let run = folder.invoke(&["--times", "2", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let requests = run.requests();
    assert_eq!(requests[0]["start"], "cold");
    assert_eq!(requests[1]["start"], "warm");
    assert_eq!(requests[1]["payload"], "\"handled\"");
    let log = requests[0]["log"].as_str().unwrap();
    for variable in ["_HANDLER=app.go\0", "COLDSTART_RUNTIME_API=/run/lambda\0"] {
        assert!(log.contains(variable), "{log}");
    }
}

#[test]
fn the_folder_can_be_named_and_the_handler_too() {
    let folder = Folder::with_runtimes("named");
    let elsewhere = folder.0.join("elsewhere");
    fs::rename(folder.runtimes(), &elsewhere).unwrap();
    let elsewhere = elsewhere.to_str().unwrap();
    let run = folder.invoke(&[
        "--runtimes",
        elsewhere,
        "--runtime",
        "python3.12",
        "--handler",
        "app.other",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.text().contains("_HANDLER=app.other\0"),
        "{}",
        run.text()
    );
    let mut command = folder.command("app.py", &[]);
    command.env("COLDSTART_RUNTIMES", elsewhere);
    let run = support::run(command, b"");
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn no_folder_with_runtimes() {
    let folder = Folder::new("none");
    refused(
        &folder.invoke(&[]),
        "app.py: it is source code for python3.12 (CPython 3.12, WASI), and no folder with runtimes is known",
        "--runtimes or COLDSTART_RUNTIMES",
    );
    refused(
        &folder.invoke(&["--runtimes", "nowhere"]),
        "index.json could not be read",
        "the folder `runtimes` of a built site",
    );
}

#[test]
fn another_runtime_than_there_is() {
    let folder = Folder::with_runtimes("another");
    refused(
        &folder.invoke(&["--runtime", "ruby3.4"]),
        "it needs ruby3.4, and dist/runtimes has only python3.12",
        "cargo xtask build",
    );
    refused(
        &folder.invoke(&["--runtime", "provided.al2023"]),
        "it brings no module along",
        "bootstrap.wasm",
    );
    let command = folder.command(handler("moods.wat"), &["--runtime", "python3.12"]);
    refused(
        &run(command, b""),
        "it is a module, and python3.12 (CPython 3.12, WASI) runs source code",
        "Leave --runtime out",
    );
    let unknown = folder.invoke(&["--runtime", "python2.7"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("there are python3.12, "),
        "{}",
        unknown.stderr
    );
}

#[test]
fn a_damaged_runtime_is_not_run() {
    let folder = Folder::with_runtimes("damaged");
    let module = folder.runtimes().join("python.wasm.gz");
    let whole = fs::read(&module).unwrap();
    fs::write(&module, &whole[..whole.len() / 2]).unwrap();
    refused(
        &folder.invoke(&[]),
        "could not be read",
        "Copy the folder again",
    );

    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(b"another module").unwrap();
    fs::write(&module, gzip.finish().unwrap()).unwrap();
    refused(
        &folder.invoke(&[]),
        "is not the one that the list beside it names",
        "Copy the folder again",
    );

    fs::write(folder.runtimes().join("index.json"), "[{}]").unwrap();
    refused(
        &folder.invoke(&[]),
        "missing field",
        "Copy the folder again",
    );
}
