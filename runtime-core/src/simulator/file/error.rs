//! Why a text is no scenario, in which line, and what to do.

use super::VERSION;
use super::trace::TraceError;
use crate::simulator::check::{Fault, Part, ScenarioError};
use crate::simulator::fargate::PlanError;
use std::fmt;

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
    /// What it says cannot be simulated, or not together. Not empty.
    Values(Vec<WrongValue>),
    /// The same of a service. Not empty.
    Service(Vec<WrongPlan>),
}

/// A value that cannot be simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct WrongValue {
    /// Of its field, or of the table that it should be in; from 1.
    pub line: Option<usize>,
    /// Which field, with a dot before a field of a table.
    pub field: &'static str,
    /// What is wrong.
    pub error: ValueError,
}

/// A value of a service that cannot be simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct WrongPlan {
    /// Of its field or table, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub error: PlanError,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueError {
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
        /// Which load, from 1; none where it is a service's.
        load: Option<usize>,
        /// Whether both are there: `rate` and `trace`.
        both: bool,
    },
    /// A row is named, and there is no trace that it could be of.
    RowWithoutTrace,
    /// A load names a file that could not be read.
    TraceFile {
        /// As given.
        file: String,
        /// Why not.
        cause: String,
    },
    /// A load's trace is none.
    Trace {
        /// The file that it is in; it is in the scenario itself without one.
        file: Option<String>,
        /// What is wrong.
        error: TraceError,
    },
    /// AWS or the simulator would not accept it.
    Scenario(ScenarioError),
}

/// A value that is wrong, before its line is looked up.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    pub(super) part: Part,
    pub(super) field: &'static str,
    pub(super) error: ValueError,
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Wrong {
            part: fault.part,
            field: fault.field,
            error: ValueError::Scenario(fault.error),
        }
    }
}

impl FileError {
    /// The first line that is wrong, from 1, if it is one line's fault.
    pub fn line(&self) -> Option<usize> {
        match self {
            FileError::Field { line, .. } => *line,
            FileError::NoVersion | FileError::Newer(_) => None,
            FileError::Service(wrong) => wrong.iter().find_map(|it| it.line),
            FileError::Values(wrong) => wrong.iter().find_map(|it| it.line),
        }
    }

    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            FileError::Field { .. } => {
                "public/scenarios/README.md lists every field with its unit.".to_owned()
            }
            FileError::NoVersion => format!("Begin the file with version = {VERSION}."),
            FileError::Newer(_) => "Get a newer Coldstart.".to_owned(),
            FileError::Values(wrong) => {
                let mut hints: Vec<String> = wrong.iter().map(|it| it.error.hint()).collect();
                hints.dedup();
                hints.join(" ")
            }
            FileError::Service(wrong) => {
                let mut hints: Vec<String> = wrong.iter().map(|it| it.error.hint()).collect();
                hints.dedup();
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
            FileError::Values(wrong) => {
                for (place, wrong) in wrong.iter().enumerate() {
                    if place > 0 {
                        f.write_str("; ")?;
                    }
                    write!(f, "{wrong}")?;
                }
                Ok(())
            }
            FileError::Service(wrong) => {
                let all: Vec<String> = wrong.iter().map(ToString::to_string).collect();
                f.write_str(&all.join("; "))
            }
        }
    }
}

impl fmt::Display for WrongValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}: {}", self.field, self.error)
    }
}

impl fmt::Display for WrongPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}: {}", self.error.field(), self.error)
    }
}

impl ValueError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            ValueError::NoSuchFunction { .. } => {
                "Name a function that has a [[function]] of its own.".to_owned()
            }
            ValueError::AnotherWay { .. } => "Leave it out, or set way: retries are of requests, \
                the others of a queue."
                .to_owned(),
            ValueError::Arrivals { .. } => {
                "Say when its events come: with rate, or with trace.".to_owned()
            }
            ValueError::RowWithoutTrace => "Leave it out, or give a trace.".to_owned(),
            ValueError::TraceFile { .. } => "Put the file beside the scenario, or its lines into \
                it: trace = \"\"\"...\"\"\"."
                .to_owned(),
            ValueError::Trace { error, .. } => error.problem.hint().to_owned(),
            ValueError::Scenario(error) => error.hint(),
        }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueError::NoSuchFunction { name } => {
                write!(
                    f,
                    "a load is for the function \"{name}\", which there is not"
                )
            }
            ValueError::AnotherWay { field, load } => {
                write!(f, "load {load} has no {field}, the way its events come")
            }
            ValueError::Arrivals { load, both } => {
                match load {
                    Some(load) => write!(f, "load {load} has ")?,
                    None => f.write_str("the requests have ")?,
                }
                f.write_str(match both {
                    true => "both a rate and a trace",
                    false => "neither a rate nor a trace",
                })
            }
            ValueError::RowWithoutTrace => f.write_str("there is no trace that the row is of"),
            ValueError::TraceFile { file, cause } => {
                write!(f, "the trace \"{file}\" cannot be read: {cause}")
            }
            ValueError::Trace { file, error } => match file {
                Some(file) => write!(f, "{file}: {error}"),
                None => write!(f, "{error}"),
            },
            ValueError::Scenario(error) => write!(f, "{error}"),
        }
    }
}
