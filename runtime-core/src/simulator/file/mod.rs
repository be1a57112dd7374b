//! A scenario as a TOML file.
//!
//! ```text
//! mod     read: a text -> Scenario, or what is wrong with it, in which line
//! arrivals  when events come: a rate or a trace
//! trace/  CSV texts of events that were recorded
//! eks     pods of EKS instead of tasks of ECS: [eks]
//! error   FileError: what is wrong, in which line, and what to do
//! lambda  [lambda] of a file that describes a service and a function beside it
//! lines   where in a file something stands
//! model   the file's tables and fields
//! provisioned  [function.provisioned]
//! incident  what is done and what goes wrong: [[incident]]
//! rate    how many events come, over time
//! deployment  how a service is deployed: [service.deployment]
//! security  who may connect to whom: [security_groups]
//! service tables and fields of a file that describes a service on Fargate
//! scaling what scales it: [scaling]
//! value   times, rates and distributions, checked where they are read
//! ```

mod arrivals;
mod deployment;
mod eks;
mod error;
mod incident;
mod lambda;
mod lines;
mod model;
mod provisioned;
mod rate;
mod scaling;
mod security;
mod service;
mod trace;
mod value;

use super::check::{Fault, Part};
use super::fargate::{PlanError, ServicePlan};
use super::scenario::Scenario;
use super::side_by_side::SidesPlan;
use crate::simulator::Arrivals;
use crate::units::Span;
pub use error::{FileError, ValueError, WrongPlan, WrongValue};
pub use trace::{TraceError, TraceProblem};

use error::Wrong;
use model::FileModel;
use rate::LoadModel;
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

/// A service and a function that has its requests as well, and what their file says of them.
#[derive(Clone, Debug, PartialEq)]
pub struct SidesFile {
    /// As shown to people.
    pub name: String,
    /// What there is to see.
    pub about: String,
    /// What is simulated.
    pub plan: SidesPlan,
}

/// What a file describes.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyFile {
    /// Functions.
    Functions(ScenarioFile),
    /// A service on Fargate.
    Service(Box<ServiceFile>),
    /// A service on Fargate, and a function with the same requests.
    Sides(Box<SidesFile>),
}

/// Reads a file, whatever it describes. `open` gives texts of traces, as for [`read_with`].
///
/// # Errors
/// If a text is none, or AWS or the simulator would not accept what it says.
pub fn read_any(
    text: &str,
    open: impl Fn(&str) -> Result<String, String>,
) -> Result<AnyFile, FileError> {
    let kind: Kind = parse(text)?;
    match (kind.service, kind.lambda) {
        (None, None) => read_with(text, open).map(AnyFile::Functions),
        (Some(_), None) => {
            let file = service_of(text, service_model(text)?, &open)?;
            Ok(AnyFile::Service(Box::new(file)))
        }
        (_, Some(_)) => sides_of(text, &open).map(|file| AnyFile::Sides(Box::new(file))),
    }
}

/// Reads a file that describes a service and names no other files.
///
/// # Errors
/// If the text is none, or AWS or the simulator would not accept what it says.
pub fn read_service(text: &str) -> Result<ServiceFile, FileError> {
    service_of(text, service_model(text)?, &no_files)
}

fn no_files(_: &str) -> Result<String, String> {
    Err("there are no files here".to_owned())
}

fn service_of(
    text: &str,
    mut file: ServiceFileModel,
    open: &dyn Fn(&str) -> Result<String, String>,
) -> Result<ServiceFile, FileError> {
    if file.lambda.is_some() {
        let message = "a service by itself has no function beside it";
        return Err(wrong_field(text, "lambda", message));
    }
    let (name, about) = file.take_words();
    let plan = file.plan(open).map_err(|wrong| located(text, [*wrong]))?;
    found_right(text, plan.check())?;
    Ok(ServiceFile { name, about, plan })
}

/// Reads a file that describes a service and a function with the same requests, and names no other files.
///
/// # Errors
/// If the text is none, or AWS or the simulator would not accept what it says.
pub fn read_sides(text: &str) -> Result<SidesFile, FileError> {
    sides_of(text, &no_files)
}

fn sides_of(
    text: &str,
    open: &dyn Fn(&str) -> Result<String, String>,
) -> Result<SidesFile, FileError> {
    let mut file = service_model(text)?;
    let Some(lambda) = file.lambda.take() else {
        return Err(wrong_field(text, "lambda", "there is no [lambda]"));
    };
    let (name, about) = file.take_words();
    let plan = SidesPlan {
        lambda: lambda.plan(),
        service: file.plan(open).map_err(|wrong| located(text, [*wrong]))?,
    };
    found_right(text, plan.check_service())?;
    let faults = plan.scenario().check();
    let wrong = |fault: Fault| WrongValue {
        line: lines::line(text, Part::Whole, &format!("lambda.{}", fault.field)),
        field: fault.field,
        error: ValueError::Scenario(fault.error),
    };
    match faults.is_empty() {
        true => Ok(SidesFile { name, about, plan }),
        false => Err(FileError::Values(faults.into_iter().map(wrong).collect())),
    }
}

/// What comes to a service and for how long; `None` if that cannot be read, whatever else is right or wrong.
pub(super) fn load_of(text: &str) -> Option<(Arrivals, Span)> {
    toml::from_str::<LoadModel>(text).ok()?.arrivals()
}

fn service_model(text: &str) -> Result<ServiceFileModel, FileError> {
    check_version(text)?;
    one_way(text, parse(text)?)
}

fn one_way(text: &str, file: ServiceFileModel) -> Result<ServiceFileModel, FileError> {
    if let Some((field, message)) = file.wrong_of_pods() {
        return Err(wrong_field(text, field, message));
    }
    match file.has_balancer_and_queue() {
        true => {
            let message = "a service has a [balancer] or a [queue], not both";
            Err(wrong_field(text, "queue", message))
        }
        false => Ok(file),
    }
}

fn wrong_field(text: &str, field: &str, message: &str) -> FileError {
    FileError::Field {
        line: lines::line(text, Part::Whole, field),
        field: Some(field.to_owned()),
        message: message.to_owned(),
    }
}

/// # Errors
/// What is wrong with a service, with its lines.
fn found_right(text: &str, errors: Vec<PlanError>) -> Result<(), FileError> {
    let wrong = |error: PlanError| WrongPlan {
        line: lines::line(text, Part::Whole, error.field()),
        error,
    };
    match errors.is_empty() {
        true => Ok(()),
        false => Err(FileError::Service(errors.into_iter().map(wrong).collect())),
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
    lambda: Option<toml::Value>,
}

/// Reads a scenario that names no other files.
///
/// # Errors
/// If the text is none, or AWS or the simulator would not accept what it says.
pub fn read(text: &str) -> Result<ScenarioFile, FileError> {
    read_with(text, no_files)
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

/// What such tables describe, functions or a service. What is wrong with them has no lines.
pub(super) fn functions_or_service(
    table: toml::Table,
    open: &dyn Fn(&str) -> Result<String, String>,
) -> Result<AnyFile, FileError> {
    let wrong = |error: toml::de::Error| FileError::Field {
        line: None,
        field: None,
        message: error.message().trim_end().to_owned(),
    };
    match table.contains_key("service") {
        false => {
            let file = FileModel::deserialize(table).map_err(wrong)?;
            checked("", file, open).map(AnyFile::Functions)
        }
        true => {
            let file = ServiceFileModel::deserialize(table).map_err(wrong)?;
            let file = service_of("", one_way("", file)?, open)?;
            Ok(AnyFile::Service(Box::new(file)))
        }
    }
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
