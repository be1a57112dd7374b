//! What can go wrong before or beside an invocation. How an invocation itself ends is no failure
//! but an outcome.

use crate::invoke::RuntimeError;
use crate::template::NoExport;
use runtime_core::billing::PriceBookError;
use runtime_core::estimate::PlanFileError;
use runtime_core::events::trigger::FieldError;
use runtime_core::platform::{JsonError, SettingError};
use runtime_core::sandbox::{InspectError, MeterError};
use runtime_core::simulator::{Estimate, Fault, FileError, SweepError};
use runtime_core::timeline::MAX_EVENT_BYTES;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

/// An event that is none, or cannot be made.
const NO_EVENT: u8 = 1;
/// Bad input.
const BAD_INPUT: u8 = 2;
/// Our side could not do its job.
const BROKEN: u8 = 4;

/// Why nothing could be shown.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A file could not be read.
    Read {
        /// What it was to be.
        what: &'static str,
        path: PathBuf,
        error: io::Error,
    },
    /// The package is no handler.
    Package { path: PathBuf, error: InspectError },
    /// What is to run the package cannot.
    Runtime { path: PathBuf, error: RuntimeError },
    /// The module cannot be made one that counts its work.
    Meter { path: PathBuf, error: MeterError },
    /// What is no description of a month.
    Usage { path: PathBuf, error: PlanFileError },
    /// There is no price file of a region.
    NoSuchRegion {
        region: String,
        known: Vec<&'static str>,
    },
    /// The event is not JSON.
    EventNotJson { source: String, error: JsonError },
    /// The event is larger than an event may be.
    EventTooLarge { source: String },
    /// Settings that AWS would not accept.
    Settings(Vec<SettingError>),
    /// The price file is wrong.
    Prices {
        path: PathBuf,
        error: PriceBookError,
    },
    /// A trigger makes no event of what was filled in.
    Field(FieldError),
    /// What was to be a trigger's event is none.
    NoEvent {
        source: String,
        /// After "is".
        cause: String,
        hint: String,
    },
    /// A workspace file is no template.
    NoExport(NoExport),
    /// What cannot be simulated.
    Scenario(Vec<Fault>),
    /// What is no scenario file.
    ScenarioFile { path: PathBuf, error: FileError },
    /// What cannot be swept.
    Sweep { path: PathBuf, error: SweepError },
    /// So many requests that they must have been meant.
    TooMuch(Estimate),
    /// Our side could not do its job.
    Broken(String),
}

impl From<NoExport> for Failure {
    fn from(error: NoExport) -> Self {
        Failure::NoExport(error)
    }
}

impl Failure {
    /// Cause and remedy, as printed to standard error.
    pub(crate) fn shown(&self) -> String {
        if let Failure::Settings(errors) = self {
            return errors
                .iter()
                .map(|error| format!("error: {error}\n hint: {}\n", error.hint()))
                .collect();
        }
        if let Failure::Scenario(faults) = self {
            return faults
                .iter()
                .map(|fault| &fault.error)
                .map(|error| format!("error: {error}\n hint: {}\n", error.hint()))
                .collect();
        }
        let hint = self.hint();
        match hint.as_str() {
            "" => format!("error: {self}\n"),
            hint => format!("error: {self}\n hint: {hint}\n"),
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::Broken(_) => BROKEN,
            Failure::Field(_) | Failure::NoEvent { .. } => NO_EVENT,
            _ => BAD_INPUT,
        })
    }

    fn hint(&self) -> String {
        match self {
            Failure::Read { error, .. } => match error.kind() {
                io::ErrorKind::NotFound => "Check the path; it is relative to the current folder.",
                io::ErrorKind::PermissionDenied => "Check that you may read it.",
                io::ErrorKind::IsADirectory => "Give a file, not a folder.",
                _ => "",
            }
            .to_owned(),
            Failure::Package { error, .. } => error.hint(),
            Failure::Meter { error, .. } => error.hint().to_owned(),
            Failure::EventNotJson { .. } => {
                "An event is JSON: names and texts in double quotes, no comma after the last \
                 element. A text alone is \"text\", quotes included."
                    .to_owned()
            }
            Failure::EventTooLarge { .. } => {
                "Put the data elsewhere and send where it is: 6 MB is Lambda's limit.".to_owned()
            }
            Failure::Runtime { error, .. } => error.hint().to_owned(),
            Failure::Prices { error, .. } => error.hint(),
            Failure::Usage { error, .. } => error.hint(),
            Failure::NoSuchRegion { known, .. } => format!(
                "There are {}. Of any other, give a file of prices: --prices.",
                known.join(", ")
            ),
            Failure::Field(error) => error.hint(),
            Failure::NoEvent { hint, .. } => hint.clone(),
            Failure::NoExport(error) => error.hint(),
            Failure::ScenarioFile { error, .. } => error.hint(),
            Failure::Sweep { error, .. } => error.hint(),
            Failure::TooMuch(_) => {
                "Simulate a shorter time or a lower rate, or say --yes.".to_owned()
            }
            Failure::Settings(_) | Failure::Scenario(_) | Failure::Broken(_) => String::new(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Read { what, path, error } => {
                write!(
                    f,
                    "the {what} {} could not be read: {error}",
                    path.display()
                )
            }
            Failure::Package { path, error } => write!(f, "{}: {error}", path.display()),
            Failure::Runtime { path, error } => write!(f, "{}: {error}", path.display()),
            Failure::Meter { path, error } => write!(f, "{}: {error}", path.display()),
            Failure::EventNotJson { source, error } => write!(
                f,
                "{source} is not JSON: {}, line {}, column {}",
                error.message, error.line, error.column
            ),
            Failure::EventTooLarge { source } => write!(
                f,
                "{source} is larger than {MAX_EVENT_BYTES} bytes, the most that an event may have"
            ),
            Failure::Settings(errors) => write!(f, "{} settings are not valid", errors.len()),
            Failure::Prices { path, error } => write!(f, "{}: {error}", path.display()),
            Failure::Usage { path, error } => write!(f, "{}: {error}", path.display()),
            Failure::NoSuchRegion { region, .. } => {
                write!(f, "no prices of \"{region}\" come with the program")
            }
            Failure::Scenario(faults) => write!(f, "{} things cannot be simulated", faults.len()),
            Failure::ScenarioFile { path, error } => write!(f, "{}: {error}", path.display()),
            Failure::Sweep { path, error } => write!(f, "{}: {error}", path.display()),
            Failure::TooMuch(estimate) => write!(
                f,
                "that is about {:.1e} requests, which take about {} here",
                estimate.requests,
                long(estimate.seconds())
            ),
            Failure::Field(error) => write!(f, "{error}"),
            Failure::NoEvent { source, cause, .. } => write!(f, "{source} is {cause}"),
            Failure::NoExport(error) => write!(f, "{error}"),
            Failure::Broken(message) => f.write_str(message),
        }
    }
}

/// A time that nobody waits for by the second.
fn long(seconds: f64) -> String {
    let (minutes, hours, days) = (seconds / 60.0, seconds / 3_600.0, seconds / 86_400.0);
    match seconds {
        ..7_200.0 => format!("{minutes:.0} minutes"),
        ..172_800.0 => format!("{hours:.0} hours"),
        _ => format!("{days:.0} days"),
    }
}
