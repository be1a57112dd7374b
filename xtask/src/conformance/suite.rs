//! A folder laid out like WebAssembly/wasi-testsuite (its `doc/specification.md`): programs, and
//! beside each, where it differs from a run without anything that shall end well, a JSON file:
//!
//! ```json
//! {
//!   "args": ["one"],
//!   "env": { "NAME": "value" },
//!   "dirs": ["fs-tests.dir"],
//!   "root": "fs-tests.dir",
//!   "exit_code": 0,
//!   "stdout": "exactly this",
//!   "stderr": "exactly this"
//! }
//! ```
//!
//! Folders lie beside the program. They are copied into memory, and opened for the program under
//! the names that stand there, or as `/`.

use super::files;
use anyhow::{Context, Result, bail};
use runtime_core::protocol::{ToEnvironment, encode};
use runtime_core::sandbox::{Invocation, InvocationContext, Phase, Preopens, SandboxSettings};
use runtime_core::timeline::HandlerKind;
use runtime_core::units::{MemoryMb, OrderedMap, RequestId};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// The most memory that a function can have: a program of the suite is no function.
const MEMORY: MemoryMb = MemoryMb::new(10_240);

/// A program.
#[derive(Debug)]
pub(super) struct Program {
    /// Its file's, without extension.
    pub(super) name: String,
    /// Its module.
    pub(super) wasm: PathBuf,
    /// How it is run; or what is wrong with its JSON file.
    pub(super) case: Result<Case, String>,
}

/// How a program is run, and what is expected.
#[derive(Debug)]
pub(super) struct Case {
    settings: SandboxSettings,
    pub(super) expected: Expected,
}

/// What is expected of a program; nothing of outputs that are not given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) exit_code: u32,
    pub(super) stdout: Option<String>,
    pub(super) stderr: Option<String>,
}

impl Case {
    /// What an environment is told: the function's settings, then an event.
    pub(super) fn messages(&self) -> [Vec<u8>; 2] {
        let invoke = ToEnvironment::Invoke(Invocation {
            request: RequestId(1),
            init_first: true,
            phase: Phase::default(),
            context: InvocationContext::default(),
            event: Vec::new(),
        });
        let start = ToEnvironment::Start(Box::new(self.settings.clone()));
        [encode(&start), encode(&invoke)]
    }
}

/// All programs of a folder, by name.
pub(super) fn read(folder: &Path) -> Result<Vec<Program>> {
    let unreadable = || format!("{} could not be read", folder.display());
    let mut programs = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(unreadable)? {
        let wasm = entry.with_context(unreadable)?.path();
        if wasm.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let name = wasm.file_stem().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let case = case(folder, &wasm, &name).map_err(|error| format!("{error:#}"));
        programs.push(Program { name, wasm, case });
    }
    programs.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(programs)
}

fn case(folder: &Path, wasm: &Path, name: &str) -> Result<Case> {
    let path = wasm.with_extension("json");
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let fields = match std::fs::read(&path) {
        Ok(text) => serde_json::from_slice::<Value>(&text)
            .with_context(|| file.into_owned())
            .and_then(|value| match value {
                Value::Object(fields) => Ok(fields),
                other => bail!("an object is expected, not {other}"),
            })?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Map::new(),
        Err(error) => return Err(error).with_context(|| file.into_owned()),
    };
    let mut arguments = vec![format!("{name}.wasm")];
    let mut variables = OrderedMap::new();
    let mut directories = Vec::new();
    let mut expected = Expected::default();
    for (key, value) in fields {
        let wrong = || format!("\"{key}\" is {value}");
        let directory = |path: &str| files::tree(&folder.join(path)).with_context(wrong);
        match key.as_str() {
            "args" => arguments.extend(strings(&value).with_context(wrong)?),
            "env" => {
                for (name, value) in value.as_object().with_context(wrong)? {
                    let value = value.as_str().with_context(wrong)?;
                    variables.insert(name.clone(), value.to_owned());
                }
            }
            "dirs" => {
                for path in strings(&value).with_context(wrong)? {
                    let tree = directory(&path)?;
                    directories.push((path, tree));
                }
            }
            "root" => {
                let tree = directory(value.as_str().with_context(wrong)?)?;
                directories.insert(0, ("/".to_owned(), tree));
            }
            "exit_code" => {
                let code = value.as_u64().and_then(|code| u32::try_from(code).ok());
                expected.exit_code = code.with_context(wrong)?;
            }
            "stdout" => expected.stdout = Some(value.as_str().with_context(wrong)?.to_owned()),
            "stderr" => expected.stderr = Some(value.as_str().with_context(wrong)?.to_owned()),
            _ => bail!(
                "\"{key}\" is not known: only args, env, dirs, root, exit_code, stdout and stderr"
            ),
        }
    }
    let settings = SandboxSettings {
        memory: MEMORY,
        ephemeral_storage: MEMORY,
        variables,
        arguments,
        preopens: Preopens::Directories(directories),
        ..SandboxSettings::new(HandlerKind::Command)
    };
    Ok(Case { settings, expected })
}

fn strings(value: &Value) -> Option<Vec<String>> {
    let list = value.as_array()?.iter();
    list.map(|text| text.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A folder with one program and this JSON beside it; the program's case.
    fn case_of(json: &str) -> Result<Case, String> {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("coldstart-suite-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(folder.join("data/deep")).unwrap();
        std::fs::write(folder.join("data/deep/file"), "text").unwrap();
        std::fs::write(folder.join("p.wasm"), "").unwrap();
        std::fs::write(folder.join("p.json"), json).unwrap();
        let mut programs = read(&folder).unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        assert_eq!(programs.len(), 1);
        let program = programs.remove(0);
        assert_eq!(program.name, "p");
        program.case
    }

    #[test]
    fn everything_that_can_be_said() {
        let case = case_of(
            r#"{ "args": ["a", "b"], "env": { "N": "v" }, "dirs": ["data"], "root": "data/deep",
                "exit_code": 3, "stdout": "out", "stderr": "err" }"#,
        )
        .unwrap();
        let settings = &case.settings;
        assert_eq!(settings.arguments, ["p.wasm", "a", "b"]);
        assert_eq!(settings.variables.get("N").map(String::as_str), Some("v"));
        let Preopens::Directories(directories) = &settings.preopens else {
            panic!("directories");
        };
        let names: Vec<_> = directories.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["/", "data"]);
        assert_eq!(directories[0].1.bytes("file"), Some(b"text".as_slice()));
        assert_eq!(
            directories[1].1.bytes("deep/file"),
            Some(b"text".as_slice())
        );
        let expected = Expected {
            exit_code: 3,
            stdout: Some("out".to_owned()),
            stderr: Some("err".to_owned()),
        };
        assert_eq!(case.expected, expected);
    }

    #[test]
    fn nothing_said_is_a_run_that_ends_well() {
        let case = case_of("{}").unwrap();
        assert_eq!(case.expected, Expected::default());
        assert_eq!(case.settings.preopens, Preopens::Directories(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (json, words) in [
            ("{", "p.json: EOF while parsing"),
            ("[]", "an object is expected, not []"),
            (r#"{ "arg": [] }"#, "\"arg\" is not known"),
            (r#"{ "args": "x" }"#, "\"args\" is \"x\""),
            (r#"{ "args": [1] }"#, "\"args\" is [1]"),
            (r#"{ "env": { "A": 1 } }"#, "\"env\" is {\"A\":1}"),
            (r#"{ "dirs": ["missing"] }"#, "\"dirs\" is [\"missing\"]: "),
            (r#"{ "exit_code": -1 }"#, "\"exit_code\" is -1"),
            (r#"{ "stdout": null }"#, "\"stdout\" is null"),
        ] {
            let error = case_of(json).unwrap_err();
            assert!(error.starts_with(words), "{json}: {error}");
        }
    }
}
