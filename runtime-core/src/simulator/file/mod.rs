//! A scenario as a TOML file.
//!
//! ```text
//! mod     read: a text -> Scenario, or what is wrong with it, in which line
//! trace/  CSV texts of events that were recorded
//! model   the file's tables and fields
//! provisioned  [function.provisioned]
//! rate    how many events come, over time
//! value   times, rates and distributions, checked where they are read
//! ```

mod model;
mod provisioned;
mod rate;
mod trace;
mod value;

use super::check::Fault;
use super::scenario::Scenario;
pub use trace::{TraceError, TraceProblem};

use model::FileModel;
use serde::Deserialize;
use std::fmt;
use std::ops::Range;

/// The version of scenario files that is written and read.
pub const VERSION: i64 = 1;

/// A scenario, and what its file says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioFile {
    /// As shown to people.
    pub name: String,
    /// What there is to see.
    pub about: String,
    /// What is simulated.
    pub scenario: Scenario,
}

/// Why a text is no scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum FileError {
    /// It is no TOML, or a field is not what it should be.
    Field {
        /// From 1.
        line: Option<usize>,
        /// What that line is about: what is left of its equals sign, or its table.
        field: Option<String>,
        /// In a few words.
        message: String,
    },
    /// It has no version.
    NoVersion,
    /// It was written by a newer Coldstart.
    Newer(i64),
    /// A load names a function that there is not.
    NoSuchFunction {
        /// As given.
        name: String,
    },
    /// A load has a field that only events have which come another way.
    AnotherWay {
        /// Its name.
        field: &'static str,
        /// Which load, from 1.
        load: usize,
    },
    /// A load that says nothing of when its events come, or says it twice.
    Arrivals {
        /// Which load, from 1.
        load: usize,
        /// Whether both are there: `rate` and `trace`.
        both: bool,
    },
    /// A load names a file that could not be read.
    TraceFile {
        /// As given.
        file: String,
        /// Why not.
        cause: String,
    },
    /// A load's trace is none.
    Trace {
        /// Which load, from 1.
        load: usize,
        /// The file that it is in; it is in the scenario itself without one.
        file: Option<String>,
        /// What is wrong.
        error: TraceError,
    },
    /// Its values do not go together.
    Scenario(Vec<Fault>),
}

impl FileError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            FileError::Field { .. } => {
                "public/scenarios/README.md lists every field with its unit.".to_owned()
            }
            FileError::NoVersion => format!("Begin the file with version = {VERSION}."),
            FileError::Newer(_) => "Get a newer Coldstart.".to_owned(),
            FileError::NoSuchFunction { .. } => {
                "Name a function that has a [[function]] of its own.".to_owned()
            }
            FileError::AnotherWay { .. } => {
                "Leave it out, or set way: retries are of requests, the others of a queue; row is of a trace."
                    .to_owned()
            }
            FileError::Arrivals { .. } => {
                "Say when its events come: with rate, or with trace.".to_owned()
            }
            FileError::TraceFile { .. } => {
                "Put the file beside the scenario, or its lines into it: trace = \"\"\"...\"\"\".".to_owned()
            }
            FileError::Trace { error, .. } => error.problem.hint().to_owned(),
            FileError::Scenario(faults) => {
                let hints: Vec<String> = faults.iter().map(|it| it.error.hint()).collect();
                hints.join(" ")
            }
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileError::Field {
                line,
                field,
                message,
            } => {
                if let Some(line) = line {
                    write!(f, "line {line}: ")?;
                }
                if let Some(field) = field {
                    write!(f, "{field}: ")?;
                }
                f.write_str(message)
            }
            FileError::NoVersion => f.write_str("the file has no version"),
            FileError::Newer(version) => {
                write!(
                    f,
                    "the file has version {version}, and this reads {VERSION}"
                )
            }
            FileError::NoSuchFunction { name } => {
                write!(
                    f,
                    "a load is for the function \"{name}\", which there is not"
                )
            }
            FileError::AnotherWay { field, load } => {
                write!(f, "load {load} has no {field}, the way its events come")
            }
            FileError::Arrivals { load, both: true } => {
                write!(f, "load {load} has both a rate and a trace")
            }
            FileError::Arrivals { load, both: false } => {
                write!(f, "load {load} has neither a rate nor a trace")
            }
            FileError::TraceFile { file, cause } => {
                write!(f, "the trace \"{file}\" cannot be read: {cause}")
            }
            FileError::Trace { load, file, error } => match file {
                Some(file) => write!(f, "{file}: {error}"),
                None => write!(f, "load {load}: {error}"),
            },
            FileError::Scenario(faults) => {
                let all: Vec<String> = faults.iter().map(|it| it.error.to_string()).collect();
                f.write_str(&all.join("; "))
            }
        }
    }
}

/// Reads a scenario that names no other files.
///
/// # Errors
/// If the text is none, or AWS or the simulator would not accept what it says.
pub fn read(text: &str) -> Result<ScenarioFile, FileError> {
    read_with(text, |_| Err("there are no files here".to_owned()))
}

/// Reads a scenario. `open` gives the text of a trace by the name that the scenario gives it, or says why
/// there is none.
///
/// # Errors
/// If a text is none, or AWS or the simulator would not accept what it says.
pub fn read_with(
    text: &str,
    open: impl Fn(&str) -> Result<String, String>,
) -> Result<ScenarioFile, FileError> {
    let version: Versioned = parse(text)?;
    match version.version {
        None => return Err(FileError::NoVersion),
        Some(VERSION) => {}
        Some(version) => return Err(FileError::Newer(version)),
    }
    let file: FileModel = parse(text)?;
    let file = file.scenario(&open)?;
    match file.scenario.check() {
        faults if faults.is_empty() => Ok(file),
        faults => Err(FileError::Scenario(faults)),
    }
}

/// What is read first: a newer file may have other fields.
#[derive(Deserialize)]
struct Versioned {
    version: Option<i64>,
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, FileError> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let place = error.span().map(|span| place(text, &span));
        FileError::Field {
            line: place.as_ref().map(|(line, _)| *line),
            field: place.and_then(|(_, field)| field),
            message: error.message().trim_end().to_owned(),
        }
    })
}

/// The line of a place, from 1, and the field or table that the line is about.
fn place(text: &str, span: &Range<usize>) -> (usize, Option<String>) {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count();
    let content = text.lines().nth(line).unwrap_or_default().trim();
    let field = match content.split_once('=') {
        Some((name, _)) => Some(name.trim().to_owned()),
        None => content.starts_with('[').then(|| content.to_owned()),
    };
    (line + 1, field)
}
