//! What is wrong with a trace.

use crate::simulator::MOST_TIMES;
use std::fmt;

/// Why a text is no trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceError {
    /// Which line of it, from 1, if it is one line's fault.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: TraceProblem,
}

/// What is wrong with a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceProblem {
    /// There is no event and no minute in it.
    Empty,
    /// Columns that are not known.
    Header(String),
    /// No time.
    Time(String),
    /// Some times are seconds and others dates.
    Mixed,
    /// It is before the one in the line above, or in the column before.
    OutOfOrder,
    /// More events than can be kept.
    TooMany,
    /// No minute.
    Minute(String),
    /// A minute is left out.
    Gap {
        /// The first one that is missing.
        minute: u32,
    },
    /// No number of events.
    Count(String),
    /// More or fewer cells than the first line has.
    Columns {
        /// As in the first line.
        wanted: usize,
        /// As in this one.
        found: usize,
    },
    /// A row was named, and it has none.
    NoRows,
    /// No row has this name.
    NoSuchRow(String),
}

impl TraceProblem {
    pub(super) fn at(self, line: usize) -> TraceError {
        TraceError {
            line: Some(line),
            problem: self,
        }
    }

    pub(super) fn without_line(self) -> TraceError {
        TraceError {
            line: None,
            problem: self,
        }
    }

    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self {
            TraceProblem::Empty => "Give one event or one minute at least.",
            TraceProblem::Header(_) => {
                "Name the column of times timestamp, write minute,count, or number the minutes' columns \
                 1, 2, 3."
            }
            TraceProblem::Time(_) => {
                "Write seconds since the start as in 12.5, or a time as in 2026-11-30T09:00:00Z."
            }
            TraceProblem::Mixed => "Write all times as seconds, or all as dates.",
            TraceProblem::OutOfOrder => "Sort the events by their times, and the minutes too.",
            TraceProblem::TooMany => "Count the events of each minute instead: minute,count.",
            TraceProblem::Minute(_) => "Number the minutes: 0, 1, 2.",
            TraceProblem::Gap { .. } => "Write 0 for a minute without events.",
            TraceProblem::Count(_) => "Write a whole number of events, 0 or more.",
            TraceProblem::Columns { .. } => "Give each minute a number, 0 where nothing came.",
            TraceProblem::NoRows => "Leave row out: it is for a column for each minute.",
            TraceProblem::NoSuchRow(_) => {
                "Name what stands in a cell before the minutes, or leave row out for all of them."
            }
        }
    }
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line} of the trace: ")?;
        }
        match &self.problem {
            TraceProblem::Empty => f.write_str("the trace is empty"),
            TraceProblem::Header(line) => write!(f, "\"{line}\" are no columns of a trace"),
            TraceProblem::Time(cell) => write!(f, "\"{cell}\" is no time"),
            TraceProblem::Mixed => f.write_str("some times are seconds and others are dates"),
            TraceProblem::OutOfOrder => f.write_str("it goes back in time"),
            TraceProblem::TooMany => write!(f, "there are more than {MOST_TIMES} events"),
            TraceProblem::Minute(cell) => write!(f, "\"{cell}\" is no minute"),
            TraceProblem::Gap { minute } => write!(f, "minute {minute} is missing"),
            TraceProblem::Count(cell) => write!(f, "\"{cell}\" is no number of events"),
            TraceProblem::Columns { wanted, found } => {
                write!(f, "it has {found} cells, and the first line {wanted}")
            }
            TraceProblem::NoRows => f.write_str("it has no rows with names"),
            TraceProblem::NoSuchRow(row) => write!(f, "no row is named \"{row}\""),
        }
    }
}
