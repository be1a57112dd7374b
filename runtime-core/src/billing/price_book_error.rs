//! What is wrong with a price file, and what to do about it.

use std::fmt;

/// Why a text is not a price book. Fields are named as paths: `duration.arm64[1].price`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PriceBookError {
    /// Not JSON.
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// A version that this program does not know.
    UnknownVersion {
        /// As written in the file.
        found: String,
    },
    /// A field is not there.
    Missing {
        /// Which.
        field: String,
    },
    /// A field holds another type of value.
    WrongType {
        /// Which.
        field: String,
        /// What it should hold.
        expected: &'static str,
        /// What it holds.
        found: String,
    },
    /// A price is below nothing.
    NegativePrice {
        /// Which.
        field: String,
        /// As written.
        found: String,
    },
    /// A price is not a decimal number of dollars (`NaN`, `1e-7`, `0,2`), or has more digits than
    /// a price can have.
    BadPrice {
        /// Which.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A unit that this program does not know in this place.
    UnknownUnit {
        /// Which.
        field: String,
        /// As written.
        found: String,
        /// What the field is measured in.
        expected: &'static str,
    },
    /// Tiers that do not follow each other from zero to infinity.
    Tiers {
        /// Which list or which of its tiers.
        field: String,
        /// What is wrong.
        problem: TierProblem,
    },
    /// A figure names a source that the file does not list.
    UnknownSource {
        /// Which.
        field: String,
        /// The name.
        found: String,
    },
    /// A date that is not `YYYY-MM-DD`.
    BadDate {
        /// Which.
        field: String,
        /// As written.
        found: String,
    },
}

/// What is wrong with a list of tiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TierProblem {
    /// There are none.
    Empty,
    /// The first does not begin at zero.
    FirstNotAtZero,
    /// One begins before the one before it ends, or they are not sorted.
    Overlap,
    /// One begins after the one before it ends.
    Gap,
    /// One ends where it begins, or before.
    NoWidth,
    /// One that is not the last has no end.
    EndlessBeforeLast,
    /// The last one has an end.
    LastHasEnd,
}

impl PriceBookError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NotJson { .. } => "Check for a missing comma, quote or bracket there.".to_owned(),
            Self::UnknownVersion { .. } => {
                "Write \"version\": 1, or use a newer Coldstart.".to_owned()
            }
            Self::Missing { field } => {
                format!("Add \"{field}\"; public/prices/ holds a complete file to copy from.")
            }
            Self::WrongType {
                field, expected, ..
            } => format!("Make \"{field}\" {expected}."),
            Self::NegativePrice { .. } | Self::BadPrice { .. } => {
                "Write dollars as a decimal text in quotes, as in \"0.0000166667\".".to_owned()
            }
            Self::UnknownUnit { expected, .. } => {
                format!("Convert the figure and write the unit as \"{expected}\".")
            }
            Self::Tiers { .. } => "Sort the tiers: the first from 0, each from where the one \
                before it ends, the last to null."
                .to_owned(),
            Self::UnknownSource { found, .. } => {
                format!("Add \"{found}\" to \"sources\", with page, url and read.")
            }
            Self::BadDate { .. } => "Write the date as YYYY-MM-DD, as in 2026-11-23.".to_owned(),
        }
    }
}

impl fmt::Display for PriceBookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson {
                line,
                column,
                message,
            } => write!(
                f,
                "the price file is not JSON at line {line}, column {column}: {message}"
            ),
            Self::UnknownVersion { found } => {
                write!(f, "the price file has version {found}; version 1 is known")
            }
            Self::Missing { field } => write!(f, "the price file lacks \"{field}\""),
            Self::WrongType {
                field,
                expected,
                found,
            } => write!(f, "\"{field}\" should be {expected} and is {found}"),
            Self::NegativePrice { field, found } => {
                write!(f, "\"{field}\" is a negative price: {found}")
            }
            Self::BadPrice { field, reason } => write!(f, "\"{field}\": {reason}"),
            Self::UnknownUnit {
                field,
                found,
                expected,
            } => write!(
                f,
                "\"{field}\" is \"{found}\", a unit that is not known here; known is \"{expected}\""
            ),
            Self::Tiers { field, problem } => write!(f, "\"{field}\" {problem}"),
            Self::UnknownSource { field, found } => write!(
                f,
                "\"{field}\" names the source \"{found}\", which the file does not list"
            ),
            Self::BadDate { field, found } => {
                write!(f, "\"{field}\" is not a date: \"{found}\"")
            }
        }
    }
}

impl std::error::Error for PriceBookError {}

impl fmt::Display for TierProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TierProblem::Empty => "has no tier",
            TierProblem::FirstNotAtZero => "does not begin at 0",
            TierProblem::Overlap => "begins before the tier above it ends",
            TierProblem::Gap => "leaves a gap to the tier above it",
            TierProblem::NoWidth => "does not end after its beginning",
            TierProblem::EndlessBeforeLast => "has no end but is not the last tier",
            TierProblem::LastHasEnd => "is the last tier but has an end",
        })
    }
}
