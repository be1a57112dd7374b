//! A scenario as a TOML file.
//!
//! ```text
//! mod     read: a text -> Scenario, or what is wrong with it, in which line
//! trace/  CSV texts of events that were recorded
//! error   FileError: what is wrong, in which line, and what to do
//! lines   where in a file something stands
//! model   the file's tables and fields
//! provisioned  [function.provisioned]
//! rate    how many events come, over time
//! deployment  how a service is deployed: [service.deployment]
//! service tables and fields of a file that describes a service on Fargate
//! scaling what scales it: [scaling]
//! value   times, rates and distributions, checked where they are read
//! ```

mod deployment;
mod error;
mod lines;
mod model;
mod provisioned;
mod rate;
mod scaling;
mod service;
mod trace;
mod value;

use super::check::Part;
use super::fargate::{PlanError, ServicePlan};
use super::scenario::Scenario;
pub use error::{FileError, ValueError, WrongPlan, WrongValue};
pub use trace::{TraceError, TraceProblem};

use error::Wrong;
use model::FileModel;
use serde::Deserialize;
use service::ServiceFileModel;

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

/// A service's plan, and what its file says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceFile {
    /// As shown to people.
    pub name: String,
    /// What there is to see.
    pub about: String,
    /// What is simulated.
    pub plan: ServicePlan,
}

/// What a file describes.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyFile {
    /// Functions.
    Functions(ScenarioFile),
    /// A service on Fargate.
    Service(Box<ServiceFile>),
}

/// Reads a file, whatever it describes. `open` gives texts of traces, as for [`read_with`].
///
/// # Errors
/// If a text is none, or AWS or the simulator would not accept what it says.
pub fn read_any(
    text: &str,
    open: impl Fn(&str) -> Result<String, String>,
) -> Result<AnyFile, FileError> {
    match parse::<Kind>(text)?.service {
        None => read_with(text, open).map(AnyFile::Functions),
        Some(_) => read_service(text).map(|file| AnyFile::Service(Box::new(file))),
    }
}

/// Reads a file that describes a service.
///
/// # Errors
/// If the text is none, or AWS or the simulator would not accept what it says.
pub fn read_service(text: &str) -> Result<ServiceFile, FileError> {
    check_version(text)?;
    let mut file: ServiceFileModel = parse(text)?;
    let (name, about) = (
        std::mem::take(&mut file.name),
        std::mem::take(&mut file.about),
    );
    if file.has_balancer_and_queue() {
        return Err(FileError::Field {
            line: lines::line(text, Part::Whole, "queue"),
            field: Some("queue".to_owned()),
            message: "a service has a [balancer] or a [queue], not both".to_owned(),
        });
    }
    let plan = file.plan();
    match plan.check() {
        errors if errors.is_empty() => Ok(ServiceFile { name, about, plan }),
        errors => {
            let wrong = |error: PlanError| WrongPlan {
                line: lines::line(text, Part::Whole, error.field()),
                error,
            };
            Err(FileError::Service(errors.into_iter().map(wrong).collect()))
        }
    }
}

fn check_version(text: &str) -> Result<(), FileError> {
    match parse::<Versioned>(text)?.version {
        None => Err(FileError::NoVersion),
        Some(VERSION) => Ok(()),
        Some(version) => Err(FileError::Newer(version)),
    }
}

/// What says which kind a file is of.
#[derive(Deserialize)]
struct Kind {
    service: Option<toml::Value>,
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
    check_version(text)?;
    checked(text, parse(text)?, &open)
}

/// The tables of a file of this version.
pub(super) fn table_of(text: &str) -> Result<toml::Table, FileError> {
    check_version(text)?;
    parse(text)
}

/// What such tables describe. What is wrong with them has no lines.
pub(super) fn scenario_of(
    table: toml::Table,
    open: &dyn Fn(&str) -> Result<String, String>,
) -> Result<ScenarioFile, FileError> {
    let file = FileModel::deserialize(table).map_err(|error| FileError::Field {
        line: None,
        field: None,
        message: error.message().trim_end().to_owned(),
    })?;
    checked("", file, open)
}

fn checked(
    text: &str,
    file: FileModel,
    open: &dyn Fn(&str) -> Result<String, String>,
) -> Result<ScenarioFile, FileError> {
    let file = file.scenario(open);
    let file = file.map_err(|wrong| located(text, [*wrong]))?;
    match file.scenario.check() {
        faults if faults.is_empty() => Ok(file),
        faults => Err(located(text, faults.into_iter().map(Wrong::from))),
    }
}

/// What is read first: a newer file may have other fields.
#[derive(Deserialize)]
struct Versioned {
    version: Option<i64>,
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, FileError> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let place = error.span().map(|span| lines::place(text, &span));
        FileError::Field {
            line: place.as_ref().map(|(line, _)| *line),
            field: place.and_then(|(_, field)| field),
            message: error.message().trim_end().to_owned(),
        }
    })
}

fn located(text: &str, wrong: impl IntoIterator<Item = Wrong>) -> FileError {
    let located = wrong.into_iter().map(|Wrong { part, field, error }| {
        let line = match &error {
            // In a trace that is in the file itself, the line is known.
            ValueError::Trace { file: None, error } if error.line.is_some() => {
                lines::line_within(text, part, field, error.line.unwrap_or(1))
            }
            _ => lines::line(text, part, field),
        };
        WrongValue { line, field, error }
    });
    FileError::Values(located.collect())
}
