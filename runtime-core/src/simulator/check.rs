//! What is wrong with a scenario, and what it asks for.

use super::arrivals::{Arrivals, MOST_A_SECOND};
use super::scenario::{Failures, Load, Scenario};
use crate::platform::{
    Input, Out, Platform, QueueError, SettingError, validate, validate_mapping, validate_queue,
};
use crate::units::{Moment, Span};
use std::fmt;

/// The longest time that can be simulated: a hundred years.
pub const MOST_TIME: Span = Span::from_secs(100 * 365 * 86_400);
/// More requests than this are simulated only if that was asked for.
pub const UNASKED_REQUESTS: f64 = 1e9;
/// Requests that a core simulates in a second, for estimates: measured natively at a thousand a
/// second, and rounded down.
const REQUESTS_A_SECOND: f64 = 2e6;

impl Scenario {
    /// Everything that is wrong with it; empty if it can be simulated.
    pub fn check(&self) -> Vec<ScenarioError> {
        let mut errors = Vec::new();
        if self.length == Span::ZERO || self.length > MOST_TIME {
            errors.push(ScenarioError::Length);
        }
        if self.settle > MOST_TIME {
            errors.push(ScenarioError::Settle);
        }
        if self.concurrency == 0 {
            errors.push(ScenarioError::Concurrency);
        }
        if self.functions.is_empty() {
            errors.push(ScenarioError::NoFunctions);
        }
        if self.loads.is_empty() {
            errors.push(ScenarioError::NoLoads);
        }
        for (place, function) in self.functions.iter().enumerate() {
            let others = self.functions.iter().take(place);
            let others = others.map(|it| &it.configuration);
            let found = validate(&function.configuration, others, self.concurrency);
            errors.extend(found.into_iter().map(|error| ScenarioError::Setting {
                function: function.configuration.name.clone(),
                error,
            }));
            let Failures {
                errors: failing,
                crashes,
                during,
            } = function.failures;
            let share = |it: f64| (0.0..=1.0).contains(&it);
            if !(share(failing) && share(crashes) && share(failing + crashes)) {
                errors.push(ScenarioError::Shares);
            } else if during.is_some_and(|(from, to)| from >= to || failing + crashes == 0.0) {
                errors.push(ScenarioError::Failing);
            }
        }
        errors.extend(self.check_queues());
        for load in &self.loads {
            if self.functions.get(load.function).is_none() {
                errors.push(ScenarioError::NoSuchFunction);
            }
            let Arrivals::Curve { curve, .. } = &load.arrivals;
            let good = |rate: f64| (0.0..=MOST_A_SECOND).contains(&rate);
            if let Some((_, rate)) = curve.points.iter().find(|(_, rate)| !good(*rate)) {
                errors.push(ScenarioError::Rate(*rate));
            }
            if curve.points.is_empty() {
                errors.push(ScenarioError::NoPoints);
            }
            if !curve.points.is_sorted_by_key(|(at, _)| *at) {
                errors.push(ScenarioError::PointsOutOfOrder);
            }
        }
        errors
    }

    /// What AWS would not accept of queues and mappings.
    fn check_queues(&self) -> Vec<ScenarioError> {
        let mut platform = Platform::default();
        let mut errors = Vec::new();
        for input in self.set_up() {
            let found = match &input {
                Input::ConfigureQueue {
                    queue,
                    configuration,
                } => validate_queue(configuration, *queue, &platform),
                Input::ConfigureMapping {
                    mapping,
                    configuration,
                } => validate_mapping(configuration, *mapping, &platform),
                _ => Vec::new(),
            };
            errors.extend(found.into_iter().map(ScenarioError::Queue));
            platform.handle(Moment::START, input, &mut Out::default());
        }
        errors
    }

    /// What it asks for.
    pub fn estimate(&self) -> Estimate {
        let events = |load: &Load| match &load.arrivals {
            Arrivals::Curve { curve, .. } => curve.events(self.length),
        };
        Estimate {
            requests: self.loads.iter().map(events).sum(),
        }
    }
}

/// What a scenario asks for, on average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Events that come from outside.
    pub requests: f64,
}

impl Estimate {
    /// Whether it is so much that it has to be asked for.
    pub fn is_large(&self) -> bool {
        self.requests > UNASKED_REQUESTS
    }

    /// About how long it takes natively, in seconds.
    pub fn seconds(&self) -> f64 {
        self.requests / REQUESTS_A_SECOND
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
        }
    }
}
