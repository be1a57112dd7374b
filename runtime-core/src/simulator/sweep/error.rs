//! Why a sweep cannot be run.

use super::MOST_RUNS;
use crate::simulator::FileError;
use std::fmt;

/// Why a sweep cannot be run.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepError {
    /// No field and values.
    Syntax(String),
    /// No number.
    Number(String),
    /// None, or more than two.
    Axes(usize),
    /// Both axes are the same field.
    SameField(String),
    /// The scenario has no such part.
    NoSuchPart {
        /// The whole path.
        path: String,
        /// What of it is not there.
        part: String,
        /// What there is.
        known: Vec<String>,
    },
    /// What is at the end of the path is no number.
    NoNumber {
        /// The whole path.
        path: String,
        /// Its end.
        part: String,
    },
    /// The file describes a function beside a service.
    Sides,
    /// The file is none.
    File(FileError),
    /// A point cannot be simulated.
    Point {
        /// Its fields and values.
        point: String,
        /// Why not.
        error: FileError,
    },
    /// More than [`MOST_RUNS`].
    TooMany {
        /// Points times replications.
        runs: u64,
    },
}

impl SweepError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            SweepError::Syntax(_) | SweepError::Number(_) => {
                "Write a field and numbers as in function.0.memory=128,256,512.".to_owned()
            }
            SweepError::Axes(_) => "Give one field, or two.".to_owned(),
            SweepError::SameField(_) => "Put all values into one list.".to_owned(),
            SweepError::NoSuchPart { known, .. } if known.is_empty() => {
                "End the path before it: it has no parts.".to_owned()
            }
            SweepError::NoSuchPart { known, .. } => format!("There is {}.", known.join(", ")),
            SweepError::NoNumber { .. } => {
                "Name a number within it, as in load.0.rate.steady.".to_owned()
            }
            SweepError::Sides => {
                "Leave [lambda] out: the service is then swept by itself.".to_owned()
            }
            SweepError::File(error) | SweepError::Point { error, .. } => error.hint(),
            SweepError::TooMany { .. } => "Give fewer values, or fewer replications.".to_owned(),
        }
    }
}

impl fmt::Display for SweepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SweepError::Syntax(text) => write!(f, "\"{text}\" is no field with values"),
            SweepError::Number(text) => write!(f, "\"{text}\" is no number"),
            SweepError::Axes(count) => write!(f, "a sweep has one or two fields, not {count}"),
            SweepError::SameField(path) => write!(f, "{path} is there twice"),
            SweepError::NoSuchPart { path, part, .. } => {
                write!(f, "{path}: the scenario has no \"{part}\" there")
            }
            SweepError::NoNumber { path, part } => write!(f, "{path}: \"{part}\" is no number"),
            SweepError::Sides => {
                f.write_str("a sweep is of functions or of a service, not of both")
            }
            SweepError::File(error) => write!(f, "{error}"),
            SweepError::Point { point, error } => write!(f, "with {point}: {error}"),
            SweepError::TooMany { runs } => {
                write!(f, "that is {runs} runs, and {MOST_RUNS} are the most")
            }
        }
    }
}
