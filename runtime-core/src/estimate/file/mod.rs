//! A plan as a TOML file.
//!
//! ```text
//! mod    read: a text -> EstimatePlan, or what is wrong with it, in which line
//! model  the file's tables and fields
//! lines  where in a file something stands
//! ```

mod lines;
mod model;

use super::check::PlanFault;
use super::plan::EstimatePlan;
use super::write::VERSION;
use model::FileModel;
use serde::Deserialize;
use std::fmt;

/// Why a text is no plan. `Display` names lines and fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanFileError {
    /// It is no TOML, or a field is not what it should be.
    Field {
        /// From 1.
        line: Option<usize>,
        /// In a few words.
        message: String,
    },
    /// It has no version.
    NoVersion,
    /// It was written by a newer Coldstart.
    Newer(i64),
    /// What it says cannot be billed; with lines, from 1. Not empty.
    Plan(Vec<(Option<usize>, PlanFault)>),
}

impl PlanFileError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            PlanFileError::Field { .. } => {
                "docs/estimates.md lists every field with its unit.".to_owned()
            }
            PlanFileError::NoVersion => format!("Begin the file with version = {VERSION}."),
            PlanFileError::Newer(_) => "Get a newer Coldstart.".to_owned(),
            PlanFileError::Plan(faults) => {
                let mut hints: Vec<&str> = faults.iter().map(|(_, it)| it.hint()).collect();
                hints.dedup();
                hints.join(" ")
            }
        }
    }

    /// Faults of a plan that was read from a text, with their lines.
    pub fn located(text: &str, faults: Vec<PlanFault>) -> Self {
        let faults = faults.into_iter();
        let with_line = |it: PlanFault| (lines::line(text, it.part, it.field), it);
        PlanFileError::Plan(faults.map(with_line).collect())
    }
}

impl fmt::Display for PlanFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place =
            |line: &Option<usize>| line.map(|it| format!("line {it}: ")).unwrap_or_default();
        match self {
            PlanFileError::Field { line, message } => write!(f, "{}{message}", place(line)),
            PlanFileError::NoVersion => f.write_str("the file does not say its version"),
            PlanFileError::Newer(version) => write!(
                f,
                "the file has version {version}, and this Coldstart reads version {VERSION}"
            ),
            PlanFileError::Plan(faults) => {
                for (place_of, (line, fault)) in faults.iter().enumerate() {
                    if place_of > 0 {
                        f.write_str("\n")?;
                    }
                    write!(f, "{}{fault}", place(line))?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for PlanFileError {}

#[derive(Deserialize)]
struct Versioned {
    version: Option<i64>,
}

/// Reads a plan.
///
/// # Errors
/// What is wrong with the text, or with what it says.
pub fn read(text: &str) -> Result<EstimatePlan, PlanFileError> {
    match parse::<Versioned>(text)?.version {
        None => return Err(PlanFileError::NoVersion),
        Some(VERSION) => {}
        Some(version) => return Err(PlanFileError::Newer(version)),
    }
    let plan = parse::<FileModel>(text)?.plan();
    match plan.check() {
        faults if faults.is_empty() => Ok(plan),
        faults => Err(PlanFileError::located(text, faults)),
    }
}

fn parse<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, PlanFileError> {
    toml::from_str(text).map_err(|error| PlanFileError::Field {
        line: error.span().map(|span| lines::line_of(text, span.start)),
        message: error.message().to_owned(),
    })
}
