//! What is wrong, with which field, and what to do.

use crate::platform::scaling::ScalingError;
use crate::platform::{QueueError, SettingError, VersionError};
use crate::simulator::MOST_A_SECOND;
use std::fmt;

/// A part of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// None of the others.
    Whole,
    /// The function at this place.
    Function(usize),
    /// The load at this place.
    Load(usize),
}

/// Something that is wrong with a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// With which part of it.
    pub part: Part,
    /// With which field of that, as scenario files call it; a dot stands before a field of a table.
    pub field: &'static str,
    /// What.
    pub error: ScenarioError,
}

impl Part {
    pub(super) fn fault(self, field: &'static str, error: ScenarioError) -> Fault {
        Fault {
            part: self,
            field,
            error,
        }
    }
}

/// Why a scenario cannot be simulated.
#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioError {
    /// It has no length, or more than a hundred years.
    Length,
    /// It settles for more than a hundred years.
    Settle,
    /// The account has no concurrency.
    Concurrency,
    /// It has no functions.
    NoFunctions,
    /// Nothing comes.
    NoLoads,
    /// Lambda would not accept a function's setting.
    Setting {
        /// Whose.
        function: String,
        /// What and why.
        error: SettingError,
    },
    /// Lambda or SQS would not accept a queue's or a mapping's setting.
    Queue(QueueError),
    /// Lambda would not accept provisioned concurrency.
    Provisioned(VersionError),
    /// Application Auto Scaling would not accept how it is scaled.
    Scaling(ScalingError),
    /// Messages come to a function with provisioned concurrency: a mapping names functions without a
    /// qualifier, so that its batches would never find any (model choice).
    QueueOfProvisioned,
    /// Shares of failures that are none.
    Shares,
    /// Failures that end before they begin, or of which there are none.
    Failing,
    /// Events come to a function that there is not.
    NoSuchFunction,
    /// A rate that there cannot be.
    Rate(f64),
    /// A curve without points.
    NoPoints,
    /// A curve that goes back in time.
    PointsOutOfOrder,
    /// Bursts that have no second state.
    OneState,
    /// A state that stays for no time.
    NoStay,
    /// States that change so often that nothing else would be simulated.
    Switches,
    /// A trace of nothing.
    EmptyTrace,
    /// A trace that goes back in time.
    TraceOutOfOrder,
}

impl ScenarioError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            ScenarioError::Length | ScenarioError::Settle => {
                "Give more than no time, and at most a hundred years.".to_owned()
            }
            ScenarioError::Concurrency => {
                "Give 1 or more; Lambda's default is 1,000 in a region.".to_owned()
            }
            ScenarioError::NoFunctions => "Describe one function at least.".to_owned(),
            ScenarioError::NoLoads => "Say what comes, and when.".to_owned(),
            ScenarioError::Setting { error, .. } => error.hint(),
            ScenarioError::Queue(error) => error.hint().to_owned(),
            ScenarioError::Provisioned(error) => error.hint(),
            ScenarioError::Scaling(error) => error.hint().to_owned(),
            ScenarioError::QueueOfProvisioned => {
                "Leave provisioned concurrency out, or let requests or events come.".to_owned()
            }
            ScenarioError::Shares => {
                "Give shares from 0 to 1 that are 1 together at most: 0.01 is one in a hundred."
                    .to_owned()
            }
            ScenarioError::Failing => {
                "Give a time after another one, and a share of errors or crashes.".to_owned()
            }
            ScenarioError::NoSuchFunction => "Name one of the scenario's functions.".to_owned(),
            ScenarioError::Rate(_) => {
                format!("Give events a second, from 0 to {MOST_A_SECOND}.")
            }
            ScenarioError::NoPoints => "Give one point at least.".to_owned(),
            ScenarioError::PointsOutOfOrder => {
                "Put the points in the order of their times.".to_owned()
            }
            ScenarioError::OneState => {
                "Give two states or more; one state is a steady rate.".to_owned()
            }
            ScenarioError::NoStay => "Give each state a mean time to stay.".to_owned(),
            ScenarioError::Switches => {
                "Let states stay for longer, or simulate a shorter time.".to_owned()
            }
            ScenarioError::EmptyTrace => "Give one event or one minute at least.".to_owned(),
            ScenarioError::TraceOutOfOrder => {
                "Put the events in the order of their times.".to_owned()
            }
        }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScenarioError::Length => f.write_str("the time to simulate is none that there can be"),
            ScenarioError::Settle => f.write_str("the time to settle is none that there can be"),
            ScenarioError::Concurrency => f.write_str("the account has no concurrency"),
            ScenarioError::NoFunctions => f.write_str("there is no function"),
            ScenarioError::NoLoads => f.write_str("nothing comes: the scenario has no load"),
            ScenarioError::Setting { function, error } => write!(f, "function {function}: {error}"),
            ScenarioError::Queue(error) => write!(f, "queue: {error}"),
            ScenarioError::Provisioned(error) => write!(f, "provisioned concurrency: {error}"),
            ScenarioError::Scaling(error) => write!(f, "provisioned concurrency: {error}"),
            ScenarioError::QueueOfProvisioned => f.write_str(
                "batches of a queue go to $LATEST, which has no provisioned concurrency",
            ),
            ScenarioError::Shares => {
                f.write_str("errors and crashes are no shares of all invocations")
            }
            ScenarioError::Failing => f.write_str("nothing fails in the time in which it should"),
            ScenarioError::NoSuchFunction => {
                f.write_str("events come to a function that there is not")
            }
            ScenarioError::Rate(rate) => write!(f, "{rate} events a second cannot be simulated"),
            ScenarioError::NoPoints => f.write_str("a curve has no points"),
            ScenarioError::PointsOutOfOrder => f.write_str("a curve goes back in time"),
            ScenarioError::OneState => f.write_str("bursts have no second state"),
            ScenarioError::NoStay => f.write_str("a state of bursts stays for no time"),
            ScenarioError::Switches => {
                f.write_str("states of bursts change more than a hundred million times")
            }
            ScenarioError::EmptyTrace => f.write_str("a trace is empty"),
            ScenarioError::TraceOutOfOrder => f.write_str("a trace goes back in time"),
        }
    }
}
